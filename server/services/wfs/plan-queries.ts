// From a request's queries to the store's: types resolved for the caller, restrictions read with the type's CRS, names checked where they were
// written. One denied type refuses the whole request (R46).
import { check } from '../../core/filter/check';
import { and, type Filter } from '../../core/filter/filter';
import { crsOf, parseCrs, shortName, uriName, urnName, type CrsRef } from '../../core/model/crs';
import { Fault } from '../../core/model/fault';
import { findProperty, propertyOf, type FeatureType } from '../../core/model/feature-type';
import type { Action } from '../../core/policy/charter';
import type { FeatureSource } from '../../core/ports/doors';
import type { Query, SortKey } from '../../core/query/query';
import { readRestriction } from './filters';
import { resolveType } from './names';
import type { AdhocQuery, FeatureRequest } from './requests';
import type { WfsVersion } from './versions';

/** A query ready for the store, but for its page. */
export interface PlannedQuery {
  readonly type: FeatureType;
  readonly query: Query;
  /** The reference that the answer's coordinates are written in. */
  readonly crs: CrsRef;
  /** How the answer names it. */
  readonly srsName: string;
}

/** All queries of a request. Faults: unknown-type, unauthenticated, forbidden, invalid-crs (SRSNAME), unknown-property, invalid-value (RESOURCEID) … */
export function planQueries(features: FeatureSource, request: Pick<FeatureRequest, 'queries' | 'format' | 'version'>): PlannedQuery[] {
  const { action } = request.format;
  const resolved = request.queries.flatMap(query =>
    query.type === null ? byIds(features, query, action) : [{ query, type: resolveType(features, query.type, action, 'typeNames') }],
  );
  const types = resolved.map(({ type }) => type);
  return resolved.map(({ query, type }) => planQuery(features, query, type, { types, action, version: request.version }));
}

/** Only ids are named (WFS 2.0 § 7.9.2.5.3.3): their stems tell the types. An unknown stem is an id that does not exist, no error. */
function byIds(features: FeatureSource, query: AdhocQuery, action: Action): { query: AdhocQuery; type: FeatureType }[] {
  const ids = query.restrictions.flatMap(one => (one.kind === 'ids' ? one.ids : []));
  return typesOfIds(features, ids, action).map(type => ({ query, type }));
}

/** The types some ids belong to; stems that are unknown or hidden have none. Faults unauthenticated, forbidden where the type is known (R47). */
export function typesOfIds(features: FeatureSource, ids: readonly string[], action: Action): FeatureType[] {
  const visible = features.types(action).map(type => type.name);
  const stems = new Set(ids.map(id => stemOf(id, visible)).filter(stem => stem !== ''));
  const types = [...stems].map(stem => {
    try {
      const type = features.type(stem, action, 'RESOURCEID');
      return type.name === stem ? type : undefined;
    } catch (error) {
      if (error instanceof Fault && error.kind === 'unknown-type') return undefined;
      throw error;
    }
  });
  return types.filter(type => type !== undefined);
}

/** The longest of the known stems an id begins with, else what stands before its first dot. */
function stemOf(id: string, known: readonly string[]): string {
  const longest = known.filter(name => id.startsWith(`${name}.`)).sort((a, b) => b.length - a.length)[0];
  return longest ?? id.slice(0, Math.max(0, id.indexOf('.')));
}

function planQuery(
  features: FeatureSource,
  query: AdhocQuery,
  type: FeatureType,
  { types, action, version }: { readonly types: readonly FeatureType[]; readonly action: Action; readonly version: WfsVersion },
): PlannedQuery {
  const crs = crsOfAnswer(query.srsName, type, version);
  const filter = and(...query.restrictions.map(one => readRestriction(one, { type, version, srid: crs.crs.code })));
  refuseForeignIds(filter, types, features, action);
  check(filter, type); // refused before a connection is taken; the door checks again
  const properties = query.properties === null ? null : projection(query.properties, type);
  return {
    type,
    crs,
    srsName: srsNameOf(crs, version),
    query: {
      type: type.name,
      action,
      filter,
      ...(properties === null ? {} : { properties }),
      sort: query.sort.map(key => sortKey(key, type)),
      page: { count: null, start: 0 },
      srid: crs.crs.code,
    },
  };
}

/** Names as the type writes them; the geometry's name is one of them. Fault unknown-property at PROPERTYNAME. */
function projection(names: readonly string[], type: FeatureType): string[] {
  return [...new Set(names.map(name => geometryNamed(type, name) ?? propertyOf(type, name, 'PROPERTYNAME').name))];
}

/** The geometry's own name when that is what a name or alias means. */
export function geometryNamed(type: FeatureType, name: string): string | undefined {
  const { geometry } = type;
  if (!geometry || findProperty(type, name)) return undefined;
  const folded = name.toLowerCase();
  return geometry.name === name || geometry.aliases?.some(alias => alias.toLowerCase() === folded) === true ? geometry.name : undefined;
}

function sortKey(key: SortKey, type: FeatureType): SortKey {
  if (geometryNamed(type, key.property) !== undefined)
    throw new Fault('invalid-value', 'SORTBY', `${key.property} is a geometry and has no order`);
  return { ...key, property: propertyOf(type, key.property, 'SORTBY').name };
}

/** CRS of the answer: SRSNAME, else the type's default by the name that capabilities advertise. */
function crsOfAnswer(srsName: string | null, type: FeatureType, version: WfsVersion): CrsRef {
  const code = type.geometry?.srid ?? 4326;
  return parseCrs(srsName ?? version.crsName(crsOf(code)), version.axis, 'SRSNAME');
}

/** srsName of the answer in the form that was asked for; where every form is x,y it is the one that readers take so. */
function srsNameOf(ref: CrsRef, version: WfsVersion): string {
  if (version.axis === 'xy') return version.crsName(ref.crs);
  switch (ref.form) {
    case 'urn':
      return urnName(ref.crs);
    case 'uri':
      return uriName(ref.crs);
    case 'short':
      return shortName(ref.crs);
    case 'crs84':
      return 'urn:ogc:def:crs:OGC:1.3:CRS84';
    default:
      return ref.text;
  }
}

/** An id of another type the caller sees contradicts the query (wfs20 suite); any other foreign id simply does not exist. */
export function refuseForeignIds(filter: Filter, types: readonly FeatureType[], features: FeatureSource, action: Action): void {
  const foreign = idsIn(filter).filter(id => !types.some(type => id.startsWith(`${type.name}.`)));
  if (foreign.length === 0) return;
  const others = features.types(action).map(type => `${type.name}.`);
  const found = foreign.find(id => others.some(stem => id.startsWith(stem)));
  if (found !== undefined) throw new Fault('invalid-value', 'RESOURCEID', `${found.slice(0, 80)} is no feature of the type asked for`);
}

function idsIn(filter: Filter): readonly string[] {
  switch (filter.op) {
    case 'ids':
      return filter.ids;
    case 'and':
    case 'or':
      return filter.parts.flatMap(idsIn);
    case 'not':
      return idsIn(filter.part);
    default:
      return [];
  }
}
