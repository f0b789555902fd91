// What a filter means, in plain words over plain rows: shares no code with the server. Two-valued (D2): a missing value makes any comparison
// false. Geometries are judged by turf (D40), boxes and distances by arithmetic.
import { bbox, bboxPolygon, booleanContains, booleanCrosses, booleanIntersects, booleanOverlap, booleanWithin, feature } from '@turf/turf';
import type { Filter } from '../../server/core/filter/filter';
import type { Geometry } from '../../server/core/model/geometry';
import type { Row } from './rows';

type Turf = Parameters<typeof booleanIntersects>[0];
const turf = (geometry: Geometry): Turf => feature(JSON.parse(JSON.stringify(geometry)) as never) as Turf;

const french = new Intl.Collator('fr');
/** Texts that the collation holds equal are told apart by their bytes. */
const inFrench = (a: string, b: string): number => french.compare(a, b) || Buffer.compare(Buffer.from(a), Buffer.from(b));

type Scalar = Exclude<keyof Row, 'fid' | 'geom' | 'mots'>;

/** Decimal texts compare as numbers of any length. */
function scaled(text: string): bigint {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = BigInt(whole + fraction.padEnd(25, '0').slice(0, 25));
  return sign === '-' ? -digits : digits;
}

/** -1, 0, 1; the second value is a literal as written. */
function order(name: Scalar, value: string | number | boolean, literal: string | number | boolean): number {
  switch (name) {
    case 'surface':
    case 'prix': {
      const [a, b] = [scaled(String(value)), scaled(String(literal))];
      return a < b ? -1 : a > b ? 1 : 0;
    }
    case 'etages':
    case 'hauteur':
      return Math.sign(Number(value) - Number(literal));
    case 'vu':
      return Math.sign(Date.parse(String(value)) - Date.parse(String(literal)));
    case 'pose':
      return String(value) < String(literal) ? -1 : String(value) > String(literal) ? 1 : 0;
    case 'actif':
      return String(value) === String(literal) ? 0 : 1;
    default:
      return inFrench(String(value), String(literal));
  }
}

function agrees(operator: string, sign: number): boolean {
  return { '=': sign === 0, '<>': sign !== 0, '<': sign < 0, '<=': sign <= 0, '>': sign > 0, '>=': sign >= 0 }[operator] ?? false;
}

function compares(row: Row, filter: Extract<Filter, { op: 'compare' }>): boolean {
  const { left, right, operator, matchCase, matchAction = 'Any' } = filter;
  if (left.kind !== 'property' || right.kind !== 'literal') throw new Error('the oracle reads property operator literal');
  const test = (value: string | number | boolean): boolean =>
    matchCase
      ? agrees(operator, order(left.name as Scalar, value, right.value))
      : agrees(operator, inFrench(String(value).toLowerCase(), String(right.value).toLowerCase()));
  if (left.name === 'mots') {
    const held = (row.mots ?? []).filter(test).length;
    const all = row.mots?.length ?? 0;
    return matchAction === 'Any' ? held > 0 : matchAction === 'All' ? all > 0 && held === all : held === 1;
  }
  const value = row[left.name as Scalar];
  return value !== null && test(value);
}

function like(value: string, filter: Extract<Filter, { op: 'like' }>): boolean {
  const source = filter.pattern.map(token =>
    token === 'any' ? '.*' : token === 'one' ? '.' : token.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, filter.matchCase ? 'su' : 'siu').test(value);
}

/** Planar distance of a point row to a triangle or a line, both given as their positions. */
function planarDistance(at: readonly [number, number], geometry: Geometry): number {
  if (geometry.type === 'Point') return Math.hypot(at[0] - geometry.coordinates[0], at[1] - geometry.coordinates[1]);
  if (geometry.type === 'Polygon' && booleanIntersects(turf(geometry), turf({ type: 'Point', coordinates: at }))) return 0;
  const list = geometry.type === 'Polygon' ? (geometry.coordinates[0] ?? []) : geometry.type === 'LineString' ? geometry.coordinates : [];
  let nearest = Infinity;
  for (let i = 1; i < list.length; i++) {
    const [[ax, ay], [bx, by]] = [list[i - 1] ?? [0, 0], list[i] ?? [0, 0]];
    const t = Math.max(0, Math.min(1, ((at[0] - ax) * (bx - ax) + (at[1] - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)));
    nearest = Math.min(nearest, Math.hypot(at[0] - ax - t * (bx - ax), at[1] - ay - t * (by - ay)));
  }
  return nearest;
}

function spatial(shape: Geometry, filter: Extract<Filter, { op: 'spatial' }>): boolean {
  const other = filter.geometry.geometry;
  const [a, b] = [turf(shape), turf(other)];
  switch (filter.operator) {
    case 'bbox':
      return booleanIntersects(a, bboxPolygon(bbox(b)));
    case 'intersects':
      return booleanIntersects(a, b);
    case 'disjoint':
      return !booleanIntersects(a, b);
    case 'within':
      return shape.type !== 'Polygon' || other.type === 'Polygon' ? booleanWithin(a, b) : false;
    case 'contains':
      return shape.type === 'Polygon' ? booleanContains(a, b) : false;
    case 'crosses':
      return shape.type === 'LineString' ? booleanCrosses(a as never, b as never) : false;
    case 'overlaps':
      return shape.type === 'Polygon' ? booleanOverlap(a as never, b as never) : false;
    case 'dwithin':
    case 'beyond': {
      if (shape.type !== 'Point') throw new Error('the oracle measures from points');
      const near = planarDistance([shape.coordinates[0], shape.coordinates[1]], other) <= (filter.distance ?? 0);
      return filter.operator === 'dwithin' ? near : !near;
    }
    default:
      throw new Error(`the oracle does not judge ${filter.operator}`);
  }
}

/** Whether the row is in. */
export function holds(row: Row, filter: Filter): boolean {
  switch (filter.op) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return filter.parts.every(part => holds(row, part));
    case 'or':
      return filter.parts.some(part => holds(row, part));
    case 'not':
      return !holds(row, filter.part);
    case 'compare':
      return compares(row, filter);
    case 'like':
      if (filter.property === 'mots') return (row.mots ?? []).some(word => like(word, filter));
      return row[filter.property as 'nom'] !== null && like(row[filter.property as 'nom'] ?? '', filter);
    case 'between': {
      const value = row[filter.property as Scalar];
      const { lower, upper } = filter;
      if (value === null || lower.kind !== 'literal' || upper.kind !== 'literal') return false;
      return order(filter.property as Scalar, value, lower.value) >= 0 && order(filter.property as Scalar, value, upper.value) <= 0;
    }
    case 'in':
      if (filter.property === 'mots') return (row.mots ?? []).some(word => filter.values.includes(word));
      return filter.values.some(value => {
        const own = row[filter.property as Scalar];
        return own !== null && order(filter.property as Scalar, own, value) === 0;
      });
    case 'null':
      return filter.property === 'mots' ? (row.mots ?? []).length === 0 : row[filter.property as keyof Row] === null;
    case 'spatial':
      return row.geom !== null && spatial(row.geom, filter);
    case 'ids':
      return filter.ids.includes(`arbres.${row.fid}`);
    case 'area': {
      // in general position what intersects also shares an inner point
      if ('organisations' in filter.area) throw new Error('the oracle knows no organisations');
      return row.geom !== null && booleanIntersects(turf(row.geom), turf(filter.area.geometry.geometry));
    }
    default:
      throw new Error(`the oracle does not judge ${filter.op}`);
  }
}
