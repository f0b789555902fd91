// The one clock (D26). Charter days are days of Europe/Paris; durations are measured with performance.now() elsewhere.

export interface Clock {
  /** ISO 8601 instant, UTC. */
  now(): string;
}

/** A clock that starts at `start` and runs on, or the machine's. */
export function clockFrom(start: string | null): Clock {
  const offset = start === null ? 0 : Date.parse(start) - Date.now();
  return { now: () => new Date(Date.now() + offset).toISOString() };
}

const paris = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris', year: 'numeric', month: '2-digit', day: '2-digit' });

/** The last hour that was asked for, with its day: days begin at whole hours of UTC, and formatting is slow. */
let lately = { hour: '', day: '' };

/** The day of an instant in Europe/Paris, `2026-06-15`. */
export function parisDay(instant: string): string {
  if (!instant.endsWith('Z')) return paris.format(new Date(instant));
  const hour = instant.slice(0, 13);
  if (lately.hour !== hour || hour.length < 13) lately = { hour, day: paris.format(new Date(instant)) };
  return lately.day;
}

/** The instant (ISO, UTC) at which a day begins in Europe/Paris. */
export function parisMidnight(day: string): string {
  const utc = Date.parse(`${day}T00:00:00Z`);
  for (const hours of [1, 2, 0]) {
    const candidate = new Date(utc - hours * 3_600_000).toISOString();
    if (parisDay(candidate) === day && parisDay(new Date(Date.parse(candidate) - 1).toISOString()) !== day) return candidate;
  }
  return new Date(utc).toISOString();
}
