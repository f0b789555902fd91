// Filters of query parameters: BBOX, lists of ids, `property=value`.
import { crsOf, parseCrs } from '../model/crs';
import { Fault } from '../model/fault';
import { envelopePolygon, type Envelope } from '../model/geometry';
import { Budget, shown, strictNumber } from './budget';
import { or, type Filter } from './filter';
import type { CoordinateRules } from './gml-read';
import { bareName } from './names';

/** Boxes in x,y with their CRS: one, or two where a geographic box crosses the antimeridian. */
export interface Boxes {
  readonly boxes: readonly Envelope[];
  readonly srid: number;
}

/**
 * Reads `a,b,c,d[,crs]` or `a,b,z,c,d,z[,crs]` (heights are left out). Without a CRS it is the default one, in the order the caller says.
 * Faults at `locator`: invalid-value (numbers, their count, lower beyond upper), invalid-crs.
 */
export function readBoxes(text: string, rules: CoordinateRules, locator: string): Boxes {
  const refuse = (what: string): never => {
    throw new Fault('invalid-value', locator, `${locator} is ${shown(text)}: ${what}`);
  };
  const parts = text.slice(0, 1000).split(',');
  const hasCrs = parts.length === 5 || parts.length === 7;
  const numbers = (hasCrs ? parts.slice(0, -1) : parts).map(part => strictNumber(part) ?? refuse(`${shown(part)} is not a number`));
  const [a, b, c, d] = numbers.length === 6 ? [numbers[0], numbers[1], numbers[3], numbers[4]] : numbers;
  if (a === undefined || b === undefined || c === undefined || d === undefined || (numbers.length !== 4 && numbers.length !== 6))
    return refuse('expected 4 or 6 numbers and at need a coordinate reference system');
  // OWSLib puts the name in quotes in WFS 1.0
  const name = parts.at(-1)?.replace(/^'(.*)'$/, '$1') ?? '';
  const written = hasCrs ? parseCrs(name, rules.rule, locator) : undefined;
  const crs = written?.crs ?? crsOf(rules.defaultSrid);
  const [minX, minY, maxX, maxY] = (written?.flip ?? rules.defaultFlip) ? [b, a, d, c] : [a, b, c, d];
  if (minY > maxY || (minX > maxX && !crs.geographic)) return refuse('its lower corner lies beyond its upper corner');
  const boxes =
    minX > maxX
      ? [
          { minX, minY, maxX: 180, maxY },
          { minX: -180, minY, maxX, maxY },
        ]
      : [{ minX, minY, maxX, maxY }];
  if (boxes.some(box => box.minX > box.maxX)) return refuse('its longitudes lie beyond 180 degrees');
  return { boxes, srid: crs.code };
}

/** A BBOX parameter as a filter on the geometry of the type. */
export function readBbox(text: string, rules: CoordinateRules, locator = 'BBOX'): Filter {
  const { boxes, srid } = readBoxes(text, rules, locator);
  return or(
    ...boxes.map((box): Filter => ({
      op: 'spatial',
      operator: 'bbox',
      property: null,
      geometry: { geometry: envelopePolygon(box), srid },
    })),
  );
}

/** A comma-separated list of ids (RESOURCEID, FEATUREID). Faults: invalid-value when it is empty, too-large. */
export function readIds(text: string, locator: string): Filter {
  const ids = text.split(',').map(id => id.trim());
  if (ids.some(id => id === '')) throw new Fault('invalid-value', locator, `${locator} is ${shown(text)}, expected ids parted by commas`);
  new Budget(locator).ids(ids.length);
  return { op: 'ids', ids };
}

/** `property=value` of a query string. */
export function equality(name: string, value: string): Filter {
  return {
    op: 'compare',
    operator: '=',
    left: { kind: 'property', name: bareName(name, name) },
    right: { kind: 'literal', value },
    matchCase: true,
  };
}
