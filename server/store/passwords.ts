// Passwords: Argon2id as OWASP asks (19 MiB, two passes, one lane), few at a time, and the rules of a good one (CNIL 2022-100).
import { randomBytes, randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { Fault } from '../core/model/fault';
import { commonPasswords } from './common-passwords';

/** Argon2id is the library's own choice of variant. */
const cost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

/** Hashes at once; each holds 19 MiB and a core. */
const atOnce = 2;
/** Callers that may wait for their turn. */
const mayWait = 100;
const minimumLength = 12;
const maximumLength = 256;

let running = 0;
const waiting: (() => void)[] = [];

/** Runs one hash when its turn comes. Fault busy when too many wait. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) {
    if (waiting.length >= mayWait)
      throw new Fault(
        'busy',
        '',
        {
          en: 'too many people are logging in at this moment, try again in a few seconds',
          fr: 'trop de personnes se connectent en ce moment, réessayez dans quelques secondes',
        },
        { retryAfter: 5 },
      );
    await new Promise<void>(resolve => waiting.push(resolve));
  } else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

/** PHC string of a password, to be stored. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, cost));
}

let nobody: Promise<string> | null = null;

/**
 * Whether the password has that hash; a null hash (unknown account, no password) costs the same and is false.
 * `turn.before` runs when the turn has come: what it throws is thrown, and nothing is hashed; `turn.after` before the next one's turn.
 */
export async function verifyPassword(
  stored: string | null,
  password: string,
  turn?: { readonly before: () => void; readonly after: (right: boolean) => void },
): Promise<boolean> {
  const against = stored ?? (await (nobody ??= hashPassword(randomBytes(16).toString('hex'))));
  return inTurn(async () => {
    turn?.before();
    const same = await verify(against, password.slice(0, maximumLength)).catch(() => false);
    const right = stored !== null && same;
    turn?.after(right);
    return right;
  });
}

/** Fault invalid-value at `locator` when the password is too short, too common or made of the account's own name. */
export function checkPassword(password: string, login: string, locator = 'password'): void {
  const refuse = (en: string, fr: string): never => {
    throw new Fault('invalid-value', locator, { en: `this password is refused: ${en}`, fr: `ce mot de passe est refusé : ${fr}` });
  };
  if ([...password].length < minimumLength)
    refuse(`it has fewer than ${minimumLength} characters`, `il a moins de ${minimumLength} caractères`);
  if (password.length > maximumLength) refuse(`it has more than ${maximumLength} characters`, `il a plus de ${maximumLength} caractères`);
  const folded = password.toLowerCase();
  // a common word with digits or signs around it is as common as the word
  const core = folded.replace(/^[^a-z]+|[^a-z]+$/g, '');
  if (commonPasswords.has(folded) || commonPasswords.has(core))
    refuse('it is one of the most common ones', 'il est parmi les plus courants');
  if (new Set(folded).size < 5) refuse('it repeats a few characters', 'il répète quelques caractères');
  if (isSequence(folded)) refuse('it is a sequence of the keyboard or the alphabet', 'c’est une suite du clavier ou de l’alphabet');
  const name = login.toLowerCase().split('@')[0] ?? '';
  if (name.length >= 4 && core === name) refuse('it is the login', 'c’est l’identifiant');
}

const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890123456789', 'azertyuiopqsdfghjklmwxcvbn', 'qwertyuiopasdfghjklzxcvbnm'];

function isSequence(text: string): boolean {
  const backwards = [...text].reverse().join('');
  return rows.some(row => row.includes(text) || row.includes(backwards));
}

const letters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A password of 20 characters without look-alikes (about 115 bits), in groups of five. */
export function makePassword(): string {
  return Array.from({ length: 4 }, () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')).join('-');
}
