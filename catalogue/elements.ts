// Chosen elements of a record (CSW ElementName): the document with nothing but what was named.
import { Fault } from '../server/core/model/fault';
import { readXml, type Element } from '../server/core/xml/read';
import type { Replacement } from './document';
import { print, recordLimits } from './document';
import { boundingBox, queryables } from './record-type';
import { queryableName } from './record-filter';

/** Local names of a csw:Record's elements, and paths of a gmd document, that the names stand for. */
export interface Chosen {
  readonly dublinCore: ReadonlySet<string>;
  readonly iso: readonly string[];
}

const boxPath = 'MD_Metadata/identificationInfo/MD_DataIdentification/extent/EX_Extent/geographicElement/EX_GeographicBoundingBox';

/** Fault invalid-value at ElementName for a name that no element of a record has. */
export function chosenElements(names: readonly string[]): Chosen {
  const dublinCore = new Set<string>();
  const iso: string[] = [];
  for (const written of names) {
    const name = queryableName(written);
    const queryable = queryables.find(one => one.name === name);
    const local = queryable?.names.find(one => /^(?:dc|dct):/.test(one))?.replace(/^\w+:/, '');
    if (name === boundingBox.name) {
      dublinCore.add('BoundingBox');
      iso.push(boxPath);
    } else if (local === undefined && (queryable?.paths.length ?? 0) === 0)
      throw new Fault('invalid-value', 'ElementName', `"${written.slice(0, 80)}" is no element of the records`);
    if (local !== undefined) dublinCore.add(local);
    iso.push(...(queryable?.paths ?? []));
  }
  return { dublinCore, iso };
}

/** The document of a form `…:full` reduced to what was chosen. */
export function onlyElements(xml: string, chosen: Chosen): string {
  const root = readXml(xml, recordLimits);
  if (root.name !== 'MD_Metadata' && root.name !== 'MI_Metadata')
    return print({ element: root, children: root.children.filter(child => chosen.dublinCore.has(child.name)) });
  const paths = chosen.iso.map(path => path.split('/').slice(1));
  return print(along(root, paths) ?? { element: root, children: [] });
}

/** What lies along the paths below an element; everything where a path ends. */
function along(element: Element, paths: readonly (readonly string[])[]): Element | Replacement | null {
  if (paths.some(path => path.length === 0)) return element;
  const children = element.children.flatMap(child => {
    const next = paths.filter(path => path[0] === child.name).map(path => path.slice(1));
    const left = next.length === 0 ? null : along(child, next);
    return left === null ? [] : [left];
  });
  return children.length === 0 ? null : { element, children };
}
