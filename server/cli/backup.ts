// geomig backup FILE, restore FILE, reset: the whole of an installation.
import { createInterface } from 'node:readline/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backupTo, contents, inspectBackup, resetAll, restoreFrom, type RestoreReport } from '../compose/backup';
import { complain, nothingDone, say, withDesk } from './command';

const inWords = (bytes: string): string => `${bytes.slice(0, 12)}…`;

export function backupCommands(program: Command, finish: (status: number) => void): void {
  program
    .command('backup')
    .argument('<file>', 'fichier à écrire, tel que sauvegarde-2026-11-24.geomig')
    .description('écrit toute l’installation dans un fichier : partenariat, comptes, journaux, données, fiches, rasters')
    .addHelpText(
      'after',
      `
Le fichier se restaure sur l’un et l’autre moteur. Il tient les empreintes des mots de passe : gardez-le comme la base.
Il est d’un seul instant, le serveur peut tourner ; sur le moteur embarqué les requêtes attendent le temps de la lecture.
Les tables en place (source: { table }) n’y sont pas : elles appartiennent à d’autres.

Exemple :
  geomig backup sauvegarde-2026-11-24.geomig`,
    )
    .action(async (file: string) => {
      finish(
        await withDesk('backup', async ({ database, config, clock }) => {
          const report = await backupTo(database, config, resolve(file), clock.now());
          for (const { name, rows, sha256 } of report.tables) if (rows > 0) say(`${name} : ${rows} lignes, ${inWords(sha256)}`);
          for (const name of report.left) say(`avis : la table en place ${name} n’est pas dans la sauvegarde`);
          const rows = report.tables.reduce((sum, table) => sum + table.rows, 0);
          say(`Sauvegarde écrite : ${file} (${report.tables.length} tables, ${rows} lignes, ${report.files} rasters)`);
          return 0;
        }),
      );
    });
  program
    .command('restore')
    .argument('<file>', 'sauvegarde faite par « geomig backup »')
    .option('--check', 'lit et vérifie le fichier, ne touche pas à la base')
    .option('--replace', 'met la sauvegarde à la place de ce que la base contient')
    .option('--yes', 'ne demande pas confirmation')
    .description('restaure une sauvegarde dans une base vide : tout ou rien, chaque table comptée et vérifiée')
    .addHelpText(
      'after',
      `
Exemples :
  geomig restore sauvegarde.geomig --check
  geomig restore sauvegarde.geomig
  geomig restore sauvegarde.geomig --replace --yes`,
    )
    .action(async (file: string, flags: { check?: boolean; replace?: boolean; yes?: boolean }) => {
      const path = resolve(file);
      if (flags.check === true) return finish(await checked(path));
      finish(
        await withDesk(
          'restore',
          async ({ database, config }) => {
            const lost = await contents(database);
            const full = lost.datasets + lost.accounts + lost.records > 0;
            if (full && flags.replace === true && flags.yes !== true && !(await confirmed(sentence(lost)))) return refused();
            const report = await restoreFrom(database, config, path, { replace: flags.replace ?? false });
            say(summary(report, 'Restauré'));
            return 0;
          },
          { afterFailure: nothingDone },
        ),
      );
    });
  program
    .command('reset')
    .option('--yes', 'ne demande pas confirmation')
    .description('vide l’installation : données, comptes, fiches, journaux ; le schéma et l’annexe 1 sont refaits')
    .addHelpText(
      'after',
      `
Les tables en place (source: { table }) restent. Sauvegardez d’abord : geomig backup FICHIER.
Sur le moteur embarqué, le prochain démarrage remet la démonstration (GEOMIG_DEMO=off l’empêche).`,
    )
    .action(async (flags: { yes?: boolean }) => {
      finish(
        await withDesk(
          'reset',
          async ({ database, config }) => {
            const lost = await contents(database);
            if (flags.yes !== true && !(await confirmed(sentence(lost)))) return refused();
            await resetAll(database, config);
            say(`Base vidée : ${lost.datasets} données, ${lost.accounts} comptes et ${lost.records} fiches supprimés.`);
            return 0;
          },
          { migrate: false, afterFailure: nothingDone },
        ),
      );
    });
}

const sentence = ({ datasets, accounts, records }: { datasets: number; accounts: number; records: number }): string =>
  `Seront supprimés pour de bon : ${datasets} données, ${accounts} comptes, ${records} fiches, et les journaux.`;

const summary = ({ head, tables, files }: RestoreReport, verb: string): string =>
  `${verb} : ${tables.length} tables, ${tables.reduce((sum, table) => sum + table.rows, 0)} lignes, ${files} rasters, sauvegarde du ${head.madeAt} (${head.engine === 'embedded' ? 'moteur embarqué' : 'PostgreSQL'})`;

async function checked(path: string): Promise<number> {
  try {
    const report = await inspectBackup(path);
    for (const { name, rows } of report.tables) if (rows > 0) say(`${name} : ${rows} lignes`);
    say(summary(report, 'Sauvegarde entière'));
    return 0;
  } catch (error) {
    complain(error);
    return 1;
  }
}

/** Asks on a terminal; elsewhere nobody can answer. */
async function confirmed(what: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${what}\nTapez « oui » pour continuer : `);
    return answer.trim().toLowerCase() === 'oui';
  } finally {
    terminal.close();
  }
}

function refused(): number {
  process.stderr.write(`geomig : sans confirmation (« oui » au terminal, ou --yes) rien n’est fait. ${nothingDone}\n`);
  return 2;
}
