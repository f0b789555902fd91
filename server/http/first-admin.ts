// `/first/{token}`: the page at which the first administrator of the pilot is made, once. The terminal shows the address at the first start.
import { Fault } from '../core/model/fault';
import type { FirstAccount } from '../core/ports/accounts';
import { bareOperation, type Endpoint, type Input, type Reply } from '../services/ows/operation';
import { problem } from './problem';

export interface FirstAdminParts {
  readonly first: () => FirstAccount;
  readonly now: () => string;
  /** Refuses passwords in the clear (D34). */
  readonly passwordsAllowed: (address: string) => boolean;
}

export function firstAdminEndpoint(parts: FirstAdminParts): Endpoint {
  const none = 'a page without data, for whoever reads the terminal of the first start';
  const show = bareOperation({ service: 'PAGE', name: 'FirstAdministrator', none, run: input => showForm(input, parts) });
  const make = bareOperation({
    service: 'PAGE',
    name: 'MakeFirstAdministrator',
    changes: true,
    none,
    run: input => makeAccount(input, parts),
  });
  return {
    path: '/first/:token',
    methods: ['GET', 'POST'],
    operations: [show, make],
    select: input => (input.method === 'POST' ? make : show),
    fault: problem,
    bodyLimit: 10_000,
  };
}

const tokenOf = (input: Input): string => input.segments['token'] ?? '';

async function showForm(input: Input, { first }: FirstAdminParts): Promise<Reply> {
  if (!(await first().awaits(tokenOf(input)))) throw gone();
  return page(200, form({ login: '', first: '', last: '' }, null));
}

async function makeAccount(input: Input, { first, now, passwordsAllowed }: FirstAdminParts): Promise<Reply> {
  if (!passwordsAllowed(input.remote)) throw new Fault('forbidden', 'password', 'passwords are accepted over https only');
  const told = { login: field(input, 'login').trim(), first: field(input, 'first').trim(), last: field(input, 'last').trim() };
  const password = field(input, 'password');
  const account = { login: told.login, firstName: told.first, lastName: told.last, password };
  try {
    await first().make(tokenOf(input), account, now());
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.kind === 'unknown-id') throw gone();
    if (error.kind !== 'invalid-value') throw error;
    return page(
      400,
      form(told, error.locator === 'login' ? 'Cet identifiant ne convient pas : 3 à 200 caractères, sans espace ni deux-points.' : words),
    );
  }
  return page(
    200,
    `<p>Le compte <strong>${escaped(told.login)}</strong> est créé. Cette adresse ne sert plus.</p><p><a href="/">Ouvrir GeoMIG et se connecter</a></p>`,
  );
}

const words = 'Ce mot de passe est trop simple : prenez-en un plus long, fait de plusieurs mots peu courants.';

const gone = (): Fault =>
  new Fault('unknown-id', 'token', 'this address is not valid (any more): the terminal shows a new one at each start without accounts');

const field = (input: Input, name: string): string => input.kvp.get(name) ?? '';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, character => entities[character] ?? character);

function form(told: { readonly login: string; readonly first: string; readonly last: string }, refusal: string | null): string {
  const input = (label: string, name: string, value: string, more: string): string =>
    `<p><label for="${name}">${label}</label><br><input id="${name}" name="${name}" value="${escaped(value)}" ${more}></p>`;
  return [
    '<p>Aucun compte n’existe encore. Cette page crée le premier administrateur du pilote ; elle ne sert qu’une fois.</p>',
    ...(refusal === null ? [] : [`<p role="alert"><strong>${escaped(refusal)}</strong></p>`]),
    '<form method="post">',
    input('Identifiant', 'login', told.login, 'required autocomplete="username" autocapitalize="off" spellcheck="false"'),
    input('Prénom', 'first', told.first, 'autocomplete="given-name"'),
    input('Nom', 'last', told.last, 'autocomplete="family-name"'),
    input('Mot de passe', 'password', '', 'type="password" required autocomplete="new-password"'),
    '<p><button>Créer le compte</button></p></form>',
  ].join('');
}

function page(status: number, content: string): Reply {
  return {
    status,
    type: 'text/html; charset=utf-8',
    access: 'restricted',
    headers: {
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      'Referrer-Policy': 'no-referrer',
    },
    body:
      '<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
      '<title>Premier administrateur – GeoMIG</title>' +
      '<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}input{width:100%;padding:.4rem;font:inherit;box-sizing:border-box}button{font:inherit;padding:.5rem 1rem}</style>' +
      `</head><body><main><h1>Premier administrateur</h1>${content}</main></body></html>`,
  };
}
