// The charter's facts as the policy needs them, read from the tables: once per generation and day, and looked at again by every request (D12).
// `facts` in geomig.generation grows with every change; a request uses an answer to a question that was put after it arrived (generations.ts).
import type { Clock } from '../core/model/clock';
import { parisDay } from '../core/model/clock';
import type { Geometry } from '../core/model/geometry';
import { everything, nothing, type Filter } from '../core/filter/filter';
import type {
  Action,
  Audience,
  CoproducedState,
  Dataset,
  Delegation,
  Facts,
  Grant,
  Membership,
  Organisation,
  PooledState,
  RecordFacts,
} from '../core/policy/charter';
import type { Database, Session } from './database';
import { Generations, generationsIn, SharedQuestion } from './generations';
import type { Numbers } from './generations';

/** Announces changed facts to every instance; in the same transaction as the change. */
export async function bumpFacts(session: Session): Promise<void> {
  await session.rows(`update geomig.generation set number = number + 1 where what = 'facts'`);
}

/** Longest statement of a load, in milliseconds. */
const loadDeadline = 30_000;

/** Reads the facts at an instant. */
export class FactsReader {
  readonly #database: Database;
  readonly #clock: Clock | null;
  readonly #generations: Generations;
  readonly #kept = new Map<string, Facts>();
  readonly #loads = new Map<string, SharedQuestion<Facts>>();

  /** With a clock, a grant that was ended « in the future » by a program with another clock counts as ended. */
  constructor(database: Database, clock: Clock | null = null, generations: Generations = new Generations(database)) {
    this.#database = database;
    this.#clock = clock;
    this.#generations = generations;
  }

  /** The facts of the day in which `instant` (ISO, UTC) lies, as they are in the tables now. Faults: unavailable, busy. */
  async at(instant: string): Promise<Facts> {
    const day = parisDay(instant);
    const generation = (await this.#generations.now()).get('facts') ?? 0;
    const kept = this.#kept.get(day);
    if (kept?.generation === generation) return kept;
    let load = this.#loads.get(day);
    if (!load) this.#loads.set(day, (load = new SharedQuestion(() => this.#load(day))));
    return load.ask();
  }

  /** The facts of that day if they were read under these numbers. */
  kept(instant: string, numbers: Numbers): Facts | null {
    const kept = this.#kept.get(parisDay(instant));
    return kept?.generation === (numbers.get('facts') ?? 0) ? kept : null;
  }

  async #load(day: string): Promise<Facts> {
    const now = this.#clock?.now() ?? null;
    const options = { role: 'owner', snapshot: true, timeout: loadDeadline } as const;
    const facts = await this.#database.transaction(options, async session => {
      const generation = (await generationsIn(session)).get('facts') ?? 0;
      const kept = this.#kept.get(day);
      return kept?.generation === generation ? kept : loadFacts(session, day, generation, now);
    });
    this.#kept.delete(day);
    this.#kept.set(day, facts);
    // today, and a few other days for explanations and audits
    for (const old of this.#kept.keys())
      if (this.#kept.size > 4 && old !== day) {
        this.#kept.delete(old);
        this.#loads.delete(old);
      }
    return facts;
  }
}

/** All facts of a day in one session; `now` see FactsReader. */
export async function loadFacts(session: Session, day: string, generation: number, now: string | null): Promise<Facts> {
  const organisations = await session.rows<OrganisationRow>(organisationSql, [day]);
  const grants = groupBy(await session.rows<GrantRow>(grantSql), row => row.dataset_id);
  const requests = groupBy(await session.rows<PairRow>(requestSql), row => row.dataset_id);
  const conditions = groupBy(await session.rows<PairRow>(conditionsSql), row => row.dataset_id);
  const datasets = await session.rows<DatasetRow>(datasetSql);
  const delegations = await session.rows<DelegationRow>(delegationSql);
  const [charter] = await session.rows<{ ends_on: string | null }>(
    `select ends_on from geomig.charter where status = 'in_force' order by effective_on desc limit 1`,
  );
  return {
    organisations: new Map(organisations.map(row => [row.id, organisationOf(row)])),
    datasets: new Map(
      datasets.map(row => [
        row.identifier,
        datasetOf(row, {
          grants: (grants.get(row.id) ?? []).map(grant => grantOf(grant, now)),
          requests: organisationSet(requests.get(row.id)),
          conditions: organisationSet(conditions.get(row.id)),
        }),
      ]),
    ),
    delegations: delegations.map(delegationOf),
    charterEndsOn: charter?.ends_on ?? null,
    generation,
  };
}

interface OrganisationRow {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: Organisation['kind'];
  readonly insee: string | null;
  readonly annex1: boolean;
  readonly is_pilot: boolean;
  readonly functional_email: string | null;
  readonly ept_id: number | null;
  readonly has_territory: boolean;
  readonly state: Membership['state'] | null;
  readonly active_on: string | null;
  readonly withdrawn_on: string | null;
  readonly last_withdrawn_on: string | null;
}

const organisationSql = `
  select o.id, o.code, o.name, o.kind, o.insee, o.annex1, o.is_pilot, o.functional_email, e.ept_id,
         (o.territory is not null and not ST_IsEmpty(o.territory)) as has_territory,
         m.state, m.active_on, m.withdrawal_received_on as withdrawn_on,
         (select max(w.withdrawal_received_on) from geomig.membership w where w.organisation_id = o.id) as last_withdrawn_on
  from geomig.organisation o
  left join lateral (select * from geomig.membership where organisation_id = o.id order by id desc limit 1) m on true
  left join geomig.ept_member e on e.commune_id = o.id and e.period @> $1::date
  order by o.id`;

function organisationOf(row: OrganisationRow): Organisation {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    kind: row.kind,
    insee: row.insee,
    annex1: row.annex1,
    pilot: row.is_pilot,
    email: row.functional_email,
    membership: row.state === null ? null : { state: row.state, activeOn: row.active_on, withdrawnOn: row.withdrawn_on },
    lastWithdrawnOn: row.last_withdrawn_on,
    ept: row.ept_id,
    hasTerritory: row.has_territory,
  };
}

interface DatasetRow {
  readonly id: number;
  readonly identifier: string;
  readonly stem: string | null;
  readonly kind: Dataset['kind'];
  readonly state: PooledState | CoproducedState;
  readonly owner_id: number | null;
  readonly working_group_id: number | null;
  readonly manager_id: number | null;
  readonly manager_user_id: number | null;
  readonly facilitator_id: number | null;
  readonly contribution_open: boolean;
  readonly exception_code: string | null;
  readonly frozen_on: string | null;
  readonly licence: string | null;
  readonly record_identifier: string | null;
  readonly record_state: RecordFacts['state'] | null;
  readonly record_errors: number | null;
  readonly record_visibility: RecordFacts['visibility'] | null;
}

const datasetSql = `
  select d.id, d.identifier, f.stem, d.kind, d.state, d.owner_id, d.working_group_id, d.manager_id, d.manager_user_id, g.facilitator_id,
         d.contribution_open, d.exception_code, d.frozen_on, d.licence,
         r.identifier as record_identifier, r.state as record_state, r.errors as record_errors, r.visibility as record_visibility
  from geomig.dataset d
  left join geomig.feature_type f on f.dataset_id = d.id
  left join geomig.working_group g on g.id = d.working_group_id
  left join geomig.record r on r.dataset = d.identifier
  order by d.id`;

function datasetOf(
  row: DatasetRow,
  by: { readonly grants: readonly Grant[]; readonly requests: ReadonlySet<number>; readonly conditions: ReadonlySet<number> },
): Dataset {
  return {
    id: row.id,
    code: row.identifier,
    type: row.stem ?? row.identifier,
    kind: row.kind,
    state: row.state,
    owner: row.owner_id,
    workingGroup: row.working_group_id,
    manager: row.manager_id,
    leaders: [row.manager_user_id, row.facilitator_id].filter(id => id !== null),
    validated: row.kind === 'coproduced' && (row.state === 'validated' || row.state === 'under_revision'),
    contributionOpen: row.contribution_open,
    exception: row.exception_code,
    frozenOn: row.frozen_on,
    licence: row.licence,
    record:
      row.record_identifier === null
        ? null
        : {
            identifier: row.record_identifier,
            state: row.record_state ?? 'draft',
            errors: Number(row.record_errors ?? 0),
            visibility: row.record_visibility ?? 'owner',
          },
    grants: by.grants,
    acceptedRequests: by.requests,
    acceptedConditions: by.conditions,
  };
}

interface GrantRow {
  readonly id: number;
  readonly dataset_id: number;
  readonly audience: Audience;
  readonly partner_id: number | null;
  readonly actions: readonly Action[];
  readonly masked_attributes: readonly string[];
  readonly area_mode: 'all' | 'territory' | 'geometry';
  readonly area: Geometry | null;
  readonly rows_text: string | null;
  readonly rows_filter: unknown;
  readonly scale_min: number | null;
  readonly scale_max: number | null;
  readonly on_request: boolean;
  readonly acceptance_required: boolean;
  readonly starts_on: string | null;
  readonly ends_on: string | null;
  readonly agreed_at: string;
  readonly replaced_at: string | null;
}

const grantSql = `
  select id, dataset_id, audience, partner_id, actions, masked_attributes, area_mode, ST_AsGeoJSON(area, 15)::json as area, rows_text, rows_filter,
         scale_min, scale_max, on_request, acceptance_required, starts_on, ends_on, agreed_at, replaced_at
  from geomig.access_grant order by dataset_id, id`;

function grantOf(row: GrantRow, now: string | null): Grant {
  return {
    id: row.id,
    audience: row.audience,
    partner: row.partner_id,
    actions: row.actions,
    maskedAttributes: row.masked_attributes,
    area: areaOf(row),
    rows: rowsOf(row),
    scaleMin: row.scale_min,
    scaleMax: row.scale_max,
    onRequest: row.on_request,
    acceptanceRequired: row.acceptance_required,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    agreedAt: row.agreed_at,
    replacedAt: row.replaced_at !== null && now !== null && row.replaced_at > now ? new Date(0).toISOString() : row.replaced_at,
  };
}

/** An area that cannot be read is an empty one: a grant never widens by accident. */
function areaOf(row: GrantRow): Grant['area'] {
  if (row.area_mode !== 'geometry') return { mode: row.area_mode };
  const geometry: Geometry = row.area ?? { type: 'MultiPolygon', coordinates: [] };
  return { mode: 'geometry', geometry: { geometry, srid: 4326 } };
}

const operations: ReadonlySet<string> = new Set<Filter['op']>([
  'all',
  'none',
  'and',
  'or',
  'not',
  'compare',
  'like',
  'between',
  'in',
  'null',
  'spatial',
  'temporal',
  'ids',
  'area',
]);

/** The tree as it was stored; words without a tree, or a tree of no known shape, cover no row. */
function rowsOf(row: Pick<GrantRow, 'rows_filter' | 'rows_text' | 'area_mode' | 'area'>): Filter {
  if (row.area_mode === 'geometry' && row.area === null) return nothing;
  const tree = row.rows_filter;
  if (tree === null || tree === undefined) return row.rows_text === null || row.rows_text.trim() === '' ? everything : nothing;
  return isFilter(tree) ? tree : nothing;
}

function isFilter(value: unknown): value is Filter {
  return typeof value === 'object' && value !== null && 'op' in value && typeof value.op === 'string' && operations.has(value.op);
}

interface PairRow {
  readonly dataset_id: number;
  readonly organisation_id: number;
}

const requestSql = `select dataset_id, organisation_id from geomig.access_request where state = 'accepted'`;

/** R51: acceptances of the conditions in their present version. */
const conditionsSql = `
  select c.dataset_id, c.organisation_id from geomig.conditions_acceptance c
  join geomig.dataset d on d.id = c.dataset_id and d.conditions_version = c.conditions_version`;

const organisationSet = (rows: readonly PairRow[] | undefined): ReadonlySet<number> =>
  new Set((rows ?? []).map(row => row.organisation_id));

interface DelegationRow {
  readonly ept_id: number;
  readonly commune_id: number;
  readonly scope: 'all' | 'list';
  readonly datasets: readonly string[];
  readonly attested_on: string | null;
  readonly commune_accepted_on: string | null;
  readonly revoked_on: string | null;
  readonly first_day: string | null;
  readonly last_day: string | null;
}

const delegationSql = `
  select ept_id, commune_id, scope, datasets, attested_on, commune_accepted_on, revoked_on,
         lower(period) as first_day, (upper(period) - 1) as last_day
  from geomig.ept_delegation where not isempty(period) order by id`;

function delegationOf(row: DelegationRow): Delegation {
  return {
    ept: row.ept_id,
    commune: row.commune_id,
    scope: row.scope === 'all' ? 'all' : row.datasets,
    attestedOn: row.attested_on,
    acceptedOn: row.commune_accepted_on,
    revokedOn: row.revoked_on,
    startsOn: row.first_day,
    endsOn: row.last_day,
  };
}

function groupBy<Row>(rows: readonly Row[], key: (row: Row) => number): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}
