// The data of a dataset by the partnership file: files and tables in place, reimports and edits, names that grants use, styles, short names.
import type { DatasetEntry } from '../../server/partnership/file';
import { changes, desk, outcomes, points, record, square, trees, type Desk } from './desk';

let one: Desk;
beforeAll(async () => {
  one = await desk();
  one.write('arbres.geojson', points([{ code: 'a1', essence: 'platane', hauteur: 12, releve: '2026-01-31' }]));
});
afterAll(() => one.close());

const put = (entry: DatasetEntry, options = {}): ReturnType<Desk['apply']> => one.apply({ datasets: [entry] }, options);
const refused = (entry: DatasetEntry, options = {}): ReturnType<Desk['refused']> => one.refused({ datasets: [entry] }, options);
interface Type extends Record<string, unknown> {
  readonly table_name: string;
  readonly generation: number;
}
const type = async (code = 'arbres'): Promise<Type> => {
  const [row] = await one.rows<Type>(
    'select f.* from geomig.feature_type f join geomig.dataset d on d.id = f.dataset_id where d.identifier = $1',
    [code],
  );
  if (!row) throw new Error(`${code} has no type`);
  return row;
};
const tables = async (): Promise<string[]> =>
  (
    await one.rows<{ t: string }>(
      `select c.relname as t from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'data' and c.relkind = 'r' order by 1`,
    )
  ).map(row => row.t);

describe('files', () => {
  test('a file is read once, and again when its bytes or its reading change, or on demand', async () => {
    await put(trees());
    const first = await type();
    expect(first).toMatchObject({ prefix: 'antony', local: 'arbres', stem: 'arbres', row_count: 1, key_column: 'code', edits: 0 });
    expect(changes(await put(trees()))).toEqual([]);
    one.write(
      'arbres.geojson',
      points([
        { code: 'a1', essence: 'platane', hauteur: 12, releve: '2026-01-31' },
        { code: 'a2', essence: 'tilleul', hauteur: 8, releve: null },
      ]),
    );
    expect(outcomes(await put(trees()))).toEqual({ 'dataset arbres': 'changed' });
    const second = await type();
    expect(second).toMatchObject({ row_count: 2, stem: 'arbres', generation: first.generation + 1 });
    expect(await tables()).toEqual([second.table_name]);
    await put(trees(), { reimport: true });
    expect((await type()).table_name).not.toBe(second.table_name);
    const other = trees({ source: { file: 'arbres.geojson' } });
    expect(outcomes(await put(other))).toEqual({ 'dataset arbres': 'changed' });
    expect(await type()).toMatchObject({ key_type: 'integer' });
    await put(trees());
  });

  test('D11: edits of an imported table are noticed, from wherever they come', async () => {
    const before = await type();
    const generations = await one.rows<{ number: number }>(`select number from geomig.generation where what = 'registry'`);
    await one.rows(`update data."${before.table_name}" set essence = 'orme' where code = 'a2'`);
    await one.rows(`delete from data."${before.table_name}" where code = 'a1'`);
    expect(await type()).toMatchObject({ generation: before.generation + 2, edits: 2, edited_since_import: true, row_count: null });
    expect((await one.rows<{ number: number }>(`select number from geomig.generation where what = 'registry'`))[0]?.number).toBeGreaterThan(
      generations[0]?.number ?? 0,
    );
  });

  test('edited data are not replaced unless told to, and it is said how many edits would be lost', async () => {
    expect(changes(await put(trees()))).toEqual([]);
    const fault = await refused(trees(), { reimport: true });
    expect(fault.kind).toBe('conflict');
    expect(fault.message).toMatch(/arbres a été modifiée 2 fois.*--overwrite-edits/);
    one.write('arbres.geojson', points([{ code: 'a3', essence: 'hêtre', hauteur: 3, releve: '2026-02-01' }]));
    expect((await refused(trees())).kind).toBe('conflict');
    await put(trees(), { overwriteEdits: true });
    expect(await type()).toMatchObject({ edits: 0, edited_since_import: false, row_count: 1 });
  });

  test.each([
    [{ file: 'absent.gpkg' }, /source\.file : le fichier absent\.gpkg n’est pas là \(cherché en \//],
    [{ file: 'arbres.geojson', srs: 'Lambert' }, /« Lambert » n’est pas un code tel que EPSG:2154/],
    [{ file: 'arbres.geojson', id: 'numero' }, /numero/],
  ])('%j is refused', async (source, words) => {
    expect((await refused(trees({ source }), { reimport: true })).message).toMatch(words);
  });
});

describe('short names (D4)', () => {
  test('given once: the name where it is free, else with the prefix; a rename keeps them', async () => {
    await put(trees({ code: 'nanterre-arbres', type: 'nanterre:arbres', owner: 'nanterre', record: record('n') }));
    expect((await type('nanterre-arbres'))['stem']).toBe('nanterre-arbres');
    await put(trees({ type: 'antony:plantations' }));
    expect(await type()).toMatchObject({ local: 'plantations', stem: 'arbres' });
    await put(trees({ code: 'troisieme', type: 'issy:arbres', owner: 'issy', record: record('t') }));
    expect((await type('troisieme'))['stem']).toBe('issy-arbres');
    await put(trees());
    expect(await type()).toMatchObject({ local: 'arbres', stem: 'arbres' });
  });
});

describe('names', () => {
  const grant = { audience: 'partners', actions: ['view', 'query', 'feature', 'download'] } as const;

  test.each([
    ['a masked attribute', { grants: [{ ...grant, maskedAttributes: ['riverain'] }] }, 'grants.0.maskedAttributes'],
    ['a condition on an unknown attribute', { grants: [{ ...grant, rows: `etat = 'public'` }] }, 'grants.0.rows'],
    ['a condition that cannot be read', { grants: [{ ...grant, rows: `essence = ` }] }, 'grants.0.rows'],
    ['an equality as ECQL writes it', { grants: [{ ...grant, rows: `essence == 'orme'` }] }, 'grants.0.rows'],
    ['a condition of the wrong type', { grants: [{ ...grant, rows: `hauteur = 'haut'` }] }, 'grants.0.rows'],
    ['an area that is no polygon', { grants: [{ ...grant, area: { type: 'Point', coordinates: [2, 48] } }] }, 'grants.0.area'],
    ['a described attribute', { attributes: { riverain: {} } }, 'attributes.riverain'],
    ['the time attribute', { time: 'jour' }, 'time'],
    ['a time attribute that is no time', { time: 'hauteur' }, 'time'],
  ] as const)('%s is refused at its place', async (_what, more, place) => {
    const fault = await refused(trees(more as Partial<DatasetEntry>));
    expect(fault.locator).toBe(`datasets.arbres.${place}`);
    expect(fault.message).toContain(`datasets.arbres.${place}`);
  });

  test('R42: a new file without a masked attribute is refused, the old data stay', async () => {
    await put(trees({ grants: [{ ...grant, maskedAttributes: ['essence'] }] }));
    one.write('sans.geojson', points([{ code: 'a9' }]));
    const fault = await refused(
      trees({ source: { file: 'sans.geojson', id: 'code' }, grants: [{ ...grant, maskedAttributes: ['essence'] }] }),
    );
    expect(fault.message).toMatch(/n’a pas d’attribut « essence » ; elle a code/);
  });

  test('time and attributes are kept', async () => {
    await put(
      trees({
        time: 'releve',
        attributes: { hauteur: { title: { fr: 'Hauteur', en: 'Height' }, definition: 'en mètres', sensitive: true } },
      }),
    );
    expect((await type())['time_attribute']).toBe('releve');
    expect(await one.rows('select name, title_fr, title_en, definition, sensitive from geomig.dataset_attribute')).toEqual([
      { name: 'hauteur', title_fr: 'Hauteur', title_en: 'Height', definition: 'en mètres', sensitive: true },
    ]);
    await put(trees({ attributes: {} }));
    expect(await one.rows('select 1 from geomig.dataset_attribute')).toEqual([]);
    expect((await type())['time_attribute']).toBeNull();
  });
});

describe('grants (D22)', () => {
  const grants = (): Promise<Record<string, unknown>[]> =>
    one.rows(
      `select audience, area_mode, rows_text, replaced_at from geomig.access_grant g join geomig.dataset d on d.id = g.dataset_id where d.identifier = 'arbres' order by g.id`,
    );
  const reading = ['view', 'query', 'feature', 'download'] as const;

  test('they are replaced as a whole, and what is replaced is ended, not deleted', async () => {
    await put(trees({ grants: [{ audience: 'partners', actions: reading, area: square(2.2, 48.7), rows: `essence = 'orme'` }] }));
    const before = await grants();
    one.clock.instant = '2026-06-15T11:00:00.000Z';
    await put(trees({ licence: 'etalab-2.0', grants: [{ audience: 'public', actions: reading }] }));
    const after = await grants();
    expect(after.length).toBe(before.length + 1);
    expect(after.filter(row => row['replaced_at'] === null)).toEqual([
      { audience: 'public', area_mode: 'all', rows_text: null, replaced_at: null },
    ]);
    expect(after.at(-2)).toMatchObject({
      audience: 'partners',
      area_mode: 'geometry',
      replaced_at: expect.stringMatching(/^2026-06-15T11:00/) as string,
    });
  });

  test('one that is the same stays the same row, whatever its order; another area is another grant', async () => {
    const both = [
      { audience: 'partners', actions: reading, area: square(2.2, 48.7) },
      { audience: 'named_partner', partner: 'issy', actions: reading },
    ] as const;
    await put(trees({ grants: both }));
    expect(changes(await put(trees({ grants: [...both].reverse() })))).toEqual([]);
    const [first, second] = both;
    expect(outcomes(await put(trees({ grants: [{ ...first, area: square(2.2, 48.8) }, second] })))).toEqual({
      'dataset arbres': 'changed',
    });
    expect((await grants()).filter(row => row['replaced_at'] === null).length).toBe(2);
  });

  test('agreements of before the server; new words of the conditions ask again (R49, R51)', async () => {
    const entry = (words: string): DatasetEntry =>
      trees({
        record: { ...record('fr-antony-arbres'), conditions: { fr: words } },
        grants: [{ audience: 'partners', actions: reading, onRequest: true, acceptanceRequired: true }],
        acceptedRequests: ['issy'],
        acceptedConditions: ['issy'],
      });
    await put(entry('Un.'));
    const version = async (): Promise<number> =>
      Number((await one.rows<{ v: number }>(`select conditions_version as v from geomig.dataset where identifier = 'arbres'`))[0]?.v);
    const first = await version();
    one.clock.instant = '2026-06-16T11:00:00.000Z';
    expect(changes(await put(entry('Un.')))).toEqual([]);
    await put(entry('Deux.'));
    expect(await version()).toBe(first + 1);
    expect(await one.rows(`select state from geomig.access_request`)).toEqual([{ state: 'accepted' }]);
    one.clock.instant = '2026-06-15T10:00:00.000Z';
  });
});

describe('styles', () => {
  const sld = (colour: string): string =>
    `<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"><NamedLayer><Name>a</Name><UserStyle><FeatureTypeStyle><Rule><PointSymbolizer><Graphic><Mark><WellKnownName>circle</WellKnownName><Fill><CssParameter name="fill">${colour}</CssParameter></Fill></Mark><Size>6</Size></Graphic></PointSymbolizer></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`;
  const styles = (): Promise<Record<string, unknown>[]> => one.rows('select name, title_fr, position from geomig.style order by position');

  test('one by its path, several by name; those that are left out go', async () => {
    one.write('vert.sld', sld('#00ff00'));
    one.write('rouge.sld', sld('#ff0000'));
    await put(trees({ style: 'vert.sld' }));
    expect(await styles()).toEqual([{ name: 'default', title_fr: 'Arbres d’alignement', position: 0 }]);
    const several = trees({
      style: [
        { name: 'rouge', title: { fr: 'Rouge' }, file: 'rouge.sld' },
        { name: 'vert', file: 'vert.sld' },
      ],
    });
    await put(several);
    expect((await styles()).map(row => [row['name'], row['title_fr']])).toEqual([
      ['rouge', 'Rouge'],
      ['vert', 'Arbres d’alignement'],
    ]);
    expect(changes(await put(several))).toEqual([]);
    one.write('vert.sld', sld('#00aa00'));
    expect(outcomes(await put(several))).toEqual({ 'dataset arbres': 'changed' });
    // not told: they stay
    expect(changes(await put(trees()))).toEqual([]);
    expect((await styles()).length).toBe(2);
  });

  test('a style with a picture, as an officer exports it, is taken; apply tells what is not drawn as written', async () => {
    one.write(
      'image.sld',
      sld('#00ff00').replace(/<Mark>/, '<ExternalGraphic><OnlineResource/><Format>image/svg+xml</Format></ExternalGraphic><Mark>'),
    );
    await put(trees({ style: 'image.sld' }));
    expect(one.said.join('\n')).toMatch(
      /attention : datasets\.arbres\.style : image\.sld : ExternalGraphic : les images ne sont pas reprises/,
    );
  });

  test('a style that reads attributes which the data lack is taken with a warning', async () => {
    one.write(
      'seuil.sld',
      sld('#00ff00').replace(
        '<PointSymbolizer>',
        '<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc"><ogc:PropertyIsNull><ogc:PropertyName>Hauteur</ogc:PropertyName></ogc:PropertyIsNull></ogc:Filter><PointSymbolizer>',
      ),
    );
    await put(trees({ style: 'seuil.sld' }));
    expect(one.said.join('\n')).toMatch(
      /attention : datasets\.arbres\.style : seuil\.sld lit « Hauteur », que antony:arbres n’a pas.*hauteur/,
    );
    one.write(
      'seuil.sld',
      sld('#00ff00').replace(
        '<PointSymbolizer>',
        '<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc"><ogc:PropertyIsNull><ogc:PropertyName>hauteur</ogc:PropertyName></ogc:PropertyIsNull></ogc:Filter><PointSymbolizer>',
      ),
    );
    await put(trees({ style: 'seuil.sld' }));
    expect(one.said.join('\n')).not.toContain('attention');
  });

  test('attributes that get another name are told', async () => {
    one.write('noms.geojson', points([{ code: 'a1', 'Nom complet': 'x' }]));
    await put(trees({ code: 'noms', type: 'antony:noms', source: { file: 'noms.geojson', id: 'code' }, record: record('antony-noms') }));
    expect(one.said).toContain('  attributs renommés : Nom complet → Nom_complet');
  });

  test('a field that the file lacks is told with its place', async () => {
    const fault = await refused(trees({ source: { file: 'arbres.geojson', id: 'numero' } }));
    expect([fault.locator, fault.message]).toEqual([
      'datasets.arbres.source',
      expect.stringMatching(/^datasets\.arbres\.source : arbres\.geojson : .*numero/),
    ]);
  });

  test.each([
    ['absent.sld', /style : le fichier absent\.sld ne peut pas être lu/],
    ['cassé.sld', /style : cassé\.sld/],
    ['arbres.geojson', /style : arbres\.geojson/],
  ])('%s is refused', async (style, words) => {
    one.write('cassé.sld', '<StyledLayerDescriptor>');
    expect((await refused(trees({ style }))).message).toMatch(words);
  });

  test('a MapLibre style is refused by a sentence', async () => {
    one.write('carte.json', { version: 8, layers: [] });
    expect((await refused(trees({ style: 'carte.json' }))).message).toMatch(/les styles MapLibre \(JSON\) ne sont pas encore lus/);
  });

  test('two of one name', async () => {
    expect(
      (
        await refused(
          trees({
            style: [
              { name: 'a', file: 'vert.sld' },
              { name: 'a', file: 'rouge.sld' },
            ],
          }),
        )
      ).message,
    ).toMatch(/deux styles s’appellent « a »/);
  });
});

describe('tables in place', () => {
  const entry = (table: string, more: object = {}): DatasetEntry =>
    trees({ code: 'place', type: 'antony:place', source: { table, ...more }, record: record('place') });

  beforeAll(async () => {
    await one.rows('create schema "Métier"');
    await one.rows(
      `create table "Métier"."Bancs" (id integer primary key, "Libellé" text not null, pose date, ref uuid, prix numeric, shape geometry(Point, 2154))`,
    );
    await one.rows(
      `insert into "Métier"."Bancs" values (1, 'un', '2026-01-01', null, 1.5, ST_SetSRID(ST_MakePoint(650000, 6860000), 2154)), (2, 'deux', null, null, null, ST_SetSRID(ST_MakePoint(651000, 6861000), 2154))`,
    );
    await one.rows('create table public.relevés (numero text, valeur double precision)');
    await one.rows(`insert into public.relevés values ('x', 1), ('x', 2), (null, 3)`);
  });

  test('it is published where it is, with its own names, and watched', async () => {
    expect(outcomes(await put(entry('Métier.Bancs')))).toEqual({ 'dataset place': 'created' });
    const made = await type('place');
    expect(made).toMatchObject({
      in_place: true,
      table_schema: 'Métier',
      table_name: 'Bancs',
      key_column: 'id',
      key_type: 'integer',
      geometry_column: 'shape',
      geometry_type: 'Point',
      srid: 2154,
      row_count: 2,
    });
    expect((made['columns'] as { name: string; type: string }[]).map(column => [column.name, column.type])).toEqual([
      ['Libelle', 'string'],
      ['pose', 'date'],
      ['prix', 'decimal'],
    ]);
    expect(changes(await put(entry('Métier.Bancs')))).toEqual([]);
    await one.rows(`delete from "Métier"."Bancs" where id = 2`);
    expect(await type('place')).toMatchObject({ edits: 1, row_count: null });
    expect(outcomes(await put(entry('Métier.Bancs')))).toEqual({ 'dataset place': 'changed' });
    expect(changes(await put(entry('Métier.Bancs')))).toEqual([]);
  });

  test('conditions name its geometry by its own name', async () => {
    const rows = 'S_INTERSECTS(shape, BBOX(600000, 6800000, 700000, 6900000))';
    await put({ ...entry('Métier.Bancs'), grants: [{ audience: 'partners', actions: ['view', 'query', 'feature', 'download'], rows }] });
  });

  test('a file in its stead leaves the table as it was, without our trigger', async () => {
    await put(trees({ code: 'place', type: 'antony:place', record: record('place') }));
    expect(await one.rows(`select 1 from "Métier"."Bancs"`)).toHaveLength(1);
    expect(await one.rows(`select 1 from pg_trigger where tgname = 'geomig_watch' and tgrelid = '"Métier"."Bancs"'::regclass`)).toEqual([]);
    await put(entry('Métier.Bancs'));
    expect((await tables()).some(name => name.startsWith('antony_place'))).toBe(false);
  });

  test.each([
    ['nulle.part', {}, /pas de table nulle\.part/],
    ['relevés', {}, /pas de clé primaire.*« id »/],
    ['relevés', { id: 'cle' }, /n’a pas de colonne « cle » ; elle a numero, valeur/],
    ['relevés', { id: 'numero' }, /relevés ne peut pas identifier|sans valeur/],
    ['relevés', { id: 'valeur' }, /de type float8 et ne peut pas identifier/],
    ['Métier.Bancs', { id: 'ref' }, /de type uuid et ne peut pas identifier.*publiez une vue/],
    ['Métier.Bancs', { geometry: 'geom' }, /pas de colonne géométrique « geom »/],
  ])('%s %j is refused', async (table, more, words) => {
    expect((await refused(entry(table, more))).message).toMatch(words);
  });

  test('a view with a unique column, not watched: it is counted each time', async () => {
    await one.rows(`create view public.vue as select 'r' || id as cle, "Libellé" as nom from "Métier"."Bancs"`);
    await put(
      trees({
        code: 'vue',
        type: 'antony:vue',
        source: { table: 'vue', id: 'cle' },
        record: { ...record('vue'), bbox: [2, 48, 3, 49], crs: 'EPSG:2154' },
      }),
    );
    expect(await type('vue')).toMatchObject({ table_schema: 'public', key_type: 'text', geometry_column: null, row_count: null });
    await put(
      trees({
        code: 'vue',
        type: 'antony:vue',
        source: { table: 'vue', id: 'cle' },
        record: { ...record('vue'), bbox: [2, 48, 3, 49], crs: 'EPSG:2154' },
      }),
    );
  });
});
