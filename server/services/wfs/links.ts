// The addresses of the next and the previous page (WFS 2.0 § 7.7.4.4.1): a posted request becomes query parameters, if it fits.
import { ns } from '../../core/xml/names';
import type { Element } from '../../core/xml/read';
import { attributes, xml, type Markup } from '../../core/xml/write';
import { written } from './names';
import type { AdhocQuery, FeatureRequest } from './requests';

/** Longest query string that is handed out; beyond it, next and previous are left out, which the schema allows. */
const longest = 6000;

export interface PageLinks {
  readonly next: string | null;
  readonly previous: string | null;
}

/** Links around a page. `available` is the number of rows known to exist, as far as it was looked at; `size` the page's size. */
export function pageLinks(
  request: FeatureRequest,
  page: { readonly base: string; readonly start: number; readonly size: number; readonly returned: number; readonly available: number },
): PageLinks {
  const parameters = request.link ?? postedAsKvp(request);
  if (parameters === null || page.size === 0) return { next: null, previous: null };
  const { start, size, returned, available } = page;
  // hits: the next page is the first one with results
  if (request.hits) return { next: available > 0 ? address(parameters, page.base, { start, count: size }) : null, previous: null };
  return {
    next: returned > 0 && start + returned < available ? address(parameters, page.base, { start: start + returned, count: size }) : null,
    previous: start > 0 ? address(parameters, page.base, { start: Math.max(0, start - size), count: Math.min(size, start) }) : null,
  };
}

const replaced = new Set(['startindex', 'count', 'maxfeatures', 'resulttype']);

function address(
  parameters: readonly (readonly [string, string])[],
  base: string,
  page: { readonly start: number; readonly count: number },
): string | null {
  const query = new URLSearchParams();
  for (const [name, value] of parameters) if (!replaced.has(name.toLowerCase())) query.append(name, value);
  query.append('STARTINDEX', String(page.start));
  query.append('COUNT', String(page.count));
  const text = query.toString();
  return text.length > longest ? null : `${base}/wfs?${text}`;
}

/** The parameters that ask the same as a posted request; null for what KVP cannot say. */
function postedAsKvp(request: FeatureRequest): readonly (readonly [string, string])[] | null {
  const { queries } = request;
  if (queries.length === 0 || queries.some(query => query.type === null)) return null;
  const grouped = (text: (query: AdhocQuery) => string): string => queries.map(query => `(${text(query)})`).join('');
  const list: (readonly [string, string])[] = [
    ['SERVICE', 'WFS'],
    ['VERSION', request.version.version],
    ['REQUEST', 'GetFeature'],
    ['TYPENAMES', grouped(query => (query.type ? written(query.type) : ''))],
    ['OUTPUTFORMAT', request.format.name],
  ];
  const namespaces = new Map(queries.flatMap(({ type }) => (type?.namespace ? [[type.prefix, type.namespace] as const] : [])));
  if (namespaces.size > 0)
    list.push([
      'NAMESPACES',
      [...namespaces].map(([prefix, uri]) => (prefix === '' ? `xmlns(${uri})` : `xmlns(${prefix},${uri})`)).join(','),
    ]);
  const names = new Set(queries.map(query => query.srsName));
  const [srsName] = names;
  if (names.size > 1) return null;
  if (srsName) list.push(['SRSNAME', srsName]);
  if (queries.some(query => query.restrictions.length > 0)) list.push(['FILTER', grouped(filterText)]);
  if (queries.some(query => query.properties !== null)) list.push(['PROPERTYNAME', grouped(query => query.properties?.join(',') ?? '')]);
  if (queries.some(query => query.sort.length > 0))
    list.push(['SORTBY', grouped(query => query.sort.map(key => `${key.property} ${key.descending ? 'DESC' : 'ASC'}`).join(','))]);
  return list;
}

function filterText(query: AdhocQuery): string {
  const [only] = query.restrictions;
  return only?.kind === 'fes' ? print(only.element, '').text : '';
}

/** An element as text again, every element declaring its namespace where it changes. */
function print(element: Element, inherited: string): Markup {
  const declared: Record<string, string> = element.namespace === inherited ? {} : { xmlns: element.namespace };
  for (const attribute of element.attributes) {
    const name = attribute.namespace === '' ? attribute.name : `${attribute.prefix}:${attribute.name}`;
    if (attribute.namespace !== '' && attribute.namespace !== ns.xml) declared[`xmlns:${attribute.prefix}`] = attribute.namespace;
    declared[name] = attribute.value;
  }
  const inside = element.children.map(child => print(child, element.namespace));
  return xml`<${element.name}${attributes(declared)}>${element.text.trim()}${inside}</${element.name}>`;
}
