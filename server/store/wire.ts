// The few messages of PostgreSQL's wire protocol (version 3) that the embedded engine's bridge reads and writes itself.

/** SSLRequest, GSSENCRequest, CancelRequest and StartupMessage begin with these numbers instead of a type byte. */
export const startupCodes = { ssl: 80877103, gss: 80877104, cancel: 80877102, version3: 196608 } as const;

const empty = Buffer.alloc(0);

/** Cuts a byte stream into whole frontend messages. */
export class FrameReader {
  private rest: Buffer = empty;

  push(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
  }

  /** A message without type byte (start of a connection): its code and its whole bytes; null when more is needed. */
  startup(): { readonly code: number; readonly bytes: Buffer } | null {
    if (this.rest.length < 8) return null;
    const length = this.rest.readInt32BE(0);
    if (length < 8 || length > 65536) throw new Error('not a start message of the protocol');
    if (this.rest.length < length) return null;
    return { code: this.rest.readInt32BE(4), bytes: this.take(length) };
  }

  /** The next whole message with its type; null when more is needed. */
  next(): { readonly type: string; readonly bytes: Buffer } | null {
    if (this.rest.length < 5) return null;
    const length = this.rest.readInt32BE(1) + 1;
    if (length < 5) throw new Error('not a message of the protocol');
    if (this.rest.length < length) return null;
    return { type: String.fromCharCode(this.rest[0] ?? 0), bytes: this.take(length) };
  }

  private take(length: number): Buffer {
    const bytes = this.rest.subarray(0, length);
    this.rest = this.rest.length === length ? empty : this.rest.subarray(length);
    return bytes;
  }
}

/** A message: type byte, length, body. */
export function message(type: string, body: Buffer = empty): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`);

/** A simple query. */
export const query = (sql: string): Buffer => message('Q', text(sql));

export type TransactionStatus = 'I' | 'T' | 'E';

export const readyForQuery = (status: TransactionStatus): Buffer => message('Z', Buffer.from(status, 'latin1'));

export function errorResponse(severity: 'ERROR' | 'FATAL', sqlState: string, words: string): Buffer {
  return message(
    'E',
    Buffer.concat([text(`S${severity}`), text(`V${severity}`), text(`C${sqlState}`), text(`M${words}`), Buffer.from([0])]),
  );
}

/** What a server says after a StartupMessage: no password is asked, the socket's mode is the guard. */
export function welcome(id: number, secret: number): Buffer {
  const parameters: readonly (readonly [string, string])[] = [
    ['server_version', '18.3'],
    ['server_encoding', 'UTF8'],
    ['client_encoding', 'UTF8'],
    ['DateStyle', 'ISO, MDY'],
    ['TimeZone', 'UTC'],
    ['integer_datetimes', 'on'],
    ['standard_conforming_strings', 'on'],
  ];
  const key = Buffer.alloc(8);
  key.writeInt32BE(id, 0);
  key.writeInt32BE(secret, 4);
  return Buffer.concat([
    message('R', Buffer.from([0, 0, 0, 0])),
    ...parameters.map(([name, value]) => message('S', Buffer.concat([text(name), text(value)]))),
    message('K', key),
    readyForQuery('I'),
  ]);
}

/** A CancelRequest for the connection with that id and secret. */
export function cancelRequest(id: number, secret: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeInt32BE(16, 0);
  bytes.writeInt32BE(startupCodes.cancel, 4);
  bytes.writeInt32BE(id, 8);
  bytes.writeInt32BE(secret, 12);
  return bytes;
}

/**
 * Passes the backend's bytes on, holding every ReadyForQuery back: the engine sends one of its own after an error inside an extended
 * query and another for the Sync, and clients count them. `status` is that of the last one seen.
 */
export class ReadyFilter {
  status: TransactionStatus | null = null;
  private head: Buffer = empty;
  private remaining = 0;

  /** The part of `chunk` (with what was held from before) that goes to the client. */
  pass(chunk: Buffer): Buffer {
    const input = this.head.length === 0 ? chunk : Buffer.concat([this.head, chunk]);
    this.head = empty;
    let kept: Buffer[] | null = null;
    let from = 0;
    let at = 0;
    while (at < input.length) {
      if (this.remaining > 0) {
        const step = Math.min(this.remaining, input.length - at);
        this.remaining -= step;
        at += step;
        continue;
      }
      const isReady = input[at] === 0x5a;
      if (input.length - at < (isReady ? 6 : 5)) {
        this.head = input.subarray(at);
        break;
      }
      if (isReady) {
        this.status = String.fromCharCode(input[at + 5] ?? 0x49) as TransactionStatus;
        (kept ??= []).push(input.subarray(from, at));
        at += 6;
        from = at;
      } else {
        this.remaining = input.readInt32BE(at + 1) + 1 - 5;
        at += 5;
      }
    }
    const tail = input.subarray(from, at);
    return kept === null ? tail : Buffer.concat([...kept, tail]);
  }
}
