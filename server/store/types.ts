// How values of the database become JavaScript values: the same on both engines, without local time zones and without silent rounding.
import pg from 'pg';
import type { CustomTypesConfig } from 'pg';

const integer = (text: string): number | string => {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
};
const instant = (text: string): string => {
  const value = new Date(text);
  return Number.isNaN(value.getTime()) ? text : value.toISOString();
};

const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  20: integer, // bigint
  1082: text => text, // date
  1114: text => text.replace(' ', 'T'), // timestamp
  1184: instant, // timestamptz
};

export const types: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    parsers[oid] ??
    (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(oid, format)) as CustomTypesConfig['getTypeParser'],
};
