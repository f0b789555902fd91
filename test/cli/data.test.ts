// `geomig apply` and `geomig import` while the server runs: what they say, what they leave, and what the server answers at its next request.
import { join } from 'node:path';
import { dbfOf, declared, gpkgBlob, makeGpkg, pointShape, shpOf, zipOf } from '../formats/make';
import { points, record, trees } from '../partnership/desk';
import { accounts } from '../world/world';
import { bench, hits, type Bench } from './bench';

let on: Bench;
beforeAll(async () => {
  on = await bench();
});
afterAll(() => on.close());

describe('apply', () => {
  const partnership = (more: object = {}): string =>
    on.file('partenariat.json', {
      version: 1,
      datasets: [
        trees({
          code: 'fontaines',
          type: 'antony:fontaines',
          source: { file: 'fontaines.geojson', id: 'code' },
          licence: 'etalab-2.0',
          grants: [{ audience: 'public', actions: ['view', 'query', 'feature', 'download'] }],
          record: record('fontaines'),
          ...more,
        }),
      ],
    });

  test('--check does nothing, apply shows the layer at the next request, again it leaves everything', async () => {
    on.file('fontaines.geojson', points([{ code: 'f1' }, { code: 'f2' }]));
    const path = partnership();
    const before = await on.tables();
    const check = await on.geomig('apply', path, '--check');
    expect([check.status, check.out]).toEqual([0, expect.stringMatching(/serait créé : donnée fontaines[\s\S]*rien n’a été fait/)]);
    expect(await on.tables()).toEqual(before);
    expect((await on.server.ask(hits('antony:fontaines'))).text).toContain('InvalidParameterValue');
    const made = await on.geomig('apply', path);
    expect([made.status, made.out]).toEqual([
      0,
      expect.stringMatching(/fontaines : 2 objets[\s\S]*créé : donnée fontaines[\s\S]*1 créé\(s\), 0 modifié\(s\)/),
    ]);
    expect((await on.server.ask(hits('antony:fontaines'))).text).toContain('numberMatched="2"');
    expect((await on.server.ask('/wms?service=WMS&version=1.3.0&request=GetCapabilities')).text).toContain('fontaines');
    const again = await on.geomig('apply', path);
    expect([again.status, again.out]).toEqual([0, expect.stringMatching(/^0 créé\(s\), 0 modifié\(s\), 0 clos, 1 inchangé\(s\)$/m)]);
  });

  test('new bytes are served at the next request', async () => {
    on.file('fontaines.geojson', points([{ code: 'f1' }, { code: 'f2' }, { code: 'f3' }]));
    expect((await on.geomig('apply', partnership())).status).toBe(0);
    expect((await on.server.ask(hits('antony:fontaines'))).text).toContain('numberMatched="3"');
  });

  test('what the charter forbids: status 1, the rule, and nothing changed', async () => {
    const before = await on.tables();
    const { status, out, err } = await on.geomig('apply', partnership({ licence: undefined }));
    expect([status, out]).toEqual([1, '']);
    expect(err).toMatch(/^geomig : R29 : fontaines[\s\S]*Rien n’a été changé\.\n$/m);
    expect(await on.tables()).toEqual(before);
    expect((await on.server.ask(hits('antony:fontaines'))).text).toContain('numberMatched="3"');
  });

  test('an unknown key is named with its place', async () => {
    const { status, err } = await on.geomig('apply', partnership({ couleur: 'verte' }));
    expect([status, err]).toEqual([1, expect.stringMatching(/datasets\.fontaines : la clé « couleur » est inconnue/)]);
  });

  test('a closed layer is closed at the next request', async () => {
    expect((await on.geomig('apply', partnership({ grants: [], state: 'suspended' }))).status).toBe(0);
    expect((await on.server.ask(hits('antony:fontaines'))).status).toBeGreaterThanOrEqual(400);
  });
});

describe('a table in place that changes behind the server', () => {
  test('is a fault of the service until the file is applied again, never a defect', async () => {
    await on.rows('create table public.bornes (id integer primary key, nom text, usage text, geom geometry(Point, 2154))');
    await on.rows(`insert into public.bornes values (1, 'a', 'b', ST_SetSRID(ST_MakePoint(648000, 6850000), 2154))`);
    const path = on.file('bornes.json', {
      version: 1,
      datasets: [
        trees({
          code: 'bornes',
          type: 'antony:bornes',
          source: { table: 'public.bornes' },
          licence: 'etalab-2.0',
          grants: [{ audience: 'public', actions: ['view', 'query', 'feature', 'download'] }],
          record: record('bornes'),
        }),
      ],
    });
    expect(await on.geomig('apply', path)).toMatchObject({ status: 0, err: '' });
    const get = '/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:bornes';
    expect((await on.server.ask(get)).text).toContain('<antony:usage>b</antony:usage>');
    await on.rows('alter table public.bornes drop column usage');
    const gone = await on.server.ask(get);
    expect([gone.status, gone.text]).toEqual([503, expect.stringMatching(/ExceptionReport[\s\S]*has changed since it was published/)]);
    expect(gone.text).not.toMatch(/usage|bornes/);
    expect(await on.geomig('apply', path)).toMatchObject({ status: 0, err: '' });
    expect((await on.server.ask(get)).text).toContain('<antony:nom>a</antony:nom>');
    await on.rows('drop table public.bornes');
    expect((await on.server.ask(get)).status).toBe(503);
  });
});

describe('import', () => {
  const csv = 'code;nom;x;y\na;Un;650000;6860000\nb;Deux;651000;6861000\nc;Trois;pas un nombre;6861000\n';

  test.each([
    ['GeoJSON', (): string => on.file('i.geojson', points([{ code: 'a' }, { code: 'b' }])), [], 2, 0],
    [
      'GeoJSON, one feature a line',
      (): string => on.file('i.geojsonl', '{"type":"Feature","properties":{"n":1},"geometry":{"type":"Point","coordinates":[2.3,48.8]}}\n'),
      [],
      1,
      0,
    ],
    ['CSV', (): string => on.file('i.csv', csv), ['--srs', 'EPSG:2154', '--id', 'code'], 2, 1],
    [
      'an archive',
      (): string => on.file('i.zip', zipOf([{ name: 'd/i.geojson', content: Buffer.from(JSON.stringify(points([{ code: 'z' }]))) }])),
      [],
      1,
      0,
    ],
    [
      'GeoPackage',
      (): string =>
        makeGpkg(join(on.folder, 'i.gpkg'), [
          declared('puits', 'POINT'),
          'create table puits (fid integer primary key, geom blob, nom text)',
          ['insert into puits values (7, ?, ?)', [gpkgBlob('010100000000000000a0d6234100000000042b5a41'), 'Puits']],
        ]),
      ['--layer', 'puits'],
      1,
      0,
    ],
    [
      'Shapefile',
      (): string => {
        const { shp, shx } = shpOf(1, [pointShape(650_000, 6_860_000)]);
        on.file('s.shp', shp);
        on.file('s.shx', shx);
        on.file('s.dbf', dbfOf([{ name: 'NOM', type: 'C', length: 10 }], [['Un']]));
        return join(on.folder, 's.shp');
      },
      ['--srs', 'EPSG:2154', '--encoding', 'utf-8'],
      1,
      0,
    ],
  ] as const)('%s becomes a dataset in draft that nobody sees yet', async (what, make, flags, count, refused) => {
    const name = `import_${what.replace(/\W/g, '')}`;
    const { status, out, err } = await on.geomig('import', make(), '--as', `antony:${name}`, ...flags);
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain(`antony:${name} : ${count} objets, 0 géométries réparées, ${refused} lignes refusées.`);
    expect(out).toContain('Nouvelle donnée en brouillon');
    expect((await on.server.ask(hits(`antony:${name}`), { as: accounts.nanterre })).status).toBe(400);
    expect(
      await on.rows(
        `select d.state, o.code from geomig.dataset d join geomig.organisation o on o.id = d.owner_id join geomig.feature_type f on f.dataset_id = d.id where f.local = '${name}'`,
      ),
    ).toEqual([{ state: 'draft', code: 'antony' }]);
  });

  test('refused lines are told with their reasons', async () => {
    const { out } = await on.geomig('import', on.file('i.csv', csv), '--as', 'antony:refus', '--srs', 'EPSG:2154');
    expect(out).toMatch(/ligne 4 : .*pas un nombre/);
  });

  test('--replace puts data in the place of those that are there, at the next request', async () => {
    const path = on.file(
      'arb.geojson',
      points([{ code: 'N1', essence: 'Orme', hauteur: 2, remarquable: 'false', plante_le: '2020-01-01' }]),
    );
    const first = await on.geomig('import', path, '--as', 'antony:arbres', '--id', 'code');
    expect([first.status, first.err]).toEqual([
      1,
      expect.stringMatching(/antony:arbres a déjà des données : --replace[\s\S]*Rien n’a été changé/),
    ]);
    expect((await on.server.ask(hits('antony:arbres'))).text).toContain('numberMatched="16"');
    const count = (await on.tables()).length;
    const second = await on.geomig('import', path, '--as', 'antony:arbres', '--id', 'code', '--replace');
    expect([second.status, second.err]).toEqual([0, '']);
    expect((await on.server.ask(hits('antony:arbres'))).text).toContain('numberMatched="1"');
    expect((await on.server.ask('/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres')).text).toContain('arbres.N1');
    expect((await on.tables()).length).toBe(count);
  });

  test('R42: new data without a masked attribute are refused: the mask would be worth nothing', async () => {
    const before = await on.tables();
    const { status, err } = await on.geomig(
      'import',
      on.file('ecl.geojson', points([{ numero: 'L1', CONTACT: 'x' }])),
      '--as',
      'nanterre:eclairage',
      '--replace',
    );
    expect([status, err]).toEqual([1, expect.stringMatching(/contact_riverain/)]);
    expect(await on.tables()).toEqual(before);
    expect((await on.server.ask(hits('nanterre:eclairage'), { as: accounts.nanterre })).text).toContain('numberMatched="9"');
  });

  test.each([
    [
      'a file that breaks off',
      (): string => on.file('c.geojson', '{"type":"FeatureCollection","features":[{"type":"Fea'),
      'antony:casse',
      [],
    ],
    ['a file of no format', (): string => on.file('c.pdf', '%PDF-1.4'), 'antony:casse', []],
    ['a file that is not there', (): string => join(on.folder, 'absent.gpkg'), 'antony:casse', []],
    ['an id that is not unique', (): string => on.file('c.geojson', points([{ k: 1 }, { k: 1 }])), 'antony:casse', ['--id', 'k']],
    ['a name without prefix', (): string => on.file('c.geojson', points([{ k: 1 }])), 'casse', []],
    ['a layer that is not there', (): string => join(on.folder, 'i.gpkg'), 'antony:casse', ['--layer', 'autre']],
    ['an unknown system', (): string => on.file('c.geojson', points([{ k: 1 }])), 'antony:casse', ['--srs', 'Lambert']],
  ] as const)('%s: status 1, nothing left', async (_what, make, as, flags) => {
    const before = await on.tables();
    const { status, err } = await on.geomig('import', make(), '--as', as, ...flags);
    expect(status).toBe(1);
    expect(err).toMatch(/^geomig : [\s\S]*Rien n’a été changé\.\n$/);
    expect(err).not.toMatch(/\n\s+at /);
    expect(await on.tables()).toEqual(before);
    expect(await on.rows(`select 1 from geomig.dataset where identifier = 'casse'`)).toEqual([]);
  });
});
