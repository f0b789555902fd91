// Legend graphics: a swatch for each rule of a style, drawn with the map's own painters, and the rule's title beside it.
// The size is a function of the style, the language and the options alone, so that what capabilities announce is what is sent.
import { createCanvas } from '@napi-rs/canvas';
import { Fault } from '../core/model/fault';
import { inLanguage } from '../core/model/text';
import type { Language } from '../core/model/text';
import { shapeKinds } from '../core/ports/scene';
import type { Scene, ShapeKind } from '../core/ports/scene';
import { drawMap } from './draw/draw';
import { fontOf } from './draw/fonts';
import { layOver } from './draw/label';
import { encodePng } from './draw/png';
import { blit, createSurface } from './draw/surface';
import { legendRules } from './styles/legend-rules';
import { holdsAt, lengthFactor } from './styles/style';
import type { Hatch, Rule, Style, Symbolizer } from './styles/style';

export interface LegendOptions {
  readonly language: Language;
  /** Only the rules that hold at this denominator; null: all. */
  readonly denominator: number | null;
  /** Size of a swatch in pixels; 20 × 20 unless told. */
  readonly width?: number;
  readonly height?: number;
  /** See MapDrawing.symbolScale. */
  readonly symbolScale: number;
  readonly transparent: boolean;
}

export interface LegendSize {
  readonly width: number;
  readonly height: number;
}

interface Layout extends LegendSize {
  readonly swatchWidth: number;
  readonly swatchHeight: number;
  readonly rowHeight: number;
  readonly rows: readonly { readonly rule: Rule; readonly text: string }[];
  readonly font: string;
  readonly margin: number;
}

const defaultSwatch = 20;
const longestText = 120;
const mostPixels = 4_000_000;

function layout(style: Style, options: LegendOptions): Layout {
  const scale = options.symbolScale;
  const held = legendRules(
    style.groups
      .flatMap(group => group.rules)
      .filter(rule => rule.symbolizers.length > 0 && (options.denominator === null || holdsAt(rule, options.denominator))),
  );
  // labels without a title, as QGIS writes them, explain themselves on the map
  const told = held.filter(rule => rule.title !== null || rule.symbolizers.some(one => one.kind !== 'text'));
  const rules = told.length > 0 ? told : held;
  // one rule without a title speaks for the whole layer, whose name stands beside the legend already
  const named = rules.length > 1;
  const rows = rules.map(rule => ({ rule, text: textOf(rule, options.language, named) }));
  const largest = rules.reduce((size, rule) => Math.max(size, ...rule.symbolizers.map(one => extent(one) * lengthFactor(one, nominal))), 0);
  const least = Math.max(Math.round(defaultSwatch * scale), Math.ceil(largest * scale) + 2);
  const swatchWidth = options.width ?? least;
  const swatchHeight = options.height ?? least;
  const font = fontOf(['sans-serif'], 12 * scale, false, false);
  const margin = Math.round(4 * scale);
  const context = createCanvas(1, 1).getContext('2d');
  context.font = font;
  const textWidth = rows.reduce((widest, { text }) => Math.max(widest, text === '' ? 0 : Math.ceil(context.measureText(text).width)), 0);
  const rowHeight = Math.max(swatchHeight, textWidth > 0 ? Math.round(16 * scale) : 0);
  return {
    width: swatchWidth + (textWidth > 0 ? textWidth + margin * 2 : 0),
    height: Math.max(1, rows.length * rowHeight + Math.max(0, rows.length - 1) * margin),
    swatchWidth,
    swatchHeight,
    rowHeight,
    rows,
    font,
    margin,
  };
}

function textOf(rule: Rule, language: Language, named: boolean): string {
  const text = rule.title ? inLanguage(rule.title, language) : named ? rule.name : '';
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}

/** Room that a symbol needs, in pixels; lines and areas fit any swatch. */
function extent(symbolizer: Symbolizer): number {
  switch (symbolizer.kind) {
    case 'point':
    case 'row': {
      const { size, stroke, aspect = 1, shift } = symbolizer.mark;
      const beside = Math.max(Math.abs(shift?.x ?? 0), Math.abs(shift?.y ?? 0));
      return Math.min(Math.max(size, size / aspect) + (stroke?.width ?? 0) * 2 + beside * 2, mostExtent);
    }
    case 'polygon':
      // one cell of a pattern and a little of the next
      return symbolizer.hatch ? Math.min(cellOf(symbolizer.hatch) * 1.5, mostExtent / 4) : 0;
    case 'line':
    case 'text':
    case 'raster':
      return 0;
  }
}

const mostExtent = 256;

/** Lengths on the ground are shown as at this denominator, where a metre is a pixel. */
const nominal = 1 / 0.00028;

function cellOf(hatch: Hatch): number {
  if (hatch.kind === 'marks') return Math.max(hatch.width, hatch.height);
  return hatch.kind === 'lines' ? Math.max(...hatch.families.map(family => family.spacing)) : 0;
}

/** The style with the layer's title in front of those of its rules, for a legend of several layers. */
export function titledStyle(style: Style, title: string, language: Language): Style {
  const shown = style.groups.flatMap(group => group.rules).filter(rule => rule.symbolizers.some(one => one.kind !== 'text'));
  const named = (rule: Rule): Rule => {
    const own = rule.title ? inLanguage(rule.title, language) : rule.name;
    return { ...rule, title: { fr: shown.length > 1 ? `${title} – ${own}` : title } };
  };
  return { ...style, groups: style.groups.map(group => ({ rules: group.rules.filter(rule => shown.includes(rule)).map(named) })) };
}

/** Size of the legend that drawLegend would make. */
export function legendSize(style: Style, options: LegendOptions): LegendSize {
  const { width, height } = layout(style, options);
  return { width, height };
}

/** The legend as PNG. Fault too-large beyond four million pixels. */
export function drawLegend(style: Style, options: LegendOptions): Uint8Array {
  const plan = layout(style, options);
  if (plan.width * plan.height > mostPixels) throw new Fault('too-large', 'width', `the legend would have more than ${mostPixels} pixels`);
  const surface = createSurface(plan.width, plan.height, options.transparent ? null : 0xffffff);
  const canvas = createCanvas(plan.width, plan.height);
  const context = canvas.getContext('2d');
  context.font = plan.font;
  context.fillStyle = '#222222';
  context.textBaseline = 'middle';
  plan.rows.forEach(({ rule, text }, index) => {
    const top = index * (plan.rowHeight + plan.margin);
    const swatch = drawSwatch(rule, plan.swatchWidth, plan.swatchHeight, options);
    blit(surface, swatch, 0, top + ((plan.rowHeight - plan.swatchHeight) >> 1));
    if (text !== '') context.fillText(text, plan.swatchWidth + plan.margin, top + plan.rowHeight / 2);
  });
  layOver(surface, canvas);
  return encodePng(surface, { transparent: options.transparent, scale: options.symbolScale });
}

/** One rule on a feature of the kind that its symbolizers are meant for. */
function drawSwatch(rule: Rule, width: number, height: number, options: LegendOptions): ReturnType<typeof drawMap> {
  const layers = rule.symbolizers.map(symbolizer => {
    const kind = kindOf(symbolizer);
    const shown = symbolizer.kind === 'text' ? { ...symbolizer, label: sample(symbolizer, height / options.symbolScale) } : symbolizer;
    const alone: Rule = { ...rule, filter: null, otherwise: false, minScale: null, maxScale: null, symbolizers: [shown] };
    return { scene: swatchScene(kind, width, height), style: { name: '', title: null, groups: [{ rules: [alone] }] } };
  });
  // the corner of the map where a pattern shows one of its cells in the middle
  const left = middleOf(rule, 'width', options.symbolScale) - Math.floor(width / 2);
  const bottom = middleOf(rule, 'height', options.symbolScale) - Math.floor(height / 2);
  return drawMap({
    view: { minX: left, minY: bottom, maxX: left + width, maxY: bottom + height, width, height },
    layers: layers.map(layer => ({ ...layer, scene: shifted(layer.scene, left, bottom) })),
    denominator: nominal,
    symbolScale: options.symbolScale,
    background: null,
  });
}

function middleOf(rule: Rule, side: 'width' | 'height', scale: number): number {
  for (const one of rule.symbolizers)
    if (one.kind === 'polygon' && one.hatch?.kind === 'marks') return Math.round(one.hatch[side] * scale * lengthFactor(one, nominal)) / 2;
  return 0;
}

const shifted = (scene: Scene, x: number, y: number): Scene => ({
  ...scene,
  coordinates: scene.coordinates.map((value, i) => value + (i % 2 === 0 ? x : y)),
});

function kindOf(symbolizer: Symbolizer): ShapeKind {
  if (symbolizer.kind === 'polygon') return shapeKinds.polygon;
  return symbolizer.kind === 'line' || symbolizer.kind === 'row' ? shapeKinds.line : shapeKinds.point;
}

function sample(symbolizer: Extract<Symbolizer, { kind: 'text' }>, room: number): Extract<Symbolizer, { kind: 'text' }>['label'] {
  const { label } = symbolizer;
  return {
    ...label,
    parts: [{ text: 'a' }],
    size: Math.min(label.size, room * 0.8),
    placement: { kind: 'point', anchorX: 0.5, anchorY: 0.5, displacementX: 0, displacementY: 0, rotation: 0 },
  };
}

function swatchScene(kind: ShapeKind, width: number, height: number): Scene {
  const inset = 2.5;
  const coordinates =
    kind === shapeKinds.point
      ? [width / 2, height / 2]
      : kind === shapeKinds.line
        ? [inset, height * 0.3, width * 0.35, height * 0.65, width * 0.65, height * 0.35, width - inset, height * 0.7]
        : [inset, inset, width - inset, inset, width - inset, height - inset, inset, height - inset, inset, inset];
  return {
    features: 1,
    kinds: Uint8Array.of(kind),
    featureStarts: Uint32Array.of(0, 1),
    partStarts: Uint32Array.of(0, coordinates.length / 2),
    coordinates: Float64Array.from(coordinates),
    attributes: {},
  };
}
