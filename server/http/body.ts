// Reads a request's body under a limit, before anything looks at it (SEC09, SEC13).
import { randomUUID } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Fault } from '../core/model/fault';

/** What becomes of a body beyond the usual limit. */
export interface Aside {
  /** The most that is taken at all. */
  readonly limit: number;
  readonly directory: string;
  /** By the beginning: whether it may be that large. */
  readonly fits: (head: Uint8Array) => boolean;
  /** Throws for a caller from whom it is not taken; the client waits meanwhile. */
  readonly admit: () => Promise<void>;
}

/**
 * The whole body, null when there is none; put aside in a file where it is larger and may be. Faults: too-large past the limit, as soon as it is
 * known; malformed when the client stops before its end; those of `admit`.
 */
export async function readBody(request: IncomingMessage, limit: number, aside: Aside | null = null): Promise<Uint8Array | PutAside | null> {
  const announced = Number(request.headers['content-length'] ?? 0);
  const most = aside?.limit ?? limit;
  if (announced > most) throw new Fault('too-large', '', `the body has ${announced} bytes, ${most} are allowed`);
  const beginning = await beginningOf(request, limit, aside !== null);
  if (beginning === null || beginning.whole) return beginning?.bytes ?? null;
  if (!aside?.fits(beginning.bytes)) throw new Fault('too-large', '', `the body has more than ${limit} bytes`);
  await aside.admit();
  const body = await PutAside.open(aside.directory, beginning.bytes);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (body.size + chunk.length > aside.limit) throw new Fault('too-large', '', `the body has more than ${aside.limit} bytes`);
      await body.write(chunk);
    }
    return body;
  } catch (error) {
    await body.close();
    throw error instanceof Fault ? error : new Fault('malformed', '', 'the body ended before its end', { cause: error });
  }
}

/** A body in a file that has no name any more. */
export class PutAside {
  size = 0;

  private constructor(
    private readonly file: FileHandle,
    readonly head: Uint8Array,
  ) {}

  static async open(directory: string, head: Uint8Array): Promise<PutAside> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, `body-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    await rm(path, { force: true });
    const body = new PutAside(file, head.subarray(0, 64 << 10));
    await body.write(head);
    return body;
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.file.write(chunk, 0, chunk.length, this.size);
    this.size += chunk.length;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < this.size;) {
      const buffer = Buffer.allocUnsafe(Math.min(256 << 10, this.size - at));
      const { bytesRead } = await this.file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async close(): Promise<void> {
    await this.file.close().catch(() => undefined);
  }
}

interface Beginning {
  readonly bytes: Uint8Array;
  readonly whole: boolean;
}

/** The body up to just beyond the limit; `more`: what is beyond is left in the request for whoever reads on. */
function beginningOf(request: IncomingMessage, limit: number, more: boolean): Promise<Beginning | null> {
  return new Promise((resolve, reject) => {
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
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      if (more) request.pause();
      settle(() => {
        if (more) resolve({ bytes: Buffer.concat([...chunks, chunk], size), whole: false });
        else reject(new Fault('too-large', '', `the body has more than ${limit} bytes`));
      });
    };
    const onEnd = (): void => settle(() => resolve(size === 0 ? null : { bytes: Buffer.concat(chunks, size), whole: true }));
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
