// The pivot: a metadata record in the nouns of ISO 19115, whatever document it came from and whatever document it becomes.
// Every reader makes one, every writer takes one, the findings (inspire.ts) and the index columns (index-row.ts) are computed from it.
// Coordinates are lon,lat (x,y); dates are ISO 8601 as written, partial ones (`2010`, `2010-05`) included.
import type { Envelope } from '../server/core/model/geometry';
import type { Text } from '../server/core/model/text';

/** CI_ResponsibleParty. Ours carry an organisation and a functional e-mail, never a person (R24). */
export interface Party {
  readonly organisation: Text | null;
  readonly individual: string | null;
  readonly position: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly url: string | null;
  /** Code of CI_RoleCode; '' where the document gives none. */
  readonly role: string;
}

/** A text that may be an Anchor: the URI is its xlink:href. */
export interface Anchored {
  readonly text: Text;
  readonly uri: string | null;
}

export interface DateEntry {
  /** Code of CI_DateTypeCode: creation, publication, revision. */
  readonly type: string;
  readonly date: string;
}

/** CI_Citation of a thesaurus or specification. */
export interface Citation {
  readonly title: Anchored;
  readonly dates: readonly DateEntry[];
}

/** One MD_Keywords block. */
export interface Keywords {
  readonly thesaurus: Citation | null;
  /** Code of MD_KeywordTypeCode. */
  readonly type: string | null;
  readonly keywords: readonly Anchored[];
}

export interface Identifier {
  readonly code: string;
  readonly codeSpace: string | null;
  readonly uri: string | null;
}

/** One MD_Constraints, MD_LegalConstraints or MD_SecurityConstraints block, kept apart as it was written. */
export interface Constraints {
  readonly useLimitations: readonly Anchored[];
  /** Codes of MD_RestrictionCode. */
  readonly access: readonly string[];
  readonly use: readonly string[];
  readonly other: readonly Anchored[];
  /** Code of MD_ClassificationCode. */
  readonly classification: string | null;
}

export interface OnlineResource {
  readonly url: string;
  readonly protocol: string | null;
  readonly name: string | null;
  readonly description: Text | null;
  /** Code of CI_OnLineFunctionCode. */
  readonly function: string | null;
  readonly profile: Anchored | null;
}

/** One DQ_ConformanceResult. */
export interface Conformity {
  readonly specification: Citation;
  /** null: not evaluated. */
  readonly degree: boolean | null;
  readonly explanation: string | null;
}

export interface Period {
  /** null: open or unknown. */
  readonly begin: string | null;
  readonly end: string | null;
}

export interface ServiceDescription {
  readonly type: string | null;
  readonly versions: readonly string[];
  readonly couplingType: string | null;
  readonly operations: readonly string[];
  readonly operatesOn: readonly { readonly uuidref: string | null; readonly href: string | null; readonly identifier: string | null }[];
  readonly coupled: readonly { readonly operation: string | null; readonly identifier: string | null }[];
}

export interface MetadataRecord {
  /** fileIdentifier; null where the document has none. */
  readonly identifier: string | null;
  readonly parentIdentifier: string | null;
  /** ISO 639-2/B of the metadata. */
  readonly language: string | null;
  readonly characterSet: string | null;
  /** Code of MD_ScopeCode: dataset, series, service… */
  readonly scope: string | null;
  readonly scopeName: string | null;
  /** Contacts of the metadata. */
  readonly contacts: readonly Party[];
  readonly dateStamp: string | null;

  readonly title: Text | null;
  readonly alternateTitles: readonly Text[];
  readonly abstract: Text | null;
  readonly edition: string | null;
  readonly dates: readonly DateEntry[];
  /** Identifiers of the resource (citation). */
  readonly resourceIdentifiers: readonly Identifier[];
  /** Codes of MD_ProgressCode. */
  readonly status: readonly string[];
  readonly pointsOfContact: readonly Party[];
  /** Parties met elsewhere in the document: distributors, authors of cited works. */
  readonly otherParties: readonly Party[];
  /** Code of MD_MaintenanceFrequencyCode. */
  readonly frequency: string | null;
  readonly keywords: readonly Keywords[];
  readonly topicCategories: readonly string[];
  readonly resourceLanguages: readonly string[];
  readonly constraints: readonly Constraints[];
  readonly spatialRepresentations: readonly string[];
  readonly denominators: readonly number[];
  readonly distances: readonly { readonly value: number; readonly unit: string }[];
  /** Bounding boxes as written, lon,lat; west > east is kept and reported. */
  readonly boxes: readonly Envelope[];
  /** Boxes around bounding polygons, lon,lat; they stand in where there are no bounding boxes, and are never written. */
  readonly polygons: readonly Envelope[];
  readonly geographicCodes: readonly string[];
  readonly periods: readonly Period[];
  readonly thumbnails: readonly string[];
  readonly service: ServiceDescription | null;

  readonly referenceSystems: readonly Identifier[];
  readonly formats: readonly { readonly name: string; readonly version: string | null }[];
  readonly online: readonly OnlineResource[];
  readonly lineage: Text | null;
  readonly conformity: readonly Conformity[];
  /** dc:relation, dc:source, dct:spatial of Dublin Core documents. */
  readonly relations: readonly string[];
}

/** A record of which nothing is known yet; readers and derive.ts fill it. */
export const emptyRecord: MetadataRecord = {
  identifier: null,
  parentIdentifier: null,
  language: null,
  characterSet: null,
  scope: null,
  scopeName: null,
  contacts: [],
  dateStamp: null,
  title: null,
  alternateTitles: [],
  abstract: null,
  edition: null,
  dates: [],
  resourceIdentifiers: [],
  status: [],
  pointsOfContact: [],
  otherParties: [],
  frequency: null,
  keywords: [],
  topicCategories: [],
  resourceLanguages: [],
  constraints: [],
  spatialRepresentations: [],
  denominators: [],
  distances: [],
  boxes: [],
  polygons: [],
  geographicCodes: [],
  periods: [],
  thumbnails: [],
  service: null,
  referenceSystems: [],
  formats: [],
  online: [],
  lineage: null,
  conformity: [],
  relations: [],
};

/** The date of one kind, the latest where there are several. */
export function dateOf(record: MetadataRecord, type: 'creation' | 'publication' | 'revision'): string | null {
  const dates = record.dates.filter(entry => entry.type === type).map(entry => entry.date);
  return dates.sort().at(-1) ?? null;
}

/** Where the resource lies: its boxes, else those around its polygons. */
export const boxesOf = (record: MetadataRecord): readonly Envelope[] => (record.boxes.length > 0 ? record.boxes : record.polygons);

/** All languages of a text, for full-text search. */
export const allTexts = (text: Text | null): string[] => (text === null ? [] : text.en === undefined ? [text.fr] : [text.fr, text.en]);

/** EPSG code in any spelling (URI, URN, `EPSG:2154`, `RGF93 / Lambert-93 (EPSG:2154)`, code with codeSpace), or null. */
export function epsgOf(reference: Identifier): number | null {
  for (const text of [reference.uri, reference.code]) {
    if (text === null) continue;
    const found = /EPSG(?:\/[\d.]+\/|:[\d.]*:|:|\s+|\.xml#)(\d{4,6})\b/i.exec(text);
    if (found) return Number(found[1]);
    if (/^RGF93\b.*Lambert[-\s]?93$/i.test(text.trim())) return 2154;
  }
  return /epsg/i.test(reference.codeSpace ?? '') && /^\d{4,6}$/.test(reference.code.trim()) ? Number(reference.code) : null;
}

/** The ground of limitation of public access as it is written (block A), null where there is none. */
export function accessLimitations(record: MetadataRecord): readonly Anchored[] {
  return record.constraints.filter(block => block.access.length > 0).flatMap(block => block.other);
}

/** The conditions of use (blocks B without limitation of access, and their restriction codes are dropped). */
export function useConditions(record: MetadataRecord): readonly Anchored[] {
  return record.constraints.filter(block => block.use.length > 0 && block.access.length === 0).flatMap(block => block.other);
}
