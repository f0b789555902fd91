// A small partnership in a real database: public, shared, cut and hidden data of two communes, over the table of test/query/samples.ts.
import fc from 'fast-check';
import { recordTypes } from '../../catalogue/record-type';
import type { Caller, Person } from '../../server/core/policy/charter';
import { anonymous } from '../../server/core/policy/charter';
import type { Filter } from '../../server/core/filter/filter';
import type { Doors } from '../../server/core/ports/doors';
import type { JournalEntry } from '../../server/core/ports/journal';
import type { Session } from '../../server/store/database';
import { openDoors } from '../../server/store/doors';
import { FactsReader } from '../../server/store/facts';
import { Registry } from '../../server/store/registry';
import { compare, properties } from '../query/samples';
import { row, store, type Row } from '../oracle/rows';
import { testDatabase, type TestDatabase } from '../setup/database';

const instant = '2026-06-15T10:00:00.000Z';

interface DatasetSpec {
  readonly code: string;
  readonly prefix: string;
  readonly local: string;
  readonly stem: string;
  readonly visibility: 'public' | 'partners' | 'owner';
  readonly scope?: string;
  readonly grants: readonly {
    readonly audience: string;
    readonly actions: readonly string[];
    readonly masked?: readonly string[];
    readonly area?: 'territory';
    readonly rows?: Filter;
    readonly rowsText?: string;
  }[];
}

const reading = ['view', 'query', 'feature', 'download'] as const;

const datasets: readonly DatasetSpec[] = [
  {
    code: 'arbres',
    prefix: 'antony',
    local: 'arbres',
    stem: 'arbres',
    visibility: 'public',
    grants: [{ audience: 'public', actions: reading }],
  },
  {
    code: 'reseaux',
    prefix: 'antony',
    local: 'reseaux',
    stem: 'reseaux',
    visibility: 'public',
    grants: [
      {
        audience: 'partners',
        actions: reading,
        masked: ['secret', 'prix'],
        area: 'territory',
        rows: compare('secret', '=', 'non'),
        rowsText: `secret = 'non'`,
      },
    ],
  },
  {
    code: 'plans',
    prefix: 'antony',
    local: 'plans',
    stem: 'plans',
    visibility: 'public',
    grants: [{ audience: 'public', actions: ['view'] }],
  },
  // hidden from all but its owner, and with a local name that others have too
  { code: 'caves', prefix: 'sceaux', local: 'arbres', stem: 'sceaux-arbres', visibility: 'owner', grants: [] },
  {
    code: 'essai',
    prefix: 'antony',
    local: 'essai',
    stem: 'essai',
    visibility: 'public',
    scope: 'cite',
    grants: [{ audience: 'public', actions: reading }],
  },
];

export interface World {
  readonly base: TestDatabase;
  readonly rows: readonly Row[];
  readonly registry: Registry;
  readonly journal: JournalEntry[];
  readonly antony: Caller;
  readonly sceaux: Caller;
  readonly anonymous: Caller;
  /** Doors of a caller; on the main endpoint unless told. */
  doors(caller: Caller, scope?: string | null): Promise<Doors>;
  close(): Promise<void>;
}

export async function makeWorld(): Promise<World> {
  const base = await testDatabase();
  const { database } = base;
  const rows = fc.sample(row, { seed: 5, numRuns: 120 }).map((one, i) => ({ fid: i + 1, ...one }));
  await store(database, rows);
  const ids = new Map<string, number>();
  await database.transaction({ role: 'owner' }, async session => {
    for (const { id, code } of await session.rows<{ id: number; code: string }>('select id, code from geomig.organisation'))
      ids.set(code, id);
    await session.rows(`update geomig.membership set state = 'active', active_on = '2022-01-01'
      where organisation_id in (select id from geomig.organisation where code in ('antony', 'sceaux'))`);
    await session.rows(`update geomig.organisation set territory = ST_Multi(ST_MakeEnvelope(0, 0, 50, 100, 2154)) where code = 'sceaux'`);
    await session.rows(`insert into geomig.scope (code, main) values ('cite', false)`);
    for (const spec of datasets) await add(session, spec, ids);
    await session.rows('update geomig.generation set number = number + 1');
  });
  const registry = new Registry(database, prefix => `http://example.org/ns/${prefix}`);
  const facts = new FactsReader(database);
  const journal: JournalEntry[] = [];
  const parts = { database, registry, facts, journal: { note: (entry: JournalEntry) => void journal.push(entry) }, recordTypes };
  return {
    base,
    rows,
    registry,
    journal,
    antony: person('antony', ids),
    sceaux: person('sceaux', ids),
    anonymous,
    doors: (caller, scope = null) => openDoors(parts, caller, scope, instant, { service: 'wfs', operation: 'GetFeature' }),
    close: () => base.close(),
  };
}

async function add(session: Session, spec: DatasetSpec, ids: ReadonlyMap<string, number>): Promise<void> {
  const [dataset] = await session.rows<{ id: number }>(
    `insert into geomig.dataset (identifier, kind, owner_id, state, title_fr, licence, usage_scale, served, scope)
     values ($1, 'pooled', $2, 'published', $3, 'etalab-2.0', 2000, true, $4) returning id`,
    [spec.code, ids.get(spec.prefix), `Titre de ${spec.code}`, spec.scope ?? null],
  );
  const id = dataset?.id;
  await session.rows(
    `insert into geomig.feature_type (dataset_id, prefix, local, stem, table_schema, table_name, key_column, key_type, geometry_column, geometry_type,
       srid, columns, row_count, extent_native, extent_geographic)
     values ($1, $2, $3, $4, 'data', 'arbres', 'fid', 'integer', 'geom', 'Geometry', 2154, $5, 120, '{0,0,100,100}', '{2,48,3,49}')`,
    [id, spec.prefix, spec.local, spec.stem, JSON.stringify(properties)],
  );
  await session.rows(
    `insert into geomig.record (identifier, dataset, owner_id, visibility, state, schema, document, date_stamp, title, abstract, revision_dates, scope_code)
     values ($1, $2, $3, $4, 'published', 'iso19139', '<a/>', now(), $5, 'Résumé', '{2025-06-01}', $6)`,
    [`fiche-${spec.code}`, spec.code, ids.get(spec.prefix), spec.visibility, spec.code, spec.scope ?? null],
  );
  for (const grant of spec.grants)
    await session.rows(
      `insert into geomig.access_grant (dataset_id, audience, actions, masked_attributes, area_mode, rows_filter, rows_text, agreed_at)
       values ($1, $2, $3, $4, $5, $6, $7, '2022-01-01')`,
      [
        id,
        grant.audience,
        grant.actions,
        grant.masked ?? [],
        grant.area ?? 'all',
        grant.rows ? JSON.stringify(grant.rows) : null,
        grant.rowsText ?? null,
      ],
    );
}

function person(code: string, ids: ReadonlyMap<string, number>): Caller {
  const id = ids.get(code) ?? 0;
  const one: Person = {
    id,
    login: `ref.${code}@example.org`,
    name: code,
    organisation: id,
    state: 'active',
    mandates: [{ role: 'technical_referent', from: null, to: null }],
    workingGroups: [],
  };
  return { kind: 'person', person: one };
}
