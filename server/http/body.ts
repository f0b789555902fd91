// Reads a request's body under a limit, before anything looks at it (SEC09, SEC13).
import type { IncomingMessage } from 'node:http';
import { Fault } from '../core/model/fault';

/** The whole body, null when there is none. Fault too-large past the limit, as soon as it is known. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | null> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) throw new Fault('too-large', '', `the body has ${announced} bytes, ${limit} are allowed`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > limit) throw new Fault('too-large', '', `the body has more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return size === 0 ? null : Buffer.concat(chunks, size);
}
