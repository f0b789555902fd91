// Lambert-93 for the map, and boxes in degrees brought to it.
import proj4 from 'proj4';
import { register } from 'ol/proj/proj4';
import { get, transformExtent } from 'ol/proj';
import type Projection from 'ol/proj/Projection';
import type { Extent } from 'ol/extent';
import type { Box } from './capabilities';

export const lambert93 = 'EPSG:2154';

/** Pixel of WMS 1.3.0 § 7.2.4.6.9, in metres. */
const pixelMetres = 0.00028;

/** Hauts-de-Seine in Lambert-93. */
export const territory: Extent = [636500, 6847500, 652500, 6873500];

/** Makes EPSG:2154 known to the map. */
export function registerLambert93(): Projection {
  proj4.defs(
    lambert93,
    '+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs +type=crs',
  );
  register(proj4);
  const projection = get(lambert93);
  if (!projection) throw new Error('EPSG:2154 is not registered');
  projection.setExtent([0, 6000000, 1300000, 7200000]);
  return projection;
}

/** A box in degrees as an extent of the map. */
export const toMap = (box: Box): Extent => transformExtent([...box], 'EPSG:4326', lambert93, 8);

/** Scale denominator of a resolution in metres per pixel, and back. */
export const denominatorOf = (resolution: number): number => resolution / pixelMetres;
export const resolutionOf = (denominator: number): number => denominator * pixelMetres;
