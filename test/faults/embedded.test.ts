// Faults of the embedded engine: two processes on one directory (F8), kill -9 (F7), hung and ill engines, clients that go (F9).
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrations } from '../../migrations';
import { bridgeLimits } from '../../server/store/bridge';
import { connect } from '../../server/store/connect';
import { EmbeddedDatabase } from '../../server/store/embedded';
import { DirectoryLocked, isHeld, Lock, readLock } from '../../server/store/lock';
import { cancelRequest } from '../../server/store/wire';
import { embedded } from '../setup/database';
import type { TestDatabase } from '../setup/database';
import { program } from '../setup/program';
import type { Program } from '../setup/program';

const stream = `copy (select repeat('x', 100), generate_series(1, 5000000)) to stdout`;
/** Neither sends nor reads: it cannot be interrupted. */
const compute = `select count(md5(repeat(a || ' ' || b, 1000))) from generate_series(1, 9000) a, generate_series(1, 9000) b`;

function engineOf(test: TestDatabase): EmbeddedDatabase {
  if (test.database instanceof EmbeddedDatabase) return test.database;
  throw new Error('not embedded');
}

async function eventually(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await what()) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`did not happen: ${what.toString()}`);
}

describe('one engine for many', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await embedded({ limits: { ...bridgeLimits, wait: 400, idle: 1500, grace: 300 } });
    await test.database.knex.raw('create table data.round (n integer, part integer)');
  });
  afterAll(() => test.close());

  it('makes others wait a bounded time, never for ever (nested acquire)', async () => {
    const { database } = test;
    const holder = await database.begin({ role: 'reader' });
    await holder.rows('select 1');
    await expect(database.begin({ role: 'reader' })).rejects.toMatchObject({ kind: 'busy', retryAfter: 2 });
    await holder.commit();
    expect(await database.transaction({ role: 'reader' }, s => s.rows('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  it('serves in the order of asking', async () => {
    const { database } = test;
    const holder = await database.begin({ role: 'reader' });
    const order: number[] = [];
    const waiting = [1, 2, 3, 4].map(n =>
      database.transaction({ role: 'reader' }, session => session.rows('select 1').then(() => order.push(n))),
    );
    await new Promise(resolve => setTimeout(resolve, 50));
    await holder.commit();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('takes the engine back from a transaction that stands still', async () => {
    const { database } = test;
    const sleeper = await database.begin({ role: 'owner' });
    await sleeper.rows('insert into data.round values (1, 1)');
    await eventually(async () =>
      database
        .transaction({ role: 'reader' }, s => s.rows<{ n: number }>('select count(*) as n from data.round'))
        .then(
          rows => rows[0]?.n === 0,
          () => false,
        ),
    );
    await expect(sleeper.rows('select 1')).rejects.toMatchObject({ kind: 'unavailable' });
    await sleeper.rollback();
  });

  it('gives the engine to the next while a slow reader has not taken its bytes (D8)', async () => {
    const { database } = test;
    const session = await database.begin({ role: 'reader' });
    const reader = session.copyThenClose(`copy (select repeat('y', 999) from generate_series(1, 30000)) to stdout`)[Symbol.asyncIterator]();
    let bytes = (await reader.next()).value?.length ?? 0;
    expect(await database.transaction({ role: 'reader' }, s => s.rows('select 1 as one'))).toEqual([{ one: 1 }]);
    for (let part = await reader.next(); !part.done; part = await reader.next()) bytes += part.value.length;
    expect(bytes).toBe(30_000_000);
    expect(readdirSync(join(test.data, 'tmp'))).toEqual([]);
  });

  it('is free again after streams that were left, without a restart (F9)', async () => {
    for (let i = 0; i < 50; i++) {
      const session = await test.database.begin({ role: 'reader' });
      for await (const chunk of session.copyThenClose(stream)) if (chunk.length > 0) break;
    }
    expect(await test.database.healthy()).toBe(true);
    expect(engineOf(test).restarts).toBe(0);
  });

  it('cancels a scan of a table without a restart', async () => {
    const { database } = test;
    await database.knex.raw('create table data.wide as select n, repeat(md5(n::text), 30) as t from generate_series(1, 150000) n');
    const join = `select count(*) from data.wide a, data.wide b where a.t || b.t like '%no%'`;
    await expect(database.transaction({ role: 'owner', timeout: 200 }, s => s.rows(join))).rejects.toMatchObject({ kind: 'busy' });
    expect(await database.transaction({ role: 'owner' }, s => s.rows('select 1 as one'))).toEqual([{ one: 1 }]);
    await database.knex.raw('drop table data.wide');
  });

  it('refuses COPY FROM STDIN and named statements, which would harm it', async () => {
    const { database } = test;
    await expect(database.transaction({ role: 'owner' }, s => s.rows('copy data.round from stdin'))).rejects.toMatchObject({
      kind: 'internal',
    });
    const client = new pg.Client({ host: test.data, user: 'postgres', database: 'postgres' });
    await client.connect();
    await expect(client.query({ name: 'mine', text: 'select $1::integer', values: [1] })).rejects.toMatchObject({ code: '0A000' });
    expect((await client.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
    await client.end();
    expect(await database.healthy()).toBe(true);
  });

  it('is reached through a socket that only its owner may use, by psql and by the command', async () => {
    const socket = statSync(join(test.data, '.s.PGSQL.5432'));
    expect(socket.isSocket()).toBe(true);
    expect(socket.mode & 0o777).toBe(0o600);
    const command = await connect({ databaseUrl: null, data: test.data }, { as: 'command', migrations: [] });
    expect(command.engine).toBe('embedded');
    const session = await command.begin({ role: 'reader' });
    let bytes = 0;
    for await (const chunk of session.copyThenClose(`copy (select repeat('z', 99) from generate_series(1, 100000)) to stdout`))
      bytes += chunk.length;
    expect(bytes).toBe(10_000_000);
    expect(await command.knex('geomig.migration').where({ name: '001_engine' }).select('name')).toEqual([{ name: '001_engine' }]);
    await command.close();
    expect(await test.database.healthy()).toBe(true);
  });

  it('rolls back what a client left open when it went', async () => {
    const client = new pg.Client({ host: test.data, user: 'postgres', database: 'postgres' });
    await client.connect();
    await client.query('begin');
    await client.query('insert into data.round values (9, 9)');
    await client.end();
    expect(await test.database.transaction({ role: 'reader' }, s => s.rows('select 1 from data.round where n = 9'))).toEqual([]);
  });

  it('restarts when a computation does not end, and keeps what was committed', async () => {
    const { database } = test;
    const before = engineOf(test).restarts;
    await database.transaction({ role: 'owner' }, s => s.rows('insert into data.round values (77, 1)'));
    await expect(database.transaction({ role: 'reader', timeout: 100 }, s => s.rows(compute))).rejects.toMatchObject({ kind: 'busy' });
    await eventually(() => database.healthy());
    expect(engineOf(test).restarts).toBe(before + 1);
    expect(await database.transaction({ role: 'reader' }, s => s.rows('select part from data.round where n = 77'))).toEqual([{ part: 1 }]);
  });

  it('answers a CancelRequest of the protocol', async () => {
    const before = engineOf(test).restarts;
    const client = new pg.Client({ host: test.data, user: 'postgres', database: 'postgres' });
    client.on('error', () => undefined);
    await client.connect();
    const { processID, secretKey } = client as pg.Client & { processID: number; secretKey: number };
    const running = client.query(`select repeat('x', 100), generate_series(1, 1000000)`).catch((error: unknown) => error);
    await new Promise(resolve => setTimeout(resolve, 100));
    createConnection(join(test.data, '.s.PGSQL.5432')).end(cancelRequest(processID, secretKey));
    expect(await running).toMatchObject({ code: '57014' });
    expect((await client.query('select 3 as three')).rows).toEqual([{ three: 3 }]);
    await client.end();
    expect(engineOf(test).restarts).toBe(before);
  });
});

describe('an engine that has fallen ill', () => {
  let test: TestDatabase;
  beforeAll(async () => (test = await embedded()));
  afterAll(() => test.close());

  it('is restarted when it swallows errors and answers with nothing', async () => {
    const { database } = test;
    await database.transaction({ role: 'owner' }, s => s.rows('select st_astext(st_point(1, 2))'));
    await database.knex.raw('create extension postgis_raster').catch(() => undefined);
    await eventually(() => engineOf(test).restarts > 0);
    await eventually(() => database.healthy());
    expect(await database.transaction({ role: 'reader' }, s => s.rows('select st_astext(st_point(1, 2)) as p'))).toEqual([
      { p: 'POINT(1 2)' },
    ]);
  });
});

describe('one directory, two processes (F8)', () => {
  let test: TestDatabase;
  let second: Program;
  beforeAll(async () => {
    second = program('test/faults/second-process.ts');
    test = await embedded();
    await test.database.knex.raw('create table data.round (n integer, part integer)');
    await test.database.knex.raw('insert into data.round values (1, 1)');
  });
  afterAll(async () => {
    await test.close();
    second.remove();
  });

  it('refuses the second server with a sentence that says who has it and what to do', async () => {
    const server = second.start('server', test.data);
    expect(await server.ended).toBe(1);
    expect(server.output).toContain(`is in use by process ${process.pid}`);
    expect(server.output).toContain(`GEOMIG_DATA`);
    expect(await test.database.transaction({ role: 'writer' }, s => s.rows('insert into data.round values (2, 1) returning n'))).toEqual([
      { n: 2 },
    ]);
  });

  it('lets the command of another process work through the engine that runs', async () => {
    const command = second.start('command', test.data);
    expect(await command.ended).toBe(0);
    expect(command.output).toContain('rows 2.');
  });

  it('takes over from a process that was killed, with all it had acknowledged and nothing by halves (F7)', async () => {
    await test.database.close();
    for (let round = 1; round <= 2; round++) {
      const writer = second.start('write', test.data);
      await writer.says(`ack ${10 * round}.`);
      await writer.kill();
      const acknowledged = Number(/.*ack (\d+)\./s.exec(writer.output)?.[1]);
      const database = await connect({ databaseUrl: null, data: test.data }, { as: 'server', migrations });
      const [row] = await database.transaction({ role: 'owner' }, s =>
        s.rows<{ lost: number; halves: number }>(
          `select (select count(*) from generate_series(1, $1::integer) g where not exists (select 1 from data.round where n = g and part = 2)) as lost,
             (select count(*) from (select n from data.round where part in (1, 2) and n > 2 group by n having count(*) % 2 = 1) h) as halves`,
          [acknowledged],
        ),
      );
      expect([round, row]).toEqual([round, { lost: 0, halves: 0 }]);
      await database.close();
    }
  });
});

describe('the lock', () => {
  const directory = mkdtempSync(join(tmpdir(), 'geomig-lock-'));
  const file = join(directory, 'engine.lock');
  const about = { purpose: 'a test', socket: join(directory, 's') };
  const never = (): void => {
    throw new Error('stolen');
  };
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  afterEach(() => rmSync(file, { force: true }));

  it('excludes, and is free again after release', () => {
    const lock = Lock.take(directory, about, never);
    expect(() => Lock.take(directory, about, never)).toThrow(DirectoryLocked);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    lock.release();
    Lock.take(directory, about, never).release();
  });

  it.each([
    ['of a dead process', { pid: 2 ** 22 + 1 }, 0, false],
    ['of a process id that another process has now', { started: '1' }, 0, false],
    ['of this process', {}, 0, true],
    ['of another machine, with a heartbeat', { host: 'elsewhere' }, 0, true],
    ['of another machine, without a heartbeat', { host: 'elsewhere' }, 60, false],
    ['of another container, with a heartbeat', { namespace: 'pid:[1]' }, 0, true],
    ['of another container, without a heartbeat', { namespace: 'pid:[1]' }, 60, false],
  ])('%s', (_, change, secondsOld, held) => {
    const lock = Lock.take(directory, about, never);
    const own = lock.holder;
    lock.release();
    writeFileSync(file, JSON.stringify({ ...own, id: 'other', ...change }));
    const when = new Date(Date.now() - secondsOld * 1000);
    utimesSync(file, when, when);
    const holder = readLock(directory);
    expect(holder && isHeld(directory, holder)).toBe(held);
    if (held) expect(() => Lock.take(directory, about, never)).toThrow(DirectoryLocked);
    else Lock.take(directory, about, never).release();
  });

  it('of a process that was killed while it wrote it is not for ever', () => {
    writeFileSync(file, '');
    expect(() => Lock.take(directory, about, never)).toThrow(DirectoryLocked);
    utimesSync(file, new Date(0), new Date(0));
    Lock.take(directory, about, never).release();
  });

  it('names the machine of the other process', () => {
    const lock = Lock.take(directory, about, never);
    expect(new DirectoryLocked(directory, lock.holder).message).toContain(hostname());
    lock.release();
  });
});
