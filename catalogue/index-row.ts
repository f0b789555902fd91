// The index of a record: one value per column that a queryable names (record-type.ts), computed from the pivot. Every spelling of a code is
// indexed beside the code; dates that name a month or a year stand at their first day.
import type { Envelope } from '../server/core/model/geometry';
import type { Element } from '../server/core/xml/read';
import { uriName, urnName } from '../server/core/model/crs';
import { crsByCode } from '../server/core/model/crs';
import type { Anchored, MetadataRecord } from './record';
import { accessLimitations, allTexts, boxesOf, epsgOf, useConditions } from './record';
import { partiesAs, resourceDate, subjectsOf } from './dublin-core';
import { tellsPerson } from './iso19139-prune';

export type IndexValue = string | number | boolean | null | readonly string[];
/** Values by column name. */
export type IndexRow = Readonly<Record<string, IndexValue>>;

const unique = (values: readonly (string | null | undefined)[]): string[] => [
  ...new Set(values.filter((value): value is string => typeof value === 'string' && value.trim() !== '')),
];

/** The first day of a date as written, partial ones included; null for what is no date of the calendar. */
export function firstDay(written: string | null): string | null {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?/.exec(written?.trim() ?? '');
  if (!match) return null;
  const day = `${match[1]}-${match[2] ?? '01'}-${match[3] ?? '01'}`;
  const parsed = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== day || day.startsWith('0000') ? null : day;
}

/** The instant of a date or date-time as written, UTC where it names no zone. */
export function instantOf(written: string | null): string | null {
  const text = written?.trim() ?? '';
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) {
    const parsed = new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
    if (!Number.isNaN(parsed.getTime())) return parsed.toISOString();
  }
  const day = firstDay(text);
  return day === null ? null : `${day}T00:00:00Z`;
}

const texts = (list: readonly Anchored[]): string[] => unique(list.flatMap(entry => [...allTexts(entry.text), entry.uri]));

/** Codes of a reference system in every spelling, so that each finds it. */
function crsSpellings(record: MetadataRecord): string[] {
  return unique(
    record.referenceSystems.flatMap(reference => {
      const code = epsgOf(reference);
      const known = code === null ? undefined : crsByCode(code);
      const names =
        code === null
          ? []
          : [`EPSG:${code}`, String(code), `urn:ogc:def:crs:EPSG::${code}`, `http://www.opengis.net/def/crs/EPSG/0/${code}`];
      return [...names, ...(known ? [urnName(known), uriName(known)] : []), reference.code, reference.uri];
    }),
  );
}

/** Boxes for the index: turned-round ones put right, those over the antimeridian split, points given a width (1e-6 degree). */
export function indexBoxes(boxes: readonly Envelope[]): Envelope[] {
  const inside = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value));
  return boxes
    .flatMap(box => {
      const [minY, maxY] = [Math.min(box.minY, box.maxY), Math.max(box.minY, box.maxY)];
      if (box.minX > box.maxX && box.minX - box.maxX > 180)
        return [
          { minX: box.minX, minY, maxX: 180, maxY },
          { minX: -180, minY, maxX: box.maxX, maxY },
        ];
      return [{ minX: Math.min(box.minX, box.maxX), minY, maxX: Math.max(box.minX, box.maxX), maxY }];
    })
    .map(box => ({ minX: inside(box.minX, 180), minY: inside(box.minY, 90), maxX: inside(box.maxX, 180), maxY: inside(box.maxY, 90) }))
    .map(box => {
      const [dx, dy] = [box.maxX - box.minX < 1e-6 ? 1e-6 : 0, box.maxY - box.minY < 1e-6 ? 1e-6 : 0];
      return { minX: box.minX - dx, minY: box.minY - dy, maxX: box.maxX + dx, maxY: box.maxY + dy };
    });
}

/** `SRID=4326;MULTIPOLYGON(…)`, null without boxes. */
function geometryText(boxes: readonly Envelope[]): string | null {
  if (boxes.length === 0) return null;
  const rings = boxes.map(b => `((${b.minX} ${b.minY},${b.maxX} ${b.minY},${b.maxX} ${b.maxY},${b.minX} ${b.maxY},${b.minX} ${b.minY}))`);
  return `SRID=4326;MULTIPOLYGON(${rings.join(',')})`;
}

/** All that a reader of the document can read: texts, code list values, references; without persons for the public. */
export function readableText(root: Element, variant: 'owner' | 'public'): string {
  const parts = new Set<string>();
  const visit = (element: Element): void => {
    if (variant === 'public' && tellsPerson(element)) return;
    // words that a line break parts in the document stand side by side for the search
    const text = element.text.replace(/\s+/g, ' ').trim();
    if (text !== '') parts.add(text);
    for (const attribute of element.attributes)
      if (['codeListValue', 'href', 'uuidref', 'title'].includes(attribute.name) && attribute.value !== '') parts.add(attribute.value);
    element.children.forEach(visit);
  };
  visit(root);
  return [...parts].join('\n');
}

/** An array of numbers or days as PostgreSQL writes it, each value once. */
const list = (values: readonly (string | number | null)[]): string => `{${[...new Set(values.filter(value => value !== null))].join(',')}}`;

const daysOf = (dates: MetadataRecord['dates'], type: string): (string | null)[] =>
  dates.filter(entry => entry.type === type).map(entry => firstDay(entry.date));

/** The columns of a record, the geometry as EWKT; not the texts of search. */
export function indexRow(record: MetadataRecord): IndexRow {
  const boxes = indexBoxes(boxesOf(record));
  const outer =
    boxes.length === 0
      ? null
      : [
          Math.min(...boxes.map(b => b.minX)),
          Math.min(...boxes.map(b => b.minY)),
          Math.max(...boxes.map(b => b.maxX)),
          Math.max(...boxes.map(b => b.maxY)),
        ];
  const security = record.constraints.filter(block => block.classification !== null);
  const parties = [...record.pointsOfContact, ...record.contacts];
  const begins = record.periods.map(period => instantOf(period.begin)).filter(value => value !== null);
  const ends = record.periods.map(period => instantOf(period.end)).filter(value => value !== null);
  const regulation = record.conformity.find(entry =>
    /1089\/2010/.test(`${entry.specification.title.text.fr} ${entry.specification.title.uri ?? ''}`),
  );
  const conformity = regulation ?? record.conformity[0];
  const conditions = [...useConditions(record), ...record.constraints.flatMap(block => block.useLimitations)];
  const service = record.service;
  return {
    title: record.title?.fr ?? null,
    abstract: record.abstract?.fr ?? null,
    edition: record.edition,
    scope: record.scope,
    language: record.language,
    modified: instantOf(record.dateStamp),
    creation_dates: list(daysOf(record.dates, 'creation')),
    publication_dates: list(daysOf(record.dates, 'publication')),
    revision_dates: list(daysOf(record.dates, 'revision')),
    resource_date: firstDay(resourceDate(record)),
    period_begin: begins.sort()[0] ?? null,
    period_end: ends.sort().at(-1) ?? null,
    denominators: list(record.denominators.filter(value => value <= 2_147_483_647)),
    distance_values: list(record.distances.map(distance => distance.value)),
    distance_units: unique(record.distances.map(distance => distance.unit)),
    has_security: security.length > 0,
    classification: security[0]?.classification ?? null,
    parent_identifier: record.parentIdentifier,
    lineage: record.lineage?.fr ?? null,
    service_type: service?.type ?? null,
    coupling_type: service?.couplingType ?? null,
    degree: conformity?.degree ?? null,
    specification_dates: list(record.conformity.flatMap(entry => entry.specification.dates.map(date => firstDay(date.date)))),
    resource_identifiers: unique(
      record.resourceIdentifiers.flatMap(id => [id.code, id.uri, id.codeSpace === null ? null : `${id.codeSpace}${id.code}`]),
    ),
    alternate_titles: unique([...record.alternateTitles.flatMap(allTexts), record.title?.en]),
    subjects: unique([...subjectsOf(record), ...record.keywords.flatMap(block => block.keywords.map(keyword => keyword.uri))]),
    // what a list shows: keywords in the metadata's language only
    keywords: unique(record.keywords.flatMap(block => block.keywords.map(keyword => keyword.text.fr))),
    keyword_types: unique(record.keywords.map(block => block.type)),
    topic_categories: unique(record.topicCategories),
    resource_languages: unique(record.resourceLanguages),
    geographic_codes: unique(record.geographicCodes),
    crs: crsSpellings(record),
    formats: unique(record.formats.map(format => format.name)),
    organisations: unique(parties.flatMap(party => allTexts(party.organisation))),
    creators: partiesAs(record, 'dc:creator'),
    publishers: partiesAs(record, 'dc:publisher'),
    contributors: partiesAs(record, 'dc:contributor'),
    rights: texts([...accessLimitations(record), ...conditions]),
    relations: unique(record.relations),
    service_versions: unique(service?.versions ?? []),
    operations: unique(service?.operations ?? []),
    operates_on: unique(
      service?.operatesOn.flatMap(target => [target.uuidref, target.href, recordIdIn(target.href), target.identifier]) ?? [],
    ),
    operates_on_identifiers: unique([
      ...(service?.coupled.map(entry => entry.identifier) ?? []),
      ...(service?.operatesOn.map(target => target.identifier) ?? []),
    ]),
    operates_on_names: unique(service?.coupled.map(entry => entry.operation) ?? []),
    specification_titles: texts(record.conformity.map(entry => entry.specification.title)),
    specification_date_types: unique(record.conformity.flatMap(entry => entry.specification.dates.map(date => date.type))),
    access_constraints: unique(record.constraints.flatMap(block => block.access)),
    other_constraints: texts(record.constraints.flatMap(block => block.other)),
    conditions: texts(conditions),
    party_roles: unique(record.pointsOfContact.map(party => party.role)),
    geom: geometryText(boxes),
    box: outer === null ? null : `{${outer.join(',')}}`,
  };
}

/** The id parameter of a GetRecordById address. */
const recordIdIn = (href: string | null): string | null => {
  const found = /[?&]id=([^&#]+)/i.exec(href ?? '')?.[1];
  return found === undefined ? null : decodeURIComponent(found.replace(/%(?![0-9a-f]{2})/gi, '%25'));
};
