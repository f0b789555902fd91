// Code lists of ISO 19115 / ISO 19139 that our records use, with their French and English names.
// Source: gmxCodelists of ISO/TS 19139 and its French edition.

export interface Code {
  readonly fr: string;
  readonly en: string;
}

/** MD_TopicCategoryCode, the nineteen. */
export const topicCategories: Readonly<Record<string, Code>> = {
  farming: { fr: 'Agriculture', en: 'Farming' },
  biota: { fr: 'Biologie, faune et flore', en: 'Biota' },
  boundaries: { fr: 'Limites politiques et administratives', en: 'Boundaries' },
  climatologyMeteorologyAtmosphere: { fr: 'Climatologie, météorologie', en: 'Climatology, meteorology, atmosphere' },
  economy: { fr: 'Economie', en: 'Economy' },
  elevation: { fr: 'Altimétrie', en: 'Elevation' },
  environment: { fr: 'Environnement', en: 'Environment' },
  geoscientificInformation: { fr: 'Sciences de la terre, géosciences', en: 'Geoscientific information' },
  health: { fr: 'Santé', en: 'Health' },
  imageryBaseMapsEarthCover: { fr: 'Carte de référence de la couverture terrestre', en: 'Imagery base maps earth cover' },
  intelligenceMilitary: { fr: 'Infrastructures militaires', en: 'Intelligence military' },
  inlandWaters: { fr: 'Eaux intérieures, Hydrographie', en: 'Inland waters' },
  location: { fr: 'Localisation', en: 'Location' },
  oceans: { fr: 'Océans', en: 'Oceans' },
  planningCadastre: { fr: 'Cadastre, aménagement', en: 'Planning cadastre' },
  society: { fr: 'Société', en: 'Society' },
  structure: { fr: 'Constructions et ouvrages', en: 'Structure' },
  transportation: { fr: 'Infrastructures de transport', en: 'Transportation' },
  utilitiesCommunication: { fr: 'Télécommunication, approvisionnement et énergie', en: 'Utilities communication' },
};

/** CI_RoleCode. */
export const roles: Readonly<Record<string, Code>> = {
  resourceProvider: { fr: 'Fournisseur', en: 'Resource provider' },
  custodian: { fr: 'Gestionnaire', en: 'Custodian' },
  owner: { fr: 'Propriétaire', en: 'Owner' },
  user: { fr: 'Utilisateur', en: 'User' },
  distributor: { fr: 'Distributeur', en: 'Distributor' },
  originator: { fr: "A l'origine de", en: 'Originator' },
  pointOfContact: { fr: 'Point de contact', en: 'Point of contact' },
  principalInvestigator: { fr: 'Point de recherche', en: 'Principal investigator' },
  processor: { fr: 'Exécutant', en: 'Processor' },
  publisher: { fr: 'Editeur (publication)', en: 'Publisher' },
  author: { fr: 'Auteur', en: 'Author' },
};

/** CI_DateTypeCode. */
export const dateTypes: Readonly<Record<string, Code>> = {
  creation: { fr: 'Création', en: 'Creation' },
  publication: { fr: 'Publication', en: 'Publication' },
  revision: { fr: 'Révision', en: 'Revision' },
  validity: { fr: 'Validité', en: 'Validity' },
  useBy: { fr: 'Péremption', en: 'UseBy' },
};

/** MD_KeywordTypeCode. */
export const keywordTypes: Readonly<Record<string, Code>> = {
  discipline: { fr: 'Discipline', en: 'Discipline' },
  place: { fr: 'Localisation', en: 'Place' },
  stratum: { fr: 'Strate', en: 'Stratum' },
  temporal: { fr: 'Temps', en: 'Temporal' },
  theme: { fr: 'Thème', en: 'Theme' },
};

/** MD_MaintenanceFrequencyCode. */
export const maintenanceFrequencies: Readonly<Record<string, Code>> = {
  continual: { fr: 'Continue', en: 'Continual' },
  daily: { fr: 'Journalière', en: 'Daily' },
  weekly: { fr: 'Hebdomadaire', en: 'Weekly' },
  fortnightly: { fr: 'Bi-mensuelle', en: 'Fortnightly' },
  monthly: { fr: 'Mensuelle', en: 'Monthly' },
  quarterly: { fr: 'Trimestrielle', en: 'Quarterly' },
  biannually: { fr: 'Bi-annuelle', en: 'Biannually' },
  annually: { fr: 'Annuelle', en: 'Annually' },
  asNeeded: { fr: 'Lorsque nécessaire', en: 'As needed' },
  irregular: { fr: 'Irrégulière', en: 'Irregular' },
  notPlanned: { fr: 'Non planifiée', en: 'Not planned' },
  unknown: { fr: 'Inconnue', en: 'Unknown' },
};

/** MD_ProgressCode: status of a resource. */
export const progressCodes: Readonly<Record<string, Code>> = {
  completed: { fr: 'Terminé', en: 'Completed' },
  historicalArchive: { fr: 'Données historiques', en: 'Historical archive' },
  obsolete: { fr: 'Obsolète', en: 'Obsolete' },
  onGoing: { fr: 'Mis à jour', en: 'On going' },
  planned: { fr: 'Planifié', en: 'Planned' },
  required: { fr: 'Requis', en: 'Required' },
  underDevelopment: { fr: 'En cours', en: 'Under development' },
};

/** MD_RestrictionCode. */
export const restrictionCodes: Readonly<Record<string, Code>> = {
  copyright: { fr: "Droit d'auteur /  Droit moral (copyright)", en: 'Copyright' },
  patent: { fr: 'Brevet', en: 'Patent' },
  patentPending: { fr: 'Brevet en instance', en: 'Pending patent' },
  trademark: { fr: 'Marque de commerce', en: 'Trademark' },
  license: { fr: 'Licence', en: 'License' },
  intellectualPropertyRights: { fr: 'Droit de propriété intellectuelle / Droit patrimonial', en: 'Intellectual property rights' },
  restricted: { fr: 'Restreint', en: 'Restricted' },
  otherRestrictions: { fr: 'Autres restrictions', en: 'Other restrictions' },
};

/** MD_ScopeCode: hierarchy levels. */
export const scopeCodes: Readonly<Record<string, Code>> = {
  attribute: { fr: 'Attribut', en: 'Attribute' },
  attributeType: { fr: "Type d'attribut", en: 'Attribute type' },
  collectionHardware: { fr: 'Collection matérielle', en: 'Collection hardware' },
  collectionSession: { fr: 'Collection de session', en: 'Collection session' },
  dataset: { fr: 'Série de données', en: 'Dataset' },
  series: { fr: 'Ensemble de séries de données', en: 'Series' },
  nonGeographicDataset: { fr: 'Jeux de données non géographiques', en: 'Non geographic dataset' },
  dimensionGroup: { fr: "Dimension d'un groupe", en: 'Dimension group' },
  feature: { fr: 'Entité', en: 'Feature' },
  featureType: { fr: "Type d'entité", en: 'Feature type' },
  propertyType: { fr: 'Type de propriété', en: 'Property type' },
  fieldSession: { fr: 'Champ de session', en: 'Field session' },
  software: { fr: 'Logiciel', en: 'Software' },
  service: { fr: 'Service', en: 'Service' },
  model: { fr: 'Modèle', en: 'Model' },
  tile: { fr: 'Tuile', en: 'Tile' },
  modelSession: { fr: 'Model Session', en: 'Model Session' },
  document: { fr: 'Document', en: 'Document' },
};

/** MD_SpatialRepresentationTypeCode. */
export const spatialRepresentationTypes: Readonly<Record<string, Code>> = {
  vector: { fr: 'Vecteur', en: 'Vector' },
  grid: { fr: 'Raster', en: 'Grid' },
  textTable: { fr: 'Table texte', en: 'Text, table' },
  tin: { fr: 'Tin', en: 'TIN' },
  stereoModel: { fr: 'Vue 3D', en: 'Stereo model' },
  video: { fr: 'Vidéo', en: 'Video' },
};

/** CI_OnLineFunctionCode. */
export const onLineFunctions: Readonly<Record<string, Code>> = {
  download: { fr: 'Téléchargement', en: 'Download' },
  information: { fr: 'Information', en: 'Information' },
  offlineAccess: { fr: 'Commande hors ligne', en: 'Offline access' },
  order: { fr: 'Commande en ligne', en: 'Order' },
  search: { fr: 'Interface de recherche', en: 'Search' },
};

/** SV_CouplingType. */
export const couplingTypes: Readonly<Record<string, Code>> = {
  tight: { fr: 'Resserré', en: 'Tight' },
  mixed: { fr: 'Mixte', en: 'Mixed' },
  loose: { fr: 'Libre', en: 'Loose' },
};
