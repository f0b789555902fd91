// Brakes on guessing: after a number of failures for a login or from an address, each further try waits twice as long as the one before.
// Nothing is held while somebody waits: they get 429 with Retry-After. Kept in memory; time is monotonic (D26).
import { Fault } from '../core/model/fault';

interface Failures {
  count: number;
  /** Monotonic milliseconds until which tries are refused. */
  until: number;
  last: number;
}

const longest = 900_000;
/** A quarter of an hour without failure after the last wait forgets them. */
const memory = 900_000;
const mostKept = 20_000;

export class Brakes {
  readonly #attempts: number;
  readonly #now: () => number;
  readonly #kept = new Map<string, Failures>();

  /** `attempts`: failures that are free; `now`: monotonic milliseconds. */
  constructor(attempts: number, now: () => number = () => performance.now()) {
    this.#attempts = attempts;
    this.#now = now;
  }

  /** Fault too-many when one of the keys has to wait; retryAfter in whole seconds. */
  check(...keys: readonly string[]): void {
    const now = this.#now();
    const wait = Math.max(0, ...keys.map(key => (this.#current(key, now)?.until ?? 0) - now));
    if (wait > 0)
      throw new Fault('too-many', '', 'too many failed attempts, try again later', { retryAfter: Math.max(1, Math.ceil(wait / 1000)) });
  }

  failed(...keys: readonly string[]): void {
    const now = this.#now();
    for (const key of keys) {
      const failures = this.#current(key, now) ?? { count: 0, until: 0, last: now };
      failures.count++;
      failures.last = now;
      const beyond = failures.count - this.#attempts;
      if (beyond >= 0) failures.until = now + Math.min(longest, 1000 * 2 ** Math.min(beyond, 20));
      this.#kept.delete(key);
      this.#kept.set(key, failures);
    }
    // the oldest go first
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(key);
    }
  }

  /** A success of that login; an address is forgiven by time alone, or one's own account would free it for guessing at others. */
  succeeded(key: string): void {
    this.#kept.delete(key);
  }

  #current(key: string, now: number): Failures | undefined {
    const failures = this.#kept.get(key);
    if (!failures) return undefined;
    if (Math.max(failures.until, failures.last) + memory >= now) return failures;
    this.#kept.delete(key);
    return undefined;
  }
}
