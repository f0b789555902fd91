// The parts that `apply` works with, made of an open database.
import { recordPreparer } from '../../catalogue/prepare';
import { Fault } from '../core/model/fault';
import { announce, dropTable, measureTable, openToReaders, tableFacts, watchTable } from '../store/administration';
import type { Database } from '../store/database';
import { digestKey } from '../store/identity-keys';
import { load } from '../store/load';
import { hashPassword, verifyPassword } from '../store/passwords';
import { importFreeRecord, saveDatasetRecord } from '../store/records';
import { tablesIn } from '../store/tables';
import { openSource } from '../formats/source';
import { readStyle } from '../maps';
import type { ApplyParts, ApplyTransaction } from '../partnership/apply/work';

export interface ApplyTools {
  readonly database: Database;
  readonly publicBase: string;
  readonly now: () => string;
  readonly say: (line: string) => void;
}

export function applyParts({ database, publicBase, now, say }: ApplyTools): ApplyParts {
  return {
    begin: () => begin(database, now),
    openSource,
    load: (source, options) => load(database, source, options),
    discard: (schema, table) => database.transaction({ role: 'owner' }, session => dropTable(session, schema, table)),
    checkStyle,
    hashPassword,
    verifyPassword,
    digestKey,
    publicBase,
    now,
    say,
  };
}

/** A style that cannot be read is refused at its place in the file. */
function checkStyle(document: string, locator: string): void {
  try {
    readStyle(document);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault('invalid-value', locator, `${locator}: ${error.message}`, { cause: error });
  }
}

async function begin(database: Database, now: () => string): Promise<ApplyTransaction> {
  const session = await database.begin({ role: 'owner', timeout: 0 });
  return {
    tables: tablesIn(session),
    bump: () => announce(session),
    tableFacts: async (schema, table, id, geometry) => {
      const facts = await tableFacts(session, schema, table, id, geometry);
      await openToReaders(session, schema, table);
      return facts;
    },
    measure: (schema, table, geometry) => measureTable(session, schema, table, geometry),
    watch: (schema, table, dataset) => watchTable(session, schema, table, dataset),
    dropTable: (schema, table) => dropTable(session, schema, table),
    saveRecord: async (record, about) => (await saveDatasetRecord(session, recordPreparer, record, about, now())).outcome,
    importRecord: (xml, about) => importFreeRecord(session, recordPreparer, xml, about, now()),
    commit: () => session.commit(),
    rollback: () => session.rollback(),
  };
}
