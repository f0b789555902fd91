// Times of ECQL, written without quotes: an instant, a period of two instants, or of an instant and a duration (`2026-01-01T00:00:00Z/P30D`).
import { Fault } from '../model/fault';
import { shown } from './budget';
import type { Tokens } from './cql2-tokens';
import type { Period } from './filter';

const duration =
  /^P(?!$)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?!$)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$/i;
const day = /^\d{4}-\d\d-\d\d$/;
const full = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** Reads times from tokens. Faults at `locator`: malformed, invalid-value. */
export class EcqlTimes {
  readonly #tokens: Tokens;
  readonly #locator: string;

  constructor(tokens: Tokens, locator: string) {
    this.#tokens = tokens;
    this.#locator = locator;
  }

  /** An instant (a period whose ends are equal) or a period. */
  period(): Period {
    const first = this.#part();
    if (!this.#tokens.isSign('/')) {
      const [begin, end = begin] = first.split('/');
      return this.#ends(begin ?? '', end ?? '');
    }
    this.#tokens.next();
    return this.#ends(first, this.#part());
  }

  /** One end as written: an unquoted time or duration, a year, or any of them in quotes. */
  #part(): string {
    const token = this.#tokens.next();
    const isTime = token.kind === 'time' || token.kind === 'string' || (token.kind === 'number' && /^\d{4}$/.test(token.text));
    if (isTime || (token.kind === 'name' && duration.test(token.text))) return token.text.trim();
    return this.#tokens.refuse('an instant is missing', token.at);
  }

  #ends(begin: string, end: string): Period {
    const [long, short] = [duration.test(begin), duration.test(end)];
    if (long && short) return this.#invalid('a period of two durations has no place in time');
    if (long) return { begin: this.#moved(end, begin, -1), end };
    return { begin, end: short ? this.#moved(begin, end, 1) : end };
  }

  /** The instant that lies a duration after (1) or before (-1) another, by the calendar, in UTC. */
  #moved(instant: string, by: string, sign: 1 | -1): string {
    const wanted = full.test(instant) ? (/(?:Z|[+-]\d\d:?\d\d)$/i.test(instant) ? instant : `${instant}Z`) : `${instant}T00:00:00Z`;
    const date = new Date(wanted.replace(' ', 'T'));
    if ((!full.test(instant) && !day.test(instant)) || Number.isNaN(date.getTime()))
      return this.#invalid(`${shown(instant)} is no instant that a duration could be added to`);
    const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = (duration.exec(by) ?? [])
      .slice(1)
      .map(text => sign * Number(text ?? 0));
    date.setUTCFullYear(date.getUTCFullYear() + years, date.getUTCMonth() + months, date.getUTCDate() + weeks * 7 + days);
    date.setTime(date.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000);
    const year = date.getUTCFullYear();
    if (!(year >= 1 && year <= 9999)) return this.#invalid(`${shown(by)} leads out of the calendar`);
    return date.toISOString();
  }

  #invalid(text: string): never {
    throw new Fault('invalid-value', this.#locator, text);
  }
}
