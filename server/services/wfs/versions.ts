// The versions of WFS as rows of a table, and what a Fault is called in each. Nothing outside this file asks which version it is: what differs
// is a trait of the row. 2.0.0 is OGC 09-025r2, 1.1.0 OGC 04-094, 1.0.0 OGC 02-058.
import { shortName, urnName, type AxisRule, type Crs } from '../../core/model/crs';
import { unreachable, type Fault, type FaultKind } from '../../core/model/fault';
import { ns } from '../../core/xml/names';
import type { GmlVersion } from '../../formats/feature-schema';
import { axisRules } from '../ows/axis';
import { commonCode, commonStatus, exceptionReport, serviceExceptionReport } from '../ows/exception-report';
import type { Operation } from '../ows/operation';
import type { OwsService, ReportingVersion } from '../ows/service';

export interface WfsVersion extends ReportingVersion {
  /** Namespace of its requests and answers. */
  readonly namespace: string;
  /** GML of its answers and schemas, unless a format names another. */
  readonly gml: GmlVersion;
  /** How capabilities are built: with OWS Common, or WFS 1.0's own elements. */
  readonly capabilities: 'ows 1.1' | 'ows 1.0' | 'plain';
  readonly capabilitiesType: string;
  readonly axis: AxisRule;
  /** Name under which a CRS is advertised, and in which an answer is written that nobody asked in another. */
  readonly crsName: (crs: Crs) => string;
  /** What undeclared prefixes of the FILTER parameter mean. */
  readonly prefixes: Readonly<Record<string, string>>;
  /** Name of the parameter with the types, in addresses that we write. */
  readonly typeParameter: string;
  /** A request that names no count gets one page, with links to the others (D5); else it gets everything up to the server's limit. */
  readonly paged: boolean;
  /** Several types in one plain list with one filter are a join (OGC 09-025 § 7.9.2.5.3.1); else each is a query of its own. */
  readonly joins: boolean;
  /** BBOX without a CRS is in that of the answer: QGIS writes it so in 1.0, which has no place for a CRS in BBOX. */
  readonly boxOfAnswer: boolean;
  /** Operations that need stored queries and value references. */
  readonly storedQueries: boolean;
  /** The document a Transaction is answered with, and its media type. */
  readonly transaction: '2.0' | '1.1' | '1.0';
  readonly transactionType: string;
  /** A Transaction may replace whole features. */
  readonly replaces: boolean;
}

/** Highest first. */
export const wfsVersions: readonly WfsVersion[] = [
  {
    version: '2.0.0',
    aliases: ['2.0.2', '2.0.1', '2.0'],
    namespaces: [ns.wfs20],
    namespace: ns.wfs20,
    gml: '3.2',
    capabilities: 'ows 1.1',
    capabilitiesType: 'application/xml',
    axis: axisRules['WFS 2.0.0'],
    crsName: urnName,
    prefixes: { '': ns.fes, fes: ns.fes, ogc: ns.ogc, gml: ns.gml32 },
    typeParameter: 'TYPENAMES',
    paged: true,
    joins: true,
    boxOfAnswer: false,
    storedQueries: true,
    transaction: '2.0',
    transactionType: 'application/xml',
    replaces: true,
    report: fault => {
      const { code, status } = exceptionOf(fault);
      const body = exceptionReport('1.1', '2.0.0', [{ code, locator: fault.locator, text: fault.message }]);
      return { status, type: 'application/xml', body };
    },
  },
  {
    version: '1.1.0',
    aliases: ['1.1'],
    namespaces: [ns.wfs],
    // OGC 04-094 § 7.8: the attribute service of a document has the default WFS
    defaultService: true,
    namespace: ns.wfs,
    gml: '3.1.1',
    capabilities: 'ows 1.0',
    capabilitiesType: 'text/xml',
    axis: axisRules['WFS 1.1.0'],
    crsName: urnName,
    prefixes: { '': ns.ogc, ogc: ns.ogc, fes: ns.fes, gml: ns.gml },
    typeParameter: 'TYPENAME',
    paged: false,
    joins: false,
    boxOfAnswer: false,
    storedQueries: false,
    transaction: '1.1',
    transactionType: 'text/xml',
    replaces: false,
    report: fault => {
      const { code, status } = formerException(fault);
      const body = exceptionReport('1.0', '1.0.0', [{ code, locator: formerName(fault.locator), text: fault.message }]);
      return { status, type: 'text/xml', body };
    },
  },
  {
    version: '1.0.0',
    aliases: ['1.0'],
    namespaces: [ns.wfs],
    namespace: ns.wfs,
    gml: '2.1.2',
    capabilities: 'plain',
    capabilitiesType: 'text/xml',
    axis: axisRules['WFS 1.0.0'],
    crsName: shortName,
    prefixes: { '': ns.ogc, ogc: ns.ogc, fes: ns.fes, gml: ns.gml },
    typeParameter: 'TYPENAME',
    paged: false,
    joins: false,
    boxOfAnswer: true,
    storedQueries: false,
    transaction: '1.0',
    transactionType: 'text/xml',
    replaces: false,
    report: fault => {
      const { code, status } = formerException(fault);
      const body = serviceExceptionReport([{ code, locator: formerName(fault.locator), text: fault.message }], {
        version: '1.2.0',
        schema: 'wfs/1.0.0/OGC-exception.xsd',
      });
      return { status, type: 'text/xml', body };
    },
  },
];

/** The row whose answers are written in that GML: its documents hold it, its schemas describe it. */
export function versionOfGml(gml: GmlVersion): WfsVersion {
  const row = wfsVersions.find(one => one.gml === gml);
  if (!row) throw new Error(`no version of WFS writes GML ${gml}`);
  return row;
}

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
    case 'refused-value':
      return { code: 'InvalidValue', status: 400 };
    case 'unknown-lock':
      return { code: 'InvalidLockId', status: 400 };
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

/** Codes of WFS 2.0 that OWS Common 1.0 table 20 does not have, in its words. */
const formerCodes: Readonly<Record<string, string>> = {
  OperationParsingFailed: 'NoApplicableCode',
  OperationProcessingFailed: 'NoApplicableCode',
  OptionNotSupported: 'InvalidParameterValue',
  InvalidValue: 'InvalidParameterValue',
  InvalidLockId: 'InvalidParameterValue',
};

/** WFS 1.1 § 7.7 with OWS Common 1.0; WFS 1.0 § 7.6 has no list of codes and gets the same. Mistakes are 400 in every version. */
export function formerException(fault: Pick<Fault, 'kind' | 'locator'>): { readonly code: string; readonly status: number } {
  const { code, status } = exceptionOf(fault);
  const former = formerCodes[code] ?? code;
  // what cannot be read in a parameter is that parameter's value
  const named = former === 'NoApplicableCode' && status < 500 && commonCode(fault.kind) === null && fault.locator !== '';
  return { code: named ? 'InvalidParameterValue' : former, status: fault.kind === 'processing' ? 400 : status };
}

const formerNames: Readonly<Record<string, string>> = {
  typenames: 'typeName',
  count: 'maxFeatures',
  resourceid: 'featureId',
  namespaces: 'namespace',
};

/** Parameters by the names they had before 2.0. */
const formerName = (locator: string): string => formerNames[locator.toLowerCase()] ?? locator;
