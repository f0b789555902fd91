// `geomig doctor`: what the database has and lacks and what to do next, in French, and the SQL that a database administrator runs once
// where the login of the server may not (D10).
import { statfsSync } from 'node:fs';
import type { Database } from './database';
import { isHeld, readLock } from './lock';
import { appliedMigrations } from './migrate';
import type { Migration } from './migrate';
import { readerRole, writerRole } from './pool';
import { extensions } from './prepared';

export type Subject =
  | 'engine'
  | 'version'
  | 'durability'
  | 'extension'
  | 'role'
  | 'collation'
  | 'migrations'
  | 'space'
  | 'lock'
  | 'layer'
  | 'journal'
  | 'account';

export interface Finding {
  /** In order; a hint; or what keeps the server from working. */
  readonly level: 'ok' | 'warning' | 'error';
  readonly subject: Subject;
  /** What was found, in French. */
  readonly text: string;
  /** What to do next, in French; null when all is well. */
  readonly next: string | null;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Nothing keeps the server from working. */
  readonly healthy: boolean;
}

export interface Patient {
  /** GEOMIG_DATA. */
  readonly data: string;
  /** Those of this program. */
  readonly migrations: readonly Migration[];
}

const ok = (subject: Subject, text: string): Finding => ({ level: 'ok', subject, text, next: null });
const warning = (subject: Subject, text: string, next: string): Finding => ({ level: 'warning', subject, text, next });
const error = (subject: Subject, text: string, next: string): Finding => ({ level: 'error', subject, text, next });

/** Free room under which the doctor warns, in bytes; under a twentieth of it, nothing can be written for long. */
const little = 2 * 1024 ** 3;
const askAdministrator = "l'administrateur de PostgreSQL exécute une fois, dans cette base, ce qu'affiche « geomig doctor --sql »";

/** Looks at everything and changes nothing. Faults: unavailable when the database does not answer. */
export async function doctor(database: Database, patient: Patient): Promise<Diagnosis> {
  const findings = [
    ...(await server(database)),
    ...(await extensionsOf(database)),
    ...(await rolesOf(database)),
    ...(await schema(database, patient.migrations)),
    ...directory(database, patient.data),
  ];
  return { findings, healthy: findings.every(finding => finding.level !== 'error') };
}

interface ServerRow {
  readonly number: number;
  readonly text: string;
  readonly fsync: string;
  readonly encoding: string;
  readonly name: string;
  readonly login: string;
}

async function server(database: Database): Promise<Finding[]> {
  const [row] = await database.ask<ServerRow>(
    `select current_setting('server_version_num')::integer as number, current_setting('server_version') as text, current_setting('fsync') as fsync,
       current_setting('server_encoding') as encoding, current_database()::text as name, current_user::text as login`,
  );
  if (!row)
    return [error('engine', 'la base de données répond sans rien dire', 'redémarrer GeoMIG ; si cela persiste, restaurer une sauvegarde')];
  const embedded = database.engine === 'embedded';
  const findings = [
    ok('engine', embedded ? 'moteur embarqué (PGlite)' : `PostgreSQL, base ${row.name}, compte ${row.login}`),
    row.number >= 150_000
      ? ok('version', `PostgreSQL ${row.text}`)
      : error('version', `PostgreSQL ${row.text}`, 'passer à PostgreSQL 15 ou plus récent'),
  ];
  if (row.encoding !== 'UTF8')
    findings.push(error('version', `la base est codée en ${row.encoding}`, 'créer une base en UTF8 (create database … encoding UTF8)'));
  if (embedded)
    findings.push(
      warning(
        'durability',
        "le moteur embarqué survit à l'arrêt brutal du programme, pas à une coupure de courant",
        'lancer « geomig backup FICHIER » chaque jour, ou passer à PostgreSQL (DATABASE_URL)',
      ),
    );
  else if (row.fsync !== 'on')
    findings.push(error('durability', 'fsync est désactivé : une panne de la machine peut perdre la base', 'remettre fsync = on'));
  return findings;
}

async function extensionsOf(database: Database): Promise<Finding[]> {
  const present = await database.ask<{ name: string; version: string; offered: boolean }>(
    `select a.name::text as name, e.extversion as version, true as offered from pg_available_extensions a
       left join pg_extension e on e.extname = a.name where a.name = any($1::text[])`,
    [[...extensions]],
  );
  return extensions.map(name => {
    const found = present.find(row => row.name === name);
    if (found?.version) return ok('extension', `${name} ${found.version}`);
    return found
      ? error('extension', `${name} est disponible mais pas créée dans la base`, askAdministrator)
      : error(
          'extension',
          `${name} n'est pas installée sur le serveur de base de données`,
          `installer son paquet (postgis ou postgresql-contrib), puis ${askAdministrator}`,
        );
  });
}

async function rolesOf(database: Database): Promise<Finding[]> {
  const rows = await database.ask<{ name: string; member: boolean }>(
    `select rolname::text as name, pg_has_role(current_user, oid, 'MEMBER') as member from pg_roles where rolname = any($1::text[])`,
    [[readerRole, writerRole]],
  );
  return [readerRole, writerRole].map(role => {
    const found = rows.find(row => row.name === role);
    if (found?.member) return ok('role', role);
    const what = found ? `le compte ne peut pas agir comme ${role}` : `le rôle ${role} n'existe pas`;
    // the embedded engine's login may make them
    const next = database.engine === 'embedded' ? 'exécuter « geomig migrate »' : askAdministrator;
    return warning('role', `${what} : les requêtes ont tous les droits du compte`, next);
  });
}

async function schema(database: Database, migrations: readonly Migration[]): Promise<Finding[]> {
  const [collation] = await database.ask<{ n: number }>(
    `select count(*)::integer as n from pg_collation c join pg_namespace n on n.oid = c.collnamespace where n.nspname = 'geomig' and c.collname = 'fr'`,
  );
  const applied = await appliedMigrations(database.knex);
  const pending = migrations.filter(migration => !applied.includes(migration.name)).map(migration => migration.name);
  const unknown = applied.filter(name => !migrations.some(migration => migration.name === name));
  const findings: Finding[] = [];
  if (unknown.length > 0)
    findings.push(
      error(
        'migrations',
        `la base a été faite par une version plus récente (${unknown.join(', ')})`,
        'démarrer cette version, ou restaurer une sauvegarde antérieure',
      ),
    );
  else if (pending.length > 0) findings.push(error('migrations', `en attente : ${pending.join(', ')}`, 'exécuter « geomig migrate »'));
  else findings.push(ok('migrations', `${applied.length} appliquées`));
  if (collation?.n === 1) findings.push(ok('collation', 'geomig.fr'));
  else if (pending.length === 0 || applied.length > 0)
    findings.push(error('collation', 'la collation geomig.fr manque', 'restaurer une sauvegarde : les tris en dépendent'));
  return findings;
}

function directory(database: Database, data: string): Finding[] {
  const findings: Finding[] = [];
  try {
    const { bavail, bsize } = statfsSync(data);
    const free = bavail * bsize;
    const text = `${(free / 1024 ** 3).toLocaleString('fr', { maximumFractionDigits: 1 })} Go libres dans ${data}`;
    const next = 'libérer de la place ou déplacer GEOMIG_DATA sur un autre disque';
    findings.push(free < little / 20 ? error('space', text, next) : free < little ? warning('space', text, next) : ok('space', text));
  } catch {
    findings.push(warning('space', `le répertoire ${data} n'existe pas`, 'le premier démarrage le crée ; sinon corriger GEOMIG_DATA'));
  }
  if (database.engine !== 'embedded') return findings;
  const holder = readLock(data);
  if (holder)
    findings.push(
      isHeld(data, holder)
        ? ok('lock', `répertoire tenu par le processus ${holder.pid} (${holder.purpose})`)
        : warning('lock', `verrou laissé par le processus ${holder.pid}, qui est mort`, 'rien : le prochain démarrage le reprend'),
    );
  return findings;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * What a database administrator runs once, as superuser, in the database of GeoMIG (D10): extensions, roles and rights. It may be run again.
 * @param login the account of DATABASE_URL
 */
export function doctorSql(login: string): string {
  const account = quoted(login);
  return [
    '-- GeoMIG : à exécuter une fois par un administrateur de PostgreSQL, connecté à la base de GeoMIG (psql -d BASE -f FICHIER).',
    `-- ${account.replace(/[\r\n]/g, ' ')} est le compte de DATABASE_URL.`,
    '',
    '-- Extensions',
    ...extensions.map(name => `create extension if not exists ${name};`),
    '',
    '-- Rôles comme lesquels les requêtes agissent : lire ; lire et modifier les tables publiées',
    ...[readerRole, writerRole].flatMap(role => [
      `do $$ begin if not exists (select from pg_roles where rolname = '${role}') then create role ${role} nologin; end if; end $$;`,
      `grant ${role} to ${account};`,
    ]),
    '',
    '-- Droits du compte : créer ses schémas, ajouter les systèmes de coordonnées RGF93 v2b',
    `do $$ begin execute format('grant create, connect, temporary on database %I to %I', current_database(), ${literal(login)}); end $$;`,
    `grant insert on table spatial_ref_sys to ${account};`,
    '',
  ].join('\n');
}

/** A text constant outside the reach of standard_conforming_strings; dollar quotes of the surrounding block cannot end in it. */
const literal = (text: string): string => `'${text.replaceAll("'", "''").replaceAll('$', "' || chr(36) || '")}'`;
