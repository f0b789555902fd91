// The data of a partner who left: frozen, and read by the partners of that day under the policy of that day (R08, R09, R63).
import { compilePolicy } from '../../server/core/policy/policy';
import type { Decision, Facts, Grant } from '../../server/core/policy/charter';
import type { GrantEntry, PartnershipFile } from '../../server/partnership/file';
import { withDataset, withOrganisation, worldFile, worldInstant, type AccountName } from '../world/world';
import { callerOf, factsOf, grantOf } from '../world/facts';

const all: GrantEntry['actions'] = ['view', 'query', 'feature', 'download'];
const after = '2026-06-25T10:00:00.000Z';
/** Clamart joins after Marnes has left. */
const joined = withOrganisation(worldFile, 'clamart', { membership: { state: 'active', since: '2026-06-20' } });
const feature = (who: AccountName | 'anonymous', facts: Facts, instant = after): Decision =>
  compilePolicy(callerOf(who), facts, instant).decide('feature', 'esp');

type History = readonly (readonly [GrantEntry, Partial<Grant>])[];
/** The grants of ESP as rows with their history. */
function withGrants(grants: History, file: PartnershipFile = joined): Facts {
  const facts = factsOf(file);
  const esp = facts.datasets.get('esp');
  if (!esp) throw new Error('esp');
  const rows = grants.map(([entry, more], index) => grantOf(entry, index + 1, more));
  return { ...facts, datasets: new Map([...facts.datasets, ['esp', { ...esp, grants: rows }] as const]) };
}
const partners: GrantEntry = { audience: 'partners', actions: all };
const before = { agreedAt: '2025-05-01T10:00:00.000Z' };
const later = { agreedAt: '2026-04-10T10:00:00.000Z' };

describe('R08: partners already active at the withdrawal keep the data under the policy then in force', () => {
  test('S13: Issy reads, and nobody edits', () => {
    expect(feature('issy', factsOf(), worldInstant)).toMatchObject({ allowed: true, rule: 'R08', public: false });
    expect(compilePolicy(callerOf('issy'), factsOf(), worldInstant).decide('edit', 'esp')).toMatchObject({ allowed: false, rule: 'R63' });
  });
  test('the masks of that day stay, whatever was written since', () => {
    const facts = withGrants([
      [
        { ...partners, maskedAttributes: ['surface'] },
        { ...before, replacedAt: '2026-05-01T10:00:00.000Z' },
      ],
      [partners, { agreedAt: '2026-05-01T10:00:00.000Z' }],
    ]);
    expect(feature('issy', facts)).toMatchObject({ allowed: true, rule: 'R08', masked: new Set(['surface']) });
  });
  test('a grant that had been replaced before that day is not the policy of that day', () => {
    const facts = withGrants([
      [partners, { agreedAt: '2024-01-01T10:00:00.000Z', replacedAt: '2026-01-01T10:00:00.000Z' }],
      [{ audience: 'named_partner', partner: 'issy', actions: all }, { agreedAt: '2026-01-01T10:00:00.000Z' }],
    ]);
    expect(feature('antony', facts)).toMatchObject({ allowed: false });
    expect(feature('issy', facts)).toMatchObject({ allowed: true, rule: 'R08' });
  });
  test('the term that the policy had runs on', () => {
    const facts = withGrants([[{ ...partners, endsOn: '2026-06-25' }, before]]);
    expect(feature('issy', facts)).toMatchObject({ allowed: true, validUntil: '2026-06-25T22:00:00.000Z' });
    expect(feature('issy', facts, '2026-06-25T22:00:00.000Z').allowed).toBe(false);
  });
  test('view-only stays view-only', () => {
    expect(feature('issy', withGrants([[{ ...partners, actions: ['view'] }, before]]))).toMatchObject({ allowed: false, rule: 'R44' });
  });
  test('communes of an EPT were no partners', () => {
    const facts = withGrants([
      [partners, before],
      [{ audience: 'ept_communes', actions: all }, before],
    ]);
    expect(feature('sceaux', facts).allowed).toBe(false);
  });
  test('data taken over after the withdrawal: what is recorded is the policy then in force', () => {
    const facts = withGrants([[partners, later]]);
    expect(feature('issy', facts)).toMatchObject({ allowed: true, rule: 'R08' });
    expect(feature('clamart', facts)).toMatchObject({ allowed: false, rule: 'R09' });
  });
  test('an owner who has left freezes its data, written or not', () => {
    const unwritten = withDataset(joined, 'esp', { state: 'published' });
    expect(feature('issy', factsOf(unwritten))).toMatchObject({ allowed: true, rule: 'R08' });
    expect(feature('clamart', factsOf(unwritten))).toMatchObject({ allowed: false, rule: 'R09' });
  });
  test('R10: the ex-partner itself has no on-line access', () => {
    expect(feature('marnes', factsOf())).toMatchObject({ allowed: false });
  });
  test('R12: an owner that has joined again reads its data, still frozen', () => {
    const back = factsOf(withOrganisation(worldFile, 'marnes', { membership: { state: 'active', since: '2026-06-01' } }));
    expect(feature('marnes', back)).toMatchObject({ allowed: true, rule: 'D3' });
    expect(compilePolicy(callerOf('marnes'), back, after).decide('edit', 'esp')).toMatchObject({ allowed: false, rule: 'R63' });
  });
});

describe('R09: who joins later has frozen data only when open, or by the ex-owner’s recorded agreement', () => {
  test('S14: Clamart, active since 20 June', () => {
    expect(feature('clamart', factsOf(joined))).toMatchObject({ allowed: false, rule: 'R09', answer: 'forbidden' });
    expect(compilePolicy(callerOf('clamart'), factsOf(joined), after).decide('feature', 'adr').allowed).toBe(true);
  });
  test.each([
    ['2026-03-02', { allowed: true, rule: 'R08' }],
    ['2026-03-03', { allowed: false, rule: 'R09' }],
  ])('joined on %s, the withdrawal being of 2 March', (since, expected) => {
    expect(feature('clamart', factsOf(withOrganisation(worldFile, 'clamart', { membership: { state: 'active', since } })))).toMatchObject(
      expected,
    );
  });
  test('a recorded agreement for Clamart', () => {
    const facts = withGrants([
      [partners, before],
      [{ audience: 'named_partner', partner: 'clamart', actions: all }, later],
    ]);
    expect(feature('clamart', facts)).toMatchObject({ allowed: true, rule: 'R09' });
    expect(feature('issy', facts)).toMatchObject({ allowed: true, rule: 'R08' });
  });
  test('a later grant to all partners is no agreement for newcomers', () => {
    const facts = withGrants([
      [partners, before],
      [partners, later],
    ]);
    expect(feature('clamart', facts)).toMatchObject({ allowed: false, rule: 'R09' });
  });
  test('open data stay open', () => {
    const facts = withGrants([[{ audience: 'public', actions: all }, before]]);
    for (const who of ['anonymous', 'clamart', 'marnes', 'issy'] as const)
      expect(feature(who, facts)).toMatchObject({ allowed: true, rule: 'R29', public: true });
  });
});
