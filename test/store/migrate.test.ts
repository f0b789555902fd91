// Every migration can be taken back and applied again, on either engine.
import { migrations } from '../../migrations';
import { appliedMigrations, migrate, NewerSchema } from '../../server/store/migrate';
import { testDatabase } from '../setup/database';
import type { TestDatabase } from '../setup/database';

let test: TestDatabase;
beforeAll(async () => (test = await testDatabase()));
afterAll(() => test.close());

const names = migrations.map(migration => migration.name);
const picture = `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('geomig', 'data') and c.relkind in ('r', 'v', 'm') order by 1`;

describe('migrations', () => {
  it('go down to nothing and up to the same tables', async () => {
    const { database } = test;
    const tables = async (): Promise<string[]> =>
      (await database.knex.raw<{ rows: { name: string }[] }>(picture)).rows.map(row => row.name);
    const before = await tables();
    expect(before).toContain('geomig.migration');
    expect((await migrate(database, migrations, 'down')).done).toEqual([...names].reverse());
    expect(await tables()).toEqual([]);
    expect(await appliedMigrations(database.knex)).toEqual([]);
    const { rows } = await database.knex.raw<{ rows: unknown[] }>(`select 1 from pg_namespace where nspname in ('geomig', 'data')`);
    expect(rows).toEqual([]);
    expect((await migrate(database, migrations, 'latest')).done).toEqual(names);
    expect(await tables()).toEqual(before);
  });

  it('are taken back one by one, and come again', async () => {
    const { database } = test;
    for (const name of [...names].reverse()) {
      expect((await migrate(database, migrations, 'back')).done).toEqual([name]);
      expect(await appliedMigrations(database.knex)).toEqual(names.slice(0, names.indexOf(name)));
    }
    expect((await migrate(database, migrations, 'back')).done).toEqual([]);
    expect((await migrate(database, migrations, 'latest')).done).toEqual(names);
  });

  it('run once when several instances start together', async () => {
    const { database } = test;
    await migrate(database, migrations, 'down');
    const reports = await Promise.all([1, 2, 3].map(() => migrate(database, migrations, 'latest')));
    expect(reports.flatMap(report => report.done)).toEqual(names);
  });

  it('refuse a database that a newer program has migrated', async () => {
    const { database } = test;
    await database.knex.raw(`insert into geomig.migration (name) values ('999_future')`);
    await expect(migrate(database, migrations, 'latest')).rejects.toThrow(NewerSchema);
    await database.knex.raw(`delete from geomig.migration where name = '999_future'`);
  });

  it('are listed in the order of their numbers, each once', () => {
    expect([...new Set(names)].sort()).toEqual(names);
  });
});
