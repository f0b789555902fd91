// Records in and out for the command line: each one in a transaction of its own.
import type { ImportReport } from '../../catalogue/import';
import { recordPreparer } from '../../catalogue/prepare';
import { Fault } from '../core/model/fault';
import { announce } from '../store/administration';
import type { Database } from '../store/database';
import { saveFreeRecord, type RecordVisibility } from '../store/records';

export interface StoreOptions {
  /** Code of the organisation; null: nobody's. */
  readonly owner: string | null;
  readonly visibility: RecordVisibility;
  /** Code of the named collection, made if it is unknown. */
  readonly scope: string | null;
  /** R21: why they are not public. */
  readonly reason: string | null;
  readonly now: string;
}

/** Stores what was read; gives one outcome in French for each report. Fault unknown-id for an unknown owner. */
export async function storeRecords(database: Database, reports: readonly ImportReport[], options: StoreOptions): Promise<string[]> {
  const words = { created: 'créée', changed: 'modifiée', left: 'inchangée' } as const;
  const outcomes: string[] = [];
  for (const { read, refused } of reports) {
    if (!read || refused) {
      outcomes.push('refusée');
      continue;
    }
    try {
      const { outcome } = await database.transaction({ role: 'owner' }, async session => {
        const owner = options.owner === null ? null : await organisationId(session.rows.bind(session), options.owner);
        const { visibility, scope, reason } = options;
        if (scope !== null) await session.rows('insert into geomig.scope (code) values ($1) on conflict do nothing', [scope]);
        const saved = await saveFreeRecord(session, recordPreparer.free(read.document), { owner, visibility, scope, reason }, options.now);
        if (saved.outcome !== 'left') await announce(session);
        return saved;
      });
      outcomes.push(words[outcome]);
    } catch (error) {
      if (!(error instanceof Fault) || error.kind === 'unavailable' || error.kind === 'unknown-id') throw error;
      outcomes.push(`refusée : ${error.in('fr')}`);
    }
  }
  return outcomes;
}

async function organisationId(
  rows: <Row extends object>(text: string, values: readonly unknown[]) => Promise<Row[]>,
  code: string,
): Promise<number> {
  const [row] = await rows<{ id: number }>('select id from geomig.organisation where code = $1', [code]);
  if (!row) throw new Fault('unknown-id', 'owner', `l’organisme « ${code} » n’existe pas`);
  return row.id;
}

/** Every stored record, in pages. */
export async function* exportRecords(database: Database): AsyncGenerator<{ readonly identifier: string; readonly document: string }> {
  for (let after = ''; ;) {
    const page = await database.transaction({ role: 'owner' }, session =>
      session.rows<{ identifier: string; document: string }>(
        'select identifier, document from geomig.record where identifier collate "C" > $1 order by identifier collate "C" limit 100',
        [after],
      ),
    );
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.identifier;
  }
}
