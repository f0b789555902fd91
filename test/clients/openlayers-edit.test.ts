// OpenLayers in Chromium, on a page of another origin, with a key in the address: transactions as ol/format/WFS writes them.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../../server/root';
import { visits } from '../browser/browser';
import { describeWith, tools } from '../setup/needs';
import { accounts, testServer, type TestServer } from '../setup/server';

jest.setTimeout(120_000);

describeWith([tools.chromium], 'OpenLayers edits', () => {
  let mig: TestServer;
  let elsewhere: Server;
  let origin: string;
  const visit = visits();

  beforeAll(async () => {
    const made = await build({
      entryPoints: [join(projectRoot, 'test', 'clients', 'openlayers-edit.mjs')],
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

  test('insert, update and delete in 1.1.0 and 2.0.0', async () => {
    const server = encodeURIComponent(`${mig.address}/k/${accounts.antony.key}`);
    const path = `/?server=${server}&namespace=${encodeURIComponent(`${mig.address}/ns/antony`)}`;
    const { page } = await visit({ address: origin, path });
    await page.waitForFunction('window.seen !== undefined', null, { timeout: 60_000 });
    const seen = (await page.evaluate('window.seen')) as Readonly<Record<string, unknown>>;
    for (const version of ['1.1.0', '2.0.0'])
      expect(seen[version]).toMatchObject({
        statuses: [200, 200, 200],
        texts: [],
        id: `arbres.OL-${version}`,
        coordinates: [648001, 6850002],
        properties: { essence: 'If <&>', hauteur: 4.5, remarquable: true, plante_le: null },
        totals: [{ totalInserted: 1 }, { totalUpdated: 1 }, { totalDeleted: 1 }],
      });
  });
});
