// The versions of CSW as rows of a table, and what a Fault is called in each. Nothing outside this file asks which version it is.
import { unreachable, type Fault, type FaultKind } from '../../core/model/fault';
import { ns } from '../../core/xml/names';
import { commonCode, commonStatus, exceptionReport } from '../ows/exception-report';
import type { Operation } from '../ows/operation';
import type { OwsService, ReportingVersion } from '../ows/service';

export const csw202 = '2.0.2';

/** Highest first. */
export const cswVersions: readonly ReportingVersion[] = [
  {
    version: csw202,
    aliases: ['2.0.1', '2.0.0'],
    namespaces: [ns.csw202],
    // CSW-discovery.xsd: the attribute service of GetCapabilities has the default CSW, of the others it is required
    defaultService: ['GetCapabilities'],
    report: fault => {
      const { code, status } = exceptionOf(fault);
      // OGC 07-006 § 10.3.7: ows:ExceptionReport of OWS Common 1.0, version 1.2.0
      return {
        status,
        type: 'application/xml',
        body: exceptionReport('1.0', '1.2.0', [{ code, locator: fault.locator, text: fault.message }]),
      };
    },
  },
];

/** The service with its operations; a request that names no version gets 2.0.2 here. */
export const cswService = (operations: readonly Operation[]): OwsService => ({
  service: 'CSW',
  versions: cswVersions,
  unspecified: csw202,
  operations,
});

/** Exception code (OWS Common 1.0 table 20) and HTTP status of each kind; 400 is honest and harvesters want 2xx for success only. */
export function exceptionOf(fault: Pick<Fault, 'kind' | 'locator'>): { readonly code: string; readonly status: number } {
  const code = commonCode(fault.kind);
  const status = commonStatus(fault.kind);
  return code !== null && status !== null ? { code, status } : { code: ownCode(fault.kind, fault.locator), status: 400 };
}

function ownCode(kind: FaultKind, locator: string): string {
  switch (kind) {
    case 'missing-parameter':
      return 'MissingParameterValue';
    case 'invalid-value':
    case 'refused-value':
    case 'unknown-lock':
    case 'unknown-type':
    case 'unknown-property':
    case 'unknown-style':
    case 'unknown-id':
    case 'invalid-crs':
    case 'invalid-format':
    case 'invalid-point':
    case 'processing':
      return 'InvalidParameterValue';
    // a filter or an expression that cannot be read is a parameter's value; a document that cannot be read is nothing
    case 'malformed':
    case 'too-large':
      return locator === '' ? 'NoApplicableCode' : 'InvalidParameterValue';
    case 'unknown-operation':
    case 'not-queryable':
    case 'unsupported':
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
