// Schemas of records that this catalogue answers in, and the types that queries name (OGC 07-006 § 10.8.4, OGC 07-045 § 8.2.3).
import { Fault } from '../../core/model/fault';
import type { RecordForm } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import type { Element } from '../../core/xml/read';

export type ElementSetName = 'brief' | 'summary' | 'full';
export const elementSets: readonly ElementSetName[] = ['brief', 'summary', 'full'];

export interface RecordSchema {
  readonly key: 'csw' | 'gmd';
  readonly namespace: string;
  /** Type that queries name, with the usual prefix. */
  readonly typeName: string;
  readonly local: string;
  /** Other spellings of the output schema that clients send, in lower case and without a slash at the end. */
  readonly aliases: readonly string[];
  readonly location: string;
}

/** First is the default. */
export const recordSchemas: readonly [RecordSchema, RecordSchema] = [
  {
    key: 'csw',
    namespace: ns.csw202,
    typeName: 'csw:Record',
    local: 'Record',
    aliases: ['csw:record', 'csw', 'ogccore', 'record', 'http://www.opengis.net/cat/csw'],
    location: 'http://schemas.opengis.net/csw/2.0.2/record.xsd',
  },
  {
    key: 'gmd',
    namespace: ns.gmd,
    typeName: 'gmd:MD_Metadata',
    local: 'MD_Metadata',
    aliases: ['csw:isorecord', 'isorecord', 'gmd', 'gmd:md_metadata', 'own', 'http://www.isotc211.org/schemas/2005/gmd'],
    location: 'http://www.isotc211.org/2005/gmd/gmd.xsd',
  },
];

/** Fault invalid-value at outputSchema for one that is not offered. */
export function readOutputSchema(text: string | undefined): RecordSchema {
  const wanted = text?.trim() ?? '';
  if (wanted === '') return recordSchemas[0];
  const folded = wanted.replace(/\/$/, '').toLowerCase();
  const found = recordSchemas.find(schema => schema.namespace.toLowerCase() === folded || schema.aliases.includes(folded));
  if (!found)
    throw new Fault(
      'invalid-value',
      'outputSchema',
      `outputSchema is "${wanted.slice(0, 80)}", expected ${recordSchemas.map(schema => schema.namespace).join(' or ')}`,
    );
  return found;
}

/** Prefixes of KVP requests: NAMESPACE=xmlns(csw=http://…),xmlns(…) (OGC 07-006 § 10.8.4.3), also with a comma; the usual ones need none. */
export function readNamespaces(text: string | undefined): (prefix: string) => string | undefined {
  const declared = new Map<string, string>();
  for (const [, prefix = '', uri = ''] of (text ?? '').matchAll(/xmlns\(\s*(?:([\w.-]+)\s*[=,])?\s*([^()]*?)\s*\)/gi))
    declared.set(prefix, uri);
  return prefix => declared.get(prefix) ?? recordSchemas.find(schema => schema.typeName.startsWith(`${prefix}:`))?.namespace;
}

/** How a request binds prefixes: by the document, or by the NAMESPACE parameter. */
export type Namespaces = (prefix: string) => string | undefined;

export const namespacesOf =
  (element: Element): Namespaces =>
  prefix => {
    const bound = element.namespaceOf(prefix);
    // catalogue clients write csw:Record without declaring the prefix
    return bound === undefined || bound === '' ? recordSchemas.find(schema => schema.typeName.startsWith(`${prefix}:`))?.namespace : bound;
  };

/** Versions of the namespace that clients bind to `csw` in requests of this version. */
const sameNamespace = (bound: string | undefined, schema: RecordSchema): boolean =>
  bound === schema.namespace || (schema.key === 'csw' && /^http:\/\/www\.opengis\.net\/cat\/csw(?:\/2\.0\.[012])?\/?$/.test(bound ?? ''));

/** The schema whose type a name is. `strict`: a name without a prefix is none, and case counts. Fault invalid-value at `locator`. */
export function readTypeName(text: string, namespaces: Namespaces, locator: string, strict = false): RecordSchema {
  const name = text.trim();
  const colon = name.indexOf(':');
  const [prefix, local] = colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
  const found = recordSchemas.find(
    schema =>
      (schema.local === local || (!strict && schema.local.toLowerCase() === local.toLowerCase())) &&
      (colon < 0
        ? !strict || namespaces('') === schema.namespace
        : sameNamespace(namespaces(prefix) ?? (strict ? undefined : namespaces(prefix.toLowerCase())), schema)),
  );
  if (!found)
    throw new Fault(
      'invalid-value',
      locator,
      `"${name.slice(0, 80)}" is no type of this catalogue, expected ${recordSchemas.map(schema => schema.typeName).join(' or ')}`,
    );
  return found;
}

/** Fault invalid-value at elementSetName. */
export function readElementSet(text: string | undefined): ElementSetName {
  const wanted = text?.trim().toLowerCase() ?? '';
  if (wanted === '') return 'summary';
  const found = elementSets.find(set => set === wanted);
  if (!found)
    throw new Fault('invalid-value', 'ElementSetName', `ElementSetName is "${wanted.slice(0, 40)}", expected brief, summary or full`);
  return found;
}

/** XML is the only format. Fault invalid-value at outputFormat. */
export function readOutputFormat(text: string | undefined): void {
  const wanted = text?.trim() ?? '';
  if (wanted !== '' && !/^(?:application|text)\/xml(?:\s*;.*)?$/i.test(wanted))
    throw new Fault('invalid-value', 'outputFormat', `outputFormat is "${wanted.slice(0, 80)}", expected application/xml`);
}

export const formOf = (schema: RecordSchema, set: ElementSetName): RecordForm => `${schema.key}:${set}`;
