// The tables « Data », « Records » and « Transactions » of the charter's access decisions, cell by cell: policy × subject × action.
import { compilePolicy } from '../../server/core/policy/policy';
import type { Action, Caller, Decision } from '../../server/core/policy/charter';
import type { DatasetEntry, GrantEntry, PartnershipFile } from '../../server/partnership/file';
import { accounts, withDataset, worldFile, worldInstant, type AccountName } from '../world/world';
import { callerOf, factsOf, organisationId, workingGroupId } from '../world/facts';

const letters: Readonly<Record<Action, string>> = { view: 'I', query: 'Q', feature: 'F', download: 'D', edit: 'T' };
const reading: readonly Action[] = ['view', 'query', 'feature', 'download'];
const all: GrantEntry['actions'] = ['view', 'query', 'feature', 'download'];

type Subject = AccountName | 'anonymous';
/** Columns of the table: who stands for each. The data of the table are Antony's, or co-produced. */
const columns = {
  'AN MO': ['anonymous'],
  CN: ['bagneux'],
  CA: ['clamart'],
  RE: ['marnes'],
  CE: ['sceaux'],
  PU: ['nanterre', 'nanterreReader', 'issy', 'bspp', 'drieat', 'pld'],
  EP: ['vsgp', 'gpso'],
  PP: ['antony', 'antonyDeputy', 'antonyResource', 'antonyReader'],
  PI: ['pilot'],
} as const satisfies Record<string, readonly Subject[]>;
type Column = keyof typeof columns;

const partners: GrantEntry = { audience: 'partners', actions: all };
const communes: GrantEntry = { audience: 'ept_communes', actions: all };
const open: GrantEntry = { audience: 'public', actions: all };
const viewOnly = { actions: ['view'], scaleMin: 2000, scaleMax: 50_000 } as const;

/** A pooled dataset of Antony with these grants. */
const pooled = (grants: readonly GrantEntry[], more: Partial<DatasetEntry> = {}): PartnershipFile =>
  withDataset(worldFile, 'arb', { grants, ...more });

interface Row {
  readonly policy: string;
  readonly code: string;
  readonly file: PartnershipFile;
  /** Allowed actions per column, and per subject where people of one column differ. */
  readonly cells: Readonly<Record<Column, string>> & { readonly [subject in Subject]?: string };
}

const none = { 'AN MO': '', CN: '', CA: '', RE: '', CE: '' } as const;
const everyone = {
  'AN MO': 'IQFD',
  CN: 'IQFD',
  CA: 'IQFD',
  RE: 'IQFD',
  CE: 'IQFD',
  PU: 'IQFD',
  EP: 'IQFD',
  PP: 'IQFD',
  PI: 'IQFD',
} as const;
const forPartners = { ...none, PU: 'IQFD', EP: 'IQFD', PP: 'IQFD', PI: 'IQFD' } as const;
const ownerOnly = { ...none, PU: '', EP: '', PP: 'IQFD', PI: '' } as const;

const data: readonly Row[] = [
  { policy: 'P-OUV', code: 'arb', file: pooled([open]), cells: everyone },
  {
    policy: 'P-OUV coproduced',
    code: 'adr',
    file: withDataset(worldFile, 'adr', { grants: [partners, open], licence: 'etalab-2.0' }),
    cells: everyone,
  },
  { policy: 'P-PAR coproduced', code: 'adr', file: worldFile, cells: { ...forPartners, CE: 'IQFD' } },
  { policy: 'P-PAR pooled', code: 'arb', file: pooled([partners]), cells: forPartners },
  {
    policy: 'P-PAR pooled with grant ept_communes',
    code: 'arb',
    file: pooled([partners, communes]),
    cells: { ...forPartners, CE: 'IQFD' },
  },
  {
    policy: 'P-NOM pooled (Issy)',
    code: 'arb',
    file: pooled([{ audience: 'named_partner', partner: 'issy', actions: all }]),
    cells: { ...ownerOnly, issy: 'IQFD' },
  },
  {
    policy: 'P-NOM pooled (the Département)',
    code: 'arb',
    file: pooled([{ audience: 'named_partner', partner: 'cd92', actions: all }]),
    cells: { ...ownerOnly, PI: 'IQFD' },
  },
  { policy: 'P-PRO', code: 'arb', file: pooled([]), cells: ownerOnly },
  {
    policy: 'P-EXC',
    code: 'arb',
    file: pooled([partners, open], { state: 'excluded', exception: { code: 'E1' } }),
    cells: { ...ownerOnly, PP: '' },
  },
  {
    policy: 'P-EXC (flag alone)',
    code: 'arb',
    file: pooled([partners, open], { exception: { code: 'E3' } }),
    cells: { ...ownerOnly, PP: '' },
  },
  {
    policy: '+ATT',
    code: 'arb',
    file: pooled([
      { ...partners, maskedAttributes: ['essence'] },
      { ...communes, maskedAttributes: ['essence'] },
    ]),
    cells: { ...forPartners, CE: 'IQFD' },
  },
  {
    policy: '+AIR',
    code: 'arb',
    file: pooled([
      { ...partners, area: 'territory' },
      { ...communes, area: 'territory' },
    ]),
    cells: { ...forPartners, CE: 'IQFD' },
  },
  {
    policy: '+VUE for partners',
    code: 'arb',
    file: pooled([{ ...partners, ...viewOnly }]),
    cells: { ...none, PU: 'I', EP: 'I', PP: 'IQFD', PI: 'I' },
  },
  {
    policy: '+VUE for all',
    code: 'arb',
    file: pooled([{ ...open, ...viewOnly }]),
    cells: { 'AN MO': 'I', CN: 'I', CA: 'I', RE: 'I', CE: 'I', PU: 'I', EP: 'I', PP: 'IQFD', PI: 'I' },
  },
  { policy: '+DEM', code: 'arb', file: pooled([{ ...partners, onRequest: true }]), cells: ownerOnly },
  {
    policy: '+DEM agreed with Nanterre',
    code: 'arb',
    file: pooled([{ ...partners, onRequest: true }], { acceptedRequests: ['nanterre'] }),
    cells: { ...ownerOnly, nanterre: 'IQFD', nanterreReader: 'IQFD' },
  },
  {
    policy: '+DEM for all',
    code: 'arb',
    file: pooled([
      { ...open, onRequest: true },
      { ...communes, onRequest: true },
    ]),
    cells: ownerOnly,
  },
  { policy: '+COND', code: 'arb', file: pooled([{ ...partners, acceptanceRequired: true }]), cells: ownerOnly },
  {
    policy: '+COND accepted by Nanterre',
    code: 'arb',
    file: pooled([{ ...partners, acceptanceRequired: true }], { acceptedConditions: ['nanterre'] }),
    cells: { ...ownerOnly, nanterre: 'IQFD', nanterreReader: 'IQFD' },
  },
  {
    policy: '+COND for all',
    code: 'arb',
    file: pooled([
      { ...open, acceptanceRequired: true },
      { ...communes, acceptanceRequired: true },
    ]),
    cells: ownerOnly,
  },
];

const decide = (file: PartnershipFile, subject: Subject, action: Action, code: string): Decision =>
  compilePolicy(callerOf(subject, {}, file), factsOf(file), worldInstant).decide(action, code);

const dataCells = data.flatMap(row =>
  (Object.keys(columns) as Column[]).flatMap(column =>
    columns[column].flatMap(subject =>
      reading.map(action => {
        const cell = row.cells[subject] ?? row.cells[column];
        return { row, column, subject, action, expected: cell.includes(letters[action]) };
      }),
    ),
  ),
);

describe('table « Data »', () => {
  test.each(
    dataCells.map(cell => [cell.row.policy, cell.column, cell.subject, cell.action, cell.expected ? 'allow' : 'deny', cell] as const),
  )('%s: %s (%s) %s → %s', (_policy, _column, _subject, _action, _word, { row, subject, action, expected }) => {
    const decision = decide(row.file, subject, action, row.code);
    expect(decision.allowed).toBe(expected);
    // every decision names its rule
    expect(decision.rule).toMatch(/^(R\d\d|D3)$/);
  });

  test.each(['nanterre', 'vsgp', 'pilot', 'sceaux'] as const)('+ATT: columns removed for %s, none for the owner', subject => {
    const file = data.find(row => row.policy === '+ATT')?.file ?? worldFile;
    expect(decide(file, subject, 'feature', 'arb')).toMatchObject({ allowed: true, masked: new Set(['essence']) });
    expect(decide(file, 'antonyReader', 'feature', 'arb')).toMatchObject({ allowed: true, masked: new Set() });
  });

  test.each([
    ['nanterre', ['nanterre']],
    ['sceaux', ['sceaux']],
    // its present member communes, as far as their territories are known
    ['vsgp', ['antony', 'bagneux', 'clamart', 'sceaux']],
    ['gpso', ['issy', 'marnes']],
    // Q13: the Département, and the State services for the whole of it
    ['pilot', ['cd92']],
    ['drieat', ['cd92']],
    ['bspp', ['cd92']],
  ] as const)('+AIR: own territory only for %s', (subject, codes) => {
    const file = data.find(row => row.policy === '+AIR')?.file ?? worldFile;
    const decision = decide(file, subject, 'feature', 'arb');
    expect(decision.allowed && decision.filter).toEqual({
      op: 'area',
      area: { organisations: codes.map(organisationId).sort((a, b) => a - b) },
    });
  });

  test('+AIR: all rows for the owner, none without a territory (Paris La Défense)', () => {
    const file = data.find(row => row.policy === '+AIR')?.file ?? worldFile;
    expect(decide(file, 'antony', 'feature', 'arb')).toMatchObject({ allowed: true, filter: { op: 'all' } });
    expect(decide(file, 'pld', 'feature', 'arb')).toMatchObject({ allowed: true, filter: { op: 'none' } });
  });

  test('+VUE: the range is the map’s; the owner has none', () => {
    const file = data.find(row => row.policy === '+VUE for partners')?.file ?? worldFile;
    expect(decide(file, 'bspp', 'view', 'arb')).toMatchObject({ allowed: true, scaleMin: 2000, scaleMax: 50_000 });
    expect(decide(file, 'antony', 'view', 'arb')).toMatchObject({ allowed: true, scaleMin: null, scaleMax: null });
    expect(decide(file, 'bspp', 'query', 'arb')).toMatchObject({ allowed: false, rule: 'R44', answer: 'forbidden' });
  });
});

/** R47 and « Refusals »: what a refused caller is answered, where the record is visible to them and where it is not. */
describe('refusals', () => {
  const cases: readonly (readonly [string, PartnershipFile, Readonly<Partial<Record<Subject, string>>>])[] = [
    [
      'P-PAR, public record',
      pooled([partners]),
      { anonymous: 'unauthenticated', bagneux: 'forbidden', clamart: 'forbidden', marnes: 'forbidden', sceaux: 'forbidden' },
    ],
    [
      'P-PRO',
      pooled([]),
      {
        anonymous: 'hidden',
        bagneux: 'hidden',
        sceaux: 'hidden',
        nanterre: 'hidden',
        vsgp: 'hidden',
        pilot: 'forbidden',
        officer: 'hidden',
        cd92: 'hidden',
      },
    ],
    [
      'P-EXC',
      pooled([partners], { state: 'excluded', exception: { code: 'E1' } }),
      { anonymous: 'hidden', nanterre: 'hidden', sceaux: 'hidden', antony: 'forbidden', antonyReader: 'forbidden', pilot: 'forbidden' },
    ],
    [
      'P-EXC, record widened to all',
      pooled([partners], { state: 'excluded', exception: { code: 'E1' }, record: { visibility: 'public' } }),
      { anonymous: 'unauthenticated', nanterre: 'forbidden', antony: 'forbidden', pilot: 'forbidden' },
    ],
    [
      'record for partners',
      pooled([{ audience: 'named_partner', partner: 'issy', actions: all }], { record: { visibility: 'partners', reason: 'essai' } }),
      { anonymous: 'hidden', bagneux: 'hidden', marnes: 'hidden', sceaux: 'hidden', nanterre: 'forbidden', pilot: 'forbidden' },
    ],
    [
      '+COND',
      pooled([{ ...partners, acceptanceRequired: true }]),
      { anonymous: 'unauthenticated', sceaux: 'forbidden', nanterre: 'conditions-not-accepted', vsgp: 'conditions-not-accepted' },
    ],
  ];
  test.each(
    cases.flatMap(([name, file, answers]) => Object.entries(answers).map(([subject, answer]) => [name, subject, answer, file] as const)),
  )('%s: %s → %s', (_name, subject, answer, file) => {
    expect(decide(file, subject as Subject, 'feature', 'arb')).toMatchObject({ allowed: false, answer });
  });

  test('an unknown code is hidden from everyone', () => {
    for (const subject of ['anonymous', 'nanterre', 'pilot'] as const)
      expect(decide(worldFile, subject, 'view', 'nowhere')).toMatchObject({ allowed: false, answer: 'hidden' });
  });
});

describe('table « Records »', () => {
  const group = workingGroupId('gt-cyclable');
  const inGroup = (name: AccountName, type: 'member' | 'candidate' | 'external_guest'): Caller =>
    callerOf(name, { workingGroups: [{ id: group, type, endsOn: '2026-12-31' }] });
  const outside = (name: AccountName): Caller => callerOf(name, { workingGroups: [] });
  const visible = (file: PartnershipFile, caller: Caller, code: string): boolean =>
    compilePolicy(caller, factsOf(file), worldInstant).record(code).visible;

  type Expected = Readonly<Partial<Record<Subject, boolean>>>;
  const strangers = (value: boolean): Expected => ({ anonymous: value, bagneux: value, clamart: value, marnes: value });
  const rows: readonly (readonly [string, PartnershipFile, string, Expected])[] = [
    [
      'coproduced, validated',
      worldFile,
      'adr',
      { ...strangers(true), sceaux: true, nanterre: true, vsgp: true, antony: true, pilot: true },
    ],
    [
      'pooled, public',
      pooled([partners]),
      'arb',
      { ...strangers(true), sceaux: true, nanterre: true, vsgp: true, antony: true, pilot: true },
    ],
    [
      'pooled, visibility partners',
      pooled([partners], { record: { visibility: 'partners', reason: 'essai' } }),
      'arb',
      { ...strangers(false), sceaux: false, nanterre: true, vsgp: true, antony: true, pilot: true },
    ],
    [
      'pooled, visibility partners, granted ept_communes',
      pooled([partners, communes], { record: { visibility: 'partners', reason: 'essai' } }),
      'arb',
      { ...strangers(false), sceaux: true, nanterre: true },
    ],
    [
      'P-PRO, default',
      pooled([]),
      'arb',
      { ...strangers(false), sceaux: false, nanterre: false, vsgp: false, antony: true, antonyReader: true, pilot: true },
    ],
    [
      'exception 3.3, default',
      worldFile,
      'fon',
      { ...strangers(false), sceaux: false, nanterre: false, vsgp: false, antony: true, pilot: true },
    ],
    [
      'exception 3.3, widened to partners',
      withDataset(worldFile, 'fon', { record: { visibility: 'partners' } }),
      'fon',
      { ...strangers(false), sceaux: false, nanterre: true, vsgp: true, antony: true, pilot: true },
    ],
    [
      'exception 3.3, widened to all',
      withDataset(worldFile, 'fon', { record: { visibility: 'public' } }),
      'fon',
      { ...strangers(true), nanterre: true, pilot: true },
    ],
  ];
  test.each(
    rows.flatMap(([name, file, code, expected]) =>
      Object.entries(expected).map(([subject, value]) => [name, subject, value, file, code] as const),
    ),
  )('%s: %s → %s', (_name, subject, value, file, code) => {
    expect(visible(file, callerOf(subject as Subject, {}, file), code)).toBe(value);
  });

  test.each([
    ['anonymous', callerOf('anonymous'), false],
    ['a commune', callerOf('bagneux'), false],
    ['a delegated commune', callerOf('sceaux'), false],
    ['a withdrawn partner', callerOf('marnes'), false],
    ['a candidate in the group', inGroup('clamart', 'candidate'), true],
    ['a candidate outside the group', outside('clamart'), false],
    ['a guest of the group', inGroup('bagneux', 'external_guest'), false],
    ['a guest with a partner’s account', inGroup('antonyReader', 'external_guest'), false],
    ['a reader outside the group', outside('antonyReader'), false],
    ['a reader in the group', inGroup('antonyReader', 'member'), true],
    ['a resource person outside the group', outside('antonyResource'), false],
    ['a referent (COTECH)', outside('antony'), true],
    ['a deputy (COTECH)', outside('antonyDeputy'), true],
    ['the project officer', outside('officer'), true],
    ['the pilot administrator', outside('pilot'), true],
    ['a reader of the Département', outside('cd92'), false],
  ] as const)('coproduced, in progress: %s → %s', (_name, caller, value) => {
    expect(visible(worldFile, caller, 'cyc')).toBe(value);
  });

  test.each([
    ['pooled: the owner’s referent', 'antony', 'arb', true],
    ['pooled: the owner’s deputy', 'antonyDeputy', 'arb', true],
    ['pooled: the owner’s resource person', 'antonyResource', 'arb', true],
    ['pooled: the owner’s reader', 'antonyReader', 'arb', false],
    ['pooled: another partner', 'nanterre', 'arb', false],
    ['pooled: the pilot', 'pilot', 'arb', false],
    ['exception: the owner', 'antony', 'fon', true],
    ['exception: the pilot', 'pilot', 'fon', false],
    ['coproduced: the pilot', 'pilot', 'adr', true],
    ['coproduced: the facilitator', 'nanterre', 'adr', true],
    ['coproduced: another partner', 'antony', 'adr', false],
    ['coproduced: anonymous', 'anonymous', 'adr', false],
  ] as const)('edit — %s → %s', (_name, subject, code, value) => {
    expect(compilePolicy(callerOf(subject), factsOf(), worldInstant).record(code).edit).toBe(value);
  });
});

describe('table « Transactions » (edit)', () => {
  const openContribution = withDataset(worldFile, 'adr', { contributionOpen: true });
  const cases: readonly (readonly [string, PartnershipFile, string, Readonly<Partial<Record<Subject, 'all' | 'territory' | string>>>])[] = [
    [
      'pooled',
      worldFile,
      'arb',
      {
        anonymous: 'R60',
        bagneux: 'R60',
        marnes: 'R60',
        clamart: 'R60',
        sceaux: 'R37',
        nanterre: 'R60',
        vsgp: 'R60',
        antonyReader: 'R60',
        antonyResource: 'all',
        antonyDeputy: 'all',
        antony: 'all',
        pilot: 'R60',
      },
    ],
    [
      'coproduced, closed',
      worldFile,
      'adr',
      { anonymous: 'R61', sceaux: 'R37', antony: 'R61', vsgp: 'R61', nanterre: 'all', pilot: 'all', cd92: 'R61' },
    ],
    [
      'coproduced, contribution open',
      openContribution,
      'adr',
      {
        anonymous: 'R61',
        sceaux: 'R37',
        antony: 'territory',
        antonyResource: 'territory',
        antonyReader: 'R61',
        vsgp: 'territory',
        nanterre: 'all',
        pilot: 'all',
      },
    ],
    ['coproduced, in progress', worldFile, 'cyc', { issy: 'R33', pilot: 'R33', antony: 'R33' }],
    ['frozen', worldFile, 'esp', { marnes: 'R63', issy: 'R63', pilot: 'R63', anonymous: 'R63' }],
    ['suspended', withDataset(worldFile, 'arb', { state: 'suspended' }), 'arb', { antony: 'R63', pilot: 'R63' }],
    ['excluded', worldFile, 'fon', { antony: 'R28', pilot: 'R28' }],
    ['archived', withDataset(worldFile, 'adr', { state: 'archived' }), 'adr', { nanterre: 'R63', pilot: 'R63' }],
  ];
  test.each(
    cases.flatMap(([name, file, code, expected]) =>
      Object.entries(expected).map(([subject, value]) => [name, subject, value, file, code] as const),
    ),
  )('%s: %s → %s', (_name, subject, value, file, code) => {
    const decision = decide(file, subject as Subject, 'edit', code);
    if (value === 'all') expect(decision).toMatchObject({ allowed: true, filter: { op: 'all' }, public: false });
    else if (value === 'territory') expect(decision.allowed && decision.filter.op).toBe('area');
    else expect(decision).toMatchObject({ allowed: false, rule: value });
  });
});

test('the subjects of the tables are the people of the world', () => {
  expect(
    Object.values(columns)
      .flat()
      .filter(subject => subject !== 'anonymous')
      .every(subject => subject in accounts),
  ).toBe(true);
});
