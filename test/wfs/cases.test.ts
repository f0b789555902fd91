// Case folders of WFS: request.kvp or request.xml, at need as.json (rights of the test world), and the whole answer in expected.txt.
// GEOMIG_BLESS=1 writes the goldens anew; the difference is reviewed as code.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../server/root';
import { ask, type Answer } from './ask';
import type { WorldOptions } from './world';

const folder = join(projectRoot, 'test', 'cases', 'wfs');
const text = (name: string, file: string): string => readFileSync(join(folder, name, file), 'utf8');

/** Status, type, access and headers, an empty line, the body; long addresses are left as they are. */
function shown(answer: Answer): string {
  const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
  return [`${answer.status} ${answer.type} (${answer.access})`, ...headers, '', answer.body].join('\n');
}

/** One parameter a line, each a name and a value that is not encoded. */
function query(name: string): string {
  const parameters = new URLSearchParams();
  for (const line of text(name, 'request.kvp').split('\n')) {
    const cut = line.indexOf('=');
    if (cut > 0) parameters.append(line.slice(0, cut), line.slice(cut + 1));
  }
  return parameters.toString();
}

test.each(readdirSync(folder))('case %s', async name => {
  const world = existsSync(join(folder, name, 'as.json')) ? (JSON.parse(text(name, 'as.json')) as WorldOptions) : {};
  const request = existsSync(join(folder, name, 'request.xml')) ? { body: text(name, 'request.xml') } : { query: query(name) };
  const answer = shown(await ask({ ...request, world }));
  const golden = join(folder, name, 'expected.txt');
  if (process.env['GEOMIG_BLESS'] === '1') writeFileSync(golden, answer);
  expect(answer).toBe(readFileSync(golden, 'utf8'));
});
