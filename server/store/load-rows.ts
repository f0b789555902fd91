// What happens to a row of a file before it is sent to the database: its place on earth is checked, its geometry made of the table's type,
// its values made such as the database takes.
import { crsByCode, transformEnvelope } from '../core/model/crs';
import { eachPosition, promote } from '../core/model/geometry-kind';
import type { Envelope, Geometry } from '../core/model/geometry';
import type { Say } from '../core/model/say';
import type { LoadIssues, SourceGeometry, SourceRow, SourceValue } from '../core/ports/vector-source';
import { ewkbHex } from './ewkb';

/** Longest geometry in hexadecimal characters. */
const maxHex = 256 * 2 ** 20;
const listed = 100;

/** Lines with reasons, the first hundred of them. */
export class Issues {
  private total = 0;
  private readonly first: { readonly line: number; readonly reason: string }[] = [];

  add(line: number, reason: string): void {
    this.total++;
    if (this.first.length < listed) this.first.push({ line, reason });
  }

  get list(): LoadIssues {
    return { total: this.total, listed: [...this.first].sort((a, b) => a.line - b.line) };
  }
}

/** Where coordinates of a CRS can lie: its area of use with a margin of a tenth; null for a CRS that is not in our table. */
export function boundsOf(srid: number): Envelope | null {
  const crs = crsByCode(srid);
  if (!crs) return null;
  const bounds = transformEnvelope(crs.area, 4326, srid, 16);
  if (crs.code === 4326) return bounds;
  const [dx, dy] = [(bounds.maxX - bounds.minX) * 0.1, (bounds.maxY - bounds.minY) * 0.1];
  return { minX: bounds.minX - dx, minY: bounds.minY - dy, maxX: bounds.maxX + dx, maxY: bounds.maxY + dy };
}

/** A row ready to be sent, or why it is not. */
export type Prepared =
  | { readonly ok: true; readonly line: number; readonly values: readonly SourceValue[]; readonly hex: string | null }
  | { readonly ok: false; readonly line: number; readonly reason: string };

export interface RowRules {
  readonly geometry: SourceGeometry | null;
  readonly bounds: Envelope | null;
  readonly say: Say;
}

export function prepare(row: SourceRow, rules: RowRules): Prepared {
  const { say } = rules;
  if (row.problem !== undefined) return { ok: false, line: row.line, reason: row.problem };
  let hex: string | null = null;
  if (row.geometry !== null && rules.geometry !== null) {
    const { type, srid, dimension } = rules.geometry;
    const outside = misplaced(row.geometry, srid, rules);
    if (outside !== null) return { ok: false, line: row.line, reason: outside };
    const geometry = promote(row.geometry, type);
    if (geometry.type !== type && type !== 'Geometry')
      return {
        ok: false,
        line: row.line,
        reason: say(`${geometry.type} dans une couche de ${type}`, `${geometry.type} in a layer of ${type}`),
      };
    hex = ewkbHex(geometry, srid, dimension);
    if (hex.length > maxHex)
      return { ok: false, line: row.line, reason: say('géométrie de plus de 128 Mo', 'geometry of more than 128 MB') };
  }
  return { ok: true, line: row.line, values: row.values.map(clean), hex };
}

/** Why a geometry cannot be where it says; null when it can. */
function misplaced(geometry: Geometry, srid: number, { bounds, say }: RowRules): string | null {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  let finite = true;
  eachPosition(geometry, ([x, y]) => {
    finite &&= Number.isFinite(x) && Number.isFinite(y);
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  });
  if (!finite) return say("une coordonnée n'est pas un nombre fini", 'a coordinate is not a finite number');
  if (bounds === null) return null;
  const inside = (x1: number, y1: number, x2: number, y2: number): boolean =>
    x1 >= bounds.minX && y1 >= bounds.minY && x2 <= bounds.maxX && y2 <= bounds.maxY;
  if (inside(minX, minY, maxX, maxY)) return null;
  const hint = inside(minY, minX, maxY, maxX) ? say(' ; les axes semblent inversés', '; the axes look swapped') : '';
  const at = `${round(minX)} ${round(minY)}`;
  return say(`hors du domaine d'emploi de EPSG:${srid} (${at})${hint}`, `outside the area of use of EPSG:${srid} (${at})${hint}`);
}

const round = (value: number): string => String(Math.round(value * 1e6) / 1e6);

/** The database's text holds neither NUL nor half a character. */
function clean(value: SourceValue): SourceValue {
  if (typeof value !== 'string' || !/[\ud800-\udfff]/.test(value.replaceAll('\u0000', '\ud800'))) return value;
  return value.replaceAll('\u0000', '').replace(/\p{Surrogate}/gu, '\ufffd');
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^Ring Self-intersection/i, "auto-intersection d'un anneau"],
  [/^Self-intersection/i, 'auto-intersection'],
  [/^Hole lies outside shell/i, "trou hors de l'enveloppe"],
  [/^Holes are nested/i, 'trous emboîtés'],
  [/^Nested shells/i, 'enveloppes emboîtées'],
  [/^Duplicate Rings/i, 'anneaux en double'],
  [/^Interior is disconnected/i, 'intérieur non connexe'],
  [/^Too few points/i, 'trop peu de sommets'],
  [/^Invalid Coordinate/i, 'coordonnée invalide'],
];

/** The database's reason for an invalid geometry, with its place, in the reader's language. */
export function validityReason(reason: string, say: Say): string {
  const place = /\[([-\d. e+]+)\]/i.exec(reason)?.[1];
  const english = reason.replace(/\s*\[.*$/, '');
  const french = reasons.find(([pattern]) => pattern.test(reason))?.[1] ?? english;
  return place === undefined ? say(french, english) : say(`${french} en ${place}`, `${english} at ${place}`);
}
