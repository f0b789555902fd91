// The audit journal (SEC16): who changed what, written in the transaction of the change and chained by hashes, so that a line that was
// altered or taken out shows.
import { createHash } from 'node:crypto';
import { Fault } from '../core/model/fault';
import type { Actor } from '../core/ports/accounts';
import type { Session } from './database';

export interface AuditEntry {
  readonly actor: Actor;
  /** `account.suspended`, `dataset.published`, … */
  readonly what: string;
  /** Login, code or identifier of what was changed. */
  readonly subject: string;
  /** Never secrets nor values of features. */
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  /** ISO 8601, UTC. */
  readonly instant: string;
}

/** One chain per database: its writers take turns. */
const chainLock = 7_316_002;

/** Writes a line; it is there when the change is committed, and not otherwise. */
export async function audit(session: Session, entry: AuditEntry): Promise<void> {
  await session.rows('select pg_advisory_xact_lock($1::bigint)', [chainLock]);
  const [last] = await session.rows<{ hash: string | null }>('select hash from geomig.audit_journal order by id desc limit 1');
  const previous = last?.hash ?? null;
  const { actor, what, subject } = entry;
  // the hash is over the words as the database keeps them
  const [kept] = await session.rows<Pick<Line, 'id' | 'at' | 'before' | 'after'>>(
    `select nextval('geomig.audit_journal_id_seq') as id, $1::timestamptz as at, $2::jsonb::text as before, $3::jsonb::text as after`,
    [entry.instant, asJson(entry.before), asJson(entry.after)],
  );
  if (!kept) throw new Fault('internal', '', 'the audit journal gave no number');
  const line: Line = { ...kept, actor_id: actor.id, actor: actor.name, what, subject };
  await session.rows(
    `insert into geomig.audit_journal (id, at, actor_id, actor, what, subject, before, after, previous_hash, hash)
     values ($1::bigint, $2::timestamptz, $3::integer, $4::text, $5::text, $6::text, $7::jsonb, $8::jsonb, $9::text, $10::text)`,
    [line.id, line.at, line.actor_id, line.actor, what, subject, line.before, line.after, previous, digest(line, previous)],
  );
}

const asJson = (value: AuditEntry['before']): string | null => (value === null ? null : JSON.stringify(value));

interface Line {
  readonly id: number;
  readonly at: string;
  readonly actor_id: number | null;
  readonly actor: string;
  readonly what: string;
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Over the words as the database keeps them, so that the same row gives the same hash at any time. */
function digest(line: Line, previous: string | null): string {
  const { id, at, actor_id, actor, what, subject, before, after } = line;
  return createHash('sha256')
    .update(JSON.stringify([previous, id, at, actor_id, actor, what, subject, before, after]))
    .digest('hex');
}

/** Id of the first line that does not follow from the one before; null when the chain is whole. */
export async function brokenAuditLine(session: Session): Promise<number | null> {
  let previous: string | null = null;
  let from = 0;
  for (;;) {
    const lines: (Line & { previous_hash: string | null; hash: string | null })[] = await session.rows(
      `select id, at, actor_id, actor, what, subject, before::text as before, after::text as after, previous_hash, hash
       from geomig.audit_journal where id > $1::bigint order by id limit 1000`,
      [from],
    );
    for (const line of lines) {
      if (line.previous_hash !== previous || line.hash !== digest(line, previous)) return line.id;
      previous = line.hash;
      from = line.id;
    }
    if (lines.length < 1000) return null;
  }
}
