// Parameters of items → a typed request; what depends on the type's attributes becomes a filter once the type is known.
import { cql2Text } from '../../core/filter/cql2-text';
import { check } from '../../core/filter/check';
import { and, everything, or, type Filter, type Period } from '../../core/filter/filter';
import { equality, readBoxes } from '../../core/filter/simple';
import { openEnd, temporalRange } from '../../core/filter/temporal';
import type { CrsRef } from '../../core/model/crs';
import { Fault } from '../../core/model/fault';
import { findProperty, type FeatureType, type Property } from '../../core/model/feature-type';
import { envelopePolygon } from '../../core/model/geometry';
import type { SortKey } from '../../core/query/query';
import type { Input } from '../ows/operation';
import { collectionOf, type CollectionRequest } from './collections';
import { readCrs, rulesOf } from './crs';
import { parametersOf } from './links';
import { commonParameters, isParameter, mediaTypes, onlyKnown, representationOf, unknownParameter } from './representation';

/** Page sizes: QGIS and GDAL read both from the API definition. */
export interface PageLimits {
  readonly default: number;
  readonly most: number;
}

export interface ItemsRequest extends CollectionRequest {
  readonly limit: number;
  readonly offset: number;
  readonly crs: CrsRef;
  readonly bbox: Filter;
  readonly datetime: Period | null;
  readonly filter: Filter;
  /** `name=value` on attributes, as written. */
  readonly equalities: readonly (readonly [string, string])[];
  readonly properties: readonly string[] | null;
  readonly skipGeometry: boolean;
  readonly sort: readonly SortKey[];
}

export interface ItemRequest extends CollectionRequest {
  readonly id: string;
  readonly crs: CrsRef;
  /** If-None-Match: the representation that the client has. */
  readonly known: string | undefined;
}

/** Parameters of items besides the names of attributes. */
export const itemsParameters: readonly string[] = [
  'limit',
  'offset',
  'bbox',
  'bbox-crs',
  'datetime',
  'crs',
  'filter',
  'filter-lang',
  'filter-crs',
  'properties',
  'skipGeometry',
  'sortby',
];

/** Names of the filter language: the second is what GDAL 3.6 knows it by. */
export const filterLanguages: readonly string[] = ['cql2-text', 'cql-text'];

/** Faults: invalid-value, invalid-crs, invalid-format, malformed, unsupported, too-large, at the parameter concerned. */
export function readItems(input: Input, limits: PageLimits): ItemsRequest {
  const { kvp } = input;
  const given = (name: string): string | undefined => {
    const value = kvp.get(name);
    if (value?.trim() === '') throw new Fault('invalid-value', name, `${name} is empty`);
    return value;
  };
  const bboxCrs = readCrs(given('bbox-crs'), 'bbox-crs');
  const filterCrs = readCrs(given('filter-crs'), 'filter-crs');
  const box = given('bbox');
  const datetime = given('datetime');
  const language = given('filter-lang');
  if (language !== undefined && !filterLanguages.includes(language.toLowerCase()))
    throw new Fault('invalid-value', 'filter-lang', `filter-lang is "${language.slice(0, 60)}", expected ${filterLanguages[0]}`);
  const filter = given('filter');
  given('limit');
  given('offset');
  // Part 1 § 7.15.2: a limit beyond the greatest is no mistake
  const limit = Math.min(kvp.integer('limit', { min: 1, max: Number.MAX_SAFE_INTEGER, absent: limits.default }), limits.most);
  return {
    as: representationOf(input, mediaTypes.geojson),
    parameters: parametersOf(input),
    collection: collectionOf(input),
    limit,
    offset: kvp.integer('offset', { min: 0, max: 1_000_000_000, absent: 0 }),
    crs: readCrs(given('crs'), 'crs'),
    bbox: box === undefined ? everything : readBox(box, bboxCrs),
    datetime: datetime === undefined ? null : readDatetime(datetime),
    filter: filter === undefined ? everything : cql2Text(filter, 'filter', rulesOf(filterCrs)),
    equalities: parametersOf(input).filter(([name]) => !isParameter(name, itemsParameters) && !isParameter(name, commonParameters)),
    properties: kvp.get('properties') === undefined ? null : kvp.list('properties').filter(name => name !== ''),
    skipGeometry: readSwitch(given('skipGeometry'), 'skipGeometry'),
    sort: kvp.list('sortby').map(readSort),
  };
}

export function readItem(input: Input): ItemRequest {
  onlyKnown(input, ['crs']);
  return {
    as: representationOf(input, mediaTypes.geojson),
    parameters: parametersOf(input),
    collection: collectionOf(input),
    id: input.segments['featureId'] ?? '',
    crs: readCrs(input.kvp.get('crs'), 'crs'),
    known: input.header('if-none-match'),
  };
}

/** Four or six numbers (§ 7.15.3), heights left out; beyond the poles and once around the world there is nothing, and that is no mistake. */
function readBox(text: string, crs: CrsRef): Filter {
  const count = text.split(',').length;
  if (count !== 4 && count !== 6) throw new Fault('invalid-value', 'bbox', `bbox has ${count} numbers, expected 4 or 6`);
  const { boxes, srid } = readBoxes(text, rulesOf(crs), 'bbox');
  const onEarth = boxes.map(({ minX, minY, maxX, maxY }) =>
    crs.crs.geographic
      ? { minX: Math.max(minX, -180), minY: Math.max(minY, -90), maxX: Math.min(maxX, 180), maxY: Math.min(maxY, 90) }
      : { minX, minY, maxX, maxY },
  );
  return or(
    ...onEarth
      .filter(box => box.minX <= box.maxX && box.minY <= box.maxY)
      .map((box): Filter => ({ op: 'spatial', operator: 'bbox', property: null, geometry: { geometry: envelopePolygon(box), srid } })),
  );
}

function readSwitch(text: string | undefined, locator: string): boolean {
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw new Fault('invalid-value', locator, `${locator} is "${text.slice(0, 60)}", expected true or false`);
}

/** `+name`, `-name`; a bare name is upwards. A `+` that was not percent-encoded has become a space. */
function readSort(text: string): SortKey {
  const name = text.replace(/^[+-]/, '').trim();
  if (name === '') throw new Fault('invalid-value', 'sortby', 'sortby has an empty name');
  return { property: name, descending: text.startsWith('-') };
}

const instantOrDay = /^\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?$/;
/** What QGIS writes for « from the beginning » and « to the end ». */
const farthest: ReadonlySet<string> = new Set(['0000-01-01T00:00:00Z', '9999-12-31T00:00:00Z', '9999-12-31T000:00:00Z']);
/** Stands for whatever attribute the period will be compared with. */
const anyTime: Property = { name: 'datetime', column: 'datetime', type: 'dateTime', nillable: true };

/** An instant, or an interval whose ends may be open: `..` or nothing (§ 7.15.4). Fault invalid-value at datetime. */
export function readDatetime(text: string): Period {
  const parts = text.split('/').map(part => part.trim());
  const refuse = (): never => {
    throw new Fault('invalid-value', 'datetime', `datetime is "${text.slice(0, 80)}", expected an instant or an interval as 2026-01-01/..`);
  };
  const [first = '', second] = parts;
  if (parts.length > 2) return refuse();
  const end = (part: string): string => {
    if (part === '' || part === openEnd || farthest.has(part)) return openEnd;
    return instantOrDay.test(part) ? part : refuse();
  };
  if (second === undefined && !instantOrDay.test(first)) return refuse();
  const period = second === undefined ? { begin: first, end: first } : { begin: end(first), end: end(second) };
  if (
    second !== undefined &&
    period.begin === openEnd &&
    period.end === openEnd &&
    !(parts.includes(openEnd) || parts.some(one => farthest.has(one)))
  )
    return refuse();
  temporalRange(anyTime, 'anyInteracts', period);
  return period;
}

const isTemporal = ({ type, many }: Property): boolean => (type === 'date' || type === 'dateTime') && many !== true;
const isDay = (text: string): boolean => text === openEnd || text.length === 10;

/**
 * The attribute that `datetime` is compared with (§ 7.15.4 leaves it to the server): that of the time dimension; else the first date where
 * days are given and the first instant where instants are, which is how QGIS asks for either; else the first that there is.
 */
export function temporalProperty(type: FeatureType, period: Period | null = null): Property | undefined {
  const own = type.time === undefined ? undefined : findProperty(type, type.time);
  if (own && isTemporal(own)) return own;
  const all = type.properties.filter(isTemporal);
  if (period === null) return all[0];
  const wanted = isDay(period.begin) && isDay(period.end) ? 'date' : 'dateTime';
  return all.find(property => property.type === wanted) ?? all[0];
}

/** A day is the whole day: hours do not count beside it. */
const beside = (property: Property, text: string): string => (property.type === 'date' && text !== openEnd ? text.slice(0, 10) : text);

/** What has no time lies in every period, what has no geometry in every box. */
function during(period: Period | null, type: FeatureType): Filter {
  const property = period && temporalProperty(type, period);
  if (!period || !property) return everything;
  return {
    op: 'temporal',
    operator: 'anyInteracts',
    property: property.name,
    period: { begin: beside(property, period.begin), end: beside(property, period.end) },
  };
}

/**
 * All that restricts, checked against what the caller may see. Faults: invalid-value for a parameter that is neither known nor an attribute,
 * unknown-property and the others of check() at the names in `filter`.
 */
export function filterOf(request: ItemsRequest, type: FeatureType): Filter {
  const named = request.equalities.map(([name, value]) => {
    if (!findProperty(type, name)) throw unknownParameter(name);
    return equality(name, value);
  });
  const filter = and(type.geometry === null ? everything : request.bbox, during(request.datetime, type), ...named, request.filter);
  check(filter, type);
  return filter;
}
