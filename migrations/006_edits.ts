// Published tables of ours are watched like tables in place: whoever edits them (transactions, psql, QGIS), the type's generation moves,
// and the next import can say how many edits it would replace.
import type { Knex } from 'knex';

const counted = `
alter table geomig.feature_type add column edits bigint not null default 0;
comment on column geomig.feature_type.edits is 'statements that have changed the table since its file was imported';
create or replace function geomig.note_edit() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  update geomig.feature_type set generation = generation + 1, row_count = null, edited_since_import = true, edits = edits + 1
    where dataset_id = tg_argv[0]::integer;
  update geomig.generation set number = number + 1 where what = 'registry';
  return null;
end $$;`;

const uncounted = `
create or replace function geomig.note_edit() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  update geomig.feature_type set generation = generation + 1, row_count = null, edited_since_import = true where dataset_id = tg_argv[0]::integer;
  update geomig.generation set number = number + 1 where what = 'registry';
  return null;
end $$;
alter table geomig.feature_type drop column edits;`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(counted);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(uncounted);
}
