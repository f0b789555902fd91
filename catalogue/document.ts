// A record's document as a tree: paths by local names (two editions of the schemas and two of GML circulate), printing, pruning.
// Unknown elements pass through untouched: nothing received is lost.
import type { Attribute, Element } from '../server/core/xml/read';
import { escapeAttribute, escapeText } from '../server/core/xml/write';

/** Caps for records (a record may hold a long list of coordinates or of communes). */
export const recordLimits = { maxBytes: 5 * 1024 * 1024, maxElements: 200_000 } as const;

/** Elements at a path of local names below an element; `*` is any name, `a|b` is either. */
export function select(from: Element, path: string): Element[] {
  let found: Element[] = [from];
  for (const step of path.split('/')) {
    const names = step === '*' ? null : step.split('|');
    found = found.flatMap(element => element.children.filter(child => names === null || names.includes(child.name)));
  }
  return found;
}

export const first = (from: Element, path: string): Element | undefined => select(from, path)[0];

/** All elements below, in document order. */
export function* descendants(from: Element): Generator<Element> {
  for (const child of from.children) {
    yield child;
    yield* descendants(child);
  }
}

type Keep = (element: Element) => Element | Replacement | null;

/** What pruning and cleaning put in the place of an element: the same head, other children. */
export interface Replacement {
  readonly element: Element;
  readonly name?: { readonly local: string; readonly prefix: string; readonly namespace: string };
  readonly children?: readonly (Element | Replacement)[];
  readonly text?: string;
  readonly attributes?: readonly Attribute[];
}

const isReplacement = (node: Element | Replacement): node is Replacement => 'element' in node;

/** Prints an element as a document of its own: every prefix it uses is declared on it. */
export function print(node: Element | Replacement, edit: Keep = element => element): string {
  const bound = new Map<string, string>();
  collect(node, bound);
  return printNode(node, bound, new Map(), edit);
}

/** First binding of every prefix in the tree; a later different one is declared where it occurs. */
function collect(node: Element | Replacement, bound: Map<string, string>): void {
  const element = isReplacement(node) ? node.element : node;
  const name = isReplacement(node) && node.name ? node.name : element;
  const bind = (prefix: string, namespace: string): void => {
    if (prefix !== 'xml' && !bound.has(prefix)) bound.set(prefix, namespace);
  };
  bind(name.prefix, name.namespace);
  for (const attribute of element.attributes) {
    if (attribute.prefix !== '') bind(attribute.prefix, attribute.namespace);
    // xsi:type holds a qualified name in its value
    if (attribute.name === 'type' && attribute.prefix !== '') {
      const type = element.qname(attribute.value);
      if (type.namespace !== undefined && type.namespace !== '') bind(type.prefix, type.namespace);
    }
  }
  const children = isReplacement(node) ? (node.children ?? element.children) : element.children;
  for (const child of children) collect(child, bound);
}

function printNode(
  node: Element | Replacement,
  scope: ReadonlyMap<string, string>,
  outer: ReadonlyMap<string, string>,
  edit: Keep,
): string {
  const whole = isReplacement(node) ? node : { element: node };
  const { element } = whole;
  const name = whole.name ?? { local: element.name, prefix: element.prefix, namespace: element.namespace };
  const attributes = whole.attributes ?? element.attributes;
  let inside = scope;
  const need = (prefix: string, namespace: string): void => {
    if (prefix === 'xml' || (inside.get(prefix) ?? '') === namespace) return;
    inside = new Map(inside).set(prefix, namespace);
  };
  need(name.prefix, name.namespace);
  for (const attribute of attributes) if (attribute.prefix !== '') need(attribute.prefix, attribute.namespace);
  const tag = name.prefix === '' ? name.local : `${name.prefix}:${name.local}`;
  let out = `<${tag}`;
  for (const [prefix, namespace] of inside) {
    if (outer.get(prefix) === namespace || (prefix === '' && namespace === '' && !outer.has(''))) continue;
    out += ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(namespace)}"`;
  }
  for (const attribute of attributes) {
    const qualified = attribute.prefix === '' ? attribute.name : `${attribute.prefix}:${attribute.name}`;
    out += ` ${qualified}="${escapeAttribute(attribute.value)}"`;
  }
  const children = whole.children ?? element.children;
  let content = '';
  for (const child of children) {
    const kept = isReplacement(child) ? child : edit(child);
    if (kept !== null) content += printNode(kept, inside, inside, edit);
  }
  const text = whole.text ?? element.text;
  if (children.length === 0 || text.trim() !== '') content = escapeText(children.length === 0 ? text : text.trim()) + content;
  return content === '' ? `${out}/>` : `${out}>${content}</${tag}>`;
}
