// Filters of catalogue clients, brought to the names of the type `record` and to the spelling of its codes; plausibility of coordinates without a
// reference system. Unknown names stay as they are: the check refuses them.
import type { Expression, Filter } from '../server/core/filter/filter';
import { unreachable } from '../server/core/model/fault';
import type { Geometry, Position } from '../server/core/model/geometry';
import { expanded } from './double-queryables';
import { queryableName } from './queryable-names';
import { epsgOf } from './record';
import { languageCode } from '../schemas/codelists/languages';

/** How codes are spelled in the index: `fra` finds `fre`, any spelling of a reference system finds the others. */
const spellings: Readonly<Record<string, (value: string) => string>> = {
  Language: languageCode,
  ResourceLanguage: languageCode,
  CRS: value => {
    const code = epsgOf({ code: value, codeSpace: null, uri: null });
    return code === null ? value : `EPSG:${code}`;
  },
};

type Value = string | number | boolean;
const spelled = (property: string, value: Value): Value =>
  Object.hasOwn(spellings, property) ? (spellings[property]?.(String(value)) ?? value) : value;

const named = (side: Expression): Expression => (side.kind === 'property' ? { ...side, name: queryableName(side.name) } : side);

/** The filter in the names of the type `record`. Ids of records are their identifiers. */
export function recordFilter(filter: Filter): Filter {
  switch (filter.op) {
    case 'all':
    case 'none':
    case 'area':
      return filter;
    case 'and':
    case 'or':
      return { op: filter.op, parts: filter.parts.map(recordFilter) };
    case 'not':
      return { op: 'not', part: recordFilter(filter.part) };
    case 'compare': {
      const [left, right] = [named(filter.left), named(filter.right)];
      const property = left.kind === 'property' ? left.name : right.kind === 'property' ? right.name : '';
      const coded = (side: Expression): Expression => (side.kind === 'literal' ? { ...side, value: spelled(property, side.value) } : side);
      return both({ ...filter, left: coded(left), right: coded(right) });
    }
    case 'like':
    case 'null':
    case 'temporal':
      return both({ ...filter, property: queryableName(filter.property) });
    case 'between':
      return both({ ...filter, property: queryableName(filter.property), lower: named(filter.lower), upper: named(filter.upper) });
    case 'in': {
      const property = queryableName(filter.property);
      return both({ ...filter, property, values: filter.values.map(value => spelled(property, value)) });
    }
    case 'spatial':
      return { ...filter, property: filter.property === null ? null : queryableName(filter.property) };
    case 'ids':
      return { op: 'in', property: 'Identifier', values: filter.ids };
    default:
      return unreachable(filter);
  }
}

const both = (filter: Filter): Filter => expanded(filter) ?? filter;

/** Metropolitan France with its seas, lon,lat: where the catalogue's records lie. */
const home = { minX: -10, minY: 41, maxX: 12, maxY: 52 } as const;

const geographic: ReadonlySet<number> = new Set([4326, 4258, 4171]);

/**
 * Plausibility of coordinates that came without a reference system, or with a short name that settles no order: where they miss France, or the earth, as read and
 * lie in France the other way round, the client meant lon,lat (GeoNetwork writes corners so).
 */
export function plausibleAxes(filter: Filter): Filter {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { op: filter.op, parts: filter.parts.map(plausibleAxes) };
    case 'not':
      return { op: 'not', part: plausibleAxes(filter.part) };
    case 'spatial': {
      const { geometry, srid } = filter.geometry;
      const points = positions(geometry);
      if (!geographic.has(srid) || touchesHome(points) || !touchesHome(points.map(turned))) return filter;
      return { ...filter, geometry: { srid, geometry: mapGeometry(geometry, turned) } };
    }
    default:
      return filter;
  }
}

const turned = (position: Position): Position =>
  position.length === 3 ? [position[1], position[0], position[2]] : [position[1], position[0]];

/** Whether the bounds are on the earth and meet the home box. */
function touchesHome(points: readonly Position[]): boolean {
  const xs = points.map(point => point[0]);
  const ys = points.map(point => point[1]);
  const [minX, maxX, minY, maxY] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  if (minY < -90 || maxY > 90) return false;
  return minX <= home.maxX && maxX >= home.minX && minY <= home.maxY && maxY >= home.minY;
}

function positions(geometry: Geometry): Position[] {
  const found: Position[] = [];
  mapGeometry(geometry, position => {
    found.push(position);
    return position;
  });
  return found;
}

function mapGeometry(geometry: Geometry, change: (position: Position) => Position): Geometry {
  switch (geometry.type) {
    case 'Point':
      return { type: 'Point', coordinates: change(geometry.coordinates) };
    case 'LineString':
      return { type: 'LineString', coordinates: geometry.coordinates.map(change) };
    case 'MultiPoint':
      return { type: 'MultiPoint', coordinates: geometry.coordinates.map(change) };
    case 'Polygon':
      return { type: 'Polygon', coordinates: geometry.coordinates.map(ring => ring.map(change)) };
    case 'MultiLineString':
      return { type: 'MultiLineString', coordinates: geometry.coordinates.map(line => line.map(change)) };
    case 'MultiPolygon':
      return { type: 'MultiPolygon', coordinates: geometry.coordinates.map(polygon => polygon.map(ring => ring.map(change))) };
    case 'GeometryCollection':
      return { type: 'GeometryCollection', geometries: geometry.geometries.map(part => mapGeometry(part, change)) };
    default:
      return unreachable(geometry);
  }
}
