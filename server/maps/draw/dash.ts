// Dashes: a part of a line cut into the pieces that its pattern paints. The pattern begins at the part's first vertex, whatever is
// seen of it, so that neighbouring maps join.

/** Receives one dash: `count` vertices in `points`. */
export type DashSink = (points: Float64Array, count: number) => void;

export interface DashPattern {
  /** Painted and left out lengths in turn, in pixels; an odd number of them is repeated (SVG 1.1 § 11.4). */
  readonly lengths: readonly number[];
  readonly offset: number;
}

/** Cuts a part into dashes; segments that lie beyond the bounds (widened by `margin`) only move the pattern on. */
export function dashes(
  points: Float64Array,
  part: { readonly from: number; readonly count: number; readonly closed: boolean },
  pattern: DashPattern,
  bounds: { readonly width: number; readonly height: number; readonly margin: number },
  sink: DashSink,
): void {
  const lengths = pattern.lengths.length % 2 === 0 ? pattern.lengths : [...pattern.lengths, ...pattern.lengths];
  const period = lengths.reduce((sum, length) => sum + length, 0);
  if (!(period > 0.05)) return;
  const { from, count, closed } = part;
  const low = -bounds.margin;
  const highX = bounds.width + bounds.margin;
  const highY = bounds.height + bounds.margin;
  let piece = new Float64Array(64);
  let size = 0;
  const put = (x: number, y: number): void => {
    if (size + 2 > piece.length) {
      const larger = new Float64Array(piece.length * 2);
      larger.set(piece);
      piece = larger;
    }
    piece[size++] = x;
    piece[size++] = y;
  };
  const flush = (): void => {
    if (size >= 4) sink(piece, size / 2);
    size = 0;
  };
  let travelled = 0;
  const segments = closed ? count : count - 1;
  for (let segment = 0; segment < segments; segment++) {
    const a = (from + segment) * 2;
    const b = (from + ((segment + 1) % count)) * 2;
    const x0 = points[a] as number;
    const y0 = points[a + 1] as number;
    const dx = (points[b] as number) - x0;
    const dy = (points[b + 1] as number) - y0;
    const length = Math.hypot(dx, dy);
    if (length === 0) continue;
    // the share of the segment within the bounds, by each of the four sides in turn
    let enter = 0;
    let leave = 1;
    for (const [start, delta, min, max] of [
      [x0, dx, low, highX],
      [y0, dy, low, highY],
    ] as const) {
      if (delta === 0) {
        if (start < min || start > max) leave = -1;
        continue;
      }
      const one = (min - start) / delta;
      const two = (max - start) / delta;
      enter = Math.max(enter, Math.min(one, two));
      leave = Math.min(leave, Math.max(one, two));
    }
    if (enter >= leave) {
      flush();
      travelled += length;
      continue;
    }
    if (enter > 0) flush();
    let at = enter * length;
    const stop = leave * length;
    let phase = (((travelled + at + pattern.offset) % period) + period) % period;
    let index = 0;
    while (index < lengths.length - 1 && phase >= (lengths[index] as number)) phase -= lengths[index++] as number;
    while (at < stop) {
      const step = Math.min((lengths[index] as number) - phase, stop - at);
      if (index % 2 === 0) {
        if (size === 0) put(x0 + (dx * at) / length, y0 + (dy * at) / length);
        put(x0 + (dx * (at + step)) / length, y0 + (dy * (at + step)) / length);
      }
      at += step;
      phase += step;
      if (phase >= (lengths[index] as number) - 1e-9) {
        if (index % 2 === 0) flush();
        phase = 0;
        index = (index + 1) % lengths.length;
      }
    }
    if (leave < 1) flush();
    travelled += length;
  }
  flush();
}
