// ogc:Filter_Capabilities of Filter 1.1 (§ 16; WFS 1.1, CSW 2.0.2) and of Filter 1.0 (§ 5; WFS 1.0): every operator the filter tree has, and no other.
import { fragment, type Fragment } from './fragments';

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

/** Filter 1.1; the prefixes ogc and gml are declared around it. */
export const filterCapabilities11: Fragment = fragment`<ogc:Filter_Capabilities>
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

/** Filter 1.0 writes an element for each; its name of Intersects is Intersect. */
export const filterCapabilities10: Fragment = fragment`<ogc:Filter_Capabilities>
<ogc:Spatial_Capabilities>
<ogc:Spatial_Operators>${spatial.map(name => fragment`<ogc:${name === 'Intersects' ? 'Intersect' : name}/>`)}</ogc:Spatial_Operators>
</ogc:Spatial_Capabilities>
<ogc:Scalar_Capabilities>
<ogc:Logical_Operators/>
<ogc:Comparison_Operators><ogc:Simple_Comparisons/><ogc:Like/><ogc:Between/><ogc:NullCheck/></ogc:Comparison_Operators>
</ogc:Scalar_Capabilities>
</ogc:Filter_Capabilities>
`;
