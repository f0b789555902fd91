// Credentials of a request to a caller: Basic, bearer key, X-API-Key, /k/{key}/ and the session cookie (surface § 1, SEC15).
import type { IncomingMessage } from 'node:http';
import { Fault } from '../core/model/fault';
import { anonymous, type Caller } from '../core/policy/charter';
import type { Accounts, Credential } from '../core/ports/accounts';

export interface IdentityParts {
  readonly accounts: Accounts;
  /** Whether passwords may travel from that address: loopback, https, or the administrator's word (D34). */
  readonly passwordsAllowed: (address: string) => boolean;
  readonly cookieName: string;
}

export interface Identity {
  readonly caller: Caller;
  /** The cookie names no live session and is to be cleared. */
  readonly clearCookie: boolean;
  /** Only the session cookie speaks for the caller: state-changing requests must come from our own pages. */
  readonly byCookie: boolean;
}

/** The caller of a request. Faults: unauthenticated (wrong, revoked or contradictory credentials), too-many, forbidden (password in the clear). */
export async function identify(
  request: IncomingMessage,
  key: string | null,
  instant: string,
  address: string,
  parts: IdentityParts,
): Promise<Identity> {
  const explicit = explicitCredentials(request, key);
  if (explicit.some(credential => credential.kind === 'basic') && !parts.passwordsAllowed(address))
    throw new Fault('forbidden', 'Authorization', 'passwords are accepted over https only; use an access key or https');
  const token = cookie(request, parts.cookieName);
  if (explicit.length === 0 && token === null) return { caller: anonymous, clearCookie: false, byCookie: false };
  let person: Caller = anonymous;
  for (const credential of explicit) {
    const found = await parts.accounts.authenticate(credential, instant, address);
    if (!found) throw new Fault('unauthenticated', 'Authorization', 'the credentials are not valid');
    person = agree(person, { kind: 'person', person: found });
  }
  if (token === null) return { caller: person, clearCookie: false, byCookie: false };
  const session = await parts.accounts.authenticate({ kind: 'session', token }, instant, address);
  if (!session) return { caller: person, clearCookie: true, byCookie: false };
  return { caller: agree(person, { kind: 'person', person: session }), clearCookie: false, byCookie: explicit.length === 0 };
}

function agree(one: Caller, other: Caller): Caller {
  if (one.kind === 'person' && other.kind === 'person' && one.person.id !== other.person.id)
    throw new Fault('unauthenticated', 'Authorization', 'the request carries credentials of two different accounts');
  return other;
}

const control = /\p{Cc}/u;

/** The one value of a header: Node keeps the first of several, a proxy before it perhaps the last. */
function single(request: IncomingMessage, name: string): string | undefined {
  const [value, ...others] = request.headersDistinct[name] ?? [];
  if (others.some(other => other !== value))
    throw new Fault('unauthenticated', 'Authorization', 'the request carries several credentials of one kind');
  return value;
}

function explicitCredentials(request: IncomingMessage, key: string | null): Credential[] {
  const found: Credential[] = key === null ? [] : [{ kind: 'key', key }];
  const apiKey = single(request, 'x-api-key');
  if (apiKey !== undefined && apiKey !== '') found.push({ kind: 'key', key: apiKey.trim() });
  const authorization = single(request, 'authorization');
  if (authorization === undefined) return found;
  const [scheme = '', value = ''] = authorization.split(/\s+/, 2);
  if (/^bearer$/i.test(scheme) && value !== '') found.push({ kind: 'key', key: value });
  else if (/^basic$/i.test(scheme)) {
    const text = Buffer.from(value, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    // no login has control characters, and a NUL is no text to the database
    if (colon < 1 || control.test(text.slice(0, colon)))
      throw new Fault('unauthenticated', 'Authorization', 'the Basic credentials cannot be read');
    found.push({ kind: 'basic', login: text.slice(0, colon), secret: text.slice(colon + 1) });
  } else throw new Fault('unauthenticated', 'Authorization', 'the Authorization header is neither Basic nor Bearer');
  return found;
}

/** Tells a browser to forget the session; a cookie named `__Host-` is taken only with Secure. */
export const clearedCookie = (name: string): string =>
  `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${name.startsWith('__Host-') ? '; Secure' : ''}`;

/** Value of one cookie; null when absent. */
export function cookie(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim() || null;
  }
  return null;
}
