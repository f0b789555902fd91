// Answers of CSW 2.0.2 in their pieces: heads, tails and members, so that a page is streamed record by record.
import { Fault } from '../../core/model/fault';
import { ns } from '../../core/xml/names';
import { attributes, markup, xml, xmlHeader, type Markup } from '../../core/xml/write';
import type { GetRecords } from './requests';
import { csw202 } from './versions';

export const xmlType = 'application/xml; charset=UTF-8';

const schemaLocation = `${ns.csw202} http://schemas.opengis.net/csw/2.0.2/CSW-discovery.xsd`;
const rootAttributes = attributes({ 'xmlns:csw': ns.csw202, 'xmlns:xsi': ns.xsi, 'xsi:schemaLocation': schemaLocation });

/** What a page says of itself. */
export interface PageFacts {
  readonly matched: number;
  readonly returned: number;
  /** 0: nothing follows. */
  readonly next: number;
}

/** The cut of a page and the position that follows (OGC 07-006 table 38; nothing beyond the end, so that no harvester loops). */
export function pageFacts(request: Pick<GetRecords, 'resultType' | 'start' | 'count'>, matched: number, most: number): PageFacts {
  const start = Math.max(1, request.start);
  if (request.resultType === 'hits' || request.count === 0)
    return { matched, returned: 0, next: matched > 0 && start <= matched ? start : 0 };
  const returned = Math.max(0, Math.min(request.count, most, matched - start + 1));
  return { matched, returned, next: returned > 0 && start + returned <= matched ? start + returned : 0 };
}

export function recordsHead(request: GetRecords, facts: PageFacts, instant: string): Markup {
  const results = attributes({
    numberOfRecordsMatched: facts.matched,
    numberOfRecordsReturned: facts.returned,
    nextRecord: facts.next,
    recordSchema: request.schema.namespace,
    elementSet: request.chosen === null ? request.set : null,
  });
  return xml`${xmlHeader}<csw:GetRecordsResponse${rootAttributes} version="${csw202}">
${request.requestId === null ? null : xml`<csw:RequestId>${request.requestId}</csw:RequestId>\n`}<csw:SearchStatus timestamp="${instant}"/>
<csw:SearchResults${results}>
`;
}
export const recordsTail = markup('</csw:SearchResults>\n</csw:GetRecordsResponse>\n');

export const byIdHead = xml`${xmlHeader}<csw:GetRecordByIdResponse${rootAttributes}>\n`;
export const byIdTail = markup('</csw:GetRecordByIdResponse>\n');

/** resultType=validate: the request has been read and checked, and comes back (OGC 07-006 § 10.8.4.6). */
export function acknowledgement(request: GetRecords, instant: string): string {
  return xml`${xmlHeader}<csw:Acknowledgement${rootAttributes} timeStamp="${instant}">
<csw:EchoedRequest>${markup(request.echo)}</csw:EchoedRequest>
${request.requestId === null ? null : xml`<csw:RequestId>${request.requestId}</csw:RequestId>\n`}</csw:Acknowledgement>
`.text;
}

const idAttribute = /\s((?:[\w.-]+:)?id)="([^"]*)"/g;

/**
 * Makes the ids of records on one page differ: the second record with an id gets its own, and its references within the record follow.
 * Documents are printed by this server: no `<` or `"` stands unescaped in an attribute, and a text between tags holds no tag.
 */
export class PageIds {
  readonly #seen = new Set<string>();
  #records = 0;

  distinct(document: string): string {
    const number = ++this.#records;
    const own = new Set<string>();
    for (const tag of document.matchAll(/<[^<>]*>/g)) for (const [, , id = ''] of tag[0].matchAll(idAttribute)) own.add(id);
    const taken = [...own].filter(id => this.#seen.has(id));
    for (const id of own) this.#seen.add(id);
    if (taken.length === 0) return document;
    const renamed = new Map(taken.map(id => [id, `${id}.${number}`]));
    for (const id of renamed.values()) this.#seen.add(id);
    return document.replace(/<[^<>]*>/g, tag =>
      tag
        .replace(idAttribute, (whole, name: string, id: string) => (renamed.has(id) ? ` ${name}="${renamed.get(id) ?? id}"` : whole))
        .replace(/="#([^"]*)"/g, (whole, id: string) => (renamed.has(id) ? `="#${renamed.get(id) ?? id}"` : whole)),
    );
  }
}

/** The stream of head, members and tail: the first member is there before the head goes, so that a failure still has a status of its own. */
export async function* assembled(
  head: Markup,
  members: AsyncIterable<string> | null,
  tail: Markup,
  expected: number,
): AsyncGenerator<string> {
  if (members === null) {
    yield head.text + tail.text;
    return;
  }
  let count = 0;
  for await (const member of members) yield `${count++ === 0 ? head.text : ''}${member}\n`;
  // D7: an answer that is shorter than it says must not look complete
  if (count !== expected) throw new Fault('internal', '', 'the page holds another number of records than it announced');
  yield tail.text;
}
