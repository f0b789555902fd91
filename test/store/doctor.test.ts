// The doctor says what is there, what is missing and what to do next, and changes nothing; on either engine.
import { join } from 'node:path';
import { migrations } from '../../migrations';
import { doctorReport, migrateTo, unreachableReport } from '../../server/compose/operation';
import { doctor, doctorSql } from '../../server/store/doctor';
import type { Finding, Subject } from '../../server/store/doctor';
import { appliedMigrations } from '../../server/store/migrate';
import { testDatabase } from '../setup/database';
import type { TestDatabase } from '../setup/database';

let test: TestDatabase;
beforeAll(async () => (test = await testDatabase()));
afterAll(() => test.close());

const find = (findings: readonly Finding[], subject: Subject): Finding[] => findings.filter(finding => finding.subject === subject);

describe('the doctor', () => {
  it('finds a fresh database in order', async () => {
    const { findings, healthy } = await doctor(test.database, { data: test.data, migrations });
    // test clusters run without fsync; a full disk of the test machine is not what is tested
    expect(findings.filter(({ level, subject }) => level === 'error' && subject !== 'durability' && subject !== 'space')).toEqual([]);
    expect(find(findings, 'extension').map(finding => finding.text.split(' ')[0])).toEqual([
      'postgis',
      'unaccent',
      'pg_trgm',
      'btree_gist',
    ]);
    expect(find(findings, 'role')).toEqual(
      ['geomig_reader', 'geomig_writer'].map(text => ({ level: 'ok', subject: 'role', text, next: null })),
    );
    expect(find(findings, 'collation')).toMatchObject([{ level: 'ok' }]);
    expect(find(findings, 'version')).toMatchObject([{ level: 'ok', text: expect.stringMatching(/^PostgreSQL \d/) as string }]);
    expect(find(findings, 'space')).toMatchObject([{ text: expect.stringContaining(test.data) as string }]);
    if (test.database.engine === 'embedded') {
      expect(healthy).toBe(true);
      expect(find(findings, 'lock')).toMatchObject([{ level: 'ok', text: expect.stringContaining(String(process.pid)) as string }]);
    }
  });

  it('says the way out of all that is not in order', async () => {
    const missing = { data: `${test.data}/nowhere`, migrations };
    for (const { level, next } of (await doctor(test.database, missing)).findings) expect(next === null).toBe(level === 'ok');
  });

  it('names pending migrations without running them', async () => {
    const future = { name: '999_future', up: () => Promise.reject(new Error('was run')), down: () => Promise.resolve() };
    const { findings, healthy } = await doctor(test.database, { data: test.data, migrations: [...migrations, future] });
    expect(healthy).toBe(false);
    expect(find(findings, 'migrations')).toEqual([
      { level: 'error', subject: 'migrations', text: 'en attente : 999_future', next: 'exécuter « geomig migrate »' },
    ]);
    expect(await appliedMigrations(test.database.knex)).toEqual(migrations.map(migration => migration.name));
  });

  it('recognises a database of a newer program', async () => {
    const older = migrations.slice(0, -1);
    const { findings, healthy } = await doctor(test.database, { data: test.data, migrations: older });
    expect(healthy).toBe(false);
    expect(find(findings, 'migrations')).toMatchObject([{ text: expect.stringContaining(migrations.at(-1)?.name ?? '?') as string }]);
  });

  it('reports line by line to the command, which moves the schema', async () => {
    const { lines } = await doctorReport(test.database, { data: test.data, files: join(test.data, 'files') });
    expect(lines.join('\n')).toMatch(/^bon +migrations +\d+ appliquées$/m);
    const last = migrations.at(-1)?.name ?? '';
    expect(await migrateTo(test.database, 'latest')).toEqual(['La base est à jour.']);
    expect(await migrateTo(test.database, 'down')).toEqual([`défaite : ${last}`]);
    const ill = await doctorReport(test.database, { data: test.data, files: join(test.data, 'files') });
    expect(ill.healthy).toBe(false);
    expect(ill.lines.join('\n')).toContain(`en attente : ${last}\n${' '.repeat(20)}→ exécuter « geomig migrate »`);
    expect(await migrateTo(test.database, 'latest')).toEqual([`appliquée : ${last}`]);
  });
});

describe('a PostgreSQL that does not open', () => {
  it('is told with the commands to try, and without the password', () => {
    const lines = unreachableReport({ databaseUrl: 'postgres://geo:secret@db.example.org/sig' }).join('\n');
    expect(lines).toContain('pg_isready -h db.example.org -p 5432');
    expect(lines).toContain('psql -h db.example.org -p 5432 -U geo -d sig');
    expect(lines).not.toContain('secret');
    expect(unreachableReport({ databaseUrl: null })).toEqual([]);
  });
});

describe('what an administrator of PostgreSQL runs', () => {
  it('may be run twice, with an account whose name needs quotes', async () => {
    const login = `Géo "mig" $$ l'agence`;
    const { knex } = test.database;
    const quoted = `"${login.replaceAll('"', '""')}"`;
    await knex
      .transaction(async trx => {
        await trx.raw(`create role ${quoted} login`);
        for (let time = 1; time <= 2; time++) await trx.raw(doctorSql(login).replaceAll('?', '\\?'));
        const { rows } = await trx.raw<{ rows: unknown[] }>(
          `select pg_has_role(?, 'geomig_reader', 'MEMBER') as reader, pg_has_role(?, 'geomig_writer', 'MEMBER') as writer,
           has_database_privilege(?, current_database(), 'CREATE') as makes`,
          [login, login, login],
        );
        expect(rows).toEqual([{ reader: true, writer: true, makes: true }]);
        await trx.rollback();
      })
      .catch((error: unknown) => {
        // knex rejects a transaction that was rolled back on purpose
        if (!(error instanceof Error) || !/rolled back|rejected/i.test(error.message)) throw error;
      });
  });
});

describe('what is published and kept', () => {
  it('a table that lacks a column or is gone, a broken journal, nobody who may administer', async () => {
    const files = { data: test.data, files: join(test.data, 'files') };
    const lines = async (): Promise<string> => (await doctorReport(test.database, files)).lines.join('\n');
    const rows = (sql: string): Promise<unknown> => test.database.transaction({ role: 'owner' }, session => session.rows(sql));
    expect(await lines()).toMatch(/couches +0 tables publiées, toutes là[\s\S]*aucun administrateur du pilote/);
    await rows('create table public.essai (id integer primary key, a text)');
    await rows(
      `insert into geomig.dataset (identifier, kind, owner_id, state, title_fr) select 'essai', 'pooled', id, 'draft', 'Essai' from geomig.organisation where code = 'antony'`,
    );
    await rows(
      `insert into geomig.feature_type (dataset_id, prefix, local, stem, table_schema, table_name, key_column, key_type, in_place, columns)
       select id, 'antony', 'essai', 'essai', 'public', 'essai', 'id', 'integer', true, '[{"name":"a","column":"a","type":"string","nillable":true},{"name":"b","column":"b","type":"string","nillable":true}]' from geomig.dataset where identifier = 'essai'`,
    );
    expect(await lines()).toMatch(/avis +couches +antony:essai : public\.essai n'a plus b\n +→ relancer « geomig apply FICHIER »/);
    await rows('drop table public.essai');
    expect(await lines()).toMatch(/antony:essai : la table public\.essai n'existe plus/);
    await rows(`insert into geomig.audit_journal (at, actor, what, subject, hash) values (now(), 'x', 'y', 'z', 'faux')`);
    expect(await lines()).toMatch(/le journal d'audit est rompu à la ligne \d+/);
  });
});
