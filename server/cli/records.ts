// geomig records import|check PATH… and records export DIR: a report per record with message, XPath and remedy.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
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

export function recordCommands(program: Command, finish: (status: number) => void): void {
  const records = program.command('records').description('metadata records');
  records
    .command('check')
    .argument('<path...>', 'files or folders of ISO 19139 or Dublin Core records')
    .description('reads and validates without storing')
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
    .argument('<path...>')
    .option('--owner <code>', 'organisation that owns them')
    .option('--visibility <who>', 'public, partners or owner', 'public')
    .option('--scope <name>', 'named collection')
    .description('stores free-standing records as they are; findings are reported and refuse nothing')
    .action(async (paths: string[], flags: { owner?: string; visibility: string; scope?: string }) => {
      finish(
        await withDesk('records import', async ({ database, clock }) => {
          const visibility = flags.visibility === 'partners' || flags.visibility === 'owner' ? flags.visibility : 'public';
          let refused = 0;
          let taken = 0;
          for (const file of paths.flatMap(filesBelow)) {
            const reports = importRecords(readFileSync(resolve(file)));
            const outcomes = await storeRecords(database, reports, {
              owner: flags.owner ?? null,
              visibility,
              scope: flags.scope ?? null,
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
    .argument('<folder>')
    .description('writes every stored record, one file each')
    .action(async (folder: string) => {
      finish(
        await withDesk('records export', async ({ database }) => {
          mkdirSync(folder, { recursive: true });
          let count = 0;
          for await (const { identifier, document } of exportRecords(database)) {
            writeFileSync(join(folder, `${identifier.replace(/[^A-Za-z0-9._-]/g, '_')}.xml`), document);
            count++;
          }
          say(`${count} fiche(s) écrite(s) dans ${folder}`);
          return 0;
        }),
      );
    });
}
