// `/ogc/api`: the definition of the interface in OpenAPI 3.0 (Features Part 1 § 7.3, conformance class oas30), whole in itself. It lists the
// collections of this caller with the parameters that each takes, so that what is not listed can be refused.
import type { FeatureType, Property } from '../../core/model/feature-type';
import { inLanguage, type Language } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { xml } from '../../core/xml/write';
import { jsonType } from '../../formats/json-schema';
import type { Reply } from '../ows/operation';
import { components } from './api-components';
import type { DocumentRequest } from './collections';
import { htmlPath, page, pagePath, table } from './html';
import { address } from './links';
import { commonParameters, htmlReply, isParameter, jsonReply, mediaTypes } from './representation';
import { itemsParameters, type PageLimits } from './requests';
import { words } from './words';

interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly description?: string;
  readonly required: boolean;
  readonly schema: object;
  readonly style?: 'form' | 'simple';
  readonly explode?: false;
}

interface Reference {
  readonly $ref: string;
}

interface PathItem {
  readonly get: {
    readonly tags: readonly string[];
    readonly summary: string;
    readonly operationId: string;
    readonly parameters: readonly (Parameter | Reference)[];
    readonly responses: object;
  };
}

export interface ApiDefinition {
  readonly openapi: string;
  readonly info: object;
  readonly servers: readonly object[];
  readonly tags: readonly object[];
  readonly security: readonly object[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: ReturnType<typeof components>;
}

const parameter = (name: string): Reference => ({ $ref: `#/components/parameters/${name}` });
const common = commonParameters.map(parameter);

/** Responses by name of their content; every address may refuse. */
function responses(content: string, ...faults: readonly string[]): object {
  return {
    '200': { $ref: `#/components/responses/${content}` },
    ...Object.fromEntries(['400', ...faults, '500'].map(status => [status, { $ref: '#/components/responses/Problem' }])),
  };
}

/** What a request for data is refused with. */
const refusals = ['401', '403', '404'] as const;

/** The definition for this caller. */
export function apiDefinition(doors: Doors, context: Context, limits: PageLimits): ApiDefinition {
  const { service } = doors.partnership;
  const types = doors.features.types('feature');
  const text = words(context.language);
  const get = (
    tag: string,
    summary: string,
    operationId: string,
    parts: Omit<PathItem['get'], 'tags' | 'summary' | 'operationId'>,
  ): PathItem => ({
    get: { tags: [tag], summary, operationId, ...parts },
  });
  const fixed: Readonly<Record<string, PathItem>> = {
    '/': get('API', text.home, 'getLandingPage', { parameters: common, responses: responses('LandingPage') }),
    '/conformance': get('API', text.conformance, 'getConformance', { parameters: common, responses: responses('Conformance') }),
    '/api': get('API', text.api, 'getApi', { parameters: common, responses: responses('Api') }),
    '/collections': get('API', text.collections, 'getCollections', {
      parameters: common,
      responses: responses('Collections', '401'),
    }),
  };
  const ofTypes = types.flatMap((type): (readonly [string, PathItem])[] => {
    const title = inLanguage(type.title, context.language);
    const path = `/collections/${encodeURIComponent(type.name)}`;
    const metadata = (summary: string, name: string, content: string): PathItem =>
      get(type.name, `${title} – ${summary}`, `${type.name}.${name}`, { parameters: common, responses: responses(content, ...refusals) });
    return [
      [path, metadata(text.collection, 'getCollection', 'Collection')],
      [`${path}/queryables`, metadata(text.queryables, 'getQueryables', 'Schema')],
      [`${path}/sortables`, metadata(text.sortables, 'getSortables', 'Schema')],
      [`${path}/schema`, metadata(text.schema, 'getSchema', 'Schema')],
      [
        `${path}/items`,
        get(type.name, `${title} – ${text.items}`, `${type.name}.getItems`, {
          parameters: [...itemsReferences(type), ...type.properties.filter(isParameterName).map(one => attribute(one, context.language))],
          responses: responses('Features', ...refusals),
        }),
      ],
      [
        `${path}/items/{featureId}`,
        get(type.name, `${title} – ${text.identifier}`, `${type.name}.getItem`, {
          parameters: [parameter('featureId'), ...common, parameter('crs')],
          responses: responses('Feature', ...refusals),
        }),
      ],
    ];
  });
  return {
    openapi: '3.0.3',
    info: {
      title: `${inLanguage(service.title, context.language)} – OGC API`,
      description: inLanguage(service.abstract, context.language),
      version: '1.0.0',
      contact: { name: service.provider, email: service.email, url: service.url },
    },
    servers: [{ url: address(context) }],
    tags: [{ name: 'API' }, ...types.map(type => ({ name: type.name, description: inLanguage(type.title, context.language) }))],
    // anonymous visitors too: what is open needs no credential
    security: [{}, { basic: [] }, { bearer: [] }, { key: [] }],
    paths: { ...fixed, ...Object.fromEntries(ofTypes) },
    components: components(limits, context.language),
  };
}

/** Those that make no sense without a geometry are left out. */
const spatial: ReadonlySet<string> = new Set(['bbox', 'bbox-crs', 'crs', 'filter-crs', 'skipGeometry']);

const itemsReferences = (type: FeatureType): Reference[] => [
  ...itemsParameters.filter(name => type.geometry !== null || !spatial.has(name)).map(parameter),
  ...common,
];

/** An attribute whose name is one of our parameters is asked by `filter` only. */
const isParameterName = ({ name }: Property): boolean => !isParameter(name, itemsParameters) && !isParameter(name, commonParameters);

function attribute(property: Property, language: Language): Parameter {
  const text = property.definition ?? property.title;
  return {
    name: property.name,
    in: 'query',
    ...(text ? { description: inLanguage(text, language) } : {}),
    required: false,
    schema: jsonType(property),
    style: 'form',
    explode: false,
  };
}

export function api(request: DocumentRequest, doors: Doors, context: Context, limits: PageLimits): Reply {
  const definition = apiDefinition(doors, context, limits);
  // R47: it names what this caller may see
  return request.as === 'html'
    ? htmlReply(context, apiPage(definition, context), 'restricted')
    : jsonReply(context, definition, { access: 'restricted', type: mediaTypes.openapi });
}

/** The same for people (service-doc). */
function apiPage(definition: ApiDefinition, context: Context): string {
  const text = words(context.language);
  const rows = Object.entries(definition.paths).map(([path, { get }]) => [
    xml`<code>/ogc${path === '/' ? '' : path}</code>`,
    get.summary,
    get.parameters.map(one => ('$ref' in one ? one.$ref.slice(one.$ref.lastIndexOf('/') + 1) : one.name)).join(', '),
  ]);
  const parameters = Object.values(definition.components.parameters).map(({ name, description }) => [name, description]);
  const content = xml`<p>${text.apiText} <a href="${pagePath(context, 'api')}?f=json" type="${mediaTypes.openapi}">OpenAPI 3.0 (JSON)</a></p>
${table(text.addresses, [text.address, text.title, text.parameters], rows)}
<h2>${text.parameters}</h2>
${table(text.parameters, [text.parameters, text.title], parameters)}`;
  return page(context, text.api, [{ title: text.api, href: htmlPath(context, 'api') }], content);
}
