// What answers requests once the database is open: accounts and doors over one Database.
import type { Config } from '../config';
import { parisDay, type Clock } from '../core/model/clock';
import type { Text } from '../core/model/text';
import type { Accounts } from '../core/ports/accounts';
import type { Doors } from '../core/ports/doors';
import type { Caller } from '../core/policy/charter';
import { createCoverageReader } from '../formats/geotiff';
import { StoredAccounts } from '../store/accounts';
import { coverageFiles } from '../store/coverage-files';
import type { Database } from '../store/database';
import { openDoors, openEarly, type Asked, type EarlyDoors } from '../store/doors';
import { isDemonstration } from './base';
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
  /** On what was read last; null where that cannot be. */
  openEarly(caller: Caller, instant: string, asked: Asked & { readonly inView: boolean }): EarlyDoors | null;
  organisationName(id: number): Promise<string | null>;
  /** The demonstration, the rehearsal's clock, and the charter's end (R11). */
  banners(partner: boolean): Promise<readonly Text[]>;
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
  const reader = createCoverageReader({ queue: config.limits.queue });
  const coverages = { reader, files: coverageFiles(config.files) };
  const doors = { database, facts, registry, journal, recordTypes, coverages, generations };
  return {
    database,
    accounts,
    openDoors: (caller, scope, instant, asked) => openDoors(doors, caller, scope, instant, asked),
    openEarly: (caller, instant, asked) => openEarly(doors, caller, instant, asked),
    organisationName: async id => (await facts.at(clock.now())).organisations.get(id)?.name ?? null,
    banners: async partner => [
      ...((await isDemonstration(database)) ? [invented] : []),
      ...(config.clock === null ? [] : [rehearsal(clock.now())]),
      ...(partner ? charterBanner((await facts.at(clock.now())).charterEndsOn, clock.now()) : []),
    ],
    close: async closeDatabase => {
      await reader.close();
      await journal.close();
      if (closeDatabase) await database.close();
    },
  };
}

const day = (iso: string): string => iso.split('-').reverse().join('/');

const invented: Text = {
  fr: 'Démonstration : territoire, données et personnes inventés.',
  en: 'Demonstration: territory, data and people are invented.',
};

const rehearsal = (now: string): Text => ({
  fr: `Répétition : les règles voient le ${day(parisDay(now))}.`,
  en: `Rehearsal: the rules see ${parisDay(now)}.`,
});

/** R11, 2.7: from six months before the charter's end, and after it; access does not change. */
function charterBanner(endsOn: string | null, now: string): Text[] {
  if (endsOn === null) return [];
  const begins = new Date(`${endsOn}T00:00:00Z`);
  begins.setUTCMonth(begins.getUTCMonth() - 6);
  const today = parisDay(now);
  if (today < begins.toISOString().slice(0, 10)) return [];
  return today <= endsOn
    ? [
        {
          fr: `La charte prend fin le ${day(endsOn)} : le comité de pilotage statue sur sa suite (2.7).`,
          en: `The charter ends on ${endsOn}; the steering committee decides on its continuation (2.7).`,
        },
      ]
    : [
        {
          fr: `La charte a pris fin le ${day(endsOn)} ; les accès sont inchangés, les nouvelles adhésions attendent une nouvelle charte (2.7).`,
          en: `The charter ended on ${endsOn}; access is unchanged, new memberships wait for a new charter (2.7).`,
        },
      ];
}
