// Fills and strokes of style documents, SE 1.1 § 11.1.3 and § 11.2.2.
import { Fault } from '../../core/model/fault';
import { ns } from '../../core/xml/names';
import type { Element } from '../../core/xml/read';
import { Parameters, styleChild } from './parameters';
import type { Bounds, Note } from './parameters';
import type { Fill, Stroke } from './style';

export const unit: Bounds = { min: 0, max: 1 };
export const angles: Bounds = { min: -3600, max: 3600 };
export const shifts: Bounds = { min: -1000, max: 1000 };
const widths: Bounds = { min: 0, max: 100 };
const mostDashes = 32;

/** SE 1.1 § 11.2.2: grey at half strength unless told. */
export function readFill(element: Element, note: Note, color = 0x808080): Fill {
  const parameters = new Parameters(element, note);
  return { color: parameters.color('fill', color), opacity: parameters.number('fill-opacity', unit, 1) };
}

/** What QGIS writes for its dashed, dotted and mixed lines: lengths in widths of the line, where SE 1.1 means pixels. */
const penStyles: ReadonlySet<string> = new Set(['4 2', '1 2', '4 2 1 2', '4 2 1 2 1 2']);

/** A stroke without marks; a GraphicFill of its own is a colour here. */
export function readPlainStroke(element: Element, note: Note): Stroke {
  if (styleChild(element, 'GraphicFill')) note('GraphicFill : un trait est dessiné en couleur, sans trame');
  const parameters = new Parameters(element, note);
  const width = parameters.number('stroke-width', widths, 1);
  const written = parameters.numbers('stroke-dasharray', { min: 0, max: 1000 });
  const dashes =
    element.namespace === ns.se && penStyles.has(written.join(' ')) ? written.map(length => length * Math.max(1, width)) : written;
  if (dashes.length > mostDashes)
    throw new Fault('too-large', 'stroke-dasharray', {
      en: `stroke-dasharray has more than ${mostDashes} lengths`,
      fr: `stroke-dasharray a plus de ${mostDashes} longueurs`,
    });
  return {
    color: parameters.color('stroke', 0),
    opacity: parameters.number('stroke-opacity', unit, 1),
    width,
    join: parameters.word('stroke-linejoin', { mitre: 'mitre', miter: 'mitre', round: 'round', bevel: 'bevel' }, 'mitre'),
    cap: parameters.word('stroke-linecap', { butt: 'butt', round: 'round', square: 'square' }, 'butt'),
    dashes: dashes.reduce((sum, length) => sum + length, 0) > 0 ? dashes : [],
    dashOffset: parameters.number('stroke-dashoffset', shifts, 0),
  };
}
