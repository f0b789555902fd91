// Slow readers: an answer that its client does not take is given up, or a few such clients would hold all connections of the
// database (D6, SEC13). The rate is an average with a reserve, so that a client may pause; time in which the server itself is slow does not count.
import type { ServerResponse } from 'node:http';

export interface Pace {
  /** Least rate at which a client has to take its answer. */
  readonly bytesPerSecond: number;
  /** Milliseconds a client may lag behind that rate. */
  readonly patience: number;
}

/** 1 KB/s averaged over a minute: a modem is faster. */
export const minimumPace: Pace = { bytesPerSecond: 1024, patience: 60_000 };

export class Outflow {
  /** Milliseconds that the client may still lose. */
  #credit: number;
  #tooSlow = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly pace: Pace,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#credit = pace.patience;
  }

  /** The client was too slow, and the connection has been broken. */
  get tooSlow(): boolean {
    return this.#tooSlow;
  }

  /** Resolves when what was written has been taken (`drain`: more may be written; `finish`: all is sent), or the connection is gone. */
  wait(event: 'drain' | 'finish'): Promise<void> {
    const { response } = this;
    const over = event === 'drain' ? !response.writableNeedDrain : response.writableFinished;
    if (over || response.destroyed) return Promise.resolve();
    const earned = (response.writableLength / this.pace.bytesPerSecond) * 1000;
    const began = this.now();
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        this.#tooSlow = true;
        response.destroy();
      }, this.#credit + earned);
      const done = (): void => {
        clearTimeout(timer);
        response.off(event, done);
        response.off('close', done);
        this.#credit = Math.min(this.pace.patience, this.#credit + earned - (this.now() - began));
        resolve();
      };
      response.on(event, done);
      response.on('close', done);
    });
  }
}
