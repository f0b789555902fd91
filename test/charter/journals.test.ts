// The access journal on the database (R38, R54, D23): a line for features and downloads, a count for maps and listings, nothing on public data.
import type { Action, Caller } from '../../server/core/policy/charter';
import { compilePolicy } from '../../server/core/policy/policy';
import { AccessJournal } from '../../server/store/journals';
import type { Database } from '../../server/store/database';
import { sql } from '../accounts/people';
import { testDatabase, type TestDatabase } from '../setup/database';
import { worldInstant, type AccountName } from '../world/world';
import { callerOf, factsOf, organisationId } from '../world/facts';

let base: TestDatabase;
let journal: AccessJournal;
beforeAll(async () => {
  base = await testDatabase();
});
afterAll(() => base.close());
beforeEach(async () => {
  await sql(base.database, 'delete from geomig.access_journal');
  journal = new AccessJournal(base.database, { every: 3_600_000 });
});
afterEach(() => journal.close());

const note = (
  into: AccessJournal,
  who: AccountName | 'anonymous',
  dataset: string,
  action: Action,
  operation: string,
  instant = worldInstant,
): void => {
  const caller: Caller = callerOf(who);
  const decision = compilePolicy(caller, factsOf(), instant).decide(action, dataset);
  into.note({ caller, service: 'wfs', operation, dataset, action, decision, instant });
};
const lines = (): Promise<object[]> =>
  sql(
    base.database,
    `select at, minute, login, organisation_id as organisation, responsible_ept_id as ept, operation, dataset, action, allowed, rule, count
     from geomig.access_journal order by id`,
  );

test('R54, S03: each allow and deny of features and downloads on non-public data is a line that names its rule', async () => {
  note(journal, 'antony', 'adr', 'feature', 'GetFeature');
  note(journal, 'antony', 'adr', 'feature', 'GetFeature');
  note(journal, 'antony', 'eau', 'download', 'GetFeature');
  note(journal, 'anonymous', 'ecl', 'feature', 'GetFeature');
  await journal.flush();
  const line = { at: worldInstant, minute: null, ept: null, operation: 'GetFeature', count: 1 };
  const antony = { ...line, login: 'ref.antony@example.org', organisation: organisationId('antony') };
  expect(await lines()).toEqual([
    { ...antony, dataset: 'adr', action: 'feature', allowed: true, rule: 'R30' },
    { ...antony, dataset: 'adr', action: 'feature', allowed: true, rule: 'R30' },
    { ...antony, dataset: 'eau', action: 'download', allowed: false, rule: 'R31' },
    { ...line, login: null, organisation: null, dataset: 'ecl', action: 'feature', allowed: false, rule: 'R27' },
  ]);
});

test('nothing on public data, whoever asks', async () => {
  for (const who of ['anonymous', 'antony', 'marnes', 'pilot'] as const)
    for (const action of ['view', 'query', 'feature', 'download'] as const) note(journal, who, 'arb', action, 'GetFeature');
  await journal.flush();
  expect(await lines()).toEqual([]);
});

test('R38, S05: an access by the cascade names the EPT that answers for it', async () => {
  note(journal, 'sceaux', 'adr', 'feature', 'GetFeature');
  await journal.flush();
  expect(await lines()).toMatchObject([
    { organisation: organisationId('sceaux'), ept: organisationId('vsgp'), rule: 'R35', allowed: true },
  ]);
});

test('D23: maps are counted per caller, dataset, operation and minute, over several batches', async () => {
  for (let i = 0; i < 20; i++) note(journal, 'issy', 'ort', 'view', 'GetMap', '2026-06-15T10:00:40.000Z');
  await journal.flush();
  for (let i = 0; i < 5; i++) note(journal, 'issy', 'ort', 'view', 'GetMap', '2026-06-15T10:00:59.999Z');
  note(journal, 'issy', 'ort', 'view', 'GetMap', '2026-06-15T10:01:00.000Z');
  note(journal, 'nanterre', 'ort', 'view', 'GetMap', '2026-06-15T10:00:40.000Z');
  note(journal, 'issy', 'ort', 'query', 'GetFeatureInfo', '2026-06-15T10:00:40.000Z');
  note(journal, 'anonymous', 'ort', 'view', 'GetMap', '2026-06-15T10:00:40.000Z');
  note(journal, 'anonymous', 'ort', 'view', 'GetMap', '2026-06-15T10:00:41.000Z');
  await journal.flush();
  expect(await lines()).toMatchObject([
    { login: 'ref.issy@example.org', minute: '2026-06-15T10:00:00.000Z', count: 25, allowed: true, rule: 'R30' },
    { login: 'ref.issy@example.org', minute: '2026-06-15T10:01:00.000Z', count: 1 },
    { login: 'ref.nanterre@example.org', count: 1 },
    { login: 'ref.issy@example.org', operation: 'GetFeatureInfo', count: 1, allowed: false, rule: 'R44' },
    { login: null, count: 2, allowed: false, rule: 'R27' },
  ]);
});

test('a full batch is written without waiting, and close() writes the rest', async () => {
  const eager = new AccessJournal(base.database, { every: 3_600_000, batch: 3 });
  for (let i = 0; i < 4; i++) note(eager, 'antony', 'adr', 'feature', 'GetFeature');
  await eager.close();
  expect(await lines()).toHaveLength(4);
});

test('while the database is away lines are kept, the oldest are lost beyond a bound, and that is told', async () => {
  let away = true;
  let lost = 0;
  const flaky = new Proxy(base.database, {
    get: (target, name) =>
      name === 'transaction'
        ? (...args: Parameters<Database['transaction']>) => (away ? Promise.reject(new Error('away')) : target.transaction(...args))
        : (Reflect.get(target, name) as unknown),
  });
  const patient = new AccessJournal(flaky, { every: 3_600_000, most: 5, lost: count => (lost += count) });
  for (let i = 0; i < 7; i++) note(patient, 'antony', i < 3 ? 'adr' : 'ecl', 'feature', 'GetFeature');
  await expect(patient.flush()).rejects.toThrow('away');
  away = false;
  await patient.close();
  expect(lost).toBe(2);
  expect((await lines()).map(line => (line as { dataset: string }).dataset)).toEqual(['adr', 'ecl', 'ecl', 'ecl', 'ecl']);
});
