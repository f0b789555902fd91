// A small world for the WFS tests: types, features and rights in memory behind the doors' interfaces, with a renderer and a filter evaluator of
// their own, so that nothing under test checks itself.
import type { Filter } from '../../server/core/filter/filter';
import { transformPoint } from '../../server/core/model/crs';
import { Fault } from '../../server/core/model/fault';
import { qualifiedName, without, type FeatureType } from '../../server/core/model/feature-type';
import type { Envelope, Geometry, Position } from '../../server/core/model/geometry';
import { anonymous, type Action } from '../../server/core/policy/charter';
import type { Doors, Feature, FeatureSource, Snapshot, TypeAbout } from '../../server/core/ports/doors';
import type { Query, Rendering } from '../../server/core/query/query';

const key = { column: 'id', type: 'integer' } as const;
const base = { keywords: ['essai'], generation: 1, count: null, dataset: 'd' } as const;

export const trees: FeatureType = {
  ...base,
  name: 'arbres',
  prefix: 'antony',
  local: 'arbres',
  namespace: 'https://geomig.example/ns/antony',
  title: { fr: "Arbres d'alignement", en: 'Street trees' },
  abstract: { fr: 'Arbres <plantés> & suivis', en: 'Trees <planted> & followed' },
  table: { schema: 'd', name: 'arbres', key },
  properties: [
    { name: 'nom', column: 'nom', type: 'string', nillable: true, title: { fr: 'Nom "usuel"' } },
    { name: 'hauteur', column: 'hauteur', type: 'double', nillable: true },
    { name: 'rang', column: 'rang', type: 'integer', nillable: false },
    { name: 'plante', column: 'plante', type: 'date', nillable: true },
    { name: 'releve', column: 'releve', type: 'dateTime', nillable: true },
    { name: 'abattu', column: 'abattu', type: 'boolean', nillable: true },
    { name: 'riverain', column: 'riverain', type: 'string', nillable: true, sensitive: true },
  ],
  geometry: { name: 'geom', column: 'geom', type: 'Point', srid: 2154, dimension: 2 },
  extent: {
    geographic: { minX: 2.29, minY: 48.73, maxX: 2.32, maxY: 48.77 },
    native: { minX: 647000, minY: 6850000, maxX: 650000, maxY: 6853000 },
  },
};

export const lanes: FeatureType = {
  ...base,
  name: 'allees',
  prefix: 'parc',
  local: 'allées',
  namespace: 'http://example.org/parc',
  title: { fr: 'Allées' },
  table: { schema: 'd', name: 'allees', key },
  properties: [{ name: 'libelle', column: 'libelle', type: 'string', nillable: true }],
  geometry: { name: 'trace', column: 'trace', type: 'MultiLineString', srid: 4258, dimension: 2 },
  extent: null,
};

export const notes: FeatureType = {
  ...base,
  name: 'notes',
  prefix: 'parc',
  local: 'notes',
  namespace: 'http://example.org/parc',
  title: { fr: 'Notes' },
  table: { schema: 'd', name: 'notes', key },
  properties: [{ name: 'texte', column: 'texte', type: 'string', nillable: true }],
  geometry: null,
  extent: null,
};

export const secrets: FeatureType = { ...notes, name: 'secrets', local: 'secrets', title: { fr: 'Secrets' } };
export const reserved: FeatureType = { ...notes, name: 'reserves', local: 'reserves', title: { fr: 'Réservés' } };

const rows: Readonly<Record<string, readonly Feature[]>> = {
  arbres: Array.from({ length: 25 }, (_, i): Feature => ({
    id: `arbres.${i + 1}`,
    geometry: { type: 'Point', coordinates: [647000 + i * 100, 6850000 + i * 50] },
    properties: {
      nom: i === 3 ? null : `Chêne n° ${String(i + 1).padStart(2, '0')} <&">`,
      hauteur: i / 2,
      rang: i + 1,
      plante: `20${String(i).padStart(2, '0')}-01-20`,
      releve: `2025-06-${String(i + 1).padStart(2, '0')}T10:00:00.25Z`,
      abattu: i % 2 === 0,
      riverain: `Durand ${i}`,
    },
  })),
  allees: [
    {
      id: 'allees.1',
      geometry: {
        type: 'MultiLineString',
        coordinates: [
          [
            [2.25, 48.8],
            [2.26, 48.81],
          ],
          [
            [2.27, 48.82],
            [2.28, 48.83],
          ],
        ],
      },
      properties: { libelle: 'Allée basse' },
    },
    {
      id: 'allees.2',
      geometry: {
        type: 'MultiLineString',
        coordinates: [
          [
            [2.3, 48.9],
            [2.31, 48.91],
          ],
        ],
      },
      properties: { libelle: null },
    },
  ],
  notes: [{ id: 'notes.1', geometry: null, properties: { texte: 'un' } }],
  secrets: [{ id: 'secrets.1', geometry: null, properties: { texte: 'caché' } }],
  reserves: [{ id: 'reserves.1', geometry: null, properties: { texte: 'réservé' } }],
};

export interface WorldOptions {
  readonly hidden?: readonly string[];
  readonly masked?: readonly string[];
  readonly downloads?: boolean;
  readonly restricted?: boolean;
  readonly counts?: 'exact' | 'unknown';
  /** What features.type says about `parc:reserves`, whose record is public. */
  readonly refusal?: 'unauthenticated' | 'forbidden' | 'conditions-not-accepted';
  readonly none?: boolean;
  /** Fails in the first (0) or a later step of text(). */
  readonly failAt?: number;
  readonly frozen?: boolean;
}

export interface World {
  readonly doors: Doors;
  /** Snapshots that are still open. */
  readonly open: () => number;
  /** Queries that were run, as the service asked them. */
  readonly asked: Query[];
}

export function world(options: WorldOptions = {}): World {
  const published = options.none ? [] : [trees, lanes, notes, secrets].filter(type => !(options.hidden ?? ['secrets']).includes(type.name));
  const visible = published
    .map(type => without(type, new Set(options.masked ?? [])))
    .sort((a, b) => (qualifiedName(a) < qualifiedName(b) ? -1 : 1));
  const asked: Query[] = [];
  let open = 0;
  const features: FeatureSource = {
    types: action => (action === 'edit' || (action === 'download' && options.downloads === false) ? [] : visible),
    layers: () => [],
    type: (name, action, locator) => {
      const found = visible.find(type => [qualifiedName(type), type.name, type.local].includes(name));
      if (found && action === 'download' && options.downloads === false) throw new Fault('forbidden', locator, 'download is not granted');
      if (found) return found;
      if ([reserved.name, qualifiedName(reserved)].includes(name) && options.refusal)
        throw new Fault(options.refusal, locator, `${name} is not open to you`);
      throw new Fault('unknown-type', locator, `"${name}" is not a feature type of this service`);
    },
    layer: (name, _action, locator) => {
      throw new Fault('unknown-type', locator, name);
    },
    isPublic: () => options.restricted !== true,
    mention: name => (name === 'notes' ? '' : `Mutualisation de l'Information Géographique – Ville d’Antony -- 2025-06-30`),
    about: (name): TypeAbout => ({
      licence: 'etalab-2.0',
      usageScale: 2000,
      owner: { code: 'antony', name: 'Antony' },
      kind: 'pooled',
      record: name === 'arbres' ? 'fr-92-arbres' : null,
      resourceId: `https://geomig.example/id/${name}`,
      frozen: options.frozen === true,
      public: true,
      conditions: null,
    }),
    write: () => Promise.reject(new Error('this world is not written to')),
    open: async () => {
      open += 1;
      return snapshot();
    },
    fingerprint: JSON.stringify(options),
  };
  const snapshot = (): Snapshot => {
    const select = (query: Query): Feature[] => {
      asked.push(query);
      const type = visible.find(one => one.name === query.type);
      if (!type) throw new Error(`the service asked for ${query.type}`);
      const found = (rows[type.name] ?? []).filter(feature => holds(query.filter, feature, type));
      return query.sort.reduceRight(
        (list, { property, descending }) =>
          [...list].sort((a, b) => compare(a.properties[property], b.properties[property]) * (descending ? -1 : 1)),
        found,
      );
    };
    const page = (query: Query): Feature[] => {
      const { start, count } = query.page;
      return select(query).slice(start, count === null ? undefined : start + count);
    };
    return {
      count: async query => (options.counts === 'unknown' ? 'unknown' : select(query).length),
      text: (query, rendering) => printed(page(query), query, typeOf(query, visible), rendering, options.failAt),
      features: async function* (query) {
        yield* page(query);
      },
      extent: async () => null,
      scene: async () => {
        throw new Error('no scene is asked for by WFS');
      },
      close: async () => {
        open -= 1;
      },
    };
  };
  const doors: Doors = {
    caller: anonymous,
    features,
    coverages: { cells: () => Promise.reject(new Error('no coverage is asked for by WFS')) },
    get records(): Doors['records'] {
      throw new Error('no record is asked for by WFS');
    },
    partnership: {
      service: {
        title: { fr: 'GeoMIG', en: 'GeoMIG' },
        abstract: { fr: 'Données des Hauts-de-Seine', en: 'Data of Hauts-de-Seine' },
        email: 'sig@hauts-de-seine.example',
        url: 'https://www.hauts-de-seine.example',
        provider: 'Département des Hauts-de-Seine',
        address: null,
      },
      organisations: [],
      charter: { endsOn: null, banner: false },
      explain: (typeName: string, action: Action) => {
        throw new Error(`${typeName} ${action}`);
      },
      typeOfRecord: () => null,
    },
  };
  return { doors, open: () => open, asked };
}

const typeOf = (query: Query, types: readonly FeatureType[]): FeatureType => types.find(type => type.name === query.type) ?? notes;

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

/** What the filter of a request means for one feature of this world; operators that no test uses are refused. */
function holds(filter: Filter, feature: Feature, type: FeatureType): boolean {
  switch (filter.op) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return filter.parts.every(part => holds(part, feature, type));
    case 'or':
      return filter.parts.some(part => holds(part, feature, type));
    case 'not':
      return !holds(filter.part, feature, type);
    case 'ids':
      return filter.ids.includes(feature.id);
    case 'null':
      return filter.property === type.geometry?.name ? feature.geometry === null : feature.properties[filter.property] === null;
    case 'compare': {
      const value = filter.left.kind === 'property' ? feature.properties[filter.left.name] : filter.left.value;
      const other = filter.right.kind === 'literal' ? filter.right.value : feature.properties[filter.right.name];
      if (value === null || value === undefined || other === null || other === undefined) return false;
      const order = typeof value === 'number' ? value - Number(other) : compare(String(value), String(other));
      return { '=': order === 0, '<>': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[filter.operator];
    }
    case 'like': {
      const pattern = filter.pattern
        .map(token => (token === 'any' ? '.*' : token === 'one' ? '.' : token.text.replace(/\W/g, '\\$&')))
        .join('');
      return new RegExp(`^${pattern}$`, 's').test(String(feature.properties[filter.property] ?? ''));
    }
    case 'spatial': {
      if (filter.operator !== 'bbox' && filter.operator !== 'intersects') throw new Error(`the test world knows no ${filter.operator}`);
      const box = bounds(filter.geometry.geometry);
      return positions(feature.geometry).some(([x, y]) => {
        const [tx, ty] = transformPoint(x, y, type.geometry?.srid ?? 4326, filter.geometry.srid);
        return tx >= box.minX && tx <= box.maxX && ty >= box.minY && ty <= box.maxY;
      });
    }
    default:
      throw new Error(`the test world knows no ${filter.op}`);
  }
}

function positions(geometry: Geometry | null): Position[] {
  if (geometry === null || geometry.type === 'GeometryCollection') return [];
  const flat = (value: unknown): Position[] =>
    Array.isArray(value) && typeof value[0] === 'number' ? [value as unknown as Position] : Array.isArray(value) ? value.flatMap(flat) : [];
  return flat(geometry.coordinates);
}

function bounds(geometry: Geometry): Envelope {
  const all = positions(geometry);
  const xs = all.map(([x]) => x);
  const ys = all.map(([, y]) => y);
  return { minX: Math.min(...xs), minY: Math.min(...ys), maxX: Math.max(...xs), maxY: Math.max(...ys) };
}

const escape = (value: unknown): string => String(value).replace(/[&<>]/g, one => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one] ?? one);

/** Members as the database prints them: `<wfs:member>…` lines, `,{…}` lines, CSV with its heading. */
async function* printed(
  list: readonly Feature[],
  query: Query,
  type: FeatureType,
  rendering: Rendering,
  failAt: number | undefined,
): AsyncGenerator<Uint8Array> {
  const wanted = type.properties.filter(property => query.properties === undefined || query.properties.includes(property.name));
  const shape = type.geometry && (query.properties === undefined || query.properties.includes(type.geometry.name)) ? type.geometry : null;
  if (rendering.format === 'csv') yield Buffer.from(`${['id', ...wanted.map(one => one.name), ...(shape ? ['wkt'] : [])].join(',')}\n`);
  for (const [i, feature] of list.entries()) {
    if (failAt === i) throw new Error('relation "secret_table" does not exist');
    yield Buffer.from(`${member(feature)}\n`);
  }
  if (failAt !== undefined && failAt >= list.length) throw new Error('the connection is gone');

  function member(feature: Feature): string {
    const at = ([x, y]: Position): [number, number] => {
      const [tx, ty] = transformPoint(x, y, type.geometry?.srid ?? 4326, query.srid);
      const factor = 10 ** ('decimals' in rendering ? rendering.decimals : 3);
      return [Math.round(tx * factor) / factor, Math.round(ty * factor) / factor];
    };
    if (rendering.format === 'geojson') {
      const geometry = feature.geometry && shape ? { type: feature.geometry.type, coordinates: moved(feature.geometry, at) } : null;
      const properties = Object.fromEntries(wanted.map(property => [property.name, feature.properties[property.name] ?? null]));
      return `,${JSON.stringify({ type: 'Feature', id: feature.id, geometry, properties })}`;
    }
    if (rendering.format === 'csv')
      return [feature.id, ...wanted.map(property => `"${String(feature.properties[property.name] ?? '').replaceAll('"', '""')}"`)].join(
        ',',
      );
    const { srsName, flip, version } = rendering;
    const former = version === '3.2' ? null : version;
    const values = wanted.map(({ name }) => {
      const value = feature.properties[name];
      return value === null ? '' : `<${type.prefix}:${name}>${escape(value)}</${type.prefix}:${name}>`;
    });
    const separator = former === '2.1.2' ? ',' : ' ';
    const pair = (position: Position): string => (flip ? [...at(position)].reverse() : at(position)).join(separator);
    const geometry =
      shape && feature.geometry ? `<${type.prefix}:${shape.name}>${gml(feature.geometry, pair)}</${type.prefix}:${shape.name}>` : '';
    const [open, close] = former ? ['<gml:featureMember>', '</gml:featureMember>'] : ['<wfs:member>', '</wfs:member>'];
    const identity = former === '2.1.2' ? 'fid' : 'gml:id';
    return `${open}<${qualifiedName(type)} ${identity}="${feature.id}">${values.join('')}${geometry}</${qualifiedName(type)}>${close}`;

    function gml(shown: Geometry, text: (position: Position) => string): string {
      const own = (id: string): string => (former === '2.1.2' ? '' : ` gml:id="${id}"`);
      const list = (name: string, content: string): string =>
        former === '2.1.2' ? `<gml:coordinates>${content}</gml:coordinates>` : `<gml:${name}>${content}</gml:${name}>`;
      if (shown.type === 'Point')
        return `<gml:Point srsName="${srsName}"${own(`_.${feature.id}`)}>${list('pos', text(shown.coordinates))}</gml:Point>`;
      if (shown.type !== 'MultiLineString') throw new Error(shown.type);
      const [collection, member] = former === '2.1.2' ? ['MultiLineString', 'lineStringMember'] : ['MultiCurve', 'curveMember'];
      const parts = shown.coordinates.map(
        (line, i) =>
          `<gml:${member}><gml:LineString${own(`_..${i}.${feature.id}`)}>${list('posList', line.map(text).join(' '))}</gml:LineString></gml:${member}>`,
      );
      return `<gml:${collection} srsName="${srsName}"${own(`_.${feature.id}`)}>${parts.join('')}</gml:${collection}>`;
    }
  }
}

function moved(geometry: Geometry, at: (position: Position) => [number, number]): unknown {
  const walk = (value: unknown): unknown =>
    Array.isArray(value) && typeof value[0] === 'number'
      ? at(value as unknown as Position)
      : Array.isArray(value)
        ? value.map(walk)
        : value;
  return geometry.type === 'GeometryCollection' ? [] : walk(geometry.coordinates);
}
