// The tables « Data » and « Records » as clients meet them: for every account, dataset and action of the test world, the services answer
// exactly as the policy decides (R27–R33, R42–R47), list what may be used and nothing else (R45), and find the records that may be seen.
import { actions } from '../../server/core/policy/charter';
import { compilePolicy, type Policy } from '../../server/core/policy/policy';
import { FactsReader } from '../../server/store/facts';
import { accountByLogin } from '../../server/store/people';
import { testServer, type TestServer } from '../setup/server';
import { accounts, worldFile, worldInstant, type Account, type AccountName } from '../world/world';

type Reading = 'view' | 'query' | 'feature' | 'download';
const reading: readonly Reading[] = ['view', 'query', 'feature', 'download'];
/** Accounts that can log in (the withdrawn Marnes cannot: S12). */
const names = (Object.keys(accounts) as AccountName[]).filter(name => name !== 'marnes');
const subjects: readonly (readonly [string, Account | null])[] = [
  ['anonymous', null],
  ...names.map(name => [name, accounts[name]] as const),
];
const datasets = worldFile.datasets ?? [];

let mig: TestServer;
const policies = new Map<string, Policy>();
beforeAll(async () => {
  mig = await testServer();
  const { database } = mig.test;
  const facts = await new FactsReader(database).at(worldInstant);
  for (const [name, account] of subjects) {
    const row = account && (await database.transaction({ role: 'owner' }, session => accountByLogin(session, account.login)));
    policies.set(name, compilePolicy(row ? { kind: 'person', person: row.person } : { kind: 'anonymous' }, facts, worldInstant));
  }
}, 120_000);
afterAll(() => mig.close());

const policyOf = (name: string): Policy => {
  const policy = policies.get(name);
  if (!policy) throw new Error(name);
  return policy;
};

/** One request of each action; the map is at 1:5 000, inside every scale range of the world. */
function request(action: Reading, type: string): string {
  const map = `service=WMS&version=1.3.0&layers=${type}&styles=&crs=EPSG:2154&bbox=646000,6850000,646280,6850280&width=200&height=200`;
  switch (action) {
    case 'view':
      return `/wms?request=GetMap&format=image/png&${map}`;
    case 'query':
      return `/wms?request=GetFeatureInfo&query_layers=${type}&i=10&j=10&info_format=application/json&${map}`;
    case 'feature':
      return `/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=${type}`;
    case 'download':
      return `/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=${type}&outputFormat=csv`;
  }
}

/** What a decision looks like from outside. */
function expected(policy: Policy, action: Reading, code: string): string {
  const decision = policy.decide(action, code);
  if (decision.allowed) return 'answered';
  return { hidden: 'unknown', unauthenticated: '401', forbidden: '403', 'conditions-not-accepted': '403' }[decision.answer];
}

async function met(action: Reading, type: string, as: Account | null): Promise<string> {
  const { status, text, headers } = await mig.ask(request(action, type), { as });
  if (status === 401 || status === 403) return String(status);
  const report = /xml/.test(String(headers['content-type'])) && /ExceptionReport/.test(text);
  if (!report && status === 200) return 'answered';
  return /LayerNotDefined|exceptionCode="InvalidParameterValue" locator="typeNames?"/i.test(text)
    ? 'unknown'
    : `${status} ${text.slice(0, 300)}`;
}

describe.each(subjects)('%s', (name, account) => {
  test.each(datasets.map(entry => [entry.code, entry.type] as const))(
    '%s: each action is answered as it is decided',
    async (code, type) => {
      const policy = policyOf(name);
      const told: Record<string, string> = {};
      for (const action of reading) told[action] = await met(action, type, account);
      expect(told).toEqual(Object.fromEntries(reading.map(action => [action, expected(policy, action, code)])));
    },
  );

  test('R45: capabilities list what may be used, and nothing else', async () => {
    const policy = policyOf(name);
    const listed = async (service: string): Promise<string[]> => {
      const { text } = await mig.ask(`/${service}?service=${service.toUpperCase()}&request=GetCapabilities`, { as: account });
      return datasets.filter(({ type }) => new RegExp(`<(?:wfs:)?Name[^>]*>${type}<`).test(text)).map(({ code }) => code);
    };
    const may = (action: Reading): string[] => datasets.filter(({ code }) => policy.decide(action, code).allowed).map(({ code }) => code);
    expect(await listed('wfs')).toEqual(may('feature'));
    expect(await listed('wms')).toEqual(may('view'));
  });

  test('R20–R23: the records that may be seen are found, one by one and all together', async () => {
    const policy = policyOf(name);
    const visible = datasets.filter(({ code }) => policy.record(code).visible);
    const { text } = await mig.ask(
      '/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&elementSetName=brief&resultType=results&maxRecords=100',
      { as: account },
    );
    const identifier = (entry: (typeof datasets)[number]): string =>
      typeof entry.record === 'object' ? (entry.record.id ?? entry.code) : entry.code;
    expect([...text.matchAll(/<dc:identifier>([^<]+)</g)].map(match => match[1]).sort()).toEqual(visible.map(identifier).sort());
    expect(text).toContain(`numberOfRecordsMatched="${visible.length}"`);
    for (const entry of datasets) {
      const one = await mig.ask(`/csw?service=CSW&version=2.0.2&request=GetRecordById&id=${identifier(entry)}`, { as: account });
      expect([entry.code, one.text.includes('SummaryRecord')]).toEqual([entry.code, visible.includes(entry)]);
    }
  });
});

test('the world has every answer of the tables', () => {
  const met = new Set(
    subjects.flatMap(([name]) => datasets.flatMap(({ code }) => reading.map(action => expected(policyOf(name), action, code)))),
  );
  expect([...met].sort()).toEqual(['401', '403', 'answered', 'unknown']);
  expect(actions).toContain('edit');
});
