// Exception documents of the OGC dialects, and what a Fault becomes in HTTP, whatever the service.
// OWS Common 1.1 § 8, OWS Common 1.0 § 8, WMS 1.3.0 § 6.11. Texts are English (D35) and escaped; nothing else of the request is repeated.
import { unreachable, type FaultKind } from '../../core/model/fault';
import type { Fault } from '../../core/model/fault';
import { ns } from '../../core/xml/names';
import { attributes, xml, xmlHeader } from '../../core/xml/write';
import type { Input, Reply } from './operation';

/** One exception as it is written. */
export interface ExceptionEntry {
  readonly code: string;
  /** Left out when empty. */
  readonly locator: string;
  readonly text: string;
}

/** ows:ExceptionReport of OWS 1.1 (WFS 2.0, `version="2.0.0"`; WMTS `1.0.0`) or of OWS 1.0 (WFS 1.1, CSW 2.0.2). */
export function exceptionReport(ows: '1.0' | '1.1', version: string, entries: readonly ExceptionEntry[]): string {
  const namespace = ows === '1.1' ? ns.ows11 : ns.ows10;
  const lang = ows === '1.1' ? 'xml:lang' : 'language';
  const schema = ows === '1.1' ? 'ows/1.1.0/owsExceptionReport.xsd' : 'ows/1.0.0/owsExceptionReport.xsd';
  const exceptions = entries.map(
    ({ code, locator, text }) =>
      xml`<ows:Exception${attributes({ exceptionCode: code, locator: locator === '' ? null : locator })}><ows:ExceptionText>${text}</ows:ExceptionText></ows:Exception>\n`,
  );
  const head = attributes({
    'xmlns:ows': namespace,
    'xmlns:xsi': ns.xsi,
    version,
    [lang]: 'en',
    'xsi:schemaLocation': `${namespace} http://schemas.opengis.net/${schema}`,
  });
  return xml`${xmlHeader}<ows:ExceptionReport${head}>\n${exceptions}</ows:ExceptionReport>\n`.text;
}

/** ServiceExceptionReport of WMS 1.3.0 or of another standard (WFS 1.0: 1.2.0). A code is left out when it is empty (none of the standard ones applies). */
export function serviceExceptionReport(
  entries: readonly ExceptionEntry[],
  form: { readonly version: string; readonly schema: string } = { version: '1.3.0', schema: 'wms/1.3.0/exceptions_1_3_0.xsd' },
): string {
  const namespace = ns.ogc;
  const head = attributes({
    xmlns: namespace,
    'xmlns:xsi': ns.xsi,
    version: form.version,
    'xsi:schemaLocation': `${namespace} http://schemas.opengis.net/${form.schema}`,
  });
  const exceptions = entries.map(
    ({ code, locator, text }) =>
      xml`<ServiceException${attributes({ code: code === '' ? null : code, locator: locator === '' ? null : locator })}>${text}</ServiceException>\n`,
  );
  return xml`${xmlHeader}<ServiceExceptionReport${head}>\n${exceptions}</ServiceExceptionReport>\n`.text;
}

/** Status of the kinds that mean the same in every service; null where the service's own table decides. */
export function commonStatus(kind: FaultKind): number | null {
  switch (kind) {
    case 'unauthenticated':
      return 401;
    case 'forbidden':
    case 'conditions-not-accepted':
      return 403;
    case 'too-many':
      return 429;
    case 'busy':
    case 'unavailable':
      return 503;
    case 'conflict':
      return 409;
    case 'internal':
      return 500;
    case 'missing-parameter':
    case 'invalid-value':
    case 'refused-value':
    case 'unknown-lock':
    case 'malformed':
    case 'unknown-operation':
    case 'unsupported':
    case 'version':
    case 'update-sequence-current':
    case 'update-sequence-invalid':
    case 'unknown-type':
    case 'unknown-property':
    case 'unknown-id':
    case 'unknown-style':
    case 'invalid-crs':
    case 'invalid-format':
    case 'invalid-point':
    case 'not-queryable':
    case 'processing':
    case 'too-large':
      return null;
    default:
      return unreachable(kind);
  }
}

/** Code of the kinds for which no standard has one; null where the service's own table decides. */
export function commonCode(kind: FaultKind): string | null {
  if (kind === 'conditions-not-accepted') return 'ConditionsNotAccepted'; // R51
  if (kind === 'unauthenticated') return 'AuthenticationRequired';
  if (kind === 'forbidden') return 'AccessDenied';
  return commonStatus(kind) === null ? null : 'NoApplicableCode';
}

/** 401 asks for Basic unless a browser's own page did the asking (D30); brakes and full queues say when to come back. */
export function refusalHeaders(fault: Fault, input: Pick<Input, 'header'>): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (fault.kind === 'unauthenticated' && input.header('Sec-Fetch-Site') !== 'same-origin')
    headers['WWW-Authenticate'] = 'Basic realm="GeoMIG", charset="UTF-8"';
  if (fault.retryAfter !== undefined) headers['Retry-After'] = String(Math.max(1, Math.ceil(fault.retryAfter)));
  return headers;
}

/** The reply that carries an exception document. Refusals depend on who asked: never kept by a cache. */
export function exceptionReply(
  fault: Fault,
  input: Input,
  answer: { readonly status: number; readonly type: string; readonly body: string },
): Reply {
  return { ...answer, headers: refusalHeaders(fault, input), access: 'restricted' };
}
