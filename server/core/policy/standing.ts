// Who the caller is on a day: a partner, a commune that its EPT may open data to, a candidate, a withdrawn partner, or anyone (R01, R02, R06, R07).
import type { Caller, Organisation, Person, Role } from './charter';
import type { Facts } from './charter';
import { Horizon, within } from './calendar';

/**
 * anonymous: nobody; partner: person of an organisation with an active membership; candidate: of an Annexe 1 candidate (R03);
 * withdrawn: of an organisation that left (R07); outsider: anyone else with an account; barred: an account that is not active (R13).
 */
export type StandingKind = 'anonymous' | 'partner' | 'candidate' | 'withdrawn' | 'outsider' | 'barred';

export interface Standing {
  readonly kind: StandingKind;
  readonly person: Person | null;
  readonly organisation: Organisation | null;
  /** Roles of the mandates that run on that day; empty without an active membership. */
  readonly roles: ReadonlySet<Role>;
  /** Working groups in which the person sits on that day, as member or candidate. */
  readonly workingGroups: ReadonlySet<number>;
  readonly day: string;
  readonly instant: string;
}

const editorRoles: readonly Role[] = ['technical_referent', 'deputy', 'resource_person'];

/** R01: the membership is active on that day. R06: not any more from 00:00 of the day the letter was received. */
export function isPartner(organisation: Organisation, day: string): boolean {
  const membership = organisation.membership;
  if (!membership) return false;
  if (membership.state !== 'active' && !(membership.state === 'withdrawn' && membership.withdrawnOn !== null)) return false;
  return (membership.activeOn === null || membership.activeOn <= day) && (membership.withdrawnOn === null || day < membership.withdrawnOn);
}

/** Day of the organisation's latest withdrawal that has taken effect; null: it never left. */
export function withdrawalDay(organisation: Organisation, day: string): string | null {
  const left = organisation.membership?.withdrawnOn ?? organisation.lastWithdrawnOn ?? null;
  return left !== null && left <= day ? left : null;
}

/** R08: already a partner on the day of another's withdrawal, and still one. */
export function wasPartnerOn(organisation: Organisation, then: string, day: string): boolean {
  const since = organisation.membership?.activeOn ?? null;
  return isPartner(organisation, day) && since !== null && since <= then;
}

/** The standing of nobody. */
export function anonymousStanding(instant: string, day: string): Standing {
  return { kind: 'anonymous', person: null, organisation: null, roles: new Set(), workingGroups: new Set(), day, instant };
}

/** The standing of a caller at an instant that lies in that day. */
export function standingOf(caller: Caller, facts: Facts, instant: string, day: string): Standing {
  if (caller.kind === 'anonymous') return anonymousStanding(instant, day);
  const { person } = caller;
  const organisation = facts.organisations.get(person.organisation) ?? null;
  const kind = kindOf(person, organisation, day);
  const seated = kind === 'partner' || kind === 'candidate';
  return {
    kind,
    person,
    organisation,
    roles: new Set(kind === 'partner' ? person.mandates.filter(m => within(day, m.from, m.to)).map(m => m.role) : []),
    // R65: an external guest sees a folder of the group, never its data
    workingGroups: new Set(
      seated ? person.workingGroups.filter(g => g.type !== 'external_guest' && within(day, null, g.endsOn)).map(g => g.id) : [],
    ),
    day,
    instant,
  };
}

function kindOf(person: Person, organisation: Organisation | null, day: string): StandingKind {
  if (person.state !== 'active') return 'barred';
  if (!organisation) return 'outsider';
  if (isPartner(organisation, day)) return 'partner';
  const state = organisation.membership?.state;
  if (organisation.annex1 && (state === 'admissible' || state === 'incomplete')) return 'candidate';
  return withdrawalDay(organisation, day) === null ? 'outsider' : 'withdrawn';
}

/** Days at which the standing may change. */
export function standingHorizon(standing: Standing, facts: Facts): Horizon {
  const horizon = new Horizon(standing.instant, standing.day);
  const { person, organisation } = standing;
  if (person) {
    for (const mandate of person.mandates) horizon.starts(mandate.from).ends(mandate.to);
    for (const group of person.workingGroups) horizon.ends(group.endsOn);
  }
  if (organisation) {
    membershipDays(organisation, horizon);
    const ept = organisation.ept === null ? undefined : facts.organisations.get(organisation.ept);
    if (ept) membershipDays(ept, horizon);
    for (const delegation of facts.delegations)
      if (delegation.commune === organisation.id)
        horizon.starts(delegation.attestedOn, delegation.acceptedOn, delegation.revokedOn, delegation.startsOn).ends(delegation.endsOn);
  }
  return horizon;
}

/** Days at which an organisation's membership begins or ends. */
export function membershipDays(organisation: Organisation, horizon: Horizon): void {
  horizon.starts(organisation.membership?.activeOn ?? null, organisation.membership?.withdrawnOn ?? null);
}

/** The pilot's administrator (R17: a role, no data right of its own). */
export const isPilotAdmin = (standing: Standing): boolean => standing.organisation?.pilot === true && standing.roles.has('pilot_admin');

/** R33: the pilot's project officer or administrator. */
export const isPilotStaff = (standing: Standing): boolean =>
  isPilotAdmin(standing) || (standing.organisation?.pilot === true && standing.roles.has('project_officer'));

/** Member of the technical committee (2.4.2): referent or deputy. */
export const isReferent = (standing: Standing): boolean => standing.roles.has('technical_referent') || standing.roles.has('deputy');

/** R15, R60: referent, deputy or resource person. */
export const isEditor = (standing: Standing): boolean => editorRoles.some(role => standing.roles.has(role));
