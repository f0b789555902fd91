// Datasets: their row, version, steps, attributes, lineage, accepted requests and conditions. Grants are grants.ts, the data themselves
// publication.ts, the record records.ts.
import { Fault } from '../../core/model/fault';
import type { Outcome, Value, Values } from '../../core/ports/tables';
import type { DatasetEntry } from '../file';
import { guardDataset, isPublished } from '../guards';
import { assertTransition } from '../states';
import { applyGrants } from './grants';
import { dayRange, stronger, type Work } from './work';

/** Guards first, over all entries: what is refused is refused before anything is loaded. */
export async function guardDatasets(work: Work, entries: readonly DatasetEntry[]): Promise<void> {
  const known = await work.tables.find('dataset', {});
  const named = new Set(entries.map(entry => entry.code));
  const others = known.filter(row => !named.has(String(row['identifier'])));
  const excepted = new Set([
    ...others.filter(row => row['exception_code'] !== null).map(row => String(row['identifier'])),
    ...entries.filter(entry => entry.exception).map(entry => entry.code),
  ]);
  const pooled = new Set([
    ...others.filter(row => row['kind'] === 'pooled').map(row => String(row['identifier'])),
    ...entries.filter(entry => entry.kind === 'pooled').map(entry => entry.code),
  ]);
  const seen = new Map<string, string>();
  const codes = new Set<string>();
  for (const entry of entries) {
    if (codes.has(entry.code))
      throw new Fault('conflict', `datasets.${entry.code}`, `datasets.${entry.code} : ce code est écrit deux fois`);
    codes.add(entry.code);
    const twin = seen.get(entry.type);
    if (twin !== undefined)
      throw new Fault(
        'conflict',
        `datasets.${entry.code}.type`,
        `datasets.${entry.code}.type : ${entry.code} et ${twin} ont le même type ${entry.type}`,
      );
    seen.set(entry.type, entry.code);
    guardDataset(entry, { excepted, pooled });
    guardDerived(entry);
    const before = known.find(row => row['identifier'] === entry.code);
    if (!before) continue;
    if (before['kind'] !== entry.kind)
      throw new Fault(
        'conflict',
        `datasets.${entry.code}.kind`,
        `datasets.${entry.code}.kind : ${entry.code} est ${String(before['kind'])} et ne peut pas devenir ${entry.kind}`,
      );
    assertTransition(entry.kind, String(before['state']), entry.state, entry.code, entry.kind === 'coproduced' ? 'R57' : undefined);
  }
}

/** R55: a dataset with declared sources tells how they were treated. */
function guardDerived(entry: DatasetEntry): void {
  if (entry.kind !== 'pooled' || !isPublished(entry) || !entry.sources) return;
  if (entry.sources.length === 0 || !entry.sources.some(source => (source.treatment ?? '').trim() !== '' || source.agreedOn !== undefined))
    throw new Fault(
      'conflict',
      `datasets.${entry.code}.sources`,
      `R55 : ${entry.code} est déclarée dérivée : il lui faut une source au moins et le traitement appliqué (sources: { …, treatment })`,
      { rule: 'R55' },
    );
}

export interface AppliedDataset {
  readonly id: number;
  /** The row as it was; undefined: there was none. */
  readonly before: Readonly<Record<string, unknown>> | undefined;
  /** Of what hangs on the row. */
  readonly outcome: Outcome;
}

/** The dataset's row and everything that hangs on it but data and record. */
export async function applyDataset(work: Work, entry: DatasetEntry): Promise<AppliedDataset> {
  const [before] = await work.tables.find('dataset', { identifier: entry.code });
  const at = `datasets.${entry.code}`;
  const manager = await managerOf(work, entry, at);
  const record = typeof entry.record === 'string' ? undefined : entry.record;
  const scope = entry.scope ?? null;
  if (scope !== null) await work.put('scope', { code: scope }, {});
  const values: Record<string, Value> = {
    kind: entry.kind,
    owner_id: entry.owner === undefined ? null : await work.idOf('organisation', entry.owner, `${at}.owner`),
    working_group_id: entry.workingGroup === undefined ? null : await workingGroup(work, entry.workingGroup),
    ...manager,
    state: entry.state,
    served: entry.kind === 'coproduced' && isPublished(entry),
    title_fr: entry.title.fr,
    title_en: entry.title.en ?? null,
    usage_scale: entry.usageScale ?? record?.usageScale ?? null,
    usage_rules: record?.usageRules?.fr ?? null,
    conditions_text: record?.conditions?.fr ?? null,
    licence: entry.licence ?? null,
    exception_code: entry.exception?.code ?? null,
    exception_text: entry.exception?.text ?? null,
    third_party_diffusion: entry.thirdPartyDiffusion ?? 'allowed',
    contribution_open:
      entry.contributionOpen ?? (entry.grants ?? []).some(grant => entry.kind === 'coproduced' && grant.actions.includes('edit')),
    frozen_on: entry.state === 'frozen' ? await frozenOn(work, entry, at) : null,
    scope,
  };
  // R51: who accepted the conditions accepted their words of then
  const reworded = before && before['conditions_text'] !== null && before['conditions_text'] !== values['conditions_text'];
  if (reworded === true) values['conditions_version'] = Number(before['conditions_version']) + 1;
  const put = await work.put('dataset', { identifier: entry.code }, values);
  work.remember('dataset', entry.code, put.id);
  let outcome: Outcome = 'left';
  const parts = [applyVersion, applySteps, applyAttributes, applyGrants, applyAgreements] as const;
  for (const part of parts) outcome = stronger(outcome, downgrade(await part(work, put.id, entry, at)));
  return { id: put.id, before, outcome };
}

/** A part that is new makes an existing dataset changed, not created. */
const downgrade = (outcome: Outcome): Outcome => (outcome === 'created' ? 'changed' : outcome);

/** An organisation's code, or a person's login. */
async function managerOf(work: Work, entry: DatasetEntry, at: string): Promise<Values> {
  if (entry.manager === undefined) return { manager_id: null, manager_user_id: null };
  const [user] = await work.tables.find('app_user', { login: entry.manager.toLowerCase() });
  if (user) return { manager_id: Number(user['organisation_id']), manager_user_id: Number(user['id']) };
  return { manager_id: await work.idOf('organisation', entry.manager, `${at}.manager`), manager_user_id: null };
}

/** A working group that a dataset names is made if it is unknown. */
async function workingGroup(work: Work, code: string): Promise<number> {
  const [row] = await work.tables.find('working_group', { code });
  return row ? Number(row['id']) : work.tables.insert('working_group', { code, theme: code, name: code });
}

/** R08: the day the owner withdrew. */
async function frozenOn(work: Work, entry: DatasetEntry, at: string): Promise<string> {
  if (entry.frozenOn !== undefined) return entry.frozenOn;
  const owner = await work.idOf('organisation', entry.owner ?? '', `${at}.owner`);
  const membership = (await work.tables.find('membership', { organisation_id: owner })).at(-1);
  const day = membership?.['withdrawal_received_on'];
  if (typeof day !== 'string')
    throw new Fault(
      'conflict',
      `${at}.state`,
      `R08 : ${entry.code} est gelée, mais ${entry.owner ?? ''} ne s’est pas retiré : dites le jour (frozenOn)`,
      { rule: 'R08' },
    );
  return day;
}

async function applyVersion(work: Work, id: number, entry: DatasetEntry): Promise<Outcome> {
  const { version } = entry;
  const rows = await work.tables.find('dataset_version', { dataset_id: id });
  const last = rows.sort((one, other) => Number(one['number']) - Number(other['number'])).at(-1);
  if (!version && !isPublished(entry)) return 'left';
  const number = version?.number ?? Number(last?.['number'] ?? 1);
  const before = rows.find(row => row['number'] === number);
  const published = isPublished(entry) && (before?.['published_on'] ?? null) === null;
  const put = await work.put(
    'dataset_version',
    { dataset_id: id, number },
    {
      ...(version
        ? {
            production_period: dayRange(version.productionPeriod),
            validity_period: dayRange(version.validityPeriod),
            certified_on: version.certifiedOn ?? null,
          }
        : {}),
      ...(published ? { published_on: version?.certifiedOn ?? work.today } : {}),
    },
  );
  if (entry.kind === 'coproduced' && isPublished(entry)) await ownAtValidation(work, put.id, entry.validation?.heldOn ?? work.today);
  return put.outcome;
}

/** R59: at validation every active partner becomes co-owner of that version. */
async function ownAtValidation(work: Work, version: number, since: string): Promise<void> {
  if ((await work.tables.find('co_ownership', { version_id: version })).length > 0) return;
  for (const membership of await work.tables.find('membership', {})) {
    const active = membership['active_on'] === null || String(membership['active_on']) <= since;
    const gone = typeof membership['withdrawal_received_on'] === 'string' && membership['withdrawal_received_on'] <= since;
    const was = membership['state'] === 'active' || membership['state'] === 'withdrawn';
    if (was && active && !gone)
      await work.put('co_ownership', { version_id: version, organisation_id: Number(membership['organisation_id']) }, { since });
  }
}

async function applySteps(work: Work, id: number, entry: DatasetEntry): Promise<Outcome> {
  let outcome: Outcome = 'left';
  for (const [step, decision] of [
    ['validation', entry.validation],
    ['open_data', entry.openData],
  ] as const) {
    if (!decision) continue;
    const made = await work.put('dataset_step', { dataset_id: id, step, reference: decision.reference }, { held_on: decision.heldOn });
    outcome = stronger(outcome, made.outcome);
  }
  return outcome;
}

async function applyAttributes(work: Work, id: number, entry: DatasetEntry): Promise<Outcome> {
  if (!entry.attributes) return 'left';
  let outcome: Outcome = 'left';
  const names = Object.keys(entry.attributes);
  for (const row of await work.tables.find('dataset_attribute', { dataset_id: id }))
    if (!names.includes(String(row['name']))) {
      await work.tables.remove('dataset_attribute', { dataset_id: id, name: String(row['name']) });
      outcome = 'changed';
    }
  for (const [name, attribute] of Object.entries(entry.attributes)) {
    const values = {
      title_fr: attribute.title?.fr ?? null,
      title_en: attribute.title?.en ?? null,
      definition: attribute.definition ?? null,
      sensitive: attribute.sensitive ?? false,
    };
    outcome = stronger(outcome, (await work.put('dataset_attribute', { dataset_id: id, name }, values)).outcome);
  }
  return outcome;
}

/** After all datasets are there, since sources may stand later in the file. */
export async function applyLineage(work: Work, id: number, entry: DatasetEntry): Promise<Outcome> {
  if (!entry.sources) return 'left';
  let outcome: Outcome = 'left';
  const listed = new Set<number>();
  for (const [index, source] of entry.sources.entries()) {
    const from =
      source.dataset === undefined ? null : await work.idOf('dataset', source.dataset, `datasets.${entry.code}.sources.${index}.dataset`);
    const made = await work.put(
      'lineage',
      { dataset_id: id, source_dataset_id: from, external_source: source.external ?? null },
      { treatment: source.treatment ?? null, agreed_on: source.agreedOn ?? null },
    );
    listed.add(made.id);
    outcome = stronger(outcome, downgrade(made.outcome));
  }
  for (const row of await work.tables.find('lineage', { dataset_id: id })) {
    if (listed.has(Number(row['id']))) continue;
    await work.tables.remove('lineage', { id: Number(row['id']) });
    outcome = 'changed';
  }
  return outcome;
}

/** R49, R51: agreements that were given before the server knew of them. */
async function applyAgreements(work: Work, id: number, entry: DatasetEntry, at: string): Promise<Outcome> {
  let outcome: Outcome = 'left';
  for (const code of entry.acceptedRequests ?? []) {
    const organisation = await work.idOf('organisation', code, `${at}.acceptedRequests`);
    const made = await work.put('access_request', { dataset_id: id, organisation_id: organisation, state: 'accepted' }, {});
    outcome = stronger(outcome, made.outcome);
  }
  const [dataset] = await work.tables.find('dataset', { id });
  const version = Number(dataset?.['conditions_version'] ?? 1);
  for (const code of entry.acceptedConditions ?? []) {
    const organisation = await work.idOf('organisation', code, `${at}.acceptedConditions`);
    const key = { dataset_id: id, organisation_id: organisation, conditions_version: version };
    if ((await work.tables.find('conditions_acceptance', key)).length > 0) continue;
    await work.tables.insert('conditions_acceptance', { ...key, accepted_on: work.today });
    outcome = 'changed';
  }
  return outcome;
}
