// A bounded buffer between the embedded engine, which must not wait, and a client, which may (D8): the first megabytes stay in memory,
// the rest goes to a temporary file that has no name any more once it is open.
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../core/model/fault';

export interface SpoolLimits {
  /** Bytes kept in memory. */
  readonly memory: number;
  /** Bytes kept at all; more ends the stream with Fault too-large. */
  readonly total: number;
}

export const spoolLimits: SpoolLimits = { memory: 8 << 20, total: 4 * 2 ** 30 };
const slice = 256 << 10;

/** One writer, one reader. */
export class Spool {
  private memory: Buffer[] = [];
  private inMemory = 0;
  private file: FileHandle | null = null;
  private written = 0;
  private read = 0;
  private ended = false;
  private discarded = false;
  private failure: unknown = null;
  private wake: (() => void) | null = null;

  constructor(
    private readonly directory: string,
    private readonly limits: SpoolLimits = spoolLimits,
  ) {}

  /** Takes a chunk; wait for it, so that the file keeps up. After discard() chunks are dropped. */
  async write(chunk: Buffer): Promise<void> {
    if (this.discarded || chunk.length === 0) return;
    if (!this.file && this.inMemory + chunk.length <= this.limits.memory) {
      this.memory.push(chunk);
      this.inMemory += chunk.length;
    } else {
      if (this.inMemory + this.written + chunk.length > this.limits.total)
        throw new Fault('too-large', '', 'the answer is larger than this server keeps for a slow client');
      this.file ??= await this.openFile();
      await this.file.write(chunk, 0, chunk.length, this.written);
      this.written += chunk.length;
      if (this.discarded) await this.closeFile();
    }
    this.signal();
  }

  end(): void {
    this.ended = true;
    this.signal();
  }

  fail(error: unknown): void {
    this.failure = error;
    this.end();
  }

  /** The reader has gone: what is kept is dropped. */
  async discard(): Promise<void> {
    this.discarded = true;
    this.memory = [];
    await this.closeFile();
  }

  /** Chunks in order; throws what fail() was given once all before it has been read. */
  async *chunks(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const kept = this.memory.shift();
        if (kept) {
          this.inMemory -= kept.length;
          yield kept;
        } else if (this.file && this.read < this.written) {
          const buffer = Buffer.allocUnsafe(Math.min(slice, this.written - this.read));
          const { bytesRead } = await this.file.read(buffer, 0, buffer.length, this.read);
          this.read += bytesRead;
          yield buffer.subarray(0, bytesRead);
        } else if (this.ended) {
          if (this.failure) throw this.failure;
          return;
        } else {
          await new Promise<void>(resolve => (this.wake = resolve));
        }
      }
    } finally {
      await this.discard();
    }
  }

  private signal(): void {
    this.wake?.();
    this.wake = null;
  }

  private async openFile(): Promise<FileHandle> {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const path = join(this.directory, `spool-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    await rm(path, { force: true });
    return file;
  }

  private async closeFile(): Promise<void> {
    const file = this.file;
    this.file = null;
    await file?.close();
  }
}
