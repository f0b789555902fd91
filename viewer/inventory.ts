// The inventory panel: search as one types, pages, and for each record a switch that shows its layer.
import { badges } from './badges';
import { pageSize, searchRecords, wordsFilter, type Found, type Search } from './catalogue';
import type { MapLayer, Offer } from './capabilities';
import { fill, h, icon, titleParts } from './dom';
import { FacetBar, readFacets } from './facets';
import { moveFocus } from './keys';
import { ownerOf, type MetadataRecord } from './record';
import { inWords, isAbort } from './services';
import type { ShownLayers } from './shown-layers';
import { say, wholeNumber } from './words';

const debounce = 250;
/** The layer that shows what a record describes, among those the caller may use (R45). */
export function layerOf(record: MetadataRecord, layers: readonly MapLayer[]): MapLayer | undefined {
  const mapped = layers.find(layer => layer.record !== null && layer.record === record.identifier);
  if (mapped) return mapped;
  const names = record.links.filter(link => /\bWMS\b/i.test(link.protocol)).map(link => link.name);
  return layers.find(layer => names.includes(layer.name));
}

export class Inventory {
  readonly element: HTMLElement;
  readonly #shown: ShownLayers;
  readonly #openRecord: (identifier: string) => void;
  readonly #input = h('input', {
    type: 'search',
    id: 'search',
    placeholder: say('searchHint'),
    autocomplete: 'off',
    spellcheck: 'false',
    maxlength: 200,
    oninput: () => this.#later(),
  });
  readonly #facets = new FacetBar(() => this.#first());
  readonly #status = h('p', { class: 'status', role: 'status', 'aria-live': 'polite' });
  readonly #list = h('ul', { class: 'records' });
  readonly #pager = h('nav', { class: 'pager', 'aria-label': say('pages'), hidden: true });
  #controller = new AbortController();
  #timer = 0;
  #page = 0;
  #found: Found | null = null;
  #offer: Offer;

  constructor(shown: ShownLayers, openRecord: (identifier: string) => void) {
    this.#shown = shown;
    this.#offer = shown.offer;
    this.#openRecord = openRecord;
    this.element = h(
      'div',
      { class: 'inventory' },
      h(
        'form',
        {
          class: 'search',
          role: 'search',
          onsubmit: event => {
            event.preventDefault();
            this.#first();
          },
        },
        h('label', { for: 'search', class: 'visually-hidden' }, say('searchLabel')),
        h('div', { class: 'search-field' }, icon('search'), this.#input),
        this.#facets.element,
        this.#status,
      ),
      this.#list,
      this.#pager,
    );
    this.element.addEventListener('keydown', event => moveFocus(event, this.#titles(), this.#input));
    shown.listen(() => this.#follow());
  }

  focus(): void {
    this.#input.focus();
  }

  #titles(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>('.title')];
  }

  /** Asks again from the first page: another text, another caller. */
  reload(): Promise<void> {
    this.#page = 0;
    return this.#search();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#first(), debounce);
  }

  #first(): void {
    clearTimeout(this.#timer);
    void this.reload();
  }

  async #search(): Promise<void> {
    this.#controller.abort();
    const controller = new AbortController();
    this.#controller = controller;
    const search: Search = { text: this.#input.value.trim(), ...this.#facets.filters, page: this.#page };
    void this.#showFacets(search.text, controller.signal);
    this.#status.textContent = say('searching');
    this.element.setAttribute('aria-busy', 'true');
    try {
      const found = await searchRecords(search, controller.signal);
      if (controller.signal.aborted) return;
      this.#found = found;
      this.#show(search);
    } catch (error) {
      if (isAbort(error)) return;
      this.#found = null;
      this.#status.textContent = '';
      this.#pager.hidden = true;
      fill(
        this.#list,
        h(
          'li',
          { class: 'empty', role: 'alert' },
          h('p', {}, inWords(error)),
          h('button', { type: 'button', onclick: () => void this.#search() }, say('retry')),
        ),
      );
    }
    if (this.#controller === controller) this.element.removeAttribute('aria-busy');
  }

  async #showFacets(text: string, signal: AbortSignal): Promise<void> {
    try {
      this.#facets.show(await readFacets(wordsFilter(text), signal));
    } catch (error) {
      // without numbers the filters still filter
      if (!isAbort(error)) this.#facets.show(null);
    }
  }

  #show(search: Search): void {
    const { matched, records } = this.#found ?? { matched: 0, records: [] };
    this.#status.textContent = countInWords(matched, search.page, records.length);
    if (records.length === 0) fill(this.#list, h('li', { class: 'empty' }, ...this.#nothing(search)));
    else this.#showItems();
    this.#list.scrollTop = 0;
    this.#showPager(matched);
  }

  /** An empty catalogue, or nothing found: what to do then. */
  #nothing(search: Search): HTMLElement[] {
    if (search.text === '' && this.#facets.isEmpty) return [h('p', {}, say('emptyInventory'))];
    const clear = (): void => {
      this.#input.value = '';
      this.#facets.clear();
      this.#first();
      this.#input.focus();
    };
    return [h('p', {}, say('nothingFound')), h('button', { type: 'button', onclick: clear }, say('clearSearch'))];
  }

  #showPager(matched: number): void {
    const pages = Math.ceil(matched / pageSize);
    this.#pager.hidden = pages <= 1;
    const turn = (by: number, label: string, possible: boolean): HTMLElement =>
      h(
        'button',
        {
          type: 'button',
          disabled: !possible,
          onclick: () => {
            this.#page += by;
            void this.#search();
          },
        },
        label,
      );
    fill(
      this.#pager,
      turn(-1, say('previous'), this.#page > 0),
      h('span', {}, say('page', { page: this.#page + 1, pages })),
      turn(1, say('next'), this.#page + 1 < pages),
    );
  }

  #item(record: MetadataRecord): HTMLElement {
    const layer = layerOf(record, this.#shown.offer.layers);
    const title = record.title === '' ? say('untitled') : record.title;
    return h(
      'li',
      { class: 'record' },
      h(
        'h3',
        {},
        h(
          'button',
          { type: 'button', class: 'title', 'aria-haspopup': 'dialog', onclick: () => this.#openRecord(record.identifier) },
          titleParts(title),
        ),
      ),
      h('p', { class: 'organisation' }, ownerOf(record)),
      h('p', { class: 'excerpt' }, record.abstract === '' ? say('noAbstract') : record.abstract),
      h('div', { class: 'foot' }, badges(record, layer), layer ? this.#switch(layer, title) : null),
    );
  }

  #switch(layer: MapLayer, title: string): HTMLElement {
    const input = h('input', {
      type: 'checkbox',
      role: 'switch',
      'data-layer': layer.name,
      'aria-label': `${say('showOnMap')} : ${title}`,
      onchange: () => (input.checked ? this.#shown.add(layer) : this.#shown.remove(layer.name)),
    });
    input.checked = this.#shown.find(layer.name) !== undefined;
    return h(
      'label',
      { class: 'switch' },
      input,
      h('span', { class: 'track', 'aria-hidden': 'true' }),
      h('span', { 'aria-hidden': 'true' }, say('show')),
    );
  }

  /** Switches follow what is shown; when other layers are offered, the items are made anew. */
  #follow(): void {
    if (this.#offer !== this.#shown.offer) {
      this.#offer = this.#shown.offer;
      this.#showItems();
      return;
    }
    for (const input of this.#list.querySelectorAll<HTMLInputElement>('input[data-layer]'))
      input.checked = this.#shown.find(input.dataset['layer'] ?? '') !== undefined;
  }

  #showItems(): void {
    const records = this.#found?.records ?? [];
    if (records.length > 0) fill(this.#list, ...records.map(record => this.#item(record)));
  }
}

function countInWords(matched: number, page: number, returned: number): string {
  if (matched === 0) return say('found0');
  if (matched === 1) return say('found1');
  if (matched <= pageSize) return say('foundMany', { n: wholeNumber(matched) });
  const from = page * pageSize + 1;
  return say('foundRange', { n: wholeNumber(matched), from: wholeNumber(from), to: wholeNumber(from + returned - 1) });
}
