// Doors on what was read last: the view of the database that answers says whether it still holds; where it does not, nothing was told and
// nothing journaled (D12). The embedded engine always asks first.
import { everything } from '../../server/core/filter/filter';
import { openDoors, openEarly, type EarlyDoors } from '../../server/store/doors';
import { FactsReader } from '../../server/store/facts';
import { Generations } from '../../server/store/generations';
import { Registry } from '../../server/store/registry';
import { recordTypes } from '../../catalogue/record-type';
import type { JournalEntry } from '../../server/core/ports/journal';
import { query } from '../query/samples';
import { makeWorld, type World } from './world';

const instant = '2026-06-15T10:00:00.000Z';
const asked = { service: 'wfs', operation: 'GetFeature' };
let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

function newParts(journal: JournalEntry[] = []) {
  const { database } = world.base;
  const generations = new Generations(database);
  return {
    database,
    generations,
    registry: new Registry(database, prefix => `http://example.org/ns/${prefix}`, generations),
    facts: new FactsReader(database, null, generations),
    journal: { note: (entry: JournalEntry) => void journal.push(entry) },
    recordTypes,
  };
}
const bump = (what: string): Promise<unknown> =>
  world.base.database.transaction({ role: 'owner' }, session =>
    session.rows(`update geomig.generation set number = number + 1 where what = $1`, [what]),
  );
async function count(early: EarlyDoors): Promise<unknown> {
  const snapshot = await early.doors.features.open(new AbortController().signal);
  try {
    return await snapshot.count(query(everything, { type: 'arbres' }));
  } finally {
    await snapshot.close();
  }
}

test('nothing has been read yet, or the engine has one backend: there are none', async () => {
  const parts = newParts();
  expect(openEarly(parts, world.sceaux, instant, { ...asked, inView: true })).toBeNull();
  await openDoors(parts, world.sceaux, null, instant, asked);
  const early = openEarly(parts, world.sceaux, instant, { ...asked, inView: true });
  expect(early === null).toBe(world.base.database.engine === 'embedded');
  // another day has other facts
  expect(openEarly(parts, world.sceaux, '2027-01-01T12:00:00.000Z', { ...asked, inView: true })).toBeNull();
});

describe('on PostgreSQL', () => {
  const onServer = (work: () => Promise<void>) => async (): Promise<void> => {
    if (world.base.database.engine === 'postgresql') await work();
  };

  test.each(['facts', 'registry', 'records'])(
    'a change of the %s is seen by the view, and by the question where no view was opened',
    async what =>
      onServer(async () => {
        const parts = newParts();
        await openDoors(parts, world.sceaux, null, instant, asked);
        const early = (inView: boolean): EarlyDoors => {
          const made = openEarly(parts, world.sceaux, instant, { ...asked, inView });
          if (!made) throw new Error('no early doors');
          return made;
        };
        const same = early(true);
        expect(await count(same)).toBe(120);
        expect(await same.holds()).toBe(true);
        expect(await early(true).holds()).toBe(true);
        expect(await early(false).holds()).toBe(true);

        await bump(what);
        const stale = [early(true), early(true), early(false)] as const;
        await count(stale[0]);
        expect(await Promise.all(stale.map(one => one.holds()))).toEqual([false, false, false]);
        // what is kept does not belong to the numbers that were told
        expect(openEarly(parts, world.sceaux, instant, { ...asked, inView: true })).toBeNull();
        await openDoors(parts, world.sceaux, null, instant, asked);
        expect(await early(true).holds()).toBe(true);
      })(),
  );

  test(
    'R54: decisions are journaled once it is known that they hold, and never those on what does not',
    onServer(async () => {
      const journal: JournalEntry[] = [];
      const parts = newParts(journal);
      await openDoors(parts, world.sceaux, null, instant, asked);
      const of = (): EarlyDoors => {
        const early = openEarly(parts, world.sceaux, instant, { ...asked, inView: true });
        if (!early) throw new Error('no early doors');
        early.doors.features.type('antony:reseaux', 'feature', 'typeNames');
        return early;
      };
      const early = of();
      expect(journal).toEqual([]);
      expect(await early.holds()).toBe(true);
      expect(journal.map(entry => [entry.dataset, entry.operation])).toEqual([['reseaux', 'GetFeature']]);
      early.doors.features.type('antony:reseaux', 'feature', 'typeNames');
      expect(journal).toHaveLength(2);
      const stale = of();
      await bump('facts');
      expect(await stale.holds()).toBe(false);
      expect(journal).toHaveLength(2);
    }),
  );
});
