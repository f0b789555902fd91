// Distances are metres on the ground in every kind of reference system (FES 2.0 § 7.8.3.3): turf walks a known way, the database measures it.
import { destination } from '@turf/turf';
import type { Filter } from '../../server/core/filter/filter';
import { plan } from '../../server/core/query/plan';
import { countRows } from '../../server/core/query/select';
import { allowed, query, sampleType } from '../query/samples';
import { testDatabase, type TestDatabase } from '../setup/database';

let base: TestDatabase;
const start: [number, number] = [2.2976, 48.7537];
const ways = [0, 60, 135, 250].flatMap(bearing => [400, 990, 1010, 5000].map(metres => ({ bearing, metres })));

beforeAll(async () => {
  base = await testDatabase();
  await base.database.transaction({ role: 'owner' }, async session => {
    for (const srid of [2154, 3857, 4326, 4258]) {
      await session.rows(`create table data.p${srid} (fid integer primary key, geom geometry(Geometry, ${srid}))`);
      for (const [i, { bearing, metres }] of ways.entries()) {
        const [x, y] = destination(start, metres, bearing, { units: 'meters' }).geometry.coordinates;
        await session.rows(`insert into data.p${srid} values ($1, ST_Transform(ST_SetSRID(ST_MakePoint($2, $3), 4326), ${srid}))`, [
          i,
          x,
          y,
        ]);
      }
      await session.rows(`insert into data.p${srid} values (99, null)`);
    }
  });
});
afterAll(() => base.close());

test.each([
  [2154, 4326],
  [3857, 4326],
  [4326, 4326],
  [4258, 4326],
] as const)('EPSG:%s', async (srid, literal) => {
  const type = { ...sampleType({ srid }), table: { schema: 'data', name: `p${srid}`, key: { column: 'fid', type: 'integer' as const } } };
  const ask = async (filter: Filter): Promise<number> => {
    const { text, values } = countRows(plan(query(filter), allowed(), type));
    const [row] = await base.database.transaction({ role: 'reader' }, session => session.rows<{ n: number }>(text, values));
    return Number(row?.n);
  };
  const near = (operator: 'dwithin' | 'beyond', distance: number): Filter => ({
    op: 'spatial',
    operator,
    property: null,
    geometry: { srid: literal, geometry: { type: 'Point', coordinates: start } },
    distance,
  });
  // turf's sphere and the ellipsoid differ by less than one in two hundred
  expect([await ask(near('dwithin', 1000)), await ask(near('beyond', 1000))]).toEqual([8, 8]);
  expect([await ask(near('dwithin', 600)), await ask(near('beyond', 600))]).toEqual([4, 12]);
  expect([await ask(near('dwithin', 10_000_000)), await ask(near('beyond', 10_000_000))]).toEqual([16, 0]);
  expect(await ask({ op: 'not', part: near('dwithin', 1000) })).toBe(9);
});
