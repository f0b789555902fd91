// Strokes as outlines: the left side of a line forwards and its right side backwards, with mitred, round or bevelled joins and caps.
// All pieces wind the same way, so overlaps within a stroke count once; of a ring the inner side is a ring of its own, wound backwards.
import type { Raster } from './raster';

export type Join = 'mitre' | 'round' | 'bevel';
export type Cap = 'butt' | 'round' | 'square';

export interface Pen {
  /** Half the width, in pixels. */
  readonly half: number;
  readonly join: Join;
  readonly cap: Cap;
}

/** A mitre longer than this many half widths is bevelled (SVG stroke-miterlimit, default 4). */
const mitreLimit = 4;

/** A turn whose cosine is above this looks the same mitred, round or bevelled. */
const slight = 0.97;

/** How far a stroke may reach beyond its line, in pixels. */
export const reach = (half: number, join: Join): number => half * (join === 'mitre' ? mitreLimit : 1.5) + 1;

/** Traces strokes of one pen into a raster. */
export class Stroker {
  readonly #raster: Raster;
  readonly #half: number;
  readonly #join: Join;
  readonly #cap: Cap;
  /** Largest angle between the chords of a round join or cap: the arc is followed to an eighth of a pixel. */
  readonly #arc: number;
  readonly #margin: number;
  /** The two sides as x,y pairs. */
  #left = new Float64Array(1024);
  #right = new Float64Array(1024);

  constructor(raster: Raster, pen: Pen) {
    this.#raster = raster;
    this.#half = pen.half;
    this.#join = pen.join;
    this.#cap = pen.cap;
    this.#arc = 2 * Math.acos(Math.max(0, 1 - 0.125 / Math.max(pen.half, 0.25)));
    this.#margin = reach(pen.half, pen.join) + 1;
  }

  /**
   * Strokes a part: `count` vertices from vertex index `from`. Segments that lie beyond one side of the map by more than the stroke's
   * reach are left out, so a large outline costs what is seen of it.
   */
  part(points: Float64Array, from: number, count: number, closed: boolean): void {
    if (count === 0) return;
    if (count === 1) {
      this.#dot(points[from * 2] as number, points[from * 2 + 1] as number);
      return;
    }
    const margin = this.#margin;
    const maxX = this.#raster.width + margin;
    const maxY = this.#raster.height + margin;
    const ring = closed && count > 2;
    const segments = ring ? count : count - 1;
    let begin = -1;
    // the run that a ring begins with waits for the one that it ends with: they meet in a corner
    let leading = 0;
    let i = from * 2;
    let x0 = points[i] as number;
    let y0 = points[i + 1] as number;
    for (let segment = 0; segment < segments; segment++) {
      i = segment + 1 === count ? from * 2 : i + 2;
      const x1 = points[i] as number;
      const y1 = points[i + 1] as number;
      const hidden =
        (x0 < -margin && x1 < -margin) || (y0 < -margin && y1 < -margin) || (x0 > maxX && x1 > maxX) || (y0 > maxY && y1 > maxY);
      if (hidden) {
        if (ring && begin === 0) leading = segment;
        else if (begin >= 0) this.#run(points, from, count, begin, segment - begin, false);
        begin = -1;
      } else if (begin < 0) begin = segment;
      x0 = x1;
      y0 = y1;
    }
    if (begin === 0) this.#run(points, from, count, 0, segments, ring);
    else if (begin > 0) this.#run(points, from, count, begin, segments - begin + leading, false);
    else if (leading > 0) this.#run(points, from, count, 0, leading, false);
  }

  /** A line without length shows its caps only (SVG 1.1 § 11.4). */
  #dot(x: number, y: number): void {
    const half = this.#half;
    if (this.#cap === 'butt') return;
    if (this.#cap === 'round') this.#raster.ring(this.#left, 0, this.#arcAround(this.#left, 0, x, y, half, 0, 2 * Math.PI) / 2, 1);
    else {
      this.#left.set([x - half, y - half, x + half, y - half, x + half, y + half, x - half, y + half]);
      this.#raster.ring(this.#left, 0, 4, 1);
    }
  }

  /** Strokes `segments` consecutive segments from segment `first` of a part. One loop, for the sake of speed (see Raster). */
  #run(points: Float64Array, from: number, count: number, first: number, segments: number, closed: boolean): void {
    this.#reserve(segments + 3);
    const left = this.#left;
    const right = this.#right;
    const half = this.#half;
    const arc = this.#arc;
    const round = this.#join === 'round';
    const limit = this.#join === 'mitre' ? 2 / (mitreLimit * mitreLimit) : 2;
    let nl = 0;
    let nr = 0;
    let at = (from + (first % count)) * 2;
    const wrap = (from + count) * 2;
    let x = points[at] as number;
    let y = points[at + 1] as number;
    let ux = 0;
    let uy = 0;
    let before = 0;
    // a ring comes back to its first segment, for the corner at its first vertex
    const steps = closed ? segments + 1 : segments;
    for (let step = 0; step < steps; step++) {
      at += 2;
      if (at === wrap) at = from * 2;
      const nextX = points[at] as number;
      const nextY = points[at + 1] as number;
      const dx = nextX - x;
      const dy = nextY - y;
      const after = Math.sqrt(dx * dx + dy * dy);
      if (after < 1e-9) continue;
      const vx = dx / after;
      const vy = dy / after;
      if (before === 0) {
        if (!closed) {
          left[nl++] = x - vy * half;
          left[nl++] = y + vx * half;
          right[nr++] = x + vy * half;
          right[nr++] = y - vx * half;
        }
      } else {
        const cross = ux * vy - uy * vx;
        const dot = ux * vx + uy * vy;
        const share = half / (1 + dot);
        const mx = -(uy + vy) * share;
        const my = (ux + vx) * share;
        const shorter = before < after ? before : after;
        const innerFits = dot > -0.999 && (cross < 0 ? -cross : cross) * share <= shorter;
        // 1 / cos² of half the turn is 2 / (1 + dot)
        const outerMitred = dot > slight || 1 + dot >= limit;
        if (innerFits && outerMitred) {
          left[nl++] = x + mx;
          left[nl++] = y + my;
          right[nr++] = x - mx;
          right[nr++] = y - my;
        } else {
          for (let side = 0; side < 2; side++) {
            const s = side === 0 ? half : -half;
            const list = side === 0 ? left : right;
            let n = side === 0 ? nl : nr;
            const inner = (side === 0) === cross > 0;
            if (inner ? innerFits : outerMitred) {
              list[n++] = side === 0 ? x + mx : x - mx;
              list[n++] = side === 0 ? y + my : y - my;
            } else {
              list[n++] = x - uy * s;
              list[n++] = y + ux * s;
              if (inner) {
                list[n++] = x;
                list[n++] = y;
              } else if (round) {
                const turn = Math.atan2(cross < 0 ? -cross : cross, dot);
                if (turn > arc) n = this.#arcAround(list, n, x, y, -uy * s, ux * s, cross > 0 ? turn : -turn);
              }
              list[n++] = x - vy * s;
              list[n++] = y + vx * s;
            }
            if (side === 0) nl = n;
            else nr = n;
          }
        }
      }
      ux = vx;
      uy = vy;
      before = after;
      x = nextX;
      y = nextY;
    }
    if (before === 0) this.#dot(x, y);
    else if (closed) {
      this.#raster.ring(left, 0, nl >> 1, 1);
      this.#raster.ring(right, 0, nr >> 1, -1);
    } else {
      left[nl++] = x - uy * half;
      left[nl++] = y + ux * half;
      right[nr++] = x + uy * half;
      right[nr++] = y - ux * half;
      this.#close(nl, nr);
    }
  }

  /** Joins the two sides of an open line by its caps and adds the outline. */
  #close(nl: number, nr: number): void {
    const left = this.#left;
    const right = this.#right;
    const half = this.#half;
    if (this.#cap !== 'butt') {
      // directions at both ends, from the sides that stand across them
      for (const end of [true, false]) {
        const a = end ? nl - 2 : 0;
        const b = end ? nr - 2 : 0;
        const nx = ((left[a] as number) - (right[b] as number)) / 2;
        const ny = ((left[a + 1] as number) - (right[b + 1] as number)) / 2;
        if (this.#cap === 'square') {
          // n turned back by a quarter is the direction; the start is moved against it
          const ahead = end ? 1 : -1;
          for (const [list, i] of [
            [left, a],
            [right, b],
          ] as const) {
            list[i] = (list[i] as number) + ny * ahead;
            list[i + 1] = (list[i + 1] as number) - nx * ahead;
          }
        } else if (end) {
          const x = ((left[a] as number) + (right[b] as number)) / 2;
          const y = ((left[a + 1] as number) + (right[b + 1] as number)) / 2;
          nl = this.#arcAround(left, nl, x, y, nx, ny, -Math.PI);
        }
      }
    }
    const startX = ((left[0] as number) + (right[0] as number)) / 2;
    const startY = ((left[1] as number) + (right[1] as number)) / 2;
    for (let i = nr - 2; i >= 0; i -= 2) {
      left[nl++] = right[i] as number;
      left[nl++] = right[i + 1] as number;
    }
    if (this.#cap === 'round' && half > 0)
      nl = this.#arcAround(left, nl, startX, startY, (right[0] as number) - startX, (right[1] as number) - startY, -Math.PI);
    this.#raster.ring(left, 0, nl >> 1, 1);
  }

  /** Puts the points between the two ends of an arc into a list: around x,y from the offset nx,ny by an angle. Returns the list's length. */
  #arcAround(list: Float64Array, length: number, x: number, y: number, nx: number, ny: number, angle: number): number {
    const steps = Math.ceil(Math.abs(angle) / this.#arc);
    const cos = Math.cos(angle / steps);
    const sin = Math.sin(angle / steps);
    for (let i = 1; i < steps; i++) {
      const turned = nx * cos - ny * sin;
      ny = nx * sin + ny * cos;
      nx = turned;
      list[length++] = x + nx;
      list[length++] = y + ny;
    }
    return length;
  }

  /** Makes room for the outline of so many corners. */
  #reserve(corners: number): void {
    const most = corners * (6 + 2 * Math.ceil(Math.PI / this.#arc)) + 16 * Math.ceil(Math.PI / this.#arc);
    if (this.#right.length < most) this.#right = new Float64Array(most * 2);
    // the left side takes the right one in, to make one outline
    if (this.#left.length < most * 2) this.#left = new Float64Array(most * 4);
  }
}
