// A text on an otherwise empty picture: why there is no map. Wrapped to the picture's width, cut where it does not fit.
import { createCanvas } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { fontOf } from './fonts';
import { layOver } from './label';
import type { Surface } from './surface';

const size = 12;
const least = 7;
const longest = 600;

/** Writes the text over the surface, dark with a light rim, so that it is read on any background. `scale`: see MapDrawing.symbolScale. */
export function writeNotice(surface: Surface, text: string, scale: number): void {
  const { width, height } = surface;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const words = text
    .slice(0, longest)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  // small pictures, such as tiles of 64 pixels, get small letters
  let letters = Math.round(size * scale);
  let lines: string[] = [];
  for (; ; letters--) {
    context.font = fontOf(['sans-serif'], letters, false, false);
    lines = wrapped(context, words, width - letters);
    if (letters <= least || lines.length * letters * 1.3 + letters <= height) break;
  }
  context.textBaseline = 'top';
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = 'rgba(255, 255, 255, 0.85)';
  context.fillStyle = '#8a1c1c';
  lines.forEach((line, i) => {
    const y = letters / 2 + i * letters * 1.3;
    context.strokeText(line, letters / 2, y);
    context.fillText(line, letters / 2, y);
  });
  layOver(surface, canvas);
}

/** Lines no wider than the room, broken between words, or within one that is too long for a line. */
function wrapped(context: SKRSContext2D, text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (context.measureText(longer).width <= room) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (line.length > 1 && context.measureText(line).width > room) {
      let fits = line.length - 1;
      while (fits > 1 && context.measureText(line.slice(0, fits)).width > room) fits--;
      lines.push(line.slice(0, fits));
      line = line.slice(fits);
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}
