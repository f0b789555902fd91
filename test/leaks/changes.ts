// Changes of hidden things, and their undoing: rows of a dataset, masked values, rows outside an area, the very existence of a dataset.
import { announce, quoteName } from '../../server/store/administration';
import type { Session } from '../../server/store/database';
import type { TestServer } from '../setup/server';

export interface TableOf {
  readonly dataset: string;
  readonly id: number;
  readonly name: string;
  readonly key: string;
  readonly keyType: string;
  readonly geometry: string | null;
  readonly columns: readonly { readonly name: string; readonly column: string; readonly type: string }[];
}

export async function tableOf(mig: TestServer, code: string): Promise<TableOf> {
  const [row] = await inSession(mig, session =>
    session.rows<{
      id: number;
      table_schema: string;
      table_name: string;
      key_column: string;
      key_type: string;
      geometry_column: string | null;
      columns: TableOf['columns'];
    }>(
      `select t.dataset_id as id, t.table_schema, t.table_name, t.key_column, t.key_type, t.geometry_column, t.columns
       from geomig.feature_type t join geomig.dataset d on d.id = t.dataset_id where d.identifier = $1`,
      [code],
    ),
  );
  if (!row) throw new Error(`no table of ${code}`);
  return {
    dataset: code,
    id: row.id,
    name: `${quoteName(row.table_schema)}.${quoteName(row.table_name)}`,
    key: row.key_column,
    keyType: row.key_type,
    geometry: row.geometry_column,
    columns: row.columns,
  };
}

const inSession = <T>(mig: TestServer, use: (session: Session) => Promise<T>): Promise<T> =>
  mig.test.database.transaction({ role: 'owner' }, use);

/** New content for some rows: texts reversed and marked, numbers moved, geometries shifted. `where` is SQL of the test. */
function assignments(table: TableOf, only: readonly string[] | null): string {
  const parts = table.columns
    .filter(({ column, name }) => column !== table.key && (only === null || only.includes(name)))
    .flatMap(({ column, type }) => {
      const name = quoteName(column);
      if (type === 'string') return [`${name} = 'SECRET-' || reverse(coalesce(${name}, 'x'))`];
      if (type === 'integer' || type === 'long' || type === 'decimal' || type === 'double') return [`${name} = coalesce(${name}, 0) + 77`];
      if (type === 'boolean') return [`${name} = not coalesce(${name}, false)`];
      return [];
    });
  if (only === null && table.geometry !== null)
    parts.push(`${quoteName(table.geometry)} = ST_Translate(${quoteName(table.geometry)}, 0.5, 0.5)`);
  return parts.join(', ');
}

export interface Change {
  readonly apply: () => Promise<void>;
  readonly undo: () => Promise<void>;
}

/** Changes rows (all columns, or only some), adds and removes rows when `only` is null and `count` is set. */
export function rowsChange(
  mig: TestServer,
  table: TableOf,
  options: { readonly only: readonly string[] | null; readonly where: string; readonly count: boolean },
): Change {
  const kept = `data.${quoteName(`kept_${table.dataset}`)}`;
  return {
    apply: () =>
      inSession(mig, async session => {
        await session.rows(`drop table if exists ${kept}`);
        await session.rows(`create table ${kept} as select * from ${table.name}`);
        await session.rows(`update ${table.name} set ${assignments(table, options.only)} where ${options.where}`);
        if (options.count)
          await session.rows(
            `delete from ${table.name} where ${quoteName(table.key)} in (select ${quoteName(table.key)} from ${table.name} where ${options.where} order by 1 limit 1)`,
          );
        await measured(session, table);
      }),
    undo: () =>
      inSession(mig, async session => {
        await session.rows(`delete from ${table.name}`);
        await session.rows(`insert into ${table.name} select * from ${kept}`);
        await session.rows(`drop table ${kept}`);
        await measured(session, table);
      }),
  };
}

/** What an import would have told of the new content: extent and count, which must not betray it either. */
async function measured(session: Session, table: TableOf): Promise<void> {
  const geometry = table.geometry === null ? null : quoteName(table.geometry);
  await session.rows(
    `update geomig.feature_type t set generation = generation + 1, row_count = m.n, extent_native = m.native, extent_geographic = m.geographic
     from (select count(*) as n,
       ${geometry === null ? 'null::float8[]' : `array[ST_XMin(ST_Extent(${geometry})), ST_YMin(ST_Extent(${geometry})), ST_XMax(ST_Extent(${geometry})), ST_YMax(ST_Extent(${geometry}))]`} as native,
       ${geometry === null ? 'null::float8[]' : `(select array[ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b)] from (select ST_Transform(ST_SetSRID(ST_Extent(${geometry})::geometry, (select srid from geomig.feature_type where dataset_id = ${table.id})), 4326) as b) x)`} as geographic
       from ${table.name}) m where t.dataset_id = ${table.id}`,
  );
  await announce(session);
}

/** Takes a dataset out of the world altogether, with its record and its grants. There is no way back. */
export function remove(mig: TestServer, table: TableOf): Promise<void> {
  return inSession(mig, async session => {
    for (const name of ['access_grant', 'style', 'dataset_attribute', 'feature_type'])
      await session.rows(`delete from geomig.${name} where dataset_id = $1`, [table.id]);
    await session.rows('delete from geomig.record where dataset = $1', [table.dataset]);
    await session.rows(
      `update geomig.dataset set identifier = $1, state = case kind when 'pooled' then 'draft' else 'planned' end, served = false where id = $2`,
      [`gone-${table.dataset}`, table.id],
    );
    await announce(session);
  });
}
