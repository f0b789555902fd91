// Entry of the embedded engine's thread: PostgreSQL compiled to WebAssembly with PostGIS (PGlite). A statement blocks this thread and
// nothing else; the bridge (bridge.ts) on the main thread decides whose statement runs and ends the thread when it does not come back.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { postgis } from '@electric-sql/pglite-postgis';
import { ReadyFilter } from './wire';

/** What the main thread gives at the start. */
export interface EngineStart {
  /** Directory of the cluster; made when empty. */
  readonly directory: string;
  /** Counter of chunks that have been taken: the thread waits when it is too far ahead. */
  readonly taken: SharedArrayBuffer;
}

/** Main thread → engine. */
export type EngineRequest = { readonly kind: 'run'; readonly bytes: Uint8Array } | { readonly kind: 'close' };

/** Engine → main thread. */
export type EngineReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'done'; readonly status: 'I' | 'T' | 'E' | null }
  | { readonly kind: 'closed' };

const chunkSize = 65536;
/** Chunks under way at most: 8 MiB. */
const ahead = 128;

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('engine-worker is started as a worker thread');
  const start = workerData as EngineStart;
  const taken = new Int32Array(start.taken);
  let sent = Atomics.load(taken, 0);
  const reply = (what: EngineReply): void => port.postMessage(what);
  let buffer = new Uint8Array(chunkSize);
  let used = 0;
  const engine = new PGlite({ dataDir: start.directory, extensions: { postgis, unaccent, pg_trgm, btree_gist } });
  await engine.waitReady;

  /** Sends what is in the buffer: handed over when full, copied when it is little. */
  function flush(): void {
    if (used === 0) return;
    for (let seen = Atomics.load(taken, 0); sent - seen >= ahead; seen = Atomics.load(taken, 0)) Atomics.wait(taken, 0, seen, 1000);
    sent++;
    const bytes = used === chunkSize ? buffer : buffer.slice(0, used);
    if (used === chunkSize) buffer = new Uint8Array(chunkSize);
    used = 0;
    port?.postMessage({ kind: 'data', bytes } satisfies EngineReply, [bytes.buffer]);
  }

  async function run(bytes: Uint8Array): Promise<void> {
    const filter = new ReadyFilter();
    await engine.execProtocolRawStream(bytes, {
      onRawData: raw => {
        const chunk = filter.pass(Buffer.from(raw));
        for (let at = 0; at < chunk.length;) {
          const step = Math.min(chunk.length - at, chunkSize - used);
          buffer.set(chunk.subarray(at, at + step), used);
          used += step;
          at += step;
          if (used === chunkSize) flush();
        }
      },
    });
    flush();
    reply({ kind: 'done', status: filter.status });
  }

  port.on('message', (request: EngineRequest) => {
    switch (request.kind) {
      case 'run':
        run(request.bytes).catch((error: unknown) => reply({ kind: 'failed', reason: String(error) }));
        break;
      case 'close':
        engine
          .close()
          .catch(() => undefined)
          .finally(() => reply({ kind: 'closed' }));
        break;
    }
  });
  reply({ kind: 'ready' });
}

main().catch((error: unknown) => {
  parentPort?.postMessage({ kind: 'failed', reason: String(error) } satisfies EngineReply);
});
