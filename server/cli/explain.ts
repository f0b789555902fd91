// geomig explain --as LOGIN|anonymous --on prefix:name: the decision, the rule that made it, the grant, masks, area.
import type { Command } from 'commander';
import { explainDecision } from '../compose/explain';
import { actions, type Action } from '../core/policy/charter';
import { say, withDesk } from './command';

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
    .description('pourquoi P voit-il (ou non) F : la décision, sa règle, le droit, les attributs masqués, l’aire')
    .requiredOption('--as <login>', 'identifiant d’une personne, ou anonymous')
    .requiredOption('--on <prefix:name>', 'couche')
    .option('--action <action>', `une de ${actions.join(', ')} ; sans elle, toutes`)
    .option('--feature <id>', 'un objet : est-il dans les lignes et l’aire accordées')
    .option('--at <instant>', 'instant, 2026-06-15T10:00:00Z')
    .addHelpText(
      'after',
      `
Exemples :
  geomig explain --as anonymous --on antony:arbres
  geomig explain --as sceaux@demo.geomig --on mig:adresses --action feature`,
    )
    .action(async (flags: Flags) => {
      const asked = flags.action === undefined ? actions : actions.filter(action => action === flags.action);
      const late = flags.at !== undefined && Number.isNaN(Date.parse(flags.at));
      if (asked.length === 0 || late) {
        process.stderr.write(
          late
            ? `geomig : --at « ${flags.at ?? ''} » n’est pas un instant tel que 2026-06-15T10:00:00Z\n`
            : `geomig : --action est une de ${actions.join(', ')}\n`,
        );
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
