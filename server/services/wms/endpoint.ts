// The address /wms: its operations and which of them a request is for.
import { Fault } from '../../core/model/fault';
import type { Renderer } from '../../maps';
import { languageOf } from '../ows/language';
import { operation } from '../ows/operation';
import type { Endpoint, Input, Operation } from '../ows/operation';
import { drawMap } from '../ows/picture';
import { negotiate } from '../ows/service';
import type { OwsService } from '../ows/service';
import { capabilities } from './capabilities';
import { describeLayer } from './describe-layer';
import * as examples from './examples';
import { exceptionPicture } from './exceptions';
import { featureInfo } from './feature-info';
import { withoutGroups } from './groups';
import { legendGraphic } from './legend';
import { readCanvas, readDescribe, readInfo, readLegend, readMap, wmsLimits } from './requests';
import type { WmsLimits } from './requests';
import { askedVersion, wms130, wmsFault, wmsVersion, wmsVersions } from './versions';
import type { WmsVersion } from './versions';

export interface WmsParts {
  readonly renderer: Renderer;
  readonly limits?: Partial<WmsLimits>;
}

/** The WMS as an endpoint. The renderer is the caller's to close. */
export function wmsEndpoint(parts: WmsParts): Endpoint {
  const limits = { ...wmsLimits, ...parts.limits };
  const service: OwsService = {
    service: 'WMS',
    versions: wmsVersions,
    operations: wmsVersions.flatMap(version => operationsOf(version, parts.renderer, limits)),
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

function operationsOf(version: WmsVersion, renderer: Renderer, limits: WmsLimits): Operation[] {
  const row = { service: 'WMS', versions: [version.version] };
  return [
    operation({
      ...row,
      name: 'GetCapabilities',
      read: (input, context) => ({
        version,
        language: languageOf(input.kvp.get('language'), context.language),
        updateSequence: input.kvp.get('updatesequence') ?? null,
        grouped: /^(?:true|1|yes)$/i.test(input.kvp.get('groups')?.trim() ?? ''),
      }),
      run: (request, doors, context) => Promise.resolve(capabilities(request, doors, context, limits)),
      examples: () => examples.capabilities(version),
    }),
    pictured(
      operation({
        ...row,
        name: 'GetMap',
        inView: true,
        read: input => readMap(input, version, limits),
        run: (request, doors, context) => drawMap({ ...request, layers: withoutGroups(request.layers, doors) }, doors, context, renderer),
        examples: target => examples.maps(version, target),
      }),
      renderer,
      limits,
    ),
    operation({
      ...row,
      name: 'GetFeatureInfo',
      inView: true,
      read: input => readInfo(input, version, limits),
      run: (request, doors, context) => Promise.resolve().then(() => featureInfo(request, doors, context)),
      examples: target => examples.infos(version, target),
    }),
    operation({
      ...row,
      name: 'DescribeLayer',
      read: input => readDescribe(input, version, limits),
      run: (request, doors, context) => Promise.resolve().then(() => describeLayer(request, doors, context)),
      examples: target => examples.describe(version, target),
    }),
    operation({
      ...row,
      name: 'GetLegendGraphic',
      read: (input, context) => readLegend(input, context, version, limits),
      run: (request, doors) => Promise.resolve().then(() => legendGraphic(request, doors)),
      examples: target => examples.legends(version, target),
    }),
  ];
}

/** The operation with its faults as pictures where the request wants them so (EXCEPTIONS). */
function pictured(one: Operation, renderer: Renderer, limits: WmsLimits): Operation {
  return {
    ...one,
    prepare: (input, context) => {
      const canvas = readCanvas(input, limits);
      if (canvas === null) return one.prepare(input, context);
      return async doors => {
        try {
          return await one.prepare(input, context)(doors);
        } catch (fault) {
          return await exceptionPicture(fault, canvas, renderer, context);
        }
      };
    },
  };
}

/** Names of operations before 1.1.0, still sent (1.1.1 § 7.2.3, § 7.1.2). */
const oldNames: Readonly<Record<string, string>> = { capabilities: 'getcapabilities', map: 'getmap', feature_info: 'getfeatureinfo' };

/**
 * § 6.9: SERVICE is needed for GetCapabilities only; § 6.2.4: a GetCapabilities of another version is answered in one that is served.
 * Maps and what lies under them must name a version, for the order of their coordinates depends on it.
 */
function select(service: OwsService, input: Input): Operation {
  const { kvp } = input;
  if (input.body !== null && input.body.length > 0)
    throw new Fault('unsupported', 'request', 'documents by POST are not supported: send the parameters by GET or as a form');
  const name = kvp.need('request').trim();
  const named = kvp.get('service')?.trim();
  if (named !== undefined && named !== '' && named.toUpperCase() !== service.service)
    throw new Fault('invalid-value', 'service', `service is "${named.slice(0, 40)}", expected ${service.service}`);
  const wanted = askedVersion(input);
  const lower = name.toLowerCase();
  const folded = Object.hasOwn(oldNames, lower) ? (oldNames[lower] ?? lower) : lower;
  if (folded === 'getcapabilities') {
    if (!named && lower === folded) kvp.need('service');
    return found(service, negotiate(service, [], wanted).version, folded, name);
  }
  if (wanted === undefined && (folded === 'getmap' || folded === 'getfeatureinfo')) kvp.need('version');
  const row = wanted === undefined ? wms130 : wmsVersion(wanted);
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
