// The requests of those who harvest and search catalogues – data.gouv.fr, GeoNetwork, CKAN, csw-client, MetaSearch, GDAL, OWSLib – as they send
// them, until nothing is left: every record once, whatever the paging, and the ends of paging as each of them understands them.
import { completeRecord } from '../../catalogue/derive';
import { recordFromFields } from '../../catalogue/fields';
import { writeIso } from '../../catalogue/iso19139-write';
import { recordPreparer } from '../../catalogue/prepare';
import { recordTypes } from '../../catalogue/record-type';
import type { Doors } from '../../server/core/ports/doors';
import type { Element } from '../../server/core/xml/read';
import { openRecords } from '../../server/store/record-source';
import { importFreeRecord } from '../../server/store/records';
import { trees, written } from '../catalogue/fixtures';
import { testDatabase, type TestDatabase } from '../setup/database';
import { doorsWith, get, paging, post, type Answer } from './harness';

const scopes = ['dataset', 'dataset', 'dataset', 'series', 'service', 'nonGeographicDataset', 'application'];
const total = 67;
const idOf = (i: number): string => `fr-92-essai-${String((i * 37) % total).padStart(3, '0')}`;
const scopeOf = (i: number): string => scopes[i % scopes.length] ?? 'dataset';
const ids = Array.from({ length: total }, (_, i) => idOf(i)).sort();
const harvested = Array.from({ length: total }, (_, i) => i)
  .filter(i => scopeOf(i) !== 'application')
  .map(idOf)
  .sort();

let world: TestDatabase;
let doors: Doors;

beforeAll(async () => {
  world = await testDatabase();
  const { database } = world;
  const record = completeRecord(recordFromFields(written), trees);
  await database.transaction({ role: 'owner' }, async session => {
    for (let i = 0; i < total; i++) {
      const one = {
        ...record,
        identifier: idOf(i),
        scope: scopeOf(i),
        // titles repeat, so that an order by title alone is none
        title: { fr: `Voies cyclables, lot ${i % 5}` },
        boxes: [{ minX: 2.2 + i * 0.001, minY: 48.8, maxX: 2.21 + i * 0.001, maxY: 48.81 }],
        dateStamp: '2026-06-01T00:00:00Z',
      };
      await importFreeRecord(
        session,
        recordPreparer,
        writeIso(one),
        { owner: null, visibility: 'public', scope: null },
        '2026-06-15T08:00:00Z',
      );
    }
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

const members = (answer: Answer): readonly Element[] => {
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
  return answer.root.child('SearchResults')?.children ?? [];
};
const dcId = (record: Element): string => record.child('identifier', 'http://purl.org/dc/elements/1.1/')?.text ?? '';
const isoId = (record: Element): string => record.child('fileIdentifier')?.children[0]?.text ?? '';
const numbers = (answer: Answer): readonly [number, number, number] => {
  const [matched = '', returned = '', next = ''] = paging(answer);
  // each of them reads whole numbers, and all three must be there
  for (const text of [matched, returned, next]) expect(text).toMatch(/^\d+$/);
  return [Number(matched), Number(returned), Number(next)];
};
const gmd = 'http://www.isotc211.org/2005/gmd';
const csw = 'http://www.opengis.net/cat/csw/2.0.2';

/** Stops as data.gouv.fr and GeoNetwork do: at 0, beyond the end, at an empty page, or where the next does not lie ahead. */
function goesOn(start: number, [matched, returned, next]: readonly [number, number, number]): boolean {
  return !(next === 0 || next > matched || returned === 0 || next < start);
}

describe('data.gouv.fr', () => {
  const request = (start: number, type: string): string => `<csw:GetRecords xmlns:csw="${csw}" xmlns:gmd="${gmd}"
      service="CSW" version="2.0.2" resultType="results" outputFormat="application/xml"
      startPosition="${start}" maxRecords="25" outputSchema="${gmd}">
    <csw:Query typeNames="gmd:MD_Metadata"><csw:ElementSetName>full</csw:ElementSetName>
    <csw:Constraint version="1.1.0"><ogc:Filter xmlns:ogc="http://www.opengis.net/ogc"><ogc:Or xmlns:ogc="http://www.opengis.net/ogc">
    ${['dataset', 'nonGeographicDataset', 'series', 'service']
      .map(
        scope =>
          `<ogc:PropertyIsEqualTo><ogc:PropertyName>${type}</ogc:PropertyName><ogc:Literal>${scope}</ogc:Literal></ogc:PropertyIsEqualTo>`,
      )
      .join('')}
    </ogc:Or></ogc:Filter></csw:Constraint>
    <ogc:SortBy xmlns:ogc="http://www.opengis.net/ogc"><ogc:SortProperty><ogc:PropertyName>apiso:identifier</ogc:PropertyName>
    <ogc:SortOrder>ASC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy></csw:Query></csw:GetRecords>`;

  // lower case now, capitals for a while, the core's name before
  test.each(['apiso:type', 'apiso:Type', 'dc:type'])('harvest with %s', async type => {
    const seen: string[] = [];
    for (let start = 1; ;) {
      const answer = await post(request(start, type), doors);
      seen.push(...members(answer).map(isoId));
      const facts = numbers(answer);
      expect(facts[1]).toBe(members(answer).length);
      if (!goesOn(start, facts)) break;
      start = facts[2];
    }
    // in order, each once
    expect(seen).toEqual(harvested);
  });

  test('an early form: an unknown attribute, no maxRecords, order by the bare name', async () => {
    const early = request(1, 'dc:type').replace('maxRecords="25"', 'maxPosition="200"').replace('apiso:identifier', 'identifier');
    const answer = await post(early, doors);
    expect(members(answer).map(isoId)).toEqual(harvested.slice(0, 10));
  });
});

describe('GeoNetwork', () => {
  const request = (start: number, inside = '', count = 20): string => `<?xml version="1.0" encoding="UTF-8"?>
    <csw:GetRecords xmlns:csw="${csw}" xmlns:gmd="${gmd}" service="CSW" version="2.0.2" resultType="results"
      outputSchema="${gmd}" outputFormat="application/xml" startPosition="${start}" maxRecords="${count}">
    <csw:Query typeNames="gmd:MD_Metadata csw:Record"><csw:ElementSetName>summary</csw:ElementSetName>${inside}</csw:Query></csw:GetRecords>`;

  test('a first try of one record, then pages of twenty by POST; it counts what it got and goes on behind it', async () => {
    expect(members(await post(request(1, '', 1), doors))).toHaveLength(1);
    const seen: string[] = [];
    const sizes: number[] = [];
    for (let start = 1; ;) {
      const answer = await post(request(start), doors);
      seen.push(...members(answer).map(isoId));
      const facts = numbers(answer);
      sizes.push(facts[1]);
      if (!goesOn(start, facts)) break;
      start += facts[1];
    }
    expect([...seen].sort()).toEqual(ids);
    // #7995: the page is as long as it was asked to be
    expect(sizes).toEqual([20, 20, 20, 7]);
  });

  test('its filter: queryables with the prefix csw, a box without a reference system in lon lat', async () => {
    const filter = `<csw:Constraint version="1.1.0"><ogc:Filter xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml"><ogc:And>
      <ogc:PropertyIsEqualTo><ogc:PropertyName>csw:AnyText</ogc:PropertyName><ogc:Literal>cyclable</ogc:Literal></ogc:PropertyIsEqualTo>
      <ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><ogc:PropertyName>csw:title</ogc:PropertyName><ogc:Literal>%lot 3</ogc:Literal></ogc:PropertyIsLike>
      <ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope><gml:lowerCorner>2.1 48.7</gml:lowerCorner><gml:upperCorner>2.4 48.9</gml:upperCorner></gml:Envelope></ogc:BBOX>
      </ogc:And></ogc:Filter></csw:Constraint>`;
    const wanted = Array.from({ length: total }, (_, i) => i).filter(i => i % 5 === 3).length;
    expect(numbers(await post(request(1, filter), doors))[0]).toBe(wanted);
  });

  test('its way back: GET with CQL, the_geom, its own form of NAMESPACE', async () => {
    const answer = await get(
      new URLSearchParams({
        request: 'GetRecords',
        service: 'CSW',
        version: '2.0.2',
        namespace: `csw:${csw}`,
        resultType: 'results',
        outputSchema: gmd,
        outputFormat: 'application/xml',
        startPosition: '1',
        maxRecords: '20',
        elementSetName: 'summary',
        typeNames: 'gmd:MD_Metadata,csw:Record',
        constraintLanguage: 'CQL_TEXT',
        constraint_language_version: '1.1.0',
        constraint: "(csw:AnyText LIKE '%cyclable%' OR csw:subject = 'rien') AND BBOX(the_geom, 2.1, 48.7, 2.4, 48.9)",
      }).toString(),
      doors,
    );
    expect(numbers(answer)).toEqual([total, 20, 21]);
  });

  test('then each record in full by POST', async () => {
    const answer = await post(
      `<csw:GetRecordById xmlns:csw="${csw}" service="CSW" version="2.0.2" outputSchema="${gmd}"><csw:Id>${idOf(5)}</csw:Id><csw:ElementSetName>full</csw:ElementSetName></csw:GetRecordById>`,
      doors,
    );
    expect(answer.root.children.map(isoId)).toEqual([idOf(5)]);
  });
});

describe('CKAN', () => {
  /** The first request says no position, the second the position of its last record: two pages overlap. */
  const request = (
    start: number,
  ): string => `<csw:GetRecords xmlns:csw="${csw}" xmlns:ogc="http://www.opengis.net/ogc" outputSchema="${gmd}" outputFormat="application/xml"
      version="2.0.2" resultType="results" service="CSW" maxRecords="10"${start > 0 ? ` startPosition="${start}"` : ''}
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${csw} http://schemas.opengis.net/csw/2.0.2/CSW-discovery.xsd">
    <csw:Query typeNames="csw:Record"><csw:ElementSetName>brief</csw:ElementSetName><ogc:SortBy><ogc:SortProperty><ogc:PropertyName>dc:identifier</ogc:PropertyName>
    <ogc:SortOrder>ASC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy></csw:Query></csw:GetRecords>`;

  test('overlapping pages of ten in a stable order, then each record by its id', async () => {
    const pages: string[][] = [];
    for (let start = 0; start <= total; start += 10) {
      const answer = await post(request(start), doors);
      pages.push(members(answer).map(isoId));
      if (numbers(answer)[2] === 0) break;
    }
    expect([...new Set(pages.flat())].sort()).toEqual(ids);
    expect(pages[1]?.[0]).toBe(pages[0]?.at(-1));
    for (const id of ids.slice(0, 3)) {
      const answer = await post(
        `<csw:GetRecordById xmlns:csw="${csw}" outputSchema="${gmd}" outputFormat="application/xml" version="2.0.2" service="CSW"><csw:Id>${id}</csw:Id><csw:ElementSetName>full</csw:ElementSetName></csw:GetRecordById>`,
        doors,
      );
      expect(answer.root.children.map(isoId)).toEqual([id]);
    }
  });
});

describe('csw-client', () => {
  const query = (schema: 'iso' | 'dc', more: Readonly<Record<string, string>>): string =>
    new URLSearchParams({
      maxRecords: '20',
      elementSetName: 'full',
      resultType: 'results',
      request: 'GetRecords',
      typeNames: schema === 'iso' ? 'gmd:MD_Metadata' : 'csw:Record',
      outputSchema: schema === 'iso' ? gmd : csw,
      service: 'CSW',
      version: '2.0.2',
      ...more,
    }).toString();

  test.each(['iso', 'dc'] as const)('%s: the number by hits, then five pages of twenty at once', async schema => {
    const [matched] = numbers(await get(query(schema, { resultType: 'hits' }), doors));
    expect(matched).toBe(total);
    const starts = Array.from({ length: Math.ceil(matched / 20) }, (_, i) => i * 20 + 1);
    const pages = await Promise.all(starts.map(start => get(query(schema, { startPosition: String(start) }), doors)));
    expect(pages.flatMap(page => members(page).map(schema === 'iso' ? isoId : dcId)).sort()).toEqual(ids);
  });
});

describe('MetaSearch', () => {
  const request = (
    words: string,
    box: readonly [string, string],
    start: number,
  ): string => `<csw:GetRecords xmlns:csw="${csw}" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" xmlns:ows="http://www.opengis.net/ows"
      outputSchema="${csw}" outputFormat="application/xml" version="2.0.2" service="CSW" resultType="results" maxRecords="10"${start > 0 ? ` startPosition="${start}"` : ''}
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${csw} http://schemas.opengis.net/csw/2.0.2/CSW-discovery.xsd">
    <csw:Query typeNames="csw:Record"><csw:ElementSetName>full</csw:ElementSetName><csw:Constraint version="1.1.0"><ogc:Filter><ogc:And>
    <ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>${box[0]}</gml:lowerCorner><gml:upperCorner>${box[1]}</gml:upperCorner></gml:Envelope></ogc:BBOX>
    <ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><ogc:PropertyName>csw:AnyText</ogc:PropertyName><ogc:Literal>%${words}%</ogc:Literal></ogc:PropertyIsLike>
    </ogc:And></ogc:Filter></csw:Constraint></csw:Query></csw:GetRecords>`;

  test('words and a box, page by page', async () => {
    const seen: string[] = [];
    for (let start = 0; ;) {
      const answer = await post(request('CYCLABLES', ['-90 -180', '90 180'], start), doors);
      seen.push(...members(answer).map(dcId));
      const [, , next] = numbers(answer);
      if (next === 0) break;
      start = next;
    }
    expect([...seen].sort()).toEqual(ids);
    const near = await post(request('lot', ['48.7 2.1', '48.9 2.2005'], 0), doors);
    expect(members(near).map(dcId)).toEqual([idOf(0)]);
    expect(numbers(await post(request('lot', ['40 2.1', '41 2.2'], 0), doors))).toEqual([0, 0, 0]);
  });

  test('what it offers to add follows from the protocol of each link', async () => {
    const [record] = members(await post(request('lot', ['48.7 2.1', '48.9 2.2005'], 0), doors));
    const schemes = record?.children.filter(child => child.name === 'references').map(link => link.attribute('scheme'));
    expect(schemes).toEqual(expect.arrayContaining(['OGC:WMS', 'OGC:WFS']));
    expect(record?.children.find(child => child.name === 'BoundingBox')?.child('LowerCorner')?.text).toBe('48.8 2.2');
  });
});

describe('GDAL', () => {
  const request = (
    start: number,
    count: number,
  ): string => `<csw:GetRecords resultType="results" service="CSW" version="2.0.2" startPosition="${start}" maxRecords="${count}"
      xmlns:csw="${csw}" xmlns:gml="http://www.opengis.net/gml" xmlns:ogc="http://www.opengis.net/ogc" xmlns:ows="http://www.opengis.net/ows" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/">
    <csw:Query typeNames="csw:Record"><csw:ElementSetName>full</csw:ElementSetName></csw:Query></csw:GetRecords>`;

  test('five hundred at once; or pages until one is short', async () => {
    expect(
      members(await post(request(1, 500), doors))
        .map(dcId)
        .sort(),
    ).toEqual(ids);
    const seen: string[] = [];
    for (let start = 1; ; start += 30) {
      const page = members(await post(request(start, 30), doors)).map(dcId);
      seen.push(...page);
      if (page.length < 30) break;
    }
    expect(seen.sort()).toEqual(ids);
  });
});

describe('OWSLib', () => {
  test('its older call: words and a box in lon lat without a reference system', async () => {
    const answer = await post(
      `<csw:GetRecords xmlns:csw="${csw}" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" outputSchema="${csw}" outputFormat="application/xml" version="2.0.2" resultType="results" service="CSW" maxRecords="10">
      <csw:Query typeNames="csw:Record"><csw:ElementSetName>summary</csw:ElementSetName><csw:Constraint version="1.1.0"><ogc:Filter><ogc:And>
      <ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope><gml:lowerCorner>2.1 48.7</gml:lowerCorner><gml:upperCorner>2.2005 48.9</gml:upperCorner></gml:Envelope></ogc:BBOX>
      <ogc:PropertyIsEqualTo><ogc:PropertyName>dc:type</ogc:PropertyName><ogc:Literal>dataset</ogc:Literal></ogc:PropertyIsEqualTo>
      <ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><ogc:PropertyName>csw:AnyText</ogc:PropertyName><ogc:Literal>%cyclable%</ogc:Literal></ogc:PropertyIsLike>
      </ogc:And></ogc:Filter></csw:Constraint></csw:Query></csw:GetRecords>`,
      doors,
    );
    expect(members(answer).map(dcId)).toEqual([idOf(0)]);
  });
});

test('an order that is none by itself is total all the same', async () => {
  const seen: string[] = [];
  for (let start = 1; start > 0;) {
    const answer = await get(
      `service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results&elementSetName=brief&sortBy=dc:title:D&maxRecords=4&startPosition=${start}`,
      doors,
    );
    seen.push(...members(answer).map(dcId));
    start = numbers(answer)[2];
  }
  expect([...seen].sort()).toEqual(ids);
});

test('a plain GET without anything else finds its way', async () => {
  const answer = await get(
    `REQUEST=GetRecords&SERVICE=CSW&VERSION=2.0.2&RESULTTYPE=results&MAXRECORDS=100&typeNames=csw:Record&elementSetName=full&startPosition=1&outputSchema=${gmd}`,
    doors,
  );
  expect(members(answer).map(isoId).sort()).toEqual(ids);
});
