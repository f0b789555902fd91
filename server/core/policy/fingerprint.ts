// Hash of what a decision lets through, the key of caches (D12). node:crypto computes, it does no I/O.
import { createHash } from 'node:crypto';

/** Short hash of a JSON value; equal values of one construction have equal hashes. */
export function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
