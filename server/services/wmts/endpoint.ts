// The addresses of WMTS: /wmts by parameters, /wmts/1.0.0/… by path; both with the same operations.
import { lambert93, webMercatorQuad, type TileMatrixSet } from '../../../schemas/tile-matrix-sets/tile-matrix-sets';
import { transformEnvelope } from '../../core/model/crs';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import type { Renderer } from '../../maps';
import { operation, type Endpoint, type Example, type Operation, type Reply, type Target } from '../ows/operation';
import { layerOf, type MapFrame, type NamedLayer } from '../ows/picture';
import { selectOperation } from '../ows/service';
import { limitsOf, mayShow, tileFrame } from '../ows/tile-grid';
import { tileFormats, tileReply } from '../ows/tile-picture';
import { capabilities, type Offer } from './capabilities';
import {
  outOfRange,
  readCapabilities,
  readInfo,
  readInfoPath,
  readTile,
  readTilePath,
  type InfoRequest,
  type TileRequest,
} from './requests';
import { wmts100, wmtsFault, wmtsService } from './versions';

/** GetFeatureInfo of a map, which is lent to the tiles: what lies under a pixel is the same question. */
export interface MapInformation<Format extends string> {
  /** The first is the default. */
  readonly formats: readonly Format[];
  /** File extensions of those that have one. */
  readonly extensions: ReadonlyMap<string, Format>;
  /** Largest number of features. */
  readonly mostFeatures: number;
  readonly run: (
    request: {
      readonly layers: readonly NamedLayer[];
      readonly queryLayers: readonly string[];
      readonly frame: MapFrame;
      readonly format: Format;
      readonly count: number;
      readonly column: number;
      readonly row: number;
      readonly tolerance: number;
    },
    doors: Doors,
    context: Context,
  ) => Reply;
}

export interface WmtsParts<Format extends string> {
  readonly renderer: Renderer;
  readonly information: MapInformation<Format>;
}

/** Pixels around the one asked about that count, as in WMS. */
const tolerance = 4;

/** The WMTS as endpoints. The renderer is the caller's to close. */
export function wmtsEndpoints<Format extends string>({ renderer, information }: WmtsParts<Format>): Endpoint[] {
  const offer: Offer = { infoFormats: information.formats, infoExtensions: information.extensions };
  const own = { service: 'WMTS', versions: [wmts100] };
  const getCapabilities = operation({
    ...own,
    name: 'GetCapabilities',
    read: readCapabilities,
    run: (request, doors, context) => Promise.resolve().then(() => capabilities(request, doors, context, offer)),
    examples: target => [
      { name: 'capabilities', path: '/wmts?SERVICE=WMTS&REQUEST=GetCapabilities' },
      { name: 'capabilities in English', path: '/wmts?SERVICE=WMTS&REQUEST=GetCapabilities&LANGUAGE=eng' },
      { name: 'capabilities by path', path: '/wmts/1.0.0/WMTSCapabilities.xml' },
      { name: 'capabilities within a scope', path: `/at/${target.qname.split(':')[0] ?? ''}/wmts?SERVICE=WMTS&REQUEST=GetCapabilities` },
    ],
  });
  const getTile = operation({ ...own, name: 'GetTile', read: readTile, run: draw, examples: tileExamples });
  const getTilePath = operation({ ...own, name: 'GetTile', read: readTilePath, run: draw, examples: pathExamples });
  const getInfo = operation({
    ...own,
    name: 'GetFeatureInfo',
    read: input => readInfo(input, information.formats, information.mostFeatures),
    run: identify,
    examples: target =>
      information.formats.map(format => ({
        name: `information as ${format}`,
        path: `${kvpPath(target, lambert93, 12)}&REQUEST=GetFeatureInfo&FORMAT=image/png&INFOFORMAT=${encodeURIComponent(format)}&I=128&J=128`,
      })),
  });
  const getInfoPath = operation({
    ...own,
    name: 'GetFeatureInfo',
    read: input => readInfoPath(input, information.extensions, information.mostFeatures),
    run: identify,
    examples: target =>
      [...information.extensions.keys()].map(extension => ({
        name: `information by path as ${extension}`,
        path: `${restPath(target, lambert93, 12)}/128/128.${extension}`,
      })),
  });
  const service = wmtsService([getCapabilities, getTile, getInfo]);
  const byPath = (path: string, only: Operation): Endpoint => ({
    path: `/wmts/1.0.0/${path}`,
    methods: ['GET'],
    operations: [only],
    select: () => only,
    fault: wmtsFault,
    bodyLimit: 0,
  });
  return [
    {
      path: '/wmts',
      methods: ['GET'],
      operations: service.operations,
      select: input => selectOperation(service, input),
      fault: wmtsFault,
      bodyLimit: 0,
    },
    byPath('WMTSCapabilities.xml', getCapabilities),
    byPath(':layer/:style/:set/:matrix/:row/:file', getTilePath),
    byPath(':layer/:style/:set/:matrix/:row/:column/:j/:file', getInfoPath),
  ];

  /** Faults: those of the door, unknown-style, processing (TileOutOfRange). */
  async function draw({ layer, address, format, held }: TileRequest, doors: Doors, context: Context): Promise<Reply> {
    const styled = layerOf(layer, doors);
    if (!mayShow(styled.layer, address)) throw beyond(styled.layer, address);
    return tileReply(styled, { address, format, ratio: 1, held }, { doors, context, renderer });
  }

  function identify({ layer, address, format, column, row, count }: InfoRequest<Format>, doors: Doors, context: Context): Promise<Reply> {
    const frame = tileFrame(address);
    const request = { layers: [layer], queryLayers: [layer.name], frame, format, count, column, row, tolerance };
    return Promise.resolve().then(() => information.run(request, doors, context));
  }
}

/** A tile beyond those that the layer is in, with the range that the capabilities tell. */
function beyond(layer: Parameters<typeof limitsOf>[0], address: Parameters<typeof mayShow>[1]): ReturnType<typeof outOfRange> {
  const limits = limitsOf({ ...layer, scale: { min: null, max: null } }, address.set).find(one => one.matrix === address.matrix);
  const { minColumn = 0, maxColumn = 0, minRow = 0, maxRow = 0 } = limits ?? {};
  return outOfRange(address, { first: minColumn, last: maxColumn }, { first: minRow, last: maxRow });
}

/** Column and row of the tile in the middle of the target's box. */
function middle(target: Target, set: TileMatrixSet, level: number): { readonly column: number; readonly row: number } {
  const [minX, minY, maxX, maxY] = target.box;
  const box = transformEnvelope({ minX, minY, maxX, maxY }, target.srid, set.crs);
  const side = (set.matrices[level]?.cellSize ?? 1) * set.tileSize;
  return {
    column: Math.floor(((box.minX + box.maxX) / 2 - set.origin.x) / side),
    row: Math.floor((set.origin.y - (box.minY + box.maxY) / 2) / side),
  };
}

function kvpPath(target: Target, set: TileMatrixSet, level: number): string {
  const { column, row } = middle(target, set, level);
  return `/wmts?SERVICE=WMTS&VERSION=1.0.0&LAYER=${encodeURIComponent(target.qname)}&STYLE=&TILEMATRIXSET=${set.id}&TILEMATRIX=${level}&TILEROW=${row}&TILECOL=${column}`;
}

function restPath(target: Target, set: TileMatrixSet, level: number): string {
  const { column, row } = middle(target, set, level);
  return `/wmts/1.0.0/${target.qname}/default/${set.id}/${level}/${row}/${column}`;
}

const tileExamples = (target: Target): readonly Example[] => [
  ...tileFormats.map(({ type }) => ({
    name: `tile as ${type}`,
    path: `${kvpPath(target, lambert93, 13)}&REQUEST=GetTile&FORMAT=${encodeURIComponent(type)}`,
  })),
  { name: 'tile in Web Mercator', path: `${kvpPath(target, webMercatorQuad, 14)}&REQUEST=GetTile&FORMAT=image/png` },
  {
    name: 'tile far away',
    path: `/wmts?SERVICE=WMTS&VERSION=1.0.0&REQUEST=GetTile&LAYER=${encodeURIComponent(target.qname)}&STYLE=&TILEMATRIXSET=WebMercatorQuad&TILEMATRIX=12&TILEROW=0&TILECOL=0&FORMAT=image/png`,
  },
];

const pathExamples = (target: Target): readonly Example[] =>
  tileFormats.map(({ extension }) => ({ name: `tile by path as ${extension}`, path: `${restPath(target, lambert93, 13)}.${extension}` }));
