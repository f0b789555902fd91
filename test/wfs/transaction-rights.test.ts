// Who may change what (R60–R63, SEC06, SEC15): the row before and the row after, masked attributes, the caller's area, and what is told to whom.
import { accounts, testServer, type Answer, type TestServer } from '../setup/server';
import { transformPoint } from '../../server/core/model/crs';
import { boxes, insee, type Place } from '../world/places';
import { withDataset, worldFile, type Account } from '../world/world';
import { byId, equal, newIds, point, post, set, summary, told, transaction } from './transactions';

let mig: TestServer;
beforeAll(async () => {
  // contribution is open on the address register (S41)
  mig = await testServer({ world: withDataset(worldFile, 'adr', { contributionOpen: true }) });
}, 120_000);
afterAll(() => mig.close());

const send = (actions: string, as: Account | null): Promise<Answer> => post(mig, transaction('2.0.0', mig.address, actions), as);

/** The middle of a commune, in Lambert-93. */
function middle(place: Place): string {
  const [west, south, east, north] = boxes[place];
  const [x, y] = transformPoint((west + east) / 2 + 0.0001, (south + north) / 2 + 0.0001, 4326, 2154);
  return point('2.0.0', Number(x.toFixed(3)), Number(y.toFixed(3)));
}

const address = (key: string, place: Place): string =>
  `<wfs:Insert><mig:adresses><mig:cle>${key}</mig:cle><mig:numero>1</mig:numero><mig:voie>rue Neuve</mig:voie><mig:code_insee>${insee[place] ?? ''}</mig:code_insee><mig:depuis>2026-01-01</mig:depuis><mig:geom>${middle(place)}</mig:geom></mig:adresses></wfs:Insert>`;
const keys = async (): Promise<string[]> => {
  const answer = await mig.ask('/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=mig:adresses&outputFormat=application/json', {
    as: accounts.pilot,
  });
  return (JSON.parse(answer.text) as { features: { id: string }[] }).features.map(({ id }) => id);
};
const height = (value: string, filter = byId('2.0.0', 'arbres.ARB-05')): string =>
  `<wfs:Update typeName="antony:arbres">${set('2.0.0', 'hauteur', value)}${filter}</wfs:Update>`;

describe('R60: pooled data', () => {
  test.each(['antony', 'antonyDeputy', 'antonyResource'] as const)('%s edits its own', async who => {
    expect(summary(await send(height('8'), accounts[who]))).toMatchObject({ updated: 1 });
  });
  test.each(['antonyReader', 'issy', 'issyReader', 'pilot', 'cd92', 'vsgp', 'sceaux'] as const)('%s does not (S40)', async who => {
    const answer = await send(height('9'), accounts[who]);
    expect(told(answer)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(answer.headers['cache-control']).toContain('no-store');
  });
  test('R47: anonymously one is asked who one is', async () => {
    const answer = await send(height('9'), null);
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic /)]);
  });
  test('R23: a type of which the caller may know nothing is unknown, in the words of any other', async () => {
    const hidden = await send(`<wfs:Delete typeName="mig:cyclable">${byId('2.0.0', 'cyclable.1')}</wfs:Delete>`, null);
    const unknown = await send(`<wfs:Delete typeName="mig:cyclabla">${byId('2.0.0', 'cyclable.1')}</wfs:Delete>`, null);
    expect([hidden.status, hidden.text.replaceAll('cyclable', 'X')]).toEqual([400, unknown.text.replaceAll('cyclabla', 'X')]);
  });
  test('one denied action ends the transaction (R46)', async () => {
    const answer = await send(
      `${height('99')}<wfs:Delete typeName="mig:adresses">${equal('2.0.0', 'code_insee', insee['nanterre'] ?? '')}</wfs:Delete><wfs:Delete typeName="nanterre:eclairage">${equal('2.0.0', 'led', 'true')}</wfs:Delete>`,
      accounts.antony,
    );
    expect(answer.status).toBe(403);
    const tree = await mig.ask('/wfs?service=WFS&version=2.0.0&request=GetFeature&resourceId=arbres.ARB-05');
    expect(tree.text).toContain('<antony:hauteur>8</antony:hauteur>');
  });
});

describe('R61: co-produced data', () => {
  test('S41: a partner inserts in its own territory, and not in the next one', async () => {
    expect(newIds(await send(address('A-1', 'antony'), accounts.antony))).toEqual(['adresses.A-1']);
    const answer = await send(address('A-2', 'sceaux'), accounts.antony);
    expect(told(answer)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(await keys()).not.toContain('adresses.A-2');
  });
  test('the manager edits everywhere', async () => {
    expect((await send(address('A-3', 'nanterre'), accounts.pilot)).status).toBe(200);
  });
  test('a reader of a partner does not', async () => {
    expect((await send(address('A-4', 'antony'), accounts.antonyReader)).status).toBe(403);
  });
  test('R37: an agent of a commune in the cascade does not', async () => {
    expect((await send(address('A-5', 'sceaux'), accounts.sceaux)).status).toBe(403);
  });
  test('a feature cannot be moved out of the territory (the row after)', async () => {
    const before = await mig.ask('/wfs?service=WFS&version=2.0.0&request=GetFeature&resourceId=adresses.A-1', { as: accounts.antony });
    const answer = await send(
      `<wfs:Update typeName="mig:adresses">${set('2.0.0', 'geom', middle('sceaux'))}${byId('2.0.0', 'adresses.A-1')}</wfs:Update>`,
      accounts.antony,
    );
    expect(told(answer)).toMatchObject({ status: 403, code: 'AccessDenied' });
    const after = await mig.ask('/wfs?service=WFS&version=2.0.0&request=GetFeature&resourceId=adresses.A-1', { as: accounts.antony });
    expect(after.text).toBe(before.text);
  });
  test.each([
    ['Update', `<wfs:Update typeName="mig:adresses">${set('2.0.0', 'voie', 'x')}${byId('2.0.0', 'adresses.92071_01')}</wfs:Update>`],
    [
      'an Update that would bring it in',
      `<wfs:Update typeName="mig:adresses">${set('2.0.0', 'geom', middle('antony'))}${byId('2.0.0', 'adresses.92071_01')}</wfs:Update>`,
    ],
    ['Delete', `<wfs:Delete typeName="mig:adresses">${byId('2.0.0', 'adresses.92071_01')}</wfs:Delete>`],
  ])('a feature outside of it cannot be touched (the row before): %s', async (_, action) => {
    expect(told(await send(action, accounts.antony))).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(await keys()).toContain('adresses.92071_01');
  });
  test('of what a filter means, the features in the territory are concerned', async () => {
    const answer = await send(
      `<wfs:Delete typeName="mig:adresses">${equal('2.0.0', 'voie', 'avenue Gallieni')}</wfs:Delete>`,
      accounts.antony,
    );
    expect(summary(answer)).toMatchObject({ deleted: 4 });
    expect((await keys()).filter(id => id.includes('92071'))).toHaveLength(9);
  });
  test('without a geometry a feature lies nowhere', async () => {
    const answer = await send(
      `<wfs:Update typeName="mig:adresses">${set('2.0.0', 'geom', undefined)}${byId('2.0.0', 'adresses.A-1')}</wfs:Update>`,
      accounts.antony,
    );
    expect(answer.status).toBe(403);
  });
});

describe('R63', () => {
  test.each(['antony', 'pilot', 'marnes'] as const)('S42: frozen data refuse every transaction, of %s too', async who => {
    const answer = await send(`<wfs:Delete typeName="marnes:espaces_verts">${equal('2.0.0', 'nom', 'Parc 1')}</wfs:Delete>`, accounts[who]);
    expect([401, 403]).toContain(answer.status);
  });
  test('excluded data too', async () => {
    const answer = await send(`<wfs:Delete typeName="antony:foncier">${equal('2.0.0', 'parcelle', 'AB 01')}</wfs:Delete>`, accounts.antony);
    expect([400, 403]).toContain(answer.status);
  });
});

describe('what is advertised', () => {
  const capabilities = async (version: string, as: Account | null): Promise<string> =>
    (await mig.ask(`/wfs?service=WFS&version=${version}&request=GetCapabilities`, { as })).text;
  const typeOf = (text: string, name: string): string =>
    new RegExp(`<(?:wfs:)?Name[^>]*>${name}<.*?</(?:wfs:)?FeatureType>`, 's').exec(text)?.[0] ?? '';

  test('2.0: the transaction and its class to those who may edit something', async () => {
    const editor = await capabilities('2.0.0', accounts.antony);
    expect(editor).toContain('<ows:Operation name="Transaction">');
    expect(editor).toMatch(/ImplementsTransactionalWFS"><ows:NoValues\/><ows:DefaultValue>TRUE/);
    for (const other of [null, accounts.antonyReader, accounts.sceaux]) {
      const text = await capabilities('2.0.0', other);
      expect(text).not.toContain('Transaction"');
      expect(text).toMatch(/ImplementsTransactionalWFS"><ows:NoValues\/><ows:DefaultValue>FALSE/);
    }
  });
  test.each(['1.1.0', '1.0.0'])('%s: rights by type', async version => {
    const text = await capabilities(version, accounts.antony);
    const insert = /<Insert\/>|<wfs:Operation>Insert</;
    expect(text).toMatch(/name="Transaction"|<Transaction>/);
    expect(typeOf(text, 'antony:arbres')).toMatch(insert);
    expect(typeOf(text, 'bspp:points_eau')).not.toMatch(insert);
    expect(await capabilities(version, null)).not.toMatch(insert);
  });
});

test('SEC15: with the cookie, a transaction comes from our own pages', async () => {
  const login = await mig.ask('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: mig.address },
    body: JSON.stringify({ login: accounts.antony.login, password: accounts.antony.password }),
  });
  const cookie = (login.headers['set-cookie'] ?? [])[0]?.split(';')[0] ?? '';
  expect(cookie).not.toBe('');
  const ask = (headers: Readonly<Record<string, string>>): Promise<Answer> =>
    mig.ask('/wfs', {
      method: 'POST',
      headers: { 'content-type': 'text/xml', cookie, ...headers },
      body: transaction('2.0.0', mig.address, height('8')),
    });
  expect((await ask({ origin: 'https://ailleurs.example', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await ask({ origin: mig.address, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
});
