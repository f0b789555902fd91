// Filters on columns of attributes in memory (rules of styles, rows of a file), scalars only: two-valued (a comparison with an absent value is false, so Not finds the rest),
// numbers as numbers, strings as strings. The same logic as the database's for the operators a style may use.
import type { Comparison, Expression, Filter, LikeToken } from './filter';
import { Fault } from '../model/fault';

type Value = string | number | boolean | null;

/** Columns by property name, one value per feature. */
export type Attributes = Readonly<Record<string, readonly Value[]>>;

/** Tells whether feature `index` passes. */
export type Test = (index: number) => boolean;

const never: Test = () => false;

/** Compiles a filter against the columns of a scene; a property without a column makes the comparison false. */
export function compileFilter(filter: Filter, attributes: Attributes): Test {
  switch (filter.op) {
    case 'all':
      return () => true;
    case 'none':
      return never;
    case 'and': {
      const parts = filter.parts.map(part => compileFilter(part, attributes));
      return index => parts.every(part => part(index));
    }
    case 'or': {
      const parts = filter.parts.map(part => compileFilter(part, attributes));
      return index => parts.some(part => part(index));
    }
    case 'not': {
      const part = compileFilter(filter.part, attributes);
      return index => !part(index);
    }
    case 'compare': {
      const left = reader(filter.left, attributes);
      const right = reader(filter.right, attributes);
      const { operator, matchCase } = filter;
      return index => holds(operator, compare(left(index), right(index), matchCase));
    }
    case 'between': {
      const column = attributes[filter.property];
      if (!column) return never;
      const lower = reader(filter.lower, attributes);
      const upper = reader(filter.upper, attributes);
      return index => {
        const value = column[index] ?? null;
        return holds('>=', compare(value, lower(index), true)) && holds('<=', compare(value, upper(index), true));
      };
    }
    case 'in': {
      const column = attributes[filter.property];
      if (!column) return never;
      return index => filter.values.some(value => compare(column[index] ?? null, value, true) === 0);
    }
    case 'null': {
      const column = attributes[filter.property];
      return index => (column?.[index] ?? null) === null;
    }
    case 'like': {
      const column = attributes[filter.property];
      if (!column) return never;
      const pattern = expression(filter.pattern, filter.matchCase);
      return index => {
        const value = column[index] ?? null;
        return value !== null && pattern.test(String(value));
      };
    }
    default:
      throw new Fault('unsupported', 'Filter', `"${filter.op}" cannot be used in the rule of a style`);
  }
}

function reader(side: Expression, attributes: Attributes): (index: number) => Value {
  if (side.kind === 'literal') {
    const { value } = side;
    return () => value;
  }
  const column = attributes[side.name];
  return column ? index => column[index] ?? null : () => null;
}

/** −1, 0, 1, or NaN when the two cannot be compared. The kind of the attribute decides how a written literal is read. */
function compare(a: Value, b: Value, matchCase: boolean): number {
  if (a === null || b === null) return NaN;
  if (typeof a === 'number' || typeof b === 'number') {
    const left = numeric(a);
    const right = numeric(b);
    return left < right ? -1 : left > right ? 1 : left === right ? 0 : NaN;
  }
  if (typeof a === 'boolean' || typeof b === 'boolean') {
    const left = truth(a);
    const right = truth(b);
    return left === null || right === null ? NaN : Number(left) - Number(right);
  }
  const left = matchCase ? a : a.toLowerCase();
  const right = matchCase ? b : b.toLowerCase();
  return left < right ? -1 : left > right ? 1 : 0;
}

function numeric(value: string | number | boolean): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}

function truth(value: string | number | boolean): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === '1' || value === 1) return true;
  return value === 'false' || value === '0' || value === 0 ? false : null;
}

function holds(operator: Comparison, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0 && order === order;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function expression(pattern: readonly LikeToken[], matchCase: boolean): RegExp {
  // consecutive wildcards are one, so that a hostile pattern cannot make the search explode
  let source = '';
  let before: LikeToken | null = null;
  for (const token of pattern) {
    if (token === 'any') source += before === 'any' ? '' : '.*';
    else if (token === 'one') source += '.';
    else source += token.text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    before = token;
  }
  return new RegExp(`^${source}$`, matchCase ? 'su' : 'siu');
}
