// People, their mandates and keys, and working groups by the partnership file (R03, R13, R14, R65; 2.1.3, 2.4.3).
import type { PersonEntry } from '../../server/partnership/file';
import { digestSecret } from '../../server/store/identity-keys';
import { verifyPassword } from '../../server/store/passwords';
import { changes, desk, outcomes, today, type Desk } from './desk';

let one: Desk;
beforeAll(async () => {
  one = await desk();
});
afterAll(() => one.close());

const person = (more: Partial<PersonEntry> = {}): PersonEntry => ({
  login: 'rose@antony.fr',
  name: ['Rose', 'Martin'],
  organisation: 'antony',
  roles: ['technical_referent'],
  password: 'platane-rouge-2026',
  ...more,
});
const put = (...people: PersonEntry[]): ReturnType<Desk['apply']> => one.apply({ people });
const account = async (login = 'rose@antony.fr'): Promise<Record<string, unknown>> =>
  (await one.rows('select * from geomig.app_user where lower(login) = lower($1)', [login]))[0] ?? {};
const mandates = (login = 'rose@antony.fr'): Promise<Record<string, unknown>[]> =>
  one.rows(
    `select m.role, m.period::text as period from geomig.mandate m join geomig.app_user u on u.id = m.user_id where u.login = $1 order by m.id`,
    [login],
  );

test('an account with password, roles and keys; a second apply leaves it', async () => {
  const entry = person({ keys: [{ label: 'qgis', key: 'cle-de-rose-0123456789', expiresOn: '2026-12-31' }], email: 'sig@antony.fr' });
  expect(outcomes(await put(entry))).toEqual({ 'person rose@antony.fr': 'created' });
  const row = await account();
  expect(row).toMatchObject({ first_name: 'Rose', last_name: 'Martin', state: 'active', email: 'sig@antony.fr' });
  expect(await verifyPassword(String(row['password_hash']), 'platane-rouge-2026')).toBe(true);
  expect(await mandates()).toEqual([{ role: 'technical_referent', period: '(,)' }]);
  expect(await one.rows('select label, hash, expires_on from geomig.access_token')).toEqual([
    { label: 'qgis', hash: digestSecret('cle-de-rose-0123456789'), expires_on: '2026-12-31' },
  ]);
  expect(changes(await put(entry))).toEqual([]);
  expect(changes(await put({ ...entry, login: 'Rose@Antony.FR' }))).toEqual([]);
});

test('what is not told stays; what is told changes and moves the account’s generation (R13)', async () => {
  const before = await account();
  await put({ login: 'rose@antony.fr', organisation: 'antony' });
  expect(await account()).toEqual(before);
  expect(changes(await put(person({ password: 'un-autre-2026-x' }))).length).toBe(1);
  const after = await account();
  expect(Number(after['generation'])).toBe(Number(before['generation']) + 1);
  expect(await verifyPassword(String(after['password_hash']), 'un-autre-2026-x')).toBe(true);
});

test('passwordFrom reads the environment, and says which variable lacks', async () => {
  process.env['MOT_DE_ROSE'] = 'tilleul-bleu-2026';
  await put(person({ password: undefined as never, passwordFrom: 'env:MOT_DE_ROSE' }));
  expect(await verifyPassword(String((await account())['password_hash']), 'tilleul-bleu-2026')).toBe(true);
  delete process.env['MOT_DE_ROSE'];
  expect((await one.refused({ people: [person({ passwordFrom: 'env:MOT_DE_ROSE' })] })).message).toMatch(
    /variable d’environnement MOT_DE_ROSE/,
  );
});

test('roles are those of the file: a mandate that ended stays known with its time', async () => {
  await put(person({ roles: ['reader', 'resource_person'] }));
  expect(await mandates()).toEqual([
    { role: 'technical_referent', period: `(,${today})` },
    { role: 'reader', period: '(,)' },
    { role: 'resource_person', period: '(,)' },
  ]);
  expect(changes(await put(person({ roles: ['resource_person', 'reader'] })))).toEqual([]);
  await put(person({ roles: [] }));
  expect((await mandates()).every(row => row['period'] === `(,${today})`)).toBe(true);
});

test('roles of the pilot are for its people only', async () => {
  expect((await one.refused({ people: [person({ roles: ['pilot_admin'] })] })).message).toMatch(/pilot_admin .*pilote/);
  await put({ login: 'p@cd92.fr', organisation: 'cd92', roles: ['pilot_admin', 'project_officer'] });
  expect((await mandates('p@cd92.fr')).length).toBe(2);
});

test('2.1.3: two referents of one organisation are said', async () => {
  await put(person(), person({ login: 'remi@antony.fr' }));
  expect(one.said.join('\n')).toMatch(/avis : antony a 2 personnes comme technical_referent.*rose@antony\.fr, remi@antony\.fr/);
  await put(person(), person({ login: 'remi@antony.fr', roles: ['deputy'] }));
  expect(one.said.join('\n')).not.toContain('avis');
});

test('R13: states follow the machine; a closed account stays closed', async () => {
  await put(person({ state: 'suspended' }));
  await put(person({ state: 'active' }));
  await put(person({ state: 'closed' }));
  expect((await one.refused({ people: [person({ state: 'active' })] })).message).toMatch(/^R13 : .*rose@antony\.fr.*closed/);
  expect(changes(await put(person()))).toEqual([]);
  expect((await account())['state']).toBe('closed');
});

test('R13: a key is one person’s', async () => {
  const fault = await one.refused({
    people: [{ login: 'autre@antony.fr', organisation: 'antony', keys: [{ label: 'qgis', key: 'cle-de-rose-0123456789' }] }],
  });
  expect(fault.message).toMatch(/déjà celle d’un autre compte/);
});

test('a revoked key is not revived by the file', async () => {
  await one.rows('update geomig.access_token set revoked_at = now()');
  await put({
    login: 'rose@antony.fr',
    organisation: 'antony',
    keys: [{ label: 'qgis', key: 'cle-de-rose-0123456789', expiresOn: '2026-12-31' }],
  });
  expect(await one.rows('select revoked_at is not null as revoked from geomig.access_token')).toEqual([{ revoked: true }]);
});

test('an organisation that is not there', async () => {
  expect((await one.refused({ people: [person({ organisation: 'nulle-part' })] })).locator).toBe('people.rose@antony.fr.organisation');
});

describe('working groups', () => {
  const members = (): Promise<Record<string, unknown>[]> =>
    one.rows(`select u.login, m.type, m.ends_on from geomig.working_group_member m join geomig.app_user u on u.id = m.user_id
              join geomig.working_group g on g.id = m.working_group_id where g.code = 'gt' order by u.login`);
  const group = { code: 'gt', theme: 'Adresses', facilitator: 'remi@antony.fr' };

  test('members are those of the list', async () => {
    await one.apply({
      workingGroups: [{ ...group, members: ['remi@antony.fr', { login: 'p@cd92.fr', type: 'candidate', endsOn: '2026-12-31' }] }],
    });
    expect(await members()).toEqual([
      { login: 'p@cd92.fr', type: 'candidate', ends_on: '2026-12-31' },
      { login: 'remi@antony.fr', type: 'member', ends_on: null },
    ]);
    expect(outcomes(await one.apply({ workingGroups: [{ ...group, members: ['remi@antony.fr'] }] }))).toEqual({
      'working group gt': 'changed',
    });
    expect((await members()).map(row => row['login'])).toEqual(['remi@antony.fr']);
  });

  test('what is not told stays', async () => {
    expect(changes(await one.apply({ workingGroups: [{ code: 'gt' }] }))).toEqual([]);
    expect(await one.rows(`select theme, facilitator_id is not null as led from geomig.working_group where code = 'gt'`)).toEqual([
      { theme: 'Adresses', led: true },
    ]);
  });

  test('R65: a guest has an end', async () => {
    const fault = await one.refused({ workingGroups: [{ ...group, members: [{ login: 'p@cd92.fr', type: 'external_guest' }] }] });
    expect([fault.rule, fault.locator]).toEqual(['R65', 'workingGroups.gt.members.0.endsOn']);
  });
});
