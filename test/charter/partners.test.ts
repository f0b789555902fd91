// Who has partner rights, and when: membership, withdrawal, suspended accounts, the pilot's role (R01, R02, R06, R07, R13, R17).
import { compilePolicy, policyFor, type Policy } from '../../server/core/policy/policy';
import type { Decision, Person } from '../../server/core/policy/charter';
import type { PartnershipFile } from '../../server/partnership/file';
import { withDataset, withOrganisation, worldFile, worldInstant, type AccountName } from '../world/world';
import { callerOf, factsOf } from '../world/facts';

const policy = (
  who: AccountName | 'anonymous',
  file: PartnershipFile = worldFile,
  instant = worldInstant,
  more: Partial<Person> = {},
): Policy => compilePolicy(callerOf(who, more, file), factsOf(file), instant);
const feature = (who: AccountName | 'anonymous', code: string, file?: PartnershipFile, instant?: string): Decision =>
  policy(who, file, instant).decide('feature', code);

describe('R01: partner rights if and only if the membership is active at the instant of the request', () => {
  test.each([
    'potential',
    'requested',
    'admissible',
    'technical_opinion',
    'steering_approved',
    'refused',
    'incomplete',
    'abandoned',
  ] as const)('a membership that is %s gives none', state => {
    const file = withOrganisation(worldFile, 'antony', { membership: { state, since: '2022-03-01' } });
    expect(policy('antony', file).partner()).toBe(false);
    expect(feature('antony', 'ecl', file)).toMatchObject({ allowed: false, answer: 'forbidden' });
  });
  test('active gives them, from the day on and not before (Europe/Paris)', () => {
    const file = withOrganisation(worldFile, 'clamart', { membership: { state: 'active', since: '2026-06-20' } });
    expect(feature('clamart', 'adr', file, '2026-06-19T21:59:59.999Z')).toMatchObject({ allowed: false, rule: 'R35' });
    expect(policy('clamart', file).decide('feature', 'adr').validUntil).toBe('2026-06-19T22:00:00.000Z');
    expect(feature('clamart', 'adr', file, '2026-06-19T22:00:00.000Z')).toMatchObject({ allowed: true, rule: 'R30' });
  });
  test('S19: a candidate in a working group reads no data', () => {
    expect(feature('clamart', 'adr')).toMatchObject({ allowed: false, rule: 'R01', answer: 'forbidden' });
  });
  test('roles count with the membership only', () => {
    const file = withOrganisation(worldFile, 'cd92', { membership: { state: 'abandoned' } });
    expect(policy('pilot', file).pilotAdmin()).toBe(false);
    expect(policy('pilot', file).record('fon').visible).toBe(false);
  });
  test('a mandate ends with its last day', () => {
    const until = (to: string): Policy =>
      policy('antony', worldFile, worldInstant, { mandates: [{ role: 'technical_referent', from: '2022-01-01', to }] });
    expect(until('2026-06-15').referent()).toBe(true);
    expect(until('2026-06-14').referent()).toBe(false);
    expect(until('2026-06-15').validUntil).toBe('2026-06-15T22:00:00.000Z');
  });
});

test('R02, S22: a user of an Annexe 1 organisation without active membership has exactly the rights of anyone', () => {
  const facts = factsOf();
  const colombes = compilePolicy(callerOf('colombes'), facts, worldInstant);
  const anyone = compilePolicy(callerOf('anonymous'), facts, worldInstant);
  expect(colombes.recordFilter()).toEqual(anyone.recordFilter());
  for (const code of facts.datasets.keys())
    for (const action of ['view', 'query', 'feature', 'download', 'edit'] as const) {
      const mine = colombes.decide(action, code);
      const theirs = anyone.decide(action, code);
      expect(mine.allowed).toBe(theirs.allowed);
      if (mine.allowed && theirs.allowed) expect(mine.fingerprint).toBe(theirs.fingerprint);
    }
  expect(colombes.decide('feature', 'adr')).toMatchObject({ allowed: false, rule: 'R02' });
});

describe('R06: a withdrawal takes effect at 00:00 Europe/Paris of the day the letter is received', () => {
  const leaving = withOrganisation(worldFile, 'nanterre', {
    membership: { state: 'withdrawn', since: '2022-03-01', withdrawn: '2026-06-16' },
  });
  test('the day before, until midnight', () => {
    expect(feature('nanterre', 'adr', leaving, '2026-06-15T21:59:59.999Z')).toMatchObject({
      allowed: true,
      validUntil: '2026-06-15T22:00:00.000Z',
    });
  });
  test('from midnight', () => {
    expect(feature('nanterre', 'adr', leaving, '2026-06-15T22:00:00.000Z')).toMatchObject({ allowed: false, rule: 'R06' });
    expect(feature('nanterre', 'ecl', leaving, '2026-06-15T22:00:00.000Z')).toMatchObject({ allowed: false });
  });
  test('whether or not the state has been written', () => {
    const unwritten = withOrganisation(worldFile, 'nanterre', {
      membership: { state: 'active', since: '2022-03-01', withdrawn: '2026-06-15' },
    });
    expect(policy('nanterre', unwritten).partner()).toBe(false);
  });
});

test('R07: a withdrawn partner’s people keep public records and open data, like anyone', () => {
  expect(feature('marnes', 'arb')).toMatchObject({ allowed: true, rule: 'R29', public: true });
  expect(policy('marnes').record('adr').visible).toBe(true);
  expect(policy('marnes').record('eau').visible).toBe(false);
  expect(feature('marnes', 'esp')).toMatchObject({ allowed: false, rule: 'R06' });
});

describe('R13: a suspended or closed account', () => {
  test.each(['suspended', 'closed', 'invited'] as const)('%s: nothing, not even open data', state => {
    const barred = policy('antony', worldFile, worldInstant, { state });
    expect(barred.decide('feature', 'arb')).toMatchObject({ allowed: false, rule: 'R13', answer: 'unauthenticated' });
    expect(barred.decide('feature', 'fon')).toMatchObject({ allowed: false, rule: 'R13', answer: 'hidden' });
    expect(barred.partner()).toBe(false);
    expect(barred.roles.size).toBe(0);
  });
  test('what is kept per caller is not what was kept for the account before', () => {
    const facts = factsOf();
    const before = policyFor(callerOf('antony'), facts, worldInstant);
    expect(policyFor(callerOf('antony'), facts, '2026-06-15T11:00:00.000Z')).toBe(before);
    expect(policyFor(callerOf('antony', { state: 'suspended' }), facts, worldInstant).decide('feature', 'arb').allowed).toBe(false);
    expect(policyFor(callerOf('antony'), factsOf(), worldInstant)).not.toBe(before);
  });
  test('what is kept holds until something may change', () => {
    const file = withDataset(worldFile, 'ecl', {
      grants: [{ audience: 'partners', actions: ['view', 'query', 'feature', 'download'], endsOn: '2026-06-15' }],
    });
    const facts = factsOf(file);
    expect(policyFor(callerOf('antony'), facts, worldInstant).decide('feature', 'ecl').allowed).toBe(true);
    expect(policyFor(callerOf('antony'), facts, '2026-06-15T22:00:00.000Z').decide('feature', 'ecl').allowed).toBe(false);
  });
});

describe('R17: the pilot administrator has no data right beyond those of the Département', () => {
  const named = withDataset(worldFile, 'eau', {
    grants: [{ audience: 'named_partner', partner: 'issy', actions: ['view', 'query', 'feature', 'download'] }],
  });
  test('S26: data that name Issy alone are refused, the record is listed', () => {
    expect(feature('pilot', 'eau', named)).toMatchObject({ allowed: false, rule: 'R17', answer: 'forbidden' });
    expect(policy('pilot', named).record('eau')).toMatchObject({ visible: true, edit: false });
  });
  test('the same decisions as any reader of the Département', () => {
    const facts = factsOf();
    for (const code of facts.datasets.keys())
      for (const action of ['view', 'query', 'feature', 'download'] as const)
        expect(policy('pilot').decide(action, code).allowed).toBe(policy('cd92').decide(action, code).allowed);
  });
  test('the role counts in the pilot’s organisation only', () => {
    const elsewhere = policy('antonyReader', worldFile, worldInstant, { mandates: [{ role: 'pilot_admin', from: null, to: null }] });
    expect(elsewhere.pilotAdmin()).toBe(false);
    expect(
      policy('nanterre', worldFile, worldInstant, { mandates: [{ role: 'pilot_admin', from: null, to: null }] }).record('fon').visible,
    ).toBe(false);
  });
});
