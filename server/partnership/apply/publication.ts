// What makes a dataset visible: its feature type (table, columns, extent), its styles, and the names that grants use.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { check } from '../../core/filter/check';
import { crsByCode } from '../../core/model/crs';
import { Fault } from '../../core/model/fault';
import type { FeatureType, GeometryType, ScalarType } from '../../core/model/feature-type';
import type { Outcome, Values } from '../../core/ports/tables';
import type { LoadReport } from '../../core/ports/vector-source';
import type { DatasetEntry } from '../file';
import { coverageValues } from './coverage';
import type { Loaded } from './sources';
import { rowsFilter } from './grants';
import { stronger, type Work } from './work';

interface Column {
  readonly name: string;
  readonly column: string;
  readonly type: string;
  readonly nillable: boolean;
  readonly title?: string;
}

/** The feature type as it is stored. */
export interface StoredType {
  readonly values: Values;
  readonly columns: readonly Column[];
  /** The row beside it, of a raster. */
  readonly coverage: Values | null;
}

/** Writes the feature type and the styles of a dataset; one without data has none. */
export async function publish(work: Work, id: number, entry: DatasetEntry, loaded: Loaded | undefined): Promise<Outcome> {
  const at = `datasets.${entry.code}`;
  const [before] = await work.tables.find('feature_type', { dataset_id: id });
  const made = await storedType(work, id, entry, loaded, at);
  if (!made && !before) return 'left';
  const [prefix = '', local = ''] = entry.type.split(':');
  const [taken] = await work.tables.find('feature_type', { prefix, local });
  if (taken && taken['dataset_id'] !== id)
    throw new Fault('conflict', `${at}.type`, `${at}.type : le type ${entry.type} est celui d’une autre donnée`);
  const values: Record<string, Values[string]> = { prefix, local, time_attribute: entry.time ?? null, ...(made?.values ?? {}) };
  if (!before) values['stem'] = await stemFor(work, prefix, local);
  const isCoverage = made ? made.coverage !== null : before?.['table_name'] === null;
  const replaced = made !== null && before !== undefined && (isCoverage || before['table_name'] !== made.values['table_name']);
  if (replaced) {
    values['generation'] = Number(before['generation']) + 1;
    const [schema, table] = [String(before['table_schema']), String(before['table_name'])];
    if (before['table_name'] === null) await work.tables.remove('coverage', { dataset_id: id });
    else await (before['in_place'] === true ? work.tx.unwatch(schema, table) : work.tx.dropTable(schema, table));
  }
  const columns = made?.columns ?? (before?.['columns'] as readonly Column[]);
  const shape = made?.values ?? before ?? {};
  if (isCoverage) noAttributes(entry, at);
  checkNames(entry, columns, shape, at);
  const { outcome } = await work.put('feature_type', { dataset_id: id }, values);
  if (loaded?.report) await work.tx.adopt(loaded.report.table, id);
  if (made?.coverage) await work.put('coverage', { dataset_id: id }, made.coverage);
  const geometry = shape['geometry_column'];
  const properties = [...columns.map(column => column.name), ...(typeof geometry === 'string' ? [geometry] : [])];
  return stronger(outcome, await applyStyles(work, id, entry, isCoverage ? null : properties, at));
}

async function storedType(work: Work, id: number, entry: DatasetEntry, loaded: Loaded | undefined, at: string): Promise<StoredType | null> {
  if (loaded?.report) return fromReport(loaded.report, loaded.digest);
  if (loaded) {
    const { type, coverage } = coverageValues(loaded.coverage, loaded.digest);
    return { columns: [], coverage, values: type };
  }
  return entry.source && 'table' in entry.source ? inPlace(work, id, entry.source, at) : null;
}

/** Cells have no attributes: nothing can be masked, told apart or dated by them (R42). */
function noAttributes(entry: DatasetEntry, at: string): void {
  const refuse = (place: string, what: string): never => {
    throw new Fault('unknown-property', place, `${place} : ${entry.code} est un raster, qui n’a pas d’attributs : ${what}`);
  };
  if (entry.time !== undefined) refuse(`${at}.time`, 'il ne peut pas être daté par l’un d’eux');
  if (Object.keys(entry.attributes ?? {}).length > 0) refuse(`${at}.attributes`, 'il n’y a rien à décrire');
  for (const [index, grant] of (entry.grants ?? []).entries()) {
    if ((grant.maskedAttributes ?? []).length > 0) refuse(`${at}.grants.${index}.maskedAttributes`, 'il n’y a rien à masquer');
    if (grant.rows !== undefined) refuse(`${at}.grants.${index}.rows`, 'il n’y a pas de lignes à choisir ; « area » limite l’emprise');
  }
}

function fromReport(report: LoadReport, digest: string): StoredType {
  const columns = report.fields.map(field => ({
    name: field.name,
    column: field.name,
    type: field.type,
    nillable: field.nillable,
    ...(field.source === field.name ? {} : { title: field.source }),
  }));
  const geographic = report.extent ? boxOf(report.extent.geographic) : null;
  return {
    columns,
    coverage: null,
    values: {
      table_schema: report.schema,
      table_name: report.table,
      key_column: report.key.column,
      key_type: report.key.type,
      in_place: false,
      geometry_column: report.geometry?.column ?? null,
      geometry_type: report.geometry?.type ?? null,
      srid: report.geometry?.srid ?? null,
      dimension: report.geometry?.dimension ?? 2,
      columns: { json: columns },
      extent_native: report.extent ? boxOf(report.extent.native) : null,
      extent_geographic: geographic,
      row_count: report.rows,
      source_digest: digest,
      edited_since_import: false,
      edits: 0,
    },
  };
}

const boxOf = (e: { minX: number; minY: number; maxX: number; maxY: number }): number[] => [e.minX, e.minY, e.maxX, e.maxY];

/** A table that is already in the database; it is not touched but for a trigger that notices edits (D11). */
async function inPlace(
  work: Work,
  id: number,
  source: { readonly table: string; readonly id?: string; readonly geometry?: string },
  at: string,
): Promise<StoredType> {
  const [schema = '', table = ''] = source.table.includes('.') ? source.table.split('.', 2) : ['public', source.table];
  const facts = await work.tx.tableFacts(schema, table, source.id, source.geometry);
  if (facts.geometry && !crsByCode(facts.geometry.srid))
    throw new Fault(
      'invalid-crs',
      `${at}.source.table`,
      `${at}.source.table : ${source.table} est en EPSG:${facts.geometry.srid}, que ce serveur ne connaît pas`,
    );
  const measured = await work.tx.measure(schema, table, facts.geometry);
  const watched = await work.tx.watch(schema, table, id);
  return {
    columns: facts.columns,
    coverage: null,
    values: {
      table_schema: schema,
      table_name: table,
      key_column: facts.key.column,
      key_type: facts.key.type,
      in_place: true,
      geometry_column: facts.geometry?.column ?? null,
      geometry_type: facts.geometry?.type ?? null,
      srid: facts.geometry?.srid ?? null,
      dimension: facts.geometry?.dimension ?? 2,
      columns: { json: facts.columns },
      extent_native: measured.native,
      extent_geographic: measured.geographic,
      // without a trigger nobody tells of edits: it is counted each time
      row_count: watched ? measured.rows : null,
      source_digest: null,
    },
  };
}

/** D4: given once, at first publication, and never changed. */
async function stemFor(work: Work, prefix: string, local: string): Promise<string> {
  const free = async (stem: string): Promise<boolean> => (await work.tables.find('feature_type', { stem })).length === 0;
  if (await free(local)) return local;
  for (let n = 1; ; n++) {
    const stem = n === 1 ? `${prefix}-${local}` : `${prefix}-${local}-${n}`;
    if (await free(stem)) return stem;
  }
}

/** Masks, row filters, the time attribute and described attributes name columns that are there (R42, D1). */
function checkNames(entry: DatasetEntry, columns: readonly Column[], shape: Readonly<Record<string, unknown>>, at: string): void {
  const known = new Map(columns.map(column => [column.name, column.type]));
  const must = (name: string, where: string): void => {
    if (!known.has(name))
      throw new Fault(
        'unknown-property',
        where,
        `${where} : ${entry.code} n’a pas d’attribut « ${name} » ; elle a ${[...known.keys()].join(', ')}`,
      );
  };
  if (entry.time !== undefined) {
    must(entry.time, `${at}.time`);
    const type = known.get(entry.time);
    if (type !== 'date' && type !== 'dateTime')
      throw new Fault('invalid-value', `${at}.time`, `${at}.time : l’attribut ${entry.time} est de type ${type ?? ''}, pas une date`);
  }
  for (const name of Object.keys(entry.attributes ?? {})) must(name, `${at}.attributes.${name}`);
  const type = typeOf(entry, columns, shape);
  for (const [index, grant] of (entry.grants ?? []).entries()) {
    const where = `${at}.grants.${index}`;
    for (const name of grant.maskedAttributes ?? []) must(name, `${where}.maskedAttributes`);
    if (grant.rows !== undefined) checkRows(grant.rows, type, `${where}.rows`);
  }
}

function checkRows(text: string, type: FeatureType, at: string): void {
  const filter = rowsFilter(text, at);
  try {
    check(filter, type);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const names = type.properties.map(property => property.name).join(', ');
    throw new Fault(error.kind, at, `${at} : ${error.in('fr')} (attributs : ${names})`, { cause: error });
  }
}

/** As much of the type as a filter is checked against. */
function typeOf(entry: DatasetEntry, columns: readonly Column[], shape: Readonly<Record<string, unknown>>): FeatureType {
  const [prefix = '', local = ''] = entry.type.split(':');
  const { srid, geometry_column: column, geometry_type: kind } = shape;
  return {
    name: local,
    prefix,
    local,
    namespace: '',
    dataset: entry.code,
    title: entry.title,
    keywords: [],
    table: { schema: '', name: '', key: { column: '', type: 'text' } },
    properties: columns.map(({ name, column: own, type, nillable }) => ({ name, column: own, type: type as ScalarType, nillable })),
    geometry:
      typeof srid === 'number' && typeof column === 'string'
        ? { name: column, column, type: kind as GeometryType, srid, dimension: 2 }
        : null,
    extent: null,
    generation: 0,
    count: null,
  };
}

/** `properties`: names that a style may read; null for a coverage. */
async function applyStyles(
  work: Work,
  id: number,
  entry: DatasetEntry,
  properties: readonly string[] | null,
  at: string,
): Promise<Outcome> {
  if (entry.style === undefined) return 'left';
  const list = typeof entry.style === 'string' ? [{ name: 'default', file: entry.style }] : entry.style;
  let outcome: Outcome = 'left';
  const names = list.map(style => style.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Fault('conflict', `${at}.style`, `${at}.style : deux styles s’appellent « ${twice} »`);
  for (const row of await work.tables.find('style', { dataset_id: id }))
    if (!list.some(style => style.name === row['name'])) {
      await work.tables.remove('style', { id: Number(row['id']) });
      outcome = 'changed';
    }
  for (const [position, style] of list.entries()) {
    const document = readText(resolve(work.folder, style.file), `${at}.style`, style.file);
    const place = `${at}.style : ${style.file}`;
    // drawn all the same: its rules and labels that read them are left out, as for those from whom an attribute is masked (R42)
    const { reads, notes } = work.parts.checkStyle(document, place, properties === null);
    for (const note of notes) work.parts.say(`attention : ${place} : ${note}`);
    const unknown = reads.filter(name => !properties?.includes(name));
    if (unknown.length > 0)
      work.parts.say(
        `attention : ${place} lit ${unknown.map(name => `« ${name} »`).join(', ')}, que ${entry.type} n’a pas : ` +
          `les règles et étiquettes qui en dépendent ne sont pas dessinées (attributs : ${columnsListed(properties ?? [])})`,
      );
    const title = 'title' in style ? style.title : undefined;
    const made = await work.put(
      'style',
      { dataset_id: id, name: style.name },
      { title_fr: title?.fr ?? entry.title.fr, title_en: title?.en ?? entry.title.en ?? null, document, position },
    );
    outcome = stronger(outcome, made.outcome === 'left' ? 'left' : 'changed');
  }
  return outcome;
}

const columnsListed = (names: readonly string[]): string => `${names.slice(0, 40).join(', ')}${names.length > 40 ? ', …' : ''}`;

export function readText(path: string, locator: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('invalid-value', locator, `${locator} : le fichier ${name} ne peut pas être lu (cherché en ${path})`, { cause: error });
  }
}
