// Addresses of tiles read into typed values: /tiles/{layer}/{z}/{x}/{y}.{ext} and /tiles/{layer}.json.
import { webMercatorQuad } from '../../../schemas/tile-matrix-sets/tile-matrix-sets';
import { Fault } from '../../core/model/fault';
import type { Context } from '../../core/ports/context';
import type { Language } from '../../core/model/text';
import { languageOf } from '../ows/language';
import type { Input } from '../ows/operation';
import type { NamedLayer } from '../ows/picture';
import { inMatrix } from '../ows/tile-grid';
import { formatOfExtension, tileFormats, type TilePicture } from '../ows/tile-picture';

export interface TileRequest {
  readonly layer: NamedLayer;
  readonly tile: TilePicture;
}

export interface TileJsonRequest {
  readonly layer: NamedLayer;
  readonly language: Language;
  readonly held: string | null;
}

const style = (input: Input): string => input.kvp.get('style')?.trim() ?? '';
const held = (input: Input): string | null => input.header('If-None-Match') ?? null;

/** Faults: unknown-id (404) for what is no tile of the grid, or of no format that is offered. */
export function readTile(input: Input): TileRequest {
  const { layer = '', z = '', x = '', file = '' } = input.segments;
  const [, y = '', ratio, extension = ''] = /^([^.@]*)(@2x)?\.(\w{1,10})$/i.exec(file) ?? [];
  const format = formatOfExtension(extension);
  if (format === undefined) throw new Fault('unknown-id', 'format', formatText(extension));
  const matrix = webMercatorQuad.matrices[whole(z)];
  const address = matrix && { set: webMercatorQuad, matrix, column: whole(x), row: whole(y) };
  if (!address || !inMatrix(address)) {
    const last = webMercatorQuad.matrices.length - 1;
    const name = matrix === undefined ? 'z' : whole(x) < matrix.width ? 'y' : 'x';
    throw new Fault('unknown-id', name, `there is no such tile: z is a whole number from 0 to ${last}, x and y from 0 to 2^z - 1`);
  }
  return { layer: { name: layer, style: style(input) }, tile: { address, format, ratio: ratio === undefined ? 1 : 2, held: held(input) } };
}

/** NaN for what is no whole number. */
const whole = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : Number.NaN);

function formatText(extension: string): string {
  const offered = tileFormats.map(format => format.extension).join(' or ');
  if (/^(mvt|pbf)$/i.test(extension)) return `vector tiles are not offered yet: ask for ${offered}`;
  return `there is no such tile: the address ends in ${offered}`;
}

/** Fault unknown-id for any other file. */
export function readTileJson(input: Input, context: Context): TileJsonRequest {
  const name = /^(.+)\.json$/.exec(input.segments['file'] ?? '')?.[1];
  if (name === undefined)
    throw new Fault('unknown-id', '', 'tiles are at /tiles/{layer}/{z}/{x}/{y}.png, their description at /tiles/{layer}.json');
  return {
    layer: { name, style: style(input) },
    language: languageOf(input.kvp.get('language'), context.language),
    held: held(input),
  };
}
