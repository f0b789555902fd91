// EX_BoundingPolygon: where a record tells its place by a polygon instead of a box, the box around it is what searches and lists use.
import { transformEnvelope } from '../server/core/model/crs';
import { Fault } from '../server/core/model/fault';
import { eachPosition } from '../server/core/model/geometry-kind';
import type { Envelope, LocatedGeometry } from '../server/core/model/geometry';
import { Budget } from '../server/core/filter/budget';
import { readGeometry } from '../server/core/filter/gml-read';
import type { Element } from '../server/core/xml/read';
import { plausibleAxes } from './record-filter';

/** The box in lon,lat around a GML geometry of either edition; null for what cannot be read, as everywhere in lenient reading. */
export function boxAround(geometry: Element): Envelope | null {
  try {
    const located = readGeometry(geometry, { rule: 'form', defaultSrid: 4326, defaultFlip: true }, new Budget('polygon'));
    const { minX, minY, maxX, maxY } = transformEnvelope(boundsOf(plausible(located, geometry)), located.srid, 4326);
    return [minX, minY, maxX, maxY].every(Number.isFinite) ? { minX, minY, maxX, maxY } : null;
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

/** Coordinates without a reference system are lat,lon, unless only the other way round makes sense. */
function plausible(located: LocatedGeometry, element: Element): LocatedGeometry {
  const named = (part: Element): boolean => (part.attribute('srsName') ?? '').trim() !== '' || part.children.some(named);
  if (named(element)) return located;
  const filter = plausibleAxes({ op: 'spatial', operator: 'intersects', property: null, geometry: located });
  return filter.op === 'spatial' ? filter.geometry : located;
}

function boundsOf({ geometry }: LocatedGeometry): Envelope {
  const xs: number[] = [];
  const ys: number[] = [];
  eachPosition(geometry, ([x, y]) => {
    xs.push(x);
    ys.push(y);
  });
  const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
  return { minX: least(xs), minY: least(ys), maxX: most(xs), maxY: most(ys) };
}
