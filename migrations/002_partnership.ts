// The partnership: organisations, people, governance, datasets and grants, after the domain model of the charter rules.
// States and codes are text with checks, so that a picture of the tables reads like the charter. Dates are days of Europe/Paris.
import type { Knex } from 'knex';

const membershipStates = `'potential','requested','admissible','technical_opinion','steering_approved','refused','incomplete','active','withdrawn','abandoned'`;

const organisations = `
create table geomig.charter (
  id serial primary key, version text not null unique, title text not null,
  effective_on date not null, ends_on date, text_url text,
  status text not null check (status in ('draft','in_force','expired','replaced'))
);
create table geomig.organisation (
  id serial primary key, code text not null unique, name text not null, full_name text not null,
  kind text not null check (kind in ('commune','ept','department','state','public_body','other')),
  insee text unique, siren text unique, annex1 boolean not null default false, is_pilot boolean not null default false,
  public_authority boolean not null default true, functional_email text, address text, url text,
  territory geometry(MultiPolygon, 2154)
);
create unique index organisation_one_pilot on geomig.organisation (is_pilot) where is_pilot;
create index organisation_territory on geomig.organisation using gist (territory);
create table geomig.ept_member (
  id serial primary key, ept_id integer not null references geomig.organisation, commune_id integer not null references geomig.organisation,
  period daterange not null default daterange('2016-01-01', null),
  exclude using gist (commune_id with =, period with &&)
);
create table geomig.membership (
  id serial primary key, organisation_id integer not null references geomig.organisation, charter_id integer references geomig.charter,
  route text not null check (route in ('annex1','outside_annex1')), state text not null check (state in (${membershipStates})),
  requested_on date, admissible_on date, steering_decision_id integer, refusal_reason text, refusal_notified_on date,
  active_on date, withdrawal_received_on date, withdrawal_reason text, withdrawal_analysis text
);
create unique index membership_one_open on geomig.membership (organisation_id) where state not in ('withdrawn','refused','abandoned');
create table geomig.membership_document (
  id serial primary key, membership_id integer not null references geomig.membership,
  type text not null check (type in ('deliberation','form','withdrawal_letter','refusal')),
  document_date date, email_received_on date, post_received_on date, file_id integer
);`;

const people = `
create table geomig.app_user (
  id serial primary key, organisation_id integer not null references geomig.organisation, login text not null,
  last_name text not null default '', first_name text not null default '', email text, phone text,
  state text not null default 'active' check (state in ('invited','active','suspended','closed')),
  password_hash text, generation bigint not null default 1, created_at timestamptz not null default now()
);
create unique index app_user_login on geomig.app_user (lower(login));
create table geomig.access_token (
  id serial primary key, user_id integer not null references geomig.app_user, prefix text not null, hash text not null unique,
  label text not null, created_at timestamptz not null default now(), expires_on date, revoked_at timestamptz, last_used_on date
);
create index access_token_prefix on geomig.access_token (prefix);
create table geomig.session (
  token_hash text primary key, user_id integer not null references geomig.app_user,
  opened_at timestamptz not null default now(), expires_at timestamptz not null, closed_at timestamptz
);
create table geomig.mandate (
  id serial primary key, user_id integer not null references geomig.app_user, organisation_id integer not null references geomig.organisation,
  role text not null check (role in ('technical_referent','deputy','steering_representative','resource_person','reader','project_officer','pilot_admin')),
  period daterange not null default daterange(null, null)
);
create index mandate_user on geomig.mandate (user_id);
create table geomig.committee_meeting (
  id serial primary key, committee text not null check (committee in ('steering_committee','technical_committee')), held_on date not null, reference text, minutes_file_id integer
);
create table geomig.attendance (
  meeting_id integer not null references geomig.committee_meeting, organisation_id integer not null references geomig.organisation, primary key (meeting_id, organisation_id)
);
create table geomig.decision (
  id serial primary key, meeting_id integer not null references geomig.committee_meeting, subject text not null,
  nature text not null check (nature in ('opinion','decision')), outcome text not null check (outcome in ('approved','refused','favourable','unfavourable')),
  unanimous boolean not null default false, reason text, organisation_id integer references geomig.organisation, dataset_id integer
);
create table geomig.working_group (
  id serial primary key, code text not null unique, theme text not null, name text not null, facilitator_id integer references geomig.app_user,
  decision_id integer references geomig.decision, state text not null default 'active' check (state in ('active','closed'))
);
create table geomig.working_group_member (
  id serial primary key, working_group_id integer not null references geomig.working_group, user_id integer not null references geomig.app_user,
  type text not null default 'member' check (type in ('member','candidate','external_guest')), ends_on date,
  unique (working_group_id, user_id), check (type <> 'external_guest' or ends_on is not null)
);
create table geomig.ept_delegation (
  id serial primary key, ept_id integer not null references geomig.organisation, commune_id integer not null references geomig.organisation,
  scope text not null default 'all' check (scope in ('all','list')), datasets text[] not null default '{}',
  attested_by integer references geomig.app_user, attested_on date, commune_accepted_by integer references geomig.app_user, commune_accepted_on date,
  period daterange not null default daterange(null, null), revoked_on date
);`;

const datasets = `
create table geomig.namespace (prefix text primary key, uri text not null);
create table geomig.scope (code text primary key, main boolean not null default true);
create table geomig.dataset (
  id serial primary key, identifier text not null unique, kind text not null check (kind in ('pooled','coproduced')),
  owner_id integer references geomig.organisation, working_group_id integer references geomig.working_group,
  manager_id integer references geomig.organisation, manager_user_id integer references geomig.app_user,
  state text not null, title_fr text not null, title_en text, spatial_type text not null default 'vector' check (spatial_type in ('vector','raster','point_cloud','table')),
  data_model text, file_format text, srid integer, usage_scale integer, usage_rules text, conditions_text text, conditions_version integer not null default 1,
  licence text, exception_code text check (exception_code in ('E1','E2','E3','E4','E5','E6','OTHER')), exception_text text,
  third_party_diffusion text not null default 'allowed' check (third_party_diffusion in ('allowed','forbidden')),
  frozen_on date, served boolean not null default false, contribution_open boolean not null default false, scope text references geomig.scope,
  record_written jsonb, record_visibility text,
  check (kind <> 'pooled' or owner_id is not null), check (kind <> 'coproduced' or (owner_id is null and working_group_id is not null)),
  check (exception_code is null or exception_text is not null or exception_code <> 'OTHER'),
  check (state in ('draft','to_validate','published','suspended','frozen','excluded','retired_by_owner','planned','structured','consolidated','submitted','validated','under_revision','archived'))
);
create table geomig.dataset_version (
  id serial primary key, dataset_id integer not null references geomig.dataset, number integer not null,
  production_period daterange, validity_period daterange, certified_by integer references geomig.app_user, certified_on date,
  format_conformant boolean, structure_hash text, published_on date, unique (dataset_id, number)
);
create table geomig.dataset_step (
  id serial primary key, dataset_id integer not null references geomig.dataset, step text not null check (step in ('structure','consolidation','validation','open_data')),
  decision_id integer references geomig.decision, held_on date, reference text, note text
);
create table geomig.dataset_attribute (
  dataset_id integer not null references geomig.dataset, name text not null, title_fr text, title_en text, definition text, sensitive boolean not null default false,
  primary key (dataset_id, name)
);
create table geomig.co_ownership (
  version_id integer not null references geomig.dataset_version, organisation_id integer not null references geomig.organisation, since date not null, primary key (version_id, organisation_id)
);
create table geomig.contribution (
  id serial primary key, version_id integer not null references geomig.dataset_version, organisation_id integer not null references geomig.organisation, received_on date, check_report text
);
create table geomig.lineage (
  id serial primary key, dataset_id integer not null references geomig.dataset, source_dataset_id integer references geomig.dataset, external_source text,
  treatment text, agreed_on date, recorded_on date
);
create table geomig.access_grant (
  id serial primary key, dataset_id integer not null references geomig.dataset,
  audience text not null check (audience in ('public','partners','named_partner','ept_communes','owner')), partner_id integer references geomig.organisation,
  actions text[] not null, masked_attributes text[] not null default '{}',
  area_mode text not null default 'all' check (area_mode in ('all','territory','geometry')), area geometry(Geometry, 4326),
  rows_text text, rows_filter jsonb, scale_min integer, scale_max integer,
  on_request boolean not null default false, acceptance_required boolean not null default false,
  starts_on date, ends_on date, agreed_at timestamptz not null default now(), replaced_at timestamptz,
  check (audience <> 'named_partner' or partner_id is not null)
);
create index access_grant_dataset on geomig.access_grant (dataset_id);
create table geomig.access_request (
  id serial primary key, dataset_id integer not null references geomig.dataset, organisation_id integer not null references geomig.organisation,
  requester_id integer references geomig.app_user, purpose text, state text not null default 'filed' check (state in ('filed','accepted','refused','withdrawn')),
  reason text, filed_at timestamptz not null default now(), decided_at timestamptz, check (state <> 'refused' or reason is not null)
);
create table geomig.conditions_acceptance (
  organisation_id integer not null references geomig.organisation, dataset_id integer not null references geomig.dataset, conditions_version integer not null,
  accepted_by integer references geomig.app_user, accepted_on date not null, primary key (organisation_id, dataset_id, conditions_version)
);`;

/** What the registry publishes: the type's table and columns as they are in the database, its styles, its counters. */
const publication = `
create table geomig.feature_type (
  dataset_id integer primary key references geomig.dataset, prefix text not null, local text not null,
  stem text not null unique, table_schema text not null, table_name text not null, key_column text not null,
  key_type text not null check (key_type in ('integer','text')), in_place boolean not null default false,
  geometry_column text, geometry_type text, srid integer, dimension integer not null default 2,
  columns jsonb not null, time_attribute text,
  extent_native double precision[], extent_geographic double precision[], row_count bigint,
  generation bigint not null default 1, source_digest text, edited_since_import boolean not null default false,
  unique (prefix, local)
);
comment on column geomig.feature_type.columns is '[{name, column, type, nillable, title?}] in the order of the schema document';
create table geomig.style (
  id serial primary key, dataset_id integer not null references geomig.dataset, name text not null, title_fr text not null, title_en text,
  document text not null, position integer not null default 0, unique (dataset_id, name)
);
create table geomig.service_setting (key text primary key, value jsonb not null);
create table geomig.generation (what text primary key, number bigint not null default 1);
insert into geomig.generation (what) values ('facts'), ('records'), ('registry');`;

/** D11: edits of a table in place move the generation of its type; its counters are recounted when they are asked for. */
const watching = `
create function geomig.note_edit() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  update geomig.feature_type set generation = generation + 1, row_count = null, edited_since_import = true where dataset_id = tg_argv[0]::integer;
  update geomig.generation set number = number + 1 where what = 'registry';
  return null;
end $$;`;

const journals = `
create table geomig.access_journal (
  id bigserial primary key, at timestamptz not null, minute timestamptz, user_id integer, login text, organisation_id integer, responsible_ept_id integer,
  service text not null, operation text not null, dataset text not null, action text not null, allowed boolean not null, rule text not null, count integer not null default 1
);
create unique index access_journal_counted on geomig.access_journal (minute, coalesce(user_id, 0), service, operation, dataset, action, allowed, rule) where minute is not null;
create index access_journal_at on geomig.access_journal (at);
create table geomig.audit_journal (
  id bigserial primary key, at timestamptz not null default now(), actor_id integer, actor text not null, what text not null, subject text not null,
  before jsonb, after jsonb, previous_hash text, hash text
);`;

const schema = [organisations, people, datasets, publication, watching, journals];

export async function up(knex: Knex): Promise<void> {
  for (const part of schema) await knex.raw(part);
}

export async function down(knex: Knex): Promise<void> {
  const names = schema.flatMap(part => [...part.matchAll(/create table geomig\.(\w+)/g)].map(match => match[1] ?? ''));
  await knex.raw('drop function if exists geomig.note_edit() cascade');
  for (const name of names.reverse()) await knex.raw('drop table if exists geomig.?? cascade', [name]);
}
