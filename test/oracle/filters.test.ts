// Random filters over random rows: the database answers what the oracle answers, through the whole door.
import fc from 'fast-check';
import type { Filter } from '../../server/core/filter/filter';
import { plan } from '../../server/core/query/plan';
import { StoreSnapshot } from '../../server/store/snapshot';
import { allowed, compare, query, sampleType } from '../query/samples';
import { testDatabase, type TestDatabase } from '../setup/database';
import { holds } from './oracle';
import { days, decimals, doubles, instants, line, longs, numbers, point, row, store, triangle, words, type Row } from './rows';

let base: TestDatabase;
let rows: readonly Row[] = [];
const seed = Number(process.env['GEOMIG_SEED'] ?? 20261124);

beforeAll(async () => {
  base = await testDatabase();
  // a seed of its own: with the same one shapes of rows and of filters would share vertices
  rows = fc.sample(row, { seed: seed + 77, numRuns: 150 }).map((one, i) => ({ fid: i + 1, ...one }));
  await store(base.database, rows);
});
afterAll(() => base.close());

const literal = (value: string | number): { readonly kind: 'literal'; readonly value: string | number } => ({ kind: 'literal', value });
const operator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
const scalar: fc.Arbitrary<readonly [string, string | number]> = fc.oneof(
  fc.tuple(fc.constant('nom'), fc.constantFrom(...words)),
  fc.tuple(fc.constant('etages'), fc.constantFrom(...numbers, 1.5, '2')),
  fc.tuple(fc.constant('surface'), fc.constantFrom(...longs)),
  fc.tuple(fc.constant('prix'), fc.constantFrom(...decimals)),
  fc.tuple(fc.constant('hauteur'), fc.constantFrom(...doubles)),
  fc.tuple(fc.constant('pose'), fc.constantFrom(...days)),
  fc.tuple(fc.constant('vu'), fc.constantFrom(...instants)),
  fc.tuple(fc.constant('secret'), fc.constantFrom('oui', 'non')),
);
const pattern = fc.array(
  fc.oneof(
    fc.constant('any' as const),
    fc.constant('one' as const),
    fc.constantFrom(...words, 'e', '%').map(text => ({ text })),
  ),
  {
    maxLength: 3,
  },
);
const located = (of: fc.Arbitrary<Row['geom']>): fc.Arbitrary<{ geometry: NonNullable<Row['geom']>; srid: number }> =>
  of.filter(geometry => geometry !== null).map(geometry => ({ geometry: geometry as NonNullable<Row['geom']>, srid: 2154 }));

const shaped: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    op: fc.constant('spatial' as const),
    operator: fc.constantFrom('intersects' as const, 'disjoint' as const, 'bbox' as const),
    property: fc.constant(null),
    geometry: located(fc.oneof(triangle, line)),
  }),
  fc.record({
    op: fc.constant('spatial' as const),
    operator: fc.constantFrom('within' as const, 'crosses' as const, 'overlaps' as const, 'contains' as const),
    property: fc.constant('geom'),
    geometry: located(triangle),
  }),
);

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(scalar, operator).map(([[name, value], sign]) => compare(name, sign, value)) },
  fc
    .tuple(fc.constantFrom('=' as const, '<>' as const), fc.constantFrom(...words))
    .map(([sign, word]) => compare('nom', sign, word, false)),
  fc.tuple(fc.constantFrom('=' as const, '<>' as const), fc.boolean()).map(([sign, value]) => compare('actif', sign, value)),
  fc
    .tuple(operator, fc.constantFrom(...words), fc.boolean(), fc.constantFrom('Any' as const, 'All' as const, 'One' as const))
    .map(([sign, word, matchCase, matchAction]) => ({ ...compare('mots', sign, word, matchCase), matchAction }) as Filter),
  fc.record({ op: fc.constant('like' as const), property: fc.constantFrom('nom', 'mots'), pattern, matchCase: fc.boolean() }),
  fc
    .tuple(fc.constantFrom(...doubles), fc.constantFrom(...doubles))
    .map(([low, high]) => ({ op: 'between' as const, property: 'hauteur', lower: literal(low), upper: literal(high) })),
  fc.record({
    op: fc.constant('in' as const),
    property: fc.constantFrom('nom', 'mots'),
    values: fc.array(fc.constantFrom(...words), { maxLength: 4 }),
  }),
  fc.record({
    op: fc.constant('in' as const),
    property: fc.constant('etages'),
    values: fc.array(fc.constantFrom(...numbers), { maxLength: 4 }),
  }),
  fc.constantFrom('nom', 'etages', 'prix', 'pose', 'vu', 'mots', 'geom').map(property => ({ op: 'null' as const, property })),
  fc.record({
    op: fc.constant('ids' as const),
    ids: fc.array(
      fc.integer({ min: 1, max: 160 }).map(n => `arbres.${n}`),
      { maxLength: 4 },
    ),
  }),
  { weight: 3, arbitrary: shaped },
);

const tree: fc.Arbitrary<Filter> = fc.letrec<{ node: Filter }>(tie => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: tie('node').map(part => ({ op: 'not' as const, part })) },
    {
      weight: 2,
      arbitrary: fc.record({
        op: fc.constantFrom('and' as const, 'or' as const),
        parts: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      }),
    },
  ),
})).node;

const area: fc.Arbitrary<Filter> = fc.oneof(
  located(triangle).map(geometry => ({ op: 'area' as const, area: { geometry } })),
  fc.constant<Filter>({ op: 'all' }),
);

/** Ids as count(), and both ways of reading, tell them. */
async function ask(asked: Filter, granted: Filter): Promise<{ count: unknown; ids: string[]; printed: string[] }> {
  const snapshot = new StoreSnapshot({
    database: base.database,
    registry: { keptCount: () => null, keepCount: () => undefined },
    plan: one => plan(one, allowed({ filter: granted }), { ...sampleType(), generation: 0 }),
    signal: new AbortController().signal,
  });
  try {
    const count = await snapshot.count(query(asked));
    let text = '';
    for await (const chunk of snapshot.text(query(asked, { properties: [] }), { format: 'geojson', decimals: 6 }))
      text += Buffer.from(chunk).toString();
    const ids: string[] = [];
    for await (const one of snapshot.features(query(asked, { properties: ['nom'] }))) ids.push(one.id);
    return { count, ids, printed: (JSON.parse(`[${text.slice(1)}]`) as { id: string }[]).map(one => one.id) };
  } finally {
    await snapshot.close();
  }
}

test('any tree of filters under any grant finds the rows that the oracle finds, in key order', async () => {
  await fc.assert(
    fc.asyncProperty(tree, area, fc.boolean(), async (asked, where, masked) => {
      const granted: Filter = masked ? { op: 'and', parts: [where, compare('secret', '=', 'non')] } : where;
      const expected = rows.filter(one => holds(one, granted) && holds(one, asked)).map(one => `arbres.${one.fid}`);
      expect(await ask(asked, granted)).toEqual({ count: expected.length, ids: expected, printed: expected });
    }),
    { numRuns: Number(process.env['GEOMIG_RUNS'] ?? 200), seed },
  );
}, 300_000);

test('not finds exactly the rest (D2)', async () => {
  await fc.assert(
    fc.asyncProperty(leaf, async asked => {
      const [one, other] = [await ask(asked, { op: 'all' }), await ask({ op: 'not', part: asked }, { op: 'all' })];
      expect([...one.ids, ...other.ids].sort()).toEqual(rows.map(each => `arbres.${each.fid}`).sort());
    }),
    { numRuns: 60, seed },
  );
}, 300_000);

test('dwithin and beyond measure metres from points', async () => {
  const points: Filter = { op: 'in', property: 'etages', values: [101] };
  const spots = fc.sample(point, { seed: seed + 78, numRuns: 40 });
  await base.database.transaction({ role: 'owner' }, async session => {
    for (const [i, spot] of spots.entries())
      await session.rows(`insert into data.arbres (fid, etages_c, geom) values ($1, 101, ST_SetSRID(ST_GeomFromGeoJSON($2), 2154))`, [
        1000 + i,
        JSON.stringify(spot),
      ]);
  });
  const all = spots.map((geom, i) => ({ ...(rows[0] as Row), fid: 1000 + i, geom }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('dwithin' as const, 'beyond' as const),
      located(fc.oneof(point, line, triangle)),
      fc.noShrink(fc.double({ min: 1, max: 60, noNaN: true })),
      async (name, geometry, distance) => {
        const filter: Filter = { op: 'spatial', operator: name, property: null, geometry, distance };
        const expected = all.filter(one => holds(one, filter)).map(one => `arbres.${one.fid}`);
        expect((await ask({ op: 'and', parts: [points, filter] }, { op: 'all' })).ids).toEqual(expected);
      },
    ),
    { numRuns: 40, seed },
  );
  await base.database.transaction({ role: 'owner' }, session => session.rows('delete from data.arbres where fid >= 1000'));
}, 300_000);
