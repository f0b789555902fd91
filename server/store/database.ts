// The two engines behind one face. All SQL of the server runs in a Session; a request holds one at most (no nested acquire).
// Values come back the same from both: bigint as number (text past 2^53), numeric as text, date as `2026-11-24`, timestamptz as ISO 8601 UTC,
// timestamp as ISO without zone, json parsed, bytea as Buffer. Errors are Faults (errors.ts). On the embedded engine a Session holds the only backend:
// everybody else waits until it is closed, so open it late, close it early and end with copyThenClose where a copy is the last statement.
import type { Knex } from 'knex';
import type { Statement } from './pipeline';

/** reader cannot write; writer may write published tables and journals; owner is the administration (charter tables, DDL). */
export type DatabaseRole = 'reader' | 'writer' | 'owner';

export interface SessionOptions {
  readonly role: DatabaseRole;
  /**
   * REPEATABLE READ READ ONLY: count and rows agree. On PostgreSQL it begins with the first statement, and statements that are asked for without
   * waiting for one another travel in one message; each text is one statement there, and one that fails ends those asked for after it.
   */
  readonly snapshot?: boolean;
  /** Published tables are asked, which others may change: what is missing there is a fault with words of its own. */
  readonly published?: boolean;
  /** Cancels what runs and rolls back. */
  readonly signal?: AbortSignal;
  /** Statement deadline in milliseconds; 0 = none (streams). */
  readonly timeout?: number;
}

/** One connection inside one transaction. */
export interface Session {
  /** Rows of a statement with bound values ($1 …). `keep`: the connection may keep it prepared, in a snapshot on PostgreSQL (Statement.keep). */
  rows<Row extends object>(text: string, values?: readonly unknown[], keep?: boolean): Promise<Row[]>;
  /** Bytes of `COPY (…) TO STDOUT …`; `before` is run first and sets values by set_config (D6). In a snapshot on PostgreSQL it is asked for at once. */
  copy(text: string, before?: Statement | null): AsyncIterable<Buffer>;
  /**
   * The same as the last statement of the session, which commits by itself once the engine has delivered everything: on the embedded engine
   * (where the bytes are spooled) that is long before a slow client has taken them. Leaving the loop early rolls back.
   */
  copyThenClose(text: string, before?: Statement | null): AsyncIterable<Buffer>;
  commit(): Promise<void>;
  /** Ends a snapshot along with what has been asked, in the same message; nothing may be asked afterwards. Where it cannot be done it does nothing. */
  endAlong?(): void;
  /** Safe to call after commit and after a failure. */
  rollback(): Promise<void>;
}

export interface Database {
  readonly engine: 'embedded' | 'postgresql';
  /** For migrations and charter tables; same roles as owner. */
  readonly knex: Knex;
  begin(options: SessionOptions): Promise<Session>;
  /**
   * One small read-only statement of our own in one round trip: no transaction, no role (it runs as the login, so never with a text
   * that a caller has had a part in), at most a few seconds. It is asked again when the connection was
   * found dead.
   */
  ask<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** begin, use, commit; rollback on a throw. */
  transaction<T>(options: SessionOptions, use: (session: Session) => Promise<T>): Promise<T>;
  /** Resolves when the database has been reached and migrated for the first time; rejects when close() comes first. */
  ready(): Promise<void>;
  /** True when it is ready and `select 1` answers within two seconds. */
  healthy(): Promise<boolean>;
  /** Connections for sessions: open ones, those of them that rest, and sessions that wait for one. */
  connections?(): { readonly open: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}
