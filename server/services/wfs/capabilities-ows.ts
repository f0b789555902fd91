// Capabilities of WFS 2.0 (§ 8.3, with OWS Common 1.1 and the INSPIRE extension) and of WFS 1.1 (§ 13.3, with OWS Common 1.0).
import { crsOf } from '../../core/model/crs';
import { qualifiedName, type FeatureType } from '../../core/model/feature-type';
import { inLanguage, type Language } from '../../core/model/text';
import type { FeatureSource } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import { attributes } from '../../core/xml/write';
import {
  conformance,
  operationsMetadata,
  serviceIdentification,
  serviceProvider,
  type AdvertisedOperation,
  type Domain,
  type OwsVersion,
} from '../ows/capabilities';
import { advertisedExtent } from '../ows/extents';
import { filterCapabilities11 } from '../ows/filter-capabilities';
import { baseGap, fragment, type Fragment } from '../ows/fragments';
import { inspireCapabilities, inspireKeyword, inspireSchemas } from '../ows/inspire';
import { frozenSuffix } from '../ows/texts';
import type { CapabilitiesForm, Making } from './capabilities';
import { filterCapabilities } from './filter-capabilities';
import type { PageLimits } from './get-feature';
import { formatNames, ownFormat, schemaFormatNames } from './outputs';
import { wfsVersions, type WfsVersion } from './versions';

const sectionNames = ['ServiceIdentification', 'ServiceProvider', 'OperationsMetadata', 'FeatureTypeList', 'Filter_Capabilities'] as const;
type Section = (typeof sectionNames)[number];

/** What the two documents say otherwise. */
interface Dialect {
  readonly ows: OwsVersion;
  /** Default…, Other…, No…. */
  readonly crs: 'CRS' | 'SRS';
  readonly schema: string;
  readonly declarations: Readonly<Record<string, string>>;
  /** Titles and abstracts tell their language. */
  readonly lang: (language: Language) => Fragment | null;
  /** Operations on a type. */
  readonly typeOperations: (editable: boolean) => Fragment | null;
  readonly metadata: (query: string) => Fragment;
  readonly constraints: (limits: PageLimits, transactions: boolean) => readonly Domain[];
  /** Where clients read how many features an answer holds that was asked for without a number. */
  readonly page: (limits: PageLimits) => Domain;
  readonly resolve: readonly Domain[];
  /** Advertises the INSPIRE download service. */
  readonly inspire: boolean;
  readonly filter: Fragment;
}

const dialects: Readonly<Record<OwsVersion, Dialect>> = {
  '1.1': {
    ows: '1.1',
    crs: 'CRS',
    schema: `http://schemas.opengis.net/wfs/2.0/wfs.xsd ${inspireSchemas('download')}`,
    declarations: { 'xmlns:ows': ns.ows11 },
    lang: language => fragment` xml:lang="${language}"`,
    typeOperations: () => null,
    metadata: query => fragment`<wfs:MetadataURL xlink:type="simple" xlink:href="${baseGap}/csw?${query}"/>\n`,
    constraints: (limits, transactions) => [
      ...classes.map(([name, holds]) => conformance(name, holds || (transactions && name === 'ImplementsTransactionalWFS'))),
      countDefault(limits),
      { name: 'QueryExpressions', values: ['wfs:Query', 'wfs:StoredQuery'] },
    ],
    page: countDefault,
    resolve: [{ name: 'resolve', values: ['none', 'local'], default: 'none' }],
    inspire: true,
    filter: fragment`${filterCapabilities}`,
  },
  '1.0': {
    ows: '1.0',
    crs: 'SRS',
    schema: 'http://schemas.opengis.net/wfs/1.1.0/wfs.xsd',
    declarations: { 'xmlns:ows': ns.ows10, 'xmlns:ogc': ns.ogc, 'xmlns:gml': ns.gml },
    lang: () => null,
    typeOperations: editable =>
      fragment`<wfs:Operations>${['Query', ...(editable ? ['Insert', 'Update', 'Delete'] : [])].map(name => fragment`<wfs:Operation>${name}</wfs:Operation>`)}</wfs:Operations>\n`,
    metadata: query => fragment`<wfs:MetadataURL type="19139" format="text/xml">${baseGap}/csw?${query}</wfs:MetadataURL>\n`,
    constraints: limits => [defaultMaxFeatures(limits)],
    page: defaultMaxFeatures,
    resolve: [],
    inspire: false,
    filter: filterCapabilities11,
  },
};

export function owsForm(ows: OwsVersion): CapabilitiesForm {
  const dialect = dialects[ows];
  const writers: Readonly<Record<Section, (making: Making) => Fragment>> = {
    ServiceIdentification: ({ doors, language }) =>
      serviceIdentification(ows, {
        service: doors.partnership.service,
        language,
        subtitle: language === 'en' ? 'download (WFS)' : 'téléchargement (WFS)',
        keywords: ['WFS', 'GML', inspireKeyword('download')],
        serviceType: 'WFS',
        versions: wfsVersions.map(row => row.version),
      }),
    ServiceProvider: ({ doors }) => serviceProvider(doors.partnership.service),
    OperationsMetadata: making => operations(making, dialect),
    FeatureTypeList: making => featureTypeList(making, dialect),
    Filter_Capabilities: () => dialect.filter,
  };
  return {
    prefix: 'wfs:',
    sections: sectionNames,
    // the schema of 1.1 wants the operators always
    always: section => ows === '1.0' && section === 'Filter_Capabilities',
    daily: section => dialect.inspire && section === 'OperationsMetadata',
    write: (section, making) => {
      const name = sectionNames.find(one => one === section);
      return name ? writers[name](making) : fragment``;
    },
    sequence: digest => digest.slice(0, 16),
    root: (version, sequence) => ({
      'xmlns:wfs': version.namespace,
      ...dialect.declarations,
      'xmlns:xlink': ns.xlink,
      'xmlns:xsi': ns.xsi,
      version: version.version,
      updateSequence: sequence,
      'xsi:schemaLocation': `${version.namespace} ${dialect.schema}`,
    }),
  };
}

/** Features of an answer when the request has no count. */
function countDefault(limits: PageLimits): Domain {
  return { name: 'CountDefault', values: [], default: String(limits.default) };
}

/** Before 2.0 a request without maxFeatures gets everything up to the server's limit (D5). */
function defaultMaxFeatures(limits: PageLimits): Domain {
  return { name: 'DefaultMaxFeatures', values: [String(limits.most)] };
}

/** WFS 2.0 table 13 and the constraints clients page by; TRUE only where true. */
const classes: readonly (readonly [string, boolean])[] = [
  ['ImplementsBasicWFS', true],
  ['ImplementsTransactionalWFS', false],
  ['ImplementsLockingWFS', false],
  ['KVPEncoding', true],
  ['XMLEncoding', true],
  ['SOAPEncoding', false],
  ['ImplementsInheritance', false],
  ['ImplementsRemoteResolve', false],
  ['ImplementsResultPaging', true],
  ['ImplementsStandardJoins', false],
  ['ImplementsSpatialJoins', false],
  ['ImplementsTemporalJoins', false],
  ['ImplementsFeatureVersioning', false],
  ['ManageStoredQueries', false],
  ['PagingIsTransactionSafe', false],
];

function operations(making: Making, dialect: Dialect): Fragment {
  const { doors, version, operations: names, limits, language, day } = making;
  const { features, partnership } = doors;
  const formats = formatNames(version, features.types('download').length > 0);
  const own = ownFormat(version).name;
  const featureFormats: Domain = { name: 'outputFormat', values: formats.all, default: own };
  const schemaFormats: Domain = { name: 'outputFormat', values: schemaFormatNames(version) };
  const resultType: Domain = { name: 'resultType', values: ['results', 'hits'], default: 'results' };
  const parameters: Readonly<Record<string, readonly Domain[]>> = {
    GetCapabilities: [
      { name: 'AcceptVersions', values: wfsVersions.map(row => row.version) },
      { name: 'AcceptFormats', values: ['text/xml', 'application/xml'] },
      { name: 'Sections', values: sectionNames },
    ],
    DescribeFeatureType: [schemaFormats],
    GetPropertyValue: [...dialect.resolve, resultType, schemaFormats],
    GetFeature: [resultType, featureFormats, ...dialect.resolve],
    Transaction: [
      { name: 'inputFormat', values: schemaFormatNames(version).filter(name => name !== 'XMLSCHEMA') },
      ...(version.replaces ? [] : [{ name: 'idgen', values: ['GenerateNew', 'UseExisting', 'ReplaceDuplicate'] }]),
      { name: 'releaseAction', values: ['ALL', 'SOME'], default: 'ALL' },
    ],
  };
  // WFS 2.0 table 14. GDAL takes the size of its pages from here and fetches a hundred features at a time where it is told nothing
  const paged: readonly Domain[] = [dialect.page(limits)];
  const advertised: AdvertisedOperation[] = names.map(name => ({
    name,
    get: name !== 'Transaction',
    post: true,
    parameters: parameters[name] ?? [],
    constraints: name === 'GetFeature' || name === 'GetPropertyValue' ? paged : [],
  }));
  const codes = features.types('feature').map(type => features.about(type.name).resourceId);
  return operationsMetadata(dialect.ows, {
    path: 'wfs',
    operations: advertised,
    parameters: [{ name: 'version', values: wfsVersions.map(row => row.version) }],
    constraints: dialect.constraints(limits, names.includes('Transaction')),
    extended: dialect.inspire
      ? inspireCapabilities('download', {
          service: partnership.service,
          language,
          path: 'wfs',
          serviceName: 'WFS',
          date: day,
          dataSets: [...new Set(codes)],
        })
      : null,
  });
}

/** The types of the caller in the order of their names; without any, the section is left out, since the schema wants one. */
function featureTypeList({ doors, language, version }: Making, dialect: Dialect): Fragment {
  const { features } = doors;
  const types = features.types('feature');
  if (types.length === 0) return fragment``;
  const downloads = new Set(features.types('download').map(type => type.name));
  const editable = new Set(features.types('edit').map(type => type.name));
  const list = types.map(type =>
    featureType(features, type, { language, version, dialect, download: downloads.has(type.name), editable: editable.has(type.name) }),
  );
  return fragment`<wfs:FeatureTypeList>\n${list}</wfs:FeatureTypeList>\n`;
}

/** Advertised beside the type's own CRS; every CRS of the table is answered. */
const otherCrs = [2154, 3949, 9794, 9849, 4326, 4258, 4171, 3857, 3035];

function featureType(
  features: FeatureSource,
  type: FeatureType,
  how: {
    readonly language: Language;
    readonly version: WfsVersion;
    readonly dialect: Dialect;
    readonly download: boolean;
    readonly editable: boolean;
  },
): Fragment {
  const { language, version, dialect } = how;
  const about = features.about(type.name);
  const keywords =
    type.keywords.length === 0
      ? null
      : fragment`<ows:Keywords>${type.keywords.map(one => fragment`<ows:Keyword>${one}</ows:Keyword>`)}</ows:Keywords>\n`;
  const formats = formatNames(version, how.download).canonical;
  const lang = dialect.lang(language);
  return fragment`<wfs:FeatureType>
<wfs:Name${attributes({ [`xmlns:${type.prefix}`]: type.namespace })}>${qualifiedName(type)}</wfs:Name>
<wfs:Title${lang}>${inLanguage(type.title, language)}${about.frozen ? frozenSuffix : ''}</wfs:Title>
<wfs:Abstract${lang}>${abstractOf(features, type, language)}</wfs:Abstract>
${keywords}${crsElements(type, version, dialect)}${dialect.typeOperations(how.editable)}<wfs:OutputFormats>${formats.map(name => fragment`<wfs:Format>${name}</wfs:Format>`)}</wfs:OutputFormats>
${type.geometry === null ? null : boundingBox(type)}${about.record === null ? null : dialect.metadata(recordQuery(about.record))}</wfs:FeatureType>
`;
}

/** What a type is, with its mention (R50). */
export function abstractOf(features: FeatureSource, type: FeatureType, language: Language): string {
  return [type.abstract ? inLanguage(type.abstract, language) : '', features.mention(type.name)].filter(text => text !== '').join(' – ');
}

function boundingBox(type: FeatureType): Fragment {
  const { minX, minY, maxX, maxY } = advertisedExtent(type);
  return fragment`<ows:WGS84BoundingBox><ows:LowerCorner>${minX} ${minY}</ows:LowerCorner><ows:UpperCorner>${maxX} ${maxY}</ows:UpperCorner></ows:WGS84BoundingBox>\n`;
}

function crsElements(type: FeatureType, version: WfsVersion, { crs }: Dialect): Fragment {
  const own = type.geometry?.srid;
  if (own === undefined) return fragment`<wfs:No${crs}/>\n`;
  const name = (code: number): string => version.crsName(crsOf(code));
  const others = otherCrs.filter(code => code !== own).map(code => fragment`<wfs:Other${crs}>${name(code)}</wfs:Other${crs}>\n`);
  return fragment`<wfs:Default${crs}>${name(own)}</wfs:Default${crs}>\n${others}`;
}

/** GetRecordById of the type's record, as ISO 19139. */
export function recordQuery(identifier: string): string {
  return new URLSearchParams({
    service: 'CSW',
    version: '2.0.2',
    request: 'GetRecordById',
    elementSetName: 'full',
    outputSchema: ns.gmd,
    id: identifier,
  }).toString();
}
