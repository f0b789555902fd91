// Sends a Reply: the first chunk is pulled before the head, so that a failure still has a status of its own; after that a failure
// destroys the socket, so that a truncated answer cannot pass for a whole one (D7). Backpressure is honoured; when the client
// goes or does not read, the stream is ended and with it the query.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access, Reply } from '../services/ows/operation';
import { minimumPace, Outflow, type Pace } from './pace';

const vary = 'Authorization, Cookie, X-API-Key';

/** R47, D29. Answers of the services are never kept as responses; public ones may be revalidated by anyone. */
const cacheHeaders: Readonly<Record<Access, Readonly<Record<string, string>>>> = {
  public: { 'Cache-Control': 'no-cache', Vary: vary },
  caller: { 'Cache-Control': 'private, no-cache', Vary: vary },
  restricted: { 'Cache-Control': 'private, no-store', Vary: vary },
};

/** Bytes handed to the socket at once: what a slow client holds in memory beside the system's own buffers. */
const slice = 65_536;

type Chunk = Uint8Array | string;

export interface Sent {
  readonly status: number;
  readonly bytes: number;
  /** The answer went out whole. */
  readonly complete: boolean;
  /** The client did not take it in time. */
  readonly tooSlow: boolean;
}

/** A reply whose first chunk is there. */
export interface Opened {
  readonly reply: Reply;
  readonly first: IteratorResult<Chunk, unknown> | null;
  readonly rest: AsyncIterator<Chunk> | null;
}

/** Bytes after which an answer begins to go out, though more may be there. */
const firstBytes = 16_384;

/**
 * Pulls the first chunk of a stream, and what can be had behind it without waiting: they go out together, and a stream that has ended by then
 * is a whole body. What it throws is thrown.
 */
export async function openReply(reply: Reply): Promise<Opened> {
  const { body } = reply;
  if (body === null || typeof body === 'string' || body instanceof Uint8Array) return { reply, first: null, rest: null };
  const rest = body[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let step = await rest.next();
  while (!step.done) {
    const part = bytesOf(step.value);
    parts.push(part);
    bytes += part.byteLength;
    const next = rest.next();
    if (bytes >= firstBytes || !(await isReady(next))) {
      // a failure of it is met when it is asked for
      next.catch(() => undefined);
      return { reply, first: { done: false, value: joined(parts) }, rest: resumed(next, rest) };
    }
    step = await next;
  }
  return { reply: { ...reply, body: joined(parts) }, first: null, rest: null };
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => (parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));

/** Whether a step comes before the event loop turns. */
function isReady(step: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const turned = setImmediate(resolve, false);
    step.then(
      () => {
        clearImmediate(turned);
        resolve(true);
      },
      (error: unknown) => {
        clearImmediate(turned);
        reject(error as Error);
      },
    );
  });
}

/** The stream from a step on that has been asked for. */
function resumed(next: Promise<IteratorResult<Chunk>>, rest: AsyncIterator<Chunk>): AsyncIterator<Chunk> {
  let asked: Promise<IteratorResult<Chunk>> | null = next;
  return {
    next: () => {
      const step = asked ?? rest.next();
      asked = null;
      return step;
    },
    return: async () => (await rest.return?.()) ?? { done: true, value: undefined },
  };
}

/** Closes a reply that nobody waits for any more. */
export async function abandon({ rest }: Opened): Promise<void> {
  await rest?.return?.();
}

export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  opened: Opened,
  options: { readonly headers?: Readonly<Record<string, string | string[]>>; readonly pace?: Pace } = {},
): Promise<Sent> {
  const { reply } = opened;
  const status = reply.status ?? 200;
  const headers: Record<string, string | string[]> = { ...cacheHeaders[reply.access], 'Content-Type': reply.type, ...options.headers };
  if (status === 401 && request.headers['sec-fetch-site'] !== 'same-origin')
    headers['WWW-Authenticate'] = 'Basic realm="GeoMIG", charset="UTF-8"';
  for (const [name, value] of Object.entries(reply.headers ?? {}))
    headers[name] = name.toLowerCase() === 'vary' ? `${vary}, ${value}` : value;
  const outflow = new Outflow(response, options.pace ?? minimumPace);
  const headOnly = request.method === 'HEAD';
  let bytes = 0;
  let step = opened.first;
  try {
    if (opened.rest === null) {
      const whole = bytesOf(reply.body);
      // a body that does not exist has no length of its own (RFC 9110 § 8.6)
      if (status !== 204 && status !== 304) headers['Content-Length'] = String(whole.byteLength);
      response.writeHead(status, headers);
      if (headOnly) response.end();
      else if (whole.byteLength <= slice) {
        response.end(whole);
        bytes = whole.byteLength;
      } else bytes += await write(whole);
    } else {
      response.writeHead(status, headers);
      while (step && !step.done && !headOnly && !response.destroyed) {
        bytes += await write(bytesOf(step.value));
        step = await opened.rest.next();
      }
    }
    if (!response.destroyed && !response.writableEnded) response.end();
    await outflow.wait('finish');
    return { status, bytes, complete: response.writableFinished, tooSlow: outflow.tooSlow };
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    if (step && !step.done) await opened.rest?.return?.();
  }

  async function write(whole: Uint8Array): Promise<number> {
    for (let at = 0; at < whole.byteLength && !response.destroyed; at += slice)
      if (!response.write(whole.byteLength <= slice ? whole : whole.subarray(at, at + slice))) await outflow.wait('drain');
    return whole.byteLength;
  }
}

const bytesOf = (body: Reply['body']): Uint8Array =>
  typeof body === 'string' ? Buffer.from(body, 'utf8') : body instanceof Uint8Array ? body : Buffer.alloc(0);
