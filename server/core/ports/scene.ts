// The typed arrays that maps draw: geometries of one type in the CRS of the map, x,y, without objects per feature.

/** Shape of one feature; multi geometries are several parts of the same kind. */
export const shapeKinds = { point: 0, line: 1, polygon: 2 } as const;
export type ShapeKind = (typeof shapeKinds)[keyof typeof shapeKinds];

export interface Scene {
  readonly features: number;
  /** ShapeKind of each feature. */
  readonly kinds: Uint8Array;
  /** Feature f owns parts partStarts[featureStarts[f]] … featureStarts[f + 1] - 1; length features + 1. */
  readonly featureStarts: Uint32Array;
  /** Part p owns vertices partStarts[p] … partStarts[p + 1] - 1; a part is a point, a line or a ring (exterior and interior rings alike). Length parts + 1. */
  readonly partStarts: Uint32Array;
  /** x,y of each vertex, in the CRS of the query. */
  readonly coordinates: Float64Array;
  /** Values of the properties asked for, by property name, one per feature. */
  readonly attributes: Readonly<Record<string, readonly (string | number | boolean | null)[]>>;
}
