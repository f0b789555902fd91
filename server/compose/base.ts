// What the server remembers of itself: the address that stored records link to (what the administrator set, else what it last listened
// on), and whether its data are the demonstration's.
import type { Config } from '../config';
import type { Database } from '../store/database';

const key = 'public_base';

/** The public address of the server without a final slash. */
export async function publicBaseOf(database: Database, config: Pick<Config, 'publicUrl' | 'host' | 'port'>): Promise<string> {
  if (config.publicUrl !== null) return config.publicUrl;
  const [row] = await database.transaction({ role: 'owner' }, session =>
    session.rows<{ value: string }>('select value from geomig.service_setting where key = $1', [key]),
  );
  return row?.value ?? `http://${config.host}:${config.port}`;
}

/** Remembers the address the server answers at; true when it has changed. */
export async function rememberBase(database: Database, base: string): Promise<boolean> {
  const rows = await database.transaction({ role: 'owner' }, session =>
    session.rows(
      `insert into geomig.service_setting (key, value) values ($1, $2::jsonb)
       on conflict (key) do update set value = excluded.value where service_setting.value <> excluded.value returning 1 as one`,
      [key, JSON.stringify(base)],
    ),
  );
  return rows.length > 0;
}

const demonstration = 'demonstration';

/** From now on pages say that the data are invented. */
export async function rememberDemonstration(database: Database): Promise<void> {
  await database.transaction({ role: 'owner' }, session =>
    session.rows(`insert into geomig.service_setting (key, value) values ($1, 'true'::jsonb) on conflict (key) do nothing`, [
      demonstration,
    ]),
  );
}

/** Whether the demonstration was loaded into this database. */
export async function isDemonstration(database: Database): Promise<boolean> {
  const rows = await database.transaction({ role: 'owner' }, session =>
    session.rows('select 1 as one from geomig.service_setting where key = $1', [demonstration]),
  );
  return rows.length > 0;
}
