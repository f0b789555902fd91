// The panel beside the map: tabs by the usual keys, collapsible. On small screens it covers the map, and the parts of the page stand in a
// row at the bottom, in reach of the thumb.
import { h, icon, signButton, type IconName } from './dom';
import { say } from './words';

export interface Tab {
  readonly name: string;
  readonly label: string;
  readonly sign: IconName;
  readonly content: HTMLElement;
}

const small = window.matchMedia('(max-width: 760px)');

interface Part {
  readonly tab: Tab;
  readonly button: HTMLButtonElement;
  readonly body: HTMLElement;
  readonly count: HTMLElement;
  /** The same in the row at the bottom. */
  readonly below: HTMLButtonElement;
  readonly countBelow: HTMLElement;
}

export class Panel {
  readonly element: HTMLElement;
  /** The button on the map that brings a collapsed panel back. */
  readonly opener: HTMLButtonElement;
  /** The row at the bottom of small screens. */
  readonly row: HTMLElement;
  readonly #parts: readonly Part[];
  readonly #map: HTMLButtonElement;

  constructor(tabs: readonly Tab[]) {
    this.#parts = tabs.map(tab => this.#part(tab));
    const list = h('div', { role: 'tablist', class: 'tabs', 'aria-label': say('panel') }, ...this.#parts.map(one => one.button));
    list.addEventListener('keydown', event => this.#byKey(event));
    this.element = h(
      'aside',
      { class: 'panel', 'aria-label': say('panel') },
      h(
        'div',
        { class: 'panel-head' },
        list,
        signButton('back', say('closePanel'), () => this.setOpen(false), { class: 'sign collapse' }),
      ),
      ...this.#parts.map(one => one.body),
    );
    this.opener = h(
      'button',
      { type: 'button', class: 'map-button opener', 'aria-expanded': 'false', onclick: () => this.setOpen(true) },
      icon('list'),
      h('span', {}, say('inventory')),
    );
    this.#map = h('button', { type: 'button', onclick: () => this.setOpen(false) }, icon('map'), h('span', {}, say('mapTab')));
    this.row = h('nav', { class: 'bottom-row', 'aria-label': say('navigation') }, this.#map, ...this.#parts.map(one => one.below));
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape' && small.matches) this.setOpen(false);
    });
    const [first] = tabs;
    if (first) this.#choose(first.name);
    this.#setHidden(small.matches);
    small.addEventListener('change', () => this.#setHidden(small.matches));
  }

  setOpen(open: boolean): void {
    this.#setHidden(!open);
    const chosen = this.#parts.find(one => !one.body.hidden);
    if (small.matches) (open ? chosen?.below : this.#map)?.focus();
    else if (open) chosen?.button.focus();
    else this.opener.focus();
  }

  /** Brings a part to the front. */
  show(name: string): void {
    this.#choose(name);
    this.#setHidden(false);
  }

  /** On a small screen the map is under the panel: it makes room. */
  collapseOnSmall(): void {
    if (small.matches) this.#setHidden(true);
  }

  /** A number beside the name of a tab. */
  setCount(name: string, count: number): void {
    const part = this.#parts.find(one => one.tab.name === name);
    if (part) for (const element of [part.count, part.countBelow]) element.textContent = count === 0 ? '' : String(count);
  }

  #part(tab: Tab): Part {
    const count = h('span', { class: 'count' });
    const countBelow = h('span', { class: 'count' });
    const button = h(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${tab.name}`,
        'aria-controls': `panel-${tab.name}`,
        onclick: () => this.#choose(tab.name),
      },
      icon(tab.sign),
      tab.label,
      count,
    );
    const body = h(
      'div',
      { role: 'tabpanel', id: `panel-${tab.name}`, class: 'tab-body', 'aria-labelledby': `tab-${tab.name}` },
      tab.content,
    );
    const below = h('button', { type: 'button', onclick: () => this.show(tab.name) }, icon(tab.sign), h('span', {}, tab.label), countBelow);
    return { tab, button, body, count, below, countBelow };
  }

  #setHidden(hidden: boolean): void {
    this.element.hidden = hidden;
    this.opener.hidden = !hidden;
    this.opener.setAttribute('aria-expanded', String(!hidden));
    this.#follow();
  }

  #choose(name: string): void {
    for (const { tab, button, body } of this.#parts) {
      const chosen = tab.name === name;
      button.setAttribute('aria-selected', String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      body.hidden = !chosen;
    }
    this.#follow();
  }

  /** The row says which part is in front. */
  #follow(): void {
    const mark = (button: HTMLElement, current: boolean): void => {
      if (current) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    };
    mark(this.#map, this.element.hidden === true);
    for (const { below, body } of this.#parts) mark(below, this.element.hidden !== true && body.hidden !== true);
  }

  #byKey(event: KeyboardEvent): void {
    const at = this.#parts.findIndex(one => one.button === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.#parts.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    const next = this.#parts[(to + this.#parts.length) % this.#parts.length];
    if (!next) return;
    event.preventDefault();
    this.#choose(next.tab.name);
    next.button.focus();
  }
}
