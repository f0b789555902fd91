// Strokes as outlines: the left side of a line forwards and its right side backwards, with mitred, round or bevelled joins and caps,
// put straight into the rasteriser. All pieces wind the same way, so overlaps within a stroke count once.
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
  #leftX = 0;
  #leftY = 0;
  #rightX = 0;
  #rightY = 0;
  #started = false;

  constructor(raster: Raster, pen: Pen) {
    this.#raster = raster;
    this.#half = pen.half;
    this.#join = pen.join;
    this.#cap = pen.cap;
    this.#arc = 2 * Math.acos(Math.max(0, 1 - 0.125 / Math.max(pen.half, 0.25)));
  }

  /**
   * Strokes a part: `count` vertices from vertex index `from`. Segments that lie beyond one side of the rectangle 0,0 … width,height
   * by more than the stroke's reach are left out, so a large outline costs what is seen of it.
   */
  part(points: Float64Array, from: number, count: number, closed: boolean): void {
    if (count === 0) return;
    const margin = reach(this.#half, this.#join) + 1;
    const maxX = this.#raster.width + margin;
    const maxY = this.#raster.height + margin;
    const segments = closed ? count : count - 1;
    if (count === 1 || (closed && count === 2)) {
      if (count === 1) this.#dot(points[from * 2] as number, points[from * 2 + 1] as number);
      else this.#run(points, from, count, 0, 1, false);
      return;
    }
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
        if (closed && begin === 0) leading = segment;
        else if (begin >= 0) this.#run(points, from, count, begin, segment - begin, false);
        begin = -1;
      } else if (begin < 0) begin = segment;
      x0 = x1;
      y0 = y1;
    }
    if (begin === 0) this.#run(points, from, count, 0, segments, closed);
    else if (begin > 0) this.#run(points, from, count, begin, segments - begin + leading, false);
    else if (leading > 0) this.#run(points, from, count, 0, leading, false);
  }

  /** A line without length shows its caps only (SVG 1.1 § 11.4). */
  #dot(x: number, y: number): void {
    if (this.#cap === 'butt') return;
    this.#begin(x, y, 1, 0);
    this.#end(x, y, 1, 0);
  }

  /** Strokes `segments` consecutive segments from segment `first` of a part. */
  #run(points: Float64Array, from: number, count: number, first: number, segments: number, closed: boolean): void {
    const vertex = (index: number): number => (from + (index % count)) * 2;
    let at = vertex(first);
    let x0 = points[at] as number;
    let y0 = points[at + 1] as number;
    let ux = 0;
    let uy = 0;
    let length = 0;
    let firstX = 0;
    let firstY = 0;
    let firstLength = 0;
    this.#started = false;
    for (let i = 1; i <= segments; i++) {
      at = vertex(first + i);
      const x1 = points[at] as number;
      const y1 = points[at + 1] as number;
      const dx = x1 - x0;
      const dy = y1 - y0;
      const nextLength = Math.sqrt(dx * dx + dy * dy);
      if (nextLength < 1e-9) continue;
      const vx = dx / nextLength;
      const vy = dy / nextLength;
      if (length === 0) {
        firstX = vx;
        firstY = vy;
        firstLength = nextLength;
        if (!closed) this.#begin(x0, y0, vx, vy);
      } else this.#turn(x0, y0, ux, uy, vx, vy, length, nextLength);
      ux = vx;
      uy = vy;
      length = nextLength;
      x0 = x1;
      y0 = y1;
    }
    if (length === 0) {
      this.#dot(x0, y0);
      return;
    }
    if (!closed) {
      this.#end(x0, y0, ux, uy);
      return;
    }
    // close the ring: its first corner comes last, and both sides return to where they began
    const startLeftX = this.#firstLeftX;
    const startLeftY = this.#firstLeftY;
    const startRightX = this.#firstRightX;
    const startRightY = this.#firstRightY;
    this.#turn(x0, y0, ux, uy, firstX, firstY, length, firstLength);
    this.#left(startLeftX, startLeftY);
    this.#right(startRightX, startRightY);
  }

  #firstLeftX = 0;
  #firstLeftY = 0;
  #firstRightX = 0;
  #firstRightY = 0;

  #left(x: number, y: number): void {
    this.#raster.edge(this.#leftX, this.#leftY, x, y);
    this.#leftX = x;
    this.#leftY = y;
  }

  #right(x: number, y: number): void {
    this.#raster.edge(x, y, this.#rightX, this.#rightY);
    this.#rightX = x;
    this.#rightY = y;
  }

  /** The first points of both sides of a ring. */
  #start(leftX: number, leftY: number, rightX: number, rightY: number): void {
    this.#leftX = this.#firstLeftX = leftX;
    this.#leftY = this.#firstLeftY = leftY;
    this.#rightX = this.#firstRightX = rightX;
    this.#rightY = this.#firstRightY = rightY;
    this.#started = true;
  }

  /** Start cap of an open line whose first direction is u. */
  #begin(x: number, y: number, ux: number, uy: number): void {
    const half = this.#half;
    const nx = -uy * half;
    const ny = ux * half;
    const back = this.#cap === 'square' ? half : 0;
    const px = x - ux * back;
    const py = y - uy * back;
    this.#start(px + nx, py + ny, px - nx, py - ny);
    if (this.#cap === 'round') {
      // from the right side, behind the point, to the left side
      this.#arcAround(x, y, -nx, -ny, -Math.PI, 'cap');
    }
    this.#raster.edge(this.#cap === 'round' ? this.#arcX : px - nx, this.#cap === 'round' ? this.#arcY : py - ny, px + nx, py + ny);
  }

  /** End cap. */
  #end(x: number, y: number, ux: number, uy: number): void {
    const half = this.#half;
    const nx = -uy * half;
    const ny = ux * half;
    const ahead = this.#cap === 'square' ? half : 0;
    const px = x + ux * ahead;
    const py = y + uy * ahead;
    this.#left(px + nx, py + ny);
    this.#right(px - nx, py - ny);
    if (this.#cap === 'round') {
      this.#arcAround(x, y, nx, ny, -Math.PI, 'cap');
      this.#raster.edge(this.#arcX, this.#arcY, px - nx, py - ny);
    } else this.#raster.edge(px + nx, py + ny, px - nx, py - ny);
  }

  #arcX = 0;
  #arcY = 0;

  /** Follows an arc around x,y from the offset nx,ny by `angle`, without its last chord; leaves its last point in arcX, arcY. */
  #arcAround(x: number, y: number, nx: number, ny: number, angle: number, side: 'left' | 'right' | 'cap'): void {
    const steps = Math.ceil(Math.abs(angle) / this.#arc);
    const cos = Math.cos(angle / steps);
    const sin = Math.sin(angle / steps);
    this.#arcX = x + nx;
    this.#arcY = y + ny;
    for (let i = 1; i < steps; i++) {
      const turned = nx * cos - ny * sin;
      ny = nx * sin + ny * cos;
      nx = turned;
      if (side === 'cap') this.#raster.edge(this.#arcX, this.#arcY, x + nx, y + ny);
      else if (side === 'left') this.#left(x + nx, y + ny);
      else this.#right(x + nx, y + ny);
      this.#arcX = x + nx;
      this.#arcY = y + ny;
    }
  }

  /** The corner at x,y between directions u and v. */
  #turn(x: number, y: number, ux: number, uy: number, vx: number, vy: number, before: number, after: number): void {
    const half = this.#half;
    const cross = ux * vy - uy * vx;
    const dot = ux * vx + uy * vy;
    const n0x = -uy * half;
    const n0y = ux * half;
    const n1x = -vy * half;
    const n1y = vx * half;
    const share = 1 / (1 + dot);
    const mx = (n0x + n1x) * share;
    const my = (n0y + n1y) * share;
    const innerFits = dot > -0.999 && half * Math.abs(cross) * share <= (before < after ? before : after);
    // a slight turn looks the same mitred, round or bevelled
    const outerMitred = dot > 0.97 || (this.#join === 'mitre' && dot > -0.999 && 2 * share <= mitreLimit * mitreLimit);
    if (!this.#started) {
      // first corner of a ring: begin both sides at points that the closing corner will meet
      if (innerFits && outerMitred) {
        this.#start(x + mx, y + my, x - mx, y - my);
        return;
      }
      this.#start(x + n0x, y + n0y, x - n0x, y - n0y);
    }
    const leftIsInner = cross > 0;
    for (let side = 0; side < 2; side++) {
      const left = side === 0;
      const s = left ? 1 : -1;
      const inner = left === leftIsInner;
      if (inner ? innerFits : outerMitred) this.#to(left, x + s * mx, y + s * my);
      else if (inner) {
        this.#to(left, x + s * n0x, y + s * n0y);
        this.#to(left, x, y);
        this.#to(left, x + s * n1x, y + s * n1y);
      } else {
        this.#to(left, x + s * n0x, y + s * n0y);
        if (this.#join === 'round') {
          const turn = Math.atan2(Math.abs(cross), dot);
          const angle = leftIsInner ? turn : -turn;
          this.#arcAround(x, y, s * n0x, s * n0y, angle, left ? 'left' : 'right');
        }
        this.#to(left, x + s * n1x, y + s * n1y);
      }
    }
  }

  #to(left: boolean, x: number, y: number): void {
    if (left) this.#left(x, y);
    else this.#right(x, y);
  }
}
