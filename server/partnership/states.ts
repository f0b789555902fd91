// The state machines of the charter as tables: state → states it may pass to. Guards with more than a state to look at are in guards.ts.
import { Fault } from '../core/model/fault';

export type Machine = 'membership' | 'pooled' | 'coproduced' | 'user' | 'delegation';

/** 2.2 – 2.3 of the charter for memberships; rules.md « States » for the others. `potential` is no step taken yet. */
export const transitions: Readonly<Record<Machine, Readonly<Record<string, readonly string[]>>>> = {
  membership: {
    potential: [
      'requested',
      'admissible',
      'technical_opinion',
      'steering_approved',
      'refused',
      'incomplete',
      'active',
      'withdrawn',
      'abandoned',
    ],
    requested: ['technical_opinion'],
    admissible: ['incomplete', 'abandoned'],
    technical_opinion: ['steering_approved', 'refused'],
    steering_approved: ['incomplete'],
    incomplete: ['active', 'abandoned'],
    active: ['withdrawn'],
    withdrawn: [],
    refused: [],
    abandoned: [],
  },
  pooled: {
    draft: ['to_validate', 'published', 'excluded', 'retired_by_owner'],
    to_validate: ['draft', 'published', 'excluded', 'retired_by_owner'],
    published: ['suspended', 'frozen', 'excluded', 'retired_by_owner'],
    suspended: ['published', 'excluded', 'retired_by_owner'],
    frozen: ['published', 'excluded', 'retired_by_owner'],
    excluded: ['draft', 'retired_by_owner'],
    retired_by_owner: ['draft'],
  },
  coproduced: {
    planned: ['structured'],
    structured: ['consolidated', 'planned'],
    consolidated: ['submitted', 'structured'],
    submitted: ['validated', 'structured', 'consolidated'],
    validated: ['under_revision', 'archived'],
    under_revision: ['structured', 'consolidated', 'submitted', 'validated', 'archived'],
    archived: [],
  },
  user: {
    invited: ['active', 'closed'],
    active: ['suspended', 'closed'],
    suspended: ['active', 'closed'],
    closed: [],
  },
  delegation: {
    proposed: ['accepted', 'revoked', 'lapsed'],
    accepted: ['active', 'revoked', 'lapsed'],
    active: ['revoked', 'expired', 'lapsed'],
    revoked: [],
    expired: [],
    lapsed: [],
  },
};

/** Fault conflict when the rules know no transition from the one state to the other. */
export function assertTransition(machine: Machine, from: string, to: string, what: string, rule?: string): void {
  if (from === to || transitions[machine][from]?.includes(to) === true) return;
  const next = transitions[machine][from] ?? [];
  throw new Fault(
    'conflict',
    what,
    `${rule === undefined ? '' : `${rule} : `}${what} est « ${from} » et ne peut pas devenir « ${to} » ; la charte ${next.length === 0 ? 'n’en permet aucune suite' : `permet : ${next.join(', ')}`}`,
    rule === undefined ? {} : { rule },
  );
}
