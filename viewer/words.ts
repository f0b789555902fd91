// Every sentence of the viewer in French and English, and which of the two is spoken.

export type Language = 'fr' | 'en';

/** `?lang` first, else French, unless the browser prefers English. */
export function chooseLanguage(search: string, preferred: readonly string[]): Language {
  const asked = new URLSearchParams(search).get('lang')?.toLowerCase().slice(0, 2);
  if (asked === 'fr' || asked === 'en') return asked;
  for (const tag of preferred) {
    const short = tag.slice(0, 2).toLowerCase();
    if (short === 'fr' || short === 'en') return short;
  }
  return 'fr';
}

export const language: Language = chooseLanguage(location.search, navigator.languages);

const words = {
  pageTitle: ['GeoMIG – catalogue et cartes', 'GeoMIG – catalogue and maps'],
  tagline: ['Données géographiques mutualisées des Hauts-de-Seine', 'Pooled geographic data of Hauts-de-Seine'],
  skip: ['Aller à la carte', 'Skip to the map'],
  otherLanguage: ['English', 'Français'],
  inventory: ['Inventaire', 'Inventory'],
  layers: ['Couches', 'Layers'],
  panel: ['Inventaire et couches', 'Inventory and layers'],
  openPanel: ['Ouvrir le panneau', 'Open the panel'],
  closePanel: ['Replier le panneau', 'Collapse the panel'],
  close: ['Fermer', 'Close'],

  searchLabel: ['Rechercher dans l’inventaire', 'Search the inventory'],
  searchHint: ['Thème, organisme, mot du résumé…', 'Theme, organisation, word of the abstract…'],
  kindLabel: ['Origine', 'Origin'],
  kindAll: ['Toutes les fiches', 'All records'],
  kindCoproduced: ['Données coproduites', 'Co-produced data'],
  kindPooled: ['Données mutualisées', 'Pooled data'],
  searching: ['Recherche en cours…', 'Searching…'],
  found0: ['Aucune fiche', 'No record'],
  found1: ['1 fiche', '1 record'],
  foundMany: ['{n} fiches', '{n} records'],
  foundRange: ['{from} à {to} sur {n} fiches', '{from} to {to} of {n} records'],
  nothingFound: [
    'Aucune fiche ne correspond. Essayez un mot plus court : les accents et les majuscules ne comptent pas.',
    'No record matches. Try a shorter word: accents and capitals do not matter.',
  ],
  emptyInventory: ['L’inventaire est vide pour l’instant.', 'The inventory is empty for now.'],
  previous: ['Précédentes', 'Previous'],
  next: ['Suivantes', 'Next'],
  pages: ['Pages de l’inventaire', 'Pages of the inventory'],
  page: ['page {page} sur {pages}', 'page {page} of {pages}'],
  showOnMap: ['Afficher sur la carte', 'Show on the map'],
  hideFromMap: ['Retirer de la carte', 'Remove from the map'],
  shown: ['Sur la carte', 'On the map'],
  show: ['Afficher', 'Show'],
  openRecord: ['Ouvrir la fiche : {title}', 'Open the record: {title}'],
  noAbstract: ['Sans résumé.', 'No abstract.'],
  untitled: ['Sans titre', 'Untitled'],

  badgeOpen: ['Données ouvertes', 'Open data'],
  badgePartners: ['Partenaires', 'Partners'],
  badgeCoproduced: ['Coproduites', 'Co-produced'],
  badgeFrozen: ['Gelée', 'Frozen'],
  badgeObsolete: ['Retirée', 'Retired'],
  badgeOpenHelp: ['Accessible à tous', 'Open to everyone'],
  badgePartnersHelp: ['L’accès dépend des droits donnés aux partenaires', 'Access depends on the rights given to the partners'],
  badgeCoproducedHelp: ['Produite en commun par les partenaires', 'Produced by the partners together'],
  badgeFrozenHelp: ['Le propriétaire s’est retiré : dernière version conservée', 'The owner has withdrawn: last version kept'],

  shownLayers: ['Affichées, de haut en bas', 'Shown, from top to bottom'],
  availableLayers: ['Disponibles', 'Available'],
  noShownLayers: [
    'Aucune couche n’est affichée. Choisissez-en une dans l’inventaire ou ci-dessous.',
    'No layer is shown. Choose one from the inventory or below.',
  ],
  noMoreLayers: ['Toutes les couches disponibles sont affichées.', 'All available layers are shown.'],
  noLayersAtAll: ['Aucune couche n’est ouverte à ce compte.', 'No layer is open to this account.'],
  loadingLayers: ['Chargement des couches…', 'Loading layers…'],
  layerVisible: ['Visible : {title}', 'Visible: {title}'],
  moveUp: ['Monter {title}', 'Move {title} up'],
  moveDown: ['Descendre {title}', 'Move {title} down'],
  removeLayer: ['Retirer {title}', 'Remove {title}'],
  zoomToLayer: ['Zoomer sur {title}', 'Zoom to {title}'],
  layerRecord: ['Fiche de {title}', 'Record of {title}'],
  opacity: ['Opacité', 'Opacity'],
  opacityOf: ['Opacité de {title}', 'Opacity of {title}'],
  legendOf: ['Légende de {title}', 'Legend of {title}'],
  legendFailed: ['Légende indisponible', 'Legend unavailable'],
  outOfScale: ['Non dessinée à cette échelle ({range}).', 'Not drawn at this scale ({range}).'],
  fromScale: ['à partir de 1 : {n}', 'from 1 : {n}'],
  toScale: ['jusqu’à 1 : {n}', 'down to 1 : {n}'],
  betweenScales: ['de 1 : {max} à 1 : {min}', 'from 1 : {max} to 1 : {min}'],
  beyondUsage: [
    'Échelle d’usage dépassée : ces données sont prévues jusqu’au 1 : {n}.',
    'Beyond the usage scale: these data are meant for use down to 1 : {n}.',
  ],
  drawFailed: ['Cette couche n’a pas pu être dessinée : {reason}', 'This layer could not be drawn: {reason}'],

  map: ['Carte des Hauts-de-Seine', 'Map of Hauts-de-Seine'],
  mapHelp: [
    'Flèches : déplacer. Plus et moins : zoomer. Entrée : interroger le centre de la carte.',
    'Arrows: move. Plus and minus: zoom. Enter: identify at the centre of the map.',
  ],
  zoomIn: ['Zoomer', 'Zoom in'],
  zoomOut: ['Dézoomer', 'Zoom out'],
  wholeTerritory: ['Voir tout le territoire', 'See the whole territory'],
  export: ['Exporter en PNG', 'Export as PNG'],
  exporting: ['Préparation de l’image…', 'Preparing the picture…'],
  exported: ['Image enregistrée.', 'Picture saved.'],
  exportFailed: ['L’image n’a pas pu être faite.', 'The picture could not be made.'],
  mapLoading: ['Dessin de la carte…', 'Drawing the map…'],
  scaleOf: ['Échelle 1 : {n}', 'Scale 1 : {n}'],
  mapDate: ['Carte éditée le {date}', 'Map made on {date}'],

  identifyTitle: ['À cet endroit', 'At this place'],
  identifying: ['Interrogation des couches…', 'Asking the layers…'],
  identifyNothing: ['Aucun objet à cet endroit.', 'Nothing at this place.'],
  identifyNone: ['Aucune couche affichée ne peut être interrogée.', 'No shown layer can be queried.'],
  identifyMore: ['Seuls les {n} premiers objets sont montrés.', 'Only the first {n} objects are shown.'],
  noAttributes: ['Sans attribut.', 'No attributes.'],
  yes: ['oui', 'yes'],
  no: ['non', 'no'],

  record: ['Fiche', 'Record'],
  recordLoading: ['Chargement de la fiche…', 'Loading the record…'],
  recordGone: [
    'Cette fiche n’existe pas ou n’est pas visible avec ce compte.',
    'This record does not exist or is not visible to this account.',
  ],
  abstract: ['Résumé', 'Abstract'],
  organisations: ['Responsables', 'Responsible parties'],
  dates: ['Dates', 'Dates'],
  dateCreation: ['Création', 'Creation'],
  datePublication: ['Publication', 'Publication'],
  dateRevision: ['Mise à jour', 'Revision'],
  period: ['Période couverte', 'Period covered'],
  updateFrequency: ['Fréquence de mise à jour', 'Update frequency'],
  usageScale: ['Échelle d’usage', 'Usage scale'],
  resolution: ['Résolution', 'Resolution'],
  usageRules: ['Règles d’usage', 'Usage rules'],
  conditions: ['Conditions d’utilisation', 'Conditions of use'],
  limitation: ['Limitation d’accès public', 'Limitation of public access'],
  notices: ['Mentions', 'Notices'],
  lineage: ['Généalogie', 'Lineage'],
  keywords: ['Mots-clés', 'Keywords'],
  crs: ['Système de coordonnées', 'Reference system'],
  formats: ['Formats', 'Formats'],
  conformity: ['Conformité', 'Conformity'],
  conform: ['conforme', 'conformant'],
  notConform: ['non conforme', 'not conformant'],
  notEvaluated: ['non évaluée', 'not evaluated'],
  extent: ['Emprise', 'Extent'],
  zoomToExtent: ['Zoomer sur l’emprise', 'Zoom to the extent'],
  links: ['Liens', 'Links'],
  identifier: ['Identifiant', 'Identifier'],
  recordDate: ['Fiche du', 'Record of'],
  useInGis: ['Utiliser dans QGIS', 'Use in QGIS'],
  useInGisHelp: [
    'Copiez l’adresse du service ; la couche s’y nomme « {name} ».',
    'Copy the address of the service; the layer is named “{name}” there.',
  ],
  useInGisCatalogue: ['Copiez l’adresse du catalogue dans MetaSearch.', 'Copy the address of the catalogue into MetaSearch.'],
  copy: ['Copier', 'Copy'],
  copied: ['Copié', 'Copied'],
  copyAddress: ['Copier l’adresse {service}', 'Copy the {service} address'],
  xml: ['Fiche en XML (ISO 19139)', 'Record as XML (ISO 19139)'],

  logIn: ['Se connecter', 'Log in'],
  logOut: ['Se déconnecter', 'Log out'],
  logInTitle: ['Connexion', 'Log in'],
  logInHelp: [
    'Avec un compte de partenaire, d’autres fiches et d’autres couches apparaissent.',
    'With a partner’s account more records and layers appear.',
  ],
  login: ['Identifiant', 'Login'],
  password: ['Mot de passe', 'Password'],
  loggingIn: ['Connexion en cours…', 'Logging in…'],
  wrongPassword: ['Identifiant ou mot de passe incorrect.', 'Wrong login or password.'],
  tooMany: ['Trop d’essais. Réessayez dans {wait}.', 'Too many attempts. Try again in {wait}.'],
  passwordOverHttps: ['Les mots de passe ne sont acceptés qu’en https.', 'Passwords are accepted over https only.'],
  needBoth: ['Indiquez l’identifiant et le mot de passe.', 'Enter both login and password.'],
  loggedInAs: ['Connecté : {name}', 'Logged in: {name}'],
  loggedOut: ['Vous êtes déconnecté.', 'You are logged out.'],
  welcome: ['Bonjour {name}. Les couches de votre compte sont chargées.', 'Hello {name}. The layers of your account are loaded.'],
  suspended: [
    'Ce compte est suspendu. Déconnectez-vous pour consulter les données publiques.',
    'This account is suspended. Log out to see the public data.',
  ],
  second: ['{n} s', '{n} s'],
  minutes: ['{n} min', '{n} min'],

  errorNetwork: ['Le serveur ne répond pas. Vérifiez la connexion.', 'The server does not answer. Check the connection.'],
  errorUnauthenticated: ['Il faut se connecter.', 'You need to log in.'],
  errorForbidden: ['Ce compte n’y a pas accès.', 'This account has no access to it.'],
  errorBusy: [
    'Le serveur est occupé ou démarre encore. Réessayez dans un instant.',
    'The server is busy or still starting. Try again in a moment.',
  ],
  errorTooMany: ['Trop de demandes. Réessayez dans un instant.', 'Too many requests. Try again in a moment.'],
  errorAnswer: ['Réponse inattendue du serveur.', 'Unexpected answer of the server.'],
  errorOther: ['Le serveur a répondu {status}.', 'The server answered {status}.'],
  retry: ['Réessayer', 'Try again'],
} as const satisfies Readonly<Record<string, readonly [fr: string, en: string]>>;

export type Word = keyof typeof words;

/** The sentence in the language of the page, `{name}` replaced by the value of that name. */
export function say(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  const text: string = words[word][language === 'fr' ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
const integers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const decimals = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });

/** `25 000`, `25,000`. */
export const wholeNumber = (value: number): string => integers.format(value);
export const decimal = (value: number): string => decimals.format(value);

/** A partial or whole ISO date in words; anything else as it is written. */
export function dateInWords(written: string): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T|$)/.exec(written) ?? [];
  if (year === undefined) return written;
  const date = new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1)));
  const shape: Intl.DateTimeFormatOptions = day ? { dateStyle: 'long' } : month ? { year: 'numeric', month: 'long' } : { year: 'numeric' };
  return new Intl.DateTimeFormat(locale, { ...shape, timeZone: 'UTC' }).format(date);
}

/** A calendar day where the page is read. */
export const dayInWords = (date: Date): string => new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(date);

/** A waiting time in seconds, in words. */
export const waitInWords = (seconds: number): string =>
  seconds < 90 ? say('second', { n: Math.max(1, Math.ceil(seconds)) }) : say('minutes', { n: Math.ceil(seconds / 60) });
