// `geomig import` and imports over HTTP: one file into the table of one dataset, made visible in one transaction (surface § 3).
import { dirname } from 'node:path';
import { parisDay } from '../core/model/clock';
import { Fault } from '../core/model/fault';
import type { LoadReport } from '../core/ports/vector-source';
import { publish } from './apply/publication';
import { deriveRecord } from './apply/records';
import { discard, loadSources } from './apply/sources';
import { Work, type ApplyOptions, type ApplyParts } from './apply/work';
import type { DatasetEntry } from './file';

export interface ImportRequest {
  readonly path: string;
  /** `prefix:name`. */
  readonly as: string;
  readonly layer?: string;
  readonly srs?: string;
  readonly encoding?: string;
  readonly id?: string;
  /** Replace the data of a dataset that has some. */
  readonly replace: boolean;
}

const options: ApplyOptions = { check: false, prune: false, reimport: true, overwriteEdits: true, allowUnpublished: true };

/**
 * Imports a file. An unknown type becomes a new dataset in draft, owned by the organisation its prefix names (else by the pilot):
 * nobody sees it before it has its record and its grants. Faults: invalid-value, malformed, conflict; nothing is left behind.
 */
export async function importFile(
  request: ImportRequest,
  parts: ApplyParts,
): Promise<{ readonly report: LoadReport; readonly created: boolean }> {
  const [prefix = '', local = ''] = request.as.split(':');
  if (!/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(prefix) || !/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(local))
    throw new Fault('invalid-value', 'as', `--as is "${request.as}", expected prefix:name such as antony:arbres`);
  const folder = dirname(request.path);
  const today = parisDay(parts.now());
  const first = new Work(await parts.begin(), parts, options, folder, today);
  let entry: DatasetEntry;
  try {
    entry = await entryFor(first, request, prefix, local);
  } finally {
    await first.tx.rollback();
  }
  const loaded = await loadSources([entry], new Map(), folder, parts, options);
  const made = loaded.get(entry.code);
  if (!made) throw new Fault('internal', '', 'nothing was loaded');
  const work = new Work(await parts.begin(), parts, options, folder, today);
  try {
    const [known] = await work.tables.find('dataset', { identifier: entry.code });
    const id = known ? Number(known['id']) : await createDraft(work, entry);
    await publish(work, id, entry, made);
    await deriveRecord(work, id, () => Promise.resolve());
    await work.tx.bump();
    await work.tx.commit();
    return { report: made.report, created: !known };
  } catch (error) {
    await work.tx.rollback();
    await discard(loaded, parts);
    throw error;
  }
}

/** The dataset as it is, with this file as its source. */
async function entryFor(work: Work, request: ImportRequest, prefix: string, local: string): Promise<DatasetEntry> {
  const source = {
    file: request.path,
    ...(request.layer === undefined ? {} : { layer: request.layer }),
    ...(request.srs === undefined ? {} : { srs: request.srs }),
    ...(request.encoding === undefined ? {} : { encoding: request.encoding }),
    ...(request.id === undefined ? {} : { id: request.id }),
  };
  const [type] = await work.tables.find('feature_type', { prefix, local });
  if (!type)
    return { code: await freeCode(work, prefix, local), type: request.as, title: { fr: local }, kind: 'pooled', state: 'draft', source };
  if (!request.replace) throw new Fault('conflict', 'as', `${request.as} has data already: --replace puts these in their place`);
  if (type['in_place'] === true)
    throw new Fault(
      'conflict',
      'as',
      `${request.as} is a table in place (${String(type['table_schema'])}.${String(type['table_name'])}): it is not ours to replace`,
    );
  const [dataset] = await work.tables.find('dataset', { id: Number(type['dataset_id']) });
  const time = type['time_attribute'];
  return {
    code: String(dataset?.['identifier']),
    type: request.as,
    title: { fr: String(dataset?.['title_fr']) },
    kind: dataset?.['kind'] as DatasetEntry['kind'],
    state: String(dataset?.['state']),
    source,
    ...(typeof time === 'string' ? { time } : {}),
  };
}

async function freeCode(work: Work, prefix: string, local: string): Promise<string> {
  for (const code of [local.toLowerCase(), `${prefix}-${local}`.toLowerCase()])
    if ((await work.tables.find('dataset', { identifier: code })).length === 0) return code;
  throw new Fault(
    'conflict',
    'as',
    `the codes ${local} and ${prefix}-${local} belong to other datasets: apply a partnership file that names this one`,
  );
}

async function createDraft(work: Work, entry: DatasetEntry): Promise<number> {
  const [prefix = ''] = entry.type.split(':');
  const [owner] = await work.tables.find('organisation', { code: prefix });
  const [pilot] = owner ? [owner] : await work.tables.find('organisation', { is_pilot: true });
  if (!pilot) throw new Fault('conflict', 'as', `no organisation is called ${prefix} and there is no pilot: who would own the data?`);
  return work.tables.insert('dataset', {
    identifier: entry.code,
    kind: 'pooled',
    owner_id: Number(pilot['id']),
    state: 'draft',
    title_fr: entry.title.fr,
  });
}
