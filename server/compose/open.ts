// Opens the database for programs that have no engine of their own to name.
import type { Config } from '../config';
import { connect, type ConnectOptions } from '../store/connect';
import type { Database } from '../store/database';

export type OpenDatabase = Database;

/** Faults and errors of store/connect.ts. */
export function openDatabase(config: Config, options: ConnectOptions): Promise<OpenDatabase> {
  return connect(config, options);
}
