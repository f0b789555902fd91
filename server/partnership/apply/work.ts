// What the steps of `apply` share: the tables in one transaction, what was made of each entry, and names resolved to ids.
import type { CoverageDescription, DescribeOptions } from '../../core/ports/coverage-files';
import type { Load, OpenOptions, VectorSource } from '../../core/ports/vector-source';
import { Fault } from '../../core/model/fault';
import type { Outcome, TableName, Tables, Values } from '../../core/ports/tables';
import type { MetadataRecord } from '../../../catalogue/record';

export interface ApplyOptions {
  /** Say what would be done, do nothing. */
  readonly check: boolean;
  /** End what the file does not name. */
  readonly prune: boolean;
  readonly reimport: boolean;
  readonly overwriteEdits: boolean;
  /** Leave a dataset whose record is incomplete in draft instead of stopping (R18). */
  readonly allowUnpublished: boolean;
}

export interface ReportLine {
  readonly kind: string;
  readonly name: string;
  readonly outcome: Outcome | 'ended';
  readonly detail?: string;
}

/** What the store says of a table that is to be published in place. */
export interface TableFacts {
  readonly key: { readonly column: string; readonly type: 'integer' | 'text' };
  readonly columns: readonly { readonly name: string; readonly column: string; readonly type: string; readonly nillable: boolean }[];
  readonly geometry: { readonly column: string; readonly type: string; readonly srid: number; readonly dimension: 2 | 3 } | null;
}

export interface Measured {
  readonly rows: number;
  readonly native: readonly number[] | null;
  /** west, south, east, north. */
  readonly geographic: readonly number[] | null;
}

/** The administration's transaction, as apply needs it. */
export interface ApplyTransaction {
  readonly tables: Tables;
  /** Announces changed facts, registry and records to every instance. */
  bump(): Promise<void>;
  tableFacts(schema: string, table: string, id: string | undefined, geometry: string | undefined): Promise<TableFacts>;
  /** Rows and extent of a table, exact. */
  measure(schema: string, table: string, geometry: { readonly column: string; readonly srid: number } | null): Promise<Measured>;
  /** Watches a table in place, so that edits from elsewhere are noticed (D11); false when the account may not. */
  watch(schema: string, table: string, datasetId: number): Promise<boolean>;
  unwatch(schema: string, table: string): Promise<void>;
  /** Publishes a table of ours: it is watched, and is no longer swept up as left behind. */
  adopt(table: string, datasetId: number): Promise<void>;
  dropTable(schema: string, table: string): Promise<void>;
  /** Stores the record of a dataset; the outcome says whether its bytes changed. */
  saveRecord(
    record: MetadataRecord,
    about: {
      readonly dataset: number;
      readonly owner: number | null;
      readonly visibility: 'public' | 'partners' | 'owner';
      readonly state: 'draft' | 'valid' | 'published' | 'obsolete';
      readonly scope: string | null;
      /** R21: why it is not public. */
      readonly reason: string | null;
      /** The document that the owner gave, to be completed instead of written anew. */
      readonly original: string | null;
    },
  ): Promise<Outcome>;
  /** Stores a free-standing record as received. */
  importRecord(
    xml: Uint8Array,
    about: {
      readonly owner: number | null;
      readonly visibility: 'public' | 'partners' | 'owner';
      readonly reason: string | null;
      readonly scope: string | null;
    },
  ): Promise<{ readonly identifier: string; readonly outcome: Outcome }>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export interface ApplyParts {
  begin(): Promise<ApplyTransaction>;
  readonly openSource: (path: string, options: OpenOptions) => Promise<VectorSource>;
  readonly load: Load;
  /** Drops a table that was loaded for nothing. */
  readonly discard: (schema: string, table: string) => Promise<void>;
  /** Drops what earlier runs that died have left in the schema of published tables. */
  readonly sweep: () => Promise<void>;
  readonly hashPassword: (password: string) => Promise<string>;
  /**
   * Names of the properties that a style reads, and what of it is not drawn as it is written, in French; fault invalid-value when it cannot be drawn on
   * features, or on a coverage.
   */
  readonly checkStyle: (
    document: string,
    locator: string,
    coverage?: boolean,
  ) => { readonly reads: readonly string[]; readonly notes: readonly string[] };
  readonly coverages: {
    /** By the first bytes of a file. */
    readonly isCoverage: (path: string) => Promise<boolean>;
    /** Reads the whole raster. Faults: those of CoverageReader.describe. */
    readonly describe: (path: string, options: DescribeOptions) => Promise<CoverageDescription>;
    /** Keeps the bytes under the digest of their content. */
    readonly keep: (path: string, digest: string) => Promise<void>;
  };
  readonly verifyPassword: (hash: string, password: string) => Promise<boolean>;
  readonly digestKey: (key: string) => { readonly prefix: string; readonly hash: string };
  /** Address that stored records link to, without a final slash. */
  readonly publicBase: string;
  readonly now: () => string;
  readonly say: (line: string) => void;
}

const missing = {
  organisation: 'l’organisme',
  dataset: 'la donnée',
  working_group: 'le groupe de travail',
  app_user: 'le compte',
} as const;

export class Work {
  readonly report: ReportLine[] = [];
  readonly #ids = new Map<string, number>();

  /** `secrets`: password hashes by login, made before the transaction began. */
  constructor(
    readonly tx: ApplyTransaction,
    readonly parts: ApplyParts,
    readonly options: ApplyOptions,
    /** Folder that relative paths of the file start from. */
    readonly folder: string,
    /** Today in Europe/Paris. */
    readonly today: string,
    readonly secrets: ReadonlyMap<string, string> = new Map(),
  ) {}

  get tables(): Tables {
    return this.tx.tables;
  }

  note(kind: string, name: string, outcome: ReportLine['outcome'], detail?: string): void {
    this.report.push({ kind, name, outcome, ...(detail === undefined ? {} : { detail }) });
  }

  /** Upserts a row and notes it; one line for an entry, the strongest outcome of its parts. */
  async put(table: TableName, match: Values, values: Values): Promise<{ id: number; outcome: Outcome }> {
    return this.tables.upsert(table, match, values);
  }

  /** Id of a row by its code; fault invalid-value at `locator` when there is none. */
  async idOf(table: 'organisation' | 'dataset' | 'working_group' | 'app_user', code: string, locator: string): Promise<number> {
    const key = `${table} ${code.toLowerCase()}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const column = { organisation: 'code', dataset: 'identifier', working_group: 'code', app_user: 'login' }[table];
    const [row] = await this.tables.find(table, { [column]: code });
    if (!row) throw new Fault('invalid-value', locator, `${locator} : ${missing[table]} « ${code} » n’existe pas`);
    const id = Number(row['id']);
    this.#ids.set(key, id);
    return id;
  }

  remember(table: 'organisation' | 'dataset' | 'working_group' | 'app_user', code: string, id: number): void {
    this.#ids.set(`${table} ${code.toLowerCase()}`, id);
  }
}

/** The stronger of two outcomes, for an entry that is several rows. */
export function stronger(one: Outcome, other: Outcome): Outcome {
  const order: readonly Outcome[] = ['left', 'changed', 'created'];
  return order.indexOf(one) >= order.indexOf(other) ? one : other;
}

/** A day range as PostgreSQL writes it, both ends included; null when neither end is told. */
export function dayRange(range: readonly [string | null, string | null] | undefined): string | null {
  return range === undefined ? null : `[${range[0] ?? ''},${range[1] ?? ''}]`;
}

/** The first day of a range as PostgreSQL writes it, null when it has none. */
export const firstDay = (period: unknown): string | null => /^[[(](\d{4}-\d\d-\d\d)/.exec(String(period))?.[1] ?? null;

/** Whether a range runs on that day: PostgreSQL writes days with the last one excluded. */
export function runsOn(period: unknown, day: string): boolean {
  const [, first = '', end = ''] = /^[[(]([\d-]*),([\d-]*)[)\]]$/.exec(String(period)) ?? [];
  return String(period) !== 'empty' && (first === '' || first <= day) && (end === '' || day < end);
}
