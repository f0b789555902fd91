// ISO 19139 → pivot, leniently: either edition of GML, 19139-2 (MI_Metadata), Anchors, dates of any precision, codes as values or as text.
// What cannot be read is absent, never an exception: validation is for inspire.ts.
import type { Element } from '../server/core/xml/read';
import type { Envelope } from '../server/core/model/geometry';
import type { Text } from '../server/core/model/text';
import { first, select } from './document';
import type { Anchored, Citation, Conformity, Constraints, DateEntry, Identifier, MetadataRecord, Party, Period } from './record';
import { emptyRecord } from './record';
import { boxAround } from './bounding-polygon';
import { descendants } from './document';
import { languageCode } from '../schemas/codelists/languages';

/** Languages of the document: which `locale` ids are French and English, and which language the plain texts are in. */
interface Locales {
  readonly main: string | null;
  readonly byId: ReadonlyMap<string, string>;
}

const clean = (text: string | undefined): string | null => {
  const trimmed = text?.replace(/\s+/g, ' ').trim() ?? '';
  return trimmed === '' ? null : trimmed;
};

/** Text of a property element: CharacterString, Anchor, a code, a date, or its own characters. */
export function valueOf(property: Element | undefined): string | null {
  if (!property) return null;
  for (const child of property.children) {
    if (child.name === 'PT_FreeText') continue;
    const value = clean(child.attribute('codeListValue')) ?? clean(child.text) ?? (child.children.length > 0 ? valueOf(child) : null);
    if (value !== null) return value;
  }
  return clean(property.text);
}

/** Long texts keep their line breaks. */
function longValue(property: Element): string | null {
  const holder = property.children.find(child => child.name !== 'PT_FreeText') ?? property;
  const text = holder.text.trim();
  return text === '' ? null : text;
}

function textOf(property: Element | undefined, locales: Locales): Text | null {
  if (!property) return null;
  const main = longValue(property);
  const translations = new Map<string, string>();
  for (const localised of select(property, 'PT_FreeText/textGroup/LocalisedCharacterString')) {
    const language = locales.byId.get((localised.attribute('locale') ?? '').replace(/^#/, '').toLowerCase());
    const text = localised.text.trim();
    if (language !== undefined && text !== '') translations.set(language, text);
  }
  if (main !== null && locales.main !== null && !translations.has(locales.main)) translations.set(locales.main, main);
  const fr = translations.get('fre') ?? main ?? translations.values().next().value;
  if (fr === undefined) return null;
  const en = translations.get('eng');
  return en === undefined || en === fr ? { fr } : { fr, en };
}

function hrefOf(property: Element): string | null {
  for (const element of [property, ...property.children]) {
    const href = clean(element.attributes.find(attribute => attribute.name === 'href')?.value);
    if (href !== null) return href;
  }
  return null;
}

function anchoredOf(property: Element | undefined, locales: Locales): Anchored | null {
  if (!property) return null;
  const text = textOf(property, locales);
  const uri = hrefOf(property);
  return text !== null ? { text, uri } : uri === null ? null : { text: { fr: uri }, uri };
}

const present = <T>(value: T | null): value is T => value !== null;
const texts = (from: Element, path: string): string[] => select(from, path).map(valueOf).filter(present);

function datesOf(citation: Element): DateEntry[] {
  return select(citation, 'date/CI_Date').flatMap(entry => {
    const date = valueOf(first(entry, 'date'));
    return date === null ? [] : [{ type: valueOf(first(entry, 'dateType')) ?? '', date }];
  });
}

function citationOf(property: Element | undefined, locales: Locales): Citation | null {
  const citation = property && first(property, 'CI_Citation');
  if (!citation) {
    // a specification or thesaurus given by reference only
    const href = property ? hrefOf(property) : null;
    return href === null ? null : { title: { text: { fr: href }, uri: href }, dates: [] };
  }
  const title = anchoredOf(first(citation, 'title'), locales);
  return title === null ? null : { title, dates: datesOf(citation) };
}

function identifierOf(element: Element): Identifier | null {
  const property = first(element, 'code');
  const code = valueOf(property) ?? (property ? hrefOf(property) : null);
  if (property === undefined || code === null) return null;
  return { code, codeSpace: valueOf(first(element, 'codeSpace')), uri: hrefOf(property) };
}

function partyOf(element: Element, locales: Locales): Party {
  return {
    organisation: textOf(first(element, 'organisationName'), locales),
    individual: valueOf(first(element, 'individualName')),
    position: valueOf(first(element, 'positionName')),
    email: texts(element, 'contactInfo/CI_Contact/address/CI_Address/electronicMailAddress')[0] ?? null,
    phone: texts(element, 'contactInfo/CI_Contact/phone/CI_Telephone/voice|facsimile')[0] ?? null,
    url: valueOf(first(element, 'contactInfo/CI_Contact/onlineResource/CI_OnlineResource/linkage')),
    role: valueOf(first(element, 'role')) ?? '',
  };
}

function constraintsOf(block: Element, locales: Locales): Constraints {
  const anchoredAll = (path: string): Anchored[] =>
    select(block, path)
      .map(element => anchoredOf(element, locales))
      .filter(present);
  return {
    useLimitations: anchoredAll('useLimitation'),
    access: texts(block, 'accessConstraints'),
    use: texts(block, 'useConstraints'),
    other: anchoredAll('otherConstraints'),
    classification: valueOf(first(block, 'classification')),
  };
}

const numberOf = (text: string | null): number | null => {
  const value = text === null ? Number.NaN : Number(text.replace(/\s/g, '').replace(',', '.'));
  return Number.isFinite(value) ? value : null;
};

function boxOf(element: Element): Envelope | null {
  const side = (name: string): number | null => numberOf(valueOf(first(element, name)));
  const [minX, minY, maxX, maxY] = [
    side('westBoundLongitude'),
    side('southBoundLatitude'),
    side('eastBoundLongitude'),
    side('northBoundLatitude'),
  ];
  return minX === null || minY === null || maxX === null || maxY === null ? null : { minX, minY, maxX, maxY };
}

function periodOf(extent: Element): Period | null {
  const position = (element: Element | undefined): string | null =>
    valueOf(element && (first(element, 'TimeInstant/timePosition') ?? element));
  const period = first(extent, 'TimePeriod');
  if (period) {
    const begin = position(first(period, 'beginPosition|begin'));
    const end = position(first(period, 'endPosition|end'));
    return begin === null && end === null ? null : { begin, end };
  }
  const instant = valueOf(first(extent, 'TimeInstant/timePosition'));
  return instant === null ? null : { begin: instant, end: instant };
}

function conformityOf(result: Element, locales: Locales): Conformity | null {
  const specification = citationOf(first(result, 'specification'), locales);
  if (specification === null) return null;
  const pass = valueOf(first(result, 'pass'))?.toLowerCase();
  return {
    specification,
    degree: pass === 'true' || pass === '1' ? true : pass === 'false' || pass === '0' ? false : null,
    explanation: valueOf(first(result, 'explanation')),
  };
}

function serviceOf(identification: Element): MetadataRecord['service'] {
  if (identification.name !== 'SV_ServiceIdentification') return null;
  return {
    type: valueOf(first(identification, 'serviceType')),
    versions: texts(identification, 'serviceTypeVersion'),
    couplingType: valueOf(first(identification, 'couplingType')),
    operations: texts(identification, 'containsOperations/SV_OperationMetadata/operationName'),
    operatesOn: select(identification, 'operatesOn').map(element => ({
      uuidref: clean(element.attribute('uuidref')),
      href: hrefOf(element),
      identifier: texts(element, 'MD_DataIdentification/citation/CI_Citation/identifier/*/code')[0] ?? null,
    })),
    coupled: select(identification, 'coupledResource/SV_CoupledResource').map(element => ({
      operation: valueOf(first(element, 'operationName')),
      identifier: valueOf(first(element, 'identifier')),
    })),
  };
}

/** One reader per field, from the root, the first identificationInfo (data or service) and the languages. */
type Table = {
  readonly [Key in keyof MetadataRecord]: (root: Element, identification: Element, locales: Locales) => MetadataRecord[Key];
};

const listOf = <T>(from: Element, path: string, make: (element: Element) => T | null): T[] => select(from, path).map(make).filter(present);

const table: Table = {
  identifier: root => valueOf(first(root, 'fileIdentifier')),
  parentIdentifier: root => valueOf(first(root, 'parentIdentifier')),
  language: (_root, _id, locales) => locales.main,
  characterSet: root => valueOf(first(root, 'characterSet')),
  scope: root => valueOf(first(root, 'hierarchyLevel')),
  scopeName: root => valueOf(first(root, 'hierarchyLevelName')),
  contacts: (root, _id, locales) => listOf(root, 'contact/CI_ResponsibleParty', element => partyOf(element, locales)),
  dateStamp: root => valueOf(first(root, 'dateStamp')),
  title: (_root, id, locales) => textOf(first(id, 'citation/CI_Citation/title'), locales),
  alternateTitles: (_root, id, locales) => listOf(id, 'citation/CI_Citation/alternateTitle', element => textOf(element, locales)),
  abstract: (_root, id, locales) => textOf(first(id, 'abstract'), locales),
  edition: (_root, id) => valueOf(first(id, 'citation/CI_Citation/edition')),
  dates: (_root, id) => select(id, 'citation/CI_Citation').flatMap(datesOf),
  resourceIdentifiers: (_root, id) => listOf(id, 'citation/CI_Citation/identifier/*', identifierOf),
  status: (_root, id) => texts(id, 'status'),
  pointsOfContact: (_root, id, locales) => listOf(id, 'pointOfContact/CI_ResponsibleParty', element => partyOf(element, locales)),
  otherParties: (root, id, locales) => {
    const known = new Set([...select(root, 'contact/CI_ResponsibleParty'), ...select(id, 'pointOfContact/CI_ResponsibleParty')]);
    return [...descendants(root)]
      .filter(element => element.name === 'CI_ResponsibleParty' && !known.has(element))
      .map(element => partyOf(element, locales));
  },
  frequency: (_root, id) => valueOf(first(id, 'resourceMaintenance/MD_MaintenanceInformation/maintenanceAndUpdateFrequency')),
  keywords: (_root, id, locales) =>
    select(id, 'descriptiveKeywords/MD_Keywords').map(block => ({
      thesaurus: citationOf(first(block, 'thesaurusName'), locales),
      type: valueOf(first(block, 'type')),
      keywords: listOf(block, 'keyword', element => anchoredOf(element, locales)),
    })),
  topicCategories: (_root, id) => texts(id, 'topicCategory').flatMap(text => text.split(/[\s;]+/)),
  resourceLanguages: (_root, id) => texts(id, 'language').map(languageCode),
  constraints: (_root, id, locales) => select(id, 'resourceConstraints/*').map(block => constraintsOf(block, locales)),
  spatialRepresentations: (_root, id) => texts(id, 'spatialRepresentationType'),
  denominators: (_root, id) =>
    listOf(id, 'spatialResolution/MD_Resolution/equivalentScale/MD_RepresentativeFraction/denominator', element => {
      const value = numberOf(valueOf(element)?.replace(/^1\s*[:/]/, '') ?? null);
      return value !== null && value > 0 ? Math.round(value) : null;
    }),
  distances: (_root, id) =>
    listOf(id, 'spatialResolution/MD_Resolution/distance/Distance|Measure', element => {
      const value = numberOf(clean(element.text));
      return value === null ? null : { value, unit: element.attribute('uom') ?? 'm' };
    }),
  boxes: (_root, id) => listOf(id, 'extent/EX_Extent/geographicElement/EX_GeographicBoundingBox', boxOf),
  polygons: (_root, id) => listOf(id, 'extent/EX_Extent/geographicElement/EX_BoundingPolygon/polygon/*', boxAround),
  geographicCodes: (_root, id) => texts(id, 'extent/EX_Extent/geographicElement/EX_GeographicDescription/geographicIdentifier/*/code'),
  periods: (_root, id) => listOf(id, 'extent/EX_Extent/temporalElement/*/extent', periodOf),
  thumbnails: (_root, id) => texts(id, 'graphicOverview/MD_BrowseGraphic/fileName'),
  service: (_root, id) => serviceOf(id),
  referenceSystems: root => listOf(root, 'referenceSystemInfo/MD_ReferenceSystem/referenceSystemIdentifier/*', identifierOf),
  formats: root =>
    [
      ...select(root, 'distributionInfo/MD_Distribution/distributionFormat/MD_Format'),
      ...select(root, 'distributionInfo/MD_Distribution/distributor/MD_Distributor/distributorFormat/MD_Format'),
    ].flatMap(format => {
      const name = valueOf(first(format, 'name'));
      return name === null ? [] : [{ name, version: valueOf(first(format, 'version')) }];
    }),
  online: (root, _id, locales) =>
    [
      ...select(root, 'distributionInfo/MD_Distribution/transferOptions'),
      ...select(root, 'distributionInfo/MD_Distribution/distributor/MD_Distributor/distributorTransferOptions'),
    ]
      .flatMap(options => select(options, 'MD_DigitalTransferOptions/onLine/CI_OnlineResource'))
      .flatMap(resource => {
        const url = valueOf(first(resource, 'linkage'));
        if (url === null) return [];
        return [
          {
            url,
            protocol: valueOf(first(resource, 'protocol')),
            name: valueOf(first(resource, 'name')),
            description: textOf(first(resource, 'description'), locales),
            function: valueOf(first(resource, 'function')),
            profile: anchoredOf(first(resource, 'applicationProfile'), locales),
          },
        ];
      }),
  lineage: (root, _id, locales) => textOf(first(root, 'dataQualityInfo/DQ_DataQuality/lineage/LI_Lineage/statement'), locales),
  conformity: (root, _id, locales) =>
    listOf(root, 'dataQualityInfo/DQ_DataQuality/report/*/result/DQ_ConformanceResult', element => conformityOf(element, locales)),
  relations: (_root, id) => texts(id, 'aggregationInfo/MD_AggregateInformation/aggregateDataSetIdentifier/*/code'),
};

/** Whether an element is an ISO 19139 record. */
export const isIso = (root: Element): boolean => root.name === 'MD_Metadata' || root.name === 'MI_Metadata';

/** The pivot of an ISO 19139 document. */
export function readIso(root: Element): MetadataRecord {
  const written = valueOf(first(root, 'language'));
  const byId = new Map<string, string>();
  for (const locale of select(root, 'locale/PT_Locale')) {
    const language = valueOf(first(locale, 'languageCode'));
    if (language !== null) byId.set((locale.attribute('id') ?? '').toLowerCase(), languageCode(language));
  }
  const locales: Locales = { main: written === null ? null : languageCode(written), byId };
  const identification = first(root, 'identificationInfo/*');
  if (!identification) {
    const none = { ...emptyRecord, identifier: table.identifier(root, root, locales), language: locales.main };
    return { ...none, dateStamp: table.dateStamp(root, root, locales), contacts: table.contacts(root, root, locales) };
  }
  const read = <Key extends keyof MetadataRecord>(key: Key): MetadataRecord[Key] => table[key](root, identification, locales);
  const entries = (Object.keys(table) as (keyof MetadataRecord)[]).map(key => [key, read(key)] as const);
  return { ...emptyRecord, ...(Object.fromEntries(entries) as Partial<MetadataRecord>) };
}
