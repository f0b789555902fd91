// Times of GML 3.2 in filters: TimeInstant, TimePeriod, or their text.
import { Fault } from '../model/fault';
import type { Element } from '../xml/read';
import { shown } from './budget';
import type { Period } from './filter';
import { isGml } from './gml-read';
import { openEnd } from './temporal';

/**
 * Reads a gml:TimeInstant, a gml:TimePeriod, or a Literal that holds one of them or the text of an instant.
 * Whether the text is a date is judged against the property's type later. Fault: invalid-value at `locator`.
 */
export function readPeriod(element: Element, locator: string): Period {
  const refuse = (text: string): never => {
    throw new Fault('invalid-value', locator, text);
  };
  if (element.name === 'Literal') {
    const [inner, ...more] = element.children;
    if (more.length > 0) return refuse('a Literal holds one time');
    if (inner) return readPeriod(inner, locator);
    return instant(element.text.trim());
  }
  if (!isGml(element)) return refuse(`${shown(element.name)} is not a time`);
  switch (element.name) {
    case 'TimeInstant': {
      const position = gmlChild(element, 'timePosition');
      return position ? instant(positionText(position, 'timePosition')) : refuse('TimeInstant has no timePosition');
    }
    case 'TimePeriod':
      return { begin: end('begin'), end: end('end') };
    default:
      return refuse(`${shown(element.name)} is not a time that this server reads`);
  }

  function instant(text: string): Period {
    return text === openEnd || text === '' ? refuse('an instant is empty') : { begin: text, end: text };
  }

  /** beginPosition, or begin with a TimeInstant inside. */
  function end(side: 'begin' | 'end'): string {
    const direct = gmlChild(element, `${side}Position`);
    if (direct) return positionText(direct, side);
    const nested = gmlChild(element, side)?.children.find(child => child.name === 'TimeInstant' && isGml(child));
    const position = nested && gmlChild(nested, 'timePosition');
    return position ? positionText(position, side) : refuse(`TimePeriod has no ${side}`);
  }

  /** A position; at an end of a period `indeterminatePosition="unknown"` leaves it open. */
  function positionText(position: Element, side: string): string {
    const text = position.text.trim();
    const indeterminate = position.attribute('indeterminatePosition');
    if (indeterminate === undefined) return text === '' || text === openEnd ? refuse(`${side} of a time is empty`) : text;
    return indeterminate === 'unknown' && side !== 'timePosition'
      ? openEnd
      : refuse(`indeterminatePosition ${shown(indeterminate)} is not offered`);
  }
}

const gmlChild = (element: Element, name: string): Element | undefined =>
  element.children.find(child => child.name === name && isGml(child));
