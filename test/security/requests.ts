// Hostile requests with the exception each must get: a row is a title, the request, the code and the locator.
import { ns } from '../../server/core/xml/names';
import { xmlPost, type Ask } from '../setup/server';

export interface Hostile {
  readonly title: string;
  readonly path: string;
  readonly ask?: Ask;
  /** Status; 400 for OWS and 200 for WMS unless told. */
  readonly status?: number;
  readonly code: string | null;
  /** undefined: not looked at; null: there must be none. */
  readonly locator?: string | null;
}

const q = encodeURIComponent;
export const wfs = '/wfs?service=WFS&version=2.0.0&request=GetFeature';
export const trees = `${wfs}&typeNames=antony:arbres`;
export const csw = '/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results';
export const map = '/wms?service=WMS&version=1.3.0&request=GetMap';
export const treeMap = `${map}&layers=antony:arbres&styles=&crs=EPSG:2154&format=image/png`;
const boxed = `${treeMap}&bbox=640000,6850000,650000,6860000&width=64&height=64`;

const fes = (inner: string): string => `<fes:Filter xmlns:fes="${ns.fes}" xmlns:gml="${ns.gml32}">${inner}</fes:Filter>`;
const equals = (name: string, value = 'x'): string =>
  `<fes:PropertyIsEqualTo><fes:ValueReference>${name}</fes:ValueReference><fes:Literal>${value}</fes:Literal></fes:PropertyIsEqualTo>`;
const ogc = (inner: string): string => `<ogc:Filter xmlns:ogc="${ns.ogc}">${inner}</ogc:Filter>`;

const repeat = (count: number, make: (i: number) => string): string => Array.from({ length: count }, (_, i) => make(i)).join('');
const nested = (depth: number, open: string, close: string, inner: string): string => open.repeat(depth) + inner + close.repeat(depth);
const ring = (points: number): string =>
  repeat(
    points,
    i =>
      `${6.4e5 + 100 * Math.cos((2 * Math.PI * (i % (points - 1))) / (points - 1))} ${6.85e6 + 100 * Math.sin((2 * Math.PI * (i % (points - 1))) / (points - 1))} `,
  );

/** Documents that no XML service may take: what is wrong with them, the bytes, the code by service. */
export const brokenDocuments: readonly (readonly [string, string | Buffer])[] = [
  ['no XML', 'garbage'],
  ['cut short', `<wfs:GetFeature xmlns:wfs="${ns.wfs20}" service="WFS"`],
  ['tags that do not match', '<a><b></a></b>'],
  ['two roots', '<a/><b/>'],
  ['the same attribute twice', '<a b="1" b="2"/>'],
  ['a prefix that is not declared', '<x:a/>'],
  ['a DOCTYPE', '<!DOCTYPE a><a/>'],
  ['an external entity', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
  ['an external DTD', '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/evil.dtd"><a/>'],
  ['a billion laughs', `<!DOCTYPE a [<!ENTITY a0 "ha">${repeat(20, i => `<!ENTITY a${i + 1} "&a${i};&a${i};">`)}]><a>&a20;</a>`],
  ['an undeclared entity', '<a>&unknown;</a>'],
  ['a NUL', '<a>\0</a>'],
  ['a NUL by reference', '<a>&#0;</a>'],
  ['a control character', '<a>\u0001</a>'],
  ['overlong UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xc0, 0xaf, 0x3c, 0x2f, 0x61, 0x3e])],
  ['a surrogate in UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xed, 0xa0, 0x80, 0x3c, 0x2f, 0x61, 0x3e])],
  ['UTF-16, little endian', Buffer.from('\ufeff<a/>', 'utf16le')],
  ['UTF-16, big endian', Buffer.from('\ufeff<a/>', 'utf16le').swap16()],
  ['UTF-16 without mark', Buffer.from('<a/>', 'utf16le')],
  ['UTF-7 by declaration', '<?xml version="1.0" encoding="UTF-7"?><a/>'],
  ['350 KB of nested elements', nested(50_000, '<a>', '</a>', '')],
  ['100,000 attributes', `<a ${repeat(100_000, i => `b${i}="" `)}/>`],
  ['200,000 elements', `<a>${'<b/>'.repeat(200_000)}</a>`],
  ['an unclosed comment', `<a><!-- ${'-'.repeat(1000)}`],
  ['an unclosed CDATA', '<a><![CDATA[ ]] </a>'],
];

/** Roots that are well-formed and no request. */
export const wrongRoots: readonly (readonly [string, string, string | null])[] = [
  ['a root without namespace', '<GetFeature service="WFS" version="2.0.0"/>', 'GetFeature'],
  ['a root of another namespace', '<GetFeature xmlns="http://example.org/x" service="WFS" version="2.0.0"/>', 'GetFeature'],
  ['a root named like a prototype', `<__proto__ xmlns="http://example.org/x" service="WFS"/>`, '__proto__'],
];

const wfsRoot = (name: string, attributes: string, inner = ''): string =>
  `<wfs:${name} xmlns:wfs="${ns.wfs20}" xmlns:fes="${ns.fes}" ${attributes}>${inner}</wfs:${name}>`;

export const wfsRequests: readonly Hostile[] = [
  { title: 'nothing at all', path: '/wfs', code: 'MissingParameterValue', locator: 'service' },
  { title: 'no service', path: '/wfs?request=GetCapabilities', code: 'MissingParameterValue', locator: 'service' },
  { title: 'another service', path: '/wfs?service=WMS&request=GetCapabilities', code: 'InvalidParameterValue', locator: 'service' },
  { title: 'no request', path: '/wfs?service=WFS', code: 'MissingParameterValue', locator: 'request' },
  {
    title: 'an unknown operation',
    path: '/wfs?service=WFS&version=2.0.0&request=DropTable',
    code: 'OperationNotSupported',
    locator: 'DropTable',
  },
  {
    title: 'an operation named like a prototype',
    path: '/wfs?service=WFS&version=2.0.0&request=constructor',
    code: 'OperationNotSupported',
    locator: 'constructor',
  },
  {
    title: 'a version that is none',
    path: '/wfs?service=WFS&version=9.9.9&request=GetFeature',
    code: 'InvalidParameterValue',
    locator: 'version',
  },
  {
    title: 'no acceptable version',
    path: '/wfs?service=WFS&acceptversions=7.0.0&request=GetCapabilities',
    code: 'VersionNegotiationFailed',
    locator: 'acceptversions',
  },
  { title: 'no type', path: wfs, code: 'MissingParameterValue', locator: 'typeNames' },
  { title: 'an unknown type', path: `${wfs}&typeNames=nobody:nothing`, code: 'InvalidParameterValue', locator: 'typeNames' },
  { title: 'a type named __proto__', path: `${wfs}&typeNames=__proto__`, code: 'InvalidParameterValue', locator: 'typeNames' },
  {
    title: 'a type with a quote',
    path: `${wfs}&typeNames=${q(`antony:arbres"; drop table x; --`)}`,
    code: 'InvalidParameterValue',
    locator: 'typeNames',
  },
  {
    title: 'twenty-one types',
    path: `${wfs}&typeNames=${repeat(21, () => '(antony:arbres)')}`,
    code: 'OperationParsingFailed',
    locator: 'typeNames',
  },
  { title: 'NUL in a parameter', path: `${trees}&count=1%00`, code: 'InvalidParameterValue', locator: 'count' },
  { title: 'NUL in a name', path: `${trees}&co%00unt=1`, code: 'InvalidParameterValue' },
  { title: 'a parameter twice', path: `${trees}&count=1&COUNT=2`, code: 'InvalidParameterValue', locator: 'COUNT' },
  ...['NaN', '-1', '1e999', '99999999999999999999', '1.5', '0x10', 'Infinity', '١', '1;2', '--1'].map(count => ({
    title: `count=${count}`,
    path: `${trees}&count=${q(count)}`,
    code: 'InvalidParameterValue',
    locator: 'count',
  })),
  ...['NaN', '-1', '1e999', '99999999999999999999'].map(start => ({
    title: `startIndex=${start}`,
    path: `${trees}&startIndex=${start}`,
    code: 'InvalidParameterValue',
    locator: 'startindex',
  })),
  { title: 'resultType=drop', path: `${trees}&resultType=drop`, code: 'InvalidParameterValue', locator: 'resultType' },
  { title: 'an unknown format', path: `${trees}&outputFormat=text/evil`, code: 'InvalidParameterValue', locator: 'outputFormat' },
  { title: 'resolve=remote', path: `${trees}&resolve=remote`, code: 'OptionNotSupported', locator: 'resolve' },
  { title: 'an unknown CRS', path: `${trees}&srsName=EPSG:999999`, code: 'InvalidParameterValue', locator: 'srsName' },
  { title: 'a CRS that is a path', path: `${trees}&srsName=${q('../../etc/passwd')}`, code: 'InvalidParameterValue', locator: 'srsName' },
  { title: 'an unknown property', path: `${trees}&propertyName=nobody`, code: 'InvalidParameterValue', locator: 'PROPERTYNAME' },
  { title: 'an unknown sort key', path: `${trees}&sortBy=nobody`, code: 'InvalidParameterValue', locator: 'SORTBY' },
  { title: 'SQL in a sort key', path: `${trees}&sortBy=${q('code;drop table x')}`, code: 'InvalidParameterValue', locator: 'SORTBY' },
  { title: 'an unknown property in a filter', path: `${trees}&filter=${q(fes(equals('nobody')))}`, code: 'InvalidParameterValue' },
  {
    title: 'XPath in a property name',
    path: `${trees}&filter=${q(fes(equals("exec(java.lang.Runtime.getRuntime(),'id')")))}`,
    code: 'InvalidParameterValue',
  },
  { title: 'a property named constructor', path: `${trees}&filter=${q(fes(equals('constructor')))}`, code: 'InvalidParameterValue' },
  ...['1,2,3', 'NaN,0,1,1', '1,2,3,4,5,6,7,8', '5,5,1,1', '1e400,0,1,1', '0,0,Infinity,1', 'a,b,c,d', ''.padEnd(20_000, '1,')].map(box => ({
    title: `bbox=${box.slice(0, 20)}`,
    path: `${trees}&bbox=${q(box)}`,
    ...(box.length > 10_000 ? { status: 431, code: null } : { code: 'InvalidParameterValue', locator: 'bbox' }),
  })),
  { title: 'a box in an unknown CRS', path: `${trees}&bbox=0,0,1,1,EPSG:1`, code: 'InvalidParameterValue', locator: 'bbox' },
  {
    title: 'filter and bbox',
    path: `${trees}&bbox=0,0,1,1&filter=${q(fes(equals('code')))}`,
    code: 'InvalidParameterValue',
    locator: 'filter',
  },
  { title: 'a filter that is no XML', path: `${trees}&filter=${q('<fes:Filter')}`, code: 'OperationParsingFailed', locator: 'filter' },
  {
    title: 'a filter with a DOCTYPE',
    path: `${trees}&filter=${q('<!DOCTYPE a><fes:Filter/>')}`,
    code: 'OperationParsingFailed',
    locator: 'filter',
  },
  {
    title: 'a number that is none',
    path: `${trees}&filter=${q(fes(equals('hauteur', '1; drop table x')))}`,
    code: 'InvalidParameterValue',
  },
  { title: 'a number beyond all', path: `${trees}&filter=${q(fes(equals('hauteur', '1e999')))}`, code: 'InvalidParameterValue' },
  { title: 'a date that is none', path: `${trees}&filter=${q(fes(equals('plante_le', '2026-02-30')))}`, code: 'InvalidParameterValue' },
  { title: 'CQL that is none', path: `${trees}&cql_filter=${q("code = 'x' or")}`, code: 'OperationParsingFailed' },
  { title: 'CQL with an unknown function', path: `${trees}&cql_filter=${q("pg_sleep(10) = 'x'")}`, code: 'InvalidParameterValue' },
  { title: 'CQL two hundred deep', path: `${trees}&cql_filter=${q(nested(200, '(', ')', "code='x'"))}`, code: 'OperationParsingFailed' },
  { title: 'CQL of two thousand NOT', path: `${trees}&cql_filter=${q(`${'not '.repeat(2000)}code='x'`)}`, code: 'OperationParsingFailed' },
  { title: 'an unknown stored query', path: `${wfs}&storedquery_id=${q('urn:evil')}`, code: 'InvalidParameterValue' },
  {
    title: 'an id that does not exist',
    path: `${wfs}&storedquery_id=${q('urn:ogc:def:query:OGC-WFS::GetFeatureById')}&id=${q("antony-arbres.' or 1=1 --")}`,
    status: 404,
    code: 'OperationProcessingFailed',
  },
  {
    title: 'posted: another service',
    path: '/wfs',
    ask: xmlPost(wfsRoot('GetFeature', 'service="CSW"')),
    code: 'InvalidParameterValue',
    locator: 'service',
  },
  { title: 'posted: no service', path: '/wfs', ask: xmlPost(wfsRoot('GetFeature', '')), code: 'MissingParameterValue', locator: 'service' },
  {
    title: 'posted: another version',
    path: '/wfs',
    ask: xmlPost(wfsRoot('GetFeature', 'service="WFS" version="3.7"')),
    code: 'InvalidParameterValue',
    locator: 'version',
  },
  {
    title: 'posted: an unknown operation',
    path: '/wfs',
    ask: xmlPost(wfsRoot('Drop', 'service="WFS"')),
    code: 'OperationNotSupported',
    locator: 'Drop',
  },
  {
    title: 'posted: no query',
    path: '/wfs',
    ask: xmlPost(wfsRoot('GetFeature', 'service="WFS"')),
    code: 'MissingParameterValue',
    locator: 'Query',
  },
  {
    title: 'posted: count=NaN',
    path: '/wfs',
    ask: xmlPost(wfsRoot('GetFeature', 'service="WFS" count="NaN"', '<wfs:Query typeNames="antony:arbres"/>')),
    code: 'InvalidParameterValue',
    locator: 'count',
  },
  ...(
    [
      ['1,100 operators', `<fes:And>${repeat(1100, () => equals('code'))}</fes:And>`],
      ['sixty levels', nested(60, '<fes:Not>', '</fes:Not>', equals('code'))],
      ['two hundred levels', nested(200, '<fes:Not>', '</fes:Not>', equals('code'))],
      ['11,000 ids', repeat(11_000, i => `<fes:ResourceId rid="antony-arbres.${i}"/>`)],
      [
        'a polygon of 60,000 positions',
        `<fes:Intersects><fes:ValueReference>geometrie</fes:ValueReference><gml:Polygon xmlns:gml="${ns.gml32}" gml:id="p" srsName="urn:ogc:def:crs:EPSG::2154"><gml:exterior><gml:LinearRing><gml:posList>${repeat(60_000, i => `${i % 9} ${i % 7} `)}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></fes:Intersects>`,
      ],
    ] as const
  ).map(([title, filter]) => ({
    title: `posted: a filter of ${title}`,
    path: '/wfs',
    ask: xmlPost(wfsRoot('GetFeature', 'service="WFS" version="2.0.0"', `<wfs:Query typeNames="antony:arbres">${fes(filter)}</wfs:Query>`)),
    code: 'OperationParsingFailed',
  })),
  {
    title: 'a form with 100,000 ids',
    path: '/wfs',
    ask: {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres&resourceId=${repeat(100_000, i => `a.${i},`)}`,
    },
    code: 'OperationParsingFailed',
    locator: 'resourceId',
  },
  {
    title: 'a form with a list of 5,000 values',
    path: '/wfs',
    ask: {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres&cql_filter=${q(`code in (${repeat(5000, i => `'${i}',`)}'')`)}`,
    },
    code: 'OperationParsingFailed',
  },
  {
    title: 'a document over the limit',
    path: '/wfs',
    ask: xmlPost(`<a>${' '.repeat(1024 * 1024)}</a>`),
    code: 'OperationParsingFailed',
    locator: null,
  },
];

export const ringOf = ring;

export const cswRequests: readonly Hostile[] = [
  { title: 'nothing at all', path: '/csw', code: 'MissingParameterValue', locator: 'service' },
  { title: 'another service', path: '/csw?service=WFS&request=GetCapabilities', code: 'InvalidParameterValue', locator: 'service' },
  { title: 'no request', path: '/csw?service=CSW', code: 'MissingParameterValue', locator: 'request' },
  { title: 'an unknown operation', path: '/csw?service=CSW&version=2.0.2&request=Transaction', code: 'OperationNotSupported' },
  { title: 'no type', path: '/csw?service=CSW&version=2.0.2&request=GetRecords', code: 'MissingParameterValue', locator: 'typeNames' },
  {
    title: 'an unknown type',
    path: '/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=evil:Record',
    code: 'InvalidParameterValue',
    locator: 'typeNames',
  },
  ...['NaN', '-1', '1e999', '99999999999999999999'].map(count => ({
    title: `maxRecords=${count}`,
    path: `${csw}&maxRecords=${count}`,
    code: 'InvalidParameterValue',
    locator: 'maxrecords',
  })),
  ...['NaN', '-1', '1e999'].map(start => ({
    title: `startPosition=${start}`,
    path: `${csw}&startPosition=${start}`,
    code: 'InvalidParameterValue',
    locator: 'startposition',
  })),
  { title: 'an unknown schema', path: `${csw}&outputSchema=http://evil.example/`, code: 'InvalidParameterValue', locator: 'outputSchema' },
  { title: 'an unknown set', path: `${csw}&elementSetName=everything`, code: 'InvalidParameterValue', locator: 'ElementSetName' },
  {
    title: 'a response handler',
    path: `${csw}&responseHandler=${q('http://169.254.169.254/')}`,
    code: 'OperationNotSupported',
    locator: 'ResponseHandler',
  },
  {
    title: 'an unknown constraint language',
    path: `${csw}&constraintLanguage=SQL&constraint=${q('1=1')}`,
    code: 'InvalidParameterValue',
    locator: 'CONSTRAINTLANGUAGE',
  },
  {
    title: 'a constraint that is no XML',
    path: `${csw}&constraintLanguage=FILTER&constraint=${q('<ogc:Filter')}`,
    code: 'InvalidParameterValue',
    locator: 'Constraint',
  },
  {
    title: 'a constraint with entities',
    path: `${csw}&constraintLanguage=FILTER&constraint=${q('<!DOCTYPE a [<!ENTITY e "x">]><ogc:Filter>&e;</ogc:Filter>')}`,
    code: 'InvalidParameterValue',
    locator: 'Constraint',
  },
  {
    title: 'an unknown queryable',
    path: `${csw}&constraintLanguage=CQL_TEXT&constraint=${q("password_hash = 'x'")}`,
    code: 'InvalidParameterValue',
  },
  {
    title: 'CQL two hundred deep',
    path: `${csw}&constraintLanguage=CQL_TEXT&constraint=${q(nested(200, '(', ')', "title='x'"))}`,
    code: 'InvalidParameterValue',
  },
  { title: 'an unknown sort key', path: `${csw}&sortBy=password_hash:A`, code: 'InvalidParameterValue' },
  { title: 'thirty sort keys', path: `${csw}&sortBy=${repeat(30, () => 'title:A,')}`, code: 'InvalidParameterValue', locator: 'SortBy' },
  { title: 'no id', path: '/csw?service=CSW&version=2.0.2&request=GetRecordById', code: 'MissingParameterValue', locator: 'id' },
  {
    title: 'two thousand ids',
    path: `/csw?service=CSW&version=2.0.2&request=GetRecordById&id=${repeat(2000, i => `i${i},`)}`,
    code: 'InvalidParameterValue',
    locator: 'id',
  },
  {
    title: 'posted: a filter two hundred deep',
    path: '/csw',
    ask: xmlPost(
      `<csw:GetRecords xmlns:csw="${ns.csw202}" service="CSW" version="2.0.2"><csw:Query typeNames="csw:Record"><csw:Constraint version="1.1.0">${ogc(nested(200, '<ogc:Not>', '</ogc:Not>', '<ogc:PropertyIsEqualTo><ogc:PropertyName>title</ogc:PropertyName><ogc:Literal>x</ogc:Literal></ogc:PropertyIsEqualTo>'))}</csw:Constraint></csw:Query></csw:GetRecords>`,
    ),
    code: 'NoApplicableCode',
  },
  {
    title: 'posted: a document over the limit',
    path: '/csw',
    ask: xmlPost(`<a>${' '.repeat(1024 * 1024)}</a>`),
    code: 'NoApplicableCode',
    locator: null,
  },
];

export const wmsRequests: readonly Hostile[] = [
  { title: 'nothing at all', path: '/wms', code: 'MissingParameterValue', locator: 'request' },
  { title: 'another service', path: '/wms?service=WFS&request=GetCapabilities', code: 'InvalidParameterValue', locator: 'service' },
  { title: 'an unknown operation', path: '/wms?service=WMS&version=1.3.0&request=Exec', code: 'OperationNotSupported', locator: 'request' },
  { title: 'another version', path: '/wms?service=WMS&version=1.9.9&request=GetMap', code: 'InvalidParameterValue', locator: 'version' },
  {
    title: 'an unknown layer',
    path: `${map}&layers=nobody&styles=&crs=EPSG:2154&bbox=0,0,1,1&width=10&height=10&format=image/png`,
    code: 'LayerNotDefined',
    locator: 'layers',
  },
  {
    title: 'an unknown style',
    path: `${map}&layers=antony:arbres&styles=nobody&crs=EPSG:2154&bbox=0,0,1,1&width=10&height=10&format=image/png`,
    code: 'StyleNotDefined',
    locator: 'styles',
  },
  {
    title: 'a hundred layers',
    path: `${map}&layers=${repeat(99, () => 'antony:arbres,')}antony:arbres&styles=&crs=EPSG:2154&bbox=0,0,1,1&width=10&height=10&format=image/png`,
    code: null,
    locator: 'layers',
  },
  { title: 'an unknown CRS', path: boxed.replace('EPSG:2154', 'EPSG:999999'), code: 'InvalidCRS', locator: 'crs' },
  { title: 'an unknown format', path: boxed.replace('image/png', 'image/evil'), code: 'InvalidFormat', locator: 'format' },
  ...['0', '-5', '1e9', '1000000000', 'NaN', '99999999999999999999'].map(width => ({
    title: `width=${width}`,
    path: boxed.replace('width=64', `width=${width}`),
    code: 'InvalidParameterValue',
    locator: 'width',
  })),
  ...['1,2,3', 'NaN,0,1,1', '5,5,1,1', '0,0,0,0', '1e400,0,1,1', 'a,b,c,d'].map(box => ({
    title: `bbox=${box}`,
    path: boxed.replace(/bbox=[^&]*/, `bbox=${box}`),
    code: 'InvalidParameterValue',
    locator: 'bbox',
  })),
  { title: 'a colour that is none', path: `${boxed}&bgcolor=red`, code: 'InvalidParameterValue', locator: 'bgcolor' },
  { title: 'a style from elsewhere', path: `${boxed}&sld=${q('http://169.254.169.254/')}`, code: 'OperationNotSupported', locator: 'sld' },
  {
    title: 'a style in the request',
    path: `${boxed}&sld_body=${q('<StyledLayerDescriptor/>')}`,
    code: 'OperationNotSupported',
    locator: 'sld_body',
  },
  { title: 'dpi=1e9', path: `${boxed}&dpi=1e9`, code: 'InvalidParameterValue', locator: 'dpi' },
  {
    title: 'a pixel outside',
    path: `${boxed.replace('GetMap', 'GetFeatureInfo')}&query_layers=antony:arbres&i=64&j=0`,
    code: 'InvalidPoint',
    locator: 'i',
  },
  {
    title: 'a layer that is not on the map',
    path: `${boxed.replace('GetMap', 'GetFeatureInfo')}&query_layers=nobody&i=0&j=0`,
    code: 'LayerNotDefined',
    locator: 'query_layers',
  },
  {
    title: 'an unknown format of information',
    path: `${boxed.replace('GetMap', 'GetFeatureInfo')}&query_layers=antony:arbres&i=0&j=0&info_format=text/evil`,
    code: 'InvalidFormat',
    locator: 'info_format',
  },
  {
    title: 'feature_count=-1',
    path: `${boxed.replace('GetMap', 'GetFeatureInfo')}&query_layers=antony:arbres&i=0&j=0&feature_count=-1`,
    code: 'InvalidParameterValue',
    locator: 'feature_count',
  },
  {
    title: 'a legend of nothing',
    path: '/wms?service=WMS&version=1.3.0&request=GetLegendGraphic&layer=nobody',
    code: 'LayerNotDefined',
    locator: 'layer',
  },
  {
    title: 'a legend of a million pixels',
    path: '/wms?service=WMS&version=1.3.0&request=GetLegendGraphic&layer=antony:arbres&width=1000000',
    code: 'InvalidParameterValue',
    locator: 'width',
  },
  { title: 'a posted document', path: '/wms', ask: xmlPost('<GetMap/>'), code: 'OperationNotSupported', locator: 'request' },
];
