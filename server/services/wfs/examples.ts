// Requests that exercise each operation on one type, for the leak matrix: filters on a property everyone sees and on one that some grants mask,
// order, projection, ids, boxes, counts, all formats, both bindings, in every version. No secret value occurs in a name that is echoed.
import { ns } from '../../core/xml/names';
import { xml } from '../../core/xml/write';
import type { Example, Target } from '../ows/operation';
import type { WfsVersion } from './versions';

const path = (version: WfsVersion, parameters: Readonly<Record<string, string>>): string =>
  `/wfs?${new URLSearchParams({ SERVICE: 'WFS', VERSION: version.version, ...parameters }).toString()}`;

const post = (name: string, body: string): Example => ({
  name,
  method: 'POST',
  path: '/wfs',
  headers: { 'Content-Type': 'text/xml' },
  body,
});

/** Filters in the words of a version. */
function filtersIn(version: WfsVersion): {
  readonly equals: (property: string, value: string) => string;
  readonly like: (property: string, value: string) => string;
  readonly id: (id: string) => string;
} {
  const namespace = version.prefixes[''] ?? ns.fes;
  const [reference, identity, attribute, escape] =
    namespace === ns.fes ? ['ValueReference', 'ResourceId', 'rid', 'escapeChar'] : ['PropertyName', 'FeatureId', 'fid', 'escape'];
  const operands = (property: string, value: string): ReturnType<typeof xml> =>
    xml`<f:${reference}>${property}</f:${reference}><f:Literal>${value}</f:Literal>`;
  const filter = (inside: ReturnType<typeof xml>): string => xml`<f:Filter xmlns:f="${namespace}">${inside}</f:Filter>`.text;
  return {
    equals: (property, value) => filter(xml`<f:PropertyIsEqualTo>${operands(property, value)}</f:PropertyIsEqualTo>`),
    like: (property, value) =>
      filter(
        xml`<f:PropertyIsLike wildCard="*" singleChar="?" ${escape}="!">${operands(property, `${value.slice(0, 3)}*`)}</f:PropertyIsLike>`,
      ),
    id: id => filter(xml`<f:${identity} ${attribute}="${id}"/>`),
  };
}

export function capabilitiesExamples(version: WfsVersion): readonly Example[] {
  return [
    { name: 'capabilities', path: path(version, { REQUEST: 'GetCapabilities' }) },
    ...(version.paged ? [{ name: 'capabilities of no version', path: '/wfs?SERVICE=WFS&REQUEST=GetCapabilities' }] : []),
    { name: 'capabilities, types only', path: path(version, { REQUEST: 'GetCapabilities', SECTIONS: 'FeatureTypeList' }) },
    post(
      'capabilities by POST',
      xml`<GetCapabilities xmlns="${version.namespace}" service="WFS"><AcceptVersions xmlns="${ns.ows11}"><Version>${version.version}</Version></AcceptVersions></GetCapabilities>`
        .text,
    ),
  ];
}

export function describeExamples(target: Target, version: WfsVersion): readonly Example[] {
  return [
    { name: 'schema of the type', path: path(version, { REQUEST: 'DescribeFeatureType', [version.typeParameter]: target.qname }) },
    { name: 'schema of all types', path: path(version, { REQUEST: 'DescribeFeatureType' }) },
    post(
      'schema by POST',
      xml`<wfs:DescribeFeatureType xmlns:wfs="${version.namespace}" service="WFS" version="${version.version}"><wfs:TypeName>${target.qname}</wfs:TypeName></wfs:DescribeFeatureType>`
        .text,
    ),
  ];
}

export function featureExamples(target: Target, version: WfsVersion): readonly Example[] {
  const { qname, property, value, maskable, maskedValue } = target;
  const { equals, like, id } = filtersIn(version);
  const box = `${target.box.join(',')},EPSG:${target.srid}`;
  const one = (name: string, parameters: Readonly<Record<string, string>>): Example => ({
    name,
    path: path(version, { REQUEST: 'GetFeature', [version.typeParameter]: qname, ...parameters }),
  });
  const typeName = version.joins ? 'typeNames' : 'typeName';
  const query = (filter: string): string =>
    `<wfs:GetFeature xmlns:wfs="${version.namespace}" service="WFS" version="${version.version}">${xml`<wfs:Query ${typeName}="${qname}">`.text}${filter}</wfs:Query></wfs:GetFeature>`;
  const masked =
    maskable === null
      ? []
      : [
          one('filter on the maskable property', { FILTER: equals(maskable, maskedValue) }),
          one('pattern on the maskable property', { FILTER: like(maskable, maskedValue), RESULTTYPE: 'hits' }),
          one('CQL2 on the maskable property', { CQL_FILTER: `"${maskable}" = '${maskedValue.replaceAll("'", "''")}'` }),
          one('order by the maskable property', { SORTBY: `${maskable} D` }),
          one('only the maskable property', { PROPERTYNAME: maskable }),
          post('filter on the maskable property by POST', query(equals(maskable, maskedValue))),
        ];
  const identity = version.joins ? 'RESOURCEID' : 'FEATUREID';
  const stored = {
    name: 'one feature by stored query',
    path: path(version, { REQUEST: 'GetFeature', STOREDQUERY_ID: 'urn:ogc:def:query:OGC-WFS::GetFeatureById', ID: target.featureId }),
  };
  return [
    one('all in GML', {}),
    one('all in GeoJSON', { OUTPUTFORMAT: 'application/geo+json' }),
    one('all in CSV', { OUTPUTFORMAT: 'csv' }),
    ...(version.paged ? [] : [one('all in GML 2', { OUTPUTFORMAT: 'GML2' })]),
    one('count', { RESULTTYPE: 'hits' }),
    one('second page', { [version.paged ? 'COUNT' : 'MAXFEATURES']: '1', STARTINDEX: '1' }),
    one('filter', { FILTER: equals(property, value) }),
    one('pattern', { FILTER: like(property, value) }),
    one('order', { SORTBY: `${property} A`, COUNT: '2' }),
    one('projection', { PROPERTYNAME: property }),
    one('box', { BBOX: box }),
    one('box, count', { BBOX: box, RESULTTYPE: 'hits' }),
    one('one feature of the type', { [identity]: target.featureId }),
    { name: 'one feature by id alone', path: path(version, { REQUEST: 'GetFeature', [identity]: target.featureId }) },
    ...(version.storedQueries ? [stored] : []),
    one('filter on the id', { FILTER: id(target.featureId) }),
    post('filter by POST', query(equals(property, value))),
    ...masked,
  ];
}

export function valueExamples(target: Target, version: WfsVersion): readonly Example[] {
  const one = (name: string, reference: string): Example => ({
    name,
    path: path(version, { REQUEST: 'GetPropertyValue', TYPENAMES: target.qname, VALUEREFERENCE: reference }),
  });
  return [
    one('values', target.property),
    one('ids', '@gml:id'),
    ...(target.maskable === null ? [] : [one('values of the maskable property', target.maskable)]),
  ];
}

export function storedExamples(version: WfsVersion): readonly Example[] {
  return [{ name: 'stored queries', path: path(version, { REQUEST: 'ListStoredQueries' }) }];
}
