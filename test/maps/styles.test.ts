// Style documents: what is read, what is refused, which rules hold, and what they ask of the attributes.
import { Fault } from '../../server/core/model/fault';
import { compileFilter } from '../../server/core/filter/evaluate';
import { defaultStyle } from '../../server/maps/styles/defaults';
import { readStyle } from '../../server/maps/styles/sld';
import { holdsAt, propertiesUsed, symbolReach, visibleStyle } from '../../server/maps/styles/style';
import type { Style } from '../../server/maps/styles/style';
import { box, countOf, darkness, draw, line, point, polygon, sceneOf } from './helpers';

const se = (rules: string): string =>
  `<StyledLayerDescriptor version="1.1.0" xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc"><NamedLayer><se:Name>l</se:Name><UserStyle><se:Name>couleurs</se:Name><se:FeatureTypeStyle>${rules}</se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`;
const sld = (rules: string): string =>
  `<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc"><NamedLayer><Name>l</Name><UserStyle><FeatureTypeStyle>${rules}</FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`;
const fill = (color: string): string =>
  `<se:PolygonSymbolizer><se:Fill><se:SvgParameter name="fill">${color}</se:SvgParameter></se:Fill></se:PolygonSymbolizer>`;
const equal = (name: string, value: string): string =>
  `<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>${name}</ogc:PropertyName><ogc:Literal>${value}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>`;

const symbolizersOf = (style: Style) => style.groups.flatMap(group => group.rules).flatMap(rule => rule.symbolizers);

function refusal(document: string): Fault {
  try {
    readStyle(document);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('the style was taken');
}

describe('reading', () => {
  test('SE 1.1 and SLD 1.0 give the same tree', () => {
    const one = readStyle(
      se(
        `<se:Rule><se:Name>r</se:Name><se:Description><se:Title>Titre</se:Title></se:Description>${equal('k', '1')}<se:MinScaleDenominator>100</se:MinScaleDenominator><se:MaxScaleDenominator>5e3</se:MaxScaleDenominator><se:LineSymbolizer><se:Stroke><se:SvgParameter name="stroke">#0a0B0c</se:SvgParameter><se:SvgParameter name="stroke-width">2.5</se:SvgParameter><se:SvgParameter name="stroke-dasharray">4 2,1</se:SvgParameter><se:SvgParameter name="stroke-linejoin">bevel</se:SvgParameter><se:SvgParameter name="stroke-linecap">round</se:SvgParameter><se:SvgParameter name="stroke-opacity">0.5</se:SvgParameter></se:Stroke></se:LineSymbolizer></se:Rule>`,
      ),
    );
    const two = readStyle(
      sld(
        `<Rule><Name>r</Name><Title>Titre</Title>${equal('k', '1')}<MinScaleDenominator>100</MinScaleDenominator><MaxScaleDenominator>5000</MaxScaleDenominator><LineSymbolizer><Stroke><CssParameter name="stroke"><ogc:Literal>#0a0b0c</ogc:Literal></CssParameter><CssParameter name="stroke-width">2.5</CssParameter><CssParameter name="stroke-dasharray">4 2 1</CssParameter><CssParameter name="stroke-linejoin">bevel</CssParameter><CssParameter name="stroke-linecap">round</CssParameter><CssParameter name="stroke-opacity">.5</CssParameter></Stroke></LineSymbolizer></Rule>`,
      ),
    );
    expect(one.groups).toEqual(two.groups);
    expect(one.name).toBe('couleurs');
    expect(one.groups[0]?.rules[0]).toMatchObject({ title: { fr: 'Titre' }, minScale: 100, maxScale: 5000 });
    expect(symbolizersOf(one)).toEqual([
      {
        kind: 'line',
        stroke: { color: 0x0a0b0c, width: 2.5, opacity: 0.5, join: 'bevel', cap: 'round', dashes: [4, 2, 1], dashOffset: 0 },
      },
    ]);
  });

  test('a FeatureTypeStyle by itself is a style', () => {
    const style = readStyle(
      `<se:FeatureTypeStyle xmlns:se="http://www.opengis.net/se"><se:Rule>${fill('#ff0000')}</se:Rule></se:FeatureTypeStyle>`,
    );
    expect(symbolizersOf(style)).toEqual([{ kind: 'polygon', fill: { color: 0xff0000, opacity: 1 }, stroke: null }]);
  });

  test('defaults of a mark, a fill and a label', () => {
    const style = readStyle(
      se(
        '<se:Rule><se:PointSymbolizer/><se:PolygonSymbolizer><se:Fill/></se:PolygonSymbolizer><se:TextSymbolizer><se:Label><ogc:PropertyName>p:nom</ogc:PropertyName><ogc:Literal> – </ogc:Literal></se:Label><se:LabelPlacement><se:PointPlacement/></se:LabelPlacement><se:Halo/></se:TextSymbolizer></se:Rule>',
      ),
    );
    expect(symbolizersOf(style)).toMatchObject([
      { kind: 'point', mark: { shape: 'square', size: 6, fill: { color: 0x808080 }, stroke: { color: 0, width: 1 } } },
      { kind: 'polygon', fill: { color: 0x808080, opacity: 1 }, stroke: null },
      {
        kind: 'text',
        label: {
          parts: [{ property: 'nom' }, { text: ' – ' }],
          size: 10,
          halo: { radius: 1, fill: { color: 0xffffff } },
          placement: { kind: 'point', anchorX: 0, anchorY: 0.5 },
        },
      },
    ]);
  });

  test('empty rules and an ElseFilter without symbolizer do no harm', () => {
    const style = readStyle(se(`<se:Rule/><se:Rule><se:ElseFilter/></se:Rule><se:Rule>${equal('k', '1')}</se:Rule>`));
    expect(darkness(draw([{ scene: sceneOf([polygon(box(0, 0, 9, 9))], { k: [1] }), style }]))).toBe(0);
  });

  test.each<[string, string, string, string]>([
    ['301 rules', se('<se:Rule/>'.repeat(301)), 'too-large', 'Rule'],
    [
      'a width that is no number',
      se(
        '<se:Rule><se:LineSymbolizer><se:Stroke><se:SvgParameter name="stroke-width">NaN</se:SvgParameter></se:Stroke></se:LineSymbolizer></se:Rule>',
      ),
      'invalid-value',
      'stroke-width',
    ],
    [
      'a width beyond reason',
      se(
        '<se:Rule><se:LineSymbolizer><se:Stroke><se:SvgParameter name="stroke-width">1e9</se:SvgParameter></se:Stroke></se:LineSymbolizer></se:Rule>',
      ),
      'invalid-value',
      'stroke-width',
    ],
    [
      'a size below nothing',
      se('<se:Rule><se:PointSymbolizer><se:Graphic><se:Size>-1</se:Size></se:Graphic></se:PointSymbolizer></se:Rule>'),
      'invalid-value',
      'Size',
    ],
    ['a colour that is none', se(`<se:Rule>${fill('url(http://x)')}</se:Rule>`), 'invalid-value', 'fill'],
    [
      'an unknown join',
      se(
        '<se:Rule><se:LineSymbolizer><se:Stroke><se:SvgParameter name="stroke-linejoin">constructor</se:SvgParameter></se:Stroke></se:LineSymbolizer></se:Rule>',
      ),
      'invalid-value',
      'stroke-linejoin',
    ],
    [
      '33 dashes',
      se(
        `<se:Rule><se:LineSymbolizer><se:Stroke><se:SvgParameter name="stroke-dasharray">${'1 '.repeat(33)}</se:SvgParameter></se:Stroke></se:LineSymbolizer></se:Rule>`,
      ),
      'too-large',
      'stroke-dasharray',
    ],
    ['a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${sld('')}`, 'malformed', ''],
    ['another document', '<WFS_Capabilities/>', 'invalid-value', 'WFS_Capabilities'],
    [
      'a layer without style',
      '<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"/>',
      'missing-parameter',
      'UserStyle',
    ],
  ])('%s is refused', (_, document, kind, locator) => {
    expect(refusal(document)).toMatchObject({ kind, locator });
  });

  test('a locator of the caller stands before the one inside', () => {
    expect(() => readStyle(se(`<se:Rule>${fill('red')}</se:Rule>`), 'datasets[0].style')).toThrow(
      expect.objectContaining({
        kind: 'invalid-value',
        locator: 'datasets[0].style',
        message: expect.stringContaining('fill: ') as string,
      }) as Error,
    );
  });
});

describe('rules', () => {
  const style = readStyle(
    se(
      `<se:Rule>${equal('etat', 'ouvert')}${fill('#ff0000')}</se:Rule><se:Rule><ogc:Filter><ogc:PropertyIsGreaterThan><ogc:PropertyName>n</ogc:PropertyName><ogc:Literal>9</ogc:Literal></ogc:PropertyIsGreaterThan></ogc:Filter>${fill('#00ff00')}</se:Rule><se:Rule><se:ElseFilter/>${fill('#0000ff')}</se:Rule>`,
    ),
  );
  const scene = sceneOf(
    [polygon(box(0, 0, 10, 10)), polygon(box(20, 0, 30, 10)), polygon(box(40, 0, 50, 10)), polygon(box(0, 40, 10, 50))],
    {
      etat: ['ouvert', 'clos', null, 'ouvert'],
      n: [1, 10, null, 11],
    },
  );

  test('each feature is painted by all rules that hold, the rest by ElseFilter; 10 is more than 9', () => {
    const map = draw([{ scene, style }]);
    expect([countOf(map, 0xff0000), countOf(map, 0x00ff00), countOf(map, 0x0000ff)]).toEqual([100, 200, 100]);
  });

  test('a rule holds from its minimum, below its maximum', () => {
    const [rule] = readStyle(
      se('<se:Rule><se:MinScaleDenominator>1000</se:MinScaleDenominator><se:MaxScaleDenominator>2000</se:MaxScaleDenominator></se:Rule>'),
    ).groups.flatMap(group => group.rules);
    if (!rule) throw new Error('no rule');
    expect([999, 1000, 1999, 2000].map(denominator => holdsAt(rule, denominator))).toEqual([false, true, true, false]);
  });

  test('the attributes asked for are those of the rules in use', () => {
    const scaled = readStyle(
      se(
        `<se:Rule><se:MaxScaleDenominator>1000</se:MaxScaleDenominator>${equal('a', '1')}${fill('#ff0000')}</se:Rule><se:Rule><se:MinScaleDenominator>1000</se:MinScaleDenominator>${equal('b', '1')}<se:TextSymbolizer><se:Label><ogc:PropertyName>c</ogc:PropertyName></se:Label></se:TextSymbolizer></se:Rule>`,
      ),
    );
    expect(propertiesUsed(scaled, 500)).toEqual(['a']);
    expect(propertiesUsed(scaled, 5000)).toEqual(['b', 'c']);
    expect(propertiesUsed(scaled, null)).toEqual(['a', 'b', 'c']);
  });

  test('R42: a rule that reads a masked attribute does not apply, nor the ElseFilter that would tell who failed it', () => {
    const seen = visibleStyle(style, new Set(['n']));
    expect(propertiesUsed(seen, null)).toEqual(['n']);
    const map = draw([{ scene, style: seen }]);
    expect([countOf(map, 0xff0000), countOf(map, 0x00ff00), countOf(map, 0x0000ff)]).toEqual([0, 200, 0]);
    expect(visibleStyle(style, new Set(['n', 'etat']))).toBe(style);
  });

  test('R42: a label that shows a masked attribute is left out, the rest of its rule stays', () => {
    const labelled = readStyle(
      se(
        `<se:Rule>${fill('#ff0000')}<se:TextSymbolizer><se:Label><ogc:PropertyName>secret</ogc:PropertyName></se:Label></se:TextSymbolizer></se:Rule>`,
      ),
    );
    expect(symbolizersOf(visibleStyle(labelled, new Set())).map(one => one.kind)).toEqual(['polygon']);
  });

  test('symbols reach as far as they are wide', () => {
    expect(symbolReach(defaultStyle('Polygon'), 1)).toBeLessThan(symbolReach(defaultStyle('Point'), 1));
    const wide = readStyle(
      se(
        '<se:Rule><se:LineSymbolizer><se:Stroke><se:SvgParameter name="stroke-width">40</se:SvgParameter></se:Stroke></se:LineSymbolizer></se:Rule>',
      ),
    );
    expect(symbolReach(wide, 1)).toBeGreaterThanOrEqual(80);
  });
});

describe('filters on attributes', () => {
  const attributes = { n: [1, 10, 2, null], s: ['01004', 'Été', 'ete', null], b: [true, false, null, true] };
  const matches = (body: string): number[] => {
    const [rule] = readStyle(se(`<se:Rule><ogc:Filter>${body}</ogc:Filter></se:Rule>`)).groups.flatMap(group => group.rules);
    if (!rule?.filter) throw new Error('no filter');
    const test = compileFilter(rule.filter, attributes);
    return [0, 1, 2, 3].filter(test);
  };
  const compare = (operator: string, name: string, value: string): string =>
    `<ogc:${operator}><ogc:PropertyName>${name}</ogc:PropertyName><ogc:Literal>${value}</ogc:Literal></ogc:${operator}>`;

  test.each<[string, string, number[]]>([
    ['numbers are compared as numbers', compare('PropertyIsLessThan', 'n', '9'), [0, 2]],
    ['a string keeps its zeros', compare('PropertyIsEqualTo', 's', '01004'), [0]],
    ['a string is no number', compare('PropertyIsEqualTo', 's', '1004'), []],
    ['booleans', compare('PropertyIsEqualTo', 'b', 'true'), [0, 3]],
    ['D2: an absent value differs from nothing', compare('PropertyIsNotEqualTo', 'n', '1'), [1, 2]],
    ['D2: Not finds the rest', `<ogc:Not>${compare('PropertyIsNotEqualTo', 'n', '1')}</ogc:Not>`, [0, 3]],
    ['a literal that is no number matches no number', compare('PropertyIsNotEqualTo', 'n', 'x'), []],
    [
      'between',
      '<ogc:PropertyIsBetween><ogc:PropertyName>n</ogc:PropertyName><ogc:LowerBoundary><ogc:Literal>2</ogc:Literal></ogc:LowerBoundary><ogc:UpperBoundary><ogc:Literal>10</ogc:Literal></ogc:UpperBoundary></ogc:PropertyIsBetween>',
      [1, 2],
    ],
    [
      'like',
      '<ogc:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!"><ogc:PropertyName>s</ogc:PropertyName><ogc:Literal>?t*</ogc:Literal></ogc:PropertyIsLike>',
      [1, 2],
    ],
    ['null', '<ogc:PropertyIsNull><ogc:PropertyName>s</ogc:PropertyName></ogc:PropertyIsNull>', [3]],
    ['or', `<ogc:Or>${compare('PropertyIsEqualTo', 'n', '1')}${compare('PropertyIsEqualTo', 'n', '2')}</ogc:Or>`, [0, 2]],
    ['an unknown attribute matches nothing', compare('PropertyIsEqualTo', 'none', '1'), []],
  ])('%s', (_, body, expected) => {
    expect(matches(body)).toEqual(expected);
  });
});

test.each(['Point', 'LineString', 'MultiPolygon', 'Geometry'] as const)('the default style of %s paints it', type => {
  const shape = {
    Point: point(32, 32),
    LineString: line([5, 5, 60, 60]),
    MultiPolygon: polygon(box(5, 5, 60, 60)),
    Geometry: point(32, 32),
  }[type];
  expect(darkness(draw([{ scene: sceneOf([shape]), style: defaultStyle(type) }]))).toBeGreaterThan(10);
});
