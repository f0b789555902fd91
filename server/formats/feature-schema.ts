// XML Schemas of feature types (DescribeFeatureType): application schemas of GML 3.2 and 3.1.1 (Simple Features profile, level 0) and of GML 2.1.2.
// XML Schema is bound to the prefix `xsd` and GML to `gml`, every element has a type attribute: OWSLib, ogc-client and GDAL see no attributes otherwise.
import { unreachable } from '../core/model/fault';
import type { FeatureType, GeometryType, Property, ScalarType } from '../core/model/feature-type';
import { inLanguage, type Language } from '../core/model/text';
import { ns } from '../core/xml/names';
import { attributes, xml, xmlHeader, type Markup } from '../core/xml/write';

/** The versions of GML that are written. */
export type GmlVersion = '3.2' | '3.1.1' | '2.1.2';

interface GmlSchema {
  readonly namespace: string;
  /** Where it is published. */
  readonly address: string;
  /** Head of the substitution group of features. */
  readonly feature: string;
  readonly propertyTypes: Readonly<Record<GeometryType, string>>;
}

/** A line is a curve, a polygon a surface (both are how PostGIS writes them). */
const gml3Properties: GmlSchema['propertyTypes'] = {
  Point: 'gml:PointPropertyType',
  LineString: 'gml:CurvePropertyType',
  Polygon: 'gml:SurfacePropertyType',
  MultiPoint: 'gml:MultiPointPropertyType',
  MultiLineString: 'gml:MultiCurvePropertyType',
  MultiPolygon: 'gml:MultiSurfacePropertyType',
  GeometryCollection: 'gml:MultiGeometryPropertyType',
  Geometry: 'gml:GeometryPropertyType',
};

export const gmlSchemas: Readonly<Record<GmlVersion, GmlSchema>> = {
  '3.2': {
    namespace: ns.gml32,
    address: 'http://schemas.opengis.net/gml/3.2.1/gml.xsd',
    feature: 'gml:AbstractFeature',
    propertyTypes: gml3Properties,
  },
  '3.1.1': {
    namespace: ns.gml,
    address: 'http://schemas.opengis.net/gml/3.1.1/base/gml.xsd',
    feature: 'gml:_Feature',
    propertyTypes: gml3Properties,
  },
  '2.1.2': {
    namespace: ns.gml,
    address: 'http://schemas.opengis.net/gml/2.1.2/feature.xsd',
    feature: 'gml:_Feature',
    propertyTypes: {
      Point: 'gml:PointPropertyType',
      LineString: 'gml:LineStringPropertyType',
      Polygon: 'gml:PolygonPropertyType',
      MultiPoint: 'gml:MultiPointPropertyType',
      MultiLineString: 'gml:MultiLineStringPropertyType',
      MultiPolygon: 'gml:MultiPolygonPropertyType',
      GeometryCollection: 'gml:MultiGeometryPropertyType',
      Geometry: 'gml:GeometryPropertyType',
    },
  },
};

/** Where GML 3.2.1 is published. */
export const gml32SchemaAddress = gmlSchemas['3.2'].address;

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

/**
 * The application schema of one namespace with all the given types, which must share it. Every property may be absent, so that an answer
 * with fewer properties (PROPERTYNAME) is valid too; nillable ones may be xsi:nil. Geometry comes last, as it is printed.
 */
export function applicationSchema(types: readonly FeatureType[], language: Language, gml: GmlVersion = '3.2'): string {
  const [first] = types;
  if (!first) throw new Error('a schema needs a type');
  const { namespace, address } = gmlSchemas[gml];
  const head = attributes({
    'xmlns:xsd': ns.xs,
    'xmlns:gml': namespace,
    [`xmlns:${first.prefix}`]: first.namespace,
    targetNamespace: first.namespace,
    elementFormDefault: 'qualified',
    version: '1.0',
  });
  return xml`${xmlHeader}<xsd:schema${head}>
<xsd:import namespace="${namespace}" schemaLocation="${address}"/>
${types.map(type => typeDeclaration(type, language, gmlSchemas[gml]))}</xsd:schema>
`.text;
}

function typeDeclaration(type: FeatureType, language: Language, schema: GmlSchema): Markup {
  const { geometry } = type;
  const last =
    geometry === null
      ? null
      : xml`<xsd:element name="${geometry.name}" type="${schema.propertyTypes[geometry.type]}" nillable="true" minOccurs="0" maxOccurs="1"/>\n`;
  return xml`<xsd:element name="${type.local}" type="${type.prefix}:${type.local}Type" substitutionGroup="${schema.feature}"/>
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
