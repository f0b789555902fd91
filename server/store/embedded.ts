// The embedded engine as a Database: PostgreSQL in a thread of this process behind the bridge, its directory under an exclusive lock,
// its unix socket for the `geomig` command of another process.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import type { ClientConfig } from 'pg';
import { Bridge, bridgeLimits } from './bridge';
import type { BridgeLimits } from './bridge';
import { Engine } from './engine';
import { DirectoryLocked, isHeld, Lock, readLock } from './lock';
import type { LockHolder } from './lock';
import type { Log } from './log';
import { PooledDatabase } from './pool';
import { unpack } from './prepared';

export interface EmbeddedOptions {
  /** Data directory (GEOMIG_DATA). */
  readonly data: string;
  readonly log: Log;
  /** Said to a second process that finds the lock: `the server`, `geomig import`. */
  readonly purpose: string;
  readonly limits?: BridgeLimits;
  /** Prepared cluster to copy at the first start; made and kept when not given. */
  readonly prepared?: string;
}

/** Sessions that may be under way or waiting; more than the one backend serves, for the bridge is what queues them fairly. */
const sessions = 64;
const socketName = '.s.PGSQL.5432';
const watchEvery = 5_000;

const engineDirectory = (data: string): string => join(data, 'engine');
const spoolDirectory = (data: string): string => join(data, 'tmp');

/** Path of the socket: beside the data (`psql -h DATA` finds it), or in a private temporary directory where that path is too long. */
function socketPath(data: string): string {
  const beside = join(data, socketName);
  return Buffer.byteLength(beside) < 100 ? beside : join(mkdtempSync(join(tmpdir(), 'geomig-')), socketName);
}

/** A client's settings for a stream that is already a connection to the bridge. */
function inMemory(bridge: Bridge): ClientConfig {
  return {
    user: 'postgres',
    database: 'postgres',
    stream: () => {
      const [near, far] = duplexPair({ highWaterMark: 1 << 20 });
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
      bridge.accept(far);
      const socket = near as Duplex & Record<'connect' | 'setNoDelay' | 'setKeepAlive' | 'ref' | 'unref', () => unknown>;
      socket.connect = () => process.nextTick(() => near.emit('connect'));
      socket.setNoDelay = socket.setKeepAlive = socket.ref = socket.unref = () => near;
      return near;
    },
  };
}

/** The engine of this process. */
export class EmbeddedDatabase extends PooledDatabase {
  private readonly watch: NodeJS.Timeout;
  private watching = false;

  private constructor(
    readonly data: string,
    private readonly running: { readonly engine: Engine; readonly bridge: Bridge; readonly lock: Lock; readonly server: Server },
    log: Log,
  ) {
    super({
      engine: 'embedded',
      connection: inMemory(running.bridge),
      log,
      size: sessions,
      knexSize: 4,
      wait: running.bridge.limits.wait + 2_000,
      spool: spoolDirectory(data),
      cancel: () => Promise.resolve(), // the bridge ends what runs when the client's stream is destroyed
    });
    this.watch = setInterval(() => void this.look(), watchEvery);
    this.watch.unref();
  }

  /**
   * Locks the directory and starts the engine in it; the first start copies the prepared cluster.
   * @throws DirectoryLocked when another process has it
   */
  static async open(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
    const { data, log } = options;
    mkdirSync(data, { recursive: true, mode: 0o700 });
    let close: () => Promise<void> = () => Promise.resolve();
    const socket = socketPath(data);
    const lock = Lock.take(data, { purpose: options.purpose, socket }, () => {
      log.error({}, 'another process has taken over the data directory; the engine is closed');
      void close();
    });
    try {
      rmSync(spoolDirectory(data), { recursive: true, force: true });
      if (!existsSync(engineDirectory(data))) await unpack(engineDirectory(data), options.prepared);
      const engine = new Engine(engineDirectory(data), log);
      await engine.start();
      const bridge = new Bridge(engine, options.limits ?? bridgeLimits);
      const server = await listen(socket, bridge);
      const database = new EmbeddedDatabase(data, { engine, bridge, lock, server }, log);
      close = () => database.close();
      await database.inspect();
      return database;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** How often the engine's thread has been replaced. */
  get restarts(): number {
    return this.running.engine.restarts;
  }

  override async close(): Promise<void> {
    if (this.closed) return;
    clearInterval(this.watch);
    await super.close();
    const { bridge, server, engine, lock } = this.running;
    bridge.close();
    server.close();
    await engine.close();
    const { socket } = lock.holder;
    rmSync(socket, { force: true });
    if (dirname(socket) !== this.data) rmSync(dirname(socket), { recursive: true, force: true });
    lock.release();
  }

  /** An engine that swallows errors answers every query with no rows: it is asked when nobody else uses it. */
  private async look(): Promise<void> {
    const { engine, bridge } = this.running;
    if (this.watching || this.closed || !engine.alive || bridge.load > 0) return;
    this.watching = true;
    try {
      if (!(await this.answers()) && bridge.load === 0) engine.restart('select 1 gives no row');
    } finally {
      this.watching = false;
    }
  }
}

function listen(path: string, bridge: Bridge): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer(stream => bridge.accept(stream));
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const before = process.umask(0o177);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
    process.umask(before);
  });
}

/** The engine of another process on this machine, through its socket. */
export class RemoteEngine extends PooledDatabase {
  constructor(data: string, holder: LockHolder, log: Log) {
    super({
      engine: 'embedded',
      connection: { user: 'postgres', database: 'postgres', host: dirname(holder.socket), port: 5432 },
      log,
      size: 8,
      knexSize: 2,
      wait: bridgeLimits.wait + 2_000,
      spool: spoolDirectory(data),
      cancel: () => Promise.resolve(),
    });
  }
}

/**
 * The engine of a data directory for a command: the running one of another process, else one of its own.
 */
export async function openForCommand(options: EmbeddedOptions): Promise<PooledDatabase> {
  const holder = readLock(options.data);
  if (holder && isHeld(options.data, holder)) return reach(options, holder);
  try {
    return await EmbeddedDatabase.open(options);
  } catch (error) {
    if (error instanceof DirectoryLocked) return reach(options, error.holder);
    throw error;
  }
}

async function reach(options: EmbeddedOptions, holder: LockHolder): Promise<RemoteEngine> {
  const database = new RemoteEngine(options.data, holder, options.log);
  try {
    await database.inspect();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
