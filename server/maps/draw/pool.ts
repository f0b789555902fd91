// The drawing threads behind one face. Two pictures for each core are under way at once (one drawn, one handed over), the rest waits in
// a bounded queue; a thread that draws too long is replaced. Handing a picture over costs a tenth of a millisecond.
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { Fault } from '../../core/model/fault';
import { bundled } from '../../root';
import type { WorkerReply, WorkerRequest } from './draw-worker';
import { estimate, renderNow, transferables } from './job';
import type { RenderJob } from './job';
import { warmJob } from './warm';

export interface RendererOptions {
  /** Number of threads; the number of cores unless told. */
  readonly threads?: number;
  /** Pictures that may wait. */
  readonly queue?: number;
  /** Milliseconds a picture may wait before it is refused. */
  readonly patience?: number;
  /** Milliseconds a thread may draw on one picture before it is replaced. */
  readonly deadline?: number;
  /** Pictures estimated below this, in milliseconds, are drawn on the calling thread when no other is under way or announced; 0, the default: never. */
  readonly inline?: number;
  /** File of the drawing thread; the bundled one unless told. */
  readonly entry?: string;
}

export interface Renderer {
  /**
   * Draws and encodes a picture. The buffers of its scenes are handed over: they are empty afterwards.
   * Faults: busy (queue full, waited or drawn too long), and those of the drawing. Rejects with the signal's reason when it aborts.
   */
  render(job: RenderJob, signal: AbortSignal): Promise<Uint8Array>;
  /** A picture will be asked for as soon as its data are there; call what is returned when that is over. */
  announce?(): () => void;
  /** Starts the threads and draws made-up pictures on all of them and on the calling one, so that the first real ones are quick. */
  warm?(): Promise<void>;
  /** Pictures that wait, pictures given to threads, threads. */
  load?(): { readonly waiting: number; readonly drawing: number; readonly threads: number };
  /** Ends the threads; what waits is refused. */
  close(): Promise<void>;
}

interface Ticket {
  readonly id: number;
  readonly job: RenderJob;
  readonly queuedAt: number;
  readonly settle: (outcome: { readonly picture: Uint8Array } | { readonly error: unknown }) => void;
}

const perThread = 2;
/** Pictures after which the engine has compiled what draws them. */
const warmRounds = 40;

export function createRenderer(options: RendererOptions = {}): Renderer {
  return new Pool(options);
}

class Pool implements Renderer {
  readonly #options: Required<RendererOptions>;
  readonly #threads: Thread[] = [];
  readonly #waiting: Ticket[] = [];
  #next = 1;
  #announced = 0;
  #closed = false;
  #sweep: NodeJS.Timeout | null = null;

  constructor(options: RendererOptions) {
    this.#options = {
      threads: options.threads ?? availableParallelism(),
      queue: options.queue ?? 200,
      patience: options.patience ?? 5_000,
      deadline: options.deadline ?? 20_000,
      inline: options.inline ?? 0,
      entry: options.entry ?? bundled('draw-worker'),
    };
  }

  render(job: RenderJob, signal: AbortSignal): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(new Fault('unavailable', '', 'the server is closing', { retryAfter: 5 }));
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    const idle = this.#announced <= 1 && this.#waiting.length === 0 && this.#threads.every(thread => thread.load === 0);
    if (idle && estimate(job) < this.#options.inline) return new Promise(resolve => resolve(renderNow(job)));
    if (this.#waiting.length >= this.#options.queue)
      return Promise.reject(new Fault('busy', '', 'too many maps are being drawn, try again shortly', { retryAfter: 2 }));
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const at = this.#waiting.indexOf(ticket);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal.reason as Error);
      };
      const ticket: Ticket = {
        id: this.#next++,
        job,
        queuedAt: performance.now(),
        settle: outcome => {
          signal.removeEventListener('abort', leave);
          if ('picture' in outcome) resolve(outcome.picture);
          else reject(outcome.error as Error);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(ticket);
      this.#dispatch();
    });
  }

  announce(): () => void {
    this.#announced++;
    let over = false;
    return () => {
      if (!over) this.#announced--;
      over = true;
    };
  }

  async warm(): Promise<void> {
    const { signal } = new AbortController();
    const over = [this.announce(), this.announce()];
    try {
      for (let round = 0; round < warmRounds && !this.#closed; round++) {
        const drawn = Array.from({ length: this.#options.threads }, (_, i) => this.render(warmJob(round * 8 + i), signal));
        if (this.#options.inline > 0) renderNow(warmJob(round));
        await Promise.all(drawn);
      }
    } finally {
      for (const end of over) end();
    }
  }

  load(): { readonly waiting: number; readonly drawing: number; readonly threads: number } {
    const drawing = this.#threads.reduce((sum, thread) => sum + thread.load, 0);
    return { waiting: this.#waiting.length, drawing, threads: this.#threads.length };
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#sweep) clearInterval(this.#sweep);
    this.#sweep = null;
    for (const ticket of this.#waiting.splice(0))
      ticket.settle({ error: new Fault('unavailable', '', 'the server is closing', { retryAfter: 5 }) });
    await Promise.all(
      this.#threads.splice(0).map(thread => thread.end(new Fault('unavailable', '', 'the server is closing', { retryAfter: 5 }))),
    );
  }

  /** Hands waiting pictures to the threads that have the least to do; starts threads as they are needed. */
  #dispatch(): void {
    for (let i = this.#threads.length - 1; i >= 0; i--) if (this.#threads[i]?.dead) this.#threads.splice(i, 1);
    while (this.#waiting.length > 0) {
      let thread = this.#threads.reduce<Thread | null>((best, one) => (!best || one.load < best.load ? one : best), null);
      if ((!thread || thread.load > 0) && this.#threads.length < this.#options.threads) {
        thread = new Thread(this.#options.entry, () => this.#dispatch());
        this.#threads.push(thread);
      }
      if (!thread || thread.load >= perThread) break;
      const ticket = this.#waiting.shift();
      if (ticket) thread.take(ticket);
    }
    const busy = this.#waiting.length > 0 || this.#threads.some(thread => thread.load > 0);
    if (busy && !this.#sweep) {
      this.#sweep = setInterval(() => this.#watch(), Math.max(5, Math.min(250, this.#options.patience / 4, this.#options.deadline / 4)));
      this.#sweep.unref();
    } else if (!busy && this.#sweep) {
      clearInterval(this.#sweep);
      this.#sweep = null;
    }
  }

  /** Refuses what has waited too long and replaces threads that draw too long. */
  #watch(): void {
    const now = performance.now();
    while (this.#waiting[0] && now - this.#waiting[0].queuedAt > this.#options.patience)
      this.#waiting
        .shift()
        ?.settle({ error: new Fault('busy', '', 'too many maps are being drawn, try again shortly', { retryAfter: 5 }) });
    for (const thread of [...this.#threads]) {
      if (thread.load === 0 || now - thread.since <= this.#options.deadline) continue;
      this.#threads.splice(this.#threads.indexOf(thread), 1);
      const seconds = Math.round(this.#options.deadline / 1000);
      void thread.end(
        new Fault('busy', '', `the map could not be drawn within ${seconds} s: ask for a smaller extent or fewer layers`, {
          retryAfter: 30,
        }),
      );
    }
    this.#dispatch();
  }
}

/** One worker with the pictures it was given, in their order. */
class Thread {
  /** When the first of them was begun. */
  since = 0;
  readonly #worker: Worker;
  readonly #given: Ticket[] = [];
  readonly #free: () => void;
  dead = false;

  constructor(entry: string, free: () => void) {
    this.#free = free;
    this.#worker = new Worker(entry);
    this.#worker.unref();
    this.#worker.on('message', (reply: WorkerReply) => this.#settle(reply));
    this.#worker.on('error', error => this.#fail(error));
    this.#worker.on('exit', code => this.#fail(new Error(`a drawing thread ended with ${code}`)));
  }

  /** Pictures given and not yet drawn. */
  get load(): number {
    return this.#given.length;
  }

  take(ticket: Ticket): void {
    if (this.#given.length === 0) this.since = performance.now();
    this.#given.push(ticket);
    this.#worker.ref();
    const request: WorkerRequest = { id: ticket.id, job: ticket.job };
    try {
      this.#worker.postMessage(request, transferables(ticket.job));
    } catch (error) {
      // a scene that was handed over before, or holds what cannot be sent
      this.#given.splice(this.#given.indexOf(ticket), 1);
      ticket.settle({ error });
    }
  }

  async end(reason: Fault): Promise<void> {
    this.#fail(reason);
    await this.#worker.terminate();
  }

  #settle(reply: WorkerReply): void {
    const at = this.#given.findIndex(ticket => ticket.id === reply.id);
    const [ticket] = at < 0 ? [] : this.#given.splice(at, 1);
    this.since = performance.now();
    if (this.#given.length === 0) this.#worker.unref();
    this.#free();
    if (!ticket) return;
    if ('picture' in reply) ticket.settle({ picture: reply.picture });
    else if ('fault' in reply) ticket.settle({ error: new Fault(reply.fault.kind, reply.fault.locator, reply.fault.text) });
    else ticket.settle({ error: new Error(`drawing failed: ${reply.defect}`) });
  }

  #fail(error: unknown): void {
    if (this.dead) return;
    this.dead = true;
    for (const ticket of this.#given.splice(0)) ticket.settle({ error });
    this.#free();
  }
}
