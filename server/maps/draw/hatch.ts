// Fills by a pattern. What a pixel of the pattern is follows from its place on the ground, so that a feature looks the same on every map and tile
// of one scale. The shape comes as a mask of coverage; the pattern is laid through it.
import type { Hatch } from '../styles/style';
import { paintMark } from './mark';
import type { View } from './path';
import { Raster } from './raster';
import { createSurface, pixelOf } from './surface';
import type { Surface } from './surface';

/** Pixels of a rectangle: from the first up to and without the last. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Lines nearer than this, in pixels, are a tint. */
const nearest = 2;
const largestCell = 512;

/** Order in which the pixels of a cell of 4 × 4 are painted, so that any number of them is spread evenly. */
const screenOrder = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

interface Family {
  /** Across the lines. */
  readonly normalX: number;
  readonly normalY: number;
  readonly spacing: number;
  /** Distance of the map's upper left corner from a line. */
  readonly phase: number;
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

export class HatchPainter {
  /** What a feature too small for the pattern is painted with: its colour and its mean coverage, 0 … 256. */
  readonly color: number;
  readonly opacity: number;
  readonly #families: readonly Family[] = [];
  /** Half the width of lines, in pixels. */
  readonly #half: number = 0;
  /** Cell of the pattern; null for lines and tints. */
  readonly #cell: Surface | null = null;
  readonly #left: number = 0;
  readonly #top: number = 0;
  readonly #strength: number;

  /** `scale`: pixels of the map per unit of the hatch's lengths. */
  constructor(hatch: Hatch, scale: number, view: View) {
    // the corner of the map, in pixels from the origin of the CRS, y downwards
    const cornerX = (view.minX * view.width) / (view.maxX - view.minX);
    const cornerY = (-view.maxY * view.height) / (view.maxY - view.minY);
    switch (hatch.kind) {
      case 'lines': {
        this.color = pixelOf(hatch.color);
        this.#strength = hatch.opacity;
        this.#half = (hatch.width * scale) / 2;
        const families = hatch.families.map(({ angle, spacing }) => family(angle, spacing * scale, cornerX, cornerY));
        const clear = families.reduce((share, one) => share * Math.max(0, 1 - (this.#half * 2) / one.spacing), 1);
        this.opacity = Math.round(hatch.opacity * (1 - clear) * 256);
        if (families.every(one => one.spacing >= nearest)) this.#families = families;
        break;
      }
      case 'marks': {
        const { mark } = hatch;
        const width = Math.max(1, Math.min(largestCell, Math.round(hatch.width * scale)));
        const height = Math.max(1, Math.min(largestCell, Math.round(hatch.height * scale)));
        this.#cell = markCell(hatch, width, height, scale);
        this.#left = modulo(Math.round(cornerX), width);
        this.#top = modulo(Math.round(cornerY), height);
        this.#strength = 1;
        const paint = mark.fill ?? mark.stroke;
        this.color = pixelOf(paint?.color ?? 0);
        this.opacity = Math.round((paint?.opacity ?? 0) * mark.opacity * Math.min(1, (mark.size * scale) ** 2 / (width * height)) * 256);
        break;
      }
      case 'screen': {
        const dot = Math.max(1, Math.round(scale));
        const color = pixelOf(hatch.fill.color);
        this.#cell = createSurface(dot * 4, dot * 4, null);
        for (let y = 0; y < dot * 4; y++)
          for (let x = 0; x < dot * 4; x++)
            if ((screenOrder[Math.floor(y / dot) * 4 + Math.floor(x / dot)] ?? 0) < hatch.share) this.#cell.pixels[y * dot * 4 + x] = color;
        this.#left = modulo(Math.round(cornerX), dot * 4);
        this.#top = modulo(Math.round(cornerY), dot * 4);
        this.#strength = hatch.fill.opacity;
        this.color = color;
        this.opacity = Math.round((hatch.fill.opacity * hatch.share * 256) / 16);
        break;
      }
    }
  }

  /** Lays the pattern over the surface where the mask, of the same size, has something within the box; the mask is empty afterwards. */
  lay(surface: Surface, mask: Surface, box: PixelBox): void {
    const { width, pixels } = surface;
    const cell = this.#cell;
    const lines = this.#families.length > 0;
    for (let y = box.top; y < box.bottom; y++) {
      const cellRow = cell ? ((this.#top + y) % cell.height) * cell.width : 0;
      for (let x = box.left, i = y * width + box.left; x < box.right; x++, i++) {
        const covered = (mask.pixels[i] as number) >>> 24;
        if (covered === 0) continue;
        mask.pixels[i] = 0;
        let color = this.color;
        let alpha = covered / 255;
        if (lines) alpha *= this.#inLines(x + 0.5, y + 0.5) * this.#strength;
        else if (cell) {
          color = cell.pixels[cellRow + ((this.#left + x) % cell.width)] as number;
          alpha *= this.#strength;
        } else alpha *= this.opacity / 256;
        if (alpha > 0) pixels[i] = over(pixels[i] as number, color, Math.round(alpha * 256));
      }
    }
  }

  /** Coverage of a pixel by the lines, of all directions together. */
  #inLines(x: number, y: number): number {
    const half = this.#half;
    const most = Math.min(1, half * 2);
    let clear = 1;
    for (const { normalX, normalY, spacing, phase } of this.#families) {
      const across = x * normalX + y * normalY + phase;
      const away = Math.abs(across - spacing * Math.round(across / spacing));
      clear *= 1 - Math.max(0, Math.min(most, half + 0.5 - away));
    }
    return 1 - clear;
  }
}

function family(angle: number, spacing: number, cornerX: number, cornerY: number): Family {
  const radians = (angle * Math.PI) / 180;
  const normalX = -Math.sin(radians);
  const normalY = Math.cos(radians);
  const right = Math.abs(normalX) < 1e-9 || Math.abs(normalY) < 1e-9;
  if (!right) return { normalX, normalY, spacing, phase: modulo(cornerX * normalX + cornerY * normalY, spacing) };
  // lines along the rows and columns of pixels are sharp: whole steps, each line in the middle of a pixel
  const steps = Math.max(1, Math.round(spacing));
  const phase = Math.round(cornerX) * Math.round(normalX) + Math.round(cornerY) * Math.round(normalY);
  return { normalX: Math.round(normalX), normalY: Math.round(normalY), spacing: steps, phase: modulo(phase, steps) + 0.5 };
}

/** One cell with its mark, and what its neighbours' marks put into it. */
function markCell({ mark }: Extract<Hatch, { kind: 'marks' }>, width: number, height: number, scale: number): Surface {
  const surface = createSurface(width, height, null);
  const raster = new Raster(width, height);
  const shiftX = (mark.shift?.x ?? 0) * scale;
  const shiftY = (mark.shift?.y ?? 0) * scale;
  for (const row of [-1, 0, 1])
    for (const column of [-1, 0, 1])
      paintMark(surface, raster, mark, {
        x: width / 2 + column * width + shiftX,
        y: height / 2 + row * height + shiftY,
        turn: 0,
        scale,
      });
  return surface;
}

/** A premultiplied pixel laid over another with a share of 0 … 256. */
function over(under: number, pixel: number, share: number): number {
  const even = Math.imul(pixel & 0xff00ff, share) >>> 8;
  const odd = Math.imul((pixel >>> 8) & 0xff00ff, share) >>> 8;
  const top = (even & 0xff00ff) | ((odd & 0xff00ff) << 8);
  const alpha = top >>> 24;
  if (alpha === 0 && top === 0) return under;
  const inverse = 256 - alpha - (alpha >> 7);
  const underEven = (Math.imul(under & 0xff00ff, inverse) + 0x800080) >>> 8;
  const underOdd = Math.imul((under >>> 8) & 0xff00ff, inverse) + 0x800080;
  return (((underEven & 0xff00ff) | (underOdd & 0xff00ff00)) + top) >>> 0;
}
