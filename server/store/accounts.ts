// Credentials to persons, and sessions (SEC15, D20, D31, D32). Every request looks at the account anew: a suspended or closed account,
// a revoked or expired key and a withdrawn organisation end with the next request (R06, R13).
import { parisDay } from '../core/model/clock';
import { Fault } from '../core/model/fault';
import { networkOf } from '../core/model/network';
import { isDelegated } from '../core/policy/cascade';
import type { Facts, Person } from '../core/policy/charter';
import { standingOf } from '../core/policy/standing';
import type { Accounts, Credential } from '../core/ports/accounts';
import { Brakes } from './brakes';
import type { Database, Session } from './database';
import { credentialKey, digestSecret, makeToken } from './identity-keys';
import { verifyPassword } from './passwords';
import { accountById, accountByKey, accountByLogin, accountBySession, noteKeyUse, type AccountRow, type Reader } from './people';

export interface AccountsParts {
  readonly database: Database;
  /** The charter's facts (FactsReader). */
  readonly facts: { at(instant: string): Promise<Facts> };
  /** Failures that are free for a login and for an address (GEOMIG_LOGIN_ATTEMPTS). */
  readonly attempts: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** How long a verified password is remembered, in milliseconds (D32). */
const remembered = 600_000;
const mostRemembered = 10_000;
/** Life of a session. */
const sessionHours = 12;
/** Made keys begin so: what looks like one and is none is not tried as a password. */
const madeKey = /^mig_[\w-]{51}$/;

interface Verified {
  readonly id: number;
  readonly generation: number;
  readonly until: number;
}

export class StoredAccounts implements Accounts {
  readonly #parts: AccountsParts;
  readonly #now: () => number;
  readonly #reader: Reader;
  readonly #brakes: Brakes;
  readonly #verified = new Map<string, Verified>();
  /** Keys that were refused, with the network they came from, as digests of this process. */
  readonly #wrongKeys = new Set<string>();
  readonly #verifying = new Map<string, Promise<AccountRow>>();

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
    this.#reader = { rows: (text, values) => parts.database.ask(text, values) };
    this.#brakes = new Brakes(parts.attempts, this.#now);
  }

  async authenticate(credential: Credential, instant: string, address: string): Promise<Person | null> {
    switch (credential.kind) {
      case 'key':
        return this.#admit(await this.#byKey(credential.key, instant, address), instant);
      case 'basic':
        return this.#admit(await this.#byLogin(credential.login, credential.secret, instant, address), instant);
      case 'session': {
        const account = await accountBySession(this.#reader, digestSecret(credential.token));
        return account ? this.#admit(account, instant) : null;
      }
    }
  }

  async openSession(
    login: string,
    password: string,
    instant: string,
    address: string,
  ): Promise<{ readonly token: string; readonly person: Person }> {
    const person = await this.#admit(await this.#byPassword(login, password, address), instant);
    const { token, hash } = makeToken();
    await this.#in(session =>
      session.rows(
        `insert into geomig.session (token_hash, user_id, opened_at, expires_at) values ($1::text, $2::integer, now(), now() + make_interval(hours => $3::integer))`,
        [hash, person.id, sessionHours],
      ),
    );
    return { token, person };
  }

  async closeSession(token: string): Promise<void> {
    await this.#in(session =>
      session.rows(`update geomig.session set closed_at = now() where token_hash = $1::text and closed_at is null`, [digestSecret(token)]),
    );
  }

  async #byKey(key: string, instant: string, address: string): Promise<AccountRow> {
    const account = await this.#holderOf(key, parisDay(instant));
    // a right key is never braked: 256 bits are not guessed
    if (account) return account;
    throw this.#wrongKey(key, address);
  }

  /**
   * What a key that is none gets: 401, and 429 when too many were tried. The same once more is no further guess, or a client that goes on asking
   * with a revoked key would keep everybody behind its address from logging in.
   */
  #wrongKey(key: string, address: string): Fault {
    const source = addressKey(address);
    const tried = credentialKey(source, key);
    if (!this.#wrongKeys.has(tried)) {
      this.#brakes.check(source);
      this.#brakes.failed(source);
      for (const oldest of this.#wrongKeys) {
        if (this.#wrongKeys.size < mostRemembered) break;
        this.#wrongKeys.delete(oldest);
      }
      this.#wrongKeys.add(tried);
    }
    return refused();
  }

  /** Login with a password, or with one of the account's own keys. */
  async #byLogin(login: string, secret: string, instant: string, address: string): Promise<AccountRow> {
    // a password that was verified before is no key: one question less
    if (this.#verified.has(credentialKey(login.toLowerCase(), secret))) return this.#byPassword(login, secret, address);
    const account = await this.#holderOf(secret, parisDay(instant));
    if (account && account.person.login.toLowerCase() === login.toLowerCase()) return account;
    if (account || madeKey.test(secret)) throw this.#wrongKey(secret, address);
    return this.#byPassword(login, secret, address);
  }

  /** The account of a key; notes the first use of a day. */
  async #holderOf(key: string, day: string): Promise<AccountRow | null> {
    const holder = await accountByKey(this.#reader, digestSecret(key), day);
    const { unnoted } = holder ?? {};
    if (typeof unnoted === 'number') await this.#in(session => noteKeyUse(session, unnoted, day));
    return holder?.account ?? null;
  }

  async #byPassword(login: string, password: string, address: string): Promise<AccountRow> {
    const keys = [loginKey(login), addressKey(address)];
    this.#brakes.check(...keys);
    const key = credentialKey(login.toLowerCase(), password);
    const known = this.#verified.get(key);
    if (known && known.until > this.#now()) {
      const account = await accountById(this.#reader, known.id);
      if (account?.generation === known.generation) return account;
      this.#verified.delete(key);
    }
    // several requests of one client with the same new credential are one attempt
    let verifying = this.#verifying.get(key);
    if (!verifying) {
      verifying = this.#verify(login, password, keys, key).finally(() => this.#verifying.delete(key));
      this.#verifying.set(key, verifying);
    }
    return verifying;
  }

  async #verify(login: string, password: string, keys: readonly string[], key: string): Promise<AccountRow> {
    const account = await accountByLogin(this.#reader, login);
    // the brakes are looked at again when the turn has come: a burst of guesses has failed meanwhile
    const right = await verifyPassword(account?.passwordHash ?? null, password, {
      before: () => this.#brakes.check(...keys),
      after: good => (good ? this.#brakes.succeeded(loginKey(login)) : this.#brakes.failed(...keys)),
    });
    if (!account || !right) throw refused();
    for (const oldest of this.#verified.keys()) {
      if (this.#verified.size < mostRemembered) break;
      this.#verified.delete(oldest);
    }
    this.#verified.set(key, { id: account.person.id, generation: account.generation, until: this.#now() + remembered });
    return account;
  }

  /** The person of an account in use; fault unauthenticated otherwise. */
  async #admit(account: AccountRow, instant: string): Promise<Person> {
    if ((await this.#stateOf(account, instant)) !== 'active') throw refused();
    return account.person;
  }

  /**
   * R06, D20: accounts of an organisation that has left are closed, written or not; those made afterwards live by a delegation of its EPT.
   * An organisation that has joined again (R12) has its accounts as they are written.
   */
  async #stateOf(account: AccountRow, instant: string): Promise<Person['state']> {
    const { person, leftOn, createdAt } = account;
    if (person.state !== 'active' || leftOn === null) return person.state;
    const day = parisDay(instant);
    if (leftOn > day) return person.state;
    const facts = await this.#parts.facts.at(instant);
    const standing = standingOf({ kind: 'person', person }, facts, instant, day);
    if (standing.kind === 'partner') return person.state;
    return parisDay(createdAt) > leftOn && isDelegated(standing, facts) ? person.state : 'closed';
  }

  #in<T>(use: (session: Session) => Promise<T>): Promise<T> {
    return this.#parts.database.transaction({ role: 'owner' }, use);
  }
}

const loginKey = (login: string): string => `login ${login.toLowerCase().slice(0, 200)}`;
const addressKey = (address: string): string => `address ${networkOf(address)}`;

/** One answer for every reason: nothing is told about accounts. */
const refused = (): Fault => new Fault('unauthenticated', 'Authorization', 'the credentials are not valid');
