// The guarded reader of XML that comes from outside (SEC09): strict, namespaces, UTF-8 only, no DOCTYPE, no entities but the five of XML,
// bounded in bytes, depth, elements and attributes. Values are never interpreted: `01004` stays text.
import { SaxesParser } from 'saxes';
import type { SaxesTagNS } from 'saxes';
import { Fault } from '../model/fault';
import { ns } from './names';

export interface Attribute {
  /** Local name. */
  readonly name: string;
  /** `''` for attributes without a prefix. */
  readonly namespace: string;
  readonly prefix: string;
  readonly value: string;
}

/** A qualified name written in text or in an attribute's value. */
export interface QName {
  readonly prefix: string;
  readonly local: string;
  /** undefined: the prefix is not declared; `''`: no prefix and no default namespace. */
  readonly namespace: string | undefined;
}

/** Namespace declarations of one element; looked up through the parents. */
export interface Scope {
  readonly own: Readonly<Record<string, string>>;
  readonly parent: Scope | null;
}

/** An element as it was read; immutable. Comments and processing instructions are gone, CDATA is text. */
export class Element {
  /** Local name. */
  readonly name: string;
  /** Namespace URI, `''` when there is none. */
  readonly namespace: string;
  readonly prefix: string;
  /** In document order; namespace declarations are not among them. */
  readonly attributes: readonly Attribute[];
  readonly children: readonly Element[];
  /** The character data of this element itself, untrimmed; not that of its children. */
  readonly text: string;
  readonly #scope: Scope | null;

  constructor(parts: {
    readonly name: string;
    readonly namespace: string;
    readonly prefix: string;
    readonly attributes: readonly Attribute[];
    readonly children: readonly Element[];
    readonly text: string;
    readonly scope: Scope | null;
  }) {
    this.name = parts.name;
    this.namespace = parts.namespace;
    this.prefix = parts.prefix;
    this.attributes = parts.attributes;
    this.children = parts.children;
    this.text = parts.text;
    this.#scope = parts.scope;
  }

  /** Whether this is `{namespace}name`. */
  is(name: string, namespace: string): boolean {
    return this.name === name && this.namespace === namespace;
  }

  /** The first child of that name; in this element's own namespace unless another is given. */
  child(name: string, namespace: string = this.namespace): Element | undefined {
    return this.children.find(child => child.is(name, namespace));
  }

  /** All children of that name, in document order; in this element's own namespace unless another is given. */
  all(name: string, namespace: string = this.namespace): Element[] {
    return this.children.filter(child => child.is(name, namespace));
  }

  /** The first child of that name, or the fault missing-parameter at its name. */
  need(name: string, namespace: string = this.namespace): Element {
    const child = this.child(name, namespace);
    if (!child) throw new Fault('missing-parameter', name, `element ${name} is missing in ${this.name}`);
    return child;
  }

  /** An attribute's value; without a namespace unless one is given. */
  attribute(name: string, namespace = ''): string | undefined {
    return this.attributes.find(attribute => attribute.name === name && attribute.namespace === namespace)?.value;
  }

  /** The namespace a prefix stands for here (`''`: the default namespace), undefined when it is not declared. */
  namespaceOf(prefix: string): string | undefined {
    if (prefix === 'xml') return ns.xml;
    for (let scope = this.#scope; scope; scope = scope.parent) {
      const uri = scope.own[prefix];
      if (uri !== undefined) return uri;
    }
    return prefix === '' ? '' : undefined;
  }

  /** Reads `prefix:local` against the declarations in scope. An undeclared prefix is no error here: catalogue clients send them. */
  qname(text: string): QName {
    const name = text.trim();
    const colon = name.indexOf(':');
    const prefix = colon < 0 ? '' : name.slice(0, colon);
    return { prefix, local: name.slice(colon + 1), namespace: this.namespaceOf(prefix) };
  }
}

export interface ReadOptions {
  /** Limit of the document in bytes (of a string: in characters); 1 MiB unless told. */
  readonly maxBytes?: number;
  /** Limit of elements; 50,000 unless told. */
  readonly maxElements?: number;
  /** Prefixes known without a declaration, for fragments in query parameters. */
  readonly namespaces?: Readonly<Record<string, string>>;
}

export const xmlLimits = { bytes: 1024 * 1024, elements: 50_000, depth: 64, attributes: 256 } as const;
const slice = 64 * 1024;

/** A frame of the stack: an element whose end tag has not come yet. */
export interface Frame {
  readonly tag: SaxesTagNS;
  readonly scope: Scope | null;
  readonly children: Element[];
  text: string;
}

/**
 * Reads a document. A string has been decoded already (its encoding declaration is not looked at); bytes must be UTF-8.
 * Faults: malformed (not well-formed, DOCTYPE, another encoding), too-large (bytes, depth, elements, attributes).
 */
export function readXml(document: Uint8Array | string, options: ReadOptions = {}): Element {
  const maxBytes = options.maxBytes ?? xmlLimits.bytes;
  if (document.length > maxBytes)
    throw new Fault('too-large', '', { en: `the document is larger than ${maxBytes} bytes`, fr: `le document dépasse ${maxBytes} octets` });
  if (typeof document !== 'string') refuseOtherEncodings(document);
  const builder = new Builder(options);
  try {
    for (const chunk of typeof document === 'string' ? stringSlices(document) : byteSlices(document)) builder.write(chunk);
    return builder.end();
  } catch (error) {
    if (error instanceof Fault) throw error;
    const message = error instanceof Error ? error.message : '';
    throw new Fault('malformed', '', {
      en: `the document is not well-formed XML (line:column: reason): ${message.slice(0, 160)}`,
      fr: `le document n’est pas du XML bien formé (ligne:colonne : raison) : ${message.slice(0, 160)}`,
    });
  }
}

class Builder {
  readonly #parser: SaxesParser<{ xmlns: true; forceXMLVersion: true; defaultXMLVersion: '1.0' }>;
  readonly #open: Frame[] = [];
  #elements = 0;
  #attributes = 0;
  #root: Element | null = null;

  constructor(options: ReadOptions) {
    const maxElements = options.maxElements ?? xmlLimits.elements;
    const predeclared = Object.assign(Object.create(null) as Record<string, string>, options.namespaces);
    const known: Scope | null = options.namespaces ? { own: predeclared, parent: null } : null;
    const parser = new SaxesParser({
      xmlns: true as const,
      forceXMLVersion: true as const,
      defaultXMLVersion: '1.0' as const,
      ...(options.namespaces ? { additionalNamespaces: predeclared } : {}),
    });
    parser.on('doctype', () => {
      throw new Fault('malformed', '', {
        en: 'a document type declaration (DOCTYPE) is not accepted',
        fr: 'une déclaration de type (DOCTYPE) n’est pas acceptée',
      });
    });
    parser.on('opentagstart', () => {
      this.#attributes = 0;
      if (++this.#elements > maxElements)
        throw new Fault('too-large', '', {
          en: `the document has more than ${maxElements} elements`,
          fr: `le document a plus de ${maxElements} éléments`,
        });
      if (this.#open.length >= xmlLimits.depth)
        throw new Fault('too-large', '', {
          en: `the document is nested more than ${xmlLimits.depth} levels deep`,
          fr: `le document a plus de ${xmlLimits.depth} niveaux`,
        });
    });
    parser.on('attribute', () => {
      if (++this.#attributes > xmlLimits.attributes)
        throw new Fault('too-large', '', {
          en: `an element has more than ${xmlLimits.attributes} attributes`,
          fr: `un élément a plus de ${xmlLimits.attributes} attributs`,
        });
    });
    parser.on('opentag', tag => {
      const parent = this.#open.at(-1)?.scope ?? known;
      const scope = Object.keys(tag.ns).length === 0 ? parent : { own: tag.ns, parent };
      this.#open.push({ tag, scope, children: [], text: '' });
    });
    const characters = (text: string): void => {
      const frame = this.#open.at(-1);
      if (frame) frame.text += text;
    };
    parser.on('text', characters);
    parser.on('cdata', characters);
    parser.on('closetag', () => {
      const frame = this.#open.pop();
      if (!frame) return;
      const element = toElement(frame);
      const parent = this.#open.at(-1);
      if (parent) parent.children.push(element);
      else this.#root = element;
    });
    this.#parser = parser;
  }

  write(chunk: string): void {
    this.#parser.write(chunk);
  }

  end(): Element {
    this.#parser.close();
    if (!this.#root)
      throw new Fault('malformed', '', { en: 'the document has no root element', fr: 'le document n’a pas d’élément racine' });
    return this.#root;
  }
}

/** The element of a frame whose end tag has come. */
export function toElement({ tag, scope, children, text }: Frame): Element {
  const attributes: Attribute[] = [];
  for (const { name, prefix, local, uri, value } of Object.values(tag.attributes)) {
    if (prefix !== 'xmlns' && name !== 'xmlns') attributes.push({ name: local, namespace: uri, prefix, value });
  }
  return new Element({ name: tag.local, namespace: tag.uri, prefix: tag.prefix, attributes, children, text, scope });
}

const declaration = /^(?:\uFEFF)?<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;

/** UTF-8 only: a byte order mark or a declaration of anything else is told by name. */
export function refuseOtherEncodings(bytes: Uint8Array): void {
  const [a, b] = bytes;
  const wide = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || (a === 0x3c && b === 0) || (a === 0 && b === 0x3c);
  const declared = declaration.exec(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 300)).toString('utf8'))?.[1];
  const other = wide ? 'UTF-16' : declared;
  if (other !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(other))
    throw new Fault('malformed', '', {
      en: `the document is in ${other}, expected UTF-8`,
      fr: `le document est en ${other}, attendu : UTF-8`,
    });
}

function* byteSlices(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += slice) yield decoder.decode(bytes.subarray(at, at + slice), { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError)
      throw new Fault('malformed', '', { en: 'the document is not valid UTF-8', fr: 'le document n’est pas de l’UTF-8 valide' });
    throw error;
  }
}

function* stringSlices(text: string): Generator<string> {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  for (let at = start; at < text.length; at += slice) yield text.slice(at, at + slice);
}
