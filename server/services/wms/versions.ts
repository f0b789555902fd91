// The versions of WMS as rows of a table: parameter names, axis rule, formats of capabilities and exceptions, exception codes.
// WMS 1.3.0 (ISO 19128) and WMS 1.1.1 (OGC 01-068r3).
import type { Fault, FaultKind } from '../../core/model/fault';
import type { AxisRule } from '../../core/model/crs';
import { axisRules } from '../ows/axis';
import { commonCode, commonStatus, exceptionReply, serviceExceptionReport } from '../ows/exception-report';
import type { Input, Reply } from '../ows/operation';
import { serviceExceptionReport111 } from './exceptions';

export interface WmsVersion {
  readonly version: string;
  readonly aliases: readonly string[];
  readonly namespaces: readonly string[];
  /** Name of the parameter that names the CRS, and what it means for the order of BBOX (1.3.0 § 6.7.2; 1.1.1 § 6.5.5: always x,y). */
  readonly crsParameter: string;
  readonly axisRule: AxisRule;
  /** Names of the pixel's column and row in GetFeatureInfo (1.3.0 § 7.4.3.7, 1.1.1 § 7.3.3.7). */
  readonly pixelParameters: readonly [string, string];
  /** Media type of the capabilities (1.1.1 § 7.1.3.2). */
  readonly capabilitiesType: string;
  readonly exceptionType: string;
  /** Spellings of EXCEPTIONS as they are advertised: document, picture with the text, empty picture (1.3.0 § 7.3.3.11, 1.1.1 § 6.7). */
  readonly exceptionFormats: readonly [string, string, string];
  /** Code of a CRS that is not known. */
  readonly crsCode: string;
}

/** Highest first. Clients of the first days write 1.1.0 or 1.1 and mean what 1.1.1 says. */
export const wmsVersions: readonly WmsVersion[] = [
  {
    version: '1.3.0',
    aliases: ['1.3'],
    namespaces: [],
    crsParameter: 'crs',
    axisRule: axisRules['WMS 1.3.0'],
    pixelParameters: ['i', 'j'],
    capabilitiesType: 'text/xml; charset=UTF-8',
    exceptionType: 'text/xml',
    exceptionFormats: ['XML', 'INIMAGE', 'BLANK'],
    crsCode: 'InvalidCRS',
  },
  {
    version: '1.1.1',
    aliases: ['1.1.0', '1.1'],
    namespaces: [],
    crsParameter: 'srs',
    axisRule: axisRules['WMS 1.1.1'],
    pixelParameters: ['x', 'y'],
    capabilitiesType: 'application/vnd.ogc.wms_xml; charset=UTF-8',
    exceptionType: 'application/vnd.ogc.se_xml',
    exceptionFormats: ['application/vnd.ogc.se_xml', 'application/vnd.ogc.se_inimage', 'application/vnd.ogc.se_blank'],
    crsCode: 'InvalidSRS',
  },
];

export const wms130 = wmsVersions[0] as WmsVersion;
export const wms111 = wmsVersions[1] as WmsVersion;

/** The row of a version as a request writes it; undefined for one that is not served. */
export const wmsVersion = (written: string): WmsVersion | undefined =>
  wmsVersions.find(row => row.version === written.trim() || row.aliases.includes(written.trim()));

/** VERSION, or WMTVER as it was called before 1.1.0 (1.1.1 § 6.2.1); VERSION wins. Empty is absent. */
export const askedVersion = (input: Input): string | undefined =>
  input.kvp.get('version')?.trim() || input.kvp.get('wmtver')?.trim() || undefined;

/** Codes of WMS 1.3.0 § 6.11, § 7.2.3.5, § 7.3.5, § 7.4.5 and of 1.1.1 annex A.3; '' where they have none that fits. */
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
  'invalid-format': 'InvalidFormat',
  'invalid-point': 'InvalidPoint',
  'not-queryable': 'LayerNotQueryable',
};

/** Parameters of dimensions: their absence and bad values have codes of their own (§ 7.2.3.5, Annex C). */
const dimensions: ReadonlySet<string> = new Set(['time', 'elevation']);

const refused: ReadonlySet<FaultKind> = new Set(['unauthenticated', 'forbidden', 'conditions-not-accepted']);

function codeOf(fault: Fault, version: WmsVersion): string {
  if (dimensions.has(fault.locator.toLowerCase())) {
    if (fault.kind === 'missing-parameter') return 'MissingDimensionValue';
    if (fault.kind === 'invalid-value') return 'InvalidDimensionValue';
  }
  if (fault.kind === 'invalid-crs') return version.crsCode;
  // a layer of the map that this caller may see and not ask: the standard has a code for it, the charter a status (R44, R47)
  if (fault.locator === 'query_layers' && refused.has(fault.kind)) return 'LayerNotQueryable';
  return commonCode(fault.kind) ?? codes[fault.kind] ?? '';
}

/**
 * A fault as ServiceExceptionReport, in the version asked for. What the request got wrong is told with status 200, as clients of WMS expect
 * it: QGIS shows the text of an exception that comes with 200, and of any other status its name only. Refusals, brakes and defects keep
 * their own status (R47).
 */
export function wmsFault(fault: Fault, input: Input): Reply {
  const asked = askedVersion(input);
  const version =
    (asked === undefined ? undefined : wmsVersion(asked)) ?? (asked?.startsWith('1.1') || asked?.startsWith('1.0') ? wms111 : wms130);
  const entry = { code: codeOf(fault, version), locator: fault.locator, text: fault.message };
  const body = version === wms111 ? serviceExceptionReport111([entry]) : serviceExceptionReport([entry]);
  return exceptionReply(fault, input, { status: commonStatus(fault.kind) ?? 200, type: version.exceptionType, body });
}
