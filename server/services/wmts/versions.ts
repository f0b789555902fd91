// The one version of WMTS, and what a Fault is called in it: ows:ExceptionReport of OWS 1.1 (WMTS 1.0 § 7.1.3, § 7.2.3, § 7.3.4).
import { unreachable, type Fault, type FaultKind } from '../../core/model/fault';
import { commonCode, commonStatus, exceptionReply, exceptionReport } from '../ows/exception-report';
import { relocated } from '../ows/locators';
import type { Input, Operation, Reply } from '../ows/operation';
import type { OwsService } from '../ows/service';

export const wmts100 = '1.0.0';
export const wmtsNamespace = 'http://www.opengis.net/wmts/1.0';

/** The service with its operations, for selection and negotiation. */
export const wmtsService = (operations: readonly Operation[]): OwsService => ({
  service: 'WMTS',
  versions: [{ version: wmts100, aliases: ['1.0'], namespaces: [wmtsNamespace] }],
  operations,
});

/** Parameters as WMTS writes them, by what drawing and identifying call them. */
const names: Readonly<Record<string, string>> = {
  layers: 'Layer',
  query_layers: 'Layer',
  styles: 'Style',
  service: 'Service',
  request: 'Request',
  version: 'Version',
  acceptversions: 'AcceptVersions',
  updatesequence: 'updateSequence',
};

/** Exceptions in WMTS: status 400 for what the request got wrong; refusals, brakes and defects have the status of every service (R47). */
export function wmtsFault(fault: Fault, input: Input): Reply {
  const { kind, locator, message } = relocated(fault, names);
  const body = exceptionReport('1.1', wmts100, [{ code: commonCode(kind) ?? codeOf(kind, locator), locator, text: message }]);
  return exceptionReply(fault, input, { status: commonStatus(kind) ?? 400, type: 'text/xml', body });
}

const outOfRange: ReadonlySet<string> = new Set(['TileRow', 'TileCol']);

function codeOf(kind: FaultKind, locator: string): string {
  switch (kind) {
    case 'missing-parameter':
      return 'MissingParameterValue';
    case 'processing':
      return outOfRange.has(locator) ? 'TileOutOfRange' : 'InvalidParameterValue';
    case 'invalid-point':
      return 'PointIJOutOfRange';
    case 'invalid-value':
    case 'refused-value':
    case 'unknown-lock':
    case 'malformed':
    case 'unknown-type':
    case 'unknown-property':
    case 'unknown-id':
    case 'unknown-style':
    case 'invalid-crs':
    case 'invalid-format':
    case 'too-large':
      return 'InvalidParameterValue';
    case 'unknown-operation':
    case 'unsupported':
    case 'not-queryable':
      return 'OperationNotSupported';
    case 'version':
      return 'VersionNegotiationFailed';
    case 'update-sequence-current':
    case 'update-sequence-invalid':
      return 'InvalidUpdateSequence';
    case 'unauthenticated':
    case 'forbidden':
    case 'conditions-not-accepted':
    case 'too-many':
    case 'busy':
    case 'unavailable':
    case 'conflict':
    case 'internal':
      return 'NoApplicableCode';
    default:
      return unreachable(kind);
  }
}
