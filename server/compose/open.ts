// Opens the database with the migrations of this program: the store knows neither settings nor migrations.
import { migrations } from '../../migrations/index';
import type { Config } from '../config';
import { connect, type ConnectOptions } from '../store/connect';
import type { Database } from '../store/database';

export type OpenDatabase = Database;

export interface OpenOptions extends Omit<ConnectOptions, 'migrations'> {
  /** Whether pending migrations are run (default); off for what looks at the schema or moves it itself. */
  readonly migrate?: boolean;
}

/** Faults and errors of store/connect.ts. */
export function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'data'> & { readonly limits?: Pick<Config['limits'], 'pool'> },
  { migrate, ...options }: OpenOptions,
): Promise<OpenDatabase> {
  return connect(config, { ...options, migrations: migrate === false ? [] : migrations });
}
