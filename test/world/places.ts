// Territories and features of the test world: rectangles near the real communes, and features at fixed places inside them, so that areas matter.
import { transformPoint } from '../../server/core/model/crs';

/** west, south, east, north in degrees. Antony and Sceaux share an edge: touching is not intersecting. */
export type Box = readonly [west: number, south: number, east: number, north: number];

export const boxes = {
  antony: [2.285, 48.74, 2.31, 48.765],
  sceaux: [2.285, 48.765, 2.31, 48.785],
  bagneux: [2.3, 48.79, 2.32, 48.805],
  clamart: [2.245, 48.79, 2.27, 48.808],
  issy: [2.255, 48.815, 2.285, 48.832],
  nanterre: [2.18, 48.88, 2.225, 48.91],
  marnes: [2.165, 48.824, 2.185, 48.838],
  colombes: [2.235, 48.912, 2.265, 48.932],
  argenteuil: [2.22, 48.934, 2.265, 48.96],
  cd92: [2.145, 48.725, 2.34, 48.955],
} as const satisfies Record<string, Box>;

export type Place = keyof typeof boxes;

export interface JsonGeometry {
  readonly type: string;
  readonly coordinates: unknown;
}
export interface JsonFeature {
  readonly type: 'Feature';
  readonly properties: Readonly<Record<string, string | number | boolean | null>>;
  readonly geometry: JsonGeometry;
}

export const polygonOf = ([west, south, east, north]: Box): JsonGeometry => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
});

const places4: readonly Place[] = ['antony', 'sceaux', 'issy', 'nanterre'];
export const insee: Readonly<Record<string, string>> = {
  antony: '92002',
  sceaux: '92071',
  issy: '92040',
  nanterre: '92050',
  marnes: '92047',
};

/** n × n places well inside a box, row by row from the south-west. */
function inside(place: Place, n: number): [number, number][] {
  const [west, south, east, north] = boxes[place];
  return Array.from({ length: n * n }, (_, i) => {
    const step = (from: number, to: number, k: number): number => Number((from + ((to - from) * (k + 1)) / (n + 1)).toFixed(6));
    return [step(west, east, i % n), step(south, north, Math.floor(i / n))];
  });
}

const pad = (n: number): string => String(n).padStart(2, '0');
const point = ([x, y]: [number, number]): JsonGeometry => ({ type: 'Point', coordinates: [x, y] });
const square = ([x, y]: [number, number], half = 0.0008): JsonGeometry => polygonOf([x - half, y - half, x + half, y + half]);
const feature = (geometry: JsonGeometry, properties: JsonFeature['properties']): JsonFeature => ({ type: 'Feature', properties, geometry });

const essences = ['Platane', 'Tilleul à grandes feuilles', 'Érable', 'Chêne pédonculé', 'Ginkgo', 'Cèdre'];

/** Features of a dataset in longitude, latitude; deterministic. */
export const features: Readonly<Record<string, readonly JsonFeature[]>> = {
  adr: places4.flatMap(place =>
    inside(place, 3).map((at, i) =>
      feature(point(at), {
        cle: `${insee[place] ?? ''}_${pad(i + 1)}`,
        numero: 2 * i + 1,
        voie: i % 2 === 0 ? 'rue de l’Église' : 'avenue Gallieni',
        code_insee: insee[place] ?? '',
        depuis: `20${pad(10 + i)}-03-15`,
      }),
    ),
  ),
  arb: inside('antony', 4).map((at, i) =>
    feature(point(at), {
      code: `ARB-${pad(i + 1)}`,
      essence: essences[i % essences.length] ?? '',
      hauteur: 3.5 + i * 1.25,
      remarquable: i % 5 === 0,
      plante_le: i === 7 ? null : `19${pad(60 + i)}-11-25`,
    }),
  ),
  ecl: inside('nanterre', 3).map((at, i) =>
    feature(point(at), {
      numero: `L${pad(i + 1)}`,
      puissance: 40 + 10 * (i % 3),
      led: i % 2 === 0,
      contact_riverain: `riverain-${pad(i + 1)}@example.org`,
    }),
  ),
  eau: places4.flatMap(place =>
    inside(place, 2).map((at, i) =>
      feature(point(at), {
        numero: `PI-${insee[place] ?? ''}-${i + 1}`,
        debit: 60 + 15 * i,
        acces: i === 0 ? 'voie publique' : 'cour privée',
      }),
    ),
  ),
  cha: inside('issy', 3).map((at, i) =>
    feature(square(at, 0.0005), { numero: `CH-${pad(i + 1)}`, nature: i % 2 === 0 ? 'gaz' : 'voirie', debut: `2026-0${1 + (i % 9)}-01` }),
  ),
  esp: inside('marnes', 2).map((at, i) => feature(square(at), { nom: `Parc ${i + 1}`, surface: 1200 + 300 * i })),
  fon: inside('antony', 2).map((at, i) => feature(square(at), { parcelle: `AB ${pad(i + 1)}`, proprietaire: `Personne ${i + 1}` })),
  ort: inside('cd92', 4).map((at, i) => feature(square(at, 0.018), { dalle: `D${pad(i + 1)}`, annee: 2024 })),
  cyc: places4.flatMap(place =>
    inside(place, 2).map(([x, y], i) =>
      feature(
        {
          type: 'LineString',
          coordinates: [
            [x, y],
            [x + 0.003, y + 0.002],
          ],
        },
        { troncon: `${insee[place] ?? ''}-${i + 1}`, amenagement: i === 0 ? 'piste' : 'bande' },
      ),
    ),
  ),
};

/** The same features in another CRS of the server (x,y), for sources that are not in degrees. */
export function inCrs(list: readonly JsonFeature[], code: number): readonly JsonFeature[] {
  const turn = (value: unknown): unknown => {
    if (!Array.isArray(value)) return value;
    const [x, y] = value as unknown[];
    if (typeof x === 'number' && typeof y === 'number') return transformPoint(x, y, 4326, code).map(number => Number(number.toFixed(3)));
    return value.map(turn);
  };
  return list.map(entry => ({ ...entry, geometry: { ...entry.geometry, coordinates: turn(entry.geometry.coordinates) } }));
}
