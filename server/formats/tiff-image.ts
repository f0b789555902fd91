// One image of a TIFF: its layout checked against itself, and its blocks as arrays of samples, one for each band.
import { FORMAT_GRAY, FORMAT_RGB, decompressSync } from '@julusian/jpeg-turbo';
import { sampleBytes, type Cells, type SampleType } from '../core/model/coverage';
import { Fault, type Words } from '../core/model/fault';
import { compressions, jpegFrame, unpack, unpredict, type Compression } from './tiff-decode';
import type { FileWindow } from './file-window';
import { malformedTiff, type TiffDirectory } from './tiff-tags';

/** Bytes that one block may unpack to. */
const mostBlockBytes = 128 * 2 ** 20;
/** What no compression that is read here reaches: a file of which more comes out tells the same bytes for many blocks (SEC14). */
const mostRatio = 2_000;
/** Unpacked bytes of an image below which the ratio says nothing. */
const ratioFloor = 64 * 2 ** 20;
/** Cells along one side. */
const longestSide = 2 ** 22;

export interface TiffLayout {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly sample: SampleType;
  /** 8 bits and more; 1 for masks. */
  readonly bits: number;
  readonly photometric: number;
  readonly extraSamples: readonly number[];
  readonly compression: Compression;
  readonly predictor: number;
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly tiled: boolean;
  /** Each band has blocks of its own (PlanarConfiguration 2). */
  readonly planar: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly little: boolean;
}

const sampleTypes: Readonly<Record<string, SampleType>> = {
  '1 8': 'uint8',
  '2 8': 'int8',
  '1 16': 'uint16',
  '2 16': 'int16',
  '1 32': 'uint32',
  '2 32': 'int32',
  '3 32': 'float32',
  '3 64': 'float64',
};

const unsupported = ({ fr, en }: Words): Fault =>
  new Fault('invalid-format', 'source', {
    fr: `le fichier TIFF n’est pas d’une sorte qui est lue ici : ${fr}`,
    en: `the TIFF file is not of a kind that is read here: ${en}`,
  });

/** Reads and checks what a directory says of its image. Faults: malformed, invalid-format (a kind of image that is not read), too-large. */
export function layoutOf(directory: TiffDirectory, little: boolean): TiffLayout {
  const width = directory.number(256) ?? 0;
  const height = directory.number(257) ?? 0;
  if (!(width > 0 && height > 0)) throw malformedTiff({ fr: 'une image n’a pas de taille', en: 'an image has no size' });
  if (width > longestSide || height > longestSide)
    throw new Fault('too-large', 'source', {
      fr: `le fichier TIFF annonce ${width} × ${height} cellules, au plus ${longestSide} par côté sont lues`,
      en: `the TIFF file claims ${width} × ${height} cells, at most ${longestSide} along a side are read`,
    });
  const bands = directory.number(277) ?? 1;
  if (!(bands >= 1 && bands <= 64)) throw unsupported({ fr: `il a ${bands} bandes`, en: `it has ${bands} bands` });
  const bits = same(directory.list(258), { fr: 'nombre de bits', en: 'bits per sample' }) ?? 1;
  const format = same(directory.list(339), { fr: 'format', en: 'sample formats' }) ?? 1;
  const sample = bits === 1 && bands === 1 ? 'uint8' : sampleTypes[`${format} ${bits}`];
  if (!sample)
    throw unsupported({ fr: `valeurs de format ${format} sur ${bits} bits`, en: `samples of format ${format} with ${bits} bits` });
  const code = directory.number(259) ?? 1;
  const compression = compressions.get(code);
  if (!compression)
    throw unsupported({
      fr: `compression ${code} ; convertissez-le par gdal_translate -co COMPRESS=DEFLATE`,
      en: `compression ${code}; convert it with gdal_translate -co COMPRESS=DEFLATE`,
    });
  if (compression === 'jpeg' && (bits !== 8 || !(bands === 1 || bands === 3)))
    throw unsupported({
      fr: 'JPEG avec autre chose qu’une ou trois bandes de 8 bits',
      en: 'JPEG with anything but one or three bands of 8 bits',
    });
  const tiled = directory.list(324) !== null;
  const planar = directory.number(284) === 2 && bands > 1;
  const rowsPerStrip = directory.number(278) ?? height;
  const blockWidth = tiled ? (directory.number(322) ?? 0) : width;
  const blockHeight = tiled ? (directory.number(323) ?? 0) : Math.min(rowsPerStrip > 0 ? rowsPerStrip : height, height);
  if (!(blockWidth > 0 && blockHeight > 0))
    throw malformedTiff({ fr: 'une image a des blocs sans taille', en: 'an image has blocks without a size' });
  const layout: TiffLayout = {
    width,
    height,
    bands,
    sample,
    bits,
    photometric: directory.number(262) ?? 1,
    extraSamples: [...(directory.list(338) ?? [])],
    compression,
    predictor: directory.number(317) ?? 1,
    blockWidth,
    blockHeight,
    tiled,
    planar,
    columns: Math.ceil(width / blockWidth),
    rows: Math.ceil(height / blockHeight),
    little,
  };
  // a bit becomes a byte
  if (Math.max(rowBytes(layout), bits === 1 ? blockWidth : 0) * blockHeight > mostBlockBytes)
    throw new Fault('too-large', 'source', {
      fr: `le fichier TIFF a des blocs de ${blockWidth} × ${blockHeight} cellules, trop grands pour être lus par parties ; convertissez-le par gdal_translate -co TILED=YES`,
      en: `the TIFF file has blocks of ${blockWidth} × ${blockHeight} cells, too large to be read in parts; convert it with gdal_translate -co TILED=YES`,
    });
  return layout;
}

function same(values: Float64Array | null, what: Words): number | null {
  const [first, ...rest] = values ?? [];
  if (rest.some(value => value !== first))
    throw unsupported({ fr: `ses bandes diffèrent par leur ${what.fr}`, en: `its bands differ in ${what.en}` });
  return first ?? null;
}

/** Bytes of one row of a block as it is stored. */
const rowBytes = ({ blockWidth, bands, planar, bits }: TiffLayout): number => Math.ceil((blockWidth * (planar ? 1 : bands) * bits) / 8);

/** Block `column`,`row`: `stride` cells to a row, of which those beyond the image's edge mean nothing. */
export interface TiffBlock {
  readonly stride: number;
  readonly bands: readonly Cells[];
}

export function cellsOf(sample: SampleType, buffer: ArrayBuffer): Cells {
  switch (sample) {
    case 'uint8':
      return new Uint8Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
  }
}

export class TiffImage {
  readonly #offsets: Float64Array;
  readonly #counts: Float64Array;
  readonly #tables: Uint8Array;
  readonly #claimed: number;

  /** Fault malformed: blocks are missing, or lie beyond the file's end. */
  constructor(
    private readonly file: FileWindow,
    directory: TiffDirectory,
    readonly layout: TiffLayout,
  ) {
    const { columns, rows, planar, bands, tiled } = layout;
    const needed = columns * rows * (planar ? bands : 1);
    const offsets = directory.list(tiled ? 324 : 273);
    const counts = directory.list(tiled ? 325 : 279);
    if (!offsets || !counts || offsets.length < needed || counts.length < needed)
      throw malformedTiff({
        fr: `une image de ${layout.width} × ${layout.height} cellules nomme ${offsets?.length ?? 0} de ses ${needed} blocs`,
        en: `an image of ${layout.width} × ${layout.height} cells names ${offsets?.length ?? 0} of its ${needed} blocks`,
      });
    let stored = 0;
    for (let i = 0; i < needed; i++) {
      if ((counts[i] ?? 0) === 0) continue;
      stored++;
      if ((offsets[i] ?? 0) + (counts[i] ?? 0) > file.size)
        throw malformedTiff({
          fr: 'il est plus court qu’il ne le dit : le fichier s’interrompt',
          en: 'it is shorter than it says: the file breaks off',
        });
    }
    this.#claimed = stored * rowBytes(layout) * layout.blockHeight;
    this.#offsets = offsets;
    this.#counts = counts;
    this.#tables = Uint8Array.from(directory.list(347) ?? []);
  }

  /** Before all of it is unpacked. Fault too-large: more would come out than any compression that is read here holds. */
  checkRatio(): void {
    if (this.#claimed <= ratioFloor + mostRatio * this.file.size) return;
    throw new Fault('too-large', 'source', {
      fr: `le fichier TIFF décompressé dépasse ${mostRatio} fois sa taille`,
      en: `the TIFF file unpacks to more than ${mostRatio} times its size`,
    });
  }

  /** Bytes that a block takes in memory. */
  get blockBytes(): number {
    const { blockWidth, blockHeight, bands, sample } = this.layout;
    return blockWidth * blockHeight * bands * sampleBytes(sample);
  }

  /** The samples of a block; null where the file left it out (a sparse file). Fault malformed. */
  async block(column: number, row: number): Promise<TiffBlock | null> {
    const { layout } = this;
    const { columns, rows, bands, planar, blockWidth } = layout;
    const index = row * columns + column;
    if (!planar) {
      const bytes = await this.#stored(index);
      return bytes && { stride: blockWidth, bands: this.#apart(this.#plain(bytes, row, bands), bands) };
    }
    const parts: Cells[] = [];
    for (let band = 0; band < bands; band++) {
      const bytes = await this.#stored(band * columns * rows + index);
      if (!bytes) return null;
      parts.push(...this.#apart(this.#plain(bytes, row, 1), 1));
    }
    return { stride: blockWidth, bands: parts };
  }

  async #stored(index: number): Promise<Uint8Array | null> {
    const count = this.#counts[index] ?? 0;
    if (count === 0) return null;
    if (count > mostBlockBytes)
      throw malformedTiff({ fr: 'un bloc est plus grand que ce qu’il contient', en: 'a block is larger than what it unpacks to' });
    const bytes = await this.file.read(this.#offsets[index] ?? 0, count);
    if (bytes.length < count) throw malformedTiff({ fr: 'il s’interrompt', en: 'it breaks off' });
    return bytes;
  }

  /** Unpacked bytes of `samples` samples for each cell, in the byte order of this machine. */
  #plain(bytes: Uint8Array, row: number, samples: number): Uint8Array {
    const { layout } = this;
    const { blockWidth, blockHeight, tiled, height, compression } = layout;
    // the last strip has the rows that are left, a tile always all
    const rows = tiled ? blockHeight : Math.min(blockHeight, height - row * blockHeight);
    if (compression === 'jpeg') return this.#jpeg(bytes, rows, samples);
    const plain = unpack(bytes, compression, rowBytes(layout) * rows);
    if (layout.bits === 1) return bitsApart(plain, blockWidth, rows);
    const size = sampleBytes(layout.sample);
    unpredict(plain, layout.predictor, { width: blockWidth, height: rows, samples, size, little: layout.little });
    if (!layout.little && size > 1) swap(plain, size);
    return plain;
  }

  /** TIFF Technical Note 2: an abbreviated stream and its tables; an Adobe marker says what the colours are, for the streams do not. */
  #jpeg(bytes: Uint8Array, rows: number, samples: number): Uint8Array {
    const { blockWidth, photometric } = this.layout;
    const adobe = Uint8Array.of(0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, photometric === 6 ? 1 : 0);
    const tables = this.#tables.length > 4 ? this.#tables.subarray(2, this.#tables.length - 2) : new Uint8Array(0);
    const stream = Buffer.concat([Uint8Array.of(0xff, 0xd8), ...(samples === 3 ? [adobe] : []), tables, bytes.subarray(2)]);
    // the frame that the decoder meets first: tables may hold one that does not belong there
    const frame = jpegFrame(stream);
    if (!frame || frame.width > blockWidth || frame.width === 0 || frame.components !== samples)
      throw malformedTiff({ fr: 'un bloc n’est pas le JPEG que veut son image', en: 'a block is not the JPEG that its image needs' });
    if (frame.height > this.layout.blockHeight || frame.height === 0)
      throw malformedTiff({ fr: 'un bloc est un JPEG d’une autre taille', en: 'a block is a JPEG of another size' });
    const out = new Uint8Array(blockWidth * rows * samples);
    try {
      const { data, width, height } = decompressSync(stream, { format: samples === 3 ? FORMAT_RGB : FORMAT_GRAY });
      for (let y = 0; y < Math.min(rows, height); y++)
        out.set(data.subarray(y * width * samples, (y + 1) * width * samples), y * blockWidth * samples);
    } catch (cause) {
      throw malformedTiff({ fr: 'un bloc est un JPEG abîmé', en: 'a block is a broken JPEG' }, cause);
    }
    return out;
  }

  /** Samples of each band by themselves. */
  #apart(plain: Uint8Array, samples: number): Cells[] {
    const { sample } = this.layout;
    const whole = plain.byteOffset === 0 && plain.byteLength === plain.buffer.byteLength ? plain : Uint8Array.from(plain);
    const all = cellsOf(sample, whole.buffer as ArrayBuffer);
    if (samples === 1) return [all];
    const count = Math.floor(all.length / samples);
    return Array.from({ length: samples }, (_, band) => {
      const own = cellsOf(sample, new ArrayBuffer(count * sampleBytes(sample)));
      for (let i = 0, from = band; i < count; i++, from += samples) own[i] = all[from] ?? 0;
      return own;
    });
  }
}

function swap(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else buffer.swap64();
}

/** One bit for each cell, the highest first, rows padded to bytes. */
function bitsApart(plain: Uint8Array, width: number, rows: number): Uint8Array {
  const stride = Math.ceil(width / 8);
  const out = new Uint8Array(width * rows);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < width; x++) out[y * width + x] = ((plain[y * stride + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
  return out;
}
