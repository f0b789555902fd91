// Reading records for one caller: the charter's filter and the caller's under one AND, one REPEATABLE READ view for count and page, a total
// order (identifier last), documents in the variant the caller may read (R23, R24, D15, D16).
import { Fault } from '../core/model/fault';
import type { FeatureType, Property } from '../core/model/feature-type';
import { propertyOf } from '../core/model/feature-type';
import type { Envelope } from '../core/model/geometry';
import { check, checkedAnd, type CheckedFilter } from '../core/filter/check';
import { and, or, type Filter } from '../core/filter/filter';
import type { RecordForm, RecordQuery, RecordSnapshot, RecordSource, RecordSummary } from '../core/ports/doors';
import type { RecordTypes } from '../core/ports/record-store';
import type { SortKey } from '../core/query/query';
import { ident, integer, join, param, paramArray, print, sql, type Sql } from '../core/query/sql';
import { columnOf, compileWhere, french } from '../core/query/where';
import type { Database, Session } from './database';
import type { Assumption } from './generations';

export interface RecordSourceOptions {
  readonly database: Database;
  /** From the catalogue, of that generation. */
  readonly types: RecordTypes;
  /** The charter's: checked against the whole type. */
  readonly filter: Filter;
  /** Organisation whose records are shown in the owner's variant; null: none. */
  readonly owner: number | null;
  /** Number of geomig.generation 'records', read after the request arrived. */
  readonly generation: number;
  /** `prefix:local` of a dataset's layer if the caller may view it. */
  readonly layerOf?: (dataset: string) => string | null;
  /** Looked at in every view that is opened. */
  readonly assumption?: Pick<Assumption, 'askIn'> | null;
}

/** The generation of the records now. */
export async function recordsGeneration(session: Session): Promise<number> {
  const [row] = await session.rows<{ number: string }>(`select number from geomig.generation where what = 'records'`);
  return Number(row?.number ?? 0);
}

/** The catalogue bound to one caller. */
export function openRecords(options: RecordSourceOptions): RecordSource {
  const { database, types, generation } = options;
  return {
    type: types.caller,
    generation,
    open: async signal => {
      const session = await database.begin({ role: 'reader', snapshot: true, signal, timeout: 30_000 });
      options.assumption?.askIn(session);
      return new Snapshot(session, options);
    },
  };
}

/** Identifiers are fetched first, then documents by so many: a long page needs no memory. */
const batch = 50;

class Snapshot implements RecordSnapshot {
  readonly #session: Session;
  readonly #options: RecordSourceOptions;

  constructor(session: Session, options: RecordSourceOptions) {
    this.#session = session;
    this.#options = options;
  }

  async count(filter: Filter): Promise<number> {
    const [row] = await this.#rows<{ count: string }>(sql`select count(*) as count ${this.#from(filter)}`);
    return Number(row?.count ?? 0);
  }

  async *documents(query: RecordQuery, form: RecordForm): AsyncGenerator<{ readonly identifier: string; readonly xml: string }> {
    const ids = await this.#page(query);
    for (let at = 0; at < ids.length; at += batch) {
      const slice = ids.slice(at, at + batch).map(row => row.id);
      const rows = await this.#rows<{ id: number; identifier: string; xml: string }>(
        sql`select t.id, t.identifier, coalesce(o.xml, d.xml) as xml from geomig.record t
          join geomig.record_document d on d.record_id = t.id and d.variant = 'public' and d.form = ${param('text', form)}
          left join geomig.record_document o on o.record_id = t.id and o.variant = 'owner' and o.form = d.form and ${this.#mine()}
          where t.id = any(${paramArray('int8', slice)})`,
      );
      const byId = new Map(rows.map(row => [row.id, row]));
      for (const id of slice) {
        const row = byId.get(id);
        if (!row) throw new Fault('internal', '', 'a record has no document');
        yield { identifier: row.identifier, xml: row.xml };
      }
    }
  }

  async summaries(query: RecordQuery): Promise<RecordSummary[]> {
    const ids = (await this.#page(query)).map(row => row.id);
    if (ids.length === 0) return [];
    const rows = await this.#rows<SummaryRow>(
      sql`select t.id, t.identifier, t.title, t.abstract, t.scope, t.organisations, t.modified, t.date_stamp, t.keywords, t.topic_categories, t.box, t.dataset, t.kind, t.visibility
        from geomig.record t where t.id = any(${paramArray('int8', ids)})`,
    );
    const byId = new Map(rows.map(row => [row.id, row]));
    return ids.flatMap(id => {
      const row = byId.get(id);
      return row ? [this.#summary(row)] : [];
    });
  }

  async domain(property: string, filter: Filter): Promise<{ readonly value: string; readonly count: number }[]> {
    const found = propertyOf(this.#options.types.caller, property, property);
    if (found.fullText) throw new Fault('invalid-value', property, `${property} has no list of values`);
    const column = columnOf(found);
    const value = found.many ? sql`v` : column;
    const source = found.many ? sql`${this.#from(filter, sql`cross join lateral unnest(${column}) v`)}` : this.#from(filter);
    // numbers and days in their own order, texts in the French one
    const key = found.type === 'string' ? sql`${value} ${french}` : value;
    const shown = found.type === 'dateTime' ? sql`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')` : sql`${value}::text`;
    const rows = await this.#rows<{ value: string; count: string }>(
      sql`select ${shown} as value, count(distinct t.id) as count ${source} and ${value} is not null group by ${value} order by ${key}`,
    );
    return rows.map(row => ({ value: row.value, count: Number(row.count) }));
  }

  close(): Promise<void> {
    return this.#session.rollback();
  }

  /** Ids of the page, in its order. */
  async #page(query: RecordQuery): Promise<{ id: number }[]> {
    if (query.count === 0) return [];
    const keys = [...query.sort.map(key => orderBy(key, this.#options.types.caller)), sql`t.identifier collate "C"`];
    return this.#rows<{ id: number }>(
      sql`select t.id ${this.#from(query.filter)} order by ${join(keys, sql`, `)} limit ${integer(query.count)} offset ${integer(query.start)}`,
    );
  }

  /** `from … where …` of what the caller asks among what the caller may see. */
  #from(filter: Filter, more: Sql = sql``): Sql {
    const { types } = this.#options;
    // a caller's names are checked against what a caller may name; only then the owner's text search comes in
    check(filter, types.caller);
    const asked = check(this.#withOwnText(filter), types.whole);
    const where = compileWhere(checkedAnd(this.#allowed(), asked), types.whole.table.key);
    if (where.shared.length > 0) throw new Error('the filter of records has shared parts');
    return sql`from ${ident('geomig', 'record')} t ${more} where ${where.predicate}`;
  }

  /** A fault in the charter's filter is a defect of ours, and its text would name what the caller must not know. */
  #allowed(): CheckedFilter {
    try {
      return check(this.#options.filter, this.#options.types.whole);
    } catch (cause) {
      throw new Fault('internal', '', 'the records a caller may see cannot be told', { cause });
    }
  }

  #mine(): Sql {
    return this.#options.owner === null ? sql`false` : sql`t.owner_id = ${integer(this.#options.owner)}`;
  }

  /** Text search looks at what everybody may read, and in the caller's own records at everything. */
  #withOwnText(filter: Filter): Filter {
    const { owner, types } = this.#options;
    if (owner === null) return filter;
    const names = (name: string): boolean => {
      const property = types.caller.properties.find(one => one.name === types.anyText);
      return property !== undefined && propertyOf(types.caller, name, name) === property;
    };
    const both = (part: Filter, own: Filter): Filter => or(part, and({ op: 'in', property: 'owner_id', values: [owner] }, own));
    const walk = (part: Filter): Filter => {
      switch (part.op) {
        case 'and':
        case 'or':
          return { op: part.op, parts: part.parts.map(walk) };
        case 'not':
          return { op: 'not', part: walk(part.part) };
        case 'like':
          return names(part.property) ? both(part, { ...part, property: types.anyTextOwner }) : part;
        case 'compare': {
          const own =
            part.left.kind === 'property' && names(part.left.name)
              ? 'left'
              : part.right.kind === 'property' && names(part.right.name)
                ? 'right'
                : null;
          if (own === null) return part;
          const renamed: Filter = { ...part, [own]: { kind: 'property', name: types.anyTextOwner } };
          return part.operator === '<>'
            ? { op: 'not', part: both({ ...part, operator: '=' }, { ...renamed, operator: '=' } as Filter) }
            : both(part, renamed);
        }
        default:
          return part;
      }
    };
    return walk(filter);
  }

  #summary(row: SummaryRow): RecordSummary {
    return {
      identifier: row.identifier,
      title: row.title ?? row.identifier,
      abstract: row.abstract ?? '',
      type: row.scope ?? 'dataset',
      organisation: row.organisations[0] ?? null,
      modified: new Date(row.modified ?? row.date_stamp).toISOString(),
      keywords: row.keywords,
      topics: row.topic_categories,
      extent: envelopeOf(row.box),
      layer: row.dataset === null ? null : (this.#options.layerOf?.(row.dataset) ?? null),
      kind: row.kind,
      visibility: row.visibility,
    };
  }

  async #rows<Row extends object>(statement: Sql): Promise<Row[]> {
    const { text, values } = print(statement);
    return this.#session.rows<Row>(text, values);
  }
}

interface SummaryRow {
  readonly id: number;
  readonly identifier: string;
  readonly title: string | null;
  readonly abstract: string | null;
  readonly scope: string | null;
  readonly organisations: readonly string[];
  readonly modified: string | Date | null;
  readonly date_stamp: string | Date;
  readonly keywords: readonly string[];
  readonly topic_categories: readonly string[];
  readonly box: readonly number[] | null;
  readonly dataset: string | null;
  readonly kind: 'pooled' | 'coproduced' | null;
  readonly visibility: 'public' | 'partners' | 'owner';
}

function envelopeOf(box: readonly number[] | null): Envelope | null {
  const [minX, minY, maxX, maxY] = box ?? [];
  return minX === undefined || minY === undefined || maxX === undefined || maxY === undefined ? null : { minX, minY, maxX, maxY };
}

/** Records without the value come last in both directions; of several values the one that comes first in that direction counts, of texts always the first. */
function orderBy({ property, descending }: SortKey, type: FeatureType): Sql {
  const found: Property = propertyOf(type, property, property);
  if (found.fullText) throw new Fault('invalid-value', property, `${property} has no order`);
  const text = found.type === 'string';
  const element = text ? sql`e.v ${french}` : sql`e.v`;
  const best = descending && !text ? sql`max(${element})` : sql`min(${element})`;
  const column = found.many ? sql`(select ${best} from unnest(${columnOf(found)}) e(v))` : columnOf(found);
  const value = text ? sql`${column} ${french}` : column;
  return descending ? sql`${value} desc nulls last` : sql`${value} asc nulls last`;
}
