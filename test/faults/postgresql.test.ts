// Faults of PostgreSQL, on a throw-away cluster of its own that is killed, stopped and frozen (F1–F4, F9, F10), and a login without rights (D10).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connect } from '../../server/store/connect';
import type { Database } from '../../server/store/database';
import { doctor, doctorSql } from '../../server/store/doctor';
import { silent } from '../../server/store/log';
import type { Log } from '../../server/store/log';
import { migrate } from '../../server/store/migrate';
import { migrations } from '../../migrations';
import { Cluster, postgresql } from '../setup/cluster';
import { describeWith } from '../setup/needs';

const directory = mkdtempSync(join(tmpdir(), 'geomig-faults-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const endless = 'select count(*) from generate_series(1, 9000) a, generate_series(1, 9000) b, generate_series(1, 9000) c';
const million = `copy (select n, repeat('x', 200) from generate_series(1, 1000000) n) to stdout`;

async function eventually(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await what()) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`did not happen: ${what.toString()}`);
}

const one = (database: Database): Promise<unknown> => database.transaction({ role: 'reader' }, session => session.rows('select 1 as one'));
const active = `select count(*)::integer as n from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and backend_type = 'client backend'`;

describeWith([postgresql], 'PostgreSQL that fails', () => {
  let cluster: Cluster;
  let database: Database;
  let observer: pg.Pool;

  beforeAll(async () => {
    cluster = await Cluster.create();
    database = await connect({ databaseUrl: cluster.url(), data: directory, limits: { pool: 10 } }, { as: 'server', migrations });
    await database.ready();
    observer = new pg.Pool({ connectionString: cluster.url(), max: 1 });
    observer.on('error', () => undefined);
  });
  afterAll(async () => {
    await observer.end();
    await database.close();
    cluster.destroy();
  });

  const running = async (): Promise<number> => (await observer.query<{ n: number }>(active)).rows[0]?.n ?? -1;

  it('F1: a backend killed in the middle of a stream breaks that stream; the next request is served', async () => {
    const session = await database.begin({ role: 'reader' });
    const [row] = await session.rows<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = row?.pid ?? 0;
    expect(pid).toBeGreaterThan(1); // 0 and -1 would mean every process there is
    let bytes = 0;
    let killed = false;
    const reading = (async () => {
      for await (const chunk of session.copyThenClose(million)) {
        bytes += chunk.length;
        if (killed || bytes < 2_000_000) continue;
        killed = true;
        process.kill(pid, 'SIGKILL');
        await new Promise(resolve => setTimeout(resolve, 200));
      }
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'unavailable', message: 'the database is not available' });
    expect(bytes).toBeLessThan(200_000_000);
    await session.rollback();
    await eventually(async () =>
      one(database).then(
        () => true,
        () => false,
      ),
    );
    await eventually(() => database.healthy());
  });

  it('F2: down and up again, it refuses at once, reports itself not healthy, and recovers without a restart', async () => {
    await database.knex.raw('create table data.kept (n integer)');
    await database.transaction({ role: 'writer' }, session => session.rows('insert into data.kept values (1)'));
    cluster.stop('immediate');
    await expect(one(database)).rejects.toMatchObject({ kind: 'unavailable', retryAfter: 5 });
    await eventually(async () => !(await database.healthy()));
    const refused = await Promise.allSettled(Array.from({ length: 30 }, () => one(database)));
    expect(refused.every(result => result.status === 'rejected' && (result.reason as { kind?: string }).kind === 'unavailable')).toBe(true);
    cluster.start();
    await eventually(() => database.healthy());
    expect(await database.transaction({ role: 'reader' }, session => session.rows('select n from data.kept'))).toEqual([{ n: 1 }]);
  });

  it('F2: a small question is asked again when its connection has died unnoticed, and refused at once while the database is away', async () => {
    await Promise.all([1, 2, 3].map(() => one(database)));
    await observer.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'geomig' and pid <> pg_backend_pid()`,
    );
    expect(await database.ask('select 1 as one')).toEqual([{ one: 1 }]);
    cluster.stop('immediate');
    await expect(database.ask('select 1')).rejects.toMatchObject({ kind: 'unavailable' });
    await eventually(async () => !(await database.healthy()));
    await expect(database.ask('select 1')).rejects.toMatchObject({ kind: 'unavailable', retryAfter: 5 });
    cluster.start();
    await eventually(() => database.healthy());
    expect(await database.ask('select 2 as two')).toEqual([{ two: 2 }]);
  });

  it('F4: a frozen database does not hold requests past their deadline', async () => {
    const [row] = await database.transaction({ role: 'owner' }, session => session.rows<{ pid: number }>('select pg_backend_pid() as pid'));
    const session = await database.begin({ role: 'reader', timeout: 300 });
    const [busy] = await session.rows<{ pid: number }>('select pg_backend_pid() as pid');
    const pids = [row?.pid, busy?.pid, cluster.pid].filter((pid): pid is number => pid !== undefined);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      await expect(session.rows('select 1')).rejects.toMatchObject({ kind: 'busy' });
      expect(await database.healthy()).toBe(false);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    await session.rollback();
    await eventually(() => database.healthy());
    await eventually(async () =>
      one(database).then(
        () => true,
        () => false,
      ),
    );
  });

  it('F9: fifty streams left early leave no query behind and the pool idle', async () => {
    for (let i = 0; i < 50; i++) {
      const session = await database.begin({ role: 'reader' });
      let bytes = 0;
      for await (const chunk of session.copyThenClose(million)) if ((bytes += chunk.length) > 1_000_000) break;
    }
    await eventually(async () => (await running()) === 0);
    expect(await one(database)).toEqual([{ one: 1 }]);
  });

  it('F9: an aborted request ends its query', async () => {
    const controller = new AbortController();
    const session = await database.begin({ role: 'reader', signal: controller.signal });
    const work = session.rows(endless).catch((error: unknown) => error);
    await eventually(async () => (await running()) === 1);
    controller.abort();
    expect(await work).toMatchObject({ kind: 'busy' });
    await eventually(async () => (await running()) === 0);
  });

  it('F10: when the pool is exhausted others are refused with Retry-After, health and administration still work', async () => {
    const held = await Promise.all(Array.from({ length: 10 }, () => database.begin({ role: 'reader' })));
    const quick = one(database).catch((error: unknown) => error);
    expect(await database.healthy()).toBe(true);
    expect((await database.knex.raw<{ rows: unknown[] }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(await quick).toMatchObject({ kind: 'busy', retryAfter: 2 });
    await Promise.all(held.map(session => session.rollback()));
    expect(await one(database)).toEqual([{ one: 1 }]);
  });

  it('runs with jit off, UTC and a limit on idle transactions, without a SET (SEC12)', async () => {
    const [row] = await database.transaction({ role: 'reader' }, session =>
      session.rows(
        `select current_setting('jit') as jit, current_setting('TimeZone') as zone, current_setting('idle_in_transaction_session_timeout') as idle,
           current_setting('client_connection_check_interval') as check`,
      ),
    );
    expect(row).toEqual({ jit: 'off', zone: 'UTC', idle: '1min', check: '1s' });
  });
});

describeWith([postgresql], 'PostgreSQL that is not there yet', () => {
  it('F3: the start lives on, tries again, and several instances migrate once', async () => {
    const cluster = await Cluster.create({ started: false });
    const lines: string[] = [];
    const log: Log = { ...silent, warn: (_, text) => lines.push(text), error: (_, text) => lines.push(text) };
    const instances: Database[] = [];
    try {
      for (let n = 1; n <= 3; n++)
        instances.push(await connect({ databaseUrl: cluster.url(), data: directory }, { as: 'server', migrations, log }));
      for (const database of instances) {
        expect(await database.healthy()).toBe(false);
        await expect(one(database)).rejects.toMatchObject({ kind: 'unavailable' });
      }
      await eventually(() => lines.filter(line => line === 'the database is still away').length >= 3);
      cluster.start();
      await Promise.all(instances.map(database => database.ready()));
      for (const database of instances) {
        expect(await database.healthy()).toBe(true);
        expect(await one(database)).toEqual([{ one: 1 }]);
        expect(await migrate(database, migrations, 'latest')).toEqual({ done: [] });
      }
    } finally {
      await Promise.all(instances.map(database => database.close()));
      cluster.destroy();
    }
  });

  it('is an error for a command, which does not wait', async () => {
    const cluster = await Cluster.create({ started: false });
    try {
      const opening = connect({ databaseUrl: cluster.url(), data: directory }, { as: 'command', migrations });
      await expect(opening).rejects.toMatchObject({ kind: 'unavailable' });
    } finally {
      cluster.destroy();
    }
  });
});

describeWith([postgresql], 'a login without rights', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.create();
    await as('postgres', 'postgres', 'create role plain login', 'create database plain owner plain');
  });
  afterAll(() => cluster.destroy());

  async function as(user: string, name: string, ...statements: string[]): Promise<void> {
    const client = new pg.Client({ connectionString: cluster.url(name, user) });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }

  it('is told what is missing, and works after what `doctor --sql` prints has been run (D10)', async () => {
    const url = cluster.url('plain', 'plain');
    const before = connect({ databaseUrl: url, data: directory }, { as: 'command', migrations });
    await expect(before).rejects.toThrow(/lacks the extensions postgis.*doctor --sql/);

    await as('postgres', 'plain', ...extensionsOnly());
    const warnings: object[] = [];
    const half = await connect(
      { databaseUrl: url, data: directory },
      { as: 'command', migrations, log: { ...silent, warn: fields => warnings.push(fields) } },
    );
    expect(warnings).toEqual([{ missing: ['geomig_reader', 'geomig_writer'] }]);
    expect(await half.transaction({ role: 'reader' }, s => s.rows('select current_user as name'))).toEqual([{ name: 'plain' }]);
    await expect(half.transaction({ role: 'reader' }, s => s.rows('create table data.x (a integer)'))).rejects.toMatchObject({
      kind: 'internal',
    });
    const halfway = await doctor(half, { data: directory, migrations });
    expect(halfway.findings.filter(finding => finding.level === 'warning').map(finding => finding.subject)).toEqual(['role', 'role']);
    expect(halfway.findings.find(finding => finding.subject === 'role')).toMatchObject({
      text: "le rôle geomig_reader n'existe pas : les requêtes ont tous les droits du compte",
      next: expect.stringContaining('geomig doctor --sql') as string,
    });
    await migrate(half, migrations, 'down');
    await half.close();

    await as('postgres', 'plain', doctorSql('plain'));
    const whole = await connect({ databaseUrl: url, data: directory }, { as: 'command', migrations });
    expect(await whole.transaction({ role: 'reader' }, s => s.rows('select current_user as name'))).toEqual([{ name: 'geomig_reader' }]);
    const [codes] = await whole.transaction({ role: 'reader' }, s => s.rows('select count(*) as n from spatial_ref_sys where srid = 9794'));
    expect(codes).toEqual({ n: 1 });
    const good = await doctor(whole, { data: directory, migrations });
    expect(good.findings.filter(finding => finding.level !== 'ok' && finding.subject !== 'durability')).toEqual([]);
    expect(good.findings).toContainEqual({ level: 'ok', subject: 'migrations', text: `${migrations.length} appliquées`, next: null });
    await whole.close();
  });

  const extensionsOnly = (): string[] =>
    doctorSql('plain')
      .split('\n')
      .filter(line => line.startsWith('create extension'));
});
