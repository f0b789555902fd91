// Names of queryables as catalogue clients write them – with the prefix of one of three vocabularies, without, in any case, as a path into the
// ISO document – and filters that use them, brought to the names of the type `record`. Unknown names stay as they are: the check refuses them.
import type { Filter } from '../server/core/filter/filter';
import { unreachable } from '../server/core/model/fault';
import type { Geometry, Position } from '../server/core/model/geometry';
import { anyText, boundingBox, queryables } from './record-type';
import { languageCode } from '../schemas/codelists/languages';

const byName = new Map<string, string>();
const byPath = new Map<string, string>();
for (const queryable of queryables) {
  for (const name of [queryable.name, ...queryable.names, ...queryable.names.map(one => one.slice(one.indexOf(':') + 1))])
    if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), queryable.name);
  for (const path of queryable.paths) byPath.set(path.toLowerCase(), queryable.name);
}
for (const one of [boundingBox, anyText]) for (const name of one.aliases) byName.set(name.toLowerCase(), one.name);

/** The queryable a client means; a name that none has is given back without its prefix. */
export function queryableName(written: string): string {
  const text = written.trim();
  const whole = byName.get(text.toLowerCase());
  if (whole !== undefined) return whole;
  if (text.includes('/')) return pathName(text);
  const bare = text.slice(text.indexOf(':') + 1);
  return byName.get(bare.toLowerCase()) ?? bare;
}

/** A path into a gmd document, or a path of one step such as `/csw:Record/dc:title`. */
function pathName(path: string): string {
  const steps = path
    .replace(/\[\d+\]/g, '')
    .split('/')
    .filter(step => step !== '' && step !== '.' && step !== '..')
    .map(step => step.slice(step.indexOf(':') + 1).replace(/^@/, ''));
  const joined = steps
    .filter(step => step !== 'codeListValue')
    .join('/')
    .toLowerCase();
  if (joined.includes('ex_geographicboundingbox')) return boundingBox.name;
  for (const [known, name] of byPath)
    if (known === joined || known.endsWith(`/${joined}`) || known === `md_metadata/${joined}`) return name;
  const last = steps.at(-1) ?? '';
  return steps.length <= 2 ? (byName.get(last.toLowerCase()) ?? last) : path.slice(0, 80);
}

const languages = new Set(['Language', 'ResourceLanguage']);

/**
 * The filter in the names of the type `record`. Ids of records are their identifiers; languages are compared by their code (`fra` finds `fre`).
 */
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
      const [left, right] = [filter.left, filter.right].map(side =>
        side.kind === 'property' ? { ...side, name: queryableName(side.name) } : side,
      );
      if (!left || !right) return filter;
      const named = left.kind === 'property' ? left.name : right.kind === 'property' ? right.name : '';
      const coded = (side: typeof left): typeof left =>
        side.kind === 'literal' && languages.has(named) ? { ...side, value: languageCode(String(side.value)) } : side;
      return { ...filter, left: coded(left), right: coded(right) };
    }
    case 'like':
    case 'null':
    case 'temporal':
      return { ...filter, property: queryableName(filter.property) };
    case 'between': {
      const [lower, upper] = [filter.lower, filter.upper].map(side =>
        side.kind === 'property' ? { ...side, name: queryableName(side.name) } : side,
      );
      return { ...filter, property: queryableName(filter.property), lower: lower ?? filter.lower, upper: upper ?? filter.upper };
    }
    case 'in': {
      const property = queryableName(filter.property);
      return {
        ...filter,
        property,
        values: languages.has(property) ? filter.values.map(value => languageCode(String(value))) : filter.values,
      };
    }
    case 'spatial':
      return { ...filter, property: filter.property === null ? null : queryableName(filter.property) };
    case 'ids':
      return { op: 'in', property: 'Identifier', values: filter.ids };
    default:
      return unreachable(filter);
  }
}

/** Metropolitan France with its seas, lon,lat: where the catalogue's records lie. */
const home = { minX: -10, minY: 41, maxX: 12, maxY: 52 } as const;

/**
 * Plausibility of coordinates that came without a reference system and were read as lat,lon: where they miss France, or the earth, as read and
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
      if (srid !== 4326 || touchesHome(points) || !touchesHome(points.map(turned))) return filter;
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
