// The two projections of the map, Lambert-93 and Web Mercator; scales, and places written in them.
import proj4 from 'proj4';
import { register } from 'ol/proj/proj4';
import { get, getPointResolution, transform, transformExtent } from 'ol/proj';
import type Projection from 'ol/proj/Projection';
import type { Coordinate } from 'ol/coordinate';
import type { Extent } from 'ol/extent';
import type { Box } from './capabilities';
import { decimalPlaces, wholeNumber } from './words';

export const lambert93 = 'EPSG:2154';
export const webMercator = 'EPSG:3857';
export const degrees = 'EPSG:4326';

export type MapCrs = typeof lambert93 | typeof webMercator;
export const isMapCrs = (code: string): code is MapCrs => code === lambert93 || code === webMercator;

/** Pixel of WMS 1.3.0 § 7.2.4.6.9, in metres. */
const pixelMetres = 0.00028;

/** Hauts-de-Seine in Lambert-93. */
const territory: Extent = [636500, 6847500, 652500, 6873500];

/** Makes EPSG:2154 known to the map. */
export function registerLambert93(): void {
  proj4.defs(
    lambert93,
    '+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs +type=crs',
  );
  register(proj4);
  projectionOf(lambert93).setExtent([0, 6000000, 1300000, 7200000]);
}

export function projectionOf(code: MapCrs): Projection {
  const projection = get(code);
  if (!projection) throw new Error(`${code} is not registered`);
  return projection;
}

/** The territory in the map's projection. */
export const territoryIn = (code: MapCrs): Extent => transformExtent(territory, lambert93, code, 8);

/** A box in degrees as an extent of the map. */
export const toMap = (box: Box, code: MapCrs): Extent => transformExtent([...box], degrees, code, 8);

/** Longitude and latitude of a place on the map, and back. */
export const toDegrees = (at: Coordinate, code: MapCrs): Coordinate => transform(at, code, degrees);
export const fromDegrees = (at: Coordinate, code: MapCrs): Coordinate => transform(at, degrees, code);

/** Scale denominator of a resolution in units per pixel, and back. */
export const denominatorOf = (resolution: number): number => resolution / pixelMetres;
export const resolutionOf = (denominator: number): number => denominator * pixelMetres;

/** Metres on the ground that one pixel covers: Web Mercator stretches them. */
export const groundResolution = (code: MapCrs, resolution: number, at: Coordinate): number =>
  getPointResolution(projectionOf(code), resolution, at);

/** The resolution in another projection that shows the same piece of ground, around a place given in the first. */
export function sameGround(resolution: number, at: Coordinate, from: MapCrs, to: MapCrs): number {
  const ground = groundResolution(from, resolution, at);
  return ground / groundResolution(to, 1, transform(at, from, to));
}

/** `X 648 123 · Y 6 862 345 · 48,89012° N 2,20311° E`. */
export function placeInWords(at: Coordinate, code: MapCrs): string {
  const [x = 0, y = 0] = at;
  const [lon = 0, lat = 0] = toDegrees(at, code);
  const side = (value: number, positive: string, negative: string): string =>
    `${decimalPlaces(Math.abs(value), 5)}° ${value < 0 ? negative : positive}`;
  return `X ${wholeNumber(x)} · Y ${wholeNumber(y)} · ${side(lat, 'N', 'S')} ${side(lon, 'E', 'O')}`;
}
