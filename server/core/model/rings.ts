// The rings of the polygons in a geometry, exterior and interior alike: under the even-odd rule they need not be told apart.
import type { Geometry, Position } from './geometry';

export function eachRing(geometry: Geometry, use: (ring: readonly Position[]) => void): void {
  switch (geometry.type) {
    case 'Polygon':
      geometry.coordinates.forEach(use);
      return;
    case 'MultiPolygon':
      for (const polygon of geometry.coordinates) polygon.forEach(use);
      return;
    case 'GeometryCollection':
      for (const member of geometry.geometries) eachRing(member, use);
      return;
    default:
      // points and lines have no inside
      return;
  }
}
