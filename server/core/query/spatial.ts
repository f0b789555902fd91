// Spatial predicates. The literal is brought into the column's CRS, never the column; index-friendly forms; distances in metres on the ground.
import { crsOf, transformEnvelope } from '../model/crs';
import { eachPosition } from '../model/geometry-kind';
import type { Envelope, LocatedGeometry } from '../model/geometry';
import type { SpatialOperator } from '../filter/filter';
import { integer, param, paramGeometry, sql, type Sql } from './sql';

/** The literal in the CRS of the column, computed once. */
export function transformed(located: LocatedGeometry, srid: number): Sql {
  const geometry = sql`${paramGeometry(located)}`;
  return located.srid === srid ? geometry : sql`(select ST_Transform(${geometry}, ${integer(srid)}))`;
}

function boundsOf({ geometry, srid }: LocatedGeometry, target: number): Envelope | null {
  let bounds: Envelope | null = null;
  eachPosition(geometry, ([x, y]) => {
    bounds = bounds
      ? { minX: Math.min(bounds.minX, x), minY: Math.min(bounds.minY, y), maxX: Math.max(bounds.maxX, x), maxY: Math.max(bounds.maxY, y) }
      : { minX: x, minY: y, maxX: x, maxY: y };
  });
  const found = bounds as Envelope | null;
  if (!found) return null;
  for (const limit of [found, ...limits(srid, target)]) {
    const bounds = turned(common(found, limit), srid, target);
    if (bounds) return bounds;
  }
  return null;
}

/** What a box larger than its projection has numbers for is cut to: the earth's degrees, then where the other system is used; or where its own is. */
const limits = (srid: number, target: number): readonly Envelope[] => {
  const { geographic, area } = crsOf(srid);
  return geographic ? [degrees, crsOf(target).area] : [transformEnvelope(area, 4326, srid, 16)];
};

/** The envelope in another CRS; null where it is empty, or the projection has no numbers for it. */
function turned(envelope: Envelope, from: number, to: number): Envelope | null {
  if (envelope.minX > envelope.maxX || envelope.minY > envelope.maxY) return null;
  try {
    const result = transformEnvelope(envelope, from, to);
    return Object.values(result).every(Number.isFinite) ? result : null;
  } catch {
    return null;
  }
}

const common = (a: Envelope, b: Envelope): Envelope => ({
  minX: Math.max(a.minX, b.minX),
  minY: Math.max(a.minY, b.minY),
  maxX: Math.min(a.maxX, b.maxX),
  maxY: Math.min(a.maxY, b.maxY),
});

const degrees: Envelope = { minX: -180, minY: -90, maxX: 180, maxY: 90 };

function box(e: Envelope, srid: number): Sql {
  const [a, b, c, d] = [e.minX, e.minY, e.maxX, e.maxY].map(value => param('float8', value));
  return a && b && c && d ? sql`ST_MakeEnvelope(${a}, ${b}, ${c}, ${d}, ${integer(srid)})` : sql`null::geometry`;
}

/**
 * FES 2.0 § 7.8.3.2, « not disjoint »: the geometry and the box share a point; OGC API – Features 1.0 § 7.15.3 says the same. Clients that look again
 * (GDAL) find in an answer as many features as were counted. The index compares boxes rounded to single precision (half a metre in Lambert-93): what
 * lies safely inside needs no second look, the few at the edge are compared in full, unless `roughly` says that they may be in.
 */
export function bboxPredicate(column: Sql, srid: number, located: LocatedGeometry, roughly: boolean): Sql {
  const e = boundsOf(located, srid);
  if (!e) return sql`false`;
  if (roughly) return sql`${column} && ${box(e, srid)}`;
  return around(column, e, srid, sql`ST_Intersects(${column}, ${e.minX < e.maxX && e.minY < e.maxY ? box(e, srid) : flat(e, srid)})`);
}

/** By the index, and `exact` for what does not lie safely inside. */
function around(column: Sql, e: Envelope, srid: number, exact: Sql): Sql {
  const ulps = (value: number): number => Math.abs(value) * 2 ** -21 + 1e-30;
  const inner: Envelope = {
    minX: e.minX + ulps(e.minX),
    minY: e.minY + ulps(e.minY),
    maxX: e.maxX - ulps(e.maxX),
    maxY: e.maxY - ulps(e.maxY),
  };
  const quick = inner.minX < inner.maxX && inner.minY < inner.maxY;
  const second = quick ? sql`(${column} @ ${box(inner, srid)} or ${exact})` : exact;
  return sql`(${column} && ${box(e, srid)} and ${second})`;
}

/** A box without extent is a line or a point: as a polygon it would be none. */
const flat = (e: Envelope, srid: number): Sql =>
  sql`ST_SetSRID(ST_Envelope(ST_MakeLine(ST_MakePoint(${param('float8', e.minX)}, ${param('float8', e.minY)}), ST_MakePoint(${param('float8', e.maxX)}, ${param('float8', e.maxY)}))), ${integer(srid)})`;

/** The box around a shape and the envelope share a point, in full precision. */
const meets = (shape: Sql, e: Envelope): Sql =>
  sql`ST_XMin(${shape}) <= ${param('float8', e.maxX)} and ST_XMax(${shape}) >= ${param('float8', e.minX)} and ST_YMin(${shape}) <= ${param('float8', e.maxY)} and ST_YMax(${shape}) >= ${param('float8', e.minY)}`;

/** The same for a column whose parts are boxes of their own: one of them shares a point with the envelope. Most have one part only. */
export function boxesPredicate(column: Sql, srid: number, located: LocatedGeometry): Sql {
  const e = boundsOf(located, srid);
  if (!e) return sql`false`;
  const together = around(column, e, srid, sql`(${meets(column, e)})`);
  return sql`(${together} and (ST_NumGeometries(${column}) = 1 or exists (select 1 from ST_Dump(${column}) part where ${meets(sql`part.geom`, e)})))`;
}

type Exact = Exclude<SpatialOperator, 'bbox' | 'dwithin' | 'beyond'>;

/** FES 2.0 § 7.8.2: exact, by the names of Simple Features; the column is the first operand. Each uses the index but disjoint. */
export function spatialPredicate(column: Sql, srid: number, operator: Exact, located: LocatedGeometry): Sql {
  const other = transformed(located, srid);
  switch (operator) {
    case 'equals':
      return sql`ST_Equals(${column}, ${other})`;
    case 'disjoint':
      return sql`not ST_Intersects(${column}, ${other})`;
    case 'intersects':
      return sql`ST_Intersects(${column}, ${other})`;
    case 'touches':
      return sql`ST_Touches(${column}, ${other})`;
    case 'crosses':
      return sql`ST_Crosses(${column}, ${other})`;
    case 'within':
      return sql`ST_Within(${column}, ${other})`;
    case 'contains':
      return sql`ST_Contains(${column}, ${other})`;
    case 'overlaps':
      return sql`ST_Overlaps(${column}, ${other})`;
  }
}

/** Metres per degree of latitude, at least. */
const metresPerDegree = 110_500;

/**
 * FES 2.0 § 7.8.3.3. In a conformal or equal-area national projection the column's metres are those of the ground (to a part in a thousand);
 * in degrees, and in the web's Mercator whose metres are stretched by half at our latitude, distances are taken on the ellipsoid, behind a box
 * that is certainly large enough.
 */
export function distancePredicate(
  column: Sql,
  srid: number,
  node: { readonly operator: 'dwithin' | 'beyond'; readonly geometry: LocatedGeometry; readonly distance: number },
): Sql {
  const metres = param('float8', node.distance);
  const other = transformed(node.geometry, srid);
  const geographic = crsOf(srid).geographic;
  if (!geographic && srid !== 3857) {
    const within = sql`ST_DWithin(${column}, ${other}, ${metres})`;
    return node.operator === 'dwithin' ? within : sql`not ${within}`;
  }
  const onGround = (shape: Sql): Sql =>
    geographic ? sql`ST_SetSRID(${shape}, 4326)::geography` : sql`ST_Transform(${shape}, 4326)::geography`;
  const within = sql`ST_DWithin(${onGround(column)}, (select ${onGround(other)}), ${metres})`;
  const area = grown(node.geometry, node.distance, srid);
  if (!area) return node.operator === 'dwithin' ? within : sql`not ${within}`;
  const near = sql`${column} && ${box(area, srid)}`;
  return node.operator === 'dwithin'
    ? sql`(${near} and ${within})`
    : sql`case when ${near} then not ${within} else ${column} is not null end`;
}

/** A box in the column's CRS that holds all within that distance; null near the poles and the antimeridian, where a box cannot say it. */
function grown(located: LocatedGeometry, metres: number, srid: number): Envelope | null {
  const e = boundsOf(located, 4326);
  if (!e) return null;
  const dy = (metres / metresPerDegree) * 1.01;
  const south = e.minY - dy;
  const north = e.maxY + dy;
  if (south < -85 || north > 85) return null;
  const dx = dy / Math.cos((Math.max(Math.abs(south), Math.abs(north)) * Math.PI) / 180);
  if (e.minX - dx < -179 || e.maxX + dx > 179) return null;
  return transformEnvelope({ minX: e.minX - dx, minY: south, maxX: e.maxX + dx, maxY: north }, 4326, srid);
}

/**
 * R43: intersects and not merely touches, which is to say that the interiors meet. Most rows lie wholly inside or outside, and for those the
 * prepared forms are quick; only the ones on the edge are related in full.
 */
export function areaPredicate(column: Sql, shape: Sql): Sql {
  const onEdge = sql`ST_Intersects(${column}, ${shape}) and ST_Relate(${column}, ${shape}, 'T********')`;
  return sql`(${column} && ${shape} and (ST_ContainsProperly(${shape}, ${column}) or (${onEdge})))`;
}
