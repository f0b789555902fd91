// The two engines behind one face. All SQL of the server runs in a Session; a request holds one at most (no nested acquire).
import type { Knex } from 'knex';

/** reader cannot write; writer may write published tables and journals; owner is the administration (charter tables, DDL). */
export type DatabaseRole = 'reader' | 'writer' | 'owner';

export interface SessionOptions {
  readonly role: DatabaseRole;
  /** REPEATABLE READ READ ONLY: count and rows agree. */
  readonly snapshot?: boolean;
  /** Cancels what runs and rolls back. */
  readonly signal?: AbortSignal;
  /** Statement deadline in milliseconds; 0 = none (streams). */
  readonly timeout?: number;
}

/** One connection inside one transaction. */
export interface Session {
  /** Rows of a statement with bound values ($1 …). */
  rows<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Bytes of `COPY (…) TO STDOUT …`; values have been set by set_config before (D6). */
  copy(text: string): AsyncIterable<Buffer>;
  commit(): Promise<void>;
  /** Safe to call after commit and after a failure. */
  rollback(): Promise<void>;
}

export interface Database {
  readonly engine: 'embedded' | 'postgresql';
  /** For migrations and charter tables; same roles as owner. */
  readonly knex: Knex;
  begin(options: SessionOptions): Promise<Session>;
  /** begin, use, commit; rollback on a throw. */
  transaction<T>(options: SessionOptions, use: (session: Session) => Promise<T>): Promise<T>;
  /** True when `select 1` answers within two seconds. */
  healthy(): Promise<boolean>;
  close(): Promise<void>;
}
