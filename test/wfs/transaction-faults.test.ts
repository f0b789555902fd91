// What a Transaction is refused for: code, locator and words in each dialect, and nothing of what the database says.
import { accounts, testServer, type TestServer } from '../setup/server';
import { byId, equal, point, post, set, told, transaction, type Dialect, type Told } from './transactions';

let mig: TestServer;
beforeAll(async () => {
  mig = await testServer();
}, 120_000);
afterAll(() => mig.close());

const refused = async (dialect: Dialect, actions: string, attributes = ''): Promise<Told> =>
  told(await post(mig, transaction(dialect, mig.address, actions, attributes), accounts.antony));

const x = 648_000;
const y = 6_850_000;
const tree = (more: string, geometry = point('2.0.0', x, y)): string =>
  `<antony:arbres><antony:code>F</antony:code><antony:essence>If</antony:essence><antony:hauteur>1</antony:hauteur><antony:remarquable>true</antony:remarquable>${more}${geometry === '' ? '' : `<antony:geom>${geometry}</antony:geom>`}</antony:arbres>`;
const insert = (more: string, geometry?: string): string => `<wfs:Insert>${tree(more, geometry)}</wfs:Insert>`;
const update = (property: string, value: string | undefined, handle = ''): string =>
  `<wfs:Update typeName="antony:arbres"${handle}>${set('2.0.0', property, value)}${byId('2.0.0', 'arbres.ARB-01')}</wfs:Update>`;

describe('values', () => {
  test.each<readonly [string, string]>([
    ['hauteur', 'haut'],
    ['hauteur', '1,5'],
    ['hauteur', 'NaN'],
    ['hauteur', '1e999'],
    ['remarquable', 'oui'],
    ['remarquable', 't'],
    ['plante_le', '03/02/2026'],
    ['plante_le', '2026-02-30'],
    ['plante_le', '2026-02'],
    ['plante_le', '2026-02-03T12:00:00'],
    ['geom', 'POINT(1 2)'],
    ['essence', '<wfs:a/>'],
  ])('%s cannot be %s', async (property, value) => {
    const fault = await refused('2.0.0', update(property, value));
    expect(fault).toMatchObject({ status: 400, code: 'InvalidValue', locator: property });
    expect(fault.text).toContain('Update 1: ');
  });

  test.each<readonly [string, Dialect, string]>([
    ['2.0.0', '2.0.0', 'InvalidValue'],
    ['1.1.0', '1.1.0', 'InvalidParameterValue'],
    ['1.0.0', '1.0.0', 'InvalidParameterValue'],
  ])('%s names the feature, the property and the action', async (_, dialect, code) => {
    const feature = (height: string): string =>
      `<antony:arbres><antony:code>Q-${height}</antony:code><antony:essence>If</antony:essence><antony:hauteur>${height}</antony:hauteur><antony:remarquable>true</antony:remarquable></antony:arbres>`;
    const fault = await refused(dialect, `<wfs:Insert handle="plantation">${feature('1')}${feature('deux')}</wfs:Insert>`);
    expect(fault).toMatchObject({ status: 400, code, locator: 'plantation' });
    expect(fault.text).toMatch(/Insert .*plantation.*, feature 2: .*deux.*hauteur.*number/);
  });
});

test.each<readonly [string, string, Partial<Told>]>([
  ['an unknown property', update('inconnu', '1'), { code: 'InvalidParameterValue', locator: 'inconnu' }],
  [
    'an unknown property of a new feature',
    insert('<antony:inconnu>1</antony:inconnu>'),
    { code: 'InvalidParameterValue', locator: 'inconnu' },
  ],
  [
    'a property of GML that the type does not have',
    insert('<gml:name>x</gml:name>'),
    { code: 'InvalidParameterValue', locator: 'gml:name' },
  ],
  ['a property given twice', insert('<antony:essence>Orme</antony:essence>'), { code: 'InvalidValue', locator: 'essence' }],
  [
    'a geometry of another kind',
    insert('', '<gml:LineString><gml:posList>1 2 3 4</gml:posList></gml:LineString>'),
    { code: 'InvalidValue', locator: 'geom' },
  ],
  ['a geometry that cannot be read', insert('', '<gml:Point><gml:pos>1</gml:pos></gml:Point>'), { code: 'InvalidValue', locator: 'geom' }],
  ['an unknown reference system', insert('', point('2.0.0', x, y, 'urn:ogc:def:crs:EPSG::32690')), { code: 'InvalidParameterValue' }],
  [
    'an unknown type',
    `<wfs:Delete typeName="antony:rien">${byId('2.0.0', 'rien.1')}</wfs:Delete>`,
    { code: 'InvalidParameterValue', locator: 'typeName' },
  ],
  ['no type', `<wfs:Delete>${byId('2.0.0', 'rien.1')}</wfs:Delete>`, { code: 'MissingParameterValue', locator: 'typeName' }],
  ['Delete without a filter', '<wfs:Delete typeName="antony:arbres"/>', { code: 'MissingParameterValue', locator: 'Filter' }],
  [
    'Update without a filter',
    `<wfs:Update typeName="antony:arbres">${set('2.0.0', 'hauteur', '1')}</wfs:Update>`,
    { code: 'MissingParameterValue', locator: 'Filter' },
  ],
  [
    'Update of nothing',
    `<wfs:Update typeName="antony:arbres">${byId('2.0.0', 'arbres.ARB-01')}</wfs:Update>`,
    { code: 'MissingParameterValue', locator: 'Property' },
  ],
  [
    'the id of another type',
    `<wfs:Delete typeName="antony:arbres">${byId('2.0.0', 'adresses.1')}</wfs:Delete>`,
    { code: 'InvalidParameterValue', locator: 'RESOURCEID' },
  ],
  [
    'a filter that names what is not there',
    `<wfs:Delete typeName="antony:arbres">${equal('2.0.0', 'inconnu', '1')}</wfs:Delete>`,
    { code: 'InvalidParameterValue', locator: 'inconnu' },
  ],
  ['a change of the identifier', update('code', 'ARB-99'), { code: 'InvalidValue', locator: 'code' }],
  [
    'an identifier that is taken',
    `<wfs:Insert>${tree('').replace('>F<', '>ARB-01<')}</wfs:Insert>`,
    { code: 'InvalidValue', locator: 'Insert' },
  ],
  [
    'operations of a vendor that may not be ignored',
    '<wfs:Native vendorId="x" safeToIgnore="false">drop</wfs:Native>',
    { code: 'OptionNotSupported', locator: 'vendorId' },
  ],
  ['an action that is none', '<wfs:Truncate typeName="antony:arbres"/>', { code: 'OperationParsingFailed', locator: 'Truncate' }],
  [
    'a format that is none',
    `<wfs:Insert inputFormat="application/json">${tree('')}</wfs:Insert>`,
    { code: 'InvalidParameterValue', locator: 'inputFormat' },
  ],
  [
    'an order that is not offered',
    `<wfs:Update typeName="antony:arbres"><wfs:Property><wfs:ValueReference action="insertAfter">essence</wfs:ValueReference><wfs:Value>x</wfs:Value></wfs:Property>${byId('2.0.0', 'arbres.ARB-01')}</wfs:Update>`,
    { code: 'OptionNotSupported', locator: 'action' },
  ],
])('%s', async (_, actions, expected) => {
  expect(await refused('2.0.0', actions)).toMatchObject({ status: 400, ...expected });
});

test('the handle is the locator', async () => {
  expect(await refused('2.0.0', update('inconnu', '1', ' handle="le mien"'))).toMatchObject({
    code: 'InvalidParameterValue',
    locator: 'le mien',
  });
});

test.each<readonly [string, string, Partial<Told>]>([
  ['lockId', 'lockId="abc"', { status: 400, code: 'InvalidLockId', locator: 'lockId' }],
  ['releaseAction', 'releaseAction="FEW"', { status: 400, code: 'InvalidParameterValue', locator: 'releaseAction' }],
])('%s', async (_, attributes, expected) => {
  expect(await refused('2.0.0', '', attributes)).toMatchObject(expected);
});

test('LockId of the former versions', async () => {
  expect(await refused('1.1.0', '<wfs:LockId>abc</wfs:LockId>')).toMatchObject({
    status: 400,
    code: 'InvalidParameterValue',
    locator: 'lockId',
  });
});

test('Replace came with 2.0', async () => {
  expect((await refused('1.1.0', `<wfs:Replace>${tree('')}</wfs:Replace>`)).status).toBe(400);
});

test('a document that breaks off, or has a DOCTYPE, changes nothing', async () => {
  const whole = transaction('2.0.0', mig.address, `<wfs:Delete typeName="antony:arbres">${byId('2.0.0', 'arbres.ARB-01')}</wfs:Delete>`);
  for (const document of [whole.slice(0, -20), whole.replace('?>', '?><!DOCTYPE a [<!ENTITY b "c">]>'), `${whole}<more/>`]) {
    const answer = await post(mig, document, accounts.antony);
    expect([told(answer).status, told(answer).code]).toEqual([400, 'OperationParsingFailed']);
  }
  const tree = await mig.ask('/wfs?service=WFS&version=2.0.0&request=GetFeature&resourceId=arbres.ARB-01');
  expect(tree.text).toContain('numberMatched="1"');
});

test('a Transaction is posted', async () => {
  const answer = await mig.ask('/wfs?service=WFS&version=2.0.0&request=Transaction', { as: accounts.antony });
  expect(told(answer)).toMatchObject({ status: 400, code: 'OperationNotSupported', locator: 'Transaction' });
});
