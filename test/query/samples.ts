// A feature type with a column of every kind, and decisions, for tests of the door.
import type { Filter } from '../../server/core/filter/filter';
import { everything } from '../../server/core/filter/filter';
import type { FeatureType, GeometryProperty, Property } from '../../server/core/model/feature-type';
import type { Geometry } from '../../server/core/model/geometry';
import type { Allowed } from '../../server/core/policy/charter';
import type { Query } from '../../server/core/query/query';

const property = (name: string, type: Property['type'], more: Partial<Property> = {}): Property => ({
  name,
  column: `${name}_c`,
  type,
  nillable: true,
  ...more,
});

export const properties: readonly Property[] = [
  property('nom', 'string'),
  property('etages', 'integer'),
  property('surface', 'long'),
  property('prix', 'decimal'),
  property('hauteur', 'double'),
  property('actif', 'boolean'),
  property('pose', 'date'),
  property('vu', 'dateTime'),
  property('mots', 'string', { many: true }),
  property('secret', 'string', { sensitive: true }),
];

export const sampleType = (geometry: Partial<GeometryProperty> = {}): FeatureType => ({
  name: 'arbres',
  prefix: 'antony',
  local: 'arbres',
  namespace: 'http://example.org/ns/antony',
  dataset: 'arbres',
  title: { fr: 'Arbres' },
  keywords: [],
  table: { schema: 'data', name: 'arbres', key: { column: 'fid', type: 'integer' } },
  properties,
  geometry: { name: 'geom', column: 'geom', type: 'Geometry', srid: 2154, dimension: 2, ...geometry },
  extent: null,
  generation: 1,
  count: null,
});

export const allowed = (more: Partial<Allowed> = {}): Allowed => ({
  allowed: true,
  rule: 'R30',
  masked: new Set(),
  filter: everything,
  scaleMin: null,
  scaleMax: null,
  public: false,
  responsible: null,
  grant: 1,
  fingerprint: 'f',
  validUntil: null,
  ...more,
});

export const query = (filter: Filter = everything, more: Partial<Query> = {}): Query => ({
  type: 'arbres',
  action: 'feature',
  filter,
  sort: [],
  page: { count: null, start: 0 },
  srid: 2154,
  ...more,
});

export const box = (minX: number, minY: number, maxX: number, maxY: number): Geometry => ({
  type: 'Polygon',
  coordinates: [
    [
      [minX, minY],
      [maxX, minY],
      [maxX, maxY],
      [minX, maxY],
      [minX, minY],
    ],
  ],
});

const value = (raw: string | number | boolean): { readonly kind: 'literal'; readonly value: string | number | boolean } => ({
  kind: 'literal',
  value: raw,
});

/** `name operator raw`. */
export const compare = (
  name: string,
  operator: '=' | '<>' | '<' | '<=' | '>' | '>=',
  raw: string | number | boolean,
  matchCase = true,
): Filter => ({ op: 'compare', operator, left: { kind: 'property', name }, right: value(raw), matchCase });
