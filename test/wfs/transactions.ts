// What the tests of transactions share: documents in the three dialects, and what the answers and the tables say.
import type { Answer, TestServer } from '../setup/server';
import type { Account } from '../world/world';

export type Dialect = '2.0.0' | '1.1.0' | '1.0.0';
export const dialects: readonly Dialect[] = ['2.0.0', '1.1.0', '1.0.0'];

const namespaces: Readonly<Record<Dialect, string>> = {
  '2.0.0':
    'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"',
  '1.1.0': 'xmlns:wfs="http://www.opengis.net/wfs" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml"',
  '1.0.0': 'xmlns:wfs="http://www.opengis.net/wfs" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml"',
};

/** The document of a Transaction; prefixes of the world's data are declared. */
export const transaction = (dialect: Dialect, base: string, actions: string, attributes = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?><wfs:Transaction service="WFS" version="${dialect}" ${namespaces[dialect]} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:mig="${base}/ns/mig" xmlns:antony="${base}/ns/antony" ${attributes}>${actions}</wfs:Transaction>`;

export const byId = (dialect: Dialect, id: string): string =>
  dialect === '2.0.0' ? `<fes:Filter><fes:ResourceId rid="${id}"/></fes:Filter>` : `<ogc:Filter><ogc:FeatureId fid="${id}"/></ogc:Filter>`;

export const equal = (dialect: Dialect, property: string, value: string): string =>
  dialect === '2.0.0'
    ? `<fes:Filter><fes:PropertyIsEqualTo><fes:ValueReference>${property}</fes:ValueReference><fes:Literal>${value}</fes:Literal></fes:PropertyIsEqualTo></fes:Filter>`
    : `<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>${property}</ogc:PropertyName><ogc:Literal>${value}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>`;

/** A property of an Update; undefined: no Value at all. */
export const set = (dialect: Dialect, property: string, value: string | undefined): string => {
  const name = dialect === '2.0.0' ? 'ValueReference' : 'Name';
  return `<wfs:Property><wfs:${name}>${property}</wfs:${name}>${value === undefined ? '' : `<wfs:Value>${value}</wfs:Value>`}</wfs:Property>`;
};

/** A point in Lambert-93. */
export const point = (dialect: Dialect, x: number, y: number, srsName = 'urn:ogc:def:crs:EPSG::2154'): string =>
  dialect === '1.0.0'
    ? `<gml:Point srsName="${srsName}"><gml:coordinates>${x},${y}</gml:coordinates></gml:Point>`
    : `<gml:Point srsName="${srsName}"${dialect === '2.0.0' ? ' gml:id="g"' : ''}><gml:pos>${x} ${y}</gml:pos></gml:Point>`;

export const post = (mig: TestServer, document: string, as: Account | null): Promise<Answer> =>
  mig.ask('/wfs?SERVICE=WFS', { method: 'POST', headers: { 'content-type': 'text/xml' }, body: document, as });

/** Numbers of the summary; of 1.0, which has none, whether it says SUCCESS. */
export function summary(answer: Answer): Readonly<Record<string, number | boolean>> {
  const totals = [...answer.text.matchAll(/<wfs:total(\w+)>(\d+)</g)].map(([, name = '', n]) => [name.toLowerCase(), Number(n)] as const);
  return totals.length > 0 ? Object.fromEntries(totals) : { success: answer.text.includes('<wfs:SUCCESS/>') };
}

/** Ids in the answer, in order. */
export const newIds = (answer: Answer): string[] => [...answer.text.matchAll(/(?:rid|fid)="([^"]+)"/g)].map(([, id = '']) => id);

export interface Told {
  readonly status: number;
  readonly code: string;
  readonly locator: string;
  readonly text: string;
}

/** The exception of an answer, in any dialect. */
export function told(answer: Answer): Told {
  const { status, text } = answer;
  const attribute = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
  return {
    status,
    code: attribute(/(?:exceptionCode|<ServiceException code)="([^"]*)"/),
    locator: attribute(/locator="([^"]*)"/),
    text: attribute(/<(?:ows:ExceptionText|ServiceException(?= ))[^>]*>([^<]*)</),
  };
}
