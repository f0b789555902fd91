// Statements as values: text of our own, identifiers out of the registry and typed parameters, never a request's string. One statement
// prints in two ways: with bound `$n`, and with `current_setting('geomig.pN')` for COPY, which takes no parameters (D6).
import type { LocatedGeometry } from '../model/geometry';
import { writeEwkbHex } from '../model/wkb';

/** Database types a parameter may have. */
export type ParamType =
  | 'float8'
  | 'int8'
  | 'numeric'
  | 'text'
  | 'bool'
  | 'date'
  | 'timestamptz'
  | 'text[]'
  | 'int8[]'
  | 'float8[]'
  | 'numeric[]'
  | 'bool[]'
  | 'date[]'
  | 'timestamptz[]'
  | 'geometry';

/** A value outside the text, printed as its database type reads it. Made by `param`. */
export class Param {
  readonly #sealed = true;
  constructor(
    readonly type: ParamType,
    readonly text: string,
    /** Printed as a sub-select in COPY, so that it is computed once: arrays, geometries, and what `once` asks. */
    readonly once: boolean,
  ) {}
  static is(value: unknown): value is Param {
    return value instanceof Param && value.#sealed;
  }
}

/** A quoted name of a schema, table or column; the words come from the registry. */
export class Identifier {
  readonly #sealed = true;
  readonly text: string;
  constructor(words: readonly string[]) {
    this.text = words.map(quoteName).join('.');
  }
  static is(value: unknown): value is Identifier {
    return value instanceof Identifier && value.#sealed;
  }
}

/** A piece of a statement. Made by the template tag `sql`, by `literal` and `join` only. */
export class Sql {
  readonly #sealed = true;
  constructor(readonly parts: readonly (string | Param)[]) {}
  static is(value: unknown): value is Sql {
    return value instanceof Sql && value.#sealed;
  }
}

function quoteName(word: string): string {
  if (word === '' || word.includes('\0')) throw new Error('an empty name or a NUL in a name of the registry');
  return `"${word.replaceAll('"', '""')}"`;
}

/** `ident('bench', 'batiment')` prints `"bench"."batiment"`. */
export const ident = (...words: readonly [string, ...string[]]): Identifier => new Identifier(words);

/** The tag of all SQL. A bare string as a value does not compile, and throws. */
export function sql(strings: TemplateStringsArray, ...values: readonly (Sql | Param | Identifier)[]): Sql {
  if (!Array.isArray(strings.raw)) throw new TypeError('sql is a template tag');
  const parts: (string | Param)[] = [];
  strings.forEach((text, index) => {
    add(parts, text);
    if (index >= values.length) return;
    const value: unknown = values[index];
    if (Sql.is(value)) for (const part of value.parts) add(parts, part);
    else if (Identifier.is(value)) add(parts, value.text);
    else if (Param.is(value)) parts.push(value);
    else throw new TypeError('only Sql, Param and Identifier may stand in a statement');
  });
  return new Sql(parts);
}

function add(parts: (string | Param)[], part: string | Param): void {
  const last = parts.length - 1;
  const before = parts[last];
  if (typeof part === 'string' && typeof before === 'string') parts[last] = before + part;
  else if (part !== '') parts.push(part);
}

/** A constant out of the registry or the server's own vocabulary (element names, separators), quoted. Never for a request's text. */
export function literal(text: string): Sql {
  if (text.includes('\0')) throw new Error('a NUL in a constant');
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return new Sql([text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted]);
}

/** A whole number of the server's own (decimals, options, EPSG codes). */
export function integer(value: number): Sql {
  if (!Number.isSafeInteger(value)) throw new Error(`${value} is not a whole number`);
  return new Sql([String(value)]);
}

export function join(list: readonly Sql[], separator: Sql): Sql {
  const parts: (string | Param)[] = [];
  list.forEach((item, index) => {
    if (index > 0) for (const part of separator.parts) add(parts, part);
    for (const part of item.parts) add(parts, part);
  });
  return new Sql(parts);
}

type Scalar = 'float8' | 'int8' | 'numeric' | 'text' | 'bool' | 'date' | 'timestamptz';

/** A scalar parameter. Numbers must be finite; NUL cannot be stored and is refused by the readers before. */
export function param(type: Scalar, value: string | number | boolean): Param {
  return new Param(type, scalarText(value), false);
}

/** The same, computed once per statement: for a value that stands inside a function of every row. */
export function paramOnce(type: Scalar, value: string | number | boolean): Param {
  return new Param(type, scalarText(value), true);
}

/** An array parameter, in the array syntax of the database. */
export function paramArray(type: Scalar, values: readonly (string | number | boolean)[]): Param {
  const items = values.map(value => `"${scalarText(value).replace(/["\\]/g, '\\$&')}"`);
  return new Param(`${type}[]`, `{${items.join(',')}}`, true);
}

/** A geometry parameter: hex EWKB with its own SRID. */
export function paramGeometry({ geometry, srid }: LocatedGeometry): Param {
  return new Param('geometry', writeEwkbHex(geometry, srid), true);
}

function scalarText(value: string | number | boolean): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('a number that is not finite');
  const text = String(value);
  if (text.includes('\0')) throw new Error('a NUL in a parameter');
  return text;
}

export interface Printed {
  readonly text: string;
  readonly values: readonly string[];
}

/** For a statement with bound values: `$1::float8`. Equal parameters share a number. */
export function print(statement: Sql): Printed {
  const numbers = new Numbers();
  const text = statement.parts.map(part => (typeof part === 'string' ? part : `$${numbers.of(part)}::${part.type}`)).join('');
  return { text, values: numbers.values };
}

/**
 * For COPY and DECLARE: `current_setting('geomig.p1')::float8`, and the statement that sets the values first in the same transaction
 * (null when there is none). Geometries and arrays print as a sub-select: measured, without it they are read again for every row.
 */
export function printSettings(statement: Sql): { readonly text: string; readonly set: Printed | null } {
  const numbers = new Numbers();
  const text = statement.parts
    .map(part => {
      if (typeof part === 'string') return part;
      const read = `current_setting('geomig.p${numbers.of(part)}')::${part.type}`;
      if (!part.once) return read;
      // the second cast does nothing but say that `any(…)` is given an array and not a sub-query
      return part.type.endsWith('[]') ? `(select ${read})::${part.type}` : `(select ${read})`;
    })
    .join('');
  if (numbers.values.length === 0) return { text, set: null };
  const calls = numbers.values.map((_, index) => `set_config('geomig.p${index + 1}', $${index + 1}, true)`);
  return { text, set: { text: `select ${calls.join(', ')}`, values: numbers.values } };
}

class Numbers {
  readonly values: string[] = [];
  readonly #known = new Map<string, number>();
  of(parameter: Param): number {
    const key = `${parameter.type} ${parameter.text}`;
    let number = this.#known.get(key);
    if (number === undefined) {
      number = this.values.push(parameter.text);
      this.#known.set(key, number);
    }
    return number;
  }
}
