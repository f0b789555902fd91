// The access journal, buffered (R54, D23): a request hands over a line and goes on; lines are written in batches soon after.
// Features, downloads and edits of non-public data are a line each; maps and listings one counted line per caller and minute.
import type { Action } from '../core/policy/charter';
import type { Journal, JournalEntry } from '../core/ports/journal';
import type { Database, Session } from './database';

export interface JournalOptions {
  /** Longest time a line is held, in milliseconds. */
  readonly every?: number;
  /** Lines that are written at once without waiting. */
  readonly batch?: number;
  /** Lines held while the database is away; beyond, the oldest are lost and `lost` is told. */
  readonly most?: number;
  readonly lost?: (lines: number) => void;
}

interface Line {
  at: string;
  minute: string | null;
  user_id: number | null;
  login: string | null;
  organisation_id: number | null;
  responsible_ept_id: number | null;
  service: string;
  operation: string;
  dataset: string;
  action: Action;
  allowed: boolean;
  rule: string;
  count: number;
}

const counted: readonly Action[] = ['view', 'query'];

const insert = `
  insert into geomig.access_journal
    (at, minute, user_id, login, organisation_id, responsible_ept_id, service, operation, dataset, action, allowed, rule, count)
  select at, minute, user_id, login, organisation_id, responsible_ept_id, service, operation, dataset, action, allowed, rule, count
  from jsonb_to_recordset($1::jsonb) as line (at timestamptz, minute timestamptz, user_id integer, login text, organisation_id integer,
    responsible_ept_id integer, service text, operation text, dataset text, action text, allowed boolean, rule text, count integer)
  on conflict (minute, coalesce(user_id, 0), service, operation, dataset, action, allowed, rule) where minute is not null
  do update set count = access_journal.count + excluded.count`;

function lineOf(entry: JournalEntry): Line {
  const { decision } = entry;
  const person = entry.caller.kind === 'person' ? entry.caller.person : null;
  return {
    at: entry.instant,
    minute: counted.includes(entry.action) ? `${entry.instant.slice(0, 16)}:00Z` : null,
    user_id: person?.id ?? null,
    login: person?.login ?? null,
    organisation_id: person?.organisation ?? null,
    // R38: the EPT answers for what its communes use
    responsible_ept_id: decision.allowed ? decision.responsible : null,
    service: entry.service,
    operation: entry.operation,
    dataset: entry.dataset,
    action: entry.action,
    allowed: decision.allowed,
    rule: decision.rule,
    count: 1,
  };
}

/** Lines in the transaction of what they tell of: they are there when it is committed, and not otherwise (R54). */
export async function noteIn(session: Session, entries: readonly JournalEntry[]): Promise<void> {
  if (entries.length > 0) await session.rows(insert, [JSON.stringify(entries.map(lineOf))]);
}

export class AccessJournal implements Journal {
  readonly #database: Database;
  readonly #options: Required<JournalOptions>;
  #lines: Line[] = [];
  #counts = new Map<string, Line>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #closed = false;

  constructor(database: Database, options: JournalOptions = {}) {
    this.#database = database;
    this.#options = { every: 1000, batch: 500, most: 20_000, lost: () => undefined, ...options };
  }

  note(entry: JournalEntry): void {
    const { decision } = entry;
    if (decision.allowed && decision.public) return;
    this.#hold(lineOf(entry));
    if (this.#held() >= this.#options.batch) void this.flush().catch(() => undefined);
    else this.#wait();
  }

  /** Rejects when the database takes nothing; the lines are kept for the next try. */
  async flush(): Promise<void> {
    // what is on its way was taken before: wait for it, then write what came since
    while (this.#writing) await this.#writing.catch(() => undefined);
    if (this.#held() === 0) return;
    this.#writing = this.#write().finally(() => (this.#writing = null));
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.flush();
  }

  #held(): number {
    return this.#lines.length + this.#counts.size;
  }

  #hold(line: Line): void {
    if (line.minute === null) {
      this.#lines.push(line);
      const surplus = this.#held() - this.#options.most;
      if (surplus > 0) {
        this.#lines.splice(0, surplus);
        this.#options.lost(surplus);
      }
      return;
    }
    const key = [line.minute, line.user_id, line.service, line.operation, line.dataset, line.action, line.allowed, line.rule].join('\n');
    const same = this.#counts.get(key);
    if (same) same.count += line.count;
    else if (this.#held() < this.#options.most) this.#counts.set(key, line);
    else this.#options.lost(line.count);
  }

  #wait(): void {
    if (this.#timer || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.flush().catch(() => this.#wait());
    }, this.#options.every);
    this.#timer.unref();
  }

  async #write(): Promise<void> {
    const lines = [...this.#lines, ...this.#counts.values()];
    this.#lines = [];
    this.#counts = new Map();
    try {
      await this.#database.transaction({ role: 'writer' }, session => session.rows(insert, [JSON.stringify(lines)]));
    } catch (error) {
      for (const line of lines) this.#hold(line);
      throw error;
    }
  }
}
