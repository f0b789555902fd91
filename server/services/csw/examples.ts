// Requests that exercise each operation on one record, for the leak matrix: by id, by filters and text, counts, paging, both schemas, bindings.
import { ns } from '../../core/xml/names';
import { xml, type Markup } from '../../core/xml/write';
import type { Example, Target } from '../ows/operation';
import { elementSets, recordSchemas } from './schemas';
import { csw202 } from './versions';

const path = (parameters: Readonly<Record<string, string>>): string =>
  `/csw?${new URLSearchParams({ SERVICE: 'CSW', VERSION: csw202, ...parameters }).toString()}`;

const post = (name: string, body: Markup): Example => ({
  name,
  method: 'POST',
  path: '/csw',
  headers: { 'Content-Type': 'application/xml' },
  body: body.text,
});

export const capabilitiesExamples = (): readonly Example[] => [
  { name: 'capabilities', path: '/csw?SERVICE=CSW&REQUEST=GetCapabilities' },
  post('capabilities by POST', xml`<csw:GetCapabilities xmlns:csw="${ns.csw202}" service="CSW"/>`),
];

const query = (filter: Markup, resultType: 'hits' | 'results'): Markup =>
  xml`<csw:GetRecords xmlns:csw="${ns.csw202}" xmlns:ogc="${ns.ogc}" service="CSW" version="${csw202}" resultType="${resultType}" maxRecords="50"><csw:Query typeNames="csw:Record"><csw:ElementSetName>full</csw:ElementSetName><csw:Constraint version="1.1.0"><ogc:Filter>${filter}</ogc:Filter></csw:Constraint><ogc:SortBy><ogc:SortProperty><ogc:PropertyName>dc:title</ogc:PropertyName><ogc:SortOrder>DESC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy></csw:Query></csw:GetRecords>`;

const equal = (property: string, value: string): Markup =>
  xml`<ogc:PropertyIsEqualTo><ogc:PropertyName>${property}</ogc:PropertyName><ogc:Literal>${value}</ogc:Literal></ogc:PropertyIsEqualTo>`;

export function recordsExamples(target: Target): readonly Example[] {
  const one = (name: string, parameters: Readonly<Record<string, string>>): Example => ({
    name,
    path: path({ REQUEST: 'GetRecords', TYPENAMES: 'csw:Record', RESULTTYPE: 'results', MAXRECORDS: '100', ...parameters }),
  });
  const byId = `Identifier = '${target.record.replaceAll("'", "''")}'`;
  return [
    one('all', {}),
    one('all in ISO 19139', { OUTPUTSCHEMA: ns.gmd, ELEMENTSETNAME: 'full' }),
    one('count', { RESULTTYPE: 'hits' }),
    one('page', { STARTPOSITION: '2', MAXRECORDS: '1' }),
    one('by identifier', { CONSTRAINTLANGUAGE: 'CQL_TEXT', CONSTRAINT: byId }),
    one('all but one', { CONSTRAINTLANGUAGE: 'CQL_TEXT', CONSTRAINT: `NOT (${byId})`, RESULTTYPE: 'hits' }),
    one('by text', { CONSTRAINTLANGUAGE: 'CQL_TEXT', CONSTRAINT: `AnyText LIKE '%${target.name.replaceAll("'", "''")}%'` }),
    one('by place', { CONSTRAINTLANGUAGE: 'CQL_TEXT', CONSTRAINT: 'BBOX(the_geom, 2, 48, 3, 49)', RESULTTYPE: 'hits' }),
    one('order', { SORTBY: 'Modified:D' }),
    one('chosen elements', { ELEMENTNAME: 'dc:identifier,dc:title' }),
    one('hidden names', { CONSTRAINTLANGUAGE: 'CQL_TEXT', CONSTRAINT: `visibility = 'owner'` }),
    post('by identifier, by POST', query(equal('dc:identifier', target.record), 'results')),
    post('by organisation, by POST', query(equal('apiso:OrganisationName', target.name), 'hits')),
  ];
}

export const byIdExamples = (target: Target): readonly Example[] =>
  recordSchemas.flatMap(schema =>
    elementSets.map(set => ({
      name: `record ${schema.key} ${set}`,
      path: path({ REQUEST: 'GetRecordById', ID: target.record, OUTPUTSCHEMA: schema.namespace, ELEMENTSETNAME: set }),
    })),
  );

export const domainExamples = (): readonly Example[] => [
  {
    name: 'values of queryables',
    path: path({ REQUEST: 'GetDomain', PROPERTYNAME: 'dc:identifier,dc:title,dc:subject,OrganisationName,Abstract,Modified' }),
  },
  { name: 'values of a parameter', path: path({ REQUEST: 'GetDomain', PARAMETERNAME: 'GetRecords.outputSchema' }) },
  { name: 'values of a hidden name', path: path({ REQUEST: 'GetDomain', PROPERTYNAME: 'visibility' }) },
  post(
    'values by POST',
    xml`<csw:GetDomain xmlns:csw="${ns.csw202}" service="CSW" version="${csw202}"><csw:PropertyName>dc:title</csw:PropertyName></csw:GetDomain>`,
  ),
];
