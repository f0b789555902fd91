// Reads well-known text (OGC 06-103r4 § 7), also with SRID=…; in front, Z, M and ZM, EMPTY. By hand, in one pass, with a depth limit.
import type { Geometry, Position } from '../core/model/geometry';
import { BadGeometry, closedRing } from './geojson-geometry';
import type { Say } from '../core/model/say';

const kinds = new Set(['POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON', 'GEOMETRYCOLLECTION']);
const maxDepth = 8;

/** Whether a text looks like WKT. */
export const looksLikeWkt = (text: string): boolean =>
  /^\s*(?:SRID\s*=\s*\d+\s*;)?\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION|CURVE|SURFACE|CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON)\s*Z?M?\s*(?:\(|EMPTY)/i.test(
    text,
  );

/** The geometry of a WKT (null when empty) and the SRID it names. Throws BadGeometry. */
export function readWktGeometry(text: string, say: Say): { readonly geometry: Geometry | null; readonly srid: number | null } {
  const prefix = /^\s*SRID\s*=\s*(\d{1,6})\s*;/i.exec(text);
  const reader = new Reader(text, prefix?.[0].length ?? 0, say);
  const geometry = reader.geometry(0);
  reader.end();
  return { geometry, srid: prefix ? Number(prefix[1]) : null };
}

class Reader {
  private dimensions: { z: boolean; m: boolean } | null = null;

  constructor(
    private readonly text: string,
    private at: number,
    private readonly say: Say,
  ) {}

  geometry(depth: number): Geometry | null {
    if (depth > maxDepth) throw this.bad();
    const kind = this.word();
    if (!kinds.has(kind)) {
      const name = kind.slice(0, 30);
      throw new BadGeometry(this.say(`géométrie de type « ${name} », non reprise`, `geometry of type "${name}", not taken`));
    }
    const flags = this.peekWord();
    this.dimensions = null;
    if (/^(Z|M|ZM)$/.test(flags)) {
      this.word();
      this.dimensions = { z: flags.includes('Z'), m: flags.includes('M') };
    }
    if (this.peekWord() === 'EMPTY') {
      this.word();
      return null;
    }
    switch (kind) {
      case 'POINT': {
        const [coordinates] = this.list(() => this.position());
        return coordinates ? { type: 'Point', coordinates } : null;
      }
      case 'LINESTRING':
        return { type: 'LineString', coordinates: this.line() };
      case 'POLYGON':
        return { type: 'Polygon', coordinates: this.list(() => this.ring()) };
      case 'MULTIPOINT':
        return { type: 'MultiPoint', coordinates: this.list(() => this.memberPoint()) };
      case 'MULTILINESTRING':
        return { type: 'MultiLineString', coordinates: this.list(() => this.line()) };
      case 'MULTIPOLYGON':
        return { type: 'MultiPolygon', coordinates: this.list(() => this.list(() => this.ring())) };
      default: {
        const members = this.list(() => this.geometry(depth + 1)).filter(member => member !== null);
        return members.length === 0 ? null : { type: 'GeometryCollection', geometries: members };
      }
    }
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) throw this.bad();
  }

  private list<T>(item: () => T): T[] {
    this.expect('(');
    const items = [item()];
    while (this.take(',')) items.push(item());
    this.expect(')');
    return items;
  }

  private line(): Position[] {
    const positions = this.list(() => this.position());
    if (positions.length < 2) throw new BadGeometry(this.say('une ligne a moins de deux positions', 'a line has fewer than two positions'));
    return positions;
  }

  private ring(): Position[] {
    return closedRing(
      this.list(() => this.position()),
      this.say,
    );
  }

  /** MULTIPOINT ((1 2), (3 4)) and MULTIPOINT (1 2, 3 4) are both written. */
  private memberPoint(): Position {
    this.space();
    if (this.text[this.at] !== '(') return this.position();
    this.expect('(');
    const position = this.position();
    this.expect(')');
    return position;
  }

  private position(): Position {
    const numbers: number[] = [];
    for (;;) {
      this.space();
      const next = this.text[this.at];
      if (next === undefined || next === ',' || next === ')') break;
      const pattern = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
      pattern.lastIndex = this.at;
      const match = pattern.exec(this.text);
      if (!match || numbers.length >= 4) throw this.bad();
      this.at = pattern.lastIndex;
      numbers.push(Number(match[0]));
    }
    const [x, y, third] = numbers;
    if (x === undefined || y === undefined || !Number.isFinite(x) || !Number.isFinite(y)) throw this.bad();
    const measured = this.dimensions !== null && !this.dimensions.z;
    return third === undefined || measured ? [x, y] : [x, y, third];
  }

  private space(): void {
    while (this.at < this.text.length && (this.text.charCodeAt(this.at) <= 0x20 || this.text[this.at] === '\u00a0')) this.at++;
  }

  private peekWord(): string {
    this.space();
    const pattern = /[A-Za-z]{1,30}/y;
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0].toUpperCase() ?? '';
  }

  private word(): string {
    const word = this.peekWord();
    this.at += word.length;
    // POINTZ, POLYGONZM: the flags stuck to the name
    const stuck = /^([A-Z]+?)(ZM|Z|M)$/.exec(word);
    if (stuck && !kinds.has(word) && kinds.has(stuck[1] ?? '')) {
      this.at -= (stuck[2] ?? '').length;
      return stuck[1] ?? word;
    }
    return word;
  }

  private take(letter: string): boolean {
    this.space();
    if (this.text[this.at] !== letter) return false;
    this.at++;
    return true;
  }

  private expect(letter: string): void {
    if (!this.take(letter)) throw this.bad();
  }

  private bad(): BadGeometry {
    return new BadGeometry(this.say(`WKT illisible au caractère ${this.at + 1}`, `WKT not readable at character ${this.at + 1}`));
  }
}
