// Grants: who reads what by which of them (R27–R31, R42–R49, R51).
import { compilePolicy, type Policy } from '../../server/core/policy/policy';
import { explainRule, explainedRules } from '../../server/core/policy/explain-texts';
import type { Decision } from '../../server/core/policy/charter';
import type { DatasetEntry, GrantEntry, PartnershipFile } from '../../server/partnership/file';
import { withDataset, worldFile, worldInstant, type AccountName } from '../world/world';
import { callerOf, factsOf, organisationId } from '../world/facts';

const all: GrantEntry['actions'] = ['view', 'query', 'feature', 'download'];
const partners: GrantEntry = { audience: 'partners', actions: all };
const issy: GrantEntry = { audience: 'named_partner', partner: 'issy', actions: all };
const policy = (who: AccountName | 'anonymous', file: PartnershipFile = worldFile, instant = worldInstant): Policy =>
  compilePolicy(callerOf(who), factsOf(file), instant);
const feature = (who: AccountName | 'anonymous', code: string, file?: PartnershipFile, instant?: string): Decision =>
  policy(who, file, instant).decide('feature', code);
const ecl = (grants: readonly GrantEntry[], more: Partial<DatasetEntry> = {}): PartnershipFile =>
  withDataset(worldFile, 'ecl', { grants, ...more });

describe('R27: no matching grant, no access', () => {
  test('S02: anonymous on partners’ data', () => {
    expect(feature('anonymous', 'adr')).toMatchObject({ allowed: false, rule: 'R27', answer: 'unauthenticated' });
  });
  test('an action that the grant does not list', () => {
    const file = ecl([{ ...partners, actions: ['view', 'query', 'feature'] }]);
    expect(policy('issy', file).decide('feature', 'ecl').allowed).toBe(true);
    expect(policy('issy', file).decide('download', 'ecl')).toMatchObject({ allowed: false, rule: 'R27', answer: 'forbidden' });
  });
  test.each(['draft', 'to_validate', 'retired_by_owner'])('a dataset that is %s is served to nobody', state => {
    const file = ecl([partners], { state });
    for (const who of ['anonymous', 'issy', 'nanterre', 'pilot'] as const)
      expect(feature(who, 'ecl', file)).toMatchObject({ allowed: false, rule: 'R14' });
  });
  test('R16: a suspended dataset is served to nobody', () => {
    for (const who of ['issy', 'nanterre', 'pilot'] as const)
      expect(feature(who, 'ecl', ecl([partners], { state: 'suspended' }))).toMatchObject({ allowed: false, rule: 'R16' });
  });
});

test('R28, S32: a 3.3 flag overrides all grants, the owner’s and the pilot’s too', () => {
  for (const code of ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'OTHER'])
    for (const who of ['anonymous', 'nanterre', 'issy', 'pilot'] as const)
      for (const action of ['view', 'query', 'feature', 'download', 'edit'] as const)
        expect(
          policy(who, ecl([partners, { audience: 'public', actions: all }], { exception: { code } })).decide(action, 'ecl'),
        ).toMatchObject({
          allowed: false,
          rule: 'R28',
        });
  expect(feature('antony', 'fon')).toMatchObject({ allowed: false, rule: 'R28', answer: 'forbidden' });
  expect(feature('nanterre', 'fon')).toMatchObject({ allowed: false, answer: 'hidden' });
});

test('R29, S04: open data for everyone, on the public grant whoever asks', () => {
  for (const who of ['anonymous', 'marnes', 'sceaux', 'issy', 'antony', 'pilot'] as const)
    for (const action of all)
      expect(policy(who).decide(action, 'arb')).toMatchObject({
        allowed: true,
        rule: 'R29',
        public: true,
        responsible: null,
        filter: { op: 'all' },
      });
});

test('R30, S03: partners’ data for every active partner and nobody else', () => {
  for (const who of ['antony', 'issyReader', 'vsgp', 'bspp', 'pld', 'cd92'] as const)
    expect(feature(who, 'ecl')).toMatchObject({ allowed: true, rule: 'R30', public: false });
  for (const who of ['anonymous', 'bagneux', 'sceaux', 'colombes', 'clamart', 'marnes'] as const)
    expect(feature(who, 'ecl').allowed).toBe(false);
});

describe('R31: named partners within the dates of the agreement; owner-only data for the owner', () => {
  test('S25: Issy reads, others do not', () => {
    expect(feature('issy', 'eau')).toMatchObject({ allowed: true, rule: 'R31', public: false });
    expect(feature('bspp', 'eau')).toMatchObject({ allowed: true, rule: 'D3' });
    expect(feature('antony', 'eau')).toMatchObject({ allowed: false, rule: 'R31' });
  });
  test.each([
    ['2026-06-14T21:59:59.000Z', false],
    ['2026-06-14T22:00:00.000Z', true],
    ['2026-06-30T21:59:59.000Z', true],
    ['2026-06-30T22:00:00.000Z', false],
  ])('dates: at %s → %s', (instant, expected) => {
    const file = ecl([{ ...issy, startsOn: '2026-06-15', endsOn: '2026-06-30' }]);
    expect(feature('issy', 'ecl', file, instant).allowed).toBe(expected);
  });
  test('a decision says when the agreement begins or ends', () => {
    const file = ecl([{ ...issy, startsOn: '2026-06-20', endsOn: '2026-06-30' }]);
    expect(feature('issy', 'ecl', file).validUntil).toBe('2026-06-19T22:00:00.000Z');
    expect(feature('issy', 'ecl', file, '2026-06-25T10:00:00.000Z').validUntil).toBe('2026-06-30T22:00:00.000Z');
    // and a winter night is an hour later in UTC
    const winter = ecl([{ ...issy, endsOn: '2026-12-31' }]);
    expect(feature('issy', 'ecl', winter).validUntil).toBe('2026-12-31T23:00:00.000Z');
  });
  test('owner-only', () => {
    const file = ecl([]);
    expect(feature('nanterreReader', 'ecl', file)).toMatchObject({ allowed: true, rule: 'D3', public: false, filter: { op: 'all' } });
    expect(feature('issy', 'ecl', file)).toMatchObject({ allowed: false, rule: 'R31', answer: 'hidden' });
  });
});

test('R42, S27, S28: a masked attribute is masked in every action; the owner sees it', () => {
  for (const action of all) {
    expect(policy('antony').decide(action, 'ecl')).toMatchObject({ allowed: true, masked: new Set(['contact_riverain']) });
    expect(policy('nanterre').decide(action, 'ecl')).toMatchObject({ allowed: true, masked: new Set() });
  }
});

describe('R43: an area-limited grant', () => {
  test('S29: GPSO has its communes’ area, Antony its own; both are allowed', () => {
    const gpso = feature('gpso', 'cha');
    expect(gpso.allowed && gpso.filter).toEqual({
      op: 'area',
      area: { organisations: [organisationId('issy'), organisationId('marnes')].sort((a, b) => a - b) },
    });
    const antony = feature('antony', 'cha');
    expect(antony.allowed && antony.filter).toEqual({ op: 'area', area: { organisations: [organisationId('antony')] } });
    expect(gpso.allowed && antony.allowed && gpso.fingerprint !== antony.fingerprint).toBe(true);
  });
  test('with rows: both restrict', () => {
    const decision = feature('antony', 'ecl', ecl([{ ...partners, area: 'territory', rows: "led = TRUE AND numero <> 'L01'" }]));
    expect(decision.allowed && decision.filter.op === 'and' && decision.filter.parts.map(part => part.op)).toEqual([
      'compare',
      'compare',
      'area',
    ]);
  });
  test('a geometry of the grant’s own', () => {
    const area = {
      type: 'Polygon',
      coordinates: [
        [
          [2, 48],
          [3, 48],
          [3, 49],
          [2, 48],
        ],
      ],
    };
    const decision = feature('antony', 'ecl', ecl([{ ...partners, area }]));
    expect(decision.allowed && decision.filter).toEqual({ op: 'area', area: { geometry: { geometry: area, srid: 4326 } } });
  });
  test('a commune that leaves its EPT leaves its territory', () => {
    const file = { ...worldFile, organisations: (worldFile.organisations ?? []).map(o => (o.code === 'issy' ? { ...o, ept: 'vsgp' } : o)) };
    const decision = compilePolicy(callerOf('gpso'), factsOf(file), worldInstant).decide('feature', 'cha');
    expect(decision.allowed && decision.filter).toEqual({ op: 'area', area: { organisations: [organisationId('marnes')] } });
  });
  test('a public grant has no territory to cut by: nobody gets rows by it', () => {
    const file = withDataset(worldFile, 'arb', { grants: [{ audience: 'public', actions: all, area: 'territory' }] });
    for (const who of ['anonymous', 'issy', 'sceaux'] as const)
      expect(feature(who, 'arb', file)).toMatchObject({ allowed: true, filter: { op: 'none' } });
  });
  test('without a territory nothing, and that is no refusal', () => {
    expect(feature('pld', 'cha')).toMatchObject({ allowed: true, filter: { op: 'none' } });
  });
});

test('R44, S30: view-only: the map within its scales, Q, F and D denied', () => {
  expect(policy('bspp').decide('view', 'ort')).toMatchObject({ allowed: true, scaleMin: 2000, scaleMax: 50_000 });
  for (const action of ['query', 'feature', 'download'] as const)
    expect(policy('bspp').decide(action, 'ort')).toMatchObject({ allowed: false, rule: 'R44', answer: 'forbidden' });
  expect(policy('drieat').decide('feature', 'ort').allowed).toBe(true);
});

test.each([
  ['anonymous', 'arb', 'arb'],
  ['colombes', 'arb', 'arb'],
  ['clamart', 'arb', 'arb'],
  ['marnes', 'arb', 'arb'],
  ['bagneux', 'arb', 'arb'],
  ['sceaux', 'adr arb', 'adr arb'],
  ['antony', 'adr arb cha ecl esp ort', 'adr arb cha ecl esp'],
  ['nanterre', 'adr arb cha ecl esp ort', 'adr arb cha ecl esp'],
  ['vsgp', 'adr arb cha ecl esp ort', 'adr arb cha ecl esp'],
  ['issy', 'adr arb cha eau ecl esp ort', 'adr arb cha eau ecl esp'],
  ['bspp', 'adr arb cha eau ecl esp ort', 'adr arb cha eau ecl esp'],
  ['drieat', 'adr arb cha ecl esp ort', 'adr arb cha ecl esp ort'],
  ['pilot', 'adr arb cha eau ecl esp ort', 'adr arb cha eau ecl esp'],
] as const)('R45: %s may view %s and get features of %s', (who, view, features) => {
  const facts = factsOf();
  const mine = compilePolicy(callerOf(who), facts, worldInstant);
  const codes = (action: 'view' | 'feature'): string =>
    [...facts.datasets.keys()]
      .filter(code => mine.decide(action, code).allowed)
      .sort()
      .join(' ');
  expect([codes('view'), codes('feature')]).toEqual([view, features]);
});

test('R46, S31: of the layers of one request the denied one names its rule', () => {
  const decisions = ['arb', 'adr'].map(code => policy('anonymous').decide('view', code));
  expect(decisions.map(decision => decision.allowed)).toEqual([true, false]);
  expect(decisions.find(decision => !decision.allowed)).toMatchObject({ rule: 'R27', answer: 'unauthenticated' });
});

test('R47: 401 where the record is visible to anyone, 403 where it is to the account, else as unknown', () => {
  expect(feature('anonymous', 'adr')).toMatchObject({ answer: 'unauthenticated' });
  expect(feature('sceaux', 'ecl')).toMatchObject({ answer: 'forbidden' });
  expect(feature('anonymous', 'eau')).toMatchObject({ answer: 'hidden' });
  expect(feature('sceaux', 'eau')).toMatchObject({ answer: 'hidden' });
  // answers on a non-public grant are marked so
  expect(feature('issy', 'adr')).toMatchObject({ public: false });
});

describe('R48: the most specific audience wins', () => {
  const named: GrantEntry = { ...issy, maskedAttributes: [] };
  test('a named grant before that of all partners', () => {
    const file = ecl([{ ...partners, maskedAttributes: ['contact_riverain'] }, named]);
    expect(feature('issy', 'ecl', file)).toMatchObject({ allowed: true, rule: 'R31', masked: new Set() });
    expect(feature('antony', 'ecl', file)).toMatchObject({ allowed: true, rule: 'R30', masked: new Set(['contact_riverain']) });
  });
  test('a named grant that has ended leaves that of all partners', () => {
    const file = ecl([
      { ...partners, maskedAttributes: ['contact_riverain'] },
      { ...named, endsOn: '2026-06-14' },
    ]);
    expect(feature('issy', 'ecl', file)).toMatchObject({ allowed: true, rule: 'R30' });
  });
  test('partners before the public, with the wider right and private answers', () => {
    const file = withDataset(worldFile, 'arb', { grants: [{ audience: 'public', actions: all, maskedAttributes: ['hauteur'] }, partners] });
    expect(feature('anonymous', 'arb', file)).toMatchObject({ masked: new Set(['hauteur']), public: true });
    expect(feature('issy', 'arb', file)).toMatchObject({ masked: new Set(), public: false, rule: 'R30' });
  });
  test('of two of one audience the later one', () => {
    const file = ecl([
      { ...partners, maskedAttributes: ['contact_riverain', 'puissance'] },
      { ...partners, maskedAttributes: ['contact_riverain'], startsOn: '2026-06-01' },
    ]);
    expect(feature('issy', 'ecl', file)).toMatchObject({ masked: new Set(['contact_riverain']) });
  });
});

describe('R49, S49: on request', () => {
  const asked = { ...partners, onRequest: true };
  test('waits for the owner’s agreement', () => {
    expect(feature('antony', 'ecl', ecl([asked]))).toMatchObject({ allowed: false, rule: 'R49', answer: 'forbidden' });
  });
  test('accepted: a dated named grant', () => {
    const file = ecl([asked, { ...issy, partner: 'antony', startsOn: '2026-06-15', endsOn: '2026-07-15' }], {
      acceptedRequests: ['antony'],
    });
    expect(feature('antony', 'ecl', file)).toMatchObject({ allowed: true, rule: 'R31' });
    expect(feature('issy', 'ecl', file)).toMatchObject({ allowed: false, rule: 'R49' });
    // its end is the end, the request does not outlive it
    expect(feature('antony', 'ecl', file, '2026-07-15T22:00:00.000Z')).toMatchObject({ allowed: false, rule: 'R49' });
  });
  test('an acceptance that was taken over', () => {
    expect(feature('antony', 'ecl', ecl([asked], { acceptedRequests: ['antony'] }))).toMatchObject({ allowed: true, rule: 'R30' });
  });
  test('what everyone has needs no request', () => {
    const file = ecl([asked, { audience: 'public', actions: ['view'] }], { licence: 'etalab-2.0' });
    expect(policy('antony', file).decide('view', 'ecl')).toMatchObject({ allowed: true, rule: 'R29' });
    expect(feature('antony', 'ecl', file).allowed).toBe(false);
  });
});

describe('R51, S45: conditions to be accepted once per organisation', () => {
  const conditions = { ...partners, acceptanceRequired: true };
  test('before', () => {
    expect(feature('nanterre', 'cha', withDataset(worldFile, 'cha', { grants: [conditions] }))).toMatchObject({
      allowed: false,
      rule: 'R51',
      answer: 'conditions-not-accepted',
    });
  });
  test('after, for all its users', () => {
    const file = withDataset(worldFile, 'cha', { grants: [conditions], acceptedConditions: ['nanterre'] });
    for (const who of ['nanterre', 'nanterreReader'] as const) expect(feature(who, 'cha', file).allowed).toBe(true);
    expect(feature('antony', 'cha', file)).toMatchObject({ answer: 'conditions-not-accepted' });
  });
  test('where the record is hidden, so is the question', () => {
    const file = withDataset(worldFile, 'cha', { grants: [conditions], record: { visibility: 'owner', reason: 'essai' } });
    expect(feature('nanterre', 'cha', file)).toMatchObject({ allowed: false, answer: 'hidden' });
  });
  test('R32, D3: co-owners and owners have nothing to accept', () => {
    expect(feature('issy', 'cha', withDataset(worldFile, 'cha', { grants: [conditions] })).allowed).toBe(true);
    expect(feature('antony', 'adr', withDataset(worldFile, 'adr', { grants: [conditions] })).allowed).toBe(true);
  });
});

test('every rule that decides has its clause and a sentence in both languages', () => {
  for (const rule of explainedRules) {
    const text = explainRule(rule);
    expect(text.clause).toMatch(/^[G\dA]/);
    expect(text.sentence.fr.length).toBeGreaterThan(20);
    expect(text.sentence.en?.length).toBeGreaterThan(15);
  }
  expect(policy('antony').explain('feature', 'eau')).toMatchObject({
    standing: 'partner',
    record: { visible: true },
    decision: { rule: 'R31', reason: explainRule('R31').sentence.en },
    text: { clause: 'G2, G11' },
  });
  expect(policy('antony').explain('feature', 'eau').grants).toHaveLength(2);
});
