// The address /wms: its operations and which of them a request is for.
import { Fault } from '../../core/model/fault';
import type { Renderer } from '../../maps';
import { languageOf } from '../ows/language';
import { operation } from '../ows/operation';
import type { Endpoint, Input, Operation, Target } from '../ows/operation';
import { findVersion, negotiate } from '../ows/service';
import type { OwsService } from '../ows/service';
import { capabilities } from './capabilities';
import { featureInfo } from './feature-info';
import { legendGraphic } from './legend';
import { drawMap } from '../ows/picture';
import { infoFormats, mapFormats, readInfo, readLegend, readMap, wmsLimits } from './requests';
import type { WmsLimits } from './requests';
import { wms130, wmsFault, wmsVersions } from './versions';

export interface WmsParts {
  readonly renderer: Renderer;
  readonly limits?: Partial<WmsLimits>;
}

/** The WMS as an endpoint. The renderer is the caller's to close. */
export function wmsEndpoint(parts: WmsParts): Endpoint {
  const limits = { ...wmsLimits, ...parts.limits };
  const versions = [wms130.version];
  const service: OwsService = {
    service: 'WMS',
    versions: wmsVersions,
    operations: [
      operation({
        service: 'WMS',
        versions,
        name: 'GetCapabilities',
        read: (input, context) => ({
          language: languageOf(input.kvp.get('language'), context.language),
          updateSequence: input.kvp.get('updatesequence') ?? null,
        }),
        run: (request, doors, context) => Promise.resolve(capabilities(request, doors, context, limits)),
        examples: () => [
          { name: 'capabilities', path: '/wms?SERVICE=WMS&REQUEST=GetCapabilities' },
          { name: 'capabilities in English', path: '/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities&LANGUAGE=eng' },
        ],
      }),
      operation({
        service: 'WMS',
        versions,
        name: 'GetMap',
        read: input => readMap(input, wms130, limits),
        run: (request, doors, context) => drawMap(request, doors, context, parts.renderer),
        examples: target => [
          ...mapFormats.map(format => ({ name: `map as ${format}`, path: `${mapPath(target, 'GetMap')}&FORMAT=${format}` })),
          { name: 'transparent map', path: `${mapPath(target, 'GetMap')}&FORMAT=image/png&TRANSPARENT=TRUE` },
        ],
      }),
      operation({
        service: 'WMS',
        versions,
        name: 'GetFeatureInfo',
        read: input => readInfo(input, wms130, limits),
        run: (request, doors, context) => Promise.resolve().then(() => featureInfo(request, doors, context)),
        examples: target =>
          infoFormats.map(format => ({
            name: `information as ${format}`,
            path: `${mapPath(target, 'GetFeatureInfo')}&QUERY_LAYERS=${encodeURIComponent(target.qname)}&INFO_FORMAT=${encodeURIComponent(format)}&I=32&J=32&FEATURE_COUNT=50&BUFFER=50`,
          })),
      }),
      operation({
        service: 'WMS',
        versions,
        name: 'GetLegendGraphic',
        read: (input, context) => readLegend(input, context, wms130, limits),
        run: (request, doors) => Promise.resolve().then(() => legendGraphic(request, doors)),
        examples: target => [
          {
            name: 'legend',
            path: `/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetLegendGraphic&LAYER=${encodeURIComponent(target.qname)}&FORMAT=image/png`,
          },
        ],
      }),
    ],
  };
  return {
    path: '/wms',
    methods: ['GET', 'POST'],
    operations: service.operations,
    select: input => select(service, input),
    fault: wmsFault,
    bodyLimit: 1024 * 1024,
  };
}

/** A map of 64 × 64 pixels of the target's box, x,y CRSs only. */
function mapPath(target: Target, request: string): string {
  const layer = encodeURIComponent(target.qname);
  return `/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=${request}&LAYERS=${layer}&STYLES=&CRS=EPSG:${target.srid}&BBOX=${target.box.join(',')}&WIDTH=64&HEIGHT=64`;
}

/**
 * § 6.9: SERVICE is needed for GetCapabilities only; § 6.2.4: a GetCapabilities of another version is answered in one that is served.
 * Any other request must name a version that is served, for the order of its coordinates depends on it.
 */
function select(service: OwsService, input: Input): Operation {
  const { kvp } = input;
  if (input.body !== null && input.body.length > 0)
    throw new Fault('unsupported', 'request', 'documents by POST are not supported: send the parameters by GET or as a form');
  const name = kvp.need('request').trim();
  const named = kvp.get('service')?.trim();
  if (named !== undefined && named !== '' && named.toUpperCase() !== service.service)
    throw new Fault('invalid-value', 'service', `service is "${named.slice(0, 40)}", expected ${service.service}`);
  const wanted = kvp.get('version')?.trim() || undefined;
  const folded = name.toLowerCase();
  if (folded === 'getcapabilities') {
    if (!named) kvp.need('service');
    return found(service, negotiate(service, [], wanted).version, folded, name);
  }
  const row = wanted === undefined ? wms130 : findVersion(service, wanted);
  if (!row)
    throw new Fault(
      'invalid-value',
      'version',
      `version is "${wanted?.slice(0, 40)}", expected one of ${service.versions.map(one => one.version).join(', ')}`,
    );
  return found(service, row.version, folded, name);
}

function found(service: OwsService, version: string, folded: string, name: string): Operation {
  const one = service.operations.find(operationOf => operationOf.versions.includes(version) && operationOf.name.toLowerCase() === folded);
  if (!one) throw new Fault('unknown-operation', 'request', `WMS ${version} of this server has no operation "${name.slice(0, 60)}"`);
  return one;
}
