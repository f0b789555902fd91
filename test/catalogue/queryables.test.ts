// Every queryable of the core, of the ISO profile and of INSPIRE: one record in, found by its value under every spelling of the name, and by
// negation all the others – those without the property among them. Asked of the catalogue service itself, in XML and in CQL.
import { recordPreparer } from '../../catalogue/prepare';
import { doubleQueryables, queryables, recordTypes } from '../../catalogue/record-type';
import type { Doors } from '../../server/core/ports/doors';
import { openRecords } from '../../server/store/record-source';
import { importFreeRecord } from '../../server/store/records';
import { doorsWith, get, post, type Answer } from '../csw/harness';
import { testDatabase, type TestDatabase } from '../setup/database';

const c = (text: string): string => `<gco:CharacterString>${text}</gco:CharacterString>`;
const anchor = (text: string, href: string): string => `<gmx:Anchor xlink:href="${href}">${text}</gmx:Anchor>`;
const code = (name: string, value: string): string => `<gmd:${name} codeList="urn:x" codeListValue="${value}"/>`;
const date = (value: string, type: string): string =>
  `<gmd:date><gmd:CI_Date><gmd:date><gco:${value.includes('T') ? 'DateTime' : 'Date'}>${value}</gco:${value.includes('T') ? 'DateTime' : 'Date'}></gmd:date><gmd:dateType>${code('CI_DateTypeCode', type)}</gmd:dateType></gmd:CI_Date></gmd:date>`;
const party = (organisation: string, role: string): string =>
  `<gmd:CI_ResponsibleParty><gmd:organisationName>${c(organisation)}</gmd:organisationName><gmd:role>${code('CI_RoleCode', role)}</gmd:role></gmd:CI_ResponsibleParty>`;
const head = `<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:srv="http://www.isotc211.org/2005/srv" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink">`;
const box = (w: number, e: number, s: number, n: number): string =>
  `<gmd:geographicElement><gmd:EX_GeographicBoundingBox>${(
    [
      ['west', 'Longitude', w],
      ['east', 'Longitude', e],
      ['south', 'Latitude', s],
      ['north', 'Latitude', n],
    ] as const
  )
    .map(([side, axis, value]) => `<gmd:${side}Bound${axis}><gco:Decimal>${value}</gco:Decimal></gmd:${side}Bound${axis}>`)
    .join('')}</gmd:EX_GeographicBoundingBox></gmd:geographicElement>`;
const conformance = (title: string, day: string, pass: boolean): string =>
  `<gmd:report><gmd:DQ_DomainConsistency><gmd:result><gmd:DQ_ConformanceResult><gmd:specification><gmd:CI_Citation><gmd:title>${title}</gmd:title>${date(day, 'publication')}</gmd:CI_Citation></gmd:specification><gmd:explanation>${c('x')}</gmd:explanation><gmd:pass><gco:Boolean>${pass}</gco:Boolean></gmd:pass></gmd:DQ_ConformanceResult></gmd:result></gmd:DQ_DomainConsistency></gmd:report>`;

const dataset = `${head}
<gmd:fileIdentifier>${c('jeu-1')}</gmd:fileIdentifier>
<gmd:language><gmd:LanguageCode codeList="urn:x" codeListValue="fre"/></gmd:language>
<gmd:parentIdentifier>${c('collection-7')}</gmd:parentIdentifier>
<gmd:hierarchyLevel>${code('MD_ScopeCode', 'dataset')}</gmd:hierarchyLevel>
<gmd:contact>${party('Service carte', 'pointOfContact')}</gmd:contact>
<gmd:dateStamp><gco:DateTime>2026-05-04T10:20:30Z</gco:DateTime></gmd:dateStamp>
<gmd:referenceSystemInfo><gmd:MD_ReferenceSystem><gmd:referenceSystemIdentifier><gmd:RS_Identifier><gmd:code>${c('RGF93 / Lambert-93 (EPSG:2154)')}</gmd:code></gmd:RS_Identifier></gmd:referenceSystemIdentifier></gmd:MD_ReferenceSystem></gmd:referenceSystemInfo>
<gmd:identificationInfo><gmd:MD_DataIdentification>
<gmd:citation><gmd:CI_Citation><gmd:title>${c('Carte du bruit routier')}</gmd:title><gmd:alternateTitle>${c('CBR 92')}</gmd:alternateTitle>
${date('2019', 'creation')}${date('2020-05', 'publication')}${date('2023-11-30T08:00:00Z', 'publication')}${date('2024-02-29', 'revision')}
<gmd:edition>${c('3e')}</gmd:edition>
<gmd:identifier><gmd:RS_Identifier><gmd:code>${c('bruit')}</gmd:code><gmd:codeSpace>${c('https://id.example.org/')}</gmd:codeSpace></gmd:RS_Identifier></gmd:identifier>
<gmd:identifier><gmd:MD_Identifier><gmd:code>${anchor('autre', 'https://id.example.org/autre')}</gmd:code></gmd:MD_Identifier></gmd:identifier></gmd:CI_Citation></gmd:citation>
<gmd:abstract>${c('Niveaux sonores le long des voies.')}</gmd:abstract>
<gmd:pointOfContact>${party('Ville de Bagneux', 'owner')}</gmd:pointOfContact><gmd:pointOfContact>${party('Bureau d’études', 'processor')}</gmd:pointOfContact><gmd:pointOfContact>${party('Éditions du plan', 'publisher')}</gmd:pointOfContact>
<gmd:descriptiveKeywords><gmd:MD_Keywords><gmd:keyword>${c('Bruit, son')}</gmd:keyword><gmd:keyword>${anchor('Santé', 'http://theme.example.org/sante')}</gmd:keyword><gmd:type>${code('MD_KeywordTypeCode', 'theme')}</gmd:type></gmd:MD_Keywords></gmd:descriptiveKeywords>
<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:accessConstraints>${code('MD_RestrictionCode', 'otherRestrictions')}</gmd:accessConstraints><gmd:otherConstraints>${anchor('Pas de restriction', 'http://limits.example.org/noLimitations')}</gmd:otherConstraints></gmd:MD_LegalConstraints></gmd:resourceConstraints>
<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:useConstraints>${code('MD_RestrictionCode', 'license')}</gmd:useConstraints><gmd:otherConstraints>${c('Licence Ouverte')}</gmd:otherConstraints></gmd:MD_LegalConstraints></gmd:resourceConstraints>
<gmd:resourceConstraints><gmd:MD_Constraints><gmd:useLimitation>${c('Ne pas zoomer')}</gmd:useLimitation></gmd:MD_Constraints></gmd:resourceConstraints>
<gmd:resourceConstraints><gmd:MD_SecurityConstraints><gmd:classification>${code('MD_ClassificationCode', 'restricted')}</gmd:classification></gmd:MD_SecurityConstraints></gmd:resourceConstraints>
<gmd:aggregationInfo><gmd:MD_AggregateInformation><gmd:aggregateDataSetIdentifier><gmd:MD_Identifier><gmd:code>${c('jeu-voisin')}</gmd:code></gmd:MD_Identifier></gmd:aggregateDataSetIdentifier></gmd:MD_AggregateInformation></gmd:aggregationInfo>
<gmd:spatialResolution><gmd:MD_Resolution><gmd:equivalentScale><gmd:MD_RepresentativeFraction><gmd:denominator><gco:Integer>5000</gco:Integer></gmd:denominator></gmd:MD_RepresentativeFraction></gmd:equivalentScale></gmd:MD_Resolution></gmd:spatialResolution>
<gmd:spatialResolution><gmd:MD_Resolution><gmd:equivalentScale><gmd:MD_RepresentativeFraction><gmd:denominator><gco:Integer>25000</gco:Integer></gmd:denominator></gmd:MD_RepresentativeFraction></gmd:equivalentScale></gmd:MD_Resolution></gmd:spatialResolution>
<gmd:spatialResolution><gmd:MD_Resolution><gmd:distance><gco:Distance uom="m">0.5</gco:Distance></gmd:distance></gmd:MD_Resolution></gmd:spatialResolution>
<gmd:language><gmd:LanguageCode codeList="urn:x" codeListValue="ger"/></gmd:language>
<gmd:topicCategory><gmd:MD_TopicCategoryCode>environment</gmd:MD_TopicCategoryCode></gmd:topicCategory><gmd:topicCategory><gmd:MD_TopicCategoryCode>health</gmd:MD_TopicCategoryCode></gmd:topicCategory>
<gmd:extent><gmd:EX_Extent>${box(2.29, 2.33, 48.79, 48.81)}${box(2.2, 2.21, 48.9, 48.91)}
<gmd:geographicElement><gmd:EX_GeographicDescription><gmd:geographicIdentifier><gmd:MD_Identifier><gmd:code>${c('92007')}</gmd:code></gmd:MD_Identifier></gmd:geographicIdentifier></gmd:EX_GeographicDescription></gmd:geographicElement>
<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent><gml:TimePeriod gml:id="p"><gml:beginPosition>2018-03-01</gml:beginPosition><gml:endPosition>2019-10-31</gml:endPosition></gml:TimePeriod></gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement></gmd:EX_Extent></gmd:extent>
</gmd:MD_DataIdentification></gmd:identificationInfo>
<gmd:distributionInfo><gmd:MD_Distribution><gmd:distributionFormat><gmd:MD_Format><gmd:name>${c('Shapefile')}</gmd:name><gmd:version>${c('1.0')}</gmd:version></gmd:MD_Format></gmd:distributionFormat><gmd:distributionFormat><gmd:MD_Format><gmd:name>${c('GeoPackage')}</gmd:name><gmd:version>${c('1.3')}</gmd:version></gmd:MD_Format></gmd:distributionFormat></gmd:MD_Distribution></gmd:distributionInfo>
<gmd:dataQualityInfo><gmd:DQ_DataQuality>${conformance(anchor('RÈGLEMENT (UE) N o 1089/2010', 'http://data.europa.eu/eli/reg/2010/1089'), '2010-12-08', true)}${conformance(c('Guide local'), '2015-06-01', false)}
<gmd:lineage><gmd:LI_Lineage><gmd:statement>${c('Modélisation depuis les comptages.')}</gmd:statement></gmd:LI_Lineage></gmd:lineage></gmd:DQ_DataQuality></gmd:dataQualityInfo>
</gmd:MD_Metadata>`;

const service = `${head}
<gmd:fileIdentifier>${c('service-1')}</gmd:fileIdentifier>
<gmd:language>${c('eng')}</gmd:language>
<gmd:hierarchyLevel>${code('MD_ScopeCode', 'service')}</gmd:hierarchyLevel>
<gmd:contact>${party('Autre service', 'pointOfContact')}</gmd:contact>
<gmd:dateStamp><gco:Date>2021-01-01</gco:Date></gmd:dateStamp>
<gmd:identificationInfo><srv:SV_ServiceIdentification>
<gmd:citation><gmd:CI_Citation><gmd:title>${c('Service de cartes')}</gmd:title>${date('2021-01-01', 'creation')}</gmd:CI_Citation></gmd:citation>
<gmd:abstract>${c('Donne des images.')}</gmd:abstract>
<srv:serviceType><gco:LocalName>view</gco:LocalName></srv:serviceType><srv:serviceTypeVersion>${c('1.3.0')}</srv:serviceTypeVersion>
<srv:coupledResource><srv:SV_CoupledResource><srv:operationName>${c('GetMap')}</srv:operationName><srv:identifier>${c('jeu-1')}</srv:identifier></srv:SV_CoupledResource></srv:coupledResource>
<srv:couplingType>${code('SV_CouplingType', 'tight').replace('gmd:', 'srv:')}</srv:couplingType>
<srv:containsOperations><srv:SV_OperationMetadata><srv:operationName>${c('GetCapabilities')}</srv:operationName></srv:SV_OperationMetadata></srv:containsOperations>
<srv:operatesOn uuidref="https://id.example.org/bruit" xlink:href="https://x.example.org/csw?service=CSW&amp;request=GetRecordById&amp;id=jeu-1#abc"/>
</srv:SV_ServiceIdentification></gmd:identificationInfo>
</gmd:MD_Metadata>`;

/** Almost nothing is told of it: negations find it. */
const bare = `${head}<gmd:fileIdentifier>${c('nue-1')}</gmd:fileIdentifier><gmd:identificationInfo><gmd:MD_DataIdentification/></gmd:identificationInfo></gmd:MD_Metadata>`;
const all = ['jeu-1', 'nue-1', 'service-1'];

let world: TestDatabase;
let doors: Doors;

beforeAll(async () => {
  world = await testDatabase();
  const { database } = world;
  await database.transaction({ role: 'owner' }, async session => {
    for (const document of [dataset, service, bare])
      await importFreeRecord(session, recordPreparer, document, { owner: null, visibility: 'public', scope: null }, '2026-06-15T08:00:00Z');
    // the only one that no document tells
    await session.rows(`update geomig.record set kind = 'pooled' where identifier = 'jeu-1'`);
  });
  doors = doorsWith(
    openRecords({
      database,
      types: recordTypes(1),
      filter: { op: 'in', property: 'visibility', values: ['public'] },
      owner: null,
      generation: 1,
    }),
  );
});
afterAll(() => world.close());

const found = (answer: Answer): string[] => {
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
  return (answer.root.child('SearchResults')?.children ?? [])
    .map(record => record.child('identifier', 'http://purl.org/dc/elements/1.1/')?.text ?? '')
    .sort();
};
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const ask = async (filter: string): Promise<string[]> =>
  found(
    await post(
      `<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" service="CSW" version="2.0.2" resultType="results"><csw:Query typeNames="csw:Record"><csw:ElementSetName>brief</csw:ElementSetName><csw:Constraint version="1.1.0"><ogc:Filter>${filter}</ogc:Filter></csw:Constraint></csw:Query></csw:GetRecords>`,
      doors,
    ),
  );
const cql = async (text: string): Promise<string[]> =>
  found(
    await get(
      `service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results&elementSetName=brief&constraintLanguage=CQL_TEXT&constraint=${encodeURIComponent(text)}`,
      doors,
    ),
  );
const equal = (name: string, value: string, operator = 'EqualTo'): string =>
  `<ogc:PropertyIs${operator}><ogc:PropertyName>${escape(name)}</ogc:PropertyName><ogc:Literal>${escape(value)}</ogc:Literal></ogc:PropertyIs${operator}>`;
const not = (filter: string): string => `<ogc:Not>${filter}</ogc:Not>`;

/** Queryable, values of which each must find it, the record. */
const cases: readonly (readonly [string, readonly string[], string])[] = [
  ['Identifier', ['jeu-1'], 'jeu-1'],
  ['ResourceIdentifier', ['bruit', 'https://id.example.org/bruit', 'autre', 'https://id.example.org/autre'], 'jeu-1'],
  ['Title', ['Carte du bruit routier'], 'jeu-1'],
  ['AlternateTitle', ['CBR 92'], 'jeu-1'],
  ['Abstract', ['Niveaux sonores le long des voies.'], 'jeu-1'],
  ['Edition', ['3e'], 'jeu-1'],
  ['Subject', ['Bruit, son', 'Santé', 'http://theme.example.org/sante', 'environment'], 'jeu-1'],
  ['KeywordType', ['theme'], 'jeu-1'],
  ['TopicCategory', ['environment', 'health'], 'jeu-1'],
  ['Type', ['dataset'], 'jeu-1'],
  ['Language', ['fre', 'fra', 'fr'], 'jeu-1'],
  ['ResourceLanguage', ['ger', 'deu'], 'jeu-1'],
  ['Modified', ['2026-05-04T10:20:30Z', '2026-05-04T12:20:30+02:00', '2026-05-04', '2026-05', '2026'], 'jeu-1'],
  ['CreationDate', ['2019', '2019-01-01'], 'jeu-1'],
  ['PublicationDate', ['2020-05', '2020', '2023-11-30', '2023-11', '2023'], 'jeu-1'],
  ['RevisionDate', ['2024-02-29', '2024-02', '2024'], 'jeu-1'],
  ['Date', ['2024-02-29', '2024'], 'jeu-1'],
  ['TempExtent_begin', ['2018-03-01', '2018-03', '2018'], 'jeu-1'],
  ['TempExtent_end', ['2019-10-31', '2019'], 'jeu-1'],
  ['TemporalExtent', ['2018-07-14', '2019-10', '2018', '2019-01-01T00:00:00Z'], 'jeu-1'],
  ['GeographicDescriptionCode', ['92007'], 'jeu-1'],
  ['Denominator', ['5000', '25000'], 'jeu-1'],
  ['DistanceValue', ['0.5'], 'jeu-1'],
  ['DistanceUOM', ['m'], 'jeu-1'],
  ['SpatialResolution', ['5000', '25000', '0.5'], 'jeu-1'],
  [
    'CRS',
    [
      'EPSG:2154',
      'epsg:2154',
      '2154',
      'urn:ogc:def:crs:EPSG::2154',
      'urn:x-ogc:def:crs:EPSG:6.11:2154',
      'http://www.opengis.net/def/crs/EPSG/0/2154',
      'RGF93 / Lambert-93',
    ],
    'jeu-1',
  ],
  ['Format', ['Shapefile', 'GeoPackage'], 'jeu-1'],
  ['OrganisationName', ['Ville de Bagneux', 'Service carte'], 'jeu-1'],
  ['Creator', ['Ville de Bagneux'], 'jeu-1'],
  ['Publisher', ['Éditions du plan'], 'jeu-1'],
  ['Contributor', ['Bureau d’études'], 'jeu-1'],
  ['Rights', ['Licence Ouverte', 'Ne pas zoomer', 'http://limits.example.org/noLimitations'], 'jeu-1'],
  ['Relation', ['jeu-voisin'], 'jeu-1'],
  ['HasSecurityConstraints', ['true', '1'], 'jeu-1'],
  ['ParentIdentifier', ['collection-7'], 'jeu-1'],
  ['ServiceType', ['view'], 'service-1'],
  ['ServiceTypeVersion', ['1.3.0'], 'service-1'],
  ['Operation', ['GetCapabilities'], 'service-1'],
  ['CouplingType', ['tight'], 'service-1'],
  ['OperatesOn', ['https://id.example.org/bruit', 'jeu-1'], 'service-1'],
  ['OperatesOnIdentifier', ['jeu-1'], 'service-1'],
  ['OperatesOnName', ['GetMap'], 'service-1'],
  ['Degree', ['true'], 'jeu-1'],
  ['SpecificationTitle', ['RÈGLEMENT (UE) N o 1089/2010', 'http://data.europa.eu/eli/reg/2010/1089', 'Guide local'], 'jeu-1'],
  ['SpecificationDate', ['2010-12-08', '2010', '2015-06'], 'jeu-1'],
  ['SpecificationDateType', ['publication'], 'jeu-1'],
  ['AccessConstraints', ['otherRestrictions'], 'jeu-1'],
  ['OtherConstraints', ['Pas de restriction', 'http://limits.example.org/noLimitations', 'Licence Ouverte'], 'jeu-1'],
  ['Classification', ['restricted'], 'jeu-1'],
  ['ConditionApplyingToAccessAndUse', ['Ne pas zoomer', 'Licence Ouverte'], 'jeu-1'],
  ['Lineage', ['Modélisation depuis les comptages.'], 'jeu-1'],
  ['ResponsiblePartyRole', ['owner', 'processor'], 'jeu-1'],
  ['kind', ['pooled'], 'jeu-1'],
];

test('the table knows every queryable', () => {
  const known = [...queryables.map(queryable => queryable.name), ...doubleQueryables];
  expect(cases.map(([name]) => name).sort()).toEqual(known.sort());
});

test.each(cases)('%s: by value and by negation', async (name, values, record) => {
  for (const value of values) {
    expect([value, await ask(equal(name, value))]).toEqual([value, [record]]);
    expect([value, 'not', await ask(not(equal(name, value)))]).toEqual([value, 'not', all.filter(one => one !== record)]);
    const quoted = value.replaceAll("'", "''");
    expect([value, 'CQL', await cql(`${name} = '${quoted}'`)]).toEqual([value, 'CQL', [record]]);
    expect([value, 'CQL', await cql(`NOT apiso:${name} = '${quoted}'`)]).toEqual([value, 'CQL', all.filter(one => one !== record)]);
  }
});

test.each(cases)('%s: by every spelling of its name', async (name, [value = ''], record) => {
  const queryable = queryables.find(one => one.name === name);
  const spellings = [name, `apiso:${name}`, `APISO:${name.toUpperCase()}`, name.toLowerCase(), `csw:${name}`, ...(queryable?.names ?? [])];
  for (const path of queryable?.paths ?? []) {
    const [steps = '', dateType] = path.split('#');
    const full = steps.replaceAll('*', record === 'service-1' ? 'SV_ServiceIdentification' : 'MD_DataIdentification');
    // a path names a date's type by a predicate
    if (dateType === undefined) spellings.push(`/gmd:${steps.replaceAll('/', '/gmd:').replaceAll('gmd:*', '*')}`);
    else spellings.push(`${full.replace('/date/Date', '')}[dateType/*/@codeListValue='${dateType}']/date/Date`);
  }
  for (const spelling of spellings) expect([spelling, await ask(equal(spelling, value))]).toEqual([spelling, [record]]);
});

test.each([
  'http://purl.org/dc/elements/1.1/title',
  '{http://purl.org/dc/elements/1.1/}title',
  '/csw:Record/dc:title',
  'dct:title',
  '//gmd:title',
  '/gmd:MD_Metadata/gmd:identificationInfo[1]/gmd:MD_DataIdentification/gmd:citation/gmd:CI_Citation/gmd:title/gco:CharacterString/text()',
  './/gmd:identificationInfo/*/gmd:citation/*/gmd:title/gmx:Anchor',
])('%s is the title', async name => {
  expect(await ask(equal(name, 'Carte du bruit routier'))).toEqual(['jeu-1']);
  expect(await cql(`"${name}" = 'Carte du bruit routier'`)).toEqual(['jeu-1']);
});

test.each<[string, readonly string[]]>([
  // numbers are numbers
  ['Denominator < 9', []],
  ['Denominator < 6000', ['jeu-1']],
  ['Denominator BETWEEN 20000 AND 30000', ['jeu-1']],
  ['Denominator BETWEEN 6000 AND 20000', []],
  ['Denominator IN (1, 25000)', ['jeu-1']],
  ['NOT Denominator > 100', ['nue-1', 'service-1']],
  ['SpatialResolution < 1', ['jeu-1']],
  ['SpatialResolution IS NULL', ['nue-1', 'service-1']],
  // partial dates are ranges
  ['CreationDate < 2019', []],
  ['CreationDate <= 2019', ['jeu-1']],
  ['CreationDate >= 2021', ['service-1']],
  ['PublicationDate BETWEEN 2023-11 AND 2023-12', ['jeu-1']],
  ['RevisionDate DURING 2024-01-01/2024-12-31', ['jeu-1']],
  ['RevisionDate AFTER 2024', []],
  ['Modified BEFORE 2022-01-01', ['service-1']],
  ['Modified BEFORE OR DURING 2021-01-01/2026-12-31', ['jeu-1', 'service-1']],
  // the extent in time is one thing
  ['TemporalExtent > 2019-11', []],
  ['TemporalExtent >= 2019-10', ['jeu-1']],
  ['TemporalExtent < 2018-03-02', ['jeu-1']],
  ['TemporalExtent < 2018-03-01', []],
  ['TemporalExtent BETWEEN 2010 AND 2018', ['jeu-1']],
  ['TemporalExtent DURING 2018-01-01/2019-12-31', ['jeu-1']],
  ['TemporalExtent DURING 2018-04-01/2019-12-31', []],
  ['TemporalExtent BEFORE 2020-01-01', ['jeu-1']],
  ['TemporalExtent AFTER 2020-01-01', []],
  ['NOT TemporalExtent = 2030', all],
  ['TemporalExtent <> 2030', ['jeu-1']],
  ['TemporalExtent IS NULL', ['nue-1', 'service-1']],
  // absence
  ['Lineage EXISTS', ['jeu-1']],
  ['ServiceType DOES-NOT-EXIST', ['jeu-1', 'nue-1']],
  ['Subject IS NULL', ['nue-1', 'service-1']],
  // one result among several
  ['Degree = false', []],
  // texts of several values, patterns
  ["Subject LIKE 'Bruit%'", ['jeu-1']],
  ["Subject ILIKE 'santé'", ['jeu-1']],
  ["OrganisationName LIKE '%service%'", ['service-1']],
  ["OrganisationName ILIKE '%service%'", ['jeu-1', 'service-1']],
  ["Title LIKE 'Carte d_ bruit%'", ['jeu-1']],
  // all texts
  ["AnyText LIKE '%sonore%' AND NOT AnyText LIKE '%image%'", ['jeu-1']],
  ["AnyText = 'MODELISATION comptage'", ['jeu-1']],
  ["AnyText LIKE '%SANTE%'", ['jeu-1']],
  ["AnyText LIKE 'des'", ['jeu-1', 'service-1']],
  ["AnyText LIKE 'le des'", []],
  ["AnyText = 'le long des'", ['jeu-1']],
  ["AnyText LIKE '%noLimitations%'", ['jeu-1']],
  ["AnyText LIKE '%CharacterString%'", []],
  // places; both boxes
  ['BBOX(ows:BoundingBox, 2.3, 48.8, 2.31, 48.805)', ['jeu-1']],
  ['BBOX(BoundingBox, 2.205, 48.905, 2.206, 48.906)', ['jeu-1']],
  ['BBOX(the_geom, 2.25, 48.85, 2.26, 48.86)', []],
  ['NOT BBOX(the_geom, 2.3, 48.8, 2.31, 48.805)', ['nue-1', 'service-1']],
  ["BBOX(BoundingBox, 48.8, 2.3, 48.805, 2.31, 'urn:ogc:def:crs:EPSG::4326')", ['jeu-1']],
  ["BBOX(BoundingBox, 649000, 6855000, 650000, 6856500, 'EPSG:2154')", ['jeu-1']],
  ['INTERSECTS(BoundingBox, POINT(2.3 48.8))', ['jeu-1']],
  ['WITHIN(BoundingBox, POLYGON((2 48, 3 48, 3 49, 2 49, 2 48)))', ['jeu-1']],
  ['DISJOINT(BoundingBox, POINT(5 45))', ['jeu-1']],
  ['DWITHIN(BoundingBox, POINT(2.34 48.8), 1, kilometers)', ['jeu-1']],
  ['DWITHIN(BoundingBox, POINT(2.34 48.8), 100, meters)', []],
  ['BEYOND(BoundingBox, POINT(2.34 48.8), 100, meters)', ['jeu-1']],
])('%s', async (text, expected) => {
  expect(await cql(text)).toEqual(expected);
});

test('values of numbers, instants and days come in their own order', async () => {
  const answer = await get(
    'service=CSW&version=2.0.2&request=GetDomain&propertyName=Denominator,Modified,PublicationDate,HasSecurityConstraints,Subject',
    doors,
  );
  const values = answer.root.children.map(domain => domain.child('ListOfValues')?.children.map(value => value.text));
  expect(values).toEqual([
    ['5000', '25000'],
    ['2021-01-01T00:00:00Z', '2026-05-04T10:20:30Z'],
    ['2020-05-01', '2023-11-30'],
    ['false', 'true'],
    ['Bruit, son', 'environment', 'health', 'http://theme.example.org/sante', 'Santé'],
  ]);
});
