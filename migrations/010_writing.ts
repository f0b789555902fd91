// What a transaction of features needs beside the rights of the first migration: an imported file brings its own numbers, and the sequence of
// its table is moved behind them by whoever inserts first.
import type { Knex } from 'knex';
import { roleExists } from './grants';

export async function up(knex: Knex): Promise<void> {
  if (!(await roleExists(knex, 'geomig_writer'))) return;
  await knex.raw('grant update on all sequences in schema data to geomig_writer');
  await knex.raw('alter default privileges in schema data grant update on sequences to geomig_writer');
}

export async function down(knex: Knex): Promise<void> {
  if (!(await roleExists(knex, 'geomig_writer'))) return;
  await knex.raw('revoke update on all sequences in schema data from geomig_writer');
  await knex.raw('alter default privileges in schema data revoke update on sequences from geomig_writer');
}
