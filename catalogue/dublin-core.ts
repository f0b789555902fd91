// Dublin Core in CSW 2.0.2: the pivot written as csw:Record, csw:SummaryRecord or csw:BriefRecord, and csw:Record documents read.
// Element sets and their order: OGC 07-006 tables 7 and 8, record.xsd; the order in a Record is free.
import type { Element } from '../server/core/xml/read';
import type { Markup } from '../server/core/xml/write';
import { element, xml } from '../server/core/xml/write';
import { ns } from '../server/core/xml/names';
import type { Envelope } from '../server/core/model/geometry';
import type { Anchored, DateEntry, MetadataRecord, OnlineResource, Party } from './record';
import { accessLimitations, allTexts, boxesOf, dateOf, emptyRecord, useConditions } from './record';
import type { Replacement } from './document';
import { print } from './document';
import { anchored } from './fields';
import { languageCode } from '../schemas/codelists/languages';
import { topicCategories } from '../schemas/codelists/iso19115';

export type ElementSet = 'brief' | 'summary' | 'full';

/** The reference system of boxes in Dublin Core records, lat lon; written back exactly so. */
const boxCrs = 'urn:x-ogc:def:crs:EPSG:6.11:4326';

const declared = { 'xmlns:csw': ns.csw202, 'xmlns:dc': ns.dc, 'xmlns:dct': ns.dct, 'xmlns:ows': ns.ows10 };
const names = { brief: 'csw:BriefRecord', summary: 'csw:SummaryRecord', full: 'csw:Record' } as const;

const dc = (name: string, value: string | null): Markup[] => (value === null || value === '' ? [] : [element(name, {}, value)]);
const each = (name: string, values: readonly string[]): Markup[] => values.flatMap(value => dc(name, value));

const boundingBox = (box: Envelope): Markup =>
  xml`<ows:BoundingBox crs="${boxCrs}"><ows:LowerCorner>${box.minY} ${box.minX}</ows:LowerCorner><ows:UpperCorner>${box.maxY} ${box.maxX}</ows:UpperCorner></ows:BoundingBox>`;

const roleOf: Readonly<Record<string, 'dc:creator' | 'dc:publisher' | 'dc:contributor'>> = {
  originator: 'dc:creator',
  author: 'dc:creator',
  owner: 'dc:creator',
  principalInvestigator: 'dc:creator',
  publisher: 'dc:publisher',
  distributor: 'dc:publisher',
  resourceProvider: 'dc:publisher',
};

/** Names of the organisations (of persons, where a document gives no organisation) that are creators, publishers or contributors. */
export function partiesAs(record: MetadataRecord, name: 'dc:creator' | 'dc:publisher' | 'dc:contributor'): string[] {
  const label = (party: Party): string | null => party.organisation?.fr ?? party.individual;
  const found = record.pointsOfContact.filter(party => (roleOf[party.role] ?? 'dc:contributor') === name).map(label);
  return [...new Set(found.filter(value => value !== null))];
}

/** Keywords and topic categories, one each (catalogue search by dc:subject). */
export const subjectsOf = (record: MetadataRecord): string[] => [
  ...new Set([...record.keywords.flatMap(block => block.keywords.flatMap(keyword => allTexts(keyword.text))), ...record.topicCategories]),
];

const rightsOf = (record: MetadataRecord): string[] => {
  const texts = [...accessLimitations(record), ...useConditions(record), ...record.constraints.flatMap(block => block.useLimitations)];
  const mixed = record.constraints.filter(block => block.access.length === 0 && block.use.length === 0).flatMap(block => block.other);
  return [...new Set([...texts, ...mixed].map(entry => entry.text.fr))];
};

/** `dc:date`: the revision, else the publication, else the creation; a day without time. */
export const resourceDate = (record: MetadataRecord): string | null =>
  (dateOf(record, 'revision') ?? dateOf(record, 'publication') ?? dateOf(record, 'creation'))?.slice(0, 10) ?? null;

/** A record's Dublin Core in the asked element set, one well-formed element. */
export function writeDublinCore(record: MetadataRecord, set: ElementSet): string {
  const identifier = element('dc:identifier', {}, record.identifier ?? '');
  const title = element('dc:title', {}, record.title?.fr ?? '');
  const type = dc('dc:type', record.scope);
  const boxes = boxesOf(record).map(boundingBox);
  if (set === 'brief') return element(names.brief, declared, identifier, title, type, boxes).text;
  const subjects = each('dc:subject', subjectsOf(record));
  const formats = each('dc:format', [...new Set(record.formats.map(format => format.name))]);
  const modified = dc('dct:modified', record.dateStamp);
  const abstract = dc('dct:abstract', record.abstract?.fr ?? null);
  const spatial = each('dct:spatial', record.geographicCodes);
  if (set === 'summary')
    return element(
      names.summary,
      declared,
      identifier,
      title,
      type,
      subjects,
      formats,
      each('dc:relation', record.relations),
      modified,
      abstract,
      spatial,
      boxes,
    ).text;
  const links = record.online.map(link => element('dct:references', { scheme: link.protocol }, link.url));
  const thumbnails = record.thumbnails
    .filter(url => /^https?:/.test(url))
    .map(url => element('dct:references', { scheme: 'WWW:LINK-1.0-http--image-thumbnail' }, url));
  return element(
    names.full,
    declared,
    identifier,
    title,
    record.alternateTitles.flatMap(text => dc('dct:alternative', text.fr)),
    type,
    subjects,
    formats,
    modified,
    dc('dc:date', resourceDate(record)),
    abstract,
    (['dc:creator', 'dc:publisher', 'dc:contributor'] as const).map(name => each(name, partiesAs(record, name))),
    each('dc:rights', rightsOf(record)),
    dc('dc:language', record.language),
    each('dc:source', [...new Set(record.resourceIdentifiers.map(id => id.code))]),
    each('dc:relation', record.relations),
    spatial,
    dc('dct:isPartOf', record.parentIdentifier),
    dc('dct:provenance', record.lineage?.fr ?? null),
    links,
    thumbnails,
    boxes,
  ).text;
}

/** Whether an element is a Dublin Core record of CSW 2.0.2. */
export const isDublinCore = (root: Element): boolean =>
  root.namespace === ns.csw202 && ['Record', 'SummaryRecord', 'BriefRecord'].includes(root.name);

/** Elements that brief and summary keep, in the order of the schema. */
const kept = {
  brief: ['identifier', 'title', 'type', 'BoundingBox'],
  summary: ['identifier', 'title', 'type', 'subject', 'format', 'relation', 'modified', 'abstract', 'spatial', 'BoundingBox'],
} as const;

/** A stored csw:Record in an element set: the document itself, or its pruning under the name of the set. */
export function pruneDublinCore(root: Element, set: ElementSet): string {
  if (set === 'full') return print(root);
  const name = { local: set === 'brief' ? 'BriefRecord' : 'SummaryRecord', prefix: root.prefix, namespace: root.namespace };
  const children = kept[set].flatMap(local => root.children.filter(child => child.name === local));
  const missing = (local: string): boolean => !children.some(child => child.name === local);
  const pruned: Replacement = { element: root, name, children };
  if (!missing('title') && !missing('identifier')) return print(pruned);
  // the schema wants both; an absent one stands there empty
  return writeDublinCore(readDublinCore(root), set);
}

/** The pivot of a Dublin Core record. Boxes are read lat lon, as CSW writes them. */
export function readDublinCore(root: Element): MetadataRecord {
  const texts = (local: string): string[] =>
    root.children.filter(child => child.name === local && child.text.trim() !== '').map(child => child.text.trim());
  const one = (local: string): string | null => texts(local)[0] ?? null;
  const text = (local: string): { fr: string } | null => {
    const found = one(local);
    return found === null ? null : { fr: found };
  };
  const parties = (local: string, role: string): Party[] =>
    texts(local).map(name => ({ organisation: { fr: name }, individual: null, position: null, email: null, phone: null, url: null, role }));
  const dates = (local: string, type: string): DateEntry[] => texts(local).map(date => ({ type, date }));
  const subjects = texts('subject');
  const topics = subjects.filter(subject => subject in topicCategories);
  const words = subjects.filter(subject => !(subject in topicCategories));
  const rights: Anchored[] = [...texts('rights'), ...texts('accessRights')].map(value => anchored(value));
  const language = one('language');
  return {
    ...emptyRecord,
    identifier: one('identifier'),
    language: language === null ? null : languageCode(language),
    scope: one('type'),
    dateStamp: one('modified'),
    title: text('title'),
    alternateTitles: texts('alternative').map(fr => ({ fr })),
    abstract: text('abstract') ?? text('description'),
    dates: [...dates('date', 'revision'), ...dates('created', 'creation'), ...dates('issued', 'publication')],
    resourceIdentifiers: texts('source').map(code => ({ code, codeSpace: null, uri: null })),
    pointsOfContact: [...parties('creator', 'author'), ...parties('publisher', 'publisher'), ...parties('contributor', 'pointOfContact')],
    keywords: words.length === 0 ? [] : [{ thesaurus: null, type: 'theme', keywords: words.map(word => anchored(word)) }],
    topicCategories: topics,
    resourceLanguages: language === null ? [] : [languageCode(language)],
    constraints: rights.length === 0 ? [] : [{ useLimitations: rights, access: [], use: [], other: [], classification: null }],
    boxes: root.children.flatMap(child => boxOf(child)),
    geographicCodes: [...texts('spatial'), ...texts('coverage')],
    formats: texts('format').map(name => ({ name, version: null })),
    lineage: text('provenance'),
    relations: texts('relation'),
    online: [...root.children].flatMap(child => linkOf(child)),
  };
}

function boxOf(child: Element): Envelope[] {
  if (child.name !== 'BoundingBox' && child.name !== 'WGS84BoundingBox') return [];
  const corner = (name: string): number[] =>
    (child.child(name)?.text ?? '')
      .trim()
      .split(/[\s,]+/)
      .map(Number);
  const [a, b] = corner('LowerCorner');
  const [c, d] = corner('UpperCorner');
  if (a === undefined || b === undefined || c === undefined || d === undefined || ![a, b, c, d].every(Number.isFinite)) return [];
  const lonLat = child.name === 'WGS84BoundingBox' || /CRS84/i.test(child.attribute('crs') ?? '');
  return [lonLat ? { minX: a, minY: b, maxX: c, maxY: d } : { minX: b, minY: a, maxX: d, maxY: c }];
}

function linkOf(child: Element): OnlineResource[] {
  if (child.name !== 'references' && child.name !== 'URI') return [];
  const url = child.text.trim();
  if (url === '') return [];
  const protocol = child.attribute('scheme') ?? child.attribute('protocol') ?? null;
  return [{ url, protocol, name: child.attribute('name') ?? null, description: null, function: null, profile: null }];
}
