// Starts the worker that reads a GeoPackage and asks it one question at a time, each with a deadline; a worker that is late is terminated.
// The file is opened through a link in a directory of our own, so that nothing (lock, journal) is ever written beside it.
import { copyFile, mkdtemp, open, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Fault } from '../core/model/fault';
import { bundled } from '../root';
import type { GpkgReply, GpkgRequest } from './gpkg-messages';

type ReplyTo<R extends GpkgRequest> = Extract<GpkgReply, { readonly about: R['ask'] extends 'layers' | 'describe' ? R['ask'] : 'batch' }>;

export class GpkgClient {
  private pending: { resolve: (reply: GpkgReply) => void; reject: (error: Error) => void } | null = null;
  private closed = false;
  /** Why the worker answers no more. */
  private broken: Error | null = null;

  private constructor(
    private readonly worker: Worker,
    private readonly folder: string,
    private readonly deadline: number,
  ) {
    worker.on('message', (reply: GpkgReply) => this.settle(reply));
    worker.on('error', error => this.end(unreadable(error.message, error)));
    worker.on('exit', () => this.end(unreadable('its reader has stopped')));
    worker.unref();
  }

  /** Opens a file; `deadline` in milliseconds holds for every answer. Fault malformed for a file that SQLite does not open. */
  static async open(path: string, deadline = 60_000): Promise<GpkgClient> {
    const folder = await mkdtemp(join(tmpdir(), 'geomig-gpkg-'));
    try {
      const target = join(folder, 'source.gpkg');
      const log = await place(resolve(path), target);
      const worker = new Worker(bundled('gpkg-worker'), {
        workerData: { path: target, log },
        resourceLimits: { maxOldGenerationSizeMb: 512 },
      });
      return new GpkgClient(worker, folder, deadline);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** One question. Faults: malformed (SQLite's own words), processing (deadline). */
  async ask<R extends GpkgRequest>(request: R): Promise<ReplyTo<R>> {
    if (this.closed) throw unreadable('it is closed');
    if (this.broken) throw this.broken;
    // a worker that nobody asks anything does not keep the process alive
    this.worker.ref();
    let timer: NodeJS.Timeout | undefined;
    const reply = await new Promise<GpkgReply>((resolve, reject) => {
      this.pending = { resolve, reject };
      timer = setTimeout(() => {
        this.fail(
          new Fault('processing', 'source', {
            en: `the GeoPackage gave no answer within ${this.deadline} ms`,
            fr: `le GeoPackage n’a pas répondu en ${this.deadline} ms`,
          }),
        );
        void this.close();
      }, this.deadline);
      this.worker.postMessage(request);
    }).finally(() => {
      clearTimeout(timer);
      this.worker.unref();
    });
    if (reply.about === 'error') throw unreadable(reply.message);
    return reply as ReplyTo<R>;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.worker.terminate();
    await rm(this.folder, { recursive: true, force: true });
  }

  private settle(reply: GpkgReply): void {
    const pending = this.pending;
    this.pending = null;
    pending?.resolve(reply);
  }

  private end(error: Error): void {
    this.broken ??= error;
    this.fail(this.broken);
  }

  private fail(error: Error): void {
    const pending = this.pending;
    this.pending = null;
    pending?.reject(error);
  }
}

function unreadable(reason: string, cause?: unknown): Fault {
  return new Fault(
    'malformed',
    'source',
    { en: `the GeoPackage cannot be read: ${reason}`, fr: `le GeoPackage ne peut pas être lu : ${reason}` },
    { cause },
  );
}

/** Links the file; one in WAL mode is copied with its log (true), which the worker writes into the copy: a log cannot be read without writing. */
async function place(path: string, target: string): Promise<boolean> {
  const header = Buffer.alloc(20);
  const file = await open(path, 'r');
  try {
    await file.read(header, 0, 20, 0);
  } finally {
    await file.close();
  }
  if (header.toString('latin1', 0, 15) !== 'SQLite format 3') throw unreadable('it is not an SQLite file');
  if (await holds(`${path}-journal`)) throw unreadable('another program is writing to it (there is a journal beside it)');
  if (header[18] !== 2 && header[19] !== 2) {
    await symlink(path, target);
    return false;
  }
  await copyFile(path, target);
  if (await holds(`${path}-wal`)) await copyFile(`${path}-wal`, `${target}-wal`);
  return true;
}

async function holds(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.size > 0,
    () => false,
  );
}
