// Chosen elements of a record (CSW ElementName): the document with nothing but what was named.
import { Fault } from '../server/core/model/fault';
import { readXml, type Element } from '../server/core/xml/read';
import type { Replacement } from './document';
import { print, recordLimits } from './document';
import { boundingBox, queryables } from './record-type';
import { queryableName } from './queryable-names';

/** Local names of a csw:Record's elements, and paths of a gmd document, that the names stand for. */
export interface Chosen {
  readonly dublinCore: ReadonlySet<string>;
  readonly iso: readonly string[];
}

const boxPath = 'MD_Metadata/identificationInfo/*/extent/EX_Extent/geographicElement/EX_GeographicBoundingBox';

/** Names that stand for two queryables. */
const doubles: Readonly<Record<string, readonly string[]>> = {
  SpatialResolution: ['Denominator', 'DistanceValue'],
  TemporalExtent: ['TempExtent_begin', 'TempExtent_end'],
};

/** The last step of a path where it is a value: what holds it stays, with its Anchor or its translations. */
const valueStep =
  /\/(?:CharacterString|Integer|Boolean|LocalName|Date|DateTime|Distance|uom|beginPosition|endPosition|LanguageCode|SV_CouplingType|[A-Z]{2}_\w+Code)$/;

/** Fault invalid-value at ElementName for a name that no element of a record has. */
export function chosenElements(names: readonly string[]): Chosen {
  const dublinCore = new Set<string>();
  const iso: string[] = [];
  for (const written of names) {
    const name = queryableName(written);
    if (name === boundingBox.name) {
      dublinCore.add('BoundingBox');
      iso.push(boxPath);
      continue;
    }
    const meant = queryables.filter(one => one.name === name || (Object.hasOwn(doubles, name) && doubles[name]?.includes(one.name)));
    const locals = meant.flatMap(one => one.names.filter(alias => /^(?:dc|dct):/.test(alias)).map(alias => alias.replace(/^\w+:/, '')));
    const paths = meant.flatMap(one => one.paths.map(path => path.replace(/#.*$/, '').replace(valueStep, '')));
    if (locals.length + paths.length === 0)
      throw new Fault('invalid-value', 'ElementName', `"${written.slice(0, 80)}" is no element of the records`);
    for (const local of locals) dublinCore.add(local);
    iso.push(...paths);
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
    const next = paths.filter(path => path[0] === child.name || path[0] === '*').map(path => path.slice(1));
    const left = next.length === 0 ? null : along(child, next);
    return left === null ? [] : [left];
  });
  return children.length === 0 ? null : { element, children };
}
