// The catalogue: one row per record with a typed column for each queryable (catalogue/record-type.ts names them), and the documents as they
// are served. Long texts have no btree index (a row over 2,704 bytes would refuse the insert); they are found by words and by fragments.
import type { Knex } from 'knex';
import { grantOn } from './grants';

const record = `
create table geomig.record (
  id serial primary key,
  identifier text not null unique,
  dataset text references geomig.dataset (identifier) on update cascade,
  owner_id integer references geomig.organisation,
  visibility text not null default 'public' check (visibility in ('public','partners','owner')),
  visibility_reason text,
  state text not null default 'draft' check (state in ('draft','valid','published','obsolete')),
  errors integer not null default 0,
  findings jsonb not null default '[]',
  kind text check (kind in ('pooled','coproduced')),
  scope_code text references geomig.scope (code),
  schema text not null check (schema in ('iso19139','dublin-core')),
  document text not null,
  date_stamp timestamptz not null,
  generation bigint not null default 1,

  title text, abstract text, edition text, scope text, language text, modified timestamptz,
  creation_date date, publication_date date, revision_date date, resource_date date,
  period_begin timestamptz, period_end timestamptz,
  denominator integer, distance_value double precision, distance_unit text,
  has_security boolean, classification text, parent_identifier text, lineage text,
  service_type text, coupling_type text, degree boolean, specification_date date,
  resource_identifiers text[] not null default '{}', alternate_titles text[] not null default '{}', subjects text[] not null default '{}',
  keywords text[] not null default '{}',
  keyword_types text[] not null default '{}', topic_categories text[] not null default '{}', resource_languages text[] not null default '{}',
  geographic_codes text[] not null default '{}', crs text[] not null default '{}', formats text[] not null default '{}',
  organisations text[] not null default '{}', creators text[] not null default '{}', publishers text[] not null default '{}',
  contributors text[] not null default '{}', rights text[] not null default '{}', relations text[] not null default '{}',
  service_versions text[] not null default '{}', operations text[] not null default '{}', operates_on text[] not null default '{}',
  operates_on_identifiers text[] not null default '{}', operates_on_names text[] not null default '{}',
  specification_titles text[] not null default '{}', specification_date_types text[] not null default '{}',
  access_constraints text[] not null default '{}', other_constraints text[] not null default '{}',
  conditions text[] not null default '{}', party_roles text[] not null default '{}',
  geom geometry(MultiPolygon, 4326),
  box double precision[],
  search_public tsvector, search_public_text text, search_owner tsvector, search_owner_text text
);
comment on column geomig.record.findings is '[{severity, code, field, message: {fr, en}, xpath, remedy: {fr, en}, rule}]';
comment on column geomig.record.document is 'as received, or as made from fields and data; the served forms are in record_document';
comment on column geomig.record.box is 'west, south, east, north of all boxes, for lists and maps';
create unique index record_one_per_dataset on geomig.record (dataset) where dataset is not null;
create index record_geom on geomig.record using gist (geom);
create index record_subjects on geomig.record using gin (subjects);
create index record_organisations on geomig.record using gin (organisations);
create index record_topics on geomig.record using gin (topic_categories);
create index record_resources on geomig.record using gin (resource_identifiers);
create index record_modified on geomig.record (modified);
create index record_search_public on geomig.record using gin (search_public);
create index record_search_owner on geomig.record using gin (search_owner);
create index record_fragments_public on geomig.record using gin (search_public_text gin_trgm_ops);
create index record_fragments_owner on geomig.record using gin (search_owner_text gin_trgm_ops);`;

/** The owner's variant is there only where it differs from the public one, in which no person is named (R24, D16). */
const documents = `
create table geomig.record_document (
  record_id integer not null references geomig.record on delete cascade,
  form text not null check (form in ('csw:brief','csw:summary','csw:full','gmd:brief','gmd:summary','gmd:full')),
  variant text not null check (variant in ('public','owner')),
  xml text not null,
  primary key (record_id, form, variant)
);`;

/** Every write announces itself, whatever program made it: answers and caches ask for the number. */
const generation = `
create function geomig.records_changed() returns trigger language plpgsql as $$
begin
  update geomig.generation set number = number + 1 where what = 'records';
  return null;
end $$;
create trigger record_changed after insert or update or delete on geomig.record for each statement execute function geomig.records_changed();`;

export async function up(knex: Knex): Promise<void> {
  for (const part of [record, documents, generation]) await knex.raw(part);
  for (const table of ['geomig.record', 'geomig.record_document']) await grantOn(knex, table, 'geomig_writer', 'insert, update, delete');
  await grantOn(knex, 'geomig.generation', 'geomig_writer', 'update');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table if exists geomig.record_document');
  await knex.raw('drop table if exists geomig.record');
  await knex.raw('drop function if exists geomig.records_changed()');
}
