// What the commands share: settings, an open database, words on the terminal, exit statuses (0 done, 1 failed, 2 bad usage).
import { applyParts, type ApplyTools } from '../compose/apply';
import { publicBaseOf } from '../compose/base';
import { openDatabase, type OpenDatabase } from '../compose/open';
import { ConfigError, readConfig, type Config } from '../config';
import { clockFrom, type Clock } from '../core/model/clock';
import { Fault } from '../core/model/fault';
import type { ApplyParts } from '../partnership/apply/work';

export interface Desk {
  readonly config: Config;
  readonly database: OpenDatabase;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  parts(): Promise<ApplyParts>;
}

/**
 * Opens the database (that of a running server where there is one), does the work, closes. Returns the exit status.
 * `migrate: false` leaves the schema as it is found; `afterFailure` is said when the work failed.
 */
export async function withDesk(
  purpose: string,
  work: (desk: Desk) => Promise<number | undefined>,
  options: { readonly migrate?: boolean; readonly afterFailure?: string } = {},
): Promise<number> {
  let database: OpenDatabase | null = null;
  try {
    const config = readConfig();
    const clock = clockFrom(config.clock);
    const { migrate } = options;
    database = await openDatabase(config, { as: 'command', purpose: `geomig ${purpose}`, ...(migrate === undefined ? {} : { migrate }) });
    const open = database;
    const parts = async (): Promise<ApplyParts> => {
      const tools: ApplyTools = {
        database: open,
        publicBase: await publicBaseOf(open, config),
        now: () => clock.now(),
        say,
        files: config.files,
      };
      return applyParts(tools);
    };
    return (await work({ config, database: open, clock, say, parts })) ?? 0;
  } catch (error) {
    complain(error);
    if (options.afterFailure !== undefined) process.stderr.write(`${options.afterFailure}\n`);
    return error instanceof ConfigError ? 2 : 1;
  } finally {
    await database?.close();
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Said by commands that do all or nothing. */
export const nothingDone = 'Rien n’a été changé.';

/** A failure in words; a defect with its stack, since it is the administrator's own terminal. */
export function complain(error: unknown): void {
  process.stderr.write(`${failureText(error)}\n`);
}

function failureText(error: unknown): string {
  if (error instanceof ConfigError) return error.problems.map(problem => `geomig : ${problem}`).join('\n');
  if (!(error instanceof Error)) return `geomig : ${String(error)}`;
  if (error instanceof Fault && error.kind === 'unavailable' && error.locator === '')
    return `geomig : la base de données ne répond pas (${error.message}). « geomig doctor » dit ce qui manque.`;
  if (error instanceof Fault && error.kind === 'internal' && error.cause instanceof Error)
    return `geomig : défaut interne : ${error.cause.stack ?? error.cause.message}`;
  const { code, path } = error as { readonly code?: unknown; readonly path?: unknown };
  if (code === 'ENOENT' && typeof path === 'string') return `geomig : ${path} n’existe pas`;
  if (code === 'EACCES' && typeof path === 'string') return `geomig : ${path} n’est pas accessible à ce compte`;
  if (error instanceof Fault) return `geomig : ${error.in('fr')}`;
  return `geomig : ${error.name === 'Error' || error instanceof TypeError ? (error.stack ?? error.message) : error.message}`;
}
