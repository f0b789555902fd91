// The axis-order table as the tests hold it, in words of its own: what each reference system puts first (PROJ's answer is asked too, where GDAL is
// there), one place in each, and what every surface makes of every way of writing the name.
import type { axisRules } from '../../server/services/ows/axis';

export interface Place {
  readonly code: number;
  /** First axis is northing or latitude. */
  readonly northFirst: boolean;
  /** Longitude 2.25, latitude 48.8 in this system, x,y, by PROJ. */
  readonly at: readonly [number, number];
  /** Half the side of a box around it. */
  readonly reach: number;
}

export const places: readonly Place[] = [
  { code: 2154, northFirst: false, at: [644910.745, 6855808.436], reach: 10 },
  { code: 3949, northFirst: false, at: [1644907.024, 8178032.439], reach: 10 },
  { code: 9794, northFirst: false, at: [644910.745, 6855808.436], reach: 10 },
  { code: 3857, northFirst: false, at: [250468.854, 6240993.463], reach: 10 },
  { code: 3035, northFirst: true, at: [3752669.433, 2884003.641], reach: 10 },
  { code: 4326, northFirst: true, at: [2.25, 48.8], reach: 0.001 },
  { code: 4258, northFirst: true, at: [2.25, 48.8], reach: 0.001 },
  { code: 4171, northFirst: true, at: [2.25, 48.8], reach: 0.001 },
];

/** Longitude first, whatever the surface. */
export const crs84: Place = { code: 4326, northFirst: false, at: [2.25, 48.8], reach: 0.001 };

export interface Form {
  readonly form: string;
  readonly name: (code: number) => string;
  /** The name itself says « in the order of the system ». */
  readonly full: boolean;
}

export const forms: readonly Form[] = [
  { form: 'short', name: code => `EPSG:${code}`, full: false },
  { form: 'GML 2', name: code => `http://www.opengis.net/gml/srs/epsg.xml#${code}`, full: false },
  { form: 'URN', name: code => `urn:ogc:def:crs:EPSG::${code}`, full: true },
  { form: 'URN with version', name: code => `urn:x-ogc:def:crs:EPSG:6.9:${code}`, full: true },
  { form: 'URI', name: code => `http://www.opengis.net/def/crs/EPSG/0/${code}`, full: true },
];

export const crs84Names = ['CRS:84', 'urn:ogc:def:crs:OGC:1.3:CRS84', 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'] as const;

export type Surface = keyof typeof axisRules;

/** Whether a surface writes the order of the system under a short and under a full name. */
const orders: Readonly<Record<Surface, readonly [short: boolean, full: boolean]>> = {
  'WFS 1.0.0': [false, false],
  'WFS 1.1.0': [false, true],
  'WFS 2.0.0': [false, true],
  'WMS 1.1.1': [false, false],
  'WMS 1.3.0': [true, true],
  'CSW 2.0.2': [false, true],
  'WMTS 1.0.0': [true, true],
  'OGC API': [true, true],
  file: [false, false],
};

export const surfaces = Object.keys(orders) as readonly Surface[];

/** Whether y stands before x. */
export const turned = (surface: Surface, form: Pick<Form, 'full'>, { northFirst }: Place): boolean =>
  northFirst && orders[surface][form.full ? 1 : 0];

/** minx,miny,maxx,maxy around the place, as the surface writes it. */
export function boxOf({ at: [x, y], reach }: Place, yFirst: boolean): readonly [number, number, number, number] {
  return yFirst ? [y - reach, x - reach, y + reach, x + reach] : [x - reach, y - reach, x + reach, y + reach];
}
