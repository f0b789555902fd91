// GetCapabilities of WMTS 1.0 (§ 7.1): the layers that the caller may see (R45) with the tiles they are in, kept as fragments by fingerprint and
// language. Grids stand once in the document, whatever the number of layers.
import { tileMatrixSets, type TileMatrixSet } from '../../../schemas/tile-matrix-sets/tile-matrix-sets';
import { crsOf, urnName } from '../../core/model/crs';
import type { Layer } from '../../core/model/layer';
import { inLanguage } from '../../core/model/text';
import type { Language } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import { attributes } from '../../core/xml/write';
import { legendSize } from '../../maps';
import { operationsMetadata, serviceIdentification, serviceProvider, type AdvertisedOperation } from '../ows/capabilities';
import { advertisedExtent } from '../ows/extents';
import { baseGap, documentOf, fragment, FragmentCache } from '../ows/fragments';
import type { Fragment } from '../ows/fragments';
import { inspireKeyword } from '../ows/inspire';
import { bibliographicCode } from '../ows/language';
import type { Reply } from '../ows/operation';
import { stylesOf } from '../ows/styles';
import { frozenSuffix } from '../ows/texts';
import { limitsOf } from '../ows/tile-grid';
import { tileFormats } from '../ows/tile-picture';
import { sectionNames, type CapabilitiesRequest, type Section } from './requests';
import { wmts100, wmtsNamespace } from './versions';

/** What is advertised beside the layers. */
export interface Offer {
  readonly infoFormats: readonly string[];
  /** Formats of GetFeatureInfo by the extension of their path. */
  readonly infoExtensions: ReadonlyMap<string, string>;
}

const cache = new FragmentCache();

/** Whether the layer can be on a map, at a level of each grid. */
const hasTiles = (layer: Layer): boolean =>
  layer.type.geometry !== null && tileMatrixSets.every(set => limitsOf(layer, set).some(({ matrix }) => matrix.width > 1));

/** The document for this caller. */
export function capabilities(request: CapabilitiesRequest, doors: Doors, context: Context, offer: Offer): Reply {
  const layers = doors.features.layers().filter(hasTiles);
  const { fingerprint } = doors.features;
  const key = ['wmts', request.language, fingerprint, context.scope ?? '', JSON.stringify(doors.partnership.service)];
  // D11: of types whose edits go unnoticed nothing is kept
  const kept = layers.every(layer => layer.type.generation !== 0);
  const written = sectionNames.map(section => {
    const make = (): Fragment => sectionOf(section, { layers, doors, language: request.language, offer });
    return [section, kept ? cache.take([...key, section], make) : make()] as const;
  });
  // a mark of what this caller is told: what is hidden must not move it (R23)
  const sequence = fragment`${written.map(([, section]) => section)}`.digest;
  // OWS 1.1 § 7.3.4: with the current updateSequence the document holds no section
  const sections = request.updateSequence === sequence ? [] : written.filter(([name]) => request.sections.includes(name));
  const root = fragment`<Capabilities${attributes(declarations(sequence))}>
${sections.map(([, section]) => section)}<ServiceMetadataURL xlink:href="${baseGap}/wmts/1.0.0/WMTSCapabilities.xml"/>
</Capabilities>
`;
  // R47: it names what this caller may see; and clients show a document that they may keep for a day, whoever logs in meanwhile
  return { type: 'text/xml; charset=UTF-8', access: 'restricted', body: documentOf(root).fill({ base: context.base }) };
}

const declarations = (sequence: string): Readonly<Record<string, string>> => ({
  xmlns: wmtsNamespace,
  'xmlns:ows': ns.ows11,
  'xmlns:xlink': ns.xlink,
  'xmlns:xsi': ns.xsi,
  version: wmts100,
  updateSequence: sequence,
  'xsi:schemaLocation': `${wmtsNamespace} http://schemas.opengis.net/wmts/1.0/wmtsGetCapabilities_response.xsd`,
});

interface Making {
  readonly layers: readonly Layer[];
  readonly doors: Doors;
  readonly language: Language;
  readonly offer: Offer;
}

function sectionOf(section: Section, making: Making): Fragment {
  const { layers, doors, language, offer } = making;
  const { service } = doors.partnership;
  switch (section) {
    case 'ServiceIdentification':
      return serviceIdentification('1.1', {
        service,
        language,
        subtitle: language === 'en' ? 'tiles (WMTS)' : 'tuiles (WMTS)',
        keywords: ['WMTS', inspireKeyword('view')],
        serviceType: 'OGC WMTS',
        versions: [wmts100],
      });
    case 'ServiceProvider':
      return serviceProvider(service);
    case 'OperationsMetadata':
      return operationsMetadata('1.1', { path: 'wmts', operations: operations(offer), getEncodings: ['KVP'] });
    case 'Contents':
      return fragment`<Contents>
${layers.map(layer => layerElement(layer, making))}${tileMatrixSets.map(set => gridElement(set, language))}</Contents>
`;
  }
}

const operations = (offer: Offer): readonly AdvertisedOperation[] => [
  { name: 'GetCapabilities', get: true, post: false },
  { name: 'GetTile', get: true, post: false },
  ...(offer.infoFormats.length === 0 ? [] : [{ name: 'GetFeatureInfo', get: true, post: false }]),
];

function layerElement(layer: Layer, { language, doors, offer }: Making): Fragment {
  const title = `${inLanguage(layer.title, language)}${layer.frozen ? frozenSuffix : ''}`;
  const abstract = [layer.abstract ? inLanguage(layer.abstract, language) : '', doors.features.mention(layer.type.name)]
    .filter(text => text !== '')
    .join(' – ');
  const { minX, minY, maxX, maxY } = advertisedExtent(layer.type);
  const formats = layer.queryable ? offer.infoFormats : [];
  return fragment`<Layer>
<ows:Title xml:lang="${language}">${title}</ows:Title>
<ows:Abstract xml:lang="${language}">${abstract}</ows:Abstract>
${keywords(layer)}<ows:WGS84BoundingBox><ows:LowerCorner>${minX} ${minY}</ows:LowerCorner><ows:UpperCorner>${maxX} ${maxY}</ows:UpperCorner></ows:WGS84BoundingBox>
<ows:Identifier>${layer.name}</ows:Identifier>
${metadata(layer)}${stylesOf(layer, language).map((style, i) => styleElement(layer, style, { language, first: i === 0 }))}${tileFormats.map(format => fragment`<Format>${format.type}</Format>\n`)}${formats.map(format => fragment`<InfoFormat>${format}</InfoFormat>\n`)}${tileMatrixSets.map(set => linkElement(layer, set))}${tileFormats.map(format => resource(layer, 'tile', format))}${
    layer.queryable ? [...offer.infoExtensions].map(([extension, type]) => resource(layer, 'FeatureInfo', { type, extension })) : null
  }</Layer>
`;
}

function keywords(layer: Layer): Fragment | null {
  if (layer.keywords.length === 0) return null;
  return fragment`<ows:Keywords>${layer.keywords.map(word => fragment`<ows:Keyword>${word}</ows:Keyword>`)}</ows:Keywords>\n`;
}

/** R53: the record of the layer, at an address that answers. */
function metadata(layer: Layer): Fragment | null {
  if (layer.record === null) return null;
  const query = `service=CSW&version=2.0.2&request=GetRecordById&id=${encodeURIComponent(layer.record)}&outputSchema=${encodeURIComponent(ns.gmd)}&elementSetName=full`;
  return fragment`<ows:Metadata xlink:type="simple" xlink:href="${baseGap}/csw?${query}"/>\n`;
}

function styleElement(
  layer: Layer,
  offered: ReturnType<typeof stylesOf>[number],
  { language, first }: { readonly language: Language; readonly first: boolean },
): Fragment {
  const size = legendSize(offered.style, { language, denominator: null, symbolScale: 1, transparent: false });
  const query = `SERVICE=WMS&VERSION=1.3.0&REQUEST=GetLegendGraphic&LAYER=${encodeURIComponent(layer.name)}&STYLE=${encodeURIComponent(offered.name)}&FORMAT=image/png&LANGUAGE=${bibliographicCode(language)}`;
  return fragment`<Style isDefault="${first ? 'true' : 'false'}"><ows:Title xml:lang="${language}">${offered.title}</ows:Title><ows:Identifier>${offered.name}</ows:Identifier><LegendURL format="image/png" width="${size.width}" height="${size.height}" xlink:href="${baseGap}/wms?${query}"/></Style>
`;
}

/**
 * § 6.3: the grid, with the levels at which the caller may see the layer and the tiles it is in. The schema wants a last row and column above 0:
 * where the layer is in the first ones only, the next are named too, and a level of one row or column, a picture of half the world, is left out.
 */
function linkElement(layer: Layer, set: TileMatrixSet): Fragment {
  const limits = limitsOf(layer, set).filter(({ matrix }) => matrix.width > 1 && matrix.height > 1);
  return fragment`<TileMatrixSetLink><TileMatrixSet>${set.id}</TileMatrixSet><TileMatrixSetLimits>
${limits.map(
  ({ matrix, minRow, maxRow, minColumn, maxColumn }) =>
    fragment`<TileMatrixLimits><TileMatrix>${matrix.id}</TileMatrix><MinTileRow>${minRow}</MinTileRow><MaxTileRow>${Math.max(maxRow, 1)}</MaxTileRow><MinTileCol>${minColumn}</MinTileCol><MaxTileCol>${Math.max(maxColumn, 1)}</MaxTileCol></TileMatrixLimits>\n`,
)}</TileMatrixSetLimits></TileMatrixSetLink>
`;
}

/** § 10.1: addresses by path. */
function resource(
  layer: Layer,
  resourceType: 'tile' | 'FeatureInfo',
  { type, extension }: { readonly type: string; readonly extension: string },
): Fragment {
  const pixel = resourceType === 'tile' ? '' : '/{J}/{I}';
  const name = encodeURIComponent(layer.name).replaceAll('%3A', ':');
  const path = `/wmts/1.0.0/${name}/{style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}${pixel}.${extension}`;
  return fragment`<ResourceURL format="${type}" resourceType="${resourceType}" template="${baseGap}${path}"/>\n`;
}

/** § 6.1: the corner is written in the order of the axes of the CRS; both grids have east first. */
function gridElement(set: TileMatrixSet, language: Language): Fragment {
  const crs = crsOf(set.crs);
  const corner = crs.northFirst ? `${set.origin.y} ${set.origin.x}` : `${set.origin.x} ${set.origin.y}`;
  return fragment`<TileMatrixSet>
<ows:Title xml:lang="${language}">${set.title[language]}</ows:Title>
<ows:Identifier>${set.id}</ows:Identifier>
<ows:SupportedCRS>${urnName(crs)}</ows:SupportedCRS>
${set.wellKnownScaleSet === null ? null : fragment`<WellKnownScaleSet>${set.wellKnownScaleSet}</WellKnownScaleSet>\n`}${set.matrices.map(
    matrix =>
      fragment`<TileMatrix><ows:Identifier>${matrix.id}</ows:Identifier><ScaleDenominator>${matrix.scaleDenominator}</ScaleDenominator><TopLeftCorner>${corner}</TopLeftCorner><TileWidth>${set.tileSize}</TileWidth><TileHeight>${set.tileSize}</TileHeight><MatrixWidth>${matrix.width}</MatrixWidth><MatrixHeight>${matrix.height}</MatrixHeight></TileMatrix>\n`,
  )}</TileMatrixSet>
`;
}
