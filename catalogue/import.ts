// What comes from outside becomes a record: bytes → text → tree → pivot with findings, one report per record (`geomig records import`,
// `records check`, partnership files). Refused is only what is malformed, of an unknown schema or without identifier (D17).
import iconv from 'iconv-lite';
import { Fault } from '../server/core/model/fault';
import type { Element } from '../server/core/xml/read';
import { readXml } from '../server/core/xml/read';
import { descendants, print, recordLimits } from './document';
import { isDublinCore, readDublinCore } from './dublin-core';
import type { Finding } from './finding';
import { errorsOf } from './finding';
import type { RecordKind } from './inspire';
import { validate } from './inspire';
import { isIso, readIso } from './iso19139-read';
import type { MetadataRecord } from './record';

/** Schema a record is stored in. */
export type RecordSchema = 'iso19139' | 'dublin-core';

/** A record as it came, understood. */
export interface ReadRecord {
  readonly schema: RecordSchema;
  readonly record: MetadataRecord;
  /** The tree of the record's own element. */
  readonly root: Element;
  /** The document of that element alone. */
  readonly document: string;
}

/** One line of the report. */
export interface ImportReport {
  readonly identifier: string | null;
  readonly title: string | null;
  /** Why it is not taken; null when it is. */
  readonly refused: Finding | null;
  readonly findings: readonly Finding[];
  readonly read: ReadRecord | null;
}

/**
 * The text of an XML file whatever its declared encoding (records in ISO-8859-1 and UTF-16 are about).
 * Fault: malformed for an encoding that is not known.
 */
export function decodeXml(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [a, b] = buffer;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return iconv.decode(buffer, 'utf-16');
  const declared = /^(?:\xEF\xBB\xBF)?<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/.exec(
    buffer.toString('latin1', 0, 300),
  )?.[1];
  const encoding = declared ?? 'utf-8';
  if (!iconv.encodingExists(encoding))
    throw new Fault('malformed', '', {
      en: `the document is in the unknown encoding ${encoding}`,
      fr: `le document est dans l’encodage inconnu ${encoding}`,
    });
  return iconv.decode(buffer, encoding);
}

/** The record an element is, or null when it is of no schema known here. */
export function readRecord(root: Element): ReadRecord | null {
  if (isIso(root)) return { schema: 'iso19139', record: readIso(root), root, document: print(root) };
  if (isDublinCore(root)) return { schema: 'dublin-core', record: readDublinCore(root), root, document: print(root) };
  return null;
}

/** The records in a document: itself, or those inside an answer of a catalogue. */
export function recordElements(root: Element): Element[] {
  if (isIso(root) || isDublinCore(root)) return [root];
  const found: Element[] = [];
  let inside: Element | null = null;
  for (const element of descendants(root)) {
    if (!isIso(element) && !isDublinCore(element)) continue;
    if (inside !== null && [...descendants(inside)].includes(element)) continue;
    found.push(element);
    inside = element;
  }
  return found;
}

const refusal = (code: string, fr: string, en: string, remedy: Finding['remedy'], xpath = '/'): Finding => ({
  severity: 'error',
  code,
  field: 'file',
  message: { fr, en },
  xpath,
  remedy,
  rule: 'D17',
});

function reportOf(read: ReadRecord | null, root: Element, kind: RecordKind): ImportReport {
  if (read === null)
    return {
      identifier: null,
      title: null,
      read: null,
      findings: [],
      refused: refusal(
        'schema.unknown',
        `Schéma inconnu : élément racine ${root.name} (${root.namespace}).`,
        `Unknown schema: root element ${root.name} (${root.namespace}).`,
        { fr: 'Fournir une fiche ISO 19139 ou un csw:Record.', en: 'Provide an ISO 19139 record or a csw:Record.' },
        `/${root.name}`,
      ),
    };
  const { record } = read;
  const identified = (record.identifier?.trim() ?? '') !== '';
  return {
    identifier: record.identifier,
    title: record.title?.fr ?? null,
    read,
    findings: validate(record, kind),
    // a dataset's record may take its identifier from the dataset
    refused:
      identified || kind === 'own'
        ? null
        : refusal(
            'identifier.missing',
            'La fiche n’a pas d’identifiant.',
            'The record has no identifier.',
            { fr: 'Renseigner gmd:fileIdentifier (ou dc:identifier).', en: 'Fill in gmd:fileIdentifier (or dc:identifier).' },
            '/gmd:MD_Metadata/gmd:fileIdentifier',
          ),
  };
}

/** Reads a file of one or several records; what is malformed gives one refused line, never an exception. */
export function importRecords(bytes: Uint8Array, kind: RecordKind = 'free'): ImportReport[] {
  let root: Element;
  try {
    root = readXml(decodeXml(bytes), recordLimits);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const remedy = { fr: 'Corriger le document XML.', en: 'Mend the XML document.' };
    const code = error.kind === 'too-large' ? 'document.too-large' : 'document.malformed';
    const refused = refusal(code, `Document XML illisible : ${error.in('fr')}`, `XML document cannot be read: ${error.message}`, remedy);
    return [{ identifier: null, title: null, read: null, findings: [], refused }];
  }
  const elements = recordElements(root);
  if (elements.length === 0) return [reportOf(null, root, kind)];
  return elements.map(element => reportOf(readRecord(element), element, kind));
}

/** The one record of a document, for partnership files and single inserts. Faults: malformed, too-large, invalid-value at `locator`. */
export function importRecord(
  xml: Uint8Array | string,
  locator: string,
  kind: RecordKind = 'own',
): ReadRecord & { readonly findings: readonly Finding[] } {
  const reports = importRecords(typeof xml === 'string' ? Buffer.from(xml, 'utf8') : xml, kind);
  const [report] = reports;
  if (!report || reports.length > 1)
    throw new Fault('invalid-value', locator, {
      en: `${locator} holds ${reports.length} records, expected one`,
      fr: `${locator} contient ${reports.length} fiches, attendu : une`,
    });
  if (report.refused !== null || report.read === null)
    throw new Fault('invalid-value', locator, {
      en: report.refused?.message.en ?? 'the record cannot be read',
      fr: report.refused?.message.fr ?? 'la fiche ne peut pas être lue',
    });
  return { ...report.read, findings: report.findings };
}

/** One line of a report, in French: severity, message, path, remedy. */
export const reportLine = (finding: Finding): string =>
  `${finding.severity === 'error' ? 'erreur' : 'avertissement'} ${finding.rule} : ${finding.message.fr} ${finding.xpath} → ${finding.remedy.fr}`;

/** Whether a record of ours may be published: no error among its findings (R18). */
export const publishable = (findings: readonly Finding[]): boolean => errorsOf(findings).length === 0;
