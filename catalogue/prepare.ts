// A record made ready to be kept: document, index, findings, all served forms in both variants. The store writes it without understanding it.
import type { PreparedRecord, RecordPreparer, RecordVariant } from '../server/core/ports/record-store';
import { readXml, type Element } from '../server/core/xml/read';
import type { Finding } from './finding';
import { errorsOf } from './finding';
import { recordForms, renderForms } from './forms';
import { descendants, recordLimits } from './document';
import type { ReadRecord } from './import';
import { importRecord, readRecord } from './import';
import { indexRow, readableText } from './index-row';
import { validate } from './inspire';
import { tellsPerson } from './iso19139-prune';
import { mergeIso } from './iso19139-merge';
import { isIso, readIso } from './iso19139-read';
import { writeIso } from './iso19139-write';
import { withoutPersons } from './persons';
import type { MetadataRecord } from './record';

function namesPersons(root: Element): boolean {
  for (const element of descendants(root)) if (tellsPerson(element)) return true;
  return false;
}

/** All that is kept of a record that was read. */
export function prepare(read: ReadRecord, findings: readonly Finding[]): PreparedRecord {
  const open = renderForms(read, 'public');
  // most records of ours name nobody: the owner's variant is everybody's then
  const personal = namesPersons(read.root);
  const own = personal ? renderForms(read, 'owner') : open;
  const forms = recordForms.flatMap(form => {
    const [shown, full] = [open.get(form) ?? '', own.get(form) ?? ''];
    const both: PreparedRecord['forms'][number][] = [{ form, variant: 'public', xml: shown }];
    return full === shown ? both : [...both, { form, variant: 'owner' as RecordVariant, xml: full }];
  });
  return {
    identifier: read.record.identifier ?? '',
    schema: read.schema,
    document: read.document,
    // what everybody may ask by is computed without persons: a filter on dc:creator must not tell a hidden name (R24)
    columns: indexRow(withoutPersons(read.record)),
    findings,
    errors: errorsOf(findings).length,
    forms,
    texts: { public: readableText(read.root, 'public'), owner: personal ? readableText(read.root, 'owner') : null },
  };
}

/** Instants of documents have whole seconds. */
const seconds = (instant: string): string => new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z');

function readDocument(document: string): ReadRecord {
  const read = readRecord(readXml(document, recordLimits));
  if (!read) throw new Error('a kept document is of no known schema');
  return { ...read, document };
}

/** How the document of a record is made: anew, or on the document that its owner gave. */
function writerOf(original: string | null): (record: MetadataRecord) => string {
  if (original === null) return writeIso;
  const root = readXml(original, recordLimits);
  if (!isIso(root)) return writeIso;
  const written = readIso(root);
  return record => mergeIso(root, written, record);
}

export const recordPreparer: RecordPreparer<MetadataRecord> = {
  own: (record, { dataset, previous, instant, original }) => {
    const write = writerOf(original ?? null);
    const named = { ...record, identifier: record.identifier ?? dataset };
    // D15: the date moves only when the bytes do
    const before = previous === null ? null : readDocument(previous).record.dateStamp;
    const kept = before !== null && write({ ...named, dateStamp: before }) === previous ? previous : null;
    const read = readDocument(kept ?? write({ ...named, dateStamp: seconds(instant) }));
    return prepare(read, validate(read.record, 'own'));
  },
  free: xml => {
    const { findings, ...read } = importRecord(xml, 'record', 'free');
    return prepare(read, findings);
  },
};
