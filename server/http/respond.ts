// Sends a Reply: the first chunk is pulled before the head, so that a failure still has a status of its own; after that a failure
// destroys the socket, so that a truncated answer cannot pass for a whole one (D7). Backpressure is honoured; when the client
// goes, the stream is ended and with it the query.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access, Reply } from '../services/ows/operation';

const vary = 'Authorization, Cookie, X-API-Key';

/** R47, D29. Answers of the services are never kept as responses; public ones may be revalidated by anyone. */
const cacheHeaders: Readonly<Record<Access, Readonly<Record<string, string>>>> = {
  public: { 'Cache-Control': 'no-cache', Vary: vary },
  caller: { 'Cache-Control': 'private, no-cache', Vary: vary },
  restricted: { 'Cache-Control': 'private, no-store', Vary: vary },
};

export interface Sent {
  readonly status: number;
  readonly bytes: number;
  /** The answer ended as it should. */
  readonly complete: boolean;
}

export async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  extra: Readonly<Record<string, string | string[]>> = {},
): Promise<Sent> {
  const status = reply.status ?? 200;
  const headers: Record<string, string | string[]> = { ...cacheHeaders[reply.access], 'Content-Type': reply.type, ...extra };
  if (status === 401 && request.headers['sec-fetch-site'] !== 'same-origin')
    headers['WWW-Authenticate'] = 'Basic realm="GeoMIG", charset="UTF-8"';
  for (const [name, value] of Object.entries(reply.headers ?? {}))
    headers[name] = name.toLowerCase() === 'vary' ? `${vary}, ${value}` : value;
  const { body } = reply;
  if (body === null || typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = body === null ? Buffer.alloc(0) : typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
    headers['Content-Length'] = String(bytes.byteLength);
    response.writeHead(status, headers);
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return { status, bytes: bytes.byteLength, complete: true };
  }
  return stream(response, status, headers, body, request.method === 'HEAD');
}

async function stream(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | string[]>,
  body: AsyncIterable<Uint8Array | string>,
  headOnly: boolean,
): Promise<Sent> {
  const iterator = body[Symbol.asyncIterator]();
  let step = await iterator.next();
  let bytes = 0;
  response.writeHead(status, headers);
  try {
    while (!step.done && !headOnly) {
      if (response.destroyed) return { status, bytes, complete: false };
      bytes += step.value.length;
      if (!response.write(step.value)) await drained(response);
      step = await iterator.next();
    }
    response.end();
    return { status, bytes, complete: true };
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    if (!step.done) await iterator.return?.();
  }
}

/** Resolves when more may be written or the client has gone. */
function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed || !response.writableNeedDrain) return Promise.resolve();
  return new Promise(resolve => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
