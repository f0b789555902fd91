// The composition root: settings → database, doors, services, listening, draining. main.ts and the tests of the whole server use it.
import { join } from 'node:path';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildApp, endpointsOf, type AppParts } from '../app';
import type { Config } from '../config';
import { clockFrom, type Clock } from '../core/model/clock';
import { Fault } from '../core/model/fault';
import type { Accounts } from '../core/ports/accounts';
import type { Doors } from '../core/ports/doors';
import { guardedServer } from '../http/guard';
import { Metrics } from '../http/metrics';
import { metricsServer, type MetricsServer } from '../http/metrics-server';
import { Turns } from '../http/turns';
import { loopback } from '../http/proxies';
import { createRenderer } from '../maps';
import type { Endpoint } from '../services/ows/operation';
import { bundledFolder } from '../root';
import type { Log } from '../store/log';
import type { Database } from '../store/database';
import { backendOf, type Backend } from './backend';
import { openDatabase } from './open';

export interface RunningServer {
  /** Address it answers at, without a final slash. */
  readonly address: string;
  readonly database: Database;
  readonly endpoints: readonly Endpoint[];
  /** Port that serves /metrics alone, null where the main one does. */
  readonly metricsPort: number | null;
  /** Resolves when it is ready (database, migrations, first data). */
  readonly ready: Promise<void>;
  /**
   * Not ready from now on, and after `notice` milliseconds (for whoever looks at /readyz) nothing is accepted any more; what runs may end
   * within `patience` milliseconds, then everything is closed.
   */
  close(patience?: number, notice?: number): Promise<void>;
}

export interface StartOptions {
  readonly log: Log;
  /** Whether to draw made-up pictures after the start, so that the first real ones are quick. */
  readonly warm?: boolean;
  /** Work after the migrations and before readiness: the demonstration, records' links. */
  readonly prepare?: (database: Database, address: string, clock: Clock) => Promise<void>;
  /** An open database instead of the one that the settings name (tests). */
  readonly database?: Database;
  /** Another clock than the settings' (tests that compare answers need one that stands still). */
  readonly clock?: Clock;
  /** Endpoints beside the server's own (tests of the leak matrix itself). */
  readonly extra?: (database: () => Database) => readonly Endpoint[];
}

/** Starts listening at once (`/healthz` answers), then opens the database behind it. */
export async function startServer(config: Config, options: StartOptions): Promise<RunningServer> {
  const { log } = options;
  const clock = options.clock ?? clockFrom(config.clock);
  const { queue, draws } = config.limits;
  // two drawings for each thread: one waits for its data while the other draws
  const renderer = createRenderer({ queue, inline: 2, ...(draws > 0 ? { threads: Math.ceil(draws / 2) } : {}) });
  let backend: Backend | null = null;
  let stage: 'starting' | 'ready' | 'stopping' = 'starting';
  let address = '';
  const secure = (): boolean => (config.publicUrl ?? '').startsWith('https:');
  const now = (): Backend => {
    if (!backend) throw new Fault('unavailable', '', 'the server is starting', { retryAfter: 2 });
    return backend;
  };
  const turns = new Turns({ places: config.limits.pool, queue, patience: 5_000 });
  const metrics = new Metrics({
    turns: () => ({ running: turns.running, waiting: turns.waiting }),
    drawing: () => renderer.load?.() ?? null,
    connections: () => backend?.database.connections?.() ?? null,
  });
  const parts: AppParts = {
    http: {
      accounts: lazyAccounts(now),
      passwordsAllowed: remote => loopback(remote) || config.insecureHttp || secure(),
      cookieName: secure() ? '__Host-geomig' : 'geomig',
      openDoors: async (caller, scope, instant, asked): Promise<Doors> => now().openDoors(caller, scope, instant, asked),
      openEarly: (caller, instant, asked) => now().openEarly(caller, instant, asked),
      now: () => clock.now(),
      publicUrl: () => config.publicUrl ?? address,
      trustedProxies: config.trustedProxies,
      log,
      bodies: join(config.data, 'tmp'),
      deadline: config.limits.deadline * 1000,
      requestRate: config.limits.rate,
      turns,
      meter: metrics,
      stopping: () => stage === 'stopping',
    },
    session: {
      secure,
      organisationName: id => now().organisationName(id),
      banners: partner => now().banners(partner),
    },
    system: { awaiting: async () => (stage !== 'ready' || !backend ? stage : (await backend.database.healthy()) ? null : 'database') },
    wfs: { maxFeatures: config.maxFeatures, bodyLimit: config.limits.body, transactionLimit: config.limits.transactionBody },
    wms: { renderer, limits: { size: config.limits.mapSize } },
    csw: { bodyLimit: config.limits.body },
    ogcapi: { maxFeatures: config.maxFeatures },
    metrics: config.metricsPort === null ? metrics : null,
    viewer: bundledFolder('viewer'),
    extra: options.extra?.(() => now().database) ?? [],
  };
  const server = guardedServer(buildApp(parts));
  address = await listen(server, config);
  const watched: MetricsServer | null =
    config.metricsPort === null
      ? null
      : await metricsServer(metrics, config.host, config.metricsPort).catch((error: unknown) => {
          server.close();
          throw error;
        });
  const ready = open();
  ready.catch((error: unknown) => log.error({ err: error instanceof Error ? error.message : String(error) }, 'the server cannot start'));
  return {
    address,
    get database() {
      return now().database;
    },
    endpoints: endpointsOf(parts),
    metricsPort: watched?.port ?? null,
    ready,
    close,
  };

  async function open(): Promise<void> {
    const database = options.database ?? (await openDatabase(config, { as: 'server', log }));
    backend = backendOf({ database, config, clock, log, publicUrl: () => config.publicUrl ?? address });
    await database.ready();
    await options.prepare?.(database, config.publicUrl ?? address, clock);
    if (stage === 'starting') stage = 'ready';
    if (options.warm) void renderer.warm?.().catch(() => undefined);
  }

  async function close(patience = 20_000, notice = 0): Promise<void> {
    stage = 'stopping';
    if (notice > 0) await new Promise(resolve => setTimeout(resolve, notice));
    const ended = new Promise<void>(resolve => server.close(() => resolve()));
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), patience);
    await ended;
    clearTimeout(timer);
    await watched?.close();
    metrics.close();
    await renderer.close();
    await backend?.close(options.database === undefined);
  }
}

function listen(server: Server, config: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, () => {
      server.off('error', reject);
      const { port } = server.address() as AddressInfo;
      const host = config.host.includes(':') ? `[${config.host}]` : config.host === '0.0.0.0' ? '127.0.0.1' : config.host;
      resolve(`http://${host}:${port}`);
    });
  });
}

/** Credentials are looked at by whatever backend is there when the request comes. */
function lazyAccounts(now: () => Backend): Accounts {
  return {
    authenticate: async (credential, instant, remote) => now().accounts.authenticate(credential, instant, remote),
    openSession: async (login, password, instant, remote) => now().accounts.openSession(login, password, instant, remote),
    closeSession: async token => now().accounts.closeSession(token),
  };
}
