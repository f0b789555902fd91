// geomig import SOURCE --as prefix:name …
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { importFile } from '../partnership/import';
import { nothingDone, say, withDesk } from './command';

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
    .argument('<source>', 'GeoPackage, Shapefile (.shp ou .zip), GeoJSON (aussi une entité par ligne, .gz), CSV, FlatGeobuf, GML, GeoTIFF')
    .description('charge un fichier dans la table d’une donnée, en une transaction, avec un compte rendu')
    .requiredOption('--as <prefix:name>', 'type qu’il devient, tel que antony:arbres')
    .option('--layer <name>', 'couche, dans un fichier qui en a plusieurs')
    .option('--srs <EPSG:n>', 'système de coordonnées, quand le fichier ne le dit pas')
    .option('--encoding <name>', 'encodage des textes, quand le fichier ne le dit pas')
    .option('--id <field>', 'champ qui identifie les objets')
    .option('--replace', 'met les données à la place de celles qui y sont')
    .addHelpText(
      'after',
      `
L’encodage d’un Shapefile vient de son .cpg, sinon de son .dbf, sinon de ses octets ; les types d’un GML de son .xsd, sinon de ses valeurs.
Sans srsName, .prj ou équivalent, dites le système par --srs.

Exemples :
  geomig import arbres.gpkg --as antony:arbres --layer arbres --id code
  geomig import voirie.zip --as antony:voirie --srs EPSG:2154 --encoding windows-1252
  geomig import parcelles.gml --as antony:parcelles --replace`,
    )
    .action(async (source: string, flags: Flags) => {
      const request = {
        path: resolve(source),
        as: flags.as,
        replace: flags.replace ?? false,
        ...(flags.layer === undefined ? {} : { layer: flags.layer }),
        ...(flags.srs === undefined ? {} : { srs: flags.srs }),
        ...(flags.encoding === undefined ? {} : { encoding: flags.encoding }),
        ...(flags.id === undefined ? {} : { id: flags.id }),
      };
      finish(
        await withDesk(
          'import',
          async desk => {
            const {
              loaded: { report, coverage },
              created,
            } = await importFile(request, await desk.parts());
            say(
              report
                ? `${flags.as} : ${report.rows} objets, ${report.repaired.total} géométries réparées, ${report.refused.total} lignes refusées.`
                : `${flags.as} : raster de ${coverage.description.width} × ${coverage.description.height} cellules.`,
            );
            if (created)
              say(
                `Nouvelle donnée en brouillon : donnez-lui sa fiche et ses droits dans un fichier de partenariat, puis « geomig apply ».`,
              );
            return 0;
          },
          { afterFailure: nothingDone },
        ),
      );
    });
}
