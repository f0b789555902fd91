// Credentials to callers, and sessions. Implemented by store/accounts.ts; http/identity.ts reads the credentials off the request.
import type { Caller, Person, Role } from '../policy/charter';

export type Credential =
  | { readonly kind: 'basic'; readonly login: string; readonly secret: string } // password or key as the secret
  | { readonly kind: 'key'; readonly key: string } // bearer, X-API-Key, /k/{key}/
  | { readonly kind: 'session'; readonly token: string };

export interface Accounts {
  /**
   * The caller of a credential at that instant (ISO). Faults: unauthenticated (wrong, revoked, expired; suspended or closed account),
   * too-many (brake, with retryAfter). An unknown or expired session gives null; the session of an account that is suspended, closed or whose
   * organisation has left stays known, and its use is unauthenticated (D31).
   */
  authenticate(credential: Credential, instant: string, address: string): Promise<Person | null>;
  openSession(
    login: string,
    password: string,
    instant: string,
    address: string,
  ): Promise<{ readonly token: string; readonly person: Person }>;
  closeSession(token: string): Promise<void>;
}

/** Who changes an account, for the audit journal. */
export interface Actor {
  /** Account of a person; null for the command line. */
  readonly id: number | null;
  readonly name: string;
}

export interface AccountSummary {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  /** Code of the organisation. */
  readonly organisation: string;
  /** Roles of today. */
  readonly roles: readonly Role[];
  readonly state: Person['state'];
}

export interface KeySummary {
  readonly id: number;
  /** The visible beginning, enough to tell keys apart. */
  readonly prefix: string;
  readonly label: string;
  readonly createdAt: string;
  readonly expiresOn: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedOn: string | null;
}

export interface NewAccount {
  readonly login: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Code of the organisation. */
  readonly organisation: string;
  readonly roles: readonly Role[];
  /** Absent: one is made and told once. */
  readonly password?: string;
}

/** What administrators do with accounts. Every change is audited in its own transaction. */
export interface AccountDesk {
  /** Faults: conflict (login taken; R03, R06, 2.1.3), invalid-value (password, role), unknown-id (organisation). `password`: the one made, told once. */
  addUser(account: NewAccount, actor: Actor, instant: string): Promise<{ readonly id: number; readonly password: string | null }>;
  listUsers(instant: string, organisation?: string): Promise<AccountSummary[]>;
  /** R13: holds from the next request. Faults: unknown-id; conflict when the account is closed. */
  suspendUser(login: string, actor: Actor, instant: string): Promise<void>;
  resumeUser(login: string, actor: Actor, instant: string): Promise<void>;
  setPassword(login: string, password: string, actor: Actor, instant: string): Promise<void>;
  /** The key is shown once and never again. `expiresOn`: last day it holds. Faults: unknown-id, conflict (account not active), invalid-value. */
  createKey(
    login: string,
    label: string,
    expiresOn: string | null,
    actor: Actor,
    instant: string,
  ): Promise<{ readonly id: number; readonly key: string; readonly prefix: string }>;
  listKeys(login: string): Promise<KeySummary[]>;
  /** By id or by prefix. Faults: unknown-id; invalid-value when a prefix names several. */
  revokeKey(login: string, idOrPrefix: string, actor: Actor, instant: string): Promise<void>;
}

/** The first account of an installation, made once through an address that the terminal shows (a token in it, its digest stored). */
export interface FirstAccount {
  /** Whether that token is the one of the last start, and no account has been made yet. */
  awaits(token: string): Promise<boolean>;
  /** Makes the pilot's administrator; the token is used up. Faults: unknown-id (token), invalid-value (login, password; the token stays). */
  make(
    token: string,
    account: Pick<NewAccount, 'login' | 'firstName' | 'lastName'> & { readonly password: string },
    instant: string,
  ): Promise<void>;
}

export type { Caller };
