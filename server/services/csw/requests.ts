// Requests of CSW 2.0.2 as typed values, from KVP and from XML alike (OGC 07-006 § 10). Lenient where clients are; nothing else of the request
// is looked at again.
import { chosenElements, type Chosen } from '../../../catalogue/elements';
import { queryableName } from '../../../catalogue/queryable-names';
import { print } from '../../../catalogue/document';
import { Fault } from '../../core/model/fault';
import type { Context } from '../../core/ports/context';
import type { SortKey } from '../../core/query/query';
import { everything, type Filter } from '../../core/filter/filter';
import { ns } from '../../core/xml/names';
import type { Element } from '../../core/xml/read';
import type { Kvp } from '../ows/kvp';
import type { Input } from '../ows/operation';
import { rootOf } from '../ows/service';
import { documentOfKvp } from './echo';
import { cqlConstraint, filterConstraint, filterOf, filterText, type Constraint } from './filters';
import {
  namespacesOf,
  readElementSet,
  readNamespaces,
  readOutputFormat,
  readOutputSchema,
  readTypeName,
  type ElementSetName,
  type RecordSchema,
} from './schemas';

export type ResultType = 'hits' | 'results' | 'validate';

export interface GetRecords {
  readonly resultType: ResultType;
  readonly requestId: string | null;
  readonly schema: RecordSchema;
  readonly set: ElementSetName;
  /** ElementName: only these elements come back. */
  readonly chosen: Chosen | null;
  /** 1 is the first. */
  readonly start: number;
  readonly count: number;
  readonly filter: Filter;
  readonly sort: readonly SortKey[];
  /** The request as a document, for csw:Acknowledgement; '' where no such answer is asked for. */
  readonly echo: string;
}

export interface GetRecordById {
  readonly ids: readonly string[];
  readonly schema: RecordSchema;
  readonly set: ElementSetName;
}

export interface DescribeRecord {
  readonly schemas: readonly RecordSchema[] | null;
}

/** The most records of one answer: a longer page is cut, and nextRecord goes on from there. */
export const mostRecords = 5_000;
/** Keys of one SortBy (SEC10). */
const mostSortKeys = 20;
/** Ids of one GetRecordById. */
const mostIds = 1_000;
const whole = { min: 0, max: 2_000_000_000 } as const;

/** Faults: missing-parameter, invalid-value, malformed, unsupported, invalid-crs, too-large. */
export function readGetRecords(input: Input, context: Pick<Context, 'scope'>): GetRecords {
  const root = rootOf(input);
  return root ? recordsFromXml(root, context.scope) : recordsFromKvp(input.kvp, context.scope);
}

function recordsFromKvp(kvp: Kvp, scope: string | null): GetRecords {
  const given = kvp.get('responsehandler')?.trim() ?? '';
  if (given !== '') refuseHandler();
  const namespaces = readNamespaces(kvp.get('namespace'));
  const types = kvp
    .list('typenames')
    .concat(kvp.list('typename'))
    .filter(name => name !== '');
  if (types.length === 0) throw new Fault('missing-parameter', 'typeNames', 'parameter typeNames is missing');
  const schemas = types.map(type => readTypeName(type, namespaces, 'typeNames'));
  readOutputFormat(kvp.get('outputformat'));
  const names = kvp.list('elementname').filter(name => name !== '');
  const constraint = kvpConstraint(kvp);
  const request: Omit<GetRecords, 'echo'> = {
    resultType: readResultType(kvp.get('resulttype')),
    requestId: optional(kvp.get('requestid')),
    schema: readOutputSchema(kvp.get('outputschema')),
    set: readElementSet(kvp.get('elementsetname')),
    chosen: names.length === 0 ? null : chosenElements(names),
    start: kvp.integer('startPosition', { ...whole, absent: 1 }),
    count: kvp.integer('maxRecords', { ...whole, absent: 10 }),
    filter: constraint === null ? everything : filterOf(constraint, scope),
    sort: sortKeys(
      kvp
        .list('sortby')
        .filter(key => key !== '')
        .map(kvpSortKey),
    ),
  };
  const echo = request.resultType === 'validate' ? documentOfKvp(request, { types: schemas, names, constraint }) : '';
  return { ...request, echo };
}

function kvpConstraint(kvp: Kvp): Constraint | null {
  const text = kvp.get('constraint')?.trim() ?? '';
  const written = kvp.get('constraintlanguage')?.trim().toUpperCase() ?? '';
  if (text === '') {
    const filter = kvp.get('filter')?.trim() ?? '';
    return filter === '' ? null : filterText(filter);
  }
  const language = written === '' ? (text.startsWith('<') ? 'FILTER' : 'CQL_TEXT') : written;
  if (language === 'FILTER') return filterText(text);
  if (language === 'CQL_TEXT' || language === 'CQL') return cqlConstraint(text);
  throw new Fault('invalid-value', 'CONSTRAINTLANGUAGE', `CONSTRAINTLANGUAGE is "${language.slice(0, 40)}", expected FILTER or CQL_TEXT`);
}

/** `dc:title:A`, `title:D`, `title` (OGC 07-006 table 29); `title DESC` as other services have it. */
function kvpSortKey(text: string): SortKey {
  const [, name = '', order = 'A'] = /^(.+?)(?:(?::|\s+)([AD]|ASC|DESC))?$/i.exec(text) ?? [];
  return { property: queryableName(name), descending: /^d/i.test(order) };
}

function recordsFromXml(root: Element, scope: string | null): GetRecords {
  if (root.child('ResponseHandler')) refuseHandler();
  const query = root.child('Query');
  if (!query) throw new Fault('missing-parameter', 'Query', `${root.name} holds no csw:Query`);
  const names = (query.attribute('typeNames') ?? query.attribute('typeName') ?? '').split(/[\s,]+/).filter(name => name !== '');
  if (names.length === 0) throw new Fault('missing-parameter', 'typeNames', 'attribute typeNames is missing on csw:Query');
  for (const name of names) readTypeName(name, namespacesOf(query), 'typeNames');
  readOutputFormat(root.attribute('outputFormat'));
  const chosen = query.all('ElementName').map(one => one.text);
  const sortBy = query.child('SortBy', ns.ogc);
  const constraint = query.child('Constraint');
  return {
    resultType: readResultType(root.attribute('resultType')),
    requestId: optional(root.attribute('requestId')),
    schema: readOutputSchema(root.attribute('outputSchema')),
    set: readElementSet(query.child('ElementSetName')?.text),
    chosen: chosen.length === 0 ? null : chosenElements(chosen),
    start: attributeNumber(root, 'startPosition', 1),
    count: attributeNumber(root, 'maxRecords', 10),
    filter: constraint ? xmlConstraint(constraint, scope) : everything,
    sort: sortBy ? sortKeys(sortBy.all('SortProperty').map(xmlSortKey)) : [],
    echo: print(root),
  };
}

function xmlConstraint(constraint: Element, scope: string | null): Filter {
  const cql = constraint.child('CqlText');
  if (cql) return filterOf(cqlConstraint(cql.text.trim()), scope);
  const [filter, ...more] = constraint.children;
  if (!filter || more.length > 0) throw new Fault('invalid-value', 'Constraint', 'csw:Constraint holds one ogc:Filter or csw:CqlText');
  return filterOf(filterConstraint(filter), scope);
}

function xmlSortKey(element: Element): SortKey {
  const order = element.child('SortOrder')?.text.trim() ?? 'ASC';
  if (!/^(?:asc|desc)$/i.test(order)) throw new Fault('invalid-value', 'SortBy', `"${order.slice(0, 40)}" is no sort order`);
  return { property: queryableName(element.need('PropertyName').text), descending: /^desc$/i.test(order) };
}

function attributeNumber(root: Element, name: string, absent: number): number {
  const text = root.attribute(name)?.trim() ?? '';
  if (text === '') return absent;
  const value = /^\+?\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= whole.max)) throw new Fault('invalid-value', name, `${name} is "${text.slice(0, 40)}", expected a whole number ≥ 0`);
  return value;
}

/** OGC 07-006 § 10.8.4.6: hits when nothing is said. */
function readResultType(text: string | undefined): ResultType {
  const wanted = text?.trim().toLowerCase() ?? '';
  if (wanted === '') return 'hits';
  if (wanted === 'hits' || wanted === 'results' || wanted === 'validate') return wanted;
  throw new Fault('invalid-value', 'resultType', `resultType is "${wanted.slice(0, 40)}", expected hits, results or validate`);
}

function sortKeys(keys: readonly SortKey[]): readonly SortKey[] {
  if (keys.length > mostSortKeys) throw new Fault('too-large', 'SortBy', `an order has at most ${mostSortKeys} keys`);
  return keys;
}

function refuseHandler(): never {
  throw new Fault('unsupported', 'ResponseHandler', 'answers are not sent elsewhere: ResponseHandler is not supported');
}

const optional = (text: string | undefined): string | null => {
  const value = text?.trim() ?? '';
  return value === '' ? null : value;
};

/** Faults: missing-parameter at id, invalid-value, too-large. */
export function readGetRecordById(input: Input): GetRecordById {
  const root = rootOf(input);
  const written = root ? root.all('Id').flatMap(id => id.text.split(',')) : (input.kvp.get('id') ?? '').split(',');
  const ids = [...new Set(written.map(id => id.trim()).filter(id => id !== ''))];
  if (ids.length === 0) throw new Fault('missing-parameter', 'id', 'parameter id is missing');
  if (ids.length > mostIds) throw new Fault('too-large', 'id', `a request names at most ${mostIds} records`);
  const value = (name: string): string | undefined => (root ? root.attribute(name) : input.kvp.get(name));
  readOutputFormat(value('outputFormat'));
  return {
    ids,
    schema: readOutputSchema(value('outputSchema')),
    set: readElementSet(root ? root.child('ElementSetName')?.text : input.kvp.get('elementsetname')),
  };
}

/** The spellings of « XML Schema » that clients and standards use. */
const schemaLanguages = new Set([
  'XMLSCHEMA',
  'http://www.w3.org/XML/Schema',
  'http://www.w3.org/2001/XMLSchema',
  'http://www.w3.org/TR/xmlschema-1/',
]);

/** Faults: invalid-value at typeName, outputFormat, schemaLanguage. */
export function readDescribeRecord(input: Input): DescribeRecord {
  const root = rootOf(input);
  const value = (name: string): string | undefined => (root ? root.attribute(name) : input.kvp.get(name));
  const language = value('schemaLanguage')?.trim() ?? '';
  if (language !== '' && !schemaLanguages.has(language))
    throw new Fault(
      'invalid-value',
      'schemaLanguage',
      `schemaLanguage is "${language.slice(0, 80)}", expected http://www.w3.org/XML/Schema`,
    );
  readOutputFormat(value('outputFormat'));
  const namespaces = root ? null : readNamespaces(input.kvp.get('namespace'));
  const named = root
    ? root.all('TypeName').map(name => readTypeName(name.text, namespacesOf(name), 'TypeName', true))
    : input.kvp
        .list('typename')
        .concat(input.kvp.list('typenames'))
        .filter(name => name !== '')
        .map(name => readTypeName(name, namespaces ?? (() => undefined), 'TypeName', true));
  return { schemas: named.length === 0 ? null : [...new Set(named)] };
}
