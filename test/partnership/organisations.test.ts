// Organisations, EPTs, territories and memberships by the partnership file (2.1 – 2.3; R05, R06, R11, R12, R35, R38, D20).
import type { OrganisationEntry } from '../../server/partnership/file';
import { changes, desk, outcomes, square, today, trees, points, type Desk } from './desk';

let one: Desk;
beforeAll(async () => {
  one = await desk();
});
afterAll(() => one.close());

const organisation = async (code: string): Promise<Record<string, unknown>> =>
  (await one.rows('select id, code, name, insee, siren, annex1, is_pilot from geomig.organisation where code = $1', [code]))[0] ?? {};
const memberships = (code: string): Promise<Record<string, unknown>[]> =>
  one.rows(
    `select m.state, m.route, m.active_on, m.withdrawal_received_on from geomig.membership m join geomig.organisation o on o.id = m.organisation_id
     where o.code = $1 order by m.id`,
    [code],
  );
const put = (entry: OrganisationEntry): ReturnType<Desk['apply']> => one.apply({ organisations: [entry] });
const refused = (entry: OrganisationEntry): ReturnType<Desk['refused']> => one.refused({ organisations: [entry] });

describe('which organisation is meant', () => {
  test('insee and siren win over the code, which may then be another', async () => {
    const { id } = await organisation('nanterre');
    await put({ code: 'ville-nanterre', insee: '92050' });
    expect(await organisation('ville-nanterre')).toMatchObject({ id, name: 'Nanterre' });
    await put({ code: 'nanterre', insee: '92050' });
    const vsgp = await organisation('vsgp');
    expect(vsgp['siren']).toMatch(/^\d{9}$/);
    await put({ code: 'vallee-sud', siren: String(vsgp['siren']) });
    expect((await organisation('vallee-sud'))['id']).toBe(vsgp['id']);
    await put({ code: 'vsgp', siren: String(vsgp['siren']) });
  });

  test('a code that stands for another organisation is refused', async () => {
    expect((await refused({ code: 'antony', insee: '92050' })).message).toMatch(/insee 92050 désigne nanterre/);
    expect((await refused({ code: 'antony', insee: '99999' })).message).toMatch(/a déjà insee 92002/);
  });

  test('a new one needs a name and a kind', async () => {
    expect((await refused({ code: 'regie' })).message).toMatch(/organisations\.regie.*nom \(name\).*nature \(kind\)/);
    expect(outcomes(await put({ code: 'regie', name: 'Régie des eaux', kind: 'public_body' }))).toEqual({
      'organisation regie': 'created',
    });
    expect(changes(await put({ code: 'regie', name: 'Régie des eaux', kind: 'public_body' }))).toEqual([]);
  });
});

describe('the pilot', () => {
  test('there is exactly one: the title passes', async () => {
    await put({ code: 'antony', pilot: true });
    expect(await one.rows('select code from geomig.organisation where is_pilot')).toEqual([{ code: 'antony' }]);
    await put({ code: 'cd92', pilot: true });
    expect(await one.rows('select code from geomig.organisation where is_pilot')).toEqual([{ code: 'cd92' }]);
  });

  test('two in one file are refused', async () => {
    const fault = await one.refused({
      organisations: [
        { code: 'cd92', pilot: true },
        { code: 'antony', pilot: true },
      ],
    });
    expect(fault.message).toMatch(/un seul organisme est pilote.*cd92, antony/);
  });
});

describe('EPTs', () => {
  const periods = (commune: string): Promise<Record<string, unknown>[]> =>
    one.rows(
      `select e.code as ept, m.period::text as period from geomig.ept_member m join geomig.organisation e on e.id = m.ept_id
       join geomig.organisation c on c.id = m.commune_id where c.code = $1 order by lower(m.period), m.id`,
      [commune],
    );

  test('a move ends one membership and begins the other today; moving back the same day takes it back', async () => {
    expect(await periods('meudon')).toEqual([{ ept: 'gpso', period: '[2016-01-01,)' }]);
    await put({ code: 'meudon', ept: 'vsgp' });
    const moved = [
      { ept: 'gpso', period: `[2016-01-01,${today})` },
      { ept: 'vsgp', period: `[${today},)` },
    ];
    expect(await periods('meudon')).toEqual(moved);
    expect(changes(await put({ code: 'meudon', ept: 'vsgp' }))).toEqual([]);
    await put({ code: 'meudon', ept: null });
    expect(await periods('meudon')).toEqual([moved[0]]);
    await put({ code: 'meudon', ept: 'gpso' });
    expect(await periods('meudon')).toEqual([moved[0], { ept: 'gpso', period: `[${today},)` }]);
  });

  test('an EPT may stand after its communes in the file', async () => {
    const report = await one.apply({
      organisations: [
        { code: 'vanves', ept: 'grand-sud' },
        { code: 'grand-sud', name: 'Grand Sud', kind: 'ept' },
      ],
    });
    expect(outcomes(report)).toMatchObject({ 'organisation grand-sud': 'created', 'ept grand-sud ← vanves': 'changed' });
  });

  test('an EPT that is not there', async () => {
    expect((await refused({ code: 'vanves', ept: 'nulle-part' })).locator).toBe('organisations.vanves.ept');
  });
});

describe('territories', () => {
  const area = async (code: string): Promise<number> =>
    Number((await one.rows<{ a: number }>('select round(ST_Area(territory)) as a from geomig.organisation where code = $1', [code]))[0]?.a);

  test('inline, and picked out of a file by a condition', async () => {
    await put({ code: 'antony', territory: square(2.25, 48.7) });
    const whole = await area('antony');
    expect(whole).toBeGreaterThan(1e7);
    expect(changes(await put({ code: 'antony', territory: square(2.25, 48.7) }))).toEqual([]);
    one.write('communes.geojson', {
      type: 'FeatureCollection',
      features: [
        { type: 'Feature', properties: { insee: '92002', n: 1 }, geometry: square(2.25, 48.7) },
        { type: 'Feature', properties: { insee: '92050', n: 2 }, geometry: square(2.15, 48.85, 0.05) },
      ],
    });
    const picked = { source: 'communes.geojson', where: `insee = '92050'` };
    await put({ code: 'nanterre', territory: picked });
    expect(await area('nanterre')).toBeLessThan(whole / 3);
    expect(changes(await put({ code: 'nanterre', territory: picked }))).toEqual([]);
  });

  test.each([
    [{ source: 'communes.geojson', where: `insee = '00000'` }, /aucun polygone/],
    [{ source: 'communes.geojson', where: `code_insee = '92050'` }, /n’a pas d’attribut « code_insee » ; il a insee, n/],
    [{ source: 'absent.gpkg' }, /absent\.gpkg/],
    [{ type: 'Point', coordinates: [2, 48] }, /attendu : un Polygon/],
    [{ type: 'Polygon', coordinates: [[['a', 'b']]] }, /ne sont pas des nombres/],
  ] as const)('%j is refused', async (territory, words) => {
    expect((await refused({ code: 'nanterre', territory } as OrganisationEntry)).message).toMatch(words);
  });
});

describe('memberships', () => {
  test('any state may be taken over, afterwards only steps of the machine', async () => {
    await put({ code: 'clamart', membership: { state: 'admissible' } });
    expect((await refused({ code: 'clamart', membership: { state: 'active' } })).message).toMatch(
      /R12 : .*admissible.*incomplete, abandoned/,
    );
    await put({ code: 'clamart', membership: { state: 'incomplete' } });
    await put({ code: 'clamart', membership: { state: 'active', since: '2026-06-01' } });
    expect(await memberships('clamart')).toEqual([
      { state: 'active', route: 'annex1', active_on: '2026-06-01', withdrawal_received_on: null },
    ]);
    expect((await refused({ code: 'clamart', membership: { state: 'potential' } })).rule).toBe('R12');
  });

  test('R06, D20: a withdrawal has a day, closes every account and revokes the keys', async () => {
    await one.apply({
      people: [
        {
          login: 'clara@clamart.fr',
          organisation: 'clamart',
          password: 'platane-2026-x',
          keys: [{ label: 'q', key: 'cle-de-clara-0123456789' }],
        },
      ],
    });
    expect((await refused({ code: 'clamart', membership: { state: 'withdrawn' } })).message).toMatch(/R06 .*withdrawn/);
    const gone = { code: 'clamart', membership: { state: 'withdrawn', since: '2026-06-01', withdrawn: '2026-06-10' } } as const;
    await put(gone);
    expect(await one.rows(`select state from geomig.app_user where login = 'clara@clamart.fr'`)).toEqual([{ state: 'closed' }]);
    expect(await one.rows('select revoked_at is not null as revoked from geomig.access_token')).toEqual([{ revoked: true }]);
    expect(changes(await put(gone))).toEqual([]);
  });

  test('R12: who joins again gets a new row, the old one stays', async () => {
    await put({ code: 'clamart', membership: { state: 'active', since: '2026-06-12' } });
    expect((await memberships('clamart')).map(row => row['state'])).toEqual(['withdrawn', 'active']);
    expect(changes(await put({ code: 'clamart', membership: { state: 'active', since: '2026-06-12' } }))).toEqual([]);
  });

  test('R05: outside Annexe 1 the COTECH is heard and the COPIL is unanimous', async () => {
    const entry = { code: 'velizy', name: 'Vélizy-Villacoublay', kind: 'commune', insee: '78640', annex1: false } as const;
    const opinion = { heldOn: '2026-03-01', reference: 'COTECH-2026-1' };
    const approval = { heldOn: '2026-04-01', reference: 'COPIL-2026-1', unanimous: true };
    const active = (membership: object): OrganisationEntry => ({
      ...entry,
      membership: { state: 'active', since: '2026-05-01', ...membership },
    });
    for (const lacking of [
      {},
      { approval },
      { opinion, approval: { ...approval, unanimous: false } },
      { opinion: { ...opinion, heldOn: '2026-05-01' }, approval },
    ]) {
      const fault = await refused(active(lacking));
      expect([fault.rule, fault.message]).toEqual(['R05', expect.stringMatching(/^R05 : velizy/)]);
    }
    await put(active({ opinion, approval }));
    expect(await memberships('velizy')).toMatchObject([{ state: 'active', route: 'outside_annex1' }]);
    expect(changes(await put(active({ opinion, approval })))).toEqual([]);
    // the route stays when the file says nothing of Annexe 1
    await put({ code: 'velizy', membership: { state: 'active', since: '2026-05-02' } });
    expect(await memberships('velizy')).toMatchObject([{ route: 'outside_annex1' }]);
  });

  test('R05: a refusal is not saved without a reason', async () => {
    const entry = { code: 'viroflay', name: 'Viroflay', kind: 'commune' } as const;
    expect((await refused({ ...entry, membership: { state: 'refused' } })).rule).toBe('R05');
    await put({ ...entry, membership: { state: 'refused', reason: 'hors du département' } });
    expect(await memberships('viroflay')).toMatchObject([{ state: 'refused' }]);
  });

  describe('R11: after the charter’s end', () => {
    beforeAll(() => void (one.clock.instant = '2027-01-01T10:00:00.000Z'));
    afterAll(() => void (one.clock.instant = '2026-06-15T10:00:00.000Z'));

    test.each([{ state: 'active', since: '2027-01-01' }, { state: 'active' }, { state: 'admissible' }] as const)(
      '%j is refused',
      async membership => {
        const fault = await refused({ code: 'sevres', membership });
        expect([fault.rule, fault.message]).toEqual(['R11', expect.stringMatching(/^R11 : .*sevres/)]);
      },
    );

    test('a membership that began before is taken over, the others go on', async () => {
      await put({ code: 'sevres', membership: { state: 'active', since: '2022-03-01' } });
      expect(await memberships('sevres')).toMatchObject([{ state: 'active' }]);
      expect(changes(await put({ code: 'clamart', membership: { state: 'active', since: '2026-06-12' } }))).toEqual([]);
    });

    test('a new charter in force lets them join', async () => {
      await one.rows(
        `insert into geomig.charter (version, title, effective_on, status) values ('2027', 'Charte', '2027-01-01', 'in_force')`,
      );
      await put({ code: 'suresnes', membership: { state: 'active', since: '2027-01-01' } });
      await one.rows(`update geomig.membership set charter_id = null; delete from geomig.charter where version = '2027'`);
    });
  });
});

describe('delegations', () => {
  const delegations = (): Promise<Record<string, unknown>[]> =>
    one.rows(`select c.code as commune, d.scope, d.datasets, d.attested_on, d.commune_accepted_on, d.revoked_on
              from geomig.ept_delegation d join geomig.organisation c on c.id = d.commune_id order by d.id`);

  test('R35: an EPT that is no active partner cannot delegate', async () => {
    const fault = await one.refused({ delegations: [{ ept: 'gpso', commune: 'sevres' }] });
    expect([fault.rule, fault.message]).toEqual(['R35', expect.stringMatching(/^R35 : gpso/)]);
  });

  test('R38: to its own members only, and only an EPT', async () => {
    await put({ code: 'vsgp', membership: { state: 'active', since: '2022-03-01' } });
    expect((await one.refused({ delegations: [{ ept: 'vsgp', commune: 'colombes' }] })).rule).toBe('R38');
    expect((await one.refused({ delegations: [{ ept: 'clamart', commune: 'colombes' }] })).rule).toBe('R38');
  });

  test('one is made, revoked, and signed again (R40)', async () => {
    const signed = { ept: 'vsgp', commune: 'sceaux', attestedOn: '2026-01-15', acceptedOn: '2026-01-20' };
    expect(outcomes(await one.apply({ delegations: [signed] }))).toEqual({ 'delegation vsgp → sceaux': 'created' });
    expect(changes(await one.apply({ delegations: [signed] }))).toEqual([]);
    await one.apply({ delegations: [{ ...signed, revokedOn: '2026-03-01' }] });
    await one.apply({ delegations: [{ ...signed, attestedOn: '2026-05-01', acceptedOn: '2026-05-02' }] });
    expect(await delegations()).toEqual([
      {
        commune: 'sceaux',
        scope: 'all',
        datasets: [],
        attested_on: '2026-01-15',
        commune_accepted_on: '2026-01-20',
        revoked_on: '2026-03-01',
      },
      { commune: 'sceaux', scope: 'all', datasets: [], attested_on: '2026-05-01', commune_accepted_on: '2026-05-02', revoked_on: null },
    ]);
  });

  test('a list of datasets is a list, even an empty one', async () => {
    await one.apply({ delegations: [{ ept: 'vsgp', commune: 'bagneux', scope: [], attestedOn: '2026-01-15', acceptedOn: '2026-01-20' }] });
    expect((await delegations()).at(-1)).toMatchObject({ commune: 'bagneux', scope: 'list', datasets: [] });
    const fault = await one.refused({ delegations: [{ ept: 'vsgp', commune: 'bagneux', scope: ['inconnue'] }] });
    expect(fault.message).toMatch(/la donnée « inconnue » n’existe pas/);
  });
});

test('R08: the datasets of an owner that has left are frozen on the day it left', async () => {
  one.write('arbres.geojson', points([{ code: 'a' }]));
  const entry = trees({ owner: 'meudon', type: 'meudon:arbres' });
  expect((await one.refused({ datasets: [{ ...entry, state: 'frozen' }] })).rule).toBe('R08');
  await put({ code: 'meudon', membership: { state: 'withdrawn', since: '2022-03-01', withdrawn: '2026-03-02' } });
  await one.apply({ datasets: [{ ...entry, state: 'frozen' }] });
  expect(await one.rows(`select state, frozen_on from geomig.dataset where identifier = 'arbres'`)).toEqual([
    { state: 'frozen', frozen_on: '2026-03-02' },
  ]);
});
