// The frame of the page: header with account and language, banners, panel, map, status line, dialogs; and short words to the reader.
import type { Account } from './account';
import { fill, h } from './dom';
import type { Identify } from './identify';
import type { MeasureBox } from './measure-box';
import type { Panel } from './panel';
import { printSheet } from './print';
import type { StatusBar } from './status-bar';
import type { Toolbar } from './toolbar';
import { language, say } from './words';

export interface PageParts {
  readonly account: Account;
  readonly panel: Panel;
  readonly toolbar: Toolbar;
  readonly status: StatusBar;
  readonly identify: Identify;
  readonly measure: MeasureBox;
  readonly dialogs: readonly HTMLElement[];
}

export interface Page {
  readonly elements: readonly HTMLElement[];
  /** Where the map is drawn. */
  readonly target: HTMLElement;
  readonly loading: HTMLElement;
  /** A short word to the reader, seen and heard. */
  tell(text: string): void;
  /** Heard only. */
  announce(text: string): void;
  /** Something the reader has to know, and what can be done about it; it stays until calm(). */
  warn(text: string, remedy: { readonly label: string; readonly run: () => void } | null): void;
  calm(): void;
  setBanners(texts: readonly string[]): void;
  /** The address of the same map in the other language. */
  setOtherLanguage(address: (lang: string) => string): void;
}

export function page({ account, panel, toolbar, status, identify, measure, dialogs }: PageParts): Page {
  const announcement = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
  const toast = h('div', { class: 'toast', hidden: true });
  const banners = h('div', { class: 'banners' });
  const alertBox = h('div', { class: 'alert', role: 'alert', hidden: true });
  const loading = h('div', { class: 'map-loading', role: 'status', hidden: true }, say('mapLoading'));
  const target = h('div', {
    id: 'map',
    class: 'map',
    tabindex: 0,
    role: 'application',
    'aria-label': say('map'),
    'aria-describedby': 'map-help',
  });
  const other = language === 'fr' ? 'en' : 'fr';
  const languageLink = h(
    'a',
    { class: 'language', href: `?lang=${other}`, lang: other, hreflang: other, 'aria-label': say('otherLanguage') },
    h('span', { class: 'long' }, say('otherLanguage')),
    h('span', { class: 'short', 'aria-hidden': 'true' }, other.toUpperCase()),
  );
  let timer = 0;
  const elements = [
    h('a', { class: 'skip', href: '#map' }, say('skip')),
    h(
      'header',
      { class: 'top' },
      h(
        'div',
        { class: 'brand' },
        h('img', { src: 'assets/mark.svg', alt: '', width: 36, height: 36 }),
        h('div', {}, h('h1', {}, 'GeoMIG'), h('p', {}, say('tagline'))),
      ),
      languageLink,
      account.element,
    ),
    banners,
    alertBox,
    h(
      'main',
      {},
      panel.element,
      h(
        'div',
        { class: 'map-area' },
        h(
          'div',
          { class: 'map-stage' },
          target,
          h('p', { id: 'map-help', class: 'visually-hidden' }, say('mapHelp')),
          h('div', { class: 'cross', 'aria-hidden': 'true' }),
          panel.opener,
          toolbar.element,
          loading,
          measure.element,
          identify.element,
          toast,
        ),
        status.element,
      ),
    ),
    panel.row,
    ...dialogs,
    account.dialog,
    announcement,
    printSheet,
  ];
  return {
    elements,
    target,
    loading,
    announce: text => (announcement.textContent = text),
    tell: text => {
      announcement.textContent = text;
      toast.textContent = text;
      toast.hidden = false;
      clearTimeout(timer);
      timer = window.setTimeout(() => (toast.hidden = true), 6000);
    },
    warn: (text, remedy) => {
      const button = remedy && h('button', { type: 'button', class: 'small', onclick: () => remedy.run() }, remedy.label);
      fill(alertBox, h('p', {}, text), button);
      alertBox.hidden = false;
    },
    calm: () => (alertBox.hidden = true),
    setBanners: texts => fill(banners, ...texts.map(text => h('p', { class: 'banner', role: 'note' }, text))),
    setOtherLanguage: address => languageLink.setAttribute('href', address(other)),
  };
}
