// What the door and the drawing call a parameter is called otherwise where layers are asked for one by one.
import { Fault } from '../../core/model/fault';

/** The fault with its locator in the words of a service; a locator that `names` does not know stays. */
export function relocated(fault: Fault, names: Readonly<Record<string, string>>): Fault {
  const { kind, message, rule, retryAfter, cause } = fault;
  const locator = Object.hasOwn(names, fault.locator) ? names[fault.locator] : undefined;
  if (locator === undefined) return fault;
  return new Fault(kind, locator, message, {
    ...(rule === undefined ? {} : { rule }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    cause,
  });
}
