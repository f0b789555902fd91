// Organisations, EPT memberships, territories and memberships of the partnership (R05, R11; 2.1 – 2.3).
import { join } from 'node:path';
import { Fault } from '../../core/model/fault';
import type { Geometry, Position } from '../../core/model/geometry';
import type { Outcome, Value, Values } from '../../core/ports/tables';
import { cql2Text } from '../../core/filter/cql2-text';
import { compileFilter } from '../../core/filter/evaluate';
import type { GeoJsonGeometry, OrganisationEntry } from '../file';
import { assertTransition } from '../states';
import { stronger, type Work } from './work';

export async function applyOrganisations(work: Work, entries: readonly OrganisationEntry[]): Promise<void> {
  for (const entry of entries) work.remember('organisation', entry.code, await applyOrganisation(work, entry));
  // a second pass, since an EPT may stand after its communes
  for (const entry of entries) if (entry.ept !== undefined) await applyEpt(work, entry);
}

async function applyOrganisation(work: Work, entry: OrganisationEntry): Promise<number> {
  const at = `organisations.${entry.code}`;
  const found = await existing(work, entry);
  if (!found && (entry.name === undefined || entry.kind === undefined))
    throw new Fault('invalid-value', at, `organisation ${entry.code} is new: it needs a name and a kind`);
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
    membership === 'left' ? undefined : `membership ${entry.membership?.state ?? ''}`,
  );
  return id;
}

/** Matched by insee or siren where given, else by code. */
async function existing(work: Work, entry: OrganisationEntry): Promise<Readonly<Record<string, unknown>> | undefined> {
  for (const [column, value] of [
    ['insee', entry.insee],
    ['siren', entry.siren],
    ['code', entry.code],
  ] as const) {
    if (value === undefined) continue;
    const [row] = await work.tables.find('organisation', { [column]: value });
    if (row) return row;
  }
  return undefined;
}

async function applyMembership(work: Work, organisation: number, entry: OrganisationEntry, at: string): Promise<Outcome> {
  const wanted = entry.membership;
  if (!wanted) return 'left';
  const rows = await work.tables.find('membership', { organisation_id: organisation });
  const current = rows.at(-1);
  const from = current === undefined ? null : String(current['state']);
  const closed = from === 'withdrawn' || from === 'refused' || from === 'abandoned';
  const fresh = current === undefined || (closed && wanted.state !== from);
  if (wanted.state === 'active' && from !== 'active') await guardActivation(work, entry, at);
  if (!fresh && from !== null) assertTransition('membership', from, wanted.state, `${at}.membership.state`, 'R12');
  if (wanted.state === 'withdrawn' && !wanted.withdrawn)
    throw new Fault(
      'missing-parameter',
      `${at}.membership.withdrawn`,
      `${entry.code}: a withdrawal has the day its letter was received (withdrawn)`,
      { rule: 'R06' },
    );
  const [charter] = await work.tables.find('charter', { status: 'in_force' });
  const values: Values = {
    state: wanted.state,
    route: wanted.route ?? (entry.annex1 === false && entry.pilot !== true ? 'outside_annex1' : 'annex1'),
    ...(wanted.since === undefined ? {} : { active_on: wanted.since }),
    ...(wanted.withdrawn === undefined ? {} : { withdrawal_received_on: wanted.withdrawn }),
  };
  if (fresh) {
    await work.tables.insert('membership', {
      organisation_id: organisation,
      charter_id: charter ? Number(charter['id']) : null,
      ...values,
    });
    return 'created';
  }
  const changed = await work.tables.update('membership', { id: Number(current['id']) }, values);
  if (wanted.state === 'withdrawn' && from !== 'withdrawn') await closeAccounts(work, organisation);
  return changed > 0 ? 'changed' : 'left';
}

/** R05: outside Annexe 1 the COPIL decides; R11: nobody joins a charter that has ended. */
async function guardActivation(work: Work, entry: OrganisationEntry, at: string): Promise<void> {
  const [row] = await work.tables.find('organisation', { code: entry.code });
  const annex1 = entry.annex1 ?? row?.['annex1'] === true;
  const pilot = entry.pilot ?? row?.['is_pilot'] === true;
  if (!annex1 && !pilot) {
    const decisions = row
      ? await work.tables.find('decision', { organisation_id: Number(row['id']), outcome: 'approved', unanimous: true })
      : [];
    if (decisions.length === 0)
      throw new Fault(
        'conflict',
        `${at}.membership.state`,
        `R05: ${entry.code} is not listed in Annexe 1: its membership needs a COTECH opinion and a unanimous COPIL approval on record`,
        { rule: 'R05' },
      );
  }
  const charters = await work.tables.find('charter', {});
  const inForce = charters.some(
    charter => charter['status'] === 'in_force' && (charter['ends_on'] === null || String(charter['ends_on']) >= work.today),
  );
  if (charters.length > 0 && !inForce)
    throw new Fault(
      'conflict',
      `${at}.membership.state`,
      `R11: the charter has ended, ${entry.code} cannot join before a new one is in force`,
      { rule: 'R11' },
    );
}

/** D20: on withdrawal every account of the organisation is closed and its keys are revoked, for good. */
async function closeAccounts(work: Work, organisation: number): Promise<void> {
  for (const user of await work.tables.find('app_user', { organisation_id: organisation })) {
    await work.tables.update('app_user', { id: Number(user['id']) }, { state: 'closed', generation: Number(user['generation']) + 1 });
    await work.tables.update('access_token', { user_id: Number(user['id']), revoked_at: null }, { revoked_at: work.parts.now() });
  }
}

async function applyEpt(work: Work, entry: OrganisationEntry): Promise<void> {
  const commune = await work.idOf('organisation', entry.code, `organisations.${entry.code}`);
  const ept =
    entry.ept === null || entry.ept === undefined ? null : await work.idOf('organisation', entry.ept, `organisations.${entry.code}.ept`);
  const members = (await work.tables.find('ept_member', { commune_id: commune })).filter(row => /,\)$/.test(String(row['period'])));
  if (members.some(row => row['ept_id'] === ept) || (ept === null && members.length === 0)) return;
  for (const member of members) {
    const since = /^\[([\d-]*)/.exec(String(member['period']))?.[1] ?? '';
    // a membership that began today or later is replaced, an older one ends today
    if (since >= work.today) await work.tables.remove('ept_member', { id: Number(member['id']) });
    else await work.tables.update('ept_member', { id: Number(member['id']) }, { period: `[${since},${work.today})` });
  }
  if (ept !== null)
    await work.tables.insert('ept_member', {
      ept_id: ept,
      commune_id: commune,
      period: members.length === 0 ? '[2016-01-01,)' : `[${work.today},)`,
    });
  work.note('ept', `${entry.ept ?? '-'} ← ${entry.code}`, 'changed');
}

/** A territory inline (lon,lat) or picked out of a file by a CQL2 condition. */
async function territoryOf(work: Work, entry: OrganisationEntry, at: string): Promise<{ geometry: Geometry; srid: number }> {
  const { territory } = entry;
  if (territory && 'type' in territory) return { geometry: asGeometry(territory, `${at}.territory`), srid: 4326 };
  const wanted = territory as { source: string; layer?: string; where?: string };
  const source = await work.parts.openSource(join(work.folder, wanted.source), wanted.layer === undefined ? {} : { layer: wanted.layer });
  try {
    const filter = wanted.where === undefined ? null : cql2Text(wanted.where, `${at}.territory.where`);
    const polygons: Position[][][] = [];
    for await (const row of source.rows()) {
      if (row.problem !== undefined || !row.geometry) continue;
      const values = Object.fromEntries(source.fields.map((field, index) => [field.name, [row.values[index] ?? null]]));
      if (filter && !compileFilter(filter, values)(0)) continue;
      if (row.geometry.type === 'Polygon') polygons.push(row.geometry.coordinates as Position[][]);
      else if (row.geometry.type === 'MultiPolygon') polygons.push(...(row.geometry.coordinates as Position[][][]));
    }
    if (polygons.length === 0)
      throw new Fault(
        'invalid-value',
        `${at}.territory`,
        `${entry.code}: no polygon of ${wanted.source} matches ${wanted.where ?? 'the layer'}`,
      );
    return { geometry: { type: 'MultiPolygon', coordinates: polygons }, srid: source.geometry?.srid ?? 4326 };
  } finally {
    await source.close();
  }
}

/** Inline GeoJSON as a geometry; polygons only make sense as territories and areas. */
export function asGeometry(value: GeoJsonGeometry, locator: string): Geometry {
  if ((value.type !== 'Polygon' && value.type !== 'MultiPolygon') || !Array.isArray(value.coordinates))
    throw new Fault('invalid-value', locator, `${locator}: expected a GeoJSON Polygon or MultiPolygon in longitude, latitude`);
  const flat = (value.coordinates as unknown[]).flat(3);
  if (flat.length === 0 || !flat.every(number => typeof number === 'number' && Number.isFinite(number)))
    throw new Fault('invalid-value', locator, `${locator}: the coordinates are not numbers`);
  return value as unknown as Geometry;
}
