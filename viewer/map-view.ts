// The map: WMS pictures in Lambert-93 or Web Mercator, one for each run of opaque layers, drawn again when layers, projection or caller change.
import Map from 'ol/Map';
import View from 'ol/View';
import ImageLayer from 'ol/layer/Image';
import ImageSource from 'ol/source/Image';
import { createLoader } from 'ol/source/wms';
import ScaleLine from 'ol/control/ScaleLine';
import Zoom from 'ol/control/Zoom';
import { defaults as interactions } from 'ol/interaction/defaults';
import type { ImageLike } from 'ol/DataTile';
import type { ImageObject } from 'ol/Image';
import { getCenter, isEmpty, type Extent } from 'ol/extent';
import type { Coordinate } from 'ol/coordinate';
import { PictureQueue } from './pictures';
import {
  denominatorOf,
  fromDegrees,
  groundResolution,
  lambert93,
  projectionOf,
  registerLambert93,
  resolutionOf,
  sameGround,
  territoryIn,
  toDegrees,
  toMap,
  type MapCrs,
} from './projection';
import type { Box, MapLayer } from './capabilities';
import { address, inWords, isAbort } from './services';
import { inScale, type ShownLayer, type ShownLayers } from './shown-layers';
import { say, wholeNumber } from './words';

export interface MapEvents {
  /** Number of pictures under way. */
  readonly onLoading: (pictures: number) => void;
  /** The view has come to rest. */
  readonly onMove: () => void;
  /** Where the pointer is; null when it has left the map. */
  readonly onPointer: (at: Coordinate | null) => void;
  /** A click at once; a click that was no double click comes as onPlace too. */
  readonly onClick: (at: Coordinate) => void;
  readonly onPlace: (at: Coordinate) => void;
  /** A picture could not be drawn. */
  readonly onFailure: (error: unknown) => void;
}

/** Layers of one picture at most: below the LayerLimit of the service, and short enough for an address. */
const mostLayers = 20;

/** What a map may look at beyond the territory: its surroundings. */
const surroundings: Extent = [500000, 6750000, 800000, 6980000];

/** Consecutive layers drawn in one picture, and the picture's place. */
interface Slot {
  readonly layer: ImageLayer<ImageSource>;
  /** Bottom first, as LAYERS wants them. */
  layers: readonly MapLayer[];
}

registerLambert93();

export class MapView {
  readonly map: Map;
  readonly #shown: ShownLayers;
  readonly #events: MapEvents;
  #crs: MapCrs = lambert93;
  #slots: Slot[] = [];
  readonly #queue = new PictureQueue(3);
  /** Layers of a picture that failed: each is drawn alone, so that one refusal does not take the others along (R46). */
  #apart: ReadonlySet<string> = new Set();

  constructor(target: HTMLElement, shown: ShownLayers, events: MapEvents) {
    this.#shown = shown;
    this.#events = events;
    this.map = new Map({
      target,
      view: viewIn(this.#crs, getCenter(territoryIn(this.#crs)), 40),
      controls: [
        new Zoom({ zoomInTipLabel: say('zoomIn'), zoomOutTipLabel: say('zoomOut') }),
        new ScaleLine({ units: 'metric', minWidth: 80, maxWidth: 160 }),
      ],
      interactions: interactions({ altShiftDragRotate: false, pinchRotate: false }),
    });
    shown.listen(() => this.#synchronise());
    this.#queue.listen(count => events.onLoading(count));
    this.map.on('moveend', () => events.onMove());
    this.map.on('click', event => events.onClick(event.coordinate));
    this.map.on('singleclick', event => events.onPlace(event.coordinate));
    this.map.on('pointermove', event => events.onPointer(event.dragging ? null : event.coordinate));
    target.addEventListener('pointerleave', () => events.onPointer(null));
    target.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.target !== target) return;
      events.onClick(this.centre);
      events.onPlace(this.centre);
    });
    this.showTerritory(0);
  }

  get crs(): MapCrs {
    return this.#crs;
  }

  /** Units of the projection per pixel. */
  get resolution(): number {
    return this.map.getView().getResolution() ?? 1;
  }

  /** Metres on the ground per pixel, at the centre. */
  get groundResolution(): number {
    return groundResolution(this.#crs, this.resolution, this.centre);
  }

  /** As the services count it, in units of the projection (R44). */
  get denominator(): number {
    return denominatorOf(this.resolution);
  }

  get centre(): Coordinate {
    return this.map.getView().getCenter() ?? getCenter(territoryIn(this.#crs));
  }

  /** The view as it is written into a link. */
  get place(): { lon: number; lat: number; scale: number } {
    const [lon = 0, lat = 0] = toDegrees(this.centre, this.#crs);
    return { lon, lat, scale: this.denominator };
  }

  showPlace({ lon, lat, scale }: { readonly lon: number; readonly lat: number; readonly scale: number }): void {
    const view = this.map.getView();
    view.setCenter(fromDegrees([lon, lat], this.#crs));
    view.setResolution(resolutionOf(scale));
  }

  showTerritory(duration = 300): void {
    this.#showExtent(territoryIn(this.#crs), duration);
  }

  showBox(box: Box): void {
    this.#showExtent(toMap(box, this.#crs), 300);
  }

  /** The same piece of ground in another projection. */
  setCrs(crs: MapCrs): void {
    if (crs === this.#crs) return;
    const { centre, resolution } = this;
    const before = this.#crs;
    this.#crs = crs;
    this.map.setView(viewIn(crs, fromDegrees(toDegrees(centre, before), crs), sameGround(resolution, centre, before, crs)));
    this.redraw();
  }

  #showExtent(extent: Extent, duration: number): void {
    if (isEmpty(extent) || !extent.every(Number.isFinite)) return;
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.map
      .getView()
      .fit(extent, { padding: paddingOf(this.map.getSize()), duration: calm ? 0 : duration, minResolution: resolutionOf(2000) });
  }

  /** Another caller sees other things, another projection shows them elsewhere: no picture of before stays. */
  redraw(): void {
    for (const { layer } of this.#slots) this.map.removeLayer(layer);
    this.#slots = [];
    this.#apart = new Set();
    this.#synchronise();
  }

  /** Resolves when every picture is there and on the canvas. */
  settled(): Promise<void> {
    return new Promise(resolve => {
      this.map.once('rendercomplete', () => resolve());
      this.map.render();
    });
  }

  #synchronise(): void {
    const runs = runsOf(this.#shown.visible, this.#apart);
    for (const { layer } of this.#slots.splice(runs.length)) this.map.removeLayer(layer);
    runs.forEach((run, place) => {
      const slot = this.#slots[place] ?? this.#addSlot(place);
      slot.layer.setOpacity(run.opacity);
      if (namesOf(slot.layers) === namesOf(run.layers)) return;
      slot.layers = run.layers;
      // the picture that is there stays until that of the new source has come
      slot.layer.setSource(this.#sourceOf(slot));
    });
  }

  #addSlot(place: number): Slot {
    const slot: Slot = { layer: new ImageLayer({ zIndex: place }), layers: [] };
    this.#slots[place] = slot;
    this.map.addLayer(slot.layer);
    return slot;
  }

  #sourceOf(slot: Slot): ImageSource {
    const crs = this.#crs;
    return new ImageSource({
      projection: projectionOf(crs),
      loader: (extent, resolution, pixelRatio) => this.#load(slot, crs, extent, resolution, pixelRatio),
    });
  }

  async #load(slot: Slot, crs: MapCrs, extent: Extent, resolution: number, pixelRatio: number): Promise<ImageObject | ImageLike> {
    // R44: outside their denominators the server draws nothing
    const layers = slot.layers.filter(layer => inScale(layer, denominatorOf(resolution)));
    if (layers.length === 0) return { image: document.createElement('canvas'), extent, pixelRatio };
    const load = createLoader({
      url: address('wms'),
      projection: crs,
      params: { LAYERS: layers.map(layer => layer.name).join(','), VERSION: '1.3.0' },
      ratio: 1,
      // FORMAT_OPTIONS=dpi:n on fine screens, so that symbols keep their size
      serverType: 'geoserver',
      load: async (_, src) => this.#picture(slot, layers, src),
    });
    return load(extent, resolution, pixelRatio, undefined);
  }

  async #picture(slot: Slot, layers: readonly MapLayer[], src: string): Promise<ImageBitmap> {
    try {
      const bitmap = await this.#queue.fetch(slot, src);
      for (const { name } of layers) this.#shown.change(name, { failure: null });
      return bitmap;
    } catch (error) {
      // a newer picture is on its way: this one neither comes nor fails
      if (isAbort(error)) return new Promise(() => undefined);
      this.#failed(layers, error);
      throw error;
    }
  }

  #failed(layers: readonly MapLayer[], error: unknown): void {
    const [only] = layers;
    if (layers.length === 1 && only) {
      this.#shown.change(only.name, { failure: say('drawFailed', { reason: inWords(error) }) });
      this.#events.onFailure(error);
      return;
    }
    this.#apart = new Set([...this.#apart, ...layers.map(layer => layer.name)]);
    this.#synchronise();
  }
}

/** Room for the tools: above the map where it is wide, beside it where it is narrow. */
const paddingOf = ([width = 0]: readonly number[] = []): number[] => (width < 600 ? [16, 60, 40, 16] : [70, 24, 48, 24]);

function viewIn(crs: MapCrs, center: Coordinate, resolution: number): View {
  return new View({
    projection: projectionOf(crs),
    center,
    resolution,
    minResolution: resolutionOf(200),
    maxResolution: resolutionOf(1_500_000),
    extent: crs === lambert93 ? surroundings : boundsOf(crs),
    constrainOnlyCenter: true,
    enableRotation: false,
  });
}

/** The surroundings in another projection. */
function boundsOf(crs: MapCrs): Extent {
  const [west = 0, south = 0, east = 0, north = 0] = surroundings;
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ].map(corner => fromDegrees(toDegrees(corner, lambert93), crs));
  const side = (place: 0 | 1, of: (...values: number[]) => number): number => of(...corners.map(corner => corner[place] ?? 0));
  return [side(0, Math.min), side(1, Math.min), side(0, Math.max), side(1, Math.max)];
}

interface Run {
  readonly opacity: number;
  readonly layers: readonly MapLayer[];
}

/** Opaque neighbours are drawn together, so that labels lie over all of them; bottom first. */
function runsOf(visible: readonly ShownLayer[], apart: ReadonlySet<string>): Run[] {
  const runs: { readonly opacity: number; readonly layers: MapLayer[]; readonly open: boolean }[] = [];
  for (const { layer, opacity } of [...visible].reverse()) {
    const open = opacity === 1 && !apart.has(layer.name);
    const last = runs.at(-1);
    if (open && last?.open === true && last.layers.length < mostLayers) last.layers.push(layer);
    else runs.push({ opacity, layers: [layer], open });
  }
  return runs;
}

const namesOf = (layers: readonly MapLayer[]): string => layers.map(layer => layer.name).join(',');

/** `1 : 25 000`, rounded as a reader would. */
export function scaleInWords(denominator: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(denominator)) - 1);
  return say('scaleOf', { n: wholeNumber(Math.round(denominator / step) * step) });
}
