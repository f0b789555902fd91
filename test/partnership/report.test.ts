// `geomig apply` as a whole: what it reports, that it is repeatable, and that it does all or nothing (surface: the partnership file).
import { readPartnershipFile } from '../../server/partnership/file';
import { applyPartnership, reportText } from '../../server/partnership/apply/apply';
import { addresses, changes, desk, outcomes, points, square, trees, type Desk } from './desk';

let one: Desk;
beforeAll(async () => {
  one = await desk();
  one.write(
    'arbres.geojson',
    points([
      { code: 'a1', essence: 'platane', etat: 'public' },
      { code: 'a2', essence: 'tilleul', etat: 'réservé' },
    ]),
  );
  one.write('autres.geojson', points([{ code: 'b1' }]));
});
afterAll(() => one.close());

const whole = {
  service: { title: { fr: 'Essai' }, email: 'sig@example.org' },
  namespaces: { parc: 'http://example.org/parc' },
  scopes: { essais: { main: false } },
  organisations: [{ code: 'antony', membership: { state: 'active', since: '2022-03-01' }, territory: square(2.25, 48.7) }],
  people: [
    {
      login: 'Ref.Antony@example.org',
      name: ['Rose', 'Antony'],
      organisation: 'antony',
      roles: ['technical_referent'],
      password: 'platane-rouge-2026',
      keys: [{ label: 'qgis', key: 'cle-de-rose-0123456789' }],
    },
  ],
  workingGroups: [{ code: 'gt-adresse', theme: 'Adresses', facilitator: 'ref.antony@example.org', members: ['ref.antony@example.org'] }],
  datasets: [
    trees({
      scope: 'essais',
      attributes: { essence: { title: { fr: 'Essence' } } },
      grants: [
        {
          audience: 'partners',
          actions: ['view', 'query', 'feature', 'download'],
          area: square(2.2, 48.7, 0.2),
          rows: `etat = 'public'`,
          maskedAttributes: ['essence'],
        },
      ],
    }),
    addresses(),
  ],
  delegations: [],
} as const;

test('what is new is created, a second apply leaves everything', async () => {
  const first = outcomes(await one.apply(whole));
  expect(first).toMatchObject({
    'namespace parc': 'created',
    'scope essais': 'created',
    'organisation antony': 'changed', // it is there from the first migration
    'person Ref.Antony@example.org': 'created',
    'working group gt-adresse': 'created',
    'dataset arbres': 'created',
    'dataset adresses': 'created',
  });
  const generations = await one.rows('select what, number from geomig.generation order by what');
  const second = await one.apply(whole);
  expect(changes(second)).toEqual([]);
  expect(second.length).toBe(Object.keys(first).length);
  // nothing is announced, so nobody's caches are dropped
  expect(await one.rows('select what, number from geomig.generation order by what')).toEqual(generations);
  expect(reportText(second, false)).toContain('0 créé(s), 0 modifié(s), 0 clos');
});

test('a change is reported as one, with all that hangs on it left alone', async () => {
  const [tree, address] = whole.datasets;
  const report = await one.apply({ ...whole, datasets: [{ ...tree, title: { fr: 'Arbres' } }, address] });
  expect(changes(report).map(line => `${line.kind} ${line.name} ${line.outcome}`)).toEqual(['dataset arbres changed']);
  expect(changes(await one.apply(whole)).map(line => line.name)).toEqual(['arbres']);
});

test('--check says what would be done and does nothing, without a table left behind', async () => {
  const before = await one.fingerprint();
  const report = await one.apply(
    {
      ...whole,
      datasets: [
        ...whole.datasets,
        trees({
          code: 'autres',
          type: 'antony:autres',
          source: { file: 'autres.geojson' },
          record: { ...(trees().record as object), id: 'autres' },
        }),
      ],
    },
    { check: true, reimport: true },
  );
  expect(outcomes(report)).toMatchObject({ 'dataset autres': 'created', 'dataset arbres': 'changed' });
  expect(reportText(report, true)).toMatch(/serait créé : donnée autres[\s\S]*rien n’a été fait/);
  expect(await one.fingerprint()).toBe(before);
});

test('the third of three files that cannot be read leaves nothing of the first two', async () => {
  one.write('cassé.geojson', '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geom');
  const more = (code: string, file: string): ReturnType<typeof trees> =>
    trees({ code, type: `antony:${code}`, source: { file }, record: { ...(trees().record as object), id: code } });
  const fault = await one.refused({
    datasets: [more('un', 'arbres.geojson'), more('deux', 'autres.geojson'), more('trois', 'cassé.geojson')],
  });
  expect(fault.kind).toBe('malformed');
});

test('a failure of the last entry takes back tables and rows of the others', async () => {
  const fault = await one.refused({
    ...whole,
    datasets: [
      trees({ title: { fr: 'Autre titre' } }),
      trees({ code: 'un', type: 'antony:un', record: { ...(trees().record as object), id: 'un' } }),
    ],
    delegations: [{ ept: 'vsgp', commune: 'nulle-part' }],
  });
  expect(fault.message).toContain('nulle-part');
  expect(fault.locator).toBe('delegations.0.commune');
});

test('what a process that died has left is swept up a day later', async () => {
  await one.rows(`create table data.orphan_1 (id integer)`);
  await one.rows(
    `do $$ begin execute format('comment on table data.orphan_1 is %L', 'geomig unpublished ' || (now() - interval '2 days')); end $$`,
  );
  await one.rows(`create table data.fresh_1 (id integer)`);
  await one.rows(`do $$ begin execute format('comment on table data.fresh_1 is %L', 'geomig unpublished ' || now()); end $$`);
  await one.rows(`create table data.theirs (id integer)`);
  await one.apply({});
  const left = await one.rows<{ name: string }>(
    `select relname as name from pg_class where relname in ('orphan_1', 'fresh_1', 'theirs') and relkind = 'r' order by 1`,
  );
  expect(left.map(row => row.name)).toEqual(['fresh_1', 'theirs']);
  await one.rows('drop table data.fresh_1, data.theirs');
});

test('two administrators at once take turns', async () => {
  const [tree] = whole.datasets;
  await Promise.all([one.apply({ datasets: [{ ...tree, usageScale: 1000 }] }), one.apply({ datasets: [{ ...tree, usageScale: 500 }] })]);
  const [row] = await one.rows<{ usage_scale: number }>(`select usage_scale from geomig.dataset where identifier = 'arbres'`);
  expect([1000, 500]).toContain(row?.usage_scale);
  await one.apply(whole);
});

describe('the file itself', () => {
  const read = (name: string, content: string): ReturnType<typeof readPartnershipFile> => readPartnershipFile(one.write(name, content));

  test('YAML and JSON say the same; days stay texts', () => {
    const yaml = read('a.yaml', 'version: 1\norganisations:\n  - { code: antony, membership: { state: active, since: 2022-03-01 } }\n');
    const json = read(
      'a.json',
      JSON.stringify({ version: 1, organisations: [{ code: 'antony', membership: { state: 'active', since: '2022-03-01' } }] }),
    );
    expect(yaml).toEqual(json);
  });

  test.each([
    [
      'version: 1\ndatasets:\n  - { code: arbres, type: "a:b", title: { fr: A }, kind: pooled, state: draft, proprietaire: antony }\n',
      'datasets.arbres',
      '« proprietaire » est inconnue',
    ],
    ['version: 1\ndatset: []\n', '', '« datset » est inconnue'],
    ['version: 1\norganisations: [ { code: antony, insee: 92002 } ]\n', 'organisations.antony.insee', 'un texte'],
    ['version: 1\npeople: [ { login: a@b.fr } ]\n', 'people.a@b.fr', '« organisation » manque'],
    ['version: 1\ndelegations: [ { ept: vsgp, commune: sceaux, attestedOn: hier } ]\n', 'delegations.0.attestedOn', '2026-12-31'],
    ['version: 1\ndelegations: [ { ept: vsgp, commune: sceaux, attestedOn: 2026-02-30 } ]\n', 'delegations.0.attestedOn', '2026-12-31'],
    [
      'version: 1\npeople: [ { login: a@b.fr, organisation: antony, keys: [ { label: qgis, key: court } ] } ]\n',
      'people.a@b.fr.keys.0.key',
      'au moins 16',
    ],
    ['version: 2\n', 'version', '1'],
    [
      'version: 1\norganisations: [ { code: antony, membership: { state: active, since: 01/03/2022 } } ]\n',
      'organisations.antony.membership.since',
      'attendu : un jour tel que 2026-12-31',
    ],
    [
      'version: 1\ndatasets:\n  - { code: a, type: "a:b", title: { fr: A }, kind: pooled, state: draft, grants: [ { audience: publique, actions: [view] } ] }\n',
      'datasets.a.grants.0.audience',
      'named_partner',
    ],
  ])('%j is refused at %s', (text, place, words) => {
    expect(() => read('b.yaml', text)).toThrow(
      expect.objectContaining({ kind: 'invalid-value', locator: place, message: expect.stringContaining(words) as string }),
    );
  });

  test('what may be null too is told once', () => {
    expect(() => read('n.yaml', 'version: 1\norganisations: [ { code: antony, membership: { state: active, since: hier } } ]\n')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('null') as string }),
    );
  });

  test.each([
    ['organisations', { organisations: [{ code: 'antony' }, { code: 'antony' }] }, 'organisations.antony'],
    [
      'people',
      {
        people: [
          { login: 'a@b.fr', organisation: 'antony' },
          { login: 'A@b.fr', organisation: 'antony' },
        ],
      },
      'people.a@b.fr',
    ],
    ['working groups', { workingGroups: [{ code: 'gt' }, { code: 'gt' }] }, 'workingGroups.gt'],
  ])('%s written twice', async (_what, file, locator) => {
    const fault = await one.refused(file);
    expect([fault.locator, fault.message]).toEqual([locator, `${locator} : cette entrée est écrite deux fois`]);
  });

  test('a mistake of YAML names its line', () => {
    expect(() => read('c.yaml', 'version: 1\npeople: [\n  { login: a\n')).toThrow(
      expect.objectContaining({ kind: 'malformed', message: expect.stringMatching(/c\.yaml, ligne \d/) as string }),
    );
  });

  test('a file that is not there', () => {
    expect(() => readPartnershipFile('/nowhere/x.yaml')).toThrow(/\/nowhere\/x\.yaml ne peut pas être lu/);
  });

  test('paths are relative to the file, whatever the working directory', async () => {
    one.write('sous/dossier/d.geojson', points([{ code: 'd1' }]));
    const path = one.write('sous/f.json', {
      version: 1,
      datasets: [
        trees({ code: 'd', type: 'antony:d', source: { file: 'dossier/d.geojson' }, record: { ...(trees().record as object), id: 'd' } }),
      ],
    });
    const options = { check: false, prune: false, reimport: false, overwriteEdits: false, allowUnpublished: false };
    expect(outcomes(await applyPartnership(readPartnershipFile(path), path, options, one.parts))).toEqual({ 'dataset d': 'created' });
  });
});

test('--prune retires datasets and records, closes groups, and only lists people', async () => {
  await one.apply(whole);
  const report = await one.apply({ ...whole, people: [], workingGroups: [], datasets: [whole.datasets[0]] }, { prune: true });
  expect(outcomes(report)).toMatchObject({
    'dataset adresses': 'ended',
    'dataset d': 'ended',
    'working group gt-adresse': 'ended',
    'person ref.antony@example.org': 'left',
  });
  expect(await one.rows(`select identifier, state from geomig.dataset order by identifier`)).toEqual([
    { identifier: 'adresses', state: 'archived' },
    { identifier: 'arbres', state: 'published' },
    { identifier: 'd', state: 'retired_by_owner' },
  ]);
  // R26: the mark for harvesters is in the document too
  const [kept] = await one.rows<{ state: string; document: string }>(`select state, document from geomig.record where dataset = 'd'`);
  expect(kept?.state).toBe('obsolete');
  expect(kept?.document).toContain('codeListValue="obsolete"');
  expect(await one.rows(`select state from geomig.app_user`)).toEqual([{ state: 'active' }]);
  expect(changes(await one.apply({ ...whole, people: [], workingGroups: [], datasets: [whole.datasets[0]] }, { prune: true }))).toEqual([]);
});
