// Faults of PostgreSQL as a client of the whole server sees them (F1–F3, F9), on a throw-away cluster that is killed and stopped.
import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { applyParts } from '../../server/compose/apply';
import { startServer, type RunningServer } from '../../server/compose/server';
import { readConfig } from '../../server/config';
import { applyPartnership } from '../../server/partnership/apply/apply';
import { silent } from '../../server/store/log';
import { Cluster, postgresql } from '../setup/cluster';
import { describeWith } from '../setup/needs';
import { ask, type Answer } from '../setup/server';
import { worldFile, writeWorld } from '../world/world';
import { exceptionOf } from './sound';

const folder = mkdtempSync(join(tmpdir(), 'geomig-http-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (cluster: Cluster): Promise<RunningServer> => {
  const environment = { GEOMIG_PORT: '0', GEOMIG_DATA: folder, DATABASE_URL: cluster.url(), GEOMIG_CLOCK: '2026-06-15T10:00:00Z' };
  return startServer(readConfig({ environment, directory: folder }), { log: silent });
};

async function eventually(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await what()) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`did not happen: ${what.toString()}`);
}

const page = '/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres&count=2';
const stream = '/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres&count=300000&outputFormat=application/json';

/** An answer read to a number of bytes and no further. */
interface Taken {
  readonly response: IncomingMessage;
  /** Reads on; tells whether the answer came whole. */
  rest(): Promise<{ readonly whole: boolean; readonly tail: string }>;
}
function take(address: string, bytes: number): Promise<Taken> {
  return new Promise((resolve, reject) => {
    get(`${address}${stream}`, { agent: false }, response => {
      let read = 0;
      let tail = '';
      const rest = (): ReturnType<Taken['rest']> =>
        new Promise(done => {
          response.on('close', () => done({ whole: response.complete, tail }));
          response.resume();
        });
      response.on('error', () => undefined);
      response.on('end', () => reject(new Error(`ended early: ${response.statusCode ?? 0} ${tail}`)));
      response.on('data', (chunk: Buffer) => {
        tail = (tail + chunk.toString('latin1')).slice(-200);
        const before = read;
        read += chunk.byteLength;
        if (before < bytes && read >= bytes) {
          response.pause();
          resolve({ response, rest });
        }
      });
    }).on('error', reject);
  });
}

describeWith([postgresql], 'the server on a PostgreSQL that fails', () => {
  let cluster: Cluster;
  let server: RunningServer;
  let observer: pg.Pool;

  beforeAll(async () => {
    cluster = await Cluster.create();
    server = await start(cluster);
    await server.ready;
    const written = writeWorld(folder);
    const parts = applyParts({
      database: server.database,
      publicBase: server.address,
      now: () => '2026-06-15T10:00:00.000Z',
      say: () => undefined,
    });
    await applyPartnership(
      worldFile,
      written.file,
      { check: false, prune: false, reimport: false, overwriteEdits: false, allowUnpublished: false },
      parts,
    );
    observer = new pg.Pool({ connectionString: cluster.url(), max: 1 });
    observer.on('error', () => undefined);
    const { rows } = await observer.query<{ name: string }>(
      `select table_schema || '.' || table_name as name from geomig.feature_type where stem = 'arbres'`,
    );
    const table = rows[0]?.name ?? '';
    // many times the first row, under keys of their own
    await observer.query(
      `insert into ${table} select (jsonb_populate_record(x.t, jsonb_build_object('code', 'N' || n))).* from (select t from ${table} t limit 1) x, generate_series(1, 300000) n`,
    );
  }, 180_000);
  afterAll(async () => {
    await observer.end();
    await server.close(1_000);
    cluster.destroy();
  });

  const to = (path: string): Promise<Answer> => ask(server.address, path, {});
  const copying = async (): Promise<number[]> =>
    (
      await observer.query<{ pid: number }>(
        `select pid from pg_stat_activity where state = 'active' and query ilike 'copy%' and backend_type = 'client backend' and pid <> pg_backend_pid()`,
      )
    ).rows.map(row => row.pid);

  test('F1: its backend killed in the middle of a stream: the transfer breaks, the next request is served', async () => {
    const taken = await take(server.address, 1_000_000);
    expect(taken.response.statusCode).toBe(200);
    await eventually(async () => (await copying()).length === 1);
    const [pid = 0] = await copying();
    expect(pid).toBeGreaterThan(1); // 0 and -1 would mean every process there is
    process.kill(pid, 'SIGKILL');
    const { whole, tail } = await taken.rest();
    expect(whole).toBe(false);
    expect(tail).not.toMatch(/\]\s*\}\s*$/);
    await eventually(async () => (await to(page)).status === 200);
    await eventually(async () => (await to('/readyz')).status === 200);
  }, 60_000);

  test('F9: clients that go in the middle of a stream leave no query behind', async () => {
    for (let i = 0; i < 10; i++) (await take(server.address, 1_000_000)).response.destroy();
    await eventually(async () => (await copying()).length === 0);
    expect((await to(page)).status).toBe(200);
  }, 60_000);

  test('F2: while it is down: alive, not ready, every service says 503 in its own words; when it is back, all is well', async () => {
    cluster.stop('immediate');
    await eventually(async () => (await to('/readyz')).status === 503);
    expect((await to('/readyz')).text).toBe('database\n');
    expect((await to('/healthz')).status).toBe(200);
    expect((await to('/')).status).toBe(200);
    const asked = [
      page,
      '/wms?service=WMS&request=GetCapabilities',
      '/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record',
    ];
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => to(asked[i % 3] ?? page)));
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(exceptionOf(answer)).toMatchObject({ code: 'NoApplicableCode', text: 'the database is not available' });
    }
    const login = await ask(server.address, '/api/session', { method: 'POST', body: '{"login":"x","password":"y"}' });
    expect([login.status, login.headers['retry-after']]).toEqual([503, '5']);
    expect((await ask(server.address, page, { headers: { 'x-api-key': 'some-key-0123456789' } })).status).toBe(503);
    cluster.start();
    await eventually(async () => (await to('/readyz')).status === 200);
    for (const path of asked) expect((await to(path)).status).toBe(200);
  }, 90_000);
});

describeWith([postgresql], 'the server on a PostgreSQL that is not there yet', () => {
  test('F3: it lives, is not ready, says so, and is ready once the database comes', async () => {
    const cluster = await Cluster.create({ started: false });
    const server = await start(cluster);
    try {
      expect((await ask(server.address, '/healthz', {})).status).toBe(200);
      expect(await ask(server.address, '/readyz', {})).toMatchObject({ status: 503, text: 'starting\n' });
      const answer = await ask(server.address, '/wfs?service=WFS&request=GetCapabilities', {});
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBeDefined();
      expect(exceptionOf(answer)?.code).toBe('NoApplicableCode');
      cluster.start();
      await server.ready;
      expect((await ask(server.address, '/readyz', {})).status).toBe(200);
      expect((await ask(server.address, '/wfs?service=WFS&request=GetCapabilities', {})).status).toBe(200);
    } finally {
      await server.close(1_000);
      cluster.destroy();
    }
  }, 120_000);
});
