// ogc:Filter_Capabilities (Filter 1.1 § 16): every operator the filter tree has, and no other.
import { fragment, type Fragment } from '../ows/fragments';

/** The list of the schema knows no collections; they are read all the same. */
const geometries = ['Envelope', 'Point', 'LineString', 'Polygon'];
const spatial = ['BBOX', 'Equals', 'Disjoint', 'Intersects', 'Touches', 'Crosses', 'Within', 'Contains', 'Overlaps', 'DWithin', 'Beyond'];
const comparisons = [
  'EqualTo',
  'NotEqualTo',
  'LessThan',
  'GreaterThan',
  'LessThanEqualTo',
  'GreaterThanEqualTo',
  'Like',
  'Between',
  'NullCheck',
];

export const filterCapabilities: Fragment = fragment`<ogc:Filter_Capabilities>
<ogc:Spatial_Capabilities>
<ogc:GeometryOperands>${geometries.map(name => fragment`<ogc:GeometryOperand>gml:${name}</ogc:GeometryOperand>`)}</ogc:GeometryOperands>
<ogc:SpatialOperators>${spatial.map(name => fragment`<ogc:SpatialOperator name="${name}"/>`)}</ogc:SpatialOperators>
</ogc:Spatial_Capabilities>
<ogc:Scalar_Capabilities>
<ogc:LogicalOperators/>
<ogc:ComparisonOperators>${comparisons.map(name => fragment`<ogc:ComparisonOperator>${name}</ogc:ComparisonOperator>`)}</ogc:ComparisonOperators>
</ogc:Scalar_Capabilities>
<ogc:Id_Capabilities><ogc:EID/><ogc:FID/></ogc:Id_Capabilities>
</ogc:Filter_Capabilities>
`;
