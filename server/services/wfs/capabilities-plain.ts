// Capabilities of WFS 1.0 (OGC 02-058 § 12, annex A.2), which came before OWS Common and has elements of its own.
import { crsOf } from '../../core/model/crs';
import { qualifiedName, type FeatureType } from '../../core/model/feature-type';
import type { Envelope } from '../../core/model/geometry';
import { inLanguage } from '../../core/model/text';
import { ns } from '../../core/xml/names';
import { attributes } from '../../core/xml/write';
import { advertisedExtentIn } from '../ows/extents';
import { filterCapabilities10 } from '../ows/filter-capabilities';
import { baseGap, fragment, type Fragment } from '../ows/fragments';
import { inspireKeyword } from '../ows/inspire';
import { constraintTexts, frozenSuffix, mentionText } from '../ows/texts';
import type { CapabilitiesForm, Making } from './capabilities';
import { abstractOf, recordQuery } from './capabilities-ows';

const sectionNames = ['Service', 'Capability', 'FeatureTypeList', 'Filter_Capabilities'] as const;

const writers: Readonly<Record<(typeof sectionNames)[number], (making: Making) => Fragment>> = {
  Service: serviceOf,
  Capability: capabilityOf,
  FeatureTypeList: featureTypeList,
  Filter_Capabilities: () => filterCapabilities10,
};

export const plainForm: CapabilitiesForm = {
  // ogc-client takes names of elements, prefix included, for names of formats
  prefix: '',
  sections: sectionNames,
  // there were no sections to choose
  always: () => true,
  daily: () => false,
  write: (section, making) => {
    const name = sectionNames.find(one => one === section);
    return name ? writers[name](making) : fragment``;
  },
  // a whole number, annex A.2
  sequence: digest => String(Number.parseInt(digest.slice(0, 12), 16)),
  root: (version, sequence) => ({
    xmlns: ns.wfs,
    'xmlns:ogc': ns.ogc,
    'xmlns:xsi': ns.xsi,
    version: version.version,
    updateSequence: sequence,
    'xsi:schemaLocation': `${ns.wfs} http://schemas.opengis.net/wfs/1.0.0/WFS-capabilities.xsd`,
  }),
};

/** Title, abstract with the mention (R50), T2–T5 as constraints (R25); nobody is named (R24). */
function serviceOf({ doors, language }: Making): Fragment {
  const { service } = doors.partnership;
  const subtitle = language === 'en' ? 'download (WFS)' : 'téléchargement (WFS)';
  return fragment`<Service>
<Name>WFS</Name>
<Title>${inLanguage(service.title, language)} – ${subtitle}</Title>
<Abstract>${inLanguage(service.abstract, language)} – ${mentionText}</Abstract>
<Keywords>${['WFS', 'GML', inspireKeyword('download')].join(', ')}</Keywords>
<OnlineResource>${service.url}</OnlineResource>
<Fees>none</Fees>
<AccessConstraints>${constraintTexts.join(' – ')}</AccessConstraints>
</Service>
`;
}

/** What each operation is asked and answered in; § 12.3.3 knows GML2 only, other formats are answered all the same. */
const inside: Readonly<Record<string, Fragment>> = {
  DescribeFeatureType: fragment`<SchemaDescriptionLanguage><XMLSCHEMA/></SchemaDescriptionLanguage>`,
  GetFeature: fragment`<ResultFormat><GML2/></ResultFormat>`,
};

function capabilityOf({ operations }: Making): Fragment {
  const address = fragment`onlineResource="${baseGap}/wfs?"`;
  const request = operations.map(name => {
    const get = name === 'Transaction' ? null : fragment`<DCPType><HTTP><Get ${address}/></HTTP></DCPType>`;
    return fragment`<${name}>${inside[name] ?? null}${get}<DCPType><HTTP><Post ${address}/></HTTP></DCPType></${name}>
`;
  });
  return fragment`<Capability>\n<Request>\n${request}</Request>\n</Capability>\n`;
}

function featureTypeList(making: Making): Fragment {
  const { features } = making.doors;
  const editable = new Set(features.types('edit').map(type => type.name));
  return fragment`<FeatureTypeList>
<Operations><Query/></Operations>
${features.types('feature').map(type => featureType(type, making, editable.has(type.name)))}</FeatureTypeList>
`;
}

function featureType(type: FeatureType, { doors, language, version }: Making, editable: boolean): Fragment {
  const { features } = doors;
  const about = features.about(type.name);
  const crs = crsOf(type.geometry?.srid ?? 4326);
  const metadata =
    about.record === null
      ? null
      : fragment`<MetadataURL type="TC211" format="XML">${baseGap}/csw?${recordQuery(about.record)}</MetadataURL>\n`;
  const title = `${inLanguage(type.title, language)}${about.frozen ? frozenSuffix : ''}`;
  return fragment`<FeatureType>
<Name${attributes({ [`xmlns:${type.prefix}`]: type.namespace })}>${qualifiedName(type)}</Name>
<Title>${title}</Title>
<Abstract>${abstractOf(features, type, language)}</Abstract>
<Keywords>${type.keywords.join(', ')}</Keywords>
<SRS>${version.crsName(crs)}</SRS>
<Operations><Query/>${editable ? fragment`<Insert/><Update/><Delete/>` : null}</Operations>
${type.geometry === null ? null : boundingBox(type, type.geometry.srid)}${metadata}</FeatureType>
`;
}

/** « The edges of an enclosing rectangle in the SRS of the feature type » (annex A.2), whatever the element's name says: OWSLib and QGIS read it so. */
function boundingBox(type: FeatureType, srid: number): Fragment {
  const { minX, minY, maxX, maxY } = outwards(advertisedExtentIn(type, srid), srid);
  return fragment`<LatLongBoundingBox minx="${minX}" miny="${minY}" maxx="${maxX}" maxy="${maxY}"/>\n`;
}

function outwards({ minX, minY, maxX, maxY }: Envelope, srid: number): Envelope {
  const factor = 10 ** crsOf(srid).decimals;
  const down = (value: number): number => Math.floor(value * factor + 1e-4) / factor;
  const up = (value: number): number => Math.ceil(value * factor - 1e-4) / factor;
  return { minX: down(minX), minY: down(minY), maxX: up(maxX), maxY: up(maxY) };
}
