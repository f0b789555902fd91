// What is printed, read back: GML, GeoJSON, CSV, objects and scenes of the same rows say the same, whatever the rows hold.
import { XMLParser } from 'fast-xml-parser';
import { parse as parseCsv } from 'csv-parse/sync';
import type { FeatureType, GeometryType } from '../../server/core/model/feature-type';
import { escapeKey, unescapeKey } from '../../server/core/model/feature-id';
import { eachPosition } from '../../server/core/model/geometry-kind';
import type { Geometry } from '../../server/core/model/geometry';
import type { Feature } from '../../server/core/ports/doors';
import type { Scene } from '../../server/core/ports/scene';
import { plan } from '../../server/core/query/plan';
import type { Query, Rendering } from '../../server/core/query/query';
import { StoreSnapshot } from '../../server/store/snapshot';
import { testDatabase, type TestDatabase } from '../setup/database';
import { allowed, query, sampleType } from '../query/samples';

let base: TestDatabase;
afterAll(() => base.close());

const keys = ['a1', 'é', 'a b', 'x.y-z', '_x0041_', 'l\'œuvre/"<&>', '😀', '1'];
const texts = [
  '',
  'a',
  ' deux  mots ',
  '<b>&amp;</b>',
  'ligne\r\nsuivante\t!',
  '"q" \\ \'',
  '\u0001\u001f\u007f\uffff',
  '=1+1',
  '😀 é ]]>',
  null,
];
const shapes: readonly (string | null)[] = [
  'POINT(2.5 48.5)',
  'LINESTRING(2 48,3 49,4 48)',
  'POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,2 1,2 2,1 2,1 1))',
  'MULTIPOINT(1 1,2 2)',
  'MULTILINESTRING((0 0,1 1),(2 2,3 3,4 2))',
  'MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))',
  'GEOMETRYCOLLECTION(POINT(7 7),LINESTRING(0 0,7 7),POLYGON((0 0,1 0,1 1,0 0)))',
  null,
];

beforeAll(async () => {
  base = await testDatabase();
  await base.database.transaction({ role: 'owner' }, async session => {
    await session.rows(`create table data.formes (code text primary key, nom_c text, etages_c integer, surface_c bigint, prix_c numeric, hauteur_c double precision,
      actif_c boolean, pose_c date, vu_c timestamptz, mots_c text[], secret_c text, geom geometry(Geometry, 2154))`);
    for (const [i, code] of keys.entries())
      await session.rows(`insert into data.formes values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, ST_SetSRID($12::geometry, 2154))`, [
        code,
        texts[i],
        i % 3 === 0 ? null : i,
        i === 1 ? '9007199254740993' : String(i),
        i === 2 ? null : '12345.670',
        [0.1, -2.5, 1e21, Number.NaN, Infinity, -Infinity, null, 3][i],
        [true, false, null][i % 3],
        i === 4 ? null : '2025-06-15',
        i === 5 ? null : ['2025-06-15T12:00:00Z', '2025-06-15T12:00:00.250+02:00'][i % 2],
        [[], null, ['a', 'b'], ['<&>', 'l\n2']][i % 4],
        texts[(i + 4) % texts.length],
        shapes[i],
      ]);
  });
});

const formes = (type: GeometryType = 'Geometry'): FeatureType => {
  const sample = sampleType({ type });
  return {
    ...sample,
    name: 'formes',
    local: 'formes',
    generation: 0,
    table: { schema: 'data', name: 'formes', key: { column: 'code', type: 'text' } },
  };
};

async function within<T>(type: FeatureType, use: (snapshot: StoreSnapshot) => Promise<T>): Promise<T> {
  const snapshot = new StoreSnapshot({
    database: base.database,
    registry: { keptCount: () => null, keepCount: () => undefined },
    plan: one => plan(one, allowed(), type),
    signal: new AbortController().signal,
  });
  try {
    return await use(snapshot);
  } finally {
    await snapshot.close();
  }
}

const text = (asked: Query, rendering: Rendering, type = formes()): Promise<string> =>
  within(type, async snapshot => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of snapshot.text(asked, rendering)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  });

const objects = (asked: Query, type = formes()): Promise<Feature[]> =>
  within(type, async snapshot => {
    const list: Feature[] = [];
    for await (const one of snapshot.features(asked)) list.push(one);
    return list;
  });

const gml = { format: 'gml', version: '3.2', srsName: 'urn:ogc:def:crs:EPSG::2154', flip: false, decimals: 3 } as const;
const inOrder = { type: 'formes', sort: [{ property: 'surface', descending: false }] } as const;
const everything = query(undefined, inOrder);

type Xml = Record<string, unknown>;
const parser = new XMLParser({
  ignoreAttributes: false,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: name => ['wfs:member', 'antony:mots'].includes(name),
});
const members = (printed: string): Xml[] => {
  const root = (parser.parse(`<r>${printed}</r>`) as { r: { 'wfs:member': { 'antony:formes': Xml }[] } }).r;
  return root['wfs:member'].map(member => member['antony:formes']);
};

test('objects: every value keeps its type', async () => {
  const list = await objects(everything);
  expect(list).toHaveLength(keys.length);
  expect(list.map(one => unescapeKey(one.id.slice('formes.'.length))).sort()).toEqual([...keys].sort());
  const first = list.find(one => one.id === 'formes.a1');
  expect(first).toMatchObject({
    geometry: { type: 'Point', coordinates: [2.5, 48.5] },
    properties: {
      nom: '',
      etages: null,
      surface: 0,
      prix: 12345.67,
      hauteur: 0.1,
      actif: true,
      pose: '2025-06-15',
      vu: '2025-06-15T12:00:00Z',
      mots: [],
    },
  });
  const second = list.find(one => one.id === 'formes.é');
  expect(second?.properties).toMatchObject({ surface: '9007199254740993', vu: '2025-06-15T10:00:00.25Z', actif: false, mots: null });
});

test('GeoJSON says what the objects say', async () => {
  const printed = await text(everything, { format: 'geojson', decimals: 15 });
  expect(printed.startsWith(',{')).toBe(true);
  const list = JSON.parse(`[${printed.slice(1)}]`) as Feature[];
  const expected = await objects(everything);
  expect(list.map(({ id, geometry }) => ({ id, geometry }))).toEqual(expected.map(({ id, geometry }) => ({ id, geometry })));
  expect(list.map(one => ({ ...one.properties, surface: String(one.properties['surface']) }))).toEqual(
    // JSON numbers past 2^53 are read back rounded by this very parser
    expected.map(one => ({ ...one.properties, surface: String(Number(one.properties['surface'])) })),
  );
  expect(printed).toContain('"surface":9007199254740993,');
});

const legal = (value: unknown): string => String(value).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\uffff]/g, '');

test('GML says what the objects say: absent values are absent elements, what XML forbids is dropped', async () => {
  const list = members(await text(everything, gml));
  const expected = await objects(everything);
  expect(list.map(one => one['@_gml:id'])).toEqual(expected.map(one => one.id));
  for (const [i, { properties }] of expected.entries())
    for (const name of ['nom', 'etages', 'actif', 'pose', 'vu', 'secret']) {
      const value = properties[name];
      expect([name, list[i]?.[`antony:${name}`]]).toEqual([name, value === null ? undefined : legal(value)]);
    }
  expect(list.map(one => one['antony:hauteur'])).toEqual(['0.1', '1e+21', 'NaN', 'INF', '-INF', undefined, '3', '-2.5']);
  expect(list.map(one => one['antony:mots'])).toEqual(
    expected.map(one =>
      one.properties['mots'] === null || (one.properties['mots'] as string[]).length === 0 ? undefined : one.properties['mots'],
    ),
  );
  expect(list.find(one => one['@_gml:id'] === 'formes.é')?.['antony:surface']).toBe('9007199254740993');
});

/** All numbers of pos and posList in the order of the document. */
const numbersIn = (printed: string): number[][] =>
  printed
    .split('</antony:formes>')
    .slice(0, -1)
    .map(member =>
      [...member.matchAll(/<gml:pos(?:List)?[^>]*>([^<]*)</g)].flatMap(match => (match[1] ?? '').trim().split(/\s+/).map(Number)),
    );

function numbersOf(geometry: Geometry | null, flip = false): number[] {
  const list: number[] = [];
  if (geometry) eachPosition(geometry, ([x, y]) => list.push(...(flip ? [y, x] : [x, y])));
  return list;
}

test('GML geometries: the same coordinates, one srsName each, ids that are names and unique in the document', async () => {
  const printed = await text(everything, gml);
  const expected = await objects(everything);
  expect(numbersIn(printed)).toEqual(expected.map(one => numbersOf(one.geometry)));
  const ids = [...printed.matchAll(/ gml:id="([^"]*)"/g)].map(match => match[1] ?? '');
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[\p{L}_][\p{L}\p{N}._\u00b7-]*$/u);
  // every geometry of ours has an id (ISO 19136 makes it mandatory)
  const elements = printed.match(/<gml:(?:Point|LineString|Polygon|Multi\w+)[ >]/g) ?? [];
  const withId = printed.match(/<gml:(?:Point|LineString|Polygon|Multi\w+)[^>]* gml:id=/g) ?? [];
  expect(withId).toHaveLength(elements.length);
  expect(printed.match(/srsName="urn:ogc:def:crs:EPSG::2154"/g)).toHaveLength(shapes.filter(one => one !== null).length);
  expect(printed).toMatch(/<gml:MultiSurface [^>]*><gml:surfaceMember><gml:Polygon /);
  expect(printed).toMatch(/<gml:MultiCurve [^>]*><gml:curveMember><gml:LineString /);
});

test('a single shape in a column of collections is a collection of one', async () => {
  const only = query({ op: 'ids', ids: ['formes.a b'] }, { type: 'formes', properties: ['geom'] });
  const printed = await text(only, gml, formes('MultiPolygon'));
  expect(printed).toMatch(
    /<gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::2154" gml:id="_\.formes\.a_x0020_b"><gml:surfaceMember><gml:Polygon gml:id="_\.\.1\.formes\.a_x0020_b">/,
  );
});

describe('axis order and the name of the reference system', () => {
  const cases = [
    ['urn:ogc:def:crs:EPSG::2154', 2154, false],
    ['EPSG:2154', 2154, false],
    ['http://www.opengis.net/def/crs/EPSG/0/2154', 2154, false],
    ['urn:ogc:def:crs:EPSG::4326', 4326, true],
    ['EPSG:4326', 4326, false],
    ['urn:ogc:def:crs:OGC:1.3:CRS84', 4326, false],
    ['http://www.opengis.net/def/crs/EPSG/0/3035', 3035, true],
    ['http://www.opengis.net/gml/srs/epsg.xml#3857', 3857, false],
  ] as const;
  test.each(cases)('%s', async (srsName, srid, flip) => {
    const asked = query(undefined, { ...inOrder, srid });
    const printed = await text(asked, { ...gml, srsName, flip, decimals: 15 });
    const names = new Set([...printed.matchAll(/srsName="([^"]*)"/g)].map(match => match[1]));
    expect([...names]).toEqual([srsName]);
    const expected = (await objects(asked)).map(one => numbersOf(one.geometry, flip));
    const found = numbersIn(printed);
    expect(found.map(one => one.length)).toEqual(expected.map(one => one.length));
    for (const [i, list] of expected.entries()) for (const [j, value] of list.entries()) expect(found[i]?.[j]).toBeCloseTo(value, 6);
  });

  test('a name that would break out of its attribute cannot', async () => {
    const printed = await text(everything, { ...gml, srsName: '"><evil a="' });
    expect(printed).not.toContain('<evil');
    expect(members(printed)).toHaveLength(keys.length);
  });
});

test('CSV: quoted by the database, safe in a spreadsheet, with headings', async () => {
  const printed = await text(everything, { format: 'csv', geometry: 'wkt' });
  const list = parseCsv(printed, { columns: true }) as Record<string, string>[];
  expect(Object.keys(list[0] ?? {})).toEqual([
    'id',
    'nom',
    'etages',
    'surface',
    'prix',
    'hauteur',
    'actif',
    'pose',
    'vu',
    'mots',
    'secret',
    'wkt',
  ]);
  const expected = await objects(everything);
  expect(list.map(one => one['id'])).toEqual(expected.map(one => one.id));
  for (const [i, one] of expected.entries()) {
    const value = one.properties['nom'] === null ? '' : String(one.properties['nom']);
    expect(list[i]?.['nom']).toBe(/^[=+@\t\r-]/.test(value) ? `'${value}` : value);
  }
  expect(list[0]?.['wkt']).toBe('POINT(2.5 48.5)');
});

test('scenes hold the same shapes in the same order, a collection one feature per kind', async () => {
  const asked = query(undefined, { ...inOrder, action: 'view', properties: ['nom', 'surface', 'prix', 'hauteur', 'actif', 'vu'] });
  const scene = await within(formes(), snapshot => snapshot.scene(asked));
  const flat = (await objects({ ...asked, properties: ['nom', 'geom'] })).flatMap(one => {
    if (one.geometry?.type !== 'GeometryCollection') return one.geometry ? [one] : [];
    return one.geometry.geometries.map(geometry => ({ ...one, geometry }));
  });
  expect(scene.features).toBe(flat.length);
  expect(flat.map((_, i) => shapeOf(scene, i))).toEqual(flat.map(one => numbersOf(one.geometry)));
  expect([...scene.kinds]).toEqual(
    flat.map(one => (/Point/.test(one.geometry?.type ?? '') ? 0 : /Line/.test(one.geometry?.type ?? '') ? 1 : 2)),
  );
  expect(scene.attributes['nom']).toEqual(flat.map(one => one.properties['nom']));
  expect(scene.attributes['hauteur']?.slice(0, 3)).toEqual([0.1, 1e21, null]);
  expect(scene.attributes['actif']?.slice(0, 3)).toEqual([true, null, true]);
  expect(scene.attributes['vu']?.[0]).toBe('2025-06-15T12:00:00Z');
  expect(scene.attributes['prix']?.slice(0, 3)).toEqual([12345.67, null, 12345.67]);
});

function shapeOf(scene: Scene, feature: number): number[] {
  const list: number[] = [];
  for (let part = scene.featureStarts[feature] ?? 0; part < (scene.featureStarts[feature + 1] ?? 0); part++)
    for (let vertex = scene.partStarts[part] ?? 0; vertex < (scene.partStarts[part + 1] ?? 0); vertex++)
      list.push(scene.coordinates[2 * vertex] ?? Number.NaN, scene.coordinates[2 * vertex + 1] ?? Number.NaN);
  return list;
}

test('pages follow each other without gap or overlap, in every order', async () => {
  for (const sort of [[], [{ property: 'nom', descending: true }], [{ property: 'actif', descending: false }]]) {
    const whole = (await objects(query(undefined, { type: 'formes', sort }))).map(one => one.id);
    const paged: string[] = [];
    for (let start = 0; start < whole.length; start += 3)
      paged.push(...(await objects(query(undefined, { type: 'formes', sort, page: { count: 3, start } }))).map(one => one.id));
    expect(paged).toEqual(whole);
  }
});

test('few members are printed as many are', async () => {
  const few = { ...everything, page: { count: 20, start: 0 } };
  for (const rendering of [gml, { format: 'geojson', decimals: 3 }] as const)
    expect(await text(few, rendering)).toBe(await text(everything, rendering));
});

test('an id printed is an id found, whatever its key', async () => {
  for (const one of await objects(everything)) {
    const found = await objects(query({ op: 'ids', ids: [one.id] }, { type: 'formes', properties: [] }));
    expect(found.map(each => each.id)).toEqual([one.id]);
  }
  for (const key of keys) expect(unescapeKey(escapeKey(key))).toBe(key);
});

test('extent covers what is found, null for nothing', async () => {
  await within(formes(), async snapshot => {
    expect(await snapshot.extent(query({ op: 'ids', ids: ['formes.é', 'formes.a1'] }, { type: 'formes' }))).toEqual({
      minX: 2,
      minY: 48,
      maxX: 4,
      maxY: 49,
    });
    expect(await snapshot.extent(query({ op: 'none' }, { type: 'formes' }))).toBeNull();
  });
});

test('SEC05: what the database says of an error never reaches the caller', async () => {
  const broken = { ...formes(), properties: [{ name: 'nom', column: 'gone', type: 'string' as const, nillable: true }] };
  const error = await text(query(undefined, { type: 'formes' }), { format: 'geojson', decimals: 3 }, broken).catch((one: unknown) => one);
  expect(error).toMatchObject({ name: 'Fault', kind: 'unavailable', locator: 'layer' });
  expect(String(error)).not.toMatch(/gone|column|formes/);
});
