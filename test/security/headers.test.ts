// The headers of every kind of answer: what caches may keep (SEC07, R47, D29), what a browser may do with it (SEC13, SEC14), and what other
// origins may read. A row is an address and who asks.
import { accounts, testServer, type TestServer } from '../setup/server';
import type { Account } from '../world/world';

let mig: TestServer;
beforeAll(async () => {
  mig = await testServer();
}, 120_000);
afterAll(() => mig.close());

const { antony, nanterre } = accounts;
const feature = (type: string): string => `/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=${type}&count=1`;
const map = (layers: string, request = 'GetMap'): string =>
  `/wms?service=WMS&version=1.3.0&request=${request}&layers=${layers}&styles=&crs=EPSG:2154&bbox=640000,6850000,650000,6860000&width=32&height=32&format=image/png&query_layers=${layers}&i=3&j=3`;
const record = (id: string): string => `/csw?service=CSW&version=2.0.2&request=GetRecordById&id=${id}`;
const legend = (layer: string): string => `/wms?service=WMS&version=1.3.0&request=GetLegendGraphic&layer=${layer}&format=image/png`;

const publicly = 'no-cache';
const caller = 'private, no-cache';
const never = 'private, no-store';

const table: readonly (readonly [string, string, Account | null, number, string])[] = [
  ['public features, anonymously', feature('antony:arbres'), null, 200, caller],
  ['public features, by a partner', feature('antony:arbres'), accounts.issy, 200, caller],
  ['public features, by whoever edits them', feature('antony:arbres'), antony, 200, never],
  ['partners’ features', feature('mig:adresses'), antony, 200, never],
  ['partners’ features, refused', feature('mig:adresses'), null, 401, never],
  ['public and partners’ features together', `${feature('antony:arbres,mig:adresses')}`, antony, 200, never],
  ['their number', `${feature('mig:adresses')}&resultType=hits`, antony, 200, never],
  ['values', feature('mig:adresses').replace('GetFeature', 'GetPropertyValue') + '&valueReference=voie', antony, 200, never],
  ['a feature by id', '/wfs?service=WFS&version=2.0.0&request=GetFeature&resourceId=arbres.ARB-01', null, 200, caller],
  ['the schema of a public type', feature('antony:arbres').replace('GetFeature', 'DescribeFeatureType'), null, 200, never],
  ['the schema of a partners’ type', feature('nanterre:eclairage').replace('GetFeature', 'DescribeFeatureType'), antony, 200, never],
  ['capabilities of WFS, anonymously', '/wfs?service=WFS&request=GetCapabilities', null, 200, never],
  ['capabilities of WFS, by a partner', '/wfs?service=WFS&request=GetCapabilities', antony, 200, never],
  ['capabilities of WMS, anonymously', '/wms?service=WMS&request=GetCapabilities', null, 200, never],
  ['capabilities of WMS, by a partner', '/wms?service=WMS&request=GetCapabilities', antony, 200, never],
  ['a public map', map('antony:arbres'), null, 200, caller],
  ['a partners’ map', map('nanterre:eclairage'), nanterre, 200, never],
  ['a map of both', map('antony:arbres,nanterre:eclairage'), nanterre, 200, never],
  ['public information', map('antony:arbres', 'GetFeatureInfo'), null, 200, caller],
  ['partners’ information', map('nanterre:eclairage', 'GetFeatureInfo'), nanterre, 200, never],
  ['a partners’ legend', legend('nanterre:eclairage'), nanterre, 200, never],
  ['a public legend', legend('antony:arbres'), null, 200, caller],
  ['capabilities of CSW', '/csw?service=CSW&request=GetCapabilities', null, 200, publicly],
  ['a record, anonymously', record('fr-92-mig-arb'), null, 200, caller],
  ['an exception', '/wfs?service=WFS&version=2.0.0&request=Drop', null, 400, never],
  ['an exception of WMS', '/wms?request=Drop', null, 200, never],
  ['a wrong key', '/k/mig_nobody/csw?service=CSW&request=GetCapabilities', null, 401, never],
  ['the session', '/api/session', null, 200, never],
  ['the page', '/', null, 200, publicly],
  ['no such file', '/assets/nothing.js', null, 404, never],
  ['no such address', '/nothing', null, 404, never],
  ['an address that cannot be read', '/k/%00/wfs', null, 400, never],
  ['an address with a broken escape', '/assets/%ff', null, 400, never],
  ['health', '/healthz', null, 200, caller],
  ['security.txt', '/.well-known/security.txt', null, 200, publicly],
];

describe('SEC07 R47 D29: what caches may keep', () => {
  test.each(table)('%s', async (_, path, as, status, cache) => {
    const answer = await mig.ask(path, { as });
    expect([answer.status, answer.headers['cache-control']]).toEqual([status, cache]);
    if (status === 200) for (const name of ['Authorization', 'Cookie', 'X-API-Key']) expect(answer.headers.vary).toContain(name);
    expect(answer.headers.etag === undefined || cache !== never).toBe(true);
  });
});

describe('every answer, by every method', () => {
  test.each(table.map(([title, path, as]) => [title, path, as] as const))('%s', async (_, path, as) => {
    const whole = await mig.ask(path, { as });
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const { headers, status, bytes } = await mig.ask(path, { as, method });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'access-control-allow-origin': '*',
      });
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['server']).toBeUndefined();
      const csp = String(headers['content-security-policy']);
      expect(csp).toMatch(/^default-src 'none'/);
      expect(csp).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:|\*/);
      if (method === 'HEAD') {
        expect([status, bytes.length]).toEqual([whole.status, 0]);
        expect(headers['content-type']).toBe(whole.headers['content-type']);
        expect(headers['cache-control']).toBe(whole.headers['cache-control']);
      }
    }
  });
});

test('the viewer’s page may load its own files only, and stands in nobody else’s frame', async () => {
  const { headers } = await mig.ask('/');
  const policy = new Map(
    String(headers['content-security-policy'])
      .split('; ')
      .map(rule => [rule.split(' ')[0] ?? '', rule.split(' ').slice(1).join(' ')]),
  );
  expect(Object.fromEntries(policy)).toMatchObject({
    'default-src': "'none'",
    'script-src': "'self'",
    'connect-src': "'self'",
    'frame-ancestors': "'self'",
    'base-uri': "'none'",
    'form-action': "'self'",
  });
});

test('GetFeatureInfo as HTML is shut in a sandbox', async () => {
  const { headers } = await mig.ask(`${map('antony:arbres', 'GetFeatureInfo')}&info_format=text/html`);
  expect(headers['content-type']).toMatch(/^text\/html/);
  expect(headers['content-security-policy']).toMatch(/default-src 'none'.*; sandbox$/);
});

test('a preflight tells the methods and the headers of credentials, and allows none of the browser’s own', async () => {
  for (const [path, methods] of [
    ['/wfs', 'GET, POST, HEAD, OPTIONS'],
    ['/api/session', 'GET, POST, DELETE, HEAD, OPTIONS'],
    [`/k/${antony.key}/wms`, 'GET, POST, HEAD, OPTIONS'],
  ] as const) {
    const { status, headers } = await mig.ask(path, {
      method: 'OPTIONS',
      headers: { origin: 'https://map.example', 'access-control-request-method': 'POST' },
    });
    expect(status).toBe(204);
    expect(headers['access-control-allow-methods']).toBe(methods);
    expect(headers['allow']).toBe(methods);
    expect(headers['access-control-allow-headers']).toMatch(/Authorization.*X-API-Key/);
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  }
});

test('SEC07: rights are looked at before If-None-Match', async () => {
  const first = await mig.ask('/');
  const etag = String(first.headers.etag);
  expect((await mig.ask('/', { headers: { 'if-none-match': etag } })).status).toBe(304);
  for (const value of ['*', etag, '"x"'])
    expect((await mig.ask(feature('mig:adresses'), { headers: { 'if-none-match': value } })).status).toBe(401);
});

test('SEC05: a defect tells its reference, which is in the log with the cause', async () => {
  const lines: string[] = [];
  const note = (fields: object, text: string): void => void lines.push(JSON.stringify([fields, text]));
  const other = await testServer({ world: null, log: { info: note, warn: note, error: note } });
  try {
    await other.test.database.knex.raw('alter table geomig.organisation rename column code to secret_column_code');
    for (const [path, kind] of [
      ['/wfs?service=WFS&version=2.0.0&request=GetCapabilities', 'NoApplicableCode'],
      ['/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record', 'NoApplicableCode'],
      ['/wms?service=WMS&version=1.3.0&request=GetCapabilities', 'NoApplicableCode'],
    ] as const) {
      const answer = await other.ask(path);
      expect(answer.status).toBe(500);
      expect(answer.text).toContain(kind);
      const reference = /reference ([0-9a-f-]{36})/.exec(answer.text)?.[1] ?? 'none';
      expect(answer.text).not.toMatch(/secret_column|column|organisation|relation/);
      expect(lines.filter(line => line.includes(reference) && line.includes('defect')).length).toBe(1);
      expect(lines.filter(line => line.includes(reference) && line.includes('"status":500')).length).toBe(1);
    }
    expect(lines.join('\n')).toMatch(/column .*code.* does not exist/);
  } finally {
    await other.close();
  }
}, 60_000);
