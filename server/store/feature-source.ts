// The FeatureSource of one caller, one scope and one instant: every name is looked up among what the caller may know of, every query goes
// through plan() with the decision of the policy, and every decision on data that is not public is journaled (R54).
import { createHash } from 'node:crypto';
import { lookOf, type Coverage } from '../core/model/coverage';
import { Fault } from '../core/model/fault';
import { type FeatureType, qualifiedName, without } from '../core/model/feature-type';
import type { Layer } from '../core/model/layer';
import type { Action, Allowed, Decision, Denied } from '../core/policy/charter';
import type { Policy } from '../core/policy/policy';
import type { FeatureSource, Snapshot, TypeAbout } from '../core/ports/doors';
import type { Change, WriteReport } from '../core/query/change';
import { type Plan, plan } from '../core/query/plan';
import type { Query } from '../core/query/query';
import { planChange, type WritePlan } from '../core/query/write';
import type { Database, Session } from './database';
import { writeChanges, type Tally } from './feature-writer';
import type { Assumption } from './generations';
import type { Published, PublishedType, Registry } from './registry';
import { belongsTo } from './scopes';
import { StoreSnapshot } from './snapshot';

export interface SourceParts {
  readonly database: Database;
  readonly registry: Registry;
  readonly published: Published;
  readonly policy: Policy;
  /** Name of the virtual endpoint, null on the main one. */
  readonly scope: string | null;
  /** Told of every decision that does not rest on everyone's rights (R54). */
  readonly note: (dataset: string, action: Action, decision: Decision) => void;
  /** Writes down what was changed, in the transaction of the change (R54, SEC16). */
  readonly written: (session: Session, done: readonly Written[]) => Promise<void>;
  /** Looked at in the view that is opened. */
  readonly assumption?: Pick<Assumption, 'askIn'> | null;
}

/** What a transaction did to one dataset, and by which decision. */
export interface Written {
  readonly dataset: string;
  readonly type: string;
  readonly decision: Allowed;
  readonly tally: Tally;
}

/** § Standard texts, T1. */
const mentionText = "Mutualisation de l'Information Géographique";

/** What follows from a policy, what is published and a scope: the same for every request under them. */
interface Sight {
  readonly published: Published;
  readonly types: readonly PublishedType[];
  readonly byName: ReadonlyMap<string, PublishedType>;
  readonly narrowed: Map<Action, readonly FeatureType[]>;
  layers: readonly Layer[] | null;
  fingerprint: string | null;
}

const sights = new WeakMap<Policy, Map<string | null, Sight>>();
/** Scopes kept for one policy. */
const mostScopes = 20;

function sightOf({ policy, published, scope }: SourceParts): Sight {
  let byScope = sights.get(policy);
  if (!byScope) sights.set(policy, (byScope = new Map()));
  const known = byScope.get(scope);
  if (known?.published === published) return known;
  const types = [...published.types.values()].filter(one => belongsTo(one, scope, published));
  const byName = new Map(types.map(one => [one.type.name, one]));
  const sight: Sight = { published, types, byName, narrowed: new Map(), layers: null, fingerprint: null };
  if (byScope.size >= mostScopes) byScope.clear();
  byScope.set(scope, sight);
  return sight;
}

export class StoreFeatureSource implements FeatureSource {
  readonly #parts: SourceParts;
  readonly #sight: Sight;
  readonly #types: readonly PublishedType[];
  readonly #byName: ReadonlyMap<string, PublishedType>;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#sight = sightOf(parts);
    this.#types = this.#sight.types;
    this.#byName = this.#sight.byName;
  }

  get fingerprint(): string {
    const { policy, published, scope } = this.#parts;
    return (this.#sight.fingerprint ??= createHash('sha256')
      .update(JSON.stringify([policy.fingerprint, published.generation, scope]))
      .digest('base64url')
      .slice(0, 22));
  }

  types(action: Action): readonly FeatureType[] {
    let types = this.#sight.narrowed.get(action);
    if (!types) {
      types = this.#types.flatMap(one => {
        const decision = this.#decide(one, action);
        return decision.allowed && !one.coverage ? [narrowed(one.type, decision)] : [];
      });
      this.#sight.narrowed.set(action, types);
    }
    return types;
  }

  layers(): readonly Layer[] {
    return (this.#sight.layers ??= this.#types.flatMap(one => {
      const decision = this.#decide(one, 'view');
      return decision.allowed ? [this.#layer(one, decision)] : [];
    }));
  }

  type(name: string, action: Action, locator: string): FeatureType {
    // a coverage has no features: it is unknown here, whoever asks
    const { type, decision } = this.#allowed(name, action, locator, one => !one.coverage);
    return narrowed(type.type, decision);
  }

  layer(name: string, action: 'view' | 'query', locator: string): Layer {
    const { type, decision } = this.#allowed(name, action, locator);
    return this.#layer(type, decision);
  }

  isPublic(typeName: string, action: Action): boolean {
    const one = this.#byName.get(typeName);
    const decision = one && this.#decide(one, action);
    return decision?.allowed === true && decision.public;
  }

  mention(typeName: string): string {
    return mentionOf(this.#known(typeName));
  }

  about(typeName: string): TypeAbout {
    const one = this.#known(typeName);
    return {
      licence: one.licence,
      usageScale: one.usageScale,
      owner: one.owner,
      kind: one.kind,
      record: this.#record(one),
      resourceId: one.dataset,
      frozen: one.frozen,
      public: this.isPublic(typeName, 'view') || this.isPublic(typeName, 'feature'),
      conditions: one.conditions,
    };
  }

  /** A coverage by short name with the decision on the action. Faults: unknown-type, unauthenticated, forbidden, conditions-not-accepted. */
  coverage(typeName: string, action: Action): { readonly coverage: Coverage; readonly decision: Allowed } {
    const one = this.#byName.get(typeName);
    if (!one?.coverage) throw unknown(typeName, 'layers');
    return { coverage: one.coverage, decision: this.#need(one, action, { name: typeName, locator: 'layers' }) };
  }

  /** Code of the dataset of a type that the caller may know of by its record or its layer; fault unknown-type else (R23). */
  datasetOf(name: string): string {
    const one = this.#types.find(({ type }) => qualifiedName(type) === name || type.name === name);
    if (!one || (!this.#parts.policy.record(one.dataset).visible && !this.#decide(one, 'view').allowed)) throw unknown(name, 'on');
    return one.dataset;
  }

  /** Short name of a dataset's type, null when it has none here. */
  typeOf(dataset: string): string | null {
    return this.#types.find(one => one.dataset === dataset)?.type.name ?? null;
  }

  /** The view opens at its first question; until then nothing is held. */
  open(signal: AbortSignal): Promise<Snapshot> {
    const { database, registry, assumption = null } = this.#parts;
    return Promise.resolve(new StoreSnapshot({ database, registry, signal, assumption, plan: query => this.#plan(query) }));
  }

  write(signal: AbortSignal, changes: AsyncIterable<Change>): Promise<WriteReport> {
    const { database, written } = this.#parts;
    return writeChanges(
      {
        database,
        signal,
        plan: change => this.#planChange(change),
        note: (session, tallies) =>
          written(
            session,
            [...tallies].flatMap(([name, tally]) => {
              const one = this.#byName.get(name);
              return one
                ? [{ dataset: one.dataset, type: name, tally, decision: this.#need(one, 'edit', { name, locator: 'typeName' }) }]
                : [];
            }),
          ),
      },
      changes,
    );
  }

  /** Whoever changes features sees them too: what a reader of the type may not name or find, an editor may not either (R63). */
  #planChange(change: Change): WritePlan {
    const one = this.#byName.get(change.type);
    if (!one || one.coverage) throw unknown(change.type, 'typeName');
    const asked = { name: change.type, locator: 'typeName' };
    return planChange(change, { edit: this.#need(one, 'edit', asked), read: this.#need(one, 'feature', asked) }, one.type);
  }

  #plan(query: Query): Plan {
    const one = this.#byName.get(query.type);
    if (!one || one.coverage) throw unknown(query.type, 'typeName');
    return plan(query, this.#need(one, query.action, { name: query.type, locator: 'typeName' }), one.type);
  }

  #decide(one: PublishedType, action: Action): Decision {
    return this.#parts.policy.decide(action, one.dataset);
  }

  #allowed(
    name: string,
    action: Action,
    locator: string,
    among: (one: PublishedType) => boolean = () => true,
  ): { readonly type: PublishedType; readonly decision: Allowed } {
    const one = this.#named(name, action, among);
    if (!one) throw unknown(name, locator);
    const decision = this.#decide(one, action);
    // an edit that is allowed is journaled with what it does, in its transaction
    if (!decision.allowed || (!decision.public && action !== 'edit')) this.#parts.note(one.dataset, action, decision);
    return { type: one, decision: this.#need(one, action, { name, locator }) };
  }

  #need(one: PublishedType, action: Action, asked: { readonly name: string; readonly locator: string }): Allowed {
    const decision = this.#decide(one, action);
    if (!decision.allowed) throw refusal(decision, asked);
    return decision;
  }

  /**
   * `prefix:local`, the short name, or `local` where only one such type is there for this caller: a hidden type neither answers nor makes a name
   * ambiguous (R23). A hidden type of exactly that name is found, so that its refusal is journaled; the answer does not tell.
   */
  #named(name: string, action: Action, among: (one: PublishedType) => boolean): PublishedType | undefined {
    const hidden = (one: PublishedType): boolean => {
      const decision = this.#decide(one, action);
      return !decision.allowed && decision.answer === 'hidden';
    };
    const types = this.#types.filter(among);
    const exact = types.filter(one => qualifiedName(one.type) === name || one.type.name === name);
    const visible = exact.find(one => qualifiedName(one.type) === name && !hidden(one)) ?? exact.find(one => !hidden(one));
    if (visible) return visible;
    const [only, ...more] = types.filter(one => one.type.local === name && !hidden(one));
    return only && more.length === 0 ? only : exact[0];
  }

  /** A type of this caller by short name: a defect of the service that asks for another. */
  #known(typeName: string): PublishedType {
    const one = this.#byName.get(typeName);
    if (!one) throw new Error(`no type "${typeName}" behind this door`);
    return one;
  }

  #record(one: PublishedType): string | null {
    return this.#parts.policy.record(one.dataset).visible ? one.record : null;
  }

  #layer(one: PublishedType, decision: Allowed): Layer {
    const { type } = one;
    const view = this.#decide(one, 'view');
    return {
      name: qualifiedName(type),
      title: type.title,
      ...(type.abstract ? { abstract: type.abstract } : {}),
      keywords: type.keywords,
      type: narrowed(type, decision),
      ...(one.coverage ? { coverage: lookOf(one.coverage, decision.filter.op === 'all' && view.allowed && view.filter.op === 'all') } : {}),
      styles: one.styles,
      queryable: this.#decide(one, 'query').allowed,
      scale: view.allowed ? { min: view.scaleMin, max: view.scaleMax } : { min: null, max: null },
      record: this.#record(one),
      resourceId: one.dataset,
      attribution: mentionOf(one),
      frozen: one.frozen,
      licence: one.licence,
      usageScale: one.usageScale,
      public: view.allowed && view.public,
    };
  }
}

/** What the caller may know of the type: without masked attributes (R42), and without figures of rows that the grant cuts away. */
function narrowed(type: FeatureType, decision: Allowed): FeatureType {
  const visible = without(type, decision.masked);
  const shown = visible.time !== undefined && decision.masked.has(visible.time) ? timeless(visible) : visible;
  return decision.filter.op === 'all' ? shown : { ...shown, extent: null, count: null };
}

function timeless(type: FeatureType): FeatureType {
  const { time, ...rest } = type;
  return time === undefined ? type : rest;
}

/** T1 with owner and date of the last update (R50). */
function mentionOf(one: PublishedType): string {
  const owner = one.kind === 'coproduced' ? 'Partenaires de la MIG' : (one.owner?.name ?? null);
  const facts = [owner, one.updatedOn].filter(fact => fact !== null);
  return facts.length === 0 ? mentionText : `${mentionText} – ${facts.join(', ')}`;
}

const unknown = (name: string, locator: string): Fault =>
  new Fault('unknown-type', locator, `there is no type "${name.slice(0, 200)}" on this server`);

/** R47: hidden is answered like unknown, byte for byte; else who asks decides. */
function refusal(decision: Denied, { name, locator }: { readonly name: string; readonly locator: string }): Fault {
  if (decision.answer === 'hidden') return unknown(name, locator);
  return new Fault(decision.answer, locator, decision.reason, { rule: decision.rule });
}
