// geomig user add|list|suspend|resume|password and geomig key create|list|revoke. A secret is shown once.
import { Option, type Command } from 'commander';
import { accountDesk } from '../compose/accounts';
import type { AccountDesk } from '../core/ports/accounts';
import type { Role } from '../core/policy/charter';
import { say, withDesk } from './command';

const roles: readonly Role[] = [
  'technical_referent',
  'deputy',
  'steering_representative',
  'resource_person',
  'reader',
  'project_officer',
  'pilot_admin',
];
const actor = { id: null, name: 'geomig' } as const;

export function accountCommands(program: Command, finish: (status: number) => void): void {
  const run = (purpose: string, work: (desk: AccountDesk, now: string) => Promise<void>): Promise<void> =>
    withDesk(purpose, async ({ database, clock }) => {
      await work(accountDesk(database), clock.now());
      return 0;
    }).then(finish);

  const user = program.command('user').description('accounts of people');
  user
    .command('add')
    .argument('<login>')
    .requiredOption('--organisation <code>', 'organisation of the person')
    .option('--name <first last>', 'first name and last name', '')
    .addOption(new Option('--role <role...>', 'mandates').choices([...roles]))
    .option('--password-env <variable>', 'environment variable with the password; absent: one is made and shown once')
    .action((login: string, flags: { organisation: string; name: string; role?: Role[]; passwordEnv?: string }) =>
      run('user add', async (desk, now) => {
        const [firstName = '', ...rest] = flags.name.trim().split(/\s+/);
        const given = flags.passwordEnv === undefined ? undefined : process.env[flags.passwordEnv];
        const made = await desk.addUser(
          {
            login,
            firstName,
            lastName: rest.join(' '),
            organisation: flags.organisation,
            roles: flags.role ?? ['reader'],
            ...(given === undefined ? {} : { password: given }),
          },
          actor,
          now,
        );
        say(`Compte créé : ${login} (${flags.organisation})`);
        if (made.password !== null) say(`Mot de passe, affiché une seule fois : ${made.password}`);
      }),
    );
  user
    .command('list')
    .option('--organisation <code>')
    .action((flags: { organisation?: string }) =>
      run('user list', async (desk, now) => {
        for (const one of await desk.listUsers(now, flags.organisation))
          say([one.login, one.organisation, one.state, one.roles.join(' '), one.name].join('\t'));
      }),
    );
  user
    .command('suspend')
    .argument('<login>')
    .action((login: string) =>
      run('user suspend', (desk, now) => desk.suspendUser(login, actor, now).then(() => say(`Compte suspendu : ${login}`))),
    );
  user
    .command('resume')
    .argument('<login>')
    .action((login: string) =>
      run('user resume', (desk, now) => desk.resumeUser(login, actor, now).then(() => say(`Compte rétabli : ${login}`))),
    );

  const key = program.command('key').description('access keys for programs');
  key
    .command('create')
    .argument('<login>')
    .requiredOption('--label <text>', 'program that will use it')
    .option('--expires <day>', 'last day it holds, 2026-12-31')
    .action((login: string, flags: { label: string; expires?: string }) =>
      run('key create', async (desk, now) => {
        const made = await desk.createKey(login, flags.label, flags.expires ?? null, actor, now);
        say(`Clé ${made.id}, affichée une seule fois : ${made.key}`);
      }),
    );
  key
    .command('list')
    .argument('<login>')
    .action((login: string) =>
      run('key list', async desk => {
        for (const one of await desk.listKeys(login))
          say(
            [
              one.id,
              one.prefix,
              one.label,
              one.expiresOn ?? '-',
              one.revokedAt === null ? 'active' : `révoquée ${one.revokedAt}`,
              one.lastUsedOn ?? '-',
            ].join('\t'),
          );
      }),
    );
  key
    .command('revoke')
    .argument('<login>')
    .argument('<key>', 'its number or its visible beginning')
    .action((login: string, which: string) =>
      run('key revoke', (desk, now) => desk.revokeKey(login, which, actor, now).then(() => say(`Clé révoquée : ${which}`))),
    );
}
