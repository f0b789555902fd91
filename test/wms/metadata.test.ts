// GetCapabilities, GetFeatureInfo and GetLegendGraphic of WMS 1.3.0.
import { PNG } from 'pngjs';
import { crsList, shortName, transformEnvelope } from '../../server/core/model/crs';
import { readXml } from '../../server/core/xml/read';
import type { Element } from '../../server/core/xml/read';
import { describeWith, tools } from '../setup/needs';
import { xsdErrors } from '../setup/xsd';
import { ask, endpoint, hasColor, map, refused, withoutDoctype } from './ask';
import { contextOf, fakeDoors, inputOf } from './fake-doors';

const xlink = 'http://www.w3.org/1999/xlink';

describe('GetCapabilities', () => {
  const caps = 'SERVICE=WMS&REQUEST=GetCapabilities';
  const all = (element: Element, name: string): Element[] =>
    element.children.flatMap(child => [...(child.name === name ? [child] : []), ...all(child, name)]);
  const layersOf = (root: Element): Element[] => all(root, 'Layer').filter(layer => layer.child('Name'));
  const textOf = (element: Element | undefined, ...names: readonly string[]): string | undefined =>
    names.reduce<Element | undefined>((at, name) => at?.child(name), element)?.text;

  describeWith([tools.schemas], 'schemas of WMS 1.3.0, SLD 1.1 and INSPIRE view', () => {
    test('the document is valid', async () => {
      for (const groups of ['FALSE', 'TRUE'])
        expect(xsdErrors((await ask(`${caps}&GROUPS=${groups}`)).body, 'entry/wms130-inspire.xsd')).toEqual([]);
    });
  });

  test('R45: lists what the caller may see, in order, with all that a client needs', async () => {
    const root = readXml((await ask(caps)).body);
    const layers = layersOf(root);
    expect(layers.map(layer => textOf(layer, 'Name'))).toEqual(['antony:arbres', 'antony:parcelles']);
    const [trees, parcels] = layers;
    expect(textOf(trees, 'Title')).toBe("Arbres d'alignement (gelée)");
    expect([trees?.attribute('queryable'), parcels?.attribute('queryable')]).toEqual(['1', '0']);
    expect([textOf(parcels, 'MinScaleDenominator'), textOf(parcels, 'MaxScaleDenominator')]).toEqual(['1000', '50000']);
    expect(trees?.all('Style').map(style => textOf(style, 'Name'))).toEqual(['etat', 'suivi']);
    expect(textOf(trees, 'Attribution', 'Title')).toContain("Mutualisation de l'Information Géographique");
    expect(trees?.child('MetadataURL')?.child('OnlineResource')?.attribute('href', xlink)).toBe(
      'https://geo.example.org/csw?service=CSW&version=2.0.2&request=GetRecordById&id=fr-arbres&outputSchema=http%3A%2F%2Fwww.isotc211.org%2F2005%2Fgmd&elementSetName=full',
    );
    expect(all(root, 'CRS').map(crs => crs.text)).toEqual(['CRS:84', ...crsList.map(shortName)]);
    expect([textOf(root, 'Service', 'MaxWidth'), textOf(root, 'Service', 'LayerLimit')]).toEqual(['4096', '20']);
  });

  test('boxes are written in the order of each CRS', async () => {
    const [trees] = layersOf(readXml((await ask(caps)).body));
    const boxOf = (name: string): number[] => {
      const box = trees?.all('BoundingBox').find(one => one.attribute('CRS') === name);
      return ['minx', 'miny', 'maxx', 'maxy'].map(side => Number(box?.attribute(side)));
    };
    expect(boxOf('EPSG:2154')).toEqual([648000, 6859000, 649000, 6860000]);
    const [west = NaN, south = NaN, east = NaN, north = NaN] = boxOf('CRS:84');
    expect(west).toBeLessThan(3);
    expect(south).toBeGreaterThan(48);
    expect(boxOf('EPSG:4326')).toEqual([south, west, north, east]);
    const [northing = NaN, easting = NaN] = boxOf('EPSG:3035');
    expect(northing).toBeLessThan(easting);
  });

  test('legends have the size that is announced', async () => {
    const legends = all(readXml((await ask(caps)).body), 'LegendURL');
    expect(legends).toHaveLength(3);
    for (const legend of legends) {
      const href = legend.child('OnlineResource')?.attribute('href', xlink) ?? '';
      const { reply, body } = await ask(href.slice(href.indexOf('?') + 1));
      expect(reply.type).toBe(textOf(legend, 'Format'));
      const image = PNG.sync.read(body);
      expect([String(image.width), String(image.height)]).toEqual([legend.attribute('width'), legend.attribute('height')]);
    }
  });

  test('links keep the base of the request, be it with a key', async () => {
    const keyed = await ask(caps, fakeDoors(), contextOf({ base: 'https://geo.example.org/k/geheim' }));
    expect(keyed.body.toString()).toContain('xlink:href="https://geo.example.org/k/geheim/wms?"');
    expect((await ask(caps)).body.toString()).not.toContain('geheim');
  });

  test.each([
    ['fre', 'Données des communes – cartes'],
    ['eng', 'Data of the communes – maps'],
    ['ger', 'Données des communes – cartes'],
  ])('LANGUAGE=%s', async (language, title) => {
    expect(textOf(readXml((await ask(`${caps}&LANGUAGE=${language}`)).body), 'Service', 'Title')).toBe(title);
  });

  test.each([
    ['', '1.3.0'],
    ['1.3.0', '1.3.0'],
    ['1.3', '1.3.0'],
    ['100.0.0', '1.3.0'],
    ['1.2.0', '1.1.1'],
    ['1.1.1', '1.1.1'],
    ['1.1.0', '1.1.1'],
    ['1.0.0', '1.1.1'],
    ['0.0.0', '1.1.1'],
  ])('VERSION=%s is answered in %s', async (version, answered) => {
    const { body } = await ask(`${caps}${version === '' ? '' : `&VERSION=${version}`}`);
    expect(readXml(withoutDoctype(body.toString())).attribute('version')).toBe(answered);
  });

  test('updateSequence: the current one and a higher one are told apart', async () => {
    const current = readXml((await ask(caps)).body).attribute('updateSequence') ?? '';
    expect((await refused(`${caps}&UPDATESEQUENCE=${current}`)).code).toBe('CurrentUpdateSequence');
    expect((await refused(`${caps}&UPDATESEQUENCE=zzz`)).code).toBe('InvalidUpdateSequence');
    expect((await ask(`${caps}&UPDATESEQUENCE=1`)).body.toString()).toContain('<WMS_Capabilities');
  });

  test('another format is answered in XML; SERVICE is needed', async () => {
    expect((await ask(`${caps}&FORMAT=text/none`)).reply.type).toContain('text/xml');
    expect(await refused('REQUEST=GetCapabilities')).toMatchObject({ code: 'MissingParameterValue', locator: 'service' });
  });
});

describe('GetFeatureInfo', () => {
  const info = (more: Readonly<Record<string, string>> = {}): string =>
    map({ REQUEST: 'GetFeatureInfo', QUERY_LAYERS: 'antony:arbres', INFO_FORMAT: 'text/plain', I: '25', J: '25', ...more });

  test.each([
    'text/plain',
    'text/html',
    'application/json',
    'application/geo+json',
    'application/vnd.ogc.gml',
    'application/vnd.ogc.gml/3.1.1',
    'application/gml+xml; version=3.2',
  ])('tells what lies under the pixel as %s', async format => {
    const { reply, body, doors } = await ask(info({ INFO_FORMAT: format }));
    expect(reply.type.replace('; charset=UTF-8', '')).toBe(format);
    expect(body.toString()).toContain('arbres.1');
    expect(body.toString()).not.toContain('arbres.2');
    expect(doors.asked.map(query => query.action)).toEqual(doors.asked.map(() => 'query'));
    expect(doors.open.count).toBe(0);
    expect(reply.headers?.['Content-Security-Policy']).toContain("default-src 'none'");
  });

  test('HTML is escaped', async () => {
    const { body } = await ask(info({ INFO_FORMAT: 'text/html', I: '75' }));
    expect(body.toString()).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(body.toString()).not.toContain('<script>');
  });

  test('JSON is one collection with its CRS', async () => {
    const { body } = await ask(info({ INFO_FORMAT: 'application/json' }));
    expect(JSON.parse(body.toString())).toMatchObject({
      type: 'FeatureCollection',
      crs: { properties: { name: 'urn:ogc:def:crs:EPSG::2154' } },
      numberReturned: 1,
      features: [{ id: 'arbres.1', geometry: { coordinates: [648250, 6859750] } }],
    });
  });

  test.each([
    ['application/vnd.ogc.gml', 'EPSG:4326'],
    ['application/vnd.ogc.gml/3.1.1', 'EPSG:4326'],
    ['application/gml+xml; version=3.2', 'urn:ogc:def:crs:EPSG::4326'],
  ])('GML as %s is well-formed and names %s', async (format, name) => {
    const box = transformEnvelope({ minX: 648000, minY: 6859000, maxX: 649000, maxY: 6860000 }, 2154, 4326);
    const { body } = await ask(
      info({ INFO_FORMAT: format, CRS: 'EPSG:4326', BBOX: [box.minY, box.minX, box.maxY, box.maxX].join(','), BUFFER: '20' }),
    );
    expect(readXml(body).name).toBe('FeatureCollection');
    expect(body.toString()).toContain(`srsName="${name}"`);
  });

  test('R42: masked attributes are not told', async () => {
    const { body } = await ask(info(), fakeDoors({ masked: true }));
    expect(body.toString()).toContain('Platane');
    expect(body.toString()).not.toContain('Martin');
  });

  test('at an empty place it says so', async () => {
    expect((await ask(info({ I: '50', J: '50' }))).body.toString()).toBe('Aucun objet à cet endroit.\n');
  });

  test('FEATURE_COUNT is capped at 50', async () => {
    const { doors } = await ask(info({ FEATURE_COUNT: '100000' }));
    expect(doors.asked.map(query => query.page.count)).toEqual([50]);
  });

  test.each<[string, Record<string, string>, string, string]>([
    ['a pixel beyond the map', { I: '100' }, 'InvalidPoint', 'i'],
    ['a pixel before the map', { J: '-1' }, 'InvalidPoint', 'j'],
    ['a pixel that is no number', { I: '1.5' }, 'InvalidPoint', 'i'],
    ['no pixel', { J: '' }, 'MissingParameterValue', 'j'],
    [
      'a layer that may only be viewed',
      { LAYERS: 'antony:parcelles', QUERY_LAYERS: 'antony:parcelles' },
      'LayerNotQueryable',
      'query_layers',
    ],
    ['a layer that is not on the map', { QUERY_LAYERS: 'antony:parcelles' }, 'LayerNotDefined', 'query_layers'],
    ['an unknown format', { INFO_FORMAT: 'application/x' }, 'InvalidFormat', 'info_format'],
  ])('%s is refused', async (_, more, code, locator) => {
    expect(await refused(info(more))).toEqual({ code, locator, status: 200 });
  });

  test.each([
    ['forbidden', 403],
    ['unauthenticated', 401],
    ['unknown-type', 200],
  ] as const)('R44, R47: a layer that the caller sees and whose data the door refuses as %s', async (refusal, status) => {
    const asked = info({ LAYERS: 'antony:parcelles', QUERY_LAYERS: 'antony:parcelles' });
    expect(await refused(asked, fakeDoors({ refusal }))).toEqual({ code: 'LayerNotQueryable', locator: 'query_layers', status });
  });

  test.each([
    ['application/gml+xml;%20version%3D3.2', 'application/gml+xml; version=3.2'],
    ['application/geo+json', 'application/geo+json'],
    ['TEXT/HTML', 'text/html; charset=UTF-8'],
  ])('INFO_FORMAT=%s as QGIS writes it, with a plus that arrives as a space', async (written, type) => {
    const { reply } = await ask(`${info({ INFO_FORMAT: '' })}&`.replace(/INFO_FORMAT=&/, `INFO_FORMAT=${written}&`));
    expect(reply.type).toBe(type);
  });
});

describe('GetLegendGraphic', () => {
  const legend = (more: string): string =>
    `SERVICE=WMS&VERSION=1.3.0&REQUEST=GetLegendGraphic&LAYER=antony:arbres&FORMAT=image/png&${more}`;

  test('R42: a rule that reads a masked attribute is not shown', async () => {
    expect(hasColor((await ask(legend('STYLE=suivi'))).body, '0000ffff')).toBe(true);
    const masked = await ask(legend('STYLE=suivi'), fakeDoors({ masked: true }));
    expect(hasColor(masked.body, '0000ffff')).toBe(false);
    expect(hasColor(masked.body, '888888ff')).toBe(true);
  });

  test('WIDTH and HEIGHT are those of a swatch, with a BBOX those of the map', async () => {
    const swatch = PNG.sync.read((await ask(legend('WIDTH=60&HEIGHT=50'))).body);
    expect(swatch.height).toBeGreaterThanOrEqual(100);
    const mapped = PNG.sync.read((await ask(legend('WIDTH=600&HEIGHT=500&CRS=EPSG:2154&BBOX=648000,6859000,649000,6860000'))).body);
    expect(mapped.height).toBeLessThan(100);
  });

  test.each<[string, string, string]>([
    ['an unknown layer', 'SERVICE=WMS&VERSION=1.3.0&REQUEST=GetLegendGraphic&LAYER=antony:nulle&FORMAT=image/png', 'LayerNotDefined'],
    ['an unknown style', legend('STYLE=rouge'), 'StyleNotDefined'],
    ['an unknown format', 'SERVICE=WMS&REQUEST=GetLegendGraphic&LAYER=antony:arbres&FORMAT=image/gif', 'InvalidFormat'],
    ['a scale that is none', legend('SCALE=-5'), 'InvalidParameterValue'],
  ])('%s is refused', async (_, query, code) => {
    expect((await refused(query)).code).toBe(code);
  });
});

test('every operation has examples for the leak matrix', () => {
  const target = {
    qname: 'antony:arbres',
    name: 'arbres',
    property: 'nom',
    maskable: 'contact',
    value: 'Platane',
    maskedValue: 'M. Martin',
    featureId: 'arbres.1',
    srid: 2154,
    box: [648000, 6859000, 649000, 6860000],
    record: 'fr-arbres',
  } as const;
  for (const one of endpoint.operations) {
    const examples = one.examples(target);
    if ('none' in examples) throw new Error(`${one.name} has no examples`);
    for (const example of examples) {
      const query = example.path.slice(example.path.indexOf('?') + 1);
      expect(endpoint.select(inputOf(query))).toBe(one);
    }
  }
});
