// Coordinate reference systems of Features Part 2: URIs, coordinates always in the order of the CRS, CRS84 where nothing is said.
import { crsList, crsOf, parseCrs, uriName, type CrsRef } from '../../core/model/crs';
import { Fault } from '../../core/model/fault';
import type { FeatureType } from '../../core/model/feature-type';
import type { CoordinateRules } from '../../core/filter/gml-read';
import { axisRules } from '../ows/axis';

export const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

/** Every CRS of every collection with geometry, the default first (§ 6.2). */
export const crsUris: readonly string[] = [crs84, ...crsList.map(uriName)];

/** The CRS in which the data are kept: x,y in degrees are CRS84. */
export const storageCrs = (srid: number): string => (srid === 4326 ? crs84 : uriName(crsOf(srid)));

/** The URI of a reference, for the header Content-Crs. */
export const crsUri = (ref: CrsRef): string => (ref.form === 'crs84' ? crs84 : uriName(ref.crs));

/** A parameter that names a CRS by URI, safe CURIE (`[EPSG:2154]`) or any spelling we know; CRS84 when absent. Fault invalid-crs at the parameter. */
export function readCrs(text: string | undefined, locator: string): CrsRef {
  if (text?.trim() === '') throw new Fault('invalid-crs', locator, `${locator} is empty`);
  return parseCrs((text ?? crs84).trim().replace(/^\[(.+)\]$/, '$1'), axisRules['OGC API'], locator);
}

/** How coordinates of a parameter are read whose CRS is that. */
export const rulesOf = (ref: CrsRef): CoordinateRules => ({ rule: axisRules['OGC API'], defaultSrid: ref.crs.code, defaultFlip: ref.flip });

/** What a type without geometry has no use for. */
export const crsMembers = (type: FeatureType): object =>
  type.geometry === null ? {} : { crs: crsUris, storageCrs: storageCrs(type.geometry.srid) };
