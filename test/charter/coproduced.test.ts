// Co-produced data: who sees them before and after validation, and the cascade from an EPT to its communes (R30, R32, R33, R35–R41, R61).
import { compilePolicy, type Policy } from '../../server/core/policy/policy';
import type { Decision, Facts } from '../../server/core/policy/charter';
import type { DelegationEntry, GrantEntry, PartnershipFile } from '../../server/partnership/file';
import { withDataset, withOrganisation, worldFile, worldInstant, type AccountName } from '../world/world';
import { callerOf, factsOf, organisationId, personOf } from '../world/facts';

const all: GrantEntry['actions'] = ['view', 'query', 'feature', 'download'];
const policy = (who: AccountName | 'anonymous', file: PartnershipFile = worldFile, instant = worldInstant): Policy =>
  compilePolicy(callerOf(who, {}, file), factsOf(file), instant);
const feature = (who: AccountName | 'anonymous', code: string, file?: PartnershipFile, instant?: string): Decision =>
  policy(who, file, instant).decide('feature', code);
const delegated = (...delegations: DelegationEntry[]): PartnershipFile => ({ ...worldFile, delegations });
const toSceaux: DelegationEntry = { ept: 'vsgp', commune: 'sceaux', attestedOn: '2026-01-15', acceptedOn: '2026-01-20' };

describe('R32: of validated co-produced data nothing is kept from an active partner', () => {
  const narrowings: readonly (readonly [string, Partial<GrantEntry>])[] = [
    ['masked', { maskedAttributes: ['voie'] }],
    ['its territory', { area: 'territory' }],
    ['view-only', { actions: ['view'], scaleMin: 2000 }],
    ['on request', { onRequest: true }],
    ['some rows', { rows: 'numero > 5' }],
  ];
  test.each(narrowings)('a grant that says %s does not narrow a co-owner', (_name, change) => {
    const file = withDataset(worldFile, 'adr', { grants: [{ audience: 'partners', actions: all, ...change }] });
    expect(feature('antonyReader', 'adr', file)).toMatchObject({
      allowed: true,
      rule: 'R30',
      masked: new Set(),
      filter: { op: 'all' },
      public: false,
    });
  });
  test('nor one that names another partner, nor none at all', () => {
    const named = withDataset(worldFile, 'adr', { grants: [{ audience: 'named_partner', partner: 'issy', actions: all }] });
    expect(feature('antony', 'adr', named)).toMatchObject({ allowed: true, rule: 'R30' });
    expect(feature('antony', 'adr', withDataset(worldFile, 'adr', { grants: [] }))).toMatchObject({ allowed: true, rule: 'R30' });
  });
});

describe('R33, D21: before validation the record is for the group, the referents and the pilot; the layer for nobody', () => {
  test.each(['planned', 'structured', 'consolidated', 'submitted', 'archived'])('%s', state => {
    const file = withDataset(worldFile, 'cyc', { state, grants: [{ audience: 'partners', actions: all }] });
    for (const who of ['anonymous', 'antony', 'issy', 'pilot', 'sceaux'] as const)
      for (const action of all) expect(policy(who, file).decide(action, 'cyc')).toMatchObject({ allowed: false, rule: 'R33' });
  });
  test('S36: unknown to a reader outside the group, refused to a referent', () => {
    expect(feature('antonyReader', 'cyc')).toMatchObject({ allowed: false, answer: 'hidden' });
    expect(policy('antonyReader').record('cyc').visible).toBe(false);
    expect(feature('antony', 'cyc')).toMatchObject({ allowed: false, answer: 'forbidden' });
    expect(policy('antony').record('cyc')).toMatchObject({ visible: true, rule: 'R33' });
  });
  test('R03: a candidate in the group sees the record while they sit there', () => {
    expect(policy('clamart').record('cyc').visible).toBe(true);
    expect(policy('clamart', worldFile, '2027-01-01T10:00:00.000Z').record('cyc').visible).toBe(false);
  });
  test('under revision the validated version stays', () => {
    expect(feature('antony', 'adr', withDataset(worldFile, 'adr', { state: 'under_revision' }))).toMatchObject({ allowed: true });
  });
});

describe('R35: the cascade', () => {
  test('S05: Sceaux, delegated by VSGP, reads ADR, and VSGP answers for it (R38)', () => {
    for (const action of all)
      expect(policy('sceaux').decide(action, 'adr')).toMatchObject({
        allowed: true,
        rule: 'R35',
        responsible: organisationId('vsgp'),
        public: false,
        filter: { op: 'all' },
      });
  });
  test('S07: Bagneux, not delegated, is refused', () => {
    expect(feature('bagneux', 'adr')).toMatchObject({ allowed: false, rule: 'R35', answer: 'forbidden' });
  });
  test('a delegation for named data covers these', () => {
    expect(feature('sceaux', 'adr', delegated({ ...toSceaux, scope: ['adr'] })).allowed).toBe(true);
    expect(feature('sceaux', 'adr', delegated({ ...toSceaux, scope: ['cyc'] }))).toMatchObject({ allowed: false, rule: 'R35' });
  });
  test('it does not reach data in progress', () => {
    expect(feature('sceaux', 'cyc')).toMatchObject({ allowed: false, rule: 'R33', answer: 'hidden' });
  });
  test('S08: an EPT that is no partner, or that it is no member of, delegates nothing', () => {
    const bns = delegated({ ...toSceaux, ept: 'bns', commune: 'colombes' });
    expect(feature('colombes', 'adr', bns).allowed).toBe(false);
    expect(feature('sceaux', 'adr', delegated({ ...toSceaux, ept: 'gpso' }))).toMatchObject({ allowed: false, rule: 'R39' });
  });
  test('what is open to all needs no EPT to answer', () => {
    const open = withDataset(worldFile, 'adr', { grants: [{ audience: 'public', actions: all }], licence: 'etalab-2.0' });
    expect(feature('sceaux', 'adr', open)).toMatchObject({ rule: 'R29', public: true, responsible: null });
  });
});

describe('R36: the cascade never covers pooled data unless the owner says so', () => {
  test('S06: Sceaux on ECL', () => {
    expect(feature('sceaux', 'ecl')).toMatchObject({ allowed: false, rule: 'R36', answer: 'forbidden' });
  });
  test('S11: with a grant to the communes of EPT', () => {
    const file = withDataset(worldFile, 'ecl', {
      grants: [
        { audience: 'partners', actions: all },
        { audience: 'ept_communes', actions: ['view', 'query', 'feature'], maskedAttributes: ['contact_riverain'] },
      ],
    });
    expect(feature('sceaux', 'ecl', file)).toMatchObject({
      allowed: true,
      rule: 'R36',
      responsible: organisationId('vsgp'),
      masked: new Set(['contact_riverain']),
    });
    expect(policy('sceaux', file).decide('download', 'ecl').allowed).toBe(false);
    expect(feature('bagneux', 'ecl', file).allowed).toBe(false);
  });
});

describe('R37: a delegated commune has no tool, and sees what is set for it', () => {
  test('no transaction, no partners’ records', () => {
    const file = withDataset(worldFile, 'adr', { contributionOpen: true });
    expect(policy('sceaux', file).decide('edit', 'adr')).toMatchObject({ allowed: false, rule: 'R37' });
    expect(policy('sceaux').partner()).toBe(false);
    expect(policy('sceaux').record('eau').visible).toBe(false);
  });
  test('masks and areas of the grant to communes, on co-produced data too', () => {
    const file = withDataset(worldFile, 'adr', {
      grants: [
        { audience: 'partners', actions: all },
        { audience: 'ept_communes', actions: all, maskedAttributes: ['depuis'], area: 'territory' },
      ],
    });
    const decision = feature('sceaux', 'adr', file);
    expect(decision).toMatchObject({ allowed: true, rule: 'R35', masked: new Set(['depuis']), responsible: organisationId('vsgp') });
    expect(decision.allowed && decision.filter).toEqual({ op: 'area', area: { organisations: [organisationId('sceaux')] } });
    expect(feature('antony', 'adr', file)).toMatchObject({ masked: new Set() });
  });
});

describe('R38: a delegation waits for the EPT’s attestation and the commune’s acceptance', () => {
  const waiting: readonly (readonly [string, DelegationEntry])[] = [
    ['S07: without acceptance', { ept: 'vsgp', commune: 'sceaux', attestedOn: '2026-01-15' }],
    ['without attestation', { ept: 'vsgp', commune: 'sceaux', acceptedOn: '2026-01-20' }],
    ['attested tomorrow', { ...toSceaux, attestedOn: '2026-06-16' }],
    ['accepted tomorrow', { ...toSceaux, acceptedOn: '2026-06-16' }],
    ['revoked', { ...toSceaux, revokedOn: '2026-06-15' }],
  ];
  test.each(waiting)('%s', (_name, delegation) => {
    expect(feature('sceaux', 'adr', delegated(delegation))).toMatchObject({ allowed: false, rule: 'R38' });
  });
  test('a later delegation heals an earlier one', () => {
    const file = delegated({ ...toSceaux, revokedOn: '2026-03-01' }, { ...toSceaux, attestedOn: '2026-04-01', acceptedOn: '2026-04-02' });
    expect(feature('sceaux', 'adr', file).allowed).toBe(true);
  });
  test('revoked tomorrow: until midnight', () => {
    const file = delegated({ ...toSceaux, revokedOn: '2026-06-16' });
    expect(feature('sceaux', 'adr', file)).toMatchObject({ allowed: true, validUntil: '2026-06-15T22:00:00.000Z' });
    expect(feature('sceaux', 'adr', file, '2026-06-15T22:00:00.000Z').allowed).toBe(false);
  });
});

describe('R39: the delegation lapses at once', () => {
  test('S10: when the EPT’s letter is received', () => {
    const membership = { state: 'withdrawn', since: '2022-03-01', withdrawn: '2026-06-15' } as const;
    const file = withOrganisation(worldFile, 'vsgp', { membership });
    expect(feature('sceaux', 'adr', file)).toMatchObject({ allowed: false, rule: 'R39' });
    expect(feature('sceaux', 'adr', file, '2026-06-14T21:00:00.000Z').allowed).toBe(true);
  });
  test('when the commune leaves the EPT', () => {
    for (const ept of ['gpso', null])
      expect(feature('sceaux', 'adr', withOrganisation(worldFile, 'sceaux', { ept }))).toMatchObject({ allowed: false, rule: 'R39' });
  });
});

describe('R40: a commune that is or was a partner', () => {
  test('a partner uses its own rights', () => {
    expect(feature('antony', 'adr', delegated({ ...toSceaux, commune: 'antony' }))).toMatchObject({
      allowed: true,
      rule: 'R30',
      responsible: null,
    });
  });
  test.each([
    ['2026-02-01', '2026-02-10', false],
    ['2026-02-01', '2026-04-01', false],
    ['2026-03-02', '2026-03-03', false],
    ['2026-04-01', '2026-02-10', false],
    ['2026-04-01', '2026-04-01', true],
  ] as const)('S16: withdrawn on 2 March, attested %s, accepted %s → %s', (attestedOn, acceptedOn, expected) => {
    const decision = feature('marnes', 'adr', delegated({ ept: 'gpso', commune: 'marnes', attestedOn, acceptedOn }));
    expect(decision).toMatchObject(
      expected ? { allowed: true, rule: 'R35', responsible: organisationId('gpso') } : { allowed: false, rule: 'R40' },
    );
  });
  test('also where a new application hides the withdrawal', () => {
    const file = delegated({ ept: 'gpso', commune: 'marnes', attestedOn: '2026-02-01', acceptedOn: '2026-02-10' });
    const facts = factsOf(withOrganisation(file, 'marnes', { membership: { state: 'requested' } }));
    const id = organisationId('marnes');
    const marnes = facts.organisations.get(id);
    if (!marnes) throw new Error('marnes');
    const organisations = new Map([...facts.organisations, [id, { ...marnes, lastWithdrawnOn: '2026-03-02' }] as const]);
    const known: Facts = { ...facts, organisations };
    expect(compilePolicy(callerOf('marnes'), known, worldInstant).decide('feature', 'adr')).toMatchObject({ allowed: false, rule: 'R40' });
  });
});

test('R41, S09: the cascade covers members outside the département', () => {
  const file = delegated({ ept: 'bns', commune: 'argenteuil', attestedOn: '2026-05-02', acceptedOn: '2026-05-03' });
  const joined = withOrganisation(file, 'bns', { membership: { state: 'active', since: '2026-05-01' } });
  const person = personOf('colombes', { organisation: organisationId('argenteuil') });
  const argenteuil = compilePolicy({ kind: 'person', person }, factsOf(joined), worldInstant);
  expect(argenteuil.decide('feature', 'adr')).toMatchObject({ allowed: true, rule: 'R35', responsible: organisationId('bns') });
  expect(argenteuil.decide('edit', 'adr')).toMatchObject({ allowed: false, rule: 'R37' });
  expect(argenteuil.decide('feature', 'ecl')).toMatchObject({ allowed: false, rule: 'R36' });
});

describe('R61: edits of co-produced data', () => {
  test('S41: contribution inside the partner’s own territory, opened by a grant or by the dataset', () => {
    for (const file of [
      withDataset(worldFile, 'adr', { contributionOpen: true }),
      withDataset(worldFile, 'adr', { grants: [{ audience: 'partners', actions: [...all, 'edit'] }] }),
    ]) {
      const decision = policy('antonyResource', file).decide('edit', 'adr');
      expect(decision.allowed && decision.filter).toEqual({ op: 'area', area: { organisations: [organisationId('antony')] } });
      expect(policy('pld', file).decide('edit', 'adr')).toMatchObject({ allowed: true, filter: { op: 'none' } });
    }
  });
  test('the manager’s organisation edits everywhere, by its editors', () => {
    const file = withDataset(worldFile, 'adr', { manager: 'antony' });
    expect(policy('antonyResource', file).decide('edit', 'adr')).toMatchObject({ allowed: true, rule: 'R61', filter: { op: 'all' } });
    expect(policy('antonyReader', file).decide('edit', 'adr').allowed).toBe(false);
  });
});
