// The structure of a TIFF file (TIFF 6.0, BigTIFF): header, directories and their tags. What a file claims is believed only as far as its own
// size and our bounds bear it: nothing is allocated by a number that the file tells.
import { Fault, type Words } from '../core/model/fault';
import type { FileWindow } from './file-window';

export const malformedTiff = ({ fr, en }: Words, cause?: unknown): Fault =>
  new Fault(
    'malformed',
    'source',
    { fr: `le fichier TIFF ne peut pas être lu : ${fr}`, en: `the TIFF file cannot be read: ${en}` },
    cause === undefined ? {} : { cause },
  );

const brokenOff: Words = { fr: 'il s’interrompt', en: 'it breaks off' };

/** Images of a file that are looked at. */
const mostDirectories = 64;
const mostEntries = 4096;
/** Blocks of one image. */
const mostBlocks = 2 ** 21;

/** Tags that are read, with the number of values each may have. */
const wanted: ReadonlyMap<number, number> = new Map([
  [254, 1], // NewSubfileType
  [256, 1], // ImageWidth
  [257, 1], // ImageLength
  [258, 64], // BitsPerSample
  [259, 1], // Compression
  [262, 1], // PhotometricInterpretation
  [273, mostBlocks], // StripOffsets
  [277, 1], // SamplesPerPixel
  [278, 1], // RowsPerStrip
  [279, mostBlocks], // StripByteCounts
  [284, 1], // PlanarConfiguration
  [317, 1], // Predictor
  [320, 3 * 65536], // ColorMap
  [322, 1], // TileWidth
  [323, 1], // TileLength
  [324, mostBlocks], // TileOffsets
  [325, mostBlocks], // TileByteCounts
  [338, 64], // ExtraSamples
  [339, 64], // SampleFormat
  [347, 65536], // JPEGTables
  [33550, 3], // ModelPixelScale
  [33922, 6 * 1024], // ModelTiepoint
  [34264, 16], // ModelTransformation
  [34735, 4096], // GeoKeyDirectory
  [34736, 4096], // GeoDoubleParams
  [34737, 65536], // GeoAsciiParams
  [42113, 64], // GDAL_NODATA
]);

type Read = (view: DataView, at: number, little: boolean) => number;

const long: Read = (view, at, little) => Number(view.getBigUint64(at, little));

/** Field types of TIFF 6.0 § 2 and BigTIFF: size of a value and how it is read. Rationals are not among the tags that are wanted. */
const types: ReadonlyMap<number, { readonly size: number; readonly read: Read }> = new Map<number, { size: number; read: Read }>([
  [1, { size: 1, read: (view, at) => view.getUint8(at) }],
  [2, { size: 1, read: (view, at) => view.getUint8(at) }],
  [3, { size: 2, read: (view, at, little) => view.getUint16(at, little) }],
  [4, { size: 4, read: (view, at, little) => view.getUint32(at, little) }],
  [6, { size: 1, read: (view, at) => view.getInt8(at) }],
  [7, { size: 1, read: (view, at) => view.getUint8(at) }],
  [8, { size: 2, read: (view, at, little) => view.getInt16(at, little) }],
  [9, { size: 4, read: (view, at, little) => view.getInt32(at, little) }],
  [11, { size: 4, read: (view, at, little) => view.getFloat32(at, little) }],
  [12, { size: 8, read: (view, at, little) => view.getFloat64(at, little) }],
  [13, { size: 4, read: (view, at, little) => view.getUint32(at, little) }],
  [16, { size: 8, read: long }],
  [18, { size: 8, read: long }],
]);

/** One image's tags: numbers by tag; texts are numbers too. */
export class TiffDirectory {
  constructor(private readonly values: ReadonlyMap<number, Float64Array>) {}

  list(tag: number): Float64Array | null {
    return this.values.get(tag) ?? null;
  }

  number(tag: number): number | null {
    return this.values.get(tag)?.[0] ?? null;
  }

  text(tag: number): string | null {
    const values = this.values.get(tag);
    return values ? Buffer.from(Uint8Array.from(values)).toString('latin1').replace(/\0+$/, '') : null;
  }
}

export interface TiffStructure {
  readonly little: boolean;
  readonly directories: readonly TiffDirectory[];
}

/** Reads all directories. Faults: invalid-format (no TIFF), malformed, too-large. */
export async function readStructure(file: FileWindow): Promise<TiffStructure> {
  const head = Buffer.from(await file.read(0, 16));
  const mark = head.toString('latin1', 0, 2);
  const little = mark === 'II';
  const magic = head.length < 8 || (!little && mark !== 'MM') ? 0 : little ? head.readUInt16LE(2) : head.readUInt16BE(2);
  if (magic !== 42 && magic !== 43)
    throw new Fault('invalid-format', 'source', { fr: 'le fichier n’est pas un TIFF', en: 'the file is not a TIFF' });
  const big = magic === 43;
  const view = viewOf(head);
  if (big && (head.length < 16 || view.getUint16(4, little) !== 8))
    throw malformedTiff({ fr: 'son en-tête n’est pas celui d’un BigTIFF', en: 'its header is not that of a BigTIFF' });
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  let at = big ? long(view, 8, little) : view.getUint32(4, little);
  while (at !== 0) {
    if (seen.has(at)) throw malformedTiff({ fr: 'ses répertoires tournent en rond', en: 'its directories go round in a circle' });
    seen.add(at);
    if (directories.length >= mostDirectories)
      throw new Fault('too-large', 'source', {
        fr: `le fichier TIFF contient plus de ${mostDirectories} images`,
        en: `the TIFF file has more than ${mostDirectories} images`,
      });
    const { directory, next } = await readDirectory(file, at, big, little);
    directories.push(directory);
    at = next;
  }
  if (directories.length === 0) throw malformedTiff({ fr: 'il ne contient pas d’image', en: 'it has no image' });
  return { little, directories };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function exactly(file: FileWindow, at: number, length: number): Promise<Uint8Array> {
  if (!(Number.isSafeInteger(at) && at >= 0 && at + length <= file.size))
    throw malformedTiff({ fr: 'il s’interrompt, ou renvoie au-delà de sa fin', en: 'it breaks off, or points beyond its end' });
  const bytes = await file.read(at, length);
  if (bytes.length < length) throw malformedTiff(brokenOff);
  return bytes;
}

async function readDirectory(
  file: FileWindow,
  at: number,
  big: boolean,
  little: boolean,
): Promise<{ readonly directory: TiffDirectory; readonly next: number }> {
  const head = viewOf(await exactly(file, at, big ? 8 : 2));
  const count = big ? long(head, 0, little) : head.getUint16(0, little);
  if (count > mostEntries) throw malformedTiff({ fr: `un répertoire annonce ${count} étiquettes`, en: `a directory claims ${count} tags` });
  const [countSize, entrySize, wordSize] = big ? [8, 20, 8] : [2, 12, 4];
  const bytes = Uint8Array.from(await exactly(file, at + countSize, count * entrySize + wordSize));
  const view = viewOf(bytes);
  const values = new Map<number, Float64Array>();
  for (let i = 0; i < count; i++) {
    const entry = i * entrySize;
    const tag = view.getUint16(entry, little);
    const most = wanted.get(tag);
    if (most === undefined) continue;
    const type = types.get(view.getUint16(entry + 2, little));
    if (!type) throw malformedTiff({ fr: `l’étiquette ${tag} est d’un type inconnu`, en: `tag ${tag} is of an unknown type` });
    const number = big ? long(view, entry + 4, little) : view.getUint32(entry + 4, little);
    if (number > most) {
      if (most === mostBlocks)
        throw new Fault('too-large', 'source', {
          fr: `une image du fichier TIFF a ${number} blocs, au plus ${most} sont lus`,
          en: `an image of the TIFF file has ${number} blocks, at most ${most} are read`,
        });
      throw malformedTiff({ fr: `l’étiquette ${tag} annonce ${number} valeurs`, en: `tag ${tag} claims ${number} values` });
    }
    const place = entry + 4 + wordSize;
    const length = number * type.size;
    const source =
      length <= wordSize ? view : viewOf(await exactly(file, big ? long(view, place, little) : view.getUint32(place, little), length));
    const from = length <= wordSize ? place : 0;
    values.set(
      tag,
      Float64Array.from({ length: number }, (_, n) => type.read(source, from + n * type.size, little)),
    );
  }
  const end = count * entrySize;
  return { directory: new TiffDirectory(values), next: big ? long(view, end, little) : view.getUint32(end, little) };
}
