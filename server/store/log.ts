// The log as the store needs it; a pino logger fits. What a database said goes here and nowhere else (SEC05).

export interface Log {
  /** What is news to nobody as long as all goes well. */
  debug?(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = (): void => undefined;

/** For tests and one-off commands. */
export const silent: Log = { info: nothing, warn: nothing, error: nothing };
