// The axis-order table: every place where a protocol writes coordinates beside the name of a reference system, and what that name means there
// for their order. parseCrs (core/model/crs.ts) turns the rule and the written form into `flip`; inside the server everything is x,y.
import { crsOf, type AxisRule } from '../../core/model/crs';
import type { CoordinateRules } from '../../core/filter/gml-read';

/**
 * - `xy`: east,north whatever is written;
 * - `form`: the short form (`EPSG:n`, `…/gml/srs/epsg.xml#n`) is east,north, URN and URI are in the order of the CRS;
 * - `crs-order`: always the order of the CRS. CRS84 is longitude,latitude everywhere.
 */
export const axisRules = {
  /** Boxes, filters and GML, although clients write URNs there too. */
  'WFS 1.0.0': 'xy',
  /** OGC 04-094 § 7.3 leaves it to the name; so do GeoServer, QGIS and GDAL. */
  'WFS 1.1.0': 'form',
  /** OGC 09-025 § 7.9.2.4.4 with the same reading of names. */
  'WFS 2.0.0': 'form',
  /** OGC 01-068r3 § 6.5.5. */
  'WMS 1.1.1': 'xy',
  /** OGC 06-042 § 6.7.2. */
  'WMS 1.3.0': 'crs-order',
  'CSW 2.0.2': 'form',
  /** OGC 07-057 table 11: TopLeftCorner in the order of SupportedCRS. */
  'WMTS 1.0.0': 'crs-order',
  /** OGC 18-058 § 6: `crs` and `bbox-crs`, also inside GeoJSON. */
  'OGC API': 'crs-order',
  /** GeoJSON of WFS, CSV, Shapefile, GeoPackage, FlatGeobuf, KML, DXF. */
  file: 'xy',
} as const satisfies Readonly<Record<string, AxisRule>>;

/**
 * How coordinates of a request about data in `srid` are read. Those that name no CRS are in that of the data, in the order of the name under which
 * the service advertises it: the URN's, but where everything is x,y.
 */
export function coordinatesOf(rule: AxisRule, srid: number): CoordinateRules {
  return { rule, defaultSrid: srid, defaultFlip: rule !== 'xy' && crsOf(srid).northFirst };
}
