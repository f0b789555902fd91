// Filter Encoding 2.0 (fes:Filter) and Filter 1.1 and 1.0 (ogc:Filter) read into the filter tree.
import { crsOf } from '../model/crs';
import { Fault } from '../model/fault';
import { ns } from '../xml/names';
import { readXml, type Element } from '../xml/read';
import { Budget, shown, strictNumber } from './budget';
import {
  and,
  not,
  or,
  type Comparison,
  type Expression,
  type Filter,
  type MatchAction,
  type SpatialOperator,
  type TemporalOperator,
} from './filter';
import { isGml, readGeometry, type CoordinateRules } from './gml-read';
import { readPeriod } from './gml-time';
import { likePattern } from './like';
import { bareName } from './names';
import { inverseTemporal } from './temporal';
import { metresIn, metresInAxis } from './units';

/** The versions of Filter Encoding: `2.0` of WFS 2.0 and CSW 3.0, `1.1` of WFS 1.1 and CSW 2.0.2, `1.0` of WFS 1.0. */
export type FilterDialect = '2.0' | '1.1' | '1.0';

export interface FilterRules extends CoordinateRules {
  readonly dialect: FilterDialect;
  /** Locator of faults that concern no property: the parameter or element that holds the filter; `Filter` unless told. */
  readonly locator?: string;
}

/** Temporal operators came with 2.0; OpenLayers writes them in the namespace of 1.1 too, and they are read in every version. */
const dialects: Readonly<Record<FilterDialect, string>> = {
  '2.0': ns.fes,
  '1.1': ns.ogc,
  '1.0': ns.ogc,
};

/**
 * Reads a Filter element. Coordinates come out x,y; names without prefix; literals as written.
 * Faults: malformed (wrong namespace, unknown operator, wrong number of operands), invalid-value (a value, a path, a geometry, a function),
 * invalid-crs, unsupported, too-large (SEC10).
 */
export function readFilter(element: Element, rules: FilterRules): Filter {
  return new FilterReader(rules).filter(element);
}

/** Prefixes that clients use in query parameters without declaring them. */
const wellKnown = { fes: ns.fes, ogc: ns.ogc, gml: ns.gml32, xlink: ns.xlink };

/** Reads the FILTER parameter: the same, and the usual prefixes need no declaration; a filter without any namespace is of the dialect's. */
export function readFilterText(text: string, rules: FilterRules): Filter {
  const namespace = dialects[rules.dialect];
  const bare = /^\s*(?:<\?xml[^>]{0,200}\?>\s*)?<Filter[\s/>]/.test(text.slice(0, 400)) ? { '': namespace } : {};
  return readFilter(readXml(text, { namespaces: { ...wellKnown, ...bare } }), rules);
}

const comparisons: Readonly<Record<string, Comparison>> = {
  PropertyIsEqualTo: '=',
  PropertyIsNotEqualTo: '<>',
  PropertyIsLessThan: '<',
  PropertyIsLessThanOrEqualTo: '<=',
  PropertyIsGreaterThan: '>',
  PropertyIsGreaterThanOrEqualTo: '>=',
};

const spatials: Readonly<Record<string, SpatialOperator>> = {
  BBOX: 'bbox',
  Equals: 'equals',
  Disjoint: 'disjoint',
  Intersects: 'intersects',
  // as the capabilities of Filter 1.0 call it
  Intersect: 'intersects',
  Touches: 'touches',
  Crosses: 'crosses',
  Within: 'within',
  Contains: 'contains',
  Overlaps: 'overlaps',
  DWithin: 'dwithin',
  Beyond: 'beyond',
};

const temporals: Readonly<Record<string, TemporalOperator>> = {
  After: 'after',
  Before: 'before',
  Begins: 'begins',
  BegunBy: 'begunBy',
  TContains: 'tContains',
  During: 'during',
  EndedBy: 'endedBy',
  Ends: 'ends',
  TEquals: 'tEquals',
  Meets: 'meets',
  MetBy: 'metBy',
  TOverlaps: 'tOverlaps',
  OverlappedBy: 'overlappedBy',
  AnyInteracts: 'anyInteracts',
};

/** `geometry operator property` is `property mirrored(operator) geometry`; the others are symmetric. */
const mirrored: Readonly<Partial<Record<SpatialOperator, SpatialOperator>>> = { within: 'contains', contains: 'within' };

const lookup = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

class FilterReader {
  readonly #rules: FilterRules;
  readonly #namespace: string;
  readonly #budget: Budget;
  readonly #locator: string;

  constructor(rules: FilterRules) {
    this.#rules = rules;
    this.#namespace = dialects[rules.dialect];
    this.#locator = rules.locator ?? 'Filter';
    this.#budget = new Budget(this.#locator);
  }

  filter(element: Element): Filter {
    if (!element.is('Filter', this.#namespace))
      return this.#malformed(`expected Filter of ${this.#namespace}, got ${shown(element.name)} of ${shown(element.namespace)}`);
    const parts = element.children;
    const [first, ...more] = parts;
    if (!first) return this.#malformed('the filter is empty');
    if (parts.every(part => this.#isId(part))) return this.#ids(parts);
    return more.length === 0 ? this.#operator(first, 1) : this.#malformed('a filter has one operator, or a list of ids');
  }

  #operator(element: Element, depth: number): Filter {
    this.#budget.node(depth);
    if (element.namespace !== this.#namespace) return this.#malformed(`${shown(element.name)} is not in the namespace ${this.#namespace}`);
    const { name } = element;
    const comparison = lookup(comparisons, name);
    if (comparison) return this.#comparison(element, comparison);
    const spatial = lookup(spatials, name);
    if (spatial) return this.#spatial(element, spatial);
    const temporal = lookup(temporals, name);
    if (temporal) return this.#temporal(element, temporal);
    if (this.#isId(element)) return this.#ids([element]);
    switch (name) {
      case 'And':
      case 'Or': {
        if (element.children.length === 0) return this.#malformed(`${name} has no operand`);
        const parts = element.children.map(child => this.#operator(child, depth + 1));
        return name === 'And' ? and(...parts) : or(...parts);
      }
      case 'Not': {
        const [part, ...more] = element.children;
        if (!part || more.length > 0) return this.#malformed('Not has one operand');
        return not(this.#operator(part, depth + 1));
      }
      case 'PropertyIsLike':
        return this.#like(element);
      case 'PropertyIsNull':
      case 'PropertyIsNil':
        return { op: 'null', property: this.#property(this.#operands(element, 1)[0], name) };
      case 'PropertyIsBetween':
        return this.#between(element);
      case 'Function':
        return this.#function();
      default:
        return this.#malformed(`${shown(name)} is not an operator of a filter`);
    }
  }

  #comparison(element: Element, operator: Comparison): Filter {
    const [left, right] = this.#operands(element, 2).map(operand => this.#expression(operand));
    if (!left || !right) return this.#malformed(`${element.name} has two operands`);
    const matchAction = this.#matchAction(element);
    return { op: 'compare', operator, left, right, matchCase: this.#matchCase(element), ...(matchAction ? { matchAction } : {}) };
  }

  #like(element: Element): Filter {
    const [left, right] = this.#operands(element, 2).map(operand => this.#expression(operand));
    const [property, literal] = left?.kind === 'property' ? [left, right] : [right, left];
    if (property?.kind !== 'property' || literal?.kind !== 'literal')
      return this.#invalid('PropertyIsLike compares a property with a literal pattern');
    const pattern = likePattern(String(literal.value), {
      any: element.attribute('wildCard'),
      one: element.attribute('singleChar'),
      // 1.0 says escape, 1.1 and 2.0 say escapeChar
      escape: element.attribute('escapeChar') ?? element.attribute('escape'),
    });
    return { op: 'like', property: property.name, pattern, matchCase: this.#matchCase(element) };
  }

  #between(element: Element): Filter {
    const own = (name: string): Element => element.child(name) ?? this.#malformed(`PropertyIsBetween has no ${name}`);
    const bound = (name: string): Expression => {
      const [expression, ...more] = own(name).children;
      return expression && more.length === 0 ? this.#expression(expression) : this.#malformed(`${name} holds one expression`);
    };
    const operands = element.children.filter(child => child.name !== 'LowerBoundary' && child.name !== 'UpperBoundary');
    if (operands.length !== 1) return this.#malformed('PropertyIsBetween compares one expression');
    return {
      op: 'between',
      property: this.#property(operands[0], element.name),
      lower: bound('LowerBoundary'),
      upper: bound('UpperBoundary'),
    };
  }

  #spatial(element: Element, operator: SpatialOperator): Filter {
    const distant = operator === 'dwithin' || operator === 'beyond';
    const operands = element.children.filter(child => child.name !== 'Distance');
    const references = operands.filter(operand => this.#isReference(operand));
    const [other, ...more] = operands.filter(operand => !this.#isReference(operand));
    if (references.length > 1) throw new Fault('unsupported', this.#locator, `${element.name} of two properties is not offered`);
    // FES 2.0 § 7.8.3.2: BBOX alone may do without a property and then looks at every geometry
    if (references.length === 0 && operator !== 'bbox') return this.#malformed(`${element.name} names no property`);
    if (!other || more.length > 0) return this.#malformed(`${element.name} holds one geometry`);
    const holder = other.is('Literal', this.#namespace) ? other.children[0] : other;
    if (other.is('Function', this.#namespace)) return this.#function();
    if (!holder || !isGml(holder)) return this.#invalid(`${shown(other.name)} is not a GML geometry`);
    const geometry = readGeometry(holder, this.#rules, this.#budget);
    const property = references[0] ? this.#property(references[0], element.name) : null;
    const turned = this.#isReference(operands[0]) || !property ? operator : (mirrored[operator] ?? operator);
    const distance = distant ? this.#distance(element, geometry.srid) : undefined;
    return { op: 'spatial', operator: turned, property, geometry, ...(distance === undefined ? {} : { distance }) };
  }

  /** Metres; `uom` in FES 2.0, `units` in Filter 1.x. Without a unit the distance is in the unit of the geometry's CRS. */
  #distance(element: Element, srid: number): number {
    const distance = element.child('Distance') ?? this.#malformed(`${element.name} has no Distance`);
    const value = strictNumber(distance.text);
    if (value === undefined || value < 0) return this.#invalid(`${shown(distance.text)} is not a distance`);
    const unit = distance.attribute('uom') ?? distance.attribute('units');
    const metres = unit === undefined || unit.trim() === '' ? metresInAxis(crsOf(srid)) : metresIn(unit);
    return metres === undefined ? this.#invalid(`${shown(unit ?? '')} is not a unit of length that this server knows`) : value * metres;
  }

  #temporal(element: Element, operator: TemporalOperator): Filter {
    const [left, right] = this.#operands(element, 2);
    if (!left || !right) return this.#malformed(`${element.name} has two operands`);
    const forward = this.#isReference(left);
    const [reference, time] = forward ? [left, right] : [right, left];
    if (this.#isReference(time)) throw new Fault('unsupported', this.#locator, `${element.name} of two properties is not offered`);
    const period = readPeriod(time, this.#locator);
    return {
      op: 'temporal',
      operator: forward ? operator : inverseTemporal[operator],
      property: this.#property(reference, element.name),
      period,
    };
  }

  #isId(element: Element): boolean {
    if (element.namespace !== this.#namespace) return false;
    return element.name === 'ResourceId' || element.name === 'FeatureId' || element.name === 'GmlObjectId';
  }

  #ids(elements: readonly Element[]): Filter {
    this.#budget.ids(elements.length);
    return {
      op: 'ids',
      ids: elements.map(element => {
        for (const name of ['version', 'startDate', 'endDate', 'previousRid'])
          if (element.attribute(name) !== undefined)
            throw new Fault('unsupported', name, 'ResourceId names features without their versions on this server');
        // GDAL writes the id of GmlObjectId without a namespace
        const id =
          element.attribute('rid') ??
          element.attribute('fid') ??
          element.attribute('id', ns.gml32) ??
          element.attribute('id', ns.gml) ??
          element.attribute('id');
        return id ?? this.#malformed(`${element.name} has no id`);
      }),
    };
  }

  #expression(element: Element): Expression {
    if (this.#isReference(element)) return { kind: 'property', name: this.#property(element, element.name) };
    if (element.is('Literal', this.#namespace)) {
      const nested = element.children[0];
      if (nested && isGml(nested)) {
        const period = readPeriod(element, this.#locator);
        return period.begin === period.end
          ? { kind: 'literal', value: period.begin }
          : this.#invalid('a period is compared by temporal operators');
      }
      return nested ? this.#invalid(`a Literal holds text, not ${shown(nested.name)}`) : { kind: 'literal', value: element.text };
    }
    if (isGml(element)) return this.#invalid('a geometry cannot be compared with a comparison operator');
    if (element.namespace !== this.#namespace) return this.#malformed(`${shown(element.name)} has no place in a comparison`);
    return element.name === 'Function' || /^(?:Add|Sub|Mul|Div)$/.test(element.name)
      ? this.#function()
      : this.#malformed(`${shown(element.name)} has no place in a comparison`);
  }

  #isReference(element: Element | undefined): boolean {
    return (
      element !== undefined &&
      element.namespace === this.#namespace &&
      (element.name === 'ValueReference' || element.name === 'PropertyName')
    );
  }

  #property(element: Element | undefined, operator: string): string {
    if (!element) return this.#malformed(`${operator} names no property`);
    if (this.#isReference(element)) return bareName(element.text, this.#locator);
    if (element.is('Function', this.#namespace)) return this.#function();
    return this.#invalid(`${operator} takes a property, not ${shown(element.name)}`);
  }

  #operands(element: Element, count: number): readonly Element[] {
    if (element.children.length !== count)
      return this.#malformed(`${element.name} has ${element.children.length} operands, expected ${count}`);
    return element.children;
  }

  #matchCase(element: Element): boolean {
    const text = element.attribute('matchCase');
    if (text === undefined || text === 'true' || text === '1') return true;
    return text === 'false' || text === '0' ? false : this.#invalid(`matchCase is ${shown(text)}, expected true or false`);
  }

  #matchAction(element: Element): MatchAction | undefined {
    const text = element.attribute('matchAction');
    if (text === undefined || text === 'Any' || text === 'All' || text === 'One') return text;
    return this.#invalid(`matchAction is ${shown(text)}, expected Any, All or One`);
  }

  #function(): never {
    throw new Fault('invalid-value', 'Function', 'functions are not offered in filters');
  }

  #malformed(text: string): never {
    throw new Fault('malformed', this.#locator, text);
  }

  #invalid(text: string): never {
    throw new Fault('invalid-value', this.#locator, text);
  }
}
