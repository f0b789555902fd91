// The records: that of each dataset, completed by what its data tell, checked (R18, R19, R24) and stored; and the free-standing ones.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { importRecord } from '../../../catalogue/import';
import { completeRecord, type DatasetFacts } from '../../../catalogue/derive';
import { errorsOf } from '../../../catalogue/finding';
import { recordFromFields } from '../../../catalogue/fields';
import { validate } from '../../../catalogue/inspire';
import type { MetadataRecord } from '../../../catalogue/record';
import { Fault } from '../../core/model/fault';
import type { Outcome } from '../../core/ports/tables';
import type { DatasetEntry, PartnershipFile } from '../file';
import { hiddenByDefault, isPublished } from '../guards';
import type { Work } from './work';

type Row = Readonly<Record<string, unknown>>;

/** Stores what the file writes of the record, so that it can be completed again when the data or the server's address change. */
export async function applyRecord(work: Work, id: number, entry: DatasetEntry): Promise<Outcome> {
  if (entry.record !== undefined) {
    const written = writtenRecord(work, entry);
    const visibility =
      (typeof entry.record === 'string' ? undefined : entry.record.visibility) ?? (hiddenByDefault(entry) ? 'owner' : 'public');
    await work.tables.update('dataset', { id }, { record_written: { json: written }, record_visibility: visibility });
  }
  return deriveRecord(work, id, message => incomplete(work, id, entry, message));
}

/** R18: a layer whose record has errors is not served; apply stops, or leaves it unpublished when it was told to. */
async function incomplete(work: Work, id: number, entry: DatasetEntry, message: string): Promise<void> {
  if (!work.options.allowUnpublished)
    throw new Fault(
      'conflict',
      `datasets.${entry.code}.record`,
      `R18: ${entry.code} cannot be served, its record is incomplete:\n${message}`,
      { rule: 'R18' },
    );
  await work.tables.update('dataset', { id }, { state: entry.kind === 'pooled' ? 'draft' : 'submitted', served: false });
  work.parts.say(`${entry.code} reste en brouillon, fiche incomplète :\n${message}`);
}

function writtenRecord(work: Work, entry: DatasetEntry): MetadataRecord {
  const told = entry.record;
  const at = `datasets.${entry.code}.record`;
  const file = typeof told === 'string' ? told : told?.file;
  const fields = typeof told === 'object' ? told : {};
  const inline = recordFromFields({
    ...fields,
    title: fields.title ?? entry.title,
    usageScale: fields.usageScale ?? entry.usageScale,
    licence: entry.licence,
  });
  if (file === undefined) return inline;
  const { record } = importRecord(readBytes(resolve(work.folder, file), at, file), at);
  return record;
}

/** Completes and stores the record of a dataset from its rows. `onErrors` decides what an incomplete one means for a published dataset. */
export async function deriveRecord(work: Work, id: number, onErrors: (message: string) => Promise<void>): Promise<Outcome> {
  const [dataset] = await work.tables.find('dataset', { id });
  if (!dataset) return 'left';
  const written = dataset['record_written'] as MetadataRecord | null;
  if (!written) {
    if (isPublishedRow(dataset)) await onErrors('  - record: the dataset has no record');
    return 'left';
  }
  const facts = await factsOf(work, dataset);
  const record = completeRecord(written, facts);
  const errors = errorsOf(validate({ ...record, dateStamp: record.dateStamp ?? work.today }, 'own'));
  if (errors.length > 0 && isPublishedRow(dataset))
    await onErrors(errors.map(finding => `  - ${finding.field}: ${finding.message.fr} ${finding.remedy.fr}`).join('\n'));
  const published = isPublishedRow(dataset) && errors.length === 0;
  const described = published || dataset['state'] === 'excluded' || dataset['exception_code'] !== null;
  return work.tx.saveRecord(record, {
    dataset: id,
    owner: dataset['owner_id'] as number | null,
    visibility: (dataset['record_visibility'] as 'public' | 'partners' | 'owner' | null) ?? 'public',
    state: facts.retired ? 'obsolete' : described ? 'published' : errors.length === 0 ? 'valid' : 'draft',
    scope: dataset['scope'] as string | null,
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
  const box = type?.['extent_geographic'] as number[] | null | undefined;
  const [minX, minY, maxX, maxY] = box ?? [];
  const served = isPublishedRow(dataset) && type !== undefined;
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
    spatialType: type?.['geometry_column'] === null ? 'textTable' : 'vector',
    extent: minX === undefined || minY === undefined || maxX === undefined || maxY === undefined ? null : { minX, minY, maxX, maxY },
    srid: (type?.['srid'] as number | null | undefined) ?? null,
    formats: [
      { name: 'GML', version: '3.2.1' },
      { name: 'GeoJSON', version: 'RFC 7946' },
    ],
    usageScale: dataset['usage_scale'] as number | null,
    usageRules: dataset['usage_rules'] as string | null,
    conditions: dataset['conditions_text'] as string | null,
    licence: dataset['licence'] as string | null,
    open: grants.length > 0,
    dates: { creation: null, publication: published, revision: (version?.['certified_on'] as string | null | undefined) ?? published },
    frozen: dataset['state'] === 'frozen',
    retired: dataset['state'] === 'retired_by_owner' || dataset['state'] === 'archived',
    services: served && dataset['exception_code'] === null ? (type['geometry_column'] === null ? ['wfs'] : ['wms', 'wfs']) : [],
    publicBase: work.parts.publicBase,
  };
}

/** Records that describe no dataset of ours: kept as received (D16, D17). */
export async function applyFreeRecords(work: Work, entries: NonNullable<PartnershipFile['records']>): Promise<void> {
  for (const [index, entry] of entries.entries()) {
    const told = typeof entry === 'string' ? { file: entry } : entry;
    const at = `records.${index}`;
    if (told.visibility !== undefined && told.visibility !== 'public' && !told.reason?.trim())
      throw new Fault('conflict', `${at}.reason`, `R21: ${told.file}: a record that is not public needs a written reason`, { rule: 'R21' });
    const paths = expand(told.file, work.folder);
    if (paths.length === 0) throw new Fault('invalid-value', `${at}.file`, `no file matches ${told.file}`);
    const owner = told.owner === undefined ? null : await work.idOf('organisation', told.owner, `${at}.owner`);
    const scope = told.scope ?? null;
    if (scope !== null) await work.put('scope', { code: scope }, {});
    for (const path of paths) {
      const xml = readBytes(resolve(work.folder, path), at, path);
      const { identifier, outcome } = await work.tx.importRecord(xml, { owner, visibility: told.visibility ?? 'public', scope });
      work.note('record', identifier, outcome);
    }
  }
}

/** `records/*.xml`: stars in the last segment; other names stand for themselves. */
function expand(pattern: string, folder: string): string[] {
  if (!basename(pattern).includes('*')) return [pattern];
  const directory = resolve(folder, dirname(pattern));
  const matcher = new RegExp(
    `^${basename(pattern)
      .split('*')
      .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
  const names = existsSync(directory) ? readdirSync(directory).filter(name => matcher.test(name)) : [];
  return names.sort().map(name => join(dirname(pattern), name));
}

function readBytes(path: string, locator: string, name: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Fault('invalid-value', locator, `the file ${name} cannot be read (looked for ${path})`, { cause: error });
  }
}
