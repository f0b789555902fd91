// RasterSymbolizer of SE 1.1 (§ 11.6) and SLD 1.0 (§ 11.6, with the `type` of its ColorMap that GeoServer brought in) → the style tree.
import { Fault } from '../../core/model/fault';
import type { Element } from '../../core/xml/read';
import { colorOf, constant, isStyle, numberAt, numberIn, styleChild, styleChildren, styleText } from './parameters';
import type { Bounds } from './parameters';
import type { Channels, ColorMap, ColorStop, RasterLook } from './raster-look';

const unit: Bounds = { min: 0, max: 1 };
const anyValue: Bounds = { min: -1e11, max: 1e11 };
const mostStops = 256;

/** Faults: unsupported, invalid-value, missing-parameter, too-large. */
export function readRaster(element: Element): RasterLook {
  for (const name of ['OverlapBehavior', 'ImageOutline'])
    if (styleChild(element, name)) throw new Fault('unsupported', name, { en: `${name} is not supported`, fr: `${name} n’est pas lu` });
  const channels = readChannels(element);
  const written = styleChild(element, 'ColorMap');
  const map = written ? readMap(written) : null;
  if (map && channels && 'red' in channels)
    throw new Fault('invalid-value', 'ColorMap', {
      en: 'a ColorMap colours one band: select it as GrayChannel',
      fr: 'une ColorMap colore une bande : choisissez-la par GrayChannel',
    });
  const enhancement = styleChild(element, 'ContrastEnhancement');
  if (enhancement?.children.some(child => isStyle(child, 'Histogram') || isStyle(child, 'GammaValue')) === true)
    throw new Fault(
      'unsupported',
      'ContrastEnhancement',
      'of ContrastEnhancement only Normalize is supported, which is how bands are drawn',
    );
  const shading = styleChild(element, 'ShadedRelief');
  return {
    opacity: numberAt(element, 'Opacity', unit, 1),
    channels,
    map,
    palette: null,
    stretch: [],
    alpha: null,
    relief: shading ? numberAt(shading, 'ReliefFactor', { min: 0, max: 100 }, 1) : null,
  };
}

function readChannels(element: Element): Channels | null {
  const selection = styleChild(element, 'ChannelSelection');
  if (!selection) return null;
  const band = (name: string): number | null => {
    const channel = styleChild(selection, name);
    if (!channel) return null;
    const source = styleText(channel, 'SourceChannelName') ?? '';
    const number = /^(?:band[ _]?)?(\d{1,2})$/i.exec(source)?.[1];
    if (number === undefined || Number(number) === 0)
      throw new Fault(
        'invalid-value',
        'SourceChannelName',
        `SourceChannelName is "${source.slice(0, 40)}", expected the number of a band, from 1`,
      );
    return Number(number);
  };
  const grey = band('GrayChannel');
  if (grey !== null) return { grey };
  const [red, green, blue] = [band('RedChannel'), band('GreenChannel'), band('BlueChannel')];
  if (red === null || green === null || blue === null)
    throw new Fault(
      'missing-parameter',
      'ChannelSelection',
      'ChannelSelection needs a GrayChannel, or all of RedChannel, GreenChannel and BlueChannel',
    );
  return { red, green, blue };
}

/** Entries of SLD 1.0, or one of the functions of SE 1.1. */
function readMap(element: Element): ColorMap {
  const categorize = styleChild(element, 'Categorize');
  const interpolate = styleChild(element, 'Interpolate');
  const map = categorize ? readCategories(categorize) : interpolate ? readInterpolation(interpolate) : readEntries(element);
  if (map.stops.length === 0)
    throw new Fault('missing-parameter', 'ColorMap', { en: 'the ColorMap has no colours', fr: 'la ColorMap n’a pas de couleurs' });
  if (map.stops.length > mostStops)
    throw new Fault('too-large', 'ColorMap', {
      en: `a ColorMap has at most ${mostStops} colours`,
      fr: `une ColorMap a au plus ${mostStops} couleurs`,
    });
  const values = map.stops.map(stop => stop.value);
  if (values.some((value, i) => i > 0 && !(value > (values[i - 1] ?? -Infinity))))
    throw new Fault('invalid-value', 'ColorMap', {
      en: 'the values of a ColorMap must grow from one to the next',
      fr: 'les valeurs d’une ColorMap croissent de l’une à l’autre',
    });
  return map;
}

function readEntries(element: Element): ColorMap {
  const kinds = { ramp: 'ramp', intervals: 'intervals', values: 'values' } as const;
  const written = element.attribute('type') ?? 'ramp';
  const kind = written === 'ramp' || written === 'intervals' || written === 'values' ? kinds[written] : null;
  if (kind === null)
    throw new Fault('invalid-value', 'type', `the type of the ColorMap is "${written.slice(0, 40)}", expected ramp, intervals or values`);
  const stops = styleChildren(element, 'ColorMapEntry').map((entry): ColorStop => {
    const quantity = entry.attribute('quantity');
    const color = entry.attribute('color');
    if (quantity === undefined || color === undefined)
      throw new Fault('missing-parameter', 'ColorMapEntry', {
        en: 'a ColorMapEntry needs a quantity and a color',
        fr: 'une ColorMapEntry a besoin de quantity et de color',
      });
    const opacity = entry.attribute('opacity');
    return {
      value: numberIn(quantity, anyValue, 'quantity'),
      color: colorOf(color, 'color'),
      opacity: opacity === undefined ? 1 : numberIn(opacity, unit, 'opacity'),
      label: entry.attribute('label') || null,
    };
  });
  return { kind, stops };
}

/** SE 1.1 § 11.6.2: a value, then a threshold and the value from there on, in turn. */
function readCategories(element: Element): ColorMap {
  const parts = element.children.filter(child => isStyle(child, 'Value') || isStyle(child, 'Threshold'));
  const stops: ColorStop[] = [];
  let color: number | null = null;
  for (const part of parts) {
    if (part.name === 'Value') color = colorOf(constant(part), 'Value');
    else if (color === null)
      throw new Fault('invalid-value', 'Categorize', {
        en: 'a Threshold stands between two Values',
        fr: 'un Threshold est entre deux Value',
      });
    else {
      stops.push({ value: numberIn(constant(part), anyValue, 'Threshold'), color, opacity: 1, label: null });
      color = null;
    }
  }
  if (color === null)
    throw new Fault('missing-parameter', 'Value', { en: 'a Categorize ends with a Value', fr: 'un Categorize finit par une Value' });
  return { kind: 'intervals', stops: [...stops, { value: Infinity, color, opacity: 1, label: null }] };
}

function readInterpolation(element: Element): ColorMap {
  const mode = element.attribute('mode') ?? 'linear';
  if (mode !== 'linear') throw new Fault('unsupported', 'mode', `interpolation "${mode.slice(0, 40)}" is not supported, only linear`);
  const stops = styleChildren(element, 'InterpolationPoint').map((point): ColorStop => {
    const data = styleChild(point, 'Data');
    const value = styleChild(point, 'Value');
    if (!data || !value) throw new Fault('missing-parameter', 'InterpolationPoint', 'an InterpolationPoint needs Data and Value');
    return { value: numberIn(constant(data), anyValue, 'Data'), color: colorOf(constant(value), 'Value'), opacity: 1, label: null };
  });
  return { kind: 'ramp', stops };
}
