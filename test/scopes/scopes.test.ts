// D28, R23: virtual endpoints /at/{scope}, with and without a key before it, over the whole server: only what belongs there, in every service, at
// addresses that keep the prefix; what a caller may know nothing of is no endpoint.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatasetEntry, PartnershipFile } from '../../server/partnership/file';
import { accounts, testServer, type Answer, type TestServer } from '../setup/server';
import { worldFile, type Account } from '../world/world';

jest.setTimeout(120_000);

let mig: TestServer;
let folder: string;

const like = (code: string, more: Partial<DatasetEntry>): DatasetEntry => {
  const entry = worldFile.datasets?.find(one => one.code === code);
  if (!entry || typeof entry.record !== 'object') throw new Error(code);
  return { ...entry, record: { ...entry.record, id: `fr-92-mig-${more.code ?? ''}` }, ...more };
};
const dublinCore = (id: string): string =>
  `<csw:Record xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier>${id}</dc:identifier><dc:title>Fiche ${id}</dc:title><dc:type>dataset</dc:type></csw:Record>`;

function scopedWorld(): PartnershipFile {
  for (const id of ['libre-un', 'libre-deux']) writeFileSync(join(folder, `${id}.xml`), dublinCore(id));
  return {
    ...worldFile,
    scopes: { essais: { main: false }, reserve: { main: false }, fiches: { main: false }, ville: { main: true }, vide: {} },
    datasets: [
      ...(worldFile.datasets ?? []),
      like('arb', { code: 'essai', type: 'antony:essai', title: { fr: 'Arbres d’essai' }, scope: 'essais' }),
      like('arb', { code: 'ville-1', type: 'antony:ville', title: { fr: 'Arbres de ville' }, scope: 'ville' }),
      like('ecl', { code: 'cache', type: 'nanterre:cache', title: { fr: 'Caché' }, grants: [], scope: 'reserve' }),
    ].map(entry =>
      entry.code === 'cache' && typeof entry.record === 'object'
        ? { ...entry, record: { ...entry.record, visibility: 'owner' as const, reason: 'Essai' } }
        : entry,
    ),
    records: [
      { file: join(folder, 'libre-un.xml'), visibility: 'public', scope: 'fiches' },
      { file: join(folder, 'libre-deux.xml'), visibility: 'partners', reason: 'Essai', scope: 'reserve' },
    ],
  };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'geomig-scopes-'));
  // wrong keys are tried many times here, and the brake on them has tests of its own
  mig = await testServer({ world: scopedWorld(), environment: { GEOMIG_LOGIN_ATTEMPTS: '1000' } });
}, 120_000);
afterAll(async () => {
  await mig.close();
  rmSync(folder, { recursive: true, force: true });
});

const kvp = (service: string): string => `/${service}?service=${service.toUpperCase()}&request=GetCapabilities`;
const everything = (pattern: RegExp, text: string): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, one]) => one ?? ''))].sort();

/** The names each service advertises to the caller below a prefix. */
async function offered(prefix: string, as: Account | null = null): Promise<Readonly<Record<string, readonly string[]>>> {
  const text = async (path: string): Promise<string> => {
    const answer = await mig.ask(prefix + path, { as });
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.text;
  };
  const records =
    '/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results&maxRecords=100&elementSetName=brief';
  const collections = JSON.parse(await text('/ogc/collections?f=json')) as { collections: { id: string }[] };
  return {
    wfs: everything(/<wfs:Name[^>]*>([^<]+)</g, await text(kvp('wfs'))),
    wms: everything(/<Name>(\w+:[^<]+)</g, await text(kvp('wms'))),
    wmts: everything(/<ows:Identifier>(\w+:[^<]+)</g, await text(kvp('wmts'))),
    csw: everything(/<dc:identifier>([^<]+)</g, await text(records)),
    ogc: collections.collections.map(one => one.id).sort(),
  };
}

const same = (
  types: readonly string[],
  records: readonly string[],
  ids: readonly string[] = types,
): Readonly<Record<string, readonly string[]>> => ({
  wfs: types,
  wms: types,
  wmts: types,
  csw: records,
  ogc: ids,
});

describe('only what belongs there, everywhere', () => {
  test('an organisation', async () => {
    const seen = await offered('/at/antony');
    expect(seen).toEqual(
      same(['antony:arbres', 'antony:essai', 'antony:ville'], ['fr-92-mig-arb', 'fr-92-mig-essai', 'fr-92-mig-ville-1'], seen['ogc']),
    );
    expect(seen['ogc']).toHaveLength(3);
  });
  test('one dataset', async () => {
    const seen = await offered('/at/arb');
    expect(seen).toEqual(same(['antony:arbres'], ['fr-92-mig-arb'], seen['ogc']));
    expect(seen['ogc']).toHaveLength(1);
  });
  test('a named collection', async () => {
    const seen = await offered('/at/essais');
    expect(seen).toEqual(same(['antony:essai'], ['fr-92-mig-essai'], seen['ogc']));
    expect(seen['ogc']).toHaveLength(1);
  });
  test('a collection of records', async () => {
    expect(await offered('/at/fiches')).toEqual(same([], ['libre-un']));
  });
  test('main: false keeps out of the main endpoints, main: true does not', async () => {
    const seen = await offered('');
    expect(seen['wfs']).toEqual(['antony:arbres', 'antony:ville']);
    expect(seen['wmts']).toEqual(seen['wfs']);
    expect(seen['csw']).not.toEqual(expect.arrayContaining(['libre-un']));
    expect(seen['csw']).toEqual(expect.arrayContaining(['fr-92-mig-ville-1']));
    expect(seen['csw']).not.toEqual(expect.arrayContaining(['fr-92-mig-essai']));
    expect(await offered('/at/ville')).toMatchObject({ wfs: ['antony:ville'] });
  });

  test('names and records of elsewhere are unknown there, counts and facets too', async () => {
    const feature = await mig.ask('/at/essais/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres&count=1');
    expect([feature.status, feature.text]).toEqual([400, expect.stringContaining('antony:arbres')]);
    expect((await mig.ask('/at/essais/tiles/antony:arbres/1/0/0.png')).status).toBe(404);
    expect((await mig.ask('/at/essais/tiles/essai/1/0/0.png')).status).toBe(200);
    expect((await mig.ask('/at/essais/ogc/collections/arbres/items?f=json')).status).toBe(404);
    const byId = '/csw?service=CSW&version=2.0.2&request=GetRecordById&elementSetName=brief&id=fr-92-mig-arb';
    expect((await mig.ask(`/at/essais${byId}`)).text).not.toContain('dc:identifier');
    expect((await mig.ask(`/at/arb${byId}`)).text).toContain('dc:identifier');
    const hits = await mig.ask('/at/essais/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=hits');
    expect(hits.text).toContain('numberOfRecordsMatched="1"');
    const domain = await mig.ask('/at/essais/csw?service=CSW&version=2.0.2&request=GetDomain&propertyName=dc:identifier');
    expect(everything(/<csw:Value>([^<]+)</g, domain.text)).toEqual(['fr-92-mig-essai']);
  });

  test('an extent of a scope is that of its layers', async () => {
    const west = async (path: string, as: Account | null): Promise<number> =>
      Number(/<westBoundLongitude>([\d.]+)</.exec((await mig.ask(path, { as })).text)?.[1]);
    expect(await west(`/at/arb${kvp('wms')}`, accounts.nanterre)).toBeGreaterThan(2.28);
    expect(await west(kvp('wms'), accounts.nanterre)).toBeLessThan(2.2);
  });

  test('the title of the service tells the scope', async () => {
    const title = async (prefix: string): Promise<string | undefined> =>
      /<Title>([^<]*)</.exec((await mig.ask(prefix + kvp('wms'))).text)?.[1];
    expect(await title('')).toBe('Monde d’essai de la MIG – cartes');
    expect(await title('/at/antony')).toBe('Monde d’essai de la MIG – Antony – cartes');
    expect(await title('/at/essais')).toBe('Monde d’essai de la MIG – essais – cartes');
    expect(await title('/at/arb')).toBe('Monde d’essai de la MIG – Arbres d’alignement d’Antony – cartes');
  });

  test('INSPIRE: one WFS for each dataset names its identifier in the extended capabilities, and no other', async () => {
    const { text } = await mig.ask(`/at/arb${kvp('wfs')}&version=2.0.0`);
    expect(everything(/<inspire_dls:SpatialDataSetIdentifier[^>]*><inspire_common:Code>([^<]+)</g, text)).toEqual(['arb']);
    const both = await mig.ask(`/at/antony${kvp('wfs')}&version=2.0.0`);
    expect(everything(/<inspire_dls:SpatialDataSetIdentifier[^>]*><inspire_common:Code>([^<]+)</g, both.text)).toEqual([
      'arb',
      'essai',
      'ville-1',
    ]);
  });
});

describe('advertised addresses keep the prefix', () => {
  const { key } = accounts.nanterre;
  test.each([
    ['/at/antony', null],
    [`/k/${key}/at/nanterre`, null],
    ['/at/nanterre', accounts.nanterre],
    [`/k/${key}`, null],
  ] as const)('%s', async (prefix, as) => {
    for (const path of [
      kvp('wfs'),
      `${kvp('wfs')}&version=1.1.0`,
      `${kvp('wfs')}&version=1.0.0`,
      kvp('wms'),
      `${kvp('wms')}&version=1.1.1`,
      kvp('csw'),
      kvp('wmts'),
      '/ogc?f=json',
      '/ogc/collections?f=json',
    ]) {
      const { text } = await mig.ask(prefix + path, { as });
      const links = everything(/(?:href|template|onlineResource|schemaLocation)"?\s*[=:]\s*"([^"]*)"/g, text)
        .flatMap(value => value.split(/\s+/))
        .filter(link => link.startsWith(mig.address) && !link.startsWith(`${mig.address}/ns/`));
      expect([path, links.length > 0]).toEqual([path, true]);
      expect(links.filter(link => !link.startsWith(`${mig.address}${prefix}/`))).toEqual([]);
    }
  });
});

describe('what is no endpoint', () => {
  const services = ['wfs', 'wms', 'csw', 'wmts'];
  const refused = async (prefix: string, as: Account | null = null): Promise<readonly Answer[]> =>
    Promise.all(
      [...services.map(service => prefix + kvp(service)), `${prefix}/tiles/arbres.json`, `${prefix}/ogc?f=json`].map(path =>
        mig.ask(path, { as }),
      ),
    );

  test('an unknown scope is 404 in the words of each service', async () => {
    const answers = await refused('/at/nothing');
    expect(answers.map(answer => answer.status)).toEqual(answers.map(() => 404));
    expect(answers.map(answer => /ExceptionReport|ServiceExceptionReport|"status": ?404/.test(answer.text))).toEqual(
      answers.map(() => true),
    );
    expect(answers.map(answer => answer.headers['cache-control'])).toEqual(answers.map(() => 'private, no-store'));
  });

  test.each([
    ['a dataset whose record is hidden', 'cache', null],
    ['a dataset whose record is hidden, for another partner', 'cache', accounts.antony],
    ['a collection of which the caller may see nothing', 'reserve', null],
    ['a collection of which a commune without membership may see nothing', 'reserve', accounts.bagneux],
    ['a collection with nothing in it', 'vide', null],
    ['a collection with nothing in it, for the pilot', 'vide', accounts.pilot],
    ['no name', '', null],
  ])('R23: %s answers like an unknown one', async (_, scope, as) => {
    const shown = (answers: readonly Answer[], name: string): unknown =>
      answers.map(({ status, text, headers }) => [
        status,
        text.replaceAll(`"${name}"`, '"x"').replaceAll(`\\"${name}\\"`, '\\"x\\"').replaceAll(`&quot;${name}&quot;`, '&quot;x&quot;'),
        { ...headers, date: '', 'content-length': '' },
      ]);
    expect(shown(await refused(`/at/${scope}`, as), scope)).toEqual(shown(await refused('/at/unbekannt', as), 'unbekannt'));
  });

  test('the same names lead somewhere for who sees something there', async () => {
    expect(await offered('/at/cache', accounts.nanterre)).toMatchObject({ wfs: ['nanterre:cache'], csw: ['fr-92-mig-cache'] });
    expect(await offered('/at/reserve', accounts.nanterre)).toMatchObject({
      wfs: ['nanterre:cache'],
      csw: ['fr-92-mig-cache', 'libre-deux'],
    });
    expect(await offered('/at/reserve', accounts.antony)).toEqual(same([], ['libre-deux']));
  });

  test('an organisation of the charter without data is an empty endpoint', async () => {
    expect(await offered('/at/bspp')).toEqual(same([], []));
  });

  test('a collection that gets its first record becomes an endpoint, with the next request', async () => {
    const path = `/at/vide${kvp('csw')}`;
    expect((await mig.ask(path)).status).toBe(404);
    writeFileSync(join(folder, 'libre-trois.xml'), dublinCore('libre-trois'));
    await mig.apply({ version: 1, records: [{ file: join(folder, 'libre-trois.xml'), visibility: 'public', scope: 'vide' }] });
    expect((await mig.ask(path)).status).toBe(200);
  });
});

describe('keys in the address', () => {
  const wrong = '/k/cle-inconnue-0123456789';
  test('a wrong one is 401 in the words of each service, scope or not', async () => {
    for (const prefix of [wrong, `${wrong}/at/antony`, `${wrong}/at/nothing`, '/k/%ff', '/k/']) {
      for (const path of [kvp('wfs'), kvp('wms'), kvp('csw'), kvp('wmts'), '/tiles/arbres.json', '/ogc?f=json']) {
        const answer = await mig.ask(prefix + path);
        expect([prefix, path, answer.status]).toEqual([prefix, path, 401]);
        expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/);
        expect(answer.text).toMatch(/ExceptionReport|"status": ?401/);
        expect(answer.text).not.toContain('cle-inconnue');
      }
    }
  });

  test('a key never stands in a stored record or in the journals', async () => {
    const { key } = accounts.nanterre;
    await mig.ask(`/k/${key}/at/nanterre/tiles/eclairage/12/2073/1408.png`);
    await mig.ask(`/k/${key}/at/nanterre/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=nanterre:eclairage&count=1`);
    const found = await mig.test.database.transaction({ role: 'owner' }, async session => {
      const tables = await session.rows<{ name: string }>(
        `select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema = 'geomig' and table_type = 'BASE TABLE'`,
      );
      const holding: string[] = [];
      for (const { name } of tables) {
        const [row] = await session.rows<{ there: boolean }>(`select exists (select 1 from ${name} t where t::text like $1) as there`, [
          `%${key}%`,
        ]);
        if (row?.there === true) holding.push(name);
      }
      return holding;
    });
    expect(found).toEqual([]);
  });
});

describe('records of data that are apart', () => {
  const links = async (prefix: string): Promise<string[]> => {
    const record = await mig.ask(
      `${prefix}/csw?service=CSW&version=2.0.2&request=GetRecordById&elementSetName=full&id=fr-92-mig-essai&outputSchema=${encodeURIComponent('http://www.isotc211.org/2005/gmd')}`,
    );
    return everything(/<(?:gmd:URL|gco:CharacterString)>(http[^<]*)</g, record.text).filter(link => /\/(wfs|wms)\?/.test(link));
  };
  const tell = async (main: boolean, check = false): Promise<void> => mig.apply({ version: 1, scopes: { essais: { main } } }, { check });

  test('their links lead to where they are served', async () => {
    const found = await links('/at/essais');
    expect(found.length).toBeGreaterThan(1);
    expect(found.filter(link => !link.includes('/at/essais/'))).toEqual([]);
    for (const link of found.filter(one => one.endsWith('wms?')))
      expect((await mig.ask(`${link.slice(mig.address.length)}service=WMS&request=GetCapabilities`)).text).toContain('antony:essai');
  });

  test('and follow when the collection joins the main endpoints and leaves them; --check changes nothing', async () => {
    await tell(true, true);
    expect(await offered('')).toMatchObject({ wfs: ['antony:arbres', 'antony:ville'] });
    await tell(true);
    expect(await offered('')).toMatchObject({ wfs: ['antony:arbres', 'antony:essai', 'antony:ville'] });
    expect((await links('')).filter(link => link.includes('/at/'))).toEqual([]);
    await tell(false);
    expect(await offered('')).toMatchObject({ wfs: ['antony:arbres', 'antony:ville'] });
    expect((await links('/at/essais')).filter(link => !link.includes('/at/essais/'))).toEqual([]);
  });
});
