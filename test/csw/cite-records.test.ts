// The assertions of the CSW 2.0.2 conformance suite on its own twelve records, in our words, through the endpoint and the database.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordPreparer } from '../../catalogue/prepare';
import { recordTypes } from '../../catalogue/record-type';
import type { Doors } from '../../server/core/ports/doors';
import { openRecords } from '../../server/store/record-source';
import { importFreeRecord } from '../../server/store/records';
import { testDatabase, type TestDatabase } from '../setup/database';
import { besideProject, describeWith, tools } from '../setup/needs';
import { xsdAvailable, xsdErrors } from '../setup/xsd';
import { contextFor, doorsWith, exception, get, paging, post, type Answer } from './harness';

const folder = besideProject('data', 'services', 'dc_records');
const dc = 'http://purl.org/dc/elements/1.1/';

describeWith([tools.dublinCore], 'twelve Dublin Core records (data/services/dc_records)', () => {
  let world: TestDatabase;
  let doors: Doors;

  beforeAll(async () => {
    world = await testDatabase();
    const { database } = world;
    await database.transaction({ role: 'owner' }, async session => {
      for (const file of readdirSync(folder))
        await importFreeRecord(
          session,
          recordPreparer,
          readFileSync(join(folder, file)),
          { owner: null, visibility: 'public', scope: null },
          '2026-06-15T08:00:00Z',
        );
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

  const ask = (inside: string, head = 'resultType="results" maxRecords="20"'): Promise<Answer> =>
    post(
      `<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" xmlns:dc="${dc}" xmlns:dct="http://purl.org/dc/terms/" xmlns:ows="http://www.opengis.net/ows" service="CSW" version="2.0.2" ${head}><csw:Query typeNames="csw:Record">${inside}</csw:Query></csw:GetRecords>`,
      doors,
      contextFor('cite'),
    );
  const filter = (text: string): Promise<Answer> =>
    ask(`<csw:ElementSetName>full</csw:ElementSetName><csw:Constraint version="1.1.0"><ogc:Filter>${text}</ogc:Filter></csw:Constraint>`);
  const compare = (operator: string, property: string, value: string, more = ''): string =>
    `<ogc:PropertyIs${operator} ${more}><ogc:PropertyName>${property}</ogc:PropertyName><ogc:Literal>${value}</ogc:Literal></ogc:PropertyIs${operator}>`;
  const like = (property: string, value: string, more = ''): string =>
    compare('Like', property, value, `wildCard="*" singleChar="#" escapeChar="!" ${more}`);
  const box = (low: string, high: string): string =>
    `<ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope srsName="urn:x-ogc:def:crs:EPSG:6.11:4326"><gml:lowerCorner>${low}</gml:lowerCorner><gml:upperCorner>${high}</gml:upperCorner></gml:Envelope></ogc:BBOX>`;
  const records = (answer: Answer): typeof answer.root.children => answer.root.child('SearchResults')?.children ?? [];
  const texts = (answer: Answer, name: string): string[] => records(answer).flatMap(record => record.all(name, dc).map(one => one.text));
  const matched = async (text: string): Promise<number> => Number(paging(await filter(text))[0]);

  test('no resultType: hits; a page is ten', async () => {
    expect(paging(await ask('<csw:ElementSetName>full</csw:ElementSetName>', ''))).toEqual(['12', '0', '1']);
    expect(paging(await ask('<csw:ElementSetName>full</csw:ElementSetName>', 'resultType="results"'))).toEqual(['12', '10', '11']);
  });

  test('the page at 3 with 5 goes on at 8; maxRecords=0 is empty and goes on at 1', async () => {
    expect(paging(await ask('', 'resultType="results" startPosition="3" maxRecords="5"'))).toEqual(['12', '5', '8']);
    expect(paging(await ask('', 'resultType="results" maxRecords="0"'))).toEqual(['12', '0', '1']);
  });

  test('exact title; title without case', async () => {
    expect(texts(await filter(compare('EqualTo', 'dc:title', 'Maecenas enim')), 'title')).toEqual(['Maecenas enim']);
    expect(await matched(compare('EqualTo', 'dc:title', 'maecenas ENIM'))).toBe(0);
    expect(await matched(compare('EqualTo', 'dc:title', 'maecenas ENIM', 'matchCase="false"'))).toBe(1);
  });

  test('Like is case-sensitive; Not Like returns the rest, records without a title among them (14.2)', async () => {
    const titles = texts(await filter(like('dc:title', 'Lorem ipsum*')), 'title');
    expect(titles.length).toBeGreaterThan(0);
    expect(titles.every(title => title.startsWith('Lorem ipsum'))).toBe(true);
    expect(await matched(like('dc:title', 'lorem ipsum*'))).toBe(0);
    const rest = await matched(`<ogc:Not>${like('dc:title', 'Lorem ipsum*')}</ogc:Not>`);
    expect(rest).toBe(12 - titles.length);
  });

  test('dates: every comparison, and its negation with the records that have none', async () => {
    const all = {
      before: await matched(compare('LessThan', 'dc:date', '2006-05-12')),
      equal: await matched(compare('EqualTo', 'dc:date', '2006-05-12')),
      after: await matched(compare('GreaterThan', 'dc:date', '2006-05-12')),
    };
    expect(all.before + all.equal + all.after).toBe(4);
    expect(all.equal).toBe(1);
    expect(await matched(compare('LessThanOrEqualTo', 'dc:date', '2006-05-12'))).toBe(all.before + 1);
    expect(await matched(compare('GreaterThanOrEqualTo', 'dc:date', '2006-05-12'))).toBe(all.after + 1);
    expect(await matched(compare('NotEqualTo', 'dc:date', '2006-05-12'))).toBe(3);
    expect(await matched(`<ogc:Not>${compare('EqualTo', 'dc:date', '2006-05-12')}</ogc:Not>`)).toBe(11);
  });

  test('sorting: identifiers ascending; dates descending with the records without one last', async () => {
    const sorted = async (property: string, order: string, more: string): Promise<Answer> =>
      ask(
        `<csw:ElementSetName>full</csw:ElementSetName><ogc:SortBy><ogc:SortProperty><ogc:PropertyName>${property}</ogc:PropertyName><ogc:SortOrder>${order}</ogc:SortOrder></ogc:SortProperty></ogc:SortBy>`,
        `resultType="results" ${more}`,
      );
    const ids = texts(await sorted('dc:identifier', 'ASC', 'maxRecords="20"'), 'identifier');
    expect(ids).toEqual([...ids].sort());
    const first = texts(await sorted('dc:date', 'DESC', 'maxRecords="3"'), 'date');
    expect(first).toHaveLength(3);
    expect(first).toEqual([...first].sort().reverse());
    const whole = await sorted('dc:date', 'DESC', 'maxRecords="20"');
    expect(
      records(whole)
        .slice(4)
        .flatMap(record => record.all('date', dc)),
    ).toEqual([]);
  });

  test('boxes: found, and Not BBOX returns the rest; a box on dct:spatial is refused', async () => {
    const answer = await filter(box('60 13', '69 18'));
    expect(texts(answer, 'identifier')).toEqual(['urn:uuid:1ef30a8b-876d-4828-9246-c37ab4510bbd']);
    expect(await matched(`<ogc:Not>${box('60 13', '69 18')}</ogc:Not>`)).toBe(11);
    expect(exception(await filter(box('60 13', '69 18').replace('ows:BoundingBox', 'dct:spatial'))).slice(0, 2)).toEqual([
      400,
      'InvalidParameterValue',
    ]);
    expect(answer.text).toContain(
      '<ows:BoundingBox crs="urn:x-ogc:def:crs:EPSG:6.11:4326"><ows:LowerCorner>60.042 13.754</ows:LowerCorner><ows:UpperCorner>68.410 17.920</ows:UpperCorner></ows:BoundingBox>',
    );
  });

  test('AnyText without case; And, Or, Not at depth', async () => {
    expect(await matched(like('csw:AnyText', '*lorem*'))).toBeGreaterThanOrEqual(5);
    const image = compare('EqualTo', 'dc:type', 'http://purl.org/dc/dcmitype/Image');
    const text = compare('EqualTo', 'dc:type', 'http://purl.org/dc/dcmitype/Text');
    const [images, words] = [await matched(image), await matched(text)];
    expect(await matched(`<ogc:Or>${image}${text}</ogc:Or>`)).toBe(images + words);
    expect(await matched(`<ogc:Not><ogc:Or>${image}${text}</ogc:Or></ogc:Not>`)).toBe(12 - images - words);
    expect(await matched(`<ogc:And><ogc:Not>${image}</ogc:Not><ogc:Not><ogc:And>${image}${text}</ogc:And></ogc:Not></ogc:And>`)).toBe(
      12 - images,
    );
  });

  test('one subject of several, and a unicode title, as they were written', async () => {
    const answer = await filter(compare('EqualTo', 'dc:subject', 'Vegetation'));
    expect(paging(answer)[0]).toBe('1');
    expect(texts(answer, 'subject')).toContain('Vegetation');
    const all = await ask('<csw:ElementSetName>full</csw:ElementSetName>');
    expect(texts(all, 'title').some(title => /[^\x00-\x7f]/.test(title))).toBe(true);
  });

  test('GetRecordById: summary by default, several ids, valid answers', async () => {
    const answer = await get(
      'service=CSW&version=2.0.2&request=GetRecordById&id=urn:uuid:94bc9c83-97f6-4b40-9eb8-a8e8787a5c63,urn:uuid:9a669547-b69b-469f-a11f-2d875366bbdc,urn:uuid:none',
      doors,
    );
    expect(answer.root.children.map(child => child.name)).toEqual(['SummaryRecord', 'SummaryRecord']);
    if (!xsdAvailable) return;
    expect(xsdErrors(answer.text, 'entry/csw202-iso2007.xsd')).toEqual([]);
    for (const set of ['brief', 'summary', 'full'])
      for (const schema of ['http://www.opengis.net/cat/csw/2.0.2', 'http://www.isotc211.org/2005/gmd']) {
        const page = await get(
          `service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results&maxRecords=20&elementSetName=${set}&outputSchema=${encodeURIComponent(schema)}`,
          doors,
        );
        expect([set, schema, xsdErrors(page.text, 'entry/csw202-iso2007.xsd')]).toEqual([set, schema, []]);
      }
  });
});
