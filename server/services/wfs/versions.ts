// The versions of WFS as rows of a table, and what a Fault is called in each. Nothing outside this file asks which version it is.
import { unreachable, type Fault, type FaultKind } from '../../core/model/fault';
import type { Context } from '../../core/ports/context';
import { ns } from '../../core/xml/names';
import { commonCode, commonStatus, exceptionReply, exceptionReport } from '../ows/exception-report';
import type { Input, Operation, Reply } from '../ows/operation';
import { dialectOf, type OwsService, type ServiceVersion } from '../ows/service';

export interface WfsVersion extends ServiceVersion {
  /** Exception document of this version. */
  readonly report: (fault: Fault) => { readonly status: number; readonly type: string; readonly body: string };
}

export const wfs20 = '2.0.0';

/** Highest first. */
export const wfsVersions: readonly WfsVersion[] = [
  {
    version: wfs20,
    aliases: ['2.0.2', '2.0.1', '2.0'],
    namespaces: [ns.wfs20],
    report: fault => {
      const { code, status } = exceptionOf(fault);
      const body = exceptionReport('1.1', wfs20, [{ code, locator: fault.locator, text: fault.message }]);
      return { status, type: 'application/xml', body };
    },
  },
];

/** The service with its operations, for selection and negotiation. */
export const wfsService = (operations: readonly Operation[]): OwsService => ({ service: 'WFS', versions: wfsVersions, operations });

/** WFS 2.0 table 3 and table D.2: exception code and HTTP status of each kind. */
export function exceptionOf(fault: Pick<Fault, 'kind' | 'locator'>): { readonly code: string; readonly status: number } {
  const code = commonCode(fault.kind);
  const status = commonStatus(fault.kind);
  return code !== null && status !== null ? { code, status } : ownException(fault.kind);
}

function ownException(kind: FaultKind): { readonly code: string; readonly status: number } {
  switch (kind) {
    case 'missing-parameter':
      return { code: 'MissingParameterValue', status: 400 };
    case 'invalid-value':
    case 'unknown-type':
    case 'unknown-property':
    case 'unknown-style':
    case 'invalid-crs':
    case 'invalid-format':
    case 'invalid-point':
      return { code: 'InvalidParameterValue', status: 400 };
    case 'malformed':
      return { code: 'OperationParsingFailed', status: 400 };
    case 'unknown-operation':
    case 'not-queryable':
      return { code: 'OperationNotSupported', status: 400 };
    case 'unsupported':
      return { code: 'OptionNotSupported', status: 400 };
    case 'version':
      return { code: 'VersionNegotiationFailed', status: 400 };
    case 'update-sequence-current':
    case 'update-sequence-invalid':
      return { code: 'InvalidUpdateSequence', status: 400 };
    case 'processing':
      return { code: 'OperationProcessingFailed', status: 403 };
    case 'unknown-id': // § 7.9.3.6: GetFeatureById that finds nothing
      return { code: 'OperationProcessingFailed', status: 404 };
    case 'too-large':
      return { code: 'OperationParsingFailed', status: 400 };
    case 'unauthenticated':
    case 'forbidden':
    case 'conditions-not-accepted':
    case 'too-many':
    case 'busy':
    case 'unavailable':
    case 'conflict':
    case 'internal':
      return { code: 'NoApplicableCode', status: 500 };
    default:
      return unreachable(kind);
  }
}

/** The fault in the dialect of the version asked for. */
export function wfsFault(service: OwsService, fault: Fault, input: Input, context: Context): Reply {
  const version = dialectOf(service, input);
  const row = wfsVersions.find(one => one.version === version) ?? wfsVersions[0];
  if (!row) throw new Error(`WFS has no version (request ${context.requestId})`);
  return exceptionReply(fault, input, row.report(fault));
}
