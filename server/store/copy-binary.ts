// Reads the stream of `COPY … TO STDOUT (FORMAT binary)` row by row: https://www.postgresql.org/docs/15/sql-copy.html, « Binary Format ».
// Rows are handed over as positions in a buffer, so that whoever reads them makes no objects.

/** The fields of one row: where each begins and how long it is (-1: null). Valid during the call only. */
export interface BinaryRow {
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
}

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const headLength = signature.length + 8;

/** Takes chunks of any size; calls `use` for every complete row. */
export class BinaryRows {
  #pending: Buffer[] = [];
  #pendingLength = 0;
  /** Bytes that must be there before the next step can be taken. */
  #needed = headLength;
  #started = false;
  #ended = false;
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;

  constructor(
    private readonly fields: number,
    private readonly use: (row: BinaryRow) => void,
  ) {
    this.#starts = new Int32Array(fields);
    this.#lengths = new Int32Array(fields);
  }

  push(chunk: Buffer): void {
    this.#pending.push(chunk);
    this.#pendingLength += chunk.length;
    // a row larger than many chunks is joined once, not once a chunk
    if (this.#pendingLength < this.#needed) return;
    const bytes = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending, this.#pendingLength);
    const at = this.#rows(bytes);
    this.#pending = at < bytes.length ? [bytes.subarray(at)] : [];
    this.#pendingLength = bytes.length - at;
  }

  /** Throws when the stream broke off. */
  end(): void {
    if (!this.#ended) throw new Error('a binary copy broke off');
  }

  #rows(bytes: Buffer): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    if (!this.#started) {
      if (!bytes.subarray(0, signature.length).equals(signature)) throw new Error('not a binary copy');
      at = headLength + view.getInt32(signature.length + 4);
      if (at > bytes.length) return this.#wait(0, at);
      this.#started = true;
    }
    const row: BinaryRow = { bytes, view, starts: this.#starts, lengths: this.#lengths };
    while (!this.#ended) {
      if (at + 2 > bytes.length) return this.#wait(at, 2);
      const count = view.getInt16(at);
      if (count === -1) {
        this.#ended = true;
        return at + 2;
      }
      if (count !== this.fields) throw new Error(`a row of ${count} fields, expected ${this.fields}`);
      let next = at + 2;
      for (let field = 0; field < count; field++) {
        if (next + 4 > bytes.length) return this.#wait(at, next + 4 - at);
        const length = view.getInt32(next);
        this.#starts[field] = next + 4;
        this.#lengths[field] = length;
        next += 4 + Math.max(0, length);
        if (next > bytes.length) return this.#wait(at, next - at);
      }
      this.use(row);
      at = next;
    }
    return at;
  }

  #wait(at: number, needed: number): number {
    this.#needed = needed;
    return at;
  }
}
