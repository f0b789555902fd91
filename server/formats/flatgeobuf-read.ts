// Reads FlatGeobuf 3 (https://flatgeobuf.org): header, index passed over, features one after the other through a window on the file.
// A first pass finds what the header leaves open: geometry types, heights, whether every feature has a value, days among the instants.
import { Fault } from '../core/model/fault';
import type { GeometryType, ScalarType } from '../core/model/feature-type';
import { eachPosition, widerType } from '../core/model/geometry-kind';
import { speaker } from '../core/model/say';
import type { Say } from '../core/model/say';
import type { OpenOptions, SourceRow, SourceValue, VectorSource } from '../core/ports/vector-source';
import { CrsGuess } from './crs-guess';
import { crsOfWkt } from './crs-wkt';
import { FileWindow } from './file-window';
import { BadBuffer, FlatTable } from './flatbuffers';
import { fgbGeometryName, readFgbGeometry } from './flatgeobuf-geometry';
import { BadGeometry } from './geojson-geometry';
import { instantOf, isDay, isInstant } from './infer';
import { chooseLayer, layerName } from './layers';

const magic = Buffer.from('fgb\x03fgb', 'latin1');
const maxHeader = 16 * 2 ** 20;
const maxFeature = 256 * 2 ** 20;
const maxColumns = 2048;
/** Bytes of a node of the index: four doubles and an offset. */
const nodeSize = 40;

/** Numbers of the enumeration ColumnType: bytes of a value (0: a length stands before it) and what it becomes. */
const columnKinds = [
  { kind: 'byte', size: 1, type: 'integer' },
  { kind: 'ubyte', size: 1, type: 'integer' },
  { kind: 'bool', size: 1, type: 'boolean' },
  { kind: 'short', size: 2, type: 'integer' },
  { kind: 'ushort', size: 2, type: 'integer' },
  { kind: 'int', size: 4, type: 'integer' },
  { kind: 'uint', size: 4, type: 'long' },
  { kind: 'long', size: 8, type: 'long' },
  { kind: 'ulong', size: 8, type: 'long' },
  { kind: 'float', size: 4, type: 'double' },
  { kind: 'double', size: 8, type: 'double' },
  { kind: 'string', size: 0, type: 'string' },
  { kind: 'json', size: 0, type: 'string' },
  { kind: 'datetime', size: 0, type: 'dateTime' },
  { kind: 'binary', size: 0, type: null },
] as const satisfies readonly { readonly kind: string; readonly size: number; readonly type: ScalarType | null }[];

interface Column {
  readonly name: string;
  readonly kind: (typeof columnKinds)[number];
  /** Position among the fields; null for one that is not taken. */
  readonly field: number | null;
}

interface Head {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly geometryType: number;
  /** 0: not told. */
  readonly count: number;
  readonly box: readonly number[];
  readonly crs: { readonly code: number; readonly org: string | null; readonly wkt: string | null } | null;
  /** Where the first feature begins. */
  readonly start: number;
}

/** Why a value cannot be taken: refuses its row. */
class BadValue extends Error {}

/** Opens a FlatGeobuf file. Faults: malformed, too-large, invalid-value (layer), invalid-crs. */
export async function openFgb(path: string, options: OpenOptions): Promise<VectorSource> {
  const say = speaker(options.language);
  const notes: string[] = [];
  const head = await headOf(path, say);
  const layer = layerName(path);
  if (options.layer !== undefined && options.layer.toLowerCase() !== head.name.toLowerCase()) chooseLayer([layer], options.layer, say);
  for (const column of head.columns)
    if (column.field === null)
      notes.push(say(`colonne binaire « ${column.name} » non reprise`, `binary column "${column.name}" not taken`));
  const seen = await survey(path, head, say);
  const taken = head.columns.filter(column => column.field !== null);
  const fields = taken.map((column, index) => ({
    name: column.name,
    type: typeOf(column, seen.onlyDays[index] ?? false),
    nillable: (seen.present[index] ?? 0) < seen.total,
  }));
  const declared = fgbGeometryName(head.geometryType);
  const type = seen.type ?? (declared === null || declared === 'Unknown' ? 'Geometry' : declared);
  // a layer that says its type and has no feature keeps it; one without any geometry is a table
  const spatial = seen.type !== null || seen.total === 0;
  return {
    format: 'flatgeobuf',
    layers: [layer],
    layer,
    fields,
    geometry: spatial ? { type, srid: sridOf(head, options, notes, say), dimension: seen.dimension } : null,
    total: seen.total,
    encoding: 'utf-8',
    notes,
    async *rows(signal): AsyncGenerator<SourceRow> {
      for await (const { line, table } of features(path, head, say)) {
        signal?.throwIfAborted();
        yield rowOf(line, table, head, fields, say);
      }
    },
    close: () => Promise.resolve(),
  };
}

const typeOf = (column: Column, days: boolean): ScalarType =>
  column.kind.kind === 'datetime' && days ? 'date' : (column.kind.type ?? 'string');

async function headOf(path: string, say: Say): Promise<Head> {
  const window = await FileWindow.open(path);
  const broken = (): Fault => new Fault('malformed', 'source', say('le fichier n’est pas du FlatGeobuf', 'the file is not FlatGeobuf'));
  try {
    const first = await window.read(0, 12);
    if (first.length < 12 || !first.subarray(0, 7).equals(magic)) throw broken();
    const length = first.readUInt32LE(8);
    if (length > maxHeader || length < 4 || 12 + length > window.size) throw broken();
    const table = FlatTable.root(Buffer.from(await window.read(12, length)));
    const written = table.tables(7);
    if (written.length > maxColumns)
      throw new Fault('too-large', 'source', say(`plus de ${maxColumns} colonnes`, `more than ${maxColumns} columns`));
    let field = 0;
    const columns = written.map((column): Column => {
      const kind = columnKinds[column.unsigned(1, 1, 0)];
      if (kind === undefined) throw broken();
      return { name: column.text(0) ?? '', kind, field: kind.type === null ? null : field++ };
    });
    const count = table.long(8);
    const indexed = table.unsigned(9, 2, 16);
    const start = 12 + length + (count > 0 && indexed > 0 ? indexSize(count, indexed) : 0);
    if (start > window.size) throw broken();
    const crs = table.table(10);
    return {
      name: table.text(0) ?? '',
      columns,
      geometryType: table.unsigned(2, 1, 0),
      count,
      box: table.doubles(1),
      crs: crs === null ? null : { org: crs.text(0), code: crs.integer(1, 0), wkt: crs.text(4) },
      start,
    };
  } catch (error) {
    if (error instanceof BadBuffer) throw broken();
    throw error;
  } finally {
    await window.close();
  }
}

/** Bytes of the packed Hilbert R-tree: its levels, each a `width`-th of the one below, up to a single root. */
function indexSize(count: number, width: number): number {
  const fan = Math.max(width, 2);
  let nodes = count;
  for (let level = count; level > 1; nodes += level) level = Math.ceil(level / fan);
  return (count === 1 ? 2 : nodes) * nodeSize;
}

interface RawFeature {
  readonly line: number;
  readonly table: FlatTable | null;
}

/** The features in their order; a table that cannot be read is null. Fault malformed where the file breaks off. */
async function* features(path: string, head: Head, say: Say): AsyncGenerator<RawFeature> {
  const window = await FileWindow.open(path);
  try {
    let line = 0;
    for (let at = head.start; at < window.size;) {
      line++;
      const prefix = await window.read(at, 4);
      const length = prefix.length === 4 ? prefix.readUInt32LE(0) : 0;
      if (length < 4 || at + 4 + length > window.size)
        throw new Fault('malformed', 'source', say(`le fichier s’arrête dans l’objet ${line}`, `the file breaks off in feature ${line}`));
      if (length > maxFeature)
        throw new Fault(
          'too-large',
          'source',
          say(`l’objet ${line} dépasse ${maxFeature} octets`, `feature ${line} is longer than ${maxFeature} bytes`),
        );
      yield { line, table: tableOf(await window.read(at + 4, length)) };
      at += 4 + length;
    }
    if (head.count > 0 && line < head.count)
      throw new Fault(
        'malformed',
        'source',
        say(`le fichier annonce ${head.count} objets et en a ${line}`, `the file announces ${head.count} features and has ${line}`),
      );
  } finally {
    await window.close();
  }
}

function tableOf(bytes: Buffer): FlatTable | null {
  try {
    return FlatTable.root(bytes);
  } catch (error) {
    if (error instanceof BadBuffer) return null;
    throw error;
  }
}

interface Seen {
  readonly total: number;
  readonly type: GeometryType | null;
  readonly dimension: 2 | 3;
  readonly present: readonly number[];
  readonly onlyDays: readonly boolean[];
}

async function survey(path: string, head: Head, say: Say): Promise<Seen> {
  const width = head.columns.filter(column => column.field !== null).length;
  const present = Array<number>(width).fill(0);
  const onlyDays = Array<boolean>(width).fill(true);
  let total = 0;
  let type: GeometryType | null = null;
  let dimension: 2 | 3 = 2;
  for await (const { line, table } of features(path, head, say)) {
    total++;
    const row = rowOf(line, table, head, null, say);
    if (row.problem !== undefined) continue;
    row.values.forEach((value, index) => {
      if (value === null) return;
      present[index] = (present[index] ?? 0) + 1;
      if (typeof value === 'string' && !isDay(dayOf(value))) onlyDays[index] = false;
    });
    if (row.geometry === null) continue;
    type = widerType(type, row.geometry.type);
    if (dimension === 2) eachPosition(row.geometry, position => (dimension = position.length > 2 ? 3 : dimension));
  }
  return { total, type, dimension, present, onlyDays };
}

/** « 2026-01-31T00:00:00 » is how a day is written here. */
const dayOf = (text: string): string => text.replace(/[T ]00:00:00(\.0+)?$/, '').replaceAll('/', '-');

function rowOf(
  line: number,
  table: FlatTable | null,
  head: Head,
  fields: readonly { readonly type: ScalarType }[] | null,
  say: Say,
): SourceRow {
  const refused = (problem: string): SourceRow => ({ line, values: [], geometry: null, problem });
  const unreadable = say('l’objet ne peut pas être lu', 'the feature cannot be read');
  if (table === null) return refused(unreadable);
  try {
    const written = table.table(0);
    const geometry = written === null ? null : readFgbGeometry(written, head.geometryType, say);
    return { line, values: valuesOf(table.slice(1), head.columns, fields, say), geometry };
  } catch (error) {
    if (error instanceof BadGeometry || error instanceof BadValue) return refused(error.message);
    if (error instanceof BadBuffer || error instanceof RangeError) return refused(unreadable);
    throw error;
  }
}

/** Pairs of a column's number and its value; what is not there is null. RangeError where they leave the bytes. */
function valuesOf(
  bytes: Buffer,
  columns: readonly Column[],
  fields: readonly { readonly type: ScalarType }[] | null,
  say: Say,
): SourceValue[] {
  const values = Array<SourceValue>(columns.filter(column => column.field !== null).length).fill(null);
  for (let at = 0; at < bytes.length;) {
    const column = columns[bytes.readUInt16LE(at)];
    if (column === undefined) throw new BadBuffer('a column that is none');
    at += 2;
    const length = column.kind.size === 0 ? bytes.readUInt32LE(at) : column.kind.size;
    if (column.kind.size === 0) at += 4;
    if (at + length > bytes.length) throw new BadBuffer('a value longer than its feature');
    if (column.field !== null) {
      const value = valueOf(bytes.subarray(at, at + length), column);
      values[column.field] = fields === null ? value : shaped(value, fields[column.field]?.type ?? 'string', column.name, say);
    }
    at += length;
  }
  return values;
}

function valueOf(bytes: Buffer, { kind }: Column): SourceValue {
  switch (kind.kind) {
    case 'byte':
      return bytes.readInt8(0);
    case 'ubyte':
      return bytes.readUInt8(0);
    case 'bool':
      return bytes[0] !== 0;
    case 'short':
      return bytes.readInt16LE(0);
    case 'ushort':
      return bytes.readUInt16LE(0);
    case 'int':
      return bytes.readInt32LE(0);
    case 'uint':
      return bytes.readUInt32LE(0);
    case 'long':
      return whole(bytes.readBigInt64LE(0));
    case 'ulong':
      return whole(bytes.readBigUInt64LE(0));
    case 'float':
      return finite(bytes.readFloatLE(0));
    case 'double':
      return finite(bytes.readDoubleLE(0));
    default:
      return bytes.toString('utf8');
  }
}

const whole = (value: bigint): number | string => (Number.isSafeInteger(Number(value)) ? Number(value) : value.toString());
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Days and instants as the database takes them. */
function shaped(value: SourceValue, type: ScalarType, name: string, say: Say): SourceValue {
  if (typeof value !== 'string' || (type !== 'date' && type !== 'dateTime')) return value;
  const day = dayOf(value);
  if (isDay(day)) return type === 'date' ? day : `${day}T00:00:00Z`;
  const text = value.replaceAll('/', '-');
  if (isInstant(text)) return instantOf(text);
  throw new BadValue(say(`« ${name} » : « ${value.slice(0, 40)} » n’est pas une date`, `"${name}": "${value.slice(0, 40)}" is no date`));
}

function sridOf(head: Head, options: OpenOptions, notes: string[], say: Say): number {
  if (options.srs !== undefined) return options.srs;
  const { crs } = head;
  if (crs !== null && crs.code > 0 && (crs.org === null || crs.org.toUpperCase() === 'EPSG')) return crs.code;
  const byText = crs?.wkt === undefined || crs.wkt === null ? null : crsOfWkt(crs.wkt);
  if (byText !== null) {
    notes.push(say(`EPSG:${byText} reconnu d'après sa définition`, `EPSG:${byText} recognised by its definition`));
    return byText;
  }
  const guess = new CrsGuess();
  const [minX = NaN, minY = NaN, maxX = NaN, maxY = NaN] = head.box;
  guess.add(minX, minY);
  guess.add(maxX, maxY);
  const found = crs === null ? guess.result() : null;
  if (found === null)
    throw new Fault(
      'invalid-crs',
      'srs',
      say(
        'le système de coordonnées du fichier n’est pas reconnu : dites-le (--srs EPSG:n)',
        'the coordinate reference system of the file is not recognised: tell it (EPSG code)',
      ),
    );
  notes.push(
    say(
      `EPSG:${found.code} (${found.name}) supposé d'après les coordonnées`,
      `EPSG:${found.code} (${found.name}) assumed from the coordinates`,
    ),
  );
  return found.code;
}
