// What the map service offers to whoever is asking: the layers of WMS 1.3.0 capabilities and nothing else (R45).
import { address, children, find, requestXml, textAt } from './services';
import { language } from './words';

/** west, south, east, north in degrees. */
export type Box = readonly [number, number, number, number];

export interface MapLayer {
  readonly name: string;
  readonly title: string;
  readonly abstract: string | null;
  readonly queryable: boolean;
  /** The mention with owner and date (R50). */
  readonly attribution: string;
  /** Identifier of its metadata record. */
  readonly record: string | null;
  readonly resource: string | null;
  readonly extent: Box | null;
  /** Denominators between which it is drawn (R44). */
  readonly minScale: number | null;
  readonly maxScale: number | null;
  readonly frozen: boolean;
}

export interface Offer {
  /** Title of the service. */
  readonly title: string;
  readonly layers: readonly MapLayer[];
}

export async function readOffer(): Promise<Offer> {
  const parameters = { SERVICE: 'WMS', VERSION: '1.3.0', REQUEST: 'GetCapabilities', LANGUAGE: language === 'en' ? 'eng' : 'fre' };
  const document = await requestXml(address('wms', parameters));
  const root = find(document.documentElement, 'Capability/Layer')[0];
  return { title: (root && textAt(root, 'Title')) ?? '', layers: root ? named(root, null) : [] };
}

/** Layers with a name and none below them, in the order of the document; what a layer does not say is its parent's. */
function named(element: Element, parent: MapLayer | null): MapLayer[] {
  const own = layerOf(element, parent);
  const below = children(element, 'Layer').flatMap(child => named(child, own));
  // a group is all of its layers at once: they are offered one by one
  return own.name === '' || below.length > 0 ? below : [own];
}

function layerOf(element: Element, parent: MapLayer | null): MapLayer {
  const name = textAt(element, 'Name') ?? '';
  const title = textAt(element, 'Title') ?? name;
  const queryable = element.getAttribute('queryable') ?? '';
  return {
    name,
    title,
    abstract: textAt(element, 'Abstract'),
    queryable: queryable === '' ? (parent?.queryable ?? false) : queryable === '1' || queryable === 'true',
    attribution: textAt(element, 'Attribution/Title') ?? parent?.attribution ?? '',
    record: recordOf(element),
    resource: textAt(element, 'Identifier'),
    extent: boxOf(element) ?? parent?.extent ?? null,
    minScale: numberAt(element, 'MinScaleDenominator') ?? parent?.minScale ?? null,
    maxScale: numberAt(element, 'MaxScaleDenominator') ?? parent?.maxScale ?? null,
    frozen: / \(gelée\)$/.test(title),
  };
}

/** The record's identifier in the address of its document. */
function recordOf(layer: Element): string | null {
  const href = find(layer, 'MetadataURL/OnlineResource')[0]?.getAttributeNS('http://www.w3.org/1999/xlink', 'href');
  if (!href) return null;
  try {
    for (const [name, value] of new URL(href, location.href).searchParams) if (name.toLowerCase() === 'id') return value;
  } catch {
    // an address that is none names no record
  }
  return null;
}

function numberAt(element: Element, path: string): number | null {
  const text = textAt(element, path);
  const value = text === null ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

function boxOf(layer: Element): Box | null {
  const box = find(layer, 'EX_GeographicBoundingBox')[0];
  if (!box) return null;
  const side = (name: string): number => numberAt(box, name) ?? NaN;
  const sides = [side('westBoundLongitude'), side('southBoundLatitude'), side('eastBoundLongitude'), side('northBoundLatitude')] as const;
  return sides.every(Number.isFinite) ? sides : null;
}

/** Address of a layer's legend. */
export const legendAddress = (layer: MapLayer): string =>
  address('wms', {
    SERVICE: 'WMS',
    VERSION: '1.3.0',
    REQUEST: 'GetLegendGraphic',
    LAYER: layer.name,
    FORMAT: 'image/png',
    TRANSPARENT: 'TRUE',
    LANGUAGE: language === 'en' ? 'eng' : 'fre',
  });
