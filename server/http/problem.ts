// Faults of the JSON addresses and pages as problem+json (RFC 9457), naming locator and rule.
import { unreachable, type Fault, type FaultKind } from '../core/model/fault';
import type { Reply } from '../services/ows/operation';

/** HTTP status of a kind of fault, for addresses that follow no OGC standard. */
export function httpStatus(kind: FaultKind): number {
  switch (kind) {
    case 'missing-parameter':
    case 'invalid-value':
    case 'refused-value':
    case 'unknown-lock':
    case 'malformed':
    case 'unsupported':
    case 'version':
    case 'update-sequence-current':
    case 'update-sequence-invalid':
    case 'unknown-property':
    case 'invalid-crs':
    case 'invalid-format':
    case 'invalid-point':
    case 'not-queryable':
    case 'processing':
    case 'unknown-style':
      return 400;
    case 'unauthenticated':
      return 401;
    case 'forbidden':
    case 'conditions-not-accepted':
      return 403;
    case 'unknown-type':
    case 'unknown-id':
      return 404;
    case 'unknown-operation':
      return 405;
    case 'conflict':
      return 409;
    case 'too-large':
      return 413;
    case 'too-many':
      return 429;
    case 'internal':
      return 500;
    case 'busy':
    case 'unavailable':
      return 503;
    default:
      return unreachable(kind);
  }
}

export function problem(fault: Fault): Reply {
  const status = httpStatus(fault.kind);
  const body = {
    type: 'about:blank',
    title: fault.message,
    status,
    kind: fault.kind,
    ...(fault.locator === '' ? {} : { field: fault.locator }),
    ...(fault.rule === undefined ? {} : { rule: fault.rule }),
  };
  return { status, type: 'application/problem+json; charset=utf-8', access: 'restricted', body: JSON.stringify(body) };
}
