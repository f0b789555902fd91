// A throw-away PostgreSQL cluster in a temporary directory, for tests that need a real one or want to kill it. Uses the programs of an
// installed PostgreSQL (Debian: /usr/lib/postgresql/NN/bin); as root they run under the account `postgres`.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tool } from './needs';

function findPrograms(): string | null {
  const debian = '/usr/lib/postgresql';
  const folders = existsSync(debian) ? readdirSync(debian).map(version => join(debian, version, 'bin')) : [];
  for (const folder of [...folders.reverse(), '/usr/local/bin', '/usr/bin', '/opt/homebrew/bin'])
    if (existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl'))) return folder;
  return null;
}

/** Folder of initdb and pg_ctl; null when no PostgreSQL server is installed. */
export const programs: string | null = findPrograms();

/** For describeWith(). */
export const postgresql: Tool = { name: 'initdb and pg_ctl of PostgreSQL', present: () => programs !== null };

const isRoot = process.getuid?.() === 0;

function run(program: string, args: readonly string[]): void {
  if (programs === null) throw new Error('PostgreSQL is not installed on this machine');
  const full = join(programs, program);
  // without pipes: the server would inherit them and this process would wait for it
  const how = { stdio: 'ignore' as const, cwd: tmpdir() };
  if (isRoot) execFileSync('runuser', ['-u', 'postgres', '--', full, ...args], how);
  else execFileSync(full, args, how);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

export class Cluster {
  private constructor(
    private readonly directory: string,
    readonly port: number,
  ) {}

  /** Makes a cluster and starts it unless told otherwise. */
  static async create(options: { readonly started?: boolean } = {}): Promise<Cluster> {
    const directory = mkdtempSync(join(tmpdir(), 'geomig-pg-'));
    chmodSync(directory, 0o700);
    if (isRoot) {
      const [, , uid, gid] = (/^postgres:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0] ?? '').split(':');
      chownSync(directory, Number(uid), Number(gid));
    }
    const cluster = new Cluster(directory, await freePort());
    run('initdb', ['-D', cluster.data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']);
    if (options.started !== false) cluster.start();
    return cluster;
  }

  private get data(): string {
    return join(this.directory, 'data');
  }

  /** Address of one of its databases. */
  url(database = 'postgres', user = 'postgres'): string {
    return `postgres://${user}@127.0.0.1:${this.port}/${database}`;
  }

  start(): void {
    const settings = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.directory} -c fsync=off -c max_connections=200`;
    run('pg_ctl', ['-D', this.data, '-w', '-t', '30', '-l', join(this.directory, 'log'), '-o', settings, 'start']);
  }

  /** Stops it the hard way: connections are cut, recovery runs at the next start. */
  stop(mode: 'immediate' | 'fast' = 'immediate'): void {
    run('pg_ctl', ['-D', this.data, '-w', '-m', mode, 'stop']);
  }

  /** Process id of the postmaster. */
  get pid(): number {
    return Number(readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  destroy(): void {
    try {
      this.stop();
    } catch {
      // it was not running
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
