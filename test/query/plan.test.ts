// The door itself: what a user may name, what the charter may name, and that a plan comes from nowhere else.
import { Fault } from '../../server/core/model/fault';
import { isPlan, plan, type Plan } from '../../server/core/query/plan';
import { countRows, extentRows, objectCopy, sceneCopy, textCopy } from '../../server/core/query/select';
import { allowed, compare, query, sampleType } from './samples';

const masked = allowed({ masked: new Set(['secret']) });

function faultOf(make: () => unknown): Fault {
  try {
    make();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('R42, SEC03: a masked attribute does not exist', () => {
  test.each([
    ['filter', query(compare('secret', '=', 'x'))],
    ['like', query({ op: 'like', property: 'secret', pattern: ['any'], matchCase: true })],
    ['null', query({ op: 'null', property: 'secret' })],
    ['deep in a filter', query({ op: 'not', part: { op: 'or', parts: [compare('nom', '=', 'a'), compare('secret', '=', 'x')] } })],
    ['properties', query(undefined, { properties: ['secret'] })],
    ['sort', query(undefined, { sort: [{ property: 'secret', descending: false }] })],
  ])('in %s it is answered like an unknown one', (_, asked) => {
    const hidden = faultOf(() => plan(asked, masked, sampleType()));
    const unknown = faultOf(() =>
      plan(JSON.parse(JSON.stringify(asked).replaceAll('secret', 'absent')) as typeof asked, masked, sampleType()),
    );
    expect(hidden.kind).toBe('unknown-property');
    expect({
      ...unknown,
      message: unknown.message.replaceAll('absent', 'secret'),
      locator: unknown.locator.replaceAll('absent', 'secret'),
    }).toEqual({
      ...hidden,
      message: hidden.message,
      locator: hidden.locator,
    });
  });

  test('the grant itself may name it, and it is not printed', () => {
    const made = plan(query(), allowed({ masked: new Set(['secret']), filter: compare('secret', '=', 'non') }), sampleType());
    expect(made.properties.map(property => property.name)).not.toContain('secret');
    expect(textCopy(made, { format: 'geojson', decimals: 3 }).text).not.toMatch(/"secret":/);
    expect(countRows(made).text).toContain('"secret_c"');
  });

  test('a fault in the grant tells nothing', () => {
    const fault = faultOf(() => plan(query(), allowed({ filter: compare('gone', '=', 'x') }), sampleType()));
    expect([fault.kind, fault.locator, fault.message]).toEqual(['internal', '', expect.not.stringContaining('gone')]);
  });
});

describe('names that are statements are unknown names', () => {
  const names = [
    `nom"; drop table geomig.dataset; --`,
    `nom') or (1=1`,
    `nom_c`,
    `"nom"`,
    `data.arbres.nom`,
    `__proto__`,
    `constructor`,
    `toString`,
    `nom\u0000`,
    ``,
    `*`,
    `t.secret_c`,
  ];
  test.each(names)('%j', name => {
    for (const asked of [
      query(compare(name, '=', 'x')),
      query({ op: 'null', property: name }),
      query({ op: 'like', property: name, pattern: ['any'], matchCase: false }),
      query({ op: 'in', property: name, values: ['x'] }),
      query(undefined, { properties: [name] }),
      query(undefined, { sort: [{ property: name, descending: true }] }),
    ])
      expect(faultOf(() => plan(asked, allowed(), sampleType())).kind).toBe('unknown-property');
  });
});

describe('literals that are statements are values, never text', () => {
  const evil = [
    `x'; drop table geomig.dataset; --`,
    `') or ('1'='1`,
    `\\'; select 1`,
    `$1`,
    `current_setting('geomig.p1')`,
    `{"a","b"}`,
    `%' or '1'='1`,
  ];
  test.each(evil)('%j', value => {
    for (const filter of [
      compare('nom', '=', value),
      compare('nom', '<', value),
      compare('nom', '=', value, false),
      compare('mots', '=', value),
      { op: 'like', property: 'nom', pattern: [{ text: value }, 'any'], matchCase: true },
      { op: 'in', property: 'nom', values: [value, 'b'] },
      { op: 'in', property: 'mots', values: [value, 'b'] },
    ] as const) {
      const made = plan(query(filter), allowed(), sampleType());
      const other = plan(
        query(JSON.parse(JSON.stringify(filter).replaceAll(JSON.stringify(value), '"harmless"')) as typeof filter),
        allowed(),
        sampleType(),
      );
      expect(countRows(made).text).toBe(countRows(other).text);
      expect(textCopy(made, { format: 'geojson', decimals: 3 }).text).toBe(textCopy(other, { format: 'geojson', decimals: 3 }).text);
    }
  });
  test.each(['1 or 1=1', '0x10', 'NaN', 'Infinity', '1e999', ''])('%j is no number', value => {
    expect(faultOf(() => plan(query(compare('etages', '=', value)), allowed(), sampleType())).kind).toBe('invalid-value');
  });
});

test('what the user asks cannot widen what the charter allows', () => {
  const made = plan(
    query({ op: 'or', parts: [compare('nom', '=', 'a'), { op: 'not', part: compare('nom', '=', 'a') }] }),
    allowed({ filter: { op: 'none' } }),
    sampleType(),
  );
  expect(made.where.op).toBe('none');
});

test('a plan cannot be forged, copied or changed', () => {
  const made = plan(query(), allowed(), sampleType());
  expect(isPlan(made)).toBe(true);
  const copy = { ...made } as Plan;
  expect(isPlan(copy)).toBe(false);
  for (const use of [countRows, extentRows, objectCopy, sceneCopy, (one: Plan) => textCopy(one, { format: 'geojson', decimals: 3 })])
    expect(() => use(copy)).toThrow('plans only');
  expect(() => {
    (made as { where: unknown }).where = copy.where;
  }).toThrow(TypeError);
});

test.each([
  ['startIndex', { page: { count: 1, start: -1 } }, 'invalid-value'],
  ['startIndex', { page: { count: 1, start: 1.5 } }, 'invalid-value'],
  ['count', { page: { count: Number.NaN, start: 0 } }, 'invalid-value'],
  ['srsName', { srid: 32690 }, 'invalid-crs'],
  ['geom', { sort: [{ property: 'geom', descending: false }] }, 'invalid-value'],
  ['mots', { sort: [{ property: 'mots', descending: false }] }, 'invalid-value'],
] as const)('%s out of bounds: %j', (locator, more, kind) => {
  const fault = faultOf(() => plan(query(undefined, more), allowed(), sampleType()));
  expect([fault.kind, fault.locator]).toEqual([kind, locator]);
});
