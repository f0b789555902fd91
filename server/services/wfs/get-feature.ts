// GetFeature (WFS 2.0 § 11, 1.1 § 9, 1.0 § 8.2): counted and printed in one snapshot, streamed member by member. The first chunk of members is pulled before
// the head goes out, so that a failure still has a status of its own.
import type { FeatureType } from '../../core/model/feature-type';
import type { Context } from '../../core/ports/context';
import type { Doors, Snapshot } from '../../core/ports/doors';
import type { Rendering } from '../../core/query/query';
import { csvDisposition } from '../../formats/csv';
import { geojsonHead, geojsonMembers, geojsonTail } from '../../formats/geojson';
import { collectionHead, collectionTail, formerHead, innerHead, innerTail, type CollectionHead } from '../../formats/gml';
import type { GmlVersion } from '../../formats/feature-schema';
import { Fault, unreachable } from '../../core/model/fault';
import { accessOf, mentionHeader, mentionsOf } from '../ows/access';
import type { Reply } from '../ows/operation';
import { schemaAddress } from './describe';
import { pageLinks, type PageLinks } from './links';
import { cutPage, firstTogether, type Cut } from '../ows/page';
import { countFormat, type OutputFormat } from './outputs';
import { planQueries, type PlannedQuery } from './plan-queries';
import type { FeatureRequest } from './requests';
import { versionOfGml } from './versions';

/** Sizes of pages: a request that names no count gets `default` and a `next`; `most` is honoured for any that does (D5). */
export interface PageLimits {
  readonly default: number;
  readonly most: number;
}

/** The answer to ad hoc queries; a stored query has been turned into one before. */
export async function getFeature(request: FeatureRequest, doors: Doors, context: Context, limits: PageLimits): Promise<Reply> {
  const { features } = doors;
  const planned = planQueries(features, request);
  const names = [...new Set(planned.map(({ type }) => type.name))];
  const { format } = request;
  if (format.kind === 'csv' && planned.length > 1)
    throw new Fault('invalid-value', 'outputFormat', `${format.name} holds one feature type only`);
  const srids = new Set(planned.map(({ query }) => query.srid));
  if (format.kind === 'geojson' && srids.size > 1)
    throw new Fault('invalid-value', 'SRSNAME', 'the types have different default reference systems: name one in srsName');
  const answer: Answer = { request, planned, context, limits, mentions: mentionsOf(features, names) };
  return {
    type: formatOf(request).type,
    headers: {
      ...mentionHeader(answer.mentions),
      ...(formatOf(request).kind === 'csv' ? csvDisposition(planned[0]?.type.local ?? 'data') : {}),
    },
    // what an editor has just changed is seen at once: Qt takes an answer that is not a second old for fresh, whatever « no-cache » says
    access: features.types('edit').some(type => names.includes(type.name)) ? 'restricted' : accessOf(features, names, format.action),
    body: stream(doors, answer),
  };
}

/** Format of the answer: a count alone is an empty GML collection whatever the format asked, for that is where clients (GDAL) look for it. */
const formatOf = (request: FeatureRequest): OutputFormat => (request.hits ? countFormat(request.version) : request.format);

interface Answer {
  readonly request: FeatureRequest;
  readonly planned: readonly PlannedQuery[];
  readonly context: Context;
  readonly limits: PageLimits;
  readonly mentions: readonly string[];
}

async function* stream(doors: Doors, answer: Answer): AsyncGenerator<Uint8Array | string> {
  const { request, planned, context, limits } = answer;
  const snapshot = await doors.features.open(context.signal);
  try {
    const size = Math.min(request.count ?? (request.version.paged ? limits.default : limits.most), limits.most);
    const format = formatOf(request);
    const cut = await cutPage(
      snapshot,
      planned.map(({ query }) => query),
      {
        start: request.start,
        size,
        hits: request.hits,
        untold: format.kind === 'csv' || (format.kind === 'gml' && format.gml !== '3.2'),
        ...(planned.length === 1 && planned[0] ? { rendering: renderingOf(answer, planned[0]) } : {}),
      },
    );
    const links = pageLinks(request, { base: context.base, start: request.start, size, ...cut });
    const body = render(snapshot, answer, cut, links);
    yield* firstTogether(body);
  } finally {
    await snapshot.close();
  }
}

function renderingOf(answer: Answer, one: PlannedQuery): Rendering {
  const format = formatOf(answer.request);
  switch (format.kind) {
    case 'gml':
      return gmlRendering(one, format.gml);
    case 'geojson':
      return { format: 'geojson', decimals: one.crs.crs.decimals };
    case 'csv':
      return { format: 'csv', geometry: 'wkt' };
    default:
      return unreachable(format);
  }
}

function render(snapshot: Snapshot, answer: Answer, cut: Cut, links: PageLinks): AsyncGenerator<Uint8Array | string> {
  const format = formatOf(answer.request);
  switch (format.kind) {
    case 'gml':
      return format.gml === '3.2' ? gml(snapshot, answer, cut, links) : formerGml(snapshot, answer, cut, format.gml);
    case 'geojson':
      return geojson(snapshot, answer, cut, links);
    case 'csv':
      return csv(snapshot, answer, cut);
    default:
      return unreachable(format);
  }
}

/** Namespaces of some types with the addresses of their schemas, for the root of an answer. */
export function rootNamespaces(
  types: readonly FeatureType[],
  context: Pick<Context, 'base'>,
  gml: GmlVersion = '3.2',
): CollectionHead['namespaces'] {
  const prefixes = [...new Set(types.map(type => type.prefix))];
  return prefixes.flatMap(prefix => {
    const own = types.filter(type => type.prefix === prefix);
    const [first] = own;
    return first ? [{ prefix, namespace: first.namespace, schema: schemaAddress(context.base, own, versionOfGml(gml)) }] : [];
  });
}

export function gmlRendering(planned: PlannedQuery, version: GmlVersion = '3.2'): Rendering {
  const { crs, srsName } = planned;
  return { format: 'gml', version, srsName, flip: crs.flip, decimals: crs.crs.decimals };
}

async function* gml(snapshot: Snapshot, answer: Answer, cut: Cut, links: PageLinks): AsyncGenerator<Uint8Array | string> {
  const { planned, context, mentions } = answer;
  const namespaces = rootNamespaces(
    planned.map(({ type }) => type),
    context,
  );
  const facts = { matched: cut.matched, returned: cut.returned, timeStamp: context.instant };
  yield collectionHead({ ...facts, ...links, namespaces, mentions });
  const several = planned.length > 1 && !answer.request.hits;
  for (const [i, one] of planned.entries()) {
    const slice = cut.slices[i];
    if (!slice) continue;
    if (several) yield innerHead({ matched: slice.matched, returned: slice.take, timeStamp: context.instant });
    if (slice.take > 0) yield* snapshot.text({ ...one.query, page: { start: slice.skip, count: slice.take } }, renderingOf(answer, one));
    if (several) yield innerTail;
  }
  yield collectionTail;
}

/** GML of before WFS 2.0: the members of all queries in one collection, in the order of the queries. */
async function* formerGml(
  snapshot: Snapshot,
  answer: Answer,
  cut: Cut,
  version: Exclude<GmlVersion, '3.2'>,
): AsyncGenerator<Uint8Array | string> {
  const { request, planned, context, mentions } = answer;
  const namespaces = rootNamespaces(
    planned.map(({ type }) => type),
    context,
    version,
  );
  // of a count: all that there is, whatever maxFeatures says, for a client that counts asks for one feature at most (ogc-client)
  const count = cut.matched === 'unknown' ? null : request.hits ? cut.matched : cut.returned;
  yield formerHead({ gml: version, count, namespaces, mentions, timeStamp: context.instant });
  yield* members(snapshot, answer, cut);
  yield collectionTail;
}

/** What the database prints for the slices of a page, one query after the other. */
async function* members(snapshot: Snapshot, answer: Answer, cut: Cut): AsyncGenerator<Uint8Array> {
  for (const [i, one] of answer.planned.entries()) {
    const slice = cut.slices[i];
    if (slice && slice.take > 0)
      yield* snapshot.text({ ...one.query, page: { start: slice.skip, count: slice.take } }, renderingOf(answer, one));
  }
}

async function* geojson(snapshot: Snapshot, answer: Answer, cut: Cut, links: PageLinks): AsyncGenerator<Uint8Array | string> {
  const { planned, context, mentions } = answer;
  const crs = planned[0]?.crs.crs;
  yield geojsonHead({
    srid: crs?.code ?? 4326,
    matched: cut.matched,
    returned: cut.returned,
    timeStamp: context.instant,
    ...links,
    mentions,
  });
  yield* geojsonMembers(members(snapshot, answer, cut));
  yield geojsonTail;
}

async function* csv(snapshot: Snapshot, answer: Answer, cut: Cut): AsyncGenerator<Uint8Array | string> {
  const [one] = answer.planned;
  const [slice] = cut.slices;
  if (one && slice) yield* snapshot.text({ ...one.query, page: { start: slice.skip, count: slice.take } }, renderingOf(answer, one));
}
