// The type of a field from the values it holds, when the file declares none (GeoJSON, CSV): begun narrow, widened by every value.
import type { ScalarType } from '../core/model/feature-type';
import type { SourceField, SourceValue } from '../core/ports/vector-source';

const int32 = 2_147_483_647;

/** Wider types a value of one type can be read as; everything ends as a string. */
const widening: Readonly<Record<ScalarType, readonly ScalarType[]>> = {
  integer: ['integer', 'long', 'double', 'string'],
  long: ['long', 'double', 'string'],
  decimal: ['decimal', 'double', 'string'],
  double: ['double', 'string'],
  boolean: ['boolean', 'string'],
  date: ['date', 'dateTime', 'string'],
  dateTime: ['dateTime', 'string'],
  string: ['string'],
};

/** The narrowest type that takes both. */
export function widen(a: ScalarType | null, b: ScalarType): ScalarType {
  if (a === null || a === b) return b;
  return widening[a].find(type => widening[b].includes(type)) ?? 'string';
}

/** Type of a whole number by its size; null when a double would not keep it. */
export function wholeType(value: number): ScalarType | null {
  if (!Number.isInteger(value)) return null;
  if (Math.abs(value) <= int32) return 'integer';
  return Number.isSafeInteger(value) ? 'long' : null;
}

/** A day of the calendar, 2026-01-31. */
export function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const instantPattern =
  /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?\s?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?$/;

/** An instant in ISO 8601, with or without a zone. */
export function isInstant(text: string): boolean {
  const match = instantPattern.exec(text);
  return match !== null && isDay(match[1] ?? '');
}

/** The instant as the database takes it: one without a zone is UTC. */
export function instantOf(text: string): string {
  const zone = instantPattern.exec(text)?.[3];
  return zone === undefined ? `${text.replace(' ', 'T')}Z` : text.replace(' ', 'T');
}

/** What is known of a field while the file is looked through. */
export class FieldTypes {
  private readonly order = new Map<string, number>();
  private readonly types: (ScalarType | null)[] = [];
  private readonly present: number[] = [];

  /** Position of a field, new ones at the end. */
  index(name: string): number {
    let index = this.order.get(name);
    if (index === undefined) {
      index = this.types.length;
      this.order.set(name, index);
      this.types.push(null);
      this.present.push(0);
    }
    return index;
  }

  get size(): number {
    return this.types.length;
  }

  add(index: number, type: ScalarType): void {
    this.types[index] = widen(this.types[index] ?? null, type);
    this.present[index] = (this.present[index] ?? 0) + 1;
  }

  /** The fields in order; one that never had a value is a string. */
  fields(rows: number): SourceField[] {
    return [...this.order].map(([name, index]) => ({
      name,
      type: this.types[index] ?? 'string',
      nillable: (this.present[index] ?? 0) < rows,
    }));
  }
}

/** Type of a JSON value. */
export function jsonType(value: NonNullable<unknown>): ScalarType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return wholeType(value) ?? 'double';
  if (typeof value === 'string') return isDay(value) ? 'date' : isInstant(value) ? 'dateTime' : 'string';
  return 'string';
}

/** A JSON value as one of the field's type, which `jsonType` of every value has been widened to. Objects and lists become their JSON text. */
export function jsonValue(value: unknown, type: ScalarType): SourceValue {
  if (value === null || value === undefined) return null;
  if (type === 'string')
    return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value as number | boolean);
  if (type === 'dateTime' && typeof value === 'string') return isDay(value) ? `${value}T00:00:00Z` : instantOf(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
