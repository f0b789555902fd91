// The layers on the map with their switches, order, opacity, legend and warnings; below them the background, and what may still be added.
import type { BackgroundKind } from './background';
import type { MapLayer } from './capabilities';
import { fill, h, titleParts, type Child } from './dom';
import { moveFocus } from './keys';
import { layerRow, type Row } from './layer-row';
import type { ShownLayers } from './shown-layers';
import { say, type Word } from './words';

export interface LayerListEvents {
  readonly onZoom: (layer: MapLayer) => void;
  readonly onRecord: (identifier: string) => void;
  readonly onQgis: (layer: MapLayer) => void;
  readonly onInventory: () => void;
  /** A word for those who do not see it. */
  readonly announce: (text: string) => void;
}

const backgrounds: Readonly<Record<BackgroundKind, Word>> = {
  plan: 'backgroundPlan',
  relief: 'backgroundRelief',
  none: 'backgroundNone',
};

export class LayerList {
  readonly element: HTMLElement;
  readonly #shown: ShownLayers;
  readonly #events: LayerListEvents;
  readonly #list = h('ol', { class: 'shown-layers', 'aria-labelledby': 'shown-title' });
  readonly #none = h('div', { class: 'empty' });
  readonly #background = h('fieldset', { class: 'background' });
  readonly #available = h('ul', { class: 'available', 'aria-labelledby': 'available-title' });
  readonly #rows: Record<string, { readonly layer: MapLayer; readonly row: Row }> = {};
  #denominator = 0;
  #loading = true;
  #failed = false;
  /** What the background was last made of, so that its choice is not made anew under the reader's finger. */
  #told = '';

  constructor(shown: ShownLayers, events: LayerListEvents) {
    this.#shown = shown;
    this.#events = events;
    fill(
      this.#none,
      h('p', {}, say('noShownLayers')),
      h('button', { type: 'button', onclick: () => events.onInventory() }, say('openInventory')),
    );
    this.element = h(
      'div',
      { class: 'layers' },
      h('h2', { class: 'section', id: 'shown-title' }, say('shownLayers')),
      this.#none,
      this.#list,
      this.#background,
      h('h2', { class: 'section', id: 'available-title' }, say('availableLayers')),
      this.#available,
    );
    this.#available.addEventListener('keydown', event => moveFocus(event, [...this.#available.querySelectorAll<HTMLElement>('button')]));
    shown.listen(() => this.#show());
    this.#show();
  }

  /** Warnings follow the scale of the map. */
  setScale(denominator: number): void {
    this.#denominator = denominator;
    this.#show();
  }

  /** Layers are known now, even if there are none, or they could not be had. */
  setLoaded(failed: boolean): void {
    this.#loading = false;
    this.#failed = failed;
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
    this.#showBackground();
    this.#showAvailable(offer.layers.filter(layer => !this.#shown.find(layer.name)));
  }

  #row(layer: MapLayer): Row {
    return layerRow(layer, {
      onZoom: this.#events.onZoom,
      onRecord: this.#events.onRecord,
      onQgis: this.#events.onQgis,
      onChange: change => this.#shown.change(layer.name, change),
      onMove: by => this.#moveTo(layer, this.#place(layer) + by),
      onMoveTo: place => this.#moveTo(layer, place),
      onRemove: () => this.#remove(layer),
    });
  }

  readonly #place = (layer: MapLayer): number => this.#shown.list.findIndex(one => one.layer.name === layer.name);

  #moveTo(layer: MapLayer, to: number): void {
    const before = this.#place(layer);
    this.#shown.moveTo(layer.name, to);
    const place = this.#place(layer) + 1;
    if (place !== before + 1) this.#events.announce(say('moved', { title: layer.title, place, n: this.#shown.list.length }));
  }

  /** The focus goes to the next row, else to the heading's list: it does not fall off the page. */
  #remove(layer: MapLayer): void {
    const place = this.#place(layer);
    this.#shown.remove(layer.name);
    this.#events.announce(say('layerRemoved', { title: layer.title }));
    const row = this.#list.children[Math.min(place, this.#list.children.length - 1)];
    (row ?? this.element).querySelector<HTMLElement>(row ? 'input[type=checkbox]' : 'button')?.focus();
  }

  #showBackground(): void {
    const { possibleBackgrounds: possible, backgroundKind, background } = this.#shown;
    const titles = background.map(one => one.layer.title).join(', ');
    const told = [possible.join(), backgroundKind, titles, String(this.#loading), String(this.#failed)].join('\n');
    if (told === this.#told) return;
    this.#told = told;
    const focused = this.#background.contains(document.activeElement);
    const choice = (kind: BackgroundKind): HTMLElement => {
      const input = h('input', { type: 'radio', name: 'background', value: kind, onchange: () => this.#shown.setBackground(kind) });
      input.checked = kind === backgroundKind || (kind === 'none' && !possible.includes(backgroundKind));
      return h('label', { class: 'choice' }, input, h('span', {}, say(backgrounds[kind])));
    };
    const missing = possible.length < 2 && !this.#loading && !this.#failed;
    fill(
      this.#background,
      h('legend', { class: 'section' }, say('background')),
      missing ? h('p', { class: 'note' }, say('backgroundMissing')) : h('div', { class: 'choices' }, possible.map(choice)),
      titles === '' ? null : h('p', { class: 'note' }, say('backgroundMade', { titles })),
    );
    if (focused) this.#background.querySelector<HTMLElement>('input:checked')?.focus();
  }

  #showAvailable(layers: readonly MapLayer[]): void {
    const word = this.#loading
      ? 'loadingLayers'
      : this.#failed
        ? 'layersFailed'
        : this.#shown.offer.layers.length === 0
          ? 'noLayersAtAll'
          : 'noMoreLayers';
    const add = (layer: MapLayer): void => {
      const at = [...this.#available.children].findIndex(item => item.contains(document.activeElement));
      this.#shown.add(layer);
      this.#events.announce(say('layerAdded', { title: layer.title }));
      this.#available.children[Math.min(Math.max(0, at), this.#available.children.length - 1)]?.querySelector('button')?.focus();
    };
    const item = (layer: MapLayer): Child =>
      h(
        'li',
        {},
        h('span', { class: 'name' }, titleParts(layer.title)),
        h(
          'button',
          { type: 'button', class: 'small', 'aria-label': `${say('show')} : ${layer.title}`, onclick: () => add(layer) },
          say('show'),
        ),
      );
    const names = layers.map(layer => layer.name).join();
    if (names !== '' && this.#available.dataset['names'] === names) return;
    this.#available.dataset['names'] = names;
    fill(this.#available, layers.length === 0 ? h('li', { class: 'empty' }, say(word)) : layers.map(item));
  }
}
