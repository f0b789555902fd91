// The whole server on a database of its own, with a partnership file applied: what a test of the public surface starts from.
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyParts } from '../../server/compose/apply';
import { startServer, type RunningServer, type StartOptions } from '../../server/compose/server';
import { readConfig } from '../../server/config';
import type { Clock } from '../../server/core/model/clock';
import { applyPartnership } from '../../server/partnership/apply/apply';
import type { ApplyOptions } from '../../server/partnership/apply/work';
import type { PartnershipFile } from '../../server/partnership/file';
import { silent, type Log } from '../../server/store/log';
import { accounts, worldFile, worldInstant, writeWorld, type Account } from '../world/world';
import { testDatabase, type TestDatabase, type TestDatabaseOptions } from './database';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly as?: Account | null;
}

export interface TestServer {
  readonly address: string;
  readonly server: RunningServer;
  readonly test: TestDatabase;
  readonly clock: { instant: string };
  ask(path: string, options?: Ask): Promise<Answer>;
  /** Applies a file whose sources lie in the world's folder. */
  apply(file: PartnershipFile, options?: Partial<ApplyOptions>): Promise<void>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  readonly world?: PartnershipFile | null;
  readonly environment?: Readonly<Record<string, string>>;
  readonly extra?: StartOptions['extra'];
  readonly database?: TestDatabaseOptions;
  /** Where the server's log goes; nowhere unless told. */
  readonly log?: Log;
}

const plain: ApplyOptions = { check: false, prune: false, reimport: false, overwriteEdits: false, allowUnpublished: false };

/** Credentials of an account as one header. */
export const basic = (account: Account): string => `Basic ${Buffer.from(`${account.login}:${account.key}`).toString('base64')}`;

export async function testServer(options: TestServerOptions = {}): Promise<TestServer> {
  const test = await testDatabase(options.database);
  const folder = mkdtempSync(join(tmpdir(), 'geomig-world-'));
  const clock: Clock & { instant: string } = { instant: worldInstant, now: () => clock.instant };
  const config = readConfig({ environment: { GEOMIG_PORT: '0', GEOMIG_DATA: test.data, ...options.environment }, directory: folder });
  const server = await startServer(config, {
    log: options.log ?? silent,
    database: test.database,
    clock,
    ...(options.extra ? { extra: options.extra } : {}),
  });
  await server.ready;
  const { address } = server;
  const parts = applyParts({
    database: test.database,
    publicBase: address,
    now: () => clock.now(),
    say: () => undefined,
    files: config.files,
  });
  const world = options.world === undefined ? worldFile : options.world;
  const written = writeWorld(folder, world ?? worldFile);
  const apply = async (file: PartnershipFile, flags: Partial<ApplyOptions> = {}): Promise<void> => {
    await applyPartnership(file, written.file, { ...plain, ...flags }, parts);
  };
  if (world !== null) await apply(world);
  return {
    address,
    server,
    test,
    clock,
    apply,
    ask: (path, asked = {}) => ask(address, path, asked),
    close: async () => {
      await server.close(1_000);
      await test.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function ask(address: string, path: string, { method, headers, body, as }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(
      `${address}${path}`,
      {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { ...(as ? { authorization: basic(as) } : {}), ...headers },
        agent: false,
      },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString('utf8') });
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** A POST of an XML document. */
export const xmlPost = (document: string): Ask => ({ method: 'POST', headers: { 'content-type': 'text/xml' }, body: document });

export { accounts };
