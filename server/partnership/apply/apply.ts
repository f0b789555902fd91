// `geomig apply`: makes the partnership as the file says, all or nothing, repeatable without change (surface § 4).
import { dirname, resolve } from 'node:path';
import { parisDay } from '../../core/model/clock';
import { Fault } from '../../core/model/fault';
import type { PartnershipFile } from '../file';
import { applyDataset, applyLineage, guardDatasets } from './datasets';
import { applyOrganisations } from './organisations';
import { applyDelegations } from './delegations';
import { applyFreeRecords } from './free-records';
import { applyPeople, applyWorkingGroups, preparePasswords } from './people';
import { prune } from './prune';
import { publish } from './publication';
import { applyRecord } from './records';
import { applyScopes } from './scopes';
import { discard, loadSources, type Loaded, type PublishedNow } from './sources';
import { stronger, Work, type ApplyOptions, type ApplyParts, type ReportLine } from './work';

/** Applies a checked file; `path` is the file's own, relative names start from its folder. Faults leave nothing behind. */
export async function applyPartnership(
  file: PartnershipFile,
  path: string,
  options: ApplyOptions,
  parts: ApplyParts,
): Promise<ReportLine[]> {
  const folder = dirname(resolve(path));
  const today = parisDay(parts.now());
  const now = await look(file, options, parts, folder, today);
  // what takes long is done before the transaction, which on the embedded engine keeps everybody else waiting
  const secrets = await preparePasswords(file.people ?? [], now.hashes, parts);
  const loaded = await loadSources(file.datasets ?? [], now.published, folder, parts, options);
  let keep = false;
  try {
    const work = new Work(await parts.begin(), parts, options, folder, today, secrets);
    try {
      await write(work, file, loaded);
      if (options.prune) await prune(work, file);
      // where nothing changes nothing is announced either: every statement would count as a change
      keep = !options.check && work.report.some(line => line.outcome !== 'left');
      if (keep) {
        await work.tx.bump();
        await work.tx.commit();
      } else await work.tx.rollback();
    } catch (error) {
      keep = false;
      await work.tx.rollback();
      throw error;
    }
    return work.report;
  } finally {
    if (!keep) await discard(loaded, parts);
  }
}

interface Now {
  /** By code of the dataset. */
  readonly published: Map<string, PublishedNow>;
  /** Password hashes by login in lower case. */
  readonly hashes: Map<string, string>;
}

/** First look, in a transaction of its own: guards that need no writing, and what is there now. */
async function look(file: PartnershipFile, options: ApplyOptions, parts: ApplyParts, folder: string, today: string): Promise<Now> {
  const work = new Work(await parts.begin(), parts, options, folder, today);
  try {
    guardTwins(file);
    await guardDatasets(work, file.datasets ?? []);
    const published = new Map<string, PublishedNow>();
    for (const entry of file.datasets ?? []) {
      const [dataset] = await work.tables.find('dataset', { identifier: entry.code });
      const [type] = dataset ? await work.tables.find('feature_type', { dataset_id: Number(dataset['id']) }) : [];
      if (type && type['in_place'] !== true)
        published.set(entry.code, { digest: type['source_digest'] as string | null, edits: Number(type['edits']) });
    }
    const hashes = new Map<string, string>();
    for (const entry of file.people ?? []) {
      const [user] = await work.tables.find('app_user', { login: entry.login });
      if (typeof user?.['password_hash'] === 'string') hashes.set(entry.login.toLowerCase(), user['password_hash']);
    }
    return { published, hashes };
  } finally {
    await work.tx.rollback();
  }
}

/** What is written twice would be made twice, each time as the other says. */
function guardTwins(file: PartnershipFile): void {
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['organisations', (file.organisations ?? []).map(entry => entry.code)],
    ['people', (file.people ?? []).map(entry => entry.login.toLowerCase())],
    ['workingGroups', (file.workingGroups ?? []).map(entry => entry.code)],
  ];
  for (const [list, names] of lists) {
    const twin = names.find((name, index) => names.indexOf(name) !== index);
    if (twin !== undefined) throw new Fault('conflict', `${list}.${twin}`, `${list}.${twin} : cette entrée est écrite deux fois`);
  }
}

async function write(work: Work, file: PartnershipFile, loaded: ReadonlyMap<string, Loaded>): Promise<void> {
  if (file.service) await applyService(work, file.service);
  for (const [prefix, uri] of Object.entries(file.namespaces ?? {}))
    work.note('namespace', prefix, (await work.put('namespace', { prefix }, { uri })).outcome);
  await applyScopes(work, file.scopes ?? {});
  await applyOrganisations(work, file.organisations ?? []);
  await applyPeople(work, file.people ?? []);
  await applyWorkingGroups(work, file.workingGroups ?? []);
  const done = [];
  for (const entry of file.datasets ?? []) done.push({ entry, ...(await applyDataset(work, entry)) });
  for (const { entry, id, before, outcome } of done) {
    let all = stronger(outcome, await applyLineage(work, id, entry));
    all = stronger(all, await publish(work, id, entry, loaded.get(entry.code)));
    all = stronger(all, await applyRecord(work, id, entry));
    const [row] = await work.tables.find('dataset', { id });
    const same = all === 'left' && JSON.stringify(before) === JSON.stringify(row);
    work.note(
      'dataset',
      entry.code,
      before === undefined ? 'created' : same ? 'left' : 'changed',
      row?.['state'] === entry.state ? undefined : `laissée en ${String(row?.['state'])}, fiche incomplète`,
    );
  }
  await applyDelegations(work, file.delegations ?? []);
  await applyFreeRecords(work, file.records ?? []);
}

async function applyService(work: Work, service: NonNullable<PartnershipFile['service']>): Promise<void> {
  for (const [key, value] of Object.entries(service)) {
    if (value === undefined) continue;
    const { outcome } = await work.put('service_setting', { key: `service.${key}` }, { value: { json: value } });
    work.note('service', key, outcome);
  }
}

const nouns: Readonly<Record<string, string>> = {
  service: 'service',
  namespace: 'espace de noms',
  scope: 'collection',
  organisation: 'organisme',
  ept: 'membre d’EPT',
  person: 'personne',
  'working group': 'groupe de travail',
  dataset: 'donnée',
  delegation: 'délégation',
  record: 'fiche',
};

/** The report in words: what was created, changed, left. */
export function reportText(report: readonly ReportLine[], check: boolean): string {
  const words = {
    created: check ? 'serait créé' : 'créé',
    changed: check ? 'serait modifié' : 'modifié',
    ended: check ? 'serait clos' : 'clos',
    left: 'inchangé',
  };
  const lines = report
    .filter(line => line.outcome !== 'left' || line.detail !== undefined)
    .map(
      line =>
        `${words[line.outcome]} : ${nouns[line.kind] ?? line.kind} ${line.name}${line.detail === undefined ? '' : ` (${line.detail})`}`,
    );
  const count = (outcome: ReportLine['outcome']): number => report.filter(line => line.outcome === outcome).length;
  return [
    ...lines,
    `${count('created')} créé(s), ${count('changed')} modifié(s), ${count('ended')} clos, ${count('left')} inchangé(s)${check ? ' (rien n’a été fait : --check)' : ''}`,
  ].join('\n');
}
