// The door for changes: what a grant masks can neither be named nor set, the grant stands under the filter and over what comes out, and
// statements are made of plans only (R42, R61, R63, SEC03, SEC06).
import type { Filter } from '../../server/core/filter/filter';
import { Fault } from '../../server/core/model/fault';
import type { FeatureType, Property } from '../../server/core/model/feature-type';
import type { Allowed } from '../../server/core/policy/charter';
import type { Change, Origin } from '../../server/core/query/change';
import { deleteRows, insertRows, updateRows } from '../../server/core/query/write-sql';
import { planChange, type InsertPlan, type RowPlan, type WritePlan } from '../../server/core/query/write';

const property = (name: string, type: Property['type'] = 'string'): Property => ({ name, column: `c_${name}`, type, nillable: true });
const lamps: FeatureType = {
  name: 'lampes',
  prefix: 'p',
  local: 'lampes',
  namespace: 'urn:p',
  dataset: 'd',
  title: { fr: 'Lampes' },
  keywords: [],
  table: { schema: 'data', name: 'lampes', key: { column: 'id', type: 'integer' } },
  properties: [property('nom'), property('puissance', 'integer'), property('secret')],
  geometry: { name: 'geom', column: 'geom', type: 'Point', srid: 2154, dimension: 2 },
  extent: null,
  generation: 1,
  count: null,
};
const allowed = (more: Partial<Allowed> = {}): Allowed => ({
  allowed: true,
  rule: 'R61',
  masked: new Set(),
  filter: { op: 'all' },
  scaleMin: null,
  scaleMax: null,
  public: false,
  responsible: null,
  grant: null,
  fingerprint: 'f',
  validUntil: null,
  ...more,
});
const masked = { edit: allowed({ masked: new Set(['secret']) }), read: allowed() };
const bounded = { edit: allowed({ filter: { op: 'area', area: { organisations: [7] } } }), read: allowed() };
const origin: Origin = { action: 'Update', number: 1, handle: null, feature: null };
const secret: Filter = {
  op: 'compare',
  operator: '=',
  left: { kind: 'property', name: 'secret' },
  right: { kind: 'literal', value: 'x' },
  matchCase: true,
};
const common = { type: 'lampes', origin } as const;
const values = [{ property: 'nom', value: 'a' }] as const;
const kindOf = (change: Change, rights = masked): string => {
  try {
    planChange(change, rights, lamps);
    return 'planned';
  } catch (error) {
    return error instanceof Fault ? `${error.kind} ${error.locator}` : 'defect';
  }
};

test.each<readonly [string, Change]>([
  ['set in a new feature', { ...common, op: 'insert', id: { kind: 'new' }, values: [{ property: 'secret', value: 'x' }] }],
  ['set', { ...common, op: 'update', filter: { op: 'all' }, values: [{ property: 'secret', value: 'x' }] }],
  ['emptied', { ...common, op: 'update', filter: { op: 'all' }, values: [{ property: 'secret', value: null }] }],
  ['named by the filter of an Update', { ...common, op: 'update', filter: secret, values }],
  ['named by the filter of a Delete', { ...common, op: 'delete', filter: secret }],
])('a masked attribute is unknown when it is %s', (_, change) => {
  expect(kindOf(change)).toBe('unknown-property secret');
  expect(kindOf(change, { edit: masked.read, read: masked.edit })).toBe('unknown-property secret');
  expect(kindOf(change, { edit: masked.read, read: masked.read })).toBe('planned');
});

test('a Replace leaves a masked attribute as it is, and empties what it does not name', () => {
  const { text } = updateRows(planChange({ ...common, op: 'replace', filter: { op: 'all' }, values }, masked, lamps) as RowPlan);
  expect(text).not.toContain('c_secret');
  expect(text).toContain('"c_puissance" = null');
  expect(text).toContain('"geom" = null');
});

test('the grant is looked at before and after', () => {
  const { text, values: bound } = updateRows(
    planChange({ ...common, op: 'update', filter: { op: 'all' }, values }, bounded, lamps) as RowPlan,
  );
  const [before = '', after = ''] = text.split('changed as (');
  expect(before.match(/ST_Union\(o\.territory\)/g)).toHaveLength(2);
  expect(after).toMatch(/where .*"before1".* returning t\.\*\).*filter \(where \(.*"after1".*\) is not true\)/s);
  expect(bound).toContain('{"7"}');
});

test('values and ids are bound, never text of the statement', () => {
  const hostile = `x'); drop table data.lampes; --`;
  const insert = planChange(
    { ...common, op: 'insert', id: { kind: 'new' }, values: [{ property: 'nom', value: hostile }] },
    bounded,
    lamps,
  );
  expect(insertRows({ plans: [insert as InsertPlan], keys: ['1'], always: false }).text).not.toContain('drop table');
  const update = planChange(
    { ...common, op: 'update', filter: { op: 'all' }, values: [{ property: 'nom', value: hostile }] },
    bounded,
    lamps,
  );
  expect(updateRows(update as RowPlan).text).not.toContain('drop table');
});

test('what planChange did not make is no plan', () => {
  const made = planChange({ ...common, op: 'delete', filter: { op: 'all' } }, bounded, lamps) as Extract<WritePlan, { op: 'delete' }>;
  expect(deleteRows(made).text).toContain('delete from "data"."lampes"');
  expect(() => deleteRows({ ...made })).toThrow('plans only');
});
