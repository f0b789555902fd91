// One REPEATABLE READ view of the data for one request. It takes queries, has them planned by the door that made it, and runs the statements
// of the plans; nothing else reaches the database here.
import { transformEnvelope } from '../core/model/crs';
import { Fault } from '../core/model/fault';
import type { Envelope } from '../core/model/geometry';
import type { Count, Feature, Snapshot, Upcoming } from '../core/ports/doors';
import type { Scene } from '../core/ports/scene';
import { readObject } from '../core/query/objects';
import type { Plan } from '../core/query/plan';
import type { Query, Rendering } from '../core/query/query';
import { type Copy, countRows, extentRows, keptCountRows, objectCopy, sceneCopy, textCopy, textRows } from '../core/query/select';
import type { Printed } from '../core/query/sql';
import type { Database, Session } from './database';
import type { Assumption } from './generations';
import type { Registry } from './registry';
import { readScene } from './scenes';

export interface SnapshotParts {
  readonly database: Database;
  readonly registry: Pick<Registry, 'keptCount' | 'keepCount'>;
  /** The door: checks the query against the caller's rights. */
  readonly plan: (query: Query) => Plan;
  readonly signal: AbortSignal;
  /** Looked at along with the first statement. */
  readonly assumption?: Pick<Assumption, 'askIn'> | null;
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

  async count(query: Query, next?: Upcoming): Promise<Count> {
    const plan = this.parts.plan(query);
    const text = next ? new AheadText(next, this.parts.plan(next.query)) : null;
    if (text?.rows && text.isAll) {
      const rows = this.#few(text.rows, true);
      this.#ahead = { text, chunks: linesAs(rows) };
      return (await rows).length;
    }
    const session = await this.#open();
    const { registry } = this.parts;
    const { name, generation } = plan.type;
    if (plan.where.op === 'all' && generation !== 0) {
      const kept = plan.type.count ?? registry.keptCount(name, generation);
      if (kept !== null || !this.#bounded(plan)) {
        const { text: statement, values } = keptCountRows(plan, kept);
        const counting = session.rows<{ n: number; generation: number | null }>(statement, values);
        this.#startAhead(session, text);
        const [row] = await counting;
        const counted = Number(row?.n ?? 0);
        if (row?.generation) registry.keepCount(name, Number(row.generation), counted);
        return counted;
      }
    }
    if (this.#bounded(plan)) return this.#counted(session, plan);
    const { text: statement, values } = countRows(plan);
    const counting = session.rows<{ n: number }>(statement, values);
    this.#startAhead(session, text);
    const [row] = await counting;
    return Number(row?.n ?? 0);
  }

  /** Text that was asked for along with a count. */
  #ahead: { readonly text: AheadText; readonly chunks: AsyncIterable<Uint8Array> } | null = null;

  /** On PostgreSQL the text travels with the count; the count must be one statement, for what is asked afterwards waits until the text is read. */
  #startAhead(session: Session, text: AheadText | null): void {
    if (!text || this.parts.database.engine !== 'postgresql') return;
    if (text.rows) this.#ahead = { text, chunks: linesAs(session.rows<{ m: string }>(text.rows.text, text.rows.values)) };
    else {
      const copy = textCopy(text.plan, text.rendering);
      this.#ahead = { text, chunks: session.copy(copy.text, settingsOf(copy)) };
    }
    session.endAlong?.();
  }

  async #few(rows: Printed, last = false): Promise<{ m: string }[]> {
    const session = await this.#open();
    const finding = session.rows<{ m: string }>(rows.text, rows.values, last);
    if (last) session.endAlong?.();
    const found = await finding;
    // the one backend is not held while a client takes its time
    if (this.parts.database.engine === 'embedded') await this.#end();
    return found;
  }

  /** Whether counting may take so long that it is given up. */
  #bounded(plan: Plan): boolean {
    return this.parts.database.engine === 'postgresql' && (plan.type.count ?? Infinity) > alwaysCounted;
  }

  /** A count that is given up when it costs too much. */
  async #counted(session: Session, plan: Plan): Promise<Count> {
    const { text, values } = countRows(plan);
    await session.rows('savepoint counting');
    await session.rows(`set local statement_timeout = ${countBudget}`);
    try {
      const [row] = await session.rows<{ n: number }>(text, values);
      await session.rows(`set local statement_timeout = ${statementDeadline}`);
      await session.rows('release savepoint counting');
      return Number(row?.n ?? 0);
    } catch (error) {
      if (!(error instanceof Fault && error.kind === 'busy') || this.parts.signal.aborted) throw error;
      await session.rows('rollback to savepoint counting');
      return 'unknown';
    }
  }

  async *text(query: Query, rendering: Rendering): AsyncGenerator<Uint8Array> {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead) {
      if (!ahead.text.answers(query, rendering)) throw new Error('another text was announced with the count');
      yield* ahead.chunks;
      return;
    }
    const plan = this.parts.plan(query);
    const small = textRows(plan, rendering);
    yield* small ? linesAs(this.#few(small)) : this.#stream(textCopy(plan, rendering));
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
    if (this.parts.database.engine === 'postgresql') {
      // asked for at once: the scenes of a map travel in one message
      const session = await this.#open();
      const copy = sceneCopy(plan);
      return readScene(session.copy(copy.text, settingsOf(copy)), plan.properties, copy.keyed);
    }
    // one view after the other
    const before = this.#scenes;
    const copy = sceneCopy(plan);
    const reading = before.then(() => readScene(this.#stream(copy), plan.properties, copy.keyed));
    this.#scenes = reading.catch(() => undefined);
    return reading;
  }

  #scenes: Promise<unknown> = Promise.resolve();

  last(): void {
    if (this.#session && this.parts.database.engine === 'postgresql')
      void this.#session.then(session => session.endAlong?.()).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    const open = await session?.catch(() => null);
    // nobody waits for its answer: a failure of it is the session's to note
    if (this.parts.database.engine === 'postgresql') void open?.rollback();
    else await open?.rollback();
  }

  #open(): Promise<Session> {
    if (this.#closed) throw new Error('the snapshot is closed');
    return (this.#session ??= this.#begin());
  }

  async #begin(): Promise<Session> {
    const { database, signal, assumption } = this.parts;
    const session = await database.begin({ role: 'reader', snapshot: true, published: true, signal, timeout: statementDeadline });
    assumption?.askIn(session);
    return session;
  }

  /**
   * The bytes of a COPY. A stream has no deadline of its own: the reader's pace decides. The embedded engine has one backend, so there the
   * transaction ends as soon as the engine has delivered everything, and what is asked afterwards gets a view of its own (D8).
   */
  async *#stream(copy: Copy): AsyncGenerator<Buffer> {
    const session = await this.#open();
    if (this.parts.database.engine === 'embedded') {
      this.#session = null;
      yield* session.copyThenClose(copy.text, settingsOf(copy));
    } else yield* session.copy(copy.text, settingsOf(copy));
  }
}

/** What a COPY needs first: its values, and no deadline. */
function settingsOf(copy: Copy): Printed {
  const calls = copy.set?.text ?? 'select';
  return { text: `${calls}${copy.set ? ',' : ''} set_config('statement_timeout', '0', true)`, values: copy.set?.values ?? [] };
}

/** A text that is expected to be asked for next. */
class AheadText {
  readonly rendering: Rendering;
  /** The statement of few rows, where it is one. */
  readonly rows: Printed | null;
  readonly #query: Query;

  constructor(
    next: Upcoming,
    readonly plan: Plan,
  ) {
    this.rendering = next.rendering;
    this.#query = next.query;
    this.rows = textRows(plan, next.rendering);
  }

  /** Whether no row is left out by the page. */
  get isAll(): boolean {
    const { where, page } = this.plan;
    return where.op === 'keys' && page.start === 0 && (page.count ?? Infinity) >= where.keys.length;
  }

  /** Whether it is the text of that query, whose page may say how many rows there are. */
  answers(query: Query, rendering: Rendering): boolean {
    const { page, ...own } = this.#query;
    const { page: asked, ...other } = query;
    const same = (Object.keys(own) as (keyof typeof own)[]).every(key => own[key] === other[key]);
    return same && asked.start === page.start && JSON.stringify(rendering) === JSON.stringify(this.rendering);
  }
}

/** Rows as lines. They may have been asked for by a request that is given up before it reads them: their failure is then nobody's. */
function linesAs(rows: Promise<readonly { readonly m: string }[]>): AsyncGenerator<Uint8Array> {
  rows.catch(() => undefined);
  return (async function* () {
    for (const { m } of await rows) yield Buffer.from(`${m}\n`, 'utf8');
  })();
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
