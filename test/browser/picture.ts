// A picture in the colours of the layers that a test asks for.
import { PNG } from 'pngjs';

/** Red, green, blue, alpha. */
export type Colour = readonly [number, number, number, number];

/** The colours laid over each other, in the middle third of the rows. */
export function picture(width: number, height: number, colours: readonly Colour[]): Buffer {
  const [red, green, blue, alpha] = colours.reduce((under, over) => {
    const part = over[3] / 255;
    const mix = (below: number, above: number): number => Math.round(below * (1 - part) + above * part);
    return under[3] === 0 ? over : [mix(under[0], over[0]), mix(under[1], over[1]), mix(under[2], over[2]), Math.max(under[3], over[3])];
  });
  const png = new PNG({ width, height });
  for (let row = Math.ceil(height / 3); row < (2 * height) / 3; row++)
    for (let column = 0; column < width; column++) png.data.set([red, green, blue, alpha], (row * width + column) * 4);
  return PNG.sync.write(png);
}
