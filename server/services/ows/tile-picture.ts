// The picture of one tile, whatever the protocol that asked for it: drawn per request, as GetMap draws the same box.
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import type { Renderer } from '../../maps';
import { accessOf, mentionHeader, mentionsOf } from './access';
import { revalidated } from './etag';
import type { Reply } from './operation';
import { drawLayers, type MapRequest, type StyledLayer } from './picture';
import { mayShow, tileFrame, type TileAddress } from './tile-grid';

/** Formats of tiles: media type and file extension. */
export const tileFormats = [
  { type: 'image/png', extension: 'png' },
  { type: 'image/jpeg', extension: 'jpg' },
  { type: 'image/webp', extension: 'webp' },
] as const satisfies readonly { readonly type: MapRequest['format']; readonly extension: string }[];
export type TileFormat = (typeof tileFormats)[number]['type'];

/** The format of a file extension; `jpeg` is `jpg`. */
export function formatOfExtension(extension: string): TileFormat | undefined {
  const wanted = extension.toLowerCase() === 'jpeg' ? 'jpg' : extension.toLowerCase();
  return tileFormats.find(format => format.extension === wanted)?.type;
}

export interface TilePicture {
  readonly address: TileAddress;
  readonly format: TileFormat;
  /** Pixels of the picture per pixel of the grid. */
  readonly ratio: number;
  /** What the client holds (If-None-Match), null when it says nothing. */
  readonly held: string | null;
}

/**
 * Draws a tile of a layer that the door has given. Where the layer has nothing, its data are not asked. A layer outside its scales is an empty
 * picture (R44); tiles are not stamped with the mention, which goes in a header (R50). Fault busy.
 */
export async function tileReply(
  styled: StyledLayer,
  tile: TilePicture,
  by: { readonly doors: Doors; readonly context: Context; readonly renderer: Renderer },
): Promise<Reply> {
  const { address, format, ratio, held } = tile;
  const frame = tileFrame(address, ratio);
  const background = format === 'image/jpeg' ? 0xffffff : null;
  const reply = await drawLayers(mayShow(styled.layer, address) ? [styled] : [], { frame, format, background }, by);
  const { features } = by.doors;
  const types = [styled.layer.type.name];
  const access = accessOf(features, types, 'view');
  return revalidated({ ...reply, access, headers: mentionHeader(mentionsOf(features, types)) }, held);
}
