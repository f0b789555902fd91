// The capabilities document of WMS 1.3.0 (§ 7.2.4), with the INSPIRE extension for view services.
import { crsList, shortName } from '../../core/model/crs';
import type { Envelope } from '../../core/model/geometry';
import type { Layer } from '../../core/model/layer';
import { inLanguage } from '../../core/model/text';
import { ns } from '../../core/xml/names';
import { attributes } from '../../core/xml/write';
import { advertisedExtent } from '../ows/extents';
import { baseGap, documentOf, fragment } from '../ows/fragments';
import type { Fragment } from '../ows/fragments';
import { inspireCapabilities, inspireKeyword, inspireSchemas } from '../ows/inspire';
import { constraintTexts, mentionText } from '../ows/texts';
import { boxesOf, corners, extentOf, groupAbstract, keywordList, legendsOf, recordsAddress, titleOf } from './advertised';
import type { AdvertisedWmsOperation, Parts } from './advertised';
import type { LayerGroup } from './groups';
import { infoFormats, mapFormats } from './requests';
import { wms130 } from './versions';

const schemas = `${ns.wms} http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd ${ns.sld} http://schemas.opengis.net/sld/1.1.0/sld_capabilities.xsd ${inspireSchemas('view')}`;

const operations: readonly AdvertisedWmsOperation[] = [
  { name: 'GetCapabilities', formats: ['text/xml'] },
  { name: 'GetMap', formats: mapFormats },
  { name: 'GetFeatureInfo', formats: infoFormats },
  { name: 'sld:DescribeLayer', formats: ['text/xml'] },
  { name: 'sld:GetLegendGraphic', formats: ['image/png'] },
];

/** The document, and the mark of what it tells: what is hidden must not move it (R23). */
export function document130(parts: Parts): { readonly document: Fragment; readonly digest: string } {
  const body = inside(parts);
  return { document: documentOf(fragment`<WMS_Capabilities${head(body.digest)}>\n${body}</WMS_Capabilities>\n`), digest: body.digest };
}

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

function inside(parts: Parts): Fragment {
  return fragment`${serviceSection(parts)}<Capability>
<Request>
${operations.map(operationElement)}</Request>
<Exception>${wms130.exceptionFormats.map(format => fragment`<Format>${format}</Format>`)}</Exception>
${inspireCapabilities('view', { service: parts.service, language: parts.language, path: 'wms', serviceName: 'WMS', date: parts.day })}${rootLayer(parts)}</Capability>
`;
}

function serviceSection({ service, language, limits }: Parts): Fragment {
  const view = language === 'en' ? 'maps' : 'cartes';
  return fragment`<Service>
<Name>WMS</Name>
<Title>${inLanguage(service.title, language)} – ${view}</Title>
<Abstract>${inLanguage(service.abstract, language)} – ${mentionText}</Abstract>
${keywordList(['WMS', inspireKeyword('view')])}<OnlineResource xlink:type="simple" xlink:href="${baseGap}/wms?"/>
<ContactInformation><ContactPersonPrimary><ContactPerson/><ContactOrganization>${service.provider}</ContactOrganization></ContactPersonPrimary><ContactPosition>pointOfContact</ContactPosition><ContactElectronicMailAddress>${service.email}</ContactElectronicMailAddress></ContactInformation>
<Fees>none</Fees>
<AccessConstraints>${constraintTexts.join(' ')}</AccessConstraints>
<LayerLimit>${limits.layers}</LayerLimit>
<MaxWidth>${limits.size}</MaxWidth>
<MaxHeight>${limits.size}</MaxHeight>
</Service>
`;
}

function operationElement({ name, formats }: AdvertisedWmsOperation): Fragment {
  return fragment`<${name}>${formats.map(format => fragment`<Format>${format}</Format>`)}<DCPType><HTTP><Get><OnlineResource xlink:type="simple" xlink:href="${baseGap}/wms?"/></Get></HTTP></DCPType></${name}>
`;
}

function rootLayer(parts: Parts): Fragment {
  const { layers, groups, service, language } = parts;
  const extent = extentOf(layers);
  const codes = ['CRS:84', ...crsList.map(shortName)];
  return fragment`<Layer>
<Title>${inLanguage(service.title, language)}</Title>
<Abstract>${inLanguage(service.abstract, language)}</Abstract>
${codes.map(code => fragment`<CRS>${code}</CRS>`)}
${geographicBox(extent)}<BoundingBox CRS="CRS:84"${corners(extent, 8, false)}/>
<AuthorityURL name="geomig"><OnlineResource xlink:type="simple" xlink:href="${service.url}"/></AuthorityURL>
${groups ? groups.map(group => groupElement(group, parts)) : layers.map(layer => layerElement(layer, parts))}</Layer>
`;
}

/** § 7.2.4.6.2: a layer with a name and layers inside can be asked as one. It has no style of its own, which its layers would inherit. */
function groupElement(group: LayerGroup, parts: Parts): Fragment {
  const { language } = parts;
  const extent = extentOf(group.layers);
  const queryable = group.name !== null && group.layers.some(layer => layer.queryable);
  const keywords = [...new Set(group.layers.flatMap(layer => layer.keywords))].slice(0, 20);
  const more =
    group.name === null
      ? null
      : fragment`<Abstract>${groupAbstract(group, language)}</Abstract>\n${keywordList(keywords.length > 0 ? keywords : [inspireKeyword('view')])}`;
  return fragment`<Layer queryable="${queryable ? 1 : 0}">
${group.name === null ? null : fragment`<Name>${group.name}</Name>\n`}<Title>${inLanguage(group.title, language)}</Title>
${more}${geographicBox(extent)}<BoundingBox CRS="CRS:84"${corners(extent, 8, false)}/>
${group.name === null ? null : metadata(group.layers)}${group.layers.map(layer => layerElement(layer, parts))}</Layer>
`;
}

function layerElement(layer: Layer, { language, service }: Parts): Fragment {
  const { scale } = layer;
  const abstract = layer.abstract ? inLanguage(layer.abstract, language) : null;
  const geographic = advertisedExtent(layer.type);
  const boxes = boxesOf(layer).map(
    ({ crs, name, box }) => fragment`<BoundingBox CRS="${name}"${corners(box, crs.decimals, crs.northFirst)}/>\n`,
  );
  const styles = legendsOf(layer, wms130, language).map(
    ({ name, title, width, height, address }) =>
      fragment`<Style><Name>${name}</Name><Title>${title}</Title><LegendURL width="${width}" height="${height}"><Format>image/png</Format><OnlineResource xlink:type="simple" xlink:href="${address}"/></LegendURL></Style>\n`,
  );
  return fragment`<Layer queryable="${layer.queryable ? 1 : 0}">
<Name>${layer.name}</Name>
<Title>${titleOf(layer, language)}</Title>
${abstract === null ? null : fragment`<Abstract>${abstract}</Abstract>\n`}${keywordList(layer.keywords)}${geographicBox(geographic)}<BoundingBox CRS="CRS:84"${corners(geographic, 8, false)}/>
${boxes}<Attribution><Title>${layer.attribution}</Title><OnlineResource xlink:type="simple" xlink:href="${service.url}"/></Attribution>
<Identifier authority="geomig">${layer.resourceId}</Identifier>
${metadata([layer])}${styles}${scale.min === null ? null : fragment`<MinScaleDenominator>${scale.min}</MinScaleDenominator>\n`}${scale.max === null ? null : fragment`<MaxScaleDenominator>${scale.max}</MaxScaleDenominator>\n`}</Layer>
`;
}

function geographicBox(box: Envelope): Fragment {
  return fragment`<EX_GeographicBoundingBox><westBoundLongitude>${degrees(box.minX)}</westBoundLongitude><eastBoundLongitude>${degrees(box.maxX)}</eastBoundLongitude><southBoundLatitude>${degrees(box.minY)}</southBoundLatitude><northBoundLatitude>${degrees(box.maxY)}</northBoundLatitude></EX_GeographicBoundingBox>
`;
}

const degrees = (value: number): string => String(Number(value.toFixed(8)));

function metadata(layers: readonly Layer[]): Fragment | null {
  const address = recordsAddress(layers);
  return (
    address &&
    fragment`<MetadataURL type="ISO19115:2003"><Format>application/xml</Format><OnlineResource xlink:type="simple" xlink:href="${address}"/></MetadataURL>\n`
  );
}
