import { cql2Text } from '../../server/core/filter/cql2-text';
import type { Filter } from '../../server/core/filter/filter';
import { faultOf, kindOf } from './world';

const read = (text: string): Filter => cql2Text(text, 'filter');
const property = (name: string) => ({ kind: 'property', name }) as const;
const literal = (value: string | number | boolean) => ({ kind: 'literal', value }) as const;
const compare = (name: string, operator: string, value: string | number | boolean, matchCase = true) => ({
  op: 'compare',
  operator,
  left: property(name),
  right: literal(value),
  matchCase,
});
const a = compare('a', '=', 1);
const b = compare('b', '=', 2);
const c = compare('c', '=', 3);
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
const temporal = (operator: string, begin: string, end = begin) => ({ op: 'temporal', operator, property: 'd', period: { begin, end } });

test.each<[string, unknown]>([
  // comparisons
  ['a = 1', a],
  ['a=1', a],
  ['a == 1', a],
  ['a <> 1', compare('a', '<>', 1)],
  ['a != 1', compare('a', '<>', 1)],
  ['a < -1.5', compare('a', '<', -1.5)],
  ['a <= +2', compare('a', '<=', '+2')],
  ['a > .5e3', compare('a', '>', '.5e3')],
  ['a >= 12', compare('a', '>=', 12)],
  ['code = 01004', compare('code', '=', '01004')],
  ['population = 9007199254740993', compare('population', '=', '9007199254740993')],
  ["nom = 'l''eau'", compare('nom', '=', "l'eau")],
  ["nom = ''", compare('nom', '=', '')],
  ["nom = 'back\\slash'", compare('nom', '=', 'back\\slash')],
  ['actif = TRUE', compare('actif', '=', true)],
  ['actif = false', compare('actif', '=', false)],
  ['"and" = 1', compare('and', '=', 1)],
  ['"a""b" = 1', 'invalid-value'],
  ["apiso:Title = 'x'", compare('Title', '=', 'x')],
  ['"apiso:Title" = \'x\'', compare('Title', '=', 'x')],
  ['été_2 = 1', compare('été_2', '=', 1)],
  ['1 < a', { op: 'compare', operator: '<', left: literal(1), right: property('a'), matchCase: true }],
  ['a = b', { op: 'compare', operator: '=', left: property('a'), right: property('b'), matchCase: true }],
  ["CASEI(nom) = CASEI('X')", compare('nom', '=', 'X', false)],
  ["d = DATE('2010-05-01')", compare('d', '=', '2010-05-01')],
  ["d > TIMESTAMP('2010-05-01T12:00:00Z')", compare('d', '>', '2010-05-01T12:00:00Z')],
  ['d > 2010-05-01', compare('d', '>', '2010-05-01')],
  // a property may be called like a function
  ['date = 1', compare('date', '=', 1)],
  ['within = 1', compare('within', '=', 1)],
  ['point = 1', compare('point', '=', 1)],
  // logic: NOT before AND before OR
  ['a = 1 AND b = 2 OR c = 3', { op: 'or', parts: [{ op: 'and', parts: [a, b] }, c] }],
  ['a = 1 or b = 2 and c = 3', { op: 'or', parts: [a, { op: 'and', parts: [b, c] }] }],
  ['(a = 1 OR b = 2) AND c = 3', { op: 'and', parts: [{ op: 'or', parts: [a, b] }, c] }],
  ['NOT a = 1 AND b = 2', { op: 'and', parts: [{ op: 'not', part: a }, b] }],
  ['NOT (a = 1 AND b = 2)', { op: 'not', part: { op: 'and', parts: [a, b] } }],
  ['((a = 1))', a],
  ['TRUE', { op: 'all' }],
  ['a = 1 AND FALSE', { op: 'none' }],
  ['INCLUDE', { op: 'all' }],
  ['exclude', { op: 'none' }],
  // LIKE, BETWEEN, IN, IS NULL
  [
    "nom LIKE 'a%b_c\\%'",
    { op: 'like', property: 'nom', pattern: [{ text: 'a' }, 'any', { text: 'b' }, 'one', { text: 'c%' }], matchCase: true },
  ],
  ["nom NOT LIKE '%'", { op: 'not', part: { op: 'like', property: 'nom', pattern: ['any'], matchCase: true } }],
  ["nom ILIKE 'x'", { op: 'like', property: 'nom', pattern: [{ text: 'x' }], matchCase: false }],
  ["CASEI(nom) LIKE CASEI('x')", { op: 'like', property: 'nom', pattern: [{ text: 'x' }], matchCase: false }],
  ['a BETWEEN 1 AND 2', { op: 'between', property: 'a', lower: literal(1), upper: literal(2) }],
  [
    'a NOT BETWEEN 1 AND 2 AND b = 2',
    { op: 'and', parts: [{ op: 'not', part: { op: 'between', property: 'a', lower: literal(1), upper: literal(2) } }, b] },
  ],
  ["a IN (1, 'x', true)", { op: 'in', property: 'a', values: [1, 'x', true] }],
  ['a NOT IN (1)', { op: 'not', part: { op: 'in', property: 'a', values: [1] } }],
  ["CASEI(a) IN (CASEI('X'))", compare('a', '=', 'X', false)],
  ['a IS NULL', { op: 'null', property: 'a' }],
  ['a IS NOT NULL', { op: 'not', part: { op: 'null', property: 'a' } }],
  ["IN ('arbres.1', 'arbres.2')", { op: 'ids', ids: ['arbres.1', 'arbres.2'] }],
  // space
  ['S_INTERSECTS(geom, POINT(2 48))', spatial('intersects', point)],
  ['INTERSECTS(geom,POINT (2 48))', spatial('intersects', point)],
  ['S_WITHIN(POINT(2 48), geom)', spatial('contains', point)],
  ['S_CONTAINS(POINT(2 48), geom)', spatial('within', point)],
  [
    'CROSSES(geom, LINESTRING(1 2, 3 4))',
    spatial('crosses', {
      type: 'LineString',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    }),
  ],
  ['S_OVERLAPS(geom, POLYGON((1 2, 3 2, 3 4, 1 4, 1 2)))', spatial('overlaps', box)],
  [
    'S_TOUCHES(geom, MULTIPOINT((1 2), (3 4)))',
    spatial('touches', {
      type: 'MultiPoint',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    }),
  ],
  [
    'S_EQUALS(geom, MULTIPOINT(1 2, 3 4))',
    spatial('equals', {
      type: 'MultiPoint',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    }),
  ],
  [
    'S_DISJOINT(geom, MULTILINESTRING((1 2, 3 4)))',
    spatial('disjoint', {
      type: 'MultiLineString',
      coordinates: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    }),
  ],
  [
    'S_WITHIN(geom, MULTIPOLYGON(((1 2, 3 2, 3 4, 1 4, 1 2))))',
    spatial('within', { type: 'MultiPolygon', coordinates: [box.coordinates] }),
  ],
  [
    'S_INTERSECTS(geom, GEOMETRYCOLLECTION(POINT(2 48), POINT Z (1 2 3)))',
    spatial('intersects', { type: 'GeometryCollection', geometries: [point, { type: 'Point', coordinates: [1, 2, 3] }] }),
  ],
  ['S_INTERSECTS(geom, BBOX(1, 2, 3, 4))', spatial('intersects', box)],
  ['S_INTERSECTS(geom, ENVELOPE(1, 3, 2, 4))', spatial('intersects', box)],
  ['BBOX(geom, 1, 2, 3, 4)', spatial('bbox', box)],
  ["BBOX(geom, 1, 2, 3, 4, 'EPSG:2154')", { ...spatial('bbox', box), geometry: { geometry: box, srid: 2154 } }],
  ["BBOX(geom, 2, 1, 4, 3, 'urn:ogc:def:crs:EPSG::4326')", spatial('bbox', box)],
  ['BBOX(ows:BoundingBox, 1, 2, 3, 4)', { ...spatial('bbox', box), property: 'BoundingBox' }],
  ['INTERSECTS(geom, SRID=2154;POINT(2 48))', { ...spatial('intersects', point), geometry: { geometry: point, srid: 2154 } }],
  ['DWITHIN(geom, POINT(2 48), 2, kilometers)', spatial('dwithin', point, { distance: 2000 })],
  ['BEYOND(geom, POINT(2 48), 1, statute miles)', spatial('beyond', point, { distance: 1609.344 })],
  // time
  ["T_AFTER(d, DATE('2010-05-01'))", temporal('after', '2010-05-01')],
  ["T_AFTER(DATE('2010-05-01'), d)", temporal('before', '2010-05-01')],
  ["T_DURING(d, INTERVAL('2010-01-01', '..'))", temporal('during', '2010-01-01', '..')],
  [
    "T_INTERSECTS(d, INTERVAL(DATE('2010-01-01'), TIMESTAMP('2010-12-31T00:00:00Z')))",
    temporal('anyInteracts', '2010-01-01', '2010-12-31T00:00:00Z'),
  ],
  [
    "T_DISJOINT(d, INTERVAL('2010-01-01', '2011-01-01'))",
    { op: 'or', parts: [temporal('before', '2010-01-01', '2011-01-01'), temporal('after', '2010-01-01', '2011-01-01')] },
  ],
  ['d AFTER 2006-11-30T01:30:00Z', temporal('after', '2006-11-30T01:30:00Z')],
  ['d BEFORE 2006-11-30', temporal('before', '2006-11-30')],
  ['d DURING 2006-11-30T00:00:00Z/2006-12-31T00:00:00+01:00', temporal('during', '2006-11-30T00:00:00Z', '2006-12-31T00:00:00+01:00')],
  ["d DURING DATE('2006-01-01')/DATE('2006-12-31')", temporal('during', '2006-01-01', '2006-12-31')],
])('%s', (text, expected) => {
  if (typeof expected === 'string') expect(kindOf(() => read(text))).toBe(expected);
  else expect(read(text)).toEqual(expected);
});

describe('other names of the operators', () => {
  test.each<[string, string]>([
    ['T_BEFORE', 'before'],
    ['T_STARTS', 'begins'],
    ['T_STARTEDBY', 'begunBy'],
    ['T_CONTAINS', 'tContains'],
    ['T_FINISHES', 'ends'],
    ['T_FINISHEDBY', 'endedBy'],
    ['T_EQUALS', 'tEquals'],
    ['T_MEETS', 'meets'],
    ['T_METBY', 'metBy'],
    ['T_OVERLAPS', 'tOverlaps'],
    ['T_OVERLAPPEDBY', 'overlappedBy'],
  ])('%s', (name, operator) => expect(read(`${name}(d, INTERVAL('2010', '2011'))`)).toEqual(temporal(operator, '2010', '2011')));
});

test('coordinates follow the rules of the caller', () => {
  const rules = { rule: 'crs-order', defaultSrid: 4326, defaultFlip: true } as const;
  expect(cql2Text('S_INTERSECTS(geom, POINT(48 2))', 'filter', rules)).toEqual(spatial('intersects', point));
  expect(cql2Text("BBOX(geom, 2, 1, 4, 3, 'EPSG:4326')", 'filter', rules)).toEqual(spatial('bbox', box));
  expect(cql2Text('INTERSECTS(geom, SRID=4326;POINT(2 48))', 'filter', rules)).toEqual(spatial('intersects', point));
});

describe('faults', () => {
  test.each<[string, string]>([
    ['', 'malformed'],
    ['   ', 'malformed'],
    ['a', 'malformed'],
    ['a =', 'malformed'],
    ['= 1', 'malformed'],
    ['a = 1 AND', 'malformed'],
    ['a = 1 b = 2', 'malformed'],
    ['(a = 1', 'malformed'],
    ['a = 1)', 'malformed'],
    ["a = 'x", 'malformed'],
    ['"a = 1', 'malformed'],
    ['a = `x`', 'malformed'],
    ['d > TIMESTAMP(`2010-01-01T00:00:00Z`)', 'malformed'],
    ['a = 1; drop table x', 'malformed'],
    ['a = 1 -- x', 'invalid-value'],
    ['a = 1x', 'malformed'],
    ['a = 1.2.3', 'malformed'],
    ['a LIKE b', 'malformed'],
    ['a IN ()', 'malformed'],
    ['a IN (b)', 'invalid-value'],
    ['a IS', 'malformed'],
    ['a BETWEEN 1', 'malformed'],
    ["'x' LIKE 'y'", 'malformed'],
    ['and = 1', 'malformed'],
    ['a = 1e999', 'invalid-value'],
    ['a + 1 = 2', 'invalid-value'],
    ['a = 2 * 3', 'invalid-value'],
    ['a / b = 3', 'invalid-value'],
    ["strToUpperCase(a) = 'X'", 'invalid-value'],
    ['ACCENTI(a) = 1', 'invalid-value'],
    ["CASEI(CASEI(a)) = 'x'", 'malformed'],
    ['a = POINT(1 2)', 'invalid-value'],
    ['S_INTERSECTS(geom, other)', 'unsupported'],
    ['S_INTERSECTS(POINT(1 2), POINT(1 2))', 'invalid-value'],
    ['S_INTERSECTS(geom)', 'malformed'],
    ['S_INTERSECTS(geom, POINT(1))', 'malformed'],
    ['S_INTERSECTS(geom, POINT(1 2, 3 4))', 'invalid-value'],
    ['S_INTERSECTS(geom, POINT(NaN 2))', 'invalid-value'],
    ['S_INTERSECTS(geom, POINT(1e999 2))', 'invalid-value'],
    ['S_INTERSECTS(geom, POINT EMPTY)', 'invalid-value'],
    ['S_INTERSECTS(geom, LINESTRING(1 2))', 'invalid-value'],
    ['S_INTERSECTS(geom, POLYGON((1 2, 3 2, 3 4, 1 4)))', 'invalid-value'],
    ['S_INTERSECTS(geom, CIRCULARSTRING(1 2, 3 4))', 'unsupported'],
    ['INTERSECTS(geom, SRID=32690;POINT(1 2))', 'invalid-crs'],
    ['BBOX(geom, 1, 2, 3)', 'invalid-value'],
    ['BBOX(geom, 3, 2, 1, 4)', 'invalid-value'],
    ["BBOX(geom, 1, 2, 3, 4, 'EPSG:1')", 'invalid-crs'],
    ['DWITHIN(geom, POINT(1 2), -1, m)', 'invalid-value'],
    ['DWITHIN(geom, POINT(1 2), 1, parsec)', 'invalid-value'],
    ['T_AFTER(a, b)', 'unsupported'],
    ["T_AFTER('2010', '2011')", 'invalid-value'],
    ["T_DURING(d, INTERVAL(a, '2010'))", 'unsupported'],
    ['nom[1] = 2', 'malformed'],
    ['"a/b/c" = 2', 'invalid-value'],
  ])('%s is %s', (text, kind) => expect(faultOf(() => read(text))).toBe(`${kind}@filter`));

  test('the place is told', () => {
    expect(() => read('a = 1 AND b ! 2')).toThrow(/character 13 /);
  });

  test.each<[string, string]>([
    ['parentheses', `${'('.repeat(100_000)}a = 1`],
    ['NOT', `${'NOT '.repeat(100_000)}a = 1`],
    ['collections', `S_INTERSECTS(geom, ${'GEOMETRYCOLLECTION('.repeat(60)}POINT(1 2)`],
    ['operators', Array.from({ length: 1001 }, () => 'a = 1').join(' OR ')],
    ['values', `a IN (${Array.from({ length: 1001 }, () => '1').join(',')})`],
    ['positions', `S_INTERSECTS(geom, MULTIPOINT(${Array.from({ length: 50_001 }, () => '1 2').join(',')}))`],
  ])('SEC10: too many %s', (_, text) => expect(faultOf(() => read(text))).toBe('too-large@filter'));

  test.each([
    `a = ${'1'.repeat(500_000)}`,
    `${'a'.repeat(500_000)} = 1`,
    ' '.repeat(500_000),
    `a = '${"''".repeat(250_000)}`,
    `${'a.'.repeat(250_000)}(`,
  ])('half a million characters are read in one pass', text => expect(kindOf(() => read(text))).not.toBe('no fault'));
});
