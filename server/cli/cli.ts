// The `geomig` command: one file a command. Exit status 0 done, 1 the work failed and nothing is half done, 2 bad usage.
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config';
import { accountCommands } from './accounts';
import { applyCommand } from './apply';
import { backupCommands } from './backup';
import { complain } from './command';
import { explainCommand } from './explain';
import { importCommand } from './import';
import { operationCommands } from './operation';
import { recordCommands } from './records';
import { frenchError, frenchTitle } from './words';

/** Runs a command line (without node and script). Returns the exit status. */
export async function runCommand(words: readonly string[]): Promise<number> {
  let status = 0;
  const finish = (code: number): void => void (status = code);
  // what is set here before the commands are added holds for each of them
  const program = new Command('geomig')
    .description('GeoMIG : catalogue, données, cartes et droits d’un partenariat, en un seul programme')
    .configureHelp({ styleTitle: frenchTitle })
    .configureOutput({ outputError: (text, write) => write(frenchError(text)) })
    .helpOption('-h, --help', 'affiche cette aide')
    .helpCommand('help [commande]', 'affiche l’aide d’une commande')
    .showHelpAfterError()
    .exitOverride();
  for (const add of [applyCommand, importCommand, recordCommands, accountCommands, explainCommand, operationCommands, backupCommands])
    add(program, finish);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    complain(error);
    return error instanceof ConfigError ? 2 : 1;
  }
}

/** Entry of server/cli/geomig.cjs. */
export function main(): void {
  // `geomig … | head`: the reader has enough
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  runCommand(process.argv.slice(2)).then(
    status => process.exit(status),
    (error: unknown) => {
      complain(error);
      process.exit(1);
    },
  );
}
