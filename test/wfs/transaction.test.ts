// Transactions through the whole server: what each dialect asks and is answered, ids, values, geometries, atomicity, and that the next
// request sees what was written. The rights are in transaction-rights.test.ts, the faults in transaction-faults.test.ts.
import { transformPoint } from '../../server/core/model/crs';
import { accounts, testServer, type Answer, type TestServer } from '../setup/server';
import { describeWith } from '../setup/needs';
import { xsdErrors } from '../setup/xsd';
import { byId, dialects, equal, newIds, point, post, set, summary, transaction, type Dialect } from './transactions';
import { schemaCopies } from './valid';

let mig: TestServer;
beforeAll(async () => {
  mig = await testServer();
}, 120_000);
afterAll(() => mig.close());

const editor = accounts.antonyResource;
const x = 648_000.5;
const y = 6_850_000.25;

const send = (dialect: Dialect, actions: string, attributes = ''): Promise<Answer> =>
  post(mig, transaction(dialect, mig.address, actions, attributes), editor);

interface Tree {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | number | boolean | null>>;
  readonly geometry: { readonly coordinates: readonly number[] } | null;
}

async function trees(): Promise<Map<string, Tree>> {
  const answer = await mig.ask(
    '/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres&outputFormat=application/json&srsName=EPSG:2154',
  );
  const { features } = JSON.parse(answer.text) as { features: Tree[] };
  return new Map(features.map(tree => [tree.id, tree]));
}

const tree = (dialect: Dialect, code: string, more = '', at = point(dialect, x, y)): string =>
  `<antony:arbres><antony:code>${code}</antony:code><antony:essence>Frêne &amp; <![CDATA[<orme>]]></antony:essence><antony:hauteur>4.25</antony:hauteur><antony:remarquable>true</antony:remarquable>${more}<antony:geom>${at}</antony:geom></antony:arbres>`;

describe.each(dialects)('%s', dialect => {
  const code = `N-${dialect}`;

  test('Insert gives the id, and the next request has the feature with every value', async () => {
    const answer = await send(
      dialect,
      `<wfs:Insert handle="neuf">${tree(dialect, code, '<antony:plante_le>2026-02-03</antony:plante_le>')}</wfs:Insert>`,
    );
    expect([answer.status, newIds(answer)]).toEqual([200, [`arbres.${code}`]]);
    if (dialect !== '1.0.0') expect(summary(answer)).toMatchObject({ inserted: 1, updated: 0, deleted: 0 });
    expect((await trees()).get(`arbres.${code}`)).toMatchObject({
      properties: { code, essence: 'Frêne & <orme>', hauteur: 4.25, remarquable: true, plante_le: '2026-02-03' },
      geometry: { coordinates: [x, y] },
    });
  });

  test('Update changes what it names, of the features that the filter means', async () => {
    const before = (await trees()).get('arbres.ARB-02');
    const answer = await send(
      dialect,
      `<wfs:Update typeName="antony:arbres">${set(dialect, 'antony:hauteur', '9.75')}${set(dialect, 'remarquable', 'false')}${set(dialect, 'geom', point(dialect, x + 1, y + 1))}${byId(dialect, `arbres.${code}`)}</wfs:Update>`,
    );
    expect(answer.status).toBe(200);
    expect(summary(answer)).toMatchObject(dialect === '1.0.0' ? { success: true } : { inserted: 0, updated: 1, deleted: 0 });
    const after = await trees();
    expect(after.get(`arbres.${code}`)).toMatchObject({
      properties: { essence: 'Frêne & <orme>', hauteur: 9.75, remarquable: false, plante_le: '2026-02-03' },
      geometry: { coordinates: [x + 1, y + 1] },
    });
    expect(after.get('arbres.ARB-02')).toEqual(before);
  });

  test.each([
    ['no Value', undefined],
    ['an empty Value', ''],
  ])('%s is no value', async (_, value) => {
    await send(
      dialect,
      `<wfs:Update typeName="antony:arbres">${set(dialect, 'plante_le', '2026-02-03')}${byId(dialect, `arbres.${code}`)}</wfs:Update>`,
    );
    const answer = await send(
      dialect,
      `<wfs:Update typeName="antony:arbres">${set(dialect, 'plante_le', value)}${byId(dialect, `arbres.${code}`)}</wfs:Update>`,
    );
    expect(answer.status).toBe(200);
    expect((await trees()).get(`arbres.${code}`)?.properties['plante_le']).toBeNull();
  });

  test('xsi:nil is no value', async () => {
    const answer = await send(dialect, `<wfs:Insert>${tree(dialect, `${code}-nil`, '<antony:plante_le xsi:nil="true"/>')}</wfs:Insert>`);
    expect(answer.status).toBe(200);
    expect((await trees()).get(`arbres.${code}-nil`)?.properties['plante_le']).toBeNull();
  });

  test('several actions are one transaction, done in their order', async () => {
    const answer = await send(
      dialect,
      `<wfs:Insert handle="a">${tree(dialect, `${code}-1`)}${tree(dialect, `${code}-2`)}</wfs:Insert>
       <wfs:Update typeName="antony:arbres">${set(dialect, 'hauteur', '1')}${equal(dialect, 'code', `${code}-1`)}</wfs:Update>
       <wfs:Delete typeName="antony:arbres">${byId(dialect, `arbres.${code}-2`)}</wfs:Delete>
       <wfs:Insert handle="b">${tree(dialect, `${code}-2`)}</wfs:Insert>
       <wfs:Native vendorId="autre" safeToIgnore="true">x</wfs:Native>`,
    );
    expect([answer.status, newIds(answer)]).toEqual([200, [`arbres.${code}-1`, `arbres.${code}-2`, `arbres.${code}-2`]]);
    if (dialect !== '1.0.0') expect(summary(answer)).toMatchObject({ inserted: 3, updated: 1, deleted: 1 });
    const after = await trees();
    expect(after.get(`arbres.${code}-1`)?.properties['hauteur']).toBe(1);
    expect(after.get(`arbres.${code}-2`)?.properties['hauteur']).toBe(4.25);
  });

  test('what fails at the end leaves nothing of the beginning', async () => {
    const before = await trees();
    const answer = await send(
      dialect,
      `<wfs:Insert>${tree(dialect, `${code}-9`)}</wfs:Insert>
       <wfs:Delete typeName="antony:arbres">${byId(dialect, 'arbres.ARB-01')}</wfs:Delete>
       <wfs:Update typeName="antony:arbres">${set(dialect, 'hauteur', 'haut')}${byId(dialect, 'arbres.ARB-02')}</wfs:Update>`,
    );
    expect(answer.status).toBe(400);
    expect(await trees()).toEqual(before);
  });

  test('Delete takes away what the filter means, and nothing else', async () => {
    const before = await trees();
    const answer = await send(dialect, `<wfs:Delete typeName="antony:arbres">${byId(dialect, `arbres.${code}`)}</wfs:Delete>`);
    expect(answer.status).toBe(200);
    const after = await trees();
    expect([after.has(`arbres.${code}`), after.size]).toEqual([false, before.size - 1]);
    const again = await send(dialect, `<wfs:Delete typeName="antony:arbres">${byId(dialect, `arbres.${code}`)}</wfs:Delete>`);
    expect(again.status).toBe(200);
    if (dialect !== '1.0.0') expect(summary(again)).toMatchObject({ deleted: 0 });
  });

  test('an Insert can bring a collection, and features whose namespace is declared on themselves', async () => {
    const bare = `<arbres xmlns="${mig.address}/ns/antony"><code>${code}-c</code><essence>Orme</essence><hauteur>2</hauteur><remarquable>0</remarquable><geom>${point(dialect, x, y)}</geom></arbres>`;
    const answer = await send(
      dialect,
      `<wfs:Insert><gml:FeatureCollection><gml:boundedBy>${point(dialect, 1, 1)}</gml:boundedBy><gml:featureMember>${bare}</gml:featureMember></gml:FeatureCollection></wfs:Insert>`,
    );
    expect([answer.status, newIds(answer)]).toEqual([200, [`arbres.${code}-c`]]);
  });

  test('a transaction of nothing is answered', async () => {
    const answer = await send(dialect, '');
    expect([answer.status, newIds(answer)]).toEqual([200, []]);
  });
});

describeWith([schemaCopies], 'the answers are valid', () => {
  test.each([
    ['2.0.0', 'schemas.opengis.net/wfs/2.0/wfs.xsd'],
    ['1.1.0', 'schemas.opengis.net/wfs/1.1.0/wfs.xsd'],
    ['1.0.0', 'schemas.opengis.net/wfs/1.0.0/WFS-transaction.xsd'],
  ] as const)('%s', async (dialect, schema) => {
    const insert = await send(
      dialect,
      `<wfs:Insert handle="h &amp; i">${tree(dialect, `V-${dialect}`)}${tree(dialect, `W-${dialect}`)}</wfs:Insert>`,
      'handle="tout"',
    );
    expect(insert.status).toBe(200);
    expect(xsdErrors(insert.text, schema)).toEqual([]);
    const rest = await send(dialect, `<wfs:Delete typeName="antony:arbres">${byId(dialect, `arbres.V-${dialect}`)}</wfs:Delete>`);
    expect(xsdErrors(rest.text, schema)).toEqual([]);
    if (dialect !== '2.0.0') return;
    const replace = await send(dialect, `<wfs:Replace>${tree(dialect, 'W-2.0.0')}${byId(dialect, 'arbres.W-2.0.0')}</wfs:Replace>`);
    expect(summary(replace)).toMatchObject({ replaced: 1 });
    expect(xsdErrors(replace.text, schema)).toEqual([]);
  });
});

describe('2.0', () => {
  test('Replace: what the new feature does not have, the old one loses', async () => {
    await send('2.0.0', `<wfs:Insert>${tree('2.0.0', 'R', '<antony:plante_le>2026-02-03</antony:plante_le>')}</wfs:Insert>`);
    const answer = await send(
      '2.0.0',
      `<wfs:Replace handle="r"><antony:arbres gml:id="arbres.R"><antony:essence>If</antony:essence><antony:hauteur>1</antony:hauteur><antony:remarquable>false</antony:remarquable><antony:geom>${point('2.0.0', x, y)}</antony:geom></antony:arbres>${byId('2.0.0', 'arbres.R')}</wfs:Replace>`,
    );
    expect([answer.status, summary(answer), newIds(answer)]).toEqual([
      200,
      { inserted: 0, updated: 0, replaced: 1, deleted: 0 },
      ['arbres.R'],
    ]);
    expect(answer.text).toContain('<wfs:ReplaceResults>');
    expect((await trees()).get('arbres.R')?.properties).toMatchObject({ code: 'R', essence: 'If', plante_le: null });
  });

  test('Replace means one feature', async () => {
    const answer = await send('2.0.0', `<wfs:Replace>${tree('2.0.0', 'ARB-03')}${equal('2.0.0', 'remarquable', 'true')}</wfs:Replace>`);
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('OperationProcessingFailed')]);
  });

  test('ValueReference may take a value away, and names by a path', async () => {
    await send('2.0.0', `<wfs:Insert>${tree('2.0.0', 'P', '<antony:plante_le>2026-02-03</antony:plante_le>')}</wfs:Insert>`);
    const answer = await send(
      '2.0.0',
      `<wfs:Update typeName="antony:arbres"><wfs:Property><wfs:ValueReference action="remove">antony:plante_le[1]</wfs:ValueReference></wfs:Property>${byId('2.0.0', 'arbres.P')}</wfs:Update>`,
    );
    expect(answer.status).toBe(200);
    expect((await trees()).get('arbres.P')?.properties['plante_le']).toBeNull();
  });
});

describe('1.1: idgen', () => {
  const insert = (idgen: string, id: string, code: string): Promise<Answer> =>
    send(
      '1.1.0',
      `<wfs:Insert idgen="${idgen}" handle="i">${tree('1.1.0', code).replace('<antony:arbres>', `<antony:arbres gml:id="${id}">`)}</wfs:Insert>`,
    );

  test('UseExisting takes the id, and refuses one that is taken', async () => {
    expect(newIds(await insert('UseExisting', 'arbres.E_x0020_1', 'E 1'))).toEqual(['arbres.E_x0020_1']);
    const again = await insert('UseExisting', 'arbres.E_x0020_1', 'E 1');
    expect([again.status, again.text]).toEqual([400, expect.stringContaining('locator="i"')]);
  });

  test('ReplaceDuplicate puts it in place of the feature of that id, or inserts it', async () => {
    expect(newIds(await insert('ReplaceDuplicate', 'arbres.E2', 'E2'))).toEqual(['arbres.E2']);
    const before = (await trees()).size;
    const again = await insert('ReplaceDuplicate', 'arbres.E2', 'E2');
    expect([again.status, newIds(again), (await trees()).size]).toEqual([200, ['arbres.E2'], before]);
  });
});

describe('axis order', () => {
  const [lon, lat] = [2.3, 48.75];
  const at = async (id: string): Promise<readonly number[]> => (await trees()).get(id)?.geometry?.coordinates ?? [];
  test.each([
    ['2.0.0', 'urn:ogc:def:crs:EPSG::4326', lat, lon],
    ['2.0.0', 'http://www.opengis.net/def/crs/EPSG/0/4326', lat, lon],
    ['2.0.0', 'EPSG:4326', lon, lat],
    ['1.1.0', 'urn:ogc:def:crs:EPSG::4326', lat, lon],
    ['1.1.0', 'EPSG:4326', lon, lat],
    // QGIS connected to 2.0 posts 1.0.0 with the URN, and always x,y
    ['1.0.0', 'urn:ogc:def:crs:EPSG::4326', lon, lat],
    ['1.0.0', 'EPSG:4326', lon, lat],
  ] as const)('%s %s', async (dialect, name, a, b) => {
    const code = `A-${dialect}-${name}`;
    const answer = await send(dialect, `<wfs:Insert>${tree(dialect, code, '', point(dialect, a, b, name))}</wfs:Insert>`);
    const [id = ''] = newIds(answer);
    const [east = 0, north = 0] = await at(id);
    expect([Math.round(east), Math.round(north)]).toEqual(transformPoint(lon, lat, 4326, 2154).map(Math.round));
  });
});

test('the generation moves, and the access and audit journals tell of it in the same transaction', async () => {
  const read = async (): Promise<{ n: number; edits: number; access: number; audit: number; last: unknown }> => {
    const [row] = await mig.test.database.transaction({ role: 'owner' }, session =>
      session.rows<{ n: number; edits: number; access: number; audit: number; last: unknown }>(
        `select f.generation as n, f.edits, (select count(*) from geomig.access_journal where action = 'edit' and allowed) as access,
           (select count(*) from geomig.audit_journal where what = 'features.changed') as audit,
           (select after from geomig.audit_journal where what = 'features.changed' order by id desc limit 1) as last
         from geomig.feature_type f where stem = 'arbres'`,
      ),
    );
    if (!row) throw new Error('no such type');
    return row;
  };
  const before = await read();
  const answer = await send(
    '2.0.0',
    `<wfs:Insert>${tree('2.0.0', 'J')}</wfs:Insert><wfs:Delete typeName="antony:arbres">${byId('2.0.0', 'arbres.J')}</wfs:Delete>`,
  );
  expect(answer.status).toBe(200);
  const after = await read();
  expect(after.n).toBeGreaterThan(before.n);
  expect([after.edits > before.edits, after.access - before.access, after.audit - before.audit]).toEqual([true, 1, 1]);
  expect(after.last).toMatchObject({ service: 'WFS', operation: 'Transaction', type: 'arbres', inserted: 1, deleted: 1, updated: 0 });
  const failed = await send('2.0.0', `<wfs:Insert>${tree('2.0.0', 'K')}${tree('2.0.0', 'K')}</wfs:Insert>`);
  expect(failed.status).toBe(400);
  expect(await read()).toEqual(after);
});

test('what had a value everywhere may lack it, and what is published says so from then on', async () => {
  const nillable = async (): Promise<boolean | undefined> => {
    const [row] = await mig.test.database.transaction({ role: 'owner' }, session =>
      session.rows<{ columns: { name: string; nillable: boolean }[] }>(`select columns from geomig.feature_type where stem = 'arbres'`),
    );
    return row?.columns.find(({ name }) => name === 'essence')?.nillable;
  };
  expect(await nillable()).toBe(false);
  const bare = `<antony:arbres><antony:code>G</antony:code><antony:geom>${point('2.0.0', x, y)}</antony:geom></antony:arbres>`;
  expect((await send('2.0.0', `<wfs:Insert>${bare}</wfs:Insert>`)).status).toBe(200);
  expect(await nillable()).toBe(true);
  expect((await trees()).get('arbres.G')?.properties).toMatchObject({ essence: null, hauteur: null });
});
