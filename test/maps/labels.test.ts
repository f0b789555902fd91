// Labels: where they stand, what they leave out, and that a machine's own fonts do not matter.
import { fontOf } from '../../server/maps/draw/fonts';
import type { Surface } from '../../server/maps/draw/surface';
import { drawLegend, legendSize } from '../../server/maps/legend';
import type { LegendOptions } from '../../server/maps/legend';
import { readStyle } from '../../server/maps/styles/sld';
import type { Label, Style } from '../../server/maps/styles/style';
import { PNG } from 'pngjs';
import { box, darkness, draw, line, point, polygon, sceneOf, styleOf } from './helpers';

const label = (more: Partial<Label> = {}): Style =>
  styleOf({
    kind: 'text',
    label: {
      parts: [{ property: 'nom' }],
      families: ['sans-serif'],
      size: 12,
      bold: false,
      italic: false,
      fill: { color: 0, opacity: 1 },
      halo: null,
      placement: { kind: 'point', anchorX: 0.5, anchorY: 0.5, displacementX: 0, displacementY: 0, rotation: 0 },
      ...more,
    },
  });

/** Bounds of what is darker than half. */
function extent(surface: Surface): { minX: number; minY: number; maxX: number; maxY: number } {
  const found = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  surface.pixels.forEach((value, i) => {
    if ((value & 255) > 127) return;
    const x = i % surface.width;
    const y = Math.floor(i / surface.width);
    found.minX = Math.min(found.minX, x);
    found.maxX = Math.max(found.maxX, x);
    found.minY = Math.min(found.minY, y);
    found.maxY = Math.max(found.maxY, y);
  });
  return found;
}

test('a label is centred on its point', () => {
  const map = draw([{ scene: sceneOf([point(64, 64)], { nom: ['Sceaux'] }), style: label() }], { size: 128 });
  const found = extent(map);
  expect((found.minX + found.maxX) / 2).toBeCloseTo(63.5, -0.5);
  expect((found.minY + found.maxY) / 2).toBeCloseTo(63.5, -0.5);
  expect(found.maxX - found.minX).toBeGreaterThan(30);
});

test('an anchor and a displacement move it', () => {
  const placement = { kind: 'point', anchorX: 0, anchorY: 0, displacementX: 10, displacementY: 5, rotation: 0 } as const;
  const found = extent(draw([{ scene: sceneOf([point(64, 64)], { nom: ['H'] }), style: label({ placement }) }], { size: 128 }));
  expect(found.minX).toBeGreaterThanOrEqual(73);
  expect(found.maxY).toBeLessThan(60);
});

test('of two labels that would touch, the first stays', () => {
  const scene = (names: readonly string[]) =>
    sceneOf(
      names.map((_, i) => point(64 + i * 3, 64 - i * 2)),
      { nom: names },
    );
  const alone = draw([{ scene: scene(['Antony']), style: label() }], { size: 128 });
  const both = draw([{ scene: scene(['Antony', 'Bagneux']), style: label() }], { size: 128 });
  expect(both.pixels).toEqual(alone.pixels);
});

test('a later layer is placed first', () => {
  const one = sceneOf([point(64, 64)], { nom: ['Antony'] });
  const two = sceneOf([point(66, 66)], { nom: ['Bagneux'] });
  const both = draw(
    [
      { scene: one, style: label() },
      { scene: two, style: label() },
    ],
    { size: 128 },
  );
  expect(both.pixels).toEqual(draw([{ scene: two, style: label() }], { size: 128 }).pixels);
});

test.each([
  ['cut by the border', point(2, 64), 'Antony'],
  ['absent', point(64, 64), null],
  ['blank', point(64, 64), ' \n\t '],
])('a label that is %s is left out', (_, place, name) => {
  expect(darkness(draw([{ scene: sceneOf([place], { nom: [name] }), style: label() }], { size: 128 }))).toBe(0);
});

test('a halo surrounds the letters with its colour', () => {
  const halo = { radius: 3, fill: { color: 0xff0000, opacity: 1 } };
  const map = draw([{ scene: sceneOf([point(64, 64)], { nom: ['l'] }), style: label({ halo, size: 20 }) }], { size: 128 });
  const red = map.pixels.reduce((count, value) => count + (value === 0xff0000ff ? 1 : 0), 0);
  expect(red).toBeGreaterThan(50);
});

test('on a line a label follows its direction, and needs its room', () => {
  const placement = { kind: 'line', offset: 0 } as const;
  const upwards = extent(
    draw([{ scene: sceneOf([line([64, 4, 64, 124])], { nom: ['Rue'] }), style: label({ placement }) }], { size: 128 }),
  );
  expect(upwards.maxY - upwards.minY).toBeGreaterThan(upwards.maxX - upwards.minX);
  const short = draw([{ scene: sceneOf([line([60, 64, 68, 64])], { nom: ['Boulevard'] }), style: label({ placement }) }], { size: 128 });
  expect(darkness(short)).toBe(0);
});

test('a polygon is labelled inside, not in its hole nor in the middle of its horseshoe', () => {
  const horseshoe = polygon([10, 10, 118, 10, 118, 118, 88, 118, 88, 40, 40, 40, 40, 118, 10, 118, 10, 10]);
  const found = extent(draw([{ scene: sceneOf([horseshoe], { nom: ['ab'] }), style: label({ size: 8 }) }], { size: 128 }));
  const middle = (found.minX + found.maxX) / 2;
  expect(middle < 40 || middle > 88).toBe(true);
  const ring = polygon(box(4, 4, 124, 124), box(34, 34, 94, 94));
  const beside = extent(draw([{ scene: sceneOf([ring], { nom: ['a'] }), style: label({ size: 8 }) }], { size: 128 }));
  expect(beside.maxX < 34 || beside.minX > 94).toBe(true);
});

test('the same map is drawn twice the same', () => {
  const names = Array.from({ length: 40 }, (_, i) => `Voie ${i}`);
  const scene = sceneOf(
    names.map((_, i) => point((i * 37) % 256, (i * 91) % 256)),
    { nom: names },
  );
  expect(draw([{ scene, style: label() }], { size: 256 }).pixels).toEqual(draw([{ scene, style: label() }], { size: 256 }).pixels);
});

test('fonts come from the package, whatever a style asks for', () => {
  expect(fontOf(['Comic Sans MS', 'Georgia'], 12, true, true)).toBe('12px "geomig-dejavuserif-bolditalic"');
  expect(fontOf(['Unknown', '../../etc/passwd'], 9, false, false)).toBe('9px "geomig-dejavusans"');
});

describe('legend', () => {
  const options: LegendOptions = { language: 'fr', denominator: null, symbolScale: 1, transparent: false };
  const rule = (title: string, color: string, scale = ''): string =>
    `<se:Rule><se:Description><se:Title>${title}</se:Title></se:Description>${scale}<se:PolygonSymbolizer><se:Fill><se:SvgParameter name="fill">${color}</se:SvgParameter></se:Fill></se:PolygonSymbolizer></se:Rule>`;
  const style = readStyle(
    `<se:FeatureTypeStyle xmlns:se="http://www.opengis.net/se">${rule('Forêt', '#00aa00')}${rule('Eau', '#0000ff', '<se:MaxScaleDenominator>5000</se:MaxScaleDenominator>')}</se:FeatureTypeStyle>`,
  );
  const decode = (bytes: Uint8Array): PNG => PNG.sync.read(Buffer.from(bytes));
  const has = (image: PNG, rgb: readonly number[]): boolean => {
    for (let i = 0; i < image.data.length; i += 4) if (rgb.every((value, band) => image.data[i + band] === value)) return true;
    return false;
  };

  test.each<[string, Partial<LegendOptions>]>([
    ['as it is', {}],
    ['at a scale', { denominator: 10_000 }],
    ['with swatches of its own size', { width: 40, height: 12 }],
    ['for a dense screen', { symbolScale: 2 }],
  ])('has the size that is announced, %s', (_, more) => {
    const image = decode(drawLegend(style, { ...options, ...more }));
    expect({ width: image.width, height: image.height }).toEqual(legendSize(style, { ...options, ...more }));
  });

  test('shows the rules of its scale only', () => {
    const all = decode(drawLegend(style, options));
    expect([has(all, [0, 170, 0]), has(all, [0, 0, 255])]).toEqual([true, true]);
    const far = decode(drawLegend(style, { ...options, denominator: 10_000 }));
    expect([has(far, [0, 170, 0]), has(far, [0, 0, 255])]).toEqual([true, false]);
    expect(far.height).toBeLessThan(all.height);
  });

  test('a single rule without title is its swatch', () => {
    const plain = readStyle(
      '<se:FeatureTypeStyle xmlns:se="http://www.opengis.net/se"><se:Rule><se:LineSymbolizer/></se:Rule></se:FeatureTypeStyle>',
    );
    expect(legendSize(plain, options)).toEqual({ width: 20, height: 20 });
  });

  test('labels without a title have no row beside others', () => {
    const label = '<se:Rule><se:TextSymbolizer><se:Label>a</se:Label></se:TextSymbolizer></se:Rule>';
    const read = (rules: string): ReturnType<typeof readStyle> =>
      readStyle(`<se:FeatureTypeStyle xmlns:se="http://www.opengis.net/se">${rules}</se:FeatureTypeStyle>`);
    expect(legendSize(read(rule('Forêt', '#00aa00') + label), options)).toEqual(legendSize(read(rule('Forêt', '#00aa00')), options));
    expect(legendSize(read(label), options)).toEqual({ width: 20, height: 20 });
  });

  test('a style without rules gives an empty picture, not a failure', () => {
    const none = readStyle('<se:FeatureTypeStyle xmlns:se="http://www.opengis.net/se"/>');
    const image = decode(drawLegend(none, { ...options, transparent: true }));
    expect(image.data.every(value => value === 0)).toBe(true);
  });

  test('a legend beyond reason is refused', () => {
    const many = `<se:FeatureTypeStyle xmlns:se="http://www.opengis.net/se">${rule('x', '#000000').repeat(100)}</se:FeatureTypeStyle>`;
    expect(() => drawLegend(readStyle(many), { ...options, width: 512, height: 512 })).toThrow(/pixels/);
  });
});
