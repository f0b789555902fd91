// The parts of the API definition that do not depend on the collections: parameters, responses, schemas, ways to say who asks.
import type { Language } from '../../core/model/text';
import { crsUris } from './crs';
import { mediaTypes } from './representation';
import { filterLanguages, type PageLimits } from './requests';

interface SharedParameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly description: string;
  readonly required: boolean;
  readonly schema: object;
  readonly style: 'form' | 'simple';
  readonly explode: false;
}

interface Components {
  readonly securitySchemes: object;
  readonly parameters: Readonly<Record<string, SharedParameter>>;
  readonly responses: object;
  readonly schemas: object;
}

type Descriptions = Readonly<Record<string, readonly [french: string, english: string]>>;

const descriptions: Descriptions = {
  f: ['Format de la réponse ; sinon, celui que dit l’en-tête Accept.', 'Format of the answer; else what the header Accept says.'],
  lang: ['Langue des titres ; sinon, celle que dit Accept-Language.', 'Language of titles; else what Accept-Language says.'],
  limit: [
    'Nombre d’objets de la page. Au-delà du maximum, c’est le maximum qui vaut.',
    'Number of features of the page. Beyond the maximum the maximum holds.',
  ],
  offset: ['Nombre d’objets à passer.', 'Number of features to skip.'],
  bbox: [
    'Rectangle (ouest, sud, est, nord ; ou six nombres avec les altitudes, qui ne comptent pas), en CRS84 sauf si bbox-crs en dit un autre. À l’ouest plus grand que l’est, il passe l’antiméridien.',
    'Box (west, south, east, north; or six numbers with heights, which do not count), in CRS84 unless bbox-crs says otherwise. With a west beyond its east it crosses the antimeridian.',
  ],
  'bbox-crs': ['Système de coordonnées de bbox.', 'Coordinate reference system of bbox.'],
  datetime: [
    'Instant, jour, ou intervalle dont une extrémité peut rester ouverte (`2026-01-01/..`). Comparé à l’attribut de temps de la collection ; à défaut au premier qui est une date pour des jours, un instant pour des instants.',
    'Instant, day, or interval whose ends may be open (`2026-01-01/..`). Compared with the time attribute of the collection; without one, with the first date for days and the first instant for instants.',
  ],
  crs: [
    'Système de coordonnées de la réponse ; les coordonnées suivent l’ordre de ses axes.',
    'Coordinate reference system of the answer; coordinates are in the order of its axes.',
  ],
  filter: [
    'Filtre en CQL2 (texte) sur les attributs interrogeables. Une comparaison avec une valeur absente est fausse.',
    'Filter in CQL2 text on the queryable attributes. A comparison with an absent value is false.',
  ],
  'filter-lang': ['Langage du filtre ; cql-text en est l’ancien nom.', 'Language of the filter; cql-text is its earlier name.'],
  'filter-crs': ['Système des coordonnées du filtre.', 'Coordinate reference system of the coordinates in the filter.'],
  properties: ['Attributs de la réponse, séparés par des virgules.', 'Attributes of the answer, parted by commas.'],
  skipGeometry: ['Sans les géométries.', 'Without the geometries.'],
  sortby: [
    'Attributs de tri, séparés par des virgules ; `-` devant : décroissant.',
    'Attributes to sort by, parted by commas; `-` before: downwards.',
  ],
  featureId: ['Identifiant de l’objet.', 'Identifier of the feature.'],
};

const crsSchema = { type: 'string', format: 'uri', enum: crsUris, default: crsUris[0] };

const schemas: Readonly<Record<string, object>> = {
  f: { type: 'string', enum: ['json', 'html'] },
  lang: { type: 'string', enum: ['fr', 'en'] },
  offset: { type: 'integer', minimum: 0, default: 0 },
  bbox: { type: 'array', minItems: 4, maxItems: 6, items: { type: 'number' } },
  'bbox-crs': crsSchema,
  datetime: { type: 'string' },
  crs: crsSchema,
  filter: { type: 'string' },
  'filter-lang': { type: 'string', enum: filterLanguages, default: filterLanguages[0] },
  'filter-crs': crsSchema,
  properties: { type: 'array', items: { type: 'string' } },
  skipGeometry: { type: 'boolean', default: false },
  sortby: { type: 'array', items: { type: 'string' } },
  featureId: { type: 'string' },
};

export function components(limits: PageLimits, language: Language): Components {
  const withLimit: Readonly<Record<string, object>> = {
    ...schemas,
    limit: { type: 'integer', minimum: 1, maximum: limits.most, default: limits.default },
  };
  return {
    securitySchemes: {
      basic: { type: 'http', scheme: 'basic' },
      bearer: { type: 'http', scheme: 'bearer' },
      key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    },
    parameters: Object.fromEntries(
      Object.entries(descriptions).map(([name, [french, english]]) => [
        name,
        {
          name,
          in: name === 'featureId' ? ('path' as const) : ('query' as const),
          description: language === 'en' ? english : french,
          required: name === 'featureId',
          schema: withLimit[name] ?? { type: 'string' },
          style: name === 'featureId' ? ('simple' as const) : ('form' as const),
          explode: false as const,
        },
      ]),
    ),
    responses: {
      LandingPage: response('landing page', mediaTypes.json, 'landingPage', true),
      Conformance: response('conformance classes', mediaTypes.json, 'confClasses', true),
      Api: response('this document', mediaTypes.openapi, 'object', true),
      Collections: response('collections', mediaTypes.json, 'collections', true),
      Collection: response('a collection', mediaTypes.json, 'collection', true),
      Schema: response('a JSON Schema', mediaTypes.schema, 'object', true),
      Features: response('features', mediaTypes.geojson, 'featureCollection', true),
      Feature: response('a feature', mediaTypes.geojson, 'feature', true),
      Problem: response('a mistake, a refusal or a failure, in words', 'application/problem+json', 'exception', false),
    },
    schemas: objectSchemas,
  };
}

function response(description: string, type: string, schema: keyof typeof objectSchemas, html: boolean): object {
  return {
    description,
    content: {
      [type]: { schema: { $ref: `#/components/schemas/${schema}` } },
      ...(html ? { [mediaTypes.html]: { schema: { type: 'string' } } } : {}),
    },
  };
}

const text = { type: 'string' } as const;
const listOf = (schema: string): object => ({ type: 'array', items: { $ref: `#/components/schemas/${schema}` } });
const links = listOf('link');

const objectSchemas = {
  object: { type: 'object' },
  link: {
    type: 'object',
    required: ['href', 'rel'],
    properties: { href: text, rel: text, type: text, hreflang: text, title: text },
  },
  exception: {
    type: 'object',
    required: ['type', 'title', 'status', 'detail'],
    properties: { type: text, title: text, status: { type: 'integer' }, detail: text, parameter: text, rule: text },
  },
  landingPage: {
    type: 'object',
    required: ['links'],
    properties: { title: text, description: text, attribution: text, links, conditions: { type: 'array', items: text } },
  },
  confClasses: {
    type: 'object',
    required: ['conformsTo'],
    properties: { links, conformsTo: { type: 'array', items: text } },
  },
  extent: {
    type: 'object',
    properties: {
      spatial: {
        type: 'object',
        properties: {
          bbox: { type: 'array', minItems: 1, items: { type: 'array', minItems: 4, maxItems: 6, items: { type: 'number' } } },
          crs: text,
        },
      },
    },
  },
  collection: {
    type: 'object',
    required: ['id', 'links'],
    properties: {
      id: text,
      title: text,
      description: text,
      keywords: { type: 'array', items: text },
      attribution: text,
      links,
      extent: { $ref: '#/components/schemas/extent' },
      itemType: text,
      crs: { type: 'array', items: text },
      storageCrs: text,
    },
  },
  collections: {
    type: 'object',
    required: ['links', 'collections'],
    properties: { links, collections: listOf('collection'), crs: { type: 'array', items: text } },
  },
  geometry: {
    type: 'object',
    nullable: true,
    required: ['type'],
    properties: {
      type: {
        type: 'string',
        enum: ['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon', 'GeometryCollection'],
      },
      coordinates: { type: 'array', items: {} },
      geometries: listOf('geometry'),
    },
  },
  feature: {
    type: 'object',
    required: ['type', 'id', 'geometry', 'properties'],
    properties: {
      type: { type: 'string', enum: ['Feature'] },
      id: text,
      geometry: { $ref: '#/components/schemas/geometry' },
      properties: { type: 'object', nullable: true },
      links,
    },
  },
  featureCollection: {
    type: 'object',
    required: ['type', 'features'],
    properties: {
      type: { type: 'string', enum: ['FeatureCollection'] },
      features: listOf('feature'),
      links,
      timeStamp: { type: 'string', format: 'date-time' },
      numberMatched: { type: 'integer', minimum: 0 },
      numberReturned: { type: 'integer', minimum: 0 },
      attribution: text,
    },
  },
} as const;
