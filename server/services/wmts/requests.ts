// WMTS requests read into typed values, from parameters (WMTS 1.0 § 8.1) and from paths (§ 10).
import {
  tileMatrixSetNamed,
  tileMatrixSets,
  type TileMatrix,
  type TileMatrixSet,
} from '../../../schemas/tile-matrix-sets/tile-matrix-sets';
import { Fault } from '../../core/model/fault';
import type { Language } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import { languageOf } from '../ows/language';
import { foldedMediaType } from '../ows/media-type';
import type { Input } from '../ows/operation';
import type { NamedLayer } from '../ows/picture';
import { inMatrix, type TileAddress } from '../ows/tile-grid';
import { formatOfExtension, tileFormats, type TileFormat } from '../ows/tile-picture';

export const sectionNames = ['ServiceIdentification', 'ServiceProvider', 'OperationsMetadata', 'Contents'] as const;
export type Section = (typeof sectionNames)[number];

export interface CapabilitiesRequest {
  readonly sections: readonly Section[];
  readonly updateSequence: string | null;
  readonly language: Language;
}

export interface TileRequest {
  readonly layer: NamedLayer;
  readonly address: TileAddress;
  readonly format: TileFormat;
  readonly held: string | null;
}

export interface InfoRequest<Format extends string> {
  readonly layer: NamedLayer;
  readonly address: TileAddress;
  readonly format: Format;
  /** The pixel of the tile. */
  readonly column: number;
  readonly row: number;
  readonly count: number;
}

/** OWS 1.1 § 7.2. Faults: invalid-value at Sections, invalid-format at AcceptFormats. */
export function readCapabilities({ kvp }: Input, context: Context): CapabilitiesRequest {
  const formats = kvp.list('acceptformats');
  if (formats.length > 0 && !formats.some(format => /^(?:\*\/\*|(?:text|application)\/(?:\*|xml).*)$/i.test(format)))
    throw new Fault('invalid-format', 'AcceptFormats', 'capabilities are written in XML');
  return {
    sections: readSections(kvp.list('sections').filter(name => name !== '')),
    updateSequence: kvp.get('updatesequence') || null,
    language: languageOf(kvp.get('language'), context.language),
  };
}

/** Themes is a section of the standard that this service has nothing in. */
function readSections(names: readonly string[]): readonly Section[] {
  if (names.length === 0 || names.some(name => name.toLowerCase() === 'all')) return sectionNames;
  const folded = new Set(names.map(name => name.toLowerCase()));
  const unknown = names.find(
    name => name.toLowerCase() !== 'themes' && !sectionNames.some(known => known.toLowerCase() === name.toLowerCase()),
  );
  if (unknown !== undefined)
    throw new Fault('invalid-value', 'Sections', `"${unknown.slice(0, 60)}" is not a section of a WMTS capabilities document`);
  return sectionNames.filter(section => folded.has(section.toLowerCase()));
}

/** What names a tile, as text, whatever it was written in. */
interface Written {
  readonly layer: string;
  readonly style: string;
  readonly set: string;
  readonly matrix: string;
  readonly row: string;
  readonly column: string;
}

function writtenIn({ kvp }: Input): Written {
  const style = kvp.get('Style');
  // § 7.2.2 wants a style; an empty one is the default
  if (style === undefined) throw new Fault('missing-parameter', 'Style', 'parameter Style is missing');
  return {
    layer: kvp.need('Layer').trim(),
    style: style.trim(),
    set: kvp.need('TileMatrixSet').trim(),
    matrix: kvp.need('TileMatrix').trim(),
    row: kvp.need('TileRow').trim(),
    column: kvp.need('TileCol').trim(),
  };
}

function writtenInPath({ segments }: Input, column: string): Written {
  const { layer = '', style = '', set = '', matrix = '', row = '' } = segments;
  return { layer, style, set, matrix, row, column };
}

/** Faults: invalid-value (no such grid or level, no number), processing (beyond the level: TileOutOfRange). */
function addressOf({ set: setName, matrix: matrixName, row, column }: Written): TileAddress {
  const set = tileMatrixSetNamed(setName);
  if (!set) throw invalid('TileMatrixSet', setName, `one of ${tileMatrixSets.map(one => one.id).join(', ')}`);
  const matrix = matrixOf(set, matrixName);
  const address = { set, matrix, column: whole('TileCol', column), row: whole('TileRow', row) };
  if (!inMatrix(address)) throw outOfRange(address, { first: 0, last: matrix.width - 1 }, { first: 0, last: matrix.height - 1 });
  return address;
}

/** By the level's identifier; some clients put the set's before it. */
function matrixOf(set: TileMatrixSet, name: string): TileMatrix {
  const bare = name.startsWith(`${set.id}:`) ? name.slice(set.id.length + 1) : name;
  const matrix = set.matrices.find(one => one.id === bare);
  if (!matrix) throw invalid('TileMatrix', name, `a level from 0 to ${set.matrices.length - 1} of ${set.id}`);
  return matrix;
}

/** The fault TileOutOfRange of § 7.2.3 for a tile that lies beyond columns or rows. */
export function outOfRange(
  { column, row }: TileAddress,
  columns: { readonly first: number; readonly last: number },
  rows: { readonly first: number; readonly last: number },
): Fault {
  const wide = column < columns.first || column > columns.last;
  const [locator, range, value] = wide ? (['TileCol', columns, column] as const) : (['TileRow', rows, row] as const);
  return new Fault('processing', locator, `${locator} is ${value}, expected a number from ${range.first} to ${range.last}`);
}

function whole(locator: string, text: string): number {
  if (!/^[+-]?\d{1,9}$/.test(text)) throw invalid(locator, text, 'a whole number');
  return Number(text);
}

const invalid = (locator: string, text: string, expected: string): Fault =>
  new Fault('invalid-value', locator, `${locator} is "${text.slice(0, 60)}", expected ${expected}`);

const named = ({ layer: name, style }: Written): NamedLayer => ({ name, style });
const held = (input: Input): string | null => input.header('If-None-Match') ?? null;

/** GetTile, § 7.2.2. */
export function readTile(input: Input): TileRequest {
  const written = writtenIn(input);
  const types = tileFormats.map(format => format.type);
  const format = choose(input.kvp.need('Format'), types, 'Format');
  return { layer: named(written), address: addressOf(written), format, held: held(input) };
}

/** GetTile by its path, § 10.2: the last segment is the column with the extension of the format. */
export function readTilePath(input: Input): TileRequest {
  const { column, extension } = lastSegment(input);
  const format = formatOfExtension(extension);
  if (format === undefined) throw invalid('Format', extension, tileFormats.map(one => one.extension).join(' or '));
  const written = writtenInPath(input, column);
  return { layer: named(written), address: addressOf(written), format, held: held(input) };
}

/** GetFeatureInfo, § 7.3.2. The format of the tile is not looked at: some clients leave it out. */
export function readInfo<Format extends string>(input: Input, formats: readonly Format[], mostFeatures: number): InfoRequest<Format> {
  const { kvp } = input;
  const written = writtenIn(input);
  const address = addressOf(written);
  return {
    layer: named(written),
    address,
    format: choose(kvp.get('InfoFormat') || (formats[0] ?? ''), formats, 'InfoFormat'),
    column: pixel('I', kvp.need('I'), address),
    row: pixel('J', kvp.need('J'), address),
    count: Math.min(
      mostFeatures,
      kvp.integer('feature_count', { min: 1, max: Number.MAX_SAFE_INTEGER, absent: defaultCount(mostFeatures) }),
    ),
  };
}

/** WMTS has no parameter for the number of features. */
const defaultCount = (most: number): number => Math.min(10, most);

/** GetFeatureInfo by its path, § 10.3: …/{TileRow}/{TileCol}/{J}/{I}.{ext}. */
export function readInfoPath<Format extends string>(
  input: Input,
  formats: ReadonlyMap<string, Format>,
  mostFeatures: number,
): InfoRequest<Format> {
  const { column: i, extension } = lastSegment(input);
  const format = formats.get(extension.toLowerCase());
  if (format === undefined) throw invalid('InfoFormat', extension, [...formats.keys()].join(' or '));
  const written = writtenInPath(input, input.segments['column'] ?? '');
  const address = addressOf(written);
  return {
    layer: named(written),
    address,
    format,
    column: pixel('I', i, address),
    row: pixel('J', input.segments['j'] ?? '', address),
    count: defaultCount(mostFeatures),
  };
}

function lastSegment({ segments }: Input): { readonly column: string; readonly extension: string } {
  const [, column = '', extension = ''] = /^([^.]*)\.(\w{1,10})$/.exec(segments['file'] ?? '') ?? [];
  return { column, extension };
}

/** § 7.3.4: a pixel of the tile, counted from its upper left corner; else PointIJOutOfRange. */
function pixel(locator: 'I' | 'J', text: string, { set }: TileAddress): number {
  const value = whole(locator, text.trim());
  if (value < 0 || value >= set.tileSize)
    throw new Fault('invalid-point', locator, `${locator} is ${value}, expected a number from 0 to ${set.tileSize - 1}`);
  return value;
}

function choose<Name extends string>(text: string, names: readonly Name[], locator: string): Name {
  const wanted = foldedMediaType(text);
  const found = names.find(name => foldedMediaType(name) === wanted);
  if (found === undefined)
    throw new Fault('invalid-format', locator, `${locator} is "${text.slice(0, 60)}", expected one of ${names.join(', ')}`);
  return found;
}
