// Groups of layers: what one organisation publishes can be asked as one layer by the prefix of its types (`LAYERS=antony`), in
// every request; capabilities show the groups when they are asked with GROUPS=TRUE. A group is made of
// what its caller may see and of nothing else: with no visible layer it does not exist (R23, R45).
import { Fault } from '../../core/model/fault';
import type { Layer } from '../../core/model/layer';
import type { Text } from '../../core/model/text';
import type { Doors, FeatureSource } from '../../core/ports/doors';
import type { NamedLayer } from '../ows/picture';

export interface LayerGroup {
  /** Null when it has more layers than one map may have: then it is a heading only. */
  readonly name: string | null;
  readonly title: Text;
  /** In the order of the capabilities, which is that of drawing. */
  readonly layers: readonly Layer[];
}

/** Most layers that a group may stand for. */
export const mostGrouped = 40;

const coproduced: Text = { fr: 'Données coproduites', en: 'Co-produced data' };

/** The groups of what the caller sees, in the order of their first layers. */
export function groupsOf(features: FeatureSource): readonly LayerGroup[] {
  const layers = features.layers();
  const byPrefix = new Map<string, Layer[]>();
  for (const layer of layers) {
    const known = byPrefix.get(layer.type.prefix);
    if (known) known.push(layer);
    else byPrefix.set(layer.type.prefix, [layer]);
  }
  return [...byPrefix].map(([prefix, members]) => {
    const owners = new Set(members.map(layer => features.about(layer.type.name).owner?.name ?? null));
    const [owner = null] = owners;
    const title = owners.size > 1 ? { fr: prefix } : owner === null ? coproduced : { fr: owner };
    const free = members.length <= mostGrouped && !layers.some(layer => isNamed(layer, prefix));
    return { name: free ? prefix : null, title, layers: members };
  });
}

const isNamed = (layer: Layer, name: string): boolean => layer.name === name || layer.type.local === name || layer.type.name === name;

/** The layers of a group that is named so; null when the name is none of a group that this caller sees. */
export function groupNamed(features: FeatureSource, name: string): readonly Layer[] | null {
  if (name === '' || name.includes(':')) return null;
  const layers = features.layers();
  if (layers.some(layer => isNamed(layer, name))) return null;
  const members = layers.filter(layer => layer.type.prefix === name);
  return members.length > 0 && members.length <= mostGrouped ? members : null;
}

/** Names of default styles; a group has no other. */
const defaults: ReadonlySet<string> = new Set(['', 'default', 'inspire_common:DEFAULT']);

/**
 * The layers of a map with its groups replaced by what they stand for, each in its default style. Faults: unknown-style for another style of a
 * group, too-large.
 */
export function withoutGroups(wanted: readonly NamedLayer[], doors: Doors): NamedLayer[] {
  const found = wanted.flatMap(one => {
    const members = groupNamed(doors.features, one.name);
    if (!members) return [one];
    if (!defaults.has(one.style)) throw new Fault('unknown-style', 'styles', `group ${one.name} has no style "${one.style.slice(0, 80)}"`);
    return members.map(layer => ({ name: layer.name, style: '' }));
  });
  if (found.length > mostGrouped * 2) throw new Fault('too-large', 'layers', `the groups make more than ${mostGrouped * 2} layers`);
  return found;
}

/** The same for names alone. */
export const namesWithoutGroups = (names: readonly string[], doors: Doors): string[] =>
  names.flatMap(name => groupNamed(doors.features, name)?.map(layer => layer.name) ?? [name]);
