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
import { readSymbolizers } from './symbolizers';
import type { Note } from './parameters';
import type { Subject } from './symbolizers';

/** A categorised style of a zoning plan may have a rule for each of its classes. */
export const styleLimits = { rules: 300, groups: 20, symbolizers: 20 } as const;
const mostNotes = 20;

/**
 * Reads a style document. Of several layers and styles the first is taken. Faults: malformed, missing-parameter, invalid-value, unsupported,
 * too-large, at the element or parameter concerned, or at `locator` (a file, an attribute of the partnership file) when one is given.
 */
export function readStyle(document: string | Uint8Array, locator = ''): Style {
  return readFor(document, 'features', locator);
}

/** The same for a raster: its rules have RasterSymbolizers and no filters. */
export function readCoverageStyle(document: string | Uint8Array, locator = ''): Style {
  return readFor(document, 'coverage', locator);
}

function readFor(document: string | Uint8Array, subject: Subject, locator: string): Style {
  try {
    return readDocument(document, subject);
  } catch (error) {
    if (!(error instanceof Fault) || locator === '') throw error;
    throw new Fault(
      error.kind,
      locator,
      error.locator === ''
        ? { en: error.message, fr: error.in('fr') }
        : { en: `${error.locator}: ${error.message}`, fr: `${error.locator} : ${error.in('fr')}` },
    );
  }
}

function readDocument(document: string | Uint8Array, subject: Subject): Style {
  const root = readXml(withElseRules(document));
  if (isStyle(root, 'FeatureTypeStyle') || isStyle(root, 'CoverageStyle'))
    return assemble(styleText(root, 'Name') || 'default', titleOf(root), [root], subject);
  if (!isStyle(root, 'StyledLayerDescriptor'))
    throw new Fault('invalid-value', root.name, {
      en: 'expected a StyledLayerDescriptor or a FeatureTypeStyle',
      fr: 'attendu : un StyledLayerDescriptor ou un FeatureTypeStyle',
    });
  const styles = root.children
    .filter(child => isStyle(child, 'NamedLayer') || isStyle(child, 'UserLayer'))
    .flatMap(layer => styleChildren(layer, 'UserStyle'));
  const style = styles.find(one => /^(1|true)$/.test(styleText(one, 'IsDefault') ?? '')) ?? styles[0];
  if (!style)
    throw new Fault('missing-parameter', 'UserStyle', { en: 'the document has no UserStyle', fr: 'le document n’a pas de UserStyle' });
  const groups = style.children.filter(child => isStyle(child, 'FeatureTypeStyle') || isStyle(child, 'CoverageStyle'));
  return assemble(styleText(style, 'Name') || 'default', titleOf(style), groups, subject);
}

function assemble(name: string, title: Text | null, elements: readonly Element[], subject: Subject): Style {
  if (elements.length > styleLimits.groups)
    throw new Fault('too-large', 'FeatureTypeStyle', {
      en: `a style has at most ${styleLimits.groups} FeatureTypeStyles`,
      fr: `un style a au plus ${styleLimits.groups} FeatureTypeStyle`,
    });
  const rules = elements.reduce((sum, element) => sum + styleChildren(element, 'Rule').length, 0);
  if (rules > styleLimits.rules)
    throw new Fault('too-large', 'Rule', {
      en: `a style has at most ${styleLimits.rules} rules`,
      fr: `un style a au plus ${styleLimits.rules} règles`,
    });
  const notes = new Set<string>();
  const note: Note = text => {
    if (notes.size < mostNotes) notes.add(text);
  };
  const groups = elements.map(element => readGroup(element, subject, note));
  if (groups.flat().every(one => one.rule.symbolizers.length === 0)) note("ce style ne dessine rien : aucune de ses règles n'a de symbole");
  return { name, title, groups: shownAtAll(groups, note), ...(notes.size > 0 ? { notes: [...notes] } : {}) };
}

/** A rule as it is read; `lost` when its filter cannot be evaluated. */
interface ReadRule {
  readonly rule: Rule;
  readonly lost: boolean;
}

/** Rules whose filters cannot be evaluated are left out; when none is left, the first of them shows all features rather than none. */
function shownAtAll(groups: readonly (readonly ReadRule[])[], note: Note): Group[] {
  const [first] = groups.flat().filter(one => one.lost && one.rule.symbolizers.some(symbolizer => symbolizer.kind !== 'text'));
  const left = groups.flat().some(one => !one.lost && one.rule.symbolizers.some(symbolizer => symbolizer.kind !== 'text'));
  const saved = left ? undefined : first;
  if (saved) note(`Rule « ${saved.rule.name} » : aucune règle n'a pu être reprise, celle-ci est dessinée sur tous les objets`);
  return groups.map(rules => ({ rules: rules.flatMap(one => (!one.lost || one === saved ? [one.rule] : [])) }));
}

function readGroup(element: Element, subject: Subject, note: Note): ReadRule[] {
  return styleChildren(element, 'Rule').map((rule, index) => readRule(rule, index, subject, note));
}

function readRule(element: Element, index: number, subject: Subject, note: Note): ReadRule {
  const symbolizers: Symbolizer[] = [];
  for (const child of element.children) {
    if (isStyle(child, child.name)) symbolizers.push(...readSymbolizers(child, subject, note));
  }
  if (symbolizers.length > styleLimits.symbolizers)
    throw new Fault('too-large', 'Rule', {
      en: `a rule has at most ${styleLimits.symbolizers} symbolizers`,
      fr: `une règle a au plus ${styleLimits.symbolizers} symboles`,
    });
  const written = element.children.find(child => child.is('Filter', ns.ogc) || child.is('Filter', ns.fes));
  if (written && subject === 'coverage')
    throw new Fault('unsupported', 'Filter', {
      en: 'a raster has no attributes: its rules cannot have filters',
      fr: 'un raster n’a pas d’attributs : ses règles ne peuvent pas avoir de filtre',
    });
  const name = styleText(element, 'Name') || `rule${index + 1}`;
  const filter = written ? ruleFilter(written, element, name, note) : null;
  const rule = {
    name,
    title: titleOf(element),
    minScale: scaleOf(element, 'MinScaleDenominator'),
    maxScale: scaleOf(element, 'MaxScaleDenominator'),
    filter,
    otherwise: styleChild(element, 'ElseFilter') !== undefined,
    symbolizers,
  };
  const unwritten = styleChild(element, 'LostFilter') !== undefined;
  if (unwritten) note(`Rule « ${name.slice(0, 60)} » : QGIS n'a pas su écrire son filtre dans le fichier, la règle n'est pas dessinée`);
  return { rule, lost: unwritten || (written !== undefined && filter === null) };
}

/**
 * The filter of a rule: Filter 1.0 in SLD 1.0, 1.1 in SE 1.1, 2.0 where it is written so. Null, with a note, for what could not be evaluated when
 * the map is drawn: functions, expressions, spatial operators.
 */
function ruleFilter(element: Element, rule: Element, name: string, note: Note): Filter | null {
  const dialect = element.namespace === ns.fes ? '2.0' : rule.namespace === ns.se ? '1.1' : '1.0';
  try {
    const filter = readFilter(element, { dialect, rule: 'form', defaultSrid: 4326, defaultFlip: false, locator: 'Filter' });
    compileFilter(filter, {});
    return filter;
  } catch (fault) {
    if (!(fault instanceof Fault) || fault.kind === 'too-large') throw fault;
    note(
      `Rule « ${name.slice(0, 60)} » : son filtre ne peut pas être repris, la règle n'est pas dessinée (${fault.in('fr').slice(0, 120)})`,
    );
    return null;
  }
}

const lostFilter = /<!--Parser Error: (?:(?!-->)[^])*?Expression was:\s*((?:(?!-->)[^])*?)\s*-->/g;

/**
 * QGIS writes the ELSE of its rules, and what it cannot write as a filter, as comments about errors: what would be rules for all features become
 * an ElseFilter again, or a filter that is told to be lost.
 */
function withElseRules(document: string | Uint8Array): string | Uint8Array {
  const instead = (_: string, expression: string): string => `<${expression === 'ELSE' ? 'ElseFilter' : 'LostFilter'} xmlns="${ns.se}"/>`;
  if (typeof document === 'string') return document.replace(lostFilter, instead);
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  // byte for byte, whatever the encoding that the document declares
  return bytes.includes('<!--Parser Error: ') ? Buffer.from(bytes.toString('latin1').replace(lostFilter, instead), 'latin1') : document;
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
