// Graphics of SE 1.1 (§ 11.3.2) and SLD 1.0 (§ 12.4): marks on points and lines, and the patterns that fills are made of. QGIS and GeoServer write
// more than the standards name: their shapes (also as `shape://…` and `brush://…`) and distances are understood. Pictures are never fetched: a
// mark takes their place, and a note says so.
import type { Element } from '../../core/xml/read';
import { ns } from '../../core/xml/names';
import { isStyle, numberAt, numberIn, Parameters, styleChild, stylePath, styleText } from './parameters';
import type { Bounds, Note } from './parameters';
import { markShapes } from './style';
import type { Fill, Hatch, Mark, MarkShape, Stroke } from './style';
import { angles, readFill, readPlainStroke, shifts, unit } from './strokes';

const sizes: Bounds = { min: 0, max: 256 };
const distances: Bounds = { min: 0, max: 1000 };
/** Of hatches that tell no size, in pixels: what QGIS means by its brushes. */
const brushSize = 8;

const defaultStroke: Stroke = { color: 0, opacity: 1, width: 1, join: 'mitre', cap: 'butt', dashes: [], dashOffset: 0 };
const defaultMark: Pick<Mark, 'shape' | 'fill' | 'stroke'> = {
  shape: 'square',
  fill: { color: 0x808080, opacity: 1 },
  stroke: defaultStroke,
};

/** The mark that stands where none is described. */
export const plainMark: Mark = { ...defaultMark, size: 6, rotation: 0, opacity: 1 };

/** The mark of a Graphic, the first that it has. */
export function readGraphic(element: Element, note: Note, size = 6): Mark {
  const written = styleChild(element, 'Mark');
  if (styleChild(element, 'ExternalGraphic'))
    note(
      written
        ? 'ExternalGraphic : les images ne sont pas reprises, la marque décrite à côté (Mark) les remplace'
        : 'ExternalGraphic : les images ne sont pas reprises, un carré les remplace',
    );
  const mark: Mark = {
    ...(written ? readMark(written, note) : defaultMark),
    size: numberAt(element, 'Size', sizes, size, note),
    rotation: numberAt(element, 'Rotation', angles, 0, note),
    opacity: numberAt(element, 'Opacity', unit, 1, note),
  };
  const displacement = styleChild(element, 'Displacement');
  const shift = {
    x: numberAt(displacement, 'DisplacementX', shifts, 0, note),
    y: numberAt(displacement, 'DisplacementY', shifts, 0, note),
  };
  // QGIS: the width over the height of an ellipse
  const factor = vendorOption(element, 'widthHeightFactor');
  const aspect = factor === undefined ? 1 : numberIn(factor, { min: 0.01, max: 100 }, 'widthHeightFactor');
  return { ...mark, ...(shift.x !== 0 || shift.y !== 0 ? { shift } : {}), ...(aspect === 1 ? {} : { aspect }) };
}

function readMark(element: Element, note: Note): Pick<Mark, 'shape' | 'fill' | 'stroke'> {
  const fill = styleChild(element, 'Fill');
  const stroke = styleChild(element, 'Stroke');
  const bare = !fill && !stroke;
  const shape = shapeOf(element, note);
  return {
    // QGIS, which writes SE 1.1, means two lines by it
    shape: shape === 'cross' && stroke && element.namespace === ns.se ? 'plus' : shape,
    fill: fill ? readFill(fill, note) : bare ? defaultMark.fill : null,
    stroke: stroke ? readPlainStroke(stroke, note) : bare ? defaultMark.stroke : null,
  };
}

function shapeOf(element: Element, note: Note): MarkShape {
  const written = styleText(element, 'WellKnownName') ?? '';
  if (written === '') {
    const glyph = stylePath(element, 'MarkIndex') ?? stylePath(element, 'OnlineResource');
    if (glyph) note('Mark : les caractères de police ne sont pas repris, un carré les remplace');
    return 'square';
  }
  const name = written.replace(/^shape:\/\//, '').toLowerCase();
  const found = markShapes.find(shape => shape === name);
  if (found === undefined) note(`WellKnownName : la marque « ${written.slice(0, 40)} » n'est pas connue, un cercle la remplace`);
  return found ?? 'circle';
}

/** Text of a VendorOption below an element. */
export function vendorOption(element: Element, name: string): string | undefined {
  return element.children.find(child => isStyle(child, 'VendorOption') && child.attribute('name') === name)?.text.trim();
}

/** Directions of the lines that a mark becomes when it fills a plane, and the share of its size that lies between two lines. */
const lineFamilies: Readonly<Partial<Record<MarkShape, { readonly angles: readonly number[]; readonly share: number }>>> = {
  horline: { angles: [0], share: 1 },
  vertline: { angles: [90], share: 1 },
  line: { angles: [90], share: 1 },
  plus: { angles: [0, 90], share: 1 },
  cross: { angles: [0, 90], share: 1 },
  slash: { angles: [-45], share: Math.SQRT1_2 },
  backslash: { angles: [45], share: Math.SQRT1_2 },
  times: { angles: [-45, 45], share: Math.SQRT1_2 },
  x: { angles: [-45, 45], share: Math.SQRT1_2 },
  cross2: { angles: [-45, 45], share: Math.SQRT1_2 },
};

/** Sixteenths that are painted of Qt's brushes, from dense to light. */
const screens: Readonly<Record<string, number>> = { dense1: 15, dense2: 14, dense3: 10, dense4: 8, dense5: 6, dense6: 2, dense7: 1 };

/**
 * The pattern of a Fill with a GraphicFill (SE 1.1 § 11.2.2); `symbolizer` has the distances of its cells. Null when there is none, and when only
 * a picture is described: then the fill is a colour.
 */
export function readHatch(fill: Element, symbolizer: Element, note: Note): Hatch | null {
  const graphic = stylePath(fill, 'GraphicFill', 'Graphic');
  if (!graphic) return null;
  const name = styleText(graphic, 'Mark', 'WellKnownName') ?? '';
  const share = screens[/^brush:\/\/(dense[1-7])$/.exec(name)?.[1] ?? ''];
  if (share !== undefined) {
    const inside = stylePath(graphic, 'Mark', 'Fill');
    const colored: Fill = inside ? readFill(inside, note) : { color: 0, opacity: 1 };
    return { kind: 'screen', share, fill: { ...colored, opacity: colored.opacity * numberAt(graphic, 'Opacity', unit, 1, note) } };
  }
  if (!styleChild(graphic, 'Mark')) {
    note('ExternalGraphic : les images ne sont pas reprises, une couleur remplace la trame');
    return null;
  }
  const mark = readGraphic(graphic, note, brushSize);
  const cell = readCell(symbolizer, mark);
  const family = cell.told || (mark.fill && (mark.shape === 'cross' || mark.shape === 'x')) ? undefined : lineFamilies[mark.shape];
  if (!family) {
    // a picture that filled its cell is a mark now, with room around it
    const replaced = styleChild(graphic, 'ExternalGraphic') !== undefined && !cell.told;
    return { kind: 'marks', mark: replaced ? { ...mark, size: mark.size / 2 } : mark, width: cell.width, height: cell.height };
  }
  const { color, opacity, width } = { ...defaultStroke, ...(mark.stroke ?? mark.fill) };
  const spacing = Math.max(1, mark.size * family.share);
  // SE 1.1 turns clockwise. QGIS, which writes the names of lines without `shape://`, writes the angle of its lines as it counts it, the other way
  const turn = graphic.namespace === ns.se && !name.startsWith('shape://') ? -mark.rotation : mark.rotation;
  const directions = family.angles.map(angle => ({ angle: angle + turn, spacing }));
  return { kind: 'lines', families: directions, color, opacity: opacity * mark.opacity, width };
}

/** Width and height of a pattern's cell: the mark, with `distance` of QGIS or `graphic-margin` of GeoServer (top, right, bottom, left). */
function readCell(symbolizer: Element, mark: Mark): { readonly width: number; readonly height: number; readonly told: boolean } {
  const numbers = (name: string): number[] =>
    (vendorOption(symbolizer, name) ?? '')
      .split(/[\s,]+/)
      .filter(part => part !== '')
      .map(part => numberIn(part, distances, name));
  const [width, height = width] = numbers('distance');
  const natural = { width: Math.max(1, mark.size), height: Math.max(1, mark.size / (mark.aspect ?? 1)) };
  if (width !== undefined && height !== undefined && width > 0 && height > 0) return { width, height, told: true };
  const margins = numbers('graphic-margin');
  const [top = 0, right = top, bottom = top, left = right] = margins;
  return { width: natural.width + left + right, height: natural.height + top + bottom, told: margins.length > 0 };
}

/** The marks of a Stroke with a GraphicStroke (SE 1.1 § 11.1.3), and how they stand along the line; null when there is none. */
export function readRow(
  stroke: Element,
  symbolizer: Element,
  note: Note,
): {
  readonly mark: Mark;
  readonly places: 'every' | 'first' | 'last' | 'middle' | 'vertices';
  readonly spacing: number;
  readonly start: number;
} | null {
  const along = styleChild(stroke, 'GraphicStroke');
  const graphic = along && styleChild(along, 'Graphic');
  if (!along || !graphic) return null;
  const mark = readGraphic(graphic, note);
  const dashes = new Parameters(stroke, note).numbers('stroke-dasharray', distances);
  const dashed = dashes.reduce((sum, length) => sum + length, 0);
  const gap = numberAt(along, 'Gap', distances, 0, note);
  const start = numberAt(along, 'InitialGap', distances, 0, note);
  const places = placements[vendorOption(symbolizer, 'placement') ?? ''] ?? 'every';
  return {
    mark,
    places,
    spacing: Math.max(1, gap > 0 ? gap : dashed > 0 ? dashed : mark.size),
    start: start > 0 || gap > 0 ? start : mark.size / 2,
  };
}

/** As QGIS writes them. */
const placements: Readonly<Record<string, 'first' | 'last' | 'middle' | 'vertices'>> = {
  firstPoint: 'first',
  lastPoint: 'last',
  centralPoint: 'middle',
  points: 'vertices',
};
