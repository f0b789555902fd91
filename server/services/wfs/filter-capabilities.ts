// fes:Filter_Capabilities (FES 2.0 § 7.14): every operator the filter tree has, and no other; no functions, no joins, no extended operators.
import { ns } from '../../core/xml/names';
import { xml, type Markup } from '../../core/xml/write';

const classes: readonly (readonly [string, boolean])[] = [
  ['ImplementsQuery', true],
  ['ImplementsAdHocQuery', true],
  ['ImplementsFunctions', false],
  ['ImplementsResourceId', true],
  ['ImplementsMinStandardFilter', true],
  ['ImplementsStandardFilter', true],
  ['ImplementsMinSpatialFilter', true],
  ['ImplementsSpatialFilter', true],
  ['ImplementsMinTemporalFilter', true],
  ['ImplementsTemporalFilter', true],
  ['ImplementsVersionNav', false],
  ['ImplementsSorting', true],
  ['ImplementsExtendedOperators', false],
  ['ImplementsMinimumXPath', true],
  ['ImplementsSchemaElementFunc', false],
];

const comparisons = [
  'EqualTo',
  'NotEqualTo',
  'LessThan',
  'GreaterThan',
  'LessThanOrEqualTo',
  'GreaterThanOrEqualTo',
  'Like',
  'Null',
  'Nil',
  'Between',
];
const geometries = [
  'Envelope',
  'Point',
  'LineString',
  'Curve',
  'Polygon',
  'Surface',
  'MultiPoint',
  'MultiCurve',
  'MultiSurface',
  'MultiGeometry',
];
const spatials = ['BBOX', 'Equals', 'Disjoint', 'Intersects', 'Touches', 'Crosses', 'Within', 'Contains', 'Overlaps', 'Beyond', 'DWithin'];
// AnyInteracts is answered too, but the schema of FES 2.0 has no name for it here
const temporals = [
  'After',
  'Before',
  'Begins',
  'BegunBy',
  'TContains',
  'During',
  'TEquals',
  'TOverlaps',
  'Meets',
  'OverlappedBy',
  'MetBy',
  'Ends',
  'EndedBy',
];

const list = (items: readonly string[], one: (item: string) => Markup): Markup => xml`${items.map(item => xml`${one(item)}\n`)}`;

/** The element; it declares the prefixes of the QNames in it. */
export const filterCapabilities: Markup = xml`<fes:Filter_Capabilities xmlns:fes="${ns.fes}" xmlns:gml="${ns.gml32}">
<fes:Conformance>
${classes.map(([name, holds]) => xml`<fes:Constraint name="${name}"><ows:NoValues/><ows:DefaultValue>${holds ? 'TRUE' : 'FALSE'}</ows:DefaultValue></fes:Constraint>\n`)}</fes:Conformance>
<fes:Id_Capabilities><fes:ResourceIdentifier name="fes:ResourceId"/></fes:Id_Capabilities>
<fes:Scalar_Capabilities>
<fes:LogicalOperators/>
<fes:ComparisonOperators>
${list(comparisons, name => xml`<fes:ComparisonOperator name="PropertyIs${name}"/>`)}</fes:ComparisonOperators>
</fes:Scalar_Capabilities>
<fes:Spatial_Capabilities>
<fes:GeometryOperands>
${list(geometries, name => xml`<fes:GeometryOperand name="gml:${name}"/>`)}</fes:GeometryOperands>
<fes:SpatialOperators>
${list(spatials, name => xml`<fes:SpatialOperator name="${name}"/>`)}</fes:SpatialOperators>
</fes:Spatial_Capabilities>
<fes:Temporal_Capabilities>
<fes:TemporalOperands>
${list(['TimeInstant', 'TimePeriod'], name => xml`<fes:TemporalOperand name="gml:${name}"/>`)}</fes:TemporalOperands>
<fes:TemporalOperators>
${list(temporals, name => xml`<fes:TemporalOperator name="${name}"/>`)}</fes:TemporalOperators>
</fes:Temporal_Capabilities>
</fes:Filter_Capabilities>
`;
