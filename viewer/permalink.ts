// The map in an address: view, projection, background, layers with order and opacity, record and language stand behind the `#`, where no
// server sees them. Never a key: the link is that of the plain page, and what it names is shown only to those who may see it.
import { backgroundKinds, type BackgroundKind } from './background';
import { isMapCrs, type MapCrs } from './projection';
import type { Wanted } from './shown-layers';
import { language } from './words';

export interface LinkedMap {
  /** Longitude, latitude and denominator; null: the whole territory. */
  readonly view: { readonly lon: number; readonly lat: number; readonly scale: number } | null;
  readonly crs: MapCrs | null;
  readonly background: BackgroundKind | null;
  /** Top first; null: nothing is said of layers. */
  readonly layers: readonly Wanted[] | null;
  readonly record: string | null;
}

const mostLayers = 100;

/** `antony:arbres`, `mig:adresses*60` (opacity), `cd92:rues*60!` (not visible). */
function layerOf(text: string): Wanted[] {
  const [, name = '', opacity, hidden] = /^([^*!]+)(?:\*(\d{1,3}))?(!)?$/.exec(text.trim()) ?? [];
  if (name === '') return [];
  return [{ name, visible: hidden === undefined, opacity: opacity === undefined ? 1 : Math.min(100, Number(opacity)) / 100 }];
}

const layerText = ({ name, opacity, visible }: Wanted): string =>
  `${name}${opacity === 1 ? '' : `*${Math.round(opacity * 100)}`}${visible ? '' : '!'}`;

function viewOf(text: string | null): LinkedMap['view'] {
  const [lat = NaN, lon = NaN, scale = NaN] = (text ?? '').split(',').map(Number);
  const sound = Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && scale >= 100 && scale <= 2_000_000;
  return text !== null && sound ? { lat, lon, scale } : null;
}

/** What an address says; the hash first, then `?layers=` and `?record=`. What cannot be read is left out. */
export function readLink(place: { readonly hash: string; readonly search: string }): LinkedMap {
  const linked = new URLSearchParams(place.hash.replace(/^#/, ''));
  const asked = new URLSearchParams(place.search);
  const value = (name: string): string | null => linked.get(name) ?? asked.get(name);
  const crs = `EPSG:${linked.get('crs') ?? ''}`;
  const layers = value('layers');
  return {
    view: viewOf(linked.get('map')),
    crs: isMapCrs(crs) ? crs : null,
    background: backgroundKinds.find(kind => kind === linked.get('base')) ?? null,
    layers: layers === null ? null : layers.split(',').slice(0, mostLayers).flatMap(layerOf),
    record: value('record'),
  };
}

/** The same as a hash, with the language. */
export function writeLink(map: LinkedMap, lang: string = language): string {
  const parts: [string, string][] = [];
  if (map.view) parts.push(['map', `${map.view.lat.toFixed(5)},${map.view.lon.toFixed(5)},${Math.round(map.view.scale)}`]);
  if (map.crs) parts.push(['crs', map.crs.slice('EPSG:'.length)]);
  if (map.background) parts.push(['base', map.background]);
  if (map.layers) parts.push(['layers', map.layers.map(layerText).join(',')]);
  if (map.record !== null) parts.push(['record', map.record]);
  parts.push(['lang', lang]);
  // signs that mean nothing in a hash stay readable
  const written = (text: string): string => encodeURIComponent(text).replace(/%(3A|2C)/g, (_, code: string) => (code === '3A' ? ':' : ','));
  return `#${parts.map(([name, text]) => `${name}=${written(text)}`).join('&')}`;
}

/** The address to hand on: without an access key, wherever the page was opened. */
export const sharedAddress = (hash: string): string => `${location.origin}${location.pathname.replace(/\/k\/[^/]+/, '')}${hash}`;
