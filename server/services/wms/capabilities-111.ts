// The capabilities document of WMS 1.1.1 (§ 7.1, annex A.1): no namespace, valid by its DTD, to which it points without a subset of its own.
// Coordinates are x,y whatever the CRS (§ 6.5.5).
import { crsList, shortName } from '../../core/model/crs';
import type { Layer } from '../../core/model/layer';
import { inLanguage } from '../../core/model/text';
import { ns } from '../../core/xml/names';
import { attributes, xml } from '../../core/xml/write';
import { advertisedExtent } from '../ows/extents';
import { baseGap, fragment } from '../ows/fragments';
import type { Fragment } from '../ows/fragments';
import { inspireKeyword } from '../ows/inspire';
import { constraintTexts, mentionText } from '../ows/texts';
import { boxesOf, corners, extentOf, groupAbstract, keywordList, legendsOf, recordsAddress, titleOf } from './advertised';
import type { AdvertisedWmsOperation, Parts } from './advertised';
import type { LayerGroup } from './groups';
import { infoFormats, mapFormats } from './requests';
import { wms111 } from './versions';

const prologue = xml`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE WMT_MS_Capabilities SYSTEM "http://schemas.opengis.net/wms/1.1.1/WMS_MS_Capabilities.dtd">
`;

/** In the order of the DTD. */
const operations: readonly AdvertisedWmsOperation[] = [
  { name: 'GetCapabilities', formats: ['application/vnd.ogc.wms_xml'] },
  { name: 'GetMap', formats: mapFormats },
  { name: 'GetFeatureInfo', formats: infoFormats },
  { name: 'DescribeLayer', formats: ['application/vnd.ogc.wms_xml'] },
  { name: 'GetLegendGraphic', formats: ['image/png'] },
];

/** The document, and the mark of what it tells: what is hidden must not move it (R23). */
export function document111(parts: Parts): { readonly document: Fragment; readonly digest: string } {
  const body = inside(parts);
  const head = attributes({ version: wms111.version, updateSequence: body.digest });
  return { document: fragment`${prologue}<WMT_MS_Capabilities${head}>\n${body}</WMT_MS_Capabilities>\n`, digest: body.digest };
}

function inside(parts: Parts): Fragment {
  return fragment`${serviceSection(parts)}<Capability>
<Request>
${operations.map(operationElement)}</Request>
<Exception>${wms111.exceptionFormats.map(format => fragment`<Format>${format}</Format>`)}</Exception>
<UserDefinedSymbolization SupportSLD="1" UserLayer="0" UserStyle="0" RemoteWFS="0"/>
${rootLayer(parts)}</Capability>
`;
}

/** The DTD fixes the prefix and wants it declared where it stands. */
const resource = (address: Fragment): Fragment =>
  fragment`<OnlineResource xmlns:xlink="${ns.xlink}" xlink:type="simple" xlink:href="${address}"/>`;
const service = fragment`${baseGap}/wms?`;

function serviceSection({ service: about, language }: Parts): Fragment {
  const view = language === 'en' ? 'maps' : 'cartes';
  return fragment`<Service>
<Name>OGC:WMS</Name>
<Title>${inLanguage(about.title, language)} – ${view}</Title>
<Abstract>${inLanguage(about.abstract, language)} – ${mentionText}</Abstract>
${keywordList(['WMS', inspireKeyword('view')])}${resource(service)}
<ContactInformation><ContactPersonPrimary><ContactPerson/><ContactOrganization>${about.provider}</ContactOrganization></ContactPersonPrimary><ContactPosition>pointOfContact</ContactPosition><ContactElectronicMailAddress>${about.email}</ContactElectronicMailAddress></ContactInformation>
<Fees>none</Fees>
<AccessConstraints>${constraintTexts.join(' ')}</AccessConstraints>
</Service>
`;
}

function operationElement({ name, formats }: AdvertisedWmsOperation): Fragment {
  return fragment`<${name}>${formats.map(format => fragment`<Format>${format}</Format>`)}<DCPType><HTTP><Get>${resource(service)}</Get></HTTP></DCPType></${name}>
`;
}

function rootLayer(parts: Parts): Fragment {
  const { layers, groups, language } = parts;
  const extent = extentOf(layers);
  return fragment`<Layer>
<Title>${inLanguage(parts.service.title, language)}</Title>
<Abstract>${inLanguage(parts.service.abstract, language)}</Abstract>
${crsList.map(crs => fragment`<SRS>${shortName(crs)}</SRS>`)}
<LatLonBoundingBox${corners(extent, 8, false)}/>
<BoundingBox SRS="EPSG:4326"${corners(extent, 8, false)}/>
<AuthorityURL name="geomig">${resource(fragment`${parts.service.url}`)}</AuthorityURL>
${groups ? groups.map(group => groupElement(group, parts)) : layers.map(layer => layerElement(layer, parts))}</Layer>
`;
}

/** § 7.1.4.5.2: a layer with a name and layers inside can be asked as one. */
function groupElement(group: LayerGroup, parts: Parts): Fragment {
  const { language } = parts;
  const extent = extentOf(group.layers);
  const queryable = group.name !== null && group.layers.some(layer => layer.queryable);
  return fragment`<Layer queryable="${queryable ? 1 : 0}">
${group.name === null ? null : fragment`<Name>${group.name}</Name>\n`}<Title>${inLanguage(group.title, language)}</Title>
${group.name === null ? null : fragment`<Abstract>${groupAbstract(group, language)}</Abstract>\n`}<LatLonBoundingBox${corners(extent, 8, false)}/>
<BoundingBox SRS="EPSG:4326"${corners(extent, 8, false)}/>
${group.name === null ? null : metadata(group.layers)}${group.layers.map(layer => layerElement(layer, parts))}</Layer>
`;
}

function layerElement(layer: Layer, parts: Parts): Fragment {
  const { language } = parts;
  const abstract = layer.abstract ? inLanguage(layer.abstract, language) : null;
  const boxes = boxesOf(layer).map(({ crs, name, box }) => fragment`<BoundingBox SRS="${name}"${corners(box, crs.decimals, false)}/>\n`);
  const styles = legendsOf(layer, wms111, language).map(
    ({ name, title, width, height, address }) =>
      fragment`<Style><Name>${name}</Name><Title>${title}</Title><LegendURL width="${width}" height="${height}"><Format>image/png</Format>${resource(address)}</LegendURL></Style>\n`,
  );
  return fragment`<Layer queryable="${layer.queryable ? 1 : 0}">
<Name>${layer.name}</Name>
<Title>${titleOf(layer, language)}</Title>
${abstract === null ? null : fragment`<Abstract>${abstract}</Abstract>\n`}${keywordList(layer.keywords)}<LatLonBoundingBox${corners(advertisedExtent(layer.type), 8, false)}/>
${boxes}<Attribution><Title>${layer.attribution}</Title>${resource(fragment`${parts.service.url}`)}</Attribution>
<Identifier authority="geomig">${layer.resourceId}</Identifier>
${metadata([layer])}${styles}${scaleHint(layer)}</Layer>
`;
}

/** § 7.1.4.5.16: lengths on the ground, in metres, of the diagonal of a pixel of 0.28 mm. */
function scaleHint({ scale }: Layer): Fragment | null {
  if (scale.min === null && scale.max === null) return null;
  const diagonal = (denominator: number): string => String(Number((denominator * 0.00028 * Math.SQRT2).toPrecision(12)));
  const max = scale.max === null ? 'Infinity' : diagonal(scale.max);
  return fragment`<ScaleHint min="${diagonal(scale.min ?? 0)}" max="${max}"/>\n`;
}

function metadata(layers: readonly Layer[]): Fragment | null {
  const address = recordsAddress(layers);
  return address && fragment`<MetadataURL type="TC211"><Format>application/xml</Format>${resource(address)}</MetadataURL>\n`;
}
