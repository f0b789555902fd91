// Changes as statements. Each changes rows and looks at what it made of them in one go: the rows that came out are judged by the grant under
// the same alias `t` by which it judges rows that are read. Values are bound, names come from the registry.
import type { Value } from '../filter/literal';
import type { FeatureType, GeometryProperty } from '../model/feature-type';
import type { LocatedGeometry } from '../model/geometry';
import { writeEwkbHex } from '../model/wkb';
import { ident, integer, join, param, paramArray, paramGeometry, print, sql, type Printed, type Sql } from './sql';
import { assertWritePlan, type DeletePlan, type InsertPlan, type PlannedValue, type RowPlan } from './write';
import { compileWhere, type Where } from './where';

const comma = sql`, `;
const types = {
  string: 'text',
  long: 'int8',
  decimal: 'numeric',
  double: 'float8',
  boolean: 'bool',
  date: 'date',
  dateTime: 'timestamptz',
} as const;

const columnTypes: Readonly<Record<string, Sql>> = {
  string: sql`text`,
  integer: sql`int8`,
  long: sql`int8`,
  decimal: sql`numeric`,
  double: sql`float8`,
  boolean: sql`bool`,
  date: sql`date`,
  dateTime: sql`timestamptz`,
};

const tableOf = ({ table }: FeatureType): Sql => sql`${ident(table.schema, table.name)}`;

function withShared(parts: readonly Sql[]): Sql {
  return parts.length === 0 ? sql`` : sql`with ${join(parts, comma)} `;
}

/** In the reference system and with the dimension of the column. */
function stored(shape: Sql, from: number | null, geometry: GeometryProperty): Sql {
  const placed = from === geometry.srid ? shape : sql`ST_Transform(${shape}, ${integer(geometry.srid)})`;
  return geometry.dimension === 3 ? sql`ST_Force3D(${placed})` : sql`ST_Force2D(${placed})`;
}

function bound(value: PlannedValue['value']): Sql {
  if (value === null) return sql`null`;
  if (isList(value))
    return sql`${paramArray(
      types[value[0]?.type ?? 'string'],
      value.map(one => one.value),
    )}`;
  return sql`${param(types[value.type], value.value)}`;
}

const isList = (value: PlannedValue['value']): value is readonly Value[] => Array.isArray(value);

/** What a change of rows came to. */
export interface RowsChanged {
  readonly n: number;
  /** Rows that the grant does not hold for any more. */
  readonly refused: number;
  /** Rows whose key is not the one that was given. */
  readonly moved: number;
  /** Why the geometry is none. */
  readonly reason: string | null;
  readonly key: string | null;
}

/** Update and Replace. */
export function updateRows(plan: RowPlan): Printed {
  assertWritePlan(plan);
  const { type, values, geometry } = plan;
  const { key } = type.table;
  const before = compileWhere(plan.where, key, 'before');
  const after = compileWhere(plan.after, key, 'after');
  const shape = type.geometry;
  const given: LocatedGeometry | null = geometry ?? null;
  const sets = values.map(({ property, value }) => sql`${ident(property.column)} = ${bound(value)}`);
  if (shape && geometry !== undefined)
    sets.push(given === null ? sql`${ident(shape.column)} = null` : sql`${ident(shape.column)} = (select g from input)`);
  // a change of nothing is one all the same: its rows are counted
  if (sets.length === 0) sets.push(sql`${ident(key.column)} = ${ident('t', key.column)}`);
  const input = shape && given ? [sql`input as materialized (select ${stored(sql`${paramGeometry(given)}`, given.srid, shape)} as g)`] : [];
  const changed = sql`changed as (update ${tableOf(type)} t set ${join(sets, comma)} where ${before.predicate} returning t.*)`;
  const reason =
    input.length > 0 ? sql`(select case when ST_IsValid(g) then null else ST_IsValidReason(g) end from input)` : sql`null::text`;
  const moved =
    plan.key === null ? sql`false` : sql`${ident('t', key.column)} <> ${param(key.type === 'integer' ? 'int8' : 'text', plan.key)}`;
  return print(
    sql`${withShared([...before.shared, ...after.shared, ...input, changed])}select count(*)::int8 as n, (count(*) filter (where (${after.predicate}) is not true))::int8 as refused, (count(*) filter (where ${moved}))::int8 as moved, ${reason} as reason, min(${ident('t', key.column)})::text as key from changed t`,
  );
}

/** Delete. */
export function deleteRows(plan: DeletePlan): Printed {
  assertWritePlan(plan);
  const { type } = plan;
  const before = compileWhere(plan.where, type.table.key, 'before');
  const gone = sql`gone as (delete from ${tableOf(type)} t where ${before.predicate} returning 1)`;
  return print(sql`${withShared([...before.shared, gone])}select count(*)::int8 as n from gone`);
}

/** How many of the rows that are meant the caller sees, whether he may edit them or not. */
export function seenRows(plan: RowPlan | DeletePlan): Printed {
  assertWritePlan(plan);
  const where: Where = compileWhere(plan.seen, plan.type.table.key);
  return print(sql`${withShared(where.shared)}select count(*)::int8 as n from ${tableOf(plan.type)} t where ${where.predicate}`);
}

/** A new row that cannot stay: its place in the batch, and why. */
export interface RowRefused {
  readonly l: number;
  /** Why its geometry is none. */
  readonly reason: string | null;
  readonly held: boolean;
}

export interface Insertion {
  readonly plans: readonly InsertPlan[];
  /** One for each plan. */
  readonly keys: readonly string[];
  /** The database would not take a key otherwise. */
  readonly always: boolean;
}

/** Insert of rows of one type; gives those that cannot stay. Columns that a plan does not name get no value: those with a default are named by all or by none. */
export function insertRows({ plans, keys, always }: Insertion): Printed {
  const [first] = plans;
  if (!first) throw new Error('no row to insert');
  plans.forEach(assertWritePlan);
  const { type } = first;
  const { key } = type.table;
  const named = new Set(plans.flatMap(plan => plan.values.map(({ property }) => property.name)));
  const properties = type.properties.filter(property => named.has(property.name));
  const shape = type.geometry && plans.some(plan => plan.geometry !== undefined) ? type.geometry : null;
  const after = compileWhere(first.after, key, 'after');
  const lines = plans.map((plan, l) => {
    const line: Record<string, unknown> = { l, k: keys[l] };
    for (const { property, value } of plan.values)
      if (value !== null) line[`v${properties.indexOf(property)}`] = isList(value) ? value.map(one => one.value) : value.value;
    if (plan.geometry) line['g'] = writeEwkbHex(plan.geometry.geometry, plan.geometry.srid);
    return line;
  });
  const keyType = key.type === 'integer' ? sql`int8` : sql`text`;
  const fields = [
    sql`l int4`,
    sql`k ${keyType}`,
    ...properties.map((property, i) => sql`${ident(`v${i}`)} ${columnTypes[property.type] ?? sql`text`}${property.many ? sql`[]` : sql``}`),
    sql`g text`,
  ];
  const srids = new Set(plans.flatMap(plan => (plan.geometry ? [plan.geometry.srid] : [])));
  const placed = shape ? stored(sql`i.g::geometry`, srids.size === 1 ? ([...srids][0] ?? null) : null, shape) : sql`null::text`;
  const columns = [key.column, ...properties.map(property => property.column), ...(shape ? [shape.column] : [])].map(
    name => sql`${ident(name)}`,
  );
  const values = [sql`k`, ...properties.map((_, i) => sql`${ident(`v${i}`)}`), ...(shape ? [sql`placed`] : [])];
  const parts = [
    ...after.shared,
    sql`input as materialized (select i.*, ${placed} as placed from json_to_recordset((${param('text', JSON.stringify(lines))})::json) as i(${join(fields, comma)}))`,
    sql`changed as (insert into ${tableOf(type)} as t (${join(columns, comma)}) ${always ? sql`overriding system value ` : sql``}select ${join(values, comma)} from input order by l returning t.*)`,
    sql`judged as (select t.${ident(key.column)} as k, coalesce((${after.predicate}), false) as held from changed t)`,
    sql`found as (select input.l, ${shape ? sql`case when placed is null or ST_IsValid(placed) then null else ST_IsValidReason(placed) end` : sql`null::text`} as reason, coalesce(judged.held, false) as held from input left join judged on judged.k = input.k)`,
  ];
  return print(sql`${withShared(parts)}select l, reason, held from found where reason is not null or not held order by l limit 10`);
}

/** Insert of one row whose key the database gives. */
export function insertByDefault(plan: InsertPlan): Printed {
  assertWritePlan(plan);
  const { type, values, geometry } = plan;
  const { key } = type.table;
  const shape = type.geometry;
  const after = compileWhere(plan.after, key, 'after');
  const given = shape && geometry ? { shape, geometry } : null;
  const input = given
    ? [sql`input as materialized (select ${stored(sql`${paramGeometry(given.geometry)}`, given.geometry.srid, given.shape)} as g)`]
    : [];
  const columns = [...values.map(({ property }) => property.column), ...(given ? [given.shape.column] : [])].map(
    name => sql`${ident(name)}`,
  );
  const list = [...values.map(({ value }) => bound(value)), ...(given ? [sql`(select g from input)`] : [])];
  const what = columns.length === 0 ? sql`default values` : sql`(${join(columns, comma)}) values (${join(list, comma)})`;
  const changed = sql`changed as (insert into ${tableOf(type)} as t ${what} returning t.*)`;
  const reason = given ? sql`(select case when ST_IsValid(g) then null else ST_IsValidReason(g) end from input)` : sql`null::text`;
  return print(
    sql`${withShared([...after.shared, ...input, changed])}select t.${ident(key.column)}::text as key, ${reason} as reason, coalesce((${after.predicate}), false) as held from changed t`,
  );
}
