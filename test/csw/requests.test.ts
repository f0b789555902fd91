// What clients send, and what the catalogue understands of it; exceptions with code and locator; paging arithmetic.
import { completeRecord } from '../../catalogue/derive';
import { writeDublinCore } from '../../catalogue/dublin-core';
import { recordFromFields } from '../../catalogue/fields';
import { pruneIso } from '../../catalogue/iso19139-prune';
import { writeIso } from '../../catalogue/iso19139-write';
import type { Filter } from '../../server/core/filter/filter';
import type { RecordForm } from '../../server/core/ports/doors';
import { readXml } from '../../server/core/xml/read';
import type { ElementSet } from '../../catalogue/dublin-core';
import { trees, written } from '../catalogue/fixtures';
import { describeWith, tools } from '../setup/needs';
import { xsdAvailable, xsdErrors } from '../setup/xsd';
import { cswEndpoint } from '../../server/services/csw/endpoint';
import { Kvp } from '../../server/services/ows/kvp';
import { blank, contextFor, doorsWith, exception, FakeRecords, get, paging, post } from './harness';

const record = {
  ...completeRecord(recordFromFields({ ...written }), trees),
  periods: [{ begin: '2020', end: '2021' }],
  dateStamp: '2026-06-15T08:00:00Z',
};
const iso = readXml(writeIso(record));

function documentOf(position: number, form: RecordForm): { identifier: string; xml: string } {
  const [schema, set] = form.split(':') as [string, ElementSet];
  const identifier = position === 0 ? record.identifier : `n${position}`;
  const one = { ...record, identifier };
  return { identifier: identifier ?? '', xml: schema === 'csw' ? writeDublinCore(one, set) : pruneIso(iso, set, 'public') };
}

const records = (matched = 3): FakeRecords => new FakeRecords(matched, documentOf);
const kvp = (more: string, request = 'GetRecords'): string => `service=CSW&version=2.0.2&request=${request}&${more}`;
const all = 'typeNames=csw:Record&resultType=results';
const query = (inside: string, head = ''): string =>
  `<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" service="CSW" version="2.0.2" ${head}><csw:Query typeNames="csw:Record">${inside}</csw:Query></csw:GetRecords>`;
const filtered = (filter: string): string =>
  query(`<csw:Constraint version="1.1.0"><ogc:Filter>${filter}</ogc:Filter></csw:Constraint>`, 'resultType="results"');

async function filterOf(document: string, scope: string | null = null): Promise<Filter | undefined> {
  const source = records();
  const answer = await post(document, doorsWith(source), contextFor(scope));
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
  return source.asked[0]?.filter;
}

describe('paging (matched, returned, next)', () => {
  test.each([
    ['first page of two', 25, `${all}&maxRecords=10`, ['25', '10', '11']],
    ['last page', 25, `${all}&startPosition=21`, ['25', '5', '0']],
    ['a page that ends with the last record', 20, `${all}&startPosition=11`, ['20', '10', '0']],
    ['past the end', 25, `${all}&startPosition=26`, ['25', '0', '0']],
    ['nothing matches', 0, all, ['0', '0', '0']],
    ['maxRecords=0', 25, `${all}&maxRecords=0`, ['25', '0', '1']],
    ['hits by default', 25, 'typeNames=csw:Record', ['25', '0', '1']],
    ['startPosition=0 is the first', 25, `${all}&startPosition=0&maxRecords=2`, ['25', '2', '3']],
    ['startPosition 3 with 5', 12, `${all}&startPosition=3&maxRecords=5`, ['12', '5', '8']],
    ['more than is given at once', 6000, `${all}&maxRecords=100000&elementSetName=brief`, ['6000', '5000', '5001']],
  ])('%s', async (_name, matched, more, expected) => {
    const source = records(matched);
    const answer = await get(kvp(more), doorsWith(source));
    expect(paging(answer)).toEqual(expected);
    expect(answer.root.child('SearchResults')?.children.length).toBe(Number(expected[1]));
    expect([source.opened, source.closed]).toEqual([1, 1]);
  });
});

describe('exceptions: OWS 1.0 report, HTTP 400, code and locator', () => {
  test.each([
    ['typeNames missing', kvp('resultType=results'), 'MissingParameterValue', 'typeNames'],
    ['type of an element set', kvp('typeNames=csw:BriefRecord'), 'InvalidParameterValue', 'typeNames'],
    ['unknown type', kvp('typeNames=toto:Tata'), 'InvalidParameterValue', 'typeNames'],
    ['output format', kvp(`${all}&outputFormat=text/csv`), 'InvalidParameterValue', 'outputFormat'],
    ['output schema', kvp(`${all}&outputSchema=urn:x`), 'InvalidParameterValue', 'outputSchema'],
    ['element set', kvp(`${all}&elementSetName=huge`), 'InvalidParameterValue', 'ElementSetName'],
    ['element name', kvp(`${all}&elementName=dc:colour`), 'InvalidParameterValue', 'ElementName'],
    ['result type', kvp('typeNames=csw:Record&resultType=all'), 'InvalidParameterValue', 'resultType'],
    ['start position', kvp(`${all}&startPosition=-1`), 'InvalidParameterValue', 'startPosition'],
    ['absurd number', kvp(`${all}&maxRecords=1e999`), 'InvalidParameterValue', 'maxRecords'],
    ['constraint language', kvp(`${all}&constraintLanguage=SQL&constraint=x`), 'InvalidParameterValue', 'CONSTRAINTLANGUAGE'],
    [
      'broken CQL',
      kvp(`${all}&constraintLanguage=CQL_TEXT&constraint=${encodeURIComponent('title LIKE')}`),
      'InvalidParameterValue',
      'Constraint',
    ],
    [
      'broken filter',
      kvp(`${all}&constraintLanguage=FILTER&constraint=${encodeURIComponent('<Filter><And>')}`),
      'InvalidParameterValue',
      'Constraint',
    ],
    [
      'unknown queryable',
      kvp(`${all}&constraintLanguage=CQL_TEXT&constraint=${encodeURIComponent("colour = 'red'")}`),
      'InvalidParameterValue',
      'colour',
    ],
    [
      'name of the charter',
      kvp(`${all}&constraintLanguage=CQL_TEXT&constraint=${encodeURIComponent("visibility = 'owner'")}`),
      'InvalidParameterValue',
      'visibility',
    ],
    ['sort by text', kvp(`${all}&sortBy=AnyText:A`), 'InvalidParameterValue', 'SortBy'],
    ['too many sort keys', kvp(`${all}&sortBy=${Array(30).fill('title').join(',')}`), 'InvalidParameterValue', 'SortBy'],
    ['sort by box', kvp(`${all}&sortBy=ows:BoundingBox`), 'InvalidParameterValue', 'SortBy'],
    ['sort by nothing known', kvp(`${all}&sortBy=colour:D`), 'InvalidParameterValue', 'SortBy'],
    ['asynchronous answer', kvp(`${all}&responseHandler=mailto:x@example.org`), 'OperationNotSupported', 'ResponseHandler'],
    ['id missing', kvp('', 'GetRecordById'), 'MissingParameterValue', 'id'],
    ['operation', kvp('', 'Transmogrify'), 'OperationNotSupported', 'Transmogrify'],
    ['request missing', 'service=CSW&version=2.0.2', 'MissingParameterValue', 'request'],
    ['service', 'service=WFS&request=GetCapabilities', 'InvalidParameterValue', 'service'],
    ['version negotiation', 'service=CSW&request=GetCapabilities&acceptVersions=1.0.0', 'VersionNegotiationFailed', 'acceptversions'],
    ['section', 'service=CSW&request=GetCapabilities&sections=Nothing', 'InvalidParameterValue', 'sections'],
    ['unqualified type to describe', kvp('typeName=Record', 'DescribeRecord'), 'InvalidParameterValue', 'TypeName'],
    [
      'prefix bound to another namespace',
      kvp(`typeName=csw:Record&namespace=${encodeURIComponent('xmlns(csw=urn:x)')}`, 'DescribeRecord'),
      'InvalidParameterValue',
      'TypeName',
    ],
    ['schema language', kvp('schemaLanguage=RELAXNG', 'DescribeRecord'), 'InvalidParameterValue', 'schemaLanguage'],
  ])('%s', async (_name, request, code, locator) => {
    const source = records();
    const answer = await get(request, doorsWith(source));
    expect(exception(answer)).toEqual([400, code, locator]);
    expect(answer.root.is('ExceptionReport', 'http://www.opengis.net/ows')).toBe(true);
    expect(answer.root.attribute('version')).toBe('1.2.0');
    expect(source.opened).toBe(source.closed);
    if (xsdAvailable) expect(xsdErrors(answer.text, 'schemas.opengis.net/ows/1.0.0/owsAll.xsd')).toEqual([]);
  });

  test.each([
    ['truncated', '<csw:GetRecords', 'NoApplicableCode', undefined],
    ['DOCTYPE', '<!DOCTYPE x><csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"/>', 'NoApplicableCode', undefined],
    [
      'no query',
      '<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2"/>',
      'MissingParameterValue',
      'Query',
    ],
    [
      'filter of another version',
      query(
        '<csw:Constraint version="1.1.0"><fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0"><fes:PropertyIsNull><fes:ValueReference>title</fes:ValueReference></fes:PropertyIsNull></fes:Filter></csw:Constraint>',
      ),
      'InvalidParameterValue',
      'Constraint',
    ],
    [
      'a function',
      filtered('<ogc:PropertyIsEqualTo><ogc:Function name="area"/><ogc:Literal>1</ogc:Literal></ogc:PropertyIsEqualTo>'),
      'InvalidParameterValue',
      'Function',
    ],
    [
      'a box on what is no geometry',
      filtered(
        '<ogc:BBOX><ogc:PropertyName>dct:spatial</ogc:PropertyName><gml:Envelope><gml:lowerCorner>1 1</gml:lowerCorner><gml:upperCorner>2 2</gml:upperCorner></gml:Envelope></ogc:BBOX>',
      ),
      'InvalidParameterValue',
      'GeographicDescriptionCode',
    ],
    [
      'a date that is none',
      filtered(
        '<ogc:PropertyIsLessThan><ogc:PropertyName>dc:date</ogc:PropertyName><ogc:Literal>soon</ogc:Literal></ogc:PropertyIsLessThan>',
      ),
      'InvalidParameterValue',
      'Date',
    ],
    ['an unknown root', '<x xmlns="urn:x"/>', 'OperationNotSupported', 'x'],
  ])('by POST: %s', async (_name, document, code, locator) => {
    expect(exception(await post(document, doorsWith(records())))).toEqual([400, code, locator]);
  });
});

describe('names of queryables, as clients write them', () => {
  test.each([
    'apiso:Title',
    'dc:title',
    'title',
    'Title',
    'APISO:TITLE',
    '/csw:Record/dc:title',
    '/gmd:MD_Metadata/gmd:identificationInfo/gmd:MD_DataIdentification/gmd:citation/gmd:CI_Citation/gmd:title/gco:CharacterString',
  ])('%s is the title', async name => {
    const filter = await filterOf(
      filtered(`<ogc:PropertyIsEqualTo><ogc:PropertyName>${name}</ogc:PropertyName><ogc:Literal>x</ogc:Literal></ogc:PropertyIsEqualTo>`),
    );
    expect(filter).toMatchObject({ op: 'compare', left: { name: 'Title' } });
  });

  test('the harvester of data.gouv.fr: apiso:type in an Or, sorted by apiso:identifier', async () => {
    const source = records(40);
    const types = ['dataset', 'nonGeographicDataset', 'series', 'service']
      .map(
        type =>
          `<ogc:PropertyIsEqualTo><ogc:PropertyName>apiso:type</ogc:PropertyName><ogc:Literal>${type}</ogc:Literal></ogc:PropertyIsEqualTo>`,
      )
      .join('');
    const answer = await post(
      `<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:ogc="http://www.opengis.net/ogc" service="CSW" version="2.0.2" resultType="results" outputFormat="application/xml" startPosition="26" maxRecords="25" outputSchema="http://www.isotc211.org/2005/gmd"><csw:Query typeNames="gmd:MD_Metadata"><csw:ElementSetName>full</csw:ElementSetName><csw:Constraint version="1.1.0"><ogc:Filter><ogc:Or>${types}</ogc:Or></ogc:Filter></csw:Constraint><ogc:SortBy><ogc:SortProperty><ogc:PropertyName>apiso:identifier</ogc:PropertyName><ogc:SortOrder>ASC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy></csw:Query></csw:GetRecords>`,
      doorsWith(source),
    );
    expect(paging(answer)).toEqual(['40', '15', '0']);
    expect(source.asked.at(-1)).toMatchObject({
      form: 'gmd:full',
      query: { start: 25, count: 15, sort: [{ property: 'Identifier', descending: false }] },
    });
  });

  test('a language whose prefix is not declared, by its other code (INSPIRE validator)', async () => {
    const filter = await filterOf(
      filtered(
        '<ogc:PropertyIsEqualTo><ogc:PropertyName>apiso:Language</ogc:PropertyName><ogc:Literal>fra</ogc:Literal></ogc:PropertyIsEqualTo>',
      ),
    );
    expect(filter).toMatchObject({ left: { name: 'Language' }, right: { value: 'fre' } });
  });

  test('FeatureId names records by their identifier', async () => {
    expect(await filterOf(filtered('<ogc:FeatureId fid="urn:uuid:1"/>'))).toEqual({
      op: 'in',
      property: 'Identifier',
      values: ['urn:uuid:1'],
    });
  });

  test('GeoNetwork: CQL with BBOX(the_geom, …) is lon lat', async () => {
    const source = records();
    await get(
      kvp(
        `${all}&constraintLanguage=CQL_TEXT&constraint=${encodeURIComponent("BBOX(the_geom, 2, 48, 3, 49) AND csw:AnyText LIKE '%école%'")}`,
      ),
      doorsWith(source),
    );
    const filter = source.asked[0]?.filter;
    expect(filter).toMatchObject({
      op: 'and',
      parts: [
        {
          op: 'spatial',
          property: 'BoundingBox',
          geometry: {
            geometry: {
              coordinates: [
                [
                  [2, 48],
                  [3, 48],
                  [3, 49],
                  [2, 49],
                  [2, 48],
                ],
              ],
            },
          },
        },
        { op: 'like', property: 'AnyText' },
      ],
    });
  });
});

describe('axis order of boxes', () => {
  const box = (srs: string, low: string, high: string): string =>
    filtered(
      `<ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope${srs}><gml:lowerCorner>${low}</gml:lowerCorner><gml:upperCorner>${high}</gml:upperCorner></gml:Envelope></ogc:BBOX>`,
    );
  const lowest = (filter: Filter | undefined): unknown =>
    filter?.op === 'spatial' && filter.geometry.geometry.type === 'Polygon' ? filter.geometry.geometry.coordinates[0]?.[0] : null;

  test.each([
    ['URN: lat lon (MetaSearch)', ' srsName="urn:ogc:def:crs:EPSG::4326"', '48 2', '49 3', null, [2, 48]],
    ['x-ogc URN of the suite', ' srsName="urn:x-ogc:def:crs:EPSG:6.11:4326"', '48 2', '49 3', null, [2, 48]],
    ['CRS84: lon lat', ' srsName="urn:ogc:def:crs:OGC:1.3:CRS84"', '2 48', '3 49', null, [2, 48]],
    ['none: lat lon', '', '48 2', '49 3', null, [2, 48]],
    ['none, but lon lat makes sense only (GeoNetwork)', '', '2 48', '3 49', null, [2, 48]],
    ['none in a conformance scope: as written', '', '2 48', '3 49', 'cite', [48, 2]],
    ['the whole earth in lon lat', '', '-180 -90', '180 90', null, [-180, -90]],
    ['elsewhere on earth stays lat lon', '', '-30 100', '-20 120', null, [100, -30]],
  ])('%s', async (_name, srs, low, high, scope, expected) => {
    expect(lowest(await filterOf(box(srs, low, high), scope))).toEqual(expected);
  });
});

describeWith([tools.schemas], 'answers and their schemas', () => {
  const schema = 'entry/csw202-iso2007.xsd';
  const validIn = (text: string): string[] => xsdErrors(text, schema);

  test.each(
    ['brief', 'summary', 'full'].flatMap(set =>
      ['http://www.opengis.net/cat/csw/2.0.2', 'http://www.isotc211.org/2005/gmd'].map(output => [set, output] as const),
    ),
  )('GetRecords %s in %s is valid', async (set, output) => {
    const answer = await get(
      kvp(`${all}&elementSetName=${set}&outputSchema=${encodeURIComponent(output)}&requestId=urn:x:1`),
      doorsWith(records()),
    );
    expect(validIn(answer.text)).toEqual([]);
    expect(answer.root.child('RequestId')?.text).toBe('urn:x:1');
  });

  test('DescribeRecord, GetRecordById, hits and validate are valid', async () => {
    const requests = [
      kvp('', 'DescribeRecord'),
      kvp(`typeName=csw:Record&namespace=${encodeURIComponent('xmlns(csw=http://www.opengis.net/cat/csw/2.0.2)')}`, 'DescribeRecord'),
      kvp('id=fr-219200029-arbres,autre', 'GetRecordById'),
      kvp('typeNames=csw:Record'),
      kvp('typeNames=csw:Record&resultType=validate'),
    ];
    for (const request of requests) expect([request, validIn((await get(request, doorsWith(records()))).text)]).toEqual([request, []]);
    const posted = await post(query('<csw:ElementSetName>brief</csw:ElementSetName>', 'resultType="validate"'), doorsWith(records()));
    expect(posted.root.name).toBe('Acknowledgement');
    expect(posted.root.child('EchoedRequest')?.children[0]?.is('GetRecords', 'http://www.opengis.net/cat/csw/2.0.2')).toBe(true);
    expect(validIn(posted.text)).toEqual([]);
  });
});

describe('answers', () => {
  test('ids are distinct on one page, and references within a record follow', async () => {
    const answer = await get(
      kvp(`${all}&elementSetName=full&outputSchema=${encodeURIComponent('http://www.isotc211.org/2005/gmd')}`),
      doorsWith(records()),
    );
    const ids = [...answer.text.matchAll(/\s(?:gml:)?id="([^"]+)"/g)].map(match => match[1]);
    expect(ids.length).toBeGreaterThan(6);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...answer.text.matchAll(/locale="#([^"]+)"/g)].every(match => ids.includes(match[1]))).toBe(true);
  });

  test('GetRecordById: summary unless told, in the order asked, unknown ids absent', async () => {
    const source = new FakeRecords(2, position => documentOf(position, 'csw:summary'));
    const answer = await get(kvp('id=nobody,n1,fr-219200029-arbres', 'GetRecordById'), doorsWith(source));
    expect(answer.root.children.map(child => [child.name, child.child('identifier', 'http://purl.org/dc/elements/1.1/')?.text])).toEqual([
      ['SummaryRecord', 'n1'],
      ['SummaryRecord', 'fr-219200029-arbres'],
    ]);
    expect(source.asked[0]).toMatchObject({
      form: 'csw:summary',
      filter: { op: 'in', property: 'Identifier', values: ['nobody', 'n1', 'fr-219200029-arbres'] },
    });
    const none = await get(kvp('id=nobody', 'GetRecordById'), doorsWith(new FakeRecords(0, () => documentOf(0, 'csw:summary'))));
    expect([none.status, none.root.name, none.root.children.length]).toEqual([200, 'GetRecordByIdResponse', 0]);
  });

  test('ElementName gives these elements only', async () => {
    const csw = await get(kvp(`${all}&elementName=dc:identifier,dc:title`), doorsWith(records(1)));
    expect(csw.root.child('SearchResults')?.children[0]?.children.map(child => child.name)).toEqual(['identifier', 'title']);
    const gmd = await get(
      kvp(`${all}&elementName=apiso:Identifier&outputSchema=${encodeURIComponent('http://www.isotc211.org/2005/gmd')}`),
      doorsWith(records(1)),
    );
    expect(gmd.root.child('SearchResults')?.children[0]?.children.map(child => child.name)).toEqual(['fileIdentifier']);
  });

  test('the source is closed when the client goes in the middle of a page', async () => {
    const source = records(100);
    const input = { ...blank, method: 'GET' as const, kvp: new Kvp(kvp(`${all}&maxRecords=50`)), body: null };
    const reply = await cswEndpoint().select(input).prepare(input, contextFor())(doorsWith(source));
    for await (const chunk of reply.body as AsyncIterable<string>) {
      expect(chunk).toContain('numberOfRecordsReturned="50"');
      break;
    }
    expect([source.opened, source.closed]).toEqual([1, 1]);
  });
});
