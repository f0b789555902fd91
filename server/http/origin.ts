// Requests that change something: a browser must have sent them from our own pages (SEC15). The browser's own words decide,
// Sec-Fetch-Site and Origin; programs say nothing, and carry no cookie of ours by themselves.
import type { IncomingMessage } from 'node:http';

export type Provenance = 'ours' | 'foreign' | 'unsaid';

/** Where a request comes from. `publicUrl`: the address browsers know us by, which a proxy may have rewritten in Host. */
export function provenanceOf(request: IncomingMessage, publicUrl: string): Provenance {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'foreign';
  const { origin } = request.headers;
  if (origin === undefined) return site === undefined ? 'unsaid' : 'ours';
  if (!URL.canParse(origin)) return 'foreign';
  const sender = new URL(origin);
  const known = URL.canParse(publicUrl) && sender.origin === new URL(publicUrl).origin;
  return known || sender.host === request.headers.host ? 'ours' : 'foreign';
}
