// Geometries as the whole server knows them: GeoJSON shapes, always x,y (east,north or lon,lat), whatever the CRS says on paper.
// Axis order is turned once on the way in and once on the way out (crs.ts).

/** x, y and at need z, in the units of the CRS. */
export type Position = readonly [number, number] | readonly [number, number, number];

export type Geometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'LineString'; readonly coordinates: readonly Position[] }
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] }
  | { readonly type: 'MultiPoint'; readonly coordinates: readonly Position[] }
  | { readonly type: 'MultiLineString'; readonly coordinates: readonly (readonly Position[])[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly (readonly Position[])[])[] }
  | { readonly type: 'GeometryCollection'; readonly geometries: readonly Geometry[] };

/** A geometry with the EPSG code its x,y coordinates are in (4326 stands for CRS84 as well). */
export interface LocatedGeometry {
  readonly geometry: Geometry;
  readonly srid: number;
}

/** Bounds in x,y, min ≤ max. */
export interface Envelope {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** The union of two envelopes; null stands for the empty one. */
export function uniteEnvelopes(a: Envelope | null, b: Envelope | null): Envelope | null {
  if (!a || !b) return a ?? b;
  return { minX: Math.min(a.minX, b.minX), minY: Math.min(a.minY, b.minY), maxX: Math.max(a.maxX, b.maxX), maxY: Math.max(a.maxY, b.maxY) };
}

/** The closed ring polygon of an envelope, exterior counter-clockwise. */
export function envelopePolygon(e: Envelope): Geometry {
  return {
    type: 'Polygon',
    coordinates: [
      [
        [e.minX, e.minY],
        [e.maxX, e.minY],
        [e.maxX, e.maxY],
        [e.minX, e.maxY],
        [e.minX, e.minY],
      ],
    ],
  };
}
