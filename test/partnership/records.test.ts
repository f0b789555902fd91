// Records by the partnership file: that of a dataset (inline, by file, completed from the data; R18, R19, R21, R22) and free-standing ones.
import { recordFromFields } from '../../catalogue/fields';
import { writeIso } from '../../catalogue/iso19139-write';
import type { DatasetEntry, RecordEntry } from '../../server/partnership/file';
import { changes, desk, outcomes, points, record, trees, type Desk } from './desk';

let one: Desk;
beforeAll(async () => {
  one = await desk();
  one.write('arbres.geojson', points([{ code: 'a1' }, { code: 'a2' }]));
});
afterAll(() => one.close());

const put = (entry: DatasetEntry, options = {}): ReturnType<Desk['apply']> => one.apply({ datasets: [entry] }, options);
interface Stored extends Record<string, unknown> {
  readonly document: string;
}
const stored = async (code = 'arbres'): Promise<Stored> => {
  const [row] = await one.rows<Stored>('select * from geomig.record where dataset = $1', [code]);
  if (!row) throw new Error(`${code} has no record`);
  return row;
};
const state = async (code = 'arbres'): Promise<unknown> =>
  (await one.rows<{ state: string }>('select state from geomig.dataset where identifier = $1', [code]))[0]?.state;

/** An ISO 19139 document of these fields. */
const iso = (fields: RecordEntry): string => writeIso({ ...recordFromFields(fields), dateStamp: '2026-01-01' });

describe('of a dataset', () => {
  test('R18: what it lacks is named, and nothing is done', async () => {
    const { abstract, lineage, keywords, ...poor } = record('fr-antony-arbres');
    const fault = await one.refused({ datasets: [trees({ record: poor })] });
    expect([fault.rule, fault.locator]).toEqual(['R18', 'datasets.arbres.record']);
    for (const field of ['abstract', 'lineage', 'keywords']) expect(fault.message).toMatch(new RegExp(`- ${field}`));
    expect(fault.message).not.toMatch(/- (bbox|crs|format|title)/);
    expect(fault.message).toContain('--allow-unpublished');
    expect([abstract, lineage, keywords].every(value => value !== undefined)).toBe(true);
  });

  test('R18: so is a dataset without any record', async () => {
    const fault = await one.refused({ datasets: [trees({ record: undefined as never })] });
    expect(fault.message).toMatch(/R18[\s\S]*- abstract[\s\S]*- lineage/);
  });

  test('--allow-unpublished leaves it in draft; once complete it is published', async () => {
    const { lineage, ...poor } = record('fr-antony-arbres');
    expect(lineage).toBeDefined();
    const report = await put(trees({ record: poor }), { allowUnpublished: true });
    expect(report).toEqual([{ kind: 'dataset', name: 'arbres', outcome: 'created', detail: 'laissée en draft, fiche incomplète' }]);
    expect(one.said.join('\n')).toMatch(/arbres reste en brouillon[\s\S]*lineage/);
    expect(await state()).toBe('draft');
    expect((await stored())['state']).toBe('draft');
    expect(changes(await put(trees({ record: poor }), { allowUnpublished: true }))).toEqual([]);
    await put(trees());
    expect(await state()).toBe('published');
    expect(await stored()).toMatchObject({ state: 'published', errors: 0 });
  });

  test('what is missing comes from the data: extent, system, formats, title, contact', async () => {
    const { contact, ...rest } = record('fr-antony-arbres');
    expect(contact).toBeDefined();
    await one.apply({ organisations: [{ code: 'antony', email: 'sig@ville-antony.fr' }], datasets: [trees({ record: rest })] });
    const { document, box, denominators } = await stored();
    expect((box as number[]).map(value => Math.round(value * 1000) / 1000)).toEqual([2.3, 48.75, 2.301, 48.75]);
    expect(denominators).toEqual([2000]);
    expect(document).toContain('sig@ville-antony.fr');
    expect(document).toContain('Arbres d’alignement');
    expect(document).toMatch(/4326/);
    expect(document).toContain('https://mig.example.org/wfs?');
    one.write('arbres.geojson', points([{ code: 'a1' }, { code: 'a2' }, { code: 'a3' }]));
    await put(trees({ record: rest }));
    expect(((await stored())['box'] as number[])[2]).toBeCloseTo(2.302, 6);
  });

  test('by a file, with its own unknown elements kept; visibility and reason beside it', async () => {
    const document = iso({ ...record('fr-par-fichier'), title: { fr: 'Titre du fichier' }, usageScale: 5000 }).replace(
      /(<gmd:MD_DataIdentification[^>]*>)/,
      '$1<!-- gardé -->',
    );
    one.write('records/arbres.xml', document);
    await put(trees({ record: { file: 'records/arbres.xml', visibility: 'partners', reason: 'Sécurité publique' } }));
    expect(await stored()).toMatchObject({
      identifier: 'fr-par-fichier',
      title: 'Titre du fichier',
      visibility: 'partners',
      visibility_reason: 'Sécurité publique',
    });
    expect(
      changes(await put(trees({ record: { file: 'records/arbres.xml', visibility: 'partners', reason: 'Sécurité publique' } }))),
    ).toEqual([]);
    await put(trees({ record: 'records/arbres.xml' }));
    expect(await stored()).toMatchObject({ visibility: 'public', visibility_reason: null, errors: 0 });
  });

  test.each([
    ['records/absent.xml', /record : le fichier records\/absent\.xml ne peut pas être lu/],
    ['records/mauvais.xml', /record : records\/mauvais\.xml/],
  ])('%s is refused', async (path, words) => {
    one.write('records/mauvais.xml', '<gmd:MD_Metadata>');
    expect((await one.refused({ datasets: [trees({ record: path })] })).message).toMatch(words);
  });

  test('a record of before, with what it lacks written beside it; what it says stays', async () => {
    const { lineage, ...rest } = record('fr-de-2009');
    expect(lineage).toBeDefined();
    one.write('records/vieux.xml', iso({ ...rest, dates: { creation: '2009-05-01' }, title: { fr: 'Titre de 2009' } }));
    await put(
      trees({
        record: {
          file: 'records/vieux.xml',
          title: { fr: 'Un autre titre' },
          lineage: { fr: 'Levés de 2009.' },
          conformity: [],
          dates: { creation: '2026-01-01', revision: '2026-02-01' },
        },
      }),
    );
    const { document } = await stored();
    expect(document).toContain('Titre de 2009');
    expect(document).not.toContain('Un autre titre');
    expect(document).toContain('Levés de 2009.');
    expect(document).toContain('2009-05-01');
    expect(document).not.toContain('2026-01-01');
    expect(document).toContain('2026-02-01');
  });

  test('R22: owner-only and excluded data have records for their owner, with the ground', async () => {
    await put(trees({ code: 'seul', type: 'antony:seul', grants: [], record: record('seul') }));
    expect(await stored('seul')).toMatchObject({ visibility: 'owner', state: 'published' });
    await put(
      trees({
        code: 'exclu',
        type: 'antony:exclu',
        state: 'excluded',
        exception: { code: 'E1', text: 'Noms des riverains' },
        record: record('exclu'),
      }),
    );
    expect(await stored('exclu')).toMatchObject({ visibility: 'owner', state: 'published' });
    expect((await stored('exclu')).document).toMatch(/exception E1 \(charte MIG § 3\.3\) : Noms des riverains/);
  });

  test('D15: the date of a record moves only when its words do', async () => {
    await put(trees());
    const before = await stored();
    one.clock.instant = '2026-07-01T10:00:00.000Z';
    await put(trees({ thirdPartyDiffusion: 'forbidden' }));
    expect((await stored()).document).toBe(before.document);
    await put(trees({ title: { fr: 'Arbres et arbustes' } }));
    expect((await stored()).document).toContain('2026-07-01');
  });

  test('an identifier that another record has', async () => {
    expect((await one.refused({ datasets: [trees({ code: 'autre', type: 'antony:autre' })] })).message).toMatch(/fr-antony-arbres/);
  });
});

describe('free-standing', () => {
  const free = async (identifier: string): Promise<Record<string, unknown>> =>
    (
      await one.rows(
        `select r.visibility, r.visibility_reason as reason, r.scope_code as scope, r.state, o.code as owner from geomig.record r
       left join geomig.organisation o on o.id = r.owner_id where r.identifier = $1`,
        [identifier],
      )
    )[0] ?? {};

  beforeAll(() => {
    for (const name of ['un', 'deux']) one.write(`libres/${name}.xml`, iso({ ...record(`libre-${name}`), title: { fr: name } }));
    one.write('libres/notes.txt', 'non');
  });

  test('by name and by pattern; a second apply leaves them', async () => {
    expect(outcomes(await one.apply({ records: ['libres/*.xml'] }))).toEqual({
      'record libre-deux': 'created',
      'record libre-un': 'created',
    });
    expect(changes(await one.apply({ records: ['libres/*.xml'] }))).toEqual([]);
    expect(await free('libre-un')).toEqual({ visibility: 'public', reason: null, scope: null, state: 'published', owner: null });
  });

  test('with owner, visibility, reason and collection; the owner may change', async () => {
    const told = { file: 'libres/un.xml', owner: 'antony', visibility: 'partners', reason: 'Travail', scope: 'essais' } as const;
    expect(outcomes(await one.apply({ scopes: { essais: { main: false } }, records: [told] }))).toMatchObject({
      'record libre-un': 'changed',
    });
    expect(await free('libre-un')).toEqual({
      visibility: 'partners',
      reason: 'Travail',
      scope: 'essais',
      state: 'published',
      owner: 'antony',
    });
    expect(await one.rows(`select main from geomig.scope where code = 'essais'`)).toEqual([{ main: false }]);
    expect(changes(await one.apply({ records: [told] }))).toEqual([]);
    await one.apply({ records: [{ ...told, owner: 'issy' }] });
    expect((await free('libre-un'))['owner']).toBe('issy');
  });

  test('R21: hidden without a reason', async () => {
    const fault = await one.refused({ records: [{ file: 'libres/un.xml', visibility: 'owner' }] });
    expect([fault.rule, fault.locator]).toEqual(['R21', 'records.0.reason']);
  });

  test('a malformed one names its file and takes all back', async () => {
    one.write('mêlées/a.xml', iso({ ...record('mêlée-a'), title: { fr: 'a' } }));
    one.write('mêlées/b.xml', '<a><b></a>');
    expect((await one.refused({ records: ['mêlées/*.xml'] })).message).toMatch(/records\.0 : mêlées\/b\.xml/);
  });

  test('two files of one identifier', async () => {
    one.write('doubles/a.xml', iso({ ...record('double'), title: { fr: 'a' } }));
    one.write('doubles/b.xml', iso({ ...record('double'), title: { fr: 'b' } }));
    expect((await one.refused({ records: ['doubles/*.xml'] })).message).toMatch(
      /doubles\/b\.xml et doubles\/a\.xml portent le même identifiant double/,
    );
  });

  test('a pattern that matches nothing', async () => {
    expect((await one.refused({ records: ['vides/*.xml'] })).message).toMatch(/aucun fichier ne répond à vides\/\*\.xml/);
  });

  test('the identifier of a dataset’s record is not taken', async () => {
    one.write('vol.xml', iso({ ...record('fr-antony-arbres'), title: { fr: 'vol' } }));
    expect((await one.refused({ records: ['vol.xml'] })).kind).toBe('conflict');
  });
});
