// Reads a request's body under a limit, before anything looks at it (SEC09, SEC13).
import type { IncomingMessage } from 'node:http';
import { Fault } from '../core/model/fault';

/** The whole body, null when there is none. Faults: too-large past the limit, as soon as it is known; malformed when the client stops before its end. */
export function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | null> {
  return new Promise((resolve, reject) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > limit) {
      reject(new Fault('too-large', '', `the body has ${announced} bytes, ${limit} are allowed`));
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (end: () => void): void => {
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('error', onBroken);
      request.off('close', onBroken);
      // whatever still comes is for nobody
      request.on('error', () => undefined);
      end();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.byteLength;
      if (size > limit) settle(() => reject(new Fault('too-large', '', `the body has more than ${limit} bytes`)));
      else chunks.push(chunk);
    };
    const onEnd = (): void => settle(() => resolve(size === 0 ? null : Buffer.concat(chunks, size)));
    const onBroken = (): void => settle(() => reject(new Fault('malformed', '', 'the body ended before its end')));
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('error', onBroken);
    request.on('close', onBroken);
  });
}

/** How long a client may go on sending a body that was refused, in milliseconds: long enough to read the answer. */
const farewell = 2_000;

/** Ends a connection whose request was answered before its body had come whole. */
export function dismissRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  request.resume();
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, farewell);
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
}
