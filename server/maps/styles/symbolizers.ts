// Symbolizers of SE 1.1 (§ 11) and SLD 1.0 (§ 12) → those of the style tree. What cannot be drawn as it is written is refused by name.
import { Fault } from '../../core/model/fault';
import { ns } from '../../core/xml/names';
import type { Element } from '../../core/xml/read';
import { numberAt, numberIn, Parameters, styleChild, styleText } from './parameters';
import type { Bounds } from './parameters';
import { markShapes } from './style';
import type { Fill, Label, LabelPart, Mark, MarkShape, Placement, Stroke, Symbolizer } from './style';

const unit: Bounds = { min: 0, max: 1 };
const widths: Bounds = { min: 0, max: 100 };
const sizes: Bounds = { min: 0, max: 256 };
const angles: Bounds = { min: -3600, max: 3600 };
const shifts: Bounds = { min: -1000, max: 1000 };
const mostDashes = 32;

const pixelUnits: ReadonlySet<string> = new Set(['http://www.opengeospatial.org/se/units/pixel', 'pixel', '']);

/** Reads a symbolizer; null for an element that is none. Faults: unsupported, invalid-value. */
export function readSymbolizer(element: Element): Symbolizer | null {
  switch (element.name) {
    case 'PolygonSymbolizer': {
      inPixels(element);
      noOffset(element);
      const fill = styleChild(element, 'Fill');
      const stroke = styleChild(element, 'Stroke');
      return { kind: 'polygon', fill: fill ? readFill(fill) : null, stroke: stroke ? readStroke(stroke) : null };
    }
    case 'LineSymbolizer': {
      inPixels(element);
      noOffset(element);
      const stroke = styleChild(element, 'Stroke');
      return { kind: 'line', stroke: stroke ? readStroke(stroke) : defaultStroke };
    }
    case 'PointSymbolizer': {
      inPixels(element);
      const graphic = styleChild(element, 'Graphic');
      return { kind: 'point', mark: graphic ? readGraphic(graphic) : { ...defaultMark, size: 6, rotation: 0, opacity: 1 } };
    }
    case 'TextSymbolizer': {
      inPixels(element);
      const label = readLabel(element);
      return label && { kind: 'text', label };
    }
    case 'RasterSymbolizer':
      throw new Fault('unsupported', 'RasterSymbolizer', 'RasterSymbolizer cannot be used on features');
    default:
      return null;
  }
}

/** Lengths are pixels: in ground units a line would change its width with the scale. */
function inPixels(element: Element): void {
  const uom = element.attribute('uom') ?? '';
  if (!pixelUnits.has(uom))
    throw new Fault('unsupported', 'uom', `uom "${uom.slice(0, 80)}" is not supported: lengths are given in pixels`);
}

function noOffset(element: Element): void {
  if (numberAt(element, 'PerpendicularOffset', shifts, 0) !== 0)
    throw new Fault('unsupported', 'PerpendicularOffset', 'PerpendicularOffset is not supported');
  const displacement = styleChild(element, 'Displacement');
  if (numberAt(displacement, 'DisplacementX', shifts, 0) !== 0 || numberAt(displacement, 'DisplacementY', shifts, 0) !== 0)
    throw new Fault('unsupported', 'Displacement', 'Displacement is supported in labels only');
}

/** SE 1.1 § 11.2.2: grey at half strength unless told. */
export function readFill(element: Element, color = 0x808080): Fill {
  if (styleChild(element, 'GraphicFill'))
    throw new Fault(
      'unsupported',
      'GraphicFill',
      'GraphicFill (a hatched or dotted fill) is not supported: give the Fill a colour by fill and fill-opacity',
    );
  const parameters = new Parameters(element);
  return { color: parameters.color('fill', color), opacity: parameters.number('fill-opacity', unit, 1) };
}

const defaultStroke: Stroke = { color: 0, opacity: 1, width: 1, join: 'mitre', cap: 'butt', dashes: [], dashOffset: 0 };

/** SE 1.1 § 11.1.3. */
export function readStroke(element: Element): Stroke {
  for (const name of ['GraphicStroke', 'GraphicFill'])
    if (styleChild(element, name)) throw new Fault('unsupported', name, `${name} is not supported`);
  const parameters = new Parameters(element);
  const dashes = (parameters.text('stroke-dasharray') ?? '')
    .split(/[\s,]+/)
    .filter(part => part !== '' && part !== 'none')
    .map(part => numberIn(part, { min: 0, max: 1000 }, 'stroke-dasharray'));
  if (dashes.length > mostDashes) throw new Fault('too-large', 'stroke-dasharray', `stroke-dasharray has more than ${mostDashes} lengths`);
  return {
    color: parameters.color('stroke', defaultStroke.color),
    opacity: parameters.number('stroke-opacity', unit, 1),
    width: parameters.number('stroke-width', widths, 1),
    join: parameters.word('stroke-linejoin', { mitre: 'mitre', miter: 'mitre', round: 'round', bevel: 'bevel' }, 'mitre'),
    cap: parameters.word('stroke-linecap', { butt: 'butt', round: 'round', square: 'square' }, 'butt'),
    dashes: dashes.reduce((sum, length) => sum + length, 0) > 0 ? dashes : [],
    dashOffset: parameters.number('stroke-dashoffset', shifts, 0),
  };
}

const defaultMark: Pick<Mark, 'shape' | 'fill' | 'stroke'> = {
  shape: 'square',
  fill: { color: 0x808080, opacity: 1 },
  stroke: defaultStroke,
};

/** SE 1.1 § 11.3.2: the first mark that can be drawn; pictures from elsewhere are never fetched. */
function readGraphic(element: Element): Mark {
  const mark = styleChild(element, 'Mark');
  if (!mark && styleChild(element, 'ExternalGraphic'))
    throw new Fault('unsupported', 'ExternalGraphic', 'ExternalGraphic is not supported: name a Mark');
  return {
    ...(mark ? readMark(mark) : defaultMark),
    size: numberAt(element, 'Size', sizes, 6),
    rotation: numberAt(element, 'Rotation', angles, 0),
    opacity: numberAt(element, 'Opacity', unit, 1),
  };
}

function readMark(element: Element): Pick<Mark, 'shape' | 'fill' | 'stroke'> {
  const fill = styleChild(element, 'Fill');
  const stroke = styleChild(element, 'Stroke');
  const name = styleText(element, 'WellKnownName') || 'square';
  if (!isShape(name))
    throw new Fault(
      'unsupported',
      'WellKnownName',
      `mark "${name.slice(0, 40)}" is not supported, expected one of ${markShapes.join(', ')}`,
    );
  const bare = !fill && !stroke;
  return {
    shape: name,
    fill: fill ? readFill(fill) : bare ? defaultMark.fill : null,
    stroke: stroke ? readStroke(stroke) : bare ? defaultMark.stroke : null,
  };
}

const isShape = (name: string): name is MarkShape => (markShapes as readonly string[]).includes(name);

/** SE 1.1 § 11.4; null when it has no label to show. */
function readLabel(element: Element): Label | null {
  const written = styleChild(element, 'Label');
  if (!written) return null;
  const font = new Parameters(styleChild(element, 'Font'));
  const weight = font.text('font-weight') ?? 'normal';
  const halo = styleChild(element, 'Halo');
  const haloFill = halo && styleChild(halo, 'Fill');
  const fill = styleChild(element, 'Fill');
  const parts = readParts(written);
  if (parts.length === 0) return null;
  return {
    parts,
    families: font
      .all('font-family')
      .flatMap(list => list.split(','))
      .map(name => name.trim().replace(/^['"]|['"]$/g, ''))
      .slice(0, 8),
    size: font.number('font-size', { min: 1, max: 100 }, 10),
    bold: weight === 'bold' || weight === 'bolder' || Number(weight) >= 600,
    italic: font.word('font-style', { normal: 'upright', italic: 'slanted', oblique: 'slanted' }, 'upright') === 'slanted',
    fill: fill ? readFill(fill, 0) : { color: 0, opacity: 1 },
    halo: halo
      ? {
          radius: numberAt(halo, 'Radius', { min: 0, max: 20 }, 1),
          fill: haloFill ? readFill(haloFill, 0xffffff) : { color: 0xffffff, opacity: 1 },
        }
      : null,
    placement: readPlacement(styleChild(element, 'LabelPlacement')),
  };
}

function readParts(element: Element): LabelPart[] {
  const own = element.text.trim();
  if (element.children.length === 0) return own === '' ? [] : [{ text: own }];
  if (own !== '') throw new Fault('unsupported', 'Label', 'text between the elements of a Label must be written as ogc:Literal');
  return element.children.map(child => {
    if (child.is('PropertyName', ns.ogc)) return { property: child.qname(child.text).local };
    if (child.is('Literal', ns.ogc)) return { text: child.text };
    throw new Fault('unsupported', 'Label', `${child.name} is not supported in a Label`);
  });
}

function readPlacement(element: Element | undefined): Placement {
  const line = element && styleChild(element, 'LinePlacement');
  if (line) return { kind: 'line', offset: numberAt(line, 'PerpendicularOffset', shifts, 0) };
  const point = element && styleChild(element, 'PointPlacement');
  const anchor = point && styleChild(point, 'AnchorPoint');
  const displacement = point && styleChild(point, 'Displacement');
  // SE 1.1 § 11.4.4: 0, 0.5 where a placement is written; in the middle where none is
  return {
    kind: 'point',
    anchorX: numberAt(anchor, 'AnchorPointX', { min: -10, max: 10 }, point ? 0 : 0.5),
    anchorY: numberAt(anchor, 'AnchorPointY', { min: -10, max: 10 }, 0.5),
    displacementX: numberAt(displacement, 'DisplacementX', shifts, 0),
    displacementY: numberAt(displacement, 'DisplacementY', shifts, 0),
    rotation: numberAt(point, 'Rotation', angles, 0),
  };
}
