// A GeoTIFF read from one end to the other: whether all its blocks can be unpacked, and what its cells are like.
import type { BandStatistics, Cells } from '../core/model/coverage';
import { speaker } from '../core/model/say';
import type { CoverageDescription, DescribeOptions } from '../core/ports/coverage-files';
import { hasNoValue, meaningOf, paletteOf, type GeoTiff } from './geotiff-file';
import { sridOf, transformOf } from './geotiff-place';

/** Cells that the stretch is told from. */
const mostSampled = 200_000;

/** Faults: those of the file, invalid-crs, missing-parameter (`srs`). */
export async function describe(tiff: GeoTiff, { srs, language }: DescribeOptions = {}): Promise<CoverageDescription> {
  const { layout, main, levels } = tiff;
  const say = speaker(language);
  const notes: string[] = [];
  const meaning = meaningOf(tiff);
  const transform = transformOf(main);
  const srid = sridOf(main, srs, say, notes);
  const palette = meaning.kind === 'palette' ? paletteOf(tiff) : null;
  const statistics = await survey(tiff);
  if (statistics.every(one => one === null))
    notes.push(say('aucune cellule n’a de valeur : la couche sera vide', 'no cell has a value: the layer will be empty'));
  if (layout.width * layout.height > 4096 * 4096 && levels.length === 1)
    notes.push(
      say(
        'le fichier n’a pas d’aperçus (overviews) : les vues d’ensemble seront lentes, gdaladdo en ajoute',
        'the file has no overviews: maps of small scales will be slow, gdaladdo adds some',
      ),
    );
  return {
    width: layout.width,
    height: layout.height,
    bands: layout.bands,
    sample: layout.sample,
    meaning,
    palette,
    nodata: tiff.nodata,
    srid,
    transform,
    statistics,
    overviews: levels.length - 1,
    compression: layout.compression,
    notes,
  };
}

class Tally {
  #count = 0;
  #sum = 0;
  #squares = 0;
  #min = Infinity;
  #max = -Infinity;
  readonly #sampled: number[] = [];

  add(value: number, sampled: boolean): void {
    this.#count++;
    this.#sum += value;
    this.#squares += value * value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (sampled) this.#sampled.push(value);
  }

  statistics(): BandStatistics | null {
    if (this.#count === 0) return null;
    const mean = this.#sum / this.#count;
    const sorted = Float64Array.from(this.#sampled).sort();
    const at = (part: number, absent: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? absent;
    return {
      min: this.#min,
      max: this.#max,
      mean,
      deviation: Math.sqrt(Math.max(0, this.#squares / this.#count - mean * mean)),
      low: at(0.02, this.#min),
      high: at(0.98, this.#max),
    };
  }
}

/** Every block of every level is unpacked once; the full image tells the statistics. */
async function survey(tiff: GeoTiff): Promise<(BandStatistics | null)[]> {
  const { layout, nodata } = tiff;
  const tallies = Array.from({ length: layout.bands }, () => new Tally());
  for (const { image, mask } of tiff.levels) for (const one of [image, mask]) one?.checkRatio();
  const step = Math.max(1, Math.ceil(Math.sqrt((layout.width * layout.height) / mostSampled)));
  for (const [number, { image, mask }] of tiff.levels.entries()) {
    const { columns, rows, blockWidth, blockHeight, width, height } = image.layout;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const block = await image.block(column, row);
        if (!block || number > 0) continue;
        const hidden =
          mask && mask.layout.blockWidth === blockWidth && mask.layout.blockHeight === blockHeight
            ? ((await mask.block(column, row))?.bands[0] ?? null)
            : null;
        const part = {
          left: column * blockWidth,
          top: row * blockHeight,
          right: Math.min(width, (column + 1) * blockWidth),
          bottom: Math.min(height, (row + 1) * blockHeight),
          stride: block.stride,
        };
        count(block.bands, part, { tallies, step, nodata, hidden });
      }
  }
  return tallies.map(tally => tally.statistics());
}

function count(
  bands: readonly Cells[],
  part: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number; readonly stride: number },
  by: { readonly tallies: readonly Tally[]; readonly step: number; readonly nodata: number | null; readonly hidden: Cells | null },
): void {
  for (let y = part.top; y < part.bottom; y++)
    for (let x = part.left; x < part.right; x++) {
      const at = (y - part.top) * part.stride + x - part.left;
      if (by.hidden?.[at] === 0 || hasNoValue(bands, at, by.nodata)) continue;
      const sampled = x % by.step === 0 && y % by.step === 0;
      for (let band = 0; band < bands.length; band++) by.tallies[band]?.add((bands[band] as Cells)[at] as number, sampled);
    }
}
