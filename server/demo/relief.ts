// The relief under the demonstration's territory: a model of heights that is computed, not measured. A river in its plain, plateaus and hills where
// the real ones are, roughened by noise; the same on every machine. Lambert-93 metres, heights in metres.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformPoint } from '../core/model/crs';
import type { DatasetEntry } from '../partnership/file';
import { open } from './dataset';
import { geoTiffOf, type HeightGrid } from './relief-file';
import { reliefStyle } from './relief-style';

/** Size of a cell. */
const size = 25;
const west = 636_000;
const north = 6_873_600;
const width = 700;
const height = 1_140;
/** Level of the river; its bed is drawn a little below. */
const water = 26;
/** Half of the river's width. */
const bank = 75;
const nodata = -9999;

/** The course of the river, lon,lat: from the south-east round the loop and away to the west. */
const course: readonly (readonly [number, number])[] = [
  [2.392, 48.822],
  [2.36, 48.845],
  [2.331, 48.86],
  [2.301, 48.863],
  [2.283, 48.851],
  [2.268, 48.835],
  [2.25, 48.824],
  [2.229, 48.823],
  [2.2225, 48.836],
  [2.223, 48.851],
  [2.2275, 48.866],
  [2.24, 48.88],
  [2.2575, 48.892],
  [2.28, 48.903],
  [2.302, 48.914],
  [2.326, 48.924],
  [2.341, 48.935],
  [2.336, 48.946],
  [2.312, 48.9525],
  [2.282, 48.9455],
  [2.252, 48.9405],
  [2.2255, 48.929],
  [2.2, 48.912],
  [2.172, 48.894],
  [2.148, 48.876],
  [2.128, 48.866],
];

/** Hills and plateaus: place, height above the plain, radius along and across, direction of the long axis. */
const hills: readonly {
  readonly at: readonly [number, number];
  readonly top: number;
  readonly radius: readonly [number, number];
  readonly turn: number;
}[] = [
  // Mont-Valérien over Suresnes
  { at: [2.2135, 48.8735], top: 118, radius: [1_150, 850], turn: 0.6 },
  // Saint-Cloud, Garches, Vaucresson
  { at: [2.186, 48.846], top: 112, radius: [2_300, 1_700], turn: 0.2 },
  { at: [2.155, 48.842], top: 110, radius: [2_600, 1_500], turn: 0 },
  // Buzenval and Rueil
  { at: [2.176, 48.862], top: 75, radius: [1_700, 1_100], turn: 0.3 },
  // Fausses-Reposes, Ville-d’Avray, Sèvres
  { at: [2.176, 48.819], top: 128, radius: [2_000, 1_300], turn: -0.3 },
  // Meudon and its wood, Chaville, Clamart
  { at: [2.221, 48.795], top: 142, radius: [3_000, 2_000], turn: -0.15 },
  { at: [2.186, 48.797], top: 125, radius: [2_200, 1_500], turn: 0.1 },
  // Châtillon, Fontenay, Le Plessis-Robinson
  { at: [2.27, 48.797], top: 120, radius: [2_100, 1_600], turn: 0.2 },
  { at: [2.255, 48.776], top: 132, radius: [2_300, 1_800], turn: 0.5 },
  // Bagneux, Sceaux, the south-east
  { at: [2.31, 48.797], top: 66, radius: [2_600, 2_000], turn: 0 },
  { at: [2.293, 48.772], top: 70, radius: [1_900, 1_600], turn: 0 },
  { at: [2.335, 48.765], top: 52, radius: [2_600, 3_200], turn: 0 },
  { at: [2.3, 48.735], top: 50, radius: [3_200, 2_200], turn: 0 },
  // La Défense and Courbevoie, a low rise
  { at: [2.245, 48.894], top: 24, radius: [1_400, 1_000], turn: 0.8 },
  // beyond the river: Passy, Montmartre, Orgemont
  { at: [2.285, 48.868], top: 30, radius: [1_700, 1_200], turn: 0 },
  { at: [2.343, 48.886], top: 92, radius: [900, 700], turn: 0 },
  { at: [2.235, 48.965], top: 85, radius: [1_800, 1_000], turn: 0 },
];

/** Brooks that cut into the plateaus: from, to, depth. */
const valleys: readonly {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly depth: number;
  readonly reach: number;
}[] = [
  // the Bièvre through Antony
  { from: [2.24, 48.752], to: [2.345, 48.79], depth: 34, reach: 900 },
  // the ru de Marivel through Chaville and Sèvres
  { from: [2.165, 48.8], to: [2.222, 48.825], depth: 62, reach: 520 },
  // the ru de Vaucresson and the étangs
  { from: [2.145, 48.848], to: [2.17, 48.876], depth: 40, reach: 600 },
];

interface Segment {
  readonly ax: number;
  readonly ay: number;
  readonly dx: number;
  readonly dy: number;
  readonly square: number;
}

const metric = ([lon, lat]: readonly [number, number]): readonly [number, number] => transformPoint(lon, lat, 4326, 2154);

const segment = (a: readonly [number, number], b: readonly [number, number]): Segment => {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  return { ax: a[0], ay: a[1], dx, dy, square: dx * dx + dy * dy };
};

function distanceTo({ ax, ay, dx, dy, square }: Segment, x: number, y: number): number {
  const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / square));
  const ox = x - ax - t * dx;
  const oy = y - ay - t * dy;
  return Math.sqrt(ox * ox + oy * oy);
}

/** Corners cut twice (Chaikin), so that the river winds instead of turning. */
function rounded(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const once = (line: readonly (readonly [number, number])[]): (readonly [number, number])[] =>
    line.slice(0, -1).flatMap((a, i) => {
      const b = line[i + 1] ?? a;
      return [
        [a[0] * 0.75 + b[0] * 0.25, a[1] * 0.75 + b[1] * 0.25],
        [a[0] * 0.25 + b[0] * 0.75, a[1] * 0.25 + b[1] * 0.75],
      ] as const;
    });
  return once(once(points));
}

/** A number in [0, 1) for each crossing of a lattice. */
function lattice(x: number, y: number): number {
  let mixed = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
}

/** Smooth noise between -1 and 1 with waves of that length. */
function noise(x: number, y: number, length: number): number {
  const [u, v] = [x / length, y / length];
  const [i, j] = [Math.floor(u), Math.floor(v)];
  const ease = (t: number): number => t * t * (3 - 2 * t);
  const [s, t] = [ease(u - i), ease(v - j)];
  const above = lattice(i, j) * (1 - s) + lattice(i + 1, j) * s;
  const below = lattice(i, j + 1) * (1 - s) + lattice(i + 1, j + 1) * s;
  return (above * (1 - t) + below * t) * 2 - 1;
}

/** Cells along a side of the blocks that look for the river together. */
const blockSize = 20;

/** Parts of the river that may be the nearest to a cell of a block. */
function nearBlock(reaches: readonly Segment[], column: number, row: number): Segment[] {
  const x = west + (column * blockSize + blockSize / 2) * size;
  const y = north - (row * blockSize + blockSize / 2) * size;
  const far = reaches.map(reach => distanceTo(reach, x, y));
  const most = Math.min(...far) + blockSize * size * Math.SQRT2;
  return reaches.filter((_, i) => (far[i] ?? 0) <= most);
}

/** The grid of heights. */
export function reliefGrid(): HeightGrid {
  const river = rounded(course.map(metric));
  const reaches = river.slice(0, -1).map((point, i) => segment(point, river[i + 1] ?? point));
  const bumps = hills.map(({ at, top, radius: [along, across], turn }) => {
    const [x, y] = metric(at);
    return { x, y, top, along, across, cos: Math.cos(turn), sin: Math.sin(turn) };
  });
  const cuts = valleys.map(({ from, to, depth, reach }) => ({ line: segment(metric(from), metric(to)), depth, reach }));
  const blocks = Math.ceil(width / blockSize);
  const near = Array.from({ length: blocks * Math.ceil(height / blockSize) }, (_, i) =>
    nearBlock(reaches, i % blocks, Math.floor(i / blocks)),
  );
  const cells = new Float32Array(width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const x = west + (column + 0.5) * size;
      const y = north - (row + 0.5) * size;
      // bent, so that no hill is an egg
      const bx = x + 520 * noise(x, y, 2_600) + 210 * noise(x + 7_000, y, 850);
      const by = y + 520 * noise(x, y + 9_000, 2_600) + 210 * noise(x, y + 3_000, 850);
      let nearest = Infinity;
      const candidates = near[Math.floor(row / blockSize) * blocks + Math.floor(column / blockSize)] ?? reaches;
      for (const reach of candidates) nearest = Math.min(nearest, distanceTo(reach, x, y));
      if (nearest < bank) {
        cells[row * width + column] = water;
        continue;
      }
      let sum = 0;
      for (const { x: hx, y: hy, top, along, across, cos, sin } of bumps) {
        const [ex, ey] = [bx - hx, by - hy];
        const a = (ex * cos + ey * sin) / along;
        const b = (ey * cos - ex * sin) / across;
        const far = a * a + b * b;
        // flat on top and falling at the edge: a plateau more than a bell
        if (far < 12) sum += (top / (1 + Math.exp(2.1 * (far - 1.5)))) ** 4;
      }
      // where hills meet they grow together without a crease
      let rise = Math.sqrt(Math.sqrt(sum));
      // brooks without a name: lines along which the ground is lower, the deeper the higher it lies
      const brook = noise(bx, by + 5_000, 2_300) + 0.22 * noise(x + 11_000, y, 900);
      rise *= 1 - 0.34 * Math.exp(-((brook / 0.34) ** 2));
      for (const { line, depth, reach } of cuts) {
        const far = distanceTo(line, bx, by) / reach;
        // never below three quarters of what there is, without a crease where that begins
        if (far < 3 && rise > 0) rise -= ((depth * 0.75 * rise) / (depth * 0.5 + 0.75 * rise)) * Math.exp(-far * far);
      }
      const plain = water + 1 + 7 * (1 - Math.exp(-(nearest - bank) / 700)) + 9 * (1 - Math.exp(-nearest / 4_000));
      const rough = (0.5 + rise / 45) * (2.2 * noise(x, y, 900) + 1.1 * noise(x, y, 380) + 0.35 * noise(x, y, 160));
      // towards the river everything comes down
      const inland = 1 - Math.exp(-(((nearest - bank) / 420) ** 1.3));
      const value = plain + (Math.max(0, rise) + rough) * inland;
      cells[row * width + column] = Math.round(Math.max(water + 1, value) * 8) / 8;
    }
  return { width, height, cells, west, north, size, srid: 2154, nodata };
}

/** Writes file and style below `folder`; the dataset that serves them. */
export function reliefEntry(folder: string): DatasetEntry {
  const title = { fr: 'Relief (démonstration)', en: 'Relief (demonstration)' };
  writeFileSync(join(folder, 'donnees', 'relief.tif'), geoTiffOf(reliefGrid(), 3));
  writeFileSync(join(folder, 'styles', 'relief.sld'), reliefStyle(title.fr));
  return {
    code: 'relief',
    type: 'cd92:relief',
    title,
    kind: 'pooled',
    owner: 'cd92',
    state: 'published',
    licence: 'etalab-2.0',
    source: { file: 'donnees/relief.tif' },
    style: 'styles/relief.sld',
    usageScale: 25_000,
    version: { number: 1, productionPeriod: ['2025-01-01', '2025-06-30'], validityPeriod: ['2025-07-01', null], certifiedOn: '2025-07-01' },
    record: {
      id: 'demo-relief',
      title,
      abstract: {
        fr: 'Altitudes calculées sur une grille de 25 m : un fleuve dans sa plaine, des plateaux et des collines là où sont les vrais, mais rien de mesuré.',
        en: 'Heights computed on a grid of 25 m: a river in its plain, plateaus and hills where the real ones are, but nothing measured.',
      },
      language: 'fre',
      topicCategories: ['elevation'],
      keywords: ['relief', 'altitude', 'modèle numérique de terrain', 'données ouvertes', 'démonstration'],
      inspireThemes: ['el'],
      dates: { creation: '2025-01-15', revision: '2025-07-01' },
      lineage: { fr: 'Modèle calculé par le générateur de la démonstration à partir du cours du fleuve et de la place des hauteurs.' },
      usageScale: 25_000,
      usageRules: { fr: 'Démonstration : ne pas utiliser pour connaître une altitude réelle.' },
      conformity: [],
      limitation: 'none',
    },
    grants: open,
  };
}
