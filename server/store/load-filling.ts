// Fills the staging table from the rows of a source: batches of bounded size, each a transaction of its own.
import { Fault } from '../core/model/fault';
import type { Say } from '../core/model/say';
import type { LoadOptions, SourceValue, VectorSource } from '../core/ports/vector-source';
import type { Database } from './database';
import { Issues, boundsOf, prepare, validityReason } from './load-rows';
import { insertStatement, itemJson, maxKey } from './load-shape';
import type { Shape } from './load-shape';
import { sign, stateOf } from './load-staging';
import type { Place } from './load-staging';

/** A batch ends at whichever comes first: one of these takes the embedded engine some tens of milliseconds. */
const batchRows = 500;
const batchCharacters = 500_000;
/** Milliseconds between signs of life. */
const signEvery = 60_000;

interface Item {
  readonly line: number;
  readonly json: string;
}

export interface FillingParts {
  readonly database: Database;
  readonly source: VectorSource;
  readonly shape: Shape;
  readonly staging: Place;
  readonly say: Say;
  readonly options: LoadOptions;
}

interface Faulty {
  readonly line: number;
  readonly reason: string;
  readonly mended: boolean;
}

export class Filling {
  readonly repaired = new Issues();
  readonly refused = new Issues();
  private readonly statement: string;
  private done = 0;
  private signed = performance.now();

  constructor(private readonly parts: FillingParts) {
    this.statement = insertStatement(parts.source, parts.shape, parts.staging);
  }

  async run(): Promise<void> {
    const { source, options, shape, say } = this.parts;
    const rules = { geometry: source.geometry, bounds: source.geometry && boundsOf(source.geometry.srid), say };
    let batch: Item[] = [];
    let size = 0;
    let number = 0;
    for await (const row of source.rows(options.signal)) {
      options.signal?.throwIfAborted();
      this.done++;
      const prepared = prepare(row, rules);
      if (!prepared.ok) {
        this.refused.add(prepared.line, prepared.reason);
        continue;
      }
      const id = row.id ?? ++number;
      if (shape.keyIndex === null && (id < -maxKey || id > maxKey)) {
        this.refused.add(row.line, say(`identifiant ${id} hors limites`, `identifier ${id} out of range`));
        continue;
      }
      if (shape.keyIndex !== null) this.needKey(prepared.values[shape.keyIndex] ?? null, row.line);
      const json = itemJson(row.line, shape.keyIndex === null ? id : 0, prepared.values, prepared.hex);
      batch.push({ line: row.line, json });
      size += json.length;
      if (batch.length >= batchRows || size >= batchCharacters) {
        await this.send(batch);
        batch = [];
        size = 0;
      }
    }
    if (batch.length > 0) await this.send(batch);
  }

  private needKey(value: SourceValue, line: number): void {
    if (value !== null && value !== '') return;
    const key = (this.parts.options.key ?? '').slice(0, 80);
    throw new Fault('invalid-value', 'key', {
      en: `"${key}" cannot identify the features: it has no value in line ${line}`,
      fr: `« ${key} » ne peut pas identifier les objets : il est vide à la ligne ${line}`,
    });
  }

  /** One batch, one transaction. One that the database refuses for its data is halved until the row is found. */
  private async send(batch: readonly Item[]): Promise<void> {
    try {
      await this.insert(batch);
    } catch (error) {
      const code = stateOf(error);
      const [first] = batch;
      // data exceptions, and what the geometry library says of a geometry
      if (code === undefined || !(code.startsWith('22') || code === 'XX000') || !first) throw error;
      if (batch.length === 1) {
        const { say } = this.parts;
        this.refused.add(
          first.line,
          say(`la base de données refuse une valeur ou la géométrie (${code})`, `the database refuses a value or the geometry (${code})`),
        );
        return;
      }
      const middle = batch.length >> 1;
      await this.send(batch.slice(0, middle));
      await this.send(batch.slice(middle));
      return;
    }
    this.parts.options.onProgress?.(this.done, this.parts.source.total);
  }

  private async insert(batch: readonly Item[]): Promise<void> {
    const { database, staging, options, say } = this.parts;
    const { signal } = options;
    const faulty = await database.transaction({ role: 'owner', timeout: 0, ...(signal ? { signal } : {}) }, async session => {
      if (performance.now() - this.signed > signEvery) {
        await sign(session, staging);
        this.signed = performance.now();
      }
      return session.rows<Faulty>(this.statement, [`[${batch.map(item => item.json).join(',')}]`]);
    });
    for (const { line, reason, mended } of faulty) {
      const text = validityReason(reason, say);
      if (mended) this.repaired.add(line, text);
      else this.refused.add(line, say(`géométrie invalide, non réparable : ${text}`, `invalid geometry, beyond repair: ${text}`));
    }
  }
}
