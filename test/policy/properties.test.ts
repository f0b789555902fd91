// Properties of the policy over random worlds that the charter's guards would accept (R48): nobody with an account gets less than anyone,
// nothing is allowed without a reason, and the fingerprint tells apart what differs.
import fc from 'fast-check';
import { compilePolicy } from '../../server/core/policy/policy';
import { actions, type Action, type Allowed, type Decision, type Facts, type Grant } from '../../server/core/policy/charter';
import { everything, type Filter } from '../../server/core/filter/filter';
import { parisDay } from '../../server/core/model/clock';
import { guardDataset } from '../../server/partnership/guards';
import type { DatasetEntry, GrantEntry, PartnershipFile } from '../../server/partnership/file';
import { accounts, withDataset, worldFile, worldInstant, type AccountName } from '../world/world';
import { callerOf, factsOf } from '../world/facts';

const reading: readonly Action[] = ['view', 'query', 'feature', 'download'];
const names = Object.keys(accounts) as AccountName[];
const subject = fc.constantFrom<AccountName | 'anonymous'>('anonymous', ...names);
const person = fc.constantFrom<AccountName>(...names);

const grantActions = fc.constantFrom<GrantEntry['actions']>(
  ['view'],
  ['view', 'query'],
  ['view', 'query', 'feature'],
  ['view', 'query', 'feature', 'download'],
);
const grant: fc.Arbitrary<GrantEntry> = fc
  .record({
    audience: fc.constantFrom<GrantEntry['audience']>('public', 'partners', 'named_partner', 'ept_communes'),
    partner: fc.constantFrom('issy', 'nanterre', 'vsgp', 'cd92'),
    actions: grantActions,
    maskedAttributes: fc.subarray(['essence', 'hauteur']),
    area: fc.constantFrom<'all' | 'territory'>('all', 'all', 'territory'),
    onRequest: fc.boolean(),
    acceptanceRequired: fc.boolean(),
    scaled: fc.boolean(),
    days: fc.constantFrom([], ['2026-01-01', '2026-06-15'], ['2026-06-16', '2026-12-31'], ['2025-01-01', '2026-06-14']),
  })
  .map(({ partner, scaled, days: [startsOn, endsOn], ...rest }) => ({
    ...rest,
    ...(rest.audience === 'named_partner' ? { partner } : {}),
    ...(scaled ? { scaleMin: 1000, scaleMax: 25_000 } : {}),
    ...(startsOn === undefined || endsOn === undefined ? {} : { startsOn, endsOn }),
  }));

const states = fc.constantFrom('published', 'published', 'published', 'draft', 'to_validate', 'suspended', 'excluded', 'retired_by_owner');
const dataset: fc.Arbitrary<Partial<DatasetEntry>> = fc
  .record({
    state: states,
    licence: fc.constant('etalab-2.0'),
    grants: fc.array(grant, { maxLength: 4 }),
    acceptedRequests: fc.subarray(['issy', 'nanterre']),
    acceptedConditions: fc.subarray(['issy', 'nanterre']),
  })
  // R28: what is excluded says why
  .map(entry => (entry.state === 'excluded' ? { ...entry, exception: { code: 'E2' } } : entry));

/** Antony's dataset with random grants, as far as the guards accept them; others are dropped one by one. */
function acceptable(change: Partial<DatasetEntry>): PartnershipFile {
  const grants = [...(change.grants ?? [])];
  for (;;) {
    const file = withDataset(worldFile, 'arb', { ...change, grants });
    const entry = (file.datasets ?? []).find(candidate => candidate.code === 'arb');
    try {
      if (entry) guardDataset(entry, { excepted: new Set(), pooled: new Set() });
      return file;
    } catch (error) {
      if (grants.pop() === undefined) throw error;
    }
  }
}
const decide = (facts: Facts, who: AccountName | 'anonymous', action: Action, code: string, instant = worldInstant): Decision =>
  compilePolicy(callerOf(who), facts, instant).decide(action, code);

/** All that `less` lets through is let through by `more`. */
function covers(more: Allowed, less: Allowed): boolean {
  const masked = [...more.masked].every(name => less.masked.has(name));
  const rows = more.filter.op === 'all' || JSON.stringify(more.filter) === JSON.stringify(less.filter);
  return masked && (rows || less.filter.op === 'none');
}

test('R48, R01: nobody sees less logged in than logged out', () => {
  fc.assert(
    fc.property(dataset, person, fc.constantFrom(...reading), (change, who, action) => {
      const facts = factsOf(acceptable(change));
      const anyone = decide(facts, 'anonymous', action, 'arb');
      if (!anyone.allowed) return;
      const mine = decide(facts, who, action, 'arb');
      expect(mine.allowed).toBe(true);
      if (mine.allowed) expect(covers(mine, anyone)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test('R27: what is allowed rests on a grant in force, on ownership, or on the cascade', () => {
  fc.assert(
    fc.property(dataset, subject, fc.constantFrom(...reading), (change, who, action) => {
      const facts = factsOf(acceptable(change));
      const decision = decide(facts, who, action, 'arb');
      if (!decision.allowed) return;
      const source = facts.datasets.get('arb');
      expect(source?.state).toBe('published');
      if (decision.grant === null) {
        expect(decision.rule).toBe('D3');
        return;
      }
      const found = source?.grants.find(candidate => candidate.id === decision.grant);
      expect(found?.actions).toContain(action);
      expect(found?.startsOn ?? '').not.toMatch(/^2026-06-16/);
      expect(found?.endsOn ?? '').not.toMatch(/^2026-06-14/);
      expect([...decision.masked].sort()).toEqual([...(found?.maskedAttributes ?? [])].sort());
    }),
    { numRuns: 400 },
  );
});

test('R27, R28: without grants nobody but the owner reads; under 3.3 nobody at all', () => {
  fc.assert(
    fc.property(dataset, subject, fc.constantFrom(...actions), fc.boolean(), (change, who, action, excepted) => {
      const bare = withDataset(worldFile, 'arb', { ...change, grants: [], ...(excepted ? { exception: { code: 'E2' } } : {}) });
      const decision = decide(factsOf(bare), who, action, 'arb');
      const antony = who !== 'anonymous' && accounts[who].organisation === 'antony';
      if (excepted || !antony) expect(decision.allowed).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('R48: another named grant to a partner without one takes nothing from anybody', () => {
  const extra: GrantEntry = { audience: 'named_partner', partner: 'bspp', actions: ['view', 'query', 'feature', 'download'] };
  fc.assert(
    fc.property(dataset, subject, fc.constantFrom(...reading), (change, who, action) => {
      const before = acceptable(change);
      const grants = before.datasets?.find(entry => entry.code === 'arb')?.grants ?? [];
      const after = withDataset(before, 'arb', { grants: [...grants, extra] });
      const old = decide(factsOf(before), who, action, 'arb');
      if (old.allowed) expect(decide(factsOf(after), who, action, 'arb').allowed).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('D12: a decision holds until it says, and the same fingerprint lets the same through', () => {
  fc.assert(
    fc.property(dataset, person, person, fc.constantFrom(...reading), (change, one, other, action) => {
      const facts = factsOf(acceptable(change));
      const mine = decide(facts, one, action, 'arb');
      const theirs = decide(facts, other, action, 'arb');
      if (mine.allowed && theirs.allowed) {
        const same =
          JSON.stringify([mine.filter, [...mine.masked], mine.scaleMin, mine.scaleMax]) ===
          JSON.stringify([theirs.filter, [...theirs.masked], theirs.scaleMin, theirs.scaleMax]);
        expect(mine.fingerprint === theirs.fingerprint).toBe(same);
      }
      if (mine.validUntil !== null) {
        const justBefore = new Date(Date.parse(mine.validUntil) - 1).toISOString();
        const again = decide(facts, one, action, 'arb', justBefore);
        expect(again.allowed).toBe(mine.allowed);
        if (again.allowed && mine.allowed) expect(again.fingerprint).toBe(mine.fingerprint);
      } else {
        const later = decide(facts, one, action, 'arb', '2029-01-01T00:00:00.000Z');
        expect(later.allowed).toBe(mine.allowed);
      }
    }),
    { numRuns: 400 },
  );
});

test('R23, R26: the record filter is the same as the records one by one', () => {
  const matches = (filter: Filter, row: Readonly<Record<string, unknown>>): boolean => {
    switch (filter.op) {
      case 'all':
        return true;
      case 'none':
        return false;
      case 'and':
        return filter.parts.every(part => matches(part, row));
      case 'or':
        return filter.parts.some(part => matches(part, row));
      case 'in':
        return filter.values.some(value => value === row[filter.property]);
      case 'null':
        return row[filter.property] === null;
      default:
        throw new Error(`the record filter has no ${filter.op}`);
    }
  };
  fc.assert(
    fc.property(dataset, subject, fc.constantFrom('public', 'partners', 'owner'), (change, who, visibility) => {
      const file = withDataset(acceptable(change), 'arb', { record: { visibility: visibility as 'public', reason: 'essai' } });
      const facts = factsOf(file);
      const policy = compilePolicy(callerOf(who), facts, worldInstant);
      const filter = policy.recordFilter();
      for (const entry of facts.datasets.values()) {
        const row = {
          dataset: entry.code,
          visibility: entry.record?.visibility ?? 'owner',
          state: entry.record?.state ?? 'draft',
          owner_id: entry.owner,
        };
        expect(matches(filter, row)).toBe(policy.record(entry.code).visible);
      }
      // free-standing records: R21, R22
      const partner = policy.partner();
      const free = (level: string, state: string, owner: number | null): boolean =>
        matches(filter, { dataset: null, visibility: level, state, owner_id: owner });
      expect(free('public', 'published', 7)).toBe(true);
      expect(free('public', 'obsolete', 7)).toBe(true);
      expect(free('partners', 'published', 7)).toBe(partner);
      expect(free('owner', 'published', policy.organisation?.id ?? -1)).toBe(partner);
      expect(free('owner', 'draft', -1)).toBe(false);
      expect(free('owner', 'published', -1)).toBe(policy.pilotAdmin());
    }),
    { numRuns: 200 },
  );
});

test('R42: a masked attribute is told by every decision that rests on the masking grant, and only there', () => {
  const facts = factsOf();
  const masked = (who: AccountName): readonly string[] => {
    const decision = decide(facts, who, 'feature', 'ecl');
    return decision.allowed ? [...decision.masked] : ['-'];
  };
  expect(masked('antony')).toEqual(['contact_riverain']);
  expect(masked('nanterre')).toEqual([]);
});

test('the day of a decision is that of Europe/Paris', () => {
  const file = withDataset(worldFile, 'arb', {
    grants: [{ audience: 'named_partner', partner: 'issy', actions: ['view'], endsOn: '2026-06-15' }],
  });
  const facts = factsOf(file);
  expect(parisDay('2026-06-15T21:59:59.999Z')).toBe('2026-06-15');
  expect(decide(facts, 'issy', 'view', 'arb', '2026-06-15T21:59:59.999Z')).toMatchObject({
    allowed: true,
    validUntil: '2026-06-15T22:00:00.000Z',
  });
  expect(decide(facts, 'issy', 'view', 'arb', '2026-06-15T22:00:00.000Z')).toMatchObject({ allowed: false, rule: 'R31' });
});

test('D22: a replaced grant ends at its instant', () => {
  const facts = factsOf(withDataset(worldFile, 'arb', { grants: [{ audience: 'partners', actions: ['view'] }] }));
  const source = facts.datasets.get('arb');
  if (!source) throw new Error('arb');
  const ended: Grant[] = source.grants.map(entry => ({ ...entry, replacedAt: '2026-06-15T12:00:00.000Z' }));
  const after: Facts = { ...facts, datasets: new Map([['arb', { ...source, grants: ended }]]) };
  expect(decide(after, 'issy', 'view', 'arb')).toMatchObject({ allowed: true, validUntil: '2026-06-15T12:00:00.000Z', filter: everything });
  expect(decide(after, 'issy', 'view', 'arb', '2026-06-15T12:00:00.000Z').allowed).toBe(false);
});
