// What styles have beyond the standards, or in a way that depends on the feature: it is drawn as well as can be, and a note says what is not as
// written. An officer's style is refused for what is malformed only.
import { drawMap } from '../../server/maps/draw/draw';
import { readStyle } from '../../server/maps/styles/sld';
import type { Style } from '../../server/maps/styles/style';
import { defaultStyle } from '../../server/maps/styles/defaults';
import { describeWith, headless, pythonPath, tools } from '../setup/needs';
import { box, countOf, darkness, draw, line, polygon, sceneOf } from './helpers';
import { PNG } from 'pngjs';
import { drawLegend, legendSize } from '../../server/maps/legend';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../server/root';

const se = (rules: string): string =>
  `<StyledLayerDescriptor version="1.1.0" xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc"><NamedLayer><se:Name>l</se:Name><UserStyle><se:FeatureTypeStyle>${rules}</se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`;
const sld = (rules: string): string => se(rules).replaceAll('se:', '').replace('1.1.0', '1.0.0');
const one = (symbolizer: string): string => se(`<se:Rule>${symbolizer}</se:Rule>`);
const symbolizersOf = (style: Style) => style.groups.flatMap(group => group.rules).flatMap(rule => rule.symbolizers);
const param = (name: string, value: string): string => `<se:SvgParameter name="${name}">${value}</se:SvgParameter>`;
const mark = (name: string, inside: string, more = ''): string =>
  `<se:Graphic><se:Mark><se:WellKnownName>${name}</se:WellKnownName>${inside}</se:Mark>${more}</se:Graphic>`;
const blue = `<se:Stroke>${param('stroke', '#0000ff')}</se:Stroke>`;
const full = `<se:Fill>${param('fill', '#0000ff')}</se:Fill>`;
const hatched = (graphic: string, more = ''): string =>
  one(`<se:PolygonSymbolizer><se:Fill><se:GraphicFill>${graphic}</se:GraphicFill></se:Fill>${more}</se:PolygonSymbolizer>`);
const hatchOf = (document: string): unknown => {
  const [first] = symbolizersOf(readStyle(document));
  return first?.kind === 'polygon' ? first.hatch : undefined;
};
const large = { size: 100 };
const red = '<se:PolygonSymbolizer><se:Fill><se:SvgParameter name="fill">#ff0000</se:SvgParameter></se:Fill></se:PolygonSymbolizer>';

describe('GraphicFill', () => {
  test.each<[string, string, string, readonly number[], number]>([
    ['slash', '', '', [-45], 8 * Math.SQRT1_2],
    ['backslash', '', '<se:Size>10</se:Size>', [45], 10 * Math.SQRT1_2],
    ['horline', 'shape://', '<se:Size>6</se:Size>', [0], 6],
    ['shape://vertline', '', '<se:Size>6</se:Size>', [90], 6],
    ['cross', '', '', [0, 90], 8],
    ['x', '', '', [-45, 45], 8 * Math.SQRT1_2],
    ['shape://times', '', '', [-45, 45], 8 * Math.SQRT1_2],
    // QGIS counts the angle of its lines the other way, GeoServer as SE 1.1 does
    ['horline', '', '<se:Size>11</se:Size><se:Rotation><ogc:Literal>30</ogc:Literal></se:Rotation>', [-30], 11],
    ['shape://horline', '', '<se:Size>11</se:Size><se:Rotation>30</se:Rotation>', [30], 11],
  ])('%s is lines (%s%s)', (name, _, more, angles, spacing) => {
    expect(hatchOf(hatched(mark(name, blue, more)))).toEqual({
      kind: 'lines',
      families: angles.map(angle => ({ angle: expect.closeTo(angle, 9) as number, spacing: expect.closeTo(spacing, 9) as number })),
      color: 0x0000ff,
      opacity: 1,
      width: 1,
    });
  });

  test.each<[string, string, string, object]>([
    ['a circle', hatched(mark('circle', full, '<se:Size>7</se:Size>')), 'touching', { width: 7, height: 7 }],
    [
      'distances of QGIS',
      hatched(mark('circle', full, '<se:Size>7</se:Size>'), '<se:VendorOption name="distance">14,18</se:VendorOption>'),
      'apart',
      { width: 14, height: 18 },
    ],
    [
      'margins of GeoServer',
      hatched(mark('triangle', full, '<se:Size>8</se:Size>'), '<se:VendorOption name="graphic-margin">1 2 3 4</se:VendorOption>'),
      'apart',
      { width: 14, height: 12 },
    ],
    [
      'lines with distances are marks too',
      hatched(mark('line', blue, '<se:Size>4</se:Size>'), '<se:VendorOption name="distance">9,9</se:VendorOption>'),
      'apart',
      { width: 9, height: 9 },
    ],
  ])('%s: marks, %s', (_, document, __, expected) => {
    expect(hatchOf(document)).toMatchObject({ kind: 'marks', ...expected });
  });

  test('brushes of QGIS are screens of so many sixteenths', () => {
    const scene = sceneOf([polygon(box(0, 0, 40, 40))]);
    const painted = [1, 2, 3, 4, 5, 6, 7].map(n =>
      countOf(draw([{ scene, style: readStyle(hatched(mark(`brush://dense${n}`, full))) }]), 0x0000ff),
    );
    expect(painted).toEqual([15, 14, 10, 8, 6, 2, 1].map(share => share * 100));
  });

  test('lines are where they are, between them nothing; holes stay empty', () => {
    const style = readStyle(hatched(mark('shape://horline', blue, '<se:Size>10</se:Size>')));
    const map = draw([{ scene: sceneOf([polygon(box(0, 0, 100, 100))]), style }], large);
    expect(countOf(map, 0x0000ff)).toBe(1000);
    const holed = draw([{ scene: sceneOf([polygon(box(0, 0, 100, 100), box(20, 0, 80, 100))]), style }], large);
    expect(countOf(holed, 0x0000ff)).toBe(400);
  });

  test.each([
    ['slash', blue, ''],
    ['horline', blue, '<se:Rotation>30</se:Rotation>'],
    ['shape://plus', blue, '<se:Size>11</se:Size>'],
    ['circle', full, '<se:Size>5</se:Size>'],
    ['star', full, '<se:Size>9</se:Size><se:Rotation>20</se:Rotation>'],
    ['brush://dense5', full, ''],
  ])('%s: maps side by side are one map', (name, inside, more) => {
    const style = readStyle(hatched(mark(name, inside, more)));
    const at = (minX: number, maxY: number, size: number): Uint32Array => {
      const scene = sceneOf([polygon(box(651000.25, 6862000.5, 651420, 6862333))]);
      const view = { minX, minY: maxY - size * 2, maxX: minX + size * 2, maxY, width: size, height: size };
      return drawMap({ view, layers: [{ scene, style }], denominator: 1000, symbolScale: 1, background: null }).pixels;
    };
    const [left, top] = [650944, 6862400];
    const whole = at(left, top, 256);
    const differing: number[] = [];
    for (const [column, row] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const tile = at(left + column * 256, top - row * 256, 128);
      tile.forEach((pixel, i) => {
        const there = whole[(row * 128 + Math.floor(i / 128)) * 256 + column * 128 + (i % 128)] ?? 0;
        // what the outline of the shape was thinned to may differ by a shade; a seam would be a line
        for (const shift of [0, 8, 16, 24]) if (Math.abs(((pixel >>> shift) & 255) - ((there >>> shift) & 255)) > 2) differing.push(i);
      });
    }
    expect(differing).toEqual([]);
    expect(whole.some(pixel => pixel >>> 24 > 0)).toBe(true);
  });

  test('features too small for a pattern are still seen', () => {
    const style = readStyle(hatched(mark('slash', blue)));
    expect(darkness(draw([{ scene: sceneOf([polygon(box(10, 10, 10.6, 10.6))]), style }]))).toBeGreaterThan(0);
  });
});

describe('legends', () => {
  const legend = (document: string, symbolScale = 1): PNG => {
    const options = { language: 'fr', denominator: null, symbolScale, transparent: false } as const;
    const style = readStyle(document);
    const image = PNG.sync.read(Buffer.from(drawLegend(style, options)));
    expect({ width: image.width, height: image.height }).toEqual(legendSize(style, options));
    return image;
  };
  const colorIn = (image: PNG, x: number, y: number): string =>
    image.data.subarray((y * image.width + x) * 4, (y * image.width + x) * 4 + 3).toString('hex');

  test.each([
    ['lines', hatched(mark('shape://plus', blue, '<se:Size>30</se:Size>'))],
    ['marks', hatched(mark('circle', full, '<se:Size>8</se:Size>'), '<se:VendorOption name="distance">40,40</se:VendorOption>')],
    [
      'marks along a line',
      one(
        `<se:LineSymbolizer><se:Stroke><se:GraphicStroke>${mark('square', full, '<se:Size>8</se:Size>')}<se:Gap>9</se:Gap></se:GraphicStroke></se:Stroke></se:LineSymbolizer>`,
      ),
    ],
  ])('%s are seen in their swatch, however wide apart', (_, document) => {
    for (const scale of [1, 2]) {
      const image = legend(document, scale);
      const blueOnes = Array.from({ length: image.width * image.height }, (__, i) =>
        colorIn(image, i % image.width, Math.floor(i / image.width)),
      );
      expect(blueOnes.filter(color => color === '0000ff').length).toBeGreaterThan(10);
    }
  });

  test('a mark of a pattern stands in the middle', () => {
    const image = legend(hatched(mark('circle', full, '<se:Size>8</se:Size>'), '<se:VendorOption name="distance">14,14</se:VendorOption>'));
    expect(colorIn(image, image.width >> 1, image.height >> 1)).toBe('0000ff');
  });

  test('lengths on the ground do not fill it', () => {
    const uom = 'uom="http://www.opengeospatial.org/se/units/metre"';
    const image = legend(one(`<se:PointSymbolizer ${uom}>${mark('circle', full, '<se:Size>5</se:Size>')}</se:PointSymbolizer>`));
    expect([image.width, colorIn(image, 1, 1), colorIn(image, 10, 10)]).toEqual([20, 'ffffff', '0000ff']);
  });
});

describe('lines', () => {
  test('marks along a line stand as far apart as they are told', () => {
    const row = (more: string): string =>
      one(
        `<se:LineSymbolizer>${more}<se:Stroke><se:GraphicStroke>${mark('square', full, '<se:Size>4</se:Size>')}<se:Gap><ogc:Literal>20</ogc:Literal></se:Gap></se:GraphicStroke></se:Stroke></se:LineSymbolizer>`,
      );
    const count = (more: string): number =>
      countOf(draw([{ scene: sceneOf([line([10, 50, 90, 50])]), style: readStyle(row(more)) }], large), 0x0000ff) / 16;
    expect(count('')).toBe(5);
    expect(count('<se:VendorOption name="placement">centralPoint</se:VendorOption>')).toBe(1);
    expect(count('<se:VendorOption name="placement">firstPoint</se:VendorOption>')).toBe(1);
    expect(count('<se:VendorOption name="placement">points</se:VendorOption>')).toBe(2);
  });

  test('an offset moves a line to the right in SE 1.1, as QGIS means it, to the left in SLD 1.0', () => {
    const moved = (wrap: (rules: string) => string): readonly number[] => {
      const rule = `<se:Rule><se:LineSymbolizer><se:Stroke>${param('stroke', '#ff0000')}${param('stroke-width', '2')}</se:Stroke><se:PerpendicularOffset>10</se:PerpendicularOffset></se:LineSymbolizer></se:Rule>`;
      const map = draw([{ scene: sceneOf([line([0, 50, 100, 50])]), style: readStyle(wrap(rule)) }], { ...large, background: null });
      return [...map.pixels].flatMap((pixel, i) => (i % map.width === 50 && pixel >>> 24 > 0 ? [Math.floor(i / map.width)] : []));
    };
    expect(moved(se)).toEqual([59, 60]);
    expect(moved(sld)).toEqual([39, 40]);
  });

  test('an outline is moved inwards, whatever way its ring goes', () => {
    const style = readStyle(
      one(
        `<se:LineSymbolizer><se:Stroke>${param('stroke', '#ff0000')}${param('stroke-width', '2')}</se:Stroke><se:PerpendicularOffset>10</se:PerpendicularOffset></se:LineSymbolizer>`,
      ),
    );
    const ring = box(10, 10, 90, 90);
    const back = [10, 10, 10, 90, 90, 90, 90, 10, 10, 10];
    const counts = [ring, back].map(way => countOf(draw([{ scene: sceneOf([polygon(way)]), style }], large), 0xff0000));
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).toBe(4 * 60 * 2);
  });

  test.each([
    ['4 2', '3', [12, 6]],
    ['1 2', '0.5', [1, 2]],
    ['5 3', '3', [5, 3]],
  ])('dashes %s of a line of %s px', (dashes, width, expected) => {
    const style = readStyle(
      one(
        `<se:LineSymbolizer><se:Stroke>${param('stroke-width', width)}${param('stroke-dasharray', dashes)}</se:Stroke></se:LineSymbolizer>`,
      ),
    );
    expect(symbolizersOf(style)).toMatchObject([{ stroke: { dashes: expected } }]);
  });

  test('lengths on the ground grow with the scale', () => {
    const style = readStyle(
      one(
        `<se:LineSymbolizer uom="http://www.opengeospatial.org/se/units/metre"><se:Stroke>${param('stroke-width', '10')}</se:Stroke></se:LineSymbolizer>`,
      ),
    );
    const scene = sceneOf([line([0, 50, 100, 50])]);
    const rows = (denominator: number): number => countOf(draw([{ scene, style }], { ...large, denominator }), 0x000000) / 100;
    expect([rows(1 / 0.00028), rows(2.5 / 0.00028)]).toEqual([10, 4]);
  });
});

describe('rules and labels', () => {
  const scene = sceneOf([polygon(box(0, 0, 10, 10)), polygon(box(20, 0, 30, 10))], { n: [1, 2] });
  const filter =
    '<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>n</ogc:PropertyName><ogc:Literal>1</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>';
  const green = red.replace('#ff0000', '#00ff00');
  const qgisError = (expression: string): string => `<!--Parser Error: syntax error, unexpected X - Expression was: ${expression}-->`;

  test.each([
    ['text', (document: string): string | Uint8Array => document],
    ['bytes', (document: string): string | Uint8Array => Buffer.from(document)],
  ])('the ELSE of QGIS, which it writes as a comment about an error, is an ElseFilter (%s)', (_, as) => {
    const style = readStyle(as(se(`<se:Rule>${filter}${red}</se:Rule><se:Rule>${qgisError('ELSE')}${green}</se:Rule>`)));
    const map = draw([{ scene, style }]);
    expect([countOf(map, 0xff0000), countOf(map, 0x00ff00)]).toEqual([100, 100]);
  });

  test('a rule of which QGIS lost the filter is not drawn on everything', () => {
    const style = readStyle(
      se(`<se:Rule>${filter}${red}</se:Rule><se:Rule><se:Name>R2</se:Name>${qgisError('NOT "n" BETWEEN 1 AND 4')}${green}</se:Rule>`),
    );
    const map = draw([{ scene, style }]);
    expect([countOf(map, 0xff0000), countOf(map, 0x00ff00)]).toEqual([100, 0]);
    expect(style.notes).toEqual([expect.stringContaining('« R2 »')]);
  });

  test('a label that QGIS could not write is left out, not « Placeholder »', () => {
    const style = readStyle(
      one(
        `${red}<se:TextSymbolizer><se:Label><!--SE Export for upper(nom) not implemented yet-->Placeholder</se:Label></se:TextSymbolizer>`,
      ),
    );
    expect(symbolizersOf(style).map(symbolizer => symbolizer.kind)).toEqual(['polygon']);
    expect(style.notes).toHaveLength(1);
  });

  test.each([
    ['strToUpperCase', [{ property: 'nom', letters: 'upper' }]],
    ['strToLowerCase', [{ property: 'nom', letters: 'lower' }]],
    ['Concatenate', [{ property: 'nom' }]],
  ])('the function %s in a label', (name, parts) => {
    const style = readStyle(
      one(
        `<se:TextSymbolizer><se:Label><ogc:Function name="${name}"><ogc:PropertyName>nom</ogc:PropertyName></ogc:Function></se:Label></se:TextSymbolizer>`,
      ),
    );
    expect(symbolizersOf(style)).toMatchObject([{ label: { parts } }]);
    expect(style.notes).toBeUndefined();
  });

  test('when no rule is left, the first shows all features', () => {
    const lost =
      '<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>upper("etat")</ogc:PropertyName><ogc:Literal>A</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>';
    const style = readStyle(se(`<se:Rule>${lost}${red}</se:Rule><se:Rule>${lost}${green}</se:Rule>`));
    expect(countOf(draw([{ scene, style }]), 0xff0000)).toBe(200);
    expect(style.notes?.at(-1)).toContain('dessinée sur tous les objets');
  });

  test.each<[string, string, string]>([
    [
      'a picture',
      '<se:PointSymbolizer><se:Graphic><se:ExternalGraphic><se:OnlineResource/><se:Format>image/svg+xml</se:Format></se:ExternalGraphic></se:Graphic></se:PointSymbolizer>',
      'ExternalGraphic',
    ],
    [
      'a picture as a pattern',
      '<se:PolygonSymbolizer><se:Fill><se:GraphicFill><se:Graphic><se:ExternalGraphic/></se:Graphic></se:GraphicFill></se:Fill></se:PolygonSymbolizer>',
      'ExternalGraphic',
    ],
    ['a font as a mark', `<se:PointSymbolizer>${mark('ttf://x#1', '')}</se:PointSymbolizer>`, 'ttf://x#1'],
    ['a unit that is not known', '<se:LineSymbolizer uom="http://example.org/inch"/>', 'uom'],
    [
      'a colour from an attribute',
      '<se:PolygonSymbolizer><se:Fill><se:SvgParameter name="fill"><ogc:PropertyName>c</ogc:PropertyName></se:SvgParameter></se:Fill></se:PolygonSymbolizer>',
      'fill',
    ],
    [
      'a size from an attribute',
      `<se:PointSymbolizer>${mark('circle', full, '<se:Size><ogc:PropertyName>n</ogc:PropertyName></se:Size>')}</se:PointSymbolizer>`,
      'Size',
    ],
    ['a function in a label', `${red}<se:TextSymbolizer><se:Label><ogc:Function name="env"/></se:Label></se:TextSymbolizer>`, 'env'],
    ['nothing at all', '', 'ne dessine rien'],
  ])('%s is drawn otherwise, and told', (_, symbolizer, told) => {
    expect(readStyle(one(symbolizer)).notes?.join('\n')).toContain(told);
  });

  test('what is drawn as written has no notes', () => {
    expect(readStyle(one(red)).notes).toBeUndefined();
    expect(defaultStyle('Polygon').notes).toBeUndefined();
  });
});

describeWith([tools.qgis], 'styles written by QGIS itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'geomig-sld-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('every one is taken; what is lost is told', () => {
    const run = spawnSync(pythonPath, [join(projectRoot, 'test', 'maps', 'qgis_styles.py'), folder], {
      env: { ...headless, HOME: folder, PYTHONDONTWRITEBYTECODE: '1' },
      encoding: 'utf8',
    });
    expect(run.status === 0 ? '' : run.stderr).toBe('');
    const files = readdirSync(folder).filter(name => name.endsWith('.sld'));
    expect(files.length).toBeGreaterThan(80);
    const silent: string[] = [];
    for (const name of files) {
      const style = readStyle(readFileSync(join(folder, name)));
      const drawn = style.groups.flatMap(group => group.rules).some(rule => rule.symbolizers.length > 0);
      if (!drawn && style.notes === undefined) silent.push(name);
    }
    expect(silent).toEqual([]);
  });
});
