// The two prefixes of every address, `/k/{key}` and `/at/{scope}`, in this order (D28), taken off the path before routing. Whatever stands in them is
// read: who is meant is decided where credentials and scopes are looked up, and a wrong one is refused in the words of the service asked.

export interface Address {
  /** Access key of `/k/{key}`; never logged. */
  readonly key: string | null;
  readonly scope: string | null;
  /** What is left, beginning with a slash. */
  readonly path: string;
  /** Raw query without `?`. */
  readonly query: string;
  /** Both prefixes, to be kept on every advertised address: percent-encoded wherever a path could not hold them. */
  readonly prefix: string;
  /** The prefixes without the key. */
  readonly publicPrefix: string;
}

/** Splits a request target. */
export function splitAddress(written: string): Address {
  // RFC 9112 § 3.2.2: the absolute form is accepted too
  const target = written.replace(/^https?:\/\/[^/?#]*(?=[/?#]|$)/i, '');
  const mark = target.indexOf('?');
  let path = (mark < 0 ? target : target.slice(0, mark)) || '/';
  const query = mark < 0 ? '' : target.slice(mark + 1);
  let key: string | null = null;
  let scope: string | null = null;
  let keyPrefix = '';
  let publicPrefix = '';
  if (path.startsWith('/k/')) {
    [key, path] = segment(path, '/k/');
    keyPrefix = `/k/${encodeURIComponent(key)}`;
  }
  if (path.startsWith('/at/')) {
    [scope, path] = segment(path, '/at/');
    publicPrefix = `/at/${encodeURIComponent(scope)}`;
  }
  return { key, scope, path, query, prefix: keyPrefix + publicPrefix, publicPrefix };
}

/** What stands in the segment after the prefix, and the rest of the path. */
function segment(path: string, prefix: string): readonly [string, string] {
  const end = path.indexOf('/', prefix.length);
  const value = path.slice(prefix.length, end < 0 ? undefined : end);
  return [decoded(value), end < 0 ? '/' : path.slice(end)];
}

/** Without its escapes, and without what no name or key has: a broken escape, a lone surrogate, a control character names nothing. */
function decoded(text: string): string {
  try {
    const name = decodeURIComponent(text);
    return /\p{Cc}/u.test(name) ? '' : name;
  } catch {
    return '';
  }
}
