// JSON Schema of feature types: what may be queried (OGC API - Features Part 3 § 6.2) and what features hold (Part 5), narrowed to the caller.
import { unreachable } from '../core/model/fault';
import type { FeatureType, GeometryType, Property } from '../core/model/feature-type';
import { inLanguage, type Language } from '../core/model/text';

const dialect = 'https://json-schema.org/draft/2020-12/schema';

export interface SchemaOptions {
  /** Address of the schema itself. */
  readonly id: string;
  readonly language: Language;
  /** Name of the property that tells when a feature holds. */
  readonly instant?: string | undefined;
}

/** JSON type and format of a scalar. */
export function jsonType(property: Pick<Property, 'type'>): { readonly type: string; readonly format?: string } {
  const { type } = property;
  switch (type) {
    case 'string':
      return { type: 'string' };
    case 'integer':
      return { type: 'integer', format: 'int32' };
    case 'long':
      return { type: 'integer', format: 'int64' };
    case 'decimal':
    case 'double':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'dateTime':
      return { type: 'string', format: 'date-time' };
    default:
      return unreachable(type);
  }
}

/** Format of a geometry (Part 3 § 6.2.2). */
export function geometryFormat(type: GeometryType): string {
  return type === 'Geometry' ? 'geometry-any' : `geometry-${type.toLowerCase()}`;
}

function scalar(property: Property, { language, instant }: SchemaOptions, sequence: number | null): object {
  const one = jsonType(property);
  const { title, definition } = property;
  return {
    title: title ? inLanguage(title, language) : property.name,
    ...(definition ? { description: inLanguage(definition, language) } : {}),
    ...(property.many ? { type: 'array', items: one } : one),
    ...(property.name === instant ? { 'x-ogc-role': 'primary-instant' } : {}),
    ...(sequence === null ? {} : { 'x-ogc-propertySeq': sequence }),
  };
}

const geometryOf = (type: FeatureType, { language }: SchemaOptions, sequence: number | null): object =>
  type.geometry === null
    ? {}
    : {
        [type.geometry.name]: {
          title: language === 'en' ? 'Geometry' : 'Géométrie',
          'x-ogc-role': 'primary-geometry',
          format: geometryFormat(type.geometry.type),
          ...(sequence === null ? {} : { 'x-ogc-propertySeq': sequence }),
        },
      };

/** Names that filters and parameters may use. */
export function queryablesSchema(type: FeatureType, options: SchemaOptions): object {
  return {
    $schema: dialect,
    $id: options.id,
    type: 'object',
    title: inLanguage(type.title, options.language),
    properties: {
      ...geometryOf(type, options, null),
      ...Object.fromEntries(type.properties.map(property => [property.name, scalar(property, options, null)])),
    },
    additionalProperties: false,
  };
}

/** What the features of the answers hold: geometry and the members of `properties`, in their order. */
export function returnablesSchema(type: FeatureType, options: SchemaOptions): object {
  return {
    $schema: dialect,
    $id: options.id,
    type: 'object',
    title: inLanguage(type.title, options.language),
    ...(type.abstract ? { description: inLanguage(type.abstract, options.language) } : {}),
    properties: {
      ...geometryOf(type, options, 1),
      ...Object.fromEntries(type.properties.map((property, i) => [property.name, scalar(property, options, i + 2)])),
    },
    required: type.properties.filter(property => !property.nillable).map(property => property.name),
    additionalProperties: false,
  };
}
