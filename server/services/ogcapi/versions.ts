// What OGC API - Features is here: the conformance classes that hold, and what a Fault is called (RFC 9457, Features Part 1 § 7.5).
import { unreachable, type Fault } from '../../core/model/fault';
import type { Reply } from '../ows/operation';

const features1 = 'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf';
const features2 = 'http://www.opengis.net/spec/ogcapi-features-2/1.0/conf';
const features3 = 'http://www.opengis.net/spec/ogcapi-features-3/1.0/conf';
const cql2 = 'http://www.opengis.net/spec/cql2/1.0/conf';

/** Only what is true and tested. Clients send CQL2 when the last part is there as a whole (QGIS). */
export const conformanceClasses: readonly string[] = [
  `${features1}/core`,
  `${features1}/oas30`,
  `${features1}/html`,
  `${features1}/geojson`,
  `${features2}/crs`,
  `${features3}/queryables`,
  `${features3}/queryables-query-parameters`,
  `${features3}/filter`,
  `${features3}/features-filter`,
  `${cql2}/cql2-text`,
  `${cql2}/basic-cql2`,
  `${cql2}/advanced-comparison-operators`,
  `${cql2}/case-insensitive-comparison`,
  `${cql2}/basic-spatial-functions`,
  `${cql2}/basic-spatial-functions-plus`,
  `${cql2}/spatial-functions`,
];

interface Problem {
  readonly status: number;
  readonly title: string;
}

function problemOf({ kind, locator }: Fault): Problem {
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
    case 'unknown-style':
    case 'invalid-crs':
    case 'invalid-format':
    case 'invalid-point':
    case 'not-queryable':
    case 'processing':
    case 'too-large':
      return { status: 400, title: 'Bad Request' };
    case 'unauthenticated':
      return { status: 401, title: 'Unauthorized' };
    case 'forbidden':
    case 'conditions-not-accepted':
      return { status: 403, title: 'Forbidden' };
    case 'unknown-type':
    case 'unknown-id':
      return { status: 404, title: 'Not Found' };
    case 'unknown-operation':
      return locator === 'method' ? { status: 405, title: 'Method Not Allowed' } : { status: 404, title: 'Not Found' };
    case 'conflict':
      return { status: 409, title: 'Conflict' };
    case 'too-many':
      return { status: 429, title: 'Too Many Requests' };
    case 'internal':
      return { status: 500, title: 'Internal Server Error' };
    case 'busy':
    case 'unavailable':
      return { status: 503, title: 'Service Unavailable' };
    default:
      return unreachable(kind);
  }
}

/** The fault as problem+json, naming the parameter and the rule of the charter where there is one. */
export function ogcFault(fault: Fault): Reply {
  const { status, title } = problemOf(fault);
  const body = {
    type: 'about:blank',
    title,
    status,
    detail: fault.message,
    ...(fault.locator === '' ? {} : { parameter: fault.locator }),
    ...(fault.rule === undefined ? {} : { rule: fault.rule }),
  };
  return { status, type: 'application/problem+json', access: 'restricted', body: `${JSON.stringify(body)}\n` };
}
