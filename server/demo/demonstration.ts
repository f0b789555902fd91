// The demonstration partnership: a partnership file with its sources, styles and records, written to a folder for `apply`.
// The same on every machine but for the passwords, which are random and told once (D34).
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { partnerFacts } from '../../schemas/partners';
import { transformPoint } from '../core/model/crs';
import type { DatasetEntry, OrganisationEntry, PartnershipFile, PersonEntry } from '../partnership/file';
import { demoDatasets, type DemoDataset } from './datasets';
import type { DemoFeature } from './layers';
import { reliefEntry } from './relief';
import { styleDocument } from './styles';
import { growTerritory } from './territory';
import { buildTown, type Town } from './town';

export interface DemoAccount {
  readonly login: string;
  readonly password: string;
  readonly who: string;
}

interface Person {
  readonly login: string;
  readonly name: readonly [string, string];
  readonly organisation: string;
  readonly roles: NonNullable<PersonEntry['roles']>;
  readonly who: string;
}

/** Invented people, one for each point of view. */
const people: readonly Person[] = [
  {
    login: 'pilote@demo.geomig',
    name: ['Camille', 'Pilote'],
    organisation: 'cd92',
    roles: ['pilot_admin', 'technical_referent'],
    who: 'Département, pilote : administre et voit ce que voit le Département',
  },
  {
    login: 'nanterre@demo.geomig',
    name: ['Nora', 'Référente'],
    organisation: 'nanterre',
    roles: ['technical_referent'],
    who: 'Nanterre, partenaire : ses propres données et celles des partenaires',
  },
  {
    login: 'antony@demo.geomig',
    name: ['Alex', 'Référent'],
    organisation: 'antony',
    roles: ['technical_referent'],
    who: 'Antony, partenaire : chantiers limités à son territoire',
  },
  {
    login: 'issy@demo.geomig',
    name: ['Inès', 'Ressource'],
    organisation: 'issy',
    roles: ['resource_person'],
    who: 'Issy-les-Moulineaux, partenaire nommé sur les points d’eau',
  },
  {
    login: 'vsgp@demo.geomig',
    name: ['Victor', 'Territoire'],
    organisation: 'vsgp',
    roles: ['technical_referent'],
    who: 'EPT Vallée Sud, délègue ses droits à Sceaux',
  },
  {
    login: 'sceaux@demo.geomig',
    name: ['Sacha', 'Lecture'],
    organisation: 'sceaux',
    roles: ['reader'],
    who: 'Sceaux, commune déléguée : les données coproduites seulement',
  },
];

const active: readonly string[] = ['antony', 'nanterre', 'issy', 'vsgp', 'gpso'];

/** Writes everything below `folder`; `today` is the day the rules see (Europe/Paris). */
export function writeDemonstration(folder: string, today: string): { file: PartnershipFile; path: string; accounts: DemoAccount[] } {
  const towns = growTerritory().map((cell, index) => buildTown(cell, 9_200 + index));
  mkdirSync(join(folder, 'donnees'), { recursive: true });
  mkdirSync(join(folder, 'styles'), { recursive: true });
  const accounts = people.map(({ login, who }) => ({ login, who, password: password() }));
  const datasets = [reliefEntry(folder), ...demoDatasets.map(dataset => datasetEntry(dataset, towns, folder))];
  const file: PartnershipFile = {
    version: 1,
    service: {
      title: { fr: 'GeoMIG – démonstration', en: 'GeoMIG – demonstration' },
      abstract: {
        fr: 'Partenariat de démonstration : le territoire et les données sont inventés, les règles sont celles de la charte de Mutualisation de l’Information Géographique.',
        en: 'Demonstration partnership: territory and data are invented, the rules are those of the charter.',
      },
      email: 'sig@hauts-de-seine.fr',
      url: 'https://www.hauts-de-seine.fr',
    },
    organisations: organisations(towns, today),
    people: people.map(({ login, name, organisation, roles }, index) => ({
      login,
      name,
      organisation,
      roles,
      password: accounts[index]?.password ?? '',
    })),
    workingGroups: [
      {
        code: 'gt-adresse',
        theme: 'Données géographiques',
        name: 'Adresses',
        facilitator: 'antony@demo.geomig',
        members: ['nanterre@demo.geomig', 'vsgp@demo.geomig'],
      },
      {
        code: 'gt-velo',
        theme: 'Données géographiques',
        name: 'Aménagements cyclables',
        facilitator: 'nanterre@demo.geomig',
        members: ['issy@demo.geomig'],
      },
    ],
    datasets,
    delegations: [{ ept: 'vsgp', commune: 'sceaux', scope: 'all', attestedOn: '2025-11-03', acceptedOn: '2025-11-17' }],
  };
  const path = join(folder, 'partenariat.json');
  writeFileSync(path, JSON.stringify(file, null, 1));
  return { file, path, accounts };
}

/** Territories for all communes; memberships of the demonstration. */
function organisations(towns: readonly Town[], today: string): OrganisationEntry[] {
  const communes = towns.map(({ cell: { fact, ring } }): OrganisationEntry => {
    const code = codeOf(fact.insee);
    return {
      code,
      insee: fact.insee,
      territory: { type: 'Polygon', coordinates: [ring.map(([x, y]) => geographic(x, y))] },
      ...(active.includes(code) ? { membership: { state: 'active', since: '2022-03-01' } } : {}),
      ...(code === 'marnes' ? { membership: { state: 'withdrawn', since: '2022-03-01', withdrawn: withdrawal(today) } } : {}),
    };
  });
  const others = active.filter(code => !communes.some(one => one.code === code));
  return [...communes, ...others.map((code): OrganisationEntry => ({ code, membership: { state: 'active', since: '2022-03-01' } }))];
}

/** Marnes-la-Coquette left in March of the year. */
const withdrawal = (today: string): string => (today >= `${today.slice(0, 4)}-03-02` ? `${today.slice(0, 4)}-03-02` : '2025-03-02');

function datasetEntry(dataset: DemoDataset, towns: readonly Town[], folder: string): DatasetEntry {
  writeFileSync(join(folder, 'donnees', `${dataset.code}.geojson`), collection(dataset.features(towns)));
  writeFileSync(join(folder, 'styles', `${dataset.code}.sld`), styleDocument(dataset.code, dataset.title.fr, dataset.look));
  const [first] = dataset.features(towns);
  const key = first && Object.keys(first.properties).find(name => ['code', 'cle', 'insee', 'parcelle', 'station'].includes(name));
  return {
    code: dataset.code,
    type: dataset.type,
    title: dataset.title,
    source: { file: `donnees/${dataset.code}.geojson`, ...(key === undefined ? {} : { id: key }) },
    style: `styles/${dataset.code}.sld`,
    usageScale: dataset.scale,
    version: { number: 1, productionPeriod: ['2025-01-01', '2025-06-30'], validityPeriod: ['2025-07-01', null], certifiedOn: '2025-07-01' },
    record: {
      id: `demo-${dataset.code}`,
      title: dataset.title,
      abstract: dataset.abstract,
      language: 'fre',
      topicCategories: [dataset.topic],
      keywords: [...dataset.keywords, 'démonstration'],
      ...(dataset.themes ? { inspireThemes: dataset.themes } : {}),
      dates: { creation: '2025-01-15', revision: '2025-07-01' },
      lineage: { fr: dataset.lineage },
      usageScale: dataset.scale,
      usageRules: { fr: dataset.rules },
      conformity: [],
      // open data: the licence says it
      ...(dataset.limitation === 'none' ? {} : { conditions: { fr: 'Réservé aux partenaires de la MIG, selon la charte.' } }),
      limitation: dataset.limitation,
      ...dataset.record,
    },
    ...dataset.entry,
  };
}

function collection(features: readonly DemoFeature[]): string {
  const head = '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},"features":[\n';
  return `${head}${features.map(feature => JSON.stringify({ type: 'Feature', ...feature })).join(',\n')}\n]}\n`;
}

/** Longitude and latitude of a Lambert-93 point, to about a centimetre. */
function geographic(x: number, y: number): [number, number] {
  const [lon, lat] = transformPoint(x, y, 2154, 4326);
  return [Math.round(lon * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7];
}

/** Code of a commune of Annexe 1. */
function codeOf(insee: string): string {
  const partner = partnerFacts.find(one => one.insee === insee);
  if (!partner) throw new Error(`${insee} is no commune of Annexe 1`);
  return partner.code;
}

/** 80 bits, in four groups that can be read aloud. */
const password = (): string => {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const text = [...randomBytes(20)].map(byte => letters[byte % letters.length]).join('');
  return [0, 5, 10, 15].map(from => text.slice(from, from + 5)).join('-');
};
