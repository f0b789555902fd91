// /metrics: what is counted, that its labels are a closed set, and who may read it (surface § 1).
import { accounts, ask, testServer, type TestServer } from '../setup/server';
import { worldFile } from '../world/world';

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The text form of Prometheus; a line that is neither comment nor sample is an error. */
function samplesOf(text: string): Sample[] {
  return text
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const [, name = '', labels = '', value = ''] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (name === '' || Number.isNaN(Number(value))) throw new Error(`no sample: ${line}`);
      const pairs = [...labels.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text] as const);
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

async function samples(mig: TestServer): Promise<Sample[]> {
  const answer = await mig.ask('/metrics');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  return samplesOf(answer.text);
}

const find = (list: readonly Sample[], name: string, labels: Readonly<Record<string, string>>): number | undefined =>
  list.find(one => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value))?.value;

describe('on the main port', () => {
  let mig: TestServer;
  beforeAll(async () => {
    mig = await testServer();
  }, 120_000);
  afterAll(() => mig.close());

  test('requests are counted by operation and class of status, with their durations and bytes', async () => {
    const query = '/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres';
    let bytes = 0;
    for (let i = 0; i < 3; i++) bytes += (await mig.ask(query)).bytes.length;
    await mig.ask('/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=mig:adresses');
    await mig.ask('/wfs?service=WFS&version=2.0.0&request=Nothing');
    const seen = await samples(mig);
    const of = (status: string): Record<string, string> => ({ service: 'WFS', operation: 'GetFeature', status });
    expect(find(seen, 'geomig_http_request_duration_seconds_count', of('2xx'))).toBe(3);
    expect(find(seen, 'geomig_http_request_duration_seconds_bucket', { ...of('2xx'), le: '+Inf' })).toBe(3);
    expect(find(seen, 'geomig_http_request_duration_seconds_sum', of('2xx'))).toBeGreaterThan(0);
    expect(find(seen, 'geomig_http_response_bytes_total', of('2xx'))).toBe(bytes);
    expect(find(seen, 'geomig_http_request_duration_seconds_count', of('4xx'))).toBe(1);
    // what names no operation
    expect(
      find(seen, 'geomig_http_request_duration_seconds_count', { service: 'none', operation: 'none', status: '4xx' }),
    ).toBeGreaterThanOrEqual(1);
    const below = seen.filter(one => one.name === 'geomig_http_request_duration_seconds_bucket' && one.labels['status'] === '2xx');
    const counts = below.filter(one => one.labels['operation'] === 'GetFeature').map(one => one.value);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  test('this request is the only one in flight; queues, connections, event loop and memory are told', async () => {
    const seen = await samples(mig);
    expect(find(seen, 'geomig_http_requests_in_flight', {})).toBe(1);
    for (const kind of ['running', 'waiting']) expect(find(seen, 'geomig_turns', { kind })).toBe(0);
    for (const kind of ['waiting', 'drawing', 'threads']) expect(find(seen, 'geomig_drawing', { kind })).toBeGreaterThanOrEqual(0);
    for (const kind of ['open', 'idle', 'waiting']) expect(find(seen, 'geomig_database_connections', { kind })).toBeGreaterThanOrEqual(0);
    for (const kind of ['mean', 'p50', 'p99', 'max'])
      expect(find(seen, 'geomig_event_loop_delay_seconds', { kind })).toBeGreaterThanOrEqual(0);
    expect(find(seen, 'geomig_memory_bytes', { kind: 'rss' })).toBeGreaterThan(1e6);
    expect(find(seen, 'process_cpu_seconds_total', {})).toBeGreaterThan(0);
    expect(find(seen, 'process_start_time_seconds', {})).toBeGreaterThan(1.7e9);
  });

  test('labels are a closed set: no layer, attribute, account or key becomes one, whatever is asked', async () => {
    for (const path of [
      '/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=nanterre:eclairage',
      '/wfs?service=WFS&version=2.0.0&request=Invented7391&typeNames=invented7391',
      `/k/${accounts.nanterre.key}/ogc/collections/eclairage/items`,
      '/ogc/collections/invented7391/items?invented7391=1',
      '/invented7391',
      '/at/invented7391/wms?service=WMS&request=GetCapabilities',
    ])
      for (const as of [null, accounts.nanterre]) await mig.ask(path, path.startsWith('/k/') ? {} : { as });
    const { text } = await mig.ask('/metrics');
    const seen = samplesOf(text);
    const allowed: Readonly<Record<string, RegExp>> = {
      service: /^[A-Za-z]+$/,
      operation: /^[A-Za-z]+$/,
      status: /^([1-5]xx|none)$/,
      kind: /^[a-z0-9_]+$/,
      le: /^([\d.]+|\+Inf)$/,
    };
    for (const { labels } of seen)
      for (const [label, value] of Object.entries(labels)) expect([label, allowed[label]?.test(value) ?? false]).toEqual([label, true]);
    const operations = new Set(mig.server.endpoints.flatMap(endpoint => endpoint.operations).map(one => `${one.service}.${one.name}`));
    for (const { labels } of seen)
      if (labels['operation'] !== undefined && labels['operation'] !== 'none')
        expect(operations).toContain(`${labels['service'] ?? ''}.${labels['operation']}`);
    for (const secret of [
      'invented7391',
      ...Object.values(accounts).flatMap(one => [one.login, one.key]),
      ...(worldFile.datasets ?? []).flatMap(one => [one.code, one.type.split(':')[1] ?? '']).filter(name => name.length > 3),
    ])
      expect(text).not.toContain(secret);
  });

  test('a request that came through a proxy is answered like an unknown address', async () => {
    const names = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'];
    for (const name of names) {
      const answer = await mig.ask('/metrics', { headers: { [name]: name === 'forwarded' ? 'for=127.0.0.1' : '127.0.0.1' } });
      expect([name, answer.status, answer.text.includes('geomig_')]).toEqual([name, 404, false]);
    }
    expect((await mig.ask('/metrics', { method: 'POST', body: 'x' })).status).toBe(405);
  });
});

test('with a port of its own, the main one has none, and that port has nothing else', async () => {
  const mig = await testServer({ world: null, environment: { GEOMIG_METRICS_PORT: '0' } });
  try {
    const { metricsPort } = mig.server;
    expect(metricsPort).toBeGreaterThan(0);
    expect((await mig.ask('/metrics')).status).toBe(404);
    const own = `http://127.0.0.1:${metricsPort ?? 0}`;
    await mig.ask('/healthz');
    const answer = await ask(own, '/metrics', {});
    expect(answer.status).toBe(200);
    expect(find(samplesOf(answer.text), 'geomig_http_request_duration_seconds_count', { service: 'SYSTEM', operation: 'Health' })).toBe(1);
    for (const path of ['/', '/wfs?service=WFS&request=GetCapabilities', '/healthz', '/metrics/x'])
      expect((await ask(own, path, {})).status).toBe(404);
    expect((await ask(own, '/metrics', { method: 'POST', body: 'x' })).status).toBe(404);
  } finally {
    await mig.close();
  }
}, 120_000);
