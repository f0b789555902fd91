// Opaque secrets: access keys and session tokens. Only their SHA-256 is stored; a key's beginning is kept to tell keys apart.
import { createHash, createHmac, randomBytes } from 'node:crypto';

const visible = 12;

/** SHA-256 of an opaque secret, hexadecimal. */
export function digestSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** What is stored of an access key: its visible beginning (none of a short one, of which it would tell too much) and its digest. */
export function digestKey(key: string): { readonly prefix: string; readonly hash: string } {
  return { prefix: key.length >= 2 * visible ? key.slice(0, visible) : '', hash: digestSecret(key) };
}

/** A new access key: `mig_`, eight characters that stay visible, and 32 random bytes in base64url. */
export function makeKey(): { readonly key: string; readonly prefix: string; readonly hash: string } {
  const key = `mig_${randomBytes(6).toString('base64url')}${randomBytes(32).toString('base64url')}`;
  return { key, ...digestKey(key) };
}

/** A new session token, 32 random bytes in base64url. */
export function makeToken(): { readonly token: string; readonly hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: digestSecret(token) };
}

const processKey = randomBytes(32);

/** Key of a credential in this process's memory: it tells nothing outside of it (D32). */
export function credentialKey(login: string, secret: string): string {
  return createHmac('sha256', processKey).update(`${login.length} ${login} ${secret}`).digest('base64url');
}
