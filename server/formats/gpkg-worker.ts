// The worker thread that opens a GeoPackage: SQLite in WebAssembly, read only, schema not trusted; a file that keeps it busy costs this thread
// and nothing else (A19, D39). Only the gpkg_* tables and the plain table of a layer are read, never a view; triggers cannot fire on reading.
import { parentPort, workerData } from 'node:worker_threads';
import { Database } from 'node-sqlite3-wasm';
import type { SQLiteValue, Statement } from 'node-sqlite3-wasm';
import type { GpkgColumn, GpkgLayer, GpkgReply, GpkgRequest } from './gpkg-messages';
import { gpkgBodyOffset, wkbType } from './wkb-read';

const port = parentPort;
if (port === null) throw new Error('gpkg-worker runs as a worker thread only');

const batchRows = 500;
const batchBytes = 4 * 2 ** 20;

const { path, log } = workerData as { readonly path: string; readonly log: boolean };
if (log) settle(path);
const database = new Database(path, { readOnly: true });
for (const pragma of [
  'trusted_schema = off',
  'query_only = on',
  'cell_size_check = on',
  'mmap_size = 0',
  'foreign_keys = off',
  'hard_heap_limit = 536870912',
  'temp_store = memory',
])
  database.exec(`PRAGMA ${pragma}`);

const quoted = (name: string): string => `"${name.replace(/"/g, '""')}"`;
let reading: {
  readonly statement: Statement;
  readonly rows: Iterator<Record<string, SQLiteValue>>;
  readonly names: readonly string[];
} | null = null;

/** Writes the log of a copy in WAL mode into it; exclusive, because there is no shared memory here. */
function settle(copy: string): void {
  const writable = new Database(copy);
  try {
    writable.exec('PRAGMA trusted_schema = off; PRAGMA locking_mode = exclusive; PRAGMA journal_mode = delete');
  } finally {
    writable.close();
  }
}

/** A plain table: no view, no virtual table, whatever gpkg_contents calls it. */
function isTable(name: string): boolean {
  const row = database.get("select type, sql from sqlite_master where lower(name) = lower(?) and type in ('table', 'view')", [name]);
  return row !== null && row['type'] === 'table' && !/^\s*create\s+virtual/i.test(String(row['sql'] as unknown));
}

function all(sql: string, values: SQLiteValue[] = []): Record<string, SQLiteValue>[] {
  return database.all(sql, values) as Record<string, SQLiteValue>[];
}

function layers(): { readonly layers: GpkgLayer[]; readonly skipped: string[] } {
  if (!isTable('gpkg_contents') || !isTable('gpkg_spatial_ref_sys')) throw new Error('it has no table gpkg_contents');
  const geometries = isTable('gpkg_geometry_columns')
    ? all('select table_name, column_name, geometry_type_name, srs_id, z from gpkg_geometry_columns')
    : [];
  const systems = all('select srs_id, organization, organization_coordsys_id as code, definition from gpkg_spatial_ref_sys');
  const found: GpkgLayer[] = [];
  const skipped: string[] = [];
  for (const content of all(
    "select table_name, data_type from gpkg_contents where data_type in ('features', 'attributes') order by rowid",
  )) {
    const name = String(content['table_name']);
    if (!isTable(name) || /^(gpkg|sqlite|rtree)_/i.test(name)) {
      skipped.push(name);
      continue;
    }
    const same = (row: Record<string, SQLiteValue>): boolean => String(row['table_name']).toLowerCase() === name.toLowerCase();
    const geometry = content['data_type'] === 'features' ? geometries.find(same) : undefined;
    const system = systems.find(row => row['srs_id'] === geometry?.['srs_id']);
    found.push({
      name,
      geometryColumn: geometry ? String(geometry['column_name']) : null,
      declaredType: geometry ? String(geometry['geometry_type_name']) : null,
      organization: system ? String(system['organization']) : null,
      code: system ? Number(system['code']) : null,
      definition: system ? String(system['definition']).slice(0, 20_000) : null,
    });
  }
  return { layers: found, skipped };
}

/** Columns of a table: generated and hidden ones, whose expressions are the file's, are not among those of table_info. */
function columns(table: string): GpkgColumn[] {
  return all('select name, type, "notnull", pk from pragma_table_info(?)', [table]).map(row => ({
    name: String(row['name']),
    type: String(row['type']).toUpperCase(),
    notNull: Number(row['notnull']) !== 0,
    key: Number(row['pk']) === 1,
  }));
}

/** Count, geometry types and heights of all rows, from the first bytes of each geometry. */
function survey(table: string, geometryColumn: string | null): { readonly total: number; readonly types: [number, boolean][] } {
  if (geometryColumn === null) return { total: Number(database.get(`select count(*) as n from ${quoted(table)}`)?.['n']), types: [] };
  const statement = database.prepare(`select substr(${quoted(geometryColumn)}, 1, 80) as head from ${quoted(table)}`);
  const types = new Map<string, [number, boolean]>();
  let total = 0;
  try {
    for (const row of statement.iterate()) {
      total++;
      const head = row['head'];
      if (!(head instanceof Uint8Array)) continue;
      const at = gpkgBodyOffset(head);
      if (at === null || head.length < at + 5) continue;
      const code = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(at + 1, head[at] === 1);
      const { type, z } = wkbType(code);
      types.set(`${type} ${z}`, [type, z]);
    }
  } finally {
    statement.finalize();
  }
  return { total, types: [...types.values()] };
}

function start(table: string, names: readonly string[]): void {
  stop();
  const aliases = names.map((name, index) => `${quoted(name)} as c${index}`).join(', ');
  const statement = database.prepare(`select ${aliases} from ${quoted(table)}`);
  reading = {
    statement,
    rows: statement.iterate() as Iterator<Record<string, SQLiteValue>>,
    names: names.map((_name, index) => `c${index}`),
  };
}

function nextBatch(): { readonly rows: SQLiteValue[][]; readonly done: boolean } {
  const rows: SQLiteValue[][] = [];
  let bytes = 0;
  if (reading === null) return { rows, done: true };
  while (rows.length < batchRows && bytes < batchBytes) {
    const step = reading.rows.next();
    if (step.done === true) {
      stop();
      return { rows, done: true };
    }
    const row = reading.names.map(name => step.value[name] ?? null);
    for (const value of row) bytes += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
    rows.push(row);
  }
  return { rows, done: false };
}

function stop(): void {
  reading?.statement.finalize();
  reading = null;
}

function answer(request: GpkgRequest): GpkgReply {
  switch (request.ask) {
    case 'layers':
      return { about: 'layers', ...layers() };
    case 'describe':
      return { about: 'describe', columns: columns(request.table), ...survey(request.table, request.geometryColumn) };
    case 'start':
      start(request.table, request.columns);
      return { about: 'batch', ...nextBatch() };
    case 'next':
      return { about: 'batch', ...nextBatch() };
    case 'stop':
      stop();
      return { about: 'batch', rows: [], done: true };
  }
}

port.on('message', (request: GpkgRequest) => {
  let reply: GpkgReply;
  try {
    reply = answer(request);
  } catch (error) {
    reply = { about: 'error', message: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(reply);
});
