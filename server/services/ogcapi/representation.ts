// Which representation a request wants: the parameter `f`, else the Accept header, else JSON. Never 406: QGIS asks for lists of JSON and OpenAPI
// types, and whatever asks for something else is better served with JSON than with nothing.
import { Fault } from '../../core/model/fault';
import type { Language } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Access, Input, Reply } from '../ows/operation';
import { foldedMediaType } from '../ows/media-type';

export type Representation = 'json' | 'html';

/** Media types of the JSON representations. */
export const mediaTypes = {
  json: 'application/json',
  geojson: 'application/geo+json',
  openapi: 'application/vnd.oai.openapi+json;version=3.0',
  schema: 'application/schema+json',
  html: 'text/html',
} as const;

/** Parameters of every address. */
export const commonParameters: readonly string[] = ['f', 'lang'];

/** Refuses what the API definition does not list (Features Part 1 § 7.12, query-param-unknown); fault invalid-value at that parameter. */
export function onlyKnown(input: Input, known: readonly string[] = []): void {
  const unknown = input.kvp.names().find(name => !isParameter(name, known) && !isParameter(name, commonParameters));
  if (unknown !== undefined) throw unknownParameter(unknown);
}

export const isParameter = (name: string, list: readonly string[]): boolean => list.some(one => one.toLowerCase() === name.toLowerCase());

export const unknownParameter = (name: string): Fault =>
  new Fault('invalid-value', name.slice(0, 80), `"${name.slice(0, 80)}" is no parameter of this address`);

/** `f` and Accept; `json` names the JSON type of this address. Fault invalid-format at f. */
export function representationOf(input: Input, json: string): Representation {
  const f = input.kvp.get('f');
  return f === undefined ? accepted(input.accept) : named(f, json);
}

function named(text: string, json: string): Representation {
  const wanted = foldedMediaType(text);
  if (wanted === 'html' || wanted === mediaTypes.html) return 'html';
  const short = /[/+]([a-z]+)(?:;|$)/.exec(json)?.[1];
  if (wanted === 'json' || wanted === 'geojson' || wanted === short || wanted === json || wanted === mediaTypes.json) return 'json';
  throw new Fault('invalid-format', 'f', `"${text.slice(0, 80)}" is not a format of this address: json, html`);
}

/** RFC 9110 § 12.5.1: the better of the two, JSON when both are as welcome. */
function accepted(accept: string): Representation {
  let html = 0;
  let json = 0;
  let any = 0;
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase());
    const q = parameters.find(parameter => parameter.startsWith('q='));
    const quality = q === undefined ? 1 : Number(q.slice(2)) || 0;
    if (type === 'text/html' || type === 'application/xhtml+xml') html = Math.max(html, quality);
    else if (/[/+-]json$/.test(type)) json = Math.max(json, quality);
    else if (type === '*/*') any = Math.max(any, quality);
  }
  return html > Math.max(json, any) ? 'html' : 'json';
}

/** What both representations depend on besides the caller. */
const negotiated = (language: Language): Readonly<Record<string, string>> => ({
  'Content-Language': language,
  Vary: 'Accept, Accept-Language',
});

/** A document of metadata; `access` is restricted where it names what this caller may see (R47). */
export function jsonReply(context: Context, body: object, options: { readonly access: Access; readonly type?: string }): Reply {
  return {
    type: options.type ?? mediaTypes.json,
    headers: negotiated(context.language),
    access: options.access,
    body: `${JSON.stringify(body)}\n`,
  };
}

/** Pages show a picture of our own map service and run nothing. */
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

export function htmlReply(context: Context, body: Reply['body'], access: Access, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    type: `${mediaTypes.html}; charset=utf-8`,
    headers: { ...negotiated(context.language), 'Content-Security-Policy': pagePolicy, ...headers },
    access,
    body,
  };
}
