// What answers requests once the database is open: accounts and doors over one Database.
import type { Config } from '../config';
import type { Clock } from '../core/model/clock';
import type { Accounts } from '../core/ports/accounts';
import type { Doors } from '../core/ports/doors';
import type { Caller } from '../core/policy/charter';
import { StoredAccounts } from '../store/accounts';
import type { Database } from '../store/database';
import { openDoors, type Asked } from '../store/doors';
import { recordTypes } from '../../catalogue/record-type';
import { FactsReader } from '../store/facts';
import { Generations } from '../store/generations';
import { AccessJournal } from '../store/journals';
import type { Log } from '../store/log';
import { Registry } from '../store/registry';

export interface Backend {
  readonly database: Database;
  readonly accounts: Accounts;
  openDoors(caller: Caller, scope: string | null, instant: string, asked: Asked): Promise<Doors>;
  organisationName(id: number): Promise<string | null>;
  /** Writes what the journal still holds; closes the database when it is ours. */
  close(closeDatabase: boolean): Promise<void>;
}

export interface BackendParts {
  readonly database: Database;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly publicUrl: () => string;
}

export function backendOf({ database, config, clock, log, publicUrl }: BackendParts): Backend {
  const generations = new Generations(database);
  const facts = new FactsReader(database, clock, generations);
  const accounts = new StoredAccounts({ database, facts, attempts: config.loginAttempts });
  const journal = new AccessJournal(database, { lost: lines => log.warn({ lines }, 'access journal: lines were lost') });
  const registry = new Registry(database, prefix => `${publicUrl()}/ns/${prefix}`, generations);
  return {
    database,
    accounts,
    openDoors: (caller, scope, instant, asked) =>
      openDoors({ database, facts, registry, journal, recordTypes }, caller, scope, instant, asked),
    organisationName: async id => (await facts.at(clock.now())).organisations.get(id)?.name ?? null,
    close: async closeDatabase => {
      await journal.close();
      if (closeDatabase) await database.close();
    },
  };
}
