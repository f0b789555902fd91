// Capabilities: valid, complete for MetaSearch, GeoNetwork, GDAL and the INSPIRE discovery validator; nothing of persons or fees.
import type { Element } from '../../server/core/xml/read';
import { descendants } from '../../catalogue/document';
import { describeWith, tools } from '../setup/needs';
import { xsdErrors } from '../setup/xsd';
import { doorsWith, FakeRecords, get, post } from './harness';

const doors = doorsWith(new FakeRecords(0, () => ({ identifier: '', xml: '' })));
const capabilities = (more = ''): ReturnType<typeof get> => get(`SERVICE=CSW&REQUEST=GetCapabilities${more}`, doors);
const named = (root: Element, element: string): Element[] => [...descendants(root)].filter(one => one.name === element);
const values = (root: Element, name: string): string[] =>
  named(root, 'Constraint')
    .concat(named(root, 'Parameter'))
    .filter(one => one.attribute('name') === name)
    .flatMap(one => one.children.map(value => value.text));

describeWith([tools.schemas], 'schemas', () => {
  test('valid with the INSPIRE extension', async () => {
    for (const more of ['', '&LANGUAGE=eng', '&SECTIONS=ServiceProvider', '&SECTIONS='])
      expect([more, xsdErrors((await capabilities(more)).text, 'entry/csw202-iso2007.xsd')]).toEqual([more, []]);
  });
});

test('no version, any version and POST give the same 2.0.2 document', async () => {
  const plain = (await capabilities()).text;
  expect((await capabilities('&VERSION=2.0.2')).text).toBe(plain);
  expect((await capabilities('&VERSION=3.0.0')).text).toBe(plain);
  expect((await capabilities('&ACCEPTVERSIONS=3.0.0,2.0.2&foo=bar')).text).toBe(plain);
  expect((await post('<GetCapabilities xmlns="http://www.opengis.net/cat/csw/2.0.2" service="CSW"/>', doors)).text).toBe(plain);
  expect((await capabilities()).root.attribute('version')).toBe('2.0.2');
});

test('formats that are not offered get the default XML (2.0.2)', async () => {
  expect((await capabilities('&ACCEPTFORMATS=text/plain')).root.name).toBe('Capabilities');
});

test('sections: only what was asked, the filter section always', async () => {
  const { root } = await capabilities('&SECTIONS=ServiceProvider');
  expect(root.children.map(child => child.name)).toEqual(['ServiceProvider', 'Filter_Capabilities']);
});

test('every address keeps the key prefix and ends in ?; POST says its encoding', async () => {
  const { root } = await capabilities();
  const operations = named(root, 'Operation').map(one => one.attribute('name'));
  expect(operations).toEqual(['GetCapabilities', 'DescribeRecord', 'GetRecords', 'GetRecordById', 'GetDomain']);
  const addresses = named(root, 'Get')
    .concat(named(root, 'Post'))
    .map(one => one.attribute('href', 'http://www.w3.org/1999/xlink'));
  expect(new Set(addresses)).toEqual(new Set(['https://geo.example.org/k/secret/csw?']));
  for (const one of named(root, 'Post')) expect(one.child('Constraint')?.attribute('name')).toBe('PostEncoding');
  expect(named(root, 'Post').length).toBe(5);
});

test('queryables without prefix, constraint languages as the validator wants them (at-20, at-22)', async () => {
  const { root } = await capabilities();
  expect(values(root, 'SupportedISOQueryables')).toEqual(
    expect.arrayContaining(['Language', 'Subject', 'AnyText', 'BoundingBox', 'Denominator', 'TempExtent_begin', 'OperatesOn']),
  );
  expect(values(root, 'AdditionalQueryables').sort()).toEqual([
    'AccessConstraints',
    'Classification',
    'ConditionApplyingToAccessAndUse',
    'Degree',
    'Lineage',
    'OtherConstraints',
    'ResponsiblePartyRole',
    'SpecificationDate',
    'SpecificationDateType',
    'SpecificationTitle',
  ]);
  expect(values(root, 'CONSTRAINTLANGUAGE')).toEqual(['FILTER', 'CQL_TEXT']);
  expect(values(root, 'typeNames')).toEqual(['csw:Record', 'gmd:MD_Metadata']);
  expect([...new Set(values(root, 'outputSchema'))]).toEqual(['http://www.opengis.net/cat/csw/2.0.2', 'http://www.isotc211.org/2005/gmd']);
});

test('exactly one inspire_ds:ExtendedCapabilities, direct child of OperationsMetadata (at-07)', async () => {
  const { root } = await capabilities();
  const extension = 'http://inspire.ec.europa.eu/schemas/inspire_ds/1.0';
  expect(named(root, 'ExtendedCapabilities').map(one => one.namespace)).toEqual([extension]);
  expect(root.child('OperationsMetadata', 'http://www.opengis.net/ows')?.child('ExtendedCapabilities', extension)).toBeDefined();
});

test('languages: fre by default, eng; unknown gives the default, never an exception (at-25 to at-28)', async () => {
  const language = async (more: string): Promise<readonly [string | undefined, string | undefined]> => {
    const { root } = await capabilities(more);
    return [named(root, 'ResponseLanguage')[0]?.children[0]?.text, named(root, 'Title')[0]?.text];
  };
  expect(await language('')).toEqual(['fre', 'Catalogue d’essai – Service de catalogue']);
  expect(await language('&LANGUAGE=eng')).toEqual(['eng', 'Trial catalogue – Catalogue service']);
  expect(await language('&language=zzz')).toEqual(['fre', 'Catalogue d’essai – Service de catalogue']);
});

test('R24, R25: organisation and functional e-mail only, fees none, mention and standard texts', async () => {
  const { root, text } = await capabilities();
  expect(text).not.toContain('IndividualName');
  expect(named(root, 'Fees').map(one => one.text)).toEqual(['none']);
  expect(named(root, 'Role').length).toBe(1);
  expect(named(root, 'ElectronicMailAddress').map(one => one.text)).toEqual(['sig@hauts-de-seine.example']);
  expect(named(root, 'Abstract')[0]?.text).toContain("Mutualisation de l'Information Géographique");
  expect(named(root, 'AccessConstraints').map(one => one.text)).toContain(
    'Mise à disposition à titre gratuit, sans transfert de propriété (charte MIG § 3.2.1, 3.5.1).',
  );
});

test('filter capabilities name every operator', async () => {
  const { root } = await capabilities();
  expect(named(root, 'SpatialOperator').length).toBe(11);
  expect(named(root, 'ComparisonOperator').map(one => one.text)).toEqual(
    expect.arrayContaining(['EqualTo', 'Like', 'NullCheck', 'Between']),
  );
});
