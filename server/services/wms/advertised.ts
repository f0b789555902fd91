// What the capabilities documents of both versions tell alike: boxes, titles, records, legends.
import { crsOf, shortName } from '../../core/model/crs';
import type { Crs } from '../../core/model/crs';
import { uniteEnvelopes } from '../../core/model/geometry';
import type { Envelope } from '../../core/model/geometry';
import type { Layer } from '../../core/model/layer';
import { inLanguage } from '../../core/model/text';
import type { Language } from '../../core/model/text';
import type { ServiceMetadata } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import { attributes } from '../../core/xml/write';
import { legendSize } from '../../maps';
import { advertisedExtent, advertisedExtentIn, departmentExtent } from '../ows/extents';
import { baseGap, fragment } from '../ows/fragments';
import type { Fragment } from '../ows/fragments';
import { bibliographicCode } from '../ows/language';
import { stylesOf } from '../ows/styles';
import { frozenSuffix } from '../ows/texts';
import type { LayerGroup } from './groups';
import type { WmsLimits } from './requests';
import type { WmsVersion } from './versions';

/** What a document is made of. */
export interface Parts {
  readonly layers: readonly Layer[];
  /** The same as a tree by organisation; null where a plain list is wanted. */
  readonly groups: readonly LayerGroup[] | null;
  readonly service: ServiceMetadata;
  readonly language: Language;
  readonly day: string;
  readonly limits: WmsLimits;
}

/** CRSs whose bounds each layer tells besides those of its own; the list of all is the root layer's. */
const boundsIn: readonly number[] = [2154, 3949, 3857, 3035, 4326, 4258, 4171];

/** Corners of a box as attributes; `flip` puts the north first (1.3.0 § 6.7.4). Outwards: a box never cuts what it bounds. */
export function corners(box: Envelope, decimals: number, flip: boolean): Fragment {
  const unit = 10 ** decimals;
  const low = (value: number): string => String(Math.floor(value * unit + 1e-4) / unit);
  const high = (value: number): string => String(Math.ceil(value * unit - 1e-4) / unit);
  const [minx, miny, maxx, maxy] = flip ? [box.minY, box.minX, box.maxY, box.maxX] : [box.minX, box.minY, box.maxX, box.maxY];
  return fragment`${attributes({ minx: low(minx), miny: low(miny), maxx: high(maxx), maxy: high(maxy) })}`;
}

/** Boxes of a layer in the CRSs that matter. Extents that the caller may not know are that of the département, as in every service. */
export function boxesOf(layer: Layer): readonly { readonly crs: Crs; readonly name: string; readonly box: Envelope }[] {
  const codes = [...new Set([layer.type.geometry?.srid ?? 4326, ...boundsIn])];
  return codes.flatMap(code => {
    const crs = crsOf(code);
    const box = advertisedExtentIn(layer.type, code);
    return [box.minX, box.minY, box.maxX, box.maxY].every(Number.isFinite) ? [{ crs, name: shortName(crs), box }] : [];
  });
}

/** The box around layers, lon,lat. */
export const extentOf = (layers: readonly Layer[]): Envelope =>
  layers.reduce<Envelope | null>((sum, layer) => uniteEnvelopes(sum, advertisedExtent(layer.type)), null) ?? departmentExtent;

export const titleOf = (layer: Layer, language: Language): string =>
  `${inLanguage(layer.title, language)}${layer.frozen ? frozenSuffix : ''}`;

export function keywordList(words: readonly string[]): Fragment | null {
  return words.length === 0 ? null : fragment`<KeywordList>${words.map(word => fragment`<Keyword>${word}</Keyword>`)}</KeywordList>\n`;
}

/** What a group says of itself: how many layers it draws. */
export const groupAbstract = (group: LayerGroup, language: Language): string =>
  language === 'en'
    ? `${inLanguage(group.title, language)}: ${group.layers.length} layer(s), drawn as one`
    : `${inLanguage(group.title, language)} : ${group.layers.length} couche(s), dessinées ensemble`;

/** Records whose addresses still make a reasonable link. */
const mostRecords = 20;

/** R53: the records of layers, at one address that answers; null when there is none, or too many. Without the xlink prefix's declaration. */
export function recordsAddress(layers: readonly Layer[]): Fragment | null {
  const records = layers.flatMap(layer => layer.record ?? []);
  if (records.length === 0 || records.length > mostRecords) return null;
  const ids = records.map(encodeURIComponent).join(',');
  const query = `service=CSW&version=2.0.2&request=GetRecordById&id=${ids}&outputSchema=${encodeURIComponent(ns.gmd)}&elementSetName=full`;
  return fragment`${baseGap}/csw?${query}`;
}

/** An operation with its formats, by GET. */
export interface AdvertisedWmsOperation {
  readonly name: string;
  readonly formats: readonly string[];
}

/** The styles of a layer with the sizes and addresses of their legends. */
export function legendsOf(
  layer: Layer,
  version: WmsVersion,
  language: Language,
): readonly {
  readonly name: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly address: Fragment;
}[] {
  return stylesOf(layer, language).map(({ name, title, style }) => {
    const size = legendSize(style, { language, denominator: null, symbolScale: 1, transparent: false });
    const query = `SERVICE=WMS&VERSION=${version.version}&REQUEST=GetLegendGraphic&LAYER=${encodeURIComponent(layer.name)}&STYLE=${encodeURIComponent(name)}&FORMAT=image/png&LANGUAGE=${bibliographicCode(language)}`;
    return { name, title, width: size.width, height: size.height, address: fragment`${baseGap}/wms?${query}` };
  });
}
