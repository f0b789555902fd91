// Entry of the embedded engine's thread: PostgreSQL compiled to WebAssembly with PostGIS (PGlite). A statement blocks this thread and
// nothing else; the bridge (bridge.ts) on the main thread decides whose statement runs and ends the thread when it does not come back.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { postgis } from '@electric-sql/pglite-postgis';
import { control } from './engine-messages';
import type { EngineReply, EngineRequest, EngineStart } from './engine-messages';
import { ReadyFilter } from './wire';

/** What the WebAssembly module shows of itself and of its file system, as far as interrupts need it. */
interface EngineModule {
  readonly HEAP32: Int32Array;
  /** Addresses of PostgreSQL's own flags, which a signal handler sets elsewhere. */
  readonly _InterruptPending: number;
  readonly _QueryCancelPending: number;
  readonly FS: Record<'read' | 'write', (...args: unknown[]) => unknown>;
}

/**
 * Cancelling without signals: PostgreSQL looks at two flags in its memory between rows. While a statement runs nobody else can write
 * there, but the statement itself calls JavaScript whenever it sends bytes or reads from disk; `poll` is called then.
 */
function interrupts(engine: PGlite, words: Int32Array): { poll: () => void; clear: () => void } {
  const module = engine.Module as unknown as EngineModule;
  const flags = [module._InterruptPending, module._QueryCancelPending].map(address => address >> 2);
  const set = (value: number): void => flags.forEach(at => (module.HEAP32[at] = value));
  let asked = false;
  const poll = (): void => {
    if (asked || Atomics.load(words, control.interrupt) === 0) return;
    asked = true;
    set(1);
  };
  for (const name of ['read', 'write'] as const) {
    const original = module.FS[name];
    module.FS[name] = (...args) => {
      poll();
      return original.apply(module.FS, args);
    };
  }
  const clear = (): void => {
    if (asked) set(0);
    asked = false;
  };
  return { poll, clear };
}

const chunkSize = 65536;
/** Chunks under way at most: 8 MiB. */
const ahead = 128;

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('engine-worker is started as a worker thread');
  const start = workerData as EngineStart;
  const words = new Int32Array(start.control);
  let sent = 0;
  const reply = (what: EngineReply): void => port.postMessage(what);
  const taken = (): number => Atomics.load(words, control.taken);
  let buffer = new Uint8Array(chunkSize);
  let used = 0;
  const engine = new PGlite({ dataDir: start.directory, extensions: { postgis, unaccent, pg_trgm, btree_gist } });
  await engine.waitReady;
  const { poll, clear } = interrupts(engine, words);

  /** Sends what is in the buffer: handed over when full, copied when it is little. */
  function flush(): void {
    if (used === 0) return;
    for (let seen = taken(); ((sent - seen) | 0) >= ahead; seen = taken()) Atomics.wait(words, control.taken, seen, 1000);
    sent = (sent + 1) | 0; // both counters wrap
    const bytes = used === chunkSize ? buffer : buffer.slice(0, used);
    if (used === chunkSize) buffer = new Uint8Array(chunkSize);
    used = 0;
    port?.postMessage({ kind: 'data', bytes } satisfies EngineReply, [bytes.buffer]);
  }

  async function run(bytes: Uint8Array): Promise<void> {
    const filter = new ReadyFilter();
    await engine.execProtocolRawStream(bytes, {
      onRawData: raw => {
        poll();
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
    clear();
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
