// One dataset for every policy of the charter, each with its record, its style and its grants.
import type { DatasetEntry, GrantEntry } from '../partnership/file';
import type { Text } from '../core/model/text';
import * as layers from './layers';
import type { RuleLook } from './styles';
import type { Town } from './town';

export interface DemoDataset {
  readonly code: string;
  readonly type: string;
  readonly title: Text;
  readonly abstract: Text;
  readonly topic: string;
  readonly keywords: readonly string[];
  readonly themes?: readonly string[];
  readonly lineage: string;
  readonly rules: string;
  readonly scale: number;
  readonly limitation: string;
  readonly features: (towns: readonly Town[]) => readonly layers.DemoFeature[];
  readonly look: readonly RuleLook[];
  readonly entry: Partial<DatasetEntry> & Pick<DatasetEntry, 'kind' | 'state'>;
  readonly record?: { readonly visibility: 'partners' | 'owner'; readonly reason: string };
}

const read: GrantEntry['actions'] = ['view', 'query', 'feature', 'download'];
const open: readonly GrantEntry[] = [{ audience: 'public', actions: read }];
const partners: readonly GrantEntry[] = [{ audience: 'partners', actions: read }];
const notInspire = 'hors champ INSPIRE';
const synthetic =
  'Données de synthèse, produites par le générateur de la démonstration à partir des centres, populations et superficies des communes.';

export const demoDatasets: readonly DemoDataset[] = [
  {
    code: 'communes',
    type: 'cd92:communes',
    title: { fr: 'Communes (démonstration)', en: 'Communes (demonstration)' },
    abstract: {
      fr: 'Les 36 communes du territoire de démonstration. Leurs limites sont inventées : elles ont grandi autour des vrais centres.',
      en: 'The 36 communes of the demonstration territory. Their borders are invented.',
    },
    topic: 'boundaries',
    keywords: ['limites administratives', 'commune', 'données ouvertes'],
    themes: ['au'],
    lineage: synthetic,
    rules: 'Démonstration : ne pas utiliser pour situer un lieu réel.',
    scale: 25_000,
    limitation: 'none',
    features: layers.communes,
    look: [
      { title: 'Commune', polygon: { fill: '#f7f4ec', stroke: '#9a8f7a', width: 1.2 } },
      { title: 'Nom', to: 150_000, label: { property: 'nom', size: 11, colour: '#5b5142', bold: true } },
    ],
    entry: { kind: 'pooled', owner: 'cd92', state: 'published', licence: 'etalab-2.0', grants: open },
  },
  {
    code: 'bruit',
    type: 'drieat:bruit',
    title: { fr: 'Ambiance sonore (démonstration)', en: 'Noise (demonstration)' },
    abstract: {
      fr: 'Niveaux sonores moyens par maille de 500 m. Consultable en carte seulement, du 1:2 000 au 1:50 000.',
      en: 'Mean noise by squares of 500 m; to be viewed as a map only.',
    },
    topic: 'environment',
    keywords: ['bruit', 'environnement sonore'],
    themes: ['hh'],
    lineage: synthetic,
    rules: 'Lecture à la maille ; ne pas interpréter à la parcelle.',
    scale: 25_000,
    limitation: notInspire,
    features: layers.noise,
    look: [
      { title: 'Calme', when: ['classe', 'calme'], polygon: { fill: '#a6d8b9', opacity: 0.55 } },
      { title: 'Modéré', when: ['classe', 'modéré'], polygon: { fill: '#f4e59a', opacity: 0.55 } },
      { title: 'Fort', when: ['classe', 'fort'], polygon: { fill: '#f2b27a', opacity: 0.55 } },
      { title: 'Très fort', otherwise: true, polygon: { fill: '#d97b7b', opacity: 0.55 } },
    ],
    entry: {
      kind: 'pooled',
      owner: 'drieat',
      state: 'published',
      grants: [{ audience: 'partners', actions: ['view'], scaleMin: 2_000, scaleMax: 50_000 }],
    },
  },
  {
    code: 'parcs',
    type: 'cd92:parcs',
    title: { fr: 'Parcs et jardins (démonstration)', en: 'Parks (demonstration)' },
    abstract: { fr: 'Parcs, squares et bois ouverts au public.', en: 'Parks, gardens and woods open to the public.' },
    topic: 'environment',
    keywords: ['parc', 'espace vert', 'données ouvertes'],
    lineage: synthetic,
    rules: 'Démonstration.',
    scale: 5_000,
    limitation: 'none',
    features: towns => layers.parks(towns, null),
    look: [
      { title: 'Parc', polygon: { fill: '#cfe6c3', stroke: '#8fb583', width: 1 } },
      { title: 'Nom', to: 15_000, label: { property: 'nom', size: 10, colour: '#4d7a45' } },
    ],
    entry: { kind: 'pooled', owner: 'cd92', state: 'published', licence: 'etalab-2.0', grants: open },
  },
  {
    code: 'batiments',
    type: 'cd92:batiments',
    title: { fr: 'Bâtiments (démonstration)', en: 'Buildings (demonstration)' },
    abstract: { fr: 'Emprises de bâtiments avec usage, nombre d’étages et année.', en: 'Building footprints with use, floors and year.' },
    topic: 'structure',
    keywords: ['bâtiment', 'données ouvertes'],
    themes: ['bu'],
    lineage: synthetic,
    rules: 'Démonstration.',
    scale: 2_000,
    limitation: 'none',
    features: layers.buildings,
    look: [
      { title: 'Équipement', when: ['usage', 'Équipement'], polygon: { fill: '#c9b6d6', stroke: '#8c76a0', width: 0.7 } },
      { title: 'Commerce', when: ['usage', 'Commerce'], polygon: { fill: '#e6bfae', stroke: '#b07f66', width: 0.7 } },
      { title: 'Autre bâtiment', otherwise: true, polygon: { fill: '#d9d0c6', stroke: '#9c9083', width: 0.7 } },
    ],
    entry: { kind: 'pooled', owner: 'cd92', state: 'published', licence: 'etalab-2.0', grants: open },
  },
  {
    code: 'rues',
    type: 'cd92:rues',
    title: { fr: 'Rues (démonstration)', en: 'Streets (demonstration)' },
    abstract: { fr: 'Axes des rues, avenues et allées, avec leur nom.', en: 'Centre lines of streets with their names.' },
    topic: 'transportation',
    keywords: ['voirie', 'rue', 'données ouvertes'],
    themes: ['tn'],
    lineage: synthetic,
    rules: 'Démonstration.',
    scale: 5_000,
    limitation: 'none',
    features: layers.streets,
    look: [
      {
        title: 'Avenue',
        when: ['nature', 'avenue'],
        lines: [
          { stroke: '#c8a15a', width: 4 },
          { stroke: '#fbe7b0', width: 2.6 },
        ],
      },
      {
        title: 'Rue',
        otherwise: true,
        to: 60_000,
        lines: [
          { stroke: '#b9b2a6', width: 2.4 },
          { stroke: '#ffffff', width: 1.4 },
        ],
      },
      { title: 'Nom', to: 8_000, label: { property: 'nom', size: 10, colour: '#444444' } },
    ],
    entry: { kind: 'pooled', owner: 'cd92', state: 'published', licence: 'etalab-2.0', grants: open },
  },
  {
    code: 'adr',
    type: 'mig:adresses',
    title: { fr: 'Référentiel adresse (démonstration)', en: 'Addresses (demonstration)' },
    abstract: {
      fr: 'Le référentiel des adresses, structuré, consolidé et validé par les partenaires.',
      en: 'The address register, co-produced by the partners.',
    },
    topic: 'location',
    keywords: ['adresse', 'référentiel'],
    themes: ['ad'],
    lineage: 'Consolidation des adresses de chaque commune, selon le format Base Adresse Locale.',
    rules: 'Signaler toute anomalie au groupe de travail Adresses.',
    scale: 1_000,
    limitation: notInspire,
    features: layers.addresses,
    look: [
      {
        title: 'Adresse certifiée',
        to: 25_000,
        when: ['certifiee', 'true'],
        point: { mark: 'circle', fill: '#2f6fb3', stroke: '#ffffff', size: 6 },
      },
      { title: 'Adresse à vérifier', to: 25_000, otherwise: true, point: { mark: 'circle', fill: '#e08a2e', stroke: '#ffffff', size: 6 } },
      { title: 'Numéro', to: 1_500, label: { property: 'numero', size: 9, colour: '#1d4a7a' } },
    ],
    entry: {
      kind: 'coproduced',
      workingGroup: 'gt-adresse',
      manager: 'cd92',
      state: 'validated',
      validation: { heldOn: '2025-10-01', reference: 'COTECH-2025-3' },
      grants: partners,
    },
  },
  {
    code: 'arbres',
    type: 'antony:arbres',
    title: { fr: 'Arbres d’alignement d’Antony (démonstration)', en: 'Street trees of Antony (demonstration)' },
    abstract: {
      fr: 'Arbres plantés le long des avenues : essence, année de plantation, hauteur.',
      en: 'Trees along avenues: species, year of planting, height.',
    },
    topic: 'environment',
    keywords: ['arbre', 'patrimoine arboré', 'données ouvertes'],
    lineage: synthetic,
    rules: 'Relevé au pied de l’arbre, précision du mètre.',
    scale: 1_000,
    limitation: 'none',
    features: layers.trees,
    look: [
      { title: 'Arbre remarquable', when: ['remarquable', 'true'], point: { mark: 'star', fill: '#1f7a3d', stroke: '#ffffff', size: 14 } },
      { title: 'Arbre', to: 25_000, otherwise: true, point: { mark: 'circle', fill: '#58a55c', stroke: '#2f6b35', size: 7 } },
    ],
    entry: { kind: 'pooled', owner: 'antony', state: 'published', licence: 'etalab-2.0', grants: open },
  },
  {
    code: 'ecl',
    type: 'nanterre:eclairage',
    title: { fr: 'Éclairage public de Nanterre (démonstration)', en: 'Street lighting of Nanterre (demonstration)' },
    abstract: {
      fr: 'Points lumineux. Le contact du riverain n’est lisible que par la ville.',
      en: 'Street lights; the resident’s contact is for the city only.',
    },
    topic: 'utilitiesCommunication',
    keywords: ['éclairage public', 'réseau'],
    lineage: synthetic,
    rules: 'Ne pas utiliser pour des travaux sans déclaration préalable.',
    scale: 500,
    limitation: notInspire,
    features: layers.lights,
    look: [
      { title: 'En panne', when: ['etat', 'en panne'], point: { mark: 'triangle', fill: '#c0392b', stroke: '#ffffff', size: 11 } },
      { title: 'LED', to: 25_000, when: ['technologie', 'LED'], point: { mark: 'circle', fill: '#f4c430', stroke: '#8a6d00', size: 7 } },
      { title: 'Autre lampe', to: 25_000, otherwise: true, point: { mark: 'square', fill: '#d9a441', stroke: '#7a5a12', size: 6 } },
    ],
    entry: {
      kind: 'pooled',
      owner: 'nanterre',
      state: 'published',
      attributes: { contact_riverain: { title: { fr: 'Contact du riverain' }, sensitive: true } },
      grants: [{ audience: 'partners', actions: read, maskedAttributes: ['contact_riverain'] }],
    },
  },
  {
    code: 'eau',
    type: 'bspp:points_eau',
    title: { fr: 'Points d’eau incendie (démonstration)', en: 'Fire hydrants (demonstration)' },
    abstract: {
      fr: 'Poteaux et bouches d’incendie, ouverts au Département et à Issy-les-Moulineaux.',
      en: 'Fire hydrants, open to two named partners.',
    },
    topic: 'utilitiesCommunication',
    keywords: ['incendie', 'point d’eau'],
    lineage: synthetic,
    rules: 'Usage opérationnel réservé.',
    scale: 1_000,
    limitation: '13.1.b',
    features: layers.hydrants,
    look: [{ title: 'Point d’eau', point: { mark: 'diamond', fill: '#c21f30', stroke: '#ffffff', size: 10 } }],
    record: { visibility: 'partners', reason: 'Sécurité publique : la localisation des points d’eau n’est pas diffusée au public.' },
    entry: {
      kind: 'pooled',
      owner: 'bspp',
      state: 'published',
      grants: [
        { audience: 'named_partner', partner: 'cd92', actions: read },
        { audience: 'named_partner', partner: 'issy', actions: read },
      ],
    },
  },
  {
    code: 'chantiers',
    type: 'issy:chantiers',
    title: { fr: 'Chantiers (démonstration)', en: 'Works (demonstration)' },
    abstract: {
      fr: 'Chantiers prévus et en cours. Chaque partenaire voit ceux qui touchent son territoire.',
      en: 'Works; each partner sees those that touch its territory.',
    },
    topic: 'transportation',
    keywords: ['chantier', 'voirie'],
    lineage: synthetic,
    rules: 'Dates indicatives.',
    scale: 1_000,
    limitation: notInspire,
    features: layers.works,
    look: [
      { title: 'En cours', when: ['etat', 'en cours'], polygon: { fill: '#f08a24', opacity: 0.6, stroke: '#b35c00', width: 1.5 } },
      { title: 'Prévu ou terminé', otherwise: true, polygon: { fill: '#f6c58a', opacity: 0.5, stroke: '#b98a4d', width: 1 } },
    ],
    entry: {
      kind: 'pooled',
      owner: 'issy',
      state: 'published',
      grants: [{ audience: 'partners', actions: read, area: 'territory' }],
    },
  },
  {
    code: 'proprietaires',
    type: 'antony:proprietaires',
    title: { fr: 'Propriétaires fonciers d’Antony (démonstration)', en: 'Landowners of Antony (demonstration)' },
    abstract: {
      fr: 'Donnée nominative : la charte (3.3) interdit de la mettre à disposition ; seule sa fiche existe.',
      en: 'Nominative data: excluded by the charter, only its record exists.',
    },
    topic: 'planningCadastre',
    keywords: ['foncier'],
    lineage: synthetic,
    rules: 'Non diffusable.',
    scale: 1_000,
    limitation: '13.1.f',
    features: layers.owners,
    look: [{ title: 'Parcelle', polygon: { fill: '#dddddd', stroke: '#777777' } }],
    entry: {
      kind: 'pooled',
      owner: 'antony',
      state: 'excluded',
      exception: { code: 'E1', text: 'Informations nominatives sur des personnes privées.' },
    },
  },
  {
    code: 'espaces-verts',
    type: 'marnes:espaces_verts',
    title: { fr: 'Espaces verts de Marnes-la-Coquette (démonstration)', en: 'Green spaces of Marnes-la-Coquette (demonstration)' },
    abstract: {
      fr: 'Dernière version avant le retrait de la commune ; lisible par les partenaires de l’époque.',
      en: 'Last version before the commune withdrew.',
    },
    topic: 'environment',
    keywords: ['espace vert'],
    lineage: synthetic,
    rules: 'Donnée gelée.',
    scale: 2_000,
    limitation: notInspire,
    features: towns => layers.parks(towns, '92047'),
    look: [{ title: 'Espace vert', polygon: { fill: '#b9d3a4', stroke: '#6d8f56', width: 1 } }],
    entry: { kind: 'pooled', owner: 'marnes', state: 'frozen', grants: partners },
  },
  {
    code: 'pistes',
    type: 'mig:pistes_cyclables',
    title: { fr: 'Aménagements cyclables (démonstration)', en: 'Cycle paths (demonstration)' },
    abstract: {
      fr: 'Co-production en cours de consolidation : visible du groupe de travail et des référents.',
      en: 'Co-production in progress.',
    },
    topic: 'transportation',
    keywords: ['vélo', 'aménagement cyclable'],
    lineage: synthetic,
    rules: 'Version de travail.',
    scale: 2_000,
    limitation: notInspire,
    features: layers.cyclePaths,
    look: [{ title: 'Aménagement cyclable', lines: [{ stroke: '#2a9d8f', width: 2, dash: '6 3' }] }],
    entry: { kind: 'coproduced', workingGroup: 'gt-velo', manager: 'cd92', state: 'consolidated' },
  },
  {
    code: 'fourreaux',
    type: 'nanterre:fourreaux',
    title: { fr: 'Fourreaux de fibre de Nanterre (démonstration)', en: 'Fibre ducts of Nanterre (demonstration)' },
    abstract: { fr: 'Réservé à son propriétaire.', en: 'For its owner only.' },
    topic: 'utilitiesCommunication',
    keywords: ['réseau', 'fibre'],
    lineage: synthetic,
    rules: 'Usage interne.',
    scale: 500,
    limitation: '13.1.b',
    features: layers.network,
    look: [{ title: 'Fourreau', lines: [{ stroke: '#7b2d8b', width: 2, dash: '8 3 2 3' }] }],
    entry: { kind: 'pooled', owner: 'nanterre', state: 'published', grants: [] },
  },
  {
    code: 'comptages',
    type: 'nanterre:comptages',
    title: { fr: 'Comptages routiers de Nanterre (démonstration)', en: 'Traffic counts of Nanterre (demonstration)' },
    abstract: { fr: 'Accessible sur demande auprès de la ville.', en: 'Access on request.' },
    topic: 'transportation',
    keywords: ['trafic', 'comptage'],
    lineage: synthetic,
    rules: 'Citer l’année de comptage.',
    scale: 2_000,
    limitation: notInspire,
    features: layers.counts,
    look: [{ title: 'Station', point: { mark: 'square', fill: '#34495e', stroke: '#ffffff', size: 9 } }],
    entry: {
      kind: 'pooled',
      owner: 'nanterre',
      state: 'published',
      grants: [{ audience: 'partners', actions: read, onRequest: true }],
      acceptedRequests: ['cd92'],
    },
  },
  {
    code: 'evenements',
    type: 'pld:evenements',
    title: { fr: 'Occupation de l’espace public (démonstration)', en: 'Events in public space (demonstration)' },
    abstract: {
      fr: 'Événements autorisés ; les conditions d’utilisation sont à accepter une fois par organisme.',
      en: 'Events; conditions have to be accepted.',
    },
    topic: 'society',
    keywords: ['événement', 'domaine public'],
    lineage: synthetic,
    rules: 'Ne pas republier sans la date.',
    scale: 2_000,
    limitation: notInspire,
    features: layers.events,
    look: [{ title: 'Événement', point: { mark: 'star', fill: '#d6457a', stroke: '#ffffff', size: 12 } }],
    entry: {
      kind: 'pooled',
      owner: 'pld',
      state: 'published',
      grants: [{ audience: 'partners', actions: read, acceptanceRequired: true }],
      acceptedConditions: ['cd92', 'nanterre'],
    },
  },
];
