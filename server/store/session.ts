// One client in one transaction: deadlines, cancelling, streams, and giving the client back clean or not at all.
import { to } from 'pg-copy-streams';
import type { PoolClient } from 'pg';
import { Fault } from '../core/model/fault';
import type { Session, SessionOptions } from './database';
import { faultOf, isConnectionLoss } from './errors';
import type { Log } from './log';
import { Pipeline } from './pipeline';
import type { CopyChunks, Statement } from './pipeline';
import { Spool } from './spool';
import { types } from './types';

/** What differs between the engines. */
export interface Host {
  readonly log: Log;
  /** Ends the statement that runs on that client; resolves when that has been asked for. */
  cancel(client: PoolClient): Promise<void>;
  /** Directory of spools; null: streams are read at the pace of their consumer. */
  readonly spool: string | null;
}

/** A transaction that begins with its first statement, in one message with it. */
export interface LateStart {
  readonly statements: readonly Statement[];
  /** Another client in place of one that was dead before it answered. Faults: unavailable, busy. */
  readonly renew: () => Promise<PoolClient>;
  /** Told of a lost connection: where the database may be away a watch begins. */
  readonly lost: (error: unknown) => Fault;
}

/** How often a transaction is begun on another connection when the one it was given is found dead. */
const mostRenewals = 2;

/** How long a cancelled statement may take to come back before its client is given up, in milliseconds. */
const cancelPatience = 1_000;
/** The database's own statement_timeout comes first; this much later the client is given up, in milliseconds. */
const deadlineMargin = 500;

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms).unref());

function interrupted(signal: AbortSignal | undefined): Fault {
  const reason: unknown = signal?.reason;
  if (reason instanceof Fault) return reason;
  return new Fault('busy', '', 'the request was ended before its answer was complete', { retryAfter: 5, cause: reason });
}

export class ClientSession implements Session {
  private over: Promise<void> | null = null;
  private failure: Fault | null = null;
  private readonly running = new Set<Promise<unknown>>();
  private readonly pipeline: Pipeline | null;
  private readonly copies = new Set<CopyChunks>();
  private renewals = 0;
  private readonly onAbort = (): void => this.giveUp(interrupted(this.options.signal));

  constructor(
    private client: PoolClient,
    private readonly options: SessionOptions,
    private readonly host: Host,
    private readonly late: LateStart | null = null,
  ) {
    this.pipeline = late
      ? new Pipeline({
          prelude: late.statements,
          types,
          send: batch => void this.client.query(batch),
          renew: error => this.renew(error, late),
        })
      : null;
    options.signal?.addEventListener('abort', this.onAbort, { once: true });
    client.on('error', this.onClientError);
    if (options.signal?.aborted) this.onAbort();
  }

  private faultOf(error: unknown): Fault {
    return faultOf(error, this.host.log, this.options.published);
  }

  private readonly onClientError = (error: Error): void => {
    // of a connection that was dead before it answered the batch tells
    if (this.renewals < mostRenewals && this.late && !this.heard) return;
    this.failure ??= this.faultOf(error);
  };

  /** Whether the database has answered anything. */
  private heard = false;

  private async renew(error: unknown, late: LateStart): Promise<boolean> {
    if (this.over || this.failure || !isConnectionLoss(error)) return false;
    if (++this.renewals > mostRenewals) throw late.lost(error);
    this.client.off('error', this.onClientError);
    this.client.release(true);
    this.released = true;
    const client = await late.renew();
    this.client = client;
    this.released = false;
    client.on('error', this.onClientError);
    if (this.over !== null) this.release(true);
    return this.over === null;
  }

  async rows<Row extends object>(text: string, values: readonly unknown[] = [], keep = false): Promise<Row[]> {
    const { pipeline } = this;
    const timeout = this.options.timeout ?? 0;
    if (!pipeline) return (await this.guarded(() => this.client.query<Row>(text, [...values]), timeout)).rows;
    const rows = await this.guarded(() => pipeline.rows<Row>(text, values, keep), timeout);
    this.heard = true;
    return rows;
  }

  copy(text: string, before: Statement | null = null): AsyncIterable<Buffer> {
    if (this.pipeline) {
      // after the end of the transaction it would run as the login
      this.assertOpen();
      return this.gathered(this.pipeline.copy(text, before));
    }
    return this.host.spool === null ? this.direct(text, before) : this.spooled(text, before, { directory: this.host.spool });
  }

  copyThenClose(text: string, before: Statement | null = null): AsyncIterable<Buffer> {
    if (this.host.spool !== null) return this.spooled(text, before, { directory: this.host.spool, then: () => this.commit() });
    return this.thenClose(this.copy(text, before));
  }

  commit(): Promise<void> {
    this.leaveCopies();
    if (this.over) return this.failure ? Promise.reject(this.failure) : this.over;
    if (this.ending) return (this.over = this.ending);
    return (this.over = this.finish('commit'));
  }

  private assertOpen(): void {
    if (this.failure) throw this.failure;
    if (this.over || this.ending) throw new Error('the session is closed');
  }

  private ending: Promise<void> | null = null;

  endAlong(): void {
    const { pipeline } = this;
    if (!pipeline || this.over || this.ending) return;
    const ended = pipeline.rows('commit', [], true);
    this.running.add(ended);
    this.ending = ended.then(
      () => this.release(this.failure !== null),
      () => this.release(true),
    );
  }

  /** A copy that nobody reads to its end would never come to an end. */
  private leaveCopies(): void {
    if ([...this.copies].some(copy => !copy.isComplete)) this.giveUp(new Fault('busy', '', 'the stream was left before its end'));
  }

  rollback(): Promise<void> {
    this.leaveCopies();
    if (this.ending) return (this.over ??= this.ending);
    return (this.over ??= this.finish('rollback').catch((error: unknown) => {
      this.host.log.warn({ reason: String(error) }, 'rollback failed');
    }));
  }

  private async finish(statement: 'commit' | 'rollback'): Promise<void> {
    try {
      await Promise.allSettled([...this.running]);
      if (this.pipeline && !this.pipeline.begun) {
        this.release(false);
        return;
      }
      const { command } = await this.query(() => this.client.query(statement));
      if (statement === 'commit' && command !== 'COMMIT') throw new Fault('conflict', '', 'the transaction had failed and was rolled back');
      this.release(this.failure !== null);
    } catch (error) {
      this.release(!(error instanceof Fault && error.kind === 'conflict') || this.failure !== null);
      throw this.faultOf(error);
    }
  }

  private released = false;
  private release(destroy: boolean): void {
    if (this.released) return;
    this.released = true;
    this.options.signal?.removeEventListener('abort', this.onAbort);
    this.client.off('error', this.onClientError);
    this.client.release(destroy);
  }

  /** Ends what runs and destroys the client; the transaction ends with it. */
  private giveUp(fault: Fault): void {
    if (this.over) return;
    this.failure = fault;
    const running = [...this.running];
    this.over = (async () => {
      if (running.length > 0) {
        await Promise.race([this.host.cancel(this.client).catch(() => undefined), pause(cancelPatience)]);
        if (this.host.spool === null) await Promise.race([Promise.allSettled(running), pause(cancelPatience)]);
      }
      this.release(true);
    })();
    for (const reject of [...this.rejecters]) reject(fault);
    for (const copy of this.copies) copy.abandon(fault);
  }

  private readonly rejecters = new Set<(reason: Fault) => void>();

  /** Runs a statement; rejects at once when the session is given up meanwhile. */
  private async guarded<T>(start: () => Promise<T>, timeout: number): Promise<T> {
    this.assertOpen();
    let timer: NodeJS.Timeout | undefined;
    if (timeout > 0) {
      const late = (): void => this.giveUp(new Fault('busy', '', 'the request took longer than allowed', { retryAfter: 5 }));
      timer = setTimeout(late, this.host.spool === null ? timeout + deadlineMargin : timeout);
    }
    try {
      return await this.query(start);
    } finally {
      clearTimeout(timer);
    }
  }

  private async query<T>(start: () => Promise<T>): Promise<T> {
    const work = start();
    this.running.add(work);
    let rejecter: (reason: Fault) => void = () => undefined;
    const givenUp = new Promise<never>((_, reject) => this.rejecters.add((rejecter = reject)));
    try {
      return await Promise.race([work, givenUp]);
    } catch (error) {
      if (isConnectionLoss(error)) this.failure ??= this.faultOf(error);
      throw this.failure ?? this.faultOf(error);
    } finally {
      this.running.delete(work);
      this.rejecters.delete(rejecter);
      work.catch(() => undefined);
    }
  }

  /** Chunks of a COPY that was asked for in a message with others. */
  private gathered(copy: CopyChunks): AsyncIterable<Buffer> {
    this.copies.add(copy);
    this.running.add(copy.done);
    copy.done.then(
      () => {
        this.heard = true;
        this.running.delete(copy.done);
      },
      () => this.running.delete(copy.done),
    );
    return this.read(copy);
  }

  private async *read(copy: CopyChunks): AsyncGenerator<Buffer> {
    let complete = false;
    try {
      yield* copy;
      complete = true;
    } catch (error) {
      complete = !isConnectionLoss(error) && !this.failure;
      if (!complete) this.failure ??= this.faultOf(error);
      throw this.failure ?? this.faultOf(error);
    } finally {
      if (!complete) this.giveUp(this.failure ?? new Fault('busy', '', 'the stream was left before its end'));
    }
  }

  /** Chunks of a COPY as the consumer asks for them; the connection stands still meanwhile. */
  private async *direct(text: string, before: Statement | null): AsyncGenerator<Buffer> {
    if (before) await this.rows(before.text, before.values);
    this.assertOpen();
    const stream = this.client.query(to(text));
    const work = new Promise<void>((resolve, reject) => {
      stream.once('error', reject);
      stream.once('end', resolve);
      stream.once('close', resolve);
    });
    work.catch(() => undefined);
    this.running.add(work);
    const rejecter = (reason: Fault): void => void stream.destroy(reason);
    this.rejecters.add(rejecter);
    let complete = false;
    try {
      for await (const chunk of stream) yield chunk as Buffer;
      complete = true;
    } catch (error) {
      complete = !isConnectionLoss(error) && !this.failure;
      if (!complete) this.failure ??= this.faultOf(error);
      throw this.failure ?? this.faultOf(error);
    } finally {
      this.rejecters.delete(rejecter);
      if (complete) this.running.delete(work);
      else this.giveUp(this.failure ?? new Fault('busy', '', 'the stream was left before its end'));
    }
  }

  private async *thenClose(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    yield* chunks;
    await this.commit();
  }

  /** Chunks of a COPY that is read at full speed into a spool. */
  private async *spooled(
    text: string,
    before: Statement | null,
    into: { readonly directory: string; readonly then?: () => Promise<void> },
  ): AsyncGenerator<Buffer> {
    const spool = new Spool(into.directory);
    let filled = false;
    const filling = (async () => {
      for await (const chunk of this.direct(text, before)) await spool.write(chunk);
      filled = true;
      await into.then?.();
      spool.end();
    })().catch((error: unknown) => spool.fail(error));
    try {
      yield* spool.chunks();
    } finally {
      if (!filled) this.giveUp(this.failure ?? new Fault('busy', '', 'the stream was left before its end'));
      await filling;
    }
  }
}
