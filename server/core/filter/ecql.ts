// ECQL: the Common Query Language of catalogues (OGC 07-006 § 6.2.2) as its implementations have extended it, which users of catalogues and map
// servers write in CQL_TEXT. A grammar of its own: NOT before AND before OR, parentheses or brackets, names with prefixes or in double quotes,
// texts in single quotes (a doubled one stands for one), times without quotes. Read into the one filter tree; every fault names its place.
import { crsOf } from '../model/crs';
import { Fault } from '../model/fault';
import type { LocatedGeometry } from '../model/geometry';
import { Budget, shown } from './budget';
import { beginsGeometry, GeometryReader } from './cql2-geometry';
import { Operands } from './cql2-operands';
import { Tokens } from './cql2-tokens';
import { EcqlTimes } from './ecql-time';
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
import { bareName } from './names';
import { metresIn, metresInAxis } from './units';

export interface EcqlOptions {
  /** How coordinates are read; longitude, latitude of EPSG:4326 unless told. */
  readonly rules?: CoordinateRules;
  /** The property a written name means (prefixes, paths, aliases); the name without its prefix unless told. */
  readonly name?: (written: string) => string;
}

const longitudeLatitude: CoordinateRules = { rule: 'form', defaultSrid: 4326, defaultFlip: false };

/**
 * Reads an ECQL expression; `locator` is the parameter or element that holds it. Faults: malformed (syntax), invalid-value (a value, a geometry,
 * a function), invalid-crs, unsupported, too-large (SEC10) – all say at which character.
 */
export function ecqlText(text: string, locator: string, options: EcqlOptions = {}): Filter {
  const tokens = new Tokens(text, locator);
  try {
    return new Parser(tokens, locator, options).whole();
  } catch (error) {
    if (!(error instanceof Fault) || error.locator !== locator || / at character \d+ of the filter$/.test(error.message)) throw error;
    throw new Fault(error.kind, locator, `${error.message}, at character ${tokens.taken + 1} of the filter`, { cause: error });
  }
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

/** The names of the standard's grammar (EQUAL, TOUCH) beside those of its implementations (EQUALS, TOUCHES). */
const spatials: ReadonlyMap<string, SpatialOperator> = new Map([
  ['EQUAL', 'equals'],
  ['EQUALS', 'equals'],
  ['DISJOINT', 'disjoint'],
  ['INTERSECT', 'intersects'],
  ['INTERSECTS', 'intersects'],
  ['TOUCH', 'touches'],
  ['TOUCHES', 'touches'],
  ['CROSS', 'crosses'],
  ['CROSSES', 'crosses'],
  ['WITHIN', 'within'],
  ['CONTAINS', 'contains'],
  ['OVERLAP', 'overlaps'],
  ['OVERLAPS', 'overlaps'],
  ['DWITHIN', 'dwithin'],
  ['BEYOND', 'beyond'],
]);
const mirrored: Readonly<Partial<Record<SpatialOperator, SpatialOperator>>> = { within: 'contains', contains: 'within' };

const temporals: ReadonlyMap<string, TemporalOperator> = new Map([
  ['BEFORE', 'before'],
  ['AFTER', 'after'],
  ['DURING', 'during'],
  ['TEQUALS', 'tEquals'],
  ['BEGINS', 'begins'],
  ['ENDS', 'ends'],
]);

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

class Parser {
  readonly #tokens: Tokens;
  readonly #locator: string;
  readonly #budget: Budget;
  readonly #operands: Operands;
  readonly #geometries: GeometryReader;
  readonly #times: EcqlTimes;

  constructor(tokens: Tokens, locator: string, { rules = longitudeLatitude, name }: EcqlOptions) {
    this.#tokens = tokens;
    this.#locator = locator;
    this.#budget = new Budget(locator);
    this.#operands = new Operands(tokens, this.#budget, name ?? (written => bareName(written, locator)));
    this.#geometries = new GeometryReader(tokens, rules, this.#budget);
    this.#times = new EcqlTimes(tokens, locator);
  }

  whole(): Filter {
    const filter = this.#or(1);
    const token = this.#tokens.peek;
    return token.kind === 'end' ? filter : this.#tokens.refuse(`${shown(token.text)} is one word too many`, token.at);
  }

  #or(depth: number): Filter {
    const parts = [this.#and(depth)];
    while (this.#tokens.takes('OR')) parts.push(this.#and(depth));
    return or(...parts);
  }

  #and(depth: number): Filter {
    const parts = [this.#not(depth)];
    while (this.#tokens.takes('AND')) parts.push(this.#not(depth));
    return and(...parts);
  }

  #not(depth: number): Filter {
    this.#budget.node(depth);
    return this.#tokens.takes('NOT') ? not(this.#not(depth + 1)) : this.#primary(depth);
  }

  #primary(depth: number): Filter {
    const token = this.#tokens.peek;
    const close = token.kind === 'sign' ? closing[token.text] : undefined;
    if (close !== undefined) {
      this.#tokens.next();
      const inner = this.#or(depth + 1);
      this.#tokens.sign(close);
      return inner;
    }
    if (token.kind === 'name' && !token.quoted) {
      const word = token.text.toUpperCase();
      if (word === 'INCLUDE' || word === 'EXCLUDE') {
        this.#tokens.next();
        return word === 'INCLUDE' ? everything : nothing;
      }
      if (word === 'IN') return this.#ids();
      const call = this.#call(word);
      if (call) return call;
    }
    return this.#predicate();
  }

  /** `IN ('a', 'b')` without a property lists ids. */
  #ids(): Filter {
    this.#tokens.word('IN');
    const ids = this.#literals().map(String);
    this.#budget.ids(ids.length);
    return { op: 'ids', ids };
  }

  /** A predicate in the form of a function; undefined when the word is none, or is a property's name. */
  #call(word: string): Filter | undefined {
    const operator = spatials.get(word);
    if (word === 'RELATE' && this.#tokens.opens(word))
      throw new Fault('unsupported', this.#locator, 'RELATE is not offered, the named spatial operators are');
    if ((!operator && word !== 'BBOX') || !this.#tokens.opens(word)) return undefined;
    const filter = operator ? this.#spatial(operator) : this.#box();
    this.#tokens.sign(')');
    return filter;
  }

  /** `BBOX(property, minx, miny, maxx, maxy [, crs])`. */
  #box(): Filter {
    const property = this.#operands.property();
    this.#tokens.sign(',');
    return { op: 'spatial', operator: 'bbox', property, geometry: this.#geometries.box() };
  }

  #spatial(operator: SpatialOperator): Filter {
    const forward = !this.#atGeometry();
    const property = forward ? this.#operands.property() : null;
    const first = forward ? null : this.#geometries.located();
    this.#tokens.sign(',');
    if (forward && !this.#atGeometry())
      return this.#tokens.refuse('a geometry is missing; two properties are not compared in space', this.#tokens.peek.at);
    const geometry = first ?? this.#geometries.located();
    const named = property ?? this.#operands.property();
    const turned = forward ? operator : (mirrored[operator] ?? operator);
    if (operator !== 'dwithin' && operator !== 'beyond') return { op: 'spatial', operator: turned, property: named, geometry };
    return { op: 'spatial', operator, property: named, geometry, distance: this.#distance(geometry) };
  }

  #atGeometry(): boolean {
    const token = this.#tokens.peek;
    return token.kind === 'name' && !token.quoted && beginsGeometry(token.text);
  }

  /** `, 10, kilometers` or `, 3, statute miles` in metres; without a unit in that of the geometry's system. */
  #distance({ srid }: LocatedGeometry): number {
    this.#tokens.sign(',');
    const value = this.#geometries.number();
    if (value < 0) return this.#invalid(`${value} is not a distance`);
    if (!this.#tokens.isSign(',')) return value * metresInAxis(crsOf(srid));
    this.#tokens.next();
    const words: string[] = [];
    for (let token = this.#tokens.peek; token.kind === 'name' || token.kind === 'string'; token = this.#tokens.peek)
      words.push(this.#tokens.next().text);
    const unit = words.join(' ');
    return value * (metresIn(unit) ?? this.#invalid(`${shown(unit)} is not a unit of length that this server knows`));
  }

  /** One that begins with an operand. */
  #predicate(): Filter {
    const start = this.#tokens.peek;
    const left = this.#operands.operand();
    const sign = this.#tokens.peek;
    const operator = sign.kind === 'sign' ? comparisons[sign.text] : undefined;
    if (operator) {
      this.#tokens.next();
      const right = this.#operands.operand();
      const matchCase = !left.folded && !right.folded;
      return { op: 'compare', operator, left: left.expression, right: right.expression, matchCase };
    }
    if (left.expression.kind === 'literal') {
      if (typeof left.expression.value === 'boolean') return left.expression.value ? everything : nothing;
      return this.#tokens.refuse('a comparison is missing', sign.at);
    }
    const property = left.expression.name;
    if (this.#tokens.takes('IS')) {
      const negated = this.#tokens.takes('NOT');
      this.#tokens.word('NULL');
      return this.#negatable(negated, { op: 'null', property });
    }
    // a record has a property when it has a value for it
    if (this.#tokens.takes('EXISTS')) return not({ op: 'null', property });
    if (this.#doesNotExist()) return { op: 'null', property };
    const negated = this.#tokens.takes('NOT');
    const filter = this.#after(property, left.folded);
    if (!filter) return this.#tokens.refuse(`an operator is missing after ${shown(start.text)}`, this.#tokens.peek.at);
    return this.#negatable(negated, filter);
  }

  #negatable(negated: boolean, filter: Filter): Filter {
    return negated ? not(filter) : filter;
  }

  /** `DOES-NOT-EXIST`, `DOES NOT EXIST`. */
  #doesNotExist(): boolean {
    if (!this.#tokens.takes('DOES')) return false;
    for (const word of ['NOT', 'EXIST']) {
      if (this.#tokens.isSign('-')) this.#tokens.next();
      this.#tokens.word(word);
    }
    return true;
  }

  /** What may follow a property, and NOT. */
  #after(property: string, folded: boolean): Filter | undefined {
    if (this.#tokens.takes('LIKE')) return this.#like(property, folded);
    if (this.#tokens.takes('ILIKE')) return this.#like(property, true);
    if (this.#tokens.takes('BETWEEN')) {
      const lower = this.#operands.operand().expression;
      this.#tokens.word('AND');
      return { op: 'between', property, lower, upper: this.#operands.operand().expression };
    }
    if (this.#tokens.takes('IN')) {
      const values = this.#literals();
      if (!folded) return { op: 'in', property, values };
      const left: Expression = { kind: 'property', name: property };
      return or(
        ...values.map((value): Filter => ({ op: 'compare', operator: '=', left, right: { kind: 'literal', value }, matchCase: false })),
      );
    }
    for (const [word, operator] of temporals) if (this.#tokens.takes(word)) return this.#temporal(property, operator);
    return undefined;
  }

  /** `BEFORE t`, `AFTER t`, `DURING p`, `BEFORE OR DURING p`, `DURING OR AFTER p`. */
  #temporal(property: string, operator: TemporalOperator): Filter {
    const other = operator === 'before' ? 'DURING' : operator === 'during' ? 'AFTER' : undefined;
    if (other !== undefined && this.#tokens.isWord('OR')) {
      this.#tokens.next();
      this.#tokens.word(other);
      const { begin, end } = this.#times.period();
      const left: Expression = { kind: 'property', name: property };
      // the ends of the period belong to it here
      return operator === 'before'
        ? { op: 'compare', operator: '<=', left, right: { kind: 'literal', value: end }, matchCase: true }
        : { op: 'compare', operator: '>=', left, right: { kind: 'literal', value: begin }, matchCase: true };
    }
    const period: Period = this.#times.period();
    return { op: 'temporal', operator, property, period };
  }

  #like(property: string, folded: boolean): Filter {
    const at = this.#tokens.peek.at;
    const { expression, folded: inside } = this.#operands.operand();
    if (expression.kind !== 'literal') return this.#tokens.refuse('a pattern is missing', at);
    return { op: 'like', property, pattern: likePattern(String(expression.value), sqlWildcards), matchCase: !folded && !inside };
  }

  #literals(): (string | number | boolean)[] {
    return this.#operands
      .list()
      .map(({ expression }) => (expression.kind === 'literal' ? expression.value : this.#invalid('a list holds literals only')));
  }

  #invalid(text: string): never {
    throw new Fault('invalid-value', this.#locator, text);
  }
}
