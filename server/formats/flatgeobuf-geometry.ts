// Makes a geometry of ours of a FlatGeobuf geometry table: flat lists of numbers, the ends of rings and lines, parts of multiple geometries.
import type { Geometry, Position } from '../core/model/geometry';
import type { Say } from '../core/model/say';
import type { FlatTable } from './flatbuffers';
import { BadGeometry, geometryOfJson } from './geojson-geometry';

/** Numbers of the enumeration GeometryType; curves and patches follow and are not read. */
const names = ['Unknown', 'Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon', 'GeometryCollection'] as const;
export type FgbGeometryName = (typeof names)[number];

export const fgbGeometryName = (code: number): FgbGeometryName | null => names[code] ?? null;

/** Parts of one geometry, all levels together: a part may be pointed to by several, so that a small file could unfold without end. Its positions are no more than its bytes hold. */
const maxParts = 1_000_000;
const maxDepth = 8;

/** The geometry of a table whose type the header tells (0: the table does). null for an empty one. Throws BadGeometry. */
export function readFgbGeometry(table: FlatTable, headerType: number, say: Say): Geometry | null {
  const budget = { parts: maxParts, positions: Math.ceil(table.size / 16) };
  const spend = (what: keyof typeof budget, count: number): void => {
    budget[what] -= count;
    if (budget[what] < 0) throw new BadGeometry(say('la géométrie a trop de parties', 'the geometry has too many parts'));
  };
  const made = shape(table, headerType, 0);
  return made === null ? null : geometryOfJson(made, say);

  function shape(part: FlatTable, told: number, depth: number): object | null {
    spend('parts', 1);
    if (depth > maxDepth) throw new BadGeometry(say('la géométrie a trop de parties', 'the geometry has too many parts'));
    const code = told === 0 ? part.unsigned(6, 1, 0) : told;
    const type = fgbGeometryName(code);
    switch (type) {
      case 'Point': {
        const [only] = positions(part);
        return only === undefined ? null : { type, coordinates: only };
      }
      case 'MultiPoint':
      case 'LineString':
        return { type, coordinates: positions(part) };
      case 'MultiLineString':
      case 'Polygon':
        return { type, coordinates: split(part) };
      case 'MultiPolygon':
        return { type, coordinates: part.tables(7).map(polygon => (spend('parts', 1), split(polygon))) };
      case 'GeometryCollection':
        return { type, geometries: part.tables(7).map(member => shape(member, 0, depth + 1)) };
      default:
        throw new BadGeometry(
          say(`type de géométrie ${code} non lu (courbes, facettes)`, `geometry type ${code} not read (curves, patches)`),
        );
    }
  }

  function positions(part: FlatTable): Position[] {
    const xy = part.doubles(1);
    const z = part.doubles(2);
    const count = xy.length / 2;
    if (!Number.isInteger(count) || (z.length > 0 && z.length !== count))
      throw new BadGeometry(say('les coordonnées ne vont pas par paires', 'the coordinates do not come in pairs'));
    spend('positions', count);
    return Array.from({ length: count }, (_, index): Position => {
      const [x = NaN, y = NaN, height] = [xy[index * 2], xy[index * 2 + 1], z[index]];
      return height === undefined || Number.isNaN(height) ? [x, y] : [x, y, height];
    });
  }

  /** Rings or lines: `ends` are counted in positions from the beginning; one alone needs none. */
  function split(part: FlatTable): Position[][] {
    const all = positions(part);
    const ends = part.integers(0);
    if (ends.length === 0) return all.length === 0 ? [] : [all];
    let start = 0;
    spend('parts', ends.length);
    return ends.map(end => {
      if (end < start || end > all.length)
        throw new BadGeometry(say('les fins d’anneaux ne se suivent pas', 'the ends of the rings do not follow one another'));
      const piece = all.slice(start, end);
      start = end;
      return piece;
    });
  }
}
