// GetCapabilities of CSW 2.0.2 (OGC 07-006 § 10.5) with the queryables of the ISO profile (OGC 07-045) and the INSPIRE extension, scenario 2.
// What it says is the same for everyone; only addresses carry the caller's prefix.
import { parisDay } from '../../core/model/clock';
import { Fault } from '../../core/model/fault';
import type { Language } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import { attributes } from '../../core/xml/write';
import { operationsMetadata, serviceIdentification, serviceProvider } from '../ows/capabilities';
import { filterCapabilities11 } from '../ows/filter-capabilities';
import { documentOf, fragment, type Fragment } from '../ows/fragments';
import { inspireCapabilities, inspireKeyword, inspireSchemas } from '../ows/inspire';
import { languageOf } from '../ows/language';
import type { Input, Reply } from '../ows/operation';
import { rootOf } from '../ows/service';
import { advertised, sectionNames } from './advertised';
import { mostRecords } from './requests';
import { xmlType } from './responses';
import { csw202, cswVersions } from './versions';

type Section = (typeof sectionNames)[number];

export interface CapabilitiesRequest {
  readonly sections: readonly Section[];
  readonly language: Language;
}

/**
 * Fault invalid-value at sections. Formats that are not offered are no fault here: OGC 07-006 § 10.5.3 answers in its default XML.
 * The language is that of the LANGUAGE parameter, French when it is absent or unknown (INSPIRE Discovery TG, language requirements).
 */
export function readCapabilities(input: Input): CapabilitiesRequest {
  const root = rootOf(input);
  const list = root
    ? root.children.filter(child => child.name === 'Sections').flatMap(child => child.children.map(section => section.text.trim()))
    : input.kvp.list('sections');
  const given = root ? root.children.some(child => child.name === 'Sections') : input.kvp.get('sections') !== undefined;
  return {
    sections: readSections(
      list.filter(name => name !== ''),
      given,
    ),
    language: languageOf(input.kvp.get('language'), 'fr'),
  };
}

function readSections(names: readonly string[], given: boolean): readonly Section[] {
  if (!given || names.some(name => name.toLowerCase() === 'all')) return sectionNames;
  return names.map(name => {
    const found = sectionNames.find(section => section.toLowerCase() === name.toLowerCase());
    if (!found) throw new Fault('invalid-value', 'sections', `"${name.slice(0, 60)}" is no section of the capabilities`);
    return found;
  });
}

export function getCapabilities(request: CapabilitiesRequest, doors: Doors, context: Context): Reply {
  const { service } = doors.partnership;
  const { language } = request;
  const keywords = ['CSW', inspireKeyword('discovery'), 'métadonnées', 'catalogue', 'INSPIRE'];
  const sections: Readonly<Record<Section, () => Fragment>> = {
    ServiceIdentification: () =>
      serviceIdentification('1.0', {
        service,
        language,
        subtitle: language === 'en' ? 'Catalogue service' : 'Service de catalogue',
        keywords,
        serviceType: 'CSW',
        versions: cswVersions.map(row => row.version),
      }),
    ServiceProvider: () => serviceProvider(service),
    OperationsMetadata: () =>
      operationsMetadata('1.0', {
        path: 'csw',
        operations: advertised,
        parameters: [
          { name: 'service', values: ['CSW'] },
          { name: 'version', values: [csw202] },
        ],
        constraints: [
          { name: 'PostEncoding', values: ['XML'] },
          { name: 'IsoProfiles', values: [ns.gmd] },
          { name: 'MaxRecordDefault', values: [String(mostRecords)] },
        ],
        // inspire_ds:ExtendedCapabilities substitutes ows:ExtendedCapabilities: a direct child
        substitute: inspireCapabilities('discovery', {
          service,
          language,
          path: 'csw',
          serviceName: 'CSW',
          date: parisDay(context.instant),
        }),
      }),
    // the schema wants it always
    Filter_Capabilities: () => filterCapabilities11,
  };
  const wanted = sectionNames.filter(name => name === 'Filter_Capabilities' || request.sections.includes(name));
  const root = attributes({
    'xmlns:csw': ns.csw202,
    'xmlns:ows': ns.ows10,
    'xmlns:ogc': ns.ogc,
    'xmlns:gml': ns.gml,
    'xmlns:xlink': ns.xlink,
    'xmlns:xsi': ns.xsi,
    'xsi:schemaLocation': `${ns.csw202} http://schemas.opengis.net/csw/2.0.2/CSW-discovery.xsd ${inspireSchemas('discovery')}`,
    version: csw202,
  });
  const document = documentOf(fragment`<csw:Capabilities${root}>
${wanted.map(name => sections[name]())}</csw:Capabilities>
`);
  return { type: xmlType, access: 'public', body: document.fill({ base: context.base }) };
}
