// geomig explain --as LOGIN|anonymous --on prefix:name: the decision, the rule that made it, the grant, masks, area.
import type { Command } from 'commander';
import { explainDecision } from '../compose/explain';
import { actions, type Action } from '../core/policy/charter';
import { complain, say, withDesk } from './command';

interface Flags {
  readonly as: string;
  readonly on: string;
  readonly action?: string;
  readonly feature?: string;
  readonly at?: string;
}

export function explainCommand(program: Command, finish: (status: number) => void): void {
  program
    .command('explain')
    .description('why does P (not) see F: the decision, its rule, the grant, masked attributes, area')
    .requiredOption('--as <login>', 'login of a person, or anonymous')
    .requiredOption('--on <prefix:name>', 'layer')
    .option('--action <action>', `one of ${actions.join(', ')}; absent: all of them`)
    .option('--feature <id>', 'one feature: whether it is inside the rows and the area')
    .option('--at <instant>', 'instant, 2026-06-15T10:00:00Z')
    .action(async (flags: Flags) => {
      const asked = flags.action === undefined ? actions : actions.filter(action => action === flags.action);
      if (asked.length === 0 || (flags.at !== undefined && Number.isNaN(Date.parse(flags.at)))) {
        complain(new Error(asked.length === 0 ? `--action is one of ${actions.join(', ')}` : '--at is no instant'));
        return finish(2);
      }
      finish(
        await withDesk('explain', async ({ database, clock }) => {
          const instant = flags.at === undefined ? clock.now() : new Date(flags.at).toISOString();
          for (const action of asked as readonly Action[])
            for (const line of await explainDecision(database, {
              login: flags.as,
              on: flags.on,
              action,
              feature: flags.feature ?? null,
              instant,
            }))
              say(line);
          return 0;
        }),
      );
    });
}
