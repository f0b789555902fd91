// The features of a GML document one after the other (GML 2.1.2, 3.1.1, 3.2; WFS 1.0, 1.1, 2.0 collections): the document is read as a stream
// by a strict parser, no DOCTYPE, no entities but the five of XML, and only one feature is held at a time.
import { SaxesParser } from 'saxes';
import type { SaxesTagNS } from 'saxes';
import { Fault } from '../core/model/fault';
import type { Say } from '../core/model/say';
import { Element } from '../core/xml/read';
import type { Attribute } from '../core/xml/read';
import { byteStream, textStream, toldEncoding } from './encodings';
import type { Encoding } from './encodings';

/** Of one feature; the document may have any number of them. */
export const gmlLimits = { depth: 64, attributes: 256, elements: 2_000_000, characters: 256 * 2 ** 20 } as const;

export interface GmlFeature {
  /** From 1, over all types of the document. */
  readonly number: number;
  readonly element: Element;
}

export interface GmlDocument {
  /** srsName of the collection's own bounds, which geometries without one are in. */
  srsName: string | null;
  /** xsi:schemaLocation of the collection, as written. */
  schemaLocation: string | null;
}

const members: ReadonlySet<string> = new Set(['featureMember', 'featureMembers', 'member', 'members']);
const isCollection = (name: string): boolean => name.endsWith('FeatureCollection');

/** Told by the user, else by the declaration, else UTF-8. */
export async function gmlEncoding(path: string, told: string | undefined): Promise<Encoding> {
  if (told !== undefined) return toldEncoding(told);
  const [first] = await firstChunk(path);
  if (first === undefined) return 'utf-8';
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le';
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be';
  const declared = /^(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/.exec(
    first.toString('latin1', 0, 300),
  )?.[1];
  return declared === undefined ? 'utf-8' : toldEncoding(declared);
}

async function firstChunk(path: string): Promise<Buffer[]> {
  for await (const chunk of byteStream(path) as AsyncIterable<Buffer>) return [chunk];
  return [];
}

/** Yields the features; `about` is filled as it is read. Faults: malformed, too-large. */
export async function* gmlFeatures(path: string, encoding: Encoding, about: GmlDocument, say: Say): AsyncGenerator<GmlFeature> {
  const reading = new Reading(about, say);
  const malformed = (cause: unknown): Fault => {
    const reason = cause instanceof Error ? cause.message.slice(0, 160) : '';
    return new Fault(
      'malformed',
      'source',
      say(
        `le document n’est pas du XML bien formé (ligne:colonne : raison) : ${reason}`,
        `the document is not well-formed XML (line:column: reason): ${reason}`,
      ),
      { cause },
    );
  };
  try {
    for await (const chunk of textStream(path, encoding) as AsyncIterable<string>) {
      reading.write(chunk);
      yield* reading.take();
    }
    reading.end();
    yield* reading.take();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw malformed(error);
  }
}

interface Frame {
  readonly tag: SaxesTagNS;
  readonly children: Element[];
  text: string;
}

class Reading {
  readonly #parser: SaxesParser<{ xmlns: true; forceXMLVersion: true; defaultXMLVersion: '1.0' }>;
  /** What each open element outside of features is. */
  readonly #path: ('collection' | 'members' | 'bounds' | 'other')[] = [];
  /** Open elements of the feature or the bounds that are being read. */
  readonly #open: Frame[] = [];
  #ready: GmlFeature[] = [];
  #number = 0;
  #elements = 0;
  #attributes = 0;
  #characters = 0;

  constructor(
    private readonly about: GmlDocument,
    private readonly say: Say,
  ) {
    const parser = new SaxesParser({ xmlns: true as const, forceXMLVersion: true as const, defaultXMLVersion: '1.0' as const });
    parser.on('doctype', () => {
      throw new Fault(
        'malformed',
        'source',
        say('une déclaration de type (DOCTYPE) n’est pas acceptée', 'a document type declaration (DOCTYPE) is not accepted'),
      );
    });
    parser.on('opentagstart', () => {
      this.#attributes = 0;
      if (this.#path.length + this.#open.length >= gmlLimits.depth)
        throw this.#tooLarge(`plus de ${gmlLimits.depth} niveaux d’éléments`, `more than ${gmlLimits.depth} levels of elements`);
    });
    parser.on('attribute', () => {
      if (++this.#attributes > gmlLimits.attributes)
        throw this.#tooLarge(
          `un élément a plus de ${gmlLimits.attributes} attributs`,
          `an element has more than ${gmlLimits.attributes} attributes`,
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

  write(chunk: string): void {
    // counted before the parser collects them: a text without end would never reach an event
    this.#characters += chunk.length;
    if (this.#characters > gmlLimits.characters)
      throw this.#tooLarge(
        `un objet dépasse ${gmlLimits.characters} caractères`,
        `a feature has more than ${gmlLimits.characters} characters`,
      );
    this.#parser.write(chunk);
  }

  end(): void {
    this.#parser.close();
  }

  /** Features that are complete by now. */
  take(): GmlFeature[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #opened(tag: SaxesTagNS): void {
    if (this.#open.length > 0) {
      if (++this.#elements > gmlLimits.elements)
        throw this.#tooLarge(`un objet a plus de ${gmlLimits.elements} éléments`, `a feature has more than ${gmlLimits.elements} elements`);
      this.#open.push({ tag, children: [], text: '' });
      return;
    }
    const parent = this.#path.at(-1);
    if (parent === undefined) {
      this.about.schemaLocation =
        Object.values(tag.attributes).find(attribute => attribute.local === 'schemaLocation')?.value ?? this.about.schemaLocation;
      this.#path.push('collection');
    } else if (parent === 'collection') {
      const kind = members.has(tag.local) ? 'members' : tag.local === 'boundedBy' ? 'bounds' : 'other';
      this.#path.push(kind);
      if (kind === 'bounds') this.#start(tag);
    } else if (parent === 'members' && isCollection(tag.local)) this.#path.push('collection');
    else if (parent === 'members') this.#start(tag);
    else this.#path.push('other');
  }

  #start(tag: SaxesTagNS): void {
    this.#elements = 1;
    this.#open.push({ tag, children: [], text: '' });
  }

  #closed(): void {
    const frame = this.#open.pop();
    if (frame === undefined) {
      this.#path.pop();
      return;
    }
    const element = toElement(frame);
    const parent = this.#open.at(-1);
    if (parent) {
      parent.children.push(element);
      return;
    }
    this.#characters = 0;
    if (this.#path.at(-1) === 'bounds') {
      this.#path.pop();
      this.about.srsName ??= srsNameIn(element);
    } else this.#ready.push({ number: ++this.#number, element });
  }

  #tooLarge(fr: string, en: string): Fault {
    return new Fault('too-large', 'source', this.say(fr, en));
  }
}

/** The first srsName of an element or of what it holds. */
export function srsNameIn(element: Element): string | null {
  const own = element.attribute('srsName')?.trim();
  if (own !== undefined && own !== '') return own;
  for (const child of element.children) {
    const found = srsNameIn(child);
    if (found !== null) return found;
  }
  return null;
}

function toElement({ tag, children, text }: Frame): Element {
  const attributes: Attribute[] = [];
  for (const { name, prefix, local, uri, value } of Object.values(tag.attributes))
    if (prefix !== 'xmlns' && name !== 'xmlns') attributes.push({ name: local, namespace: uri, prefix, value });
  return new Element({ name: tag.local, namespace: tag.uri, prefix: tag.prefix, attributes, children, text, scope: null });
}
