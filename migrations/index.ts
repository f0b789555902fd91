// The migrations in their order. A new one: a module `NNN_noun.ts` that exports `up` and `down`, and one line in each list here.
import type { Knex } from 'knex';
import * as engine from './001_engine';
import * as partnership from './002_partnership';
import * as records from './003_records';
import * as seed from './004_seed';
import * as law from './005_law';
import * as edits from './006_edits';
import * as history from './007_history';
import * as coverages from './008_coverages';
import * as recordValues from './009_record_values';
import * as writing from './010_writing';

/** Both run inside the transaction that `knex` is bound to. */
export interface Migration {
  readonly name: string;
  readonly up: (knex: Knex) => Promise<void>;
  readonly down: (knex: Knex) => Promise<void>;
}

export const migrations: readonly Migration[] = [
  { name: '001_engine', ...engine },
  { name: '002_partnership', ...partnership },
  { name: '003_records', ...records },
  { name: '004_seed', ...seed },
  { name: '005_law', ...law },
  { name: '006_edits', ...edits },
  { name: '007_history', ...history },
  { name: '008_coverages', ...coverages },
  { name: '009_record_values', ...recordValues },
  { name: '010_writing', ...writing },
];
