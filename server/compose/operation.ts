// Operation of an installation for the command line: the doctor's report, what a database administrator runs once, migrations.
import { migrations } from '../../migrations/index';
import { readConfig, type Config } from '../config';
import type { Database } from '../store/database';
import { coverageFiles } from '../store/coverage-files';
import { contentsOf } from '../store/doctor-contents';
import { doctor, doctorSql as sqlFor, type Finding } from '../store/doctor';
import { migrate } from '../store/migrate';

const marks: Readonly<Record<Finding['level'], string>> = { ok: 'bon', warning: 'avis', error: 'ERREUR' };
const subjects: Readonly<Record<Finding['subject'], string>> = {
  engine: 'moteur',
  version: 'version',
  durability: 'durabilité',
  extension: 'extension',
  role: 'rôle',
  collation: 'collation',
  migrations: 'migrations',
  space: 'disque',
  lock: 'verrou',
  layer: 'couches',
  journal: 'journal',
  account: 'comptes',
};

/** What the doctor found, a line each in French with what to do next. Faults: unavailable. */
export async function doctorReport(
  database: Database,
  config: Pick<Config, 'data' | 'files'>,
): Promise<{ readonly lines: string[]; readonly healthy: boolean }> {
  const { findings: found, healthy } = await doctor(database, { data: config.data, migrations });
  const schema = found.some(({ subject, level }) => subject === 'migrations' && level === 'ok');
  const findings = schema ? [...found, ...(await contentsOf(database, coverageFiles(config.files)))] : found;
  const lines = findings.flatMap(({ level, subject, text, next }) => [
    `${marks[level].padEnd(6)}  ${subjects[subject].padEnd(10)}  ${text}`,
    ...(next === null ? [] : [`${' '.repeat(20)}→ ${next}`]),
  ]);
  lines.push('', healthy ? 'GeoMIG peut fonctionner.' : 'GeoMIG ne peut pas fonctionner ainsi.');
  return { lines, healthy };
}

/** What the doctor says when PostgreSQL could not be opened, without the password; nothing for the embedded engine, whose errors say it. */
export function unreachableReport({ databaseUrl }: Pick<Config, 'databaseUrl'>): string[] {
  if (databaseUrl === null) return [];
  const { hostname, port, pathname, username } = new URL(databaseUrl);
  const where = `-h ${hostname} -p ${port === '' ? '5432' : port}`;
  const base = pathname.length > 1 ? ` -d ${decodeURIComponent(pathname.slice(1))}` : '';
  return [
    `${marks.error.padEnd(6)}  ${subjects.engine.padEnd(10)}  PostgreSQL ne s'ouvre pas à l'adresse de DATABASE_URL`,
    `${' '.repeat(20)}→ voir s'il répond (pg_isready ${where}), puis si le compte entre (psql ${where} -U ${decodeURIComponent(username)}${base} -c 'select 1')`,
  ];
}

/** SQL for the administrator of PostgreSQL, for the account of DATABASE_URL (`geomig` where there is none yet). */
export function doctorSql(): string {
  const { databaseUrl } = readConfig();
  const login = databaseUrl === null ? '' : decodeURIComponent(new URL(databaseUrl).username);
  return sqlFor(login === '' ? 'geomig' : login);
}

/** Runs what is pending, or takes the newest migration back; what was done, a line each in French. Faults: unavailable. */
export async function migrateTo(database: Database, goal: 'latest' | 'down'): Promise<string[]> {
  const { done } = await migrate(database, migrations, goal === 'latest' ? 'latest' : 'back');
  if (done.length === 0) return [goal === 'latest' ? 'La base est à jour.' : 'Rien à défaire.'];
  return done.map(name => (goal === 'latest' ? `appliquée : ${name}` : `défaite : ${name}`));
}
