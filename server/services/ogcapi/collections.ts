// What is told of a collection (Features Part 1 § 7.13–7.14, Part 2 § 6): title, extent, CRSs, licence, links. One list for JSON and HTML.
import { Fault } from '../../core/model/fault';
import type { FeatureType } from '../../core/model/feature-type';
import { inLanguage } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { licences } from '../../../schemas/codelists/limitations';
import { advertisedExtent } from '../ows/extents';
import { frozenSuffix } from '../ows/texts';
import { mentionHeader } from '../ows/access';
import type { Input, Reply } from '../ows/operation';
import { crsMembers, crsUris } from './crs';
import { collectionPage, collectionsPage } from './html-collections';
import { address, link, parametersOf, relations, selfAndAlternate, withQuery, type Link } from './links';
import { htmlReply, jsonReply, mediaTypes, onlyKnown, representationOf, type Representation } from './representation';
import { words } from './words';

export interface DocumentRequest {
  readonly as: Representation;
  readonly parameters: readonly (readonly [string, string])[];
}

export interface CollectionRequest extends DocumentRequest {
  readonly collection: string;
}

/** A document of metadata: no parameters but f and lang. Faults: invalid-value, invalid-format. */
export function readDocument(input: Input, json: string = mediaTypes.json): DocumentRequest {
  onlyKnown(input);
  return { as: representationOf(input, json), parameters: parametersOf(input) };
}

/** The same below a collection. */
export const readCollection = (input: Input, json: string = mediaTypes.json): CollectionRequest => ({
  ...readDocument(input, json),
  collection: collectionOf(input),
});

/** The segment of the address that names the collection: short name, local name or `prefix:local`. */
export const collectionOf = (input: Input): string => input.segments['collectionId'] ?? '';

/**
 * The type a collection names, for reading its features. Faults: unknown-type (unknown and hidden alike, R23), unauthenticated, forbidden,
 * conditions-not-accepted.
 */
export function typeOf(doors: Doors, collection: string): FeatureType {
  if (collection.includes('\0')) throw new Fault('unknown-type', 'collectionId', 'there is no such collection');
  return doors.features.type(collection, 'feature', 'collectionId');
}

export interface Collection {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly attribution: string;
  readonly extent?: object;
  readonly itemType: 'feature';
  readonly links: readonly Link[];
}

/** One collection for this caller. `head` are the links that depend on the document it stands in. */
export function describe(type: FeatureType, doors: Doors, context: Context, head: readonly Link[] = []): Collection {
  const about = doors.features.about(type.name);
  const text = words(context.language);
  const title = inLanguage(type.title, context.language);
  const licence = about.licence === null || !Object.hasOwn(licences, about.licence) ? undefined : licences[about.licence];
  const to = (rel: string, kind: string, name: string, ...below: readonly string[]): Link =>
    link(context, rel, kind, `${title} – ${name}`, address(context, 'collections', type.name, ...below));
  const html = (one: Link): Link => ({ ...one, type: mediaTypes.html, href: withQuery(one.href, [['f', 'html']]) });
  const items = to('items', mediaTypes.geojson, text.items, 'items');
  const record: Link[] =
    about.record === null
      ? []
      : [
          {
            href: `${context.base}/csw?${new URLSearchParams({
              service: 'CSW',
              version: '2.0.2',
              request: 'GetRecordById',
              id: about.record,
              elementSetName: 'full',
              outputSchema: 'http://www.isotc211.org/2005/gmd',
            }).toString()}`,
            rel: 'describedby',
            type: 'application/xml',
            title: `${title} – ${text.record}`,
          },
        ];
  const { minX, minY, maxX, maxY } = advertisedExtent(type);
  return {
    id: type.name,
    title: about.frozen && !title.endsWith(frozenSuffix) ? title + frozenSuffix : title,
    ...(type.abstract ? { description: inLanguage(type.abstract, context.language) } : {}),
    ...(type.keywords.length > 0 ? { keywords: type.keywords } : {}),
    attribution: doors.features.mention(type.name),
    ...(type.geometry === null ? {} : { extent: { spatial: { bbox: [[minX, minY, maxX, maxY]], crs: crsUris[0] } } }),
    itemType: 'feature',
    ...crsMembers(type),
    links: [
      ...head,
      items,
      html(items),
      to(relations.queryables, mediaTypes.schema, text.queryables, 'queryables'),
      to(relations.sortables, mediaTypes.schema, text.sortables, 'sortables'),
      to(relations.schema, mediaTypes.schema, text.schema, 'schema'),
      ...record,
      ...(licence ? [{ href: licence.uri, rel: 'license', title: licence.label }] : []),
    ],
  };
}

const ownLinks = (type: FeatureType, context: Context, rel: string): readonly Link[] => {
  const title = inLanguage(type.title, context.language);
  const target = address(context, 'collections', type.name);
  return [
    link(context, rel, mediaTypes.json, title, target),
    link(context, 'alternate', mediaTypes.html, title, withQuery(target, [['f', 'html']])),
  ];
};

/** `/ogc/collections` (§ 7.13): what this caller may read, and nothing else. */
export function collections(request: DocumentRequest, doors: Doors, context: Context): Reply {
  const types = doors.features.types('feature');
  const described = types.map(type => describe(type, doors, context, ownLinks(type, context, 'self')));
  if (request.as === 'html') return htmlReply(context, collectionsPage(described, context), 'restricted');
  const links = selfAndAlternate(context, address(context, 'collections'), request.parameters);
  // R47: it names what this caller may see
  return jsonReply(context, { links, collections: described, crs: crsUris }, { access: 'restricted' });
}

/** `/ogc/collections/{collectionId}` (§ 7.14). */
export function collection(request: CollectionRequest, doors: Doors, context: Context): Reply {
  const type = typeOf(doors, request.collection);
  const target = address(context, 'collections', type.name);
  const text = words(context.language);
  const described = describe(type, doors, context, [
    ...selfAndAlternate(context, target, request.parameters),
    link(context, 'root', mediaTypes.json, text.home, address(context)),
    link(context, 'parent', mediaTypes.json, text.collections, address(context, 'collections')),
  ]);
  const headers = mentionHeader([described.attribution]);
  if (request.as === 'html') return htmlReply(context, collectionPage(described, type, doors, context), 'restricted', headers);
  const reply = jsonReply(context, described, { access: 'restricted' });
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
