// Where a tile lies: the plane of its picture, and the rows and columns that a layer has something in.
import type { TileMatrix, TileMatrixSet } from '../../../schemas/tile-matrix-sets/tile-matrix-sets';
import { crsOf, transformEnvelope, urnName } from '../../core/model/crs';
import type { Envelope } from '../../core/model/geometry';
import type { Layer } from '../../core/model/layer';
import { grown, inScale, type MapFrame } from './picture';

export interface TileAddress {
  readonly set: TileMatrixSet;
  readonly matrix: TileMatrix;
  readonly column: number;
  readonly row: number;
}

/** Pixel of 0.28 mm. */
const pixelMetres = 0.00028;

/**
 * The plane of a tile: what GetMap makes of the same box and size, so that both draw the same picture. `ratio`: pixels of the picture per
 * pixel of the grid, for screens with many (`@2x`); the scale stays that of the grid (R44).
 */
export function tileFrame({ set, matrix, column, row }: TileAddress, ratio = 1): MapFrame {
  const crs = crsOf(set.crs);
  const side = matrix.cellSize * set.tileSize;
  const box: Envelope = {
    minX: set.origin.x + column * side,
    maxX: set.origin.x + (column + 1) * side,
    minY: set.origin.y - (row + 1) * side,
    maxY: set.origin.y - row * side,
  };
  const size = set.tileSize * ratio;
  const resolution = (box.maxX - box.minX) / size;
  return {
    crs: { crs, form: 'urn', flip: false, text: urnName(crs) },
    box,
    width: size,
    height: size,
    resolution,
    symbolScale: ratio,
    denominator: (resolution * ratio) / pixelMetres,
  };
}

/** Whether the grid has such a tile. */
export const inMatrix = ({ matrix, column, row }: TileAddress): boolean =>
  column >= 0 && column < matrix.width && row >= 0 && row < matrix.height;

/** First and last columns and rows. */
export interface TileLimits {
  readonly matrix: TileMatrix;
  readonly minColumn: number;
  readonly maxColumn: number;
  readonly minRow: number;
  readonly maxRow: number;
}

/** Pixels around a layer's extent in which its symbols may still be. */
const reach = 64;

/**
 * The levels at which the caller may see the layer (R44), each with the tiles it may be in; the whole level where the layer's extent is not
 * this caller's to know (R43), or goes unnoticed when it changes (D11).
 */
export function limitsOf(layer: Layer, set: TileMatrixSet): TileLimits[] {
  const extent = knownExtent(layer, set.crs);
  return set.matrices
    .filter(matrix => inScale(layer, tileFrame({ set, matrix, column: 0, row: 0 }).denominator))
    .map(matrix => {
      const whole = { matrix, minColumn: 0, maxColumn: matrix.width - 1, minRow: 0, maxRow: matrix.height - 1 };
      return extent ? narrowed(whole, set, grown(extent, reach * matrix.cellSize)) : whole;
    });
}

/** Whether the layer may have something in that tile, at any scale. */
export function mayShow(layer: Layer, { set, matrix, column, row }: TileAddress): boolean {
  const extent = knownExtent(layer, set.crs);
  if (!extent) return true;
  const whole = { matrix, minColumn: 0, maxColumn: matrix.width - 1, minRow: 0, maxRow: matrix.height - 1 };
  const limits = narrowed(whole, set, grown(extent, reach * matrix.cellSize));
  return column >= limits.minColumn && column <= limits.maxColumn && row >= limits.minRow && row <= limits.maxRow;
}

function narrowed(whole: TileLimits, set: TileMatrixSet, box: Envelope): TileLimits {
  const side = whole.matrix.cellSize * set.tileSize;
  const clamp = (value: number, most: number): number => Math.min(Math.max(Math.floor(value), 0), most);
  return {
    matrix: whole.matrix,
    minColumn: clamp((box.minX - set.origin.x) / side, whole.maxColumn),
    maxColumn: clamp((box.maxX - set.origin.x) / side, whole.maxColumn),
    minRow: clamp((set.origin.y - box.maxY) / side, whole.maxRow),
    maxRow: clamp((set.origin.y - box.minY) / side, whole.maxRow),
  };
}

/** Bounds of all that a layer shows, in the CRS of the grid, a little too large; null where they cannot be told. */
function knownExtent({ type }: Layer, srid: number): Envelope | null {
  if (!type.extent || type.generation === 0) return null;
  const { extent, geometry } = type;
  const box = geometry?.srid === srid ? extent.native : transformEnvelope(extent.geographic, 4326, srid, 64);
  if (![box.minX, box.minY, box.maxX, box.maxY].every(Number.isFinite)) return null;
  // turned along its edges, which may bulge between two samples
  return grown(box, Math.max(box.maxX - box.minX, box.maxY - box.minY) * 0.001);
}
