// Organisations and their EPTs (2.1; R41). Their memberships of the partnership are membership.ts, their territories territory.ts.
import { Fault } from '../../core/model/fault';
import type { Value, Values } from '../../core/ports/tables';
import type { OrganisationEntry } from '../file';
import { firstDay, runsOn, stronger, type Work } from './work';
import { applyMembership } from './membership';
import { territoryOf } from './territory';

type Row = Readonly<Record<string, unknown>>;

export async function applyOrganisations(work: Work, entries: readonly OrganisationEntry[]): Promise<void> {
  onePilot(entries);
  for (const entry of entries) work.remember('organisation', entry.code, await applyOrganisation(work, entry));
  // a second pass, since an EPT may stand after its communes
  for (const entry of entries) if (entry.ept !== undefined) await applyEpt(work, entry);
}

async function applyOrganisation(work: Work, entry: OrganisationEntry): Promise<number> {
  const at = `organisations.${entry.code}`;
  const found = await existing(work, entry);
  if (!found && (entry.name === undefined || entry.kind === undefined))
    throw new Fault('invalid-value', at, `${at} : l’organisme est nouveau, il lui faut un nom (name) et une nature (kind)`);
  const territory = entry.territory === undefined ? undefined : await territoryOf(work, entry, at);
  const values: Record<string, Value> = { code: entry.code };
  const told: readonly [string, Value | undefined][] = [
    ['name', entry.name],
    ['full_name', entry.fullName ?? (found ? undefined : entry.name)],
    ['kind', entry.kind],
    ['insee', entry.insee],
    ['siren', entry.siren],
    ['annex1', entry.annex1],
    ['functional_email', entry.email],
    ['address', entry.address],
    ['url', entry.url],
    ['territory', territory === undefined ? undefined : { located: territory }],
  ];
  for (const [name, value] of told) if (value !== undefined) values[name] = value;
  if (entry.pilot === true) {
    // exactly one pilot: the title passes from one to the other in the same transaction
    const [pilot] = await work.tables.find('organisation', { is_pilot: true });
    if (pilot && pilot['id'] !== found?.['id']) await work.tables.update('organisation', { id: Number(pilot['id']) }, { is_pilot: false });
  }
  if (entry.pilot !== undefined) values['is_pilot'] = entry.pilot;
  const match: Values = found ? { id: Number(found['id']) } : { code: entry.code };
  const { id, outcome } = await work.put('organisation', match, values);
  const membership = entry.membership ? await applyMembership(work, id, entry, at) : 'left';
  work.note(
    'organisation',
    entry.code,
    stronger(outcome, membership),
    membership === 'left' ? undefined : `adhésion ${entry.membership?.state ?? ''}`,
  );
  return id;
}

/** G12: exactly one organisation is the pilot; the title passes, it does not lapse. */
function onePilot(entries: readonly OrganisationEntry[]): void {
  const pilots = entries.filter(entry => entry.pilot === true);
  if (pilots.length > 1)
    throw new Fault(
      'conflict',
      'organisations',
      `un seul organisme est pilote (G12), le fichier en nomme ${pilots.length} : ${pilots.map(entry => entry.code).join(', ')}`,
    );
}

/** Matched by insee or siren where given, else by code. A code that stands for another organisation is refused. */
async function existing(work: Work, entry: OrganisationEntry): Promise<Row | undefined> {
  const at = `organisations.${entry.code}`;
  const [named] = await work.tables.find('organisation', { code: entry.code });
  for (const column of ['insee', 'siren'] as const) {
    const value = entry[column];
    if (value === undefined) continue;
    const [row] = await work.tables.find('organisation', { [column]: value });
    if (row && named && row['id'] !== named['id'])
      throw new Fault(
        'conflict',
        `${at}.code`,
        `${at} : ${column} ${value} désigne ${String(row['code'])}, le code ${entry.code} un autre organisme`,
      );
    if (row) return row;
    if (named && named[column] !== null)
      throw new Fault('conflict', `${at}.${column}`, `${at} : cet organisme a déjà ${column} ${String(named[column])}, pas ${value}`);
  }
  return named;
}

async function applyEpt(work: Work, entry: OrganisationEntry): Promise<void> {
  const commune = await work.idOf('organisation', entry.code, `organisations.${entry.code}`);
  const ept =
    entry.ept === null || entry.ept === undefined ? null : await work.idOf('organisation', entry.ept, `organisations.${entry.code}.ept`);
  const rows = await work.tables.find('ept_member', { commune_id: commune });
  const members = rows.filter(row => runsOn(row['period'], work.today));
  if (members.some(row => row['ept_id'] === ept) || (ept === null && members.length === 0)) return;
  for (const member of members) {
    const since = firstDay(member['period']) ?? '';
    // a membership that began today or later is replaced, an older one ends today
    if (since >= work.today) await work.tables.remove('ept_member', { id: Number(member['id']) });
    else await work.tables.update('ept_member', { id: Number(member['id']) }, { period: `[${since},${work.today})` });
  }
  if (ept !== null)
    await work.tables.insert('ept_member', {
      ept_id: ept,
      commune_id: commune,
      period: rows.length === 0 ? '[2016-01-01,)' : `[${work.today},)`,
    });
  work.note('ept', `${entry.ept ?? '-'} ← ${entry.code}`, 'changed');
}
