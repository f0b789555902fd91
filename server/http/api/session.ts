// /api/session: log in, log out, who one is. The password's journey ends here; what lasts is an opaque token in a cookie (SEC15).
import { Fault } from '../../core/model/fault';
import type { Text } from '../../core/model/text';
import type { Person } from '../../core/policy/charter';
import type { Accounts } from '../../core/ports/accounts';
import { bareOperation, operation, type Endpoint, type Input, type Reply } from '../../services/ows/operation';
import { clearedCookie } from '../identity';
import { problem } from '../problem';

export interface SessionParts {
  readonly accounts: Accounts;
  readonly cookieName: string;
  /** Cookie is sent over TLS only. */
  readonly secure: () => boolean;
  readonly now: () => string;
  /** Organisation of a person, for the greeting. */
  readonly organisationName: (id: number) => Promise<string | null>;
  /** What the pages say at the top, to partners (R11) or to everybody (a rehearsal's clock). */
  readonly banners: (partner: boolean) => Promise<readonly Text[]>;
  /** Refuses passwords in the clear (D34). */
  readonly passwordsAllowed: (address: string) => boolean;
}

const hours = 12;

export function sessionEndpoint(parts: SessionParts): Endpoint {
  const none = 'the session tells nothing of the data';
  const open = bareOperation({ service: 'API', name: 'OpenSession', changes: true, none, run: input => openSession(input, parts) });
  const close = bareOperation({ service: 'API', name: 'CloseSession', changes: true, none, run: input => closeSession(input, parts) });
  const show = bareOperation({ service: 'API', name: 'GetSession', none, run: input => showSession(input, parts) });
  // a program that brings its own credential is told who that makes it; a browser is told of its session, even of a suspended account (D31)
  const showCaller = operation({
    service: 'API',
    versions: [''],
    name: 'GetAccount',
    read: () => undefined,
    run: async (_, { caller }) => answer(caller.kind === 'person' ? caller.person : null, parts),
    examples: () => ({ none }),
  });
  return {
    path: '/api/session',
    methods: ['GET', 'POST', 'DELETE'],
    operations: [show, showCaller, open, close],
    select: input => (input.method === 'POST' ? open : input.method === 'DELETE' ? close : input.credentialed === true ? showCaller : show),
    fault: problem,
    bodyLimit: 10_000,
  };
}

async function openSession(input: Input, parts: SessionParts): Promise<Reply> {
  const { login, password } = credentials(input);
  const address = input.remote;
  if (!parts.passwordsAllowed(address)) throw new Fault('forbidden', 'password', 'passwords are accepted over https only');
  const former = tokenOf(input, parts);
  const { token } = await parts.accounts.openSession(login, password, parts.now(), address);
  // a login makes a new session; whoever knew the token of the one before has nothing (SEC15)
  if (former !== null) await parts.accounts.closeSession(former);
  return {
    status: 204,
    type: 'application/json',
    access: 'restricted',
    body: null,
    headers: { 'Set-Cookie': setCookie(parts, token, hours * 3600) },
  };
}

async function closeSession(input: Input, parts: SessionParts): Promise<Reply> {
  const token = tokenOf(input, parts);
  if (token !== null) await parts.accounts.closeSession(token);
  return { status: 204, type: 'application/json', access: 'restricted', body: null, headers: { 'Set-Cookie': setCookie(parts, '', 0) } };
}

async function showSession(input: Input, parts: SessionParts): Promise<Reply> {
  const token = tokenOf(input, parts);
  return answer(token === null ? null : await personOf(token, input, parts), parts);
}

async function answer(person: Person | 'suspended' | null, parts: SessionParts): Promise<Reply> {
  const banners = await parts.banners(person !== null && person !== 'suspended');
  const body =
    person === 'suspended'
      ? { login: null, suspended: true, banners }
      : person === null
        ? { login: null, banners }
        : {
            banners,
            login: person.login,
            name: person.name,
            organisation: await parts.organisationName(person.organisation),
            roles: person.mandates.map(mandate => mandate.role),
          };
  return { type: 'application/json; charset=utf-8', access: 'restricted', body: JSON.stringify(body) };
}

/** D31: the session of a suspended account stays known here, and nowhere else. */
async function personOf(token: string, input: Input, parts: SessionParts): Promise<Person | 'suspended' | null> {
  try {
    return await parts.accounts.authenticate({ kind: 'session', token }, parts.now(), input.remote);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'unauthenticated') return 'suspended';
    throw error;
  }
}

function credentials(input: Input): { login: string; password: string } {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(input.body ?? []).toString('utf8'));
  } catch (error) {
    throw new Fault('malformed', 'body', 'expected JSON {"login": …, "password": …}', { cause: error });
  }
  const { login, password } = (body ?? {}) as { login?: unknown; password?: unknown };
  if (typeof login === 'string' && /\p{Cc}/u.test(login)) throw new Fault('invalid-value', 'login', 'login holds a control character');
  if (typeof login !== 'string' || login === '') throw new Fault('missing-parameter', 'login', 'login is missing');
  if (typeof password !== 'string' || password === '') throw new Fault('missing-parameter', 'password', 'password is missing');
  return { login, password };
}

function tokenOf(input: Input, parts: SessionParts): string | null {
  for (const part of (input.header('cookie') ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === parts.cookieName && value) return value;
  }
  return null;
}

function setCookie(parts: SessionParts, value: string, seconds: number): string {
  if (value === '') return clearedCookie(parts.cookieName);
  return `${parts.cookieName}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${parts.secure() ? '; Secure' : ''}`;
}
