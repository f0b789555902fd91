// Chooses and opens the engine that the settings name.
import type { Config } from '../config';
import type { Database } from './database';
import { EmbeddedDatabase, openForCommand } from './embedded';
import { silent } from './log';
import type { Log } from './log';
import { migrate } from './migrate';
import type { PooledDatabase } from './pool';
import { connectPostgres } from './postgres';

export interface ConnectOptions {
  /** The server needs the engine for itself; a command may use the running server's. */
  readonly as: 'server' | 'command';
  /** Said to other processes that find the directory in use: `geomig import`. */
  readonly purpose?: string;
  readonly log?: Log;
  /** Whether pending migrations are run (default). */
  readonly migrate?: boolean;
}

/**
 * Opens the database: PostgreSQL when databaseUrl is set, else the embedded engine in `data`. PostgreSQL may be away: then the Database
 * comes back all the same, not healthy, and `ready()` resolves once it has been reached and migrated (F3).
 * @throws DirectoryLocked, NewerSchema, Fault unavailable when the embedded engine does not start
 */
export async function connect(
  config: Pick<Config, 'databaseUrl' | 'data'> & { readonly limits?: Pick<Config['limits'], 'pool'> },
  options: ConnectOptions = { as: 'server' },
): Promise<Database> {
  const log = options.log ?? silent;
  const run = options.migrate ?? true;
  if (config.databaseUrl !== null)
    return connectPostgres({ url: config.databaseUrl, size: config.limits?.pool ?? 10, log, migrate: run, wait: options.as === 'server' });
  const purpose = options.purpose ?? (options.as === 'server' ? 'the GeoMIG server' : 'a geomig command');
  const open = { data: config.data, log, purpose };
  const database: PooledDatabase = options.as === 'server' ? await EmbeddedDatabase.open(open) : await openForCommand(open);
  try {
    if (run) {
      await migrate(database, 'latest');
      await database.inspect();
    }
  } catch (error) {
    await database.close();
    throw error;
  }
  database.markReady();
  return database;
}
