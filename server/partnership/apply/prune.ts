// `--prune`: ends what the file does not name. Nothing is deleted: datasets are retired, free-standing records marked obsolete, working groups
// closed. People and delegations end by their own state or date, never by being left out: those are only listed.
import type { PartnershipFile } from '../file';
import { transitions } from '../states';
import { deriveRecord } from './records';
import type { Work } from './work';

/** States from which a dataset is served to nobody. */
const ended: ReadonlySet<string> = new Set(['retired_by_owner', 'archived', 'excluded']);

export async function prune(work: Work, file: PartnershipFile): Promise<void> {
  await pruneDatasets(work, new Set((file.datasets ?? []).map(entry => entry.code)));
  await pruneRecords(work);
  await pruneGroups(work, file);
  await listPeople(work, new Set((file.people ?? []).map(entry => entry.login.toLowerCase())));
  await listDelegations(work, new Set((file.delegations ?? []).map(entry => `${entry.ept} → ${entry.commune}`)));
}

async function pruneDatasets(work: Work, named: ReadonlySet<string>): Promise<void> {
  for (const row of await work.tables.find('dataset', {})) {
    const code = String(row['identifier']);
    const state = String(row['state']);
    if (named.has(code) || ended.has(state)) continue;
    const [machine, end] = row['kind'] === 'pooled' ? (['pooled', 'retired_by_owner'] as const) : (['coproduced', 'archived'] as const);
    if (transitions[machine][state]?.includes(end) !== true) {
      work.note('dataset', code, 'left', `absente du fichier ; ${state}, elle n’est servie à personne`);
      continue;
    }
    const id = Number(row['id']);
    await work.tables.update('dataset', { id }, { state: end, served: false });
    await deriveRecord(work, id, () => Promise.resolve());
    work.note('dataset', code, 'ended');
  }
}

/** Those that this run has stored are the ones that the file names. */
async function pruneRecords(work: Work): Promise<void> {
  const named = new Set(work.report.filter(line => line.kind === 'record').map(line => line.name));
  for (const row of await work.tables.find('record', { dataset: null })) {
    const identifier = String(row['identifier']);
    if (named.has(identifier) || row['state'] === 'obsolete') continue;
    await work.tables.update('record', { id: Number(row['id']) }, { state: 'obsolete' });
    work.note('record', identifier, 'ended');
  }
}

async function pruneGroups(work: Work, file: PartnershipFile): Promise<void> {
  const named = new Set([
    ...(file.workingGroups ?? []).map(entry => entry.code),
    ...(file.datasets ?? []).flatMap(entry => (entry.workingGroup === undefined ? [] : [entry.workingGroup])),
  ]);
  for (const row of await work.tables.find('working_group', { state: 'active' })) {
    const code = String(row['code']);
    if (named.has(code)) continue;
    await work.tables.update('working_group', { id: Number(row['id']) }, { state: 'closed' });
    work.note('working group', code, 'ended');
  }
}

async function listPeople(work: Work, named: ReadonlySet<string>): Promise<void> {
  for (const row of await work.tables.find('app_user', {})) {
    const login = String(row['login']);
    if (!named.has(login.toLowerCase()) && row['state'] !== 'closed')
      work.note('person', login, 'left', 'absente du fichier ; un compte se termine par son état (state)');
  }
}

async function listDelegations(work: Work, named: ReadonlySet<string>): Promise<void> {
  const codes = new Map((await work.tables.find('organisation', {})).map(row => [row['id'], String(row['code'])]));
  for (const row of await work.tables.find('ept_delegation', { revoked_on: null })) {
    const pair = `${codes.get(row['ept_id']) ?? ''} → ${codes.get(row['commune_id']) ?? ''}`;
    if (!named.has(pair)) work.note('delegation', pair, 'left', 'absente du fichier ; une délégation se termine par sa date (revokedOn)');
  }
}
