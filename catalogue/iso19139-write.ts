// Pivot → ISO 19139 (gmd 20070417, GML 3.2), strictly: what we write validates against the schemas, with Anchors for every code list value,
// constraints in clean blocks, translations as PT_FreeText. A mandatory element without a value says so by gco:nilReason.
import { createHash } from 'node:crypto';
import type { Markup, XmlValue } from '../server/core/xml/write';
import { attributes, element, xml } from '../server/core/xml/write';
import { ns } from '../server/core/xml/names';
import type { Text } from '../server/core/model/text';
import type {
  Anchored,
  Citation,
  Conformity,
  Constraints,
  DateEntry,
  Identifier,
  Keywords,
  MetadataRecord,
  OnlineResource,
  Party,
  Period,
} from './record';
import * as codes from '../schemas/codelists/iso19115';

const codeLists = 'http://standards.iso.org/iso/19139/resources/gmxCodelists.xml';
const codeLabels: Readonly<Record<string, Readonly<Record<string, codes.Code>>>> = {
  CI_RoleCode: codes.roles,
  CI_DateTypeCode: codes.dateTypes,
  MD_KeywordTypeCode: codes.keywordTypes,
  MD_MaintenanceFrequencyCode: codes.maintenanceFrequencies,
  MD_ProgressCode: codes.progressCodes,
  MD_RestrictionCode: codes.restrictionCodes,
  MD_ScopeCode: codes.scopeCodes,
  MD_SpatialRepresentationTypeCode: codes.spatialRepresentationTypes,
  CI_OnLineFunctionCode: codes.onLineFunctions,
  SV_CouplingType: codes.couplingTypes,
};

/** `<gmd:CI_RoleCode codeList=… codeListValue=…>`. */
function code(list: string, value: string, prefix = 'gmd'): Markup {
  return element(`${prefix}:${list}`, { codeList: `${codeLists}#${list}`, codeListValue: value }, codeLabels[list]?.[value]?.fr ?? value);
}

const language = (value: string): Markup =>
  element('gmd:LanguageCode', { codeList: 'http://www.loc.gov/standards/iso639-2/', codeListValue: value }, value);

const string = (value: string): Markup => xml`<gco:CharacterString>${value}</gco:CharacterString>`;
const nil = (name: string, reason: 'missing' | 'unknown' | 'inapplicable' = 'missing'): Markup =>
  element(name, { 'gco:nilReason': reason });

const text = (name: string, value: string | null): Markup | null => (value === null ? null : element(name, {}, string(value)));

const dateTime = /^-?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;
const date = /^\d{4}(?:-\d\d(?:-\d\d)?)?$/;

function dateValue(written: string): Markup | null {
  if (dateTime.test(written)) return xml`<gco:DateTime>${written}</gco:DateTime>`;
  const day = written.slice(0, 10);
  return date.test(day) ? xml`<gco:Date>${day}</gco:Date>` : null;
}

/** Prints one record; it remembers whether a translation was written, since the locale must then be declared. */
class Writer {
  #translated = false;
  readonly #record: MetadataRecord;
  readonly #hash: string;

  constructor(record: MetadataRecord) {
    this.#record = record;
    this.#hash = createHash('sha256')
      .update(record.resourceIdentifiers[0]?.code ?? record.identifier ?? '')
      .digest('hex')
      .slice(0, 12);
  }

  document(): string {
    const record = this.#record;
    const distribution = this.#distribution();
    const quality = this.#quality();
    const identification = record.scope === 'service' ? this.#serviceIdentification() : this.#dataIdentification();
    const systems = record.referenceSystems.map(
      system =>
        xml`<gmd:referenceSystemInfo><gmd:MD_ReferenceSystem><gmd:referenceSystemIdentifier>${this.#identifier('gmd:RS_Identifier', system)}</gmd:referenceSystemIdentifier></gmd:MD_ReferenceSystem></gmd:referenceSystemInfo>`,
    );
    const stamp = record.dateStamp === null ? null : dateValue(record.dateStamp);
    const scope = record.scope ?? 'dataset';
    const level = record.scopeName ?? (scope === 'dataset' || scope === 'series' ? null : scope);
    const head = [
      text('gmd:fileIdentifier', record.identifier),
      element('gmd:language', {}, language(record.language ?? 'fre')),
      xml`<gmd:characterSet><gmd:MD_CharacterSetCode codeList="${codeLists}#MD_CharacterSetCode" codeListValue="utf8">UTF-8</gmd:MD_CharacterSetCode></gmd:characterSet>`,
      text('gmd:parentIdentifier', record.parentIdentifier),
      element('gmd:hierarchyLevel', {}, code('MD_ScopeCode', scope)),
      text('gmd:hierarchyLevelName', level),
      record.contacts.length === 0 ? nil('gmd:contact') : record.contacts.map(party => this.#party('gmd:contact', party, 'pointOfContact')),
      stamp === null ? nil('gmd:dateStamp') : element('gmd:dateStamp', {}, stamp),
      text('gmd:metadataStandardName', 'ISO 19115'),
      text('gmd:metadataStandardVersion', '2003/Cor.1:2006'),
    ];
    // the locale of translations comes before what uses it
    const locale = this.#translated
      ? xml`<gmd:locale><gmd:PT_Locale id="locale-eng"><gmd:languageCode>${language('eng')}</gmd:languageCode><gmd:characterEncoding><gmd:MD_CharacterSetCode codeList="${codeLists}#MD_CharacterSetCode" codeListValue="utf8">UTF-8</gmd:MD_CharacterSetCode></gmd:characterEncoding></gmd:PT_Locale></gmd:locale>`
      : null;
    const declared = Object.fromEntries(
      (['gmd', 'gco', 'gmx', 'srv', 'xlink', 'xsi'] as const).map(prefix => [`xmlns:${prefix}`, ns[prefix]]),
    );
    return element('gmd:MD_Metadata', { ...declared, 'xmlns:gml': ns.gml32 }, head, locale, systems, identification, distribution, quality)
      .text;
  }

  /** A text with its translation, or the nil reason where the element is mandatory. */
  #text(name: string, value: Text | null, mandatory = false): Markup | null {
    if (value === null) return mandatory ? nil(name) : null;
    return this.#anchored(name, { text: value, uri: null });
  }

  #anchored(name: string, value: Anchored): Markup {
    const main = value.uri === null ? string(value.text.fr) : xml`<gmx:Anchor xlink:href="${value.uri}">${value.text.fr}</gmx:Anchor>`;
    const en = value.text.en;
    if (en === undefined || (this.#record.language ?? 'fre') === 'eng') return element(name, {}, main);
    this.#translated = true;
    const translation = xml`<gmd:PT_FreeText><gmd:textGroup><gmd:LocalisedCharacterString locale="#locale-eng">${en}</gmd:LocalisedCharacterString></gmd:textGroup></gmd:PT_FreeText>`;
    return element(name, { 'xsi:type': 'gmd:PT_FreeText_PropertyType' }, main, translation);
  }

  #party(name: string, party: Party, role: string): Markup {
    const address = text('gmd:electronicMailAddress', party.email);
    const contact = [
      party.phone === null
        ? null
        : xml`<gmd:phone><gmd:CI_Telephone><gmd:voice>${string(party.phone)}</gmd:voice></gmd:CI_Telephone></gmd:phone>`,
      address === null ? null : xml`<gmd:address><gmd:CI_Address>${address}</gmd:CI_Address></gmd:address>`,
      party.url === null
        ? null
        : xml`<gmd:onlineResource><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>${party.url}</gmd:URL></gmd:linkage></gmd:CI_OnlineResource></gmd:onlineResource>`,
    ];
    const children = [
      text('gmd:individualName', party.individual),
      this.#text('gmd:organisationName', party.organisation),
      text('gmd:positionName', party.position),
      contact.some(part => part !== null) ? xml`<gmd:contactInfo><gmd:CI_Contact>${contact}</gmd:CI_Contact></gmd:contactInfo>` : null,
      element('gmd:role', {}, code('CI_RoleCode', party.role === '' ? role : party.role)),
    ];
    return element(name, {}, xml`<gmd:CI_ResponsibleParty>${children}</gmd:CI_ResponsibleParty>`);
  }

  #dates(dates: readonly DateEntry[]): Markup[] {
    const written = dates.flatMap(entry => {
      const value = dateValue(entry.date);
      return value === null
        ? []
        : [
            xml`<gmd:date><gmd:CI_Date><gmd:date>${value}</gmd:date><gmd:dateType>${code('CI_DateTypeCode', entry.type === '' ? 'publication' : entry.type)}</gmd:dateType></gmd:CI_Date></gmd:date>`,
          ];
    });
    return written.length === 0 ? [nil('gmd:date')] : written;
  }

  #citation(name: string, citation: Citation): Markup {
    return element(
      name,
      {},
      xml`<gmd:CI_Citation>${[this.#anchored('gmd:title', citation.title), this.#dates(citation.dates)]}</gmd:CI_Citation>`,
    );
  }

  #identifier(name: 'gmd:MD_Identifier' | 'gmd:RS_Identifier', identifier: Identifier): Markup {
    const value =
      identifier.uri === null ? string(identifier.code) : xml`<gmx:Anchor xlink:href="${identifier.uri}">${identifier.code}</gmx:Anchor>`;
    const spaced = name === 'gmd:RS_Identifier' || identifier.codeSpace !== null;
    return element(
      spaced ? 'gmd:RS_Identifier' : name,
      {},
      element('gmd:code', {}, value),
      spaced ? text('gmd:codeSpace', identifier.codeSpace) : null,
    );
  }

  /** What data and service identification share, in the order of AbstractMD_Identification. */
  #identification(): XmlValue[] {
    const record = this.#record;
    const citation = xml`<gmd:citation><gmd:CI_Citation>${[
      this.#text('gmd:title', record.title, true),
      record.alternateTitles.map(title => this.#text('gmd:alternateTitle', title)),
      this.#dates(record.dates),
      text('gmd:edition', record.edition),
      record.resourceIdentifiers.map(identifier => element('gmd:identifier', {}, this.#identifier('gmd:MD_Identifier', identifier))),
    ]}</gmd:CI_Citation></gmd:citation>`;
    return [
      citation,
      this.#text('gmd:abstract', record.abstract, true),
      record.status.map(status => element('gmd:status', {}, code('MD_ProgressCode', status))),
      record.pointsOfContact.map(party => this.#party('gmd:pointOfContact', party, 'pointOfContact')),
      record.frequency === null
        ? null
        : xml`<gmd:resourceMaintenance><gmd:MD_MaintenanceInformation><gmd:maintenanceAndUpdateFrequency>${code('MD_MaintenanceFrequencyCode', record.frequency)}</gmd:maintenanceAndUpdateFrequency></gmd:MD_MaintenanceInformation></gmd:resourceMaintenance>`,
      record.thumbnails.map(
        file =>
          xml`<gmd:graphicOverview><gmd:MD_BrowseGraphic><gmd:fileName>${string(file)}</gmd:fileName></gmd:MD_BrowseGraphic></gmd:graphicOverview>`,
      ),
      record.keywords.map(block => this.#keywords(block)),
      record.constraints.map(block => element('gmd:resourceConstraints', {}, this.#constraints(block))),
    ];
  }

  #dataIdentification(): Markup {
    const record = this.#record;
    const distances = record.distances.map(
      distance => xml`<gmd:distance><gco:Distance uom="${distance.unit}">${distance.value}</gco:Distance></gmd:distance>`,
    );
    const scales = record.denominators.map(
      denominator =>
        xml`<gmd:equivalentScale><gmd:MD_RepresentativeFraction><gmd:denominator><gco:Integer>${denominator}</gco:Integer></gmd:denominator></gmd:MD_RepresentativeFraction></gmd:equivalentScale>`,
    );
    return xml`<gmd:identificationInfo><gmd:MD_DataIdentification${attributes({ id: `r-${this.#hash}` })}>${[
      this.#identification(),
      record.spatialRepresentations.map(value =>
        element('gmd:spatialRepresentationType', {}, code('MD_SpatialRepresentationTypeCode', value)),
      ),
      [...scales, ...distances].map(
        part => xml`<gmd:spatialResolution><gmd:MD_Resolution>${part}</gmd:MD_Resolution></gmd:spatialResolution>`,
      ),
      record.resourceLanguages.length === 0
        ? nil('gmd:language')
        : record.resourceLanguages.map(value => element('gmd:language', {}, language(value))),
      xml`<gmd:characterSet><gmd:MD_CharacterSetCode codeList="${codeLists}#MD_CharacterSetCode" codeListValue="utf8">UTF-8</gmd:MD_CharacterSetCode></gmd:characterSet>`,
      record.topicCategories
        .filter(value => value in codes.topicCategories)
        .map(value => xml`<gmd:topicCategory><gmd:MD_TopicCategoryCode>${value}</gmd:MD_TopicCategoryCode></gmd:topicCategory>`),
      this.#extents('gmd:extent'),
    ]}</gmd:MD_DataIdentification></gmd:identificationInfo>`;
  }

  #serviceIdentification(): Markup {
    const service = this.#record.service;
    const operations = service?.operations ?? [];
    return xml`<gmd:identificationInfo><srv:SV_ServiceIdentification${attributes({ id: `r-${this.#hash}` })}>${[
      this.#identification(),
      xml`<srv:serviceType><gco:LocalName>${service?.type ?? 'other'}</gco:LocalName></srv:serviceType>`,
      service?.versions.map(version => text('srv:serviceTypeVersion', version)),
      this.#extents('srv:extent'),
      xml`<srv:couplingType>${code('SV_CouplingType', service?.couplingType ?? 'loose', 'srv')}</srv:couplingType>`,
      operations.length === 0
        ? nil('srv:containsOperations')
        : operations.map(
            name =>
              xml`<srv:containsOperations><srv:SV_OperationMetadata><srv:operationName>${string(name)}</srv:operationName><srv:DCP><srv:DCPList codeList="${codeLists}#DCPList" codeListValue="WebServices">WebServices</srv:DCPList></srv:DCP><srv:connectPoint>${connectPoint(this.#record.online[0]?.url ?? '')}</srv:connectPoint></srv:SV_OperationMetadata></srv:containsOperations>`,
          ),
      service?.operatesOn.map(target =>
        element('srv:operatesOn', { uuidref: target.uuidref ?? target.identifier, 'xlink:href': target.href }),
      ),
    ]}</srv:SV_ServiceIdentification></gmd:identificationInfo>`;
  }

  #keywords(block: Keywords): Markup {
    const list = block.keywords.map(keyword => this.#anchored('gmd:keyword', keyword));
    return xml`<gmd:descriptiveKeywords><gmd:MD_Keywords>${[
      list.length === 0 ? nil('gmd:keyword') : list,
      block.type === null ? null : element('gmd:type', {}, code('MD_KeywordTypeCode', block.type)),
      block.thesaurus === null ? null : this.#citation('gmd:thesaurusName', block.thesaurus),
    ]}</gmd:MD_Keywords></gmd:descriptiveKeywords>`;
  }

  #constraints(block: Constraints): Markup {
    const limits = block.useLimitations.map(limit => this.#anchored('gmd:useLimitation', limit));
    if (block.classification !== null)
      return xml`<gmd:MD_SecurityConstraints>${limits}<gmd:classification>${code('MD_ClassificationCode', block.classification)}</gmd:classification></gmd:MD_SecurityConstraints>`;
    if (block.access.length + block.use.length + block.other.length === 0) return element('gmd:MD_Constraints', {}, limits);
    return xml`<gmd:MD_LegalConstraints>${[
      limits,
      block.access.map(value => element('gmd:accessConstraints', {}, code('MD_RestrictionCode', value))),
      block.use.map(value => element('gmd:useConstraints', {}, code('MD_RestrictionCode', value))),
      block.other.map(value => this.#anchored('gmd:otherConstraints', value)),
    ]}</gmd:MD_LegalConstraints>`;
  }

  #extents(name: 'gmd:extent' | 'srv:extent'): Markup | null {
    const { boxes, geographicCodes, periods } = this.#record;
    if (boxes.length + geographicCodes.length + periods.length === 0) return null;
    const decimal = (value: number): string => (Number.isInteger(value * 100) ? value.toFixed(2) : String(Number(value.toFixed(6))));
    const side = (side: string, value: number): Markup => element(`gmd:${side}`, {}, xml`<gco:Decimal>${decimal(value)}</gco:Decimal>`);
    return element(
      name,
      {},
      xml`<gmd:EX_Extent>${[
        boxes.map(
          box =>
            xml`<gmd:geographicElement><gmd:EX_GeographicBoundingBox>${[
              side('westBoundLongitude', box.minX),
              side('eastBoundLongitude', box.maxX),
              side('southBoundLatitude', box.minY),
              side('northBoundLatitude', box.maxY),
            ]}</gmd:EX_GeographicBoundingBox></gmd:geographicElement>`,
        ),
        geographicCodes.map(
          value =>
            xml`<gmd:geographicElement><gmd:EX_GeographicDescription><gmd:geographicIdentifier><gmd:MD_Identifier><gmd:code>${string(value)}</gmd:code></gmd:MD_Identifier></gmd:geographicIdentifier></gmd:EX_GeographicDescription></gmd:geographicElement>`,
        ),
        periods.map((period, index) => this.#period(period, index)),
      ]}</gmd:EX_Extent>`,
    );
  }

  #period(period: Period, index: number): Markup {
    const position = (name: string, value: string | null): Markup =>
      value !== null && (dateTime.test(value) || date.test(value))
        ? element(name, {}, value)
        : element(name, { indeterminatePosition: 'unknown' });
    return xml`<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent><gml:TimePeriod gml:id="t-${this.#hash}-${index}">${[
      position('gml:beginPosition', period.begin),
      position('gml:endPosition', period.end),
    ]}</gml:TimePeriod></gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement>`;
  }

  #distribution(): Markup | null {
    const { formats, online } = this.#record;
    if (formats.length + online.length === 0) return null;
    return xml`<gmd:distributionInfo><gmd:MD_Distribution>${[
      formats.map(
        format =>
          xml`<gmd:distributionFormat><gmd:MD_Format>${[text('gmd:name', format.name), text('gmd:version', format.version) ?? nil('gmd:version', 'unknown')]}</gmd:MD_Format></gmd:distributionFormat>`,
      ),
      online.length === 0
        ? null
        : xml`<gmd:transferOptions><gmd:MD_DigitalTransferOptions>${online.map(link => element('gmd:onLine', {}, this.#online(link)))}</gmd:MD_DigitalTransferOptions></gmd:transferOptions>`,
    ]}</gmd:MD_Distribution></gmd:distributionInfo>`;
  }

  #online(link: OnlineResource): Markup {
    return xml`<gmd:CI_OnlineResource>${[
      xml`<gmd:linkage><gmd:URL>${link.url}</gmd:URL></gmd:linkage>`,
      text('gmd:protocol', link.protocol),
      link.profile === null ? null : this.#anchored('gmd:applicationProfile', link.profile),
      text('gmd:name', link.name),
      this.#text('gmd:description', link.description),
      link.function === null ? null : element('gmd:function', {}, code('CI_OnLineFunctionCode', link.function)),
    ]}</gmd:CI_OnlineResource>`;
  }

  #quality(): Markup | null {
    const { conformity, lineage, scope } = this.#record;
    if (conformity.length === 0 && lineage === null) return null;
    const level = scope ?? 'dataset';
    const described =
      level === 'dataset' || level === 'series'
        ? null
        : xml`<gmd:levelDescription><gmd:MD_ScopeDescription><gmd:other>${string(level)}</gmd:other></gmd:MD_ScopeDescription></gmd:levelDescription>`;
    return xml`<gmd:dataQualityInfo><gmd:DQ_DataQuality>${[
      xml`<gmd:scope><gmd:DQ_Scope><gmd:level>${code('MD_ScopeCode', level)}</gmd:level>${described}</gmd:DQ_Scope></gmd:scope>`,
      conformity.map(entry => this.#conformity(entry)),
      lineage === null ? null : xml`<gmd:lineage><gmd:LI_Lineage>${this.#text('gmd:statement', lineage)}</gmd:LI_Lineage></gmd:lineage>`,
    ]}</gmd:DQ_DataQuality></gmd:dataQualityInfo>`;
  }

  #conformity(entry: Conformity): Markup {
    return xml`<gmd:report><gmd:DQ_DomainConsistency><gmd:result><gmd:DQ_ConformanceResult>${[
      this.#citation('gmd:specification', entry.specification),
      text('gmd:explanation', entry.explanation) ?? nil('gmd:explanation'),
      entry.degree === null ? nil('gmd:pass', 'unknown') : xml`<gmd:pass><gco:Boolean>${entry.degree}</gco:Boolean></gmd:pass>`,
    ]}</gmd:DQ_ConformanceResult></gmd:result></gmd:DQ_DomainConsistency></gmd:report>`;
  }
}

const connectPoint = (url: string): Markup =>
  xml`<gmd:CI_OnlineResource><gmd:linkage><gmd:URL>${url}</gmd:URL></gmd:linkage></gmd:CI_OnlineResource>`;

/** The ISO 19139 document of a record, one well-formed element without a declaration. */
export const writeIso = (record: MetadataRecord): string => new Writer(record).document();
