// Which grant a caller reads a dataset by: grants in force, the most specific audience first (R27, R29–R31, R36, R48, R49, R51),
// and the grants that hold for the data of a partner who left (R08, R09).
import { parisMidnight } from '../model/clock';
import type { Action, Audience, Dataset, Facts, Grant } from './charter';
import { cascadeOf, outsiderRule } from './cascade';
import { within } from './calendar';
import { isPartner, isPilotAdmin, wasPartnerOn, withdrawalDay, type Standing } from './standing';

/** A grant that lets the caller through, or the rule that stops them. */
export type Verdict =
  | { readonly allowed: true; readonly grant: Grant; readonly rule: string; readonly responsible: number | null }
  | { readonly allowed: false; readonly rule: string };

const stop = (rule: string): Verdict => ({ allowed: false, rule });

/** In force: within its days and not replaced (D22). */
export function inForce(grant: Grant, instant: string, day: string): boolean {
  return within(day, grant.startsOn, grant.endsOn) && (grant.replacedAt === null || grant.replacedAt > instant);
}

/** The grants of a dataset that hold for its readers at the standing's instant. */
export function currentGrants(dataset: Dataset, standing: Standing): readonly Grant[] {
  return dataset.grants.filter(grant => inForce(grant, standing.instant, standing.day));
}

/**
 * R08: the day since which a pooled dataset is frozen. A dataset whose owner has left is frozen even where nobody has written it yet.
 * `{ since: null }`: frozen at a day that is not known; null: not frozen.
 */
export function frozenSince(dataset: Dataset, facts: Facts, day: string): { readonly since: string | null } | null {
  if (dataset.kind !== 'pooled') return null;
  const owner = dataset.owner === null ? undefined : facts.organisations.get(dataset.owner);
  const left = owner ? withdrawalDay(owner, day) : null;
  if (dataset.state === 'frozen') return { since: dataset.frozenOn ?? left };
  return dataset.state === 'published' && owner && left !== null && !isPartner(owner, day) ? { since: left } : null;
}

/** Judges a reader by the grants: the first audience with a grant that holds for the caller decides (R48). */
export function byGrants(standing: Standing, dataset: Dataset, action: Action, grants: readonly Grant[], facts: Facts): Verdict {
  const { organisation } = standing;
  const partner = standing.kind === 'partner';
  const cascade = cascadeOf(standing, dataset, facts);
  const steps: readonly { audience: Audience; rule: string; holds: boolean; responsible: number | null }[] = [
    { audience: 'named_partner', rule: 'R31', holds: partner, responsible: null },
    { audience: 'partners', rule: 'R30', holds: partner, responsible: null },
    {
      audience: 'ept_communes',
      rule: dataset.kind === 'coproduced' ? 'R35' : 'R36',
      holds: cascade.ept !== null,
      responsible: cascade.ept,
    },
    { audience: 'public', rule: 'R29', holds: true, responsible: null },
  ];
  let pending: string | null = null;
  for (const step of steps) {
    if (!step.holds) continue;
    const ofAudience = grants.filter(
      grant => grant.audience === step.audience && (step.audience !== 'named_partner' || grant.partner === organisation?.id),
    );
    const held = ofAudience.filter(grant => {
      const wait = waitingFor(grant, dataset, standing);
      pending ??= wait;
      return wait === null;
    });
    if (held.length === 0) continue;
    const chosen = latest(held.filter(grant => grant.actions.includes(action)));
    if (chosen) return { allowed: true, grant: chosen, rule: step.rule, responsible: step.responsible };
    return stop(held.every(isViewOnly) ? 'R44' : 'R27');
  }
  return stop(pending ?? refusalRule(standing, dataset, grants, facts));
}

/** R08, R09: the data of a partner who left, read under the policy then in force or under what the ex-owner agreed to since. */
export function byFrozenGrants(
  standing: Standing,
  dataset: Dataset,
  action: Action,
  frozen: { readonly since: string | null },
  facts: Facts,
): Verdict {
  const { since } = frozen;
  const stillRuns = (grant: Grant): boolean => within(standing.day, null, grant.endsOn);
  const then = since === null ? [] : dataset.grants.filter(grant => wasInForce(grant, since)).filter(stillRuns);
  const recorded = currentGrants(dataset, standing).filter(grant => !then.includes(grant));
  // taken over after the withdrawal (nothing older is known): what is recorded stands for the policy then in force
  const policy = then.length > 0 ? then : recorded.filter(grant => since === null || grant.startsOn === null || grant.startsOn <= since);
  const agreed = recorded.filter(grant => grant.audience === 'named_partner' || grant.audience === 'public');
  const open = [...policy.filter(grant => grant.audience === 'public'), ...agreed.filter(grant => grant.audience === 'public')];
  const present = standing.organisation !== null && since !== null && wasPartnerOn(standing.organisation, since, standing.day);
  const grants = present
    ? [...new Set([...policy.filter(grant => grant.audience !== 'ept_communes'), ...agreed])]
    : [...new Set([...agreed.filter(grant => grant.audience === 'named_partner'), ...open])];
  const verdict = byGrants(standing, dataset, action, grants, facts);
  if (!verdict.allowed) {
    if (standing.kind !== 'partner' || verdict.rule === 'R49' || verdict.rule === 'R51' || verdict.rule === 'R44') return verdict;
    return present ? verdict : stop('R09');
  }
  if (verdict.rule === 'R29') return verdict;
  return { ...verdict, rule: present && policy.includes(verdict.grant) ? 'R08' : 'R09' };
}

function wasInForce(grant: Grant, day: string): boolean {
  const instant = parisMidnight(day);
  return grant.agreedAt <= instant && inForce(grant, instant, day);
}

/** R49, R51: what a conditional grant still waits for; the agreement of R49 is a named grant, or an accepted request without one. */
function waitingFor(grant: Grant, dataset: Dataset, standing: Standing): string | null {
  const organisation = standing.kind === 'partner' ? standing.organisation : null;
  if (grant.onRequest) {
    const named = dataset.grants.some(
      other => other.audience === 'named_partner' && other.partner === organisation?.id && !other.onRequest,
    );
    if (!organisation || named || !dataset.acceptedRequests.has(organisation.id)) return 'R49';
  }
  if (grant.acceptanceRequired && (!organisation || !dataset.acceptedConditions.has(organisation.id))) return 'R51';
  return null;
}

/** +VUE: the grant opens the map and nothing else. */
const isViewOnly = (grant: Grant): boolean => grant.actions.every(action => action === 'view');

function latest(grants: readonly Grant[]): Grant | undefined {
  return [...grants].sort((a, b) => order(b.startsOn ?? '', a.startsOn ?? '') || order(b.agreedAt, a.agreedAt) || b.id - a.id)[0];
}
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function refusalRule(standing: Standing, dataset: Dataset, grants: readonly Grant[], facts: Facts): string {
  if (standing.kind === 'partner') {
    if (isPilotAdmin(standing)) return 'R17';
    // R31: named partners, or nobody but the owner
    return grants.every(grant => grant.audience === 'owner') || grants.some(grant => grant.audience === 'named_partner') ? 'R31' : 'R27';
  }
  const cascade = cascadeOf(standing, dataset, facts);
  if (cascade.ept === null) return standing.kind === 'anonymous' ? 'R27' : cascade.rule;
  return dataset.kind === 'pooled' ? 'R36' : outsiderRule(standing);
}
