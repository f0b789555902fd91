// The record of each dataset: completed by what its data tell, checked (R18, R19, R24) and stored.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { importRecord } from '../../../catalogue/import';
import { completeRecord, type DatasetFacts } from '../../../catalogue/derive';
import { errorsOf } from '../../../catalogue/finding';
import { recordFromFields } from '../../../catalogue/fields';
import { validate } from '../../../catalogue/inspire';
import type { MetadataRecord } from '../../../catalogue/record';
import { Fault } from '../../core/model/fault';
import type { Outcome } from '../../core/ports/tables';
import type { DatasetEntry, RecordEntry } from '../file';
import { hiddenByDefault, isPublished } from '../guards';
import type { Work } from './work';

type Row = Readonly<Record<string, unknown>>;

/** What the file writes of a record, kept so that it can be completed again when the data or the server's address change. */
interface Written {
  readonly record: MetadataRecord;
  /** The document that the owner gave, null for fields written inline. */
  readonly original: string | null;
  /** R21: why it is not public. */
  readonly reason: string | null;
}

/** Stores what the file writes of the record, and the record that it makes with what the data tell. */
export async function applyRecord(work: Work, id: number, entry: DatasetEntry): Promise<Outcome> {
  const told = typeof entry.record === 'string' ? { file: entry.record } : entry.record;
  if (told !== undefined || isPublished(entry)) {
    const [dataset] = await work.tables.find('dataset', { id });
    // a dataset to be served has a record, be it empty: then what it lacks is named (R18)
    if (told !== undefined || dataset?.['record_written'] === null) {
      const written = writtenRecord(work, entry, told ?? {});
      const visibility = told?.visibility ?? (hiddenByDefault(entry) ? 'owner' : 'public');
      await work.tables.update('dataset', { id }, { record_written: { json: written }, record_visibility: visibility });
    }
  }
  return deriveRecord(work, id, message => incomplete(work, id, entry, message));
}

/** R18: a layer whose record has errors is not served; apply stops, or leaves it unpublished when it was told to. */
async function incomplete(work: Work, id: number, entry: DatasetEntry, message: string): Promise<void> {
  if (!work.options.allowUnpublished)
    throw new Fault(
      'conflict',
      `datasets.${entry.code}.record`,
      `R18 : ${entry.code} ne peut pas être servie, sa fiche est incomplète (datasets.${entry.code}.record) :\n${message}\n` +
        `Complétez-la, ou laissez la donnée en brouillon par --allow-unpublished.`,
      { rule: 'R18' },
    );
  const draft = { published: 'draft', validated: 'submitted' }[entry.state];
  if (draft !== undefined) await work.tables.update('dataset', { id }, { state: draft, served: false });
  work.parts.say(`${entry.code} reste en brouillon, fiche incomplète :\n${message}`);
}

function writtenRecord(work: Work, entry: DatasetEntry, told: RecordEntry): Written {
  const at = `datasets.${entry.code}.record`;
  const reason = told.reason?.trim() ?? null;
  if (told.file === undefined) {
    const record = recordFromFields({
      ...told,
      title: told.title ?? entry.title,
      usageScale: told.usageScale ?? entry.usageScale,
      licence: entry.licence,
    });
    return { record, original: null, reason };
  }
  const file = told.file;
  const bytes = readBytes(resolve(work.folder, file), at, file);
  const { record, document } = naming(file, at, () => importRecord(bytes, at));
  return { record: supplemented(record, told), original: document, reason };
}

/** A record of before may lack what is asked today: what is written beside the file says what the file does not. */
function supplemented(record: MetadataRecord, told: RecordEntry): MetadataRecord {
  const beside = recordFromFields(told);
  const lacks = (value: unknown): boolean => value === null || value === undefined || (Array.isArray(value) && value.length === 0);
  const missing = Object.entries(beside).filter(([name, value]) => !lacks(value) && lacks(record[name as keyof MetadataRecord]));
  const dates = beside.dates.filter(one => !record.dates.some(other => other.type === one.type));
  return {
    ...record,
    ...Object.fromEntries(missing),
    dates: [...record.dates, ...dates],
    constraints: [...record.constraints, ...beside.constraints],
  };
}

/** A fault of a document names the file. */
function naming<T>(file: string, at: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.kind, at, `${at} : ${file} : ${error.in('fr')}`, { cause: error });
  }
}

/** Completes and stores the record of a dataset from its rows. `onErrors` decides what an incomplete one means for a published dataset. */
export async function deriveRecord(work: Work, id: number, onErrors: (message: string) => Promise<void>): Promise<Outcome> {
  const [dataset] = await work.tables.find('dataset', { id });
  if (!dataset) return 'left';
  const written = dataset['record_written'] as Written | null;
  if (!written) return 'left';
  const facts = await factsOf(work, dataset);
  const record = completeRecord(written.record, facts);
  const errors = errorsOf(validate({ ...record, dateStamp: record.dateStamp ?? work.today }, 'own'));
  const complete = errors.length === 0;
  if (!complete && isPublishedRow(dataset))
    await onErrors(errors.map(finding => `  - ${finding.field}: ${finding.message.fr} ${finding.remedy.fr}`).join('\n'));
  const described = isPublishedRow(dataset) || dataset['state'] === 'excluded' || dataset['exception_code'] !== null;
  return work.tx.saveRecord(record, {
    dataset: id,
    owner: dataset['owner_id'] as number | null,
    visibility: (dataset['record_visibility'] as 'public' | 'partners' | 'owner' | null) ?? 'public',
    state: facts.retired ? 'obsolete' : !complete ? 'draft' : described ? 'published' : 'valid',
    scope: dataset['scope'] as string | null,
    reason: written.reason,
    original: written.original,
  });
}

const isPublishedRow = (row: Row): boolean => isPublished({ kind: row['kind'] as DatasetEntry['kind'], state: String(row['state']) });

async function factsOf(work: Work, dataset: Row): Promise<DatasetFacts> {
  const id = Number(dataset['id']);
  const [type] = await work.tables.find('feature_type', { dataset_id: id });
  const [pilot] = await work.tables.find('organisation', { is_pilot: true });
  const [owner] = dataset['owner_id'] === null ? [undefined] : await work.tables.find('organisation', { id: Number(dataset['owner_id']) });
  const version = (await work.tables.find('dataset_version', { dataset_id: id })).at(-1);
  const grants = await work.tables.find('access_grant', { dataset_id: id, replaced_at: null, audience: 'public' });
  const [collection] = dataset['scope'] === null ? [undefined] : await work.tables.find('scope', { code: String(dataset['scope']) });
  const box = type?.['extent_geographic'] as number[] | null | undefined;
  const [minX, minY, maxX, maxY] = box ?? [];
  const [coverage] = type ? await work.tables.find('coverage', { dataset_id: id }) : [];
  const served = isPublishedRow(dataset) && type !== undefined;
  const services: DatasetFacts['services'] = coverage ? ['wms'] : type?.['geometry_column'] === null ? ['wfs'] : ['wms', 'wfs'];
  const published = (version?.['published_on'] as string | null | undefined) ?? null;
  const pilotParty = {
    name: String(pilot?.['full_name'] ?? 'Département des Hauts-de-Seine'),
    email: (pilot?.['functional_email'] as string | null | undefined) ?? 'sig@hauts-de-seine.fr',
  };
  return {
    code: String(dataset['identifier']),
    prefix: String(type?.['prefix'] ?? ''),
    local: String(type?.['local'] ?? ''),
    title: { fr: String(dataset['title_fr']), ...(dataset['title_en'] === null ? {} : { en: String(dataset['title_en']) }) },
    kind: dataset['kind'] as 'pooled' | 'coproduced',
    owner: owner
      ? { name: String(owner['full_name']), email: (owner['functional_email'] as string | null) ?? pilotParty.email }
      : { name: 'Partenaires de la MIG', email: pilotParty.email },
    pilot: pilotParty,
    spatialType: coverage ? 'grid' : type?.['geometry_column'] === null ? 'textTable' : 'vector',
    extent: minX === undefined || minY === undefined || maxX === undefined || maxY === undefined ? null : { minX, minY, maxX, maxY },
    srid: (type?.['srid'] as number | null | undefined) ?? null,
    formats: coverage
      ? [{ name: 'GeoTIFF', version: '1.1' }]
      : [
          { name: 'GML', version: '3.2.1' },
          { name: 'GeoJSON', version: 'RFC 7946' },
        ],
    usageScale: dataset['usage_scale'] as number | null,
    usageRules: dataset['usage_rules'] as string | null,
    conditions: dataset['conditions_text'] as string | null,
    licence: dataset['licence'] as string | null,
    open: grants.length > 0,
    dates: { creation: null, publication: published, revision: (version?.['certified_on'] as string | null | undefined) ?? published },
    exception:
      dataset['exception_code'] === null
        ? null
        : { code: String(dataset['exception_code']), text: dataset['exception_text'] as string | null },
    frozen: dataset['state'] === 'frozen',
    retired: dataset['state'] === 'retired_by_owner' || dataset['state'] === 'archived',
    services: served && dataset['exception_code'] === null ? services : [],
    apart: collection?.['main'] === false ? String(collection['code']) : null,
    publicBase: work.parts.publicBase,
  };
}

export function readBytes(path: string, locator: string, name: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Fault('invalid-value', locator, `${locator} : le fichier ${name} ne peut pas être lu (cherché en ${path})`, { cause: error });
  }
}
