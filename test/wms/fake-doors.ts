// Doors over a few features in memory, so that the service is tested without a database: one public layer with masked attributes, one that
// may only be viewed within a range of scales, one that is denied.
import { transformEnvelope, transformPoint } from '../../server/core/model/crs';
import { Fault, type FaultKind } from '../../server/core/model/fault';
import { qualifiedName } from '../../server/core/model/feature-type';
import type { FeatureType } from '../../server/core/model/feature-type';
import type { Envelope } from '../../server/core/model/geometry';
import type { Layer } from '../../server/core/model/layer';
import { anonymous } from '../../server/core/policy/charter';
import type { Context } from '../../server/core/ports/context';
import type { Doors, Feature, FeatureSource, Snapshot } from '../../server/core/ports/doors';
import type { Scene } from '../../server/core/ports/scene';
import type { Query, Rendering } from '../../server/core/query/query';
import { Kvp } from '../../server/services/ows/kvp';
import type { Input } from '../../server/services/ows/operation';

interface Row {
  readonly id: number;
  /** A point, or the closed ring of a polygon, in EPSG:2154. */
  readonly coordinates: readonly number[];
  readonly values: Readonly<Record<string, string | number | null>>;
}

interface World {
  readonly layer: Layer;
  readonly rows: readonly Row[];
  readonly denied?: Fault;
}

const rule = (name: string, title: string, color: string, filter: string): string =>
  `<se:Rule><se:Name>${name}</se:Name><se:Description><se:Title>${title}</se:Title></se:Description>${filter}<se:PointSymbolizer><se:Graphic><se:Mark><se:WellKnownName>square</se:WellKnownName><se:Fill><se:SvgParameter name="fill">${color}</se:SvgParameter></se:Fill></se:Mark><se:Size>8</se:Size></se:Graphic></se:PointSymbolizer></se:Rule>`;
const equal = (name: string, value: string): string =>
  `<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>${name}</ogc:PropertyName><ogc:Literal>${value}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>`;
const sld = (rules: string): string =>
  `<StyledLayerDescriptor version="1.1.0" xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc"><NamedLayer><se:Name>l</se:Name><UserStyle><se:FeatureTypeStyle>${rules}</se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`;

const native: Envelope = { minX: 648000, minY: 6859000, maxX: 649000, maxY: 6860000 };

function typeOf(name: string, geometry: 'Point' | 'Polygon', properties: readonly string[]): FeatureType {
  return {
    name,
    prefix: 'antony',
    local: name,
    namespace: 'http://example.org/ns/antony',
    dataset: name,
    title: { fr: name },
    keywords: [],
    table: { schema: 'published', name, key: { column: 'id', type: 'integer' } },
    properties: properties.map(property => ({ name: property, column: property, type: 'string', nillable: true })),
    geometry: { name: 'geom', column: 'geom', type: geometry, srid: 2154, dimension: 2 },
    extent: { geographic: transformEnvelope(native, 2154, 4326), native },
    generation: 7,
    count: null,
  };
}

function layerOf(type: FeatureType, more: Partial<Layer> = {}): Layer {
  return {
    name: qualifiedName(type),
    title: type.title,
    keywords: ['arbre', 'espace vert'],
    type,
    styles: [],
    queryable: true,
    scale: { min: null, max: null },
    record: `fr-${type.name}`,
    resourceId: `https://example.org/id/${type.name}`,
    attribution: `Mutualisation de l'Information Géographique – Antony – ${type.name}`,
    frozen: false,
    licence: 'etalab-2.0',
    usageScale: 2000,
    public: true,
    ...more,
  };
}

/** `masked`: the caller does not see the attribute `contact`. */
function worlds(masked: boolean): Readonly<Record<string, World>> {
  const arbres = typeOf('arbres', 'Point', masked ? ['nom', 'etat'] : ['nom', 'etat', 'contact']);
  const parcelles = typeOf('parcelles', 'Polygon', ['numero']);
  const prive = typeOf('prive', 'Point', ['nom']);
  const square = (x: number, y: number, side: number): number[] => [x, y, x + side, y, x + side, y + side, x, y + side, x, y];
  return {
    arbres: {
      layer: layerOf(arbres, {
        title: { fr: "Arbres d'alignement", en: 'Street trees' },
        abstract: { fr: 'Arbres <plantés> & suivis' },
        frozen: true,
        styles: [
          {
            name: 'etat',
            title: { fr: 'Par état' },
            document: sld(
              rule('bon', 'Bon état', '#00aa00', equal('etat', 'bon')) + rule('mort', 'Mort', '#aa0000', equal('etat', 'mort')),
            ),
          },
          {
            name: 'suivi',
            title: { fr: 'Par suivi' },
            document: sld(
              rule('a', 'Suivi', '#0000ff', equal('contact', 'M. Martin')) + rule('b', 'Autres', '#888888', equal('etat', 'mort')),
            ),
          },
        ],
      }),
      rows: [
        { id: 1, coordinates: [648250, 6859750], values: { nom: 'Platane', etat: 'bon', contact: 'M. Martin' } },
        { id: 2, coordinates: [648750, 6859750], values: { nom: '<script>alert(1)</script>', etat: 'mort', contact: null } },
        { id: 3, coordinates: [648750, 6859250], values: { nom: 'Érable', etat: null, contact: 'M. Martin' } },
      ],
    },
    parcelles: {
      layer: layerOf(parcelles, { queryable: false, scale: { min: 1000, max: 50_000 }, public: false }),
      rows: [{ id: 1, coordinates: square(648000, 6859000, 500), values: { numero: 'A1' } }],
    },
    prive: {
      layer: layerOf(prive, { public: false }),
      rows: [],
      denied: new Fault('unauthenticated', 'layers', 'a login is needed for antony:prive'),
    },
  };
}

/** Whether the bounds of a row meet the box that the filter names. */
function within(query: Query, row: Row): boolean {
  const { filter } = query;
  if (filter.op === 'all') return true;
  if (filter.op !== 'spatial' || filter.geometry.geometry.type !== 'Polygon') throw new Error(`the fake door does not know ${filter.op}`);
  const ring = filter.geometry.geometry.coordinates[0] ?? [];
  const overlap = (axis: 0 | 1): boolean => {
    const own = row.coordinates.filter((_, i) => i % 2 === axis);
    const asked = ring.map(position => position[axis]);
    return Math.max(...own) >= Math.min(...asked) && Math.min(...own) <= Math.max(...asked);
  };
  return overlap(0) && overlap(1);
}

export interface FakeDoors extends Doors {
  /** What was asked of the data, in order. */
  readonly asked: Query[];
  /** How many rows each of the questions found. */
  readonly found: number[];
  /** Snapshots opened and not closed. */
  readonly open: { count: number };
}

export interface FakeOptions {
  readonly masked?: boolean;
  /** How the door refuses to query the layer that may only be viewed. */
  readonly refusal?: FaultKind;
}

export function fakeDoors(options: FakeOptions = {}): FakeDoors {
  const known = worlds(options.masked ?? false);
  const asked: Query[] = [];
  const found: number[] = [];
  const open = { count: 0 };
  const worldOf = (name: string): World | undefined => known[name.replace(/^antony:/, '')];
  const rowsOf = (query: Query): readonly Row[] => {
    asked.push(query);
    const world = worldOf(query.type);
    if (!world) throw new Error('unknown type behind the door');
    for (const name of query.properties ?? [])
      if (!world.layer.type.properties.some(property => property.name === name))
        throw new Fault('unknown-property', name, `no property ${name}`);
    const rows = world.rows.filter(row => within(query, row));
    found.push(rows.length);
    return rows.slice(0, query.page.count ?? rows.length);
  };
  const snapshot: Snapshot = {
    count: query => Promise.resolve(rowsOf({ ...query, page: { count: null, start: 0 } }).length),
    async *text(query, rendering) {
      await Promise.resolve();
      for (const row of rowsOf(query)) yield Buffer.from(printed(query.type, row, rendering));
    },
    async *features(query): AsyncGenerator<Feature> {
      await Promise.resolve();
      const properties = worldOf(query.type)?.layer.type.properties ?? [];
      for (const row of rowsOf(query))
        yield {
          id: `${query.type}.${row.id}`,
          geometry: null,
          properties: Object.fromEntries(properties.map(({ name }) => [name, row.values[name] ?? null])),
        };
    },
    extent: () => Promise.resolve(null),
    scene: query => Promise.resolve(sceneOf(query, rowsOf(query), worldOf(query.type)?.layer.type.geometry?.type === 'Point' ? 0 : 2)),
    close: () => {
      open.count--;
      return Promise.resolve();
    },
  };
  const layer = (name: string, locator: string, action = 'view'): Layer => {
    const world = worldOf(name);
    if (!world) throw new Fault('unknown-type', locator, `layer "${name}" is not known`);
    if (world.denied) throw world.denied;
    if (action === 'query' && !world.layer.queryable && options.refusal)
      throw new Fault(options.refusal, locator, `layer "${name}" is not to be queried`);
    return world.layer;
  };
  const unused = (): never => {
    throw new Error('not asked by the WMS');
  };
  const features: FeatureSource = {
    types: () => Object.values(known).flatMap(world => (world.denied || !world.layer.queryable ? [] : [world.layer.type])),
    layers: () => Object.values(known).flatMap(world => (world.denied ? [] : [world.layer])),
    type: (name, _action, locator) => layer(name, locator).type,
    layer: (name, action, locator) => layer(name, locator, action),
    isPublic: name => worldOf(name)?.layer.public ?? false,
    mention: () => "Mutualisation de l'Information Géographique – Antony",
    about: name => ({
      licence: null,
      usageScale: null,
      owner: { code: 'antony', name: "Ville d'Antony" },
      kind: 'pooled',
      record: null,
      resourceId: name,
      frozen: false,
      public: true,
      conditions: null,
    }),
    write: () => Promise.reject(new Error('this world is not written to')),
    open: () => {
      open.count++;
      return Promise.resolve(snapshot);
    },
    fingerprint: options.masked ? 'masked' : 'whole',
  };
  return {
    caller: anonymous,
    features,
    coverages: { cells: unused },
    records: { type: typeOf('record', 'Polygon', []), generation: 1, open: unused },
    partnership: {
      service: {
        title: { fr: 'Données des communes', en: 'Data of the communes' },
        abstract: { fr: 'Résumé & portée' },
        email: 'sig@example.org',
        url: 'https://www.example.org',
        provider: 'Département',
        address: null,
      },
      organisations: [],
      charter: { endsOn: null, banner: false },
      explain: unused,
      typeOfRecord: unused,
    },
    asked,
    found,
    open,
  };
}

function printed(type: string, row: Row, rendering: Rendering): string {
  const [x, y] = row.coordinates;
  switch (rendering.format) {
    case 'geojson':
      return `,{"type":"Feature","id":"${type}.${row.id}","geometry":{"type":"Point","coordinates":[${x},${y}]},"properties":${JSON.stringify(row.values)}}\n`;
    case 'gml': {
      const place = rendering.flip ? `${y} ${x}` : `${x} ${y}`;
      return rendering.version === '3.2'
        ? `<wfs:member><antony:${type} gml:id="${type}.${row.id}"><antony:geom><gml:Point srsName="${rendering.srsName}" gml:id="g.${row.id}"><gml:pos>${place}</gml:pos></gml:Point></antony:geom></antony:${type}></wfs:member>\n`
        : `<gml:featureMember><antony:${type} fid="${type}.${row.id}"><antony:geom><gml:Point srsName="${rendering.srsName}"><gml:coordinates>${x},${y}</gml:coordinates></gml:Point></antony:geom></antony:${type}></gml:featureMember>\n`;
    }
    case 'csv':
      return '';
  }
}

function sceneOf(query: Query, rows: readonly Row[], kind: 0 | 2): Scene {
  const starts = [0];
  const coordinates: number[] = [];
  for (const row of rows) {
    for (let i = 0; i < row.coordinates.length; i += 2)
      coordinates.push(...transformPoint(row.coordinates[i] ?? NaN, row.coordinates[i + 1] ?? NaN, 2154, query.srid));
    starts.push(coordinates.length / 2);
  }
  return {
    features: rows.length,
    kinds: new Uint8Array(rows.length).fill(kind),
    featureStarts: Uint32Array.from({ length: rows.length + 1 }, (_, i) => i),
    partStarts: Uint32Array.from(starts),
    coordinates: Float64Array.from(coordinates),
    attributes: Object.fromEntries((query.properties ?? []).map(name => [name, rows.map(row => row.values[name] ?? null)])),
  };
}

export function contextOf(more: Partial<Context> = {}): Context {
  return {
    caller: anonymous,
    scope: null,
    base: 'https://geo.example.org',
    publicBase: 'https://geo.example.org',
    language: 'fr',
    instant: '2026-11-24T12:00:00.000Z',
    signal: new AbortController().signal,
    requestId: 'test',
    ...more,
  };
}

export function inputOf(query: string): Input {
  return {
    method: 'GET',
    path: '',
    segments: {},
    kvp: new Kvp(query),
    body: null,
    contentType: '',
    accept: '*/*',
    header: () => undefined,
    remote: '127.0.0.1',
  };
}
