// PNG writer (ISO/IEC 15948): no filter, fast deflate; an exact palette when the picture has 256 colours or fewer, else RGB, or RGBA
// when it is transparent. Maps are flat colours: a palette makes them a third as large and quicker to pack.
import { constants, crc32, deflateSync } from 'node:zlib';
import { straightAlpha } from './surface';
import type { Surface } from './surface';

const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const colorTypes = { rgb: 2, palette: 3, rgba: 6 } as const;
/** 0.28 mm pixels: 1 / 0.00028 m. */
const pixelsPerMetre = 1 / 0.00028;

export interface PngOptions {
  readonly transparent: boolean;
  /** Pixels of the map per pixel of 0.28 mm; written as the physical size of the pixels. */
  readonly scale?: number;
}

/** Writes a surface; an opaque one must have alpha 255 throughout. */
export function encodePng(surface: Surface, options: PngOptions): Uint8Array {
  const { width, height } = surface;
  const pixels = options.transparent ? straightAlpha(surface) : surface.pixels;
  const indexed = palette(pixels, width, height);
  const opaque = indexed ? indexed.colors.every(color => color >>> 24 === 255) : !options.transparent || isOpaque(pixels);
  const kind = indexed ? 'palette' : opaque ? 'rgb' : 'rgba';
  const rows = indexed ? indexed.rows : kind === 'rgb' ? packRgb(pixels, width, height) : packRgba(pixels, width, height);

  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colorTypes[kind], 0, 0, 0], 8);
  const density = new Uint8Array(9);
  const perMetre = Math.round(pixelsPerMetre * (options.scale ?? 1));
  new DataView(density.buffer).setUint32(0, perMetre);
  new DataView(density.buffer).setUint32(4, perMetre);
  density[8] = 1;

  const chunks = [signature, chunk('IHDR', header), chunk('pHYs', density)];
  if (indexed) {
    chunks.push(chunk('PLTE', Uint8Array.from(indexed.colors.flatMap(color => [color & 255, (color >> 8) & 255, (color >> 16) & 255]))));
    if (!opaque)
      chunks.push(
        chunk(
          'tRNS',
          Uint8Array.from(indexed.colors, color => color >>> 24),
        ),
      );
  }
  const deflated = deflateSync(rows, {
    level: indexed ? 2 : 1,
    memLevel: 9,
    chunkSize: rows.length < 1 << 18 ? 1 << 16 : 1 << 18,
    strategy: constants.Z_DEFAULT_STRATEGY,
  });
  chunks.push(chunk('IDAT', deflated), chunk('IEND', new Uint8Array(0)));
  return Buffer.concat(chunks);
}

/** Room for rows, the same for every picture: they are packed before the next one is begun. */
let room = new Uint8Array(0);
const mostRoom = 1 << 20;

function scratch(length: number): Uint8Array {
  if (length > mostRoom) return new Uint8Array(length);
  if (room.length < length) room = new Uint8Array(length);
  return room.subarray(0, length);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}

function isOpaque(pixels: Uint32Array): boolean {
  for (let i = 0; i < pixels.length; i++) if ((pixels[i] as number) < 0xff000000) return false;
  return true;
}

interface Indexed {
  readonly colors: readonly number[];
  /** Rows with their filter byte. */
  readonly rows: Uint8Array;
}

/** The picture by numbers of its colours, null when it has more than 256. */
function palette(pixels: Uint32Array, width: number, height: number): Indexed | null {
  const slots = 1024;
  const keys = new Uint32Array(slots);
  const numbers = new Int16Array(slots).fill(-1);
  const colors: number[] = [];
  const rows = scratch((width + 1) * height);
  let last = ~(pixels[0] ?? 0) >>> 0;
  let number = 0;
  let out = 0;
  for (let y = 0, i = 0; y < height; y++) {
    rows[out++] = 0;
    for (let x = 0; x < width; x++, i++) {
      const color = pixels[i] as number;
      if (color !== last) {
        last = color;
        let slot = Math.imul(color ^ (color >>> 15), 0x2c1b3c6d) >>> 22;
        while ((numbers[slot] as number) >= 0 && keys[slot] !== color) slot = (slot + 1) & (slots - 1);
        if ((numbers[slot] as number) < 0) {
          if (colors.length === 256) return null;
          keys[slot] = color;
          numbers[slot] = colors.length;
          colors.push(color);
        }
        number = numbers[slot] as number;
      }
      rows[out++] = number;
    }
  }
  return { colors, rows };
}

function packRgb(pixels: Uint32Array, width: number, height: number): Uint8Array {
  const rows = scratch((width * 3 + 1) * height);
  let out = 0;
  for (let y = 0, i = 0; y < height; y++) {
    rows[out++] = 0;
    for (let x = 0; x < width; x++) {
      const pixel = pixels[i++] as number;
      rows[out] = pixel;
      rows[out + 1] = pixel >> 8;
      rows[out + 2] = pixel >> 16;
      out += 3;
    }
  }
  return rows;
}

function packRgba(pixels: Uint32Array, width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const rows = new Uint8Array((width * 4 + 1) * height);
  for (let y = 0; y < height; y++) rows.set(bytes.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1);
  return rows;
}
