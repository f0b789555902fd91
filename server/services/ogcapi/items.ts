// `/items` and `/items/{featureId}` (Features Part 1 § 7.15–7.16): counted and printed in one snapshot, streamed as WFS does; the first features
// are there before the head goes out, so that a failure still has a status of its own.
import { createHash } from 'node:crypto';
import { Fault } from '../../core/model/fault';
import { propertyOf, type FeatureType } from '../../core/model/feature-type';
import type { Context } from '../../core/ports/context';
import type { Doors, Snapshot } from '../../core/ports/doors';
import type { Query, Rendering } from '../../core/query/query';
import { geojsonFeature, geojsonHead, geojsonMembers, geojsonTail } from '../../formats/geojson';
import { accessOf, mentionHeader, mentionsOf } from '../ows/access';
import type { Reply } from '../ows/operation';
import { cutPage, firstTogether, type Cut } from '../ows/page';
import { typeOf } from './collections';
import { crsUri } from './crs';
import { itemPage, itemsPage } from './html-items';
import { address, link, selfAndAlternate, withQuery, type Link } from './links';
import { hasNext, pageParameters, type Asked } from './paging';
import { htmlReply, mediaTypes } from './representation';
import { filterOf, type ItemRequest, type ItemsRequest } from './requests';
import { words } from './words';

/** Rows of a page of HTML at most. */
const mostRows = 1_000;

export function items(request: ItemsRequest, doors: Doors, context: Context): Reply {
  const { features } = doors;
  const type = typeOf(doors, request.collection);
  const asked: Asked = {
    request,
    type,
    limit: request.as === 'html' ? Math.min(request.limit, mostRows) : request.limit,
    query: {
      type: type.name,
      action: 'feature',
      filter: filterOf(request, type),
      ...projection(request, type),
      sort: request.sort.map(key => ({ ...key, property: propertyOf(type, key.property, 'sortby').name })),
      page: { count: null, start: 0 },
      srid: request.crs.crs.code,
    },
  };
  const mentions = mentionsOf(features, [type.name]);
  const access = accessOf(features, [type.name], 'feature');
  if (request.as === 'html') return htmlReply(context, htmlStream(asked, doors, context, mentions), access, mentionHeader(mentions));
  return {
    type: mediaTypes.geojson,
    headers: { ...mentionHeader(mentions), ...contentCrs(request), Vary: 'Accept, Accept-Language' },
    access,
    body: geojsonStream(asked, doors, context, mentions),
  };
}

/** Part 2 § 6.4: the CRS of the coordinates, in angle brackets. */
const contentCrs = (request: Pick<ItemsRequest, 'crs'>): Readonly<Record<string, string>> => ({
  'Content-Crs': `<${crsUri(request.crs)}>`,
});

/** Attributes asked for; the geometry is there unless it is to be skipped. Fault unknown-property at properties. */
function projection({ properties, skipGeometry }: ItemsRequest, type: FeatureType): { readonly properties?: readonly string[] } {
  const geometry = type.geometry?.name;
  if (properties === null && !(skipGeometry && geometry !== undefined)) return {};
  const wanted = (properties ?? type.properties.map(({ name }) => name)).filter(name => name !== geometry);
  const names = wanted.map(name => propertyOf(type, name, 'properties').name);
  return { properties: [...new Set([...names, ...(geometry === undefined || skipGeometry ? [] : [geometry])])] };
}

const renderingOf = ({ crs }: Pick<ItemsRequest, 'crs'>): Rendering => ({
  format: 'geojson',
  decimals: crs.crs.decimals,
  ...(crs.flip ? { flip: true } : {}),
});

/** The `crs` member that GeoJSON readers know stands where the order is x,y; of an order that they would misread they are told nothing. */
const memberSrid = ({ crs }: Pick<ItemsRequest, 'crs'>): number | null => (crs.flip ? null : crs.crs.code);

async function* geojsonStream(
  asked: Asked,
  doors: Doors,
  context: Context,
  mentions: readonly string[],
): AsyncGenerator<Uint8Array | string> {
  const snapshot = await doors.features.open(context.signal);
  try {
    const { request, query, limit } = asked;
    const rendering = renderingOf(request);
    const cut = await cutPage(snapshot, [query], { start: request.offset, size: limit, hits: false, rendering });
    yield* firstTogether(geojson(snapshot, asked, cut, { context, rendering, mentions }));
  } finally {
    await snapshot.close();
  }
}

async function* geojson(
  snapshot: Snapshot,
  asked: Asked,
  cut: Cut,
  by: { readonly context: Context; readonly rendering: Rendering; readonly mentions: readonly string[] },
): AsyncGenerator<Uint8Array | string> {
  yield geojsonHead({
    srid: memberSrid(asked.request),
    matched: cut.matched,
    returned: cut.returned,
    timeStamp: by.context.instant,
    mentions: by.mentions,
    links: pageLinks(asked, cut, by.context),
  });
  const [slice] = cut.slices;
  if (slice && slice.take > 0)
    yield* geojsonMembers(snapshot.text({ ...asked.query, page: { start: slice.skip, count: slice.take } }, by.rendering));
  yield geojsonTail;
}

/** self, alternate, next and prev (§ 7.15.7, rec fc-next). */
function pageLinks(asked: Asked, cut: Cut, context: Context): Link[] {
  const { request, type, limit } = asked;
  const text = words(context.language);
  const target = address(context, 'collections', type.name, 'items');
  const to = (rel: string, title: string, parameters: readonly (readonly [string, string])[]): Link =>
    link(context, rel, mediaTypes.geojson, title, withQuery(target, parameters));
  const { offset } = request;
  return [
    ...selfAndAlternate(context, target, request.parameters, mediaTypes.geojson),
    ...(hasNext(asked, cut) ? [to('next', text.next, pageParameters(asked, offset + cut.returned))] : []),
    ...(offset > 0 ? [to('prev', text.previous, pageParameters(asked, Math.max(0, offset - limit), Math.min(limit, offset)))] : []),
    link(context, 'collection', mediaTypes.json, text.collection, address(context, 'collections', type.name)),
  ];
}

async function* htmlStream(asked: Asked, doors: Doors, context: Context, mentions: readonly string[]): AsyncGenerator<string> {
  const snapshot = await doors.features.open(context.signal);
  try {
    const cut = await cutPage(snapshot, [asked.query], { start: asked.request.offset, size: asked.limit, hits: false });
    yield* itemsPage(snapshot, asked, cut, { context, mentions });
  } finally {
    await snapshot.close();
  }
}

/** One feature. Fault unknown-id for one that is not there, or not for this caller (R23). */
export async function item(request: ItemRequest, doors: Doors, context: Context): Promise<Reply> {
  const { features } = doors;
  const type = typeOf(doors, request.collection);
  const missing = new Fault('unknown-id', 'featureId', `there is no feature "${request.id.slice(0, 200)}" in this collection`);
  const query: Query = {
    type: type.name,
    action: 'feature',
    filter: { op: 'ids', ids: [request.id] },
    sort: [],
    page: { start: 0, count: 1 },
    srid: request.crs.crs.code,
  };
  const mentions = mentionsOf(features, [type.name]);
  const access = accessOf(features, [type.name], 'feature');
  const snapshot = await features.open(context.signal);
  try {
    if (request.as === 'html') {
      for await (const feature of snapshot.features({ ...query, srid: 4326 }))
        return htmlReply(context, itemPage(feature, type, doors, { context, mentions }), access, mentionHeader(mentions));
      throw missing;
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of snapshot.text(query, renderingOf(request))) chunks.push(chunk);
    const body = geojsonFeature(Buffer.concat(chunks).toString('utf8'), memberSrid(request), mentions, itemLinks(request, type, context));
    if (body === null) throw missing;
    const etag = etagOf(body);
    const headers = { ...mentionHeader(mentions), ...contentCrs(request), ETag: etag, Vary: 'Accept, Accept-Language' };
    return request.known === etag
      ? { status: 304, type: mediaTypes.geojson, headers, access, body: null }
      : { type: mediaTypes.geojson, headers, access, body: `${body}\n` };
  } finally {
    await snapshot.close();
  }
}

/** Mark of the representation: it changes with every byte. */
const etagOf = (body: string): string => `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;

function itemLinks(request: ItemRequest, type: FeatureType, context: Context): Link[] {
  return [
    ...selfAndAlternate(context, address(context, 'collections', type.name, 'items', request.id), request.parameters, mediaTypes.geojson),
    link(context, 'collection', mediaTypes.json, words(context.language).collection, address(context, 'collections', type.name)),
  ];
}
