// The records of the viewer's tests, written by the catalogue from inline fields and facts, as those of published datasets are.
import { completeRecord, type DatasetFacts } from '../../catalogue/derive';
import { recordFromFields } from '../../catalogue/fields';
import { writeIso } from '../../catalogue/iso19139-write';

export interface TestRecord {
  readonly id: string;
  /** What the full text searches. */
  readonly text: string;
  readonly kind: 'pooled' | 'coproduced';
  readonly topic: string;
  readonly owner: string;
  /** Open data. */
  readonly free: boolean;
  /** Seen without an account. */
  readonly open: boolean;
  readonly xml: string;
}

interface Made {
  readonly id: string;
  readonly prefix: string;
  readonly title: { readonly fr: string; readonly en: string };
  readonly abstract: { readonly fr: string; readonly en: string };
  readonly owner: string;
  readonly kind?: 'coproduced';
  readonly frozen?: boolean;
  readonly visible: boolean;
  readonly open: boolean;
  readonly scale: number;
  readonly topic?: string;
}

const made: readonly Made[] = [
  {
    id: 'communes',
    prefix: 'cd92',
    topic: 'boundaries',
    title: { fr: 'Communes', en: 'Municipalities' },
    abstract: { fr: 'Limites des trente-six communes des Hauts-de-Seine.', en: 'Boundaries of the thirty-six municipalities.' },
    owner: 'Département des Hauts-de-Seine',
    visible: true,
    open: true,
    scale: 25000,
  },
  {
    id: 'arbres',
    prefix: 'antony',
    title: { fr: "Arbres d'alignement", en: 'Street trees' },
    abstract: {
      fr: "Position, essence et hauteur des arbres plantés le long des voies d'Antony. <script>alert(1)</script>",
      en: 'Position, species and height of the trees along the streets of Antony.',
    },
    owner: 'Antony',
    visible: true,
    open: true,
    scale: 2000,
  },
  {
    id: 'eclairage',
    prefix: 'nanterre',
    title: { fr: 'Éclairage public', en: 'Street lighting' },
    abstract: { fr: 'Points lumineux et armoires de commande.', en: 'Lamps and control cabinets.' },
    owner: 'Nanterre',
    frozen: true,
    visible: true,
    open: false,
    scale: 500,
  },
  {
    id: 'adresses',
    prefix: 'mig',
    title: { fr: 'Adresses', en: 'Addresses' },
    abstract: {
      fr: 'Adresses certifiées par les communes, coproduites par les partenaires.',
      en: 'Addresses certified by the municipalities.',
    },
    owner: 'Partenaires de la MIG',
    kind: 'coproduced',
    visible: true,
    open: false,
    scale: 1000,
  },
  {
    id: 'reserve',
    prefix: 'antony',
    title: { fr: 'Réserves foncières', en: 'Land reserves' },
    abstract: { fr: 'Visible avec un compte.', en: 'Visible to an account.' },
    owner: 'Antony',
    visible: false,
    open: false,
    scale: 1000,
  },
];

/** Thirty more, so that there are pages. */
const many: readonly Made[] = Array.from({ length: 30 }, (_, place) => ({
  id: `voirie-${place + 1}`,
  prefix: 'cd92',
  title: { fr: `Voirie, secteur ${place + 1}`, en: `Roads, sector ${place + 1}` },
  abstract: { fr: 'Chaussées et trottoirs relevés sur le terrain.', en: 'Surveyed carriageways and pavements.' },
  owner: 'Département des Hauts-de-Seine',
  visible: true,
  open: true,
  scale: 500,
}));

export function records(base: string): TestRecord[] {
  return [...made, ...many].map(one => ({
    id: `rec-${one.id}`,
    text: [one.title.fr, one.title.en, one.abstract.fr, one.abstract.en, one.owner].join(' '),
    kind: one.kind ?? 'pooled',
    topic: topicOf(one),
    owner: one.owner,
    free: one.open,
    open: one.visible,
    xml: document(one, base),
  }));
}

const topicOf = ({ topic, prefix }: Made): string => topic ?? (prefix === 'cd92' ? 'transportation' : 'environment');

function document(one: Made, publicBase: string): string {
  const fields = recordFromFields({
    id: `rec-${one.id}`,
    title: one.title,
    abstract: one.abstract,
    keywords: ['Mobilité', 'Espaces verts'],
    topicCategories: [topicOf(one)],
    inspireThemes: ['au'],
    lineage: { fr: 'Relevé sur orthophotographie puis contrôlé sur le terrain.', en: 'Drawn on orthophotos, then checked in the field.' },
    conditions: { fr: 'Réutilisation libre sous réserve de mentionner la source.', en: 'Free re-use with mention of the source.' },
    usageRules: { fr: 'Ne pas utiliser pour une déclaration de travaux.', en: 'Not to be used for declarations of works.' },
    licence: 'etalab-2.0',
    limitation: one.open ? 'none' : '13.1.a',
  });
  const facts: DatasetFacts = {
    code: one.id,
    prefix: one.prefix,
    local: one.id,
    title: one.title,
    kind: one.kind ?? 'pooled',
    owner: { name: one.owner, email: 'sig@example.org' },
    pilot: { name: 'Département des Hauts-de-Seine', email: 'mig@example.org' },
    spatialType: 'vector',
    extent: { minX: 2.145, minY: 48.729, maxX: 2.336, maxY: 48.951 },
    srid: 2154,
    formats: [
      { name: 'GML', version: '3.2' },
      { name: 'GeoPackage', version: '1.3' },
    ],
    usageScale: one.scale,
    usageRules: null,
    conditions: null,
    licence: 'etalab-2.0',
    open: one.open,
    dates: { creation: '2024-05-02', publication: '2024-06-01', revision: '2026-03-02' },
    frozen: one.frozen ?? false,
    retired: false,
    services: ['wms', 'wfs'],
    publicBase,
  };
  return writeIso({ ...completeRecord(fields, facts), dateStamp: '2026-03-02' });
}
