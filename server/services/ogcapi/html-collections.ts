// Pages of the collections, of one of them, and of its schema.
import type { FeatureType } from '../../core/model/feature-type';
import { inLanguage } from '../../core/model/text';
import type { Envelope } from '../../core/model/geometry';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { xml, type Markup } from '../../core/xml/write';
import { geometryFormat, jsonType } from '../../formats/json-schema';
import { advertisedExtent } from '../ows/extents';
import type { Collection } from './collections';
import { storageCrs } from './crs';
import { htmlPath, page, pagePath, table, terms, type Crumb } from './html';
import { words } from './words';

export const collectionsCrumb = (context: Context): Crumb => ({
  title: words(context.language).collections,
  href: htmlPath(context, 'collections'),
});

export const collectionCrumb = (context: Context, id: string, title: string): Crumb => ({
  title,
  href: htmlPath(context, 'collections', id),
});

export function collectionsPage(collections: readonly Collection[], context: Context): string {
  const text = words(context.language);
  const list = collections.map(
    ({ id, title, description }) =>
      xml`<dt><a href="${htmlPath(context, 'collections', id)}">${title}</a></dt><dd>${description ?? ''} <code>${id}</code></dd>\n`,
  );
  const content = xml`<p>${collections.length === 0 ? text.noCollections : text.collectionsText}</p>
<dl>
${list}</dl>
<p><a href="${pagePath(context, 'collections')}?f=json" type="application/json">${text.asJson}</a></p>
`;
  return page(context, text.collections, [collectionsCrumb(context)], content);
}

export function collectionPage(collection: Collection, type: FeatureType, doors: Doors, context: Context): string {
  const text = words(context.language);
  const about = doors.features.about(type.name);
  const { minX, minY, maxX, maxY } = advertisedExtent(type);
  const below = (segment: string, name: string): Markup =>
    xml`<li><a href="${htmlPath(context, 'collections', type.name, segment)}">${name}</a></li>`;
  const addresses = collection.links.filter(({ rel }) => rel === 'describedby' || rel === 'license');
  const content = xml`${collection.description === undefined ? null : xml`<p>${collection.description}</p>\n`}<ul>
${below('items', text.items)}${below('queryables', text.queryables)}${below('sortables', text.sortables)}${below('schema', text.schema)}
<li><a href="${pagePath(context, 'collections', type.name)}?f=json" type="application/json">${text.asJson}</a></li>
</ul>
${mapOf(type, doors, context, advertisedExtent(type))}${terms([
    [text.owner, about.owner?.name],
    [text.keywords, type.keywords.join(', ')],
    [text.extent, type.geometry === null ? null : [minX, minY, maxX, maxY].join(', ')],
    [text.storageCrs, type.geometry === null ? null : storageCrs(type.geometry.srid)],
    [text.conditions, about.conditions ? inLanguage(about.conditions, context.language) : null],
    ...addresses.map(
      ({ rel, href, title }) => [rel === 'license' ? text.licence : text.record, xml`<a href="${href}">${title ?? href}</a>`] as const,
    ),
  ])}`;
  const crumbs = [collectionsCrumb(context), collectionCrumb(context, type.name, collection.title)];
  return page(context, collection.title, crumbs, content, [collection.attribution]);
}

/** `type` is narrowed to what the schema tells. */
export function schemaPage(type: FeatureType, context: Context, which: { readonly title: string; readonly segment: string }): string {
  const text = words(context.language);
  const { geometry } = type;
  const rows = [
    ...(geometry === null ? [] : [[geometry.name, text.geometry, geometryFormat(geometry.type)]]),
    ...type.properties.map(property => {
      const { type: kind, format } = jsonType(property);
      return [
        property.name,
        property.title ? inLanguage(property.title, context.language) : '',
        `${format ?? kind}${property.many ? '[]' : ''}`,
      ];
    }),
  ];
  const title = inLanguage(type.title, context.language);
  const path = pagePath(context, 'collections', type.name, which.segment);
  const content = xml`${table(which.title, [text.attribute, text.title, text.kind], rows)}<p><a href="${path}?f=json" type="application/schema+json">${text.asJson}</a></p>
`;
  const crumbs = [
    collectionsCrumb(context),
    collectionCrumb(context, type.name, title),
    { title: which.title, href: htmlPath(context, 'collections', type.name, which.segment) },
  ];
  return page(context, `${title} – ${which.title}`, crumbs, content);
}

/** Pixels of the longer side of the picture. */
const pixels = 420;

/** A picture of the place from the map service, where the caller may see the layer; else nothing. */
export function mapOf(type: FeatureType, doors: Doors, context: Context, extent: Envelope | null): Markup | null {
  const layer = doors.features.layers().find(one => one.type.name === type.name);
  if (!layer || !extent || type.geometry === null) return null;
  const [width, height] = [Math.max(extent.maxX - extent.minX, 0.002), Math.max(extent.maxY - extent.minY, 0.0013)];
  const [midX, midY] = [(extent.minX + extent.maxX) / 2, (extent.minY + extent.maxY) / 2];
  // a degree of longitude is two thirds of one of latitude here
  const ratio = (width * 0.66) / height;
  const [w, h] = ratio > 1 ? [pixels, Math.max(80, Math.round(pixels / ratio))] : [Math.max(80, Math.round(pixels * ratio)), pixels];
  const box = [midX - width * 0.55, midY - height * 0.55, midX + width * 0.55, midY + height * 0.55].map(value => value.toFixed(6));
  const query = new URLSearchParams({
    service: 'WMS',
    version: '1.3.0',
    request: 'GetMap',
    layers: layer.name,
    styles: '',
    crs: 'CRS:84',
    bbox: box.join(','),
    width: String(w),
    height: String(h),
    format: 'image/png',
  });
  const path = `${new URL(context.base).pathname.replace(/\/$/, '')}/wms?${query.toString()}`;
  const title = `${words(context.language).map} – ${inLanguage(type.title, context.language)}`;
  return xml`<p><img src="${path}" width="${w}" height="${h}" alt="${title}"/></p>\n`;
}
