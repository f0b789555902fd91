// Queryables that stand for two (INSPIRE Discovery TG table 4): SpatialResolution is a scale or a distance, TemporalExtent goes from a begin to an
// end. A filter on one of them becomes a filter on both.
import { and, not, or, type Comparison, type Expression, type Filter, type Period } from '../server/core/filter/filter';

const property = (name: string): Expression => ({ kind: 'property', name });
const compare = (name: string, operator: Comparison, right: Expression): Filter => ({
  op: 'compare',
  operator,
  left: property(name),
  right,
  matchCase: true,
});
const none = (name: string): Filter => ({ op: 'null', property: name });

const begin = 'TempExtent_begin';
const end = 'TempExtent_end';
const mirrored = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const satisfies Record<Comparison, Comparison>;

/** The filter on a double queryable in terms of both; null when it is on none. Names are those of queryables. */
export function expanded(filter: Filter): Filter | null {
  const name = nameOf(filter);
  if (name === 'SpatialResolution') {
    const [scale, distance] = [renamed(filter, 'Denominator'), renamed(filter, 'DistanceValue')];
    return filter.op === 'null' ? and(scale, distance) : or(scale, distance);
  }
  return name === 'TemporalExtent' ? extent(filter) : null;
}

function nameOf(filter: Filter): string | null {
  switch (filter.op) {
    case 'compare':
      return filter.left.kind === 'property' ? filter.left.name : filter.right.kind === 'property' ? filter.right.name : null;
    case 'like':
    case 'between':
    case 'in':
    case 'null':
    case 'temporal':
      return filter.property;
    default:
      return null;
  }
}

function renamed(filter: Filter, name: string): Filter {
  if (filter.op === 'compare')
    return filter.left.kind === 'property' ? { ...filter, left: property(name) } : { ...filter, right: property(name) };
  return 'property' in filter ? { ...filter, property: name } : filter;
}

/** A record without either end has no extent; one with one end only is open at the other. */
const absent = and(none(begin), none(end));
const openAt = (side: string, other: string): Filter => and(none(side), not(none(other)));
const beginsBy = (operator: '<' | '<=', value: Expression): Filter => or(compare(begin, operator, value), openAt(begin, end));
const endsFrom = (operator: '>' | '>=', value: Expression): Filter => or(compare(end, operator, value), openAt(end, begin));
/** The extent shares an instant with what lies between the two. */
const meets = (from: Expression, to: Expression): Filter => and(beginsBy('<=', to), endsFrom('>=', from));

function extent(filter: Filter): Filter {
  switch (filter.op) {
    case 'null':
      return absent;
    case 'between':
      return meets(filter.lower, filter.upper);
    case 'in':
      return or(...filter.values.map(value => compared('=', { kind: 'literal', value })));
    case 'compare':
      return filter.left.kind === 'property' ? compared(filter.operator, filter.right) : compared(mirrored[filter.operator], filter.left);
    case 'temporal':
      return temporal(filter);
    default:
      return renamed(filter, begin);
  }
}

function compared(operator: Comparison, value: Expression): Filter {
  switch (operator) {
    case '=':
      return meets(value, value);
    case '<>':
      return and(not(absent), not(meets(value, value)));
    case '<':
    case '<=':
      return beginsBy(operator, value);
    case '>':
    case '>=':
      return endsFrom(operator, value);
  }
}

function temporal({ operator, period }: Extract<Filter, { op: 'temporal' }>): Filter {
  const at = (side: keyof Period): Expression => ({ kind: 'literal', value: period[side] });
  const bounded = (side: keyof Period, part: Filter): readonly Filter[] => (period[side] === '..' ? [] : [part]);
  switch (operator) {
    case 'before':
      return { op: 'temporal', operator, property: end, period };
    case 'after':
      return { op: 'temporal', operator, property: begin, period };
    case 'during':
      return and(...bounded('begin', compare(begin, '>=', at('begin'))), ...bounded('end', compare(end, '<=', at('end'))), not(absent));
    case 'tContains':
      return and(...bounded('begin', beginsBy('<=', at('begin'))), ...bounded('end', endsFrom('>=', at('end'))), not(absent));
    case 'tEquals':
      return and(compare(begin, '=', at('begin')), compare(end, '=', at('end')));
    case 'begins':
    case 'begunBy':
      return compare(begin, '=', at('begin'));
    case 'ends':
    case 'endedBy':
      return compare(end, '=', at('end'));
    case 'meets':
      return compare(end, '=', at('begin'));
    case 'metBy':
      return compare(begin, '=', at('end'));
    case 'tOverlaps':
    case 'overlappedBy':
    case 'anyInteracts':
      return and(...bounded('end', beginsBy('<=', at('end'))), ...bounded('begin', endsFrom('>=', at('begin'))), not(absent));
  }
}
