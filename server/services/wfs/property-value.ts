// GetPropertyValue (WFS 2.0 § 10): the values of one property, or the ids, of the features that have one; counts are of values.
import { and, not } from '../../core/filter/filter';
import { idProperty } from '../../core/filter/ids';
import { bareName } from '../../core/filter/names';
import { Fault } from '../../core/model/fault';
import { propertyOf, type FeatureType } from '../../core/model/feature-type';
import type { Context } from '../../core/ports/context';
import type { Doors, Feature } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import { attributes, xml, xmlHeader, type Markup } from '../../core/xml/write';
import { rootAttributes, wfs20SchemaAddress } from '../../formats/gml';
import { gmlGeometry } from '../../formats/gml-geometry';
import { accessOf, mentionHeader, mentionsOf } from '../ows/access';
import type { Input, Reply } from '../ows/operation';
import { rootOf } from '../ows/service';
import { rootNamespaces, type PageLimits } from './get-feature';
import { pageLinks } from './links';
import { cutPage } from '../ows/page';
import { geometryNamed, planQueries, type PlannedQuery } from './plan-queries';
import { readGetFeature, type FeatureRequest } from './requests';
import { adhocOf } from './stored-queries';
import type { WfsVersion } from './versions';

export interface ValueRequest extends FeatureRequest {
  readonly property: string;
}

/** Faults: those of GetFeature, and missing-parameter, invalid-value at valueReference. */
export function readGetPropertyValue(input: Input, version: WfsVersion): ValueRequest {
  const root = rootOf(input);
  const reference = root ? root.attribute('valueReference') : input.kvp.get('valuereference');
  if (reference === undefined) throw new Fault('missing-parameter', 'valueReference', 'parameter valueReference is missing');
  const property = bareName(reference, 'valueReference');
  const request = readGetFeature(input, version);
  if (request.format.kind !== 'gml' || request.format.gml !== version.gml)
    throw new Fault('invalid-format', 'outputFormat', 'values are written in GML 3.2');
  return { ...request, property, queries: request.stored ? [adhocOf(request.stored)] : request.queries, stored: null };
}

export async function getPropertyValue(request: ValueRequest, doors: Doors, context: Context, limits: PageLimits): Promise<Reply> {
  const { features } = doors;
  const planned = planQueries(features, request).map(one => withValue(one, request.property));
  const names = [...new Set(planned.map(({ type }) => type.name))];
  return {
    type: request.format.type,
    headers: mentionHeader(mentionsOf(features, names)),
    access: accessOf(features, names, 'feature'),
    body: stream(request, planned, doors, context, limits),
  };
}

/** Only features that have a value count, and only that property is read. Fault unknown-property at valueReference. */
function withValue(planned: PlannedQuery, property: string): PlannedQuery {
  if (property === idProperty) return { ...planned, query: { ...planned.query, properties: [] } };
  const { type, query } = planned;
  const name = geometryNamed(type, property) ?? propertyOf(type, property, 'valueReference').name;
  return { ...planned, query: { ...query, properties: [name], filter: and(query.filter, not({ op: 'null', property: name })) } };
}

async function* stream(
  request: ValueRequest,
  planned: readonly PlannedQuery[],
  doors: Doors,
  context: Context,
  limits: PageLimits,
): AsyncGenerator<string> {
  const snapshot = await doors.features.open(context.signal);
  try {
    const size = Math.min(request.count ?? limits.default, limits.most);
    const cut = await cutPage(
      snapshot,
      planned.map(({ query }) => query),
      { start: request.start, size, hits: request.hits },
    );
    const links = request.link === null ? {} : pageLinks(request, { base: context.base, start: request.start, size, ...cut });
    const namespaces = rootNamespaces(
      planned.map(({ type }) => type),
      context,
    );
    const root = attributes({
      ...rootAttributes(namespaces, [`${ns.wfs20} ${wfs20SchemaAddress}`]),
      timeStamp: context.instant,
      numberMatched: String(cut.matched),
      numberReturned: String(cut.returned),
      ...links,
    });
    let text = xml`${xmlHeader}<wfs:ValueCollection${root}>\n`.text;
    for (const [i, one] of planned.entries()) {
      const slice = cut.slices[i];
      if (!slice || slice.take === 0) continue;
      for await (const feature of snapshot.features({ ...one.query, page: { start: slice.skip, count: slice.take } })) {
        text += membersOf(feature, one, request.property);
        if (text.length > 32_768) {
          yield text;
          text = '';
        }
      }
    }
    yield `${text}</wfs:ValueCollection>\n`;
  } finally {
    await snapshot.close();
  }
}

/** One member for each value; a property that holds several has a member for each, which the counts, made of features, do not tell apart. */
function membersOf(feature: Feature, { type, query, crs, srsName }: PlannedQuery, asked: string): string {
  if (asked === idProperty) return member(feature.id);
  const name = query.properties?.[0] ?? asked;
  const element = elementName(type, name);
  if (type.geometry?.name === name) {
    const style = { srsName, flip: crs.flip, decimals: crs.crs.decimals };
    const inside = feature.geometry === null ? null : gmlGeometry(feature.geometry, style, `_.${feature.id}`);
    return member(xml`<${element}>${inside}</${element}>`);
  }
  const value = feature.properties[name];
  return (Array.isArray(value) ? value : [value]).map(one => member(xml`<${element}>${String(one ?? '')}</${element}>`)).join('');
}

const member = (content: Markup | string): string => xml`<wfs:member>${content}</wfs:member>\n`.text;

const elementName = (type: FeatureType, name: string): string => `${type.prefix}:${name}`;
