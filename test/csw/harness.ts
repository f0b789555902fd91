// Drives the catalogue endpoint without HTTP: an address or a document in, status and text out.
import { recordTypes } from '../../catalogue/record-type';
import { anonymous } from '../../server/core/policy/charter';
import { Fault } from '../../server/core/model/fault';
import type { Context } from '../../server/core/ports/context';
import type { Doors, RecordForm, RecordQuery, RecordSource } from '../../server/core/ports/doors';
import type { Filter } from '../../server/core/filter/filter';
import { readXml, type Element } from '../../server/core/xml/read';
import { Kvp } from '../../server/services/ows/kvp';
import type { Input } from '../../server/services/ows/operation';
import { cswEndpoint } from '../../server/services/csw/endpoint';

const endpoint = cswEndpoint();

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly root: Element;
}

export function contextFor(scope: string | null = null): Context {
  const base = scope === null ? 'https://geo.example.org/k/secret' : `https://geo.example.org/at/${scope}`;
  return {
    caller: anonymous,
    scope,
    base,
    publicBase: 'https://geo.example.org',
    language: 'fr',
    instant: '2026-06-15T08:00:00Z',
    signal: new AbortController().signal,
    requestId: 'test',
  };
}

/** Doors of an anonymous caller with these records; nothing else is there. */
export const doorsWith = (records: RecordSource): Doors =>
  ({
    caller: anonymous,
    records,
    partnership: {
      service: {
        title: { fr: 'Catalogue d’essai', en: 'Trial catalogue' },
        abstract: { fr: 'Fiches & données', en: 'Records & data' },
        email: 'sig@hauts-de-seine.example',
        url: 'https://geo.example.org',
        provider: 'Département des Hauts-de-Seine',
        address: null,
      },
    },
  }) as unknown as Doors;

async function run(input: Input, doors: Doors, context: Context): Promise<Answer> {
  const reply = await (async () => {
    try {
      const answer = await endpoint.select(input).prepare(input, context)(doors);
      if (typeof answer.body === 'string' || answer.body === null || answer.body instanceof Uint8Array) return answer;
      const parts: string[] = [];
      for await (const chunk of answer.body) parts.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      return { ...answer, body: parts.join('') };
    } catch (error) {
      if (error instanceof Fault) return endpoint.fault(error, input, context);
      throw error;
    }
  })();
  const text = String(reply.body);
  return { status: reply.status ?? 200, text, root: readXml(text, { maxBytes: 50_000_000, maxElements: 500_000 }) };
}

export const blank = { path: '', segments: {}, contentType: '', accept: '', header: () => undefined, remote: '127.0.0.1' };

export const get = (query: string, doors: Doors, context = contextFor()): Promise<Answer> =>
  run({ ...blank, method: 'GET', kvp: new Kvp(query), body: null }, doors, context);

export const post = (body: string, doors: Doors, context = contextFor()): Promise<Answer> =>
  run({ ...blank, method: 'POST', kvp: new Kvp(''), body: Buffer.from(body), contentType: 'text/xml' }, doors, context);

/** Code and locator of an exception document. */
export function exception(answer: Answer): readonly [number, string | undefined, string | undefined] {
  const found = answer.root.children[0];
  return [answer.status, found?.attribute('exceptionCode'), found?.attribute('locator')];
}

/** matched, returned and next of an answer. */
export function paging(answer: Answer): readonly [string | undefined, string | undefined, string | undefined] {
  const results = answer.root.child('SearchResults');
  return [results?.attribute('numberOfRecordsMatched'), results?.attribute('numberOfRecordsReturned'), results?.attribute('nextRecord')];
}

/** Records that answer every filter alike and write down what they were asked. */
export class FakeRecords implements RecordSource {
  readonly type = recordTypes(7).caller;
  readonly generation = 7;
  readonly asked: { filter: Filter; query?: RecordQuery; form?: RecordForm }[] = [];
  opened = 0;
  closed = 0;
  readonly #documents: (position: number, form: RecordForm) => { identifier: string; xml: string };
  readonly #matched: number;

  constructor(matched: number, documents: (position: number, form: RecordForm) => { identifier: string; xml: string }) {
    this.#matched = matched;
    this.#documents = documents;
  }

  async open(): ReturnType<RecordSource['open']> {
    this.opened++;
    const { asked } = this;
    const matched = this.#matched;
    const documents = this.#documents;
    return {
      count: async filter => {
        asked.push({ filter });
        return matched;
      },
      documents: async function* (query, form) {
        asked.push({ filter: query.filter, query, form });
        for (let i = query.start; i < Math.min(matched, query.start + query.count); i++) yield documents(i, form);
      },
      summaries: async () => [],
      domain: async () => [],
      close: async () => {
        this.closed++;
      },
    };
  }
}
