// Named collections, the virtual endpoints `/at/{name}` of the partnership file.
import type { PartnershipFile } from '../file';
import { deriveRecord } from './records';
import type { Work } from './work';

/**
 * Makes the collections as the file says. Records of data that are served by their collection's endpoints alone link there: when that
 * changes, they are written again, the file naming the data or not.
 */
export async function applyScopes(work: Work, scopes: NonNullable<PartnershipFile['scopes']>): Promise<void> {
  for (const [code, { main }] of Object.entries(scopes)) {
    const { outcome } = await work.put('scope', { code }, { main: main ?? true });
    work.note('scope', code, outcome);
    if (outcome !== 'changed') continue;
    for (const dataset of await work.tables.find('dataset', { scope: code }))
      await deriveRecord(work, Number(dataset['id']), () => Promise.resolve());
  }
}
