// The door of accounts on the database: credentials, sessions, brakes; what ends with the next request (R06, R13, D20, D31, D32, SEC15, A7).
import { Fault } from '../../server/core/model/fault';
import { StoredAccounts } from '../../server/store/accounts';
import { FactsReader } from '../../server/store/facts';
import { digestSecret } from '../../server/store/identity-keys';
import { testDatabase, type TestDatabase } from '../setup/database';
import { basic, instant, makePerson, password, setMembership, sql } from './people';

const key = 'cle-d-antony-0123456789abcdef';
const marnesKey = 'cle-de-marnes-0123456789abcdef';
const address = '192.0.2.7';
let base: TestDatabase;
let facts: FactsReader;
/** Monotonic milliseconds of the accounts under test. */
let time = 0;
const accounts = (attempts = 5): StoredAccounts => new StoredAccounts({ database: base.database, facts, attempts, now: () => time });

beforeAll(async () => {
  base = await testDatabase();
  facts = new FactsReader(base.database);
  await setMembership(base.database, 'antony', 'active', '2022-03-01', null);
  await setMembership(base.database, 'gpso', 'active', '2022-03-01', null);
  await setMembership(base.database, 'marnes', 'active', '2022-03-01', null);
  await makePerson(base.database, 'Ref.Antony@example.org', 'antony', { key, role: 'technical_referent' });
  await makePerson(base.database, 'lecteur.antony@example.org', 'antony');
  await makePerson(base.database, 'agent.marnes@example.org', 'marnes', { key: marnesKey });
});
afterAll(() => base.close());
beforeEach(() => {
  time = 0;
});

const fault = async (attempt: Promise<unknown>): Promise<Fault> => {
  const error: unknown = await attempt.then(
    () => new Error('it was let through'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Fault)) throw error;
  return error;
};

describe('credentials', () => {
  test('Basic with the password, whatever the case of the login', async () => {
    const person = await accounts().authenticate(basic('ref.ANTONY@example.org', password), instant, address);
    expect(person).toMatchObject({
      login: 'Ref.Antony@example.org',
      state: 'active',
      mandates: [{ role: 'technical_referent', from: null, to: null }],
    });
  });
  test('a key alone, and as the password of its own login', async () => {
    const door = accounts();
    expect(await door.authenticate({ kind: 'key', key }, instant, address)).toMatchObject({ login: 'Ref.Antony@example.org' });
    expect(await door.authenticate(basic('ref.antony@example.org', key), instant, address)).toMatchObject({
      login: 'Ref.Antony@example.org',
    });
    expect(await fault(door.authenticate(basic('lecteur.antony@example.org', key), instant, address))).toMatchObject({
      kind: 'unauthenticated',
    });
  });
  test('one answer for a wrong password, an unknown login, a wrong key', async () => {
    const door = accounts(50);
    const answers = await Promise.all([
      fault(door.authenticate(basic('ref.antony@example.org', 'faux mot de passe'), instant, address)),
      fault(door.authenticate(basic('personne@example.org', password), instant, address)),
      fault(door.authenticate(basic('ref.antony@example.org', ''), instant, address)),
      fault(door.authenticate({ kind: 'key', key: 'pas-une-cle-0123456789' }, instant, address)),
    ]);
    expect(new Set(answers.map(answer => `${answer.kind} ${answer.message}`)).size).toBe(1);
    expect(answers[0]?.kind).toBe('unauthenticated');
  });
  test('the day of a key’s use is noted; only its digest is stored', async () => {
    await accounts().authenticate({ kind: 'key', key }, instant, address);
    const [row] = await sql<{ hash: string; last_used_on: string }>(
      base.database,
      'select hash, last_used_on from geomig.access_token where hash = $1',
      [digestSecret(key)],
    );
    expect(row).toEqual({ hash: digestSecret(key), last_used_on: '2026-06-15' });
    expect(row?.hash).toMatch(/^[0-9a-f]{64}$/);
  });
  test('a key holds through its last day (Europe/Paris) and is refused once revoked', async () => {
    await makePerson(base.database, 'cle@example.org', 'antony', { key: 'cle-a-duree-0123456789abcdef' });
    const mine = { kind: 'key', key: 'cle-a-duree-0123456789abcdef' } as const;
    const where = `where hash = '${digestSecret(mine.key)}'`;
    await sql(base.database, `update geomig.access_token set expires_on = '2026-06-15' ${where}`);
    expect(await accounts().authenticate(mine, '2026-06-15T21:59:59.000Z', address)).toMatchObject({ login: 'cle@example.org' });
    expect(await fault(accounts().authenticate(mine, '2026-06-15T22:00:00.000Z', address))).toMatchObject({ kind: 'unauthenticated' });
    await sql(base.database, `update geomig.access_token set expires_on = null, revoked_at = now() ${where}`);
    expect(await fault(accounts().authenticate(mine, instant, address))).toMatchObject({ kind: 'unauthenticated' });
  });
});

describe('D32: a verified password is remembered for ten minutes, and dropped with the account’s generation', () => {
  test('a changed password is asked for at the next request', async () => {
    await makePerson(base.database, 'change@example.org', 'antony');
    const door = accounts();
    expect(await door.authenticate(basic('change@example.org', password), instant, address)).not.toBeNull();
    // the hash is gone: only the memory could still let it through, and it does until the generation moves
    await sql(base.database, `update geomig.app_user set password_hash = null where login = 'change@example.org'`);
    expect(await door.authenticate(basic('change@example.org', password), instant, address)).not.toBeNull();
    await sql(base.database, `update geomig.app_user set generation = generation + 1 where login = 'change@example.org'`);
    expect(await fault(door.authenticate(basic('change@example.org', password), instant, address))).toMatchObject({
      kind: 'unauthenticated',
    });
  });
  test('after ten minutes it is verified again', async () => {
    await makePerson(base.database, 'dix@example.org', 'antony');
    const door = accounts();
    await door.authenticate(basic('dix@example.org', password), instant, address);
    await sql(base.database, `update geomig.app_user set password_hash = null where login = 'dix@example.org'`);
    time = 599_999;
    expect(await door.authenticate(basic('dix@example.org', password), instant, address)).not.toBeNull();
    time = 600_001;
    expect(await fault(door.authenticate(basic('dix@example.org', password), instant, address))).toMatchObject({ kind: 'unauthenticated' });
  });
});

describe('R13: a suspended or closed account ends with the next request', () => {
  test.each(['suspended', 'closed'] as const)('%s: password, key and remembered credential', async state => {
    const login = `${state}@example.org`;
    const own = `cle-${state}-0123456789abcdef`;
    await makePerson(base.database, login, 'antony', { key: own });
    const door = accounts();
    await door.authenticate(basic(login, password), instant, address);
    const { token } = await door.openSession(login, password, instant, address);
    await sql(base.database, `update geomig.app_user set state = $2 where login = $1`, [login, state]);
    for (const credential of [basic(login, password), basic(login, own), { kind: 'key', key: own } as const])
      expect(await fault(door.authenticate(credential, instant, address))).toMatchObject({ kind: 'unauthenticated' });
    expect(await fault(door.openSession(login, password, instant, address))).toMatchObject({ kind: 'unauthenticated' });
    // D31, S50: the live session stays known, and its use is refused
    expect(await fault(door.authenticate({ kind: 'session', token }, instant, address))).toMatchObject({ kind: 'unauthenticated' });
    await sql(base.database, `update geomig.app_user set state = 'active' where login = $1`, [login]);
    expect(await door.authenticate({ kind: 'session', token }, instant, address)).toMatchObject({ login, state: 'active' });
  });
});

describe('sessions', () => {
  test('opened, used, closed; only the digest of the token is stored', async () => {
    const door = accounts();
    const { token, person } = await door.openSession('ref.antony@example.org', password, instant, address);
    expect(person.login).toBe('Ref.Antony@example.org');
    expect(token).toMatch(/^[\w-]{43}$/);
    const rows = await sql<{ token_hash: string; hours: number }>(
      base.database,
      `select token_hash, extract(epoch from expires_at - opened_at)::integer / 3600 as hours from geomig.session where token_hash in ($1, $2)`,
      [token, digestSecret(token)],
    );
    expect(rows).toEqual([{ token_hash: digestSecret(token), hours: 12 }]);
    expect(await door.authenticate({ kind: 'session', token }, instant, address)).toMatchObject({ id: person.id, state: 'active' });
    await door.closeSession(token);
    expect(await door.authenticate({ kind: 'session', token }, instant, address)).toBeNull();
  });
  test('every login has a token of its own', async () => {
    const door = accounts();
    const one = await door.openSession('ref.antony@example.org', password, instant, address);
    const other = await door.openSession('ref.antony@example.org', password, instant, address);
    expect(one.token).not.toBe(other.token);
  });
  test('expired and unknown ones count as none', async () => {
    const door = accounts();
    const { token } = await door.openSession('ref.antony@example.org', password, instant, address);
    await sql(base.database, `update geomig.session set expires_at = now() - interval '1 second' where token_hash = $1`, [
      digestSecret(token),
    ]);
    expect(await door.authenticate({ kind: 'session', token }, instant, address)).toBeNull();
    expect(await door.authenticate({ kind: 'session', token: 'x'.repeat(43) }, instant, address)).toBeNull();
  });
});

describe('A7: brakes', () => {
  const wrong = (door: StoredAccounts, login: string, from: string): Promise<Fault> =>
    fault(door.authenticate(basic(login, 'faux mot de passe'), instant, from));
  test('five failures for a login, then 429 that doubles, for the right password too; time alone heals', async () => {
    const door = accounts();
    for (let i = 0; i < 5; i++) expect((await wrong(door, 'ref.antony@example.org', `198.51.100.${i}`)).kind).toBe('unauthenticated');
    expect(await fault(door.authenticate(basic('REF.antony@example.org', password), instant, '198.51.100.9'))).toMatchObject({
      kind: 'too-many',
      retryAfter: 1,
    });
    for (const wait of [1, 2, 4, 8]) {
      time += wait * 1000;
      expect((await wrong(door, 'ref.antony@example.org', `198.51.100.${10 + wait}`)).kind).toBe('unauthenticated');
      expect(await wrong(door, 'ref.antony@example.org', '198.51.100.30')).toMatchObject({ kind: 'too-many', retryAfter: wait * 2 });
    }
    time += 16_000;
    expect(await door.authenticate(basic('ref.antony@example.org', password), instant, '198.51.100.40')).not.toBeNull();
    // a success clears the login
    expect((await wrong(door, 'ref.antony@example.org', '198.51.100.41')).kind).toBe('unauthenticated');
  });
  test('five failures from an address, whatever the login; others are not braked, nor is a key', async () => {
    const door = accounts();
    for (let i = 0; i < 5; i++) await wrong(door, `devine-${i}@example.org`, '203.0.113.1');
    expect(await wrong(door, 'lecteur.antony@example.org', '203.0.113.1')).toMatchObject({ kind: 'too-many', retryAfter: 1 });
    expect(await door.authenticate(basic('lecteur.antony@example.org', password), instant, '203.0.113.2')).not.toBeNull();
    expect(await door.authenticate({ kind: 'key', key }, instant, '203.0.113.1')).not.toBeNull();
    expect(await fault(door.authenticate({ kind: 'key', key: 'pas-une-cle-0123456789' }, instant, '203.0.113.1'))).toMatchObject({
      kind: 'too-many',
    });
  });
  test('wrong keys count for the address', async () => {
    const door = accounts(2);
    const guess = (n: number): Promise<Fault> =>
      fault(door.authenticate({ kind: 'key', key: `pas-une-cle-${n}-0123456789` }, instant, '203.0.113.3'));
    expect([(await guess(1)).kind, (await guess(2)).kind, (await guess(3)).kind]).toEqual([
      'unauthenticated',
      'unauthenticated',
      'too-many',
    ]);
  });
  test('of a burst of guesses the surplus is refused without being hashed', async () => {
    const door = accounts();
    const burst = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        fault(door.authenticate(basic('ref.antony@example.org', `essai numéro ${i}`), instant, '203.0.113.4')),
      ),
    );
    const tried = burst.filter(answer => answer.kind === 'unauthenticated').length;
    // two hashes run at once: one may slip in beside the last free one
    expect(tried).toBeGreaterThanOrEqual(5);
    expect(tried).toBeLessThanOrEqual(6);
    expect(burst.filter(answer => answer.kind === 'too-many').length).toBe(20 - tried);
  });
  test('parallel requests with the same right password are one attempt', async () => {
    const door = accounts(1);
    const people = await Promise.all(
      Array.from({ length: 8 }, () => door.authenticate(basic('lecteur.antony@example.org', password), instant, '203.0.113.5')),
    );
    expect(new Set(people.map(person => person?.login))).toEqual(new Set(['lecteur.antony@example.org']));
  });
});

describe('R06: from 00:00 of the day of receipt every credential of the organisation fails on the next request', () => {
  test('S12: password, key and session, without any other write', async () => {
    const door = accounts();
    const login = 'agent.marnes@example.org';
    const { token } = await door.openSession(login, password, instant, address);
    await setMembership(base.database, 'marnes', 'withdrawn', '2022-03-01', '2026-06-16');
    const eve = '2026-06-15T21:59:59.000Z';
    const day = '2026-06-15T22:00:00.000Z';
    for (const credential of [basic(login, password), { kind: 'key', key: marnesKey } as const]) {
      expect(await door.authenticate(credential, eve, address)).toMatchObject({ login });
      expect(await fault(door.authenticate(credential, day, address))).toMatchObject({ kind: 'unauthenticated' });
    }
    expect(await door.authenticate({ kind: 'session', token }, eve, address)).toMatchObject({ state: 'active' });
    expect(await fault(door.authenticate({ kind: 'session', token }, day, address))).toMatchObject({ kind: 'unauthenticated' });
  });
  test('D20: a delegation signed afterwards gives new accounts life, not the old ones', async () => {
    await setMembership(base.database, 'marnes', 'withdrawn', '2022-03-01', '2026-03-02');
    await makePerson(base.database, 'nouvelle.marnes@example.org', 'marnes', { createdAt: '2026-04-03T09:00:00Z' });
    const door = accounts();
    const fresh = (): Promise<unknown> => door.authenticate(basic('nouvelle.marnes@example.org', password), instant, address);
    expect(await fault(fresh())).toMatchObject({ kind: 'unauthenticated' });
    await sql(
      base.database,
      `insert into geomig.ept_delegation (ept_id, commune_id, attested_on, commune_accepted_on)
       select e.id, c.id, '2026-04-01', '2026-04-02' from geomig.organisation e, geomig.organisation c where e.code = 'gpso' and c.code = 'marnes'`,
    );
    expect(await fresh()).toMatchObject({ login: 'nouvelle.marnes@example.org', state: 'active' });
    expect(await fault(door.authenticate(basic('agent.marnes@example.org', password), instant, address))).toMatchObject({
      kind: 'unauthenticated',
    });
  });
  test('R12: after joining again the accounts are as they are written', async () => {
    await setMembership(base.database, 'marnes', 'active', '2026-05-01', null);
    await sql(
      base.database,
      `insert into geomig.membership (organisation_id, route, state, active_on, withdrawal_received_on)
       select id, 'annex1', 'withdrawn', '2022-03-01', '2026-03-02' from geomig.organisation where code = 'marnes'`,
    );
    // the row that is active is the latest one
    await sql(base.database, `update geomig.membership set id = id + 1000 where state = 'active' and active_on = '2026-05-01'`);
    expect(await accounts().authenticate(basic('agent.marnes@example.org', password), instant, address)).toMatchObject({ state: 'active' });
  });
});
