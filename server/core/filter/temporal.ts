// The temporal operators of FES 2.0 § 7.9 on properties that hold instants (dateTime) or days (date), lowered to ranges.
// What is written without a time, or without a day, counts as a whole: `During 2010-05` takes its first instant and its last.
import { Fault, unreachable } from '../model/fault';
import type { Property } from '../model/feature-type';
import { shown } from './budget';
import { checkedNone, seal, type Bound, type CheckedFilter } from './checked';
import type { Period, TemporalOperator } from './filter';
import { granule, type Granule } from './literal';

/** The other way round: `literal operator property` is `property inverse(operator) literal`. */
export const inverseTemporal = {
  after: 'before',
  before: 'after',
  begins: 'begunBy',
  begunBy: 'begins',
  tContains: 'during',
  during: 'tContains',
  endedBy: 'ends',
  ends: 'endedBy',
  tEquals: 'tEquals',
  meets: 'metBy',
  metBy: 'meets',
  tOverlaps: 'overlappedBy',
  overlappedBy: 'tOverlaps',
  anyInteracts: 'anyInteracts',
} as const satisfies Record<TemporalOperator, TemporalOperator>;

/** An end that is not bounded. */
export const openEnd = '..';

const from = (g: Granule): Bound => ({ value: g.low, included: true });
const to = (g: Granule): Bound => ({ value: g.high, included: g.highIncluded });
const afterAll = (g: Granule): Bound => ({ value: g.high, included: !g.highIncluded });
const beforeAll = (g: Granule): Bound => ({ value: g.low, included: false });

/**
 * The range of values of which the operator holds. An instant can be before, after, equal to, inside of, or at an end of a period;
 * it cannot contain, meet or overlap one (ISO 19108), so those operators match nothing.
 * Fault invalid-value at the property for what is no date, and for a period that ends before it begins.
 */
export function temporalRange(property: Property, operator: TemporalOperator, period: Period): CheckedFilter {
  const begin = period.begin === openEnd ? null : granule(property, period.begin);
  const end = period.end === openEnd ? null : granule(property, period.end);
  const instant = period.begin === period.end;
  if (begin && end && !instant && isLater(begin.low.value, end.high.value))
    throw new Fault('invalid-value', property.name, `the period ${shown(period.begin)} – ${shown(period.end)} ends before it begins`);
  const range = (lower: Bound | null, upper: Bound | null): CheckedFilter =>
    lower || upper ? seal({ op: 'range', property, lower, upper, outside: false, action: 'Any' }) : hasValue(property);
  const within = (g: Granule | null): CheckedFilter => (g ? range(from(g), to(g)) : checkedNone);
  switch (operator) {
    case 'after':
      return end ? range(afterAll(end), null) : checkedNone;
    case 'before':
      return begin ? range(null, beforeAll(begin)) : checkedNone;
    case 'tEquals':
      return instant ? within(begin) : checkedNone;
    case 'begins':
      return within(begin);
    case 'ends':
      return within(end);
    case 'during':
      return range(begin && (begin.partial ? from(begin) : afterAll(begin)), end && (end.partial ? to(end) : beforeAll(end)));
    case 'anyInteracts':
      return range(begin && from(begin), end && to(end));
    case 'begunBy':
    case 'endedBy':
    case 'tContains':
    case 'meets':
    case 'metBy':
    case 'tOverlaps':
    case 'overlappedBy':
      return checkedNone;
    default:
      return unreachable(operator);
  }
}

/** Order of two dates or instants as granules write them; the year 10000, where the last day of 9999 ends, is one character longer. */
function isLater(a: Granule['low']['value'], b: Granule['low']['value']): boolean {
  const [first, second] = [String(a), String(b)];
  return first.length === second.length ? first > second : first.length > second.length;
}

/** A period open at both ends: whatever has a value. */
function hasValue(property: Property): CheckedFilter {
  return seal({ op: 'not', part: seal({ op: 'null', property }) });
}
