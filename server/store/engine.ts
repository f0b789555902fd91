// Starts, watches and restarts the thread of the embedded engine.
import { Worker } from 'node:worker_threads';
import { Fault } from '../core/model/fault';
import { bundled } from '../root';
import type { Backend } from './bridge';
import { control } from './engine-messages';
import type { EngineReply, EngineRequest, EngineStart } from './engine-messages';
import { errorCode } from './errors';
import type { Log } from './log';
import type { TransactionStatus } from './wire';

interface Run {
  readonly bytes: Uint8Array;
  readonly data: (chunk: Buffer) => Promise<void>;
  readonly resolve: (status: TransactionStatus | null) => void;
  readonly reject: (reason: Error) => void;
}

/** One PostgreSQL in one thread; runs one batch of messages at a time. */
export class Engine implements Backend {
  private worker: Worker | null = null;
  private words: Int32Array | null = null;
  private up = false;
  private current: Run | null = null;
  private waiting: Run[] = [];
  private closing = false;
  private failures = 0;
  /** How often the thread has been replaced. */
  restarts = 0;

  constructor(
    private readonly directory: string,
    private readonly log: Log,
  ) {}

  /** Starts the thread; Fault unavailable when the directory cannot be opened. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => this.spawn(resolve, reject));
  }

  get alive(): boolean {
    return this.up;
  }

  run(bytes: Uint8Array, data: (chunk: Buffer) => Promise<void>): Promise<TransactionStatus | null> {
    if (this.closing) return Promise.reject(new Error('the engine is closed'));
    return new Promise((resolve, reject) => {
      this.waiting.push({ bytes, data, resolve, reject });
      this.pump();
    });
  }

  interrupt(): void {
    if (this.current && this.words) Atomics.store(this.words, control.interrupt, 1);
  }

  restart(reason: string): void {
    if (this.closing || !this.up) return;
    this.log.warn({ reason }, 'the embedded engine is restarted');
    this.replace();
  }

  async close(): Promise<void> {
    this.closing = true;
    for (const run of this.waiting.splice(0)) run.reject(new Error('the engine is closed'));
    const worker = this.worker;
    if (!worker) return;
    if (this.up && !this.current)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, 5000);
        worker.on('message', (reply: EngineReply) => {
          if (reply.kind !== 'closed') return;
          clearTimeout(timer);
          resolve();
        });
        worker.postMessage({ kind: 'close' } satisfies EngineRequest);
      });
    this.up = false;
    this.worker = null;
    await worker.terminate();
    this.current?.reject(new Error('the engine is closed'));
  }

  private spawn(ready: () => void, failed: (reason: Error) => void): void {
    const shared = new SharedArrayBuffer(8);
    const words = new Int32Array(shared);
    this.words = words;
    const worker = new Worker(bundled('engine-worker'), {
      workerData: { directory: this.directory, control: shared } satisfies EngineStart,
    });
    this.worker = worker;
    let told = false;
    const fail = (reason: string): void => {
      if (this.worker !== worker) return;
      if (!told) {
        told = true;
        this.worker = null;
        void worker.terminate();
        failed(new Fault('unavailable', '', `the embedded engine does not start in ${this.directory}`, { cause: new Error(reason) }));
      } else if (!this.closing) {
        this.log.error({ reason }, 'the embedded engine ended');
        this.replace();
      }
    };
    worker.on('message', (reply: EngineReply) => {
      if (this.worker !== worker) return;
      switch (reply.kind) {
        case 'ready':
          told = true;
          this.up = true;
          this.failures = 0;
          ready();
          this.pump();
          break;
        case 'data':
          this.deliver(reply.bytes, words);
          break;
        case 'done': {
          const run = this.current;
          this.current = null;
          run?.resolve(reply.status);
          this.pump();
          break;
        }
        case 'failed':
          fail(reply.reason);
          break;
        case 'closed':
          break;
      }
    });
    worker.on('error', error => fail(`${errorCode(error) ?? ''} ${error.message}`));
    worker.on('exit', code => fail(`exit ${code}`));
  }

  private deliver(bytes: Uint8Array, words: Int32Array): void {
    const took = (): void => {
      Atomics.add(words, control.taken, 1);
      Atomics.notify(words, control.taken);
    };
    if (!this.current) return took();
    this.current.data(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).then(took, took);
  }

  private pump(): void {
    if (!this.up || this.current) return;
    const run = this.waiting.shift();
    if (!run) return;
    this.current = run;
    if (this.words) Atomics.store(this.words, control.interrupt, 0);
    this.worker?.postMessage({ kind: 'run', bytes: run.bytes } satisfies EngineRequest);
  }

  private replace(): void {
    const worker = this.worker;
    const victim = this.current;
    this.worker = null;
    this.up = false;
    this.current = null;
    this.restarts++;
    void (async () => {
      await worker?.terminate();
      victim?.reject(new Error('the engine was restarted'));
      this.again();
    })();
  }

  private again(): void {
    if (this.closing) return;
    this.spawn(
      () => this.log.info({ restarts: this.restarts }, 'the embedded engine runs again'),
      reason => {
        this.failures++;
        this.log.error({ reason: String(reason.cause) }, 'the embedded engine does not start again');
        setTimeout(() => this.again(), Math.min(10_000, 500 * 2 ** this.failures)).unref();
      },
    );
  }
}
