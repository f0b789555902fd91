// Coverages: a feature type without a table is the layer of a raster, whose file is kept by the digest of its content and described here.
import type { Knex } from 'knex';

const schema = `
alter table geomig.feature_type alter column table_schema drop not null, alter column table_name drop not null,
  alter column key_column drop not null, alter column key_type drop not null;
create table geomig.coverage (
  dataset_id integer primary key references geomig.feature_type (dataset_id) on delete cascade,
  file text not null check (file ~ '^[0-9a-f]{64}$'), bytes bigint not null,
  width integer not null check (width > 0), height integer not null check (height > 0), bands integer not null check (bands > 0),
  sample text not null check (sample in ('uint8','int8','uint16','int16','uint32','int32','float32','float64')),
  meaning text not null check (meaning in ('grey','palette','rgb')), alpha boolean not null default false,
  palette integer[], nodata double precision, srid integer not null,
  transform double precision[] not null check (array_length(transform, 1) = 6),
  statistics jsonb not null
);
comment on table geomig.coverage is 'rasters: file = SHA-256 of its bytes, its name below GEOMIG_FILES/coverages';
comment on column geomig.coverage.nodata is 'NaN is no value in any case and is not written here';
comment on column geomig.coverage.transform is 'x = t1 + column * t2 + row * t3, y = t4 + column * t5 + row * t6, from the upper left corner';
comment on column geomig.coverage.statistics is '[{min, max, mean, deviation, low, high} or null] by band';
alter table geomig.feature_type add constraint feature_type_table check ((table_name is null) = (key_column is null));`;

const undo = `
alter table geomig.feature_type drop constraint feature_type_table;
drop table geomig.coverage;
delete from geomig.feature_type where table_name is null;
alter table geomig.feature_type alter column table_schema set not null, alter column table_name set not null,
  alter column key_column set not null, alter column key_type set not null;`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(schema);
}

/** Layers of rasters go: a server without coverages could not show them. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(undo);
}
