// geomig import SOURCE --as prefix:name …
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { importFile } from '../partnership/import';
import { say, withDesk } from './command';

interface Flags {
  readonly as: string;
  readonly layer?: string;
  readonly srs?: string;
  readonly encoding?: string;
  readonly id?: string;
  readonly replace?: boolean;
}

export function importCommand(program: Command, finish: (status: number) => void): void {
  program
    .command('import')
    .argument('<source>', 'GeoPackage, Shapefile (.shp or .zip), GeoJSON (also newline-delimited, .gz), CSV')
    .description('loads a file into the table of a dataset, in one transaction, with a report')
    .requiredOption('--as <prefix:name>', 'type it becomes, such as antony:arbres')
    .option('--layer <name>', 'layer of a file that has several')
    .option('--srs <EPSG:n>', 'coordinate reference system of the file, when it does not say')
    .option('--encoding <name>', 'encoding of its texts, when it does not say')
    .option('--id <field>', 'field that identifies the features')
    .option('--replace', 'put the data in the place of those that are there')
    .action(async (source: string, flags: Flags) => {
      finish(
        await withDesk('import', async desk => {
          const request = {
            path: resolve(source),
            as: flags.as,
            replace: flags.replace ?? false,
            ...(flags.layer === undefined ? {} : { layer: flags.layer }),
            ...(flags.srs === undefined ? {} : { srs: flags.srs }),
            ...(flags.encoding === undefined ? {} : { encoding: flags.encoding }),
            ...(flags.id === undefined ? {} : { id: flags.id }),
          };
          const { report, created } = await importFile(request, await desk.parts());
          for (const note of report.notes) say(`  ${note}`);
          say(
            `${flags.as} : ${report.rows} objets, ${report.repaired.total} géométries réparées, ${report.refused.total} lignes refusées.`,
          );
          if (created)
            say(
              `Nouveau jeu de données en brouillon : donnez-lui sa fiche et ses droits dans un fichier de partenariat, puis « geomig apply ».`,
            );
          return 0;
        }),
      );
    });
}
