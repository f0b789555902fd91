// Requests of each operation for the leak matrix, which compares what callers get for them.
import type { Example, Target } from '../ows/operation';
import { infoFormats, mapFormats } from './requests';
import type { WmsVersion } from './versions';

const start = (version: WmsVersion, request: string): string => `/wms?SERVICE=WMS&VERSION=${version.version}&REQUEST=${request}`;

/** A map of 64 × 64 pixels of the target's box, x,y CRSs only. */
function mapPath(version: WmsVersion, target: Target, request: string, layers = target.qname): string {
  const crs = `${version.crsParameter.toUpperCase()}=EPSG:${target.srid}`;
  return `${start(version, request)}&LAYERS=${encodeURIComponent(layers)}&STYLES=&${crs}&BBOX=${target.box.join(',')}&WIDTH=64&HEIGHT=64`;
}

/** Name of the group that the target belongs to. */
const groupOf = (target: Target): string => target.qname.split(':')[0] ?? target.qname;

export const capabilities = (version: WmsVersion): readonly Example[] => [
  { name: 'capabilities', path: start(version, 'GetCapabilities') },
  { name: 'capabilities by groups', path: `${start(version, 'GetCapabilities')}&GROUPS=TRUE` },
  { name: 'capabilities in English', path: `${start(version, 'GetCapabilities')}&LANGUAGE=eng` },
];

export const maps = (version: WmsVersion, target: Target): readonly Example[] => [
  ...mapFormats.map(format => ({ name: `map as ${format}`, path: `${mapPath(version, target, 'GetMap')}&FORMAT=${format}` })),
  { name: 'transparent map', path: `${mapPath(version, target, 'GetMap')}&FORMAT=image/png&TRANSPARENT=TRUE` },
  { name: 'map of its group', path: `${mapPath(version, target, 'GetMap', groupOf(target))}&FORMAT=image/png` },
  { name: 'map or a picture of the fault', path: `${mapPath(version, target, 'GetMap')}&FORMAT=image/png&EXCEPTIONS=INIMAGE` },
];

export const infos = (version: WmsVersion, target: Target): readonly Example[] => {
  const [column, row] = version.pixelParameters;
  const pixel = `${column.toUpperCase()}=32&${row.toUpperCase()}=32&FEATURE_COUNT=50&BUFFER=50`;
  const one = (layers: string, format: string): string =>
    `${mapPath(version, target, 'GetFeatureInfo', layers)}&QUERY_LAYERS=${encodeURIComponent(layers)}&INFO_FORMAT=${encodeURIComponent(format)}&${pixel}`;
  return [
    ...infoFormats.map(format => ({ name: `information as ${format}`, path: one(target.qname, format) })),
    { name: 'information of its group', path: one(groupOf(target), 'application/json') },
  ];
};

export const describe = (version: WmsVersion, target: Target): readonly Example[] => [
  { name: 'description', path: `${start(version, 'DescribeLayer')}&SLD_VERSION=1.1.0&LAYERS=${encodeURIComponent(target.qname)}` },
];

export const legends = (version: WmsVersion, target: Target): readonly Example[] => [
  { name: 'legend', path: `${start(version, 'GetLegendGraphic')}&LAYER=${encodeURIComponent(target.qname)}&FORMAT=image/png` },
  {
    name: 'legend of its group',
    path: `${start(version, 'GetLegendGraphic')}&LAYER=${encodeURIComponent(groupOf(target))}&FORMAT=image/png`,
  },
];
