// Capabilities as chunks with typed gaps. What a caller may see changes seldom, the address it was asked at changes with every key and scope:
// so a document is made once per fingerprint, language and version, and only its gaps are filled per request. No text is searched or replaced.
import { createHash } from 'node:crypto';
import { xml, xmlHeader, type Markup, type XmlValue } from '../../core/xml/write';

/** A hole in a document. `base` is the address that links begin with (Context.base), without a final slash. */
export class Gap {
  readonly name: 'base';
  constructor(name: 'base') {
    this.name = name;
  }
}
export const baseGap = new Gap('base');

/** Addresses for which a fragment keeps its bytes. */
const mostFilled = 4;

export type FragmentValue = XmlValue | Gap | Fragment | readonly FragmentValue[];

/** Text that is already XML, with gaps between its pieces. Immutable. */
export class Fragment {
  readonly pieces: readonly (string | Gap)[];
  #digest: string | null = null;
  constructor(pieces: readonly (string | Gap)[]) {
    this.pieces = pieces;
  }

  readonly #filled = new Map<string, Buffer>();

  /** The same in UTF-8, kept for the few addresses that were asked at last. */
  bytes(gaps: { readonly base: string }): Buffer {
    const known = this.#filled.get(gaps.base);
    if (known) return known;
    const made = Buffer.from(this.fill(gaps), 'utf8');
    for (const oldest of this.#filled.keys()) if (this.#filled.size >= mostFilled) this.#filled.delete(oldest);
    this.#filled.set(gaps.base, made);
    return made;
  }

  /** The document for one address; the address is escaped for text and attributes. */
  fill(gaps: { readonly base: string }): string {
    const base = xml`${gaps.base}`.text;
    return this.pieces.map(piece => (piece instanceof Gap ? base : piece)).join('');
  }

  /**
   * Mark of what is written, whatever the address: an updateSequence made of it changes when the document does, and never because of
   * something the document does not tell (R23).
   */
  get digest(): string {
    return (this.#digest ??= createHash('sha256')
      .update(JSON.stringify(this.pieces.map(piece => (piece instanceof Gap ? null : piece))))
      .digest('hex')
      .slice(0, 16));
  }

  /** Approximate memory in bytes, with what is kept of it filled. */
  get weight(): number {
    return this.pieces.reduce(
      (sum, piece) => sum + (piece instanceof Gap ? 16 + 100 * mostFilled : piece.length * (2 + mostFilled) + 32),
      64,
    );
  }
}

/** Like the template `xml`, but gaps and fragments may stand in it too: fragment`<ows:Get xlink:href="${baseGap}/wfs?"/>`. */
export function fragment(parts: TemplateStringsArray, ...values: readonly FragmentValue[]): Fragment {
  const pieces: (string | Gap)[] = [];
  let run = parts[0] ?? '';
  const add = (value: FragmentValue): void => {
    if (value instanceof Gap) {
      if (run !== '') pieces.push(run);
      pieces.push(value);
      run = '';
    } else if (value instanceof Fragment) {
      for (const piece of value.pieces) {
        if (piece instanceof Gap) add(piece);
        else run += piece;
      }
    } else if (isList(value)) value.forEach(add);
    else run += xml`${value}`.text;
  };
  values.forEach((value, i) => {
    add(value);
    run += parts[i + 1] ?? '';
  });
  if (run !== '') pieces.push(run);
  return new Fragment(pieces);
}

function isList(value: FragmentValue): value is readonly FragmentValue[] {
  return Array.isArray(value);
}

/** A whole document: the XML declaration and the fragment. */
export const documentOf = (root: Fragment): Fragment => fragment`${xmlHeader satisfies Markup}${root}`;

/** Least recently used fragments, bounded by their approximate bytes. Keys hold the caller's fingerprint (D12), so nothing has to be dropped. */
export class FragmentCache {
  readonly #limit: number;
  readonly #entries = new Map<string, Fragment>();
  #bytes = 0;

  constructor(limitBytes = 16 * 1024 * 1024) {
    this.#limit = limitBytes;
  }

  /** The fragment of a key, made when it is not kept. */
  take(key: readonly string[], make: () => Fragment): Fragment {
    const joined = JSON.stringify(key);
    const kept = this.#entries.get(joined);
    if (kept) {
      this.#entries.delete(joined);
      this.#entries.set(joined, kept);
      return kept;
    }
    const made = make();
    if (made.weight > this.#limit) return made;
    this.#entries.set(joined, made);
    this.#bytes += made.weight;
    for (const [oldest, fragmentKept] of this.#entries) {
      if (this.#bytes <= this.#limit) break;
      this.#entries.delete(oldest);
      this.#bytes -= fragmentKept.weight;
    }
    return made;
  }

  get size(): number {
    return this.#entries.size;
  }
}
