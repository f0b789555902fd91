// The only place that escapes XML. `xml` is a template whose values are escaped unless they are Markup; fragments need not be balanced,
// so a stream yields its head, its members and its tail one after the other.

/** Text that is already XML. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** What may stand in a template: null, undefined and false print nothing, lists print one after the other. */
export type XmlValue = Markup | string | number | bigint | boolean | null | undefined | readonly XmlValue[];

export type XmlAttributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Whether XML 1.0 § 2.2 allows a UTF-16 unit (surrogates are judged in pairs). */
function allowed(unit: number): boolean {
  return unit >= 0x20 ? unit < 0xfffe : unit === 0x09 || unit === 0x0a || unit === 0x0d;
}

function escape(text: string, entities: Readonly<Record<string, string>>): string {
  let out = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    let replacement: string | undefined;
    if (unit >= 0xd800 && unit <= 0xdfff) {
      const next = text.charCodeAt(i + 1);
      if (unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) i++;
      else replacement = '';
    } else if (unit < 0x3f) replacement = allowed(unit) ? entities[text.charAt(i)] : '';
    else if (!allowed(unit)) replacement = '';
    if (replacement === undefined) continue;
    out += text.slice(from, i) + replacement;
    from = i + 1;
  }
  return from === 0 ? text : out + text.slice(from);
}

const inText = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };
const inAttribute = { ...inText, '"': '&quot;', '\t': '&#9;', '\n': '&#10;' };
const inBoth = { ...inText, '"': '&quot;' };

/** Character data; characters that XML 1.0 forbids are dropped. */
export const escapeText = (text: string): string => escape(text, inText);

/** The inside of a double-quoted attribute; line ends and tabs survive the parser's normalisation. */
export const escapeAttribute = (text: string): string => escape(text, inAttribute);

/** Vouches that a text is XML: printed by the database, stored as a document, or made here. Never for a request's value. */
export const markup = (text: string): Markup => new Markup(text);

/**
 * A fragment of XML: xml`<ows:Title>${title}</ows:Title>`. Values are safe in text and inside double quotes;
 * attributes that may be absent are written with `attributes()`.
 */
export function xml(parts: TemplateStringsArray, ...values: readonly XmlValue[]): Markup {
  let out = parts[0] ?? '';
  for (let i = 0; i < values.length; i++) out += print(values[i]) + (parts[i + 1] ?? '');
  return new Markup(out);
}

function print(value: XmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(print).join('');
  return escape(String(value), inBoth);
}

/** ` name="value"` for each attribute that has a value (false is a value). */
export function attributes(list: XmlAttributes): Markup {
  let out = '';
  for (const [name, value] of Object.entries(list)) {
    if (value !== null && value !== undefined) out += ` ${name}="${escapeAttribute(String(value))}"`;
  }
  return new Markup(out);
}

/** An element with its attributes and children; without children it closes itself. */
export function element(name: string, list: XmlAttributes = {}, ...children: readonly XmlValue[]): Markup {
  const inside = children.map(print).join('');
  const start = `<${name}${attributes(list).text}`;
  return new Markup(inside === '' ? `${start}/>` : `${start}>${inside}</${name}>`);
}

/** `<?xml version="1.0" encoding="UTF-8"?>` and a line end. */
export const xmlHeader: Markup = new Markup('<?xml version="1.0" encoding="UTF-8"?>\n');
