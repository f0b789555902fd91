// Reads a Shapefile: the .shp by its index where there is one, its .dbf beside it, .prj and .cpg. A .dbf alone is a table without geometry.
import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../core/model/fault';
import type { GeometryType } from '../core/model/feature-type';
import type { Geometry } from '../core/model/geometry';
import type { OpenOptions, SourceGeometry, SourceRow, SourceValue, VectorSource } from '../core/ports/vector-source';
import { CrsGuess } from './crs-guess';
import { crsOfWkt } from './crs-wkt';
import { BadCell, openDbf } from './dbf-read';
import type { Dbf } from './dbf-read';
import { FileWindow } from './file-window';
import { BadGeometry } from './geojson-geometry';
import { layerName } from './layers';
import { speaker } from '../core/model/say';
import type { Say } from '../core/model/say';
import { readShape, shapeTypes } from './shp-geometry';

const maxShape = 256 * 2 ** 20;

/** Types are the multiple ones: a Shapefile does not tell a polygon from several, and the type must not change with the next delivery. */
const promoted: Readonly<Record<string, GeometryType>> = {
  point: 'Point',
  line: 'MultiLineString',
  polygon: 'MultiPolygon',
  multipoint: 'MultiPoint',
};

interface Siblings {
  readonly shp: string | null;
  readonly shx: string | null;
  readonly dbf: string | null;
  readonly prj: string | null;
  readonly cpg: string | null;
}

/** Opens a Shapefile by its .shp, or a table by its .dbf. Faults: malformed, invalid-crs, invalid-value (encoding). */
export async function openShapefile(path: string, options: OpenOptions): Promise<VectorSource> {
  const say = speaker(options.language);
  const files = await siblings(path, /\.dbf$/i.test(path));
  const notes: string[] = [];
  const cpg = files.cpg === null ? null : (await readFile(files.cpg, 'latin1')).slice(0, 100);
  const dbf = files.dbf === null ? null : await openDbf(files.dbf, { encoding: options.encoding, cpg }, say);
  if (dbf === null)
    notes.push(say('pas de fichier .dbf : les objets sont sans attributs', 'no .dbf file: the features have no attributes'));
  const geometry = files.shp === null ? null : await geometryOf(files.shp, files.prj, options, notes, say);
  const shapes = files.shp === null ? null : await shapeCount(files, notes, say);
  if (dbf !== null && shapes !== null && shapes !== dbf.records)
    notes.push(say(`${shapes} formes pour ${dbf.records} lignes d'attributs`, `${shapes} shapes for ${dbf.records} rows of attributes`));
  const name = layerName(path);
  const fields = dbf?.fields ?? [];
  return {
    format: files.shp === null ? 'dbf' : 'shapefile',
    layers: [name],
    layer: name,
    fields,
    geometry,
    total: dbf?.records ?? shapes,
    encoding: dbf?.encoding ?? 'utf-8',
    notes: [...notes, ...(dbf?.notes ?? [])],
    rows: signal => rowsOf(files, dbf, fields.length, say, signal),
    close: () => Promise.resolve(),
  };
}

async function* rowsOf(files: Siblings, dbf: Dbf | null, width: number, say: Say, signal?: AbortSignal): AsyncGenerator<SourceRow> {
  const table = files.dbf === null ? null : await FileWindow.open(files.dbf);
  const shapes = files.shp === null ? null : await FileWindow.open(files.shp);
  const index = shapes !== null && files.shx !== null ? await usableIndex(files.shx) : null;
  try {
    let at = 100;
    for (let number = 0; ; number++) {
      signal?.throwIfAborted();
      const more = shapes !== null && (index ? number < (index.size - 100) / 8 : at < shapes.size);
      const row = dbf !== null && table !== null && number < dbf.records;
      if (!more && !row) return;
      let content: Buffer | null = null;
      if (more) {
        if (index) {
          const entry = await index.read(100 + number * 8, 8);
          at = entry.readUInt32BE(0) * 2;
        }
        content = await shapeAt(shapes, at, number);
        at += 8 + content.length;
      }
      const result = await rowOf(content, number, row);
      if (result !== null) yield result;
    }
  } finally {
    await Promise.all([table?.close(), shapes?.close(), index?.close()]);
  }

  async function rowOf(content: Buffer | null, number: number, withValues: boolean): Promise<SourceRow | null> {
    const line = number + 1;
    try {
      const values: SourceValue[] | null = withValues && dbf && table ? await dbf.row(table, number) : Array<null>(width).fill(null);
      if (values === null) return null;
      const geometry: Geometry | null = content === null ? null : readShape(content, say);
      return { line, values, geometry };
    } catch (error) {
      if (error instanceof BadCell || error instanceof BadGeometry) return { line, values: [], geometry: null, problem: error.message };
      throw error;
    }
  }
}

/** Content of the record at an offset. Fault malformed where the file ends inside it. */
async function shapeAt(shapes: FileWindow, at: number, number: number): Promise<Buffer> {
  const broken = (): Fault =>
    new Fault('malformed', 'source', {
      en: `the .shp breaks off in record ${number + 1}`,
      fr: `le .shp s’arrête dans l’objet ${number + 1}`,
    });
  const head = await shapes.read(at, 8);
  if (at < 100 || head.length < 8) throw broken();
  const length = head.readUInt32BE(4) * 2;
  if (at + 8 + length > shapes.size) throw broken();
  if (length > maxShape)
    throw new Fault('too-large', 'source', {
      en: `record ${number + 1} of the .shp is longer than ${maxShape} bytes`,
      fr: `l’objet ${number + 1} du .shp dépasse ${maxShape} octets`,
    });
  return shapes.read(at + 8, length);
}

/** The .shx, opened, when it has the shape of one. */
async function usableIndex(path: string): Promise<FileWindow | null> {
  const index = await FileWindow.open(path);
  const head = await index.read(0, 4);
  if (index.size >= 100 && (index.size - 100) % 8 === 0 && head.length === 4 && head.readUInt32BE(0) === 9994) return index;
  await index.close();
  return null;
}

async function shapeCount(files: Siblings, notes: string[], say: Say): Promise<number | null> {
  const index = files.shx === null ? null : await usableIndex(files.shx);
  if (index === null) {
    notes.push(
      say("pas d'index .shx utilisable : le .shp est lu de bout en bout", 'no usable .shx index: the .shp is read from end to end'),
    );
    return null;
  }
  await index.close();
  return (index.size - 100) / 8;
}

async function geometryOf(shp: string, prj: string | null, options: OpenOptions, notes: string[], say: Say): Promise<SourceGeometry> {
  const window = await FileWindow.open(shp);
  try {
    const head = await window.read(0, 100);
    if (head.length < 100 || head.readUInt32BE(0) !== 9994)
      throw new Fault('malformed', 'source', {
        en: 'the .shp has no header of a Shapefile',
        fr: 'le .shp n’a pas l’en-tête d’un Shapefile',
      });
    const shape = shapeTypes[head.readInt32LE(32)];
    if (shape === undefined)
      throw new Fault('malformed', 'source', {
        en: `the .shp holds shapes of type ${head.readInt32LE(32)}, which are not read`,
        fr: `le .shp contient des formes de type ${head.readInt32LE(32)}, qui ne sont pas lues`,
      });
    const box = [36, 44, 52, 60].map(at => head.readDoubleLE(at));
    return { type: promoted[shape.base] ?? 'Geometry', srid: await sridOf(prj, box, options, notes, say), dimension: shape.z ? 3 : 2 };
  } finally {
    await window.close();
  }
}

async function sridOf(prj: string | null, box: readonly number[], options: OpenOptions, notes: string[], say: Say): Promise<number> {
  if (options.srs !== undefined) return options.srs;
  if (prj !== null) {
    const code = crsOfWkt(await readFile(prj, 'utf8'));
    if (code === null)
      throw new Fault('invalid-crs', 'srs', {
        en: 'the coordinate reference system of the .prj is not recognised: tell it (EPSG code)',
        fr: 'le système de coordonnées du .prj n’est pas reconnu : dites-le (--srs EPSG:n)',
      });
    notes.push(say(`EPSG:${code} d'après le .prj`, `EPSG:${code} by the .prj`));
    return code;
  }
  const [minX, minY, maxX, maxY] = [box[0] ?? NaN, box[1] ?? NaN, box[2] ?? NaN, box[3] ?? NaN];
  const guess = new CrsGuess();
  guess.add(minX, minY);
  guess.add(maxX, maxY);
  const found = guess.result();
  if (found === null)
    throw new Fault('invalid-crs', 'srs', {
      en: 'there is no .prj and the coordinates do not tell their reference system: tell it (EPSG code)',
      fr: 'il n’y a pas de .prj et les coordonnées ne disent pas leur système : dites-le (--srs EPSG:n)',
    });
  notes.push(
    say(
      `pas de .prj : EPSG:${found.code} (${found.name}) supposé d'après les coordonnées`,
      `no .prj: EPSG:${found.code} (${found.name}) assumed from the coordinates`,
    ),
  );
  return found.code;
}

/** The files of one name, whatever the case of their extensions. */
async function siblings(path: string, table: boolean): Promise<Siblings> {
  const folder = dirname(path);
  const stem = basename(path).replace(/\.(shp|dbf)$/i, '');
  const names = await readdir(folder);
  const find = (extension: string): string | null => {
    const exact =
      names.find(name => name === `${stem}.${extension}`) ??
      names.find(name => name.toLowerCase() === `${stem}.${extension}`.toLowerCase());
    return exact === undefined ? null : join(folder, exact);
  };
  if (table) return { shp: null, shx: null, dbf: path, prj: null, cpg: find('cpg') };
  return { shp: path, shx: find('shx'), dbf: find('dbf'), prj: find('prj'), cpg: find('cpg') ?? find('cst') };
}
