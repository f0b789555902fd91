// A Database over a pool of `pg` clients: the part that both engines share. PostgreSQL and the embedded engine differ in how a client is
// connected, how a statement is cancelled and whether streams are spooled.
import knex from 'knex';
import type { Knex } from 'knex';
import pg from 'pg';
import type { ClientConfig, PoolClient } from 'pg';
import { Fault } from '../core/model/fault';
import type { Database, DatabaseRole, Session, SessionOptions } from './database';
import { faultOf, isConnectionLoss } from './errors';
import type { Log } from './log';
import { ClientSession } from './session';
import type { Host } from './session';
import type { Statement } from './pipeline';
import { types } from './types';

/** What an engine gives to the shared part. */
export interface PoolSettings {
  readonly engine: 'embedded' | 'postgresql';
  readonly connection: ClientConfig;
  readonly log: Log;
  /** Clients for sessions. */
  readonly size: number;
  /** Clients for knex (migrations, charter tables); they come on top. */
  readonly knexSize: number;
  /** Longest wait for a client or a connection, in milliseconds. */
  readonly wait: number;
  readonly spool: string | null;
  /** Asks the database to end what runs on that client. */
  readonly cancel: (client: PoolClient) => Promise<void>;
}

/** Which roles SET LOCAL ROLE may take, as inspect() has seen. */
interface Roles {
  readonly reader: boolean;
  readonly writer: boolean;
}

export const readerRole = 'geomig_reader';
export const writerRole = 'geomig_writer';

/** Longest `healthy()` waits, in milliseconds. */
const healthDeadline = 2_000;
/** Longest a statement of `ask()` runs, in milliseconds; on the embedded engine it waits for its turn as well. */
const askDeadline = 5_000;

const questions = new Map<string, string>();

/** Each question of ask() under a name: they are few, and a connection keeps them prepared. */
function nameOfQuestion(text: string): string {
  const known = questions.get(text);
  if (known !== undefined) return known;
  const name = `geomig_ask_${questions.size}`;
  questions.set(text, name);
  return name;
}

const ignore = (): void => undefined;

export class PooledDatabase implements Database {
  readonly engine: 'embedded' | 'postgresql';
  readonly knex: Knex;
  protected readonly log: Log;
  private readonly pool: pg.Pool;
  private readonly health: pg.Pool;
  private readonly host: Host;
  private roles: Roles = { reader: false, writer: false };
  private isReady = false;
  private isClosed = false;
  private readonly whenReady: Promise<void>;
  private settleReady: { resolve: () => void; reject: (reason: Error) => void } = { resolve: () => undefined, reject: () => undefined };

  constructor(protected readonly settings: PoolSettings) {
    this.engine = settings.engine;
    this.log = settings.log;
    const connection = { ...settings.connection, types };
    this.pool = new pg.Pool({ ...connection, max: settings.size, connectionTimeoutMillis: settings.wait, idleTimeoutMillis: 60_000 });
    this.health = new pg.Pool({ ...connection, max: 2, connectionTimeoutMillis: healthDeadline, idleTimeoutMillis: 30_000 });
    for (const pool of [this.pool, this.health])
      pool.on('error', error => this.log.warn({ reason: error.message }, 'an idle connection to the database ended'));
    this.knex = knex({
      client: 'pg',
      connection: connection as Knex.PgConnectionConfig,
      pool: { min: 0, max: settings.knexSize },
      acquireConnectionTimeout: settings.wait,
      log: {
        warn: text => this.log.warn({}, String(text)),
        error: text => this.log.error({}, String(text)),
        deprecate: () => undefined,
        debug: () => undefined,
      },
    });
    this.host = { log: settings.log, spool: settings.spool, cancel: settings.cancel };
    this.whenReady = new Promise((resolve, reject) => (this.settleReady = { resolve, reject }));
    this.whenReady.catch(() => undefined);
  }

  ready(): Promise<void> {
    return this.whenReady;
  }

  connections(): { readonly open: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { open: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /** Called once the database is reached and migrated. */
  markReady(): void {
    this.isReady = true;
    this.settleReady.resolve();
  }

  /** Whether it has been reached and migrated once. */
  protected get everReady(): boolean {
    return this.isReady;
  }

  /** Roles that the login cannot take; requests then act as the login itself. */
  missingRoles(): string[] {
    return [...(this.roles.reader ? [] : [readerRole]), ...(this.roles.writer ? [] : [writerRole])];
  }

  get closed(): boolean {
    return this.isClosed;
  }

  /** Looks which roles the login may take; called again after migrations. */
  async inspect(): Promise<void> {
    const rows = await this.control<{ name: string; member: boolean }>(
      `select rolname as name, pg_has_role(current_user, oid, 'MEMBER') as member from pg_roles where rolname in ($1, $2)`,
      [readerRole, writerRole],
    );
    const may = (name: string): boolean => rows.some(row => row.name === name && row.member);
    this.roles = { reader: may(readerRole), writer: may(writerRole) };
  }

  /** A statement on the reserved connections, outside every transaction; Faults as everywhere. */
  async control<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await this.health.query<Row>(text, [...values])).rows;
    } catch (error) {
      throw faultOf(error, this.log);
    }
  }

  async begin(options: SessionOptions): Promise<Session> {
    if (options.snapshot === true && this.settings.spool === null) return this.beginLate(options);
    const text = this.beginText(options);
    return this.withClient(options.signal, async client => {
      await client.query(text);
      return { value: new ClientSession(client, options, this.host), keep: true };
    });
  }

  /** Takes a client; the transaction begins with its first statement. */
  private async beginLate(options: SessionOptions): Promise<Session> {
    const take = async (): Promise<PoolClient> => {
      if (this.isClosed) throw new Fault('unavailable', '', 'the server is closing', { retryAfter: 10 });
      this.checkAway();
      return this.acquire(options.signal);
    };
    return new ClientSession(await take(), options, this.host, {
      statements: this.beginStatements(options),
      lost: error => this.lost(error),
      renew: take,
    });
  }

  async ask<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.withClient(undefined, async client => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        const end = (): void => reject(new Fault('busy', '', 'the server is busy', { retryAfter: 2 }));
        timer = setTimeout(end, askDeadline + (this.settings.spool === null ? 0 : this.settings.wait));
      });
      // the embedded engine has one backend for all: names would clash
      const named = this.engine === 'postgresql' ? { name: nameOfQuestion(text) } : {};
      const asked = client.query<Row>({ text, values: [...values], ...named });
      asked.catch(ignore);
      try {
        return { value: (await Promise.race([asked, late])).rows, keep: false };
      } finally {
        clearTimeout(timer);
      }
    });
  }

  /**
   * Uses a client of the pool; it goes back afterwards unless it is to be kept by the session that was made of it. A pooled connection may
   * have died unnoticed: then `use` is tried with others.
   */
  private async withClient<T>(
    signal: AbortSignal | undefined,
    use: (client: PoolClient) => Promise<{ readonly value: T; readonly keep: boolean }>,
  ): Promise<T> {
    if (this.isClosed) throw new Fault('unavailable', '', 'the server is closing', { retryAfter: 10 });
    this.checkAway();
    for (let attempt = 1; ; attempt++) {
      const client = await this.acquire(signal);
      // a connection that ends while it is out of the pool says so here; unheard, it would end the process
      client.on('error', ignore);
      try {
        const { value, keep } = await use(client);
        if (!keep) client.release();
        return value;
      } catch (error) {
        client.release(true);
        // one of ask() that is late still runs
        if (error instanceof Fault) void this.settings.cancel(client).catch(ignore);
        if (attempt > 2 || !isConnectionLoss(error)) throw this.lost(error);
      } finally {
        client.off('error', ignore);
      }
    }
  }

  async transaction<T>(options: SessionOptions, use: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.begin(options);
    let result: T;
    try {
      result = await use(session);
    } catch (error) {
      await session.rollback();
      throw error;
    }
    await session.commit();
    return result;
  }

  async healthy(): Promise<boolean> {
    if (!this.isReady || this.isClosed) return false;
    return this.answers();
  }

  /** Whether `select 1` gives its row in time. */
  async answers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>(resolve => (timer = setTimeout(() => resolve(false), healthDeadline)));
    const asked = (async () => (await this.health.query<{ alive: number }>('select 1 as alive')).rows[0]?.alive === 1)().catch(() => false);
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.settleReady.reject(new Fault('unavailable', '', 'the server is closing'));
    await Promise.allSettled([this.knex.destroy(), this.pool.end(), this.health.end()]);
  }

  /** Overridden where a database may be away: throws at once instead of letting requests pile up. */
  protected checkAway(): void {}

  /** Overridden where losing the database starts a watch. */
  protected lost(error: unknown): Fault {
    return faultOf(error, this.log);
  }

  private async acquire(signal: AbortSignal | undefined): Promise<PoolClient> {
    if (signal?.aborted) throw new Fault('busy', '', 'the request was ended before it began', { cause: signal.reason });
    try {
      return await this.pool.connect();
    } catch (error) {
      throw this.lost(error);
    }
  }

  /** One round trip: transaction, role and deadline, all local to the transaction (SEC12). */
  private beginText(options: SessionOptions): string {
    const isolation = options.snapshot
      ? 'isolation level repeatable read read only'
      : options.role === 'reader'
        ? 'read only'
        : 'read write';
    const parts = [`begin ${isolation}`];
    const role = this.roleOf(options.role);
    if (role) parts.push(`set local role ${role}`);
    if (options.timeout !== undefined) parts.push(`set local statement_timeout = ${Math.max(0, Math.trunc(options.timeout))}`);
    return parts.join('; ');
  }

  /** The same as statements of the extended protocol, for one message with what follows. */
  private beginStatements(options: SessionOptions): Statement[] {
    const settings: [string, string][] = [];
    const role = this.roleOf(options.role);
    if (role) settings.push(['role', role]);
    if (options.timeout !== undefined) settings.push(['statement_timeout', String(Math.max(0, Math.trunc(options.timeout)))]);
    const begin = { text: 'begin isolation level repeatable read read only', values: [], keep: true };
    if (settings.length === 0) return [begin];
    const calls = settings.map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, true)`);
    return [begin, { text: `select ${calls.join(', ')}`, values: settings.flat(), keep: true }];
  }

  private roleOf(role: DatabaseRole): string | null {
    switch (role) {
      case 'reader':
        return this.roles.reader ? readerRole : null;
      case 'writer':
        return this.roles.writer ? writerRole : null;
      case 'owner':
        return null;
    }
  }
}
