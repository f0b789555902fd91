// The operations of CSW 2.0.2 with their parameters, as the capabilities advertise them and as GetDomain tells their values.
import { anyText, boundingBox, doubleQueryables, queryables } from '../../../catalogue/record-type';
import type { AdvertisedOperation, Domain } from '../ows/capabilities';
import { constraintLanguages } from './filters';
import { elementSets, recordSchemas } from './schemas';
import { csw202 } from './versions';

export const sectionNames = ['ServiceIdentification', 'ServiceProvider', 'OperationsMetadata', 'Filter_Capabilities'] as const;

const typeNames: Domain = { name: 'typeNames', values: recordSchemas.map(schema => schema.typeName) };
const outputFormat: Domain = { name: 'outputFormat', values: ['application/xml'] };
const outputSchema: Domain = { name: 'outputSchema', values: recordSchemas.map(schema => schema.namespace) };
const elementSetName: Domain = { name: 'ElementSetName', values: elementSets };
const named = (set: 'iso' | 'additional'): string[] =>
  queryables.filter(queryable => queryable.set === set).map(queryable => queryable.name);

/** Queryables are advertised without prefix, as the INSPIRE guidance writes them. */
const discovery: readonly AdvertisedOperation[] = [
  {
    name: 'GetCapabilities',
    get: true,
    post: true,
    parameters: [
      { name: 'sections', values: [...sectionNames] },
      { name: 'acceptVersions', values: [csw202] },
      { name: 'acceptFormats', values: ['application/xml'] },
    ],
  },
  {
    name: 'DescribeRecord',
    get: true,
    post: true,
    parameters: [
      { ...typeNames, name: 'typeName' },
      outputFormat,
      {
        name: 'schemaLanguage',
        values: ['http://www.w3.org/XML/Schema', 'http://www.w3.org/2001/XMLSchema', 'http://www.w3.org/TR/xmlschema-1/'],
      },
    ],
  },
  {
    name: 'GetRecords',
    get: true,
    post: true,
    parameters: [
      typeNames,
      outputFormat,
      outputSchema,
      { name: 'resultType', values: ['hits', 'results', 'validate'] },
      elementSetName,
      { name: 'CONSTRAINTLANGUAGE', values: [...constraintLanguages] },
    ],
    constraints: [
      { name: 'SupportedISOQueryables', values: [...named('iso'), ...doubleQueryables, boundingBox.name, anyText.name] },
      { name: 'AdditionalQueryables', values: named('additional') },
      {
        name: 'SupportedDublinCoreQueryables',
        values: [
          ...queryables.flatMap(queryable => queryable.names.filter(name => /^(?:dc|dct):/.test(name))),
          'ows:BoundingBox',
          'csw:AnyText',
        ],
      },
    ],
  },
  { name: 'GetRecordById', get: true, post: true, parameters: [outputFormat, outputSchema, elementSetName] },
];

/** What GetDomain may be asked about: every parameter, every queryable. */
const getDomain: AdvertisedOperation = {
  name: 'GetDomain',
  get: true,
  post: true,
  parameters: [
    {
      name: 'ParameterName',
      values: discovery.flatMap(operation => (operation.parameters ?? []).map(parameter => `${operation.name}.${parameter.name}`)),
    },
    { name: 'PropertyName', values: [...queryables.map(queryable => queryable.name), boundingBox.name, anyText.name] },
  ],
};

export const advertised: readonly AdvertisedOperation[] = [...discovery, getDomain];
