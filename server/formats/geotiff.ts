// The reader of coverages: GeoTIFF files read by threads of their own, so that unpacking never keeps the server waiting. A thread that is late is replaced.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { CellGrid } from '../core/model/coverage';
import { Fault } from '../core/model/fault';
import type { CellsRequest, CoverageDescription, CoverageReader, DescribeOptions } from '../core/ports/coverage-files';
import { bundled } from '../root';
import type { GeoTiffReply, GeoTiffRequest } from './geotiff-messages';

export { isTiff } from './geotiff-file';

export interface CoverageReaderOptions {
  /** Number of threads; the number of cores, four at most, unless told. */
  readonly threads?: number;
  /** Milliseconds until cells must be there. */
  readonly deadline?: number;
  /** Requests that may wait. */
  readonly queue?: number;
  /** File of the thread; the bundled one unless told. */
  readonly entry?: string;
}

type Asked = GeoTiffRequest extends infer One ? (One extends { readonly id: number } ? Omit<One, 'id'> : never) : never;

interface Ticket {
  readonly asked: Asked;
  readonly deadline: number | null;
  readonly settle: (outcome: { readonly reply: GeoTiffReply } | { readonly error: unknown }) => void;
}

/** Makes a reader; threads start when they are needed and are the caller's to close. */
export function createCoverageReader(options: CoverageReaderOptions = {}): CoverageReader {
  return new Reader(options);
}

const closing = (): Fault => new Fault('unavailable', '', 'the server is closing', { retryAfter: 5 });

class Reader implements CoverageReader {
  readonly #options: Required<CoverageReaderOptions>;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Ticket[] = [];
  #closed = false;

  constructor(options: CoverageReaderOptions) {
    this.#options = {
      threads: options.threads ?? Math.min(4, availableParallelism()),
      deadline: options.deadline ?? 20_000,
      queue: options.queue ?? 200,
      entry: options.entry ?? bundled('geotiff-worker'),
    };
  }

  async describe(path: string, options: DescribeOptions = {}, signal?: AbortSignal): Promise<CoverageDescription> {
    const reply = await this.#ask({ ask: 'describe', path, options }, null, signal);
    if ('description' in reply) return reply.description;
    throw new Error('the reader of coverages answered something else');
  }

  async cells(request: CellsRequest, signal: AbortSignal): Promise<CellGrid> {
    const reply = await this.#ask({ ask: 'cells', request }, this.#options.deadline, signal);
    if ('cells' in reply) return reply.cells;
    throw new Error('the reader of coverages answered something else');
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const ticket of this.#waiting.splice(0)) ticket.settle({ error: closing() });
    await Promise.all([...this.#threads].map(thread => thread.end(closing())));
    this.#threads.clear();
  }

  async #ask(asked: Asked, deadline: number | null, signal?: AbortSignal): Promise<GeoTiffReply> {
    if (this.#closed) throw closing();
    if (signal?.aborted) throw signal.reason as Error;
    if (this.#waiting.length >= this.#options.queue)
      throw new Fault('busy', '', 'too many rasters are being read, try again shortly', { retryAfter: 2 });
    const reply = await new Promise<GeoTiffReply>((resolve, reject) => {
      const leave = (): void => {
        const at = this.#waiting.indexOf(ticket);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal?.reason as Error);
      };
      const ticket: Ticket = {
        asked,
        deadline,
        settle: outcome => {
          signal?.removeEventListener('abort', leave);
          if ('reply' in outcome) resolve(outcome.reply);
          else reject(outcome.error as Error);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(ticket);
      this.#dispatch();
    });
    if ('fault' in reply) {
      const { kind, locator, text, retryAfter } = reply.fault;
      throw new Fault(kind, locator, text, retryAfter === null ? {} : { retryAfter });
    }
    if ('defect' in reply) throw new Error(`reading a raster failed: ${reply.defect}`);
    return reply;
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      let thread = [...this.#threads].find(one => one.idle);
      if (!thread) {
        if (this.#threads.size >= this.#options.threads) return;
        thread = new Thread(this.#options.entry, one => {
          if (one.dead) this.#threads.delete(one);
          this.#dispatch();
        });
        this.#threads.add(thread);
      }
      const ticket = this.#waiting.shift();
      if (ticket) thread.take(ticket);
    }
  }
}

/** One worker, which does one thing at a time. */
class Thread {
  readonly #worker: Worker;
  readonly #free: (thread: Thread) => void;
  #ticket: Ticket | null = null;
  #timer: NodeJS.Timeout | undefined;
  #next = 1;
  dead = false;

  constructor(entry: string, free: (thread: Thread) => void) {
    this.#free = free;
    this.#worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: 512 } });
    this.#worker.unref();
    this.#worker.on('message', (reply: GeoTiffReply) => this.#settle({ reply }));
    this.#worker.on('error', error => this.#die(new Fault('processing', 'source', 'the raster could not be read', { cause: error })));
    this.#worker.on('exit', code => this.#die(new Error(`a thread that reads rasters ended with ${code}`)));
  }

  get idle(): boolean {
    return !this.dead && this.#ticket === null;
  }

  take(ticket: Ticket): void {
    this.#ticket = ticket;
    this.#worker.ref();
    if (ticket.deadline !== null) {
      const seconds = Math.round(ticket.deadline / 1000);
      this.#timer = setTimeout(() => {
        void this.end(
          new Fault('busy', '', `the raster could not be read within ${seconds} s: ask for a smaller extent`, { retryAfter: 30 }),
        );
      }, ticket.deadline);
    }
    const request = { ...ticket.asked, id: this.#next++ } as GeoTiffRequest;
    this.#worker.postMessage(request);
  }

  async end(reason: unknown): Promise<void> {
    this.#die(reason);
    await this.#worker.terminate();
  }

  #settle(outcome: Parameters<Ticket['settle']>[0]): void {
    clearTimeout(this.#timer);
    const ticket = this.#ticket;
    this.#ticket = null;
    if (!this.dead) this.#worker.unref();
    ticket?.settle(outcome);
    this.#free(this);
  }

  #die(error: unknown): void {
    if (this.dead) return;
    this.dead = true;
    this.#settle({ error });
  }
}
