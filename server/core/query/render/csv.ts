// Rows in CSV (RFC 4180 but for the line end), quoted by COPY itself: one column each, the feature id first. A text that a spreadsheet would
// take for a formula gets an apostrophe.
import { crsOf } from '../../model/crs';
import type { Property } from '../../model/feature-type';
import type { Rendering } from '../query';
import { ident, integer, join, literal, sql, type Sql } from '../sql';
import { type Member, idKey, instant } from './member';

/** The columns with their headings. */
export function csvColumns(member: Member, rendering: Extract<Rendering, { format: 'csv' }>): Sql {
  const taken = new Set(member.properties.map(({ property }) => property.name.toLowerCase()));
  const free = (name: string): string => (taken.has(name) ? `_${name}` : name);
  const id = sql`concat(${literal(`${member.type.name}.`)}, ${idKey(member)}) as ${ident(free('id'))}`;
  const columns = member.properties.map(({ property, value }) => sql`${csvValue(property, value)} as ${ident(property.name)}`);
  return join([id, ...columns, ...geometryColumns()], sql`, `);

  function geometryColumns(): Sql[] {
    if (!member.geometry || rendering.geometry === 'none') return [];
    const { property, value } = member.geometry;
    const decimals = integer(crsOf(member.srid).decimals);
    if (rendering.geometry === 'wkt') return [sql`ST_AsText(${value}, ${decimals}) as ${ident(free('wkt'))}`];
    const point = property.type === 'Point' ? value : sql`ST_PointOnSurface(${value})`;
    const rounded = (coordinate: Sql): Sql => sql`round(${coordinate}::numeric, ${decimals})`;
    return [sql`${rounded(sql`ST_X(${point})`)} as ${ident(free('x'))}`, sql`${rounded(sql`ST_Y(${point})`)} as ${ident(free('y'))}`];
  }
}

function csvValue(property: Property, value: Sql): Sql {
  if (property.many) return guarded(sql`array_to_string(${value}, '; ')`);
  switch (property.type) {
    case 'string':
      return guarded(value);
    case 'dateTime':
      return instant(value);
    case 'boolean':
      return sql`${value}::text`;
    default:
      return value;
  }
}

const guarded = (value: Sql): Sql => sql`case when ${value} ~ '^[=+@\\t\\r-]' then '''' || ${value} else ${value} end`;
