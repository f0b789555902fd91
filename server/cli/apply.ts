// geomig apply FILE [--check …]
import type { Command } from 'commander';
import { applyPartnership, reportText } from '../partnership/apply/apply';
import { readPartnershipFile } from '../partnership/file';
import { complain, say, withDesk } from './command';

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
    .argument('<file>', 'partnership file, YAML or JSON')
    .description('makes the partnership as the file says: all or nothing, repeatable without change')
    .option('--check', 'say what would be done, do nothing')
    .option('--prune', 'end what the file does not name')
    .option('--reimport', 'load the data again even where the files have not changed')
    .option('--overwrite-edits', 'replace data that partners have edited since')
    .option('--allow-unpublished', 'leave datasets with incomplete records in draft instead of stopping')
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
        await withDesk('apply', async desk => {
          const report = await applyPartnership(file, path, options, await desk.parts());
          say(reportText(report, options.check));
          return 0;
        }),
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
