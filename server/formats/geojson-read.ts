// Reads GeoJSON (RFC 7946; also the 2008 form with its `crs` member) as one document, newline-delimited, or as a text sequence (RFC 8142); .gz too.
// Two passes: the first one finds fields, types, geometry type and CRS over all features, the second one gives the rows.
import { createReadStream } from 'node:fs';
import { crsByCode, parseCrs } from '../core/model/crs';
import { Fault } from '../core/model/fault';
import type { GeometryType } from '../core/model/feature-type';
import type { Geometry } from '../core/model/geometry';
import { eachPosition, widerType } from '../core/model/geometry-kind';
import type { OpenOptions, SourceRow, VectorSource } from '../core/ports/vector-source';
import { byteStream } from './encodings';
import { BadGeometry, geometryOfJson } from './geojson-geometry';
import { FieldTypes, jsonType, jsonValue } from './infer';
import { jsonLines, jsonPieces } from './json-scan';
import { layerName } from './layers';
import { speaker } from '../core/model/say';
import type { Say } from '../core/model/say';

interface RawFeature {
  readonly line: number;
  readonly id: string | number | null;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly geometry: unknown;
  readonly problem?: string;
}

type Layout = 'document' | 'lines' | 'sequence';

const geometryTypes = new Set(['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon', 'GeometryCollection']);
const maxFields = 1500;

/** Opens a GeoJSON file. Faults: malformed, too-large, invalid-crs. */
export async function openGeoJson(path: string, options: OpenOptions): Promise<VectorSource> {
  const say = speaker(options.language);
  const layout = await layoutOf(path, options);
  const seen = await lookThrough(path, layout, say);
  const notes: string[] = [];
  const srid = seen.crs === null || options.srs !== undefined ? (options.srs ?? 4326) : codeOfMember(seen.crs, notes, say);
  if (options.srs !== undefined && crsByCode(options.srs) === undefined)
    notes.push(say(`EPSG:${options.srs} indiqué par l'utilisateur`, `EPSG:${options.srs} as told by the user`));
  const idField = seen.idType !== null && !seen.names.has('id');
  const fields = [...(idField ? [{ name: 'id', type: seen.idType ?? 'string', nillable: seen.ids < seen.total }] : []), ...seen.fields];
  const name = layerName(path);
  return {
    format: layout === 'document' ? 'geojson' : 'geojson-seq',
    layers: [name],
    layer: name,
    fields,
    geometry: seen.geometryType === null ? null : { type: seen.geometryType, srid, dimension: seen.dimension },
    total: seen.total,
    encoding: 'utf-8',
    notes,
    async *rows(signal): AsyncGenerator<SourceRow> {
      for await (const raw of features(path, layout, say)) {
        signal?.throwIfAborted();
        yield rowOf(raw);
      }
    },
    close: () => Promise.resolve(),
  };

  function rowOf(raw: RawFeature): SourceRow {
    if (raw.problem !== undefined) return { line: raw.line, values: [], geometry: null, problem: raw.problem };
    try {
      const values = fields.map((field, index) => jsonValue(idField && index === 0 ? raw.id : own(raw.properties, field.name), field.type));
      return { line: raw.line, values, geometry: geometryOfJson(raw.geometry, say) };
    } catch (error) {
      if (error instanceof BadGeometry) return { line: raw.line, values: [], geometry: null, problem: error.message };
      throw error;
    }
  }
}

/** The EPSG code of a 2008 `crs` member: a name of ours, or an EPSG code that the loading will transform. */
function codeOfMember(name: string, notes: string[], say: Say): number {
  const code = Number(/EPSG:(?:[\d.]*:)?(\d{4,6})$/i.exec(name)?.[1] ?? NaN);
  if (Number.isInteger(code)) {
    notes.push(say(`EPSG:${code} d'après le membre « crs » du fichier`, `EPSG:${code} by the file's "crs" member`));
    return code;
  }
  return parseCrs(name, 'xy', 'srs').crs.code;
}

interface Seen {
  readonly fields: ReturnType<FieldTypes['fields']>;
  readonly names: ReadonlySet<string>;
  readonly idType: 'integer' | 'long' | 'string' | null;
  readonly ids: number;
  readonly total: number;
  readonly geometryType: GeometryType | null;
  readonly dimension: 2 | 3;
  readonly crs: string | null;
}

async function lookThrough(path: string, layout: Layout, say: Say): Promise<Seen> {
  const types = new FieldTypes();
  const idTypes = new FieldTypes();
  let total = 0;
  let taken = 0;
  let ids = 0;
  let geometryType: GeometryType | null = null;
  let dimension: 2 | 3 = 2;
  let crs: string | null = null;
  for await (const raw of features(path, layout, say, name => (crs ??= name))) {
    total++;
    if (raw.problem !== undefined) continue;
    taken++;
    for (const [name, value] of Object.entries(raw.properties)) {
      const index = types.index(name);
      if (value !== null) types.add(index, jsonType(value as NonNullable<unknown>));
    }
    if (types.size > maxFields)
      throw new Fault('too-large', 'source', {
        en: `the features have more than ${maxFields} different properties`,
        fr: `les objets ont plus de ${maxFields} propriétés différentes`,
      });
    if (raw.id !== null) {
      ids++;
      idTypes.add(idTypes.index('id'), typeof raw.id === 'number' ? jsonType(raw.id) : 'string');
    }
    const geometry = safeGeometry(raw.geometry, say);
    if (geometry === null) continue;
    geometryType = widerType(geometryType, geometry.type);
    if (dimension === 2) eachPosition(geometry, position => (dimension = position.length > 2 ? 3 : dimension));
  }
  const idType = idTypes.fields(ids)[0]?.type ?? null;
  const fields = types.fields(taken);
  return {
    fields,
    names: new Set(fields.map(field => field.name.toLowerCase())),
    idType: idType === null || idType === 'integer' || idType === 'long' ? idType : 'string',
    ids,
    total,
    geometryType,
    dimension,
    crs,
  };
}

/** A feature that lacks a property called « constructor » has none. */
const own = (properties: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(properties, name) ? properties[name] : null;

function safeGeometry(value: unknown, say: Say): Geometry | null {
  try {
    return geometryOfJson(value, say);
  } catch (error) {
    if (error instanceof BadGeometry) return null;
    throw error;
  }
}

/** The features of a file, whatever its layout; `onCrs` hears the name of a `crs` member. */
async function* features(
  path: string,
  layout: Layout,
  say: Say,
  onCrs: (name: string) => void = () => undefined,
): AsyncGenerator<RawFeature> {
  const bytes = byteStream(path) as AsyncIterable<Buffer>;
  try {
    if (layout === 'document') yield* ofDocument(bytes, say, onCrs);
    else
      for await (const { line, text } of jsonLines(bytes, layout === 'lines' ? 0x0a : 0x1e)) {
        const value = parsed(text);
        hearCrs(value, onCrs);
        yield* unfold(value, line, say);
      }
  } catch (error) {
    throw error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
      ? new Fault(
          'malformed',
          'source',
          { en: `the compressed file cannot be read: ${error.message}`, fr: `le fichier compressé ne peut pas être lu : ${error.message}` },
          { cause: error },
        )
      : error;
  }
}

async function* ofDocument(bytes: AsyncIterable<Buffer>, say: Say, onCrs: (name: string) => void): AsyncGenerator<RawFeature> {
  let number = 0;
  let documents = 0;
  for await (const piece of jsonPieces(bytes)) {
    const value = parsed(piece.text);
    if (piece.kind === 'element') yield featureOf(value, ++number, say);
    else {
      documents++;
      hearCrs(value, onCrs);
      const type = (value as { type?: unknown } | undefined)?.type;
      if (value === undefined) throw new Fault('malformed', 'source', { en: 'the file is not JSON', fr: 'le fichier n’est pas du JSON' });
      if (Array.isArray(value) || type === 'FeatureCollection') continue;
      if (type !== 'Feature' && !geometryTypes.has(String(type)))
        throw new Fault('malformed', 'source', {
          en: 'the JSON is not GeoJSON: no FeatureCollection, Feature or geometry',
          fr: 'le JSON n’est pas du GeoJSON : ni FeatureCollection, ni Feature, ni géométrie',
        });
      yield featureOf(value, ++number, say);
    }
  }
  if (documents === 0) throw new Fault('malformed', 'source', { en: 'the file is empty', fr: 'le fichier est vide' });
}

function* unfold(value: unknown, line: number, say: Say): Generator<RawFeature> {
  const { type, features: members } = (value ?? {}) as { type?: unknown; features?: unknown };
  if (type === 'FeatureCollection' && Array.isArray(members)) for (const member of members) yield featureOf(member, line, say);
  else yield featureOf(value, line, say);
}

function featureOf(value: unknown, line: number, say: Say): RawFeature {
  const nothing = { line, id: null, properties: {}, geometry: null };
  if (value === undefined) return { ...nothing, problem: say("ce n'est pas du JSON", 'this is not JSON') };
  const { type, id, properties, geometry } = (value ?? {}) as { type?: unknown; id?: unknown; properties?: unknown; geometry?: unknown };
  if (geometryTypes.has(String(type))) return { ...nothing, geometry: value };
  if (type !== 'Feature') return { ...nothing, problem: say("ce n'est pas une Feature GeoJSON", 'this is not a GeoJSON Feature') };
  const known = typeof properties === 'object' && properties !== null && !Array.isArray(properties);
  return {
    line,
    id: typeof id === 'string' || typeof id === 'number' ? id : null,
    properties: known ? (properties as Record<string, unknown>) : {},
    geometry: geometry ?? null,
  };
}

function hearCrs(value: unknown, onCrs: (name: string) => void): void {
  const name = (value as { crs?: { properties?: { name?: unknown } } | null } | null | undefined)?.crs?.properties?.name;
  if (typeof name === 'string') onCrs(name);
}

/** undefined when the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** One document, or one feature a line: by its first bytes. A first line that is a whole feature, with more after it, makes it lines. */
async function layoutOf(path: string, options: OpenOptions): Promise<Layout> {
  if (options.format === 'geojson') return 'document';
  const plain = path.replace(/\.gz$/i, '');
  const head = await headOf(path);
  if (head[0] === 0x1e) return 'sequence';
  if (options.format === 'geojson-seq' || /\.(geojsonl|geojsons|ndjson|jsonl|ndgeojson)$/i.test(plain)) return 'lines';
  const end = head.indexOf(0x0a);
  if (end < 0) return 'document';
  const first = parsed(withoutMark(head.subarray(0, end).toString('utf8')));
  const type = (first as { type?: unknown } | null | undefined)?.type;
  const rest = head
    .subarray(end + 1)
    .toString('utf8')
    .trimStart();
  return (type === 'Feature' || geometryTypes.has(String(type))) && (rest === '' || rest.startsWith('{')) ? 'lines' : 'document';
}

const withoutMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);

/** The first mebibyte, inflated. */
async function headOf(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  const stream = /\.gz$/i.test(path) ? byteStream(path) : createReadStream(path, { end: 2 ** 20 - 1 });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      parts.push(chunk);
      size += chunk.length;
      if (size >= 2 ** 20) break;
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('malformed', 'source', { en: 'the file cannot be read', fr: 'le fichier ne peut pas être lu' }, { cause: error });
  }
  return Buffer.concat(parts);
}
