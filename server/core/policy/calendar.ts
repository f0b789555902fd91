// Days of the charter: periods with inclusive ends, and the next midnight at which a decision may change without a write (D12).
import { parisMidnight } from '../model/clock';

/** Whether a day lies in a period whose ends are days that belong to it; null: open. */
export function within(day: string, first: string | null, last: string | null): boolean {
  return (first === null || first <= day) && (last === null || day <= last);
}

/** The day after an ISO day. */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** Collects what lies ahead and keeps the nearest of it. */
export class Horizon {
  readonly #instant: string;
  readonly #day: string;
  #nearestDay: string | null = null;
  #nearestInstant: string | null = null;

  constructor(instant: string, day: string) {
    this.#instant = instant;
    this.#day = day;
  }

  /** Something begins at 00:00 of these days. */
  starts(...days: readonly (string | null)[]): this {
    for (const day of days)
      if (day !== null && day > this.#day && (this.#nearestDay === null || day < this.#nearestDay)) this.#nearestDay = day;
    return this;
  }

  /** Something holds through these days and ends with them. */
  ends(...days: readonly (string | null)[]): this {
    return this.starts(...days.map(day => (day === null ? null : nextDay(day))));
  }

  /** Something changes at this instant. */
  at(instant: string | null): this {
    if (instant !== null && instant > this.#instant && (this.#nearestInstant === null || instant < this.#nearestInstant))
      this.#nearestInstant = instant;
    return this;
  }

  /** The nearest of all as an instant (ISO, UTC); null: nothing ahead. */
  get instant(): string | null {
    const midnight = this.#nearestDay === null ? null : parisMidnight(this.#nearestDay);
    return earliest(midnight, this.#nearestInstant);
  }
}

/** The earlier of two instants, null standing for never. */
export function earliest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
