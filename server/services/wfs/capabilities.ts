// GetCapabilities of WFS 2.0 (§ 8): what the caller may use and nothing else (R45), with the mention (R50) and the INSPIRE extension.
// Each section is a fragment kept per fingerprint and language; only the base address is filled in per request.
import { createHash } from 'node:crypto';
import { parisDay } from '../../core/model/clock';
import { crsOf, urnName } from '../../core/model/crs';
import { Fault } from '../../core/model/fault';
import { qualifiedName, type FeatureType } from '../../core/model/feature-type';
import { inLanguage, type Language } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors, FeatureSource } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import { attributes } from '../../core/xml/write';
import {
  conformance,
  operationsMetadata,
  serviceIdentification,
  serviceProvider,
  type AdvertisedOperation,
  type Domain,
} from '../ows/capabilities';
import { advertisedExtent } from '../ows/extents';
import { baseGap, documentOf, fragment, type Fragment, type FragmentCache } from '../ows/fragments';
import { inspireCapabilities, inspireKeyword, inspireSchemas } from '../ows/inspire';
import { languageOf } from '../ows/language';
import type { Input, Reply } from '../ows/operation';
import { rootOf } from '../ows/service';
import { frozenSuffix } from '../ows/texts';
import { filterCapabilities } from './filter-capabilities';
import type { PageLimits } from './get-feature';
import { advertisedAliases, outputFormats } from './outputs';
import { wfs20, wfsVersions } from './versions';

const sectionNames = ['ServiceIdentification', 'ServiceProvider', 'OperationsMetadata', 'FeatureTypeList', 'Filter_Capabilities'] as const;
type Section = (typeof sectionNames)[number];

export interface CapabilitiesRequest {
  readonly sections: readonly Section[];
  readonly updateSequence: string | null;
  readonly language: Language;
}

/** Faults: invalid-value at sections, invalid-format at acceptFormats. */
export function readCapabilities(input: Input, context: Context): CapabilitiesRequest {
  const root = rootOf(input);
  const children = (list: string, item: string): string[] =>
    root?.children
      .filter(child => child.name === list)
      .flatMap(child => child.children.filter(one => one.name === item).map(one => one.text.trim())) ?? [];
  const sections = root ? children('Sections', 'Section') : input.kvp.list('sections');
  const formats = root ? children('AcceptFormats', 'OutputFormat') : input.kvp.list('acceptformats');
  if (formats.length > 0 && !formats.some(format => /^(?:\*\/\*|(?:text|application)\/(?:\*|xml).*)$/i.test(format)))
    throw new Fault('invalid-format', 'acceptFormats', 'capabilities are written in XML');
  return {
    sections: readSections(sections.filter(name => name !== '')),
    updateSequence: (root ? root.attribute('updateSequence') : input.kvp.get('updatesequence')) ?? null,
    language: languageOf(input.kvp.get('language') ?? root?.attribute('language'), context.language),
  };
}

function readSections(names: readonly string[]): readonly Section[] {
  if (names.length === 0 || names.some(name => name.toLowerCase() === 'all')) return sectionNames;
  const wanted = names.map(name => {
    const found = sectionNames.find(section => section.toLowerCase() === name.toLowerCase());
    if (!found) throw new Fault('invalid-value', 'sections', `"${name.slice(0, 60)}" is not a section of a WFS capabilities document`);
    return found;
  });
  return sectionNames.filter(section => wanted.includes(section));
}

export interface CapabilitiesParts {
  readonly cache: FragmentCache;
  readonly limits: PageLimits;
  /** Operations to advertise, in order. */
  readonly operations: readonly string[];
}

export function getCapabilities(request: CapabilitiesRequest, doors: Doors, context: Context, parts: CapabilitiesParts): Reply {
  const { features } = doors;
  const service = createHash('sha256').update(JSON.stringify(doors.partnership.service)).digest('hex');
  const day = parisDay(context.instant);
  const written = new Map(
    sectionNames.map(section => [
      section,
      parts.cache.take(
        ['wfs', wfs20, section, request.language, section === 'OperationsMetadata' ? day : '', features.fingerprint, service],
        () => writeSection(section, { ...parts, doors, day, language: request.language }),
      ),
    ]),
  );
  // a mark of what this caller is told: what is hidden must not move it (R23)
  const sequence = createHash('sha256')
    .update([...written.values()].map(section => section.digest).join(' '))
    .digest('hex')
    .slice(0, 16);
  // WFS 2.0 § 8.3.5: with the current updateSequence the document holds no section
  const sections = request.updateSequence === sequence ? [] : request.sections;
  const kept = sections.flatMap(section => written.get(section) ?? []);
  const root = fragment`<wfs:WFS_Capabilities${attributes(rootDeclarations(sequence))}>\n${kept}</wfs:WFS_Capabilities>\n`;
  // R47: it names what this caller may see; and QGIS shows a document that it may keep for a day, whoever logs in meanwhile
  return { type: 'application/xml', access: 'restricted', body: documentOf(root).fill({ base: context.base }) };
}

function rootDeclarations(sequence: string): Readonly<Record<string, string>> {
  return {
    'xmlns:wfs': ns.wfs20,
    'xmlns:ows': ns.ows11,
    'xmlns:xlink': ns.xlink,
    'xmlns:xsi': ns.xsi,
    version: wfs20,
    updateSequence: sequence,
    'xsi:schemaLocation': `${ns.wfs20} http://schemas.opengis.net/wfs/2.0/wfs.xsd ${inspireSchemas('download')}`,
  };
}

interface Making extends CapabilitiesParts {
  readonly doors: Doors;
  readonly day: string;
  readonly language: Language;
}

function writeSection(section: Section, making: Making): Fragment {
  const { doors, language } = making;
  const { service } = doors.partnership;
  switch (section) {
    case 'ServiceIdentification':
      return serviceIdentification('1.1', {
        service,
        language,
        subtitle: language === 'en' ? 'download (WFS)' : 'téléchargement (WFS)',
        keywords: ['WFS', 'GML', inspireKeyword('download')],
        serviceType: 'WFS',
        versions: wfsVersions.map(row => row.version),
      });
    case 'ServiceProvider':
      return serviceProvider(service);
    case 'OperationsMetadata':
      return operations(making);
    case 'FeatureTypeList':
      return featureTypeList(doors.features, language);
    case 'Filter_Capabilities':
      return fragment`${filterCapabilities}`;
  }
}

/** Features of an answer when the request has no count. */
const countDefault = (limits: PageLimits): Domain => ({ name: 'CountDefault', values: [], default: String(limits.default) });

/** WFS 2.0 table 13 and the constraints clients page by; TRUE only where true. */
function constraints(limits: PageLimits): readonly Domain[] {
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
  return [
    ...classes.map(([name, holds]) => conformance(name, holds)),
    countDefault(limits),
    { name: 'QueryExpressions', values: ['wfs:Query', 'wfs:StoredQuery'] },
  ];
}

function operations({ doors, operations: names, limits, language, day }: Making): Fragment {
  const { features, partnership } = doors;
  const downloads = features.types('download').length > 0;
  const formats = outputFormats.filter(format => format.action === 'feature' || downloads);
  const featureFormats: Domain = {
    name: 'outputFormat',
    values: [...formats.map(format => format.name), ...advertisedAliases.map(alias => alias.name)],
    default: formats[0]?.name ?? '',
  };
  const schemaFormats: Domain = {
    name: 'outputFormat',
    values: outputFormats.filter(format => format.kind === 'gml32').map(format => format.name),
  };
  const resolve: Domain = { name: 'resolve', values: ['none', 'local'], default: 'none' };
  const resultType: Domain = { name: 'resultType', values: ['results', 'hits'], default: 'results' };
  const parameters: Readonly<Record<string, readonly Domain[]>> = {
    GetCapabilities: [
      { name: 'AcceptVersions', values: wfsVersions.map(row => row.version) },
      { name: 'AcceptFormats', values: ['text/xml', 'application/xml'] },
      { name: 'Sections', values: sectionNames },
    ],
    DescribeFeatureType: [schemaFormats],
    GetPropertyValue: [resolve, resultType, schemaFormats],
    GetFeature: [resultType, featureFormats, resolve],
  };
  // WFS 2.0 table 14. GDAL takes the size of its pages from here and fetches a hundred features at a time where it is told nothing
  const paged: readonly Domain[] = [countDefault(limits)];
  const advertised: AdvertisedOperation[] = names.map(name => ({
    name,
    get: true,
    post: true,
    parameters: parameters[name] ?? [],
    constraints: name === 'GetFeature' || name === 'GetPropertyValue' ? paged : [],
  }));
  const codes = features.types('feature').map(type => features.about(type.name).resourceId);
  return operationsMetadata('1.1', {
    path: 'wfs',
    operations: advertised,
    parameters: [{ name: 'version', values: wfsVersions.map(row => row.version) }],
    constraints: constraints(limits),
    extended: inspireCapabilities('download', {
      service: partnership.service,
      language,
      path: 'wfs',
      serviceName: 'WFS',
      date: day,
      dataSets: [...new Set(codes)],
    }),
  });
}

/** The types of the caller in the order of their names; without any, the section is left out, since the schema wants one. */
function featureTypeList(features: FeatureSource, language: Language): Fragment {
  const types = features.types('feature');
  if (types.length === 0) return fragment``;
  const downloads = new Set(features.types('download').map(type => type.name));
  return fragment`<wfs:FeatureTypeList>\n${types.map(type => featureType(features, type, language, downloads.has(type.name)))}</wfs:FeatureTypeList>\n`;
}

/** Advertised beside the type's own CRS; every CRS of the table is answered. */
const otherCrs = [2154, 3949, 9794, 9849, 4326, 4258, 4171, 3857, 3035];

function featureType(features: FeatureSource, type: FeatureType, language: Language, download: boolean): Fragment {
  const about = features.about(type.name);
  const abstract = [type.abstract ? inLanguage(type.abstract, language) : '', features.mention(type.name)]
    .filter(text => text !== '')
    .join(' – ');
  const keywords =
    type.keywords.length === 0
      ? null
      : fragment`<ows:Keywords>${type.keywords.map(one => fragment`<ows:Keyword>${one}</ows:Keyword>`)}</ows:Keywords>\n`;
  const formats = outputFormats.filter(format => format.action === 'feature' || download);
  const metadata =
    about.record === null
      ? null
      : fragment`<wfs:MetadataURL xlink:type="simple" xlink:href="${baseGap}/csw?${recordQuery(about.record)}"/>\n`;
  return fragment`<wfs:FeatureType>
<wfs:Name${attributes({ [`xmlns:${type.prefix}`]: type.namespace })}>${qualifiedName(type)}</wfs:Name>
<wfs:Title xml:lang="${language}">${inLanguage(type.title, language)}${about.frozen ? frozenSuffix : ''}</wfs:Title>
<wfs:Abstract xml:lang="${language}">${abstract}</wfs:Abstract>
${keywords}${crsElements(type)}<wfs:OutputFormats>${formats.map(format => fragment`<wfs:Format>${format.name}</wfs:Format>`)}</wfs:OutputFormats>
${type.geometry === null ? null : boundingBox(type)}${metadata}</wfs:FeatureType>
`;
}

function boundingBox(type: FeatureType): Fragment {
  const { minX, minY, maxX, maxY } = advertisedExtent(type);
  return fragment`<ows:WGS84BoundingBox><ows:LowerCorner>${minX} ${minY}</ows:LowerCorner><ows:UpperCorner>${maxX} ${maxY}</ows:UpperCorner></ows:WGS84BoundingBox>\n`;
}

function crsElements(type: FeatureType): Fragment {
  const own = type.geometry?.srid;
  if (own === undefined) return fragment`<wfs:NoCRS/>\n`;
  const others = otherCrs.filter(code => code !== own).map(code => fragment`<wfs:OtherCRS>${urnName(crsOf(code))}</wfs:OtherCRS>\n`);
  return fragment`<wfs:DefaultCRS>${urnName(crsOf(own))}</wfs:DefaultCRS>\n${others}`;
}

/** GetRecordById of the type's record, as ISO 19139. */
function recordQuery(identifier: string): string {
  return new URLSearchParams({
    service: 'CSW',
    version: '2.0.2',
    request: 'GetRecordById',
    elementSetName: 'full',
    outputSchema: ns.gmd,
    id: identifier,
  }).toString();
}
