// A large document read piece by piece under the same guards as any other (SEC09): elements that the caller descends into are told when they
// open and close, everything below them comes as one whole element at a time. Only one of those is held.
import { setImmediate } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import type { SaxesTagNS } from 'saxes';
import { Fault } from '../model/fault';
import { refuseOtherEncodings, toElement, xmlLimits, type Element, type Frame, type Scope } from './read';

/** Of one whole element; the document may have any number of them. */
export interface ItemLimits {
  readonly elements: number;
  readonly characters: number;
}

const usual: ItemLimits = { elements: 500_000, characters: 64 * 2 ** 20 };
const slice = 64 * 1024;

export type XmlEvent =
  /** An element that is descended into, with its attributes and without its content. */
  { readonly kind: 'open' | 'close'; readonly element: Element } | { readonly kind: 'item'; readonly element: Element };

/** Whether to descend into an element instead of taking it whole; `parents` from the root on. */
export type Descend = (element: Pick<Element, 'name' | 'namespace'>, parents: readonly Element[]) => boolean;

/** Reads a document of UTF-8. Faults: malformed, too-large (depth, attributes, one item); what `chunks` throws. */
export async function* streamXml(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  descend: Descend,
  limits: ItemLimits = usual,
): AsyncGenerator<XmlEvent> {
  const reading = new Reading(descend, limits);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let first = true;
  for await (const chunk of chunks) {
    if (first) refuseOtherEncodings(chunk);
    first = false;
    for (let at = 0; at < chunk.length; at += slice) {
      yield* guarded(() => reading.write(decoder.decode(chunk.subarray(at, at + slice), { stream: true })));
      // others are served between two slices
      await setImmediate();
    }
  }
  yield* guarded(() => {
    reading.write(decoder.decode());
    return reading.end();
  });
}

/** The root's tag of a document of which the beginning is there, without its content. Faults: malformed. */
export function rootTag(beginning: Uint8Array): Element {
  refuseOtherEncodings(beginning);
  const reading = new Reading(() => true, usual);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  // a piece of a character at the cut is for whoever reads on
  for (const piece of [beginning.subarray(0, 4096), beginning.subarray(4096)]) {
    try {
      guarded(() => reading.write(decoder.decode(piece, { stream: true })));
    } catch (error) {
      // what is wrong further on is for whoever reads on
      if (!reading.root) throw error;
    }
    if (reading.root) return reading.root;
  }
  throw new Fault('malformed', '', { en: 'the document has no root element', fr: 'le document n’a pas d’élément racine' });
}

function guarded(work: () => XmlEvent[]): XmlEvent[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    const message = error instanceof Error ? error.message : '';
    throw new Fault('malformed', '', {
      en: `the document is not well-formed XML (line:column: reason): ${message.slice(0, 160)}`,
      fr: `le document n’est pas du XML bien formé (ligne:colonne : raison) : ${message.slice(0, 160)}`,
    });
  }
}

class Reading {
  readonly #parser: SaxesParser<{ xmlns: true; forceXMLVersion: true; defaultXMLVersion: '1.0' }>;
  /** Open elements that are descended into. */
  readonly #path: { readonly element: Element; readonly scope: Scope | null }[] = [];
  /** Open elements of the item that is being read. */
  readonly #open: Frame[] = [];
  #ready: XmlEvent[] = [];
  #elements = 0;
  #attributes = 0;
  #characters = 0;
  /** The root's tag, once it has come. */
  root: Element | null = null;

  constructor(
    private readonly descend: Descend,
    private readonly limits: ItemLimits,
  ) {
    const parser = new SaxesParser({ xmlns: true as const, forceXMLVersion: true as const, defaultXMLVersion: '1.0' as const });
    parser.on('doctype', () => {
      throw new Fault('malformed', '', {
        en: 'a document type declaration (DOCTYPE) is not accepted',
        fr: 'une déclaration de type (DOCTYPE) n’est pas acceptée',
      });
    });
    parser.on('opentagstart', () => {
      this.#attributes = 0;
      if (this.#path.length + this.#open.length >= xmlLimits.depth)
        throw tooLarge(
          `the document is nested more than ${xmlLimits.depth} levels deep`,
          `le document a plus de ${xmlLimits.depth} niveaux`,
        );
    });
    parser.on('attribute', () => {
      if (++this.#attributes > xmlLimits.attributes)
        throw tooLarge(
          `an element has more than ${xmlLimits.attributes} attributes`,
          `un élément a plus de ${xmlLimits.attributes} attributs`,
        );
    });
    parser.on('opentag', tag => this.#opened(tag));
    const characters = (text: string): void => {
      const frame = this.#open.at(-1);
      if (frame) frame.text += text;
    };
    parser.on('text', characters);
    parser.on('cdata', characters);
    parser.on('closetag', () => this.#closed());
    this.#parser = parser;
  }

  write(text: string): XmlEvent[] {
    // counted before the parser collects them: a text without end would never reach an event
    this.#characters += text.length;
    if (this.#characters > this.limits.characters + slice)
      throw tooLarge(
        `one element has more than ${this.limits.characters} characters`,
        `un élément dépasse ${this.limits.characters} caractères`,
      );
    this.#parser.write(text);
    return this.#take();
  }

  end(): XmlEvent[] {
    this.#parser.close();
    if (!this.root)
      throw new Fault('malformed', '', { en: 'the document has no root element', fr: 'le document n’a pas d’élément racine' });
    return this.#take();
  }

  #take(): XmlEvent[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #opened(tag: SaxesTagNS): void {
    const outer = this.#open.at(-1)?.scope ?? this.#path.at(-1)?.scope ?? null;
    const scope: Scope | null = Object.keys(tag.ns).length === 0 ? outer : { own: tag.ns, parent: outer };
    const frame: Frame = { tag, scope, children: [], text: '' };
    if (this.#open.length === 0) {
      const parents = this.#path.map(({ element }) => element);
      if (this.#path.length === 0 || this.descend({ name: tag.local, namespace: tag.uri }, parents)) {
        const element = toElement(frame);
        this.root ??= element;
        this.#path.push({ element, scope });
        this.#ready.push({ kind: 'open', element });
        return;
      }
      this.#elements = 0;
    }
    if (++this.#elements > this.limits.elements)
      throw tooLarge(
        `one element holds more than ${this.limits.elements} others`,
        `un élément en contient plus de ${this.limits.elements}`,
      );
    this.#open.push(frame);
  }

  #closed(): void {
    const frame = this.#open.pop();
    if (!frame) {
      this.#characters = 0;
      const done = this.#path.pop();
      if (done) this.#ready.push({ kind: 'close', element: done.element });
      return;
    }
    const element = toElement(frame);
    const parent = this.#open.at(-1);
    if (parent) parent.children.push(element);
    else {
      this.#characters = 0;
      this.#ready.push({ kind: 'item', element });
    }
  }
}

const tooLarge = (en: string, fr: string): Fault => new Fault('too-large', '', { en, fr });
