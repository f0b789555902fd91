// GML 3.2 of a single geometry object, for answers that are not streams of whole features (GetPropertyValue, feature information).
import type { Geometry, Position } from '../core/model/geometry';
import { unreachable } from '../core/model/fault';
import { attributes, xml, type Markup } from '../core/xml/write';

export interface GmlStyle {
  readonly srsName: string;
  /** Write north,east. */
  readonly flip: boolean;
  readonly decimals: number;
}

/** The element with srsName and a gml:id on it; members get ids derived from it. */
export function gmlGeometry(geometry: Geometry, style: GmlStyle, id: string): Markup {
  return write(geometry, style, id, true);
}

function write(geometry: Geometry, style: GmlStyle, id: string, outer: boolean): Markup {
  const head = attributes({ 'gml:id': id, srsName: outer ? style.srsName : null, srsDimension: outer && deep(geometry) ? 3 : null });
  const part = (member: Geometry, i: number): Markup => write(member, style, `${id}.${i + 1}`, false);
  switch (geometry.type) {
    case 'Point':
      return xml`<gml:Point${head}><gml:pos>${coordinates([geometry.coordinates], style)}</gml:pos></gml:Point>`;
    case 'LineString':
      return xml`<gml:LineString${head}><gml:posList>${coordinates(geometry.coordinates, style)}</gml:posList></gml:LineString>`;
    case 'Polygon': {
      const [exterior = [], ...holes] = geometry.coordinates;
      return xml`<gml:Polygon${head}><gml:exterior>${ring(exterior, style)}</gml:exterior>${holes.map(hole => xml`<gml:interior>${ring(hole, style)}</gml:interior>`)}</gml:Polygon>`;
    }
    case 'MultiPoint':
      return xml`<gml:MultiPoint${head}>${geometry.coordinates.map((one, i) => xml`<gml:pointMember>${part({ type: 'Point', coordinates: one }, i)}</gml:pointMember>`)}</gml:MultiPoint>`;
    case 'MultiLineString':
      return xml`<gml:MultiCurve${head}>${geometry.coordinates.map((one, i) => xml`<gml:curveMember>${part({ type: 'LineString', coordinates: one }, i)}</gml:curveMember>`)}</gml:MultiCurve>`;
    case 'MultiPolygon':
      return xml`<gml:MultiSurface${head}>${geometry.coordinates.map((one, i) => xml`<gml:surfaceMember>${part({ type: 'Polygon', coordinates: one }, i)}</gml:surfaceMember>`)}</gml:MultiSurface>`;
    case 'GeometryCollection':
      return xml`<gml:MultiGeometry${head}>${geometry.geometries.map((one, i) => xml`<gml:geometryMember>${part(one, i)}</gml:geometryMember>`)}</gml:MultiGeometry>`;
    default:
      return unreachable(geometry);
  }
}

const ring = (positions: readonly Position[], style: GmlStyle): Markup =>
  xml`<gml:LinearRing><gml:posList>${coordinates(positions, style)}</gml:posList></gml:LinearRing>`;

function coordinates(positions: readonly Position[], { flip, decimals }: GmlStyle): string {
  const factor = 10 ** decimals;
  return positions
    .map(([x, y, z]) =>
      [...(flip ? [y, x] : [x, y]), ...(z === undefined ? [] : [z])].map(value => Math.round(value * factor) / factor).join(' '),
    )
    .join(' ');
}

function deep(geometry: Geometry): boolean {
  if (geometry.type === 'GeometryCollection') return geometry.geometries.some(deep);
  let first: unknown = geometry.coordinates;
  while (Array.isArray(first) && Array.isArray(first[0])) first = first[0];
  return Array.isArray(first) && first.length > 2;
}
