// What the charter forbids in a partnership file is refused with the rule's number, and nothing changes.
import type { DatasetEntry, GrantEntry } from '../../server/partnership/file';
import { addresses, desk, points, record, trees, type Desk } from './desk';

let one: Desk;
beforeAll(async () => {
  one = await desk();
  one.write('arbres.geojson', points([{ code: 'a1', essence: 'platane' }]));
  await one.apply({
    datasets: [
      trees({ code: 'tenue', type: 'antony:tenue', record: record('tenue') }),
      trees({ code: 'exclue', type: 'antony:exclue', state: 'excluded', exception: { code: 'E6' }, record: record('exclue') }),
      addresses({ code: 'validee', type: 'mig:validee', record: record('validee') }),
    ],
  });
});
afterAll(() => one.close());

const reading: GrantEntry['actions'] = ['view', 'query', 'feature', 'download'];
const partners: GrantEntry = { audience: 'partners', actions: reading };
const open: GrantEntry = { audience: 'public', actions: reading };
const hidden = { ...record('cachée'), visibility: 'partners' as const };

const cases: readonly (readonly [rule: string, what: string, entry: DatasetEntry, place: string])[] = [
  ['R21', 'a pooled record hidden without a reason', trees({ record: hidden }), 'record.reason'],
  ['R21', 'a reason of blanks', trees({ record: { ...hidden, reason: '  ' } }), 'record.reason'],
  ['R28', 'publishing data under an exception', trees({ exception: { code: 'E1' } }), 'state'],
  ['R28', 'suspending instead of excluding them', trees({ state: 'suspended', exception: { code: 'E3' } }), 'state'],
  ['R28', 'the exception OTHER without words', trees({ state: 'excluded', exception: { code: 'OTHER' } }), 'exception.text'],
  ['R28', 'excluding without a ground', trees({ state: 'excluded' }), 'exception'],
  ['R29', 'open data without a licence', trees({ grants: [open] }), 'grants.0'],
  ['R32', 'co-produced data masked from partners', addresses({ grants: [{ ...partners, maskedAttributes: ['essence'] }] }), 'grants.0'],
  ['R32', 'co-produced data limited to the territory', addresses({ grants: [{ ...partners, area: 'territory' }] }), 'grants.0'],
  ['R32', 'co-produced data as pictures only', addresses({ grants: [{ ...partners, actions: ['view'] }] }), 'grants.0'],
  ['R32', 'co-produced data within scales', addresses({ grants: [{ ...partners, scaleMin: 2000 }] }), 'grants.0'],
  ['R32', 'co-produced data on request', addresses({ grants: [{ ...partners, onRequest: true }] }), 'grants.0'],
  ['R32', 'some rows of co-produced data', addresses({ grants: [{ ...partners, rows: `code = 'a1'` }] }), 'grants.0'],
  [
    'R32',
    'co-produced data for one partner',
    addresses({ grants: [{ ...partners, audience: 'named_partner', partner: 'issy' }] }),
    'grants.0',
  ],
  ['R33', 'a grant on data not yet validated', addresses({ state: 'consolidated' }), 'grants.0'],
  ['R34', 'co-produced data open without a decision', addresses({ licence: 'etalab-2.0', grants: [partners, open] }), 'grants.1'],
  [
    'R48',
    'a named partner gets less than all partners',
    trees({ grants: [partners, { audience: 'named_partner', partner: 'issy', actions: ['view'] }] }),
    'grants.1',
  ],
  [
    'R48',
    'partners get masks that the public has not',
    trees({ licence: 'etalab-2.0', grants: [open, { ...partners, maskedAttributes: ['essence'] }] }),
    'grants.1',
  ],
  [
    'R48',
    'partners are limited to an area, communes are not',
    trees({
      grants: [
        { ...partners, area: 'territory' },
        { audience: 'ept_communes', actions: reading },
      ],
    }),
    'grants.0',
  ],
  [
    'R48',
    'partners have a narrower scale',
    trees({
      grants: [
        { ...partners, scaleMax: 5000 },
        { audience: 'ept_communes', actions: reading, scaleMax: 10000 },
      ],
    }),
    'grants.0',
  ],
  ['R55', 'derived data without a source', trees({ sources: [] }), 'sources'],
  ['R55', 'derived data without a treatment', trees({ sources: [{ external: 'BD TOPO 2025' }] }), 'sources'],
  ['R57', 'validated without the COTECH', addresses({ validation: undefined as never }), 'validation'],
  ['R58', 'a pooled source without its owner’s agreement', addresses({ sources: [{ dataset: 'tenue' }] }), 'sources.0.agreedOn'],
  ['R58', 'a source under 3.3', addresses({ sources: [{ dataset: 'exclue', agreedOn: '2026-01-01' }] }), 'sources.0'],
];

test.each(cases)('%s refuses %s', async (rule, _what, entry, place) => {
  const fault = await one.refused({ datasets: [entry] });
  expect([fault.kind, fault.rule, fault.locator]).toEqual(['conflict', rule, `datasets.${entry.code}.${place}`]);
  expect(fault.message).toMatch(new RegExp(`^${rule} : `));
});

const allowed: readonly (readonly [what: string, entry: DatasetEntry])[] = [
  ['a hidden record with its reason (R21)', trees({ record: { ...hidden, reason: 'Sécurité publique' } })],
  ['owner-only data, hidden by default (R22)', trees({ grants: [], record: hidden })],
  ['excluded data with their ground (R28)', trees({ state: 'excluded', exception: { code: 'OTHER', text: 'Secret des affaires' } })],
  ['open data with a licence (R29)', trees({ licence: 'etalab-2.0', grants: [open] })],
  [
    'open co-produced data by decision (R34)',
    addresses({ licence: 'etalab-2.0', openData: { heldOn: '2026-05-01', reference: 'C' }, grants: [partners, open] }),
  ],
  ['contributions on co-produced data (R61)', addresses({ grants: [{ ...partners, actions: [...reading, 'edit'] }] })],
  [
    'masks for delegated communes (R37)',
    addresses({ grants: [partners, { audience: 'ept_communes', actions: reading, maskedAttributes: ['essence'] }] }),
  ],
  [
    'more for a named partner than for all (R48)',
    trees({
      grants: [
        { ...partners, maskedAttributes: ['essence'] },
        { audience: 'named_partner', partner: 'issy', actions: reading },
      ],
    }),
  ],
  [
    'a narrower grant at another time (R48)',
    trees({
      grants: [
        { ...partners, startsOn: '2027-01-01' },
        { audience: 'named_partner', partner: 'issy', actions: ['view'], endsOn: '2026-12-31' },
      ],
    }),
  ],
  ['derived data with source and treatment (R55)', trees({ sources: [{ external: 'BD TOPO 2025', treatment: 'sélection' }] })],
  ['sources with agreement (R58)', addresses({ sources: [{ dataset: 'tenue', agreedOn: '2026-01-01' }, { external: 'BAN' }] })],
];

test.each(allowed)('%s is taken', async (_what, entry) => {
  await expect(one.apply({ datasets: [entry] }, { check: true })).resolves.toEqual(
    expect.arrayContaining([expect.objectContaining({ name: entry.code })]),
  );
});

describe('states', () => {
  test('a state of the other kind', async () => {
    expect((await one.refused({ datasets: [trees({ state: 'validated' })] })).message).toMatch(
      /mutualisée ne connaît pas l’état « validated »/,
    );
  });

  test.each([
    ['tenue', 'published → draft', trees({ code: 'tenue', type: 'antony:tenue', state: 'draft' })],
    ['exclue', 'excluded → published', trees({ code: 'exclue', type: 'antony:exclue' })],
    ['validee', 'validated → planned', addresses({ code: 'validee', type: 'mig:validee', state: 'planned', grants: [] })],
  ])('%s: %s is no step', async (code, _what, entry) => {
    const fault = await one.refused({ datasets: [entry] });
    expect(fault.kind).toBe('conflict');
    expect(fault.message).toContain(`${code} est « `);
  });

  test('a dataset does not change its kind', async () => {
    expect((await one.refused({ datasets: [addresses({ code: 'tenue' })] })).locator).toBe('datasets.tenue.kind');
  });

  test('pooled data name an owner, co-produced data a working group', async () => {
    expect((await one.refused({ datasets: [trees({ owner: undefined as never })] })).locator).toBe('datasets.arbres.owner');
    expect((await one.refused({ datasets: [addresses({ workingGroup: undefined as never })] })).locator).toBe(
      'datasets.adresses.workingGroup',
    );
    expect((await one.refused({ datasets: [addresses({ owner: 'antony' })] })).locator).toBe('datasets.adresses.owner');
  });

  test('two entries of one code, or of one type', async () => {
    expect((await one.refused({ datasets: [trees(), trees({ type: 'antony:b' })] })).message).toMatch(/écrit deux fois/);
    expect((await one.refused({ datasets: [trees(), trees({ code: 'b' })] })).message).toMatch(/même type antony:arbres/);
    expect((await one.refused({ datasets: [trees({ type: 'antony:tenue' })] })).message).toMatch(/celui d’une autre donnée/);
  });
});
