// What tests of the partnership file work with: a database, a folder for the file and its sources, and `apply` as the command line calls it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { applyParts } from '../../server/compose/apply';
import { Fault } from '../../server/core/model/fault';
import { applyPartnership } from '../../server/partnership/apply/apply';
import type { ApplyOptions, ApplyParts, ReportLine } from '../../server/partnership/apply/work';
import { checkPartnershipFile, type DatasetEntry, type PartnershipFile, type RecordEntry } from '../../server/partnership/file';
import { testDatabase, type TestDatabase } from '../setup/database';

export const noon = '2026-06-15T10:00:00.000Z';
export const today = '2026-06-15';

const plain: ApplyOptions = { check: false, prune: false, reimport: false, overwriteEdits: false, allowUnpublished: false };

export interface Desk {
  readonly test: TestDatabase;
  readonly folder: string;
  /** What the rules see; tests move it. */
  readonly clock: { instant: string };
  /** Lines said on the terminal by the last apply. */
  readonly said: string[];
  readonly parts: ApplyParts;
  write(name: string, content: unknown): string;
  apply(file: Omit<PartnershipFile, 'version'>, options?: Partial<ApplyOptions>): Promise<ReportLine[]>;
  /** The fault of an apply that must fail. */
  refused(file: Omit<PartnershipFile, 'version'>, options?: Partial<ApplyOptions>): Promise<Fault>;
  rows<Row extends object = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Everything that an apply could have left: rows of the partnership's tables, tables of the schema data. */
  fingerprint(): Promise<string>;
  close(): Promise<void>;
}

export async function desk(): Promise<Desk> {
  const test = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'geomig-apply-'));
  const clock = { instant: noon };
  const said: string[] = [];
  const parts = applyParts({
    database: test.database,
    publicBase: 'https://mig.example.org',
    now: () => clock.instant,
    say: line => void said.push(line),
    files: join(folder, 'files'),
  });
  const apply: Desk['apply'] = (file, options = {}) => {
    said.length = 0;
    return applyPartnership(
      checkPartnershipFile({ version: 1, ...file }, 'the file'),
      join(folder, 'file.yaml'),
      { ...plain, ...options },
      parts,
    );
  };
  const rows: Desk['rows'] = (sql, values = []) => test.database.transaction({ role: 'owner' }, session => session.rows(sql, values));
  return {
    test,
    folder,
    clock,
    said,
    parts,
    apply,
    rows,
    write(name, content) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    },
    async refused(file, options) {
      const before = await fingerprint();
      const fault = await apply(file, options).then(
        () => null,
        (error: unknown) => error,
      );
      if (!(fault instanceof Fault)) throw fault === null ? new Error('the file was applied') : (fault as Error);
      expect(await fingerprint()).toBe(before);
      return fault;
    },
    fingerprint,
    async close() {
      await test.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  async function fingerprint(): Promise<string> {
    const tables = await rows<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'geomig' and c.relkind = 'r' and c.relname not in ('generation', 'access_journal', 'audit_journal') order by 1`,
    );
    const parts: string[] = [];
    for (const { name } of tables)
      parts.push(
        `${name} ${(await rows<{ t: string }>(`select t::text as t from geomig."${name}" t order by t::text`)).map(r => r.t).join('\n')}`,
      );
    const data = await rows<{ t: string }>(
      `select c.relname as t from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'data' and c.relkind = 'r' order by 1`,
    );
    return [...parts, `data: ${data.map(r => r.t).join(' ')}`].join('\n');
  }
}

/** Points near Antony with these attributes. */
export function points(rows: readonly Readonly<Record<string, string | number | null>>[]): object {
  return {
    type: 'FeatureCollection',
    features: rows.map((properties, index) => ({
      type: 'Feature',
      properties,
      geometry: { type: 'Point', coordinates: [2.3 + index / 1000, 48.75] },
    })),
  };
}

export const square = (minX: number, minY: number, size = 0.1): { type: 'Polygon'; coordinates: number[][][] } => ({
  type: 'Polygon',
  coordinates: [
    [
      [minX, minY],
      [minX + size, minY],
      [minX + size, minY + size],
      [minX, minY + size],
      [minX, minY],
    ],
  ],
});

/** A record that lacks nothing. */
export const record = (id: string): RecordEntry => ({
  id,
  abstract: { fr: `Données inventées de ${id}.` },
  language: 'fre',
  topicCategories: ['environment'],
  keywords: ['arbre'],
  dates: { creation: '2024-01-10', publication: '2025-02-01', revision: '2026-04-20' },
  lineage: { fr: 'Relevés inventés.' },
  usageRules: { fr: 'Essais seulement.' },
  conditions: { fr: 'Usage dans le cadre de la charte.' },
  limitation: 'none',
  contact: { organisation: 'Antony', email: 'sig@antony.example.org' },
});

/** A published pooled dataset of Antony open to partners; `more` changes it. */
export const trees = (more: Partial<DatasetEntry> = {}): DatasetEntry => ({
  code: 'arbres',
  type: 'antony:arbres',
  title: { fr: 'Arbres d’alignement' },
  kind: 'pooled',
  owner: 'antony',
  state: 'published',
  usageScale: 2000,
  source: { file: 'arbres.geojson', id: 'code' },
  record: record('fr-antony-arbres'),
  grants: [{ audience: 'partners', actions: ['view', 'query', 'feature', 'download'] }],
  ...more,
});

/** A validated co-produced dataset; `more` changes it. */
export const addresses = (more: Partial<DatasetEntry> = {}): DatasetEntry => ({
  code: 'adresses',
  type: 'mig:adresses',
  title: { fr: 'Adresses' },
  kind: 'coproduced',
  workingGroup: 'gt-adresse',
  state: 'validated',
  validation: { heldOn: '2026-05-01', reference: 'COTECH-2026-2' },
  usageScale: 2000,
  source: { file: 'arbres.geojson', id: 'code' },
  record: record('fr-mig-adresses'),
  grants: [{ audience: 'partners', actions: ['view', 'query', 'feature', 'download'] }],
  ...more,
});

/** Outcomes by `kind name`. */
export const outcomes = (report: readonly ReportLine[]): Record<string, string> =>
  Object.fromEntries(report.map(line => [`${line.kind} ${line.name}`, line.outcome]));

export const changes = (report: readonly ReportLine[]): ReportLine[] => report.filter(line => line.outcome !== 'left');
