// Pages of features: a table of a page of them, written row by row, and one feature with a picture of its place.
import type { FeatureType, Property } from '../../core/model/feature-type';
import { uniteEnvelopes, type Envelope, type Geometry, type Position } from '../../core/model/geometry';
import { inLanguage } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors, Feature, Snapshot } from '../../core/ports/doors';
import { xml, type Markup } from '../../core/xml/write';
import type { Cut } from '../ows/page';
import { htmlPath, page, pageHead, pagePath, pageTail, terms } from './html';
import { collectionCrumb, collectionsCrumb, mapOf } from './html-collections';
import { withQuery } from './links';
import { hasNext, pageParameters, type Asked } from './paging';
import { amount, words } from './words';

interface By {
  readonly context: Context;
  readonly mentions: readonly string[];
}

export async function* itemsPage(snapshot: Snapshot, asked: Asked, cut: Cut, { context, mentions }: By): AsyncGenerator<string> {
  const { type, request } = asked;
  const text = words(context.language);
  const title = inLanguage(type.title, context.language);
  const path = pagePath(context, 'collections', type.name, 'items');
  const shown = asked.query.properties;
  const properties = type.properties.filter(property => shown === undefined || shown.includes(property.name));
  const crumbs = [
    collectionsCrumb(context),
    collectionCrumb(context, type.name, title),
    { title: text.items, href: htmlPath(context, 'collections', type.name, 'items') },
  ];
  const others = request.parameters.filter(([name]) => name.toLowerCase() !== 'f');
  const pages = pageAddresses(asked, cut);
  const to = (name: string, rel: string, parameters: readonly (readonly [string, string])[] | null): Markup | null =>
    parameters && xml`<a rel="${rel}" href="${withQuery(path, parameters)}">${name}</a>`;
  const navigation = xml`<p class="pages">${to(text.previous, 'prev', pages.previous)} ${to(text.next, 'next', pages.next)} <a href="${withQuery(path, [['f', 'json'], ...others])}" type="application/geo+json">${text.asGeoJson}</a></p>
`;
  const caption = amount(context.language, cut.returned, request.offset, cut.matched);
  const before = xml`${navigation}<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">${text.identifier}</th>${properties.map(property => xml`<th scope="col">${headingOf(property, context)}</th>`)}</tr></thead>
<tbody>
`;
  yield pageHead(context, `${title} – ${text.items}`, crumbs) + before.text;
  const [slice] = cut.slices;
  if (slice && slice.take > 0) {
    const page = { start: slice.skip, count: slice.take };
    const names = properties.map(property => property.name);
    for await (const feature of snapshot.features({ ...asked.query, properties: names, page }))
      yield row(feature, properties, context, type).text;
  }
  yield xml`</tbody>
</table></div>
${cut.returned === 0 ? xml`<p>${text.none}</p>\n` : null}${navigation}`.text;
  yield pageTail(mentions);
}

function pageAddresses(asked: Asked, cut: Cut): Record<'next' | 'previous', readonly (readonly [string, string])[] | null> {
  const { offset } = asked.request;
  const html = (parameters: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] => [
    ['f', 'html'],
    ...parameters.filter(([name]) => name.toLowerCase() !== 'f'),
  ];
  return {
    next: hasNext(asked, cut) ? html(pageParameters(asked, offset + cut.returned)) : null,
    previous: offset > 0 ? html(pageParameters(asked, Math.max(0, offset - asked.limit), Math.min(asked.limit, offset))) : null,
  };
}

const headingOf = (property: Property, { language }: Context): string =>
  property.title ? inLanguage(property.title, language) : property.name;

function row(feature: Feature, properties: readonly Property[], context: Context, type: FeatureType): Markup {
  const href = htmlPath(context, 'collections', type.name, 'items', feature.id);
  const cells = properties.map(property => xml`<td>${valueOf(feature, property, context)}</td>`);
  return xml`<tr><th scope="row"><a href="${href}">${feature.id}</a></th>${cells}</tr>\n`;
}

function valueOf(feature: Feature, property: Property, { language }: Context): string {
  const value = feature.properties[property.name];
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? words(language).yes : words(language).no;
  return typeof value === 'object' ? value.join(' ; ') : String(value);
}

/** The page of one feature, its geometry in lon,lat. */
export function itemPage(feature: Feature, type: FeatureType, doors: Doors, { context, mentions }: By): string {
  const text = words(context.language);
  const title = inLanguage(type.title, context.language);
  const path = pagePath(context, 'collections', type.name, 'items', feature.id);
  const content = xml`${mapOf(type, doors, context, feature.geometry === null ? null : envelopeOf(feature.geometry))}${terms([
    ...type.properties.map(property => [headingOf(property, context), valueOf(feature, property, context)] as const),
    [text.geometry, feature.geometry?.type],
  ])}<p><a href="${path}?f=json" type="application/geo+json">${text.asGeoJson}</a></p>
`;
  const crumbs = [
    collectionsCrumb(context),
    collectionCrumb(context, type.name, title),
    { title: text.items, href: htmlPath(context, 'collections', type.name, 'items') },
    { title: feature.id, href: htmlPath(context, 'collections', type.name, 'items', feature.id) },
  ];
  return page(context, `${title} – ${feature.id}`, crumbs, content, mentions);
}

function envelopeOf(geometry: Geometry): Envelope | null {
  if (geometry.type === 'GeometryCollection')
    return geometry.geometries.map(envelopeOf).reduce<Envelope | null>((a, b) => uniteEnvelopes(a, b), null);
  let box: Envelope | null = null;
  visit(geometry.coordinates);
  return box;

  function visit(part: Position | readonly unknown[]): void {
    const [x, y] = part;
    if (typeof x === 'number' && typeof y === 'number') box = uniteEnvelopes(box, { minX: x, minY: y, maxX: x, maxY: y });
    else for (const inner of part) if (Array.isArray(inner)) visit(inner);
  }
}
