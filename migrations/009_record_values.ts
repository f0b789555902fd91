// Several values of one queryable: a record has as many scales, distances and dates of one kind as its document tells, and is found by each.
// Rows from before keep the one value that was known; the others come when the record's document changes.
import type { Knex } from 'knex';

const columns = [
  ['denominator', 'denominators', 'integer'],
  ['distance_value', 'distance_values', 'double precision'],
  ['distance_unit', 'distance_units', 'text'],
  ['creation_date', 'creation_dates', 'date'],
  ['publication_date', 'publication_dates', 'date'],
  ['revision_date', 'revision_dates', 'date'],
  ['specification_date', 'specification_dates', 'date'],
] as const;

export async function up(knex: Knex): Promise<void> {
  for (const [one, many, type] of columns)
    await knex.raw(
      `alter table geomig.record rename column ${one} to ${many};
       alter table geomig.record alter column ${many} type ${type}[] using case when ${many} is null then '{}'::${type}[] else array[${many}] end,
         alter column ${many} set default '{}', alter column ${many} set not null`,
    );
}

export async function down(knex: Knex): Promise<void> {
  for (const [one, many, type] of columns)
    await knex.raw(
      `alter table geomig.record alter column ${many} drop default, alter column ${many} drop not null, alter column ${many} type ${type} using ${many}[1];
       alter table geomig.record rename column ${many} to ${one}`,
    );
}
