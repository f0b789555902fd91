// The test world of the charter's acceptance scenarios as data: a partnership file with its sources and accounts. The clock is 2026-06-15.
// Names of organisations are real; memberships, delegations, people and datasets are invented. ORT is an orthophoto in the scenarios; here
// it is a grid of its tiles as polygons, a stand-in until coverages are served.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../server/core/policy/charter';
import type { DatasetEntry, GrantEntry, OrganisationEntry, PartnershipFile, PersonEntry, RecordEntry } from '../../server/partnership/file';
import { boxes, features, inCrs, polygonOf, type Place } from './places';

export const worldInstant = '2026-06-15T10:00:00.000Z';
export const worldDay = '2026-06-15';

export interface Account {
  readonly login: string;
  readonly password: string;
  readonly key: string;
  /** Code of the organisation. */
  readonly organisation: string;
  readonly roles: readonly Role[];
}

const account = (who: string, organisation: string, ...roles: Role[]): Account => ({
  login: `${who}@example.org`,
  password: `platane-${who}-2026`,
  key: `cle-de-${who}-0123456789abcdef`,
  organisation,
  roles,
});

/** One person per subject, and Antony's four. */
export const accounts = {
  antony: account('ref.antony', 'antony', 'technical_referent'),
  antonyDeputy: account('suppleant.antony', 'antony', 'deputy'),
  antonyResource: account('ressource.antony', 'antony', 'resource_person'),
  antonyReader: account('lecteur.antony', 'antony', 'reader'),
  nanterre: account('ref.nanterre', 'nanterre', 'technical_referent'),
  nanterreReader: account('lecteur.nanterre', 'nanterre', 'reader'),
  issy: account('ref.issy', 'issy', 'technical_referent'),
  issyReader: account('lecteur.issy', 'issy', 'reader'),
  vsgp: account('ref.vsgp', 'vsgp', 'technical_referent'),
  gpso: account('ref.gpso', 'gpso', 'technical_referent'),
  bspp: account('ref.bspp', 'bspp', 'technical_referent'),
  drieat: account('ref.drieat', 'drieat', 'technical_referent'),
  pld: account('ref.pld', 'pld', 'technical_referent'),
  pilot: account('admin.cd92', 'cd92', 'pilot_admin'),
  officer: account('projet.cd92', 'cd92', 'project_officer'),
  cd92: account('lecteur.cd92', 'cd92', 'reader'),
  sceaux: account('agent.sceaux', 'sceaux', 'reader'),
  bagneux: account('agent.bagneux', 'bagneux', 'reader'),
  colombes: account('agent.colombes', 'colombes', 'reader'),
  clamart: account('agent.clamart', 'clamart', 'reader'),
  marnes: account('agent.marnes', 'marnes', 'technical_referent'),
} as const satisfies Record<string, Account>;

export type AccountName = keyof typeof accounts;

const territory = (place: Place): Pick<OrganisationEntry, 'territory'> => ({
  territory: polygonOf(boxes[place]),
});

const organisations: readonly OrganisationEntry[] = [
  { code: 'cd92', membership: { state: 'active', since: '2022-01-01' }, ...territory('cd92') },
  ...(['antony', 'nanterre', 'issy'] as const).map(code => ({
    code,
    email: `sig@${code}.example.org`,
    membership: { state: 'active', since: '2022-03-01' } as const,
    ...territory(code),
  })),
  ...(['vsgp', 'gpso'] as const).map(code => ({ code, membership: { state: 'active', since: '2022-03-01' } as const })),
  ...(['bspp', 'drieat', 'pld'] as const).map(code => ({ code, membership: { state: 'active', since: '2022-01-01' } as const })),
  ...(['sceaux', 'bagneux', 'colombes', 'argenteuil'] as const).map(code => ({ code, ...territory(code) })),
  { code: 'clamart', membership: { state: 'admissible' }, ...territory('clamart') },
  { code: 'marnes', membership: { state: 'withdrawn', since: '2022-03-01', withdrawn: '2026-03-02' }, ...territory('marnes') },
];

const people: readonly PersonEntry[] = Object.values(accounts).map(who => ({
  login: who.login,
  name: ['Agent', who.login.split('@')[0] ?? ''],
  organisation: who.organisation,
  roles: who.roles,
  password: who.password,
  keys: [{ label: 'qgis', key: who.key }],
}));

const reading: GrantEntry['actions'] = ['view', 'query', 'feature', 'download'];
const partners: GrantEntry = { audience: 'partners', actions: reading };

const record = (code: string, what: string, more: Partial<RecordEntry> = {}): RecordEntry => ({
  id: `fr-92-mig-${code}`,
  abstract: { fr: `${what} (données inventées pour les essais).`, en: `${what} (invented test data).` },
  language: 'fre',
  topicCategories: ['planningCadastre'],
  keywords: ['Hauts-de-Seine', what],
  dates: { creation: '2024-01-10', publication: '2025-02-01', revision: '2026-04-20' },
  lineage: { fr: 'Relevés de terrain inventés.', en: 'Invented field surveys.' },
  usageScale: 2000,
  usageRules: { fr: 'Repérage et études, sans valeur réglementaire.' },
  conformity: [{ title: 'Règlement (UE) n° 1089/2010', date: '2010-12-08', degree: false }],
  conditions: { fr: 'Usage dans le cadre de la charte MIG.' },
  limitation: '13.1.e',
  contact: { organisation: 'Département des Hauts-de-Seine', email: 'sig@hauts-de-seine.fr' },
  ...more,
});

/** Sources of these are in Lambert-93, the others in degrees. */
const lambert: readonly string[] = ['adr', 'arb', 'ecl', 'esp'];
const keys: Readonly<Record<string, string>> = { adr: 'cle', arb: 'code', ecl: 'numero', eau: 'numero', cha: 'numero' };

const source = (code: string): NonNullable<DatasetEntry['source']> => ({
  file: `${code}.geojson`,
  srs: lambert.includes(code) ? 'EPSG:2154' : 'EPSG:4326',
  ...(keys[code] === undefined ? {} : { id: keys[code] }),
});

type Own = Pick<DatasetEntry, 'type' | 'title' | 'kind' | 'state'> & Partial<DatasetEntry>;
const dataset = (code: string, own: Own, more: Partial<RecordEntry> = {}): DatasetEntry => ({
  code,
  source: source(code),
  record: record(code, own.title.fr, more),
  usageScale: 2000,
  ...own,
});

const datasets: readonly DatasetEntry[] = [
  dataset('adr', {
    type: 'mig:adresses',
    title: { fr: 'Référentiel adresse', en: 'Address register' },
    kind: 'coproduced',
    workingGroup: 'gt-adresse',
    manager: 'cd92',
    state: 'validated',
    validation: { heldOn: '2026-05-01', reference: 'COTECH-2026-2' },
    version: { number: 4, productionPeriod: ['2025-01-01', '2026-04-01'], validityPeriod: ['2026-05-01', null] },
    grants: [partners],
  }),
  dataset(
    'arb',
    {
      type: 'antony:arbres',
      title: { fr: 'Arbres d’alignement d’Antony', en: 'Street trees of Antony' },
      kind: 'pooled',
      owner: 'antony',
      state: 'published',
      licence: 'etalab-2.0',
      grants: [{ audience: 'public', actions: reading }],
    },
    { limitation: 'none', keywords: ['arbre', 'végétation'] },
  ),
  dataset('ecl', {
    type: 'nanterre:eclairage',
    title: { fr: 'Éclairage public de Nanterre', en: 'Street lighting of Nanterre' },
    kind: 'pooled',
    owner: 'nanterre',
    state: 'published',
    attributes: { contact_riverain: { definition: 'Contact d’un riverain', sensitive: true } },
    grants: [{ ...partners, maskedAttributes: ['contact_riverain'] }],
  }),
  dataset(
    'eau',
    {
      type: 'bspp:points_eau',
      title: { fr: 'Points d’eau incendie', en: 'Fire hydrants' },
      kind: 'pooled',
      owner: 'bspp',
      state: 'published',
      grants: [
        { audience: 'named_partner', partner: 'cd92', actions: reading },
        { audience: 'named_partner', partner: 'issy', actions: reading },
      ],
    },
    { visibility: 'partners', reason: 'Sécurité publique', limitation: '13.1.b' },
  ),
  dataset('ort', {
    type: 'drieat:ortho',
    title: { fr: 'Orthophotographie (dalles)', en: 'Orthophotograph (tiles)' },
    kind: 'pooled',
    owner: 'drieat',
    state: 'published',
    grants: [{ audience: 'partners', actions: ['view'], scaleMin: 2000, scaleMax: 50_000 }],
  }),
  dataset('cha', {
    type: 'issy:chantiers',
    title: { fr: 'Chantiers d’Issy-les-Moulineaux', en: 'Works in Issy-les-Moulineaux' },
    kind: 'pooled',
    owner: 'issy',
    state: 'published',
    grants: [{ ...partners, area: 'territory' }],
  }),
  dataset('fon', {
    type: 'antony:foncier',
    title: { fr: 'Propriétaires fonciers d’Antony', en: 'Landowners of Antony' },
    kind: 'pooled',
    owner: 'antony',
    state: 'excluded',
    exception: { code: 'E1', text: 'Informations nominatives' },
    grants: [partners],
  }),
  dataset('esp', {
    type: 'marnes:espaces_verts',
    title: { fr: 'Espaces verts de Marnes-la-Coquette', en: 'Green spaces of Marnes-la-Coquette' },
    kind: 'pooled',
    owner: 'marnes',
    state: 'frozen',
    frozenOn: '2026-03-02',
    grants: [partners],
  }),
  dataset('cyc', {
    type: 'mig:cyclable',
    title: { fr: 'Aménagements cyclables', en: 'Cycle paths' },
    kind: 'coproduced',
    workingGroup: 'gt-cyclable',
    state: 'consolidated',
  }),
];

/** The partnership as a file; paths are relative to the folder writeWorld() makes. */
export const worldFile: PartnershipFile = {
  version: 1,
  service: { title: { fr: 'Monde d’essai de la MIG', en: 'MIG test world' }, email: 'sig@hauts-de-seine.fr' },
  organisations,
  people,
  workingGroups: [
    { code: 'gt-adresse', theme: 'La donnée géographique', facilitator: accounts.nanterre.login, members: [accounts.antony.login] },
    {
      code: 'gt-cyclable',
      theme: 'La donnée géographique',
      facilitator: accounts.issy.login,
      members: [accounts.nanterreReader.login, { login: accounts.clamart.login, type: 'candidate', endsOn: '2026-12-31' }],
    },
  ],
  datasets,
  delegations: [{ ept: 'vsgp', commune: 'sceaux', scope: 'all', attestedOn: '2026-01-15', acceptedOn: '2026-01-20' }],
};

/** The world with one dataset changed; for variants of a scenario. */
export function withDataset(file: PartnershipFile, code: string, change: Partial<DatasetEntry>): PartnershipFile {
  return { ...file, datasets: (file.datasets ?? []).map(entry => (entry.code === code ? { ...entry, ...change } : entry)) };
}

/** The world with one organisation changed. */
export function withOrganisation(file: PartnershipFile, code: string, change: Partial<OrganisationEntry>): PartnershipFile {
  const known = (file.organisations ?? []).some(entry => entry.code === code);
  const list = known ? (file.organisations ?? []) : [...(file.organisations ?? []), { code }];
  return { ...file, organisations: list.map(entry => (entry.code === code ? { ...entry, ...change } : entry)) };
}

export interface WrittenWorld {
  /** Path of the partnership file (JSON). */
  readonly file: string;
  readonly accounts: typeof accounts;
  readonly world: PartnershipFile;
}

/** Writes the file and its sources into a folder (made if need be). */
export function writeWorld(folder: string, world: PartnershipFile = worldFile): WrittenWorld {
  mkdirSync(folder, { recursive: true });
  for (const entry of world.datasets ?? []) {
    const list = features[entry.code];
    if (!list || !entry.source || !('file' in entry.source)) continue;
    const metric = entry.source.srs === 'EPSG:2154';
    const collection = {
      type: 'FeatureCollection',
      name: entry.code,
      ...(metric ? { crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::2154' } } } : {}),
      features: metric ? inCrs(list, 2154) : list,
    };
    writeFileSync(join(folder, entry.source.file), JSON.stringify(collection));
  }
  const file = join(folder, 'partnership.json');
  writeFileSync(file, JSON.stringify(world, null, 2));
  return { file, accounts, world };
}
