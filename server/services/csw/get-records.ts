// GetRecords and GetRecordById of CSW 2.0.2 (OGC 07-006 § 10.8, § 10.9): counted and read in one view, streamed record by record. A caller
// gets what the charter lets through, an anonymous harvester the public records only, by the source it holds.
import { onlyElements } from '../../../catalogue/elements';
import type { Context } from '../../core/ports/context';
import type { Doors, RecordQuery, RecordSnapshot } from '../../core/ports/doors';
import { propertyOf } from '../../core/model/feature-type';
import { Fault } from '../../core/model/fault';
import { check } from '../../core/filter/check';
import type { Access, Reply } from '../ows/operation';
import type { GetRecordById, GetRecords } from './requests';
import { mostRecords } from './requests';
import { acknowledgement, assembled, byIdHead, byIdTail, PageIds, pageFacts, recordsHead, recordsTail, xmlType } from './responses';
import { formOf } from './schemas';

/** What an anonymous caller gets depends on being anonymous; what others get may hold what is not public (R47). */
export const accessOfRecords = (doors: Doors): Access => (doors.caller.kind === 'anonymous' ? 'caller' : 'restricted');

export function getRecords(request: GetRecords, doors: Doors, context: Context): Reply {
  const { type } = doors.records;
  check(request.filter, type);
  for (const { property } of request.sort) {
    if (type.geometry && property === type.geometry.name) throw new Fault('invalid-value', 'SortBy', `${property} has no order`);
    if (propertyOf(type, property, 'SortBy').fullText) throw new Fault('invalid-value', 'SortBy', `${property} has no order`);
  }
  const access = accessOfRecords(doors);
  if (request.resultType === 'validate') return { type: xmlType, access, body: acknowledgement(request, context.instant) };
  return { type: xmlType, access, body: page(request, doors, context) };
}

async function* page(request: GetRecords, doors: Doors, context: Context): AsyncGenerator<string> {
  const snapshot = await doors.records.open(context.signal);
  try {
    const facts = pageFacts(request, await snapshot.count(request.filter), mostRecords);
    const query: RecordQuery = { filter: request.filter, sort: request.sort, start: Math.max(1, request.start) - 1, count: facts.returned };
    const members = facts.returned === 0 ? null : documents(snapshot, request, query);
    yield* assembled(recordsHead(request, facts, context.instant), members, recordsTail, facts.returned);
  } finally {
    await snapshot.close();
  }
}

async function* documents(snapshot: RecordSnapshot, request: GetRecords, query: RecordQuery): AsyncGenerator<string> {
  const { chosen } = request;
  const ids = new PageIds();
  for await (const { xml } of snapshot.documents(query, formOf(request.schema, chosen === null ? request.set : 'full'))) {
    const document = chosen === null ? xml : onlyElements(xml, chosen);
    yield request.schema.key === 'gmd' ? ids.distinct(document) : document;
  }
}

export function getRecordById(request: GetRecordById, doors: Doors, context: Context): Reply {
  return { type: xmlType, access: accessOfRecords(doors), body: byId(request, doors, context) };
}

/** Unknown ids, hidden ones among them, are absent from the answer (R23). */
async function* byId(request: GetRecordById, doors: Doors, context: Context): AsyncGenerator<string> {
  const snapshot = await doors.records.open(context.signal);
  try {
    const found = new Map<string, string>();
    const query: RecordQuery = {
      filter: { op: 'in', property: 'Identifier', values: request.ids },
      sort: [],
      start: 0,
      count: request.ids.length,
    };
    for await (const { identifier, xml } of snapshot.documents(query, formOf(request.schema, request.set))) found.set(identifier, xml);
    const ids = new PageIds();
    yield byIdHead.text;
    for (const id of request.ids) {
      const document = found.get(id);
      if (document !== undefined) yield `${request.schema.key === 'gmd' ? ids.distinct(document) : document}\n`;
    }
    yield byIdTail.text;
  } finally {
    await snapshot.close();
  }
}
