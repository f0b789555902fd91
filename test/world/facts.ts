// The same world as pure facts, for tests of the policy without a database.
import { cql2Text } from '../../server/core/filter/cql2-text';
import { everything } from '../../server/core/filter/filter';
import type { Geometry } from '../../server/core/model/geometry';
import type { Caller, Dataset, Facts, Grant, Organisation, Person, RecordFacts } from '../../server/core/policy/charter';
import { defaultVisibility } from '../../server/core/policy/records';
import type { DatasetEntry, GrantEntry, OrganisationEntry, PartnershipFile } from '../../server/partnership/file';
import { partnerFacts } from '../../schemas/partners';
import { accounts, worldDay, worldFile, worldInstant, type AccountName } from './world';

/** When the grants of the world were agreed, unless a test says otherwise. */
const agreed = '2025-01-10T09:00:00.000Z';

/** Id of an organisation in the pure world: its place in the list of partners. */
export function organisationId(code: string): number {
  const place = partnerFacts.findIndex(fact => fact.code === code);
  if (place < 0) throw new Error(`the world has no organisation ${code}`);
  return place + 1;
}

/** Id of a working group in the pure world. */
export function workingGroupId(code: string, file: PartnershipFile = worldFile): number {
  return (file.workingGroups ?? []).findIndex(group => group.code === code) + 1;
}

/** The facts of a partnership file at a day. */
export function factsOf(file: PartnershipFile = worldFile, day: string = worldDay): Facts {
  let grants = 0;
  const datasets = (file.datasets ?? []).map((entry, index): Dataset => {
    const own = (entry.grants ?? []).map(grant => grantOf(grant, ++grants));
    const base: Omit<Dataset, 'record'> = {
      id: index + 1,
      code: entry.code,
      type: entry.code,
      kind: entry.kind,
      state: entry.state as Dataset['state'],
      owner: entry.owner === undefined ? null : organisationId(entry.owner),
      workingGroup: entry.workingGroup === undefined ? null : workingGroupId(entry.workingGroup, file),
      manager: entry.manager === undefined ? null : organisationId(entry.manager),
      leaders: leadersOf(entry, file),
      validated: entry.kind === 'coproduced' && (entry.state === 'validated' || entry.state === 'under_revision'),
      contributionOpen: entry.contributionOpen ?? false,
      exception: entry.exception?.code ?? null,
      frozenOn: entry.frozenOn ?? null,
      licence: entry.licence ?? null,
      grants: own,
      acceptedRequests: new Set((entry.acceptedRequests ?? []).map(organisationId)),
      acceptedConditions: new Set((entry.acceptedConditions ?? []).map(organisationId)),
    };
    return { ...base, record: recordOf(entry, base) };
  });
  return {
    organisations: new Map(partnerFacts.map((fact, index) => [index + 1, organisationOf(fact.code, index + 1, file)])),
    datasets: new Map(datasets.map(entry => [entry.code, entry])),
    delegations: (file.delegations ?? []).map(entry => ({
      ept: organisationId(entry.ept),
      commune: organisationId(entry.commune),
      scope: entry.scope ?? 'all',
      attestedOn: entry.attestedOn ?? null,
      acceptedOn: entry.acceptedOn ?? null,
      revokedOn: entry.revokedOn ?? null,
      startsOn: entry.attestedOn ?? null,
      endsOn: null,
    })),
    charterEndsOn: '2026-12-31',
    generation: 1,
  };

  function recordOf(entry: DatasetEntry, base: Omit<Dataset, 'record'>): RecordFacts {
    const told = typeof entry.record === 'object' ? entry.record.visibility : undefined;
    const out = base.kind === 'pooled' ? entry.state !== 'draft' && entry.state !== 'to_validate' : base.validated;
    return {
      identifier: `fr-92-mig-${entry.code}`,
      state: entry.state === 'archived' || entry.state === 'retired_by_owner' ? 'obsolete' : out ? 'published' : 'valid',
      errors: 0,
      visibility: told ?? defaultVisibility(base, worldInstant, day),
    };
  }
}

function organisationOf(code: string, id: number, file: PartnershipFile): Organisation {
  const fact = partnerFacts[id - 1];
  if (!fact) throw new Error(`no organisation ${id}`);
  const entry: OrganisationEntry = (file.organisations ?? []).find(other => other.code === code) ?? { code };
  const ept = entry.ept === undefined ? fact.ept : entry.ept;
  const seeded = fact.named ? ('active' as const) : ('potential' as const);
  const membership =
    entry.membership ?? (fact.annex1 || fact.pilot ? { state: seeded, since: fact.named ? '2022-01-01' : null } : undefined);
  return {
    id,
    code,
    name: fact.name,
    kind: fact.kind,
    insee: fact.insee,
    annex1: entry.annex1 ?? fact.annex1,
    pilot: fact.pilot,
    email: entry.email ?? null,
    membership: membership
      ? {
          state: membership.state,
          activeOn: membership.since ?? null,
          withdrawnOn: ('withdrawn' in membership ? membership.withdrawn : null) ?? null,
        }
      : null,
    ept: ept === null ? null : organisationId(ept),
    hasTerritory: entry.territory !== undefined,
  };
}

/** A grant of the file as a fact; rows in CQL2 text. */
export function grantOf(entry: GrantEntry, id: number, more: Partial<Grant> = {}): Grant {
  const { area } = entry;
  return {
    id,
    audience: entry.audience,
    partner: entry.partner === undefined ? null : organisationId(entry.partner),
    actions: entry.actions,
    maskedAttributes: entry.maskedAttributes ?? [],
    area:
      area === undefined || typeof area === 'string'
        ? { mode: area ?? 'all' }
        : { mode: 'geometry', geometry: { geometry: area as unknown as Geometry, srid: 4326 } },
    rows: entry.rows === undefined ? everything : cql2Text(entry.rows, 'rows'),
    scaleMin: entry.scaleMin ?? null,
    scaleMax: entry.scaleMax ?? null,
    onRequest: entry.onRequest ?? false,
    acceptanceRequired: entry.acceptanceRequired ?? false,
    startsOn: entry.startsOn ?? null,
    endsOn: entry.endsOn ?? null,
    agreedAt: agreed,
    replacedAt: null,
    ...more,
  };
}

const names = Object.keys(accounts) as AccountName[];
const personId = (login: string): number => names.findIndex(name => accounts[name].login === login) + 1;

function leadersOf(entry: DatasetEntry, file: PartnershipFile): number[] {
  const group = (file.workingGroups ?? []).find(other => other.code === entry.workingGroup);
  return group?.facilitator === undefined ? [] : [personId(group.facilitator)];
}

/** A person of the world; `more` changes it. */
export function personOf(name: AccountName, more: Partial<Person> = {}, file: PartnershipFile = worldFile): Person {
  const who = accounts[name];
  return {
    id: personId(who.login),
    login: who.login,
    name: who.login,
    organisation: organisationId(who.organisation),
    state: 'active',
    mandates: who.roles.map(role => ({ role, from: null, to: null })),
    workingGroups: (file.workingGroups ?? []).flatMap((group, index) =>
      (group.members ?? [])
        .map(member => (typeof member === 'string' ? { login: member, type: 'member' as const } : member))
        .filter(member => member.login === who.login)
        .map(member => ({ id: index + 1, type: member.type, endsOn: ('endsOn' in member ? member.endsOn : undefined) ?? null })),
    ),
    ...more,
  };
}

export const callerOf = (name: AccountName | 'anonymous', more: Partial<Person> = {}, file: PartnershipFile = worldFile): Caller =>
  name === 'anonymous' ? { kind: 'anonymous' } : { kind: 'person', person: personOf(name, more, file) };
