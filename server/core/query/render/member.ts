// What every printer of members works on: the columns of one page under short names, so that formatting stands outside the page's
// OFFSET and is computed only for rows that are sent.
import type { FeatureType, GeometryProperty, Property } from '../../model/feature-type';
import { keyPatterns } from '../../model/feature-id';
import { join, literal, sql, type Sql } from '../sql';

export interface Member {
  readonly type: FeatureType;
  /** Properties asked for, each with the expression of its column in the page. */
  readonly properties: readonly { readonly property: Property; readonly value: Sql }[];
  /** Geometry in the answer's CRS, when it is asked for. */
  readonly geometry: { readonly property: GeometryProperty; readonly value: Sql } | null;
  readonly key: Sql;
  /** EPSG code of the coordinates in the answer. */
  readonly srid: number;
}

/** The key as part of a feature id (D4); characters outside XML names are rare, so they are looked for first. */
export function idKey(member: Member): Sql {
  const { key, type } = member;
  if (type.table.key.type === 'integer') return key;
  const escape = (code: Sql): Sql => sql`'_x' || upper(lpad(to_hex(${code}), 4, '0')) || '_'`;
  // characters beyond the basic plane are two UTF-16 units
  const pair = sql`${escape(sql`55296 + ((ascii(c) - 65536) >> 10)`)} || ${escape(sql`56320 + ((ascii(c) - 65536) & 1023)`)}`;
  const letter = sql`case when c !~ ${literal(keyPatterns.outside)} then c when ascii(c) > 65535 then ${pair} else ${escape(sql`ascii(c)`)} end`;
  const looksEscaped = literal(keyPatterns.escapeLike);
  const escaped = sql`(select string_agg(${letter}, '' order by i) from regexp_split_to_table(regexp_replace(${key}, ${looksEscaped}, '_x005F_', 'g'), '') with ordinality as letters(c, i))`;
  return sql`case when ${key} ~ ${literal(`${keyPatterns.outside}|${keyPatterns.escapeLike}`)} then ${escaped} else ${key} end`;
}

/** An instant in ISO 8601, UTC, with a fraction where there is one. The session's zone is UTC and its date style ISO. */
export const instant = (value: Sql): Sql => sql`replace(replace(${value}::timestamptz::text, ' ', 'T'), '+00', 'Z')`;

/** concat() takes at most 100 arguments: longer lists are nested. Null parts vanish. */
export function concat(parts: readonly Sql[]): Sql {
  if (parts.length <= 90) return sql`concat(${join(parts, sql`, `)})`;
  const groups: Sql[] = [];
  for (let i = 0; i < parts.length; i += 90) groups.push(concat(parts.slice(i, i + 90)));
  return concat(groups);
}

/** A list of constant and computed parts, neighbouring constants joined. */
export class Parts {
  readonly #list: Sql[] = [];
  #pending = '';
  text(constant: string): this {
    this.#pending += constant;
    return this;
  }
  value(expression: Sql): this {
    this.#flush();
    this.#list.push(expression);
    return this;
  }
  concat(): Sql {
    this.#flush();
    return concat(this.#list);
  }
  #flush(): void {
    if (this.#pending !== '') this.#list.push(literal(this.#pending));
    this.#pending = '';
  }
}
