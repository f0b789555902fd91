// The door: the only maker of Plans. A user's filter is checked against what the caller may see, the charter's against everything, and both
// stand under one AND. The store takes nothing but a Plan, and a Plan cannot be had elsewhere: its type is branded and its object is sealed.
import type { Coverage, GridFrame } from '../model/coverage';
import { crsByCode } from '../model/crs';
import { Fault } from '../model/fault';
import { type FeatureType, type GeometryProperty, type Property, findProperty, propertyOf, without } from '../model/feature-type';
import { type CheckedFilter, check, checkedAnd } from '../filter/check';
import type { Filter } from '../filter/filter';
import { checkedRoughly } from '../filter/checked';
import type { Allowed } from '../policy/charter';
import type { Query } from './query';

declare const planned: unique symbol;

export interface PlanSort {
  readonly property: Property;
  readonly descending: boolean;
}

/** A question that has passed the charter, ready to become a statement. */
export interface Plan {
  readonly [planned]: true;
  /** The type without what is masked; properties are those of the answer, in the type's order. */
  readonly type: FeatureType;
  readonly properties: readonly Property[];
  /** The geometry, when it is part of the answer. */
  readonly geometry: GeometryProperty | null;
  readonly where: CheckedFilter;
  readonly sort: readonly PlanSort[];
  readonly page: { readonly count: number | null; readonly start: number };
  /** EPSG code of the coordinates in the answer. */
  readonly srid: number;
  /** Units of that CRS below which a map shows no detail; null: every vertex. */
  readonly resolution: number | null;
}

const plans = new WeakSet();

/** True for what `plan` made, and only for that. */
export const isPlan = (value: unknown): value is Plan => typeof value === 'object' && value !== null && plans.has(value);

/** Throws on anything that `plan` did not make: a defect of ours, not of a request. */
export function assertPlan(value: Plan | CoveragePlan): void {
  if (!isPlan(value)) throw new Error('a statement is made of plans only');
}

/**
 * Makes the plan of a query. `type` is the whole type as published; `decision` what the policy lets through for the query's action.
 * Faults: those of check() at the names in the user's filter; unknown-property (properties, sort keys), invalid-crs, invalid-value (page).
 * A fault in the charter's own filter is a defect and becomes `internal`, for its text would name what the caller must not know.
 */
export function plan(query: Query, decision: Allowed, type: FeatureType): Plan {
  const visible = without(type, decision.masked);
  const checked = check(query.filter, visible);
  const asked = query.roughly ? checkedRoughly(checked) : checked;
  const allowed = checkCharter(decision, type);
  if (!crsByCode(query.srid))
    throw new Fault('invalid-crs', 'srsName', `EPSG:${query.srid} is not a coordinate reference system of this server`);
  const { start, count } = query.page;
  if (!(Number.isSafeInteger(start) && start >= 0)) throw new Fault('invalid-value', 'startIndex', 'startIndex is no whole number ≥ 0');
  if (count !== null && !(Number.isSafeInteger(count) && count >= 0))
    throw new Fault('invalid-value', 'count', 'count is no whole number ≥ 0');
  const resolution = query.resolution ?? null;
  const made: Omit<Plan, typeof planned> = {
    type: visible,
    ...projection(query.properties, visible),
    where: checkedAnd(allowed, asked),
    sort: sorting(query, visible),
    page: { start, count },
    srid: query.srid,
    resolution: resolution !== null && Number.isFinite(resolution) && resolution > 0 ? resolution : null,
  };
  const sealed = Object.freeze(made) as Plan;
  plans.add(sealed);
  return sealed;
}

/** Where a grant lets the cells of a coverage be seen: everywhere, nowhere, or in all of these areas. */
export type CoverageArea = 'everywhere' | 'nowhere' | readonly Extract<Filter, { readonly op: 'area' }>['area'][];

/** The cells of a coverage under a frame, as the charter lets them through. */
export interface CoveragePlan {
  readonly [planned]: true;
  readonly coverage: Coverage;
  readonly frame: GridFrame;
  readonly area: CoverageArea;
}

/**
 * Makes the plan of a question about a coverage. Cells have no attributes, so that of a grant only the area cuts anything (R43); one that
 * restricts by what cells do not have is a defect and becomes `internal`. Fault invalid-crs.
 */
export function planCoverage(frame: GridFrame, decision: Allowed, coverage: Coverage): CoveragePlan {
  if (!crsByCode(frame.srid))
    throw new Fault('invalid-crs', 'crs', `EPSG:${frame.srid} is not a coordinate reference system of this server`);
  const made: Omit<CoveragePlan, typeof planned> = { coverage, frame, area: coverageArea(decision.filter) };
  const sealed = Object.freeze(made) as CoveragePlan;
  plans.add(sealed);
  return sealed;
}

function coverageArea(filter: Filter): CoverageArea {
  if (filter.op === 'all') return 'everywhere';
  if (filter.op === 'none') return 'nowhere';
  return (filter.op === 'and' ? filter.parts : [filter]).map(part => {
    if (part.op !== 'area') throw new Fault('internal', '', 'the rows of a grant cannot be told of a coverage');
    return part.area;
  });
}

function checkCharter(decision: Allowed, type: FeatureType): CheckedFilter {
  try {
    return check(decision.filter, type);
  } catch (cause) {
    throw new Fault('internal', '', 'the rows of a grant cannot be told', { cause });
  }
}

function projection(names: readonly string[] | undefined, visible: FeatureType): Pick<Plan, 'properties' | 'geometry'> {
  if (!names) return { properties: visible.properties, geometry: visible.geometry };
  const wanted = new Set<Property>();
  let geometry: GeometryProperty | null = null;
  for (const name of names) {
    if (visible.geometry && namesGeometry(visible.geometry, name) && !visible.properties.some(property => property.name === name))
      geometry = visible.geometry;
    else wanted.add(propertyOf(visible, name, name));
  }
  return { properties: visible.properties.filter(property => wanted.has(property)), geometry };
}

function namesGeometry(geometry: GeometryProperty, name: string): boolean {
  return geometry.name === name || geometry.aliases?.some(alias => alias.toLowerCase() === name.toLowerCase()) === true;
}

function sorting(query: Query, visible: FeatureType): PlanSort[] {
  return query.sort.map(({ property: name, descending }) => {
    if (!findProperty(visible, name) && visible.geometry && namesGeometry(visible.geometry, name))
      throw new Fault('invalid-value', name, `${name} is a geometry and has no order`);
    const property = propertyOf(visible, name, name);
    if (property.many || property.fullText) throw new Fault('invalid-value', name, `${name} has several values and no order`);
    return { property, descending };
  });
}
