// A cluster with its extensions takes about ten seconds to make, a copy of it a fraction of one: it is made once per machine and version
// of the engine and kept under node_modules/.cache/geomig (D41).
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../root';
import { Engine } from './engine';
import { silent } from './log';
import { query } from './wire';

/** Extensions of the server, on both engines. Nothing else is ever created: postgis_raster would poison the embedded engine. */
export const extensions = ['postgis', 'unaccent', 'pg_trgm', 'btree_gist'] as const;

const cache = join(projectRoot, 'node_modules', '.cache', 'geomig');

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(join(projectRoot, 'node_modules', ...name.split('/'), 'package.json'), 'utf8')) as { version: string })
    .version;
}

/** Directory of the prepared cluster of these versions, whether it exists or not. */
export function preparedDirectory(): string {
  const versions = ['@electric-sql/pglite', '@electric-sql/pglite-postgis'].map(versionOf).join(' ');
  return join(
    cache,
    `engine-${createHash('sha256')
      .update(`${versions} ${extensions.join(' ')}`)
      .digest('hex')
      .slice(0, 12)}`,
  );
}

/** Makes the prepared cluster when there is none. Safe when several processes do so at once. */
export async function prepare(): Promise<string> {
  const target = preparedDirectory();
  if (existsSync(target)) return target;
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, 'tmp-engine-'));
  const engine = new Engine(temporary, silent);
  try {
    await engine.start();
    for (const name of extensions) await execute(engine, `create extension if not exists ${name}`);
    await execute(engine, 'checkpoint');
    await engine.close();
    renameSync(temporary, target);
  } catch (error) {
    await engine.close();
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

async function execute(engine: Engine, sql: string): Promise<void> {
  let failed = false;
  await engine.run(query(sql), chunk => {
    failed ||= chunk[0] === 0x45; // ErrorResponse
    return Promise.resolve();
  });
  if (failed) throw new Error(`the embedded engine refused: ${sql}`);
}

/** Fills a new data directory from the prepared cluster, by rename, so that a crash in between leaves nothing half done. */
export async function unpack(directory: string, source?: string): Promise<void> {
  const from = source ?? (await prepare());
  const temporary = `${directory}.new`;
  rmSync(temporary, { recursive: true, force: true });
  cpSync(from, temporary, { recursive: true, mode: 2 /* COPYFILE_FICLONE: share blocks where the file system can */ });
  renameSync(temporary, directory);
}
