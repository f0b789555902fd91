// DescribeRecord of CSW 2.0.2 (OGC 07-006 § 10.6): the schemas of the records by reference to their published documents.
import { ns } from '../../core/xml/names';
import { attributes, xml, xmlHeader } from '../../core/xml/write';
import type { Reply } from '../ows/operation';
import type { DescribeRecord } from './requests';
import { xmlType } from './responses';
import { recordSchemas } from './schemas';

export function describeRecord(request: DescribeRecord): Reply {
  const components = (request.schemas ?? recordSchemas).map(
    schema =>
      xml`<csw:SchemaComponent targetNamespace="${schema.namespace}" schemaLanguage="http://www.w3.org/XML/Schema"><xs:schema${attributes({ 'xmlns:xs': ns.xs, [`xmlns:${schema.key}`]: schema.namespace })} targetNamespace="${schema.namespace}" elementFormDefault="qualified"><xs:include schemaLocation="${schema.location}"/></xs:schema></csw:SchemaComponent>\n`,
  );
  const root = attributes({
    'xmlns:csw': ns.csw202,
    'xmlns:xsi': ns.xsi,
    'xsi:schemaLocation': `${ns.csw202} http://schemas.opengis.net/csw/2.0.2/CSW-discovery.xsd`,
  });
  return {
    type: xmlType,
    access: 'public',
    body: xml`${xmlHeader}<csw:DescribeRecordResponse${root}>\n${components}</csw:DescribeRecordResponse>\n`.text,
  };
}
