// The 34 spatial data themes of INSPIRE (Directive 2007/2/EC, annexes I to III) with their official names.
// Source: http://inspire.ec.europa.eu/theme (register of the European Commission).

export interface Theme {
  /** Code of the register, `ad`; its URI is `http://inspire.ec.europa.eu/theme/ad`. */
  readonly code: string;
  readonly fr: string;
  readonly en: string;
}

export const inspireThemes: readonly Theme[] = [
  { code: 'ac', fr: 'Conditions atmosphériques', en: 'Atmospheric conditions' },
  { code: 'ad', fr: 'Adresses', en: 'Addresses' },
  { code: 'af', fr: 'Installations agricoles et aquacoles', en: 'Agricultural and aquaculture facilities' },
  {
    code: 'am',
    fr: 'Zones de gestion, de restriction ou de réglementation et unités de déclaration',
    en: 'Area management/restriction/regulation zones and reporting units',
  },
  { code: 'au', fr: 'Unités administratives', en: 'Administrative units' },
  { code: 'br', fr: 'Régions biogéographiques', en: 'Bio-geographical regions' },
  { code: 'bu', fr: 'Bâtiments', en: 'Buildings' },
  { code: 'cp', fr: 'Parcelles cadastrales', en: 'Cadastral parcels' },
  { code: 'ef', fr: 'Installations de suivi environnemental', en: 'Environmental monitoring facilities' },
  { code: 'el', fr: 'Altitude', en: 'Elevation' },
  { code: 'er', fr: "Sources d'énergie", en: 'Energy resources' },
  { code: 'ge', fr: 'Géologie', en: 'Geology' },
  { code: 'gg', fr: 'Systèmes de maillage géographique', en: 'Geographical grid systems' },
  { code: 'gn', fr: 'Dénominations géographiques', en: 'Geographical names' },
  { code: 'hb', fr: 'Habitats et biotopes', en: 'Habitats and biotopes' },
  { code: 'hh', fr: 'Santé et sécurité des personnes', en: 'Human health and safety' },
  { code: 'hy', fr: 'Hydrographie', en: 'Hydrography' },
  { code: 'lc', fr: 'Occupation des terres', en: 'Land cover' },
  { code: 'lu', fr: 'Usage des sols', en: 'Land use' },
  { code: 'mf', fr: 'Caractéristiques géographiques météorologiques', en: 'Meteorological geographical features' },
  { code: 'mr', fr: 'Ressources minérales', en: 'Mineral resources' },
  { code: 'nz', fr: 'Zones à risque naturel', en: 'Natural risk zones' },
  { code: 'of', fr: 'Caractéristiques géographiques océanographiques', en: 'Oceanographic geographical features' },
  { code: 'oi', fr: 'Ortho-imagerie', en: 'Orthoimagery' },
  { code: 'pd', fr: 'Répartition de la population — démographie', en: 'Population distribution — demography' },
  { code: 'pf', fr: 'Lieux de production et sites industriels', en: 'Production and industrial facilities' },
  { code: 'ps', fr: 'Sites protégés', en: 'Protected sites' },
  { code: 'rs', fr: 'Référentiels de coordonnées', en: 'Coordinate reference systems' },
  { code: 'sd', fr: 'Répartition des espèces', en: 'Species distribution' },
  { code: 'so', fr: 'Sols', en: 'Soil' },
  { code: 'sr', fr: 'Régions maritimes', en: 'Sea regions' },
  { code: 'su', fr: 'Unités statistiques', en: 'Statistical units' },
  { code: 'tn', fr: 'Réseaux de transport', en: 'Transport networks' },
  { code: 'us', fr: "Services d'utilité publique et services publics", en: 'Utility and governmental services' },
];

export const themeUri = (code: string): string => `http://inspire.ec.europa.eu/theme/${code}`;

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[’‘`]/g, "'")
    .replace(/[\s–—-]+/g, ' ')
    .trim()
    .toLowerCase();

/** The theme a person means: code, URI, French or English name, whatever the case, accents and dashes. */
export function findTheme(written: string): Theme | undefined {
  const text = fold(written.replace(/^https?:\/\/inspire\.ec\.europa\.eu\/theme\//i, '').replace(/\/$/, ''));
  return inspireThemes.find(theme => theme.code === text || fold(theme.fr) === text || fold(theme.en) === text);
}
