// A small GeoTIFF writer: one band of 16-bit heights in strips, deflated, with the tags that place it in Lambert-93 (TIFF 6.0, OGC 19-008).
import { deflateSync } from 'node:zlib';

export interface HeightGrid {
  readonly width: number;
  readonly height: number;
  /** Row by row from the north. */
  readonly cells: Int16Array;
  /** Upper left corner of the first cell and size of a cell, in metres. */
  readonly west: number;
  readonly north: number;
  readonly size: number;
  /** EPSG code of a projected CRS. */
  readonly srid: number;
  /** Value of cells without a height. */
  readonly nodata: number;
}

const rowsPerStrip = 64;

type Field = readonly [tag: number, type: 'short' | 'long' | 'double' | 'ascii', values: readonly number[]];
const types = {
  ascii: { code: 2, size: 1 },
  short: { code: 3, size: 2 },
  long: { code: 4, size: 4 },
  double: { code: 12, size: 8 },
} as const;

/** The file's bytes: the same grid makes the same bytes. */
export function geoTiffOf(grid: HeightGrid): Buffer {
  const { width, height, cells } = grid;
  const strips: Buffer[] = [];
  for (let top = 0; top < height; top += rowsPerStrip) {
    const part = cells.subarray(top * width, Math.min(height, top + rowsPerStrip) * width);
    const bytes = Buffer.alloc(part.length * 2);
    // horizontal differencing (predictor 2): heights beside one another are alike
    part.forEach((cell, i) => bytes.writeInt16LE(i % width === 0 ? cell : wrapped(cell - (part[i - 1] ?? 0)), i * 2));
    strips.push(deflateSync(bytes, { level: 9 }));
  }
  const offsets: number[] = [];
  let at = 8;
  for (const strip of strips) {
    offsets.push(at);
    at += strip.length + (strip.length & 1);
  }
  const fields: readonly Field[] = [
    [256, 'long', [width]],
    [257, 'long', [height]],
    [258, 'short', [16]],
    [259, 'short', [8]],
    [262, 'short', [1]],
    [273, 'long', offsets],
    [277, 'short', [1]],
    [278, 'long', [rowsPerStrip]],
    [279, 'long', strips.map(strip => strip.length)],
    [317, 'short', [2]],
    [339, 'short', [2]],
    [33550, 'double', [grid.size, grid.size, 0]],
    [33922, 'double', [0, 0, 0, grid.west, grid.north, 0]],
    // projected model, cells are areas, code of the CRS
    [34735, 'short', [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, grid.srid]],
    [42113, 'ascii', [...Buffer.from(`${grid.nodata}\0`, 'latin1')]],
  ];
  const head = Buffer.alloc(8);
  head.write('II', 'latin1');
  head.writeUInt16LE(42, 2);
  head.writeUInt32LE(at, 4);
  const padded = strips.flatMap(strip => (strip.length & 1 ? [strip, Buffer.alloc(1)] : [strip]));
  return Buffer.concat([head, ...padded, directoryAt(at, fields)]);
}

/** Wrapped to 16 bits, as the difference is kept. */
const wrapped = (value: number): number => (value << 16) >> 16;

function directoryAt(at: number, fields: readonly Field[]): Buffer {
  const entries = Buffer.alloc(2 + fields.length * 12 + 4);
  entries.writeUInt16LE(fields.length, 0);
  const beyond: Buffer[] = [];
  let next = at + entries.length;
  fields.forEach(([tag, type, values], i) => {
    const entry = 2 + i * 12;
    const { code, size } = types[type];
    const bytes = Buffer.alloc(Math.max(4, values.length * size));
    values.forEach((value, n) => {
      if (type === 'double') bytes.writeDoubleLE(value, n * 8);
      else bytes.writeUIntLE(value, n * size, size);
    });
    entries.writeUInt16LE(tag, entry);
    entries.writeUInt16LE(code, entry + 2);
    entries.writeUInt32LE(values.length, entry + 4);
    if (values.length * size <= 4) bytes.copy(entries, entry + 8);
    else {
      const even = bytes.length & 1 ? Buffer.concat([bytes, Buffer.alloc(1)]) : bytes;
      entries.writeUInt32LE(next, entry + 8);
      beyond.push(even);
      next += even.length;
    }
  });
  return Buffer.concat([entries, ...beyond]);
}
