// Resolves a filter against a feature type: names become columns, literals get their column's type, partial dates become ranges.
// What comes out cannot fail in the database and cannot name what the type does not have (SEC03, SEC04, R42).
import { crsByCode } from '../model/crs';
import { Fault, unreachable } from '../model/fault';
import { findProperty, propertyOf, qualifiedName, type FeatureType, type GeometryProperty, type Property } from '../model/feature-type';
import { checkedAll, checkedAnd, checkedNone, checkedNot, checkedOr, seal, type Bound, type CheckedFilter } from './checked';
import type { Comparison, Expression, Filter, MatchAction, SpatialOperator } from './filter';
import { filterLimits } from './budget';
import { checkGeometry } from './geometry-check';
import { idProperty, keyOf } from './ids';
import { granule, type Granule, type Value } from './literal';
import { temporalRange } from './temporal';

export * from './checked';

/**
 * Checks a filter against what `type` shows. Faults, each at the name of the property concerned:
 * unknown-property (unknown or hidden alike), invalid-value (a literal that is none of the column's type, an operator that the column
 * does not have), processing (a geometry compared like a scalar, a spatial operator on a type without geometry), invalid-crs.
 */
export function check(filter: Filter, type: FeatureType): CheckedFilter {
  switch (filter.op) {
    case 'all':
      return checkedAll;
    case 'none':
      return checkedNone;
    case 'and':
      return checkedAnd(...filter.parts.map(part => check(part, type)));
    case 'or':
      return checkedOr(...filter.parts.map(part => check(part, type)));
    case 'not':
      return checkedNot(check(filter.part, type));
    case 'compare':
      return comparison(filter, type);
    case 'between':
      return between(filter, type);
    case 'like':
      return like(filter, type);
    case 'in':
      return oneOf(filter, type);
    case 'null': {
      if (filter.property === idProperty) return checkedNone;
      return seal({ op: 'null', property: geometryNamed(type, filter.property) ?? propertyOf(type, filter.property, filter.property) });
    }
    case 'spatial':
      return spatial(filter, type);
    case 'temporal': {
      const property = scalar(type, filter.property);
      if (property.type !== 'date' && property.type !== 'dateTime')
        return refuse(property.name, `${property.name} is neither a date nor a dateTime`);
      return temporalRange(property, filter.operator, filter.period);
    }
    case 'ids':
      return keys(type, filter.ids);
    case 'area':
      return area(filter.area, type);
    default:
      return unreachable(filter);
  }
}

type Part<Op extends Filter['op']> = Extract<Filter, { readonly op: Op }>;

function refuse(locator: string, text: string): never {
  throw new Fault('invalid-value', locator, text);
}

/** The geometry a name stands for, unless a scalar has that very name; `boundedBy` is every feature's (GML). */
function geometryNamed(type: FeatureType, name: string): GeometryProperty | undefined {
  const { geometry } = type;
  if (!geometry || geometry.name === name) return geometry ?? undefined;
  if (findProperty(type, name)) return undefined;
  const folded = name.toLowerCase();
  return name === 'boundedBy' || geometry.aliases?.some(alias => alias.toLowerCase() === folded) === true ? geometry : undefined;
}

/** A scalar property by name; fault processing for the geometry (WFS 2.0 § 7.5). */
function scalar(type: FeatureType, name: string): Property {
  if (!findProperty(type, name) && (geometryNamed(type, name) || name === 'boundedBy'))
    throw new Fault('processing', name, `${name} is a geometry and cannot be compared with a literal`);
  return propertyOf(type, name, name);
}

const mirrored = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const satisfies Record<Comparison, Comparison>;

function comparison(filter: Part<'compare'>, type: FeatureType): CheckedFilter {
  const { left, right, operator, matchCase, matchAction = 'Any' } = filter;
  if (left.kind === 'property')
    return right.kind === 'property'
      ? columns(left.name, operator, right.name, matchCase, type)
      : withLiteral({ name: left.name, operator, raw: right.value, matchCase, matchAction }, type);
  if (right.kind === 'property')
    return withLiteral({ name: right.name, operator: mirrored[operator], raw: left.value, matchCase, matchAction }, type);
  return holds(compareLiterals(left.value, right.value, matchCase), operator) ? checkedAll : checkedNone;
}

/** Two literals: numbers by value where both are, else texts by code unit. */
function compareLiterals(left: Raw, right: Raw, matchCase: boolean): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [left, right].map(raw => (matchCase ? String(raw) : String(raw).toLowerCase()));
  return a === undefined || b === undefined || a === b ? 0 : a < b ? -1 : 1;
}

function holds(order: number, operator: Comparison): boolean {
  if (order === 0) return operator === '=' || operator === '<=' || operator === '>=';
  return operator === '<>' || (order < 0 ? operator === '<' || operator === '<=' : operator === '>' || operator === '>=');
}

type Raw = string | number | boolean;
interface LiteralComparison {
  readonly name: string;
  readonly operator: Comparison;
  readonly raw: Raw;
  readonly matchCase: boolean;
  readonly matchAction: MatchAction;
}

function withLiteral({ name, operator, raw, matchCase, matchAction }: LiteralComparison, type: FeatureType): CheckedFilter {
  if (name === idProperty) {
    const equal = keys(type, [String(raw)]);
    return operator === '=' ? equal : operator === '<>' ? checkedNot(equal) : refuse(idProperty, 'ids have no order');
  }
  const property = scalar(type, name);
  const literal = granule(property, raw);
  const action = property.many ? matchAction : 'Any';
  if (property.fullText && operator !== '=')
    return operator === '<>'
      ? checkedNot(seal({ op: 'compare', property, operator: '=', value: literal.low, matchCase: false, action }))
      : refuse(property.name, `${property.name} is searched by words and has no order`);
  if (property.type === 'boolean' && operator !== '=' && operator !== '<>')
    return refuse(property.name, `${property.name} is a boolean and has no order`);
  return compareGranule(property, operator, literal, { matchCase: matchCase || property.type !== 'string', action });
}

/** A comparison with a granule: with one value it is plain, with several or none it becomes a range. */
function compareGranule(
  property: Property,
  operator: Comparison,
  literal: Granule,
  { matchCase, action }: { readonly matchCase: boolean; readonly action: MatchAction },
): CheckedFilter {
  const single = literal.highIncluded && literal.low.value === literal.high.value;
  if (single) return seal({ op: 'compare', property, operator, value: literal.low, matchCase, action });
  const low: Bound = { value: literal.low, included: true };
  const high: Bound = { value: literal.high, included: literal.highIncluded };
  switch (operator) {
    case '=':
    case '<>':
      return seal({ op: 'range', property, lower: low, upper: high, outside: operator === '<>', action });
    case '<':
      return seal({ op: 'range', property, lower: null, upper: { ...low, included: false }, outside: false, action });
    case '<=':
      return seal({ op: 'range', property, lower: null, upper: high, outside: false, action });
    case '>':
      return seal({ op: 'range', property, lower: { ...high, included: !high.included }, upper: null, outside: false, action });
    case '>=':
      return seal({ op: 'range', property, lower: low, upper: null, outside: false, action });
    default:
      return unreachable(operator);
  }
}

/** Types that compare with each other without a cast of a column. */
const families = {
  string: 'string',
  integer: 'number',
  long: 'number',
  decimal: 'number',
  double: 'number',
  boolean: 'boolean',
  date: 'date',
  dateTime: 'dateTime',
} as const satisfies Record<Property['type'], string>;

function columns(leftName: string, operator: Comparison, rightName: string, matchCase: boolean, type: FeatureType): CheckedFilter {
  if (leftName === idProperty || rightName === idProperty) return refuse(idProperty, 'an id is compared with literals only');
  const left = scalar(type, leftName);
  const right = scalar(type, rightName);
  if (families[left.type] !== families[right.type]) return refuse(right.name, `${left.name} and ${right.name} are of different types`);
  for (const property of [left, right])
    if (property.many || property.fullText) return refuse(property.name, `${property.name} is compared with literals only`);
  if (left.type === 'boolean' && operator !== '=' && operator !== '<>')
    return refuse(left.name, `${left.name} is a boolean and has no order`);
  return seal({ op: 'columns', left, operator, right, matchCase: matchCase || left.type !== 'string' });
}

function between(filter: Part<'between'>, type: FeatureType): CheckedFilter {
  const { property: name, lower, upper } = filter;
  const ends: readonly (readonly [Comparison, Expression])[] = [
    ['>=', lower],
    ['<=', upper],
  ];
  if (lower.kind === 'literal' && upper.kind === 'literal' && name !== idProperty) {
    const property = scalar(type, name);
    if (property.fullText || property.type === 'boolean') return refuse(property.name, `${property.name} has no order`);
    const [from, to] = [granule(property, lower.value), granule(property, upper.value)];
    return seal({
      op: 'range',
      property,
      lower: { value: from.low, included: true },
      upper: { value: to.high, included: to.highIncluded },
      outside: false,
      action: 'Any',
    });
  }
  const left: Expression = { kind: 'property', name };
  return checkedAnd(...ends.map(([operator, right]) => check({ op: 'compare', operator, left, right, matchCase: true }, type)));
}

function like(filter: Part<'like'>, type: FeatureType): CheckedFilter {
  if (filter.property === idProperty) return refuse(idProperty, 'an id is compared by equality only');
  const property = scalar(type, filter.property);
  if (property.type !== 'string') return refuse(property.name, `${property.name} is no text, a pattern cannot be compared with it`);
  if (filter.pattern.some(token => typeof token === 'object' && token.text.includes('\0')))
    return refuse(property.name, 'a pattern contains a NUL character');
  return seal({ op: 'like', property, pattern: filter.pattern, matchCase: filter.matchCase });
}

function oneOf(filter: Part<'in'>, type: FeatureType): CheckedFilter {
  if (filter.property === idProperty) return keys(type, filter.values.map(String));
  const property = scalar(type, filter.property);
  if (filter.values.length > filterLimits.values)
    throw new Fault('too-large', property.name, `a list has more than ${filterLimits.values} values`);
  const equal = (raw: Raw): CheckedFilter =>
    withLiteral({ name: filter.property, operator: '=', raw, matchCase: true, matchAction: 'Any' }, type);
  const parts = filter.values.map(equal);
  const values: Value[] = parts.flatMap(part => (part.op === 'compare' && !property.fullText ? [part.value] : []));
  const listed =
    values.length > 1 ? [seal({ op: 'in', property, values })] : parts.filter(part => part.op === 'compare' && !property.fullText);
  return checkedOr(...listed, ...parts.filter(part => part.op !== 'compare' || property.fullText === true));
}

function keys(type: FeatureType, ids: readonly string[]): CheckedFilter {
  const found = new Set<string>();
  for (const id of ids) {
    const key = keyOf(type, id);
    if (key !== undefined) found.add(key);
  }
  return found.size === 0 ? checkedNone : seal({ op: 'keys', keys: [...found] });
}

function spatial(filter: Part<'spatial'>, type: FeatureType): CheckedFilter {
  const property = geometryFor(filter.property, type);
  const geometry = checkGeometry(filter.geometry, property.name);
  if (!crsByCode(geometry.srid)) throw new Fault('invalid-crs', property.name, `EPSG:${geometry.srid} is not a CRS of this server`);
  return withOperator(filter.operator);

  function withOperator(operator: SpatialOperator): CheckedFilter {
    if (operator !== 'dwithin' && operator !== 'beyond') return seal({ op: 'spatial', operator, property, geometry });
    const { distance } = filter;
    if (distance === undefined || !Number.isFinite(distance) || distance < 0)
      return refuse(property.name, `${operator} needs a distance of 0 metres or more`);
    return seal({ op: 'distance', operator, property, geometry, distance });
  }
}

function geometryFor(name: string | null, type: FeatureType): GeometryProperty {
  if (name !== null && name !== 'boundedBy') {
    const geometry = geometryNamed(type, name);
    if (geometry) return geometry;
    const property = propertyOf(type, name, name);
    return refuse(property.name, `${property.name} is no geometry`);
  }
  if (!type.geometry) throw new Fault('processing', name ?? qualifiedName(type), `${qualifiedName(type)} has no geometry`);
  return type.geometry;
}

/** R43: a type without geometry has no part inside an area, so nothing of it passes. */
function area(where: Part<'area'>['area'], type: FeatureType): CheckedFilter {
  const property = type.geometry;
  if (!property) return checkedNone;
  if ('geometry' in where) return seal({ op: 'area', property, geometry: checkGeometry(where.geometry, property.name) });
  const { organisations } = where;
  return organisations.length === 0 ? checkedNone : seal({ op: 'organisations', property, organisations });
}
