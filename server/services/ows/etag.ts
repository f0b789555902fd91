// Entity tags of answers that are made whole before they leave: a mark of their bytes, so that it tells nothing that they do not (R23).
import { createHash } from 'node:crypto';
import type { Reply } from './operation';

/**
 * The reply with its ETag; without a body (304) where the client holds that very one. What rests on a non-public grant is kept by nobody and has
 * none (R47, D29). RFC 9110 § 13.1.2: compared weakly.
 */
export function revalidated(reply: Reply, ifNoneMatch: string | null): Reply {
  const { body } = reply;
  if (reply.access === 'restricted' || (reply.status ?? 200) !== 200 || !(typeof body === 'string' || body instanceof Uint8Array))
    return reply;
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = { ...reply.headers, ETag: tag };
  const held = (ifNoneMatch ?? '').split(',').map(one => one.trim().replace(/^W\//, ''));
  return held.includes(tag) || held.includes('*') ? { ...reply, status: 304, headers, body: null } : { ...reply, headers };
}
