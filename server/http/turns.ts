// Who is served next when more is asked than can be served at once: every partner, and every address that brings no account, has a share of
// the places, and those who wait take turns. One that asks too much, or reads slowly, slows only itself. Rules: A5, F10, F11.
import { Fault } from '../core/model/fault';

export interface TurnLimits {
  /** Requests under way at once: not more than there are connections to the database. */
  readonly places: number;
  /** Requests that may wait, of all together; more are refused. */
  readonly queue: number;
  /** Milliseconds a request may wait. */
  readonly patience: number;
}

interface Ticket {
  readonly grant: (release: () => void) => void;
  /** Gives up its wait. */
  readonly refuse: () => void;
}

interface Asker {
  running: number;
  /** Number of its last turn; 0: it had none. */
  turn: number;
  readonly waiting: Ticket[];
}

export class Turns {
  readonly #limits: TurnLimits;
  readonly #share: number;
  /** Those who run or wait. */
  readonly #askers = new Map<string, Asker>();
  #running = 0;
  #waiting = 0;
  #turn = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
    this.#share = Math.max(1, Math.ceil(limits.places / 2));
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /**
   * A place for one request of that asker, at once or when its turn comes; what is returned gives it back (once, however often it is called).
   * A full queue is not closed to those who have fewer waiting than others: the one who has the most gives up its last. Faults: busy when the
   * queue is full or the wait too long; rejects with the signal's reason when it aborts.
   */
  take(who: string, signal: AbortSignal): (() => void) | Promise<() => void> {
    const asker = this.#askers.get(who);
    if (this.#running < this.#limits.places && (asker?.running ?? 0) < this.#share && (asker?.waiting.length ?? 0) === 0)
      return this.#start(who);
    if (signal.aborted) throw signal.reason;
    if (this.#waiting >= this.#limits.queue && !this.#makeRoom(asker?.waiting.length ?? 0)) throw busy();
    return new Promise((resolve, reject) => {
      const of = this.#asker(who);
      const leave = (reason: unknown): void => {
        of.waiting.splice(of.waiting.indexOf(ticket), 1);
        this.#waiting--;
        this.#forget(who, of);
        over();
        reject(reason as Error);
      };
      const onAbort = (): void => leave(signal.reason);
      const timer = setTimeout(() => leave(busy()), this.#limits.patience).unref();
      const over = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const ticket: Ticket = {
        grant: release => {
          over();
          resolve(release);
        },
        refuse: () => leave(busy()),
      };
      signal.addEventListener('abort', onAbort, { once: true });
      of.waiting.push(ticket);
      this.#waiting++;
    });
  }

  /** Room in a full queue for one more of somebody who has `own` in it, at the cost of the one who has the most; false: nobody has more by two. */
  #makeRoom(own: number): boolean {
    let most: Asker | null = null;
    for (const asker of this.#askers.values()) if (asker.waiting.length > (most?.waiting.length ?? own + 1)) most = asker;
    most?.waiting.at(-1)?.refuse();
    return most !== null;
  }

  #asker(who: string): Asker {
    let asker = this.#askers.get(who);
    if (!asker) this.#askers.set(who, (asker = { running: 0, turn: 0, waiting: [] }));
    return asker;
  }

  #forget(who: string, asker: Asker): void {
    if (asker.running === 0 && asker.waiting.length === 0) this.#askers.delete(who);
  }

  #start(who: string): () => void {
    const asker = this.#asker(who);
    asker.running++;
    asker.turn = ++this.#turn;
    this.#running++;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      asker.running--;
      this.#running--;
      this.#forget(who, asker);
      if (this.#waiting > 0) this.#next();
    };
  }

  /** Gives free places to those who wait and have the fewest; among equals whose last turn is longest ago. */
  #next(): void {
    while (this.#running < this.#limits.places) {
      let chosen: [string, Asker] | null = null;
      for (const [who, asker] of this.#askers)
        if (asker.waiting.length > 0 && asker.running < this.#share && (!chosen || isBefore(asker, chosen[1]))) chosen = [who, asker];
      if (!chosen) return;
      const [who, asker] = chosen;
      const ticket = asker.waiting.shift();
      if (!ticket) return;
      this.#waiting--;
      ticket.grant(this.#start(who));
    }
  }
}

const isBefore = (one: Asker, other: Asker): boolean =>
  one.running < other.running || (one.running === other.running && one.turn < other.turn);

const busy = (): Fault => new Fault('busy', '', 'the server has too much to do, try again shortly', { retryAfter: 2 });
