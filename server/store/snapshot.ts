// One REPEATABLE READ view of the data for one request. It takes queries, has them planned by the door that made it, and runs the statements
// of the plans; nothing else reaches the database here.
import { transformEnvelope } from '../core/model/crs';
import { Fault } from '../core/model/fault';
import type { Envelope } from '../core/model/geometry';
import type { Count, Feature, Snapshot } from '../core/ports/doors';
import type { Scene } from '../core/ports/scene';
import { readObject } from '../core/query/objects';
import type { Plan } from '../core/query/plan';
import type { Query, Rendering } from '../core/query/query';
import { type Copy, countRows, extentRows, objectCopy, sceneCopy, textCopy, textRows } from '../core/query/select';
import type { Database, Session } from './database';
import type { Registry } from './registry';
import { readScene } from './scenes';

export interface SnapshotParts {
  readonly database: Database;
  readonly registry: Pick<Registry, 'keptCount' | 'keepCount'>;
  /** The door: checks the query against the caller's rights. */
  readonly plan: (query: Query) => Plan;
  readonly signal: AbortSignal;
}

/** Deadline of statements that are no stream, in milliseconds. */
const statementDeadline = 30_000;
/** What counting a large type may cost before the answer is « unknown », in milliseconds; types below that many rows are always counted. */
const countBudget = 5_000;
const alwaysCounted = 500_000;

export class StoreSnapshot implements Snapshot {
  #session: Promise<Session> | null = null;
  #closed = false;

  constructor(private readonly parts: SnapshotParts) {}

  async count(query: Query): Promise<Count> {
    const plan = this.parts.plan(query);
    const session = await this.#open();
    const whole = plan.where.op === 'all';
    const generation = whole ? await this.#generation(session, plan) : null;
    if (generation?.count !== undefined) return generation.count;
    const counted = await this.#counted(session, plan);
    if (generation && counted !== 'unknown') this.parts.registry.keepCount(plan.type.name, generation.number, counted);
    return counted;
  }

  /** The generation of the type as this view sees it, and the number of its rows where that is kept. */
  async #generation(session: Session, plan: Plan): Promise<{ readonly number: number; readonly count?: number } | null> {
    const { name, generation } = plan.type;
    if (generation === 0) return null;
    const [row] = await session.rows<{ generation: number; row_count: number | null }>(
      'select generation, row_count from geomig.feature_type where stem = $1',
      [name],
    );
    if (!row) return null;
    const number = Number(row.generation);
    const count = row.row_count ?? this.parts.registry.keptCount(name, number);
    return count === null ? { number } : { number, count: Number(count) };
  }

  async #counted(session: Session, plan: Plan): Promise<Count> {
    const { text, values } = countRows(plan);
    const bounded = this.parts.database.engine === 'postgresql' && (plan.type.count ?? Infinity) > alwaysCounted;
    if (bounded) await session.rows(`savepoint counting; set local statement_timeout = ${countBudget}`);
    try {
      const [row] = await session.rows<{ n: number }>(text, values);
      if (bounded) await session.rows(`set local statement_timeout = ${statementDeadline}; release savepoint counting`);
      return Number(row?.n ?? 0);
    } catch (error) {
      if (!bounded || !(error instanceof Fault && error.kind === 'busy') || this.parts.signal.aborted) throw error;
      await session.rows('rollback to savepoint counting');
      return 'unknown';
    }
  }

  async *text(query: Query, rendering: Rendering): AsyncGenerator<Uint8Array> {
    const plan = this.parts.plan(query);
    const small = textRows(plan, rendering);
    if (small) {
      const session = await this.#open();
      const rows = await session.rows<{ m: string }>(small.text, small.values);
      // the one backend is not held while a client takes its time
      if (this.parts.database.engine === 'embedded') await this.#end();
      for (const { m } of rows) yield Buffer.from(`${m}\n`, 'utf8');
    } else yield* this.#stream(textCopy(plan, rendering));
  }

  async *features(query: Query): AsyncGenerator<Feature> {
    const plan = this.parts.plan(query);
    for await (const line of linesOf(this.#stream(objectCopy(plan)))) yield readObject(line, plan.type.name, plan.properties);
  }

  async extent(query: Query): Promise<Envelope | null> {
    const plan = this.parts.plan(query);
    const statement = extentRows(plan);
    if (!statement || !plan.type.geometry) return null;
    const session = await this.#open();
    const [row] = await session.rows<{ minx: number | null; miny: number; maxx: number; maxy: number }>(statement.text, statement.values);
    if (!row || row.minx === null) return null;
    return transformEnvelope({ minX: row.minx, minY: row.miny, maxX: row.maxx, maxY: row.maxy }, plan.type.geometry.srid, plan.srid);
  }

  async scene(query: Query): Promise<Scene> {
    const plan = this.parts.plan(query);
    if (!plan.type.geometry) throw new Fault('processing', plan.type.name, `${plan.type.name} has no geometry to draw`);
    return readScene(this.#stream(sceneCopy(plan)), plan.properties);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await (await session?.catch(() => null))?.rollback();
  }

  #open(): Promise<Session> {
    if (this.#closed) throw new Error('the snapshot is closed');
    return (this.#session ??= this.parts.database.begin({
      role: 'reader',
      snapshot: true,
      signal: this.parts.signal,
      timeout: statementDeadline,
    }));
  }

  /**
   * The bytes of a COPY. A stream has no deadline of its own: the reader's pace decides. The embedded engine has one backend, so there the
   * transaction ends as soon as the engine has delivered everything, and what is asked afterwards gets a view of its own (D8).
   */
  async *#stream(copy: Copy): AsyncGenerator<Buffer> {
    const session = await this.#open();
    const calls = copy.set?.text ?? 'select';
    const deadline = `${calls}${copy.set ? ',' : ''} set_config('statement_timeout', '0', true)`;
    await session.rows(deadline, copy.set?.values ?? []);
    if (this.parts.database.engine === 'embedded') {
      this.#session = null;
      yield* session.copyThenClose(copy.text);
    } else yield* session.copy(copy.text);
  }
}

/** Lines of UTF-8 text in chunks of any size. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end);
      yield (rest.length === 0 ? piece : Buffer.concat([...rest, piece])).toString('utf8');
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString('utf8');
}
