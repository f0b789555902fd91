// Datasets: their row, version, steps, attributes, lineage, grants, accepted requests and conditions. The data themselves and the
// record are publication.ts.
import { cql2Text } from '../../core/filter/cql2-text';
import { Fault } from '../../core/model/fault';
import type { Outcome, Value, Values } from '../../core/ports/tables';
import type { DatasetEntry, GrantEntry } from '../file';
import { guardDataset, isPublished } from '../guards';
import { assertTransition } from '../states';
import { asGeometry } from './organisations';
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
  for (const entry of entries) {
    const twin = seen.get(entry.type);
    if (twin !== undefined)
      throw new Fault('conflict', `datasets.${entry.code}.type`, `${entry.code} and ${twin} have the same type ${entry.type}`);
    seen.set(entry.type, entry.code);
    guardDataset(entry, { excepted, pooled });
    guardDerived(entry);
    const before = known.find(row => row['identifier'] === entry.code);
    if (!before) continue;
    if (before['kind'] !== entry.kind)
      throw new Fault(
        'conflict',
        `datasets.${entry.code}.kind`,
        `${entry.code} is ${String(before['kind'])} and cannot become ${entry.kind}`,
      );
    assertTransition(entry.kind, String(before['state']), entry.state, entry.code, 'R57');
  }
}

/** R55: a dataset with declared sources tells how they were treated. */
function guardDerived(entry: DatasetEntry): void {
  if (entry.kind !== 'pooled' || !isPublished(entry) || !entry.sources) return;
  if (entry.sources.length === 0 || !entry.sources.some(source => (source.treatment ?? '').trim() !== '' || source.agreedOn !== undefined))
    throw new Fault(
      'conflict',
      `datasets.${entry.code}.sources`,
      `R55: ${entry.code} is declared derived: it needs at least one source and a treatment`,
      { rule: 'R55' },
    );
}

/** The dataset's row and everything that hangs on it but data and record. Returns its id. */
export async function applyDataset(work: Work, entry: DatasetEntry): Promise<{ readonly id: number; readonly outcome: Outcome }> {
  const at = `datasets.${entry.code}`;
  const manager = await managerOf(work, entry, at);
  const record = typeof entry.record === 'string' ? undefined : entry.record;
  const scope = entry.scope ?? null;
  if (scope !== null) await work.put('scope', { code: scope }, {});
  const values: Values = {
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
  const put = await work.put('dataset', { identifier: entry.code }, values);
  work.remember('dataset', entry.code, put.id);
  let { outcome } = put;
  const parts = [applyVersion, applySteps, applyAttributes, applyGrants, applyAgreements] as const;
  for (const part of parts) outcome = stronger(outcome, downgrade(await part(work, put.id, entry, at)));
  return { id: put.id, outcome };
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
    throw new Fault('conflict', `${at}.state`, `${entry.code} is frozen, but ${entry.owner ?? ''} has not withdrawn`, { rule: 'R08' });
  return day;
}

async function applyVersion(work: Work, id: number, entry: DatasetEntry): Promise<Outcome> {
  if (!isPublished(entry) && entry.version === undefined) return 'left';
  const { version } = entry;
  const published = isPublished(entry) ? { published_on: version?.certifiedOn ?? work.today } : {};
  const number = version?.number ?? 1;
  const [before] = await work.tables.find('dataset_version', { dataset_id: id, number });
  const put = await work.put(
    'dataset_version',
    { dataset_id: id, number },
    {
      production_period: dayRange(version?.productionPeriod),
      validity_period: dayRange(version?.validityPeriod),
      certified_on: version?.certifiedOn ?? null,
      ...(before?.['published_on'] === null || before === undefined ? published : {}),
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
  for (const [index, source] of entry.sources.entries()) {
    const from =
      source.dataset === undefined ? null : await work.idOf('dataset', source.dataset, `datasets.${entry.code}.sources.${index}.dataset`);
    const made = await work.put(
      'lineage',
      { dataset_id: id, source_dataset_id: from, external_source: source.external ?? null },
      { treatment: source.treatment ?? null, agreed_on: source.agreedOn ?? null },
    );
    outcome = stronger(outcome, made.outcome);
  }
  return outcome;
}

/** The grants of a named dataset are replaced as a whole; what is replaced is ended, never deleted (D22). */
async function applyGrants(work: Work, id: number, entry: DatasetEntry, at: string): Promise<Outcome> {
  const current = await work.tables.find('access_grant', { dataset_id: id, replaced_at: null });
  const kept = new Set<unknown>();
  let outcome: Outcome = 'left';
  for (const [index, grant] of (entry.grants ?? []).entries()) {
    const { values, area } = await grantValues(work, grant, `${at}.grants.${index}`);
    const same = current.find(row => !kept.has(row['id']) && sameGrant(row, values));
    if (same && area === undefined) {
      kept.add(same['id']);
      continue;
    }
    await work.tables.insert('access_grant', {
      dataset_id: id,
      ...values,
      ...(area === undefined ? {} : { area }),
      agreed_at: work.parts.now(),
    });
    outcome = 'changed';
  }
  for (const row of current) {
    if (kept.has(row['id'])) continue;
    await work.tables.update('access_grant', { id: Number(row['id']) }, { replaced_at: work.parts.now() });
    outcome = 'changed';
  }
  return outcome;
}

async function grantValues(work: Work, grant: GrantEntry, at: string): Promise<{ values: Values; area: Value | undefined }> {
  const geometry = grant.area === undefined || typeof grant.area === 'string' ? undefined : asGeometry(grant.area, `${at}.area`);
  // R42, D1: names are looked up when the type is known (publication.ts); the text is read here so that a mistake stops before
  const rows = grant.rows === undefined ? null : cql2Text(grant.rows, `${at}.rows`);
  return {
    values: {
      audience: grant.audience,
      partner_id: grant.partner === undefined ? null : await work.idOf('organisation', grant.partner, `${at}.partner`),
      actions: [...grant.actions].sort(),
      masked_attributes: [...(grant.maskedAttributes ?? [])].sort(),
      area_mode: geometry ? 'geometry' : ((grant.area as string | undefined) ?? 'all'),
      rows_text: grant.rows ?? null,
      rows_filter: rows === null ? null : { json: rows },
      scale_min: grant.scaleMin ?? null,
      scale_max: grant.scaleMax ?? null,
      on_request: grant.onRequest ?? false,
      acceptance_required: grant.acceptanceRequired ?? false,
      starts_on: grant.startsOn ?? null,
      ends_on: grant.endsOn ?? null,
    },
    area: geometry === undefined ? undefined : { located: { geometry, srid: 4326 } },
  };
}

function sameGrant(row: Readonly<Record<string, unknown>>, values: Values): boolean {
  return Object.entries(values).every(
    ([name, value]) => name === 'rows_filter' || JSON.stringify(row[name] ?? null) === JSON.stringify(value),
  );
}

/** R49, R51: agreements that were given before the server knew of them. */
async function applyAgreements(work: Work, id: number, entry: DatasetEntry, at: string): Promise<Outcome> {
  let outcome: Outcome = 'left';
  for (const code of entry.acceptedRequests ?? []) {
    const organisation = await work.idOf('organisation', code, `${at}.acceptedRequests`);
    const made = await work.put('access_request', { dataset_id: id, organisation_id: organisation, state: 'accepted' }, {});
    outcome = stronger(outcome, made.outcome);
  }
  for (const code of entry.acceptedConditions ?? []) {
    const organisation = await work.idOf('organisation', code, `${at}.acceptedConditions`);
    const made = await work.put(
      'conditions_acceptance',
      { dataset_id: id, organisation_id: organisation, conditions_version: 1 },
      { accepted_on: work.today },
    );
    outcome = stronger(outcome, made.outcome === 'created' ? 'created' : 'left');
  }
  return outcome;
}
