// Which geometry type holds a set of geometries: the promotion to Multi* where single and multiple ones are mixed, and heights.
import type { GeometryType } from './feature-type';
import type { Geometry, Position } from './geometry';

const single: Readonly<Record<string, GeometryType>> = { MultiPoint: 'Point', MultiLineString: 'LineString', MultiPolygon: 'Polygon' };
const multiple: Readonly<Record<string, GeometryType>> = { Point: 'MultiPoint', LineString: 'MultiLineString', Polygon: 'MultiPolygon' };

/** The narrowest type that holds both: equal, Multi* of one family, else any geometry. */
export function widerType(a: GeometryType | null, b: GeometryType): GeometryType {
  if (a === null || a === b) return b;
  if (single[a] === b) return a;
  if (single[b] === a) return b;
  return 'Geometry';
}

/** The geometry as a member of that type: a single one becomes a multiple of one. */
export function promote(geometry: Geometry, type: GeometryType): Geometry {
  if (geometry.type === type || multiple[geometry.type] !== type) return geometry;
  if (geometry.type === 'Point') return { type: 'MultiPoint', coordinates: [geometry.coordinates] };
  if (geometry.type === 'LineString') return { type: 'MultiLineString', coordinates: [geometry.coordinates] };
  if (geometry.type === 'Polygon') return { type: 'MultiPolygon', coordinates: [geometry.coordinates] };
  return geometry;
}

/** Calls `use` with every position. */
export function eachPosition(geometry: Geometry, use: (position: Position) => void): void {
  switch (geometry.type) {
    case 'Point':
      use(geometry.coordinates);
      return;
    case 'MultiPoint':
    case 'LineString':
      geometry.coordinates.forEach(use);
      return;
    case 'MultiLineString':
    case 'Polygon':
      for (const line of geometry.coordinates) line.forEach(use);
      return;
    case 'MultiPolygon':
      for (const polygon of geometry.coordinates) for (const ring of polygon) ring.forEach(use);
      return;
    case 'GeometryCollection':
      for (const member of geometry.geometries) eachPosition(member, use);
  }
}
