// What the migrations bring: the charter, the 45 organisations with their states, and facts that announce their changes.
import type { Database } from '../../server/store/database';
import { FactsReader } from '../../server/store/facts';
import { Generations } from '../../server/store/generations';
import { Registry } from '../../server/store/registry';
import { partnerFacts } from '../../schemas/partners';
import { testDatabase, type TestDatabase } from '../setup/database';

let base: TestDatabase;
beforeAll(async () => {
  base = await testDatabase();
});
afterAll(() => base.close());

const instant = '2026-06-15T10:00:00.000Z';

test('Annexe 1: 36 communes, 4 EPT, 3 authorities; with the pilot and Argenteuil, 45', () => {
  const annex = partnerFacts.filter(fact => fact.annex1);
  const count = (kind: string): number => annex.filter(fact => fact.kind === kind).length;
  expect([count('commune'), count('ept'), annex.length, partnerFacts.length]).toEqual([36, 4, 43, 45]);
  expect(new Set(partnerFacts.map(fact => fact.code)).size).toBe(45);
  // the four EPT partition the communes: 11, 8, 11, 6, and Argenteuil is the seventh of Boucle Nord de Seine
  const members = (ept: string): number => partnerFacts.filter(fact => fact.ept === ept).length;
  expect(['vsgp', 'gpso', 'pold', 'bns'].map(members)).toEqual([11, 8, 11, 7]);
});

test('the seeded facts: named members active, the rest of Annexe 1 potential, Argenteuil without membership', async () => {
  const facts = await new FactsReader(base.database).at(instant);
  const states = [...facts.organisations.values()].map(o => [o.code, o.membership?.state ?? null] as const);
  expect(states).toHaveLength(45);
  expect(
    states
      .filter(([, state]) => state === 'active')
      .map(([code]) => code)
      .sort(),
  ).toEqual(['bspp', 'cd92', 'drieat', 'pld']);
  expect(states.filter(([, state]) => state === null).map(([code]) => code)).toEqual(['argenteuil']);
  expect(states.filter(([, state]) => state === 'potential')).toHaveLength(40);
  const byCode = new Map([...facts.organisations.values()].map(o => [o.code, o]));
  expect(byCode.get('argenteuil')?.ept).toBe(byCode.get('bns')?.id);
  expect(byCode.get('cd92')).toMatchObject({ pilot: true, insee: '92', email: 'sig@hauts-de-seine.fr' });
  expect(facts.charterEndsOn).toBe('2026-12-31');
});

test('D12: the facts are read again only when they changed, and a change announces itself', async () => {
  const reader = new FactsReader(base.database);
  const first = await reader.at(instant);
  expect(await reader.at('2026-06-15T21:59:00.000Z')).toBe(first);
  await base.database.transaction({ role: 'owner' }, session =>
    session.rows(
      `update geomig.membership set state = 'active', active_on = '2022-05-01' where organisation_id = (select id from geomig.organisation where code = 'antony')`,
    ),
  );
  const second = await reader.at(instant);
  expect(second.generation).toBeGreaterThan(first.generation);
  const antony = [...second.organisations.values()].find(o => o.code === 'antony');
  expect(antony?.membership).toEqual({ state: 'active', activeOn: '2022-05-01', withdrawnOn: null });
  expect(await reader.at(instant)).toBe(second);
});

test('D12: requests that arrive together share one question, later ones ask anew', async () => {
  const { database } = base;
  let questions = 0;
  let loads = 0;
  const counting: Database = Object.assign(Object.create(database) as Database, {
    ask: ((text, values) => {
      questions++;
      return database.ask(text, values);
    }) as Database['ask'],
    transaction: ((options, use) => {
      loads++;
      return database.transaction(options, use);
    }) as Database['transaction'],
  });
  const generations = new Generations(counting);
  const reader = new FactsReader(counting, null, generations);
  const registry = new Registry(counting, prefix => prefix, generations);
  await Promise.all([reader.at(instant), registry.current()]);
  // facts and registry of one request: one question
  expect([questions, loads]).toEqual([1, 2]);
  const first = reader.at(instant);
  await new Promise(resolve => setImmediate(resolve));
  const together = [reader.at(instant), reader.at(instant), registry.current()];
  await Promise.all([first, ...together]);
  // the first one's own, and one that began after the three arrived
  expect([questions, loads]).toEqual([3, 2]);
  await reader.at(instant);
  expect([questions, loads]).toEqual([4, 2]);
});

test('D12: a change that comes while a question is under way is seen by those who ask after it', async () => {
  const { database } = base;
  const numbers: number[] = [];
  let answer: (() => void) | null = null;
  // the first question has read and its answer is held back on its way
  const slow = Object.assign(Object.create(database) as Database, {
    ask: (async <Row extends object>(text: string): Promise<Row[]> => {
      const rows = await database.ask<Row>(text);
      if (numbers.push(0) === 1) await new Promise<void>(resolve => (answer = resolve));
      return rows;
    }) as Database['ask'],
  });
  const reader = new FactsReader(slow);
  const early = reader.at(instant);
  while (answer === null) await new Promise(resolve => setImmediate(resolve));
  await database.transaction({ role: 'owner' }, session => session.rows(`update geomig.charter set ends_on = '2027-12-31'`));
  const late = reader.at(instant);
  (answer as () => void)();
  await early;
  expect((await late).charterEndsOn).toBe('2027-12-31');
  expect(numbers).toHaveLength(2);
});
