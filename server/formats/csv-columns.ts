// What the columns of a CSV hold: types by their values, and which of them place the row on a map.
import type { ScalarType } from '../core/model/feature-type';
import { nameOf } from '../core/model/names';
import type { SourceValue } from '../core/ports/vector-source';
import { instantOf, isDay, isInstant, widen, wholeType } from './infer';
import { looksLikeWkt } from './wkt-read';

/** Codes that look like numbers and are none, by the names French files give them. */
const codeName = /(^|_)(insee|siren|siret|rivoli|fantoir|iris|naf|nic|cp|code_?postal|postcode|tel|telephone|fax)(_|$)/i;

/** The number a text writes, with a decimal point or (where the separator allows) a comma; null when it is none. A leading zero makes a code. */
export function numberOf(text: string, comma: boolean): number | null {
  const plain = comma ? text.replace(',', '.') : text;
  return /^-?(?:0|[1-9]\d*)?(?:\.\d+)?(?:[eE][-+]?\d{1,3})?$/.test(plain) && /\d/.test(plain) && !/^-?[eE]/.test(plain)
    ? Number(plain)
    : null;
}

/** A French day, 31/01/2026, as 2026-01-31; null when it is none. */
export function frenchDay(text: string): string | null {
  const match = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  const day = match ? `${match[3] ?? ''}-${match[2] ?? ''}-${match[1] ?? ''}` : '';
  return isDay(day) ? day : null;
}

function typeOfText(text: string, comma: boolean): ScalarType {
  const value = numberOf(text, comma);
  if (value !== null && Number.isFinite(value)) {
    if (/^-?\d+$/.test(text)) return wholeType(value) ?? 'string';
    return 'double';
  }
  if (/^(true|false|vrai|faux)$/i.test(text)) return 'boolean';
  if (isDay(text) || frenchDay(text) !== null) return 'date';
  return isInstant(text) ? 'dateTime' : 'string';
}

/** Shapes in which a single column can hold a geometry. */
export type GeometryShape = 'wkt' | 'wkb' | 'json' | 'pair';

export class CsvColumn {
  private type: ScalarType | null = null;
  private present = 0;
  private readonly shapes: Record<GeometryShape, number> = { wkt: 0, wkb: 0, json: 0, pair: 0 };
  /** The name in small letters, for comparison. */
  readonly plain: string;

  constructor(
    readonly name: string,
    private readonly comma: boolean,
  ) {
    this.plain = nameOf(name).toLowerCase();
  }

  see(cell: string): void {
    const text = cell.trim();
    if (text === '') return;
    this.present++;
    if (this.type !== 'string') {
      const type = typeOfText(text, this.comma);
      this.type = widen(this.type, codeName.test(this.plain) && (type === 'integer' || type === 'long') ? 'string' : type);
    }
    if (this.type === 'string') {
      if (looksLikeWkt(text)) this.shapes.wkt++;
      else if (text.startsWith('{') && text.includes('"coordinates"')) this.shapes.json++;
      else if (/^0[01][0-9A-Fa-f]{16,}$/.test(text)) this.shapes.wkb++;
      else if (pairOf(text) !== null) this.shapes.pair++;
    }
  }

  result(rows: number): { readonly name: string; readonly type: ScalarType; readonly nillable: boolean } {
    return { name: this.name, type: this.type ?? 'string', nillable: this.present < rows };
  }

  /** The shape that at least nine in ten of its values have. A pair counts only under a name that says so. */
  geometryShape(): GeometryShape | null {
    if (this.present === 0) return null;
    const found = (['wkt', 'json', 'wkb', 'pair'] as const).find(shape => this.shapes[shape] >= this.present * 0.9);
    if (found === undefined || (found === 'pair' && !/geo_?point|geoloc|coord|lat_?lon|position|localisation/.test(this.plain)))
      return null;
    return found;
  }
}

/** « 48.82, 2.36 » (latitude first, as open-data portals write it) as lon,lat. */
export function pairOf(text: string): readonly [number, number] | null {
  const match = /^\s*\[?\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*\]?\s*$/.exec(text);
  if (!match) return null;
  const [lat, lon] = [Number(match[1]), Number(match[2])];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lon, lat] : null;
}

/** Two columns of coordinates and the CRS that their names say, if they do. */
export interface CoordinateColumns {
  readonly x: number;
  readonly y: number;
  readonly srid: number | null;
}

/** Pairs of coordinate columns by their names: degrees first, then x/y. */
export function coordinateColumns(columns: readonly CsvColumn[]): CoordinateColumns[] {
  const found: CoordinateColumns[] = [];
  const index = (pattern: RegExp): number => columns.findIndex(column => pattern.test(column.plain));
  const lon = index(/^(lon|long|lng|longitude|x_?(wgs_?84|4326)|(lon|long|longitude)_?(wgs_?84|4326|deg)?)$/);
  const lat = index(/^(lat|latitude|y_?(wgs_?84|4326)|(lat|latitude)_?(wgs_?84|4326|deg)?)$/);
  if (lon >= 0 && lat >= 0) found.push({ x: lon, y: lat, srid: 4326 });
  columns.forEach((column, x) => {
    const match =
      /^((?:coord(?:onnees?)?_?)?)x(_?(?:l(?:ambert)?_?(?:rgf_?)?93|2154|cc_?\d\d|epsg_?\d{4,5}|\d{4,5})|_?coord(?:inate)?|)$/.exec(
        column.plain,
      );
    if (!match) return;
    const y = columns.findIndex(other => other.plain === `${match[1] ?? ''}y${match[2] ?? ''}`);
    if (y >= 0) found.push({ x, y, srid: sridOfSuffix(match[2] ?? '') });
  });
  const [east, north] = [index(/^(easting|x_est)$/), index(/^(northing|y_nord)$/)];
  if (east >= 0 && north >= 0) found.push({ x: east, y: north, srid: null });
  return found;
}

function sridOfSuffix(suffix: string): number | null {
  if (/93$/.test(suffix)) return 2154;
  const zone = /cc_?(\d\d)$/.exec(suffix);
  if (zone) return 3900 + Number(zone[1]);
  const code = /(\d{4,5})$/.exec(suffix);
  return code ? Number(code[1]) : null;
}

/** A cell as a value of its column's type, which every cell of the file has been seen by. */
export function cellValue(cell: string, type: ScalarType, comma: boolean): SourceValue {
  const text = cell.trim();
  if (text === '') return null;
  switch (type) {
    case 'string':
      return cell;
    case 'boolean':
      return /^(true|vrai)$/i.test(text);
    case 'date':
      return frenchDay(text) ?? text;
    case 'dateTime': {
      const day = isDay(text) ? text : frenchDay(text);
      return day === null ? instantOf(text) : `${day}T00:00:00Z`;
    }
    case 'integer':
    case 'long':
    case 'decimal':
    case 'double':
      return numberOf(text, comma);
  }
}
