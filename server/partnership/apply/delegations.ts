// Delegations by which an EPT opens co-produced data to its member communes (R35, R38, R40; 3.6).
import { Fault } from '../../core/model/fault';
import type { Outcome } from '../../core/ports/tables';
import type { DelegationEntry } from '../file';
import { dayRange, runsOn, type Work } from './work';

export async function applyDelegations(work: Work, entries: readonly DelegationEntry[]): Promise<void> {
  for (const [index, entry] of entries.entries()) {
    const at = `delegations.${index}`;
    const ept = await work.idOf('organisation', entry.ept, `${at}.ept`);
    const commune = await work.idOf('organisation', entry.commune, `${at}.commune`);
    await guardDelegation(work, entry, ept, commune, at);
    const datasets = entry.scope === undefined || entry.scope === 'all' ? null : entry.scope;
    for (const code of datasets ?? []) await work.idOf('dataset', code, `${at}.scope`);
    const values = {
      scope: datasets === null ? 'all' : 'list',
      datasets: [...(datasets ?? [])].sort(),
      attested_on: entry.attestedOn ?? null,
      commune_accepted_on: entry.acceptedOn ?? null,
      revoked_on: entry.revokedOn ?? null,
      period: dayRange([entry.attestedOn ?? null, null]),
    };
    // one delegation per pair is open at a time; another signature date after a revoked one is a new delegation (R40)
    const rows = await work.tables.find('ept_delegation', { ept_id: ept, commune_id: commune });
    const same = rows.find(row => row['attested_on'] === (entry.attestedOn ?? null)) ?? rows.find(row => row['revoked_on'] === null);
    let outcome: Outcome = 'created';
    if (same) outcome = (await work.tables.update('ept_delegation', { id: Number(same['id']) }, values)) > 0 ? 'changed' : 'left';
    else await work.tables.insert('ept_delegation', { ept_id: ept, commune_id: commune, ...values });
    work.note('delegation', `${entry.ept} → ${entry.commune}`, outcome);
  }
}

/** R35, R38: an active EPT partner delegates to its own members. */
async function guardDelegation(work: Work, entry: DelegationEntry, ept: number, commune: number, at: string): Promise<void> {
  if (entry.revokedOn !== undefined) return;
  const [organisation] = await work.tables.find('organisation', { id: ept });
  const memberships = await work.tables.find('membership', { organisation_id: ept });
  if (organisation?.['kind'] !== 'ept')
    throw new Fault('conflict', `${at}.ept`, `R38 : ${entry.ept} n’est pas un EPT, il ne peut pas déléguer`, { rule: 'R38' });
  if (memberships.at(-1)?.['state'] !== 'active')
    throw new Fault('conflict', `${at}.ept`, `R35 : ${entry.ept} n’est pas un partenaire actif, il ne peut pas déléguer (R38)`, {
      rule: 'R35',
    });
  const members = await work.tables.find('ept_member', { ept_id: ept, commune_id: commune });
  if (!members.some(row => runsOn(row['period'], work.today)))
    throw new Fault('conflict', `${at}.commune`, `R38 : ${entry.commune} n’est pas membre de ${entry.ept}`, { rule: 'R38' });
}
