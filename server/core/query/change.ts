// What an adaptor asks a FeatureSource to change, in no protocol's words, and what it is told afterwards.
import type { Filter } from '../filter/filter';
import { Fault, type FaultKind } from '../model/fault';
import type { LocatedGeometry } from '../model/geometry';

/** A scalar as it was written, several of them, a geometry, or no value. */
export type NewValue = string | readonly string[] | LocatedGeometry | null;

export interface Assignment {
  /** As the request names it, without a prefix. */
  readonly property: string;
  readonly value: NewValue;
}

/** Where in the request a change stands, for reports and faults. */
export interface Origin {
  /** `Insert`, `Update`, `Replace`, `Delete`: the word of the request. */
  readonly action: string;
  /** Number of the action in its request, from 1. */
  readonly number: number;
  /** The client's own name for the action. */
  readonly handle: string | null;
  /** Number of the feature inside the action, from 1; null where it has one or none. */
  readonly feature: number | null;
}

/** Which id a new feature gets: a new one, the one it brings, or that one in place of the feature that has it (WFS 1.1 § 12.2.2, idgen). */
export type NewId =
  | { readonly kind: 'new' }
  | { readonly kind: 'existing'; readonly id: string }
  | { readonly kind: 'replace-duplicate'; readonly id: string };

interface Common {
  /** Short name of the feature type (FeatureType.name), as resolved through the source. */
  readonly type: string;
  readonly origin: Origin;
}

export type Change =
  | (Common & { readonly op: 'insert'; readonly id: NewId; readonly values: readonly Assignment[] })
  | (Common & { readonly op: 'update'; readonly filter: Filter; readonly values: readonly Assignment[] })
  /** Everything that is not named gets no value. The filter must mean one feature at most. */
  | (Common & { readonly op: 'replace'; readonly filter: Filter; readonly values: readonly Assignment[] })
  | (Common & { readonly op: 'delete'; readonly filter: Filter });

/** A feature that was written, by its id. */
export interface WrittenFeature {
  readonly id: string;
  readonly origin: Origin;
}

export interface WriteReport {
  /** In the order of the request. */
  readonly inserted: readonly WrittenFeature[];
  readonly replaced: readonly WrittenFeature[];
  readonly updated: number;
  readonly deleted: number;
}

/** Kinds whose words say where they belong by themselves. */
const elsewhere: ReadonlySet<FaultKind> = new Set(['busy', 'unavailable', 'too-many', 'internal']);

/** A fault of an action: at its handle, in whose absence at what is wrong; its words begin with the action (WFS 2.0 § 15.2.3.1.1). */
export function located(error: unknown, origin: Origin): unknown {
  if (!(error instanceof Fault) || elsewhere.has(error.kind)) return error;
  const { action, number, handle, feature } = origin;
  const named = handle === null ? `${action} ${number}` : `${action} "${handle.slice(0, 80)}"`;
  const { kind, locator, rule, retryAfter } = error;
  return new Fault(
    kind,
    handle ?? (locator === '' ? action : locator),
    {
      en: `${named}${feature === null ? '' : `, feature ${feature}`}: ${error.in('en')}`,
      fr: `${named}${feature === null ? '' : `, objet ${feature}`} : ${error.in('fr')}`,
    },
    { ...(rule === undefined ? {} : { rule }), ...(retryAfter === undefined ? {} : { retryAfter }), cause: error },
  );
}
