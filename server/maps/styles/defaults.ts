// The style of a layer that has none: one for each kind of geometry.
import type { GeometryType } from '../../core/model/feature-type';
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
