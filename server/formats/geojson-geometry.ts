// Makes a geometry of ours of a GeoJSON object (RFC 7946 § 3.1), or says why it cannot. Rings are closed, heights kept, further numbers dropped.
import type { Geometry, Position } from '../core/model/geometry';
import type { Say } from '../core/model/say';

/** Thrown inside a reader for a geometry that cannot be taken; the message is the sentence of the report. */
export class BadGeometry extends Error {}

const maxDepth = 8;

/** The geometry of a parsed JSON value; null for null and for an empty geometry. Throws BadGeometry. */
export function geometryOfJson(value: unknown, say: Say, depth = 0): Geometry | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object' || depth > maxDepth)
    throw new BadGeometry(say("la géométrie n'est pas un objet GeoJSON", 'the geometry is not a GeoJSON object'));
  const { type, coordinates, geometries } = value as { type?: unknown; coordinates?: unknown; geometries?: unknown };
  const position = (item: unknown): Position => positionOf(item, say);
  const line = (least: number) => (item: unknown) => lineOf(list(item, say), least, say);
  const ring = (item: unknown): Position[] => closedRing(list(item, say).map(position), say);
  switch (type) {
    case 'Point':
      return Array.isArray(coordinates) && coordinates.length === 0 ? null : { type, coordinates: position(coordinates) };
    case 'MultiPoint':
      return filled({ type, coordinates: list(coordinates, say).map(position) });
    case 'LineString':
      return Array.isArray(coordinates) && coordinates.length === 0 ? null : { type, coordinates: line(2)(coordinates) };
    case 'MultiLineString':
      return filled({ type, coordinates: list(coordinates, say).map(line(2)) });
    case 'Polygon':
      return filled({ type, coordinates: list(coordinates, say).map(ring) });
    case 'MultiPolygon':
      return filled({ type, coordinates: list(coordinates, say).map(polygon => list(polygon, say).map(ring)) });
    case 'GeometryCollection': {
      const members = list(geometries, say).map(member => geometryOfJson(member, say, depth + 1));
      const present = members.filter(member => member !== null);
      return present.length === 0 ? null : { type, geometries: present };
    }
    default:
      throw new BadGeometry(
        say(
          `« ${String(type).slice(0, 40)} » n'est pas un type de géométrie GeoJSON`,
          `"${String(type).slice(0, 40)}" is not a GeoJSON geometry type`,
        ),
      );
  }
}

function filled<G extends { readonly coordinates: readonly unknown[] }>(geometry: G): G | null {
  return geometry.coordinates.length === 0 ? null : geometry;
}

function list(value: unknown, say: Say): unknown[] {
  if (!Array.isArray(value))
    throw new BadGeometry(
      say('les coordonnées ne sont pas imbriquées comme le type le veut', 'the coordinates are not nested as the type wants'),
    );
  return value;
}

function positionOf(value: unknown, say: Say): Position {
  const [x, y, z] = list(value, say);
  if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y))
    throw new BadGeometry(say("une position n'est pas faite de deux nombres", 'a position is not made of two numbers'));
  return typeof z === 'number' && Number.isFinite(z) ? [x, y, z] : [x, y];
}

function lineOf(items: readonly unknown[], least: number, say: Say): Position[] {
  const positions = items.map(item => positionOf(item, say));
  if (positions.length < least) throw new BadGeometry(say('une ligne a moins de deux positions', 'a line has fewer than two positions'));
  return positions;
}

/** A ring closed at need; fewer than three distinct corners is no ring. */
export function closedRing(positions: readonly Position[], say: Say): Position[] {
  const [first, last] = [positions[0], positions.at(-1)];
  if (!first || !last) throw new BadGeometry(say('un anneau est vide', 'a ring is empty'));
  const closed = first[0] === last[0] && first[1] === last[1] ? [...positions] : [...positions, first];
  if (closed.length < 4) throw new BadGeometry(say('un anneau a moins de trois sommets', 'a ring has fewer than three corners'));
  return closed;
}
