// The embedded engine has one backend. The bridge gives it many connections: each speaks PostgreSQL's wire protocol (in memory for this
// process, through a unix socket for the `geomig` command), and one at a time holds the engine from its first message until its
// transaction is over. The others wait in the order they came, at most `wait` milliseconds.
import { randomInt } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { errorResponse, FrameReader, query, readyForQuery, startupCodes, welcome } from './wire';
import type { TransactionStatus } from './wire';

/** What the bridge needs of the engine. */
export interface Backend {
  /**
   * Runs whole frontend messages; answers arrive through `data` in order (resolve the returned promise once it is taken).
   * Gives the transaction status, null when the messages ended without Sync. Rejects when the engine died under it.
   */
  run(bytes: Uint8Array, data: (chunk: Buffer) => Promise<void>): Promise<TransactionStatus | null>;
  /** Asks what runs to end: done at once by statements that stream or read from disk, not noticed by pure computation. */
  interrupt(): void;
  /** Ends the thread and starts another; a running `run` rejects. */
  restart(reason: string): void;
}

export interface BridgeLimits {
  /** Longest wait for the engine, in milliseconds; then SQLSTATE 53300. */
  readonly wait: number;
  /** Longest pause inside a transaction, in milliseconds; then SQLSTATE 25P03 and the transaction is rolled back. */
  readonly idle: number;
  /** How long a statement may go on after its client went or cancelled, in milliseconds, before the engine is restarted. */
  readonly grace: number;
  /** Longest statement at all, in milliseconds, before the engine counts as hung. */
  readonly ceiling: number;
}

export const bridgeLimits: BridgeLimits = { wait: 10_000, idle: 30_000, grace: 1_000, ceiling: 1_800_000 };

const copyFromStdin = /(?:^|;)\s*copy\b[^;]*\bfrom\s+stdin\b/i;

export class Bridge {
  private readonly connections = new Map<number, Connection>();
  private readonly queue: Connection[] = [];
  private holder: Connection | null = null;
  private nextId = 1;
  private closed = false;

  constructor(
    readonly backend: Backend,
    readonly limits: BridgeLimits = bridgeLimits,
  ) {}

  /** Serves one client stream until it closes. */
  accept(stream: Duplex): void {
    if (this.closed) {
      stream.destroy();
      return;
    }
    const id = this.nextId++;
    this.connections.set(id, new Connection(this, id, stream));
  }

  /** Connections that hold the engine or wait for it. */
  get load(): number {
    return this.queue.length + (this.holder ? 1 : 0);
  }

  /** Puts the connection in the queue; it is called back by `granted`. */
  request(connection: Connection): void {
    this.queue.push(connection);
    this.next();
  }

  /** Takes a connection out of the queue. */
  withdraw(connection: Connection): void {
    const at = this.queue.indexOf(connection);
    if (at >= 0) this.queue.splice(at, 1);
  }

  release(connection: Connection): void {
    if (this.holder !== connection) return;
    this.holder = null;
    this.next();
  }

  forget(connection: Connection): void {
    this.connections.delete(connection.id);
    this.withdraw(connection);
  }

  /** CancelRequest: the statement that runs for that connection is ended, by a restart when it does not end by itself. */
  cancel(id: number, secret: number): void {
    const connection = this.connections.get(id);
    if (connection && connection.secret === secret) connection.cancel();
  }

  close(): void {
    this.closed = true;
    for (const connection of [...this.connections.values()]) connection.end('57P01', 'the engine is closing');
  }

  private next(): void {
    if (this.holder) return;
    const connection = this.queue.shift();
    if (!connection) return;
    this.holder = connection;
    connection.granted();
  }
}

type Turn = 'outside' | 'waiting' | 'holding';

/** One client: reads its messages, answers for the engine what the engine must not see, and takes turns. */
class Connection {
  readonly secret = randomInt(1, 2 ** 31 - 1);
  private readonly frames = new FrameReader();
  private readonly ready: Buffer[] = [];
  private batch: Buffer[] = [];
  private started = false;
  private turn: Turn = 'outside';
  private running = false;
  private gone = false;
  private status: TransactionStatus = 'I';
  private waitTimer: NodeJS.Timeout | null = null;
  private idleTimer: NodeJS.Timeout | null = null;
  private graceTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly bridge: Bridge,
    readonly id: number,
    private readonly stream: Duplex,
  ) {
    stream.on('data', (chunk: Buffer) => this.receive(chunk));
    stream.on('error', () => this.leave());
    stream.on('end', () => this.leave());
    stream.on('close', () => this.leave());
  }

  private receive(chunk: Buffer): void {
    if (this.gone) return;
    try {
      this.frames.push(chunk);
      while (!this.started) if (!this.start()) return;
      for (let frame = this.frames.next(); frame; frame = this.frames.next()) {
        if (frame.type === 'X') return this.leave();
        this.batch.push(frame.bytes);
        if (frame.type === 'Q' || frame.type === 'S' || frame.type === 'H') {
          this.ready.push(Buffer.concat(this.batch));
          this.batch = [];
        }
      }
    } catch {
      return this.end('08P01', 'unreadable message');
    }
    this.advance();
  }

  /** One message of the start; false when more bytes are needed. */
  private start(): boolean {
    const first = this.frames.startup();
    if (!first) return false;
    switch (first.code) {
      case startupCodes.ssl:
      case startupCodes.gss:
        this.stream.write('N');
        return true;
      case startupCodes.cancel:
        if (first.bytes.length >= 16) this.bridge.cancel(first.bytes.readInt32BE(8), first.bytes.readInt32BE(12));
        this.leave();
        return false;
      default:
        this.started = true;
        this.stream.write(welcome(this.id, this.secret));
        return true;
    }
  }

  private advance(): void {
    if (this.gone || this.running || this.ready.length === 0) return;
    if (this.turn === 'holding') {
      void this.work();
    } else if (this.turn === 'outside') {
      this.turn = 'waiting';
      this.waitTimer = setTimeout(() => this.refuse(), this.bridge.limits.wait);
      this.bridge.request(this);
    }
  }

  /** The queue was too long: the statement is answered with an error, the connection lives on. */
  private refuse(): void {
    this.bridge.withdraw(this);
    this.turn = 'outside';
    this.ready.length = 0;
    this.stream.write(Buffer.concat([errorResponse('ERROR', '53300', 'the engine is busy'), readyForQuery('I')]));
  }

  granted(): void {
    if (this.waitTimer) clearTimeout(this.waitTimer);
    this.turn = 'holding';
    void this.work();
  }

  private async work(): Promise<void> {
    const batch = this.ready.shift();
    if (!batch || this.running) return;
    this.clearIdle();
    const refusal = unsuited(batch);
    if (refusal) {
      const status = this.status === 'I' ? 'I' : 'E';
      this.stream.write(Buffer.concat([errorResponse('ERROR', '0A000', refusal), readyForQuery(status)]));
      if (this.status !== 'I') this.status = await this.attempt(query('rollback'), false).catch(() => 'I' as const);
      return this.after();
    }
    try {
      this.status = await this.attempt(batch, true);
    } catch {
      this.status = 'I';
      this.turn = 'outside';
      this.bridge.release(this);
      return this.end('57P01', 'the engine was restarted');
    }
    this.after();
  }

  private async attempt(batch: Buffer, answer: boolean): Promise<TransactionStatus> {
    this.running = true;
    const hung = setTimeout(() => this.bridge.backend.restart('a statement ran past the ceiling'), this.bridge.limits.ceiling);
    hung.unref();
    try {
      const status = await this.bridge.backend.run(batch, chunk => (answer ? this.send(chunk) : Promise.resolve()));
      if (status && answer && !this.gone) this.stream.write(readyForQuery(status));
      if (status) return status;
      if (isFlush(batch)) return 'T'; // without Sync the client still has its turn
      this.bridge.backend.restart('a statement was not answered');
      throw new Error('the engine is ill');
    } finally {
      this.running = false;
      clearTimeout(hung);
      if (this.graceTimer) clearTimeout(this.graceTimer);
      this.graceTimer = null;
    }
  }

  /** Resolves when the client has taken the chunk, or has gone. */
  private send(chunk: Buffer): Promise<void> {
    if (this.gone) return Promise.resolve();
    return new Promise(taken => this.stream.write(chunk, () => taken()));
  }

  private after(): void {
    if (this.turn !== 'holding') return;
    if (this.gone && this.status !== 'I') {
      void this.attempt(query('rollback'), false)
        .catch(() => undefined)
        .finally(() => this.giveBack());
      return;
    }
    if (this.status === 'I') {
      this.giveBack();
      this.advance();
    } else if (this.ready.length > 0) {
      void this.work();
    } else {
      this.idleTimer = setTimeout(() => this.end('25P03', 'the transaction was idle for too long'), this.bridge.limits.idle);
    }
  }

  private giveBack(): void {
    this.status = 'I';
    this.turn = 'outside';
    this.bridge.release(this);
  }

  private clearIdle(): void {
    if (this.idleTimer) clearTimeout(this.idleTimer);
    this.idleTimer = null;
  }

  cancel(): void {
    if (!this.running || this.graceTimer) return;
    this.bridge.backend.interrupt();
    this.graceTimer = setTimeout(() => this.bridge.backend.restart('a cancelled statement went on'), this.bridge.limits.grace);
  }

  /** Tells the client why and closes. */
  end(sqlState: string, words: string): void {
    if (this.gone) return;
    this.stream.end(errorResponse('FATAL', sqlState, words));
    this.leave();
  }

  private leave(): void {
    if (this.gone) return;
    this.gone = true;
    this.clearIdle();
    if (this.waitTimer) clearTimeout(this.waitTimer);
    this.bridge.forget(this);
    if (!this.stream.writableEnded) this.stream.end();
    if (this.running) {
      this.cancel();
      this.stream.destroy(); // what it has not taken yet must not hold the engine
    } else if (this.turn === 'holding') this.after();
    else this.turn = 'outside';
  }
}

/** A batch is whole messages of which the last is Query, Sync (5 bytes) or Flush (5 bytes); only Flush is not answered by ReadyForQuery. */
const isFlush = (batch: Buffer): boolean =>
  batch.length >= 5 && batch.readInt32BE(batch.length - 4) === 4 && batch[batch.length - 5] === 0x48;

/** Why the engine must not see a message: it would not survive it, or mix connections up. */
function unsuited(batch: Buffer): string | null {
  const type = batch[0];
  if (type === 0x50 && batch[5] !== 0) return 'named statements are not available on the embedded engine';
  if (type !== 0x51 && type !== 0x50) return null;
  const text = batch.toString('latin1', type === 0x51 ? 5 : 6, Math.min(batch.length, 4096));
  return copyFromStdin.test(text) ? 'COPY FROM STDIN is not available on the embedded engine' : null;
}
