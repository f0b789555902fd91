// Query parameters of OWS requests: names without case, one value each (a repetition with another value is refused).
import { Fault } from '../../core/model/fault';

/** A question mark before a parameter that only an OWS request has. */
const strayMark = /\?(?=(?:service|request|version|acceptversions)=)/gi;

export class Kvp {
  readonly #values = new Map<string, { readonly name: string; readonly value: string }>();

  /**
   * Reads a raw query string (without `?`); `+` is a space. A string in which no request can be found is read once more as clients mean it that put
   * a `?` after an address with parameters, or `&amp;` between them. Faults: invalid-value on a repetition that disagrees or on NUL.
   */
  constructor(query: string) {
    this.#read(query);
    if (this.#values.has('request') && this.#values.has('service')) return;
    const meant = query.replace(strayMark, '&').replace(/&amp;/gi, '&');
    if (meant === query) return;
    this.#values.clear();
    this.#read(meant);
  }

  #read(query: string): void {
    for (const [name, value] of new URLSearchParams(query)) {
      const key = name.toLowerCase();
      if (value.includes('\0') || name.includes('\0'))
        throw new Fault('invalid-value', name.replaceAll('\0', ''), 'a parameter contains a NUL character');
      const before = this.#values.get(key);
      if (before && before.value !== value)
        throw new Fault('invalid-value', name, `parameter ${name} is given twice with different values`);
      this.#values.set(key, { name, value });
    }
  }

  /** The value of a parameter, undefined when absent. An empty value is a value. */
  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase())?.value;
  }

  /** The value, or the fault missing-parameter; empty counts as missing. */
  need(name: string): string {
    const value = this.get(name);
    if (value === undefined || value === '') throw new Fault('missing-parameter', name, `parameter ${name} is missing`);
    return value;
  }

  /** A whole number within bounds, or the default when absent or empty. */
  integer(name: string, options: { readonly min: number; readonly max: number; readonly absent: number }): number {
    const text = this.get(name);
    if (text === undefined || text === '') return options.absent;
    const value = /^\+?\d{1,15}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
    if (!(value >= options.min && value <= options.max))
      throw new Fault(
        'invalid-value',
        name,
        `${name} is "${text.slice(0, 60)}", expected a whole number from ${options.min} to ${options.max}`,
      );
    return value;
  }

  /** The parts of a comma-separated value; an absent or empty parameter gives none. */
  list(name: string): string[] {
    const text = this.get(name);
    return text === undefined || text === '' ? [] : text.split(',').map(part => part.trim());
  }

  /** Names as they were written. */
  names(): string[] {
    return [...this.#values.values()].map(entry => entry.name);
  }
}
