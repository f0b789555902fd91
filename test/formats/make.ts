// Makes small files for the tests of the readers: archives, Shapefiles byte by byte, GeoPackages, and a collector of rows.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { Database } from 'node-sqlite3-wasm';
import type { SQLiteValue } from 'node-sqlite3-wasm';
import { Fault } from '../../server/core/model/fault';
import type { OpenOptions, SourceRow, VectorSource } from '../../server/core/ports/vector-source';
import { openSource } from '../../server/formats/source';

/** A temporary folder for a test file; call the second one after all. */
export function scratch(): { readonly folder: string; write(name: string, content: string | Buffer): string; clear(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'geomig-formats-'));
  return {
    folder,
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Everything of a source; it is closed. */
export async function readAll(
  path: string,
  options: OpenOptions = {},
): Promise<{ readonly source: VectorSource; readonly rows: SourceRow[] }> {
  const source = await openSource(path, options);
  try {
    const rows: SourceRow[] = [];
    for await (const row of source.rows()) rows.push(row);
    return { source, rows };
  } finally {
    await source.close();
  }
}

/** The fault a promise ends in. */
export async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('no fault was thrown');
}

export interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
  /** Unix mode in the external attributes. */
  readonly mode?: number;
  /** Size the directory declares instead of the true one. */
  readonly declared?: number;
}

/** A .zip, deflated, with whatever names the entries have. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const packed = deflateRawSync(entry.content, { level: 9 });
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc32(entry.content), 0);
    sizes.writeUInt32LE(packed.length, 4);
    sizes.writeUInt32LE(entry.declared ?? entry.content.length, 8);
    const local = Buffer.alloc(14);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(0x800, 6);
    local.writeUInt16LE(8, 8);
    const lengths = Buffer.alloc(4);
    lengths.writeUInt16LE(name.length, 0);
    locals.push(local, sizes, lengths, name, packed);
    const central = Buffer.alloc(16);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x031e, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(0x800, 8);
    central.writeUInt16LE(8, 10);
    const tail = Buffer.alloc(18);
    tail.writeUInt16LE(name.length, 0);
    tail.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 10);
    tail.writeUInt32LE(offset, 14);
    directory.push(central, sizes, tail, name);
    offset += 14 + 12 + 4 + name.length + packed.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, index, end]);
}

export interface DbfColumn {
  readonly name: string;
  readonly type: string;
  readonly length: number;
  readonly decimals?: number;
}

/** A .dbf of raw cells; `*` as first cell's prefix is not special: deleted rows are told by number. */
export function dbfOf(
  columns: readonly DbfColumn[],
  rows: readonly (readonly (string | Buffer)[])[],
  driver = 0,
  deleted: readonly number[] = [],
): Buffer {
  const length = 1 + columns.reduce((sum, column) => sum + column.length, 0);
  const head = Buffer.alloc(32 + columns.length * 32 + 1);
  head[0] = 3;
  head.writeUInt32LE(rows.length, 4);
  head.writeUInt16LE(head.length, 8);
  head.writeUInt16LE(length, 10);
  head[29] = driver;
  columns.forEach((column, index) => {
    const at = 32 + index * 32;
    head.write(column.name, at, 'latin1');
    head.write(column.type, at + 11, 'latin1');
    head[at + 16] = column.length;
    head[at + 17] = column.decimals ?? 0;
  });
  head[head.length - 1] = 0x0d;
  const body = rows.map((row, number) => {
    const record = Buffer.alloc(length, 0x20);
    if (deleted.includes(number)) record[0] = 0x2a;
    let at = 1;
    columns.forEach((column, index) => {
      const cell = row[index] ?? '';
      const bytes = typeof cell === 'string' ? Buffer.from(cell, 'latin1') : cell;
      bytes.copy(record, at, 0, column.length);
      at += column.length;
    });
    return record;
  });
  return Buffer.concat([head, ...body, Buffer.from([0x1a])]);
}

/** Content of a polygon or line record (type 5 or 3): parts of x,y pairs. */
export function partsShape(type: number, parts: readonly (readonly (readonly [number, number])[])[]): Buffer {
  const points = parts.flat();
  const shape = Buffer.alloc(44 + parts.length * 4 + points.length * 16);
  shape.writeInt32LE(type, 0);
  shape.writeInt32LE(parts.length, 36);
  shape.writeInt32LE(points.length, 40);
  let first = 0;
  parts.forEach((part, index) => {
    shape.writeInt32LE(first, 44 + index * 4);
    first += part.length;
  });
  points.forEach(([x, y], index) => {
    shape.writeDoubleLE(x, 44 + parts.length * 4 + index * 16);
    shape.writeDoubleLE(y, 52 + parts.length * 4 + index * 16);
  });
  return shape;
}

export function pointShape(x: number, y: number): Buffer {
  const shape = Buffer.alloc(20);
  shape.writeInt32LE(1, 0);
  shape.writeDoubleLE(x, 4);
  shape.writeDoubleLE(y, 12);
  return shape;
}

/** .shp and .shx of record contents; `box` of the header is minX, minY, maxX, maxY. */
export function shpOf(
  type: number,
  shapes: readonly Buffer[],
  box: readonly number[] = [0, 0, 0, 0],
): { readonly shp: Buffer; readonly shx: Buffer } {
  const header = (length: number): Buffer => {
    const head = Buffer.alloc(100);
    head.writeUInt32BE(9994, 0);
    head.writeUInt32BE(length / 2, 24);
    head.writeInt32LE(1000, 28);
    head.writeInt32LE(type, 32);
    box.forEach((value, index) => head.writeDoubleLE(value, 36 + index * 8));
    return head;
  };
  const index: Buffer[] = [];
  const records: Buffer[] = [];
  let at = 100;
  shapes.forEach((shape, number) => {
    const entry = Buffer.alloc(8);
    entry.writeUInt32BE(at / 2, 0);
    entry.writeUInt32BE(shape.length / 2, 4);
    index.push(entry);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(number + 1, 0);
    head.writeUInt32BE(shape.length / 2, 4);
    records.push(head, shape);
    at += 8 + shape.length;
  });
  return { shp: Buffer.concat([header(at), ...records]), shx: Buffer.concat([header(100 + index.length * 8), ...index]) };
}

/** The blob of a GeoPackage around a WKB in hexadecimal. */
export function gpkgBlob(wkbHex: string, srid = 2154): Uint8Array {
  const head = Buffer.alloc(8);
  head.write('GP', 0, 'latin1');
  head[3] = 1;
  head.writeInt32LE(srid, 4);
  return new Uint8Array(Buffer.concat([head, Buffer.from(wkbHex, 'hex')]));
}

/** A GeoPackage: the required tables, then the statements of the test. */
export function makeGpkg(path: string, statements: readonly (string | readonly [string, SQLiteValue[]])[]): string {
  const database = new Database(path);
  try {
    database.exec(`PRAGMA application_id = 1196444487;
      create table gpkg_spatial_ref_sys (srs_name text, srs_id integer primary key, organization text, organization_coordsys_id integer, definition text, description text);
      create table gpkg_contents (table_name text primary key, data_type text, identifier text, description text, last_change text, min_x real, min_y real, max_x real, max_y real, srs_id integer);
      create table gpkg_geometry_columns (table_name text, column_name text, geometry_type_name text, srs_id integer, z integer, m integer);
      insert into gpkg_spatial_ref_sys values ('Lambert-93', 2154, 'EPSG', 2154, 'undefined', null), ('WGS 84', 4326, 'EPSG', 4326, 'undefined', null);`);
    for (const statement of statements) {
      if (typeof statement === 'string') database.exec(statement);
      else database.run(statement[0], [...statement[1]]);
    }
  } finally {
    database.close();
  }
  return path;
}

/** Statements that declare a table as a layer of features. */
export const declared = (table: string, type: string, column = 'geom'): string =>
  `insert into gpkg_contents (table_name, data_type, identifier, srs_id) values ('${table}', 'features', '${table}', 2154);
   insert into gpkg_geometry_columns values ('${table}', '${column}', '${type}', 2154, 0, 0);`;
