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
