// What a transaction of features needs beside the rights of the first migration: an imported file brings its own numbers, and the sequence of
// its table is moved behind them by whoever inserts first.
import type { Knex } from 'knex';
import { roleExists } from './grants';

/** A property that every row had a value of may now lack it: the schema that clients are told says so from the next request on. */
const gaps = `
create function geomig.note_gaps(name text, properties text[]) returns void language sql security definer set search_path = pg_catalog as $$
  update geomig.feature_type f set columns = (
      select jsonb_agg(case when c.value ->> 'name' = any(properties) then c.value || '{"nillable": true}' else c.value end order by c.ordinality)
      from jsonb_array_elements(f.columns) with ordinality as c)
    where f.stem = name and exists (
      select 1 from jsonb_array_elements(f.columns) c where c ->> 'name' = any(properties) and not (c ->> 'nillable')::boolean)
$$;
revoke all on function geomig.note_gaps(text, text[]) from public;`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(gaps);
  if (!(await roleExists(knex, 'geomig_writer'))) return;
  await knex.raw('grant update on all sequences in schema data to geomig_writer');
  await knex.raw('grant execute on function geomig.note_gaps(text, text[]) to geomig_writer');
  await knex.raw('alter default privileges in schema data grant update on sequences to geomig_writer');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function if exists geomig.note_gaps(text, text[])');
  if (!(await roleExists(knex, 'geomig_writer'))) return;
  await knex.raw('revoke update on all sequences in schema data from geomig_writer');
  await knex.raw('alter default privileges in schema data revoke update on sequences from geomig_writer');
}
