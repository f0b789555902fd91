// The parts of a capabilities document that every OWS shares, in the words of OWS Common 1.0 (WFS 1.1, CSW 2.0.2) and 1.1 (WFS 2.0, WMTS):
// ServiceIdentification, ServiceProvider, OperationsMetadata. Fees none, T2–T5 as constraints (R25), organisation and functional e-mail only (R24).
import type { Language } from '../../core/model/text';
import { inLanguage } from '../../core/model/text';
import type { ServiceMetadata } from '../../core/ports/doors';
import { attributes } from '../../core/xml/write';
import { baseGap, fragment, type Fragment } from './fragments';
import { constraintTexts, mentionText } from './texts';

export type OwsVersion = '1.0' | '1.1';

/** A parameter or constraint with its values; `null`: any value. */
export interface Domain {
  readonly name: string;
  readonly values: readonly string[] | null;
  /** OWS 1.1 only. */
  readonly default?: string;
}

/** An operation as it is advertised. */
export interface AdvertisedOperation {
  readonly name: string;
  readonly get: boolean;
  readonly post: boolean;
  readonly parameters?: readonly Domain[];
  readonly constraints?: readonly Domain[];
}

/** A conformance constraint: no values, the default says TRUE or FALSE (WFS 2.0 table 13, FES 2.0 table 10); OWS 1.0 writes a value. */
export const conformance = (name: string, holds: boolean): Domain => ({ name, values: [], default: holds ? 'TRUE' : 'FALSE' });

/** ows:ServiceIdentification. Title and abstract are the partnership's, in the language asked for; the abstract ends with the mention (R50). */
export function serviceIdentification(
  ows: OwsVersion,
  parts: {
    readonly service: ServiceMetadata;
    readonly language: Language;
    /** What kind of service this is, put after the title. */
    readonly subtitle: string;
    readonly keywords: readonly string[];
    readonly serviceType: string;
    readonly versions: readonly string[];
    /** URIs of conformance profiles, OWS 1.1 only. */
    readonly profiles?: readonly string[];
  },
): Fragment {
  const { service, language } = parts;
  const profiles = ows === '1.1' ? (parts.profiles ?? []) : [];
  return fragment`<ows:ServiceIdentification>
<ows:Title>${inLanguage(service.title, language)} – ${parts.subtitle}</ows:Title>
<ows:Abstract>${inLanguage(service.abstract, language)} – ${mentionText}</ows:Abstract>
<ows:Keywords>${parts.keywords.map(keyword => fragment`<ows:Keyword>${keyword}</ows:Keyword>`)}</ows:Keywords>
<ows:ServiceType${codeSpace(ows)}>${parts.serviceType}</ows:ServiceType>
${parts.versions.map(version => fragment`<ows:ServiceTypeVersion>${version}</ows:ServiceTypeVersion>`)}
${profiles.map(profile => fragment`<ows:Profile>${profile}</ows:Profile>`)}<ows:Fees>none</ows:Fees>
${constraintTexts.map(text => fragment`<ows:AccessConstraints>${text}</ows:AccessConstraints>`)}
</ows:ServiceIdentification>
`;
}

const codeSpace = (ows: OwsVersion): Fragment | null => (ows === '1.1' ? fragment`${attributes({ codeSpace: 'OGC' })}` : null);

/** ows:ServiceProvider: the pilot and a functional address, never a person (R24). */
export function serviceProvider(service: ServiceMetadata): Fragment {
  return fragment`<ows:ServiceProvider>
<ows:ProviderName>${service.provider}</ows:ProviderName>
<ows:ProviderSite xlink:type="simple" xlink:href="${service.url}"/>
<ows:ServiceContact>
<ows:ContactInfo>
<ows:Address>${service.address === null ? null : fragment`<ows:DeliveryPoint>${service.address}</ows:DeliveryPoint>`}<ows:ElectronicMailAddress>${service.email}</ows:ElectronicMailAddress></ows:Address>
<ows:OnlineResource xlink:type="simple" xlink:href="${service.url}"/>
</ows:ContactInfo>
<ows:Role>pointOfContact</ows:Role>
</ows:ServiceContact>
</ows:ServiceProvider>
`;
}

/** ows:OperationsMetadata. `path` is the endpoint below the base (`wfs`); addresses end in `?`, which old clients need. */
export function operationsMetadata(
  ows: OwsVersion,
  parts: {
    readonly path: string;
    readonly operations: readonly AdvertisedOperation[];
    /** How parameters are written in a GET, where a service must say it (WMTS 1.0 § 7.1.1.3: KVP, RESTful). */
    readonly getEncodings?: readonly string[];
    readonly parameters?: readonly Domain[];
    readonly constraints?: readonly Domain[];
    /** Content of ows:ExtendedCapabilities. */
    readonly extended?: Fragment | null;
    /** An element that stands in the place of ows:ExtendedCapabilities (inspire_ds). */
    readonly substitute?: Fragment | null;
  },
): Fragment {
  const address = fragment`xlink:type="simple" xlink:href="${baseGap}/${parts.path}?"`;
  const encodings = parts.getEncodings ? domain(ows, 'Constraint', { name: 'GetEncoding', values: parts.getEncodings }) : null;
  const operations = parts.operations.map(
    operation => fragment`<ows:Operation name="${operation.name}"><ows:DCP><ows:HTTP>${
      operation.get ? (encodings ? fragment`<ows:Get ${address}>${encodings}</ows:Get>` : fragment`<ows:Get ${address}/>`) : null
    }${operation.post ? fragment`<ows:Post ${address}>${postEncoding(ows)}</ows:Post>` : null}</ows:HTTP></ows:DCP>
${(operation.parameters ?? []).map(one => domain(ows, 'Parameter', one))}${(operation.constraints ?? []).map(one => domain(ows, 'Constraint', one))}</ows:Operation>
`,
  );
  const extended = parts.extended
    ? fragment`<ows:ExtendedCapabilities>${parts.extended}</ows:ExtendedCapabilities>\n`
    : (parts.substitute ?? null);
  return fragment`<ows:OperationsMetadata>
${operations}${(parts.parameters ?? []).map(one => domain(ows, 'Parameter', one))}${(parts.constraints ?? []).map(one => domain(ows, 'Constraint', one))}${extended}</ows:OperationsMetadata>
`;
}

/** Says that documents are posted as XML, which CSW clients look for. */
function postEncoding(ows: OwsVersion): Fragment {
  return domain(ows, 'Constraint', { name: 'PostEncoding', values: ['XML'] });
}

function domain(ows: OwsVersion, element: 'Parameter' | 'Constraint', one: Domain): Fragment {
  const list = (one.values ?? []).map(value => fragment`<ows:Value>${value}</ows:Value>`);
  if (ows === '1.0') {
    const values = list.length > 0 || one.default === undefined ? list : [fragment`<ows:Value>${one.default}</ows:Value>`];
    return fragment`<ows:${element} name="${one.name}">${values}</ows:${element}>\n`;
  }
  const possible =
    one.values === null
      ? fragment`<ows:AnyValue/>`
      : list.length === 0
        ? fragment`<ows:NoValues/>`
        : fragment`<ows:AllowedValues>${list}</ows:AllowedValues>`;
  const preset = one.default === undefined ? null : fragment`<ows:DefaultValue>${one.default}</ows:DefaultValue>`;
  return fragment`<ows:${element} name="${one.name}">${possible}${preset}</ows:${element}>\n`;
}
