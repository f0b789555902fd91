// The leak matrix on rasters (R23, R43, R47): to those who may not see them, the content, extent and very existence of a raster make no difference to a
// single byte of any answer; to those who see a part, what lies beyond makes none.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformPoint } from '../../server/core/model/crs';
import { actions } from '../../server/core/policy/charter';
import { compilePolicy } from '../../server/core/policy/policy';
import { createCoverageReader } from '../../server/formats/geotiff';
import type { Target } from '../../server/services/ows/operation';
import { announce } from '../../server/store/administration';
import { coverageFiles } from '../../server/store/coverage-files';
import { FactsReader } from '../../server/store/facts';
import { accountByLogin } from '../../server/store/people';
import { differences, observeAll, probesOf, type Leak } from '../leaks/matrix';
import { testServer, type TestServer } from '../setup/server';
import { boxes } from '../world/places';
import { accounts, worldFile, worldInstant, type Account } from '../world/world';
import { centreOf, everything, grid, heightAt, heights, raster, writeHeights } from './made';

const everybody: readonly (readonly [string, Account | null])[] = [['anonymous', null], ...Object.entries(accounts)];
const chosen = ['anonymous', 'antonyReader', 'nanterre', 'issy', 'sceaux', 'pilot'];
const subjects = everybody.filter(([name]) => chosen.includes(name));

let mig: TestServer;
let folder: string;
const partners = { audience: 'partners', actions: everything } as const;
const hiddenRecord = { visibility: 'owner', reason: 'Essai', limitation: '13.1.b', conditions: { fr: 'Essai.' } } as const;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geomig-leaks-'));
  const file = writeHeights(folder, 'relief.tif');
  mig = await testServer({ world: null });
  await mig.apply({
    ...worldFile,
    datasets: [
      ...(worldFile.datasets ?? []).filter(({ code }) => code === 'arb'),
      raster('zone', file, { grants: [{ ...partners, area: 'territory' }] }),
      raster('nomme', file, {
        grants: [{ audience: 'named_partner', partner: 'issy', actions: everything }],
        record: { ...(raster('nomme', file).record as object), ...hiddenRecord },
      }),
      raster('reserve', file, { grants: [partners] }),
    ],
  });
}, 120_000);
afterAll(async () => {
  await mig.close();
  rmSync(folder, { recursive: true, force: true });
});

const target = (code: string): Target => {
  const [x, y] = centreOf(20, 30);
  return {
    qname: `antony:${code}`,
    name: code,
    property: 'valeur',
    value: '1',
    maskable: null,
    maskedValue: '',
    featureId: `${code}.1`,
    srid: 2154,
    box: [x - 3_000, y - 3_000, x + 3_000, y + 3_000],
    record: `fr-92-mig-${code}`,
  };
};

/** The probes: of the raster, and of another layer whose capabilities, searches and counts go over everything. */
const probes = (code: string): ReturnType<typeof probesOf> =>
  probesOf(
    mig.server.endpoints.flatMap(endpoint => endpoint.operations),
    [target(code)],
  );

async function leaks(code: string, who: typeof subjects, change: () => Promise<void>): Promise<Map<string, Leak[]>> {
  const asked = probes(code);
  expect(asked.length).toBeGreaterThan(60);
  const before = new Map<string, Awaited<ReturnType<typeof observeAll>>>();
  for (const [name, account] of who) before.set(name, await observeAll(mig, asked, account));
  await change();
  const found = new Map<string, Leak[]>();
  for (const [name, account] of who) {
    const first = before.get(name);
    if (first) found.set(name, differences(first, await observeAll(mig, asked, account)));
  }
  return found;
}

const none = (who: typeof subjects): Map<string, Leak[]> => new Map(who.map(([name]) => [name, []]));

/** Other bytes in the place of a dataset's raster, with all that an import would tell of them. */
async function exchange(code: string, made: ReturnType<typeof heights>): Promise<void> {
  const path = writeHeights(folder, `${code}.tif`, made);
  const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
  await coverageFiles(join(mig.test.data, 'files')).keep(path, digest);
  const reader = createCoverageReader({ threads: 1 });
  const about = await reader.describe(path);
  await reader.close();
  const box = [made.west, made.north - made.height * made.size, made.west + made.width * made.size, made.north];
  await mig.test.database.transaction({ role: 'owner' }, async session => {
    await session.rows(
      `update geomig.coverage c set file = $2, width = $3, height = $4, transform = $5, statistics = $6::jsonb
       from geomig.dataset d where d.id = c.dataset_id and d.identifier = $1`,
      [code, digest, about.width, about.height, about.transform, JSON.stringify(about.statistics)],
    );
    await session.rows(
      `update geomig.feature_type f set generation = generation + 1, extent_native = $2 from geomig.dataset d where d.id = f.dataset_id and d.identifier = $1`,
      [code, box],
    );
    await announce(session);
  });
}

async function policyOf(account: Account | null): Promise<ReturnType<typeof compilePolicy>> {
  const { database } = mig.test;
  const facts = await new FactsReader(database).at(worldInstant);
  const row = account === null ? null : await database.transaction({ role: 'owner' }, session => accountByLogin(session, account.login));
  return compilePolicy(row ? { kind: 'person', person: row.person } : { kind: 'anonymous' }, facts, worldInstant);
}

const sees = async (account: Account | null, code: string): Promise<boolean> => {
  const policy = await policyOf(account);
  return actions.some(action => policy.decide(action, code).allowed);
};

const smaller = (): ReturnType<typeof heights> => ({
  ...grid,
  width: 20,
  height: 20,
  west: grid.west + 4_000,
  cells: Int16Array.from({ length: 400 }, (_, i) => 3 * i),
});

test.each(['nomme', 'reserve'])(
  'cells, extent and statistics of %s make no difference to those who may not see them',
  async code => {
    const blind = [];
    for (const subject of subjects) if (!(await sees(subject[1], code))) blind.push(subject);
    expect(blind.map(([name]) => name)).toContain('anonymous');
    expect(await leaks(code, blind, () => exchange(code, smaller()))).toEqual(none(blind));
    // and the matrix can see: to who may, it does make a difference
    const found = await leaks(code, [['issy', accounts.issy]], () => exchange(code, heights()));
    expect(found.get('issy')?.length).toBeGreaterThan(4);
  },
  180_000,
);

test('R43: cells beyond the territory make no difference, not even to the stretch of the greys', async () => {
  const [west, south, east, north] = boxes.nanterre;
  const within = (column: number, row: number): boolean => {
    const [lon, lat] = transformPoint(...centreOf(column, row), 2154, 4326);
    // a cell on the border is partly within
    return lon > west - 0.004 && lon < east + 0.004 && lat > south - 0.003 && lat < north + 0.003;
  };
  const who = subjects.filter(([name]) => name === 'nanterre');
  const change = (): Promise<void> =>
    exchange(
      'zone',
      heights((column, row) => (within(column, row) ? heightAt(column, row) : -5 * heightAt(column, row) - 7)),
    );
  expect(await leaks('zone', who, change)).toEqual(none(who));
  const found = await leaks('zone', [['owner', accounts.antonyReader]], () => exchange('zone', heights()));
  expect(found.get('owner')?.length).toBeGreaterThan(4);
}, 180_000);

test('R23: a raster that is unknown to somebody may as well not exist', async () => {
  const ignorant = [];
  for (const subject of subjects) {
    const policy = await policyOf(subject[1]);
    const known = policy.record('nomme').visible || actions.some(action => policy.decide(action, 'nomme').allowed);
    if (!known) ignorant.push(subject);
  }
  expect(ignorant.length).toBeGreaterThan(1);
  const removal = (): Promise<void> =>
    mig.test.database.transaction({ role: 'owner' }, async session => {
      const id = `(select id from geomig.dataset where identifier = 'nomme')`;
      for (const name of ['access_grant', 'style', 'coverage', 'feature_type'])
        await session.rows(`delete from geomig.${name} where dataset_id = ${id}`);
      await session.rows(`delete from geomig.record where dataset = 'nomme'`);
      await session.rows(`update geomig.dataset set identifier = 'gone', state = 'draft', served = false where identifier = 'nomme'`);
      await announce(session);
    });
  expect(await leaks('nomme', ignorant, removal)).toEqual(none(ignorant));
}, 180_000);
