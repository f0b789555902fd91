// Hostile requests to /wfs: a row is a title, the request, the code and the locator it must get.
import { ns } from '../../server/core/xml/names';
import { xmlPost, type Ask } from '../setup/server';
import { equals, fes, nested, q, repeat, trees, wfs, type Hostile } from './requests';

const wfsRoot = (name: string, attributes: string, inner = ''): string =>
  `<wfs:${name} xmlns:wfs="${ns.wfs20}" xmlns:fes="${ns.fes}" ${attributes}>${inner}</wfs:${name}>`;

/** The same mistakes in the versions before 2.0, in the codes and names of their time. */
export const formerWfsRequests: readonly Hostile[] = ['1.1.0', '1.0.0'].flatMap((version): Hostile[] => {
  const start = `/wfs?service=WFS&version=${version}`;
  const asked = `${start}&request=GetFeature`;
  const posted = (inner: string, more = ''): Ask =>
    xmlPost(
      `<w:GetFeature xmlns:w="${ns.wfs}" xmlns:ogc="${ns.ogc}" xmlns:gml="${ns.gml}" service="WFS" version="${version}"${more}>${inner}</w:GetFeature>`,
    );
  const filtered = (inner: string): Ask => posted(`<w:Query typeName="antony:arbres"><ogc:Filter>${inner}</ogc:Filter></w:Query>`);
  const one = '<ogc:PropertyIsEqualTo><ogc:PropertyName>code</ogc:PropertyName><ogc:Literal>x</ogc:Literal></ogc:PropertyIsEqualTo>';
  const refused = (title: string, path: string, locator: string, code = 'InvalidParameterValue'): Hostile => ({
    title: `${version}: ${title}`,
    path,
    code,
    locator,
  });
  const wrong = (title: string, ask: Ask, locator: string, code = 'InvalidParameterValue'): Hostile => ({
    title: `${version}: posted: ${title}`,
    path: '/wfs',
    ask,
    code,
    locator,
  });
  return [
    refused('an operation of 2.0', `${start}&request=GetPropertyValue`, 'GetPropertyValue', 'OperationNotSupported'),
    refused('a transaction', `${start}&request=Transaction`, 'Transaction', 'OperationNotSupported'),
    refused('no type', asked, 'typeName', 'MissingParameterValue'),
    refused('a type with a quote', `${asked}&typeName=${q(`antony:arbres"; drop table x; --`)}`, 'typeName'),
    refused('a type named __proto__', `${asked}&typeName=__proto__`, 'typeName'),
    refused('maxFeatures=1e999', `${asked}&typeName=antony:arbres&maxFeatures=1e999`, 'maxFeatures'),
    refused('an unknown format', `${asked}&typeName=antony:arbres&outputFormat=${q('text/xml; subtype=gml/9')}`, 'outputFormat'),
    refused('a CRS that is a path', `${asked}&typeName=antony:arbres&srsName=${q('../../etc/passwd')}`, 'SRSNAME'),
    refused('a filter that is no XML', `${asked}&typeName=antony:arbres&filter=${q('<Filter')}`, 'filter'),
    refused('a property with a quote', `${asked}&typeName=antony:arbres&propertyName=${q('code";--')}`, 'PROPERTYNAME'),
    wrong('no query', posted(''), 'Query', 'MissingParameterValue'),
    wrong('a negative number', posted('<w:Query typeName="antony:arbres"/>', ' maxFeatures="-1"'), 'maxFeatures'),
    wrong('1,100 operators', filtered(`<ogc:And>${repeat(1100, () => one)}</ogc:And>`), 'FILTER'),
    wrong('a function', filtered(one.replace('<ogc:Literal>x</ogc:Literal>', '<ogc:Function name="version"/>')), 'Function'),
    wrong('an unknown property', filtered(one.replace('code', 'secret')), 'secret'),
  ];
});

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
  {
    title: 'a position beyond the pole',
    path: `${wfs}&typeNames=antony:arbres&filter=${q(
      `<fes:Filter xmlns:fes="${ns.fes}" xmlns:gml="${ns.gml32}"><fes:Not><fes:Intersects><fes:ValueReference>geom</fes:ValueReference><gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>90.0000000001 90</gml:pos></gml:Point></fes:Intersects></fes:Not></fes:Filter>`,
    )}`,
    code: 'InvalidParameterValue',
    locator: null,
  },
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
    path: `${wfs}&storedquery_id=${q('urn:ogc:def:query:OGC-WFS::GetFeatureById')}&id=${q("arbres.' or 1=1 --")}`,
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
      ['11,000 ids', repeat(11_000, i => `<fes:ResourceId rid="arbres.${i}"/>`)],
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
