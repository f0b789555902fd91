// GetDomain: values of queryables and of parameters, by GET and by POST, valid, and nothing of what the caller may not name.
import { descendants } from '../../catalogue/document';
import type { RecordSource } from '../../server/core/ports/doors';
import { describeWith, tools } from '../setup/needs';
import { xsdErrors } from '../setup/xsd';
import { doorsWith, exception, FakeRecords, get, post, type Answer } from './harness';

const domains: Readonly<Record<string, readonly string[]>> = {
  Type: ['dataset', 'series'],
  Subject: ['bruit', 'école'],
  Modified: ['2026-06-15T08:00:00Z'],
  Lineage: [],
};

function source(): RecordSource & { readonly asked: string[] } {
  const asked: string[] = [];
  const fake = new FakeRecords(0, () => ({ identifier: '', xml: '' }));
  return {
    type: fake.type,
    generation: 7,
    asked,
    open: async () => {
      const snapshot = await fake.open();
      return {
        ...snapshot,
        domain: async property => {
          asked.push(property);
          return (domains[property] ?? []).map(value => ({ value, count: 1 }));
        },
      };
    },
  };
}

const kvp = (more: string): string => `service=CSW&version=2.0.2&request=GetDomain&${more}`;
const ask = (more: string, records = source()): Promise<Answer> => get(kvp(more), doorsWith(records));
const told = (answer: Answer): unknown =>
  answer.root.children.map(one => [
    one.attribute('type'),
    one.children[0]?.name,
    one.children[0]?.text,
    one.child('ListOfValues')?.children.map(value => value.text) ?? null,
  ]);

test('values of queryables, whatever the spelling of their names, in the order asked', async () => {
  const records = source();
  expect(told(await ask('PropertyName=dc:type,APISO:Subject,dct:modified', records))).toEqual([
    ['csw:Record', 'PropertyName', 'dc:type', ['dataset', 'series']],
    ['csw:Record', 'PropertyName', 'APISO:Subject', ['bruit', 'école']],
    ['csw:Record', 'PropertyName', 'dct:modified', ['2026-06-15T08:00:00Z']],
  ]);
  expect(records.asked).toEqual(['Type', 'Subject', 'Modified']);
});

test('no values, boxes and full text: the name alone', async () => {
  const records = source();
  expect(told(await ask('PropertyName=apiso:Lineage,ows:BoundingBox,csw:AnyText', records))).toEqual([
    ['csw:Record', 'PropertyName', 'apiso:Lineage', null],
    ['csw:Record', 'PropertyName', 'ows:BoundingBox', null],
    ['csw:Record', 'PropertyName', 'csw:AnyText', null],
  ]);
  expect(records.asked).toEqual(['Lineage']);
});

test.each([
  ['GetRecords.resultType', ['hits', 'results', 'validate']],
  ['getrecords.RESULTTYPE', ['hits', 'results', 'validate']],
  ['GetRecords.outputSchema', ['http://www.opengis.net/cat/csw/2.0.2', 'http://www.isotc211.org/2005/gmd']],
  ['GetRecords.CONSTRAINTLANGUAGE', ['FILTER', 'CQL_TEXT']],
  ['GetRecordById.ElementSetName', ['brief', 'summary', 'full']],
  ['DescribeRecord.typeName', ['csw:Record', 'gmd:MD_Metadata']],
  ['GetCapabilities.sections', ['ServiceIdentification', 'ServiceProvider', 'OperationsMetadata', 'Filter_Capabilities']],
  ['GetRecords.version', ['2.0.2']],
])('values of the parameter %s', async (name, values) => {
  expect(told(await ask(`ParameterName=${name}`))).toEqual([['csw:Record', 'ParameterName', name, values]]);
});

test('by POST, one of each', async () => {
  const document = (inside: string): string =>
    `<csw:GetDomain xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2">${inside}</csw:GetDomain>`;
  expect(told(await post(document('<csw:PropertyName>dc:type</csw:PropertyName>'), doorsWith(source())))).toEqual([
    ['csw:Record', 'PropertyName', 'dc:type', ['dataset', 'series']],
  ]);
  expect(told(await post(document('<csw:ParameterName>GetRecords.resultType</csw:ParameterName>'), doorsWith(source())))).toEqual([
    ['csw:Record', 'ParameterName', 'GetRecords.resultType', ['hits', 'results', 'validate']],
  ]);
  expect(exception(await post(document(''), doorsWith(source())))).toEqual([400, 'MissingParameterValue', 'PropertyName']);
});

test.each([
  ['', 'MissingParameterValue', 'PropertyName'],
  ['PropertyName=', 'MissingParameterValue', 'PropertyName'],
  ['PropertyName=colour', 'InvalidParameterValue', 'PropertyName'],
  // R23: names of the charter are as unknown as any other
  ['PropertyName=visibility', 'InvalidParameterValue', 'PropertyName'],
  ['ParameterName=GetRecords.colour', 'InvalidParameterValue', 'ParameterName'],
  ['ParameterName=outputSchema', 'InvalidParameterValue', 'ParameterName'],
  ['ParameterName=Transaction.version', 'InvalidParameterValue', 'ParameterName'],
  [`PropertyName=${Array(21).fill('dc:type').join(',')}`, 'InvalidParameterValue', 'PropertyName'],
])('%s is refused', async (more, code, locator) => {
  expect(exception(await ask(more))).toEqual([400, code, locator]);
});

test('every name that the capabilities offer is answered', async () => {
  const { root } = await get('service=CSW&request=GetCapabilities', doorsWith(source()));
  const operation = [...descendants(root)].find(one => one.name === 'Operation' && one.attribute('name') === 'GetDomain');
  for (const parameter of operation?.children.filter(child => child.name === 'Parameter') ?? []) {
    const names = parameter.children.map(value => value.text);
    expect(names.length).toBeGreaterThan(10);
    for (let at = 0; at < names.length; at += 20) {
      const answer = await ask(`${parameter.attribute('name') ?? ''}=${names.slice(at, at + 20).join(',')}`);
      expect(answer.root.children.map(one => one.children[0]?.text)).toEqual(names.slice(at, at + 20));
    }
  }
  expect(operation?.children.filter(child => child.name === 'Parameter').map(one => one.attribute('name'))).toEqual([
    'ParameterName',
    'PropertyName',
  ]);
});

describeWith([tools.schemas], 'schemas', () => {
  test('answers are valid', async () => {
    for (const more of ['PropertyName=dc:type,csw:AnyText,apiso:Lineage', 'ParameterName=GetRecords.outputSchema'])
      expect([more, xsdErrors((await ask(more)).text, 'entry/csw202-iso2007.xsd')]).toEqual([more, []]);
  });

  test('GetDomain is advertised by GET and POST', async () => {
    const { root } = await get('service=CSW&request=GetCapabilities', doorsWith(source()));
    const operation = [...descendants(root)].find(one => one.name === 'Operation' && one.attribute('name') === 'GetDomain');
    expect([...descendants(operation ?? root)].filter(one => one.name === 'Get' || one.name === 'Post').map(one => one.name)).toEqual([
      'Get',
      'Post',
    ]);
  });
});
