// Validation against the published schemas, offline, by xmllint and the catalogue of local copies beside the project.
// `xsdAvailable` says whether both are there; tests that need them are named after them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../server/root';

const schemas = join(projectRoot, '..', 'shared', 'schemas');

export const xsdAvailable: boolean = existsSync(join(schemas, 'catalog.xml')) && spawnSync('xmllint', ['--version']).status === 0;

/** Messages of the validation of a document against `entry/…` or another schema of the copies; empty when it is valid. */
export function xsdErrors(document: string | Uint8Array, schema: string): string[] {
  const run = spawnSync('xmllint', ['--nonet', '--noout', '--schema', join(schemas, schema), '-'], {
    input: document,
    encoding: 'utf8',
    env: { ...process.env, XML_CATALOG_FILES: join(schemas, 'catalog.xml') },
  });
  if (run.error) throw run.error;
  return run.status === 0 ? [] : run.stderr.split('\n').filter(line => line !== '' && !/ fails to validate$/.test(line));
}
