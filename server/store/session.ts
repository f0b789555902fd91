// One client in one transaction: deadlines, cancelling, streams, and giving the client back clean or not at all.
import { to } from 'pg-copy-streams';
import type { PoolClient } from 'pg';
import { Fault } from '../core/model/fault';
import type { Session, SessionOptions } from './database';
import { faultOf, isConnectionLoss } from './errors';
import type { Log } from './log';
import { Spool } from './spool';

/** What differs between the engines. */
export interface Host {
  readonly log: Log;
  /** Ends the statement that runs on that client; resolves when that has been asked for. */
  cancel(client: PoolClient): Promise<void>;
  /** Directory of spools; null: streams are read at the pace of their consumer. */
  readonly spool: string | null;
}

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
  private running: Promise<unknown> | null = null;
  private readonly onAbort = (): void => this.giveUp(interrupted(this.options.signal));

  constructor(
    private readonly client: PoolClient,
    private readonly options: SessionOptions,
    private readonly host: Host,
  ) {
    options.signal?.addEventListener('abort', this.onAbort, { once: true });
    client.on('error', this.onClientError);
    if (options.signal?.aborted) this.onAbort();
  }

  private readonly onClientError = (error: Error): void => {
    this.failure ??= faultOf(error, this.host.log);
  };

  async rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.guarded(() => this.client.query<Row>(text, [...values]), this.options.timeout ?? 0);
    return result.rows;
  }

  copy(text: string): AsyncIterable<Buffer> {
    return this.host.spool === null ? this.direct(text) : this.spooled(text, this.host.spool, () => Promise.resolve());
  }

  copyThenClose(text: string): AsyncIterable<Buffer> {
    if (this.host.spool !== null) return this.spooled(text, this.host.spool, () => this.commit());
    return this.directThenClose(text);
  }

  commit(): Promise<void> {
    if (this.over) return this.failure ? Promise.reject(this.failure) : this.over;
    return (this.over = this.finish('commit'));
  }

  rollback(): Promise<void> {
    return (this.over ??= this.finish('rollback').catch((error: unknown) => {
      this.host.log.warn({ reason: String(error) }, 'rollback failed');
    }));
  }

  private async finish(statement: 'commit' | 'rollback'): Promise<void> {
    try {
      await this.running?.catch(() => undefined);
      const { command } = await this.query(() => this.client.query(statement));
      if (statement === 'commit' && command !== 'COMMIT') throw new Fault('conflict', '', 'the transaction had failed and was rolled back');
      this.release(this.failure !== null);
    } catch (error) {
      this.release(!(error instanceof Fault && error.kind === 'conflict') || this.failure !== null);
      throw faultOf(error, this.host.log);
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
    this.over = (async () => {
      const running = this.running;
      if (running) {
        await Promise.race([this.host.cancel(this.client).catch(() => undefined), pause(cancelPatience)]);
        if (this.host.spool === null) await Promise.race([running.catch(() => undefined), pause(cancelPatience)]);
      }
      this.release(true);
    })();
    this.rejectRunning?.(fault);
  }

  private rejectRunning: ((reason: Fault) => void) | null = null;

  /** Runs a statement; rejects at once when the session is given up meanwhile. */
  private async guarded<T>(start: () => Promise<T>, timeout: number): Promise<T> {
    if (this.failure) throw this.failure;
    if (this.over) throw new Error('the session is closed');
    let timer: NodeJS.Timeout | undefined;
    if (timeout > 0) {
      const late = new Fault('busy', '', 'the request took longer than allowed', { retryAfter: 5 });
      timer = setTimeout(() => this.giveUp(late), this.host.spool === null ? timeout + deadlineMargin : timeout);
    }
    try {
      return await this.query(start);
    } finally {
      clearTimeout(timer);
    }
  }

  private async query<T>(start: () => Promise<T>): Promise<T> {
    const work = start();
    this.running = work;
    const givenUp = new Promise<never>((_, reject) => (this.rejectRunning = reject));
    try {
      return await Promise.race([work, givenUp]);
    } catch (error) {
      if (isConnectionLoss(error)) this.failure ??= faultOf(error, this.host.log);
      throw this.failure ?? faultOf(error, this.host.log);
    } finally {
      if (this.running === work) this.running = null;
      this.rejectRunning = null;
      work.catch(() => undefined);
    }
  }

  /** Chunks of a COPY as the consumer asks for them; the connection stands still meanwhile. */
  private async *direct(text: string): AsyncGenerator<Buffer> {
    if (this.failure) throw this.failure;
    if (this.over) throw new Error('the session is closed');
    const stream = this.client.query(to(text));
    const work = new Promise<void>((resolve, reject) => {
      stream.once('error', reject);
      stream.once('end', resolve);
      stream.once('close', resolve);
    });
    work.catch(() => undefined);
    this.running = work;
    this.rejectRunning = reason => stream.destroy(reason);
    let complete = false;
    try {
      for await (const chunk of stream) yield chunk as Buffer;
      complete = true;
    } catch (error) {
      complete = !isConnectionLoss(error) && !this.failure;
      if (!complete) this.failure ??= faultOf(error, this.host.log);
      throw this.failure ?? faultOf(error, this.host.log);
    } finally {
      this.rejectRunning = null;
      if (complete) this.running = null;
      else this.giveUp(this.failure ?? new Fault('busy', '', 'the stream was left before its end'));
    }
  }

  private async *directThenClose(text: string): AsyncGenerator<Buffer> {
    yield* this.direct(text);
    await this.commit();
  }

  /** Chunks of a COPY that is read at full speed into a spool. */
  private async *spooled(text: string, directory: string, then: () => Promise<void>): AsyncGenerator<Buffer> {
    const spool = new Spool(directory);
    let filled = false;
    const filling = (async () => {
      for await (const chunk of this.direct(text)) await spool.write(chunk);
      filled = true;
      await then();
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
