// GetFeature of WFS 2.0: pages, counts, formats, axis order, both bindings, failures.
import { describeWith } from '../setup/needs';
import { xsdAvailable } from '../setup/xsd';
import { ask, attribute, base, exception, ids, instant, type Asked } from './ask';
import { collectionErrors, schemaCopies } from './valid';

const get = (parameters: string): string => `service=WFS&version=2.0.0&request=GetFeature&${parameters}`;
const trees = (parameters = ''): string => get(`typenames=antony:arbres${parameters === '' ? '' : `&${parameters}`}`);
const post = (inside: string, attributes = ''): string =>
  `<?xml version="1.0"?><wfs:GetFeature xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:antony="https://geomig.example/ns/antony" service="WFS" version="2.0.0"${attributes}>${inside}</wfs:GetFeature>`;
const counts = (body: string): (string | null)[] =>
  ['numberMatched', 'numberReturned'].map(name => attribute(body, 'wfs:FeatureCollection', name));
const link = (body: string, name: 'next' | 'previous'): string | null =>
  attribute(body, 'wfs:FeatureCollection', name)?.replaceAll('&amp;', '&') ?? null;
const follow = (address: string | null): Promise<Awaited<ReturnType<typeof ask>>> => ask({ query: new URL(address ?? '').search.slice(1) });

describe('pages and counts', () => {
  test('the whole, with counts, time and the mention (R50)', async () => {
    const answer = await ask({ query: trees() });
    expect([answer.status, answer.type]).toEqual([200, 'application/gml+xml; version=3.2']);
    expect(counts(answer.body)).toEqual(['25', '25']);
    expect(attribute(answer.body, 'wfs:FeatureCollection', 'timeStamp')).toBe(instant);
    expect(ids(answer.body)).toHaveLength(25);
    expect(link(answer.body, 'next')).toBeNull();
    expect(decodeURIComponent(answer.headers['Geomig-Mention'] ?? '')).toContain(
      "Mutualisation de l'Information Géographique – Ville d’Antony",
    );
    expect(answer.body).toContain("<!-- Mutualisation de l'Information Géographique – Ville d’Antony - - 2025-06-30 -->");
    expect(answer.world.open()).toBe(0);
  });

  test('pages are walked forth and back by their links, without repetition', async () => {
    let page = await ask({ query: trees('count=10&outputformat=gml32') });
    const seen = ids(page.body);
    expect(counts(page.body)).toEqual(['25', '10']);
    expect(link(page.body, 'previous')).toBeNull();
    while (link(page.body, 'next') !== null) {
      page = await follow(link(page.body, 'next'));
      seen.push(...ids(page.body));
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `arbres.${i + 1}`));
    expect(counts(page.body)).toEqual(['25', '5']);
    const back = await follow(link(page.body, 'previous'));
    expect(ids(back.body)).toEqual(Array.from({ length: 10 }, (_, i) => `arbres.${i + 11}`));
  });

  test('hits: nothing returned, next leads to results (wfs20 suite)', async () => {
    const hits = await ask({ query: trees('resulttype=hits&count=4') });
    expect(counts(hits.body)).toEqual(['25', '0']);
    expect(ids(hits.body)).toEqual([]);
    expect(link(hits.body, 'previous')).toBeNull();
    const next = await follow(link(hits.body, 'next'));
    expect(ids(next.body)).toHaveLength(4);
  });

  test('a count in another format is the same empty collection, where GDAL looks for it', async () => {
    for (const format of ['geojson', 'csv']) {
      const { body, type } = await ask({ query: trees(`resulttype=hits&outputformat=${format}`) });
      expect([type, ...counts(body)]).toEqual(['application/gml+xml; version=3.2', '25', '0']);
    }
  });

  test('links keep the base of the request, its key included', async () => {
    const { body } = await ask({ query: trees('count=1'), base: `${base}/k/abc` });
    expect(link(body, 'next')).toMatch(/^https:\/\/geomig\.example\/k\/abc\/wfs\?/);
  });

  test('without a count the page is CountDefault; an explicit count is honoured up to the most (D5)', async () => {
    const parts = { countDefault: 3, maxFeatures: 10 };
    expect(counts((await ask({ query: trees(), parts })).body)).toEqual(['25', '3']);
    expect(counts((await ask({ query: trees('count=8'), parts })).body)).toEqual(['25', '8']);
    const capped = await ask({ query: trees('count=999'), parts });
    expect(counts(capped.body)).toEqual(['25', '10']);
    expect(link(capped.body, 'next')).toContain('STARTINDEX=10');
  });

  test('count=0 and a start beyond the end return nothing and are no error', async () => {
    expect(counts((await ask({ query: trees('count=0') })).body)).toEqual(['25', '0']);
    const beyond = await ask({ query: trees('startindex=1000') });
    expect([beyond.status, ...counts(beyond.body)]).toEqual([200, '25', '0']);
  });

  test('a count that is too costly is unknown, numberReturned is right all the same', async () => {
    const { body } = await ask({ query: trees('count=10&startindex=20'), world: { counts: 'unknown' } });
    expect(counts(body)).toEqual(['unknown', '5']);
    expect(link(body, 'next')).toBeNull();
    const first = await ask({ query: trees('count=10'), world: { counts: 'unknown' } });
    expect(link(first.body, 'next')).toContain('STARTINDEX=10');
  });

  test('several queries: a collection in a member for each (§ 11.3), one page over all', async () => {
    const { body } = await ask({ query: get('typenames=(antony:arbres)(parc:allées)&startindex=24&count=2') });
    expect(counts(body)).toEqual(['27', '2']);
    expect(ids(body)).toEqual(['arbres.25', 'allees.1']);
    expect(body.match(/<wfs:member><wfs:FeatureCollection timeStamp="[^"]*" numberMatched="(25|2)" numberReturned="1">/g)).toHaveLength(2);
  });

  test('the first chunk holds the first member with the head', async () => {
    const { first } = await ask({ query: trees() });
    expect(first).toContain('<wfs:FeatureCollection');
    const streamed = await ask({ query: trees() });
    expect(streamed.body.startsWith(first)).toBe(true);
  });
});

describe('formats', () => {
  describeWith([schemaCopies], 'against their own schemas', () => {
    test.each([
      ['all', trees(), {}],
      ['projected', trees('propertyname=nom'), {}],
      ['hits', trees('resulttype=hits'), {}],
      ['empty', trees('resourceid=arbres.99'), {}],
      ['latitude first', get('typenames=parc:allées'), {}],
      ['no geometry', get('typenames=parc:notes'), {}],
      ['ids alone', get('resourceid=arbres.1,notes.1'), {}],
      ['a page in the middle', trees('count=2&startindex=3'), {}],
      ['masked', trees(), { masked: ['riverain'] }],
    ])('GML of %s is valid against its own schema', async (_name, query, world) => {
      const answer = await ask({ query, world });
      expect(answer.status).toBe(200);
      expect(await collectionErrors(answer.body, world)).toEqual([]);
    });
  });

  test('GeoJSON: ids, crs member, counts, links, attribution, null for no value', async () => {
    const answer = await ask({ query: trees('outputformat=application/json&count=4') });
    expect(answer.type).toBe('application/geo+json');
    const collection = JSON.parse(answer.body) as {
      readonly features: readonly { readonly id: string; readonly properties: Record<string, unknown>; readonly geometry: unknown }[];
      readonly links: readonly { readonly rel: string }[];
      readonly attribution: string;
    };
    expect(collection).toMatchObject({
      type: 'FeatureCollection',
      crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::2154' } },
      numberMatched: 25,
      numberReturned: 4,
      timeStamp: instant,
    });
    expect(collection.attribution).toContain("Mutualisation de l'Information Géographique");
    expect(collection.features.map(feature => feature.id)).toEqual(['arbres.1', 'arbres.2', 'arbres.3', 'arbres.4']);
    expect(collection.features[3]?.properties['nom']).toBeNull();
    expect(collection.features[0]?.geometry).toEqual({ type: 'Point', coordinates: [647000, 6850000] });
    expect(collection.links.map(one => one.rel)).toEqual(['next']);
  });

  test('GeoJSON in WGS 84 has no crs member and is lon,lat whatever the spelling', async () => {
    for (const srsname of ['EPSG:4326', 'urn:ogc:def:crs:EPSG::4326', 'http://www.opengis.net/def/crs/OGC/1.3/CRS84']) {
      const { body } = await ask({ query: trees(`outputformat=geojson&count=1&srsname=${srsname}`) });
      const collection = JSON.parse(body) as {
        readonly crs?: unknown;
        readonly features: readonly { readonly geometry: { readonly coordinates: readonly number[] } }[];
      };
      expect(collection.crs).toBeUndefined();
      const [lon = 0, lat = 0] = collection.features[0]?.geometry.coordinates ?? [];
      expect(lon > 2 && lon < 3 && lat > 48 && lat < 49).toBe(true);
    }
  });

  test('GeoJSON of nothing and of two types', async () => {
    expect(JSON.parse((await ask({ query: trees('outputformat=geojson&resourceid=arbres.99') })).body)).toMatchObject({ features: [] });
    const two = await ask({ query: get('typenames=(parc:notes)(antony:arbres)&outputformat=geojson&srsname=EPSG:2154&count=3') });
    const collection = JSON.parse(two.body) as { readonly features: readonly { readonly id: string }[] };
    expect(collection.features.map(feature => feature.id)).toEqual(['notes.1', 'arbres.1', 'arbres.2']);
  });

  test('CSV is a file format: it needs the right to download', async () => {
    const answer = await ask({ query: trees('outputformat=csv&count=2') });
    expect(answer.body.split('\n')[0]).toBe('id,nom,hauteur,rang,plante,releve,abattu,riverain,wkt');
    expect(answer.headers['Content-Disposition']).toContain('filename="arbres.csv"');
    expect(answer.world.asked.every(query => query.action === 'download')).toBe(true);
    const refused = await ask({ query: trees('outputformat=csv'), world: { downloads: false } });
    expect([refused.status, exception(refused.body).code]).toEqual([403, 'AccessDenied']);
  });

  test.each([
    'application/gml+xml; version=3.2',
    'application/gml xml; version=3.2',
    'text/xml; subtype=gml/3.2.1',
    'text/xml;subtype="gml/3.2"',
    'GML32',
  ])('outputFormat %s is GML 3.2', async name => {
    expect((await ask({ query: trees(`count=1&outputformat=${encodeURIComponent(name)}`) })).type).toBe('application/gml+xml; version=3.2');
  });
});

describe('axis order (wfs.md § 10: the written form decides)', () => {
  test.each([
    ['parc:allées', '', 'urn:ogc:def:crs:EPSG::4258', '48.8 2.25'],
    ['parc:allées', 'EPSG:4258', 'EPSG:4258', '2.25 48.8'],
    ['parc:allées', 'http://www.opengis.net/def/crs/EPSG/0/4258', 'http://www.opengis.net/def/crs/EPSG/0/4258', '48.8 2.25'],
    ['parc:allées', 'urn:ogc:def:crs:OGC:1.3:CRS84', 'urn:ogc:def:crs:OGC:1.3:CRS84', '2.25 48.8'],
    ['antony:arbres', '', 'urn:ogc:def:crs:EPSG::2154', '647000 6850000'],
    ['antony:arbres', 'EPSG:2154', 'EPSG:2154', '647000 6850000'],
  ])('%s in %s is written %s, %s', async (type, asked, srsName, position) => {
    const { body } = await ask({ query: get(`typenames=${type}&count=1${asked === '' ? '' : `&srsname=${asked}`}`) });
    expect(body).toContain(`srsName="${srsName}"`);
    expect(body).toMatch(new RegExp(`<gml:pos(?:List)?>${position}`));
  });

  test('EPSG:3035 by URN is north first although it is projected', async () => {
    const { body } = await ask({ query: trees('count=1&srsname=urn:ogc:def:crs:EPSG::3035') });
    const [first = 0, second = 0] = /<gml:pos>([^<]*)</.exec(body)?.[1]?.split(' ').map(Number) ?? [];
    expect(first > 2_875_000 && first < 2_902_000 && second > 3_744_000 && second < 3_761_000).toBe(true);
  });

  test.each([
    ['without a CRS, in the order of the default CRS', '48.79,2.24,48.815,2.265'],
    ['URN, latitude first', '48.79,2.24,48.815,2.265,urn:ogc:def:crs:EPSG::4258'],
    ['short form, longitude first', '2.24,48.79,2.265,48.815,EPSG:4326'],
  ])('BBOX %s', async (_name, bbox) => {
    expect(ids((await ask({ query: get(`typenames=parc:allées&bbox=${bbox}`) })).body)).toEqual(['allees.1']);
  });

  test('an Envelope without srsName is in the order of the default CRS (GDAL)', async () => {
    const filter = `<fes:Filter><fes:BBOX><fes:ValueReference>parc:trace</fes:ValueReference><gml:Envelope><gml:lowerCorner>48.79 2.24</gml:lowerCorner><gml:upperCorner>48.815 2.265</gml:upperCorner></gml:Envelope></fes:BBOX></fes:Filter>`;
    const { body } = await ask({ body: post(`<wfs:Query xmlns:p="http://example.org/parc" typeNames="p:allées">${filter}</wfs:Query>`) });
    expect(ids(body)).toEqual(['allees.1']);
  });
});

describe('KVP and POST are one request', () => {
  const name = (literal: string): string =>
    `<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0"><fes:PropertyIsLike wildCard="*" singleChar="." escapeChar="!"><fes:ValueReference>antony:nom</fes:ValueReference><fes:Literal>${literal}</fes:Literal></fes:PropertyIsLike></fes:Filter>`;
  test.each([
    ['all', trees(), post('<wfs:Query typeNames="antony:arbres"/>')],
    ['page', trees('count=2&startindex=3'), post('<wfs:Query typeNames="antony:arbres"/>', ' count="2" startIndex="3"')],
    ['hits', trees('resulttype=hits'), post('<wfs:Query typeNames="antony:arbres"/>', ' resultType="hits"')],
    [
      'filter, projection, order, CRS',
      trees(`filter=${encodeURIComponent(name('*1*'))}&propertyname=antony:nom,hauteur&sortby=hauteur DESC,nom A&srsname=EPSG:3857`),
      post(
        `<wfs:Query typeNames="antony:arbres" srsName="EPSG:3857"><wfs:PropertyName>antony:nom</wfs:PropertyName><wfs:PropertyName>hauteur</wfs:PropertyName>${name('*1*')}<fes:SortBy><fes:SortProperty><fes:ValueReference>hauteur</fes:ValueReference><fes:SortOrder>DESC</fes:SortOrder></fes:SortProperty><fes:SortProperty><fes:ValueReference>nom</fes:ValueReference></fes:SortProperty></fes:SortBy></wfs:Query>`,
      ),
    ],
    [
      'ids',
      trees('resourceid=arbres.3,arbres.5'),
      post(
        '<wfs:Query typeNames="antony:arbres"><fes:Filter><fes:ResourceId rid="arbres.3"/><fes:ResourceId rid="arbres.5"/></fes:Filter></wfs:Query>',
      ),
    ],
    [
      'GeoJSON',
      trees('outputformat=geojson&count=3'),
      post('<wfs:Query typeNames="antony:arbres"/>', ' outputFormat="application/geo+json" count="3"'),
    ],
    [
      'two queries',
      get('typenames=(antony:arbres)(parc:notes)'),
      post(
        '<wfs:Query typeNames="antony:arbres"/><wfs:Query xmlns="http://www.opengis.net/wfs/2.0" xmlns:p="http://example.org/parc" typeNames="p:notes"/>',
      ),
    ],
  ])('%s', async (_name, query, body) => {
    const links = /\s(?:next|previous)="[^"]*"|,?"links":\[[^\]]*\]/g;
    const [kvp, posted] = [await ask({ query }), await ask({ body, query: 'service=WMS&request=GetCapabilities' })];
    expect(kvp.status).toBe(200);
    expect(posted.body.replace(links, '')).toBe(kvp.body.replace(links, ''));
    expect(posted.world.asked).toEqual(kvp.world.asked);
  });

  test('the links of a posted request ask the same by query parameters', async () => {
    const body = post(`<wfs:Query typeNames="antony:arbres">${name('Ch*')}</wfs:Query>`, ' count="5"');
    const page = await ask({ body });
    expect(ids(page.body)).toHaveLength(5);
    const next = await follow(link(page.body, 'next'));
    expect(counts(next.body)).toEqual(['24', '5']);
    expect(ids(next.body)[0]).toBe('arbres.7');
  });

  test('a form is read as query parameters by the edge; TYPENAME and TYPENAMES together must be equal (QGIS)', async () => {
    expect((await ask({ query: `${trees()}&TYPENAME=antony:arbres` })).status).toBe(200);
    const differ = await ask({ query: `${trees()}&TYPENAME=parc:notes` });
    expect(exception(differ.body)).toMatchObject({ code: 'InvalidParameterValue', locator: 'typeName' });
  });

  test('namespaces: foreign prefixes by NAMESPACES, a wrong namespace is an unknown type', async () => {
    const bound = await ask({ query: get('typenames=x:arbres&namespaces=xmlns(x,https://geomig.example/ns/antony)&count=1') });
    expect(ids(bound.body)).toEqual(['arbres.1']);
    const wrong = await ask({ query: get('typenames=antony:arbres&namespaces=xmlns(antony,http://elsewhere.example/)') });
    expect(exception(wrong.body)).toMatchObject({ code: 'InvalidParameterValue', locator: 'typeNames' });
  });
});

describe('filters and ids', () => {
  test.each([
    ['CQL2', trees(`cql_filter=${encodeURIComponent('hauteur >= 11 AND abattu = true')}`), ['arbres.23', 'arbres.25']],
    ['CQL2 and BBOX', trees(`cql_filter=${encodeURIComponent('rang > 2')}&bbox=646999,6849999,647301,6850151`), ['arbres.3', 'arbres.4']],
    [
      'no value',
      trees(
        `filter=${encodeURIComponent('<Filter xmlns="http://www.opengis.net/fes/2.0"><PropertyIsNull><ValueReference>nom</ValueReference></PropertyIsNull></Filter>')}`,
      ),
      ['arbres.4'],
    ],
    [
      'Filter 1.1 (older clients)',
      trees(
        `filter=${encodeURIComponent('<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc"><ogc:PropertyIsEqualTo><ogc:PropertyName>rang</ogc:PropertyName><ogc:Literal>7</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>')}`,
      ),
      ['arbres.7'],
    ],
    [
      'a filter for each type',
      get(
        `typenames=(antony:arbres)(parc:notes)&filter=${encodeURIComponent('(<Filter xmlns="http://www.opengis.net/fes/2.0"><PropertyIsEqualTo><ValueReference>rang</ValueReference><Literal>2</Literal></PropertyIsEqualTo></Filter>)(<Filter xmlns="http://www.opengis.net/fes/2.0"><PropertyIsEqualTo><ValueReference>texte</ValueReference><Literal>un</Literal></PropertyIsEqualTo></Filter>)')}`,
      ),
      ['arbres.2', 'notes.1'],
    ],
    ['ids of one type', trees('resourceid=arbres.2,arbres.4'), ['arbres.2', 'arbres.4']],
    ['ids alone', get('resourceid=arbres.2,notes.1'), ['arbres.2', 'notes.1']],
    ['an id that does not exist', trees('resourceid=arbres.4711'), []],
    ['an id of an unknown stem', get('resourceid=rien.1'), []],
    ['an id of a hidden type (R23)', get('resourceid=secrets.1'), []],
    ['an id without a stem', get('resourceid=4711'), []],
  ])('%s', async (_name, query, expected) => {
    const answer = await ask({ query });
    expect(answer.status).toBe(200);
    expect(ids(answer.body)).toEqual(expected);
  });

  test('R23: an id of a hidden type answers like one that does not exist, but for the id itself', async () => {
    const [hidden, unknown] = [await ask({ query: get('resourceid=secrets.1') }), await ask({ query: get('resourceid=absents.1') })];
    expect(hidden.body).toBe(unknown.body);
    const inside = [await ask({ query: trees('resourceid=secrets.1') }), await ask({ query: trees('resourceid=absents.1') })];
    expect(inside[0]?.body).toBe(inside[1]?.body);
  });

  test('R42: a masked property fails exactly like an unknown one', async () => {
    const asked = (property: string, options: NonNullable<Asked['world']>): Promise<string[]> =>
      Promise.all(
        [
          `filter=${encodeURIComponent(`<Filter xmlns="http://www.opengis.net/fes/2.0"><PropertyIsEqualTo><ValueReference>${property}</ValueReference><Literal>x</Literal></PropertyIsEqualTo></Filter>`)}`,
          `cql_filter=${encodeURIComponent(`${property} = 'x'`)}`,
          `sortby=${property}`,
          `propertyname=${property}`,
        ].map(async query => (await ask({ query: trees(query), world: options })).body.replaceAll(property, 'P')),
      );
    expect(await asked('riverain', { masked: ['riverain'] })).toEqual(await asked('inconnu', {}));
  });
});

describe('GetFeatureById and stored queries', () => {
  const byId = (id: string, more = ''): string => get(`storedquery_id=urn:ogc:def:query:OGC-WFS::GetFeatureById&id=${id}${more}`);

  test('the bare feature is the document; a document of its own namespaces', async () => {
    const answer = await ask({ query: byId('arbres.7') });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatch(
      /<antony:arbres xmlns:wfs="[^"]*" xmlns:gml="http:\/\/www\.opengis\.net\/gml\/3\.2"[^>]* gml:id="arbres\.7">/,
    );
    expect(answer.body).not.toContain('wfs:member');
    expect(answer.world.open()).toBe(0);
    if (xsdAvailable) expect(await collectionErrors(answer.body)).toEqual([]);
  });

  test('by POST, and in GeoJSON', async () => {
    const body = post(
      '<wfs:StoredQuery id="urn:ogc:def:query:OGC-WFS::GetFeatureById"><wfs:Parameter name="ID">arbres.7</wfs:Parameter></wfs:StoredQuery>',
    );
    expect((await ask({ body })).body).toBe((await ask({ query: byId('arbres.7') })).body);
    expect(JSON.parse((await ask({ query: byId('arbres.7', '&outputformat=geojson') })).body)).toMatchObject({
      type: 'Feature',
      id: 'arbres.7',
    });
  });

  test.each(['arbres.4711', 'rien.1', 'secrets.1', 'x', "arbres.1' or 1=1"])('%s is 404', async id => {
    const answer = await ask({ query: byId(encodeURIComponent(id)) });
    expect([answer.status, exception(answer.body).code]).toEqual([404, 'OperationProcessingFailed']);
  });

  test('an unknown stored query, a missing id', async () => {
    const unknown = await ask({ query: get('storedquery_id=urn:nothing') });
    expect([unknown.status, exception(unknown.body).code, exception(unknown.body).locator]).toEqual([
      400,
      'InvalidParameterValue',
      'STOREDQUERY_ID',
    ]);
    const missing = await ask({ query: byId('') });
    expect([missing.status, exception(missing.body).code]).toEqual([400, 'MissingParameterValue']);
  });

  test('list and description', async () => {
    const list = await ask({ query: 'service=WFS&version=2.0.0&request=ListStoredQueries' });
    expect(list.body).toContain('<wfs:ReturnFeatureType>antony:arbres</wfs:ReturnFeatureType>');
    expect(list.body).not.toContain('ecrets');
    const description = await ask({ query: 'service=WFS&version=2.0.0&request=DescribeStoredQueries' });
    expect(description.body).toContain('<fes:ResourceId rid="${ID}"/>');
    if (xsdAvailable) for (const { body } of [list, description]) expect(await collectionErrors(body)).toEqual([]);
  });
});

describe('GetPropertyValue', () => {
  const values = (reference: string, more = ''): string =>
    `service=WFS&version=2.0.0&request=GetPropertyValue&typenames=antony:arbres&valuereference=${reference}${more}`;

  test('values of those that have one, counted as values', async () => {
    const { body, type } = await ask({ query: values('antony:nom', '&count=4') });
    expect(type).toBe('application/gml+xml; version=3.2');
    expect(attribute(body, 'wfs:ValueCollection', 'numberMatched')).toBe('24');
    const found = [...body.matchAll(/<wfs:member><antony:nom>([^<]*)<\/antony:nom><\/wfs:member>/g)].map(match => match[1]);
    expect(found.map(one => one?.slice(9, 11))).toEqual(['01', '02', '03', '05']);
    expect(found[0]).toContain('&lt;&amp;');
    if (xsdAvailable) expect(await collectionErrors(body)).toEqual([]);
  });

  test('ids, geometries, hits', async () => {
    expect((await ask({ query: values('@gml:id', '&count=1') })).body).toContain('<wfs:member>arbres.1</wfs:member>');
    const geometry = await ask({ query: values('geom', '&count=1') });
    expect(geometry.body).toContain('<gml:pos>647000 6850000</gml:pos>');
    if (xsdAvailable) expect(await collectionErrors(geometry.body)).toEqual([]);
    expect(attribute((await ask({ query: values('rang', '&resulttype=hits') })).body, 'wfs:ValueCollection', 'numberReturned')).toBe('0');
  });

  test.each([
    ['empty', '', 'InvalidParameterValue'],
    ['unknown', 'rien', 'InvalidParameterValue'],
    ['XPath beyond the subset (CVE-2024-36401)', encodeURIComponent("exec(java.lang.Runtime.getRuntime(),'id')"), 'InvalidParameterValue'],
  ])('%s reference', async (_name, reference, code) => {
    const answer = await ask({ query: values(reference) });
    expect([answer.status, exception(answer.body)]).toEqual([400, expect.objectContaining({ code, locator: 'valueReference' })]);
  });
});

describe('failures', () => {
  test('before the first chunk: an exception with a status, without a word of the database', async () => {
    const answer = await ask({ query: trees(), world: { failAt: 0 } });
    expect([answer.status, exception(answer.body).code]).toEqual([500, 'NoApplicableCode']);
    expect(answer.body).not.toContain('secret_table');
    expect(answer.world.open()).toBe(0);
  });

  test('R46: one type of several that is denied refuses the whole', async () => {
    const answer = await ask({ query: get('typenames=(antony:arbres)(parc:reserves)'), world: { refusal: 'forbidden' } });
    expect([answer.status, exception(answer.body).code]).toEqual([403, 'AccessDenied']);
    expect(answer.world.asked).toEqual([]);
  });

  test('D7: a stream that breaks later throws and never closes the collection', async () => {
    for (const format of ['gml32', 'geojson']) {
      const answer = await ask({ query: trees(`outputformat=${format}`), world: { failAt: 5 } });
      expect(answer.partial).toContain('arbres.5');
      expect(answer.partial).not.toMatch(/(?:<\/wfs:FeatureCollection>|\]\})\s*$/);
      expect(answer.status).toBe(500);
      expect(answer.world.open()).toBe(0);
    }
  });

  test('R47: access', async () => {
    expect((await ask({ query: trees() })).access).toBe('caller');
    expect((await ask({ query: trees(), world: { restricted: true } })).access).toBe('restricted');
  });
});
