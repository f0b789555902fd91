// GetMap of WMS 1.3.0: every CRS, layers and styles, scales, resolution, and what is refused and how.
import { crsList, shortName, transformPoint } from '../../server/core/model/crs';
import { Fault } from '../../server/core/model/fault';
import { ask, colorAt, isEmpty, map, refused } from './ask';
import { fakeDoors } from './fake-doors';
import type { FakeDoors } from './fake-doors';

test('draws what lies where, by the rules of the default style', async () => {
  const { reply, body, doors } = await ask(map());
  expect(reply).toMatchObject({ type: 'image/png', access: 'caller' });
  expect([colorAt(body, 25, 25), colorAt(body, 75, 25)]).toEqual(['00aa00ff', 'aa0000ff']);
  // of the third tree the state is not known: no rule holds
  expect([colorAt(body, 75, 75), colorAt(body, 50, 50)]).toEqual(['ffffffff', 'ffffffff']);
  expect(doors.asked).toMatchObject([{ type: 'arbres', action: 'view', properties: ['etat'], srid: 2154 }]);
  expect(doors.open.count).toBe(0);
});

test('R50: the header names the mention of each owner once', async () => {
  const { reply } = await ask(map({ LAYERS: 'antony:arbres,antony:parcelles' }));
  expect(decodeURIComponent(reply.headers?.['Geomig-Mention'] ?? '')).toBe("Mutualisation de l'Information Géographique – Antony");
  expect(reply.access).toBe('restricted'); // one of the two is not public
});

test.each(['CRS:84', ...crsList.map(shortName)])('in %s a tree stands where it stands, whatever the order of the axes', async name => {
  const crs = crsList.find(one => shortName(one) === name);
  const [x, y] = transformPoint(648250, 6859750, 2154, crs?.code ?? 4326);
  const unit = crs === undefined || crs.geographic ? 0.0001 : 10;
  // a quarter of the map from the left, a quarter from below
  const sides = { west: x - 20 * unit, south: y - 20 * unit, east: x + 60 * unit, north: y + 60 * unit };
  const bbox = crs?.northFirst ? [sides.south, sides.west, sides.north, sides.east] : [sides.west, sides.south, sides.east, sides.north];
  const { body } = await ask(map({ CRS: name, BBOX: bbox.join(','), WIDTH: '80', HEIGHT: '80' }));
  expect(colorAt(body, 20, 60)).toBe('00aa00ff');
  expect(colorAt(body, 60, 20)).toBe('ffffffff');
});

test.each([
  ['transparent', { TRANSPARENT: 'TRUE' }, '00000000'],
  ['in another background', { BGCOLOR: '0x102030' }, '102030ff'],
  ['on white when asked for nothing', {}, 'ffffffff'],
])('%s', async (_, more, color) => {
  expect(colorAt((await ask(map(more))).body, 50, 50)).toBe(color);
});

test('as WebP, transparent where it is asked', async () => {
  const { reply, body } = await ask(map({ FORMAT: 'image/webp', TRANSPARENT: 'true' }));
  expect([reply.type, body.subarray(0, 4).toString('latin1'), body.subarray(8, 12).toString('latin1')]).toEqual([
    'image/webp',
    'RIFF',
    'WEBP',
  ]);
});

test('as JPEG, never transparent', async () => {
  const { reply, body } = await ask(map({ FORMAT: 'image/jpeg', TRANSPARENT: 'true' }));
  expect(reply.type).toBe('image/jpeg');
  expect(body.subarray(0, 2).toString('hex')).toBe('ffd8');
});

test.each([
  ['', true],
  ['default', false],
  ['etat', false],
  ['etat,', true],
  [',', true],
  [',suivi', true],
  ['etat,default', true],
  ['etat,etat,etat', false],
])('STYLES=%s for two layers', async (styles, taken) => {
  const { reply } = await ask(map({ LAYERS: 'antony:arbres,antony:arbres', STYLES: styles }));
  expect(reply.type).toBe(taken ? 'image/png' : 'text/xml');
});

test('layers are painted in the order of LAYERS', async () => {
  const { body } = await ask(map({ LAYERS: 'antony:arbres,antony:arbres', STYLES: 'etat,suivi' }));
  expect(colorAt(body, 75, 25)).toBe('888888ff');
});

test('R44: outside its denominators a layer is empty, and its data are not asked for', async () => {
  const near = await ask(map({ LAYERS: 'antony:parcelles', TRANSPARENT: 'TRUE' }));
  expect(isEmpty(near.body)).toBe(false);
  const far = await ask(map({ LAYERS: 'antony:parcelles', TRANSPARENT: 'TRUE', BBOX: '640000,6850000,660000,6870000' }));
  expect(far.reply.type).toBe('image/png');
  expect(isEmpty(far.body)).toBe(true);
  expect(far.doors.asked).toEqual([]);
});

test.each([
  ['DPI', { DPI: '181.42857' }],
  ['MAP_RESOLUTION', { MAP_RESOLUTION: '181.42857' }],
  ['FORMAT_OPTIONS', { FORMAT_OPTIONS: 'antialias:on;dpi:181.42857' }],
])('%s doubles the symbols and the denominator', async (_, more) => {
  const plain = await ask(map());
  const dense = await ask(map(more));
  expect([colorAt(plain.body, 25 + 6, 25), colorAt(dense.body, 25 + 6, 25)]).toEqual(['ffffffff', '00aa00ff']);
  // 10 m a pixel is 1 : 35,714; at twice the resolution 1 : 71,429, beyond the range of the layer
  const parcels = await ask(map({ LAYERS: 'antony:parcelles', TRANSPARENT: 'TRUE', ...more }));
  expect(isEmpty(parcels.body)).toBe(true);
});

test('R42: a style that reads a masked attribute neither asks for it nor paints by it', async () => {
  const masked = await ask(map({ STYLES: 'suivi' }), fakeDoors({ masked: true }));
  expect(masked.doors.asked.map(query => query.properties)).toEqual([['etat']]);
  expect([colorAt(masked.body, 25, 25), colorAt(masked.body, 75, 25)]).toEqual(['ffffffff', '888888ff']);
  const whole = await ask(map({ STYLES: 'suivi' }));
  expect(whole.doors.asked.map(query => query.properties)).toEqual([['contact', 'etat']]);
  expect(colorAt(whole.body, 25, 25)).toBe('0000ffff');
});

test('the door is asked for a little more than the map, so that symbols at its border are whole', async () => {
  const { doors, body } = await ask(map({ BBOX: '648252,6859700,648352,6859800' }));
  const [query] = doors.asked;
  if (query?.filter.op !== 'spatial' || query.filter.geometry.geometry.type !== 'Polygon') throw new Error('no box was asked for');
  const xs = query.filter.geometry.geometry.coordinates[0]?.map(position => position[0]) ?? [];
  expect(Math.min(...xs)).toBeLessThanOrEqual(648252 - 4);
  expect(colorAt(body, 1, 50)).toBe('00aa00ff');
});

test.each([
  ['EPSG:4326', '-100,-200,100,200'],
  ['CRS:84', '-180,-90,180,90'],
  ['EPSG:3857', '-30000000,-30000000,30000000,30000000'],
])('a box around the whole earth in %s asks for all', async (crs, bbox) => {
  const { reply, doors } = await ask(map({ CRS: crs, BBOX: bbox }));
  expect(reply.type).toBe('image/png');
  expect(doors.found).toEqual([3]);
});

test('a failure of the data closes the snapshot', async () => {
  const doors = fakeDoors();
  const { features } = doors;
  const broken: FakeDoors = {
    ...doors,
    features: {
      ...features,
      open: async signal => ({ ...(await features.open(signal)), scene: () => Promise.reject(new Fault('unavailable', '', 'away')) }),
    },
  };
  expect((await ask(map(), broken)).reply.status).toBe(503);
  expect(doors.open.count).toBe(0);
});

test.each<[string, Record<string, string>, string, string]>([
  ['an unknown layer', { LAYERS: 'antony:nulle' }, 'LayerNotDefined', 'layers'],
  ['an empty layer name', { LAYERS: 'antony:arbres,' }, 'LayerNotDefined', 'layers'],
  ['no layer', { LAYERS: '' }, 'MissingParameterValue', 'layers'],
  ['21 layers', { LAYERS: Array(21).fill('antony:arbres').join(',') }, '', 'layers'],
  ['an unknown style', { STYLES: 'rouge' }, 'StyleNotDefined', 'styles'],
  ['an unknown CRS', { CRS: 'EPSG:32631' }, 'InvalidCRS', 'crs'],
  ['no CRS', { CRS: '' }, 'MissingParameterValue', 'crs'],
  ['an unknown format', { FORMAT: 'image/x-none' }, 'InvalidFormat', 'format'],
  ['a box turned round', { BBOX: '649000,6859000,648000,6860000' }, 'InvalidParameterValue', 'bbox'],
  ['a box without extent', { BBOX: '648000,6859000,648000,6860000' }, 'InvalidParameterValue', 'bbox'],
  ['a box of three numbers', { BBOX: '648000,6859000,649000' }, 'InvalidParameterValue', 'bbox'],
  ['a box of words', { BBOX: 'a,b,c,d' }, 'InvalidParameterValue', 'bbox'],
  ['a box of infinities', { BBOX: '1e999,0,2e999,1' }, 'InvalidParameterValue', 'bbox'],
  ['a width of nothing', { WIDTH: '0' }, 'InvalidParameterValue', 'width'],
  ['a width beyond the limit', { WIDTH: '4097' }, 'InvalidParameterValue', 'width'],
  ['a background that is no colour', { BGCOLOR: 'red' }, 'InvalidParameterValue', 'bgcolor'],
  ['TRANSPARENT=perhaps', { TRANSPARENT: 'perhaps' }, 'InvalidParameterValue', 'transparent'],
  ['a resolution out of range', { DPI: '100000' }, 'InvalidParameterValue', 'dpi'],
  ['a style from elsewhere', { SLD: 'http://127.0.0.1/' }, 'OperationNotSupported', 'sld'],
  ['a style in the request', { SLD_BODY: '<x/>' }, 'OperationNotSupported', 'sld_body'],
  ['another version', { VERSION: '2.0.0' }, 'InvalidParameterValue', 'version'],
  ['no version', { VERSION: '' }, 'MissingParameterValue', 'version'],
  ['another service', { SERVICE: 'WFS' }, 'InvalidParameterValue', 'service'],
  ['an unknown operation', { REQUEST: 'GetMoon' }, 'OperationNotSupported', 'request'],
])('%s is refused', async (_, more, code, locator) => {
  expect(await refused(map(more))).toEqual({ code: code === '' ? undefined : code, locator, status: 200 });
});

test('R46, R47: one denied layer refuses the whole map, with its own status', async () => {
  const { reply, body, doors } = await ask(map({ LAYERS: 'antony:arbres,antony:prive' }));
  expect(reply.status).toBe(401);
  expect(reply.headers?.['WWW-Authenticate']).toContain('Basic');
  expect(body.toString()).toContain('antony:prive');
  expect(doors.asked).toEqual([]);
});

test('SERVICE is not needed (§ 6.9), VERSION is', async () => {
  expect((await ask(map().replace('SERVICE=WMS&', ''))).reply.type).toBe('image/png');
  expect(await refused(map().replace('VERSION=1.3.0&', ''))).toMatchObject({ code: 'MissingParameterValue', locator: 'version' });
});
