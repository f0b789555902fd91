// What the pages and the titles of links say, in both languages.
import type { Language } from '../../core/model/text';

const french = {
  home: 'Accueil',
  api: "Définition de l'interface",
  apiText: 'Les adresses et leurs paramètres.',
  conformance: 'Conformité',
  conformanceText: 'Classes de conformité que ce service tient.',
  collections: 'Collections',
  collectionsText: 'Les données que vous pouvez lire ici.',
  noCollections: "Aucune donnée n'est ouverte à ce compte sur cette adresse.",
  items: 'Objets',
  queryables: 'Attributs interrogeables',
  sortables: 'Attributs de tri',
  schema: 'Schéma',
  record: 'Fiche de métadonnées',
  licence: 'Licence',
  conditions: 'Conditions',
  owner: 'Propriétaire',
  extent: 'Emprise (ouest, sud, est, nord)',
  storageCrs: 'Système de coordonnées du stockage',
  keywords: 'Mots-clés',
  next: 'Page suivante',
  previous: 'Page précédente',
  collection: 'La collection',
  asJson: 'En JSON',
  asGeoJson: 'En GeoJSON',
  attribute: 'Attribut',
  kind: 'Type',
  title: 'Titre',
  identifier: 'Identifiant',
  geometry: 'Géométrie',
  none: 'Aucun objet.',
  parameters: 'Paramètres',
  address: 'Adresse',
  addresses: 'Adresses',
  yes: 'oui',
  no: 'non',
  map: 'Carte',
  skip: 'Aller au contenu',
  path: "Fil d'Ariane",
  other: 'In English',
} as const;

export type Words = Readonly<Record<keyof typeof french, string>>;

const english: Words = {
  home: 'Home',
  api: 'API definition',
  apiText: 'The addresses and their parameters.',
  conformance: 'Conformance',
  conformanceText: 'Conformance classes that this service meets.',
  collections: 'Collections',
  collectionsText: 'The data that you may read here.',
  noCollections: 'No data are open to this account at this address.',
  items: 'Features',
  queryables: 'Queryable attributes',
  sortables: 'Attributes to sort by',
  schema: 'Schema',
  record: 'Metadata record',
  licence: 'Licence',
  conditions: 'Conditions',
  owner: 'Owner',
  extent: 'Extent (west, south, east, north)',
  storageCrs: 'Storage coordinate reference system',
  keywords: 'Keywords',
  next: 'Next page',
  previous: 'Previous page',
  collection: 'The collection',
  asJson: 'As JSON',
  asGeoJson: 'As GeoJSON',
  attribute: 'Attribute',
  kind: 'Type',
  title: 'Title',
  identifier: 'Identifier',
  geometry: 'Geometry',
  none: 'No feature.',
  parameters: 'Parameters',
  address: 'Address',
  addresses: 'Addresses',
  yes: 'yes',
  no: 'no',
  map: 'Map',
  skip: 'Skip to the content',
  path: 'Breadcrumb',
  other: 'En français',
};

export const words = (language: Language): Words => (language === 'en' ? english : french);

/** « 3 objets sur 40 »; the whole is left out where it was too costly to count. */
export function amount(language: Language, returned: number, start: number, matched: number | 'unknown'): string {
  const number = new Intl.NumberFormat(language === 'en' ? 'en-GB' : 'fr-FR');
  const span = returned === 0 ? '0' : `${number.format(start + 1)} – ${number.format(start + returned)}`;
  if (matched === 'unknown') return language === 'en' ? `Features ${span}` : `Objets ${span}`;
  return language === 'en' ? `Features ${span} of ${number.format(matched)}` : `Objets ${span} sur ${number.format(matched)}`;
}
