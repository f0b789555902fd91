// Point symbols: each mark is drawn once for each quarter of a pixel it may begin at, and laid over the map from then on.
import type { Fill, Mark, Stroke } from '../styles/style';
import { Raster } from './raster';
import { figures, turned } from './shapes';
import { Stroker } from './stroke';
import { blit, createSurface, pixelOf } from './surface';
import type { Surface } from './surface';

/** Steps within a pixel that a mark may begin at; a large one looks the same at whole pixels. */
const phasesOf = (half: number): number => (half > 40 ? 1 : 4);

/** The pictures of one mark, made as they are needed. */
export class MarkSprites {
  readonly #mark: Mark;
  readonly #scale: number;
  readonly #half: number;
  readonly #phases: number;
  readonly #pictures: (Surface | undefined)[] = [];

  /** `scale` multiplies sizes (resolution of the map over that of 0.28 mm pixels). */
  constructor(mark: Mark, scale: number) {
    this.#mark = mark;
    this.#scale = scale;
    const size = Math.max(mark.size, mark.size / (mark.aspect ?? 1));
    this.#half = Math.ceil((size * scale) / 2 + (mark.stroke ? mark.stroke.width * scale * 2 : 0) + size * scale * 0.21) + 1;
    this.#phases = phasesOf(this.#half);
  }

  /** Draws the mark with its middle at x,y. */
  draw(surface: Surface, x: number, y: number): void {
    const phases = this.#phases;
    const { shift } = this.#mark;
    const quarterX = Math.round((x + (shift?.x ?? 0) * this.#scale) * phases);
    const quarterY = Math.round((y + (shift?.y ?? 0) * this.#scale) * phases);
    const left = Math.floor(quarterX / phases);
    const top = Math.floor(quarterY / phases);
    const size = this.#half;
    if (left + size < 0 || top + size < 0 || left - size > surface.width || top - size > surface.height) return;
    const phase = (quarterY - top * phases) * phases + (quarterX - left * phases);
    let picture = this.#pictures[phase];
    if (!picture) this.#pictures[phase] = picture = this.#picture((quarterX - left * phases) / phases, (quarterY - top * phases) / phases);
    blit(surface, picture, left - size, top - size);
  }

  #picture(offsetX: number, offsetY: number): Surface {
    const mark = this.#mark;
    const half = this.#half;
    const surface = createSurface(half * 2 + 2, half * 2 + 2, null);
    const raster = new Raster(surface.width, surface.height);
    paintMark(surface, raster, mark, { x: half + offsetX, y: half + offsetY, turn: 0, scale: this.#scale });
    return surface;
  }
}

/** Paints a mark with its middle at x,y, turned by `turn` degrees beyond its own rotation. */
export function paintMark(
  surface: Surface,
  raster: Raster,
  mark: Mark,
  at: { readonly x: number; readonly y: number; readonly turn: number; readonly scale: number },
): void {
  const { closed, parts } = figures[mark.shape];
  const width = mark.size * at.scale;
  const height = width / (mark.aspect ?? 1);
  for (const part of parts) {
    const corners = part.map(([x, y]) => turned(x * width, y * height, mark.rotation + at.turn));
    const points = Float64Array.from(corners.flatMap(([x, y]) => [at.x + x, at.y + y]));
    if (closed) paintRing(surface, raster, points, mark.fill, mark.stroke, mark.opacity, at.scale);
    else if (mark.stroke ?? mark.fill) {
      const { color, opacity, width: thickness, cap, join } = mark.stroke ?? { ...thin, ...mark.fill };
      raster.begin(surface.width);
      new Stroker(raster, { half: (thickness * at.scale) / 2, join, cap }).part(points, 0, points.length / 2, false);
      raster.paint(surface.pixels, pixelOf(color), Math.round(opacity * mark.opacity * 256), 'nonzero');
    }
  }
}

/** Of shapes without an inside, where the style tells no stroke. */
const thin = { color: 0, opacity: 1, width: 1, cap: 'butt', join: 'mitre' } as const;

/** Fills and strokes one ring. */
export function paintRing(
  surface: Surface,
  raster: Raster,
  points: Float64Array,
  fill: Fill | null,
  stroke: Stroke | null,
  opacity: number,
  scale: number,
): void {
  const count = points.length / 2;
  if (fill) {
    raster.begin(surface.width);
    raster.ring(points, 0, count, 1);
    raster.paint(surface.pixels, pixelOf(fill.color), Math.round(fill.opacity * opacity * 256), 'nonzero');
  }
  if (stroke) {
    raster.begin(surface.width);
    new Stroker(raster, { half: (stroke.width * scale) / 2, join: stroke.join, cap: stroke.cap }).part(points, 0, count, true);
    raster.paint(surface.pixels, pixelOf(stroke.color), Math.round(stroke.opacity * opacity * 256), 'nonzero');
  }
}
