// A picture of layers, for maps and for tiles: every layer through the door of the caller, one snapshot for all, then the drawing threads.
import { transformEnvelope } from '../../core/model/crs';
import type { CrsRef } from '../../core/model/crs';
import { sampleBytes } from '../../core/model/coverage';
import { Fault } from '../../core/model/fault';
import { envelopePolygon } from '../../core/model/geometry';
import type { Envelope } from '../../core/model/geometry';
import type { Layer } from '../../core/model/layer';
import { everything, nothing } from '../../core/filter/filter';
import type { Filter, SpatialOperator } from '../../core/filter/filter';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { holdsAt, propertiesUsed, symbolReach } from '../../maps';
import type { MapLayer, Renderer, Style } from '../../maps';
import { accessOf, mentionHeader, mentionsOf } from './access';
import type { Reply } from './operation';
import { styleNamed } from './styles';

export interface NamedLayer {
  readonly name: string;
  /** '' or 'default': the layer's default style. */
  readonly style: string;
}

/** The plane of a map: extent x,y, size, and what follows from the two. */
export interface MapFrame {
  readonly crs: CrsRef;
  readonly box: Envelope;
  readonly width: number;
  readonly height: number;
  /** Units of the CRS per pixel, horizontally. */
  readonly resolution: number;
  readonly denominator: number;
  /** Pixels per pixel of 0.28 mm (DPI and its kin). */
  readonly symbolScale: number;
}

/** Media types of pictures, and what the drawing calls them. */
export const pictureFormats = { 'image/png': 'png', 'image/jpeg': 'jpeg', 'image/webp': 'webp' } as const;
export type PictureFormat = keyof typeof pictureFormats;

export interface MapRequest {
  readonly layers: readonly NamedLayer[];
  readonly frame: MapFrame;
  readonly format: PictureFormat;
  /** null: transparent. */
  readonly background: number | null;
}

/** A layer of the caller with the style it is drawn in. */
export interface StyledLayer {
  readonly layer: Layer;
  readonly style: Style;
}

/** Draws the map. Faults: those of the door (one denied layer refuses the whole request, R46), unknown-style, busy. */
export async function drawMap(request: MapRequest, doors: Doors, context: Context, renderer: Renderer): Promise<Reply> {
  return drawLayers(
    request.layers.map(named => layerOf(named, doors)),
    request,
    { doors, context, renderer },
  );
}

/** The layer and style that a request names. Faults: those of the door, unknown-style. */
export function layerOf({ name, style }: NamedLayer, doors: Doors): StyledLayer {
  const layer = doors.features.layer(name, 'view', 'layers');
  return { layer, style: styleNamed(layer, style, 'styles') };
}

export interface Drawing {
  readonly doors: Doors;
  readonly context: Context;
  readonly renderer: Renderer;
}

/** Draws layers that the door has given. Fault busy. */
export async function drawLayers(wanted: readonly StyledLayer[], request: Omit<MapRequest, 'layers'>, drawing: Drawing): Promise<Reply> {
  const { doors, context, renderer } = drawing;
  const { frame } = request;
  const over = renderer.announce?.();
  try {
    return await drawn();
  } finally {
    over?.();
  }

  async function drawn(): Promise<Reply> {
    const layers = await fetchLayers(
      wanted.filter(({ layer }) => inScale(layer, frame.denominator)),
      frame,
      doors,
      context.signal,
    );
    const { minX, minY, maxX, maxY } = frame.box;
    const body = await renderer.render(
      {
        format: pictureFormats[request.format],
        drawing: {
          view: { minX, minY, maxX, maxY, width: frame.width, height: frame.height },
          layers,
          denominator: frame.denominator,
          symbolScale: frame.symbolScale,
          background: request.background,
          geographic: frame.crs.crs.geographic,
        },
      },
      context.signal,
    );
    const types = wanted.map(({ layer }) => layer.type.name);
    return {
      type: request.format,
      headers: mentionHeader(mentionsOf(doors.features, types)),
      access: accessOf(doors.features, types, 'view'),
      body,
    };
  }
}

/** R44: outside the grant's denominators a layer is an empty, transparent picture. */
export function inScale(layer: Layer, denominator: number): boolean {
  const slack = denominator * 5e-7;
  const { min, max } = layer.scale;
  return (min === null || denominator + slack >= min) && (max === null || denominator - slack <= max);
}

/** What is drawn of the layers, in their order; features and cells are fetched side by side. */
async function fetchLayers(wanted: readonly StyledLayer[], frame: MapFrame, doors: Doors, signal: AbortSignal): Promise<MapLayer[]> {
  const drawn = wanted.filter(({ layer }) => layer.type.geometry !== null);
  const rasters = drawn.filter(({ layer }) => layer.coverage);
  const [scenes, cells] = await Promise.all([
    fetchScenes(
      drawn.filter(({ layer }) => !layer.coverage),
      frame,
      doors,
      signal,
    ),
    fetchCells(rasters, frame, doors, signal),
  ]);
  return drawn.flatMap(({ layer }) => (layer.coverage ? cells : scenes).shift() ?? []);
}

/** Bytes that the cells of one map may take: one raster of doubles under the largest map, a dozen of heights under one as large as a screen. */
const mostCellBytes = 160 * 2 ** 20;

/** Fault too-large: the rasters of a map are as large in memory as the map, each of them, and they are drawn together. */
function checkCells(wanted: readonly StyledLayer[], { width, height }: MapFrame): void {
  const perPixel = wanted.reduce(
    (sum, { layer: { coverage } }) => sum + (coverage ? coverage.bands * sampleBytes(coverage.sample) + 1 : 0),
    0,
  );
  if (perPixel * width * height > mostCellBytes)
    throw new Fault('too-large', 'layers', `${wanted.length} rasters are too many for a map of ${width} × ${height} pixels`);
}

/** One after the other, since a thread reads one. */
async function fetchCells(wanted: readonly StyledLayer[], frame: MapFrame, doors: Doors, signal: AbortSignal): Promise<MapLayer[]> {
  checkCells(wanted, frame);
  const layers: MapLayer[] = [];
  for (const { layer, style } of wanted) {
    const rules = style.groups.flatMap(group => group.rules);
    // an empty grid keeps its place among the layers
    const { box, width, height } = rules.some(rule => holdsAt(rule, frame.denominator)) ? frame : { ...frame, width: 0, height: 0 };
    const cells =
      width === 0
        ? { width, height, pixelsPerCell: 1, bands: [], shown: new Uint8Array(0) }
        : await doors.coverages.cells(
            { type: layer.type.name, action: 'view', frame: { srid: frame.crs.crs.code, box, width, height } },
            signal,
          );
    layers.push({ cells, style });
  }
  return layers;
}

async function fetchScenes(drawn: readonly StyledLayer[], frame: MapFrame, doors: Doors, signal: AbortSignal): Promise<MapLayer[]> {
  if (drawn.length === 0) return [];
  const snapshot = await doors.features.open(signal);
  try {
    const scenes = Promise.all(
      drawn.map(async ({ layer, style }) => {
        const margin = symbolReach(style, frame.denominator) * frame.symbolScale * frame.resolution;
        const scene = await snapshot.scene({
          type: layer.type.name,
          action: 'view',
          filter: inBox('bbox', layer, grown(frame.box, margin), frame.crs.crs.code),
          properties: propertiesUsed(style, frame.denominator),
          sort: [],
          page: { count: null, start: 0 },
          srid: frame.crs.crs.code,
          roughly: true,
          ...(isCoarse(frame) ? { resolution: frame.resolution } : {}),
        });
        return { scene, style };
      }),
    );
    snapshot.last?.();
    return await scenes;
  } finally {
    await snapshot.close();
  }
}

/** Simplifying in the database pays from about two metres a pixel. */
const isCoarse = (frame: MapFrame): boolean => frame.resolution * (frame.crs.crs.geographic ? 111_000 : 1) >= 2;

export const grown = (box: Envelope, by: number): Envelope => ({
  minX: box.minX - by,
  minY: box.minY - by,
  maxX: box.maxX + by,
  maxY: box.maxY + by,
});

/**
 * The part of a layer within a box of the map, as a filter in the layer's own CRS: the box is turned there along its edges, since four
 * corners of a large map say little about it. A box that cannot be turned restricts nothing on a map, and finds nothing under a pixel.
 */
export function inBox(operator: SpatialOperator, layer: Layer, box: Envelope, srid: number): Filter {
  const native = layer.type.geometry?.srid ?? srid;
  const beyond = operator === 'bbox' ? everything : nothing;
  let turned = box;
  if (native !== srid) {
    const limited =
      srid === 4326 || srid === 4258 || srid === 4171
        ? { minX: clamp(box.minX, 180), minY: clamp(box.minY, 90), maxX: clamp(box.maxX, 180), maxY: clamp(box.maxY, 90) }
        : box;
    try {
      turned = transformEnvelope(limited, srid, native, 16);
    } catch {
      return beyond;
    }
    const within =
      [turned.minX, turned.minY, turned.maxX, turned.maxY].every(Number.isFinite) &&
      turned.minX <= turned.maxX &&
      turned.minY <= turned.maxY;
    if (!within) return beyond;
    // the edges were sampled: between two samples they may bulge
    turned = grown(turned, Math.max(turned.maxX - turned.minX, turned.maxY - turned.minY) * 0.005);
  }
  return { op: 'spatial', operator, property: null, geometry: { geometry: envelopePolygon(turned), srid: native } };
}

const clamp = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);
