// Style documents → the style tree: StyledLayerDescriptor 1.0.0 and 1.1.0, and a FeatureTypeStyle of SE 1.1 by itself.
import { Fault } from '../../core/model/fault';
import { readFilter } from '../../core/filter/fes';
import type { Filter } from '../../core/filter/filter';
import type { Text } from '../../core/model/text';
import { ns } from '../../core/xml/names';
import { readXml } from '../../core/xml/read';
import type { Element } from '../../core/xml/read';
import { constant, isStyle, numberIn, styleChild, styleChildren, styleText } from './parameters';
import { compileFilter } from '../../core/filter/evaluate';
import type { Group, Rule, Style, Symbolizer } from './style';
import { readSymbolizer } from './symbolizers';

export const styleLimits = { rules: 100, groups: 20, symbolizers: 20 } as const;

/**
 * Reads a style document. Of several layers and styles the first is taken. Faults: malformed, missing-parameter, invalid-value, unsupported,
 * too-large, at the element or parameter concerned, or at `locator` (a file, an attribute of the partnership file) when one is given.
 */
export function readStyle(document: string | Uint8Array, locator = ''): Style {
  try {
    return readDocument(document);
  } catch (error) {
    if (!(error instanceof Fault) || locator === '') throw error;
    throw new Fault(error.kind, locator, error.locator === '' ? error.message : `${error.locator}: ${error.message}`);
  }
}

function readDocument(document: string | Uint8Array): Style {
  const root = readXml(document);
  if (isStyle(root, 'FeatureTypeStyle')) return assemble(styleText(root, 'Name') || 'default', titleOf(root), [root]);
  if (!isStyle(root, 'StyledLayerDescriptor'))
    throw new Fault('invalid-value', root.name, 'expected a StyledLayerDescriptor or a FeatureTypeStyle');
  const styles = root.children
    .filter(child => isStyle(child, 'NamedLayer') || isStyle(child, 'UserLayer'))
    .flatMap(layer => styleChildren(layer, 'UserStyle'));
  const style = styles.find(one => /^(1|true)$/.test(styleText(one, 'IsDefault') ?? '')) ?? styles[0];
  if (!style) throw new Fault('missing-parameter', 'UserStyle', 'the document has no UserStyle');
  return assemble(styleText(style, 'Name') || 'default', titleOf(style), styleChildren(style, 'FeatureTypeStyle'));
}

function assemble(name: string, title: Text | null, elements: readonly Element[]): Style {
  if (elements.length > styleLimits.groups)
    throw new Fault('too-large', 'FeatureTypeStyle', `a style has at most ${styleLimits.groups} FeatureTypeStyles`);
  const rules = elements.reduce((sum, element) => sum + styleChildren(element, 'Rule').length, 0);
  if (rules > styleLimits.rules) throw new Fault('too-large', 'Rule', `a style has at most ${styleLimits.rules} rules`);
  return { name, title, groups: elements.map(readGroup) };
}

function readGroup(element: Element): Group {
  return { rules: styleChildren(element, 'Rule').map(readRule) };
}

function readRule(element: Element, index: number): Rule {
  const symbolizers: Symbolizer[] = [];
  for (const child of element.children) {
    if (!isStyle(child, child.name)) continue;
    const symbolizer = readSymbolizer(child);
    if (symbolizer) symbolizers.push(symbolizer);
  }
  if (symbolizers.length > styleLimits.symbolizers)
    throw new Fault('too-large', 'Rule', `a rule has at most ${styleLimits.symbolizers} symbolizers`);
  const written = element.children.find(child => child.is('Filter', ns.ogc) || child.is('Filter', ns.fes));
  return {
    name: styleText(element, 'Name') || `rule${index + 1}`,
    title: titleOf(element),
    minScale: scaleOf(element, 'MinScaleDenominator'),
    maxScale: scaleOf(element, 'MaxScaleDenominator'),
    filter: written ? ruleFilter(written, element) : null,
    otherwise: styleChild(element, 'ElseFilter') !== undefined,
    symbolizers,
  };
}

/**
 * The filter of a rule: Filter 1.0 in SLD 1.0, 1.1 in SE 1.1, 2.0 where it is written so. An operator that could not be evaluated
 * when the map is drawn is refused when the style is read.
 */
function ruleFilter(element: Element, rule: Element): Filter {
  const dialect = element.namespace === ns.fes ? '2.0' : rule.namespace === ns.se ? '1.1' : '1.0';
  const filter = readFilter(element, { dialect, rule: 'form', defaultSrid: 4326, defaultFlip: false, locator: 'Filter' });
  compileFilter(filter, {});
  return filter;
}

function scaleOf(element: Element, name: string): number | null {
  const child = styleChild(element, name);
  return child ? numberIn(constant(child), { min: 0, max: 1e12 }, name) : null;
}

/** SLD 1.0: Title; SE 1.1: Description/Title. */
function titleOf(element: Element): Text | null {
  const title = styleText(element, 'Description', 'Title') || styleText(element, 'Title');
  return title ? { fr: title } : null;
}
