// The one style tree of the server: what SE 1.1, SLD 1.0 and later other style languages are read into. Immutable and plain,
// so that it can be sent to a drawing thread. Lengths are pixels of 0.28 mm, colours 0xRRGGBB, opacities 0 … 1, angles degrees clockwise.
import type { Filter } from '../../core/filter/filter';
import type { Text } from '../../core/model/text';
import type { RasterLook } from './raster-look';

export interface Fill {
  readonly color: number;
  readonly opacity: number;
}

export interface Stroke {
  readonly color: number;
  readonly opacity: number;
  readonly width: number;
  readonly join: 'mitre' | 'round' | 'bevel';
  readonly cap: 'butt' | 'round' | 'square';
  /** Painted and left out lengths in turn; empty: a continuous line. */
  readonly dashes: readonly number[];
  readonly dashOffset: number;
}

/** Names of SE 1.1 and of its dialects: those of QGIS, and those of GeoServer without their `shape://`. */
export const markShapes = [
  ...(['circle', 'square', 'triangle', 'star', 'cross', 'x', 'diamond', 'dot', 'plus', 'times', 'slash', 'backslash'] as const),
  ...(['horline', 'vertline', 'line', 'cross2', 'cross_fill', 'pentagon', 'hexagon', 'octagon', 'square_with_corners'] as const),
  ...(['equilateral_triangle', 'left_half_triangle', 'right_half_triangle', 'half_square', 'quarter_square'] as const),
  ...(['diagonal_half_square', 'semi_circle', 'third_circle', 'quarter_circle', 'asterisk_fill', 'arrow', 'arrowhead'] as const),
  ...(['filled_arrowhead', 'oarrow', 'carrow'] as const),
] as const;
export type MarkShape = (typeof markShapes)[number];

export interface Mark {
  readonly shape: MarkShape;
  readonly fill: Fill | null;
  readonly stroke: Stroke | null;
  readonly size: number;
  readonly rotation: number;
  readonly opacity: number;
  /** Width over height; 1 unless told. */
  readonly aspect?: number;
  /** Moves the mark right and down. */
  readonly shift?: { readonly x: number; readonly y: number };
}

/** A fill by a graphic that is repeated over the plane; its pattern is fixed to the ground, so that neighbouring maps join. */
export type Hatch =
  /** Parallel lines, in one direction or more: `angle` clockwise from the right, `spacing` from line to line. */
  | {
      readonly kind: 'lines';
      readonly families: readonly { readonly angle: number; readonly spacing: number }[];
      readonly color: number;
      readonly opacity: number;
      readonly width: number;
    }
  /** A mark in the middle of every cell. */
  | { readonly kind: 'marks'; readonly mark: Mark; readonly width: number; readonly height: number }
  /** A screen of pixels, of which `share` sixteenths are painted. */
  | { readonly kind: 'screen'; readonly share: number; readonly fill: Fill };

/** Where marks stand along a line. */
export type MarkPlaces = 'every' | 'first' | 'last' | 'middle' | 'vertices';

/** What a label says: constant text and values of properties, in turn. */
export type LabelPart = { readonly text: string } | { readonly property: string; readonly letters?: 'upper' | 'lower' };

export type Placement =
  | {
      readonly kind: 'point';
      /** Which point of the text's box lies on the place: 0,0 its lower left, 1,1 its upper right. */
      readonly anchorX: number;
      readonly anchorY: number;
      /** Moves the label right and up. */
      readonly displacementX: number;
      readonly displacementY: number;
      readonly rotation: number;
      /** Beside a point, in the middle of a line or a polygon, whatever the anchor says. */
      readonly around?: true;
    }
  | { readonly kind: 'line'; readonly offset: number };

export interface Label {
  readonly parts: readonly LabelPart[];
  readonly families: readonly string[];
  readonly size: number;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly fill: Fill;
  readonly halo: { readonly radius: number; readonly fill: Fill } | null;
  readonly placement: Placement;
}

/** Lengths on the ground: metres that a unit of the symbolizer's lengths stands for. Without it they are pixels of 0.28 mm. */
interface Measured {
  readonly ground?: number;
}

export type Symbolizer = Measured &
  (
    | {
        readonly kind: 'polygon';
        readonly fill: Fill | null;
        readonly stroke: Stroke | null;
        readonly hatch?: Hatch;
      }
    /** `offset` moves the line to its right, the outline of a polygon inwards. */
    | { readonly kind: 'line'; readonly stroke: Stroke; readonly offset?: number }
    /** Marks along a line, turned with it; `spacing` from middle to middle. */
    | {
        readonly kind: 'row';
        readonly mark: Mark;
        readonly places: MarkPlaces;
        readonly spacing: number;
        readonly start: number;
        readonly offset?: number;
      }
    /** On lines and polygons the mark stands on one place of the feature, unless it is meant for points only. */
    | { readonly kind: 'point'; readonly mark: Mark; readonly pointsOnly?: boolean }
    | { readonly kind: 'text'; readonly label: Label }
    /** Coverages only. */
    | { readonly kind: 'raster'; readonly raster: RasterLook }
  );

/** What the lengths of a symbolizer are multiplied by to become pixels of 0.28 mm at a scale denominator. */
export const lengthFactor = (symbolizer: Symbolizer, denominator: number): number =>
  symbolizer.ground === undefined ? 1 : symbolizer.ground / (denominator * 0.00028);

export interface Rule {
  readonly name: string;
  readonly title: Text | null;
  /** The rule holds for min ≤ denominator < max (SE 1.1 § 10.2). */
  readonly minScale: number | null;
  readonly maxScale: number | null;
  /** null: every feature. */
  readonly filter: Filter | null;
  /** ElseFilter: features that no other rule of the group took (SE 1.1 § 10.3). */
  readonly otherwise: boolean;
  readonly symbolizers: readonly Symbolizer[];
}

/** A FeatureTypeStyle: its features are painted one after the other, each with all rules that hold; groups are painted in turn. */
export interface Group {
  readonly rules: readonly Rule[];
}

export interface Style {
  readonly name: string;
  readonly title: Text | null;
  readonly groups: readonly Group[];
  /** What the document says and is not drawn as it says, in French. */
  readonly notes?: readonly string[];
}

/** Whether a rule is used at a scale denominator. */
export function holdsAt(rule: Rule, denominator: number): boolean {
  // half a unit in a million: a denominator computed from a BBOX has rounding in it
  const slack = denominator * 5e-7;
  return (
    (rule.minScale === null || denominator + slack >= rule.minScale) && (rule.maxScale === null || denominator + slack < rule.maxScale)
  );
}

/** Names of the properties a filter reads. */
export function filterProperties(filter: Filter | null): string[] {
  if (!filter) return [];
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.parts.flatMap(filterProperties);
    case 'not':
      return filterProperties(filter.part);
    case 'compare':
      return [filter.left, filter.right].flatMap(side => (side.kind === 'property' ? [side.name] : []));
    case 'between':
      return [filter.property, ...[filter.lower, filter.upper].flatMap(side => (side.kind === 'property' ? [side.name] : []))];
    case 'like':
    case 'in':
    case 'null':
    case 'temporal':
      return [filter.property];
    case 'spatial':
      return filter.property === null ? [] : [filter.property];
    default:
      return [];
  }
}

const labelProperties = (symbolizer: Symbolizer): string[] =>
  symbolizer.kind === 'text' ? symbolizer.label.parts.flatMap(part => ('property' in part ? [part.property] : [])) : [];

/** Names of the properties that a rule reads, in its filter and its labels. */
export function ruleProperties(rule: Rule): string[] {
  return [...filterProperties(rule.filter), ...rule.symbolizers.flatMap(labelProperties)];
}

/** Names of the properties that a style reads at a scale denominator (null: at any), each once. */
export function propertiesUsed(style: Style, denominator: number | null): string[] {
  const rules = style.groups.flatMap(group => group.rules).filter(rule => denominator === null || holdsAt(rule, denominator));
  return [...new Set(rules.flatMap(ruleProperties))];
}

/**
 * The style as someone may have it who sees only these properties: a rule whose filter names another does not apply, a label that shows
 * another is left out (R42). An ElseFilter beside a rule left out goes too: what it paints would tell who failed the hidden rule.
 */
export function visibleStyle(style: Style, visible: ReadonlySet<string>): Style {
  if (propertiesUsed(style, null).every(name => visible.has(name))) return style;
  const groups = style.groups.map(group => {
    const open = group.rules.filter(rule => filterProperties(rule.filter).every(name => visible.has(name)));
    const cut = open.length < group.rules.length;
    return {
      rules: open
        .filter(rule => !(cut && rule.otherwise))
        .map(rule => ({ ...rule, symbolizers: rule.symbolizers.filter(one => labelProperties(one).every(name => visible.has(name))) })),
    };
  });
  return { ...style, groups };
}

/** Marks and lines are never larger than this, in pixels of 0.28 mm: lengths on the ground grow with the scale. */
export const largestSymbol = 256;

/** How far beyond a feature's geometry its symbols may reach, in pixels; labels excepted. */
export function symbolReach(style: Style, denominator: number): number {
  let largest = 1;
  for (const rule of style.groups.flatMap(group => group.rules)) {
    if (!holdsAt(rule, denominator)) continue;
    for (const symbolizer of rule.symbolizers)
      largest = Math.max(largest, Math.min(reachOf(symbolizer) * lengthFactor(symbolizer, denominator), largestSymbol * 2));
  }
  return Math.ceil(largest) + 1;
}

function reachOf(symbolizer: Symbolizer): number {
  switch (symbolizer.kind) {
    case 'point':
      return markReach(symbolizer.mark);
    case 'row':
      return markReach(symbolizer.mark) + Math.abs(symbolizer.offset ?? 0);
    case 'line':
      return symbolizer.stroke.width * 2 + Math.abs(symbolizer.offset ?? 0);
    case 'polygon':
      return (symbolizer.stroke?.width ?? 0) * 2;
    case 'text':
    case 'raster':
      return 0;
  }
}

const markReach = ({ size, stroke, shift }: Mark): number =>
  size * 0.75 + (stroke?.width ?? 0) + Math.max(Math.abs(shift?.x ?? 0), Math.abs(shift?.y ?? 0));
