// What every answer to a hostile request has to be, whatever it says: no defect, no word of the machinery behind it, nothing that a browser
// could run, and a document that holds together.
import { readXml } from '../../server/core/xml/read';
import type { Answer, TestServer } from '../setup/server';

/** Words of Node, of the database and of our own files. */
const machinery =
  /\n\s+at .+:\d+:\d+|node_modules|\.(?:ts|js):\d+|SQLSTATE|syntax error at|invalid input syntax|does not exist|violates|pg_[a-z]+\(|geomig\.[a-z_]+|data\.[a-z_]+"|ECONN|PGlite|\bundefined\b(?! entity)|\[object Object\]|TypeError|RangeError/;

export interface Exception {
  readonly code: string | null;
  readonly locator: string | null;
  readonly text: string;
}

/** The one exception of an OWS or WMS exception document; null when it is none. */
export function exceptionOf(answer: Answer): Exception | null {
  if (!/<(?:ows:)?(?:Service)?ExceptionReport\b/.test(answer.text)) return null;
  const root = readXml(answer.text);
  const [exception] = root.children;
  if (!exception) throw new Error('an exception report without exception');
  return {
    code: exception.attribute('exceptionCode') ?? exception.attribute('code') ?? null,
    locator: exception.attribute('locator') ?? null,
    text: exception.children[0]?.text ?? exception.text,
  };
}

/** What is wrong with an answer, in words; empty when nothing is. `echoed`: texts of the request that may come back in messages. */
export function faultsOf(answer: Answer, echoed = ''): string[] {
  const faults: string[] = [];
  const type = String(answer.headers['content-type'] ?? '');
  if (answer.status >= 500) faults.push(`status ${answer.status}: ${answer.text.slice(0, 300)}`);
  if (answer.headers['x-content-type-options'] !== 'nosniff') faults.push('no nosniff');
  if (answer.headers['cache-control'] === undefined) faults.push('no Cache-Control');
  if (answer.headers['x-powered-by'] !== undefined) faults.push('X-Powered-By');
  if (/^(?:text|application)\//.test(type)) {
    const word = machinery.exec(answer.text)?.[0];
    if (word !== undefined && !echoed.includes(word.trim())) faults.push(`it says « ${word} »: ${answer.text.slice(0, 400)}`);
    if (/<(?:script|img|svg)|(?:href|src)\s*=\s*["']?javascript:/i.test(answer.text))
      faults.push(`markup of the request came back: ${answer.text.slice(0, 400)}`);
  }
  if (/\bxml\b/.test(type) && answer.text !== '') {
    try {
      readXml(answer.text, { maxElements: 1_000_000 });
    } catch (error) {
      faults.push(`no XML: ${String(error)}: ${answer.text.slice(0, 300)}`);
    }
  }
  if (/\bjson\b/.test(type) && answer.text !== '') {
    try {
      JSON.parse(answer.text);
    } catch {
      faults.push(`no JSON: ${answer.text.slice(0, 200)}`);
    }
  }
  return faults;
}

/** Whether the server still answers a plain question. */
export async function answers(mig: TestServer): Promise<boolean> {
  const { status, text } = await mig.ask('/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres&count=1');
  return status === 200 && text.includes('numberReturned="1"');
}
