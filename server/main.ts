// `npm start`: reads the settings, starts the server, says where to look, drains on SIGTERM.
import pino from 'pino';
import { startServer } from './compose/server';
import { firstAdmin } from './compose/first-admin';
import { prepareFirstData } from './compose/first-start';
import { ConfigError, readConfig, type Config } from './config';

/** Milliseconds between « not ready » and the end of accepting, for the balancer that asked for the stop. */
const readinessNotice = 1_000;

async function main(): Promise<number | null> {
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.problems.map(problem => `geomig: ${problem}`).join('\n')}\n`);
    return 2;
  }
  // one JSON line per event on standard error when it is not a terminal's, gathered for half a second; the words for people go to standard output
  const lines = pino.destination({ dest: 2, minLength: process.stderr.isTTY ? 0 : 4096 });
  setInterval(() => lines.flush(), 500).unref();
  process.on('exit', () => lines.flushSync());
  const log = pino(
    { level: process.env['LOG_LEVEL'] ?? (process.stderr.isTTY ? 'warn' : 'info'), redact: ['authorization', 'cookie', 'password', 'key'] },
    lines,
  );
  // a failure that nobody waited for is a defect to be read in the log, and no reason to end everybody else's requests
  process.on('unhandledRejection', reason =>
    log.error({ err: reason instanceof Error ? { message: reason.message, stack: reason.stack } : String(reason) }, 'defect'),
  );
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say('GeoMIG démarre…');
  const server = await startServer(config, {
    log,
    warm: true,
    prepare: (database, address, clock) => prepareFirstData({ database, config, address, clock, log, say }),
    extra: database => [firstAdmin(config, database)],
  });
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    say(`${signal} : arrêt, les réponses en cours se terminent…`);
    server.close(20_000, signal === 'SIGTERM' ? readinessNotice : 0).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: String(error) }, 'stop');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  try {
    await server.ready;
  } catch (error) {
    process.stderr.write(`geomig: ${error instanceof Error ? error.message : String(error)}\n`);
    await server.close(0).catch(() => undefined);
    return 1;
  }
  return null;
}

main().then(
  status => {
    if (status !== null) process.exit(status);
  },
  (error: unknown) => {
    process.stderr.write(`geomig: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
