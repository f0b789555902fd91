// Geometries of CQL2 text and ECQL: WKT, EWKT's `SRID=2154;…`, ENVELOPE(minx,maxx,miny,maxy) and BBOX(minx,miny,maxx,maxy).
import { parseCrs } from '../model/crs';
import { Fault } from '../model/fault';
import { envelopePolygon, type Geometry, type LocatedGeometry, type Position } from '../model/geometry';
import { filterLimits, shown, strictNumber, type Budget } from './budget';
import type { Tokens } from './cql2-tokens';
import type { CoordinateRules } from './gml-read';

const names: ReadonlySet<string> = new Set([
  'POINT',
  'LINESTRING',
  'POLYGON',
  'MULTIPOINT',
  'MULTILINESTRING',
  'MULTIPOLYGON',
  'GEOMETRYCOLLECTION',
  'ENVELOPE',
  'BBOX',
  'SRID',
]);

/** Whether a name begins a geometry. */
export const beginsGeometry = (name: string): boolean => names.has(name.toUpperCase());

/** Reads geometries from tokens, in one system of reference. */
export class GeometryReader {
  readonly #tokens: Tokens;
  readonly #rules: CoordinateRules;
  readonly #budget: Budget;

  constructor(tokens: Tokens, rules: CoordinateRules, budget: Budget) {
    this.#tokens = tokens;
    this.#rules = rules;
    this.#budget = budget;
  }

  /** A geometry; EWKT says its CRS by code and is x,y as everywhere in PostGIS. */
  located(): LocatedGeometry {
    let { defaultSrid: srid, defaultFlip: flip } = this.#rules;
    if (this.#tokens.isWord('SRID')) {
      this.#tokens.next();
      this.#tokens.sign('=');
      const code = this.#tokens.next();
      srid = parseCrs(`EPSG:${code.text.slice(0, 20)}`, 'xy', this.#budget.locator).crs.code;
      flip = false;
      this.#tokens.sign(';');
    }
    return { geometry: this.#geometry(flip, 1), srid };
  }

  /** The inside of `BBOX(property, …)`: four numbers (or six) and a CRS at need, up to the closing parenthesis. */
  box(): LocatedGeometry {
    const numbers = [this.number()];
    let srid = this.#rules.defaultSrid;
    let flip = this.#rules.defaultFlip;
    while (this.#tokens.isSign(',')) {
      this.#tokens.next();
      const token = this.#tokens.peek;
      if (token.kind === 'string' || token.kind === 'name') {
        this.#tokens.next();
        ({
          flip,
          crs: { code: srid },
        } = parseCrs(token.text, this.#rules.rule, this.#budget.locator));
        break;
      }
      numbers.push(this.number());
    }
    return { geometry: this.#boxOf(numbers, flip), srid };
  }

  /** A number with its sign. Fault invalid-value for what is not finite. */
  number(): number {
    let text = '';
    if (this.#tokens.isSign('-') || this.#tokens.isSign('+')) text = this.#tokens.next().text;
    const token = this.#tokens.next();
    const value = token.kind === 'number' ? strictNumber(text + token.text) : undefined;
    if (value !== undefined) return value;
    return token.kind === 'number' || token.kind === 'name'
      ? this.#refuse(`${shown(text + token.text)} is not a number`)
      : this.#tokens.refuse('a number is missing', token.at);
  }

  #geometry(flip: boolean, depth: number): Geometry {
    if (depth > filterLimits.depth) throw new Fault('too-large', this.#budget.locator, 'geometry collections are nested too deep');
    const token = this.#tokens.next();
    const name = token.text.toUpperCase();
    if (token.kind !== 'name' || token.quoted || !names.has(name) || name === 'SRID')
      return this.#tokens.refuse('a geometry is missing', token.at);
    if (name === 'BBOX' || name === 'ENVELOPE') {
      const numbers = this.#tokens.list(() => this.number());
      if (name === 'BBOX') return this.#boxOf(numbers, flip);
      const [minX, maxX, y1, y2, ...more] = numbers;
      // the grammar of CSW writes west, east, north, south; its readers south, north
      return this.#boxOf(
        minX === undefined || maxX === undefined || y1 === undefined || y2 === undefined
          ? []
          : [minX, Math.min(y1, y2), maxX, Math.max(y1, y2), ...more],
        flip,
      );
    }
    if (this.#tokens.isWord('Z')) this.#tokens.next();
    if (this.#tokens.isWord('EMPTY')) return this.#refuse('a geometry is empty');
    const position = (): Position => this.#position(flip);
    const line = (): Position[] => {
      const positions = this.#tokens.list(position);
      return positions.length >= 2 ? positions : this.#refuse('a line needs two positions');
    };
    const rings = (): Position[][] => this.#tokens.list(() => this.#ring(flip));
    switch (name) {
      case 'POINT': {
        const [point, ...more] = this.#tokens.list(position);
        return point && more.length === 0 ? { type: 'Point', coordinates: point } : this.#refuse('a POINT has one position');
      }
      case 'LINESTRING':
        return { type: 'LineString', coordinates: line() };
      case 'POLYGON':
        return { type: 'Polygon', coordinates: rings() };
      case 'MULTIPOINT':
        // each position may have parentheses of its own
        return {
          type: 'MultiPoint',
          coordinates: this.#tokens.list(() => (this.#tokens.isSign('(') ? this.#tokens.list(position) : [position()])).flat(),
        };
      case 'MULTILINESTRING':
        return { type: 'MultiLineString', coordinates: this.#tokens.list(line) };
      case 'MULTIPOLYGON':
        return { type: 'MultiPolygon', coordinates: this.#tokens.list(rings) };
      default:
        return { type: 'GeometryCollection', geometries: this.#tokens.list(() => this.#geometry(flip, depth + 1)) };
    }
  }

  #ring(flip: boolean): Position[] {
    const ring = this.#tokens.list(() => this.#position(flip));
    const first = ring[0];
    const last = ring.at(-1);
    if (!first || !last || ring.length < 4) return this.#refuse('a ring needs four positions');
    return first[0] === last[0] && first[1] === last[1] && first[2] === last[2] ? ring : this.#refuse('a ring is not closed');
  }

  #position(flip: boolean): Position {
    this.#budget.vertices(1);
    const a = this.number();
    const b = this.number();
    const [x, y] = flip ? [b, a] : [a, b];
    return this.#tokens.isSign(',') || this.#tokens.isSign(')') ? [x, y] : [x, y, this.number()];
  }

  #boxOf(numbers: readonly number[], flip: boolean): Geometry {
    const [a, b, c, d] = numbers.length === 6 ? [numbers[0], numbers[1], numbers[3], numbers[4]] : numbers;
    if (a === undefined || b === undefined || c === undefined || d === undefined || (numbers.length !== 4 && numbers.length !== 6))
      return this.#refuse(`a box has ${numbers.length} numbers, expected 4 or 6`);
    const [minX, minY, maxX, maxY] = flip ? [b, a, d, c] : [a, b, c, d];
    if (minX > maxX || minY > maxY) return this.#refuse('the lower corner of a box lies beyond its upper corner');
    return envelopePolygon({ minX, minY, maxX, maxY });
  }

  #refuse(text: string): never {
    throw new Fault('invalid-value', this.#budget.locator, text);
  }
}
