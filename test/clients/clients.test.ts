// Real clients against the whole server: QGIS (WFS, WMS, MetaSearch), GDAL and OWSLib, each with every way of saying who asks that it can
// send. A feature works when the client shows it; a wrong key fails where the user sees it, and never becomes an anonymous visit.
import { mkdtempSync, rmSync } from 'node:fs';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, tools, type Tool } from '../setup/needs';
import { accounts, testServer, type TestServer } from '../setup/server';
import type { Account } from '../world/world';
import { runClient, type Check, type Task, type Way } from './run';
import { clientWorld, furnitureCount, laneCount, sights } from './world';

jest.setTimeout(150_000);

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly status: number;
}

let mig: TestServer;
let folder: string;
/** What the server answered since the last run began. */
let asked: Asked[] = [];
const note = (message: unknown): void => {
  const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
  const { method = '', url = '' } = request;
  response.on('finish', () => asked.push({ method, url, status: response.statusCode }));
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geomig-clients-'));
  subscribe('http.server.request.start', note);
  // wrong keys are tried many times here, and the brake on them has tests of its own
  mig = await testServer({ world: clientWorld(folder), environment: { GEOMIG_LOGIN_ATTEMPTS: '1000' } });
}, 120_000);
afterAll(async () => {
  unsubscribe('http.server.request.start', note);
  await mig.close();
  rmSync(folder, { recursive: true, force: true });
});

type Who = keyof typeof sights;
const accountOf: Readonly<Record<Who, Account | null>> = { anonymous: null, nanterre: accounts.nanterre, sceaux: accounts.sceaux };

function task(way: Way, who: Who, more: Partial<Task> = {}): Task {
  const account = accountOf[who];
  return {
    url: mig.address,
    way,
    login: account?.login ?? '',
    key: account?.key ?? '',
    wrong: false,
    types: sights[who].types,
    layers: sights[who].layers,
    records: sights[who].records.map(code => `fr-92-mig-${code}`),
    furniture: furnitureCount,
    lanes: laneCount,
    insider: who === 'nanterre',
    versions: ['auto'],
    ...more,
  };
}

/** Runs it and fails with the names and details of the checks that failed, or when fewer were made than there are. */
async function run(script: string, given: Task, least: number): Promise<readonly Check[]> {
  asked = [];
  const checks = await runClient(script, given);
  expect(checks.filter(check => !check.ok).map(({ name, detail }) => `${name} — ${detail}`)).toEqual([]);
  expect(checks.length).toBeGreaterThanOrEqual(least);
  return checks;
}

const everyWay: readonly (readonly [Way, Who])[] = [
  ['anonymous', 'anonymous'],
  ['basic', 'nanterre'],
  ['path', 'nanterre'],
  ['basic', 'sceaux'],
];
const withHeader: typeof everyWay = [...everyWay, ['header', 'nanterre']];

const filters = (): Asked[] => asked.filter(({ url }) => /[?&]FILTER=/i.test(url));

/** A package of ours for development: npm brings it. */
const ogcClient: Tool = { name: '@camptocamp/ogc-client', present: () => true };

interface Client {
  readonly title: string;
  readonly tool: Tool;
  readonly script: string;
  readonly ways: typeof everyWay;
  /** Fewer checks than that: something was not looked at. */
  readonly least: number;
  readonly wrongLeast: number;
  /** What the server must have seen. */
  readonly seen?: (way: Way) => void;
}

const clients: readonly Client[] = [
  {
    title: 'QGIS, WFS',
    tool: tools.qgis,
    script: 'qgis_wfs.py',
    ways: everyWay,
    least: 65,
    wrongLeast: 3,
    seen: () => {
      expect(filters().length).toBeGreaterThanOrEqual(16);
      expect(asked.filter(({ url }) => /[?&]SORTBY=/i.test(url)).length).toBeGreaterThan(0);
      expect(asked.filter(({ url }) => /[?&]BBOX=/i.test(url)).length).toBeGreaterThanOrEqual(2);
    },
  },
  { title: 'QGIS, WMS', tool: tools.qgis, script: 'qgis_wms.py', ways: everyWay, least: 45, wrongLeast: 3 },
  { title: 'QGIS, MetaSearch', tool: tools.qgis, script: 'metasearch.py', ways: everyWay, least: 44, wrongLeast: 2 },
  {
    title: 'GDAL',
    tool: tools.gdal,
    script: 'gdal_ogr.py',
    ways: withHeader,
    least: 80,
    wrongLeast: 3,
    seen: () => {
      const pushed = filters().map(({ url }) => decodeURIComponent(url));
      for (const operator of [
        'PropertyIsEqualTo',
        'PropertyIsGreaterThan',
        'PropertyIsNull',
        'PropertyIsLike',
        'ResourceId',
        'BBOX',
        'Or',
        'Not',
      ])
        expect(pushed.filter(url => url.includes(`<${operator}`)).length).toBeGreaterThan(0);
    },
  },
  { title: 'OWSLib', tool: tools.owslib, script: 'owslib_all.py', ways: withHeader, least: 98, wrongLeast: 3 },
  { title: 'GDAL, WFS of every version', tool: tools.gdal, script: 'gdal_wfs.py', ways: withHeader, least: 130, wrongLeast: 3 },
  { title: 'OWSLib, WFS of every version', tool: tools.owslib, script: 'owslib_wfs.py', ways: withHeader, least: 70, wrongLeast: 3 },
  { title: 'ogc-client, WFS of every version', tool: ogcClient, script: 'ogc_client_wfs.mjs', ways: withHeader, least: 50, wrongLeast: 3 },
];

for (const { title, tool, script, ways, least, wrongLeast, seen } of clients) {
  describeWith([tool], title, () => {
    test.each(ways)('%s, %s', async (way, who) => {
      await run(script, task(way, who), least);
      seen?.(way);
      // addresses in answers keep the key; a stored record has none in its links, and MetaSearch follows one (its layer is open)
      if (way === 'path' && script !== 'metasearch.py') expect(asked.filter(({ url }) => !url.startsWith('/k/'))).toEqual([]);
    });

    test.each(ways.filter(([way, who]) => way !== 'anonymous' && who === 'nanterre').map(([way]) => way))(
      'a wrong key (%s) fails visibly and never becomes an anonymous visit',
      async way => {
        await run(script, task(way, 'nanterre', { key: 'cle-inconnue-0123456789', wrong: true }), wrongLeast);
        // QGIS also asks whether the address is an OGC API, with no parameter at all: no request that anybody could answer
        const answered = asked.filter(({ url, status }) => !(status === 400 && !/[?&]\w/.test(url)));
        expect(answered.length).toBeGreaterThan(0);
        expect(answered.filter(({ status }) => status !== 401)).toEqual([]);
      },
    );
  });
}

describeWith([tools.qgis], 'QGIS, WFS', () => {
  test.each(['2.0.0', '1.1.0', '1.0.0'])('version %s told by the user', async version => {
    await run('qgis_wfs.py', task('anonymous', 'anonymous', { versions: [version] }), 95);
    // the browser's list lets QGIS choose
    const told = asked.filter(({ url }) => /[?&]REQUEST=/.test(url) && !url.includes('ACCEPTVERSIONS='));
    expect(told.filter(({ url, status }) => status !== 200 || !url.includes(`VERSION=${version}`))).toEqual([]);
    expect(told.length).toBeGreaterThan(50);
  });

  test('version 1.1.0 with login and key, 1.0.0 with the key in the path', async () => {
    await run('qgis_wfs.py', task('basic', 'nanterre', { versions: ['1.1.0'] }), 95);
    await run('qgis_wfs.py', task('path', 'nanterre', { versions: ['1.0.0'] }), 95);
    expect(asked.filter(({ url }) => !url.startsWith('/k/'))).toEqual([]);
  });
});
