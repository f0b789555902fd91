// The history table: what each row of the charter's tables was before and after every change. Secrets are left out.
// Rows end, they are not deleted (D22); what is deleted all the same can be read here.
import type { Knex } from 'knex';
import { roleExists } from './grants';

/** Tables whose changes are kept. */
const kept = [
  'charter',
  'organisation',
  'ept_member',
  'membership',
  'membership_document',
  'app_user',
  'mandate',
  'committee_meeting',
  'decision',
  'working_group',
  'working_group_member',
  'ept_delegation',
  'dataset',
  'dataset_version',
  'dataset_step',
  'dataset_attribute',
  'co_ownership',
  'lineage',
  'access_grant',
  'access_request',
  'conditions_acceptance',
] as const;

const table = `
create table geomig.history (
  id bigserial primary key, at timestamptz not null default clock_timestamp(), what text not null, row_id text not null,
  operation text not null check (operation in ('insert','update','delete')), before jsonb, after jsonb
);
create index history_of_row on geomig.history (what, row_id, id);
comment on table geomig.history is 'Every change of the tables of the charter: the row before and after, without secrets and geometries';`;

const trigger = `
create function geomig.keep_history() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
declare
  old_row jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) - array['password_hash', 'territory', 'area', 'generation'] end;
  new_row jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) - array['password_hash', 'territory', 'area', 'generation'] end;
begin
  if old_row is not distinct from new_row then return null; end if;
  insert into geomig.history (what, row_id, operation, before, after)
  values (tg_table_name, coalesce(coalesce(new_row, old_row) ->> 'id', md5(coalesce(new_row, old_row)::text)), lower(tg_op), old_row, new_row);
  return null;
end $$;`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(table);
  await knex.raw(trigger);
  for (const name of kept)
    await knex.raw(
      'create trigger keep_history after insert or update or delete on geomig.?? for each row execute function geomig.keep_history()',
      [name],
    );
  // journals and history are for the administration: requests do not read them
  for (const role of ['geomig_reader', 'geomig_writer'] as const)
    if (await roleExists(knex, role)) await knex.raw('revoke all on geomig.history from ??', [role]);
}

export async function down(knex: Knex): Promise<void> {
  for (const name of kept) await knex.raw('drop trigger if exists keep_history on geomig.??', [name]);
  await knex.raw('drop function if exists geomig.keep_history()');
  await knex.raw('drop table if exists geomig.history');
}
