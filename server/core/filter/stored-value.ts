// Values that a transaction stores, typed to their column as strictly as the literals of filters are: what is not exactly one value of the
// property is refused, never rounded, cut or guessed (WFS 2.0 § 15.2.5.2.1, table 3: InvalidValue).
import { Fault } from '../model/fault';
import type { Property } from '../model/feature-type';
import { shown, strictNumber } from './budget';
import { granule, type Value } from './literal';

const longest = { integer: 2_147_483_647n, long: 9_223_372_036_854_775_807n } as const;
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;

/** One value of the property as it is written. Fault refused-value at the property's name. */
export function storedValue(property: Property, text: string): Value {
  const refuse = (expected: string): never => {
    throw new Fault('refused-value', property.name, `${shown(text)} is no value of ${property.name}, expected ${expected}`);
  };
  const written = text.trim();
  switch (property.type) {
    case 'integer':
    case 'long': {
      const most = longest[property.type];
      const expected = `a whole number of ${property.type === 'integer' ? 32 : 64} bits`;
      if (!/^[+-]?\d{1,30}$/.test(written)) return refuse(expected);
      const number = BigInt(written.replace('+', ''));
      return number > most || number < -most - 1n ? refuse(expected) : { type: 'long', value: String(number) };
    }
    case 'decimal':
      return written.length <= 400 && decimal.test(written) ? { type: 'decimal', value: written } : refuse('a decimal number');
    case 'double': {
      const number = strictNumber(written);
      return number === undefined ? refuse('a finite number') : { type: 'double', value: String(number) };
    }
    default:
      break;
  }
  let found;
  try {
    found = granule(property, text);
  } catch (error) {
    if (error instanceof Fault) throw new Fault('refused-value', property.name, error.message, { cause: error });
    throw error;
  }
  const whole = found.highIncluded && found.low.value === found.high.value;
  if (found.partial || !whole)
    return refuse(property.type === 'date' ? 'a whole date, as 2026-06-15' : 'an instant, as 2026-06-15T12:00:00Z');
  return found.low;
}
