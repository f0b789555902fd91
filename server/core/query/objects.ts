// Rows as objects: each row is one JSON array in the text of a COPY, so that objects come in a stream of any length without a cursor that
// waits for its reader.
import { readEwkbHex } from '../model/wkb';
import { featureId } from '../model/feature-id';
import type { Geometry } from '../model/geometry';
import type { Property } from '../model/feature-type';
import { type Member, instant } from './render/member';
import { type Sql, join, sql } from './sql';

export interface FeatureObject {
  readonly id: string;
  readonly geometry: Geometry | null;
  readonly properties: Readonly<Record<string, string | number | boolean | readonly string[] | null>>;
}

/** json_build_array takes at most 100 arguments: the row is an array of groups. */
const groupSize = 90;

/** The row as JSON: key, geometry in hex EWKB, properties in the order of the member. */
export function objectRow(member: Member): Sql {
  const values = [
    sql`${member.key}`,
    member.geometry ? sql`${member.geometry.value}::text` : sql`null`,
    ...member.properties.map(({ property, value }) => plain(property, value)),
  ];
  const groups: Sql[] = [];
  for (let i = 0; i < values.length; i += groupSize) groups.push(sql`json_build_array(${join(values.slice(i, i + groupSize), sql`, `)})`);
  return sql`json_build_array(${join(groups, sql`, `)})::text`;
}

/** Numbers that JavaScript could round, and instants, travel as text. */
function plain(property: Property, value: Sql): Sql {
  if (property.many) return value;
  switch (property.type) {
    case 'dateTime':
      return instant(value);
    case 'date':
    case 'decimal':
    case 'long':
      return sql`${value}::text`;
    default:
      return value;
  }
}

/** Makes the object of a row that objectRow printed. */
export function readObject(line: string, stem: string, properties: readonly Property[]): FeatureObject {
  const [key, shape, ...values] = (JSON.parse(line) as unknown[][]).flat(1);
  return {
    id: featureId(stem, String(key)),
    geometry: typeof shape === 'string' ? (readEwkbHex(shape)?.geometry ?? null) : null,
    properties: Object.fromEntries(properties.map((property, i) => [property.name, valueOf(property, values[i])])),
  };
}

function valueOf(property: Property, value: unknown): string | number | boolean | readonly string[] | null {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string') return null;
  switch (property.type) {
    case 'long': {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    }
    case 'decimal':
    case 'double': {
      const number = Number(value);
      return Number.isFinite(number) ? number : null;
    }
    default:
      return value;
  }
}
