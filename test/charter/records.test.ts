// Records: what must be published before a layer is served, and who sees which record (R18, R20–R24, R26).
import { compilePolicy, type Policy } from '../../server/core/policy/policy';
import type { Facts, RecordFacts } from '../../server/core/policy/charter';
import { defaultVisibility } from '../../server/core/policy/records';
import type { PartnershipFile } from '../../server/partnership/file';
import { withDataset, worldDay, worldFile, worldInstant, type AccountName } from '../world/world';
import { callerOf, factsOf, organisationId } from '../world/facts';

const policy = (who: AccountName | 'anonymous', facts: Facts = factsOf()): Policy => compilePolicy(callerOf(who), facts, worldInstant);

/** The world with the record of a dataset changed, or taken away. */
function withRecord(code: string, change: Partial<RecordFacts> | null, file: PartnershipFile = worldFile): Facts {
  const facts = factsOf(file);
  const dataset = facts.datasets.get(code);
  if (!dataset?.record) throw new Error(code);
  return { ...facts, datasets: new Map([...facts.datasets, [code, { ...dataset, record: change && { ...dataset.record, ...change } }]]) };
}

describe('R18: no layer is served unless its record is published with zero errors', () => {
  test.each([
    ['no record', null],
    ['a draft', { state: 'draft' }],
    ['valid, not published', { state: 'valid' }],
    ['obsolete', { state: 'obsolete' }],
    ['published with an error', { errors: 1 }],
  ] as const)('%s', (_name, change) => {
    for (const code of ['arb', 'adr'])
      for (const who of ['anonymous', 'antony', 'pilot', 'sceaux'] as const)
        for (const action of ['view', 'query', 'feature', 'download'] as const)
          expect(policy(who, withRecord(code, change)).decide(action, code)).toMatchObject({ allowed: false, rule: 'R18' });
  });
  test('the owner’s staff may still mend the features', () => {
    expect(policy('antonyResource', withRecord('arb', { errors: 3 })).decide('edit', 'arb').allowed).toBe(true);
  });
  test('a record that is not out is its owner’s own', () => {
    const facts = withRecord('arb', { state: 'draft' });
    expect(policy('anonymous', facts).record('arb').visible).toBe(false);
    expect(policy('pilot', facts).record('arb').visible).toBe(false);
    expect(policy('antonyReader', facts).record('arb').visible).toBe(true);
    expect(policy('anonymous', facts).decide('feature', 'arb')).toMatchObject({ answer: 'hidden' });
  });
});

test('R20, S01: the record of a validated co-produced dataset is public, whatever its visibility says', () => {
  for (const visibility of ['public', 'partners', 'owner'] as const)
    expect(policy('anonymous', withRecord('adr', { visibility })).record('adr')).toMatchObject({ visible: true, rule: 'R20' });
  expect(policy('anonymous').record('cyc').visible).toBe(false);
  const revision = factsOf(withDataset(worldFile, 'adr', { state: 'under_revision' }));
  expect(policy('anonymous', revision).record('adr').visible).toBe(true);
});

describe('R21: pooled records are public by default; the owner may keep them to partners', () => {
  test('default', () => {
    const arb = factsOf().datasets.get('arb');
    expect(arb && defaultVisibility(arb, worldInstant, worldDay)).toBe('public');
    expect(policy('anonymous').record('ecl')).toMatchObject({ visible: true, rule: 'R21' });
  });
  test('S23: kept to partners, seen by all of them', () => {
    for (const who of ['antony', 'nanterre', 'vsgp', 'drieat', 'cd92'] as const) expect(policy(who).record('eau').visible).toBe(true);
    for (const who of ['anonymous', 'bagneux', 'sceaux', 'colombes', 'clamart', 'marnes'] as const)
      expect(policy(who).record('eau').visible).toBe(false);
    expect(policy('antony').decide('feature', 'eau')).toMatchObject({ allowed: false, rule: 'R31', answer: 'forbidden' });
  });
});

describe('R22: records of 3.3 and owner-only data are for owner and pilot, unless the owner widens them', () => {
  test('default', () => {
    const facts = factsOf(withDataset(worldFile, 'ecl', { grants: [] }));
    for (const code of ['fon', 'ecl']) {
      const dataset = facts.datasets.get(code);
      expect(dataset && defaultVisibility(dataset, worldInstant, worldDay)).toBe('owner');
    }
    expect(policy('antonyReader', facts).record('fon').visible).toBe(true);
    expect(policy('nanterreReader', facts).record('ecl').visible).toBe(true);
    expect(policy('pilot', facts).record('fon').visible).toBe(true);
    for (const who of ['anonymous', 'issy', 'vsgp', 'officer', 'cd92'] as const) {
      expect(policy(who, facts).record('fon').visible).toBe(false);
      expect(policy(who, facts).record('ecl').visible).toBe(false);
    }
  });
  test('grants that have ended leave the data to the owner', () => {
    const ecl = factsOf(
      withDataset(worldFile, 'ecl', { grants: [{ audience: 'partners', actions: ['view'], endsOn: '2026-06-14' }] }),
    ).datasets.get('ecl');
    expect(ecl && defaultVisibility(ecl, worldInstant, worldDay)).toBe('owner');
  });
  test('widened', () => {
    expect(policy('issy', withRecord('fon', { visibility: 'partners' })).record('fon').visible).toBe(true);
    expect(policy('anonymous', withRecord('fon', { visibility: 'public' })).record('fon').visible).toBe(true);
  });
});

test('R23, S24: a hidden dataset and one that does not exist are decided alike', () => {
  const anyone = policy('anonymous');
  const hidden = anyone.decide('feature', 'eau');
  const absent = anyone.decide('feature', 'no-such-code');
  expect(hidden).toMatchObject({ allowed: false, answer: 'hidden' });
  expect(absent).toMatchObject({ allowed: false, answer: 'hidden' });
  expect(JSON.stringify(anyone.recordFilter())).not.toContain('eau');
});

test('R24, D16: only an active partner’s own records come in the variant that may name persons', () => {
  expect(policy('antony').recordsOf()).toBe(organisationId('antony'));
  for (const who of ['anonymous', 'bagneux', 'sceaux', 'clamart', 'marnes'] as const) expect(policy(who).recordsOf()).toBeNull();
});

test('R26: a portal gets the anonymous records; the account of a non-partner does not enlarge them', () => {
  const anyone = policy('anonymous').recordFilter();
  for (const who of ['bagneux', 'colombes', 'clamart', 'marnes'] as const) {
    if (who !== 'clamart') expect(policy(who).recordFilter()).toEqual(anyone);
  }
  // markers of obsolete records belong to it
  const facts = withRecord('arb', { state: 'obsolete' });
  expect(policy('anonymous', facts).record('arb').visible).toBe(true);
  expect(policy('antony').recordFilter()).not.toEqual(anyone);
});
