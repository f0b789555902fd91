// CQL2 text (OGC 21-065r2), with the spellings of ECQL and of CSW's CQL_TEXT that clients still send: a recursive descent with a depth counter.
import { crsOf } from '../model/crs';
import { Fault } from '../model/fault';
import { Budget, shown } from './budget';
import { beginsGeometry, GeometryReader } from './cql2-geometry';
import { Operands } from './cql2-operands';
import { Tokens } from './cql2-tokens';
import {
  and,
  everything,
  not,
  nothing,
  or,
  type Comparison,
  type Expression,
  type Filter,
  type Period,
  type SpatialOperator,
  type TemporalOperator,
} from './filter';
import type { CoordinateRules } from './gml-read';
import { likePattern, sqlWildcards } from './like';
import { inverseTemporal } from './temporal';
import { metresIn, metresInAxis } from './units';

/** CQL2 § 6.3.1: coordinates are longitude, latitude unless the request says otherwise. */
const longitudeLatitude: CoordinateRules = { rule: 'form', defaultSrid: 4326, defaultFlip: false };

/**
 * Reads a CQL2 text expression; `locator` is the parameter, element or entry that holds it. Faults: malformed (syntax, with the character's
 * place), invalid-value (a value, a geometry, a function), invalid-crs, unsupported, too-large (SEC10).
 */
export function cql2Text(text: string, locator: string, rules: CoordinateRules = longitudeLatitude): Filter {
  return new Parser(text, locator, rules).whole();
}

const comparisons: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '==': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const mirroredSpatial: Readonly<Partial<Record<SpatialOperator, SpatialOperator>>> = { within: 'contains', contains: 'within' };

/** Names of CQL2 with their prefix `S_`, of ECQL without. */
const spatials = new Map<string, SpatialOperator>(
  (['equals', 'disjoint', 'intersects', 'touches', 'crosses', 'within', 'contains', 'overlaps'] as const).flatMap(operator => [
    [operator.toUpperCase(), operator],
    [`S_${operator.toUpperCase()}`, operator],
  ]),
);

const temporals = new Map<string, TemporalOperator | 'disjoint'>([
  ['T_AFTER', 'after'],
  ['T_BEFORE', 'before'],
  ['T_STARTS', 'begins'],
  ['T_STARTEDBY', 'begunBy'],
  ['T_CONTAINS', 'tContains'],
  ['T_DURING', 'during'],
  ['T_FINISHEDBY', 'endedBy'],
  ['T_FINISHES', 'ends'],
  ['T_EQUALS', 'tEquals'],
  ['T_MEETS', 'meets'],
  ['T_METBY', 'metBy'],
  ['T_OVERLAPS', 'tOverlaps'],
  ['T_OVERLAPPEDBY', 'overlappedBy'],
  ['T_INTERSECTS', 'anyInteracts'],
  ['T_DISJOINT', 'disjoint'],
]);

/** ECQL: `property AFTER 2006-11-30T01:30:00Z`. */
const infixTemporals = new Map<string, TemporalOperator>([
  ['AFTER', 'after'],
  ['BEFORE', 'before'],
  ['DURING', 'during'],
  ['TEQUALS', 'tEquals'],
]);

class Parser {
  readonly #tokens: Tokens;
  readonly #locator: string;
  readonly #budget: Budget;
  readonly #operands: Operands;
  readonly #geometries: GeometryReader;

  constructor(text: string, locator: string, rules: CoordinateRules) {
    this.#locator = locator;
    this.#budget = new Budget(locator);
    this.#tokens = new Tokens(text, locator);
    this.#operands = new Operands(this.#tokens, this.#budget);
    this.#geometries = new GeometryReader(this.#tokens, rules, this.#budget);
  }

  whole(): Filter {
    const filter = this.#or(1);
    const token = this.#tokens.peek;
    return token.kind === 'end' ? filter : this.#tokens.refuse(`${shown(token.text)} is one word too many`, token.at);
  }

  #or(depth: number): Filter {
    const parts = [this.#and(depth)];
    while (this.#tokens.takes('OR')) parts.push(this.#and(depth));
    return parts.length === 1 && parts[0] ? parts[0] : or(...parts);
  }

  #and(depth: number): Filter {
    const parts = [this.#not(depth)];
    while (this.#tokens.takes('AND')) parts.push(this.#not(depth));
    return parts.length === 1 && parts[0] ? parts[0] : and(...parts);
  }

  #not(depth: number): Filter {
    this.#budget.node(depth);
    return this.#tokens.takes('NOT') ? not(this.#not(depth + 1)) : this.#primary(depth);
  }

  #primary(depth: number): Filter {
    const token = this.#tokens.peek;
    if (token.kind === 'sign' && token.text === '(') {
      this.#tokens.next();
      const inner = this.#or(depth + 1);
      this.#tokens.sign(')');
      return inner;
    }
    if (token.kind === 'name' && !token.quoted) {
      const word = token.text.toUpperCase();
      if (word === 'IN') return this.#idList();
      const call = this.#call(word);
      if (call) return call;
      if (word === 'INCLUDE' || word === 'EXCLUDE') {
        this.#tokens.next();
        return word === 'INCLUDE' ? everything : nothing;
      }
    }
    return this.#predicate();
  }

  /** A predicate in the form of a function; undefined when the word is no such function. */
  #call(word: string): Filter | undefined {
    const spatial = spatials.get(word);
    const temporal = temporals.get(word);
    const distant = word === 'DWITHIN' || word === 'BEYOND';
    if (!spatial && !temporal && !distant && word !== 'BBOX') return undefined;
    if (!this.#tokens.opens(word)) return undefined;
    const filter = temporal
      ? this.#temporalCall(temporal)
      : word === 'BBOX'
        ? this.#box()
        : this.#spatialCall(spatial ?? (word === 'DWITHIN' ? 'dwithin' : 'beyond'));
    this.#tokens.sign(')');
    return filter;
  }

  #box(): Filter {
    const property = this.#operands.property();
    this.#tokens.sign(',');
    return { op: 'spatial', operator: 'bbox', property, geometry: this.#geometries.box() };
  }

  #spatialCall(operator: SpatialOperator): Filter {
    const forward = !this.#atGeometry();
    const before = forward ? this.#operands.property() : this.#geometries.located();
    this.#tokens.sign(',');
    if (forward && !this.#atGeometry())
      throw new Fault('unsupported', this.#locator, 'a spatial operator between two properties is not offered');
    const after = forward ? this.#geometries.located() : this.#operands.property();
    const property = typeof before === 'string' ? before : typeof after === 'string' ? after : null;
    const geometry = typeof before === 'string' ? after : before;
    if (typeof geometry === 'string') return this.#tokens.refuse('a geometry is missing', this.#tokens.peek.at);
    if (operator !== 'dwithin' && operator !== 'beyond')
      return { op: 'spatial', operator: forward ? operator : (mirroredSpatial[operator] ?? operator), property, geometry };
    this.#tokens.sign(',');
    const value = this.#geometries.number();
    const metres = this.#tokens.isSign(',') ? this.#unit() : metresInAxis(crsOf(geometry.srid));
    if (value < 0) return this.#invalid(`${value} is not a distance`);
    return { op: 'spatial', operator, property, geometry, distance: value * metres };
  }

  /** `, meters` or `, statute miles`. */
  #unit(): number {
    this.#tokens.sign(',');
    const words: string[] = [];
    for (let token = this.#tokens.peek; token.kind === 'name' || token.kind === 'string'; token = this.#tokens.peek) {
      words.push(token.text);
      this.#tokens.next();
    }
    const unit = words.join(' ');
    return metresIn(unit) ?? this.#invalid(`${shown(unit)} is not a unit of length that this server knows`);
  }

  #atGeometry(): boolean {
    const token = this.#tokens.peek;
    return token.kind === 'name' && !token.quoted && beginsGeometry(token.text);
  }

  #temporalCall(operator: TemporalOperator | 'disjoint'): Filter {
    const left = this.#time();
    this.#tokens.sign(',');
    const right = this.#time();
    const forward = 'property' in left;
    const property = forward ? left.property : 'property' in right ? right.property : this.#invalid('a temporal operator needs a property');
    const period = forward ? right : left;
    if ('property' in period) throw new Fault('unsupported', this.#locator, 'a temporal operator between two properties is not offered');
    const filter = (name: TemporalOperator): Filter => ({
      op: 'temporal',
      operator: forward ? name : inverseTemporal[name],
      property,
      period,
    });
    // neither before nor after is not the same as disjoint where there is no value
    return operator === 'disjoint' ? or(filter('before'), filter('after')) : filter(operator);
  }

  /** An instant, a period, or the property. */
  #time(): Period | { readonly property: string } {
    const token = this.#tokens.peek;
    if (this.#tokens.opens('INTERVAL')) {
      const begin = this.#end();
      this.#tokens.sign(',');
      const end = this.#end();
      this.#tokens.sign(')');
      return { begin, end };
    }
    if (token.kind === 'time') return this.#infixPeriod();
    const { expression } = this.#operands.operand();
    if (expression.kind === 'property') return { property: expression.name };
    return { begin: String(expression.value), end: String(expression.value) };
  }

  /** One end of INTERVAL: a text, DATE('…'), TIMESTAMP('…') or '..'. */
  #end(): string {
    const { expression } = this.#operands.operand();
    if (expression.kind === 'property') throw new Fault('unsupported', this.#locator, 'INTERVAL of properties is not offered');
    return String(expression.value);
  }

  /** ECQL: `2006-11-30` or `2006-11-30T00:00:00Z/2006-12-31T00:00:00Z`. */
  #infixPeriod(): Period {
    const begin = this.#instant();
    if (!this.#tokens.isSign('/')) return { begin, end: begin };
    this.#tokens.next();
    return { begin, end: this.#instant() };
  }

  #instant(): string {
    const token = this.#tokens.peek;
    if (token.kind === 'time' || token.kind === 'string') return this.#tokens.next().text;
    const { expression } = this.#operands.plain();
    return expression.kind === 'literal' ? String(expression.value) : this.#tokens.refuse('an instant is missing', token.at);
  }

  #predicate(): Filter {
    const start = this.#tokens.peek;
    const left = this.#operands.operand();
    const sign = this.#tokens.peek;
    const comparison = sign.kind === 'sign' ? comparisons[sign.text] : undefined;
    if (comparison) {
      this.#tokens.next();
      const right = this.#operands.operand();
      return {
        op: 'compare',
        operator: comparison,
        left: left.expression,
        right: right.expression,
        matchCase: !left.folded && !right.folded,
      };
    }
    if (left.expression.kind === 'literal') {
      if (typeof left.expression.value === 'boolean') return left.expression.value ? everything : nothing;
      return this.#tokens.refuse('an operator is missing', sign.at);
    }
    const property = left.expression.name;
    if (this.#tokens.takes('IS')) {
      const negated = this.#tokens.takes('NOT');
      this.#tokens.word('NULL');
      return negated ? not({ op: 'null', property }) : { op: 'null', property };
    }
    const negated = this.#tokens.takes('NOT');
    const filter = this.#after(property, left.folded);
    if (!filter) return this.#tokens.refuse(`an operator is missing after ${shown(start.text)}`, this.#tokens.peek.at);
    return negated ? not(filter) : filter;
  }

  /** What may follow a property, and NOT: LIKE, ILIKE, BETWEEN, IN, and the temporal words of ECQL. */
  #after(property: string, folded: boolean): Filter | undefined {
    if (this.#tokens.takes('LIKE')) return this.#like(property, folded);
    if (this.#tokens.takes('ILIKE')) return this.#like(property, true);
    if (this.#tokens.takes('BETWEEN')) {
      const lower = this.#operands.operand().expression;
      this.#tokens.word('AND');
      return { op: 'between', property, lower, upper: this.#operands.operand().expression };
    }
    if (this.#tokens.takes('IN')) {
      const operands = this.#operands.list();
      const values = operands.map(({ expression }) =>
        expression.kind === 'literal' ? expression.value : this.#invalid('a list holds literals only'),
      );
      if (!folded && !operands.some(operand => operand.folded)) return { op: 'in', property, values };
      const left: Expression = { kind: 'property', name: property };
      return or(
        ...values.map((value): Filter => ({ op: 'compare', operator: '=', left, right: { kind: 'literal', value }, matchCase: false })),
      );
    }
    for (const [word, operator] of infixTemporals)
      if (this.#tokens.takes(word)) return { op: 'temporal', operator, property, period: this.#infixPeriod() };
    return undefined;
  }

  #like(property: string, folded: boolean): Filter {
    const at = this.#tokens.peek.at;
    const pattern = this.#operands.operand();
    if (pattern.expression.kind !== 'literal') return this.#tokens.refuse('a pattern is missing', at);
    return {
      op: 'like',
      property,
      pattern: likePattern(String(pattern.expression.value), sqlWildcards),
      matchCase: !folded && !pattern.folded,
    };
  }

  /** ECQL: `IN ('stem.1', 'stem.2')` without a property lists ids. */
  #idList(): Filter {
    this.#tokens.word('IN');
    const ids = this.#operands
      .list()
      .map(({ expression }) => (expression.kind === 'literal' ? String(expression.value) : this.#invalid('a list holds literals only')));
    return { op: 'ids', ids };
  }

  #invalid(text: string): never {
    throw new Fault('invalid-value', this.#locator, text);
  }
}
