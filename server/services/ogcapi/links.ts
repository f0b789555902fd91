// Addresses and links of the API (Features Part 1 § 5.2). Addresses begin with the base of the request, so that they keep key and scope.
import type { Context } from '../../core/ports/context';
import type { GeoJsonLink } from '../../formats/geojson';
import type { Input } from '../ows/operation';
import { mediaTypes } from './representation';

export type Link = GeoJsonLink;

/** Relations that OGC has registered. */
const ogc = 'http://www.opengis.net/def/rel/ogc/1.0';
export const relations = {
  conformance: `${ogc}/conformance`,
  data: `${ogc}/data`,
  queryables: `${ogc}/queryables`,
  sortables: `${ogc}/sortables`,
  schema: `${ogc}/schema`,
} as const;

/** Absolute address of a resource below `/ogc`. */
export const address = (context: Pick<Context, 'base'>, ...segments: readonly string[]): string =>
  [`${context.base}/ogc`, ...segments.map(encodeURIComponent)].join('/');

/** The same with parameters, in their order. */
export function withQuery(target: string, parameters: readonly (readonly [string, string])[]): string {
  const query = new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();
  return query === '' ? target : `${target}?${query}`;
}

/** A link to a document in the language of the request. */
export const link = (context: Pick<Context, 'language'>, rel: string, type: string, title: string, href: string): Link => ({
  href,
  rel,
  type,
  title,
  hreflang: context.language,
});

/** `self`, as it was asked, and `alternate` of a document that is there in JSON and in HTML. */
export function selfAndAlternate(
  context: Pick<Context, 'language'>,
  target: string,
  parameters: readonly (readonly [string, string])[],
  type: string = mediaTypes.json,
): Link[] {
  const [self, alternate] = words[context.language];
  const other = parameters.filter(([name]) => name.toLowerCase() !== 'f');
  return [
    link(context, 'self', type, self, withQuery(target, parameters)),
    link(context, 'alternate', mediaTypes.html, alternate, withQuery(target, [...other, ['f', 'html']])),
  ];
}

const words = { fr: ['Ce document', 'Ce document en HTML'], en: ['This document', 'This document as HTML'] } as const;

/** The parameters of a request as they were written. */
export const parametersOf = (input: Pick<Input, 'kvp'>): readonly (readonly [string, string])[] =>
  input.kvp.names().map(name => [name, input.kvp.get(name) ?? ''] as const);
