// WMS 1.1.1 beside 1.3.0: what its capabilities, maps, exceptions and feature info have of their own. The titles of the cases follow what the
// conformance suite of WMS 1.1.1 asserts of a read-only service.
import { crsList, shortName, transformPoint } from '../../server/core/model/crs';
import { readXml } from '../../server/core/xml/read';
import type { Element } from '../../server/core/xml/read';
import { dtdErrors } from '../setup/dtd';
import { describeWith, tools } from '../setup/needs';
import { ask, colorAt, isEmpty, map111, refused111, withoutDoctype } from './ask';
import { fakeDoors } from './fake-doors';

const caps = 'SERVICE=WMS&VERSION=1.1.1&REQUEST=GetCapabilities';
const read = async (query = caps): Promise<Element> => readXml(withoutDoctype((await ask(query)).body.toString()));
const all = (element: Element, name: string): Element[] =>
  element.children.flatMap(child => [...(child.name === name ? [child] : []), ...all(child, name)]);
const named = (root: Element, name: string): Element => {
  const found = all(root, 'Layer').find(layer => layer.child('Name')?.text === name);
  if (!found) throw new Error(`no layer ${name}`);
  return found;
};

describe('GetCapabilities', () => {
  describeWith([tools.schemas], 'DTD of WMS 1.1.1', () => {
    test('the document is valid and names its DTD, without a subset of its own', async () => {
      const { reply, body } = await ask(caps);
      expect(reply.type).toBe('application/vnd.ogc.wms_xml; charset=UTF-8');
      expect(dtdErrors(body, 'wms/1.1.1/WMS_MS_Capabilities.dtd')).toEqual([]);
      expect(dtdErrors((await ask(`${caps}&GROUPS=TRUE`)).body, 'wms/1.1.1/WMS_MS_Capabilities.dtd')).toEqual([]);
    });
    test('so is an exception, and a description of layers', async () => {
      expect(dtdErrors((await ask(map111({ LAYERS: 'x' }))).body, 'wms/1.1.1/WMS_exception_1_1_1.dtd')).toEqual([]);
      const described = await ask('VERSION=1.1.1&REQUEST=DescribeLayer&LAYERS=antony:arbres,antony:parcelles');
      expect(dtdErrors(described.body, 'wms/1.1.1/WMS_DescribeLayerResponse.dtd')).toEqual([]);
      expect(described.body.toString()).toContain('wfs="https://geo.example.org/wfs?"');
      expect(all(readXml(withoutDoctype(described.body.toString())), 'Query').map(query => query.attribute('typeName'))).toEqual([
        'antony:arbres',
      ]);
    });
  });

  test('names, formats and exceptions are those of 1.1.1', async () => {
    const root = await read();
    const texts = (element: Element | undefined): string[] => all(element ?? root, 'Format').map(format => format.text);
    expect([root.name, root.namespace, root.attribute('version')]).toEqual(['WMT_MS_Capabilities', '', '1.1.1']);
    expect(root.child('Service')?.child('Name')?.text).toBe('OGC:WMS');
    const capability = root.child('Capability');
    expect(texts(capability?.child('Exception'))).toEqual([
      'application/vnd.ogc.se_xml',
      'application/vnd.ogc.se_inimage',
      'application/vnd.ogc.se_blank',
    ]);
    expect(texts(capability?.child('Request')?.child('GetFeatureInfo'))).toContain('application/vnd.ogc.gml');
    expect(all(root, 'SRS').map(srs => srs.text)).toEqual(crsList.map(shortName));
    expect(
      all(root, 'OnlineResource').filter(one => one.attribute('href', 'http://www.w3.org/1999/xlink')?.endsWith('/wms?')).length,
    ).toBeGreaterThan(4);
  });

  test('boxes are x,y whatever the CRS; every named layer has one in degrees', async () => {
    const root = await read();
    const trees = named(root, 'antony:arbres');
    const numbers = (element: Element | undefined): number[] =>
      ['minx', 'miny', 'maxx', 'maxy'].map(side => Number(element?.attribute(side)));
    const boxOf = (name: string): number[] => numbers(trees.all('BoundingBox').find(one => one.attribute('SRS') === name));
    const [west = NaN, south = NaN] = numbers(trees.child('LatLonBoundingBox'));
    expect([west > 2 && west < 3, south > 48 && south < 49]).toEqual([true, true]);
    expect(boxOf('EPSG:4326')).toEqual(numbers(trees.child('LatLonBoundingBox')));
    expect(boxOf('EPSG:2154')).toEqual([648000, 6859000, 649000, 6860000]);
    const [easting = NaN, northing = NaN] = boxOf('EPSG:3035');
    expect(easting).toBeGreaterThan(northing);
    for (const layer of all(root, 'Layer')) {
      expect(layer.child('LatLonBoundingBox')).toBeDefined();
      const srs = layer.all('BoundingBox').map(box => box.attribute('SRS'));
      expect(new Set(srs).size).toBe(srs.length);
    }
  });

  test('ScaleHint is the diagonal of a pixel', async () => {
    const hint = named(await read(), 'antony:parcelles').child('ScaleHint');
    expect([Number(hint?.attribute('min')), Number(hint?.attribute('max'))]).toEqual([
      expect.closeTo(0.395979797, 8),
      expect.closeTo(19.7989899, 6),
    ]);
  });

  test.each([
    'WMTVER=1.1.1&SERVICE=WMS&REQUEST=GetCapabilities',
    'VERSION=1.1.1&WMTVER=100.0.0&SERVICE=WMS&REQUEST=GetCapabilities',
    'WMTVER=0.0.0&VERSION=1.1.1&SERVICE=WMS&REQUEST=GetCapabilities',
    'WMTVER=1.1.1&REQUEST=capabilities',
    `${caps}&NONSENSE=1&FORMAT=text/none`,
  ])('%s is answered in 1.1.1', async query => {
    expect((await read(query)).attribute('version')).toBe('1.1.1');
  });

  test('updateSequence: equal, higher, lower', async () => {
    const current = (await read()).attribute('updateSequence') ?? '';
    expect((await refused111(`${caps}&UPDATESEQUENCE=${current}`)).code).toBe('CurrentUpdateSequence');
    expect((await refused111(`${caps}&UPDATESEQUENCE=zzz`)).code).toBe('InvalidUpdateSequence');
    expect((await read(`${caps}&UPDATESEQUENCE=0`)).name).toBe('WMT_MS_Capabilities');
  });
});

describe('GetMap', () => {
  test.each(['EPSG:4326', 'EPSG:4258', 'EPSG:3035', 'EPSG:2154', 'EPSG:3857', 'CRS:84', 'urn:ogc:def:crs:EPSG::4326'])(
    'BBOX is x,y in %s',
    async name => {
      const crs = crsList.find(one => name.endsWith(`:${one.code}`)) ?? { code: 4326, geographic: true };
      const [x, y] = transformPoint(648250, 6859750, 2154, crs.code);
      const unit = crs.geographic ? 0.0001 : 10;
      const bbox = [x - 20 * unit, y - 20 * unit, x + 60 * unit, y + 60 * unit].join(',');
      const { body } = await ask(map111({ CRS: name, BBOX: bbox, WIDTH: '80', HEIGHT: '80' }));
      expect(colorAt(body, 20, 60)).toBe('00aa00ff');
    },
  );

  test.each<[string, Record<string, string>]>([
    ['VERSION=1.1.0', { VERSION: '1.1.0' }],
    ['WMTVER', { VERSION: '', WMTVER: '1.1.1' }],
    ['REQUEST=map', { REQUEST: 'map' }],
    ['numbers with exponents', { BBOX: '6.48e5,6.859E6,649000.0,6860000' }],
    ['a parameter that nobody knows', { TILED: 'true' }],
    ['image/png; mode=8bit', { FORMAT: 'image/png; mode=8bit' }],
    ['image/png8', { FORMAT: 'image/png8' }],
    ['TRANSPARENT=fAlSe', { TRANSPARENT: 'fAlSe' }],
  ])('%s is taken', async (_, more) => {
    const { reply, body } = await ask(map111(more));
    expect([reply.type, colorAt(body, 25, 25), colorAt(body, 50, 50)]).toEqual(['image/png', '00aa00ff', 'ffffffff']);
  });

  test.each<[string, Record<string, string>, string]>([
    ['an SRS that is not known', { CRS: 'EPSG:32631' }, 'InvalidSRS'],
    ['an unknown layer', { LAYERS: 'antony:nulle' }, 'LayerNotDefined'],
    ['one of two layers unknown', { LAYERS: 'antony:arbres,antony:nulle', STYLES: '' }, 'LayerNotDefined'],
    ['an unknown style', { STYLES: 'rouge' }, 'StyleNotDefined'],
    ['a format that is not advertised', { FORMAT: 'image/x-none' }, 'InvalidFormat'],
    ['a minimum that is not below its maximum', { BBOX: '649000,6859000,648000,6860000' }, 'InvalidParameterValue'],
  ])('%s is refused', async (_, more, code) => {
    expect(await refused111(map111(more))).toEqual({ code, status: 200 });
  });

  test('beyond 180 degrees there is nothing', async () => {
    expect(isEmpty((await ask(map111({ CRS: 'EPSG:4326', BBOX: '170,-10,190,10', TRANSPARENT: 'TRUE' }))).body)).toBe(true);
  });

  test('a refusal keeps its status', async () => {
    expect((await ask(map111({ LAYERS: 'antony:prive' }))).reply).toMatchObject({ status: 401, type: 'application/vnd.ogc.se_xml' });
  });
});

describe('GetFeatureInfo', () => {
  const info = (more: Readonly<Record<string, string>> = {}): string =>
    map111({ REQUEST: 'GetFeatureInfo', QUERY_LAYERS: 'antony:arbres', INFO_FORMAT: 'text/plain', X: '25', Y: '25', ...more });

  test('asks by X and Y; without a format in the first advertised', async () => {
    expect((await ask(info({ INFO_FORMAT: '' }))).body.toString()).toContain('arbres.1');
    expect((await refused111(info({ X: '' }))).code).toBe('MissingParameterValue');
    expect((await refused111(info({ Y: '100' }))).code).toBe('InvalidPoint');
    expect((await ask(map111({ REQUEST: 'feature_info', QUERY_LAYERS: 'antony:arbres', X: '25', Y: '25' }))).body.toString()).toContain(
      'arbres.1',
    );
  });

  test('FEATURE_COUNT=2 tells more than 1, which is what is told without it', async () => {
    const count = async (more: Record<string, string>): Promise<number> =>
      ((await ask(info({ X: '50', Y: '25', BUFFER: '40', ...more }))).body.toString().match(/arbres\.\d/g) ?? []).length;
    expect([await count({}), await count({ FEATURE_COUNT: '1' }), await count({ FEATURE_COUNT: '2' })]).toEqual([1, 1, 2]);
  });

  test('a layer that cannot be queried, one that is not on the map', async () => {
    const parcels = { LAYERS: 'antony:parcelles', QUERY_LAYERS: 'antony:parcelles' };
    expect((await refused111(info(parcels))).code).toBe('LayerNotQueryable');
    expect((await refused111(info({ QUERY_LAYERS: 'antony:parcelles' }))).code).toBe('LayerNotDefined');
  });

  test('GML 2 names the schemas of what it holds', async () => {
    const { body } = await ask(info({ INFO_FORMAT: 'application/vnd.ogc.gml' }));
    const root = readXml(body);
    expect(root.attribute('schemaLocation', 'http://www.w3.org/2001/XMLSchema-instance')).toBe(
      'http://www.opengis.net/wfs http://schemas.opengis.net/wfs/1.0.0/WFS-basic.xsd http://example.org/ns/antony https://geo.example.org/wfs?SERVICE=WFS&VERSION=1.0.0&REQUEST=DescribeFeatureType&TYPENAME=antony%3Aarbres',
    );
  });
});

test('a legend is had without a version, as links of old write it', async () => {
  const { reply } = await ask('REQUEST=GetLegendGraphic&LAYER=antony:arbres&FORMAT=image/png', fakeDoors());
  expect(reply.type).toBe('image/png');
});
