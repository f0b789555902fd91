// Credentials to callers, and sessions. Implemented by store/accounts.ts; http/identity.ts reads the credentials off the request.
import type { Caller, Person } from '../policy/charter';

export type Credential =
  | { readonly kind: 'basic'; readonly login: string; readonly secret: string } // password or key as the secret
  | { readonly kind: 'key'; readonly key: string } // bearer, X-API-Key, /k/{key}/
  | { readonly kind: 'session'; readonly token: string };

export interface Accounts {
  /**
   * The caller of a credential at that instant (ISO). Faults: unauthenticated (wrong, revoked, expired; suspended or closed account),
   * too-many (brake, with retryAfter). An unknown or expired session gives null.
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

export type { Caller };
