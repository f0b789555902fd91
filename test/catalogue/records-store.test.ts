// Records in the database: written, found by every queryable, read in the caller's variant, never beyond the caller's rights.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeRecord } from '../../catalogue/derive';
import { recordFromFields } from '../../catalogue/fields';
import { importRecord } from '../../catalogue/import';
import { recordPreparer } from '../../catalogue/prepare';
import { queryables, recordTypes } from '../../catalogue/record-type';
import { and, everything, not, type Filter } from '../../server/core/filter/filter';
import { likePattern, sqlWildcards } from '../../server/core/filter/like';
import type { RecordForm, RecordQuery, RecordSnapshot } from '../../server/core/ports/doors';
import { besideProject, describeWith, tools } from '../setup/needs';
import { openRecords, recordsGeneration } from '../../server/store/record-source';
import { deleteRecord, importFreeRecord, retireRecord, saveDatasetRecord } from '../../server/store/records';
import type { Database, Session } from '../../server/store/database';
import { testDatabase, type TestDatabase } from '../setup/database';
import { trees, written } from './fixtures';

let test_: TestDatabase;
let database: Database;
let organisation = 0;
const instant = '2026-06-15T08:00:00.000Z';

const owner = <T>(use: (session: Session) => Promise<T>): Promise<T> => database.transaction({ role: 'owner' }, use);
const ours = { visibility: 'public', scope: null } as const;
const page = (more: Partial<RecordQuery> = {}): RecordQuery => ({ filter: everything, sort: [], start: 0, count: 100, ...more });

const anonymous: Filter = { op: 'in', property: 'visibility', values: ['public'] };

async function within<T>(
  use: (snapshot: RecordSnapshot) => Promise<T>,
  rights: { filter?: Filter; owner?: number | null } = {},
): Promise<T> {
  const source = openRecords({
    database,
    types: recordTypes(1),
    filter: rights.filter ?? anonymous,
    owner: rights.owner ?? null,
    generation: 1,
  });
  const snapshot = await source.open(new AbortController().signal);
  try {
    return await use(snapshot);
  } finally {
    await snapshot.close();
  }
}

const identifiers = (query: RecordQuery, rights: { filter?: Filter; owner?: number | null } = {}): Promise<string[]> =>
  within(async snapshot => {
    const found: string[] = [];
    for await (const document of snapshot.documents(query, 'csw:brief')) found.push(document.identifier);
    return found;
  }, rights);

const where = (filter: Filter, rights = {}): Promise<string[]> => identifiers(page({ filter }), rights);
const equal = (name: string, value: string | number | boolean): Filter => ({
  op: 'compare',
  operator: '=',
  left: { kind: 'property', name },
  right: { kind: 'literal', value },
  matchCase: true,
});
const like = (property: string, pattern: string): Filter => ({
  op: 'like',
  property,
  pattern: likePattern(pattern, sqlWildcards),
  matchCase: false,
});

const person = `<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:x="urn:x">
  <gmd:fileIdentifier><gco:CharacterString>libre-1</gco:CharacterString></gmd:fileIdentifier>
  <gmd:language><gco:CharacterString>fra</gco:CharacterString></gmd:language>
  <gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="series"/></gmd:hierarchyLevel>
  <gmd:contact><gmd:CI_ResponsibleParty><gmd:individualName><gco:CharacterString>Zéphyrine Durand</gco:CharacterString></gmd:individualName>
    <gmd:organisationName><gco:CharacterString>Ville de Sceaux</gco:CharacterString></gmd:organisationName></gmd:CI_ResponsibleParty></gmd:contact>
  <gmd:dateStamp><gco:Date>2020-02-03</gco:Date></gmd:dateStamp>
  <x:unknown>gardé</x:unknown>
  <gmd:identificationInfo><gmd:MD_DataIdentification>
    <gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>Écoles et bruit</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation>
    <gmd:abstract><gco:CharacterString>Les établissements scolaires, classés par niveau sonore</gco:CharacterString></gmd:abstract>
  </gmd:MD_DataIdentification></gmd:identificationInfo>
</gmd:MD_Metadata>`;

beforeAll(async () => {
  test_ = await testDatabase();
  database = test_.database;
  await owner(async session => {
    const [row] = await session.rows<{ id: number }>(
      `insert into geomig.organisation (code, name, full_name, kind) values ('essai', 'Essai', 'Commune d’essai', 'other') returning id`,
    );
    organisation = row?.id ?? 0;
    const [dataset] = await session.rows<{ id: number }>(
      `insert into geomig.dataset (identifier, kind, owner_id, state, title_fr) values ('arbres', 'pooled', $1, 'published', 'Arbres') returning id`,
      [organisation],
    );
    const record = completeRecord(recordFromFields(written), trees);
    const about = { ...ours, dataset: dataset?.id ?? 0, owner: organisation, state: 'published' } as const;
    const saved = await saveDatasetRecord(session, recordPreparer, record, about, instant);
    expect([saved.outcome, saved.identifier]).toEqual(['created', 'fr-219200029-arbres']);
    expect((await importFreeRecord(session, recordPreparer, person, { ...ours, owner: organisation }, instant)).outcome).toBe('created');
  });
});
afterAll(() => test_.close());

describe('writing', () => {
  const derived = () => completeRecord(recordFromFields(written), trees);
  const about = async (session: Session) => {
    const [row] = await session.rows<{ id: number }>(`select id from geomig.dataset where identifier = 'arbres'`);
    return { ...ours, dataset: row?.id ?? 0, owner: organisation, state: 'published' } as const;
  };
  const document = (): Promise<string> =>
    owner(
      async session =>
        (await session.rows<{ document: string }>(`select document from geomig.record where dataset = 'arbres'`))[0]?.document ?? '',
    );

  test('D15: the dateStamp stays while the bytes do, and moves with them', async () => {
    const first = await document();
    expect(first).toContain('<gco:DateTime>2026-06-15T08:00:00Z</gco:DateTime>');
    await owner(async session => {
      expect((await saveDatasetRecord(session, recordPreparer, derived(), await about(session), '2026-07-01T00:00:00Z')).outcome).toBe(
        'left',
      );
    });
    expect(await document()).toBe(first);
    await owner(async session => {
      const changed = { ...derived(), denominators: [1000] };
      expect((await saveDatasetRecord(session, recordPreparer, changed, await about(session), '2026-07-01T00:00:00Z')).outcome).toBe(
        'changed',
      );
    });
    expect(await document()).toContain('<gco:DateTime>2026-07-01T00:00:00Z</gco:DateTime>');
    await owner(async session => saveDatasetRecord(session, recordPreparer, derived(), await about(session), instant));
  });

  test('a document that the owner gave is completed, not written anew, and stays stable', async () => {
    const original = person.replace('libre-1', 'donne-1').replace(/<gmd:individualName>.*?<\/gmd:individualName>/, '');
    const { record } = importRecord(original, 'record');
    const complete = completeRecord(record, { ...trees, services: [] });
    const save = (when: string) =>
      owner(async session => saveDatasetRecord(session, recordPreparer, complete, { ...(await about(session)), original }, when));
    expect((await save(instant)).outcome).toBe('changed');
    const kept = await document();
    expect(kept).toContain('<x:unknown>gardé</x:unknown>');
    expect(kept).toContain('<gco:DateTime>2026-06-15T08:00:00Z</gco:DateTime>');
    expect((await save('2026-08-01T00:00:00Z')).outcome).toBe('left');
    await owner(async session => saveDatasetRecord(session, recordPreparer, derived(), await about(session), instant));
  });

  test('every write moves the generation', async () => {
    const before = await owner(recordsGeneration);
    await owner(session => session.rows(`update geomig.record set visibility_reason = null`));
    expect(await owner(recordsGeneration)).toBeGreaterThan(before);
  });

  test('an identifier of another record is refused', async () => {
    await expect(
      owner(session =>
        importFreeRecord(session, recordPreparer, person.replace('libre-1', 'fr-219200029-arbres'), { ...ours, owner: null }, instant),
      ),
    ).rejects.toMatchObject({ kind: 'conflict' });
    await expect(
      owner(session => importFreeRecord(session, recordPreparer, person, { ...ours, owner: null }, instant)),
    ).rejects.toMatchObject({ kind: 'conflict' });
    await expect(
      owner(async session =>
        saveDatasetRecord(session, recordPreparer, { ...derived(), identifier: 'libre-1' }, await about(session), instant),
      ),
    ).rejects.toMatchObject({ kind: 'conflict' });
  });

  test('an abstract of a megabyte is kept and found by its fragments', async () => {
    const long = person.replace('libre-1', 'long-1').replace('classés par niveau sonore', `${'mot '.repeat(260_000)}finistère`);
    await owner(session => importFreeRecord(session, recordPreparer, long, { ...ours, owner: null }, instant));
    expect(await where(like('AnyText', '%finistere%'))).toEqual(['long-1']);
    expect(await owner(session => deleteRecord(session, 'long-1'))).toBe(true);
  });
});

describe('finding', () => {
  test('AnyText: without accents, by stem, by fragment; not by what is not there', async () => {
    for (const pattern of ['ecole', 'ÉCOLES', '%cole%', 'etablissement scolaire', '%tablissements scol%'])
      expect([pattern, await where(like('AnyText', pattern))]).toEqual([pattern, ['libre-1']]);
    expect(await where(like('AnyText', '%introuvable%'))).toEqual([]);
    expect(await where(not(like('AnyText', 'ecole')))).toEqual(['fr-219200029-arbres']);
  });

  test.each([
    ['Title', "Arbres d'alignement d'Antony"],
    ['Subject', 'espace vert'],
    ['Subject', 'environment'],
    ['TopicCategory', 'environment'],
    ['Type', 'dataset'],
    ['RevisionDate', '2026-03-12'],
    ['RevisionDate', '2026-03'],
    ['Denominator', 500],
    ['CRS', 'urn:ogc:def:crs:EPSG::2154'],
    ['CRS', 'EPSG:2154'],
    ['Format', 'GeoJSON'],
    ['OrganisationName', 'Ville d’Antony'],
    ['ResponsiblePartyRole', 'owner'],
    ['Creator', 'Ville d’Antony'],
    ['AccessConstraints', 'otherRestrictions'],
    ['OtherConstraints', 'http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations'],
    ['SpecificationDate', '2010-12-08'],
    ['ResourceIdentifier', 'https://geo.example.org/id/dataset/arbres'],
    ['kind', 'pooled'],
  ] as const)('%s = %s finds one record, its negation the other', async (name, value) => {
    expect(await where(equal(name, value))).toEqual(['fr-219200029-arbres']);
    expect(await where(not(equal(name, value)))).toEqual(['libre-1']);
  });

  test('every queryable has a column of its type', async () => {
    for (const queryable of queryables) await where({ op: 'null', property: queryable.name });
  });

  test('numbers are compared as numbers', async () => {
    const below = (value: number): Filter => ({
      op: 'compare',
      operator: '<',
      left: { kind: 'property', name: 'Denominator' },
      right: { kind: 'literal', value },
      matchCase: true,
    });
    expect(await where(below(9))).toEqual([]);
    expect(await where(below(1000))).toEqual(['fr-219200029-arbres']);
  });

  test('BBOX finds by place; a record without a box is found by its negation only', async () => {
    const bbox = (minX: number, minY: number): Filter => ({
      op: 'spatial',
      operator: 'bbox',
      property: 'BoundingBox',
      geometry: {
        srid: 4326,
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [minX, minY],
              [minX + 0.1, minY],
              [minX + 0.1, minY + 0.1],
              [minX, minY + 0.1],
              [minX, minY],
            ],
          ],
        },
      },
    });
    expect(await where(bbox(2.25, 48.7))).toEqual(['fr-219200029-arbres']);
    expect(await where(bbox(5, 45))).toEqual([]);
    expect(await where(not(bbox(2.25, 48.7)))).toEqual(['libre-1']);
  });

  test('sorting: French collation, absent values last in both directions, identifiers break ties', async () => {
    const sort = (property: string, descending: boolean): Promise<string[]> => identifiers(page({ sort: [{ property, descending }] }));
    expect(await sort('Title', false)).toEqual(['fr-219200029-arbres', 'libre-1']);
    expect(await sort('Title', true)).toEqual(['libre-1', 'fr-219200029-arbres']);
    expect(await sort('RevisionDate', true)).toEqual(['fr-219200029-arbres', 'libre-1']);
    expect(await sort('RevisionDate', false)).toEqual(['fr-219200029-arbres', 'libre-1']);
    expect(await sort('Subject', true)).toEqual(['fr-219200029-arbres', 'libre-1']);
    expect(await identifiers(page({ start: 1, count: 1 }))).toEqual(['libre-1']);
  });

  test('domain: values with their counts', async () => {
    expect(await within(snapshot => snapshot.domain('Type', everything))).toEqual([
      { value: 'dataset', count: 1 },
      { value: 'series', count: 1 },
    ]);
    expect((await within(snapshot => snapshot.domain('Subject', everything))).map(entry => entry.value)).toContain('Habitats et biotopes');
  });

  test('summaries carry what a list shows', async () => {
    const [first] = await within(snapshot => snapshot.summaries(page()));
    expect(first).toMatchObject({
      identifier: 'fr-219200029-arbres',
      type: 'dataset',
      kind: 'pooled',
      topics: ['environment'],
      keywords: ['Habitats et biotopes', 'Usage des sols', 'arbre', 'espace vert'],
      extent: { minX: 2.2691 },
      modified: '2026-06-15T08:00:00.000Z',
    });
  });
});

describe('rights', () => {
  const full = async (rights: { filter?: Filter; owner?: number | null }, form: RecordForm = 'gmd:full'): Promise<string> =>
    within(async snapshot => {
      for await (const { xml } of snapshot.documents(page({ filter: equal('Identifier', 'libre-1') }), form)) return xml;
      return '';
    }, rights);

  test('R24: the public variant names no person in any form; the owner reads what was received', async () => {
    for (const form of ['gmd:brief', 'gmd:summary', 'gmd:full', 'csw:full'] as const)
      expect(await full({}, form)).not.toContain('Zéphyrine');
    expect(await full({ owner: organisation })).toContain('Zéphyrine Durand');
    expect(await full({ owner: organisation })).toContain('<x:unknown>gardé</x:unknown>');
    expect(await full({})).toContain('<x:unknown>gardé</x:unknown>');
  });

  test('R24: a search for a person finds the record for its owner only', async () => {
    const search = like('AnyText', '%zephyrine%');
    expect(await where(search)).toEqual([]);
    expect(await where(search, { owner: organisation })).toEqual(['libre-1']);
    expect(await where(equal('AnyText', 'Zéphyrine'), { owner: organisation })).toEqual(['libre-1']);
    expect(await where(not(search), { owner: organisation })).toEqual(['fr-219200029-arbres']);
    expect((await where(not(search))).sort()).toEqual(['fr-219200029-arbres', 'libre-1']);
  });

  test('R23: a hidden record is counted nowhere, and its names cannot be asked for', async () => {
    const rights = { filter: and(anonymous, not(equal('dataset', 'arbres'))) };
    expect(await where(everything, rights)).toEqual(['libre-1']);
    expect(await within(snapshot => snapshot.count(everything), rights)).toBe(1);
    expect(await within(snapshot => snapshot.domain('Title', everything), rights)).toHaveLength(1);
    expect(await where(equal('Identifier', 'fr-219200029-arbres'), rights)).toEqual([]);
    for (const name of ['visibility', 'owner_id', 'dataset', 'scope', 'state', 'AnyTextOwner'])
      await expect(where(equal(name, '1'), { owner: organisation })).rejects.toMatchObject({ kind: 'unknown-property' });
  });

  test('R26: an obsolete record stays, marked', async () => {
    expect(await owner(session => retireRecord(session, 'libre-1'))).toBe(true);
    expect(await where(everything, { filter: equal('state', 'obsolete') })).toEqual(['libre-1']);
    expect(await owner(session => retireRecord(session, 'inconnu'))).toBe(false);
  });
});

const dublinCore = besideProject('data', 'services', 'dc_records');
describeWith([tools.dublinCore], 'Dublin Core records of the CSW 2.0.2 suite (data/services/dc_records)', () => {
  const scope = equal('scope', 'cite');
  beforeAll(async () => {
    await owner(async session => {
      await session.rows(`insert into geomig.scope (code, main) values ('cite', false)`);
      for (const file of readdirSync(dublinCore))
        await importFreeRecord(
          session,
          recordPreparer,
          readFileSync(join(dublinCore, file)),
          { owner: null, visibility: 'public', scope: 'cite' },
          instant,
        );
    });
  });

  test('twelve are kept natively and found; Not finds those without the property', async () => {
    expect(await where(everything, { filter: scope })).toHaveLength(12);
    expect(await where(equal('title', 'Lorem ipsum'), { filter: scope })).toEqual(['urn:uuid:19887a8a-f6b0-4a63-ae56-7fba0e17801f']);
    expect(await where(not({ op: 'null', property: 'date' }), { filter: scope })).toHaveLength(4);
    expect(await where({ op: 'null', property: 'date' }, { filter: scope })).toHaveLength(8);
    expect(await where(not(equal('title', 'Lorem ipsum')), { filter: scope })).toHaveLength(11);
    expect((await where(like('AnyText', '%lorem%'), { filter: scope })).length).toBeGreaterThanOrEqual(5);
  });

  test('the document comes back as it was, and exists as ISO 19139 too', async () => {
    const forms = await within(
      async snapshot => {
        const read = async (form: RecordForm): Promise<string> => {
          for await (const { xml } of snapshot.documents(
            page({ filter: equal('Identifier', 'urn:uuid:1ef30a8b-876d-4828-9246-c37ab4510bbd') }),
            form,
          ))
            return xml;
          return '';
        };
        return { dc: await read('csw:full'), iso: await read('gmd:summary') };
      },
      { filter: scope },
    );
    expect(forms.dc).toContain('crs="urn:x-ogc:def:crs:EPSG:6.11:4326"');
    expect(forms.dc).toContain('<ows:LowerCorner>60.042 13.754</ows:LowerCorner>');
    expect(forms.iso).toContain('<gmd:fileIdentifier><gco:CharacterString>urn:uuid:1ef30a8b-876d-4828-9246-c37ab4510bbd');
  });
});
