// How a published table gives its keys, and which of its columns fill themselves: asked once per transaction and type.
import { randomUUID } from 'node:crypto';
import type { FeatureType } from '../core/model/feature-type';
import type { Session } from './database';

export type KeySource =
  | { readonly kind: 'sequence'; readonly name: string }
  | { readonly kind: 'next' }
  | { readonly kind: 'text' }
  | { readonly kind: 'default' };

export interface TableFacts {
  /** Columns that the database fills where nothing is told. */
  readonly defaults: ReadonlySet<string>;
  /** Columns that must have a value. */
  readonly required: ReadonlySet<string>;
  /** The key column takes a value only when it is told to. */
  readonly always: boolean;
  /**
   * Where new keys come from: a sequence; the next number (with the lock of the table's name); a random text; or the column's own default,
   * which gives one row at a time.
   */
  readonly source: KeySource;
}

interface ColumnRow {
  readonly name: string;
  readonly filled: boolean;
  readonly required: boolean;
  readonly identity: string;
  readonly sequence: string | null;
}

const columnsSql = `
  select a.attname as name, (a.atthasdef or a.attidentity <> '') as filled, a.attnotnull as required, a.attidentity::text as identity,
    case when a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
      then pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) end as sequence
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1::text and c.relname = $2::text and a.attnum > 0 and not a.attisdropped`;

export async function tableFacts(session: Session, { table }: FeatureType): Promise<TableFacts> {
  const rows = await session.rows<ColumnRow>(columnsSql, [table.schema, table.name]);
  const key = rows.find(row => row.name === table.key.column);
  const source = ((): KeySource => {
    if (table.key.type === 'text') return { kind: key?.filled === true ? 'default' : 'text' };
    if (key?.sequence) return { kind: 'sequence', name: key.sequence };
    return { kind: key?.filled === true ? 'default' : 'next' };
  })();
  return {
    defaults: new Set(rows.filter(row => row.filled && row.name !== table.key.column).map(row => row.name)),
    required: new Set(rows.filter(row => row.required).map(row => row.name)),
    always: key?.identity === 'a',
    source,
  };
}

/** Writers that number the same table take turns. */
const numbering = 7_316_003;

/** New keys for a table, that many. */
export class Keys {
  #ahead = false;

  constructor(
    private readonly session: Session,
    private readonly type: FeatureType,
    private readonly source: KeySource,
  ) {}

  async take(count: number): Promise<string[]> {
    const { source, session } = this;
    if (source.kind === 'text') return Array.from({ length: count }, () => randomUUID());
    if (source.kind === 'next') {
      await this.#lock();
      const last = BigInt(await this.#greatest());
      return Array.from({ length: count }, (_, i) => String(last + BigInt(i + 1)));
    }
    if (source.kind === 'default') throw new Error('keys of this table come with its rows');
    if (!this.#ahead) await this.#catchUp(source.name);
    const rows = await session.rows<{ k: string }>(`select nextval($1::text::regclass)::text as k from generate_series(1, $2::integer)`, [
      source.name,
      count,
    ]);
    return rows.map(row => row.k);
  }

  /** A file that was imported brought its own numbers: the sequence goes on behind them. */
  async #catchUp(sequence: string): Promise<void> {
    this.#ahead = true;
    const [last] = await this.session.rows<{ last: string }>(`select last_value::text as last from ${sequence}`);
    if (BigInt(await this.#greatest()) < BigInt(last?.last ?? 0)) return;
    await this.#lock();
    await this.session.rows(
      `select setval($1::text::regclass, greatest($2::text::bigint, (select last_value from ${sequence}), 1::bigint))`,
      [sequence, await this.#greatest()],
    );
  }

  async #lock(): Promise<void> {
    const { schema, name } = this.type.table;
    await this.session.rows('select pg_advisory_xact_lock($1::integer, hashtext($2::text))', [numbering, `${schema}.${name}`]);
  }

  async #greatest(): Promise<string> {
    const { schema, name, key } = this.type.table;
    const quoted = (word: string): string => `"${word.replaceAll('"', '""')}"`;
    const [row] = await this.session.rows<{ last: string }>(
      `select coalesce(max(${quoted(key.column)}), 0)::text as last from ${quoted(schema)}.${quoted(name)}`,
    );
    return row?.last ?? '0';
  }
}
