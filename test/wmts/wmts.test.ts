// WMTS 1.0.0 over the whole server: capabilities against the schema, tiles against the map, exceptions, rights.
import { PNG } from 'pngjs';
import { lambert93, webMercatorQuad, type TileMatrixSet } from '../../schemas/tile-matrix-sets/tile-matrix-sets';
import { transformPoint } from '../../server/core/model/crs';
import { readXml, type Element } from '../../server/core/xml/read';
import { describeWith, tools } from '../setup/needs';
import { accounts, testServer, type Answer, type TestServer } from '../setup/server';
import { xsdErrors } from '../setup/xsd';
import type { Account } from '../world/world';

jest.setTimeout(120_000);

let mig: TestServer;
beforeAll(async () => {
  mig = await testServer();
});
afterAll(() => mig.close());

const get = '/wmts?SERVICE=WMTS&REQUEST=GetCapabilities';
const all = (root: Element, name: string): Element[] => [
  ...(root.name === name ? [root] : []),
  ...root.children.flatMap(child => all(child, name)),
];
const child = (of: Element, name: string): Element | undefined => of.children.find(one => one.name === name);
const text = (of: Element, name: string): string => child(of, name)?.text ?? '';
const document = async (path = get, as: Account | null = null): Promise<Element> => {
  const answer = await mig.ask(path, { as });
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml; charset=UTF-8']);
  return readXml(answer.bytes);
};
const layersOf = (root: Element): Element[] => all(root, 'Layer');
const names = (root: Element): string[] => layersOf(root).map(layer => text(layer, 'Identifier'));

interface Place {
  readonly set: TileMatrixSet;
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/** The tile of a place, degrees. */
function place(set: TileMatrixSet, level: number, lon = 2.2975, lat = 48.7525): Place {
  const [x, y] = transformPoint(lon, lat, 4326, set.crs);
  const side = (set.matrices[level]?.cellSize ?? 0) * 256;
  return { set, level, column: Math.floor((x - set.origin.x) / side), row: Math.floor((set.origin.y - y) / side) };
}

function tileQuery({ set, level, column, row }: Place, more: Readonly<Record<string, string | null>> = {}): string {
  const parameters: Record<string, string | null> = {
    SERVICE: 'WMTS',
    VERSION: '1.0.0',
    REQUEST: 'GetTile',
    LAYER: 'antony:arbres',
    STYLE: 'default',
    FORMAT: 'image/png',
    TILEMATRIXSET: set.id,
    TILEMATRIX: String(level),
    TILEROW: String(row),
    TILECOL: String(column),
    ...more,
  };
  return `/wmts?${Object.entries(parameters)
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&')}`;
}

function map({ set, level, column, row }: Place): string {
  const side = (set.matrices[level]?.cellSize ?? 0) * 256;
  const { x, y } = set.origin;
  const box = [x + column * side, y - (row + 1) * side, x + (column + 1) * side, y - row * side].join(',');
  return `/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=antony:arbres&STYLES=&CRS=EPSG:${set.crs}&BBOX=${box}&WIDTH=256&HEIGHT=256&FORMAT=image/png&TRANSPARENT=TRUE`;
}

const pixels = (answer: Answer): Buffer => PNG.sync.read(answer.bytes).data;
const painted = (answer: Answer): number => pixels(answer).filter((value, i) => i % 4 === 3 && value !== 0).length;

describe('GetCapabilities', () => {
  describeWith([tools.schemas], 'against the schema', () => {
    test.each([
      ['anonymous', get, null],
      ['a partner, in English', `${get}&LANGUAGE=eng`, accounts.nanterre],
      ['somebody without a layer', '/at/bspp/wmts?SERVICE=WMTS&REQUEST=GetCapabilities', null],
      ['some sections', `${get}&SECTIONS=Contents,ServiceProvider`, null],
    ])('%s', async (_, path, as) => {
      const answer = await mig.ask(path, { as });
      expect(xsdErrors(answer.bytes, 'schemas.opengis.net/wmts/1.0/wmtsGetCapabilities_response.xsd')).toEqual([]);
      expect(xsdErrors(answer.bytes, 'entry/wmts10-inspire.xsd')).toEqual([]);
    });
    test('an exception', async () => {
      const answer = await mig.ask(tileQuery(place(lambert93, 17), { LAYER: 'nothing' }));
      expect(xsdErrors(answer.bytes, 'schemas.opengis.net/ows/1.1.0/owsExceptionReport.xsd')).toEqual([]);
    });
  });

  test('R45: the layers of the caller and no other', async () => {
    expect(names(await document())).toEqual(['antony:arbres']);
    expect(names(await document(get, accounts.nanterre))).toEqual([
      'antony:arbres',
      'drieat:ortho',
      'issy:chantiers',
      'marnes:espaces_verts',
      'mig:adresses',
      'nanterre:eclairage',
    ]);
    expect(names(await document('/at/nanterre/wmts?SERVICE=WMTS&REQUEST=GetCapabilities', accounts.nanterre))).toEqual([
      'nanterre:eclairage',
    ]);
  });

  test('the grids, each once: corners east north, scales by the pixel of 0.28 mm', async () => {
    const root = await document();
    const sets = all(root, 'TileMatrixSet').filter(set => set.children.length > 0);
    expect(sets.map(set => [text(set, 'Identifier'), text(set, 'SupportedCRS')])).toEqual([
      ['WebMercatorQuad', 'urn:ogc:def:crs:EPSG::3857'],
      ['Lambert93', 'urn:ogc:def:crs:EPSG::2154'],
    ]);
    const [mercator, lambert] = sets.map(set => all(set, 'TileMatrix'));
    expect(mercator?.map(level => [text(level, 'MatrixWidth'), text(level, 'MatrixHeight')]).slice(0, 3)).toEqual([
      ['1', '1'],
      ['2', '2'],
      ['4', '4'],
    ]);
    // OGC 17-083r4 annex D.1
    expect(Number(text(mercator?.[0] as Element, 'ScaleDenominator'))).toBeCloseTo(559082264.0287178, 4);
    expect(text(mercator?.[5] as Element, 'TopLeftCorner')).toBe('-20037508.342789244 20037508.342789244');
    expect(lambert?.map(level => text(level, 'TopLeftCorner')).every(corner => corner === '0 12000000')).toBe(true);
    // level 20 has 20 cm
    expect(Number(text(lambert?.[20] as Element, 'ScaleDenominator'))).toBeCloseTo(0.2 / 0.00028, 6);
  });

  test('a layer says its extent, styles, formats, addresses and tiles', async () => {
    const [trees] = layersOf(await document());
    if (!trees) throw new Error('no layer');
    expect(child(trees, 'WGS84BoundingBox')?.children.map(corner => corner.text.split(' ').map(Number))).toEqual([
      [expect.closeTo(2.29, 1), expect.closeTo(48.74, 1)],
      [expect.closeTo(2.31, 1), expect.closeTo(48.76, 1)],
    ]);
    expect(text(trees, 'Abstract')).toContain("Mutualisation de l'Information Géographique – Antony");
    expect(child(trees, 'Style')?.attribute('isDefault')).toBe('true');
    expect(all(trees, 'Format').map(format => format.text)).toEqual(['image/png', 'image/jpeg', 'image/webp']);
    expect(all(trees, 'ResourceURL').map(one => [one.attribute('resourceType'), one.attribute('template')])).toContainEqual([
      'tile',
      `${mig.address}/wmts/1.0.0/antony:arbres/{style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png`,
    ]);
    for (const set of [webMercatorQuad, lambert93]) {
      const link = all(trees, 'TileMatrixSetLink').find(one => text(one, 'TileMatrixSet') === set.id);
      const limits = all(link as Element, 'TileMatrixLimits');
      // the schema wants a last row and column above 0: a level of one column is left out
      expect(limits.map(one => text(one, 'TileMatrix'))).toEqual(set.matrices.filter(one => one.width > 1).map(one => one.id));
      const at = place(set, 18);
      const [minRow, maxRow, minColumn, maxColumn] = ['MinTileRow', 'MaxTileRow', 'MinTileCol', 'MaxTileCol'].map(name =>
        Number(text(limits.find(one => text(one, 'TileMatrix') === '18') as Element, name)),
      );
      expect([minRow, maxRow, minColumn, maxColumn].every(Number.isFinite)).toBe(true);
      expect(at.row >= (minRow ?? NaN) && at.row <= (maxRow ?? NaN)).toBe(true);
      expect(at.column >= (minColumn ?? NaN) && at.column <= (maxColumn ?? NaN)).toBe(true);
      expect((maxRow ?? 0) - (minRow ?? 0)).toBeLessThan(200);
    }
  });

  test('R44: levels outside the scales of the grant are not offered', async () => {
    const tiles = layersOf(await document(get, accounts.nanterre)).find(layer => text(layer, 'Identifier') === 'drieat:ortho');
    const [mercator, lambert] = all(tiles as Element, 'TileMatrixSetLink').map(link =>
      all(link, 'TileMatrix').map(one => Number(one.text)),
    );
    expect([mercator?.[0], mercator?.at(-1)]).toEqual([14, 18]);
    expect([lambert?.[0], lambert?.at(-1)]).toEqual([14, 18]);
  });

  test('R43: whose rows are cut by a territory is not told where the others lie', async () => {
    const works = layersOf(await document(get, accounts.nanterre)).find(layer => text(layer, 'Identifier') === 'issy:chantiers');
    const limits = all(works as Element, 'TileMatrixLimits').find(one => text(one, 'TileMatrix') === '10');
    expect(['MinTileRow', 'MaxTileRow'].map(name => text(limits as Element, name))).toEqual(['0', '1023']);
  });

  test('every address keeps key and scope; the same document by path', async () => {
    const prefix = `/k/${accounts.antony.key}/at/antony`;
    const answer = await mig.ask(`${prefix}/wmts/1.0.0/WMTSCapabilities.xml`);
    expect(answer.text).toBe((await mig.ask(prefix + get)).text);
    const links = [...answer.text.matchAll(/(?:xlink:href|template)="([^"]*)"/g)].map(([, link]) => link ?? '');
    const own = links.filter(link => /\/(wmts|wms|csw)\b/.test(link));
    expect(own.length).toBeGreaterThan(8);
    expect(own.filter(link => !link.startsWith(`${mig.address}${prefix}/`))).toEqual([]);
  });

  test('R47: it names what this caller may see and is kept by nobody; updateSequence empties it', async () => {
    const answer = await mig.ask(get);
    expect([answer.headers['cache-control'], answer.headers.etag]).toEqual(['private, no-store', undefined]);
    const sequence = readXml(answer.bytes).attribute('updateSequence') ?? '';
    expect(sequence).toMatch(/^\w{16}$/);
    expect(layersOf(await document(`${get}&updateSequence=${sequence}`))).toEqual([]);
    expect(layersOf(await document(`${get}&updateSequence=other`))).toHaveLength(1);
  });
});

describe('GetTile', () => {
  test.each([
    ['Lambert-93', lambert93, 13],
    ['Lambert-93, close', lambert93, 17],
    ['Web Mercator', webMercatorQuad, 13],
    ['Web Mercator, close', webMercatorQuad, 16],
  ])('in %s it is the map of its box, pixel by pixel', async (_, set, level) => {
    const tile = await mig.ask(tileQuery(place(set, level)));
    expect([tile.status, tile.headers['content-type']]).toEqual([200, 'image/png']);
    expect(pixels(tile).equals(pixels(await mig.ask(map(place(set, level)))))).toBe(true);
    expect(level === 13 ? painted(tile) : 21).toBeGreaterThan(20);
  });

  test('by path and by parameters it is the same; JPEG too', async () => {
    const at = place(lambert93, 13);
    const path = `/wmts/1.0.0/antony:arbres/default/Lambert93/13/${at.row}/${at.column}`;
    expect((await mig.ask(`${path}.png`)).bytes.equals((await mig.ask(tileQuery(at))).bytes)).toBe(true);
    const jpeg = await mig.ask(`${path}.jpg`);
    expect([jpeg.headers['content-type'], jpeg.bytes.equals((await mig.ask(tileQuery(at, { FORMAT: 'image/jpeg' }))).bytes)]).toEqual([
      'image/jpeg',
      true,
    ]);
  });

  test('names of parameters have no case; short names, empty style, the level with its set’s name', async () => {
    const at = place(lambert93, 13);
    const tile = await mig.ask(tileQuery(at));
    const other = tileQuery(at, { LAYER: 'arbres', STYLE: '', TILEMATRIX: 'Lambert93:13' });
    const [path = '', query = ''] = other.split('?');
    const mixed = query.replace(
      /(^|&)([A-Z]+)=/g,
      (_, start: string, name: string) => `${start}${name[0] ?? ''}${name.slice(1).toLowerCase()}=`,
    );
    expect((await mig.ask(`${path}?${mixed}`)).bytes.equals(tile.bytes)).toBe(true);
  });

  const at = place(lambert93, 13);
  test.each([
    ['no layer', { LAYER: null }, 'MissingParameterValue', 'Layer'],
    ['no style', { STYLE: null }, 'MissingParameterValue', 'Style'],
    ['no format', { FORMAT: null }, 'MissingParameterValue', 'Format'],
    ['no grid', { TILEMATRIXSET: null }, 'MissingParameterValue', 'TileMatrixSet'],
    ['no level', { TILEMATRIX: null }, 'MissingParameterValue', 'TileMatrix'],
    ['no row', { TILEROW: null }, 'MissingParameterValue', 'TileRow'],
    ['no column', { TILECOL: '' }, 'MissingParameterValue', 'TileCol'],
    ['no service', { SERVICE: null }, 'MissingParameterValue', 'Service'],
    ['another service', { SERVICE: 'WMS' }, 'InvalidParameterValue', 'Service'],
    ['another version', { VERSION: '2.0.0' }, 'InvalidParameterValue', 'Version'],
    ['an unknown layer', { LAYER: 'antony:nothing' }, 'InvalidParameterValue', 'Layer'],
    ['an unknown style', { STYLE: 'none' }, 'InvalidParameterValue', 'Style'],
    ['an unknown format', { FORMAT: 'image/tiff' }, 'InvalidParameterValue', 'Format'],
    ['an unknown grid', { TILEMATRIXSET: 'EPSG:4326' }, 'InvalidParameterValue', 'TileMatrixSet'],
    ['an unknown level', { TILEMATRIX: '40' }, 'InvalidParameterValue', 'TileMatrix'],
    ['a row that is no number', { TILEROW: 'north' }, 'InvalidParameterValue', 'TileRow'],
    ['a row beyond the level', { TILEROW: '99999' }, 'TileOutOfRange', 'TileRow'],
    ['a row before the level', { TILEROW: '-1' }, 'TileOutOfRange', 'TileRow'],
    ['a column beyond the level', { TILECOL: '99999' }, 'TileOutOfRange', 'TileCol'],
    ['a column beyond the layer', { TILECOL: '3' }, 'TileOutOfRange', 'TileCol'],
    ['a row beyond the layer', { TILEROW: String(at.row + 9) }, 'TileOutOfRange', 'TileRow'],
    ['an unknown operation', { REQUEST: 'GetMap' }, 'OperationNotSupported', 'GetMap'],
  ])('%s: the exception of OWS 1.1', async (_, more: Readonly<Record<string, string | null>>, code, locator) => {
    const answer = await mig.ask(tileQuery(at, more));
    const root = readXml(answer.bytes);
    const exception = child(root, 'Exception');
    expect([answer.status, root.name, root.namespace, root.attribute('version')]).toEqual([
      400,
      'ExceptionReport',
      'http://www.opengis.net/ows/1.1',
      '1.0.0',
    ]);
    expect([exception?.attribute('exceptionCode'), exception?.attribute('locator')?.toLowerCase()]).toEqual([code, locator.toLowerCase()]);
  });

  test.each([
    ['/wmts/1.0.0/antony:arbres/default/Lambert93/13/x/1.png', 'InvalidParameterValue'],
    ['/wmts/1.0.0/antony:arbres/default/Lambert93/13/1/1.png', 'TileOutOfRange'],
    [`/wmts/1.0.0/antony:arbres/default/Lambert93/13/${at.row}/${at.column}.gif`, 'InvalidParameterValue'],
  ])('by path: %s', async (path, code) => {
    const answer = await mig.ask(path);
    expect([answer.status, child(readXml(answer.bytes), 'Exception')?.attribute('exceptionCode')]).toEqual([400, code]);
  });

  test('R47: 401, 403 and unknown as in every service', async () => {
    const lights = (as: Account | null, layer = 'nanterre:eclairage'): Promise<Answer> =>
      mig.ask(tileQuery(place(lambert93, 13, 2.2, 48.895), { LAYER: layer }), { as });
    const refused = await lights(null);
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic/)]);
    expect(refused.text).toContain('AuthenticationRequired');
    expect((await lights(accounts.sceaux)).status).toBe(403);
    const tile = await lights(accounts.issy);
    expect([tile.status, tile.headers['cache-control'], tile.headers.etag]).toEqual([200, 'private, no-store', undefined]);
    expect(painted(tile)).toBeGreaterThan(20);
    const [hidden, unknown] = [await lights(null, 'bspp:points_eau'), await lights(null, 'bspp:no_such_thing')];
    expect([hidden.status, hidden.text.replaceAll('points_eau', 'no_such_thing')]).toEqual([unknown.status, unknown.text]);
  });

  test('a wrong key is 401 in the words of OWS', async () => {
    for (const prefix of ['/k/cle-inconnue-0123456789', '/k/cle%20inconnue', '/k/%zz', '/k/']) {
      const answer = await mig.ask(prefix + tileQuery(at));
      expect([prefix, answer.status, readXml(answer.bytes).name]).toEqual([prefix, 401, 'ExceptionReport']);
    }
  });
});

describe('GetFeatureInfo', () => {
  /** The pixel of the second tree of the second row. */
  const point = (set: TileMatrixSet, level: number): { readonly at: Place; readonly i: number; readonly j: number } => {
    const [x, y] = transformPoint(2.295, 48.75, 4326, set.crs);
    const cell = set.matrices[level]?.cellSize ?? 0;
    const at = place(set, level, 2.295, 48.75);
    return { at, i: Math.floor((x - set.origin.x) / cell) % 256, j: Math.floor((set.origin.y - y) / cell) % 256 };
  };

  test.each([
    ['text/plain', 'text/plain', /ARB-06/],
    ['text/html', 'text/html', /ARB-06/],
    ['application/json', 'application/json', /"ARB-06"/],
    ['application/gml+xml; version=3.2', 'application/gml+xml', /ARB-06/],
  ])('as %s', async (format, type, shown) => {
    for (const [set, level] of [
      [lambert93, 17],
      [webMercatorQuad, 16],
    ] as const) {
      const { at, i, j } = point(set, level);
      const answer = await mig.ask(tileQuery(at, { REQUEST: 'GetFeatureInfo', INFOFORMAT: format, I: String(i), J: String(j) }));
      expect([answer.status, answer.headers['content-type']]).toEqual([200, expect.stringContaining(type)]);
      expect(answer.text).toMatch(shown);
      expect(answer.text).not.toMatch(/ARB-07/);
    }
  });

  test('by path', async () => {
    const { at, i, j } = point(lambert93, 17);
    const answer = await mig.ask(`/wmts/1.0.0/antony:arbres/default/Lambert93/17/${at.row}/${at.column}/${j}/${i}.json`);
    expect(answer.text).toMatch(/"ARB-06"/);
  });

  test.each([
    ['a pixel outside', { I: '256' }, 'PointIJOutOfRange', 'I'],
    ['a pixel before', { J: '-1' }, 'PointIJOutOfRange', 'J'],
    ['no pixel', { J: null }, 'MissingParameterValue', 'J'],
    ['an unknown format', { INFOFORMAT: 'text/rtf' }, 'InvalidParameterValue', 'InfoFormat'],
  ])('%s', async (_, more: Readonly<Record<string, string | null>>, code, locator) => {
    const { at, i, j } = point(lambert93, 17);
    const asked = { REQUEST: 'GetFeatureInfo', INFOFORMAT: 'text/plain', I: String(i), J: String(j), ...more };
    const answer = await mig.ask(tileQuery(at, asked));
    const exception = child(readXml(answer.bytes), 'Exception');
    expect([answer.status, exception?.attribute('exceptionCode'), exception?.attribute('locator')]).toEqual([400, code, locator]);
  });

  test('R44: what may only be viewed cannot be asked', async () => {
    const answer = await mig.ask(
      tileQuery(place(lambert93, 15, 2.262, 48.852), {
        LAYER: 'drieat:ortho',
        REQUEST: 'GetFeatureInfo',
        INFOFORMAT: 'text/plain',
        I: '1',
        J: '1',
      }),
      { as: accounts.nanterre },
    );
    expect(answer.status).toBe(403);
  });
});
