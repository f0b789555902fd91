// geomig apply FILE [--check …]
import type { Command } from 'commander';
import { applyPartnership, reportText } from '../partnership/apply/apply';
import { readPartnershipFile } from '../partnership/file';
import { complain, nothingDone, say, withDesk } from './command';

interface Flags {
  readonly check?: boolean;
  readonly prune?: boolean;
  readonly reimport?: boolean;
  readonly overwriteEdits?: boolean;
  readonly allowUnpublished?: boolean;
}

export function applyCommand(program: Command, finish: (status: number) => void): void {
  program
    .command('apply')
    .argument('<file>', 'fichier de partenariat, YAML ou JSON')
    .description('met le partenariat dans l’état que dit le fichier : tout ou rien, répétable sans changement')
    .option('--check', 'dit ce qui serait fait et ne fait rien')
    .option('--prune', 'clôt ce que le fichier ne nomme pas')
    .option('--reimport', 'relit les fichiers de données même s’ils n’ont pas changé')
    .option('--overwrite-edits', 'remplace des données que des partenaires ont modifiées depuis')
    .option('--allow-unpublished', 'laisse en brouillon les données dont la fiche est incomplète au lieu de s’arrêter')
    .addHelpText(
      'after',
      `
Ce que le fichier nomme est mis comme il le dit, le reste ne change pas. Les chemins partent du dossier du fichier.
schemas/partnership.schema.json le décrit pour votre éditeur ; le README en donne un exemple entier.

Exemples :
  geomig apply partenariat.yaml --check
  geomig apply partenariat.yaml`,
    )
    .action(async (path: string, flags: Flags) => {
      const file = attempt(() => readPartnershipFile(path));
      if (!file) return finish(1);
      const options = {
        check: flags.check ?? false,
        prune: flags.prune ?? false,
        reimport: flags.reimport ?? false,
        overwriteEdits: flags.overwriteEdits ?? false,
        allowUnpublished: flags.allowUnpublished ?? false,
      };
      finish(
        await withDesk(
          'apply',
          async desk => {
            const report = await applyPartnership(file, path, options, await desk.parts());
            say(reportText(report, options.check));
            return 0;
          },
          { afterFailure: nothingDone },
        ),
      );
    });
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    complain(error);
    return null;
  }
}
