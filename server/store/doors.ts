// All doors of one request: one caller, one scope, one instant, one policy. Everything a service holds comes from here.
import { parisDay, parisMidnight } from '../core/model/clock';
import { Fault } from '../core/model/fault';
import { qualifiedName } from '../core/model/feature-type';
import { and, everything, or, type Filter } from '../core/filter/filter';
import type { Action, Caller, Facts } from '../core/policy/charter';
import { isActivePartner, policyFor, type Policy } from '../core/policy/policy';
import type { Doors, Explanation, Partnership, RecordSource } from '../core/ports/doors';
import type { Journal } from '../core/ports/journal';
import type { RecordTypes } from '../core/ports/record-store';
import type { Database } from './database';
import type { FactsReader } from './facts';
import { StoreFeatureSource } from './feature-source';
import { openRecords } from './record-source';
import type { Published, Registry } from './registry';

export interface DoorParts {
  readonly database: Database;
  readonly registry: Registry;
  readonly facts: Pick<FactsReader, 'at'>;
  readonly journal: Pick<Journal, 'note'>;
  /** The catalogue's feature types at a generation of the records. */
  readonly recordTypes: (generation: number) => RecordTypes;
}

/** What the journal says of the request (R54). */
export interface Asked {
  readonly service: string;
  readonly operation: string;
}

/**
 * Opens the doors. Facts and registry are read after this call began (D12). `instant` is ISO 8601, UTC.
 * Faults: unknown-id for a scope that is none, or of which the caller may know nothing; unavailable.
 */
export async function openDoors(
  parts: DoorParts,
  caller: Caller,
  scope: string | null,
  instant: string,
  asked: Asked = { service: '', operation: '' },
): Promise<Doors> {
  const [facts, published] = await Promise.all([parts.facts.at(instant), parts.registry.current()]);
  const policy = policyFor(caller, facts, instant);
  const { database, registry, journal } = parts;
  if (scope !== null && !isScope(scope, { facts, published, policy }))
    throw new Fault('unknown-id', 'scope', `there is no endpoint "${scope.slice(0, 100)}" on this server`);
  const features = new StoreFeatureSource({
    database,
    registry,
    published,
    policy,
    scope,
    note: (dataset, action, decision) => journal.note({ caller, ...asked, dataset, action, decision, instant }),
  });
  let records: RecordSource | null = null;
  let partnership: Partnership | null = null;
  return {
    caller,
    features,
    get records() {
      return (records ??= recordsOf({ parts, facts, published, policy, scope, features }));
    },
    get partnership() {
      return (partnership ??= partnershipOf({ facts, published, policy, instant, features }));
    },
  };
}

function recordsOf(by: {
  readonly parts: DoorParts;
  readonly facts: Facts;
  readonly published: Published;
  readonly policy: Policy;
  readonly scope: string | null;
  readonly features: StoreFeatureSource;
}): RecordSource {
  const { parts, facts, published, policy, scope, features } = by;
  const layers = new Map(features.types('view').map(type => [type.dataset, qualifiedName(type)]));
  return openRecords({
    database: parts.database,
    types: parts.recordTypes(published.recordsGeneration),
    filter: and(policy.recordFilter(), scopeFilter(scope, published, facts)),
    owner: policy.recordsOf(),
    generation: published.recordsGeneration,
    layerOf: dataset => layers.get(dataset) ?? null,
  });
}

/** Organisations and named collections are known to everybody; a dataset's code only to those who may know of the dataset (R23). */
function isScope(scope: string, by: { readonly facts: Facts; readonly published: Published; readonly policy: Policy }): boolean {
  const { facts, published, policy } = by;
  if (published.scopes.has(scope) || [...facts.organisations.values()].some(organisation => organisation.code === scope)) return true;
  return facts.datasets.has(scope) && policy.record(scope).visible;
}

/** The same rule as for feature types, on records; names of the FeatureType `record`. */
function scopeFilter(scope: string | null, published: Published, facts: Facts): Filter {
  if (scope === null) {
    const apart = [...published.scopes].filter(([, { main }]) => !main).map(([code]) => code);
    if (apart.length === 0) return everything;
    return or({ op: 'null', property: 'scope' }, { op: 'not', part: { op: 'in', property: 'scope', values: apart } });
  }
  const organisation = [...facts.organisations.values()].find(one => one.code === scope);
  return or(
    { op: 'in', property: 'scope', values: [scope] },
    { op: 'in', property: 'dataset', values: [scope] },
    ...(organisation ? [{ op: 'in' as const, property: 'owner_id', values: [organisation.id] }] : []),
  );
}

/** Months before the charter's end in which the banner of R11 is shown. */
const bannerMonths = 6;

function partnershipOf(by: {
  readonly facts: Facts;
  readonly published: Published;
  readonly policy: Policy;
  readonly instant: string;
  readonly features: StoreFeatureSource;
}): Partnership {
  const { facts, published, policy, instant, features } = by;
  return {
    service: published.service,
    get organisations() {
      return [...facts.organisations.values()].map(organisation => ({
        code: organisation.code,
        name: organisation.name,
        kind: organisation.kind,
        partner: isActivePartner(organisation, instant),
      }));
    },
    get charter() {
      const { charterEndsOn } = facts;
      return { endsOn: charterEndsOn, banner: charterEndsOn !== null && instant >= bannerFrom(charterEndsOn) };
    },
    explain(typeName: string, action: Action): Explanation {
      const dataset = features.datasetOf(typeName);
      const { decision, text, grants } = policy.explain(action, dataset);
      const named = (id: number): string => facts.organisations.get(id)?.name ?? String(id);
      const bounds = decision.allowed ? boundsOf(decision.filter) : { organisations: null, partial: false };
      return {
        dataset,
        action,
        decision,
        clause: text.clause,
        sentence: text.sentence,
        audience: decision.allowed ? (grants.find(grant => grant.id === decision.grant)?.audience ?? null) : null,
        territory: bounds.organisations?.map(named) ?? null,
        partial: bounds.partial,
        responsible: decision.allowed && decision.responsible !== null ? named(decision.responsible) : null,
      };
    },
    typeOfRecord(identifier: string): string | null {
      const described = [...facts.datasets.values()].find(one => one.record?.identifier === identifier);
      return described && policy.record(described.code).visible ? features.typeOf(described.code) : null;
    },
  };
}

/** What a decision's filter leaves of the data: territories by their organisations, and whether there is any other limit. */
function boundsOf(filter: Filter): { readonly organisations: readonly number[] | null; readonly partial: boolean } {
  const parts = filter.op === 'and' ? filter.parts : [filter];
  const territories = parts.flatMap(part => (part.op === 'area' && 'organisations' in part.area ? part.area.organisations : []));
  const bounded = parts.some(part => part.op === 'none' || (part.op === 'area' && 'organisations' in part.area));
  const other = parts.some(part => part.op !== 'all' && part.op !== 'none' && !(part.op === 'area' && 'organisations' in part.area));
  return { organisations: bounded ? territories : null, partial: other };
}

/** Midnight in Paris, half a year before the last day. */
function bannerFrom(endsOn: string): string {
  const date = new Date(`${endsOn}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - bannerMonths);
  return parisMidnight(parisDay(date.toISOString()));
}
