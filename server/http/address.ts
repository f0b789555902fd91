// The two prefixes of every address, `/k/{key}` and `/at/{scope}`, in this order (D28), taken off the path before routing.
import { Fault } from '../core/model/fault';

export interface Address {
  /** Access key of `/k/{key}`; never logged. */
  readonly key: string | null;
  readonly scope: string | null;
  /** What is left, beginning with a slash. */
  readonly path: string;
  /** Raw query without `?`. */
  readonly query: string;
  /** The prefixes as they were written, to be kept on every advertised address. */
  readonly prefix: string;
  /** The prefixes without the key. */
  readonly publicPrefix: string;
}

const name = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;

/** Splits a request target. Fault malformed on a prefix that cannot be read. */
export function splitAddress(written: string): Address {
  // RFC 9112 § 3.2.2: the absolute form is accepted too
  const target = written.replace(/^https?:\/\/[^/?#]*(?=[/?#]|$)/i, '');
  const mark = target.indexOf('?');
  let path = (mark < 0 ? target : target.slice(0, mark)) || '/';
  const query = mark < 0 ? '' : target.slice(mark + 1);
  let key: string | null = null;
  let scope: string | null = null;
  let publicPrefix = '';
  if (path.startsWith('/k/')) {
    key = segment(path, 3, 'key');
    path = path.slice(3 + key.length) || '/';
  }
  if (path.startsWith('/at/')) {
    scope = segment(path, 4, 'scope');
    path = path.slice(4 + scope.length) || '/';
    publicPrefix = `/at/${scope}`;
  }
  return { key, scope, path, query, prefix: (key === null ? '' : `/k/${key}`) + publicPrefix, publicPrefix };
}

function segment(path: string, from: number, what: string): string {
  const end = path.indexOf('/', from);
  const value = end < 0 ? path.slice(from) : path.slice(from, end);
  if (!name.test(value)) throw new Fault('malformed', what, `the ${what} in the address cannot be read`);
  return value;
}
