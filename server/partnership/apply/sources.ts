// The files of data: read and loaded into tables of their own before the transaction begins, so that it stays short; what is loaded
// for nothing is dropped again.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { Fault } from '../../core/model/fault';
import { nameOf } from '../../core/model/names';
import type { LoadReport } from '../../core/ports/vector-source';
import type { DatasetEntry } from '../file';
import { keepCoverage, type KeptCoverage } from './coverage';
import type { ApplyOptions, ApplyParts } from './work';

/** A table that was filled, or a raster that is kept. */
export type Loaded =
  | { readonly digest: string; readonly report: LoadReport; readonly coverage: null }
  | { readonly digest: string; readonly report: null; readonly coverage: KeptCoverage };

/** What is published now of a dataset, as far as loading must know. */
export interface PublishedNow {
  readonly digest: string | null;
  /** Statements that have changed the table since. */
  readonly edits: number;
}

/** Loads what changed; by dataset code. `now` tells what is there. */
export async function loadSources(
  entries: readonly DatasetEntry[],
  now: ReadonlyMap<string, PublishedNow>,
  folder: string,
  parts: ApplyParts,
  options: ApplyOptions,
): Promise<Map<string, Loaded>> {
  const loaded = new Map<string, Loaded>();
  await parts.sweep();
  try {
    for (const entry of entries) {
      const { source } = entry;
      if (!source || !('file' in source)) continue;
      const at = `datasets.${entry.code}.source`;
      const path = resolve(folder, source.file);
      if (!existsSync(path))
        throw new Fault('invalid-value', `${at}.file`, `${at}.file : le fichier ${source.file} n’est pas là (cherché en ${path})`);
      const digest = await digestOf(path, JSON.stringify([source.layer, source.srs, source.id, source.encoding]));
      const before = now.get(entry.code);
      if (before?.digest === digest && !options.reimport) continue;
      if (before && before.edits > 0 && !options.overwriteEdits)
        throw new Fault(
          'conflict',
          at,
          `${at} : ${entry.code} a été modifiée ${before.edits} fois par ses partenaires depuis son import : ` +
            `ces modifications seraient perdues. Gardez-les, ou remplacez-les par --overwrite-edits.`,
        );
      parts.say(`${entry.code} : lecture de ${source.file}`);
      loaded.set(
        entry.code,
        await placed(at, source.file, async (): Promise<Loaded> => {
          if (!(await isRaster(path, parts))) return { digest, report: await loadOne(entry, source, path, digest, parts), coverage: null };
          const srs = source.srs === undefined ? undefined : codeOf(source.srs, `${at}.srs`);
          return { digest, report: null, coverage: await keepCoverage({ entry, source, path, srs, check: options.check }, parts) };
        }),
      );
    }
    return loaded;
  } catch (error) {
    await discard(loaded, parts);
    throw error;
  }
}

const isRaster = async (path: string, parts: ApplyParts): Promise<boolean> =>
  statSync(path).isFile() && (await parts.coverages.isCoverage(path));

/** What goes wrong with a file is told with its place in the partnership file. */
async function placed<T>(at: string, file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault) || error.in('fr').startsWith(at)) throw error;
    throw new Fault(error.kind, at, `${at} : ${file} : ${error.in('fr')}`, { cause: error });
  }
}

/** `EPSG:2154`, or its URN or URI. */
function codeOf(srs: string, at: string): number {
  const code = /(?:^|[:/])(\d{4,6})$/.exec(srs.trim())?.[1];
  if (code === undefined) throw new Fault('invalid-crs', at, `${at} : « ${srs} » n’est pas un code tel que EPSG:2154`);
  return Number(code);
}

async function loadOne(
  entry: DatasetEntry,
  told: { readonly layer?: string; readonly srs?: string; readonly id?: string; readonly encoding?: string },
  path: string,
  digest: string,
  parts: ApplyParts,
): Promise<LoadReport> {
  const srs = told.srs === undefined ? undefined : codeOf(told.srs, `datasets.${entry.code}.source.srs`);
  const source = await parts.openSource(path, {
    ...(told.layer === undefined ? {} : { layer: told.layer }),
    ...(srs === undefined ? {} : { srs }),
    ...(told.encoding === undefined ? {} : { encoding: told.encoding }),
  });
  try {
    // a name of its own for each content: the old table serves until the transaction, then it is dropped
    const table = `${nameOf(entry.type.replace(':', '_')).toLowerCase().slice(0, 40)}_${digest.slice(0, 8)}_${Date.now().toString(36)}`;
    let shown = 0;
    const report = await parts.load(source, {
      schema: 'data',
      table,
      ...(told.id === undefined ? {} : { key: told.id }),
      onProgress: (done, total) => {
        if (Date.now() - shown < 1000) return;
        shown = Date.now();
        parts.say(`${entry.code} : ${done}${total === null ? '' : ` / ${total}`}`);
      },
    });
    const { repaired, refused } = report;
    parts.say(
      `${entry.code} : ${report.rows} objets${repaired.total > 0 ? `, ${repaired.total} géométries réparées` : ''}${refused.total > 0 ? `, ${refused.total} lignes refusées` : ''}`,
    );
    for (const note of report.notes) parts.say(`  ${note}`);
    for (const issue of [...repaired.listed.slice(0, 5), ...refused.listed.slice(0, 20)])
      parts.say(`  ligne ${issue.line} : ${issue.reason}`);
    return report;
  } finally {
    await source.close();
  }
}

export async function discard(loaded: ReadonlyMap<string, Loaded>, parts: ApplyParts): Promise<void> {
  // a raster that is kept for nothing costs its place and harms nobody: another import finds it there
  for (const { report } of loaded.values()) if (report) await parts.discard(report.schema, report.table);
}

/** Digest of a file (of a Shapefile with its siblings) and of how it is to be read. */
async function digestOf(path: string, how: string): Promise<string> {
  const hash = createHash('sha256').update(how);
  for (const file of filesOf(path)) {
    hash.update(`\n${basename(file)} ${statSync(file).size}\n`);
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  }
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  if (statSync(path).isDirectory())
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .sort();
  if (extname(path).toLowerCase() !== '.shp') return [path];
  const stem = basename(path).slice(0, -4).toLowerCase();
  return readdirSync(dirname(path))
    .filter(name => name.toLowerCase().startsWith(`${stem}.`))
    .sort()
    .map(name => join(dirname(path), name));
}
