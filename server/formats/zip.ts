// Unpacks an archive into a fresh directory under the limits of SEC14. The archive is not believed: sizes are counted while they are inflated.
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { open } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { Fault } from '../core/model/fault';

export interface ZipLimits {
  /** Bytes of one entry, unpacked. */
  readonly entry: number;
  /** Bytes of all entries, unpacked. */
  readonly total: number;
  /** Unpacked size over packed size, judged past `ratioFloor` bytes. */
  readonly ratio: number;
  readonly ratioFloor: number;
  readonly entries: number;
}

/** SEC14. Below one mebibyte the ratio says nothing: an empty .dbf packs better than a hundred times. */
export const zipLimits: ZipLimits = { entry: 2 * 2 ** 30, total: 4 * 2 ** 30, ratio: 100, ratioFloor: 2 ** 20, entries: 1000 };

const unixLink = 0o120000;
const unixType = 0o170000;

/** A path inside the archive as we write it, or null: absolute, climbing, drive letters, control characters and device names are refused. */
export function safeEntryName(name: string): string | null {
  if (name.length === 0 || name.length > 400 || /[<>:"|?*\\]/.test(name) || name.startsWith('/')) return null;
  for (const letter of name) if (letter < ' ' || letter === '\u007f') return null;
  const parts = name.split('/');
  if (parts.length > 20) return null;
  for (const part of parts) if (part === '' || part === '.' || part === '..' || part.length > 200 || /[. ]$/.test(part)) return null;
  return name;
}

/**
 * Unpacks what `wanted` accepts into a new directory and returns its path; the caller removes it. Every entry is checked, wanted or not.
 * Faults: malformed (not an archive, bad names, links, encrypted), too-large (a limit). Nothing is left behind on a fault.
 */
export async function unpack(path: string, wanted: (name: string) => boolean, limits: ZipLimits = zipLimits): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'geomig-zip-'));
  let zip: ZipFile | null = null;
  try {
    zip = await openZip(path);
    await unpackInto(zip, folder, wanted, limits);
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (error instanceof Fault) throw error;
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new Fault(
      'malformed',
      'source',
      { en: `the archive cannot be read: ${reason}`, fr: `l’archive ne peut pas être lue : ${reason}` },
      { cause: error },
    );
  } finally {
    zip?.close();
  }
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(
      path,
      { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: false, decodeStrings: true },
      (error, zip) => {
        if (error) reject(error);
        else resolve(zip);
      },
    );
  });
}

async function unpackInto(zip: ZipFile, folder: string, wanted: (name: string) => boolean, limits: ZipLimits): Promise<void> {
  if (zip.entryCount > limits.entries)
    throw new Fault('too-large', 'source', {
      en: `the archive has more than ${limits.entries} entries`,
      fr: `l’archive a plus de ${limits.entries} entrées`,
    });
  let count = 0;
  let total = 0;
  const seen = new Set<string>();
  for (let entry = await next(zip); entry !== null; entry = await next(zip)) {
    if (++count > limits.entries)
      throw new Fault('too-large', 'source', {
        en: `the archive has more than ${limits.entries} entries`,
        fr: `l’archive a plus de ${limits.entries} entrées`,
      });
    const directory = entry.fileName.endsWith('/');
    const name = safeEntryName(directory ? entry.fileName.slice(0, -1) : entry.fileName);
    if (name === null)
      throw new Fault('malformed', 'source', {
        en: `the archive has an entry with a name that is not taken: ${JSON.stringify(entry.fileName.slice(0, 100))}`,
        fr: `l’archive a une entrée dont le nom n’est pas accepté : ${JSON.stringify(entry.fileName.slice(0, 100))}`,
      });
    if (((entry.externalFileAttributes >>> 16) & unixType) === unixLink)
      throw new Fault('malformed', 'source', { en: `the archive holds a link: ${name}`, fr: `l’archive contient un lien : ${name}` });
    if (entry.isEncrypted())
      throw new Fault('malformed', 'source', { en: `the archive is encrypted: ${name}`, fr: `l’archive est chiffrée : ${name}` });
    checkSize(name, entry.uncompressedSize, entry.compressedSize, limits);
    total += entry.uncompressedSize;
    if (total > limits.total)
      throw new Fault('too-large', 'source', {
        en: `the archive unpacks to more than ${limits.total} bytes`,
        fr: `l’archive dépasse ${limits.total} octets une fois décompressée`,
      });
    if (directory || !wanted(name)) continue;
    if (seen.has(name.toLowerCase()))
      throw new Fault('malformed', 'source', { en: `the archive holds ${name} twice`, fr: `l’archive contient deux fois ${name}` });
    seen.add(name.toLowerCase());
    const target = join(folder, name);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(
      await content(zip, entry),
      counted(name, entry.compressedSize, limits),
      createWriteStream(target, { flags: 'wx', mode: 0o600 }),
    );
  }
}

function checkSize(name: string, unpacked: number, packed: number, limits: ZipLimits): void {
  if (unpacked > limits.entry)
    throw new Fault('too-large', 'source', {
      en: `${name} unpacks to more than ${limits.entry} bytes`,
      fr: `${name} dépasse ${limits.entry} octets une fois décompressé`,
    });
  if (unpacked > limits.ratioFloor && unpacked > packed * limits.ratio)
    throw new Fault('too-large', 'source', {
      en: `${name} unpacks to more than ${limits.ratio} times its packed size`,
      fr: `${name} décompressé dépasse ${limits.ratio} fois sa taille`,
    });
}

/** Counts what comes out of an inflation, whatever a directory declared, and stops it at a limit. */
export function counted(name: string, packed: number, limits: ZipLimits = zipLimits): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      try {
        checkSize(name, bytes, packed, limits);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

function next(zip: ZipFile): Promise<Entry | null> {
  return new Promise((resolve, reject) => {
    const clear = (): void => {
      zip.removeListener('entry', onEntry);
      zip.removeListener('end', onEnd);
      zip.removeListener('error', onError);
    };
    const onEntry = (entry: Entry): void => {
      clear();
      resolve(entry);
    };
    const onEnd = (): void => {
      clear();
      resolve(null);
    };
    const onError = (error: Error): void => {
      clear();
      reject(error);
    };
    zip.on('entry', onEntry).on('end', onEnd).on('error', onError);
    zip.readEntry();
  });
}

function content(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(error);
      else resolve(stream);
    });
  });
}
