// What administrators do with accounts, keys and mandates (R03, R06, R13, R14; 2.1.3). Each change and its audit line are one transaction.
import { parisDay } from '../core/model/clock';
import { Fault } from '../core/model/fault';
import { isDelegated } from '../core/policy/cascade';
import type { Facts, Organisation, Person, Role } from '../core/policy/charter';
import { isPartner, standingOf, withdrawalDay } from '../core/policy/standing';
import type { AccountDesk, AccountSummary, Actor, KeySummary, NewAccount } from '../core/ports/accounts';
import { audit } from './audit';
import type { Database, Session } from './database';
import { makeKey } from './identity-keys';
import { checkPassword, hashPassword, makePassword } from './passwords';
import { accountByLogin, type AccountRow } from './people';

export interface AccountDeskParts {
  readonly database: Database;
  readonly facts: { at(instant: string): Promise<Facts> };
}

/** Roles of which an organisation has one person at a time (2.1.3). */
const single: readonly Role[] = ['technical_referent', 'deputy'];
/** Roles that only the pilot gives. */
const pilotRoles: readonly Role[] = ['project_officer', 'pilot_admin'];

const stateWords: Readonly<Record<Person['state'], string>> = { invited: 'invité', active: 'actif', suspended: 'suspendu', closed: 'clos' };

export class StoredAccountDesk implements AccountDesk {
  readonly #database: Database;
  readonly #facts: AccountDeskParts['facts'];

  constructor(parts: AccountDeskParts) {
    this.#database = parts.database;
    this.#facts = parts.facts;
  }

  async addUser(account: NewAccount, actor: Actor, instant: string): Promise<{ readonly id: number; readonly password: string | null }> {
    const login = account.login.trim();
    if (!/^[^\s:/]{3,200}$/.test(login))
      throw new Fault('invalid-value', 'login', {
        en: `"${login.slice(0, 80)}" is no login: 3 to 200 characters without spaces, colon or slash`,
        fr: `« ${login.slice(0, 80)} » n’est pas un identifiant : 3 à 200 caractères sans espace, deux-points ni barre`,
      });
    const facts = await this.#facts.at(instant);
    const organisation = [...facts.organisations.values()].find(candidate => candidate.code === account.organisation);
    if (!organisation)
      throw new Fault('unknown-id', 'organisation', {
        en: `there is no organisation "${account.organisation}"`,
        fr: `l’organisme « ${account.organisation} » n’existe pas`,
      });
    mayHaveAccounts(organisation, facts, instant);
    if (!organisation.pilot && account.roles.some(role => pilotRoles.includes(role)))
      throw new Fault('invalid-value', 'roles', {
        en: `${pilotRoles.join(' and ')} are roles of the pilot's people only`,
        fr: `${pilotRoles.join(' et ')} ne se donnent qu’aux personnes du pilote`,
      });
    const made = account.password === undefined ? makePassword() : null;
    const password = made ?? account.password ?? '';
    checkPassword(password, login);
    const hash = await hashPassword(password);
    const id = await this.#change(async session => {
      if (await accountByLogin(session, login))
        throw new Fault('conflict', 'login', { en: `the login ${login} is taken`, fr: `l’identifiant ${login} est déjà pris` });
      for (const role of account.roles) await soleHolder(session, organisation, role, parisDay(instant));
      const [row] = await session.rows<{ id: number }>(
        `insert into geomig.app_user (organisation_id, login, first_name, last_name, password_hash, created_at)
         values ($1::integer, $2::text, $3::text, $4::text, $5::text, $6::timestamptz) returning id`,
        [organisation.id, login, account.firstName, account.lastName, hash, instant],
      );
      const user = row?.id ?? 0;
      for (const role of account.roles)
        await session.rows(
          `insert into geomig.mandate (user_id, organisation_id, role, period) values ($1::integer, $2::integer, $3::text, daterange($4::date, null))`,
          [user, organisation.id, role, parisDay(instant)],
        );
      await audit(session, {
        actor,
        what: 'account.added',
        subject: login,
        before: null,
        after: { organisation: organisation.code, roles: account.roles },
        instant,
      });
      return user;
    });
    return { id, password: made };
  }

  async listUsers(instant: string, organisation?: string): Promise<AccountSummary[]> {
    return this.#database.transaction({ role: 'owner' }, session =>
      session.rows<{
        id: number;
        login: string;
        name: string;
        organisation: string;
        roles: readonly Role[];
        state: Person['state'];
      }>(
        `select u.id, u.login, trim(u.first_name || ' ' || u.last_name) as name, o.code as organisation, u.state,
           coalesce((select array_agg(m.role order by m.id) from geomig.mandate m
             where m.user_id = u.id and m.organisation_id = u.organisation_id and m.period @> $1::date), '{}') as roles
         from geomig.app_user u join geomig.organisation o on o.id = u.organisation_id
         where $2::text is null or o.code = $2::text order by o.code, lower(u.login)`,
        [parisDay(instant), organisation ?? null],
      ),
    );
  }

  suspendUser(login: string, actor: Actor, instant: string): Promise<void> {
    return this.#setState(login, 'suspended', actor, instant);
  }

  resumeUser(login: string, actor: Actor, instant: string): Promise<void> {
    return this.#setState(login, 'active', actor, instant);
  }

  async setPassword(login: string, password: string, actor: Actor, instant: string): Promise<void> {
    checkPassword(password, login);
    const hash = await hashPassword(password);
    await this.#change(async session => {
      const account = await known(session, login);
      await session.rows(`update geomig.app_user set password_hash = $2::text, generation = generation + 1 where id = $1::integer`, [
        account.person.id,
        hash,
      ]);
      await audit(session, { actor, what: 'account.password', subject: account.person.login, before: null, after: null, instant });
    });
  }

  async createKey(
    login: string,
    label: string,
    expiresOn: string | null,
    actor: Actor,
    instant: string,
  ): Promise<{ readonly id: number; readonly key: string; readonly prefix: string }> {
    if (label.trim() === '')
      throw new Fault('invalid-value', 'label', {
        en: 'a key needs a label, such as the program that will use it',
        fr: 'une clé porte un libellé, par exemple le programme qui s’en servira',
      });
    if (
      expiresOn !== null &&
      (!/^\d{4}-\d\d-\d\d$/.test(expiresOn) || Number.isNaN(Date.parse(expiresOn)) || expiresOn < parisDay(instant))
    )
      throw new Fault('invalid-value', 'expiresOn', {
        en: `"${expiresOn.slice(0, 40)}" is no day from today on (expected 2026-12-31)`,
        fr: `« ${expiresOn.slice(0, 40)} » n’est pas un jour à venir (attendu : 2026-12-31)`,
      });
    const { key, prefix, hash } = makeKey();
    const id = await this.#change(async session => {
      const { person } = await known(session, login);
      if (person.state !== 'active')
        throw new Fault(
          'conflict',
          'login',
          {
            en: `the account ${person.login} is ${person.state}`,
            fr: `le compte ${person.login} est ${stateWords[person.state]}`,
          },
          { rule: 'R13' },
        );
      const [row] = await session.rows<{ id: number }>(
        `insert into geomig.access_token (user_id, prefix, hash, label, created_at, expires_on)
         values ($1::integer, $2::text, $3::text, $4::text, $5::timestamptz, $6::date) returning id`,
        [person.id, prefix, hash, label.trim(), instant, expiresOn],
      );
      await audit(session, {
        actor,
        what: 'key.created',
        subject: person.login,
        before: null,
        after: { prefix, label, expiresOn },
        instant,
      });
      return row?.id ?? 0;
    });
    return { id, key, prefix };
  }

  async listKeys(login: string): Promise<KeySummary[]> {
    return this.#database.transaction({ role: 'owner' }, async session => {
      const { person } = await known(session, login);
      return session.rows<KeySummary>(
        `select id, prefix, label, created_at as "createdAt", expires_on as "expiresOn", revoked_at as "revokedAt", last_used_on as "lastUsedOn"
         from geomig.access_token where user_id = $1::integer order by id`,
        [person.id],
      );
    });
  }

  async revokeKey(login: string, idOrPrefix: string, actor: Actor, instant: string): Promise<void> {
    await this.#change(async session => {
      const { person } = await known(session, login);
      const found = await session.rows<{ id: number; prefix: string; label: string }>(
        `select id, prefix, label from geomig.access_token
         where user_id = $1::integer and revoked_at is null and (id::text = $2::text or (prefix <> '' and prefix = $2::text))`,
        [person.id, idOrPrefix],
      );
      const [key] = found;
      if (!key)
        throw new Fault('unknown-id', 'key', {
          en: `${person.login} has no key "${idOrPrefix.slice(0, 40)}" in use`,
          fr: `${person.login} n’a pas de clé en service « ${idOrPrefix.slice(0, 40)} »`,
        });
      if (found.length > 1)
        throw new Fault('invalid-value', 'key', {
          en: `"${idOrPrefix.slice(0, 40)}" names several keys: give the id`,
          fr: `« ${idOrPrefix.slice(0, 40)} » désigne plusieurs clés : donnez le numéro`,
        });
      await session.rows(`update geomig.access_token set revoked_at = $2::timestamptz where id = $1::integer`, [key.id, instant]);
      await audit(session, {
        actor,
        what: 'key.revoked',
        subject: person.login,
        before: { prefix: key.prefix, label: key.label },
        after: null,
        instant,
      });
    });
  }

  async #setState(login: string, state: 'active' | 'suspended', actor: Actor, instant: string): Promise<void> {
    await this.#change(async session => {
      const { person } = await known(session, login);
      if (person.state === state) return;
      if (person.state === 'closed')
        throw new Fault(
          'conflict',
          'login',
          { en: `the account ${person.login} is closed, for good`, fr: `le compte ${person.login} est clos, définitivement` },
          { rule: 'R13' },
        );
      await session.rows(`update geomig.app_user set state = $2::text, generation = generation + 1 where id = $1::integer`, [
        person.id,
        state,
      ]);
      await audit(session, {
        actor,
        what: state === 'active' ? 'account.resumed' : 'account.suspended',
        subject: person.login,
        before: { state: person.state },
        after: { state },
        instant,
      });
    });
  }

  #change<T>(use: (session: Session) => Promise<T>): Promise<T> {
    return this.#database.transaction({ role: 'owner' }, use);
  }
}

async function known(session: Session, login: string): Promise<AccountRow> {
  const account = await accountByLogin(session, login);
  if (!account)
    throw new Fault('unknown-id', 'login', {
      en: `there is no account ${login.slice(0, 80)}`,
      fr: `le compte ${login.slice(0, 80)} n’existe pas`,
    });
  return account;
}

/** R03, R06, D20: who may have people here. Annexe 1 may from the start (R02: with the rights of anyone). */
function mayHaveAccounts(organisation: Organisation, facts: Facts, instant: string): void {
  const day = parisDay(instant);
  if (isPartner(organisation, day)) return;
  const person: Person = { id: 0, login: '', name: '', organisation: organisation.id, state: 'active', mandates: [], workingGroups: [] };
  if (isDelegated(standingOf({ kind: 'person', person }, facts, instant, day), facts)) return;
  if (withdrawalDay(organisation, day) !== null)
    throw new Fault(
      'conflict',
      'organisation',
      {
        en: `${organisation.code} has left the partnership and its EPT has not delegated to it since`,
        fr: `R06 : ${organisation.code} a quitté le partenariat et son EPT ne lui a rien délégué depuis`,
      },
      {
        rule: 'R06',
      },
    );
  if (!organisation.annex1)
    throw new Fault(
      'conflict',
      'organisation',
      {
        en: `${organisation.code} is not in Annexe 1: it has no accounts before its membership is active`,
        fr: `R03 : ${organisation.code} n’est pas dans l’annexe 1 : pas de compte avant que son adhésion soit active`,
      },
      {
        rule: 'R03',
      },
    );
}

/** 2.1.3: one referent and one deputy at a time; the one before ends first. */
async function soleHolder(session: Session, organisation: Organisation, role: Role, day: string): Promise<void> {
  if (!single.includes(role)) return;
  const [holder] = await session.rows<{ login: string }>(
    `select u.login from geomig.mandate m join geomig.app_user u on u.id = m.user_id
     where m.organisation_id = $1::integer and m.role = $2::text and m.period @> $3::date and u.state in ('invited', 'active') limit 1`,
    [organisation.id, role, day],
  );
  if (holder)
    throw new Fault(
      'conflict',
      'roles',
      {
        en: `${organisation.code} already has a ${role.replace('_', ' ')}: ${holder.login}; end that mandate first`,
        fr: `R14 : ${organisation.code} a déjà une personne comme ${role} : ${holder.login} ; terminez d’abord ce mandat`,
      },
      {
        rule: 'R14',
      },
    );
}
