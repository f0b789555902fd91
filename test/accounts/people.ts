// Accounts in a migrated database for the tests of the door of accounts: people of Antony, Marnes and Sceaux, Antony a partner.
import type { Credential } from '../../server/core/ports/accounts';
import type { Database, Session } from '../../server/store/database';
import { digestKey } from '../../server/store/identity-keys';
import { hashPassword } from '../../server/store/passwords';

export const instant = '2026-06-15T10:00:00.000Z';
export const password = 'des tilleuls en fleurs';

export const sql = <Row extends object>(database: Database, text: string, values: readonly unknown[] = []): Promise<Row[]> =>
  database.transaction({ role: 'owner' }, session => session.rows<Row>(text, values));

let hash: Promise<string> | null = null;

/** Makes a person; every one has the same password, hashed once. */
export async function makePerson(
  database: Database,
  login: string,
  organisation: string,
  more: { readonly key?: string; readonly createdAt?: string; readonly role?: string } = {},
): Promise<number> {
  const stored = await (hash ??= hashPassword(password));
  return database.transaction({ role: 'owner' }, async session => {
    const id = await insert(
      session,
      `insert into geomig.app_user (organisation_id, login, first_name, last_name, password_hash, created_at)
       select id, $2, 'Agent', $2, $3, $4::timestamptz from geomig.organisation where code = $1 returning id`,
      [organisation, login, stored, more.createdAt ?? '2024-01-10T09:00:00Z'],
    );
    await session.rows(
      `insert into geomig.mandate (user_id, organisation_id, role) select $1::integer, organisation_id, $2 from geomig.app_user where id = $1::integer`,
      [id, more.role ?? 'reader'],
    );
    if (more.key !== undefined) {
      const { prefix, hash: digest } = digestKey(more.key);
      await session.rows(`insert into geomig.access_token (user_id, prefix, hash, label) values ($1::integer, $2, $3, 'qgis')`, [
        id,
        prefix,
        digest,
      ]);
    }
    return id;
  });
}

async function insert(session: Session, text: string, values: readonly unknown[]): Promise<number> {
  const [row] = await session.rows<{ id: number }>(text, values);
  if (!row) throw new Error('nothing was inserted');
  return row.id;
}

export const setMembership = (
  database: Database,
  code: string,
  state: string,
  since: string | null,
  withdrawn: string | null,
): Promise<object[]> =>
  sql(
    database,
    `update geomig.membership set state = $2, active_on = $3::date, withdrawal_received_on = $4::date
     where organisation_id = (select id from geomig.organisation where code = $1)`,
    [code, state, since, withdrawn],
  );

export const basic = (login: string, secret: string): Credential => ({ kind: 'basic', login, secret });
