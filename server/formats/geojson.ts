// GeoJSON collections around the features that the database prints (RFC 7946, with the `crs` member of GeoJSON 2008 where coordinates are not
// WGS 84, D19). Printed features come as `,{…}` lines: the comma before the first is dropped here.

export interface GeoJsonLink {
  readonly href: string;
  readonly rel: string;
  readonly type?: string;
  readonly title?: string;
  readonly hreflang?: string;
}

export interface GeoJsonHead {
  /** EPSG code of x,y coordinates; 4326 is lon,lat and needs no word; null: no word in any case (the header Content-Crs tells). */
  readonly srid: number | null;
  readonly matched: number | 'unknown';
  readonly returned: number;
  readonly timeStamp: string;
  readonly next?: string | null;
  readonly previous?: string | null;
  /** Instead of the two. */
  readonly links?: readonly GeoJsonLink[];
  /** Texts T1 of the data (R50). */
  readonly mentions: readonly string[];
}

const crsMember = (srid: number | null): object =>
  srid === null || srid === 4326 ? {} : { crs: { type: 'name', properties: { name: `urn:ogc:def:crs:EPSG::${srid}` } } };

/** Everything before the first feature. */
export function geojsonHead(head: GeoJsonHead): string {
  const links = head.links ?? [
    ...(head.previous ? [{ rel: 'previous', title: 'previous page', type: 'application/geo+json', href: head.previous }] : []),
    ...(head.next ? [{ rel: 'next', title: 'next page', type: 'application/geo+json', href: head.next }] : []),
  ];
  const members = {
    type: 'FeatureCollection',
    ...crsMember(head.srid),
    ...(head.matched === 'unknown' ? {} : { numberMatched: head.matched }),
    numberReturned: head.returned,
    timeStamp: head.timeStamp,
    ...(head.mentions.length === 0 ? {} : { attribution: head.mentions.join(' ; ') }),
    ...(links.length === 0 ? {} : { links }),
  };
  return `${JSON.stringify(members).slice(0, -1)},"features":[\n`;
}

export const geojsonTail = ']}\n';

const comma = 0x2c;

/** Printed features of one or several queries as the content of one array: the very first comma is dropped. */
export async function* geojsonMembers(printed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const chunk of printed) {
    if (chunk.length === 0) continue;
    yield first && chunk[0] === comma ? chunk.subarray(1) : chunk;
    first = false;
  }
}

/** One printed feature as a document, with the CRS its coordinates are in (as in the head) and links. */
export function geojsonFeature(
  printed: string,
  srid: number | null,
  mentions: readonly string[],
  links: readonly GeoJsonLink[] = [],
): string | null {
  const text = printed.trim().replace(/^,/, '');
  if (!text.startsWith('{')) return null;
  const extra = {
    ...crsMember(srid),
    ...(mentions.length === 0 ? {} : { attribution: mentions.join(' ; ') }),
    ...(links.length === 0 ? {} : { links }),
  };
  const words = JSON.stringify(extra).slice(1, -1);
  return words === '' ? text : `{${words},${text.slice(1)}`;
}
