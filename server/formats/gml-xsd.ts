// The types that a schema beside a GML file declares for its elements. Only names and simple types are looked at; what it does not say is found
// in the values. A schema that cannot be read is none.
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../core/model/fault';
import type { ScalarType } from '../core/model/feature-type';
import { ns } from '../core/xml/names';
import { readXml } from '../core/xml/read';
import type { Element } from '../core/xml/read';

const maxBytes = 16 * 2 ** 20;

const simpleTypes: Readonly<Record<string, ScalarType>> = {
  string: 'string',
  normalizedString: 'string',
  token: 'string',
  anyURI: 'string',
  boolean: 'boolean',
  byte: 'integer',
  unsignedByte: 'integer',
  short: 'integer',
  unsignedShort: 'integer',
  int: 'integer',
  unsignedInt: 'long',
  integer: 'integer',
  positiveInteger: 'integer',
  nonNegativeInteger: 'integer',
  negativeInteger: 'integer',
  nonPositiveInteger: 'integer',
  long: 'long',
  unsignedLong: 'long',
  decimal: 'double',
  float: 'double',
  double: 'double',
  date: 'date',
  dateTime: 'dateTime',
};

/** Declared types by the local name of the element; empty without a schema. `schemaLocation` as the document writes it. */
export async function declaredTypes(path: string, schemaLocation: string | null): Promise<ReadonlyMap<string, ScalarType>> {
  const folder = dirname(path);
  const beside = basename(path)
    .replace(/\.gz$/i, '')
    .replace(/\.(gml|xml)$/i, '.xsd');
  // only a plain name in the same folder: the document does not choose files elsewhere
  const named = (schemaLocation ?? '')
    .trim()
    .split(/\s+/)
    .filter(part => /^[\p{L}\p{N}_. -]+\.xsd$/iu.test(part));
  for (const name of [beside, ...named]) {
    const file = join(folder, name);
    const found = await stat(file).catch(() => null);
    if (found?.isFile() !== true || found.size > maxBytes) continue;
    try {
      return typesOf(readXml(await readFile(file), { maxBytes }));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
  return new Map();
}

function typesOf(schema: Element): ReadonlyMap<string, ScalarType> {
  const types = new Map<string, ScalarType>();
  const several = new Set<string>();
  const visit = (element: Element): void => {
    const name = element.attribute('name');
    const type = element.is('element', ns.xs) && name !== undefined ? typeOf(element) : undefined;
    if (name !== undefined && type !== undefined) {
      if (types.has(name) && types.get(name) !== type) several.add(name);
      types.set(name, type);
    }
    element.children.forEach(visit);
  };
  visit(schema);
  // one name of two types in two feature types: the values decide
  for (const name of several) types.delete(name);
  return types;
}

/** By its type attribute, or the base of its restriction. */
function typeOf(element: Element): ScalarType | undefined {
  const written = element.attribute('type') ?? element.child('simpleType')?.child('restriction')?.attribute('base');
  const local = written?.split(':').at(-1) ?? '';
  return Object.hasOwn(simpleTypes, local) ? simpleTypes[local] : undefined;
}
