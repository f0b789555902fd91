// Tiles of a raster: by XYZ and on both grids of WMTS they are the map of their box.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { lambert93, webMercatorQuad, type TileMatrixSet } from '../../schemas/tile-matrix-sets/tile-matrix-sets';
import { transformPoint } from '../../server/core/model/crs';
import { grid, raster, writeHeights } from '../coverages/made';
import { accounts, testServer, type TestServer } from '../setup/server';
import { worldFile } from '../world/world';

jest.setTimeout(120_000);

let mig: TestServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geomig-tiles-'));
  mig = await testServer({ world: null });
  await mig.apply({ ...worldFile, datasets: [raster('mnt', writeHeights(folder, 'relief.tif'))] });
});
afterAll(async () => {
  await mig.close();
  rmSync(folder, { recursive: true, force: true });
});

const pixels = async (path: string): Promise<Buffer> => PNG.sync.read((await mig.ask(path, { as: accounts.antony })).bytes).data;

test.each([
  ['Web Mercator', webMercatorQuad, 11],
  ['Lambert-93', lambert93, 11],
])('in %s', async (_, set: TileMatrixSet, level) => {
  const { x, y } = set.origin;
  const side = (set.matrices[level]?.cellSize ?? 0) * 256;
  const [cx, cy] = transformPoint(grid.west + (grid.width * grid.size) / 2, grid.north - (grid.height * grid.size) / 2, 2154, set.crs);
  const [column, row] = [Math.floor((cx - x) / side), Math.floor((y - cy) / side)];
  const box = [x + column * side, y - (row + 1) * side, x + (column + 1) * side, y - row * side].join(',');
  const map = await pixels(
    `/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=antony:mnt&STYLES=&CRS=EPSG:${set.crs}&BBOX=${box}&WIDTH=256&HEIGHT=256&FORMAT=image/png&TRANSPARENT=TRUE`,
  );
  expect(map.filter((value, i) => i % 4 === 3 && value > 0).length).toBeGreaterThan(500);
  expect((await pixels(`/wmts/1.0.0/antony:mnt/default/${set.id}/${level}/${row}/${column}.png`)).equals(map)).toBe(true);
  if (set === webMercatorQuad) expect((await pixels(`/tiles/antony:mnt/${level}/${column}/${row}.png`)).equals(map)).toBe(true);
});

test('the capabilities and the description of tiles name it', async () => {
  const capabilities = await mig.ask('/wmts?SERVICE=WMTS&REQUEST=GetCapabilities', { as: accounts.antony });
  expect(capabilities.text).toContain('<ows:Identifier>antony:mnt</ows:Identifier>');
  expect((await mig.ask('/tiles/antony:mnt.json', { as: accounts.antony })).status).toBe(200);
});
