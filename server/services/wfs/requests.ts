// GetFeature and GetPropertyValue as typed requests, from KVP and from XML alike (WFS 2.0 § 7.9, § 10, § 11; 1.1 § 9, § 14.7; 1.0 § 8, § 13.4). What needs the feature type (the CRS of
// coordinates without one) stays a Restriction until the type is known; nothing else of the request is looked at again.
import { filterLimits } from '../../core/filter/budget';
import { bareName } from '../../core/filter/names';
import { Fault } from '../../core/model/fault';
import type { SortKey } from '../../core/query/query';
import { ns } from '../../core/xml/names';
import { readXml, type Element } from '../../core/xml/read';
import type { Kvp } from '../ows/kvp';
import type { Input } from '../ows/operation';
import { rootOf } from '../ows/service';
import { filterGroups, groups, parts } from './lists';
import { readNamespaces, readTypeName, type TypeRef } from './names';
import { outputFormat, type OutputFormat } from './outputs';
import type { WfsVersion } from './versions';

/** Something that restricts a query, as it was written. All of a query hold together. */
export type Restriction =
  | { readonly kind: 'fes'; readonly element: Element }
  | { readonly kind: 'bbox'; readonly text: string }
  | { readonly kind: 'cql2'; readonly text: string }
  | { readonly kind: 'ids'; readonly ids: readonly string[] };

/** One wfs:Query. */
export interface AdhocQuery {
  /** null: only ids are named, their stems tell the types. */
  readonly type: TypeRef | null;
  readonly restrictions: readonly Restriction[];
  readonly properties: readonly string[] | null;
  readonly srsName: string | null;
  readonly sort: readonly SortKey[];
}

/** fes:AbstractQueryExpression: ad hoc, or stored. */
export interface StoredQueryCall {
  readonly id: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export interface Presentation {
  /** null: the server's page, or everything up to its limit. */
  readonly count: number | null;
  readonly start: number;
  readonly hits: boolean;
  readonly format: OutputFormat;
}

export interface FeatureRequest extends Presentation {
  /** The version it was asked in. */
  readonly version: WfsVersion;
  readonly queries: readonly AdhocQuery[];
  readonly stored: StoredQueryCall | null;
  /** The request as query parameters, for next and previous; null when it does not fit into an address. */
  readonly link: readonly (readonly [string, string])[] | null;
}

const queryLimit = 20; // SEC10
const whole = { min: 0, max: 999_999_999_999_999 } as const;

/** Reads a GetFeature. Faults: missing-parameter, invalid-value, invalid-format, malformed, unsupported, too-large. */
export function readGetFeature(input: Input, version: WfsVersion): FeatureRequest {
  const root = rootOf(input);
  return root ? fromXml(root, version) : fromKvp(input.kvp, version);
}

function fromKvp(kvp: Kvp, version: WfsVersion): FeatureRequest {
  refuseResolve(kvp.get('resolve'));
  const presentation: Presentation = {
    count: kvp.get('count') === undefined && kvp.get('maxfeatures') !== undefined ? limit(kvp, 'maxfeatures') : limit(kvp, 'count'),
    start: kvp.integer('startindex', { ...whole, absent: 0 }),
    hits: readResultType(kvp.get('resulttype')),
    format: outputFormat(kvp.get('outputformat'), version),
  };
  const link = kvp.names().map(name => [name, kvp.get(name) ?? ''] as const);
  const storedId = version.storedQueries ? kvp.get('storedquery_id') : undefined;
  if (storedId !== undefined && storedId !== '') {
    const parameters = new Map(kvp.names().map(name => [name.toLowerCase(), kvp.get(name) ?? '']));
    return { ...presentation, version, queries: [], stored: { id: storedId, parameters }, link };
  }
  return { ...presentation, version, queries: kvpQueries(kvp, version), stored: null, link };
}

function limit(kvp: Kvp, name: string): number | null {
  const count = kvp.integer(name, { ...whole, absent: -1 });
  return count < 0 ? null : count;
}

/** The queries of KVP: as many as type names; the other lists have one group for each, or one for all. */
function kvpQueries(kvp: Kvp, version: WfsVersion): AdhocQuery[] {
  const namespaces = readNamespaces(kvp.get('namespaces') ?? kvp.get('namespace'));
  const named = typeNameParameter(kvp);
  const ids = parts(kvp.get('resourceid') ?? kvp.get('featureid') ?? '');
  if (ids.length > filterLimits.ids) throw new Fault('too-large', 'resourceId', `a request names at most ${filterLimits.ids} ids`);
  const filters = filterGroups(kvp.get('filter'));
  const boxes = groups(kvp.get('bbox'), 'bbox');
  const expressions = kvp.get('cql_filter')?.trim() ?? '';
  exclusive({ resourceId: ids.length > 0, filter: filters.length > 0, bbox: boxes.length > 0, cql: expressions !== '' });
  if (named === '') {
    if (ids.length === 0) throw new Fault('missing-parameter', 'typeNames', 'parameter typeNames is missing');
    return [{ type: null, restrictions: [{ kind: 'ids', ids }], ...kvpClauses(kvp, 0, 1) }];
  }
  const types = groups(named, 'typeNames').flatMap(group => parts(group));
  if (types.length === 0) throw new Fault('missing-parameter', 'typeNames', 'parameter typeNames is missing');
  if (types.length > queryLimit) throw new Fault('too-large', 'typeNames', `a request has at most ${queryLimit} queries`);
  if (version.joins && types.length > 1 && !named.startsWith('(') && filters.length === 1)
    throw new Fault('unsupported', 'typeNames', 'joins are not supported: give each type its own filter, typeNames=(a)(b)&filter=(…)(…)');
  const known = {
    ...version.prefixes,
    ...Object.fromEntries([...namespaces].filter(([prefix]) => prefix !== '')),
  };
  return types.map((name, i) => {
    const filter = pick(filters, i, types.length, 'filter');
    const box = pick(boxes, i, types.length, 'bbox');
    const expression =
      types.length > 1 && expressions.includes(';') ? pick(expressions.split(';'), i, types.length, 'cql_filter') : expressions;
    const restrictions: Restriction[] = [
      ...(ids.length > 0 ? [{ kind: 'ids' as const, ids }] : []),
      ...(filter ? [{ kind: 'fes' as const, element: readFilterText(filter, known) }] : []),
      ...(box ? [{ kind: 'bbox' as const, text: box }] : []),
      ...(expression ? [{ kind: 'cql2' as const, text: expression }] : []),
    ];
    return { type: readTypeName(name, namespaces, 'typeNames'), restrictions, ...kvpClauses(kvp, i, types.length) };
  });
}

/** The FILTER parameter as a document; what is wrong with it is told at its name. */
function readFilterText(text: string, namespaces: Readonly<Record<string, string>>): Element {
  try {
    return readXml(text, { namespaces });
  } catch (error) {
    throw error instanceof Fault && error.locator === '' ? new Fault(error.kind, 'filter', error.message) : error;
  }
}

/** TYPENAME and TYPENAMES are one parameter; sent together (QGIS) they must be equal. */
export function typeNameParameter(kvp: Kvp): string {
  const plural = kvp.get('typenames')?.trim() ?? '';
  const singular = kvp.get('typename')?.trim() ?? '';
  if (plural !== '' && singular !== '' && plural !== singular)
    throw new Fault('invalid-value', 'typeName', 'typeName and typeNames are both given and differ');
  return plural === '' ? singular : plural;
}

/** WFS 2.0 table 8: RESOURCEID, FILTER and BBOX exclude each other. CQL_FILTER is ours and may stand beside BBOX. */
function exclusive(given: { readonly resourceId: boolean; readonly filter: boolean; readonly bbox: boolean; readonly cql: boolean }): void {
  const { resourceId, filter, bbox, cql } = given;
  if (filter && bbox) throw new Fault('invalid-value', 'filter', 'filter and bbox exclude each other');
  if (resourceId && (filter || bbox || cql))
    throw new Fault('invalid-value', 'resourceId', 'resourceId excludes filter, bbox and cql_filter');
  if (filter && cql) throw new Fault('invalid-value', 'cql_filter', 'filter and cql_filter exclude each other');
}

function kvpClauses(kvp: Kvp, i: number, of: number): Pick<AdhocQuery, 'properties' | 'srsName' | 'sort'> {
  const names = pick(groups(kvp.get('propertyname'), 'propertyName'), i, of, 'propertyName');
  const order = pick(groups(kvp.get('sortby'), 'sortBy'), i, of, 'sortBy');
  const srsName = kvp.get('srsname')?.trim() ?? '';
  return {
    properties: names === undefined || names === '' || names === '*' ? null : parts(names).map(name => bareName(name, 'PROPERTYNAME')),
    srsName: srsName === '' ? null : srsName,
    sort: order === undefined ? [] : parts(order).map(readSortKey),
  };
}

/** The i-th of a list that has one entry for each query, or one for all. */
function pick(list: readonly string[], i: number, of: number, name: string): string | undefined {
  if (list.length > 1 && list.length !== of) throw new Fault('invalid-value', name, `${name} has ${list.length} groups for ${of} queries`);
  return list.length === 1 ? list[0] : list[i];
}

/** `nom`, `nom ASC`, `nom D` (WFS 2.0 § 7.9.2.5.4 and the older spelling). */
function readSortKey(text: string): SortKey {
  const [name = '', order = 'ASC', ...rest] = text.split(/\s+/);
  if (name === '' || rest.length > 0 || !/^(?:asc|desc|a|d|ascending|descending)$/i.test(order))
    throw new Fault('invalid-value', 'SORTBY', `"${text.slice(0, 80)}" is no sort key`);
  return { property: bareName(name, 'SORTBY'), descending: /^d/i.test(order) };
}

function readResultType(text: string | undefined): boolean {
  const value = text?.trim().toLowerCase() ?? '';
  if (value !== '' && value !== 'results' && value !== 'hits')
    throw new Fault('invalid-value', 'resultType', `resultType is "${value.slice(0, 40)}", expected results or hits`);
  return value === 'hits';
}

/** References are never fetched: `none` and `local` (which changes nothing, all is inline). */
function refuseResolve(text: string | undefined): void {
  const value = text?.trim().toLowerCase() ?? '';
  if (value === 'remote' || value === 'all')
    throw new Fault('unsupported', 'resolve', `resolve=${value} is not supported: only none and local`);
  if (value !== '' && value !== 'none' && value !== 'local')
    throw new Fault('invalid-value', 'resolve', `resolve is "${value.slice(0, 40)}", expected none or local`);
}

/** An attribute of a request whatever its case: OWSLib posts `typenames` and `outputformat`. */
function attributeOf(element: Element, name: string): string | undefined {
  const folded = name.toLowerCase();
  return element.attribute(name) ?? element.attributes.find(one => one.namespace === '' && one.name.toLowerCase() === folded)?.value;
}

function fromXml(root: Element, version: WfsVersion): FeatureRequest {
  refuseResolve(attributeOf(root, 'resolve'));
  const presentation: Presentation = {
    count: attributeNumber(root, 'count') ?? attributeNumber(root, 'maxFeatures'),
    start: attributeNumber(root, 'startIndex') ?? 0,
    hits: readResultType(attributeOf(root, 'resultType')),
    format: outputFormat(attributeOf(root, 'outputFormat'), version),
  };
  const stored = version.storedQueries ? root.all('StoredQuery') : [];
  const queries = root.all('Query');
  const other = root.children.find(child => !stored.includes(child) && !queries.includes(child));
  if (other) throw new Fault('malformed', other.name.slice(0, 60), `element ${other.name.slice(0, 60)} is no query of a ${root.name}`);
  const [call, ...more] = stored;
  if (call && (more.length > 0 || queries.length > 0))
    throw new Fault('unsupported', 'StoredQuery', 'a stored query stands alone in its request');
  if (call) return { ...presentation, version, queries: [], stored: storedCall(call), link: null };
  if (queries.length === 0) throw new Fault('missing-parameter', 'Query', `${root.name} holds no query`);
  if (queries.length > queryLimit) throw new Fault('too-large', 'Query', `a request has at most ${queryLimit} queries`);
  return { ...presentation, version, queries: queries.map(query => xmlQuery(query, version)), stored: null, link: null };
}

function attributeNumber(root: Element, name: string): number | null {
  const text = attributeOf(root, name)?.trim();
  if (text === undefined) return null;
  if (!/^\+?\d{1,15}$/.test(text)) throw new Fault('invalid-value', name, `${name} is "${text.slice(0, 60)}", expected a whole number ≥ 0`);
  return Number(text);
}

function storedCall(element: Element): StoredQueryCall {
  const id = attributeOf(element, 'id')?.trim();
  if (id === undefined || id === '') throw new Fault('missing-parameter', 'id', 'attribute id is missing on StoredQuery');
  const parameters = new Map<string, string>();
  for (const parameter of element.all('Parameter')) {
    const name = attributeOf(parameter, 'name');
    if (name === undefined) throw new Fault('missing-parameter', 'name', 'attribute name is missing on Parameter');
    parameters.set(name.toLowerCase(), parameter.text.trim());
  }
  return { id, parameters };
}

function xmlQuery(element: Element, version: WfsVersion): AdhocQuery {
  if (attributeOf(element, 'featureVersion') !== undefined)
    throw new Fault('unsupported', 'featureVersion', 'feature versions are not supported');
  const names =
    (attributeOf(element, 'typeNames') ?? attributeOf(element, 'typeName'))
      ?.trim()
      .split(/\s+/)
      .filter(name => name !== '') ?? [];
  const [name, ...joined] = names;
  if (name === undefined) throw new Fault('missing-parameter', 'typeNames', 'attribute typeNames is missing on Query');
  if (joined.length > 0) throw new Fault('unsupported', 'typeNames', 'joins are not supported: one type for each Query');
  const inScope = new Map<string, string>();
  const { prefix, namespace } = element.qname(name);
  // an unprefixed name under a default namespace that is WFS's own means no namespace of ours
  if (namespace !== undefined && namespace !== '' && namespace !== version.namespace) inScope.set(prefix, namespace);
  const [filter, ...filters] = among(element, 'Filter', ns.fes, ns.ogc);
  if (filters.length > 0) throw new Fault('malformed', 'FILTER', 'a query has one Filter');
  const [sortBy] = among(element, 'SortBy', ns.fes, ns.ogc);
  // OGC 02-058 has ogc:PropertyName here; OWSLib writes it without a namespace
  const properties = among(element, 'PropertyName', element.namespace, ns.ogc, '').map(one => bareName(one.text, 'PROPERTYNAME'));
  return {
    type: readTypeName(name, inScope, 'typeNames'),
    restrictions: filter ? [{ kind: 'fes', element: filter }] : [],
    properties: properties.length === 0 || properties.includes('*') ? null : properties,
    srsName: attributeOf(element, 'srsName')?.trim() ?? null,
    sort: sortBy ? sortBy.all('SortProperty').map(xmlSortKey) : [],
  };
}

const among = (element: Element, name: string, ...namespaces: readonly string[]): Element[] =>
  element.children.filter(child => child.name === name && namespaces.includes(child.namespace));

/** FES 2.0 § 8 names the property by a reference, Filter 1.1 § 7 by its name. */
function xmlSortKey(element: Element): SortKey {
  const order = element.child('SortOrder')?.text.trim() ?? 'ASC';
  if (!/^(?:asc|desc|a|d)$/i.test(order)) throw new Fault('invalid-value', 'SORTBY', `"${order.slice(0, 40)}" is no sort order`);
  const reference = element.child('PropertyName') ?? element.need('ValueReference');
  return { property: bareName(reference.text, 'SORTBY'), descending: /^d/i.test(order) };
}
