// Credentials from outside: what each way of saying who one is gives, wrong ones, brakes, sessions, and what never leaves the server
// (R06, R13, R47, S50, D20, D28–D32, D34, SEC13, SEC15). The client's address is played by a trusted proxy on loopback.
import { connect } from 'node:net';
import { accountDesk } from '../../server/compose/accounts';
import type { AccountDesk } from '../../server/core/ports/accounts';
import { accounts, basic, testServer, xmlPost, type Answer, type Ask, type TestServer } from '../setup/server';
import type { Account } from '../world/world';

const actor = { id: null, name: 'a test' };
const lines: string[] = [];
const note = (fields: object, text: string): void => void lines.push(JSON.stringify([fields, text]));
const log = { info: note, warn: note, error: note };

let mig: TestServer;
let desk: AccountDesk;
beforeAll(async () => {
  mig = await testServer({ environment: { GEOMIG_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' }, log });
  desk = accountDesk(mig.test.database);
}, 120_000);
afterAll(() => mig.close());

let host = 0;
/** An address of this machine (passwords may come from there, D34) that nobody has failed from. */
const fresh = (): string => `127.1.${Math.floor(++host / 250)}.${1 + (host % 250)}`;
const from = (address: string, more: Readonly<Record<string, string>> = {}): Ask => ({ headers: { 'x-forwarded-for': address, ...more } });
const login = (
  name: string,
  password: string,
  { address = '127.0.0.1', headers = {} }: { address?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> =>
  mig.ask('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address, ...headers },
    body: JSON.stringify({ login: name, password }),
  });
const cookieOf = (answer: Answer): string => String(answer.headers['set-cookie']?.[0]).split(';')[0] ?? '';
const session = async (who: Account): Promise<string> => cookieOf(await login(who.login, who.password));
const ours = (): Readonly<Record<string, string>> => ({ origin: mig.address });

const adr = '/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=mig:adresses&count=1';
const capabilities = (service: string): string => `/${service}?service=${service.toUpperCase()}&request=GetCapabilities`;
const posted: Readonly<Record<string, string>> = {
  wfs: '<wfs:GetFeature xmlns:wfs="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0" count="1"><wfs:Query typeNames="arbres"/></wfs:GetFeature>',
  csw: '<csw:GetRecordById xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2"><csw:Id>fr-92-mig-arb</csw:Id></csw:GetRecordById>',
};
const form: Ask = {
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'service=WMS&request=GetCapabilities',
};
type Asked = readonly [title: string, path: string, how: Ask];
/** A request to each address that looks at who asks. */
const requests: readonly Asked[] = [
  ['WFS by GET', capabilities('wfs'), {}],
  ['WFS by POST', '/wfs', xmlPost(posted['wfs'] ?? '')],
  ['WMS by GET', capabilities('wms'), {}],
  ['WMS by a form', '/wms', form],
  ['CSW by GET', capabilities('csw'), {}],
  ['CSW by POST', '/csw', xmlPost(posted['csw'] ?? '')],
  ['a tile', '/tiles/antony:arbres/12/2073/1411.png', {}],
  ['a description of tiles', '/tiles/antony:arbres.json', {}],
  ['WMTS', capabilities('wmts'), {}],
  ['WMTS by path', '/wmts/1.0.0/WMTSCapabilities.xml', {}],
  ['a tile by path', '/wmts/1.0.0/antony:arbres/default/WebMercatorQuad/12/1411/2073.png', {}],
  ['information by path', '/wmts/1.0.0/antony:arbres/default/WebMercatorQuad/12/1411/2073/1/1.json', {}],
  ...[
    '',
    '/conformance',
    '/api',
    '/collections',
    '/collections/arbres',
    '/collections/arbres/queryables',
    '/collections/arbres/sortables',
    '/collections/arbres/schema',
    '/collections/arbres/items',
    '/collections/arbres/items/arbres.ARB-06',
    '/nothing/such',
  ].map((path): Asked => [`OGC API at /ogc${path}`, `/ogc${path}?f=json`, {}]),
  ['a decision explained', '/api/explain?layer=antony:arbres', {}],
  ['facets', '/api/facets', {}],
  ['the page of a record', '/records/fr-92-mig-arb', {}],
  ['security.txt', '/.well-known/security.txt', {}],
  ['the account', '/api/session', {}],
];

/** Whether a route, `/tiles/:file`, is that of a path. */
const matches = (route: string, path: string): boolean =>
  new RegExp(`^${route.replace(/[.]/g, '\\.').replace(/:\w+/g, '[^/]+').replace(/\*\w+/g, '.+')}$`).test(path);

test('every address that is not bare is asked below', () => {
  const addresses = mig.server.endpoints.filter(endpoint => endpoint.operations.some(one => !one.bare)).map(endpoint => endpoint.path);
  expect(addresses.filter(path => !requests.some(([, asked]) => matches(path, asked.split('?')[0] ?? '')))).toEqual([]);
});

describe.each(requests)('wrong credentials: %s', (_, path, ask) => {
  let revoked: string;
  let expired: string;
  beforeAll(async () => {
    const one = await desk.createKey(accounts.issy.login, 'to be revoked', null, actor, mig.clock.instant);
    await desk.revokeKey(accounts.issy.login, String(one.id), actor, mig.clock.instant);
    const two = await desk.createKey(accounts.issy.login, 'of one day', '2026-06-15', actor, '2026-06-15T10:00:00.000Z');
    [revoked, expired] = [one.key, two.key];
  });
  const refused = async (headers: Readonly<Record<string, string>>, prefix = ''): Promise<void> => {
    const answer = await mig.ask(prefix + path, { ...ask, headers: { ...ask.headers, 'x-forwarded-for': fresh(), ...headers } });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/);
    expect(answer.headers['cache-control']).toBe('private, no-store');
  };
  const never = 'mig_00000000000000000000000000000000000000000000000000000000';

  test('a key that never was, in a header and in the address', async () => {
    await refused({ 'x-api-key': never });
    await refused({ authorization: `Bearer ${never}` });
    await refused({}, `/k/${never}`);
    await refused({}, `/k/${never}/at/antony`);
  });
  test('a revoked key', () => refused({ 'x-api-key': revoked }));
  test('a key after its last day', async () => {
    mig.clock.instant = '2026-06-15T22:00:00.000Z';
    await refused({ authorization: `Bearer ${expired}` }).finally(() => (mig.clock.instant = '2026-06-15T10:00:00.000Z'));
  });
  test('somebody else’s key as the password', () => refused({ authorization: basic({ ...accounts.antony, key: accounts.nanterre.key }) }));
  test('an account of an organisation that has left', () => refused({ 'x-api-key': accounts.marnes.key }));
  test.each([
    'Basic',
    'Basic !!!',
    `Basic ${Buffer.from('\0:x').toString('base64')}`,
    'Digest username="x"',
    'Negotiate abc',
    'Bearer',
    '',
  ])('Authorization: %s', authorization => (authorization === '' ? undefined : refused({ authorization })));
  test('two credentials of different accounts', async () => {
    await refused({ 'x-api-key': accounts.antony.key, authorization: basic(accounts.nanterre) });
    await refused({ 'x-api-key': accounts.antony.key }, `/k/${accounts.nanterre.key}`);
    await refused({ 'x-api-key': accounts.antony.key, cookie: await session(accounts.nanterre) });
  });
  test('a right and a wrong one', () => refused({ 'x-api-key': accounts.antony.key, authorization: `Bearer ${never}` }));
});

test('two Authorization headers that differ are refused, whichever a proxy before would have taken', async () => {
  const raw = (second: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(mig.address);
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `GET ${adr} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${accounts.antony.key}\r\nAuthorization: Bearer ${second}\r\n\r\n`,
        );
      });
      let text = '';
      socket.on('data', chunk => (text += chunk.toString()));
      socket.on('end', () => resolve(text.slice(0, 12)));
      socket.on('error', reject);
    });
  expect(await raw(accounts.nanterre.key)).toBe('HTTP/1.1 401');
  expect(await raw(accounts.antony.key)).toBe('HTTP/1.1 200');
});

describe('brakes (A7)', () => {
  const attempts = async (names: readonly string[], addresses: readonly string[]): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (const [i, name] of names.entries()) answers.push(await login(name, `wrong-password-${i}`, { address: addresses[i] ?? '' }));
    return answers;
  };
  const seven = Array.from({ length: 7 }, (_, i) => i);

  test('on a login, from wherever it is tried; a login that does not exist behaves the same', async () => {
    const known = await attempts(
      seven.map(() => accounts.gpso.login),
      seven.map(fresh),
    );
    const unknown = await attempts(
      seven.map(() => 'personne@example.org'),
      seven.map(fresh),
    );
    expect(known.map(answer => answer.status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    for (const [i, one] of known.entries()) {
      expect(unknown[i]?.status).toBe(one.status);
      expect(unknown[i]?.text).toBe(one.text);
      expect(Object.keys(unknown[i]?.headers ?? {})).toEqual(Object.keys(one.headers));
    }
    expect(Number(known[6]?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    // the right password has to wait too, or the brake would tell
    expect((await login(accounts.gpso.login, accounts.gpso.password, { address: fresh() })).status).toBe(429);
  });

  test('on an address, whatever logins it tries; another address is free, and so is a right key', async () => {
    const address = fresh();
    const tried = await attempts(
      seven.map(i => `essai${i}@example.org`),
      seven.map(() => address),
    );
    expect(tried.map(answer => answer.status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await mig.ask(adr, from(address, { 'x-api-key': 'not-a-key-0123456789' }))).status).toBe(429);
    expect((await mig.ask(adr, from(address, { 'x-api-key': accounts.antony.key }))).status).toBe(200);
    expect((await mig.ask(adr, from(fresh(), { 'x-api-key': 'not-a-key-0123456789' }))).status).toBe(401);
  });

  test('an address of one’s own choice in X-Forwarded-For frees nobody: what the proxy wrote counts', async () => {
    const address = fresh();
    const tried: number[] = [];
    for (const i of seven)
      tried.push((await login(`autre${i}@example.org`, 'wrong-password', { address: `203.0.113.${i}, ${address}` })).status);
    expect(tried).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  test('addresses of one IPv6 network count as one', async () => {
    const tried: number[] = [];
    for (const i of seven)
      tried.push((await mig.ask(adr, from(`2001:db8:0:7::${i}`, { 'x-api-key': `not-a-key-0123456789-${i}` }))).status);
    expect(tried).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await mig.ask(adr, from('2001:db8:0:8::1', { 'x-api-key': 'not-a-key-0123456789' }))).status).toBe(401);
  });

  test('a client that goes on asking with a revoked key gets 401, and keeps nobody behind its address from logging in', async () => {
    const address = fresh();
    const tried: number[] = [];
    for (let i = 0; i < 12; i++) tried.push((await mig.ask(adr, from(address, { 'x-api-key': 'mig_revoked-0123456789' }))).status);
    expect(tried).toEqual(Array(12).fill(401));
    expect((await login(accounts.sceaux.login, accounts.sceaux.password, { address })).status).toBe(204);
    // other keys are other guesses
    const others: number[] = [];
    for (const i of seven) others.push((await mig.ask(adr, from(address, { 'x-api-key': `mig_other-0123456789-${i}` }))).status);
    expect(others).toEqual([401, 401, 401, 401, 429, 429, 429]);
  });

  test('the wait doubles', async () => {
    const [address, name] = [fresh(), 'double@example.org'];
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) await login(name, 'wrong-password', { address });
    for (let i = 0; i < 2; i++) {
      const answer = await login(name, 'wrong-password', { address });
      expect(answer.status).toBe(429);
      waits.push(Number(answer.headers['retry-after']));
      await new Promise(resolve => setTimeout(resolve, 1000 * Number(answer.headers['retry-after']) + 50));
      expect((await login(name, 'wrong-password', { address })).status).toBe(401);
    }
    expect(waits).toEqual([1, 2]);
  }, 20_000);
});

describe('sessions (SEC15)', () => {
  test('the cookie of plain http on loopback', async () => {
    const answer = await login(accounts.antony.login, accounts.antony.password);
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^geomig=[\w-]{40,}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/);
    expect(answer.headers['cache-control']).toBe('private, no-store');
    expect((await mig.ask(adr, { headers: { cookie: cookieOf(answer) } })).status).toBe(200);
  });

  test.each([
    ['another site’s Origin', { origin: 'https://evil.example' }],
    ['Origin null', { origin: 'null' }],
    ['an Origin that differs in its port', { origin: 'http://127.0.0.1:1' }],
    ['Sec-Fetch-Site cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site same-site', { 'sec-fetch-site': 'same-site' }],
  ])('a login sent by %s is refused, and so is a logout', async (_, headers: Record<string, string>) => {
    const answer = await login(accounts.antony.login, accounts.antony.password, { headers });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
    const cookie = await session(accounts.antony);
    expect((await mig.ask('/api/session', { method: 'DELETE', headers: { cookie, ...headers } })).status).toBe(403);
    expect((await mig.ask(adr, { headers: { cookie } })).status).toBe(200);
  });

  test('a program that keeps cookies logs out, and its queries by POST are queries', async () => {
    const cookie = await session(accounts.antony);
    expect((await mig.ask('/wfs', { ...xmlPost(posted['wfs'] ?? ''), headers: { 'content-type': 'text/xml', cookie } })).status).toBe(200);
    expect((await mig.ask('/api/session', { method: 'DELETE', headers: { cookie } })).status).toBe(204);
    expect((await mig.ask(adr, { headers: { cookie } })).status).toBe(401);
  });

  test('a login makes a new session, and the one before ends; a logout ends it for good', async () => {
    const first = await session(accounts.issy);
    const again = await login(accounts.issy.login, accounts.issy.password, { headers: { cookie: first, ...ours() } });
    expect(cookieOf(again)).not.toBe(first);
    expect((await mig.ask(adr, { headers: { cookie: first } })).status).toBe(401);
    const cookie = cookieOf(again);
    expect((await mig.ask(adr, { headers: { cookie } })).status).toBe(200);
    const out = await mig.ask('/api/session', { method: 'DELETE', headers: { cookie, ...ours() } });
    expect([out.status, out.headers['set-cookie']?.[0]]).toEqual([204, 'geomig=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax']);
    expect((await mig.ask(adr, { headers: { cookie } })).status).toBe(401);
  });

  test('an unknown session counts as none, is cleared, and no cache keeps the clearing', async () => {
    const answer = await mig.ask(capabilities('csw'), { headers: { cookie: 'geomig=nobody' } });
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^geomig=; .*Max-Age=0/);
    expect(answer.headers['cache-control']).toBe('private, no-store');
  });

  test.each([
    '{',
    '[]',
    'null',
    '"x"',
    '{"login":1,"password":[]}',
    '{"login":"a\\u0000","password":"x"}',
    '{"__proto__":{"login":"x"}}',
    '',
  ])('the login %s is 400', async body => {
    const answer = await mig.ask('/api/session', { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  test('S50 R13 D31: an account suspended while logged in gets 401 everywhere but the page and /api/session', async () => {
    const cookie = await session(accounts.bspp);
    const headers = { cookie, ...ours() };
    expect((await mig.ask(adr, { headers })).status).toBe(200);
    await desk.suspendUser(accounts.bspp.login, actor, mig.clock.instant);
    for (const [name, path, ask] of requests.filter(([, asked]) => asked !== '/api/session')) {
      const answer = await mig.ask(path, { ...ask, headers: { ...ask.headers, ...headers } });
      expect([name, answer.status]).toEqual([name, 401]);
    }
    expect((await mig.ask('/', { headers })).status).toBe(200);
    expect((await mig.ask('/healthz', { headers })).status).toBe(200);
    expect(JSON.parse((await mig.ask('/api/session', { headers })).text)).toMatchObject({ login: null, suspended: true });
    expect((await login(accounts.bspp.login, accounts.bspp.password)).status).toBe(401);
    await desk.resumeUser(accounts.bspp.login, actor, mig.clock.instant);
    expect((await mig.ask(adr, { headers })).status).toBe(200);
  });
});

describe('D34: passwords off this machine', () => {
  const remote = { 'x-forwarded-for': '192.0.2.9' };
  const password = (who: Account): string => `Basic ${Buffer.from(`${who.login}:${who.password}`).toString('base64')}`;
  test('over plain http they are refused, right or wrong; keys are not', async () => {
    const authorization = password(accounts.antony);
    for (const headers of [{ authorization }, { authorization: password({ ...accounts.antony, password: 'wrong-password' }) }])
      expect((await mig.ask(adr, { headers: { ...remote, ...headers } })).status).toBe(403);
    expect((await login(accounts.antony.login, accounts.antony.password, { address: '192.0.2.9' })).status).toBe(403);
    expect((await mig.ask(adr, { headers: { ...remote, 'x-api-key': accounts.antony.key } })).status).toBe(200);
    expect((await mig.ask(adr, { headers: { authorization } })).status).toBe(200);
  });

  describe('with an https public address', () => {
    const root = 'https://mig.example.org/geo';
    let other: TestServer;
    beforeAll(async () => {
      other = await testServer({ environment: { GEOMIG_TRUSTED_PROXIES: 'loopback', GEOMIG_PUBLIC_URL: `${root}/` }, log });
    }, 120_000);
    afterAll(() => other.close());

    const enter = (headers: Readonly<Record<string, string>>): Promise<Answer> =>
      other.ask('/api/session', {
        method: 'POST',
        headers: { ...remote, ...headers },
        body: JSON.stringify({ login: accounts.antony.login, password: accounts.antony.password }),
      });

    test('they are taken, and the cookie is __Host- and Secure, to set and to clear', async () => {
      expect((await other.ask(adr, { headers: { ...remote, authorization: password(accounts.antony) } })).status).toBe(200);
      // behind a proxy the Host may be the inner one: the public address counts
      const answer = await enter({ origin: 'https://mig.example.org', 'sec-fetch-site': 'same-origin' });
      expect(answer.headers['set-cookie']?.[0]).toMatch(
        /^__Host-geomig=[\w-]{40,}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure$/,
      );
      const gone = await other.ask(adr, { headers: { cookie: '__Host-geomig=nobody' } });
      expect(gone.headers['set-cookie']?.[0]).toBe('__Host-geomig=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure');
      expect((await enter({ origin: 'https://mig.example.org.evil.example' })).status).toBe(403);
    });

    test('every advertised address begins with it, with key and scope in their order (D28)', async () => {
      const prefix = `/k/${accounts.antony.key}/at/antony`;
      for (const service of ['wfs', 'wms', 'csw']) {
        const { text } = await other.ask(prefix + capabilities(service));
        const own = [...text.matchAll(/(?:xlink:href|href)="([^"]*)"/g)]
          .map(match => match[1] ?? '')
          .filter(link => /\/(?:wfs|wms|csw)\b/.test(link));
        expect(own.length).toBeGreaterThan(3);
        expect(own.filter(link => !link.startsWith(`${root}${prefix}/`))).toEqual([]);
      }
      const page = await other.ask(`${prefix}/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres&count=2`);
      expect(page.text).toContain(`next="${root}${prefix}/wfs?`);
      expect((await other.ask(`/at/antony/k/${accounts.antony.key}/wfs?service=WFS&request=GetCapabilities`)).status).toBe(404);
    });

    test('a stored record never carries a key', async () => {
      const query =
        'service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results&maxRecords=100&elementSetName=full';
      for (const schema of ['http://www.opengis.net/cat/csw/2.0.2', 'http://www.isotc211.org/2005/gmd']) {
        const { text } = await other.ask(`/k/${accounts.antony.key}/csw?${query}&outputSchema=${encodeURIComponent(schema)}`);
        expect(text).toMatch(/numberOfRecordsMatched="[1-9]/);
        expect(text).not.toContain(accounts.antony.key);
      }
    });

    test('security.txt names the service’s contact and the public address (RFC 9116)', async () => {
      const { status, text, headers } = await other.ask('/.well-known/security.txt');
      expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
      expect(text.split('\n')).toEqual([
        'Contact: mailto:sig@hauts-de-seine.fr',
        'Expires: 2026-12-12T10:00:00.000Z',
        'Preferred-Languages: fr, en',
        `Canonical: ${root}/.well-known/security.txt`,
        '',
      ]);
    });
  });
});

test('no key, password or token is ever logged', async () => {
  const cookie = await session(accounts.antony);
  const wrong = 'mig_secretsecretsecretsecretsecretsecretsecretsecretsecretsecret';
  await mig.ask(`/k/${accounts.antony.key}${adr}&key=${accounts.antony.key}`, {
    headers: { cookie, referer: `${mig.address}/k/${accounts.antony.key}/` },
  });
  await mig.ask(`/k/${wrong}/nothing`, from(fresh()));
  await mig.ask(`/k/${wrong}${adr}`, from(fresh(), { authorization: 'Basic !!!' }));
  await mig.ask(adr, from(fresh(), { authorization: `Basic ${Buffer.from(`x:${wrong}`).toString('base64')}` }));
  await login(accounts.antony.login, wrong, { address: fresh() });
  const all = lines.join('\n');
  expect(lines.length).toBeGreaterThan(50);
  const secrets = [wrong, cookie.split('=')[1] ?? '', ...Object.values(accounts).flatMap(({ key, password }) => [key, password])];
  const forms = secrets.flatMap(secret => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').slice(0, 20)]);
  expect(forms.filter(form => form === '' || all.includes(form))).toEqual([]);
  expect(all).not.toMatch(/Basic |Bearer |\/k\//);
});
