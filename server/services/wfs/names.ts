// Names of feature types in requests: `prefix:local` with the namespaces that the request declares, turned into one FeatureType.
import { Fault } from '../../core/model/fault';
import type { FeatureType } from '../../core/model/feature-type';
import type { Action } from '../../core/policy/charter';
import type { FeatureSource } from '../../core/ports/doors';

/** A type as it was written. */
export interface TypeRef {
  readonly prefix: string;
  readonly local: string;
  /** What the prefix stands for in the request; undefined: not declared there, our own prefixes count. */
  readonly namespace: string | undefined;
}

export const written = (ref: TypeRef): string => (ref.prefix === '' ? ref.local : `${ref.prefix}:${ref.local}`);

/** Namespaces of `NAMESPACES=xmlns(p,uri),xmlns(uri)`, by prefix (WFS 2.0 § 7.6.2); fault invalid-value. */
export function readNamespaces(text: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (text === undefined || text.trim() === '') return found;
  const items = text.match(/xmlns\([^()]*\)/gi) ?? [];
  if (items.length === 0) throw new Fault('invalid-value', 'namespaces', 'namespaces is no list of xmlns(prefix,uri)');
  for (const item of items) {
    const inside = item.slice(6, -1);
    const cut = inside.search(/[,=]/);
    const declared = cut >= 0 && /^[^:/?#]*$/.test(inside.slice(0, cut));
    found.set(declared ? inside.slice(0, cut).trim() : '', (declared ? inside.slice(cut + 1) : inside).trim());
  }
  return found;
}

/** Reads `prefix:local`, also in the form `{uri}local`, against declared namespaces. Fault invalid-value at `locator` on an empty name. */
export function readTypeName(text: string, namespaces: ReadonlyMap<string, string>, locator: string): TypeRef {
  const name = text.trim();
  const clark = /^\{([^{}]*)\}(.+)$/.exec(name);
  if (clark) return { prefix: '', local: clark[2] ?? '', namespace: clark[1] ?? '' };
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  const local = name.slice(colon + 1);
  if (local === '' || name.startsWith('schema-element('))
    throw new Fault('invalid-value', locator, `"${name.slice(0, 80)}" is no name of a feature type`);
  return { prefix, local, namespace: namespaces.get(prefix) };
}

/**
 * The type for an action. A name in a foreign prefix is found by its namespace; the source itself decides what may be told about a type that
 * the caller has no right to (R23, R47).
 */
export function resolveType(features: FeatureSource, ref: TypeRef, action: Action, locator: string): FeatureType {
  const { namespace } = ref;
  if (namespace === undefined || namespace === '') return features.type(written(ref), action, locator);
  const prefix = prefixOf(features, namespace, action);
  const name = prefix === undefined ? undefined : `${prefix}:${ref.local}`;
  const type = features.type(name ?? written(ref), action, locator);
  if (type.namespace !== namespace)
    throw new Fault('unknown-type', locator, `"${written(ref)}" is not a feature type of namespace ${namespace.slice(0, 120)}`);
  return type;
}

/** Our prefix of a namespace: from a type the caller sees, else from the form our namespaces have. */
function prefixOf(features: FeatureSource, namespace: string, action: Action): string | undefined {
  return features.types(action).find(type => type.namespace === namespace)?.prefix ?? /\/ns\/([^/?#]+)$/.exec(namespace)?.[1];
}
