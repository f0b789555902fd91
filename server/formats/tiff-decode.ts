// Blocks of a TIFF (strips, tiles) unpacked: none, PackBits, LZW, Deflate, JPEG, and the two predictors. Every unpacking is told how many bytes
// may come out and stops there, so that a small block cannot fill the memory (SEC09).
import { inflateSync } from 'node:zlib';
import type { Words } from '../core/model/fault';
import { malformedTiff } from './tiff-tags';

const brokenBlock: Words = { fr: 'un bloc s’interrompt', en: 'a block breaks off' };

export type Compression = 'none' | 'packbits' | 'lzw' | 'deflate' | 'jpeg';

/** TIFF 6.0 § 3 and its supplements. */
export const compressions: ReadonlyMap<number, Compression> = new Map<number, Compression>([
  [1, 'none'],
  [5, 'lzw'],
  [7, 'jpeg'],
  [8, 'deflate'],
  [32773, 'packbits'],
  [32946, 'deflate'],
]);

/** Unpacks a block but for JPEG: `length` bytes, zeros where the block has fewer. Fault malformed. */
export function unpack(bytes: Uint8Array, compression: Exclude<Compression, 'jpeg'>, length: number): Uint8Array {
  const out = new Uint8Array(length);
  switch (compression) {
    case 'none':
      if (bytes.length < length)
        throw malformedTiff({ fr: 'un bloc est plus court que son image', en: 'a block is shorter than its image needs' });
      out.set(bytes.subarray(0, length));
      return out;
    case 'packbits':
      packBits(bytes, out);
      return out;
    case 'lzw':
      lzw(bytes, out);
      return out;
    case 'deflate':
      out.set(inflated(bytes, length));
      return out;
  }
}

function inflated(bytes: Uint8Array, length: number): Uint8Array {
  let plain: Uint8Array;
  try {
    // some writers pad a block: a little more than asked is let through, and cut
    plain = inflateSync(bytes, { maxOutputLength: length + 65536 });
  } catch (cause) {
    throw malformedTiff(
      {
        fr: 'un bloc ne peut pas être décompressé, ou contient bien plus que son image',
        en: 'a block cannot be inflated, or holds far more than its image needs',
      },
      cause,
    );
  }
  if (plain.length < length) throw malformedTiff(brokenBlock);
  return plain.subarray(0, length);
}

/** TIFF 6.0 § 9. */
function packBits(bytes: Uint8Array, out: Uint8Array): void {
  let at = 0;
  let to = 0;
  while (at < bytes.length && to < out.length) {
    const header = bytes[at++] ?? 128;
    if (header === 128) continue;
    const count = Math.min(header < 128 ? header + 1 : 257 - header, out.length - to);
    if (header < 128) {
      const piece = bytes.subarray(at, at + count);
      if (piece.length < count) throw malformedTiff(brokenBlock);
      out.set(piece, to);
      at += header + 1;
    } else out.fill(bytes[at++] ?? 0, to, to + count);
    to += count;
  }
  if (to < out.length) throw malformedTiff(brokenBlock);
}

const clearCode = 256;
const endCode = 257;

/** TIFF 6.0 § 13: codes from the high bit, one bit longer a code early. Strings are kept as places in what has come out already. */
function lzw(bytes: Uint8Array, out: Uint8Array): void {
  const starts = new Int32Array(4097);
  const lengths = new Int32Array(4097);
  let next = 258;
  let width = 9;
  let to = 0;
  let previousStart = -1;
  let previousLength = 0;
  let bits = 0;
  let held = 0;
  let at = 0;
  while (to < out.length) {
    while (held < width) {
      if (at >= bytes.length) throw malformedTiff(brokenBlock);
      bits = ((bits << 8) | (bytes[at++] ?? 0)) & 0xffffff;
      held += 8;
    }
    const code = (bits >> (held - width)) & ((1 << width) - 1);
    held -= width;
    if (code === endCode) break;
    if (code === clearCode) {
      next = 258;
      width = 9;
      previousStart = -1;
      continue;
    }
    const begin = to;
    if (code < 256) out[to++] = code;
    else {
      // the string of the code that is being made: the last one and its first byte again, which lie one after the other
      const own = code === next && previousStart >= 0;
      if (!own && (code >= next || code < 258))
        throw malformedTiff({ fr: 'un bloc contient un code impossible', en: 'a block has an impossible code' });
      const start = own ? previousStart : (starts[code] ?? 0);
      const length = own ? previousLength + 1 : (lengths[code] ?? 0);
      for (let i = 0; i < length && to < out.length; i++) out[to++] = out[start + i] ?? 0;
    }
    if (previousStart >= 0 && next < 4096) {
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next++;
      if (next + 1 >= 1 << width && width < 12) width++;
    }
    previousStart = begin;
    previousLength = to - begin;
  }
  if (to < out.length) throw malformedTiff(brokenBlock);
}

export interface PredictedBlock {
  readonly width: number;
  readonly height: number;
  /** Samples that lie beside one another in a pixel of this block. */
  readonly samples: number;
  /** Bytes of a sample. */
  readonly size: number;
  readonly little: boolean;
}

/** Undoes a predictor in place (TIFF 6.0 § 14, Technical Note 3). */
export function unpredict(bytes: Uint8Array, predictor: number, block: PredictedBlock): void {
  if (predictor === 1) return;
  const row = block.width * block.samples * block.size;
  for (let y = 0; y < block.height; y++) {
    const line = bytes.subarray(y * row, (y + 1) * row);
    if (predictor === 2) sumRow(line, block);
    else if (predictor === 3) floatRow(line, block);
    else throw malformedTiff({ fr: `le prédicteur ${predictor} est inconnu`, en: `predictor ${predictor} is not known` });
  }
}

/** Differences of samples, added up from left to right. */
function sumRow(line: Uint8Array, { samples, size, little }: PredictedBlock): void {
  if (size === 1) {
    for (let i = samples; i < line.length; i++) line[i] = (line[i] ?? 0) + (line[i - samples] ?? 0);
    return;
  }
  const view = new DataView(line.buffer, line.byteOffset, line.byteLength);
  const step = samples * size;
  for (let at = step; at + size <= line.length; at += size) {
    if (size === 2) view.setUint16(at, view.getUint16(at, little) + view.getUint16(at - step, little), little);
    else if (size === 4) view.setUint32(at, view.getUint32(at, little) + view.getUint32(at - step, little), little);
    else view.setBigUint64(at, view.getBigUint64(at, little) + view.getBigUint64(at - step, little), little);
  }
}

/** Bytes of floats, gathered by significance (most significant first) and differenced. */
function floatRow(line: Uint8Array, { width, samples, size, little }: PredictedBlock): void {
  for (let i = samples; i < line.length; i++) line[i] = (line[i] ?? 0) + (line[i - samples] ?? 0);
  const apart = Uint8Array.from(line);
  const count = width * samples;
  for (let i = 0; i < count; i++)
    for (let byte = 0; byte < size; byte++) line[i * size + (little ? size - 1 - byte : byte)] = apart[byte * count + i] ?? 0;
}

/**
 * Size and number of components that a JPEG stream claims (ITU T.81 § B.2.2), before anything is made of it; null where it has no frame header.
 */
export function jpegFrame(bytes: Uint8Array): { readonly width: number; readonly height: number; readonly components: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xd8 || (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01) {
      at += 2;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: bytes[at + 9] ?? 0 };
    if (marker === 0xda) return null;
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
