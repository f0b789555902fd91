// JPEG writer: libjpeg-turbo, from its prebuilt binary. JPEG has no transparency: the surface is drawn on an opaque background.
import { FORMAT_RGBA, SAMP_420, compressSync } from '@julusian/jpeg-turbo';
import type { Surface } from './surface';

const quality = 82;

export function encodeJpeg(surface: Surface): Uint8Array {
  const { width, height, pixels } = surface;
  const raw = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return compressSync(raw, { format: FORMAT_RGBA, width, height, quality, subsampling: SAMP_420 });
}
