// Plans as statements: one per question. The page is an inner select in key order (D5); formatting, transforming and simplifying stand outside
// of it and are computed only for rows that are sent.
import { unreachable } from '../model/fault';
import type { Property } from '../model/feature-type';
import { type Plan, assertPlan } from './plan';
import type { Rendering } from './query';
import { csvColumns } from './render/csv';
import { geojsonMember } from './render/geojson';
import { objectRow } from './objects';
import { gmlMember } from './render/gml';
import { type Member, instant } from './render/member';
import { type Printed, type Sql, ident, integer, join, param, print, printSettings, sql } from './sql';
import { columnOf, compileWhere, french } from './where';

/** A COPY (or the declaration of a cursor), with what has to be set before it. */
export interface Copy {
  readonly text: string;
  readonly set: Printed | null;
}

/** Options with which COPY writes a text as it is: nothing in it equals a control character (see render/). */
const untouched = `(format csv, quote E'\\x01', escape E'\\x01', delimiter E'\\x02')`;

/** Members as text, one row each. GeoJSON rows begin with a comma: whoever puts them into an array drops the first. */
export function textCopy(plan: Plan, rendering: Rendering): Copy {
  assertPlan(plan);
  if (rendering.format === 'csv') return copy(outer(plan, csvColumns(memberOf(plan), rendering)), '(format csv, header)');
  return copy(outer(plan, printedMember(plan, rendering)), untouched);
}

/** Rows up to which a statement with bound values is quicker than a COPY, which is one more round trip and a stream. */
const few = 20;

/** The same members as rows with a column `m`, where they are certainly few; null where COPY is to be used. */
export function textRows(plan: Plan, rendering: Rendering): Printed | null {
  assertPlan(plan);
  const most = Math.min(plan.page.count ?? Infinity, plan.where.op === 'keys' ? plan.where.keys.length : Infinity);
  if (rendering.format === 'csv' || most > few) return null;
  return print(outer(plan, sql`${printedMember(plan, rendering)} as m`));
}

function printedMember(plan: Plan, rendering: Exclude<Rendering, { format: 'csv' }>): Sql {
  switch (rendering.format) {
    case 'gml':
      return gmlMember(memberOf(plan), rendering);
    case 'geojson':
      return geojsonMember(memberOf(plan), rendering);
    default:
      return unreachable(rendering);
  }
}

function copy(statement: Sql, options: string): Copy {
  const { text, set } = printSettings(statement);
  return { text: `copy (${text}) to stdout ${options}`, set };
}

/** Number of rows of the whole answer, as `n`. */
export function countRows(plan: Plan): Printed {
  assertPlan(plan);
  const { from, head } = source(plan);
  return print(sql`${head}select count(*) as n ${from}`);
}

/**
 * The same for a whole type, as `n` with the type's `generation`: the number that is kept with the type, else `kept` where it was counted at the
 * generation that the statement sees, else counted now.
 */
export function keptCountRows(plan: Plan, kept: number | null): Printed {
  assertPlan(plan);
  const { from, head } = source(plan);
  const { name, generation } = plan.type;
  const known = kept === null ? sql`` : sql` case when f.generation = ${param('int8', generation)} then ${param('int8', kept)} end,`;
  return print(
    sql`${head}select f.generation, coalesce(f.row_count,${known} (select count(*) ${from})) as n from (select 1) one left join geomig.feature_type f on f.stem = ${param('text', name)}`,
  );
}

/** Bounds in the stored CRS: minx, miny, maxx, maxy; nulls when nothing is there. */
export function extentRows(plan: Plan): Printed | null {
  assertPlan(plan);
  const { geometry } = plan.type;
  if (!geometry) return null;
  const { from, head } = source(plan);
  return print(
    sql`${head}select ST_XMin(e) as minx, ST_YMin(e) as miny, ST_XMax(e) as maxx, ST_YMax(e) as maxy from (select ST_Extent(${columnOf(geometry)}) as e ${from}) s`,
  );
}

/** Rows for objects, one JSON text each: see objects.ts. */
export function objectCopy(plan: Plan): Copy {
  assertPlan(plan);
  return copy(outer(plan, objectRow(memberOf(plan))), untouched);
}

/**
 * The binary copy of a scene: the geometry, then the attributes in the form that `sceneForms` names. Where the key is a number it comes last, as
 * float8, and the rows come as they lie (`keyed`): the reader puts them in order, which spares the database a sort on disk.
 */
export function sceneCopy(plan: Plan): Copy & { readonly keyed: boolean } {
  assertPlan(plan);
  const { geometry } = plan.type;
  if (!geometry) throw new Error('a scene needs a geometry');
  const shape = sql`s.g`;
  const shown = plan.resolution === null ? shape : sql`ST_Simplify(${shape}, ${param('float8', plan.resolution / 2)}, true)`;
  const columns = memberOf(plan).properties.map(({ property, value }) => sceneValue(property, value));
  const keyed = plan.type.table.key.type === 'integer' && plan.sort.length === 0 && plan.page.count === null && plan.page.start === 0;
  const list = join([shown, ...columns, ...(keyed ? [sql`s.k::float8`] : [])], sql`, `);
  const statement = outer({ ...plan, geometry }, list, { also: sql`${columnOf(geometry)} is not null`, ordered: !keyed });
  return { ...copy(statement, '(format binary)'), keyed };
}

/** How each attribute of a scene travels. */
export type SceneForm = 'float8' | 'bool' | 'number' | 'text';

export function sceneForm(property: Property): SceneForm {
  if (property.many) return 'text';
  switch (property.type) {
    case 'integer':
    case 'double':
      return 'float8';
    case 'long':
    case 'decimal':
      return 'number';
    case 'boolean':
      return 'bool';
    default:
      return 'text';
  }
}

function sceneValue(property: Property, value: Sql): Sql {
  if (property.many) return sql`array_to_string(${value}, ', ')`;
  switch (sceneForm(property)) {
    case 'float8':
      return sql`${value}::float8`;
    case 'bool':
      return value;
    case 'number':
    case 'text':
      return property.type === 'dateTime' ? instant(value) : sql`${value}::text`;
  }
}

/** The columns of the page under short names, as the printers see them. */
function memberOf(plan: Pick<Plan, 'type' | 'properties' | 'geometry' | 'srid'>): Member {
  return {
    type: plan.type,
    properties: plan.properties.map((property, index) => ({ property, value: sql`${ident('s', `c${index}`)}` })),
    geometry: plan.geometry ? { property: plan.geometry, value: sql`s.g` } : null,
    key: sql`s.k`,
    srid: plan.srid,
  };
}

function source(plan: Pick<Plan, 'type' | 'where'>, also?: Sql): { readonly head: Sql; readonly from: Sql } {
  const { table } = plan.type;
  const { predicate, shared } = compileWhere(plan.where, table.key);
  const where = also ? sql`${predicate} and ${also}` : predicate;
  const head = shared.length === 0 ? sql`` : sql`with ${join(shared, sql`, `)} `;
  return { head, from: sql`from ${ident(table.schema, table.name)} as t where ${where}` };
}

function outer(
  plan: Pick<Plan, 'type' | 'properties' | 'geometry' | 'where' | 'sort' | 'page' | 'srid'>,
  list: Sql,
  { also, ordered = true }: { readonly also?: Sql; readonly ordered?: boolean } = {},
): Sql {
  const { geometry, type, properties, srid } = plan;
  const { head, from } = source(plan, also);
  const key = sql`${ident('t', type.table.key.column)}`;
  const columns = [
    sql`${key} as k`,
    ...(geometry ? [sql`${columnOf(geometry)} as g`] : []),
    ...properties.map((property, index) => sql`${columnOf(property)} as ${ident(`c${index}`)}`),
  ];
  const order = plan.sort.map(({ property, descending }) => {
    const value = property.type === 'string' ? sql`${columnOf(property)} ${french}` : columnOf(property);
    return descending ? sql`${value} desc nulls last` : sql`${value} asc nulls last`;
  });
  const limit = plan.page.count === null ? sql`` : sql` limit ${param('int8', plan.page.count)}`;
  const offset = plan.page.start === 0 ? sql`` : sql` offset ${param('int8', plan.page.start)}`;
  const sorted = ordered ? sql` order by ${join([...order, key], sql`, `)}` : sql``;
  const page = sql`(select ${join(columns, sql`, `)} ${from}${sorted}${limit}${offset}) s`;
  // a level of its own, which `offset 0` keeps: printers mention the geometry more than once
  const turned =
    geometry && geometry.srid !== srid
      ? sql`(select ${join([sql`s.k`, sql`ST_Transform(s.g, ${integer(srid)}) as g`, ...properties.map((_, index) => sql`${ident('s', `c${index}`)}`)], sql`, `)} from ${page} offset 0) s`
      : page;
  return sql`${head}select ${list} from ${turned}`;
}
