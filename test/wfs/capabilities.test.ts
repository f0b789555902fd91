// GetCapabilities and DescribeFeatureType of WFS 2.0: valid, true, narrowed to the caller.
import { describeWith } from '../setup/needs';
import { xsdErrors } from '../setup/xsd';
import { ask, attribute, base, endpointFor, exception } from './ask';
import { collectionErrors, schemaCopies } from './valid';

const capabilities = 'SERVICE=WFS&REQUEST=GetCapabilities';

describe('WFS 2.0 GetCapabilities', () => {
  describeWith([schemaCopies], 'against the published schemas', () => {
    test.each([
      ['French', capabilities, {}],
      ['English', `${capabilities}&LANGUAGE=eng`, {}],
      ['without any type', capabilities, { none: true }],
      ['one section', `${capabilities}&SECTIONS=FeatureTypeList`, {}],
      ['current updateSequence', `${capabilities}&UPDATESEQUENCE=x`, {}],
      ['frozen, restricted', capabilities, { frozen: true, restricted: true }],
    ])('%s is valid', async (_name, query, world) => {
      const answer = await ask({ query, world });
      expect(answer.status).toBe(200);
      expect(xsdErrors(answer.body, 'entry/wfs20-inspire.xsd')).toEqual([]);
    });

    test('schemas and collections of all types are valid', async () => {
      const all = await ask({ query: 'service=WFS&version=2.0.0&request=GetFeature&typenames=(antony:arbres)(parc:allées)(parc:notes)' });
      expect(await collectionErrors(all.body)).toEqual([]);
    });
  });

  test('names, titles and reference systems of each type; the hidden one is absent', async () => {
    const { body } = await ask({ query: capabilities });
    expect(body).toContain('<wfs:Name xmlns:antony="https://geomig.example/ns/antony">antony:arbres</wfs:Name>');
    expect(body).toContain('<wfs:DefaultCRS>urn:ogc:def:crs:EPSG::2154</wfs:DefaultCRS>');
    expect(body).toContain('<wfs:OtherCRS>urn:ogc:def:crs:EPSG::4326</wfs:OtherCRS>');
    expect(body).toContain('<wfs:NoCRS/>');
    expect(body).not.toContain('ecrets');
  });

  test('R08: frozen data have the suffix in their title', async () => {
    const { body } = await ask({ query: capabilities, world: { frozen: true } });
    expect(body).toContain("Arbres d'alignement (gelée)</wfs:Title>");
  });

  test('R24, R25, R50: organisation and functional mail, fees none, T1–T5', async () => {
    const { body } = await ask({ query: capabilities });
    expect(body).toContain('<ows:ProviderName>Département des Hauts-de-Seine</ows:ProviderName>');
    expect(body).not.toContain('IndividualName');
    expect(body).toContain('<ows:Fees>none</ows:Fees>');
    expect(body.match(/<ows:AccessConstraints>/g)).toHaveLength(4);
    expect(body).toContain("Mutualisation de l'Information Géographique – Ville d’Antony");
    for (const clause of ['3.2.1, 3.5.1', 'charte MIG § 3.5.1', 'garantit leur traçabilité', 'à un tiers']) expect(body).toContain(clause);
  });

  test('R43: the box of a type whose extent is not the caller’s is the territory of the département', async () => {
    const { body } = await ask({ query: capabilities });
    const boxes = [...body.matchAll(/<ows:LowerCorner>([^<]*)</g)].map(match => match[1]);
    expect(boxes).toEqual(['2.29 48.73', '2.14 48.72']);
  });

  test('conformance constraints: all fourteen, TRUE only where it is true; CountDefault is the real page', async () => {
    const { body } = await ask({ query: capabilities, parts: { countDefault: 7 } });
    const constraint = (name: string): string | undefined =>
      new RegExp(`<ows:Constraint name="${name}"><ows:NoValues/><ows:DefaultValue>([^<]*)</ows:DefaultValue>`).exec(body)?.[1];
    const holds = ['ImplementsBasicWFS', 'KVPEncoding', 'XMLEncoding', 'ImplementsResultPaging'];
    const fails = [
      'ImplementsTransactionalWFS',
      'ImplementsLockingWFS',
      'SOAPEncoding',
      'ImplementsInheritance',
      'ImplementsRemoteResolve',
      'ImplementsStandardJoins',
      'ImplementsSpatialJoins',
      'ImplementsTemporalJoins',
      'ImplementsFeatureVersioning',
      'ManageStoredQueries',
    ];
    expect(holds.map(constraint)).toEqual(holds.map(() => 'TRUE'));
    expect(fails.map(constraint)).toEqual(fails.map(() => 'FALSE'));
    expect(holds.length + fails.length).toBe(14);
    expect(constraint('CountDefault')).toBe('7');
    // where GDAL looks for the size of its pages: in the operation
    const operation = /<ows:Operation name="GetFeature">[^]*?<\/ows:Operation>/.exec(body)?.[0];
    expect(operation).toContain(
      '<ows:Constraint name="CountDefault"><ows:NoValues/><ows:DefaultValue>7</ows:DefaultValue></ows:Constraint>',
    );
    const page = await ask({ query: 'service=WFS&version=2.0.0&request=GetFeature&typenames=antony:arbres', parts: { countDefault: 7 } });
    expect(attribute(page.body, 'wfs:FeatureCollection', 'numberReturned')).toBe('7');
  });

  test('every address begins with the base of the request, key included, and ends in a question mark', async () => {
    const keyed = `${base}/k/abc&d/at/antony`;
    const { body } = await ask({ query: capabilities, base: keyed });
    const hrefs = [...body.matchAll(/<ows:(?:Get|Post) xlink:type="simple" xlink:href="([^"]*)"/g)].map(match => match[1]);
    expect(hrefs.length).toBe(12);
    expect(new Set(hrefs)).toEqual(new Set([`${keyed.replace('&', '&amp;')}/wfs?`]));
    expect(body).toMatch(
      /<wfs:MetadataURL xlink:type="simple" xlink:href="https:\/\/geomig\.example\/k\/abc&amp;d\/at\/antony\/csw\?[^"]*id=fr-92-arbres"/,
    );
  });

  test('fragments are shared between addresses and never between callers', async () => {
    const endpoint = endpointFor();
    const one = await ask({ query: capabilities }, endpoint);
    const elsewhere = await ask({ query: capabilities, base: 'https://other.example' }, endpoint);
    const hidden = await ask({ query: capabilities, world: { hidden: ['secrets', 'arbres'] } }, endpoint);
    expect(elsewhere.body).toBe(
      one.body.replaceAll(`${base}/wfs`, 'https://other.example/wfs').replaceAll(`${base}/csw`, 'https://other.example/csw'),
    );
    expect(hidden.body).not.toContain('antony:arbres');
  });

  test('formats that need the right to download are advertised only with it (surface § 5)', async () => {
    const without = await ask({ query: capabilities, world: { downloads: false } });
    expect(without.body).not.toContain('text/csv');
    const withRight = await ask({ query: capabilities });
    expect(withRight.body.match(/<wfs:Format>text\/csv<\/wfs:Format>/g)).toHaveLength(3);
  });

  test('sections, updateSequence, languages', async () => {
    const types = await ask({ query: `${capabilities}&SECTIONS=featuretypelist,Filter_Capabilities` });
    expect(types.body).toContain('<wfs:FeatureTypeList>');
    expect(types.body).toContain('<fes:Filter_Capabilities');
    expect(types.body).not.toContain('<ows:OperationsMetadata>');
    const sequence = attribute(types.body, 'wfs:WFS_Capabilities', 'updateSequence') ?? '';
    const current = await ask({ query: `${capabilities}&updateSequence=${sequence}` });
    expect(current.body).not.toContain('<ows:');
    expect(attribute(current.body, 'wfs:WFS_Capabilities', 'updateSequence')).toBe(sequence);
    const wrong = await ask({ query: `${capabilities}&SECTIONS=Nonsense` });
    expect([wrong.status, exception(wrong.body)]).toEqual([
      400,
      expect.objectContaining({ code: 'InvalidParameterValue', locator: 'sections' }),
    ]);
    const english = await ask({ query: `${capabilities}&language=eng` });
    expect(english.body).toContain('<wfs:Title xml:lang="en">Street trees</wfs:Title>');
    expect(english.body).toContain('<inspire_common:ResponseLanguage><inspire_common:Language>eng</inspire_common:Language>');
    const unknown = await ask({ query: `${capabilities}&language=ita` });
    expect(unknown.body).toContain('<wfs:Title xml:lang="fr">');
  });

  test('R47: nobody keeps the document: it tells what its caller may see', async () => {
    expect((await ask({ query: capabilities })).access).toBe('restricted');
    expect((await ask({ query: capabilities, world: { restricted: true } })).access).toBe('restricted');
  });
});

describe('WFS 2.0 DescribeFeatureType', () => {
  const describeType = 'SERVICE=WFS&VERSION=2.0.0&REQUEST=DescribeFeatureType';

  test('prefixes xsd and gml, a type attribute on every element, geometry last', async () => {
    const { body, type } = await ask({ query: `${describeType}&TYPENAMES=antony:arbres&TYPENAME=antony:arbres` });
    expect(type).toBe('application/gml+xml; version=3.2');
    expect(body).toContain('<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:gml="http://www.opengis.net/gml/3.2"');
    const elements = [...body.matchAll(/<xsd:element name="([^"]*)" type="([^"]*)"/g)].map(match => [match[1], match[2]]);
    expect(elements).toEqual([
      ['arbres', 'antony:arbresType'],
      ['nom', 'xsd:string'],
      ['hauteur', 'xsd:double'],
      ['rang', 'xsd:int'],
      ['plante', 'xsd:date'],
      ['releve', 'xsd:dateTime'],
      ['abattu', 'xsd:boolean'],
      ['riverain', 'xsd:string'],
      ['geom', 'gml:PointPropertyType'],
    ]);
    expect(body.match(/<xsd:element /g)).toHaveLength(elements.length);
  });

  test('R42: a masked attribute is not in the schema', async () => {
    const { body } = await ask({ query: `${describeType}&TYPENAMES=antony:arbres`, world: { masked: ['riverain'] } });
    expect(body).toContain('name="nom"');
    expect(body).not.toContain('riverain');
  });

  test('one schema for several types of a namespace; imports for several namespaces', async () => {
    const same = await ask({ query: `${describeType}&TYPENAMES=parc:allées,parc:notes` });
    expect(same.body.match(/substitutionGroup="gml:AbstractFeature"/g)).toHaveLength(2);
    const all = await ask({ query: describeType });
    const addresses = [...all.body.matchAll(/schemaLocation="([^"]*)"/g)].map(match => (match[1] ?? '').replaceAll('&amp;', '&'));
    expect(addresses).toHaveLength(2);
    const imported = await ask({ query: new URL(addresses[1] ?? '').search.slice(1) });
    expect(imported.body).toContain('targetNamespace="http://example.org/parc"');
    expect(imported.body).toContain('name="allées"');
  });

  test('POST asks the same, whatever is left on the address, and binds prefixes by namespace', async () => {
    const kvp = await ask({ query: `${describeType}&TYPENAMES=antony:arbres` });
    const post = await ask({
      query: 'request=GetCapabilities',
      body: '<DescribeFeatureType xmlns="http://www.opengis.net/wfs/2.0" xmlns:q="https://geomig.example/ns/antony" service="WFS" version="2.0.0"><TypeName>q:arbres</TypeName></DescribeFeatureType>',
    });
    expect(post.body).toBe(kvp.body);
  });

  test.each([
    ['unknown', `${describeType}&TYPENAMES=antony:rien`],
    ['hidden (R23)', `${describeType}&TYPENAMES=parc:secrets`],
  ])('an %s type is 400 InvalidParameterValue', async (_name, query) => {
    const answer = await ask({ query });
    expect([answer.status, exception(answer.body).code, exception(answer.body).locator]).toEqual([
      400,
      'InvalidParameterValue',
      'typeName',
    ]);
  });
});
