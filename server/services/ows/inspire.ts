// The INSPIRE extension of a capabilities document, scenario 2 of the technical guidance (the service's metadata stand in the document itself):
// inspire_dls for download services, inspire_vs for view services, inspire_ds for discovery. Exactly one default language, the list never varies.
import type { Language } from '../../core/model/text';
import { inLanguage } from '../../core/model/text';
import type { ServiceMetadata } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import { baseGap, fragment, type Fragment } from './fragments';
import { bibliographicCode } from './language';

const kinds = {
  download: { prefix: 'inspire_dls', namespace: ns.inspireDls, type: 'download', keyword: 'infoFeatureAccessService' },
  view: { prefix: 'inspire_vs', namespace: ns.inspireVs, type: 'view', keyword: 'infoMapAccessService' },
  discovery: { prefix: 'inspire_ds', namespace: ns.inspireDs, type: 'discovery', keyword: 'infoCatalogueService' },
} as const;

export type InspireKind = keyof typeof kinds;

/** Keyword of the classification of spatial data services, to be repeated among the service's keywords. */
export const inspireKeyword = (kind: InspireKind): string => kinds[kind].keyword;

/** Pairs of namespace and schema address for xsi:schemaLocation. */
export const inspireSchemas = (kind: InspireKind): string =>
  `${kinds[kind].namespace} ${kinds[kind].namespace}/${kinds[kind].prefix}.xsd ${ns.inspireCommon} ${ns.inspireCommon}/common.xsd`;

/**
 * `inspire_xx:ExtendedCapabilities` with its namespaces declared on it. For download services it lists the identifiers of the data sets and
 * is null when there are none, since the schema wants at least one.
 */
export function inspireCapabilities(
  kind: InspireKind,
  parts: {
    readonly service: ServiceMetadata;
    readonly language: Language;
    /** Endpoint below the base, `wfs`. */
    readonly path: string;
    /** SERVICE parameter of its capabilities. */
    readonly serviceName: string;
    /** Day of these metadata, `2026-11-24`. */
    readonly date: string;
    /** Identifiers of the data sets served (download only). */
    readonly dataSets?: readonly string[];
  },
): Fragment | null {
  const { prefix, namespace, type, keyword } = kinds[kind];
  const { service, language } = parts;
  const dataSets = parts.dataSets ?? [];
  if (kind === 'download' && dataSets.length === 0) return null;
  const identifiers =
    kind === 'download'
      ? dataSets.map(
          code =>
            fragment`<inspire_dls:SpatialDataSetIdentifier><inspire_common:Code>${code}</inspire_common:Code></inspire_dls:SpatialDataSetIdentifier>\n`,
        )
      : [];
  return fragment`<${prefix}:ExtendedCapabilities xmlns:${prefix}="${namespace}" xmlns:inspire_common="${ns.inspireCommon}">
<inspire_common:ResourceLocator><inspire_common:URL>${baseGap}/${parts.path}?SERVICE=${parts.serviceName}&amp;REQUEST=GetCapabilities</inspire_common:URL><inspire_common:MediaType>application/xml</inspire_common:MediaType></inspire_common:ResourceLocator>
<inspire_common:ResourceType>service</inspire_common:ResourceType>
<inspire_common:TemporalReference><inspire_common:DateOfLastRevision>${parts.date}</inspire_common:DateOfLastRevision></inspire_common:TemporalReference>
<inspire_common:Conformity><inspire_common:Specification><inspire_common:Title>${conformityTitle(language)}</inspire_common:Title><inspire_common:DateOfPublication>2009-10-20</inspire_common:DateOfPublication></inspire_common:Specification><inspire_common:Degree>notEvaluated</inspire_common:Degree></inspire_common:Conformity>
<inspire_common:MetadataPointOfContact><inspire_common:OrganisationName>${service.provider}</inspire_common:OrganisationName><inspire_common:EmailAddress>${service.email}</inspire_common:EmailAddress></inspire_common:MetadataPointOfContact>
<inspire_common:MetadataDate>${parts.date}</inspire_common:MetadataDate>
<inspire_common:SpatialDataServiceType>${type}</inspire_common:SpatialDataServiceType>
<inspire_common:MandatoryKeyword><inspire_common:KeywordValue>${keyword}</inspire_common:KeywordValue></inspire_common:MandatoryKeyword>
<inspire_common:Keyword><inspire_common:KeywordValue>${inLanguage(service.title, language)}</inspire_common:KeywordValue></inspire_common:Keyword>
<inspire_common:SupportedLanguages><inspire_common:DefaultLanguage><inspire_common:Language>fre</inspire_common:Language></inspire_common:DefaultLanguage><inspire_common:SupportedLanguage><inspire_common:Language>eng</inspire_common:Language></inspire_common:SupportedLanguage></inspire_common:SupportedLanguages>
<inspire_common:ResponseLanguage><inspire_common:Language>${bibliographicCode(language)}</inspire_common:Language></inspire_common:ResponseLanguage>
${identifiers}</${prefix}:ExtendedCapabilities>
`;
}

function conformityTitle(language: Language): string {
  return language === 'en'
    ? 'Commission Regulation (EC) No 976/2009 implementing Directive 2007/2/EC as regards the Network Services'
    : "Règlement (CE) n° 976/2009 de la Commission portant modalités d'application de la directive 2007/2/CE en ce qui concerne les services en réseau";
}
