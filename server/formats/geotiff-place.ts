// Where a GeoTIFF lies: its grid from tie points and cell sizes or from a matrix, its CRS from the GeoKeys (OGC 19-008 § 7).
import type { GridTransform } from '../core/model/coverage';
import { crsByCode } from '../core/model/crs';
import { Fault } from '../core/model/fault';
import type { Say } from '../core/model/say';
import type { TiffDirectory } from './tiff-tags';

const modelType = 1024;
const rasterType = 1025;
const citation = 1026;
const geographicType = 2048;
const geographicCitation = 2049;
const projectedType = 3072;
const projectedCitation = 3073;
/** Raster type of grids whose tie point is the middle of a cell. */
const pixelIsPoint = 2;

/** GeoKeys that are numbers or texts of their own. */
function keysOf(directory: TiffDirectory): ReadonlyMap<number, number | string> {
  const keys = new Map<number, number | string>();
  const list = directory.list(34735);
  const text = directory.text(34737) ?? '';
  if (!list) return keys;
  const count = Math.min(list[3] ?? 0, Math.floor(list.length / 4) - 1);
  for (let i = 1; i <= count; i++) {
    const [id = 0, location = 0, length = 0, value = 0] = list.subarray(i * 4, i * 4 + 4);
    if (location === 0) keys.set(id, value);
    else if (location === 34737) keys.set(id, text.slice(value, value + length).replace(/\|?\0*$/, ''));
  }
  return keys;
}

/** The grid; fault invalid-format for a TIFF without a place on the ground. */
export function transformOf(directory: TiffDirectory): GridTransform {
  const matrix = directory.list(34264);
  const ties = directory.list(33922);
  const scale = directory.list(33550);
  const half = keysOf(directory).get(rasterType) === pixelIsPoint ? 0.5 : 0;
  let found: GridTransform | null = null;
  if (matrix && matrix.length >= 8) {
    const [a = 0, b = 0, , d = 0, e = 0, f = 0, , h = 0] = matrix;
    found = [d, a, b, h, e, f];
  } else if (ties && ties.length >= 6 && scale && scale.length >= 2) {
    const [column = 0, row = 0, , x = 0, y = 0] = ties;
    const [width = 0, height = 0] = scale;
    found = [x - column * width, width, 0, y + row * height, 0, -height];
  }
  if (!found?.every(Number.isFinite) || found[1] * found[5] - found[2] * found[4] === 0)
    throw new Fault(
      'invalid-format',
      'source',
      ties && ties.length > 6 && !scale
        ? {
            fr: 'le TIFF est placé par plusieurs points d’appui : redressez-le d’abord (gdalwarp)',
            en: 'the TIFF is placed by several ground control points: rectify it first (gdalwarp)',
          }
        : {
            fr: 'le TIFF ne dit pas où il se trouve : il n’a ni ModelTiepoint avec ModelPixelScale, ni ModelTransformation',
            en: 'the TIFF does not tell where it lies: it has no ModelTiepoint with ModelPixelScale, and no ModelTransformation',
          },
    );
  const [x, a, b, y, c, d] = found;
  return [x - half * (a + b), a, b, y - half * (c + d), c, d];
}

/** The CRS; `told` wins. Faults: missing-parameter (`srs`), invalid-crs. */
export function sridOf(directory: TiffDirectory, told: number | undefined, say: Say, notes: string[]): number {
  const code = told ?? codeOf(directory, say, notes);
  if (crsByCode(code)) return code;
  throw new Fault('invalid-crs', 'srs', {
    fr: `EPSG:${code} n’est pas un système de coordonnées de ce serveur ; tournez le fichier par gdalwarp -t_srs EPSG:2154`,
    en: `EPSG:${code} is not a coordinate reference system of this server; turn the file with gdalwarp -t_srs EPSG:2154`,
  });
}

function codeOf(directory: TiffDirectory, say: Say, notes: string[]): number {
  const keys = keysOf(directory);
  const model = keys.get(modelType);
  const key = model === 2 ? geographicType : projectedType;
  const written = keys.get(key);
  if (typeof written === 'number' && written > 1023 && written < 32767) return written;
  for (const name of [projectedCitation, citation, geographicCitation]) {
    const code = /\bEPSG:{1,2}(\d{4,5})\b/i.exec(String(keys.get(name) ?? ''))?.[1];
    if (code === undefined) continue;
    notes.push(
      say(
        `système de coordonnées lu dans la description du fichier : EPSG:${code}`,
        `coordinate reference system taken from the file's description: EPSG:${code}`,
      ),
    );
    return Number(code);
  }
  throw new Fault('missing-parameter', 'srs', {
    fr: 'le TIFF ne dit pas son système de coordonnées : nommez-le (--srs EPSG:2154, ou source.srs)',
    en: 'the TIFF does not tell its coordinate reference system: name it (--srs EPSG:2154, or source.srs)',
  });
}
