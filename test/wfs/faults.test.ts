// Exceptions of WFS 2.0: code, status and locator (table 3, table D.2), hostile requests, what clients send.
import { Fault, type FaultKind } from '../../server/core/model/fault';
import { exceptionOf } from '../../server/services/wfs/versions';
import { xsdAvailable, xsdErrors } from '../setup/xsd';
import { ask, exception, ids, type Asked } from './ask';

const get = (parameters: string): string => `service=WFS&version=2.0.0&request=GetFeature&${parameters}`;
const trees = (parameters: string): string => get(`typenames=antony:arbres&${parameters}`);
const filter = (inside: string): string =>
  trees(
    `filter=${encodeURIComponent(`<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2">${inside}</fes:Filter>`)}`,
  );
const compare = (name: string, value: string): string =>
  filter(
    `<fes:PropertyIsEqualTo><fes:ValueReference>${name}</fes:ValueReference><fes:Literal>${value}</fes:Literal></fes:PropertyIsEqualTo>`,
  );
const nested = (depth: number): string =>
  `${'<fes:Not>'.repeat(depth)}<fes:PropertyIsNull><fes:ValueReference>nom</fes:ValueReference></fes:PropertyIsNull>${'</fes:Not>'.repeat(depth)}`;

type Row = readonly [name: string, asked: Asked, status: number, code: string, locator: RegExp | null];

const rows: readonly Row[] = [
  ['no service', { query: 'request=GetCapabilities' }, 400, 'MissingParameterValue', /^service$/i],
  ['no request', { query: 'service=WFS' }, 400, 'MissingParameterValue', /^request$/i],
  ['another service', { query: 'service=WMS&request=GetCapabilities' }, 400, 'InvalidParameterValue', /^service$/i],
  ['unknown operation', { query: 'service=WFS&version=2.0.0&request=GetEverything' }, 400, 'OperationNotSupported', /^GetEverything$/],
  ['not implemented', { query: 'service=WFS&version=2.0.0&request=Transaction' }, 400, 'OperationNotSupported', /^Transaction$/],
  [
    'unknown version',
    { query: 'service=WFS&version=9.9.9&request=GetFeature&typenames=antony:arbres' },
    400,
    'InvalidParameterValue',
    /^version$/i,
  ],
  [
    'no acceptable version',
    { query: 'service=WFS&request=GetCapabilities&acceptversions=10.0.0,0.0.1' },
    400,
    'VersionNegotiationFailed',
    null,
  ],
  ['no type', { query: get('count=1') }, 400, 'MissingParameterValue', /^typeNames$/],
  ['unknown type', { query: get('typenames=antony:rien') }, 400, 'InvalidParameterValue', /^typeNames$/],
  ['hidden type', { query: get('typenames=parc:secrets') }, 400, 'InvalidParameterValue', /^typeNames$/],
  [
    'unauthenticated',
    { query: get('typenames=parc:reserves'), world: { refusal: 'unauthenticated' } },
    401,
    'AuthenticationRequired',
    /typeNames/,
  ],
  ['forbidden', { query: get('typenames=parc:reserves'), world: { refusal: 'forbidden' } }, 403, 'AccessDenied', /typeNames/],
  [
    'R51 conditions',
    { query: get('typenames=parc:reserves'), world: { refusal: 'conditions-not-accepted' } },
    403,
    'ConditionsNotAccepted',
    /typeNames/,
  ],
  ['count=NaN', { query: trees('count=NaN') }, 400, 'InvalidParameterValue', /^count$/i],
  ['count=1e999', { query: trees('count=1e999') }, 400, 'InvalidParameterValue', /^count$/i],
  ['count=-1', { query: trees('count=-1') }, 400, 'InvalidParameterValue', /^count$/i],
  ['count=0x10', { query: trees('count=0x10') }, 400, 'InvalidParameterValue', /^count$/i],
  ['startindex=-5', { query: trees('startIndex=-5') }, 400, 'InvalidParameterValue', /^startindex$/i],
  ['startindex of 30 digits', { query: trees(`startIndex=${'9'.repeat(30)}`) }, 400, 'InvalidParameterValue', /^startindex$/i],
  ['a parameter twice', { query: `${trees('count=1')}&COUNT=2` }, 400, 'InvalidParameterValue', /^count$/i],
  ['NUL', { query: trees('cql_filter=%00') }, 400, 'InvalidParameterValue', /^cql_filter$/i],
  ['unknown CRS', { query: trees('srsname=EPSG:32690') }, 400, 'InvalidParameterValue', /SRSNAME/],
  ['unknown CRS by URN', { query: trees('srsname=urn:ogc:def:crs:EPSG::32690') }, 400, 'InvalidParameterValue', /SRSNAME/],
  ['unknown format', { query: trees('outputformat=application/x-php') }, 400, 'InvalidParameterValue', /^outputFormat$/],
  ['resultType', { query: trees('resulttype=all') }, 400, 'InvalidParameterValue', /^resultType$/],
  ['resolve=remote', { query: trees('resolve=remote') }, 400, 'OptionNotSupported', /^resolve$/],
  ['resolve=nonsense', { query: trees('resolve=nonsense') }, 400, 'InvalidParameterValue', /^resolve$/],
  ['unknown property in PROPERTYNAME', { query: trees('propertyname=rien') }, 400, 'InvalidParameterValue', /^PROPERTYNAME$/],
  ['unknown property in SORTBY', { query: trees('sortby=rien') }, 400, 'InvalidParameterValue', /^SORTBY$/],
  ['order by a geometry', { query: trees('sortby=geom') }, 400, 'InvalidParameterValue', /^SORTBY$/],
  ['order with a third word', { query: trees('sortby=nom DESC; drop table x') }, 400, 'InvalidParameterValue', /^SORTBY$/],
  ['unknown property in a filter', { query: compare('rien', '1') }, 400, 'InvalidParameterValue', /^rien$/],
  ['a geometry compared', { query: compare('geom', '1') }, 403, 'OperationProcessingFailed', /^geom$/],
  ['gml:boundedBy compared (wfs20 suite)', { query: compare('gml:boundedBy', '1') }, 403, 'OperationProcessingFailed', /boundedBy/],
  ['a literal of the wrong type', { query: compare('hauteur', 'haut') }, 400, 'InvalidParameterValue', /^hauteur$/],
  ['NaN as a literal', { query: compare('hauteur', 'NaN') }, 400, 'InvalidParameterValue', /^hauteur$/],
  ['1e999 as a literal', { query: compare('hauteur', '1e999') }, 400, 'InvalidParameterValue', /^hauteur$/],
  [
    'BBOX on a scalar (wfs20 suite)',
    {
      query: filter(
        '<fes:BBOX><fes:ValueReference>gml:description</fes:ValueReference><gml:Envelope srsName="urn:ogc:def:crs:EPSG::2154"><gml:lowerCorner>0 0</gml:lowerCorner><gml:upperCorner>1 1</gml:upperCorner></gml:Envelope></fes:BBOX>',
      ),
    },
    400,
    'InvalidParameterValue',
    /description/,
  ],
  ['BBOX of three numbers', { query: trees('bbox=1,2,3') }, 400, 'InvalidParameterValue', /^BBOX$/],
  ['BBOX with NaN', { query: trees('bbox=NaN,1,2,3') }, 400, 'InvalidParameterValue', /^BBOX$/],
  ['BBOX upside down', { query: trees('bbox=5,5,1,1') }, 400, 'InvalidParameterValue', /^BBOX$/],
  [
    'BBOX on a type without geometry',
    { query: get('typenames=parc:notes&bbox=1,1,2,2,EPSG:2154') },
    403,
    'OperationProcessingFailed',
    null,
  ],
  ['FILTER and BBOX', { query: `${compare('rang', '1')}&bbox=1,1,2,2` }, 400, 'InvalidParameterValue', /^filter$/],
  ['RESOURCEID and BBOX', { query: trees('resourceid=arbres.1&bbox=1,1,2,2') }, 400, 'InvalidParameterValue', /^resourceId$/],
  ['an id of another type (wfs20 suite)', { query: trees('resourceid=notes.1') }, 400, 'InvalidParameterValue', /^RESOURCEID$/],
  ['an id of another type in a filter', { query: filter('<fes:ResourceId rid="notes.1"/>') }, 400, 'InvalidParameterValue', /^RESOURCEID$/],
  ['a filter that is no XML', { query: trees('filter=nom%3D1') }, 400, 'OperationParsingFailed', null],
  [
    'a filter that is not closed',
    { query: trees(`filter=${encodeURIComponent('<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0">')}`) },
    400,
    'OperationParsingFailed',
    null,
  ],
  ['an unknown operator', { query: filter('<fes:PropertyIsFunny/>') }, 400, 'OperationParsingFailed', null],
  ['a filter of 60 levels', { query: filter(nested(60)) }, 400, 'OperationParsingFailed', null],
  [
    'a function',
    {
      query: filter(
        '<fes:PropertyIsEqualTo><fes:Function name="pg_sleep"><fes:Literal>9</fes:Literal></fes:Function><fes:Literal>1</fes:Literal></fes:PropertyIsEqualTo>',
      ),
    },
    400,
    'InvalidParameterValue',
    /Function/,
  ],
  [
    'CQL that cannot be read',
    { query: trees(`cql_filter=${encodeURIComponent("nom = 'x' OR")}`) },
    400,
    'OperationParsingFailed',
    /CQL_FILTER/,
  ],
  [
    'joins',
    { query: get(`typenames=antony:arbres,parc:notes&filter=${encodeURIComponent('<Filter/>')}`) },
    400,
    'OptionNotSupported',
    /typeNames/,
  ],
  [
    'groups that do not match',
    { query: get('typenames=(antony:arbres)(parc:notes)(parc:allées)&sortby=(nom)(texte)') },
    400,
    'InvalidParameterValue',
    /sortBy/,
  ],
  ['unbalanced groups', { query: get('typenames=((antony:arbres)') }, 400, 'InvalidParameterValue', /typeNames/],
  ['twenty-one queries', { query: get(`typenames=${'(antony:arbres)'.repeat(21)}`) }, 400, 'OperationParsingFailed', /typeNames/],
  ['POST that is no XML', { body: '{"type":"GetFeature"}' }, 400, 'OperationParsingFailed', null],
  [
    'POST with a DOCTYPE',
    {
      body: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><GetFeature xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0">&e;</GetFeature>',
    },
    400,
    'OperationParsingFailed',
    null,
  ],
  [
    'POST without service',
    { body: '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" version="2.0.0"/>' },
    400,
    'MissingParameterValue',
    /^service$/,
  ],
  [
    'POST of another namespace',
    { body: '<GetFeature xmlns="http://example.org/" service="WFS" version="2.0.0"/>' },
    400,
    'OperationNotSupported',
    /^GetFeature$/,
  ],
  [
    'POST in SOAP',
    { body: '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>' },
    400,
    'OperationNotSupported',
    /^Envelope$/,
  ],
  [
    'POST without a query',
    { body: '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0"/>' },
    400,
    'MissingParameterValue',
    /^Query$/,
  ],
  [
    'POST with a bad count',
    {
      body: '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0" count="many"><Query typeNames="arbres"/></GetFeature>',
    },
    400,
    'InvalidParameterValue',
    /^count$/,
  ],
  [
    'POST with feature versions',
    {
      body: '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0"><Query typeNames="arbres" featureVersion="ALL"/></GetFeature>',
    },
    400,
    'OptionNotSupported',
    /^featureVersion$/,
  ],
  [
    'SQL in a type name',
    { query: get(`typenames=${encodeURIComponent("antony:arbres'; drop table x --")}`) },
    400,
    'InvalidParameterValue',
    /typeNames/,
  ],
  [
    'markup in a type name',
    { query: get(`typenames=${encodeURIComponent('<script>alert(1)</script>')}`) },
    400,
    'InvalidParameterValue',
    /typeNames/,
  ],
  ['__proto__ as a property', { query: trees('propertyname=__proto__') }, 400, 'InvalidParameterValue', /PROPERTYNAME/],
  ['constructor as a property', { query: compare('constructor', 'x') }, 400, 'InvalidParameterValue', /constructor/],
];

test.each(rows)('%s', async (_name, asked, status, code, locator) => {
  const answer = await ask(asked);
  const told = exception(answer.body);
  expect([answer.status, told.code]).toEqual([status, code]);
  if (locator === null) expect(told.text).not.toBe('');
  else expect(told.locator).toMatch(locator);
  expect(told.text).not.toBe('');
  expect(answer.type).toBe('application/xml');
  expect(answer.body).not.toContain('<script>');
  expect(answer.body).not.toContain('/etc/passwd');
  expect(answer.world.open()).toBe(0);
  if (xsdAvailable) expect(xsdErrors(answer.body, 'schemas.opengis.net/ows/1.1.0/owsAll.xsd')).toEqual([]);
});

test('the report has version 2.0.0 and a schema location', async () => {
  const { body } = await ask({ query: 'service=WFS' });
  expect(body).toMatch(
    /<ows:ExceptionReport xmlns:ows="http:\/\/www\.opengis\.net\/ows\/1\.1"[^>]* version="2\.0\.0"[^>]* xsi:schemaLocation="http:\/\/www\.opengis\.net\/ows\/1\.1 /,
  );
});

test('R23: a hidden type is told like an unknown one', async () => {
  const hidden = await ask({ query: get('typenames=parc:secrets') });
  const unknown = await ask({ query: get('typenames=parc:secreta') });
  expect(hidden.body.replaceAll('secrets', 'X')).toBe(unknown.body.replaceAll('secreta', 'X'));
});

test('R47, D30: 401 asks for Basic, but not a page of our own', async () => {
  const query = get('typenames=parc:reserves');
  const world = { refusal: 'unauthenticated' } as const;
  expect((await ask({ query, world })).headers['WWW-Authenticate']).toMatch(/^Basic /);
  expect((await ask({ query, world, headers: { 'Sec-Fetch-Site': 'same-origin' } })).headers['WWW-Authenticate']).toBeUndefined();
});

test('every kind of fault has a code and a status', () => {
  const kinds: Readonly<Record<FaultKind, readonly [string, number]>> = {
    'missing-parameter': ['MissingParameterValue', 400],
    'invalid-value': ['InvalidParameterValue', 400],
    malformed: ['OperationParsingFailed', 400],
    'unknown-operation': ['OperationNotSupported', 400],
    unsupported: ['OptionNotSupported', 400],
    version: ['VersionNegotiationFailed', 400],
    'update-sequence-current': ['InvalidUpdateSequence', 400],
    'update-sequence-invalid': ['InvalidUpdateSequence', 400],
    'unknown-type': ['InvalidParameterValue', 400],
    'unknown-property': ['InvalidParameterValue', 400],
    'unknown-id': ['OperationProcessingFailed', 404],
    'unknown-style': ['InvalidParameterValue', 400],
    'invalid-crs': ['InvalidParameterValue', 400],
    'invalid-format': ['InvalidParameterValue', 400],
    'invalid-point': ['InvalidParameterValue', 400],
    'not-queryable': ['OperationNotSupported', 400],
    processing: ['OperationProcessingFailed', 403],
    unauthenticated: ['AuthenticationRequired', 401],
    forbidden: ['AccessDenied', 403],
    'conditions-not-accepted': ['ConditionsNotAccepted', 403],
    'too-large': ['OperationParsingFailed', 400],
    'too-many': ['NoApplicableCode', 429],
    busy: ['NoApplicableCode', 503],
    unavailable: ['NoApplicableCode', 503],
    'refused-value': ['InvalidValue', 400],
    'unknown-lock': ['InvalidLockId', 400],
    conflict: ['NoApplicableCode', 409],
    internal: ['NoApplicableCode', 500],
  };
  for (const [kind, [code, status]] of Object.entries(kinds))
    expect([kind, exceptionOf(new Fault(kind as FaultKind, '', 'x'))]).toEqual([kind, { code, status }]);
});

describe('what clients send', () => {
  test.each<readonly [string, string, readonly string[]]>([
    ['QGIS, automatic version', 'SERVICE=WFS&REQUEST=GetCapabilities&ACCEPTVERSIONS=2.0.0,1.1.0,1.0.0', []],
    ['wfs20 suite', 'service=WFS&request=GetCapabilities&acceptversions=10.0.0,2.0.0,1.1.0', []],
    ['the corrected text', 'service=WFS&request=GetCapabilities&version=2.0.2', []],
    ['an older version only', 'service=WFS&request=GetCapabilities&version=1.1.0', []],
    [
      'QGIS page',
      'SERVICE=WFS&REQUEST=GetFeature&VERSION=2.0.0&TYPENAMES=antony:arbres&TYPENAME=antony:arbres&STARTINDEX=24&COUNT=50000&SRSNAME=urn:ogc:def:crs:EPSG::2154&BBOX=646000,6849000,650000,6860000,urn:ogc:def:crs:EPSG::2154&NAMESPACES=xmlns(antony,https://geomig.example/ns/antony)',
      ['arbres.25'],
    ],
    ['QGIS order', 'SERVICE=WFS&REQUEST=GetFeature&VERSION=2.0.0&TYPENAMES=antony:arbres&SORTBY=rang%20DESC&COUNT=1', ['arbres.25']],
    ['GDAL page', 'SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=antony:arbres&STARTINDEX=0&COUNT=1', ['arbres.1']],
    ['OWSLib', 'service=WFS&version=2.0.0&request=GetFeature&typename=antony%3Aarbres&maxfeatures=1&outputFormat=application%2Fjson', []],
    [
      'ogc-client box',
      'SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=parc:allées&BBOX=2.24,48.79,2.265,48.815,EPSG:4326&SRSNAME=EPSG:4326',
      ['allees.1'],
    ],
  ])('%s', async (_name, query, expected) => {
    const answer = await ask({ query });
    expect(answer.status).toBe(200);
    expect(ids(answer.body)).toEqual(expected);
  });
});
