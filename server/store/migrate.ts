// Brings the tables of the server to the state the program expects: all pending migrations in one transaction, once, however many
// instances start together (advisory lock on PostgreSQL; the embedded engine has one transaction at a time anyway).
import type { Knex } from 'knex';
import type { Database } from './database';
import { errorCode } from './errors';

/** A step of the schema; both directions run inside the transaction that `knex` is bound to. The list of them is given by whoever opens the database. */
export interface Migration {
  readonly name: string;
  readonly up: (knex: Knex) => Promise<void>;
  readonly down: (knex: Knex) => Promise<void>;
}

/** `latest`: up to the newest; `back`: the newest one taken back; `down`: all of them, data included. */
export type MigrationGoal = 'latest' | 'back' | 'down';

const lockKey = 7_305_190_442; // any number, the same in all instances

export interface MigrationReport {
  readonly done: readonly string[];
}

/** The schema was made by a newer program. */
export class NewerSchema extends Error {
  constructor(readonly names: readonly string[]) {
    super(
      `The database was migrated by a newer version of GeoMIG (${names.join(', ')}). Start that version, or restore a backup made before.`,
    );
    this.name = 'NewerSchema';
  }
}

/** Names of the migrations that have been applied; empty on a new database. */
export async function appliedMigrations(knex: Knex): Promise<string[]> {
  const { rows: found } = await knex.raw<{ rows: { present: boolean }[] }>(`select to_regclass('geomig.migration') is not null as present`);
  if (!found[0]?.present) return [];
  const { rows } = await knex.raw<{ rows: { name: string }[] }>('select name from geomig.migration order by name');
  return rows.map(row => row.name);
}

/** Runs the migrations that are pending, or takes some back. @throws NewerSchema when the database knows a step that is not in the list */
export async function migrate(
  database: Pick<Database, 'engine' | 'knex'>,
  migrations: readonly Migration[],
  goal: MigrationGoal,
): Promise<MigrationReport> {
  const done: string[] = [];
  await database.knex.transaction(async trx => {
    if (database.engine === 'postgresql') await trx.raw('select pg_advisory_xact_lock(?)', [lockKey]);
    const applied = new Set(await appliedMigrations(trx));
    const unknown = [...applied].filter(name => !migrations.some(migration => migration.name === name));
    if (unknown.length > 0) throw new NewerSchema(unknown);
    const present = migrations.filter(migration => applied.has(migration.name)).reverse();
    switch (goal) {
      case 'latest':
        await up(trx, migrations, applied, done);
        break;
      case 'back':
        await down(trx, present.slice(0, 1), present.length === 1, done);
        break;
      case 'down':
        await down(trx, present, true, done);
        break;
    }
  });
  return { done };
}

async function up(trx: Knex, migrations: readonly Migration[], applied: ReadonlySet<string>, done: string[]): Promise<void> {
  const pending = migrations.filter(migration => !applied.has(migration.name));
  if (pending.length === 0) return;
  if (applied.size === 0) {
    await trx.raw('create schema if not exists geomig');
    await trx.raw('create table if not exists geomig.migration (name text primary key, applied_at timestamptz not null default now())');
  }
  for (const migration of pending) {
    await migration.up(trx);
    await trx.raw('insert into geomig.migration (name) values (?)', [migration.name]);
    done.push(migration.name);
  }
}

/** Takes steps back, the newest first; with the last of them goes the schema. */
async function down(trx: Knex, steps: readonly Migration[], whole: boolean, done: string[]): Promise<void> {
  for (const { name, down: takeBack } of steps) {
    await takeBack(trx);
    await trx.raw('delete from geomig.migration where name = ?', [name]);
    done.push(name);
  }
  if (!whole || steps.length === 0) return;
  await trx.raw('drop table geomig.migration');
  await trx.raw('drop schema geomig');
}

/** Whether an error of migrate() will not go away by trying again: the schema, or the rights of the login. */
export function isFinal(error: unknown): boolean {
  const code = errorCode(error);
  return !(code !== undefined && /^(?:08|53|57|40|E)/.test(code));
}
