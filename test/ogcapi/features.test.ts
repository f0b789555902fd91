// OGC API - Features Part 1 and 2 by the assertions of the conformance suite (ets-ogcapi-features10), in our own words, and what QGIS, GDAL and
// ogc-client rest on.
import { accounts } from '../setup/server';
import { furnitureCount } from '../clients/world';
import { crs84, crsUri, ogcServer, type Link, type OgcServer, type Page } from './server';

let ogc: OgcServer;
beforeAll(async () => {
  ogc = await ogcServer();
}, 120_000);
afterAll(() => ogc.close());

interface Linked {
  readonly links: readonly Link[];
}
interface CollectionDocument extends Linked {
  readonly id: string;
  readonly extent?: { readonly spatial: { readonly bbox: readonly (readonly number[])[] } };
  readonly crs: readonly string[];
  readonly storageCrs: string;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly style: string;
  readonly explode: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
}
interface Definition {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, { readonly get: { readonly parameters: readonly (Parameter | { readonly $ref: string })[] } }>>;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
}

const rels = ({ links }: Linked): string[] => links.map(({ rel }) => rel);
const linkOf = ({ links }: Linked, rel: string, type?: string): Link => {
  const found = links.find(one => one.rel === rel && (type === undefined || one.type === type));
  if (!found) throw new Error(`no link ${rel} ${type ?? ''}`);
  return found;
};
const below = (href: string): string => href.slice(ogc.mig.address.length);

describe('the landing page', () => {
  test('has the links that clients begin with, each with type, title and language', async () => {
    const page = await ogc.json<Linked>('/ogc');
    for (const rel of ['self', 'alternate', 'service-desc', 'service-doc', 'conformance', 'data']) expect(rels(page)).toContain(rel);
    for (const link of page.links) {
      expect(link.href.startsWith(`${ogc.mig.address}/ogc`)).toBe(true);
      expect([link.type, link.title, link.hreflang].every(part => part !== undefined && part !== '')).toBe(true);
    }
    expect(linkOf(page, 'service-desc').type).toBe('application/vnd.oai.openapi+json;version=3.0');
  });

  test.each([
    ['nothing', undefined, 'application/json'],
    ['whatever comes', '*/*', 'application/json'],
    ['JSON, as QGIS', 'application/json', 'application/json'],
    [
      'OpenAPI or JSON, as QGIS',
      'application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json',
      'application/json',
    ],
    ['OpenAPI alone', 'application/vnd.oai.openapi+json;version=3.0', 'application/json'],
    ['GeoJSON or JSON', 'application/geo+json, application/json', 'application/json'],
    ['what it has not', 'image/png', 'application/json'],
    ['nonsense', ';;;,q=x', 'application/json'],
    ['HTML, as browsers', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html; charset=utf-8'],
    ['HTML less than JSON', 'text/html;q=0.5, application/json', 'application/json'],
  ])('asked for %s it is never 400 or 406', async (_title, accept, type) => {
    const answer = await ogc.mig.ask('/ogc', accept === undefined ? {} : { headers: { accept } });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
  });

  test('a slash at the end, HEAD and OPTIONS', async () => {
    for (const path of ['/ogc/', '/ogc/collections/', '/ogc/collections/mobilier/', '/ogc/collections/mobilier/items/'])
      expect((await ogc.mig.ask(path)).status).toBe(200);
    const head = await ogc.mig.ask('/ogc/collections/mobilier/items', { method: 'HEAD' });
    expect([head.status, head.headers['content-type'], head.bytes.length]).toEqual([200, 'application/geo+json', 0]);
    const options = await ogc.mig.ask('/ogc/collections/mobilier/items', { method: 'OPTIONS' });
    expect([options.status, options.headers['allow']]).toEqual([204, 'GET, HEAD, OPTIONS']);
    const post = await ogc.mig.ask('/ogc/collections/mobilier/items', { method: 'POST', body: '{}' });
    expect([post.status, post.headers['content-type'], post.headers['allow']]).toEqual([
      405,
      'application/problem+json',
      'GET, HEAD, OPTIONS',
    ]);
  });
});

test('every link of every document leads somewhere, to what it says', async () => {
  const seen = new Set<string>();
  const waiting = ['/ogc'];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path) || seen.size > 150) continue;
    seen.add(path);
    const document = await ogc.json<Partial<Linked> & { readonly collections?: readonly Linked[] }>(path);
    for (const { href, type, rel } of [...(document.links ?? []), ...(document.collections ?? []).flatMap(one => one.links)]) {
      if (rel === 'license' || rel === 'next' || rel === 'prev') continue;
      const answer = await ogc.mig.ask(below(href));
      expect([href, answer.status]).toEqual([href, 200]);
      const content = answer.headers['content-type'] ?? '';
      if (type?.startsWith('application/xml')) expect(content).toMatch(/xml/);
      else expect(content.replace('; charset=utf-8', '')).toBe(type);
      if (/json/.test(type ?? '') && href.includes('/ogc')) waiting.push(below(href));
    }
  }
  // landing page, conformance, definition, collections; each collection with four below it
  expect(seen.size).toBe(4 + 3 * 5);
}, 60_000);

test('conformance: the classes that QGIS and the suite look for', async () => {
  const { conformsTo } = await ogc.json<{ conformsTo: string[] }>('/ogc/conformance');
  const spec = 'http://www.opengis.net/spec/';
  for (const one of ['core', 'oas30', 'html', 'geojson']) expect(conformsTo).toContain(`${spec}ogcapi-features-1/1.0/conf/${one}`);
  expect(conformsTo).toContain(`${spec}ogcapi-features-2/1.0/conf/crs`);
  for (const one of ['filter', 'features-filter', 'queryables']) expect(conformsTo).toContain(`${spec}ogcapi-features-3/1.0/conf/${one}`);
  for (const one of ['cql2-text', 'basic-cql2']) expect(conformsTo).toContain(`${spec}cql2/1.0/conf/${one}`);
  expect(new Set(conformsTo).size).toBe(conformsTo.length);
});

describe('the API definition', () => {
  test('lists every address with the parameters in the form that the suite demands', async () => {
    const definition = await ogc.json<Definition>('/ogc/api');
    expect(definition.openapi).toMatch(/^3\.0\./);
    const parameters = (path: string): Map<string, Parameter> =>
      new Map(
        (definition.paths[path]?.get.parameters ?? []).map(one => {
          const found = '$ref' in one ? definition.components.parameters[one.$ref.replace('#/components/parameters/', '')] : one;
          if (!found) throw new Error(JSON.stringify(one));
          return [found.name, found];
        }),
      );
    const items = parameters('/collections/mobilier/items');
    const form = { in: 'query', required: false, style: 'form', explode: false };
    expect(items.get('limit')).toMatchObject({ ...form, schema: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 10 } });
    expect(items.get('bbox')).toMatchObject({ ...form, schema: { type: 'array', minItems: 4, maxItems: 6, items: { type: 'number' } } });
    expect(items.get('datetime')).toMatchObject({ ...form, schema: { type: 'string' } });
    for (const name of ['crs', 'bbox-crs']) expect(items.get(name)).toMatchObject({ ...form, schema: { type: 'string', format: 'uri' } });
    for (const name of ['nature', 'numero', 'eclaire']) expect(items.get(name)).toMatchObject(form);
    expect(parameters('/collections/mobilier/items/{featureId}').get('featureId')).toMatchObject({ in: 'path', required: true });
  });

  test('is whole in itself: every reference leads into it', async () => {
    const text = (await ogc.mig.ask('/ogc/api')).text;
    const definition: unknown = JSON.parse(text);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of new Set(references)) {
      expect(reference.startsWith('#/')).toBe(true);
      const found = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], definition);
      expect([reference, typeof found]).toEqual([reference, 'object']);
    }
  });

  test('each operation has an id of its own, and every query parameter listed is taken', async () => {
    const text = (await ogc.mig.ask('/ogc/api')).text;
    const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const values: Readonly<Record<string, string>> = {
      f: 'json',
      lang: 'en',
      limit: '2',
      offset: '1',
      bbox: '2,48,3,49',
      'bbox-crs': crs84,
      datetime: '2020-01-01/..',
      crs: crsUri(2154),
      filter: 'numero > 1',
      'filter-lang': 'cql2-text',
      'filter-crs': crs84,
      properties: 'nature',
      skipGeometry: 'true',
      sortby: '-numero',
      numero: '1',
      nature: 'Banc',
      hauteur: '0.25',
      eclaire: 'true',
      pose_le: '2020-01-01',
      releve: '2024-01-01T08:30:00Z',
      remarque: 'x',
    };
    const listed = (await ogc.json<Definition>('/ogc/api')).paths['/collections/mobilier/items']?.get.parameters ?? [];
    const names = listed.map(one => ('$ref' in one ? one.$ref.slice(one.$ref.lastIndexOf('/') + 1) : one.name));
    expect(names.sort()).toEqual(Object.keys(values).sort());
    for (const [name, value] of Object.entries(values)) {
      const answer = await ogc.mig.ask(`/ogc/collections/mobilier/items?${new URLSearchParams({ [name]: value }).toString()}`);
      expect([name, answer.status]).toEqual([name, 200]);
    }
  });
});

describe('collections', () => {
  test('each tells extent, reference systems and its items in every format', async () => {
    const { collections, links } = await ogc.json<{ collections: CollectionDocument[] } & Linked>('/ogc/collections');
    expect(rels({ links })).toEqual(expect.arrayContaining(['self', 'alternate']));
    expect(collections.map(({ id }) => id).sort()).toEqual(['arbres', 'mobilier', 'pistes']);
    for (const one of collections) {
      for (const type of ['application/geo+json', 'text/html'])
        expect(linkOf(one, 'items', type).href).toContain(`/collections/${one.id}/items`);
      expect(one.extent?.spatial.bbox[0]?.length).toBe(4);
      expect(one.crs[0]).toBe(crs84);
      expect(one.crs).toContain(one.storageCrs);
      const alone = await ogc.json<CollectionDocument>(below(linkOf(one, 'self').href));
      expect([alone.id, alone.crs, alone.storageCrs, alone.extent]).toEqual([one.id, one.crs, one.storageCrs, one.extent]);
    }
    expect(collections.map(({ id, storageCrs }) => [id, storageCrs])).toEqual(
      expect.arrayContaining([
        ['mobilier', crsUri(2154)],
        ['pistes', crs84],
      ]),
    );
  });

  test('the short name, the local name and the qualified name lead to the same', async () => {
    const one = await ogc.json<CollectionDocument>('/ogc/collections/mobilier');
    for (const name of ['antony:mobilier', 'antony%3Amobilier']) {
      const other = await ogc.json<CollectionDocument>(`/ogc/collections/${name}`);
      expect(other.id).toBe(one.id);
    }
  });

  test('queryables, sortables and schema are those of the caller (R42)', async () => {
    const names = async (segment: string, as: (typeof accounts)[keyof typeof accounts]): Promise<string[]> =>
      Object.keys((await ogc.json<{ properties: object }>(`/ogc/collections/eclairage/${segment}`, { as })).properties);
    for (const segment of ['queryables', 'sortables', 'schema']) {
      expect(await names(segment, accounts.nanterre)).toContain('contact_riverain');
      expect(await names(segment, accounts.antony)).not.toContain('contact_riverain');
    }
    const masked = await ogc.mig.ask('/ogc/collections/eclairage/items?contact_riverain=x', { as: accounts.antony });
    const absent = await ogc.mig.ask('/ogc/collections/eclairage/items?contact_inconnu0=x', { as: accounts.antony });
    expect([masked.status, masked.text.replaceAll('contact_riverain', '?')]).toEqual([
      absent.status,
      absent.text.replaceAll('contact_inconnu0', '?'),
    ]);
    expect(masked.status).toBe(400);
  });
});

describe('items', () => {
  const count = async (parameters: Readonly<Record<string, string>>): Promise<number> =>
    (await ogc.items('mobilier', { ...parameters, limit: 1 })).numberMatched;

  test('a page: links, time stamp, numbers', async () => {
    const page = await ogc.items('mobilier', { limit: 3, offset: 3 });
    expect([page.type, page.features.length, page.numberReturned, page.numberMatched]).toEqual(['FeatureCollection', 3, 3, furnitureCount]);
    expect(Number.isNaN(Date.parse(page.timeStamp))).toBe(false);
    expect(rels(page)).toEqual(['self', 'alternate', 'next', 'prev', 'collection']);
    expect(linkOf(page, 'next').type).toBe('application/geo+json');
    expect(page.features.map(({ id }) => id)).toEqual(['mobilier.4', 'mobilier.5', 'mobilier.6']);
  });

  test.each([
    ['all', {}],
    ['a box', { bbox: '2.2,48.75,2.21,48.76' }],
    ['a filter', { filter: "nature = 'Banc' AND numero < 700", 'filter-lang': 'cql2-text' }],
    ['an attribute and a time', { nature: 'Potelet', datetime: '2020-01-01/2020-03-31' }],
    ['an order downwards, another CRS', { sortby: '-hauteur', crs: crsUri(2154), filter: 'numero <= 500' }],
  ])(
    'next leads to the end and keeps every parameter: %s',
    async (_title, parameters) => {
      const limit = 97;
      let page = await ogc.items('mobilier', { ...parameters, limit });
      const { numberMatched } = page;
      const ids = page.features.map(({ id }) => id);
      for (let i = 0; i < 100; i++) {
        const next = page.links.find(({ rel }) => rel === 'next');
        if (!next) break;
        const query = new URL(next.href).searchParams;
        for (const [name, value] of Object.entries({ ...parameters, limit: String(limit) }))
          expect([name, query.get(name)]).toEqual([name, value]);
        page = await ogc.json<Page>(below(next.href));
        expect(page.numberMatched).toBe(numberMatched);
        ids.push(...page.features.map(({ id }) => id));
      }
      expect(ids.length).toBe(numberMatched);
      expect(new Set(ids).size).toBe(numberMatched);
      // and back again
      let steps = 0;
      for (let prev = page.links.find(({ rel }) => rel === 'prev'); prev; prev = page.links.find(({ rel }) => rel === 'prev')) {
        page = await ogc.json<Page>(below(prev.href));
        if (++steps > 100) break;
      }
      expect(page.features[0]?.id).toBe(ids[0]);
    },
    60_000,
  );

  test('limit: the maximum holds beyond the maximum, beyond the end there is nothing', async () => {
    expect((await ogc.items('mobilier', { limit: 2_000_000_000 })).numberReturned).toBe(furnitureCount);
    expect(await ogc.items('mobilier', { offset: 100_000 })).toMatchObject({
      numberReturned: 0,
      numberMatched: furnitureCount,
      features: [],
    });
  });

  test('boxes: four and six numbers, other CRSs, the antimeridian, the whole earth and beyond', async () => {
    const inside = await count({ bbox: '2.2,48.75,2.21,48.76' });
    expect(inside).toBeGreaterThan(0);
    expect(await count({ bbox: '2.2,48.75,-10,2.21,48.76,100' })).toBe(inside);
    expect(await count({ bbox: '48.75,2.2,48.76,2.21', 'bbox-crs': crsUri(4326) })).toBe(inside);
    expect(await count({ bbox: '2.2,48.75,2.21,48.76', 'bbox-crs': crs84 })).toBe(inside);
    expect(await count({ bbox: '641170,6850270,641240,6850360', 'bbox-crs': crsUri(2154) })).toBe(4);
    for (const all of ['-180,-90,180,90', '170,-90,10,90', '-200,-100,200,100']) expect(await count({ bbox: all })).toBe(furnitureCount);
    for (const nothing of ['177,-90,-170,90', '-1,-90,1,-89', '200,0,210,1']) expect(await count({ bbox: nothing })).toBe(0);
  });

  test('datetime: days ask the first date, instants the first instant, ends may be open', async () => {
    const dated = (from: number, to: number): number =>
      Array.from({ length: furnitureCount }, (_, i) => i).filter(i => i % 365 >= from && i % 365 <= to && i % 10 !== 9).length;
    expect(await count({ datetime: '2020-01-03' })).toBe(dated(2, 2));
    expect(await count({ datetime: '../2020-01-03' })).toBe(dated(0, 2));
    expect(await count({ datetime: '/2020-01-03' })).toBe(dated(0, 2));
    expect(await count({ datetime: '2020-12-20/..' })).toBe(dated(354, 364));
    expect(await count({ datetime: '2020-02-01/2020-02-10' })).toBe(dated(31, 40));
    // QGIS: « from the beginning » and « to the end »
    expect(await count({ datetime: '0000-01-01T00:00:00Z/2020-01-03' })).toBe(dated(0, 2));
    expect(await count({ datetime: '2020-12-20/9999-12-31T00:00:00Z' })).toBe(dated(354, 364));
    const found = await ogc.items('mobilier', { datetime: '2024-01-05T00:00:00Z/2024-01-06T00:00:00Z', limit: 1000 });
    expect(new Set(found.features.map(({ properties }) => properties['releve']))).toEqual(new Set(['2024-01-05T08:30:00Z']));
    expect(await count({ datetime: '2024-01-05T08:30:00Z' })).toBe(found.numberMatched);
    // what has no time lies in every period
    expect((await ogc.items('pistes', { datetime: '1990-01-01' })).numberMatched).toBe(40);
  });

  test('attributes by name, with their types', async () => {
    expect(await count({ nature: 'Banc' })).toBe(furnitureCount / 5);
    expect(await count({ nature: "Abri d'autobus", numero: '5' })).toBe(1);
    expect(await count({ eclaire: 'true' })).toBe(Math.ceil(furnitureCount / 3));
    expect(await count({ remarque: 'n° 2 & <suite>' })).toBe(1);
  });

  test('attributes, order and geometry of the answer', async () => {
    const [first] = (await ogc.items('mobilier', { properties: 'nature,numero', sortby: '-numero', limit: 1 })).features;
    expect([first?.properties, first?.geometry?.type]).toEqual([{ numero: furnitureCount, nature: "Abri d'autobus" }, 'Point']);
    const [bare] = (await ogc.items('mobilier', { skipGeometry: 'true', limit: 1 })).features;
    expect([bare?.geometry, Object.keys(bare?.properties ?? {}).length]).toEqual([null, 7]);
  });

  test.each([
    ['an unknown parameter', { nope: '1' }, 'nope'],
    ['no limit', { limit: '' }, 'limit'],
    ['a limit of none', { limit: '0' }, 'limit'],
    ['a negative limit', { limit: '-1' }, 'limit'],
    ['a limit in words', { limit: 'ten' }, 'limit'],
    ['markup in offset', { offset: '<script>alert(1)</script>' }, 'offset'],
    ['three numbers', { bbox: '1,2,3' }, 'bbox'],
    ['five numbers', { bbox: '1,2,3,4,5' }, 'bbox'],
    ['a box with its CRS', { bbox: '1,2,3,4,EPSG:4326' }, 'bbox'],
    ['a box of words', { bbox: 'a,b,c,d' }, 'bbox'],
    ['south beyond north', { bbox: '2,49,3,48' }, 'bbox'],
    ['an unknown CRS of the box', { bbox: '2,48,3,49', 'bbox-crs': crsUri(9999) }, 'bbox-crs'],
    ['an unknown CRS', { crs: 'http://www.opengis.net/def/crs/EPSG/0/9999' }, 'crs'],
    ['an empty CRS', { crs: '' }, 'crs'],
    ['a time in words', { datetime: 'yesterday' }, 'datetime'],
    ['a day that is none', { datetime: '2024-02-30' }, 'datetime'],
    ['a back-tick in an instant', { datetime: '2024-01-01T00:00:00`Z' }, 'datetime'],
    ['a period backwards', { datetime: '2024-02-01/2024-01-01' }, 'datetime'],
    ['three instants', { datetime: '2024-01-01/2024-01-02/2024-01-03' }, 'datetime'],
    ['a slash alone', { datetime: '/' }, 'datetime'],
    ['a value of another type', { numero: 'x' }, 'numero'],
    ['a filter that is none', { filter: 'nature =' }, 'filter'],
    ['a filter on what is not there', { filter: 'nope = 1' }, 'nope'],
    ['another filter language', { filter: '{}', 'filter-lang': 'cql2-json' }, 'filter-lang'],
    ['an unknown CRS of the filter', { filter: 'numero = 1', 'filter-crs': 'EPSG:9999' }, 'filter-crs'],
    ['an order by what is not there', { sortby: 'nope' }, 'sortby'],
    ['properties that are not there', { properties: 'nature,nope' }, 'properties'],
    ['a switch that is none', { skipGeometry: 'perhaps' }, 'skipGeometry'],
    ['an unknown format', { f: 'xml' }, 'f'],
  ])('%s: 400 as problem+json, naming the parameter, without SQL', async (_title, parameters, parameter) => {
    const answer = await ogc.mig.ask(
      `/ogc/collections/mobilier/items?${new URLSearchParams(parameters as Record<string, string>).toString()}`,
    );
    expect([answer.status, answer.headers['content-type']]).toEqual([400, 'application/problem+json']);
    const problem = JSON.parse(answer.text) as Record<string, unknown>;
    expect(problem).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400, parameter });
    expect(typeof problem['detail']).toBe('string');
    expect(answer.text).not.toMatch(/select |syntax error|relation|\bat \w+\.ts/i);
  });

  test('unknown parameters are refused at every address', async () => {
    for (const path of [
      '',
      '/conformance',
      '/api',
      '/collections',
      '/collections/mobilier',
      '/collections/mobilier/queryables',
      '/collections/mobilier/items/mobilier.1',
    ])
      expect([path, (await ogc.mig.ask(`/ogc${path}?nope=1`)).status]).toEqual([path, 400]);
  });
});

describe('reference systems (Part 2)', () => {
  const first = async (parameters: Readonly<Record<string, string>>): Promise<{ at: readonly number[]; crs: string; member: boolean }> => {
    const answer = await ogc.mig.ask(`/ogc/collections/mobilier/items?${new URLSearchParams({ limit: '1', ...parameters }).toString()}`);
    const page = JSON.parse(answer.text) as Page;
    return {
      at: page.features[0]?.geometry?.coordinates ?? [],
      crs: String(answer.headers['content-crs']),
      member: page.crs !== undefined,
    };
  };
  const near = (seen: readonly number[], wanted: readonly number[], within: number): boolean =>
    seen.length === wanted.length && seen.every((value, i) => Math.abs(value - (wanted[i] ?? NaN)) <= within);

  test('lon, lat unless another is asked for; then the order of its axes, in GeoJSON too', async () => {
    const plain = await first({});
    expect([near(plain.at, [2.2, 48.75], 1e-6), plain.crs, plain.member]).toEqual([true, `<${crs84}>`, false]);
    for (const code of [4326, 4258, 4171]) {
      const turned = await first({ crs: crsUri(code) });
      expect([code, near(turned.at, [48.75, 2.2], 1e-6), turned.crs, turned.member]).toEqual([code, true, `<${crsUri(code)}>`, false]);
    }
    const lambert = await first({ crs: crsUri(2154) });
    expect([near(lambert.at, [641181.5, 6850283.5], 200), lambert.crs, lambert.member]).toEqual([true, `<${crsUri(2154)}>`, true]);
    const [north = 0, east = 0] = (await first({ crs: crsUri(3035) })).at;
    expect([north > 2_500_000 && north < 3_200_000, east > 3_500_000 && east < 3_900_000]).toEqual([true, true]);
    const web = await first({ crs: crsUri(3857) });
    expect(near(web.at, [244902.88, 6233000], 20_000)).toBe(true);
  });

  test('every CRS that a collection lists is taken, for the answer, the box and the filter', async () => {
    const { crs } = await ogc.json<CollectionDocument>('/ogc/collections/mobilier');
    expect(crs.length).toBeGreaterThan(20);
    for (const uri of crs) {
      const { at, crs: told } = await first({ crs: uri });
      const box = at.map(value => value - 0.0000001).concat(at.map(value => value + 0.0000001));
      const metres = Math.abs(at[0] ?? 0) > 200 ? 1 : 0.00001;
      const wide = [...at.map(value => value - metres), ...at.map(value => value + metres)].join(',');
      expect([uri, told, box.length]).toEqual([uri, `<${uri}>`, 4]);
      const found = await ogc.items('mobilier', { bbox: wide, 'bbox-crs': uri });
      expect([uri, found.features.map(({ id }) => id)]).toEqual([uri, ['mobilier.1']]);
      const [a = 0, b = 0, c = 0, d = 0] = wide.split(',').map(Number);
      const polygon = `POLYGON((${a} ${b},${c} ${b},${c} ${d},${a} ${d},${a} ${b}))`;
      const filtered = await ogc.items('mobilier', { filter: `S_INTERSECTS(geom,${polygon})`, 'filter-crs': uri });
      expect([uri, filtered.features.map(({ id }) => id)]).toEqual([uri, ['mobilier.1']]);
    }
  }, 60_000);

  test('a feature too', async () => {
    const answer = await ogc.mig.ask(`/ogc/collections/mobilier/items/mobilier.1?crs=${encodeURIComponent(crsUri(4326))}`);
    const feature = JSON.parse(answer.text) as Page['features'][number];
    expect([near(feature.geometry?.coordinates ?? [], [48.75, 2.2], 1e-6), answer.headers['content-crs']]).toEqual([
      true,
      `<${crsUri(4326)}>`,
    ]);
    expect((await ogc.mig.ask('/ogc/collections/mobilier/items/mobilier.1?crs=EPSG:9999')).status).toBe(400);
  });
});

describe('a feature', () => {
  test('has its links, and a mark that answers 304', async () => {
    const answer = await ogc.mig.ask('/ogc/collections/mobilier/items/mobilier.3');
    const feature = JSON.parse(answer.text) as Page['features'][number] & Linked;
    expect([feature.type, feature.id]).toEqual(['Feature', 'mobilier.3']);
    expect(rels(feature)).toEqual(['self', 'alternate', 'collection']);
    const etag = String(answer.headers['etag']);
    const again = await ogc.mig.ask('/ogc/collections/mobilier/items/mobilier.3', { headers: { 'if-none-match': etag } });
    expect([again.status, again.bytes.length, again.headers['etag']]).toEqual([304, 0, etag]);
  });

  test.each(['mobilier.0', 'mobilier', 'pistes.P001', '1', 'mobilier.1%00', "mobilier.1'--", 'mobilier.99999999999999999999'])(
    '%s is not there: 404',
    async id => {
      const answer = await ogc.mig.ask(`/ogc/collections/mobilier/items/${id}`);
      expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/problem+json']);
    },
  );
});

describe('who may what', () => {
  test('R23: what is hidden is answered like what is not there, byte for byte', async () => {
    for (const rest of ['', '/items', '/items/points_eau.1', '/queryables', '/sortables', '/schema']) {
      const hidden = await ogc.mig.ask(`/ogc/collections/bspp:points_eau${rest}`, { as: accounts.sceaux });
      const absent = await ogc.mig.ask(`/ogc/collections/bspp:points_xyz${rest}`, { as: accounts.sceaux });
      expect([rest, absent.status]).toEqual([rest, 404]);
      expect([hidden.status, hidden.text.replaceAll('points_eau', '?')]).toEqual([
        absent.status,
        absent.text.replaceAll('points_xyz', '?'),
      ]);
    }
  });

  test('R47: known and not allowed is 401 for anonymous, 403 for others; 401 challenges', async () => {
    for (const rest of ['', '/items', '/queryables']) {
      const anonymous = await ogc.mig.ask(`/ogc/collections/eclairage${rest}`);
      expect([anonymous.status, anonymous.headers['www-authenticate']?.slice(0, 5), anonymous.headers['cache-control']]).toEqual([
        401,
        'Basic',
        'private, no-store',
      ]);
      expect((await ogc.mig.ask(`/ogc/collections/eclairage${rest}`, { as: accounts.sceaux })).status).toBe(403);
    }
    expect(JSON.parse((await ogc.mig.ask('/ogc/collections/eclairage')).text)).toMatchObject({ status: 401, rule: 'R27' });
  });

  test('D29: cache headers follow what the answer rests on', async () => {
    const open = await ogc.mig.ask('/ogc/collections/mobilier/items');
    expect(open.headers['cache-control']).toBe('private, no-cache');
    expect(open.headers['vary']).toBe('Authorization, Cookie, X-API-Key, Accept, Accept-Language');
    for (const [path, as] of [
      ['/ogc/collections/eclairage/items', accounts.nanterre],
      ['/ogc/collections', null],
      ['/ogc/api', null],
    ] as const)
      expect([path, (await ogc.mig.ask(path, { as })).headers['cache-control']]).toEqual([path, 'private, no-store']);
    expect(open.headers['geomig-mention']).toBeDefined();
  });

  test('key and scope stay on every address that is told', async () => {
    const prefix = `/k/${accounts.nanterre.key}/at/nanterre`;
    const seen: string[] = [];
    for (const path of ['/ogc', '/ogc/collections', '/ogc/collections/eclairage', '/ogc/collections/eclairage/items?limit=2'])
      seen.push((await ogc.mig.ask(prefix + path)).text);
    const hrefs = seen
      .flatMap(text => [...text.matchAll(/"href":"([^"]+)"/g)].map(([, href = '']) => href))
      .filter(href => !href.includes('spdx.org'));
    expect(hrefs.length).toBeGreaterThan(20);
    for (const href of hrefs) expect(href.startsWith(`${ogc.mig.address}${prefix}/`)).toBe(true);
    const { collections } = JSON.parse(seen[1] ?? '{}') as { collections: CollectionDocument[] };
    expect(collections.map(({ id }) => id)).toContain('eclairage');
    expect(collections.map(({ id }) => id)).not.toContain('mobilier');
    const html = (await ogc.mig.ask(`${prefix}/ogc/collections/eclairage/items?f=html&limit=2`)).text;
    const links = [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, href = '']) => href);
    expect(links.length).toBeGreaterThan(5);
    for (const href of links) expect(href.startsWith(`${prefix}/`)).toBe(true);
  });
});

describe('pages', () => {
  const paths = [
    '/ogc',
    '/ogc/conformance',
    '/ogc/api',
    '/ogc/collections',
    '/ogc/collections/mobilier',
    '/ogc/collections/mobilier/queryables',
    '/ogc/collections/mobilier/sortables',
    '/ogc/collections/mobilier/schema',
    '/ogc/collections/mobilier/items',
    '/ogc/collections/mobilier/items/mobilier.2',
  ];

  test.each(paths)(
    '%s is there in both languages, with one heading, and needs nothing that the policy forbids',
    async path => {
      for (const lang of ['fr', 'en']) {
        const answer = await ogc.mig.ask(`${path}?f=html&lang=${lang}`);
        expect([answer.status, answer.headers['content-type'], answer.headers['content-language']]).toEqual([
          200,
          'text/html; charset=utf-8',
          lang,
        ]);
        expect(answer.text).toContain(`<html lang="${lang}">`);
        expect(answer.text.match(/<h1>/g)?.length).toBe(1);
        expect(answer.text.match(/<title>[^<]+<\/title>/)?.length).toBe(1);
        const policy = String(answer.headers['content-security-policy']);
        expect(policy).toMatch(/default-src 'none'/);
        expect(policy).not.toMatch(/script-src/);
        expect(answer.text).not.toMatch(/<script|<link|<iframe|<object|\son[a-z]+=|javascript:|style="/i);
        for (const [, source = ''] of answer.text.matchAll(/<img src="([^"]+)"/g)) {
          expect(source.startsWith('/')).toBe(true);
          const picture = await ogc.mig.ask(source.replaceAll('&amp;', '&'));
          expect([picture.status, picture.headers['content-type']]).toEqual([200, 'image/png']);
        }
        for (const [, href = ''] of answer.text.matchAll(/<a [^>]*href="(\/[^"]+)"/g))
          expect([href, (await ogc.mig.ask(href.replaceAll('&amp;', '&'))).status]).toEqual([href, 200]);
      }
    },
    60_000,
  );

  test('values are escaped, pages lead on', async () => {
    const { text } = await ogc.mig.ask('/ogc/collections/mobilier/items?f=html&limit=2&offset=1');
    expect(text).toContain('n° 2 &amp; &lt;suite&gt;');
    expect(text).not.toContain('<suite>');
    expect(text).toMatch(/rel="prev"/);
    expect(text).toMatch(/rel="next"/);
    const hostile = await ogc.mig.ask(
      `/ogc/collections/mobilier/items?f=html&filter=${encodeURIComponent(`nature <> '"><script>'`)}&limit=1`,
    );
    expect(hostile.status).toBe(200);
    expect(hostile.text).not.toContain('<script>');
  });
});
