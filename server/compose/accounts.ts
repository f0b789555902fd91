// The desk of accounts on an open database.
import type { AccountDesk } from '../core/ports/accounts';
import { StoredAccountDesk } from '../store/account-desk';
import type { Database } from '../store/database';
import { FactsReader } from '../store/facts';

export { makePassword as newPassword } from '../store/passwords';

export function accountDesk(database: Database): AccountDesk {
  return new StoredAccountDesk({ database, facts: new FactsReader(database) });
}
