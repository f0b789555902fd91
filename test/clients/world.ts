// The world that real clients are pointed at: the world of the charter's scenarios, and two open datasets made for clients — points in
// Lambert-93 with every kind of attribute, enough for several pages, and lines in degrees, whose CRS puts the north first.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { worldFile, type Account } from '../world/world';
import { inCrs, type JsonFeature } from '../world/places';
import type { DatasetEntry, PartnershipFile } from '../../server/partnership/file';

/** Points of `antony:mobilier`: more than two pages of a thousand. */
export const furnitureCount = 2500;
export const laneCount = 40;

const kinds = ['Banc', 'Borne « fontaine »', 'Corbeille', 'Potelet', "Abri d'autobus"];
const days = (from: string, more: number): string => new Date(Date.parse(from) + more * 86_400_000).toISOString();

/** Degrees; the grid lies inside the département. */
export function furniture(i: number): JsonFeature {
  const position = [Number((2.2 + 0.0005 * (i % 50)).toFixed(6)), Number((48.75 + 0.0005 * Math.floor(i / 50)).toFixed(6))];
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: position },
    properties: {
      numero: i + 1,
      nature: kinds[i % kinds.length] ?? '',
      hauteur: 0.25 + (i % 40) * 0.125,
      eclaire: i % 3 === 0,
      pose_le: i % 10 === 9 ? null : days('2020-01-01T00:00:00Z', i % 365).slice(0, 10),
      releve: days('2024-01-01T08:30:00Z', i % 28),
      remarque: i % 4 === 0 ? null : `n° ${i + 1} & <suite>`,
    },
  };
}

export function lane(i: number): JsonFeature {
  const [x, y] = [2.16 + 0.004 * i, 48.8 + 0.002 * (i % 20)];
  const end = [x + 0.003, y + 0.001];
  const round = (at: readonly number[]): number[] => at.map(value => Number(value.toFixed(6)));
  return {
    type: 'Feature',
    geometry: { type: 'LineString', coordinates: [round([x, y]), round(end)] },
    properties: { code: `P${String(i + 1).padStart(3, '0')}`, revetement: i % 2 === 0 ? 'enrobé' : 'pavés', largeur: 1.5 + (i % 5) * 0.5 },
  };
}

const collection = (name: string, features: readonly JsonFeature[], crs?: string): string =>
  JSON.stringify({ type: 'FeatureCollection', name, ...(crs ? { crs: { type: 'name', properties: { name: crs } } } : {}), features });

/** Writes the sources into the folder and gives the file that names them. */
export function clientWorld(folder: string): PartnershipFile {
  const points = Array.from({ length: furnitureCount }, (_, i) => furniture(i));
  const lanes = Array.from({ length: laneCount }, (_, i) => lane(i));
  writeFileSync(join(folder, 'mobilier.geojson'), collection('mobilier', inCrs(points, 2154), 'urn:ogc:def:crs:EPSG::2154'));
  writeFileSync(join(folder, 'pistes.geojson'), collection('pistes', lanes));
  const trees = worldFile.datasets?.find(entry => entry.code === 'arb');
  if (!trees || typeof trees.record !== 'object') throw new Error('the world has no open dataset to take after');
  const { record } = trees;
  const open = (code: string, title: string, more: Partial<DatasetEntry>): DatasetEntry => ({
    ...trees,
    code,
    title: { fr: title, en: `${title} (en)` },
    record: { ...record, id: `fr-92-mig-${code}`, abstract: { fr: `${title}, inventé pour les clients.` } },
    ...more,
  });
  return {
    ...worldFile,
    datasets: [
      ...(worldFile.datasets ?? []),
      open('mob', 'Mobilier urbain d’Antony', {
        type: 'antony:mobilier',
        source: { file: join(folder, 'mobilier.geojson'), srs: 'EPSG:2154', id: 'numero' },
      }),
      open('pis', 'Pistes d’Antony', {
        type: 'antony:pistes',
        source: { file: join(folder, 'pistes.geojson'), srs: 'EPSG:4326', id: 'code' },
      }),
    ],
  };
}

/** Layers an account may use, as the charter says it for this world: by WFS, by WMS, and the records it finds. */
export interface Sight {
  readonly types: readonly string[];
  readonly layers: readonly string[];
  /** Codes of datasets. */
  readonly records: readonly string[];
}

const publicTypes = ['antony:arbres', 'antony:mobilier', 'antony:pistes'];
const publicRecords = ['adr', 'arb', 'cha', 'ecl', 'esp', 'mob', 'ort', 'pis'];

export const sights = {
  anonymous: { types: publicTypes, layers: publicTypes, records: publicRecords },
  nanterre: {
    types: [...publicTypes, 'issy:chantiers', 'marnes:espaces_verts', 'mig:adresses', 'nanterre:eclairage'],
    layers: [...publicTypes, 'drieat:ortho', 'issy:chantiers', 'marnes:espaces_verts', 'mig:adresses', 'nanterre:eclairage'],
    records: [...publicRecords, 'cyc', 'eau'].sort(),
  },
  sceaux: { types: [...publicTypes, 'mig:adresses'], layers: [...publicTypes, 'mig:adresses'], records: publicRecords },
} as const satisfies Readonly<Record<string, Sight>>;

export type { Account };
