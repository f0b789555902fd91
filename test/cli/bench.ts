// A running server on the test world, and the command line beside it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testServer, type TestServer } from '../setup/server';
import { geomigOn, type Geomig } from './run';

export interface Bench {
  readonly server: TestServer;
  readonly geomig: Geomig;
  readonly folder: string;
  /** Writes a file into the folder and gives its path; objects as JSON. */
  file(name: string, content: string | Buffer | object): string;
  rows<Row extends object>(sql: string): Promise<Row[]>;
  /** Tables of published data. */
  tables(): Promise<string[]>;
  close(): Promise<void>;
}

export async function bench(): Promise<Bench> {
  const server = await testServer();
  const folder = mkdtempSync(join(tmpdir(), 'geomig-cli-'));
  const rows: Bench['rows'] = sql => server.test.database.transaction({ role: 'owner' }, session => session.rows(sql));
  return {
    server,
    geomig: geomigOn(server.test),
    folder,
    rows,
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
      return path;
    },
    async tables() {
      const found = await rows<{ t: string }>(
        `select c.relname as t from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'data' and c.relkind = 'r' order by 1`,
      );
      return found.map(row => row.t);
    },
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A request that counts the features of a type. */
export const hits = (type: string): string => `/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=${type}&resultType=hits`;
