// Files that are not what they say: each is refused with its reason, none costs more memory than its own size bears, and the threads live on.
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { compressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { geoTiffOf } from '../../server/demo/relief-file';
import { createCoverageReader } from '../../server/formats/geotiff';
import { unpack } from '../../server/formats/tiff-decode';
import { grid, heights } from './made';

const folder = mkdtempSync(join(tmpdir(), 'geomig-broken-'));
const reader = createCoverageReader({ threads: 1, deadline: 10_000 });
const { signal } = new AbortController();
afterAll(async () => {
  await reader.close();
  rmSync(folder, { recursive: true, force: true });
});

// heights that do not pack well, so that there is something to break
const good = geoTiffOf(heights((column, row) => Math.imul(Math.imul(column * 7_919 + row * 104_729, 2_654_435_761) ^ row, 40_503) >>> 21));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** The good file with the value of a tag (its first word) replaced. */
function withTag(tag: number, value: number, count?: number): Buffer {
  const bytes = Buffer.from(good);
  const directory = bytes.readUInt32LE(4);
  for (let i = 0; i < bytes.readUInt16LE(directory); i++) {
    const entry = directory + 2 + i * 12;
    if (bytes.readUInt16LE(entry) !== tag) continue;
    if (count !== undefined) bytes.writeUInt32LE(count, entry + 4);
    if (bytes.readUInt16LE(entry + 2) === 3) bytes.writeUInt16LE(value, entry + 8);
    else bytes.writeUInt32LE(value, entry + 8);
  }
  return bytes;
}

/** The good file without a tag: its number is made one that nobody reads. */
function withoutTag(tag: number): Buffer {
  const bytes = Buffer.from(good);
  const directory = bytes.readUInt32LE(4);
  for (let i = 0; i < bytes.readUInt16LE(directory); i++) {
    const entry = directory + 2 + i * 12;
    if (bytes.readUInt16LE(entry) === tag) bytes.writeUInt16LE(65_000, entry);
  }
  return bytes;
}

test('the good file is good', async () => {
  const about = await reader.describe(file('good.tif', good));
  expect(about).toMatchObject({ width: grid.width, height: grid.height, srid: 2154, sample: 'int16', nodata: grid.nodata, overviews: 0 });
});

test.each([
  ['a text', Buffer.from('bonjour'), 'invalid-format', 'source'],
  ['an empty file', Buffer.alloc(0), 'invalid-format', 'source'],
  ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'invalid-format', 'source'],
  ['a header alone', good.subarray(0, 8), 'malformed', 'source'],
  ['a directory beyond the end', Buffer.concat([Buffer.from('49492a00f0ffff7f', 'hex'), good.subarray(8)]), 'malformed', 'source'],
  ['a directory that breaks off', good.subarray(0, good.length - 60), 'malformed', 'source'],
  ['an absurd width', withTag(256, 4_000_000_000), 'too-large', 'source'],
  ['no height', withTag(257, 0), 'malformed', 'source'],
  ['more rows than strips', withTag(257, 4_000_000), 'malformed', 'source'],
  ['one strip where there are three', withTag(278, 4_000_000_000), 'malformed', 'source'],
  ['seven thousand bands', withTag(277, 7_000), 'invalid-format', 'source'],
  ['eleven bits', withTag(258, 11), 'invalid-format', 'source'],
  ['an unknown compression', withTag(259, 34_712), 'invalid-format', 'source'],
  ['offsets that claim a billion values', withTag(273, 8, 1_000_000_000), 'too-large', 'source'],
  ['a scale that claims a billion values', withTag(33550, 8, 1_000_000_000), 'malformed', 'source'],
  ['another compression than it has', withTag(259, 5), 'malformed', 'source'],
  ['no place on the ground', withoutTag(33922), 'invalid-format', 'source'],
  ['no CRS', withoutTag(34735), 'missing-parameter', 'srs'],
] as const)('%s is refused', async (name, bytes, kind, locator) => {
  const path = file(`${name.replaceAll(' ', '-')}.tif`, bytes);
  await expect(reader.describe(path)).rejects.toMatchObject({ name: 'Fault', kind, locator });
});

test('the sentence is in French for reports and in English for clients', async () => {
  const error = await reader.describe(file('court.tif', good.subarray(0, good.length >> 1))).catch((fault: unknown) => fault);
  expect(error).toMatchObject({ message: expect.stringContaining('cannot be read') as unknown });
  expect((error as { in: (language: 'fr') => string }).in('fr')).toContain('ne peut pas être lu');
});

test('a CRS told by the user wins, and must be one of ours', async () => {
  const path = file('sans.tif', withoutTag(34735));
  expect((await reader.describe(path, { srs: 3949 })).srid).toBe(3949);
  await expect(reader.describe(path, { srs: 25_832 })).rejects.toMatchObject({ kind: 'invalid-crs', locator: 'srs' });
});

test('every truncation is a fault, never a crash and never a reading', async () => {
  const path = file('troncature.tif', good);
  for (let length = good.length - 1; length > 8; length -= 997) {
    truncateSync(path, length);
    await expect(reader.describe(path)).rejects.toMatchObject({ name: 'Fault' });
  }
  expect((await reader.describe(file('good.tif', good))).width).toBe(grid.width);
});

test('noise in the file is a fault or other heights, never a crash', async () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 4_294_967_296) * below);
  };
  const outcomes = new Set<string>();
  for (let round = 0; round < 60; round++) {
    const bytes = Buffer.from(good);
    // more of it where the tags are
    const from = round % 2 === 0 ? bytes.readUInt32LE(4) : 0;
    for (let i = 0; i < 4; i++) bytes[from + random(bytes.length - from)] = random(256);
    const path = file('bruit.tif', bytes);
    outcomes.add(
      await reader.describe(path).then(
        () => 'read',
        (error: Error) => error.name,
      ),
    );
  }
  expect([...outcomes].every(outcome => outcome === 'read' || outcome === 'Fault')).toBe(true);
});

test('a block that would unpack to far more than it may is stopped', () => {
  const bomb = deflateSync(Buffer.alloc(50_000_000));
  expect(bomb.length).toBeLessThan(100_000);
  expect(() => unpack(bomb, 'deflate', 1_000)).toThrow(/inflated/);
  // LZW and PackBits stop at what is asked for
  const packed = Buffer.alloc(20_000, Buffer.from([0x81, 0xff]));
  expect(unpack(packed, 'packbits', 1_000)).toHaveLength(1_000);
  expect(() => unpack(Buffer.from([0x80, 0x3f, 0xff, 0xff]), 'lzw', 1_000)).toThrow(/TIFF/);
});

test('a large image without overviews, seen from afar, is refused instead of unpacked', async () => {
  // a billion cells in strips that are all the same zeros: the offsets name one strip again and again
  const rows = 32_768;
  const width = 32_768;
  const strip = deflateSync(Buffer.alloc(width * 64));
  const strips = rows / 64;
  const entries = [
    [256, 4, 1, width],
    [257, 4, 1, rows],
    [258, 3, 1, 8],
    [259, 3, 1, 8],
    [262, 3, 1, 1],
    [273, 4, strips, 0],
    [277, 3, 1, 1],
    [278, 4, 1, 64],
    [279, 4, strips, 0],
  ] as const;
  const head = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  head.write('II');
  head.writeUInt16LE(42, 2);
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  const lists = head.length;
  entries.forEach(([tag, type, count, value], i) => {
    const at = 10 + i * 12;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    const placed = tag === 273 ? lists : tag === 279 ? lists + strips * 4 : value;
    if (type === 3) head.writeUInt16LE(placed, at + 8);
    else head.writeUInt32LE(placed, at + 8);
  });
  const numbers = Buffer.alloc(strips * 8);
  for (let i = 0; i < strips; i++) {
    numbers.writeUInt32LE(lists + strips * 8, i * 4);
    numbers.writeUInt32LE(strip.length, (strips + i) * 4);
  }
  const path = file('immense.tif', Buffer.concat([head, numbers, strip]));
  const transform = [637_000, 1, 0, 6_873_000, 0, -1] as const;
  const box = { minX: 637_000, minY: 6_873_000 - rows, maxX: 637_000 + width, maxY: 6_873_000 };
  const ask = (part: typeof box): ReturnType<typeof reader.cells> =>
    reader.cells({ path, srid: 2154, transform, frame: { srid: 2154, box: part, width: 600, height: 600 }, clip: null }, signal);
  await expect(ask(box)).rejects.toMatchObject({ kind: 'too-large', locator: 'bbox' });
  const near = await ask({ ...box, minY: box.maxY - 600, maxX: box.minX + 600 });
  expect(near.shown.every(one => one === 1)).toBe(true);
});

test('a request that has been given up does not wait, and a closed reader says so', async () => {
  const gone = new AbortController();
  const path = file('good.tif', good);
  const frame = { srid: 2154, box: { minX: 640_000, minY: 6_860_000, maxX: 641_000, maxY: 6_861_000 }, width: 10, height: 10 };
  const request = { path, srid: 2154, transform: [grid.west, 200, 0, grid.north, 0, -200] as const, frame, clip: null };
  gone.abort(new Error('gone'));
  await expect(reader.cells(request, gone.signal)).rejects.toThrow('gone');
  await expect(reader.cells({ ...request, path: join(folder, 'absent.tif') }, signal)).rejects.toMatchObject({ kind: 'unavailable' });
  const other = createCoverageReader({ threads: 1 });
  await other.close();
  await expect(other.cells(request, signal)).rejects.toMatchObject({ kind: 'unavailable' });
  expect(readFileSync(path).equals(good)).toBe(true);
});

/** A TIFF of the given tags (LONG, DOUBLE or bytes), with a place on the ground; the stored block lies at byte 8. */
function tiffOf(block: Uint8Array, tags: Readonly<Record<number, readonly number[] | Uint8Array>>): Buffer {
  const all: Readonly<Record<number, readonly number[] | Uint8Array>> = {
    277: [1],
    284: [1],
    33550: [1, 1, 0],
    33922: [0, 0, 0, 650_000, 6_860_000, 0],
    34735: [1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 2154],
    ...tags,
  };
  const numbers = Object.keys(all).map(Number);
  const entries: Buffer[] = [];
  const values: Buffer[] = [];
  let end = 8 + block.length + 2 + numbers.length * 12 + 4;
  for (const tag of numbers) {
    const list = all[tag] ?? [];
    const [type, size] = list instanceof Uint8Array ? [7, 1] : tag === 33550 || tag === 33922 ? [12, 8] : tag === 34735 ? [3, 2] : [4, 4];
    const bytes = Buffer.alloc(list.length * size);
    list.forEach((value, i) => {
      if (size === 8) bytes.writeDoubleLE(value, i * 8);
      else bytes.writeUIntLE(value, i * size, size);
    });
    const entry = Buffer.alloc(12);
    entry.writeUInt16LE(tag, 0);
    entry.writeUInt16LE(type, 2);
    entry.writeUInt32LE(list.length, 4);
    if (bytes.length <= 4) bytes.copy(entry, 8);
    else {
      entry.writeUInt32LE(end, 8);
      values.push(bytes);
      end += bytes.length;
    }
    entries.push(entry);
  }
  const head = Buffer.from('49492a0000000000', 'hex');
  head.writeUInt32LE(8 + block.length, 4);
  const count = Buffer.alloc(2);
  count.writeUInt16LE(numbers.length);
  return Buffer.concat([head, block, count, ...entries, Buffer.alloc(4), ...values]);
}

describe('small files that would fill the memory', () => {
  test('a mask of one bit is measured by what it becomes', async () => {
    const tags = { 256: [2 ** 22], 257: [256], 258: [1], 259: [8], 262: [1], 273: [8], 278: [256], 279: [16] };
    const path = file('bits.tif', tiffOf(Buffer.alloc(16), tags));
    await expect(reader.describe(path)).rejects.toMatchObject({ name: 'Fault', kind: 'too-large' });
  });

  test('the same bytes told for every block are no raster of that size', async () => {
    const block = deflateSync(Buffer.alloc(2 ** 20));
    const blocks = 4_000;
    const each = (value: number): number[] => Array.from({ length: blocks }, () => value);
    const side = { 256: [2 ** 14], 257: [64 * blocks], 278: [64], 258: [8], 259: [8], 262: [1] };
    const path = file('partage.tif', tiffOf(block, { ...side, 273: each(8), 279: each(block.length) }));
    await expect(reader.describe(path)).rejects.toMatchObject({ name: 'Fault', kind: 'too-large' });
    // left out, they are a sparse file
    const sparse = file('creux.tif', tiffOf(block, { ...side, 273: each(0), 279: each(0) }));
    expect((await reader.describe(sparse)).statistics).toEqual([null]);
  });

  test('tables of JPEG that hold a picture of their own', async () => {
    const block = compressSync(Buffer.alloc(16 * 16 * 3, 90), { width: 16, height: 16, format: FORMAT_RGB, quality: 90 });
    const tags = { 256: [16], 257: [16], 258: [8, 8, 8], 259: [7], 262: [6], 273: [8], 277: [3], 278: [16], 279: [block.length] };
    expect((await reader.describe(file('photo.tif', tiffOf(block, tags)))).bands).toBe(3);
    const frame = Buffer.from('ffd8ffc00011080000000003012200021101031101ffda000c03010002110311003f00ffd9', 'hex');
    frame.writeUInt16BE(20_000, 7);
    frame.writeUInt16BE(20_000, 9);
    const path = file('tables.tif', tiffOf(block, { ...tags, 347: frame }));
    await expect(reader.describe(path)).rejects.toMatchObject({
      kind: 'malformed',
      message: expect.stringContaining('not the JPEG') as unknown,
    });
  });
});
