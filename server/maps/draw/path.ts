// One feature in pixels: its parts turned from the map's coordinates into x,y of the picture (y downwards), thinned on the way.
import type { Scene } from '../../core/ports/scene';

/** What part of the plane is drawn, and on how many pixels: pixel-edge semantics of BBOX (WMS 1.3.0 § 7.3.3.6). */
export interface View {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly width: number;
  readonly height: number;
}

/** Vertices nearer than this to the one before, in pixels and in both directions, are left out. */
const thinning = 0.35;

/** Scratch space for one feature at a time; it grows to the largest one. */
export class Path {
  points = new Float64Array(4096);
  /** Vertex index where each part begins, and the end of the last. */
  starts = new Uint32Array(256);
  parts = 0;
  /** Bounds in pixels of the last feature measured, before thinning. */
  minX = 0;
  minY = 0;
  maxX = 0;
  maxY = 0;

  /** Bounds of a feature in pixels; false when it has no vertex. */
  measure(scene: Scene, feature: number, view: View): boolean {
    const { partStarts, featureStarts, coordinates } = scene;
    const from = (partStarts[featureStarts[feature] as number] as number) * 2;
    const to = (partStarts[featureStarts[feature + 1] as number] as number) * 2;
    let minX = Infinity;
    let minY = Infinity;
    let maxX = -Infinity;
    let maxY = -Infinity;
    for (let i = from; i < to; i += 2) {
      const x = coordinates[i] as number;
      const y = coordinates[i + 1] as number;
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
    const scaleX = view.width / (view.maxX - view.minX);
    const scaleY = view.height / (view.maxY - view.minY);
    this.minX = (minX - view.minX) * scaleX;
    this.maxX = (maxX - view.minX) * scaleX;
    this.minY = (view.maxY - maxY) * scaleY;
    this.maxY = (view.maxY - minY) * scaleY;
    return minX <= maxX && minY <= maxY;
  }

  /** Turns the parts into pixels. Rings lose their closing vertex. Vertices that are no numbers are left out. */
  load(scene: Scene, feature: number, view: View, closed: boolean): void {
    const { partStarts, featureStarts, coordinates } = scene;
    const firstPart = featureStarts[feature] as number;
    const lastPart = featureStarts[feature + 1] as number;
    const from = partStarts[firstPart] as number;
    const to = partStarts[lastPart] as number;
    if (this.points.length < (to - from) * 2) this.points = new Float64Array((to - from) * 3);
    if (this.starts.length < lastPart - firstPart + 1) this.starts = new Uint32Array((lastPart - firstPart + 1) * 2);
    const { points, starts } = this;
    const scaleX = view.width / (view.maxX - view.minX);
    const scaleY = view.height / (view.maxY - view.minY);
    const { minX, maxY } = view;
    let out = 0;
    for (let part = firstPart; part < lastPart; part++) {
      starts[part - firstPart] = out >> 1;
      const begin = out;
      const end = (partStarts[part + 1] as number) * 2;
      let keptX = NaN;
      let keptY = NaN;
      let x = NaN;
      let y = NaN;
      for (let i = (partStarts[part] as number) * 2; i < end; i += 2) {
        x = ((coordinates[i] as number) - minX) * scaleX;
        y = (maxY - (coordinates[i + 1] as number)) * scaleY;
        const dx = x - keptX;
        const dy = y - keptY;
        if (dx < thinning && dx > -thinning && dy < thinning && dy > -thinning) continue;
        if (!(x - x === 0 && y - y === 0)) continue;
        points[out] = keptX = x;
        points[out + 1] = keptY = y;
        out += 2;
      }
      if (closed) {
        // the closing vertex, or one that thinning would have dropped beside the first
        if (
          out - begin > 2 &&
          Math.abs(keptX - (points[begin] as number)) < thinning &&
          Math.abs(keptY - (points[begin + 1] as number)) < thinning
        )
          out -= 2;
      } else if (out > begin && (x !== keptX || y !== keptY) && x - x === 0 && y - y === 0) {
        if (out - begin > 2) out -= 2;
        points[out] = x;
        points[out + 1] = y;
        out += 2;
      }
    }
    this.parts = lastPart - firstPart;
    starts[this.parts] = out >> 1;
  }

  /**
   * A place for a symbol or label on the loaded feature, in pixels: inside the largest part of a polygon, on the middle of the longest
   * part of a line, with that part's direction and length there. It does not depend on what is seen of the feature.
   */
  place(closed: boolean): Place | null {
    let best = -1;
    let size = -1;
    for (let part = 0; part < this.parts; part++) {
      const measured = closed ? Math.abs(this.#area(part)) : this.#length(part);
      if (measured > size) {
        size = measured;
        best = part;
      }
    }
    if (best < 0 || (this.starts[best] as number) === (this.starts[best + 1] as number)) return null;
    return closed ? this.#inside(best) : this.#middle(best, size);
  }

  /** Whether the inside of the loaded polygon is on the left of a ring's way, by the even-odd rule. */
  liesLeft(ring: number): boolean {
    const { points, starts } = this;
    const begin = (starts[ring] as number) * 2;
    const end = (starts[ring + 1] as number) * 2;
    if (end - begin < 6) return true;
    const dx = (points[begin + 2] as number) - (points[begin] as number);
    const dy = (points[begin + 3] as number) - (points[begin + 1] as number);
    const length = Math.hypot(dx, dy);
    // a little to the left of the middle of the first side
    const x = ((points[begin] as number) + (points[begin + 2] as number)) / 2 + (dy / length) * 1e-3;
    const y = ((points[begin + 1] as number) + (points[begin + 3] as number)) / 2 - (dx / length) * 1e-3;
    let inside = false;
    for (let part = 0; part < this.parts; part++) {
      const to = (starts[part + 1] as number) * 2;
      for (let i = (starts[part] as number) * 2, j = to - 2; i < to; j = i, i += 2) {
        const y0 = points[j + 1] as number;
        const y1 = points[i + 1] as number;
        if (y0 > y === y1 > y) continue;
        const x0 = points[j] as number;
        if (x < x0 + (((points[i] as number) - x0) * (y - y0)) / (y1 - y0)) inside = !inside;
      }
    }
    return inside;
  }

  #area(part: number): number {
    const { points, starts } = this;
    const end = (starts[part + 1] as number) * 2;
    let sum = 0;
    for (let i = (starts[part] as number) * 2, j = end - 2; i < end; j = i, i += 2)
      sum += (points[j] as number) * (points[i + 1] as number) - (points[i] as number) * (points[j + 1] as number);
    return sum / 2;
  }

  #length(part: number): number {
    const { points, starts } = this;
    const end = (starts[part + 1] as number) * 2;
    let sum = 0;
    for (let i = (starts[part] as number) * 2 + 2; i < end; i += 2)
      sum += Math.hypot((points[i] as number) - (points[i - 2] as number), (points[i + 1] as number) - (points[i - 1] as number));
    return sum;
  }

  #middle(part: number, length: number): Place {
    const { points, starts } = this;
    const begin = (starts[part] as number) * 2;
    const end = (starts[part + 1] as number) * 2;
    const at = (distance: number): [number, number] => {
      let left = distance;
      for (let i = begin + 2; i < end; i += 2) {
        const dx = (points[i] as number) - (points[i - 2] as number);
        const dy = (points[i + 1] as number) - (points[i - 1] as number);
        const step = Math.hypot(dx, dy);
        if (left <= step && step > 0)
          return [(points[i - 2] as number) + (dx * left) / step, (points[i - 1] as number) + (dy * left) / step];
        left -= step;
      }
      return [points[end - 2] as number, points[end - 1] as number];
    };
    const [x, y] = at(length / 2);
    const [ax, ay] = at(length * 0.35);
    const [bx, by] = at(length * 0.65);
    return { x, y, angle: Math.atan2(by - ay, bx - ax), length };
  }

  /** The middle of the widest stretch inside the part's ring on the row through its middle; holes are minded. */
  #inside(part: number): Place {
    const { points, starts } = this;
    const begin = (starts[part] as number) * 2;
    const end = (starts[part + 1] as number) * 2;
    let minY = Infinity;
    let maxY = -Infinity;
    for (let i = begin; i < end; i += 2) {
      minY = Math.min(minY, points[i + 1] as number);
      maxY = Math.max(maxY, points[i + 1] as number);
    }
    let widest: Place = { x: points[begin] as number, y: points[begin + 1] as number, angle: 0, length: -1 };
    for (const share of [0.5, 0.35, 0.65]) {
      const y = minY + (maxY - minY) * share + 1e-7;
      const crossings: number[] = [];
      for (let other = 0; other < this.parts; other++) {
        const to = (starts[other + 1] as number) * 2;
        for (let i = (starts[other] as number) * 2, j = to - 2; i < to; j = i, i += 2) {
          const y0 = points[j + 1] as number;
          const y1 = points[i + 1] as number;
          if (y0 <= y === y1 <= y) continue;
          const x0 = points[j] as number;
          crossings.push(x0 + (((points[i] as number) - x0) * (y - y0)) / (y1 - y0));
        }
      }
      crossings.sort((a, b) => a - b);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const from = crossings[i] as number;
        const length = (crossings[i + 1] as number) - from;
        if (length > widest.length * (share === 0.5 ? 1 : 1.5)) widest = { x: from + length / 2, y, angle: 0, length };
      }
    }
    return widest;
  }
}

export interface Place {
  readonly x: number;
  readonly y: number;
  /** Direction of a line there, radians clockwise from the right. */
  readonly angle: number;
  /** Length of the line, or of the stretch inside a polygon. */
  readonly length: number;
}
