// The pixels of a map while it is drawn: premultiplied RGBA, read as little-endian 32-bit values 0xAABBGGRR.

/** A colour as styles write it, 0xRRGGBB. */
export type Rgb = number;

export interface Surface {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/** The opaque pixel of a colour. */
export function pixelOf(color: Rgb): number {
  return (0xff000000 | ((color & 0xff) << 16) | (color & 0xff00) | (color >> 16)) >>> 0;
}

/** A surface of one colour, or a transparent one for null. */
export function createSurface(width: number, height: number, background: Rgb | null): Surface {
  const used = spare?.length === width * height ? spare : null;
  if (used) spare = null;
  const pixels = used ?? new Uint32Array(width * height);
  if (background !== null) pixels.fill(pixelOf(background));
  else if (used) pixels.fill(0);
  return { width, height, pixels };
}

/** The pixels of a surface that nobody needs any more, for the next one of that size. */
let spare: Uint32Array | null = null;

export function dropSurface({ pixels }: Surface): void {
  if (pixels.length <= 1 << 18) spare = pixels;
}

/** Lays the coverage of a rectangle (minX, minY, maxX, maxY in pixels, exact to the fraction) in one colour; `opacity` is 0 … 256. */
export function paintRectangle(surface: Surface, rectangle: Float64Array, color: number, opacity: number): void {
  const { width, height, pixels } = surface;
  const left = Math.max(rectangle[0] as number, 0);
  const top = Math.max(rectangle[1] as number, 0);
  const right = Math.min(rectangle[2] as number, width);
  const bottom = Math.min(rectangle[3] as number, height);
  if (!(left < right && top < bottom)) return;
  const colorOdd = (color >>> 8) & 0xff00ff;
  const colorEven = color & 0xff00ff;
  for (let y = top | 0; y < bottom; y++) {
    const covered = (bottom < y + 1 ? bottom : y + 1) - (top > y ? top : y);
    const strength = covered * opacity;
    const row = y * width;
    for (let x = left | 0; x < right; x++) {
      const alpha = (strength * ((right < x + 1 ? right : x + 1) - (left > x ? left : x)) + 0.5) | 0;
      if (alpha === 0) continue;
      const under = pixels[row + x] as number;
      const inverse = 256 - alpha;
      const even = (Math.imul(colorEven, alpha) + Math.imul(under & 0xff00ff, inverse) + 0x800080) >>> 8;
      const odd = Math.imul(colorOdd, alpha) + Math.imul((under >>> 8) & 0xff00ff, inverse) + 0x800080;
      pixels[row + x] = (even & 0xff00ff) | (odd & 0xff00ff00);
    }
  }
}

/** Lays a premultiplied picture over the surface with its upper left corner at x,y (whole pixels). */
export function blit(surface: Surface, picture: Surface, x: number, y: number): void {
  const { width, height, pixels } = surface;
  const firstX = Math.max(0, -x);
  const lastX = Math.min(picture.width, width - x);
  const lastY = Math.min(picture.height, height - y);
  for (let py = Math.max(0, -y); py < lastY; py++) {
    let from = py * picture.width + firstX;
    let to = (y + py) * width + x + firstX;
    for (let px = firstX; px < lastX; px++, from++, to++) {
      const over = picture.pixels[from] as number;
      const alpha = over >>> 24;
      if (alpha === 0) continue;
      if (alpha === 255) {
        pixels[to] = over;
        continue;
      }
      const under = pixels[to] as number;
      const inverse = 256 - alpha - (alpha >> 7);
      const even = (Math.imul(under & 0xff00ff, inverse) + 0x800080) >>> 8;
      const odd = Math.imul((under >>> 8) & 0xff00ff, inverse) + 0x800080;
      pixels[to] = ((even & 0xff00ff) | (odd & 0xff00ff00)) + over;
    }
  }
}

/** The picture with every colour divided by its alpha, as PNG keeps it (bytes R, G, B, A). */
export function straightAlpha(surface: Surface): Uint32Array {
  const { pixels } = surface;
  const straight = new Uint32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i] as number;
    const alpha = pixel >>> 24;
    if (alpha === 255) straight[i] = pixel;
    else if (alpha > 0) {
      const scale = 255 / alpha;
      const red = Math.min(255, ((pixel & 0xff) * scale + 0.5) | 0);
      const green = Math.min(255, (((pixel >> 8) & 0xff) * scale + 0.5) | 0);
      const blue = Math.min(255, (((pixel >> 16) & 0xff) * scale + 0.5) | 0);
      straight[i] = (alpha << 24) | (blue << 16) | (green << 8) | red;
    }
  }
  return straight;
}
