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
 * `migrate: false` leaves the schema as it is found.
 */
export async function withDesk(
  purpose: string,
  work: (desk: Desk) => Promise<number | undefined>,
  options: { readonly migrate?: boolean } = {},
): Promise<number> {
  let database: OpenDatabase | null = null;
  try {
    const config = readConfig();
    const clock = clockFrom(config.clock);
    database = await openDatabase(config, { as: 'command', purpose: `geomig ${purpose}`, ...options });
    const open = database;
    const parts = async (): Promise<ApplyParts> => {
      const tools: ApplyTools = { database: open, publicBase: await publicBaseOf(open, config), now: () => clock.now(), say };
      return applyParts(tools);
    };
    return (await work({ config, database: open, clock, say, parts })) ?? 0;
  } catch (error) {
    complain(error);
    return error instanceof ConfigError ? 2 : 1;
  } finally {
    await database?.close();
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A failure in words; a defect with its stack, since it is the administrator's own terminal. */
export function complain(error: unknown): void {
  if (error instanceof Fault) process.stderr.write(`geomig: ${error.message}\n`);
  else if (error instanceof ConfigError) process.stderr.write(`${error.problems.map(problem => `geomig: ${problem}`).join('\n')}\n`);
  else if (error instanceof Error)
    process.stderr.write(`geomig: ${error.name === 'Error' ? (error.stack ?? error.message) : error.message}\n`);
  else process.stderr.write(`geomig: ${String(error)}\n`);
}
