// The nouns of the charter as the policy sees them: a picture of the partnership at one instant. Pure data, no I/O.
// Terms are those of the charter and its glossary (G1–G12); dates are ISO days (Europe/Paris), instants ISO 8601 UTC.
import type { Filter } from '../filter/filter';
import type { LocatedGeometry } from '../model/geometry';

/** view = GetMap and legend, query = GetFeatureInfo, feature = GetFeature, download = file formats, edit = transactions. */
export type Action = 'view' | 'query' | 'feature' | 'download' | 'edit';
export const actions: readonly Action[] = ['view', 'query', 'feature', 'download', 'edit'];

/** From the most specific to the broadest (R48). */
export type Audience = 'owner' | 'named_partner' | 'partners' | 'ept_communes' | 'public';

export type MembershipState =
  | 'potential'
  | 'requested'
  | 'admissible'
  | 'technical_opinion'
  | 'steering_approved'
  | 'refused'
  | 'incomplete'
  | 'active'
  | 'withdrawn'
  | 'abandoned';

export type Role =
  'technical_referent' | 'deputy' | 'steering_representative' | 'resource_person' | 'reader' | 'project_officer' | 'pilot_admin';

export type PooledState = 'draft' | 'to_validate' | 'published' | 'suspended' | 'frozen' | 'excluded' | 'retired_by_owner';
export type CoproducedState = 'planned' | 'structured' | 'consolidated' | 'submitted' | 'validated' | 'under_revision' | 'archived';

export interface Membership {
  readonly state: MembershipState;
  readonly activeOn: string | null;
  /** Day of receipt of the withdrawal letter; effective from 00:00 Europe/Paris (R06). */
  readonly withdrawnOn: string | null;
}

export interface Organisation {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: 'commune' | 'ept' | 'department' | 'state' | 'public_body' | 'other';
  readonly insee: string | null;
  readonly annex1: boolean;
  readonly pilot: boolean;
  readonly email: string | null;
  /** The latest membership row; null: none (Argenteuil) . */
  readonly membership: Membership | null;
  /** Latest withdrawal of any membership, where a later application hides it (R40); absent: that of `membership`. */
  readonly lastWithdrawnOn?: string | null;
  /** Id of the EPT it belongs to today. */
  readonly ept: number | null;
  readonly hasTerritory: boolean;
}

export interface Mandate {
  readonly role: Role;
  readonly from: string | null;
  readonly to: string | null;
}

export interface Person {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly organisation: number;
  readonly state: 'invited' | 'active' | 'suspended' | 'closed';
  readonly mandates: readonly Mandate[];
  readonly workingGroups: readonly {
    readonly id: number;
    readonly type: 'member' | 'candidate' | 'external_guest';
    readonly endsOn: string | null;
  }[];
}

/** Who asks. A person whose organisation is no active partner is a person without partner rights (R01, R02). */
export type Caller = { readonly kind: 'anonymous' } | { readonly kind: 'person'; readonly person: Person };
export const anonymous: Caller = { kind: 'anonymous' };

export interface Grant {
  readonly id: number;
  readonly audience: Audience;
  /** For named_partner. */
  readonly partner: number | null;
  readonly actions: readonly Action[];
  readonly maskedAttributes: readonly string[];
  readonly area:
    { readonly mode: 'all' } | { readonly mode: 'territory' } | { readonly mode: 'geometry'; readonly geometry: LocatedGeometry };
  /** Rows the grant covers; names are checked against the whole type. */
  readonly rows: Filter;
  readonly scaleMin: number | null;
  readonly scaleMax: number | null;
  readonly onRequest: boolean;
  readonly acceptanceRequired: boolean;
  /** First and last day it holds. */
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  /** Instant it was replaced (D22); R08 reads the grants in force at a withdrawal. */
  readonly agreedAt: string;
  readonly replacedAt: string | null;
}

/** State of the record that decides on the layer (R18) and its visibility (R20–R22). */
export interface RecordFacts {
  readonly identifier: string;
  readonly state: 'draft' | 'valid' | 'published' | 'obsolete';
  /** Number of findings of severity error. */
  readonly errors: number;
  readonly visibility: 'public' | 'partners' | 'owner';
}

export interface Dataset {
  readonly id: number;
  readonly code: string;
  /** Short name of its feature type. */
  readonly type: string;
  readonly kind: 'pooled' | 'coproduced';
  readonly state: PooledState | CoproducedState;
  /** Pooled: the owner. */
  readonly owner: number | null;
  /** Co-produced: the working group and the manager's organisation. */
  readonly workingGroup: number | null;
  readonly manager: number | null;
  /** Co-produced: people who lead the work, the group's facilitator and the manager named (R61). */
  readonly leaders?: readonly number[];
  /** Co-produced: whether a validated version is served (stays true under revision). */
  readonly validated: boolean;
  /** Co-produced: partners may contribute by transactions, inside their territory (R61). */
  readonly contributionOpen: boolean;
  readonly exception: string | null;
  /** Day of the owner's withdrawal (R08). */
  readonly frozenOn: string | null;
  readonly licence: string | null;
  readonly record: RecordFacts | null;
  readonly grants: readonly Grant[];
  /** Organisations whose request for an on-request grant was accepted (R49). */
  readonly acceptedRequests: ReadonlySet<number>;
  /** Organisations that accepted the conditions in their present version (R51). */
  readonly acceptedConditions: ReadonlySet<number>;
}

export interface Delegation {
  readonly ept: number;
  readonly commune: number;
  readonly scope: 'all' | readonly string[];
  readonly attestedOn: string | null;
  readonly acceptedOn: string | null;
  readonly revokedOn: string | null;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
}

/** The partnership at one instant: all that a decision may look at. */
export interface Facts {
  readonly organisations: ReadonlyMap<number, Organisation>;
  /** By code. */
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly delegations: readonly Delegation[];
  readonly charterEndsOn: string | null;
  /** Grows with every change of these facts. */
  readonly generation: number;
}

/** A decision that allows: what is left of the data, and why. */
export interface Allowed {
  readonly allowed: true;
  /** Rule that decided, `R30`. */
  readonly rule: string;
  readonly masked: ReadonlySet<string>;
  /** Rows and area of the grant; `all` when nothing is cut. */
  readonly filter: Filter;
  readonly scaleMin: number | null;
  readonly scaleMax: number | null;
  /** Whether the right rests on a public grant (decides on cache headers, R47). */
  readonly public: boolean;
  /** R38: id of the EPT that answers for a cascade access. */
  readonly responsible: number | null;
  /** Id of the grant row; null for the implicit grants of owners and the cascade. */
  readonly grant: number | null;
  /** Hash of what the decision lets through: two callers with the same fingerprint see the same bytes (D12). */
  readonly fingerprint: string;
  /** Instant after which the decision may change without a write; null: never. */
  readonly validUntil: string | null;
}

export interface Denied {
  readonly allowed: false;
  readonly rule: string;
  /** R47: hidden = answered like an unknown layer; else 401 for anonymous, 403 for others. */
  readonly answer: 'hidden' | 'unauthenticated' | 'forbidden' | 'conditions-not-accepted';
  readonly reason: string;
  readonly validUntil: string | null;
}

export type Decision = Allowed | Denied;
