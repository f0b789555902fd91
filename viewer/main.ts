// The page put together: header, panel with inventory and layers, map with its mention; what reloads when the caller changes.
import 'ol/ol.css';
import './styles/base.css';
import './styles/header.css';
import './styles/panel.css';
import './styles/inventory.css';
import './styles/layers.css';
import './styles/map.css';
import './styles/identify.css';
import './styles/dialogs.css';
import './styles/screens.css';
import { Account } from './account';
import { readOffer } from './capabilities';
import { readRecord } from './catalogue';
import { fill, h, icon } from './dom';
import { Identify } from './identify';
import { Inventory } from './inventory';
import { LayerList } from './layer-list';
import { MapView, scaleInWords } from './map-view';
import { mentionLine, mentionOf } from './mention';
import { Panel } from './panel';
import { fileName, mapPicture, save } from './picture-export';
import { toMap } from './projection';
import { usageScaleOf } from './record';
import { inWords } from './services';
import { nobody, readSession, type Session } from './session';
import { RecordSheet } from './sheet';
import { isBackground, ShownLayers } from './shown-layers';
import { dayInWords, language, say } from './words';

const shown = new ShownLayers();
const announcement = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
const toast = h('div', { class: 'toast', hidden: true });
const banners = h('div', { class: 'banners' });
const alertBox = h('div', { class: 'alert', role: 'alert', hidden: true });
const loading = h('div', { class: 'map-loading', role: 'status', hidden: true }, say('mapLoading'));
const scale = h('output', { class: 'scale', 'aria-label': say('scaleOf', { n: '' }) });
const target = h('div', {
  id: 'map',
  class: 'map',
  tabindex: 0,
  role: 'application',
  'aria-label': say('map'),
  'aria-describedby': 'map-help',
});
let toastTimer = 0;

/** A short word to the reader, seen and heard. */
function tell(text: string): void {
  announcement.textContent = text;
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => (toast.hidden = true), 6000);
}

const sheet = new RecordSheet(shown, box => {
  panel.collapseOnSmall();
  view.showExtent(toMap(box));
});
const openRecord = (identifier: string): void => void sheet.open(identifier);
const inventory = new Inventory(shown, openRecord);
const layerList = new LayerList(shown, {
  onRecord: openRecord,
  onZoom: layer => {
    panel.collapseOnSmall();
    if (layer.extent) view.showExtent(toMap(layer.extent));
  },
});
const panel = new Panel([
  { name: 'inventory', label: say('inventory'), sign: 'list', content: inventory.element },
  { name: 'layers', label: say('layers'), sign: 'layers', content: layerList.element },
]);
shown.listen(() => panel.setCount('layers', shown.list.length));
const identify = new Identify(shown, () => target.focus({ preventScroll: true }));
const account = new Account({ onChange: changed, say: tell });

const exportButton = h(
  'button',
  { type: 'button', class: 'map-button', onclick: () => void exportPicture() },
  icon('image'),
  h('span', {}, say('export')),
);
const territoryButton = h(
  'button',
  {
    type: 'button',
    class: 'map-button',
    title: say('wholeTerritory'),
    'aria-label': say('wholeTerritory'),
    onclick: () => view.showTerritory(),
  },
  icon('target'),
);

document.documentElement.lang = language;
document.title = say('pageTitle');
const app = document.getElementById('app');
if (app) fill(app, page());
const view = new MapView(target, shown, {
  onLoading: pictures => (loading.hidden = pictures === 0),
  onScale: denominator => {
    scale.textContent = scaleInWords(denominator);
    layerList.setScale(denominator);
  },
  onIdentify: at => void identify.ask(at, view.resolution, view.denominator),
});
shown.listen(learnUsageScales);
void start();

function page(): HTMLElement[] {
  const other = language === 'fr' ? 'en' : 'fr';
  const address = new URL(location.href);
  address.searchParams.set('lang', other);
  return [
    h('a', { class: 'skip', href: '#map' }, say('skip')),
    h(
      'header',
      { class: 'top' },
      h(
        'div',
        { class: 'brand' },
        h('img', { src: 'assets/mark.svg', alt: '', width: 32, height: 32 }),
        h('div', {}, h('h1', {}, 'GeoMIG'), h('p', {}, say('tagline'))),
      ),
      h('a', { class: 'language', href: `${address.pathname}${address.search}`, lang: other, hreflang: other }, say('otherLanguage')),
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
          h('div', { class: 'map-tools' }, territoryButton, exportButton),
          loading,
          identify.element,
          toast,
        ),
        h('footer', { class: 'map-foot' }, scale, mentionLine(shown)),
      ),
    ),
    sheet.element,
    account.dialog,
    announcement,
  ];
}

async function start(): Promise<void> {
  account.show(nobody);
  await reload();
  const asked = new URLSearchParams(location.search);
  const names = asked.get('layers')?.split(',') ?? [];
  const layers = shown.offer.layers.filter(layer => names.includes(layer.name) || isBackground(layer));
  for (const layer of layers) shown.add(layer);
  const record = asked.get('record');
  if (record) openRecord(record);
}

/** Session, layers and inventory as the caller has them now. */
async function reload(): Promise<Session> {
  alertBox.hidden = true;
  const [session] = await Promise.all([loadSession(), loadLayers(), inventory.reload()]);
  return session;
}

async function loadSession(): Promise<Session> {
  try {
    const session = await readSession();
    account.show(session);
    fill(banners, ...session.banners.map(text => h('p', { class: 'banner', role: 'note' }, text)));
    if (session.suspended) warn(say('suspended'));
    return session;
  } catch (error) {
    warn(inWords(error));
    return nobody;
  }
}

async function loadLayers(): Promise<void> {
  try {
    shown.setOffer(await readOffer());
  } catch (error) {
    shown.setOffer({ title: '', layers: [] });
    warn(inWords(error));
  }
  layerList.setLoaded();
}

function warn(text: string): void {
  fill(alertBox, h('p', {}, text), h('button', { type: 'button', class: 'small', onclick: () => void reload() }, say('retry')));
  alertBox.hidden = false;
}

/** Another caller: nothing of the former one stays on the page. */
async function changed(change: 'in' | 'out'): Promise<void> {
  identify.close();
  const session = await reload();
  view.redraw();
  tell(change === 'out' ? say('loggedOut') : say('welcome', { name: session.name ?? session.login ?? '' }));
}

/** Usage scales by record; a record that is being read stands here as null. */
const usageScales = new Map<string, number | null>();

/** The scale that a layer is meant for stands in its record: it is read when the layer is first shown. */
function learnUsageScales(): void {
  for (const { layer, usageScale } of shown.list) {
    const { record } = layer;
    if (record === null || usageScale !== null) continue;
    const known = usageScales.get(record);
    if (known === undefined) void readUsageScale(record);
    else if (known !== null) shown.change(layer.name, { usageScale: known });
  }
}

async function readUsageScale(identifier: string): Promise<void> {
  usageScales.set(identifier, null);
  try {
    const record = await readRecord(identifier);
    usageScales.set(identifier, record && usageScaleOf(record));
    learnUsageScales();
  } catch {
    // a warning less, the map stays; asked again when the layers change
    usageScales.delete(identifier);
  }
}

async function exportPicture(): Promise<void> {
  exportButton.disabled = true;
  announcement.textContent = say('exporting');
  try {
    await view.settled();
    const now = new Date();
    const picture = await mapPicture(view.map, view.resolution, {
      title: shown.offer.title || say('pageTitle'),
      mention: mentionOf(shown),
      scale: scaleInWords(view.denominator),
      date: say('mapDate', { date: dayInWords(now) }),
    });
    save(picture, fileName(now));
    tell(say('exported'));
  } catch {
    tell(say('exportFailed'));
  } finally {
    exportButton.disabled = false;
  }
}
