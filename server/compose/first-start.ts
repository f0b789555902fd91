// What happens between the migrations and readiness: the demonstration into an empty database, the records' links to the address
// the server answers at, and the words that say where to look.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config';
import type { Clock } from '../core/model/clock';
import { parisDay } from '../core/model/clock';
import { writeDemonstration, type DemoAccount } from '../demo/demonstration';
import { applyPartnership } from '../partnership/apply/apply';
import { deriveRecord } from '../partnership/apply/records';
import { Work } from '../partnership/apply/work';
import type { Database } from '../store/database';
import type { Log } from '../store/log';
import { applyParts, type ApplyTools } from './apply';
import { offerFirstAccount } from '../store/first-account';
import { rememberBase, rememberDemonstration } from './base';

export interface FirstStart {
  readonly database: Database;
  readonly config: Config;
  /** Address that records link to. */
  readonly address: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly say: (line: string) => void;
}

const quiet = { check: false, prune: false, reimport: false, overwriteEdits: false, allowUnpublished: false } as const;

export async function prepareFirstData(start: FirstStart): Promise<void> {
  const { database, config, address, clock, say } = start;
  const moved = await rememberBase(database, address);
  const tools: ApplyTools = { database, publicBase: address, now: () => clock.now(), say, files: config.files };
  const empty = !(await hasDatasets(database));
  let accounts: readonly DemoAccount[] = [];
  if (empty && config.demo) accounts = await loadDemonstration(tools);
  else if (!empty && moved) await relinkRecords(tools);
  const token = await offerFirstAccount(database);
  for (const line of welcome(address, config, accounts, token, clock)) say(line);
}

export const hasDatasets = async (database: Database): Promise<boolean> =>
  (await database.transaction({ role: 'owner' }, session => session.rows('select 1 as one from geomig.dataset limit 1'))).length > 0;

/** Makes the demonstration partnership and applies it, as an administrator would. */
export async function loadDemonstration(tools: ApplyTools): Promise<readonly DemoAccount[]> {
  const folder = mkdtempSync(join(tmpdir(), 'geomig-demo-'));
  try {
    tools.say('Création du partenariat de démonstration…');
    const { file, path, accounts } = writeDemonstration(folder, parisDay(tools.now()));
    await applyPartnership(file, path, quiet, applyParts(tools));
    await rememberDemonstration(tools.database);
    return accounts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Renders the records of our datasets again after the server's address has changed. */
export async function relinkRecords(tools: ApplyTools): Promise<void> {
  const parts = applyParts(tools);
  const work = new Work(await parts.begin(), parts, quiet, '.', parisDay(tools.now()));
  try {
    let changed = false;
    for (const row of await work.tables.find('dataset', {}))
      if ((await deriveRecord(work, Number(row['id']), () => Promise.resolve())) !== 'left') changed = true;
    if (changed) await work.tx.bump();
    await work.tx.commit();
  } catch (error) {
    await work.tx.rollback();
    throw error;
  }
}

function welcome(address: string, config: Config, accounts: readonly DemoAccount[], token: string | null, clock: Clock): string[] {
  const lines = [
    '',
    `GeoMIG est prêt : ${address}/`,
    '',
    'À coller dans QGIS :',
    `  WFS  ${address}/wfs`,
    `  WMS  ${address}/wms`,
    `  CSW  ${address}/csw   (MetaSearch)`,
  ];
  if (config.clock !== null) lines.push('', `Horloge de répétition : les règles voient le ${clock.now()}.`);
  if (accounts.length > 0) {
    const width = Math.max(...accounts.map(account => account.login.length));
    lines.push('', 'Comptes de démonstration (mots de passe propres à cette installation, affichés une seule fois) :');
    for (const account of accounts) lines.push(`  ${account.login.padEnd(width)}  ${account.password}  ${account.who}`);
  } else if (token !== null)
    lines.push(
      '',
      'Aucun compte encore. Le premier administrateur du pilote se crée ici, une seule fois :',
      `  ${address}/first/${token}`,
      'ou par : npx geomig user add VOTRE-LOGIN --organisation cd92 --role pilot_admin --name "Prénom Nom"',
    );
  lines.push('');
  return lines;
}
