// Scenes, styles and pixel statistics for the tests of the drawing room.
import { shapeKinds } from '../../server/core/ports/scene';
import type { Scene, ShapeKind } from '../../server/core/ports/scene';
import { drawMap } from '../../server/maps/draw/draw';
import type { MapDrawing } from '../../server/maps/draw/draw';
import type { Surface } from '../../server/maps/draw/surface';
import type { Stroke, Style, Symbolizer } from '../../server/maps/styles/style';

export interface Shape {
  readonly kind: keyof typeof shapeKinds;
  /** x,y pairs of each part, flat. */
  readonly parts: readonly (readonly number[])[];
}

export const polygon = (...parts: readonly (readonly number[])[]): Shape => ({ kind: 'polygon', parts });
export const line = (...parts: readonly (readonly number[])[]): Shape => ({ kind: 'line', parts });
export const point = (x: number, y: number): Shape => ({ kind: 'point', parts: [[x, y]] });
export const box = (minX: number, minY: number, maxX: number, maxY: number): number[] => [
  minX,
  minY,
  maxX,
  minY,
  maxX,
  maxY,
  minX,
  maxY,
  minX,
  minY,
];

export function sceneOf(shapes: readonly Shape[], attributes: Scene['attributes'] = {}): Scene {
  const parts = shapes.flatMap(shape => shape.parts);
  const featureStarts = [0];
  const partStarts = [0];
  for (const shape of shapes) featureStarts.push((featureStarts.at(-1) ?? 0) + shape.parts.length);
  for (const part of parts) partStarts.push((partStarts.at(-1) ?? 0) + part.length / 2);
  return {
    features: shapes.length,
    kinds: Uint8Array.from(shapes, shape => shapeKinds[shape.kind] satisfies ShapeKind),
    featureStarts: Uint32Array.from(featureStarts),
    partStarts: Uint32Array.from(partStarts),
    coordinates: Float64Array.from(parts.flat()),
    attributes,
  };
}

export const styleOf = (...symbolizers: readonly Symbolizer[]): Style => ({
  name: 'test',
  title: null,
  groups: [
    {
      rules: [{ name: 'rule', title: null, minScale: null, maxScale: null, filter: null, otherwise: false, symbolizers: [...symbolizers] }],
    },
  ],
});

export const fillOf = (color: number, opacity = 1): Symbolizer => ({ kind: 'polygon', fill: { color, opacity }, stroke: null });

export const strokeOf = (color: number, width: number, more: Partial<Stroke> = {}): Stroke => ({
  color,
  width,
  opacity: 1,
  join: 'mitre',
  cap: 'butt',
  dashes: [],
  dashOffset: 0,
  ...more,
});

/** Draws on a map whose pixels are units of the coordinates, y upwards, with its lower left corner at `originX`, `originY`. */
export function draw(
  layers: MapDrawing['layers'],
  options: {
    readonly size?: number;
    readonly originX?: number;
    readonly originY?: number;
    readonly background?: number | null;
    readonly denominator?: number;
    readonly symbolScale?: number;
  } = {},
): Surface {
  const size = options.size ?? 64;
  const minX = options.originX ?? 0;
  const minY = options.originY ?? 0;
  return drawMap({
    view: { minX, minY, maxX: minX + size, maxY: minY + size, width: size, height: size },
    layers,
    denominator: options.denominator ?? 1000,
    symbolScale: options.symbolScale ?? 1,
    background: options.background === undefined ? 0xffffff : options.background,
  });
}

export interface Pixel {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/** The pixel in column x of row y, counted from the upper left; premultiplied. */
export function pixelAt(surface: Surface, x: number, y: number): Pixel {
  const value = surface.pixels[y * surface.width + x] ?? 0;
  return { red: value & 255, green: (value >> 8) & 255, blue: (value >> 16) & 255, alpha: value >>> 24 };
}

/** Covered area in pixels of what was painted in opaque black on white: the sum of the darkness. */
export function darkness(surface: Surface): number {
  let sum = 0;
  for (const value of surface.pixels) sum += 255 - (value & 255);
  return sum / 255;
}

/** Number of pixels of exactly that colour (0xRRGGBB, opaque). */
export function countOf(surface: Surface, color: number): number {
  const wanted = (0xff000000 | ((color & 255) << 16) | (color & 0xff00) | (color >> 16)) >>> 0;
  return surface.pixels.reduce((count, value) => count + (value === wanted ? 1 : 0), 0);
}
