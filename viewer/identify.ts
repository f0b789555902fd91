// What lies under a click: GetFeatureInfo of every shown layer that may be asked, as tables under the titles of the layers.
import type { Coordinate } from 'ol/coordinate';
import { fill, h, signButton, titleParts } from './dom';
import { placeInWords, type MapCrs } from './projection';
import { address, inWords, isAbort, request, ServiceError } from './services';
import { inScale, type ShownLayer, type ShownLayers } from './shown-layers';
import { decimal, say } from './words';

const mostFeatures = 10;
/** Side of the little map that is asked about, in pixels, odd so that it has a middle. */
const side = 101;

/** The map's view in which one asks. */
export interface AskedView {
  readonly crs: MapCrs;
  readonly resolution: number;
  readonly denominator: number;
}

interface Found {
  readonly shown: ShownLayer;
  readonly features: readonly Readonly<Record<string, unknown>>[];
  readonly failure: string | null;
}

export class Identify {
  readonly element: HTMLElement;
  readonly #shown: ShownLayers;
  readonly #body = h('div', { class: 'identify-body', 'aria-live': 'polite' });
  readonly #place = h('p', { class: 'asked-place' });
  readonly #onClose: () => void;
  #controller = new AbortController();

  constructor(shown: ShownLayers, onClose: () => void) {
    this.#shown = shown;
    this.#onClose = onClose;
    this.element = h(
      'section',
      { class: 'identify', hidden: true, tabindex: -1, 'aria-label': say('identifyTitle') },
      h(
        'header',
        {},
        h('h2', {}, say('identifyTitle')),
        signButton('close', say('close'), () => this.close()),
      ),
      this.#place,
      this.#body,
    );
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.close();
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  close(): void {
    this.#controller.abort();
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.#onClose();
  }

  /** Asks about a place; the answer of an older question is dropped. */
  async ask(at: Coordinate, view: AskedView): Promise<void> {
    this.#controller.abort();
    const controller = new AbortController();
    this.#controller = controller;
    const asked = this.#shown.visible.filter(({ layer }) => layer.queryable && inScale(layer, view.denominator));
    this.element.hidden = false;
    this.#place.textContent = placeInWords(at, view.crs);
    this.element.focus({ preventScroll: true });
    if (asked.length === 0) {
      fill(this.#body, h('p', { class: 'note' }, say('identifyNone')));
      return;
    }
    fill(this.#body, h('p', { class: 'note busy' }, say('identifying')));
    const found = await Promise.all(asked.map(async shown => this.#askLayer(shown, at, view, controller.signal)));
    if (controller.signal.aborted) return;
    const told = found.filter(one => one.features.length > 0 || one.failure !== null);
    fill(this.#body, told.length === 0 ? h('p', { class: 'note' }, say('identifyNothing')) : told.map(layerPart));
  }

  async #askLayer(shown: ShownLayer, at: Coordinate, view: AskedView, signal: AbortSignal): Promise<Found> {
    try {
      const response = await request(infoAddress(shown.layer.name, at, view), { signal });
      if (!/json/.test(response.headers.get('Content-Type') ?? '')) throw new ServiceError(200, '');
      const body = (await response.json()) as { features?: readonly { properties?: Readonly<Record<string, unknown>> | null }[] };
      return { shown, features: (body.features ?? []).map(feature => feature.properties ?? {}), failure: null };
    } catch (error) {
      return { shown, features: [], failure: isAbort(error) ? null : inWords(error) };
    }
  }
}

function infoAddress(layer: string, at: Coordinate, { crs, resolution }: AskedView): string {
  const [x = 0, y = 0] = at;
  const half = (side / 2) * resolution;
  return address('wms', {
    SERVICE: 'WMS',
    VERSION: '1.3.0',
    REQUEST: 'GetFeatureInfo',
    LAYERS: layer,
    QUERY_LAYERS: layer,
    STYLES: '',
    CRS: crs,
    BBOX: [x - half, y - half, x + half, y + half].map(value => value.toFixed(3)).join(','),
    WIDTH: side,
    HEIGHT: side,
    I: (side - 1) / 2,
    J: (side - 1) / 2,
    INFO_FORMAT: 'application/json',
    FEATURE_COUNT: mostFeatures,
  });
}

function layerPart({ shown, features, failure }: Found): HTMLElement {
  return h(
    'section',
    { class: 'identified' },
    h('h3', {}, titleParts(shown.layer.title)),
    failure === null ? null : h('p', { class: 'note error' }, failure),
    features.length === 1 ? features.map(featureTable) : features.map(foldedFeature),
    features.length === mostFeatures ? h('p', { class: 'note' }, say('identifyMore', { n: mostFeatures })) : null,
  );
}

/** Several features at one place: the first open, the others by a word that tells them apart. */
function foldedFeature(properties: Readonly<Record<string, unknown>>, place: number): HTMLElement {
  return h('details', { open: place === 0 }, h('summary', {}, nameOf(properties, place)), featureTable(properties));
}

/** A feature's name, else its first text, else its number. */
function nameOf(properties: Readonly<Record<string, unknown>>, place: number): string {
  const texts = Object.entries(properties).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '');
  const named = texts.find(([name]) => /^(nom|name|libelle|titre|title|label)/i.test(name)) ?? texts[0];
  return named?.[1] ?? String(place + 1);
}

function featureTable(properties: Readonly<Record<string, unknown>>): HTMLElement {
  const rows = Object.entries(properties).filter(([, value]) => value !== null && value !== undefined && value !== '');
  if (rows.length === 0) return h('p', { class: 'note' }, say('noAttributes'));
  return h(
    'table',
    {},
    h(
      'tbody',
      {},
      ...rows.map(([name, value]) => h('tr', {}, h('th', { scope: 'row' }, attributeInWords(name)), h('td', {}, valueOf(value)))),
    ),
  );
}

/** `type_voie` reads « type voie ». */
const attributeInWords = (name: string): string => name.replaceAll('_', ' ');

function valueOf(value: unknown): string | HTMLElement {
  if (typeof value === 'boolean') return say(value ? 'yes' : 'no');
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : decimal(value);
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  const text = String(value);
  return /^https?:\/\/\S+$/i.test(text) ? h('a', { href: text, target: '_blank', rel: 'noopener noreferrer' }, text) : text;
}
