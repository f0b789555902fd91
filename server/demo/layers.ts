// The data of the demonstration: for each dataset its features, made from the towns. Lambert-93, x,y.
import { pick, randomFrom } from './random';
import { bend, inside, type Point, type Ring } from './territory';
import type { Town } from './town';

export type Properties = Readonly<Record<string, string | number | boolean | null>>;
export interface DemoFeature {
  readonly properties: Properties;
  readonly geometry: { readonly type: 'Point' | 'LineString' | 'Polygon'; readonly coordinates: unknown };
}

const point = (at: Point, properties: Properties): DemoFeature => ({ properties, geometry: { type: 'Point', coordinates: at } });
const line = (at: readonly Point[], properties: Properties): DemoFeature => ({
  properties,
  geometry: { type: 'LineString', coordinates: at },
});
const polygon = (ring: Ring, properties: Properties): DemoFeature => ({ properties, geometry: { type: 'Polygon', coordinates: [ring] } });

const id = (prefix: string, number: number): string => `${prefix}${String(number).padStart(5, '0')}`;
const day = (random: () => number, from: number, years: number): string => {
  const date = new Date(Date.UTC(from, 0, 1) + Math.floor(random() * years * 365) * 86_400_000);
  return date.toISOString().slice(0, 10);
};
const townOf = (towns: readonly Town[], insee: string): Town => {
  const town = towns.find(one => one.cell.fact.insee === insee);
  if (!town) throw new Error(`no town ${insee}`);
  return town;
};

export const communes = (towns: readonly Town[]): DemoFeature[] =>
  towns.map(({ cell: { fact, ring } }) =>
    polygon(ring, { insee: fact.insee, nom: fact.name, population: fact.population, superficie_km2: fact.area }),
  );

export const streets = (towns: readonly Town[]): DemoFeature[] =>
  towns.flatMap(({ cell, streets: list }) =>
    list.map(({ name, kind, line: at }, index) =>
      line(at, { code: id(`${cell.fact.insee}R`, index + 1), nom: name, nature: kind, insee: cell.fact.insee, commune: cell.fact.name }),
    ),
  );

export const buildings = (towns: readonly Town[]): DemoFeature[] =>
  towns.flatMap(({ cell, houses }) =>
    houses.map((house, index) =>
      polygon(house.ring, {
        code: id(`${cell.fact.insee}B`, index + 1),
        usage: house.use,
        etages: house.floors,
        hauteur: Math.round(house.floors * 31 + 10) / 10,
        annee: house.year,
        insee: cell.fact.insee,
      }),
    ),
  );

export function addresses(towns: readonly Town[]): DemoFeature[] {
  const random = randomFrom(77);
  return towns.flatMap(({ cell, houses }) =>
    houses.map((house, index) =>
      point(house.door, {
        cle: id(`${cell.fact.insee}_`, index + 1),
        numero: house.number,
        voie: house.street,
        insee: cell.fact.insee,
        commune: cell.fact.name,
        position: 'entrée',
        certifiee: random() < 0.8,
        maj: day(random, 2023, 3),
      }),
    ),
  );
}

export const parks = (towns: readonly Town[], insee: string | null): DemoFeature[] =>
  towns
    .filter(town => insee === null || town.cell.fact.insee === insee)
    .flatMap(({ cell, parks: list }) =>
      list.map(({ name, ring }, index) =>
        polygon(ring, {
          code: id(`${cell.fact.insee}V`, index + 1),
          nom: name,
          commune: cell.fact.name,
          horaires: index % 3 === 0 ? 'permanent' : '8 h – 20 h',
        }),
      ),
    );

const species = [
  'Platane commun',
  'Tilleul à petites feuilles',
  'Érable plane',
  'Marronnier d’Inde',
  'Charme',
  'Chêne pédonculé',
  'Sophora du Japon',
  'Poirier à fleurs',
] as const;

export function trees(towns: readonly Town[]): DemoFeature[] {
  const random = randomFrom(92002);
  return townOf(towns, '92002').kerb.map(({ at, street }, index) => {
    const planted = 1950 + Math.floor(random() * 74);
    return point(at, {
      code: id('ARB', index + 1),
      essence: pick(species, random),
      plantation: planted,
      hauteur: Math.round((3 + (2024 - planted) * 0.22 * (0.6 + random())) * 10) / 10,
      remarquable: random() < 0.03,
      voie: street,
    });
  });
}

export function lights(towns: readonly Town[]): DemoFeature[] {
  const random = randomFrom(92050);
  return townOf(towns, '92050').kerb.map(({ at, street }, index) =>
    point(at, {
      code: id('ECL', index + 1),
      technologie: pick(['LED', 'LED', 'Sodium', 'Iodure'], random),
      puissance: pick([40, 60, 75, 100, 150], random),
      pose: day(random, 2005, 20),
      etat: pick(['en service', 'en service', 'en service', 'en panne'], random),
      contact_riverain: random() < 0.2 ? `riverain no ${100 + Math.floor(random() * 900)}` : null,
      voie: street,
    }),
  );
}

export function hydrants(towns: readonly Town[]): DemoFeature[] {
  const random = randomFrom(18);
  return towns
    .flatMap(town => town.kerb.filter((_, index) => index % 23 === 5).map(({ at, street }) => ({ at, street, town })))
    .map(({ at, street, town }, index) =>
      point(at, {
        code: id('PEI', index + 1),
        nature: pick(['poteau', 'bouche'], random),
        debit_m3h: 60 + Math.floor(random() * 9) * 15,
        controle: day(random, 2024, 2),
        disponible: random() < 0.95,
        voie: street,
        commune: town.cell.fact.name,
      }),
    );
}

export function works(towns: readonly Town[]): DemoFeature[] {
  const random = randomFrom(92040);
  // Issy-les-Moulineaux and its neighbours: the +AIR cut shows
  return ['92040', '92012', '92048', '92075', '92020', '92046', '92002', '92050', '92071'].flatMap(insee => {
    const town = townOf(towns, insee);
    return town.kerb
      .filter((_, index) => index % 9 === 2)
      .map(({ at: [x, y], street }, index) => {
        const size = 14 + random() * 30;
        const ring: Ring = [
          [x - size, y - size / 2],
          [x + size, y - size / 2],
          [x + size, y + size / 2],
          [x - size, y + size / 2],
          [x - size, y - size / 2],
        ];
        const begin = day(random, 2025, 1.6);
        return polygon(ring, {
          code: id(`CHA${insee}`, index + 1),
          objet: pick(['réseau d’eau', 'réseau de chaleur', 'voirie', 'fibre', 'démolition'], random),
          debut: begin,
          etat: pick(['prévu', 'en cours', 'terminé'], random),
          voie: street,
          commune: town.cell.fact.name,
        });
      });
  });
}

/** Squares of 500 m over the territory with a level of noise: a picture to look at, not data to take home. */
export function noise(towns: readonly Town[]): DemoFeature[] {
  const random = randomFrom(93);
  const found: DemoFeature[] = [];
  for (let x = 636_500; x < 653_500; x += 500)
    for (let y = 6_847_000; y < 6_873_500; y += 500) {
      const corner = bend([x + 250, y + 250]);
      const town = towns.find(one => inside(corner, one.cell.ring));
      if (!town) continue;
      const level = Math.round(48 + town.cell.fact.population / town.cell.fact.area / 1500 + random() * 9);
      found.push(
        polygon(
          [
            [x, y],
            [x + 500, y],
            [x + 500, y + 500],
            [x, y + 500],
            [x, y],
          ],
          {
            niveau_db: level,
            classe: level < 55 ? 'calme' : level < 62 ? 'modéré' : level < 68 ? 'fort' : 'très fort',
            commune: town.cell.fact.name,
          },
        ),
      );
    }
  return found;
}

export function owners(towns: readonly Town[]): DemoFeature[] {
  const random = randomFrom(3);
  return townOf(towns, '92002')
    .houses.filter((_, index) => index % 6 === 0)
    .map((house, index) => polygon(house.ring, { parcelle: id('AB', index + 1), proprietaire: `Personne ${Math.floor(random() * 5000)}` }));
}

export function cyclePaths(towns: readonly Town[]): DemoFeature[] {
  const random = randomFrom(5);
  return towns.flatMap(town =>
    town.streets
      .filter(street => street.kind === 'avenue')
      .map(street =>
        line(
          street.line.map(([x, y]) => [x + 4, y + 4] as const),
          {
            amenagement: pick(['piste', 'bande', 'voie verte'], random),
            revetement: pick(['enrobé', 'béton', 'stabilisé'], random),
            commune: town.cell.fact.name,
          },
        ),
      ),
  );
}

export function network(towns: readonly Town[]): DemoFeature[] {
  const random = randomFrom(7);
  return townOf(towns, '92050')
    .streets.filter((_, index) => index % 2 === 0)
    .map((street, index) =>
      line(street.line, {
        code: id('FO', index + 1),
        fourreaux: 1 + Math.floor(random() * 6),
        exploitant: 'Ville de Nanterre',
        mise_en_service: day(random, 2012, 12),
      }),
    );
}

export function counts(towns: readonly Town[]): DemoFeature[] {
  const random = randomFrom(11);
  return townOf(towns, '92050')
    .kerb.filter((_, index) => index % 11 === 0)
    .map(({ at, street }, index) =>
      point(at, {
        station: id('CPT', index + 1),
        vehicules_jour: Math.round(900 + random() * 14_000),
        poids_lourds: Math.round(random() * 11),
        annee: 2024,
        voie: street,
      }),
    );
}

export function events(towns: readonly Town[]): DemoFeature[] {
  const random = randomFrom(13);
  return ['92062', '92026', '92050']
    .flatMap(insee => townOf(towns, insee).kerb.filter((_, index) => index % 14 === 3))
    .map(({ at, street }, index) =>
      point(at, {
        code: id('EVT', index + 1),
        nature: pick(['marché', 'tournage', 'course', 'concert'], random),
        debut: day(random, 2026, 1),
        jauge: Math.round(50 + random() * 900),
        voie: street,
      }),
    );
}
