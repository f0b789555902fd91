// Answers printed by the database: every kind of geometry, of property and of awkward value, in the wrappers of WFS. What comes out is valid
// against the schema we hand out, and says what was stored.
import { everything } from '../../server/core/filter/filter';
import { Fault } from '../../server/core/model/fault';
import { qualifiedName, type FeatureType, type GeometryType, type Property } from '../../server/core/model/feature-type';
import type { Allowed } from '../../server/core/policy/charter';
import type { Doors } from '../../server/core/ports/doors';
import { plan } from '../../server/core/query/plan';
import { StoreSnapshot } from '../../server/store/snapshot';
import { crs84, crs84Names, forms, places, turned } from '../ows/axis-table';
import { testDatabase, type TestDatabase } from '../setup/database';
import { describeWith } from '../setup/needs';
import { ask, attribute, ids } from './ask';
import { collectionErrors, schemaCopies } from './valid';
import { world } from './world';

jest.setTimeout(120_000);

const shapes: Readonly<Record<GeometryType, readonly string[]>> = {
  Point: ['POINT(2.25 48.8)'],
  LineString: ['LINESTRING(2.25 48.8,2.26 48.81)'],
  Polygon: ['POLYGON((2.2 48.8,2.3 48.8,2.3 48.9,2.2 48.8),(2.26 48.81,2.28 48.81,2.28 48.82,2.26 48.81))'],
  MultiPoint: ['MULTIPOINT(2.25 48.8,2.26 48.81)', 'MULTIPOINT(2.25 48.8)'],
  MultiLineString: ['MULTILINESTRING((2.25 48.8,2.26 48.81),(2.27 48.8,2.28 48.81))', 'MULTILINESTRING((2.25 48.8,2.26 48.81))'],
  MultiPolygon: ['MULTIPOLYGON(((2.2 48.8,2.3 48.8,2.3 48.9,2.2 48.8)),((2.1 48.7,2.15 48.7,2.15 48.75,2.1 48.7)))'],
  GeometryCollection: ['GEOMETRYCOLLECTION(POINT(2.25 48.8),LINESTRING(2.25 48.8,2.26 48.81))'],
  Geometry: ['POINT(2.25 48.8)', 'MULTIPOLYGON(((2.2 48.8,2.3 48.8,2.3 48.9,2.2 48.8)))', 'LINESTRING(2.25 48.8,2.26 48.81)'],
};

const property = (name: string, type: Property['type'], more: Partial<Property> = {}): Property => ({
  name,
  column: name,
  type,
  nillable: true,
  ...more,
});
const properties: readonly Property[] = [
  property('texte', 'string'),
  property('entier', 'integer'),
  property('long', 'long'),
  property('exact', 'decimal'),
  property('flottant', 'double'),
  property('vrai', 'boolean'),
  property('jour', 'date'),
  property('instant', 'dateTime'),
  property('plusieurs', 'string', { many: true }),
];
const awkward = [
  '<a href="x">&amp;</a>',
  ']]>',
  'ligne\nligne\r\nfin\ttab',
  '=cmd()',
  "l'été",
  '\u0001\u0008caché',
  '',
  '"guillemets"',
  '{"json":[1]}',
  ',',
  '🌳',
];

const typeOf = (shape: GeometryType): FeatureType => ({
  name: `t_${shape.toLowerCase()}`,
  prefix: 'essai',
  local: shape.toLowerCase(),
  namespace: 'https://geomig.example/ns/essai',
  dataset: 'd',
  title: { fr: shape },
  keywords: [],
  table: { schema: 'data', name: `t_${shape.toLowerCase()}`, key: { column: 'id', type: 'integer' } },
  properties,
  geometry: { name: 'geom', column: 'geom', type: shape, srid: 4258, dimension: 2 },
  extent: null,
  generation: 0,
  count: null,
});

const kinds = Object.keys(shapes) as GeometryType[];
const types = kinds.map(typeOf);
const allowed: Allowed = {
  allowed: true,
  rule: 'R29',
  masked: new Set(),
  filter: everything,
  scaleMin: null,
  scaleMax: null,
  public: true,
  responsible: null,
  grant: 1,
  fingerprint: 'f',
  validUntil: null,
};

let made: TestDatabase;
let doors: Doors;

beforeAll(async () => {
  made = await testDatabase();
  await made.database.transaction({ role: 'owner' }, async session => {
    for (const [i, kind] of kinds.entries()) {
      const table = `data.${types[i]?.table.name ?? ''}`;
      await session.rows(
        `create table ${table} (id integer primary key, texte text, entier integer, long bigint, exact numeric, flottant double precision, vrai boolean, jour date, instant timestamptz, plusieurs text[], geom geometry(${kind},4258))`,
      );
      for (const [n, wkt] of shapes[kind].entries())
        await session.rows(
          `insert into ${table} values ($1, $2, -5, 9007199254740993, 12.50, 1e-7, true, '2020-02-29', '2025-06-01T10:00:00.25+02', $3, ST_GeomFromText($4, 4258))`,
          [n + 1, awkward[n] ?? null, ['un', 'deux & trois'], wkt],
        );
      await session.rows(`insert into ${table} (id) values (100)`);
    }
    for (const [n, text] of awkward.entries())
      await session.rows(`insert into data.t_point (id, texte, geom) values ($1, $2, ST_GeomFromText('POINT(2.25 48.8)', 4258))`, [
        n + 200,
        text,
      ]);
  });
  const base = world().doors;
  doors = {
    caller: base.caller,
    partnership: base.partnership,
    coverages: base.coverages,
    get records(): Doors['records'] {
      throw new Error('no record is asked for by WFS');
    },
    features: {
      ...base.features,
      types: () => types,
      type: (name, _action, locator) => {
        const found = types.find(type => qualifiedName(type) === name || type.name === name);
        if (!found) throw new Fault('unknown-type', locator, name);
        return found;
      },
      open: async signal =>
        new StoreSnapshot({
          database: made.database,
          registry: { keptCount: () => null, keepCount: () => undefined },
          signal,
          plan: query => {
            const type = types.find(one => one.name === query.type);
            if (!type) throw new Error(query.type);
            return plan(query, allowed, type);
          },
        }),
    },
  };
});
afterAll(() => made.close());

const get = (kind: string, more = ''): string =>
  `service=WFS&version=2.0.0&request=GetFeature&typenames=essai:${kind.toLowerCase()}${more}`;

describeWith([schemaCopies], 'GML is valid against our schema', () => {
  test.each(kinds)('%s, latitude first and longitude first', async kind => {
    for (const more of ['', '&srsname=EPSG:4258', '&srsname=urn:ogc:def:crs:EPSG::2154', '&propertyname=geom', '&propertyname=texte']) {
      const answer = await ask({ query: get(kind, more), doors });
      expect([answer.status, answer.body.slice(0, 5)]).toEqual([200, '<?xml']);
      expect(await collectionErrors(answer.body, {}, doors)).toEqual([]);
    }
  });

  test.each(kinds.flatMap(kind => [[kind, '1.1.0'] as const, [kind, '1.0.0'] as const]))('%s in WFS %s', async (kind, version) => {
    for (const more of ['', '&srsname=EPSG:4258', '&srsname=urn:ogc:def:crs:EPSG::2154', '&propertyname=geom', '&propertyname=texte']) {
      const answer = await ask({ query: get(kind, more).replace('version=2.0.0', `version=${version}`), doors });
      expect([answer.status, answer.body.slice(0, 5), answer.body.includes('<gml:featureMember>')]).toEqual([200, '<?xml', true]);
      expect(await collectionErrors(answer.body, {}, doors)).toEqual([]);
    }
  });

  test('all types in one answer of WFS 1.1 and 1.0', async () => {
    const names = types.map(type => qualifiedName(type)).join(',');
    for (const version of ['1.1.0', '1.0.0']) {
      const answer = await ask({ query: `service=WFS&version=${version}&request=GetFeature&typename=${names}`, doors });
      expect(answer.body.match(/<gml:featureMember>/g)?.length).toBe(
        kinds.reduce((sum, kind) => sum + shapes[kind].length + 1, awkward.length),
      );
      expect(await collectionErrors(answer.body, {}, doors)).toEqual([]);
    }
  });

  test('all types in one answer, values, a bare feature', async () => {
    const all = await ask({ query: get('x', '').replace('essai:x', types.map(type => `(${qualifiedName(type)})`).join('')), doors });
    expect(await collectionErrors(all.body, {}, doors)).toEqual([]);
    for (const reference of ['texte', 'geom', 'plusieurs', 'instant']) {
      const values = await ask({
        query: get('multilinestring', `&valuereference=${reference}`).replace('GetFeature', 'GetPropertyValue'),
        doors,
      });
      expect(values.status).toBe(200);
      expect(await collectionErrors(values.body, {}, doors)).toEqual([]);
    }
    const bare = await ask({
      query: 'service=WFS&version=2.0.0&request=GetFeature&storedquery_id=urn:ogc:def:query:OGC-WFS::GetFeatureById&id=t_multipolygon.1',
      doors,
    });
    expect(bare.body).toMatch(/<essai:multipolygon [^>]*gml:id="t_multipolygon\.1"/);
    expect(await collectionErrors(bare.body, {}, doors)).toEqual([]);
  });
});

interface Collection {
  readonly features: readonly {
    readonly id: string;
    readonly geometry: object | null;
    readonly properties: Readonly<Record<string, unknown>>;
  }[];
}

test('GeoJSON: types, no value is null, awkward texts arrive as they are', async () => {
  const first = JSON.parse((await ask({ query: get('multipoint', '&outputformat=geojson&count=1'), doors })).body) as Collection;
  expect(first.features[0]?.properties).toMatchObject({ entier: -5, vrai: true, jour: '2020-02-29', plusieurs: ['un', 'deux & trois'] });
  const points = JSON.parse((await ask({ query: get('point', '&outputformat=geojson'), doors })).body) as Collection;
  expect(points.features.find(feature => feature.id === 't_point.100')).toMatchObject({
    geometry: null,
    properties: { texte: null, entier: null },
  });
  const texts = points.features.filter(feature => /\.2\d\d$/.test(feature.id)).map(feature => feature.properties['texte']);
  expect(texts).toEqual(awkward);
});

test('axis order of the same point in GML, GeoJSON and CSV', async () => {
  expect((await ask({ query: get('point', '&count=1'), doors })).body).toContain('<gml:pos>48.8 2.25</gml:pos>');
  expect((await ask({ query: get('point', '&count=1&srsname=EPSG:4258'), doors })).body).toContain('<gml:pos>2.25 48.8</gml:pos>');
  expect((await ask({ query: get('point', '&count=1&outputformat=geojson'), doors })).body).toContain('"coordinates":[2.25,48.8]');
  const csv = (await ask({ query: get('point', '&count=1&outputformat=csv'), doors })).body.split('\n');
  expect(csv[0]).toBe('id,texte,entier,long,exact,flottant,vrai,jour,instant,plusieurs,wkt');
  expect(csv[1]).toContain('POINT(2.25 48.8)');
});

describe('the axis-order table, written from real rows', () => {
  const versions = ['1.0.0', '1.1.0', '2.0.0'] as const;
  const named = [
    ...places.flatMap(place => forms.map(form => ({ place, full: form.full, name: form.name(place.code) }))),
    ...crs84Names.map(name => ({ place: crs84, full: true, name })),
  ];
  const near = (text: string, [a, b]: readonly [number, number]): boolean => {
    const [x = Number.NaN, y = Number.NaN] = text.split(/[ ,]/).map(Number);
    return Math.abs(x - a) < 0.01 && Math.abs(y - b) < 0.01;
  };
  test.each(versions.flatMap(version => named.map(one => [version, one.name, one] as const)))(
    'WFS %s, %s',
    async (version, name, { place, full }) => {
      const [x, y] = place.at;
      const written = turned(`WFS ${version}`, { full }, place) ? ([y, x] as const) : place.at;
      for (const kind of ['point', 'multipoint']) {
        const query = get(kind, `&srsname=${encodeURIComponent(name)}&count=1`).replace('version=2.0.0', `version=${version}`);
        const gml = (await ask({ query, doors })).body;
        const first = /<gml:(?:pos|coordinates)>([^<]*)</.exec(gml)?.[1] ?? '';
        expect([first, near(first, written)]).toEqual([first, true]);
        // before 1.1 a name says nothing of the order, so the one is written that all readers take for x,y
        expect(/srsName="([^"]*)"/.exec(gml)?.[1]).toMatch(
          version === '1.0.0' ? new RegExp(`^EPSG:${place.code}$`) : new RegExp(`${place === crs84 ? 'CRS84' : place.code}$`),
        );
        const json = JSON.parse((await ask({ query: `${query}&outputformat=json`, doors })).body) as Collection;
        const coordinates = (json.features[0]?.geometry as { readonly coordinates: readonly unknown[] }).coordinates.flat();
        expect(near(`${String(coordinates[0])} ${String(coordinates[1])}`, [x, y])).toBe(true);
        const csv = (await ask({ query: `${query}&outputformat=csv`, doors })).body;
        expect(near(/POINT ?\(+([^,)]*)/.exec(csv)?.[1] ?? '', [x, y])).toBe(true);
      }
    },
  );
});

test('CSV of nothing has its heading; formulas are made harmless', async () => {
  expect((await ask({ query: get('point', '&outputformat=csv&resourceid=t_point.999'), doors })).body.trim()).toMatch(/^id,texte,/);
  expect((await ask({ query: get('point', '&outputformat=csv&resourceid=t_point.203'), doors })).body).toContain("'=cmd()");
});

test('pages agree with counts, filters and order run in the database', async () => {
  const page = await ask({ query: get('point', '&count=5&startindex=2&sortby=texte DESC'), doors });
  expect(attribute(page.body, 'wfs:FeatureCollection', 'numberMatched')).toBe(String(awkward.length + 2));
  expect(ids(page.body.replaceAll('<essai:', '<parc:'))).toHaveLength(5);
  const filtered = await ask({ query: get('point', `&cql_filter=${encodeURIComponent("texte = '🌳'")}`), doors });
  expect(attribute(filtered.body, 'wfs:FeatureCollection', 'numberReturned')).toBe('1');
  const box = await ask({ query: get('point', '&bbox=48.79,2.24,48.81,2.26&resulttype=hits'), doors });
  expect(attribute(box.body, 'wfs:FeatureCollection', 'numberMatched')).toBe(String(awkward.length + 1));
});
