// Character encodings of files that do not say theirs, or say it in their own words (.cpg, DBF language driver).
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import { decode, decodeStream, encodingExists } from 'iconv-lite';
import { Fault } from '../core/model/fault';
import { counted, zipLimits } from './zip';

/** Names we answer with; each is known to iconv-lite. */
export type Encoding = string;

/** The encoding a user, a .cpg or a header names; null when it is none that we know. */
export function encodingNamed(text: string): Encoding | null {
  const name = text.trim().toLowerCase().replace(/[\s_]/g, '-');
  if (/^(utf-?8|65001|cp65001)$/.test(name)) return 'utf-8';
  const page = /^(?:ansi-?|oem-?|cp-?|ibm-?|windows-?|win-?|dos-?)?(\d{3,5})$/.exec(name)?.[1];
  if (page === '88591' || page === '28591') return 'iso-8859-1';
  if (page === '885915' || page === '28605') return 'iso-8859-15';
  if (page !== undefined && /^125\d$/.test(page)) return `windows-${page}`;
  if (page !== undefined && encodingExists(`cp${page}`)) return `cp${page}`;
  if (/^iso-?8859-?15$|^latin-?9$/.test(name)) return 'iso-8859-15';
  if (/^iso-?8859-?1$|^latin-?1$/.test(name)) return 'iso-8859-1';
  if (/^(us-)?ascii$/.test(name)) return 'windows-1252';
  return encodingExists(name) ? name : null;
}

/** The encoding the user tells; fault invalid-value for an unknown one. */
export function toldEncoding(text: string): Encoding {
  const found = encodingNamed(text);
  if (found === null)
    throw new Fault('invalid-value', 'encoding', {
      en: `"${text.slice(0, 40)}" is not a character encoding that is known here`,
      fr: `« ${text.slice(0, 40)} » n’est pas un encodage connu ici`,
    });
  return found;
}

/** dBASE language driver ids (byte 29 of the header) that occur in Europe. */
const drivers: Readonly<Record<number, Encoding>> = {
  0x01: 'cp437',
  0x02: 'cp850',
  0x03: 'windows-1252',
  0x0b: 'cp437',
  0x0d: 'cp437',
  0x0e: 'cp850',
  0x1d: 'cp850',
  0x25: 'cp850',
  0x37: 'cp850',
  0x4d: 'cp936',
  0x57: 'windows-1252',
  0x58: 'windows-1252',
  0x59: 'windows-1252',
  0x64: 'cp852',
  0xc8: 'windows-1250',
};

export function driverEncoding(id: number): Encoding | null {
  return drivers[id] ?? null;
}

// Bytes of French letters. In CP850 they lie where Windows-1252 has quotes and dashes, in Windows-1252 where CP850 draws boxes.
const french850 = new Set([0x82, 0x85, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x93, 0x96, 0x97, 0x83, 0x90, 0x80, 0xb7, 0xd4, 0xd2]);
const french1252 = new Set([
  0xe0, 0xe2, 0xe7, 0xe8, 0xe9, 0xea, 0xeb, 0xee, 0xef, 0xf4, 0xf9, 0xfb, 0xfc, 0xc0, 0xc2, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xce, 0xcf, 0xd4,
  0xdb,
]);

/** Finds an encoding from the bytes it is fed: UTF-8 when they are valid, else CP850 or Windows-1252 by the letters of French. */
export class EncodingGuess {
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true });
  private valid = true;
  private high = 0;
  private votes850 = 0;
  private votes1252 = 0;
  private previous = 0;

  /** `whole`: the chunk ends at a character (a field of a record), not anywhere in a stream. */
  feed(chunk: Uint8Array, whole = false): void {
    if (this.valid) {
      try {
        this.utf8.decode(chunk, { stream: !whole });
      } catch {
        this.valid = false;
      }
    }
    for (const byte of chunk) {
      if (byte >= 0x80) {
        this.high++;
        // only beside a letter: a lone 0x85 is an ellipsis of Windows-1252, not an à
        if (isLetter(this.previous)) {
          if (french850.has(byte)) this.votes850++;
          if (french1252.has(byte)) this.votes1252++;
        }
      }
      this.previous = byte;
    }
  }

  /** Bytes past ASCII were seen and they are valid UTF-8. */
  get isUtf8(): boolean {
    return this.valid && this.high > 0;
  }

  /** Nothing past ASCII: any encoding reads it alike. */
  get isAscii(): boolean {
    return this.high === 0;
  }

  result(): Encoding {
    if (this.valid) return 'utf-8';
    return this.votes850 > this.votes1252 ? 'cp850' : 'windows-1252';
  }
}

const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte >= 0x80;

/** Text of a short piece of bytes. */
export const decodeBytes = (bytes: Uint8Array, encoding: Encoding): string =>
  decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), encoding, { stripBOM: false });

/** The encoding of a text file, from its mark or all of its bytes. */
export async function encodingOfFile(path: string): Promise<Encoding> {
  const guess = new EncodingGuess();
  let first = true;
  for await (const chunk of byteStream(path) as AsyncIterable<Buffer>) {
    if (first && chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
    if (first && chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
    first = false;
    guess.feed(chunk);
  }
  return guess.result();
}

/** Bytes of a file, inflated where its name ends in .gz, under the limits of archives (SEC14). */
export function byteStream(path: string): Readable {
  const raw = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (!/\.gz$/i.test(path)) return raw;
  const limited = counted(basename(path), statSync(path).size, { ...zipLimits, entry: zipLimits.total });
  // pipeline passes every error on to its last stream, whose reader gets it
  pipeline(raw, createGunzip({ chunkSize: 256 * 1024 }), limited, () => undefined);
  return limited;
}

/** Characters of a file; a byte order mark is dropped. */
export function textStream(path: string, encoding: Encoding): Readable {
  const text = decodeStream(encoding, { stripBOM: true });
  pipeline(byteStream(path), text, () => undefined);
  return text as unknown as Readable;
}
