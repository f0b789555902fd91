// Real clients against the WMS in both its versions: QGIS, GDAL, OWSLib, with the ways of saying who asks that each can send. (QGIS in 1.3.0 is
// among the clients of clients.test.ts.)
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
  folder = mkdtempSync(join(tmpdir(), 'geomig-wms-'));
  subscribe('http.server.request.start', note);
  mig = await testServer({ world: clientWorld(folder), environment: { GEOMIG_LOGIN_ATTEMPTS: '1000' } });
}, 120_000);
afterAll(async () => {
  unsubscribe('http.server.request.start', note);
  await mig.close();
  rmSync(folder, { recursive: true, force: true });
});

type Who = keyof typeof sights;

function task(way: Way, who: Who, version: string, more: Partial<Task> = {}): Task {
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
    versions: [version],
    ...more,
  };
}

async function run(script: string, given: Task, least: number): Promise<void> {
  asked = [];
  const checks = await runClient(script, given);
  expect(checks.filter(check => !check.ok).map(({ name, detail }) => `${name} — ${detail}`)).toEqual([]);
  expect(checks.length).toBeGreaterThanOrEqual(least);
}

interface Client {
  readonly title: string;
  readonly tool: Tool;
  readonly script: string;
  readonly versions: readonly string[];
  readonly ways: readonly (readonly [Way, Who])[];
  readonly least: number;
}

const everyWay = [
  ['anonymous', 'anonymous'],
  ['basic', 'nanterre'],
  ['path', 'nanterre'],
] as const;
const withHeader = [...everyWay, ['header', 'nanterre']] as const;

const clients: readonly Client[] = [
  { title: 'QGIS', tool: tools.qgis, script: 'qgis_wms.py', versions: ['1.1.1'], ways: everyWay, least: 44 },
  { title: 'GDAL', tool: tools.gdal, script: 'gdal_wms.py', versions: ['1.3.0', '1.1.1'], ways: withHeader, least: 11 },
  { title: 'OWSLib', tool: tools.owslib, script: 'owslib_wms.py', versions: ['1.3.0', '1.1.1'], ways: withHeader, least: 36 },
];

for (const { title, tool, script, versions, ways, least } of clients) {
  describeWith([tool], title, () => {
    describe.each(versions)('version %s', version => {
      test.each(ways)('%s, %s', async (way, who) => {
        await run(script, task(way, who, version), least);
        const maps = asked.filter(({ url }) => /[?&]REQUEST=GetMap/i.test(url));
        expect(maps.length).toBeGreaterThan(3);
        expect(maps.filter(({ url }) => !new RegExp(`[?&]VERSION=${version.replaceAll('.', '\\.')}`, 'i').test(url))).toEqual([]);
        // addresses in answers keep the key
        if (way === 'path') expect(asked.filter(({ url }) => !url.startsWith('/k/'))).toEqual([]);
      });

      test.each(['basic', 'path'] as const)('a wrong key (%s) fails visibly', async way => {
        await run(script, task(way, 'nanterre', version, { key: 'cle-inconnue-0123456789', wrong: true }), 1);
        expect(asked.length).toBeGreaterThan(0);
        expect(asked.filter(({ status }) => status !== 401)).toEqual([]);
      });
    });
  });
}
