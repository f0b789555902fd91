// Literals typed to the column they are compared with, so that no database ever casts a user's value against a row (D1).
// A literal covers a granule of the column's values: one value, all days of `2010-05`, or nothing (3.5 in a column of whole numbers).
import { Fault } from '../model/fault';
import type { Property } from '../model/feature-type';
import { shown, strictNumber } from './budget';

/**
 * A value of a total literal. The text can be bound as it is, cast once to the type named:
 * `long` int8 (also for int4 columns), `decimal` numeric, `double` float8, `date` `2010-05-01`, `dateTime` `2010-05-01T12:00:00.000000Z` (timestamptz).
 */
export type Value =
  | { readonly type: 'string' | 'long' | 'decimal' | 'double' | 'date' | 'dateTime'; readonly value: string }
  | { readonly type: 'boolean'; readonly value: boolean };

/** The values from `low` to `high`, `low` included. A granule whose low lies beyond its high is empty. */
export interface Granule {
  readonly low: Value;
  readonly high: Value;
  readonly highIncluded: boolean;
  /** More than one value: a year, a month, a day of a dateTime. */
  readonly partial: boolean;
}

type Raw = string | number | boolean;

const one = (value: Value): Granule => ({ low: value, high: value, highIncluded: true, partial: false });

/** What a literal means beside that property. Fault invalid-value at the property's name. */
export function granule(property: Property, raw: Raw): Granule {
  const text = String(raw);
  const refuse = (expected: string): never => {
    throw new Fault('invalid-value', property.name, `${shown(text)} is no value of ${property.name}, expected ${expected}`);
  };
  switch (property.type) {
    case 'string':
      return text.includes('\0') ? refuse('a text without NUL') : one({ type: 'string', value: text });
    case 'integer':
    case 'long':
      return typeof raw === 'boolean' ? refuse('a number') : (whole(text) ?? refuse('a whole number of 64 bits'));
    case 'decimal':
    case 'double': {
      const number = typeof raw === 'boolean' ? undefined : strictNumber(text);
      if (number === undefined) return refuse('a finite number');
      const written = text.trim();
      return one({
        type: property.type,
        value: property.type === 'decimal' && written.length <= 40 && !/e/i.test(written) ? written : String(number),
      });
    }
    case 'boolean': {
      const value = booleans.get(text.trim().toLowerCase());
      return value === undefined ? refuse('true or false') : one({ type: 'boolean', value });
    }
    case 'date':
      return (typeof raw === 'string' || typeof raw === 'number' ? days(text) : undefined) ?? refuse('a date, as 2026-06-15');
    case 'dateTime':
      return (
        (typeof raw === 'string' || typeof raw === 'number' ? instants(text) : undefined) ?? refuse('an instant, as 2026-06-15T12:00:00Z')
      );
  }
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const longest = 9_223_372_036_854_775_807n;

function whole(text: string): Granule | undefined {
  const number = strictNumber(text);
  if (number === undefined) return undefined;
  const written = text.trim();
  const floor = /^[+-]?\d{1,20}$/.test(written) ? BigInt(written.replace('+', '')) : BigInt(Math.floor(number));
  if (floor > longest || floor < -longest - 1n) return undefined;
  const value = (n: bigint): Value => ({ type: 'long', value: String(n) });
  if (Number.isInteger(number)) return one(value(floor));
  // between two whole numbers: nothing equals it, yet all lie below or above
  return { low: value(floor + 1n), high: value(floor), highIncluded: true, partial: false };
}

/** A date or dateTime as written, in the proleptic Gregorian calendar; fields that are absent are undefined. */
interface Written {
  readonly year: number;
  readonly month: number | undefined;
  readonly day: number | undefined;
  /** Microseconds since midnight. */
  readonly time: number | undefined;
  /** Minutes east of Greenwich; 0 where no zone is written. */
  readonly offset: number;
}

const pattern = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?)?)?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?$/;

/** Reads ISO 8601 and the partial dates of xs:gYear and xs:gYearMonth; undefined for anything else and for days that do not exist. */
function written(text: string): Written | undefined {
  // GDAL writes a day beside an attribute that holds days as `2026-06-15T`
  // QGIS writes the `+` of a zone bare, so that a space arrives
  const trimmed = text
    .trim()
    .replace(/^(\d{4}-\d\d-\d\d)[Tt]$/, '$1')
    .replace(/^(.{10}[Tt]\d\d:.{1,24}) (\d\d:?\d\d)$/, '$1+$2');
  const match = trimmed.length <= 50 ? pattern.exec(trimmed) : null;
  if (!match) return undefined;
  const number = (index: number): number | undefined => (match[index] === undefined ? undefined : Number(match[index]));
  const year = Number(match[1]);
  const [month, day, hour, minute] = [number(2), number(3), number(4), number(5)];
  const second = number(6) ?? 0;
  const micros = Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'));
  const offset = match[9] === undefined ? 0 : (match[9] === '-' ? -1 : 1) * ((number(10) ?? 0) * 60 + (number(11) ?? 0));
  const possible =
    year >= 1 &&
    (month ?? 1) >= 1 &&
    (month ?? 1) <= 12 &&
    (day ?? 1) >= 1 &&
    (day ?? 1) <= daysOf(year, month ?? 1) &&
    (hour ?? 0) < 24 &&
    (minute ?? 0) < 60 &&
    second < 60 &&
    Math.abs(offset) <= 14 * 60;
  if (!possible) return undefined;
  const time = hour === undefined || minute === undefined ? undefined : ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros;
  return { year, month, day, time, offset };
}

function daysOf(year: number, month: number): number {
  return new Date(utc(year, month + 1, 0)).getUTCDate();
}

/** Milliseconds of a day's midnight; months and days may overflow. */
function utc(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

const dayValue = (millis: number): Value => ({ type: 'date', value: isoDay(millis) });

/** `2010-05-01`; the day after 9999-12-31 is `10000-01-01`, which PostgreSQL takes. */
function isoDay(millis: number): string {
  const date = new Date(millis);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${String(date.getUTCFullYear()).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/** First and last day of what is written, as milliseconds. */
function span({ year, month, day }: Written): readonly [number, number] {
  if (month === undefined) return [utc(year, 1, 1), utc(year, 12, 31)];
  if (day === undefined) return [utc(year, month, 1), utc(year, month + 1, 0)];
  return [utc(year, month, day), utc(year, month, day)];
}

/** Beside a date column. A time of day is read as an instant of the day as written: it lies after that day's midnight and before the next. */
function days(text: string): Granule | undefined {
  const date = written(text);
  if (!date) return undefined;
  const [first, last] = span(date);
  if (date.time !== undefined && date.time > 0)
    return { low: dayValue(first + 86_400_000), high: dayValue(first), highIncluded: true, partial: false };
  return { low: dayValue(first), high: dayValue(last), highIncluded: true, partial: last > first };
}

/** Beside a dateTime column; what names no zone is UTC. */
function instants(text: string): Granule | undefined {
  const date = written(text);
  if (!date) return undefined;
  const [first, last] = span(date);
  const shift = date.offset * 60_000;
  if (date.time === undefined) {
    const low = instant(first - shift, 0);
    const high = instant(last + 86_400_000 - shift, 0);
    return low && high ? { low, high, highIncluded: false, partial: true } : undefined;
  }
  const value = instant(first - shift + Math.floor(date.time / 1000), date.time % 1000);
  return value && one(value);
}

function instant(millis: number, micros: number): Value | undefined {
  const date = new Date(millis);
  if (date.getUTCFullYear() < 1) return undefined;
  const clock = date.toISOString().slice(-13, -1);
  return { type: 'dateTime', value: `${isoDay(millis)}T${clock}${String(micros).padStart(3, '0')}Z` };
}
