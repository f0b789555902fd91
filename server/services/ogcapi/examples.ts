// Requests that exercise each operation on one type, for the leak matrix. No secret value occurs in a name that is echoed.
import type { Example, Target } from '../ows/operation';

/** A document in both representations and the other language. */
export const documentExamples = (path: string): readonly Example[] => [
  { name: 'JSON', path },
  { name: 'HTML', path, headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } },
  { name: 'HTML in English', path: `${path}?f=html&lang=en` },
];

const below = (name: string, more: string): string => `/ogc/collections/${encodeURIComponent(name)}${more}`;

export const collectionExamples = ({ name, qname }: Target, segment: string): readonly Example[] => [
  { name: 'by short name', path: below(name, segment) },
  { name: 'by qualified name', path: below(qname, segment) },
  { name: 'HTML', path: `${below(name, segment)}?f=html` },
];

export function itemsExamples(target: Target): readonly Example[] {
  const { name, qname, property, value, maskable, maskedValue, srid } = target;
  const items = (parameters: Readonly<Record<string, string>>): string =>
    `${below(name, '/items')}?${new URLSearchParams(parameters).toString()}`;
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const crs = `http://www.opengis.net/def/crs/EPSG/0/${srid}`;
  const masked =
    maskable === null
      ? []
      : [
          { name: 'parameter of the maskable attribute', path: items({ [maskable]: maskedValue }) },
          { name: 'filter on the maskable attribute', path: items({ filter: `"${maskable}" = ${quoted(maskedValue)}` }) },
          {
            name: 'pattern on the maskable attribute',
            path: items({ filter: `"${maskable}" LIKE ${quoted(`${maskedValue.slice(0, 3)}%`)}` }),
          },
          { name: 'order by the maskable attribute', path: items({ sortby: `-${maskable}` }) },
          { name: 'only the maskable attribute', path: items({ properties: maskable }) },
        ];
  return [
    { name: 'first page', path: items({}) },
    { name: 'everything', path: items({ limit: '10000' }) },
    { name: 'by qualified name', path: below(qname, '/items') },
    { name: 'HTML', path: items({ f: 'html', limit: '1000' }) },
    { name: 'second page of one', path: items({ limit: '1', offset: '1' }) },
    { name: 'beyond the end', path: items({ offset: '100000' }) },
    { name: 'in a box', path: items({ bbox: target.box.join(','), 'bbox-crs': crs, crs }) },
    { name: 'by attribute', path: items({ [property]: value }) },
    { name: 'filter', path: items({ filter: `"${property}" = ${quoted(value)}`, 'filter-lang': 'cql2-text' }) },
    { name: 'since', path: items({ datetime: '2000-01-01/..' }) },
    { name: 'in order', path: items({ sortby: property, properties: property }) },
    ...masked,
  ];
}

export const itemExamples = ({ name, featureId }: Target): readonly Example[] => [
  { name: 'feature', path: below(name, `/items/${encodeURIComponent(featureId)}`) },
  { name: 'feature as HTML', path: `${below(name, `/items/${encodeURIComponent(featureId)}`)}?f=html` },
  { name: 'unknown feature', path: below(name, '/items/no-such-feature') },
];
