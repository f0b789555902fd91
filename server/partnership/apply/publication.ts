// What makes a dataset visible: its feature type (table, columns, extent), its styles, and the names that grants use.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { check } from '../../core/filter/check';
import { cql2Text } from '../../core/filter/cql2-text';
import { crsByCode } from '../../core/model/crs';
import { Fault } from '../../core/model/fault';
import type { FeatureType, GeometryType, ScalarType } from '../../core/model/feature-type';
import type { Outcome, Values } from '../../core/ports/tables';
import type { DatasetEntry } from '../file';
import type { Loaded } from './sources';
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
  readonly extent: readonly number[] | null;
  readonly srid: number | null;
}

/** Writes the feature type and the styles of a dataset. Returns null for a dataset without data. */
export async function publish(work: Work, id: number, entry: DatasetEntry, loaded: Loaded | undefined): Promise<Outcome> {
  const at = `datasets.${entry.code}`;
  const [before] = await work.tables.find('feature_type', { dataset_id: id });
  const made = loaded ? fromReport(loaded) : entry.source && 'table' in entry.source ? await inPlace(work, id, entry.source, at) : null;
  if (!made && !before) return 'left';
  const [prefix = '', local = ''] = entry.type.split(':');
  const [taken] = await work.tables.find('feature_type', { prefix, local });
  if (taken && taken['dataset_id'] !== id) throw new Fault('conflict', `${at}.type`, `the type ${entry.type} belongs to another dataset`);
  const values: Record<string, Values[string]> = { prefix, local, time_attribute: entry.time ?? null, ...(made?.values ?? {}) };
  if (!before) values['stem'] = await stemFor(work, prefix, local);
  const replaced = made !== null && before !== undefined && before['table_name'] !== made.values['table_name'];
  if (replaced) {
    values['generation'] = Number(before['generation']) + 1;
    if (before['in_place'] !== true) await work.tx.dropTable(String(before['table_schema']), String(before['table_name']));
  }
  const columns = made?.columns ?? (before?.['columns'] as readonly Column[]);
  checkNames(entry, columns, made?.srid ?? (before?.['srid'] as number | null) ?? null, at);
  let { outcome } = await work.put('feature_type', { dataset_id: id }, values);
  if (!made && before && outcome === 'left') outcome = 'left';
  outcome = stronger(outcome, await applyStyles(work, id, entry, at));
  return outcome;
}

function fromReport({ report, digest }: Loaded): StoredType {
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
    extent: geographic,
    srid: report.geometry?.srid ?? null,
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
      `${source.table} is in EPSG:${facts.geometry.srid}, which this server does not speak`,
    );
  const measured = await work.tx.measure(schema, table, facts.geometry);
  const watched = await work.tx.watch(schema, table, id);
  return {
    columns: facts.columns,
    extent: measured.geographic,
    srid: facts.geometry?.srid ?? null,
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

/** Masks, row filters, the time attribute and described attributes name columns that are there. */
function checkNames(entry: DatasetEntry, columns: readonly Column[], srid: number | null, at: string): void {
  const names = new Set(columns.map(column => column.name));
  const must = (name: string, where: string): void => {
    if (!names.has(name))
      throw new Fault('unknown-property', where, `${entry.code} has no attribute "${name}"; it has ${[...names].join(', ')}`);
  };
  if (entry.time !== undefined) must(entry.time, `${at}.time`);
  for (const name of Object.keys(entry.attributes ?? {})) must(name, `${at}.attributes.${name}`);
  const type = typeOf(entry, columns, srid);
  for (const [index, grant] of (entry.grants ?? []).entries()) {
    for (const name of grant.maskedAttributes ?? []) must(name, `${at}.grants.${index}.maskedAttributes`);
    if (grant.rows !== undefined) check(cql2Text(grant.rows, `${at}.grants.${index}.rows`), type);
  }
}

function typeOf(entry: DatasetEntry, columns: readonly Column[], srid: number | null): FeatureType {
  const [prefix = '', local = ''] = entry.type.split(':');
  return {
    name: local,
    prefix,
    local,
    namespace: '',
    dataset: entry.code,
    title: entry.title,
    keywords: [],
    table: { schema: '', name: '', key: { column: '', type: 'text' } },
    properties: columns.map(({ name, column, type, nillable }) => ({ name, column, type: type as ScalarType, nillable })),
    geometry: srid === null ? null : { name: 'geom', column: 'geom', type: 'Geometry' satisfies GeometryType, srid, dimension: 2 },
    extent: null,
    generation: 0,
    count: null,
  };
}

async function applyStyles(work: Work, id: number, entry: DatasetEntry, at: string): Promise<Outcome> {
  if (entry.style === undefined) return 'left';
  const list = typeof entry.style === 'string' ? [{ name: 'default', file: entry.style }] : entry.style;
  let outcome: Outcome = 'left';
  for (const row of await work.tables.find('style', { dataset_id: id }))
    if (!list.some(style => style.name === row['name'])) {
      await work.tables.remove('style', { id: Number(row['id']) });
      outcome = 'changed';
    }
  for (const [position, style] of list.entries()) {
    const document = readText(resolve(work.folder, style.file), `${at}.style`, style.file);
    work.parts.checkStyle(document, `${at}.style`);
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

export function readText(path: string, locator: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('invalid-value', locator, `the file ${name} cannot be read (looked for ${path})`, { cause: error });
  }
}
