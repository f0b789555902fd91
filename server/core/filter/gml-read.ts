// Geometries of GML 3.2, 3.1.1 and 2.1.2, read into x,y. Axis order is decided by srsName and the caller's rule (crs.ts), once and here.
import { parseCrs, type AxisRule } from '../model/crs';
import { Fault } from '../model/fault';
import { envelopePolygon, type Envelope, type Geometry, type LocatedGeometry, type Position } from '../model/geometry';
import { ns } from '../xml/names';
import type { Element } from '../xml/read';
import { shown, strictNumber, type Budget } from './budget';

/** How coordinates are to be understood. */
export interface CoordinateRules {
  /** What a written CRS means for the axis order. */
  readonly rule: AxisRule;
  /** EPSG code of coordinates without a CRS … */
  readonly defaultSrid: number;
  /** … and whether those are written north,east. */
  readonly defaultFlip: boolean;
}

type Line = readonly Position[];
type Rings = readonly Line[];

/** Whether an element is in one of the namespaces of GML. */
export const isGml = (element: Element): boolean => element.namespace === ns.gml32 || element.namespace === ns.gml;

/**
 * Reads a GML geometry, Envelope and Box included (as their polygon).
 * Faults at the budget's locator: invalid-value (unknown geometry, numbers, ring not closed), invalid-crs, too-large.
 */
export function readGeometry(element: Element, rules: CoordinateRules, budget: Budget): LocatedGeometry {
  const { srid, flip } = referenceSystem(element, rules, budget.locator);
  return { geometry: new Reader(flip, budget).geometry(element, 2), srid };
}

/** The geometry as it is written, whatever CRS it names: for files, whose CRS is known beforehand. `flip`: north,east is written. Faults as above. */
export function readCoordinates(element: Element, flip: boolean, budget: Budget): Geometry {
  return new Reader(flip, budget).geometry(element, 2);
}

/** One CRS for the whole geometry: srsName may stand on the geometry or on its parts, all of one mind. */
function referenceSystem(element: Element, rules: CoordinateRules, locator: string): { srid: number; flip: boolean } {
  const names = new Set<string>();
  const collect = (part: Element): void => {
    const name = part.attribute('srsName');
    if (name !== undefined && name.trim() !== '') names.add(name.trim());
    part.children.forEach(collect);
  };
  collect(element);
  let found: { srid: number; flip: boolean } | undefined;
  for (const name of names) {
    const { crs, flip } = parseCrs(name, rules.rule, locator);
    if (found && (found.srid !== crs.code || found.flip !== flip))
      throw new Fault('invalid-value', locator, 'the parts of a geometry have different coordinate reference systems');
    found = { srid: crs.code, flip };
  }
  return found ?? { srid: rules.defaultSrid, flip: rules.defaultFlip };
}

class Reader {
  readonly #flip: boolean;
  readonly #budget: Budget;

  constructor(flip: boolean, budget: Budget) {
    this.#flip = flip;
    this.#budget = budget;
  }

  /** Any geometry; `dimension` is what srsDimension of the parents says. */
  geometry(element: Element, inherited: number): Geometry {
    const dimension = this.#dimension(element, inherited);
    switch (isGml(element) ? element.name : '') {
      case 'Point':
        return { type: 'Point', coordinates: this.#point(element, dimension) };
      case 'LineString':
      case 'Curve':
      case 'CompositeCurve':
        return { type: 'LineString', coordinates: this.#line(element, dimension) };
      case 'LinearRing':
        return { type: 'LineString', coordinates: this.#ring(element, dimension) };
      case 'Polygon':
      case 'Surface':
      case 'CompositeSurface':
        return polygons(this.#surfaces(element, dimension));
      case 'MultiPoint':
        return {
          type: 'MultiPoint',
          coordinates: this.#members(element, 'pointMember').map(member => this.#point(member, this.#dimension(member, dimension))),
        };
      case 'MultiLineString':
      case 'MultiCurve':
        return {
          type: 'MultiLineString',
          coordinates: this.#members(element, 'lineStringMember', 'curveMember').map(member =>
            this.#line(member, this.#dimension(member, dimension)),
          ),
        };
      case 'MultiPolygon':
      case 'MultiSurface':
        return {
          type: 'MultiPolygon',
          coordinates: this.#members(element, 'polygonMember', 'surfaceMember').flatMap(member =>
            this.#surfaces(member, this.#dimension(member, dimension)),
          ),
        };
      case 'MultiGeometry':
        return {
          type: 'GeometryCollection',
          geometries: this.#members(element, 'geometryMember').map(member => this.geometry(member, dimension)),
        };
      case 'Envelope':
      case 'Box':
        return envelopePolygon(this.#envelope(element, dimension));
      default:
        return this.#refuse(`${element.name} is not a geometry that this server reads`);
    }
  }

  #envelope(element: Element, dimension: number): Envelope {
    const corners = [this.#child(element, 'lowerCorner'), this.#child(element, 'upperCorner')].flatMap(corner =>
      corner ? this.#list(corner.text, this.#dimension(corner, cornerDimension(corner, dimension))) : [],
    );
    const [low, high, ...more] = corners.length > 0 ? corners : this.#positions(element, dimension);
    if (!low || !high || more.length > 0) return this.#refuse(`${element.name} needs a lower and an upper corner`);
    if (low[0] > high[0] || low[1] > high[1]) return this.#refuse(`the lower corner of ${element.name} lies beyond its upper corner`);
    return { minX: low[0], minY: low[1], maxX: high[0], maxY: high[1] };
  }

  #point(element: Element, dimension: number): Position {
    if (element.name !== 'Point') return this.#refuse(`${element.name} stands where a Point is expected`);
    const [position, ...more] = this.#positions(element, dimension);
    return position && more.length === 0 ? position : this.#refuse('a Point has one position');
  }

  /** LineString, Curve (its segments joined) and CompositeCurve (its members joined). */
  #line(element: Element, dimension: number): Line {
    switch (element.name) {
      case 'LineString':
      case 'LineStringSegment': {
        const line = this.#positions(element, dimension);
        return line.length >= 2 ? line : this.#refuse(`${element.name} needs two positions`);
      }
      case 'Curve': {
        const segments = this.#child(element, 'segments')?.children ?? [];
        return this.#joined(segments.map(segment => this.#line(segment, this.#dimension(segment, dimension))));
      }
      case 'CompositeCurve':
      case 'Ring':
        return this.#joined(this.#members(element, 'curveMember').map(curve => this.#line(curve, this.#dimension(curve, dimension))));
      default:
        return this.#refuse(`${element.name} is not a curve that this server reads`);
    }
  }

  #joined(lines: readonly Line[]): Line {
    const joined: Position[] = [];
    for (const line of lines) {
      const last = joined.at(-1);
      const first = line[0];
      if (last && first && !samePlace(last, first)) return this.#refuse('the segments of a curve do not touch');
      joined.push(...(last ? line.slice(1) : line));
    }
    return joined.length >= 2 ? joined : this.#refuse('a curve has no segment');
  }

  #surfaces(element: Element, dimension: number): Rings[] {
    switch (element.name) {
      case 'Polygon':
      case 'PolygonPatch':
        return [this.#rings(element, dimension)];
      case 'Surface': {
        const patches = (this.#child(element, 'patches') ?? this.#child(element, 'polygonPatches'))?.children ?? [];
        return this.#some(
          patches.flatMap(patch => this.#surfaces(patch, this.#dimension(patch, dimension))),
          element,
        );
      }
      case 'CompositeSurface': {
        const members = this.#members(element, 'surfaceMember');
        return members.flatMap(member => this.#surfaces(member, this.#dimension(member, dimension)));
      }
      default:
        return this.#refuse(`${element.name} is not a surface that this server reads`);
    }
  }

  #rings(element: Element, dimension: number): Rings {
    const [exterior, ...more] = [...this.#all(element, 'exterior'), ...this.#all(element, 'outerBoundaryIs')];
    const interiors = [...this.#all(element, 'interior'), ...this.#all(element, 'innerBoundaryIs')];
    if (!exterior || more.length > 0) return this.#refuse(`${element.name} has one exterior`);
    return [exterior, ...interiors].map(boundary => {
      const [ring, ...others] = boundary.children;
      if (!ring || others.length > 0) return this.#refuse(`${boundary.name} holds one ring`);
      return this.#ring(ring, this.#dimension(ring, dimension));
    });
  }

  #ring(element: Element, dimension: number): Line {
    if (element.name !== 'LinearRing' && element.name !== 'Ring')
      return this.#refuse(`${element.name} is not a ring that this server reads`);
    const ring = element.name === 'Ring' ? this.#line(element, dimension) : this.#positions(element, dimension);
    const first = ring[0];
    const last = ring.at(-1);
    if (!first || !last || ring.length < 4) return this.#refuse('a ring needs four positions');
    return samePlace(first, last) ? ring : this.#refuse('a ring is not closed');
  }

  /** Geometries of the member properties: `pointMember` (one each) and `pointMembers` (several). */
  #members(element: Element, ...names: readonly string[]): Element[] {
    const members: Element[] = [];
    for (const property of element.children) {
      if (!isGml(property)) continue;
      if (names.includes(property.name) || names.some(name => `${name}s` === property.name)) members.push(...property.children);
      else if (!metadata.has(property.name)) return this.#refuse(`${property.name} has no place in ${element.name}`);
    }
    return this.#some(members, element);
  }

  #some<T>(parts: T[], element: Element): T[] {
    return parts.length > 0 ? parts : this.#refuse(`${element.name} is empty`);
  }

  /** posList, pos, coordinates, coord, or points among them; in document order. */
  #positions(element: Element, dimension: number): Position[] {
    return element.children.flatMap(part => {
      if (!isGml(part)) return [];
      switch (part.name) {
        case 'pos':
          return this.#list(part.text, this.#dimension(part, cornerDimension(part, dimension)));
        case 'posList':
          return this.#list(part.text, this.#dimension(part, dimension));
        case 'coordinates':
          return this.#coordinates(part);
        case 'coord':
          return [this.#position(['X', 'Y', 'Z'].flatMap(axis => this.#child(part, axis)?.text ?? []))];
        case 'pointProperty':
        case 'pointRep':
          return this.#members(element, part.name)
            .slice(0, 1)
            .map(point => this.#point(point, this.#dimension(point, dimension)));
        default:
          return [];
      }
    });
  }

  #list(text: string, dimension: number): Position[] {
    const numbers = text.trim() === '' ? [] : text.trim().split(/\s+/);
    if (numbers.length === 0 || numbers.length % dimension !== 0)
      return this.#refuse(`${numbers.length} numbers do not make positions of ${dimension}`);
    const positions: Position[] = [];
    for (let at = 0; at < numbers.length; at += dimension) positions.push(this.#position(numbers.slice(at, at + dimension)));
    return positions;
  }

  /** GML 2.1.2 § 4.3.4: tuples parted by `ts`, numbers by `cs`, with the decimal sign `decimal`. */
  #coordinates(element: Element): Position[] {
    const ts = element.attribute('ts') ?? ' ';
    const cs = element.attribute('cs') ?? ',';
    const point = element.attribute('decimal') ?? '.';
    const signs = [ts, cs, point];
    if (signs.some(sign => sign.length !== 1) || new Set(signs).size < 3)
      return this.#refuse('ts, cs and decimal of coordinates are three different characters');
    const text = element.text.trim();
    const tuples = ts.trim() === '' ? text.split(/\s+/) : text.split(ts);
    return tuples.map(tuple => {
      const numbers = cs.trim() === '' ? tuple.trim().split(/\s+/) : tuple.split(cs);
      return this.#position(point === '.' ? numbers : numbers.map(number => number.replace(point, '.')));
    });
  }

  #position(numbers: readonly string[]): Position {
    this.#budget.vertices(1);
    const [a, b, z] = numbers.map(number => strictNumber(number) ?? this.#refuse(`${shown(number)} is not a coordinate`));
    if (a === undefined || b === undefined || numbers.length > 3)
      return this.#refuse(`a position has ${numbers.length} numbers, expected 2 or 3`);
    const [x, y] = this.#flip ? [b, a] : [a, b];
    return z === undefined ? [x, y] : [x, y, z];
  }

  #dimension(element: Element, inherited: number): number {
    const text = element.attribute('srsDimension') ?? element.attribute('dimension');
    if (text === undefined) return inherited;
    return text === '2' ? 2 : text === '3' ? 3 : this.#refuse(`srsDimension is ${shown(text)}, expected 2 or 3`);
  }

  #child(element: Element, name: string): Element | undefined {
    return element.children.find(child => child.name === name && isGml(child));
  }

  #all(element: Element, name: string): Element[] {
    return element.children.filter(child => child.name === name && isGml(child));
  }

  #refuse(text: string): never {
    throw new Fault('invalid-value', this.#budget.locator, text);
  }
}

/** Properties that any GML object may carry. */
const metadata: ReadonlySet<string> = new Set([
  'metaDataProperty',
  'description',
  'descriptionReference',
  'identifier',
  'name',
  'boundedBy',
]);

/** A single position tells its dimension by its numbers, whatever the parents say. */
function cornerDimension(position: Element, inherited: number): number {
  const count = position.text.trim().split(/\s+/).length;
  return count === 2 || count === 3 ? count : inherited;
}

function samePlace(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}

function polygons(surfaces: readonly Rings[]): Geometry {
  const [only, ...more] = surfaces;
  return only && more.length === 0 ? { type: 'Polygon', coordinates: only } : { type: 'MultiPolygon', coordinates: surfaces };
}
