// What is published: feature types with their properties. A FeatureType that an adaptor holds is already narrowed to its caller:
// a masked attribute does not exist in it (R42).
import { Fault } from './fault';
import type { Envelope } from './geometry';
import type { Text } from './text';

/** Types of scalar properties. `many` properties hold several values (text[] in the database). */
export type ScalarType = 'string' | 'integer' | 'long' | 'decimal' | 'double' | 'boolean' | 'date' | 'dateTime';

export type GeometryType =
  'Point' | 'LineString' | 'Polygon' | 'MultiPoint' | 'MultiLineString' | 'MultiPolygon' | 'GeometryCollection' | 'Geometry';

/** A scalar property; the names a protocol may use for it are `name` and `aliases`. */
export interface Property {
  readonly name: string;
  /** Column of the table, quoted when it is printed; never a request's string. */
  readonly column: string;
  readonly type: ScalarType;
  readonly many?: boolean;
  readonly nillable: boolean;
  readonly title?: Text;
  readonly definition?: Text;
  /** Nominative or secret by its owner's word; basis of masks. */
  readonly sensitive?: boolean;
  /** A full-text property: `Like` and `=` on it search words (records' AnyText). */
  readonly fullText?: boolean;
  readonly aliases?: readonly string[];
}

export interface GeometryProperty {
  readonly name: string;
  readonly column: string;
  readonly type: GeometryType;
  /** EPSG code of the stored coordinates (x,y). */
  readonly srid: number;
  readonly dimension: 2 | 3;
  /** Further names a filter may use for it, without case: the records' `BoundingBox` is `the_geom` to some clients. */
  readonly aliases?: readonly string[];
  /** Its parts are boxes of their own (a record's): BBOX looks at each of them, not at the box around all. */
  readonly boxes?: true;
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  /** Primary key column and its type; pages are ordered by it (D5). */
  readonly key: { readonly column: string; readonly type: 'integer' | 'text' };
}

export interface FeatureType {
  /** Short name, unique over the server; also the stem of feature ids, `stem.key` (D4). */
  readonly name: string;
  readonly prefix: string;
  /** Local part of `prefix:local`. */
  readonly local: string;
  readonly namespace: string;
  /** Code of the dataset it belongs to; `''` for the records. */
  readonly dataset: string;
  readonly title: Text;
  readonly abstract?: Text;
  readonly keywords: readonly string[];
  readonly table: Table;
  readonly properties: readonly Property[];
  readonly geometry: GeometryProperty | null;
  /** Kept extent in lon,lat and in the stored CRS, as far as known; of all rows, so it is shown only to callers who may see all rows. */
  readonly extent: { readonly geographic: Envelope; readonly native: Envelope } | null;
  /** Grows with every change of the data or of the type; 0 where edits go unnoticed (D11): nothing of such a type may be cached. */
  readonly generation: number;
  /** Exact number of rows at that generation, where kept. */
  readonly count: number | null;
  /** Attribute of the WMS TIME dimension. */
  readonly time?: string;
}

/** `prefix:local`. */
export const qualifiedName = (type: FeatureType): string => `${type.prefix}:${type.local}`;

/** The type without the properties that `hidden` names (R42: a masked attribute does not exist). */
export function without(type: FeatureType, hidden: ReadonlySet<string>): FeatureType {
  if (hidden.size === 0) return type;
  return { ...type, properties: type.properties.filter(property => !hidden.has(property.name)) };
}

/** The property a request names, by exact name, then by alias; unknown and hidden are one. Prefix is stripped before. */
export function findProperty(type: FeatureType, name: string): Property | undefined {
  const exact = type.properties.find(property => property.name === name);
  if (exact) return exact;
  const folded = name.toLowerCase();
  return type.properties.find(property => property.aliases?.some(alias => alias.toLowerCase() === folded) === true);
}

/** Like findProperty, or the fault `unknown-property` at `locator`. */
export function propertyOf(type: FeatureType, name: string, locator: string): Property {
  const property = findProperty(type, name);
  if (!property)
    throw new Fault('unknown-property', locator.slice(0, 200), `${qualifiedName(type)} has no property "${name.slice(0, 200)}"`);
  return property;
}
