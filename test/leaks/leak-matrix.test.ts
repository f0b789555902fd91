// SEC01–SEC07, R23, R42, R43, R47: the leak matrix over Operation × subject × policy of the test world. Pairwise by default (six subjects);
// GEOMIG_TEST_FULL=1 takes every account.
import { Fault } from '../../server/core/model/fault';
import { actions, type Action } from '../../server/core/policy/charter';
import { compilePolicy, type Policy } from '../../server/core/policy/policy';
import { problem } from '../../server/http/problem';
import { operation, type Endpoint, type Operation, type Target } from '../../server/services/ows/operation';
import { FactsReader } from '../../server/store/facts';
import { accountByLogin } from '../../server/store/people';
import { testServer, type TestServer } from '../setup/server';
import { accounts, worldFile, worldInstant, type Account } from '../world/world';
import { remove, rowsChange, tableOf, type TableOf } from './changes';
import { differences, observeAll, probesOf, type Leak } from './matrix';

const everybody: readonly (readonly [string, Account | null])[] = [['anonymous', null], ...Object.entries(accounts)];
const chosen = ['anonymous', 'antonyReader', 'nanterre', 'sceaux', 'bagneux', 'pilot'];
const subjects = process.env['GEOMIG_TEST_FULL'] ? everybody : everybody.filter(([name]) => chosen.includes(name));
const reading: readonly Action[] = actions.filter(action => action !== 'edit');
/** Masked by the grant to partners in the test world. */
const masked = { dataset: 'ecl', attribute: 'contact_riverain' };

interface World {
  readonly mig: TestServer;
  readonly tables: ReadonlyMap<string, TableOf>;
  readonly targets: ReadonlyMap<string, Target>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly operations: readonly Operation[];
}

async function openWorld(extra?: (database: () => TestServer['test']['database']) => readonly Endpoint[]): Promise<World> {
  const mig = await testServer(extra ? { extra } : {});
  const tables = new Map<string, TableOf>();
  const targets = new Map<string, Target>();
  for (const { code } of worldFile.datasets ?? []) {
    const table = await tableOf(mig, code);
    tables.set(code, table);
    targets.set(code, await targetOf(mig, table));
  }
  const { database } = mig.test;
  const facts = await new FactsReader(database).at(worldInstant);
  const policies = new Map<string, Policy>();
  for (const [name, account] of everybody) {
    const row = account === null ? null : await database.transaction({ role: 'owner' }, session => accountByLogin(session, account.login));
    policies.set(name, compilePolicy(row ? { kind: 'person', person: row.person } : { kind: 'anonymous' }, facts, worldInstant));
  }
  return { mig, tables, targets, policies, operations: mig.server.endpoints.flatMap(endpoint => endpoint.operations) };
}

async function targetOf(mig: TestServer, table: TableOf): Promise<Target> {
  const entry = worldFile.datasets?.find(one => one.code === table.dataset);
  const record = typeof entry?.record === 'object' ? entry.record.id : undefined;
  const property =
    table.columns.find(column => column.type === 'string' && column.name !== masked.attribute && column.column !== table.key) ??
    table.columns[0];
  const maskable = table.columns.some(column => column.name === masked.attribute) ? masked.attribute : null;
  const [row] = await mig.test.database.transaction({ role: 'owner' }, session =>
    session.rows<{ row: Record<string, unknown>; stem: string; srid: number; box: number[] }>(
      `select to_jsonb(x) - '${table.geometry ?? ''}' as row, t.stem, t.srid, t.extent_native as box from ${table.name} x, geomig.feature_type t where t.dataset_id = ${table.id} order by x."${table.key}" limit 1`,
    ),
  );
  if (!row) throw new Error(`${table.dataset} is empty`);
  const [minX = 0, minY = 0, maxX = 0, maxY = 0] = row.box;
  const name = property?.name ?? '';
  return {
    qname: entry?.type ?? '',
    name: row.stem,
    property: name,
    value: String(row.row[property?.column ?? ''] ?? ''),
    maskable,
    maskedValue: String(row.row[masked.attribute] ?? ''),
    featureId: `${row.stem}.${String(row.row[table.key])}`,
    srid: row.srid,
    box: [minX, minY, maxX, maxY],
    record: record ?? table.dataset,
  };
}

const allowedSomething = (policy: Policy, dataset: string): boolean => reading.some(action => policy.decide(action, dataset).allowed);
const knowsOf = (policy: Policy, dataset: string): boolean =>
  policy.record(dataset).visible ||
  reading.some(action => {
    const decision = policy.decide(action, dataset);
    return decision.allowed || decision.answer !== 'hidden';
  });

/** Asks the same as each subject before and after; the leaks by subject. */
async function leaksOf(
  world: World,
  about: readonly string[],
  who: readonly (readonly [string, Account | null])[],
  change: () => Promise<void>,
  only?: readonly Operation[],
): Promise<Map<string, Leak[]>> {
  const probes = probesOf(
    only ?? world.operations,
    about.flatMap(code => world.targets.get(code) ?? []),
  );
  const before = new Map<string, Awaited<ReturnType<typeof observeAll>>>();
  for (const [name, account] of who) before.set(name, await observeAll(world.mig, probes, account));
  await change();
  const leaks = new Map<string, Leak[]>();
  for (const [name, account] of who) {
    const first = before.get(name);
    if (first) leaks.set(name, differences(first, await observeAll(world.mig, probes, account)));
  }
  return leaks;
}

const none = (who: readonly (readonly [string, Account | null])[]): Map<string, Leak[]> => new Map(who.map(([name]) => [name, []]));
/** Another dataset whose requests are asked beside: capabilities, searches and counts over everything go with each target. */
const beside = (code: string): string => (code === 'arb' ? 'adr' : 'arb');

describe('what is hidden changes nothing', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 180_000);
  afterAll(() => world.mig.close());

  test('every operation has examples, or a reason', () => {
    const target = [...world.targets.values()][0];
    if (!target) throw new Error('no target');
    const bare = world.operations.filter(one => {
      const examples = one.examples(target);
      return 'none' in examples ? examples.none.length < 8 : examples.length === 0;
    });
    expect(bare.map(one => `${one.service}.${one.name}`)).toEqual([]);
  });

  test.each((worldFile.datasets ?? []).map(entry => entry.code))(
    'rows of %s: to those who may not read them, their content, number and extent make no difference',
    async code => {
      const table = world.tables.get(code);
      if (!table) throw new Error(code);
      const blind = subjects.filter(([name]) => !allowedSomething(world.policies.get(name) as Policy, code));
      if (blind.length === 0) return expect(code).toBe('arb');
      const change = rowsChange(world.mig, table, { only: null, where: 'true', count: true });
      const leaks = await leaksOf(world, [code, beside(code)], blind, change.apply);
      await change.undo();
      expect(leaks).toEqual(none(blind));
    },
    120_000,
  );

  test('R42: values of a masked attribute make no difference to those it is masked for', async () => {
    const table = world.tables.get(masked.dataset);
    if (!table) throw new Error('no table');
    const blind = subjects.filter(([name]) => {
      const policy = world.policies.get(name) as Policy;
      return reading.every(action => {
        const decision = policy.decide(action, masked.dataset);
        return !decision.allowed || decision.masked.has(masked.attribute);
      });
    });
    expect(blind.map(([name]) => name)).toContain('antonyReader');
    const change = rowsChange(world.mig, table, { only: [masked.attribute], where: 'true', count: false });
    const leaks = await leaksOf(world, [masked.dataset, beside(masked.dataset)], blind, change.apply);
    await change.undo();
    expect(leaks).toEqual(none(blind));
  }, 120_000);

  test('R43: rows outside the caller’s territory make no difference', async () => {
    const table = world.tables.get('cha');
    if (!table) throw new Error('no table');
    const [territory] = await world.mig.test.database.transaction({ role: 'owner' }, session =>
      session.rows<{ n: number }>(
        `select count(*)::int as n from ${table.name} x, geomig.organisation o where o.code = 'antony' and ST_Intersects(x."${table.geometry ?? ''}", ST_Transform(o.territory, ST_SRID(x."${table.geometry ?? ''}")))`,
      ),
    );
    expect(territory?.n).toBe(0);
    const who = subjects.filter(([name]) => name === 'antonyReader');
    const change = rowsChange(world.mig, table, { only: null, where: 'true', count: true });
    const leaks = await leaksOf(world, ['cha', 'arb'], who, change.apply);
    await change.undo();
    expect(leaks).toEqual(none(who));
  }, 120_000);

  test('the matrix can see: to the owner, each of these changes does make a difference', async () => {
    const cases: readonly (readonly [string, readonly string[] | null, Account])[] = [
      ['ecl', [masked.attribute], accounts.nanterre],
      ['cha', null, accounts.issy],
      ['eau', null, accounts.bspp],
    ];
    for (const [code, only, account] of cases) {
      const table = world.tables.get(code);
      if (!table) throw new Error(code);
      const change = rowsChange(world.mig, table, { only, where: 'true', count: only === null });
      const leaks = await leaksOf(world, [code], [['owner', account]], change.apply);
      await change.undo();
      expect(leaks.get('owner')?.length).toBeGreaterThan(5);
    }
  }, 120_000);
});

test('what is unknown to a caller may as well not exist (R23)', async () => {
  const world = await openWorld();
  try {
    for (const { code } of worldFile.datasets ?? []) {
      const table = world.tables.get(code);
      const ignorant = subjects.filter(([name]) => !knowsOf(world.policies.get(name) as Policy, code));
      if (!table || ignorant.length === 0) continue;
      const leaks = await leaksOf(world, [code, beside(code)], ignorant, () => remove(world.mig, table));
      expect([code, leaks]).toEqual([code, none(ignorant)]);
    }
  } finally {
    await world.mig.close();
  }
}, 300_000);

test('an operation that leaks is caught', async () => {
  const leaky: Operation = operation({
    service: 'TEST',
    versions: [''],
    name: 'Leak',
    read: input => ({ layer: input.kvp.need('layer') }),
    run: async ({ layer }, doors) => {
      // refuses as it should, and tells the number of rows all the same
      const [row] = await database().transaction({ role: 'owner' }, session =>
        session.rows<{ n: number }>(`select row_count::int as n from geomig.feature_type where prefix || ':' || local = $1`, [layer]),
      );
      try {
        doors.features.type(layer, 'feature', 'layer');
      } catch (error) {
        if (error instanceof Fault) throw new Fault(error.kind, error.locator, `refused (${row?.n ?? 0} rows)`);
        throw error;
      }
      return { type: 'text/plain', access: 'restricted', body: 'ok' };
    },
    examples: target => [{ name: 'count', path: `/leak?layer=${encodeURIComponent(target.qname)}` }],
  });
  let database: () => TestServer['test']['database'] = () => {
    throw new Error('not open');
  };
  const world = await openWorld(open => {
    database = open;
    return [{ path: '/leak', methods: ['GET'], operations: [leaky], select: () => leaky, fault: problem, bodyLimit: 0 }];
  });
  try {
    const table = world.tables.get('eau');
    if (!table) throw new Error('no table');
    const change = rowsChange(world.mig, table, { only: null, where: 'true', count: true });
    const leaks = await leaksOf(world, ['eau'], [['antonyReader', accounts.antonyReader]], change.apply, [leaky]);
    expect(leaks.get('antonyReader')?.map(leak => leak.request)).toEqual([expect.stringContaining('TEST.Leak')]);
  } finally {
    await world.mig.close();
  }
}, 120_000);
