// Routes from the table of Operations, one Context per request, limits, the only catch. Nothing else of the server knows HTTP.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Express, Request, Response } from 'express';
import { Fault } from '../core/model/fault';
import type { Language } from '../core/model/text';
import { anonymous, type Caller } from '../core/policy/charter';
import type { Context } from '../core/ports/context';
import type { Doors } from '../core/ports/doors';
import { Kvp } from '../services/ows/kvp';
import type { Endpoint, Input, Operation } from '../services/ows/operation';
import { splitAddress, type Address } from './address';
import { readBody } from './body';
import { identify, loopback, type Identity, type IdentityParts } from './identity';
import { respond, type Sent } from './respond';

export interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export interface HttpParts extends IdentityParts {
  readonly endpoints: readonly Endpoint[];
  readonly openDoors: (
    caller: Caller,
    scope: string | null,
    instant: string,
    asked: { readonly service: string; readonly operation: string },
  ) => Promise<Doors>;
  readonly now: () => string;
  /** Configured public address without a final slash; null: the one the server listens on. */
  readonly publicUrl: () => string;
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly log: Log;
  /** Milliseconds until a request is given up. */
  readonly deadline: number;
}

const handlers = new WeakSet<object>();

/** Mounts every endpoint; then refuses to start when the router holds a route that is none of them (SEC01, D27). */
export function mount(app: Express, parts: HttpParts): void {
  app.use(stripPrefix);
  for (const endpoint of parts.endpoints) {
    if (endpoint.operations.length === 0) throw new Error(`the endpoint ${endpoint.path} has no Operation`);
    const handler = (request: Request, response: Response): void => void handle(endpoint, request, response, parts);
    handlers.add(handler);
    app.all(endpoint.path, handler);
  }
  assertRoutesAreOperations(app);
}

interface RouterLayer {
  readonly handle: object;
  readonly route?: { readonly path: string; readonly stack: readonly RouterLayer[] };
}

/** Throws on a route of the router that no endpoint made. */
export function assertRoutesAreOperations(app: Express): void {
  const stack = (app.router as unknown as { stack: readonly RouterLayer[] }).stack;
  for (const layer of stack) {
    if (!layer.route) continue;
    for (const inner of layer.route.stack)
      if (!handlers.has(inner.handle)) throw new Error(`the route ${layer.route.path} is no Operation: add it to an endpoint's table`);
  }
}

const addresses = new WeakMap<IncomingMessage, Address>();

/** Takes `/k/{key}` and `/at/{scope}` off the path, so that one table of routes serves them all. */
function stripPrefix(request: Request, response: Response, next: () => void): void {
  try {
    const address = splitAddress(request.url);
    addresses.set(request, address);
    if (address.prefix !== '') request.url = address.query === '' ? address.path : `${address.path}?${address.query}`;
    next();
  } catch (fault) {
    response
      .status(400)
      .type('text/plain')
      .send(fault instanceof Fault ? fault.message : 'malformed address');
  }
}

const corsHeaders = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Geomig-Mention, Retry-After, Content-Disposition, ETag',
} as const;
const safetyHeaders = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' } as const;

async function handle(endpoint: Endpoint, request: Request, response: Response, parts: HttpParts): Promise<void> {
  const started = performance.now();
  const requestId = randomUUID();
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  const address = addresses.get(request) ?? splitAddress(request.url);
  const remote = clientAddress(request, parts.trustedProxies);
  let context: Context = contextFor(anonymous);
  let input: Input = emptyInput(request, remote);
  let identity: Identity | null = null;
  let chosen: Operation | null = null;
  let sent: Sent | null = null;
  try {
    if (request.method === 'OPTIONS') return preflight(endpoint, response);
    const method = methodOf(request, endpoint);
    input = await inputOf(endpoint, request, method, address, remote);
    chosen = endpoint.select(input);
    if (!chosen.bare) {
      identity = await identify(request, address.key, context.instant, remote, parts);
      context = contextFor(identity.caller);
    }
    if (method !== 'GET' && (chosen.bare || identity?.byCookie === true) && crossSite(request))
      throw new Fault('forbidden', 'Origin', 'a request that changes something must come from our own pages');
    const run = chosen.prepare(input, context);
    const reply = await run(
      chosen.bare
        ? noDoors
        : await parts.openDoors(context.caller, address.scope, context.instant, { service: chosen.service, operation: chosen.name }),
    );
    sent = await respond(request, response, reply, extraHeaders());
  } catch (error) {
    if (controller.signal.aborted && response.destroyed) return logDone('client gone');
    const fault = asFault(error, requestId, parts.log);
    if (response.headersSent) {
      response.destroy();
      return logDone('broken off');
    }
    const reply = endpoint.fault(fault, input, context);
    const headers =
      fault.retryAfter === undefined
        ? extraHeaders()
        : { ...extraHeaders(), 'Retry-After': String(Math.max(1, Math.ceil(fault.retryAfter))) };
    sent = await respond(request, response, reply, headers);
  }
  logDone(sent.complete ? 'answered' : 'client gone');

  function contextFor(caller: Caller): Context {
    const instant = parts.now();
    const root = parts.publicUrl();
    return {
      caller,
      scope: address.scope,
      base: root + address.prefix,
      publicBase: root + address.publicPrefix,
      language: languageOf(request),
      instant,
      signal: controller.signal,
      requestId,
    };
  }
  function extraHeaders(): Record<string, string | string[]> {
    const headers: Record<string, string | string[]> = { ...corsHeaders, ...safetyHeaders };
    if (identity?.clearCookie) headers['Set-Cookie'] = `${parts.cookieName}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`;
    return headers;
  }
  function logDone(text: string): void {
    parts.log.info(
      {
        requestId,
        method: request.method,
        path: endpoint.path,
        operation: chosen ? `${chosen.service}.${chosen.name}` : null,
        status: sent?.status ?? null,
        bytes: sent?.bytes ?? null,
        ms: Math.round(performance.now() - started),
      },
      text,
    );
  }
}

/** Turns what was thrown into a Fault; a defect of ours keeps its text in the log and tells the client its correlation id only (SEC05). */
function asFault(error: unknown, requestId: string, log: Log): Fault {
  if (error instanceof Fault && error.kind !== 'internal') return error;
  log.error({ requestId, err: error instanceof Error ? { message: error.message, stack: error.stack } : String(error) }, 'defect');
  return new Fault('internal', '', `internal error, reference ${requestId}`);
}

function methodOf(request: Request, endpoint: Endpoint): Input['method'] {
  const asked = request.method === 'HEAD' ? 'GET' : request.method;
  const method = endpoint.methods.find(candidate => candidate === asked);
  if (!method) throw new Fault('unknown-operation', 'method', `${endpoint.path} does not answer to ${request.method}`);
  return method;
}

async function inputOf(endpoint: Endpoint, request: Request, method: Input['method'], address: Address, remote: string): Promise<Input> {
  const empty = emptyInput(request, remote);
  const contentType = request.headers['content-type'] ?? '';
  const body = method === 'GET' ? null : await readBody(request, endpoint.bodyLimit);
  const form = body !== null && /^application\/x-www-form-urlencoded/i.test(contentType);
  const query = form ? [address.query, Buffer.from(body).toString('utf8')].filter(part => part !== '').join('&') : address.query;
  return { ...empty, method, path: address.path.slice(1), kvp: new Kvp(query), body: form ? null : body, contentType };
}

function emptyInput(request: Request, remote: string): Input {
  return {
    method: 'GET',
    path: '',
    segments: segmentsOf(request.params),
    kvp: new Kvp(''),
    body: null,
    contentType: '',
    accept: request.headers.accept ?? '*/*',
    remote,
    header: name => {
      const value = request.headers[name.toLowerCase()];
      return Array.isArray(value) ? value[0] : value;
    },
  };
}

function segmentsOf(params: Request['params']): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]));
}

function preflight(endpoint: Endpoint, response: ServerResponse): void {
  response.writeHead(204, {
    ...corsHeaders,
    'Access-Control-Allow-Methods': [...endpoint.methods, 'HEAD', 'OPTIONS'].join(', '),
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, X-API-Key, Accept, Accept-Language, If-None-Match, If-Match',
    'Access-Control-Max-Age': '86400',
  });
  response.end();
}

/** French unless `lang`/`Accept-Language` prefers English; a parameter named LANGUAGE is the services' own. */
function languageOf(request: Request): Language {
  const asked = /[?&]lang=(fr|en)\b/i.exec(request.originalUrl)?.[1]?.toLowerCase();
  if (asked === 'fr' || asked === 'en') return asked;
  for (const part of (request.headers['accept-language'] ?? '').split(',')) {
    const tag = part.trim().slice(0, 2).toLowerCase();
    if (tag === 'fr' || tag === 'en') return tag;
  }
  return 'fr';
}

/** A browser says that another site sent this; programs say nothing and carry no cookie of ours by themselves. */
function crossSite(request: Request): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = request.headers.origin;
  if (origin === undefined) return false;
  try {
    return new URL(origin).host !== request.headers.host;
  } catch {
    return true;
  }
}

/** What a bare operation gets: any use of it is a defect. */
const noDoors: Doors = new Proxy({} as Doors, {
  get: (_, name) => {
    throw new Error(`a bare operation asked for the door ${String(name)}`);
  },
});

/** The client's address; X-Forwarded-For counts only from trusted proxies. */
function clientAddress(request: IncomingMessage, proxies: readonly string[]): string {
  const remote = request.socket.remoteAddress ?? '';
  if (!proxies.includes(remote) && !(proxies.includes('loopback') && loopback(remote))) return remote;
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
  return forwarded.at(-1) ?? remote;
}
