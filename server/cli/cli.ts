// The `geomig` command: one file a command. Exit status 0 done, 1 the work failed and nothing is half done, 2 bad usage.
import { Command, CommanderError } from 'commander';
import { accountCommands } from './accounts';
import { applyCommand } from './apply';
import { complain } from './command';
import { explainCommand } from './explain';
import { importCommand } from './import';
import { operationCommands } from './operation';
import { recordCommands } from './records';

/** Runs a command line (without node and script). Returns the exit status. */
export async function runCommand(words: readonly string[]): Promise<number> {
  let status = 0;
  const finish = (code: number): void => void (status = code);
  const program = new Command('geomig')
    .description('GeoMIG: catalogue, data, maps and rights of a partnership, in one program')
    .exitOverride();
  program.configureHelp({ showGlobalOptions: true });
  for (const add of [applyCommand, importCommand, recordCommands, accountCommands, explainCommand, operationCommands]) add(program, finish);
  for (const command of [program, ...program.commands, ...program.commands.flatMap(one => one.commands)]) command.exitOverride();
  try {
    await program.parseAsync([...words], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    complain(error);
    return 1;
  }
}

/** Entry of server/cli/geomig.cjs. */
export function main(): void {
  runCommand(process.argv.slice(2)).then(
    status => process.exit(status),
    (error: unknown) => {
      complain(error);
      process.exit(1);
    },
  );
}
