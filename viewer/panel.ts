// The panel beside the map: tabs by the usual keys, collapsible, above the map on small screens.
import { h, icon, signButton, type IconName } from './dom';
import { say } from './words';

export interface Tab {
  readonly name: string;
  readonly label: string;
  readonly sign: IconName;
  readonly content: HTMLElement;
}

const small = window.matchMedia('(max-width: 760px)');

export class Panel {
  readonly element: HTMLElement;
  /** The button on the map that brings a collapsed panel back. */
  readonly opener: HTMLButtonElement;
  readonly #tabs: readonly {
    readonly tab: Tab;
    readonly button: HTMLButtonElement;
    readonly body: HTMLElement;
    readonly count: HTMLElement;
  }[];

  constructor(tabs: readonly Tab[]) {
    this.#tabs = tabs.map(tab => {
      const count = h('span', { class: 'count' });
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
      return { tab, button, body, count };
    });
    const list = h('div', { role: 'tablist', class: 'tabs', 'aria-label': say('panel') }, ...this.#tabs.map(one => one.button));
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
      ...this.#tabs.map(one => one.body),
    );
    this.opener = h(
      'button',
      { type: 'button', class: 'map-button opener', 'aria-expanded': 'false', onclick: () => this.setOpen(true) },
      icon('list'),
      h('span', {}, say('inventory')),
    );
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape' && small.matches) this.setOpen(false);
    });
    const [first] = tabs;
    if (first) this.#choose(first.name);
    this.#setHidden(small.matches);
  }

  setOpen(open: boolean): void {
    this.#setHidden(!open);
    if (open) this.#tabs.find(one => !one.body.hidden)?.button.focus();
    else this.opener.focus();
  }

  /** On a small screen the map is under the panel: it makes room. */
  collapseOnSmall(): void {
    if (small.matches) this.#setHidden(true);
  }

  /** A number beside the name of a tab. */
  setCount(name: string, count: number): void {
    const tab = this.#tabs.find(one => one.tab.name === name);
    if (tab) tab.count.textContent = count === 0 ? '' : String(count);
  }

  #setHidden(hidden: boolean): void {
    this.element.hidden = hidden;
    this.opener.hidden = !hidden;
    this.opener.setAttribute('aria-expanded', String(!hidden));
  }

  #choose(name: string): void {
    for (const { tab, button, body } of this.#tabs) {
      const chosen = tab.name === name;
      button.setAttribute('aria-selected', String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      body.hidden = !chosen;
    }
  }

  #byKey(event: KeyboardEvent): void {
    const at = this.#tabs.findIndex(one => one.button === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.#tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    const next = this.#tabs[(to + this.#tabs.length) % this.#tabs.length];
    if (!next) return;
    event.preventDefault();
    this.#choose(next.tab.name);
    next.button.focus();
  }
}
