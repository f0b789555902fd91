// The parts that `apply` works with, made of an open database.
import { recordPreparer } from '../../catalogue/prepare';
import { Fault } from '../core/model/fault';
import {
  announce,
  dropTable,
  markPublished,
  markUnpublished,
  measureTable,
  openToReaders,
  sweepUnpublished,
  tableFacts,
  unwatchTable,
  watchTable,
} from '../store/administration';
import type { Database, Session } from '../store/database';
import { digestKey } from '../store/identity-keys';
import { load } from '../store/load';
import { hashPassword, verifyPassword } from '../store/passwords';
import { saveDatasetRecord, saveFreeRecord, type RecordAbout, type SavedRecord } from '../store/records';
import { tablesIn } from '../store/tables';
import { createCoverageReader, isTiff } from '../formats/geotiff';
import { openSource } from '../formats/source';
import { coverageFiles, sweepCoverages } from '../store/coverage-files';
import { propertiesUsed, readCoverageStyle, readStyle } from '../maps';
import type { ApplyParts, ApplyTransaction } from '../partnership/apply/work';

export interface ApplyTools {
  readonly database: Database;
  readonly publicBase: string;
  readonly now: () => string;
  readonly say: (line: string) => void;
  /** GEOMIG_FILES, where rasters are kept; without it none can be imported. */
  readonly files?: string;
}

export function applyParts({ database, publicBase, now, say, files }: ApplyTools): ApplyParts {
  const owner = <T>(use: (session: Session) => Promise<T>): Promise<T> => database.transaction({ role: 'owner' }, use);
  return {
    begin: () => begin(database, now),
    openSource,
    load: async (source, options) => {
      const report = await load(database, source, options);
      await owner(session => markUnpublished(session, report.table));
      return report;
    },
    discard: (schema, table) => owner(session => dropTable(session, schema, table)),
    sweep: async () => {
      await owner(sweepUnpublished);
      if (files !== undefined) await sweepCoverages(database, coverageFiles(files), Date.parse(now()));
    },
    coverages: coverageDesk(files),
    checkStyle,
    hashPassword,
    verifyPassword,
    digestKey,
    publicBase,
    now,
    say,
  };
}

/** Rasters as apply handles them. */
function coverageDesk(files: string | undefined): ApplyParts['coverages'] {
  return {
    isCoverage: isTiff,
    describe: async (path, options) => {
      const reader = createCoverageReader({ threads: 1 });
      try {
        return await reader.describe(path, options);
      } finally {
        await reader.close();
      }
    },
    keep: (path, digest) => {
      if (files === undefined) throw new Fault('unsupported', 'source', 'aucun dossier n’est donné où garder les rasters (GEOMIG_FILES)');
      return coverageFiles(files).keep(path, digest);
    },
  };
}

/** What a style reads of its features (nothing, of a coverage), and what is not drawn as written; one that cannot be read is refused at its place. */
function checkStyle(
  document: string,
  locator: string,
  coverage = false,
): { readonly reads: readonly string[]; readonly notes: readonly string[] } {
  if (document.trimStart().startsWith('{'))
    throw new Fault(
      'unsupported',
      locator,
      `${locator} : les styles MapLibre (JSON) ne sont pas encore lus ici : donnez un SLD ou SE (style: couche.sld)`,
    );
  try {
    const style = coverage ? readCoverageStyle(document) : readStyle(document);
    return { reads: propertiesUsed(style, null), notes: style.notes ?? [] };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault('invalid-value', locator, `${locator} : ${error.in('fr')}`, { cause: error });
  }
}

/** Of every use case that writes the partnership's tables as a whole. */
const applyLock = 7_316_004;

async function begin(database: Database, now: () => string): Promise<ApplyTransaction> {
  const session = await database.begin({ role: 'owner', timeout: 0 });
  // two administrators at once take turns, each seeing what the other has made
  await session.rows('select pg_advisory_xact_lock($1::bigint)', [applyLock]);
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
    unwatch: (schema, table) => unwatchTable(session, schema, table),
    adopt: async (table, dataset) => {
      await watchTable(session, 'data', table, dataset);
      await markPublished(session, table);
    },
    dropTable: (schema, table) => dropTable(session, schema, table),
    saveRecord: async (record, about) => (await saveDatasetRecord(session, recordPreparer, record, about, now())).outcome,
    importRecord: (xml, about) => importRecord(session, xml, about, now()),
    commit: () => session.commit(),
    rollback: () => session.rollback(),
  };
}

/** A free-standing record as received; the file may give it to another owner. */
async function importRecord(session: Session, xml: Uint8Array, about: RecordAbout, now: string): Promise<SavedRecord> {
  const prepared = recordPreparer.free(xml);
  const moved = await session.rows(
    `update geomig.record set owner_id = $2::integer
     where identifier = $1 and dataset is null and owner_id is distinct from $2::integer returning 1 as one`,
    [prepared.identifier, about.owner],
  );
  const saved = await saveFreeRecord(session, prepared, about, now);
  return moved.length > 0 && saved.outcome === 'left' ? { ...saved, outcome: 'changed' } : saved;
}
