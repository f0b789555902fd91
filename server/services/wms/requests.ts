// WMS requests read from their parameters into typed values; after this nothing looks at the request again.
import { parseCrs } from '../../core/model/crs';
import type { CrsRef } from '../../core/model/crs';
import { Fault } from '../../core/model/fault';
import type { Envelope } from '../../core/model/geometry';
import type { Language } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Kvp } from '../ows/kvp';
import { languageOf } from '../ows/language';
import { foldedMediaType } from '../ows/media-type';
import type { Input } from '../ows/operation';
import type { MapFrame, MapRequest, NamedLayer } from '../ows/picture';
import type { DescribeRequest } from './describe-layer';
import type { WmsVersion } from './versions';

export interface WmsLimits {
  /** Largest width and height of a map, in pixels. */
  readonly size: number;
  /** Largest number of layers of a map. */
  readonly layers: number;
  /** Largest FEATURE_COUNT. */
  readonly features: number;
}

export const wmsLimits: WmsLimits = { size: 4096, layers: 20, features: 50 };

/** Pixel of 0.28 mm (§ 7.2.4.6.9). */
const pixelMetres = 0.00028;
const metresPerDegree = (6378137 * Math.PI) / 180;

export const mapFormats = ['image/png', 'image/jpeg', 'image/webp'] as const;

/** All spellings, folded: of QGIS, of GeoServer, of hands. What they say of depth is settled by the picture's own colours. */
const mapFormatNames: Readonly<Record<string, (typeof mapFormats)[number]>> = {
  'image/png': 'image/png',
  'image/png8': 'image/png',
  'image/png24': 'image/png',
  'image/x-png': 'image/png',
  png: 'image/png',
  png8: 'image/png',
  'image/jpeg': 'image/jpeg',
  'image/jpg': 'image/jpeg',
  'image/webp': 'image/webp',
  webp: 'image/webp',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
};

export const infoFormats = [
  'text/plain',
  'text/html',
  'application/json',
  'application/geo+json',
  'application/gml+xml; version=3.2',
  'application/vnd.ogc.gml/3.1.1',
  // the last GML is the one QGIS asks for
  'application/vnd.ogc.gml',
] as const;
export type InfoFormat = (typeof infoFormats)[number];

export interface InfoRequest {
  readonly layers: readonly NamedLayer[];
  readonly queryLayers: readonly string[];
  readonly frame: MapFrame;
  readonly format: InfoFormat;
  readonly count: number;
  /** The pixel asked about. */
  readonly column: number;
  readonly row: number;
  /** Pixels around it that count. */
  readonly tolerance: number;
}

/** What a picture in place of a map needs to be known. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly format: (typeof mapFormats)[number];
  /** null: transparent. */
  readonly background: number | null;
  readonly symbolScale: number;
  /** EXCEPTIONS=BLANK: nothing is written on it. */
  readonly blank: boolean;
}

export interface LegendRequest {
  readonly layer: NamedLayer;
  readonly width: number | null;
  readonly height: number | null;
  readonly denominator: number | null;
  readonly symbolScale: number;
  readonly transparent: boolean;
  readonly language: Language;
}

/** GetMap, § 7.3. */
export function readMap(input: Input, version: WmsVersion, limits: WmsLimits): MapRequest {
  const { kvp } = input;
  refuseForeignStyles(kvp);
  const format = mapFormat(kvp.need('format'));
  const transparent = flag(kvp, 'transparent') && format !== 'image/jpeg';
  return {
    layers: readLayers(kvp, limits),
    frame: readFrame(kvp, version, limits),
    format,
    background: transparent ? null : readBackground(kvp),
  };
}

/**
 * The picture that is wanted in place of an exception document (1.3.0 § 7.3.3.11, 1.1.1 § 6.7); null when a document is wanted, or when the
 * request does not say, or says wrongly, of what size and format a picture should be.
 */
export function readCanvas(input: Input, limits: WmsLimits): Canvas | null {
  const { kvp } = input;
  const wanted = /^(?:application\/vnd\.ogc\.se_)?(inimage|blank)$/i.exec(kvp.get('exceptions')?.trim() ?? '')?.[1]?.toLowerCase();
  if (wanted === undefined) return null;
  const lenient = <Value>(read: () => Value, otherwise: Value): Value => {
    try {
      return read();
    } catch (fault) {
      if (fault instanceof Fault) return otherwise;
      throw fault;
    }
  };
  const side = (name: string): number => lenient(() => kvp.integer(name, { min: 1, max: limits.size, absent: 0 }), 0);
  const [width, height] = [side('width'), side('height')];
  const format = lenient(() => mapFormat(kvp.need('format')), null);
  if (width === 0 || height === 0 || format === null) return null;
  const transparent = format !== 'image/jpeg' && lenient(() => flag(kvp, 'transparent'), false);
  const background = transparent ? null : lenient(() => readBackground(kvp), 0xffffff);
  return { width, height, format, background, symbolScale: lenient(() => readSymbolScale(kvp), 1), blank: wanted === 'blank' };
}

/** GetFeatureInfo, § 7.4. The map part is checked as for GetMap, without its format. */
export function readInfo(input: Input, version: WmsVersion, limits: WmsLimits): InfoRequest {
  const { kvp } = input;
  refuseForeignStyles(kvp);
  const layers = readLayers(kvp, limits);
  const queryLayers = kvp
    .need('query_layers')
    .split(',')
    .map(name => name.trim());
  const frame = readFrame(kvp, version, limits);
  const [first, second] = version.pixelParameters;
  return {
    layers,
    queryLayers: [...new Set(queryLayers)],
    frame,
    format: choose(kvp.get('info_format') || 'text/plain', infoFormats, 'info_format'),
    count: Math.min(limits.features, kvp.integer('feature_count', { min: 1, max: Number.MAX_SAFE_INTEGER, absent: 1 })),
    column: pixel(kvp, first, frame.width),
    row: pixel(kvp, second, frame.height),
    tolerance: Math.max(kvp.integer('buffer', { min: 0, max: 50, absent: 4 }), 0.5) * frame.symbolScale,
  };
}

/** GetLegendGraphic, SLD profile 1.1 § 6.3, and what QGIS and GeoServer add to it. */
export function readLegend(input: Input, context: Context, version: WmsVersion, limits: WmsLimits): LegendRequest {
  const { kvp } = input;
  refuseForeignStyles(kvp);
  choose(kvp.get('format') || 'image/png', ['image/png'], 'format');
  const scale = readSymbolScale(kvp);
  // with a BBOX, WIDTH and HEIGHT are those of the map that the legend belongs to
  const frame = kvp.get('bbox') && kvp.get(version.crsParameter) ? readFrame(kvp, version, limits) : null;
  const written = kvp.get('scale');
  return {
    layer: { name: kvp.need('layer'), style: kvp.get('style') ?? '' },
    width: frame || !kvp.get('width') ? null : kvp.integer('width', { min: 1, max: 512, absent: 20 }),
    height: frame || !kvp.get('height') ? null : kvp.integer('height', { min: 1, max: 512, absent: 20 }),
    denominator: written ? positive(written, 'scale') : (frame?.denominator ?? null),
    symbolScale: scale,
    transparent: flag(kvp, 'transparent'),
    language: languageOf(kvp.get('language'), context.language),
  };
}

/** DescribeLayer, SLD profile 1.1 § 6.2. */
export function readDescribe(input: Input, version: WmsVersion, limits: WmsLimits): DescribeRequest {
  return { version, layers: readLayers(input.kvp, limits).map(layer => layer.name) };
}

/** Styles from the request are not taken (SEC08, SEC09): said so, or the map would not be what was asked for. */
function refuseForeignStyles(kvp: Kvp): void {
  for (const name of ['sld', 'sld_body'])
    if (kvp.get(name))
      throw new Fault('unsupported', name, `${name.toUpperCase()} is not supported: name one of the layer's styles in STYLES`);
}

function readLayers(kvp: Kvp, limits: WmsLimits): NamedLayer[] {
  const names = kvp
    .need('layers')
    .split(',')
    .map(name => name.trim());
  if (names.length > limits.layers) throw new Fault('too-large', 'layers', `a map has at most ${limits.layers} layers`);
  const empty = names.findIndex(name => name === '');
  if (empty >= 0) throw new Fault('unknown-type', 'layers', `name ${empty + 1} in LAYERS is empty`);
  // § 7.3.3.4: empty, one for each layer, or empty between commas
  const styles = kvp.list('styles');
  if (styles.some(style => style !== '') && styles.length !== names.length)
    throw new Fault('invalid-value', 'styles', `STYLES names ${styles.length} styles for ${names.length} layers`);
  return names.map((name, i) => ({ name, style: styles[i] ?? '' }));
}

function readFrame(kvp: Kvp, version: WmsVersion, limits: WmsLimits): MapFrame {
  const name = version.crsParameter;
  const crs = parseCrs(kvp.need(name), version.axisRule, name);
  const box = readBox(kvp.need('bbox'), crs);
  kvp.need('width');
  kvp.need('height');
  const width = kvp.integer('width', { min: 1, max: limits.size, absent: 1 });
  const height = kvp.integer('height', { min: 1, max: limits.size, absent: 1 });
  const symbolScale = readSymbolScale(kvp);
  const resolution = (box.maxX - box.minX) / width;
  const metres = resolution * (crs.crs.geographic ? metresPerDegree : 1);
  return { crs, box, width, height, resolution, symbolScale, denominator: (metres * symbolScale) / pixelMetres };
}

const decimal = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*$/;

/** § 7.3.3.6: minimum below maximum in both axes; the order of the axes is that of the CRS. */
function readBox(text: string, crs: CrsRef): Envelope {
  const parts = text.split(',');
  const numbers = parts.map(part => (decimal.test(part) ? Number(part) : NaN));
  const [a, b, c, d] = numbers;
  if (parts.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined || !numbers.every(Number.isFinite))
    throw new Fault('invalid-value', 'bbox', `BBOX is "${text.slice(0, 120)}", expected four numbers between commas`);
  if (!(a < c && b < d)) throw new Fault('invalid-value', 'bbox', 'BBOX has a minimum that is not below its maximum');
  return crs.flip ? { minX: b, minY: a, maxX: d, maxY: c } : { minX: a, minY: b, maxX: c, maxY: d };
}

/** DPI, MAP_RESOLUTION or FORMAT_OPTIONS=dpi:n, as QGIS sends all three; without them the standard pixel of 0.28 mm. */
function readSymbolScale(kvp: Kvp): number {
  const options = kvp
    .get('format_options')
    ?.split(';')
    .map(option => option.split(':'))
    .find(([name]) => name?.trim().toLowerCase() === 'dpi')?.[1];
  for (const [name, text] of [
    ['dpi', kvp.get('dpi')],
    ['map_resolution', kvp.get('map_resolution')],
    ['format_options', options],
  ] as const) {
    if (!text) continue;
    const dpi = decimal.test(text) ? Number(text) : NaN;
    if (!(dpi >= 10 && dpi <= 1200))
      throw new Fault('invalid-value', name, `${name} is "${text.slice(0, 40)}", expected a resolution from 10 to 1200`);
    return (dpi * pixelMetres) / 0.0254;
  }
  return 1;
}

function positive(text: string, locator: string): number {
  const value = decimal.test(text) ? Number(text) : NaN;
  if (!(value > 0 && Number.isFinite(value)))
    throw new Fault('invalid-value', locator, `${locator} is "${text.slice(0, 40)}", expected a number above 0`);
  return value;
}

function flag(kvp: Kvp, name: string): boolean {
  const text = (kvp.get(name) ?? '').trim().toLowerCase();
  if (text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw new Fault('invalid-value', name, `${name} is "${text.slice(0, 20)}", expected TRUE or FALSE`);
}

/** § 7.3.3.10: 0xRRGGBB, white unless told; `#RRGGBB` is written by some clients. */
function readBackground(kvp: Kvp): number {
  const text = kvp.get('bgcolor');
  if (!text) return 0xffffff;
  const digits = /^(?:0x|#)([0-9a-f]{6})$/i.exec(text.trim())?.[1];
  if (digits === undefined)
    throw new Fault('invalid-value', 'bgcolor', `BGCOLOR is "${text.slice(0, 20)}", expected a colour like 0xFFFFFF`);
  return parseInt(digits, 16);
}

function pixel(kvp: Kvp, name: string, size: number): number {
  const text = kvp.need(name).trim();
  const value = /^[+-]?\d{1,9}$/.test(text) ? Number(text) : NaN;
  // § 7.4.3.7: a pixel of the map, counted from its upper left corner
  if (!(value >= 0 && value < size))
    throw new Fault(
      'invalid-point',
      name,
      `${name.toUpperCase()} is "${text.slice(0, 20)}", expected a whole number from 0 to ${size - 1}`,
    );
  return value;
}

/** Parameters such as `; mode=8bit` say nothing that the writer does not settle itself. */
function mapFormat(text: string): (typeof mapFormats)[number] {
  const name = foldedMediaType(text).split(';')[0] ?? '';
  const found = Object.hasOwn(mapFormatNames, name) ? mapFormatNames[name] : undefined;
  if (found === undefined)
    throw new Fault('invalid-format', 'format', `format is "${text.slice(0, 60)}", expected one of ${mapFormats.join(', ')}`);
  return found;
}

function choose<Name extends string>(text: string, names: readonly Name[], locator: string): Name {
  const wanted = foldedMediaType(text);
  const found = names.find(name => foldedMediaType(name) === wanted);
  if (found === undefined)
    throw new Fault('invalid-format', locator, `${locator} is "${text.slice(0, 60)}", expected one of ${names.join(', ')}`);
  return found;
}
