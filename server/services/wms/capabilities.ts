// GetCapabilities of WMS 1.3.0 (§ 7.2): the layers that the caller may see and nothing else (R45), kept as fragments by fingerprint and language.
import { parisDay } from '../../core/model/clock';
import { crsList, crsOf, shortName } from '../../core/model/crs';
import type { Crs } from '../../core/model/crs';
import { Fault } from '../../core/model/fault';
import { uniteEnvelopes } from '../../core/model/geometry';
import type { Envelope } from '../../core/model/geometry';
import type { Layer } from '../../core/model/layer';
import { inLanguage } from '../../core/model/text';
import type { Language } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors, ServiceMetadata } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import { attributes } from '../../core/xml/write';
import { legendSize } from '../../maps';
import { advertisedExtent, advertisedExtentIn, departmentExtent } from '../ows/extents';
import { baseGap, documentOf, fragment, FragmentCache } from '../ows/fragments';
import type { Fragment } from '../ows/fragments';
import { inspireCapabilities, inspireKeyword, inspireSchemas } from '../ows/inspire';
import { bibliographicCode } from '../ows/language';
import type { Reply } from '../ows/operation';
import { constraintTexts, frozenSuffix, mentionText } from '../ows/texts';
import { infoFormats, mapFormats } from './requests';
import type { WmsLimits } from './requests';
import { stylesOf } from '../ows/styles';
import { wms130 } from './versions';

export interface CapabilitiesRequest {
  readonly language: Language;
  readonly updateSequence: string | null;
}

const cache = new FragmentCache();
/** The update sequence that a document tells. */
const sequences = new WeakMap<Fragment, string>();

/** CRSs whose bounds each layer tells besides those of its own; the list of all is the root layer's. */
const boundsIn: readonly number[] = [2154, 3949, 3857, 3035, 4326, 4258, 4171];

/** The document for this caller. Faults: update-sequence-current, update-sequence-invalid (§ 7.2.3.5). */
export function capabilities(request: CapabilitiesRequest, doors: Doors, context: Context, limits: WmsLimits): Reply {
  const layers = doors.features.layers();
  const { fingerprint } = doors.features;
  const { service } = doors.partnership;
  const day = parisDay(context.instant);
  const key = ['wms', wms130.version, request.language, fingerprint, context.scope ?? '', day, JSON.stringify(service)];
  const make = (): Fragment => {
    const body = root({ layers, service, language: request.language, day, limits });
    // a mark of what this caller is told: what is hidden must not move it (R23)
    const document = documentOf(fragment`<WMS_Capabilities${head(body.digest)}>\n${body}</WMS_Capabilities>\n`);
    sequences.set(document, body.digest);
    return document;
  };
  // D11: of types whose edits go unnoticed nothing is kept
  const document = layers.some(layer => layer.type.generation === 0) ? make() : cache.take(key, make);
  checkSequence(request.updateSequence, sequences.get(document) ?? '');
  // R47: it names what this caller may see; and QGIS shows a document that it may keep for a day, whoever logs in meanwhile
  return { type: 'text/xml; charset=UTF-8', access: 'restricted', body: document.bytes({ base: context.base }) };
}

/** § 7.2.3.5: equal is current; what sorts after it was never given by this server. */
function checkSequence(asked: string | null, current: string): void {
  if (asked === null || asked === '') return;
  if (asked === current) throw new Fault('update-sequence-current', 'updatesequence', `the update sequence is ${current}`);
  if (asked > current)
    throw new Fault('update-sequence-invalid', 'updatesequence', `the update sequence is ${current}, lower than the one given`);
}

interface Parts {
  readonly layers: readonly Layer[];
  readonly service: ServiceMetadata;
  readonly language: Language;
  readonly day: string;
  readonly limits: WmsLimits;
}

const schemas = `${ns.wms} http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd ${ns.sld} http://schemas.opengis.net/sld/1.1.0/sld_capabilities.xsd ${inspireSchemas('view')}`;

const head = (sequence: string): ReturnType<typeof attributes> =>
  attributes({
    version: wms130.version,
    updateSequence: sequence,
    xmlns: ns.wms,
    'xmlns:sld': ns.sld,
    'xmlns:xlink': ns.xlink,
    'xmlns:xsi': ns.xsi,
    'xsi:schemaLocation': schemas,
  });

/** What stands inside the root element. */
function root(parts: Parts): Fragment {
  return fragment`${serviceSection(parts)}<Capability>
<Request>
${operationElement('GetCapabilities', ['text/xml'])}${operationElement('GetMap', mapFormats)}${operationElement('GetFeatureInfo', infoFormats)}${operationElement('sld:GetLegendGraphic', ['image/png'])}</Request>
<Exception><Format>XML</Format></Exception>
${inspireCapabilities('view', { service: parts.service, language: parts.language, path: 'wms', serviceName: 'WMS', date: parts.day })}${rootLayer(parts)}</Capability>
`;
}

function serviceSection({ service, language, limits }: Parts): Fragment {
  const view = language === 'en' ? 'maps' : 'cartes';
  const words = ['WMS', inspireKeyword('view')];
  return fragment`<Service>
<Name>WMS</Name>
<Title>${inLanguage(service.title, language)} – ${view}</Title>
<Abstract>${inLanguage(service.abstract, language)} – ${mentionText}</Abstract>
<KeywordList>${words.map(word => fragment`<Keyword>${word}</Keyword>`)}</KeywordList>
<OnlineResource xlink:type="simple" xlink:href="${baseGap}/wms?"/>
<ContactInformation><ContactPersonPrimary><ContactPerson/><ContactOrganization>${service.provider}</ContactOrganization></ContactPersonPrimary><ContactPosition>pointOfContact</ContactPosition><ContactElectronicMailAddress>${service.email}</ContactElectronicMailAddress></ContactInformation>
<Fees>none</Fees>
<AccessConstraints>${constraintTexts.join(' ')}</AccessConstraints>
<LayerLimit>${limits.layers}</LayerLimit>
<MaxWidth>${limits.size}</MaxWidth>
<MaxHeight>${limits.size}</MaxHeight>
</Service>
`;
}

function operationElement(name: string, formats: readonly string[]): Fragment {
  return fragment`<${name}>${formats.map(format => fragment`<Format>${format}</Format>`)}<DCPType><HTTP><Get><OnlineResource xlink:type="simple" xlink:href="${baseGap}/wms?"/></Get></HTTP></DCPType></${name}>
`;
}

function rootLayer(parts: Parts): Fragment {
  const { layers, service, language } = parts;
  const all = layers.reduce<Envelope | null>((sum, layer) => uniteEnvelopes(sum, advertisedExtent(layer.type)), null);
  const extent = all ?? departmentExtent;
  const codes = ['CRS:84', ...crsList.map(shortName)];
  return fragment`<Layer>
<Title>${inLanguage(service.title, language)}</Title>
${codes.map(code => fragment`<CRS>${code}</CRS>`)}
${geographicBox(extent)}<BoundingBox CRS="CRS:84"${corners(extent, 8, false)}/>
<AuthorityURL name="geomig"><OnlineResource xlink:type="simple" xlink:href="${service.url}"/></AuthorityURL>
${layers.map(layer => layerElement(layer, language, service))}</Layer>
`;
}

function layerElement(layer: Layer, language: Language, service: ServiceMetadata): Fragment {
  const { scale } = layer;
  const title = `${inLanguage(layer.title, language)}${layer.frozen ? frozenSuffix : ''}`;
  const abstract = layer.abstract ? inLanguage(layer.abstract, language) : null;
  return fragment`<Layer queryable="${layer.queryable ? 1 : 0}">
<Name>${layer.name}</Name>
<Title>${title}</Title>
${abstract === null ? null : fragment`<Abstract>${abstract}</Abstract>\n`}${keywords(layer)}${bounds(layer)}<Attribution><Title>${layer.attribution}</Title><OnlineResource xlink:type="simple" xlink:href="${service.url}"/></Attribution>
<Identifier authority="geomig">${layer.resourceId}</Identifier>
${metadata(layer)}${stylesOf(layer, language).map(style => styleElement(layer, style, language))}${scale.min === null ? null : fragment`<MinScaleDenominator>${scale.min}</MinScaleDenominator>\n`}${scale.max === null ? null : fragment`<MaxScaleDenominator>${scale.max}</MaxScaleDenominator>\n`}</Layer>
`;
}

function keywords(layer: Layer): Fragment | null {
  if (layer.keywords.length === 0) return null;
  return fragment`<KeywordList>${layer.keywords.map(word => fragment`<Keyword>${word}</Keyword>`)}</KeywordList>\n`;
}

function geographicBox(box: Envelope): Fragment {
  return fragment`<EX_GeographicBoundingBox><westBoundLongitude>${degrees(box.minX)}</westBoundLongitude><eastBoundLongitude>${degrees(box.maxX)}</eastBoundLongitude><southBoundLatitude>${degrees(box.minY)}</southBoundLatitude><northBoundLatitude>${degrees(box.maxY)}</northBoundLatitude></EX_GeographicBoundingBox>
`;
}

const degrees = (value: number): string => String(Number(value.toFixed(8)));

/** Extents that the caller may not know are that of the department, as in every service. */
function bounds(layer: Layer): Fragment {
  const { type } = layer;
  const codes = [...new Set([type.geometry?.srid ?? 4326, ...boundsIn])];
  const boxes = codes.flatMap(code => {
    const crs = crsOf(code);
    const box = advertisedExtentIn(type, code);
    if (![box.minX, box.minY, box.maxX, box.maxY].every(Number.isFinite)) return [];
    return [fragment`<BoundingBox CRS="${shortName(crs)}"${corners(box, crs.decimals, isFlipped(crs))}/>\n`];
  });
  const geographic = advertisedExtent(type);
  return fragment`${geographicBox(geographic)}<BoundingBox CRS="CRS:84"${corners(geographic, 8, false)}/>\n${boxes}`;
}

/** § 6.7.4: minx is the minimum along the first axis of the CRS, be it north. */
const isFlipped = (crs: Crs): boolean => crs.northFirst;

function corners(box: Envelope, decimals: number, flip: boolean): Fragment {
  // outwards: a box never cuts what it bounds
  const unit = 10 ** decimals;
  const low = (value: number): string => String(Math.floor(value * unit + 1e-4) / unit);
  const high = (value: number): string => String(Math.ceil(value * unit - 1e-4) / unit);
  const [minx, miny, maxx, maxy] = flip ? [box.minY, box.minX, box.maxY, box.maxX] : [box.minX, box.minY, box.maxX, box.maxY];
  return fragment`${attributes({ minx: low(minx), miny: low(miny), maxx: high(maxx), maxy: high(maxy) })}`;
}

/** R53: the record of the layer, at an address that answers. */
function metadata(layer: Layer): Fragment | null {
  if (layer.record === null) return null;
  const query = `service=CSW&version=2.0.2&request=GetRecordById&id=${encodeURIComponent(layer.record)}&outputSchema=${encodeURIComponent(ns.gmd)}&elementSetName=full`;
  return fragment`<MetadataURL type="ISO19115:2003"><Format>application/xml</Format><OnlineResource xlink:type="simple" xlink:href="${baseGap}/csw?${query}"/></MetadataURL>
`;
}

function styleElement(layer: Layer, offered: ReturnType<typeof stylesOf>[number], language: Language): Fragment {
  const size = legendSize(offered.style, { language, denominator: null, symbolScale: 1, transparent: false });
  const query = `SERVICE=WMS&VERSION=${wms130.version}&REQUEST=GetLegendGraphic&LAYER=${encodeURIComponent(layer.name)}&STYLE=${encodeURIComponent(offered.name)}&FORMAT=image/png&LANGUAGE=${bibliographicCode(language)}`;
  return fragment`<Style><Name>${offered.name}</Name><Title>${offered.title}</Title><LegendURL width="${size.width}" height="${size.height}"><Format>image/png</Format><OnlineResource xlink:type="simple" xlink:href="${baseGap}/wms?${query}"/></LegendURL></Style>
`;
}
