// PostgreSQL with PostGIS as a Database: connection settings, cancelling by a connection of its own, and what happens while it is away.
import type { ClientConfig, PoolClient } from 'pg';
import pg from 'pg';
import { Fault } from '../core/model/fault';
import { errorCode, faultOf, isConnectionLoss, isPoolWait } from './errors';
import type { Log } from './log';
import { isFinal, migrate } from './migrate';
import type { Migration } from './migrate';
import { PooledDatabase } from './pool';
import type { PoolSettings } from './pool';
import { Watch } from './reachable';

/** Longest wait for a client or a new connection, in milliseconds (SEC12). */
const wait = 5_000;

/** Settings of every connection; only SET LOCAL after that, for a plain SET would reach the next request through the pool (SEC12). */
const startup: readonly string[] = ['jit=off', 'TimeZone=UTC', 'DateStyle=ISO', 'idle_in_transaction_session_timeout=60000'];
/** Ends a query whose client has gone; PostgreSQL 14 and later, and not on every system. */
const checkClient = 'client_connection_check_interval=1000';

const optionsOf = (list: readonly string[]): string => list.map(setting => `-c ${setting}`).join(' ');

export interface PostgresOptions {
  readonly url: string;
  readonly size: number;
  readonly log: Log;
  /** Run when they are pending; none: the schema stays as it is found. */
  readonly migrations: readonly Migration[];
  /** Whether to come back while the database is away, and try on (F3); otherwise that is an error. */
  readonly wait: boolean;
}

/** Connects, checks, migrates. @throws Fault unavailable when it is away and `wait` is off; NewerSchema and other final errors always */
export async function connectPostgres(options: PostgresOptions): Promise<PostgresDatabase> {
  const database = new PostgresDatabase(options, await connectionOf(options.url));
  try {
    await database.attempt();
  } catch (error) {
    if (!options.wait || !isAway(error)) {
      await database.close();
      throw error;
    }
    options.log.error({ code: errorCode(error) }, 'the database is not reachable; trying again');
    database.keepTrying();
  }
  return database;
}

const isAway = (error: unknown): boolean =>
  (error instanceof Fault && error.kind === 'unavailable') || isConnectionLoss(error) || isPoolWait(error) || !isFinal(error);

/** Settings of a connection; whether the server knows client_connection_check_interval is found out once, when it can be reached. */
async function connectionOf(url: string): Promise<ClientConfig> {
  const base: ClientConfig = { connectionString: url, application_name: 'geomig', keepAlive: true };
  const full = { ...base, options: optionsOf([...startup, checkClient]) };
  const client = new pg.Client({ ...full, connectionTimeoutMillis: wait });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    if (['42704', '22023', '0A000'].includes(errorCode(error) ?? '')) return { ...base, options: optionsOf(startup) };
  } finally {
    await client.end().catch(() => undefined);
  }
  return full;
}

export class PostgresDatabase extends PooledDatabase {
  private readonly watch: Watch;

  constructor(
    private readonly options: PostgresOptions,
    connection: ClientConfig,
  ) {
    const settings: PoolSettings = {
      engine: 'postgresql',
      connection,
      log: options.log,
      size: options.size,
      knexSize: 4,
      wait,
      spool: null,
      cancel: client => this.cancelBackend(client),
    };
    super(settings);
    this.watch = new Watch(() => this.attempt(), options.log);
  }

  /** One try to reach it and to migrate; marks it ready. Throws what stood in the way. */
  async attempt(): Promise<void> {
    await this.control('select 1');
    if (!this.everReady) {
      if (this.options.migrations.length > 0) await migrate(this, this.options.migrations, 'latest');
      await this.inspect();
      this.warnAboutRoles();
      this.markReady();
    }
  }

  /** Tries again with growing pauses until it answers. */
  keepTrying(): void {
    this.watch.start();
  }

  override async healthy(): Promise<boolean> {
    return !this.watch.isAway && (await super.healthy());
  }

  override async close(): Promise<void> {
    this.watch.stop();
    await super.close();
  }

  protected override checkAway(): void {
    if (this.watch.isAway) throw new Fault('unavailable', '', 'the database is not available', { retryAfter: 5 });
  }

  /** A refused or hanging connection, or a small question that got no answer in time, starts the watch: from then on requests are refused at once instead of waiting (F2). */
  protected override lost(error: unknown): Fault {
    if (isConnectionLoss(error) || isPoolWait(error) || error instanceof Fault) {
      void this.answers().then(alive => {
        if (!alive && !this.closed) this.keepTrying();
      });
    }
    return faultOf(error, this.log);
  }

  private async cancelBackend(client: PoolClient): Promise<void> {
    const { processID } = client as PoolClient & { processID?: number };
    if (typeof processID === 'number') await this.control('select pg_cancel_backend($1)', [processID]);
  }

  private warnAboutRoles(): void {
    const missing = this.missingRoles();
    if (missing.length > 0)
      this.log.warn(
        { missing },
        `the login may not act as ${missing.join(', ')}: requests run with the rights of the login. "geomig doctor --sql" prints what an administrator runs once`,
      );
  }
}
