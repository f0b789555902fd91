// The addresses of tiles in Web Mercator, /tiles/{layer}/{z}/{x}/{y}.png and its kin, and of their description, /tiles/{layer}.json.
import { webMercatorQuad } from '../../../schemas/tile-matrix-sets/tile-matrix-sets';
import { transformEnvelope } from '../../core/model/crs';
import type { Fault } from '../../core/model/fault';
import type { Renderer } from '../../maps';
import { relocated } from '../ows/locators';
import { operation } from '../ows/operation';
import type { Endpoint, Operation, Reply, Target } from '../ows/operation';
import { layerOf } from '../ows/picture';
import { tileFormats, tileReply } from '../ows/tile-picture';
import { readTile, readTileJson } from './requests';
import { pathSegment, tileJson } from './tile-json';

export interface TilesParts {
  readonly renderer: Renderer;
  /** A fault as problem+json. */
  readonly problem: (fault: Fault) => Reply;
}

/** Both addresses. The renderer is the caller's to close. */
export function tilesEndpoints({ renderer, problem }: TilesParts): Endpoint[] {
  const tile = operation({
    service: 'TILES',
    versions: [''],
    name: 'GetTile',
    read: readTile,
    run: async ({ layer, tile: asked }, doors, context) => tileReply(layerOf(layer, doors), asked, { doors, context, renderer }),
    examples: target => [
      ...tileFormats.map(({ extension }) => ({ name: `tile as ${extension}`, path: tilePath(target, 15, `.${extension}`) })),
      { name: 'tile for fine screens', path: tilePath(target, 16, '@2x.png') },
      { name: 'tile of the world', path: `/tiles/${target.qname}/0/0/0.png` },
      { name: 'tile within a scope', path: `/at/${target.qname.split(':')[0] ?? ''}${tilePath(target, 14, '.png')}` },
    ],
  });
  const description = operation({
    service: 'TILES',
    versions: [''],
    name: 'GetTileJson',
    read: readTileJson,
    run: (request, doors, context) => Promise.resolve().then(() => tileJson(request, doors, context)),
    examples: target => [
      { name: 'description of tiles', path: `/tiles/${target.qname}.json` },
      { name: 'description of tiles by short name', path: `/tiles/${target.name}.json?lang=en` },
    ],
  });
  const of = (path: string, only: Operation): Endpoint => ({
    path,
    methods: ['GET'],
    operations: [only],
    select: () => only,
    fault: fault => problem(relocated(fault, { layers: 'layer', styles: 'style' })),
    bodyLimit: 0,
  });
  return [of('/tiles/:layer/:z/:x/:file', tile), of('/tiles/:file', description)];
}

/** The tile in the middle of the target's box. */
function tilePath(target: Target, zoom: number, end: string): string {
  const [minX, minY, maxX, maxY] = target.box;
  const box = transformEnvelope({ minX, minY, maxX, maxY }, target.srid, webMercatorQuad.crs);
  const side = (webMercatorQuad.matrices[zoom]?.cellSize ?? 1) * webMercatorQuad.tileSize;
  const column = Math.floor(((box.minX + box.maxX) / 2 - webMercatorQuad.origin.x) / side);
  const row = Math.floor((webMercatorQuad.origin.y - (box.minY + box.maxY) / 2) / side);
  return `/tiles/${pathSegment(target.qname)}/${zoom}/${column}/${row}${end}`;
}
