// Words of CQL2 text and ECQL. Hand-written: one pass, one character after the other, no expression over more than a token (SEC10).
import { Fault } from '../model/fault';

export type Token =
  /** `quoted`: in double quotes, so it is never a keyword. */
  | { readonly kind: 'name'; readonly text: string; readonly quoted: boolean; readonly at: number }
  | { readonly kind: 'string'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  /** An instant without quotes, as ECQL writes it: `2006-11-30T01:30:00Z`. */
  | { readonly kind: 'time'; readonly text: string; readonly at: number }
  | { readonly kind: 'sign'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

const time = /\d{4}-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:?\d\d)?)?)?(?![\w.])/y;
const number = /(?:\d{1,60}(?:\.\d{0,60})?|\.\d{1,60})(?:[eE][+-]?\d{1,4})?(?![\w.])/y;
const nameStart = /[\p{L}_]/u;
const namePart = /[\p{L}\p{N}\p{M}_.:]/u;
const pairs: ReadonlySet<string> = new Set(['<>', '!=', '<=', '>=', '==']);

/** Reads one token after the other. Fault malformed at `locator`. */
export class Tokens {
  readonly #text: string;
  readonly #locator: string;
  #position = 0;
  #ahead: Token | undefined;
  #taken = 0;

  constructor(text: string, locator: string) {
    this.#text = text;
    this.#locator = locator;
  }

  /** The next token, which stays. */
  get peek(): Token {
    return (this.#ahead ??= this.#read());
  }

  /** The next token, taken. */
  next(): Token {
    const token = this.peek;
    this.#ahead = undefined;
    this.#taken = token.at;
    return token;
  }

  /** Where the token stands that was taken last; 0 is the first character. */
  get taken(): number {
    return this.#taken;
  }

  isSign(text: string): boolean {
    const token = this.peek;
    return token.kind === 'sign' && token.text === text;
  }

  /** Takes a sign, which must be there. */
  sign(text: string): void {
    const token = this.next();
    if (token.kind !== 'sign' || token.text !== text) this.refuse(`"${text}" is missing`, token.at);
  }

  /** Whether the next token is that keyword (in capitals here, in any case there, never in quotes). */
  isWord(word: string): boolean {
    const token = this.peek;
    return token.kind === 'name' && !token.quoted && token.text.toUpperCase() === word;
  }

  /** Takes a keyword when it is there. */
  takes(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.next();
    return true;
  }

  /** Takes a keyword, which must be there. */
  word(word: string): void {
    if (!this.takes(word)) this.refuse(`${word} is missing`, this.peek.at);
  }

  /** Takes `WORD (` when both are there; else nothing, since a property may have that name. */
  opens(word: string): boolean {
    if (!this.isWord(word)) return false;
    const mark = this.peek.at;
    this.next();
    if (this.isSign('(')) {
      this.next();
      return true;
    }
    this.#position = mark;
    this.#ahead = undefined;
    return false;
  }

  /** `(item, item, …)`. */
  list<T>(item: (before: number) => T): T[] {
    this.sign('(');
    const items = [item(0)];
    while (this.isSign(',')) {
      this.next();
      items.push(item(items.length));
    }
    this.sign(')');
    return items;
  }

  refuse(what: string, at: number): never {
    throw new Fault('malformed', this.#locator, `${what} at character ${at + 1} of the filter`);
  }

  #read(): Token {
    const text = this.#text;
    while (/\s/.test(text.charAt(this.#position))) this.#position++;
    const at = this.#position;
    if (at >= text.length) return { kind: 'end', text: '', at };
    const first = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (first === "'") return { kind: 'string', text: this.#quoted("'"), at };
    if (first === '"') return { kind: 'name', text: this.#quoted('"'), quoted: true, at };
    if (nameStart.test(first)) return { kind: 'name', text: this.#name(), quoted: false, at };
    if (/[\d.]/.test(first)) {
      const instant = this.#match(time);
      if (instant !== undefined) return { kind: 'time', text: instant, at };
      const digits = this.#match(number);
      return digits === undefined ? this.refuse('a number that cannot be read', at) : { kind: 'number', text: digits, at };
    }
    const pair = text.slice(at, at + 2);
    const sign = pairs.has(pair) ? pair : '=<>(),/+-*;[]'.includes(first) ? first : undefined;
    if (sign === undefined) return this.refuse(`"${first}" has no meaning`, at);
    this.#position += sign.length;
    return { kind: 'sign', text: sign, at };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0];
    this.#position += found?.length ?? 0;
    return found;
  }

  #name(): string {
    const start = this.#position;
    for (;;) {
      const character = String.fromCodePoint(this.#text.codePointAt(this.#position) ?? 0);
      if (!namePart.test(character)) return this.#text.slice(start, this.#position);
      this.#position += character.length;
    }
  }

  /** The inside of quotes; a doubled quote stands for one (CQL2 § 8.2.2; `\'` of its text encoding is no escape in SQL and none here). */
  #quoted(quote: string): string {
    const start = this.#position;
    let value = '';
    for (let from = start + 1; ;) {
      const close = this.#text.indexOf(quote, from);
      if (close < 0) return this.refuse(quote === "'" ? 'a text is not closed' : 'a quoted name is not closed', start);
      value += this.#text.slice(from, close);
      if (this.#text.charAt(close + 1) !== quote) {
        this.#position = close + 1;
        return value;
      }
      value += quote;
      from = close + 2;
    }
  }
}
