// A GeoTIFF opened for reading: its image with the reduced ones (overviews) and masks, what its bands mean, and a bounded store of unpacked blocks.
import { open } from 'node:fs/promises';
import type { BandMeaning, Cells } from '../core/model/coverage';
import { Fault } from '../core/model/fault';
import { FileWindow } from './file-window';
import { layoutOf, TiffImage, type TiffBlock, type TiffLayout } from './tiff-image';
import { malformedTiff, readStructure, type TiffDirectory } from './tiff-tags';

/** One resolution of the raster. */
export interface Level {
  readonly image: TiffImage;
  /** 0 where there is nothing to show; null: everything is. */
  readonly mask: TiffImage | null;
  /** Cells of the full image for one of this, along and across. */
  readonly scaleX: number;
  readonly scaleY: number;
}

export interface GeoTiff {
  readonly path: string;
  readonly file: FileWindow;
  readonly main: TiffDirectory;
  readonly layout: TiffLayout;
  /** The full image first, then ever smaller ones. */
  readonly levels: readonly Level[];
  readonly nodata: number | null;
}

const reduced = 1;
const mask = 4;

/** Opens a file. Faults: invalid-value (no such file), invalid-format, malformed, too-large. */
export async function openGeoTiff(path: string): Promise<GeoTiff> {
  const file = await FileWindow.open(path).catch((cause: unknown) => {
    throw new Fault(
      'unavailable',
      'source',
      { fr: 'le fichier du raster ne peut pas être ouvert', en: 'the file of the raster cannot be opened' },
      { retryAfter: 60, cause },
    );
  });
  try {
    const { little, directories } = await readStructure(file);
    const kindOf = (directory: TiffDirectory): number => directory.number(254) ?? 0;
    const main = directories.find(directory => (kindOf(directory) & (reduced | mask)) === 0) ?? directories[0];
    if (!main) throw malformedTiff({ fr: 'il ne contient pas d’image', en: 'it has no image' });
    const layout = layoutOf(main, little);
    const imageOf = (directory: TiffDirectory): TiffImage => new TiffImage(file, directory, layoutOf(directory, little));
    const masks = directories.filter(directory => (kindOf(directory) & mask) !== 0).map(imageOf);
    const levelOf = (image: TiffImage): Level => ({
      image,
      mask: masks.find(one => one.layout.width === image.layout.width && one.layout.height === image.layout.height) ?? null,
      scaleX: layout.width / image.layout.width,
      scaleY: layout.height / image.layout.height,
    });
    const smaller = directories
      .filter(directory => directory !== main && (kindOf(directory) & (reduced | mask)) === reduced)
      .map(imageOf)
      .filter(one => one.layout.bands === layout.bands && one.layout.sample === layout.sample && one.layout.width < layout.width)
      .sort((a, b) => b.layout.width - a.layout.width);
    const levels = [new TiffImage(file, main, layout), ...smaller].map(levelOf);
    return { path, file, main, layout, levels, nodata: nodataOf(main) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function nodataOf(directory: TiffDirectory): number | null {
  const text = directory.text(42113)?.trim() ?? '';
  const value = text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** What the bands are (TIFF 6.0, PhotometricInterpretation and ExtraSamples). Fault invalid-format for colours that are not shown here. */
export function meaningOf({ layout }: GeoTiff): BandMeaning {
  const { photometric, bands, extraSamples } = layout;
  const last = extraSamples.at(-1);
  const alpha = (last === 1 || last === 2) && (bands === 2 || bands === 4);
  if (photometric === 0 || photometric === 1) return { kind: 'grey', alpha: alpha && bands === 2 };
  if (photometric === 3) return { kind: 'palette', alpha: false };
  if ((photometric === 2 || photometric === 6) && bands >= 3) return { kind: 'rgb', alpha: alpha && bands === 4 };
  throw new Fault('invalid-format', 'source', {
    fr: `le fichier TIFF a des couleurs de sorte ${photometric}, qui ne sont pas montrées ici ; convertissez-le par gdal_translate -co PHOTOMETRIC=RGB`,
    en: `the TIFF file has colours of kind ${photometric}, which are not shown here; convert it with gdal_translate -co PHOTOMETRIC=RGB`,
  });
}

/** Colours of a palette, 0xRRGGBB by index: the file has all reds, then greens, then blues, in 16 bits. */
export function paletteOf({ main }: GeoTiff): number[] | null {
  const map = main.list(320);
  if (!map) return null;
  const count = Math.floor(map.length / 3);
  const part = (at: number): number => Math.min(255, Math.max(0, (map[at] ?? 0) >> 8));
  return Array.from({ length: count }, (_, i) => (part(i) << 16) | (part(count + i) << 8) | part(2 * count + i));
}

/** Whether a cell has no value: NaN in one band, or the no-data value in all. */
export function hasNoValue(bands: readonly Cells[], at: number, nodata: number | null): boolean {
  let all = nodata !== null;
  for (const band of bands) {
    const value = band[at] as number;
    if (value !== value) return true;
    // a float file has the value as its floats can tell it
    if (all && value !== nodata && value !== Math.fround(nodata as number)) all = false;
  }
  return all;
}

/** Unpacked blocks, those used last kept up to a number of bytes. */
export class BlockStore {
  readonly #kept = new Map<string, { readonly block: TiffBlock | null; readonly bytes: number }>();
  #bytes = 0;

  constructor(private readonly most: number) {}

  async take(
    key: string,
    image: TiffImage,
    column: number,
    row: number,
  ): Promise<{ readonly block: TiffBlock | null; readonly read: boolean }> {
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return { block: known.block, read: false };
    }
    const block = await image.block(column, row);
    const bytes = block ? image.blockBytes : 64;
    if (bytes <= this.most) {
      this.#kept.set(key, { block, bytes });
      this.#bytes += bytes;
      for (const [oldest, one] of this.#kept) {
        if (this.#bytes <= this.most) break;
        this.#kept.delete(oldest);
        this.#bytes -= one.bytes;
      }
    }
    return { block, read: true };
  }
}

/** Whether a file begins as a TIFF does. */
export async function isTiff(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(4);
    await file.read(head, 0, 4, 0);
    const text = head.toString('latin1');
    return text === 'II*\0' || text === 'II+\0' || text === 'MM\0*' || text === 'MM\0+';
  } finally {
    await file.close();
  }
}
