// The one place that reads a database's errors. Its messages name hidden columns and rows, so they go to the log and never into a Fault (SEC05).
import { Fault } from '../core/model/fault';
import type { Log } from './log';

interface DatabaseError {
  readonly code?: string;
  readonly message: string;
}

/** Looks at the shape, not the class: an error of Node's own modules may come from another realm (a vm context). */
function describe(error: unknown): DatabaseError {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown };
  // an AggregateError: every address of a name was tried
  if (Array.isArray(errors) && errors.length > 0) return describe(errors[0]);
  const words = typeof message === 'string' ? message : 'unknown error';
  return typeof code === 'string' ? { code, message: words } : { message: words };
}

/** SQLSTATE or Node's code of an error that came through `pg`, undefined for others. */
export const errorCode = (error: unknown): string | undefined => describe(error).code;

const lost =
  /terminat|connection (?:error|ended|closed)|not queryable|client (?:has|was) (?:encountered|closed)|socket|ended unexpectedly/i;
const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** True when the connection, not the statement, is at fault: another connection may succeed. */
export function isConnectionLoss(error: unknown): boolean {
  const { code, message } = describe(error);
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) return /^(?:08|57P0[1-5])/.test(code);
  if (code !== undefined) return network.has(code);
  return lost.test(message);
}

/** pg's pool says so when no client came free in time. */
export const isPoolWait = (error: unknown): boolean =>
  /timeout exceeded when trying to connect|Timeout acquiring a connection/.test(describe(error).message);

const away = (cause: unknown): Fault => new Fault('unavailable', '', 'the database is not available', { retryAfter: 5, cause });

/**
 * Turns whatever `pg`, knex or the engine threw into a Fault; a Fault stays what it is. `published`: the statement asked published tables, which
 * others may change; what it misses of our own tables is a defect.
 */
export function faultOf(error: unknown, log?: Log, published = false): Fault {
  if (error instanceof Fault) return error;
  const { code, message } = describe(error);
  if (isPoolWait(error)) return new Fault('busy', '', 'the server is busy', { retryAfter: 2, cause: error });
  if (isConnectionLoss(error)) {
    log?.warn({ code, reason: message }, 'connection to the database lost');
    return away(error);
  }
  const state = code ?? '';
  switch (state) {
    case '57014': // query_canceled: statement_timeout or a cancel of ours
      return new Fault('busy', '', 'the request took longer than allowed', { retryAfter: 5, cause: error });
    case '53300': // too_many_connections; the embedded engine's queue says the same
    case '55P03': // lock_not_available
    case '40001': // serialization_failure
    case '40P01': // deadlock_detected
      return new Fault('busy', '', 'the server is busy', { retryAfter: 2, cause: error });
    case '25P03': // idle_in_transaction_session_timeout
      return away(error);
    case '23505': // unique_violation
    case '23503': // foreign_key_violation
    case '23P01': // exclusion_violation
      log?.info({ code, reason: message }, 'refused by a constraint');
      return new Fault('conflict', '', 'the change contradicts what is stored', { cause: error });
    case '23502': // not_null_violation
    case '23514': // check_violation
    case '22001': // string_data_right_truncation
    case '22003': // numeric_value_out_of_range
    case '22021': // character_not_in_repertoire: a NUL
      log?.info({ code, reason: message }, 'refused value');
      return new Fault('invalid-value', '', 'a value cannot be stored', { cause: error });
    case '25006': // read_only_sql_transaction
    case '42501': // insufficient_privilege
      log?.error({ code, reason: message }, 'statement not allowed to the role');
      return new Fault('internal', '', 'internal error', { cause: error });
    case '53100': // disk_full
    case '53200': // out_of_memory
      log?.error({ code, reason: message }, 'the database has run out of room');
      return new Fault('unavailable', '', 'the database cannot take this now', { retryAfter: 60, cause: error });
    case '42P01': // undefined_table
    case '42703': // undefined_column
    case '42883': // undefined_function: an operator that the column's new type lacks
      if (!published) {
        log?.error({ code, reason: message }, 'statement failed');
        return new Fault('internal', '', 'internal error', { cause: error });
      }
      // statements of ours name tables and columns as they were published: what they miss was changed from outside (tables in place)
      log?.error({ code, reason: message }, 'a published table has changed in the database: run « geomig apply » (or « geomig doctor »)');
      return new Fault(
        'unavailable',
        'layer',
        {
          en: 'the table of a layer has changed since it was published: its administrator has to apply the partnership file again',
          fr: 'la table d’une couche a changé depuis sa publication : il faut relancer « geomig apply »',
        },
        { retryAfter: 60, cause: error },
      );
    default:
      // PostGIS has no state of its own for it: a position that the other reference system cannot tell
      if (/^transform: /.test(message)) {
        log?.info({ code, reason: message }, 'refused position');
        return new Fault('invalid-value', '', 'a position lies outside the domain of its coordinate reference system', { cause: error });
      }
      log?.error({ code, reason: message }, 'statement failed');
      return new Fault('internal', '', 'internal error', { cause: error });
  }
}
