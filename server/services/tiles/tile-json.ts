// TileJSON 3.0.0 of a layer: what a page of MapLibre or OpenLayers needs to show its tiles.
import { webMercatorQuad } from '../../../schemas/tile-matrix-sets/tile-matrix-sets';
import type { Layer } from '../../core/model/layer';
import { inLanguage } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { accessOf } from '../ows/access';
import { revalidated } from '../ows/etag';
import { advertisedExtent } from '../ows/extents';
import type { Reply } from '../ows/operation';
import { inScale, layerOf } from '../ows/picture';
import { frozenSuffix } from '../ows/texts';
import { tileFrame } from '../ows/tile-grid';
import type { TileJsonRequest } from './requests';

/** Latitude at which Web Mercator ends. */
const edge = 85.0511;

/** Faults: those of the door, unknown-style. */
export function tileJson(request: TileJsonRequest, doors: Doors, context: Context): Reply {
  const { layer } = layerOf(request.layer, doors);
  const { language } = request;
  const { minX, minY, maxX, maxY } = advertisedExtent(layer.type);
  const bounds = [minX, Math.max(minY, -edge), maxX, Math.min(maxY, edge)] as const;
  const [minzoom, maxzoom] = zoomsOf(layer);
  const style = request.layer.style === '' ? '' : `?style=${encodeURIComponent(request.layer.style)}`;
  const body = {
    tilejson: '3.0.0',
    name: `${inLanguage(layer.title, language)}${layer.frozen ? frozenSuffix : ''}`,
    ...(layer.abstract ? { description: inLanguage(layer.abstract, language) } : {}),
    attribution: layer.attribution,
    scheme: 'xyz',
    tiles: [`${context.base}/tiles/${pathSegment(layer.name)}/{z}/{x}/{y}.png${style}`],
    minzoom,
    maxzoom,
    bounds,
    center: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, Math.min(Math.max(zoomFor(bounds), minzoom), maxzoom)],
    // § 3.3 wants it of every tile set; pictures have none
    vector_layers: [],
  };
  const access = accessOf(doors.features, [layer.type.name], 'view');
  return revalidated({ type: 'application/json', access, body: JSON.stringify(body) }, request.held);
}

/** A layer's name as part of a path: its colon stands as it is. */
export const pathSegment = (name: string): string => encodeURIComponent(name).replaceAll('%3A', ':');

/** First and last zoom at which the caller may see the layer (R44). */
function zoomsOf(layer: Layer): readonly [number, number] {
  const seen = webMercatorQuad.matrices.flatMap((matrix, zoom) =>
    inScale(layer, tileFrame({ set: webMercatorQuad, matrix, column: 0, row: 0 }).denominator) ? [zoom] : [],
  );
  return [seen[0] ?? 0, seen.at(-1) ?? webMercatorQuad.matrices.length - 1];
}

/** A zoom at which the bounds fill about three tiles. */
function zoomFor([west, , east]: readonly [number, number, number, number]): number {
  return Math.round(Math.log2((3 * 360) / Math.max(east - west, 1e-6)));
}
