// OGC API - Features by real clients: QGIS, GDAL, OWSLib, @camptocamp/ogc-client, each with every way of saying who asks that it can send.
// The same world and the same form of scripts as in clients.test.ts.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, tools, type Tool } from '../setup/needs';
import { accounts, testServer, type TestServer } from '../setup/server';
import type { Account } from '../world/world';
import { runClient, type Task, type Way } from './run';
import { clientWorld, furnitureCount, laneCount, sights } from './world';

jest.setTimeout(150_000);

interface Asked {
  readonly url: string;
  readonly status: number;
}

let mig: TestServer;
let folder: string;
let asked: Asked[] = [];
const note = (message: unknown): void => {
  const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
  const { url = '' } = request;
  response.on('finish', () => asked.push({ url, status: response.statusCode }));
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geomig-oapif-'));
  subscribe('http.server.request.start', note);
  mig = await testServer({ world: clientWorld(folder), environment: { GEOMIG_LOGIN_ATTEMPTS: '1000' } });
}, 120_000);
afterAll(async () => {
  unsubscribe('http.server.request.start', note);
  await mig.close();
  rmSync(folder, { recursive: true, force: true });
});

type Who = keyof typeof sights;
const accountOf: Readonly<Record<Who, Account | null>> = { anonymous: null, nanterre: accounts.nanterre, sceaux: accounts.sceaux };

const task = (way: Way, who: Who, more: Partial<Task> = {}): Task => ({
  url: mig.address,
  way,
  login: accountOf[who]?.login ?? '',
  key: accountOf[who]?.key ?? '',
  wrong: false,
  types: sights[who].types,
  layers: sights[who].layers,
  records: [],
  furniture: furnitureCount,
  lanes: laneCount,
  insider: who === 'nanterre',
  versions: [],
  ...more,
});

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
const withHeader: typeof everyWay = [...everyWay, ['header', 'nanterre']];
const node: Tool = { name: '@camptocamp/ogc-client', present: () => true };

interface Client {
  readonly title: string;
  readonly tool: Tool;
  readonly script: string;
  readonly ways: typeof everyWay;
  readonly least: number;
  readonly wrongLeast: number;
  /** What the server must have been asked, so that the client is known to use it. */
  readonly seen: readonly RegExp[];
}

const clients: readonly Client[] = [
  {
    title: 'QGIS, OGC API',
    tool: tools.qgis,
    script: 'qgis_oapif.py',
    ways: everyWay,
    least: 47,
    wrongLeast: 3,
    seen: [/[?&]bbox=/, /[?&]datetime=2020-01-21/, /limit=700&offset=700/],
  },
  {
    title: 'GDAL, OGC API',
    tool: tools.gdal,
    script: 'gdal_oapif.py',
    ways: withHeader,
    least: 45,
    wrongLeast: 1,
    seen: [/[?&]bbox=/, /[?&]filter=.*LIKE/, /[?&]filter=.*NOT/, /[?&]filter=.*pose_le/],
  },
  {
    title: 'OWSLib, OGC API',
    tool: tools.owslib,
    script: 'owslib_oapif.py',
    ways: withHeader,
    least: 27,
    wrongLeast: 1,
    seen: [/[?&]crs=/],
  },
  {
    title: 'ogc-client, OGC API',
    tool: node,
    script: 'ogc_client_oapif.mjs',
    ways: withHeader,
    least: 19,
    wrongLeast: 1,
    seen: [/[?&]sortby=-numero/],
  },
];

for (const { title, tool, script, ways, least, wrongLeast, seen } of clients) {
  describeWith([tool], title, () => {
    test.each(ways)('%s, %s', async (way, who) => {
      await run(script, task(way, who), least);
      const urls = asked.map(({ url }) => decodeURIComponent(url));
      for (const pattern of seen) expect(urls.some(url => pattern.test(url))).toBe(true);
      // addresses in answers keep the key
      if (way === 'path') expect(urls.filter(url => !url.startsWith('/k/'))).toEqual([]);
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
