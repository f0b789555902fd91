// The layers on the map with their switches, opacity, legend and warnings, and below them those that may still be added.
import { legendAddress, type MapLayer } from './capabilities';
import { fill, h, icon, signButton } from './dom';
import { inScale, type ShownLayer, type ShownLayers } from './shown-layers';
import { say, wholeNumber } from './words';

export interface LayerListEvents {
  readonly onZoom: (layer: MapLayer) => void;
  readonly onRecord: (identifier: string) => void;
}

/** The nodes of one layer that change while it stays in the list. */
interface Row {
  readonly element: HTMLElement;
  readonly update: (one: ShownLayer, first: boolean, last: boolean, denominator: number) => void;
}

export class LayerList {
  readonly element: HTMLElement;
  readonly #shown: ShownLayers;
  readonly #events: LayerListEvents;
  readonly #list = h('ol', { class: 'shown-layers' });
  readonly #none = h('p', { class: 'empty' }, say('noShownLayers'));
  readonly #available = h('ul', { class: 'available' });
  readonly #rows: Record<string, { readonly layer: MapLayer; readonly row: Row }> = {};
  #denominator = 0;
  #loading = true;

  constructor(shown: ShownLayers, events: LayerListEvents) {
    this.#shown = shown;
    this.#events = events;
    this.element = h(
      'div',
      { class: 'layers' },
      h('h2', { class: 'section' }, say('shownLayers')),
      this.#none,
      this.#list,
      h('h2', { class: 'section' }, say('availableLayers')),
      this.#available,
    );
    shown.listen(() => this.#show());
    this.#show();
  }

  /** Warnings follow the scale of the map. */
  setScale(denominator: number): void {
    this.#denominator = denominator;
    this.#show();
  }

  /** Layers are known now, even if there are none. */
  setLoaded(): void {
    this.#loading = false;
    this.#show();
  }

  #show(): void {
    const { list, offer } = this.#shown;
    const focused = document.activeElement;
    this.#none.hidden = list.length > 0 || this.#loading;
    for (const name of Object.keys(this.#rows)) if (!this.#shown.find(name)) delete this.#rows[name];
    const elements = list.map((one, place) => {
      const known = this.#rows[one.layer.name];
      const row = known?.layer === one.layer ? known.row : this.#row(one.layer);
      this.#rows[one.layer.name] = { layer: one.layer, row };
      row.update(one, place === 0, place === list.length - 1, this.#denominator);
      return row.element;
    });
    if (elements.some((element, place) => this.#list.children[place] !== element) || elements.length !== this.#list.children.length)
      fill(this.#list, ...elements);
    // a row that moved keeps the focus of its button
    if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) focused.focus();
    this.#showAvailable(offer.layers.filter(layer => !this.#shown.find(layer.name)));
  }

  #showAvailable(layers: readonly MapLayer[]): void {
    const word = this.#loading ? 'loadingLayers' : this.#shown.offer.layers.length === 0 ? 'noLayersAtAll' : 'noMoreLayers';
    fill(
      this.#available,
      layers.length === 0
        ? h('li', { class: 'empty' }, say(word))
        : layers.map(layer =>
            h(
              'li',
              {},
              h('span', { class: 'name' }, layer.title),
              h(
                'button',
                { type: 'button', class: 'small', 'aria-label': `${say('show')} : ${layer.title}`, onclick: () => this.#shown.add(layer) },
                say('show'),
              ),
            ),
          ),
    );
  }

  #row(layer: MapLayer): Row {
    const { name, title, record } = layer;
    const visible = h('input', {
      type: 'checkbox',
      'aria-label': say('layerVisible', { title }),
      onchange: () => this.#shown.change(name, { visible: visible.checked }),
    });
    const opacity = h('input', {
      type: 'range',
      min: 0,
      max: 100,
      step: 5,
      'aria-label': say('opacityOf', { title }),
      oninput: () => this.#shown.change(name, { opacity: Number(opacity.value) / 100 }),
    });
    const up = signButton('up', say('moveUp', { title }), () => this.#shown.move(name, -1));
    const down = signButton('down', say('moveDown', { title }), () => this.#shown.move(name, 1));
    const notes = h('div', { class: 'notes', 'aria-live': 'polite' });
    const element = h(
      'li',
      { class: 'shown-layer', 'data-name': name },
      h('div', { class: 'head' }, h('label', {}, visible, h('span', { class: 'name' }, title)), up, down),
      notes,
      legend(layer),
      h(
        'div',
        { class: 'tools' },
        h('label', { class: 'opacity' }, h('span', { 'aria-hidden': 'true' }, say('opacity')), opacity),
        signButton('target', say('zoomToLayer', { title }), () => this.#events.onZoom(layer), { disabled: layer.extent === null }),
        record === null ? null : signButton('info', say('layerRecord', { title }), () => this.#events.onRecord(record)),
        signButton('close', say('removeLayer', { title }), () => this.#shown.remove(name)),
      ),
    );
    let told = '';
    return {
      element,
      update: (one, first, last, denominator) => {
        visible.checked = one.visible;
        opacity.value = String(Math.round(one.opacity * 100));
        up.setAttribute('aria-disabled', String(first));
        down.setAttribute('aria-disabled', String(last));
        const warnings = warningsOf(one, denominator);
        element.classList.toggle('faint', !one.visible || (denominator > 0 && !inScale(layer, denominator)));
        if (warnings.join('\n') === told) return;
        told = warnings.join('\n');
        fill(notes, ...warnings.map(text => h('p', { class: 'warning' }, icon('warning'), text)));
      },
    };
  }
}

function legend(layer: MapLayer): HTMLElement {
  const box = h('div', { class: 'legend' });
  const image = h('img', { src: legendAddress(layer), alt: say('legendOf', { title: layer.title }), loading: 'lazy' });
  image.addEventListener('error', () => fill(box, h('span', { class: 'note' }, say('legendFailed'))));
  box.append(image);
  return box;
}

function warningsOf(one: ShownLayer, denominator: number): string[] {
  const { layer, usageScale, failure } = one;
  if (denominator <= 0 || !one.visible) return [];
  if (!inScale(layer, denominator)) return [say('outOfScale', { range: rangeInWords(layer) })];
  const beyond = usageScale !== null && denominator < usageScale * 0.98 ? [say('beyondUsage', { n: wholeNumber(usageScale) })] : [];
  return failure === null ? beyond : [failure, ...beyond];
}

function rangeInWords({ minScale, maxScale }: MapLayer): string {
  const min = minScale === null ? '' : wholeNumber(minScale);
  const max = maxScale === null ? '' : wholeNumber(maxScale);
  if (minScale === null) return say('fromScale', { n: max });
  return maxScale === null ? say('toScale', { n: min }) : say('betweenScales', { min, max });
}
