// The container of a backup: one gzip stream of entries, each a line of JSON, its bytes in frames (length before them, zero at the end) and a line
// with what was counted and digested while they were written. Nothing is held whole; a file that breaks off or was altered shows (F5).
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { pipeline } from 'node:stream';
import { createGunzip, createGzip, constants } from 'node:zlib';
import type { Gzip } from 'node:zlib';
import { Fault } from '../core/model/fault';

const mark = 'GEOMIG BACKUP 1\n';
const mostHead = 16 * 2 ** 20;
const mostFrame = 64 * 2 ** 20;

/** What stands behind the bytes of an entry. */
export interface Sum {
  /** Line feeds among the bytes: rows, where an entry holds rows. */
  readonly lines: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Counts and digests bytes as they pass. */
export class Counted {
  private lines = 0;
  private bytes = 0;
  private readonly hash = createHash('sha256');

  add(chunk: Buffer): void {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.lines++;
    this.bytes += chunk.length;
    this.hash.update(chunk);
  }

  get sum(): Sum {
    return { lines: this.lines, bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

/** Writes an archive beside its final name, which it takes when it is complete: readable by this account only, since it holds digests of passwords. */
export class ArchiveWriter {
  private readonly gzip: Gzip;
  private readonly written: Promise<void>;
  private readonly temporary: string;
  private entries = 0;

  constructor(private readonly path: string) {
    this.temporary = `${path}.${randomBytes(4).toString('hex')}.partial`;
    // the first level: on the embedded engine everybody waits until the last row is written
    this.gzip = createGzip({ level: constants.Z_BEST_SPEED });
    const file = createWriteStream(this.temporary, { mode: 0o600, flags: 'wx' });
    this.written = finished(pipeline(this.gzip, file, () => undefined));
    // told by whoever waits for it; until then it is no accident
    this.written.catch(() => undefined);
  }

  async begin(head: object): Promise<void> {
    await this.write(Buffer.from(`${mark}${JSON.stringify(head)}\n`));
  }

  async entry(head: object, body: AsyncIterable<Buffer>): Promise<Sum> {
    await this.write(Buffer.from(`${JSON.stringify(head)}\n`));
    const counted = new Counted();
    for await (const chunk of body) {
      counted.add(chunk);
      for (let at = 0; at < chunk.length; at += mostFrame) await this.frame(chunk.subarray(at, at + mostFrame));
    }
    const { sum } = counted;
    await this.write(Buffer.concat([Buffer.alloc(4), Buffer.from(`${JSON.stringify(sum)}\n`)]));
    this.entries++;
    return sum;
  }

  /** Makes the file whole and gives it its name. */
  async end(): Promise<void> {
    await this.write(Buffer.from(`${JSON.stringify({ end: true, entries: this.entries })}\n`));
    this.gzip.end();
    await this.written;
    await rename(this.temporary, this.path);
  }

  async abandon(): Promise<void> {
    this.gzip.destroy();
    await this.written.catch(() => undefined);
    await rm(this.temporary, { force: true });
  }

  private async frame(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    await this.write(length);
    await this.write(bytes);
  }

  private async write(bytes: Buffer): Promise<void> {
    if (this.gzip.write(bytes)) return;
    await Promise.race([
      new Promise<void>(resolve => this.gzip.once('drain', resolve)),
      this.written.then(() => Promise.reject(new Error('the archive was closed'))),
    ]);
  }
}

/** One entry as it is read: its bytes must be taken to the end before the next one; `sum` is checked then. */
export interface ArchiveEntry {
  readonly head: unknown;
  readonly body: AsyncIterable<Buffer>;
  /** Known once the body was taken. */
  sum(): Sum;
}

const broken = (cause?: unknown): Fault =>
  new Fault(
    'malformed',
    'file',
    { fr: 'la sauvegarde est incomplète ou altérée', en: 'the backup is incomplete or was altered' },
    cause === undefined ? {} : { cause },
  );

/** Reads an archive. Faults: malformed (no backup of ours, broken off, altered). */
export class ArchiveReader {
  private constructor(
    readonly head: unknown,
    private readonly source: Bytes,
  ) {}

  static async open(path: string): Promise<ArchiveReader> {
    const source = new Bytes(path);
    try {
      const first = await source.line(mark.length).catch((error: unknown) => {
        throw error instanceof Fault ? none() : (error as Error);
      });
      if (`${first}\n` !== mark) throw none();
      return new ArchiveReader(parsed(await source.line(mostHead)), source);
    } catch (error) {
      source.close();
      throw error;
    }
  }

  /** The entries in their order; ends only where the archive says that it ends. */
  async *entries(): AsyncGenerator<ArchiveEntry> {
    const { source } = this;
    for (let number = 0; ; number++) {
      const head = parsed(await source.line(mostHead));
      const { end, entries } = (head ?? {}) as { end?: unknown; entries?: unknown };
      if (end === true) {
        if (entries !== number) throw broken();
        return;
      }
      let sum: Sum | null = null;
      const body = async function* (): AsyncGenerator<Buffer> {
        const counted = new Counted();
        for (;;) {
          const length = (await source.take(4)).readUInt32LE(0);
          if (length === 0) break;
          if (length > mostFrame) throw broken();
          const chunk = await source.take(length);
          counted.add(chunk);
          yield chunk;
        }
        const told = parsed(await source.line(mostHead)) as Partial<Sum> | null;
        const found = counted.sum;
        if (told?.sha256 !== found.sha256 || told.lines !== found.lines || told.bytes !== found.bytes) throw broken();
        sum = found;
      };
      yield {
        head,
        body: body(),
        sum() {
          if (sum === null) throw new Error('the entry was not read to its end');
          return sum;
        },
      };
      if (sum === null) throw new Error('the entry was not read to its end');
    }
  }

  close(): void {
    this.source.close();
  }
}

const none = (): Fault =>
  new Fault('malformed', 'file', { fr: 'ce fichier n’est pas une sauvegarde de GeoMIG', en: 'this file is no backup of GeoMIG' });

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (error) {
    throw broken(error);
  }
}

/** Bytes and lines of an inflated file, in order. */
class Bytes {
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly close_: () => void;
  private pending: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    const raw = createReadStream(path, { highWaterMark: 256 * 1024 });
    const inflated = createGunzip({ chunkSize: 256 * 1024 });
    pipeline(raw, inflated, () => undefined);
    this.chunks = (inflated as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    this.close_ = () => raw.destroy();
  }

  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      if (this.pending.length === 0) await this.more();
      const part = this.pending.subarray(0, missing);
      this.pending = this.pending.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  async line(most: number): Promise<string> {
    const parts: Buffer[] = [];
    for (let length = 0; ;) {
      if (this.pending.length === 0) await this.more();
      const at = this.pending.indexOf(10);
      const part = at < 0 ? this.pending : this.pending.subarray(0, at);
      parts.push(part);
      length += part.length;
      if (length > most) throw broken();
      this.pending = this.pending.subarray(at < 0 ? part.length : at + 1);
      if (at >= 0) return Buffer.concat(parts).toString('utf8');
    }
  }

  close(): void {
    this.close_();
  }

  private async more(): Promise<void> {
    let next: IteratorResult<Buffer>;
    try {
      next = await this.chunks.next();
    } catch (error) {
      // the file itself: absent, not readable
      const { code } = error as { code?: unknown };
      throw typeof code === 'string' && code.startsWith('E') ? (error as Error) : broken(error);
    }
    if (next.done === true) throw broken();
    this.pending = next.value;
  }
}
