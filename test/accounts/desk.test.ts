// What administrators do with accounts, the rules of passwords, and the audit journal that keeps it (R03, R06, R13, R14, SEC16, A20, A21).
import { Fault } from '../../server/core/model/fault';
import { StoredAccountDesk } from '../../server/store/account-desk';
import { StoredAccounts } from '../../server/store/accounts';
import { audit, brokenAuditLine } from '../../server/store/audit';
import { FactsReader } from '../../server/store/facts';
import { digestKey, makeKey } from '../../server/store/identity-keys';
import { checkPassword, hashPassword, makePassword, verifyPassword } from '../../server/store/passwords';
import { testDatabase, type TestDatabase } from '../setup/database';
import { basic, instant, setMembership, sql } from './people';

let base: TestDatabase;
let desk: StoredAccountDesk;
let door: StoredAccounts;
const actor = { id: null, name: 'command line' };
const address = '192.0.2.9';

beforeAll(async () => {
  base = await testDatabase();
  const facts = new FactsReader(base.database);
  desk = new StoredAccountDesk({ database: base.database, facts });
  door = new StoredAccounts({ database: base.database, facts, attempts: 100 });
  await setMembership(base.database, 'antony', 'active', '2022-03-01', null);
  await setMembership(base.database, 'marnes', 'withdrawn', '2022-03-01', '2026-03-02');
});
afterAll(() => base.close());

const add = (login: string, organisation: string, ...roles: Parameters<typeof desk.addUser>[0]['roles']): ReturnType<typeof desk.addUser> =>
  desk.addUser({ login, firstName: 'Camille', lastName: 'Essai', organisation, roles }, actor, instant);
const refusal = async (attempt: Promise<unknown>): Promise<Fault> => {
  const error: unknown = await attempt.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Fault)) throw error;
  return error;
};

describe('A20, A21: passwords', () => {
  test('Argon2id, 19 MiB, two passes, one lane', async () => {
    const hash = await hashPassword('des tilleuls en fleurs');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await verifyPassword(hash, 'des tilleuls en fleurs')).toBe(true);
    expect(await verifyPassword(hash, 'des tilleuls en fleur')).toBe(false);
    expect(await verifyPassword(null, 'des tilleuls en fleurs')).toBe(false);
    expect(await verifyPassword('not a hash', 'des tilleuls en fleurs')).toBe(false);
  });
  test.each([
    'onze-lettre',
    'motdepasse2026!',
    'Administrateur1',
    'AZERTYUIOP123',
    '123456789012',
    'aaaaaaaaaaaaaaa',
    'abababababab',
    'hauts-de-seine92',
    'camille.essai',
    'x'.repeat(300),
  ])('refused: %s', password => {
    expect(() => checkPassword(password, 'camille.essai@example.org')).toThrow(Fault);
  });
  test.each(['des tilleuls en fleurs', 'Ginkgo!biloba-7', 'été à la plage'])('accepted: %s', password => {
    expect(() => checkPassword(password, 'camille.essai@example.org')).not.toThrow();
  });
  test('those we make pass our own rules and differ', () => {
    const made = Array.from({ length: 20 }, makePassword);
    for (const password of made) expect(() => checkPassword(password, 'x@example.org')).not.toThrow();
    expect(new Set(made).size).toBe(20);
  });
});

test('SEC15: a key is 32 random bytes in base64url behind a visible prefix', () => {
  const { key, prefix, hash } = makeKey();
  expect(key).toMatch(/^mig_[\w-]{8}[\w-]{43}$/);
  expect(key.startsWith(prefix)).toBe(true);
  expect(digestKey(key)).toEqual({ prefix, hash });
  // a short key of a file shows nothing
  expect(digestKey('courte-16-signes').prefix).toBe('');
});

describe('accounts', () => {
  test('added with a password told once, and listed', async () => {
    const { password } = await add('camille@example.org', 'antony', 'technical_referent');
    expect(password).not.toBeNull();
    expect(await door.authenticate(basic('camille@example.org', password ?? ''), instant, address)).toMatchObject({
      name: 'Camille Essai',
      mandates: [{ role: 'technical_referent', from: '2026-06-15', to: null }],
    });
    expect(await desk.listUsers(instant, 'antony')).toEqual([
      {
        id: expect.any(Number) as number,
        login: 'camille@example.org',
        name: 'Camille Essai',
        organisation: 'antony',
        roles: ['technical_referent'],
        state: 'active',
      },
    ]);
  });
  test.each([
    ['a login that is taken', 'CAMILLE@example.org', 'antony', [], 'conflict', undefined],
    ['R14: a second referent', 'second@example.org', 'antony', ['technical_referent'], 'conflict', 'R14'],
    ['a pilot’s role elsewhere', 'pilote@example.org', 'antony', ['pilot_admin'], 'invalid-value', undefined],
    ['an unknown organisation', 'ailleurs@example.org', 'nulle-part', [], 'unknown-id', undefined],
    ['a login with a colon', 'a:b', 'antony', [], 'invalid-value', undefined],
    ['R06: an organisation that has left', 'encore@example.org', 'marnes', [], 'conflict', 'R06'],
    ['R03: an organisation outside Annexe 1', 'argenteuil@example.org', 'argenteuil', [], 'conflict', 'R03'],
  ] as const)('refused: %s', async (_name, login, organisation, roles, kind, rule) => {
    expect(await refusal(add(login, organisation, ...roles))).toMatchObject({ kind, rule });
  });
  test('R02: an organisation of Annexe 1 may have people before it joins', async () => {
    expect((await add('colombes@example.org', 'colombes', 'reader')).id).toBeGreaterThan(0);
  });
  test('R13: suspended, resumed; a closed one is closed for good', async () => {
    const { password } = await add('suspendue@example.org', 'antony');
    const login = basic('suspendue@example.org', password ?? '');
    await door.authenticate(login, instant, address);
    await desk.suspendUser('suspendue@example.org', actor, instant);
    expect(await refusal(door.authenticate(login, instant, address))).toMatchObject({ kind: 'unauthenticated' });
    await desk.resumeUser('suspendue@example.org', actor, instant);
    expect(await door.authenticate(login, instant, address)).not.toBeNull();
    await sql(base.database, `update geomig.app_user set state = 'closed' where login = 'suspendue@example.org'`);
    expect(await refusal(desk.resumeUser('suspendue@example.org', actor, instant))).toMatchObject({ kind: 'conflict', rule: 'R13' });
    expect(await refusal(desk.suspendUser('personne@example.org', actor, instant))).toMatchObject({ kind: 'unknown-id' });
  });
  test('a new password ends the old one at once', async () => {
    const { password } = await add('neuf@example.org', 'antony');
    await door.authenticate(basic('neuf@example.org', password ?? ''), instant, address);
    await desk.setPassword('neuf@example.org', 'un bouquet de lilas', actor, instant);
    expect(await refusal(door.authenticate(basic('neuf@example.org', password ?? ''), instant, address))).toMatchObject({
      kind: 'unauthenticated',
    });
    expect(await door.authenticate(basic('neuf@example.org', 'un bouquet de lilas'), instant, address)).not.toBeNull();
  });
});

describe('keys', () => {
  test('shown once, listed without the secret, revoked by prefix', async () => {
    const { key, prefix, id } = await desk.createKey('camille@example.org', 'QGIS', '2026-12-31', actor, instant);
    expect(await door.authenticate({ kind: 'key', key }, instant, address)).toMatchObject({ login: 'camille@example.org' });
    const listed = await desk.listKeys('camille@example.org');
    expect(listed).toEqual([
      { id, prefix, label: 'QGIS', createdAt: instant, expiresOn: '2026-12-31', revokedAt: null, lastUsedOn: '2026-06-15' },
    ]);
    expect(JSON.stringify(listed)).not.toContain(key.slice(prefix.length));
    await desk.revokeKey('camille@example.org', prefix, actor, instant);
    expect(await refusal(door.authenticate({ kind: 'key', key }, instant, address))).toMatchObject({ kind: 'unauthenticated' });
    expect(await refusal(desk.revokeKey('camille@example.org', prefix, actor, instant))).toMatchObject({ kind: 'unknown-id' });
  });
  test('another’s key is not revoked through one’s own login', async () => {
    const { id, key } = await desk.createKey('camille@example.org', 'QGIS', null, actor, instant);
    expect(await refusal(desk.revokeKey('neuf@example.org', String(id), actor, instant))).toMatchObject({ kind: 'unknown-id' });
    expect(await door.authenticate({ kind: 'key', key }, instant, address)).not.toBeNull();
  });
  test.each(['2026-06-14', '2026-13-01', 'demain'])('a last day of %s is refused', async expiresOn => {
    expect(await refusal(desk.createKey('camille@example.org', 'QGIS', expiresOn, actor, instant))).toMatchObject({
      kind: 'invalid-value',
    });
  });
});

describe('SEC16: the audit journal', () => {
  test('every change has its line, without secrets, and the chain is whole', async () => {
    const rows = await sql<{ what: string; subject: string; text: string }>(
      base.database,
      `select what, subject, concat(before::text, after::text) as text from geomig.audit_journal order by id`,
    );
    expect(rows.filter(row => row.subject === 'camille@example.org').map(row => row.what)).toEqual([
      'account.added',
      'key.created',
      'key.revoked',
      'key.created',
    ]);
    expect(rows.map(row => row.text).join()).not.toMatch(/argon2|mig_[\w-]{20}/);
    expect(await base.database.transaction({ role: 'owner' }, brokenAuditLine)).toBeNull();
  });
  test('a change that is rolled back leaves no line', async () => {
    const count = async (): Promise<number> =>
      (await sql<{ n: number }>(base.database, 'select count(*)::integer as n from geomig.audit_journal'))[0]?.n ?? -1;
    const before = await count();
    const session = await base.database.begin({ role: 'owner' });
    await audit(session, { actor, what: 'essai', subject: 'x', before: null, after: { b: 1, a: 2 }, instant });
    await session.rollback();
    expect(await count()).toBe(before);
  });
  test('an altered line and a missing one show', async () => {
    const broken = (): Promise<number | null> => base.database.transaction({ role: 'owner' }, brokenAuditLine);
    const [row] = await sql<{ id: number; subject: string }>(
      base.database,
      'select id, subject from geomig.audit_journal order by id offset 2 limit 1',
    );
    await sql(base.database, `update geomig.audit_journal set subject = 'autre' where id = $1`, [row?.id]);
    expect(await broken()).toBe(row?.id);
    await sql(base.database, `update geomig.audit_journal set subject = $2 where id = $1`, [row?.id, row?.subject]);
    expect(await broken()).toBeNull();
    const [next] = await sql<{ id: number }>(base.database, 'select id from geomig.audit_journal where id > $1 order by id limit 1', [
      row?.id,
    ]);
    await sql(base.database, `delete from geomig.audit_journal where id = $1`, [row?.id]);
    expect(await broken()).toBe(next?.id);
  });
});
