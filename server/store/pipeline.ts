// Statements of one transaction that travel together: what is asked in one turn of the event loop goes out in one message with one Sync
// (PostgreSQL's extended query protocol), the beginning of the transaction in front of it. A statement that fails ends those behind it. The bytes
// of a COPY are gathered into chunks for a socket; the connection stands still while its reader is slow.
import type { Connection, Submittable } from 'pg';
import pg from 'pg';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Whether the connection may keep it parsed and planned: for texts of few shapes whose plan does not depend on their values. */
  readonly keep?: boolean;
}

/** Statements that a connection keeps, by text; null: its name has been used up by a failure. */
const kept = new WeakMap<object, Map<string, string | null>>();
const mostKept = 50;
let names = 0;

/** Name of a statement on that connection, and whether the connection has it already; no name where it is not to be kept. */
function nameOf(connection: object, statement: Statement): { readonly name: string; readonly known: boolean } {
  const unnamed = { name: '', known: false };
  if (!statement.keep) return unnamed;
  let own = kept.get(connection);
  if (!own) kept.set(connection, (own = new Map()));
  const name = own.get(statement.text);
  if (name === null) return unnamed;
  if (name !== undefined) return { name, known: true };
  if (own.size >= mostKept) return unnamed;
  // until it has answered nobody else may rely on it
  own.set(statement.text, null);
  return { name: `geomig_${++names}`, known: false };
}

interface Message {
  readonly fields: readonly unknown[];
}

/** The methods of pg's Result, Connection and utils that its types do not tell. */
interface RowReader {
  readonly rows: unknown[];
  addFields(fields: readonly unknown[]): void;
  parseRow(fields: readonly unknown[]): unknown;
}
interface Wire {
  readonly stream: NodeJS.ReadWriteStream & { cork(): void; uncork(): void };
  parse(message: { readonly text: string; readonly name: string }): void;
  bind(message: {
    readonly statement: string;
    readonly values: readonly unknown[];
    readonly valueMapper: (value: unknown) => unknown;
  }): void;
  describe(message: { readonly type: 'P' }): void;
  execute(message: object): void;
  sync(): void;
}
const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } }).utils;
const newResult = (types: unknown): RowReader =>
  new (pg.Result as unknown as new (mode: undefined, types: unknown) => RowReader)(undefined, types);

/** Who takes what a statement gives. */
interface Taker {
  readonly kind: 'nothing' | 'rows' | 'copy';
  complete(rows: RowReader | null): void;
  fail(error: unknown): void;
  bytes?(chunk: Buffer, stream: Wire['stream']): void;
}

interface Step extends Statement {
  readonly taker: Taker;
}

/** Size of the chunks of a COPY, and how many bytes may wait for their reader before the connection stands still. */
const chunkSize = 64 << 10;
/** The first chunk is small: most answers are, and large buffers are what keeps the garbage collector busy. */
const firstChunk = 8 << 10;
const mostWaiting = 256 << 10;

/** The bytes of one COPY, for one reader. */
export class CopyChunks implements Taker, AsyncIterable<Buffer> {
  readonly kind = 'copy';
  /** Settles when the database has sent everything, or failed. */
  readonly done: Promise<void>;
  #settle: { resolve: () => void; reject: (error: unknown) => void } = { resolve: () => undefined, reject: () => undefined };
  #chunks: Buffer[] = [];
  #waiting = 0;
  #open: Buffer | null = null;
  #size = firstChunk;
  #used = 0;
  #taken = 0;
  #ended = false;
  #failure: { readonly error: unknown } | null = null;
  #abandoned = false;
  #paused: Wire['stream'] | null = null;
  #wake: (() => void) | null = null;

  constructor() {
    this.done = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.done.catch(() => undefined);
  }

  bytes(part: Buffer, stream: Wire['stream']): void {
    if (this.#abandoned) return;
    // pg's parser uses its buffer again: what is kept is copied
    if (this.#open && this.#used + part.length > this.#open.length) this.#close();
    if (!this.#open) {
      this.#open = Buffer.allocUnsafeSlow(Math.max(this.#size, part.length));
      this.#size = chunkSize;
      this.#used = this.#taken = 0;
    }
    part.copy(this.#open, this.#used);
    this.#used += part.length;
    this.#waiting += part.length;
    if (this.#waiting >= mostWaiting && !this.#paused) (this.#paused = stream).pause();
    if (this.#wake) process.nextTick(this.#rouse);
  }

  complete(): void {
    this.#ended = true;
    this.#settle.resolve();
    this.#rouse();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#ended = true;
    this.#settle.reject(error);
    this.#rouse();
  }

  /** Everything has arrived. */
  get isComplete(): boolean {
    return this.#ended;
  }

  /** Nobody will read on: what still comes is dropped, and a reader that waits is told why. */
  abandon(reason: Error): void {
    this.#abandoned = true;
    this.#chunks = [];
    this.#open = null;
    this.#failure ??= { error: reason };
    this.#resume();
    this.#rouse();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#next();
      if (chunk) {
        this.#waiting -= chunk.length;
        if (this.#waiting < mostWaiting / 2) this.#resume();
        yield chunk;
      } else if (this.#failure) throw this.#failure.error;
      else if (this.#ended) return;
      else await new Promise<void>(resolve => (this.#wake = resolve));
    }
  }

  /** A whole chunk, else what there is of the open one. */
  #next(): Buffer | null {
    const whole = this.#chunks.shift();
    if (whole) return whole;
    if (!this.#open || this.#used === this.#taken) return null;
    const part = this.#open.subarray(this.#taken, this.#used);
    this.#taken = this.#used;
    return part;
  }

  #close(): void {
    if (this.#open && this.#used > this.#taken) this.#chunks.push(this.#open.subarray(this.#taken, this.#used));
    this.#open = null;
  }

  readonly #rouse = (): void => {
    this.#wake?.();
    this.#wake = null;
  };

  #resume(): void {
    this.#paused?.resume();
    this.#paused = null;
  }
}

/** What one message holds, as pg's client runs it: one Sync, one ReadyForQuery. */
class Batch implements Submittable {
  /** Something was answered: it cannot be sent again over another connection. */
  heard = false;
  #at = 0;
  /** What to do when a statement that is to be kept has answered. */
  readonly #named = new Map<number, () => void>();
  #rows: RowReader | null = null;
  #stream: Wire['stream'] | null = null;

  constructor(
    readonly steps: readonly Step[],
    private readonly types: unknown,
    private readonly failed: (error: unknown, batch: Batch) => void,
  ) {}

  submit = (connection: Connection): void => {
    const wire = connection as unknown as Wire;
    this.#stream = wire.stream;
    wire.stream.cork();
    try {
      for (const [at, { text, values, taker, keep }] of this.steps.entries()) {
        const { name, known } = nameOf(connection, { text, values, keep: keep === true });
        if (!known) wire.parse({ text, name });
        if (name !== '' && !known) this.#named.set(at, () => kept.get(connection)?.set(text, name));
        wire.bind({ statement: name, values, valueMapper: prepareValue });
        if (taker.kind === 'rows') wire.describe({ type: 'P' });
        wire.execute({});
      }
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  };

  handleRowDescription(message: Message): void {
    this.#rows = newResult(this.types);
    this.#rows.addFields(message.fields);
  }

  handleDataRow(message: Message): void {
    // a statement that nobody described: its rows are of no interest
    if (this.#rows) this.#rows.rows.push(this.#rows.parseRow(message.fields));
  }

  handleCopyData(message: { readonly chunk: Buffer }): void {
    if (this.#stream) this.steps[this.#at]?.taker.bytes?.(message.chunk, this.#stream);
  }

  handleCommandComplete(): void {
    this.heard = true;
    this.#named.get(this.#at)?.();
    this.steps[this.#at]?.taker.complete(this.#rows);
    this.#rows = null;
    this.#at++;
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  handlePortalSuspended(): void {}

  handleReadyForQuery(): void {}

  handleCopyInResponse(connection: { sendCopyFail(text: string): void }): void {
    connection.sendCopyFail('nothing is sent here');
  }

  handleError(error: unknown): void {
    this.failed(error, this);
  }

  fail(error: unknown): void {
    for (const { taker } of this.steps.slice(this.#at)) taker.fail(error);
    this.#at = this.steps.length;
  }
}

const nobody: Taker = { kind: 'nothing', complete: () => undefined, fail: () => undefined };

export interface PipelineParts {
  /** Sent before the first statement. */
  readonly prelude: readonly Statement[];
  readonly types: unknown;
  /** Runs a batch on the client. */
  readonly send: (batch: Submittable) => void;
  /** Another client for a batch that was not heard of by the first, or false where the error is final. */
  readonly renew: (error: unknown) => Promise<boolean>;
}

/** The statements of one session. */
export class Pipeline {
  #steps: Step[] = [];
  #begun = false;
  #scheduled = false;

  constructor(private readonly parts: PipelineParts) {}

  /** Whether something has been sent. */
  get begun(): boolean {
    return this.#begun;
  }

  rows<Row>(text: string, values: readonly unknown[], keep = false): Promise<Row[]> {
    return new Promise<Row[]>((resolve, reject) => {
      this.#add({ text, values, keep, taker: { kind: 'rows', complete: result => resolve((result?.rows ?? []) as Row[]), fail: reject } });
    });
  }

  /** A COPY … TO STDOUT, and what must be set before it. It is asked for at once, whether its chunks are read or not. */
  copy(text: string, before: Statement | null): CopyChunks {
    if (before) this.#add({ ...before, taker: nobody });
    const taker = new CopyChunks();
    this.#add({ text, values: [], taker });
    return taker;
  }

  #add(step: Step): void {
    this.#steps.push(step);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // after all that runs in this turn has asked
    process.nextTick(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const first = this.#begun ? [] : this.parts.prelude.map(statement => ({ ...statement, taker: nobody }));
    const steps = [...first, ...this.#steps];
    this.#steps = [];
    this.#begun = true;
    this.#send(steps, first.length > 0);
  }

  #send(steps: readonly Step[], again: boolean): void {
    const batch = new Batch(steps, this.parts.types, (error, failed) => {
      if (!again || failed.heard) failed.fail(error);
      else
        void this.parts.renew(error).then(
          renewed => (renewed ? this.#send(steps, true) : failed.fail(error)),
          (final: unknown) => failed.fail(final),
        );
    });
    this.parts.send(batch);
  }
}
