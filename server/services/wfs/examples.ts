// Requests that exercise each operation on one type, for the leak matrix: filters on a property everyone sees and on one that some grants mask,
// order, projection, ids, boxes, counts, both formats, both bindings. No secret value occurs in a name that is echoed.
import { ns } from '../../core/xml/names';
import { xml } from '../../core/xml/write';
import type { Example, Target } from '../ows/operation';
import { wfs20 } from './versions';

const path = (parameters: Readonly<Record<string, string>>): string =>
  `/wfs?${new URLSearchParams({ SERVICE: 'WFS', VERSION: wfs20, ...parameters }).toString()}`;

const post = (name: string, body: string): Example => ({
  name,
  method: 'POST',
  path: '/wfs',
  headers: { 'Content-Type': 'text/xml' },
  body,
});

const equals = (property: string, value: string): string =>
  xml`<fes:Filter xmlns:fes="${ns.fes}"><fes:PropertyIsEqualTo><fes:ValueReference>${property}</fes:ValueReference><fes:Literal>${value}</fes:Literal></fes:PropertyIsEqualTo></fes:Filter>`
    .text;

const like = (property: string, value: string): string =>
  xml`<fes:Filter xmlns:fes="${ns.fes}"><fes:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!"><fes:ValueReference>${property}</fes:ValueReference><fes:Literal>${value.slice(0, 3)}*</fes:Literal></fes:PropertyIsLike></fes:Filter>`
    .text;

export function capabilitiesExamples(): readonly Example[] {
  return [
    { name: 'capabilities', path: '/wfs?SERVICE=WFS&REQUEST=GetCapabilities' },
    { name: 'capabilities, types only', path: path({ REQUEST: 'GetCapabilities', SECTIONS: 'FeatureTypeList' }) },
    post('capabilities by POST', xml`<GetCapabilities xmlns="${ns.wfs20}" service="WFS"/>`.text),
  ];
}

export function describeExamples(target: Target): readonly Example[] {
  return [
    { name: 'schema of the type', path: path({ REQUEST: 'DescribeFeatureType', TYPENAMES: target.qname }) },
    { name: 'schema of all types', path: path({ REQUEST: 'DescribeFeatureType' }) },
    post(
      'schema by POST',
      xml`<wfs:DescribeFeatureType xmlns:wfs="${ns.wfs20}" service="WFS" version="${wfs20}"><wfs:TypeName>${target.qname}</wfs:TypeName></wfs:DescribeFeatureType>`
        .text,
    ),
  ];
}

export function featureExamples(target: Target): readonly Example[] {
  const { qname, property, value, maskable, maskedValue } = target;
  const box = `${target.box.join(',')},EPSG:${target.srid}`;
  const one = (name: string, parameters: Readonly<Record<string, string>>): Example => ({
    name,
    path: path({ REQUEST: 'GetFeature', TYPENAMES: qname, ...parameters }),
  });
  const query = (filter: string): string =>
    `<wfs:GetFeature xmlns:wfs="${ns.wfs20}" service="WFS" version="${wfs20}">${xml`<wfs:Query typeNames="${qname}">`.text}${filter}</wfs:Query></wfs:GetFeature>`;
  const masked =
    maskable === null
      ? []
      : [
          one('filter on the maskable property', { FILTER: equals(maskable, maskedValue) }),
          one('pattern on the maskable property', { FILTER: like(maskable, maskedValue), RESULTTYPE: 'hits' }),
          one('CQL2 on the maskable property', { CQL_FILTER: `"${maskable}" = '${maskedValue.replaceAll("'", "''")}'` }),
          one('order by the maskable property', { SORTBY: `${maskable} DESC` }),
          one('only the maskable property', { PROPERTYNAME: maskable }),
          post('filter on the maskable property by POST', query(equals(maskable, maskedValue))),
        ];
  return [
    one('all in GML', {}),
    one('all in GeoJSON', { OUTPUTFORMAT: 'application/geo+json' }),
    one('all in CSV', { OUTPUTFORMAT: 'csv' }),
    one('count', { RESULTTYPE: 'hits' }),
    one('second page', { COUNT: '1', STARTINDEX: '1' }),
    one('filter', { FILTER: equals(property, value) }),
    one('pattern', { FILTER: like(property, value) }),
    one('order', { SORTBY: `${property} ASC`, COUNT: '2' }),
    one('projection', { PROPERTYNAME: property }),
    one('box', { BBOX: box }),
    one('box, count', { BBOX: box, RESULTTYPE: 'hits' }),
    one('one feature of the type', { RESOURCEID: target.featureId }),
    { name: 'one feature by id alone', path: path({ REQUEST: 'GetFeature', RESOURCEID: target.featureId }) },
    {
      name: 'one feature by stored query',
      path: path({ REQUEST: 'GetFeature', STOREDQUERY_ID: 'urn:ogc:def:query:OGC-WFS::GetFeatureById', ID: target.featureId }),
    },
    one('filter on the id', {
      FILTER: xml`<fes:Filter xmlns:fes="${ns.fes}"><fes:ResourceId rid="${target.featureId}"/></fes:Filter>`.text,
    }),
    post('filter by POST', query(equals(property, value))),
    ...masked,
  ];
}

export function valueExamples(target: Target): readonly Example[] {
  const one = (name: string, reference: string): Example => ({
    name,
    path: path({ REQUEST: 'GetPropertyValue', TYPENAMES: target.qname, VALUEREFERENCE: reference }),
  });
  return [
    one('values', target.property),
    one('ids', '@gml:id'),
    ...(target.maskable === null ? [] : [one('values of the maskable property', target.maskable)]),
  ];
}

export function storedExamples(): readonly Example[] {
  return [{ name: 'stored queries', path: path({ REQUEST: 'ListStoredQueries' }) }];
}
