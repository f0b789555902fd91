// What may have changed since, asked once for all: `geomig.generation` has a number each for the charter's facts, the registry and the
// records, and every change raises one. Caches keep what they read under such a number and ask at every request whether it still holds (D12).
import { Fault } from '../core/model/fault';
import type { Database } from './database';

/** Answers a question for all who ask it at once: each gets an answer to a question that was put after they asked. */
export class SharedQuestion<T> {
  #gathering: Promise<T> | null = null;
  #running: Promise<unknown> = Promise.resolve();

  constructor(private readonly put: () => Promise<T>) {}

  /** Those who come in the same turn of the event loop, or while the last question is on its way, share the next one. */
  ask(): Promise<T> {
    return (this.#gathering ??= this.#after(this.#running));
  }

  async #after(running: Promise<unknown>): Promise<T> {
    await running.catch(() => undefined);
    this.#gathering = null;
    const answer = this.put();
    this.#running = answer;
    return answer;
  }
}

export type Numbers = ReadonlyMap<string, number>;

interface Row {
  readonly what: string;
  readonly number: number;
}

const sql = 'select what, number from geomig.generation';

/** No number at all is the answer of an engine that has fallen ill (it gives no rows whatever is asked): nothing is decided on that. */
function numbersOf(rows: readonly Row[]): Numbers {
  if (rows.length === 0) throw new Fault('unavailable', '', 'the database is not available', { retryAfter: 5 });
  return new Map(rows.map(row => [row.what, Number(row.number)]));
}

/** One for a server: its readers share the question, so that a request costs one round trip. */
export class Generations {
  readonly #question: SharedQuestion<Numbers>;
  #last: Numbers | null = null;

  constructor(database: Pick<Database, 'ask'>) {
    this.#question = new SharedQuestion(async () => this.heard(numbersOf(await database.ask<Row>(sql))));
  }

  /** The numbers as they were told last; null before the first answer. */
  get last(): Numbers | null {
    return this.#last;
  }

  /** Takes note of an answer, whoever asked. */
  heard(numbers: Numbers): Numbers {
    if (!this.#last || !sameNumbers(this.#last, numbers)) this.#last = numbers;
    return numbers;
  }

  /** The numbers as they are in the tables now, by a read that begins after this call. Faults: unavailable, busy. */
  now(): Promise<Numbers> {
    return this.#question.ask();
  }
}

const sameNumbers = (some: Numbers, others: Numbers): boolean =>
  some.size === others.size && [...some].every(([what, number]) => others.get(what) === number);

/** A session as far as it is asked here. */
interface Asked {
  rows<R extends object>(text: string, values?: readonly unknown[], keep?: boolean): Promise<R[]>;
}

/**
 * That what was read under some numbers still holds. A request may begin on the assumption and is done again when it turns out wrong; it is
 * looked at in the first view of the database that the request opens, along with what it asks there, or else by the question of all.
 */
export class Assumption {
  #seen: Promise<boolean> | null = null;

  constructor(
    private readonly numbers: Numbers,
    private readonly generations: Generations,
  ) {}

  /** To be called before anything else is asked in that session. A session whose question fails has told nothing. */
  askIn(session: Asked): void {
    this.#seen ??= session.rows<Row>(sql, [], true).then(
      rows => this.#isTold(numbersOf(rows)),
      () => this.#ask(),
    );
    this.#seen.catch(() => undefined);
  }

  /** Puts the question of all, unless a view has been asked. */
  ask(): void {
    this.#seen ??= this.#ask();
    this.#seen.catch(() => undefined);
  }

  /** Whether it holds, by a read that began after the assumption was made. Faults: unavailable, busy. */
  holds(): Promise<boolean> {
    return (this.#seen ??= this.#ask());
  }

  async #ask(): Promise<boolean> {
    return this.#isTold(await this.generations.now());
  }

  #isTold(numbers: Numbers): boolean {
    this.generations.heard(numbers);
    return sameNumbers(this.numbers, numbers);
  }
}

/** The same numbers as a session sees them. */
export async function generationsIn(session: { rows<R extends object>(text: string): Promise<R[]> }): Promise<Numbers> {
  return numbersOf(await session.rows<Row>(sql));
}
