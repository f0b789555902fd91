// Editing with real clients against the whole server: QGIS in each version of WFS (connected to 2.0 it posts documents of 1.0), and OWSLib.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, tools } from '../setup/needs';
import { accounts, testServer, type TestServer } from '../setup/server';
import { runClient, type Check, type Task } from './run';
import { clientWorld, furnitureCount, laneCount, sights } from './world';

jest.setTimeout(200_000);

let mig: TestServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geomig-clients-'));
  mig = await testServer({ world: clientWorld(folder) });
}, 120_000);
afterAll(async () => {
  await mig.close();
  rmSync(folder, { recursive: true, force: true });
});

const task = (versions: readonly string[]): Task => ({
  url: mig.address,
  way: 'basic',
  login: accounts.antony.login,
  key: accounts.antony.key,
  wrong: false,
  types: sights.anonymous.types,
  layers: sights.anonymous.layers,
  records: [],
  furniture: furnitureCount,
  lanes: laneCount,
  insider: false,
  versions,
});

const failed = (checks: readonly Check[]): readonly Check[] => checks.filter(({ ok }) => !ok);

describeWith([tools.qgis], 'QGIS edits', () => {
  test.each(['2.0.0', '1.1.0', '1.0.0'])('version %s', async version => {
    const checks = await runClient('qgis_edit.py', task([version]));
    expect(failed(checks)).toEqual([]);
    expect(checks.length).toBeGreaterThan(20);
  });
});

describeWith([tools.owslib], 'OWSLib edits', () => {
  test('versions 1.1.0 and 2.0.0', async () => {
    const checks = await runClient('owslib_edit.py', task([]));
    expect(failed(checks)).toEqual([]);
    expect(checks.length).toBeGreaterThan(8);
  });
});
