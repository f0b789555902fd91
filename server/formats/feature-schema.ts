// XML Schemas of feature types (DescribeFeatureType): GML 3.2 application schemas of the Simple Features profile, level 0. XML Schema is bound
// to the prefix `xsd` and GML to `gml`, every element has a type attribute: OWSLib, ogc-client and GDAL see no attributes otherwise.
import { unreachable } from '../core/model/fault';
import type { FeatureType, GeometryType, Property, ScalarType } from '../core/model/feature-type';
import { inLanguage, type Language } from '../core/model/text';
import { ns } from '../core/xml/names';
import { attributes, xml, xmlHeader, type Markup } from '../core/xml/write';

/** Where GML 3.2.1 is published. */
export const gml32SchemaAddress = 'http://schemas.opengis.net/gml/3.2.1/gml.xsd';

/** Name of the XML Schema type of a scalar property, with the prefix `xsd`. */
export function xsdType(type: ScalarType): string {
  switch (type) {
    case 'string':
      return 'xsd:string';
    case 'integer':
      return 'xsd:int';
    case 'long':
      return 'xsd:long';
    case 'decimal':
      return 'xsd:decimal';
    case 'double':
      return 'xsd:double';
    case 'boolean':
      return 'xsd:boolean';
    case 'date':
      return 'xsd:date';
    case 'dateTime':
      return 'xsd:dateTime';
    default:
      return unreachable(type);
  }
}

/** GML 3.2 property type of a geometry: a line is a curve, a polygon a surface (both are how PostGIS writes them). */
export function gmlPropertyType(type: GeometryType): string {
  switch (type) {
    case 'Point':
      return 'gml:PointPropertyType';
    case 'LineString':
      return 'gml:CurvePropertyType';
    case 'Polygon':
      return 'gml:SurfacePropertyType';
    case 'MultiPoint':
      return 'gml:MultiPointPropertyType';
    case 'MultiLineString':
      return 'gml:MultiCurvePropertyType';
    case 'MultiPolygon':
      return 'gml:MultiSurfacePropertyType';
    case 'GeometryCollection':
      return 'gml:MultiGeometryPropertyType';
    case 'Geometry':
      return 'gml:GeometryPropertyType';
    default:
      return unreachable(type);
  }
}

/**
 * The application schema of one namespace with all the given types, which must share it. Every property may be absent, so that an answer
 * with fewer properties (PROPERTYNAME) is valid too; nillable ones may be xsi:nil. Geometry comes last, as it is printed.
 */
export function applicationSchema(types: readonly FeatureType[], language: Language): string {
  const [first] = types;
  if (!first) throw new Error('a schema needs a type');
  const head = attributes({
    'xmlns:xsd': ns.xs,
    'xmlns:gml': ns.gml32,
    [`xmlns:${first.prefix}`]: first.namespace,
    targetNamespace: first.namespace,
    elementFormDefault: 'qualified',
    version: '1.0',
  });
  return xml`${xmlHeader}<xsd:schema${head}>
<xsd:import namespace="${ns.gml32}" schemaLocation="${gml32SchemaAddress}"/>
${types.map(type => typeDeclaration(type, language))}</xsd:schema>
`.text;
}

function typeDeclaration(type: FeatureType, language: Language): Markup {
  const { geometry } = type;
  const last =
    geometry === null
      ? null
      : xml`<xsd:element name="${geometry.name}" type="${gmlPropertyType(geometry.type)}" nillable="true" minOccurs="0" maxOccurs="1"/>\n`;
  return xml`<xsd:element name="${type.local}" type="${type.prefix}:${type.local}Type" substitutionGroup="gml:AbstractFeature"/>
<xsd:complexType name="${type.local}Type">
<xsd:complexContent>
<xsd:extension base="gml:AbstractFeatureType">
<xsd:sequence>
${type.properties.map(property => propertyDeclaration(property, language))}${last}</xsd:sequence>
</xsd:extension>
</xsd:complexContent>
</xsd:complexType>
`;
}

function propertyDeclaration(property: Property, language: Language): Markup {
  const list = attributes({
    name: property.name,
    type: xsdType(property.type),
    nillable: property.nillable ? 'true' : null,
    minOccurs: 0,
    maxOccurs: property.many === true ? 'unbounded' : 1,
  });
  const text = property.definition ?? property.title;
  if (!text) return xml`<xsd:element${list}/>\n`;
  return xml`<xsd:element${list}><xsd:annotation><xsd:documentation xml:lang="${language}">${inLanguage(text, language)}</xsd:documentation></xsd:annotation></xsd:element>\n`;
}

/** A schema that only imports those of several namespaces, each from its own address. */
export function importingSchema(imports: readonly { readonly namespace: string; readonly address: string }[]): string {
  return xml`${xmlHeader}<xsd:schema xmlns:xsd="${ns.xs}" elementFormDefault="qualified" version="1.0">
${imports.map(one => xml`<xsd:import namespace="${one.namespace}" schemaLocation="${one.address}"/>\n`)}</xsd:schema>
`.text;
}
