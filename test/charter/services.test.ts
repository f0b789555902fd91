// Acceptance scenarios of the charter through the public services: WFS, WMS, CSW, as a client sees them. Clock 2026-06-15.
import { XMLValidator } from 'fast-xml-parser';
import { PNG } from 'pngjs';
import { accounts, testServer, type Answer, type TestServer } from '../setup/server';
import { withDataset, withOrganisation, worldFile, type Account } from '../world/world';

let mig: TestServer;
beforeAll(async () => {
  mig = await testServer();
}, 120_000);
afterAll(() => mig.close());

const typeOf = (code: string): string => worldFile.datasets?.find(entry => entry.code === code.toLowerCase())?.type ?? '';
const recordOf = (code: string): string => {
  const record = worldFile.datasets?.find(entry => entry.code === code.toLowerCase())?.record;
  return typeof record === 'object' ? (record.id ?? code.toLowerCase()) : code.toLowerCase();
};
const wfs = (code: string, as: Account | null, more = ''): Promise<Answer> =>
  mig.ask(`/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=${typeOf(code)}${more}`, { as });
const members = (answer: Answer): number => answer.text.match(/<wfs:member>/g)?.length ?? 0;
const capabilities = async (service: 'wfs' | 'wms', as: Account | null): Promise<string> =>
  (await mig.ask(`/${service}?service=${service.toUpperCase()}&request=GetCapabilities`, { as })).text;
const map = (layers: string, as: Account | null, box: string, size = 200): Promise<Answer> =>
  mig.ask(
    `/wms?service=WMS&version=1.3.0&request=GetMap&layers=${layers}&styles=&crs=EPSG:2154&bbox=${box}&width=${size}&height=${size}&format=image/png&transparent=true`,
    { as },
  );
const records = async (as: Account | null, query = ''): Promise<string> =>
  (
    await mig.ask(
      `/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&elementSetName=full&resultType=results&maxRecords=100${query}`,
      { as },
    )
  ).text;
const titleOf = (code: string): string => worldFile.datasets?.find(entry => entry.code === code.toLowerCase())?.title.fr ?? '';
interface JournalRow {
  readonly login: string | null;
  readonly dataset: string;
  readonly rule: string;
  readonly allowed: boolean;
  readonly responsible: string | null;
}
/** The journal is written soon after the answer: looked at until the line is there. */
async function journaled(line: Partial<JournalRow>): Promise<JournalRow | undefined> {
  for (let i = 0; i < 100; i++) {
    const rows = await mig.test.database.transaction({ role: 'owner' }, session =>
      session.rows<JournalRow>(
        `select j.login, j.dataset, j.rule, j.allowed, o.code as responsible
         from geomig.access_journal j left join geomig.organisation o on o.id = j.responsible_ept_id order by j.id`,
      ),
    );
    const found = rows.find(row => Object.entries(line).every(([name, value]) => row[name as keyof JournalRow] === value));
    if (found) return found;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return undefined;
}

test('S01 R20 R33: anonymously, the co-produced ADR is found and CYC is not', async () => {
  const found = await records(null);
  expect(found).toContain(titleOf('ADR'));
  expect(found).not.toContain(titleOf('CYC'));
});

test('S02 R27 R47: anonymously, ADR is 401 with a Basic challenge', async () => {
  const answer = await wfs('ADR', null);
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toMatch(/^Basic /);
  expect(answer.text).toContain('ExceptionReport');
});

test('S03 R30 R54: Antony reads ADR and it is journaled', async () => {
  const answer = await wfs('ADR', accounts.antony);
  expect(answer.status).toBe(200);
  expect(members(answer)).toBeGreaterThan(0);
  expect(await journaled({ login: accounts.antony.login, dataset: 'adr', allowed: true })).toBeDefined();
});

test('S04 R29 R50: anonymously, ARB with mention', async () => {
  const answer = await wfs('ARB', null);
  expect(answer.status).toBe(200);
  expect(members(answer)).toBeGreaterThan(0);
  expect(decodeURIComponent(String(answer.headers['geomig-mention']))).toContain("Mutualisation de l'Information Géographique");
  expect(await records(null)).toMatch(/etalab|Licence Ouverte/i);
});

test('S05 R35 R38: Sceaux, delegated by VSGP, reads ADR; the journal names VSGP', async () => {
  expect((await wfs('ADR', accounts.sceaux)).status).toBe(200);
  expect(await journaled({ login: accounts.sceaux.login, dataset: 'adr', allowed: true })).toMatchObject({ responsible: 'vsgp' });
});

test('S06 R36: the same user is refused ECL', async () => {
  expect((await wfs('ECL', accounts.sceaux)).status).toBe(403);
});

test('S07 R35 R38: Bagneux, without delegation, is refused and is shown no co-produced layer', async () => {
  expect((await wfs('ADR', accounts.bagneux)).status).toBe(403);
  expect(await capabilities('wfs', accounts.bagneux)).not.toContain(typeOf('ADR'));
  expect(await capabilities('wms', accounts.bagneux)).not.toContain(typeOf('ADR'));
});

test('S12 R06 R07: the withdrawn Marnes: its key is 401, open data without it 200', async () => {
  expect((await wfs('ARB', accounts.marnes)).status).toBe(401);
  expect((await wfs('ARB', null)).status).toBe(200);
});

test('S13 R08: Issy reads the frozen ESP, marked « gelée »', async () => {
  const answer = await wfs('ESP', accounts.issy);
  expect(answer.status).toBe(200);
  expect(members(answer)).toBeGreaterThan(0);
  expect(await capabilities('wms', accounts.issy)).toContain('(gelée)');
});

test('S22 R02 R45: Colombes, listed in Annexe 1, sees the anonymous view', async () => {
  const names = (text: string): string[] => [...text.matchAll(/<(?:wfs:)?Name[^>]*>([^<]+:[^<]+)</g)].map(match => match[1] ?? '');
  expect(names(await capabilities('wfs', accounts.colombes))).toEqual(names(await capabilities('wfs', null)));
});

test('S23 R21 R31: Antony finds the record of EAU and is refused its features', async () => {
  expect(await records(accounts.antony)).toContain(titleOf('EAU'));
  expect((await wfs('EAU', accounts.antony)).status).toBe(403);
});

test('S24 R23 R26: a portal finds neither EAU nor a trace of it', async () => {
  const found = await records(null);
  expect(found).not.toContain(titleOf('EAU'));
  const matched = Number(/numberOfRecordsMatched="(\d+)"/.exec(found)?.[1]);
  expect(found.match(/<csw:Record[ >]/g)?.length).toBe(matched);
  const byId = (id: string): Promise<Answer> => mig.ask(`/csw?service=CSW&version=2.0.2&request=GetRecordById&id=${id}`);
  const [hidden, absent] = await Promise.all([byId(recordOf('EAU')), byId('00000000-0000-4000-8000-000000000000')]);
  expect(hidden.status).toBe(absent.status);
  expect(hidden.text).toBe(absent.text);
  const layer = (name: string): Promise<Answer> => mig.ask(`/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=${name}`);
  const [secret, unknown] = await Promise.all([layer(typeOf('EAU')), layer('bspp:nothing_here')]);
  expect(secret.status).toBe(unknown.status);
  expect(secret.text.replaceAll(typeOf('EAU'), 'X')).toBe(unknown.text.replaceAll('bspp:nothing_here', 'X'));
});

test('S25 R31 R47: Issy is named on EAU: private, no-store', async () => {
  const answer = await wfs('EAU', accounts.issy);
  expect(answer.status).toBe(200);
  expect(answer.headers['cache-control']).toBe('private, no-store');
});

test('S26 R17: the pilot administrator has the rights of the Département, no more', async () => {
  const file = withDataset(worldFile, 'eau', {
    grants: [{ audience: 'named_partner', partner: 'issy', actions: ['view', 'query', 'feature', 'download'] }],
  });
  await mig.apply({
    ...file,
    organisations: [],
    people: [],
    workingGroups: [],
    delegations: [],
    datasets: file.datasets?.filter(entry => entry.code === 'eau') ?? [],
  });
  expect((await wfs('EAU', accounts.pilot)).status).toBe(403);
  expect(await records(accounts.pilot)).toContain(titleOf('EAU'));
  await mig.apply(worldFile);
  expect((await wfs('EAU', accounts.pilot)).status).toBe(200);
});

test('S27 R42: for Antony, contact_riverain of ECL does not exist', async () => {
  const schema = (
    await mig.ask(`/wfs?service=WFS&version=2.0.0&request=DescribeFeatureType&typeNames=${typeOf('ECL')}`, { as: accounts.antony })
  ).text;
  expect(schema).toContain('xsd:element');
  expect(schema).not.toContain('contact_riverain');
  const filter = (name: string): string =>
    `&filter=${encodeURIComponent(`<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0"><fes:PropertyIsEqualTo><fes:ValueReference>${name}</fes:ValueReference><fes:Literal>x</fes:Literal></fes:PropertyIsEqualTo></fes:Filter>`)}`;
  const [masked, unknown] = await Promise.all([
    wfs('ECL', accounts.antony, filter('contact_riverain')),
    wfs('ECL', accounts.antony, filter('no_such_thing_here')),
  ]);
  expect(masked.status).toBe(400);
  expect(masked.text.replaceAll('contact_riverain', 'X')).toBe(unknown.text.replaceAll('no_such_thing_here', 'X'));
});

test('S28 R42: Nanterre reads its own attribute', async () => {
  expect((await wfs('ECL', accounts.nanterre)).text).toContain('contact_riverain');
});

test('S29 R43: GPSO gets the features of Issy, Antony none, 200 and hits 0', async () => {
  expect(members(await wfs('CHA', accounts.gpso))).toBeGreaterThan(0);
  const none = await wfs('CHA', accounts.antony);
  expect([none.status, members(none)]).toEqual([200, 0]);
  expect((await wfs('CHA', accounts.antony, '&resultType=hits')).text).toContain('numberMatched="0"');
});

test('S30 R44: BSPP sees ORT at 1:5 000, nothing at 1:500, and may not query it', async () => {
  // 200 pixels of 0.28 mm: 56 mm; at 1:5 000 that is 280 m, at 1:500 it is 28 m
  const box = (metres: number): string => {
    const [x, y] = [646_000, 6_859_000];
    return `${x},${y},${x + metres},${y + metres}`;
  };
  const opaque = (answer: Answer): number => {
    const { data } = PNG.sync.read(answer.bytes);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) if ((data[i] ?? 0) > 0) count++;
    return count;
  };
  const near = await map(typeOf('ORT'), accounts.bspp, box(280));
  const far = await map(typeOf('ORT'), accounts.bspp, box(28));
  expect(near.headers['content-type']).toBe('image/png');
  expect(opaque(near)).toBeGreaterThan(0);
  expect(opaque(far)).toBe(0);
  const info = await mig.ask(
    `/wms?service=WMS&version=1.3.0&request=GetFeatureInfo&layers=${typeOf('ORT')}&query_layers=${typeOf('ORT')}&styles=&crs=EPSG:2154&bbox=${box(280)}&width=200&height=200&i=100&j=100&info_format=application/json`,
    { as: accounts.bspp },
  );
  expect([info.status, info.text]).toEqual([403, expect.stringContaining('ServiceException')]);
});

test('S31 R46: one denied layer denies the whole map', async () => {
  const answer = await map(`${typeOf('ARB')},${typeOf('ADR')}`, null, '640000,6840000,660000,6870000');
  expect(answer.status).toBe(401);
});

test('S32 R22 R28: FON under E1 is in nobody’s capabilities, its record is Antony’s alone', async () => {
  expect(await capabilities('wfs', accounts.antony)).not.toContain(typeOf('FON'));
  expect(await records(accounts.issy)).not.toContain(titleOf('FON'));
  expect(await records(accounts.antony)).toContain(titleOf('FON'));
  expect((await wfs('FON', accounts.antony)).status).toBe(403);
});

test('S36 R33 R47: CYC in consolidation is unknown to a reader, its record is seen by the referent', async () => {
  const answer = await wfs('CYC', accounts.antonyReader);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('InvalidParameterValue');
  expect(await records(accounts.antony)).toContain(titleOf('CYC'));
});

test('R24 R45: capabilities are well-formed to another reader, and name no person', async () => {
  for (const service of ['wfs', 'wms'] as const)
    for (const account of [null, accounts.nanterre]) {
      const text = await capabilities(service, account);
      expect([service, XMLValidator.validate(text)]).toEqual([service, true]);
      expect(text).not.toContain('@example.org');
    }
  const csw = (await mig.ask('/csw?service=CSW&request=GetCapabilities')).text;
  expect(XMLValidator.validate(csw)).toBe(true);
});

test('S38 R24 R25: a record tells T3, gratuity, and no person', async () => {
  const xml = (
    await mig.ask(
      `/csw?service=CSW&version=2.0.2&request=GetRecordById&id=${recordOf('ARB')}&outputSchema=http://www.isotc211.org/2005/gmd&elementSetName=full`,
    )
  ).text;
  expect(xml).toContain('ne peut être tenu responsable');
  expect(xml).toContain('à titre gratuit');
  expect(xml).not.toContain('individualName');
});

test('GET /api/session tells who one is, by whatever credential', async () => {
  const told = async (path: string, as: Account | null, headers: Record<string, string> = {}): Promise<unknown> =>
    JSON.parse((await mig.ask(path, { as, headers })).text);
  const antony = { login: accounts.antony.login, organisation: 'Antony', roles: ['technical_referent'] };
  expect(await told('/api/session', accounts.antony)).toMatchObject(antony);
  expect(await told(`/k/${accounts.antony.key}/api/session`, null)).toMatchObject(antony);
  expect(await told('/api/session', null, { 'x-api-key': accounts.antony.key })).toMatchObject(antony);
  expect(await told('/api/session', null)).toMatchObject({ login: null });
  expect((await mig.ask('/api/session', { headers: { 'x-api-key': 'no-such-key-at-all' } })).status).toBe(401);
});

test('S46 R11: after the charter’s end Antony still reads ADR, and is told so', async () => {
  mig.clock.instant = '2027-01-01T10:00:00.000Z';
  expect((await wfs('ADR', accounts.antony)).status).toBe(200);
  const login = await mig.ask('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: accounts.antony.login, password: accounts.antony.password }),
  });
  const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
  const session = (headers: Record<string, string>): Promise<Answer> => mig.ask('/api/session', { headers });
  expect((await session({ cookie })).text).toContain('La charte a pris fin le 31/12/2026');
  expect(JSON.parse((await session({})).text)).toEqual({ login: null, banners: [] });
  mig.clock.instant = '2026-06-15T10:00:00.000Z';
});

test('S10 R39 R06: VSGP’s letter is received today: Sceaux is refused on the next request', async () => {
  const file = withOrganisation(worldFile, 'vsgp', { membership: { state: 'withdrawn', since: '2022-03-01', withdrawn: '2026-06-15' } });
  await mig.apply({ version: 1, organisations: file.organisations?.filter(entry => entry.code === 'vsgp') ?? [] });
  expect((await wfs('ADR', accounts.sceaux)).status).toBe(403);
  expect((await wfs('ARB', accounts.vsgp)).status).toBe(401);
});
