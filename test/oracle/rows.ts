// Rows with a value of every kind, and gaps, for tests that ask a real database. The table is that of test/query/samples.ts.
import fc from 'fast-check';
import type { Geometry } from '../../server/core/model/geometry';
import { writeEwkbHex } from '../../server/core/model/wkb';
import type { Database } from '../../server/store/database';

export interface Row {
  readonly fid: number;
  readonly nom: string | null;
  readonly etages: number | null;
  readonly surface: string | null;
  readonly prix: string | null;
  readonly hauteur: number | null;
  readonly actif: boolean | null;
  readonly pose: string | null;
  readonly vu: string | null;
  readonly mots: readonly string[] | null;
  readonly secret: string | null;
  readonly geom: Geometry | null;
}

/** Few values, so that literals meet them; among them all that could break a statement, a pattern or a document. */
export const words = [
  '',
  'a',
  'A',
  'eau',
  'Eau',
  'Élan',
  'elan',
  "l'eau",
  '100 %',
  '_x',
  'a\\b',
  '"q"',
  '$1',
  '<b>&amp;</b>',
  'ligne\nsuivante',
  '=1+1',
];
export const numbers = [-3, -1, 0, 1, 2, 3, 10];
export const decimals = ['-1.5', '0', '0.10', '0.1000000000000000055', '2', '2.5', '12345678901234567890.5'];
export const doubles = [-1.5, 0, 0.1, 2, 2.5, 3, 1e300];
export const longs = ['-9007199254740993', '0', '2', '9007199254740993'];
export const days = ['2024-12-31', '2025-01-01', '2025-06-14', '2025-06-15', '2025-07-01', '2026-02-28'];
export const instants = ['2025-01-01T00:00:00.000Z', '2025-06-15T11:59:59.999Z', '2025-06-15T12:00:00.000Z', '2025-12-31T23:59:59.500Z'];

/** Spread evenly and never shrunk: shapes stay in general position, where all judges agree on what touches and what crosses. */
const coordinate = fc.noShrink(fc.noBias(fc.integer({ min: 0, max: 100_000_000 }))).map(n => n / 1e6);
const position = fc.tuple(coordinate, coordinate);

/** Triangles with some area, so that whatever lies in their plane is in general position. */
export const triangle: fc.Arbitrary<Geometry> = fc
  .tuple(position, position, position)
  .filter(([a, b, c]) => Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) > 20)
  .map(([a, b, c]) => ({ type: 'Polygon', coordinates: [[a, b, c, a]] }));
export const line: fc.Arbitrary<Geometry> = fc
  .tuple(position, position)
  .filter(([a, b]) => Math.hypot(a[0] - b[0], a[1] - b[1]) > 1)
  .map(([a, b]) => ({ type: 'LineString', coordinates: [a, b] }));
export const point: fc.Arbitrary<Geometry> = position.map(coordinates => ({ type: 'Point', coordinates }));

const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { freq: 4, nil: null });

export const row: fc.Arbitrary<Omit<Row, 'fid'>> = fc.record({
  nom: maybe(fc.constantFrom(...words)),
  etages: maybe(fc.constantFrom(...numbers)),
  surface: maybe(fc.constantFrom(...longs)),
  prix: maybe(fc.constantFrom(...decimals)),
  hauteur: maybe(fc.constantFrom(...doubles)),
  actif: maybe(fc.boolean()),
  pose: maybe(fc.constantFrom(...days)),
  vu: maybe(fc.constantFrom(...instants)),
  mots: maybe(fc.uniqueArray(fc.constantFrom(...words), { maxLength: 3 })),
  secret: maybe(fc.constantFrom('oui', 'non')),
  geom: maybe(fc.oneof(point, line, triangle)),
});

/** Makes the table `data.arbres` and fills it, in one statement whatever the number of rows. */
export async function store(database: Database, rows: readonly Row[]): Promise<void> {
  await database.transaction({ role: 'owner' }, async session => {
    await session.rows('drop table if exists data.arbres');
    await session.rows(`create table data.arbres (fid integer primary key, nom_c text, etages_c integer, surface_c bigint, prix_c numeric,
      hauteur_c double precision, actif_c boolean, pose_c date, vu_c timestamptz, mots_c text[], secret_c text, geom geometry(Geometry, 2154))`);
    await session.rows('create index on data.arbres using gist (geom)');
    await session.rows(
      `insert into data.arbres select fid, nom, etages, surface, prix, hauteur, actif, pose, vu,
         case when mots is null then null else array(select jsonb_array_elements_text(mots)) end, secret, geom::geometry
       from jsonb_to_recordset($1::jsonb) as r (fid integer, nom text, etages integer, surface bigint, prix numeric, hauteur double precision,
         actif boolean, pose date, vu timestamptz, mots jsonb, secret text, geom text)`,
      [JSON.stringify(rows.map(one => ({ ...one, geom: one.geom && writeEwkbHex(one.geom, 2154) })))],
    );
  });
}
