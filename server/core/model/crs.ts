// Coordinate reference systems and the only truth on axis order. Storage and core are x,y; `flip` says that a document writes north,east.
// wfs.md § 10: flip = north-first CRS and (URN or URI form, or the protocol's version says CRS order whatever the form).
import proj4 from 'proj4';
import { Fault } from './fault';
import type { Envelope } from './geometry';

export interface Crs {
  /** EPSG code; CRS84 is 4326 read with form `crs84`. */
  readonly code: number;
  readonly name: string;
  /** First axis of the EPSG definition is northing or latitude. */
  readonly northFirst: boolean;
  readonly geographic: boolean;
  /** Decimals that keep about a millimetre (metres) or a centimetre (degrees). */
  readonly decimals: number;
  /** Area of use, lon,lat. */
  readonly area: Envelope;
  readonly proj4: string;
}

/** How a reference was written. */
export type CrsForm = 'short' | 'urn' | 'uri' | 'crs84';

export interface CrsRef {
  readonly crs: Crs;
  readonly form: CrsForm;
  /** The document writes north,east. */
  readonly flip: boolean;
  /** As it was written, to be echoed in srsName. */
  readonly text: string;
}

/** When the written form decides on the order (WFS 1.1, 2.0, CSW), when order is always that of the CRS (WMS 1.3.0, OGC API), or always x,y (WFS 1.0, WMS 1.1.1). */
export type AxisRule = 'form' | 'crs-order' | 'xy';

const france: Envelope = { minX: -9.86, minY: 41.15, maxX: 10.38, maxY: 51.56 };
const europe: Envelope = { minX: -35.58, minY: 24.6, maxX: 44.83, maxY: 84.73 };
const world: Envelope = { minX: -180, minY: -90, maxX: 180, maxY: 90 };
const grs80 = '+ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs';

const table: readonly Crs[] = [
  projected(2154, 'RGF93 v1 / Lambert-93', lambert(49, 44, 46.5, 700000, 6600000)),
  projected(9794, 'RGF93 v2b / Lambert-93', lambert(49, 44, 46.5, 700000, 6600000)),
  ...zones(3942, 'RGF93 v1 / CC'),
  ...zones(9842, 'RGF93 v2b / CC'),
  {
    ...projected(
      3857,
      'WGS 84 / Pseudo-Mercator',
      '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs',
    ),
    area: { ...world, minY: -85.06, maxY: 85.06 },
  },
  {
    ...projected(3035, 'ETRS89-extended / LAEA Europe', `+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 ${grs80}`),
    northFirst: true,
    area: europe,
  },
  geographic(4326, 'WGS 84', '+proj=longlat +datum=WGS84 +no_defs', world),
  geographic(4258, 'ETRS89', '+proj=longlat +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +no_defs', europe),
  geographic(4171, 'RGF93 v1', '+proj=longlat +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +no_defs', france),
];

function lambert(lat1: number, lat2: number, lat0: number, x0: number, y0: number): string {
  return `+proj=lcc +lat_0=${lat0} +lon_0=3 +lat_1=${lat1} +lat_2=${lat2} +x_0=${x0} +y_0=${y0} ${grs80}`;
}
function projected(code: number, name: string, definition: string): Crs {
  return { code, name, northFirst: false, geographic: false, decimals: 3, area: france, proj4: definition };
}
function geographic(code: number, name: string, definition: string, area: Envelope): Crs {
  return { code, name, northFirst: true, geographic: true, decimals: 8, area, proj4: definition };
}
function zones(first: number, name: string): Crs[] {
  return Array.from({ length: 9 }, (_, i) => {
    const lat = 42 + i;
    return projected(first + i, `${name}${lat}`, lambert(lat - 0.75, lat + 0.75, lat, 1700000, 1200000 + i * 1000000));
  });
}

const byCode = new Map(table.map(crs => [crs.code, crs]));

/** Every CRS the server speaks, in the order they are advertised. */
export const crsList: readonly Crs[] = table;

export function crsByCode(code: number): Crs | undefined {
  return byCode.get(code);
}

/** The CRS of a code we store or advertise; throws on any other (a defect, not a request's fault). */
export function crsOf(code: number): Crs {
  const crs = byCode.get(code);
  if (!crs) throw new Error(`EPSG:${code} is not in the table of CRSs`);
  return crs;
}

export const shortName = (crs: Crs): string => `EPSG:${crs.code}`;
export const urnName = (crs: Crs): string => `urn:ogc:def:crs:EPSG::${crs.code}`;
export const uriName = (crs: Crs): string => `http://www.opengis.net/def/crs/EPSG/0/${crs.code}`;

const crs84 =
  /^(?:CRS:84|OGC:CRS84|urn:(?:x-)?ogc:def:crs:(?:OGC:(?:[\d.]*:)?CRS84|OGC:[\d.]*:84)|https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/(?:1\.3|0)\/CRS84)$/i;
const short = /^(?:EPSG:|https?:\/\/www\.opengis\.net\/gml\/srs\/epsg\.xml#)(\d{1,6})$/i;
const urn = /^urn:(?:x-)?ogc:def:crs:EPSG:[\d.]*:(\d{1,6})$/i;
const uri = /^https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[\d.]+\/(\d{1,6})$/i;

/** Reads any spelling of a CRS; fault invalid-crs at `locator` for one we do not speak. */
export function parseCrs(text: string, rule: AxisRule, locator: string): CrsRef {
  const written = text.trim();
  const found: [CrsForm, number] | null = crs84.test(written)
    ? ['crs84', 4326]
    : (code('short', short) ?? code('urn', urn) ?? code('uri', uri));
  const crs = found && byCode.get(found[1]);
  if (!found || !crs)
    throw new Fault('invalid-crs', locator, `"${written.slice(0, 80)}" is not a coordinate reference system of this server`);
  const [form] = found;
  const flip = form !== 'crs84' && crs.northFirst && (rule === 'crs-order' || (rule === 'form' && form !== 'short'));
  return { crs, form, flip, text: written };

  function code(name: CrsForm, pattern: RegExp): [CrsForm, number] | null {
    const match = pattern.exec(written);
    return match ? [name, Number(match[1])] : null;
  }
}

const converters = new Map<string, proj4.Converter>();

/** Transforms one x,y pair between two CRSs of the table. */
export function transformPoint(x: number, y: number, from: number, to: number): [number, number] {
  if (from === to) return [x, y];
  const key = `${from} ${to}`;
  let converter = converters.get(key);
  if (!converter) converters.set(key, (converter = proj4(crsOf(from).proj4, crsOf(to).proj4)));
  const [tx, ty] = converter.forward([x, y]);
  return [tx as number, ty as number];
}

/** Bounds of an envelope after transformation, its edges sampled so that curved ones are covered. */
export function transformEnvelope(e: Envelope, from: number, to: number, steps = 8): Envelope {
  if (from === to) return e;
  let minX = Infinity,
    minY = Infinity,
    maxX = -Infinity,
    maxY = -Infinity;
  for (let i = 0; i <= steps; i++) {
    const fx = e.minX + ((e.maxX - e.minX) * i) / steps;
    const fy = e.minY + ((e.maxY - e.minY) * i) / steps;
    for (const [x, y] of [
      [fx, e.minY],
      [fx, e.maxY],
      [e.minX, fy],
      [e.maxX, fy],
    ] as const) {
      const [tx, ty] = transformPoint(x, y, from, to);
      minX = Math.min(minX, tx);
      minY = Math.min(minY, ty);
      maxX = Math.max(maxX, tx);
      maxY = Math.max(maxY, ty);
    }
  }
  return { minX, minY, maxX, maxY };
}
