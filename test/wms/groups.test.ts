// Groups: what an organisation publishes, asked as one layer.
import { PNG } from 'pngjs';
import { readXml } from '../../server/core/xml/read';
import type { Element } from '../../server/core/xml/read';
import { ask, colorAt, hasColor, map, refused, withoutDoctype } from './ask';
import { fakeDoors } from './fake-doors';

const near = { BBOX: '648000,6859000,649000,6860000', WIDTH: '200', HEIGHT: '200' };

describe.each(['1.3.0', '1.1.1'])('capabilities of %s', version => {
  test('a group holds its layers, has no style that they would inherit, and may be queried when one of them may', async () => {
    const { body } = await ask(`SERVICE=WMS&VERSION=${version}&REQUEST=GetCapabilities&GROUPS=TRUE`);
    const root = readXml(withoutDoctype(body.toString())).child('Capability')?.child('Layer');
    expect(root?.child('Name')).toBeUndefined();
    const [group, ...others] = root?.all('Layer') ?? [];
    expect(others).toEqual([]);
    const text = (element: Element | undefined, name: string): string | undefined => element?.child(name)?.text;
    expect([text(group, 'Name'), text(group, 'Title'), group?.attribute('queryable')]).toEqual(['antony', "Ville d'Antony", '1']);
    expect(group?.all('Layer').map(layer => text(layer, 'Name'))).toEqual(['antony:arbres', 'antony:parcelles']);
    expect(group?.child('Style')).toBeUndefined();
    expect(group?.child('MetadataURL')?.child('OnlineResource')?.attribute('href', 'http://www.w3.org/1999/xlink')).toContain(
      'id=fr-arbres,fr-parcelles&',
    );
    expect(text(group, 'Abstract')).toContain('2 couche(s)');
  });
});

test('as a layer of a map it stands for what it holds, in that order', async () => {
  const { body, reply, doors } = await ask(map({ LAYERS: 'antony', ...near }));
  expect(reply).toMatchObject({ type: 'image/png', access: 'restricted' });
  expect(colorAt(body, 50, 50)).toBe('00aa00ff');
  expect(doors.asked.map(query => query.type)).toEqual(['arbres', 'parcelles']);
});

test.each<[string, string, boolean]>([
  ['antony', '', true],
  ['antony', 'default', true],
  ['antony,antony:arbres', 'default,suivi', true],
  ['antony,antony:arbres', ',', true],
  ['antony:arbres,antony', 'etat,', true],
  ['antony', 'etat', false],
])('LAYERS=%s STYLES=%s', async (layers, styles, taken) => {
  if (taken) expect((await ask(map({ LAYERS: layers, STYLES: styles }))).reply.type).toBe('image/png');
  else expect(await refused(map({ LAYERS: layers, STYLES: styles }))).toMatchObject({ code: 'StyleNotDefined', locator: 'styles' });
});

test('R23: of a group without a visible layer nothing is known', async () => {
  const { features, ...rest } = fakeDoors();
  const blind = { ...rest, features: { ...features, layers: () => [] } };
  expect(await refused(map({ LAYERS: 'antony' }), blind)).toEqual(await refused(map({ LAYERS: 'nowhere' }), blind));
  expect((await refused(map({ LAYERS: 'antony' }), blind)).code).toBe('LayerNotDefined');
});

describe('GetFeatureInfo', () => {
  const info = (layers: string, queried: string): string =>
    map({ REQUEST: 'GetFeatureInfo', LAYERS: layers, QUERY_LAYERS: queried, INFO_FORMAT: 'text/plain', I: '50', J: '50', ...near });

  test.each([
    ['antony', 'antony'],
    ['antony', 'antony:arbres'],
    ['antony:arbres,antony:parcelles', 'antony'],
  ])('LAYERS=%s QUERY_LAYERS=%s asks what may be asked', async (layers, queried) => {
    const { body, doors } = await ask(info(layers, queried));
    expect(body.toString()).toContain('Platane');
    expect(doors.asked.map(query => query.type)).toEqual(['arbres']);
  });

  test('a group of which only a part is on the map', async () => {
    expect(await refused(info('antony:arbres', 'antony'))).toMatchObject({ code: 'LayerNotDefined', locator: 'query_layers' });
  });

  test('a layer of a group that may only be viewed', async () => {
    expect(await refused(info('antony', 'antony:parcelles'))).toMatchObject({ code: 'LayerNotQueryable', locator: 'query_layers' });
  });
});

test('the legend of a group shows its layers one below the other', async () => {
  const one = await ask('REQUEST=GetLegendGraphic&LAYER=antony:arbres&FORMAT=image/png');
  const { body } = await ask('REQUEST=GetLegendGraphic&LAYER=antony&FORMAT=image/png');
  expect(PNG.sync.read(body).height).toBeGreaterThan(PNG.sync.read(one.body).height);
  expect(hasColor(body, '00aa00ff')).toBe(true);
});

test('DescribeLayer tells where the features of layers are', async () => {
  const { reply, body } = await ask('VERSION=1.3.0&REQUEST=DescribeLayer&SLD_VERSION=1.1.0&LAYERS=antony');
  expect(reply.type).toContain('text/xml');
  expect(body.toString()).toContain('<se:FeatureTypeName>antony:arbres</se:FeatureTypeName>');
  expect(readXml(body)).toMatchObject({ name: 'DescribeLayerResponse', namespace: 'http://www.opengis.net/sld' });
});
