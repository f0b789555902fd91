// Words for the codes of ISO 19115 that a reader meets in a sheet; a code that is not here is shown as it is.
import { language } from './words';

type Words = Readonly<Record<string, readonly [fr: string, en: string]>>;

const roles: Words = {
  owner: ['propriétaire', 'owner'],
  pointOfContact: ['contact', 'point of contact'],
  publisher: ['éditeur', 'publisher'],
  author: ['auteur', 'author'],
  custodian: ['gestionnaire', 'custodian'],
  distributor: ['diffuseur', 'distributor'],
  originator: ['à l’origine des données', 'originator'],
  processor: ['intégrateur', 'processor'],
  resourceProvider: ['fournisseur', 'resource provider'],
  user: ['utilisateur', 'user'],
  principalInvestigator: ['maître d’œuvre', 'principal investigator'],
};

const frequencies: Words = {
  continual: ['en continu', 'continual'],
  daily: ['quotidienne', 'daily'],
  weekly: ['hebdomadaire', 'weekly'],
  fortnightly: ['bimensuelle', 'fortnightly'],
  monthly: ['mensuelle', 'monthly'],
  quarterly: ['trimestrielle', 'quarterly'],
  biannually: ['semestrielle', 'twice a year'],
  annually: ['annuelle', 'annually'],
  asNeeded: ['selon les besoins', 'as needed'],
  irregular: ['irrégulière', 'irregular'],
  notPlanned: ['non planifiée', 'not planned'],
  unknown: ['inconnue', 'unknown'],
};

const topics: Words = {
  farming: ['Agriculture', 'Farming'],
  biota: ['Faune et flore', 'Biota'],
  boundaries: ['Limites administratives', 'Boundaries'],
  climatologyMeteorologyAtmosphere: ['Climat, météo, air', 'Climate and atmosphere'],
  economy: ['Économie', 'Economy'],
  elevation: ['Altitude et relief', 'Elevation'],
  environment: ['Environnement', 'Environment'],
  geoscientificInformation: ['Sous-sol et sciences de la Terre', 'Geoscience'],
  health: ['Santé', 'Health'],
  imageryBaseMapsEarthCover: ['Images et fonds de plan', 'Imagery and base maps'],
  intelligenceMilitary: ['Défense', 'Military'],
  inlandWaters: ['Eaux intérieures', 'Inland waters'],
  location: ['Adresses et localisation', 'Location'],
  oceans: ['Mers et océans', 'Oceans'],
  planningCadastre: ['Urbanisme et cadastre', 'Planning and cadastre'],
  society: ['Société', 'Society'],
  structure: ['Bâtiments et ouvrages', 'Structures'],
  transportation: ['Transports et voirie', 'Transport'],
  utilitiesCommunication: ['Réseaux et services', 'Utilities'],
};

const inWords = (words: Words, code: string): string => words[code]?.[language === 'fr' ? 0 : 1] ?? code;

export const roleInWords = (code: string): string => inWords(roles, code);
export const frequencyInWords = (code: string): string => inWords(frequencies, code);
export const topicInWords = (code: string): string => inWords(topics, code);
