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

/** Errors of a document against WFS 2.0, GML 3.2 and the application schemas found at the addresses in its xsi:schemaLocation. */
export async function collectionErrors(
  document: string,
  world: NonNullable<Asked['world']> = {},
  doors?: Asked['doors'],
): Promise<string[]> {
  const location = /xsi:schemaLocation="([^"]*)"/.exec(document)?.[1]?.replaceAll('&amp;', '&').split(/\s+/) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'geomig-xsd-'));
  try {
    const imports: string[] = [];
    for (let i = 0; i + 1 < location.length; i += 2) {
      const [namespace = '', address = ''] = location.slice(i, i + 2);
      if (!address.startsWith(base)) continue;
      const answer = await ask({ query: new URL(address).search.slice(1), world, ...(doors ? { doors } : {}) });
      writeFileSync(join(folder, `${i}.xsd`), answer.body);
      imports.push(`<xs:import namespace="${namespace}" schemaLocation="${i}.xsd"/>`);
    }
    const driver = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x-test-driver">
<xs:import namespace="http://www.opengis.net/wfs/2.0" schemaLocation="http://schemas.opengis.net/wfs/2.0/wfs.xsd"/>${imports.join('')}
<xs:import namespace="http://www.opengis.net/gml/3.2" schemaLocation="http://schemas.opengis.net/gml/3.2.1/gml.xsd"/></xs:schema>`;
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
