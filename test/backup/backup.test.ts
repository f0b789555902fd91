// Backup and restore: everything comes back as it was, on either engine, all or nothing. With `npm run test:pg` the middle of the round trip is
// PostgreSQL, so that a backup of each engine is restored on the other.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { backupTo, inspectBackup, restoreFrom } from '../../server/compose/backup';
import { startServer } from '../../server/compose/server';
import { readConfig } from '../../server/config';
import { Fault } from '../../server/core/model/fault';
import { ArchiveReader, ArchiveWriter } from '../../server/store/archive';
import { coverageFiles } from '../../server/store/coverage-files';
import type { Database } from '../../server/store/database';
import { silent } from '../../server/store/log';
import { embedded, testDatabase, type TestDatabase } from '../setup/database';
import { basic, testServer, type TestServer } from '../setup/server';
import { accounts, worldInstant } from '../world/world';

const folder = mkdtempSync(join(tmpdir(), 'geomig-backup-'));
const at = (name: string): string => join(folder, name);
const filesOf = (name: string): { files: string } => ({ files: at(name) });

let source: TestServer;
let first: string;
const opened: TestDatabase[] = [];
beforeAll(async () => {
  source = await testServer();
  first = at('first.geomig');
  await backupTo(source.test.database, filesOf('a'), first, worldInstant);
}, 60_000);
afterAll(async () => {
  for (const one of opened) await one.close();
  await source.close();
  rmSync(folder, { recursive: true, force: true });
});

async function empty(make: () => Promise<TestDatabase>): Promise<TestDatabase> {
  const made = await make();
  opened.push(made);
  return made;
}

/** Entries of an archive with what was counted of each; the head tells when and where it was made. */
async function entries(path: string): Promise<string[]> {
  const reader = await ArchiveReader.open(path);
  const found: string[] = [];
  for await (const entry of reader.entries()) {
    for await (const chunk of entry.body) void chunk;
    found.push(`${JSON.stringify(entry.head)} ${JSON.stringify(entry.sum())}`);
  }
  reader.close();
  return found;
}

async function fault(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Fault)) throw error as Error;
  return error;
}

const counts = async (database: Database): Promise<unknown> =>
  database.transaction({ role: 'owner' }, session =>
    session.rows(
      `select (select count(*) from geomig.dataset) as datasets, (select count(*) from geomig.app_user) as accounts, (select count(*) from geomig.organisation) as organisations,
         (select string_agg(relname, ' ' order by relname) from pg_class where relnamespace = 'data'::regnamespace and relkind = 'r') as tables`,
    ),
  );

const types = ['antony:arbres', 'mig:adresses'];

/** What a server on that database answers to the same questions. */
async function answers(test: TestDatabase): Promise<Record<string, string>> {
  const config = readConfig({
    environment: { GEOMIG_PORT: '0', GEOMIG_DATA: test.data, GEOMIG_PUBLIC_URL: 'http://mig.test' },
    directory: folder,
  });
  const server = await startServer(config, { log: silent, database: test.database, clock: { now: () => worldInstant } });
  try {
    await server.ready;
    const found: Record<string, string> = {};
    for (const who of [accounts.antony, accounts.sceaux, null])
      for (const path of [
        ...types.map(type => `/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=${type}&count=500`),
        '/wfs?service=WFS&version=2.0.0&request=GetCapabilities',
        '/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results&elementSetName=full&maxRecords=100',
      ]) {
        const reply = await fetch(`${server.address}${path}`, { headers: who ? { authorization: basic(who) } : {} });
        found[`${who?.login ?? '-'} ${path}`] =
          `${reply.status} ${(await reply.text()).replace(/(timeStamp|timestamp|updateSequence)="[^"]*"/g, '')}`;
      }
    return found;
  } finally {
    await server.close();
  }
}

test('the same content makes the same entries; the file is for this account only', async () => {
  const second = at('second.geomig');
  await backupTo(source.test.database, filesOf('a'), second, '2026-07-01T00:00:00.000Z');
  expect(await entries(second)).toEqual(await entries(first));
  expect(statSync(first).mode & 0o777).toBe(0o600);
  const report = await inspectBackup(first);
  expect(report.tables.find(table => table.name === 'geomig.app_user')?.rows).toBe(Object.keys(accounts).length);
  expect(report.tables.map(table => table.name)).not.toContain('geomig.session');
});

test('round trip over the other engine: the same entries, the same answers of WFS and CSW', async () => {
  const middle = await empty(testDatabase);
  await restoreFrom(middle.database, filesOf('b'), first, { replace: false });
  const second = at('middle.geomig');
  await backupTo(middle.database, filesOf('b'), second, worldInstant);
  expect(await entries(second)).toEqual(await entries(first));
  const last = await empty(embedded);
  await restoreFrom(last.database, filesOf('c'), second, { replace: false });
  const third = at('last.geomig');
  await backupTo(last.database, filesOf('c'), third, worldInstant);
  expect(await entries(third)).toEqual(await entries(first));
  const [a, b] = [await answers(middle), await answers(last)];
  expect(b).toEqual(a);
  expect(Object.values(a).filter(text => text.includes('arbres.')).length).toBeGreaterThan(0);
}, 180_000);

test('what is restored goes on: numbers, history and the watch on published tables', async () => {
  const made = await empty(testDatabase);
  await restoreFrom(made.database, filesOf('d'), first, { replace: false });
  await made.database.transaction({ role: 'owner' }, async session => {
    const [type] = await session.rows<{ name: string; edits: number }>(
      `select table_name as name, edits from geomig.feature_type where prefix = 'antony' and local = 'arbres'`,
    );
    await session.rows(`delete from data."${type?.name ?? ''}" where true`);
    const [after] = await session.rows<{ edits: number }>(
      `select edits from geomig.feature_type where prefix = 'antony' and local = 'arbres'`,
    );
    expect(Number(after?.edits)).toBe(Number(type?.edits) + 1);
    const [row] = await session.rows<{ id: number; most: number }>(
      `insert into geomig.working_group (code, theme, name) values ('neuf', 'x', 'x') returning id, (select max(id) from geomig.working_group) as most`,
    );
    expect(row?.id).toBeGreaterThan(row?.most ?? Infinity);
    const kept = await session.rows(`select 1 from geomig.history where what = 'working_group' and row_id = $1`, [String(row?.id)]);
    expect(kept).toHaveLength(1);
  });
});

test('a database that holds something is left alone, or replaced on demand, also under a running server', async () => {
  const other = await testServer();
  try {
    const path = `/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres&resultType=hits`;
    const ask = (): Promise<string> =>
      other.ask(path, { as: accounts.antony }).then(reply => /numberMatched="(\d+)"/.exec(reply.text)?.[1] ?? reply.text);
    const before = await ask();
    const [type] = await other.test.database.transaction({ role: 'owner' }, session =>
      session.rows<{ name: string }>(`select table_name as name from geomig.feature_type where prefix = 'antony' and local = 'arbres'`),
    );
    await other.test.database.transaction({ role: 'owner' }, session => session.rows(`delete from data."${type?.name ?? ''}"`));
    expect(await ask()).toBe('0');
    const refused = await fault(restoreFrom(other.test.database, filesOf('e'), first, { replace: false }));
    expect(refused.in('fr')).toMatch(/^la base n’est pas vide \(\d+ données, \d+ comptes, \d+ fiches\) : --replace/);
    expect(await ask()).toBe('0');
    await restoreFrom(other.test.database, filesOf('e'), first, { replace: true });
    expect(await ask()).toBe(before);
    // a password that was kept as verified is looked at again, a key that is there is good
    expect((await other.ask('/api/session', { as: accounts.nanterre })).status).toBe(200);
  } finally {
    await other.close();
  }
}, 180_000);

test('files of rasters travel along, by the digest of their bytes', async () => {
  const bytes = Buffer.alloc(300_000, 'raster');
  const digest = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(at('relief.tif'), bytes);
  const kept = coverageFiles(at('rasters'));
  await kept.keep(at('relief.tif'), digest);
  const made = await empty(testDatabase);
  await made.database.transaction({ role: 'owner' }, async session => {
    await session.rows(
      `insert into geomig.dataset (identifier, kind, owner_id, state, title_fr, spatial_type) select 'relief', 'pooled', id, 'draft', 'Relief', 'raster' from geomig.organisation where code = 'antony'`,
    );
    await session.rows(
      `insert into geomig.feature_type (dataset_id, prefix, local, stem, columns) select id, 'antony', 'relief', 'relief', '[]' from geomig.dataset where identifier = 'relief'`,
    );
    await session.rows(
      `insert into geomig.coverage (dataset_id, file, bytes, width, height, bands, sample, meaning, srid, transform, statistics)
       select id, $1, 300000, 1, 1, 1, 'uint8', 'grey', 2154, '{0,1,0,0,0,-1}', '[null]' from geomig.dataset where identifier = 'relief'`,
      [digest],
    );
  });
  const path = at('relief.geomig');
  expect(await backupTo(made.database, filesOf('rasters'), path, worldInstant)).toMatchObject({ files: 1 });
  const other = await empty(embedded);
  expect(await restoreFrom(other.database, filesOf('elsewhere'), path, { replace: false })).toMatchObject({ files: 1 });
  expect(readFileSync(coverageFiles(at('elsewhere')).pathOf(digest)).equals(bytes)).toBe(true);
  writeFileSync(kept.pathOf(digest), 'other bytes');
  const altered = await fault(backupTo(made.database, filesOf('rasters'), at('never.geomig'), worldInstant));
  expect(altered.in('fr')).toMatch(/est altéré/);
  expect(existsSync(at('never.geomig'))).toBe(false);
});

describe('what is no whole backup restores nothing', () => {
  let made: TestDatabase;
  let before: unknown;
  beforeAll(async () => {
    made = await empty(testDatabase);
    before = await counts(made.database);
  });
  const refusal = async (content: Buffer | string): Promise<Fault> => {
    const path = at('bad.geomig');
    writeFileSync(path, content);
    const found = await fault(restoreFrom(made.database, filesOf('f'), path, { replace: true }));
    expect(await counts(made.database)).toEqual(before);
    expect((await fault(inspectBackup(path))).kind).toBe(found.kind);
    return found;
  };

  test('another file, an empty one', async () => {
    expect((await refusal('hello')).in('fr')).toBe('ce fichier n’est pas une sauvegarde de GeoMIG');
    expect((await refusal('')).kind).toBe('malformed');
    expect((await refusal(gzipSync('hello'))).kind).toBe('malformed');
  });

  test('one that breaks off, in the stream or before its last line', async () => {
    const whole = readFileSync(first);
    expect((await refusal(whole.subarray(0, whole.length >> 1))).in('fr')).toBe('la sauvegarde est incomplète ou altérée');
    const inside = gunzipSync(whole);
    const end = inside.lastIndexOf('{"end":true');
    expect((await refusal(gzipSync(inside.subarray(0, end)))).kind).toBe('malformed');
  });

  test('one row that was altered', async () => {
    const inside = gunzipSync(readFileSync(first));
    const place = inside.indexOf('ref.antony@example.org');
    expect(place).toBeGreaterThan(0);
    inside.write('X', place);
    expect((await refusal(gzipSync(inside))).in('fr')).toBe('la sauvegarde est incomplète ou altérée');
  });

  test('another schema is named, newer or older; nothing is inserted', async () => {
    const { head } = await inspectBackup(first);
    for (const [migrations, words] of [
      [[...head.migrations, '999_future'], /version plus récente de GeoMIG \(999_future\)/],
      [head.migrations.slice(0, -1), /version plus ancienne/],
    ] as const) {
      const writer = new ArchiveWriter(at('other.geomig'));
      await writer.begin({ ...head, migrations });
      await writer.end();
      const found = await fault(restoreFrom(made.database, filesOf('f'), at('other.geomig'), { replace: true }));
      expect(found.kind).toBe('version');
      expect(found.in('fr')).toMatch(words);
      expect(await counts(made.database)).toEqual(before);
    }
  });

  test('a type of column that is SQL of its own is not run', async () => {
    const { head } = await inspectBackup(first);
    const writer = new ArchiveWriter(at('sql.geomig'));
    await writer.begin(head);
    const columns = [{ name: 'a', type: 'integer); drop schema geomig cascade; --', notNull: false, identity: false }];
    await writer.entry(
      { table: { schema: 'data', name: 'x', columns, key: [], spatial: [], sequences: [] } },
      Readable.from([Buffer.from('["1"]\n')]),
    );
    await writer.end();
    expect((await fault(restoreFrom(made.database, filesOf('f'), at('sql.geomig'), { replace: true }))).kind).toBe('malformed');
    expect(await counts(made.database)).toEqual(before);
  });
});

test('a backup that fails leaves no file', async () => {
  const target = at('nowhere/x.geomig');
  await expect(backupTo(source.test.database, filesOf('a'), target, worldInstant)).rejects.toThrow(/ENOENT/);
  expect(existsSync(target)).toBe(false);
});
