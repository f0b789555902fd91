// The map: WMS pictures in Lambert-93, one for each run of opaque layers, drawn again when the layers or the caller change.
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
import { denominatorOf, lambert93, registerLambert93, resolutionOf, territory } from './projection';
import type { MapLayer } from './capabilities';
import { address, inWords, isAbort } from './services';
import { inScale, type ShownLayer, type ShownLayers } from './shown-layers';
import { say, wholeNumber } from './words';

export interface MapEvents {
  /** Number of pictures under way. */
  readonly onLoading: (pictures: number) => void;
  readonly onScale: (denominator: number) => void;
  readonly onIdentify: (at: Coordinate, pixel: readonly [number, number]) => void;
}

/** Layers of one picture at most: below the LayerLimit of the service, and short enough for an address. */
const mostLayers = 20;

/** Consecutive layers drawn in one picture, and the picture's place. */
interface Slot {
  readonly layer: ImageLayer<ImageSource>;
  /** Bottom first, as LAYERS wants them. */
  layers: readonly MapLayer[];
}

export class MapView {
  readonly map: Map;
  readonly #shown: ShownLayers;
  readonly #projection = registerLambert93();
  #slots: Slot[] = [];
  readonly #queue = new PictureQueue(3);
  /** Layers of a picture that failed: each is drawn alone, so that one refusal does not take the others along (R46). */
  #apart: ReadonlySet<string> = new Set();

  constructor(target: HTMLElement, shown: ShownLayers, events: MapEvents) {
    this.#shown = shown;
    this.map = new Map({
      target,
      view: new View({
        projection: this.#projection,
        center: getCenter(territory),
        resolution: 40,
        minResolution: resolutionOf(200),
        maxResolution: resolutionOf(1_500_000),
        extent: [500000, 6750000, 800000, 6980000],
        constrainOnlyCenter: true,
        enableRotation: false,
      }),
      controls: [
        new Zoom({ zoomInTipLabel: say('zoomIn'), zoomOutTipLabel: say('zoomOut') }),
        new ScaleLine({ units: 'metric', minWidth: 80, maxWidth: 160 }),
      ],
      interactions: interactions({ altShiftDragRotate: false, pinchRotate: false }),
    });
    shown.listen(() => this.#synchronise());
    this.#queue.listen(count => events.onLoading(count));
    this.map.on('moveend', () => events.onScale(this.denominator));
    this.map.on('singleclick', event => events.onIdentify(event.coordinate, [event.pixel[0] ?? 0, event.pixel[1] ?? 0]));
    target.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.target !== target) return;
      const centre = this.map.getView().getCenter();
      const [width, height] = this.map.getSize() ?? [0, 0];
      if (centre) events.onIdentify(centre, [(width ?? 0) / 2, (height ?? 0) / 2]);
    });
    this.showTerritory(0);
  }

  /** Metres per pixel. */
  get resolution(): number {
    return this.map.getView().getResolution() ?? 1;
  }

  get denominator(): number {
    return denominatorOf(this.resolution);
  }

  showTerritory(duration = 300): void {
    this.showExtent(territory, duration);
  }

  showExtent(extent: Extent, duration = 300): void {
    if (isEmpty(extent) || !extent.every(Number.isFinite)) return;
    this.map.getView().fit(extent, { padding: [24, 24, 48, 24], duration, maxZoom: 30, minResolution: resolutionOf(2000) });
  }

  /** Another caller sees other things: no picture of the former one stays. */
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
    return new ImageSource({
      projection: this.#projection,
      loader: (extent, resolution, pixelRatio) => this.#load(slot, extent, resolution, pixelRatio),
    });
  }

  async #load(slot: Slot, extent: Extent, resolution: number, pixelRatio: number): Promise<ImageObject | ImageLike> {
    // R44: outside their denominators the server draws nothing
    const layers = slot.layers.filter(layer => inScale(layer, denominatorOf(resolution)));
    if (layers.length === 0) return { image: document.createElement('canvas'), extent, pixelRatio };
    const load = createLoader({
      url: address('wms'),
      projection: lambert93,
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
      return;
    }
    this.#apart = new Set([...this.#apart, ...layers.map(layer => layer.name)]);
    this.#synchronise();
  }
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
