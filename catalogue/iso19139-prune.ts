// Brief and summary of an ISO 19139 document by pruning the stored document, so that anchors, translations and keyword blocks survive;
// and the public variant, in which no person is named (R24, D16). Element sets: OGC 07-045 tables 17 and 18.
import type { Element } from '../server/core/xml/read';
import type { Replacement } from './document';
import { print } from './document';
import { personalEmail } from './persons';
import type { ElementSet } from './dublin-core';

/** Paths kept (local names); a kept element keeps all below it, what is mandatory in the schema stays. */
const kept: Readonly<Record<Exclude<ElementSet, 'full'>, readonly string[]>> = {
  brief: [
    'fileIdentifier',
    'hierarchyLevel',
    'hierarchyLevelName',
    'contact',
    'dateStamp',
    'language',
    'locale',
    'identificationInfo/*/citation',
    'identificationInfo/*/abstract',
    'identificationInfo/*/language',
    'identificationInfo/*/graphicOverview',
    'identificationInfo/*/extent/EX_Extent/geographicElement',
    'identificationInfo/*/serviceType',
    'identificationInfo/*/serviceTypeVersion',
    'identificationInfo/*/couplingType',
    'identificationInfo/*/containsOperations',
  ],
  summary: [
    'fileIdentifier',
    'language',
    'characterSet',
    'parentIdentifier',
    'hierarchyLevel',
    'hierarchyLevelName',
    'contact',
    'dateStamp',
    'metadataStandardName',
    'metadataStandardVersion',
    'locale',
    'referenceSystemInfo',
    'identificationInfo/*/citation',
    'identificationInfo/*/abstract',
    'identificationInfo/*/status',
    'identificationInfo/*/pointOfContact',
    'identificationInfo/*/graphicOverview',
    'identificationInfo/*/descriptiveKeywords',
    'identificationInfo/*/resourceConstraints',
    'identificationInfo/*/spatialRepresentationType',
    'identificationInfo/*/spatialResolution',
    'identificationInfo/*/language',
    'identificationInfo/*/characterSet',
    'identificationInfo/*/topicCategory',
    'identificationInfo/*/extent',
    'identificationInfo/*/serviceType',
    'identificationInfo/*/serviceTypeVersion',
    'identificationInfo/*/accessProperties',
    'identificationInfo/*/coupledResource',
    'identificationInfo/*/couplingType',
    'identificationInfo/*/containsOperations',
    'identificationInfo/*/operatesOn',
    'distributionInfo/MD_Distribution/distributionFormat',
    'distributionInfo/MD_Distribution/transferOptions',
    'dataQualityInfo/DQ_DataQuality/scope',
    'dataQualityInfo/DQ_DataQuality/lineage',
  ],
};

interface Branch {
  /** Everything below stays. */
  whole: boolean;
  readonly next: Map<string, Branch>;
}

function treeOf(paths: readonly string[]): Branch {
  const root: Branch = { whole: false, next: new Map() };
  for (const path of paths) {
    let at = root;
    for (const step of path.split('/')) {
      const next = at.next.get(step) ?? { whole: false, next: new Map<string, Branch>() };
      at.next.set(step, next);
      at = next;
    }
    at.whole = true;
  }
  return root;
}

const trees = { brief: treeOf(kept.brief), summary: treeOf(kept.summary) };

const personal = new Set(['individualName', 'phone']);

/** Whether an element tells about a person. */
export function tellsPerson(element: Element): boolean {
  return personal.has(element.name) || (element.name === 'electronicMailAddress' && personalEmail(element.children[0]?.text ?? ''));
}

/**
 * What stays of an element: the branch's names (null: everything below), without persons in the public variant. null: nothing stays.
 * An element of which nothing was taken away is given back as it is.
 */
function cut(element: Element, branch: Branch | null, variant: 'owner' | 'public'): Element | Replacement | null {
  if (variant === 'public' && tellsPerson(element)) return null;
  const inside = branch?.whole === true ? null : branch;
  const children = element.children.flatMap(child => {
    const next = inside === null ? null : (inside.next.get(child.name) ?? inside.next.get('*'));
    const left = next === undefined ? null : cut(child, next, variant);
    return left === null ? [] : [left];
  });
  if (inside !== null && children.length === 0) return null;
  const same = children.length === element.children.length && children.every((child, index) => child === element.children[index]);
  return same ? element : { element, children };
}

/** The document in the element set, for everybody or for its owner. One well-formed element; unknown elements stay in `full`. */
export function pruneIso(root: Element, set: ElementSet, variant: 'owner' | 'public'): string {
  return print(cut(root, set === 'full' ? null : trees[set], variant) ?? root);
}
