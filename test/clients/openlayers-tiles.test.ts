// OpenLayers in Chromium, on a page of another origin: WMTS by its capabilities on both grids, by parameters and by path, and XYZ by TileJSON.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../../server/root';
import { visits } from '../browser/browser';
import { describeWith, tools } from '../setup/needs';
import { accounts, testServer, type TestServer } from '../setup/server';

jest.setTimeout(120_000);

describeWith([tools.chromium], 'OpenLayers, tiles', () => {
  let mig: TestServer;
  let elsewhere: Server;
  let origin: string;
  const visit = visits();

  beforeAll(async () => {
    const made = await build({
      entryPoints: [join(projectRoot, 'test', 'clients', 'openlayers-tiles.mjs')],
      bundle: true,
      write: false,
      format: 'iife',
      logLevel: 'silent',
    });
    const script = made.outputFiles[0]?.text ?? '';
    elsewhere = createServer((request, response) => {
      const code = request.url === '/page.js';
      response.writeHead(200, { 'content-type': code ? 'text/javascript' : 'text/html' });
      response.end(code ? script : '<!DOCTYPE html><html><body><script src="/page.js"></script></body></html>');
    });
    await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    mig = await testServer();
  });
  afterAll(async () => {
    await new Promise(resolve => elsewhere.close(resolve));
    await mig.close();
  });

  test.each([
    ['an open layer', 'antony:arbres', '', '&lon=2.2975&lat=48.7525'],
    ['a partner’s layer by a key in the address', 'nanterre:eclairage', `/k/${accounts.nanterre.key}`, '&lon=2.2&lat=48.895'],
    ['within a scope', 'antony:arbres', '/at/antony', '&lon=2.2975&lat=48.7525'],
  ])('%s', async (_, layer, prefix, place) => {
    const path = `/?server=${encodeURIComponent(mig.address + prefix)}&layer=${layer}${place}`;
    const { page, errors } = await visit({ address: origin, path });
    await page.waitForFunction('window.seen !== undefined', null, { timeout: 60_000 });
    const seen = await page.evaluate('window.seen');
    expect(errors).toEqual([]);
    const drawn = { painted: expect.any(Number) as number, failed: 0 };
    expect(seen).toEqual({
      projection: true,
      lambertByParameters: { matrixSet: 'Lambert93', encoding: 'KVP', levels: 17, ...drawn },
      lambertByPath: { matrixSet: 'Lambert93', encoding: 'REST', levels: 17, ...drawn },
      mercator: { matrixSet: 'WebMercatorQuad', encoding: expect.any(String) as string, levels: 22, ...drawn },
      xyz: drawn,
    });
    const counts = Object.values(seen as Readonly<Record<string, { readonly painted?: number }>>).flatMap(one => one.painted ?? []);
    expect(counts.filter(count => count < 20)).toEqual([]);
    expect(counts).toHaveLength(4);
  });
});
