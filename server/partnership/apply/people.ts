// People with their mandates and keys, working groups and EPT delegations (R13, R35, R38, R40; 2.1.3, 2.4.3, 3.6).
import { Fault } from '../../core/model/fault';
import type { Outcome, Value } from '../../core/ports/tables';
import type { DelegationEntry, PersonEntry, WorkingGroupEntry } from '../file';
import { assertTransition } from '../states';
import { dayRange, stronger, type Work } from './work';

export async function applyPeople(work: Work, entries: readonly PersonEntry[]): Promise<void> {
  for (const entry of entries) await applyPerson(work, entry);
}

async function applyPerson(work: Work, entry: PersonEntry): Promise<void> {
  const at = `people.${entry.login}`;
  const login = entry.login.toLowerCase();
  const organisation = await work.idOf('organisation', entry.organisation, `${at}.organisation`);
  const [found] = await work.tables.find('app_user', { login });
  const state = entry.state ?? (found ? String(found['state']) : 'active');
  if (found) assertTransition('user', String(found['state']), state, entry.login, 'R13');
  const values: Record<string, Value> = { organisation_id: organisation, state };
  if (entry.name) [values['first_name'], values['last_name']] = entry.name;
  if (entry.email !== undefined) values['email'] = entry.email;
  if (entry.phone !== undefined) values['phone'] = entry.phone;
  const hash = await passwordHash(work, entry, found?.['password_hash'], at);
  if (hash !== null) values['password_hash'] = hash;
  let { id, outcome } = await work.put('app_user', { login }, values);
  work.remember('app_user', login, id);
  // an account's generation moves with its rights: kept credentials and sessions are looked at again (R13)
  if (outcome === 'changed') await work.tables.update('app_user', { id }, { generation: Number(found?.['generation'] ?? 1) + 1 });
  if (entry.roles) outcome = stronger(outcome, await applyMandates(work, id, organisation, entry));
  for (const key of entry.keys ?? []) {
    const { prefix, hash: digest } = work.parts.digestKey(key.key);
    const made = await work.put(
      'access_token',
      { hash: digest },
      { user_id: id, prefix, label: key.label, expires_on: key.expiresOn ?? null },
    );
    outcome = stronger(outcome, made.outcome);
  }
  work.note('person', entry.login, outcome);
}

/** null: the password stays as it is. */
async function passwordHash(work: Work, entry: PersonEntry, known: unknown, at: string): Promise<string | null> {
  const variable = entry.passwordFrom?.slice('env:'.length);
  const password = variable === undefined ? entry.password : process.env[variable];
  if (variable !== undefined && password === undefined)
    throw new Fault('missing-parameter', `${at}.passwordFrom`, `${entry.login}: the environment variable ${variable} is not set`);
  if (password === undefined) return null;
  if (typeof known === 'string' && (await work.parts.verifyPassword(known, password))) return null;
  return work.parts.hashPassword(password);
}

async function applyMandates(work: Work, user: number, organisation: number, entry: PersonEntry): Promise<Outcome> {
  let outcome: Outcome = 'left';
  const rows = await work.tables.find('mandate', { user_id: user });
  const current = rows.filter(row => /,\)$/.test(String(row['period'])));
  for (const row of current) {
    if (entry.roles?.some(role => role === row['role']) === true && row['organisation_id'] === organisation) continue;
    await work.tables.remove('mandate', { id: Number(row['id']) });
    outcome = 'changed';
  }
  for (const role of entry.roles ?? []) {
    if (current.some(row => row['role'] === role && row['organisation_id'] === organisation)) continue;
    await work.tables.insert('mandate', { user_id: user, organisation_id: organisation, role, period: '[,)' });
    outcome = 'changed';
  }
  return outcome;
}

export async function applyWorkingGroups(work: Work, entries: readonly WorkingGroupEntry[]): Promise<void> {
  for (const entry of entries) {
    const at = `workingGroups.${entry.code}`;
    const facilitator =
      entry.facilitator === undefined ? null : await work.idOf('app_user', entry.facilitator.toLowerCase(), `${at}.facilitator`);
    const theme = entry.theme ?? entry.name ?? entry.code;
    const put = await work.put('working_group', { code: entry.code }, { theme, name: entry.name ?? theme, facilitator_id: facilitator });
    work.remember('working_group', entry.code, put.id);
    let { outcome } = put;
    for (const [index, member] of (entry.members ?? []).entries()) {
      const told = typeof member === 'string' ? { login: member, type: 'member' as const } : member;
      const user = await work.idOf('app_user', told.login.toLowerCase(), `${at}.members.${index}`);
      if (told.type === 'external_guest' && told.endsOn === undefined)
        throw new Fault(
          'missing-parameter',
          `${at}.members.${index}.endsOn`,
          `${told.login} is a guest of ${entry.code}: a guest has an end date`,
          { rule: 'R65' },
        );
      const made = await work.put(
        'working_group_member',
        { working_group_id: put.id, user_id: user },
        { type: told.type, ends_on: told.endsOn ?? null },
      );
      outcome = stronger(outcome, made.outcome === 'left' ? 'left' : 'changed');
    }
    work.note('working group', entry.code, outcome);
  }
}

export async function applyDelegations(work: Work, entries: readonly DelegationEntry[]): Promise<void> {
  for (const [index, entry] of entries.entries()) {
    const at = `delegations.${index}`;
    const ept = await work.idOf('organisation', entry.ept, `${at}.ept`);
    const commune = await work.idOf('organisation', entry.commune, `${at}.commune`);
    await guardDelegation(work, entry, ept, commune, at);
    const datasets = entry.scope === undefined || entry.scope === 'all' ? [] : entry.scope;
    for (const code of datasets) await work.idOf('dataset', code, `${at}.scope`);
    const values = {
      scope: datasets.length === 0 ? 'all' : 'list',
      datasets,
      attested_on: entry.attestedOn ?? null,
      commune_accepted_on: entry.acceptedOn ?? null,
      revoked_on: entry.revokedOn ?? null,
      period: dayRange([entry.attestedOn ?? null, null]),
    };
    // one delegation per pair is open at a time; another signature date after a revoked one is a new delegation (R40)
    const rows = await work.tables.find('ept_delegation', { ept_id: ept, commune_id: commune });
    const same = rows.find(row => row['attested_on'] === (entry.attestedOn ?? null)) ?? rows.find(row => row['revoked_on'] === null);
    let outcome: Outcome = 'created';
    if (same) outcome = (await work.tables.update('ept_delegation', { id: Number(same['id']) }, values)) > 0 ? 'changed' : 'left';
    else await work.tables.insert('ept_delegation', { ept_id: ept, commune_id: commune, ...values });
    work.note('delegation', `${entry.ept} → ${entry.commune}`, outcome);
  }
}

/** R35, R38: an active EPT partner delegates to its own members. */
async function guardDelegation(work: Work, entry: DelegationEntry, ept: number, commune: number, at: string): Promise<void> {
  if (entry.revokedOn !== undefined) return;
  const [organisation] = await work.tables.find('organisation', { id: ept });
  const memberships = await work.tables.find('membership', { organisation_id: ept });
  if (organisation?.['kind'] !== 'ept')
    throw new Fault('conflict', `${at}.ept`, `R38: ${entry.ept} is no EPT, it cannot delegate`, { rule: 'R38' });
  if (memberships.at(-1)?.['state'] !== 'active')
    throw new Fault('conflict', `${at}.ept`, `R35: ${entry.ept} is not an active partner, it cannot delegate`, { rule: 'R35' });
  const members = await work.tables.find('ept_member', { ept_id: ept, commune_id: commune });
  if (!members.some(row => /,\)$/.test(String(row['period']))))
    throw new Fault('conflict', `${at}.commune`, `R38: ${entry.commune} is not a member of ${entry.ept}`, { rule: 'R38' });
}
