// Keeping records: one row with the index columns and the served forms, in one transaction (D15). What a record means is the catalogue's
// business, which hands it over prepared.
import { Fault } from '../core/model/fault';
import type { ColumnValue, PreparedRecord, RecordPreparer } from '../core/ports/record-store';
import type { Outcome } from '../core/ports/tables';
import type { Session } from './database';

export type RecordVisibility = 'public' | 'partners' | 'owner';
export type RecordState = 'draft' | 'valid' | 'published' | 'obsolete';

/** What the partnership says of a record beside its document. */
export interface RecordAbout {
  /** Organisation whose people see the owner's variant; null: nobody. */
  readonly owner: number | null;
  readonly visibility: RecordVisibility;
  /** R21: why it is not public. */
  readonly reason?: string | null;
  /** Code of the virtual endpoint it belongs to (geomig.scope). */
  readonly scope: string | null;
}

export interface DatasetRecordAbout extends RecordAbout {
  /** Id in geomig.dataset. */
  readonly dataset: number;
  readonly state: RecordState;
  /** The document that its owner gave, to be completed instead of written anew. */
  readonly original?: string | null;
}

export interface SavedRecord {
  readonly identifier: string;
  /** `left`: neither the document nor what is said of it changed. */
  readonly outcome: Outcome;
  readonly findings: readonly object[];
}

interface Stored extends Readonly<Record<string, unknown>> {
  readonly id: number;
  readonly identifier: string;
  readonly document: string;
  readonly owner_id: number | null;
  readonly dataset: string | null;
}

const stored = `select id, identifier, document, owner_id, dataset, visibility, visibility_reason, state, errors, scope_code, kind from geomig.record`;

/**
 * Stores the record of a dataset.
 * Faults: conflict when the identifier is another record's; invalid-value when there is no such dataset.
 */
export async function saveDatasetRecord<Written>(
  session: Session,
  preparer: RecordPreparer<Written>,
  record: Written,
  about: DatasetRecordAbout,
  instant: string,
): Promise<SavedRecord> {
  const [dataset] = await session.rows<{ identifier: string; kind: string }>('select identifier, kind from geomig.dataset where id = $1', [
    about.dataset,
  ]);
  if (!dataset)
    throw new Fault('invalid-value', 'dataset', {
      en: `there is no dataset ${about.dataset}`,
      fr: `la donnée ${about.dataset} n’existe pas`,
    });
  const [before] = await session.rows<Stored>(`${stored} where dataset = $1`, [dataset.identifier]);
  const prepared = preparer.own(record, {
    dataset: dataset.identifier,
    previous: before?.document ?? null,
    instant,
    original: about.original ?? null,
  });
  if (before?.identifier !== prepared.identifier) {
    const taken = await session.rows('select 1 from geomig.record where identifier = $1', [prepared.identifier]);
    if (taken.length > 0)
      throw new Fault('conflict', 'record.id', {
        en: `the identifier ${prepared.identifier} is taken by another record`,
        fr: `l’identifiant ${prepared.identifier} est celui d’une autre fiche`,
      });
  }
  return write(session, before, prepared, { ...about, dataset: dataset.identifier, kind: dataset.kind }, instant);
}

/** Stores a free-standing record as received; it is served from now on, whatever its findings (D17). Faults: those of `free` and of `saveFreeRecord`. */
export async function importFreeRecord(
  session: Session,
  preparer: Pick<RecordPreparer<unknown>, 'free'>,
  xml: Uint8Array | string,
  about: RecordAbout,
  instant: string,
): Promise<SavedRecord> {
  return saveFreeRecord(session, preparer.free(xml), about, instant);
}

/** Stores a prepared free-standing record. Fault conflict when the identifier belongs to a dataset or to another organisation. */
export async function saveFreeRecord(
  session: Session,
  prepared: PreparedRecord,
  about: RecordAbout,
  instant: string,
): Promise<SavedRecord> {
  const [before] = await session.rows<Stored>(`${stored} where identifier = $1`, [prepared.identifier]);
  if (before && (before.dataset !== null || before.owner_id !== about.owner))
    throw new Fault('conflict', 'identifier', {
      en: `the identifier ${prepared.identifier} is taken by another record`,
      fr: `l’identifiant ${prepared.identifier} est celui d’une autre fiche`,
    });
  return write(session, before, prepared, { ...about, dataset: null, kind: null, state: 'published' }, instant);
}

/** Marks a record as obsolete: harvesters see the mark, searches still find it (R26). False when there is none. */
export async function retireRecord(session: Session, identifier: string): Promise<boolean> {
  const rows = await session.rows(
    `update geomig.record set state = 'obsolete', generation = generation + 1 where identifier = $1 returning id`,
    [identifier],
  );
  return rows.length > 0;
}

/** Removes a record for good. False when there is none. */
export async function deleteRecord(session: Session, identifier: string): Promise<boolean> {
  const rows = await session.rows('delete from geomig.record where identifier = $1 returning id', [identifier]);
  return rows.length > 0;
}

interface Told extends RecordAbout {
  readonly dataset: string | null;
  readonly kind: string | null;
  readonly state: RecordState;
}

/** Characters that the search by words looks at; beyond them fragments only are found (a tsvector holds a megabyte at most). */
const searched = 400_000;

async function write(
  session: Session,
  before: Stored | undefined,
  prepared: PreparedRecord,
  told: Told,
  instant: string,
): Promise<SavedRecord> {
  const { identifier, findings } = prepared;
  const row: Readonly<Record<string, ColumnValue>> = {
    identifier,
    dataset: told.dataset,
    owner_id: told.owner,
    visibility: told.visibility,
    visibility_reason: told.reason ?? null,
    state: told.state,
    scope_code: told.scope,
    kind: told.kind,
    errors: prepared.errors,
  };
  const sameDocument = before?.document === prepared.document;
  if (sameDocument && Object.entries(row).every(([name, value]) => before[name] === value))
    return { identifier, outcome: 'left', findings };

  const bound = new Bound();
  for (const [name, value] of Object.entries({ ...row, ...prepared.columns })) bound.add(name, value, casts[name]);
  bound.add('findings', JSON.stringify(findings), 'jsonb');
  bound.add('schema', prepared.schema);
  bound.add('document', prepared.document);
  bound.add('date_stamp', instant, 'timestamptz');
  for (const variant of ['public', 'owner'] as const) {
    const text = prepared.texts[variant];
    bound.add(`search_${variant}`, text?.slice(0, searched) ?? null, 'text', value => `to_tsvector('geomig.fr', ${value})`);
    bound.add(`search_${variant}_text`, text, 'text', value => `geomig.fold(${value})`);
  }
  const [saved] = await session.rows<{ id: number }>(before ? bound.update(before.id) : bound.insert(), bound.values);
  if (!saved)
    throw new Fault('conflict', 'record', {
      en: `the record ${identifier} was removed meanwhile`,
      fr: `la fiche ${identifier} a été supprimée entre-temps`,
    });
  if (!sameDocument) await writeForms(session, saved.id, prepared);
  return { identifier, outcome: before ? 'changed' : 'created', findings };
}

/** Columns whose value is bound as the text of another type. */
const casts: Readonly<Record<string, string>> = {
  geom: 'geometry',
  box: 'double precision[]',
  denominators: 'integer[]',
  distance_values: 'double precision[]',
  creation_dates: 'date[]',
  publication_dates: 'date[]',
  revision_dates: 'date[]',
  specification_dates: 'date[]',
};

async function writeForms(session: Session, id: number, { forms }: PreparedRecord): Promise<void> {
  await session.rows('delete from geomig.record_document where record_id = $1', [id]);
  const places = forms.map((_, i) => `($1, $${i * 3 + 2}, $${i * 3 + 3}, $${i * 3 + 4})`).join(', ');
  const values = forms.flatMap(({ form, variant, xml }) => [form, variant, xml]);
  await session.rows(`insert into geomig.record_document (record_id, form, variant, xml) values ${places}`, [id, ...values]);
}

/** Columns of our own with bound values. */
class Bound {
  readonly values: unknown[] = [];
  readonly #columns: string[] = [];
  readonly #expressions: string[] = [];

  add(column: string, value: ColumnValue, cast?: string, wrap: (value: string) => string = text => text): void {
    this.values.push(value);
    this.#columns.push(`"${column.replaceAll('"', '""')}"`);
    this.#expressions.push(wrap(`$${this.values.length}${cast === undefined ? '' : `::${cast}`}`));
  }

  insert(): string {
    return `insert into geomig.record (${this.#columns.join(', ')}) values (${this.#expressions.join(', ')}) returning id`;
  }

  update(id: number): string {
    const set = this.#columns.map((column, i) => `${column} = ${this.#expressions[i] ?? 'default'}`).join(', ');
    this.values.push(id);
    return `update geomig.record set ${set}, generation = generation + 1 where id = $${this.values.length} returning id`;
  }
}
