// The served forms of a record: six documents, in the variant for everybody (no person is named, R24, D16) and in the owner's.
// Whatever schema a record is stored in, every form exists: no output ever lacks a record.
import type { RecordForm } from '../server/core/ports/doors';
import { readXml } from '../server/core/xml/read';
import { print, recordLimits } from './document';
import { pruneDublinCore, writeDublinCore } from './dublin-core';
import type { ElementSet } from './dublin-core';
import type { ReadRecord } from './import';
import { pruneIso } from './iso19139-prune';
import { writeIso } from './iso19139-write';
import { withoutPersons } from './persons';

export const recordForms: readonly RecordForm[] = ['csw:brief', 'csw:summary', 'csw:full', 'gmd:brief', 'gmd:summary', 'gmd:full'];
export type Variant = 'public' | 'owner';

const sets: readonly ElementSet[] = ['brief', 'summary', 'full'];

/** All forms of one variant. */
export function renderForms(read: ReadRecord, variant: Variant): ReadonlyMap<RecordForm, string> {
  const record = variant === 'public' ? withoutPersons(read.record) : read.record;
  const forms = new Map<RecordForm, string>();
  const iso = read.schema === 'iso19139' ? read.root : readXml(writeIso(record), recordLimits);
  for (const set of sets) {
    forms.set(`csw:${set}`, read.schema === 'dublin-core' ? pruneDublinCore(read.root, set) : writeDublinCore(record, set));
    forms.set(`gmd:${set}`, set === 'full' && variant === 'owner' ? print(iso) : pruneIso(iso, set, variant));
  }
  return forms;
}
