// Places and turns: one who asks too much slows only itself.
import { setMaxListeners } from 'node:events';
import type { Fault } from '../../server/core/model/fault';
import { Turns } from '../../server/http/turns';

const never = new AbortController().signal;
setMaxListeners(0, never);
const limits = { places: 4, queue: 6, patience: 10_000 };

/** Asks and tells when the place was given. */
function ask(turns: Turns, who: string, given: string[], signal = never): { release: () => void; done: Promise<void> } {
  const asked: { release: () => void; done: Promise<void> } = { release: () => undefined, done: Promise.resolve() };
  const take = (release: () => void): void => {
    given.push(who);
    asked.release = release;
  };
  const place = turns.take(who, signal);
  if (typeof place === 'function') take(place);
  else {
    asked.done = place.then(take);
    asked.done.catch(() => undefined);
  }
  return asked;
}
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('one asker has half of the places, the other half stays for others', () => {
  const turns = new Turns(limits);
  const given: string[] = [];
  for (let i = 0; i < 5; i++) ask(turns, 'greedy', given);
  expect(given).toEqual(['greedy', 'greedy']);
  ask(turns, 'other', given);
  expect(given).toEqual(['greedy', 'greedy', 'other']);
  expect([turns.running, turns.waiting]).toEqual([3, 3]);
});

test('a free place goes to who has the fewest, and those with as many take turns', async () => {
  const turns = new Turns({ ...limits, places: 2 });
  const given: string[] = [];
  const running = [ask(turns, 'a', given), ask(turns, 'b', given)];
  const waiting = ['a', 'a', 'a', 'b', 'c'].map(who => ask(turns, who, given));
  expect(given).toEqual(['a', 'b']);
  running[0]?.release();
  await turn();
  // a and c have nothing under way; a had its turn before
  expect(given.slice(2)).toEqual(['c']);
  running[1]?.release();
  await turn();
  expect(given.slice(3)).toEqual(['a']);
  waiting[4]?.release();
  await turn();
  expect(given.slice(4)).toEqual(['b']);
  waiting[0]?.release();
  await turn();
  expect(given.slice(5)).toEqual(['a']);
  waiting[0]?.release();
  await turn();
  expect(given).toHaveLength(6);
  expect(turns.running).toBe(2);
});

test('a full queue refuses with a time to come back, and a long wait does', async () => {
  const turns = new Turns({ places: 2, queue: 1, patience: 20 });
  const given: string[] = [];
  ask(turns, 'a', given);
  const waiting = ask(turns, 'a', given);
  expect(() => turns.take('a', never)).toThrow(expect.objectContaining({ kind: 'busy', retryAfter: 2 }) as Fault);
  await expect(waiting.done).rejects.toMatchObject({ kind: 'busy', retryAfter: 2 });
  expect(turns.waiting).toBe(0);
});

test('those who fill the queue do not close it to others: the one who has the most gives up its last', async () => {
  const turns = new Turns({ places: 2, queue: 6, patience: 10_000 });
  const given: string[] = [];
  const running = [ask(turns, 'a', given), ask(turns, 'b', given)];
  const waiting = ['a', 'a', 'a', 'a', 'b', 'b'].map(who => ask(turns, who, given));
  expect(() => turns.take('a', never)).toThrow(expect.objectContaining({ kind: 'busy' }) as Fault);
  const other = ask(turns, 'partner', given);
  await expect(waiting[3]?.done).rejects.toMatchObject({ kind: 'busy', retryAfter: 2 });
  expect(turns.waiting).toBe(6);
  running[0]?.release();
  await other.done;
  expect(given).toEqual(['a', 'b', 'partner']);
  // who would have as many as everybody else is refused
  const full = new Turns({ places: 1, queue: 2, patience: 10_000 });
  for (const who of ['a', 'b', 'c']) ask(full, who, given);
  expect(() => full.take('d', never)).toThrow(expect.objectContaining({ kind: 'busy' }) as Fault);
});

test('who goes away leaves the queue', async () => {
  const turns = new Turns({ ...limits, places: 1 });
  const given: string[] = [];
  const first = ask(turns, 'a', given);
  const controller = new AbortController();
  const gone = ask(turns, 'b', given, controller.signal);
  const stays = ask(turns, 'c', given);
  controller.abort(new Error('gone'));
  await expect(gone.done).rejects.toThrow('gone');
  first.release();
  await stays.done;
  expect(given).toEqual(['a', 'c']);
  expect(() => turns.take('d', controller.signal)).toThrow('gone');
});

test('everybody is forgotten in the end, and a place given back twice counts once', async () => {
  const turns = new Turns(limits);
  const given: string[] = [];
  const asked = Array.from({ length: 8 }, (_, i) => ask(turns, `w${i % 3}`, given));
  for (let round = 0; round < 8; round++) {
    for (const one of asked) {
      one.release();
      one.release();
    }
    await turn();
  }
  await Promise.all(asked.map(one => one.done));
  expect(given).toHaveLength(8);
  expect([turns.running, turns.waiting]).toEqual([0, 0]);
});
