// The style of a layer that has none: one for each kind of geometry.
import type { CoverageLook } from '../../core/model/coverage';
import type { GeometryType } from '../../core/model/feature-type';
import type { RasterLook, Stretch } from './raster-look';
import type { Stroke, Style, Symbolizer } from './style';

const line: Stroke = { color: 0x2b6ca3, opacity: 1, width: 1.5, join: 'round', cap: 'round', dashes: [], dashOffset: 0 };
const edge: Stroke = { ...line, color: 0x3a5a78, width: 0.8 };

const point = {
  kind: 'point',
  mark: {
    shape: 'circle',
    fill: { color: 0x2b6ca3, opacity: 1 },
    stroke: { ...line, color: 0xffffff, width: 1 },
    size: 8,
    rotation: 0,
    opacity: 1,
  },
} as const satisfies Symbolizer;
const stroke: Symbolizer = { kind: 'line', stroke: line };
const area: Symbolizer = { kind: 'polygon', fill: { color: 0x9cc3e0, opacity: 0.65 }, stroke: edge };

function styleOf(symbolizers: readonly Symbolizer[]): Style {
  const rule = { name: 'default', title: null, minScale: null, maxScale: null, filter: null, otherwise: false, symbolizers };
  return { name: 'default', title: { fr: 'Style par défaut', en: 'Default style' }, groups: [{ rules: [rule] }] };
}

const points = styleOf([point]);
const lines = styleOf([stroke]);
const areas = styleOf([area]);
const mixed = styleOf([area, { ...point, pointsOnly: true }]);

/** Paints whatever kinds of geometry the column may hold; each symbolizer is used where it fits. */
export function defaultStyle(type: GeometryType): Style {
  switch (type) {
    case 'Point':
    case 'MultiPoint':
      return points;
    case 'LineString':
    case 'MultiLineString':
      return lines;
    case 'Polygon':
    case 'MultiPolygon':
      return areas;
    case 'GeometryCollection':
    case 'Geometry':
      return mixed;
  }
}

/** A raster as it is: colours as they are, one band from black to white between the values that most cells lie between. */
export function defaultCoverageStyle(coverage: CoverageLook): Style {
  const bare: RasterLook = { opacity: 1, channels: null, map: null, palette: null, stretch: [], alpha: null, relief: null };
  return styleOf([{ kind: 'raster', raster: completedLook(bare, coverage) }]);
}

/** A style document on a certain raster. */
export function coverageStyle(style: Style, coverage: CoverageLook): Style {
  const groups = style.groups.map(group => ({
    rules: group.rules.map(rule => ({
      ...rule,
      symbolizers: rule.symbolizers.map(one => (one.kind === 'raster' ? { ...one, raster: completedLook(one.raster, coverage) } : one)),
    })),
  }));
  return { ...style, groups };
}

/** What a document leaves to the file: which bands are shown, and how their values become colours. */
function completedLook(look: RasterLook, { bands, sample, meaning, palette, statistics }: CoverageLook): RasterLook {
  const stretchOf = (band: number): Stretch | null => {
    if (sample === 'uint8') return { low: 0, high: 255 };
    const found = statistics[band - 1];
    return found && found.low < found.high ? { low: found.low, high: found.high } : null;
  };
  const chosen = look.channels ?? (meaning.kind === 'rgb' && bands >= 3 && !look.map ? { red: 1, green: 2, blue: 3 } : { grey: 1 });
  const numbers = 'grey' in chosen ? [chosen.grey] : [chosen.red, chosen.green, chosen.blue];
  // a single grey band of bytes is a measure, seldom a picture: it is stretched as others are
  const measured = 'grey' in chosen && !meaning.alpha && meaning.kind === 'grey' ? statistics[chosen.grey - 1] : null;
  return {
    ...look,
    channels: chosen,
    palette: look.map || look.channels ? null : palette,
    stretch: numbers.map(band => (measured && measured.low < measured.high ? { low: measured.low, high: measured.high } : stretchOf(band))),
    alpha: meaning.alpha ? bands : null,
  };
}
