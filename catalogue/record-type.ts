// The FeatureType `record`: a record is a feature whose properties are the queryables of the catalogue (catalogue services search
// what a feature service searches). One table says each queryable's column, type and names per protocol.
import type { FeatureType, Property, ScalarType } from '../server/core/model/feature-type';
import type { RecordTypes } from '../server/core/ports/record-store';

/** What a queryable belongs to when it is advertised. */
export type QueryableSet = 'iso' | 'additional' | 'core' | 'own';

export interface Queryable {
  /** The name without prefix, as it is advertised. */
  readonly name: string;
  readonly column: string;
  readonly type: ScalarType;
  readonly many: boolean;
  readonly set: QueryableSet;
  /** Names in the OGC core schema and others, prefix included. */
  readonly names: readonly string[];
  /**
   * Paths in a gmd document, without prefixes and leading slash; they name the queryable in ElementName and in filters. `*` is any one element,
   * `#creation` names the type of a date.
   */
  readonly paths: readonly string[];
}

type Options = Partial<Pick<Queryable, 'type' | 'many' | 'set' | 'names' | 'paths'>>;

const one = (name: string, column: string, options: Options = {}): Queryable => ({
  name,
  column,
  type: 'string',
  many: false,
  set: 'iso',
  names: [],
  paths: [],
  ...options,
});
const many = (name: string, column: string, options: Options = {}): Queryable => one(name, column, { ...options, many: true });

const md = 'MD_Metadata';
/** `*`: of data and of services alike. */
const id = `${md}/identificationInfo/*`;
const citation = `${id}/citation/CI_Citation`;
const text = 'CharacterString';
const extent = `${id}/extent/EX_Extent`;
const quality = `${md}/dataQualityInfo/DQ_DataQuality`;
const result = `${quality}/report/*/result/DQ_ConformanceResult`;
const specification = `${result}/specification/CI_Citation`;
const constraints = `${id}/resourceConstraints/*`;
const period = `${extent}/temporalElement/*/extent`;

/** OGC 07-006 tables 6 and 14, OGC 07-045 tables 6 to 16, INSPIRE Discovery TG tables 4 and 5; then our own. */
export const queryables: readonly Queryable[] = [
  one('Identifier', 'identifier', { names: ['dc:identifier'], paths: [`${md}/fileIdentifier/${text}`] }),
  many('ResourceIdentifier', 'resource_identifiers', { names: ['dc:source'], paths: [`${citation}/identifier/*/code/${text}`] }),
  one('Title', 'title', { names: ['dc:title'], paths: [`${citation}/title/${text}`] }),
  many('AlternateTitle', 'alternate_titles', { names: ['dct:alternative'], paths: [`${citation}/alternateTitle/${text}`] }),
  one('Abstract', 'abstract', { names: ['dct:abstract', 'dc:description'], paths: [`${id}/abstract/${text}`] }),
  one('Edition', 'edition', { paths: [`${citation}/edition/${text}`] }),
  many('Subject', 'subjects', {
    names: ['dc:subject', 'keyword', 'keywords'],
    paths: [`${id}/descriptiveKeywords/MD_Keywords/keyword/${text}`],
  }),
  many('KeywordType', 'keyword_types', { paths: [`${id}/descriptiveKeywords/MD_Keywords/type/MD_KeywordTypeCode`] }),
  many('TopicCategory', 'topic_categories', { paths: [`${id}/topicCategory/MD_TopicCategoryCode`] }),
  one('Type', 'scope', { names: ['dc:type'], paths: [`${md}/hierarchyLevel/MD_ScopeCode`] }),
  one('Language', 'language', { names: ['dc:language'], paths: [`${md}/language/LanguageCode`, `${md}/language/${text}`] }),
  many('ResourceLanguage', 'resource_languages', { paths: [`${id}/language/LanguageCode`, `${id}/language/${text}`] }),
  one('Modified', 'modified', {
    type: 'dateTime',
    names: ['dct:modified', 'dateStamp'],
    paths: [`${md}/dateStamp/Date`, `${md}/dateStamp/DateTime`],
  }),
  many('CreationDate', 'creation_dates', { type: 'date', names: ['dct:created'], paths: [`${citation}/date/CI_Date/date/Date#creation`] }),
  many('PublicationDate', 'publication_dates', {
    type: 'date',
    names: ['dct:issued'],
    paths: [`${citation}/date/CI_Date/date/Date#publication`],
  }),
  many('RevisionDate', 'revision_dates', { type: 'date', paths: [`${citation}/date/CI_Date/date/Date#revision`] }),
  one('Date', 'resource_date', { type: 'date', set: 'core', names: ['dc:date'], paths: [`${citation}/date/CI_Date/date/Date`] }),
  one('TempExtent_begin', 'period_begin', {
    type: 'dateTime',
    names: ['TempExtentBegin', 'TemporalExtent'],
    paths: [`${period}/TimePeriod/beginPosition`],
  }),
  one('TempExtent_end', 'period_end', { type: 'dateTime', names: ['TempExtentEnd'], paths: [`${period}/TimePeriod/endPosition`] }),
  many('GeographicDescriptionCode', 'geographic_codes', {
    names: ['GeographicDescripionCode', 'dct:spatial'],
    paths: [`${extent}/geographicElement/EX_GeographicDescription/geographicIdentifier/*/code/${text}`],
  }),
  many('Denominator', 'denominators', {
    type: 'integer',
    names: ['SpatialResolution'],
    paths: [`${id}/spatialResolution/MD_Resolution/equivalentScale/MD_RepresentativeFraction/denominator/Integer`],
  }),
  many('DistanceValue', 'distance_values', { type: 'double', paths: [`${id}/spatialResolution/MD_Resolution/distance/Distance`] }),
  many('DistanceUOM', 'distance_units', { paths: [`${id}/spatialResolution/MD_Resolution/distance/Distance/uom`] }),
  many('CRS', 'crs', { paths: [`${md}/referenceSystemInfo/MD_ReferenceSystem/referenceSystemIdentifier/RS_Identifier/code/${text}`] }),
  many('Format', 'formats', {
    names: ['dc:format'],
    paths: [`${md}/distributionInfo/MD_Distribution/distributionFormat/MD_Format/name/${text}`],
  }),
  many('OrganisationName', 'organisations', {
    names: ['OrganizationName'],
    paths: [
      `${id}/pointOfContact/CI_ResponsibleParty/organisationName/${text}`,
      `${md}/contact/CI_ResponsibleParty/organisationName/${text}`,
    ],
  }),
  many('Creator', 'creators', { set: 'core', names: ['dc:creator'] }),
  many('Publisher', 'publishers', { set: 'core', names: ['dc:publisher'] }),
  many('Contributor', 'contributors', { set: 'core', names: ['dc:contributor'] }),
  many('Rights', 'rights', { set: 'core', names: ['dc:rights'] }),
  many('Relation', 'relations', {
    set: 'core',
    names: ['dc:relation', 'Association'],
    paths: [`${id}/aggregationInfo/MD_AggregateInformation/aggregateDataSetIdentifier/*/code/${text}`],
  }),
  one('HasSecurityConstraints', 'has_security', { type: 'boolean', paths: [`${id}/resourceConstraints/MD_SecurityConstraints`] }),
  one('ParentIdentifier', 'parent_identifier', { names: ['dct:isPartOf'], paths: [`${md}/parentIdentifier/${text}`] }),
  one('ServiceType', 'service_type', { paths: [`${id}/serviceType/LocalName`] }),
  many('ServiceTypeVersion', 'service_versions', { paths: [`${id}/serviceTypeVersion/${text}`] }),
  many('Operation', 'operations', { paths: [`${id}/containsOperations/SV_OperationMetadata/operationName/${text}`] }),
  one('CouplingType', 'coupling_type', { paths: [`${id}/couplingType/SV_CouplingType`] }),
  many('OperatesOn', 'operates_on', { paths: [`${id}/operatesOn`] }),
  many('OperatesOnIdentifier', 'operates_on_identifiers', { paths: [`${id}/coupledResource/SV_CoupledResource/identifier/${text}`] }),
  many('OperatesOnName', 'operates_on_names', { paths: [`${id}/coupledResource/SV_CoupledResource/operationName/${text}`] }),
  one('Degree', 'degree', { type: 'boolean', set: 'additional', paths: [`${result}/pass/Boolean`] }),
  many('SpecificationTitle', 'specification_titles', { set: 'additional', paths: [`${specification}/title/${text}`] }),
  many('SpecificationDate', 'specification_dates', {
    type: 'date',
    set: 'additional',
    paths: [`${specification}/date/CI_Date/date/Date`],
  }),
  many('SpecificationDateType', 'specification_date_types', {
    set: 'additional',
    paths: [`${specification}/date/CI_Date/dateType/CI_DateTypeCode`],
  }),
  many('AccessConstraints', 'access_constraints', { set: 'additional', paths: [`${constraints}/accessConstraints/MD_RestrictionCode`] }),
  many('OtherConstraints', 'other_constraints', { set: 'additional', paths: [`${constraints}/otherConstraints/${text}`] }),
  one('Classification', 'classification', { set: 'additional', paths: [`${constraints}/classification/MD_ClassificationCode`] }),
  many('ConditionApplyingToAccessAndUse', 'conditions', { set: 'additional', paths: [`${constraints}/useLimitation/${text}`] }),
  one('Lineage', 'lineage', { set: 'additional', names: ['dct:provenance'], paths: [`${quality}/lineage/LI_Lineage/statement/${text}`] }),
  many('ResponsiblePartyRole', 'party_roles', { set: 'additional', paths: [`${id}/pointOfContact/CI_ResponsibleParty/role/CI_RoleCode`] }),
  one('kind', 'kind', { set: 'own' }),
];

/** Queryables of the INSPIRE guidance that stand for two of these (Discovery TG table 4): a filter on them looks at both. */
export const doubleQueryables = ['SpatialResolution', 'TemporalExtent'] as const;

/** Name of the geometry, and the other names it is asked by. */
export const boundingBox = {
  name: 'BoundingBox',
  aliases: ['BoundingBox', 'the_geom', 'geom', 'geometry', 'bbox', 'WGS84BoundingBox', 'EX_GeographicBoundingBox', 'coverage'],
} as const;

/** The full-text queryable: words and fragments of all texts without persons; the owner's people also search what names persons. */
export const anyText = { name: 'AnyText', aliases: ['AnyText', 'any', 'q'] } as const;

/** Names that only the charter's filter uses. */
export const charterProperties = {
  visibility: 'visibility',
  owner: 'owner_id',
  dataset: 'dataset',
  scope: 'scope',
  state: 'state',
  anyTextOwner: 'AnyTextOwner',
} as const;

const properties: readonly Property[] = queryables.map(queryable => ({
  name: queryable.name,
  column: queryable.column,
  type: queryable.type,
  ...(queryable.many ? { many: true } : {}),
  nillable: queryable.name !== 'Identifier',
  aliases: [...new Set(queryable.names.map(name => name.replace(/^\w+:/, '')))].concat(queryable.name),
}));

const anyTextProperty: Property = {
  name: anyText.name,
  column: 'search_public',
  type: 'string',
  nillable: true,
  fullText: true,
  aliases: anyText.aliases,
};

const internal: readonly Property[] = [
  { name: charterProperties.visibility, column: 'visibility', type: 'string', nillable: false },
  { name: charterProperties.owner, column: 'owner_id', type: 'integer', nillable: true },
  { name: charterProperties.dataset, column: 'dataset', type: 'string', nillable: true },
  { name: charterProperties.scope, column: 'scope_code', type: 'string', nillable: true },
  { name: charterProperties.state, column: 'state', type: 'string', nillable: false },
  { name: charterProperties.anyTextOwner, column: 'search_owner', type: 'string', nillable: true, fullText: true },
];

const base = (generation: number, list: readonly Property[]): FeatureType => ({
  name: 'record',
  prefix: 'csw',
  local: 'Record',
  namespace: 'http://www.opengis.net/cat/csw/2.0.2',
  dataset: '',
  title: { fr: 'Fiches de métadonnées', en: 'Metadata records' },
  keywords: [],
  table: { schema: 'geomig', name: 'record', key: { column: 'identifier', type: 'text' } },
  properties: list,
  geometry: {
    name: boundingBox.name,
    column: 'geom',
    type: 'MultiPolygon',
    srid: 4326,
    dimension: 2,
    boxes: true,
    aliases: boundingBox.aliases,
  },
  extent: null,
  generation,
  count: null,
});

/** The type with all its names: the charter's filter is checked against it. */
export const recordType = (generation: number): FeatureType => base(generation, [...properties, anyTextProperty, ...internal]);

/** What a caller may name. */
export const callerRecordType = (generation: number): FeatureType => base(generation, [...properties, anyTextProperty]);

/** Both, with the names that the store needs. */
export const recordTypes = (generation: number): RecordTypes => ({
  whole: recordType(generation),
  caller: callerRecordType(generation),
  anyText: anyText.name,
  anyTextOwner: charterProperties.anyTextOwner,
});
