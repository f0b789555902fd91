// Reads well-known binary (OGC 06-103r4 § 8; ISO and extended codes) and the blob that GeoPackage puts around it (OGC 12-128r19 § 2.1.3).
// Every count is checked against the bytes that are there. Measures are dropped, curves and surfaces refused by name.
import type { GeometryType } from '../core/model/feature-type';
import type { Geometry, Position } from '../core/model/geometry';
import { BadGeometry, closedRing } from './geojson-geometry';
import type { Say } from '../core/model/say';

const names: Readonly<Record<number, string>> = {
  1: 'Point',
  2: 'LineString',
  3: 'Polygon',
  4: 'MultiPoint',
  5: 'MultiLineString',
  6: 'MultiPolygon',
  7: 'GeometryCollection',
  8: 'CircularString',
  9: 'CompoundCurve',
  10: 'CurvePolygon',
  11: 'MultiCurve',
  12: 'MultiSurface',
  13: 'Curve',
  14: 'Surface',
  15: 'PolyhedralSurface',
  16: 'TIN',
  17: 'Triangle',
};
const maxDepth = 8;

/** The code of a WKB type taken apart. */
export function wkbType(code: number): { readonly type: number; readonly z: boolean; readonly m: boolean; readonly srid: boolean } {
  const base = code & 0x0fffffff;
  const thousands = Math.floor(base / 1000);
  return {
    type: base % 1000,
    z: (code & 0x80000000) !== 0 || thousands === 1 || thousands === 3,
    m: (code & 0x40000000) !== 0 || thousands === 2 || thousands === 3,
    srid: (code & 0x20000000) !== 0,
  };
}

/** Our name of a WKB type; null for one that we do not take. */
export function wkbTypeName(type: number): GeometryType | null {
  return type >= 1 && type <= 7 ? (names[type] as GeometryType) : null;
}

class Cursor {
  private readonly view: DataView;
  private at = 0;
  private little = true;

  constructor(
    bytes: Uint8Array,
    private readonly say: Say,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private need(count: number): number {
    const from = this.at;
    if (from + count > this.view.byteLength)
      throw new BadGeometry(this.say('la géométrie binaire est tronquée', 'the binary geometry is truncated'));
    this.at += count;
    return from;
  }

  byteOrder(): void {
    const order = this.view.getUint8(this.need(1));
    if (order > 1) throw new BadGeometry(this.say("la géométrie binaire n'est pas du WKB", 'the binary geometry is not WKB'));
    this.little = order === 1;
  }
  uint(): number {
    return this.view.getUint32(this.need(4), this.little);
  }
  double(): number {
    return this.view.getFloat64(this.need(8), this.little);
  }
  /** A number of items, each at least `size` bytes long: one that the rest cannot hold is refused before anything is made. */
  count(size: number): number {
    const count = this.uint();
    if (count * size > this.view.byteLength - this.at)
      throw new BadGeometry(this.say('la géométrie binaire est tronquée', 'the binary geometry is truncated'));
    return count;
  }
}

/** The geometry of a WKB; null for an empty one. Throws BadGeometry. */
export function readWkb(bytes: Uint8Array, say: Say): Geometry | null {
  return readGeometry(new Cursor(bytes, say), say, 0);
}

/** The geometry of a GeoPackage blob; null for an empty one. Throws BadGeometry. */
export function readGpkgBlob(bytes: Uint8Array, say: Say): Geometry | null {
  const start = gpkgBodyOffset(bytes);
  if (start === null) throw new BadGeometry(say("la géométrie n'a pas l'en-tête GeoPackage", 'the geometry has no GeoPackage header'));
  // an extended blob (flag bit 5) is of a type of its own
  if (((bytes[3] ?? 0) & 0x20) !== 0)
    throw new BadGeometry(say('géométrie GeoPackage étendue, non reprise', 'extended GeoPackage geometry, not taken'));
  return readWkb(bytes.subarray(start), say);
}

/** Where the WKB begins; null when the header is none. */
export function gpkgBodyOffset(bytes: Uint8Array): number | null {
  if (bytes.length < 8 || bytes[0] !== 0x47 || bytes[1] !== 0x50) return null;
  const envelope = ((bytes[3] ?? 0) >> 1) & 7;
  const size = [0, 32, 48, 48, 64][envelope];
  return size === undefined ? null : 8 + size;
}

function readGeometry(cursor: Cursor, say: Say, depth: number): Geometry | null {
  if (depth > maxDepth) throw new BadGeometry(say('géométries imbriquées trop profondément', 'geometries nested too deep'));
  cursor.byteOrder();
  const { type, z, m, srid } = wkbType(cursor.uint());
  if (srid) cursor.uint();
  const size = 16 + (z ? 8 : 0) + (m ? 8 : 0);
  const position = (): Position | null => {
    const x = cursor.double();
    const y = cursor.double();
    const height = z ? cursor.double() : NaN;
    if (m) cursor.double();
    if (Number.isNaN(x) && Number.isNaN(y)) return null;
    return z ? [x, y, Number.isNaN(height) ? 0 : height] : [x, y];
  };
  const positions = (): Position[] => {
    const list: Position[] = [];
    for (let left = cursor.count(size); left > 0; left--) {
      const one = position();
      if (one === null) throw new BadGeometry(say("une position n'est pas faite de nombres", 'a position is not made of numbers'));
      list.push(one);
    }
    return list;
  };
  const rings = (): Position[][] => {
    const list: Position[][] = [];
    for (let left = cursor.count(4); left > 0; left--) list.push(closedRing(positions(), say));
    return list;
  };
  const members = (): Geometry[] => {
    const list: Geometry[] = [];
    for (let left = cursor.count(9); left > 0; left--) {
      const member = readGeometry(cursor, say, depth + 1);
      if (member !== null) list.push(member);
    }
    return list;
  };
  switch (type) {
    case 1: {
      const coordinates = position();
      return coordinates && { type: 'Point', coordinates };
    }
    case 2: {
      const coordinates = positions();
      if (coordinates.length === 1)
        throw new BadGeometry(say('une ligne a moins de deux positions', 'a line has fewer than two positions'));
      return coordinates.length === 0 ? null : { type: 'LineString', coordinates };
    }
    case 3: {
      const coordinates = rings();
      return coordinates.length === 0 ? null : { type: 'Polygon', coordinates };
    }
    case 4:
      return many(only(members(), 'Point', say), coordinates => ({ type: 'MultiPoint', coordinates }));
    case 5:
      return many(only(members(), 'LineString', say), coordinates => ({ type: 'MultiLineString', coordinates }));
    case 6:
      return many(only(members(), 'Polygon', say), coordinates => ({ type: 'MultiPolygon', coordinates }));
    case 7: {
      const geometries = members();
      return geometries.length === 0 ? null : { type: 'GeometryCollection', geometries };
    }
    default: {
      const name = names[type] ?? String(type);
      throw new BadGeometry(
        say(`géométrie de type ${name}, non reprise (courbes et surfaces)`, `geometry of type ${name}, not taken (curves and surfaces)`),
      );
    }
  }
}

type Simple = 'Point' | 'LineString' | 'Polygon';
type CoordinatesOf<T extends Simple> = Extract<Geometry, { readonly type: T }>['coordinates'];

function only<T extends Simple>(members: readonly Geometry[], type: T, say: Say): CoordinatesOf<T>[] {
  return members.map(member => {
    if (member.type !== type)
      throw new BadGeometry(
        say("une géométrie multiple tient un membre d'un autre type", 'a multiple geometry holds a member of another type'),
      );
    return member.coordinates as CoordinatesOf<T>;
  });
}

function many<C>(coordinates: readonly C[], make: (coordinates: readonly C[]) => Geometry): Geometry | null {
  return coordinates.length === 0 ? null : make(coordinates);
}
