// The page put together: header, panel with inventory and layers, map with its tools and mention; what reloads when the caller changes.
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
import './styles/print.css';
import { Account } from './account';
import { readOffer } from './capabilities';
import { fill } from './dom';
import { Identify } from './identify';
import { Inventory } from './inventory';
import { LayerList } from './layer-list';
import { MapView, scaleInWords } from './map-view';
import { MeasureBox } from './measure-box';
import { mentionOf } from './mention';
import { page } from './page';
import { Panel } from './panel';
import { readLink, sharedAddress, writeLink, type LinkedMap } from './permalink';
import { fileName, mapPicture, save } from './picture-export';
import { printMap } from './print';
import type { MapCrs } from './projection';
import { QgisDialog } from './qgis';
import { inWords, ServiceError } from './services';
import { nobody, readSession, type Session } from './session';
import { ShareDialog } from './share';
import { RecordSheet } from './sheet';
import { ShownLayers, type Wanted } from './shown-layers';
import { StatusBar } from './status-bar';
import { Toolbar, type Tool } from './toolbar';
import { learnUsageScales } from './usage-scales';
import { dayInWords, language, say } from './words';

const shown = new ShownLayers();
let session: Session = nobody;
/** Layers of a link that are not visible to this caller: perhaps to the next. */
let wanted: readonly Wanted[] = [];
/** From when on the address follows the map; the hash as it was last written. */
let started = false;
let written = '';
let linkTimer = 0;
let looking = false;

const sheet = new RecordSheet(shown, {
  onExtent: box => {
    panel.collapseOnSmall();
    view.showBox(box);
  },
  canLogIn: () => session.login === null,
  onLogIn: () => account.open(),
  onChange: () => keepLink(),
});
const openRecord = (identifier: string): void => void sheet.open(identifier);
const inventory = new Inventory(shown, openRecord);
const qgis = new QgisDialog();
const share = new ShareDialog();
const layerList = new LayerList(shown, {
  onRecord: openRecord,
  onZoom: layer => {
    panel.collapseOnSmall();
    if (layer.extent) view.showBox(layer.extent);
  },
  onQgis: layer => qgis.open(layer),
  onInventory: () => {
    panel.show('inventory');
    inventory.focus();
  },
  announce: text => parts.announce(text),
});
const panel = new Panel([
  { name: 'inventory', label: say('inventory'), sign: 'list', content: inventory.element },
  { name: 'layers', label: say('layers'), sign: 'layers', content: layerList.element },
]);
const account = new Account({ onChange: changed, say: text => parts.tell(text) });
const toolbar = new Toolbar(tool => use(tool));
const status = new StatusBar(shown, setCrs);
const identify = new Identify(shown, () => parts.target.focus({ preventScroll: true }));
const measure = new MeasureBox({
  map: () => view.map,
  crs: () => view.crs,
  onClose: () => {
    toolbar.setPressed('measure', false);
    parts.target.focus({ preventScroll: true });
  },
  onFailure: text => parts.tell(text),
});
const parts = page({ account, panel, toolbar, status, identify, measure, dialogs: [sheet.element, qgis.element, share.element] });
document.documentElement.lang = language;
document.title = say('pageTitle');
const app = document.getElementById('app');
if (app) fill(app, parts.elements);

const view = new MapView(parts.target, shown, {
  onLoading: pictures => (parts.loading.hidden = pictures === 0),
  onMove: () => {
    status.showScale(view.denominator);
    status.showPlace(view.centre, view.crs);
    layerList.setScale(view.denominator);
    keepLink();
  },
  onPointer: at => status.showPlace(at ?? view.centre, view.crs),
  onClick: at => {
    if (measure.isOpen) measure.add(at);
  },
  onPlace: at => {
    if (!measure.isOpen) void identify.ask(at, view);
  },
  onFailure: () => void lookAtSession(),
});
parts.target.addEventListener('keydown', event => {
  if (!measure.isOpen) return;
  if (event.key === 'Backspace') measure.undo();
  else if (event.key === 'Escape') measure.close();
});
shown.listen(() => panel.setCount('layers', shown.list.length));
shown.listen(() => keepLink());
learnUsageScales(shown);
void start();

async function start(): Promise<void> {
  account.show(nobody);
  const link = readLink(location);
  if (link.crs) setCrs(link.crs);
  if (link.background) shown.setBackground(link.background);
  if (link.view) view.showPlace(link.view);
  await reload();
  // banners have taken their room: the whole territory still fits
  if (!link.view) view.showTerritory(0);
  follow(link);
  started = true;
  keepLink();
}

/** The map as a link says it; what this caller may not see is told in general, never by name (R23). */
function follow(link: LinkedMap): void {
  if (link.crs) setCrs(link.crs);
  if (link.background) shown.setBackground(link.background);
  if (link.view) view.showPlace(link.view);
  if (link.layers) setLayers(link.layers);
  if (link.record !== null) openRecord(link.record);
}

function setLayers(layers: readonly Wanted[]): void {
  const missing = shown.set(layers);
  wanted = missing > 0 ? layers : [];
  if (missing > 0) parts.warn(say('shareMissing'), session.login === null ? { label: say('logIn'), run: () => account.open() } : null);
}

function linkOf(): LinkedMap {
  return {
    view: view.place,
    crs: view.crs,
    background: shown.backgroundKind,
    layers: shown.list.map(({ layer, visible, opacity }) => ({ name: layer.name, visible, opacity })),
    record: sheet.identifier,
  };
}

/** The address follows the map, so that it can be kept, shared and opened again. */
function keepLink(): void {
  if (!started) return;
  clearTimeout(linkTimer);
  linkTimer = window.setTimeout(() => {
    const map = linkOf();
    written = writeLink(map);
    const search = new URLSearchParams(location.search);
    for (const name of ['layers', 'record', 'lang']) search.delete(name);
    const query = search.size === 0 ? '' : `?${search.toString()}`;
    history.replaceState(null, '', `${location.pathname}${query}${written}`);
    parts.setOtherLanguage(lang => `${location.pathname}?lang=${lang}${writeLink(map, lang)}`);
  }, 200);
}

// an address put into the same window: the map goes there
window.addEventListener('hashchange', () => {
  if (location.hash === written || location.hash === `#${parts.target.id}`) return;
  const lang = new URLSearchParams(location.hash.slice(1)).get('lang');
  if (lang !== null && lang !== language) location.reload();
  else follow(readLink(location));
});

function setCrs(crs: MapCrs): void {
  const other = view.crs !== crs;
  view.setCrs(crs);
  status.showCrs(crs);
  if (!other) return;
  identify.close();
  measure.redraw();
  parts.announce(say('projectionChanged', { name: say(crs === 'EPSG:2154' ? 'projectionLambert' : 'projectionMercator') }));
}

/** Session, layers and inventory as the caller has them now. */
async function reload(): Promise<void> {
  parts.calm();
  await Promise.all([loadSession(), loadLayers(), inventory.reload()]);
}

async function loadSession(): Promise<void> {
  try {
    session = await readSession();
    account.show(session);
    parts.setBanners(session.banners);
    if (session.suspended) parts.warn(say('suspended'), null);
  } catch (error) {
    session = nobody;
    trouble(error);
  }
}

async function loadLayers(): Promise<void> {
  try {
    shown.setOffer(await readOffer());
    layerList.setLoaded(false);
  } catch (error) {
    shown.setOffer({ title: '', layers: [] });
    layerList.setLoaded(true);
    trouble(error);
  }
}

function trouble(error: unknown): void {
  const down = error instanceof ServiceError && error.status === 0;
  parts.warn(down ? say('serverDown') : inWords(error), { label: say('retry'), run: () => void retry() });
}

async function retry(): Promise<void> {
  await reload();
  view.redraw();
}

/** Another caller: nothing of the former one stays on the page. */
async function changed(change: 'in' | 'out'): Promise<void> {
  identify.close();
  if (sheet.element.open) sheet.element.close();
  await reload();
  if (wanted.length > 0) setLayers(wanted);
  view.redraw();
  parts.tell(change === 'out' ? say('loggedOut') : say('welcome', { name: session.name ?? session.login ?? '' }));
}

/** Something was refused, or the reader comes back: is the session still open? */
async function lookAtSession(): Promise<void> {
  if (session.login === null || looking) return;
  looking = true;
  try {
    const now = await readSession();
    if (now.login !== null) return;
    await reload();
    view.redraw();
    if (!now.suspended) parts.warn(say('sessionEnded'), { label: say('logInAgain'), run: () => account.open() });
  } catch {
    // the server does not answer: that is told where it was asked
  } finally {
    looking = false;
  }
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void lookAtSession();
});

function use(tool: Tool): void {
  switch (tool) {
    case 'territory':
      return view.showTerritory();
    case 'measure':
      return measure.isOpen ? measure.close() : startMeasure();
    case 'share':
      return share.open(sharedAddress(writeLink(linkOf())));
    case 'qgis':
      return qgis.open(null);
    case 'export':
      return void withPicture('export', 'exporting', 'exportFailed', picture => {
        save(picture, fileName(new Date()));
        parts.tell(say('exported'));
      });
    case 'print':
      return void withPicture('print', 'printing', 'printFailed', picture => printMap(picture, shown, titleOf()));
  }
}

function startMeasure(): void {
  identify.close();
  toolbar.setPressed('measure', true);
  void measure.open();
  parts.target.focus({ preventScroll: true });
}

const titleOf = (): string => shown.offer.title || say('pageTitle');

/** The map as a picture with the mention burned in (R50). */
async function withPicture(
  tool: Tool,
  begins: 'exporting' | 'printing',
  fails: 'exportFailed' | 'printFailed',
  then: (picture: Blob) => void | Promise<void>,
): Promise<void> {
  toolbar.setBusy(tool, true);
  parts.announce(say(begins));
  try {
    await view.settled();
    const legend = {
      title: titleOf(),
      mention: mentionOf(shown),
      scale: scaleInWords(view.denominator),
      date: say('mapDate', { date: dayInWords(new Date()) }),
    };
    await then(await mapPicture(view.map, view.groundResolution, legend));
  } catch {
    parts.tell(say(fails));
  } finally {
    toolbar.setBusy(tool, false);
  }
}
