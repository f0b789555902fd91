// A coverage: a raster file whose cells lie on a regular grid (ISO 19123), with all that must be known to read, draw and describe it.
// Cells stay what they are in the file; only a map's frame decides which of them are looked at.
import type { Envelope } from './geometry';

export type SampleType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

/** Bytes of one sample. */
export const sampleBytes = (sample: SampleType): number => Number(/\d+$/.exec(sample)?.[0] ?? 8) / 8;

/** What the bands mean: one of grey values (a height, a measure), an index of a palette, or colours; `alpha`: the last band is opacity. */
export interface BandMeaning {
  readonly kind: 'grey' | 'palette' | 'rgb';
  readonly alpha: boolean;
}

/** Of the cells that have a value. */
export interface BandStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  /** Values below and above which two cells in a hundred lie: what a grey stretch runs between. */
  readonly low: number;
  readonly high: number;
}

/** x = t[0] + column · t[1] + row · t[2], y = t[3] + column · t[4] + row · t[5]: 0,0 is the upper left corner of the first cell. */
export type GridTransform = readonly [number, number, number, number, number, number];

export interface Coverage {
  /** SHA-256 of the file's bytes, which is its name where files are kept. */
  readonly file: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly sample: SampleType;
  readonly meaning: BandMeaning;
  /** Colours 0xRRGGBB by index, of a palette. */
  readonly palette: readonly number[] | null;
  /** A cell whose bands all have this value has none. NaN never is a value. */
  readonly nodata: number | null;
  /** EPSG code the grid lies in. */
  readonly srid: number;
  readonly transform: GridTransform;
  /** One for each band; null where no cell has a value. */
  readonly statistics: readonly (BandStatistics | null)[];
}

/** What drawing must know of a coverage. Statistics are told only to those who may see all cells (R43). */
export type CoverageLook = Pick<Coverage, 'bands' | 'sample' | 'meaning' | 'palette' | 'nodata' | 'statistics'>;

/** The same for a caller from whom cells are kept: what is computed of all cells would tell of those. */
export function lookOf({ bands, sample, meaning, palette, nodata, statistics }: Coverage, all: boolean): CoverageLook {
  return { bands, sample, meaning, palette, nodata, statistics: all ? statistics : statistics.map(() => null) };
}

export type Cells = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** The plane that cells are looked up for: pixels of a map, or one point. */
export interface GridFrame {
  /** EPSG code of the box. */
  readonly srid: number;
  readonly box: Envelope;
  readonly width: number;
  readonly height: number;
}

/** The nearest cell of each pixel of a frame, row by row from the upper left. */
export interface CellGrid {
  readonly width: number;
  readonly height: number;
  /** About how many pixels a cell is wide; below 1 where cells are smaller than pixels. */
  readonly pixelsPerCell: number;
  /** One array for each band. */
  readonly bands: readonly Cells[];
  /** 1 where the pixel shows a cell with a value that the caller may see, else 0. */
  readonly shown: Uint8Array;
}

/** Extent of the whole grid in its own CRS. */
export function gridExtent({ width, height, transform: t }: Pick<Coverage, 'width' | 'height' | 'transform'>): Envelope {
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ].map(([column = 0, row = 0]) => [t[0] + column * t[1] + row * t[2], t[3] + column * t[4] + row * t[5]] as const);
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return { minX: Math.min(...xs), minY: Math.min(...ys), maxX: Math.max(...xs), maxY: Math.max(...ys) };
}

/** The way back: column and row (fractions of cells) of a place; null when the grid has no area. */
export function inverseOf(t: GridTransform): GridTransform | null {
  const determinant = t[1] * t[5] - t[2] * t[4];
  if (!(Math.abs(determinant) > 0 && Number.isFinite(determinant))) return null;
  const a = t[5] / determinant;
  const b = -t[2] / determinant;
  const c = -t[4] / determinant;
  const d = t[1] / determinant;
  return [-(a * t[0] + b * t[3]), a, b, -(c * t[0] + d * t[3]), c, d];
}
