// Micro-benchmark of the drawing room: synthetic data of the shape of a department (100,000 buildings, 40,000 roads, 36 communes in
// 23 km × 14 km), three views at two sizes. Run: npx esbuild test/bench/draw.ts --bundle --platform=node --packages=external | node
import { performance } from 'node:perf_hooks';
import type { Scene, ShapeKind } from '../../server/core/ports/scene';
import { drawMap } from '../../server/maps/draw/draw';
import { encodeJpeg } from '../../server/maps/draw/jpeg';
import type { View } from '../../server/maps/draw/path';
import { encodePng } from '../../server/maps/draw/png';
import type { Stroke, Style, Symbolizer } from '../../server/maps/styles/style';

let seed = 42;
function random(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 4294967296;
}

type Box = readonly [number, number, number, number];
interface Data {
  readonly kind: ShapeKind;
  readonly shapes: readonly (readonly number[])[];
}

function sceneOf(data: Data, box: Box): Scene {
  const inside = data.shapes.filter(shape => {
    let minX = Infinity;
    let minY = Infinity;
    let maxX = -Infinity;
    let maxY = -Infinity;
    for (let i = 0; i < shape.length; i += 2) {
      minX = Math.min(minX, shape[i] ?? 0);
      maxX = Math.max(maxX, shape[i] ?? 0);
      minY = Math.min(minY, shape[i + 1] ?? 0);
      maxY = Math.max(maxY, shape[i + 1] ?? 0);
    }
    return maxX >= box[0] && maxY >= box[1] && minX <= box[2] && minY <= box[3];
  });
  const starts = new Uint32Array(inside.length + 1);
  const coordinates = new Float64Array(inside.reduce((sum, shape) => sum + shape.length, 0));
  let at = 0;
  inside.forEach((shape, i) => {
    coordinates.set(shape, at);
    at += shape.length;
    starts[i + 1] = at / 2;
  });
  const featureStarts = Uint32Array.from({ length: inside.length + 1 }, (_, i) => i);
  return {
    features: inside.length,
    kinds: new Uint8Array(inside.length).fill(data.kind),
    featureStarts,
    partStarts: starts,
    coordinates,
    attributes: {},
  };
}

function buildings(): Data {
  const shapes = Array.from({ length: 100_000 }, (_, i) => {
    const cx = 640000 + ((i % 250) + 0.3 + 0.4 * random()) * 56;
    const cy = 6848000 + (Math.floor(i / 250) + 0.3 + 0.4 * random()) * 57.5;
    const n = random() < 0.45 ? 4 : 4 + Math.round(random() * random() * 36);
    const r = 6 + random() * 16;
    const a = random() * 6.28;
    const points: number[] = [];
    for (let k = 0; k <= n; k++) {
      const angle = a + ((k % n) * 2 * Math.PI) / n;
      const s = n === 4 ? 1 : 0.55 + 0.45 * Math.abs(Math.sin((k % n) * 1.7 + i));
      points.push(cx + r * s * Math.cos(angle), cy + r * 0.7 * s * Math.sin(angle));
    }
    return points;
  });
  return { kind: 2, shapes };
}

function roads(): Data {
  const shapes = Array.from({ length: 40_000 }, (_, i) => {
    const cx = 640000 + 14000 * random();
    const cy = 6848000 + 23000 * random();
    const n = 1 + Math.round(random() * random() * 28);
    const step = 8 + random() * 22;
    const a = random() * 6.28;
    const points: number[] = [];
    for (let k = 0; k <= n; k++)
      points.push(cx + k * step * Math.cos(a) + 4 * Math.sin(k + i), cy + k * step * Math.sin(a) + 4 * Math.cos(k * 1.3 + i));
    return points;
  });
  return { kind: 1, shapes };
}

function communes(): Data {
  const shapes = Array.from({ length: 36 }, (_, i) => {
    const x0 = 640000 + (i % 4) * 3500;
    const y0 = 6848000 + Math.floor(i / 4) * 2555;
    const points: number[] = [];
    const wiggle = (x: number, y: number): void => {
      points.push(x + 25 * Math.sin(y / 61) + 9 * Math.sin(x / 17 + y / 23), y + 25 * Math.sin(x / 53) + 9 * Math.sin(y / 19 - x / 29));
    };
    for (let k = 0; k < 583; k++) wiggle(x0 + k * 6, y0);
    for (let k = 0; k < 426; k++) wiggle(x0 + 3500, y0 + k * 6);
    for (let k = 583; k > 0; k--) wiggle(x0 + k * 6, y0 + 2555);
    for (let k = 426; k >= 0; k--) wiggle(x0, y0 + k * 6);
    points.push(points[0] ?? 0, points[1] ?? 0);
    return points;
  });
  return { kind: 2, shapes };
}

const stroke = (color: number, width: number, round = false): Stroke => ({
  color,
  width,
  opacity: 1,
  join: round ? 'round' : 'mitre',
  cap: round ? 'round' : 'butt',
  dashes: [],
  dashOffset: 0,
});
const styleOf = (name: string, symbolizer: Symbolizer): Style => ({
  name,
  title: null,
  groups: [{ rules: [{ name, title: null, minScale: null, maxScale: null, filter: null, otherwise: false, symbolizers: [symbolizer] }] }],
});
const styles = [
  styleOf('commune', { kind: 'polygon', fill: { color: 0xf0ebdc, opacity: 1 }, stroke: stroke(0x965096, 1.5) }),
  styleOf('batiment', { kind: 'polygon', fill: { color: 0xd9d0c9, opacity: 1 }, stroke: stroke(0x786e64, 0.8) }),
  styleOf('route', { kind: 'line', stroke: stroke(0xdc7828, 1.5, true) }),
];

const views: readonly (readonly [string, Box])[] = [
  ['dept', [635500, 6848000, 658500, 6871000]],
  ['town', [645500, 6858000, 648500, 6861000]],
  ['street', [646800, 6859300, 647200, 6859700]],
];

function median(work: () => void): number {
  const times: number[] = [];
  const begun = performance.now();
  for (let i = 0; i < 40 && (i < 7 || performance.now() - begun < 1500); i++) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

const layers = [communes(), buildings(), roads()];
const lines: string[] = ['view   px    features  vertices   draw ms  (communes batiments routes)   png ms (KB)   jpeg ms (KB)'];
for (const [name, box] of views) {
  const scenes = layers.map(data => sceneOf(data, box));
  for (const size of [256, 1024]) {
    const view: View = { minX: box[0], minY: box[1], maxX: box[2], maxY: box[3], width: size, height: size };
    const drawing = (which: readonly number[]) => ({
      view,
      denominator: (box[2] - box[0]) / size / 0.00028,
      symbolScale: 1,
      background: 0xffffff,
      layers: which.flatMap(i => {
        const scene = scenes[i];
        const style = styles[i];
        return scene && style ? [{ scene, style }] : [];
      }),
    });
    const each = [0, 1, 2].map(i => median(() => drawMap(drawing([i]))).toFixed(1));
    const draw = median(() => drawMap(drawing([0, 1, 2])));
    const surface = drawMap(drawing([0, 1, 2]));
    let png = new Uint8Array();
    let jpeg = new Uint8Array();
    const pngTime = median(() => (png = new Uint8Array(encodePng(surface, { transparent: false }))));
    const jpegTime = median(() => (jpeg = new Uint8Array(encodeJpeg(surface))));
    const features = scenes.reduce((sum, scene) => sum + scene.features, 0);
    const vertices = scenes.reduce((sum, scene) => sum + scene.coordinates.length / 2, 0);
    lines.push(
      `${name.padEnd(6)} ${String(size).padEnd(5)} ${String(features).padEnd(9)} ${String(vertices).padEnd(9)} ${draw.toFixed(1).padStart(8)}  (${each.join(' ')})   ` +
        `${pngTime.toFixed(1)} (${Math.round(png.length / 1024)})   ${jpegTime.toFixed(1)} (${Math.round(jpeg.length / 1024)})`,
    );
    if (process.env['BENCH_PICTURES']) writePicture(`${process.env['BENCH_PICTURES']}/${name}-${size}.png`, png);
  }
}
process.stdout.write(`${lines.join('\n')}\n`);

function writePicture(file: string, bytes: Uint8Array): void {
  import('node:fs').then(fs => fs.writeFileSync(file, bytes)).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
}
