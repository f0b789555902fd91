// The test world through `apply` and the tables: facts read from the database decide like the pure ones, for every subject, dataset and action.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actions, type Caller, type Decision, type Facts } from '../../server/core/policy/charter';
import { compilePolicy } from '../../server/core/policy/policy';
import type { Filter } from '../../server/core/filter/filter';
import { applyParts } from '../../server/compose/apply';
import { applyPartnership } from '../../server/partnership/apply/apply';
import { readPartnershipFile } from '../../server/partnership/file';
import { StoredAccounts } from '../../server/store/accounts';
import { FactsReader } from '../../server/store/facts';
import { testDatabase, type TestDatabase } from '../setup/database';
import { callerOf, factsOf, organisationId } from './facts';
import { accounts, worldInstant, writeWorld, type AccountName, type WrittenWorld } from './world';

const folder = mkdtempSync(join(tmpdir(), 'geomig-world-'));
const options = { check: false, prune: false, reimport: false, overwriteEdits: false, allowUnpublished: false };
let base: TestDatabase;
let written: WrittenWorld;
let stored: Facts;

const apply = (): ReturnType<typeof applyPartnership> =>
  applyPartnership(
    readPartnershipFile(written.file),
    written.file,
    options,
    applyParts({ database: base.database, publicBase: 'https://mig.example.org', now: () => worldInstant, say: () => undefined }),
  );

beforeAll(async () => {
  base = await testDatabase();
  written = writeWorld(folder);
  await apply();
  stored = await new FactsReader(base.database).at(worldInstant);
});
afterAll(async () => {
  await base.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a second apply changes nothing', async () => {
  const report = await apply();
  expect(report.filter(line => line.outcome !== 'left')).toEqual([]);
});

/** Ids of organisations as the pure world numbers them. */
function renumber(filter: Filter): Filter {
  if (filter.op !== 'area' || !('organisations' in filter.area)) return filter;
  const organisations = filter.area.organisations.map(id => organisationId(stored.organisations.get(id)?.code ?? ''));
  return { op: 'area', area: { organisations: organisations.sort((a, b) => a - b) } };
}

const essence = (decision: Decision, codeOf: (id: number) => string): object =>
  decision.allowed
    ? {
        rule: decision.rule,
        masked: [...decision.masked],
        scales: [decision.scaleMin, decision.scaleMax],
        public: decision.public,
        ept: decision.responsible === null ? null : codeOf(decision.responsible),
      }
    : { rule: decision.rule, answer: decision.answer };

const pureCode =
  (facts: Facts) =>
  (id: number): string =>
    facts.organisations.get(id)?.code ?? '';

test.each(['anonymous', ...(Object.keys(accounts) as AccountName[])] as const)(
  '%s: the same decisions from the tables as from the pure facts',
  async who => {
    const pure = factsOf();
    let caller: Caller = { kind: 'anonymous' };
    if (who !== 'anonymous') {
      const door = new StoredAccounts({ database: base.database, facts: new FactsReader(base.database), attempts: 5 });
      const person = await door.authenticate({ kind: 'key', key: accounts[who].key }, worldInstant, '192.0.2.1').catch(() => null);
      // R06, S12: the key of an organisation that has left is refused; so the rest is decided for nobody
      expect(person === null).toBe(who === 'marnes');
      if (person) caller = { kind: 'person', person };
    }
    const mine = compilePolicy(caller, stored, worldInstant);
    const theirs = compilePolicy(who === 'marnes' ? { kind: 'anonymous' } : callerOf(who), pure, worldInstant);
    expect([...stored.datasets.keys()].sort()).toEqual([...pure.datasets.keys()].sort());
    for (const code of stored.datasets.keys()) {
      expect({ code, ...mine.record(code) }).toEqual({ code, ...theirs.record(code) });
      for (const action of actions) {
        const one = mine.decide(action, code);
        const other = theirs.decide(action, code);
        expect({ code, action, ...essence(one, pureCode(stored)) }).toEqual({ code, action, ...essence(other, pureCode(pure)) });
        if (one.allowed && other.allowed) expect(renumber(one.filter)).toEqual(other.filter);
      }
    }
  },
);

test('the short names of the feature types are in the facts', () => {
  expect(stored.datasets.get('adr')?.type).toMatch(/adresses/);
});
