// What passes between the catalogue, which understands records, and the store, which keeps them: neither knows the other.
import type { FeatureType } from '../model/feature-type';
import type { RecordForm } from './doors';

export type RecordVariant = 'public' | 'owner';
export type ColumnValue = string | number | boolean | null | readonly string[];

/** A record ready to be kept: nothing is left to understand. */
export interface PreparedRecord {
  readonly identifier: string;
  readonly schema: 'iso19139' | 'dublin-core';
  /** As received, or as made from fields and data. */
  readonly document: string;
  /** Index values by column of geomig.record; the geometry (`geom`) as EWKT, `box` as an array literal. Computed without persons (R24). */
  readonly columns: Readonly<Record<string, ColumnValue>>;
  /** Findings of the validation, as JSON; and how many of them are errors. */
  readonly findings: readonly object[];
  readonly errors: number;
  /** Every form for everybody; the owner's where it differs. */
  readonly forms: readonly { readonly form: RecordForm; readonly variant: RecordVariant; readonly xml: string }[];
  /** All that a reader of the variant can read, for full-text search; the owner's is null where it is everybody's. */
  readonly texts: { readonly public: string; readonly owner: string | null };
}

/** The catalogue's part of a write. `Written` is its pivot. */
export interface RecordPreparer<Written> {
  /**
   * The record of a dataset. Its dateStamp is ours: that of the document kept so far while nothing else has changed, else `instant`.
   * Its identifier is the written one, or the dataset's code.
   */
  own(
    record: Written,
    options: {
      readonly dataset: string;
      readonly previous: string | null;
      readonly instant: string;
      /** The ISO 19139 document that its owner gave: what the record does not change of it stays, unknown elements included. */
      readonly original?: string | null;
    },
  ): PreparedRecord;
  /** A free-standing record as received. Faults: malformed, too-large, invalid-value (no or several records, unknown schema, no identifier). */
  free(xml: Uint8Array | string): PreparedRecord;
}

/** The type of records, whole and as callers may name it. */
export interface RecordTypes {
  /** With the names of the charter's filter: visibility, owner_id, dataset, scope, state. */
  readonly whole: FeatureType;
  readonly caller: FeatureType;
  /** Full-text queryable of everybody, and that of the owner's variant (in `whole` only). */
  readonly anyText: string;
  readonly anyTextOwner: string;
}
