// Where the bytes of coverages are kept: a directory (GEOMIG_FILES) that all instances share, each file under the digest of its content, so that
// a name never means other bytes and nothing that is being read is ever overwritten.
import { copyFile, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import { Fault } from '../core/model/fault';
import type { CoverageFiles } from '../core/ports/coverage-files';
import type { Database } from './database';

const named = /^([0-9a-f]{64})\.tif$/;

/** `files`: the setting GEOMIG_FILES, an absolute directory or `s3://…`. */
export function coverageFiles(files: string): CoverageFiles {
  const folder = join(files, 'coverages');
  const place = (digest: string): string => {
    if (!isAbsolute(files))
      throw new Fault('unsupported', 'GEOMIG_FILES', 'rasters are kept in a directory: GEOMIG_FILES names a store of another kind');
    if (!/^[0-9a-f]{64}$/.test(digest)) throw new Error('a coverage file is named by a digest');
    return join(folder, digest.slice(0, 2), `${digest}.tif`);
  };
  return {
    pathOf: place,
    async keep(path, digest) {
      const target = place(digest);
      const now = new Date();
      if (await stat(target).catch(() => null)) return utimes(target, now, now);
      await mkdir(join(folder, digest.slice(0, 2)), { recursive: true });
      const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        await copyFile(path, temporary);
        await utimes(temporary, now, now);
        await rename(temporary, target);
      } catch (cause) {
        await rm(temporary, { force: true });
        throw new Fault('unavailable', 'GEOMIG_FILES', `the raster cannot be kept in ${folder}: ${(cause as Error).message}`, { cause });
      }
    },
    async list() {
      const found: { digest: string; since: number }[] = [];
      for (const part of await readdir(folder).catch(() => [])) {
        if (!/^[0-9a-f]{2}$/.test(part)) continue;
        for (const name of await readdir(join(folder, part)).catch(() => [])) {
          const digest = named.exec(name)?.[1];
          const about = digest === undefined ? null : await stat(join(folder, part, name)).catch(() => null);
          if (digest !== undefined && about) found.push({ digest, since: about.mtimeMs });
        }
      }
      return found;
    },
    remove: digest => rm(place(digest), { force: true }),
  };
}

/** Days that a file which no coverage names any more is kept: for requests that are under way, and for whoever restores the day before. */
const keptDays = 30;

/** Removes files that have not been named for long; `now` in milliseconds. A directory belongs to one installation. */
export async function sweepCoverages(database: Database, files: CoverageFiles, now: number): Promise<void> {
  const kept = await files.list();
  const old = kept.filter(({ since }) => now - since > keptDays * 86_400_000);
  if (old.length === 0) return;
  const rows = await database.transaction({ role: 'owner' }, session => session.rows<{ file: string }>('select file from geomig.coverage'));
  const named = new Set(rows.map(({ file }) => file));
  for (const { digest } of old) if (!named.has(digest)) await files.remove(digest);
}
