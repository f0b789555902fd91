// The partnership's tables as its use cases write them: rows by name, in one transaction. Implemented by store/tables.ts.
// Nothing of a caller's request reaches this port: it serves administration only (apply, accounts, governance).
import type { LocatedGeometry } from '../model/geometry';

/** Tables of the schema geomig that use cases may touch. */
export type TableName =
  | 'charter'
  | 'organisation'
  | 'ept_member'
  | 'membership'
  | 'membership_document'
  | 'app_user'
  | 'access_token'
  | 'mandate'
  | 'committee_meeting'
  | 'decision'
  | 'working_group'
  | 'working_group_member'
  | 'ept_delegation'
  | 'namespace'
  | 'scope'
  | 'dataset'
  | 'dataset_version'
  | 'dataset_step'
  | 'dataset_attribute'
  | 'co_ownership'
  | 'lineage'
  | 'access_grant'
  | 'access_request'
  | 'conditions_acceptance'
  | 'feature_type'
  | 'coverage'
  | 'style'
  | 'service_setting'
  | 'record';

/** A value to store: objects and nested arrays as jsonb, flat text arrays as text[], geometries in their own CRS. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | readonly number[]
  | { readonly json: unknown }
  | { readonly located: LocatedGeometry };
export type Values = Readonly<Record<string, Value>>;

/** What a write did: `left` = the row was already so. */
export type Outcome = 'created' | 'changed' | 'left';

export interface Tables {
  /** Rows that match (null matches null), as JSON values: dates and ranges as text, geometries left out. */
  find(table: TableName, match: Values): Promise<Readonly<Record<string, unknown>>[]>;
  /** Inserts the row that matches, or brings it to these values. Returns its id (0 for tables without one). */
  upsert(table: TableName, match: Values, values: Values): Promise<{ readonly id: number; readonly outcome: Outcome }>;
  insert(table: TableName, values: Values): Promise<number>;
  /** Brings matching rows to these values; tells how many were changed by it. */
  update(table: TableName, match: Values, values: Values): Promise<number>;
  remove(table: TableName, match: Values): Promise<number>;
}
