// The HTTP edge with endpoints made for the test: prefixes, credentials, limits, streaming and its failures, cache headers.
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Fault } from '../../server/core/model/fault';
import type { Person } from '../../server/core/policy/charter';
import type { Accounts, Credential } from '../../server/core/ports/accounts';
import type { Doors } from '../../server/core/ports/doors';
import { splitAddress } from '../../server/http/address';
import { assertRoutesAreOperations, mount, type HttpParts } from '../../server/http/endpoint';
import { problem } from '../../server/http/problem';
import { operation, type Access, type Endpoint, type Input, type Operation, type Reply } from '../../server/services/ows/operation';

const person = (login: string, id: number): Person => ({
  id,
  login,
  name: login,
  organisation: 1,
  state: 'active',
  mandates: [],
  workingGroups: [],
});
const people: Readonly<Record<string, Person>> = {
  'key-anne': person('anne', 1),
  'key-paul': person('paul', 2),
  'anne:secret': person('anne', 1),
  'session-anne': person('anne', 1),
};

const accounts: Accounts = {
  authenticate: (credential: Credential) => {
    const name =
      credential.kind === 'basic'
        ? `${credential.login}:${credential.secret}`
        : credential.kind === 'key'
          ? credential.key
          : `session-${credential.token}`;
    const found = people[name];
    if (!found && credential.kind !== 'session') return Promise.reject(new Fault('unauthenticated', 'Authorization', 'wrong'));
    return Promise.resolve(found ?? null);
  },
  openSession: () => Promise.reject(new Error('not asked here')),
  closeSession: () => Promise.resolve(),
};

let closed = 0;
async function* chunks(how: string): AsyncGenerator<string> {
  try {
    if (how === 'fail-first') throw new Fault('unknown-type', 'typeNames', 'no such type');
    yield 'one ';
    await new Promise(resolve => setTimeout(resolve, 5));
    if (how === 'fail-later') throw new Error('the database has gone: password=hunter2');
    if (how === 'endless') for (let i = 0; i < 100_000; i++) yield 'x'.repeat(10_000);
    yield 'two';
  } finally {
    closed++;
  }
}

const echo: Operation = operation({
  service: 'TEST',
  versions: [''],
  name: 'Echo',
  read: (input: Input) => ({ how: input.kvp.get('how') ?? '', body: input.body, access: (input.kvp.get('access') ?? 'public') as Access }),
  run: ({ how, body, access }, _doors: Doors, context): Promise<Reply> => {
    if (how === 'defect') throw new Error('a secret of the server');
    if (how === 'retry') throw new Fault('busy', '', 'full', { retryAfter: 3 });
    if (how.startsWith('fail') || how === 'stream' || how === 'endless')
      return Promise.resolve({ type: 'text/plain', access, body: chunks(how) });
    const { caller, base, publicBase, scope, language } = context;
    return Promise.resolve({
      type: 'application/json',
      access,
      body: JSON.stringify({
        login: caller.kind === 'person' ? caller.person.login : null,
        base,
        publicBase,
        scope,
        language,
        body: body && Buffer.from(body).toString(),
      }),
    });
  },
  examples: () => ({ none: 'a test' }),
});

/** The same, as something that changes. */
const change: Operation = { ...echo, name: 'Change', changes: true };

const endpoint: Endpoint = {
  path: '/echo',
  methods: ['GET', 'POST'],
  operations: [echo, change],
  select: input => (input.method === 'POST' ? change : echo),
  fault: problem,
  bodyLimit: 1000,
};
const logged: object[] = [];
const log = {
  info: (fields: object) => void logged.push(fields),
  warn: () => undefined,
  error: (fields: object) => void logged.push(fields),
};
const parts: HttpParts = {
  endpoints: [endpoint],
  accounts,
  cookieName: 'geomig',
  passwordsAllowed: address => address.includes('127.0.0.1'),
  openDoors: () => Promise.resolve({} as Doors),
  now: () => '2026-06-15T10:00:00.000Z',
  publicUrl: () => 'https://geo.example',
  trustedProxies: [],
  log,
  deadline: 10_000,
};

let server: Server;
let port: number;
beforeAll(async () => {
  const app = express();
  mount(app, parts);
  server = createServer(app);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise(resolve => server.close(resolve)));

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly broken: boolean;
}
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; cutAfter?: number } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = httpRequest({ port, path, method: options.method ?? 'GET', headers: options.headers ?? {} }, response => {
      let text = '';
      const done = (broken: boolean): void => resolve({ status: response.statusCode ?? 0, headers: response.headers, text, broken });
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (options.cutAfter !== undefined && text.length > options.cutAfter) response.destroy();
      });
      response.on('end', () => done(false));
      response.on('error', () => done(true));
      response.on('close', () => done(!response.complete));
    });
    call.on('error', reject);
    call.end(options.body);
  });
}
const json = (answer: Answer): Record<string, unknown> => JSON.parse(answer.text) as Record<string, unknown>;

test('key and scope prefixes are taken off and kept on advertised addresses, the key not on the public ones', async () => {
  const answer = json(await ask('/k/key-anne/at/antony/echo'));
  expect(answer).toMatchObject({
    login: 'anne',
    scope: 'antony',
    base: 'https://geo.example/k/key-anne/at/antony',
    publicBase: 'https://geo.example/at/antony',
  });
  expect(JSON.stringify(logged)).not.toContain('key-anne');
});

test.each([
  [
    '/k/a%2Fb%20c/at/d%C3%A9p%C3%B4t/wfs?x=/k/1',
    { key: 'a/b c', scope: 'dépôt', path: '/wfs', query: 'x=/k/1', publicPrefix: '/at/d%C3%A9p%C3%B4t' },
  ],
  ['/k/a"b<c/wfs', { key: 'a"b<c', scope: null, prefix: '/k/a%22b%3Cc', path: '/wfs' }],
  ['/k/%zz/wfs', { key: '', path: '/wfs' }],
  ['/k/%00/wfs', { key: '', path: '/wfs' }],
  ['/k//wfs', { key: '', path: '/wfs' }],
  ['/k/abc', { key: 'abc', path: '/' }],
  ['/at/antony', { key: null, scope: 'antony', path: '/', prefix: '/at/antony' }],
  ['/at/antony/k/abc/wfs', { key: null, scope: 'antony', path: '/k/abc/wfs' }],
  ['https://geo.example/k/abc/wfs', { key: 'abc', path: '/wfs' }],
  ['/kiosk', { key: null, scope: null, path: '/kiosk', prefix: '' }],
])('D28 the prefixes of %s', (address, parts) => {
  expect(splitAddress(address)).toMatchObject(parts);
});

test.each([
  ['Bearer', { authorization: 'Bearer key-anne' }],
  ['X-API-Key', { 'x-api-key': 'key-anne' }],
  ['Basic', { authorization: `Basic ${Buffer.from('anne:secret').toString('base64')}` }],
  ['session', { cookie: 'other=1; geomig=anne' }],
])('%s names the caller', async (_, headers: Record<string, string>) => {
  expect(json(await ask('/echo', { headers }))['login']).toBe('anne');
});

test('a wrong credential is 401 with a challenge, never anonymous', async () => {
  const answer = await ask('/echo', { headers: { 'x-api-key': 'nobody' } });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/);
});

test('a browser page of ours gets no challenge (D30)', async () => {
  const answer = await ask('/echo', { headers: { 'x-api-key': 'nobody', 'sec-fetch-site': 'same-origin' } });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBeUndefined();
});

test('two credentials that disagree are 401; two that agree are one', async () => {
  expect((await ask('/k/key-paul/echo', { headers: { 'x-api-key': 'key-anne' } })).status).toBe(401);
  expect(
    (await ask('/k/key-anne/echo', { headers: { authorization: `Basic ${Buffer.from('anne:secret').toString('base64')}` } })).status,
  ).toBe(200);
});

test('an unknown session cookie counts as none and is cleared', async () => {
  const answer = await ask('/echo', { headers: { cookie: 'geomig=gone' } });
  expect(json(answer)['login']).toBeNull();
  expect(String(answer.headers['set-cookie'])).toMatch(/geomig=;.*Max-Age=0/);
});

test('by cookie, a change asked by another site is refused', async () => {
  const headers = { cookie: 'geomig=anne', origin: 'https://evil.example', 'content-type': 'text/plain' };
  expect((await ask('/echo', { method: 'POST', headers, body: 'x' })).status).toBe(403);
  expect(
    (await ask('/echo', { method: 'POST', headers: { 'x-api-key': 'key-anne', origin: 'https://map.example' }, body: 'x' })).status,
  ).toBe(200);
});

test.each([
  ['public', 'no-cache'],
  ['caller', 'private, no-cache'],
  ['restricted', 'private, no-store'],
])('R47 D29: access %s is sent with Cache-Control %s', async (access, expected) => {
  const { headers } = await ask(`/echo?access=${access}`);
  expect(headers['cache-control']).toBe(expected);
  expect(headers.vary).toContain('Authorization');
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test('a failure before the first chunk has its own status', async () => {
  const answer = await ask('/echo?how=fail-first');
  expect(answer.status).toBe(404);
  expect(json(answer)).toMatchObject({ kind: 'unknown-type', field: 'typeNames' });
});

test('a failure after it breaks the connection (D7) and tells nothing', async () => {
  const answer = await ask('/echo?how=fail-later');
  expect(answer).toMatchObject({ status: 200, broken: true });
  expect(answer.text).not.toContain('hunter2');
});

test('when the client goes, the stream is closed', async () => {
  const before = closed;
  await ask('/echo?how=endless', { cutAfter: 100_000 });
  for (let i = 0; i < 50 && closed === before; i++) await new Promise(resolve => setTimeout(resolve, 20));
  expect(closed).toBe(before + 1);
});

test('a defect tells its reference only', async () => {
  const answer = await ask('/echo?how=defect');
  expect(answer.status).toBe(500);
  expect(answer.text).toMatch(/reference [0-9a-f-]{36}/);
  expect(answer.text).not.toContain('secret');
});

test('a full queue says when to come again', async () => {
  const answer = await ask('/echo?how=retry');
  expect(answer.status).toBe(503);
  expect(answer.headers['retry-after']).toBe('3');
});

test.each([
  ['a body over the limit', () => ask('/echo', { method: 'POST', body: 'x'.repeat(2000) }), 413],
  ['NUL in a parameter', () => ask('/echo?how=a%00b'), 400],
  ['a repetition that disagrees', () => ask('/echo?how=a&HOW=b'), 400],
  ['a method that is not offered', () => ask('/echo', { method: 'DELETE' }), 405],
])('%s is refused', async (_, call, status) => {
  expect((await call()).status).toBe(status);
});

test('a form posted is read as parameters', async () => {
  const answer = await ask('/echo', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'how=retry',
  });
  expect(answer.status).toBe(503);
});

test('OPTIONS of another origin is answered without credentials', async () => {
  const answer = await ask('/echo', {
    method: 'OPTIONS',
    headers: { origin: 'https://map.example', 'access-control-request-headers': 'authorization' },
  });
  expect(answer.status).toBe(204);
  expect(answer.headers['access-control-allow-origin']).toBe('*');
  expect(answer.headers['access-control-allow-headers']).toMatch(/Authorization/);
});

test('HEAD sends the head alone', async () => {
  const answer = await ask('/echo', { method: 'HEAD' });
  expect(answer).toMatchObject({ status: 200, text: '' });
});

test('SEC01 the start fails on a route that is no Operation', () => {
  const app = express();
  mount(app, parts);
  app.get('/forgotten', (_request, response) => void response.send('data'));
  expect(() => assertRoutesAreOperations(app)).toThrow(/\/forgotten is no Operation/);
});

describe('an answer through doors on what was read last', () => {
  const early = { doors: { early: true } as unknown as Doors, holds: true, asked: 0 };
  const seen: Doors[] = [];
  let closed = 0;
  const tells: Operation = operation({
    service: 'TEST',
    versions: [''],
    name: 'Tells',
    inView: true,
    read: input => input.kvp.get('how') ?? '',
    run: (how, doors): Promise<Reply> => {
      seen.push(doors);
      const which = 'early' in doors ? 'early' : 'asked';
      if (how === 'fault') throw new Fault('invalid-value', 'how', `${which} fault`);
      const body = (async function* () {
        try {
          yield `${which} ${'.'.repeat(70_000)}`;
          await new Promise(resolve => setImmediate(resolve));
          yield which;
        } finally {
          closed++;
        }
      })();
      return Promise.resolve({ type: 'text/plain', access: 'public', body: how === 'stream' ? body : which });
    },
    examples: () => ({ none: 'a test' }),
  });
  let other: Server;
  beforeAll(async () => {
    const app = express();
    const change: Operation = { ...tells, name: 'Change', changes: true };
    mount(app, {
      ...parts,
      endpoints: [{ ...endpoint, operations: [tells, change], select: input => (input.method === 'POST' ? change : tells) }],
      openEarly: (_caller, _instant, { operation: name, inView }) => {
        expect([name, inView]).toEqual(['Tells', true]);
        early.asked++;
        return { doors: early.doors, holds: () => Promise.resolve(early.holds) };
      },
    });
    other = createServer(app);
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise(resolve => other.close(resolve)));
  beforeEach(() => {
    seen.length = closed = early.asked = 0;
  });
  const get = async (path: string, method = 'GET'): Promise<[number, string]> => {
    const answer = await fetch(`http://127.0.0.1:${(other.address() as AddressInfo).port}${path}`, { method });
    return [answer.status, (await answer.text()).replaceAll('.', '')];
  };

  test('is the answer when it holds, be it a fault', async () => {
    early.holds = true;
    expect(await get('/echo')).toEqual([200, 'early']);
    expect(await get('/echo?how=stream')).toEqual([200, 'early early']);
    expect((await get('/echo?how=fault'))[1]).toContain('early fault');
    expect([seen.length, closed]).toEqual([3, 1]);
  });

  test('is thrown away and made again when it does not, and its stream is closed', async () => {
    early.holds = false;
    expect(await get('/echo')).toEqual([200, 'asked']);
    expect(await get('/echo?how=stream')).toEqual([200, 'asked asked']);
    const fault = (await get('/echo?how=fault'))[1];
    expect(fault).toContain('asked fault');
    expect(fault).not.toContain('early');
    expect([seen.length, closed]).toEqual([6, 2]);
  });

  test('is never given to what changes something, nor in a scope', async () => {
    early.holds = true;
    expect(await get('/echo', 'POST')).toEqual([200, 'asked']);
    expect(await get('/at/antony/echo')).toEqual([200, 'asked']);
    expect(early.asked).toBe(0);
  });
});
