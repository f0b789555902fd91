// Lines moved sideways, and the places along a line where marks stand.
import type { MarkPlaces } from '../styles/style';

export interface Part {
  readonly from: number;
  readonly count: number;
  readonly closed: boolean;
}

/** Corners are cut where the moved line would reach further than this many offsets from its vertex. */
const cornerLimit = 3;

/** A part of a line moved to its left by an offset in pixels (y downwards), vertex by vertex. */
export function moved(points: Float64Array, part: Part, offset: number): Float64Array {
  const { from, count, closed } = part;
  const out = new Float64Array(count * 2);
  for (let i = 0; i < count; i++) {
    const at = (from + i) * 2;
    const before = i > 0 ? at - 2 : closed ? (from + count - 1) * 2 : -1;
    const after = i < count - 1 ? at + 2 : closed ? from * 2 : -1;
    const x = points[at] as number;
    const y = points[at + 1] as number;
    const [ax, ay] = before < 0 ? [NaN, NaN] : leftOf(points, before, at);
    const [bx, by] = after < 0 ? [NaN, NaN] : leftOf(points, at, after);
    const one = Number.isNaN(ax) ? [bx, by] : Number.isNaN(bx) ? [ax, ay] : [ax + bx, ay + by];
    const [nx = 0, ny = 0] = one;
    const length = Math.hypot(nx, ny);
    let reach = offset;
    let ux = 0;
    let uy = 0;
    if (length > 1e-9) {
      ux = nx / length;
      uy = ny / length;
      // half the angle between the two sides: at a sharp corner the moved lines meet far away
      const cos = Number.isNaN(ax) || Number.isNaN(bx) ? 1 : length / 2;
      reach = offset * Math.min(cornerLimit, 1 / Math.max(cos, 1e-6));
    }
    out[i * 2] = x + ux * reach;
    out[i * 2 + 1] = y + uy * reach;
  }
  return out;
}

/** Unit vector to the left of the way from one vertex to another; NaN when they are one. */
function leftOf(points: Float64Array, a: number, b: number): [number, number] {
  const dx = (points[b] as number) - (points[a] as number);
  const dy = (points[b + 1] as number) - (points[a + 1] as number);
  const length = Math.hypot(dx, dy);
  return length < 1e-9 ? [NaN, NaN] : [dy / length, -dx / length];
}

/** How marks are set on a line, in pixels. */
export interface Setting {
  readonly places: MarkPlaces;
  readonly spacing: number;
  readonly start: number;
  /** Pixels around the map within which marks are wanted. */
  readonly bounds: { readonly width: number; readonly height: number; readonly margin: number };
}

/** Tells the places of marks on a part, with the line's direction there in degrees clockwise from the right. */
export function placesAlong(points: Float64Array, part: Part, setting: Setting, sink: (x: number, y: number, angle: number) => void): void {
  const { from, count, closed } = part;
  const segments = closed ? count : count - 1;
  if (segments < 1) return;
  const { places, bounds } = setting;
  const spacing = Math.max(setting.spacing, 1);
  const vertex = (i: number): readonly [number, number] => {
    const at = (from + (i % count)) * 2;
    return [points[at] as number, points[at + 1] as number];
  };
  const total = places === 'middle' ? sum(segments, i => distance(vertex(i), vertex(i + 1))) : 0;
  const { margin } = bounds;
  let next = places === 'middle' ? total / 2 : places === 'every' ? setting.start : Infinity;
  let travelled = 0;
  for (let i = 0; i < segments; i++) {
    const [x0, y0] = vertex(i);
    const [x1, y1] = vertex(i + 1);
    const length = Math.hypot(x1 - x0, y1 - y0);
    const angle = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
    if ((places === 'first' && i === 0) || places === 'vertices') sink(x0, y0, angle);
    if ((places === 'last' && i === segments - 1) || (places === 'vertices' && i === segments - 1 && !closed)) sink(x1, y1, angle);
    const beyond =
      Math.max(x0, x1) < -margin ||
      Math.max(y0, y1) < -margin ||
      Math.min(x0, x1) > bounds.width + margin ||
      Math.min(y0, y1) > bounds.height + margin;
    const end = travelled + length;
    if (beyond && places === 'every' && next < end) next += Math.ceil((end - next) / spacing) * spacing;
    while (next <= end && length > 0) {
      const share = (next - travelled) / length;
      sink(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share, angle);
      next += places === 'every' ? spacing : Infinity;
    }
    travelled = end;
  }
}

const distance = (a: readonly [number, number], b: readonly [number, number]): number => Math.hypot(b[0] - a[0], b[1] - a[1]);

function sum(count: number, value: (i: number) => number): number {
  let all = 0;
  for (let i = 0; i < count; i++) all += value(i);
  return all;
}
