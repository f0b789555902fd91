// The first account: as long as there is none, each start makes a token for one address at which the pilot's administrator is made. Only its
// digest is stored, it holds until the next start, and it is used up in the statement that checks it.
import { Fault } from '../core/model/fault';
import type { AccountDesk, FirstAccount } from '../core/ports/accounts';
import type { Database } from './database';
import { digestSecret, makeToken } from './identity-keys';

const key = 'first_account';

/** A fresh token where there is no account yet, else null; tokens of earlier starts are void either way. */
export function offerFirstAccount(database: Database): Promise<string | null> {
  return database.transaction({ role: 'owner' }, async session => {
    await session.rows('delete from geomig.service_setting where key = $1', [key]);
    const accounts = await session.rows('select 1 as one from geomig.app_user limit 1');
    if (accounts.length > 0) return null;
    const { token, hash } = makeToken();
    await session.rows('insert into geomig.service_setting (key, value) values ($1, $2::jsonb)', [key, JSON.stringify(hash)]);
    return token;
  });
}

export function firstAccount(database: Database, desk: AccountDesk): FirstAccount {
  return { awaits, make };

  async function awaits(token: string): Promise<boolean> {
    const rows = await database.ask(
      `select 1 as one from geomig.service_setting where key = $1 and value = $2::jsonb and not exists (select 1 from geomig.app_user)`,
      [key, JSON.stringify(digestSecret(token))],
    );
    return rows.length > 0;
  }

  async function make(token: string, account: Parameters<FirstAccount['make']>[1], instant: string): Promise<void> {
    const value = JSON.stringify(digestSecret(token));
    const pilot = await database.transaction({ role: 'owner' }, async session => {
      const taken = await session.rows(
        `delete from geomig.service_setting where key = $1 and value = $2::jsonb and not exists (select 1 from geomig.app_user) returning 1 as one`,
        [key, value],
      );
      if (taken.length === 0) throw new Fault('unknown-id', 'token', 'cette adresse n’est plus valable');
      const [row] = await session.rows<{ code: string }>('select code from geomig.organisation where is_pilot');
      return row?.code;
    });
    try {
      if (pilot === undefined) throw new Fault('conflict', 'organisation', 'aucun organisme n’est pilote');
      await desk.addUser({ ...account, organisation: pilot, roles: ['pilot_admin'] }, { id: null, name: 'première adresse' }, instant);
    } catch (error) {
      // a password that was refused may be tried again
      await database.transaction({ role: 'owner' }, session =>
        session.rows('insert into geomig.service_setting (key, value) values ($1, $2::jsonb) on conflict do nothing', [key, value]),
      );
      throw error;
    }
  }
}
