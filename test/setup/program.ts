// Runs a TypeScript file of the tests as a process of its own (bundled beside the build, so that it finds packages and worker threads).
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { projectRoot } from '../../server/root';

export interface Program {
  readonly file: string;
  /** Starts it; standard output and errors are collected in `output`. */
  start(...args: string[]): Running;
  remove(): void;
}

export class Running {
  output = '';
  readonly ended: Promise<number | null>;

  constructor(readonly child: ChildProcess) {
    const collect = (chunk: Buffer): void => void (this.output += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.ended = new Promise(resolve => child.once('close', code => resolve(code)));
  }

  /** Waits until the output holds that text; throws when the process ends before. */
  async says(text: string): Promise<void> {
    let over = false;
    void this.ended.then(() => (over = true));
    while (!this.output.includes(text)) {
      if (over) throw new Error(`ended without saying "${text}": ${this.output}`);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** Whatever happens to the test, its process does not stay. */
const bounded = { timeout: 60_000, killSignal: 'SIGKILL' } as const;

export function program(file: string): Program {
  const cache = join(projectRoot, 'node_modules', '.cache', 'geomig');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'tmp-program-'));
  const outfile = join(folder, 'program.cjs');
  buildSync({ entryPoints: [join(projectRoot, file)], outfile, bundle: true, platform: 'node', format: 'cjs', packages: 'external' });
  return {
    file: outfile,
    start: (...args) =>
      new Running(spawn(process.execPath, [outfile, ...args], { env: process.env, stdio: ['ignore', 'pipe', 'pipe'], ...bounded })),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
