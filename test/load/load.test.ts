// Loading: what arrives in the table, names, keys, and what is left when it fails. On whichever engine the tests run.
import { Fault } from '../../server/core/model/fault';
import { sweepStaging } from '../../server/store/load';
import { testDatabase } from '../setup/database';
import type { TestDatabase } from '../setup/database';
import { faultOf } from '../formats/make';
import { point, text, worldOf } from './made';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const { query, tables, loading } = worldOf(() => db.database);

test('all types arrive as they were', async () => {
  const fields = (['string', 'integer', 'long', 'decimal', 'double', 'boolean', 'date', 'dateTime'] as const).map(type => ({
    name: type,
    type,
    nillable: true,
  }));
  const report = await loading({
    fields,
    rows: [
      {
        values: ['é "\\ \n 🌳', -5, '9007199254740993', '0.10', 1 / 3, true, '2026-01-31', '2026-01-31T10:00:00+02:00'],
        geometry: point(650000, 6860000),
      },
      { values: fields.map(() => null) },
      { values: ['a\u0000b\ud800', 0, 0, 0, 0, false, '0001-01-01', '1969-12-31T23:59:59.123456Z'] },
    ],
  });
  expect(report).toMatchObject({
    rows: 3,
    repaired: { total: 0 },
    refused: { total: 0 },
    key: { column: 'fid', type: 'integer', source: null },
  });
  expect(report.extent?.native).toEqual({ minX: 650000, minY: 6860000, maxX: 650000, maxY: 6860000 });
  expect(report.extent?.geographic.minX).toBeCloseTo(2.3185, 3);
  const rows = await query<{ row: unknown }>(
    `select jsonb_build_array(fid, string, integer, long::text, "decimal"::text, double, boolean, date::text, "dateTime" at time zone 'UTC', ST_AsText(geom), ST_SRID(geom)) as row
     from data.${report.table} order by fid`,
  );
  expect(rows.map(({ row }) => row)).toEqual([
    [1, 'é "\\ \n 🌳', -5, '9007199254740993', '0.10', 1 / 3, true, '2026-01-31', '2026-01-31T08:00:00', 'POINT(650000 6860000)', 2154],
    [2, null, null, null, null, null, null, null, null, null, null],
    [3, 'ab\ufffd', 0, '0', '0', 0, false, '0001-01-01', '1969-12-31T23:59:59.123456', null, null],
  ]);
});

test('the table has its key, its spatial index, statistics, and rights for readers', async () => {
  const { table } = await loading({ rows: [{ geometry: point(650000, 6860000) }] });
  const indexes = await query<{ name: string; def: string }>(
    `select indexname as name, indexdef as def from pg_indexes where schemaname = 'data' and tablename = '${table}' order by 1`,
  );
  expect(indexes.map(index => index.name)).toEqual([`${table}_geom`, `${table}_pkey`]);
  expect(indexes[0]?.def).toContain('USING gist');
  expect(
    await query(
      `select reltuples::integer as n, obj_description(oid, 'pg_class') as comment from pg_class where oid = 'data.${table}'::regclass`,
    ),
  ).toEqual([{ n: 1, comment: null }]);
  const read = await db.database.transaction({ role: 'reader' }, session =>
    session.rows<{ n: number }>(`select count(*)::integer as n from data.${table}`),
  );
  expect(read).toEqual([{ n: 1 }]);
  await db.database.transaction({ role: 'writer' }, session => session.rows(`insert into data.${table} (geom) values (null)`));
  expect(await query(`select max(fid) as fid from data.${table}`)).toEqual([{ fid: 2 }]);
});

describe('names', () => {
  test('are safe, told and never twice', async () => {
    const report = await loading({
      fields: ['Libellé', 'libelle', '2e nom', 'geom', 'FID', 'a"; drop table x; --', '', 'DATE_', 'DATE'].map(text),
      rows: [{}],
    });
    expect(report.fields.map(field => field.name)).toEqual([
      'Libelle',
      'libelle_2',
      '_2e_nom',
      'geom_2',
      'FID_2',
      'a_drop_table_x',
      'field_7',
      'DATE_',
      'DATE',
    ]);
    expect(report.notes.join()).toContain('Libellé → Libelle');
    const [row] = await query<Record<string, unknown>>(`select * from data.${report.table}`);
    expect(Object.keys(row ?? {})).toEqual(['fid', ...report.fields.map(field => field.name), 'geom']);
  });

  test('of the table too; one that is taken is a conflict unless it is replaced', async () => {
    const first = await loading({ rows: [{}] }, { table: 'Été 2026 : arbres' });
    expect(first.table).toBe('Ete_2026_arbres');
    const fault = await faultOf(loading({ rows: [{}, {}] }, { table: first.table }));
    expect(fault).toMatchObject({ kind: 'conflict', locator: 'table' });
    const second = await loading({ rows: [{}, {}] }, { table: first.table, replace: true });
    expect(await query(`select count(*)::integer as n from data."${second.table}"`)).toEqual([{ n: 2 }]);
    const related = (await tables()).filter(name => name.startsWith('Ete_2026'));
    expect(related).toEqual(['', '_fid_seq', '_geom', '_pkey'].map(end => `Ete_2026_arbres${end}`));
  });
});

describe('keys', () => {
  const fields = [
    text('code'),
    { name: 'n', type: 'integer' as const, nillable: false },
    { name: 'd', type: 'double' as const, nillable: false },
  ];
  const rows = [{ values: ['b', 2, 1] }, { values: ['a', 1, 1] }];
  test.each([
    ['code', 'text'],
    ['n', 'integer'],
  ] as const)('a named field: %s', async (key, type) => {
    const report = await loading({ fields, rows }, { key });
    expect(report.key).toEqual({ column: key, type, source: key });
    expect(report.fields.map(field => field.name)).toEqual(['code', 'n', 'd']);
    expect(report.fields.find(field => field.name === key)?.nillable).toBe(false);
    const columns = await query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'data.${report.table}'::regclass and attnum > 0 order by attnum`,
    );
    expect(columns.map(column => column.name)).toEqual(['code', 'n', 'd', 'geom']);
  });

  test('the integer key of the file is kept', async () => {
    const report = await loading(
      {
        fields,
        rows: [
          { id: 70, values: ['a', 1, 1] },
          { id: 5, values: ['b', 2, 2] },
        ],
        idName: 'fid',
      },
      { key: 'fid' },
    );
    expect(await query(`select fid, code from data.${report.table} order by fid`)).toEqual([
      { fid: 5, code: 'b' },
      { fid: 70, code: 'a' },
    ]);
  });

  test.each([
    ['a field that is none', 'nope', rows, /no field "nope"; it has: code, n, d/],
    ['a type that identifies nothing', 'd', rows, /type double/],
    ['values that repeat', 'code', [...rows, { values: ['a', 3, 1] }], /not unique: "a" \(2 times\)/],
    ['a value that is missing', 'code', [...rows, { values: [null, 3, 1] }], /no value in line 3/],
  ])('%s is refused whole, nothing is left', async (_name, key, given, words) => {
    const before = await tables();
    const fault = await faultOf(loading({ fields, rows: given }, { key }));
    expect(fault).toMatchObject({ kind: 'invalid-value', locator: 'key' });
    expect(fault.message).toMatch(words);
    expect(await tables()).toEqual(before);
  });
});

test('a row that only the database refuses is found among the others', async () => {
  const days = { name: 'day', type: 'date' as const, nillable: true };
  const rows = Array.from({ length: 40 }, (_, n) => ({ values: [n === 17 ? 'not a day' : '2026-01-31'] }));
  const report = await loading({ fields: [days], rows });
  expect(report).toMatchObject({ rows: 39, refused: { total: 1, listed: [{ line: 18 }] } });
});

test('issues are listed up to a hundred and counted all', async () => {
  const rows = [{}, ...Array.from({ length: 250 }, () => ({ problem: 'bad' }))];
  const report = await loading({ rows });
  expect(report.refused.total).toBe(250);
  expect(report.refused.listed).toHaveLength(100);
});

test('more rows than a batch; progress is told', async () => {
  const seen: number[] = [];
  const rows = Array.from({ length: 2300 }, (_, n) => ({ values: [n], geometry: point(650000 + n, 6860000) }));
  const report = await loading(
    { fields: [{ name: 'n', type: 'integer', nillable: false }], rows },
    { onProgress: done => seen.push(done) },
  );
  expect(report.rows).toBe(2300);
  expect(seen.at(-1)).toBe(2300);
  expect(seen.length).toBeGreaterThan(2);
  expect(await query(`select sum(n)::integer as s, count(distinct fid)::integer as c from data.${report.table}`)).toEqual([
    { s: (2299 * 2300) / 2, c: 2300 },
  ]);
});

describe('failing leaves nothing behind', () => {
  test.each([
    [
      'a file that breaks off',
      () => loading({ rows: [{}], ends: new Fault('malformed', 'source', 'cut') }, { table: 'kept', replace: true }),
      'malformed',
    ],
    ['every row refused', () => loading({ rows: [{ problem: 'bad' }] }, { table: 'kept', replace: true }), 'invalid-value'],
    ['a name without letters', () => loading({ rows: [{}] }, { table: '***' }), 'invalid-value'],
  ])('%s', async (_name, attempt, kind) => {
    await loading({ rows: [{}, {}] }, { table: 'kept', replace: true });
    const before = await tables();
    expect((await faultOf(attempt())).kind).toBe(kind);
    expect(await tables()).toEqual(before);
    expect(await query('select count(*)::integer as n from data.kept')).toEqual([{ n: 2 }]);
  });

  test('being stopped in the middle', async () => {
    const before = await tables();
    const stop = new AbortController();
    const rows = Array.from({ length: 3000 }, () => ({}));
    const attempt = loading({ rows }, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(attempt).rejects.toBeDefined();
    expect(await tables()).toEqual(before);
  });

  test('a view that depends on the old table keeps it', async () => {
    const { table } = await loading({ rows: [{}] });
    await query(`create view data.looking as select fid from data.${table}`);
    const before = await tables();
    expect((await faultOf(loading({ rows: [{}, {}] }, { table, replace: true }))).kind).toBe('conflict');
    expect(await tables()).toEqual(before);
    await query('drop view data.looking');
  });

  test('staging tables of dead processes are swept by age, those of others stay', async () => {
    await query('create table data._load_00000000000000aa (a integer)');
    await query(`comment on table data._load_00000000000000aa is '2020-01-01 00:00:00+00'`);
    await query('create table data._load_00000000000000bb (a integer)');
    await query(`do $$ begin execute format('comment on table data._load_00000000000000bb is %L', now()::text); end $$`);
    expect(await sweepStaging(db.database, 'data')).toBe(1);
    expect((await tables()).filter(name => name.startsWith('_load_'))).toEqual(['_load_00000000000000bb']);
    await query('drop table data._load_00000000000000bb');
  });
});

test('others are served between the batches', async () => {
  let answered = 0;
  const rows = Array.from({ length: 4000 }, (_, n) => ({ geometry: point(650000 + n, 6860000) }));
  let over = false;
  const others = (async () => {
    while (!over) {
      await query('select 1');
      answered++;
    }
  })();
  let between = 0;
  await loading({ rows }, { onProgress: () => (between = Math.max(between, answered)) });
  over = true;
  await others;
  expect(between).toBeGreaterThan(3);
});
