// The addresses below `/ogc` with their Operations.
import { Fault } from '../../core/model/fault';
import { operation, type Endpoint, type Operation } from '../ows/operation';
import { api } from './api';
import { collection, collections, readCollection, readDocument } from './collections';
import { item, items } from './items';
import { collectionExamples, documentExamples, itemExamples, itemsExamples } from './examples';
import { conformance, landing } from './landing';
import { mediaTypes } from './representation';
import { readItem, readItems, type PageLimits } from './requests';
import { queryables, schema, sortables } from './schemas';
import { ogcFault } from './versions';

export interface OgcApiParts {
  /** GEOMIG_MAX_FEATURES: the most features of one page. */
  readonly maxFeatures: number;
  /** Page of a request that names no limit; 10 unless told, as the standard has it. */
  readonly limitDefault?: number;
}

/** Every address of the API; the last one takes what is none of them. */
export function ogcApiEndpoints(parts: OgcApiParts): Endpoint[] {
  const limits: PageLimits = { default: Math.min(parts.limitDefault ?? 10, parts.maxFeatures), most: parts.maxFeatures };
  const common = { service: 'OGCAPI', versions: ['1.0'] } as const;
  const readSchema = (input: Parameters<typeof readCollection>[0]): ReturnType<typeof readCollection> =>
    readCollection(input, mediaTypes.schema);
  return [
    one(
      '/ogc',
      operation({
        ...common,
        name: 'LandingPage',
        read: input => readDocument(input),
        run: async (request, doors, context) => landing(request, doors, context),
        examples: () => documentExamples('/ogc'),
      }),
    ),
    one(
      '/ogc/conformance',
      operation({
        ...common,
        name: 'Conformance',
        read: input => readDocument(input),
        run: async (request, _doors, context) => conformance(request, context),
        examples: () => documentExamples('/ogc/conformance'),
      }),
    ),
    one(
      '/ogc/api',
      operation({
        ...common,
        name: 'Api',
        read: input => readDocument(input, mediaTypes.openapi),
        run: async (request, doors, context) => api(request, doors, context, limits),
        examples: () => documentExamples('/ogc/api'),
      }),
    ),
    one(
      '/ogc/collections',
      operation({
        ...common,
        name: 'Collections',
        read: input => readDocument(input),
        run: async (request, doors, context) => collections(request, doors, context),
        examples: () => documentExamples('/ogc/collections'),
      }),
    ),
    one(
      '/ogc/collections/:collectionId',
      operation({
        ...common,
        name: 'Collection',
        read: input => readCollection(input),
        run: async (request, doors, context) => collection(request, doors, context),
        examples: target => collectionExamples(target, ''),
      }),
    ),
    one(
      '/ogc/collections/:collectionId/queryables',
      operation({
        ...common,
        name: 'Queryables',
        read: readSchema,
        run: async (request, doors, context) => queryables(request, doors, context),
        examples: target => collectionExamples(target, '/queryables'),
      }),
    ),
    one(
      '/ogc/collections/:collectionId/sortables',
      operation({
        ...common,
        name: 'Sortables',
        read: readSchema,
        run: async (request, doors, context) => sortables(request, doors, context),
        examples: target => collectionExamples(target, '/sortables'),
      }),
    ),
    one(
      '/ogc/collections/:collectionId/schema',
      operation({
        ...common,
        name: 'Schema',
        read: readSchema,
        run: async (request, doors, context) => schema(request, doors, context),
        examples: target => collectionExamples(target, '/schema'),
      }),
    ),
    one(
      '/ogc/collections/:collectionId/items',
      operation({
        ...common,
        name: 'Items',
        read: input => readItems(input, limits),
        run: async (request, doors, context) => items(request, doors, context),
        examples: itemsExamples,
      }),
    ),
    one(
      '/ogc/collections/:collectionId/items/:featureId',
      operation({
        ...common,
        name: 'Item',
        read: readItem,
        run: (request, doors, context) => item(request, doors, context),
        examples: itemExamples,
      }),
    ),
    one('/ogc/*rest', nothingThere),
  ];
}

const nothingThere: Operation = operation({
  service: 'OGCAPI',
  versions: ['1.0'],
  name: 'Unknown',
  read: (): never => {
    throw new Fault('unknown-id', '', 'there is no such address below /ogc: its links begin at /ogc');
  },
  run: (never: never) => never,
  examples: () => [{ name: 'an address that is none', path: '/ogc/nowhere' }],
});

function one(path: string, only: Operation): Endpoint {
  return { path, methods: ['GET'], operations: [only], select: () => only, fault: ogcFault, bodyLimit: 0 };
}
