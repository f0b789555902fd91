// `--prune`: ends what the file does not name. Nothing is deleted: datasets are retired, grants and delegations ended.
import type { PartnershipFile } from '../file';
import type { Work } from './work';

/** States from which a dataset is served to nobody. */
const ended: ReadonlySet<string> = new Set(['retired_by_owner', 'archived', 'excluded']);

export async function prune(work: Work, file: PartnershipFile): Promise<void> {
  const named = new Set((file.datasets ?? []).map(entry => entry.code));
  for (const row of await work.tables.find('dataset', {})) {
    const code = String(row['identifier']);
    if (named.has(code) || ended.has(String(row['state']))) continue;
    const state = row['kind'] === 'pooled' ? 'retired_by_owner' : 'archived';
    await work.tables.update('dataset', { id: Number(row['id']) }, { state, served: false });
    await work.tables.update('record', { dataset: code }, { state: 'obsolete' });
    work.note('dataset', code, 'ended');
  }
  const pairs = new Set((file.delegations ?? []).map(entry => `${entry.ept} ${entry.commune}`));
  const codes = new Map((await work.tables.find('organisation', {})).map(row => [row['id'], String(row['code'])]));
  for (const row of await work.tables.find('ept_delegation', { revoked_on: null })) {
    const pair = `${codes.get(row['ept_id']) ?? ''} ${codes.get(row['commune_id']) ?? ''}`;
    if (pairs.has(pair)) continue;
    await work.tables.update('ept_delegation', { id: Number(row['id']) }, { revoked_on: work.today });
    work.note('delegation', pair.replace(' ', ' → '), 'ended');
  }
}
