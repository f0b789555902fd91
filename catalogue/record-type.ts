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
  /** Paths in a gmd document, without prefixes and leading slash; they name the queryable in ElementName and in filters. */
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
const id = `${md}/identificationInfo/MD_DataIdentification`;
const text = 'CharacterString';

/** OGC 07-006 tables 6 and 14, OGC 07-045 tables 6 to 16, INSPIRE Discovery TG tables 4 and 5; then our own. */
export const queryables: readonly Queryable[] = [
  one('Identifier', 'identifier', { names: ['dc:identifier'], paths: [`${md}/fileIdentifier/${text}`] }),
  many('ResourceIdentifier', 'resource_identifiers', { names: ['dc:source'] }),
  one('Title', 'title', { names: ['dc:title'], paths: [`${id}/citation/CI_Citation/title/${text}`] }),
  many('AlternateTitle', 'alternate_titles', { names: ['dct:alternative'] }),
  one('Abstract', 'abstract', { names: ['dct:abstract', 'dc:description'], paths: [`${id}/abstract/${text}`] }),
  one('Edition', 'edition'),
  many('Subject', 'subjects', { names: ['dc:subject'], paths: [`${id}/descriptiveKeywords/MD_Keywords/keyword/${text}`] }),
  many('KeywordType', 'keyword_types'),
  many('TopicCategory', 'topic_categories', { paths: [`${id}/topicCategory/MD_TopicCategoryCode`] }),
  one('Type', 'scope', { names: ['dc:type'], paths: [`${md}/hierarchyLevel/MD_ScopeCode`] }),
  one('Language', 'language', { names: ['dc:language'], paths: [`${md}/language/LanguageCode`, `${md}/language/${text}`] }),
  many('ResourceLanguage', 'resource_languages', { paths: [`${id}/language/LanguageCode`, `${id}/language/${text}`] }),
  one('Modified', 'modified', { type: 'dateTime', names: ['dct:modified'], paths: [`${md}/dateStamp/Date`, `${md}/dateStamp/DateTime`] }),
  many('CreationDate', 'creation_dates', { type: 'date', names: ['dct:created'] }),
  many('PublicationDate', 'publication_dates', { type: 'date', names: ['dct:issued'] }),
  many('RevisionDate', 'revision_dates', { type: 'date' }),
  one('Date', 'resource_date', { type: 'date', set: 'core', names: ['dc:date'] }),
  one('TempExtent_begin', 'period_begin', { type: 'dateTime', names: ['TempExtentBegin', 'TemporalExtent'] }),
  one('TempExtent_end', 'period_end', { type: 'dateTime', names: ['TempExtentEnd'] }),
  many('GeographicDescriptionCode', 'geographic_codes', { names: ['GeographicDescripionCode', 'dct:spatial'] }),
  many('Denominator', 'denominators', { type: 'integer', names: ['SpatialResolution'] }),
  many('DistanceValue', 'distance_values', { type: 'double' }),
  many('DistanceUOM', 'distance_units'),
  many('CRS', 'crs'),
  many('Format', 'formats', { names: ['dc:format'] }),
  many('OrganisationName', 'organisations', { names: ['OrganizationName'] }),
  many('Creator', 'creators', { set: 'core', names: ['dc:creator'] }),
  many('Publisher', 'publishers', { set: 'core', names: ['dc:publisher'] }),
  many('Contributor', 'contributors', { set: 'core', names: ['dc:contributor'] }),
  many('Rights', 'rights', { set: 'core', names: ['dc:rights'] }),
  many('Relation', 'relations', { set: 'core', names: ['dc:relation', 'Association'] }),
  one('HasSecurityConstraints', 'has_security', { type: 'boolean' }),
  one('ParentIdentifier', 'parent_identifier', { paths: [`${md}/parentIdentifier/${text}`] }),
  one('ServiceType', 'service_type'),
  many('ServiceTypeVersion', 'service_versions'),
  many('Operation', 'operations'),
  one('CouplingType', 'coupling_type'),
  many('OperatesOn', 'operates_on'),
  many('OperatesOnIdentifier', 'operates_on_identifiers'),
  many('OperatesOnName', 'operates_on_names'),
  one('Degree', 'degree', { type: 'boolean', set: 'additional' }),
  many('SpecificationTitle', 'specification_titles', { set: 'additional' }),
  many('SpecificationDate', 'specification_dates', { type: 'date', set: 'additional' }),
  many('SpecificationDateType', 'specification_date_types', { set: 'additional' }),
  many('AccessConstraints', 'access_constraints', { set: 'additional' }),
  many('OtherConstraints', 'other_constraints', { set: 'additional' }),
  one('Classification', 'classification', { set: 'additional' }),
  many('ConditionApplyingToAccessAndUse', 'conditions', { set: 'additional' }),
  one('Lineage', 'lineage', { set: 'additional' }),
  many('ResponsiblePartyRole', 'party_roles', { set: 'additional' }),
  one('kind', 'kind', { set: 'own' }),
];

/** Name of the geometry, and the other names it is asked by. */
export const boundingBox = { name: 'BoundingBox', aliases: ['BoundingBox', 'the_geom', 'geom', 'geometry', 'bbox'] } as const;

/** The full-text queryable: words and fragments of all texts without persons; the owner's people also search what names persons. */
export const anyText = { name: 'AnyText', aliases: ['AnyText', 'q'] } as const;

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
  geometry: { name: boundingBox.name, column: 'geom', type: 'MultiPolygon', srid: 4326, dimension: 2, aliases: boundingBox.aliases },
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
