// Areas, holes, strokes, dashes, marks and order of painting, measured in pixels.
import fc from 'fast-check';
import type { Stroke } from '../../server/maps/styles/style';
import { box, countOf, darkness, draw, fillOf, line, pixelAt, point, polygon, sceneOf, strokeOf, styleOf } from './helpers';

const black = styleOf(fillOf(0));
const strokes = (width: number, more: Partial<Stroke> = {}) => styleOf({ kind: 'line', stroke: strokeOf(0, width, more) });

describe('areas', () => {
  test.each([
    ['whole pixels', polygon(box(10, 10, 30, 20)), 200],
    ['fractions of pixels', polygon(box(10.25, 10.5, 30.75, 20.25)), 20.5 * 9.75],
    ['a triangle', polygon([5, 5, 55, 5, 5, 45, 5, 5]), 1000],
    ['a hole wound like its shell', polygon(box(10, 10, 50, 50), box(20, 20, 40, 40)), 1200],
    ['a hole wound the other way', polygon(box(10, 10, 50, 50), [20, 20, 20, 40, 40, 40, 40, 20, 20, 20]), 1200],
    ['two parts', polygon(box(2, 2, 12, 12), box(20, 20, 30, 30)), 200],
    ['less than a pixel', polygon(box(10.1, 10.1, 10.6, 10.4)), 0.15],
    ['a shape much larger than the map', polygon(box(-1e7, -1e7, 1e7, 1e7)), 4096],
    ['a shape that leaves on all sides', polygon([-50, 32, 32, -50, 114, 32, 32, 114, -50, 32]), 4096],
    ['half of it left of the map', polygon(box(-30, 10, 10, 20)), 100],
    ['half of it right of the map', polygon(box(54, 10, 500, 20)), 100],
    ['outside', polygon(box(100, 10, 120, 20)), 0],
  ])('%s', (_, shape, area) => {
    expect(darkness(draw([{ scene: sceneOf([shape]), style: black }]))).toBeCloseTo(area, area > 100 ? -0.5 : 0);
  });

  test('coverage of single pixels is exact', () => {
    const map = draw([{ scene: sceneOf([polygon(box(10, 10, 20.5, 20.25))]), style: black }]);
    expect(pixelAt(map, 15, 64 - 16).red).toBe(0);
    expect(pixelAt(map, 20, 64 - 16).red).toBe(128); // half covered
    expect(pixelAt(map, 15, 64 - 21).red).toBe(191); // a quarter
    expect(pixelAt(map, 20, 64 - 21).red).toBe(223); // an eighth
    expect(pixelAt(map, 21, 64 - 16).red).toBe(255);
  });

  test('any triangle covers its area', () => {
    const coordinate = fc.double({ min: -20, max: 84, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(coordinate, coordinate, coordinate, coordinate, coordinate, coordinate), ([ax, ay, bx, by, cx, cy]) => {
        const map = draw([{ scene: sceneOf([polygon([ax, ay, bx, by, cx, cy, ax, ay])]), style: black }], {
          size: 104,
          originX: -20,
          originY: -20,
        });
        const area = Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2;
        const edge = Math.hypot(bx - ax, by - ay) + Math.hypot(cx - bx, cy - by) + Math.hypot(ax - cx, ay - cy);
        // thinning moves an edge by a third of a pixel at most, rounding each of its pixels by 1/256
        return Math.abs(darkness(map) - area) <= 0.36 * edge + 1;
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  test('vertices that are no numbers are left out', () => {
    const map = draw([{ scene: sceneOf([polygon([10, 10, NaN, 5, 30, 10, 30, 20, Infinity, 20, 10, 20, 10, 10])]), style: black }]);
    expect(darkness(map)).toBeCloseTo(200, 0);
  });
});

describe('strokes', () => {
  test.each([
    ['a horizontal line', line([10, 32, 50, 32]), strokes(4), 160],
    ['thinner than a pixel', line([10, 32.5, 50, 32.5]), strokes(0.4), 16],
    ['a slanted line', line([10, 10, 50, 40]), strokes(3), 150],
    ['square caps', line([10, 32, 50, 32]), strokes(4, { cap: 'square' }), 176],
    ['round caps', line([10, 32, 50, 32]), strokes(10, { cap: 'round' }), 400 + Math.PI * 25],
    ['a mitred corner', line([10, 10, 50, 10, 50, 50]), strokes(4), 40 * 4 + 40 * 4 + 0],
    ['a bevelled corner', line([10, 10, 50, 10, 50, 50]), strokes(4, { join: 'bevel' }), 320 - 2],
    ['a round corner', line([10, 10, 50, 10, 50, 50]), strokes(4, { join: 'round' }), 320 - 4 + Math.PI],
    ['a line that turns back', line([10, 32, 50, 32, 10, 32]), strokes(4, { join: 'bevel' }), 160],
    ['a line that crosses itself', line([10, 10, 50, 50, 50, 10, 10, 50]), strokes(2), 2 * (2 * Math.hypot(40, 40) + 40) - 4 - 0.7],
  ])('%s', (_, shape, style, area) => {
    const covered = darkness(draw([{ scene: sceneOf([shape]), style }]));
    expect(Math.abs(covered - area)).toBeLessThan(Math.max(1.5, area * 0.02));
  });

  test('the outline of a polygon is closed and mitred', () => {
    const style = styleOf({ kind: 'polygon', fill: null, stroke: strokeOf(0, 4) });
    const map = draw([{ scene: sceneOf([polygon(box(10, 10, 50, 50))]), style }]);
    expect(darkness(map)).toBeCloseTo(44 * 44 - 36 * 36, 0);
    for (const [x, y] of [
      [8, 64 - 9],
      [51, 64 - 9],
      [51, 64 - 52],
      [8, 64 - 52],
    ] as const)
      expect(pixelAt(map, x, y).red).toBe(0);
  });

  test('an outline that is wider than its polygon is one blot', () => {
    const style = styleOf({ kind: 'polygon', fill: null, stroke: strokeOf(0, 10) });
    expect(darkness(draw([{ scene: sceneOf([polygon(box(30, 30, 33, 33))]), style }]))).toBeCloseTo(169, 0);
  });

  test('large outlines are drawn where they are seen', () => {
    const style = styleOf({ kind: 'polygon', fill: null, stroke: strokeOf(0, 2) });
    const far = polygon([-1000, 32, 32, -1000, 5000, -1000, 5000, 5000, -1000, 5000, -1000, 32]);
    expect(darkness(draw([{ scene: sceneOf([far]), style }]))).toBe(0);
    const near = polygon([-1000, 32, 5000, 32, 5000, 5000, -1000, 5000, -1000, 32]);
    expect(darkness(draw([{ scene: sceneOf([near]), style }]))).toBeCloseTo(128, 0);
  });

  test.each([
    ['dashes', strokes(2, { dashes: [6, 4] }), 2 * 24],
    ['an odd pattern is repeated', strokes(2, { dashes: [5] }), 2 * 20],
    ['an offset moves the pattern', strokes(2, { dashes: [6, 4], dashOffset: 6 }), 2 * 24],
  ])('%s', (_, style, area) => {
    expect(darkness(draw([{ scene: sceneOf([line([10, 32, 50, 32])]), style }]))).toBeCloseTo(area, 0);
  });

  test('dashes lie where the pattern says, whatever is seen of the line', () => {
    const style = strokes(2, { dashes: [6, 4] });
    const map = draw([{ scene: sceneOf([line([-1000, 32, 1000, 32])]), style }]);
    for (const [x, painted] of [
      [0, true],
      [5, true],
      [6, false],
      [9, false],
      [10, true],
      [27, false],
    ] as const)
      expect(pixelAt(map, x, 32).red === 0).toBe(painted);
  });
});

describe('order and transparency', () => {
  const red = fillOf(0xff0000);
  test('each feature is filled, then stroked, before the next', () => {
    const style = styleOf({ kind: 'polygon', fill: { color: 0xff0000, opacity: 1 }, stroke: strokeOf(0x0000ff, 2) });
    const map = draw([{ scene: sceneOf([polygon(box(10, 10, 40, 40)), polygon(box(20, 20, 50, 50))]), style }]);
    // the second one's fill hides the outline of the first
    expect(pixelAt(map, 40, 64 - 30)).toMatchObject({ red: 255, blue: 0 });
    expect(pixelAt(map, 20, 64 - 30)).toMatchObject({ red: 0, blue: 255 });
  });

  test('layers are painted in their order', () => {
    const scene = sceneOf([polygon(box(0, 0, 64, 64))]);
    expect(
      countOf(
        draw([
          { scene, style: styleOf(red) },
          { scene, style: styleOf(fillOf(0x00ff00)) },
        ]),
        0x00ff00,
      ),
    ).toBe(4096);
  });

  test('overlapping translucent features add up one after the other', () => {
    const style = styleOf(fillOf(0xff0000, 0.5));
    const map = draw([{ scene: sceneOf([polygon(box(0, 0, 40, 64)), polygon(box(20, 0, 64, 64))]), style }]);
    expect(pixelAt(map, 10, 30)).toMatchObject({ red: 255, green: 128 });
    expect(pixelAt(map, 30, 30)).toMatchObject({ red: 255, green: 64 });
  });

  test('on a transparent map what is not painted has alpha 0, and edges have their coverage', () => {
    const map = draw([{ scene: sceneOf([polygon(box(10, 10, 20.5, 20))]), style: styleOf(red) }], { background: null });
    expect(pixelAt(map, 0, 0).alpha).toBe(0);
    expect(pixelAt(map, 15, 64 - 15)).toEqual({ red: 255, green: 0, blue: 0, alpha: 255 });
    expect(pixelAt(map, 20, 64 - 15)).toEqual({ red: 128, green: 0, blue: 0, alpha: 128 });
  });
});

describe('marks', () => {
  test.each([
    ['circle', Math.PI * 100],
    ['square', 400],
    ['triangle', 200],
    ['diamond', 200],
    ['cross', 20 * 4.8 * 2 - 4.8 * 4.8],
    ['x', 20 * 4.8 * 2 - 4.8 * 4.8],
    ['star', 5 * 2 * 0.5 * 10 * 4 * Math.sin(Math.PI / 5)],
  ] as const)('a %s has its size and stands on its point', (shape, area) => {
    const mark = { shape, fill: { color: 0, opacity: 1 }, stroke: null, size: 20, rotation: 0, opacity: 1 };
    const map = draw([{ scene: sceneOf([point(32, 32)]), style: styleOf({ kind: 'point', mark }) }]);
    expect(Math.abs(darkness(map) - area)).toBeLessThan(3);
    let sumX = 0;
    let sum = 0;
    map.pixels.forEach((value, i) => {
      const dark = 255 - (value & 255);
      sumX += dark * ((i % 64) + 0.5);
      sum += dark;
    });
    expect(sumX / sum).toBeCloseTo(32, 1);
  });

  test('a mark is turned and scaled', () => {
    const mark = { shape: 'square', fill: { color: 0, opacity: 1 }, stroke: null, size: 10, rotation: 45, opacity: 1 } as const;
    const map = draw([{ scene: sceneOf([point(32, 32)]), style: styleOf({ kind: 'point', mark }) }], { symbolScale: 2 });
    expect(darkness(map)).toBeCloseTo(400, -0.5);
    expect(pixelAt(map, 32, 20).red).toBeLessThan(40); // a corner points upwards
    expect(pixelAt(map, 22, 22).red).toBe(255);
  });

  test('marks cut by the border do not wrap to the other side', () => {
    const mark = { shape: 'square', fill: { color: 0, opacity: 1 }, stroke: null, size: 10, rotation: 0, opacity: 1 } as const;
    const map = draw([{ scene: sceneOf([point(64, 32), point(0, 0)]), style: styleOf({ kind: 'point', mark }) }]);
    expect(darkness(map)).toBeCloseTo(50 + 25, 0);
  });
});

test('two adjacent maps join: together they are the map of both', () => {
  const shapes = [
    polygon([5, 5, 100, 20, 90, 55, 60, 30, 20, 58, 5, 5], [40, 15, 70, 20, 60, 25, 40, 15]),
    line([0, 60, 30, 10.3, 64, 33.3, 90, 50, 127, 3]),
    point(64, 20),
  ];
  const style = styleOf(
    { kind: 'polygon', fill: { color: 0x336699, opacity: 0.7 }, stroke: strokeOf(0x550000, 3.3, { dashes: [7, 3] }) },
    { kind: 'line', stroke: strokeOf(0x007700, 2.2, { join: 'round', cap: 'round' }) },
    {
      kind: 'point',
      mark: { shape: 'star', fill: { color: 0xff8800, opacity: 1 }, stroke: strokeOf(0, 1), size: 22, rotation: 10, opacity: 1 },
    },
  );
  const whole = draw([{ scene: sceneOf(shapes), style }], { size: 128 });
  for (const [originX, originY] of [
    [0, 0],
    [64, 0],
  ] as const) {
    const half = draw([{ scene: sceneOf(shapes), style }], { size: 64, originX, originY });
    let largest = 0;
    for (let y = 0; y < 64; y++)
      for (let x = 0; x < 64; x++) {
        const a = pixelAt(half, x, y);
        const b = pixelAt(whole, x + originX, y + 64);
        largest = Math.max(largest, Math.abs(a.red - b.red), Math.abs(a.green - b.green), Math.abs(a.blue - b.blue));
      }
    expect(largest).toBeLessThanOrEqual(2);
  }
});
