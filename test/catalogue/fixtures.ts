// A dataset and what its owner wrote about it, for the catalogue's tests.
import type { DatasetFacts } from '../../catalogue/derive';
import type { RecordFields } from '../../catalogue/fields';

export const trees: DatasetFacts = {
  code: 'arbres',
  prefix: 'antony',
  local: 'arbres',
  title: { fr: "Arbres d'alignement", en: 'Street trees' },
  kind: 'pooled',
  owner: { name: 'Ville d’Antony', email: 'sig@ville-antony.example' },
  pilot: { name: 'Département des Hauts-de-Seine', email: 'sig@hauts-de-seine.example' },
  spatialType: 'vector',
  extent: { minX: 2.2691, minY: 48.7297, maxX: 2.321, maxY: 48.7713 },
  srid: 2154,
  formats: [
    { name: 'GML', version: '3.2.1' },
    { name: 'GeoJSON', version: null },
  ],
  usageScale: 500,
  usageRules: null,
  conditions: null,
  licence: 'etalab-2.0',
  open: true,
  dates: { creation: '2019-04-01', publication: null, revision: '2026-03-12' },
  frozen: false,
  retired: false,
  services: ['wms', 'wfs'],
  publicBase: 'https://geo.example.org',
};

export const written: RecordFields = {
  id: 'fr-219200029-arbres',
  title: { fr: "Arbres d'alignement d'Antony", en: 'Street trees of Antony' },
  abstract: {
    fr: 'Position et essence des arbres plantés le long des voies, relevées par le service des espaces verts & contrôlées sur le terrain.\nMise à jour annuelle.',
  },
  topicCategories: ['environment'],
  keywords: ['arbre', { fr: 'espace vert', en: 'green space' }],
  inspireThemes: ['hb', 'Usage des sols'],
  lineage: { fr: 'Relevé GPS de 2019, complété chaque année.' },
  usageRules: { fr: 'Localisation au mètre près ; ne pas utiliser pour des études d’abattage.' },
};
