// The door for changes: the only maker of WritePlans. What a caller changes is looked for among the rows that he sees and may edit; what he
// makes of them is looked at again before it is kept (R61, R63, SEC06). A masked attribute can neither be named nor set.
import { check, checkedAnd, type CheckedFilter } from '../filter/check';
import { checkGeometry } from '../filter/geometry-check';
import { keyOf } from '../filter/ids';
import type { Value } from '../filter/literal';
import { storedValue } from '../filter/stored-value';
import { crsByCode } from '../model/crs';
import { Fault } from '../model/fault';
import { findProperty, qualifiedName, without, type FeatureType, type GeometryProperty, type Property } from '../model/feature-type';
import { promote } from '../model/geometry-kind';
import type { Geometry, LocatedGeometry } from '../model/geometry';
import type { Allowed } from '../policy/charter';
import type { Assignment, Change, Origin } from './change';

declare const planned: unique symbol;

export interface PlannedValue {
  readonly property: Property;
  /** null: no value; a list for a property with several. */
  readonly value: Value | readonly Value[] | null;
}

interface Row {
  readonly values: readonly PlannedValue[];
  /** undefined: not named. */
  readonly geometry: LocatedGeometry | null | undefined;
}

interface Common {
  readonly [planned]: true;
  /** What the caller knows of the type. */
  readonly type: FeatureType;
  readonly origin: Origin;
}

/** A change that has passed the charter, ready to become a statement. */
export type WritePlan =
  | (Common &
      Row & {
        readonly op: 'insert';
        /** null: a new one is given. */
        readonly key: string | null;
        readonly duplicate: 'refuse' | 'replace';
        readonly after: CheckedFilter;
      })
  | (Common &
      Row & {
        readonly op: 'update' | 'replace';
        /** Rows that are meant, seen and may be edited. */
        readonly where: CheckedFilter;
        /** Rows that are meant and seen. */
        readonly seen: CheckedFilter;
        readonly after: CheckedFilter;
        /** A value for the key itself, which must be the one that it has. */
        readonly key: string | null;
      })
  | (Common & { readonly op: 'delete'; readonly where: CheckedFilter; readonly seen: CheckedFilter });

export type InsertPlan = Extract<WritePlan, { op: 'insert' }>;
export type RowPlan = Extract<WritePlan, { op: 'update' | 'replace' }>;
export type DeletePlan = Extract<WritePlan, { op: 'delete' }>;

const plans = new WeakSet();

/** Throws on anything that `planChange` did not make: a defect of ours, not of a request. */
export function assertWritePlan(value: WritePlan): void {
  if (!plans.has(value)) throw new Error('a table is changed by plans only');
}

export interface Rights {
  readonly edit: Allowed;
  readonly read: Allowed;
}

/**
 * Makes the plan of a change. `type` is the whole type as published. Faults: those of check() at the names in the filter; unknown-property,
 * refused-value (a value, a geometry, a value that is missing) at the property; invalid-value at the id.
 */
export function planChange(change: Change, rights: Rights, type: FeatureType): WritePlan {
  const visible = without(type, new Set([...rights.edit.masked, ...rights.read.masked]));
  const { origin } = change;
  const made = ((): Omit<InsertPlan, typeof planned> | Omit<RowPlan, typeof planned> | Omit<DeletePlan, typeof planned> => {
    if (change.op === 'insert') return { op: 'insert', type: visible, origin, ...insertion(change, visible), after: afterOf(rights, type) };
    const asked = check(change.filter, visible);
    const seen = checkedAnd(charter(rights.read, type), asked);
    const where = checkedAnd(charter(rights.edit, type), seen);
    if (change.op === 'delete') return { op: 'delete', type: visible, origin, where, seen };
    const { key, ...row } = rowOf(change.values, visible);
    return {
      op: change.op,
      type: visible,
      origin,
      where,
      seen,
      after: afterOf(rights, type),
      key,
      ...(change.op === 'replace' ? completed(row, visible) : row),
    };
  })();
  const sealed = Object.freeze(made) as WritePlan;
  plans.add(sealed);
  return sealed;
}

/** The grant holds for the row before and the row after (SEC06). */
const afterOf = (rights: Rights, type: FeatureType): CheckedFilter => checkedAnd(charter(rights.edit, type), charter(rights.read, type));

function charter(decision: Allowed, type: FeatureType): CheckedFilter {
  try {
    return check(decision.filter, type);
  } catch (cause) {
    throw new Fault('internal', '', 'the rows of a grant cannot be told', { cause });
  }
}

function insertion(change: Extract<Change, { op: 'insert' }>, type: FeatureType): Row & Pick<InsertPlan, 'key' | 'duplicate'> {
  const { key: told, ...row } = rowOf(change.values, type);
  if (change.id.kind === 'new') return { ...row, key: told, duplicate: 'refuse' };
  const { id } = change.id;
  const key = keyOf(type, id);
  if (key === undefined)
    throw new Fault('refused-value', 'id', `"${id.slice(0, 80)}" is no identifier of ${qualifiedName(type)}, expected ${type.name}.…`);
  if (told !== null && told !== key)
    throw new Fault('refused-value', 'id', `the identifier "${id.slice(0, 80)}" and the attribute that identifies the feature differ`);
  return { ...row, key, duplicate: change.id.kind === 'existing' ? 'refuse' : 'replace' };
}

/** The fault of a property that must have a value and has none. */
export const missing = (property: Pick<Property, 'name'>): Fault =>
  new Fault('refused-value', property.name, `${property.name} must have a value`);

/** The values by column; the key, where it is one of the properties, apart. */
function rowOf(assignments: readonly Assignment[], type: FeatureType): Row & { readonly key: string | null } {
  const values = new Map<string, PlannedValue>();
  let geometry: LocatedGeometry | null | undefined;
  let key: string | null = null;
  for (const { property: name, value } of assignments) {
    const shape = geometryNamed(type, name);
    if (shape) {
      if (geometry !== undefined) throw new Fault('refused-value', name, `${name} is given twice`);
      geometry = geometryOf(value, shape);
      continue;
    }
    const property = findProperty(type, name);
    if (!property) throw new Fault('unknown-property', name, `${qualifiedName(type)} has no property "${name.slice(0, 80)}"`);
    if (values.has(property.name)) throw new Fault('refused-value', name, `${name} is given twice`);
    const typed = valueOf(value, property);
    if (property.column === type.table.key.column) {
      if (typed === null || Array.isArray(typed)) throw missing(property);
      key = String((typed as Value).value);
    }
    values.set(property.name, { property, value: typed });
  }
  return { values: [...values.values()].filter(({ property }) => property.column !== type.table.key.column), geometry, key };
}

function valueOf(value: NewValueOf, property: Property): PlannedValue['value'] {
  if (value === null) return null;
  if (typeof value === 'object' && 'geometry' in value)
    throw new Fault('refused-value', property.name, `${property.name} holds no geometry`);
  const texts = typeof value === 'string' ? [value] : value;
  if (property.many) return texts.map(text => storedValue(property, text));
  const [text, ...more] = texts;
  if (text === undefined || more.length > 0) throw new Fault('refused-value', property.name, `${property.name} has one value`);
  return storedValue(property, text);
}

type NewValueOf = Assignment['value'];

/** The geometry a name stands for, unless a scalar has that very name. */
export function geometryNamed(type: FeatureType, name: string): GeometryProperty | undefined {
  const { geometry } = type;
  if (!geometry || geometry.name === name) return geometry ?? undefined;
  if (findProperty(type, name)) return undefined;
  const folded = name.toLowerCase();
  return geometry.aliases?.some(alias => alias.toLowerCase() === folded) === true ? geometry : undefined;
}

function geometryOf(value: NewValueOf, shape: GeometryProperty): LocatedGeometry | null {
  if (value === null) return null;
  if (typeof value === 'string' || !('geometry' in value)) throw new Fault('refused-value', shape.name, `${shape.name} is a geometry`);
  if (!crsByCode(value.srid))
    throw new Fault('invalid-crs', 'srsName', `EPSG:${value.srid} is not a coordinate reference system of this server`);
  const { geometry, srid } = checkedShape(value, shape.name);
  const fitting = fitted(geometry, shape);
  if (fitting === null)
    throw new Fault('refused-value', shape.name, `${shape.name} holds geometries of type ${shape.type}, not ${geometry.type}`);
  return { geometry: fitting, srid };
}

function checkedShape(value: LocatedGeometry, name: string): LocatedGeometry {
  try {
    return checkGeometry(value, name, mostPositions);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'invalid-value') throw new Fault('refused-value', name, error.message, { cause: error });
    throw error;
  }
}

/** Positions of one geometry that is stored. */
export const mostPositions = 1_000_000;

const single: Readonly<Record<string, GeometryProperty['type']>> = {
  MultiPoint: 'Point',
  MultiLineString: 'LineString',
  MultiPolygon: 'Polygon',
};

/** As a member of the column's type: one becomes several of one, and several of one becomes one; null where it is of another kind. */
function fitted(geometry: Geometry, { type }: GeometryProperty): Geometry | null {
  if (type === 'Geometry' || geometry.type === type) return geometry;
  const promoted = promote(geometry, type);
  if (promoted.type === type) return promoted;
  if (type === 'GeometryCollection') return { type, geometries: [geometry] };
  if (single[geometry.type] !== type || !('coordinates' in geometry) || geometry.coordinates.length !== 1) return null;
  if (geometry.type === 'MultiPoint') return geometry.coordinates[0] ? { type: 'Point', coordinates: geometry.coordinates[0] } : null;
  if (geometry.type === 'MultiLineString')
    return geometry.coordinates[0] ? { type: 'LineString', coordinates: geometry.coordinates[0] } : null;
  if (geometry.type === 'MultiPolygon') return geometry.coordinates[0] ? { type: 'Polygon', coordinates: geometry.coordinates[0] } : null;
  return null;
}

/** WFS 2.0 § 15.2.6: what the new feature does not have, the old one loses. Masked attributes are not the caller's and stay. */
function completed(row: Row, type: FeatureType): Row {
  const named = new Map(row.values.map(value => [value.property.name, value]));
  const values = type.properties
    .filter(property => property.column !== type.table.key.column && property.fullText !== true)
    .map(property => named.get(property.name) ?? { property, value: null });
  return { values, geometry: row.geometry === undefined && type.geometry ? null : row.geometry };
}
