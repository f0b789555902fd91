// A backup into a database, all or nothing: everything in one transaction, each table counted and digested as it is read and once more as it
// stands in the database. Published tables are filled under names of their own and take their places at the end, so that on PostgreSQL
// a running server serves what was there until everything is there.
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../core/model/fault';
import type { CoverageFiles } from '../core/ports/coverage-files';
import { quoteName } from './administration';
import { ArchiveReader } from './archive';
import type { ArchiveEntry } from './archive';
import { archivedRows, archivedTables, indexStatements, rowsInsert, tableStatements } from './archive-tables';
import type { ArchivedTable } from './archive-tables';
import { printing } from './backup';
import type { BackupHead } from './backup';
import type { Database, Session } from './database';

export interface RestoreOptions {
  /** Put it in the place of what is there. */
  readonly replace: boolean;
  readonly onTable?: (name: string, rows: number) => void;
}

export interface RestoreReport {
  readonly head: BackupHead;
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  readonly files: number;
}

const batchRows = 500;
const batchCharacters = 500_000;

/** What a backup says of itself, every entry read and its sum checked; nothing is written. Faults: malformed. */
export async function inspectBackup(path: string): Promise<RestoreReport> {
  const reader = await ArchiveReader.open(path);
  try {
    const head = headOf(reader.head);
    const tables: { name: string; rows: number }[] = [];
    let files = 0;
    for await (const entry of reader.entries()) {
      const about = entryOf(entry);
      for await (const chunk of entry.body) void chunk;
      if ('table' in about) tables.push({ name: `${about.table.schema}.${about.table.name}`, rows: entry.sum().lines });
      else files++;
    }
    return { head, tables, files };
  } finally {
    reader.close();
  }
}

/**
 * Restores. Faults: malformed (no backup, broken off, altered), version (made by another schema), conflict (the database is not empty), unavailable.
 * `expected`: the migrations of this program.
 */
export async function restore(
  database: Database,
  files: CoverageFiles,
  path: string,
  expected: readonly string[],
  options: RestoreOptions,
): Promise<RestoreReport> {
  const reader = await ArchiveReader.open(path);
  try {
    const head = headOf(reader.head);
    sameSchema(head.migrations, expected);
    return await database.transaction({ role: 'owner', timeout: 0 }, session => new Restoring(session, files, options).run(reader, head));
  } finally {
    reader.close();
  }
}

function headOf(head: unknown): BackupHead {
  const { format, migrations } = (head ?? {}) as { format?: unknown; migrations?: unknown };
  if (format !== 'geomig-backup' || !Array.isArray(migrations) || !migrations.every(name => typeof name === 'string')) throw unreadable();
  return head as BackupHead;
}

function entryOf({ head }: ArchiveEntry): { readonly table: ArchivedTable } | { readonly file: string } {
  const { table, file } = (head ?? {}) as { table?: Partial<ArchivedTable>; file?: unknown };
  if (typeof file === 'string' && /^[0-9a-f]{64}$/.test(file)) return { file };
  if (table && (table.schema === 'geomig' || table.schema === 'data') && typeof table.name === 'string' && Array.isArray(table.columns))
    return { table: table as ArchivedTable };
  throw unreadable();
}

const unreadable = (): Fault => new Fault('malformed', 'file', { fr: 'la sauvegarde est illisible', en: 'the backup cannot be read' });

function sameSchema(there: readonly string[], expected: readonly string[]): void {
  const newer = there.filter(name => !expected.includes(name));
  const older = expected.filter(name => !there.includes(name));
  if (newer.length > 0)
    throw new Fault('version', 'file', {
      fr: `la sauvegarde vient d’une version plus récente de GeoMIG (${newer.join(', ')}) : restaurez-la avec cette version`,
      en: `the backup was made by a newer version of GeoMIG (${newer.join(', ')}): restore it with that version`,
    });
  if (older.length > 0)
    throw new Fault('version', 'file', {
      fr: `la sauvegarde vient d’une version plus ancienne de GeoMIG (sans ${older.join(', ')}) : restaurez-la avec cette version-là, puis « geomig migrate » avec celle-ci`,
      en: `the backup was made by an older version of GeoMIG (without ${older.join(', ')}): restore it with that version, then migrate with this one`,
    });
}

class Restoring {
  private readonly tables: { name: string; rows: number }[] = [];
  /** Published tables by their final names, and the ones they are filled under. */
  private readonly filled = new Map<string, string>();
  private readonly mark = randomBytes(4).toString('hex');
  private files_ = 0;
  private here = new Map<string, ArchivedTable>();

  constructor(
    private readonly session: Session,
    private readonly files: CoverageFiles,
    private readonly options: RestoreOptions,
  ) {}

  async run(reader: ArchiveReader, head: BackupHead): Promise<RestoreReport> {
    const { session } = this;
    for (const statement of printing) await session.rows(statement);
    const present = await archivedTables(session);
    if (!this.options.replace) await this.mustBeEmpty();
    const numbers = await this.numbers();
    const own = present.filter(table => table.schema === 'geomig');
    this.here = new Map(own.map(table => [table.name, table]));
    await session.rows('select pg_advisory_xact_lock($1::bigint)', [String(7_316_004)]);
    for (const { name } of own) await session.rows(`alter table geomig.${quoteName(name)} disable trigger user`);
    await session.rows('delete from geomig.session');
    for (const { name } of [...own].reverse()) await session.rows(`delete from geomig.${quoteName(name)}`);
    const seen = new Set<string>();
    for await (const entry of reader.entries()) {
      const about = entryOf(entry);
      if ('file' in about) await this.keepFile(about.file, entry);
      else {
        if (about.table.schema === 'geomig') seen.add(about.table.name);
        await this.fill(about.table, entry);
      }
    }
    if (own.some(({ name }) => !seen.has(name))) throw unreadable();
    await this.takePlaces(present);
    for (const { name } of own) await session.rows(`alter table geomig.${quoteName(name)} enable trigger user`);
    await this.announce(numbers);
    return { head, tables: this.tables, files: this.files_ };
  }

  /** What migrations put there is nobody's yet; a dataset, an account or a record is somebody's. */
  private async mustBeEmpty(): Promise<void> {
    const [row] = await this.session.rows<{ datasets: number; accounts: number; records: number }>(
      `select (select count(*)::integer from geomig.dataset) as datasets, (select count(*)::integer from geomig.app_user) as accounts,
         (select count(*)::integer from geomig.record) as records`,
    );
    if (!row || row.datasets + row.accounts + row.records === 0) return;
    throw new Fault('conflict', 'file', {
      fr: `la base n’est pas vide (${row.datasets} données, ${row.accounts} comptes, ${row.records} fiches) : --replace met la sauvegarde à leur place`,
      en: `the database is not empty (${row.datasets} datasets, ${row.accounts} accounts, ${row.records} records): --replace puts the backup in their place`,
    });
  }

  private async fill(table: ArchivedTable, entry: ArchiveEntry): Promise<void> {
    const name = table.schema === 'geomig' ? this.known(table) : await this.make(table);
    const insert = rowsInsert(table, table.schema, name);
    for await (const batch of batches(entry.body)) await this.session.rows(insert, [`[${batch.join(',')}]`]);
    const { lines, sha256 } = entry.sum();
    if (table.schema === 'data') for (const statement of indexStatements(table, name)) await this.session.rows(statement);
    for (const { column, last } of table.sequences)
      await this.session.rows(`select setval(pg_get_serial_sequence($1, $2), $3::bigint)`, [
        `${quoteName(table.schema)}.${quoteName(name)}`,
        column,
        String(Number(last)),
      ]);
    await this.verify(table, name, sha256);
    this.tables.push({ name: `${table.schema}.${table.name}`, rows: lines });
    this.options.onTable?.(`${table.schema}.${table.name}`, lines);
  }

  /** A table of ours as the schema has it now: the same columns in whatever order. */
  private known(table: ArchivedTable): string {
    const here = this.here.get(table.name);
    const names = (one: ArchivedTable): string =>
      one.columns
        .map(column => `${column.name} ${column.type}`)
        .sort()
        .join();
    if (!here || names(here) !== names(table)) throw unreadable();
    return here.name;
  }

  private async make(table: ArchivedTable): Promise<string> {
    if (!/^[\p{L}\p{N}_]+$/u.test(table.name) || this.filled.has(table.name)) throw unreadable();
    const name = `_restore_${this.mark}_${this.filled.size}`;
    this.filled.set(table.name, name);
    for (const statement of tableStatements(table, name)) await this.session.rows(statement);
    return name;
  }

  /** The rows once more, out of the database: what is there is what was saved. */
  private async verify(table: ArchivedTable, name: string, sha256: string): Promise<void> {
    const hash = createHash('sha256');
    for await (const chunk of archivedRows(this.session, table, table.schema, name)) hash.update(chunk);
    if (hash.digest('hex') !== sha256)
      throw new Fault('processing', 'file', {
        fr: `la table ${table.schema}.${table.name} n’est pas dans la base telle que la sauvegarde la dit : rien n’est restauré`,
        en: `the table ${table.schema}.${table.name} does not stand in the database as the backup has it: nothing is restored`,
      });
  }

  private async keepFile(digest: string, entry: ArchiveEntry): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'geomig-restore-'));
    try {
      const path = join(folder, 'file');
      await pipeline(entry.body, createWriteStream(path, { mode: 0o600 }));
      if (entry.sum().sha256 !== digest) throw unreadable();
      await this.files.keep(path, digest);
      this.files_++;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Last, since readers wait from here on: the old tables go, the new ones take their names and are watched. */
  private async takePlaces(present: readonly ArchivedTable[]): Promise<void> {
    const { session } = this;
    for (const { schema, name } of present) if (schema === 'data') await session.rows(`drop table data.${quoteName(name)}`);
    for (const [name, made] of this.filled) {
      await session.rows(`alter table data.${quoteName(made)} rename to ${quoteName(name)}`);
      const parts = await session.rows<{ old: string }>(
        `select c.relname::text as old from pg_class c where c.relnamespace = 'data'::regnamespace and c.relkind in ('i', 'S') and c.relname like $1`,
        [`${made.replaceAll('_', '\\_')}\\_%`],
      );
      for (const { old } of parts) {
        const kind = old.endsWith('_seq') ? 'sequence' : 'index';
        await session.rows(`alter ${kind} data.${quoteName(old)} rename to ${quoteName(`${name}${old.slice(made.length)}`)}`);
      }
      const [type] = await session.rows<{ dataset: number }>(
        `select dataset_id as dataset from geomig.feature_type where table_schema = 'data' and table_name = $1 and not in_place`,
        [name],
      );
      if (!type) throw unreadable();
      await session.rows(
        `create trigger geomig_watch after insert or update or delete or truncate on data.${quoteName(name)} for each statement execute function geomig.note_edit(${Math.trunc(type.dataset)})`,
      );
    }
  }

  /** The highest numbers that a running server may hold caches under. */
  private async numbers(): Promise<{ readonly types: number; readonly users: number; readonly records: number }> {
    const [row] = await this.session.rows<{ types: number; users: number; records: number }>(
      `select (select coalesce(max(generation), 0) from geomig.feature_type)::float8 as types, (select coalesce(max(generation), 0) from geomig.app_user)::float8 as users,
         (select coalesce(max(generation), 0) from geomig.record)::float8 as records`,
    );
    return row ?? { types: 0, users: 0, records: 0 };
  }

  /** Nothing that a server keeps from before is taken for what is there now; where nothing was there the numbers stay those of the backup. */
  private async announce(before: { readonly types: number; readonly users: number; readonly records: number }): Promise<void> {
    for (const [table, most] of [
      ['feature_type', before.types],
      ['app_user', before.users],
      ['record', before.records],
    ] as const)
      if (most > 0) {
        await this.session.rows(`alter table geomig.${table} disable trigger user`);
        await this.session.rows(`update geomig.${table} set generation = generation + $1::bigint`, [String(most)]);
        await this.session.rows(`alter table geomig.${table} enable trigger user`);
      }
    await this.session.rows('update geomig.generation set number = number + 1');
  }
}

/** Lines of a body in batches of bounded size. */
async function* batches(body: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  let size = 0;
  let rest: Buffer[] = [];
  for await (const chunk of body) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, at)]).toString('utf8');
      rest = [];
      from = at + 1;
      batch.push(line);
      size += line.length;
      if (batch.length < batchRows && size < batchCharacters) continue;
      yield batch;
      batch = [];
      size = 0;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) throw unreadable();
  if (batch.length > 0) yield batch;
}
