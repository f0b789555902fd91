// People with their mandates and keys, and working groups (R13, R14, R65; 2.1.3, 2.4.3).
import { Fault } from '../../core/model/fault';
import type { Outcome, Value } from '../../core/ports/tables';
import type { PersonEntry, WorkingGroupEntry } from '../file';
import { assertTransition } from '../states';
import { firstDay, runsOn, stronger, type ApplyParts, type Work } from './work';

/** Roles that only the pilot's people have. */
const pilotRoles: readonly string[] = ['project_officer', 'pilot_admin'];

/**
 * Hashes of the passwords that are new, by login in lower case: made before the transaction begins, since each takes a while.
 * `known` gives the present hash of a login. Fault missing-parameter for an environment variable that is not set.
 */
export async function preparePasswords(
  entries: readonly PersonEntry[],
  known: ReadonlyMap<string, string>,
  parts: Pick<ApplyParts, 'hashPassword' | 'verifyPassword'>,
): Promise<Map<string, string>> {
  const made = new Map<string, string>();
  for (const entry of entries) {
    const password = passwordOf(entry);
    if (password === undefined) continue;
    const login = entry.login.toLowerCase();
    const hash = known.get(login);
    if (hash === undefined || !(await parts.verifyPassword(hash, password))) made.set(login, await parts.hashPassword(password));
  }
  return made;
}

/** undefined: the password stays as it is. */
function passwordOf(entry: PersonEntry): string | undefined {
  const variable = entry.passwordFrom?.slice('env:'.length);
  if (variable === undefined) return entry.password;
  const password = process.env[variable];
  if (password === undefined || password === '')
    throw new Fault(
      'missing-parameter',
      `people.${entry.login}.passwordFrom`,
      `people.${entry.login} : la variable d’environnement ${variable} n’est pas définie`,
    );
  return password;
}

export async function applyPeople(work: Work, entries: readonly PersonEntry[]): Promise<void> {
  for (const entry of entries) await applyPerson(work, entry);
  for (const organisation of new Set(entries.map(entry => entry.organisation))) await warnOfDoubles(work, organisation);
}

/** 2.1.3: an organisation has one referent and one deputy at a time; more are said, since somebody has to choose. */
async function warnOfDoubles(work: Work, code: string): Promise<void> {
  const organisation = await work.idOf('organisation', code, 'people');
  for (const role of ['technical_referent', 'deputy']) {
    const mandates = await work.tables.find('mandate', { organisation_id: organisation, role });
    const holders: string[] = [];
    for (const mandate of mandates.filter(row => runsOn(row['period'], work.today))) {
      const [user] = await work.tables.find('app_user', { id: Number(mandate['user_id']) });
      if (user?.['state'] === 'active' || user?.['state'] === 'invited') holders.push(String(user['login']));
    }
    if (holders.length > 1)
      work.parts.say(`avis : ${code} a ${holders.length} personnes comme ${role}, la charte (2.1.3) en veut une : ${holders.join(', ')}`);
  }
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
  const hash = work.secrets.get(login);
  if (hash !== undefined) values['password_hash'] = hash;
  const put = await work.put('app_user', found ? { id: Number(found['id']) } : { login }, values);
  const { id } = put;
  let { outcome } = put;
  work.remember('app_user', login, id);
  // an account's generation moves with its rights: kept credentials and sessions are looked at again (R13)
  if (outcome === 'changed') await work.tables.update('app_user', { id }, { generation: Number(found?.['generation'] ?? 1) + 1 });
  if (entry.roles) outcome = stronger(outcome, await applyMandates(work, id, organisation, entry));
  for (const key of entry.keys ?? []) {
    const { prefix, hash: digest } = work.parts.digestKey(key.key);
    const [known] = await work.tables.find('access_token', { hash: digest });
    if (known && known['user_id'] !== id)
      throw new Fault(
        'conflict',
        `${at}.keys`,
        `${at}.keys : la clé « ${key.label} » est déjà celle d’un autre compte (R13 : un compte est personnel)`,
      );
    const made = await work.put(
      'access_token',
      { hash: digest },
      { user_id: id, prefix, label: key.label, expires_on: key.expiresOn ?? null },
    );
    outcome = stronger(outcome, made.outcome);
  }
  work.note('person', entry.login, outcome);
}

async function applyMandates(work: Work, user: number, organisation: number, entry: PersonEntry): Promise<Outcome> {
  let outcome: Outcome = 'left';
  const [home] = await work.tables.find('organisation', { id: organisation });
  const foreign = (entry.roles ?? []).filter(role => pilotRoles.includes(role));
  if (home?.['is_pilot'] !== true && foreign.length > 0)
    throw new Fault(
      'conflict',
      `people.${entry.login}.roles`,
      `people.${entry.login} : ${foreign.join(' et ')} ne se donnent qu’aux personnes du pilote (2.4.2), pas à celles de ${entry.organisation}`,
    );
  const rows = await work.tables.find('mandate', { user_id: user });
  const current = rows.filter(row => runsOn(row['period'], work.today));
  for (const row of current) {
    if (entry.roles?.some(role => role === row['role']) === true && row['organisation_id'] === organisation) continue;
    // 2.1.3: the rights of a mandate end with it, its time stays known
    const since = firstDay(row['period']);
    if (since !== null && since >= work.today) await work.tables.remove('mandate', { id: Number(row['id']) });
    else await work.tables.update('mandate', { id: Number(row['id']) }, { period: `[${since ?? ''},${work.today})` });
    outcome = 'changed';
  }
  for (const role of new Set(entry.roles)) {
    if (current.some(row => row['role'] === role && row['organisation_id'] === organisation)) continue;
    await work.tables.insert('mandate', { user_id: user, organisation_id: organisation, role, period: '[,)' });
    outcome = 'changed';
  }
  return outcome;
}

export async function applyWorkingGroups(work: Work, entries: readonly WorkingGroupEntry[]): Promise<void> {
  for (const entry of entries) {
    const at = `workingGroups.${entry.code}`;
    const [found] = await work.tables.find('working_group', { code: entry.code });
    const values: Record<string, Value> = {};
    if (entry.theme !== undefined || !found) values['theme'] = entry.theme ?? entry.name ?? entry.code;
    if (entry.name !== undefined || !found) values['name'] = entry.name ?? entry.theme ?? entry.code;
    if (entry.facilitator !== undefined) values['facilitator_id'] = await work.idOf('app_user', entry.facilitator, `${at}.facilitator`);
    const put = await work.put('working_group', { code: entry.code }, values);
    work.remember('working_group', entry.code, put.id);
    const members = entry.members ? await applyMembers(work, put.id, entry, at) : 'left';
    work.note('working group', entry.code, stronger(put.outcome, members));
  }
}

/** The members are those that the file lists. */
async function applyMembers(work: Work, group: number, entry: WorkingGroupEntry, at: string): Promise<Outcome> {
  let outcome: Outcome = 'left';
  const listed = new Set<number>();
  for (const [index, member] of (entry.members ?? []).entries()) {
    const told = typeof member === 'string' ? { login: member, type: 'member' as const } : member;
    const user = await work.idOf('app_user', told.login, `${at}.members.${index}`);
    if (told.type === 'external_guest' && told.endsOn === undefined)
      throw new Fault(
        'missing-parameter',
        `${at}.members.${index}.endsOn`,
        `R65 : ${told.login} est invité de ${entry.code} : un invité a un dernier jour (endsOn)`,
        { rule: 'R65' },
      );
    listed.add(user);
    const made = await work.put(
      'working_group_member',
      { working_group_id: group, user_id: user },
      { type: told.type, ends_on: told.endsOn ?? null },
    );
    if (made.outcome !== 'left') outcome = 'changed';
  }
  for (const row of await work.tables.find('working_group_member', { working_group_id: group })) {
    if (listed.has(Number(row['user_id']))) continue;
    await work.tables.remove('working_group_member', { id: Number(row['id']) });
    outcome = 'changed';
  }
  return outcome;
}
