// All doors of one request: one caller, one scope, one instant, one policy. Everything a service holds comes from here.
import { parisDay, parisMidnight } from '../core/model/clock';
import { Fault } from '../core/model/fault';
import { qualifiedName } from '../core/model/feature-type';
import { and, type Filter } from '../core/filter/filter';
import type { Action, Caller, Decision, Facts } from '../core/policy/charter';
import { isActivePartner, policyFor, type Policy } from '../core/policy/policy';
import type { Doors, Explanation, Partnership, RecordSource } from '../core/ports/doors';
import type { Journal } from '../core/ports/journal';
import type { RecordTypes } from '../core/ports/record-store';
import { audit } from './audit';
import type { Database } from './database';
import type { FactsReader } from './facts';
import { StoreCoverageSource, type CoverageParts } from './coverage-source';
import { StoreFeatureSource, type SourceParts } from './feature-source';
import { Assumption, type Generations } from './generations';
import { noteIn } from './journals';
import { openRecords } from './record-source';
import type { Published, Registry } from './registry';
import { isScope, scopeFilter, titleWithin } from './scopes';

export interface DoorParts {
  readonly database: Database;
  readonly registry: Registry;
  readonly facts: Pick<FactsReader, 'at' | 'kept'>;
  readonly journal: Pick<Journal, 'note'>;
  /** The catalogue's feature types at a generation of the records. */
  readonly recordTypes: (generation: number) => RecordTypes;
  /** How rasters are read; absent: there are none (tests of other rooms). */
  readonly coverages?: CoverageParts;
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
  const note: Note = (dataset, action, decision) => parts.journal.note({ caller, ...asked, dataset, action, decision, instant });
  return doorsOf({ parts, facts, published, caller, scope, instant, note, asked, assumption: null });
}

/** Doors on what was read before, for one request that is done again when it no longer holds. */
export interface EarlyDoors {
  readonly doors: Doors;
  /** Whether facts and registry are still those the doors were opened on, by a read that began after they were opened. Nothing may leave the server before. Faults: unavailable, busy. */
  holds(): Promise<boolean>;
}

/**
 * The same on the facts and the registry that were read last, without asking whether they still hold: the view of the database that answers
 * the request tells, in the same message (D12). `inView` says that there will be one; otherwise the question is put at once. Decisions are
 * journaled when it is known that they were made on what holds. null: not on this engine, not in a scope, or nothing has been read yet.
 */
export function openEarly(
  parts: DoorParts & { readonly generations: Generations },
  caller: Caller,
  instant: string,
  asked: Asked & { readonly inView: boolean },
): EarlyDoors | null {
  const { last } = parts.generations;
  if (last === null || parts.database.engine !== 'postgresql') return null;
  const facts = parts.facts.kept(instant, last);
  const published = parts.registry.kept(last);
  if (!facts || !published) return null;
  const { service, operation } = asked;
  const assumption = new Assumption(last, parts.generations);
  if (!asked.inView) assumption.ask();
  const waiting: Parameters<Note>[] = [];
  let known = false;
  const tell: Note = (dataset, action, decision) => parts.journal.note({ caller, service, operation, dataset, action, decision, instant });
  const note: Note = (...told) => void (known ? tell(...told) : waiting.push(told));
  return {
    doors: doorsOf({ parts, facts, published, caller, scope: null, instant, note, asked: { service, operation }, assumption }),
    async holds() {
      known = await assumption.holds();
      if (known) for (const told of waiting.splice(0)) tell(...told);
      return known;
    },
  };
}

type Note = (dataset: string, action: Action, decision: Decision) => void;

function doorsOf(by: {
  readonly parts: DoorParts;
  readonly facts: Facts;
  readonly published: Published;
  readonly caller: Caller;
  readonly scope: string | null;
  readonly instant: string;
  readonly note: Note;
  readonly asked: Asked;
  readonly assumption: Assumption | null;
}): Doors {
  const { parts, facts, published, caller, scope, instant, note, asked, assumption } = by;
  const policy = policyFor(caller, facts, instant);
  const { database, registry } = parts;
  if (scope !== null && !isScope(scope, { facts, published, policy }))
    throw new Fault('unknown-id', 'scope', `there is no endpoint "${scope.slice(0, 100)}" on this server`);
  const features = new StoreFeatureSource({
    database,
    registry,
    published,
    policy,
    scope,
    note,
    written: writtenBy(caller, instant, asked),
    assumption,
  });
  let records: RecordSource | null = null;
  let partnership: Partnership | null = null;
  return {
    caller,
    features,
    coverages: new StoreCoverageSource(database, features, parts.coverages ?? noCoverages),
    get records() {
      return (records ??= recordsOf({ parts, facts, published, policy, scope, features, assumption }));
    },
    get partnership() {
      return (partnership ??= partnershipOf({ facts, published, policy, scope, instant, features }));
    },
  };
}

/** What a transaction did: a line of the access journal for each dataset (R54), and one of the audit journal with the numbers (SEC16). */
function writtenBy(caller: Caller, instant: string, asked: Asked): SourceParts['written'] {
  return async (session, done) => {
    await noteIn(
      session,
      done.map(({ dataset, decision }) => ({ caller, ...asked, dataset, action: 'edit', decision, instant })),
    );
    const actor = caller.kind === 'person' ? { id: caller.person.id, name: caller.person.login } : { id: null, name: '' };
    for (const { dataset, type, tally, decision } of done)
      await audit(session, {
        actor,
        what: 'features.changed',
        subject: dataset,
        before: null,
        after: { ...asked, type, rule: decision.rule, ...tally },
        instant,
      });
  };
}

const noCoverages: CoverageParts = {
  reader: {
    cells: () => Promise.reject(new Error('there is no reader of coverages')),
  },
  files: {
    pathOf: () => {
      throw new Error('there is no place for coverages');
    },
  },
};

function recordsOf(by: {
  readonly parts: DoorParts;
  readonly facts: Facts;
  readonly published: Published;
  readonly policy: Policy;
  readonly scope: string | null;
  readonly features: StoreFeatureSource;
  readonly assumption: Assumption | null;
}): RecordSource {
  const { parts, facts, published, policy, scope, features, assumption } = by;
  const layers = new Map(features.layers().map(({ type }) => [type.dataset, qualifiedName(type)]));
  return openRecords({
    database: parts.database,
    types: parts.recordTypes(published.recordsGeneration),
    filter: and(policy.recordFilter(), scopeFilter(scope, published, facts)),
    owner: policy.recordsOf(),
    generation: published.recordsGeneration,
    layerOf: dataset => layers.get(dataset) ?? null,
    assumption,
  });
}

/** Months before the charter's end in which the banner of R11 is shown. */
const bannerMonths = 6;

function partnershipOf(by: {
  readonly facts: Facts;
  readonly published: Published;
  readonly policy: Policy;
  readonly scope: string | null;
  readonly instant: string;
  readonly features: StoreFeatureSource;
}): Partnership {
  const { facts, published, policy, scope, instant, features } = by;
  return {
    service: { ...published.service, title: titleWithin(scope, published.service.title, { facts, published }) },
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
