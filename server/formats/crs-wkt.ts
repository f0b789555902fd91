// From the text of a .prj or of a GeoPackage's definition (WKT 1, ESRI's or OGC's spelling, and WKT 2) to an EPSG code: by its authority, else by the
// parameters of the projection compared with those of our own table, else by name for the French systems that we only read.
import { crsList } from '../core/model/crs';
import type { Crs } from '../core/model/crs';

interface WktNode {
  readonly keyword: string;
  readonly values: readonly (string | number | WktNode)[];
}

const maxLength = 20_000;
const maxDepth = 20;

/** Systems outside our table that French files are in; they are transformed when they are loaded. Normalised name → EPSG. */
const readOnly: readonly (readonly [RegExp, number])[] = [
  [/^(ntf)?(paris)?lambert(zone)?(ii|2)(etendu|extended)$|^ntfparislambertzoneii$/, 27572],
  [/^ntf(paris)?lambert(nordfrance|nord)$/, 27561],
  [/^(rgr|rgr1992)(92)?utm(zone)?40s$/, 2975],
  [/^(rgfg|rgfg1995)(95)?utm(zone)?22n$/, 2972],
  [/^(rgaf|rgaf2009)(09)?utm(zone)?20n$/, 5490],
  [/^(rgm|rgm2004)(04)?utm(zone)?38s$/, 4471],
];

/** EPSG code of a CRS written as WKT, in our table or not; null when it is not recognised. */
export function crsOfWkt(text: string): number | null {
  const node = readWkt(text);
  if (node === null) return null;
  const code = authority(node);
  if (code !== null) return code;
  const name = normal(String(node.values[0] ?? ''));
  if (node.keyword === 'COMPD_CS' || node.keyword === 'COMPOUNDCRS') {
    const horizontal = node.values.find((value): value is WktNode => typeof value === 'object');
    return horizontal ? codeOf(horizontal, normal(String(horizontal.values[0] ?? ''))) : null;
  }
  return codeOf(node, name);
}

function codeOf(node: WktNode, name: string): number | null {
  const own = authority(node);
  if (own !== null) return own;
  if (/^GEO(G|DETIC|GRAPHIC|D)(CS|CRS)$/.test(node.keyword)) return geographicCode(name, node);
  if (!/^PROJ(ECTED)?(CS|CRS)$/.test(node.keyword)) return null;
  const method = child(node, 'PROJECTION') ?? child(child(node, 'CONVERSION') ?? node, 'METHOD');
  const projection = normal(String(method?.values[0] ?? ''));
  if (projection.includes('mercatorauxiliarysphere') || /^wgs(19)?84(web|pseudo)mercator|popularvisualisation|googlemercator/.test(name))
    return 3857;
  const zone = /^(wgs|wgs19)?84utmzone(\d{1,2})([ns])$/.exec(name);
  if (zone) return (zone[3] === 'n' ? 32600 : 32700) + Number(zone[2]);
  const european = /^etrs(19)?89utmzone(2[89]|3[0-8])n$/.exec(name);
  if (european) return 25800 + Number(european[2]);
  for (const [pattern, code] of readOnly) if (pattern.test(name)) return code;
  return projectedCode(node, projection, name);
}

function geographicCode(name: string, node: WktNode): number | null {
  const datum = normal(String(child(node, 'DATUM')?.values[0] ?? ''));
  if (/wgs(19)?84/.test(name) || /wgs(19)?84/.test(datum)) return 4326;
  if (/rgf(19)?93|reseaugeodesiquefrancais/.test(name) || /rgf(19)?93|reseaugeodesiquefrancais/.test(datum)) return 4171;
  if (/etrs(19)?89|europeanterrestrialreferencesystem/.test(name) || /etrs(19)?89|europeanterrestrialreferencesystem/.test(datum))
    return 4258;
  return null;
}

/** Compares the parameters with those of each projected CRS of the table; a name that says v2b chooses the later realisation. */
function projectedCode(node: WktNode, projection: string, name: string): number | null {
  const parameters = new Map<string, number>();
  for (const value of [...node.values, ...(child(node, 'CONVERSION')?.values ?? [])])
    if (typeof value === 'object' && value.keyword === 'PARAMETER' && typeof value.values[1] === 'number')
      parameters.set(normal(String(value.values[0] ?? '')), value.values[1]);
  const get = (...names: readonly string[]): number => names.map(one => parameters.get(one)).find(one => one !== undefined) ?? NaN;
  const lambert = /^lambert(conformalconic|conicconformal)/.test(projection);
  const laea = projection.startsWith('lambertazimuthalequalarea');
  if (!lambert && !laea) return null;
  const meters = Number(node.values.find((v): v is WktNode => typeof v === 'object' && v.keyword === 'UNIT')?.values[1] ?? 1);
  const equatorial = Number(spheroid(node)?.values[1] ?? NaN);
  if (Math.abs(meters - 1) > 1e-6 || Math.abs(equatorial - 6378137) > 0.01) return null;
  const written = {
    lat_0: get('latitudeoforigin', 'latitudeofcenter', 'latitudeofcentre', 'latitudeoffalseorigin', 'latitudeofnaturalorigin'),
    lon_0: get(
      'centralmeridian',
      'longitudeofcenter',
      'longitudeofcentre',
      'longitudeoforigin',
      'longitudeoffalseorigin',
      'longitudeofnaturalorigin',
    ),
    lat_1: get('standardparallel1', 'latitudeof1ststandardparallel'),
    lat_2: get('standardparallel2', 'latitudeof2ndstandardparallel'),
    x_0: get('falseeasting', 'eastingatfalseorigin'),
    y_0: get('falsenorthing', 'northingatfalseorigin'),
  };
  const matches = crsList.filter(crs => crs.proj4.includes(lambert ? '+proj=lcc' : '+proj=laea') && sameProjection(crs, written, lambert));
  return (matches.find(crs => /v2b$|v2b/.test(name) === /v2b/.test(crs.name)) ?? matches[0])?.code ?? null;
}

function sameProjection(crs: Crs, written: Readonly<Record<string, number>>, parallels: boolean): boolean {
  const own = (key: string): number => Number(new RegExp(`\\+${key}=(\\S+)`).exec(crs.proj4)?.[1] ?? NaN);
  const near = (a: number | undefined, b: number, by: number): boolean => a !== undefined && Math.abs(a - b) <= by;
  if (!near(written['lat_0'], own('lat_0'), 1e-7) || !near(written['lon_0'], own('lon_0'), 1e-7)) return false;
  if (!near(written['x_0'], own('x_0'), 0.001) || !near(written['y_0'], own('y_0'), 0.001)) return false;
  if (!parallels) return true;
  const [a, b] = [written['lat_1'], written['lat_2']];
  const [c, d] = [own('lat_1'), own('lat_2')];
  return (near(a, c, 1e-7) && near(b, d, 1e-7)) || (near(a, d, 1e-7) && near(b, c, 1e-7));
}

function spheroid(node: WktNode): WktNode | undefined {
  const geographic = child(node, 'GEOGCS') ?? child(node, 'BASEGEOGCRS');
  const datum = geographic && child(geographic, 'DATUM');
  return datum && (child(datum, 'SPHEROID') ?? child(datum, 'ELLIPSOID'));
}

/** EPSG code that a node gives itself: AUTHORITY["EPSG","2154"] or ID["EPSG",2154]. */
function authority(node: WktNode): number | null {
  const own = child(node, 'AUTHORITY') ?? child(node, 'ID');
  if (!own || String(own.values[0]).toUpperCase() !== 'EPSG') return null;
  const code = Number(own.values[1]);
  return Number.isInteger(code) && code > 0 && code < 1_000_000 ? code : null;
}

function child(node: WktNode, keyword: string): WktNode | undefined {
  return node.values.find((value): value is WktNode => typeof value === 'object' && value.keyword === keyword);
}

/** Lower case, letters and digits only, GCS_ and D_ away: « RGF_1993_Lambert_93 » and « RGF93 / Lambert-93 » come close. */
function normal(name: string): string {
  return name
    .normalize('NFD')
    .replace(/^(GCS|D)_/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** The tree of a WKT text; null when it is none. */
function readWkt(text: string): WktNode | null {
  if (text.length > maxLength) return null;
  const token = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)\s*([[(])|"((?:[^"]|"")*)"|([-+]?[0-9.]+(?:[eE][-+]?\d+)?)|([\])])|(,)|([A-Za-z]+))/y;
  const stack: { keyword: string; values: (string | number | WktNode)[] }[] = [];
  let match: RegExpExecArray | null;
  while ((match = token.exec(text)) !== null) {
    const [, keyword, , quoted, number, close, , word] = match;
    const top = stack.at(-1);
    if (keyword !== undefined) {
      if (stack.length >= maxDepth) return null;
      const node = { keyword: keyword.toUpperCase(), values: [] };
      top?.values.push(node);
      stack.push(node);
    } else if (!top) return null;
    else if (quoted !== undefined) top.values.push(quoted.replace(/""/g, '"'));
    else if (number !== undefined) top.values.push(Number(number));
    else if (word !== undefined) top.values.push(word);
    else if (close !== undefined) {
      stack.pop();
      if (stack.length === 0) return top;
    }
  }
  return null;
}
