// GeoPackages made here: types, geometries, and files that mean harm. The GeoPackage standard is OGC 12-128r19.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from 'node-sqlite3-wasm';
import { GpkgClient } from '../../server/formats/gpkg-client';
import { layersOf, openSource } from '../../server/formats/source';
import { declared, faultOf, gpkgBlob, makeGpkg, readAll, scratch } from './make';

const files = scratch();
afterAll(() => files.clear());
let number = 0;
const fresh = (): string => join(files.folder, `g${++number}.gpkg`);
const le = (value: number): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes.toString('hex');
};
const point = `0101000000${le(650000)}${le(6860000)}`;

test('column types of table 1, and a key that is not a field', async () => {
  const path = makeGpkg(fresh(), [
    `create table t (fid integer primary key autoincrement not null, geom point, b boolean, s smallint, m mediumint, i integer, d double, r real,
       x text(10) not null, day date, at datetime, raw blob, "Étrange ""nom""" text)`,
    declared('t', 'POINT'),
    [
      'insert into t values (7, ?, 1, 12, 70000, 9007199254740993, 1.5, 2.5, ?, ?, ?, ?, ?)',
      [gpkgBlob(point), 'é', '2026-01-31', '2026-01-31T10:00:00.000Z', new Uint8Array([1]), 'q'],
    ],
    ["insert into t (fid, x) values (9, '')", []],
  ]);
  const { source, rows } = await readAll(path);
  expect(source).toMatchObject({
    format: 'gpkg',
    layers: ['t'],
    idName: 'fid',
    total: 2,
    geometry: { type: 'Point', srid: 2154, dimension: 2 },
  });
  expect(source.fields.map(field => [field.name, field.type, field.nillable])).toEqual([
    ['b', 'boolean', true],
    ['s', 'integer', true],
    ['m', 'integer', true],
    ['i', 'long', true],
    ['d', 'double', true],
    ['r', 'double', true],
    ['x', 'string', false],
    ['day', 'date', true],
    ['at', 'dateTime', true],
    ['Étrange "nom"', 'string', true],
  ]);
  expect(source.notes.join()).toContain('« raw »');
  expect(rows).toEqual([
    {
      line: 1,
      id: 7,
      values: [true, 12, 70000, '9007199254740993', 1.5, 2.5, 'é', '2026-01-31', '2026-01-31T10:00:00.000Z', 'q'],
      geometry: { type: 'Point', coordinates: [650000, 6860000] },
    },
    { line: 2, id: 9, values: [null, null, null, null, null, null, '', null, null, null], geometry: null },
  ]);
});

const hex = {
  pointZ: `01e9030000${le(1)}${le(2)}${le(3)}`,
  pointM: `01d1070000${le(1)}${le(2)}${le(9)}`,
  pointZm: `01b90b0000${le(1)}${le(2)}${le(3)}${le(9)}`,
  bigEndian: `00000000013ff00000000000004000000000000000`,
  emptyPoint: `0101000000000000000000f87f000000000000f87f`,
  lineEwkbZ: `010200008002000000${le(1)}${le(2)}${le(3)}${le(4)}${le(5)}${le(6)}`,
  circularString: `0108000000${'03000000'}${le(0)}${le(0)}${le(1)}${le(1)}${le(2)}${le(0)}`,
  truncated: `0102000000ffffff7f${le(1)}`,
  nonsense: '0163000000',
};
test.each([
  ['pointZ', { type: 'Point', coordinates: [1, 2, 3] }, null],
  ['pointM', { type: 'Point', coordinates: [1, 2] }, null],
  ['pointZm', { type: 'Point', coordinates: [1, 2, 3] }, null],
  ['bigEndian', { type: 'Point', coordinates: [1, 2] }, null],
  ['emptyPoint', null, null],
  [
    'lineEwkbZ',
    {
      type: 'LineString',
      coordinates: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    },
    null,
  ],
  ['circularString', null, /CircularString.*courbes/],
  ['truncated', null, /tronquée/],
  ['nonsense', null, /type 99/],
] as const)('geometry %s', async (name, geometry, problem) => {
  const path = makeGpkg(fresh(), [
    'create table t (fid integer primary key, geom geometry)',
    declared('t', 'GEOMETRY'),
    ['insert into t values (1, ?)', [gpkgBlob(hex[name])]],
  ]);
  const { rows } = await readAll(path);
  expect(rows[0]?.geometry).toEqual(geometry);
  if (problem === null) expect(rows[0]?.problem).toBeUndefined();
  else expect(rows[0]?.problem).toMatch(problem);
});

test.each([
  ['no GeoPackage header', Buffer.from('hello, world')],
  ['a header alone', Buffer.from(gpkgBlob(''))],
  ['an envelope flag out of range', Buffer.from('4750000f00000000', 'hex')],
])('a blob with %s refuses its row', async (_name, blob) => {
  const path = makeGpkg(fresh(), [
    'create table t (fid integer primary key, geom geometry)',
    declared('t', 'GEOMETRY'),
    ['insert into t values (1, ?)', [new Uint8Array(blob)]],
  ]);
  expect((await readAll(path)).rows[0]?.problem).toMatch(/géométrie/);
});

test('a value that is not of its column type refuses its row only', async () => {
  const path = makeGpkg(fresh(), [
    'create table t (fid integer primary key, n mediumint, day date)',
    "insert into gpkg_contents (table_name, data_type) values ('t', 'attributes')",
    "insert into t values (1, 'abc', null), (2, 5, '2026-02-30'), (3, 5, '2026/02/28')",
  ]);
  const { rows, source } = await readAll(path, { language: 'en' });
  expect(source.geometry).toBeNull();
  expect(rows.map(row => row.problem ?? row.values)).toEqual([
    '"n": abc is not of type integer',
    '"day": 2026-02-30 is not of type date',
    [5, '2026-02-28'],
  ]);
});

test('polygons in a layer of multipolygons keep the declared type; points among them make it any geometry', async () => {
  const ring = `0103000000010000000400000${'0'}${le(0)}${le(0)}${le(1)}${le(0)}${le(1)}${le(1)}${le(0)}${le(0)}`;
  const make = (more: readonly string[]): string =>
    makeGpkg(fresh(), [
      'create table t (fid integer primary key, geom geometry)',
      declared('t', 'MULTIPOLYGON'),
      ...[ring, ...more].map((one): [string, Uint8Array[]] => ['insert into t (geom) values (?)', [gpkgBlob(one)]]),
    ]);
  expect((await readAll(make([]))).source.geometry?.type).toBe('MultiPolygon');
  expect((await readAll(make([point]))).source.geometry?.type).toBe('Geometry');
});

test('the CRS is the organization code, else the definition, else it must be told', async () => {
  const layer = (system: string): string =>
    makeGpkg(fresh(), [
      'create table t (fid integer primary key, geom point)',
      `insert into gpkg_spatial_ref_sys values ('x', 100001, ${system}, null)`,
      declared('t', 'POINT').replaceAll('2154', '100001'),
    ]);
  const wkt = `GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]`;
  expect((await readAll(layer(`'epsg', 3857, 'undefined'`))).source.geometry?.srid).toBe(3857);
  expect((await readAll(layer(`'NONE', 100001, '${wkt}'`))).source.geometry?.srid).toBe(4326);
  const unknown = layer(`'NONE', 100001, 'undefined'`);
  expect((await faultOf(openSource(unknown))).kind).toBe('invalid-crs');
  expect((await readAll(unknown, { srs: 3946 })).source.geometry?.srid).toBe(3946);
});

describe('files that mean harm', () => {
  const bomb = 'with recursive n(x) as (select 1 union all select x + 1 from n) select x as fid, null as geom from n';

  test("a view is not read, nor a virtual table, nor SQLite's own", async () => {
    const path = makeGpkg(fresh(), [
      `create view v as ${bomb}`,
      'create virtual table f using fts5(x)',
      'create table t (fid integer primary key, geom point)',
      ...['v', 'f', 'sqlite_master', 't'].map(name => declared(name, 'POINT')),
    ]);
    expect(await layersOf(path)).toEqual(['t']);
    const { source } = await readAll(path);
    expect(source.notes.join()).toContain('v, f, sqlite_master');
    expect((await faultOf(openSource(path, { layer: 'v' }))).kind).toBe('invalid-value');
  });

  test('gpkg_contents as a view is no GeoPackage', async () => {
    const path = makeGpkg(fresh(), [
      'alter table gpkg_contents rename to hidden',
      `create view gpkg_contents as select 't' as table_name, 'features' as data_type from (${bomb})`,
    ]);
    expect((await faultOf(openSource(path))).kind).toBe('malformed');
  });

  test('generated columns are not computed and triggers do not fire', async () => {
    const path = makeGpkg(fresh(), [
      `create table t (fid integer primary key, n integer, evil text as (n || 'x') virtual, kept text as (n || 'y') stored)`,
      "insert into gpkg_contents (table_name, data_type) values ('t', 'attributes')",
      'create trigger e before insert on t begin delete from gpkg_contents; end',
      'insert into t (n) values (1)',
      "insert into gpkg_contents (table_name, data_type) values ('t', 'attributes')",
    ]);
    const { source, rows } = await readAll(path);
    expect(source.fields.map(field => field.name)).toEqual(['n']);
    expect(rows.map(row => row.values)).toEqual([[1]]);
  });

  test('a name of a table is no SQL', async () => {
    const path = makeGpkg(fresh(), [
      'create table "t""; drop table gpkg_contents; --" (fid integer primary key, n integer)',
      `insert into gpkg_contents (table_name, data_type) values ('t"; drop table gpkg_contents; --', 'attributes')`,
      'insert into "t""; drop table gpkg_contents; --" values (1, 2)',
    ]);
    expect((await readAll(path)).rows.map(row => row.values)).toEqual([[2]]);
    expect(await layersOf(path)).toHaveLength(1);
  });

  test.each([
    ['is no database', Buffer.from('{}'.repeat(100))],
    ['has a damaged page', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(5000, 0xff)])],
    ['is empty', Buffer.alloc(0)],
  ])('a .gpkg that %s is malformed', async (_name, content) => {
    expect((await faultOf(openSource(files.write('broken.gpkg', content)))).kind).toBe('malformed');
  });

  test('a worker that is late is terminated, the fault says so', async () => {
    const path = makeGpkg(fresh(), ['create table t (fid integer primary key)']);
    const client = await GpkgClient.open(path, 0);
    const fault = await faultOf(client.ask({ ask: 'layers' }));
    expect(fault.kind).toBe('processing');
    expect((await faultOf(client.ask({ ask: 'layers' }))).kind).toBe('malformed');
    await client.close();
  });

  test('a file that another program is writing to is refused', async () => {
    const path = makeGpkg(fresh(), ['create table t (fid integer primary key)']);
    writeFileSync(`${path}-journal`, 'journal');
    expect((await faultOf(openSource(path))).message).toContain('writing');
  });
});

test.each([
  ['checkpointed', true],
  ['with its log beside it', false],
])('a file in WAL mode, %s, is read up to its last commit and nothing is written beside it', async (_name, closed) => {
  const path = makeGpkg(fresh(), [
    'create table t (fid integer primary key, n integer)',
    "insert into gpkg_contents (table_name, data_type) values ('t', 'attributes')",
  ]);
  const database = new Database(path);
  database.exec('PRAGMA locking_mode = exclusive; PRAGMA journal_mode = wal; insert into t values (1, 42)');
  if (closed) database.close();
  try {
    expect(existsSync(`${path}-wal`)).toBe(!closed);
    const before = readdirSync(files.folder);
    expect((await readAll(path)).rows.map(row => row.values)).toEqual([[42]]);
    expect(readdirSync(files.folder)).toEqual(before);
  } finally {
    if (!closed) database.close();
  }
});

test('nothing is written beside a plain file', async () => {
  const path = makeGpkg(fresh(), [
    'create table t (fid integer primary key, n integer)',
    "insert into gpkg_contents (table_name, data_type) values ('t', 'attributes')",
  ]);
  const before = readdirSync(files.folder);
  const source = await openSource(path);
  expect(readdirSync(files.folder)).toEqual(before);
  await source.close();
  expect(readdirSync(files.folder)).toEqual(before);
});

test('leaving the rows early frees the statement for the next reading', async () => {
  const path = makeGpkg(fresh(), [
    'create table t (fid integer primary key, n integer)',
    "insert into gpkg_contents (table_name, data_type) values ('t', 'attributes')",
    'with recursive s(x) as (select 1 union all select x + 1 from s where x < 3000) insert into t select x, x from s',
  ]);
  const source = await openSource(path);
  for await (const row of source.rows()) if (row.line === 3) break;
  let count = 0;
  for await (const row of source.rows()) count += row.line > 0 ? 1 : 0;
  expect(count).toBe(3000);
  await source.close();
  await source.close();
});
