// The grammar of ECQL: every form of the catalogue's CQL and of its implementations, its precedence, and the place that every fault names.
import { ecqlText } from '../../server/core/filter/ecql';
import type { Filter } from '../../server/core/filter/filter';
import { Fault } from '../../server/core/model/fault';

const read = (text: string): Filter => ecqlText(text, 'Constraint');
const property = (name: string) => ({ kind: 'property', name }) as const;
const literal = (value: string | number | boolean) => ({ kind: 'literal', value }) as const;
const compare = (name: string, operator: string, value: string | number | boolean, matchCase = true) => ({
  op: 'compare',
  operator,
  left: property(name),
  right: literal(value),
  matchCase,
});
const like = (name: string, pattern: readonly unknown[], matchCase = true) => ({ op: 'like', property: name, pattern, matchCase });
const not = (part: unknown) => ({ op: 'not', part });
const none = (name: string) => ({ op: 'null', property: name });
const temporal = (operator: string, begin: string, end = begin) => ({ op: 'temporal', operator, property: 'd', period: { begin, end } });
const spatial = (operator: string, geometry: unknown, more = {}) => ({
  op: 'spatial',
  operator,
  property: 'geom',
  geometry: { geometry, srid: 4326 },
  ...more,
});
const point = { type: 'Point', coordinates: [2, 48] };
const box = {
  type: 'Polygon',
  coordinates: [
    [
      [1, 2],
      [3, 2],
      [3, 4],
      [1, 4],
      [1, 2],
    ],
  ],
};
const [a, b, c] = [compare('a', '=', 1), compare('b', '=', 2), compare('c', '=', 3)];

test.each<[string, unknown]>([
  // names
  ["dc:title = 'x'", compare('title', '=', 'x')],
  [`"dc:title" = 'x'`, compare('title', '=', 'x')],
  [`"/csw:Record/dc:title" = 'x'`, compare('title', '=', 'x')],
  ['"and" = 1', compare('and', '=', 1)],
  ['before = 1', compare('before', '=', 1)],
  ['within = 1', compare('within', '=', 1)],
  ["été = 'x'", compare('été', '=', 'x')],
  // comparisons and literals
  ['a=1', a],
  ['a == 1', a],
  ['a <> 1', compare('a', '<>', 1)],
  ['a != 1', compare('a', '<>', 1)],
  ['a < -1.5', compare('a', '<', -1.5)],
  ['a>=12', compare('a', '>=', 12)],
  ["a = 'l''eau'", compare('a', '=', "l'eau")],
  ["a = 'x and y'", compare('a', '=', 'x and y')],
  ["a = ''", compare('a', '=', '')],
  ['a = true', compare('a', '=', true)],
  ["'x' = a", { op: 'compare', operator: '=', left: literal('x'), right: property('a'), matchCase: true }],
  ['d > 2020-01-01', compare('d', '>', '2020-01-01')],
  ['d <= 2020-01-01T10:00:00Z', compare('d', '<=', '2020-01-01T10:00:00Z')],
  ['d = 2020-05', compare('d', '=', '2020-05')],
  // patterns
  ["a LIKE '%bruit%'", like('a', ['any', { text: 'bruit' }, 'any'])],
  ["a like 'b_uit'", like('a', [{ text: 'b' }, 'one', { text: 'uit' }])],
  ["a ILIKE 'Bruit'", like('a', [{ text: 'Bruit' }], false)],
  ["a NOT LIKE 'x%'", not(like('a', [{ text: 'x' }, 'any']))],
  ["a NOT ILIKE 'x%'", not(like('a', [{ text: 'x' }, 'any'], false))],
  ["a LIKE '100\\%'", like('a', [{ text: '100%' }])],
  // ranges, lists, absence
  ['a BETWEEN 1 AND 5', { op: 'between', property: 'a', lower: literal(1), upper: literal(5) }],
  ['a NOT BETWEEN 1 AND 5', not({ op: 'between', property: 'a', lower: literal(1), upper: literal(5) })],
  ['d BETWEEN 2020-01-01 AND 2020-12-31', { op: 'between', property: 'd', lower: literal('2020-01-01'), upper: literal('2020-12-31') }],
  ["a IN ('x', 'y')", { op: 'in', property: 'a', values: ['x', 'y'] }],
  ['a NOT IN (1,2)', not({ op: 'in', property: 'a', values: [1, 2] })],
  ["IN ('x', 'y')", { op: 'ids', ids: ['x', 'y'] }],
  ['a IS NULL', none('a')],
  ['a IS NOT NULL', not(none('a'))],
  ['a EXISTS', not(none('a'))],
  ['a DOES-NOT-EXIST', none('a')],
  ['a does-not-exist AND b = 2', { op: 'and', parts: [none('a'), b] }],
  ['INCLUDE', { op: 'all' }],
  ['EXCLUDE', { op: 'none' }],
  // precedence: NOT, AND, OR
  ['a = 1 OR b = 2 AND c = 3', { op: 'or', parts: [a, { op: 'and', parts: [b, c] }] }],
  ['a = 1 AND b = 2 OR c = 3', { op: 'or', parts: [{ op: 'and', parts: [a, b] }, c] }],
  ['(a = 1 OR b = 2) AND c = 3', { op: 'and', parts: [{ op: 'or', parts: [a, b] }, c] }],
  ['[a = 1 OR b = 2] AND c = 3', { op: 'and', parts: [{ op: 'or', parts: [a, b] }, c] }],
  ['NOT a = 1 AND b = 2', { op: 'and', parts: [not(a), b] }],
  ['NOT (a = 1 AND b = 2)', not({ op: 'and', parts: [a, b] })],
  ['NOT NOT a = 1', a],
  ['a = 1 and not b = 2 or not (c = 3)', { op: 'or', parts: [{ op: 'and', parts: [a, not(b)] }, not(c)] }],
  // space: longitude, latitude, unless the reference system is named by its URN
  ['BBOX(geom, 1, 2, 3, 4)', spatial('bbox', box)],
  ["BBOX(geom, 1, 2, 3, 4, 'EPSG:4326')", spatial('bbox', box)],
  ['BBOX(geom, 1, 2, 3, 4, EPSG:4326)', spatial('bbox', box)],
  ["BBOX(geom, 2, 1, 4, 3, 'urn:ogc:def:crs:EPSG::4326')", spatial('bbox', box)],
  ["BBOX(geom, 2, 1, 4, 3, 'http://www.opengis.net/def/crs/EPSG/0/4326')", spatial('bbox', box)],
  ['NOT BBOX(geom, 1, 2, 3, 4)', not(spatial('bbox', box))],
  ['INTERSECTS(geom, POINT(2 48))', spatial('intersects', point)],
  ['INTERSECT(geom, POINT (2 48))', spatial('intersects', point)],
  ['WITHIN(geom, POLYGON((1 2, 3 2, 3 4, 1 4, 1 2)))', spatial('within', box)],
  ['CONTAINS(POLYGON((1 2, 3 2, 3 4, 1 4, 1 2)), geom)', spatial('within', box)],
  ['DISJOINT(geom, ENVELOPE(1, 3, 2, 4))', spatial('disjoint', box)],
  ['DISJOINT(geom, ENVELOPE(1, 3, 4, 2))', spatial('disjoint', box)],
  ['EQUALS(geom, POINT(2 48))', spatial('equals', point)],
  ['TOUCH(geom, POINT(2 48))', spatial('touches', point)],
  [
    'CROSSES(geom, LINESTRING(2 48, 3 49))',
    spatial('crosses', {
      type: 'LineString',
      coordinates: [
        [2, 48],
        [3, 49],
      ],
    }),
  ],
  ['OVERLAP(geom, POLYGON((1 2, 3 2, 3 4, 1 4, 1 2)))', spatial('overlaps', box)],
  ['DWITHIN(geom, POINT(2 48), 10, kilometers)', spatial('dwithin', point, { distance: 10_000 })],
  ['DWITHIN(geom, POINT(2 48), 2, statute miles)', spatial('dwithin', point, { distance: 3218.688 })],
  ['BEYOND(geom, POINT(2 48), 5, feet)', spatial('beyond', point, { distance: 5 * 0.3048 })],
  [
    'INTERSECTS(geom, SRID=2154;POINT(650000 6860000))',
    {
      op: 'spatial',
      operator: 'intersects',
      property: 'geom',
      geometry: { geometry: { type: 'Point', coordinates: [650000, 6860000] }, srid: 2154 },
    },
  ],
  // time
  ['d BEFORE 2020-01-01T00:00:00Z', temporal('before', '2020-01-01T00:00:00Z')],
  ['d AFTER 2020-01', temporal('after', '2020-01')],
  ['d DURING 2020', temporal('during', '2020')],
  ['d DURING 2020-01-01/2020-06-30', temporal('during', '2020-01-01', '2020-06-30')],
  ["d DURING '2020-01-01/2020-06-30'", temporal('during', '2020-01-01', '2020-06-30')],
  ['d DURING 2020-01-01T00:00:00Z/P1M', temporal('during', '2020-01-01T00:00:00Z', '2020-02-01T00:00:00.000Z')],
  ['d DURING P10D/2020-01-11', temporal('during', '2020-01-01T00:00:00.000Z', '2020-01-11')],
  ['d DURING 2020-01-01T00:00:00Z/PT36H', temporal('during', '2020-01-01T00:00:00Z', '2020-01-02T12:00:00.000Z')],
  ['d TEQUALS 2020-01-01', temporal('tEquals', '2020-01-01')],
  ['d BEFORE OR DURING 2020-01-01/2020-06-30', compare('d', '<=', '2020-06-30')],
  ['d DURING OR AFTER 2020-01-01/2020-06-30', compare('d', '>=', '2020-01-01')],
  ['d BEFORE 2020 OR a = 1', { op: 'or', parts: [temporal('before', '2020'), a] }],
])('%s', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

const faultOf = (text: string): Fault => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
};

test.each<[string, string, number]>([
  ['', 'malformed', 1],
  ['a', 'malformed', 2],
  ['a =', 'malformed', 4],
  ['a = 1 b = 2', 'malformed', 7],
  ['a = 1 AND', 'malformed', 10],
  ['(a = 1', 'malformed', 7],
  ['[a = 1)', 'malformed', 7],
  ['a = 1)', 'malformed', 6],
  ["a = 'x", 'malformed', 5],
  ['a LIKE', 'malformed', 7],
  ['a LIKE b', 'malformed', 8],
  ['a = 1 ET b = 2', 'malformed', 7],
  ['a BETWEEN 1 OR 2', 'malformed', 13],
  ['a IS EMPTY', 'malformed', 6],
  ['a DOES-NOT-WORK', 'malformed', 12],
  ['d DURING', 'malformed', 9],
  ['d BEFORE OR AFTER 2020', 'malformed', 13],
  ['BBOX(geom, 1, 2, 3)', 'invalid-value', 18],
  ['BBOX(geom, 3, 2, 1, 4)', 'invalid-value', 21],
  ["BBOX(geom, 1, 2, 3, 4, 'EPSG:99999')", 'invalid-crs', 24],
  ['WITHIN(geom, POLYGON((1 2, 3 2, 3 4, 1 4)))', 'invalid-value', 41],
  ['INTERSECTS(geom, other)', 'malformed', 18],
  ['DWITHIN(geom, POINT(2 48), 10, parsec)', 'invalid-value', 32],
  ['DWITHIN(geom, POINT(2 48), -1, m)', 'invalid-value', 29],
  ['RELATE(geom, POINT(2 48), T*****FF*)', 'unsupported', 7],
  ["strToLowerCase(a) = 'x'", 'invalid-value', 1],
  ['a + 1 = 2', 'invalid-value', 1],
  ["a = 'x'; DROP TABLE record", 'malformed', 8],
  ['d DURING P1D/P2D', 'invalid-value', 14],
  ['d DURING 2020/P1D', 'invalid-value', 15],
  ['a = £', 'malformed', 5],
])('%s is refused: %s, at character %d', (text, kind, at) => {
  const fault = faultOf(text);
  expect([fault.kind, fault.locator, fault.message]).toEqual([
    kind,
    'Constraint',
    expect.stringMatching(/ at character (\d+) of the filter$/),
  ]);
  expect([text, Number(/(\d+) of the filter$/.exec(fault.message)?.[1])]).toEqual([text, at]);
});

test('depth and number of operators are limited', () => {
  expect(faultOf(`${'('.repeat(60)}a = 1${')'.repeat(60)}`).kind).toBe('too-large');
  expect(faultOf(Array(1100).fill('a = 1').join(' AND ')).kind).toBe('too-large');
  expect(faultOf(`a IN (${Array(1100).fill('1').join(',')})`).kind).toBe('too-large');
});

test('names are told by whoever knows the queryables', () => {
  expect(ecqlText(`"a/long/path" = 1`, 'x', { name: written => written.toUpperCase() })).toMatchObject({ left: { name: 'A/LONG/PATH' } });
});
