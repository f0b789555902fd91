// Reads pieces of a file at any offset through one buffer: what lies close together costs one read.
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

const windowSize = 256 * 1024;

export class FileWindow {
  private buffer = Buffer.alloc(0);
  private start = 0;

  private constructor(
    private readonly file: FileHandle,
    /** Bytes of the file. */
    readonly size: number,
  ) {}

  static async open(path: string): Promise<FileWindow> {
    const file = await open(path, 'r');
    return new FileWindow(file, (await file.stat()).size);
  }

  /** `length` bytes from `offset`, fewer at the end of the file. Valid until the next call. */
  async read(offset: number, length: number): Promise<Buffer> {
    const end = Math.min(offset + length, this.size);
    if (end <= offset) return Buffer.alloc(0);
    if (offset < this.start || end > this.start + this.buffer.length) {
      const size = Math.min(Math.max(end - offset, windowSize), this.size - offset);
      const buffer = Buffer.allocUnsafe(size);
      let filled = 0;
      while (filled < size) {
        const { bytesRead } = await this.file.read(buffer, filled, size - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      this.buffer = buffer.subarray(0, filled);
      this.start = offset;
    }
    return this.buffer.subarray(offset - this.start, end - this.start);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
