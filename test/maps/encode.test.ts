// The writers: what is decoded is what was drawn.
import { PNG } from 'pngjs';
import { FORMAT_RGBA, decompressSync } from '@julusian/jpeg-turbo';
import { encodeJpeg } from '../../server/maps/draw/jpeg';
import { encodePng } from '../../server/maps/draw/png';
import { createSurface, straightAlpha } from '../../server/maps/draw/surface';
import type { Surface } from '../../server/maps/draw/surface';

function filled(width: number, height: number, pixel: (x: number, y: number) => number): Surface {
  const surface = createSurface(width, height, null);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) surface.pixels[y * width + x] = pixel(x, y);
  return surface;
}

const opaque = (value: number): number => (0xff000000 | value) >>> 0;

function decoded(bytes: Uint8Array): { readonly image: PNG; readonly pixels: Uint32Array; readonly colorType: number } {
  const image = PNG.sync.read(Buffer.from(bytes));
  return {
    image,
    pixels: new Uint32Array(Uint8Array.from(image.data).buffer),
    colorType: bytes[25] ?? -1,
  };
}

test.each([
  ['two colours', 'palette', filled(37, 11, x => opaque(x % 5 === 0 ? 0x00ff00 : 0x123456)), false, 3],
  ['exactly 256 colours', 'palette', filled(16, 16, (x, y) => opaque(x * 16 + y)), false, 3],
  ['257 colours', 'RGB', filled(257, 2, x => opaque(x * 71)), false, 2],
  ['many colours at an odd width', 'RGB', filled(61, 53, (x, y) => opaque(x * 7919 + y * 104729)), false, 2],
  ['one pixel', 'palette', filled(1, 1, () => opaque(0xabcdef)), false, 3],
  ['transparent with few colours', 'palette with tRNS', filled(20, 20, x => (x < 10 ? 0 : opaque(0xff))), true, 3],
  ['transparent with many colours', 'RGBA', filled(64, 64, (x, y) => (((x * 4) << 24) | (Math.min(x * 4, y) << 8)) >>> 0), true, 6],
  ['asked transparent, yet opaque', 'RGB', filled(64, 64, (x, y) => opaque(x * 64 + y)), true, 2],
])('PNG of %s is %s and decodes to the same pixels', (_, __, surface, transparent, colorType) => {
  const png = decoded(encodePng(surface, { transparent }));
  expect([png.image.width, png.image.height]).toEqual([surface.width, surface.height]);
  expect(png.colorType).toBe(colorType);
  expect(png.pixels).toEqual(transparent ? straightAlpha(surface) : surface.pixels);
});

test('PNG tells the size of its pixels: 0.28 mm unless a resolution was asked', () => {
  const density = (bytes: Uint8Array): number => Buffer.from(bytes).readUInt32BE(Buffer.from(bytes).indexOf('pHYs') + 4);
  const surface = createSurface(2, 2, 0);
  expect(density(encodePng(surface, { transparent: false }))).toBe(3571);
  expect(density(encodePng(surface, { transparent: false, scale: 2 }))).toBe(7143);
});

test('straight alpha undoes the premultiplication within one level', () => {
  const surface = filled(255, 1, x => {
    const alpha = x + 1;
    const red = Math.round((200 * alpha) / 255);
    return ((alpha << 24) | red) >>> 0;
  });
  straightAlpha(surface).forEach((value, x) => {
    expect(value >>> 24).toBe(x + 1);
    expect(Math.abs((value & 255) - 200)).toBeLessThanOrEqual(Math.ceil(128 / (x + 1)));
  });
});

test('JPEG decodes to nearly the same colours', () => {
  const surface = filled(64, 48, x => opaque(x < 32 ? 0x3060c0 : 0xe0f0ff));
  const bytes = encodeJpeg(surface);
  expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
  const picture = decompressSync(Buffer.from(bytes), { format: FORMAT_RGBA });
  expect([picture.width, picture.height]).toEqual([64, 48]);
  for (const [x, color] of [
    [5, 0x3060c0],
    [60, 0xe0f0ff],
  ] as const)
    for (let band = 0; band < 3; band++)
      expect(Math.abs((picture.data[(20 * 64 + x) * 4 + band] ?? 0) - ((color >> (band * 8)) & 255))).toBeLessThan(6);
});
