// FlatGeobuf: what another library writes is read back whole, and what is wrong with a file is said without believing its numbers.
import { serialize } from 'flatgeobuf/lib/mjs/geojson.js';
import { FlatTable } from '../../server/formats/flatbuffers';
import { readFgbGeometry } from '../../server/formats/flatgeobuf-geometry';
import { layersOf, openSource } from '../../server/formats/source';
import { faultOf, readAll, scratch } from './make';

const files = scratch();
afterAll(() => files.clear());

type Features = Parameters<typeof serialize>[0]['features'];

const written = (features: Features, crs = 2154): Buffer => Buffer.from(serialize({ type: 'FeatureCollection', features }, crs));

const point = (properties: Record<string, unknown>, coordinates = [648_000, 6_850_000]): Features[number] => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Point', coordinates },
});

/** Writes a signed number where the header has its feature count: its position is found by its value. */
const replaced = (bytes: Buffer, from: number, to: bigint): Buffer => {
  const copy = Buffer.from(bytes);
  const wanted = Buffer.alloc(8);
  wanted.writeBigUInt64LE(BigInt(from));
  copy.writeBigUInt64LE(to, copy.indexOf(wanted));
  return copy;
};

test('fields with their types, absent values, days', async () => {
  const path = files.write(
    'bancs.fgb',
    written([point({ nom: 'Bagneux – été', n: 3, ok: true, x: 1.5 }), point({ nom: 'Issy', n: 4, ok: false, x: 2 })]),
  );
  const { source, rows } = await readAll(path);
  expect(source).toMatchObject({ format: 'flatgeobuf', layer: 'bancs', total: 2, geometry: { type: 'Point', srid: 2154, dimension: 2 } });
  expect(source.fields.map(field => field.name)).toEqual(['nom', 'n', 'ok', 'x']);
  expect(rows.map(row => row.values)).toEqual([
    ['Bagneux – été', 3, true, 1.5],
    ['Issy', 4, false, 2],
  ]);
  expect(rows.map(row => row.line)).toEqual([1, 2]);
  expect(rows[0]?.geometry).toEqual({ type: 'Point', coordinates: [648_000, 6_850_000] });
});

const ring = (x: number, size: number): number[][] => [
  [x, 0],
  [x + size, 0],
  [x + size, size],
  [x, size],
  [x, 0],
];

test.each<[string, Features[number]['geometry']]>([
  [
    'MultiPoint',
    {
      type: 'MultiPoint',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  [
    'LineString',
    {
      type: 'LineString',
      coordinates: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
  ],
  [
    'MultiLineString',
    {
      type: 'MultiLineString',
      coordinates: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
    },
  ],
  ['Polygon', { type: 'Polygon', coordinates: [ring(0, 10), ring(2, 3)] }],
  ['MultiPolygon', { type: 'MultiPolygon', coordinates: [[ring(0, 10), ring(2, 3)], [ring(20, 5)]] }],
])('%s', async (type, geometry) => {
  const path = files.write(`${type}.fgb`, written([{ type: 'Feature', properties: {}, geometry }], 3857));
  const { source, rows } = await readAll(path);
  expect(source.geometry).toEqual({ type, srid: 3857, dimension: 2 });
  expect(rows[0]?.geometry).toEqual(geometry);
});

test('kinds that are mixed become one type', async () => {
  const path = files.write(
    'mixed.fgb',
    written([
      { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring(0, 1)] } },
      { type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates: [[ring(5, 1)]] } },
    ]),
  );
  expect((await readAll(path)).source.geometry).toMatchObject({ type: 'MultiPolygon' });
});

test('the layer is that of the file; another name is refused; a CRS that is told wins', async () => {
  const path = files.write('arbres.fgb', written([point({ a: 1 }, [2.3, 48.8])], 0));
  expect(await layersOf(path)).toEqual(['arbres']);
  expect((await faultOf(openSource(path, { layer: 'autre' }))).in('fr')).toBe('le fichier n’a pas de couche « autre » ; il a : arbres');
  expect((await readAll(path, { layer: 'Arbres', srs: 4326 })).source.geometry?.srid).toBe(4326);
});

test('without a CRS and without bounds nothing is guessed', async () => {
  const path = files.write('nowhere.fgb', written([point({ a: 1 })], 0));
  expect(await faultOf(openSource(path))).toMatchObject({ kind: 'invalid-crs', locator: 'srs' });
});

describe('hostile files', () => {
  const good = written([point({ nom: 'un' }), point({ nom: 'deux' }), point({ nom: 'trois' })]);

  test('one that breaks off, wherever that is', async () => {
    for (let length = 8; length < good.length; length += 7) {
      const path = files.write('broken.fgb', good.subarray(0, length));
      const fault = await faultOf(readAll(path).then(({ source }) => expect(source.total).toBe(-1)));
      expect(fault.kind).toBe('malformed');
    }
  });

  test('a count that the features do not bear out', async () => {
    const path = files.write('count.fgb', replaced(good, 3, 1_000_000_000_000n));
    expect(await faultOf(openSource(path))).toMatchObject({ kind: 'malformed' });
  });

  test('bytes that are turned anywhere end in a fault or in refused rows, never in a defect', async () => {
    for (let at = 12; at < good.length; at++)
      for (const value of [0xff, 0x7f]) {
        const bytes = Buffer.from(good);
        bytes[at] = value;
        const path = files.write('turned.fgb', bytes);
        const end = await readAll(path).then(
          ({ rows }) => rows.length,
          (error: unknown) => (error as Error).name,
        );
        expect(typeof end === 'number' || end === 'Fault').toBe(true);
      }
  });
});

/** A collection (7) or a multipolygon (6) whose parts all point to one line of that many positions. */
function unfolding(type: 6 | 7, parts: number, positions: number): FlatTable {
  const table = 44;
  const line = table + 12 + 4 + parts * 4;
  const bytes = Buffer.alloc(line + 12 + 4 + positions * 16);
  bytes.writeUInt32LE(table, 0);
  // fields 1 (xy) and 7 (parts) lie behind the offset of the table of fields, 6 (type) behind that
  for (const [at, list] of [
    [4, 7],
    [24, 1],
  ] as const) {
    bytes.writeUInt16LE(20, at);
    bytes.writeUInt16LE(12, at + 2);
    bytes.writeUInt16LE(4, at + 4 + list * 2);
    bytes.writeUInt16LE(8, at + 4 + 6 * 2);
  }
  bytes.writeInt32LE(table - 4, table);
  bytes.writeUInt32LE(8, table + 4);
  bytes[table + 8] = type;
  bytes.writeUInt32LE(parts, table + 12);
  for (let i = 0, at = table + 16; i < parts; i++, at += 4) bytes.writeUInt32LE(line - at, at);
  bytes.writeInt32LE(line - 24, line);
  bytes.writeUInt32LE(8, line + 4);
  bytes[line + 8] = 2;
  bytes.writeUInt32LE(positions * 2, line + 12);
  for (let i = 0; i < positions * 2; i++) bytes.writeDoubleLE(i % 7, line + 16 + i * 8);
  return FlatTable.root(bytes);
}

describe('a part that is pointed to many times', () => {
  const say = (fr: string): string => fr;
  test.each([6, 7] as const)('type %d: as often as its bytes would hold, and no more', type => {
    expect(readFgbGeometry(unfolding(type, 1, 50), type, say)).toMatchObject({ type: type === 6 ? 'MultiPolygon' : 'GeometryCollection' });
    expect(() => readFgbGeometry(unfolding(type, 2_000, 2_000), type, say)).toThrow('trop de parties');
    expect(() => readFgbGeometry(unfolding(type, 1_000_001, 1), type, say)).toThrow('too many tables');
  });
});
