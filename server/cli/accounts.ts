// geomig user add|list|suspend|resume|password and geomig key create|list|revoke. A secret is shown once.
import { Option, type Command } from 'commander';
import { accountDesk, newPassword } from '../compose/accounts';
import { Fault } from '../core/model/fault';
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

/** undefined: none was told. Fault missing-parameter when the variable is not set. */
function passwordFrom(variable: string | undefined): string | undefined {
  if (variable === undefined) return undefined;
  const password = process.env[variable];
  if (password === undefined || password === '')
    throw new Fault('missing-parameter', 'password-env', `la variable d’environnement ${variable} n’est pas définie`);
  return password;
}

export function accountCommands(program: Command, finish: (status: number) => void): void {
  const run = (purpose: string, work: (desk: AccountDesk, now: string) => Promise<void>): Promise<void> =>
    withDesk(purpose, async ({ database, clock }) => {
      await work(accountDesk(database), clock.now());
      return 0;
    }).then(finish);

  const user = program
    .command('user')
    .description('comptes des personnes')
    .addHelpText(
      'after',
      `
Exemples :
  geomig user add renee@antony.example --organisation antony --name "Renée Martin" --role resource_person
  geomig user list --organisation antony
  geomig user suspend renee@antony.example`,
    );
  user
    .command('add')
    .description('crée un compte')
    .argument('<login>')
    .requiredOption('--organisation <code>', 'organisme de la personne')
    .option('--name <first last>', 'prénom et nom', '')
    .addOption(new Option('--role <role...>', 'mandats').choices([...roles]))
    .option(
      '--password-env <variable>',
      'variable d’environnement qui tient le mot de passe ; sans elle, un mot de passe est fait et affiché une seule fois',
    )
    .action((login: string, flags: { organisation: string; name: string; role?: Role[]; passwordEnv?: string }) =>
      run('user add', async (desk, now) => {
        const [firstName = '', ...rest] = flags.name.trim().split(/\s+/);
        const given = passwordFrom(flags.passwordEnv);
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
    .description('les comptes, avec leur organisme, leur état et leurs mandats')
    .option('--organisation <code>', 'ceux d’un organisme')
    .action((flags: { organisation?: string }) =>
      run('user list', async (desk, now) => {
        for (const one of await desk.listUsers(now, flags.organisation))
          say([one.login, one.organisation, one.state, one.roles.join(' '), one.name].join('\t'));
      }),
    );
  user
    .command('suspend')
    .description('suspend un compte : il est refusé dès la requête suivante (R13)')
    .argument('<login>')
    .action((login: string) =>
      run('user suspend', (desk, now) => desk.suspendUser(login, actor, now).then(() => say(`Compte suspendu : ${login}`))),
    );
  user
    .command('resume')
    .description('rétablit un compte suspendu')
    .argument('<login>')
    .action((login: string) =>
      run('user resume', (desk, now) => desk.resumeUser(login, actor, now).then(() => say(`Compte rétabli : ${login}`))),
    );

  user
    .command('password')
    .description('donne un autre mot de passe à un compte ; ses sessions sont revues')
    .argument('<login>')
    .option('--password-env <variable>', 'variable d’environnement qui le tient ; sans elle, il est fait et affiché une seule fois')
    .action((login: string, flags: { passwordEnv?: string }) =>
      run('user password', async (desk, now) => {
        const given = passwordFrom(flags.passwordEnv);
        const password = given ?? newPassword();
        await desk.setPassword(login, password, actor, now);
        say(`Mot de passe changé : ${login}`);
        if (given === undefined) say(`Mot de passe, affiché une seule fois : ${password}`);
      }),
    );

  const key = program
    .command('key')
    .description('clés d’accès pour les programmes')
    .addHelpText(
      'after',
      `
Exemples :
  geomig key create renee@antony.example --label qgis-bureau --expires 2027-12-31
  geomig key list renee@antony.example
  geomig key revoke renee@antony.example 12`,
    );
  key
    .command('create')
    .description('crée une clé, affichée une seule fois')
    .argument('<login>')
    .requiredOption('--label <text>', 'programme qui s’en servira')
    .option('--expires <day>', 'dernier jour de validité, 2026-12-31')
    .action((login: string, flags: { label: string; expires?: string }) =>
      run('key create', async (desk, now) => {
        const made = await desk.createKey(login, flags.label, flags.expires ?? null, actor, now);
        say(`Clé ${made.id}, affichée une seule fois : ${made.key}`);
      }),
    );
  key
    .command('list')
    .description('les clés d’un compte, par leur début visible')
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
    .description('révoque une clé : elle est refusée dès la requête suivante')
    .argument('<login>')
    .argument('<key>', 'son numéro ou son début visible')
    .action((login: string, which: string) =>
      run('key revoke', (desk, now) => desk.revokeKey(login, which, actor, now).then(() => say(`Clé révoquée : ${which}`))),
    );
}
