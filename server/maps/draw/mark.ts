// Point symbols: each mark is drawn once for each quarter of a pixel it may begin at, and laid over the map from then on.
import type { Fill, Mark, MarkShape, Stroke } from '../styles/style';
import { Raster } from './raster';
import { Stroker } from './stroke';
import { blit, createSurface, pixelOf } from './surface';
import type { Surface } from './surface';

/** Steps within a pixel that a mark may begin at; a large one looks the same at whole pixels. */
const phasesOf = (half: number): number => (half > 40 ? 1 : 4);

/** Corners of a shape of size 1 around 0,0, y downwards; one closed ring. */
export function outline(shape: MarkShape): readonly (readonly [number, number])[] {
  switch (shape) {
    case 'circle':
      return regular(48, 0.5, 0.5);
    case 'square':
      return [
        [-0.5, -0.5],
        [0.5, -0.5],
        [0.5, 0.5],
        [-0.5, 0.5],
      ];
    case 'triangle':
      return [
        [0, -0.5],
        [0.5, 0.5],
        [-0.5, 0.5],
      ];
    case 'star':
      return regular(10, 0.5, 0.2);
    case 'diamond':
      return [
        [0, -0.5],
        [0.5, 0],
        [0, 0.5],
        [-0.5, 0],
      ];
    case 'cross':
      return plus(0);
    case 'x':
      return plus(45);
  }
}

function regular(corners: number, outer: number, inner: number): [number, number][] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = (i / corners) * 2 * Math.PI;
    const radius = i % 2 === 0 ? outer : inner;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  });
}

function plus(degrees: number): [number, number][] {
  const a = 0.5;
  const b = 0.12;
  const corners: [number, number][] = [
    [-b, -a],
    [b, -a],
    [b, -b],
    [a, -b],
    [a, b],
    [b, b],
    [b, a],
    [-b, a],
    [-b, b],
    [-a, b],
    [-a, -b],
    [-b, -b],
  ];
  return corners.map(([x, y]) => turned(x, y, degrees));
}

function turned(x: number, y: number, degrees: number): [number, number] {
  const angle = (degrees * Math.PI) / 180;
  return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
}

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
    this.#half = Math.ceil((mark.size * scale) / 2 + (mark.stroke ? mark.stroke.width * scale * 2 : 0) + mark.size * scale * 0.21) + 1;
    this.#phases = phasesOf(this.#half);
  }

  /** Draws the mark with its middle at x,y. */
  draw(surface: Surface, x: number, y: number): void {
    const phases = this.#phases;
    const quarterX = Math.round(x * phases);
    const quarterY = Math.round(y * phases);
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
    const size = mark.size * this.#scale;
    const corners = outline(mark.shape).map(([x, y]) => turned(x * size, y * size, mark.rotation));
    const points = Float64Array.from(corners.flatMap(([x, y]) => [half + offsetX + x, half + offsetY + y]));
    const raster = new Raster(surface.width, surface.height);
    paintRing(surface, raster, points, mark.fill, mark.stroke, mark.opacity, this.#scale);
    return surface;
  }
}

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
