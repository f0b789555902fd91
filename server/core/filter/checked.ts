// The filter after its check: names are columns, literals are typed, partial dates are ranges, ids are keys. This is all that SQL is made from.
import type { GeometryProperty, Property } from '../model/feature-type';
import type { LocatedGeometry } from '../model/geometry';
import type { Comparison, LikeToken, MatchAction, SpatialOperator } from './filter';
import type { Value } from './literal';

export type { Value } from './literal';

/** One end of a range. */
export interface Bound {
  readonly value: Value;
  readonly included: boolean;
}

/**
 * Every node is a *total* predicate with two values (D1, D2): for any row it is true or false, never unknown and never an error.
 * Whoever compiles a node keeps that promise under `not`: where the row has no value, the node is false – `<>`, `outside`, `disjoint` and
 * `beyond` included – so that `not` is true there.
 *
 * Where `property.many` is true, a node compares the elements one by one: `action` says whether one (`Any`), every (`All`, and there is at
 * least one) or exactly one (`One`) must hold; nodes without an action mean `Any`. On other properties `action` is always `Any`.
 */
type Node =
  | { readonly op: 'all' }
  | { readonly op: 'none' }
  /** Two parts or more. */
  | { readonly op: 'and'; readonly parts: readonly CheckedFilter[] }
  | { readonly op: 'or'; readonly parts: readonly CheckedFilter[] }
  | { readonly op: 'not'; readonly part: CheckedFilter }
  /**
   * property operator value. `matchCase: false` only for strings. For booleans only `=` and `<>`.
   * On a `fullText` property only `=`: the words of the value are searched.
   */
  | {
      readonly op: 'compare';
      readonly property: Property;
      readonly operator: Comparison;
      readonly value: Value;
      readonly matchCase: boolean;
      readonly action: MatchAction;
    }
  /** Two columns of comparable types (both strings, both numbers, both of the same other type), neither with several values. */
  | {
      readonly op: 'columns';
      readonly left: Property;
      readonly operator: Comparison;
      readonly right: Property;
      readonly matchCase: boolean;
    }
  /**
   * The value lies between the bounds, of which one at least is given; `outside`: it has a value and that does not lie between them.
   * Both bounds have the same Value.type. A range may be empty (lower beyond upper).
   */
  | {
      readonly op: 'range';
      readonly property: Property;
      readonly lower: Bound | null;
      readonly upper: Bound | null;
      readonly outside: boolean;
      readonly action: MatchAction;
    }
  /** Strings only (also `fullText`). An empty pattern matches the empty string. */
  | { readonly op: 'like'; readonly property: Property; readonly pattern: readonly LikeToken[]; readonly matchCase: boolean }
  /** One value or more, all of the same Value.type. */
  | { readonly op: 'in'; readonly property: Property; readonly values: readonly Value[] }
  /** The row has no value (of a `many` property: no element). */
  | { readonly op: 'null'; readonly property: Property | GeometryProperty }
  /** `distance` in metres is there for dwithin and beyond, and only there. The geometry's CRS is one of crs.ts. */
  | {
      readonly op: 'spatial';
      readonly operator: Exclude<SpatialOperator, 'dwithin' | 'beyond'>;
      readonly property: GeometryProperty;
      readonly geometry: LocatedGeometry;
      /** Of bbox: as the index compares boxes, in single precision. */
      readonly roughly?: true;
    }
  | {
      readonly op: 'distance';
      readonly operator: 'dwithin' | 'beyond';
      readonly property: GeometryProperty;
      readonly geometry: LocatedGeometry;
      /** Metres, finite, ≥ 0. */
      readonly distance: number;
    }
  /** Keys of the rows, one or more, as the key column writes them (decimal digits of an int8 where it is an integer). */
  | { readonly op: 'keys'; readonly keys: readonly string[] }
  /** R43: the row's geometry intersects, and does not merely touch, the territory of one of the organisations, or the geometry. */
  | { readonly op: 'organisations'; readonly property: GeometryProperty; readonly organisations: readonly number[] }
  | { readonly op: 'area'; readonly property: GeometryProperty; readonly geometry: LocatedGeometry };

declare const checked: unique symbol;

/** A node that went through check(): nothing else makes one. */
export type CheckedFilter = Node & { readonly [checked]: true };

/** @internal for check.ts alone: the brand. */
export const seal = (node: Node): CheckedFilter => node as CheckedFilter;

export const checkedAll: CheckedFilter = seal({ op: 'all' });
export const checkedNone: CheckedFilter = seal({ op: 'none' });

/** Conjunction of checked filters: what the charter allows and what the user asks stand under one of these. */
export function checkedAnd(...parts: readonly CheckedFilter[]): CheckedFilter {
  const flat = parts.flatMap(part => (part.op === 'and' ? part.parts : [part])).filter(part => part.op !== 'all');
  if (flat.some(part => part.op === 'none')) return checkedNone;
  const [first, ...rest] = flat;
  if (!first) return checkedAll;
  return rest.length === 0 ? first : seal({ op: 'and', parts: flat });
}

/** A box, alone or under AND, compared as the index does. Never for the charter's own filter. */
export function checkedRoughly(filter: CheckedFilter): CheckedFilter {
  if (filter.op === 'and') return seal({ op: 'and', parts: filter.parts.map(checkedRoughly) });
  return filter.op === 'spatial' && filter.operator === 'bbox' ? seal({ ...filter, roughly: true }) : filter;
}

/** Disjunction of checked filters. */
export function checkedOr(...parts: readonly CheckedFilter[]): CheckedFilter {
  const flat = parts.flatMap(part => (part.op === 'or' ? part.parts : [part])).filter(part => part.op !== 'none');
  if (flat.some(part => part.op === 'all')) return checkedAll;
  const [first, ...rest] = flat;
  if (!first) return checkedNone;
  return rest.length === 0 ? first : seal({ op: 'or', parts: flat });
}

export function checkedNot(part: CheckedFilter): CheckedFilter {
  if (part.op === 'all') return checkedNone;
  if (part.op === 'none') return checkedAll;
  return part.op === 'not' ? part.part : seal({ op: 'not', part });
}
