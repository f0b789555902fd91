// The two readers of bytes: rows of a binary copy in chunks of any size, and well-known binary of either byte order.
import fc from 'fast-check';
import { Fault } from '../../server/core/model/fault';
import type { Geometry } from '../../server/core/model/geometry';
import { readEwkbHex, readWkb, writeEwkb } from '../../server/core/model/wkb';
import { BinaryRows } from '../../server/store/copy-binary';
import { SceneBuilder } from '../../server/store/scenes';

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const position = fc.tuple(number, number);
const positions = fc.array(position, { minLength: 2, maxLength: 6 });
const polygon = fc.array(fc.array(position, { minLength: 4, maxLength: 6 }), { minLength: 1, maxLength: 3 });
const geometry: fc.Arbitrary<Geometry> = fc.oneof(
  position.map(coordinates => ({ type: 'Point' as const, coordinates })),
  positions.map(coordinates => ({ type: 'LineString' as const, coordinates })),
  polygon.map(coordinates => ({ type: 'Polygon' as const, coordinates })),
  positions.map(coordinates => ({ type: 'MultiPoint' as const, coordinates })),
  fc.array(positions, { minLength: 1 }).map(coordinates => ({ type: 'MultiLineString' as const, coordinates })),
  fc.array(polygon, { minLength: 1 }).map(coordinates => ({ type: 'MultiPolygon' as const, coordinates })),
);

test('what is written is read back, with its SRID', () => {
  fc.assert(
    fc.property(geometry, fc.constantFrom(2154, 4326), (one, srid) =>
      expect(readWkb(writeEwkb(one, srid))).toEqual({ geometry: one, srid, empty: false }),
    ),
  );
});

test('heights are kept, measures dropped, big-endian and ISO codes read', () => {
  const high: Geometry = {
    type: 'LineString',
    coordinates: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  };
  expect(readWkb(writeEwkb(high, 2154)).geometry).toEqual(high);
  // POINT ZM (1 2 3 4), ISO code 3001, big-endian
  const bytes = Buffer.alloc(37);
  bytes.writeUInt32BE(3001, 1);
  [1, 2, 3, 4].forEach((value, i) => bytes.writeDoubleBE(value, 5 + 8 * i));
  expect(readWkb(bytes)).toEqual({ geometry: { type: 'Point', coordinates: [1, 2, 3] }, srid: 0, empty: false });
  expect(readEwkbHex('0101000000000000000000f87f000000000000f87f')).toBeNull();
});

test('bytes that are no geometry are refused, and a forged count asks for no memory', () => {
  const good = writeEwkb(
    {
      type: 'LineString',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
    2154,
  );
  for (let length = 0; length < good.length; length++) expect(() => readWkb(good.subarray(0, length))).toThrow(Fault);
  const forged = Buffer.from(good);
  forged.writeUInt32LE(0xffffffff, 9);
  expect(() => readWkb(forged)).toThrow(Fault);
  const deep = Buffer.concat([...Array.from({ length: 1000 }, () => Buffer.from('010700000001000000', 'hex')), good]);
  expect(() => readWkb(deep)).toThrow(Fault);
});

/** A binary copy of rows with a geometry and a text. */
function copyOf(rows: readonly (readonly [Buffer | null, string | null])[]): Buffer {
  const parts: Buffer[] = [Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)];
  const field = (value: Buffer | null): void => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(value ? value.length : -1);
    parts.push(length);
    if (value) parts.push(value);
  };
  for (const [shape, text] of rows) {
    parts.push(Buffer.from([0, 2]));
    field(shape);
    field(text === null ? null : Buffer.from(text));
  }
  return Buffer.concat([...parts, Buffer.from([0xff, 0xff])]);
}

const property = { name: 'nom', column: 'nom', type: 'string' as const, nillable: true };
const read = (bytes: Buffer, size: number): ReturnType<SceneBuilder['scene']> => {
  const builder = new SceneBuilder([property]);
  const rows = new BinaryRows(2, row => builder.add(row));
  for (let at = 0; at < bytes.length; at += size) rows.push(bytes.subarray(at, at + size));
  rows.end();
  return builder.scene();
};

test('a scene is the same however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.option(geometry), fc.option(fc.string())), { maxLength: 8 }),
      fc.integer({ min: 1, max: 97 }),
      (rows, size) => {
        const bytes = copyOf(rows.map(([shape, text]) => [shape && writeEwkb(shape, 2154), text]));
        const whole = read(bytes, bytes.length);
        expect(read(bytes, size)).toEqual(whole);
        expect(whole.features).toBe(rows.filter(([shape]) => shape !== null).length);
        expect(whole.attributes['nom']).toEqual(rows.filter(([shape]) => shape !== null).map(([, text]) => text));
      },
    ),
  );
});

/** The same rows with a key behind them. */
function keyedCopy(rows: readonly (readonly [Buffer, number])[]): Buffer {
  const parts: Buffer[] = [Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)];
  for (const [shape, key] of rows) {
    const head = Buffer.from([0, 2, 0, 0, 0, 0]);
    head.writeInt32BE(shape.length, 2);
    const tail = Buffer.alloc(12);
    tail.writeInt32BE(8, 0);
    tail.writeDoubleBE(key, 4);
    parts.push(head, shape, tail);
  }
  return Buffer.concat([...parts, Buffer.from([0xff, 0xff])]);
}

test('a scene whose rows come in any order is in the order of their keys, whatever the keys are', () => {
  const keys = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: -9e15, max: 9e15 }));
  const scene = (rows: readonly (readonly [Buffer, number])[], keyed: boolean): ReturnType<SceneBuilder['scene']> => {
    const builder = new SceneBuilder([], keyed);
    const reader = new BinaryRows(2, row => builder.add(row));
    reader.push(keyedCopy(rows));
    reader.end();
    return builder.scene();
  };
  fc.assert(
    fc.property(fc.array(fc.tuple(geometry, keys), { maxLength: 12 }), rows => {
      const shapes = rows.map(([shape, key]) => [writeEwkb(shape, 2154), key] as const);
      const sorted = [...shapes].sort((a, b) => a[1] - b[1]);
      expect(scene(shapes, true)).toEqual(scene(sorted, false));
    }),
  );
});

test('a stream that breaks off, or is something else, is no scene', () => {
  const bytes = copyOf([[writeEwkb({ type: 'Point', coordinates: [1, 2] }, 2154), 'a']]);
  expect(() => read(bytes.subarray(0, bytes.length - 2), 10)).toThrow('broke off');
  expect(() => read(Buffer.from('select 1; what is this, no copy at all'), 100)).toThrow('not a binary copy');
});

test('empty points, lines and collections draw nothing', () => {
  const empties = ['0101000000000000000000f87f000000000000f87f', '010200000000000000', '010300000000000000', '010700000000000000'];
  const scene = read(copyOf(empties.map(hex => [Buffer.from(hex, 'hex'), 'x'])), 1000);
  expect([scene.features, scene.coordinates.length, scene.attributes['nom']]).toEqual([0, 0, []]);
});
