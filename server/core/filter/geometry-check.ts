// A geometry of a filter as the database may have it: finite numbers, one dimension, bounded in size, nothing empty.
import { Fault } from '../model/fault';
import type { Geometry, LocatedGeometry, Position } from '../model/geometry';
import { filterLimits } from './budget';

/** Every position of a geometry. */
function* positions(geometry: Geometry): Generator<Position> {
  switch (geometry.type) {
    case 'Point':
      yield geometry.coordinates;
      return;
    case 'LineString':
    case 'MultiPoint':
      yield* geometry.coordinates;
      return;
    case 'Polygon':
    case 'MultiLineString':
      for (const line of geometry.coordinates) yield* line;
      return;
    case 'MultiPolygon':
      for (const polygon of geometry.coordinates) for (const ring of polygon) yield* ring;
      return;
    case 'GeometryCollection':
      for (const part of geometry.geometries) yield* positions(part);
  }
}

/** The geometry itself. Faults at `locator`: invalid-value (not finite, empty, of mixed dimensions), too-large. */
export function checkGeometry(located: LocatedGeometry, locator: string, most: number = filterLimits.vertices): LocatedGeometry {
  let count = 0;
  let dimension = 0;
  for (const position of positions(located.geometry)) {
    if (++count > most) throw new Fault('too-large', locator, `a geometry has more than ${most} positions`);
    if (!position.every(Number.isFinite)) throw new Fault('invalid-value', locator, 'a geometry has a coordinate that is not finite');
    dimension ||= position.length;
    if (position.length !== dimension) throw new Fault('invalid-value', locator, 'a geometry mixes positions of two and of three numbers');
  }
  if (count === 0) throw new Fault('invalid-value', locator, 'a geometry is empty');
  return located;
}
