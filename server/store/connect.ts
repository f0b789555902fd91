// Chooses and opens the engine that the settings name.
import type { Database } from './database';
import { EmbeddedDatabase, openForCommand } from './embedded';
import { silent } from './log';
import type { Log } from './log';
import { migrate } from './migrate';
import type { Migration } from './migrate';
import type { PooledDatabase } from './pool';
import { connectPostgres } from './postgres';

/** What is needed of the settings. */
export interface ConnectSettings {
  /** null: the embedded engine. */
  readonly databaseUrl: string | null;
  /** Directory of the embedded engine. */
  readonly data: string;
  readonly limits?: { readonly pool: number };
}

export interface ConnectOptions {
  /** The server needs the engine for itself; a command may use the running server's. */
  readonly as: 'server' | 'command';
  /** Said to other processes that find the directory in use: `geomig import`. */
  readonly purpose?: string;
  readonly log?: Log;
  /** Run when they are pending; none: the schema stays as it is found. */
  readonly migrations: readonly Migration[];
}

/**
 * Opens the database: PostgreSQL when databaseUrl is set, else the embedded engine in `data`. PostgreSQL may be away: then the Database
 * comes back all the same, not healthy, and `ready()` resolves once it has been reached and migrated (F3).
 * @throws DirectoryLocked, NewerSchema, Fault unavailable when the embedded engine does not start
 */
export async function connect(settings: ConnectSettings, options: ConnectOptions): Promise<Database> {
  const log = options.log ?? silent;
  const { migrations } = options;
  if (settings.databaseUrl !== null)
    return connectPostgres({
      url: settings.databaseUrl,
      size: settings.limits?.pool ?? 20,
      log,
      migrations,
      wait: options.as === 'server',
    });
  const purpose = options.purpose ?? (options.as === 'server' ? 'the GeoMIG server' : 'a geomig command');
  const open = { data: settings.data, log, purpose };
  const database: PooledDatabase = options.as === 'server' ? await EmbeddedDatabase.open(open) : await openForCommand(open);
  try {
    if (migrations.length > 0) {
      await migrate(database, migrations, 'latest');
      await database.inspect();
    }
  } catch (error) {
    await database.close();
    throw error;
  }
  database.markReady();
  return database;
}
