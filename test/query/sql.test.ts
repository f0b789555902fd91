// Statements as values: nothing but Sql, Param and Identifier gets in, and no value ever becomes text of a statement.
import fc from 'fast-check';
import {
  ident,
  integer,
  join,
  literal,
  param,
  paramArray,
  paramGeometry,
  print,
  printSettings,
  sql,
  type Sql,
} from '../../server/core/query/sql';

const evil = `'; drop table geomig.dataset; --`;

test('a bare string in a statement does not compile and throws', () => {
  // @ts-expect-error a string is no Sql
  expect(() => sql`select ${'1'}`).toThrow(TypeError);
  // @ts-expect-error neither is what only looks like one
  expect(() => sql`select ${{ parts: [evil] }}`).toThrow(TypeError);
  expect(() => (sql as unknown as (text: string) => Sql)(evil)).toThrow(TypeError);
  const forged: unknown = Object.create(Object.getPrototypeOf(sql`x`) as object, { parts: { value: [evil] } });
  expect(() => sql`select ${forged as Sql}`).toThrow(TypeError);
});

test('values print as numbered parameters with their types, equal ones once', () => {
  const { text, values } = print(sql`a = ${param('text', evil)} and b > ${param('float8', 1.5)} and c = ${param('text', evil)}`);
  expect(text).toBe('a = $1::text and b > $2::float8 and c = $1::text');
  expect(values).toEqual([evil, '1.5']);
});

test('D6: for COPY values are settings, arrays and geometries sub-selects of them', () => {
  const point = paramGeometry({ srid: 2154, geometry: { type: 'Point', coordinates: [1, 2] } });
  const { text, set } = printSettings(sql`a = ${param('text', evil)} and k = any(${paramArray('int8', ['1', '2'])}) and g && ${point}`);
  expect(text).toBe(
    "a = current_setting('geomig.p1')::text and k = any((select current_setting('geomig.p2')::int8[])::int8[]) and g && (select current_setting('geomig.p3')::geometry)",
  );
  expect(set?.text).toBe("select set_config('geomig.p1', $1, true), set_config('geomig.p2', $2, true), set_config('geomig.p3', $3, true)");
  expect(set?.values).toEqual([evil, '{"1","2"}', '01010000206a080000000000000000f03f0000000000000040']);
  expect(printSettings(sql`select 1`).set).toBeNull();
});

test('identifiers and constants are quoted whatever they hold', () => {
  expect(print(sql`select ${ident('a"b', "c'd")} from ${ident('x; drop')}`).text).toBe(`select "a""b"."c'd" from "x; drop"`);
  expect(print(literal("l'eau\\")).text).toBe(" E'l''eau\\\\'");
  expect(print(literal("l'eau")).text).toBe("'l''eau'");
  expect(() => ident('')).toThrow();
  expect(() => ident('a\0')).toThrow();
  expect(() => literal('a\0')).toThrow();
  expect(() => integer(1.5)).toThrow();
});

test('numbers that are not finite and NUL never become parameters', () => {
  for (const value of [Number.NaN, Infinity, -Infinity]) expect(() => param('float8', value)).toThrow();
  expect(() => param('text', 'a\0b')).toThrow();
});

test('whatever the values, the text of the statement is the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (word, list) => {
      fc.pre(!`${word}${list.join('')}`.includes('\0'));
      const of = (a: string, b: readonly string[]): Sql => sql`x = ${param('text', a)} or y = any(${paramArray('text', b)})`;
      expect(print(of(word, list)).text).toBe(print(of('', ['other'])).text);
      expect(printSettings(of(word, list)).text).toBe(printSettings(of('', ['other'])).text);
    }),
  );
});

test('parts join with a separator', () => {
  expect(print(join([sql`a`, sql`b`, sql`${param('int8', 1)}`], sql`, `)).text).toBe('a, b, $1::int8');
  expect(print(join([], sql`, `)).text).toBe('');
});
