// The coverage rasteriser: exact signed areas of edges, accumulated over typed arrays, then painted over the pixels.
// Each edge adds, per row it crosses, the change of coverage at the columns it touches; a running sum along the row gives the
// coverage of every pixel. Windings of equal sign add up, so a stroke's pieces may overlap. Pixels are premultiplied RGBA.

/** Shapes wider than this are followed by 32-pixel blocks, so that the empty inside of a large outline costs nothing. */
const narrow = 64;
const blockShift = 5;

export type FillRule = 'evenodd' | 'nonzero';

export class Raster {
  readonly width: number;
  readonly height: number;
  readonly #stride: number;
  readonly #accumulated: Float32Array;
  readonly #rowFrom: Int32Array;
  readonly #rowTo: Int32Array;
  readonly #blocks: number;
  readonly #touched: Uint8Array;
  #firstRow: number;
  #lastRow: number;
  #followBlocks = false;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#stride = width + 2;
    this.#accumulated = new Float32Array(this.#stride * height);
    this.#rowFrom = new Int32Array(height).fill(0x7fffffff);
    this.#rowTo = new Int32Array(height).fill(-1);
    this.#blocks = (this.#stride >> blockShift) + 1;
    this.#touched = new Uint8Array(this.#blocks * height);
    this.#firstRow = height;
    this.#lastRow = -1;
  }

  /** Begins a shape whose horizontal extent is about `extent` pixels (a hint for the bookkeeping only). */
  begin(extent: number): void {
    this.#followBlocks = extent > narrow;
  }

  /**
   * Adds a closed ring: `count` vertices from the vertex index `from` of x,y pairs, in pixels; `direction` −1 walks it backwards.
   * What lies left of the map counts at its border, the rest is cut.
   */
  ring(points: Float64Array, from: number, count: number, direction: 1 | -1): void {
    if (count > 2) this.#chain(points, from, count, direction, true);
  }

  /** Everything stands in one loop: numbers that are handed from one function to another would each be put on the heap. */
  #chain(points: Float64Array, from: number, count: number, direction: 1 | -1, closed: boolean): void {
    const { width, height } = this;
    const stride = this.#stride;
    const accumulated = this.#accumulated;
    const rowFrom = this.#rowFrom;
    const rowTo = this.#rowTo;
    const follow = this.#followBlocks;
    const touched = this.#touched;
    const blocksPerRow = this.#blocks;
    let firstRow = this.#firstRow;
    let lastRow = this.#lastRow;
    let i = from * 2;
    const end = i + count * 2;
    let fromX = points[closed ? end - 2 : i] as number;
    let fromY = points[closed ? end - 1 : i + 1] as number;
    if (!closed) i += 2;
    for (; i < end; i += 2) {
      const toX = points[i] as number;
      const toY = points[i + 1] as number;
      const down = fromY < toY;
      const x0 = down ? fromX : toX;
      const y0 = down ? fromY : toY;
      const x1 = down ? toX : fromX;
      const y1 = down ? toY : fromY;
      fromX = toX;
      fromY = toY;
      // edges without height change no coverage
      if (!(y1 > y0 && y1 > 0 && y0 < height)) continue;
      const sign = down === (direction === 1) ? 1 : -1;
      if (!(y0 >= 0 && y1 <= height && x0 >= 0 && x1 >= 0 && x0 <= width && x1 <= width)) {
        this.#firstRow = firstRow;
        this.#lastRow = lastRow;
        this.#crossing(x0, y0, x1, y1, sign);
        firstRow = this.#firstRow;
        lastRow = this.#lastRow;
        continue;
      }
      const slope = (x1 - x0) / (y1 - y0);
      const first = y0 | 0;
      const last = Math.ceil(y1) - 1;
      if (first < firstRow) firstRow = first;
      if (last > lastRow) lastRow = last;
      let x = x0;
      for (let row = first; row <= last; row++) {
        const top = row === first ? y0 : row;
        const bottom = row === last ? y1 : row + 1;
        let next = row === last ? x1 : x + slope * (bottom - top);
        if (next < 0) next = 0;
        else if (next > width) next = width;
        const rise = (bottom - top) * sign;
        const left = x < next ? x : next;
        const right = x < next ? next : x;
        x = next;
        const column = left | 0;
        const at = row * stride + column;
        let to = column + 1;
        if (right <= to) {
          // within one column: the part right of the edge is covered
          const beyond = rise * ((left + right) * 0.5 - column);
          accumulated[at] = (accumulated[at] as number) + rise - beyond;
          accumulated[at + 1] = (accumulated[at + 1] as number) + beyond;
        } else {
          // over several columns: coverage of a column is the integral over it of the share of the edge that lies left of x
          const density = rise / (right - left);
          let before = 0;
          let seen = 0;
          let j = at;
          for (; to < right; to++, j++) {
            const reached = to - left;
            const integral = 0.5 * density * reached * reached;
            const coverage = integral - seen;
            accumulated[j] = (accumulated[j] as number) + coverage - before;
            before = coverage;
            seen = integral;
          }
          const whole = 0.5 * rise * (right - left) + rise * (to - right);
          const coverage = whole - seen;
          accumulated[j] = (accumulated[j] as number) + coverage - before;
          accumulated[j + 1] = (accumulated[j + 1] as number) + rise - coverage;
        }
        if (column < (rowFrom[row] as number)) rowFrom[row] = column;
        if (to > (rowTo[row] as number)) rowTo[row] = to;
        if (follow) for (let block = column >> blockShift; block <= to >> blockShift; block++) touched[row * blocksPerRow + block] = 1;
      }
    }
    this.#firstRow = firstRow;
    this.#lastRow = lastRow;
  }

  readonly #piece = new Float64Array(4);

  /** An edge (y0 < y1) that leaves the map: cut at its rows; each piece beside its columns is moved to the border it is beyond. */
  #crossing(x0: number, y0: number, x1: number, y1: number, sign: 1 | -1): void {
    const { width, height } = this;
    const slope = (x1 - x0) / (y1 - y0);
    const top = Math.max(y0, 0);
    const bottom = Math.min(y1, height);
    const cuts = [top];
    if (slope !== 0) {
      const atLeft = y0 - x0 / slope;
      const atRight = y0 + (width - x0) / slope;
      for (const y of slope > 0 ? [atLeft, atRight] : [atRight, atLeft]) if (y > top && y < bottom) cuts.push(y);
    }
    cuts.push(bottom);
    const piece = this.#piece;
    for (let i = 0; i + 1 < cuts.length; i++) {
      const from = cuts[i] as number;
      const to = cuts[i + 1] as number;
      if (to <= from) continue;
      // beside the columns both ends are moved to the same border
      const middle = x0 + ((from + to) / 2 - y0) * slope;
      const beside = middle <= 0 ? 0 : middle >= width ? width : null;
      piece[0] = beside ?? Math.min(Math.max(x0 + (from - y0) * slope, 0), width);
      piece[1] = from;
      piece[2] = beside ?? Math.min(Math.max(to === y1 ? x1 : x0 + (to - y0) * slope, 0), width);
      piece[3] = to;
      this.#chain(piece, 0, 2, sign, false);
    }
  }

  /**
   * Paints what was added and forgets it. `color` is an opaque pixel of `pixels` (see surface.ts), `opacity` is 0 … 256.
   * The pixels hold `width` × `height` values, premultiplied.
   */
  paint(pixels: Uint32Array, color: number, opacity: number, rule: FillRule): void {
    const accumulated = this.#accumulated;
    const { width } = this;
    const stride = this.#stride;
    const evenOdd = rule === 'evenodd';
    const colorOdd = (color >>> 8) & 0xff00ff;
    const colorEven = color & 0xff00ff;
    const follow = this.#followBlocks;
    const rowFrom = this.#rowFrom;
    const rowTo = this.#rowTo;
    for (let row = this.#firstRow; row <= this.#lastRow; row++) {
      const from = rowFrom[row] as number;
      if (from === 0x7fffffff) continue;
      const to = rowTo[row] as number;
      rowFrom[row] = 0x7fffffff;
      rowTo[row] = -1;
      const base = row * stride;
      const out = row * width;
      let sum = 0;
      let alpha = 0;
      if (follow) this.#touched[row * this.#blocks + (from >> blockShift)] = 0;
      for (let x = from; x <= to;) {
        if (follow && x > from && (x & 31) === 0) {
          // blocks without an edge have one coverage throughout
          const first = x >> blockShift;
          let block = first;
          const blocks = row * this.#blocks;
          while (block << blockShift <= to && this.#touched[blocks + block] === 0) block++;
          if (block > first) {
            const stop = Math.min(block << blockShift, to + 1, width);
            if (alpha === 256) pixels.fill(color, out + x, out + stop);
            else if (alpha > 0) {
              const inverse = 256 - alpha;
              for (let i = out + x; i < out + stop; i++) {
                const under = pixels[i] as number;
                const even = (Math.imul(colorEven, alpha) + Math.imul(under & 0xff00ff, inverse) + 0x800080) >>> 8;
                const odd = Math.imul(colorOdd, alpha) + Math.imul((under >>> 8) & 0xff00ff, inverse) + 0x800080;
                pixels[i] = (even & 0xff00ff) | (odd & 0xff00ff00);
              }
            }
            x = block << blockShift;
            continue;
          }
          this.#touched[blocks + first] = 0;
        }
        const change = accumulated[base + x] as number;
        if (change !== 0) {
          accumulated[base + x] = 0;
          sum += change;
          let coverage = sum < 0 ? -sum : sum;
          if (evenOdd) {
            if (coverage > 1) {
              coverage -= 2 * Math.floor(coverage / 2);
              if (coverage > 1) coverage = 2 - coverage;
            }
          } else if (coverage > 1) coverage = 1;
          // in 32 steps: the eye sees no difference, and a picture of fewer colours packs a fifth smaller
          alpha = ((coverage * opacity + 4.5) | 0) & ~7;
        }
        if (alpha > 0 && x < width) {
          const i = out + x;
          if (alpha === 256) pixels[i] = color;
          else {
            const under = pixels[i] as number;
            const inverse = 256 - alpha;
            const even = (Math.imul(colorEven, alpha) + Math.imul(under & 0xff00ff, inverse) + 0x800080) >>> 8;
            const odd = Math.imul(colorOdd, alpha) + Math.imul((under >>> 8) & 0xff00ff, inverse) + 0x800080;
            pixels[i] = (even & 0xff00ff) | (odd & 0xff00ff00);
          }
        }
        x++;
      }
    }
    this.#firstRow = this.height;
    this.#lastRow = -1;
  }
}
