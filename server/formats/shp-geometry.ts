// The content of one .shp record (ESRI Shapefile Technical Description, July 1998) as a geometry. Outer rings run clockwise, holes the other way;
// a hole goes to the smallest outer ring around it.
import type { Geometry, Position } from '../core/model/geometry';
import { BadGeometry, closedRing } from './geojson-geometry';
import type { Say } from '../core/model/say';

/** Shape types: base type, with heights? */
export const shapeTypes: Readonly<
  Record<number, { readonly base: 'null' | 'point' | 'line' | 'polygon' | 'multipoint'; readonly z: boolean }>
> = {
  0: { base: 'null', z: false },
  1: { base: 'point', z: false },
  3: { base: 'line', z: false },
  5: { base: 'polygon', z: false },
  8: { base: 'multipoint', z: false },
  11: { base: 'point', z: true },
  13: { base: 'line', z: true },
  15: { base: 'polygon', z: true },
  18: { base: 'multipoint', z: true },
  21: { base: 'point', z: false },
  23: { base: 'line', z: false },
  25: { base: 'polygon', z: false },
  28: { base: 'multipoint', z: false },
};

/** The geometry of a record's content; null for a null shape or an empty one. Throws BadGeometry. */
export function readShape(bytes: Buffer, say: Say): Geometry | null {
  const truncated = (): BadGeometry => new BadGeometry(say('la forme est tronquée', 'the shape is truncated'));
  if (bytes.length < 4) throw truncated();
  const code = bytes.readInt32LE(0);
  const shape = shapeTypes[code];
  if (shape === undefined)
    throw new BadGeometry(
      say(`forme de type ${code} (MultiPatch ou inconnue), non reprise`, `shape of type ${code} (MultiPatch or unknown), not taken`),
    );
  if (shape.base === 'null') return null;
  if (shape.base === 'point') {
    if (bytes.length < (shape.z ? 28 : 20)) throw truncated();
    return pointOf(position(bytes.readDoubleLE(4), bytes.readDoubleLE(12), shape.z ? bytes.readDoubleLE(20) : null, say));
  }
  const multipoint = shape.base === 'multipoint';
  if (bytes.length < (multipoint ? 40 : 44)) throw truncated();
  const parts = multipoint ? 1 : bytes.readInt32LE(36);
  const points = bytes.readInt32LE(multipoint ? 36 : 40);
  const partsAt = 44;
  const pointsAt = multipoint ? 40 : partsAt + parts * 4;
  const heightsAt = pointsAt + points * 16 + 16;
  if (parts < 0 || points < 0 || (shape.z ? heightsAt + points * 8 : pointsAt + points * 16) > bytes.length) throw truncated();
  if (points === 0) return null;
  const positions: Position[] = [];
  for (let i = 0; i < points; i++) {
    const at = pointsAt + i * 16;
    positions.push(
      position(bytes.readDoubleLE(at), bytes.readDoubleLE(at + 8), shape.z ? bytes.readDoubleLE(heightsAt + i * 8) : null, say),
    );
  }
  if (multipoint) return { type: 'MultiPoint', coordinates: positions };
  const lines: Position[][] = [];
  for (let part = 0; part < parts; part++) {
    const from = bytes.readInt32LE(partsAt + part * 4);
    const to = part + 1 < parts ? bytes.readInt32LE(partsAt + (part + 1) * 4) : points;
    if (from < 0 || to < from || to > points)
      throw new BadGeometry(say('les parties de la forme se contredisent', 'the parts of the shape contradict each other'));
    if (to > from) lines.push(positions.slice(from, to));
  }
  return shape.base === 'line' ? linesOf(lines, say) : polygonsOf(lines, say);
}

function position(x: number, y: number, z: number | null, say: Say): Position {
  // « no data » is any number below -10^38
  if (!Number.isFinite(x) || !Number.isFinite(y) || x < -1e38 || y < -1e38)
    throw new BadGeometry(say("une position n'est pas faite de nombres", 'a position is not made of numbers'));
  if (z === null) return [x, y];
  return [x, y, Number.isFinite(z) && z > -1e38 ? z : 0];
}

const pointOf = (coordinates: Position): Geometry => ({ type: 'Point', coordinates });

function linesOf(lines: readonly Position[][], say: Say): Geometry {
  for (const line of lines)
    if (line.length < 2) throw new BadGeometry(say('une ligne a moins de deux positions', 'a line has fewer than two positions'));
  const [only] = lines;
  return lines.length === 1 && only ? { type: 'LineString', coordinates: only } : { type: 'MultiLineString', coordinates: lines };
}

interface Outer {
  readonly ring: Position[];
  readonly area: number;
  readonly holes: Position[][];
}

function polygonsOf(parts: readonly Position[][], say: Say): Geometry {
  const rings = parts.map(part => closedRing(part, say)).map(ring => ({ ring, area: signedArea(ring) }));
  const clockwise = rings.filter(({ area }) => area < 0);
  // a file that has it the other way round: what runs counter-clockwise is outer then
  const outers: Outer[] = (clockwise.length > 0 ? clockwise : rings).map(({ ring, area }) => ({ ring, area: Math.abs(area), holes: [] }));
  const orphans: Outer[] = [];
  if (clockwise.length > 0)
    for (const { ring, area } of rings) {
      if (area < 0) continue;
      let home: Outer | null = null;
      for (const outer of outers)
        if ((home === null || outer.area < home.area) && outer.area >= Math.abs(area) && holds(outer.ring, ring)) home = outer;
      if (home) home.holes.push(ring);
      else orphans.push({ ring, area: Math.abs(area), holes: [] });
    }
  const coordinates = [...outers, ...orphans].map(({ ring, holes }) => [ring, ...holes]);
  const [only] = coordinates;
  return coordinates.length === 1 && only ? { type: 'Polygon', coordinates: only } : { type: 'MultiPolygon', coordinates };
}

/** Positive when the ring runs counter-clockwise. Taken from its first corner: differences keep their digits. */
function signedArea(ring: readonly Position[]): number {
  const [ox, oy] = ring[0] ?? [0, 0];
  let sum = 0;
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = ring[i - 1] ?? [0, 0];
    const [bx, by] = ring[i] ?? [0, 0];
    sum += (ax - ox) * (by - oy) - (bx - ox) * (ay - oy);
  }
  return sum / 2;
}

/** Whether the inner ring lies in the outer one, by the first of its corners that is not on the line. */
function holds(outer: readonly Position[], inner: readonly Position[]): boolean {
  for (const corner of inner) {
    const side = sideOf(outer, corner[0], corner[1]);
    if (side !== 0) return side > 0;
  }
  return true;
}

/** 1 inside, -1 outside, 0 on the ring. */
function sideOf(ring: readonly Position[], x: number, y: number): number {
  let inside = false;
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = ring[i - 1] ?? [0, 0];
    const [bx, by] = ring[i] ?? [0, 0];
    const cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    if (cross === 0 && x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by)) return 0;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside ? 1 : -1;
}
