// The cells of a GeoTIFF under the frame of a map: for each pixel the nearest cell of the level that fits the scale. The way from pixel to cell is
// computed exactly on a grid of nodes and drawn straight between them; blocks are read one after the other, each once for a strip of pixels.
import { inverseOf, sampleBytes, type CellGrid, type GridFrame, type GridTransform } from '../core/model/coverage';
import { transformPoint } from '../core/model/crs';
import { Fault } from '../core/model/fault';
import type { CellsRequest } from '../core/ports/coverage-files';
import { hasNoValue, type BlockStore, type GeoTiff, type Level } from './geotiff-file';
import { cellsOf } from './tiff-image';

/** Pixels between two nodes. */
const spacing = 16;
/** Pixels of a strip. */
const stripPixels = 65536;
/** Bytes that one map may unpack. */
const mostUnpacked = 768 * 2 ** 20;

/** Reads the cells. Faults: malformed, too-large (a large image without overviews, seen from far away). */
export async function cellsUnder(tiff: GeoTiff, request: Omit<CellsRequest, 'path'>, store: BlockStore): Promise<CellGrid> {
  const { frame, clip } = request;
  const { layout } = tiff;
  const { width, height } = frame;
  const way = new Way(frame, request.srid, request.transform);
  const cellsPerPixel = way.cellsPerPixel();
  const level = levelFor(tiff, cellsPerPixel);
  const bands = Array.from({ length: layout.bands }, () =>
    cellsOf(layout.sample, new ArrayBuffer(width * height * sampleBytes(layout.sample))),
  );
  const shown = clip ? insideOf(frame, clip) : new Uint8Array(width * height).fill(1);
  const rowsAtOnce = Math.max(1, Math.floor(stripPixels / width));
  const budget = { left: mostUnpacked };
  for (let top = 0; top < height; top += rowsAtOnce) {
    const strip = new Strip(tiff, level, way, { width, top, bottom: Math.min(height, top + rowsAtOnce) });
    strip.place(shown);
    await strip.read(bands, shown, store, budget);
  }
  for (let i = 0; i < shown.length; i++) if (shown[i] === 1 && hasNoValue(bands, i, tiff.nodata)) shown[i] = 0;
  return { width, height, pixelsPerCell: cellsPerPixel > 0 ? level.scaleX / cellsPerPixel : 1, bands, shown };
}

/** The smallest level that still has a cell for each pixel. */
function levelFor(tiff: GeoTiff, cellsPerPixel: number): Level {
  let found = tiff.levels[0] as Level;
  for (const level of tiff.levels) if (Math.max(level.scaleX, level.scaleY) <= cellsPerPixel * 1.05) found = level;
  return found;
}

/** From pixels of a frame to cells of the full image, in fractions. */
class Way {
  readonly #across: number;
  readonly #columns: Float64Array;
  readonly #rows: Float64Array;

  constructor(frame: GridFrame, srid: number, transform: GridTransform) {
    const inverse = inverseOf(transform);
    if (!inverse) throw new Fault('malformed', 'source', 'the grid of the coverage has no area');
    const { box, width, height } = frame;
    this.#across = Math.ceil(width / spacing) + 1;
    const down = Math.ceil(height / spacing) + 1;
    this.#columns = new Float64Array(this.#across * down);
    this.#rows = new Float64Array(this.#across * down);
    const unitX = (box.maxX - box.minX) / width;
    const unitY = (box.maxY - box.minY) / height;
    for (let j = 0; j < down; j++)
      for (let i = 0; i < this.#across; i++) {
        const [x, y] = turned(box.minX + i * spacing * unitX, box.maxY - j * spacing * unitY, frame.srid, srid);
        this.#columns[j * this.#across + i] = inverse[0] + x * inverse[1] + y * inverse[2];
        this.#rows[j * this.#across + i] = inverse[3] + x * inverse[4] + y * inverse[5];
      }
  }

  /** About how many cells a pixel is wide: the least of what the nodes tell, so that nowhere the level is too coarse; infinite where none does. */
  cellsPerPixel(): number {
    let least = Infinity;
    const across = this.#across;
    for (let i = 0; i + across + 1 < this.#columns.length; i++) {
      if ((i + 1) % across === 0) continue;
      const along = this.#distance(i, i + 1);
      const down = this.#distance(i, i + across);
      const both = Math.min(along, down);
      if (both > 0 && both < least) least = both;
    }
    return least / spacing;
  }

  #distance(a: number, b: number): number {
    return Math.hypot((this.#columns[a] as number) - (this.#columns[b] as number), (this.#rows[a] as number) - (this.#rows[b] as number));
  }

  /** Columns and rows under the middles of a row of pixels; NaN where there is no way. */
  row(y: number, columns: Float64Array, rows: Float64Array): void {
    const v = (y + 0.5) / spacing;
    const j = Math.floor(v);
    const t = v - j;
    const across = this.#across;
    for (let x = 0; x < columns.length; x++) {
      const u = (x + 0.5) / spacing;
      const i = Math.floor(u);
      const s = u - i;
      const at = j * across + i;
      columns[x] = between(this.#columns, at, across, s, t);
      rows[x] = between(this.#rows, at, across, s, t);
    }
  }
}

function between(values: Float64Array, at: number, across: number, s: number, t: number): number {
  const a = values[at] as number;
  const b = values[at + 1] as number;
  const c = values[at + across] as number;
  const d = values[at + across + 1] as number;
  return (a * (1 - s) + b * s) * (1 - t) + (c * (1 - s) + d * s) * t;
}

function turned(x: number, y: number, from: number, to: number): readonly [number, number] {
  try {
    return transformPoint(x, y, from, to);
  } catch {
    // beyond what the projection can tell
    return [NaN, NaN];
  }
}

/** Some rows of the frame: which cell of which block each pixel shows. */
class Strip {
  readonly #blocks: Int32Array;
  readonly #cells: Int32Array;
  /** Numbers of pixels by block. */
  readonly #counts = new Map<number, number>();

  constructor(
    private readonly tiff: GeoTiff,
    private readonly level: Level,
    private readonly way: Way,
    private readonly rows: { readonly width: number; readonly top: number; readonly bottom: number },
  ) {
    const pixels = rows.width * (rows.bottom - rows.top);
    this.#blocks = new Int32Array(pixels).fill(-1);
    this.#cells = new Int32Array(pixels);
  }

  /** Finds the cells; pixels beside the image are not shown. */
  place(shown: Uint8Array): void {
    const { width, top, bottom } = this.rows;
    const { layout: full } = this.tiff;
    const { scaleX, scaleY, image } = this.level;
    const { layout } = image;
    const columns = new Float64Array(width);
    const rows = new Float64Array(width);
    // pixels beside one another mostly lie in one block: runs are counted, not pixels
    let last = -1;
    let run = 0;
    for (let y = top; y < bottom; y++) {
      this.way.row(y, columns, rows);
      for (let x = 0; x < width; x++) {
        const pixel = y * width + x;
        if (shown[pixel] === 0) continue;
        const column = columns[x] as number;
        const row = rows[x] as number;
        if (!(column >= 0 && row >= 0 && column < full.width && row < full.height)) {
          shown[pixel] = 0;
          continue;
        }
        const cellX = Math.min(layout.width - 1, Math.floor(column / scaleX));
        const cellY = Math.min(layout.height - 1, Math.floor(row / scaleY));
        const blockX = Math.floor(cellX / layout.blockWidth);
        const blockY = Math.floor(cellY / layout.blockHeight);
        const block = blockY * layout.columns + blockX;
        const at = (y - top) * width + x;
        this.#blocks[at] = block;
        this.#cells[at] = (cellY - blockY * layout.blockHeight) * layout.blockWidth + cellX - blockX * layout.blockWidth;
        if (block !== last) {
          this.#counted(last, run);
          last = block;
          run = 0;
        }
        run++;
      }
    }
    this.#counted(last, run);
  }

  #counted(block: number, pixels: number): void {
    if (pixels > 0) this.#counts.set(block, (this.#counts.get(block) ?? 0) + pixels);
  }

  /** Pixels in the order of their blocks. */
  #ordered(): { readonly order: Int32Array; readonly starts: ReadonlyMap<number, number> } {
    const starts = new Map<number, number>();
    let total = 0;
    for (const [block, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      starts.set(block, total);
      total += count;
    }
    const next = new Map(starts);
    const order = new Int32Array(total);
    let last = -1;
    let at = 0;
    for (let i = 0; i < this.#blocks.length; i++) {
      const block = this.#blocks[i] as number;
      if (block < 0) continue;
      if (block !== last) {
        if (last >= 0) next.set(last, at);
        at = next.get(block) ?? 0;
        last = block;
      }
      order[at++] = i;
    }
    return { order, starts };
  }

  async read(bands: CellGrid['bands'], shown: Uint8Array, store: BlockStore, budget: { left: number }): Promise<void> {
    const { image, mask } = this.level;
    const { order, starts } = this.#ordered();
    const offset = this.rows.top * this.rows.width;
    for (const [number, start] of starts) {
      const end = start + (this.#counts.get(number) ?? 0);
      const column = number % image.layout.columns;
      const row = Math.floor(number / image.layout.columns);
      const key = `${this.tiff.path} ${image.layout.width} ${number}`;
      const { block, read } = await store.take(key, image, column, row);
      if (read) budget.left -= block ? image.blockBytes : 0;
      if (budget.left < 0)
        throw new Fault(
          'too-large',
          'bbox',
          'the raster is too large to be drawn from this far: zoom in, or give it overviews (gdaladdo) and import it again',
        );
      for (let i = start; i < end; i++) {
        const at = order[i] as number;
        const cell = this.#cells[at] as number;
        if (!block) {
          shown[offset + at] = 0;
          continue;
        }
        for (let band = 0; band < bands.length; band++)
          (bands[band] as CellGrid['bands'][number])[offset + at] = (block.bands[band] as CellGrid['bands'][number])[cell] as number;
      }
      if (mask && block) await this.#masked(mask, { order, start, end, offset }, { column, row }, shown, store);
    }
  }

  /** Hides the pixels whose cells the file's own mask leaves out. */
  async #masked(
    mask: NonNullable<Level['mask']>,
    pixels: { readonly order: Int32Array; readonly start: number; readonly end: number; readonly offset: number },
    block: { readonly column: number; readonly row: number },
    shown: Uint8Array,
    store: BlockStore,
  ): Promise<void> {
    const { layout } = this.level.image;
    for (let i = pixels.start; i < pixels.end; i++) {
      const at = pixels.order[i] as number;
      const cell = this.#cells[at] as number;
      const x = block.column * layout.blockWidth + (cell % layout.blockWidth);
      const y = block.row * layout.blockHeight + Math.floor(cell / layout.blockWidth);
      const column = Math.floor(x / mask.layout.blockWidth);
      const row = Math.floor(y / mask.layout.blockHeight);
      const key = `${this.tiff.path} mask ${mask.layout.width} ${row * mask.layout.columns + column}`;
      const found = await store.take(key, mask, column, row);
      const inside = (y - row * mask.layout.blockHeight) * mask.layout.blockWidth + x - column * mask.layout.blockWidth;
      if ((found.block?.bands[0]?.[inside] ?? 0) === 0) shown[pixels.offset + at] = 0;
    }
  }
}

/** 1 for pixels whose middle lies inside the rings, by the even-odd rule. */
export function insideOf(frame: GridFrame, rings: readonly Float64Array[]): Uint8Array {
  const { width, height, box } = frame;
  const inside = new Uint8Array(width * height);
  const crossings: number[][] = Array.from({ length: height }, () => []);
  const scaleX = width / (box.maxX - box.minX);
  const scaleY = height / (box.maxY - box.minY);
  for (const ring of rings)
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const x0 = ((ring[i] as number) - box.minX) * scaleX;
      const y0 = (box.maxY - (ring[i + 1] as number)) * scaleY;
      const x1 = ((ring[i + 2] as number) - box.minX) * scaleX;
      const y1 = (box.maxY - (ring[i + 3] as number)) * scaleY;
      if (!(Number.isFinite(x0) && Number.isFinite(y0) && Number.isFinite(x1) && Number.isFinite(y1)) || y0 === y1) continue;
      // rows whose middle lies in [least, greatest)
      const first = Math.max(0, Math.ceil(Math.min(y0, y1) - 0.5));
      const last = Math.min(height - 1, Math.ceil(Math.max(y0, y1) - 0.5) - 1);
      for (let y = first; y <= last; y++) crossings[y]?.push(x0 + ((y + 0.5 - y0) / (y1 - y0)) * (x1 - x0));
    }
  crossings.forEach((list, y) => {
    list.sort((a, b) => a - b);
    for (let i = 0; i + 1 < list.length; i += 2) {
      const from = Math.max(0, Math.ceil((list[i] as number) - 0.5));
      const to = Math.min(width, Math.ceil((list[i + 1] as number) - 0.5));
      if (from < to) inside.fill(1, y * width + from, y * width + to);
    }
  });
  return inside;
}
