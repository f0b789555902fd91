// Which Operation a request is for, in any OWS: from the query of a GET, or from the root element of a posted document. For a document the
// root element, its namespace and its version decide, never the query that was left on the address (WFS 2.0 § 7.5, wfs20 suite).
import { Fault } from '../../core/model/fault';
import { readXml, type Element } from '../../core/xml/read';
import { rootTag } from '../../core/xml/stream';
import { exceptionReply } from './exception-report';
import type { Input, Operation, Reply } from './operation';

/** One version of a service: a row of the service's table. */
export interface ServiceVersion {
  readonly version: string;
  /** Other spellings that mean this version (`2.0.2` is the corrected text of 2.0.0). */
  readonly aliases: readonly string[];
  /** Namespaces of the root elements of its requests. */
  readonly namespaces: readonly string[];
  /** The attribute service of its documents may be left out: of all of them, or of those requests. */
  readonly defaultService?: boolean | readonly string[];
}

/** A version that says how a fault is written in it. */
export interface ReportingVersion extends ServiceVersion {
  readonly report: (fault: Fault) => { readonly status: number; readonly type: string; readonly body: string };
}

export interface OwsService {
  /** Value of the parameter SERVICE. */
  readonly service: string;
  /** Highest first. */
  readonly versions: readonly ServiceVersion[];
  /** The version of a GetCapabilities that names none; the highest unless told (CSW answers 2.0.2). */
  readonly unspecified?: string;
  readonly operations: readonly Operation[];
}

/** Whether one of the names stands near the beginning: a cheap look before a second reading. */
function named(body: Uint8Array, names: ReadonlySet<string>): boolean {
  const beginning = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 4096)).toString('latin1');
  return [...names].some(name => beginning.includes(name));
}

const roots = new WeakMap<Uint8Array, Element>();

/** Documents that their operation reads piece by piece: of them only the root's tag is read here. */
const streamed: ReadonlySet<string> = new Set(['Transaction']);

/** The posted document's root element, parsed once per request; of a Transaction the tag alone. Fault malformed, too-large. */
export function rootOf(input: Input): Element | null {
  const body = input.large?.head ?? input.body;
  if (body === null || body.length === 0) return null;
  const known = roots.get(body);
  if (known) return known;
  const tag = input.large || named(body, streamed) ? rootTag(body) : null;
  const root = tag && (input.large || streamed.has(tag.name)) ? tag : readXml(body);
  roots.set(body, root);
  return root;
}

/** The row a version names, by its number or an alias. */
export function findVersion(service: OwsService, version: string): ServiceVersion | undefined {
  return service.versions.find(row => row.version === version || row.aliases.includes(version));
}

/**
 * The operation a request asks for. Faults: missing-parameter (service, request), invalid-value (service, version), unknown-operation
 * (its locator is the operation's name, OWS 1.1 table 25), version, malformed.
 */
export function selectOperation(service: OwsService, input: Input): Operation {
  const root = rootOf(input);
  return root ? fromDocument(service, root) : fromQuery(service, input);
}

function fromQuery(service: OwsService, input: Input): Operation {
  const { kvp } = input;
  const named = kvp.need('service').trim();
  if (named.toUpperCase() !== service.service)
    throw new Fault('invalid-value', 'service', `service is "${named.slice(0, 40)}", expected ${service.service}`);
  const request = kvp.need('request').trim();
  if (request.toLowerCase() === 'getcapabilities')
    return operationOf(service, negotiate(service, kvp.list('acceptversions'), kvp.get('version')), 'GetCapabilities');
  return operationOf(service, exactVersion(service, kvp.get('version')), request);
}

function fromDocument(service: OwsService, root: Element): Operation {
  const rows = service.versions.filter(row => row.namespaces.includes(root.namespace));
  if (rows.length === 0)
    throw new Fault(
      'unknown-operation',
      root.name,
      `the document's root {${root.namespace.slice(0, 80)}}${root.name} is no request of this service`,
    );
  const named = root.attribute('service');
  const left = rowOfDocument(service, root)?.defaultService ?? false;
  if (named === undefined && !(left === true || (left !== false && left.includes(root.name))))
    throw new Fault('missing-parameter', 'service', 'attribute service is missing on the request');
  if (named !== undefined && named.toUpperCase() !== service.service)
    throw new Fault('invalid-value', 'service', `service is "${named.slice(0, 40)}", expected ${service.service}`);
  if (root.name === 'GetCapabilities') {
    const accepted = root.children
      .filter(child => child.name === 'AcceptVersions')
      .flatMap(child => child.children.filter(version => version.name === 'Version').map(version => version.text.trim()));
    const among = { ...service, versions: rows, ...(findAmong(rows, service.unspecified) ? {} : { unspecified: rows[0]?.version ?? '' }) };
    return operationOf(service, negotiate(accepted.length > 0 ? service : among, accepted, root.attribute('version')), 'GetCapabilities');
  }
  return operationOf(service, exactVersion({ ...service, versions: rows }, root.attribute('version')), root.name);
}

const findAmong = (rows: readonly ServiceVersion[], version: string | undefined): boolean => rows.some(row => row.version === version);

/** OWS 1.1 § 7.3.2: the first acceptable version in the client's order; else the old style, the highest that is not above VERSION. */
export function negotiate(service: OwsService, accepted: readonly string[], version: string | undefined): ServiceVersion {
  if (accepted.length > 0) {
    for (const wanted of accepted) {
      const row = findVersion(service, wanted);
      if (row) return row;
    }
    throw new Fault(
      'version',
      'acceptversions',
      `none of the accepted versions is served; served: ${service.versions.map(row => row.version).join(', ')}`,
    );
  }
  const [highest] = service.versions;
  const lowest = service.versions.at(-1);
  if (!highest || !lowest) throw new Error(`${service.service} has no version`);
  const wanted = version?.trim();
  if (wanted === undefined || wanted === '')
    return (service.unspecified === undefined ? undefined : findVersion(service, service.unspecified)) ?? highest;
  if (!/^\d{1,3}(\.\d{1,3}){0,2}$/.test(wanted))
    throw new Fault('invalid-value', 'version', `version is "${wanted.slice(0, 40)}", expected a number like ${highest.version}`);
  return findVersion(service, wanted) ?? service.versions.find(row => compareVersions(row.version, wanted) <= 0) ?? lowest;
}

/** The version of any other operation: the one named, the highest when none is. */
function exactVersion(service: OwsService, version: string | undefined): ServiceVersion {
  const wanted = version?.trim() ?? '';
  const [highest] = service.versions;
  if (!highest) throw new Error(`${service.service} has no version`);
  if (wanted === '') return (service.unspecified === undefined ? undefined : findVersion(service, service.unspecified)) ?? highest;
  const row = findVersion(service, wanted);
  if (!row)
    throw new Fault(
      'invalid-value',
      'version',
      `version is "${wanted.slice(0, 40)}", expected one of ${service.versions.map(one => one.version).join(', ')}`,
    );
  return row;
}

function operationOf(service: OwsService, row: ServiceVersion, name: string): Operation {
  const folded = name.toLowerCase();
  const found = service.operations.find(one => one.versions.includes(row.version) && one.name.toLowerCase() === folded);
  if (!found)
    throw new Fault(
      'unknown-operation',
      name.slice(0, 60),
      `${service.service} ${row.version} of this server has no operation "${name.slice(0, 60)}"`,
    );
  return found;
}

function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The row a document is in: that of its version, else the highest of its namespace. */
function rowOfDocument(service: OwsService, root: Element): ServiceVersion | undefined {
  const rows = service.versions.filter(row => row.namespaces.includes(root.namespace));
  const version = root.attribute('version')?.trim();
  return (version === undefined ? undefined : findVersion({ ...service, versions: rows }, version)) ?? rows[0];
}

/** The version whose dialect an exception is written in: the one asked for where it is known, else the highest. Never throws. */
export function dialectOf(service: OwsService, input: Input): string {
  const asked = input.kvp.get('version')?.trim();
  const named = asked === undefined ? undefined : findVersion(service, asked);
  let row: ServiceVersion | undefined;
  try {
    const root = rootOf(input);
    row = root ? rowOfDocument(service, root) : named;
  } catch {
    row = named;
  }
  return row?.version ?? service.unspecified ?? service.versions[0]?.version ?? '';
}

/** A fault in the dialect of the version asked for, as the rows of the service's table write it. */
export function faultReply(service: OwsService, rows: readonly ReportingVersion[], fault: Fault, input: Input): Reply {
  const version = dialectOf(service, input);
  const row = rows.find(one => one.version === version) ?? rows[0];
  if (!row) throw new Error(`${service.service} has no version`);
  return exceptionReply(fault, input, row.report(fault));
}
