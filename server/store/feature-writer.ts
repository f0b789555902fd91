// Runs the changes of one request in one transaction of the writer's role: new features in batches, everything else one by one, all in the order
// of the request. What fails anywhere leaves nothing; the fault names the action, the feature and the property, and nothing of rows that
// the caller does not see.
import { featureId } from '../core/model/feature-id';
import { Fault } from '../core/model/fault';
import { qualifiedName, type FeatureType } from '../core/model/feature-type';
import { located, type Change, type Origin, type WriteReport, type WrittenFeature } from '../core/query/change';
import { deleteRows, insertByDefault, insertRows, seenRows, updateRows, type RowRefused, type RowsChanged } from '../core/query/write-sql';
import { missing, type DeletePlan, type InsertPlan, type RowPlan, type WritePlan } from '../core/query/write';
import type { Printed } from '../core/query/sql';
import type { Database, Session } from './database';
import { Keys, tableFacts, type TableFacts } from './key-facts';

/** What was done to one type. */
export interface Tally {
  inserted: number;
  updated: number;
  replaced: number;
  deleted: number;
}

export interface WriterParts {
  readonly database: Database;
  readonly signal: AbortSignal;
  /** The door: checks a change against the caller's rights. */
  readonly plan: (change: Change) => WritePlan;
  /** Journals what was done, in the same transaction, by short name of the type. */
  readonly note: (session: Session, tallies: ReadonlyMap<string, Tally>) => Promise<void>;
}

/** A batch ends at whichever comes first. */
const batchRows = 500;
const batchPositions = 50_000;
/** Deadline of one statement, in milliseconds. */
const statementDeadline = 120_000;

export async function writeChanges(parts: WriterParts, changes: AsyncIterable<Change>): Promise<WriteReport> {
  const writer = new Writer(parts);
  try {
    for await (const change of changes) await writer.take(change);
    return await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

interface Known {
  readonly facts: TableFacts;
  readonly keys: Keys;
}

class Writer {
  #session: Session | null = null;
  #batch: InsertPlan[] = [];
  #positions = 0;
  readonly #known = new Map<string, Known>();
  readonly #tallies = new Map<string, Tally>();
  /** Properties that are not filled everywhere any more, by type. */
  readonly #gaps = new Map<string, Set<string>>();
  readonly #inserted: WrittenFeature[] = [];
  readonly #replaced: WrittenFeature[] = [];

  constructor(private readonly parts: WriterParts) {}

  async take(change: Change): Promise<void> {
    const plan = at(change.origin, () => this.parts.plan(change));
    if (plan.op === 'insert' && !(plan.duplicate === 'replace' && plan.key !== null)) {
      const [first] = this.#batch;
      if (first && !(await this.#joins(first, plan))) await this.#flush();
      this.#batch.push(plan);
      this.#positions += plan.geometry ? sizeOf(plan.geometry.geometry) : 1;
      if (this.#batch.length >= batchRows || this.#positions >= batchPositions) await this.#flush();
      return;
    }
    await this.#flush();
    if (plan.op === 'insert') await this.#put(change, plan);
    else await atAsync(plan.origin, () => (plan.op === 'delete' ? this.#delete(plan) : this.#update(plan)));
  }

  async finish(): Promise<WriteReport> {
    await this.#flush();
    const session = this.#session;
    if (session) {
      for (const [type, names] of this.#gaps) await session.rows('select geomig.note_gaps($1::text, $2::text[])', [type, [...names]]);
      await this.parts.note(session, this.#tallies);
      await session.commit();
    }
    const total = (what: keyof Tally): number => [...this.#tallies.values()].reduce((sum, tally) => sum + tally[what], 0);
    return { inserted: this.#inserted, replaced: this.#replaced, updated: total('updated'), deleted: total('deleted') };
  }

  async abandon(): Promise<void> {
    await this.#session?.rollback();
  }

  /** The transaction begins with the first change. */
  async #open(): Promise<Session> {
    const { database, signal } = this.parts;
    return (this.#session ??= await database.begin({ role: 'writer', published: true, signal, timeout: statementDeadline }));
  }

  async #run<Row extends object>({ text, values }: Printed): Promise<Row[]> {
    return (await this.#open()).rows<Row>(text, values);
  }

  async #facts(type: FeatureType): Promise<Known> {
    let known = this.#known.get(type.name);
    if (!known) {
      const session = await this.#open();
      const facts = await tableFacts(session, type);
      this.#known.set(type.name, (known = { facts, keys: new Keys(session, type, facts.source) }));
    }
    return known;
  }

  #noteGaps(plan: InsertPlan | RowPlan, facts: TableFacts): void {
    const { name } = plan.type;
    for (const property of at(plan.origin, () => gapsOf(plan, facts))) {
      const gaps = this.#gaps.get(name) ?? new Set();
      this.#gaps.set(name, gaps.add(property));
    }
  }

  #tally(type: FeatureType): Tally {
    let tally = this.#tallies.get(type.name);
    if (!tally) this.#tallies.set(type.name, (tally = { inserted: 0, updated: 0, replaced: 0, deleted: 0 }));
    return tally;
  }

  /** Whether a row can stand in one statement with those that wait: of one type, in one reference system, naming the same columns with a default. */
  async #joins(first: InsertPlan, next: InsertPlan): Promise<boolean> {
    if (first.type !== next.type && first.type.name !== next.type.name) return false;
    const { facts } = await this.#facts(first.type);
    if (facts.source.kind === 'default') return false;
    const srid = this.#batch.find(plan => plan.geometry)?.geometry?.srid;
    if (srid !== undefined && next.geometry && next.geometry.srid !== srid) return false;
    return defaultsNamed(first, facts) === defaultsNamed(next, facts);
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#positions = 0;
    const [first] = batch;
    if (!first) return;
    const { facts, keys } = await atAsync(first.origin, () => this.#facts(first.type));
    for (const plan of batch) this.#noteGaps(plan, facts);
    const fresh = batch.filter(plan => plan.key === null).length;
    if (fresh > 0 && facts.source.kind === 'default') {
      for (const plan of batch) await atAsync(plan.origin, () => this.#insertAlone(plan, facts.always));
      return;
    }
    const given = fresh === 0 ? [] : await atAsync(first.origin, () => keys.take(fresh));
    let taken = 0;
    const all = batch.map(plan => plan.key ?? given[taken++] ?? '');
    await this.#insert(batch, all, facts.always);
    batch.forEach((plan, i) => this.#inserted.push({ id: featureId(plan.type.name, all[i] ?? ''), origin: plan.origin }));
    this.#tally(first.type).inserted += batch.length;
  }

  /** A batch that the database refuses for its data is halved until the row is found. */
  async #insert(plans: readonly InsertPlan[], keys: readonly string[], always: boolean): Promise<void> {
    const [first] = plans;
    if (!first) return;
    const session = await this.#open();
    const { text, values } = insertRows({ plans, keys, always });
    await session.rows('savepoint batch');
    try {
      const refused = await session.rows<RowRefused>(text, values);
      await session.rows('release savepoint batch');
      for (const row of refused) {
        const plan = plans[row.l] ?? first;
        at(plan.origin, () => judge(plan.type, { reason: row.reason, held: row.held }));
      }
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await session.rows('rollback to savepoint batch');
      if (plans.length === 1) {
        at(first.origin, () => {
          throw explained(error, first.type);
        });
      }
      const middle = plans.length >> 1;
      await this.#insert(plans.slice(0, middle), keys.slice(0, middle), always);
      await this.#insert(plans.slice(middle), keys.slice(middle), always);
    }
  }

  async #insertAlone(plan: InsertPlan, always: boolean): Promise<void> {
    const { type } = plan;
    let { key } = plan;
    if (key === null) {
      const [row] = await explaining(type, () => this.#run<{ key: string; reason: string | null; held: boolean }>(insertByDefault(plan)));
      if (!row) throw new Error('a new row was not told of');
      judge(type, row);
      ({ key } = row);
    } else {
      const own = [key];
      const [row] = await explaining(type, () => this.#run<RowRefused>(insertRows({ plans: [plan], keys: own, always })));
      if (row) judge(type, row);
    }
    this.#inserted.push({ id: featureId(type.name, key), origin: plan.origin });
    this.#tally(type).inserted += 1;
  }

  /** idgen=ReplaceDuplicate: in place of the feature of that id that the caller may edit, else a new one. */
  async #put(change: Change, plan: InsertPlan): Promise<void> {
    const id = featureId(plan.type.name, plan.key ?? '');
    const values = change.op === 'insert' ? change.values : [];
    const replacing = at(plan.origin, () =>
      this.parts.plan({ op: 'replace', type: change.type, origin: plan.origin, filter: { op: 'ids', ids: [id] }, values }),
    );
    if (replacing.op !== 'replace') throw new Error('a replacement was planned as something else');
    const found = await atAsync(plan.origin, async () => {
      const [row] = await explaining(plan.type, () => this.#run<RowsChanged>(updateRows(replacing)));
      if (row && row.n > 0) this.#judgeRows(plan.type, row);
      return row?.n ?? 0;
    });
    if (found === 0) {
      this.#batch.push(plan);
      await this.#flush();
      return;
    }
    this.#inserted.push({ id, origin: plan.origin });
    this.#tally(plan.type).inserted += 1;
  }

  async #update(plan: RowPlan): Promise<void> {
    const { type } = plan;
    const { facts } = await this.#facts(type);
    this.#noteGaps(plan, facts);
    const [row] = await explaining(type, () => this.#run<RowsChanged>(updateRows(plan)));
    const n = row?.n ?? 0;
    if (!row || n === 0) {
      await this.#nothingFound(plan);
      return;
    }
    if (plan.op === 'replace' && n > 1) throw new Fault('processing', 'Filter', `the filter of Replace means ${n} features, expected one`);
    this.#judgeRows(type, row);
    if (plan.op === 'update') {
      this.#tally(type).updated += n;
      return;
    }
    this.#tally(type).replaced += 1;
    this.#replaced.push({ id: featureId(type.name, row.key ?? ''), origin: plan.origin });
  }

  async #delete(plan: DeletePlan): Promise<void> {
    const [row] = await explaining(plan.type, () => this.#run<{ n: number }>(deleteRows(plan)));
    if ((row?.n ?? 0) === 0) await this.#nothingFound(plan);
    this.#tally(plan.type).deleted += row?.n ?? 0;
  }

  /** Nothing that may be edited: where the caller sees what he means he is told that it is not his, else there is nothing (R61). */
  async #nothingFound(plan: RowPlan | DeletePlan): Promise<void> {
    if (plan.where === plan.seen || plan.where.op === plan.seen.op) {
      if (JSON.stringify(plan.where) === JSON.stringify(plan.seen)) return;
    }
    const [row] = await this.#run<{ n: number }>(seenRows(plan));
    if ((row?.n ?? 0) > 0) throw outside(plan.type);
  }

  #judgeRows(type: FeatureType, row: RowsChanged): void {
    if (row.reason !== null) throw invalid(type, row.reason);
    if (row.refused > 0) throw outside(type);
    if (row.moved > 0) throw new Fault('refused-value', type.table.key.column, 'the attribute that identifies a feature cannot be changed');
  }
}

const outside = (type: FeatureType): Fault =>
  new Fault('forbidden', '', `a feature of ${qualifiedName(type)} lies outside of what you may edit`, { rule: 'R61' });

function invalid(type: FeatureType, reason: string): Fault {
  const name = type.geometry?.name ?? 'geometry';
  return new Fault('refused-value', name, `${name} is not a valid geometry: ${reason.slice(0, 200)}`);
}

function judge(type: FeatureType, row: { readonly reason: string | null; readonly held: boolean }): void {
  if (row.reason !== null) throw invalid(type, row.reason);
  if (!row.held) throw outside(type);
}

/**
 * Properties that are left without a value though every feature had one so far: those that the table wants filled are refused (it may fill
 * them itself), the others lose their « always » in the schema.
 */
function gapsOf(plan: InsertPlan | RowPlan, { defaults, required }: TableFacts): string[] {
  const named = new Map(plan.values.map(({ property, value }) => [property.name, value]));
  return plan.type.properties
    .filter(property => property.column !== plan.type.table.key.column && property.fullText !== true)
    .filter(property => {
      const value = named.get(property.name);
      const left = value === null || (value === undefined && plan.op === 'insert' && !defaults.has(property.column));
      if (left && required.has(property.column)) throw missing(property);
      return left && !property.nillable;
    })
    .map(property => property.name);
}

const defaultsNamed = (plan: InsertPlan, { defaults }: TableFacts): string =>
  plan.values
    .filter(({ property }) => defaults.has(property.column))
    .map(({ property }) => property.name)
    .sort()
    .join('\n');

/** The database refuses a row for what it holds, and says so in a Fault with the cause. */
function isRefusal(error: unknown): error is Fault {
  return error instanceof Fault && error.cause !== undefined && (error.kind === 'invalid-value' || error.kind === 'conflict');
}

/** In the words of the caller: a column by its property's name where he knows it; of other rows nothing (SEC05). */
function explained(fault: Fault, type: FeatureType): Fault {
  const { column } = fault.cause as { readonly column?: unknown };
  const property = type.properties.find(one => one.column === column);
  if (property) return missing(property);
  return fault.kind === 'conflict'
    ? new Fault('refused-value', '', 'the identifier or a value that must be the only one of its kind cannot be taken', { cause: fault })
    : new Fault('refused-value', '', 'a value cannot be stored', { cause: fault });
}

async function explaining<T>(type: FeatureType, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isRefusal(error) ? explained(error, type) : error;
  }
}

function at<T>(origin: Origin, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw located(error, origin);
  }
}

async function atAsync<T>(origin: Origin, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw located(error, origin);
  }
}

function sizeOf(geometry: { readonly type: string; readonly coordinates?: unknown; readonly geometries?: unknown }): number {
  const count = (value: unknown): number =>
    Array.isArray(value) ? (typeof value[0] === 'number' ? 1 : value.reduce((sum: number, part: unknown) => sum + count(part), 0)) : 1;
  return count(geometry.coordinates ?? []);
}
