// GEOMIG_RATE: requests per second and address, with a reserve of a few seconds, for a map asks many things at once. Kept in memory,
// bounded; time is monotonic (D26).

/** Seconds of the rate that may be spent at once. */
const reserve = 5;
const mostKept = 20_000;

interface Bucket {
  tokens: number;
  at: number;
}

export class Rate {
  readonly #kept = new Map<string, Bucket>();

  /** `perSecond`: 0 = no brake; `now`: monotonic milliseconds. */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes one request of that address; the seconds to wait when there is none left, else 0. */
  take(address: string): number {
    if (this.perSecond === 0) return 0;
    const now = this.now();
    const most = Math.max(1, this.perSecond * reserve);
    const bucket = this.#kept.get(address) ?? { tokens: most, at: now };
    bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) / 1000) * this.perSecond);
    bucket.at = now;
    this.#kept.delete(address);
    this.#kept.set(address, bucket);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
    if (bucket.tokens < 1) return (1 - bucket.tokens) / this.perSecond;
    bucket.tokens -= 1;
    return 0;
  }
}
