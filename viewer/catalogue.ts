// The inventory by CSW 2.0.2: full text without accents or capitals, pages, one record by its identifier.
import { recordOf, type MetadataRecord } from './record';
import { address, descendants, find, requestXml } from './services';

export const pageSize = 20;

export type Kind = '' | 'coproduced' | 'pooled';

export interface Search {
  readonly text: string;
  readonly kind: Kind;
  /** Code of ISO 19115, '' for all. */
  readonly topic: string;
  readonly organisation: string;
  /** Open data, or those of ours that are not. */
  readonly access: '' | 'open' | 'partners';
  /** 0 is the first. */
  readonly page: number;
}

export interface Found {
  readonly matched: number;
  readonly records: readonly MetadataRecord[];
}

const gmd = 'http://www.isotc211.org/2005/gmd';

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`).replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, ' ');

const equal = (property: string, value: string): string =>
  `<ogc:PropertyIsEqualTo><ogc:PropertyName>${property}</ogc:PropertyName><ogc:Literal>${escape(value)}</ogc:Literal></ogc:PropertyIsEqualTo>`;

/** A word as a fragment anywhere, or by its stem: « écoles » finds « école », « arbr » finds « arbres ». The catalogue folds accents. */
function word(text: string): string {
  const pattern = escape(text.replace(/[\\*?]/g, '\\$&'));
  const like = `<ogc:PropertyIsLike wildCard="*" singleChar="?" escapeChar="\\"><ogc:PropertyName>AnyText</ogc:PropertyName><ogc:Literal>*${pattern}*</ogc:Literal></ogc:PropertyIsLike>`;
  return `<ogc:Or>${like}${equal('AnyText', text)}</ogc:Or>`;
}

const mostWords = 8;

/** Open data say that access is not limited (R29). */
const open = equal('OtherConstraints', 'http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations');
const ours = `<ogc:Or>${equal('kind', 'pooled')}${equal('kind', 'coproduced')}</ogc:Or>`;
const accesses = { '': [], open: [open], partners: [ours, `<ogc:Not>${open}</ogc:Not>`] } as const;

const filterOf = (parts: readonly string[]): string => {
  const filter = parts.length > 1 ? `<ogc:And>${parts.join('')}</ogc:And>` : parts.join('');
  return filter === '' ? '' : `<ogc:Filter>${filter}</ogc:Filter>`;
};

const wordsOf = (text: string): string[] =>
  text
    .split(/\s+/)
    .filter(one => one !== '')
    .slice(0, mostWords)
    .map(word);

/** The ogc:Filter of the words alone, for the lists of the filters; '' without words. */
export const wordsFilter = (text: string): string => filterOf(wordsOf(text));

/** The request document of a search. */
export function searchDocument(search: Search): string {
  const chosen = (property: string, value: string): string[] => (value === '' ? [] : [equal(property, value)]);
  const filter = filterOf([
    ...wordsOf(search.text),
    ...chosen('kind', search.kind),
    ...chosen('TopicCategory', search.topic),
    ...chosen('OrganisationName', search.organisation),
    ...accesses[search.access],
  ]);
  const constraint = filter === '' ? '' : `<csw:Constraint version="1.1.0">${filter}</csw:Constraint>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gmd="${gmd}" ` +
    `service="CSW" version="2.0.2" resultType="results" outputSchema="${gmd}" startPosition="${search.page * pageSize + 1}" maxRecords="${pageSize}">` +
    `<csw:Query typeNames="gmd:MD_Metadata"><csw:ElementSetName>summary</csw:ElementSetName>${constraint}` +
    `<ogc:SortBy><ogc:SortProperty><ogc:PropertyName>Title</ogc:PropertyName><ogc:SortOrder>ASC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy></csw:Query></csw:GetRecords>`
  );
}

export async function searchRecords(search: Search, signal: AbortSignal): Promise<Found> {
  const document = await requestXml(address('csw'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/xml; charset=UTF-8' },
    body: searchDocument(search),
    signal,
  });
  const results = descendants(document, 'SearchResults')[0];
  const matched = Number(results?.getAttribute('numberOfRecordsMatched') ?? 0);
  return { matched, records: results ? find(results, 'MD_Metadata').map(recordOf) : [] };
}

/** Address of a record's own document. */
export const recordAddress = (identifier: string): string =>
  address('csw', {
    service: 'CSW',
    version: '2.0.2',
    request: 'GetRecordById',
    id: identifier,
    outputSchema: gmd,
    elementSetName: 'full',
  });

/** The whole record; null when the caller has none of that name. */
export async function readRecord(identifier: string): Promise<MetadataRecord | null> {
  const document = await requestXml(recordAddress(identifier));
  const root = descendants(document, 'MD_Metadata')[0];
  return root ? recordOf(root) : null;
}
