// The map: one WMS picture per layer in Lambert-93, drawn again when the layers or the caller change.
import Map from 'ol/Map';
import View from 'ol/View';
import ImageLayer from 'ol/layer/Image';
import ImageSource from 'ol/source/Image';
import { createLoader } from 'ol/source/wms';
import ScaleLine from 'ol/control/ScaleLine';
import Zoom from 'ol/control/Zoom';
import { defaults as interactions } from 'ol/interaction/defaults';
import { getCenter, isEmpty, type Extent } from 'ol/extent';
import type { Coordinate } from 'ol/coordinate';
import { PictureQueue } from './pictures';
import { denominatorOf, lambert93, registerLambert93, resolutionOf, territory } from './projection';
import { address, inWords, isAbort } from './services';
import type { ShownLayer, ShownLayers } from './shown-layers';
import { say, wholeNumber } from './words';

export interface MapEvents {
  /** Number of pictures under way. */
  readonly onLoading: (pictures: number) => void;
  readonly onScale: (denominator: number) => void;
  readonly onIdentify: (at: Coordinate, pixel: readonly [number, number]) => void;
}

interface Drawn {
  readonly layer: ImageLayer<ImageSource>;
  /** What the picture was asked with: another text needs another source. */
  readonly made: string;
}

export class MapView {
  readonly map: Map;
  readonly #shown: ShownLayers;
  readonly #projection = registerLambert93();
  readonly #drawn: Record<string, Drawn> = {};
  readonly #queue = new PictureQueue(3);
  /** Changes with the caller, whose rights change the pictures. */
  #caller = 0;

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

  /** The pictures are asked for again: another caller sees other things. */
  redraw(): void {
    this.#caller++;
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
    const { list } = this.#shown;
    for (const [name, drawn] of Object.entries(this.#drawn)) {
      const one = this.#shown.find(name);
      if (one && drawn.made === this.#madeFor(one)) continue;
      this.map.removeLayer(drawn.layer);
      delete this.#drawn[name];
    }
    list.forEach((one, place) => {
      const drawn = this.#drawn[one.layer.name] ?? this.#draw(one);
      drawn.layer.setVisible(one.visible);
      drawn.layer.setOpacity(one.opacity);
      drawn.layer.setZIndex(list.length - place);
    });
  }

  #madeFor({ layer }: ShownLayer): string {
    return `${this.#caller} ${layer.minScale ?? ''} ${layer.maxScale ?? ''}`;
  }

  #draw(one: ShownLayer): Drawn {
    const { name, minScale, maxScale } = one.layer;
    const source = new ImageSource({
      projection: this.#projection,
      loader: createLoader({
        url: address('wms'),
        projection: lambert93,
        params: { LAYERS: name, VERSION: '1.3.0' },
        ratio: 1,
        // FORMAT_OPTIONS=dpi:n on fine screens, so that symbols keep their size
        serverType: 'geoserver',
        load: async (_, src) => this.#picture(name, src),
      }),
    });
    const layer = new ImageLayer({ source });
    // R44: outside these denominators the server draws nothing
    if (minScale !== null) layer.setMinResolution(resolutionOf(minScale) * 0.9999995);
    if (maxScale !== null) layer.setMaxResolution(resolutionOf(maxScale) * 1.0000005);
    const drawn = { layer, made: this.#madeFor(one) };
    this.#drawn[name] = drawn;
    this.map.addLayer(layer);
    return drawn;
  }

  async #picture(name: string, src: string): Promise<ImageBitmap> {
    try {
      const bitmap = await this.#queue.fetch(name, src);
      this.#shown.change(name, { failure: null });
      return bitmap;
    } catch (error) {
      if (!isAbort(error)) this.#shown.change(name, { failure: say('drawFailed', { reason: inWords(error) }) });
      throw error;
    }
  }
}

/** `1 : 25 000`, rounded as a reader would. */
export function scaleInWords(denominator: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(denominator)) - 1);
  return say('scaleOf', { n: wholeNumber(Math.round(denominator / step) * step) });
}
