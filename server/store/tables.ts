// The partnership's tables for the use cases of administration: rows by name inside one Session. Table and column names come from
// the code of those use cases and are quoted; values are bound.
import { unreachable } from '../core/model/fault';
import type { Outcome, TableName, Tables, Value, Values } from '../core/ports/tables';
import type { Session } from './database';

/** Tables whose key is not a serial `id`. */
const keyless: ReadonlySet<TableName> = new Set([
  'namespace',
  'scope',
  'dataset_attribute',
  'co_ownership',
  'conditions_acceptance',
  'feature_type',
  'coverage',
  'service_setting',
]);

/** Columns that JSON does not carry well: left out of find(). */
const geometryColumns: ReadonlySet<string> = new Set(['territory', 'area', 'geom']);

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

class Bindings {
  readonly values: unknown[] = [];

  /** SQL of one bound value, typed where the engine could not know. */
  bind(value: Value): string {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return this.#next(value);
    if (Array.isArray(value)) return this.#next(value);
    if ('json' in value) return `${this.#next(JSON.stringify(value.json))}::jsonb`;
    if ('located' in value) {
      const geometry = this.#next(JSON.stringify(value.located.geometry));
      return `ST_SetSRID(ST_GeomFromGeoJSON(${geometry}::text), ${this.#next(value.located.srid)}::integer)`;
    }
    return unreachable(value as never);
  }

  #next(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

function where(match: Values, bindings: Bindings): string {
  const parts = Object.entries(match).map(([name, value]) =>
    value === null
      ? `${quote(name)} is null`
      : name === 'login' // logins are one whatever their case
        ? `lower(${quote(name)}) = lower(${bindings.bind(value)}::text)`
        : `${quote(name)} = ${bindings.bind(value)}`,
  );
  return parts.length === 0 ? 'true' : parts.join(' and ');
}

/** A geometry is stored in the CRS and as the multi type of its column. */
function stored(name: string, value: Value, bindings: Bindings): string {
  const text = bindings.bind(value);
  if (name === 'territory') return value === null ? text : `ST_Multi(ST_Transform(${text}, 2154))`;
  return name === 'area' && value !== null ? `ST_Transform(${text}, 4326)` : text;
}

export function tablesIn(session: Session): Tables {
  return { find, upsert, insert, update, remove };

  async function find(table: TableName, match: Values): Promise<Readonly<Record<string, unknown>>[]> {
    const bindings = new Bindings();
    const hidden = [...geometryColumns].map(name => `- '${name}'`).join(' ');
    const rows = await session.rows<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) ${hidden} as row from geomig.${quote(table)} t where ${where(match, bindings)}${keyless.has(table) ? '' : ' order by t.id'}`,
      bindings.values,
    );
    return rows.map(({ row }) => row);
  }

  async function insert(table: TableName, values: Values): Promise<number> {
    const bindings = new Bindings();
    const names = Object.keys(values);
    const list = names.map(name => stored(name, values[name] ?? null, bindings));
    const [row] = await session.rows<{ id: number }>(
      `insert into geomig.${quote(table)} (${names.map(quote).join(', ')}) values (${list.join(', ')}) returning ${keyless.has(table) ? '0 as id' : 'id'}`,
      bindings.values,
    );
    return row?.id ?? 0;
  }

  async function upsert(table: TableName, match: Values, values: Values): Promise<{ id: number; outcome: Outcome }> {
    const key = keyless.has(table) ? '0 as id' : 'id';
    const search = new Bindings();
    const [found] = await session.rows<{ id: number }>(
      `select ${key} from geomig.${quote(table)} where ${where(match, search)}`,
      search.values,
    );
    if (!found) return { id: await insert(table, { ...match, ...values }), outcome: 'created' };
    const changed = await update(table, match, values);
    return { id: found.id, outcome: changed > 0 ? 'changed' : 'left' };
  }

  async function update(table: TableName, match: Values, values: Values): Promise<number> {
    const names = Object.keys(values);
    if (names.length === 0) return 0;
    const bindings = new Bindings();
    const assigned = names.map(name => `${quote(name)} = ${stored(name, values[name] ?? null, bindings)}`);
    const condition = where(match, bindings);
    const differs = names.map(name => `${quote(name)} is distinct from ${stored(name, values[name] ?? null, bindings)}`);
    const rows = await session.rows<{ one: number }>(
      `update geomig.${quote(table)} set ${assigned.join(', ')} where ${condition} and (${differs.join(' or ')}) returning 1 as one`,
      bindings.values,
    );
    return rows.length;
  }

  async function remove(table: TableName, match: Values): Promise<number> {
    const bindings = new Bindings();
    const rows = await session.rows<{ one: number }>(
      `delete from geomig.${quote(table)} where ${where(match, bindings)} returning 1 as one`,
      bindings.values,
    );
    return rows.length;
  }
}
