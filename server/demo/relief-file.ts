// A small GeoTIFF writer: one band of heights (16-bit or float) in strips, deflated, with reduced images beside it and the tags that place it on the
// ground (TIFF 6.0, OGC 19-008).
import { deflateSync } from 'node:zlib';

export interface HeightGrid {
  readonly width: number;
  readonly height: number;
  /** Row by row from the north. */
  readonly cells: Int16Array | Float32Array;
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

/** The file's bytes: the same grid makes the same bytes. `overviews`: number of reduced images, each half as wide as the one before. */
export function geoTiffOf(grid: HeightGrid, overviews = 0): Buffer {
  const chunks: Buffer[] = [];
  const head = Buffer.alloc(8);
  head.write('II', 'latin1');
  head.writeUInt16LE(42, 2);
  chunks.push(head);
  let at = 8;
  let link: { readonly bytes: Buffer; readonly place: number } = { bytes: head, place: 4 };
  let level = grid;
  for (let number = 0; number <= overviews; number++) {
    if (number > 0) level = halved(level);
    const strips = stripsOf(level);
    const offsets: number[] = [];
    for (const strip of strips) {
      offsets.push(at);
      chunks.push(strip);
      at += strip.length;
      if (at & 1) {
        chunks.push(Buffer.alloc(1));
        at++;
      }
    }
    // each directory is named by the one before
    link.bytes.writeUInt32LE(at, link.place);
    const { bytes, next } = directoryAt(at, fieldsOf(level, number > 0, offsets, strips));
    chunks.push(bytes);
    link = { bytes, place: next };
    at += bytes.length;
  }
  return Buffer.concat(chunks);
}

function stripsOf({ width, height, cells }: HeightGrid): Buffer[] {
  const strips: Buffer[] = [];
  for (let top = 0; top < height; top += rowsPerStrip) {
    const part = cells.subarray(top * width, Math.min(height, top + rowsPerStrip) * width);
    const bytes = Buffer.alloc(part.length * part.BYTES_PER_ELEMENT);
    if (part instanceof Float32Array) for (let i = 0; i < part.length; i++) bytes.writeFloatLE(part[i] ?? 0, i * 4);
    // horizontal differencing (predictor 2): heights beside one another are alike
    else
      for (let i = 0; i < part.length; i++)
        bytes.writeInt16LE(i % width === 0 ? (part[i] ?? 0) : wrapped((part[i] ?? 0) - (part[i - 1] ?? 0)), i * 2);
    strips.push(deflateSync(bytes, { level: 7 }));
  }
  return strips;
}

function fieldsOf(grid: HeightGrid, reduced: boolean, offsets: readonly number[], strips: readonly Buffer[]): Field[] {
  const { width, height, cells } = grid;
  const float = cells instanceof Float32Array;
  return [
    [254, 'long', [reduced ? 1 : 0]],
    [256, 'long', [width]],
    [257, 'long', [height]],
    [258, 'short', [cells.BYTES_PER_ELEMENT * 8]],
    [259, 'short', [8]],
    [262, 'short', [1]],
    [273, 'long', offsets],
    [277, 'short', [1]],
    [278, 'long', [rowsPerStrip]],
    [279, 'long', strips.map(strip => strip.length)],
    [317, 'short', [float ? 1 : 2]],
    [339, 'short', [float ? 3 : 2]],
    [33550, 'double', [grid.size, grid.size, 0]],
    [33922, 'double', [0, 0, 0, grid.west, grid.north, 0]],
    // projected model, cells are areas, code of the CRS
    [34735, 'short', [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, grid.srid]],
    [42113, 'ascii', [...Buffer.from(`${grid.nodata}\0`, 'latin1')]],
  ];
}

/** Half as many cells along each side, each the mean of four that have a height. */
function halved(grid: HeightGrid): HeightGrid {
  const width = Math.ceil(grid.width / 2);
  const height = Math.ceil(grid.height / 2);
  const cells = grid.cells instanceof Float32Array ? new Float32Array(width * height) : new Int16Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      let known = 0;
      for (let row = y * 2; row < Math.min(grid.height, y * 2 + 2); row++)
        for (let column = x * 2; column < Math.min(grid.width, x * 2 + 2); column++) {
          const value = grid.cells[row * grid.width + column] ?? grid.nodata;
          if (value === grid.nodata) continue;
          sum += value;
          known++;
        }
      cells[y * width + x] = known === 0 ? grid.nodata : sum / known;
    }
  return { ...grid, width, height, cells, size: grid.size * 2 };
}

/** Wrapped to 16 bits, as the difference is kept. */
const wrapped = (value: number): number => (value << 16) >> 16;

/** The directory, and the place in it where the offset of the next one is written. */
function directoryAt(at: number, fields: readonly Field[]): { readonly bytes: Buffer; readonly next: number } {
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
  return { bytes: Buffer.concat([entries, ...beyond]), next: 2 + fields.length * 12 };
}
