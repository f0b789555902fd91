// One engine per data directory (SEC11): a file made with O_EXCL that names the process, touched as a heartbeat. Two processes on one
// directory lose acknowledged writes, so whoever does not get the lock does not open the directory.
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** What the lock file says. */
export interface LockHolder {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  /** Start of the process in ticks since boot, where the system tells it: a reused pid is not the same process. */
  readonly started: string | null;
  /** Namespace of process ids: in another one (a container) the pid says nothing. */
  readonly namespace: string | null;
  readonly purpose: string;
  /** Unix socket of the engine. */
  readonly socket: string;
}

export const lockFile = (data: string): string => join(data, 'engine.lock');

const beat = 2_000;
/** A heartbeat older than this counts as none, where the pid cannot be asked. */
const stale = 15_000;

function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function namespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

/** The holder of the directory as its lock says; null when there is no readable lock. */
export function readLock(data: string): LockHolder | null {
  try {
    const holder = JSON.parse(readFileSync(lockFile(data), 'utf8')) as LockHolder;
    return typeof holder.pid === 'number' && typeof holder.id === 'string' ? holder : null;
  } catch {
    return null;
  }
}

function age(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return Infinity;
  }
}

/** Whether the process of a lock still runs. */
export function isHeld(data: string, holder: LockHolder): boolean {
  const fresh = age(lockFile(data)) < stale;
  if (holder.host !== hostname() || holder.namespace !== namespace()) return fresh;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const started = startOf(holder.pid);
  return started === null || holder.started === null ? fresh : started === holder.started;
}

/** The directory is in use by another process. */
export class DirectoryLocked extends Error {
  constructor(
    readonly data: string,
    readonly holder: LockHolder,
  ) {
    super(
      `The data directory ${data} is in use by process ${holder.pid} (${holder.purpose}) on ${holder.host}. ` +
        `Stop that process, or start this one with another GEOMIG_DATA. A second server on one directory would lose data; ` +
        `for several servers use PostgreSQL (DATABASE_URL).`,
    );
    this.name = 'DirectoryLocked';
  }
}

/** A held lock. */
export class Lock {
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly data: string,
    readonly holder: LockHolder,
    private readonly stolen: () => void,
  ) {
    this.timer = setInterval(() => this.beat(), beat);
    this.timer.unref();
  }

  /**
   * Takes the lock of a directory; a lock whose process is dead is taken over.
   * @param stolen called when another process has replaced the lock: the engine must be closed at once
   * @throws DirectoryLocked
   */
  static take(data: string, about: { readonly purpose: string; readonly socket: string }, stolen: () => void): Lock {
    const holder: LockHolder = {
      id: randomUUID(),
      pid: process.pid,
      host: hostname(),
      started: startOf(process.pid),
      namespace: namespace(),
      ...about,
    };
    const file = lockFile(data);
    if (!create(file, holder)) takeOver(data, holder);
    return new Lock(data, holder, stolen);
  }

  private beat(): void {
    if (readLock(this.data)?.id !== this.holder.id) {
      clearInterval(this.timer);
      this.stolen();
      return;
    }
    try {
      utimesSync(lockFile(this.data), new Date(), new Date());
    } catch {
      // a full or read-only disk: the pid still tells
    }
  }

  release(): void {
    clearInterval(this.timer);
    if (readLock(this.data)?.id === this.holder.id) rmSync(lockFile(this.data), { force: true });
  }
}

function create(file: string, holder: LockHolder): boolean {
  const own = `${file}.${holder.id}`;
  try {
    // O_EXCL on the final name, then the whole content by rename, so that nobody reads half a lock
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(own, JSON.stringify(holder), { mode: 0o600 });
  renameSync(own, file);
  return true;
}

/** Replaces a dead process's lock; a second file, made with O_EXCL too, lets only one process at a time try. */
function takeOver(data: string, holder: LockHolder): void {
  const file = lockFile(data);
  const before = readLock(data);
  // an empty lock is one that another process is just writing, unless it is old
  if (before ? isHeld(data, before) : age(file) < stale)
    throw new DirectoryLocked(data, before ?? { ...holder, pid: 0, purpose: 'starting' });
  const guard = `${file}.takeover`;
  if (age(guard) > stale) rmSync(guard, { force: true });
  try {
    closeSync(openSync(guard, 'wx', 0o600));
  } catch {
    throw new DirectoryLocked(data, before ?? holder);
  }
  try {
    const now = readLock(data);
    if (now?.id !== before?.id) throw new DirectoryLocked(data, now ?? holder);
    const own = `${file}.${holder.id}`;
    writeFileSync(own, JSON.stringify(holder), { mode: 0o600 });
    renameSync(own, file);
  } finally {
    rmSync(guard, { force: true });
  }
}
