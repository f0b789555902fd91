// Reads one layer of a GeoPackage (OGC 12-128r19): features or attributes, in batches asked of the worker.
import type { SQLiteValue } from 'node-sqlite3-wasm';
import { Fault } from '../core/model/fault';
import type { GeometryType, ScalarType } from '../core/model/feature-type';
import type { Geometry } from '../core/model/geometry';
import { widerType } from '../core/model/geometry-kind';
import type { OpenOptions, SourceField, SourceGeometry, SourceRow, SourceValue, VectorSource } from '../core/ports/vector-source';
import { crsOfWkt } from './crs-wkt';
import { BadGeometry } from './geojson-geometry';
import { GpkgClient } from './gpkg-client';
import type { GpkgColumn, GpkgLayer } from './gpkg-messages';
import { instantOf, isDay, isInstant } from './infer';
import { chooseLayer } from './layers';
import { speaker } from '../core/model/say';
import type { Say } from '../core/model/say';
import { readGpkgBlob, wkbTypeName } from './wkb-read';

/** Thrown inside the reader for a value that is not of its column's declared type. */
class BadValue extends Error {}

/** Column types of GeoPackage (table 1) and the ones that other writers declare. */
const columnTypes: readonly (readonly [RegExp, ScalarType | 'blob'])[] = [
  [/^BOOLEAN|^BOOL/, 'boolean'],
  [/^(TINYINT|SMALLINT|MEDIUMINT|INT[248]?$|INTEGER\(|INT\()/, 'integer'],
  [/^(INTEGER|BIGINT|INT64)/, 'long'],
  [/^(FLOAT|DOUBLE|REAL|NUMERIC|DECIMAL|NUMBER)/, 'double'],
  [/^DATETIME|^TIMESTAMP/, 'dateTime'],
  [/^DATE/, 'date'],
  [/^BLOB/, 'blob'],
];

/** Opens a layer of a GeoPackage. Faults: malformed, processing (deadline), missing-parameter and invalid-value (layer), invalid-crs. */
export async function openGpkg(path: string, options: OpenOptions, deadline?: number): Promise<VectorSource> {
  const client = await GpkgClient.open(path, deadline);
  try {
    return await openLayer(client, options);
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function openLayer(client: GpkgClient, options: OpenOptions): Promise<VectorSource> {
  const say = speaker(options.language);
  const listing = await client.ask({ ask: 'layers' });
  const notes: string[] = [];
  const layers = listing.layers.map(layer => layer.name);
  const name = chooseLayer(layers, options.layer, say);
  const layer = listing.layers.find(one => one.name === name) as GpkgLayer;
  if (listing.skipped.length > 0)
    notes.push(
      say(
        `vues et tables virtuelles non lues : ${listing.skipped.join(', ')}`,
        `views and virtual tables not read: ${listing.skipped.join(', ')}`,
      ),
    );
  const described = await client.ask({ ask: 'describe', table: layer.name, geometryColumn: layer.geometryColumn });
  const key = described.columns.find(column => column.key && /^(INTEGER|INT|BIGINT|MEDIUMINT)$/.test(column.type));
  const columns: { readonly column: GpkgColumn; readonly field: SourceField }[] = [];
  for (const column of described.columns) {
    if (column === key || column.name === layer.geometryColumn) continue;
    const type = typeOf(column.type);
    if (type === 'blob') notes.push(say(`colonne binaire « ${column.name} » non reprise`, `binary column "${column.name}" not taken`));
    else columns.push({ column, field: { name: column.name, type, nillable: !column.notNull } });
  }
  const geometry = layer.geometryColumn === null ? null : geometryOf(layer, described.types, options, notes, say);
  const selected = [key?.name ?? null, layer.geometryColumn, ...columns.map(({ column }) => column.name)];
  const names = selected.filter(one => one !== null);
  return {
    format: 'gpkg',
    layers,
    layer: layer.name,
    fields: columns.map(({ field }) => field),
    ...(key ? { idName: key.name } : {}),
    geometry,
    total: described.total,
    encoding: 'utf-8',
    notes,
    async *rows(signal): AsyncGenerator<SourceRow> {
      let line = 0;
      let batch = await client.ask({ ask: 'start', table: layer.name, columns: names });
      let finished = false;
      try {
        for (;;) {
          for (const row of batch.rows) yield rowOf(row, ++line);
          signal?.throwIfAborted();
          if (batch.done) break;
          batch = await client.ask({ ask: 'next' });
        }
        finished = true;
      } finally {
        if (!finished) await client.ask({ ask: 'stop' }).catch(() => undefined);
      }
    },
    close: () => client.close(),
  };

  function rowOf(row: readonly SQLiteValue[], line: number): SourceRow {
    const first = (key ? 1 : 0) + (layer.geometryColumn === null ? 0 : 1);
    const id = key ? Number(row[0]) : undefined;
    const identity = id !== undefined && Number.isSafeInteger(id) ? { id } : {};
    try {
      const values = columns.map(({ field }, index) => valueOf(row[first + index] ?? null, field, say));
      const blob = layer.geometryColumn === null ? null : row[key ? 1 : 0];
      return { line, ...identity, values, geometry: blobGeometry(blob ?? null, say) };
    } catch (error) {
      if (error instanceof BadGeometry || error instanceof BadValue)
        return { line, ...identity, values: [], geometry: null, problem: error.message };
      throw error;
    }
  }
}

function blobGeometry(blob: SQLiteValue, say: Say): Geometry | null {
  if (blob === null) return null;
  if (!(blob instanceof Uint8Array)) throw new BadGeometry(say("la géométrie n'est pas binaire", 'the geometry is not binary'));
  return readGpkgBlob(blob, say);
}

function geometryOf(
  layer: GpkgLayer,
  types: readonly (readonly [number, boolean])[],
  options: OpenOptions,
  notes: string[],
  say: Say,
): SourceGeometry {
  let type: GeometryType | null = null;
  const declared = declaredType(layer.declaredType ?? 'GEOMETRY');
  for (const [code] of types) {
    const name = wkbTypeName(code);
    if (name !== null) type = widerType(type, name);
  }
  // the declaration holds when nothing contradicts it: an empty layer keeps its type, polygons in a layer of multipolygons become such
  if (declared !== null && (type === null || widerType(declared, type) === declared)) type = declared;
  const heights = types.some(([code, z]) => z && wkbTypeName(code) !== null);
  return { type: type ?? 'Geometry', srid: sridOf(layer, options, notes, say), dimension: heights ? 3 : 2 };
}

function declaredType(text: string): GeometryType | null {
  const known: readonly GeometryType[] = [
    'Point',
    'LineString',
    'Polygon',
    'MultiPoint',
    'MultiLineString',
    'MultiPolygon',
    'GeometryCollection',
  ];
  return known.find(type => type.toUpperCase() === text.toUpperCase()) ?? null;
}

function sridOf(layer: GpkgLayer, options: OpenOptions, notes: string[], say: Say): number {
  if (options.srs !== undefined) return options.srs;
  if (layer.organization?.toUpperCase() === 'EPSG' && layer.code !== null && layer.code > 0) return layer.code;
  const code = layer.definition === null ? null : crsOfWkt(layer.definition);
  if (code === null)
    throw new Fault('invalid-crs', 'srs', {
      en: `the coordinate reference system of layer "${layer.name}" is not known: tell it (EPSG code)`,
      fr: `le système de coordonnées de la couche « ${layer.name} » n’est pas connu : dites-le (--srs EPSG:n)`,
    });
  notes.push(say(`EPSG:${code} reconnu d'après sa définition`, `EPSG:${code} recognised by its definition`));
  return code;
}

function typeOf(declared: string): ScalarType | 'blob' {
  return columnTypes.find(([pattern]) => pattern.test(declared))?.[1] ?? 'string';
}

/** SQLite keeps what it is given whatever a column declares: a value that is not of the type refuses the row. */
function valueOf(value: SQLiteValue, field: SourceField, say: Say): SourceValue {
  if (value === null) return null;
  const wrong = (): BadValue => {
    const shown = value instanceof Uint8Array ? '(binary)' : String(value).slice(0, 40);
    return new BadValue(
      say(`« ${field.name} » : ${shown} n'est pas du type ${field.type}`, `"${field.name}": ${shown} is not of type ${field.type}`),
    );
  };
  if (value instanceof Uint8Array) throw wrong();
  switch (field.type) {
    case 'string':
      return String(value);
    case 'boolean':
      if (Number(value) === 0 || Number(value) === 1) return Number(value) === 1;
      throw wrong();
    case 'integer':
      if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 2_147_483_647) return value;
      throw wrong();
    case 'long':
      if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)))
        return typeof value === 'bigint' ? value.toString() : value;
      throw wrong();
    case 'decimal':
    case 'double':
      if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
      throw wrong();
    case 'date': {
      const day = String(value).slice(0, 10).replace(/\//g, '-');
      if (isDay(day)) return day;
      throw wrong();
    }
    case 'dateTime': {
      const text = String(value).replace(/\//g, '-');
      if (isDay(text)) return `${text}T00:00:00Z`;
      if (isInstant(text)) return instantOf(text);
      throw wrong();
    }
  }
}

/** Names of the layers of a GeoPackage that are plain tables. */
export async function gpkgLayers(path: string): Promise<readonly string[]> {
  const client = await GpkgClient.open(path);
  try {
    return (await client.ask({ ask: 'layers' })).layers.map(layer => layer.name);
  } finally {
    await client.close();
  }
}
