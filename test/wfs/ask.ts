// Puts a request to an endpoint as the HTTP edge does, and gathers the answer.
import { Fault } from '../../server/core/model/fault';
import type { Doors } from '../../server/core/ports/doors';
import type { Context } from '../../server/core/ports/context';
import { Kvp } from '../../server/services/ows/kvp';
import type { Access, Endpoint, Input, Reply } from '../../server/services/ows/operation';
import { wfsEndpoint, type WfsParts } from '../../server/services/wfs/endpoint';
import { world, type World, type WorldOptions } from './world';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly access: Access;
  readonly body: string;
  /** The first chunk, when the answer is a stream. */
  readonly first: string;
  /** What had been sent when the answer broke off. */
  readonly partial: string;
  readonly world: World;
}

export interface Asked {
  readonly query?: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly world?: WorldOptions;
  /** Instead of the doors of the test world. */
  readonly doors?: Doors;
  readonly parts?: Partial<WfsParts>;
  readonly base?: string;
  readonly language?: 'fr' | 'en';
}

export const base = 'https://geomig.example';
export const instant = '2026-11-24T17:00:00.000Z';

export const endpointFor = (parts: Partial<WfsParts> = {}): Endpoint => wfsEndpoint({ maxFeatures: 1_000_000, ...parts });

export async function ask(asked: Asked, endpoint: Endpoint = endpointFor(asked.parts)): Promise<Answer> {
  const made = asked.doors ? { ...world(), doors: asked.doors } : world(asked.world);
  const context: Context = {
    caller: made.doors.caller,
    scope: null,
    base: asked.base ?? base,
    publicBase: base,
    language: asked.language ?? 'fr',
    instant,
    signal: new AbortController().signal,
    requestId: 'test',
  };
  const empty = {
    method: asked.body === undefined ? 'GET' : 'POST',
    path: 'wfs',
    segments: {},
    accept: '*/*',
    remote: '127.0.0.1',
  } as const;
  const header = (name: string): string | undefined => asked.headers?.[name];
  let input: Input = { ...empty, kvp: new Kvp(''), body: null, contentType: '', header };
  let reply: Reply;
  let text = '';
  let first = '';
  const chunks: string[] = [];
  try {
    input = {
      ...input,
      kvp: new Kvp(asked.query ?? ''),
      body: asked.body === undefined ? null : Buffer.from(asked.body, 'utf8'),
      contentType: asked.contentType ?? 'text/xml',
    };
    reply = await endpoint.select(input).prepare(input, context)(made.doors);
    ({ text, first } = await gather(reply, chunks));
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault('internal', '', 'internal error, reference test');
    reply = endpoint.fault(fault, input, context);
    ({ text } = await gather(reply, []));
  }
  return {
    status: reply.status ?? 200,
    type: reply.type,
    headers: reply.headers ?? {},
    access: reply.access,
    body: text,
    first,
    partial: chunks.join(''),
    world: made,
  };
}

async function gather(reply: Reply, chunks: string[]): Promise<{ text: string; first: string }> {
  const { body } = reply;
  if (body === null) return { text: '', first: '' };
  if (typeof body === 'string' || body instanceof Uint8Array) return { text: Buffer.from(body).toString('utf8'), first: '' };
  for await (const chunk of body) chunks.push(Buffer.from(chunk).toString('utf8'));
  return { text: chunks.join(''), first: chunks[0] ?? '' };
}

/** Attributes of the root or of the first element of that name. */
export function attribute(document: string, element: string, name: string): string | null {
  const start = new RegExp(`<${element}\\b[^>]*>`).exec(document)?.[0] ?? '';
  return new RegExp(`\\s${name}="([^"]*)"`).exec(start)?.[1] ?? null;
}

/** Exception code and locator of an exception report. */
export function exception(document: string): { code: string | null; locator: string | null; text: string } {
  return {
    code: attribute(document, 'ows:Exception', 'exceptionCode'),
    locator: attribute(document, 'ows:Exception', 'locator'),
    text: /<ows:ExceptionText>([^<]*)</.exec(document)?.[1] ?? '',
  };
}

/** The gml:ids of an answer, of features only. */
export const ids = (document: string): string[] =>
  [...document.matchAll(/<(?:antony|parc):[^\s>]+ gml:id="([^"]+)"/g)].map(match => match[1] ?? '');
