// The versions of WMS as rows of a table: parameter names, axis rule, exception codes. WMS 1.3.0 (ISO 19128) so far.
import type { Fault, FaultKind } from '../../core/model/fault';
import type { AxisRule } from '../../core/model/crs';
import { commonCode, commonStatus, exceptionReply, serviceExceptionReport } from '../ows/exception-report';
import type { Input, Reply } from '../ows/operation';

export interface WmsVersion {
  readonly version: string;
  readonly aliases: readonly string[];
  readonly namespaces: readonly string[];
  /** Name of the parameter that names the CRS, and what it means for the order of BBOX (§ 6.7.2). */
  readonly crsParameter: string;
  readonly axisRule: AxisRule;
  /** Names of the pixel's column and row in GetFeatureInfo (§ 7.4.3.7). */
  readonly pixelParameters: readonly [string, string];
  readonly exceptionType: string;
}

/** Highest first. */
export const wmsVersions: readonly WmsVersion[] = [
  {
    version: '1.3.0',
    aliases: [],
    namespaces: [],
    crsParameter: 'crs',
    axisRule: 'crs-order',
    pixelParameters: ['i', 'j'],
    exceptionType: 'text/xml',
  },
];

export const wms130 = wmsVersions[0] as WmsVersion;

/** Codes of WMS 1.3.0 § 6.11, § 7.2.3.5, § 7.3.5, § 7.4.5; '' where it has none that fits. */
const codes: Readonly<Partial<Record<FaultKind, string>>> = {
  'missing-parameter': 'MissingParameterValue',
  'invalid-value': 'InvalidParameterValue',
  malformed: 'InvalidParameterValue',
  version: 'VersionNegotiationFailed',
  'unknown-operation': 'OperationNotSupported',
  unsupported: 'OperationNotSupported',
  'update-sequence-current': 'CurrentUpdateSequence',
  'update-sequence-invalid': 'InvalidUpdateSequence',
  'unknown-type': 'LayerNotDefined',
  'unknown-style': 'StyleNotDefined',
  'invalid-crs': 'InvalidCRS',
  'invalid-format': 'InvalidFormat',
  'invalid-point': 'InvalidPoint',
  'not-queryable': 'LayerNotQueryable',
};

/** Parameters of dimensions: their absence and bad values have codes of their own (§ 7.2.3.5, Annex C). */
const dimensions: ReadonlySet<string> = new Set(['time', 'elevation']);

const refused: ReadonlySet<FaultKind> = new Set(['unauthenticated', 'forbidden', 'conditions-not-accepted']);

function codeOf(fault: Fault): string {
  if (dimensions.has(fault.locator.toLowerCase())) {
    if (fault.kind === 'missing-parameter') return 'MissingDimensionValue';
    if (fault.kind === 'invalid-value') return 'InvalidDimensionValue';
  }
  // a layer of the map that this caller may see and not ask: the standard has a code for it, the charter a status (R44, R47)
  if (fault.locator === 'query_layers' && refused.has(fault.kind)) return 'LayerNotQueryable';
  return commonCode(fault.kind) ?? codes[fault.kind] ?? '';
}

/**
 * A fault as ServiceExceptionReport. What the request got wrong is told with status 200, as clients of WMS expect it: QGIS
 * shows the text of an exception that comes with 200, and of any other status its name only. Refusals, brakes and defects keep their own status (R47).
 */
export function wmsFault(fault: Fault, input: Input): Reply {
  const body = serviceExceptionReport([{ code: codeOf(fault), locator: fault.locator, text: fault.message }]);
  return exceptionReply(fault, input, { status: commonStatus(fault.kind) ?? 200, type: wms130.exceptionType, body });
}
