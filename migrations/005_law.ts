// What keeps the charter's tables honest whatever program writes them: every change of a fact announces itself (the next request reads it),
// requests may journal and nothing else, and the roles of requests learn no secret.
import type { Knex } from 'knex';
import { grantOn, roleExists, type GroupRole } from './grants';

/** Tables of which each row is a fact that decisions look at. */
const facts = [
  'charter',
  'organisation',
  'ept_member',
  'membership',
  'ept_delegation',
  'working_group',
  'dataset',
  'access_grant',
  'access_request',
  'conditions_acceptance',
];

/** Of records, those of datasets and only what decides on their layer; of feature types, their short name. */
const announcements = `
create function geomig.facts_changed() returns trigger language plpgsql as $$
begin
  update geomig.generation set number = number + 1 where what = 'facts';
  return null;
end $$;
${facts
  .map(
    table =>
      `create trigger facts_changed after insert or update or delete on geomig.${table} for each statement execute function geomig.facts_changed();`,
  )
  .join('\n')}
create trigger facts_added after insert on geomig.record for each row when (new.dataset is not null) execute function geomig.facts_changed();
create trigger facts_removed after delete on geomig.record for each row when (old.dataset is not null) execute function geomig.facts_changed();
create trigger facts_changed after update on geomig.record for each row
  when ((old.dataset, old.state, old.errors, old.visibility, old.identifier) is distinct from (new.dataset, new.state, new.errors, new.visibility, new.identifier))
  execute function geomig.facts_changed();
create trigger facts_added after insert or delete on geomig.feature_type for each statement execute function geomig.facts_changed();
create trigger facts_changed after update of stem on geomig.feature_type for each statement execute function geomig.facts_changed();`;

const secrets = ['app_user', 'access_token', 'session', 'access_journal', 'audit_journal'];
const roles: readonly GroupRole[] = ['geomig_reader', 'geomig_writer'];

export async function up(knex: Knex): Promise<void> {
  await knex.raw(announcements);
  for (const role of roles)
    if (await roleExists(knex, role)) for (const table of secrets) await knex.raw(`revoke all on geomig.${table} from ${role}`);
  // counted lines add to the one that is there, hence select and update
  await grantOn(knex, 'geomig.access_journal', 'geomig_writer', 'select, insert, update');
  await grantOn(knex, 'geomig.audit_journal', 'geomig_writer', 'select, insert');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function if exists geomig.facts_changed() cascade');
  for (const table of secrets) for (const role of roles) await grantOn(knex, `geomig.${table}`, role, 'select');
}
