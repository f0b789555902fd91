// (E)WKB both ways: the geometries of rows and of parameters. Both byte orders, Z kept, M dropped; x,y always.
import { Fault } from './fault';
import type { Geometry, LocatedGeometry, Position } from './geometry';

const codes = { Point: 1, LineString: 2, Polygon: 3, MultiPoint: 4, MultiLineString: 5, MultiPolygon: 6, GeometryCollection: 7 } as const;
const flagZ = 0x80000000;
const flagM = 0x40000000;
const flagSrid = 0x20000000;

/** Nesting of collections that is read (a document from outside may nest without end). */
const deepest = 32;

/** Reads WKB (ISO) or EWKB; srid 0 where the bytes tell none. Fault `malformed` for bytes that are no geometry of ours. */
export function readWkb(bytes: Uint8Array): LocatedGeometry & { readonly empty: boolean } {
  const reader = new Reader(bytes);
  const geometry = reader.geometry(0);
  return { geometry, srid: reader.srid, empty: reader.vertices === 0 };
}

/** Reads hex (E)WKB, the text form of PostGIS. An empty geometry is null, as it has nothing to show. */
export function readEwkbHex(hex: string): LocatedGeometry | null {
  const { geometry, srid, empty } = readWkb(Buffer.from(hex, 'hex'));
  return empty ? null : { geometry, srid };
}

class Reader {
  readonly #view: DataView;
  #at = 0;
  #little = true;
  srid = 0;
  vertices = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  geometry(depth: number): Geometry {
    if (depth > deepest) throw malformed();
    this.#little = this.#byte() === 1;
    const word = this.#uint();
    if (word & flagSrid) this.srid = this.#uint();
    const iso = Math.floor((word & 0x1fffffff) / 1000);
    const z = (word & flagZ) !== 0 || iso === 1 || iso === 3;
    const m = (word & flagM) !== 0 || iso === 2 || iso === 3;
    switch ((word & 0x1fffffff) % 1000) {
      case codes.Point:
        return { type: 'Point', coordinates: this.#point(z, m) };
      case codes.LineString:
        return { type: 'LineString', coordinates: this.#points(z, m) };
      case codes.Polygon:
        return { type: 'Polygon', coordinates: this.#rings(z, m) };
      case codes.MultiPoint:
        return { type: 'MultiPoint', coordinates: this.#members(depth, 'Point').map(member => member.coordinates) };
      case codes.MultiLineString:
        return { type: 'MultiLineString', coordinates: this.#members(depth, 'LineString').map(member => member.coordinates) };
      case codes.MultiPolygon:
        return { type: 'MultiPolygon', coordinates: this.#members(depth, 'Polygon').map(member => member.coordinates) };
      case codes.GeometryCollection:
        return { type: 'GeometryCollection', geometries: Array.from({ length: this.#count(9) }, () => this.geometry(depth + 1)) };
      default:
        throw malformed();
    }
  }

  #members<T extends 'Point' | 'LineString' | 'Polygon'>(depth: number, type: T): Extract<Geometry, { type: T }>[] {
    return Array.from({ length: this.#count(9) }, () => {
      const member = this.geometry(depth + 1);
      if (member.type !== type) throw malformed();
      return member as Extract<Geometry, { type: T }>;
    });
  }

  #rings(z: boolean, m: boolean): Position[][] {
    return Array.from({ length: this.#count(4) }, () => this.#points(z, m));
  }

  #points(z: boolean, m: boolean): Position[] {
    return Array.from({ length: this.#count(16) }, () => this.#point(z, m));
  }

  #point(z: boolean, m: boolean): Position {
    const x = this.#double();
    const y = this.#double();
    const height = z ? this.#double() : undefined;
    if (m) this.#double();
    if (!Number.isNaN(x)) this.vertices++;
    return height === undefined ? [x, y] : [x, y, height];
  }

  /** A count, checked against what is left, so that forged bytes cannot ask for memory. */
  #count(bytesEach: number): number {
    const count = this.#uint();
    if (count * bytesEach > this.#view.byteLength - this.#at) throw malformed();
    return count;
  }

  #byte(): number {
    this.#need(1);
    return this.#view.getUint8(this.#at++);
  }

  #uint(): number {
    this.#need(4);
    const value = this.#view.getUint32(this.#at, this.#little);
    this.#at += 4;
    return value;
  }

  #double(): number {
    this.#need(8);
    const value = this.#view.getFloat64(this.#at, this.#little);
    this.#at += 8;
    return value;
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#view.byteLength) throw malformed();
  }
}

const malformed = (): Fault => new Fault('malformed', '', 'the bytes are not a well-known binary geometry');

/** Hex EWKB, little-endian, with the SRID. */
export function writeEwkbHex(geometry: Geometry, srid: number): string {
  return writeEwkb(geometry, srid).toString('hex');
}

/** EWKB, little-endian, with the SRID; Z when the first position has one (0 where another has none). */
export function writeEwkb(geometry: Geometry, srid: number): Buffer {
  const z = hasHeight(geometry);
  const out = Buffer.alloc(sizeOf(geometry, z ? 24 : 16) + 4);
  let at = 0;
  write(geometry, srid);
  return out;

  function write(part: Geometry, withSrid: number | null): void {
    at = out.writeUInt8(1, at);
    at = out.writeUInt32LE((codes[part.type] | (z ? flagZ : 0) | (withSrid === null ? 0 : flagSrid)) >>> 0, at);
    if (withSrid !== null) at = out.writeUInt32LE(withSrid, at);
    switch (part.type) {
      case 'Point':
        point(part.coordinates);
        return;
      case 'LineString':
        points(part.coordinates);
        return;
      case 'Polygon':
        at = out.writeUInt32LE(part.coordinates.length, at);
        part.coordinates.forEach(points);
        return;
      case 'GeometryCollection':
        at = out.writeUInt32LE(part.geometries.length, at);
        for (const member of part.geometries) write(member, null);
        return;
      default:
        at = out.writeUInt32LE(part.coordinates.length, at);
        for (const member of membersOf(part)) write(member, null);
    }
  }
  function points(list: readonly Position[]): void {
    at = out.writeUInt32LE(list.length, at);
    list.forEach(point);
  }
  function point(position: Position): void {
    at = out.writeDoubleLE(position[0], at);
    at = out.writeDoubleLE(position[1], at);
    if (z) at = out.writeDoubleLE(position[2] ?? 0, at);
  }
}

type Multiple = Extract<Geometry, { type: 'MultiPoint' | 'MultiLineString' | 'MultiPolygon' }>;

function membersOf(multiple: Multiple): Geometry[] {
  switch (multiple.type) {
    case 'MultiPoint':
      return multiple.coordinates.map(coordinates => ({ type: 'Point', coordinates }));
    case 'MultiLineString':
      return multiple.coordinates.map(coordinates => ({ type: 'LineString', coordinates }));
    case 'MultiPolygon':
      return multiple.coordinates.map(coordinates => ({ type: 'Polygon', coordinates }));
  }
}

function hasHeight(geometry: Geometry): boolean {
  if (geometry.type === 'GeometryCollection') return geometry.geometries.some(hasHeight);
  let first: unknown = geometry.coordinates;
  while (Array.isArray(first) && Array.isArray(first[0])) first = first[0];
  return Array.isArray(first) && first.length > 2;
}

function sizeOf(geometry: Geometry, each: number): number {
  switch (geometry.type) {
    case 'Point':
      return 5 + each;
    case 'LineString':
      return 9 + geometry.coordinates.length * each;
    case 'Polygon':
      return geometry.coordinates.reduce((sum, ring) => sum + 4 + ring.length * each, 9);
    case 'GeometryCollection':
      return geometry.geometries.reduce((sum, member) => sum + sizeOf(member, each), 9);
    default:
      return membersOf(geometry).reduce((sum, member) => sum + sizeOf(member, each), 9);
  }
}
