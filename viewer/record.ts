// A metadata record as the viewer shows it, read from its ISO 19139 document.
import type { Box } from './capabilities';
import { children, descendants, find, textAt } from './services';
import { language } from './words';

export interface Party {
  readonly organisation: string;
  readonly email: string | null;
  readonly role: string;
}

export interface Link {
  readonly url: string;
  readonly protocol: string;
  readonly name: string | null;
  readonly description: string | null;
}

export interface Linked {
  readonly text: string;
  /** Address of the anchor. */
  readonly href: string | null;
}

export interface MetadataRecord {
  readonly identifier: string;
  readonly title: string;
  readonly abstract: string;
  readonly parties: readonly Party[];
  readonly status: readonly string[];
  readonly dates: readonly { readonly type: string; readonly date: string }[];
  readonly periods: readonly { readonly begin: string | null; readonly end: string | null }[];
  readonly frequency: string | null;
  readonly keywords: readonly string[];
  readonly denominators: readonly number[];
  readonly distances: readonly string[];
  /** Grounds of limitation of public access, conditions of use, rules and notices. */
  readonly limitations: readonly Linked[];
  readonly conditions: readonly Linked[];
  readonly usage: readonly string[];
  readonly notices: readonly string[];
  readonly lineage: string | null;
  readonly crs: readonly string[];
  readonly formats: readonly string[];
  readonly conformity: readonly { readonly title: string; readonly pass: boolean | null }[];
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
  /** Addresses of pictures of the data. */
  readonly overviews: readonly string[];
  readonly dateStamp: string | null;
  readonly open: boolean;
  readonly coproduced: boolean;
  /** One of the partnership's own data: it carries the mention. */
  readonly pooled: boolean;
  readonly frozen: boolean;
  readonly retired: boolean;
}

export const mentionText = "Mutualisation de l'Information Géographique";

/** Texts of the charter that stand in every record of our data: shown apart from the owner's own rules (R25). */
const notices = [
  mentionText,
  'Mise à disposition à titre gratuit',
  'Le partenaire-propriétaire ne peut',
  "L'utilisateur est responsable",
  'Toute mise à disposition à un tiers',
];

const wanted = language === 'en' ? /en|eng/i : /fr|fre|fra/i;

/** The text of an element in the language of the page where it has one, else the main one. */
function localised(element: Element): string {
  const translation = descendants(element, 'LocalisedCharacterString').find(one => wanted.test(one.getAttribute('locale') ?? ''));
  const main = [...element.children].find(child => child.localName === 'CharacterString' || child.localName === 'Anchor');
  return (translation ?? main ?? element).textContent.trim();
}

const mainText = (element: Element): string =>
  (children(element, 'CharacterString')[0] ?? children(element, 'Anchor')[0])?.textContent.trim() ?? '';

const texts = (root: Element, path: string): string[] =>
  find(root, path)
    .map(localised)
    .filter(text => text !== '');

const codes = (root: Element, path: string): string[] =>
  find(root, path)
    .map(element => element.getAttribute('codeListValue') ?? element.textContent.trim())
    .filter(code => code !== '');

const linked = (element: Element): Linked => ({
  text: localised(element),
  href: children(element, 'Anchor')[0]?.getAttributeNS('http://www.w3.org/1999/xlink', 'href') ?? null,
});

/** Texts each once, with an address where one of them has it. */
function distinct(list: readonly Linked[]): Linked[] {
  const byText = new Map<string, Linked>();
  for (const one of list) if (one.text !== '' && byText.get(one.text)?.href == null) byText.set(one.text, one);
  return [...byText.values()];
}

/** Creation, publication, then what came later. */
const dateOrder = (type: string): number => (type === 'creation' ? 0 : type === 'publication' ? 1 : 2);

/** The address when a browser may follow it. */
export const safeAddress = (url: string): string | null => (/^https?:\/\//i.test(url) ? url : null);

export function recordOf(root: Element): MetadataRecord {
  const identification = find(root, 'identificationInfo/*')[0] ?? root;
  const citation = find(identification, 'citation/CI_Citation')[0] ?? root;
  const constraints = find(identification, 'resourceConstraints/*');
  const limitations = constraints.filter(block => children(block, 'accessConstraints').length > 0);
  const conditions = constraints.filter(block => !limitations.includes(block));
  const limits = limitations.flatMap(block => children(block, 'otherConstraints').map(linked));
  const useLimitations = constraints.flatMap(block => children(block, 'useLimitation'));
  const isNotice = (element: Element): boolean => notices.some(text => mainText(element).startsWith(text));
  const status = codes(identification, 'status/*');
  return {
    identifier: textAt(root, 'fileIdentifier') ?? '',
    title: texts(citation, 'title')[0] ?? '',
    abstract: texts(identification, 'abstract')[0] ?? '',
    parties: find(identification, 'pointOfContact/CI_ResponsibleParty').map(partyOf),
    status,
    dates: find(citation, 'date/CI_Date')
      .flatMap(dateOf)
      .sort((a, b) => dateOrder(a.type) - dateOrder(b.type)),
    periods: [...descendants(identification, 'TimePeriod')].map(period => ({
      begin: textAt(period, 'beginPosition'),
      end: textAt(period, 'endPosition'),
    })),
    frequency: codes(identification, 'resourceMaintenance/MD_MaintenanceInformation/maintenanceAndUpdateFrequency/*')[0] ?? null,
    keywords: texts(identification, 'descriptiveKeywords/MD_Keywords/keyword'),
    denominators: find(identification, 'spatialResolution/MD_Resolution/equivalentScale/MD_RepresentativeFraction/denominator')
      .map(element => Number(element.textContent.trim()))
      .filter(value => value > 0),
    distances: find(identification, 'spatialResolution/MD_Resolution/distance/Distance').map(element =>
      `${element.textContent.trim()} ${unitOf(element.getAttribute('uom') ?? '')}`.trim(),
    ),
    limitations: limits,
    conditions: distinct(conditions.flatMap(block => children(block, 'otherConstraints').map(linked))),
    usage: useLimitations
      .filter(element => !isNotice(element))
      .map(localised)
      .filter(text => text !== ''),
    notices: useLimitations.filter(isNotice).map(localised),
    lineage: texts(root, 'dataQualityInfo/DQ_DataQuality/lineage/LI_Lineage/statement')[0] ?? null,
    crs: find(root, 'referenceSystemInfo/MD_ReferenceSystem/referenceSystemIdentifier/RS_Identifier/code').map(localised),
    formats: find(root, 'distributionInfo/MD_Distribution/distributionFormat/MD_Format').flatMap(format => {
      const name = textAt(format, 'name');
      const version = textAt(format, 'version');
      return name === null ? [] : [version === null ? name : `${name} ${version}`];
    }),
    conformity: find(root, 'dataQualityInfo/DQ_DataQuality/report/*/result/DQ_ConformanceResult').map(result => {
      const pass = textAt(result, 'pass');
      return { title: texts(result, 'specification/CI_Citation/title')[0] ?? '', pass: pass === null ? null : pass === 'true' };
    }),
    boxes: descendants(identification, 'EX_GeographicBoundingBox').flatMap(boxOf),
    links: find(root, 'distributionInfo/MD_Distribution/transferOptions/MD_DigitalTransferOptions/onLine/CI_OnlineResource').flatMap(
      linkOf,
    ),
    overviews: find(identification, 'graphicOverview/MD_BrowseGraphic/fileName').map(mainText),
    dateStamp: textAt(root, 'dateStamp'),
    open: limits.some(
      one =>
        /\/noLimitations$/.test(one.href ?? '') ||
        /^(pas de restriction d['’]accès public|no limitations to public access)/i.test(one.text),
    ),
    coproduced: find(identification, 'descriptiveKeywords/MD_Keywords/keyword').some(
      element => mainText(element) === 'Données coproduites',
    ),
    pooled: useLimitations.some(element => mainText(element).startsWith(mentionText)),
    frozen: status.includes('historicalArchive'),
    retired: status.includes('obsolete'),
  };
}

function partyOf(party: Element): Party {
  return {
    organisation: texts(party, 'organisationName')[0] ?? texts(party, 'individualName')[0] ?? '',
    email: textAt(party, 'contactInfo/CI_Contact/address/CI_Address/electronicMailAddress'),
    role: codes(party, 'role/*')[0] ?? '',
  };
}

function dateOf(entry: Element): { type: string; date: string }[] {
  const date = textAt(entry, 'date');
  return date === null ? [] : [{ type: codes(entry, 'dateType/*')[0] ?? '', date }];
}

/** `urn:ogc:def:uom:EPSG::9001` and addresses of units end in their name. */
const unitOf = (uom: string): string => (/(?:^|[:/#])(?:9001|m|metre|meter)$/i.test(uom) ? 'm' : (/[\w°]+$/.exec(uom)?.[0] ?? ''));

function boxOf(element: Element): Box[] {
  const side = (name: string): number => Number(textAt(element, name) ?? NaN);
  const box = [side('westBoundLongitude'), side('southBoundLatitude'), side('eastBoundLongitude'), side('northBoundLatitude')] as const;
  return box.every(Number.isFinite) ? [box] : [];
}

function linkOf(resource: Element): Link[] {
  const url = textAt(resource, 'linkage/URL');
  if (url === null) return [];
  return [
    {
      url,
      protocol: textAt(resource, 'protocol') ?? '',
      name: textAt(resource, 'name'),
      description: texts(resource, 'description')[0] ?? null,
    },
  ];
}

/** Whose record it is: the owner, else the first party that is named. */
export function ownerOf(record: MetadataRecord): string {
  const named = record.parties.filter(party => party.organisation !== '');
  return (named.find(party => party.role === 'owner') ?? named[0])?.organisation ?? '';
}

/** The finest scale the data are meant for; null when the record does not say. */
export const usageScaleOf = (record: MetadataRecord): number | null =>
  record.denominators.length === 0 ? null : Math.min(...record.denominators);
