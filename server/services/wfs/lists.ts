// Lists of query parameters in WFS 2.0 § 6.2.5: `a,b`, and `(a,b)(c)` where a request holds several queries.
import { Fault } from '../../core/model/fault';

/** The groups of `(…)(…)`, or the whole as the only group; an absent or empty value has none. Parentheses inside a group are its own. */
export function groups(text: string | undefined, locator: string): string[] {
  const value = text?.trim() ?? '';
  if (value === '') return [];
  if (!value.startsWith('(')) return [value];
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < value.length; i++) {
    const character = value[i];
    if (character === '(' && depth++ === 0) start = i + 1;
    else if (character === ')' && --depth === 0) found.push(value.slice(start, i).trim());
    else if (depth === 0 && character?.trim() !== '') throw new Fault('invalid-value', locator, `${locator} is no list of the form (…)(…)`);
    if (depth < 0) break;
  }
  if (depth !== 0) throw new Fault('invalid-value', locator, `the parentheses of ${locator} are not balanced`);
  return found;
}

/** The same for filters: a group ends where an element ends, whatever parentheses stand in literals. */
export function filterGroups(text: string | undefined): string[] {
  const value = text?.trim() ?? '';
  if (value === '') return [];
  if (!value.startsWith('(')) return [value];
  if (!value.endsWith(')')) throw new Fault('invalid-value', 'filter', 'the parentheses of filter are not balanced');
  return value
    .slice(1, -1)
    .split(/(?<=^|>\s*)\)\s*\((?=\s*<|\s*$|\s*\))/)
    .map(part => part.trim());
}

/** The parts of one comma-separated list, without empty ones. */
export const parts = (text: string): string[] =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
