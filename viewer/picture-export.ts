// The map as a PNG: what is on the canvas, and below it the mention with owners, the date, the scale and a scale bar, burned in (R50).
import type Map from 'ol/Map';
import { withTexts } from './png-text';
import { wholeNumber } from './words';

export interface Legend {
  /** The whole mention. */
  readonly mention: string;
  readonly date: string;
  readonly scale: string;
  readonly title: string;
}

const family = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const ink = '#12313a';

/** The picture of the map as it is drawn now. Throws when the browser cannot make it. */
export async function mapPicture(map: Map, resolution: number, legend: Legend): Promise<Blob> {
  const [width = 0, height = 0] = map.getSize() ?? [];
  const ratio = window.devicePixelRatio || 1;
  const lines = wrapped(legend.mention, width - 32, `600 13px ${family}`);
  const strip = 46 + lines.length * 18;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round((height + strip) * ratio);
  const context = canvas.getContext('2d');
  if (!context || width === 0) throw new Error('no canvas');
  context.scale(ratio, ratio);
  context.fillStyle = '#eef3f2';
  context.fillRect(0, 0, width, height);
  drawLayers(map, context, ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, height * ratio);
  context.globalAlpha = 1;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, strip);
  context.fillStyle = ink;
  context.fillRect(0, 0, width, 1.5);
  drawTexts(context, lines, legend, width);
  drawScaleBar(context, resolution, 16, 20 + lines.length * 18);
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('no picture');
  return withTexts(blob, { Title: legend.title, Copyright: legend.mention, Description: `${legend.scale}, ${legend.date}` });
}

/** Canvases of the map in their order, with the opacity and the place that the map gives them. */
function drawLayers(map: Map, context: CanvasRenderingContext2D, ratio: number): void {
  const canvases = map.getViewport()?.querySelectorAll<HTMLCanvasElement>('.ol-layer canvas, canvas.ol-layer');
  for (const canvas of canvases ?? []) {
    if (canvas.width === 0) continue;
    const opacity = (canvas.parentElement?.style.opacity ?? '') || canvas.style.opacity;
    context.globalAlpha = opacity === '' ? 1 : Number(opacity);
    const matrix = /^matrix\(([^)]*)\)$/.exec(canvas.style.transform);
    const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = matrix?.[1]?.split(',').map(Number) ?? [
      parseFloat(canvas.style.width) / canvas.width || 1 / ratio,
      0,
      0,
      parseFloat(canvas.style.height) / canvas.height || 1 / ratio,
      0,
      0,
    ];
    context.setTransform(a * ratio, b * ratio, c * ratio, d * ratio, e * ratio, f * ratio);
    context.drawImage(canvas, 0, 0);
  }
}

function wrapped(text: string, width: number, font: string): string[] {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return [text];
  context.font = font;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && context.measureText(`${last} ${word}`).width <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function drawTexts(context: CanvasRenderingContext2D, lines: readonly string[], legend: Legend, width: number): void {
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  context.font = `600 13px ${family}`;
  lines.forEach((line, place) => context.fillText(line, 16, 22 + place * 18));
  const below = 34 + lines.length * 18;
  context.font = `12px ${family}`;
  context.textAlign = 'right';
  context.fillText(width < 520 ? legend.date : `${legend.scale} – ${legend.date}`, width - 16, below);
}

/** A bar of a round length of metres. */
function drawScaleBar(context: CanvasRenderingContext2D, resolution: number, x: number, y: number): void {
  const most = 140 * resolution;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map(step => step * power).find(length => length <= most) ?? power;
  const length = metres / resolution;
  context.strokeStyle = ink;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x, y + 7);
  context.lineTo(x + length, y + 7);
  context.lineTo(x + length, y);
  context.stroke();
  context.font = `12px ${family}`;
  context.textAlign = 'left';
  context.fillText(metres >= 1000 ? `${wholeNumber(metres / 1000)} km` : `${wholeNumber(metres)} m`, x + length + 8, y + 9);
}

/** Hands a file to the browser's downloads. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** `geomig-carte-2026-01-31.png`. */
export function fileName(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `geomig-carte-${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}.png`;
}
