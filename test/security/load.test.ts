// The whole server under load on PostgreSQL: a database that hangs (F4), more requests than connections (F10), many clients at once (F11, A5),
// one partner that asks too much, and two instances on one database. A throw-away cluster; no test measures speed.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get, request, type IncomingMessage } from 'node:http';
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
import { ask, basic, type Answer } from '../setup/server';
import { accounts, worldFile, writeWorld, type Account } from '../world/world';
import { exceptionOf } from './sound';

const folder = mkdtempSync(join(tmpdir(), 'geomig-load-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (cluster: Cluster, more: Readonly<Record<string, string>> = {}): Promise<RunningServer> => {
  const environment = { GEOMIG_PORT: '0', GEOMIG_DATA: folder, DATABASE_URL: cluster.url(), GEOMIG_CLOCK: '2026-06-15T10:00:00Z', ...more };
  return startServer(readConfig({ environment, directory: folder }), { log: silent });
};
const partsOf = (server: RunningServer): ReturnType<typeof applyParts> =>
  applyParts({
    database: server.database,
    publicBase: server.address,
    now: () => '2026-06-15T10:00:00Z',
    say: () => undefined,
    files: folder,
  });
const flags = { check: false, prune: false, reimport: false, overwriteEdits: false, allowUnpublished: false };

async function eventually(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await what()) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`did not happen: ${what.toString()}`);
}

const wfs = '/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres';
const page = `${wfs}&count=2`;
const long = `${wfs}&count=300000`;
const map =
  '/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=antony:arbres&STYLES=&CRS=EPSG:2154&BBOX=645000,6850000,655000,6860000&WIDTH=128&HEIGHT=128&FORMAT=image/png';
const records =
  '/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&elementSetName=brief&resultType=results&outputSchema=http://www.opengis.net/cat/csw/2.0.2';
const tile = '/tiles/antony:arbres/12/2074/1410.png';

/** Begins a long answer and reads no further than its head. */
function hold(address: string, as: Account | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = as ? { authorization: basic(as) } : {};
    get(`${address}${long}`, { agent: false, headers }, response => {
      response.on('error', () => undefined);
      response.pause();
      resolve(response);
    }).on('error', reject);
  });
}

describeWith([postgresql], 'under load', () => {
  let cluster: Cluster;
  let server: RunningServer;
  let observer: pg.Pool;

  beforeAll(async () => {
    cluster = await Cluster.create();
    server = await start(cluster, { GEOMIG_POOL: '6', GEOMIG_DEADLINE: '3' });
    await server.ready;
    const written = writeWorld(folder);
    await applyPartnership(worldFile, written.file, flags, partsOf(server));
    observer = new pg.Pool({ connectionString: cluster.url(), max: 2 });
    observer.on('error', () => undefined);
  });
  afterAll(async () => {
    await observer?.end();
    await server?.close(1_000);
    cluster?.destroy();
  });

  /** Many trees: a long answer stays under way as long as nobody reads it. */
  async function fill(): Promise<void> {
    const { rows } = await observer.query<{ table_schema: string; table_name: string; key_column: string }>(
      `select table_schema, table_name, key_column from geomig.feature_type where prefix = 'antony' and local = 'arbres'`,
    );
    const [type] = rows;
    if (!type) throw new Error('the world has no trees');
    const { rows: columns } = await observer.query<{ column_name: string }>(
      `select column_name from information_schema.columns where table_schema = $1 and table_name = $2 and is_generated = 'NEVER' order by ordinal_position`,
      [type.table_schema, type.table_name],
    );
    const names = columns.map(({ column_name: name }) => `"${name}"`);
    const values = names.map(name => (name === `"${type.key_column}"` ? `${name} || '-' || n` : name));
    const table = `"${type.table_schema}"."${type.table_name}"`;
    await observer.query(
      `insert into ${table} (${names.join(', ')}) select ${values.join(', ')} from ${table}, generate_series(1, 6000) n on conflict do nothing`,
    );
  }

  const well = (answer: Answer): boolean => answer.status === 200 || (answer.status === 503 && Number(answer.headers['retry-after']) > 0);

  it('F4: while the database hangs every request is answered 503 and the process lives; afterwards it serves', async () => {
    expect((await ask(server.address, page, {})).status).toBe(200);
    const { rows } = await observer.query<{ pid: number }>(
      `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    const pids = [cluster.pid, ...rows.map(row => row.pid)];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      const answers = await Promise.all([page, map, records, page].map(path => ask(server.address, path, {})));
      expect(answers.map(answer => answer.status)).toEqual([503, 503, 503, 503]);
      for (const answer of answers) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect((await ask(server.address, '/healthz', {})).status).toBe(200);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    await eventually(async () => (await ask(server.address, '/readyz', {})).status === 200);
    await eventually(async () => (await ask(server.address, page, {})).status === 200);
  });

  it('F11: two hundred clients at once are answered or told when to come back, and the few of a partner beside them are all answered', async () => {
    const admitted = await start(cluster, { GEOMIG_POOL: '6' });
    await admitted.ready;
    const agent = new Agent({ keepAlive: true, maxSockets: 300 });
    const paths = [page, map, records, tile];
    const one = (path: string, as: Account | null): Promise<{ status: number; retry: number }> =>
      new Promise((resolve, reject) => {
        const call = request(`${admitted.address}${path}`, { agent, headers: as ? { authorization: basic(as) } : {} }, response => {
          response.resume();
          response.on('end', () => resolve({ status: response.statusCode ?? 0, retry: Number(response.headers['retry-after'] ?? 0) }));
          response.on('error', reject);
        });
        call.on('error', reject);
        call.end();
      });
    const client = async (n: number, as: Account | null): Promise<{ status: number; retry: number }[]> => {
      const seen = [];
      for (let i = 0; i < 3; i++) seen.push(await one(paths[(n + i) % paths.length] ?? page, as));
      return seen;
    };
    const many = (length: number, as: Account | null): ReturnType<typeof client> =>
      Promise.all(Array.from({ length }, (_, n) => client(n, as))).then(all => all.flat());
    try {
      // the password is looked at once, before
      expect((await one(page, accounts.sceaux)).status).toBe(200);
      const [greedy, few] = await Promise.all([many(200, null), many(4, accounts.sceaux)]);
      expect(greedy.filter(({ status, retry }) => !(status === 200 || (status === 503 && retry > 0)))).toEqual([]);
      expect(greedy.some(({ status }) => status === 200)).toBe(true);
      expect(few.filter(({ status }) => status !== 200)).toEqual([]);
    } finally {
      agent.destroy();
      await admitted.close(1_000);
    }
    await eventually(async () => {
      const { rows } = await observer.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where application_name = 'geomig' and state <> 'idle'`,
      );
      return rows[0]?.n === 0;
    });
  });

  it('A5: a queue of drawings that is full refuses with a time to come back, and draws on', async () => {
    const small = await start(cluster, { GEOMIG_POOL: '30', GEOMIG_QUEUE: '1', GEOMIG_DRAWS: '1' });
    try {
      await small.ready;
      const large = map.replace('WIDTH=128&HEIGHT=128', 'WIDTH=2000&HEIGHT=2000');
      const answers = await Promise.all(Array.from({ length: 14 }, () => ask(small.address, large, {})));
      expect(answers.filter(answer => !well(answer)).map(answer => answer.status)).toEqual([]);
      expect(answers.some(answer => answer.status === 200)).toBe(true);
      expect(answers.some(answer => answer.status === 503)).toBe(true);
      expect((await ask(small.address, map, {})).status).toBe(200);
    } finally {
      await small.close(1_000);
    }
  });

  it('D12: two instances on one database: what one changes the other knows at its next request, on every surface', async () => {
    const other = await start(cluster);
    try {
      await other.ready;
      const seen = async (from: RunningServer): Promise<number[]> => {
        const [features, picture, capabilities] = await Promise.all([
          ask(from.address, page, {}),
          ask(from.address, map, {}),
          ask(from.address, '/wms?SERVICE=WMS&REQUEST=GetCapabilities', {}),
        ]);
        return [
          features.status,
          picture.text.startsWith('<?xml') ? 404 : picture.status,
          capabilities.text.includes('antony:arbres') ? 200 : 404,
        ];
      };
      expect(await seen(server)).toEqual([200, 200, 200]);
      expect(await seen(other)).toEqual([200, 200, 200]);
      const grants = async (audience: 'public' | 'owner'): Promise<void> => {
        const datasets = worldFile.datasets?.map(dataset =>
          dataset.code === 'arb' ? { ...dataset, grants: (dataset.grants ?? []).map(grant => ({ ...grant, audience })) } : dataset,
        );
        await applyPartnership(
          { ...worldFile, ...(datasets ? { datasets } : {}) },
          writeWorld(folder).file,
          { ...flags, overwriteEdits: true },
          partsOf(other),
        );
      };
      for (let round = 0; round < 3; round++) {
        await grants('owner');
        for (const status of await seen(server)) expect(status).not.toBe(200);
        await grants('public');
        expect(await seen(server)).toEqual([200, 200, 200]);
      }
    } finally {
      await other.close(1_000);
    }
  });

  it('F10: a partner that does not read its answers has half of the places; others are served, its own next request is told to come back', async () => {
    await fill();
    const held = await Promise.all([1, 2, 3].map(() => hold(server.address, accounts.antony)));
    try {
      const others = await Promise.all([
        ask(server.address, page, {}),
        ask(server.address, page, { as: accounts.sceaux }),
        ask(server.address, map, {}),
      ]);
      expect(others.map(answer => answer.status)).toEqual([200, 200, 200]);
      const own = await ask(server.address, page, { as: accounts.antony });
      expect(own.status).toBe(503);
      expect(Number(own.headers['retry-after'])).toBeGreaterThan(0);
      expect(exceptionOf(own)).not.toBeNull();
      expect((await ask(server.address, '/readyz', {})).status).toBe(200);
    } finally {
      for (const response of held) response.destroy();
    }
    await eventually(async () => (await ask(server.address, page, { as: accounts.antony })).status === 200);
  });
});
