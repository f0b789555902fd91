// Geometries on their way into the database: extended WKB in hexadecimal, little endian, with the SRID.
import type { Geometry, Position } from '../core/model/geometry';

const codes: Readonly<Record<Geometry['type'], number>> = {
  Point: 1,
  LineString: 2,
  Polygon: 3,
  MultiPoint: 4,
  MultiLineString: 5,
  MultiPolygon: 6,
  GeometryCollection: 7,
};
const withZ = 0x80000000;
const withSrid = 0x20000000;

class Writer {
  private buffer = Buffer.allocUnsafe(4096);
  private at = 0;

  constructor(private readonly dimension: 2 | 3) {}

  private room(count: number): number {
    if (this.at + count > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + count));
      this.buffer.copy(larger, 0, 0, this.at);
      this.buffer = larger;
    }
    const from = this.at;
    this.at += count;
    return from;
  }

  private uint(value: number): void {
    const at = this.room(4);
    this.buffer.writeUInt32LE(value >>> 0, at);
  }

  private head(type: Geometry['type'], srid: number | null): void {
    const at = this.room(1);
    this.buffer.writeUInt8(1, at);
    this.uint(codes[type] | (this.dimension === 3 ? withZ : 0) | (srid === null ? 0 : withSrid));
    if (srid !== null) this.uint(srid);
  }

  private position(position: Position): void {
    const at = this.room(this.dimension * 8);
    this.buffer.writeDoubleLE(position[0], at);
    this.buffer.writeDoubleLE(position[1], at + 8);
    if (this.dimension === 3) this.buffer.writeDoubleLE(position[2] ?? 0, at + 16);
  }

  private line(line: readonly Position[]): void {
    this.uint(line.length);
    for (const position of line) this.position(position);
  }

  private members(members: readonly Geometry[]): void {
    this.uint(members.length);
    for (const member of members) this.geometry(member, null);
  }

  geometry(geometry: Geometry, srid: number | null): void {
    this.head(geometry.type, srid);
    switch (geometry.type) {
      case 'Point':
        this.position(geometry.coordinates);
        return;
      case 'LineString':
        this.line(geometry.coordinates);
        return;
      case 'Polygon':
        this.uint(geometry.coordinates.length);
        for (const ring of geometry.coordinates) this.line(ring);
        return;
      case 'MultiPoint':
        this.members(geometry.coordinates.map(coordinates => ({ type: 'Point', coordinates })));
        return;
      case 'MultiLineString':
        this.members(geometry.coordinates.map(coordinates => ({ type: 'LineString', coordinates })));
        return;
      case 'MultiPolygon':
        this.members(geometry.coordinates.map(coordinates => ({ type: 'Polygon', coordinates })));
        return;
      case 'GeometryCollection':
        this.members(geometry.geometries);
    }
  }

  hex(): string {
    return this.buffer.toString('hex', 0, this.at);
  }
}

/** Extended WKB of a geometry, in hexadecimal; missing heights are 0 in three dimensions. */
export function ewkbHex(geometry: Geometry, srid: number, dimension: 2 | 3): string {
  const writer = new Writer(dimension);
  writer.geometry(geometry, srid);
  return writer.hex();
}
