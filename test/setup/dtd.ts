// Validation against the DTDs of the older standards, offline, by xmllint and the local copies beside the project.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { besideProject } from './needs';

/**
 * Messages of the validation of a document against a DTD of the copies (a path below schemas.opengis.net); empty when it is valid. The document
 * must name that DTD itself, by its public address.
 */
export function dtdErrors(document: string | Uint8Array, dtd: string): string[] {
  const text = Buffer.from(document as Uint8Array).toString('utf8');
  const named = /<!DOCTYPE \w+ SYSTEM "([^"]*)">/.exec(text)?.[1];
  if (named !== `http://schemas.opengis.net/${dtd}`) return [`the document names ${named ?? 'no DTD'}`];
  const run = spawnSync('xmllint', ['--nonet', '--noout', '--dtdvalid', join(besideProject('schemas', 'schemas.opengis.net'), dtd), '-'], {
    input: text.replace(/<!DOCTYPE[^>]*>/, ''),
    encoding: 'utf8',
  });
  if (run.error) throw run.error;
  return run.status === 0 ? [] : run.stderr.split('\n').filter(line => line !== '');
}
