// Records that describe no dataset of ours: kept as received, whatever their findings (D16, D17).
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Fault } from '../../core/model/fault';
import type { PartnershipFile } from '../file';
import { readBytes } from './records';
import type { Work } from './work';

/** Stores the records that the file names. */
export async function applyFreeRecords(work: Work, entries: NonNullable<PartnershipFile['records']>): Promise<void> {
  const sources = new Map<string, string>();
  for (const [index, entry] of entries.entries()) {
    const told = typeof entry === 'string' ? { file: entry } : entry;
    const at = `records.${index}`;
    const visibility = told.visibility ?? 'public';
    if (visibility !== 'public' && !told.reason?.trim())
      throw new Fault('conflict', `${at}.reason`, `R21 : ${told.file} : une fiche qui n’est pas publique dit pourquoi (reason)`, {
        rule: 'R21',
      });
    const paths = expand(told.file, work.folder);
    if (paths.length === 0) throw new Fault('invalid-value', `${at}.file`, `${at}.file : aucun fichier ne répond à ${told.file}`);
    const owner = told.owner === undefined ? null : await work.idOf('organisation', told.owner, `${at}.owner`);
    const scope = told.scope ?? null;
    if (scope !== null) await work.put('scope', { code: scope }, {});
    const reason = told.reason?.trim() ?? null;
    for (const path of paths) {
      const xml = readBytes(resolve(work.folder, path), at, path);
      const { identifier, outcome } = await store(work, xml, { owner, visibility, scope, reason }, { at, path });
      const twin = sources.get(identifier);
      if (twin !== undefined) throw new Fault('conflict', at, `${at} : ${path} et ${twin} portent le même identifiant ${identifier}`);
      sources.set(identifier, path);
      work.note('record', identifier, outcome);
    }
  }
}

type About = Parameters<Work['tx']['importRecord']>[1];

/** A fault names the file. */
async function store(
  work: Work,
  xml: Uint8Array,
  about: About,
  { at, path }: { readonly at: string; readonly path: string },
): ReturnType<Work['tx']['importRecord']> {
  try {
    return await work.tx.importRecord(xml, about);
  } catch (error) {
    if (!(error instanceof Fault) || error.kind === 'unavailable' || error.kind === 'busy') throw error;
    throw new Fault(error.kind, at, `${at} : ${path} : ${error.in('fr')}`, { cause: error });
  }
}

/** `records/*.xml`: stars in the last segment; other names stand for themselves. */
function expand(pattern: string, folder: string): string[] {
  if (!basename(pattern).includes('*')) return [pattern];
  const directory = resolve(folder, dirname(pattern));
  const matcher = new RegExp(
    `^${basename(pattern)
      .split('*')
      .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
  const names = existsSync(directory) ? readdirSync(directory).filter(name => matcher.test(name)) : [];
  return names.sort().map(name => join(dirname(pattern), name));
}
