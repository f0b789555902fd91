// Validation of WFS answers offline: the published schemas and, for collections, the very schemas that DescribeFeatureType hands out.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../server/root';
import type { Tool } from '../setup/needs';
import { xsdAvailable } from '../setup/xsd';
import { ask, base, type Asked } from './ask';

/** For describeWith(). */
export const schemaCopies: Tool = { name: 'xmllint or the copies of the published schemas', present: () => xsdAvailable };

const schemas = join(projectRoot, '..', 'shared', 'schemas');

interface Published {
  readonly local: boolean;
  readonly first: string;
  readonly last: string;
}

const importOf = (namespace: string, address: string): string => `<xs:import namespace="${namespace}" schemaLocation="${address}"/>\n`;
const current: Published = {
  local: false,
  first: importOf('http://www.opengis.net/wfs/2.0', 'http://schemas.opengis.net/wfs/2.0/wfs.xsd'),
  last: importOf('http://www.opengis.net/gml/3.2', 'http://schemas.opengis.net/gml/3.2.1/gml.xsd'),
};

/** WFS 1.0 and 1.1 by the address that the document itself names. */
const former = (address: string): Published => ({
  local: true,
  first: importOf('http://www.opengis.net/wfs', address.replace('http://', `${schemas}/`)),
  last: '',
});

/** Errors of a document against the schemas of its version of WFS and GML and the application schemas found at the addresses in its xsi:schemaLocation. */
export async function collectionErrors(
  document: string,
  world: NonNullable<Asked['world']> = {},
  doors?: Asked['doors'],
): Promise<string[]> {
  const location = /xsi:schemaLocation="([^"]*)"/.exec(document)?.[1]?.replaceAll('&amp;', '&').split(/\s+/) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'geomig-xsd-'));
  try {
    const published = location[0] === 'http://www.opengis.net/wfs' ? former(location[1] ?? '') : current;
    const imports: string[] = [];
    for (let i = 0; i + 1 < location.length; i += 2) {
      const [namespace = '', address = ''] = location.slice(i, i + 2);
      if (!address.startsWith(base)) continue;
      const answer = await ask({ query: new URL(address).search.slice(1), world, ...(doors ? { doors } : {}) });
      // libxml2 takes one file reached by address and by path for two
      writeFileSync(
        join(folder, `${i}.xsd`),
        published.local ? answer.body.replaceAll('http://schemas.opengis.net/', `${schemas}/schemas.opengis.net/`) : answer.body,
      );
      imports.push(`<xs:import namespace="${namespace}" schemaLocation="${i}.xsd"/>`);
    }
    const driver = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x-test-driver">
${published.first}${imports.join('')}${published.last}</xs:schema>`;
    writeFileSync(join(folder, 'driver.xsd'), driver);
    const run = spawnSync('xmllint', ['--nonet', '--noout', '--schema', join(folder, 'driver.xsd'), '-'], {
      input: document,
      encoding: 'utf8',
      env: { ...process.env, XML_CATALOG_FILES: join(schemas, 'catalog.xml') },
    });
    return run.status === 0 ? [] : run.stderr.split('\n').filter(line => line !== '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
