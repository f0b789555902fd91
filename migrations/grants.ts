// Rights of the roles that requests act as. Where the login may not create roles they can be absent: then nothing is granted here,
// and the database's administrator runs what `geomig doctor --sql` prints.
import type { Knex } from 'knex';

export type GroupRole = 'geomig_reader' | 'geomig_writer';

export async function roleExists(knex: Knex, role: GroupRole): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: unknown[] }>('select 1 from pg_roles where rolname = ?', [role]);
  return rows.length > 0;
}

/** Rights on a table beyond what the schema gives: `grantOn(knex, 'geomig.journal', 'geomig_writer', 'insert')`. Names are the program's own. */
export async function grantOn(knex: Knex, table: string, role: GroupRole, rights: string): Promise<void> {
  if (await roleExists(knex, role)) await knex.raw(`grant ${rights} on ${table} to ${role}`);
}

/** Runs a statement that the login may not be allowed to run; false when it was not. Other errors are thrown. */
export async function attempt(knex: Knex, sql: string, bindings: readonly string[] = []): Promise<boolean> {
  await knex.raw('savepoint attempt');
  try {
    await knex.raw(sql, [...bindings]);
    await knex.raw('release savepoint attempt');
    return true;
  } catch (error) {
    await knex.raw('rollback to savepoint attempt');
    const { code } = error as { code?: unknown };
    // insufficient_privilege, duplicate_object, unique_violation (two databases of one cluster at once), dependent_objects_still_exist
    if (code === '42501' || code === '42710' || code === '23505' || code === '2BP01') return false;
    throw error;
  }
}
