// WFS 1.1.0 (OGC 04-094) and 1.0.0 (OGC 02-058): negotiation, documents valid against their own schemas, requests as old clients write them.
import { describeWith } from '../setup/needs';
import { xsdErrors } from '../setup/xsd';
import { ask, attribute, base, exception, instant, type Answer } from './ask';
import { collectionErrors, schemaCopies } from './valid';

const versions = ['1.1.0', '1.0.0'] as const;
const capabilities = (version: string, more = ''): string => `SERVICE=WFS&REQUEST=GetCapabilities&VERSION=${version}${more}`;
const get = (version: string, parameters: string): string => `service=WFS&version=${version}&request=GetFeature&${parameters}`;
const trees = (version: string, parameters = ''): string =>
  get(version, `typename=antony:arbres${parameters === '' ? '' : `&${parameters}`}`);
const ogc = 'xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml"';
const filter = (inside: string): string => `filter=${encodeURIComponent(`<ogc:Filter ${ogc}>${inside}</ogc:Filter>`)}`;
const posted = (version: string, inside: string, attributes = ''): string =>
  `<?xml version="1.0"?><wfs:GetFeature xmlns:wfs="http://www.opengis.net/wfs" ${ogc} xmlns:antony="${base}/ns/antony" service="WFS" version="${version}"${attributes}>${inside}</wfs:GetFeature>`;
/** Ids of members: gml:id, or fid in GML 2. */
const members = (body: string): string[] =>
  [...body.matchAll(/<(?:antony|parc):[^\s>]+ (?:gml:id|fid)="([^"]+)"/g)].map(match => match[1] ?? '');
const rootVersion = ({ body }: Answer): string | null =>
  attribute(body, 'wfs:WFS_Capabilities', 'version') ?? attribute(body, 'WFS_Capabilities', 'version');

describe('negotiation', () => {
  test.each([
    ['nothing', '', '2.0.0'],
    ['QGIS auto', 'ACCEPTVERSIONS=2.0.0,1.1.0,1.0.0', '2.0.0'],
    ['a client of 1.1', 'ACCEPTVERSIONS=1.1.0,1.0.0', '1.1.0'],
    ['a client of 1.0', 'AcceptVersions=1.0.0', '1.0.0'],
    ['the order of the client', 'ACCEPTVERSIONS=10.0.0,1.0.0,2.0.0', '1.0.0'],
    ['1.0.0', 'VERSION=1.0.0', '1.0.0'],
    ['1.1.0', 'VERSION=1.1.0', '1.1.0'],
    ['short', 'VERSION=1.1', '1.1.0'],
    ['the corrected text of 2.0', 'VERSION=2.0.2', '2.0.0'],
    ['too low', 'VERSION=0.0.14', '1.0.0'],
    ['between', 'VERSION=1.0.9', '1.0.0'],
    ['between, higher', 'VERSION=1.3.0', '1.1.0'],
    ['too high', 'VERSION=3.0.0', '2.0.0'],
    ['empty', 'VERSION=', '2.0.0'],
    ['ACCEPTVERSIONS wins', 'VERSION=1.0.0&ACCEPTVERSIONS=1.1.0', '1.1.0'],
  ])('%s', async (_name, parameters, version) => {
    const answer = await ask({ query: `SERVICE=WFS&REQUEST=GetCapabilities&${parameters}` });
    expect([answer.status, rootVersion(answer)]).toEqual([200, version]);
  });

  test.each([
    ['1.0 by its version', `<GetCapabilities xmlns="http://www.opengis.net/wfs" service="WFS" version="1.0.0"/>`, '1.0.0'],
    ['1.1 by its namespace', `<GetCapabilities xmlns="http://www.opengis.net/wfs" service="WFS"/>`, '1.1.0'],
    ['1.1 without service, which has a default there', `<GetCapabilities xmlns="http://www.opengis.net/wfs"/>`, '1.1.0'],
    [
      'accepted versions',
      `<GetCapabilities xmlns="http://www.opengis.net/wfs" service="WFS"><AcceptVersions xmlns="http://www.opengis.net/ows"><Version>1.0.0</Version></AcceptVersions></GetCapabilities>`,
      '1.0.0',
    ],
  ])('by document: %s', async (_name, body, version) => {
    const answer = await ask({ query: 'SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature', body });
    expect([answer.status, rootVersion(answer)]).toEqual([200, version]);
  });

  test('operations of 2.0 are not those of the former versions', async () => {
    for (const version of versions)
      for (const name of ['GetPropertyValue', 'ListStoredQueries', 'DescribeStoredQueries']) {
        const answer = await ask({ query: `service=WFS&version=${version}&request=${name}&typename=antony:arbres&valuereference=nom` });
        expect([answer.status, answer.body.includes('OperationNotSupported')]).toEqual([400, true]);
      }
  });
});

describe('capabilities', () => {
  describeWith([schemaCopies], 'against the published schemas', () => {
    const schemas = { '1.1.0': 'entry/wfs110.xsd', '1.0.0': 'schemas.opengis.net/wfs/1.0.0/WFS-capabilities.xsd' } as const;
    test.each(
      versions.flatMap(version => [
        ['French', version, '', {}] as const,
        ['English', version, '&LANGUAGE=eng', {}] as const,
        ['frozen, restricted, without download', version, '', { frozen: true, restricted: true, downloads: false }] as const,
      ]),
    )('%s %s', async (_name, version, more, world) => {
      const answer = await ask({ query: capabilities(version, more), world });
      expect([answer.status, answer.type, answer.access]).toEqual([200, 'text/xml', 'restricted']);
      expect(xsdErrors(answer.body, schemas[version])).toEqual([]);
    });

    test.each([
      ['one section', '&SECTIONS=ServiceProvider', {}],
      ['the current updateSequence', '&UPDATESEQUENCE=current', {}],
      ['without any type', '', { none: true }],
    ])('1.1.0, %s', async (_name, more, world) => {
      const { body } = await ask({ query: capabilities('1.1.0'), world });
      const current = attribute(body, 'wfs:WFS_Capabilities', 'updateSequence') ?? '';
      const answer = await ask({ query: capabilities('1.1.0', more.replace('current', current)), world });
      expect(xsdErrors(answer.body, schemas['1.1.0'])).toEqual([]);
      expect(answer.body).not.toContain('<wfs:FeatureTypeList>');
      expect(answer.body).toContain('<ogc:Filter_Capabilities>');
    });
  });

  test('1.1.0: reference systems, operations and box of a type; formats; no SOAP', async () => {
    const { body } = await ask({ query: capabilities('1.1.0'), parts: { maxFeatures: 1234 } });
    expect(body).toContain('<wfs:DefaultSRS>urn:ogc:def:crs:EPSG::2154</wfs:DefaultSRS>');
    expect(body).toContain('<wfs:OtherSRS>urn:ogc:def:crs:EPSG::4326</wfs:OtherSRS>');
    expect(body).toContain('<wfs:Operations><wfs:Operation>Query</wfs:Operation></wfs:Operations>');
    expect(body).toContain('<wfs:MetadataURL type="19139" format="text/xml">https://geomig.example/csw?');
    expect(body).toContain('<ows:WGS84BoundingBox><ows:LowerCorner>2.29 48.73</ows:LowerCorner>');
    const operation = /<ows:Operation name="GetFeature">[^]*?<\/ows:Operation>/.exec(body)?.[0] ?? '';
    for (const value of ['text/xml; subtype=gml/3.1.1', 'text/xml; subtype=gml/2.1.2', 'application/geo+json', 'text/csv', 'hits'])
      expect(operation).toContain(`<ows:Value>${value}</ows:Value>`);
    expect(operation).toContain('<ows:Constraint name="DefaultMaxFeatures"><ows:Value>1234</ows:Value></ows:Constraint>');
    expect(body).not.toMatch(/SOAP|GetPropertyValue|StoredQueries|Transaction|ecrets/);
  });

  test('1.0.0: reference system, operations and box in it; addresses keep the key', async () => {
    const { body } = await ask({ query: capabilities('1.0.0'), base: `${base}/k/abc&d` });
    expect(body).toContain('<SRS>EPSG:2154</SRS>');
    expect(body).toContain('<FeatureTypeList>\n<Operations><Query/></Operations>');
    expect(body).toMatch(/<LatLongBoundingBox minx="64\d{4}[.\d]*" miny="68\d{5}[.\d]*" maxx="65\d{4}/);
    expect(body).toMatch(/<SRS>EPSG:4258<\/SRS>\n<Operations><Query\/><\/Operations>\n<LatLongBoundingBox minx="2\.1/);
    expect(body).toContain('<MetadataURL type="TC211" format="XML">https://geomig.example/k/abc&amp;d/csw?');
    expect(new Set([...body.matchAll(/onlineResource="([^"]*)"/g)].map(match => match[1]))).toEqual(
      new Set(['https://geomig.example/k/abc&amp;d/wfs?']),
    );
    expect(attribute(body, 'WFS_Capabilities', 'updateSequence')).toMatch(/^\d+$/);
    // names of formats are names of elements, as ogc-client reads them
    expect(body).toContain('<ResultFormat><GML2/></ResultFormat>');
    expect(body).not.toMatch(/Transaction|LockFeature|ecrets/);
  });

  test('R24, R25, R50: nobody by name, fees none, T1–T5, in every version', async () => {
    for (const version of versions) {
      const { body } = await ask({ query: capabilities(version) });
      expect(body).not.toContain('IndividualName');
      expect(body).toMatch(/Fees>none</);
      expect(body).toContain("Mutualisation de l'Information Géographique – Ville d’Antony");
      for (const clause of ['3.2.1, 3.5.1', 'charte MIG § 3.5.1', 'garantit leur traçabilité', 'à un tiers'])
        expect(body).toContain(clause);
    }
  });

  test('formats that need the right to download are advertised only with it', async () => {
    expect((await ask({ query: capabilities('1.1.0'), world: { downloads: false } })).body).not.toContain('text/csv');
  });

  test('the media type that the client accepts', async () => {
    expect((await ask({ query: capabilities('1.1.0', '&ACCEPTFORMATS=application/xml') })).type).toBe('application/xml');
    expect((await ask({ query: capabilities('1.1.0', '&ACCEPTFORMATS=text/html,text/xml') })).type).toBe('text/xml');
    const refused = await ask({ query: capabilities('1.1.0', '&ACCEPTFORMATS=text/html') });
    expect(exception(refused.body)).toMatchObject({ code: 'InvalidParameterValue', locator: 'acceptFormats' });
  });
});

describe('DescribeFeatureType', () => {
  const describeType = (version: string, more = ''): string => `service=WFS&version=${version}&request=DescribeFeatureType${more}`;
  test.each([
    ['1.1.0', '', 'text/xml; subtype=gml/3.1.1', 'gml/3.1.1/base/gml.xsd', 'gml:MultiCurvePropertyType'],
    [
      '1.1.0',
      '&outputformat=text/xml; subtype=gml/2.1.2',
      'text/xml; subtype=gml/2.1.2',
      'gml/2.1.2/feature.xsd',
      'gml:MultiLineStringPropertyType',
    ],
    ['1.1.0', '&outputformat=XMLSCHEMA', 'text/xml; subtype=gml/2.1.2', 'gml/2.1.2/feature.xsd', 'gml:MultiLineStringPropertyType'],
    ['1.0.0', '', 'text/xml; subtype=gml/2.1.2', 'gml/2.1.2/feature.xsd', 'gml:MultiLineStringPropertyType'],
    ['1.0.0', '&outputformat=XMLSCHEMA', 'text/xml; subtype=gml/2.1.2', 'gml/2.1.2/feature.xsd', 'gml:MultiLineStringPropertyType'],
    [
      '2.0.0',
      '&outputformat=text/xml; subtype=gml/3.1.1',
      'text/xml; subtype=gml/3.1.1',
      'gml/3.1.1/base/gml.xsd',
      'gml:MultiCurvePropertyType',
    ],
  ])('%s%s', async (version, more, type, imported, property) => {
    const answer = await ask({ query: describeType(version, `&typename=parc:allées${more}`) });
    expect([answer.status, answer.type]).toEqual([200, type]);
    expect(answer.body).toContain(`schemaLocation="http://schemas.opengis.net/${imported}"`);
    expect(answer.body).toContain(`<xsd:element name="trace" type="${property}"`);
    expect(answer.body).toMatch(/substitutionGroup="gml:_Feature"/);
  });

  test('several types, all types, a document', async () => {
    for (const version of versions) {
      const all = await ask({ query: describeType(version) });
      expect(all.body).toContain(`VERSION=${version}&amp;REQUEST=DescribeFeatureType&amp;TYPENAME=`);
      const two = await ask({ query: describeType(version, '&typename=parc:allées,parc:notes') });
      expect(two.body.match(/<xsd:complexType/g)).toHaveLength(2);
      const body = `<wfs:DescribeFeatureType xmlns:wfs="http://www.opengis.net/wfs" xmlns:p="${base}/ns/antony" service="WFS" version="${version}"><wfs:TypeName>p:arbres</wfs:TypeName></wfs:DescribeFeatureType>`;
      expect((await ask({ body })).body).toContain('<xsd:element name="arbres"');
    }
  });

  test('an unknown type and an unknown format are exceptions', async () => {
    expect(exception((await ask({ query: describeType('1.1.0', '&typename=antony:rien') })).body)).toMatchObject({
      code: 'InvalidParameterValue',
      locator: 'typeName',
    });
    expect((await ask({ query: describeType('1.0.0', '&outputformat=DUMMYFORMAT') })).body).toContain(
      '<ServiceException code="InvalidParameterValue" locator="outputFormat">',
    );
  });
});

describe('GetFeature', () => {
  describeWith([schemaCopies], 'against their own schemas', () => {
    test.each(
      versions.flatMap(version =>
        (
          [
            ['all', trees(version)],
            ['projected', trees(version, 'propertyname=nom')],
            ['nothing', trees(version, 'featureid=arbres.99')],
            ['a CRS that puts the north first', get(version, 'typename=parc:allées')],
            ['no geometry', get(version, 'typename=parc:notes')],
            ['several types', get(version, 'typename=antony:arbres,parc:allées,parc:notes')],
            ['in the other GML', trees(version, `outputformat=${version === '1.1.0' ? 'GML2' : 'GML3'}`)],
            ['a count', trees(version, 'resulttype=hits')],
          ] as const
        ).map(([name, query]) => [name, version, query] as const),
      ),
    )('%s, %s', async (_name, _version, query) => {
      const answer = await ask({ query });
      expect(answer.status).toBe(200);
      expect(await collectionErrors(answer.body)).toEqual([]);
    });

    test('the validation is able to fail', async () => {
      for (const version of versions) {
        const { body } = await ask({ query: trees(version) });
        expect(await collectionErrors(body.replaceAll('antony:rang>', 'antony:rong>'))).not.toEqual([]);
        expect(await collectionErrors(body.replaceAll('gml:Point', 'gml:Pont'))).not.toEqual([]);
      }
    });
  });

  test('1.1.0: media type, time, number of features; a count is an empty collection with a number', async () => {
    const answer = await ask({ query: trees('1.1.0') });
    expect([answer.status, answer.type]).toEqual([200, 'text/xml; subtype=gml/3.1.1']);
    expect(attribute(answer.body, 'wfs:FeatureCollection', 'timeStamp')).toBe(instant);
    expect(attribute(answer.body, 'wfs:FeatureCollection', 'numberOfFeatures')).toBe('25');
    expect(members(answer.body)).toHaveLength(25);
    const hits = await ask({ query: trees('1.1.0', 'resultType=hits') });
    expect(attribute(hits.body, 'wfs:FeatureCollection', 'numberOfFeatures')).toBe('25');
    expect(members(hits.body)).toEqual([]);
    const limited = await ask({ query: trees('1.1.0', 'resultType=hits&maxFeatures=7') });
    // all that there is: ogc-client counts so, with maxFeatures=1
    expect(attribute(limited.body, 'wfs:FeatureCollection', 'numberOfFeatures')).toBe('25');
    expect(attribute((await ask({ query: trees('1.1.0', 'maxFeatures=7') })).body, 'wfs:FeatureCollection', 'numberOfFeatures')).toBe('7');
  });

  test('a number that is too costly is left out, the features come all the same', async () => {
    const { body } = await ask({ query: trees('1.1.0'), world: { counts: 'unknown' } });
    expect(attribute(body, 'wfs:FeatureCollection', 'numberOfFeatures')).toBeNull();
    expect(members(body)).toHaveLength(25);
    const hits = await ask({ query: trees('1.1.0', 'resulttype=hits'), world: { counts: 'unknown' } });
    expect(attribute(hits.body, 'wfs:FeatureCollection', 'numberOfFeatures')).toBeNull();
  });

  test('1.0.0: GML 2 with fid, bounds unknown', async () => {
    const answer = await ask({ query: trees('1.0.0', 'maxfeatures=2') });
    expect(answer.type).toBe('text/xml; subtype=gml/2.1.2');
    expect(answer.body).toContain('<gml:boundedBy><gml:null>unknown</gml:null></gml:boundedBy>');
    expect(answer.body).toContain('<antony:arbres fid="arbres.1">');
    expect(answer.body).toContain('<gml:Point srsName="EPSG:2154"><gml:coordinates>647000,6850000</gml:coordinates></gml:Point>');
  });

  test('there is no default page; maxFeatures and the server’s limit hold (D5)', async () => {
    for (const version of versions) {
      const parts = { countDefault: 3, maxFeatures: 10 };
      expect(members((await ask({ query: trees(version), parts: { countDefault: 3 } })).body)).toHaveLength(25);
      expect(members((await ask({ query: trees(version), parts })).body)).toHaveLength(10);
      expect(members((await ask({ query: trees(version, 'maxfeatures=4'), parts })).body)).toHaveLength(4);
      expect(members((await ask({ query: trees(version, 'maxfeatures=99'), parts })).body)).toHaveLength(10);
      const both = await ask({ query: get(version, 'typename=antony:arbres,parc:allées&maxfeatures=26') });
      expect(members(both.body).slice(-2)).toEqual(['arbres.25', 'allees.1']);
      expect(members((await ask({ query: trees(version, 'startindex=20&maxfeatures=3') })).body)).toEqual([
        'arbres.21',
        'arbres.22',
        'arbres.23',
      ]);
    }
  });

  test.each(versions)('%s: TYPENAME and TYPENAMES, foreign prefixes, the namespace parameter', async version => {
    const one = async (parameters: string): Promise<string[]> =>
      members((await ask({ query: get(version, `maxfeatures=1&${parameters}`) })).body);
    expect(await one('typenames=antony:arbres')).toEqual(['arbres.1']);
    expect(await one('typename=antony:arbres&typenames=antony:arbres')).toEqual(['arbres.1']);
    expect(await one('typename=arbres')).toEqual(['arbres.1']);
    expect(await one(`typename=v:arbres&namespace=xmlns(v=${base}/ns/antony)`)).toEqual(['arbres.1']);
    expect(await one(`typename=v:arbres&namespaces=xmlns(v,${base}/ns/antony)`)).toEqual(['arbres.1']);
    const differ = await ask({ query: get(version, 'typename=antony:arbres&typenames=parc:notes') });
    expect(differ.status).toBe(400);
  });

  test.each(versions)('%s: ids, alone and with their type', async version => {
    const found = async (parameters: string): Promise<string[]> => members((await ask({ query: get(version, parameters) })).body);
    expect(await found('featureid=arbres.3,arbres.5')).toEqual(['arbres.3', 'arbres.5']);
    expect(await found('typename=antony:arbres&featureid=arbres.3')).toEqual(['arbres.3']);
    for (const id of ['<ogc:FeatureId fid="arbres.4"/>', '<ogc:GmlObjectId gml:id="arbres.4"/>', '<ogc:GmlObjectId id="arbres.4"/>'])
      expect(await found(`typename=antony:arbres&${filter(id)}`)).toEqual(['arbres.4']);
  });

  test.each(versions)('%s: filters in the words of their time', async version => {
    const compared = (operator: string, value: string): string =>
      `<ogc:PropertyIs${operator}><ogc:PropertyName>antony:rang</ogc:PropertyName><ogc:Literal>${value}</ogc:Literal></ogc:PropertyIs${operator}>`;
    const found = async (inside: string): Promise<number> => members((await ask({ query: trees(version, filter(inside)) })).body).length;
    expect(await found(compared('GreaterThan', '20'))).toBe(5);
    expect(await found(`<ogc:And>${compared('LessThanOrEqualTo', '20')}${compared('GreaterThanOrEqualTo', '11')}</ogc:And>`)).toBe(10);
    const pattern = `<ogc:PropertyName>nom</ogc:PropertyName><ogc:Literal>*n° 25*</ogc:Literal></ogc:PropertyIsLike>`;
    expect(await found(`<ogc:PropertyIsLike wildCard="*" singleChar="?" escape="!">${pattern}`)).toBe(1);
    expect(await found(`<ogc:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!">${pattern}`)).toBe(1);
    expect(await found('<ogc:PropertyIsNull><ogc:PropertyName>nom</ogc:PropertyName></ogc:PropertyIsNull>')).toBeGreaterThan(0);
    const around = (inside: string): string => `<ogc:BBOX><ogc:PropertyName>geom</ogc:PropertyName>${inside}</ogc:BBOX>`;
    const box = '<gml:coordinates>646999,6849999 647101,6850051</gml:coordinates>';
    expect(await found(around(`<gml:Box srsName="EPSG:2154">${box}</gml:Box>`))).toBe(2);
    expect(await found(around(`<gml:Box srsName="http://www.opengis.net/gml/srs/epsg.xml#2154">${box}</gml:Box>`))).toBe(2);
    expect(await found(around(`<gml:Box>${box}</gml:Box>`))).toBe(2);
    const corners = '<gml:lowerCorner>646999 6849999</gml:lowerCorner><gml:upperCorner>647101 6850051</gml:upperCorner>';
    expect(await found(around(`<gml:Envelope srsName="urn:x-ogc:def:crs:EPSG:6.11:2154">${corners}</gml:Envelope>`))).toBe(2);
    // as OpenLayers writes it, in WFS 1.1 by default
    const during = `<During xmlns="http://www.opengis.net/ogc"><PropertyName>plante</PropertyName><TimePeriod xmlns="http://www.opengis.net/gml"><begin><TimeInstant><timePosition>2002-01-01</timePosition></TimeInstant></begin><end><TimeInstant><timePosition>2004-12-31</timePosition></TimeInstant></end></TimePeriod></During>`;
    const temporal = await ask({ query: trees(version, filter(during)) });
    expect(temporal.world.asked[0]?.filter).toMatchObject({ op: 'temporal', operator: 'during', property: 'plante' });
    const bare = `<Filter xmlns:gml="http://www.opengis.net/gml"><PropertyIsEqualTo><PropertyName>rang</PropertyName><Literal>7</Literal></PropertyIsEqualTo></Filter>`;
    expect(members((await ask({ query: trees(version, `filter=${encodeURIComponent(bare)}`) })).body)).toEqual(['arbres.7']);
  });

  test.each(versions)('%s: the same by document, with properties and order', async version => {
    const body = posted(
      version,
      `<wfs:Query typeName="antony:arbres"><ogc:PropertyName>antony:nom</ogc:PropertyName><ogc:Filter><ogc:PropertyIsGreaterThan><ogc:PropertyName>rang</ogc:PropertyName><ogc:Literal>20</ogc:Literal></ogc:PropertyIsGreaterThan></ogc:Filter><ogc:SortBy><ogc:SortProperty><ogc:PropertyName>rang</ogc:PropertyName><ogc:SortOrder>DESC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy></wfs:Query>`,
      ' maxFeatures="2"',
    );
    const answer = await ask({ query: 'SERVICE=WFS&VERSION=2.0.0', body });
    expect(members(answer.body)).toEqual(['arbres.25', 'arbres.24']);
    expect(answer.body).not.toContain('antony:hauteur');
    expect(answer.type).toContain(version === '1.1.0' ? '3.1.1' : '2.1.2');
    // OWSLib writes PropertyName without a namespace
    const plain = await ask({ body: posted(version, '<wfs:Query typeName="antony:arbres"><PropertyName>nom</PropertyName></wfs:Query>') });
    expect(plain.body).not.toContain('antony:hauteur');
  });

  test('order in both spellings', async () => {
    for (const sort of ['rang D', 'rang DESC', 'antony:rang D'])
      expect(members((await ask({ query: trees('1.1.0', `sortby=${sort}&maxfeatures=1`) })).body)).toEqual(['arbres.25']);
    expect(members((await ask({ query: trees('1.1.0', 'sortby=rang A&maxfeatures=1') })).body)).toEqual(['arbres.1']);
  });

  test.each([
    ['text/xml; subtype=gml/3.1.1', 'text/xml; subtype=gml/3.1.1'],
    ['text/xml;subtype="gml/3.1.1"', 'text/xml; subtype=gml/3.1.1'],
    ['text/xml; subType=gml/3.1.1/profiles/gmlsf/1.0.0/0', 'text/xml; subtype=gml/3.1.1'],
    ['GML3', 'text/xml; subtype=gml/3.1.1'],
    ['GML2', 'text/xml; subtype=gml/2.1.2'],
    ['text/xml; subtype=gml/2.1.2', 'text/xml; subtype=gml/2.1.2'],
    ['application/gml+xml; version=3.2', 'application/gml+xml; version=3.2'],
    ['application/gml xml; version=3.2', 'application/gml+xml; version=3.2'],
    ['application/json', 'application/geo+json'],
    ['json', 'application/geo+json'],
    ['GeoJSON', 'application/geo+json'],
    ['csv', 'text/csv; charset=utf-8'],
  ])('outputFormat %s in every version', async (name, type) => {
    for (const version of ['2.0.0', ...versions]) {
      const answer = await ask({ query: trees(version, `maxfeatures=1&outputformat=${encodeURIComponent(name)}`) });
      expect([answer.status, answer.type]).toEqual([200, type]);
    }
  });

  test('a plain media type means the GML of the version', async () => {
    for (const name of ['text/xml', 'application/xml', 'gml']) {
      expect((await ask({ query: trees('1.1.0', `outputformat=${name}`) })).type).toBe('text/xml; subtype=gml/3.1.1');
      expect((await ask({ query: trees('1.0.0', `outputformat=${name}`) })).type).toBe('text/xml; subtype=gml/2.1.2');
      expect((await ask({ query: trees('2.0.0', `outputformat=${name}`) })).type).toBe('application/gml+xml; version=3.2');
    }
  });

  test('CSV needs the right to download in every version', async () => {
    for (const version of versions) {
      const refused = await ask({ query: trees(version, 'outputformat=csv'), world: { downloads: false } });
      expect([refused.status, refused.body.includes('AccessDenied')]).toEqual([403, true]);
    }
  });

  test('GeoJSON of a posted request links to its next page in its own version', async () => {
    const body = posted('1.1.0', '<wfs:Query typeName="antony:arbres"/>', ' maxFeatures="2" outputFormat="json"');
    const page = JSON.parse((await ask({ body })).body) as { readonly links: readonly { readonly href: string }[] };
    const next = await ask({ query: new URL(page.links[0]?.href ?? '').search.slice(1) });
    expect(page.links[0]?.href).toContain('VERSION=1.1.0');
    expect((JSON.parse(next.body) as { readonly features: readonly { readonly id: string }[] }).features.map(one => one.id)).toEqual([
      'arbres.3',
      'arbres.4',
    ]);
  });

  test('1.0: a box without a CRS is in that of the answer, as QGIS writes it', async () => {
    const box = 'bbox=2.2795,48.7495,2.2805,48.7505';
    const inDegrees = await ask({ query: trees('1.0.0', 'srsname=EPSG:4326&maxfeatures=1') });
    const [x = 0, y = 0] = (/<gml:coordinates>([^<]*)</.exec(inDegrees.body)?.[1] ?? '').split(',').map(Number);
    const around = `bbox=${x - 1e-6},${y - 1e-6},${x + 1e-6},${y + 1e-6}`;
    expect(members((await ask({ query: trees('1.0.0', `srsname=EPSG:4326&${around}`) })).body)).toEqual(['arbres.1']);
    expect(members((await ask({ query: trees('1.0.0', around) })).body)).toEqual([]);
    expect(members((await ask({ query: trees('1.0.0', box) })).body)).toEqual([]);
  });

  test('the first chunk holds the first member with the head; a failure after it breaks off', async () => {
    for (const version of versions) {
      const { first, body } = await ask({ query: trees(version) });
      expect(first).toContain('<wfs:FeatureCollection');
      expect(body.startsWith(first)).toBe(true);
      expect(body.trimEnd().endsWith('</wfs:FeatureCollection>')).toBe(true);
    }
  });
});
