// Empties an installation: the schemas of ours are dropped and made again by the migrations, in one transaction. Tables in place stay, without
// our trigger. Counters of change go on from where they were, so that a running server takes nothing that it keeps for what is there now.
import type { Database } from './database';
import { appliedMigrations, migrate } from './migrate';
import type { Migration } from './migrate';

export interface Emptied {
  readonly datasets: number;
  readonly accounts: number;
  readonly records: number;
  /** Digests of the rasters that nobody refers to any more. */
  readonly files: readonly string[];
}

/** What would be lost. */
export async function contents(database: Database): Promise<Emptied> {
  if ((await appliedMigrations(database.knex)).length === 0) return { datasets: 0, accounts: 0, records: 0, files: [] };
  return database.transaction({ role: 'owner' }, async session => {
    const [row] = await session.rows<{ datasets: number; accounts: number; records: number }>(
      `select (select count(*)::integer from geomig.dataset) as datasets, (select count(*)::integer from geomig.app_user) as accounts,
         (select count(*)::integer from geomig.record) as records`,
    );
    const files = await session.rows<{ file: string }>('select distinct file from geomig.coverage');
    return { datasets: 0, accounts: 0, records: 0, ...row, files: files.map(({ file }) => file) };
  });
}

/** Drops and makes again. The database is at the newest schema afterwards. Faults and errors of migrate.ts. */
export async function reset(database: Database, migrations: readonly Migration[]): Promise<Emptied> {
  const before = await contents(database);
  await database.knex.transaction(async trx => {
    const numbers = await trx.raw<{ rows: { what: string; number: string }[] }>(
      before.datasets + before.accounts + before.records > 0 || (await appliedMigrations(trx)).length > 0
        ? 'select what, number::text as number from geomig.generation'
        : `select '' as what, '0' as number where false`,
    );
    const users = await trx.raw<{ rows: { most: string | null }[] }>(
      numbers.rows.length > 0 ? 'select max(id)::text as most from geomig.app_user' : `select null::text as most`,
    );
    const types = await trx.raw<{ rows: { most: string | null }[] }>(
      numbers.rows.length > 0 ? 'select max(id)::text as most from geomig.dataset' : `select null::text as most`,
    );
    await trx.raw('drop schema if exists data cascade');
    await trx.raw('drop schema if exists geomig cascade');
    await migrate({ engine: database.engine, knex: trx }, migrations, 'latest');
    for (const { what, number } of numbers.rows)
      await trx.raw('update geomig.generation set number = ?::bigint + 1 where what = ?', [number, what]);
    // ids are not given twice: what a server keeps under the id of an account or a dataset means that one only
    for (const [table, { rows }] of [
      ['app_user', users],
      ['dataset', types],
    ] as const)
      if (rows[0]?.most) await trx.raw(`select setval(pg_get_serial_sequence('geomig.${table}', 'id'), ?::bigint)`, [rows[0].most]);
  });
  return before;
}
