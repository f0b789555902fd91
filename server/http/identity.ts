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

export const loopback = (address: string): boolean => address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');

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

function explicitCredentials(request: IncomingMessage, key: string | null): Credential[] {
  const found: Credential[] = key === null ? [] : [{ kind: 'key', key }];
  const apiKey = request.headers['x-api-key'];
  if (typeof apiKey === 'string' && apiKey !== '') found.push({ kind: 'key', key: apiKey.trim() });
  const authorization = request.headers.authorization;
  if (authorization === undefined) return found;
  const [scheme = '', value = ''] = authorization.split(/\s+/, 2);
  if (/^bearer$/i.test(scheme) && value !== '') found.push({ kind: 'key', key: value });
  else if (/^basic$/i.test(scheme)) {
    const text = Buffer.from(value, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon < 1) throw new Fault('unauthenticated', 'Authorization', 'the Basic credentials cannot be read');
    found.push({ kind: 'basic', login: text.slice(0, colon), secret: text.slice(colon + 1) });
  } else throw new Fault('unauthenticated', 'Authorization', 'the Authorization header is neither Basic nor Bearer');
  return found;
}

/** Value of one cookie; null when absent. */
export function cookie(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim() || null;
  }
  return null;
}
