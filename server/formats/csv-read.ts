// Reads CSV: separator, encoding, types and coordinates are found in a first pass over the whole file; the second one gives the rows.
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { Fault } from '../core/model/fault';
import type { GeometryType } from '../core/model/feature-type';
import type { Geometry } from '../core/model/geometry';
import { crsByCode } from '../core/model/crs';
import { eachPosition, widerType } from '../core/model/geometry-kind';
import type { OpenOptions, SourceRow, VectorSource } from '../core/ports/vector-source';
import { CrsGuess } from './crs-guess';
import { CsvColumn, cellValue, coordinateColumns, numberOf, pairOf } from './csv-columns';
import type { CoordinateColumns, GeometryShape } from './csv-columns';
import { encodingOfFile, textStream, toldEncoding } from './encodings';
import type { Encoding } from './encodings';
import { BadGeometry, geometryOfJson } from './geojson-geometry';
import { layerName } from './layers';
import { speaker } from '../core/model/say';
import type { Say } from '../core/model/say';
import { readWkb } from './wkb-read';
import { readWktGeometry } from './wkt-read';

const separators = [';', '\t', '|', ','] as const;
const maxColumns = 1500;
/** Longest record in characters. */
const maxRecord = 8 * 2 ** 20;

interface Layout {
  readonly path: string;
  readonly encoding: Encoding;
  readonly separator: string;
  /** A decimal comma can be told from the separator. */
  readonly comma: boolean;
}

interface Line {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Where a row's geometry comes from. */
type Placing =
  { readonly by: 'column'; readonly column: number; readonly shape: GeometryShape } | ({ readonly by: 'xy' } & CoordinateColumns);

/** Opens a CSV. Faults: malformed, too-large, invalid-value (encoding), invalid-crs. */
export async function openCsv(path: string, options: OpenOptions): Promise<VectorSource> {
  const say = speaker(options.language);
  const notes: string[] = [];
  const encoding = options.encoding === undefined ? await encodingOfFile(path) : toldEncoding(options.encoding);
  if (options.encoding === undefined && encoding !== 'utf-8')
    notes.push(say(`encodage ${encoding} reconnu aux octets`, `encoding ${encoding} recognised by the bytes`));
  const separator = await separatorOf(path, encoding);
  const layout: Layout = { path, encoding, separator, comma: separator !== ',' };
  const seen = await lookThrough(layout, options, say);
  const geometryColumn = seen.placing?.by === 'column' && seen.placing.shape !== 'pair' ? seen.placing.column : -1;
  const kept = seen.columns
    .map((column, index) => ({ index, field: column.result(seen.taken) }))
    .filter(({ index }) => index !== geometryColumn);
  const geometry =
    seen.placing === null
      ? null
      : { type: seen.geometryType ?? 'Point', srid: sridOf(seen, options, notes, say), dimension: seen.dimension };
  const { placing } = seen;
  if (placing === null)
    notes.push(
      say('aucune colonne de coordonnées reconnue : table sans géométrie', 'no column of coordinates recognised: a table without geometry'),
    );
  else notes.push(placingNote(placing, seen.columns, say));
  const name = layerName(path);
  return {
    format: 'csv',
    layers: [name],
    layer: name,
    fields: kept.map(({ field }) => field),
    geometry,
    total: seen.total,
    encoding,
    notes,
    async *rows(signal): AsyncGenerator<SourceRow> {
      for await (const { line, cells } of records(layout)) {
        signal?.throwIfAborted();
        if (line <= seen.headerLine) continue;
        const problem = widthProblem(cells, seen.columns.length, say);
        if (problem !== null) yield { line, values: [], geometry: null, problem };
        else yield rowOf(line, cells);
      }
    },
    close: () => Promise.resolve(),
  };

  function rowOf(line: number, cells: readonly string[]): SourceRow {
    try {
      const values = kept.map(({ index, field }) => cellValue(cells[index] ?? '', field.type, layout.comma));
      return { line, values, geometry: placing === null ? null : place(cells, placing, layout.comma, say) };
    } catch (error) {
      if (error instanceof BadGeometry) return { line, values: [], geometry: null, problem: error.message };
      throw error;
    }
  }
}

interface Seen {
  readonly headerLine: number;
  readonly columns: readonly CsvColumn[];
  readonly total: number;
  /** Rows of the right width. */
  readonly taken: number;
  readonly placing: Placing | null;
  readonly geometryType: GeometryType | null;
  readonly dimension: 2 | 3;
  /** SRID that the WKT names, or that the coordinates look like. */
  readonly srid: number | null;
  readonly guess: { readonly code: number; readonly name: string } | null;
}

async function lookThrough(layout: Layout, options: OpenOptions, say: Say): Promise<Seen> {
  let header: Line | null = null;
  let columns: CsvColumn[] = [];
  let pairs: { readonly columns: CoordinateColumns; readonly guess: CrsGuess }[] = [];
  let total = 0;
  let taken = 0;
  for await (const line of records(layout)) {
    if (header === null) {
      header = line;
      if (line.cells.length > maxColumns)
        throw new Fault('too-large', 'source', {
          en: `the CSV has more than ${maxColumns} columns`,
          fr: `le CSV a plus de ${maxColumns} colonnes`,
        });
      columns = line.cells.map((name, index) => new CsvColumn(name.trim() || `field_${index + 1}`, layout.comma));
      pairs = coordinateColumns(columns).map(found => ({ columns: found, guess: new CrsGuess() }));
      continue;
    }
    total++;
    if (widthProblem(line.cells, columns.length, say) !== null) continue;
    taken++;
    columns.forEach((column, index) => column.see(line.cells[index] ?? ''));
    for (const { columns: pair, guess } of pairs)
      guess.add(coordinate(line.cells[pair.x], layout.comma), coordinate(line.cells[pair.y], layout.comma));
  }
  if (header === null) throw new Fault('malformed', 'source', { en: 'the CSV is empty', fr: 'le CSV est vide' });
  const placing = placingOf(columns, pairs, options);
  const pair = placing?.by === 'xy' ? pairs.find(({ columns: one }) => one.x === placing.x) : undefined;
  const geometry =
    placing?.by === 'column'
      ? await lookAtGeometries(layout, header.line, placing, say)
      : { type: 'Point' as const, dimension: 2 as const, srid: null, guess: null };
  return {
    headerLine: header.line,
    columns,
    total,
    taken,
    placing,
    geometryType: geometry.type,
    dimension: geometry.dimension,
    srid: placing?.by === 'xy' ? placing.srid : placing?.shape === 'pair' || placing?.shape === 'json' ? 4326 : geometry.srid,
    guess: pair?.guess.result() ?? geometry.guess,
  };
}

/** A column of geometries wins, then degrees, then x/y; told a projected CRS, x/y wins over degrees. */
function placingOf(
  columns: readonly CsvColumn[],
  pairs: readonly { readonly columns: CoordinateColumns }[],
  options: OpenOptions,
): Placing | null {
  const shapes = columns.map((column, index) => ({ column: index, shape: column.geometryShape() }));
  for (const wanted of ['wkt', 'json', 'wkb'] as const) {
    const found = shapes.find(({ shape }) => shape === wanted);
    if (found) return { by: 'column', column: found.column, shape: wanted };
  }
  const projected = options.srs !== undefined && crsByCode(options.srs)?.geographic !== true;
  const xy = (projected ? pairs.find(pair => pair.columns.srid !== 4326) : undefined) ?? pairs[0];
  if (xy) return { by: 'xy', ...xy.columns };
  const pair = shapes.find(({ shape }) => shape === 'pair');
  return pair ? { by: 'column', column: pair.column, shape: 'pair' } : null;
}

async function lookAtGeometries(
  layout: Layout,
  headerLine: number,
  placing: Placing,
  say: Say,
): Promise<{ type: GeometryType | null; dimension: 2 | 3; srid: number | null; guess: ReturnType<CrsGuess['result']> }> {
  let type: GeometryType | null = null;
  let dimension: 2 | 3 = 2;
  let srid: number | null = null;
  const guess = new CrsGuess();
  for await (const { line, cells } of records(layout)) {
    if (line <= headerLine || placing.by !== 'column') continue;
    try {
      srid ??= Number(/^\s*SRID\s*=\s*(\d{1,6})/i.exec(cells[placing.column] ?? '')?.[1] ?? NaN) || null;
      const geometry = place(cells, placing, layout.comma, say);
      if (geometry === null) continue;
      type = widerType(type, geometry.type);
      eachPosition(geometry, position => {
        guess.add(position[0], position[1]);
        if (position.length > 2) dimension = 3;
      });
    } catch (error) {
      if (!(error instanceof BadGeometry)) throw error;
    }
  }
  return { type, dimension, srid, guess: guess.result() };
}

function place(cells: readonly string[], placing: Placing, comma: boolean, say: Say): Geometry | null {
  if (placing.by === 'xy') {
    const [xText, yText] = [(cells[placing.x] ?? '').trim(), (cells[placing.y] ?? '').trim()];
    if (xText === '' && yText === '') return null;
    const [x, y] = [coordinate(xText, comma), coordinate(yText, comma)];
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      const shown = `${xText.slice(0, 30)} ; ${yText.slice(0, 30)}`;
      throw new BadGeometry(say(`coordonnées illisibles : ${shown}`, `coordinates not readable: ${shown}`));
    }
    return { type: 'Point', coordinates: [x, y] };
  }
  const text = (cells[placing.column] ?? '').trim();
  if (text === '') return null;
  switch (placing.shape) {
    case 'wkt':
      return readWktGeometry(text, say).geometry;
    case 'wkb':
      return readWkb(Buffer.from(text, 'hex'), say);
    case 'json':
      return geometryOfJson(jsonOf(text, say), say);
    case 'pair': {
      const pair = pairOf(text);
      if (pair === null)
        throw new BadGeometry(say(`coordonnées illisibles : ${text.slice(0, 60)}`, `coordinates not readable: ${text.slice(0, 60)}`));
      return { type: 'Point', coordinates: pair };
    }
  }
}

function jsonOf(text: string, say: Say): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BadGeometry(say("la géométrie n'est pas du JSON", 'the geometry is not JSON'));
  }
}

function coordinate(cell: string | undefined, comma: boolean): number {
  const text = (cell ?? '').trim().replace(/\s/g, '');
  return text === '' ? NaN : (numberOf(text, comma) ?? NaN);
}

function sridOf(seen: Seen, options: OpenOptions, notes: string[], say: Say): number {
  if (options.srs !== undefined) return options.srs;
  if (seen.srid !== null) return seen.srid;
  if (seen.guess !== null) {
    const { code, name } = seen.guess;
    notes.push(say(`EPSG:${code} (${name}) supposé d'après les coordonnées`, `EPSG:${code} (${name}) assumed from the coordinates`));
    return code;
  }
  throw new Fault('invalid-crs', 'srs', {
    en: 'the coordinates do not tell their reference system: tell it (EPSG code)',
    fr: 'les coordonnées ne disent pas leur système de référence : dites-le (--srs EPSG:n)',
  });
}

function placingNote(placing: Placing, columns: readonly CsvColumn[], say: Say): string {
  const name = (index: number): string => columns[index]?.name ?? '';
  if (placing.by === 'column')
    return say(`géométrie de la colonne « ${name(placing.column)} »`, `geometry of column "${name(placing.column)}"`);
  return say(
    `coordonnées des colonnes « ${name(placing.x)} » et « ${name(placing.y)} »`,
    `coordinates of columns "${name(placing.x)}" and "${name(placing.y)}"`,
  );
}

/** Empty cells past the header are forgiven, missing or filled ones are not: they shift values into other columns. */
function widthProblem(cells: readonly string[], width: number, say: Say): string | null {
  if (cells.length === width || (cells.length > width && cells.slice(width).every(cell => cell.trim() === ''))) return null;
  return say(`${cells.length} valeurs pour ${width} colonnes`, `${cells.length} values for ${width} columns`);
}

/** Records with the line they end at; the head is the first. */
async function* records(layout: Layout): AsyncGenerator<Line> {
  const parser = parse({
    delimiter: layout.separator,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: maxRecord,
  });
  pipeline(textStream(layout.path, layout.encoding), parser, () => undefined);
  try {
    for await (const item of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>)
      yield { line: item.info.lines, cells: item.record };
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (error instanceof CsvError && error.code === 'CSV_MAX_RECORD_SIZE')
      throw new Fault(
        'too-large',
        'source',
        { en: `a record of the CSV is longer than ${maxRecord} characters`, fr: `une ligne du CSV dépasse ${maxRecord} caractères` },
        { cause: error },
      );
    throw new Fault(
      'malformed',
      'source',
      {
        en: `the CSV cannot be read: ${error instanceof Error ? error.message : 'unknown'}`,
        fr: `le CSV ne peut pas être lu : ${error instanceof Error ? error.message : 'raison inconnue'}`,
      },
      {
        cause: error,
      },
    );
  } finally {
    parser.destroy();
  }
}

/** The separator that divides the head into the most columns, counted outside quotes. */
async function separatorOf(path: string, encoding: Encoding): Promise<string> {
  let head = '';
  const stream = textStream(path, encoding);
  for await (const chunk of stream as AsyncIterable<string>) {
    head += chunk;
    if (head.length > 65_536 || /\r?\n.*\r?\n/s.test(head)) break;
  }
  const line =
    head
      .replace(/"[^"]*"/g, '')
      .split(/\r?\n/)
      .find(one => one.trim() !== '') ?? '';
  const counts = separators.map(separator => line.split(separator).length);
  return separators[counts.indexOf(Math.max(...counts))] ?? ',';
}
