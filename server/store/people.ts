// Accounts as rows: one person with mandates and working groups, loaded anew for every request (R13).
import type { Person, Role } from '../core/policy/charter';
import type { Session } from './database';

/** A person and what only the door of accounts may look at. */
export interface AccountRow {
  readonly person: Person;
  readonly generation: number;
  readonly passwordHash: string | null;
  readonly createdAt: string;
  /** Day of the organisation's latest withdrawal, whatever came after. */
  readonly leftOn: string | null;
}

/** A session, or the database itself: each of these is one statement. */
export type Reader = Pick<Session, 'rows'>;

interface Row {
  readonly id: number;
  readonly login: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly organisation_id: number;
  readonly state: Person['state'];
  readonly generation: number;
  readonly password_hash: string | null;
  readonly created_at: string;
  readonly left_on: string | null;
  readonly mandates: readonly { readonly role: Role; readonly from: string | null; readonly to: string | null }[];
  readonly working_groups: Person['workingGroups'];
}

// a mandate counts in the organisation the person belongs to
const select = `
  select u.id, u.login, u.first_name, u.last_name, u.organisation_id, u.state, u.generation, u.password_hash, u.created_at,
    (select max(m.withdrawal_received_on) from geomig.membership m where m.organisation_id = u.organisation_id) as left_on,
    coalesce((select json_agg(json_build_object('role', m.role, 'from', lower(m.period), 'to', upper(m.period) - 1) order by m.id)
      from geomig.mandate m where m.user_id = u.id and m.organisation_id = u.organisation_id and not isempty(m.period)), '[]'::json) as mandates,
    coalesce((select json_agg(json_build_object('id', g.working_group_id, 'type', g.type, 'endsOn', g.ends_on) order by g.working_group_id)
      from geomig.working_group_member g join geomig.working_group w on w.id = g.working_group_id and w.state = 'active'
      where g.user_id = u.id), '[]'::json) as working_groups
  from geomig.app_user u`;

export async function accountById(session: Reader, id: number): Promise<AccountRow | null> {
  return accountOf(await session.rows<Row>(`${select} where u.id = $1::integer`, [id]));
}

/** Logins are told apart without regard to case. */
export async function accountByLogin(session: Reader, login: string): Promise<AccountRow | null> {
  return accountOf(await session.rows<Row>(`${select} where lower(u.login) = lower($1::text)`, [login]));
}

/** The account of a key that is neither revoked nor past its last day, and the key itself when its use on that day is still to be noted. */
export async function accountByKey(
  session: Reader,
  hash: string,
  day: string,
): Promise<{ readonly account: AccountRow; readonly unnoted: number | null } | null> {
  const rows = await session.rows<Row & { readonly unnoted: number | null }>(
    `select p.*, case when t.last_used_on is distinct from $2::date then t.id end as unnoted
     from geomig.access_token t join (${select}) p on p.id = t.user_id
     where t.hash = $1::text and t.revoked_at is null and (t.expires_on is null or t.expires_on >= $2::date)`,
    [hash, day],
  );
  const account = accountOf(rows);
  return account && { account, unnoted: rows[0]?.unnoted ?? null };
}

export async function noteKeyUse(session: Reader, key: number, day: string): Promise<void> {
  await session.rows(`update geomig.access_token set last_used_on = $2::date where id = $1::integer`, [key, day]);
}

/** The account of a session that is open; its time is the database's (F14). */
export async function accountBySession(session: Reader, hash: string): Promise<AccountRow | null> {
  return accountOf(
    await session.rows<Row>(
      `${select} where u.id = (select user_id from geomig.session where token_hash = $1::text and closed_at is null and expires_at > now())`,
      [hash],
    ),
  );
}

function accountOf([row]: readonly Row[]): AccountRow | null {
  if (!row) return null;
  return {
    person: {
      id: row.id,
      login: row.login,
      name: `${row.first_name} ${row.last_name}`.trim() || row.login,
      organisation: row.organisation_id,
      state: row.state,
      mandates: row.mandates,
      workingGroups: row.working_groups,
    },
    generation: Number(row.generation),
    passwordHash: row.password_hash,
    createdAt: row.created_at,
    leftOn: row.left_on,
  };
}
