// The grants of a dataset (D22, R48; G11): each is the recorded agreement of its owner.
import { cql2Text } from '../../core/filter/cql2-text';
import { Fault } from '../../core/model/fault';
import type { Filter } from '../../core/filter/filter';
import type { Outcome, Value, Values } from '../../core/ports/tables';
import type { DatasetEntry, GrantEntry } from '../file';
import { asGeometry } from './territory';
import type { Work } from './work';

/** The condition of a grant's rows; a fault names its place. */
export function rowsFilter(text: string, at: string): Filter {
  // ECQL knows it, CQL2, in which the file is written, does not
  const double = text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, quoted => ' '.repeat(quoted.length)).indexOf('==');
  if (double >= 0)
    throw new Fault('malformed', at, `${at} : « == » au caractère ${double + 1} : en CQL2 une égalité s’écrit avec un seul « = »`);
  try {
    return cql2Text(text, at);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.kind, at, `${at} : ${error.in('fr')}`, { cause: error });
  }
}

/** The grants of a named dataset are replaced as a whole; what is replaced is ended, never deleted (D22). */
export async function applyGrants(work: Work, id: number, entry: DatasetEntry, at: string): Promise<Outcome> {
  const current = await work.tables.find('access_grant', { dataset_id: id, replaced_at: null });
  const kept = new Set<unknown>();
  let outcome: Outcome = 'left';
  for (const [index, grant] of (entry.grants ?? []).entries()) {
    const { values, area } = await grantValues(work, grant, `${at}.grants.${index}`);
    const same = await findSame(
      work,
      current.filter(row => !kept.has(row['id']) && sameGrant(row, values)),
      area,
    );
    if (same !== null) {
      kept.add(same);
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
  const rows = grant.rows === undefined ? null : rowsFilter(grant.rows, `${at}.rows`);
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

/** Id of a row with that very area; geometries are compared where they are. */
async function findSame(work: Work, rows: readonly Readonly<Record<string, unknown>>[], area: Value | undefined): Promise<unknown> {
  for (const row of rows) {
    if (area === undefined) return row['id'];
    if ((await work.tables.find('access_grant', { id: Number(row['id']), area })).length > 0) return row['id'];
  }
  return null;
}
