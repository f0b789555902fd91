// Symbolizers of SE 1.1 (§ 11) and SLD 1.0 (§ 12) → those of the style tree. What is drawn otherwise than it is written is told by a note, so that
// a style of an officer's QGIS is never refused for what it has beyond the standards; what is malformed is refused by name.
import { Fault } from '../../core/model/fault';
import { ns } from '../../core/xml/names';
import type { Element } from '../../core/xml/read';
import { plainMark, readGraphic, readHatch, readRow, vendorOption } from './graphics';
import { numberAt, Parameters, styleChild } from './parameters';
import type { Note } from './parameters';
import { readRaster } from './raster';
import type { Label, LabelPart, Placement, Stroke, Symbolizer } from './style';
import { angles, readFill, readPlainStroke, shifts } from './strokes';

const pixelUnits: ReadonlySet<string> = new Set(['http://www.opengeospatial.org/se/units/pixel', 'pixel', '']);
/** Metres of the units on the ground. */
const groundUnits: Readonly<Record<string, number>> = {
  'http://www.opengeospatial.org/se/units/metre': 1,
  metre: 1,
  'http://www.opengeospatial.org/se/units/foot': 0.3048,
  foot: 0.3048,
};

/** What a style is drawn on. */
export type Subject = 'features' | 'coverage';

/** Reads a symbolizer; none for an element that is none. Faults: unsupported (what the subject has no use for), invalid-value, too-large. */
export function readSymbolizers(element: Element, subject: Subject, note: Note): readonly Symbolizer[] {
  if (subject === 'coverage' && /^(?:Point|Line|Polygon|Text)Symbolizer$/.test(element.name))
    throw new Fault('unsupported', element.name, {
      en: `${element.name} cannot be used on a raster`,
      fr: `${element.name} ne s’applique pas à un raster`,
    });
  const measured = /^(?:Point|Line|Polygon|Text)Symbolizer$/.test(element.name) ? unitsOf(element, note) : {};
  return readKind(element, subject, note).map(symbolizer => ({ ...symbolizer, ...measured }));
}

function readKind(element: Element, subject: Subject, note: Note): Symbolizer[] {
  switch (element.name) {
    case 'PolygonSymbolizer': {
      if (isMoved(element, note)) note('Displacement : les surfaces sont dessinées à leur place');
      const fill = styleChild(element, 'Fill');
      const stroke = styleChild(element, 'Stroke');
      const hatch = fill ? readHatch(fill, element, note) : null;
      const offset = offsetOf(element, note);
      const row = stroke ? readRow(stroke, element, note) : null;
      const line = stroke && !row ? readPlainStroke(stroke, note) : null;
      const area: Symbolizer = {
        kind: 'polygon',
        // beside a pattern, a colour only where one is told
        fill: fill && !(hatch && new Parameters(fill, note).text('fill') === undefined) ? readFill(fill, note) : null,
        stroke: offset === 0 ? line : null,
        ...(hatch ? { hatch } : {}),
      };
      return [area, ...(line && offset !== 0 ? [lineOf(line, offset)] : []), ...(row ? [{ kind: 'row', ...row, offset } as const] : [])];
    }
    case 'LineSymbolizer': {
      const stroke = styleChild(element, 'Stroke');
      const offset = offsetOf(element, note);
      const row = stroke ? readRow(stroke, element, note) : null;
      if (row) return [{ kind: 'row', ...row, offset }];
      return [lineOf(stroke ? readPlainStroke(stroke, note) : defaultStroke, offset)];
    }
    case 'PointSymbolizer': {
      const graphic = styleChild(element, 'Graphic');
      return [{ kind: 'point', mark: graphic ? readGraphic(graphic, note) : plainMark }];
    }
    case 'TextSymbolizer': {
      const label = readLabel(element, note);
      return label ? [{ kind: 'text', label }] : [];
    }
    case 'RasterSymbolizer':
      if (subject === 'features')
        throw new Fault('unsupported', 'RasterSymbolizer', {
          en: 'RasterSymbolizer cannot be used on features',
          fr: 'RasterSymbolizer ne s’applique pas à des objets',
        });
      return [{ kind: 'raster', raster: readRaster(element) }];
    default:
      return [];
  }
}

/**
 * To the right of a line, into a polygon. SE 1.1 § 11.1.4 counts to the left and outwards, and so does GeoServer in SLD 1.0; QGIS, which is what
 * writes SE 1.1, counts the other way: its files are drawn as it draws them.
 */
function offsetOf(element: Element, note: Note): number {
  const offset = numberAt(element, 'PerpendicularOffset', shifts, 0, note);
  return element.namespace === ns.se || offset === 0 ? offset : -offset;
}

const lineOf = (stroke: Stroke, offset: number): Symbolizer => ({ kind: 'line', stroke, ...(offset === 0 ? {} : { offset }) });

function unitsOf(element: Element, note: Note): { readonly ground?: number } {
  const uom = element.attribute('uom') ?? '';
  if (pixelUnits.has(uom)) return {};
  const ground = Object.hasOwn(groundUnits, uom) ? groundUnits[uom] : undefined;
  if (ground === undefined) {
    note(`uom : l'unité « ${uom.slice(0, 80)} » n'est pas connue, les longueurs sont des pixels`);
    return {};
  }
  return { ground };
}

function isMoved(element: Element, note: Note): boolean {
  const displacement = styleChild(element, 'Displacement');
  return ['DisplacementX', 'DisplacementY'].some(name => numberAt(displacement, name, shifts, 0, note) !== 0);
}

const defaultStroke: Stroke = { color: 0, opacity: 1, width: 1, join: 'mitre', cap: 'butt', dashes: [], dashOffset: 0 };

/** SE 1.1 § 11.4; null when it has no label to show. */
function readLabel(element: Element, note: Note): Label | null {
  const written = styleChild(element, 'Label');
  if (!written) return null;
  const font = new Parameters(styleChild(element, 'Font'), note);
  const weight = font.text('font-weight') ?? 'normal';
  const halo = styleChild(element, 'Halo');
  const haloFill = halo && styleChild(halo, 'Fill');
  const fill = styleChild(element, 'Fill');
  const parts = readParts(written, note);
  if (parts === null || parts.length === 0) return null;
  if (styleChild(element, 'Graphic')) note("TextSymbolizer : le fond des étiquettes (Graphic) n'est pas repris");
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
    fill: fill ? readFill(fill, note, 0) : { color: 0, opacity: 1 },
    halo: halo
      ? {
          radius: numberAt(halo, 'Radius', { min: 0, max: 20 }, 1, note),
          fill: haloFill ? readFill(haloFill, note, 0xffffff) : { color: 0xffffff, opacity: 1 },
        }
      : null,
    placement: readPlacement(element, note),
  };
}

/** What QGIS writes in place of an expression that it cannot export. */
const placeholder = 'Placeholder';

/** Functions that change the case of letters, as QGIS and GeoServer call them. */
const letterFunctions: Readonly<Record<string, 'upper' | 'lower'>> = {
  strToUpperCase: 'upper',
  upper: 'upper',
  strToLowerCase: 'lower',
  lower: 'lower',
};

/** The parts of a label; null, with a note, when it cannot be written as it is meant. */
function readParts(element: Element, note: Note): LabelPart[] | null {
  const own = element.text.trim();
  if (element.children.length === 0) {
    if (own !== placeholder) return own === '' ? [] : [{ text: own }];
    note("Label : QGIS n'a pas su écrire l'expression de cette étiquette dans le fichier, elle n'est pas dessinée");
    return null;
  }
  const parts: LabelPart[] = [];
  if (own !== '') parts.push({ text: own });
  for (const child of element.children) {
    const part = readPart(child);
    if (!part) {
      note(`Label : ${child.name} ${(child.attribute('name') ?? '').slice(0, 40)} n'est pas repris, l'étiquette n'est pas dessinée`);
      return null;
    }
    parts.push(...part);
  }
  return parts;
}

function readPart(child: Element): LabelPart[] | null {
  if (child.is('PropertyName', ns.ogc)) return [{ property: child.qname(child.text).local }];
  if (child.is('Literal', ns.ogc)) return [{ text: child.text }];
  if (!child.is('Function', ns.ogc)) return null;
  const name = child.attribute('name') ?? '';
  const inner = child.children.map(readPart);
  const parts = inner.flatMap(part => part ?? []);
  if (inner.includes(null)) return null;
  if (/^(?:str)?concat(?:enate)?$/i.test(name)) return parts;
  const letters = Object.hasOwn(letterFunctions, name) ? letterFunctions[name] : undefined;
  if (letters === undefined) return null;
  return parts.map(part =>
    'property' in part ? { ...part, letters } : { text: letters === 'upper' ? part.text.toUpperCase() : part.text.toLowerCase() },
  );
}

function readPlacement(symbolizer: Element, note: Note): Placement {
  const element = styleChild(symbolizer, 'LabelPlacement');
  const line = element && styleChild(element, 'LinePlacement');
  if (line) return { kind: 'line', offset: numberAt(line, 'PerpendicularOffset', shifts, 0, note) };
  const point = element && styleChild(element, 'PointPlacement');
  const anchor = point && styleChild(point, 'AnchorPoint');
  const displacement = point && styleChild(point, 'Displacement');
  // SE 1.1 § 11.4.4: 0, 0.5 where a placement is written; in the middle where none is
  return {
    kind: 'point',
    anchorX: numberAt(anchor, 'AnchorPointX', { min: -10, max: 10 }, point ? 0 : 0.5, note),
    anchorY: numberAt(anchor, 'AnchorPointY', { min: -10, max: 10 }, 0.5, note),
    displacementX: numberAt(displacement, 'DisplacementX', shifts, 0, note),
    displacementY: numberAt(displacement, 'DisplacementY', shifts, 0, note),
    rotation: numberAt(point, 'Rotation', angles, 0, note),
    // QGIS looks for a place around the point; it writes where it begins to look
    ...(point && !displacement && vendorOption(symbolizer, 'maxDisplacement') !== undefined ? { around: true as const } : {}),
  };
}
