// The same question gives the same features and the same count by WFS and by OGC API: questions are generated, every property of the type and
// every way to restrict takes part.
import fc from 'fast-check';
import { accounts, type Answer } from '../setup/server';
import type { Account } from '../world/world';
import { ogcServer, type OgcServer, type Page } from './server';

let ogc: OgcServer;
beforeAll(async () => {
  ogc = await ogcServer();
}, 120_000);
afterAll(() => ogc.close());

const seed = Number(process.env['GEOMIG_SEED'] ?? 20261124);
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

interface Type {
  readonly qname: string;
  readonly name: string;
  readonly comparisons: fc.Arbitrary<string>;
}

const operator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
const kinds = ['Banc', 'Borne « fontaine »', 'Corbeille', "Abri d'autobus", 'banc', ''];
const furniture: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(operator, fc.integer({ min: -1, max: 2600 })).map(([sign, value]) => `numero ${sign} ${value}`),
  fc.tuple(operator, fc.constantFrom(...kinds)).map(([sign, value]) => `nature ${sign} ${quoted(value)}`),
  fc.tuple(operator, fc.constantFrom(0.25, 1.5, 5, -1)).map(([sign, value]) => `hauteur ${sign} ${value}`),
  fc.tuple(operator, fc.constantFrom('2020-01-20', '2020-02', '2020')).map(([sign, value]) => `pose_le ${sign} ${quoted(value)}`),
  fc.constantFrom('eclaire = true', "eclaire <> 'true'", 'remarque IS NULL', 'remarque IS NOT NULL', 'pose_le IS NULL'),
  fc.constantFrom('B%', '_anc', '%e%', '%').map(pattern => `nature LIKE ${quoted(pattern)}`),
  fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 }).map(list => `numero IN (${list.join(',')})`),
  fc
    .tuple(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 0, max: 900 }))
    .map(([from, more]) => `numero BETWEEN ${from} AND ${from + more}`),
  fc.constantFrom("T_AFTER(releve, TIMESTAMP('2024-01-20T08:30:00Z'))", "T_DURING(releve, INTERVAL('2024-01-05','2024-01-10'))"),
);
const lanes: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(operator, fc.constantFrom(1.5, 2, 3.5)).map(([sign, value]) => `largeur ${sign} ${value}`),
  fc.constantFrom("revetement = 'enrobé'", "CASEI(revetement) = CASEI('ENROBÉ')", "code LIKE 'P00%'"),
);
const types: readonly Type[] = [
  { qname: 'antony:mobilier', name: 'mobilier', comparisons: furniture },
  { qname: 'antony:pistes', name: 'pistes', comparisons: lanes },
];

const expression = (leaf: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.letrec<{ node: string }>(tie => ({
    node: fc.oneof(
      { maxDepth: 3 },
      { weight: 3, arbitrary: leaf },
      { weight: 1, arbitrary: tie('node').map(part => `NOT (${part})`) },
      {
        weight: 2,
        arbitrary: fc.tuple(tie('node'), fc.constantFrom('AND', 'OR'), tie('node')).map(([a, word, b]) => `(${a} ${word} ${b})`),
      },
    ),
  })).node;

/** lon, lat. */
const box = fc
  .tuple(
    fc.double({ min: 2.15, max: 2.3, noNaN: true }),
    fc.double({ min: 48.74, max: 48.85, noNaN: true }),
    fc.double({ min: 0, max: 0.05, noNaN: true }),
  )
  .map(([x, y, size]) => [x, y, x + size, y + size].map(value => value.toFixed(5)).join(','));

interface Question {
  readonly type: Type;
  readonly filter: string | null;
  readonly box: string | null;
  readonly start: number;
  readonly count: number;
}

const question: fc.Arbitrary<Question> = fc.constantFrom(...types).chain(type =>
  fc.record({
    type: fc.constant(type),
    filter: fc.option(expression(type.comparisons)),
    box: fc.option(box),
    start: fc.constantFrom(0, 0, 1, 7, 100),
    count: fc.constantFrom(1, 10, 3000),
  }),
);

interface Seen {
  readonly status: number;
  readonly matched: number;
  readonly features: readonly (readonly [string, object])[];
}

const seen = (answer: Answer): Seen => {
  if (answer.status !== 200) return { status: answer.status, matched: -1, features: [] };
  const page = JSON.parse(answer.text) as Page;
  return {
    status: 200,
    matched: page.numberMatched,
    features: page.features.map(({ id, geometry, properties }) => [id, { geometry, properties }]),
  };
};

async function byWfs({ type, filter, box: place, start, count }: Question, as: Account | null): Promise<Seen> {
  const place84 = place === null ? null : `BBOX(geom, ${place}, 'CRS:84')`;
  const query = new URLSearchParams({
    service: 'WFS',
    version: '2.0.0',
    request: 'GetFeature',
    typeNames: type.qname,
    outputFormat: 'application/geo+json',
    srsName: 'EPSG:4326',
    startIndex: String(start),
    count: String(count),
    ...(filter === null && place === null ? {} : { cql_filter: [filter, place84].filter(part => part !== null).join(' AND ') }),
  });
  return seen(await ogc.mig.ask(`/wfs?${query.toString()}`, { as }));
}

async function byOgc({ type, filter, box: place, start, count }: Question, as: Account | null): Promise<Seen> {
  const query = new URLSearchParams({
    limit: String(count),
    offset: String(start),
    ...(filter === null ? {} : { filter }),
    ...(place === null ? {} : { bbox: place }),
  });
  return seen(await ogc.mig.ask(`/ogc/collections/${type.name}/items?${query.toString()}`, { as }));
}

test('any question about attributes and places finds the same features, in the same order, and the same count', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(question, async one => {
      const [wfs, api] = [await byWfs(one, null), await byOgc(one, null)];
      if (api.status === 200 && api.matched > 0) answered++;
      expect(api).toEqual(wfs);
    }),
    { numRuns: Number(process.env['GEOMIG_RUNS'] ?? 80), seed },
  );
  expect(answered).toBeGreaterThan(10);
}, 120_000);

test('for every account, the collections are the feature types, and each has the same features', async () => {
  for (const as of [null, accounts.nanterre, accounts.antonyReader, accounts.sceaux, accounts.issy, accounts.pilot]) {
    const capabilities = (await ogc.mig.ask('/wfs?service=WFS&version=2.0.0&request=GetCapabilities', { as })).text;
    const types = [...capabilities.matchAll(/<(?:wfs:)?FeatureType\b[\s\S]*?<(?:wfs:)?Name[^>]*>([^<]+)</g)]
      .map(([, name = '']) => name)
      .sort();
    const { collections } = await ogc.json<{ collections: { id: string }[] }>('/ogc/collections', { as });
    expect(collections.map(({ id }) => id).sort()).toEqual(types.map(name => name.split(':')[1] ?? '').sort());
    for (const qname of types) {
      const whole: Question = {
        type: { qname, name: qname.split(':')[1] ?? '', comparisons: fc.constant('') },
        filter: null,
        box: null,
        start: 0,
        count: 3000,
      };
      expect([qname, await byOgc(whole, as)]).toEqual([qname, await byWfs(whole, as)]);
    }
  }
}, 120_000);
