// Everything of an installation into one file: the tables of the schema geomig, the published tables of the schema data, the files of rasters.
// All of it is of one instant, each table is counted and digested, and the same content gives the same entries on both engines.
import { createReadStream } from 'node:fs';
import { Fault } from '../core/model/fault';
import type { CoverageFiles } from '../core/ports/coverage-files';
import { ArchiveWriter } from './archive';
import type { Sum } from './archive';
import { archivedRows, archivedTables } from './archive-tables';
import type { ArchivedTable } from './archive-tables';
import type { Database, Session } from './database';

/** The first line of a backup. */
export interface BackupHead {
  readonly format: 'geomig-backup';
  /** Names of the migrations that made the schema. */
  readonly migrations: readonly string[];
  readonly engine: Database['engine'];
  /** ISO instant. */
  readonly madeAt: string;
}

export type EntryHead = { readonly table: ArchivedTable } | { readonly file: string };

export interface BackupReport {
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly sha256: string }[];
  readonly files: number;
  /** Tables in place, which belong to others and are not in the file. */
  readonly left: readonly string[];
}

/** How both engines print the values of a row. */
export const printing = [
  `set local timezone to 'UTC'`,
  `set local datestyle to 'ISO, YMD'`,
  `set local intervalstyle to 'postgres'`,
  `set local extra_float_digits to 1`,
  `set local bytea_output to 'hex'`,
];

/** Writes the file; a failure leaves none. Faults: unavailable, busy. */
export async function backup(
  database: Database,
  files: CoverageFiles,
  path: string,
  now: string,
  signal?: AbortSignal,
): Promise<BackupReport> {
  const writer = new ArchiveWriter(path);
  try {
    const report = await database.transaction({ role: 'owner', snapshot: true, timeout: 0, ...(signal ? { signal } : {}) }, session =>
      write(session, { writer, engine: database.engine, files, now }),
    );
    await writer.end();
    return report;
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

interface Writing {
  readonly writer: ArchiveWriter;
  readonly engine: Database['engine'];
  readonly files: CoverageFiles;
  readonly now: string;
}

async function write(session: Session, { writer, engine, files, now }: Writing): Promise<BackupReport> {
  for (const statement of printing) await session.rows(statement);
  const migrations = await session.rows<{ name: string }>('select name from geomig.migration order by name');
  const head: BackupHead = { format: 'geomig-backup', migrations: migrations.map(row => row.name), engine, madeAt: now };
  await writer.begin(head);
  const tables: { name: string; rows: number; sha256: string }[] = [];
  for (const table of await archivedTables(session)) {
    const entry: EntryHead = { table };
    const sum = await writer.entry(entry, archivedRows(session, table, table.schema, table.name));
    tables.push({ name: `${table.schema}.${table.name}`, rows: sum.lines, sha256: sum.sha256 });
  }
  const rasters = await session.rows<{ file: string }>('select distinct file from geomig.coverage order by file');
  for (const { file } of rasters) matches(file, await writer.entry({ file } satisfies EntryHead, createReadStream(files.pathOf(file))));
  const left = await session.rows<{ name: string }>(
    `select table_schema || '.' || table_name as name from geomig.feature_type where in_place order by 1`,
  );
  return { tables, files: rasters.length, left: left.map(row => row.name) };
}

/** The name of a kept file is the digest of its bytes. */
function matches(file: string, sum: Sum): void {
  if (sum.sha256 !== file)
    throw new Fault('processing', 'file', {
      fr: `le fichier de raster ${file} est altéré : ses octets ne sont plus ceux de son nom`,
      en: `the raster file ${file} was altered: its bytes are no longer those of its name`,
    });
}
