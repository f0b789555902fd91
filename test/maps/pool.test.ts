// The drawing threads: the same picture as on one thread, bounded waiting, replacement, abort.
import { PNG } from 'pngjs';
import type { Scene } from '../../server/core/ports/scene';
import { renderNow } from '../../server/maps/draw/job';
import type { RenderJob } from '../../server/maps/draw/job';
import { createRenderer } from '../../server/maps/draw/pool';
import type { Renderer, RendererOptions } from '../../server/maps/draw/pool';
import { box, fillOf, point, polygon, sceneOf, styleOf } from './helpers';

const open: Renderer[] = [];
function renderer(options: RendererOptions): Renderer {
  const made = createRenderer({ inline: 0, threads: 1, ...options });
  open.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.close()));
});

const never = new AbortController().signal;

function job(scene: Scene = sceneOf([polygon(box(10, 10, 50, 50))]), style = styleOf(fillOf(0xff0000))): RenderJob {
  return {
    format: 'png',
    drawing: {
      view: { minX: 0, minY: 0, maxX: 64, maxY: 64, width: 64, height: 64 },
      layers: [{ scene, style }],
      denominator: 1000,
      symbolScale: 1,
      background: 0xffffff,
    },
  };
}

/** A picture that takes a thread several seconds. */
function endless(): RenderJob {
  const mark = { shape: 'circle', fill: { color: 0, opacity: 0.01 }, stroke: null, size: 250, rotation: 0, opacity: 1 } as const;
  const count = 400_000;
  const scene: Scene = {
    features: count,
    kinds: new Uint8Array(count),
    featureStarts: Uint32Array.from({ length: count + 1 }, (_, i) => i),
    partStarts: Uint32Array.from({ length: count + 1 }, (_, i) => i),
    coordinates: new Float64Array(count * 2).fill(500),
    attributes: {},
  };
  const one = job(scene, styleOf({ kind: 'point', mark }));
  return { ...one, drawing: { ...one.drawing, view: { minX: 0, minY: 0, maxX: 1000, maxY: 1000, width: 1000, height: 1000 } } };
}

test('a thread draws what the calling thread would draw', async () => {
  const expected = renderNow(job());
  const picture = await renderer({}).render(job(), never);
  expect(Buffer.from(picture).equals(Buffer.from(expected))).toBe(true);
  expect(PNG.sync.read(Buffer.from(picture)).width).toBe(64);
});

test('a small picture is drawn at once, also without a thread', async () => {
  const picture = await renderer({ inline: 1000, entry: '/nowhere.js' }).render(job(), never);
  expect(Buffer.from(picture).equals(Buffer.from(renderNow(job())))).toBe(true);
});

test('scenes are handed over, not copied', async () => {
  const handed = job();
  await renderer({}).render(handed, never);
  expect(handed.drawing.layers[0]?.scene?.coordinates.length).toBe(0);
});

test('many pictures at once all arrive, each its own', async () => {
  const pool = renderer({ threads: 2 });
  const jobs = Array.from({ length: 30 }, (_, i) => job(sceneOf([polygon(box(0, 0, i + 1, 10))])));
  const expected = Array.from({ length: 30 }, (_, i) => renderNow(job(sceneOf([polygon(box(0, 0, i + 1, 10))]))));
  const pictures = await Promise.all(jobs.map(one => pool.render(one, never)));
  pictures.forEach((picture, i) => expect(Buffer.from(picture).equals(Buffer.from(expected[i] ?? []))).toBe(true));
});

test('a full queue refuses with busy and says when to come back', async () => {
  const pool = renderer({ queue: 1, deadline: 300 });
  // one drawn, one handed over, one waiting
  const under = [endless(), endless(), job()].map(one => pool.render(one, never).catch((error: unknown) => error));
  await expect(pool.render(job(), never)).rejects.toMatchObject({ kind: 'busy', retryAfter: 2 });
  await Promise.all(under);
});

test('a picture that takes too long ends with busy, and the next one is drawn by a new thread', async () => {
  const pool = renderer({ deadline: 200 });
  await expect(pool.render(endless(), never)).rejects.toMatchObject({ kind: 'busy' });
  await expect(pool.render(job(), never)).resolves.toBeInstanceOf(Uint8Array);
});

test('who waits too long is refused', async () => {
  const pool = renderer({ patience: 50, deadline: 1500 });
  const under = [endless(), endless()].map(one => pool.render(one, never).catch((error: unknown) => error));
  await expect(pool.render(job(), never)).rejects.toMatchObject({ kind: 'busy', retryAfter: 5 });
  await pool.close();
  await Promise.all(under);
});

test('an aborted request leaves at once, waiting or not', async () => {
  const pool = renderer({ deadline: 1500 });
  const first = pool.render(endless(), never).catch((error: unknown) => error);
  const second = pool.render(endless(), never).catch((error: unknown) => error);
  const gone = new AbortController();
  const waiting = pool.render(job(), gone.signal);
  gone.abort(new Error('the client is gone'));
  await expect(waiting).rejects.toThrow('the client is gone');
  await expect(pool.render(job(), gone.signal)).rejects.toThrow('the client is gone');
  await pool.close();
  await Promise.all([first, second]);
});

test('faults of a drawing keep their kind; defects do not kill the thread', async () => {
  const pool = renderer({});
  const style = styleOf(fillOf(0));
  const spatial = { op: 'ids', ids: ['a.1'] } as const;
  const broken = { ...style, groups: style.groups.map(group => ({ rules: group.rules.map(rule => ({ ...rule, filter: spatial })) })) };
  await expect(pool.render(job(sceneOf([point(1, 1)]), broken), never)).rejects.toMatchObject({ kind: 'unsupported' });
  const bad = job();
  await expect(pool.render({ ...bad, drawing: { ...bad.drawing, view: { ...bad.drawing.view, width: -1 } } }, never)).rejects.toThrow(
    'drawing failed',
  );
  await expect(pool.render(job(), never)).resolves.toBeInstanceOf(Uint8Array);
});

test('a thread that cannot start fails its picture only', async () => {
  const pool = renderer({ entry: '/nowhere.js' });
  await expect(pool.render(job(), never)).rejects.toThrow();
});

test('after close nothing is taken', async () => {
  const pool = renderer({});
  await pool.close();
  await expect(pool.render(job(), never)).rejects.toMatchObject({ kind: 'unavailable' });
});
