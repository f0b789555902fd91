// A checked filter as a predicate. Every node is false, never unknown or an error, where its row has no value: SQL's third value counts as
// false at the top and under AND and OR, so only NOT must say `is not true` (D2), and indexes stay usable. Columns are never cast in a way
// that can fail, literals are typed parameters (D1).
import { unreachable } from '../model/fault';
import type { GeometryProperty, Property } from '../model/feature-type';
import type { CheckedFilter, Value } from '../filter/checked';
import type { Comparison, LikeToken, MatchAction } from '../filter/filter';
import { ident, integer, join, param, paramArray, paramOnce, sql, type Param, type Sql } from './sql';
import { contains, matches } from './fulltext';
import { bboxPredicate, boxesPredicate, distancePredicate, spatialPredicate, areaPredicate, transformed } from './spatial';

/** A predicate and the common table expressions that it reads. */
export interface Where {
  readonly predicate: Sql;
  /** `name as materialized (…)`, each computed once per statement. */
  readonly shared: readonly Sql[];
}

/** A column of the statement's table, whose alias is `t`. */
export const columnOf = (property: Pick<Property | GeometryProperty, 'column'>): Sql => sql`${ident('t', property.column)}`;

/** Names the collation of every order of texts (D9). */
export const french = sql`collate geomig.fr`;

/** Compiles a filter for the table `t` with the key column given; `stem` begins the names of what it shares, where a statement has several filters. */
export function compileWhere(
  filter: CheckedFilter,
  key: { readonly column: string; readonly type: 'integer' | 'text' },
  stem = 'area',
): Where {
  const shared: Sql[] = [];
  return { predicate: compile(filter), shared };

  function compile(node: CheckedFilter): Sql {
    switch (node.op) {
      case 'all':
        return sql`true`;
      case 'none':
        return sql`false`;
      case 'and':
        return sql`(${join(node.parts.map(compile), sql` and `)})`;
      case 'or':
        return sql`(${join(node.parts.map(compile), sql` or `)})`;
      case 'not':
        return sql`(${compile(node.part)}) is not true`;
      case 'compare':
        return compare(node);
      case 'columns':
        return columns(node);
      case 'range':
        return each(node.property, node.action, value => range(value, node));
      case 'like':
        return like(node);
      case 'in':
        return listed(node.property, node.values);
      case 'null':
        return absent(node.property);
      case 'spatial':
        if (node.operator === 'bbox' && node.property.boxes === true)
          return boxesPredicate(columnOf(node.property), node.property.srid, node.geometry);
        return node.operator === 'bbox'
          ? bboxPredicate(columnOf(node.property), node.property.srid, node.geometry, node.roughly === true)
          : spatialPredicate(columnOf(node.property), node.property.srid, node.operator, node.geometry);
      case 'distance':
        return distancePredicate(columnOf(node.property), node.property.srid, node);
      case 'keys':
        return keys(node.keys);
      case 'organisations': {
        const united = sql`select ST_Transform(ST_Union(o.territory), ${integer(node.property.srid)}) as shape from geomig.organisation o where o.id = any(${paramArray('int8', node.organisations)})`;
        return areaPredicate(columnOf(node.property), share(united));
      }
      case 'area':
        return areaPredicate(columnOf(node.property), share(sql`select ${transformed(node.geometry, node.property.srid)} as shape`));
      default:
        return unreachable(node);
    }
  }

  /** A geometry that a predicate reads several times, as a sub-select of a common table expression. */
  function share(query: Sql): Sql {
    const name = ident(`${stem}${shared.length + 1}`);
    shared.push(sql`${name} as materialized (${query})`);
    return sql`(select shape from ${name})`;
  }

  function keys(list: readonly string[]): Sql {
    const column = sql`${ident('t', key.column)}`;
    const type = key.type === 'integer' ? 'int8' : 'text';
    const [only, ...more] = list;
    return only !== undefined && more.length === 0
      ? sql`${column} = ${param(type, only)}`
      : sql`${column} = any(${paramArray(type, list)})`;
  }
}

type Node<Op extends CheckedFilter['op']> = Extract<CheckedFilter, { readonly op: Op }>;

const operators: Readonly<Record<Comparison, Sql>> = {
  '=': sql`=`,
  '<>': sql`<>`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
};

const parameterTypes = {
  string: 'text',
  long: 'int8',
  decimal: 'numeric',
  double: 'float8',
  date: 'date',
  dateTime: 'timestamptz',
  boolean: 'bool',
} as const;

const bound = (value: Value): Param => param(parameterTypes[value.type], value.value);

const isOrder = (operator: Comparison): boolean => operator !== '=' && operator !== '<>';

function compare(node: Node<'compare'>): Sql {
  const { property, operator, value, matchCase, action } = node;
  if (property.fullText) return matches(property, String(value.value));
  // an index over the elements answers "one of them equals"
  if (property.many && property.type === 'string' && operator === '=' && action === 'Any' && matchCase)
    return sql`${columnOf(property)} @> ${paramArray(parameterTypes[value.type], [value.value])}`;
  return each(property, action, column => {
    if (!matchCase) return sql`${folded(column)} ${operators[operator]} (select ${folded(sql`${paramOnce('text', String(value.value))}`)})`;
    return value.type === 'string' && isOrder(operator)
      ? sql`${column} ${french} ${operators[operator]} ${bound(value)}`
      : sql`${column} ${operators[operator]} ${bound(value)}`;
  });
}

/** Lower case by French rules, on either side. */
const folded = (text: Sql): Sql => sql`lower(${text} ${french})`;

function columns({ left, operator, right, matchCase }: Node<'columns'>): Sql {
  const [a, b] = [left, right].map(property => {
    const column = columnOf(property);
    if (!matchCase) return folded(column);
    if (property.type === 'string' && isOrder(operator)) return sql`${column} ${french}`;
    // beside a decimal: a double could be too small for one, while every double fits a numeric
    return property.type === 'double' && (left.type === 'decimal' || right.type === 'decimal') ? sql`${column}::numeric` : column;
  });
  return sql`${a ?? sql``} ${operators[operator]} ${b ?? sql``}`;
}

function range(column: Sql, node: Node<'range'>): Sql {
  const { lower, upper, outside } = node;
  const text = (lower ?? upper)?.value.type === 'string';
  const value = text ? sql`${column} ${french}` : column;
  const parts: Sql[] = [];
  if (lower)
    parts.push(sql`${value} ${operators[outside ? (lower.included ? '<' : '<=') : lower.included ? '>=' : '>']} ${bound(lower.value)}`);
  if (upper)
    parts.push(sql`${value} ${operators[outside ? (upper.included ? '>' : '>=') : upper.included ? '<=' : '<']} ${bound(upper.value)}`);
  return sql`(${join(parts, outside ? sql` or ` : sql` and `)})`;
}

/** A predicate on the value, or on the elements of a property with several (FES 2.0 § 7.7.3.3). */
function each(property: Property, action: MatchAction, predicate: (value: Sql) => Sql): Sql {
  const column = columnOf(property);
  if (!property.many) return predicate(column);
  const hit = predicate(sql`e.v`);
  switch (action) {
    case 'Any':
      return sql`exists (select 1 from unnest(${column}) e(v) where ${hit})`;
    case 'All':
      return sql`(cardinality(${column}) > 0 and not exists (select 1 from unnest(${column}) e(v) where (${hit}) is not true))`;
    case 'One':
      return sql`(select count(*) from unnest(${column}) e(v) where ${hit}) = 1`;
    default:
      return unreachable(action);
  }
}

function like({ property, pattern, matchCase }: Node<'like'>): Sql {
  if (property.fullText) return contains(property, pattern);
  const text = sql`${paramOnce('text', likePattern(pattern))}`;
  return each(property, 'Any', column =>
    matchCase
      ? sql`${column} like ${param('text', likePattern(pattern))} escape '\\'`
      : sql`${folded(column)} like (select ${folded(text)}) escape '\\'`,
  );
}

/** The pattern in SQL's own signs: `%`, `_`, and a backslash before any of the three that is meant itself. */
export function likePattern(pattern: readonly LikeToken[]): string {
  return pattern.map(token => (token === 'any' ? '%' : token === 'one' ? '_' : token.text.replace(/[\\%_]/g, '\\$&'))).join('');
}

function listed(property: Property, values: readonly Value[]): Sql {
  const type = parameterTypes[values[0]?.type ?? 'string'];
  const list = paramArray(
    type,
    values.map(value => value.value),
  );
  // an index over the elements answers "shares one with"
  if (property.many && property.type === 'string') return sql`${columnOf(property)} && ${list}`;
  return each(property, 'Any', value => sql`${value} = any(${list})`);
}

function absent(property: Property | GeometryProperty): Sql {
  const column = columnOf(property);
  return 'many' in property && property.many === true ? sql`coalesce(cardinality(${column}), 0) = 0` : sql`${column} is null`;
}
