// The area of a grant on a coverage as one statement: its shape in the CRS of the frame, which the reader of cells cuts by (R43).
import { assertPlan, type CoverageArea, type CoveragePlan } from './plan';
import { transformed } from './spatial';
import { integer, paramArray, print, sql, type Printed, type Sql } from './sql';

/** One row with `shape`, hex EWKB, null where nothing is let through; null when nothing is cut, or all. */
export function coverageAreaRows(plan: CoveragePlan): Printed | null {
  assertPlan(plan);
  if (typeof plan.area === 'string') return null;
  const [first, ...rest] = plan.area.map(area => shapeOf(area, plan.frame.srid));
  if (!first) return null;
  const all = rest.reduce<Sql>((sum, shape) => sql`ST_Intersection(${sum}, ${shape})`, first);
  return print(sql`select encode(ST_AsEWKB(${all}), 'hex') as shape`);
}

function shapeOf(area: Exclude<CoverageArea, string>[number], srid: number): Sql {
  if ('geometry' in area) return transformed(area.geometry, srid);
  return sql`(select ST_Transform(ST_Union(o.territory), ${integer(srid)}) from geomig.organisation o where o.id = any(${paramArray('int8', area.organisations)}))`;
}
