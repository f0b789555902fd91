// XYZ tiles and TileJSON over the whole server: right place, right rights, right refusals.
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { PNG } from 'pngjs';
import { webMercatorQuad } from '../../schemas/tile-matrix-sets/tile-matrix-sets';
import { transformPoint } from '../../server/core/model/crs';
import { accounts, testServer, type Answer, type TestServer } from '../setup/server';

jest.setTimeout(120_000);

let mig: TestServer;
beforeAll(async () => {
  mig = await testServer();
});
afterAll(() => mig.close());

/** Address of the tile of a place, degrees. */
function at(lon: number, lat: number, zoom: number): string {
  const [x, y] = transformPoint(lon, lat, 4326, 3857);
  const side = (webMercatorQuad.matrices[zoom]?.cellSize ?? 0) * 256;
  return `${zoom}/${Math.floor((x - webMercatorQuad.origin.x) / side)}/${Math.floor((webMercatorQuad.origin.y - y) / side)}`;
}
const antony = at(2.2975, 48.7525, 13);
const painted = (answer: Answer): number => {
  const { data } = PNG.sync.read(answer.bytes);
  let count = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) count++;
  return count;
};
const json = (answer: Answer): Record<string, unknown> => JSON.parse(answer.text) as Record<string, unknown>;

test('a tile is the map of its box: pixels as GetMap draws them', async () => {
  const [zoom = 0, column = 0, row = 0] = antony.split('/').map(Number);
  const side = (webMercatorQuad.matrices[zoom]?.cellSize ?? 0) * 256;
  const { x, y } = webMercatorQuad.origin;
  const box = [x + column * side, y - (row + 1) * side, x + (column + 1) * side, y - row * side].join(',');
  const tile = await mig.ask(`/tiles/antony:arbres/${antony}.png`);
  expect([tile.status, tile.headers['content-type']]).toEqual([200, 'image/png']);
  const map = await mig.ask(
    `/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=antony:arbres&STYLES=&CRS=EPSG:3857&BBOX=${box}&WIDTH=256&HEIGHT=256&FORMAT=image/png&TRANSPARENT=TRUE`,
  );
  expect(painted(tile)).toBeGreaterThan(20);
  expect(PNG.sync.read(tile.bytes).data.equals(PNG.sync.read(map.bytes).data)).toBe(true);
});

test('names, formats and densities', async () => {
  expect((await mig.ask(`/tiles/arbres/${antony}.png`)).bytes.equals((await mig.ask(`/tiles/antony%3Aarbres/${antony}.png`)).bytes)).toBe(
    true,
  );
  for (const extension of ['jpg', 'jpeg']) {
    const jpeg = await mig.ask(`/tiles/arbres/${antony}.${extension}`);
    expect([jpeg.status, jpeg.headers['content-type'], jpeg.bytes.subarray(0, 2).toString('hex')]).toEqual([200, 'image/jpeg', 'ffd8']);
  }
  const webp = await mig.ask(`/tiles/arbres/${antony}.webp`);
  expect([webp.status, webp.headers['content-type'], webp.bytes.subarray(8, 12).toString()]).toEqual([200, 'image/webp', 'WEBP']);
  const same = createCanvas(256, 256).getContext('2d');
  same.drawImage(await loadImage(webp.bytes), 0, 0);
  const opaque = same.getImageData(0, 0, 256, 256).data.filter((value, i) => i % 4 === 3 && value > 127).length;
  const shown = PNG.sync
    .read((await mig.ask(`/tiles/arbres/${antony}.png`)).bytes)
    .data.filter((value, i) => i % 4 === 3 && value > 127).length;
  expect(Math.abs(opaque - shown)).toBeLessThan(shown / 10);
  const fine = PNG.sync.read((await mig.ask(`/tiles/arbres/${antony}@2x.png`)).bytes);
  expect([fine.width, fine.height]).toEqual([512, 512]);
  expect((await mig.ask(`/tiles/arbres/${antony}.png?style=default`)).status).toBe(200);
});

test.each([
  ['a column beyond the grid', '/tiles/arbres/3/8/0.png', 404, 'x'],
  ['a row beyond the grid', '/tiles/arbres/3/0/8.png', 404, 'y'],
  ['a zoom beyond the grid', '/tiles/arbres/23/0/0.png', 404, 'z'],
  ['a negative column', '/tiles/arbres/3/-1/0.png', 404, 'x'],
  ['no number', '/tiles/arbres/3/0/north.png', 404, 'y'],
  ['vector tiles', `/tiles/arbres/${antony}.mvt`, 404, 'format'],
  ['vector tiles by another name', `/tiles/arbres/${antony}.pbf`, 404, 'format'],
  ['an unknown format', `/tiles/arbres/${antony}.tiff`, 404, 'format'],
  ['no format', `/tiles/arbres/${antony}`, 404, 'format'],
  ['an unknown layer', `/tiles/antony:nothing/${antony}.png`, 404, 'layer'],
  ['an unknown style', `/tiles/antony:arbres/${antony}.png?style=none`, 400, 'style'],
  ['a description of an unknown layer', '/tiles/antony:nothing.json', 404, 'layer'],
  ['no file of tiles', '/tiles/antony:arbres.xml', 404, undefined],
])('%s is refused in words', async (_, path, status, field) => {
  const answer = await mig.ask(path);
  expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/problem+json; charset=utf-8']);
  expect(json(answer)).toMatchObject({ status, ...(field === undefined ? {} : { field }) });
});

test('vector tiles are said to be not offered yet', async () => {
  expect(json(await mig.ask(`/tiles/arbres/${antony}.mvt`))['title']).toMatch(/not offered yet/);
});

test('R47: rights are those of the map, hidden answers like unknown', async () => {
  const tile = at(2.2, 48.895, 12);
  const lights = (as: keyof typeof accounts | null): Promise<Answer> =>
    mig.ask(`/tiles/nanterre:eclairage/${tile}.png`, { as: as === null ? null : accounts[as] });
  const refused = await lights(null);
  expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic/)]);
  expect((await lights('sceaux')).status).toBe(403);
  expect(painted(await lights('issy'))).toBeGreaterThan(20);
  const hidden = await mig.ask(`/tiles/bspp:points_eau/${tile}.png`);
  const unknown = await mig.ask(`/tiles/bspp:no_such_thing/${tile}.png`);
  expect([hidden.status, hidden.text.replace('points_eau', 'no_such_thing')]).toEqual([unknown.status, unknown.text]);
});

test('SEC07 D29: a public tile may be asked again, a partners’ one is kept by nobody', async () => {
  const open = await mig.ask(`/tiles/arbres/${antony}.png`);
  expect(open.headers['cache-control']).toBe('private, no-cache');
  expect(open.headers.vary).toContain('Authorization');
  const tag = String(open.headers.etag);
  expect(tag).toMatch(/^"[\w-]+"$/);
  const again = await mig.ask(`/tiles/arbres/${antony}.png`, { headers: { 'if-none-match': `W/"other", ${tag}` } });
  expect([again.status, again.bytes.length, again.headers.etag]).toEqual([304, 0, tag]);
  expect((await mig.ask(`/tiles/arbres/${antony}.png`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  const closed = await mig.ask(`/tiles/nanterre:eclairage/${antony}.png`, { as: accounts.nanterre });
  expect([closed.status, closed.headers['cache-control'], closed.headers.etag]).toEqual([200, 'private, no-store', undefined]);
  expect(decodeURIComponent(String(closed.headers['geomig-mention']))).toContain("Mutualisation de l'Information Géographique");
});

test('R44: outside the scales of the grant a tile is empty, and the description says from where to where', async () => {
  const of = async (zoom: number): Promise<number> =>
    painted(await mig.ask(`/tiles/drieat:ortho/${at(2.262, 48.852, zoom)}.png`, { as: accounts.nanterre }));
  // 1:2,000 to 1:50,000 at 0.28 mm: zoom 14 is 1:34,124, zoom 18 is 1:2,133, zoom 13 and 19 are outside
  expect([await of(13), await of(19)]).toEqual([0, 0]);
  expect(await of(14)).toBeGreaterThan(0);
  expect(await of(18)).toBeGreaterThan(0);
  const fine = await mig.ask(`/tiles/drieat:ortho/${at(2.262, 48.852, 18)}@2x.png`, { as: accounts.nanterre });
  expect(painted(fine)).toBeGreaterThan(0);
  expect(json(await mig.ask('/tiles/drieat:ortho.json', { as: accounts.nanterre }))).toMatchObject({ minzoom: 14, maxzoom: 18 });
});

test('a tile where the layer has nothing is an empty picture', async () => {
  const tile = await mig.ask('/tiles/arbres/5/31/31.png');
  expect([tile.status, painted(tile)]).toEqual([200, 0]);
});

test('R43: who sees a territory gets the objects of it, and a description that does not tell where the others lie', async () => {
  const works = json(await mig.ask('/tiles/issy:chantiers.json', { as: accounts.nanterre }));
  expect(works['bounds']).toEqual([2.14, 48.72, 2.35, 48.96]);
});

test('TileJSON 3.0.0, at the address it was asked at', async () => {
  const answer = await mig.ask(`/k/${accounts.sceaux.key}/at/antony/tiles/arbres.json?lang=en`);
  const described = json(answer);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
  expect(described).toMatchObject({
    tilejson: '3.0.0',
    name: 'Street trees of Antony',
    scheme: 'xyz',
    minzoom: 0,
    maxzoom: 22,
    vector_layers: [],
    attribution: expect.stringContaining('Antony') as string,
    tiles: [`${mig.address}/k/${accounts.sceaux.key}/at/antony/tiles/antony:arbres/{z}/{x}/{y}.png`],
  });
  const [west = 0, south = 0, east = 0, north = 0] = described['bounds'] as number[];
  expect(west < east && south < north && west > 2.2 && east < 2.4 && south > 48.7 && north < 48.8).toBe(true);
  const [template = ''] = described['tiles'] as string[];
  const [z = '', x = '', y = ''] = antony.split('/');
  const tile = await mig.ask(template.slice(mig.address.length).replace('{z}', z).replace('{x}', x).replace('{y}', y));
  expect(painted(tile)).toBeGreaterThan(20);
});
