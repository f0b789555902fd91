// geomig records import|check PATH… and records export DIR: a report per record with message, XPath and remedy.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { importRecords, reportLine, type ImportReport } from '../../catalogue/import';
import { exportRecords, storeRecords } from '../compose/records';
import { say, withDesk } from './command';

/** XML files below a path, in order. */
function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => (entry.isDirectory() || entry.name.endsWith('.xml') ? filesBelow(join(path, entry.name)) : []));
}

function show(file: string, report: ImportReport, outcome: string): void {
  say(`${file} : ${report.identifier ?? 'sans identifiant'} : ${outcome}${report.title === null ? '' : ` : ${report.title}`}`);
  for (const finding of [...(report.refused ? [report.refused] : []), ...report.findings]) say(`  ${reportLine(finding)}`);
}

interface ImportFlags {
  readonly owner?: string;
  readonly visibility: 'public' | 'partners' | 'owner';
  readonly reason?: string;
  readonly scope?: string;
}

/** A file name for an identifier; one that had to be changed is told apart from its neighbours by a digest. */
function fileOf(identifier: string): string {
  const safe = identifier
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 150);
  if (safe === identifier) return `${safe}.xml`;
  return `${safe}-${createHash('sha256').update(identifier).digest('hex').slice(0, 8)}.xml`;
}

export function recordCommands(program: Command, finish: (status: number) => void): void {
  const records = program.command('records').description('fiches de métadonnées');
  records
    .command('check')
    .argument('<path...>', 'fichiers ou dossiers de fiches ISO 19139 ou Dublin Core')
    .description('lit et vérifie sans enregistrer : message, XPath, remède')
    .action((paths: string[]) => {
      let bad = 0;
      for (const file of paths.flatMap(filesBelow))
        for (const report of importRecords(readFileSync(file))) {
          const errors = report.findings.filter(finding => finding.severity === 'error').length;
          if (report.refused || errors > 0) bad++;
          show(file, report, report.refused ? 'refusée' : errors > 0 ? `${errors} erreur(s)` : 'valide');
        }
      finish(bad > 0 ? 1 : 0);
    });
  records
    .command('import')
    .argument('<path...>', 'fichiers ou dossiers')
    .option('--owner <code>', 'organisme auquel elles appartiennent')
    .addOption(new Option('--visibility <qui>', 'qui les voit').choices(['public', 'partners', 'owner']).default('public'))
    .option('--reason <texte>', 'pourquoi elles ne sont pas publiques (R21)')
    .option('--scope <nom>', 'collection nommée')
    .description('enregistre des fiches telles quelles ; les constats sont rapportés et n’en refusent aucune')
    .addHelpText(
      'after',
      `
Exemples :
  geomig records import fiches/ --owner antony
  geomig records import reseau.xml --owner antony --visibility partners --reason "Réseau sensible"`,
    )
    .action(async (paths: string[], flags: ImportFlags) => {
      const { visibility } = flags;
      const reason = flags.reason?.trim() ?? '';
      if (visibility !== 'public' && reason === '') {
        process.stderr.write('geomig : R21 : une fiche qui n’est pas publique dit pourquoi : --reason "…"\n');
        return finish(1);
      }
      finish(
        await withDesk('records import', async ({ database, clock }) => {
          let refused = 0;
          let taken = 0;
          for (const file of paths.flatMap(filesBelow)) {
            const reports = importRecords(readFileSync(resolve(file)));
            const outcomes = await storeRecords(database, reports, {
              owner: flags.owner ?? null,
              visibility,
              scope: flags.scope ?? null,
              reason: reason === '' ? null : reason,
              now: clock.now(),
            });
            for (const [index, report] of reports.entries()) {
              const outcome = outcomes[index] ?? 'refusée';
              if (outcome.startsWith('refusée')) refused++;
              else taken++;
              show(file, report, outcome);
            }
          }
          say(`${taken} fiche(s) enregistrée(s), ${refused} refusée(s)`);
          return refused > 0 ? 1 : 0;
        }),
      );
    });
  records
    .command('export')
    .argument('<folder>', 'dossier, fait s’il n’existe pas')
    .description('écrit chaque fiche enregistrée dans un fichier')
    .action(async (folder: string) => {
      finish(
        await withDesk('records export', async ({ database }) => {
          mkdirSync(folder, { recursive: true });
          let count = 0;
          for await (const { identifier, document } of exportRecords(database)) {
            writeFileSync(join(folder, fileOf(identifier)), document);
            count++;
          }
          say(`${count} fiche(s) écrite(s) dans ${folder}`);
          return 0;
        }),
      );
    });
}
