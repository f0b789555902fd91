// The doors of a caller: what is listed, found, refused and journaled, and that the answers are those of the charter.
import { Fault } from '../../server/core/model/fault';
import type { Filter } from '../../server/core/filter/filter';
import type { Doors } from '../../server/core/ports/doors';
import type { Query } from '../../server/core/query/query';
import { holds } from '../oracle/oracle';
import { box, query } from '../query/samples';
import { makeWorld, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

type Caller = World['antony'];

function faultOf(make: () => unknown): Fault {
  try {
    make();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('no fault');
}

async function ids(doors: Doors, asked: Query): Promise<string[]> {
  const snapshot = await doors.features.open(new AbortController().signal);
  try {
    const found: string[] = [];
    for await (const one of snapshot.features(asked)) found.push(one.id);
    expect(await snapshot.count(asked)).toBe(found.length);
    return found;
  } finally {
    await snapshot.close();
  }
}

test('R45: types and layers are those the caller may use, in the order of their names', async () => {
  const names = async (caller: Caller): Promise<[string[], string[]]> => {
    const { features } = await world.doors(caller);
    return [features.types('feature').map(type => type.name), features.layers().map(layer => layer.name)];
  };
  expect(await names(world.anonymous)).toEqual([['arbres'], ['antony:arbres', 'antony:plans']]);
  expect(await names(world.sceaux)).toEqual([
    ['arbres', 'reseaux', 'sceaux-arbres'],
    ['antony:arbres', 'antony:plans', 'antony:reseaux', 'sceaux:arbres'],
  ]);
});

test('R42: the masked attributes are not in the type, for its owner they are', async () => {
  const of = async (caller: Caller): Promise<string[]> =>
    (await world.doors(caller)).features.type('antony:reseaux', 'feature', 'typeNames').properties.map(property => property.name);
  expect(await of(world.sceaux)).toEqual(['nom', 'etages', 'surface', 'hauteur', 'actif', 'pose', 'vu', 'mots']);
  expect(await of(world.antony)).toContain('secret');
});

test('figures of rows that the grant cuts away are not told', async () => {
  const cut = (await world.doors(world.sceaux)).features.type('reseaux', 'feature', 't');
  const whole = (await world.doors(world.antony)).features.type('reseaux', 'feature', 't');
  expect([cut.count, cut.extent]).toEqual([null, null]);
  expect([whole.count, whole.extent?.native.maxX]).toEqual([120, 100]);
});

describe('R47', () => {
  test('SEC02: a hidden type is answered like an unknown one, word for word', async () => {
    const { features } = await world.doors(world.anonymous);
    const hidden = faultOf(() => features.type('sceaux:arbres', 'feature', 'typeNames'));
    const unknown = faultOf(() => features.type('sceaux:absent', 'feature', 'typeNames'));
    expect([hidden.kind, hidden.locator, hidden.rule, hidden.message.replace('sceaux:arbres', 'sceaux:absent')]).toEqual([
      unknown.kind,
      unknown.locator,
      unknown.rule,
      unknown.message,
    ]);
    expect(hidden.kind).toBe('unknown-type');
  });

  test('a type whose record is public asks for a credential, and tells who has one that it may not', async () => {
    const nobody = await world.doors(world.anonymous);
    expect(faultOf(() => nobody.features.type('antony:reseaux', 'feature', 'typeNames')).kind).toBe('unauthenticated');
    const partner = await world.doors(world.sceaux);
    const fault = faultOf(() => partner.features.type('antony:plans', 'feature', 'typeNames'));
    expect([fault.kind, fault.locator]).toEqual(['forbidden', 'typeNames']);
    expect(fault.rule).toMatch(/^[RD]\d+$/);
  });

  test('a query for what was never asked by name meets the same refusal', async () => {
    const { features } = await world.doors(world.anonymous);
    const snapshot = await features.open(new AbortController().signal);
    await expect(snapshot.count(query(undefined, { type: 'reseaux' }))).rejects.toMatchObject({ kind: 'unauthenticated' });
    await expect(snapshot.count(query(undefined, { type: 'sceaux-arbres' }))).rejects.toMatchObject({ kind: 'unknown-type' });
    await expect(snapshot.scene(query(undefined, { type: 'arbres', action: 'edit' }))).rejects.toBeInstanceOf(Fault);
    await snapshot.close();
  });
});

test('R23: a hidden type neither answers nor makes a short name ambiguous', async () => {
  const nobody = await world.doors(world.anonymous);
  expect(nobody.features.type('arbres', 'feature', 't').name).toBe('arbres');
  const owner = await world.doors(world.sceaux);
  expect(owner.features.type('sceaux:arbres', 'feature', 't').name).toBe('sceaux-arbres');
  // the short name of one is the local name of both
  expect(owner.features.type('arbres', 'feature', 't').name).toBe('arbres');
});

test('R43: rows of the grant are those whose inner part meets the territory, before whatever is asked', async () => {
  const doors = await world.doors(world.sceaux);
  const territory: Filter = { op: 'area', area: { geometry: { srid: 2154, geometry: box(0, 0, 50, 100) } } };
  const granted = world.rows.filter(row => row.secret === 'non' && holds(row, territory));
  expect(granted.length).toBeGreaterThan(5);
  const all = await ids(doors, query(undefined, { type: 'reseaux' }));
  expect(all).toEqual(granted.map(row => `reseaux.${row.fid}`));
  const unnamed: Filter = { op: 'null', property: 'nom' };
  const either = await ids(doors, query({ op: 'or', parts: [unnamed, { op: 'not', part: unnamed }] }, { type: 'reseaux' }));
  expect(either).toEqual(all);
  // its owner sees everything
  expect(await ids(await world.doors(world.antony), query(undefined, { type: 'reseaux' }))).toHaveLength(120);
});

test('R43: what merely touches the territory is outside', async () => {
  const { database } = world.base;
  await database.transaction({ role: 'owner' }, session =>
    session.rows(`insert into data.arbres (fid, secret_c, geom) values
      (901, 'non', ST_SetSRID('POINT(50 20)'::geometry, 2154)), (902, 'non', ST_SetSRID('POINT(49.5 20)'::geometry, 2154)),
      (903, 'non', ST_SetSRID('POLYGON((50 0, 60 0, 60 10, 50 10, 50 0))'::geometry, 2154)),
      (904, 'non', ST_SetSRID('POLYGON((49 0, 60 0, 60 10, 49 10, 49 0))'::geometry, 2154)),
      (905, 'non', ST_SetSRID('LINESTRING(50 0, 50 10)'::geometry, 2154)), (906, 'non', ST_SetSRID('LINESTRING(49 0, 51 0.5)'::geometry, 2154))`),
  );
  const asked: Filter = { op: 'ids', ids: [901, 902, 903, 904, 905, 906].map(n => `reseaux.${n}`) };
  expect(await ids(await world.doors(world.sceaux), query(asked, { type: 'reseaux' }))).toEqual([
    'reseaux.902',
    'reseaux.904',
    'reseaux.906',
  ]);
  await database.transaction({ role: 'owner' }, session => session.rows('delete from data.arbres where fid > 900'));
});

test('R54: decisions on data that is not public are journaled, allowed and denied; public ones are not', async () => {
  world.journal.length = 0;
  const { features } = await world.doors(world.sceaux);
  features.type('arbres', 'feature', 't');
  expect(world.journal).toEqual([]);
  features.type('antony:reseaux', 'feature', 't');
  expect(() => features.type('antony:plans', 'feature', 't')).toThrow(Fault);
  expect(
    world.journal.map(({ service, operation, dataset, action, decision }) => [service, operation, dataset, action, decision.allowed]),
  ).toEqual([
    ['wfs', 'GetFeature', 'reseaux', 'feature', true],
    ['wfs', 'GetFeature', 'plans', 'feature', false],
  ]);
  world.journal.length = 0;
  const nobody = await world.doors(world.anonymous);
  expect(() => nobody.features.type('sceaux:arbres', 'feature', 't')).toThrow(Fault);
  expect(world.journal.map(entry => [entry.dataset, entry.decision.allowed])).toEqual([['caves', false]]);
});

test('a scope shows what belongs to it, and the main endpoint not what is apart', async () => {
  const types = async (caller: Caller, scope: string | null): Promise<string[]> =>
    (await world.doors(caller, scope)).features.types('feature').map(type => type.name);
  expect(await types(world.anonymous, 'cite')).toEqual(['essai']);
  expect(await types(world.sceaux, 'antony')).toEqual(['arbres', 'essai', 'reseaux']);
  expect(await types(world.sceaux, 'reseaux')).toEqual(['reseaux']);
  await expect(world.doors(world.anonymous, 'nowhere')).rejects.toMatchObject({ kind: 'unknown-id' });
  // the code of a hidden dataset is no scope
  await expect(world.doors(world.anonymous, 'caves')).rejects.toMatchObject({ kind: 'unknown-id' });
  expect(await types(world.sceaux, 'caves')).toEqual(['sceaux-arbres']);
});

test('R50: the mention names owner and last update; about tells the record only to who may see it', async () => {
  const { features } = await world.doors(world.sceaux);
  expect(features.mention('arbres')).toBe("Mutualisation de l'Information Géographique – Antony, 2025-06-01");
  expect(features.about('reseaux')).toMatchObject({
    record: 'fiche-reseaux',
    resourceId: 'reseaux',
    usageScale: 2000,
    kind: 'pooled',
    public: false,
  });
  expect(features.isPublic('arbres', 'feature')).toBe(true);
  expect(features.isPublic('reseaux', 'feature')).toBe(false);
});

test('D12: a change is seen by the next request, and nothing is read again without one', async () => {
  const before = await world.doors(world.anonymous);
  await world.base.database.transaction({ role: 'owner' }, async session => {
    await session.rows(`update geomig.dataset set title_fr = 'Nouveau titre' where identifier = 'arbres'`);
    await session.rows(`update geomig.generation set number = number + 1 where what = 'registry'`);
  });
  const [one, two] = await Promise.all([world.doors(world.anonymous), world.doors(world.anonymous)]);
  expect(one.features.type('arbres', 'feature', 't').title.fr).toBe('Nouveau titre');
  expect(two.features.fingerprint).toBe(one.features.fingerprint);
  expect(one.features.fingerprint).not.toBe(before.features.fingerprint);
  expect((await world.registry.current()) === (await world.registry.current())).toBe(true);
});

test('callers with other rights have another fingerprint', async () => {
  const [a, b, c] = [await world.doors(world.anonymous), await world.doors(world.anonymous), await world.doors(world.sceaux)];
  expect(a.features.fingerprint).toBe(b.features.fingerprint);
  expect(a.features.fingerprint).not.toBe(c.features.fingerprint);
});

test('D11: the kept number of rows is used while nothing changed, and counted again after an edit', async () => {
  const { database } = world.base;
  const count = async (): Promise<unknown> => {
    const snapshot = await (await world.doors(world.anonymous)).features.open(new AbortController().signal);
    try {
      return await snapshot.count(query());
    } finally {
      await snapshot.close();
    }
  };
  expect(await count()).toBe(120);
  await database.transaction({ role: 'owner' }, async session => {
    const [dataset] = await session.rows<{ id: number }>(`select id from geomig.dataset where identifier = 'arbres'`);
    await session.rows(`create trigger geomig_watch after insert or update or delete or truncate on data.arbres
      for each statement execute function geomig.note_edit(${dataset?.id ?? 0})`);
    await session.rows('insert into data.arbres (fid) values (950)');
  });
  expect([await count(), await count()]).toEqual([121, 121]);
  await database.transaction({ role: 'owner' }, session => session.rows('delete from data.arbres where fid = 950'));
  expect(await count()).toBe(120);
});

test('partnership: service, organisations, and the decision explained only on what may be known', async () => {
  const { partnership } = await world.doors(world.anonymous);
  expect(partnership.service.provider).not.toBe('');
  expect(partnership.organisations.find(one => one.code === 'antony')).toMatchObject({ name: 'Antony', partner: true });
  expect(partnership.charter).toEqual({ endsOn: '2026-12-31', banner: false });
  expect(partnership.explain('antony:reseaux', 'feature')).toMatchObject({ dataset: 'reseaux', decision: { allowed: false } });
  expect(() => partnership.explain('sceaux:arbres', 'feature')).toThrow(Fault);
});

test('D1: the role of readers cannot write', async () => {
  const { database } = world.base;
  for (const statement of [
    'insert into data.arbres (fid) values (960)',
    `update geomig.dataset set title_fr = 'x'`,
    'delete from geomig.access_grant',
    'create table data.mine (a integer)',
  ])
    await expect(database.transaction({ role: 'reader' }, session => session.rows(statement))).rejects.toBeInstanceOf(Fault);
  await database.transaction({ role: 'owner' }, async session => {
    const [may] = await session.rows<{ data: boolean; grants: boolean }>(
      `select has_table_privilege('geomig_reader', 'data.arbres', 'insert, update, delete, truncate') as data,
              has_table_privilege('geomig_reader', 'geomig.access_grant', 'insert, update, delete, truncate') as grants`,
    );
    expect(may).toEqual({ data: false, grants: false });
  });
});
