// Hostile requests to /csw and /wms: a row is a title, the request, the code and the locator it must get.
import { ns } from '../../server/core/xml/names';
import { xmlPost } from '../setup/server';
import { boxed, csw, map, nested, ogc, q, repeat, type Hostile } from './requests';

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
