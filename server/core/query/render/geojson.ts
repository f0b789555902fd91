// Features in GeoJSON (RFC 7946 § 3.2), printed by the database: one row, one feature, each preceded by a comma; the reader of the stream
// drops the very first byte. Values carry their JSON types, absent ones are null.
import type { Property } from '../../model/feature-type';
import type { Rendering } from '../query';
import { integer, sql, type Sql } from '../sql';
import { type Member, Parts, idKey, instant } from './member';

export function geojsonMember(member: Member, rendering: Extract<Rendering, { format: 'geojson' }>): Sql {
  const parts = new Parts().text(`,{"type":"Feature","id":"${member.type.name}.`).value(idKey(member)).text('","geometry":');
  if (member.geometry) {
    const { value } = member.geometry;
    const written = rendering.flip ? sql`ST_FlipCoordinates(${value})` : value;
    parts.value(sql`coalesce(ST_AsGeoJSON(${written}, ${integer(rendering.decimals)}, 0), 'null')`);
  } else parts.text('null');
  parts.text(',"properties":{');
  member.properties.forEach(({ property, value }, index) => {
    parts.text(`${index > 0 ? ',' : ''}${JSON.stringify(property.name)}:`).value(jsonValue(property, value));
  });
  return parts.text('}}').concat();
}

/** to_json escapes line ends and control characters, so that a row stays a row. */
function jsonValue(property: Property, value: Sql): Sql {
  if (property.many) return sql`coalesce(to_json(${value})::text, 'null')`;
  switch (property.type) {
    case 'string':
      return sql`coalesce(to_json(${value})::text, 'null')`;
    case 'date':
      return sql`coalesce('"' || ${value}::text || '"', 'null')`;
    case 'dateTime':
      return sql`coalesce('"' || ${instant(value)} || '"', 'null')`;
    case 'double':
    case 'decimal': // JSON has no NaN and no infinity
      return sql`case when ${value} > '-Infinity' and ${value} < 'Infinity' then ${value}::text || ${fraction(value)} else 'null' end`;
    default:
      return sql`coalesce(${value}::text, 'null')`;
  }
}

/** Whole numbers keep a fraction: QGIS and GDAL take the type of a column from the first features, and lose every 2.5 of one that begins with 3. */
const fraction = (value: Sql): Sql => sql`case when ${value} = trunc(${value}) and ${value}::text !~ '[.e]' then '.0' else '' end`;
