// Both engines do the same: this file runs on the embedded engine, and by test/run-pg.cjs on PostgreSQL.
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Fault } from '../../server/core/model/fault';
import type { Log } from '../../server/store/log';
import { migrations } from '../../migrations';
import { appliedMigrations, migrate } from '../../server/store/migrate';
import { testDatabase } from '../setup/database';
import type { TestDatabase } from '../setup/database';

/** Runs for minutes on any machine. */
const endless = 'select count(*) from generate_series(1, 9000) a, generate_series(1, 9000) b, generate_series(1, 9000) c';
const logged: string[] = [];
const record = (fields: object, message: string): number => logged.push(`${message} ${JSON.stringify(fields)}`);
const log: Log = { info: record, warn: record, error: record };

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase({ log });
  await test.database.transaction({ role: 'owner' }, async session => {
    await session.rows('create table data.tree (id integer primary key, name text not null)');
    await session.rows(`insert into data.tree values (1, 'chêne'), (2, 'platane')`);
  });
});
afterAll(() => test.close());

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('no fault');
}

async function read(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a session', () => {
  it('binds values and gives them back as the same types', async () => {
    const rows = await test.database.transaction({ role: 'reader' }, session =>
      session.rows(
        `select $1::int8 as big, $2::text as text, $3::date as day, timestamptz '2026-01-02 03:04:05+01' as instant,
           timestamp '2026-01-02 03:04:05' as local, 12345678901234567890::numeric as number, 9007199254740993 as beyond, true as yes, null as none`,
        [4, 'é"\\\'', '2026-11-24'],
      ),
    );
    expect(rows).toEqual([
      {
        big: 4,
        text: 'é"\\\'',
        day: '2026-11-24',
        instant: '2026-01-02T02:04:05.000Z',
        local: '2026-01-02T03:04:05',
        number: '12345678901234567890',
        beyond: '9007199254740993',
        yes: true,
        none: null,
      },
    ]);
  });

  it('commits what a transaction did, and rolls back on a throw', async () => {
    const { database } = test;
    await database.transaction({ role: 'writer' }, session => session.rows(`insert into data.tree values (10, 'tilleul')`));
    await expect(
      database.transaction({ role: 'writer' }, async session => {
        await session.rows(`insert into data.tree values (11, 'frêne')`);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    const rows = await database.transaction({ role: 'reader' }, session => session.rows('select id from data.tree where id >= 10'));
    expect(rows).toEqual([{ id: 10 }]);
  });

  it('takes rollback after commit and after a failure', async () => {
    const session = await test.database.begin({ role: 'reader' });
    await session.commit();
    await session.rollback();
    const other = await test.database.begin({ role: 'reader' });
    await expect(other.rows('select nothing')).rejects.toBeInstanceOf(Fault);
    await other.rollback();
    await other.rollback();
    await expect(other.rows('select 1')).rejects.toThrow('closed');
  });

  it('refuses to commit a transaction in which a statement failed', async () => {
    const session = await test.database.begin({ role: 'writer' });
    await session.rows(`insert into data.tree values (20, 'hêtre')`);
    await expect(session.rows('select nothing')).rejects.toBeInstanceOf(Fault);
    expect((await faultOf(session.commit())).kind).toBe('conflict');
    expect(await test.database.transaction({ role: 'reader' }, s => s.rows('select 1 from data.tree where id = 20'))).toEqual([]);
  });

  it.each([
    ['reader', `insert into data.tree values (30, 'x')`],
    ['reader', 'create table data.other (a integer)'],
    ['reader', `set local role geomig_writer; insert into data.tree values (31, 'x')`],
    ['writer', 'create table data.other (a integer)'],
    ['writer', `delete from geomig.migration`],
    ['writer', 'drop table data.tree'],
  ] as const)('as %s may not: %s', async (role, sql) => {
    const fault = await faultOf(test.database.transaction({ role }, session => session.rows(sql)));
    expect(fault).toMatchObject({ kind: 'internal', message: 'internal error' });
  });

  it('acts as the role of the session, only within it', async () => {
    const roles = [];
    for (const role of ['reader', 'writer', 'owner'] as const)
      roles.push(...(await test.database.transaction({ role }, session => session.rows<{ name: string }>('select current_user as name'))));
    expect(roles.map(row => row.name)).toEqual(['geomig_reader', 'geomig_writer', 'postgres']);
  });

  it('sees one state of the data in a snapshot, whatever others write meanwhile', async () => {
    const { database } = test;
    const snapshot = await database.begin({ role: 'reader', snapshot: true });
    const count = async (): Promise<unknown> => (await snapshot.rows('select count(*) as n from data.tree'))[0];
    const before = await count();
    const writing = database.transaction({ role: 'writer' }, session => session.rows(`insert into data.tree values (40, 'orme')`));
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(await count()).toEqual(before);
    await snapshot.commit();
    await writing;
    expect(await database.transaction({ role: 'reader' }, s => s.rows('select name from data.tree where id = 40'))).toEqual([
      { name: 'orme' },
    ]);
  });

  it('leaves no setting behind for the next one (SEC12)', async () => {
    const { database } = test;
    await database.transaction({ role: 'reader', timeout: 1234 }, session =>
      session.rows(`select set_config('geomig.p1', 'secret', true)`),
    );
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const [row] = await database.transaction({ role: 'owner' }, session =>
        session.rows<{ p: string | null; t: string }>(
          `select current_setting('geomig.p1', true) as p, current_setting('statement_timeout') as t`,
        ),
      );
      seen.add(`${row?.p ?? ''} ${row?.t}`);
    }
    expect([...seen]).toEqual([' 0']);
  });

  it('tells nothing of what the database said (SEC05)', async () => {
    logged.length = 0;
    const fault = await faultOf(
      test.database.transaction({ role: 'writer' }, s => s.rows(`insert into data.tree values (1, 'hidden value')`)),
    );
    expect(fault).toMatchObject({ kind: 'conflict', message: 'the change contradicts what is stored' });
    expect(logged.join('\n')).toContain('tree_pkey');
    const cast = await faultOf(test.database.transaction({ role: 'reader' }, s => s.rows('select name::integer from data.tree')));
    expect(cast).toMatchObject({ kind: 'internal', message: 'internal error' });
    expect(logged.join('\n')).toContain('22P02');
  });
});

describe('a small question', () => {
  it('binds values and gives the same types as a session', async () => {
    const rows = await test.database.ask('select $1::int8 as big, $2::text as text, $3::date as day', [4, 'é', '2026-11-24']);
    expect(rows).toEqual([{ big: 4, text: 'é', day: '2026-11-24' }]);
  });

  it('is one statement on the wire', async () => {
    const sent = jest.spyOn(pg.Client.prototype, 'query');
    try {
      await test.database.ask('select 1');
      expect(sent).toHaveBeenCalledTimes(1);
    } finally {
      sent.mockRestore();
    }
  });

  it('tells nothing of what the database said, and the next one is answered', async () => {
    const fault = await faultOf(test.database.ask('select hidden from data.tree'));
    expect(fault).toMatchObject({ kind: 'internal', message: 'internal error' });
    // where published tables are asked, what they lack was taken from outside: told as such, without a name
    const asking = test.database.transaction({ role: 'reader', published: true }, s => s.rows('select hidden from data.tree'));
    const changed = await faultOf(asking);
    expect(changed).toMatchObject({ kind: 'unavailable', locator: 'layer' });
    expect(`${changed.message} ${changed.in('fr')}`).not.toMatch(/hidden|tree/);
    expect(await test.database.ask('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('sees what was committed before it was asked', async () => {
    const { database } = test;
    for (let id = 100; id < 120; id++) {
      await database.transaction({ role: 'writer' }, session => session.rows('insert into data.tree values ($1, $2)', [id, 'saule']));
      expect(await database.ask('select count(*) as n from data.tree where id >= 100')).toEqual([{ n: id - 99 }]);
    }
  });
});

describe('a stream', () => {
  const untouched = `copy (select current_setting('geomig.p1')) to stdout (format csv, quote e'\\x01', escape e'\\x01', delimiter e'\\x02')`;

  it('carries text untouched, with values set before it (D6)', async () => {
    const value = '<a b="é">\\n "x", \\\\ </a>';
    const text = await test.database.transaction({ role: 'reader', snapshot: true, timeout: 0 }, async session => {
      await session.rows(`select set_config('geomig.p1', $1, true)`, [value]);
      return read(session.copy(untouched));
    });
    expect(text).toBe(`${value}\n`);
  });

  it('gives every byte, in order, to a slow reader', async () => {
    const session = await test.database.begin({ role: 'reader' });
    let bytes = 0;
    let lines = 0;
    let expected = 1;
    let rest = '';
    for await (const chunk of session.copyThenClose(`copy (select n, repeat('x', 200) from generate_series(1, 120000) n) to stdout`)) {
      bytes += chunk.length;
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) if (Number(part.split('\t')[0]) === expected++) lines++;
      if (lines % 7 === 0) await new Promise(resolve => setImmediate(resolve));
    }
    expect([lines, bytes]).toEqual([120_000, 120_000 * 202 + 608_895]);
  });

  it('frees the database when it is left early (F9)', async () => {
    for (let i = 0; i < 12; i++) {
      const session = await test.database.begin({ role: 'reader' });
      let seen = 0;
      for await (const chunk of session.copy(`copy (select repeat('x', 100), generate_series(1, 3000000)) to stdout`)) {
        seen += chunk.length;
        if (seen > 200_000) break;
      }
      await session.rollback();
    }
    expect(await test.database.healthy()).toBe(true);
    expect(await test.database.transaction({ role: 'reader' }, s => s.rows('select 1 as one'))).toEqual([{ one: 1 }]);
    if (test.database.engine === 'postgresql') {
      const active = `select count(*) as n from pg_stat_activity where datname = current_database() and query like 'copy%' and state = 'active'`;
      let n = -1;
      for (let i = 0; i < 30 && n !== 0; i++) {
        n = (await test.database.transaction({ role: 'owner' }, s => s.rows<{ n: number }>(active)))[0]?.n ?? -1;
        if (n !== 0) await new Promise(resolve => setTimeout(resolve, 50));
      }
      expect(n).toBe(0);
    }
  });

  it('reports an error before the first byte, and one in the middle', async () => {
    const session = await test.database.begin({ role: 'reader' });
    await expect(read(session.copy('copy (select * from data.nowhere) to stdout'))).rejects.toMatchObject({
      kind: 'internal',
      message: 'internal error',
    });
    await session.rollback();
    const middle = await test.database.begin({ role: 'reader' });
    await expect(
      read(middle.copy(`copy (select repeat('x', 1000), 1 / (60000 - n) from generate_series(1, 70000) n) to stdout`)),
    ).rejects.toMatchObject({
      kind: 'internal',
    });
    await middle.rollback();
    expect(await test.database.healthy()).toBe(true);
  });

  it('can be followed by other statements of the session', async () => {
    const rows = await test.database.transaction({ role: 'reader' }, async session => {
      await read(session.copy('copy (select 1) to stdout'));
      return session.rows('select 2 as two');
    });
    expect(rows).toEqual([{ two: 2 }]);
  });
});

describe('what takes too long', () => {
  it('ends at the deadline of the session', async () => {
    const fault = await faultOf(test.database.transaction({ role: 'reader', timeout: 300 }, session => session.rows(endless)));
    expect(fault).toMatchObject({ kind: 'busy', message: 'the request took longer than allowed' });
    expect(await test.database.transaction({ role: 'reader' }, s => s.rows('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  it('ends when the signal is aborted, and keeps what was committed', async () => {
    const { database } = test;
    const key = randomUUID();
    await database.transaction({ role: 'owner' }, session => session.rows(`comment on table data.tree is '${key}'`));
    const controller = new AbortController();
    const session = await database.begin({ role: 'writer', signal: controller.signal });
    await session.rows(`insert into data.tree values (50, 'never')`);
    const running = faultOf(session.rows(endless));
    setTimeout(() => controller.abort(new Fault('unavailable', '', 'deadline')), 100);
    expect(await running).toMatchObject({ kind: 'unavailable', message: 'deadline' });
    await session.rollback();
    await expect(session.commit()).rejects.toBeInstanceOf(Fault);
    const rows = await database.transaction({ role: 'reader' }, s =>
      s.rows(`select obj_description('data.tree'::regclass) as key, (select count(*) from data.tree where id = 50) as n`),
    );
    expect(rows).toEqual([{ key, n: 0 }]);
  });

  it('ends a stream whose reader waits for its first byte', async () => {
    const controller = new AbortController();
    const session = await test.database.begin({ role: 'reader', signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await expect(read(session.copy(`copy (${endless}) to stdout`))).rejects.toMatchObject({ kind: 'busy' });
    await session.rollback();
    expect(await test.database.transaction({ role: 'reader' }, s => s.rows('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  it('does not begin for a signal that is aborted already', async () => {
    const fault = await faultOf(test.database.begin({ role: 'reader', signal: AbortSignal.abort() }));
    expect(fault.kind).toBe('busy');
  });
});

describe('many at once', () => {
  it('serves more requests than it has connections', async () => {
    const work = Array.from({ length: 40 }, (_, i) =>
      test.database.transaction({ role: 'reader', snapshot: true }, async session => {
        await session.rows('select pg_backend_pid()');
        return session.rows<{ i: number }>('select $1::integer as i', [i]);
      }),
    );
    expect((await Promise.all(work)).map(rows => rows[0]?.i)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it('mixes sessions, knex and failing statements without mixing their answers', async () => {
    const { database } = test;
    const work = Array.from({ length: 30 }, async (_, i) => {
      if (i % 3 === 0) return (await database.knex('data.tree').where({ id: 1 }).select('name'))[0]?.name as string;
      if (i % 3 === 1) return database.transaction({ role: 'reader' }, s => s.rows('select x from nowhere')).catch(() => 'refused');
      return (
        await database.transaction({ role: 'reader' }, s => s.rows<{ name: string }>('select name from data.tree where id = $1', [2]))
      )[0]?.name;
    });
    const answers = await Promise.all(work);
    expect(answers).toEqual(Array.from({ length: 30 }, (_, i) => ['chêne', 'refused', 'platane'][i % 3]));
  });

  it('runs a knex transaction, and rolls it back', async () => {
    const { knex } = test.database;
    await expect(
      knex.transaction(async trx => {
        await trx('data.tree').insert({ id: 60, name: 'if' });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await knex('data.tree').where({ id: 60 })).toEqual([]);
  });
});

describe('what the first migration makes', () => {
  const rows = <Row extends object>(sql: string): Promise<Row[]> =>
    test.database.transaction({ role: 'reader' }, session => session.rows<Row>(sql));

  it('sorts French as French dictionaries do (D9)', async () => {
    const words = ['zèbre', 'Éléphant', 'côté', 'coté', 'cote', 'côte', 'œuf', 'eau', 'Zoo', 'élan', 'oeuvre', 'abri'];
    const sorted = await rows<{ w: string }>(
      `select w from unnest(array[${words.map(word => `'${word}'`).join(',')}]) w order by w collate geomig.fr`,
    );
    const expected = [...words].sort(new Intl.Collator('fr').compare);
    expect(sorted.map(row => row.w)).toEqual(expected);
  });

  it('keeps equality an equality of bytes', async () => {
    expect(await rows(`select 'e' = 'é' collate geomig.fr as accent, 'a' = 'A' collate geomig.fr as letter`)).toEqual([
      { accent: false, letter: false },
    ]);
  });

  it('finds French words by stem, with and without accents', async () => {
    const sql = `select to_tsvector('geomig.fr', 'Bâtiments communaux à Sèvres') @@ plainto_tsquery('geomig.fr', q) as found from unnest(array['batiment', 'bâtiment', 'sevres', 'gare']) q`;
    expect((await rows<{ found: boolean }>(sql)).map(row => row.found)).toEqual([true, true, true, false]);
  });

  it('folds case and accents in an indexable function', async () => {
    expect(await rows(`select geomig.fold('Châtenay-MALABRY Œuvre') as f`)).toEqual([{ f: 'chatenay-malabry oeuvre' }]);
    await test.database.knex.raw('create index tree_name on data.tree (geomig.fold(name))');
  });

  it('knows Lambert-93 and the conic zones of RGF93 v2b', async () => {
    const [paris] = await rows<{ same: boolean; zone: number }>(
      `select st_distance(st_transform(p, 9794)::geometry(Point, 9794), st_setsrid(st_transform(p, 2154), 9794)) < 0.001 as same,
         st_x(st_transform(p, 9848)) as zone from (select st_setsrid(st_makepoint(2.35, 48.85), 4326) p) s`,
    );
    expect(paris?.same).toBe(true);
    expect(paris?.zone).toBeCloseTo(1_652_305, -2);
    const codes = await rows<{ srid: number }>(
      'select srid from spatial_ref_sys where srid = 9794 or srid between 9842 and 9850 order by srid',
    );
    expect(codes.map(row => row.srid)).toEqual([9794, 9842, 9843, 9844, 9845, 9846, 9847, 9848, 9849, 9850]);
  });

  it('names its steps', async () => {
    expect(await appliedMigrations(test.database.knex)).toEqual(migrations.map(migration => migration.name));
    expect(await migrate(test.database, migrations, 'latest')).toEqual({ done: [] });
  });
});

describe('temporary files', () => {
  it('are gone when streams are over', () => {
    let left: string[] = [];
    try {
      left = readdirSync(join(test.data, 'tmp'));
    } catch {
      // nothing was ever spooled
    }
    expect(left).toEqual([]);
  });
});
