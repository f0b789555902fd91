// geomig migrate, doctor, demo: operation of an installation.
import type { Command } from 'commander';
import { hasDatasets, loadDemonstration } from '../compose/first-start';
import { publicBaseOf } from '../compose/base';
import { doctorReport, doctorSql, migrateTo, unreachableReport } from '../compose/operation';
import { readConfig } from '../config';
import { nothingDone, say, withDesk } from './command';

export function operationCommands(program: Command, finish: (status: number) => void): void {
  program
    .command('migrate')
    .option('--down', 'défait la dernière migration')
    .description('met la base au schéma de ce programme')
    .action(async (flags: { down?: boolean }) => {
      finish(
        await withDesk(
          'migrate',
          async ({ database }) => {
            for (const line of await migrateTo(database, flags.down === true ? 'down' : 'latest')) say(line);
            return 0;
          },
          { migrate: false },
        ),
      );
    });
  program
    .command('doctor')
    .option('--sql', 'écrit ce que l’administrateur de la base exécute une fois')
    .description('dit ce qui manque ou ne va pas')
    .action(async (flags: { sql?: boolean }) => {
      if (flags.sql === true) {
        say(doctorSql());
        return finish(0);
      }
      let opened = false;
      const status = await withDesk(
        'doctor',
        async ({ database, config }) => {
          opened = true;
          const { lines, healthy } = await doctorReport(database, config);
          for (const line of lines) say(line);
          return healthy ? 0 : 1;
        },
        { migrate: false },
      );
      if (status === 1 && !opened) for (const line of unreachableReport(readConfig())) say(line);
      finish(status);
    });
  program
    .command('demo')
    .description('charge le partenariat de démonstration dans une base sans données ; ses mots de passe sont affichés une seule fois')
    .action(async () => {
      finish(
        await withDesk('demo', async ({ database, config, clock }) => {
          if (await hasDatasets(database)) {
            process.stderr.write(`geomig : la base contient déjà des données, la démonstration s’y mêlerait. ${nothingDone}\n`);
            return 1;
          }
          const accounts = await loadDemonstration({
            database,
            publicBase: await publicBaseOf(database, config),
            now: () => clock.now(),
            say,
          });
          for (const account of accounts) say([account.login, account.password, account.who].join('\t'));
          return 0;
        }),
      );
    });
}
