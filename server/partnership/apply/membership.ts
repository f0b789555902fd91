// Memberships of the partnership and what follows from them (R05, R06, R11, R12, D20; 2.2 – 2.3). A closed one stays as it is: who joins again
// gets a new row.
import { Fault } from '../../core/model/fault';
import type { Outcome, Values } from '../../core/ports/tables';
import type { OrganisationEntry } from '../file';
import { assertTransition } from '../states';
import { stronger, type Work } from './work';

type Wanted = NonNullable<OrganisationEntry['membership']>;
type Row = Readonly<Record<string, unknown>>;

const closedStates: ReadonlySet<unknown> = new Set(['withdrawn', 'refused', 'abandoned']);
/** Steps on the way to a membership, and the membership itself: what R11 blocks after the charter's end. */
const joining: ReadonlySet<string> = new Set(['requested', 'admissible', 'technical_opinion', 'steering_approved', 'incomplete', 'active']);

/** Brings the membership of an organisation to what the file says. */
export async function applyMembership(work: Work, organisation: number, entry: OrganisationEntry, at: string): Promise<Outcome> {
  const wanted = entry.membership;
  if (!wanted) return 'left';
  const rows = await work.tables.find('membership', { organisation_id: organisation });
  const current = rows.at(-1);
  const from = current === undefined ? null : String(current['state']);
  const fresh = current === undefined || (closedStates.has(from) && wanted.state !== from);
  if (!fresh && from !== null) assertTransition('membership', from, wanted.state, `${at}.membership.state`, 'R12');
  const [row] = await work.tables.find('organisation', { id: organisation });
  const said = await recordDecisions(work, organisation, wanted);
  guardWords(wanted, entry.code, at);
  const begins = joining.has(wanted.state) && (fresh || from === 'potential');
  if (begins) await guardCharter(work, entry, at);
  if (wanted.state === 'active' && from !== 'active') await guardApproval(work, entry, row, at);
  const values: Values = {
    state: wanted.state,
    ...(wanted.route === undefined && !fresh ? {} : { route: wanted.route ?? routeOf(row) }),
    ...(wanted.since === undefined ? {} : { active_on: wanted.since }),
    ...(wanted.withdrawn === undefined ? {} : { withdrawal_received_on: wanted.withdrawn }),
    ...(wanted.reason === undefined ? {} : { [wanted.state === 'refused' ? 'refusal_reason' : 'withdrawal_reason']: wanted.reason }),
  };
  let outcome: Outcome = 'created';
  if (fresh) {
    const [charter] = await work.tables.find('charter', { status: 'in_force' });
    await work.tables.insert('membership', {
      organisation_id: organisation,
      charter_id: charter ? Number(charter['id']) : null,
      ...values,
    });
  } else outcome = (await work.tables.update('membership', { id: Number(current['id']) }, values)) > 0 ? 'changed' : 'left';
  if (wanted.state === 'withdrawn' && from !== null && !closedStates.has(from)) await closeAccounts(work, organisation);
  return stronger(outcome, said);
}

const routeOf = (organisation: Row | undefined): string =>
  organisation?.['annex1'] === true || organisation?.['is_pilot'] === true ? 'annex1' : 'outside_annex1';

/** What a step cannot be written without: the day of a withdrawal (R06), the reason of a refusal (R05). */
function guardWords(wanted: Wanted, code: string, at: string): void {
  if (wanted.state === 'withdrawn' && !wanted.withdrawn)
    throw new Fault(
      'missing-parameter',
      `${at}.membership.withdrawn`,
      `R06 : ${code} s’est retiré : il manque le jour de réception du courrier (withdrawn)`,
      {
        rule: 'R06',
      },
    );
  if (wanted.state === 'refused' && !wanted.reason?.trim())
    throw new Fault('conflict', `${at}.membership.reason`, `R05 : un refus est motivé : il manque la raison (reason) pour ${code}`, {
      rule: 'R05',
    });
}

/** The opinion of the COTECH and the decision of the COPIL that the file tells (2.4.1, 2.4.2). */
async function recordDecisions(work: Work, organisation: number, { opinion, approval }: Wanted): Promise<Outcome> {
  let outcome: Outcome = 'left';
  const told = [
    ...(opinion ? [{ committee: 'technical_committee', nature: 'opinion', outcome: 'favourable', unanimous: false, ...opinion }] : []),
    ...(approval ? [{ committee: 'steering_committee', nature: 'decision', outcome: 'approved', ...approval }] : []),
  ];
  for (const { committee, heldOn, reference, nature, outcome: said, unanimous } of told) {
    const meeting = await work.put('committee_meeting', { committee, held_on: heldOn, reference }, {});
    const decision = await work.put(
      'decision',
      { meeting_id: meeting.id, organisation_id: organisation, nature },
      { subject: 'adhésion', outcome: said, unanimous },
    );
    outcome = stronger(outcome, decision.outcome === 'left' ? 'left' : 'changed');
  }
  return outcome;
}

/** R05: outside Annexe 1 a unanimous COPIL approves, after the opinion of the COTECH. */
async function guardApproval(work: Work, entry: OrganisationEntry, row: Row | undefined, at: string): Promise<void> {
  if (routeOf(row) === 'annex1') return;
  const decisions = await work.tables.find('decision', { organisation_id: Number(row?.['id']) });
  const heldOn = async (decision: Row): Promise<string> =>
    String((await work.tables.find('committee_meeting', { id: Number(decision['meeting_id']) }))[0]?.['held_on']);
  const opinions: string[] = [];
  for (const decision of decisions) if (decision['nature'] === 'opinion') opinions.push(await heldOn(decision));
  const approvals = decisions.filter(one => one['nature'] === 'decision' && one['outcome'] === 'approved' && one['unanimous'] === true);
  for (const approval of approvals) {
    const day = await heldOn(approval);
    if (opinions.some(opinion => opinion <= day)) return;
  }
  throw new Fault(
    'conflict',
    `${at}.membership.state`,
    `R05 : ${entry.code} n’est pas dans l’annexe 1 : son adhésion suppose un avis du COTECH puis une décision unanime du COPIL ` +
      `(membership: opinion: { heldOn, reference }, approval: { heldOn, reference, unanimous: true })`,
    { rule: 'R05' },
  );
}

/** R11: nobody joins a charter that has ended. A membership that began before is taken over as it is. */
async function guardCharter(work: Work, entry: OrganisationEntry, at: string): Promise<void> {
  const charters = await work.tables.find('charter', { status: 'in_force' });
  const begins = entry.membership?.state === 'active' ? (entry.membership.since ?? work.today) : work.today;
  const covers = (day: string): boolean => charters.some(charter => charter['ends_on'] === null || String(charter['ends_on']) >= day);
  if (covers(begins)) return;
  throw new Fault(
    'conflict',
    `${at}.membership.state`,
    `R11 : la charte a pris fin, ${entry.code} ne peut pas adhérer avant qu’une nouvelle soit en vigueur`,
    { rule: 'R11' },
  );
}

/** D20: on withdrawal every account of the organisation is closed and its keys are revoked, for good. */
async function closeAccounts(work: Work, organisation: number): Promise<void> {
  for (const user of await work.tables.find('app_user', { organisation_id: organisation })) {
    const id = Number(user['id']);
    await work.tables.update('access_token', { user_id: id, revoked_at: null }, { revoked_at: work.parts.now() });
    if (user['state'] !== 'closed')
      await work.tables.update('app_user', { id }, { state: 'closed', generation: Number(user['generation']) + 1 });
  }
}
