// Routes from the table of Operations, one Context per request, limits, the only catch. Nothing else of the server knows HTTP.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Express, Request, Response } from 'express';
import { Fault } from '../core/model/fault';
import { networkOf } from '../core/model/network';
import type { Language } from '../core/model/text';
import { anonymous, type Caller } from '../core/policy/charter';
import type { Context } from '../core/ports/context';
import type { Doors } from '../core/ports/doors';
import type { Endpoint, Input, Operation, Reply } from '../services/ows/operation';
import { splitAddress, type Address } from './address';
import { dismissRest, type Aside } from './body';
import { emptyInput, inputOf, methodOf } from './input';
import { allowed, preflightHeaders, prepareHead } from './headers';
import { clearedCookie, cookie, identify, type Identity, type IdentityParts } from './identity';
import type { Meter } from './metrics';
import { provenanceOf } from './origin';
import type { Pace } from './pace';
import { clientAddress, trustedBy } from './proxies';
import { Rate } from './rate';
import { abandon, openReply, send, type Opened, type Sent } from './respond';
import type { Turns } from './turns';

export interface Log {
  /** What is news to nobody as long as all goes well. */
  debug?(fields: object, message: string): void;
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
  /** Doors on what was read last, for a request that is done again with others when `holds` says no; null: there are none. */
  readonly openEarly?: (
    caller: Caller,
    instant: string,
    asked: { readonly service: string; readonly operation: string; readonly inView: boolean },
  ) => { readonly doors: Doors; holds(): Promise<boolean> } | null;
  readonly now: () => string;
  /** Configured public address without a final slash; null: the one the server listens on. */
  readonly publicUrl: () => string;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed, as in the settings. */
  readonly trustedProxies: readonly string[];
  readonly log: Log;
  /** Where large bodies are put aside; absent: none is taken. */
  readonly bodies?: string;
  /** Milliseconds to the first byte of an answer, from the end of the request; then it is given up with 503. */
  readonly deadline: number;
  /** Requests per second and address; 0 or absent: no brake. */
  readonly requestRate?: number;
  /** Places for requests that look at data; absent: as many as come. */
  readonly turns?: Turns;
  /** Counts requests; it costs next to nothing. */
  readonly meter?: Meter;
  /** How slowly a client may read; one KB/s averaged over a minute unless told. */
  readonly pace?: Pace;
  /** The server stops: connections are closed after their answer. */
  readonly stopping?: () => boolean;
}

interface Mounted extends HttpParts {
  readonly trusted: (address: string) => boolean;
  readonly rate: Rate;
}

const handlers = new WeakSet<object>();

/** Mounts every endpoint; then refuses to start when the router holds a route that is none of them (SEC01, D27). */
export function mount(app: Express, parts: HttpParts): void {
  const mounted: Mounted = { ...parts, trusted: trustedBy(parts.trustedProxies), rate: new Rate(parts.requestRate ?? 0) };
  app.use(stripPrefix);
  for (const endpoint of parts.endpoints) {
    if (endpoint.operations.length === 0) throw new Error(`the endpoint ${endpoint.path} has no Operation`);
    const handler = (request: Request, response: Response): void => {
      handle(endpoint, request, response, mounted).catch((error: unknown) => {
        // even the answer to a failure failed: nothing that can be sent, and no reason to stop the process
        parts.log.error({ err: described(error) }, 'defect');
        response.destroy();
      });
    };
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

/** Where a request keeps its address once it has been read. */
const addressKey = Symbol('address');
type Addressed = IncomingMessage & { [addressKey]?: Address };

/** Safety headers first, then takes `/k/{key}` and `/at/{scope}` off the path, so that one table of routes serves them all. */
function stripPrefix(request: Request, response: Response, next: () => void): void {
  prepareHead(response);
  const address = splitAddress(request.url);
  (request as Addressed)[addressKey] = address;
  if (address.prefix !== '') request.url = address.query === '' ? address.path : `${address.path}?${address.query}`;
  next();
}

async function handle(endpoint: Endpoint, request: Request, response: Response, parts: Mounted): Promise<void> {
  const started = performance.now();
  const pace = parts.pace ? { pace: parts.pace } : {};
  const requestId = randomUUID();
  let giveBack: (() => void) | null = null;
  const controller = new AbortController();
  parts.meter?.arrived();
  response.on('close', () => {
    parts.meter?.left();
    if (!response.writableFinished) controller.abort();
    giveBack?.();
    void input.large?.close();
  });
  response.on('error', () => undefined);
  const address = (request as Addressed)[addressKey] ?? splitAddress(request.url);
  const remote = clientAddress(request, parts.trusted);
  let context: Context = contextFor(anonymous);
  let input: Input = emptyInput(request, remote);
  let identity: Identity | null = null;
  let chosen: Operation | null = null;
  let sent: Sent | null = null;
  try {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, preflightHeaders(endpoint.methods)).end();
      return;
    }
    slowDown(endpoint, remote, parts.rate);
    const method = methodOf(request, endpoint);
    input = await inputOf(endpoint, request, { method, address, remote, aside: asideOf() });
    const operation = (chosen = endpoint.select(input));
    const opened = await withinDeadline(answer(operation), controller, parts.deadline * (operation.patient ? patience : 1));
    sent = await send(request, response, opened, { headers: extraHeaders(), ...pace });
  } catch (error) {
    if (response.destroyed) return logDone('client gone');
    const fault = asFault(error, requestId, parts.log);
    if (response.headersSent) {
      response.destroy();
      return logDone('broken off');
    }
    const opened = await openReply(withAddressStatus(fault, endpoint.fault(fault, input, context)));
    sent = await send(request, response, opened, { headers: { ...extraHeaders(), ...faultHeaders(fault) }, ...pace });
    dismissRest(request);
  }
  logDone(sent.complete ? 'answered' : sent.tooSlow ? 'client too slow' : 'client gone');

  /** All up to the first chunk of the answer. */
  async function answer(operation: Operation): Promise<Opened> {
    if (!operation.bare) context = contextFor((await identified()).caller);
    if (operation.changes && !mayChange(request, parts, operation.bare === true))
      throw new Fault('forbidden', 'Origin', 'a request that changes something must come from our own pages');
    const run = operation.prepare(input, context);
    if (operation.bare) return openReply(await run(noDoors));
    const place = parts.turns?.take(askerOf(context.caller, remote), controller.signal) ?? null;
    giveBack = place instanceof Promise ? await place : place;
    const asked = { service: operation.service, operation: operation.name };
    const { caller, scope, instant } = context;
    const isEarly = scope === null && operation.changes === undefined;
    const early = isEarly ? parts.openEarly?.(caller, instant, { ...asked, inView: operation.inView === true }) : null;
    return (early && (await answerEarly(early, run))) ?? openReply(await run(await parts.openDoors(caller, scope, instant, asked)));
  }
  async function identified(): Promise<Identity> {
    return (identity ??= await identify(request, address.key, context.instant, remote, parts));
  }
  function asideOf(): Aside | null {
    const { large } = endpoint;
    if (!large || parts.bodies === undefined) return null;
    return {
      limit: large.limit,
      directory: parts.bodies,
      fits: large.fits,
      admit: async () => {
        const { caller } = await identified();
        large.admit(await parts.openDoors(caller, address.scope, context.instant, { service: '', operation: '' }));
      },
    };
  }
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
    const headers: Record<string, string | string[]> = {};
    if (identity?.clearCookie) {
      headers['Set-Cookie'] = clearedCookie(parts.cookieName);
      headers['Cache-Control'] = 'private, no-store';
    }
    if (parts.stopping?.() === true) headers['Connection'] = 'close';
    return headers;
  }
  function faultHeaders(fault: Fault): Record<string, string> {
    return {
      ...(fault.retryAfter === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(fault.retryAfter))) }),
      // RFC 9110 § 10.2.1
      ...(fault.locator === 'method' ? { Allow: allowed(endpoint.methods) } : {}),
    };
  }
  function logDone(text: string): void {
    const took = performance.now() - started;
    parts.meter?.answered(chosen, sent?.status ?? 0, sent?.bytes ?? 0, took);
    // probes ask every few seconds: of them only a failure is news
    const quiet = chosen?.service === 'SYSTEM' && (sent?.status ?? 500) < 400;
    const fields = {
      requestId,
      method: request.method,
      path: endpoint.path,
      operation: chosen ? `${chosen.service}.${chosen.name}` : null,
      status: sent?.status ?? null,
      bytes: sent?.bytes ?? null,
      ms: Math.round(took),
    };
    if (quiet) parts.log.debug?.(fields, text);
    else parts.log.info(fields, text);
  }
}

/** The answer through doors on what was read last, be it a fault; null when that no longer holds, and nothing of it may be told. */
async function answerEarly(
  early: { readonly doors: Doors; holds(): Promise<boolean> },
  run: (doors: Doors) => Promise<Reply>,
): Promise<Opened | null> {
  let opened: Opened | null = null;
  let failure: unknown = null;
  try {
    opened = await openReply(await run(early.doors));
  } catch (error) {
    failure = error;
  }
  let holds = false;
  try {
    holds = await early.holds();
  } finally {
    if (!holds && opened) await abandon(opened).catch(() => undefined);
  }
  if (!holds) return null;
  if (opened) return opened;
  throw failure;
}

/** Runs the work to its first chunk. Fault busy past the deadline, the client's absence when it goes; the query is cancelled by the signal either way. */
async function withinDeadline(work: Promise<Opened>, controller: AbortController, deadline: number): Promise<Opened> {
  // made when it is needed only: an error takes its time for the stack
  const late = (): Fault => new Fault('busy', '', 'the request took longer than allowed', { retryAfter: 5 });
  const timer = setTimeout(() => controller.abort(late()), deadline);
  let given = false;
  const ended = new Promise<never>((_, reject) => {
    const { signal } = controller;
    const end = (): void => reject(signal.reason instanceof Error ? signal.reason : late());
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  ended.catch(() => undefined);
  try {
    const opened = await Promise.race([work, ended]);
    given = true;
    return opened;
  } finally {
    clearTimeout(timer);
    // work that did not heed the signal ends by itself, and what it opened is closed
    if (!given) work.then(abandon).catch(() => undefined);
  }
}

/** An address below `/at/` that leads nowhere is 404 in every dialect, as any other such address is. */
const withAddressStatus = (fault: Fault, reply: Reply): Reply =>
  fault.kind === 'unknown-id' && fault.locator === 'scope' ? { ...reply, status: 404 } : reply;

/** Whose share of the places a request takes: its partner's, else that of the network it comes from. */
const askerOf = (caller: Caller, remote: string): string =>
  caller.kind === 'person' ? `partner ${caller.person.organisation}` : networkOf(remote);

/** GEOMIG_RATE; probes of the platform are never braked. */
function slowDown(endpoint: Endpoint, remote: string, rate: Rate): void {
  if (endpoint.operations.some(operation => operation.service === 'SYSTEM')) return;
  const wait = rate.take(networkOf(remote));
  if (wait > 0) throw new Fault('too-many', '', 'too many requests from this address', { retryAfter: wait });
}

/**
 * SEC15: what changes something with our cookie comes from our own pages. Logging in and out is also taken from programs that keep cookies
 * and say nothing of where they come from: browsers do say, and keep a SameSite cookie from other sites' posts.
 */
function mayChange(request: IncomingMessage, parts: Mounted, bare: boolean): boolean {
  const provenance = provenanceOf(request, parts.publicUrl());
  if (provenance === 'foreign') return !bare && cookie(request, parts.cookieName) === null;
  return provenance === 'ours' || bare || cookie(request, parts.cookieName) === null;
}

/** How many times the deadline of others a patient operation has. */
const patience = 20;

/** Turns what was thrown into a Fault; a defect of ours keeps its text in the log and tells the client its correlation id only (SEC05). */
function asFault(error: unknown, requestId: string, log: Log): Fault {
  if (error instanceof Fault && error.kind !== 'internal') return error;
  log.error({ requestId, err: described(error) }, 'defect');
  return new Fault('internal', '', `internal error, reference ${requestId}`);
}

/** What the log is told of an error, with the one behind it. */
function described(error: unknown): object | string {
  if (!(error instanceof Error))
    return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  const { message, stack, cause } = error;
  return { message, stack, ...(cause === undefined ? {} : { cause: described(cause) }) };
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

/** What a bare operation gets: any use of it is a defect. */
const noDoors: Doors = new Proxy({} as Doors, {
  get: (_, name) => {
    throw new Error(`a bare operation asked for the door ${String(name)}`);
  },
});
