// The stories that the README tells of the demonstration are true: for each account its layers, its records, the features it gets, and what is
// refused it by which rule, asked of a running demonstration by its public services.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDemonstration } from '../../server/compose/first-start';
import type { DemoAccount } from '../../server/demo/demonstration';
import { projectRoot } from '../../server/root';
import { testServer, type Answer, type TestServer } from '../setup/server';

interface Story {
  readonly login: string;
  readonly layers: number;
  readonly records: number;
  readonly counts: readonly (readonly [layer: string, features: number])[];
  readonly refusals: readonly (readonly [layer: string, status: number, rule: string])[];
}

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
const stories = [...readme.matchAll(/^\| `(\w+@demo\.geomig)` \| \*\*(\d+) layers, (\d+) records\.\*\*(.*)$/gm)].map(
  ([, login = '', layers, records, text = '']): Story => ({
    login,
    layers: Number(layers),
    records: Number(records),
    counts: [...text.matchAll(/`(\w+:\w+)` \(([\d,]+)\)/g)].map(([, layer = '', count = '']) => [layer, Number(count.replaceAll(',', ''))]),
    refusals: [...text.matchAll(/`(\w+:\w+)` \((\d{3}), (R\d\d)\)/g)].map(([, layer = '', status, rule = '']) => [
      layer,
      Number(status),
      rule,
    ]),
  }),
);

let one: TestServer;
let accounts: readonly DemoAccount[];
beforeAll(async () => {
  one = await testServer({ world: null });
  // where the server that is asked looks for its rasters
  const files = join(one.test.data, 'files');
  const { database } = one.test;
  accounts = await loadDemonstration({ database, publicBase: one.address, now: () => one.clock.instant, say: () => undefined, files });
}, 180_000);
afterAll(async () => {
  await one.close();
});

async function ask(login: string, path: string): Promise<Answer> {
  const account = accounts.find(known => known.login === login);
  if (!account) throw new Error(`no account ${login}`);
  return one.ask(path, { headers: { authorization: `Basic ${Buffer.from(`${login}:${account.password}`).toString('base64')}` } });
}

const parameters = (path: string, values: Readonly<Record<string, string>>): string => `${path}?${new URLSearchParams(values).toString()}`;
const layersOf = (capabilities: string): string[] =>
  [...capabilities.matchAll(/<Layer queryable="[01]"[^>]*>\s*<Name>([^<]+:[^<]+)<\/Name>/g)].map(([, name = '']) => name);

test('the README tells a story of every account', () => {
  expect(stories.map(story => story.login).sort()).toEqual(accounts.map(account => account.login).sort());
  expect(stories.every(story => story.counts.length > 0 && story.refusals.length > 0)).toBe(true);
});

test.each(stories)('$login sees $layers layers and $records records', async ({ login, layers, records }) => {
  const map = await ask(login, parameters('/wms', { SERVICE: 'WMS', VERSION: '1.3.0', REQUEST: 'GetCapabilities' }));
  expect(layersOf(map.text)).toHaveLength(layers);
  const found = await ask(
    login,
    parameters('/csw', { SERVICE: 'CSW', VERSION: '2.0.2', REQUEST: 'GetRecords', TYPENAMES: 'csw:Record', RESULTTYPE: 'hits' }),
  );
  expect(/numberOfRecordsMatched="(\d+)"/.exec(found.text)?.[1]).toBe(String(records));
});

test.each(stories.flatMap(({ login, counts }) => counts.map(([layer, count]) => ({ login, layer, count }))))(
  '$login gets $count features of $layer',
  async ({ login, layer, count }) => {
    const query = { SERVICE: 'WFS', VERSION: '2.0.0', REQUEST: 'GetFeature', TYPENAMES: layer, RESULTTYPE: 'hits' };
    const hits = await ask(login, parameters('/wfs', query));
    expect(/numberMatched="(\d+)"/.exec(hits.text)?.[1]).toBe(String(count));
  },
);

test.each(stories.flatMap(({ login, refusals }) => refusals.map(([layer, status, rule]) => ({ login, layer, status, rule }))))(
  '$login is refused $layer by $rule',
  async ({ login, layer, status, rule }) => {
    const query = { SERVICE: 'WFS', VERSION: '2.0.0', REQUEST: 'GetFeature', TYPENAMES: layer };
    expect((await ask(login, parameters('/wfs', query))).status).toBe(status);
    const told = JSON.parse((await ask(login, parameters('/api/explain', { on: layer, action: 'feature' }))).text) as {
      decisions: { allowed: boolean; rule: string; status: number }[];
    };
    expect(told.decisions).toEqual([expect.objectContaining({ allowed: false, rule, status })]);
  },
);

test('R42: the attribute that Nanterre masks does not exist for Antony, and does for Nanterre', async () => {
  const schema = parameters('/wfs', { SERVICE: 'WFS', VERSION: '2.0.0', REQUEST: 'DescribeFeatureType', TYPENAMES: 'nanterre:eclairage' });
  expect((await ask('antony@demo.geomig', schema)).text).not.toContain('contact_riverain');
  expect((await ask('nanterre@demo.geomig', schema)).text).toContain('contact_riverain');
});

test('a record carries a picture of its data, drawn here for those who may see them', async () => {
  const record = await ask('antony@demo.geomig', '/records/demo-arbres.xml');
  const address = /<gmd:fileName>\s*<gco:CharacterString>([^<]+)</.exec(record.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(address.startsWith(`${one.address}/wms?`)).toBe(true);
  const picture = await one.ask(address.slice(one.address.length));
  expect(picture.headers['content-type']).toBe('image/png');
  // the picture of data that are not public is not public
  const noise = await ask('antony@demo.geomig', '/records/demo-bruit.xml');
  const hidden = /<gmd:fileName>\s*<gco:CharacterString>([^<]+)</.exec(noise.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect((await one.ask(hidden.slice(one.address.length))).status).toBe(401);
  expect((await ask('antony@demo.geomig', hidden.slice(one.address.length))).headers['content-type']).toBe('image/png');
});

test('the session says that the data are the demonstration’s', async () => {
  const { banners } = JSON.parse((await one.ask('/api/session')).text) as { banners: { fr: string }[] };
  expect(banners.map(banner => banner.fr)).toContain('Démonstration : territoire, données et personnes inventés.');
});
