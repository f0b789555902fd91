// Limits of the HTTP edge, with endpoints and limits made for the test: deadline to the first byte, slow readers, slow senders, trusted
// networks, request rate, what is no HTTP (SEC13, D6).
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import express from 'express';
import { ConfigError, readConfig } from '../../server/config';
import { Fault } from '../../server/core/model/fault';
import { networkOf } from '../../server/core/model/network';
import type { Accounts } from '../../server/core/ports/accounts';
import type { Doors } from '../../server/core/ports/doors';
import { mount, type HttpParts } from '../../server/http/endpoint';
import { guardedServer, serverLimits } from '../../server/http/guard';
import { Outflow } from '../../server/http/pace';
import { problem } from '../../server/http/problem';
import { clientAddress, loopback, trustedBy } from '../../server/http/proxies';
import { Rate } from '../../server/http/rate';
import { operation, type Endpoint, type Reply } from '../../server/services/ows/operation';
import { ask } from '../setup/server';

const servers: Server[] = [];
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});
async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** What a socket is told after it has sent that text; resolves when the server closes it. */
function raw(port: number, text: string): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', chunk => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

/** Endpoints at work: what they were told, and what has become of their streams. */
async function edge(
  run: (signal: AbortSignal) => Promise<Reply>,
  parts: Partial<HttpParts> = {},
): Promise<{ readonly address: string; readonly port: number; readonly logged: string[] }> {
  const logged: string[] = [];
  const note = (_: object, text: string): void => void logged.push(text);
  const one = operation({
    service: 'TEST',
    versions: [''],
    name: 'Work',
    read: (_input, context) => context.signal,
    run: signal => run(signal),
    examples: () => ({ none: 'a test' }),
  });
  const endpoint: Endpoint = {
    path: '/work',
    methods: ['GET', 'POST'],
    operations: [one],
    select: () => one,
    fault: problem,
    bodyLimit: 1000,
  };
  const app = express();
  mount(app, {
    endpoints: [endpoint],
    accounts: {} as Accounts,
    cookieName: 'geomig',
    passwordsAllowed: () => true,
    openDoors: () => Promise.resolve({} as Doors),
    now: () => '2026-06-15T10:00:00.000Z',
    publicUrl: () => 'https://geo.example',
    trustedProxies: [],
    log: { info: note, warn: note, error: note },
    deadline: 10_000,
    ...parts,
  });
  const port = await listening(createServer(app));
  return { address: `http://127.0.0.1:${port}`, port, logged };
}

describe('the deadline to the first byte', () => {
  const text = (body: Reply['body']): Reply => ({ type: 'text/plain', access: 'public', body });

  test('work that heeds the signal is cancelled, and the answer is 503 with Retry-After', async () => {
    let reason: unknown;
    const { address } = await edge(
      signal =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(new Fault('busy', '', 'cancelled', { retryAfter: 1 }));
          });
        }),
      { deadline: 100 },
    );
    const answer = await ask(address, '/work', {});
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(JSON.parse(answer.text)).toMatchObject({ kind: 'busy', status: 503 });
    expect(reason).toMatchObject({ kind: 'busy' });
  });

  test('work that does not heed it is answered for all the same, and what it opens late is closed', async () => {
    let closed = false;
    async function* late(): AsyncGenerator<string> {
      try {
        yield 'too late';
        yield 'never';
      } finally {
        closed = true;
      }
    }
    const { address } = await edge(() => pause(400).then(() => text(late())), { deadline: 100 });
    const answer = await ask(address, '/work', {});
    expect([answer.status, answer.text.includes('too late')]).toEqual([503, false]);
    for (let i = 0; i < 100 && !closed; i++) await pause(20);
    expect(closed).toBe(true);
  });

  test('a stream that has begun is not cut by it', async () => {
    async function* slow(): AsyncGenerator<string> {
      for (let i = 0; i < 6; i++) {
        yield `${i} `;
        await pause(50);
      }
    }
    const { address } = await edge(() => Promise.resolve(text(slow())), { deadline: 100 });
    const answer = await ask(address, '/work', {});
    expect([answer.status, answer.text]).toEqual([200, '0 1 2 3 4 5 ']);
  });
});

describe('slow readers (D6)', () => {
  test('a reader that takes nothing is cut, and the stream behind it is closed', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(60_000, 120);
      } finally {
        closed = true;
      }
    }
    const { port, logged } = await edge(() => Promise.resolve({ type: 'text/plain', access: 'public', body: endless() }), {
      pace: { bytesPerSecond: 1_000_000, patience: 200 },
    });
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /work HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.on('error', () => undefined);
    socket.pause();
    for (let i = 0; i < 200 && !closed; i++) await pause(20);
    socket.destroy();
    expect(closed).toBe(true);
    for (let i = 0; i < 50 && logged.length === 0; i++) await pause(20);
    expect(logged).toEqual(['client too slow']);
  });

  test('so is a reader of an answer that was ready at once', async () => {
    const { port, logged } = await edge(
      () => Promise.resolve({ type: 'application/octet-stream', access: 'public', body: Buffer.alloc(30_000_000) }),
      { pace: { bytesPerSecond: 10_000_000, patience: 200 } },
    );
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /work HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.on('error', () => undefined);
    socket.pause();
    for (let i = 0; i < 200 && logged.length === 0; i++) await pause(20);
    socket.destroy();
    expect(logged).toEqual(['client too slow']);
  });

  test('the rate is an average: each wait costs what it lasts and earns what was taken', async () => {
    let now = 0;
    const handlers = new Map<string, () => void>();
    let destroyed = false;
    const response = {
      writableNeedDrain: true,
      writableFinished: false,
      destroyed: false,
      writableLength: 10_240,
      on: (event: string, handler: () => void) => handlers.set(event, handler),
      off: () => undefined,
      destroy: () => {
        destroyed = true;
        handlers.get('close')?.();
      },
    } as unknown as ServerResponse;
    jest.useFakeTimers();
    try {
      const outflow = new Outflow(response, { bytesPerSecond: 1024, patience: 60_000 }, () => now);
      const take = async (seconds: number): Promise<void> => {
        const waiting = outflow.wait('drain');
        now += seconds * 1000;
        jest.advanceTimersByTime(seconds * 1000);
        handlers.get('drain')?.();
        await waiting;
      };
      // 10 KB in 8 s: faster than asked, for hours
      for (let i = 0; i < 1000; i++) await take(8);
      expect(destroyed).toBe(false);
      // 10 KB in 25 s: 15 s are lost each time, a minute is allowed
      for (let i = 0; i < 3; i++) await take(25);
      expect([destroyed, outflow.tooSlow]).toEqual([false, false]);
      await take(26);
      expect([destroyed, outflow.tooSlow]).toEqual([true, true]);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('bodies', () => {
  const done = (): Promise<Reply> => Promise.resolve({ type: 'text/plain', access: 'public', body: 'done' });

  test('one that grows past the limit without having said so is 413, and may not go on for ever', async () => {
    const { port } = await edge(done);
    const answer = await raw(port, `POST /work HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n${'x'.repeat(2048)}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"kind":"too-large"');
  });

  test('a sender that stops in the middle leaves nothing behind', async () => {
    const { port, address, logged } = await edge(done);
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST /work HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhalf');
      setTimeout(() => socket.destroy(), 50);
    });
    socket.on('error', () => undefined);
    for (let i = 0; i < 100 && logged.length === 0; i++) await pause(20);
    expect(logged).toEqual(['client gone']);
    expect((await ask(address, '/work', {})).text).toBe('done');
  });
});

describe('Node’s own server (SEC13)', () => {
  const plain = (limits: Partial<typeof serverLimits> = {}): Promise<number> =>
    listening(guardedServer((_request, response) => void response.end('ok'), { ...serverLimits, ...limits }));

  test('has its limits set', () => {
    const server = guardedServer(() => undefined);
    expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000, maxConnections: 1_000 });
  });
  test.each([
    ['no HTTP', 'hello\r\n\r\n', '400'],
    ['a head over the limit', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, '431'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', '400'],
    [
      'a length and chunks (smuggling)',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', '400'],
    ['a header with a NUL', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n', '400'],
    ['bare line feeds in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\n b: c\r\n\r\n', '400'],
  ])('%s is %s', async (_, text, status) => {
    const answer = await raw(await plain(), text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).not.toContain('ok');
  });
  test('a head that does not come in time is 408', async () => {
    const port = await plain({ headers: 200, request: 300, check: 50 });
    expect(await raw(port, 'GET / HTTP/1.1\r\nHost: x\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });
  test('a body that does not come in time is 408', async () => {
    const port = await listening(
      guardedServer(
        (request, response) => {
          request.resume();
          request.on('end', () => response.end('ok'));
        },
        { ...serverLimits, headers: 200, request: 300, check: 50 },
      ),
    );
    expect(await raw(port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow')).toMatch(/^HTTP\/1\.1 408 /);
  });
  test('a connection too many is refused, the others live', async () => {
    const port = await plain({ connections: 2 });
    const held = [1, 2].map(() => connect(port, '127.0.0.1'));
    await Promise.all(held.map(socket => new Promise(resolve => socket.once('connect', resolve))));
    expect(await raw(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
    const answered = new Promise<string>(resolve => held[0]?.once('data', chunk => resolve(chunk.toString())));
    held[0]?.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await answered).toMatch(/^HTTP\/1\.1 200 /);
    for (const socket of held) socket.destroy();
  });
});

describe('trusted proxies (D34)', () => {
  const sent = (remoteAddress: string, forwarded?: string): Parameters<typeof clientAddress>[0] =>
    ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as Parameters<
      typeof clientAddress
    >[0];

  test.each([
    ['nobody is trusted', [], '203.0.113.5', '198.51.100.1', '203.0.113.5'],
    ['no header', ['loopback'], '127.0.0.1', undefined, '127.0.0.1'],
    ['one proxy', ['loopback'], '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['one proxy, IPv4 in IPv6', ['127.0.0.1'], '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['what the client wrote does not count', ['loopback'], '127.0.0.1', '192.0.2.66, 198.51.100.1', '198.51.100.1'],
    ['a chain through a trusted network', ['10.0.0.0/8', 'loopback'], '127.0.0.1', '192.0.2.66, 198.51.100.1, 10.1.2.3', '198.51.100.1'],
    ['just outside the network', ['10.0.0.0/30'], '10.0.0.4', '198.51.100.1', '10.0.0.4'],
    ['just inside', ['10.0.0.0/30'], '10.0.0.3', '198.51.100.1', '198.51.100.1'],
    ['a network of IPv6', ['fd00::/8'], 'fd12::1', '2001:db8::7', '2001:db8::7'],
    ['uniquelocal', ['uniquelocal'], '192.168.1.1', '198.51.100.1', '198.51.100.1'],
    ['linklocal, with a zone', ['linklocal'], 'fe80::1%eth0', '198.51.100.1', '198.51.100.1'],
    ['an address with its port', ['loopback'], '::1', '198.51.100.1:4711', '198.51.100.1'],
    ['IPv6 with its port', ['loopback'], '::1', '[2001:db8::7]:4711', '2001:db8::7'],
    ['what cannot be read ends the chain', ['loopback', '10.0.0.0/8'], '127.0.0.1', '198.51.100.1, evil, 10.0.0.1', '10.0.0.1'],
    ['only proxies', ['loopback', '10.0.0.0/8'], '127.0.0.1', '10.0.0.2, 10.0.0.1', '10.0.0.2'],
  ] as const)('%s', (_, list, remote, forwarded, expected) => {
    expect(clientAddress(sent(remote, forwarded), trustedBy(list))).toBe(expected);
  });
  test.each(['10.0.0.0/33', '300.1.1.1', 'proxy.example', '::1/129', '10.0.0.0/x', ''])('%s is no network', entry => {
    expect(() => trustedBy([entry])).toThrow(/is not an address or network/);
  });
  test('the settings refuse what is no network, before the start', () => {
    const read = (list: string): readonly string[] =>
      readConfig({ environment: { GEOMIG_TRUSTED_PROXIES: list }, directory: '/nowhere' }).trustedProxies;
    expect(read('loopback, 10.0.0.0/8 fd00::/8')).toEqual(['loopback', '10.0.0.0/8', 'fd00::/8']);
    for (const wrong of ['10.0.0.0/33', '300.1.1.1', 'proxy.example']) expect(() => read(wrong)).toThrow(ConfigError);
  });
  test('loopback is told by value, not by its looks', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].map(loopback)).toEqual([true, true, true, true]);
    expect(['127.0.0.1.evil.example', '128.0.0.1', '::2', '', '10.0.0.1', '::ffff:10.0.0.1'].map(loopback)).toEqual(Array(6).fill(false));
  });
});

describe('GEOMIG_RATE', () => {
  test('an address may spend five seconds’ worth at once, then one by one; another is free', () => {
    let now = 0;
    const rate = new Rate(2, () => now);
    const spent = Array.from({ length: 12 }, () => rate.take('a'));
    expect(spent.slice(0, 10)).toEqual(Array(10).fill(0));
    expect(spent[10]).toBeCloseTo(0.5);
    expect(rate.take('b')).toBe(0);
    now = 500;
    expect([rate.take('a'), rate.take('a') > 0]).toEqual([0, true]);
  });
  test('the addresses of one network of IPv6 are one', () => {
    const some = ['2001:db8:0:7::1', '2001:db8::7:1:2:3:4', '2001:0db8:0000:0007:ffff::9', '2001:db8:0:8::1', '192.0.2.7', '::1'];
    expect(some.map(networkOf)).toEqual(['2001:db8:0:7', '2001:db8:0:7', '2001:db8:0:7', '2001:db8:0:8', '192.0.2.7', '0:0:0:0']);
  });
  test('is asked of the network', async () => {
    const parts = { requestRate: 1, trustedProxies: ['loopback'] };
    const { address } = await edge(() => Promise.resolve({ type: 'text/plain', access: 'public', body: 'done' }), parts);
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++)
      statuses.push((await ask(address, '/work', { headers: { 'x-forwarded-for': `2001:db8:0:7::${i + 1}` } })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await ask(address, '/work', { headers: { 'x-forwarded-for': '2001:db8:0:9::1' } })).status).toBe(200);
  });
  test('is told as 429 with Retry-After', async () => {
    const { address } = await edge(() => Promise.resolve({ type: 'text/plain', access: 'public', body: 'done' }), { requestRate: 1 });
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push(await ask(address, '/work', {}));
    expect(answers.slice(0, 5).map(answer => answer.status)).toEqual(Array(5).fill(200));
    expect(answers[6]?.status).toBe(429);
    expect(Number(answers[6]?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  });
});

test('a dialect that cannot say what went wrong breaks the connection, not the process', async () => {
  const one = operation({
    service: 'TEST',
    versions: [''],
    name: 'Broken',
    read: () => null,
    run: () => Promise.reject(new Error('x')),
    examples: () => ({ none: 'a test' }),
  });
  const fault = (): Reply => {
    throw new Error('the answer to a failure failed');
  };
  const app = express();
  const errors: string[] = [];
  mount(app, {
    endpoints: [{ path: '/broken', methods: ['GET'], operations: [one], select: () => one, fault, bodyLimit: 0 }],
    accounts: {} as Accounts,
    cookieName: 'geomig',
    passwordsAllowed: () => true,
    openDoors: () => Promise.resolve({} as Doors),
    now: () => '2026-06-15T10:00:00.000Z',
    publicUrl: () => 'https://geo.example',
    trustedProxies: [],
    log: { info: () => undefined, warn: () => undefined, error: (_, text) => errors.push(text) },
    deadline: 10_000,
  });
  const port = await listening(createServer(app));
  expect(await raw(port, 'GET /broken HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
  expect(errors).toEqual(['defect', 'defect']);
});
