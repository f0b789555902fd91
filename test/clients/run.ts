// Runs a client script: Python, or Node for .mjs, in a process of its own, its task on standard input, one line of JSON per check on standard output.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../server/root';
import { headless, pythonPath } from '../setup/needs';

/** How the account is told to the server. */
export type Way = 'anonymous' | 'basic' | 'path' | 'header';

/** What a script is told; it knows nothing else of the world. */
export interface Task {
  readonly url: string;
  readonly way: Way;
  readonly login: string;
  readonly key: string;
  /** The key is none: everything must fail, visibly. */
  readonly wrong: boolean;
  readonly types: readonly string[];
  readonly layers: readonly string[];
  /** Identifiers of records. */
  readonly records: readonly string[];
  readonly furniture: number;
  readonly lanes: number;
  /** Of the partner that owns nanterre:eclairage. */
  readonly insider: boolean;
  /** WFS versions that QGIS is told. */
  readonly versions: readonly string[];
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** The checks a script made. It throws when the client crashed, hung for two minutes or said something else. */
export async function runClient(script: string, task: Task): Promise<readonly Check[]> {
  const home = mkdtempSync(join(tmpdir(), 'geomig-client-'));
  try {
    const { code, output, errors } = await run(script, JSON.stringify(task), home);
    const lines = output.split('\n').filter(line => line !== '');
    const checks = lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line) as Check);
    if (code !== 0) throw new Error(`${script} ended with ${code} after ${checks.at(-1)?.name ?? 'no check'}: ${errors.slice(-2000)}`);
    return checks;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Settings and caches of the client lie in a home of its own, so that no run knows of another. */
function run(
  script: string,
  input: string,
  home: string,
): Promise<{ readonly code: number | string; readonly output: string; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(script.endsWith('.mjs') ? process.execPath : pythonPath, [join(projectRoot, 'test', 'clients', script)], {
      env: {
        ...headless,
        HOME: home,
        QGIS_CUSTOM_CONFIG_PATH: home,
        XDG_CONFIG_HOME: home,
        XDG_CACHE_HOME: home,
        XDG_RUNTIME_DIR: home,
        PYTHONDONTWRITEBYTECODE: '1',
        // languages of titles and of messages
        LANG: 'C.UTF-8',
        NO_PROXY: '127.0.0.1',
        no_proxy: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: 120_000,
      killSignal: 'SIGKILL',
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', reject);
    child.stdin.on('error', () => undefined);
    child.on('close', (code, signal) => {
      resolve({
        code: code ?? signal ?? 'nothing',
        output: Buffer.concat(output).toString('utf8'),
        errors: Buffer.concat(errors).toString('utf8'),
      });
    });
    child.stdin.end(input);
  });
}
