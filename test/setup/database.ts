// A migrated database for a test file, quickly: a copy of a prepared one. The embedded engine in a temporary directory, or, when
// GEOMIG_TEST_DATABASE_URL is set (test/run-pg.cjs), a database of its own on that PostgreSQL. One per test file: `beforeAll`, `afterAll`.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import { migrations } from '../../migrations';
import { projectRoot } from '../../server/root';
import { connect } from '../../server/store/connect';
import type { Database } from '../../server/store/database';
import { EmbeddedDatabase } from '../../server/store/embedded';
import type { BridgeLimits } from '../../server/store/bridge';
import { silent } from '../../server/store/log';
import type { Log } from '../../server/store/log';
import { migrate } from '../../server/store/migrate';
import { preparedDirectory } from '../../server/store/prepared';

/** Address of the PostgreSQL that tests use, undefined for the embedded engine. */
export const testDatabaseUrl: string | undefined = process.env['GEOMIG_TEST_DATABASE_URL'];

export interface TestDatabase {
  readonly database: Database;
  /** DATABASE_URL of it, null on the embedded engine. */
  readonly url: string | null;
  /** Data directory of it (temporary). */
  readonly data: string;
  close(): Promise<void>;
}

export interface TestDatabaseOptions {
  readonly log?: Log;
  /** Of the embedded engine's bridge. */
  readonly limits?: BridgeLimits;
}

/** A migrated, otherwise empty database. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  return testDatabaseUrl === undefined ? embedded(options) : postgresql(testDatabaseUrl, options);
}

/** The same, always on the embedded engine. */
export async function embedded(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const prepared = await migratedDirectory();
  const data = mkdtempSync(join(tmpdir(), 'geomig-test-'));
  const database = await EmbeddedDatabase.open({
    data,
    prepared,
    log: options.log ?? silent,
    purpose: `a test (${basename(process.argv[1] ?? '')})`,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  await migrate(database, migrations, 'latest');
  database.markReady();
  return {
    database,
    url: null,
    data,
    close: async () => {
      await database.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function postgresql(server: string, options: TestDatabaseOptions): Promise<TestDatabase> {
  const name = `geomig_test_${randomBytes(6).toString('hex')}`;
  const template = await migratedTemplate(server);
  await administer(server, `create database ${name} template ${template}`);
  const url = urlOf(server, name);
  const data = mkdtempSync(join(tmpdir(), 'geomig-test-'));
  const database = await connect({ databaseUrl: url, data }, { as: 'server', migrations, log: options.log ?? silent });
  await database.ready();
  return {
    database,
    url,
    data,
    close: async () => {
      await database.close();
      await administer(server, `drop database if exists ${name} with (force)`);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** A statement on the server's own database; a template may be in use by another test file for a moment. */
async function administer(server: string, sql: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    try {
      await client.query(sql);
      return;
    } catch (error) {
      // object_in_use: the template has a session; unique_violation: two files at once
      const { code } = error as { code?: string };
      if (attempt > 50 || (code !== '55006' && code !== '23505')) throw error;
    } finally {
      await client.end();
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** Names what the migrations make: a change of any of them makes another prepared database. */
function fingerprint(): string {
  const hash = createHash('sha256').update(basename(preparedDirectory()));
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = join(folder, entry.name);
      if (entry.isDirectory()) visit(full);
      else hash.update(full.slice(projectRoot.length)).update(readFileSync(full));
    }
  };
  for (const folder of ['migrations', 'schemas']) if (existsSync(join(projectRoot, folder))) visit(join(projectRoot, folder));
  return hash.digest('hex').slice(0, 12);
}

async function migratedDirectory(): Promise<string> {
  const cache = dirname(preparedDirectory());
  const target = join(cache, `migrated-${fingerprint()}`);
  if (existsSync(target)) return target;
  mkdirSync(cache, { recursive: true });
  const data = mkdtempSync(join(cache, 'tmp-migrated-'));
  try {
    const database = await EmbeddedDatabase.open({ data, log: silent, purpose: 'a test that prepares' });
    try {
      await migrate(database, migrations, 'latest');
      await database.knex.raw('checkpoint');
    } finally {
      await database.close();
    }
    renameSync(join(data, 'engine'), target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
  for (const name of readdirSync(cache)) {
    const old = join(cache, name);
    if (name.startsWith('migrated-') && old !== target && Date.now() - statSync(old).mtimeMs > 3_600_000)
      rmSync(old, { recursive: true, force: true });
  }
  return target;
}

async function migratedTemplate(server: string): Promise<string> {
  const name = `geomig_template_${fingerprint()}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    // only one test file makes it; the others wait here
    await client.query('select pg_advisory_lock(hashtext($1))', [name]);
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rows.length > 0) return name;
    await client.query(`create database ${name}_new`);
    const database = await connect({ databaseUrl: urlOf(server, `${name}_new`), data: tmpdir() }, { as: 'server', migrations });
    await database.ready();
    await database.close();
    await client.query(`alter database ${name}_new rename to ${name}`);
    return name;
  } finally {
    await client.end();
  }
}
