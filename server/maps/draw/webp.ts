// WebP writer: the canvas library's own, from its prebuilt binary. Smaller than PNG for photographs with transparency.
import { createCanvas } from '@napi-rs/canvas';
import { straightAlpha, type Surface } from './surface';

const quality = 80;

export function encodeWebp(surface: Surface): Uint8Array {
  const { width, height } = surface;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const picture = context.createImageData(width, height);
  picture.data.set(new Uint8ClampedArray(straightAlpha(surface).buffer));
  context.putImageData(picture, 0, 0);
  return canvas.toBuffer('image/webp', quality);
}
