// The command line as an administrator runs it: a process of its own on the data directory (or DATABASE_URL) of a test.
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../server/root';
import type { TestDatabase } from '../setup/database';
import { worldInstant } from '../world/world';

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export type Geomig = (...words: string[]) => Promise<Ran>;

/** `geomig …` against that database; the clock is the test world's. */
export function geomigOn(test: Pick<TestDatabase, 'data' | 'url'>, more: Readonly<Record<string, string>> = {}): Geomig {
  const environment = {
    ...process.env,
    GEOMIG_DATA: test.data,
    GEOMIG_CLOCK: worldInstant,
    DATABASE_URL: test.url ?? '',
    ...more,
  };
  return (...words) => run([join(projectRoot, 'server', 'cli', 'geomig.cjs'), ...words], environment);
}

function run(words: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((resolve, reject) => {
    // not from the project's folder: paths are those of the working directory, settings those of the environment
    const child = spawn(process.execPath, [...words], { env, cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', reject);
    child.once('close', status => resolve({ status, out, err }));
  });
}
