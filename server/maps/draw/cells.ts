// The cells of a coverage painted: each value through the look of the style (bands as colours, a stretch, a colour map, a palette) and, where it is
// asked for, shaded as a relief. One cell for each pixel: nothing is interpolated, values are never mixed.
import type { CellGrid, Cells } from '../../core/model/coverage';
import { holdsAt } from '../styles/style';
import type { ColorMap, ColorStop, RasterLook, Stretch } from '../styles/raster-look';
import type { Style } from '../styles/style';
import type { MapDrawing } from './draw';
import type { Surface } from './surface';

/** Red, green, blue and opacity, 0 … 255 each, as one number. */
const rgba = (color: number, opacity: number): number =>
  ((Math.round(opacity * 255) << 24) | ((color & 0xff) << 16) | (color & 0xff00) | ((color >> 16) & 0xff)) >>> 0;

/** Paints all rules that hold, one over the other. */
export function paintCells(
  surface: Surface,
  cells: CellGrid,
  style: Style,
  drawing: Pick<MapDrawing, 'denominator' | 'view' | 'geographic'>,
): void {
  for (const group of style.groups)
    for (const rule of group.rules) {
      if (!holdsAt(rule, drawing.denominator)) continue;
      for (const symbolizer of rule.symbolizers)
        if (symbolizer.kind === 'raster')
          paint(surface, cells, symbolizer.raster, { view: drawing.view, geographic: drawing.geographic === true });
    }
}

interface Frame {
  readonly view: MapDrawing['view'];
  readonly geographic: boolean;
}

function paint(surface: Surface, cells: CellGrid, look: RasterLook, frame: Frame): void {
  const colour = colourOf(cells, look);
  if (!colour) return;
  const alpha = look.alpha === null ? null : (cells.bands[look.alpha - 1] ?? null);
  const shade = look.relief === null ? null : shadeOf(cells, look, frame);
  const { pixels } = surface;
  const opacity = Math.round(look.opacity * 256);
  const { shown } = cells;
  for (let i = 0; i < shown.length; i++) {
    if (shown[i] === 0) continue;
    const over = colour(i);
    let strength = (over >>> 24) * opacity;
    if (alpha) strength = (strength * (alpha[i] as number)) / 255;
    strength = (strength + 128) >> 8;
    if (strength <= 0) continue;
    let red = over & 0xff;
    let green = (over >> 8) & 0xff;
    let blue = (over >> 16) & 0xff;
    if (shade) {
      const light = shade(i);
      red = Math.min(255, red * light);
      green = Math.min(255, green * light);
      blue = Math.min(255, blue * light);
    }
    if (strength >= 255) {
      pixels[i] = (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
      continue;
    }
    const under = pixels[i] as number;
    const rest = 255 - strength;
    const mix = (top: number, shift: number): number =>
      Math.min(255, Math.round((top * strength + ((under >>> shift) & 0xff) * rest) / 255));
    const covered = Math.min(255, strength + Math.round(((under >>> 24) * rest) / 255));
    pixels[i] = ((covered << 24) | (mix(blue, 16) << 16) | (mix(green, 8) << 8) | mix(red, 0)) >>> 0;
  }
}

type Colour = (at: number) => number;

/** What colour a cell has; null where the file has no such band. */
function colourOf(cells: CellGrid, look: RasterLook): Colour | null {
  const channels = look.channels ?? { grey: 1 };
  const numbers = 'grey' in channels ? [channels.grey] : [channels.red, channels.green, channels.blue];
  const bands = numbers.flatMap(number => cells.bands[number - 1] ?? []);
  const [first, second, third] = bands;
  if (!first || bands.length < numbers.length) return null;
  if (look.map) return mapped(first, look.map);
  if (look.palette) {
    const colours = look.palette.map(color => rgba(color, 1));
    return at => colours[first[at] as number] ?? 0;
  }
  const stretched = bands.map((band, i) => scaleOf(band, cells.shown, look.stretch[i] ?? null));
  const [a, b, c] = stretched;
  if (second && third && a && b && c) return at => (0xff000000 | (c(at) << 16) | (b(at) << 8) | a(at)) >>> 0;
  return at => {
    const grey = a?.(at) ?? 0;
    return (0xff000000 | (grey << 16) | (grey << 8) | grey) >>> 0;
  };
}

/** Values to 0 … 255. */
function scaleOf(band: Cells, shown: Uint8Array, stretch: Stretch | null): (at: number) => number {
  if (band instanceof Uint8Array && stretch?.low === 0 && stretch.high === 255) return at => band[at] as number;
  const { low, high } = stretch ?? rangeOf(band, shown);
  const span = high > low ? high - low : Infinity;
  return at => {
    const value = (((band[at] as number) - low) * 255) / span;
    return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0;
  };
}

/** Least and greatest of what is shown: all that the caller may see of it. */
function rangeOf(band: Cells, shown: Uint8Array): Stretch {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < shown.length; i++) {
    if (shown[i] === 0) continue;
    const value = band[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

/** SE 1.1 § 11.6.2. */
function mapped(band: Cells, map: ColorMap): Colour {
  const { kind, stops } = map;
  const values = Float64Array.from(stops, stop => stop.value);
  const colours = Uint32Array.from(stops, stop => rgba(stop.color, stop.opacity));
  /** Number of the first stop whose value is above, or the number of stops. */
  const above = (value: number): number => {
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[middle] as number) > value) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  switch (kind) {
    case 'intervals':
      return at => colours[above(band[at] as number)] ?? 0;
    case 'values':
      return at => {
        const value = band[at] as number;
        const found = above(value) - 1;
        return found >= 0 && values[found] === value ? (colours[found] as number) : 0;
      };
    case 'ramp':
      return at => {
        const value = band[at] as number;
        const next = above(value);
        if (next === 0) return colours[0] as number;
        if (next === values.length) return colours[next - 1] as number;
        return between(stops[next - 1] as ColorStop, stops[next] as ColorStop, value);
      };
  }
}

function between(from: ColorStop, to: ColorStop, value: number): number {
  const part = (value - from.value) / (to.value - from.value);
  const mix = (shift: number): number => {
    const a = (from.color >> shift) & 0xff;
    return Math.round(a + (((to.color >> shift) & 0xff) - a) * part);
  };
  return rgba((mix(16) << 16) | (mix(8) << 8) | mix(0), from.opacity + (to.opacity - from.opacity) * part);
}

const metresPerDegree = 111_320;

/**
 * How light a cell is, about 1 on the flat: the slope between its neighbours in the picture under a sun in the north-west, 45° high. Where a cell is
 * wider than a pixel its neighbours are looked for two cells away, so that the steps between cells are not shown as walls.
 */
function shadeOf(cells: CellGrid, look: RasterLook, { view, geographic }: Frame): (at: number) => number {
  const number = look.channels && 'grey' in look.channels ? look.channels.grey : 1;
  const band = cells.bands[number - 1];
  if (!band) return () => 1;
  const { width, height, shown } = cells;
  const metresX =
    ((view.maxX - view.minX) / width) * (geographic ? metresPerDegree * Math.cos(((view.minY + view.maxY) / 2) * (Math.PI / 180)) : 1);
  const metresY = ((view.maxY - view.minY) / height) * (geographic ? metresPerDegree : 1);
  const reach = cells.pixelsPerCell <= 1 ? 1 : Math.min(256, Math.round(cells.pixelsPerCell * 2));
  const strength = look.relief ?? 1;
  /** Value of a pixel, or of the one in the middle where it is not shown. */
  const valueAt = (x: number, y: number, own: number): number => {
    const at = Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x));
    return (shown[at] === 1 ? band[at] : band[own]) as number;
  };
  return at => {
    const x = at % width;
    const y = (at - x) / width;
    const east = (valueAt(x + reach, y, at) - valueAt(x - reach, y, at)) / (2 * reach * metresX);
    const north = (valueAt(x, y - reach, at) - valueAt(x, y + reach, at)) / (2 * reach * metresY);
    const dx = east * strength;
    const dy = north * strength;
    // the light on the slope over that on the flat
    const light = (1 + (dx - dy) * Math.SQRT1_2) / Math.sqrt(1 + dx * dx + dy * dy);
    return Math.max(0.25, Math.min(1.6, light));
  };
}
