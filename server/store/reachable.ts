// Watches for a database that is away: tries again with growing pauses and tells meanwhile that it is away (F2, F3).
import { errorCode } from './errors';
import type { Log } from './log';

/** First and longest pause between two tries, in milliseconds. */
export const backOff = { first: 250, longest: 8_000 } as const;

export class Watch {
  private away = false;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  /** @param attempt resolves when the database is there (and migrated) */
  constructor(
    private readonly attempt: () => Promise<void>,
    private readonly log: Log,
  ) {}

  get isAway(): boolean {
    return this.away;
  }

  start(): void {
    if (this.away || this.stopped) return;
    this.away = true;
    this.next(backOff.first);
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private next(pause: number): void {
    this.timer = setTimeout(() => void this.try(pause), pause);
  }

  private async try(pause: number): Promise<void> {
    try {
      await this.attempt();
      this.away = false;
      this.log.info({}, 'the database is there');
    } catch (error) {
      if (this.stopped) return;
      const longer = Math.min(backOff.longest, pause * 2);
      this.log.warn({ code: errorCode(error), retryIn: longer, reason: String(error) }, 'the database is still away');
      this.next(longer);
    }
  }
}
