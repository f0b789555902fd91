// Spellings of requests that real clients send and the standard does not forbid: types, schemas, prefixes, orders, reference systems, services.
import type { Filter } from '../../server/core/filter/filter';
import { contextFor, doorsWith, exception, FakeRecords, get, post, type Answer } from './harness';

const csw = 'http://www.opengis.net/cat/csw/2.0.2';
const gmd = 'http://www.isotc211.org/2005/gmd';
const source = (): FakeRecords =>
  new FakeRecords(1, () => ({ identifier: 'a', xml: '<csw:Record xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"/>' }));
const kvp = (more: Readonly<Record<string, string>>): string =>
  new URLSearchParams({
    service: 'CSW',
    version: '2.0.2',
    request: 'GetRecords',
    typeNames: 'csw:Record',
    resultType: 'results',
    ...more,
  }).toString();
const ask = (more: Readonly<Record<string, string>>, records = source()): Promise<Answer> => get(kvp(more), doorsWith(records));

test.each([
  ['csw:Record'],
  ['gmd:MD_Metadata'],
  ['csw:Record,gmd:MD_Metadata'],
  ['gmd:MD_Metadata,csw:Record'],
  ['Record'],
  ['MD_Metadata'],
  ['csw:record'],
  ['CSW:Record'],
  ['gmd:md_metadata'],
])('typeNames=%s', async typeNames => {
  expect((await ask({ typeNames })).status).toBe(200);
});

test('TYPENAMES and TYPENAME, in any case', async () => {
  for (const name of ['typename', 'TypeNames', 'TYPENAMES'])
    expect((await get(`service=CSW&request=GetRecords&${name}=csw:Record`, doorsWith(source()))).status).toBe(200);
});

test.each([
  ['xmlns(csw=http://www.opengis.net/cat/csw/2.0.2)', 'csw:Record'],
  ['xmlns(csw,http://www.opengis.net/cat/csw/2.0.2)', 'csw:Record'],
  ['xmlns(http://www.opengis.net/cat/csw/2.0.2)', 'Record'],
  ['xmlns(cat=http://www.opengis.net/cat/csw/2.0.2),xmlns(iso=http://www.isotc211.org/2005/gmd)', 'iso:MD_Metadata,cat:Record'],
  ['xmlns(csw=http://www.opengis.net/cat/csw)', 'csw:Record'],
  ['csw:http://www.opengis.net/cat/csw/2.0.2', 'csw:Record'],
])('namespace=%s', async (namespace, typeNames) => {
  expect((await ask({ namespace, typeNames })).status).toBe(200);
});

test('a prefix that is bound elsewhere names no type', async () => {
  expect(exception(await ask({ namespace: 'xmlns(csw=urn:x)' }))).toEqual([400, 'InvalidParameterValue', 'typeNames']);
  expect(exception(await ask({ typeNames: 'csw:SummaryRecord' }))).toEqual([400, 'InvalidParameterValue', 'typeNames']);
});

test.each([
  [csw, csw],
  [`${csw}/`, csw],
  ['csw:Record', csw],
  ['OGCCORE', csw],
  [gmd, gmd],
  [`${gmd}/`, gmd],
  ['csw:IsoRecord', gmd],
  ['csw:IsoRecord'.toLowerCase(), gmd],
  ['gmd:MD_Metadata', gmd],
  ['own', gmd],
])('outputSchema=%s', async (outputSchema, schema) => {
  const answer = await ask({ outputSchema });
  expect(answer.root.child('SearchResults')?.attribute('recordSchema')).toBe(schema);
});

test.each(['application/xml', 'text/xml', 'application/xml; charset=UTF-8', 'APPLICATION/XML', ''])(
  'outputFormat=%s',
  async outputFormat => {
    expect((await ask({ outputFormat })).status).toBe(200);
  },
);

test.each([
  ['dc:title', [{ property: 'Title', descending: false }]],
  ['dc:title:A', [{ property: 'Title', descending: false }]],
  [
    'dc:title:D,apiso:Modified:ASC',
    [
      { property: 'Title', descending: true },
      { property: 'Modified', descending: false },
    ],
  ],
  ['title DESC', [{ property: 'Title', descending: true }]],
  ['dct:modified:desc', [{ property: 'Modified', descending: true }]],
])('sortBy=%s', async (sortBy, sort) => {
  const records = source();
  await ask({ sortBy }, records);
  expect(records.asked.at(-1)?.query?.sort).toEqual(sort);
});

test.each([
  ['CQL_TEXT', "title = 'x'"],
  ['cql_text', "title = 'x'"],
  ['', "title = 'x'"],
  ['FILTER', '<Filter><PropertyIsEqualTo><PropertyName>title</PropertyName><Literal>x</Literal></PropertyIsEqualTo></Filter>'],
  [
    'filter',
    '<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>dc:title</ogc:PropertyName><ogc:Literal>x</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>',
  ],
  [
    '',
    '<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc"><ogc:PropertyIsEqualTo><ogc:PropertyName>apiso:Title</ogc:PropertyName><ogc:Literal>x</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>',
  ],
])('constraintLanguage=%s with its constraint', async (constraintLanguage, constraint) => {
  const records = source();
  await ask({ constraintLanguage, constraint, constraint_language_version: '1.1.0' }, records);
  expect(records.asked[0]?.filter).toMatchObject({ op: 'compare', operator: '=', left: { name: 'Title' }, right: { value: 'x' } });
});

test('a fault of CQL says where it is', async () => {
  const answer = await ask({ constraintLanguage: 'CQL_TEXT', constraint: "title = 'x' AND subject LIKE" });
  expect(exception(answer)).toEqual([400, 'InvalidParameterValue', 'Constraint']);
  expect(answer.text).toContain('at character 29 of the filter');
});

test('by POST: CqlText beside Filter; neither is a fault', async () => {
  const records = source();
  const request = (constraint: string): string =>
    `<csw:GetRecords xmlns:csw="${csw}" service="CSW" version="2.0.2" resultType="results"><csw:Query typeNames="csw:Record"><csw:Constraint version="1.1.0">${constraint}</csw:Constraint></csw:Query></csw:GetRecords>`;
  await post(request("<csw:CqlText>dc:title LIKE '%l''eau%' AND NOT (type = 'service')</csw:CqlText>"), doorsWith(records));
  expect(records.asked[0]?.filter).toEqual({
    op: 'and',
    parts: [
      { op: 'like', property: 'Title', pattern: ['any', { text: "l'eau" }, 'any'], matchCase: true },
      {
        op: 'not',
        part: {
          op: 'compare',
          operator: '=',
          left: { kind: 'property', name: 'Type' },
          right: { kind: 'literal', value: 'service' },
          matchCase: true,
        },
      },
    ],
  });
  expect(exception(await post(request(''), doorsWith(records)))).toEqual([400, 'InvalidParameterValue', 'Constraint']);
});

describe('boxes by the spelling of their reference system', () => {
  const lowest = async (srs: string | null, low: string, high: string, scope: string | null = null): Promise<unknown> => {
    const records = source();
    const answer = await post(
      `<csw:GetRecords xmlns:csw="${csw}" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" service="CSW" version="2.0.2" resultType="results"><csw:Query typeNames="csw:Record"><csw:Constraint version="1.1.0"><ogc:Filter><ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope${srs === null ? '' : ` srsName="${srs}"`}><gml:lowerCorner>${low}</gml:lowerCorner><gml:upperCorner>${high}</gml:upperCorner></gml:Envelope></ogc:BBOX></ogc:Filter></csw:Constraint></csw:Query></csw:GetRecords>`,
      doorsWith(records),
      contextFor(scope),
    );
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
    const filter: Filter | undefined = records.asked[0]?.filter;
    return filter?.op === 'spatial' && filter.geometry.geometry.type === 'Polygon'
      ? [filter.geometry.srid, filter.geometry.geometry.coordinates[0]?.[0]]
      : null;
  };

  test.each([
    ['urn:ogc:def:crs:EPSG::4326', '48 2', '49 3', [4326, [2, 48]]],
    ['urn:ogc:def:crs:EPSG:6.9:4326', '48 2', '49 3', [4326, [2, 48]]],
    ['urn:x-ogc:def:crs:EPSG:6.11:4326', '48 2', '49 3', [4326, [2, 48]]],
    ['http://www.opengis.net/def/crs/EPSG/0/4326', '48 2', '49 3', [4326, [2, 48]]],
    ['http://www.opengis.net/def/crs/EPSG/0/4258', '48 2', '49 3', [4258, [2, 48]]],
    ['urn:ogc:def:crs:OGC:1.3:CRS84', '2 48', '3 49', [4326, [2, 48]]],
    ['CRS:84', '2 48', '3 49', [4326, [2, 48]]],
    // short names: lon lat, unless that lies elsewhere and the other way round lies here
    ['EPSG:4326', '2 48', '3 49', [4326, [2, 48]]],
    ['EPSG:4326', '48 2', '49 3', [4326, [2, 48]]],
    ['http://www.opengis.net/gml/srs/epsg.xml#4326', '48 2', '49 3', [4326, [2, 48]]],
    ['EPSG:4326', '-70 -30', '-60 -20', [4326, [-70, -30]]],
    ['EPSG:4326', '-90 -180', '90 180', [4326, [-180, -90]]],
    ['EPSG:2154', '640000 6850000', '660000 6870000', [2154, [640000, 6850000]]],
    ['urn:ogc:def:crs:EPSG::2154', '640000 6850000', '660000 6870000', [2154, [640000, 6850000]]],
    ['http://www.opengis.net/def/crs/EPSG/0/3857', '240000 6230000', '260000 6250000', [3857, [240000, 6230000]]],
    [null, '48 2', '49 3', [4326, [2, 48]]],
    [null, '2 48', '3 49', [4326, [2, 48]]],
  ])('%s: %s', async (srs, low, high, expected) => {
    expect(await lowest(srs, low, high)).toEqual(expected);
  });

  test('an order that the client has named is never turned, nor is any in a conformance scope', async () => {
    expect(await lowest('urn:ogc:def:crs:EPSG::4326', '2 48', '3 49')).toEqual([4326, [48, 2]]);
    expect(await lowest('EPSG:4326', '48 2', '49 3', 'cite-csw')).toEqual([4326, [48, 2]]);
    expect(await lowest('EPSG:4326', '48 2', '49 3', 'vallee-sud')).toEqual([4326, [2, 48]]);
  });

  test.each(['EPSG:99999', 'urn:nonsense', 'EPSG:'])('%s is refused', async srs => {
    const answer = await ask({ constraintLanguage: 'CQL_TEXT', constraint: `BBOX(ows:BoundingBox, 1, 2, 3, 4, '${srs}')` });
    expect(exception(answer)).toEqual([400, 'InvalidParameterValue', 'Constraint']);
  });
});

describe('the service and its version', () => {
  const capabilities = (attributes: string, inside = ''): Promise<Answer> =>
    post(
      `<csw:GetCapabilities xmlns:csw="${csw}" xmlns:ows="http://www.opengis.net/ows"${attributes}>${inside}</csw:GetCapabilities>`,
      doorsWith(source()),
    );

  test('GetCapabilities by POST: service has a default; versions, sections and formats are read', async () => {
    expect((await capabilities('')).root.name).toBe('Capabilities');
    expect(
      (
        await capabilities(
          ' service="CSW"',
          '<ows:AcceptVersions><ows:Version>3.0.0</ows:Version><ows:Version>2.0.2</ows:Version></ows:AcceptVersions>',
        )
      ).root.attribute('version'),
    ).toBe('2.0.2');
    const sections = await capabilities(
      ' service="CSW"',
      '<ows:Sections><ows:Section>OperationsMetadata</ows:Section></ows:Sections><ows:AcceptFormats><ows:OutputFormat>text/plain</ows:OutputFormat></ows:AcceptFormats>',
    );
    expect(sections.root.children.map(child => child.name)).toEqual(['OperationsMetadata', 'Filter_Capabilities']);
    expect(
      exception(await capabilities(' service="CSW"', '<ows:AcceptVersions><ows:Version>3.0.0</ows:Version></ows:AcceptVersions>')),
    ).toEqual([400, 'VersionNegotiationFailed', 'acceptversions']);
  });

  test('the other requests name their service (CSW-discovery.xsd)', async () => {
    const answer = await post(
      `<csw:GetRecords xmlns:csw="${csw}" version="2.0.2"><csw:Query typeNames="csw:Record"/></csw:GetRecords>`,
      doorsWith(source()),
    );
    expect(exception(answer)).toEqual([400, 'MissingParameterValue', 'service']);
  });

  test('version 3.0.0 is not answered as if it were 2.0.2', async () => {
    expect(exception(await get('service=CSW&version=3.0.0&request=GetRecords&typeNames=csw:Record', doorsWith(source())))).toEqual([
      400,
      'InvalidParameterValue',
      'version',
    ]);
    expect((await get('service=CSW&version=3.0.0&request=GetCapabilities', doorsWith(source()))).root.attribute('version')).toBe('2.0.2');
  });

  test('names and values of KVP in any case', async () => {
    expect(
      (await get('SERVICE=csw&REQUEST=getrecords&TypeNames=csw:Record&ResultType=RESULTS&ElementSetName=FULL', doorsWith(source()))).status,
    ).toBe(200);
  });
});

test('GetRecordById: several ids parted by commas or elements, summary unless told', async () => {
  const records = source();
  await get('service=CSW&version=2.0.2&request=GetRecordById&id=a,%20b,,a', doorsWith(records));
  expect(records.asked[0]).toMatchObject({ form: 'csw:summary', filter: { op: 'in', property: 'Identifier', values: ['a', 'b'] } });
  await post(
    `<csw:GetRecordById xmlns:csw="${csw}" service="CSW" version="2.0.2"><csw:Id>a</csw:Id><csw:Id>b</csw:Id></csw:GetRecordById>`,
    doorsWith(records),
  );
  expect(records.asked[1]).toMatchObject({ form: 'csw:summary', filter: { values: ['a', 'b'] } });
});

test('ElementName by path and by name, of data and of services alike; in gmd what holds the value stays', async () => {
  const iso = `<gmd:MD_Metadata xmlns:gmd="${gmd}" xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:srv="http://www.isotc211.org/2005/srv"><gmd:fileIdentifier><gco:CharacterString>a</gco:CharacterString></gmd:fileIdentifier><gmd:identificationInfo><srv:SV_ServiceIdentification><gmd:citation><gmd:CI_Citation><gmd:title><gmx:Anchor>t</gmx:Anchor></gmd:title><gmd:edition><gco:CharacterString>1</gco:CharacterString></gmd:edition></gmd:CI_Citation></gmd:citation><gmd:abstract><gco:CharacterString>b</gco:CharacterString></gmd:abstract></srv:SV_ServiceIdentification></gmd:identificationInfo></gmd:MD_Metadata>`;
  const chosen = async (elementName: string): Promise<string> => {
    const records = new FakeRecords(1, () => ({ identifier: 'a', xml: iso }));
    const answer = await ask({ elementName, outputSchema: gmd }, records);
    return answer.text
      .replace(/^[\s\S]*<csw:SearchResults[^>]*>\s*|\s*<\/csw:SearchResults>[\s\S]*$/g, '')
      .replace(/ xmlns:\w+="[^"]*"/g, '');
  };
  const title =
    '<gmd:MD_Metadata><gmd:identificationInfo><srv:SV_ServiceIdentification><gmd:citation><gmd:CI_Citation><gmd:title><gmx:Anchor>t</gmx:Anchor></gmd:title></gmd:CI_Citation></gmd:citation></srv:SV_ServiceIdentification></gmd:identificationInfo></gmd:MD_Metadata>';
  for (const name of [
    'apiso:Title',
    'dc:title',
    '/gmd:MD_Metadata/gmd:identificationInfo/gmd:MD_DataIdentification/gmd:citation/gmd:CI_Citation/gmd:title/gco:CharacterString',
  ])
    expect([name, await chosen(name)]).toEqual([name, title]);
  expect(await chosen('apiso:Identifier,apiso:Abstract')).toContain(
    '<gmd:fileIdentifier><gco:CharacterString>a</gco:CharacterString></gmd:fileIdentifier>',
  );
});

describe('validate: the request has been checked and comes back', () => {
  const echoed = async (more: Readonly<Record<string, string>>): Promise<Answer> => {
    const records = source();
    const answer = await ask({ resultType: 'validate', ...more }, records);
    expect(records.opened).toBe(0);
    return answer;
  };

  test('by GET as the document it would be, which asks for the same', async () => {
    const answer = await echoed({
      typeNames: 'gmd:MD_Metadata,csw:Record',
      outputSchema: gmd,
      elementSetName: 'brief',
      maxRecords: '5',
      constraintLanguage: 'CQL_TEXT',
      constraint: "title LIKE '%a & b%'",
      sortBy: 'dc:title:D',
      requestId: 'urn:x:9',
    });
    expect(answer.root.is('Acknowledgement', csw)).toBe(true);
    const request = answer.root.child('EchoedRequest')?.children[0];
    expect(
      request?.attributes
        .filter(one => ['maxRecords', 'outputSchema', 'requestId', 'resultType'].includes(one.name))
        .map(one => one.value)
        .sort(),
    ).toEqual(['5', gmd, 'urn:x:9', 'validate'].sort());
    const query = request?.child('Query');
    expect(query?.attribute('typeNames')).toBe('gmd:MD_Metadata csw:Record');
    expect(query?.children.map(child => child.name)).toEqual(['ElementSetName', 'Constraint', 'SortBy']);
    expect(query?.child('Constraint')?.child('CqlText')?.text).toBe("title LIKE '%a & b%'");
    // posted, it is read as it was
    const again = answer.text.replace(/^[\s\S]*<csw:EchoedRequest>|<\/csw:EchoedRequest>[\s\S]*$/g, '').replace('validate', 'results');
    const records = source();
    expect((await post(again, doorsWith(records))).status).toBe(200);
    expect(records.asked.at(-1)).toMatchObject({
      form: 'gmd:brief',
      query: { sort: [{ property: 'Title', descending: true }], filter: { op: 'like', property: 'Title' } },
    });
  });

  test('a filter comes back as a filter, chosen elements as such', async () => {
    const constraint = '<ogc:Filter><ogc:PropertyIsNull><ogc:PropertyName>dc:title</ogc:PropertyName></ogc:PropertyIsNull></ogc:Filter>';
    const query = (await echoed({ constraintLanguage: 'FILTER', constraint, elementName: 'dc:title,dc:identifier' })).root
      .child('EchoedRequest')
      ?.children[0]?.child('Query');
    expect(query?.all('ElementName').map(one => one.text)).toEqual(['dc:title', 'dc:identifier']);
    expect(query?.child('Constraint')?.children[0]?.is('Filter', 'http://www.opengis.net/ogc')).toBe(true);
  });

  test('what cannot be done is refused before it is done', async () => {
    expect(exception(await echoed({ constraintLanguage: 'CQL_TEXT', constraint: "colour = 'red'" }))).toEqual([
      400,
      'InvalidParameterValue',
      'colour',
    ]);
    expect(exception(await echoed({ sortBy: 'ows:BoundingBox' }))).toEqual([400, 'InvalidParameterValue', 'SortBy']);
  });
});
