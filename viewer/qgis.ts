// « Ajouter à QGIS »: the addresses of the services, of the whole and of one layer, ready to be copied, and what to do where a tool cannot
// log in.
import type { MapLayer } from './capabilities';
import { copyLine } from './copy-line';
import { dialogWith } from './dialog';
import { fill, h, type Child } from './dom';
import { readExplanation } from './explain';
import { keyedAddress, plainAddress } from './services';
import { say } from './words';

/** Address of a service of the whole partnership; `{z}` and the like stay as they are. */
const whole = (): Child => [
  copyLine(say('serviceWms'), plainAddress('wms')),
  copyLine(say('serviceWfs'), plainAddress('wfs')),
  copyLine(say('serviceWmts'), plainAddress('wmts')),
  copyLine(say('serviceOgc'), plainAddress('ogc')),
  copyLine(say('serviceCsw'), plainAddress('csw')),
];

/** Addresses of one layer; those of its features where the caller may read them. */
export function layerAddresses(layer: MapLayer, features: boolean): Child {
  return [
    h('p', { class: 'note' }, say('qgisLayerHelp', { name: layer.name })),
    copyLine(say('serviceWms'), plainAddress('wms')),
    copyLine(say('serviceXyz'), `${plainAddress('tiles')}/${layer.name}/{z}/{x}/{y}.png`),
    copyLine(say('serviceWmts'), plainAddress('wmts')),
    features
      ? [copyLine(say('serviceWfs'), plainAddress('wfs')), copyLine(say('serviceOgc'), `${plainAddress('ogc')}/collections/${layer.name}`)]
      : h('p', { class: 'note' }, say('qgisViewOnly')),
  ];
}

/** Whether the caller may read the features of a layer; when that cannot be told, the address does no harm. */
export async function readsFeatures(layer: MapLayer): Promise<boolean> {
  try {
    const { decisions } = await readExplanation({ layer: layer.name });
    return decisions.find(one => one.action === 'feature')?.allowed ?? true;
  } catch {
    return true;
  }
}

export class QgisDialog {
  readonly element: HTMLDialogElement;
  readonly #title = h('h2', { id: 'qgis-title' });
  readonly #layer = h('div', { class: 'addresses', 'aria-live': 'polite' });

  constructor() {
    this.element = dialogWith(
      'sheet qgis',
      'qgis-title',
      h(
        'div',
        { class: 'sheet-body' },
        this.#title,
        h('p', { class: 'lead' }, say('qgisMenu')),
        this.#layer,
        h('section', { class: 'addresses' }, h('h3', {}, say('qgisWhole')), whole()),
        h('p', { class: 'note' }, say('qgisLogin')),
        h(
          'section',
          { class: 'addresses key' },
          h('h3', {}, say('qgisKeyTitle')),
          h('p', { class: 'note' }, say('qgisKeyHelp')),
          copyLine(say('qgisKeyAddress'), keyedAddress(say('qgisKeyWord'), 'wfs')),
        ),
      ),
    );
  }

  /** For one layer and the whole, or for the whole alone. */
  open(layer: MapLayer | null): void {
    this.#title.textContent = layer ? say('qgisLayerTitle', { title: layer.title }) : say('qgisTitle');
    fill(this.#layer);
    if (layer) void this.#showLayer(layer);
    this.element.showModal();
  }

  async #showLayer(layer: MapLayer): Promise<void> {
    fill(this.#layer, h('h3', {}, say('qgisLayer')), layerAddresses(layer, await readsFeatures(layer)));
  }
}
