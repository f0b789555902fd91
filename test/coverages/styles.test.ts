// How cells become colours: RasterSymbolizer of SLD 1.0 and SE 1.1 read, what cannot be drawn refused by name, and pixels painted.
import type { CellGrid, Cells, CoverageLook } from '../../server/core/model/coverage';
import { paintCells } from '../../server/maps/draw/cells';
import { createSurface } from '../../server/maps/draw/surface';
import { coverageStyle, defaultCoverageStyle } from '../../server/maps/styles/defaults';
import { legendRules } from '../../server/maps/styles/legend-rules';
import { readCoverageStyle, readStyle } from '../../server/maps/styles/sld';
import type { Style } from '../../server/maps/styles/style';

const sld = (symbolizer: string, rule = ''): string =>
  `<StyledLayerDescriptor xmlns="http://www.opengis.net/sld" version="1.0.0"><NamedLayer><Name>n</Name><UserStyle><FeatureTypeStyle><Rule>${rule}${symbolizer}</Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`;
const se = (symbolizer: string): string =>
  `<CoverageStyle xmlns="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc"><Rule>${symbolizer}</Rule></CoverageStyle>`;

const grey: CoverageLook = {
  bands: 1,
  sample: 'float32',
  meaning: { kind: 'grey', alpha: false },
  palette: null,
  nodata: null,
  statistics: [{ min: 0, max: 100, mean: 50, deviation: 20, low: 10, high: 90 }],
};

/** Colours of a row of cells, `#rrggbb/alpha` of each pixel, over a transparent ground or a colour. */
function painted(style: Style, bands: readonly Cells[], over: number | null = null, more: Partial<CellGrid> = {}): string[] {
  const width = bands[0]?.length ?? 0;
  const surface = createSurface(width, 1, over);
  const cells: CellGrid = { width, height: 1, pixelsPerCell: 1, bands, shown: new Uint8Array(width).fill(1), ...more };
  paintCells(surface, cells, style, { denominator: 10_000, view: { minX: 0, minY: 0, maxX: width * 10, maxY: 10, width, height: 1 } });
  return [...surface.pixels].map(pixel => {
    const hex = (value: number): string => value.toString(16).padStart(2, '0');
    return `#${hex(pixel & 0xff)}${hex((pixel >> 8) & 0xff)}${hex((pixel >> 16) & 0xff)}/${pixel >>> 24}`;
  });
}

const map = (kind: string): string =>
  `<RasterSymbolizer><ColorMap type="${kind}"><ColorMapEntry color="#000000" quantity="0"/><ColorMapEntry color="#ff0000" quantity="10" opacity="0.5"/><ColorMapEntry color="#00ff00" quantity="20" label="haut"/></ColorMap></RasterSymbolizer>`;

test.each([
  ['ramp', ['#000000/255', '#2b0000/191', '#800000/128', '#00ff00/255', '#00ff00/255']],
  ['intervals', ['#000000/255', '#800000/128', '#00ff00/255', '#000000/0', '#000000/0']],
  ['values', ['#000000/0', '#000000/0', '#800000/128', '#00ff00/255', '#000000/0']],
])('SLD 1.0, ColorMap of type %s', (kind, wanted) => {
  const style = coverageStyle(readCoverageStyle(sld(map(kind))), grey);
  const values = kind === 'ramp' ? [-5, 5, 10, 20, 99] : kind === 'intervals' ? [-5, 5, 10, 20, 99] : [-5, 5, 10, 20, 99];
  const found = painted(style, [Float32Array.from(values)]);
  if (kind === 'ramp') {
    // half way between black and half a red: half of a red, three quarters opaque, premultiplied
    expect(found[0]).toBe(wanted[0]);
    expect(found[1]).toMatch(/^#(5f|60)0000\/19[01]$/);
    expect(found.slice(2)).toEqual(wanted.slice(2));
  } else expect(found).toEqual(wanted);
});

test('SE 1.1, Categorize and Interpolate', () => {
  const categories = readCoverageStyle(
    se(
      '<RasterSymbolizer><ColorMap><Categorize fallbackValue="#000000"><LookupValue>Rasterdata</LookupValue><Value>#111111</Value><Threshold>0</Threshold><Value><ogc:Literal>#222222</ogc:Literal></Value><Threshold>5</Threshold><Value>#333333</Value></Categorize></ColorMap></RasterSymbolizer>',
    ),
  );
  expect(painted(coverageStyle(categories, grey), [Float32Array.of(-1, 0, 4.9, 5, 1e9)])).toEqual([
    '#111111/255',
    '#222222/255',
    '#222222/255',
    '#333333/255',
    '#333333/255',
  ]);
  const ramp = readCoverageStyle(
    se(
      '<RasterSymbolizer><ColorMap><Interpolate mode="linear" method="color"><LookupValue>Rasterdata</LookupValue><InterpolationPoint><Data>0</Data><Value>#000000</Value></InterpolationPoint><InterpolationPoint><Data>100</Data><Value>#c8c8c8</Value></InterpolationPoint></Interpolate></ColorMap></RasterSymbolizer>',
    ),
  );
  expect(painted(coverageStyle(ramp, grey), [Float32Array.of(0, 50, 100)])).toEqual(['#000000/255', '#646464/255', '#c8c8c8/255']);
});

test('without a style: a grey stretch by the statistics, or by what is shown where they are not told', () => {
  expect(painted(defaultCoverageStyle(grey), [Float32Array.of(0, 10, 50, 90, 200)])).toEqual([
    '#000000/255',
    '#000000/255',
    '#808080/255',
    '#ffffff/255',
    '#ffffff/255',
  ]);
  const untold = defaultCoverageStyle({ ...grey, statistics: [null] });
  expect(painted(untold, [Float32Array.of(1_000, 1_050, 1_100)])).toEqual(['#000000/255', '#808080/255', '#ffffff/255']);
  // cells that are not shown do not move the stretch
  const shown = Uint8Array.of(1, 1, 0, 1);
  expect(painted(untold, [Float32Array.of(0, 50, 9_999, 100)], null, { shown })).toEqual([
    '#000000/255',
    '#808080/255',
    '#000000/0',
    '#ffffff/255',
  ]);
});

test('colours as they are, opacity of the file and of the style, palettes', () => {
  const rgb: CoverageLook = { ...grey, bands: 3, sample: 'uint8', meaning: { kind: 'rgb', alpha: false }, statistics: [null, null, null] };
  const bands = [Uint8Array.of(10, 255), Uint8Array.of(20, 0), Uint8Array.of(30, 128)];
  expect(painted(defaultCoverageStyle(rgb), bands)).toEqual(['#0a141e/255', '#ff0080/255']);
  const rgba = { ...rgb, bands: 4, meaning: { kind: 'rgb', alpha: true } } as const;
  expect(painted(defaultCoverageStyle(rgba), [...bands, Uint8Array.of(0, 255)])).toEqual(['#000000/0', '#ff0080/255']);
  const half = coverageStyle(readCoverageStyle(sld('<RasterSymbolizer><Opacity>0.5</Opacity></RasterSymbolizer>')), rgb);
  expect(painted(half, bands, 0xffffff)[1]).toMatch(/^#ff(7f|80)(bf|c0)\/255$/);
  const palette: CoverageLook = { ...grey, sample: 'uint8', meaning: { kind: 'palette', alpha: false }, palette: [0x112233, 0xff8800] };
  expect(painted(defaultCoverageStyle(palette), [Uint8Array.of(1, 0, 7)])).toEqual(['#ff8800/255', '#112233/255', '#000000/0']);
});

test('ChannelSelection picks bands; a band that is not there draws nothing', () => {
  const channels = (red: string): string =>
    `<RasterSymbolizer><ChannelSelection>${[red, '2', '1'].map((name, i) => `<${['Red', 'Green', 'Blue'][i]}Channel><SourceChannelName>${name}</SourceChannelName></${['Red', 'Green', 'Blue'][i]}Channel>`).join('')}</ChannelSelection></RasterSymbolizer>`;
  const rgb: CoverageLook = { ...grey, bands: 3, sample: 'uint8', meaning: { kind: 'rgb', alpha: false }, statistics: [null, null, null] };
  const bands = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];
  expect(painted(coverageStyle(readCoverageStyle(sld(channels('3'))), rgb), bands)).toEqual(['#030201/255']);
  expect(painted(coverageStyle(readCoverageStyle(sld(channels('9'))), rgb), bands)).toEqual(['#000000/0']);
});

test('rules of other scales are not drawn', () => {
  const style = readCoverageStyle(sld('<RasterSymbolizer/>', '<MinScaleDenominator>20000</MinScaleDenominator>'));
  expect(painted(coverageStyle(style, grey), [Float32Array.of(50)])).toEqual(['#000000/0']);
});

test('ShadedRelief leaves the flat as it is, lightens slopes to the north-west and darkens those to the south-east', () => {
  const style = readCoverageStyle(
    sld(
      '<RasterSymbolizer><ColorMap><ColorMapEntry color="#808080" quantity="0"/></ColorMap><ShadedRelief><ReliefFactor>1</ReliefFactor></ShadedRelief></RasterSymbolizer>',
    ),
  );
  const light = (values: readonly number[]): number =>
    parseInt((painted(coverageStyle(style, grey), [Float32Array.from(values)])[1] ?? '').slice(1, 3), 16);
  expect(light([5, 5, 5])).toBe(128);
  expect(light([0, 5, 10])).toBeGreaterThan(140);
  expect(light([10, 5, 0])).toBeLessThan(116);
});

test('the legend has a row for each colour, once', () => {
  const titles = (style: Style): unknown[] => legendRules(style.groups.flatMap(group => group.rules)).map(rule => rule.title?.fr ?? null);
  expect(titles(coverageStyle(readCoverageStyle(sld(map('ramp'))), grey))).toEqual(['0', '10', 'haut']);
  expect(titles(coverageStyle(readCoverageStyle(sld(map('intervals'))), grey))).toEqual(['< 0', '0 – 10', 'haut']);
  expect(titles(defaultCoverageStyle(grey))).toEqual(['≤ 10', '50', '≥ 90']);
  const twice = readCoverageStyle(sld(map('ramp')).replace('</Rule>', `</Rule><Rule>${map('ramp')}</Rule>`));
  expect(titles(coverageStyle(twice, grey))).toHaveLength(3);
});

test.each([
  ['<RasterSymbolizer><ColorMap type="ramp"/></RasterSymbolizer>', 'missing-parameter', 'ColorMap'],
  [
    '<RasterSymbolizer><ColorMap type="arc"><ColorMapEntry color="#000000" quantity="0"/></ColorMap></RasterSymbolizer>',
    'invalid-value',
    'type',
  ],
  [
    '<RasterSymbolizer><ColorMap><ColorMapEntry color="#000000" quantity="5"/><ColorMapEntry color="#000000" quantity="5"/></ColorMap></RasterSymbolizer>',
    'invalid-value',
    'ColorMap',
  ],
  ['<RasterSymbolizer><ColorMap><ColorMapEntry color="bleu" quantity="5"/></ColorMap></RasterSymbolizer>', 'invalid-value', 'color'],
  ['<RasterSymbolizer><ColorMap><ColorMapEntry color="#000000"/></ColorMap></RasterSymbolizer>', 'missing-parameter', 'ColorMapEntry'],
  ['<RasterSymbolizer><Opacity>2</Opacity></RasterSymbolizer>', 'invalid-value', 'Opacity'],
  ['<RasterSymbolizer><ContrastEnhancement><Histogram/></ContrastEnhancement></RasterSymbolizer>', 'unsupported', 'ContrastEnhancement'],
  ['<RasterSymbolizer><ImageOutline/></RasterSymbolizer>', 'unsupported', 'ImageOutline'],
  [
    '<RasterSymbolizer><ChannelSelection><RedChannel><SourceChannelName>1</SourceChannelName></RedChannel></ChannelSelection></RasterSymbolizer>',
    'missing-parameter',
    'ChannelSelection',
  ],
  ['<PolygonSymbolizer/>', 'unsupported', 'PolygonSymbolizer'],
])('%s is refused', (symbolizer, kind, locator) => {
  expect(() => readCoverageStyle(sld(symbolizer))).toThrow(expect.objectContaining({ kind, locator }) as Error);
});

test('features have no use for a RasterSymbolizer', () => {
  expect(() => readStyle(sld('<RasterSymbolizer/>'))).toThrow(
    expect.objectContaining({ kind: 'unsupported', locator: 'RasterSymbolizer' }) as Error,
  );
});
