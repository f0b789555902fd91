// Real clients against the tiles of the whole server: QGIS, GDAL and OWSLib by WMTS and XYZ, with every way of saying who asks that each can send.
// A feature works when the client shows it; a wrong key fails where the user sees it, and never becomes an anonymous visit.
import { mkdtempSync, rmSync } from 'node:fs';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, tools, type Tool } from '../setup/needs';
import { accounts, testServer, type TestServer } from '../setup/server';
import { runClient, type Task, type Way } from './run';
import { clientWorld, furnitureCount, laneCount, sights } from './world';

jest.setTimeout(150_000);

let mig: TestServer;
let folder: string;
let asked: { readonly url: string; readonly status: number }[] = [];
const note = (message: unknown): void => {
  const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
  const { url = '' } = request;
  response.on('finish', () => asked.push({ url, status: response.statusCode }));
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geomig-tiles-'));
  subscribe('http.server.request.start', note);
  mig = await testServer({ world: clientWorld(folder), environment: { GEOMIG_LOGIN_ATTEMPTS: '1000' } });
}, 120_000);
afterAll(async () => {
  unsubscribe('http.server.request.start', note);
  await mig.close();
  rmSync(folder, { recursive: true, force: true });
});

type Who = keyof typeof sights;

function task(way: Way, who: Who, more: Partial<Task> = {}): Task {
  const account = who === 'anonymous' ? null : accounts[who];
  return {
    url: mig.address,
    way,
    login: account?.login ?? '',
    key: account?.key ?? '',
    wrong: false,
    types: sights[who].types,
    layers: sights[who].layers,
    records: [],
    furniture: furnitureCount,
    lanes: laneCount,
    insider: who === 'nanterre',
    versions: [],
    ...more,
  };
}

async function run(script: string, given: Task, least: number): Promise<void> {
  asked = [];
  const checks = await runClient(script, given);
  expect(checks.filter(check => !check.ok).map(({ name, detail }) => `${name} — ${detail}`)).toEqual([]);
  expect(checks.length).toBeGreaterThanOrEqual(least);
}

const everyWay: readonly (readonly [Way, Who])[] = [
  ['anonymous', 'anonymous'],
  ['basic', 'nanterre'],
  ['path', 'nanterre'],
  ['basic', 'sceaux'],
];

const clients: readonly {
  readonly title: string;
  readonly tool: Tool;
  readonly script: string;
  readonly ways: typeof everyWay;
  readonly least: number;
  readonly wrongLeast: number;
}[] = [
  { title: 'QGIS, tiles', tool: tools.qgis, script: 'qgis_tiles.py', ways: everyWay, least: 35, wrongLeast: 2 },
  {
    title: 'GDAL, tiles',
    tool: tools.gdal,
    script: 'gdal_tiles.py',
    ways: [...everyWay, ['header', 'nanterre']],
    least: 12,
    wrongLeast: 1,
  },
  {
    title: 'OWSLib, tiles',
    tool: tools.owslib,
    script: 'owslib_tiles.py',
    ways: [...everyWay, ['header', 'nanterre']],
    least: 19,
    wrongLeast: 1,
  },
];

for (const { title, tool, script, ways, least, wrongLeast } of clients) {
  describeWith([tool], title, () => {
    test.each(ways)('%s, %s', async (way, who) => {
      await run(script, task(way, who), least);
      expect(asked.filter(({ url }) => /\/(?:tiles|wmts)\b/.test(url)).length).toBeGreaterThan(4);
      // addresses in capabilities keep the key
      if (way === 'path') expect(asked.filter(({ url }) => !url.startsWith('/k/'))).toEqual([]);
    });

    test.each(ways.filter(([way, who]) => way !== 'anonymous' && who === 'nanterre').map(([way]) => way))(
      'a wrong key (%s) fails visibly and never becomes an anonymous visit',
      async way => {
        await run(script, task(way, 'nanterre', { key: 'cle-inconnue-0123456789', wrong: true }), wrongLeast);
        expect(asked.length).toBeGreaterThan(0);
        expect(asked.filter(({ status }) => status !== 401)).toEqual([]);
      },
    );
  });
}
