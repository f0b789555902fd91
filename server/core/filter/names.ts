// Property names as filters, PropertyName lists and sort keys write them.
import { Fault } from '../model/fault';
import { shown } from './budget';
import { idProperty } from './ids';

/**
 * The bare name a reference ends in: `p:name`, `name`, `/p:Type/p:name`, `p:Type/p:name`, `name[1]` are all `name`; `@gml:id` is the id.
 * XPath beyond that (FES 2.0 § 7.4.4 asks for a subset only) is refused: no predicates, functions, axes or wildcards.
 * Fault: invalid-value at `locator`.
 */
export function bareName(reference: string, locator: string): string {
  const text = reference.trim();
  const refuse = (): never => {
    throw new Fault('invalid-value', locator, `${shown(text)} is not the name of a property`);
  };
  if (text.length > 300) return refuse();
  const steps = text.replace(/^\//, '').split('/');
  const last = steps.at(-1)?.replace(/\[1\]$/, '') ?? '';
  if (steps.length > 2 || (steps.length === 2 && !isName(steps[0] ?? ''))) return refuse();
  if (last === '@gml:id' || last === '@id' || last === '@fid') return idProperty;
  return isName(last) ? last.slice(last.lastIndexOf(':') + 1) : refuse();
}

/** A name with at most one prefix and none of the characters that XPath gives a meaning. */
function isName(text: string): boolean {
  const parts = text.split(':');
  return parts.length <= 2 && parts.every(part => part !== '') && !/[[\](){}@*|=<>!"'`$,;\\\0]/.test(text) && text !== '.' && text !== '..';
}
