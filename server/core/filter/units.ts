// Units of length of distances in filters, as clients spell them, in metres.
import type { Crs } from '../model/crs';

/** A degree of a great circle on the sphere of the mean radius 6,371,008.8 m. */
const degree = (Math.PI / 180) * 6_371_008.8;

const units: readonly (readonly [metres: number, ...names: string[]])[] = [
  [1, 'm', 'metre', 'metres', 'meter', 'meters', '9001'],
  [1000, 'km', 'kilometre', 'kilometres', 'kilometer', 'kilometers', '9036'],
  [0.01, 'cm', 'centimetre', 'centimetres', 'centimeter', 'centimeters', '1033'],
  [0.3048, 'ft', 'foot', 'feet', '[ft_i]', '9002'],
  [1200 / 3937, 'us-ft', '[ft_us]', '9003'],
  [0.9144, 'yd', 'yard', 'yards', '[yd_i]', '9096'],
  [1609.344, 'mi', 'mile', 'miles', 'statute mile', 'statute miles', '[mi_i]', '9093'],
  [1852, 'nmi', 'nm', 'nautical mile', 'nautical miles', '[nmi_i]', '9030'],
  [degree, 'deg', 'degree', 'degrees', '9102', '9122'],
];

const byName = new Map(units.flatMap(([metres, ...names]) => names.map(name => [name, metres] as const)));

/**
 * Metres in one unit: a name, a UCUM or EPSG code, or their URN and URI (`urn:ogc:def:uom:EPSG::9001`); undefined when unknown.
 * Degrees are those of a great circle.
 */
export function metresIn(unit: string): number | undefined {
  const name = unit.trim().toLowerCase();
  const code = /^(?:urn:(?:x-)?ogc:def:uom:|https?:\/\/www\.opengis\.net\/def\/uom\/)\w+[:/][\w.]*[:/](.+)$/.exec(name.slice(0, 120))?.[1];
  return byName.get(code ?? name.replace(/^#/, ''));
}

/** Metres in the unit of a CRS's axes, for distances that name none. */
export const metresInAxis = (crs: Crs): number => (crs.geographic ? degree : 1);
