// `geomig import` and imports over HTTP: one file into the table of one dataset, made visible in one transaction (surface § 3).
import { dirname } from 'node:path';
import { parisDay } from '../core/model/clock';
import { Fault } from '../core/model/fault';
import { publish } from './apply/publication';
import { deriveRecord } from './apply/records';
import { discard, loadSources, type Loaded } from './apply/sources';
import { Work, type ApplyOptions, type ApplyParts } from './apply/work';
import type { DatasetEntry, GrantEntry } from './file';

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
): Promise<{ readonly loaded: Loaded; readonly created: boolean }> {
  const [prefix = '', local = ''] = request.as.split(':');
  if (!/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(prefix) || !/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(local))
    throw new Fault('invalid-value', 'as', `--as vaut « ${request.as} », attendu : préfixe:nom tel que antony:arbres`);
  const folder = dirname(request.path);
  const today = parisDay(parts.now());
  const first = new Work(await parts.begin(), parts, options, folder, today);
  let entry: DatasetEntry;
  try {
    entry = await entryFor(first, request, prefix, local);
  } finally {
    await first.tx.rollback();
  }
  const loaded = await loadSources([entry], new Map(), folder, parts, options).catch((error: unknown) => {
    // there is no partnership file to have a place in
    if (!(error instanceof Fault)) throw error as Error;
    throw new Fault(error.kind, error.locator, error.in('fr').replace(/^datasets\.\S+ : /, ''), { cause: error });
  });
  const made = loaded.get(entry.code);
  if (!made) throw new Fault('internal', '', 'nothing was loaded');
  try {
    return await makeVisible(new Work(await parts.begin(), parts, options, folder, today), entry, made);
  } catch (error) {
    await discard(loaded, parts);
    throw error;
  }
}

async function makeVisible(work: Work, entry: DatasetEntry, made: Loaded): Promise<{ readonly loaded: Loaded; readonly created: boolean }> {
  try {
    const [known] = await work.tables.find('dataset', { identifier: entry.code });
    const id = known ? Number(known['id']) : await createDraft(work, entry);
    await publish(work, id, entry, made);
    await deriveRecord(work, id, () => Promise.resolve());
    await work.tx.bump();
    await work.tx.commit();
    return { loaded: made, created: !known };
  } catch (error) {
    await work.tx.rollback();
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
  if (!type) return { ...(await withoutData(work, prefix, local)), type: request.as, source };
  if (!request.replace) throw new Fault('conflict', 'as', `${request.as} a déjà des données : --replace met celles-ci à leur place`);
  if (type['in_place'] === true)
    throw new Fault(
      'conflict',
      'as',
      `${request.as} est une table en place (${String(type['table_schema'])}.${String(type['table_name'])}), qui n’est pas à remplacer d’ici`,
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
    ...(await whatItMustKeep(work, Number(type['dataset_id']))),
  };
}

/** R42: attributes that grants mask, conditions on rows, sensitive attributes: new data without them would let slip what they keep back. */
async function whatItMustKeep(work: Work, id: number): Promise<Pick<DatasetEntry, 'grants' | 'attributes'>> {
  const grants = await work.tables.find('access_grant', { dataset_id: id, replaced_at: null });
  const sensitive = await work.tables.find('dataset_attribute', { dataset_id: id, sensitive: true });
  return {
    grants: grants.map(row => ({
      audience: row['audience'] as GrantEntry['audience'],
      actions: row['actions'] as GrantEntry['actions'],
      maskedAttributes: row['masked_attributes'] as readonly string[],
      ...(typeof row['rows_text'] === 'string' ? { rows: row['rows_text'] } : {}),
    })),
    attributes: Object.fromEntries(sensitive.map(row => [String(row['name']), { sensitive: true }])),
  };
}

/** A dataset that a partnership file has announced without data, or a new one in draft. */
async function withoutData(work: Work, prefix: string, local: string): Promise<Pick<DatasetEntry, 'code' | 'title' | 'kind' | 'state'>> {
  const [announced] = await work.tables.find('dataset', { identifier: local.toLowerCase() });
  const [owner] = await work.tables.find('organisation', { code: prefix });
  const empty = announced !== undefined && (await work.tables.find('feature_type', { dataset_id: Number(announced['id']) })).length === 0;
  if (announced && empty && (announced['owner_id'] === null || announced['owner_id'] === owner?.['id']))
    return {
      code: String(announced['identifier']),
      title: { fr: String(announced['title_fr']) },
      kind: announced['kind'] as DatasetEntry['kind'],
      state: String(announced['state']),
    };
  return { code: await freeCode(work, prefix, local), title: { fr: local }, kind: 'pooled', state: 'draft' };
}

async function freeCode(work: Work, prefix: string, local: string): Promise<string> {
  for (const code of [local.toLowerCase(), `${prefix}-${local}`.toLowerCase()])
    if ((await work.tables.find('dataset', { identifier: code })).length === 0) return code;
  throw new Fault(
    'conflict',
    'as',
    `les codes ${local} et ${prefix}-${local} sont ceux d’autres données : nommez celle-ci dans un fichier de partenariat`,
  );
}

async function createDraft(work: Work, entry: DatasetEntry): Promise<number> {
  const [prefix = ''] = entry.type.split(':');
  const [owner] = await work.tables.find('organisation', { code: prefix });
  const [pilot] = owner ? [owner] : await work.tables.find('organisation', { is_pilot: true });
  if (!pilot)
    throw new Fault('conflict', 'as', `aucun organisme ne s’appelle ${prefix} et il n’y a pas de pilote : à qui seraient ces données ?`);
  return work.tables.insert('dataset', {
    identifier: entry.code,
    kind: 'pooled',
    owner_id: Number(pilot['id']),
    state: 'draft',
    title_fr: entry.title.fr,
  });
}
