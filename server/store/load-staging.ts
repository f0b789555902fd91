// The table that a load fills out of sight: made, looked after, given its indexes, and put in its place in one short transaction.
// Its name begins with _load_ and its comment tells when it was last written to, so that what a dead process left behind is known.
// Every name in these statements went through nameOf: letters, digits, underscores.
import { randomBytes } from 'node:crypto';
import { Fault } from '../core/model/fault';
import type { Envelope } from '../core/model/geometry';
import type { Database, Session } from './database';
import { errorCode } from './errors';

const prefix = '_load_';
/** Minutes without a sign of life after which a staging table is nobody's. */
const patience = 15;
const lockAttempts = 6;

export interface Place {
  readonly schema: string;
  readonly table: string;
}

const sql = ({ schema, table }: Place): string => `"${schema}"."${table}"`;

/** One statement in a transaction of its own, as the owner. */
export function run<Row extends object>(database: Database, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  return database.transaction({ role: 'owner', timeout: 0 }, session => session.rows<Row>(text, values));
}

/** SQLSTATE of what a session threw: a Fault keeps the database's error as its cause. */
export const stateOf = (error: unknown): string | undefined => errorCode(error instanceof Fault ? error.cause : error);

export async function exists(database: Database, place: Place): Promise<boolean> {
  const rows = await run(
    database,
    'select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2',
    [place.schema, place.table],
  );
  return rows.length > 0;
}

/** An empty staging table with those column definitions. */
export async function createStaging(database: Database, schema: string, definitions: readonly string[]): Promise<Place> {
  const place = { schema, table: `${prefix}${randomBytes(8).toString('hex')}` };
  await database.transaction({ role: 'owner' }, async session => {
    await session.rows(`create table ${sql(place)} (${definitions.join(', ')})`);
    await sign(session, place);
  });
  return place;
}

/** The sign of life: the instant of the database in the table's comment. */
export async function sign(session: Session, place: Place): Promise<void> {
  await session.rows(
    `do $$ begin execute format('comment on table %I.%I is %L', '${place.schema}', '${place.table}', now()::text); end $$`,
  );
}

export async function drop(database: Database, place: Place): Promise<void> {
  await run(database, `drop table if exists ${sql(place)}`);
}

/** Drops staging tables that nobody has written to for a quarter of an hour; returns how many. */
export async function sweepStaging(database: Database, schema: string): Promise<number> {
  const rows = await run<{ table: string }>(
    database,
    `select c.relname as table from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r' and c.relname ~ '^_load_[0-9a-f]{16}$'
       and coalesce(obj_description(c.oid, 'pg_class')::timestamptz, '-infinity') < now() - make_interval(mins => $2::integer)`,
    [schema, String(patience)],
  );
  for (const { table } of rows) await drop(database, { schema, table });
  return rows.length;
}

/** Key, spatial index and statistics. Fault invalid-value when the named key does not identify the rows. */
export async function finish(
  database: Database,
  place: Place,
  key: { readonly column: string; readonly source: string | null },
  spatial: boolean,
): Promise<void> {
  if (key.source !== null) await checkKey(database, place, key.column, key.source);
  await run(database, `alter table ${sql(place)} add constraint "${place.table}_pkey" primary key ("${key.column}")`);
  if (spatial) await run(database, `create index "${place.table}_geom" on ${sql(place)} using gist (geom)`);
  await run(database, `analyze ${sql(place)}`);
  await database.transaction({ role: 'owner' }, session => sign(session, place));
}

async function checkKey(database: Database, place: Place, column: string, source: string): Promise<void> {
  const doubles = await run<{ value: string; times: string }>(
    database,
    `select "${column}"::text as value, count(*)::text as times from ${sql(place)}
     group by "${column}" having count(*) > 1 order by count(*) desc, "${column}" limit 3`,
  );
  if (doubles.length === 0) return;
  const values = doubles.map(({ value, times }) => `"${value.slice(0, 60)}" (${times} times)`).join(', ');
  throw new Fault('invalid-value', 'key', {
    en: `"${source.slice(0, 80)}" cannot identify the features, its values are not unique: ${values}`,
    fr: `« ${source.slice(0, 80)} » ne peut pas identifier les objets, ses valeurs ne sont pas uniques : ${values}`,
  });
}

/** Number of rows and bounds of the geometries. */
export async function measure(
  database: Database,
  place: Place,
  spatial: boolean,
): Promise<{ readonly rows: number; readonly native: Envelope | null }> {
  const box = spatial ? 'ST_Extent(geom)' : 'null::box2d';
  const [row] = await run<{ rows: string; minX: number | null; minY: number | null; maxX: number | null; maxY: number | null }>(
    database,
    `select rows::text as rows, ST_XMin(box) as "minX", ST_YMin(box) as "minY", ST_XMax(box) as "maxX", ST_YMax(box) as "maxY"
     from (select count(*) as rows, ${box} as box from ${sql(place)}) as measured`,
  );
  if (!row) return { rows: 0, native: null };
  const { minX, minY, maxX, maxY } = row;
  const empty = minX === null || minY === null || maxX === null || maxY === null;
  return { rows: Number(row.rows), native: empty ? null : { minX, minY, maxX, maxY } };
}

/** What hangs on a staging table besides its rows. */
export interface Attached {
  /** A spatial index. */
  readonly spatial: boolean;
  /** Column of a running number with its sequence; null for a key of the file's. */
  readonly counted: string | null;
}

/** Puts the staging table in its place. Faults: conflict (there is one, or views depend on it), busy (readers would not let go). */
export async function reveal(database: Database, staging: Place, target: Place, replace: boolean, attached: Attached): Promise<void> {
  const { spatial, counted } = attached;
  for (let attempt = 1; ; attempt++) {
    try {
      await database.transaction({ role: 'owner' }, async session => {
        // waiting for a lock holds up every later reader: short, and again
        await session.rows(`set local lock_timeout = '2s'`);
        if (replace) await session.rows(`drop table if exists ${sql(target)}`);
        await session.rows(`alter table ${sql(staging)} rename to "${target.table}"`);
        await session.rows(`alter table ${sql(target)} rename constraint "${staging.table}_pkey" to "${target.table}_pkey"`);
        if (counted !== null)
          await session.rows(
            `alter sequence "${target.schema}"."${staging.table}_${counted}_seq" rename to "${target.table}_${counted}_seq"`,
          );
        if (spatial) await session.rows(`alter index "${target.schema}"."${staging.table}_geom" rename to "${target.table}_geom"`);
        await session.rows(`comment on table ${sql(target)} is null`);
      });
      return;
    } catch (error) {
      const code = stateOf(error);
      if (code === '55P03' && attempt < lockAttempts) continue;
      if (code === '42P07' || code === '42710')
        throw new Fault(
          'conflict',
          'table',
          { en: `there is a table ${target.table} already`, fr: `il y a déjà une table ${target.table}` },
          { cause: error },
        );
      if (code === '2BP01')
        throw new Fault(
          'conflict',
          'table',
          {
            en: `views or other tables depend on ${target.table}: it cannot be replaced`,
            fr: `des vues ou d’autres tables dépendent de ${target.table} : elle ne peut pas être remplacée`,
          },
          { cause: error },
        );
      throw error;
    }
  }
}
