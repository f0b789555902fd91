// The one tree of everything that restricts: BBOX, FES, CQL2, ids, a tile and the charter itself. Immutable.
// Readers make it, check.ts resolves names and types, core/query/where.ts compiles it.
import type { LocatedGeometry } from '../model/geometry';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** The eleven of FES 2.0 § 7.8, all exact; `bbox` compares with the envelope of its literal. */
export type SpatialOperator =
  'bbox' | 'equals' | 'disjoint' | 'intersects' | 'touches' | 'crosses' | 'within' | 'contains' | 'overlaps' | 'dwithin' | 'beyond';

/** FES 2.0 § 7.9. */
export type TemporalOperator =
  | 'after'
  | 'before'
  | 'begins'
  | 'begunBy'
  | 'tContains'
  | 'during'
  | 'endedBy'
  | 'ends'
  | 'tEquals'
  | 'meets'
  | 'metBy'
  | 'tOverlaps'
  | 'overlappedBy'
  | 'anyInteracts';

/** An instant is a period whose ends are equal; ISO 8601, partial dates (`2010`, `2010-05`) allowed. `..` is an open end (CQL2 § 6.3.2). */
export interface Period {
  readonly begin: string;
  readonly end: string;
}

export type Expression =
  /** Without prefix; `@gml:id` is the feature's id. */
  | { readonly kind: 'property'; readonly name: string }
  /** As written; check.ts gives it the type of what it is compared with (`01004` stays a string). */
  | { readonly kind: 'literal'; readonly value: string | number | boolean };

/** A pattern taken apart by the reader, so that no wildcard character survives: text, any number of characters, or one. */
export type LikeToken = { readonly text: string } | 'any' | 'one';

/** How several values of one property count (FES 2.0 § 7.7.3.3); `Any` unless said otherwise. */
export type MatchAction = 'Any' | 'All' | 'One';

export type Filter =
  | { readonly op: 'all' }
  | { readonly op: 'none' }
  | { readonly op: 'and'; readonly parts: readonly Filter[] }
  | { readonly op: 'or'; readonly parts: readonly Filter[] }
  | { readonly op: 'not'; readonly part: Filter }
  | {
      readonly op: 'compare';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
      readonly matchCase: boolean;
      readonly matchAction?: MatchAction;
    }
  | { readonly op: 'like'; readonly property: string; readonly pattern: readonly LikeToken[]; readonly matchCase: boolean }
  | { readonly op: 'between'; readonly property: string; readonly lower: Expression; readonly upper: Expression }
  | { readonly op: 'in'; readonly property: string; readonly values: readonly (string | number | boolean)[] }
  /** No value: FES PropertyIsNull and PropertyIsNil alike (D2). */
  | { readonly op: 'null'; readonly property: string }
  | {
      readonly op: 'spatial';
      readonly operator: SpatialOperator;
      /** null: the geometry of the type. */
      readonly property: string | null;
      readonly geometry: LocatedGeometry;
      /** Metres, for dwithin and beyond. */
      readonly distance?: number;
    }
  | { readonly op: 'temporal'; readonly operator: TemporalOperator; readonly property: string; readonly period: Period }
  /** Feature ids, `stem.key`; ids of another stem match nothing. */
  | { readonly op: 'ids'; readonly ids: readonly string[] }
  /** R43, charter only, no reader makes it: intersects and not merely touches the territories of these organisations, or the geometry. */
  | { readonly op: 'area'; readonly area: { readonly organisations: readonly number[] } | { readonly geometry: LocatedGeometry } };

export const everything: Filter = { op: 'all' };
export const nothing: Filter = { op: 'none' };

/** Conjunction, flattened; the empty one is everything. */
export function and(...parts: readonly Filter[]): Filter {
  const flat = parts.flatMap(part => (part.op === 'and' ? part.parts : [part])).filter(part => part.op !== 'all');
  if (flat.some(part => part.op === 'none')) return nothing;
  const [first, ...rest] = flat;
  if (!first) return everything;
  return rest.length === 0 ? first : { op: 'and', parts: flat };
}

/** Disjunction, flattened; the empty one is nothing. */
export function or(...parts: readonly Filter[]): Filter {
  const flat = parts.flatMap(part => (part.op === 'or' ? part.parts : [part])).filter(part => part.op !== 'none');
  if (flat.some(part => part.op === 'all')) return everything;
  const [first, ...rest] = flat;
  if (!first) return nothing;
  return rest.length === 0 ? first : { op: 'or', parts: flat };
}

export function not(part: Filter): Filter {
  if (part.op === 'all') return nothing;
  if (part.op === 'none') return everything;
  return part.op === 'not' ? part.part : { op: 'not', part };
}
