// Tables of FlatBuffers as FlatGeobuf writes them, read with every offset and length checked against the bytes that are there: a file is hostile
// until it is read. Positions are those of the buffer; strings are UTF-8.

/** Thrown for an offset or a length that leaves the buffer. */
export class BadBuffer extends Error {}

/** One table: its fields by number, as the schema orders them. */
export class FlatTable {
  private constructor(
    private readonly bytes: Buffer,
    private readonly at: number,
    private readonly slots: number,
    private readonly fields: number,
  ) {}

  /** The root table of a buffer. Throws BadBuffer. */
  static root(bytes: Buffer): FlatTable {
    return FlatTable.under(bytes, 0);
  }

  /** The table that an offset at `position` points to. */
  private static under(bytes: Buffer, position: number): FlatTable {
    const at = position + FlatTable.number(bytes, position, 4);
    const slots = at - FlatTable.signed(bytes, at);
    const size = FlatTable.number(bytes, slots, 2);
    if (size < 4 || size % 2 !== 0 || slots + size > bytes.length) throw new BadBuffer('a table without fields');
    return new FlatTable(bytes, at, slots, (size - 4) / 2);
  }

  private static number(bytes: Buffer, at: number, size: 1 | 2 | 4): number {
    if (at < 0 || at + size > bytes.length) throw new BadBuffer('an offset beyond the end');
    return bytes.readUIntLE(at, size);
  }

  private static signed(bytes: Buffer, at: number): number {
    if (at < 0 || at + 4 > bytes.length) throw new BadBuffer('an offset beyond the end');
    return bytes.readInt32LE(at);
  }

  /** Position of a field; null when it was left out. */
  private place(field: number): number | null {
    if (field >= this.fields) return null;
    const offset = FlatTable.number(this.bytes, this.slots + 4 + field * 2, 2);
    return offset === 0 ? null : this.at + offset;
  }

  /** Bytes of the buffer that it lies in. */
  get size(): number {
    return this.bytes.length;
  }

  unsigned(field: number, size: 1 | 2 | 4, absent: number): number {
    const at = this.place(field);
    return at === null ? absent : FlatTable.number(this.bytes, at, size);
  }

  integer(field: number, absent: number): number {
    const at = this.place(field);
    return at === null ? absent : FlatTable.signed(this.bytes, at);
  }

  /** A 64-bit count; past what a double holds it is as good as infinite. */
  long(field: number): number {
    const at = this.place(field);
    if (at === null) return 0;
    if (at < 0 || at + 8 > this.bytes.length) throw new BadBuffer('an offset beyond the end');
    return Number(this.bytes.readBigUInt64LE(at));
  }

  flag(field: number, absent: boolean): boolean {
    return this.unsigned(field, 1, absent ? 1 : 0) !== 0;
  }

  /** Begin and number of items of a vector; null when it was left out. */
  private vector(field: number, size: number): { readonly at: number; readonly count: number } | null {
    const place = this.place(field);
    if (place === null) return null;
    const start = place + FlatTable.number(this.bytes, place, 4);
    const count = FlatTable.number(this.bytes, start, 4);
    if (start + 4 + count * size > this.bytes.length) throw new BadBuffer('a list longer than the buffer');
    return { at: start + 4, count };
  }

  text(field: number): string | null {
    const found = this.vector(field, 1);
    return found === null ? null : this.bytes.toString('utf8', found.at, found.at + found.count);
  }

  /** The bytes of a vector of bytes; empty when it was left out. */
  slice(field: number): Buffer {
    const found = this.vector(field, 1);
    return found === null ? Buffer.alloc(0) : this.bytes.subarray(found.at, found.at + found.count);
  }

  doubles(field: number): readonly number[] {
    const found = this.vector(field, 8);
    return found === null ? [] : Array.from({ length: found.count }, (_, index) => this.bytes.readDoubleLE(found.at + index * 8));
  }

  integers(field: number): readonly number[] {
    const found = this.vector(field, 4);
    return found === null ? [] : Array.from({ length: found.count }, (_, index) => this.bytes.readUInt32LE(found.at + index * 4));
  }

  table(field: number): FlatTable | null {
    const place = this.place(field);
    return place === null ? null : FlatTable.under(this.bytes, place);
  }

  /** Throws BadBuffer for more than `most`: offsets may point to the same table, so that few bytes are many of them. */
  tables(field: number, most = 1_000_000): readonly FlatTable[] {
    const found = this.vector(field, 4);
    if (found !== null && found.count > most) throw new BadBuffer('too many tables');
    return found === null ? [] : Array.from({ length: found.count }, (_, index) => FlatTable.under(this.bytes, found.at + index * 4));
  }
}
