// What the tests of loading share: a database, sources made of rows in memory, and a look at what is in the schema.
import type { Geometry } from '../../server/core/model/geometry';
import type { LoadOptions, LoadReport, SourceField, SourceGeometry, SourceRow, VectorSource } from '../../server/core/ports/vector-source';
import type { Database } from '../../server/store/database';
import { load } from '../../server/store/load';

/** A source of the test's own. */
export interface Made {
  readonly fields?: readonly SourceField[];
  readonly geometry?: SourceGeometry | null;
  readonly rows: readonly Partial<SourceRow>[];
  readonly idName?: string;
  /** Thrown after the rows. */
  readonly ends?: Error;
}

export function madeSource(made: Made): VectorSource {
  return {
    format: 'geojson',
    layers: ['made'],
    layer: 'made',
    fields: made.fields ?? [],
    ...(made.idName === undefined ? {} : { idName: made.idName }),
    geometry: made.geometry === undefined ? { type: 'Point', srid: 2154, dimension: 2 } : made.geometry,
    total: made.rows.length,
    encoding: 'utf-8',
    notes: ['a note of the source'],
    async *rows() {
      let line = 0;
      for (const row of made.rows)
        yield { line: ++line, values: (made.fields ?? []).map(() => null), geometry: null, ...(await Promise.resolve(row)) };
      if (made.ends) throw made.ends;
    },
    close: () => Promise.resolve(),
  };
}

export const text = (name: string): SourceField => ({ name, type: 'string', nillable: true });
export const point = (x: number, y: number): Geometry => ({ type: 'Point', coordinates: [x, y] });

export interface World {
  query<Row extends object>(sql: string): Promise<Row[]>;
  /** Tables, indexes and sequences of the schema of published data. */
  tables(): Promise<string[]>;
  /** A name that no other load has. */
  fresh(): string;
  loading(made: Made, options?: Partial<LoadOptions>): Promise<LoadReport>;
}

export function worldOf(database: () => Database): World {
  let number = 0;
  const world: World = {
    query: sql => database().transaction({ role: 'owner' }, session => session.rows(sql)),
    tables: async () =>
      (
        await world.query<{ name: string }>(
          `select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'data' order by 1`,
        )
      ).map(row => row.name),
    fresh: () => `t${++number}`,
    loading: (made, options = {}) => load(database(), madeSource(made), { schema: 'data', table: world.fresh(), ...options }),
  };
  return world;
}
