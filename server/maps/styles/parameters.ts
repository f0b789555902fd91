// Values inside style documents: colours, numbers and expressions that must be constants, each bounded.
import { Fault } from '../../core/model/fault';
import type { Element } from '../../core/xml/read';
import { ns } from '../../core/xml/names';

const styleNamespaces: ReadonlySet<string> = new Set([ns.se, ns.sld]);

/** Whether an element is that of SE 1.1 or of SLD 1.0. */
export const isStyle = (element: Element, name: string): boolean => element.name === name && styleNamespaces.has(element.namespace);

export const styleChild = (element: Element, name: string): Element | undefined => element.children.find(child => isStyle(child, name));

export const styleChildren = (element: Element, name: string): Element[] => element.children.filter(child => isStyle(child, name));

/** The element reached by names from one to the next. */
export function stylePath(element: Element, ...names: readonly string[]): Element | undefined {
  let at: Element | undefined = element;
  for (const name of names) at = at && styleChild(at, name);
  return at;
}

/** Trimmed text of a child. */
export function styleText(element: Element, ...names: readonly string[]): string | undefined {
  return stylePath(element, ...names)?.text.trim();
}

/** The constant that an element holds: its text, or an ogc:Literal. Faults: unsupported for expressions that depend on the feature. */
export function constant(element: Element): string {
  const [first, ...rest] = element.children;
  if (!first) return element.text.trim();
  if (rest.length === 0 && first.is('Literal', ns.ogc) && first.children.length === 0 && element.text.trim() === '')
    return first.text.trim();
  throw new Fault('unsupported', element.name, {
    en: `${element.name} must be a constant: expressions are read in labels and filters only`,
    fr: `${element.name} doit être une constante : les expressions ne sont lues que dans les étiquettes et les filtres`,
  });
}

/** Takes down, in French, what a document says and is not drawn as it says. */
export type Note = (text: string) => void;

/** The constant that an element holds; null, with a note, when it depends on the feature. */
function constantOr(element: Element, name: string, note: Note): string | null {
  try {
    return constant(element);
  } catch (fault) {
    if (!(fault instanceof Fault && fault.kind === 'unsupported')) throw fault;
    note(`${name} : la valeur dépend d'un attribut, ce qui n'est pas repris ; la valeur par défaut la remplace`);
    return null;
  }
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A number within bounds; fault invalid-value at `locator`. */
export function numberIn(text: string, bounds: Bounds, locator: string): number {
  const written = text.replace(/px$/, '').trim();
  const value = /^[+-]?(?:\d{1,12}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,2})?$/.test(written) ? Number(written) : NaN;
  if (!(value >= bounds.min && value <= bounds.max))
    throw new Fault('invalid-value', locator, {
      en: `${locator} is "${text.slice(0, 40)}", expected a number from ${bounds.min} to ${bounds.max}`,
      fr: `${locator} vaut « ${text.slice(0, 40)} », attendu : un nombre de ${bounds.min} à ${bounds.max}`,
    });
  return value;
}

/** The number in a child, or the default when the child is absent. */
export function numberAt(element: Element | undefined, name: string, bounds: Bounds, absent: number, note?: Note): number {
  const child = element && styleChild(element, name);
  if (!child) return absent;
  const text = note ? constantOr(child, name, note) : constant(child);
  return text === null || text === '' ? absent : numberIn(text, bounds, name);
}

/** `#rrggbb` or `#rgb`. */
export function colorOf(text: string, locator: string): number {
  const long = /^#([0-9a-f]{6})$/i.exec(text)?.[1];
  if (long !== undefined) return parseInt(long, 16);
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  if (short) return parseInt([1, 2, 3].map(i => (short[i] ?? '').repeat(2)).join(''), 16);
  throw new Fault('invalid-value', locator, {
    en: `${locator} is "${text.slice(0, 40)}", expected a colour like #1f77b4`,
    fr: `${locator} vaut « ${text.slice(0, 40)} », attendu : une couleur telle que #1f77b4`,
  });
}

/** SvgParameter (SE 1.1) and CssParameter (SLD 1.0) by name; a name given twice keeps its last value, families gather. */
export class Parameters {
  readonly #values = new Map<string, Element[]>();
  readonly #note: Note;

  constructor(element: Element | undefined, note: Note) {
    this.#note = note;
    for (const child of element?.children ?? []) {
      if (!isStyle(child, 'SvgParameter') && !isStyle(child, 'CssParameter')) continue;
      const name = child.attribute('name') ?? '';
      this.#values.set(name, [...(this.#values.get(name) ?? []), child]);
    }
  }

  text(name: string): string | undefined {
    const last = this.#values.get(name)?.at(-1);
    return last && (constantOr(last, name, this.#note) ?? undefined);
  }

  all(name: string): string[] {
    return (this.#values.get(name) ?? []).flatMap(element => constantOr(element, name, this.#note) ?? []);
  }

  /** Numbers between spaces or commas; none for `none`. */
  numbers(name: string, bounds: Bounds): number[] {
    return (this.text(name) ?? '')
      .split(/[\s,]+/)
      .filter(part => part !== '' && part !== 'none')
      .map(part => numberIn(part, bounds, name));
  }

  number(name: string, bounds: Bounds, absent: number): number {
    const text = this.text(name);
    return text === undefined || text === '' ? absent : numberIn(text, bounds, name);
  }

  color(name: string, absent: number): number {
    const text = this.text(name);
    return text === undefined || text === '' ? absent : colorOf(text, name);
  }

  /** One of the words, or the default; fault invalid-value on another. */
  word<Word extends string>(name: string, words: Readonly<Record<string, Word>>, absent: Word): Word {
    const text = this.text(name);
    if (text === undefined || text === '') return absent;
    const word = Object.hasOwn(words, text) ? words[text] : undefined;
    if (word === undefined)
      throw new Fault('invalid-value', name, {
        en: `${name} is "${text.slice(0, 40)}", expected one of ${Object.keys(words).join(', ')}`,
        fr: `${name} vaut « ${text.slice(0, 40)} », attendu : ${Object.keys(words).join(', ')}`,
      });
    return word;
  }
}
