// Streets, parks, buildings, addresses, trees of one commune: a turned grid of blocks inside its cell, denser where more people live.
// Laid out in straight Lambert-93 metres and bent by the territory's field at the end.
import { pick, randomFrom } from './random';
import { bend, inside, type Cell, type Point, type Ring } from './territory';

export interface Street {
  readonly name: string;
  readonly kind: 'avenue' | 'rue' | 'allée';
  readonly line: readonly Point[];
}

export interface House {
  readonly ring: Ring;
  readonly floors: number;
  readonly year: number;
  readonly use: string;
  readonly street: string;
  readonly number: number;
  /** Address point, on the street side. */
  readonly door: Point;
}

export interface Town {
  readonly cell: Cell;
  readonly streets: readonly Street[];
  readonly parks: readonly { readonly name: string; readonly ring: Ring }[];
  readonly houses: readonly House[];
  /** Points along avenues every few metres, with the side of the street. */
  readonly kerb: readonly { readonly at: Point; readonly street: string }[];
}

const namesOfStreets = [
  'des Tilleuls',
  'de la Gare',
  'du Marché',
  'des Écoles',
  'de la République',
  'des Acacias',
  'du Moulin',
  'de la Fontaine',
  'des Lilas',
  'du Stade',
  'de la Mairie',
  'des Vignes',
  'du Parc',
  'des Érables',
  'de la Source',
  'des Jardins',
  'du Viaduc',
  'de l’Abreuvoir',
  'des Peupliers',
  'de la Paix',
  'du Coteau',
  'des Coquelicots',
  'de l’Étang',
  'des Carrières',
  'du Bac',
  'des Marronniers',
  'de la Ferme',
  'du Belvédère',
  'des Sorbiers',
  'de la Butte',
  'du Pressoir',
  'des Platanes',
  'de l’Orangerie',
  'du Lavoir',
  'des Ormes',
  'de la Plaine',
] as const;
const uses = ['Logement', 'Logement', 'Logement', 'Logement', 'Commerce', 'Bureaux', 'Équipement', 'Atelier'] as const;

/** Distance between streets, metres. */
const blockWidth = 230;
const blockDepth = 310;

export function buildTown(cell: Cell, seed: number): Town {
  const random = randomFrom(seed);
  const angle = random() * Math.PI;
  const grid = gridOf(cell, angle);
  const streets: Street[] = [];
  const houses: House[] = [];
  const kerb: { at: Point; street: string }[] = [];
  const parks = parksOf(cell, grid, random);
  const perMetre = 0.0034 + 0.0000023 * (cell.fact.population / cell.fact.area / 1000) * 100;
  const names = [...namesOfStreets].sort(() => random() - 0.5);
  for (const [index, straight] of grid.lines.entries()) {
    const whole = Math.hypot(straight[1][0] - straight[0][0], straight[1][1] - straight[0][1]);
    if (whole < 90) continue;
    const kind = index % 6 === 0 ? 'avenue' : whole < 260 ? 'allée' : 'rue';
    for (const [a, b] of pieces(straight, whole)) {
      const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
      const name = `${kind === 'avenue' ? 'Avenue' : kind === 'allée' ? 'Allée' : 'Rue'} ${names[streets.length % names.length] ?? 'Neuve'}`;
      streets.push({ name, kind, line: sample(a, b, 80).map(bend) });
      if (kind === 'avenue')
        for (const at of sample(offset(a, b, 0, 9), offset(a, b, length, 9), 28)) kerb.push({ at: bend(at), street: name });
      let number = 1;
      for (let along = 25; along < length - 25; along += 42 / Math.max(0.05, perMetre * 60) + random() * 30) {
        const side = random() < 0.5 ? -1 : 1;
        number += 2;
        const house = houseAt(a, b, along, side, random);
        const middle = house.corners.reduce<Point>(([x, y], [px, py]) => [x + px / 4, y + py / 4], [0, 0]);
        if (!inside(middle, cell.straight) || parks.some(park => inside(middle, park.straight))) continue;
        houses.push({
          ring: [...house.corners, ...house.corners.slice(0, 1)].map(bend),
          door: bend(house.door),
          floors: Math.max(1, Math.round((cell.fact.population / cell.fact.area / 4000) * (0.5 + random()))),
          year: 1880 + Math.floor(random() * 143),
          use: pick(uses, random),
          street: name,
          number: side < 0 ? number : number + 1,
        });
      }
    }
  }
  return { cell, streets, houses, kerb, parks: parks.map(({ name, straight }) => ({ name, ring: round(straight) })) };
}

/** Length of a street before another name begins, metres. */
const streetLength = 700;

/** A line through the commune as streets that follow each other. */
function pieces([a, b]: readonly [Point, Point], length: number): (readonly [Point, Point])[] {
  const parts = Math.max(1, Math.round(length / streetLength));
  const at = (part: number): Point => [a[0] + ((b[0] - a[0]) * part) / parts, a[1] + ((b[1] - a[1]) * part) / parts];
  return Array.from({ length: parts }, (_, part) => [at(part), at(part + 1)] as const);
}

/** Lines of a turned grid, cut to the convex cell. */
function gridOf(cell: Cell, angle: number): { lines: (readonly [Point, Point])[]; corner: (i: number, j: number) => Point } {
  const [cx, cy] = cell.centre;
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  const [vx, vy] = [-uy, ux];
  const at = (u: number, v: number): Point => [cx + u * ux + v * vx, cy + u * uy + v * vy];
  const lines: (readonly [Point, Point])[] = [];
  for (let i = -14; i <= 14; i++) {
    const along = cut(at(i * blockWidth, -6000), at(i * blockWidth, 6000), cell.straight);
    const across = cut(at(-6000, i * blockDepth), at(6000, i * blockDepth), cell.straight);
    if (along) lines.push(along);
    if (across) lines.push(across);
  }
  return { lines, corner: (i, j) => at(i * blockWidth, j * blockDepth) };
}

/** The part of a segment inside a convex ring. */
function cut(a: Point, b: Point, ring: Ring): readonly [Point, Point] | null {
  const hits: number[] = [];
  for (const [index, p] of ring.slice(0, -1).entries()) {
    const q = ring[index + 1] ?? p;
    const d = (b[0] - a[0]) * (q[1] - p[1]) - (b[1] - a[1]) * (q[0] - p[0]);
    if (d === 0) continue;
    const t = ((p[0] - a[0]) * (q[1] - p[1]) - (p[1] - a[1]) * (q[0] - p[0])) / d;
    const s = ((p[0] - a[0]) * (b[1] - a[1]) - (p[1] - a[1]) * (b[0] - a[0])) / d;
    if (s >= 0 && s <= 1) hits.push(t);
  }
  if (hits.length < 2) return null;
  const [from, to] = [Math.min(...hits), Math.max(...hits)];
  const point = (t: number): Point => [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
  return [point(from), point(to)];
}

function sample(a: Point, b: Point, step: number): Point[] {
  const parts = Math.max(1, Math.round(Math.hypot(b[0] - a[0], b[1] - a[1]) / step));
  return Array.from({ length: parts + 1 }, (_, i) => [a[0] + ((b[0] - a[0]) * i) / parts, a[1] + ((b[1] - a[1]) * i) / parts] as const);
}

/** The point `along` metres from a towards b, `aside` metres to the left. */
function offset(a: Point, b: Point, along: number, aside: number): Point {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  const [ux, uy] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
  return [a[0] + along * ux - aside * uy, a[1] + along * uy + aside * ux];
}

function houseAt(a: Point, b: Point, along: number, side: number, random: () => number): { corners: Point[]; door: Point } {
  const width = 20 + random() * 30;
  const depth = 13 + random() * 15;
  const near = 12 + random() * 5;
  const corners = [
    offset(a, b, along, side * near),
    offset(a, b, along + width, side * near),
    offset(a, b, along + width, side * (near + depth)),
    offset(a, b, along, side * (near + depth)),
  ];
  return { corners: side > 0 ? corners : corners.reverse(), door: offset(a, b, along + width / 2, side * (near - 2)) };
}

/** A few blocks that stay green. */
function parksOf(cell: Cell, grid: ReturnType<typeof gridOf>, random: () => number): { name: string; straight: Ring }[] {
  const parks: { name: string; straight: Ring }[] = [];
  const wanted = Math.max(1, Math.round(cell.fact.area / 1.6));
  for (let attempt = 0; attempt < 40 && parks.length < wanted; attempt++) {
    const i = Math.floor(random() * 13) - 6;
    const j = Math.floor(random() * 13) - 6;
    const corners = [grid.corner(i, j), grid.corner(i + 1, j), grid.corner(i + 1, j + 1), grid.corner(i, j + 1)];
    if (!corners.every(corner => inside(corner, cell.straight))) continue;
    const middle = corners.reduce<Point>(([x, y], [px, py]) => [x + px / 4, y + py / 4], [0, 0]);
    const shrink = corners.map(([x, y]) => [middle[0] + (x - middle[0]) * 0.86, middle[1] + (y - middle[1]) * 0.86] as const);
    parks.push({
      name: `${pick(['Parc', 'Square', 'Jardin', 'Bois'], random)} ${pick(namesOfStreets, random)}`,
      straight: [...shrink, ...shrink.slice(0, 1)],
    });
  }
  return parks;
}

/** Rounded corners (two turns of corner cutting), bent. */
function round(ring: Ring): Ring {
  let points: Point[] = ring.slice(0, -1).map(point => point);
  for (let turn = 0; turn < 2; turn++)
    points = points.flatMap((point, index) => {
      const next = points[(index + 1) % points.length] ?? point;
      const between = (t: number): Point => [point[0] + t * (next[0] - point[0]), point[1] + t * (next[1] - point[1])];
      return [between(0.25), between(0.75)];
    });
  const bent = points.map(bend);
  return [...bent, ...bent.slice(0, 1)];
}
