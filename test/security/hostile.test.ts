// Hostile requests to the whole server, from outside: every one gets the standard's exception with the right code and locator, says
// nothing of the machinery, and leaves a server that answers (issue « First light », Errors; SEC03–SEC05, SEC09, SEC10, SEC13).
import { testServer, xmlPost, accounts, type TestServer } from '../setup/server';
import { brokenDocuments, csw, treeMap, trees, wrongRoots, type Hostile } from './requests';
import { cswRequests, wmsRequests } from './requests-others';
import { formerWfsRequests, wfsRequests } from './requests-wfs';
import { answers, exceptionOf, faultsOf } from './sound';

let mig: TestServer;
beforeAll(async () => {
  mig = await testServer();
}, 120_000);
afterAll(() => mig.close());
afterEach(async () => expect(await answers(mig)).toBe(true), 10_000);

/** Each case has its own time: none of them may hold the server. */
const patience = 5_000;

async function refused(row: Hostile, dialect: { readonly status: number; readonly type: RegExp }): Promise<void> {
  const answer = await mig.ask(row.path, { as: accounts.antony, ...row.ask });
  expect(faultsOf(answer, decodeURIComponent(row.path) + String(row.ask?.body ?? '').slice(0, 500))).toEqual([]);
  expect(answer.status).toBe(row.status ?? dialect.status);
  if (row.status === 431) return;
  expect(answer.headers['content-type']).toMatch(dialect.type);
  const exception = exceptionOf(answer);
  // names of parameters are told without regard to case (OWS 1.1 § 11.5.2)
  const locator = exception?.locator?.toLowerCase() ?? null;
  expect({ ...exception, locator }).toMatchObject({
    code: row.code,
    ...(row.locator === undefined ? {} : { locator: row.locator?.toLowerCase() ?? null }),
  });
  expect(exception?.text.length).toBeGreaterThan(5);
  expect(exception?.text.length).toBeLessThan(400);
}

describe('WFS 2.0', () => {
  test.each(wfsRequests.map(row => [row.title, row] as const))(
    '%s',
    (_, row) => refused(row, { status: 400, type: /^application\/xml/ }),
    patience,
  );
});
describe('WFS 1.1 and 1.0', () => {
  test.each(formerWfsRequests.map(row => [row.title, row] as const))(
    '%s',
    (_, row) => refused(row, { status: 400, type: /^text\/xml/ }),
    patience,
  );
});
describe('CSW 2.0.2', () => {
  test.each(cswRequests.map(row => [row.title, row] as const))(
    '%s',
    (_, row) => refused(row, { status: 400, type: /^application\/xml/ }),
    patience,
  );
});
describe('WMS 1.3.0', () => {
  test.each(wmsRequests.map(row => [row.title, row] as const))(
    '%s',
    (_, row) => refused(row, { status: 200, type: /^text\/xml/ }),
    patience,
  );
});

describe.each(['wfs', 'csw'] as const)('documents posted to /%s', service => {
  const code = service === 'wfs' ? 'OperationParsingFailed' : 'NoApplicableCode';
  test.each(brokenDocuments)(
    '%s',
    async (_, body) => {
      const answer = await mig.ask(`/${service}`, { ...xmlPost(''), body });
      expect(faultsOf(answer)).toEqual([]);
      expect(answer.status).toBe(400);
      expect(exceptionOf(answer)).toMatchObject({ code, locator: null });
      expect(answer.text).not.toContain('root:');
    },
    patience,
  );

  test.each(wrongRoots)('%s', async (_, body, locator) => {
    const answer = await mig.ask(`/${service}`, xmlPost(body));
    expect(faultsOf(answer)).toEqual([]);
    expect(answer.status).toBe(400);
    expect(exceptionOf(answer)).toMatchObject({ code: 'OperationNotSupported', locator });
  });
});

describe('R42: a masked property is an unknown property, wherever it is named', () => {
  const lights = '/wfs?service=WFS&version=2.0.0&typeNames=nanterre:eclairage';
  const fes = (name: string): string =>
    encodeURIComponent(
      `<Filter xmlns="http://www.opengis.net/fes/2.0"><PropertyIsNull><ValueReference>${name}</ValueReference></PropertyIsNull></Filter>`,
    );
  test.each([
    ['a filter', (name: string) => `${lights}&request=GetFeature&filter=${fes(name)}`],
    ['CQL', (name: string) => `${lights}&request=GetFeature&cql_filter=${name}%20is%20null`],
    ['a sort key', (name: string) => `${lights}&request=GetFeature&sortBy=${name}`],
    ['a list of properties', (name: string) => `${lights}&request=GetFeature&propertyName=numero,${name}`],
    ['hits', (name: string) => `${lights}&request=GetFeature&resultType=hits&filter=${fes(name)}`],
    ['a value reference', (name: string) => `${lights}&request=GetPropertyValue&valueReference=${name}`],
  ] as const)('in %s', async (_, path) => {
    const masked = await mig.ask(path('contact_riverain'), { as: accounts.antony });
    const unknown = await mig.ask(path('contact_inconnu_'), { as: accounts.antony });
    const owner = await mig.ask(path('contact_riverain'), { as: accounts.nanterre });
    const told = (headers: typeof masked.headers): object => ({ ...headers, date: null });
    expect([masked.status, masked.text.replaceAll('contact_riverain', 'contact_inconnu_')]).toEqual([unknown.status, unknown.text]);
    expect(told(masked.headers)).toEqual(told(unknown.headers));
    expect([masked.status, exceptionOf(masked)?.code, owner.status]).toEqual([400, 'InvalidParameterValue', 200]);
  });
});

const sql = [
  "' or '1'='1",
  "'; drop table geomig.app_user; --",
  "\\'; select pg_sleep(20); --",
  '" or ""="',
  "x') union select password_hash from geomig.app_user --",
  '$$; copy (select 1) to program $$touch /tmp/x$$; --',
  '%_\\%',
  "E'\\x27'",
  '{x:1}',
  '/* */',
];
const xss = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "javascript:alert('x')",
  ']]><script>',
  '&lt;script&gt;',
  '\u202e<svg/onload=x>',
];
const wfsParameters = [
  'typeNames',
  'propertyName',
  'sortBy',
  'srsName',
  'bbox',
  'count',
  'startIndex',
  'resultType',
  'outputFormat',
  'resourceId',
  'filter',
  'cql_filter',
  'storedquery_id',
  'namespaces',
  'version',
  'request',
  'service',
  'acceptversions',
  'valueReference',
  'resolve',
  'language',
  'sections',
  'updateSequence',
];
const wmsParameters = [
  'layers',
  'styles',
  'crs',
  'bbox',
  'width',
  'height',
  'format',
  'transparent',
  'bgcolor',
  'exceptions',
  'time',
  'elevation',
  'query_layers',
  'info_format',
  'feature_count',
  'i',
  'j',
  'buffer',
  'dpi',
  'format_options',
  'version',
  'request',
  'service',
  'updateSequence',
  'layer',
  'style',
  'scale',
  'language',
];
const cswParameters = [
  'typeNames',
  'namespace',
  'elementSetName',
  'elementName',
  'outputSchema',
  'outputFormat',
  'constraintLanguage',
  'constraint',
  'sortBy',
  'maxRecords',
  'startPosition',
  'resultType',
  'requestId',
  'id',
  'version',
  'request',
  'service',
  'acceptversions',
  'acceptformats',
  'sections',
  'schemaLanguage',
  'distributedSearch',
  'hopCount',
];

/** The request with one parameter taken by something else. */
const put = (path: string, name: string, value: string): string => {
  const [address = '', query = ''] = path.split('?');
  const parameters = new URLSearchParams(query);
  for (const known of [...parameters.keys()]) if (known.toLowerCase() === name.toLowerCase()) parameters.delete(known);
  parameters.set(name, value);
  return `${address}?${parameters.toString()}`;
};

describe.each([
  ['SQL', sql],
  ['markup', xss],
] as const)('%s in every parameter', (_, texts) => {
  const map = `${treeMap}&bbox=640000,6850000,650000,6860000&width=32&height=32`;
  const targets: readonly (readonly [string, string])[] = [
    ...wfsParameters.flatMap(name => [
      [trees, name] as const,
      [trees.replace('GetFeature', 'GetPropertyValue') + '&valueReference=code', name] as const,
      [trees.replace('GetFeature', 'DescribeFeatureType'), name] as const,
      [trees.replace('GetFeature', 'GetCapabilities'), name] as const,
    ]),
    ...wmsParameters.flatMap(name => [
      [map, name] as const,
      [`${map.replace('GetMap', 'GetFeatureInfo')}&query_layers=antony:arbres&i=5&j=5&info_format=text/html`, name] as const,
      ['/wms?service=WMS&version=1.3.0&request=GetLegendGraphic&layer=antony:arbres', name] as const,
      ['/wms?service=WMS&version=1.3.0&request=GetCapabilities', name] as const,
    ]),
    ...cswParameters.flatMap(name => [
      [csw, name] as const,
      ['/csw?service=CSW&version=2.0.2&request=GetRecordById&id=fr-92-mig-arb', name] as const,
      ['/csw?service=CSW&version=2.0.2&request=DescribeRecord', name] as const,
      ['/csw?service=CSW&version=2.0.2&request=GetCapabilities', name] as const,
    ]),
  ];
  test.each(texts)(
    '%s',
    async text => {
      const failures: string[] = [];
      for (const [path, name] of targets) {
        const answer = await mig.ask(put(path, name, text), { as: accounts.antony });
        for (const fault of faultsOf(answer, text)) failures.push(`${name} of ${path.slice(0, 80)}: ${fault}`);
      }
      expect(failures).toEqual([]);
    },
    60_000,
  );
});

describe('text and headers', () => {
  test('literals with SQL and markup are values and nothing else', async () => {
    for (const text of [...sql, ...xss]) {
      const literal = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      const filter = `<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0"><fes:PropertyIsEqualTo><fes:ValueReference>code</fes:ValueReference><fes:Literal>${literal}</fes:Literal></fes:PropertyIsEqualTo></fes:Filter>`;
      const like = `code like '${text.replaceAll("'", "''")}%'`;
      for (const query of [`filter=${encodeURIComponent(filter)}`, `cql_filter=${encodeURIComponent(like)}`]) {
        const answer = await mig.ask(`${trees}&${query}`);
        expect([text, answer.status, exceptionOf(answer), faultsOf(answer, text)]).toEqual([text, 200, null, []]);
      }
    }
  }, 30_000);

  test.each([
    ['a thousand headers', Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x-${i}`, 'y']))],
    ['a header of 20 KB', { 'x-long': 'y'.repeat(20_000) }],
    ['a cookie of 20 KB', { cookie: `geomig=${'y'.repeat(20_000)}` }],
  ])('%s', async (_, headers: Record<string, string>) => {
    const status = await mig.ask(trees, { headers }).then(
      answer => answer.status,
      (error: NodeJS.ErrnoException) => error.code,
    );
    // past a thousand headers Node keeps no more, the Host among them
    expect([200, 400, 431]).toContain(status);
  });

  test.each([
    '/%00',
    '/wfs%00',
    '/%ff',
    '/%',
    '/assets/..%2f..%2fetc%2fpasswd',
    '/assets/%2e%2e/main.js',
    '/k//wfs',
    '/at//wfs',
    '/k/%00/wfs',
    `/k/${'x'.repeat(500)}/wfs`,
    '//wfs',
    '/wfs/../../x',
    '/nothing',
  ])('the address %s tells nothing', async path => {
    const answer = await mig.ask(path);
    expect(faultsOf(answer)).toEqual([]);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toContain('root:');
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])('%s is not offered', async method => {
    for (const path of ['/wfs', '/wms', '/csw', '/healthz', '/']) {
      const answer = await mig.ask(path, { method });
      expect(faultsOf(answer)).toEqual([]);
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.headers.allow).toContain('GET');
    }
  });
});
