// What administration does to the database besides writing rows: announcing changes, looking at tables in place, watching them,
// dropping tables of ours. Names of schemas, tables and columns are quoted; they come from administrators and the database itself.
import { Fault } from '../core/model/fault';
import type { GeometryType, ScalarType } from '../core/model/feature-type';
import { nameOf } from '../core/model/names';
import type { Session } from './database';

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Announces that facts, registry and records have changed; every instance sees it at its next request (D12). */
export async function announce(session: Session): Promise<void> {
  await session.rows('update geomig.generation set number = number + 1');
}

export interface InPlaceColumn {
  readonly name: string;
  readonly column: string;
  readonly type: ScalarType;
  readonly nillable: boolean;
}

export interface InPlaceTable {
  readonly key: { readonly column: string; readonly type: 'integer' | 'text' };
  readonly columns: readonly InPlaceColumn[];
  readonly geometry: { readonly column: string; readonly type: GeometryType; readonly srid: number; readonly dimension: 2 | 3 } | null;
}

const scalarTypes: Readonly<Record<string, ScalarType>> = {
  int2: 'integer',
  int4: 'integer',
  int8: 'long',
  numeric: 'decimal',
  float4: 'double',
  float8: 'double',
  bool: 'boolean',
  date: 'date',
  timestamp: 'dateTime',
  timestamptz: 'dateTime',
  text: 'string',
  varchar: 'string',
  bpchar: 'string',
};

/** Types of columns that may identify features: they compare with whole numbers and texts as they are (D1: no column is cast). */
const keyTypes: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'text', 'varchar', 'bpchar']);

const geometryTypes: Readonly<Record<string, GeometryType>> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
  GEOMETRYCOLLECTION: 'GeometryCollection',
  GEOMETRY: 'Geometry',
};

interface ColumnRow {
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly key: boolean;
  readonly geometry: string | null;
  readonly srid: number | null;
  readonly dimension: number | null;
}

const columnsSql = `
select a.attname as column, t.typname as type, not a.attnotnull as nullable,
  coalesce(exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey) and i.indnatts = 1), false) as key,
  g.type as geometry, g.srid, g.coord_dimension as dimension
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
left join geometry_columns g on g.f_table_schema = n.nspname and g.f_table_name = c.relname and g.f_geometry_column = a.attname
where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'v', 'm', 'p', 'f')
order by a.attnum`;

/** Key, columns and geometry of a table already in the database. Faults invalid-value with what to do. */
export async function tableFacts(
  session: Session,
  schema: string,
  table: string,
  id: string | undefined,
  geometry: string | undefined,
): Promise<InPlaceTable> {
  const at = `${schema}.${table}`;
  const rows = await session.rows<ColumnRow>(columnsSql, [schema, table]);
  if (rows.length === 0)
    throw new Fault('invalid-value', 'source.table', `la base ne contient pas de table ${at}, ou ce compte ne peut pas la voir`);
  const key = id === undefined ? rows.find(row => row.key) : rows.find(row => row.column === id);
  if (!key)
    throw new Fault(
      'invalid-value',
      'source.id',
      id === undefined
        ? `${at} n’a pas de clé primaire : nommez une colonne unique par « id »`
        : `${at} n’a pas de colonne « ${id} » ; elle a ${rows.map(row => row.column).join(', ')}`,
    );
  if (!keyTypes.has(key.type))
    throw new Fault(
      'invalid-value',
      'source.id',
      `la colonne ${key.column} de ${at} est de type ${key.type} et ne peut pas identifier les objets : publiez une vue qui la donne en texte`,
    );
  if (!key.key) await checkKey(session, schema, table, key.column);
  const geometries = rows.filter(row => row.geometry !== null);
  const shape = geometry === undefined ? geometries[0] : geometries.find(row => row.column === geometry);
  if (geometry !== undefined && !shape)
    throw new Fault('invalid-value', 'source.geometry', `${at} n’a pas de colonne géométrique « ${geometry} »`);
  const columns = rows.flatMap(row => {
    const type = scalarTypes[row.type];
    // a key of numbers is the feature's id, not a property; a key of text tells something
    return type === undefined || (row === key && type !== 'string')
      ? []
      : [{ name: nameOf(row.column) || row.column, column: row.column, type, nillable: row.nullable }];
  });
  return {
    key: { column: key.column, type: key.type === 'int2' || key.type === 'int4' || key.type === 'int8' ? 'integer' : 'text' },
    columns,
    geometry: shape
      ? {
          column: shape.column,
          type: geometryTypes[(shape.geometry ?? '').toUpperCase().replace(/Z?M?$/, '')] ?? 'Geometry',
          srid: shape.srid ?? 0,
          dimension: shape.dimension === 3 ? 3 : 2,
        }
      : null,
  };
}

/** A column that is no primary key identifies the features all the same, or it cannot be taken. */
async function checkKey(session: Session, schema: string, table: string, column: string): Promise<void> {
  const name = quoteName(column);
  const [bad] = await session.rows<{ value: string | null; times: number }>(
    `select ${name}::text as value, count(*)::integer as times from ${quoteName(schema)}.${quoteName(table)}
     group by ${name} having count(*) > 1 or ${name} is null limit 1`,
  );
  if (bad)
    throw new Fault(
      'invalid-value',
      'source.id',
      bad.value === null
        ? `la colonne ${column} de ${schema}.${table} a des lignes sans valeur : elle ne peut pas identifier les objets`
        : `la colonne ${column} de ${schema}.${table} ne peut pas identifier les objets : « ${bad.value.slice(0, 60)} » y est ${bad.times} fois`,
    );
}

/** Rows and extent of a table, exact; native in its CRS, geographic as west, south, east, north. */
export async function measureTable(
  session: Session,
  schema: string,
  table: string,
  geometry: { readonly column: string; readonly srid: number } | null,
): Promise<{ readonly rows: number; readonly native: number[] | null; readonly geographic: number[] | null }> {
  const name = `${quoteName(schema)}.${quoteName(table)}`;
  if (!geometry) {
    const [row] = await session.rows<{ n: number }>(`select count(*)::float8 as n from ${name}`);
    return { rows: row?.n ?? 0, native: null, geographic: null };
  }
  const [row] = await session.rows<{ n: number; native: number[] | null; geographic: number[] | null }>(
    `with e as (select count(*)::float8 as n, ST_SetSRID(ST_Extent(${quoteName(geometry.column)})::geometry, $1::integer) as box from ${name}),
          g as (select ST_Transform(ST_Segmentize(box, greatest(ST_XMax(box) - ST_XMin(box), ST_YMax(box) - ST_YMin(box), 1e-6) / 16), 4326) as box from e)
     select e.n, case when e.box is null then null else array[ST_XMin(e.box), ST_YMin(e.box), ST_XMax(e.box), ST_YMax(e.box)] end as native,
       case when g.box is null then null else array[ST_XMin(g.box), ST_YMin(g.box), ST_XMax(g.box), ST_YMax(g.box)] end as geographic
     from e, g`,
    [geometry.srid],
  );
  return { rows: row?.n ?? 0, native: row?.native ?? null, geographic: row?.geographic ?? null };
}

/** A statement trigger that moves the type's generation with every edit from elsewhere (D11). False when the account may not make one. */
export async function watchTable(session: Session, schema: string, table: string, datasetId: number): Promise<boolean> {
  const [may] = await session.rows<{ may: boolean }>(
    `select has_table_privilege(format('%I.%I', $1::text, $2::text), 'TRIGGER') and c.relkind in ('r', 'p') as may
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`,
    [schema, table],
  );
  if (may?.may !== true) return false;
  const name = `${quoteName(schema)}.${quoteName(table)}`;
  const [there] = await session.rows<{ arguments: string }>(
    `select encode(tgargs, 'escape') as arguments from pg_trigger where tgrelid = $1::text::regclass and tgname = 'geomig_watch'`,
    [name],
  );
  if (there?.arguments === `${Math.trunc(datasetId)}\\000`) return true;
  await session.rows(`drop trigger if exists geomig_watch on ${name}`);
  await session.rows(
    `create trigger geomig_watch after insert or update or delete or truncate on ${name} for each statement execute function geomig.note_edit(${Math.trunc(datasetId)})`,
  );
  return true;
}

/** Stops watching a table in place that is not published any more; one that is gone, or not ours to change, stays as it is. */
export async function unwatchTable(session: Session, schema: string, table: string): Promise<void> {
  const [may] = await session.rows<{ may: boolean }>(
    `select pg_has_role(current_user, c.relowner, 'USAGE') as may from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2`,
    [schema, table],
  );
  if (may?.may === true) await session.rows(`drop trigger if exists geomig_watch on ${quoteName(schema)}.${quoteName(table)}`);
}

const unpublished = 'geomig unpublished';

/** Marks a table that was loaded and is not published yet, so that what a dead process left behind is known. */
export async function markUnpublished(session: Session, table: string): Promise<void> {
  await session.rows(`do $$ begin execute format('comment on table data.%I is %L', '${safe(table)}', '${unpublished} ' || now()); end $$`);
}

/** Takes the mark off; in the transaction that publishes. */
export async function markPublished(session: Session, table: string): Promise<void> {
  await session.rows(`comment on table data.${quoteName(table)} is null`);
}

/** Drops tables that were loaded a day ago and never published. */
export async function sweepUnpublished(session: Session): Promise<void> {
  const rows = await session.rows<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'data' and c.relkind = 'r' and obj_description(c.oid, 'pg_class') like $1 || ' %'
       and substr(obj_description(c.oid, 'pg_class'), length($1) + 2)::timestamptz < now() - interval '1 day'
       and not exists (select 1 from geomig.feature_type t where t.table_schema = 'data' and t.table_name = c.relname)`,
    [unpublished],
  );
  for (const { name } of rows) await dropTable(session, 'data', name);
}

/** Names of tables of ours went through nameOf: letters, digits, underscores. */
function safe(name: string): string {
  if (!/^[\p{L}\p{N}_]+$/u.test(name)) throw new Error(`${name} is no name of a table of ours`);
  return name;
}

/**
 * Lets the reader and writer roles see a table in place (D1, D10). Fault invalid-value with the statement for the owner of the table
 * when this account may not grant it.
 */
export async function openToReaders(session: Session, schema: string, table: string): Promise<void> {
  const roles = await session.rows<{ name: string; may: boolean; owner: boolean }>(
    `select r.rolname as name,
       has_schema_privilege(r.oid, n.oid, 'USAGE') and has_table_privilege(r.oid, c.oid, 'SELECT') as may,
       pg_has_role(current_user, c.relowner, 'USAGE') and pg_has_role(current_user, n.nspowner, 'USAGE') as owner
     from pg_roles r, pg_class c join pg_namespace n on n.oid = c.relnamespace
     where r.rolname in ('geomig_reader', 'geomig_writer') and n.nspname = $1 and c.relname = $2`,
    [schema, table],
  );
  for (const role of roles) {
    if (role.may) continue;
    const usage = `grant usage on schema ${quoteName(schema)} to ${quoteName(role.name)}`;
    const select = `grant select on ${quoteName(schema)}.${quoteName(table)} to ${quoteName(role.name)}`;
    if (!role.owner)
      throw new Fault(
        'invalid-value',
        'source.table',
        `le rôle ${role.name} ne peut pas lire ${schema}.${table} : son propriétaire exécute : ${usage}; ${select};`,
      );
    await session.rows(usage);
    await session.rows(select);
  }
}

/** Drops a table of the schema `data`; others are not ours to drop. */
export async function dropTable(session: Session, schema: string, table: string): Promise<void> {
  if (schema !== 'data') throw new Error(`${schema}.${table} is no table of ours`);
  await session.rows(`drop table if exists ${quoteName(schema)}.${quoteName(table)}`);
}
