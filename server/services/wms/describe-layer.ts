// DescribeLayer: where the features of map layers are had. SLD profile of WMS 1.1 § 6.2 (with WMS 1.3.0), SLD 1.0 § 12.5 (with WMS 1.1.1).
import { qualifiedName } from '../../core/model/feature-type';
import type { Layer } from '../../core/model/layer';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import { xml, xmlHeader } from '../../core/xml/write';
import type { Markup } from '../../core/xml/write';
import { accessOf } from '../ows/access';
import type { Reply } from '../ows/operation';
import { namesWithoutGroups } from './groups';
import { wms111, wms130 } from './versions';
import type { WmsVersion } from './versions';

export interface DescribeRequest {
  readonly version: WmsVersion;
  readonly layers: readonly string[];
}

interface Described {
  readonly layer: Layer;
  /** The caller may ask its features of the WFS. */
  readonly byFeatures: boolean;
}

const writers: ReadonlyMap<
  WmsVersion,
  { readonly type: string; readonly write: (layers: readonly Described[], address: string) => Markup }
> = new Map([
  [wms130, { type: 'text/xml; charset=UTF-8', write: write130 }],
  [wms111, { type: 'application/vnd.ogc.wms_xml; charset=UTF-8', write: write111 }],
]);

/** Faults: those of the door for a layer the caller may not view. */
export function describeLayer(request: DescribeRequest, doors: Doors, context: Context): Reply {
  const { features } = doors;
  const offered = new Set(features.types('feature').map(type => type.name));
  const layers = namesWithoutGroups(request.layers, doors).map(name => features.layer(name, 'view', 'layers'));
  const described = layers.map(layer => ({ layer, byFeatures: offered.has(layer.type.name) }));
  const writer = writers.get(request.version);
  if (!writer) throw new Error(`no DescribeLayer of WMS ${request.version.version}`);
  const types = layers.map(layer => layer.type.name);
  return { type: writer.type, access: accessOf(features, types, 'view'), body: writer.write(described, `${context.base}/wfs?`).text };
}

function write130(layers: readonly Described[], address: string): Markup {
  const described = layers.map(({ layer, byFeatures }) => {
    const resource = xml`<se:OnlineResource xlink:type="simple" xlink:href="${byFeatures ? address : ''}"/>`;
    const name = qualifiedName(layer.type);
    // a raster is a coverage, of which no service gives the cells yet
    return layer.coverage
      ? xml`<LayerDescription><owsType>wcs</owsType>${resource}<TypeName><se:CoverageName>${name}</se:CoverageName></TypeName></LayerDescription>\n`
      : xml`<LayerDescription><owsType>wfs</owsType>${resource}<TypeName><se:FeatureTypeName>${name}</se:FeatureTypeName></TypeName></LayerDescription>\n`;
  });
  return xml`${xmlHeader}<DescribeLayerResponse xmlns="${ns.sld}" xmlns:se="${ns.se}" xmlns:xlink="${ns.xlink}" xmlns:xsi="${ns.xsi}" xsi:schemaLocation="${ns.sld} http://schemas.opengis.net/sld/1.1.0/DescribeLayer.xsd">
<Version>1.1.0</Version>
${described}</DescribeLayerResponse>
`;
}

function write111(layers: readonly Described[], address: string): Markup {
  const described = layers.map(({ layer, byFeatures }) => {
    const name = qualifiedName(layer.type);
    return byFeatures
      ? xml`<LayerDescription name="${layer.name}" wfs="${address}" owsURL="${address}" owsType="WFS"><Query typeName="${name}"/></LayerDescription>\n`
      : xml`<LayerDescription name="${layer.name}"/>\n`;
  });
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE WMS_DescribeLayerResponse SYSTEM "http://schemas.opengis.net/wms/1.1.1/WMS_DescribeLayerResponse.dtd">
<WMS_DescribeLayerResponse version="1.1.1">
${described}</WMS_DescribeLayerResponse>
`;
}
