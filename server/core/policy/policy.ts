// The charter as one pure function: who may do what with which dataset at an instant, and by which rule. No I/O, no clock.
// Reading: tables « Data » and « Records » of the charter rules, R01–R49; editing: R60, R61, R63 as far as the door decides on it.
import { parisDay } from '../model/clock';
import { and, everything, type Filter } from '../filter/filter';
import type { Action, Allowed, Caller, Dataset, Decision, Denied, Facts, Grant, Organisation, Role } from './charter';
import { actions } from './charter';
import { cascadeOf } from './cascade';
import { earliest, Horizon } from './calendar';
import { explainRule, type RuleText } from './explain-texts';
import { fingerprintOf } from './fingerprint';
import { byFrozenGrants, byGrants, currentGrants, frozenSince, type Verdict } from './grants';
import { manages, owns, recordFilterOf, recordOf, type RecordDecision } from './records';
import {
  anonymousStanding,
  isEditor,
  isPartner,
  isPilotAdmin,
  isReferent,
  membershipDays,
  standingHorizon,
  standingOf,
  type Standing,
  type StandingKind,
} from './standing';
import { territoryFilter } from './territory';

/** A decision with all that explains it: why does P (not) see F. */
export interface PolicyExplanation {
  readonly decision: Decision;
  readonly record: RecordDecision;
  readonly standing: StandingKind;
  readonly partner: boolean;
  /** Grants of the dataset in force now (or that held at the owner's withdrawal), as recorded. */
  readonly grants: readonly Grant[];
  /** Clause of the charter and our sentence about the rule that decided. */
  readonly text: RuleText;
}

/** All decisions for one caller at one instant. */
export interface Policy {
  readonly caller: Caller;
  readonly organisation: Organisation | null;
  readonly standing: StandingKind;
  /** Roles that run today; empty without partnership. */
  readonly roles: ReadonlySet<Role>;
  /** R01. */
  partner(): boolean;
  /** Referent or deputy of an active partner (R14). */
  referent(): boolean;
  pilotAdmin(): boolean;
  /** R01–R49, R60–R63: the decision on an action, by code of the dataset. An unknown code is answered as hidden. */
  decide(action: Action, dataset: string): Decision;
  /** R20–R22, R33: the record of a dataset. */
  record(dataset: string): RecordDecision;
  /** The records the caller sees, as a filter on the FeatureType `record`. */
  recordFilter(): Filter;
  /** D16, R24: id of the organisation whose records the caller gets in the owner's variant; others are served without persons. */
  recordsOf(): number | null;
  explain(action: Action, dataset: string): PolicyExplanation;
  /** Hash of all decisions: equal for callers who may see and do the same. */
  readonly fingerprint: string;
  /** Instant after which a decision may change without a write; null: never. */
  readonly validUntil: string | null;
}

/** The policy of a caller under the facts of the day in which `instant` (ISO, UTC) lies. */
export function compilePolicy(caller: Caller, facts: Facts, instant: string): Policy {
  const day = parisDay(instant);
  const standing = standingOf(caller, facts, instant, day);
  const nobody = anonymousStanding(instant, day);
  const ahead = standingHorizon(standing, facts).instant;
  const decisions = new Map<string, Decision>();
  const records = new Map<string, RecordDecision>();
  const horizons = new Map<string, string | null>();
  let filter: Filter | null = null;
  let nearest: string | null | undefined;
  let fingerprint: string | null = null;

  function horizonOf(dataset: Dataset): string | null {
    const known = horizons.get(dataset.code);
    if (known !== undefined) return known;
    const found = earliest(ahead, datasetHorizon(dataset, facts, instant, day));
    horizons.set(dataset.code, found);
    return found;
  }

  function record(code: string): RecordDecision {
    const dataset = facts.datasets.get(code);
    if (!dataset) return { visible: false, edit: false, rule: 'R23' };
    let found = records.get(code);
    if (!found) records.set(code, (found = recordOf(standing, dataset, facts)));
    return found;
  }

  function decide(action: Action, code: string): Decision {
    const dataset = facts.datasets.get(code);
    if (!dataset) return denied('R23', 'hidden', null);
    const key = `${action} ${code}`;
    let found = decisions.get(key);
    if (!found) decisions.set(key, (found = judge(action, dataset)));
    return found;
  }

  function judge(action: Action, dataset: Dataset): Decision {
    const validUntil = horizonOf(dataset);
    const outcome = action === 'edit' ? editing(standing, dataset, facts) : reading(standing, dataset, action, facts);
    if (!outcome.allowed) return denied(outcome.rule, answerOf(outcome.rule, dataset.code), validUntil);
    const mine = allowed(outcome, standing, dataset, action, facts, validUntil);
    if (action === 'edit' || standing.kind === 'anonymous') return mine;
    // what anyone gets rests on the public grant, whoever asks (R47)
    const anyone = reading(nobody, dataset, action, facts);
    const open = anyone.allowed ? allowed(anyone, nobody, dataset, action, facts, validUntil) : null;
    return open?.fingerprint === mine.fingerprint ? open : mine;
  }

  function answerOf(rule: string, code: string): Denied['answer'] {
    if (!record(code).visible) return 'hidden';
    if (standing.kind === 'anonymous' || standing.kind === 'barred') return 'unauthenticated';
    return rule === 'R51' && standing.kind === 'partner' ? 'conditions-not-accepted' : 'forbidden';
  }

  return {
    caller,
    organisation: standing.organisation,
    standing: standing.kind,
    roles: standing.roles,
    partner: () => standing.kind === 'partner',
    referent: () => isReferent(standing),
    pilotAdmin: () => isPilotAdmin(standing),
    decide,
    record,
    recordFilter: () => (filter ??= recordFilterOf(standing, facts)),
    recordsOf: () => (standing.kind === 'partner' ? (standing.organisation?.id ?? null) : null),
    explain(action, code) {
      const decision = decide(action, code);
      const dataset = facts.datasets.get(code);
      return {
        decision,
        record: record(code),
        standing: standing.kind,
        partner: standing.kind === 'partner',
        grants: dataset ? currentGrants(dataset, standing) : [],
        text: explainRule(decision.rule),
      };
    },
    get fingerprint() {
      return (fingerprint ??= fingerprintOf(
        [...facts.datasets.keys()].sort().map(code => [
          code,
          record(code).visible,
          record(code).edit,
          actions.map(action => {
            const decision = decide(action, code);
            return decision.allowed ? [decision.fingerprint, decision.scaleMin, decision.scaleMax] : decision.answer;
          }),
        ]),
      ));
    },
    get validUntil() {
      if (nearest === undefined)
        nearest = [...facts.datasets.values()].reduce<string | null>((soonest, dataset) => earliest(soonest, horizonOf(dataset)), ahead);
      return nearest;
    },
  };
}

/** What lets a caller through, before it becomes a Decision; `grant` null is the implicit full grant of owners and the cascade. */
type Outcome =
  | {
      readonly allowed: true;
      readonly rule: string;
      readonly grant: Grant | null;
      readonly responsible: number | null;
      readonly own?: boolean;
    }
  | { readonly allowed: false; readonly rule: string };

const stop = (rule: string): Outcome => ({ allowed: false, rule });
const full = (rule: string, responsible: number | null = null): Outcome => ({ allowed: true, rule, grant: null, responsible });

function reading(standing: Standing, dataset: Dataset, action: Action, facts: Facts): Outcome {
  // R13: an account that is not active reads nothing at all
  if (standing.kind === 'barred') return stop('R13');
  // R28: overrides all grants, the owner's too
  if (dataset.exception !== null || dataset.state === 'excluded') return stop('R28');
  if (dataset.kind === 'coproduced') return readingCoproduced(standing, dataset, action, facts);
  const frozen = frozenSince(dataset, facts, standing.day);
  if (!frozen && dataset.state !== 'published') return stop(dataset.state === 'suspended' ? 'R16' : 'R14');
  if (!isRecorded(dataset)) return stop('R18');
  if (owns(standing, dataset)) return full('D3');
  return fromVerdict(
    frozen
      ? byFrozenGrants(standing, dataset, action, frozen, facts)
      : byGrants(standing, dataset, action, currentGrants(dataset, standing), facts),
  );
}

function readingCoproduced(standing: Standing, dataset: Dataset, action: Action, facts: Facts): Outcome {
  // D21: nobody is served before validation, nor after the archive
  if (!dataset.validated || dataset.state === 'archived') return stop('R33');
  if (!isRecorded(dataset)) return stop('R18');
  // R30, R32, D3: every active partner is owner
  if (standing.kind === 'partner') return full('R30');
  const grants = currentGrants(dataset, standing);
  const cascade = cascadeOf(standing, dataset, facts);
  // R35: implicit, unless the partners set what communes see (R37)
  if (cascade.ept !== null && !grants.some(grant => grant.audience === 'ept_communes')) return full('R35', cascade.ept);
  return fromVerdict(byGrants(standing, dataset, action, grants, facts));
}

/** R18: published, without errors. */
function isRecorded(dataset: Dataset): boolean {
  return dataset.record !== null && dataset.record.state === 'published' && dataset.record.errors === 0;
}

const fromVerdict = (verdict: Verdict): Outcome => verdict;

/** R60, R61, R63: who may edit features, and where. */
function editing(standing: Standing, dataset: Dataset, facts: Facts): Outcome {
  if (standing.kind === 'barred') return stop('R13');
  if (dataset.exception !== null || dataset.state === 'excluded') return stop('R28');
  const closed =
    dataset.state === 'suspended' || dataset.state === 'frozen' || dataset.state === 'archived' || dataset.state === 'retired_by_owner';
  if (closed || frozenSince(dataset, facts, standing.day)) return stop('R63');
  const rule = dataset.kind === 'pooled' ? 'R60' : 'R61';
  if (standing.kind !== 'partner') {
    // R37: the cascade covers use, not the tools
    return stop(cascadeOf(standing, dataset, facts).ept === null ? rule : 'R37');
  }
  if (dataset.kind === 'pooled') return owns(standing, dataset) && isEditor(standing) ? full('R60') : stop('R60');
  if (!dataset.validated) return stop('R33');
  if (manages(standing, dataset)) return full('R61');
  const contribution =
    dataset.contributionOpen ||
    currentGrants(dataset, standing).some(grant => grant.audience === 'partners' && grant.actions.includes('edit'));
  return contribution && isEditor(standing) ? { allowed: true, rule: 'R61', grant: null, responsible: null, own: true } : stop('R61');
}

function allowed(
  outcome: Extract<Outcome, { allowed: true }>,
  standing: Standing,
  dataset: Dataset,
  action: Action,
  facts: Facts,
  validUntil: string | null,
): Allowed {
  const { grant } = outcome;
  const masked = new Set(grant?.maskedAttributes ?? []);
  const filter = grant
    ? and(grant.rows, areaOf(grant, standing, facts))
    : outcome.own === true
      ? territoryFilter(standing.organisation, facts)
      : everything;
  // R44: the range is the map's alone
  const scaleMin = action === 'view' ? (grant?.scaleMin ?? null) : null;
  const scaleMax = action === 'view' ? (grant?.scaleMax ?? null) : null;
  // territories are stored beside the facts: a change of them is a change of the generation
  const territories = mentionsTerritories(filter) ? facts.generation : 0;
  return {
    allowed: true,
    rule: outcome.rule,
    masked,
    filter,
    scaleMin,
    scaleMax,
    public: grant?.audience === 'public',
    responsible: outcome.responsible,
    grant: grant?.id ?? null,
    fingerprint: fingerprintOf([dataset.code, [...masked].sort(), filter, scaleMin, scaleMax, territories]),
    validUntil,
  };
}

/** R43: the area of a grant for this caller; partners and communes have a territory, others have none. */
function areaOf(grant: Grant, standing: Standing, facts: Facts): Filter {
  switch (grant.area.mode) {
    case 'all':
      return everything;
    case 'geometry':
      return { op: 'area', area: { geometry: grant.area.geometry } };
    case 'territory':
      return territoryFilter(grant.audience === 'public' ? null : standing.organisation, facts);
  }
}

function mentionsTerritories(filter: Filter): boolean {
  switch (filter.op) {
    case 'area':
      return 'organisations' in filter.area;
    case 'and':
    case 'or':
      return filter.parts.some(mentionsTerritories);
    case 'not':
      return mentionsTerritories(filter.part);
    default:
      return false;
  }
}

function denied(rule: string, answer: Denied['answer'], validUntil: string | null): Denied {
  return { allowed: false, rule, answer, reason: explainRule(rule).sentence.en ?? rule, validUntil };
}

function datasetHorizon(dataset: Dataset, facts: Facts, instant: string, day: string): string | null {
  const horizon = new Horizon(instant, day);
  for (const grant of dataset.grants) horizon.starts(grant.startsOn).ends(grant.endsOn).at(grant.replacedAt);
  const owner = dataset.owner === null ? undefined : facts.organisations.get(dataset.owner);
  if (owner) membershipDays(owner, horizon);
  return horizon.instant;
}

/** Whether an organisation is an active partner at an instant (R01), for lists of the partnership. */
export function isActivePartner(organisation: Organisation, instant: string): boolean {
  return isPartner(organisation, parisDay(instant));
}

interface Kept {
  readonly policy: Policy;
  readonly day: string;
  readonly from: string;
}

const kept = new WeakMap<Facts, Map<string, Kept>>();
const mostKept = 500;

/** The same as compilePolicy, kept per facts and caller as long as it holds: what was decided once is not decided again. */
export function policyFor(caller: Caller, facts: Facts, instant: string): Policy {
  const key = caller.kind === 'anonymous' ? '' : JSON.stringify(caller.person);
  let byCaller = kept.get(facts);
  if (!byCaller) kept.set(facts, (byCaller = new Map()));
  const day = parisDay(instant);
  const known = byCaller.get(key);
  const until = known?.policy.validUntil ?? null;
  if (known && known.day === day && known.from <= instant && (until === null || instant < until)) return known.policy;
  const policy = compilePolicy(caller, facts, instant);
  if (byCaller.size >= mostKept) byCaller.clear();
  byCaller.set(key, { policy, day, from: instant });
  return policy;
}
