// The first start without demonstration: an address on the terminal at which the pilot's administrator is made, once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { firstAdmin } from '../../server/compose/first-admin';
import { prepareFirstData } from '../../server/compose/first-start';
import { startServer, type RunningServer } from '../../server/compose/server';
import { readConfig } from '../../server/config';
import { silent } from '../../server/store/log';
import { offerFirstAccount } from '../../server/store/first-account';
import { testDatabase, type TestDatabase } from '../setup/database';
import { ask, type Answer } from '../setup/server';

const folder = mkdtempSync(`${tmpdir()}/geomig-first-`);
const said: string[] = [];
let test_: TestDatabase;
let server: RunningServer;
let path = '';

beforeAll(async () => {
  test_ = await testDatabase();
  const config = readConfig({
    environment: { GEOMIG_PORT: '0', GEOMIG_DATA: test_.data, GEOMIG_DEMO: 'off', GEOMIG_CLOCK: '2026-06-15T10:00:00Z' },
    directory: folder,
  });
  server = await startServer(config, {
    log: silent,
    database: test_.database,
    prepare: (database, address, clock) =>
      prepareFirstData({ database, config, address, clock, log: silent, say: line => void said.push(line) }),
    extra: database => [firstAdmin(config, database)],
  });
  await server.ready;
  path = /(\/first\/\S+)/.exec(said.join('\n'))?.[1] ?? '';
});
afterAll(async () => {
  await server.close(1_000);
  await test_.close();
  rmSync(folder, { recursive: true, force: true });
});

const post = (to: string, fields: Readonly<Record<string, string>>): Promise<Answer> =>
  ask(server.address, to, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
const account = { login: 'admin@hauts-de-seine.fr', first: 'Ada', last: 'Pilote', password: 'un tilleul bleu de 2026' };
const users = (): Promise<object[]> =>
  test_.database.transaction({ role: 'owner' }, session =>
    session.rows(`select u.login, o.code, m.role from geomig.app_user u join geomig.organisation o on o.id = u.organisation_id
                  join geomig.mandate m on m.user_id = u.id`),
  );

test('the terminal shows the address; the database holds no token', async () => {
  expect(path).toMatch(/^\/first\/[A-Za-z0-9_-]{43}$/);
  expect(said.join('\n')).toContain(`${server.address}${path}`);
  const settings = await test_.database.transaction({ role: 'owner' }, session => session.rows('select value from geomig.service_setting'));
  expect(JSON.stringify(settings)).not.toContain(path.slice('/first/'.length));
});

test('the page is a form that no other site can frame or keep', async () => {
  const { status, text, headers } = await ask(server.address, path, {});
  expect(status).toBe(200);
  expect(text).toMatch(/<form method="post">[\s\S]*name="login"[\s\S]*type="password"/);
  expect(headers['cache-control']).toContain('no-store');
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
});

test('another token is no address', async () => {
  for (const other of ['/first/x', `${path}x`, `/first/${'A'.repeat(43)}`]) {
    expect((await ask(server.address, other, {})).status).toBe(404);
    expect((await post(other, account)).status).toBe(404);
  }
  expect(await users()).toEqual([]);
});

test('a password that is too simple is refused, and the form comes back with what was typed, escaped', async () => {
  const { status, text } = await post(path, { ...account, last: '<b>', password: 'azerty' });
  expect(status).toBe(400);
  expect(text).toContain('trop simple');
  expect(text).toContain('value="&lt;b&gt;"');
  expect(text).not.toContain('azerty');
  expect(await users()).toEqual([]);
});

test('of two who send the form at once, one makes the account; the address is used up', async () => {
  const answers = await Promise.all([post(path, account), post(path, { ...account, login: 'autre@hauts-de-seine.fr' })]);
  expect(answers.map(answer => answer.status).sort()).toEqual([200, 404]);
  const made = await users();
  expect(made).toEqual([{ login: expect.stringMatching(/@hauts-de-seine\.fr$/) as string, code: 'cd92', role: 'pilot_admin' }]);
  expect((await ask(server.address, path, {})).status).toBe(404);
  expect((await post(path, { ...account, login: 'encore@hauts-de-seine.fr' })).status).toBe(404);
  const [{ login } = { login: '' }] = made as { login: string }[];
  const session = await ask(server.address, '/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password: account.password }),
  });
  expect(session.status).toBe(204);
});

test('once there is an account no start offers another', async () => {
  expect(await offerFirstAccount(test_.database)).toBeNull();
});
