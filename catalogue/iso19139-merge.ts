// A document that a person gave, completed: only the parts whose fields changed are written anew, everything else, unknown elements
// included, stays as it was received.
import type { Element } from '../server/core/xml/read';
import { readXml } from '../server/core/xml/read';
import type { Replacement } from './document';
import { first, print, recordLimits } from './document';
import { writeIso } from './iso19139-write';
import type { MetadataRecord } from './record';

type Keys = readonly (keyof MetadataRecord)[];

/** Children of one element in the order of the schema; each group with the fields it says, or with groups of its own. */
interface Level {
  readonly groups: Readonly<Record<string, Keys | Level>>;
}

const citation: Level = {
  groups: {
    title: ['title'],
    alternateTitle: ['alternateTitles'],
    date: ['dates'],
    edition: ['edition'],
    editionDate: [],
    identifier: ['resourceIdentifiers'],
  },
};

const identification: Level = {
  groups: {
    citation: { groups: { CI_Citation: citation } },
    abstract: ['abstract'],
    purpose: [],
    credit: [],
    status: ['status'],
    pointOfContact: ['pointsOfContact'],
    resourceMaintenance: ['frequency'],
    graphicOverview: ['thumbnails'],
    resourceFormat: [],
    descriptiveKeywords: ['keywords'],
    resourceSpecificUsage: [],
    resourceConstraints: ['constraints'],
    aggregationInfo: [],
    spatialRepresentationType: ['spatialRepresentations'],
    spatialResolution: ['denominators', 'distances'],
    language: ['resourceLanguages'],
    characterSet: [],
    topicCategory: ['topicCategories'],
    environmentDescription: [],
    extent: ['boxes', 'geographicCodes', 'periods'],
    supplementalInformation: [],
  },
};

const metadata: Level = {
  groups: {
    fileIdentifier: ['identifier'],
    language: ['language'],
    characterSet: ['characterSet'],
    parentIdentifier: ['parentIdentifier'],
    hierarchyLevel: ['scope'],
    hierarchyLevelName: ['scopeName'],
    contact: ['contacts'],
    dateStamp: ['dateStamp'],
    metadataStandardName: [],
    metadataStandardVersion: [],
    dataSetURI: [],
    locale: [],
    spatialRepresentationInfo: [],
    referenceSystemInfo: ['referenceSystems'],
    metadataExtensionInfo: [],
    identificationInfo: { groups: { MD_DataIdentification: identification } },
    contentInfo: [],
    distributionInfo: {
      groups: { MD_Distribution: { groups: { distributionFormat: ['formats'], distributor: [], transferOptions: ['online'] } } },
    },
    dataQualityInfo: { groups: { DQ_DataQuality: { groups: { scope: [], report: ['conformity'], lineage: ['lineage'] } } } },
  },
};

const isKeys = (group: Keys | Level): group is Keys => Array.isArray(group);

/**
 * The document of `complete`, made from the document that `written` was read from.
 * A document that cannot be merged (no data identification) is written anew.
 */
export function mergeIso(original: Element, written: MetadataRecord, complete: MetadataRecord): string {
  const fresh = writeIso(complete);
  if (!first(original, 'identificationInfo/MD_DataIdentification')) return fresh;
  const made = readXml(fresh, recordLimits);
  const changed = (keys: Keys): boolean => keys.some(key => JSON.stringify(written[key]) !== JSON.stringify(complete[key]));
  const used = { made: false };

  const merge = (old: Element, anew: Element, level: Level): Replacement => {
    const names = Object.keys(level.groups);
    const children = names.flatMap(name => {
      const olds = old.children.filter(child => child.name === name);
      const news = anew.children.filter(child => child.name === name);
      const group = level.groups[name] ?? [];
      const [oldOne] = olds;
      const [newOne] = news;
      if (!isKeys(group)) return oldOne && newOne ? [merge(oldOne, newOne, group), ...olds.slice(1)] : olds.length > 0 ? olds : news;
      if (group.length === 0 || !changed(group)) return olds;
      used.made = true;
      return news;
    });
    const unknown = old.children.filter(child => !names.includes(child.name));
    return { element: old, children: [...children, ...unknown] };
  };

  const merged = merge(original, made, metadata);
  // translations written anew refer to a locale of ours
  const locale = first(made, 'locale');
  const declared = first(original, 'locale/PT_Locale')?.attribute('id') === 'locale-eng';
  if (!used.made || !locale || declared) return print(merged);
  const children = [...(merged.children ?? [])];
  const position = children.findIndex(child =>
    ['spatialRepresentationInfo', 'referenceSystemInfo', 'metadataExtensionInfo', 'identificationInfo'].includes(
      'element' in child ? child.element.name : child.name,
    ),
  );
  children.splice(position, 0, locale);
  return print({ element: original, children });
}
