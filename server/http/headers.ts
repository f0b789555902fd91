// The headers that every answer has, whoever made it: services, pages, errors of the address itself (SEC13, SEC14).
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Data may be read by any page, never with a visitor's cookies: the wildcard excludes credentials. */
export const corsHeaders = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Geomig-Mention, Retry-After, Content-Disposition, Content-Crs, ETag',
} as const;

/** Nothing an answer holds may be taken for a script, or run as one; the viewer's page and GetFeatureInfo have policies of their own. */
export const safetyHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
} as const;

/** What the head of an answer holds before anybody has looked at the request. */
export function prepareHead(response: ServerResponse): void {
  const head = { ...corsHeaders, ...safetyHeaders, 'Cache-Control': 'private, no-store' };
  for (const [name, value] of Object.entries(head)) response.setHeader(name, value);
}

/** The answer to OPTIONS: methods, and what another origin's page may send. It depends on nobody. */
export function preflightHeaders(methods: readonly string[]): OutgoingHttpHeaders {
  return {
    Allow: allowed(methods),
    'Access-Control-Allow-Methods': allowed(methods),
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, X-API-Key, Accept, Accept-Language, If-None-Match, If-Match',
    'Access-Control-Max-Age': '86400',
  };
}

export const allowed = (methods: readonly string[]): string =>
  [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
