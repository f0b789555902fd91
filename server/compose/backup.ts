// Backup, restore and reset of an installation for the command line.
import { migrations } from '../../migrations/index';
import type { Config } from '../config';
import { coverageFiles } from '../store/coverage-files';
import { backup, type BackupReport } from '../store/backup';
import type { Database } from '../store/database';
import { contents, reset, type Emptied } from '../store/reset';
import { inspectBackup, restore, type RestoreReport } from '../store/restore';

export { contents, inspectBackup, type BackupReport, type Emptied, type RestoreReport };

/** Writes everything into one file. Faults: unavailable, busy. */
export const backupTo = (database: Database, { files }: Pick<Config, 'files'>, path: string, now: string): Promise<BackupReport> =>
  backup(database, coverageFiles(files), path, now);

/** All or nothing. Faults of store/restore.ts. */
export const restoreFrom = (
  database: Database,
  { files }: Pick<Config, 'files'>,
  path: string,
  options: { readonly replace: boolean; readonly onTable?: (name: string, rows: number) => void },
): Promise<RestoreReport> =>
  restore(
    database,
    coverageFiles(files),
    path,
    migrations.map(migration => migration.name),
    options,
  );

/** Empties the database and forgets the rasters. */
export async function resetAll(database: Database, { files }: Pick<Config, 'files'>): Promise<Emptied> {
  const emptied = await reset(database, migrations);
  const kept = coverageFiles(files);
  for (const digest of emptied.files) await kept.remove(digest);
  return emptied;
}
